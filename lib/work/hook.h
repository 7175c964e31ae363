/*
 * hook.h - between the files that are about hooks
 */
#ifndef GITPERF_WORK_HOOK_H
#define GITPERF_WORK_HOOK_H

#include <gitperf/hook.h>

/* hook_log.c */

/** Note the last error and its remedy, as of `who`. Never fails. */
void gitperf_hook_log(gitperf_repo *repo, const char *who);

/* hook_work.c: jobs of a hook, as of gitperf_hook_run() */

/** Whether a planner of this repository has anything to plan for. */
int gitperf_hook_plans(gitperf_repo *repo);
int gitperf_hook_collect(gitperf_repo *repo, const gitperf_hook_call *call);
/** Its arguments are commits that somebody wants measured besides. */
int gitperf_hook_plan(gitperf_repo *repo, const gitperf_hook_call *call);
int gitperf_hook_push(gitperf_repo *repo, const gitperf_hook_call *call);

/* hook_file.c: the file that git runs */

struct hook_kind {
	const char *name;
	const char *args;          /* behind its name, for a shell */
	const char *about;         /* a comment */
};

/** The bytes of a hook that finds git-perf in PATH, or else in `folder`. */
int gitperf_hook_file(gitperf_buffer *out, const struct hook_kind *kind,
		      const char *folder);

/** The line by which a hook of somebody else does the same. */
void gitperf_hook_line(gitperf_buffer *out, const struct hook_kind *kind);

/** What bytes are those of a hook; `calls`: whether they call git perf. */
gitperf_hook_state gitperf_hook_judge(int *calls, const struct hook_kind *kind,
				      const gitperf_buffer *bytes);

/**
 * Give a file its bytes and make it executable. GITPERF_EEXISTS, unless
 * `replace`, when there is one of that name by now.
 */
int gitperf_hook_write(const char *path, const gitperf_buffer *bytes, int replace);

#endif
