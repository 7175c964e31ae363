/*
 * checkout.h - between the files that make work trees; and what kept ones can
 *
 *	if ((err = gitperf_checkout_keep(&c, repo, "worker-1")) < 0)
 *		return err;
 *	if (!gitperf_checkout_is_at(c, commit))
 *		err = gitperf_checkout_move(c, commit);
 *	... gitperf_checkout_path(c) ...
 *	gitperf_checkout_free(c);
 */
#ifndef GITPERF_GIT_CHECKOUT_H
#define GITPERF_GIT_CHECKOUT_H

#include "git/git.h"

/** The longest that gitperf_checkout_move() may take. */
#define CHECKOUT_LIMIT_MS (INT64_C(60) * 60 * 1000)

/** In the folder that git has for the tree, beside its index. */
#define CLEAN_INDEX "/git-perf-index"

struct gitperf_checkout {
	gitperf_repo *repo;
	gitperf_buffer folder;   /* "<temporary>/git-perf-<pid>-<random>" */
	gitperf_buffer path;     /* "<folder>/<name>" */
	gitperf_buffer marker;   /* "<folder>/<name>.lock" */
	int fd;                  /* of the marker; -1: it is not locked */
	int added;
	int is_kept;             /* in "<base>/git-perf-<digest>/<name>": kept.c */
	gitperf_buffer admin;    /* of a kept one: where git has its HEAD and index */
	int64_t deadline_ns;     /* for what git does to it */
};

/** An empty one. NULL: out of memory. */
gitperf_checkout *gitperf_checkout__new(gitperf_repo *repo);

/** What git says first is why it failed. */
int gitperf_checkout__fail(const char *what, const gitperf_buffer *words);

/** Remove a work tree, and what git knows of it. */
void gitperf_checkout__remove(gitperf_repo *repo, const char *path);

/** GITPERF_EINVALID says what names a kept one may have. */
int gitperf_checkout_check(const char *name);

/**
 * Lock the work tree of that name, which stays when it is freed. There may be none yet. GITPERF_EBUSY names a process that has it,
 * GITPERF_EDENIED a place that is somebody else's.
 */
int gitperf_checkout_keep(gitperf_checkout **out, gitperf_repo *repo, const char *name);

/** Whether it was moved to this commit, and is still there: files may have changed. */
int gitperf_checkout_is_at(gitperf_checkout *checkout, const char *commit);

/** Make it what a new one of this commit would be, but for the times of files. */
int gitperf_checkout_move(gitperf_checkout *checkout, const char *commit);

/** The path of a file beside the tree, which goes with it. */
int gitperf_checkout_file(gitperf_buffer *out, const gitperf_checkout *checkout,
			  const char *name);

/**
 * kept_tidy.c: take away what git does not look at: permissions of folders, nested
 * repositories, what is in submodules, and files that a sparse one has not.
 */
int gitperf_checkout__open_folders(const char *path);
int gitperf_checkout__empty_places(const gitperf_checkout *checkout);
/** Of what git knows of the tree, leave only what it had when it was new. */
int gitperf_checkout__tidy_admin(const gitperf_checkout *checkout);

/** kept_state.c: what the files depend on but for the commit. */
int gitperf_checkout__conditions(gitperf_buffer *out, const gitperf_checkout *checkout);

#endif
