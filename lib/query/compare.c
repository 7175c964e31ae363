/*
 * compare.c - each point against the one before it, and what follows
 *
 * Works on a chain whose points are all there, or on the forest of
 * everywhere.c; leaves the log with those of the range, in the order that its
 * header promises.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/pairs.h"
#include "query/log.h"

#include <math.h>

/* Known on both sides, and not the same */
static int environment_changed(const struct loader *l, const struct point *a,
			       const struct point *b)
{
	if (!*gitperf_index_string(l->index, a->fingerprint) ||
	    !*gitperf_index_string(l->index, b->fingerprint))
		return 0;
	return a->mixed || b->mixed || a->fingerprint != b->fingerprint;
}

static int are_apart(const gitperf_interval *a, const gitperf_interval *b)
{
	return a->low > b->high || a->high < b->low;
}

/* What the i-th point is compared with, or NULL */
static const struct point *point_before(struct loader *l, const struct series *s,
					size_t i)
{
	if (l->log->below)
		return gitperf_log__point_below(l, s, i);
	return i + 1 < s->npoints ? &s->points[i + 1] : NULL;
}

static void compare_points(struct loader *l, struct series *s)
{
	gitperf_log *log = l->log;
	size_t i;

	if (log->below)
		gitperf_log__mark_points(l, s);
	for (i = 0; i < s->npoints; i++) {
		const struct point *before = point_before(l, s, i);
		struct point *now = &s->points[i];
		gitperf_cell *cell = &log->cells[s->column][now->public.commit];

		if (!before || before->public.value <= 0 || now->public.value <= 0)
			continue;
		now->public.has_change = 1;
		now->public.change = now->public.value / before->public.value - 1;
		now->public.previous = before->public.commit;
		now->public.environment_changed = environment_changed(l, now, before);
		now->public.apart = are_apart(&now->public.interval, &before->public.interval);
		if (s->public.better == GITPERF_BETTER_NONE)
			continue;
		/* a sum of logarithms for now; the mean is made at the end */
		cell->compared++;
		cell->apart += now->public.apart != 0;
		cell->change += s->public.better == GITPERF_BETTER_LOWER ?
			log1p(now->public.change) : -log1p(now->public.change);
	}
}

/* The points in the range; those before it have served */
static int publish_points(gitperf_log *log, struct series *s)
{
	gitperf_point *points = gitperf_arena_array(&log->arena, s->npoints, sizeof(*points));
	size_t i;

	if (!points)
		return gitperf_fail_oom();
	for (i = 0; i < s->npoints && s->points[i].public.commit < log->ncommits; i++)
		points[i] = s->points[i].public;
	s->public.points = points;
	s->public.npoints = i;
	return 0;
}

/* Series and columns that have nothing in the range are none of the query's */
static void drop_empty(gitperf_log *log)
{
	size_t i, c, n = 0;

	for (i = 0; i < log->nseries; i++) {
		if (log->series[i]->public.npoints) {
			log->series[n++] = log->series[i];
			continue;
		}
		free(log->series[i]->points);
		free(log->series[i]->values);
	}
	log->nseries = n;
	for (c = n = 0; c < log->ncolumns; c++) {
		for (i = 0; i < log->ncommits && !log->cells[c][i].runs; i++)
			;
		if (i == log->ncommits)
			continue;
		log->columns[n] = log->columns[c];
		log->cells[n++] = log->cells[c];
	}
	log->ncolumns = n;
}

static int compare_columns(const gitperf_column *a, const gitperf_column *b)
{
	int diff = strcmp(a->platform, b->platform);

	return diff ? diff : gitperf_pairs_compare(a->config, a->nconfig, b->config, b->nconfig);
}

static int compare_series(const void *a, const void *b)
{
	const gitperf_series *x = &(*(struct series *const *)a)->public;
	const gitperf_series *y = &(*(struct series *const *)b)->public;
	int diff;

	if ((diff = strcmp(x->benchmark, y->benchmark)) ||
	    (diff = gitperf_pairs_compare(x->params, x->nparams, y->params, y->nparams)) ||
	    (diff = strcmp(x->metric, y->metric)) ||
	    (diff = strcmp(x->platform, y->platform)) ||
	    (diff = gitperf_pairs_compare(x->config, x->nconfig, y->config, y->nconfig)) ||
	    (diff = strcmp(x->workload, y->workload)))
		return diff;
	return strcmp(x->unit, y->unit);
}

/* Columns come in the order of discovery, which depends on the range */
static void sort_columns(gitperf_log *log)
{
	size_t n = log->ncolumns, i, j;

	for (i = 1; i < n; i++) {
		gitperf_column column = log->columns[i];
		gitperf_cell *cells = log->cells[i];

		for (j = i; j && compare_columns(&log->columns[j - 1], &column) > 0; j--) {
			log->columns[j] = log->columns[j - 1];
			log->cells[j] = log->cells[j - 1];
		}
		log->columns[j] = column;
		log->cells[j] = cells;
	}
}

int gitperf_log__finish(struct loader *l)
{
	gitperf_log *log = l->log;
	size_t i, c;
	int err = 0;

	for (i = 0; i < log->nseries && !err; i++) {
		compare_points(l, log->series[i]);
		err = publish_points(log, log->series[i]);
	}
	for (c = 0; c < log->ncolumns; c++)
		for (i = 0; i < log->ncommits; i++)
			if (log->cells[c][i].compared)
				log->cells[c][i].change = expm1(log->cells[c][i].change /
					(double)log->cells[c][i].compared);
	drop_empty(log);
	sort_columns(log);
	if (log->nseries)
		qsort(log->series, log->nseries, sizeof(*log->series), compare_series);
	return err;
}
