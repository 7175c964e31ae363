/*
 * lease.h - who is at a job, and whether he still is
 *
 *	struct watch watch = WATCH_INIT;
 *
 *	observer.clock_ns = gitperf_clock_ns();
 *	if ((n = gitperf_leases_look(queue, &observer)) < 0)
 *		return n;
 *	... leases that nobody keeps any more are gone from the queue ...
 *
 * A lease has expired when an observer has seen it with the same token and beat for
 * longer than it may be silent, by the observer's own clock: the clocks of two
 * machines are never compared. Whoever does not stay to watch notes in the queue when
 * he looked; of such notes it takes three, a ttl apart each by the times they give, so
 * that one clock that is wrong, or two that differ, end no lease.
 */
#ifndef GITPERF_WORK_LEASE_H
#define GITPERF_WORK_LEASE_H

#include "base/map.h"
#include "store/queue.h"

/** What a lease may be silent if it does not say: for the time of claiming and fetching. */
#define LEASE_TTL_MS (INT64_C(10) * 60 * 1000)

/** A worker that is silent for so many times its ttl is not counted on. */
#define WORKER_SILENT 3

struct sight;

/** What a process has seen of leases and workers; begins as all zero. */
struct watch {
	struct map places;             /* where in `list` */
	struct sight *list;
	size_t n, room;
};

struct observer {
	struct watch *watch;           /* NULL: of one that does not stay */
	int64_t clock_ns;              /* gitperf_clock_ns() */
	gitperf_time now;
};

/** Look at all leases and workers, and end the leases that have expired: so many, or an error. */
int gitperf_leases_look(struct queue *queue, const struct observer *observer);
void gitperf_watch_free(struct watch *watch);

/** Whether a worker is not to be counted on, by what gitperf_leases_look() has seen. */
int gitperf_worker_is_silent(const struct queue *queue, const char *name,
			     const struct observer *observer);

/** How far a job is. */
struct progress {
	int64_t ttl_ms;                /* until the next beat, at most */
	const char *const *steps;      /* copied */
	size_t nsteps;
	int64_t step, done, total;
};

/**
 * A sign of life: 1, or 0 if the lease with this token is no more; then whatever is
 * being done for it is to be left. GITPERF_ENOMEM.
 */
int gitperf_lease_renew(struct queue *queue, const char *id, int64_t token,
			const struct progress *progress);

/** The job of that lease, or NULL: it is no more. */
gitperf_job *gitperf_lease_find(struct queue *queue, const char *id, int64_t token);

/**
 * Give a job back. `refund`: as if it had not been tried, if that was not so too
 * often; `why` is what the next one may want to know, or NULL; copied.
 */
int gitperf_lease_end(struct queue *queue, gitperf_job *job, int refund, const char *why);

/* queue_edit.c: who works */

/** What a queue knows of a worker, or NULL. */
gitperf_worker *gitperf_queue_worker(const struct queue *queue, const char *name);
/** One more, in its place; strings are copied. NULL without memory. */
gitperf_worker *gitperf_queue_add_worker(struct queue *queue, const char *name, const char *platform);
/** A job that it is at, or NULL. */
const gitperf_job *gitperf_queue_job_of(const struct queue *queue, const char *worker);

#endif
