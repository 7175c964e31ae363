/*
 * gitperf/worker.h - machines that take jobs from a queue and measure them
 *
 *	gitperf_work_options opts = GITPERF_WORK_OPTIONS_INIT;
 *	gitperf_work_result result;
 *
 *	opts.mode = GITPERF_WORK_LOOP;
 *	if ((err = gitperf_work(&result, repo, &opts)) < 0)
 *		... nothing is lost: what was measured is here, and goes out next time ...
 *
 * Any number of workers may be at one queue. One that dies loses its lease when
 * others have not heard of it for long enough; one that comes back goes on where it
 * was. gitperf-workers(7) says what holds when something fails.
 */
#ifndef GITPERF_WORKER_H
#define GITPERF_WORKER_H

#include <gitperf/common.h>
#include <gitperf/crew.h>
#include <gitperf/queue.h>
#include <gitperf/repo.h>
#include <gitperf/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_work_mode {
	GITPERF_WORK_UNTIL_EMPTY,     /**< until there is nothing to be had */
	GITPERF_WORK_ONCE,            /**< one job at most */
	GITPERF_WORK_LOOP             /**< until somebody says to end */
} gitperf_work_mode;

/** What a worker tells while it works. */
typedef enum gitperf_work_news {
	GITPERF_NEWS_CLAIMED,         /**< a job is ours */
	GITPERF_NEWS_RESUMED,         /**< ... that we had before we died */
	GITPERF_NEWS_LANDED,          /**< its result is there, whatever it says */
	GITPERF_NEWS_RELEASED,        /**< it was given back; `why` */
	GITPERF_NEWS_LOST,            /**< somebody else has it by now, or nobody wants it any more */
	GITPERF_NEWS_FAILED,          /**< it cannot be done; `why` is in its result */
	GITPERF_NEWS_REFUSED,         /**< the next job is for another version; `why` */
	GITPERF_NEWS_PAUSED,          /**< people want it so */
	GITPERF_NEWS_IDLE,            /**< there is nothing to be had */
	GITPERF_NEWS_OFFLINE,         /**< the queue cannot be reached; `why` */
	GITPERF_NEWS_DRAINED          /**< people want it to end */
} gitperf_work_news;

/** A line for a log; all lent while it is told. */
typedef struct gitperf_work_event {
	gitperf_work_news news;
	const gitperf_job *job;       /**< or NULL */
	const char *why;              /**< or NULL */
	int64_t duration_ms;          /**< of what is over by this */
} gitperf_work_event;

typedef struct gitperf_work_options {
	int version;
	gitperf_work_mode mode;
	/** Whose queue, as for gitperf_plan_make(); NULL: as usual. */
	const gitperf_schedule_options *schedule;
	const char *worker;           /**< NULL: perf.worker, else by the name of this host */
	const char *platform;         /**< NULL: perf.platform, else this machine's */
	const char *set;              /**< whose part of a suite it takes, too; NULL: its own */
	/** It may run on another machine each time, under one name: then two at once are
	 *  no mistake. */
	int anywhere;
	int64_t wait_ms;              /**< for another measurement on this host; negative: ten minutes */
	/** Asked often: whether to stop. A job at hand is given back. May be NULL. */
	int (*is_interrupted)(void);
	void (*tell)(void *payload, const gitperf_work_event *event);
	void *payload;
	const gitperf_events *events;
} gitperf_work_options;

#define GITPERF_WORK_OPTIONS_INIT { .version = 1, .wait_ms = -1 }

typedef struct gitperf_work_result {
	size_t landed;                /**< results of jobs, good and bad */
	size_t released, lost;        /**< jobs that were not finished */
	int interrupted;
	int updated;                  /**< perf.updateCommand has run: begin anew with what it has made */
} gitperf_work_result;

/**
 * Take jobs, measure them and deliver the results. GITPERF_EBUSY: a worker of this
 * name is at work in this clone; GITPERF_EDENIED: elsewhere, or it was retired;
 * GITPERF_ENET and others as gitperf_plan_make(): not in a loop, which goes on
 * trying.
 */
GITPERF_EXPORT int gitperf_work(gitperf_work_result *out, gitperf_repo *repo,
				const gitperf_work_options *opts);

/** The name of this clone's worker: perf.worker, else made from that of the host. */
GITPERF_EXPORT int gitperf_work_name(gitperf_buffer *out, gitperf_repo *repo);

/**
 * Tell a worker what to do, from any clone: it hears of it before the next job.
 * RETIRE also gives its jobs to others at once. With a `platform`, one that is not
 * known is added. GITPERF_ENOTFOUND: there is no worker of that name;
 * GITPERF_EINVALID: it is one of another platform.
 */
GITPERF_EXPORT int gitperf_worker_tell(gitperf_repo *repo, const char *name, const char *platform,
				       gitperf_duty duty, const gitperf_schedule_options *opts);

/**
 * All workers of a queue, and those that hold a lease of it, with what they are at and have
 * done; `cached` asks nobody. GITPERF_ENET and so on, as gitperf_fetch().
 */
GITPERF_EXPORT int gitperf_crew_load(gitperf_crew **out, gitperf_repo *repo,
				     const gitperf_schedule_options *opts);
GITPERF_EXPORT void gitperf_crew_free(gitperf_crew *crew);

#ifdef __cplusplus
}
#endif

#endif
