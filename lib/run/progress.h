/*
 * progress.h - how far a measurement is
 *
 * How many iterations there will be may be a guess that changes. What is told
 * never goes back: neither the count, nor the part of the whole that it is.
 */
#ifndef GITPERF_RUN_PROGRESS_H
#define GITPERF_RUN_PROGRESS_H

#include <gitperf/common.h>

struct progress {
	const gitperf_events *events;
	uint64_t done, expected;       /* of all workloads, as known now */
	uint64_t told_done, told_total;
};

/** What is told from now on: `told_done` and `told_total`. */
void gitperf_progress__count(struct progress *progress);

/** Tell that `name` comes next; `verb` is "measuring" or the like. */
void gitperf_progress__tell(struct progress *progress, const char *verb,
			    const char *name);

#endif
