/*
 * purge.h - one purge on its way
 */
#ifndef GITPERF_STORE_PURGE_H
#define GITPERF_STORE_PURGE_H

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
 * 1 if there is nothing to do: on the branch, or on the remote's, which it is
 * going to follow, the first commit of the history has revoked all of them, and
 * the tree has none.
 */
int gitperf_purge__is_done(struct purge *p, git_tree *base, const git_oid *tip);

/** Whether a tree revokes all of them. */
int gitperf_purge__revokes_all(const struct purge *p, git_tree *tree);

/**
 * All that has to be done to the tree of a branch, but for its format, sorted
 * by path; the revocations are `text` of each record. Sets the records' states.
 */
int gitperf_purge__edits(struct additions *edits, struct purge *p, git_tree *base);

/* purge_commit.c */

/** Find out what would be done to a branch with this tree, and set the result. */
int gitperf_purge__plan(struct purge *p, git_tree *base);

/** Make the commit; struct swap says what it returns. */
int gitperf_purge__build(git_oid *out, struct swap *swap, git_tree *base,
			 const git_oid *tip);

#endif
