/*
 * queue.h - jobs, requests, workers, decisions and plans, to JSON and back
 *
 * Whatever is read comes from others: it is checked whole, and refused with the
 * name of what is wrong (GITPERF_EFORMAT). Texts are copied into the arena.
 */
#ifndef GITPERF_DATA_QUEUE_H
#define GITPERF_DATA_QUEUE_H

#include "base/arena.h"

#include <gitperf/queue.h>

/** No file of a queue, and no decision, is larger: room for 95,000 marks in a plan. */
#define QUEUE_FILE_MAX (4u << 20)

/** No number in them is larger: those that count can be counted on. */
#define QUEUE_NUMBER_MAX INT64_C(1000000000000000)

/** How far planning has come: of all platforms, for one trunk. */
struct plan {
	const char *trunk;             /* NULL: nothing was planned yet */
	const gitperf_plan_state *states; /* ordered by platform */
	size_t nstates;
	const char *const *marked;     /* commits whose mark was heeded, ordered */
	size_t nmarked;
};

int gitperf_job_parse(gitperf_job *out, struct arena *arena, const char *bytes, size_t len);
int gitperf_worker_parse(gitperf_worker *out, struct arena *arena, const char *bytes, size_t len);
int gitperf_request_parse(gitperf_request *out, struct arena *arena, const char *bytes, size_t len);
int gitperf_decision_parse(gitperf_decision *out, struct arena *arena, const char *bytes, size_t len);
/** Whether a decision that cannot be read is of a schema that is to come. */
int gitperf_decision_is_newer(const char *bytes, size_t len);
int gitperf_plan_parse(struct plan *out, struct arena *arena, const char *bytes, size_t len);

/** A copy with all that it has, in the arena. */
int gitperf_job_copy(gitperf_job *out, struct arena *arena, const gitperf_job *job);

/** Append canonical bytes: sorted keys, no space, a newline at the end. */
int gitperf_job_format(gitperf_buffer *out, const gitperf_job *job);
int gitperf_worker_format(gitperf_buffer *out, const gitperf_worker *worker);
int gitperf_request_format(gitperf_buffer *out, const gitperf_request *request);
int gitperf_decision_format(gitperf_buffer *out, const gitperf_decision *decision);
int gitperf_plan_format(gitperf_buffer *out, const struct plan *plan);

#endif
