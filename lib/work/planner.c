/*
 * planner.c - which commits of a platform's part of the trunk are measured
 *
 * Commits that nobody has decided about yet lie between the newest that somebody
 * has and the head. A pass over them chooses some; all up to the newest chosen
 * one are decided then, and the others wait. gitperf-queue(7) has the rules, and
 * Documentation/technical/planning.adoc why they are what they are.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/planner.h"

#define MILLISECOND INT64_C(1000000)
/* how often a policy without a window does what it need not do at once */
#define USUAL_WINDOW_MS (INT64_C(15) * 60 * 1000)
#define AUTOMATIC (GITPERF_PLAN_WINDOW | GITPERF_PLAN_COMMITS | GITPERF_PLAN_MERGES | GITPERF_PLAN_EVERY)

/* --- Windows --- */

/*
 * Windows begin at whole multiples of their length, so that a timer that comes a
 * little early or late does not miss one. A time from the future, by a clock that
 * was wrong, does not keep anybody waiting for longer than a window.
 */
static int is_new_window(gitperf_time now, gitperf_time last, int64_t window_ms)
{
	int64_t window = window_ms * MILLISECOND;

	return !last || now / window > last / window || last - now > window;
}

static gitperf_time next_window(gitperf_time now, int64_t window_ms)
{
	int64_t window = window_ms * MILLISECOND;

	return (now / window + 1) * window;
}

/* --- Choosing --- */

static int is_eligible(const struct pass *x, size_t i)
{
	return !(x->p->policy->how & GITPERF_PLAN_MERGES) || x->p->chain[i].is_merge;
}

/* Every one of those that are eligible, not only the newest */
static int wants_each(unsigned how)
{
	return how & GITPERF_PLAN_EVERY ||
	       (how & GITPERF_PLAN_MERGES && !(how & (GITPERF_PLAN_WINDOW | GITPERF_PLAN_COMMITS)));
}

static void choose(struct pass *x, size_t i, gitperf_reason reason)
{
	x->chosen[i] |= 1u << reason;
	if (x->end == NOWHERE || i < x->end)
		x->end = i;
}

/* What stands for a commit that a policy chooses by its time, or by its number */
static gitperf_reason usual_reason(const struct pass *x)
{
	return x->p->policy->how & GITPERF_PLAN_WINDOW ? GITPERF_REASON_SCHEDULED : GITPERF_REASON_PUSH;
}

static void choose_marked(struct pass *x)
{
	size_t i;

	if (!(x->p->policy->how & GITPERF_PLAN_TAGGED))
		return;
	for (i = x->s->fresh; i-- > 0; )
		if (x->p->chain[i].is_marked)
			choose(x, i, GITPERF_REASON_TAGGED);
}

static size_t newest_eligible(const struct pass *x)
{
	size_t i = 0;

	while (i < x->s->fresh && !is_eligible(x, i))
		i++;
	return i < x->s->fresh ? i : NOWHERE;
}

static void choose_newest(struct pass *x)
{
	size_t i = newest_eligible(x);

	x->state->last = x->p->now;
	if (i != NOWHERE)
		choose(x, i, usual_reason(x));
}

/* Each that completes a batch, or only the newest of those, which is returned */
static size_t choose_batches(struct pass *x)
{
	unsigned batch = x->plan->batch, n = 0;
	size_t i, last = NOWHERE;

	for (i = x->s->fresh; i-- > 0; ) {
		if (!is_eligible(x, i) || ++n % batch)
			continue;
		last = i;
		if (wants_each(x->p->policy->how))
			choose(x, i, GITPERF_REASON_PUSH);
	}
	if (last != NOWHERE)
		choose(x, last, GITPERF_REASON_PUSH);
	return last;
}

/* Who stays when all others go: the newest there is, chosen now or before */
static int find_newest(const char **out, const struct pass *x)
{
	const struct world *world = x->p->world;
	const char *platform = x->s->platform, *head = x->state->head;
	int known = KNOWN_NOTHING;

	*out = x->end == NOWHERE ? head : x->p->chain[x->end].id;
	if (x->end != NOWHERE || (head && gitperf_queue_has(x->p->queue, platform, head)))
		return 0;
	/* what was decided about last need not have been chosen */
	if (head && (known = world->known(world->payload, platform, head)) < 0)
		return known;
	if (known != KNOWN_MEASURED)
		*out = gitperf_queue_newest(x->p->queue, platform);
	return 0;
}

/* The newest commit alone: of what waits, it is the only one that is kept */
static int choose_alone(struct pass *x)
{
	const char *keep;
	int err;

	if (x->plan->before == GITPERF_PACE_NEWEST && !x->time_is_up)
		return 0;
	if (x->s->fresh)
		choose_newest(x);
	if ((err = find_newest(&keep, x)) < 0)
		return err;
	return gitperf_queue_drop(&x->dropped, &x->ndropped, x->p->queue, x->s->platform,
				  keep, "queue-depth");
}

/* Nothing is added to a queue that is too long: those commits are never measured */
static void choose_nothing(struct pass *x)
{
	if (!x->time_is_up || !x->s->fresh)
		return;
	x->state->last = x->p->now;
	x->skipped = "queue-depth";
	x->end = 0;
}

static int choose_usual(struct pass *x)
{
	const gitperf_policy *policy = x->p->policy;
	size_t last;

	if (!x->state->head || (policy->how & GITPERF_PLAN_WINDOW && x->time_is_up)) {
		choose_newest(x);
		return 0;
	}
	/* SKIP: what is chosen for its time goes on for longer than what is for its number */
	if (!x->plan->batch || (policy->degrade == GITPERF_DEGRADE_SKIP && x->plan->pace != GITPERF_PACE_NORMAL))
		return 0;
	last = choose_batches(x);
	/* a batch that is complete takes the place of those before it */
	if (policy->how & GITPERF_PLAN_COMMITS && last != NOWHERE)
		return gitperf_queue_drop(&x->dropped, &x->ndropped, x->p->queue, x->s->platform,
					  x->p->chain[last].id, "superseded");
	return 0;
}

/*
 * Commits that nobody will choose are decided about with those before them; but
 * where there is none to choose, only once in a window, not at each push.
 */
static void extend(struct pass *x)
{
	unsigned how = x->p->policy->how;
	size_t i, until = x->end == NOWHERE ? x->s->fresh : x->end;

	if (!(how & GITPERF_PLAN_MERGES) && how & AUTOMATIC)
		return;
	for (i = 0; i < until; i++)
		if (how & AUTOMATIC && is_eligible(x, i))
			return;
	if (!until || !x->time_is_up)
		return;
	x->state->last = x->p->now;
	x->end = 0;
}

static int choose_commits(struct pass *x)
{
	const gitperf_policy *policy = x->p->policy;
	int is_skipped = policy->degrade == GITPERF_DEGRADE_SKIP &&
		(x->plan->pace == GITPERF_PACE_NEWEST ||
		 (x->plan->pace == GITPERF_PACE_WIDENED && !(policy->how & GITPERF_PLAN_WINDOW)));
	int err = 0;

	x->skipped = policy->how & GITPERF_PLAN_MERGES ? "not-merge" :
		policy->how & AUTOMATIC ? NULL : "not-tagged";
	choose_marked(x);
	if (!(policy->how & AUTOMATIC) || !x->s->fresh) {
		if (policy->how & AUTOMATIC && x->plan->pace == GITPERF_PACE_NEWEST &&
		    policy->degrade == GITPERF_DEGRADE_WIDEN)
			err = choose_alone(x);
	} else if (is_skipped) {
		choose_nothing(x);
	} else if (x->plan->pace == GITPERF_PACE_NEWEST) {
		err = choose_alone(x);
	} else {
		err = choose_usual(x);
	}
	if (!err)
		extend(x);
	return err;
}

/* --- Nothing new --- */

/* For those who want to know how much it varies */
static int measure_again(struct pass *x)
{
	const struct world *world = x->p->world;
	const char *head = x->state->head;
	gitperf_planned *v;
	int64_t round = 0;
	int err;

	if (!x->p->policy->remeasure || x->s->fresh || !head || !x->time_is_up || x->plan->depth ||
	    (err = world->known(world->payload, x->s->platform, head)) == KNOWN_NOTHING)
		return 0;
	if (err < 0 || (err = world->round(world->payload, &round, x->s->platform, head)) < 0)
		return err;
	v = gitperf_pass_plan(x, head, GITPERF_RULING_AGAIN);
	if (!v)
		return gitperf_fail_oom();
	v->reasons = 1u << GITPERF_REASON_IDLE;
	x->state->last = x->p->now;
	err = gitperf_pass_ask(x, head, v->reasons, round + 1, 0);
	return err < 0 ? err : 0;
}

/*
 * Somebody has rewritten the trunk: what is no part of it any more needs no result,
 * and planning goes on from what is left of it.
 */
static int drop_unreachable(struct pass *x)
{
	struct queue *q = x->p->queue;
	size_t i = 0;
	int gone;

	x->state->head = x->s->base ? gitperf_arena_strdup(&q->arena, x->s->base) : NULL;
	if ((gone = gitperf_arena_check(&q->arena)) < 0)
		return gone;
	while (i < q->njobs) {
		const gitperf_job *job = &q->jobs[i];

		gone = 0;
		if (!job->lease.worker && !strcmp(job->platform, x->s->platform) &&
		    gitperf_reason_is_automatic(job->reasons) &&
		    (gone = x->p->world->is_gone(x->p->world->payload, job->commit)) < 0)
			return gone;
		if (!gone)
			i++;
		else if ((gone = gitperf_queue_drop_job(&x->dropped, &x->ndropped, q, i, NULL, "unreachable")) < 0)
			return gone;
	}
	return 0;
}

static int set_pace(struct pass *x)
{
	const gitperf_policy *policy = x->p->policy;
	gitperf_platform_plan *plan = x->plan;
	unsigned factor;

	plan->depth = gitperf_queue_depth(x->p->queue, x->s->platform, policy->unit);
	if (plan->depth < 0)
		return (int)plan->depth;
	plan->before = x->state->pace;
	plan->pace = x->state->pace = gitperf_queue_pace(plan->before, plan->depth, policy);
	factor = plan->pace != GITPERF_PACE_NORMAL && policy->degrade == GITPERF_DEGRADE_WIDEN ? 2 : 1;
	plan->window_ms = policy->how & GITPERF_PLAN_WINDOW ? policy->window_ms * factor : 0;
	if (wants_each(policy->how))
		plan->batch = factor;
	else if (policy->how & GITPERF_PLAN_COMMITS)
		plan->batch = policy->commits * factor;
	x->time_is_up = !x->state->head ||
		is_new_window(x->p->now, x->state->last,
			      plan->window_ms ? plan->window_ms : USUAL_WINDOW_MS * factor);
	return 0;
}

/* Whether the queue is of another length by now, or what is decided of another */
static int has_changed(const struct pass *x)
{
	const gitperf_policy *policy = x->p->policy;
	int64_t depth = gitperf_queue_depth(x->p->queue, x->s->platform, policy->unit);

	if (depth < 0)
		return (int)depth;
	return x->end != NOWHERE || x->ndropped ||
	       gitperf_queue_pace(x->state->pace, depth, policy) != x->state->pace;
}

/* 1: somebody who planned at once again might come to more; `s` is what is left then */
static int plan_once(struct planner *p, gitperf_platform_plan *plan, struct stretch *s)
{
	struct pass x = { .p = p, .s = s, .plan = plan, .end = NOWHERE };
	int err;

	x.state = gitperf_queue_state(p->queue, s->platform);
	x.chosen = calloc(s->fresh + 1, sizeof(*x.chosen));
	err = x.state && x.chosen ? 0 : gitperf_fail_oom();
	/* a queue that was lost does not know what decisions tell */
	if (!err && !x.state->head && s->base) {
		x.state->head = gitperf_arena_strdup(&p->queue->arena, s->base);
		err = gitperf_arena_check(&p->queue->arena);
	}
	if (!err && s->is_rewritten)
		err = drop_unreachable(&x);
	if (!err && !(err = set_pace(&x)))
		err = choose_commits(&x);
	if (!err)
		err = gitperf_pass_rule(&x);
	if (!err && (x.end != NOWHERE || x.ndropped))
		err = gitperf_pass_decide(&x);
	if (!err && !(err = measure_again(&x)))
		err = has_changed(&x);
	if (x.end != NOWHERE) {
		s->fresh = x.end;
		s->base = x.state->head;
	}
	s->is_rewritten = 0;
	free(x.chosen);
	return err;
}

/*
 * What is chosen makes the queue longer, and what is dropped shorter; at that length
 * other things may follow. A planner that is woken twice would see to them, so
 * one that is woken once does: until there is nothing more to it.
 */
int gitperf_planner_run(struct planner *p, size_t i, const struct stretch *stretch)
{
	gitperf_platform_plan *plan = &p->plans[i], told = { .depth = -1 };
	struct stretch rest = *stretch;
	int again;

	do {
		again = plan_once(p, plan, &rest);
		/* people are told of what has had the greatest consequences */
		if (told.depth < 0 || plan->pace > told.pace)
			told = *plan;
	} while (again > 0);
	plan->name = stretch->platform;
	plan->waiting = rest.fresh;
	if (plan->waiting && plan->window_ms)
		plan->due = next_window(p->now, plan->window_ms);
	plan->depth = told.depth;
	plan->before = told.before;
	plan->pace = told.pace;
	plan->window_ms = told.window_ms;
	plan->batch = told.batch;
	return again < 0 ? again : gitperf_planner_wait(p, i, rest.fresh);
}
