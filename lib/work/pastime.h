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

#endif
