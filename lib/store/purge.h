/*
 * purge.h - one purge on its way
 */
#ifndef GITPERF_STORE_PURGE_H
#define GITPERF_STORE_PURGE_H

#include "store/revoked.h"
#include "store/swap.h"
#include "store/union.h"

#include <gitperf/platform.h>
#include <gitperf/purge.h>

/** One record, as far as names tell. */
struct purge_item {
	gitperf_purged public;
	git_oid oid;
	char commit[GITPERF_ID_SIZE];          /* or "" */
	char platform[GITPERF_NAME_MAX + 1];   /* or "" */
	int is_revoked;                /* by whatever is read here */
	git_oid text;                  /* set when the commit is made: the reason, */
	size_t text_len;               /* ... and what goes with it */
};

struct purge {
	struct swap swap;
	const gitperf_purge_options *opts;
	gitperf_purge_result *result;
	gitperf_time now;
	struct purge_item *items;      /* in the order in which they were named */
	size_t n;
};

/** The record with this id, or NULL. */
struct purge_item *gitperf_purge__item(const struct purge *p, const git_oid *oid);

/* purge_names.c */

/** Find out which records are meant. */
int gitperf_purge__resolve(struct purge *p);

/* purge_edits.c */

/**
 * What to take away from a tree: files with the ids of `all` (NULL: none) or of
 * the records of `p` (NULL: none), and what to replace below revoked/.
 */
int gitperf_purge__find(struct additions *out, gitperf_repo *repo, const struct purge *p,
			const git_tree *tree, const struct revoked *all);

/**
 * 1 if there is nothing to do: on the branch, or on the remote's, which it is
 * going to follow, the first commit of the history has revoked all of them, and
 * the tree has none.
 */
int gitperf_purge__is_done(struct purge *p, git_tree *base, const git_oid *tip);

/** Whether a tree revokes all of them; what cannot be read revokes nothing. */
int gitperf_purge__revokes_all(const struct purge *p, git_tree *tree);

/**
 * All that has to be done to the tree of a branch, but for its format, sorted
 * by path; the revocations are `text` of each record. Sets the records' states.
 */
int gitperf_purge__edits(struct additions *edits, struct purge *p, git_tree *base);

/* purge_commit.c */

/** Find out what would be done to a branch with this tree, and set the result. */
int gitperf_purge__plan(struct purge *p, git_tree *base);

/** The generation of the branch with this tree, if it is more than *highest. */
int gitperf_purge__generation(long *highest, gitperf_repo *repo, git_tree *tree);

/**
 * The commit of a branch that is made anew from `base`, with what `edits` do to
 * it; they get the format of that generation, too.
 */
int gitperf_purge__commit(git_oid *out, struct sink *sink, gitperf_repo *repo, git_tree *base,
			  struct additions *edits, long generation, size_t purged);

/** Make the commit; struct swap says what it returns. */
int gitperf_purge__build(git_oid *out, struct swap *swap, git_tree *base,
			 const git_oid *tip);

/* purge_deliver.c */

/**
 * If the branch here was made anew and the remote's, of which `base` is the
 * tree, was not, or has what the branch here has revoked: a commit for the
 * remote without it, with `adds`. From these is dropped what is revoked, and
 * those that are there are marked as present. 1 and a commit, or 0. `purged`
 * receives how many files there will be gone.
 */
int gitperf_purge_deliver(git_oid *out, size_t *purged, gitperf_repo *repo, git_tree *base,
			  struct additions *adds);

/** Count what was purged here and not there, as its tree tells; 0: all of it was. */
int gitperf_purge_waits(size_t *n, gitperf_repo *repo, git_tree *base);

#endif
