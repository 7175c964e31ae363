/*
 * output_json.c - our own: benchmarks as in a record that is written by hand
 *
 *	{"metrics":[{"name":"wall","value":5104}],
 *	 "benchmarks":[{"name":"parse","params":{"n":"10"},"metrics":[..]}]}
 *
 * "metrics" as an array is of the program itself; as an object it has the units
 * and directions of the benchmarks, as in a record.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/record.h"
#include "port/output.h"

static int add_metric(struct output *out, const gitperf_metric *metric)
{
	struct quantity q = { .name = metric->name };
	gitperf_number number;
	size_t i;

	TRY(gitperf_output__unit(out, &q, metric->unit, strlen(metric->unit)));
	q.better = metric->better;
	for (i = 0; i < metric->nsamples; i++) {
		number = metric->samples[i];
		TRY(gitperf_output__convert(out, &number, &q));
		TRY(gitperf_output__sample(out, &q, number));
	}
	for (i = 0; metric->summary && i < GITPERF_SUMMARY_FIELDS; i++) {
		if (!(metric->summary->have >> i & 1))
			continue;
		number = metric->summary->field[i];
		if (i != GITPERF_SUMMARY_N && i != GITPERF_SUMMARY_CONFIDENCE)
			TRY(gitperf_output__convert(out, &number, &q));
		TRY(gitperf_output__field(out, &q, (gitperf_summary_field)i, number));
	}
	return 0;
}

static int add_benchmark(struct output *out, const gitperf_benchmark *bench)
{
	const char *why = bench->error ? bench->error : gitperf_status_name(bench->status);
	size_t i;

	if (bench->status == GITPERF_STATUS_SKIPPED)
		return 0;
	TRY(gitperf_output__begin(out, bench->name, bench->name ? strlen(bench->name) : 0,
				  bench->params, bench->nparams));
	if (bench->workload || bench->log || bench->duration_ns >= 0)
		return gitperf_decode_fail(&out->d, "'%s' is for records only",
					   bench->workload ? "workload" :
					   bench->log ? "log" : "duration");
	if (bench->status != GITPERF_STATUS_OK)
		return gitperf_output__error(out, why, strlen(why));
	for (i = 0; i < bench->nmetrics; i++)
		TRY(add_metric(out, &bench->metrics[i]));
	return 0;
}

static int read_program(struct output *out, const struct json *root)
{
	gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;

	TRY(gitperf_record__metrics(&out->d, &bench, root));
	return add_benchmark(out, &bench);
}

/* As in a record, where "metrics" can only be the table of units */
static int read_benchmarks(struct output *out, const struct json *list,
			   const struct json *table)
{
	struct json root = { .type = JSON_OBJECT }, benchmarks = *list, units;
	gitperf_record record = GITPERF_RECORD_INIT;
	size_t i;

	benchmarks.next = NULL;
	root.child = &benchmarks;
	if (table) {
		units = *table;
		units.next = NULL;
		benchmarks.next = &units;
	}
	TRY(gitperf_record__benchmarks(&out->d, &record, &root));
	for (i = 0; i < record.nbenchmarks; i++)
		TRY(add_benchmark(out, &record.benchmarks[i]));
	return 0;
}

int gitperf_output__json(struct output *out, const struct json *root)
{
	static const char *const known[] = { "benchmarks", "metrics", NULL };
	const struct json *metrics = gitperf_json_member(root, "metrics");
	const struct json *benchmarks = gitperf_json_member(root, "benchmarks");
	int program = metrics && (metrics->type == JSON_ARRAY || !benchmarks);

	out->d.input = 1;
	out->d.bare = 1;
	TRY(gitperf_decode_keys(&out->d, root, known));
	if (program)
		TRY(read_program(out, root));
	if (!benchmarks)
		return 0;
	return read_benchmarks(out, benchmarks, program ? NULL : metrics);
}
