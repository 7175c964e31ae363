/*
 * merge.h - readings of several iterations, as benchmarks
 *
 *	struct merge *merge;
 *
 *	if ((err = gitperf_merge__new(&merge, work, arena)) < 0)
 *		return err;
 *	... for each iteration: gitperf_merge__add(merge, readings) ...
 *	for (i = 0; i < gitperf_merge__count(merge); i++)
 *		err = gitperf_merge__benchmark(&bench, merge, i, rules, nrules);
 *	gitperf_merge__free(merge);
 */
#ifndef GITPERF_RUN_MERGE_H
#define GITPERF_RUN_MERGE_H

#include "base/arena.h"
#include "run/sampling.h"

#include <gitperf/port.h>

struct merge;

/**
 * `arena` keeps what benchmarks need, besides what the merge does. The secrets
 * of `env`, which the command has, are kept out of reasons.
 */
int gitperf_merge__new(struct merge **out, const gitperf_workload *work,
		       const char *const *env, struct arena *arena);

/** Add the readings of an iteration; they are the merge's from now on. */
int gitperf_merge__add(struct merge *merge, gitperf_readings *readings);

/** The samples of what is read first. */
const struct samples *gitperf_merge__first(const struct merge *merge);

size_t gitperf_merge__count(const struct merge *merge);

/** The i-th benchmark; what is in it lives as long as merge and arena. */
int gitperf_merge__benchmark(gitperf_benchmark *bench, struct merge *merge, size_t i,
			     const gitperf_metric_rule *rules, size_t n);

void gitperf_merge__free(struct merge *merge);

#endif
