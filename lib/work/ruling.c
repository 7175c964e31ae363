/*
 * ruling.c - what follows from a choice: jobs, planned for people, a decision
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/planner.h"

int gitperf_pass_ask(struct pass *x, const char *commit, unsigned reasons, int64_t round, int64_t order)
{
	char suite[GITPERF_ID_SIZE] = "";
	gitperf_job job = { .commit = commit, .platform = x->s->platform, .reasons = reasons,
			    .round = round, .suite = suite };
	const struct world *world = x->p->world;
	const struct parts *parts;
	int err = world->suite(world->payload, suite, commit);

	/* what was asked for at once keeps its order */
	job.asked = x->p->now + order;
	if (err < 0 || (err = world->parts(world->payload, &parts, x->s->platform, commit)) < 0)
		return err;
	return gitperf_queue_ask(x->p->queue, &job, x->s->policy, parts);
}

static gitperf_planned *add_line(struct arena *arena, gitperf_platform_plan *plan,
				 const char *commit, gitperf_ruling ruling)
{
	gitperf_planned *grown = gitperf_arena_grow(arena, plan->planned, plan->nplanned, sizeof(*grown));

	if (!grown)
		return NULL;
	plan->planned = grown;
	grown = memset(grown + plan->nplanned++, 0, sizeof(*grown));
	grown->commit = gitperf_arena_strdup(arena, commit);
	grown->ruling = ruling;
	grown->window_ms = plan->window_ms;
	grown->batch = plan->batch;
	return grown->commit ? grown : NULL;
}

gitperf_planned *gitperf_pass_plan(struct pass *x, const char *commit, gitperf_ruling ruling)
{
	return add_line(x->p->arena, x->plan, commit, ruling);
}

int gitperf_planner_tell(struct planner *p, size_t i, const char *commit, unsigned reasons)
{
	gitperf_planned *line = add_line(p->arena, &p->plans[i], commit, GITPERF_RULING_MEASURE);

	if (!line)
		return gitperf_fail_oom();
	line->reasons = reasons;
	return 0;
}

int gitperf_planner_wait(struct planner *p, size_t i, size_t n)
{
	while (n--)
		if (!add_line(p->arena, &p->plans[i], p->chain[n].id, GITPERF_RULING_WAIT))
			return gitperf_fail_oom();
	return 0;
}

/* The next one that is chosen, towards the newest, or the newest of all */
static size_t representative(const struct pass *x, size_t i)
{
	while (i > x->end && !x->chosen[i])
		i--;
	return i;
}

static int rule_chosen(struct pass *x, size_t i)
{
	const char *commit = x->p->chain[i].id;
	int known = x->p->world->known(x->p->world->payload, x->s->platform, commit), is_done, added;
	gitperf_planned *v;

	if (known < 0)
		return known;
	/* where a part of it has landed and another waits, it is what is planned that waits */
	is_done = known && !gitperf_queue_join(x->p->queue, x->s->platform, commit, x->chosen[i]);
	v = gitperf_pass_plan(x, commit, is_done ? GITPERF_RULING_DONE : GITPERF_RULING_MEASURE);
	if (!v)
		return gitperf_fail_oom();
	v->reasons = x->chosen[i];
	v->why = is_done && known == KNOWN_FAILED ? "failed" : x->s->base ? NULL : "first";
	/* by its place on the trunk, which is the same for all platforms */
	added = known ? 0 : gitperf_pass_ask(x, commit, x->chosen[i], 0, (int64_t)(x->p->nchain - i));
	return added < 0 ? added : 0;
}

static int rule(struct pass *x, size_t i, size_t by)
{
	gitperf_planned *v;
	int is_skipped;

	if (x->chosen[i])
		return rule_chosen(x, i);
	/* where only merges are chosen, one that is not waits for the next as others do */
	is_skipped = x->skipped && !(x->p->chain[i].is_merge && !strcmp(x->skipped, "not-merge"));
	v = gitperf_pass_plan(x, x->p->chain[i].id, is_skipped ? GITPERF_RULING_SKIPPED : GITPERF_RULING_REPRESENTED);
	if (!v)
		return gitperf_fail_oom();
	v->by = x->chosen[by] ? gitperf_arena_strdup(x->p->arena, x->p->chain[by].id) : NULL;
	v->why = is_skipped ? x->skipped : NULL;
	return gitperf_arena_check(x->p->arena);
}

/* What was to be measured a moment ago has one line, not two */
static gitperf_planned *find_line(const struct pass *x, const char *commit)
{
	gitperf_planned *list = (gitperf_planned *)(uintptr_t)x->plan->planned;
	size_t i;

	for (i = 0; i < x->plan->nplanned; i++)
		if (list[i].ruling == GITPERF_RULING_MEASURE && !strcmp(list[i].commit, commit))
			return &list[i];
	return NULL;
}

static int rule_dropped(struct pass *x)
{
	size_t i;

	for (i = 0; i < x->ndropped; i++) {
		gitperf_planned *v = find_line(x, x->dropped[i].commit);

		if (!v && !(v = gitperf_pass_plan(x, x->dropped[i].commit, GITPERF_RULING_DROPPED)))
			return gitperf_fail_oom();
		v->ruling = GITPERF_RULING_DROPPED;
		v->by = x->dropped[i].by ? gitperf_arena_strdup(x->p->arena, x->dropped[i].by) : NULL;
		v->why = x->dropped[i].why;
	}
	return gitperf_arena_check(x->p->arena);
}

int gitperf_pass_rule(struct pass *x)
{
	size_t i = x->s->fresh, by = NOWHERE;
	int err = rule_dropped(x);

	while (!err && x->end != NOWHERE && i > x->end) {
		/* who stands for one stands for all up to itself: a stretch may be long */
		if (by > --i)
			by = representative(x, i);
		err = rule(x, i, by);
	}
	return err;
}

/* --- What is written down --- */

static void list_chosen(gitperf_decision *d, struct pass *x, struct arena *arena)
{
	size_t i, n = 0;
	gitperf_choice *list;

	for (i = x->end; i < x->s->fresh; i++)
		n += x->chosen[i] != 0;
	d->chosen = list = gitperf_arena_array(arena, n, sizeof(*list));
	d->nchosen = list ? n : 0;
	for (i = x->s->fresh; list && i-- > x->end; )
		if (x->chosen[i]) {
			list->commit = gitperf_arena_strdup(arena, x->p->chain[i].id);
			list++->reasons = x->chosen[i];
		}
}

static int describe(gitperf_decision *d, const struct pass *x, struct arena *arena)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	int err = gitperf_policy_words(&words, x->p->policy);

	d->platform = x->s->platform;
	d->skipped = x->skipped;
	d->plan = gitperf_arena_strdup(arena, words.ptr);
	d->depth = x->plan->depth;
	d->window_ms = x->plan->window_ms;
	d->pace = x->plan->pace;
	d->tool = "git-perf " GITPERF_VERSION;
	d->decided = x->p->now;
	d->dropped = x->dropped;
	d->ndropped = x->ndropped;
	gitperf_buffer_dispose(&words);
	return err < 0 ? err : gitperf_arena_check(arena);
}

/* In the queue first; whoever comes by copies it to the data branch */
int gitperf_pass_decide(struct pass *x)
{
	struct queue *q = x->p->queue;
	struct waiting *grown = gitperf_arena_grow(&q->arena, q->waiting, q->nwaiting, sizeof(*grown));
	gitperf_decision *d;

	if (!grown)
		return gitperf_fail_oom();
	q->waiting = grown;
	d = &grown[q->nwaiting].decision;
	memset(&grown[q->nwaiting], 0, sizeof(*grown));
	if (x->end == NOWHERE) {
		/* of no commit, but of some that were decided about before */
		d->head = d->base = x->state->head;
	} else {
		d->base = x->s->base ? gitperf_arena_strdup(&q->arena, x->s->base) : NULL;
		d->head = x->state->head = gitperf_arena_strdup(&q->arena, x->p->chain[x->end].id);
		d->commits = (int64_t)(x->s->fresh - x->end);
		list_chosen(d, x, &q->arena);
	}
	q->nwaiting++;
	return describe(d, x, &q->arena);
}

int gitperf_queue_decide_drops(struct queue *q, const gitperf_policy *policy, const char *platform,
			       gitperf_dropped *dropped, size_t n, gitperf_time now)
{
	struct planner p = { .now = now, .policy = policy, .queue = q };
	struct stretch stretch = { .platform = platform };
	gitperf_platform_plan plan = { .window_ms = policy->window_ms };
	struct pass x = { .p = &p, .s = &stretch, .plan = &plan, .end = NOWHERE, .dropped = dropped, .ndropped = n };

	x.state = gitperf_queue_state(q, platform);
	if (!x.state)
		return gitperf_fail_oom();
	/* nothing was ever planned for it: there is nothing to take back */
	if (!n || !x.state->head)
		return 0;
	plan.pace = x.state->pace;
	plan.depth = gitperf_queue_depth(q, platform, policy->unit);
	return plan.depth < 0 ? (int)plan.depth : gitperf_pass_decide(&x);
}
