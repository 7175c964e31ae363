/*
 * result.h - results of jobs: to this clone's branch, and on to the queue's remote
 */
#ifndef GITPERF_WORK_RESULT_H
#define GITPERF_WORK_RESULT_H

#include "work/schedule.h"

/** Put a record where it lasts: onto this clone's branch, or into the spool. */
int gitperf_result_land(gitperf_repo *repo, const gitperf_record *record, const gitperf_events *events);

/** Land what is in the spool, and send what was not sent to where the queue is: no connection if there is nothing. */
int gitperf_result_deliver(gitperf_repo *repo, const gitperf_schedule_options *opts);

/** A record that says why a job has no result; `tool` and `worker` may be NULL. */
int gitperf_result_fail(gitperf_repo *repo, const gitperf_job *job, const char *tool, const char *worker,
			gitperf_time finished, const char *why, const gitperf_events *events);

/** Copy those jobs of a queue that were tried too often. */
int gitperf_given_up_list(gitperf_job **out, size_t *n, struct arena *arena, const struct queue *queue);

/** Have their failure for a result. Whoever does this makes the same records. */
int gitperf_given_up_record(gitperf_repo *repo, const gitperf_job *jobs, size_t n,
			    const gitperf_schedule_options *opts);

#endif
