/*
 * series.c - identities: which values belong together
 *
 * All keys are made here, by one function for series and one for columns, from
 * every part that tells them apart. What is missing from a key would make two
 * things look like one.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/log.h"

const char *gitperf_log__join_pairs(struct arena *arena,
				    const gitperf_pair *pairs, size_t n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *copy;
	size_t i;

	for (i = 0; i < n; i++)
		gitperf_buf_addf(&text, "%s%s=%s", i ? " " : "", pairs[i].key,
				 pairs[i].value);
	copy = text.failed ? NULL : gitperf_arena_copy(arena, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	return copy;
}

/* NUL separates: it cannot occur in any part */
static void add_part(gitperf_buffer *key, const char *text)
{
	gitperf_buf_add(key, text, strlen(text) + 1);
}

static void add_pairs(gitperf_buffer *key, const gitperf_pair *pairs, size_t n)
{
	for (; n; n--, pairs++) {
		add_part(key, pairs->key);
		add_part(key, pairs->value);
	}
	gitperf_buf_addc(key, '\n');
}

int gitperf_log__column(size_t *out, struct loader *l, const gitperf_record *r)
{
	gitperf_log *log = l->log;
	gitperf_column *column;
	gitperf_cell **cells;
	size_t *found;
	int err;

	gitperf_buf_truncate(&l->key, 0);
	add_part(&l->key, r->platform);
	add_pairs(&l->key, r->config, r->nconfig);
	if ((err = gitperf_buf_check(&l->key)) < 0)
		return err;
	found = gitperf_map_get(&l->columns, l->key.ptr, l->key.len);
	if (found) {
		*out = *found;
		return 0;
	}
	*out = log->ncolumns;
	column = realloc(log->columns, (log->ncolumns + 1) * sizeof(*column));
	if (!column)
		return gitperf_fail_oom();
	log->columns = column;
	cells = realloc(log->cells, (log->ncolumns + 1) * sizeof(*cells));
	if (!cells)
		return gitperf_fail_oom();
	log->cells = cells;
	column += log->ncolumns;
	column->platform = gitperf_arena_strdup(&log->arena, r->platform);
	column->config = gitperf_log__join_pairs(&log->arena, r->config, r->nconfig);
	log->cells[log->ncolumns] = gitperf_arena_array(&log->arena, log->ncommits + 1,
							sizeof(gitperf_cell));
	log->ncolumns++;
	if ((err = gitperf_arena_check(&log->arena)) < 0)
		return err;
	return gitperf_map_put(&l->columns, l->key.ptr, l->key.len, *out);
}

static int new_series(struct series **out, struct loader *l, size_t column,
		      const gitperf_benchmark *bench, const gitperf_metric *metric)
{
	gitperf_log *log = l->log;
	struct arena *arena = &log->arena;
	struct series *s = gitperf_arena_alloc(arena, sizeof(*s)), **grown;

	grown = GROW(log->series, log->nseries, log->series_room);
	if (!grown || !s)
		return gitperf_fail_oom();
	log->series = grown;
	log->series[log->nseries++] = s;
	s->column = column;
	s->public.platform = log->columns[column].platform;
	s->public.config = log->columns[column].config;
	s->public.benchmark = gitperf_arena_strdup(arena, bench->name);
	s->public.params = gitperf_log__join_pairs(arena, bench->params, bench->nparams);
	s->public.metric = gitperf_arena_strdup(arena, metric->name);
	s->public.unit = gitperf_arena_strdup(arena, metric->unit);
	s->public.better = metric->better;
	s->public.workload = gitperf_arena_strdup(arena, bench->workload ? bench->workload : "");
	*out = s;
	return gitperf_arena_check(arena);
}

/* The identity of a series: every part that makes values incomparable */
static int find_series(struct series **out, struct loader *l, size_t column,
		       const gitperf_benchmark *bench, const gitperf_metric *metric)
{
	size_t *found;
	int err;

	gitperf_buf_truncate(&l->key, 0);
	gitperf_buf_add(&l->key, &column, sizeof(column));
	add_part(&l->key, bench->name);
	add_pairs(&l->key, bench->params, bench->nparams);
	add_part(&l->key, bench->workload ? bench->workload : "");
	add_part(&l->key, metric->name);
	add_part(&l->key, metric->unit);
	add_part(&l->key, gitperf_better_name(metric->better));
	if ((err = gitperf_buf_check(&l->key)) < 0)
		return err;
	found = gitperf_map_get(&l->series, l->key.ptr, l->key.len);
	if (found) {
		*out = l->log->series[*found];
		return 0;
	}
	if ((err = new_series(out, l, column, bench, metric)) < 0)
		return err;
	return gitperf_map_put(&l->series, l->key.ptr, l->key.len,
			       l->log->nseries - 1);
}

static int touch(struct loader *l, struct series *s)
{
	struct series **grown;

	if (s->nvalues)
		return 0;
	grown = GROW(l->touched, l->ntouched, l->touched_room);
	if (!grown)
		return gitperf_fail_oom();
	l->touched = grown;
	l->touched[l->ntouched++] = s;
	s->samples = 0;
	s->fingerprint[0] = '\0';
	return 0;
}

int gitperf_log__value(struct loader *l, size_t column,
		       const gitperf_record *record,
		       const gitperf_benchmark *bench,
		       const gitperf_metric *metric)
{
	const char *print = record->fingerprint ? record->fingerprint : "";
	struct series *s = NULL;
	gitperf_interval interval;
	size_t samples;
	double value, *grown;
	int err;

	if ((err = find_series(&s, l, column, bench, metric)) < 0 ||
	    (err = gitperf_metric_estimate(&value, &interval, &samples, metric)) < 0 ||
	    (err = touch(l, s)) < 0)
		return err;
	grown = GROW(s->values, s->nvalues, s->values_room);
	if (!grown)
		return gitperf_fail_oom();
	s->values = grown;
	if (!s->nvalues) {
		s->interval = interval;
		snprintf(s->fingerprint, sizeof(s->fingerprint), "%s", print);
	} else if (strcmp(s->fingerprint, print)) {
		snprintf(s->fingerprint, sizeof(s->fingerprint), "*");
	}
	s->values[s->nvalues++] = value;
	s->samples += samples;
	return 0;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int finish_point(struct loader *l, struct series *s, size_t commit)
{
	struct point *grown = GROW(s->points, s->npoints, s->room), *point;

	if (!grown)
		return gitperf_fail_oom();
	s->points = grown;
	point = &s->points[s->npoints++];
	memset(point, 0, sizeof(*point));
	qsort(s->values, s->nvalues, sizeof(*s->values), compare_doubles);
	point->public.commit = commit;
	point->public.value = gitperf_stats_median(s->values, s->nvalues);
	point->public.interval = s->nvalues == 1 ? s->interval :
		gitperf_stats_median_interval(s->values, s->nvalues, 0.95);
	point->public.runs = s->nvalues;
	point->public.samples = s->samples;
	memcpy(point->fingerprint, s->fingerprint, sizeof(point->fingerprint));
	s->nvalues = 0;
	l->log->cells[s->column][commit].benchmarks++;
	return 0;
}

int gitperf_log__finish_points(struct loader *l, size_t commit)
{
	size_t i;
	int err = 0;

	for (i = 0; i < l->ntouched && !err; i++)
		err = finish_point(l, l->touched[i], commit);
	l->ntouched = 0;
	return err;
}
