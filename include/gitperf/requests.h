/*
 * gitperf/requests.h - what was asked for, and what has become of it, as values
 *
 *	for (i = 0; i < requests->n; i++)
 *		puts(gitperf_request_state_name(requests->list[i].state));
 *
 * gitperf/work.h makes them, gitperf/view.h prints them.
 *
 * A request is one commit in one round. Its state is stored nowhere: it follows from its
 * own jobs in the queue, its own records, and what was decided about it. Those of other
 * commits, parents included, and of other rounds count for nothing.
 */
#ifndef GITPERF_REQUESTS_H
#define GITPERF_REQUESTS_H

#include <gitperf/common.h>
#include <gitperf/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_request_state {
	GITPERF_REQUEST_PENDING,      /**< nobody has begun */
	GITPERF_REQUEST_RUNNING,
	GITPERF_REQUEST_COMPLETE,     /**< every platform that is needed has a result */
	GITPERF_REQUEST_PARTIAL,      /**< some have, and the others failed or take long */
	GITPERF_REQUEST_FAILED,       /**< none has, and none will */
	GITPERF_REQUEST_SKIPPED,      /**< it was dropped before anything had landed */
	GITPERF_REQUEST_STATES
} gitperf_request_state;

/** "pending", "running", ...; static. */
GITPERF_EXPORT const char *gitperf_request_state_name(gitperf_request_state state);

/** What becomes of it on one platform. */
typedef enum gitperf_part_state {
	GITPERF_PART_QUEUED,
	GITPERF_PART_RUNNING,
	GITPERF_PART_LANDED,          /**< all of its jobs have a result that can be used */
	GITPERF_PART_FAILED,          /**< all are over, and some have failed */
	GITPERF_PART_DROPPED,
	GITPERF_PART_STATES
} gitperf_part_state;

/** "queued", "running", "landed", "failed", "dropped"; static. */
GITPERF_EXPORT const char *gitperf_part_state_name(gitperf_part_state state);

/** One platform of a request; all lent. Times are by the clocks of whoever wrote them. */
typedef struct gitperf_part {
	const char *platform;
	int is_required;
	gitperf_part_state state;
	size_t jobs, landed, failed, running; /**< of it, as configurations or parts of a suite */
	const char *worker;           /**< whose result came last, else who is at it, or NULL */
	const char *why;              /**< why the last one failed, or it was dropped; or NULL */
	gitperf_time asked, started, finished; /**< first, first, last; 0: unknown */
	gitperf_time expected;        /**< 0: nobody can tell, or nothing is awaited */
	int64_t busy_ms;              /**< what its results took, one after the other */
} gitperf_part;

#define GITPERF_NO_PART ((size_t)-1)

typedef struct gitperf_request_view {
	const char *commit;
	int64_t round;
	const char *by;               /**< who asked for it, or NULL: a planner, or nobody knows */
	gitperf_request_state state;
	const gitperf_part *parts;    /**< ordered by platform */
	size_t nparts;
	size_t landed;                /**< parts with a result */
	size_t required, required_landed; /**< that it waits for, and how many have come */
	gitperf_time asked, started, finished; /**< first, first, last; 0: unknown */
	gitperf_time expected;        /**< of all that is required; 0: nobody can tell */
	int64_t wait_ms;              /**< from asked to started; negative: unknown */
	int64_t duration_ms;          /**< from started to finished, or to now; negative: unknown */
	size_t last;                  /**< the part whose result came last, or will; or GITPERF_NO_PART */
	int64_t last_by_ms;           /**< so much later than the others; negative: unknown */
} gitperf_request_view;

/** Two platforms of which one keeps the other's results waiting. */
typedef struct gitperf_imbalance {
	const char *slow, *fast;      /**< NULL: there is none */
	int64_t slow_ms, fast_ms;     /**< what the same commits took there, of each machine */
} gitperf_imbalance;

typedef struct gitperf_requests {
	gitperf_time now;
	const gitperf_agenda *agenda; /**< the queue that this is from */
	const gitperf_request_view *list; /**< newest first */
	size_t n;
	gitperf_imbalance imbalance;
} gitperf_requests;

#ifdef __cplusplus
}
#endif

#endif
