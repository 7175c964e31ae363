/*
 * advice.c - which window suits a project, by how long its measuring takes
 *
 * A machine that is busy for all of the time falls behind with the first thing that
 * comes in between, so a fifth is left. Nor is a window of use in which there is
 * rarely a commit: then each one is measured anyway.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/divide.h"
#include "work/pastime.h"
#include "work/schedule.h"

#define SECOND INT64_C(1000000000)
#define MINUTE_MS (INT64_C(60) * 1000)
#define A_WEEK (INT64_C(7) * 24 * 3600 * SECOND)
#define COMMITS_MAX 5000
#define BUSY 0.8

struct owned_advice {
	gitperf_advice advice;         /* first: an advice's address is its block's */
	struct arena arena;
	struct trunk trunk;            /* whose policy it lends */
	int has_trunk;
};

/* They divide an hour or a day: so windows begin at the same times every day */
static const int windows_min[] = { 1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440 };

static int64_t shortest_window(const struct pastime *past)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(windows_min); i++)
		if ((double)past->median_ms <= BUSY * (double)(windows_min[i] * MINUTE_MS) * (double)past->workers)
			break;
	return windows_min[i < ARRAY_SIZE(windows_min) ? i : i - 1] * MINUTE_MS;
}

/* How many commits there are in the last week that has any, and how fast they came */
static int look_at_trunk(size_t *commits, double *per_hour, const struct schedule *s)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	gitperf_time newest = 0, oldest = 0;
	int err = gitperf_history_open(&history, s->repo, s->trunk.head, COMMITS_MAX);

	*commits = 0;
	*per_hour = 0;
	if (err < 0)
		return err;
	while ((err = gitperf_history_next(&commit, history)) > 0) {
		newest = newest ? newest : commit->time;
		if (commit->time < newest - A_WEEK)
			break;
		oldest = commit->time;
		++*commits;
	}
	gitperf_history_free(history);
	if (newest > oldest)
		*per_hour = (double)*commits / ((double)(newest - oldest) / (double)(3600 * SECOND));
	return err < 0 ? err : 0;
}

/* Where a suite is divided, a run is a part of it: a commit takes as many as there are */
static int look_at_past(struct pastime *out, gitperf_store *store, const char *platform, struct schedule *s)
{
	const struct mark_state *table;
	int err = gitperf_divide_table(&table, s, platform);

	if (!err && !(err = gitperf_pastime_look(out, store, platform)) && table->mark.nsets)
		out->median_ms *= (int64_t)table->mark.nsets;
	return err;
}

static int suggest(struct owned_advice *a, gitperf_store *store, const char *platform,
		   const gitperf_suggestion *usual, struct schedule *s)
{
	gitperf_suggestion *grown = gitperf_arena_grow(&a->arena, a->advice.list, a->advice.n, sizeof(*grown));
	struct pastime past;
	int err;

	if (!grown)
		return gitperf_fail_oom();
	if ((err = look_at_past(&past, store, platform, s)) < 0)
		return err;
	a->advice.list = grown;
	grown += a->advice.n++;
	*grown = *usual;
	grown->platform = gitperf_arena_strdup(&a->arena, platform);
	grown->runs = past.runs;
	grown->duration_ms = past.median_ms;
	grown->workers = past.workers;
	grown->suggested_ms = past.median_ms ? shortest_window(&past) : 0;
	return gitperf_arena_check(&a->arena);
}

struct each {
	struct owned_advice *a;
	struct schedule *s;
	gitperf_store *store;
	const gitperf_suggestion *usual;
};

static int suggest_for(void *payload, const char *platform)
{
	struct each *e = payload;
	size_t i;

	for (i = 0; i < e->a->advice.n; i++)
		if (!strcmp(e->a->advice.list[i].platform, platform))
			return 0;
	return suggest(e->a, e->store, platform, e->usual, e->s);
}

static int suggest_all(struct owned_advice *a, struct schedule *s, gitperf_store *store)
{
	const gitperf_policy *policy = s->trunk.policy;
	gitperf_suggestion usual = { .window_ms = policy->window_ms };
	struct each e = { a, s, store, &usual };
	size_t i;
	int err = look_at_trunk(&usual.commits, &usual.commits_per_hour, s);

	for (i = 0; i < policy->nplatforms && !err; i++)
		err = suggest_for(&e, policy->platforms[i].name);
	if (!err && !policy->nplatforms)
		err = gitperf_peek_platforms(&s->data, suggest_for, &e);
	return err;
}

int gitperf_advice_load(gitperf_advice **out, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	struct owned_advice *a = calloc(1, sizeof(*a));
	gitperf_store *store = NULL;
	struct schedule s;
	int err;

	*out = NULL;
	if (!a)
		return gitperf_fail_oom();
	if ((err = gitperf_schedule_open(&s, repo, opts)) >= 0 && (err = gitperf_schedule_look(&s)) >= 0 &&
	    (err = gitperf_store_open(&store, repo)) >= 0 && (err = suggest_all(a, &s, store)) >= 0) {
		a->trunk = s.trunk;
		a->has_trunk = s.has_trunk;
		s.has_trunk = 0;
		a->advice.policy = a->trunk.policy;
	}
	gitperf_store_free(store);
	gitperf_schedule_close(&s);
	if (err < 0)
		gitperf_advice_free(&a->advice);
	else
		*out = &a->advice;
	return err;
}

void gitperf_advice_free(gitperf_advice *advice)
{
	struct owned_advice *a = (struct owned_advice *)advice;

	if (!a)
		return;
	if (a->has_trunk)
		gitperf_trunk_close(&a->trunk);
	gitperf_arena_free(&a->arena);
	free(a);
}
