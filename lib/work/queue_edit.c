/*
 * queue_edit.c - how a queue gets from one state to the next, in memory
 *
 * Each function here is a transition, or a part of one; none of them knows where
 * the queue is kept. gitperf-queue(7) has the rules.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/map.h"
#include "data/pairs.h"
#include "work/planner.h"

#include <gitperf/suite.h>

/* --- How far planning is --- */

gitperf_plan_state *gitperf_queue_state(struct queue *q, const char *platform)
{
	gitperf_plan_state *grown;
	size_t at = 0;

	while (at < q->nstates && strcmp(q->states[at].platform, platform) < 0)
		at++;
	if (at < q->nstates && !strcmp(q->states[at].platform, platform))
		return &q->states[at];
	grown = gitperf_arena_grow(&q->arena, q->states, q->nstates, sizeof(*grown));
	if (!grown)
		return NULL;
	memmove(grown + at + 1, grown + at, (q->nstates - at) * sizeof(*grown));
	memset(grown + at, 0, sizeof(*grown));
	grown[at].platform = gitperf_arena_strdup(&q->arena, platform);
	q->states = grown;
	q->nstates++;
	return grown[at].platform ? grown + at : NULL;
}

/* --- How long it is --- */

/* Jobs of one commit, for the same round, are one request */
static int count_once(struct map *requests, const gitperf_job *job)
{
	char key[GITPERF_ID_SIZE - 1 + sizeof(job->round)];
	int err;

	memcpy(key, job->commit, GITPERF_ID_SIZE - 1);
	memcpy(key + GITPERF_ID_SIZE - 1, &job->round, sizeof(job->round));
	if (gitperf_map_get(requests, key, sizeof(key)))
		return 0;
	err = gitperf_map_put(requests, key, sizeof(key), 0);
	return err < 0 ? err : 1;
}

int64_t gitperf_queue_depth(const struct queue *q, const char *platform, gitperf_depth_unit unit)
{
	struct map requests = { 0 };
	int64_t depth = 0;
	size_t i;

	for (i = 0; i < q->njobs && depth >= 0; i++) {
		int one = 1;

		if (strcmp(q->jobs[i].platform, platform))
			continue;
		if (unit == GITPERF_DEPTH_REQUESTS)
			one = count_once(&requests, &q->jobs[i]);
		depth = one < 0 ? one : depth + one;
	}
	gitperf_map_free(&requests);
	return depth;
}

/* Up at once, down only when it is much shorter: not up and down all the time */
gitperf_pace gitperf_queue_pace(gitperf_pace before, int64_t depth, const gitperf_policy *policy)
{
	if (depth > policy->drop_over || (before == GITPERF_PACE_NEWEST && depth > policy->drop_until))
		return GITPERF_PACE_NEWEST;
	if (depth > policy->widen_over || (before != GITPERF_PACE_NORMAL && depth > policy->widen_until))
		return GITPERF_PACE_WIDENED;
	return GITPERF_PACE_NORMAL;
}

/* --- What is in it --- */

int gitperf_queue_has(const struct queue *q, const char *platform, const char *commit)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (!strcmp(q->jobs[i].platform, platform) && !strcmp(q->jobs[i].commit, commit))
			return 1;
	return 0;
}

const char *gitperf_queue_newest(const struct queue *q, const char *platform)
{
	const gitperf_job *newest = NULL;
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (!strcmp(q->jobs[i].platform, platform) && gitperf_reason_is_automatic(q->jobs[i].reasons) &&
		    (!newest || q->jobs[i].asked > newest->asked))
			newest = &q->jobs[i];
	return newest ? newest->commit : NULL;
}

gitperf_request *gitperf_queue_request(struct queue *q, const gitperf_job *job)
{
	size_t i;

	for (i = 0; i < q->nrequests; i++)
		if (q->requests[i].round == job->round && !strcmp(q->requests[i].commit, job->commit))
			return &q->requests[i];
	return NULL;
}

static int add_request(struct queue *q, const gitperf_job *job)
{
	gitperf_request *grown;

	if (gitperf_queue_request(q, job))
		return 0;
	grown = gitperf_arena_grow(&q->arena, q->requests, q->nrequests, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	q->requests = grown;
	grown = memset(grown + q->nrequests++, 0, sizeof(*grown));
	grown->commit = gitperf_arena_strdup(&q->arena, job->commit);
	grown->round = job->round;
	grown->asked = job->asked;
	return gitperf_arena_check(&q->arena);
}

/* Of the same, whatever suite it is done with, and in whatever parts */
static int is_same(const gitperf_job *a, const gitperf_job *b)
{
	return a->round == b->round && !strcmp(a->commit, b->commit) && !strcmp(a->platform, b->platform) &&
	       !gitperf_pairs_compare(a->config, a->nconfig, b->config, b->nconfig);
}

/* What was asked for before is neither asked for twice nor divided anew */
static int join_same(struct queue *q, const gitperf_job *job)
{
	size_t i;
	int found = 0;

	for (i = 0; i < q->njobs; i++)
		if (is_same(&q->jobs[i], job)) {
			q->jobs[i].reasons |= job->reasons;
			found = 1;
		}
	return found;
}

static void copy_benchmarks(gitperf_job *out, struct arena *arena, const struct mark_set *part)
{
	const char **names = gitperf_arena_array(arena, part->n, sizeof(*names));
	size_t i;

	for (i = 0; names && i < part->n; i++)
		names[i] = gitperf_arena_strdup(arena, part->benchmarks[i]);
	out->set = gitperf_arena_strdup(arena, part->worker);
	out->benchmarks = names;
	out->nbenchmarks = part->n;
}

static int add_job(struct queue *q, const gitperf_job *job, const struct mark_set *part)
{
	gitperf_job *grown = gitperf_arena_grow(&q->arena, q->jobs, q->njobs, sizeof(*grown));
	int err;

	if (!grown)
		return gitperf_fail_oom();
	q->jobs = grown;
	grown += q->njobs;
	*grown = *job;
	grown->commit = gitperf_arena_strdup(&q->arena, job->commit);
	grown->platform = gitperf_arena_strdup(&q->arena, job->platform);
	grown->suite = job->suite && *job->suite ? gitperf_arena_strdup(&q->arena, job->suite) : NULL;
	grown->config = gitperf_pairs_copy(&q->arena, job->config, job->nconfig);
	if (part)
		copy_benchmarks(grown, &q->arena, part);
	if ((err = gitperf_arena_check(&q->arena)) < 0 || (err = gitperf_job_id(grown->id, grown)) < 0 ||
	    (err = add_request(q, grown)) < 0)
		return err;
	q->njobs++;
	return 1;
}

static int add_parts(struct queue *q, const gitperf_job *job, const struct parts *parts)
{
	size_t i, n = parts ? parts->n : 0;
	int added = 0, err = 0;

	if (join_same(q, job))
		return 0;
	if (!n)
		return add_job(q, job, NULL);
	for (i = 0; i < n && err >= 0; i++) {
		err = add_job(q, job, &parts->list[i]);
		added += err > 0;
	}
	return err < 0 ? err : added;
}

int gitperf_queue_ask(struct queue *q, const gitperf_job *job, const gitperf_policy_platform *policy,
		      const struct parts *parts)
{
	size_t i, n = policy && !job->nconfig ? policy->nconfigs : 0;
	int added, total = 0;

	if (!n)
		return add_parts(q, job, parts);
	for (i = 0; i < n; i++) {
		gitperf_job one = *job;

		one.config = policy->configs[i].pairs;
		one.nconfig = policy->configs[i].n;
		if ((added = add_parts(q, &one, parts)) < 0)
			return added;
		total += added;
	}
	return total;
}

int gitperf_queue_new_round(struct queue *q, gitperf_job *job, int64_t round)
{
	int err;

	job->round = round;
	job->attempts = job->refunds = 0;
	if ((err = gitperf_job_id(job->id, job)) < 0)
		return err;
	return add_request(q, job);
}

size_t gitperf_queue_join(struct queue *q, const char *platform, const char *commit, unsigned reasons)
{
	size_t i, n = 0;

	for (i = 0; i < q->njobs; i++) {
		gitperf_job *job = &q->jobs[i];

		if (job->round || strcmp(job->platform, platform) || strcmp(job->commit, commit))
			continue;
		job->reasons |= reasons;
		n++;
	}
	return n;
}

void gitperf_queue_remove(struct queue *q, size_t i)
{
	q->njobs--;
	memmove(q->jobs + i, q->jobs + i + 1, (q->njobs - i) * sizeof(*q->jobs));
}

static int has_job(const struct queue *q, const gitperf_request *request)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (q->jobs[i].round == request->round && !strcmp(q->jobs[i].commit, request->commit))
			return 1;
	return 0;
}

void gitperf_queue_tidy(struct queue *q)
{
	size_t i, n = 0;

	for (i = 0; i < q->nrequests; i++)
		if (has_job(q, &q->requests[i]))
			q->requests[n++] = q->requests[i];
	q->nrequests = n;
}

/* --- What is taken off it --- */

/* Whoever was asked for later and stays will speak for it, else the one that is kept */
static const char *successor(const struct queue *q, const gitperf_job *gone, const char *keep)
{
	const gitperf_job *next = NULL;
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		const gitperf_job *job = &q->jobs[i];

		if (job->lease.worker && job->asked > gone->asked && !strcmp(job->platform, gone->platform) &&
		    gitperf_reason_is_automatic(job->reasons) && (!next || job->asked < next->asked))
			next = job;
	}
	return next ? next->commit : keep;
}

static int is_listed(const gitperf_dropped *list, size_t n, const char *commit)
{
	while (n--)
		if (!strcmp(list[n].commit, commit))
			return 1;
	return 0;
}

int gitperf_queue_drop_job(gitperf_dropped **dropped, size_t *n, struct queue *q, size_t i,
			   const char *keep, const char *why)
{
	const gitperf_job *job = &q->jobs[i];
	gitperf_dropped *grown;

	if (!is_listed(*dropped, *n, job->commit)) {
		grown = gitperf_arena_grow(&q->arena, *dropped, *n, sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		grown[*n].commit = job->commit;
		/* `keep` may belong to a trunk that is gone before the queue is */
		grown[*n].by = keep ? gitperf_arena_strdup(&q->arena, successor(q, job, keep)) : NULL;
		grown[(*n)++].why = why;
		*dropped = grown;
	}
	gitperf_queue_remove(q, i);
	return gitperf_arena_check(&q->arena);
}

/* Somebody is at it, or at another part of the same: half of a suite is worth less than all of it */
static int is_begun(const struct queue *q, const gitperf_job *job)
{
	size_t i;

	for (i = 0; job->set && i < q->njobs; i++)
		if (q->jobs[i].lease.worker && is_same(&q->jobs[i], job))
			return 1;
	return job->lease.worker != NULL;
}

int gitperf_queue_drop(gitperf_dropped **dropped, size_t *n, struct queue *q,
		       const char *platform, const char *keep, const char *why)
{
	size_t i = 0;
	int err = 0;

	while (i < q->njobs && !err) {
		const gitperf_job *job = &q->jobs[i];

		if (strcmp(job->platform, platform) || !gitperf_reason_is_automatic(job->reasons) ||
		    (keep && !strcmp(job->commit, keep)) || is_begun(q, job))
			i++;
		else
			err = gitperf_queue_drop_job(dropped, n, q, i, keep, why);
	}
	return err;
}

/* --- Workers --- */

gitperf_worker *gitperf_queue_worker(const struct queue *q, const char *name)
{
	size_t i;

	for (i = 0; i < q->nworkers; i++)
		if (!strcmp(q->workers[i].name, name))
			return &q->workers[i];
	return NULL;
}

gitperf_worker *gitperf_queue_add_worker(struct queue *q, const char *name, const char *platform)
{
	gitperf_worker *grown = gitperf_arena_grow(&q->arena, q->workers, q->nworkers, sizeof(*grown));
	size_t at = q->nworkers;

	if (!grown)
		return NULL;
	q->workers = grown;
	for (; at && strcmp(grown[at - 1].name, name) > 0; at--)
		grown[at] = grown[at - 1];
	q->nworkers++;
	memset(&grown[at], 0, sizeof(*grown));
	grown[at].name = gitperf_arena_strdup(&q->arena, name);
	grown[at].platform = gitperf_arena_strdup(&q->arena, platform);
	return q->arena.failed ? NULL : &grown[at];
}

const gitperf_job *gitperf_queue_job_of(const struct queue *q, const char *worker)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (q->jobs[i].lease.worker && !strcmp(q->jobs[i].lease.worker, worker))
			return &q->jobs[i];
	return NULL;
}
