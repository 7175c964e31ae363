/*
 * alert.c - telling somebody that something is wrong, once
 *
 * A gate that a timer asks every few minutes would say the same all night; who is told
 * that often stops to listen. So what was told last is remembered in a file, as a digest.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/spawn.h"
#include "git/git.h"
#include "store/memo.h"

#include <gitperf/work.h>

#define MEMO "alerted"
#define A_DAY (24 * 3600)
#define DIGITS 16

/* By kind and platform: numbers and ages change all the time */
static size_t digest_wrongs(char out[DIGEST_HEX + 1], const gitperf_survey *survey)
{
	struct digest digest;
	size_t i, n = 0;

	gitperf_digest_begin(&digest);
	for (i = 0; i < survey->nnotices; i++) {
		const gitperf_notice *notice = &survey->notices[i];
		const char *platform = notice->platform ? notice->platform : "";

		if (!notice->wrong)
			continue;
		gitperf_digest_add(&digest, notice->kind, strlen(notice->kind) + 1);
		gitperf_digest_add(&digest, platform, strlen(platform) + 1);
		n++;
	}
	gitperf_digest_end(out, &digest);
	return n;
}

static int was_told(gitperf_repo *repo, const char *digest)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char told[DIGITS + 1];
	long long when;
	int same = gitperf_memo_read(&text, repo, MEMO) >= 0 &&
		sscanf(text.ptr, "%16[0-9a-f] %lld", told, &when) == 2 &&
		!strncmp(told, digest, DIGITS) && gitperf_memo_is_recent(when, A_DAY);

	gitperf_buffer_dispose(&text);
	return same;
}

static int remember(gitperf_repo *repo, const char *digest)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err;

	if (digest)
		gitperf_buf_addf(&text, "%.*s %lld\n", DIGITS, digest, gitperf_memo_now());
	if ((err = gitperf_repo__own_mkdir(repo, "")) >= 0)
		err = gitperf_memo_write(repo, MEMO, &text);
	gitperf_buffer_dispose(&text);
	return err;
}

static int run(const char *command, const char *page)
{
	const char *argv[] = { "sh", "-c", command, NULL };
	struct feed feed;
	int closed, err = gitperf_feed_open(&feed, argv, NULL);

	if (err < 0)
		return err;
	feed.may_leave = 1;
	err = gitperf_feed_write(&feed, page, strlen(page));
	closed = gitperf_feed_close(&feed);
	err = closed < 0 ? closed : err;
	return err < 0 ? gitperf_hint(gitperf_blame(err, "perf.alertCommand"), "try it by hand: git perf status | sh -c '<command>'") : 0;
}

int gitperf_alert(gitperf_repo *repo, const gitperf_survey *survey, const char *page)
{
	gitperf_buffer command = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];
	size_t wrong = digest_wrongs(digest, survey);
	int found = gitperf_repo_config_string(&command, repo, "perf.alertCommand");

	if (found > 0 && command.len && wrong && !was_told(repo, digest)) {
		found = run(command.ptr, page);
		/* what could not be told is told next time */
		if (!found && !(found = remember(repo, digest)))
			found = 1;
	} else if (found > 0) {
		found = wrong ? 0 : remember(repo, NULL);
	}
	gitperf_buffer_dispose(&command);
	return found;
}
