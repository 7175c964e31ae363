/*
 * append.h - one append on its way
 */
#ifndef GITPERF_STORE_APPEND_H
#define GITPERF_STORE_APPEND_H

#include "base/clock.h"
#include "store/store.h"

struct append {
	gitperf_repo *repo;
	git_repository *git;
	const char *ref;
	gitperf_batch *own;
	const gitperf_append_options *opts;
	gitperf_append_result *result;
	struct backoff backoff;
	gitperf_buffer own_spool;      /* our file there, or empty */
	gitperf_batch *others;         /* taken from the spool */
	gitperf_buffer files;          /* ... and the files that held them */
	struct source sources[SOURCES]; /* the branch at the remote */
	size_t left_out;               /* revoked ones, of whomever */
	struct addition *adds;         /* all of it, sorted by path */
	size_t n;
};

/** Whether the branch, or the remote's, has revoked a record. */
int gitperf_append__is_revoked(struct append *a, git_tree *tree, const char *id);

/** Try once; 1: landed; 0: somebody else was faster or holds the lock. */
int gitperf_append__swap(struct append *a);

/** Land what waits in the spool, unless another writer is at it. */
int gitperf_append__spool(gitperf_repo *repo, const gitperf_events *events);

#endif
