/*
 * swap.h - moving the branch: what everybody does who moves it
 *
 *	static const struct swap_faults faults = SWAP_FAULTS(APPEND);
 *	struct swap swap = { .repo = repo, .why = "git perf: append",
 *			     .faults = &faults, .build = build_commit };
 *	struct write_lock lock;
 *
 *	if ((err = gitperf_swap_begin(&swap, &lock, 0)) >= 0 &&
 *	    (err = gitperf_swap_wait(&swap, &lock)) >= 0 &&
 *	    (err = gitperf_swap_prepare(&swap)) >= 0)
 *		err = gitperf_swap_run(&swap);
 *	gitperf_swap_end(&swap, &lock);
 *
 * The commit to move to is made by build(), on the tip that there is at that
 * moment, as often as somebody else was faster.
 */
#ifndef GITPERF_STORE_SWAP_H
#define GITPERF_STORE_SWAP_H

#include "base/clock.h"
#include "base/fault.h"
#include "store/store.h"

/** Where a test may kill whoever moves the branch. */
struct swap_faults {
	enum fault_point ref_locked, before_create, after_create, before_swap, after_swap;
};

/** These, by the names that they have for one who does. */
#define SWAP_FAULTS(who) { \
	.ref_locked = FAULT_ ## who ## _REF_LOCKED, \
	.before_create = FAULT_ ## who ## _BEFORE_CREATE, \
	.after_create = FAULT_ ## who ## _AFTER_CREATE, \
	.before_swap = FAULT_ ## who ## _BEFORE_SWAP, \
	.after_swap = FAULT_ ## who ## _AFTER_SWAP \
}

struct swap {
	gitperf_repo *repo;
	const char *why;               /* for the reflog */
	const struct swap_faults *faults;
	const gitperf_events *events;  /* or NULL */

	/**
	 * Make a commit and put it into `out`: 1, or 0 if the branch is as it
	 * should be. `base` and `tip` are what there is: the branch or, before
	 * there is one, the remote's that it begins from; NULL: neither.
	 */
	int (*build)(git_oid *out, struct swap *swap, git_tree *base, const git_oid *tip);
	void *payload;

	/* set by gitperf_swap_begin() */
	git_repository *git;
	const char *ref;
	struct backoff backoff;
	unsigned old_umask;
	/* by gitperf_swap_prepare() */
	struct source sources[SOURCES]; /* the branch at the remote */
	/* by gitperf_swap_run() */
	git_oid tip;                   /* what the branch is now */
};

/**
 * Before anything is written: GITPERF_EDENIED in the middle of a push. The
 * time to wait for others begins (`timeout_ms`; 0: `perf.lockTimeout`), and
 * the file of the write lock is opened, not locked.
 */
int gitperf_swap_begin(struct swap *swap, struct write_lock *lock, int64_t timeout_ms);

/** Wait for the write lock; GITPERF_EBUSY when the time is up. */
int gitperf_swap_wait(struct swap *swap, struct write_lock *lock);

/** The error for that. */
int gitperf_swap_fail_busy(const struct swap *swap);

/** With the write lock: refuse a branch that is checked out; open the sources. */
int gitperf_swap_prepare(struct swap *swap);

/**
 * Move the branch to what build() makes, again whenever somebody else was
 * faster, and let refs/perf/seen follow. GITPERF_ERACE or GITPERF_EBUSY when
 * the time is up.
 */
int gitperf_swap_run(struct swap *swap);

/** Give the lock back; also after an error of gitperf_swap_begin(). */
void gitperf_swap_end(struct swap *swap, struct write_lock *lock);

#endif
