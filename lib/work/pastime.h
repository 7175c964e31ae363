/*
 * pastime.h - how long measuring has taken, by what has landed
 */
#ifndef GITPERF_WORK_PASTIME_H
#define GITPERF_WORK_PASTIME_H

#include <gitperf/repo.h>
#include <gitperf/store.h>

struct pastime {
	size_t runs;                   /* complete ones that this is from */
	int64_t median_ms;             /* of what they took; 0: nobody knows */
	size_t workers;                /* that have measured then, at least 1 */
};

/** Of the newest complete runs on a platform that say when they began. */
int gitperf_pastime_look(struct pastime *out, gitperf_store *store, const char *platform);

/** Of one worker on its platform. */
struct past_worker {
	const char *name, *platform;   /* to be filled in by the caller */
	size_t runs;                   /* complete ones of its last that say how long they took */
	int64_t median_ms;             /* of these; 0: nobody knows */
	size_t day, week;              /* results of the last 24 hours, and 7 days */
};

/**
 * What these workers have done, by the newest results of their platforms: all of the
 * last 7 days, and some that are older. 1, or 0 if there were too many to look at.
 */
int gitperf_pastime_workers(struct past_worker *list, size_t n, gitperf_store *store, gitperf_time now);

#endif
