/*
 * transit.h - between the files that look at what is on its way
 */
#ifndef GITPERF_STORE_TRANSIT_H
#define GITPERF_STORE_TRANSIT_H

#include "base/arena.h"
#include "store/remote.h"

#include <gitperf/transit.h>

/** In the perf/ folder; work/hook_log.c writes it. */
#define HOOK_LOG "hook.log"

struct transit {
	gitperf_transit public;
	struct arena arena;
};

/* spool_look.c */

/** Count what waits there; files that come or go meanwhile may be counted or not. */
int gitperf_spool_look(gitperf_spool *out, struct arena *arena, gitperf_repo *repo);

/* transit_lanes.c */

/** The lanes of this repository, and those in quarantine with the reasons. */
int gitperf_transit__own_lanes(struct transit *t, gitperf_repo *repo);

/** Count the lanes that were fetched from a remote and hold what it lacks. */
int gitperf_transit__fetched_lanes(size_t *out, struct remote *r);

/** Sort references of somebody, as ours are named, and then into an inbox. */
int gitperf_transit__sort_lanes(gitperf_inbox *out, struct arena *arena, gitperf_repo *repo,
				struct listed_ref *refs, size_t n);

#endif
