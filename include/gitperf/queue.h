/*
 * gitperf/queue.h - what is to be measured, as values
 *
 *	for (i = 0; i < queue->njobs; i++)
 *		printf("%s on %s\n", queue->jobs[i].commit, queue->jobs[i].platform);
 *
 * A job is one commit on one platform in one configuration, or a part of that. A request is what
 * belongs together of them: the same commit, for the same round. A decision says
 * what was planned for a stretch of the trunk, and outlives the queue: it lies on
 * the perf branch. gitperf-queue(7) describes all three, byte by byte.
 */
#ifndef GITPERF_QUEUE_H
#define GITPERF_QUEUE_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why something is measured; those that come first are more urgent. */
typedef enum gitperf_reason {
	GITPERF_REASON_MANUAL,
	GITPERF_REASON_TAGGED,
	GITPERF_REASON_RELEASE,
	GITPERF_REASON_PUSH,
	GITPERF_REASON_SCHEDULED,
	GITPERF_REASON_BISECT,
	GITPERF_REASON_BACKFILL,
	GITPERF_REASON_IDLE,
	GITPERF_REASONS
} gitperf_reason;

/** "manual", "tagged", ...; static. */
GITPERF_EXPORT const char *gitperf_reason_name(gitperf_reason reason);
/** The most urgent of a set, 1 << reason each. */
GITPERF_EXPORT gitperf_reason gitperf_reason_first(unsigned reasons);
/** Whether a planner came up with it by itself, so that it may think again. */
GITPERF_EXPORT int gitperf_reason_is_automatic(unsigned reasons);

/** Who is at a job; worker NULL: nobody. */
typedef struct gitperf_lease {
	const char *worker;
	int64_t token;                /**< no two leases of a queue have the same one */
	int64_t beat;                 /**< grows while the worker is alive */
	int64_t ttl_ms;               /**< silent for longer, and it has expired */
	gitperf_time since;           /**< by the worker's clock */
	const char *const *steps;     /**< what it does, one after the other, or none */
	size_t nsteps;
	int64_t step;                 /**< the one it is at, from 0 */
	int64_t done, total;          /**< iterations, while it measures; 0: not known */
	const gitperf_time *seen;     /**< when others saw it with this beat, each by its own
	                                   clock: those who do not stay to watch it */
	size_t nseen;
} gitperf_lease;

/** So often a job is begun at most; then it has failed. */
#define GITPERF_ATTEMPTS_MAX 3
/** So often a beginning does not count, as it was given up for no fault of the job. */
#define GITPERF_REFUNDS_MAX 5
/** Expired whatever it says of itself: as long as a benchmark may take, and an hour. */
#define GITPERF_TTL_MAX_MS (INT64_C(1001) * 3600 * 1000)

typedef struct gitperf_job {
	char id[41];                  /**< of what it measures: see gitperf_job_id() */
	const char *commit;           /**< 40 hex digits, as all of them here */
	const char *platform;
	const gitperf_pair *config;   /**< sorted by key */
	size_t nconfig;
	const char *suite;            /**< the blob that says what to do, or NULL */
	int64_t round;                /**< 0, or another time on purpose */
	unsigned reasons;             /**< 1 << gitperf_reason */
	gitperf_time asked;
	const char *set;              /**< the worker whose part of the suite it is; NULL: all of it */
	const char *const *benchmarks; /**< then these, sorted */
	size_t nbenchmarks;
	int64_t attempts;             /**< how often somebody has begun */
	int64_t refunds;              /**< ... and that did not count */
	const char *error;            /**< what became of the last attempt, or NULL */
	gitperf_lease lease;
} gitperf_job;

typedef struct gitperf_request {
	const char *commit;
	int64_t round;
	const char *by;               /**< who asked for it, or NULL: a planner */
	const char *tool;             /**< the version of git perf that it is for, or NULL: any */
	gitperf_time asked;
	int is_started;               /**< somebody has begun with one of its jobs */
} gitperf_request;

/** How a platform does with what is planned for it. */
typedef enum gitperf_pace {
	GITPERF_PACE_NORMAL,
	GITPERF_PACE_WIDENED,         /**< less than the policy says, as the queue is long */
	GITPERF_PACE_NEWEST           /**< nothing but the newest commit, or nothing at all */
} gitperf_pace;

GITPERF_EXPORT const char *gitperf_pace_name(gitperf_pace pace);

/** How far planning has come on a platform. */
typedef struct gitperf_plan_state {
	const char *platform;
	const char *head;             /**< the newest commit that is decided about */
	gitperf_time last;            /**< when something was last chosen for its time */
	gitperf_pace pace;
} gitperf_plan_state;

/** A commit that is to be measured, in a decision. */
typedef struct gitperf_choice {
	const char *commit;
	unsigned reasons;
} gitperf_choice;

/** A commit that was to be measured, and is not after all. */
typedef struct gitperf_dropped {
	const char *commit;
	const char *by;               /**< that stands for it now, or NULL */
	const char *why;              /**< "queue-depth", "superseded", "unreachable" */
} gitperf_dropped;

typedef struct gitperf_decision {
	const char *platform;
	const char *base;             /**< the newest commit that was decided before, or NULL */
	const char *head;
	int64_t commits;              /**< from base, without it, to head */
	const gitperf_choice *chosen; /**< of these, oldest first */
	size_t nchosen;
	const gitperf_dropped *dropped; /**< of those before */
	size_t ndropped;
	/** Why the others are not measured: NULL: the next one that is stands for them;
	 *  "not-merge", "not-tagged", "queue-depth". */
	const char *skipped;
	const char *plan;             /**< the policy, as gitperf_policy_words() says it */
	int64_t depth;                /**< of the queue, before */
	int64_t window_ms;            /**< in effect; 0: none */
	gitperf_pace pace;
	const char *tool;
	gitperf_time decided;
} gitperf_decision;

/** What a worker is to do; people say so. */
typedef enum gitperf_duty {
	GITPERF_DUTY_WORK,
	GITPERF_DUTY_PAUSE,           /**< finish the job, and take no other for now */
	GITPERF_DUTY_DRAIN,           /**< finish the job, and end */
	GITPERF_DUTY_RETIRE,          /**< be no more: its jobs are for others at once */
	GITPERF_DUTIES
} gitperf_duty;

/** "work", "pause", "drain", "retire"; static. */
GITPERF_EXPORT const char *gitperf_duty_name(gitperf_duty duty);

/** What became of a job that could not be done, for people to read. */
typedef struct gitperf_mishap {
	const char *commit;           /**< NULL: there was none */
	gitperf_time when;
	const char *error, *log;      /**< one line; and the tail of what was printed, or NULL */
} gitperf_mishap;

/** A machine that measures, as it has told of itself. */
typedef struct gitperf_worker {
	const char *name, *platform;
	gitperf_duty duty;
	const char *tool;             /**< "git-perf 0.1.0" */
	const char *host;             /**< tells machines apart; NULL: it may be any */
	const char *instance;         /**< tells processes apart */
	int64_t beat;                 /**< grows while it is alive and has no job */
	int64_t ttl_ms;               /**< how long it may be silent then */
	gitperf_time told;            /**< when it wrote this, by its own clock */
	const gitperf_time *seen;     /**< as in gitperf_lease */
	size_t nseen;
	const gitperf_pair *findings; /**< of git perf doctor: what makes it noisy */
	size_t nfindings;
	gitperf_mishap mishap;        /**< the last one */
} gitperf_worker;

/** A queue as it was read at one moment; all lent by it. */
typedef struct gitperf_queue {
	const char *trunk;            /**< the reference that is planned for, or NULL */
	const gitperf_job *jobs;      /**< ordered by platform, id */
	size_t njobs;
	const gitperf_request *requests; /**< ordered by commit, round */
	size_t nrequests;
	const gitperf_plan_state *states; /**< ordered by platform */
	size_t nstates;
	const gitperf_worker *workers; /**< ordered by name */
	size_t nworkers;
	const gitperf_decision *const *decisions; /**< that may not be on the branch yet */
	size_t ndecisions;
	size_t damaged;               /**< files that could not be used */
	size_t newer;                 /**< files that a newer version has written */
} gitperf_queue;

/**
 * The id of a job: a digest of what it measures, so that two planners who want
 * the same thing make the same job.
 */
GITPERF_EXPORT int gitperf_job_id(char out[41], const gitperf_job *job);

#ifdef __cplusplus
}
#endif

#endif
