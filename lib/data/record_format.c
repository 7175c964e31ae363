/*
 * record_format.c - a record to its canonical bytes
 *
 * Keys are written in sorted order by hand, pairs are sorted, and units and
 * directions are hoisted: the record's "metrics" holds, for each name, what
 * the first benchmark that has it says; others that differ say it themselves.
 * The result is parsed again before it is handed out, so that no invalid record
 * can be made, by whatever path.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/encode.h"
#include "data/pairs.h"
#include "data/record.h"

struct metric_table {
	const gitperf_metric **metrics;   /* one for each name, sorted by name */
	size_t n;
};

static void write_duration(struct json_writer *w, int64_t ns)
{
	if (ns < 0)
		return;
	gitperf_encode_int(w, "duration", ns);
}

static int write_pairs(struct json_writer *w, const char *key,
		       const gitperf_pair *pairs, size_t n)
{
	gitperf_pair *sorted;
	size_t i;

	if (!n)
		return 0;
	sorted = malloc(n * sizeof(*sorted));
	if (!sorted)
		return gitperf_fail_oom();
	memcpy(sorted, pairs, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), gitperf_pairs_by_key);
	gitperf_json_key(w, key);
	gitperf_json_open(w, '{');
	for (i = 0; i < n; i++)
		gitperf_encode_string(w, sorted[i].key, sorted[i].value);
	gitperf_json_close(w, '}');
	free(sorted);
	return 0;
}

static void write_summary(struct json_writer *w, const gitperf_summary *summary)
{
	/* the fields in the order of their names */
	static const gitperf_summary_field order[] = {
		GITPERF_SUMMARY_CONFIDENCE, GITPERF_SUMMARY_HIGH,
		GITPERF_SUMMARY_LOW, GITPERF_SUMMARY_MAX, GITPERF_SUMMARY_MEAN,
		GITPERF_SUMMARY_MEDIAN, GITPERF_SUMMARY_MIN, GITPERF_SUMMARY_N,
		GITPERF_SUMMARY_STDDEV
	};
	size_t i;

	gitperf_json_key(w, "summary");
	gitperf_json_open(w, '{');
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		if (!(summary->have & 1u << order[i]))
			continue;
		gitperf_json_key(w, gitperf_summary_field_name(order[i]));
		gitperf_json_number(w, summary->field[order[i]]);
	}
	gitperf_json_close(w, '}');
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(const gitperf_metric *const *)a)->name,
		      (*(const gitperf_metric *const *)b)->name);
}

static const gitperf_metric *find_shared(const struct metric_table *table,
					 const gitperf_metric *metric)
{
	const gitperf_metric **found;

	if (!table->n)
		return NULL;
	found = bsearch(&metric, table->metrics, table->n,
			sizeof(*table->metrics), compare_names);
	return found ? *found : NULL;
}

/* Benchmarks mostly share a few metrics, so inserting in order is cheap. */
static int add_shared(struct metric_table *table, const gitperf_metric *metric)
{
	size_t at = table->n;
	const gitperf_metric **grown;

	if (find_shared(table, metric))
		return 0;
	grown = realloc(table->metrics, (table->n + 1) * sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	table->metrics = grown;
	for (; at && strcmp(grown[at - 1]->name, metric->name) > 0; at--)
		grown[at] = grown[at - 1];
	grown[at] = metric;
	table->n++;
	return 0;
}

static int collect_shared(struct metric_table *table,
			  const gitperf_record *record)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < record->nbenchmarks && !err; i++)
		for (j = 0; j < record->benchmarks[i].nmetrics && !err; j++)
			err = add_shared(table, &record->benchmarks[i].metrics[j]);
	return err;
}

static void write_shared(struct json_writer *w, const struct metric_table *table)
{
	size_t i;

	if (!table->n)
		return;
	gitperf_json_key(w, "metrics");
	gitperf_json_open(w, '{');
	for (i = 0; i < table->n; i++) {
		gitperf_json_key(w, table->metrics[i]->name);
		gitperf_json_open(w, '{');
		gitperf_encode_string(w, "better", gitperf_better_name(table->metrics[i]->better));
		gitperf_encode_string(w, "unit", table->metrics[i]->unit);
		gitperf_json_close(w, '}');
	}
	gitperf_json_close(w, '}');
}

static void write_metric(struct json_writer *w, const gitperf_metric *metric,
			 const gitperf_metric *shared)
{
	size_t i;

	gitperf_json_open(w, '{');
	if (metric->better != shared->better)
		gitperf_encode_string(w, "better", gitperf_better_name(metric->better));
	gitperf_encode_string(w, "name", metric->name);
	if (metric->samples) {
		gitperf_json_key(w, "samples");
		gitperf_json_open(w, '[');
		for (i = 0; i < metric->nsamples; i++)
			gitperf_json_number(w, metric->samples[i]);
		gitperf_json_close(w, ']');
	}
	if (metric->summary)
		write_summary(w, metric->summary);
	if (strcmp(metric->unit, shared->unit))
		gitperf_encode_string(w, "unit", metric->unit);
	gitperf_json_close(w, '}');
}

static int write_workload(struct json_writer *w, const gitperf_benchmark *bench)
{
	int err;

	if (!bench->workload)
		return 0;
	gitperf_json_key(w, "workload");
	gitperf_json_open(w, '{');
	gitperf_encode_string(w, "id", bench->workload);
	err = write_pairs(w, "parts", bench->workload_parts,
			  bench->nworkload_parts);
	gitperf_json_close(w, '}');
	return err;
}

static int write_benchmark(struct json_writer *w, const gitperf_benchmark *bench,
			   const struct metric_table *table)
{
	size_t i;
	int err;

	gitperf_json_open(w, '{');
	gitperf_encode_string(w, "carried", bench->carried);
	write_duration(w, bench->duration_ns);
	gitperf_encode_string(w, "error", bench->error);
	gitperf_encode_string(w, "log", bench->log);
	if (bench->nmetrics) {
		gitperf_json_key(w, "metrics");
		gitperf_json_open(w, '[');
		for (i = 0; i < bench->nmetrics; i++)
			write_metric(w, &bench->metrics[i],
				     find_shared(table, &bench->metrics[i]));
		gitperf_json_close(w, ']');
	}
	gitperf_encode_string(w, "name", bench->name);
	err = write_pairs(w, "params", bench->params, bench->nparams);
	gitperf_encode_string(w, "status", gitperf_status_name(bench->status));
	if (!err)
		err = write_workload(w, bench);
	gitperf_json_close(w, '}');
	return err;
}

static int write_benchmarks(struct json_writer *w, const gitperf_record *r,
			    const struct metric_table *table)
{
	size_t i;
	int err = 0;

	gitperf_json_key(w, "benchmarks");
	gitperf_json_open(w, '[');
	for (i = 0; i < r->nbenchmarks && !err; i++)
		err = write_benchmark(w, &r->benchmarks[i], table);
	gitperf_json_close(w, ']');
	return err;
}

static void write_range(struct json_writer *w, const gitperf_record *r)
{
	size_t i;

	if (!r->ncommit_range)
		return;
	gitperf_json_key(w, "commit_range");
	gitperf_json_open(w, '[');
	for (i = 0; i < r->ncommit_range; i++)
		gitperf_json_string(w, r->commit_range[i]);
	gitperf_json_close(w, ']');
}

static void write_job(struct json_writer *w, const gitperf_record *r)
{
	if (!r->job)
		return;
	gitperf_json_key(w, "job");
	gitperf_json_open(w, '{');
	gitperf_encode_string(w, "id", r->job);
	gitperf_encode_int(w, "round", r->round);
	gitperf_encode_int(w, "token", r->token);
	gitperf_json_close(w, '}');
}

static void write_origin(struct json_writer *w, const gitperf_record *r)
{
	if (!r->origin_format)
		return;
	gitperf_json_key(w, "origin");
	gitperf_json_open(w, '{');
	gitperf_encode_string(w, "format", r->origin_format);
	gitperf_encode_string(w, "sha256", r->origin_sha256);
	gitperf_json_close(w, '}');
}

static void write_steps(struct json_writer *w, const gitperf_record *r)
{
	size_t i;

	if (!r->nsteps)
		return;
	gitperf_json_key(w, "steps");
	gitperf_json_open(w, '[');
	for (i = 0; i < r->nsteps; i++) {
		gitperf_json_open(w, '{');
		write_duration(w, r->steps[i].duration_ns);
		gitperf_encode_string(w, "error", r->steps[i].error);
		gitperf_encode_string(w, "name", r->steps[i].name);
		gitperf_encode_string(w, "status", gitperf_status_name(r->steps[i].status));
		gitperf_json_close(w, '}');
	}
	gitperf_json_close(w, ']');
}

/* All but the checksum, whose place is noted: it covers the rest. */
static int write_record(gitperf_buffer *out, const gitperf_record *r,
			const struct metric_table *table, size_t *checksum_at)
{
	struct json_writer w = { out, 0 };
	int err;

	gitperf_json_open(&w, '{');
	if ((err = write_benchmarks(&w, r, table)) < 0)
		return err;
	*checksum_at = out->len;
	gitperf_encode_string(&w, "commit", r->commit);
	write_range(&w, r);
	if ((err = write_pairs(&w, "config", r->config, r->nconfig)) < 0)
		return err;
	if (r->dirty >= 0)
		gitperf_encode_bool(&w, "dirty", r->dirty);
	if ((err = write_pairs(&w, "environment", r->environment, r->nenvironment)) < 0)
		return err;
	gitperf_encode_string(&w, "error", r->error);
	gitperf_encode_string(&w, "fingerprint", r->fingerprint);
	gitperf_encode_time(&w, "finished", r->finished);
	write_job(&w, r);
	gitperf_encode_string(&w, "log", r->log);
	write_shared(&w, table);
	write_origin(&w, r);
	gitperf_encode_string(&w, "outcome", gitperf_outcome_name(r->outcome));
	gitperf_encode_string(&w, "platform", r->platform);
	gitperf_encode_time(&w, "queued", r->queued);
	gitperf_encode_string(&w, "reason", r->reason);
	gitperf_encode_int(&w, "schema", r->schema);
	gitperf_encode_time(&w, "started", r->started);
	write_steps(&w, r);
	gitperf_encode_string(&w, "suite", r->suite);
	gitperf_encode_string(&w, "tool", r->tool);
	gitperf_encode_string(&w, "worker", r->worker);
	gitperf_json_close(&w, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

/* The text is canonical already, so its digest is the checksum. */
static int insert_checksum(gitperf_buffer *out, const gitperf_buffer *text,
			   size_t at)
{
	char hex[DIGEST_HEX + 1];

	gitperf_digest(hex, text->ptr, text->len);
	gitperf_buf_add(out, text->ptr, at);
	gitperf_buf_addf(out, ",\"%s\":\"%.*s\"", RECORD_CHECKSUM_KEY,
			 RECORD_CHECKSUM_DIGITS, hex);
	gitperf_buf_add(out, text->ptr + at, text->len - at);
	return gitperf_buf_check(out);
}

static int is_metric_whole(const gitperf_metric *m)
{
	return m->name && m->unit && (unsigned)m->better <= GITPERF_BETTER_HIGHER;
}

/* What cannot even be written; the rest is found when the text is parsed */
static int check_present(const gitperf_record *r)
{
	size_t i, j;
	int whole = (unsigned)r->outcome <= GITPERF_OUTCOME_FAILED;

	for (i = 0; i < r->nsteps && whole; i++)
		whole = (unsigned)r->steps[i].status <= GITPERF_STATUS_SKIPPED;
	for (i = 0; i < r->nbenchmarks && whole; i++) {
		const gitperf_benchmark *b = &r->benchmarks[i];

		whole = (unsigned)b->status <= GITPERF_STATUS_SKIPPED;
		for (j = 0; j < b->nmetrics && whole; j++)
			whole = is_metric_whole(&b->metrics[j]);
	}
	if (whole)
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "a metric lacks its name or unit, or a status is none"),
			    "start from GITPERF_RECORD_INIT and GITPERF_BENCHMARK_INIT");
}

/* Its canonical bytes, whether it may have them or not */
static int add_record(gitperf_buffer *out, const gitperf_record *record)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct metric_table table = { NULL, 0 };
	size_t at;
	int err;

	if ((err = check_present(record)) >= 0 &&
	    (err = collect_shared(&table, record)) >= 0 &&
	    (err = write_record(&text, record, &table, &at)) >= 0)
		err = insert_checksum(out, &text, at);
	free(table.metrics);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_record__size(size_t *out, const gitperf_record *record)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = add_record(&text, record);

	*out = text.len;
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_record_format(gitperf_buffer *out, const gitperf_record *record)
{
	gitperf_record *again = NULL;
	size_t start = out->len;
	int err = add_record(out, record);

	if (!err)
		err = gitperf_record_parse(&again, out->ptr + start, out->len - start, 0);
	if (err < 0)
		gitperf_buf_truncate(out, start);
	gitperf_record_free(again);
	return err;
}
