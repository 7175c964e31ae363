/*
 * agenda.c - the queue in the order in which it will be worked off, and when
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/pastime.h"
#include "work/schedule.h"

#define MILLISECOND INT64_C(1000000)
#define WORKERS_MAX 1000

struct owned_agenda {
	gitperf_agenda agenda;         /* first: an agenda's address is its block's */
	struct arena arena;
	struct queue *queue;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int diff = strcmp(x->job->platform, y->job->platform);

	/* what is under way is done first, and nobody takes what has failed too often */
	if (!diff)
		diff = (y->job->lease.worker != NULL) - (x->job->lease.worker != NULL);
	if (!diff)
		diff = gitperf_job_is_exhausted(x->job) - gitperf_job_is_exhausted(y->job);
	return diff ? diff : gitperf_turn_compare(x, y);
}

/* --- When --- */

/* Whoever is free first takes the next one */
static void expect_one(gitperf_item *item, gitperf_time *free_at, size_t workers)
{
	int64_t duration = item->duration_ms * MILLISECOND;
	size_t i, first = 0;

	for (i = 1; i < workers; i++)
		if (free_at[i] < free_at[first])
			first = i;
	/* not in our time */
	if (free_at[first] > INT64_MAX - duration)
		return;
	free_at[first] += duration;
	item->expected = free_at[first];
}

static int expect(gitperf_item *items, size_t n, const struct pastime *past, gitperf_time now)
{
	size_t running = 0, workers, i;
	gitperf_time *free_at;

	while (running < n && items[running].job->lease.worker)
		running++;
	workers = running > past->workers ? running : past->workers;
	workers = workers > WORKERS_MAX ? WORKERS_MAX : workers;
	free_at = calloc(workers, sizeof(*free_at));
	if (!free_at)
		return gitperf_fail_oom();
	for (i = 0; i < workers; i++)
		free_at[i] = now;
	for (i = 0; i < n; i++) {
		items[i].duration_ms = past->median_ms;
		if (past->median_ms && !gitperf_job_is_exhausted(items[i].job))
			expect_one(&items[i], free_at, workers);
	}
	free(free_at);
	return 0;
}

static int expect_all(struct owned_agenda *a, gitperf_item *items, gitperf_repo *repo)
{
	gitperf_store *store;
	struct pastime past;
	size_t i, same, n = a->agenda.nitems;
	int err = n ? gitperf_store_open(&store, repo) : 0;

	if (err < 0 || !n)
		return err;
	for (i = 0; i < n && !err; i += same) {
		const char *platform = items[i].job->platform;

		for (same = 1; i + same < n && !strcmp(items[i + same].job->platform, platform); )
			same++;
		if (!(err = gitperf_pastime_look(&past, store, platform)))
			err = expect(items + i, same, &past, a->agenda.now);
	}
	gitperf_store_free(store);
	return err;
}

static int list_items(struct owned_agenda *a, gitperf_repo *repo)
{
	const gitperf_queue *view = gitperf_queue__view(a->queue);
	gitperf_item *items = gitperf_arena_array(&a->arena, view->njobs, sizeof(*items));
	struct place *places = gitperf_arena_array(&a->arena, view->njobs, sizeof(*places));
	size_t i;

	if (!items || !places)
		return gitperf_fail_oom();
	for (i = 0; i < view->njobs; i++)
		places[i] = gitperf_turn_place(a->queue, &view->jobs[i], a->agenda.now);
	if (view->njobs)
		qsort(places, view->njobs, sizeof(*places), compare_places);
	for (i = 0; i < view->njobs; i++)
		items[i].job = places[i].job;
	a->agenda.queue = view;
	a->agenda.items = items;
	a->agenda.nitems = view->njobs;
	return expect_all(a, items, repo);
}

int gitperf_agenda_load(gitperf_agenda **out, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	struct owned_agenda *a = calloc(1, sizeof(*a));
	struct schedule s;
	int err;

	*out = NULL;
	if (!a)
		return gitperf_fail_oom();
	if ((err = gitperf_schedule_open(&s, repo, opts)) >= 0 && (err = gitperf_schedule_fetch(&s)) >= 0) {
		a->queue = s.queue;
		s.queue = NULL;
		a->agenda.now = gitperf_time_now();
		if (s.is_remote)
			a->agenda.where = gitperf_arena_strdup(&a->arena, s.remote.shown.ptr);
		err = list_items(a, repo);
	}
	gitperf_schedule_close(&s);
	if (err < 0)
		gitperf_agenda_free(&a->agenda);
	else
		*out = &a->agenda;
	return err;
}

void gitperf_agenda_free(gitperf_agenda *agenda)
{
	struct owned_agenda *a = (struct owned_agenda *)agenda;

	if (!a)
		return;
	gitperf_queue__free(a->queue);
	gitperf_arena_free(&a->arena);
	free(a);
}
