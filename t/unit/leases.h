/*
 * leases.h - a queue of jobs and workers in memory, to look at
 *
 *	struct queue *q = calloc(1, sizeof(*q));
 *
 *	add_job(q, "w", 1);
 *	look(q, NULL, TTL);
 *	gitperf_queue__free(q);
 *
 * Includers have tap.h before.
 */
#ifndef LEASES_H
#define LEASES_H

#include <stdlib.h>

#include "random.h"
#include "work/planner.h"

/* Here a lease may be silent for a millisecond, which is TTL nanoseconds */
#define TTL INT64_C(1000000)
#define DAY (INT64_C(86400) * 1000000000)

static inline gitperf_job *add_job(struct queue *q, const char *worker, int64_t token)
{
	gitperf_job *job;

	q->jobs = gitperf_arena_grow(&q->arena, q->jobs, q->njobs, sizeof(*q->jobs));
	job = &q->jobs[q->njobs++];
	memset(job, 0, sizeof(*job));
	snprintf(job->id, sizeof(job->id), "%040zx", q->njobs);
	job->commit = "1111111111111111111111111111111111111111";
	job->platform = "p0";
	job->lease.worker = worker;
	job->lease.token = worker ? token : 0;
	job->lease.ttl_ms = worker ? 1 : 0;
	job->attempts = worker != NULL;
	return job;
}

static inline gitperf_worker *add_worker(struct queue *q, const char *name)
{
	gitperf_worker *worker;

	q->workers = gitperf_arena_grow(&q->arena, q->workers, q->nworkers, sizeof(*q->workers));
	worker = &q->workers[q->nworkers++];
	memset(worker, 0, sizeof(*worker));
	worker->name = name;
	worker->platform = "p0";
	worker->tool = "git-perf 1";
	worker->instance = "i";
	worker->ttl_ms = 1;
	return worker;
}

static inline int look(struct queue *q, struct watch *watch, int64_t when)
{
	struct observer o = { watch, when, when };

	return gitperf_leases_look(q, &o);
}

static inline int beat(struct queue *q, const gitperf_job *job)
{
	struct progress p = { .ttl_ms = job->lease.ttl_ms };

	return gitperf_lease_renew(q, job->id, job->lease.token, &p);
}

#endif
