/*
 * await.h - platforms whose results are still to come
 */
#ifndef GITPERF_STORE_AWAIT_H
#define GITPERF_STORE_AWAIT_H

#include "base/clock.h"
#include "store/store.h"

#include <gitperf/share.h>

struct await {
	const gitperf_gather_options *opts;
	struct backoff backoff;
	const char **missing;          /* nothing of the commit has come from these */
	size_t n;
	size_t told;                   /* how many they were when that was told last */
};

/** `opts` must outlive it; all of opts->wait_platforms are missing at first. */
int gitperf_await_open(struct await *a, const gitperf_gather_options *opts);
void gitperf_await_close(struct await *a);

/** Leave those that have a record in the batch. */
void gitperf_await_batch(struct await *a, const gitperf_batch *batch);
/** Leave those that have one on the branch; NULL: it has nothing. */
void gitperf_await_branch(struct await *a, git_repository *git, git_tree *branch);

/** 1 after a pause, if anything is missing and there is time; else 0, at once. */
int gitperf_await_pause(struct await *a);

#endif
