/*
 * output_pytest.c - the JSON of pytest-benchmark: seconds
 *
 *	{"benchmarks":[{"fullname":"test_words.py::test_sort[64]",
 *	 "params":{"n":64},"param":"64",
 *	 "stats":{"rounds":5,"mean":2.9e-06,..,"data":[2.9e-06,..]}}]}
 *
 * A test with parameters is one benchmark of the name in front of the bracket,
 * if they can be told by their values; else the whole name says which it is.
 */
#include "base/compat.h"
#include "base/error.h"
#include "port/output.h"

/* More rounds than this are of no use as samples: a summary says it all. */
#define ROUNDS_MAX 1000

static const struct quantity elapsed = { "time", "ns", GITPERF_BETTER_LOWER, 9, 0, 0 };

/* What pytest-benchmark writes instead of an object, with its address in memory */
static const char opaque[] = "UNSERIALIZABLE[";

static int is_plain(const struct json *params)
{
	const struct json *m;
	struct span text;

	for (m = params->child; m; m = m->next) {
		text.text = m->text;
		text.len = m->len;
		if (m->type != JSON_NUMBER && m->type != JSON_BOOL &&
		    (m->type != JSON_STRING || gitperf_output__begins(text, opaque)))
			return 0;
	}
	return 1;
}

/* "test_words.py::test_sort[64]" without "[64]" */
static size_t bare_length(const struct json *name, const struct json *id)
{
	size_t tail = id->len + 2;

	if (name->len <= tail || name->text[name->len - 1] != ']' ||
	    name->text[name->len - tail] != '[' ||
	    memcmp(name->text + name->len - tail + 1, id->text, id->len))
		return name->len;
	return name->len - tail;
}

static int begin(struct output *out, const struct json *bench)
{
	const struct json *params = gitperf_json_member(bench, "params"), *name;
	const struct json *id = gitperf_json_member(bench, "param");
	const gitperf_pair *pairs = NULL;
	size_t n = 0, len;

	out->d.benchmark = out->d.metric = NULL;
	TRY(gitperf_output__member(out, &name, bench, "fullname", JSON_STRING));
	out->d.benchmark = gitperf_arena_copy(out->d.arena, name->text, name->len);
	len = name->len;
	if (params && params->type == JSON_OBJECT && is_plain(params) &&
	    id && id->type == JSON_STRING) {
		TRY(gitperf_output__params(out, &pairs, &n, bench, "params"));
		len = bare_length(name, id);
	}
	TRY(gitperf_output__begin(out, name->text, len, pairs, n));
	if (!out->current->nmetrics)
		return 0;
	/* tests are told apart by what they are called, not by their values */
	gitperf_decode_fail(&out->d, "two tests have the same name and parameters");
	return gitperf_hint(GITPERF_EFORMAT, "give the parameters different values, or measure one of them");
}

static int read_benchmark(struct output *out, const struct json *bench)
{
	static const struct output_field fields[] = {
		{ "rounds", GITPERF_SUMMARY_N }, { "mean", GITPERF_SUMMARY_MEAN },
		{ "stddev", GITPERF_SUMMARY_STDDEV },
		{ "min", GITPERF_SUMMARY_MIN }, { "max", GITPERF_SUMMARY_MAX },
		{ "median", GITPERF_SUMMARY_MEDIAN }
	};
	const struct json *stats, *data;

	TRY(gitperf_decode_type(&out->d, bench, "benchmarks", JSON_OBJECT));
	TRY(begin(out, bench));
	TRY(gitperf_output__member(out, &stats, bench, "stats", JSON_OBJECT));
	data = gitperf_json_member(stats, "data");
	if (data && data->count && data->count <= ROUNDS_MAX)
		return gitperf_output__samples(out, &elapsed, data, "data");
	return gitperf_output__summary(out, &elapsed, stats, fields, ARRAY_SIZE(fields));
}

int gitperf_output__pytest(struct output *out, const struct json *root)
{
	const struct json *list, *bench;

	TRY(gitperf_output__member(out, &list, root, "benchmarks", JSON_ARRAY));
	for (bench = list->child; bench; bench = bench->next)
		TRY(read_benchmark(out, bench));
	return 0;
}
