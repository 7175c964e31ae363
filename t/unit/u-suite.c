/*
 * u-suite.c - lib/data: what suites say of metrics, units, and who is meant
 */
#include "base/compat.h"
#include "base/num.h"
#include "data/unit.h"

#include <gitperf/suite.h>

#include "tap.h"

static gitperf_number parse(const char *text)
{
	gitperf_number number = gitperf_number_int(0);

	gitperf_num_parse(&number, text, strlen(text));
	return number;
}

static const struct unit *find(const char *name)
{
	return gitperf_unit_find(name, strlen(name));
}

static void test_units(void)
{
	static const struct {
		const char *number, *unit, *want;
	} cases[] = {
		{ "1", "ns", "1" }, { "1.5", "us", "1500" }, { "1.1", "ms", "1100000" },
		{ "0.1", "ms", "100000" }, { "262.7", "ns", "262.7" }, { "1.1", "s", "1100000000" },
		{ "0.0010001", "us", "1.0001" }, { "123456789.123456", "us", "123456789123.456" },
		{ "2.675", "ms", "2675000" }, { "1e-9", "s", "1" }, { "-3", "ms", "-3000000" },
		{ "0", "h", "0" }, { "1.5", "min", "90000000000" }, { "2", "h", "7200000000000" },
		{ "9007199254740993", "us", "9007199254740993000" },
		{ "9007199254740993", "s", "9.007199254740993e24" },
		{ "1.5", "KiB", "1536" }, { "3", "B", "3" }, { "2", "kB", "2000" },
		{ "0.1", "MB", "100000" }, { "7", "TiB", "7696581394432" },
		{ "1", "\302\265s", "1000" }, { "1", "\316\274s", "1000" },
		{ "1.5", "sec", "1500000000" }, { "1", "hr", "3600000000000" },
		{ "0.5", "day", "43200000000000" }
	};
	gitperf_number got;
	char text[NUM_TEXT_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct unit *unit = find(cases[i].unit);

		if (!ok(unit != NULL, "%s is a unit", cases[i].unit))
			continue;
		is_ok(gitperf_unit_convert(&got, parse(cases[i].number), unit), cases[i].number);
		gitperf_num_format(text, got);
		is_str(text, cases[i].want, "... is exactly so much");
	}
	is_err(gitperf_unit_convert(&got, parse("1e308"), find("s")), GITPERF_EFORMAT, "too large");
	is_err(gitperf_unit_convert(&got, parse("1e308"), find("h")), GITPERF_EFORMAT, "... for hours");
	ok(!find("Ms") && !find("") && !find("1") &&
	   !find("count") && !find("m"), "others are none");
}

static void test_numbers(void)
{
	static const struct {
		const char *text, *rest;
	} good[] = {
		{ "0", "" }, { "12ms", "ms" }, { "-1.5e3x", "x" }, { "1e", "e" }, { "1e+", "e+" },
		{ "1.", "." }, { "0.5%", "%" }, { "1E2", "" }, { "0x10", "x10" }, { "1 s", " s" }
	};
	static const char *const bad[] = { "", "x", "-", "+1", ".5", "01", "-01", " 1", "1e999" };
	gitperf_number number;
	const char *rest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		is_ok(gitperf_unit_number(&number, &rest, good[i].text), good[i].text);
		is_str(rest, good[i].rest, "... ends there");
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		is_err(gitperf_unit_number(&number, &rest, bad[i]), GITPERF_EFORMAT, bad[i]);
}

static const gitperf_metric_rule rules[] = {
	{ NULL, "latency", "ms", 1, GITPERF_BETTER_HIGHER, 0, 0 },
	{ "b", "latency", NULL, 1, GITPERF_BETTER_LOWER, 0, 0 },
	{ "c", "latency", "us", 0, GITPERF_BETTER_NONE, 0, 0 },
	{ NULL, "rate", "req/s", 1, GITPERF_BETTER_HIGHER, 0, 0 },
	{ NULL, "space", "KiB", 0, GITPERF_BETTER_NONE, 0, 0 }
};

static int apply(gitperf_metric *metric, const char *benchmark)
{
	return gitperf_metric_rules_apply(metric, benchmark, rules, ARRAY_SIZE(rules));
}

static void test_rules(void)
{
	gitperf_number samples[2] = { parse("1.1"), parse("2") };
	gitperf_metric metric = { .name = "latency", .unit = "1", .samples = samples, .nsamples = 2 };

	is_ok(apply(&metric, "b"), "a rule for one, and one for all");
	is_str(metric.unit, "ns", "... give the unit that is stored");
	is_int(samples[0].as.integer, 1100000, "... and convert each sample");
	is_int(samples[1].as.integer, 2000000, "... exactly");
	is_int(metric.better, GITPERF_BETTER_LOWER, "the one for this benchmark comes first");
	is_ok(apply(&metric, "b"), "once more");
	is_int(samples[0].as.integer, 1100000, "... changes nothing");
	is_ok(apply(&metric, "c"), "a rule in us agrees with ns");
	is_int(samples[0].as.integer, 1100000, "... which they are already");
	is_int(metric.better, GITPERF_BETTER_HIGHER, "... the rest is from the rule for all");
	samples[0] = parse("1.1");
	samples[1] = parse("2");
	metric.unit = "ms";
	is_ok(apply(&metric, "b"), "the same unit as the rule's");
	is_str(metric.unit, "ns", "... is none to store");
	is_int(samples[0].as.integer, 1100000, "... and converted");
	samples[0] = parse("1.1");
	metric.unit = "ms";
	is_ok(apply(&metric, "c"), "another of the same kind");
	is_int(samples[0].as.integer, 1100000, "... is converted from its own");
	metric.unit = "KiB";
	is_err(apply(&metric, "c"), GITPERF_EINVALID, "a size that should be a time");
	metric.unit = "count";
	metric.better = GITPERF_BETTER_NONE;
	is_err(apply(&metric, "c"), GITPERF_EINVALID, "another unit");
	is_str(gitperf_error_message(), "metric 'latency' was measured in 'count', which is not 'us'", "... is named");
	is_int(metric.better, GITPERF_BETTER_NONE, "... and nothing is changed");

	metric.name = "rate";
	metric.unit = "1";
	is_ok(apply(&metric, NULL), "a unit of neither time nor size");
	is_str(metric.unit, "req/s", "... is stored as it is");
	is_int(samples[0].as.integer, 1100000, "... without conversion");
	metric.name = "other";
	is_ok(apply(&metric, "b"), "a metric without rules");
	is_str(metric.unit, "req/s", "... stays");

	samples[1] = parse("1e308");
	metric.name = "latency";
	metric.unit = "1";
	is_err(apply(&metric, "x"), GITPERF_EFORMAT, "a number too large");
	is_int(samples[0].as.integer, 1100000, "... leaves the others alone");
	is_str(metric.unit, "1", "... and the unit");
}

static void test_summaries(void)
{
	gitperf_summary summary = { .have = 1u << GITPERF_SUMMARY_N | 1u << GITPERF_SUMMARY_MEAN |
				    1u << GITPERF_SUMMARY_STDDEV | 1u << GITPERF_SUMMARY_CONFIDENCE };
	gitperf_metric metric = { .name = "space", .unit = "1", .summary = &summary };

	summary.field[GITPERF_SUMMARY_N] = gitperf_number_int(7);
	summary.field[GITPERF_SUMMARY_MEAN] = gitperf_number_int(2);
	summary.field[GITPERF_SUMMARY_STDDEV] = parse("0.5");
	summary.field[GITPERF_SUMMARY_CONFIDENCE] = parse("0.95");
	summary.field[GITPERF_SUMMARY_MAX] = gitperf_number_int(3);
	is_ok(apply(&metric, "b"), "a summary");
	is_str(metric.unit, "bytes", "... gets its unit");
	is_int(summary.field[GITPERF_SUMMARY_N].as.integer, 7, "... n is a count");
	is_int(summary.field[GITPERF_SUMMARY_MEAN].as.integer, 2048, "... the mean is converted");
	is_int(summary.field[GITPERF_SUMMARY_STDDEV].as.integer, 512, "... its deviation, too");
	is_double(gitperf_number_value(summary.field[GITPERF_SUMMARY_CONFIDENCE]), 0.95, "... a confidence is none");
	is_int(summary.field[GITPERF_SUMMARY_MAX].as.integer, 3, "... and what it has not stays");
}

static void test_selection(void)
{
	static const char *const tags[] = { "fast", "cpu*" };
	const gitperf_suite_benchmark b = { .name = "parse/sm*ll", .tags = tags, .ntags = 2 };
	static const char *const yes[] = {
		"parse/sm*ll", "parse/*", "*", "parse*", "p?rse/sm\\*ll", "*/sm[*]ll", "tag:fast", "tag:cpu*"
	};
	static const char *const no[] = {
		"", "parse", "parse/", "parse/?", "fast", "tag:", "tag:cpu", "tag:*", "tag:cpux", "PARSE/*"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yes); i++)
		ok(gitperf_suite_selects(&b, yes[i]), "'%s' selects it", yes[i]);
	for (i = 0; i < ARRAY_SIZE(no); i++)
		ok(!gitperf_suite_selects(&b, no[i]), "'%s' does not", no[i]);
}

static void test_distance(void)
{
	is_int(gitperf_word_distance("", ""), 0, "nothing and nothing");
	is_int(gitperf_word_distance("abc", "abc"), 0, "a word and itself");
	is_int(gitperf_word_distance("abc", ""), 3, "three left out");
	is_int(gitperf_word_distance("abc", "acb"), 1, "two exchanged");
	is_int(gitperf_word_distance("abc", "abxc"), 1, "one added");
	is_int(gitperf_word_distance("abc", "axc"), 1, "one changed");
	is_int(gitperf_word_distance("iterations", "itterations"), 1, "a common mistake");
	is_int(gitperf_word_distance("0123456789012345678901234567890123", "a"), 32, "too long to look at");
}

/* In memory of its own, without a NUL behind, as a file has none */
static int parse_suite(gitperf_suite **out, const char *text)
{
	size_t len = strlen(text);
	char *exact = malloc(len ? len : 1);
	int err;

	memcpy(exact, text, len);
	err = gitperf_suite_parse(out, "x", exact, len);
	free(exact);
	return err;
}

static void test_suite(void)
{
	gitperf_suite *suite = NULL;

	is_ok(parse_suite(&suite, "[suite]\nbuild = make\n[benchmark \"b\"]\ncommand = a {n}\nparams = n=1"),
	      "a suite outlives its text");
	is_str(suite->path, "x", "... and knows its name");
	is_str(suite->id, "4184794be77d571caf1c0d3538c07b5c5808c2ec", "... its id");
	is_str(suite->benchmarks[0].params[0].pairs[0].value, "1", "... its parameters");
	is_str(suite->build.command, "make", "... and steps");
	ok(!suite->fetch.command && !suite->cpus && !suite->has_priority, "what is not said is not there");
	is_str(gitperf_tier_name(suite->benchmarks[0].tier), "primary", "a benchmark is of the first tier");
	gitperf_suite_free(suite);
	is_err(parse_suite(&suite, "[benchmark \"b\"]"), GITPERF_EFORMAT, "half a suite");
	ok(suite == NULL, "... is none");
	is_ok(gitperf_suite_parse(&suite, "x", NULL, 0), "nothing at all");
	is_int((int64_t)suite->nbenchmarks, 0, "... is a suite without benchmarks");
	is_str(suite->id, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "... with the id of nothing");
	gitperf_suite_free(suite);
	gitperf_suite_free(NULL);
	gitperf_words_free(NULL);
}

static void test_depends(void)
{
	gitperf_suite *suite = NULL;

	is_ok(parse_suite(&suite, "[benchmark \"a\"]\ncommand = a\n[suite]\ndepends = src\ndepends = inc\n"
			  "[benchmark \"b\"]\ncommand = b\ndepends = lib/b.c\n"),
	      "what benchmarks depend on");
	is_int((int64_t)suite->benchmarks[0].ndepends, 2, "one that says nothing has the suite's");
	is_str(suite->benchmarks[0].depends[0], "src", "... the first");
	is_str(suite->benchmarks[0].depends[1], "inc", "... and the second");
	is_int((int64_t)suite->benchmarks[1].ndepends, 1, "another its own");
	is_str(suite->benchmarks[1].depends[0], "lib/b.c", "... and no other");
	gitperf_suite_free(suite);
	is_ok(parse_suite(&suite, "[benchmark \"a\"]\ncommand = a\n"), "nobody says anything");
	is_int((int64_t)suite->benchmarks[0].ndepends, 0, "... then nothing is known");
	gitperf_suite_free(suite);
	is_err(parse_suite(&suite, "[suite]\ndepends = ../src\n"), GITPERF_EFORMAT, "a path that leads out");
}

int main(void)
{
	test_units();
	test_numbers();
	test_rules();
	test_summaries();
	test_selection();
	test_distance();
	test_suite();
	test_depends();
	return done_testing();
}
