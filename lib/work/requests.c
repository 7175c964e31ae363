/*
 * requests.c - the newest requests, and what has become of them
 *
 * Of a project that never had a queue, no record is read.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/requests.h"
#include "work/schedule.h"

#define LIMIT 10
#define PARTIAL_AFTER_MS (INT64_C(2) * 3600 * 1000)

struct owned_requests {
	gitperf_requests requests;     /* first: their address is their block's */
	struct arena arena;
	gitperf_agenda *agenda;
};

struct loading {
	struct owned_requests *out;
	struct request_facts facts;
	struct trunk trunk;
	int has_trunk;
	gitperf_request_view *list;
	size_t n;
};

/* --- Requests ------------------------------------------------------------- */

static int has_request(const struct loading *l, const struct effort *e)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->list[i].round == e->round && !strcmp(l->list[i].commit, e->commit))
			return 1;
	return 0;
}

static int is_wanted(const struct loading *l, const char *commit)
{
	size_t i;

	for (i = 0; l->facts.opts->commits && l->facts.opts->commits[i]; i++)
		if (!strcmp(l->facts.opts->commits[i], commit))
			return 1;
	return 0;
}

/*
 * What was measured without anybody having asked for it is a result, and no request; but
 * who asks for it by name has seen the request that it has answered
 */
static int is_asked_for(const struct loading *l, const struct effort *e)
{
	return e->job || e->kind == EFFORT_DROPPED ||
		(!e->round && (is_wanted(l, e->commit) ||
			       gitperf_map_get(&l->facts.chosen, e->commit, GITPERF_ID_SIZE - 1)));
}

static int is_needed(void *payload, const char *platform)
{
	const struct loading *l = payload;
	size_t i;

	for (i = 0; l->has_trunk && i < l->trunk.policy->nplatforms; i++)
		if (!strcmp(l->trunk.policy->platforms[i].name, platform))
			return l->trunk.policy->platforms[i].required;
	return 1;
}

static int add_request(struct loading *l, const char *commit, int64_t round)
{
	const struct request_rules rules = { .now = l->out->agenda->now, .is_required = is_needed, .payload = l,
		.partial_after_ms = l->has_trunk ? l->trunk.policy->partial_ms : PARTIAL_AFTER_MS };
	gitperf_request_view *grown = gitperf_arena_grow(l->facts.arena, l->list, l->n, sizeof(*grown));
	const gitperf_queue *queue = l->out->agenda->queue;
	size_t i;

	if (!grown)
		return gitperf_fail_oom();
	l->list = grown;
	grown = memset(grown + l->n++, 0, sizeof(*grown));
	grown->commit = gitperf_arena_strdup(l->facts.arena, commit);
	grown->round = round;
	if (!grown->commit)
		return gitperf_fail_oom();
	for (i = 0; i < queue->nrequests; i++)
		if (queue->requests[i].round == round && !strcmp(queue->requests[i].commit, commit)) {
			grown->by = queue->requests[i].by;
			grown->asked = queue->requests[i].asked;
		}
	return gitperf_request__derive(grown, l->facts.arena, l->facts.efforts, l->facts.nefforts, &rules);
}

static int add_requests_of(struct loading *l, const char *commit)
{
	size_t i;
	int err = 0;

	for (i = 0; i < l->facts.nefforts && !err; i++) {
		const struct effort *e = &l->facts.efforts[i];

		if (!strcmp(e->commit, commit) && is_asked_for(l, e) && !has_request(l, e))
			err = add_request(l, e->commit, e->round);
	}
	return err;
}

/* Not every result says when it was asked for */
static gitperf_time age_of(const gitperf_request_view *r)
{
	return r->asked ? r->asked : r->started ? r->started : r->finished;
}

/* For qsort(3): the newest first */
static int compare_requests(const void *a, const void *b)
{
	const gitperf_request_view *x = a, *y = b;
	gitperf_time first = age_of(x), second = age_of(y);
	int diff = (first < second) - (first > second);

	if (!diff)
		diff = strcmp(x->commit, y->commit);
	return diff ? diff : (x->round < y->round) - (x->round > y->round);
}

static int make_requests(struct loading *l)
{
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < l->facts.ncandidates && !err; i++)
		if (i < l->facts.limit || is_wanted(l, l->facts.candidates[i].commit))
			err = gitperf_request_facts__read(&l->facts, l->facts.candidates[i].commit);
	for (i = 0; i < l->facts.ncandidates && !err; i++)
		if (i < l->facts.limit || is_wanted(l, l->facts.candidates[i].commit))
			err = add_requests_of(l, l->facts.candidates[i].commit);
	if (err < 0)
		return err;
	if (l->n)
		qsort(l->list, l->n, sizeof(*l->list), compare_requests);
	for (i = 0; i < l->n; i++)
		if (i < l->facts.limit || is_wanted(l, l->list[i].commit))
			l->list[kept++] = l->list[i];
	l->n = kept;
	return 0;
}

/* --- All of it ------------------------------------------------------------ */

/* By the results that are looked at */
static size_t count_machines(void *payload, const char *platform)
{
	const struct loading *l = payload;
	struct map names = { .n = 0 };
	size_t i, k, n;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < l->list[i].nparts; k++) {
			const gitperf_part *p = &l->list[i].parts[k];

			if (p->worker && !strcmp(p->platform, platform) && !gitperf_map_get(&names, p->worker, strlen(p->worker)))
				gitperf_map_put(&names, p->worker, strlen(p->worker), 0);
		}
	n = names.n;
	gitperf_map_free(&names);
	return n;
}

/* Without a trunk, or with one whose suite is wrong, all is as usual */
static int look_at_trunk(struct loading *l)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	gitperf_schedule_options usual = GITPERF_SCHEDULE_OPTIONS_INIT;
	int err = gitperf_schedule_remote(&name, l->facts.repo, l->facts.opts->schedule ? l->facts.opts->schedule : &usual);

	if (err >= 0)
		err = gitperf_trunk_open(&l->trunk, l->facts.repo, err ? name.ptr : NULL, NULL);
	l->has_trunk = !err;
	gitperf_buffer_dispose(&name);
	return err == GITPERF_ENOMEM ? err : 0;
}

/* Nobody has ever queued anything here */
static int is_unused(const gitperf_queue *q)
{
	return !q->njobs && !q->nrequests && !q->nstates && !q->nworkers && !q->ndecisions;
}

static int load(struct loading *l)
{
	int err;

	if ((err = gitperf_store_open(&l->facts.store, l->facts.repo)) < 0)
		return err;
	/* a look is no reason to ask somebody */
	gitperf_store__stay_here(l->facts.store);
	if ((err = look_at_trunk(l)) < 0 || (err = gitperf_request_facts__find(&l->facts)) < 0 ||
	    (err = make_requests(l)) < 0)
		return err;
	gitperf_requests__balance(&l->out->requests.imbalance, l->list, l->n, count_machines, l);
	l->out->requests.list = l->list;
	l->out->requests.n = l->n;
	return gitperf_arena_check(l->facts.arena);
}

int gitperf_requests_load(gitperf_requests **out, gitperf_repo *repo, const gitperf_requests_options *opts)
{
	struct owned_requests *r = calloc(1, sizeof(*r));
	struct loading l = { .out = r, .facts = { .repo = repo, .opts = opts } };
	int err;

	*out = NULL;
	if (!r)
		return gitperf_fail_oom();
	l.facts.arena = &r->arena;
	l.facts.limit = opts->limit ? opts->limit : LIMIT;
	err = gitperf_agenda_load(&r->agenda, repo, opts->schedule);
	if (!err) {
		r->requests.agenda = l.facts.agenda = r->agenda;
		r->requests.now = r->agenda->now;
		err = is_unused(r->agenda->queue) ? 0 : load(&l);
	}
	gitperf_request_facts__free(&l.facts);
	if (l.has_trunk)
		gitperf_trunk_close(&l.trunk);
	if (err < 0)
		gitperf_requests_free(&r->requests);
	else
		*out = &r->requests;
	return err < 0 ? err : 0;
}

void gitperf_requests_free(gitperf_requests *requests)
{
	struct owned_requests *r = (struct owned_requests *)requests;

	if (!r)
		return;
	gitperf_agenda_free(r->agenda);
	gitperf_arena_free(&r->arena);
	free(r);
}
