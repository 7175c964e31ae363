/*
 * gitperf/crew.h - the machines that measure, and how they do, as values
 *
 *	for (i = 0; i < crew->n; i++)
 *		printf("%s: %s\n", crew->list[i].name, gitperf_crew_state_name(crew->list[i].state));
 *
 * gitperf/worker.h makes them, gitperf/view.h prints them. All of this is for
 * people: nothing is decided by it. Whether a lease has expired, or a worker is still
 * waited for, others find out by watching (gitperf-queue(7)), never by a time that another
 * machine's clock has given.
 */
#ifndef GITPERF_CREW_H
#define GITPERF_CREW_H

#include <gitperf/common.h>
#include <gitperf/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_crew_state {
	GITPERF_CREW_MEASURING,       /**< it has a job */
	GITPERF_CREW_IDLE,
	GITPERF_CREW_PAUSED,          /**< it takes no other job, as people want it */
	GITPERF_CREW_DRAINING,        /**< it ends, or has ended, as people want it */
	GITPERF_CREW_RETIRED,
	/** Nothing was heard of it for three times as long as it may be silent, by its own
	 *  clock and that of the reader: where these differ, it may well be alive. */
	GITPERF_CREW_SILENT,
	GITPERF_CREW_STATES
} gitperf_crew_state;

/** "measuring", "idle", ...; static. */
GITPERF_EXPORT const char *gitperf_crew_state_name(gitperf_crew_state state);

/** A worker; all lent. */
typedef struct gitperf_hand {
	const char *name, *platform;
	/** What it has told of itself, or others of it; all zero but for the names: nothing
	 *  but that it holds a lease. */
	gitperf_worker told;
	gitperf_crew_state state;
	const gitperf_job *job;       /**< that it is at, the last one it took; or NULL */
	size_t njobs;                 /**< that it holds leases of */
	gitperf_time heard;           /**< by the clock of whoever has written it down; 0: never */
	int64_t ttl_ms;               /**< how long it may be silent now */
	int is_other_tool;            /**< its version is not the one that most have */
	size_t runs;                  /**< complete ones of its last that say how long they took */
	int64_t duration_ms;          /**< the median of these; 0: nobody knows */
	size_t day, week;             /**< results of the last 24 hours, of the last 7 days */
} gitperf_hand;

/** A platform that is planned for, that jobs are of, or that somebody measures. */
typedef struct gitperf_station {
	const char *name;
	size_t waiting;               /**< jobs that nobody is at, but for those that have failed */
	size_t workers;               /**< that would take one: measuring, or idle */
	int64_t duration_ms;          /**< what a run of its workers takes, on average; 0: unknown */
	/** How long these take for those jobs; negative: nobody knows. Without any worker, as
	 *  if there were one. */
	int64_t backlog_ms;
} gitperf_station;

typedef struct gitperf_crew {
	gitperf_time now;
	const char *where;            /**< the remote as people may see it, or NULL: here */
	const char *tool;             /**< the version that most have, or NULL */
	const gitperf_queue *queue;
	const gitperf_hand *list;     /**< ordered by platform, name */
	size_t n;
	const gitperf_station *stations; /**< ordered by name */
	size_t nstations;
	int is_partial;               /**< there are more results than were looked at: `week`,
	                                   or even `day`, is at least so many */
} gitperf_crew;

#ifdef __cplusplus
}
#endif

#endif
