/*
 * requests.c - what has become of a request, from nothing but what is its own
 *
 * A pure function of arrays: it knows neither the queue nor the branch. Efforts become
 * jobs, jobs become parts (one for each platform), and the parts say what the whole is.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/requests.h"

#define MILLISECOND INT64_C(1000000)

const char *gitperf_request_state_name(gitperf_request_state state)
{
	static const char *const names[] = { "pending", "running", "complete", "partial", "failed", "skipped" };

	return (unsigned)state < ARRAY_SIZE(names) ? names[state] : NULL;
}

const char *gitperf_part_state_name(gitperf_part_state state)
{
	static const char *const names[] = { "queued", "running", "landed", "failed", "dropped" };

	return (unsigned)state < ARRAY_SIZE(names) ? names[state] : NULL;
}

static gitperf_time earlier(gitperf_time a, gitperf_time b)
{
	return !a || (b && b < a) ? b : a;
}

static int64_t span_ms(gitperf_time from, gitperf_time to)
{
	return from && to ? (to > from ? to - from : 0) / MILLISECOND : -1;
}

/* --- Jobs ----------------------------------------------------------------- */

/* A job, by all that is known of it */
struct task {
	const struct effort *first;
	enum effort_kind kind;
	int is_set;                    /* `kind` is */
	gitperf_time asked, started, finished, expected;
	int64_t busy_ms;
	int begun;
	const char *worker, *why;
};

struct derivation {
	gitperf_request_view *view;
	const struct request_rules *rules;
	struct task *tasks;
	size_t n;
	gitperf_part *parts;
};

static int is_own(const struct derivation *d, const struct effort *e)
{
	return e->round == d->view->round && !strcmp(e->commit, d->view->commit);
}

/* Landed beats failed, and either beats what the queue still says of it */
static int rank(enum effort_kind kind)
{
	static const int ranks[] = { [EFFORT_DROPPED] = 0, [EFFORT_QUEUED] = 1, [EFFORT_RUNNING] = 2,
				     [EFFORT_GIVEN_UP] = 3, [EFFORT_FAILED] = 4, [EFFORT_LANDED] = 5 };

	return ranks[kind];
}

static void note(struct task *t, const struct effort *e)
{
	if (!t->is_set || rank(e->kind) > rank(t->kind)) {
		t->kind = e->kind;
		t->is_set = 1;
		t->finished = 0;
	}
	t->begun |= e->begun || e->kind == EFFORT_RUNNING || e->kind == EFFORT_LANDED || e->kind == EFFORT_FAILED;
	t->asked = earlier(t->asked, e->asked);
	t->started = earlier(t->started, e->started);
	if (e->kind != t->kind)
		return;
	t->expected = e->expected;
	/* of two results of one job, which a slow machine may bring, the last one counts */
	if (e->finished >= t->finished) {
		t->finished = e->finished;
		t->busy_ms = e->started && e->finished ? span_ms(e->started, e->finished) : 0;
		t->worker = e->worker;
		t->why = e->why;
	}
}

static struct task *add_task(struct derivation *d, const struct effort *e)
{
	struct task *t = &d->tasks[d->n++];

	t->first = e;
	note(t, e);
	return t;
}

static int is_same(const struct task *t, const struct effort *e)
{
	return t->first->job && e->job && !strcmp(t->first->job, e->job) && !strcmp(t->first->platform, e->platform);
}

static void add_job(struct derivation *d, const struct effort *e)
{
	size_t i = 0;

	while (i < d->n && !is_same(&d->tasks[i], e))
		i++;
	if (i < d->n)
		note(&d->tasks[i], e);
	else
		add_task(d, e);
}

/* The first round of a commit is measured by whoever measures it, in that configuration */
static int is_done_by(const struct task *t, const struct effort *e)
{
	return !strcmp(t->first->platform, e->platform) && (!*t->first->config || !strcmp(t->first->config, e->config));
}

static void add_stray(struct derivation *d, const struct effort *e)
{
	size_t i, found = 0;

	for (i = 0; i < d->n; i++) {
		if (!is_done_by(&d->tasks[i], e))
			continue;
		note(&d->tasks[i], e);
		found++;
	}
	if (!found)
		add_task(d, e);
}

/* A decision has nothing to say where there is a job, or a result */
static void add_drop(struct derivation *d, const struct effort *e)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!strcmp(d->tasks[i].first->platform, e->platform))
			return;
	add_task(d, e);
}

static void find_tasks(struct derivation *d, const struct effort *efforts, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_own(d, &efforts[i]) && efforts[i].job)
			add_job(d, &efforts[i]);
	for (i = 0; i < n; i++)
		if (is_own(d, &efforts[i]) && !efforts[i].job && efforts[i].kind != EFFORT_DROPPED)
			add_stray(d, &efforts[i]);
	for (i = 0; i < n; i++)
		if (is_own(d, &efforts[i]) && efforts[i].kind == EFFORT_DROPPED)
			add_drop(d, &efforts[i]);
}

/* --- Platforms ------------------------------------------------------------ */

static int is_required(const struct derivation *d, const char *platform)
{
	return !d->rules->is_required || d->rules->is_required(d->rules->payload, platform);
}

static gitperf_part *part_of(struct derivation *d, const char *platform)
{
	gitperf_request_view *v = d->view;
	size_t i = 0, k;

	while (i < v->nparts && strcmp(d->parts[i].platform, platform) < 0)
		i++;
	if (i < v->nparts && !strcmp(d->parts[i].platform, platform))
		return &d->parts[i];
	for (k = v->nparts++; k > i; k--)
		d->parts[k] = d->parts[k - 1];
	memset(&d->parts[i], 0, sizeof(*d->parts));
	d->parts[i].platform = platform;
	d->parts[i].is_required = is_required(d, platform);
	return &d->parts[i];
}

static int is_over(enum effort_kind kind)
{
	return kind == EFFORT_LANDED || kind == EFFORT_FAILED || kind == EFFORT_GIVEN_UP;
}

static void add_to_part(gitperf_part *p, const struct task *t)
{
	p->jobs++;
	p->landed += t->kind == EFFORT_LANDED;
	p->failed += t->kind == EFFORT_FAILED || t->kind == EFFORT_GIVEN_UP;
	p->running += t->kind == EFFORT_RUNNING;
	p->asked = earlier(p->asked, t->asked);
	p->started = earlier(p->started, t->started);
	p->busy_ms += t->busy_ms;
	if (t->why && (!p->why || t->kind != EFFORT_QUEUED))
		p->why = t->why;
	if (is_over(t->kind) && t->finished >= p->finished) {
		p->finished = t->finished;
		p->worker = t->worker;
	} else if (!p->finished && t->worker) {
		p->worker = t->worker;
	}
}

/* When the last of its jobs is expected, if that can be said of all that are open */
static void expect(gitperf_part *p, const struct derivation *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct task *t = &d->tasks[i];

		if (strcmp(t->first->platform, p->platform) || is_over(t->kind) || t->kind == EFFORT_DROPPED)
			continue;
		p->expected = t->expected > p->expected ? t->expected : p->expected;
		if (!t->expected) {
			p->expected = 0;
			return;
		}
	}
}

static void settle(gitperf_part *p, const struct derivation *d)
{
	size_t i, dropped = 0, begun = 0;

	for (i = 0; i < d->n; i++)
		if (!strcmp(d->tasks[i].first->platform, p->platform)) {
			dropped += d->tasks[i].kind == EFFORT_DROPPED;
			begun += d->tasks[i].begun != 0;
		}
	if (dropped == p->jobs)
		p->state = GITPERF_PART_DROPPED;
	else if (p->landed == p->jobs)
		p->state = GITPERF_PART_LANDED;
	else if (p->landed + p->failed == p->jobs)
		p->state = GITPERF_PART_FAILED;
	else
		p->state = begun ? GITPERF_PART_RUNNING : GITPERF_PART_QUEUED;
	if (p->state == GITPERF_PART_QUEUED || p->state == GITPERF_PART_RUNNING)
		expect(p, d);
}

/* --- The whole ------------------------------------------------------------ */

struct counts {
	size_t open, begun, landed, failed, parts;
};

static struct counts count(const struct derivation *d)
{
	struct counts c = { 0, 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i < d->view->nparts; i++) {
		const gitperf_part *p = &d->parts[i];

		c.begun += p->state == GITPERF_PART_RUNNING || p->landed || p->failed;
		if (!p->is_required || p->state == GITPERF_PART_DROPPED)
			continue;
		c.parts++;
		c.open += p->state == GITPERF_PART_QUEUED || p->state == GITPERF_PART_RUNNING;
		c.landed += p->state == GITPERF_PART_LANDED;
		c.failed += p->state == GITPERF_PART_FAILED;
	}
	return c;
}

/* Where nothing that anybody needs was asked for, what was asked for is needed */
static struct counts count_needed(struct derivation *d)
{
	struct counts c = count(d);
	size_t i;

	if (c.parts)
		return c;
	for (i = 0; i < d->view->nparts; i++)
		d->parts[i].is_required |= d->parts[i].state != GITPERF_PART_DROPPED;
	return count(d);
}

static gitperf_request_state state_of(const struct derivation *d, const struct counts *c)
{
	int64_t for_ms = span_ms(d->view->started, d->rules->now);

	if (!c->parts)
		return d->view->nparts ? GITPERF_REQUEST_SKIPPED : GITPERF_REQUEST_COMPLETE;
	if (c->landed == c->parts)
		return GITPERF_REQUEST_COMPLETE;
	if (!c->open)
		return c->landed ? GITPERF_REQUEST_PARTIAL : GITPERF_REQUEST_FAILED;
	if (c->landed && d->rules->partial_after_ms && for_ms > d->rules->partial_after_ms)
		return GITPERF_REQUEST_PARTIAL;
	return c->begun ? GITPERF_REQUEST_RUNNING : GITPERF_REQUEST_PENDING;
}

static gitperf_time end_of(const gitperf_part *p)
{
	return p->state == GITPERF_PART_QUEUED || p->state == GITPERF_PART_RUNNING ? p->expected : p->finished;
}

/* What everybody waits, or has waited for: that, and what it waited itself, is the critical path */
static void find_last(struct derivation *d, const struct counts *c)
{
	gitperf_request_view *v = d->view;
	gitperf_time before = 0;
	size_t i;

	for (i = 0; i < v->nparts; i++) {
		gitperf_time end = end_of(&d->parts[i]);

		/* of what nobody can tell, nobody can tell whether it is last */
		if (!d->parts[i].is_required || !end || (c->open && !v->expected))
			continue;
		if (v->last == GITPERF_NO_PART || end > end_of(&d->parts[v->last])) {
			before = v->last == GITPERF_NO_PART ? 0 : end_of(&d->parts[v->last]);
			v->last = i;
		} else if (end > before) {
			before = end;
		}
	}
	if (v->last != GITPERF_NO_PART)
		v->last_by_ms = span_ms(before, end_of(&d->parts[v->last]));
}

static void find_times(struct derivation *d, const struct counts *c)
{
	gitperf_request_view *v = d->view;
	int is_known = c->open > 0;
	size_t i;

	for (i = 0; i < v->nparts; i++) {
		const gitperf_part *p = &d->parts[i];

		v->landed += p->state == GITPERF_PART_LANDED;
		v->asked = earlier(v->asked, p->asked);
		v->started = earlier(v->started, p->started);
		/* what is not needed is not waited for */
		if (p->is_required)
			v->finished = p->finished > v->finished ? p->finished : v->finished;
		if (!p->is_required || !(p->state == GITPERF_PART_QUEUED || p->state == GITPERF_PART_RUNNING))
			continue;
		is_known &= p->expected != 0;
		v->expected = p->expected > v->expected ? p->expected : v->expected;
	}
	v->expected = is_known ? v->expected : 0;
	v->required = c->parts;
	v->required_landed = c->landed;
	v->wait_ms = span_ms(v->asked, v->started);
	v->duration_ms = span_ms(v->started, c->open ? d->rules->now : v->finished);
}

int gitperf_request__derive(gitperf_request_view *view, struct arena *arena, const struct effort *efforts,
			    size_t n, const struct request_rules *rules)
{
	struct derivation d = { .view = view, .rules = rules };
	struct counts counts;
	size_t i;

	view->last = GITPERF_NO_PART;
	view->last_by_ms = -1;
	d.tasks = gitperf_arena_array(arena, n + 1, sizeof(*d.tasks));
	d.parts = gitperf_arena_array(arena, n + 1, sizeof(*d.parts));
	if (!d.tasks || !d.parts)
		return gitperf_fail_oom();
	memset(d.tasks, 0, (n + 1) * sizeof(*d.tasks));
	find_tasks(&d, efforts, n);
	for (i = 0; i < d.n; i++)
		add_to_part(part_of(&d, d.tasks[i].first->platform), &d.tasks[i]);
	for (i = 0; i < view->nparts; i++)
		settle(&d.parts[i], &d);
	view->parts = d.parts;
	counts = count_needed(&d);
	find_times(&d, &counts);
	find_last(&d, &counts);
	view->state = state_of(&d, &counts);
	return 0;
}
