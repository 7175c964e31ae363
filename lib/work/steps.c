/*
 * steps.c - some commits of a range, evenly spaced
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/session.h>

/* The ids of a range, newest first, one after the other */
static int list_range(gitperf_buffer *ids, size_t *n, gitperf_repo *repo,
		      const char *range)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	int err;

	*n = 0;
	if ((err = gitperf_history_open(&history, repo, range, 0)) < 0)
		return err;
	while ((err = gitperf_history_next(&commit, history)) > 0) {
		gitperf_buf_add(ids, commit->id, GITPERF_ID_SIZE);
		(*n)++;
	}
	gitperf_history_free(history);
	return err < 0 ? err : gitperf_buf_check(ids);
}

int gitperf_session_steps(gitperf_buffer *out, gitperf_repo *repo,
			  const char *range, size_t n)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	size_t total, i, at;
	int err = list_range(&ids, &total, repo, range);

	if (!err && !total)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "the range '%.200s' has no commit", range),
				   "git log --first-parent <range> lists what a range has");
	if (n > total)
		n = total;
	for (i = 0; !err && i < n; i++) {
		/* from the oldest, the last in the list, to the newest */
		at = n > 1 ? (total - 1) - i * (total - 1) / (n - 1) : 0;
		gitperf_buf_add(out, ids.ptr + at * GITPERF_ID_SIZE, GITPERF_ID_SIZE);
	}
	gitperf_buffer_dispose(&ids);
	if (!err)
		err = gitperf_buf_check(out);
	return err < 0 ? err : (int)n;
}
