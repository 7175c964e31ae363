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
	gitperf_buffer dir = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	const char *argv[] = { "git", NULL, "config", "--type=bool", "--get-regexp",
			       "^remote\\..*\\.promisor$", NULL };
	struct spawn spawn = { .argv = argv, .out = &text, .timeout_ms = 60000 };
	const char *end;
	int found = 0;

	gitperf_buf_addf(&dir, "--git-dir=%s", gitperf_repo_directory(repo));
	argv[1] = dir.ptr;
	if (!dir.failed && !gitperf_spawn(&spawn) && (end = strstr(text.ptr, variable))) {
		gitperf_buf_add(out, text.ptr + strlen(section),
				(size_t)(end - text.ptr) - strlen(section));
		found = !out->failed;
	}
	gitperf_buffer_dispose(&dir);
	gitperf_buffer_dispose(&text);
	return found;
}

int gitperf_repo__fetch_objects(gitperf_repo *repo, const gitperf_buffer *ids)
{
	gitperf_buffer dir = GITPERF_BUFFER_INIT, remote = GITPERF_BUFFER_INIT;
	/* as git itself calls it for a missing object */
	const char *argv[] = { "git", NULL, "-c", "fetch.negotiationAlgorithm=noop",
			       "fetch", NULL, "--no-tags", "--no-write-fetch-head",
			       "--recurse-submodules=no", "--filter=blob:none",
			       "--stdin", NULL };
	struct feed feed;
	int err = 0;

	if (!find_remote(&remote, repo))
		goto out;
	gitperf_buf_addf(&dir, "--git-dir=%s", gitperf_repo_directory(repo));
	argv[1] = dir.ptr;
	argv[5] = remote.ptr;
	if ((err = gitperf_buf_check(&dir)) < 0 ||
	    (err = gitperf_feed_open(&feed, argv)) < 0)
		goto out;
	gitperf_feed_write(&feed, ids->ptr, ids->len);
	err = gitperf_feed_close(&feed);
	err = err < 0 ? gitperf_blame(err, "cannot fetch the records that this partial clone lacks") : 1;
out:
	gitperf_buffer_dispose(&dir);
	gitperf_buffer_dispose(&remote);
	return err;
}
