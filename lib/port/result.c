/*
 * result.c - result objects of version 1 and 2: means in milliseconds
 *
 *	{"version":2,"timestamp":..,"commit":..,"host":{"os":..,"arch":..},
 *	 "commit_range":[..],"benchmark_reason":..,"iterations":5,
 *	 "benchmarks":[{"name":..,"mean_ms":..,"std_ms":..,"passes":{..},..}]}
 *
 * Version 1 has no range and no reason, and then neither has the record. Times
 * become whole nanoseconds. What the measured program was made of
 * ("source_metrics") is its workload's identity.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/decode.h"
#include "data/names.h"
#include "data/record.h"
#include "port/result.h"

#include <gitperf/platform.h>

#include <math.h>

#define NS_PER_MS 1e6
#define METRICS_MAX 64

struct importer {
	struct decoder d;
	gitperf_record *record;
	int64_t iterations;        /* of the whole run, unless a benchmark says */
};

static int has(const gitperf_summary *s, gitperf_summary_field f)
{
	return (s->have >> f & 1) != 0;
}

static int set_number(struct importer *im, gitperf_summary *s,
		      gitperf_summary_field field, const struct json *object,
		      const char *key, double scale)
{
	const struct json *value = gitperf_json_member(object, key);
	gitperf_number number;
	double scaled;

	if (!value || value->type == JSON_NULL)
		return 0;
	TRY(gitperf_decode_number(&im->d, &number, value, key));
	scaled = gitperf_number_value(number) * scale;
	if (scaled < 0 || scaled > 9e18)
		return gitperf_decode_fail(&im->d, "'%s' is out of range", key);
	s->field[field] = number;
	if (scale != 1 || number.is_real)
		s->field[field] = gitperf_number_int(llround(scaled));
	s->have |= 1u << field;
	return 0;
}

static gitperf_summary *new_metric(struct importer *im, gitperf_benchmark *bench,
				   const char *name, const char *unit)
{
	gitperf_metric *metric = (gitperf_metric *)(uintptr_t)&bench->metrics[bench->nmetrics];
	gitperf_summary *summary = gitperf_arena_alloc(im->d.arena, sizeof(*summary));

	metric->name = name;
	metric->unit = unit;
	metric->better = GITPERF_BETTER_LOWER;
	metric->summary = summary;
	return summary;
}

struct source {
	const char *name, *unit, *mean, *stddev, *n;
};

static int add_metric(struct importer *im, gitperf_benchmark *bench,
		      const struct json *json, const struct source *source,
		      int64_t iterations)
{
	double scale = strcmp(source->unit, "ns") ? 1 : NS_PER_MS;
	gitperf_summary *s = new_metric(im, bench, source->name, source->unit);
	int64_t n = iterations;

	if (!s)
		return gitperf_fail_oom();
	TRY(set_number(im, s, GITPERF_SUMMARY_MEAN, json, source->mean, scale));
	if (!has(s, GITPERF_SUMMARY_MEAN))
		return 0;
	if (source->stddev)
		TRY(set_number(im, s, GITPERF_SUMMARY_STDDEV, json, source->stddev, scale));
	if (source->n)
		TRY(gitperf_decode_int(&im->d, &n, json, source->n, 1));
	if (n > 0) {
		s->field[GITPERF_SUMMARY_N] = gitperf_number_int(n);
		s->have |= 1u << GITPERF_SUMMARY_N;
	}
	bench->nmetrics++;
	return 0;
}

static int add_passes(struct importer *im, gitperf_benchmark *bench,
		      const struct json *json, int64_t iterations)
{
	const struct json *passes = gitperf_json_member(json, "passes"), *pass;
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = 0;

	if (!passes)
		return 0;
	TRY(gitperf_decode_type(&im->d, passes, "passes", JSON_OBJECT));
	for (pass = passes->child; pass && !err; pass = pass->next) {
		struct source source = { NULL, "ns", "mean_ms", "std_ms", NULL };

		if (bench->nmetrics == METRICS_MAX) {
			err = gitperf_decode_fail(&im->d, "has more than %d metrics", METRICS_MAX);
			break;
		}
		gitperf_buf_truncate(&name, 0);
		gitperf_buf_addf(&name, "pass.%.*s", (int)pass->key_len, pass->key);
		source.name = gitperf_arena_copy(im->d.arena, name.ptr, name.len);
		err = gitperf_decode_type(&im->d, pass, "passes", JSON_OBJECT);
		if (!err)
			err = add_metric(im, bench, pass, &source, iterations);
	}
	gitperf_buffer_dispose(&name);
	return err;
}

/* A benchmark of other source text is another workload. */
static int set_workload(struct importer *im, gitperf_benchmark *bench,
			const struct json *json)
{
	const struct json *source = gitperf_json_member(json, "source_metrics"), *m;
	gitperf_buffer id = GITPERF_BUFFER_INIT;
	gitperf_pair *parts;
	size_t n = 0;
	int err;

	if (!source)
		return 0;
	TRY(gitperf_decode_type(&im->d, source, "source_metrics", JSON_OBJECT));
	parts = gitperf_arena_array(im->d.arena, source->count, sizeof(*parts));
	if (!parts)
		return gitperf_fail_oom();
	for (m = source->child; m; m = m->next) {
		TRY(gitperf_decode_type(&im->d, m, "source_metrics", JSON_NUMBER));
		parts[n].key = gitperf_arena_copy(im->d.arena, m->key, m->key_len);
		parts[n++].value = gitperf_arena_copy(im->d.arena, m->text, m->len);
	}
	TRY(gitperf_arena_check(im->d.arena));
	err = gitperf_workload_id(&id, parts, n);
	bench->workload = gitperf_arena_copy(im->d.arena, id.ptr, id.len);
	bench->workload_parts = parts;
	bench->nworkload_parts = n;
	gitperf_buffer_dispose(&id);
	return err;
}

/* The level is mostly part of the name ("many_functions@O3") already. */
static int set_params(struct importer *im, gitperf_benchmark *bench,
		      const struct json *json)
{
	const char *level = NULL, *at = strrchr(bench->name, '@');
	gitperf_pair *pair;

	TRY(gitperf_decode_name(&im->d, &level, json, "opt_level", TEXT_NAME_MAX));
	if (!level || (at && !strcmp(at + 1, level)))
		return 0;
	pair = gitperf_arena_alloc(im->d.arena, sizeof(*pair));
	if (!pair)
		return gitperf_fail_oom();
	pair->key = "opt_level";
	pair->value = level;
	bench->params = pair;
	bench->nparams = 1;
	return 0;
}

static int read_benchmark(struct importer *im, gitperf_benchmark *bench,
			  const struct json *json)
{
	static const struct source sources[] = {
		{ "wall", "ns", "mean_ms", "std_ms", NULL },
		{ "cold", "ns", "cold_ms", NULL, NULL },
		{ "hot", "ns", "hot_ms", "hot_std_ms", "hot_iterations" },
		{ "runtime", "ns", "runtime_ms", "runtime_std_ms", NULL },
		{ "max_rss", "bytes", "peak_memory_bytes", NULL, NULL },
		{ "binary_size", "bytes", "binary_size_bytes", NULL, NULL }
	};
	int64_t iterations = im->iterations;
	size_t i;

	bench->duration_ns = -1;
	bench->metrics = gitperf_arena_array(im->d.arena, METRICS_MAX + 1, sizeof(*bench->metrics));
	if (!bench->metrics)
		return gitperf_fail_oom();
	TRY(gitperf_decode_type(&im->d, json, "benchmarks", JSON_OBJECT));
	TRY(gitperf_decode_name(&im->d, &bench->name, json, "name", TEXT_NAME_MAX));
	if (!bench->name)
		return gitperf_decode_fail(&im->d, "a benchmark has no 'name'");
	im->d.benchmark = bench->name;
	TRY(gitperf_decode_int(&im->d, &iterations, json, "iterations", 1));
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		TRY(add_metric(im, bench, json, &sources[i],
			       strcmp(sources[i].name, "cold") ? iterations : 1));
	if (!bench->nmetrics || strcmp(bench->metrics[0].name, "wall"))
		return gitperf_decode_fail(&im->d, "'mean_ms' is missing");
	TRY(add_passes(im, bench, json, iterations));
	TRY(set_workload(im, bench, json));
	TRY(set_params(im, bench, json));
	im->d.benchmark = NULL;
	return 0;
}

static int read_benchmarks(struct importer *im, const struct json *root)
{
	const struct json *list = gitperf_json_member(root, "benchmarks"), *item;
	gitperf_benchmark *benchmarks;
	size_t i = 0;

	if (!list)
		return gitperf_decode_fail(&im->d, "'benchmarks' is missing");
	TRY(gitperf_decode_type(&im->d, list, "benchmarks", JSON_ARRAY));
	if (!list->count)
		return gitperf_decode_fail(&im->d, "'benchmarks' is empty");
	benchmarks = gitperf_arena_array(im->d.arena, list->count, sizeof(*benchmarks));
	if (!benchmarks)
		return gitperf_fail_oom();
	for (item = list->child; item; item = item->next)
		TRY(read_benchmark(im, &benchmarks[i++], item));
	im->record->benchmarks = benchmarks;
	im->record->nbenchmarks = i;
	return 0;
}

static int read_host(struct importer *im, const struct json *root)
{
	const struct json *host = gitperf_json_member(root, "host");
	const char *os = NULL, *arch = NULL;
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	gitperf_pair *environment;
	int err;

	if (!host)
		return gitperf_decode_fail(&im->d, "'host' is missing");
	TRY(gitperf_decode_type(&im->d, host, "host", JSON_OBJECT));
	TRY(gitperf_decode_name(&im->d, &os, host, "os", GITPERF_NAME_MAX));
	TRY(gitperf_decode_name(&im->d, &arch, host, "arch", GITPERF_NAME_MAX));
	if (!os || !arch)
		return gitperf_decode_fail(&im->d, "'host' needs 'os' and 'arch'");
	if ((err = gitperf_platform_name(&name, arch, os)) < 0)
		goto out;
	im->record->platform = gitperf_arena_copy(im->d.arena, name.ptr, name.len);
	environment = gitperf_arena_array(im->d.arena, 2, sizeof(*environment));
	if (!im->record->platform || !environment) {
		err = gitperf_fail_oom();
		goto out;
	}
	environment[0].key = "arch";
	environment[0].value = arch;
	environment[1].key = "os";
	environment[1].value = os;
	im->record->environment = environment;
	im->record->nenvironment = 2;
	gitperf_buf_truncate(&name, 0);
	err = gitperf_environment_fingerprint(&name, environment, 2);
	im->record->fingerprint = gitperf_arena_copy(im->d.arena, name.ptr, name.len);
out:
	gitperf_buffer_dispose(&name);
	return err;
}

static int read_config(struct importer *im, const struct json *root)
{
	gitperf_pair *config;
	const char *mode = NULL;

	TRY(gitperf_decode_name(&im->d, &mode, root, "build_mode", TEXT_NAME_MAX));
	if (!mode)
		return 0;
	config = gitperf_arena_alloc(im->d.arena, sizeof(*config));
	if (!config)
		return gitperf_fail_oom();
	config->key = "build_mode";
	config->value = mode;
	im->record->config = config;
	im->record->nconfig = 1;
	return 0;
}

static int read_range(struct importer *im, const struct json *root)
{
	const struct json *list = gitperf_json_member(root, "commit_range"), *item;
	const char **ids;
	size_t i = 0;

	if (!list || list->type == JSON_NULL)
		return 0;
	TRY(gitperf_decode_type(&im->d, list, "commit_range", JSON_ARRAY));
	ids = gitperf_arena_array(im->d.arena, list->count, sizeof(*ids));
	if (!ids)
		return gitperf_fail_oom();
	for (item = list->child; item; item = item->next) {
		TRY(gitperf_decode_type(&im->d, item, "commit_range", JSON_STRING));
		ids[i] = gitperf_arena_copy(im->d.arena, item->text, item->len);
		if (!ids[i] || !gitperf_hex_ok(ids[i], 40, 40))
			return gitperf_decode_fail(&im->d, "'commit_range' must hold full commit ids");
		i++;
	}
	im->record->commit_range = ids;
	im->record->ncommit_range = i;
	return 0;
}

static int read_result(struct importer *im, const struct json *root,
		       const char *format)
{
	gitperf_record *r = im->record;
	int reason = -1;

	TRY(gitperf_decode_hex(&im->d, &r->commit, root, "commit", 4, 40));
	TRY(gitperf_decode_time(&im->d, &r->finished, root, "timestamp"));
	if (!r->commit || !r->finished)
		return gitperf_decode_fail(&im->d, "'%s' is missing", r->commit ? "timestamp" : "commit");
	TRY(gitperf_decode_int(&im->d, &im->iterations, root, "iterations", 1));
	TRY(read_host(im, root));
	TRY(read_config(im, root));
	if (!strcmp(format, "result-2")) {
		TRY(read_range(im, root));
		TRY(gitperf_decode_word(&im->d, &reason, root, "benchmark_reason",
					gitperf_record__reasons));
		if (reason >= 0)
			r->reason = gitperf_record__reasons[reason];
	}
	TRY(read_benchmarks(im, root));
	r->schema = GITPERF_RECORD_SCHEMA;
	r->outcome = gitperf_record__outcome(r->benchmarks, r->nbenchmarks);
	return 0;
}

int gitperf_result_read(gitperf_record **out, const char *format,
			const struct json *root, const char *bytes, size_t len)
{
	struct importer im = { .iterations = 0 };
	char sha256[DIGEST_HEX + 1];
	int err = gitperf_record__new(&im.record, &im.d.arena);

	*out = NULL;
	if (err < 0)
		return err;
	gitperf_digest(sha256, bytes, len);
	im.record->origin_format = format;
	im.record->origin_sha256 = gitperf_arena_strdup(im.d.arena, sha256);
	err = gitperf_arena_check(im.d.arena);
	if (!err)
		err = read_result(&im, root, format);
	if (err < 0)
		gitperf_record_free(im.record);
	else
		*out = im.record;
	return err;
}
