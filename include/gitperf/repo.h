/*
 * gitperf/repo.h - a git repository: configuration, commits, history
 *
 *	gitperf_repo *repo;
 *	gitperf_history *history;
 *	const gitperf_commit *commit;
 *
 *	gitperf_repo_open(&repo, NULL);
 *	gitperf_history_open(&history, repo, "v1.0..main", 0);
 *	while ((err = gitperf_history_next(&commit, history)) > 0)
 *		printf("%s %s\n", commit->id, commit->subject);
 *	gitperf_history_free(history);
 *	gitperf_repo_free(repo);
 *
 * Commit ids are 40 lower-case hex digits. A repository may be bare, empty,
 * shallow, partial, a linked worktree, or borrow objects; sha256 and reftable
 * repositories are refused (GITPERF_EFORMAT).
 */
#ifndef GITPERF_REPO_H
#define GITPERF_REPO_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GITPERF_ID_SIZE 41

typedef struct gitperf_repo gitperf_repo;

/**
 * Open the repository that contains `path`; NULL: as git does, from the
 * environment (GIT_DIR, ...) and the current directory.
 * GITPERF_ENOTFOUND when there is none, GITPERF_EDENIED when it belongs to
 * somebody else and safe.directory does not name it.
 */
GITPERF_EXPORT int gitperf_repo_open(gitperf_repo **out, const char *path);
GITPERF_EXPORT void gitperf_repo_free(gitperf_repo *repo);

/**
 * Tell libgit2 that this process serves git perf alone: objects are not
 * hashed again whenever they are read, nor looked up again when a tree that
 * names them is written, as git does not either, and are not cached.
 * Process-wide, hence never done without being asked for.
 */
GITPERF_EXPORT void gitperf_repo_own_process(void);

/** The repository's common directory (".git"), with a slash; lent. */
GITPERF_EXPORT const char *gitperf_repo_directory(const gitperf_repo *repo);

/** The top of the work tree, with a slash, or NULL in a bare one; lent. */
GITPERF_EXPORT const char *gitperf_repo_worktree(const gitperf_repo *repo);

/** The full name of the branch that holds the data: `perf.ref`; lent. */
GITPERF_EXPORT const char *gitperf_repo_data_ref(const gitperf_repo *repo);

/** Append the name of the remote that is shared with: `perf.remote`, else origin. */
GITPERF_EXPORT int gitperf_repo_remote(gitperf_buffer *out, gitperf_repo *repo);

/**
 * A configuration value: 1 when it is set, 0 when not (and *out untouched),
 * GITPERF_EINVALID when it is not of the type asked for.
 */
GITPERF_EXPORT int gitperf_repo_config_string(gitperf_buffer *out,
					      gitperf_repo *repo, const char *key);
/**
 * A path: "~/" is the home folder, a relative one is seen from the top of the
 * work tree, or the repository where there is none. Empty is not set.
 */
GITPERF_EXPORT int gitperf_repo_config_path(gitperf_buffer *out,
					    gitperf_repo *repo, const char *key);
GITPERF_EXPORT int gitperf_repo_config_int(int64_t *out, gitperf_repo *repo,
					   const char *key);
GITPERF_EXPORT int gitperf_repo_config_bool(int *out, gitperf_repo *repo,
					    const char *key);

/** The commit that a revision ("HEAD~3", "v1.0") names, tags peeled. */
GITPERF_EXPORT int gitperf_repo_resolve(char out[GITPERF_ID_SIZE],
					gitperf_repo *repo, const char *rev);

/**
 * Complete a hex commit id of 4 digits or more. A full id that this clone does not
 * have stays as it is and gives 0; 1 when the commit is here. A short id that
 * matches nothing or several things, and an id of something other than a
 * commit, are GITPERF_EINVALID.
 */
GITPERF_EXPORT int gitperf_repo_complete(char out[GITPERF_ID_SIZE],
					 gitperf_repo *repo, const char *hex);

/** 1 if tracked files differ from HEAD, 0 if not; 0 in a bare repository. */
GITPERF_EXPORT int gitperf_repo_is_dirty(gitperf_repo *repo);

/**
 * A commit that has the tracked files as they are now: HEAD, and 0; or, where
 * they differ from it, a commit on top that no reference names, and 1.
 */
GITPERF_EXPORT int gitperf_repo_freeze(char out[GITPERF_ID_SIZE],
				       gitperf_repo *repo);

/**
 * Append the content of the file that "<rev>:<path>" names, at most `limit`
 * bytes. GITPERF_ENOTFOUND when the commit has no such file.
 */
GITPERF_EXPORT int gitperf_repo_read_file(gitperf_buffer *out,
					  gitperf_repo *repo,
					  const char *spec, size_t limit);

/** 1 if history is cut off here (a shallow clone), 0 if not. */
GITPERF_EXPORT int gitperf_repo_is_shallow(gitperf_repo *repo);

/**
 * Let git tidy the repository when many loose objects have come together
 * ("git maintenance run --auto", which by default goes on in the background).
 * Never fails: it is somebody else's turn next time.
 */
GITPERF_EXPORT void gitperf_repo_maintain(gitperf_repo *repo);

/** One commit; strings are lent until the next step of the history. */
typedef struct gitperf_commit {
	char id[GITPERF_ID_SIZE];
	const char *subject;      /**< first line, any bytes its author wrote */
	gitperf_time time;        /**< of the committer */
} gitperf_commit;

typedef struct gitperf_checkout gitperf_checkout;

/**
 * Put the files of a commit into a temporary linked work tree, below
 * `perf.worktrees`, else the system's folder for temporary files. Paths of
 * equally long `name`s are equally long. Removes what killed processes left.
 */
GITPERF_EXPORT int gitperf_checkout_new(gitperf_checkout **out,
					gitperf_repo *repo, const char *commit,
					const char *name);
/** Its top, without a slash at the end; lent. */
GITPERF_EXPORT const char *
gitperf_checkout_path(const gitperf_checkout *checkout);
/** Remove the work tree and all that was built in it, unless it is kept. */
GITPERF_EXPORT void gitperf_checkout_free(gitperf_checkout *checkout);

/**
 * Remove the work tree that sessions have kept under a name (`keep` in
 * gitperf_session_options), with all that was built in it. None is no error.
 * GITPERF_EBUSY names a process that has it.
 */
GITPERF_EXPORT int gitperf_checkout_forget(gitperf_repo *repo, const char *name);

typedef struct gitperf_history gitperf_history;

/**
 * Walk from a revision along first parents, newest first. `range` is "A..B"
 * (B without what A reaches), "A.." or "..B" (HEAD at the empty side), one
 * revision, or NULL for HEAD. At most `max` commits; 0: all.
 */
GITPERF_EXPORT int gitperf_history_open(gitperf_history **out,
					gitperf_repo *repo, const char *range,
					size_t max);

/** 1 and a commit, 0 at the end (or where a shallow clone ends). */
GITPERF_EXPORT int gitperf_history_next(const gitperf_commit **out,
					gitperf_history *history);
GITPERF_EXPORT void gitperf_history_free(gitperf_history *history);

/** Look at one commit; its strings are lent by the repository until the next call. */
GITPERF_EXPORT int gitperf_repo_commit(gitperf_commit *out, gitperf_repo *repo,
				       const char *id);

#ifdef __cplusplus
}
#endif

#endif
