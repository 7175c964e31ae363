/*
 * commit.h - a commit with more files in its tree
 */
#ifndef GITPERF_STORE_COMMIT_H
#define GITPERF_STORE_COMMIT_H

#include "store/store.h"

/**
 * A commit that has all additions, sorted by path, on `base`, the tree of
 * `parent` (both NULL: the first of a branch, which also gets its `format`).
 * Nothing is visible before a reference is moved to it. Marks each addition
 * that is there already as present; returns 1, or 0 when all of them are.
 */
int gitperf_commit_make(git_oid *out, gitperf_repo *repo, git_tree *base,
			const git_oid *parent, struct addition *adds, size_t n);

/**
 * A commit without a parent that has these additions alone, and is the same
 * whoever makes it, whenever.
 */
int gitperf_commit_alone(git_oid *out, gitperf_repo *repo, struct addition *adds,
			 size_t n, gitperf_time when);

#endif
