/*
 * coverage_plan.c - what was decided about the trunk, and what is queued
 *
 * Both come from whoever may push. What cannot be used is left out with a warning:
 * what is known of all other commits is worth as much without it.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/coverage.h"
#include "store/decisions.h"
#include "store/queue.h"
#include "store/snapshot.h"

struct coverage_plan {
	struct gitperf_coverage *c;
	gitperf_repo *repo;
	gitperf_store *store;
	const gitperf_events *events;
	struct arena arena;            /* texts of decisions, while they are read */
	struct queue *queue;           /* NULL: it cannot be read */
	const gitperf_job **jobs;      /* by platform; those before `job` are of others */
	const struct waiting **waiting; /* the same */
	size_t job, decision;
	int is_partial;                /* asked once: libgit2 forgets some memory each time */
};

static int warn(const struct coverage_plan *plan, int err)
{
	if (err == GITPERF_ENOMEM)
		return err;
	if (plan->events && plan->events->warning)
		plan->events->warning(plan->events->payload, gitperf_error_message(),
				      gitperf_error_hint());
	return 0;
}

static int compare_jobs(const void *a, const void *b)
{
	return strcmp((*(const gitperf_job *const *)a)->platform, (*(const gitperf_job *const *)b)->platform);
}

static int compare_waiting(const void *a, const void *b)
{
	return strcmp((*(const struct waiting *const *)a)->decision.platform,
		      (*(const struct waiting *const *)b)->decision.platform);
}

/* As platforms come: a queue may have as many as it has jobs */
static int sort_queue(struct coverage_plan *plan)
{
	const struct queue *q = plan->queue;
	size_t i;

	plan->jobs = gitperf_arena_array(&plan->arena, q->njobs, sizeof(*plan->jobs));
	plan->waiting = gitperf_arena_array(&plan->arena, q->nwaiting, sizeof(*plan->waiting));
	if (!plan->jobs || !plan->waiting)
		return gitperf_fail_oom();
	for (i = 0; i < q->njobs; i++)
		plan->jobs[i] = &q->jobs[i];
	for (i = 0; i < q->nwaiting; i++)
		plan->waiting[i] = &q->waiting[i];
	qsort(plan->jobs, q->njobs, sizeof(*plan->jobs), compare_jobs);
	qsort(plan->waiting, q->nwaiting, sizeof(*plan->waiting), compare_waiting);
	return 0;
}

int gitperf_coverage_plan__open(struct coverage_plan **out, struct gitperf_coverage *c,
				gitperf_repo *repo, gitperf_store *store,
				const gitperf_events *events)
{
	struct coverage_plan *plan = calloc(1, sizeof(*plan));
	int err;

	*out = plan;
	if (!plan)
		return gitperf_fail_oom();
	plan->c = c;
	plan->repo = repo;
	plan->store = store;
	plan->events = events;
	plan->is_partial = gitperf_repo__is_partial(repo);
	err = gitperf_queue__known(&plan->queue, repo);
	return err < 0 ? warn(plan, err) : sort_queue(plan);
}

void gitperf_coverage_plan__close(struct coverage_plan *plan)
{
	if (!plan)
		return;
	gitperf_queue__free(plan->queue);
	gitperf_arena_free(&plan->arena);
	free(plan);
}

/* --- Platforms ------------------------------------------------------------ */

static void add_name(const char ***list, size_t *n, struct arena *arena, const char *name)
{
	const char **grown = gitperf_arena_grow(arena, *list, *n, sizeof(*grown));

	if (!grown)
		return;
	*list = grown;
	grown[(*n)++] = gitperf_arena_strdup(arena, name);
}

int gitperf_coverage_plan__platforms(const char ***list, size_t *n, struct coverage_plan *plan)
{
	const struct queue *q = plan->queue;
	struct arena *arena = &plan->c->arena;
	const char **decided;
	size_t i, ndecided;
	int err = gitperf_decisions_platforms(&decided, &ndecided, &plan->arena, plan->repo,
					      plan->store->roots, ARRAY_SIZE(plan->store->roots));

	for (i = 0; i < ndecided && !err; i++)
		add_name(list, n, arena, decided[i]);
	for (i = 0; q && i < q->njobs; i++)
		if (!i || strcmp(q->jobs[i - 1].platform, q->jobs[i].platform))
			add_name(list, n, arena, q->jobs[i].platform);
	for (i = 0; q && i < q->nwaiting; i++)
		add_name(list, n, arena, q->waiting[i].decision.platform);
	return err < 0 ? err : gitperf_arena_check(arena);
}

/* --- Decisions ------------------------------------------------------------ */

static const char *keep(struct coverage_plan *plan, const char *text)
{
	return text ? gitperf_arena_strdup(&plan->c->arena, text) : NULL;
}

/* Commits that the trunk does not have are nobody's business any more */
static void take_chosen(struct fate_decision *out, struct coverage_plan *plan,
			const gitperf_decision *d)
{
	uint32_t *chosen = gitperf_arena_array(&plan->c->arena, d->nchosen, sizeof(*chosen));
	size_t i;

	for (i = 0; chosen && i < d->nchosen; i++) {
		chosen[out->nchosen] = gitperf_coverage__number(plan->c, d->chosen[i].commit);
		out->nchosen += chosen[out->nchosen] != FATE_NONE;
	}
	out->chosen = chosen;
}

static void take_dropped(struct fate_decision *out, struct coverage_plan *plan,
			 const gitperf_decision *d)
{
	struct fate_drop *dropped = gitperf_arena_array(&plan->c->arena, d->ndropped, sizeof(*dropped));
	size_t i;

	for (i = 0; dropped && i < d->ndropped; i++) {
		uint32_t commit = gitperf_coverage__number(plan->c, d->dropped[i].commit);

		if (commit == FATE_NONE)
			continue;
		dropped[out->ndropped].commit = commit;
		dropped[out->ndropped++].why = keep(plan, d->dropped[i].why);
	}
	out->dropped = dropped;
}

static int take_decision(struct covered_platform *p, struct coverage_plan *plan,
			 const gitperf_decision *d, const char *id)
{
	struct arena *arena = &plan->c->arena;
	struct fate_decision *out = gitperf_arena_grow(arena, p->decisions, p->ndecisions, sizeof(*out));

	if (!out)
		return gitperf_fail_oom();
	p->decisions = out;
	out += p->ndecisions++;
	out->id = keep(plan, id);
	out->head = gitperf_coverage__number(plan->c, d->head);
	out->base = d->base ? gitperf_coverage__number(plan->c, d->base) : FATE_NONE;
	out->commits = d->commits;
	out->skipped = keep(plan, d->skipped);
	out->depth = d->depth;
	out->window_ms = d->window_ms;
	take_chosen(out, plan, d);
	take_dropped(out, plan, d);
	return gitperf_arena_check(arena);
}

static int take_stored(struct covered_platform *p, struct coverage_plan *plan,
		       const struct decision_name *name)
{
	struct arena text = ARENA_INIT;
	gitperf_decision decision;
	int err = gitperf_decisions_read(&decision, &text, plan->repo, name);

	err = err < 0 ? warn(plan, err) : take_decision(p, plan, &decision, name->id);
	gitperf_arena_free(&text);
	return err;
}

/* Those that are about this trunk; the others are not even read */
static int take_branch(struct covered_platform *p, struct coverage_plan *plan)
{
	struct decision_name *names;
	size_t n, i, kept = 0;
	int err = gitperf_decisions_list(&names, &n, &plan->arena, plan->repo, plan->store->roots,
					 ARRAY_SIZE(plan->store->roots), p->public.name);

	for (i = 0; i < n && !err; i++)
		if (gitperf_coverage__number(plan->c, names[i].head) != FATE_NONE)
			names[kept++] = names[i];
	if (!err && kept && plan->is_partial)
		err = gitperf_decisions_fetch(plan->repo, names, kept);
	for (i = 0; i < kept && !err; i++)
		err = take_stored(p, plan, &names[i]);
	return err;
}

/* What is here and on the branch is the same twice, which changes nothing */
static int take_waiting(struct covered_platform *p, struct coverage_plan *plan)
{
	char id[GITPERF_ID_SIZE];
	size_t n = plan->queue ? plan->queue->nwaiting : 0;
	int diff, err = 0;

	for (; plan->decision < n && !err; plan->decision++) {
		const struct waiting *one = plan->waiting[plan->decision];

		if ((diff = strcmp(one->decision.platform, p->public.name)) > 0)
			break;
		if (diff < 0 || gitperf_coverage__number(plan->c, one->decision.head) == FATE_NONE)
			continue;
		git_oid_tostr(id, sizeof(id), &one->oid);
		err = take_decision(p, plan, &one->decision, id);
	}
	return err;
}

/* 1: there are some */
static int take_jobs(unsigned char *known, const struct covered_platform *p, struct coverage_plan *plan)
{
	size_t n = plan->queue ? plan->queue->njobs : 0;
	int diff, found = 0;

	for (; plan->job < n; plan->job++) {
		const gitperf_job *job = plan->jobs[plan->job];
		uint32_t commit;

		if ((diff = strcmp(job->platform, p->public.name)) > 0)
			break;
		commit = diff < 0 ? FATE_NONE : gitperf_coverage__number(plan->c, job->commit);
		if (commit == FATE_NONE)
			continue;
		known[commit] |= FATE_IS_QUEUED | (job->lease.worker ? FATE_IS_RUNNING : 0) |
			(job->set && !job->round ? FATE_IS_IN_PARTS : 0);
		found = 1;
	}
	return found;
}

int gitperf_coverage_plan__load(struct covered_platform *p, unsigned char *known,
				struct coverage_plan *plan)
{
	int err = take_branch(p, plan);

	if (!err)
		err = take_waiting(p, plan);
	return err < 0 ? err : take_jobs(known, p, plan) || p->ndecisions;
}
