/*
 * gitperf/plan.h - what a planner decided and why, and what comes next, as values
 *
 *	for (i = 0; i < plan->nplatforms; i++)
 *		for (j = 0; j < plan->platforms[i].nplanned; j++)
 *			... plan->platforms[i].planned[j].commit ...
 *
 * gitperf/schedule.h makes them, gitperf/view.h prints them.
 */
#ifndef GITPERF_PLAN_H
#define GITPERF_PLAN_H

#include <gitperf/common.h>
#include <gitperf/policy.h>
#include <gitperf/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_ruling {
	GITPERF_RULING_MEASURE,      /**< it is in the queue now */
	GITPERF_RULING_DONE,         /**< chosen, and measured already: nothing to do */
	GITPERF_RULING_REPRESENTED,  /**< the next one that is chosen stands for it */
	GITPERF_RULING_SKIPPED,
	GITPERF_RULING_WAIT,         /**< undecided as yet */
	GITPERF_RULING_DROPPED,      /**< it was in the queue, and is no more */
	GITPERF_RULING_AGAIN         /**< measured, and now once more */
} gitperf_ruling;

/** "measure", "done", ...; static. */
GITPERF_EXPORT const char *gitperf_ruling_name(gitperf_ruling ruling);

/** What was decided about one commit. */
typedef struct gitperf_planned {
	const char *commit;
	gitperf_ruling ruling;
	unsigned reasons;            /**< of what is measured */
	const char *by;              /**< the commit that stands for it, or NULL */
	const char *why;             /**< as in gitperf_decision, or NULL */
	int64_t window_ms;           /**< in effect when it was decided about */
	unsigned batch;              /**< the same */
} gitperf_planned;

typedef struct gitperf_platform_plan {
	const char *name;
	int64_t depth;               /**< of its queue, before */
	gitperf_pace before, pace;
	int64_t window_ms;           /**< in effect; 0: none */
	unsigned batch;              /**< so many commits make one to measure; 0: no matter */
	size_t waiting;              /**< commits that are not decided about */
	gitperf_time due;            /**< when they will be, if nothing comes; 0: when more come */
	const gitperf_planned *planned; /**< oldest commit first */
	size_t nplanned;
} gitperf_platform_plan;

typedef struct gitperf_plan {
	gitperf_time now;
	const char *trunk;           /**< the branch */
	const char *head;            /**< its newest commit */
	const gitperf_policy *policy;
	const gitperf_platform_plan *platforms;
	size_t nplatforms;
	size_t finished;             /**< jobs that were taken off, as their results have landed */
	size_t queued, running;      /**< jobs, after this */
	int is_new;                  /**< something was changed, or would have been */
	unsigned lost_races;
} gitperf_plan;

/** A job in the order in which jobs will be taken, and when to expect its result. */
typedef struct gitperf_item {
	const gitperf_job *job;
	gitperf_time expected;        /**< 0: nobody can tell, or it has failed */
	int64_t duration_ms;          /**< of such a job, as far as is known; 0: not */
} gitperf_item;

/** The queue as somebody reads it; all lent by it. */
typedef struct gitperf_agenda {
	gitperf_time now;
	const char *where;            /**< the remote as people may see it, or NULL: here */
	const gitperf_queue *queue;
	const gitperf_item *items;    /**< by platform: those under way first, last those that have failed */
	size_t nitems;
} gitperf_agenda;

/** How long jobs take on a platform, how fast commits come, and what fits. */
typedef struct gitperf_suggestion {
	const char *platform;
	size_t runs;                  /**< complete runs that this is from, the newest */
	int64_t duration_ms;          /**< the median of what they took; 0: there are none */
	double commits_per_hour;      /**< of the trunk, over the last week in which there were any */
	size_t commits;               /**< that this is from */
	size_t workers;               /**< that measured here in that time, at least 1 */
	int64_t window_ms;            /**< now */
	int64_t suggested_ms;         /**< 0: nothing can be said */
} gitperf_suggestion;

typedef struct gitperf_advice {
	const gitperf_suggestion *list; /**< by platform */
	size_t n;
	const gitperf_policy *policy;
} gitperf_advice;

#ifdef __cplusplus
}
#endif

#endif
