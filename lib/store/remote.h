/*
 * remote.h - the branch at a remote, as one operation sees it
 *
 *	struct remote r;
 *
 *	err = gitperf_remote_open(&r, repo, opts);
 *	do {
 *		fetch; choose what to add to r.tree; landed = try
 *	} while (lost, and there is time);
 *	gitperf_remote_close(&r);
 */
#ifndef GITPERF_STORE_REMOTE_H
#define GITPERF_STORE_REMOTE_H

#include "base/clock.h"
#include "git/transport.h"
#include "store/pace.h"
#include "store/store.h"
#include "store/union.h"

#include <gitperf/share.h>

/** A lane that cannot be had. */
struct unfetchable {
	const char *name, *problem;
};

struct remote {
	gitperf_repo *home;            /* this clone, its local branch, its files */
	gitperf_repo *repo;            /* where the remote's branch is: the same, or... */
	gitperf_repo *part;            /* ... beside it, as far as it is needed; or NULL */
	git_repository *git;
	const gitperf_share_options *opts;
	struct transport transport;
	struct write_lock lock;        /* one operation at a time in a clone */
	struct backoff backoff;
	const char *ref;               /* the branch, there as here */
	gitperf_buffer name;           /* of the remote */
	gitperf_buffer shown;          /* ... as people may see it */
	gitperf_buffer copy;           /* our reference to what was accepted */
	gitperf_buffer incoming;       /* ... and to what was fetched */
	gitperf_buffer recovered;      /* ... and to what was lost there, and is to go back */
	git_tree *tree;                /* what was accepted last; NULL: nothing */
	git_oid tip;
	struct pace pace;
	unsigned lost_races;
	size_t purged;                 /* files of the remote that go with the last attempt */
	char why[200];                 /* ... in the words of git or the server */
	struct arena arena;
	struct unfetchable *unfetchable;
	size_t nunfetchable;
};

/**
 * `opts` must outlive it; NULL: as usual. Takes the lock, unless it is a DRY_RUN, and reads what
 * was accepted last.
 */
int gitperf_remote_open(struct remote *r, gitperf_repo *repo,
			const gitperf_share_options *opts);
void gitperf_remote_close(struct remote *r);

/** Let others of this clone at the remote, while waiting for something else. */
void gitperf_remote_rest(struct remote *r);
/** Go on, with what was accepted meanwhile; the time for trying begins anew. */
int gitperf_remote_resume(struct remote *r);

/**
 * A job's clone that does not hold the branch need not get all of it to add to
 * it: from here on only what that takes is fetched, and kept apart.
 */
int gitperf_remote_spare(struct remote *r);

/** The tree of git's own remote-tracking branch: 1, or 0 and NULL. */
int gitperf_remote_tracking(git_tree **out, struct remote *r);

/** What is known of the branch: as accepted last, or git's own copy. NULL: nothing. */
int gitperf_remote_last(git_tree **out, struct remote *r);

/** Whether this clone knows anything of the remote's branch. */
int gitperf_remote_is_known(const struct remote *r);

/* incoming.c */

/**
 * Fetch the branch, and see that nothing is gone. With `lost`, what is gone is
 * added to it and the branch accepted all the same. `lanes`: fetch those, too.
 */
int gitperf_remote_fetch(struct remote *r, struct additions *lost, int lanes);

/** What was fetched of lanes lies below this, without a slash behind. */
int gitperf_remote_lanes(gitperf_buffer *out, struct remote *r);

/** After everything was delivered: forget what had to go back. */
void gitperf_remote_settle(struct remote *r);

/** Make a tip what is known of the branch; `tree` is its own from now on. */
int gitperf_remote_accept(struct remote *r, const git_oid *tip, git_tree *tree);

/* publish.c */

/** Leave out what the branch has revoked, and count it. */
int gitperf_remote_choose(size_t *revoked, struct remote *r, struct additions *adds);

/**
 * Put additions onto the tip that was fetched, and remove lanes (`expected` is
 * what they are), all at once where the server can. 1: done; 0: somebody was
 * faster. Lanes that others have removed do not matter.
 */
int gitperf_remote_try(struct remote *r, struct additions *adds,
		       const struct push_ref *lanes, size_t nlanes);
/** The same with a commit that is there already and has the tip below it. */
int gitperf_remote_try_commit(struct remote *r, const git_oid *commit);

/**
 * What to do after an attempt: an error, or 1, are its end. 0, after a pause:
 * again, because a race or the connection was lost and there is time.
 */
int gitperf_remote_again(struct remote *r, int err);

/* inbox.c */

/** Fetch lanes one by one; those that cannot be had are in r->unfetchable. */
int gitperf_inbox_fetch_each(struct remote *r);

/* align.c */

/**
 * Put what only the local branch has, and `more` (or NULL), on top of the
 * remote's tip and move the local branch there. Without `more`, a branch that
 * does not exist is not made.
 */
int gitperf_remote_align(struct remote *r, const struct additions *more);

/* outgoing.c: what is to be delivered */

struct outgoing {
	struct additions adds;
	git_oid tip;                   /* of the local branch, when it was looked at */
	size_t local, revoked, unusable, waiting;
	size_t foreign;                /* names of the local branch that are not handed on */
	int recovered;                 /* something goes back that was lost there */
};

#define OUTGOING_INIT { ADDITIONS_INIT, { { 0 } }, 0, 0, 0, 0, 0, 0 }

/**
 * What the local branch has and the remote (as fetched last) lacks, but for
 * what is to stay. `lanes`: also without what a lane has taken there before.
 */
int gitperf_outgoing_find(struct outgoing *out, struct remote *r, int lanes);
void gitperf_outgoing_free(struct outgoing *out);

/**
 * Files that were purged here and are still there, as far as is known; 0 also where
 * that cannot be read, for others to complain about.
 */
size_t gitperf_outgoing_purged(struct remote *r);

/* sent.c: what was delivered by lane, and may not be on the branch as known here */

struct sent {
	char id[GITPERF_ID_SIZE];
	int landed;                    /* we have collected it ourselves */
};

/** What was sent to this remote in the last day, for gitperf_sent_find(). */
int gitperf_sent_read(struct arena *arena, struct sent **out, size_t *n, struct remote *r);
const struct sent *gitperf_sent_find(const struct sent *list, size_t n, const char *id);
/** Remember them, and forget what is older. */
int gitperf_sent_write(struct remote *r, const struct additions *adds);
/** Remember that a batch is on the branch. */
void gitperf_sent_landed(struct remote *r, const gitperf_batch *batch);

/* heard.c: when the remote was last heard of */

struct heard {
	long long when;                /* in seconds since 1970; 0: not known */
	size_t missing;                /* files that had disappeared by then */
};

int gitperf_heard_read(struct heard *out, const struct remote *r);
/** Now; with as many files missing. */
void gitperf_heard_write(const struct remote *r, size_t missing);

#endif
