/*
 * gitperf/hook.h - git calls us when something is pushed
 *
 *	gitperf_hooks *hooks;
 *
 *	gitperf_hooks_open(&hooks, repo);
 *	for (i = 0; i < gitperf_hooks_count(hooks); i++)
 *		if (gitperf_hooks_get(hooks, i)->is_wanted)
 *			err = gitperf_hooks_install(hooks, i, "/usr/local/bin", 0);
 *	gitperf_hooks_free(hooks);
 *
 * A bare repository has a post-receive hook, which collects lanes when they
 * arrive, and plans what is to be measured of new commits; a clone to work in has a pre-push hook, which delivers its results.
 * The file is a few lines of shell that call `git perf hook run`; what that
 * does is gitperf_hook_run(). The work itself is done in the background: no
 * push waits for it or fails because of it.
 */
#ifndef GITPERF_HOOK_H
#define GITPERF_HOOK_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/requests.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_hook_state {
	GITPERF_HOOK_NONE,         /**< there is no such file */
	GITPERF_HOOK_OURS,
	GITPERF_HOOK_OLD,          /**< ours, of another version */
	GITPERF_HOOK_EDITED,       /**< ours, and somebody has changed it */
	GITPERF_HOOK_FOREIGN       /**< somebody else's */
} gitperf_hook_state;

/** "none", "ours", ...; static. */
GITPERF_EXPORT const char *gitperf_hook_state_name(gitperf_hook_state state);

/** A hook as it is; lent by its list. */
typedef struct gitperf_hook {
	const char *name;          /**< "post-receive" or "pre-push" */
	const char *path;          /**< of the file, whether it is there or not */
	gitperf_hook_state state;
	int is_wanted;             /**< what this kind of repository needs */
	int is_executable;         /**< git runs it */
	int calls;                 /**< it calls git perf */
	int is_outside;            /**< in a folder that is not this repository's alone */
	const char *line;          /**< what makes somebody else's call git perf */
} gitperf_hook;

typedef struct gitperf_hooks gitperf_hooks;

/** Look at the hooks of a repository, where `core.hooksPath` says. */
GITPERF_EXPORT int gitperf_hooks_open(gitperf_hooks **out, gitperf_repo *repo);
GITPERF_EXPORT void gitperf_hooks_free(gitperf_hooks *hooks);
GITPERF_EXPORT size_t gitperf_hooks_count(const gitperf_hooks *hooks);
GITPERF_EXPORT const gitperf_hook *gitperf_hooks_get(const gitperf_hooks *hooks,
						     size_t i);

/** Also in a folder of hooks outside of the repository, for all that use it. */
#define GITPERF_HOOK_OUTSIDE (1u << 0)

/**
 * Install the i-th hook; `folder` is where git-perf is found if not in PATH, or
 * NULL. 1 when it was written, 0 when there was nothing to do. GITPERF_EEXISTS
 * when there is somebody else's, or one of ours that was edited, and it does not
 * call us; GITPERF_EINVALID for a folder outside. Then nothing was changed.
 */
GITPERF_EXPORT int gitperf_hooks_install(gitperf_hooks *hooks, size_t i,
					 const char *folder, unsigned flags);

/** Remove the i-th hook if it is ours, in the same way. */
GITPERF_EXPORT int gitperf_hooks_uninstall(gitperf_hooks *hooks, size_t i,
					   unsigned flags);

/** What git calls a hook with. */
typedef struct gitperf_hook_call {
	int version;
	/** "post-receive" or "pre-push"; or what those start: "collect", "plan", "push". */
	const char *name;
	const char *const *args;   /**< NULL-terminated */
	int input;                 /**< a descriptor, read to its end; -1: none */
	const char *program;       /**< git-perf; NULL: the one in PATH */
	/** What perf.notifyCommand reads, as in gitperf_notify_options. */
	int (*format)(gitperf_buffer *out, const gitperf_request_view *request);
} gitperf_hook_call;

#define GITPERF_HOOK_CALL_INIT { .version = 1, .input = -1 }

/**
 * "post-receive": if a lane was pushed, start "collect" in the background; if a
 * branch was, or a tag bench/<name>, and .gitperf names platforms, "plan".
 * "pre-push": if this clone has something to deliver, start "push" there.
 * "collect": land the lanes of this repository, one collector at a time; while
 * one works and one waits, there is nothing to do. "plan": as
 * gitperf_plan_make(), and args are commits that are wanted. "push": deliver to the
 * remote args[0]. Errors are also in the log. GITPERF_ENOTFOUND for other names.
 */
GITPERF_EXPORT int gitperf_hook_run(gitperf_repo *repo,
				    const gitperf_hook_call *call);

/** The log of what went wrong in the background: append its path. */
GITPERF_EXPORT int gitperf_hook_log_path(gitperf_buffer *out, gitperf_repo *repo);
/** Append its last `n` lines; nothing if there is no log. */
GITPERF_EXPORT int gitperf_hook_log_tail(gitperf_buffer *out, gitperf_repo *repo,
					 size_t n);

#ifdef __cplusplus
}
#endif

#endif
