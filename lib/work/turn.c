/*
 * turn.c - whose turn it is: the order of jobs, and taking one
 *
 * The order is not stored: it is that of the moment at which somebody asks, so a
 * wish that came late is served early, and nothing waits for ever.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/map.h"
#include "work/planner.h"

#include <gitperf/platform.h>

/* Whoever waits so long moves up one class, but for what people ask for by hand */
#define AGEING (INT64_C(6) * 3600 * 1000000000)
#define CLASS_STARTED 1

/* What people wait for first; what is begun is finished before more is begun */
static int class_of(const gitperf_request *request, const gitperf_job *job, gitperf_time now)
{
	static const int classes[GITPERF_REASONS] = {
		[GITPERF_REASON_MANUAL] = 0, [GITPERF_REASON_TAGGED] = 2, [GITPERF_REASON_RELEASE] = 3,
		[GITPERF_REASON_PUSH] = 4, [GITPERF_REASON_SCHEDULED] = 4, [GITPERF_REASON_BISECT] = 5,
		[GITPERF_REASON_BACKFILL] = 6, [GITPERF_REASON_IDLE] = 7
	};
	int class = classes[gitperf_reason_first(job->reasons)];
	int64_t ages = now > job->asked ? (now - job->asked) / AGEING : 0;

	if (class <= CLASS_STARTED)
		return class;
	if (request && request->is_started)
		return CLASS_STARTED;
	return ages >= class - CLASS_STARTED ? CLASS_STARTED : class - (int)ages;
}

struct place gitperf_turn_place(struct queue *q, const gitperf_job *job, gitperf_time now)
{
	struct place place = { job, class_of(gitperf_queue_request(q, job), job, now) };

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
	if (job->lease.worker || gitperf_job_is_exhausted(job) || strcmp(job->platform, who->platform) ||
	    (who->shuns && who->shuns(who->payload, job)))
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

/* What is skipped in one claim: jobs stay where they are until all are known */
struct skip {
	struct map requests;           /* of the queue: to ask it for each job would take too long */
	struct map left;               /* by request: how many of its jobs there are on the platform */
	struct map listed;             /* commits that are in turn->dropped */
	char *gone;                    /* by job */
	int64_t depth;
};

struct request_key {
	char bytes[GITPERF_ID_SIZE - 1 + sizeof(int64_t)];
};

static struct request_key request_key(const char *commit, int64_t round)
{
	struct request_key key;

	memcpy(key.bytes, commit, GITPERF_ID_SIZE - 1);
	memcpy(key.bytes + GITPERF_ID_SIZE - 1, &round, sizeof(round));
	return key;
}

static int list_requests(struct skip *skip, const struct queue *q)
{
	size_t i;
	int err = 0;

	for (i = 0; i < q->nrequests && !err; i++) {
		struct request_key key = request_key(q->requests[i].commit, q->requests[i].round);

		if (!gitperf_map_get(&skip->requests, key.bytes, sizeof(key.bytes)))
			err = gitperf_map_put(&skip->requests, key.bytes, sizeof(key.bytes), i);
	}
	return err;
}

static int count_left(struct skip *skip, const struct queue *q, const char *platform)
{
	size_t i, *left;
	int err = 0;

	for (i = 0; i < q->njobs && !err; i++) {
		struct request_key key;

		if (strcmp(q->jobs[i].platform, platform))
			continue;
		key = request_key(q->jobs[i].commit, q->jobs[i].round);
		if ((left = gitperf_map_get(&skip->left, key.bytes, sizeof(key.bytes))))
			++*left;
		else
			err = gitperf_map_put(&skip->left, key.bytes, sizeof(key.bytes), 1);
	}
	return err;
}

static struct place place_of(const struct skip *skip, const struct queue *q, const gitperf_job *job, gitperf_time now)
{
	struct request_key key = request_key(job->commit, job->round);
	const size_t *at = gitperf_map_get(&skip->requests, key.bytes, sizeof(key.bytes));
	struct place place = { job, class_of(at ? &q->requests[*at] : NULL, job, now) };

	return place;
}

static int skip_job(struct turn *out, struct skip *skip, struct queue *q, const gitperf_job *job, gitperf_depth_unit unit)
{
	struct request_key key = request_key(job->commit, job->round);
	int is_last = !--*gitperf_map_get(&skip->left, key.bytes, sizeof(key.bytes));
	gitperf_dropped *grown;

	skip->depth -= unit == GITPERF_DEPTH_JOBS || is_last;
	skip->gone[job - q->jobs] = 1;
	if (gitperf_map_get(&skip->listed, job->commit, strlen(job->commit)))
		return 0;
	grown = gitperf_arena_grow(&q->arena, out->dropped, out->ndropped, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	out->dropped = grown;
	grown += out->ndropped++;
	memset(grown, 0, sizeof(*grown));
	grown->commit = job->commit;
	grown->why = "queue-depth";
	return gitperf_map_put(&skip->listed, job->commit, strlen(job->commit), 0);
}

static void remove_skipped(const struct skip *skip, struct queue *q)
{
	size_t i, n = 0;

	for (i = 0; i < q->njobs; i++)
		if (!skip->gone[i])
			q->jobs[n++] = q->jobs[i];
	q->njobs = n;
}

/* SKIP: one by one, in their turns, until it is short enough for the one whose turn it is */
static int skip_jobs(struct turn *out, struct queue *q, const gitperf_policy *policy, const struct claimer *who,
		     int64_t depth)
{
	struct skip skip = { .depth = depth, .gone = gitperf_arena_alloc(&q->arena, q->njobs) };
	struct place *places = gitperf_arena_array(&q->arena, q->njobs, sizeof(*places));
	size_t i, n = 0;
	int err = places && skip.gone ? list_requests(&skip, q) : gitperf_fail_oom();

	if (!err)
		err = count_left(&skip, q, who->platform);
	for (i = 0; i < q->njobs && !err; i++)
		if (is_ours(q, &q->jobs[i], who))
			places[n++] = place_of(&skip, q, &q->jobs[i], who->now);
	if (n)
		qsort(places, n, sizeof(*places), by_place);
	for (i = 0; i < n && !err && is_too_long(places[i].job, policy, skip.depth); i++)
		err = skip_job(out, &skip, q, places[i].job, policy->unit);
	if (!err)
		remove_skipped(&skip, q);
	gitperf_map_free(&skip.requests);
	gitperf_map_free(&skip.left);
	gitperf_map_free(&skip.listed);
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
		return skip_jobs(out, q, policy, who, depth);
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
	if (i == SIZE_MAX || (out->refused && who->becomes && who->becomes(who->payload, out->refused)))
		return 0;
	out->job = &q->jobs[i];
	return begin(q, out->job, who);
}

gitperf_job *gitperf_turn_retake(struct queue *q, const struct claimer *who, const char *id, int64_t token)
{
	gitperf_job *job = gitperf_lease_find(q, id, token);
	int is_other, err;

	if (!job || strcmp(job->lease.worker, who->worker))
		return NULL;
	is_other = is_other_version(q, job, who);
	if (!is_other && job->attempts < GITPERF_ATTEMPTS_MAX)
		return begin(q, job, who) < 0 ? NULL : job;
	err = gitperf_lease_end(q, job, is_other, is_other ? NULL : "its worker was killed while at it");
	return (void)err, NULL;
}
