/*
 * plan.c - git perf plan: look, decide, swap, and again if somebody was faster
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/result.h"

struct owned_plan {
	gitperf_plan plan;             /* first: a plan's address is its block's */
	struct arena arena;
	struct trunk trunk;            /* whose policy it lends */
	int has_trunk;
	gitperf_job *given_up;         /* jobs that were tried too often */
	size_t ngiven_up;
};

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Marks are heeded once: who cancels a request for one is not asked again */
static int heed_mark(struct queue *q, const char *commit)
{
	const char **grown = gitperf_arena_grow(&q->arena, q->marked, q->nmarked, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	q->marked = grown;
	grown[q->nmarked++] = gitperf_arena_strdup(&q->arena, commit);
	return gitperf_arena_check(&q->arena);
}

/* A commit that a tag marks; what was decided about just now is in the queue already */
static int ask_marked(struct planner *p, const struct stretches *all, const char *commit)
{
	char suite[GITPERF_ID_SIZE] = "";
	const struct parts *parts;
	size_t i;
	int err = p->world->suite(p->world->payload, suite, commit);

	for (i = 0; i < all->nlist && !err; i++) {
		gitperf_job job = { .commit = commit, .platform = all->list[i].platform, .suite = suite,
				    .reasons = 1u << GITPERF_REASON_TAGGED, .asked = p->now };

		if ((err = p->world->known(p->world->payload, job.platform, commit)) > 0)
			err = 0;
		else if (!err && !(err = p->world->parts(p->world->payload, &parts, job.platform, commit)) &&
			 (err = gitperf_queue_ask(p->queue, &job, all->list[i].policy, parts)) > 0)
			err = gitperf_planner_tell(p, i, commit, job.reasons);
	}
	return err < 0 ? err : heed_mark(p->queue, commit);
}

static int ask_for_marked(struct planner *p, const struct stretches *all)
{
	size_t i;
	int err = 0;

	for (i = 0; i < all->nwanted && !err; i++)
		err = ask_marked(p, all, all->wanted[i]);
	if (p->queue->nmarked)
		qsort(p->queue->marked, p->queue->nmarked, sizeof(*p->queue->marked), compare_ids);
	return err;
}

static int run_planner(struct planner *p, const struct stretches *all)
{
	size_t i;
	int err = 0;

	for (i = 0; i < all->nlist && !err; i++)
		err = gitperf_planner_run(p, i, &all->list[i]);
	if (!err)
		err = ask_for_marked(p, all);
	if (!err)
		gitperf_queue_tidy(p->queue);
	return err;
}

static int is_new(const gitperf_plan *plan)
{
	size_t i, j;

	for (i = 0; i < plan->nplatforms; i++)
		for (j = 0; j < plan->platforms[i].nplanned; j++)
			if (plan->platforms[i].planned[j].ruling != GITPERF_RULING_WAIT)
				return 1;
	return plan->finished > 0;
}

static void count_jobs(gitperf_plan *plan, const struct queue *q)
{
	size_t i;

	plan->queued = plan->running = 0;
	for (i = 0; i < q->njobs; i++)
		*(q->jobs[i].lease.worker ? &plan->running : &plan->queued) += 1;
}

/* The trunk, and with it the policy, belongs to whoever reads the plan */
static int keep(struct owned_plan *out, struct schedule *s, const struct planner *p, size_t n)
{
	gitperf_plan *plan = &out->plan;

	plan->now = p->now;
	plan->platforms = p->plans;
	plan->nplatforms = n;
	plan->finished = p->finished;
	plan->lost_races = s->lost_races;
	plan->is_new = is_new(plan);
	count_jobs(plan, s->queue);
	out->trunk = s->trunk;
	out->has_trunk = s->has_trunk;
	s->has_trunk = 0;
	plan->trunk = out->trunk.name;
	plan->head = out->trunk.head;
	plan->policy = out->trunk.policy;
	return gitperf_arena_check(&out->arena);
}

/* One attempt: 1, or 0 when somebody was faster */
static int attempt(struct owned_plan *out, struct schedule *s)
{
	struct stretches all = { 0 };
	struct world world = gitperf_schedule_world(s);
	struct planner p = { .now = gitperf_time_now(), .world = &world, .arena = &out->arena };
	struct observer passer_by = { .now = p.now };
	int err, moved = 0;

	gitperf_arena_free(&out->arena);
	s->queue->trunk = s->trunk.name;
	p.policy = s->trunk.policy;
	p.queue = s->queue;
	err = gitperf_schedule_finish(s);
	p.finished = err > 0 ? (size_t)err : 0;
	if (err >= 0 && (err = gitperf_leases_look(s->queue, &passer_by)) >= 0)
		err = gitperf_given_up_list(&out->given_up, &out->ngiven_up, &out->arena, s->queue);
	if (err >= 0 && (err = gitperf_stretches_find(&all, &out->arena, s)) >= 0) {
		p.chain = all.chain;
		p.nchain = all.n;
		p.plans = gitperf_arena_array(&out->arena, all.nlist, sizeof(*p.plans));
		err = p.plans ? run_planner(&p, &all) : gitperf_fail_oom();
	}
	if (err >= 0)
		err = moved = gitperf_schedule_swap(s, "plan");
	if (moved > 0)
		err = keep(out, s, &p, all.nlist);
	gitperf_stretches_free(&all);
	return err < 0 ? err : moved;
}

/* They stay in the queue until somebody can, so it is no error that it fails */
static void record_given_up(const struct owned_plan *plan, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	int err = gitperf_given_up_record(repo, plan->given_up, plan->ngiven_up, opts);

	if (err < 0 && opts->events && opts->events->warning)
		opts->events->warning(opts->events->payload, gitperf_error_message(),
				      "jobs that were tried too often stay in the queue; the next git perf plan tries again");
}

int gitperf_plan_make(gitperf_plan **out, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	struct owned_plan *plan = calloc(1, sizeof(*plan));
	struct schedule s;
	int err;

	*out = NULL;
	if (!plan)
		return gitperf_fail_oom();
	err = gitperf_schedule_open(&s, repo, opts);
	while (!err && !(err = gitperf_schedule_look(&s)))
		if ((err = gitperf_schedule_again(&s, attempt(plan, &s))) > 0)
			gitperf_schedule_settle(&s);
	gitperf_schedule_close(&s);
	if (err > 0 && !s.opts->dry_run)
		record_given_up(plan, repo, s.opts);
	if (err < 0)
		gitperf_plan_free(&plan->plan);
	else
		*out = &plan->plan;
	return err < 0 ? err : 0;
}

void gitperf_plan_free(gitperf_plan *out)
{
	struct owned_plan *plan = (struct owned_plan *)out;

	if (!plan)
		return;
	if (plan->has_trunk)
		gitperf_trunk_close(&plan->trunk);
	gitperf_arena_free(&plan->arena);
	free(plan);
}
