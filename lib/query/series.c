/*
 * series.c - identities: which values belong together
 *
 * A column is a platform in a configuration; a series is a column and what the
 * index calls a series (benchmark, parameters, workload, metric, unit and
 * direction). Nothing else tells values apart, and no key is made elsewhere.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/pairs.h"
#include "query/log.h"
#include "stats/order.h"

#include <gitperf/platform.h>

int gitperf_log__decode_pairs(const gitperf_pair **out, size_t *n,
			      struct arena *arena, const char *text)
{
	char *copy = gitperf_arena_strdup(arena, text), *next;
	gitperf_pair *pairs;
	size_t most = 1, i = 0;

	for (; *text; text++)
		most += *text == PAIR_NEXT;
	pairs = gitperf_arena_array(arena, most, sizeof(*pairs));
	if (!copy || !pairs)
		return gitperf_fail_oom();
	for (; copy && *copy; copy = next) {
		char *value = strchr(copy, PAIR_VALUE);

		next = strchr(copy, PAIR_NEXT);
		if (next)
			*next++ = '\0';
		if (!value)
			continue;
		*value = '\0';
		pairs[i].key = copy;
		pairs[i++].value = value + 1;
	}
	*out = pairs;
	*n = i;
	return 0;
}

char *gitperf_log__encode_pairs(struct arena *arena, const gitperf_pair *pairs,
				size_t n)
{
	gitperf_pair *sorted = gitperf_arena_array(arena, n + 1, sizeof(*sorted));
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char *copy;
	size_t i;

	if (!sorted)
		return NULL;
	if (n)
		memcpy(sorted, pairs, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), gitperf_pairs_by_key);
	for (i = 0; i < n; i++) {
		if (i)
			gitperf_buf_addc(&text, PAIR_NEXT);
		gitperf_buf_adds(&text, sorted[i].key);
		gitperf_buf_addc(&text, PAIR_VALUE);
		gitperf_buf_adds(&text, sorted[i].value);
	}
	copy = text.failed ? NULL : gitperf_arena_copy(arena, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	return copy;
}

static int add_column(gitperf_log *log, const char *platform, const char *config)
{
	gitperf_column *columns;
	gitperf_cell **cells;
	size_t n = log->ncolumns;
	int err;

	columns = realloc(log->columns, (n + 1) * sizeof(*columns));
	if (!columns)
		return gitperf_fail_oom();
	log->columns = columns;
	cells = realloc(log->cells, (n + 1) * sizeof(*cells));
	if (!cells)
		return gitperf_fail_oom();
	log->cells = cells;
	columns[n].platform = gitperf_arena_strdup(&log->arena, platform);
	if ((err = gitperf_log__decode_pairs(&columns[n].config, &columns[n].nconfig,
					     &log->arena, config)) < 0)
		return err;
	cells[n] = gitperf_arena_array(&log->arena, log->nchain + 1, sizeof(**cells));
	log->ncolumns++;
	return gitperf_arena_check(&log->arena);
}

int gitperf_log__column(size_t *out, struct loader *l, const char *platform,
			uint32_t config)
{
	char key[GITPERF_NAME_MAX + 1 + sizeof(config)] = { 0 };
	size_t *found;
	int err;

	memcpy(key, &config, sizeof(config));
	snprintf(key + sizeof(config), sizeof(key) - sizeof(config), "%s", platform);
	found = gitperf_map_get(&l->columns, key, sizeof(key));
	if (found) {
		*out = *found;
		return 0;
	}
	*out = l->log->ncolumns;
	err = add_column(l->log, platform, gitperf_index_string(l->index, config));
	return err < 0 ? err : gitperf_map_put(&l->columns, key, sizeof(key), *out);
}

static int new_series(struct series **out, struct loader *l, size_t column,
		      const struct fact_series *about)
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
	s->public.nconfig = log->columns[column].nconfig;
	s->public.benchmark = gitperf_arena_strdup(arena, gitperf_index_string(l->index, about->benchmark));
	s->public.metric = gitperf_arena_strdup(arena, gitperf_index_string(l->index, about->metric));
	s->public.unit = gitperf_arena_strdup(arena, gitperf_index_string(l->index, about->unit));
	s->public.better = (gitperf_better)about->better;
	s->public.workload = gitperf_arena_strdup(arena, gitperf_index_string(l->index, about->workload));
	*out = s;
	if (gitperf_arena_check(arena) < 0)
		return gitperf_fail_oom();
	return gitperf_log__decode_pairs(&s->public.params, &s->public.nparams, arena,
					 gitperf_index_string(l->index, about->params));
}

static int find_series(struct series **out, struct loader *l, size_t column,
		       uint32_t about)
{
	size_t key[2] = { column, about }, *found;
	int err;

	found = gitperf_map_get(&l->series, key, sizeof(key));
	if (found) {
		*out = l->log->series[*found];
		return 0;
	}
	err = new_series(out, l, column, gitperf_index_series(l->index, about));
	return err < 0 ? err : gitperf_map_put(&l->series, key, sizeof(key),
					       l->log->nseries - 1);
}

static int touch(struct loader *l, struct series *s, const struct fact *fact,
		 uint32_t fingerprint)
{
	struct series **grown = GROW(l->touched, l->ntouched, l->touched_room);

	if (!grown)
		return gitperf_fail_oom();
	l->touched = grown;
	l->touched[l->ntouched++] = s;
	s->samples = 0;
	s->fingerprint = fingerprint;
	s->mixed = 0;
	s->interval.low = fact->low;
	s->interval.high = fact->high;
	s->interval.confidence = fact->confidence;
	return 0;
}

int gitperf_log__value(struct loader *l, size_t column, const struct fact *fact,
		       uint32_t fingerprint)
{
	struct series *s = NULL;
	double *grown;
	int err;

	if ((err = find_series(&s, l, column, fact->series)) < 0 ||
	    (!s->nvalues && (err = touch(l, s, fact, fingerprint)) < 0))
		return err;
	grown = GROW(s->values, s->nvalues, s->values_room);
	if (!grown)
		return gitperf_fail_oom();
	s->values = grown;
	s->values[s->nvalues++] = fact->value;
	s->samples += fact->samples;
	s->mixed |= s->fingerprint != fingerprint;
	return 0;
}

static int finish_point(struct loader *l, struct series *s, size_t commit)
{
	struct point *grown = GROW(s->points, s->npoints, s->room), *point;

	if (!grown)
		return gitperf_fail_oom();
	s->points = grown;
	point = memset(&s->points[s->npoints++], 0, sizeof(*point));
	qsort(s->values, s->nvalues, sizeof(*s->values), gitperf_doubles_by_value);
	point->public.commit = commit;
	point->public.value = gitperf_stats_median(s->values, s->nvalues);
	point->public.interval = s->nvalues == 1 ? s->interval :
		gitperf_stats_median_interval(s->values, s->nvalues, 0.95);
	point->public.runs = s->nvalues;
	point->public.samples = s->samples;
	point->fingerprint = s->fingerprint;
	point->mixed = s->mixed;
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
