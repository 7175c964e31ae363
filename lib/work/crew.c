/*
 * crew.c - the machines that measure, from what the queue and the results say of them
 *
 * For people: here, and nowhere else, clocks of different machines are compared.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/map.h"
#include "work/pastime.h"
#include "work/schedule.h"

#include <gitperf/worker.h>

#define MILLISECOND INT64_C(1000000)
#define SILENT 3
/* 285 years, which a gitperf_time can hold */
#define LONGEST_MS 9e12

struct owned_crew {
	gitperf_crew crew;             /* first: a crew's address is its block's */
	struct arena arena;
	struct queue *queue;
	gitperf_hand *list;
	size_t n;
};

static size_t *find(const struct map *map, const char *name)
{
	return gitperf_map_get(map, name, strlen(name));
}

/* --- Who --- */

static int add_hand(struct owned_crew *c, struct map *places, const char *name, const char *platform,
		    const gitperf_worker *told)
{
	gitperf_hand *grown = gitperf_arena_grow(&c->arena, c->list, c->n, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	c->list = grown;
	memset(&grown[c->n], 0, sizeof(*grown));
	grown[c->n].name = name;
	grown[c->n].platform = platform;
	grown[c->n].told.name = name;
	grown[c->n].told.platform = platform;
	if (told)
		grown[c->n].told = *told;
	grown[c->n].heard = grown[c->n].told.told;
	grown[c->n].ttl_ms = grown[c->n].told.ttl_ms;
	return gitperf_map_put(places, name, strlen(name), c->n++);
}

static int add_lease(struct owned_crew *c, struct map *places, const gitperf_job *job, gitperf_time renewed)
{
	const char *name = job->lease.worker;
	gitperf_hand *hand;
	int err = find(places, name) ? 0 : add_hand(c, places, name, job->platform, NULL);

	if (err < 0)
		return err;
	hand = &c->list[*find(places, name)];
	hand->njobs++;
	hand->heard = renewed > hand->heard ? renewed : hand->heard;
	if (!hand->job || job->lease.token > hand->job->lease.token) {
		hand->job = job;
		hand->ttl_ms = job->lease.ttl_ms;
	}
	return 0;
}

static int list_hands(struct owned_crew *c, gitperf_repo *repo)
{
	struct queue *q = c->queue;
	gitperf_time *renewed = gitperf_arena_array(&c->arena, q->njobs, sizeof(*renewed));
	struct map places = { .n = 0 };
	size_t i;
	int err = renewed ? gitperf_queue__renewed(renewed, q, repo) : gitperf_fail_oom();

	for (i = 0; i < q->nworkers && !err; i++)
		err = add_hand(c, &places, q->workers[i].name, q->workers[i].platform, &q->workers[i]);
	for (i = 0; i < q->njobs && !err; i++)
		if (q->jobs[i].lease.worker)
			err = add_lease(c, &places, &q->jobs[i], renewed[i]);
	gitperf_map_free(&places);
	return err;
}

/* --- How they are --- */

static int is_silent(const gitperf_hand *hand, gitperf_time now)
{
	int64_t ttl = hand->ttl_ms ? hand->ttl_ms : LEASE_TTL_MS;

	ttl = ttl < GITPERF_TTL_MAX_MS ? ttl : GITPERF_TTL_MAX_MS;
	return !hand->heard || now - hand->heard > SILENT * ttl * MILLISECOND;
}

static gitperf_crew_state state_of(const gitperf_hand *hand, gitperf_time now)
{
	if (hand->told.duty == GITPERF_DUTY_RETIRE)
		return GITPERF_CREW_RETIRED;
	if (is_silent(hand, now))
		return GITPERF_CREW_SILENT;
	if (hand->job)
		return GITPERF_CREW_MEASURING;
	return hand->told.duty == GITPERF_DUTY_PAUSE ? GITPERF_CREW_PAUSED :
	       hand->told.duty == GITPERF_DUTY_DRAIN ? GITPERF_CREW_DRAINING : GITPERF_CREW_IDLE;
}

/* The version that most have; of equals any, but always the same */
static int find_usual_tool(struct owned_crew *c)
{
	size_t *counts = gitperf_arena_array(&c->arena, c->n, sizeof(*counts));
	size_t i, at, best = 0;
	struct map places = { .n = 0 };
	int err = counts ? 0 : gitperf_fail_oom();

	for (i = 0; i < c->n && !err; i++) {
		const char *tool = c->list[i].told.tool;

		if (!tool || c->list[i].state == GITPERF_CREW_RETIRED)
			continue;
		if (!find(&places, tool))
			err = gitperf_map_put(&places, tool, strlen(tool), i);
		at = err ? i : *find(&places, tool);
		counts[at]++;
		if (counts[at] > best || (counts[at] == best && strcmp(tool, c->crew.tool) > 0)) {
			best = counts[at];
			c->crew.tool = tool;
		}
	}
	gitperf_map_free(&places);
	return err;
}

static int judge(struct owned_crew *c)
{
	size_t i;
	int err;

	for (i = 0; i < c->n; i++)
		c->list[i].state = state_of(&c->list[i], c->crew.now);
	if ((err = find_usual_tool(c)) < 0)
		return err;
	for (i = 0; i < c->n; i++)
		c->list[i].is_other_tool = c->list[i].told.tool && c->list[i].state != GITPERF_CREW_RETIRED &&
					   strcmp(c->list[i].told.tool, c->crew.tool) != 0;
	return 0;
}

/* --- What they have done --- */

static int look_back(struct owned_crew *c, gitperf_repo *repo)
{
	struct past_worker *past = gitperf_arena_array(&c->arena, c->n, sizeof(*past));
	gitperf_store *store = NULL;
	size_t i;
	int all = past ? 0 : gitperf_fail_oom();

	for (i = 0; i < c->n && past; i++) {
		past[i].name = c->list[i].name;
		past[i].platform = c->list[i].platform;
	}
	if (!c->n || all < 0 || (all = gitperf_store_open(&store, repo)) < 0)
		return all;
	all = gitperf_pastime_workers(past, c->n, store, c->crew.now);
	for (i = 0; i < c->n && all >= 0; i++) {
		c->list[i].runs = past[i].runs;
		c->list[i].duration_ms = past[i].median_ms;
		c->list[i].day = past[i].day;
		c->list[i].week = past[i].week;
	}
	c->crew.is_partial = !all;
	gitperf_store_free(store);
	return all < 0 ? all : 0;
}

/* --- Platforms --- */

struct tally {
	gitperf_station *list;
	size_t n, room;
	double *rates;                 /* jobs a millisecond, of workers that are known */
	size_t *known;                 /* ... so many */
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const gitperf_station *)a)->name, ((const gitperf_station *)b)->name);
}

static gitperf_station *find_station(const struct tally *t, const char *name)
{
	const gitperf_station key = { .name = name };

	return bsearch(&key, t->list, t->n, sizeof(*t->list), compare_names);
}

static int list_stations(struct tally *t, struct owned_crew *c)
{
	const struct queue *q = c->queue;
	size_t i, n = 0;

	t->room = q->nstates + q->njobs + c->n;
	t->list = gitperf_arena_array(&c->arena, t->room, sizeof(*t->list));
	t->rates = gitperf_arena_array(&c->arena, t->room, sizeof(*t->rates));
	t->known = gitperf_arena_array(&c->arena, t->room, sizeof(*t->known));
	if (gitperf_arena_check(&c->arena) < 0)
		return gitperf_fail_oom();
	for (i = 0; i < q->nstates; i++)
		t->list[n++].name = q->states[i].platform;
	for (i = 0; i < q->njobs; i++)
		t->list[n++].name = q->jobs[i].platform;
	for (i = 0; i < c->n; i++)
		if (c->list[i].state != GITPERF_CREW_RETIRED)
			t->list[n++].name = c->list[i].platform;
	if (n)
		qsort(t->list, n, sizeof(*t->list), compare_names);
	for (i = 0; i < n; i++)
		if (!i || strcmp(t->list[i].name, t->list[t->n - 1].name))
			t->list[t->n++] = t->list[i];
	return 0;
}

static void count(struct tally *t, const struct owned_crew *c)
{
	size_t i;

	for (i = 0; i < c->queue->njobs; i++) {
		const gitperf_job *job = &c->queue->jobs[i];

		if (!job->lease.worker && !gitperf_job_is_exhausted(job))
			find_station(t, job->platform)->waiting++;
	}
	for (i = 0; i < c->n; i++) {
		const gitperf_hand *hand = &c->list[i];
		gitperf_station *station = hand->state == GITPERF_CREW_RETIRED ? NULL : find_station(t, hand->platform);

		if (!station)
			continue;
		if (hand->duration_ms) {
			t->rates[station - t->list] += 1.0 / (double)hand->duration_ms;
			t->known[station - t->list]++;
		}
		station->workers += hand->told.duty == GITPERF_DUTY_WORK && hand->state != GITPERF_CREW_SILENT;
	}
}

/* One that nothing is known of is as fast as the others of its platform */
static void expect(gitperf_station *station, double rate, size_t known)
{
	double duration = known ? (double)known / rate : 0;
	double backlog = duration * (double)station->waiting / (double)(station->workers ? station->workers : 1);

	station->duration_ms = (int64_t)(duration < LONGEST_MS ? duration : LONGEST_MS);
	station->backlog_ms = !station->waiting ? 0 : !known ? -1 :
			      (int64_t)(backlog < LONGEST_MS ? backlog : LONGEST_MS);
}

static int look_at_stations(struct owned_crew *c)
{
	struct tally t = { .n = 0 };
	size_t i;
	int err = list_stations(&t, c);

	if (err < 0)
		return err;
	count(&t, c);
	for (i = 0; i < t.n; i++)
		expect(&t.list[i], t.rates[i], t.known[i]);
	c->crew.stations = t.list;
	c->crew.nstations = t.n;
	return 0;
}

/* --- All of it --- */

static int by_platform(const void *a, const void *b)
{
	const gitperf_hand *x = a, *y = b;
	int diff = strcmp(x->platform, y->platform);

	return diff ? diff : strcmp(x->name, y->name);
}

static int look(struct owned_crew *c, gitperf_repo *repo)
{
	int err;

	c->crew.now = gitperf_time_now();
	c->crew.queue = gitperf_queue__view(c->queue);
	if ((err = list_hands(c, repo)) < 0 || (err = judge(c)) < 0 || (err = look_back(c, repo)) < 0 ||
	    (err = look_at_stations(c)) < 0)
		return err;
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), by_platform);
	c->crew.list = c->list;
	c->crew.n = c->n;
	return gitperf_arena_check(&c->arena);
}

int gitperf_crew_load(gitperf_crew **out, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	struct owned_crew *c = calloc(1, sizeof(*c));
	struct schedule s;
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	if ((err = gitperf_schedule_open(&s, repo, opts)) >= 0 && (err = gitperf_schedule_fetch(&s)) >= 0) {
		c->queue = s.queue;
		s.queue = NULL;
		if (s.is_remote)
			c->crew.where = gitperf_arena_strdup(&c->arena, s.remote.shown.ptr);
		err = look(c, repo);
	}
	gitperf_schedule_close(&s);
	if (err < 0)
		gitperf_crew_free(&c->crew);
	else
		*out = &c->crew;
	return err < 0 ? err : 0;
}

void gitperf_crew_free(gitperf_crew *crew)
{
	struct owned_crew *c = (struct owned_crew *)crew;

	if (!c)
		return;
	gitperf_queue__free(c->queue);
	gitperf_arena_free(&c->arena);
	free(c);
}
