/*
 * turn.c - whose turn it is: the order of jobs, and taking one
 *
 * The order is not stored: it is that of the moment at which somebody asks, so a
 * wish that came late is served early, and nothing waits for ever.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/planner.h"

#include <gitperf/platform.h>

/* Whoever waits so long moves up one class, but for what people ask for by hand */
#define AGEING (INT64_C(6) * 3600 * 1000000000)
#define CLASS_STARTED 1

/* What people wait for first; what is begun is finished before more is begun */
static int class_of(struct queue *q, const gitperf_job *job, gitperf_time now)
{
	static const int classes[GITPERF_REASONS] = {
		[GITPERF_REASON_MANUAL] = 0, [GITPERF_REASON_TAGGED] = 2, [GITPERF_REASON_RELEASE] = 3,
		[GITPERF_REASON_PUSH] = 4, [GITPERF_REASON_SCHEDULED] = 4, [GITPERF_REASON_BISECT] = 5,
		[GITPERF_REASON_BACKFILL] = 6, [GITPERF_REASON_IDLE] = 7
	};
	const gitperf_request *request;
	int class = classes[gitperf_reason_first(job->reasons)];
	int64_t ages = now > job->asked ? (now - job->asked) / AGEING : 0;

	if (class <= CLASS_STARTED)
		return class;
	request = gitperf_queue_request(q, job);
	if (request && request->is_started)
		return CLASS_STARTED;
	return ages >= class - CLASS_STARTED ? CLASS_STARTED : class - (int)ages;
}

struct place gitperf_turn_place(struct queue *q, const gitperf_job *job, gitperf_time now)
{
	struct place place = { job, class_of(q, job, now) };

	return place;
}

int gitperf_turn_compare(const struct place *x, const struct place *y)
{
	const gitperf_job *a = x->job, *b = y->job;
	int diff = x->class - y->class;

	/* of equals, whoever came first; parents are asked for before their children */
	if (!diff)
		diff = (a->asked > b->asked) - (a->asked < b->asked);
	return diff ? diff : strcmp(a->id, b->id);
}

static size_t next_job(struct queue *q, const char *platform, gitperf_time now)
{
	struct place best = { NULL, 0 };
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		struct place one;

		if (q->jobs[i].lease.worker || strcmp(q->jobs[i].platform, platform))
			continue;
		one = gitperf_turn_place(q, &q->jobs[i], now);
		if (!best.job || gitperf_turn_compare(&one, &best) < 0)
			best = one;
	}
	return best.job ? (size_t)(best.job - q->jobs) : SIZE_MAX;
}

/* Whether a job is left out because of how long the queue is, if people want that */
static int is_too_long(const gitperf_job *job, const gitperf_policy *policy, int64_t depth)
{
	int is_pushed = gitperf_reason_first(job->reasons) == GITPERF_REASON_PUSH;

	return gitperf_reason_is_automatic(job->reasons) &&
	       depth > (is_pushed ? policy->widen_over : policy->drop_over);
}

/* SKIP: one by one, until it is short enough for the one whose turn it is */
static int skip_jobs(struct turn *out, struct queue *q, const gitperf_policy *policy,
		     const char *platform, gitperf_time now)
{
	size_t i = next_job(q, platform, now);
	int64_t depth = gitperf_queue_depth(q, platform, policy->unit);
	int err = 0;

	while (i != SIZE_MAX && !err && depth >= 0 && is_too_long(&q->jobs[i], policy, depth)) {
		err = gitperf_queue_drop_job(&out->dropped, &out->ndropped, q, i, NULL, "queue-depth");
		i = next_job(q, platform, now);
		depth = gitperf_queue_depth(q, platform, policy->unit);
	}
	return depth < 0 ? (int)depth : err;
}

static int drop_jobs(struct turn *out, struct queue *q, const gitperf_policy *policy,
		     const char *platform, gitperf_time now)
{
	gitperf_plan_state *state = gitperf_queue_state(q, platform);
	int64_t depth = gitperf_queue_depth(q, platform, policy->unit);

	if (!state)
		return gitperf_fail_oom();
	if (depth < 0)
		return (int)depth;
	if (policy->degrade == GITPERF_DEGRADE_SKIP)
		return skip_jobs(out, q, policy, platform, now);
	if (gitperf_queue_pace(state->pace, depth, policy) != GITPERF_PACE_NEWEST)
		return 0;
	return gitperf_queue_drop(&out->dropped, &out->ndropped, q, platform,
				  gitperf_queue_newest(q, platform), "queue-depth");
}

int gitperf_turn_take(struct turn *out, struct queue *q, const gitperf_policy *policy,
		      const char *platform, const char *worker, gitperf_time now)
{
	gitperf_request *request;
	size_t i;
	int err;

	memset(out, 0, sizeof(*out));
	if ((err = gitperf_worker_check(worker)) < 0 ||
	    (err = drop_jobs(out, q, policy, platform, now)) < 0)
		return err;
	i = next_job(q, platform, now);
	if (i == SIZE_MAX)
		return 0;
	out->job = &q->jobs[i];
	out->job->lease.worker = gitperf_arena_strdup(&q->arena, worker);
	out->job->lease.token = ++q->tokens;
	out->job->lease.beat = 0;
	out->job->attempts++;
	request = gitperf_queue_request(q, out->job);
	if (request)
		request->is_started = 1;
	return gitperf_arena_check(&q->arena);
}

void gitperf_turn_give_back(gitperf_job *job, int refund)
{
	job->lease.worker = NULL;
	job->lease.token = job->lease.beat = 0;
	job->attempts -= refund && job->attempts;
}
