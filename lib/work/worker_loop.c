/*
 * worker_loop.c - jobs, one after the other
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/memo.h"
#include "work/worker.h"

#define SECOND INT64_C(1000000000)

/* When the queue cannot be reached, or others were always faster */
#define RETRY_FIRST (5 * SECOND)
#define RETRY_LONGEST (300 * SECOND)
/* A version that did not come when it was asked for is not asked for again so soon */
#define UPDATE_AGAIN_S 3600

enum step { GO_ON, STOP };

static int is_loop(const struct worker *w)
{
	return w->opts->mode == GITPERF_WORK_LOOP;
}

static int is_stopped(struct worker *w)
{
	if (w->opts->is_interrupted && w->opts->is_interrupted())
		w->out->interrupted = 1;
	return w->out->interrupted;
}

/* --- Another version --- */

/* "git-perf 1.10.0" is newer than "git-perf 1.9" */
static int is_newer(const char *a, const char *b)
{
	int x[3] = { 0 }, y[3] = { 0 };
	size_t i;

	if (sscanf(a, "git-perf %9d.%9d.%9d", &x[0], &x[1], &x[2]) < 1 ||
	    sscanf(b, "git-perf %9d.%9d.%9d", &y[0], &y[1], &y[2]) < 1)
		return 0;
	for (i = 0; i < ARRAY_SIZE(x); i++)
		if (x[i] != y[i])
			return x[i] > y[i];
	return 0;
}

/* By this process, or by one before it in this clone */
static int was_tried(const struct worker *w, const char *tool)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	long long when = 0;
	size_t len = strlen(tool);

	if (w->updated_ns && gitperf_clock_ns() - w->updated_ns < UPDATE_AGAIN_S * SECOND)
		return 1;
	gitperf_memo_read(&text, w->repo, "updated");
	if (!strncmp(text.ptr, tool, len) && text.ptr[len] == '\t')
		when = strtoll(text.ptr + len, NULL, 10);
	gitperf_buffer_dispose(&text);
	return gitperf_memo_is_recent(when, UPDATE_AGAIN_S);
}

int gitperf_worker__may_become(struct worker *w, const char *tool)
{
	gitperf_buffer command = GITPERF_BUFFER_INIT;
	int may = is_newer(tool, w->tool.ptr) && !was_tried(w, tool) &&
		  gitperf_repo_config_string(&command, w->repo, "perf.updateCommand") > 0;

	gitperf_buffer_dispose(&command);
	return may;
}

static int note_update(struct worker *w)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	int err;

	w->updated_ns = gitperf_clock_ns();
	gitperf_buf_addf(&line, "%s\t%lld\n", w->refused.ptr, gitperf_memo_now());
	err = gitperf_memo_write(w->repo, "updated", &line);
	gitperf_buffer_dispose(&line);
	return err < 0 ? err : 0;
}

static int run_update(struct worker *w, const char *command)
{
	const char *argv[] = { "sh", "-c", command, NULL };
	gitperf_buffer want = GITPERF_BUFFER_INIT, words = GITPERF_BUFFER_INIT;
	const char *env[] = { NULL, NULL };
	struct spawn spawn = { .argv = argv, .set_env = env, .err = &words };
	int rc;

	gitperf_buf_addf(&want, "GIT_PERF_WANT=%s", w->refused.ptr + strlen("git-perf "));
	env[0] = want.ptr;
	rc = gitperf_buf_check(&want);
	if (!rc && (rc = gitperf_spawn(&spawn)) > 0)
		rc = gitperf_fail(GITPERF_EIO, "perf.updateCommand: exit status %d: %.*s", rc,
				  (int)strcspn(words.ptr, "\n"), words.ptr);
	gitperf_buffer_dispose(&want);
	gitperf_buffer_dispose(&words);
	return rc;
}

/* With no job at hand, so that it costs none anything; 1: there is a new program to be run instead */
static int update(struct worker *w)
{
	gitperf_buffer command = GITPERF_BUFFER_INIT;
	int found;

	/* who waits sees the same with each look */
	if (!w->is_refusal_told)
		gitperf_worker__tell(w, GITPERF_NEWS_REFUSED, w->refused.ptr);
	w->is_refusal_told = 1;
	if (!w->is_held)
		return 0;
	found = gitperf_repo_config_string(&command, w->repo, "perf.updateCommand");
	if (found > 0 && !(found = note_update(w)) && (found = run_update(w, command.ptr)) >= 0)
		found = w->out->updated = 1;
	gitperf_buffer_dispose(&command);
	if (found < 0) {
		gitperf_worker__tell(w, GITPERF_NEWS_REFUSED, gitperf_error_message());
		found = found == GITPERF_ENOMEM ? found : 0;
	}
	return found;
}

/* --- One step --- */

static int rest(struct worker *w, gitperf_work_news news)
{
	if (!is_loop(w))
		return STOP;
	if (w->last_news != news)
		gitperf_worker__tell(w, news, NULL);
	w->last_news = news;
	return gitperf_worker__wait(w);
}

static int do_job(struct worker *w)
{
	int err;

	w->last_news = GITPERF_NEWS_CLAIMED;
	w->is_refusal_told = 0;
	gitperf_worker__tell(w, w->is_resumed ? GITPERF_NEWS_RESUMED : GITPERF_NEWS_CLAIMED, NULL);
	w->owes = 1;
	if ((err = gitperf_worker__do(w)) < 0)
		return err;
	w->owes = 0;
	if (w->opts->mode != GITPERF_WORK_ONCE)
		return GO_ON;
	err = gitperf_worker__finish(w);
	return err < 0 ? err : STOP;
}

static int step(struct worker *w)
{
	int updated, err, got;

	/* what nobody else can see would be measured again */
	if (w->owes && (err = gitperf_result_deliver(w->repo, &w->schedule)) < 0)
		return err;
	w->owes = 0;
	if ((got = gitperf_worker__claim(w)) < 0)
		return got;
	w->owes = w->ngiven_up > 0;
	if ((err = gitperf_given_up_record(w->repo, w->given_up, w->ngiven_up, &w->schedule)) < 0)
		return err;
	w->owes = 0;
	if (w->duty == GITPERF_DUTY_DRAIN) {
		gitperf_worker__tell(w, GITPERF_NEWS_DRAINED, NULL);
		return STOP;
	}
	if (w->refused.len && (updated = update(w)))
		return updated < 0 ? updated : STOP;
	/* it stays as it is, and takes what it can */
	if (w->is_held)
		return GO_ON;
	if (got)
		return do_job(w);
	/* what was given up just now is taken off at once */
	if (w->ngiven_up)
		return GO_ON;
	return rest(w, w->duty == GITPERF_DUTY_PAUSE ? GITPERF_NEWS_PAUSED : GITPERF_NEWS_IDLE);
}

/* --- All of them --- */

static int may_pass(int err)
{
	return err == GITPERF_ENET || err == GITPERF_ERACE || err == GITPERF_EBUSY || err == GITPERF_EIO;
}

/* Who stays tries again, less and less often; each time somebody may look into the log */
static int bear(struct worker *w, int err)
{
	if (!is_loop(w) || !may_pass(err))
		return err;
	gitperf_worker__tell(w, GITPERF_NEWS_OFFLINE, gitperf_error_message());
	gitperf_backoff_wait(&w->trouble);
	return GO_ON;
}

static int work(struct worker *w)
{
	int did = GO_ON;

	/* what a killed one has left goes first */
	w->owes = 1;
	while (did == GO_ON && !is_stopped(w)) {
		gitperf_backoff_init(&w->trouble, INT64_MAX, RETRY_FIRST, RETRY_LONGEST);
		while ((did = step(w)) < 0 && (did = bear(w, did)) == GO_ON && !is_stopped(w))
			;
	}
	return did < 0 ? did : 0;
}

int gitperf_work(gitperf_work_result *out, gitperf_repo *repo, const gitperf_work_options *opts)
{
	struct worker w;
	int err;

	memset(out, 0, sizeof(*out));
	if (opts->version != 1)
		return gitperf_fail(GITPERF_EINVALID, "work options of unknown version %d", opts->version);
	err = gitperf_worker__open(&w, repo, opts);
	w.out = out;
	if (!err)
		err = work(&w);
	gitperf_worker__close(&w);
	return err;
}
