/*
 * benchmark_parse.c - JSON to the benchmarks of a record
 *
 * The invariants kept here: names are unique, exactly the benchmarks that are
 * ok have metrics, only skipped ones are carried, and a metric has either samples
 * or a summary.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/decode.h"
#include "data/names.h"
#include "data/pairs.h"
#include "data/record.h"
#include "data/unit.h"

#define BENCHMARKS_MAX 100000

struct definition {
	gitperf_metric metric;         /* its name, unit and direction */
	int has_better;
};

struct definitions {
	struct definition *list;
	size_t n;
};

/* What one object says of a metric's unit and direction, if anything */
static int take_definition(struct decoder *d, gitperf_metric *metric,
			   const struct json *json, int *has_better)
{
	int word = -1;

	TRY(gitperf_decode_name(d, &metric->unit, json, "unit", TEXT_NAME_MAX));
	TRY(gitperf_decode_word(d, &word, json, "better", gitperf_record__better));
	if (word < 0)
		return 0;
	metric->better = (gitperf_better)word;
	*has_better = 1;
	return 0;
}

/* The record's "metrics": what its benchmarks share, sorted by name */
static int decode_table(struct decoder *d, struct definitions *out,
			const struct json *root)
{
	static const char *const known[] = { "better", "unit", NULL };
	const struct json *table = gitperf_json_member(root, "metrics"), *m;

	if (!table)
		return 0;
	TRY(gitperf_decode_type(d, table, "metrics", JSON_OBJECT));
	out->list = gitperf_arena_array(d->arena, table->count, sizeof(*out->list));
	if (!out->list)
		return gitperf_fail_oom();
	for (m = table->child; m; m = m->next) {
		struct definition *def = &out->list[out->n++];

		def->metric.name = gitperf_arena_copy(d->arena, m->key, m->key_len);
		if (!def->metric.name)
			return gitperf_fail_oom();
		TRY(gitperf_decode_type(d, m, "metrics", JSON_OBJECT));
		TRY(gitperf_decode_keys(d, m, known));
		TRY(take_definition(d, &def->metric, m, &def->has_better));
	}
	return 0;
}

static int compare_definition(const void *name, const void *definition)
{
	return strcmp(name, ((const struct definition *)definition)->metric.name);
}

/* From the metric itself, else from the record's table, else well known */
static int decode_definition(struct decoder *d, gitperf_metric *metric,
			     const struct json *json,
			     const struct definitions *shared)
{
	const struct definition *def = NULL;
	int has_better = 0;

	if (d->input)
		has_better = gitperf_metric_known(metric->name, &metric->unit,
						  &metric->better);
	if (shared->n)
		def = bsearch(metric->name, shared->list, shared->n,
			      sizeof(*shared->list), compare_definition);
	if (def && def->metric.unit)
		metric->unit = def->metric.unit;
	if (def && def->has_better)
		metric->better = def->metric.better;
	has_better |= def && def->has_better;
	TRY(take_definition(d, metric, json, &has_better));
	if (d->bare && !metric->unit)
		metric->unit = "1";
	if (d->bare && !has_better)
		metric->better = gitperf_unit_better(metric->unit, strlen(metric->unit));
	has_better |= d->bare;
	if (!metric->unit || !has_better)
		return gitperf_decode_fail(d, "'%s' is missing",
					   metric->unit ? "better" : "unit");
	return 0;
}

static int decode_samples(struct decoder *d, gitperf_metric *metric,
			  const struct json *json)
{
	gitperf_number *samples;
	const struct json *item;
	size_t i = 0;

	TRY(gitperf_decode_type(d, json, "samples", JSON_ARRAY));
	if (!json->count)
		return gitperf_decode_fail(d, "'samples' is empty");
	samples = gitperf_arena_array(d->arena, json->count, sizeof(*samples));
	if (!samples)
		return gitperf_fail_oom();
	for (item = json->child; item; item = item->next)
		TRY(gitperf_decode_number(d, &samples[i++], item, "samples"));
	metric->samples = samples;
	metric->nsamples = json->count;
	return 0;
}

static int check_summary(struct decoder *d, const gitperf_summary *s)
{
	const gitperf_number *f = s->field;
	unsigned centre = 1u << GITPERF_SUMMARY_MEAN | 1u << GITPERF_SUMMARY_MEDIAN;
	double confidence = gitperf_number_value(f[GITPERF_SUMMARY_CONFIDENCE]);

	if (!(s->have & centre))
		return gitperf_decode_fail(d, "'summary' needs 'mean' or 'median'");
	if (s->have & 1u << GITPERF_SUMMARY_N &&
	    (f[GITPERF_SUMMARY_N].is_real || f[GITPERF_SUMMARY_N].as.integer < 1))
		return gitperf_decode_fail(d, "'n' must be an integer of 1 or more");
	if (s->have & 1u << GITPERF_SUMMARY_STDDEV &&
	    gitperf_number_value(f[GITPERF_SUMMARY_STDDEV]) < 0)
		return gitperf_decode_fail(d, "'stddev' is negative");
	if (s->have & 1u << GITPERF_SUMMARY_CONFIDENCE &&
	    !(confidence > 0 && confidence < 1))
		return gitperf_decode_fail(d, "'confidence' must lie between 0 and 1");
	return 0;
}

static int decode_summary(struct decoder *d, gitperf_metric *metric,
			  const struct json *json)
{
	gitperf_summary *summary = gitperf_arena_alloc(d->arena, sizeof(*summary));
	const struct json *value;
	int i;

	if (!summary)
		return gitperf_fail_oom();
	TRY(gitperf_decode_type(d, json, "summary", JSON_OBJECT));
	TRY(gitperf_decode_keys(d, json, gitperf_record__summary));
	for (i = 0; i < GITPERF_SUMMARY_FIELDS; i++) {
		value = gitperf_json_member(json, gitperf_record__summary[i]);
		if (!value)
			continue;
		TRY(gitperf_decode_number(d, &summary->field[i], value,
					  gitperf_record__summary[i]));
		summary->have |= 1u << i;
	}
	metric->summary = summary;
	return check_summary(d, summary);
}

/* By hand, one sample is written as a number: "value" */
static int decode_value(struct decoder *d, gitperf_metric *metric,
			const struct json *json)
{
	gitperf_number *sample = gitperf_arena_alloc(d->arena, sizeof(*sample));

	if (!sample)
		return gitperf_fail_oom();
	metric->samples = sample;
	metric->nsamples = 1;
	return gitperf_decode_number(d, sample, json, "value");
}

static int decode_values(struct decoder *d, gitperf_metric *metric,
			 const struct json *json)
{
	const struct json *samples = gitperf_json_member(json, "samples");
	const struct json *summary = gitperf_json_member(json, "summary");
	const struct json *value = d->input ? gitperf_json_member(json, "value") : NULL;

	if (!!samples + !!summary + !!value != 1)
		return gitperf_decode_fail(d, d->input ?
			"needs one of 'samples', 'summary' and 'value'" :
			"needs either 'samples' or 'summary'");
	if (value)
		return decode_value(d, metric, value);
	return samples ? decode_samples(d, metric, samples) :
		decode_summary(d, metric, summary);
}

static int decode_metric(struct decoder *d, gitperf_metric *metric,
			 const struct json *json, const struct definitions *table)
{
	static const char *const known[] = {
		"better", "name", "samples", "summary", "unit", NULL
	};
	static const char *const known_by_hand[] = {
		"better", "name", "samples", "summary", "unit", "value", NULL
	};

	TRY(gitperf_decode_type(d, json, "metrics", JSON_OBJECT));
	TRY(gitperf_decode_keys(d, json, d->input ? known_by_hand : known));
	TRY(gitperf_decode_name(d, &metric->name, json, "name", TEXT_NAME_MAX));
	if (!metric->name)
		return gitperf_decode_fail(d, "a metric has no 'name'");
	d->metric = metric->name;
	TRY(decode_definition(d, metric, json, table));
	TRY(decode_values(d, metric, json));
	d->metric = NULL;
	return 0;
}

static int compare_metrics(const void *a, const void *b)
{
	return strcmp((*(const gitperf_metric *const *)a)->name,
		      (*(const gitperf_metric *const *)b)->name);
}

static int check_metrics_unique(struct decoder *d, const gitperf_metric *metrics,
				size_t n)
{
	const gitperf_metric **sorted;
	size_t i;
	int err = 0;

	sorted = malloc((n ? n : 1) * sizeof(*sorted));
	if (!sorted)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++)
		sorted[i] = &metrics[i];
	qsort(sorted, n, sizeof(*sorted), compare_metrics);
	for (i = 1; i < n && !err; i++)
		if (!strcmp(sorted[i - 1]->name, sorted[i]->name))
			err = gitperf_decode_fail(d, "metric '%.100s' occurs twice", sorted[i]->name);
	free(sorted);
	return err;
}

static int decode_metrics(struct decoder *d, gitperf_benchmark *bench,
			  const struct json *json, const struct definitions *table)
{
	const struct json *list = gitperf_json_member(json, "metrics"), *item;
	gitperf_metric *metrics;
	size_t i = 0;

	if (!list)
		return 0;
	TRY(gitperf_decode_type(d, list, "metrics", JSON_ARRAY));
	metrics = gitperf_arena_array(d->arena, list->count, sizeof(*metrics));
	if (!metrics)
		return gitperf_fail_oom();
	for (item = list->child; item; item = item->next)
		TRY(decode_metric(d, &metrics[i++], item, table));
	bench->metrics = metrics;
	bench->nmetrics = list->count;
	return check_metrics_unique(d, metrics, list->count);
}

int gitperf_record__metrics(struct decoder *d, gitperf_benchmark *bench,
			    const struct json *object)
{
	static const struct definitions none = { NULL, 0 };

	return decode_metrics(d, bench, object, &none);
}

static int decode_workload(struct decoder *d, gitperf_benchmark *bench,
			   const struct json *json)
{
	static const char *const known[] = { "id", "parts", NULL };
	const struct json *value = gitperf_json_member(json, "workload");

	if (!value)
		return 0;
	TRY(gitperf_decode_type(d, value, "workload", JSON_OBJECT));
	TRY(gitperf_decode_keys(d, value, known));
	TRY(gitperf_decode_name(d, &bench->workload, value, "id", TEXT_NAME_MAX));
	if (!bench->workload)
		return gitperf_decode_fail(d, "'workload' has no 'id'");
	return gitperf_decode_pairs(d, &bench->workload_parts,
				    &bench->nworkload_parts, value, "parts");
}

static int check_benchmark(struct decoder *d, const gitperf_benchmark *bench)
{
	if (bench->status == GITPERF_STATUS_OK && !bench->nmetrics)
		return gitperf_decode_fail(d, "is ok, but has no metrics");
	if (bench->status != GITPERF_STATUS_OK && bench->nmetrics)
		return gitperf_decode_fail(d, "is %s, but has metrics",
					   gitperf_status_name(bench->status));
	if (bench->carried && bench->status != GITPERF_STATUS_SKIPPED)
		return gitperf_decode_fail(d, "is %s, but carried",
					   gitperf_status_name(bench->status));
	return 0;
}

int gitperf_record__decode_status(struct decoder *d, gitperf_status *status,
			 const struct json *json)
{
	int word = d->input ? GITPERF_STATUS_OK : -1;

	TRY(gitperf_decode_word(d, &word, json, "status", gitperf_record__status));
	if (word < 0)
		return gitperf_decode_fail(d, "'status' is missing");
	*status = (gitperf_status)word;
	return 0;
}

static int decode_benchmark(struct decoder *d, gitperf_benchmark *bench,
			    const struct json *json, const struct definitions *table)
{
	static const char *const known[] = {
		"carried", "duration", "error", "log", "metrics", "name", "params",
		"status", "workload", NULL
	};

	bench->duration_ns = -1;
	TRY(gitperf_decode_type(d, json, "benchmarks", JSON_OBJECT));
	TRY(gitperf_decode_name(d, &bench->name, json, "name", TEXT_NAME_MAX));
	if (!bench->name)
		return gitperf_decode_fail(d, "a benchmark has no 'name'");
	d->benchmark = bench->name;
	TRY(gitperf_decode_keys(d, json, known));
	TRY(gitperf_record__decode_status(d, &bench->status, json));
	TRY(gitperf_decode_pairs(d, &bench->params, &bench->nparams, json, "params"));
	TRY(decode_workload(d, bench, json));
	TRY(gitperf_decode_hex(d, &bench->carried, json, "carried", 40, 40));
	TRY(gitperf_decode_int(d, &bench->duration_ns, json, "duration", 0));
	TRY(gitperf_decode_text(d, &bench->error, json, "error", TEXT_ERROR_MAX));
	TRY(gitperf_decode_text(d, &bench->log, json, "log", TEXT_LOG_MAX));
	TRY(decode_metrics(d, bench, json, table));
	TRY(check_benchmark(d, bench));
	d->benchmark = NULL;
	return 0;
}

static int compare_benchmarks(const void *a, const void *b)
{
	const gitperf_benchmark *x = *(const gitperf_benchmark *const *)a;
	const gitperf_benchmark *y = *(const gitperf_benchmark *const *)b;
	int diff = strcmp(x->name, y->name);

	return diff ? diff : gitperf_pairs_compare(x->params, x->nparams,
						y->params, y->nparams);
}

static int check_unique(struct decoder *d, const gitperf_record *record)
{
	size_t n = record->nbenchmarks, i;
	const gitperf_benchmark **sorted = malloc((n ? n : 1) * sizeof(*sorted));
	int err = 0;

	if (!sorted)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++)
		sorted[i] = &record->benchmarks[i];
	qsort(sorted, n, sizeof(*sorted), compare_benchmarks);
	for (i = 1; i < n && !err; i++)
		if (!compare_benchmarks(&sorted[i - 1], &sorted[i]))
			err = gitperf_decode_fail(d, "benchmark '%.100s' occurs twice "
						  "with the same parameters", sorted[i]->name);
	free(sorted);
	return err;
}

int gitperf_record__benchmarks(struct decoder *d, gitperf_record *record,
			       const struct json *root)
{
	const struct json *list = gitperf_json_member(root, "benchmarks"), *item;
	struct definitions table = { NULL, 0 };
	gitperf_benchmark *benchmarks;

	if (!list)
		return gitperf_decode_fail(d, "'benchmarks' is missing");
	TRY(gitperf_decode_type(d, list, "benchmarks", JSON_ARRAY));
	TRY(decode_table(d, &table, root));
	if (list->count > BENCHMARKS_MAX)
		return gitperf_decode_fail(d, "more than %d benchmarks", BENCHMARKS_MAX);
	benchmarks = gitperf_arena_array(d->arena, list->count, sizeof(*benchmarks));
	if (!benchmarks)
		return gitperf_fail_oom();
	record->benchmarks = benchmarks;
	for (item = list->child; item; item = item->next)
		TRY(decode_benchmark(d, &benchmarks[record->nbenchmarks++],
				     item, &table));
	return check_unique(d, record);
}
