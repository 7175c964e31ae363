/*
 * output_gbench.c - the JSON of Google Benchmark
 *
 *	{"context":{..},"benchmarks":[{"name":"sort/64","run_name":"sort/64",
 *	 "run_type":"iteration","iterations":900,"real_time":3.2e+02,
 *	 "cpu_time":3.1e+02,"time_unit":"ns","items_per_second":2e+08}]}
 *
 * Repetitions have one run_name. Aggregates of them are of use only where the
 * repetitions themselves were not printed. Numbers of other names are the
 * counters of the benchmark.
 */
#include "base/compat.h"
#include "base/error.h"
#include "port/output.h"

/* Numbers that are no counters: the times, and how it was run */
static const char *const no_counters[] = {
	"real_time", "cpu_time",
	"cpu_coefficient", "family_index", "iterations",
	"per_family_instance_index", "real_coefficient", "repetition_index",
	"repetitions", "rms", "threads"
};

static int is_counter(const struct json *member)
{
	struct span key = { member->key, member->key_len };
	size_t i;

	if (member->type != JSON_NUMBER)
		return 0;
	for (i = 0; i < ARRAY_SIZE(no_counters); i++)
		if (gitperf_output__is(key, no_counters[i]))
			return 0;
	return 1;
}

static int member_is(const struct json *run, const char *key, const char *text)
{
	const struct json *member = gitperf_json_member(run, key);

	return member && member->type == JSON_STRING && gitperf_json_is(member, text);
}

static int member_is_true(const struct json *run, const char *key)
{
	const struct json *member = gitperf_json_member(run, key);

	return member && member->type == JSON_BOOL && member->count;
}

static int read_time_unit(struct output *out, struct quantity *time,
			  const struct json *run)
{
	const struct json *unit = gitperf_json_member(run, "time_unit");

	if (!unit)
		return gitperf_output__unit(out, time, "ns", 2);
	TRY(gitperf_decode_type(&out->d, unit, "time_unit", JSON_STRING));
	TRY(gitperf_output__unit(out, time, unit->text, unit->len));
	if (strcmp(time->unit, "ns"))
		return gitperf_decode_fail(&out->d, "'time_unit' is '%.20s', but must be one of: "
					   "ns, us, ms, s", time->unit);
	return 0;
}

/* A sample, or a field of a summary */
static int add_number(struct output *out, const struct quantity *q,
		      const struct json *json, const gitperf_summary_field *field)
{
	gitperf_number number;

	TRY(gitperf_decode_type(&out->d, json, q->name, JSON_NUMBER));
	TRY(gitperf_output__number(out, &number, q, json->text, json->len));
	return field ? gitperf_output__field(out, q, *field, number) :
		gitperf_output__sample(out, q, number);
}

static int read_times(struct output *out, const struct json *run,
		      const gitperf_summary_field *field)
{
	struct quantity time = { .name = NULL };
	const struct json *json;
	size_t i;

	TRY(read_time_unit(out, &time, run));
	for (i = 0; i < 2; i++) {
		time.name = no_counters[i];
		json = gitperf_json_member(run, time.name);
		if (json)
			TRY(add_number(out, &time, json, field));
	}
	return 0;
}

static int read_counter(struct output *out, const struct json *json,
			const gitperf_summary_field *field)
{
	static const struct quantity rates[] = {
		{ "bytes_per_second", "bytes/s", GITPERF_BETTER_HIGHER, 0, 0, 0 },
		{ "items_per_second", "items/s", GITPERF_BETTER_HIGHER, 0, 0, 0 }
	};
	struct quantity q = { "", "1", GITPERF_BETTER_NONE, 0, 0, 0 };
	size_t i;

	q.name = gitperf_arena_copy(out->d.arena, json->key, json->key_len);
	if (!q.name)
		return gitperf_fail_oom();
	for (i = 0; i < ARRAY_SIZE(rates); i++)
		if (!strcmp(q.name, rates[i].name))
			q = rates[i];
	return add_number(out, &q, json, field);
}

static int read_numbers(struct output *out, const struct json *run,
			const gitperf_summary_field *field)
{
	const struct json *m;

	TRY(read_times(out, run, field));
	for (m = run->child; m; m = m->next)
		if (is_counter(m))
			TRY(read_counter(out, m, field));
	return 0;
}

/* All metrics of an aggregate are of as many repetitions. */
static int count_repetitions(struct output *out, const struct json *run)
{
	static const struct quantity plain = { .name = "repetitions" };
	const gitperf_reading *r = out->current;
	gitperf_number n;
	int found = gitperf_output__take(out, &n, &plain, run, "repetitions");
	size_t i;

	for (i = 0; found > 0 && i < r->nmetrics; i++) {
		const struct quantity q = {
			r->metrics[i].name, r->metrics[i].unit, r->metrics[i].better, 0, 0, 0
		};

		TRY(gitperf_output__field(out, &q, GITPERF_SUMMARY_N, n));
	}
	return found < 0 ? found : 0;
}

static int read_aggregate(struct output *out, const struct json *run)
{
	static const struct {
		const char *name;
		gitperf_summary_field field;
	} aggregates[] = {
		{ "mean", GITPERF_SUMMARY_MEAN }, { "median", GITPERF_SUMMARY_MEDIAN },
		{ "stddev", GITPERF_SUMMARY_STDDEV },
		{ "min", GITPERF_SUMMARY_MIN }, { "max", GITPERF_SUMMARY_MAX }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(aggregates); i++) {
		if (!member_is(run, "aggregate_name", aggregates[i].name))
			continue;
		TRY(gitperf_output__begin_as(out, run, "run_name", NULL));
		if (gitperf_output__has_samples(out))
			return 0;
		TRY(read_numbers(out, run, &aggregates[i].field));
		return i ? 0 : count_repetitions(out, run);
	}
	/* cv is in the others, BigO and RMS are of a whole family */
	return 0;
}

static int read_run(struct output *out, const struct json *run)
{
	const struct json *why;

	TRY(gitperf_decode_type(&out->d, run, "benchmarks", JSON_OBJECT));
	if (member_is(run, "run_type", "aggregate"))
		return read_aggregate(out, run);
	/* the benchmark decided that it has nothing to measure here */
	if (member_is_true(run, "skipped"))
		return 0;
	TRY(gitperf_output__begin_as(out, run, gitperf_json_member(run, "run_name") ?
				     "run_name" : "name", NULL));
	if (!member_is_true(run, "error_occurred"))
		return read_numbers(out, run, NULL);
	why = gitperf_json_member(run, "error_message");
	return why && why->type == JSON_STRING ?
		gitperf_output__error(out, why->text, why->len) :
		gitperf_output__error(out, "", 0);
}

int gitperf_output__gbench(struct output *out, const struct json *root)
{
	const struct json *list, *run;

	TRY(gitperf_output__member(out, &list, root, "benchmarks", JSON_ARRAY));
	for (run = list->child; run; run = run->next)
		TRY(read_run(out, run));
	return 0;
}
