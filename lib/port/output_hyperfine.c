/*
 * output_hyperfine.c - the JSON of hyperfine: seconds
 *
 *	{"results":[{"command":"sort big","mean":0.1,...,"user":0.09,
 *	 "system":0.01,"times":[0.1,0.1],"memory_usage_byte":[4096,4096],
 *	 "exit_codes":[0,0],"parameters":{"n":"1"}}]}
 */
#include "base/compat.h"
#include "port/output.h"

/* the last one, and of Linux at that */
#define SIGNAL_MOST 64

static const struct quantity wall = { "wall", "ns", GITPERF_BETTER_LOWER, 9, 0, 0 };
static const struct quantity user = { "user", "ns", GITPERF_BETTER_LOWER, 9, 0, 0 };
static const struct quantity sys = { "system", "ns", GITPERF_BETTER_LOWER, 9, 0, 0 };
static const struct quantity max_rss = { "max_rss", "bytes", GITPERF_BETTER_LOWER, 0, 0, 0 };

/*
 * Another exit status than 0 ends hyperfine, unless it is told to go on, so
 * whoever sees one here has asked for it. A crash nobody asks for: it counts
 * as in a shell, where 128 and the signal are the status; 255 is how many a
 * program says that something is wrong.
 */
static int was_killed(struct output *out, int *killed, const struct json *result)
{
	static const struct quantity plain = { .name = "exit_codes" };
	const struct json *codes = gitperf_json_member(result, "exit_codes"), *code;
	gitperf_number status;
	double value;

	if (!codes || codes->type == JSON_NULL)
		return 0;
	TRY(gitperf_decode_type(&out->d, codes, "exit_codes", JSON_ARRAY));
	for (code = codes->child; code; code = code->next) {
		*killed |= code->type == JSON_NULL;
		if (code->type == JSON_NULL)
			continue;
		TRY(gitperf_decode_type(&out->d, code, "exit_codes", JSON_NUMBER));
		TRY(gitperf_output__number(out, &status, &plain, code->text, code->len));
		value = gitperf_number_value(status);
		*killed |= value > 128 && value <= 128 + SIGNAL_MOST;
	}
	return 0;
}

static int read_wall(struct output *out, const struct json *result)
{
	static const struct output_field fields[] = {
		{ "mean", GITPERF_SUMMARY_MEAN }, { "stddev", GITPERF_SUMMARY_STDDEV },
		{ "median", GITPERF_SUMMARY_MEDIAN },
		{ "min", GITPERF_SUMMARY_MIN }, { "max", GITPERF_SUMMARY_MAX }
	};
	const struct json *times = gitperf_json_member(result, "times");

	if (times && times->type != JSON_NULL)
		return gitperf_output__samples(out, &wall, times, "times");
	return gitperf_output__summary(out, &wall, result, fields, ARRAY_SIZE(fields));
}

/* Of user and system time there are only means. */
static int read_mean(struct output *out, const struct json *result,
		     const struct quantity *q)
{
	const struct json *times = gitperf_json_member(result, "times");
	gitperf_number mean;
	int found = gitperf_output__take(out, &mean, q, result, q->name);

	if (found <= 0)
		return found;
	TRY(gitperf_output__field(out, q, GITPERF_SUMMARY_MEAN, mean));
	if (!times || !times->count)
		return 0;
	return gitperf_output__field(out, q, GITPERF_SUMMARY_N,
				     gitperf_number_int(times->count));
}

static int read_result(struct output *out, const struct json *result)
{
	static const char crashed[] = "the command was killed by a signal";
	const struct json *memory;
	int killed = 0;

	TRY(gitperf_decode_type(&out->d, result, "results", JSON_OBJECT));
	TRY(gitperf_output__begin_as(out, result, "command", "parameters"));
	TRY(was_killed(out, &killed, result));
	if (killed)
		return gitperf_output__error(out, crashed, strlen(crashed));
	TRY(read_wall(out, result));
	TRY(read_mean(out, result, &user));
	TRY(read_mean(out, result, &sys));
	memory = gitperf_json_member(result, "memory_usage_byte");
	if (!memory || memory->type == JSON_NULL)
		return 0;
	return gitperf_output__samples(out, &max_rss, memory, "memory_usage_byte");
}

int gitperf_output__hyperfine(struct output *out, const struct json *root)
{
	const struct json *results, *result;

	TRY(gitperf_output__member(out, &results, root, "results", JSON_ARRAY));
	for (result = results->child; result; result = result->next)
		TRY(read_result(out, result));
	return 0;
}
