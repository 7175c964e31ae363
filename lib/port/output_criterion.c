/*
 * output_criterion.c - the messages of cargo-criterion, one JSON object a line
 *
 *	{"reason":"benchmark-complete","id":"sort/64","unit":"ns",
 *	 "iteration_count":[96,192],"measured_values":[368171.0,726715.0],
 *	 "median":{"estimate":3844.8,"lower_bound":..,"upper_bound":..},..}
 *
 * Messages with other reasons, and lines that are no messages, are skipped.
 * A rate that it was told of ("throughput") is the same measurement again.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"
#include "port/output.h"

/* "time", or what a measurement of the project's own counts: less is better */
static int read_unit(struct output *out, struct quantity *q,
		     const struct json *message)
{
	const struct json *unit;

	TRY(gitperf_output__member(out, &unit, message, "unit", JSON_STRING));
	TRY(gitperf_output__unit(out, q, unit->text, unit->len));
	q->name = strcmp(q->unit, "ns") ? q->unit : "time";
	q->better = GITPERF_BETTER_LOWER;
	return 0;
}

/* A measured value is that of so many iterations together. */
static int read_sample(struct output *out, const struct quantity *q,
		       const struct json *value, const struct json *count)
{
	static const struct quantity plain = { .name = "iteration_count" };
	gitperf_number total, iterations;

	TRY(gitperf_decode_type(&out->d, value, "measured_values", JSON_NUMBER));
	TRY(gitperf_decode_type(&out->d, count, "iteration_count", JSON_NUMBER));
	TRY(gitperf_output__number(out, &total, q, value->text, value->len));
	TRY(gitperf_output__number(out, &iterations, &plain, count->text, count->len));
	if (iterations.is_real || iterations.as.integer < 1)
		return gitperf_decode_fail(&out->d, "'iteration_count' must hold integers of 1 or more");
	if (iterations.as.integer > 1)
		total = gitperf_num_from_double(gitperf_number_value(total) /
						(double)iterations.as.integer);
	return gitperf_output__sample(out, q, total);
}

static int read_samples(struct output *out, const struct quantity *q,
			const struct json *values, const struct json *counts)
{
	const struct json *value = values->child, *count;

	TRY(gitperf_decode_type(&out->d, values, "measured_values", JSON_ARRAY));
	TRY(gitperf_decode_type(&out->d, counts, "iteration_count", JSON_ARRAY));
	if (values->count != counts->count)
		return gitperf_decode_fail(&out->d, "'measured_values' are %u, but 'iteration_count' are %u",
					   values->count, counts->count);
	for (count = counts->child; count; count = count->next, value = value->next)
		TRY(read_sample(out, q, value, count));
	return 0;
}

static int read_estimates(struct output *out, const struct quantity *q,
			  const struct json *message)
{
	static const struct output_field fields[] = {
		{ "estimate", GITPERF_SUMMARY_MEDIAN },
		{ "lower_bound", GITPERF_SUMMARY_LOW },
		{ "upper_bound", GITPERF_SUMMARY_HIGH }
	};
	static const struct output_field mean_field = { "estimate", GITPERF_SUMMARY_MEAN };
	const struct json *mean = gitperf_json_member(message, "mean"), *median;

	TRY(gitperf_output__member(out, &median, message, "median", JSON_OBJECT));
	TRY(gitperf_output__summary(out, q, median, fields, ARRAY_SIZE(fields)));
	if (!mean)
		return 0;
	TRY(gitperf_decode_type(&out->d, mean, "mean", JSON_OBJECT));
	return gitperf_output__summary(out, q, mean, &mean_field, 1);
}

static int read_message(struct output *out, const struct json *message)
{
	const struct json *reason, *values, *counts;
	struct quantity q = { .name = NULL };

	TRY(gitperf_decode_type(&out->d, message, "a message", JSON_OBJECT));
	reason = gitperf_json_member(message, "reason");
	if (!reason || reason->type != JSON_STRING ||
	    !gitperf_json_is(reason, "benchmark-complete"))
		return 0;
	TRY(gitperf_output__begin_as(out, message, "id", NULL));
	TRY(read_unit(out, &q, message));
	values = gitperf_json_member(message, "measured_values");
	counts = gitperf_json_member(message, "iteration_count");
	if (values && counts && values->count)
		return read_samples(out, &q, values, counts);
	return read_estimates(out, &q, message);
}

int gitperf_output__criterion(struct output *out, const char *bytes, size_t len)
{
	struct lines lines = { bytes, bytes + len, 0 };
	struct arena tree = ARENA_INIT;
	struct json *message;
	struct span line;
	int err = 0;

	while (!err && gitperf_output__line(&lines, &line)) {
		if (!gitperf_output__begins(line, "{"))
			continue;
		err = gitperf_json_parse(&message, &tree, line.text, line.len);
		if (err == GITPERF_EFORMAT)
			gitperf_blame(err, "message on line %zu", lines.number);
		if (!err)
			err = read_message(out, message);
		gitperf_arena_free(&tree);
	}
	return err;
}
