/*
 * merge.c - readings of several iterations, as benchmarks
 *
 * The first iteration says which benchmarks and metrics there are. Each of the
 * others has to give all of them again, and gives one sample of each; else
 * that benchmark has failed. Of a single iteration everything is kept as the
 * tool gave it. Knows values. Knows neither formats nor processes.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/num.h"
#include "data/names.h"
#include "data/pairs.h"
#include "run/log.h"
#include "run/merge.h"
#include "run/text.h"

/* as many as a record may have; for a tool that invents names each time */
#define PARTS_MAX 100000

/* What becomes one benchmark */
struct part {
	const char *name;              /* as the tool has it */
	const gitperf_pair *params;
	size_t nparams;
	const gitperf_reading *first;  /* NULL: not in the first iteration */
	struct samples *samples;       /* of the metrics of `first` */
	const char *error;             /* NULL: none so far */
	size_t seen;                   /* in which iteration last, from 1 */
};

struct merge {
	const gitperf_workload *work;
	const char *const *env;        /* whose secrets are hidden */
	struct arena *arena;
	gitperf_readings *first;
	struct part *parts;
	size_t n;
	struct map index;              /* name and params -> part */
	size_t iterations;
};

int gitperf_merge__new(struct merge **out, const gitperf_workload *work,
		       const char *const *env, struct arena *arena)
{
	struct merge *merge = calloc(1, sizeof(*merge));

	*out = merge;
	if (!merge)
		return gitperf_fail_oom();
	merge->work = work;
	merge->env = env;
	merge->arena = arena;
	return 0;
}

/* The first reason stays. */
static int fail_part(struct merge *merge, struct part *part, const char *error)
{
	if (!part->error)
		part->error = gitperf_log__error(merge->arena, error, strlen(error),
						 merge->env);
	return gitperf_arena_check(merge->arena);
}

static int fail_metric(struct merge *merge, struct part *part, const char *name,
		       const char *what, size_t iteration)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&text, "metric '%s' %s", name, what);
	if (iteration)
		gitperf_buf_addf(&text, " in iteration %zu", iteration);
	err = gitperf_buf_check(&text);
	if (!err)
		err = fail_part(merge, part, text.ptr);
	gitperf_buffer_dispose(&text);
	return err;
}

static int fail_missing(struct merge *merge, struct part *part, size_t iteration)
{
	char text[64];

	snprintf(text, sizeof(text), "there is no result of iteration %zu", iteration);
	return fail_part(merge, part, text);
}

/* --- One number for each metric ------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
	double x = gitperf_number_value(*(const gitperf_number *)a);
	double y = gitperf_number_value(*(const gitperf_number *)b);

	return (x > y) - (x < y);
}

static int find_median(gitperf_number *out, const gitperf_number *samples, size_t n)
{
	gitperf_number *sorted = malloc(n * sizeof(*sorted));

	if (!sorted)
		return gitperf_fail_oom();
	memcpy(sorted, samples, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_numbers);
	/* halved first: the sum of two may overflow */
	*out = n % 2 ? sorted[n / 2] :
	       gitperf_num_from_double(gitperf_number_value(sorted[n / 2 - 1]) / 2 +
				       gitperf_number_value(sorted[n / 2]) / 2);
	free(sorted);
	return 0;
}

/* Returns 1, or 0 when there is no number that could stand for the metric. */
static int find_centre(gitperf_number *out, const gitperf_metric *metric)
{
	const gitperf_summary *summary = metric->summary;
	int err;

	if (metric->nsamples) {
		err = find_median(out, metric->samples, metric->nsamples);
		return err < 0 ? err : 1;
	}
	if (summary && summary->have & 1u << GITPERF_SUMMARY_MEDIAN)
		*out = summary->field[GITPERF_SUMMARY_MEDIAN];
	else if (summary && summary->have & 1u << GITPERF_SUMMARY_MEAN)
		*out = summary->field[GITPERF_SUMMARY_MEAN];
	else
		return 0;
	return 1;
}

static int add_sample(struct merge *merge, struct part *part, size_t i,
		      const gitperf_metric *metric)
{
	gitperf_number centre;
	int found = find_centre(&centre, metric);

	if (found < 0)
		return found;
	/* which does not matter before there is something to put it beside */
	if (!found && merge->iterations == 1)
		return 0;
	if (!found || part->samples[i].n + 1 != merge->iterations)
		return fail_metric(merge, part, metric->name,
				   "has neither samples, median nor mean", 0);
	if (strcmp(metric->unit, part->first->metrics[i].unit))
		return fail_metric(merge, part, metric->name, "has another unit",
				   merge->iterations);
	return gitperf_samples__add(&part->samples[i], centre);
}

/* Tools keep their order; only one that does not is searched. */
static const gitperf_metric *find_metric(const gitperf_reading *reading, size_t i,
					 const char *name)
{
	size_t k;

	if (i < reading->nmetrics && !strcmp(reading->metrics[i].name, name))
		return &reading->metrics[i];
	for (k = 0; k < reading->nmetrics; k++)
		if (!strcmp(reading->metrics[k].name, name))
			return &reading->metrics[k];
	return NULL;
}

/* --- One iteration -------------------------------------------------------- */

static int find_extra(struct merge *merge, struct part *part,
		      const gitperf_reading *reading)
{
	size_t i;

	for (i = 0; i < reading->nmetrics; i++)
		if (!find_metric(part->first, i, reading->metrics[i].name))
			return fail_metric(merge, part, reading->metrics[i].name,
					   "is missing", 1);
	return 0;
}

static int add_to_part(struct merge *merge, struct part *part,
		       const gitperf_reading *reading)
{
	const gitperf_metric *metric;
	const char *name;
	size_t i;
	int err = 0;

	part->seen = merge->iterations;
	if (reading->error || !reading->nmetrics)
		return fail_part(merge, part, reading->error ? reading->error :
				 "there is nothing measured in its result");
	for (i = 0; !part->error && i < part->first->nmetrics; i++) {
		name = part->first->metrics[i].name;
		metric = find_metric(reading, i, name);
		err = metric ? add_sample(merge, part, i, metric) :
		      fail_metric(merge, part, name, "is missing", merge->iterations);
		if (err < 0)
			return err;
	}
	return part->error ? 0 : find_extra(merge, part, reading);
}

static int add_key(gitperf_buffer *key, const gitperf_reading *reading)
{
	size_t i;

	gitperf_buf_truncate(key, 0);
	gitperf_buf_add(key, reading->name, strlen(reading->name) + 1);
	for (i = 0; i < reading->nparams; i++) {
		gitperf_buf_add(key, reading->params[i].key,
				strlen(reading->params[i].key) + 1);
		gitperf_buf_add(key, reading->params[i].value,
				strlen(reading->params[i].value) + 1);
	}
	return gitperf_buf_check(key);
}

/* A part that is new; after the first iteration it comes too late. */
static int new_part(struct part **out, struct merge *merge,
		    const gitperf_reading *reading, const gitperf_buffer *key)
{
	struct arena *arena = merge->arena;
	struct part *part;
	int err;

	if (merge->n >= PARTS_MAX)
		return gitperf_fail(GITPERF_EFORMAT, "there are more than %d benchmarks in the output",
				    PARTS_MAX);
	part = gitperf_arena_grow(arena, merge->parts, merge->n, sizeof(*part));
	if (!part)
		return gitperf_fail_oom();
	merge->parts = part;
	if ((err = gitperf_map_put(&merge->index, key->ptr, key->len, merge->n)) < 0)
		return err;
	*out = part = &merge->parts[merge->n++];
	memset(part, 0, sizeof(*part));
	part->name = gitperf_arena_strdup(arena, reading->name);
	part->params = gitperf_pairs_copy(arena, reading->params, reading->nparams);
	part->nparams = reading->nparams;
	if (merge->iterations == 1) {
		part->first = reading;
		part->samples = gitperf_arena_array(arena, reading->nmetrics,
						    sizeof(*part->samples));
	}
	return gitperf_arena_check(arena);
}

static int add_reading(struct merge *merge, const gitperf_reading *reading,
		       gitperf_buffer *key)
{
	struct part *part;
	size_t *found;
	int err;

	if ((err = add_key(key, reading)) < 0)
		return err;
	found = gitperf_map_get(&merge->index, key->ptr, key->len);
	part = found ? &merge->parts[*found] : NULL;
	if (!part && (err = new_part(&part, merge, reading, key)) < 0)
		return err;
	if (!part->first) {
		part->seen = merge->iterations;
		return fail_missing(merge, part, 1);
	}
	return add_to_part(merge, part, reading);
}

int gitperf_merge__add(struct merge *merge, gitperf_readings *readings)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	size_t i, n = gitperf_readings_count(readings);
	int err = 0;

	merge->iterations++;
	if (merge->iterations == 1)
		merge->first = readings;
	for (i = 0; !err && i < n; i++)
		err = add_reading(merge, gitperf_readings_get(readings, i), &key);
	for (i = 0; !err && i < merge->n; i++)
		if (merge->parts[i].seen != merge->iterations)
			err = fail_missing(merge, &merge->parts[i], merge->iterations);
	gitperf_buffer_dispose(&key);
	if (readings != merge->first)
		gitperf_readings_free(readings);
	return err;
}

const struct samples *gitperf_merge__first(const struct merge *merge)
{
	static const struct samples nothing;
	const struct part *part = merge->n ? &merge->parts[0] : NULL;

	return part && part->first && part->first->nmetrics ? part->samples : &nothing;
}

/* --- Benchmarks ----------------------------------------------------------- */

/* "<workload>/<name>"; a name that is too long would spoil the whole record. */
static int set_name(gitperf_benchmark *bench, struct merge *merge, struct part *part)
{
	const char *outer = merge->work->name;
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = 0;

	gitperf_buf_adds(&name, outer);
	if (*part->name)
		gitperf_buf_addf(&name, "/%s", part->name);
	if (!gitperf_name_ok(name.ptr, TEXT_NAME_MAX)) {
		gitperf_buf_truncate(&name, gitperf_text__head(name.ptr, name.len, TEXT_NAME_MAX));
		err = fail_part(merge, part, "its name is too long for a record");
	}
	bench->name = gitperf_arena_copy(merge->arena, name.ptr, name.len);
	if (!err)
		err = gitperf_buf_check(&name);
	gitperf_buffer_dispose(&name);
	return err;
}

/* Of both; what the tool says comes before what the suite does. */
static int set_params(gitperf_benchmark *bench, struct merge *merge,
		      const struct part *part)
{
	const gitperf_workload *work = merge->work;
	gitperf_pair *params;
	size_t i, n = part->nparams;

	params = gitperf_arena_array(merge->arena, n + work->nparams, sizeof(*params));
	if (!params)
		return gitperf_fail_oom();
	if (n)
		memcpy(params, part->params, n * sizeof(*params));
	for (i = 0; i < work->nparams; i++) {
		if (gitperf_pairs_find(part->params, part->nparams, work->params[i].key))
			continue;
		params[n].key = gitperf_arena_strdup(merge->arena, work->params[i].key);
		params[n++].value = gitperf_arena_strdup(merge->arena, work->params[i].value);
	}
	if (n)
		qsort(params, n, sizeof(*params), gitperf_pairs_by_key);
	bench->params = params;
	bench->nparams = n;
	return gitperf_arena_check(merge->arena);
}

static int set_metric(gitperf_metric *metric, struct merge *merge, struct part *part,
		      size_t i, const gitperf_metric_rule *rules, size_t n)
{
	int err;

	*metric = part->first->metrics[i];
	if (merge->iterations > 1) {
		metric->summary = NULL;
		metric->samples = part->samples[i].ptr;
		metric->nsamples = part->samples[i].n;
	}
	err = gitperf_metric_rules_apply(metric, merge->work->name, rules, n);
	if (err == GITPERF_ENOMEM)
		return err;
	if (err < 0)
		return fail_part(merge, part, gitperf_error_message());
	/* it may be the rule's, which need not live as long as we */
	metric->unit = gitperf_arena_strdup(merge->arena, metric->unit);
	return gitperf_arena_check(merge->arena);
}

static int set_metrics(gitperf_benchmark *bench, struct merge *merge,
		       struct part *part, const gitperf_metric_rule *rules, size_t n)
{
	gitperf_metric *metrics;
	size_t i, count = part->first->nmetrics;
	int err;

	metrics = gitperf_arena_array(merge->arena, count, sizeof(*metrics));
	if (!metrics)
		return gitperf_fail_oom();
	for (i = 0; i < count && !part->error; i++)
		if ((err = set_metric(&metrics[i], merge, part, i, rules, n)) < 0)
			return err;
	bench->metrics = metrics;
	bench->nmetrics = part->error ? 0 : count;
	return 0;
}

int gitperf_merge__benchmark(gitperf_benchmark *bench, struct merge *merge, size_t i,
			     const gitperf_metric_rule *rules, size_t n)
{
	static const gitperf_benchmark blank = GITPERF_BENCHMARK_INIT;
	struct part *part = &merge->parts[i];
	int err;

	*bench = blank;
	if ((err = set_name(bench, merge, part)) < 0 ||
	    (err = set_params(bench, merge, part)) < 0)
		return err;
	if (!part->error && (err = set_metrics(bench, merge, part, rules, n)) < 0)
		return err;
	bench->error = part->error;
	bench->status = part->error ? GITPERF_STATUS_FAILED : GITPERF_STATUS_OK;
	return 0;
}

size_t gitperf_merge__count(const struct merge *merge)
{
	return merge->n;
}

void gitperf_merge__free(struct merge *merge)
{
	size_t i, k;

	if (!merge)
		return;
	for (i = 0; i < merge->n; i++)
		for (k = 0; merge->parts[i].samples && k < merge->parts[i].first->nmetrics; k++)
			gitperf_samples__free(&merge->parts[i].samples[k]);
	gitperf_map_free(&merge->index);
	gitperf_readings_free(merge->first);
	free(merge);
}
