/*
 * promisor.c - objects that a partial clone left with its remote
 *
 * libgit2 does not fetch them when they are missed; git does, in one go.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/spawn.h"
#include "git/git.h"

/* The remote that promised them: "remote.<name>.promisor true" */
static int find_remote(gitperf_buffer *out, gitperf_repo *repo)
{
	static const char section[] = "remote.", variable[] = ".promisor ";
	static const char *const args[] = { "config", "--type=bool", "--get-regexp",
		"^remote\\..*\\.promisor$", NULL };
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &text, .timeout_ms = 60000 };
	const char *end;
	int found = 0;

	if (!gitperf_repo__git(repo, &spawn, args) && (end = strstr(text.ptr, variable))) {
		gitperf_buf_add(out, text.ptr + strlen(section),
				(size_t)(end - text.ptr) - strlen(section));
		found = !out->failed;
	}
	gitperf_buffer_dispose(&text);
	return found;
}

int gitperf_repo__is_partial(gitperf_repo *repo)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	int found = find_remote(&remote, repo);

	gitperf_buffer_dispose(&remote);
	return found;
}

int gitperf_repo__fetch_objects(gitperf_repo *repo, const gitperf_buffer *ids)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	/* as git itself calls it for a missing object */
	const char *args[] = { "-c", "fetch.negotiationAlgorithm=noop", "fetch", NULL,
			       "--no-tags", "--no-write-fetch-head",
			       "--recurse-submodules=no", "--filter=blob:none",
			       "--stdin", NULL };
	struct feed feed;
	int err = 0;

	if (!find_remote(&remote, repo))
		goto out;
	args[3] = remote.ptr;
	if ((err = gitperf_repo__git_feed(repo, &feed, args)) < 0)
		goto out;
	gitperf_feed_write(&feed, ids->ptr, ids->len);
	err = gitperf_feed_close(&feed);
	err = err < 0 ? gitperf_blame(err, "cannot fetch what this partial clone lacks") : 1;
out:
	gitperf_buffer_dispose(&remote);
	return err;
}
