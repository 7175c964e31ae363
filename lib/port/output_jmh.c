/*
 * output_jmh.c - the JSON of JMH
 *
 *	[{"benchmark":"words.Sort.sort","mode":"thrpt","params":{"n":"64"},
 *	  "primaryMetric":{"score":0.05,"scoreConfidence":[..],
 *	   "scoreUnit":"ops/us","rawData":[[0.1,0.04]]},
 *	  "secondaryMetrics":{"gc.count":{..}}}]
 *
 * The mode says what is measured, and so names the metric. Where JMH has kept
 * a histogram instead of values, its summary is taken.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "port/output.h"

/* JMH used to put this middle dot in front of what its profilers say. */
static const char dot[] = "\302\267";

static int read_mode(struct output *out, const char **name,
		     const struct json *entry)
{
	static const struct {
		const char *mode, *name;
	} modes[] = {
		{ "thrpt", "throughput" }, { "avgt", "time" },
		{ "sample", "sampled_time" }, { "ss", "single_shot_time" }
	};
	const struct json *mode;
	size_t i;

	TRY(gitperf_output__member(out, &mode, entry, "mode", JSON_STRING));
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		*name = modes[i].name;
		if (gitperf_json_is(mode, modes[i].mode))
			return 0;
	}
	return gitperf_decode_fail(&out->d, "'mode' is '%.*s', but must be one of: thrpt, avgt, sample, ss",
				   (int)(mode->len < 20 ? mode->len : 20), mode->text);
}

/* "ops/us" are a million "ops/s". */
static int read_unit(struct output *out, struct quantity *q,
		     const struct json *metric)
{
	struct quantity time = { .name = NULL };
	const struct json *unit;
	struct span text;

	TRY(gitperf_output__member(out, &unit, metric, "scoreUnit", JSON_STRING));
	text.text = unit->text;
	text.len = unit->len;
	TRY(gitperf_output__unit(out, q, text.text, text.len));
	if (!gitperf_output__begins(text, "ops/"))
		return 0;
	TRY(gitperf_output__unit(out, &time, text.text + 4, text.len - 4));
	if (strcmp(time.unit, "ns"))
		return 0;
	q->unit = "ops/s";
	q->better = GITPERF_BETTER_HIGHER;
	q->shift = 9 - time.shift;
	q->per = time.times;
	return 0;
}

/* How many values a histogram [forks][iterations][bucket][value, count] has */
static int count_values(struct output *out, int64_t *n, const struct json *histogram)
{
	static const struct quantity plain = { .name = "rawDataHistogram" };
	const struct json *fork, *iteration, *bucket, *count;
	gitperf_number number;

	for (fork = histogram->child; fork; fork = fork->next)
		for (iteration = fork->child; iteration; iteration = iteration->next)
			for (bucket = iteration->child; bucket; bucket = bucket->next) {
				count = bucket->child ? bucket->child->next : NULL;
				if (!count || count->type != JSON_NUMBER)
					continue;
				TRY(gitperf_output__number(out, &number, &plain, count->text, count->len));
				if (number.is_real || number.as.integer < 1 ||
				    number.as.integer > INT32_MAX)
					return gitperf_decode_fail(&out->d, "a count in 'rawDataHistogram' is not "
								   "an integer of 1 or more");
				*n += number.as.integer;
			}
	return 0;
}

/* JMH writes "NaN" for the bounds of too few values. */
static int read_interval(struct output *out, const struct quantity *q,
			 const struct json *metric)
{
	const struct json *bounds = gitperf_json_member(metric, "scoreConfidence");
	const struct json *low = bounds ? bounds->child : NULL, *high = low ? low->next : NULL;
	gitperf_number confidence = { { 0 }, 1 }, number;

	if (!high || low->type != JSON_NUMBER || high->type != JSON_NUMBER)
		return 0;
	TRY(gitperf_output__number(out, &number, q, low->text, low->len));
	TRY(gitperf_output__field(out, q, GITPERF_SUMMARY_LOW, number));
	TRY(gitperf_output__number(out, &number, q, high->text, high->len));
	TRY(gitperf_output__field(out, q, GITPERF_SUMMARY_HIGH, number));
	confidence.as.real = 0.999;
	return gitperf_output__field(out, q, GITPERF_SUMMARY_CONFIDENCE, confidence);
}

static int read_score(struct output *out, const struct quantity *q,
		      const struct json *metric)
{
	static const struct output_field score = { "score", GITPERF_SUMMARY_MEAN };
	static const struct output_field ends[] = {
		{ "0.0", GITPERF_SUMMARY_MIN }, { "100.0", GITPERF_SUMMARY_MAX }
	};
	const struct json *percentiles = gitperf_json_member(metric, "scorePercentiles");
	const struct json *histogram = gitperf_json_member(metric, "rawDataHistogram");
	int64_t n = 0;

	TRY(gitperf_output__summary(out, q, metric, &score, 1));
	if (percentiles && percentiles->type == JSON_OBJECT)
		TRY(gitperf_output__summary(out, q, percentiles, ends, ARRAY_SIZE(ends)));
	if (histogram)
		TRY(count_values(out, &n, histogram));
	if (n)
		TRY(gitperf_output__field(out, q, GITPERF_SUMMARY_N, gitperf_number_int(n)));
	return read_interval(out, q, metric);
}

static int read_metric(struct output *out, const struct quantity *q,
		       const struct json *metric)
{
	const struct json *raw = gitperf_json_member(metric, "rawData"), *fork;
	size_t n = 0;

	if (raw)
		TRY(gitperf_decode_type(&out->d, raw, "rawData", JSON_ARRAY));
	for (fork = raw ? raw->child : NULL; fork; fork = fork->next) {
		TRY(gitperf_output__samples(out, q, fork, "rawData"));
		n += fork->count;
	}
	return n ? 0 : read_score(out, q, metric);
}

/*
 * Operations per time, or time per operation, is of this mode only, so it is
 * called "time.look"; what a profiler counts is not.
 */
static int name_secondary(struct output *out, struct quantity *q,
			  const char *primary, const struct json *metric)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	const struct json *printed = gitperf_json_member(metric, "scoreUnit");
	struct span key = { metric->key, metric->key_len };
	struct span unit = { printed->text, printed->len };

	if (gitperf_output__begins(key, dot)) {
		key.text += strlen(dot);
		key.len -= strlen(dot);
	}
	if (gitperf_output__begins(unit, "ops/") ||
	    (gitperf_output__ends(unit, "/op") && !strcmp(q->unit, "ns")))
		gitperf_buf_addf(&name, "%s.", primary);
	gitperf_buf_add(&name, key.text, key.len);
	q->name = gitperf_arena_copy(out->d.arena, name.ptr, name.len);
	gitperf_buffer_dispose(&name);
	return q->name ? 0 : gitperf_fail_oom();
}

static int read_entry(struct output *out, const struct json *entry)
{
	const struct json *metric, *others;
	struct quantity primary = { .name = NULL };

	TRY(gitperf_decode_type(&out->d, entry, "an entry", JSON_OBJECT));
	TRY(gitperf_output__begin_as(out, entry, "benchmark", "params"));
	TRY(read_mode(out, &primary.name, entry));
	TRY(gitperf_output__member(out, &metric, entry, "primaryMetric", JSON_OBJECT));
	TRY(read_unit(out, &primary, metric));
	TRY(read_metric(out, &primary, metric));
	others = gitperf_json_member(entry, "secondaryMetrics");
	if (!others)
		return 0;
	TRY(gitperf_decode_type(&out->d, others, "secondaryMetrics", JSON_OBJECT));
	for (metric = others->child; metric; metric = metric->next) {
		struct quantity q = { .name = NULL };

		TRY(gitperf_decode_type(&out->d, metric, "secondaryMetrics", JSON_OBJECT));
		TRY(read_unit(out, &q, metric));
		TRY(name_secondary(out, &q, primary.name, metric));
		TRY(read_metric(out, &q, metric));
	}
	return 0;
}

int gitperf_output__jmh(struct output *out, const struct json *root)
{
	const struct json *entry;

	for (entry = root->child; entry; entry = entry->next)
		TRY(read_entry(out, entry));
	return 0;
}
