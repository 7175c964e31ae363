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

int gitperf_job_is_exhausted(const gitperf_job *job)
{
	return !job->lease.worker && job->attempts >= GITPERF_ATTEMPTS_MAX;
}

/* One for another machine is taken when that one does not come any more */
static int is_ours(const struct queue *q, const gitperf_job *job, const struct claimer *who)
{
	if (job->lease.worker || gitperf_job_is_exhausted(job) || strcmp(job->platform, who->platform))
		return 0;
	return !job->set || !strcmp(job->set, who->worker) || (who->set && !strcmp(job->set, who->set)) ||
	       gitperf_worker_is_silent(q, job->set, who->observer);
}

static int is_other_version(struct queue *q, const gitperf_job *job, const struct claimer *who)
{
	const gitperf_request *request = gitperf_queue_request(q, job);

	return request && request->tool && strcmp(request->tool, who->tool) != 0;
}

static size_t next_job(struct turn *out, struct queue *q, const struct claimer *who)
{
	struct place best = { NULL, 0 }, refused = { NULL, 0 };
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		struct place one, *first = &best;

		if (!is_ours(q, &q->jobs[i], who))
			continue;
		one = gitperf_turn_place(q, &q->jobs[i], who->now);
		if (is_other_version(q, &q->jobs[i], who))
			first = &refused;
		if (!first->job || gitperf_turn_compare(&one, first) < 0)
			*first = one;
	}
	if (refused.job && (!best.job || gitperf_turn_compare(&refused, &best) < 0))
		out->refused = gitperf_queue_request(q, refused.job)->tool;
	return best.job ? (size_t)(best.job - q->jobs) : SIZE_MAX;
}

/* Whether a job is left out because of how long the queue is, if people want that */
static int is_too_long(const gitperf_job *job, const gitperf_policy *policy, int64_t depth)
{
	int is_pushed = gitperf_reason_first(job->reasons) == GITPERF_REASON_PUSH;

	return gitperf_reason_is_automatic(job->reasons) &&
	       depth > (is_pushed ? policy->widen_over : policy->drop_over);
}

static int by_place(const void *a, const void *b)
{
	return gitperf_turn_compare(a, b);
}

static gitperf_job *find_job(struct queue *q, const char *id)
{
	size_t i = 0;

	while (strcmp(q->jobs[i].id, id))
		i++;
	return &q->jobs[i];
}

/* Whether it is the last one of its request on its platform */
static int is_last(const struct queue *q, const gitperf_job *job)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (&q->jobs[i] != job && q->jobs[i].round == job->round && !strcmp(q->jobs[i].commit, job->commit) &&
		    !strcmp(q->jobs[i].platform, job->platform))
			return 0;
	return 1;
}

/* SKIP: one by one, in their turns, until it is short enough for the one whose turn it is */
static int skip_jobs(struct turn *out, struct queue *q, const gitperf_policy *policy, const struct claimer *who)
{
	int64_t depth = gitperf_queue_depth(q, who->platform, policy->unit);
	struct place *places = gitperf_arena_array(&q->arena, q->njobs, sizeof(*places));
	const char **ids = gitperf_arena_array(&q->arena, q->njobs, sizeof(*ids));
	size_t i, n = 0;
	int err = 0;

	if (!places || !ids || depth < 0)
		return depth < 0 ? (int)depth : gitperf_fail_oom();
	for (i = 0; i < q->njobs; i++)
		if (is_ours(q, &q->jobs[i], who))
			places[n++] = gitperf_turn_place(q, &q->jobs[i], who->now);
	if (n)
		qsort(places, n, sizeof(*places), by_place);
	/* jobs move when one is removed */
	for (i = 0; i < n; i++)
		ids[i] = gitperf_arena_strdup(&q->arena, places[i].job->id);
	for (i = 0; i < n && !(err = gitperf_arena_check(&q->arena)); i++) {
		gitperf_job *job = find_job(q, ids[i]);

		if (!is_too_long(job, policy, depth))
			break;
		depth -= policy->unit == GITPERF_DEPTH_JOBS || is_last(q, job);
		if ((err = gitperf_queue_drop_job(&out->dropped, &out->ndropped, q, (size_t)(job - q->jobs), NULL,
						  "queue-depth")) < 0)
			break;
	}
	return err;
}

static int drop_jobs(struct turn *out, struct queue *q, const gitperf_policy *policy, const struct claimer *who)
{
	gitperf_plan_state *state = gitperf_queue_state(q, who->platform);
	int64_t depth = gitperf_queue_depth(q, who->platform, policy->unit);

	if (!state)
		return gitperf_fail_oom();
	if (depth < 0)
		return (int)depth;
	if (policy->degrade == GITPERF_DEGRADE_SKIP)
		return skip_jobs(out, q, policy, who);
	if (gitperf_queue_pace(state->pace, depth, policy) != GITPERF_PACE_NEWEST)
		return 0;
	return gitperf_queue_drop(&out->dropped, &out->ndropped, q, who->platform,
				  gitperf_queue_newest(q, who->platform), "queue-depth");
}

/* A counter that nobody can have counted up to is begun anew: leases must go on */
static int64_t next_token(struct queue *q)
{
	if (q->tokens >= QUEUE_NUMBER_MAX)
		q->tokens = 0;
	return ++q->tokens;
}

static int begin(struct queue *q, gitperf_job *job, const struct claimer *who)
{
	static const gitperf_lease fresh = { .ttl_ms = LEASE_TTL_MS };
	gitperf_request *request = gitperf_queue_request(q, job);

	job->lease = fresh;
	job->lease.worker = gitperf_arena_strdup(&q->arena, who->worker);
	job->lease.token = next_token(q);
	job->lease.since = who->now;
	job->attempts++;
	if (request) {
		request->is_started = 1;
		request->tool = gitperf_arena_strdup(&q->arena, who->tool);
	}
	return gitperf_arena_check(&q->arena);
}

int gitperf_turn_take(struct turn *out, struct queue *q, const gitperf_policy *policy,
		      const struct claimer *who)
{
	size_t i;
	int err;

	memset(out, 0, sizeof(*out));
	if ((err = gitperf_worker_check(who->worker)) < 0 ||
	    (err = drop_jobs(out, q, policy, who)) < 0)
		return err;
	i = next_job(out, q, who);
	if (i == SIZE_MAX)
		return 0;
	out->job = &q->jobs[i];
	return begin(q, out->job, who);
}

gitperf_job *gitperf_turn_retake(struct queue *q, const struct claimer *who, const char *id, int64_t token)
{
	gitperf_job *job = gitperf_lease_find(q, id, token);

	if (!job || strcmp(job->lease.worker, who->worker) || is_other_version(q, job, who) ||
	    job->attempts >= GITPERF_ATTEMPTS_MAX)
		return NULL;
	return begin(q, job, who) < 0 ? NULL : job;
}
