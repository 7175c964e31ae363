/*
 * u-view.c - lib/view: quantities, changes, tables, and what is made safe
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "view/view.h"

#include <float.h>
#include <gitperf/view.h>
#include <math.h>

#include "tap.h"

#define REPLACED "\xef\xbf\xbd"

static gitperf_buffer out = GITPERF_BUFFER_INIT;

/* What has been written since the last call */
static const char *written(void)
{
	static gitperf_buffer last = GITPERF_BUFFER_INIT;

	gitperf_buffer_dispose(&last);
	last = out;
	out = (gitperf_buffer)GITPERF_BUFFER_INIT;
	return last.ptr;
}

/* --- Safe text ------------------------------------------------------------ */

/* No control character but line ends, no bidirectional one, and all UTF-8 */
static int is_safe(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (gitperf_utf8_check(text, strlen(text)) != strlen(text))
		return 0;
	for (; *p; p++) {
		if ((*p < 0x20 && *p != '\n') || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
			return 0;
		if (*p == 0xe2 && p[1] == 0x80 && ((p[2] >= 0xaa && p[2] <= 0xae) ||
						   p[2] == 0x8e || p[2] == 0x8f))
			return 0;
		if (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
			return 0;
	}
	return 1;
}

static void test_text(void)
{
	static const char *const cases[][3] = {
		{ "nothing", "", "" },
		{ "plain text", "a b/c \"d\"\\", "a b/c \"d\"\\" },
		{ "other scripts", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xd7\xa9",
		  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xd7\xa9" },
		{ "U+00A0", "a\xc2\xa0" "b", "a\xc2\xa0" "b" },
		{ "an escape sequence", "\033[31mred\033[m", "\\x1b[31mred\\x1b[m" },
		{ "line ends and tabs", "a\nb\r\tc", "a\\x0ab\\x0d\\x09c" },
		{ "the first and last control", "\x01\x1f\x7f", "\\x01\\x1f\\x7f" },
		{ "C1: CSI", "\xc2\x9b" "31m", REPLACED "31m" },
		{ "C1: the first and last", "\xc2\x80\xc2\x9f", REPLACED REPLACED },
		{ "marks of direction", "a\xe2\x80\x8e\xe2\x80\x8f", "a" REPLACED REPLACED },
		{ "embeddings and overrides", "\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae",
		  REPLACED REPLACED REPLACED REPLACED REPLACED },
		{ "isolates", "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9",
		  REPLACED REPLACED REPLACED REPLACED },
		{ "their neighbours", "\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
		  "\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa" },
		{ "a byte alone", "a\xff" "b", "a" REPLACED "b" },
		{ "two of them", "\xfe\xff", REPLACED REPLACED },
		{ "overlong NUL", "\xc0\x80", REPLACED REPLACED },
		{ "a surrogate", "\xed\xa0\x80", REPLACED REPLACED REPLACED },
		{ "cut at its end", "ok\xe2\x82", "ok" REPLACED REPLACED },
		{ "cut, then more", "\xf0\x9f\x98z\xc3\xa9", REPLACED REPLACED REPLACED "z\xc3\xa9" },
		{ "latin1", "gr\xfc\xdf", "gr" REPLACED REPLACED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_view_text(&out, cases[i][1]);
		is_str(written(), cases[i][2], cases[i][0]);
	}
	/* U+061C ARABIC LETTER MARK is the twelfth and last of its kind */
	gitperf_view_text(&out, "a\xd8\x9c" "b");
	is_str(written(), "a" REPLACED "b", "the letter mark");
}

static void test_random_text(void)
{
	/* bytes that make sequences, good and bad, more likely than chance */
	static const unsigned char likely[] = {
		'a', ' ', 0x1b, 0x7f, 0x80, 0x8e, 0x9b, 0xa6, 0xaa, 0xae, 0xbf, 0xc2, 0xc0, 0xe2,
		0xed, 0xef, 0xf0, 0xf4, 0x81, 0x90, 0xff, '\n'
	};
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	size_t i, j, bad = 0, changed = 0;
	char text[24], once[256];

	for (i = 0; i < 200000; i++) {
		for (j = 0; j < sizeof(text) - 1; j++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			text[j] = (char)likely[state % ARRAY_SIZE(likely)];
		}
		text[state >> 32 & 15] = '\0';
		text[j] = '\0';
		gitperf_buf_truncate(&out, 0);
		gitperf_view_text(&out, text);
		bad += !is_safe(out.ptr) || strchr(out.ptr, '\n') != NULL;
		snprintf(once, sizeof(once), "%s", out.ptr);
		gitperf_buf_truncate(&out, 0);
		gitperf_view_text(&out, once);
		changed += strcmp(out.ptr, once) != 0;
	}
	written();
	is_int((int64_t)bad, 0, "whatever comes, what is written is safe");
	is_int((int64_t)changed, 0, "... and is not changed again");
}

static void test_indented(void)
{
	gitperf_view__indented(&out, "one\ntwo\033\n\nfour");
	is_str(written(), "      | one\n      | two\\x1b\n      | \n      | four\n", "lines behind a margin");
	gitperf_view__indented(&out, "one\n");
	is_str(written(), "      | one\n", "... the last one ended");
	gitperf_view__indented(&out, "");
	is_str(written(), "", "... none");
}

static void test_pairs(void)
{
	static const gitperf_pair pairs[] = { { "n", "1" }, { "a\xff", "x\n" } };
	gitperf_series series = { .benchmark = "sort\xe2\x80\xae" };

	gitperf_view__pairs(&out, pairs, 2);
	is_str(written(), "n=1 a" REPLACED "=x\\x0a", "keys and values");
	gitperf_view__pairs(&out, pairs, 0);
	is_str(written(), "", "... none");
	gitperf_view_name(&out, series.benchmark, series.params, series.nparams);
	is_str(written(), "sort" REPLACED, "a benchmark");
	series.params = pairs;
	series.nparams = 1;
	gitperf_view_name(&out, series.benchmark, series.params, series.nparams);
	is_str(written(), "sort" REPLACED " {n=1}", "... with parameters");
}

/* --- Quantities ----------------------------------------------------------- */

static void test_values(void)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{ 0, "ns", "0 ns" }, { 1, "ns", "1 ns" }, { 999, "ns", "999 ns" }, { 0.25, "ns", "0.25 ns" },
		{ 1000, "ns", "1.00 us" }, { 1500, "ns", "1.50 us" }, { 12345, "ns", "12.35 us" },
		{ 123456, "ns", "123.5 us" }, { 1e6, "ns", "1.00 ms" }, { 400.7e6, "ns", "400.7 ms" },
		{ 1e9, "ns", "1.00 s" }, { 3.6e12, "ns", "3600.0 s" }, { -1.5e6, "ns", "-1.50 ms" },
		{ 0, "bytes", "0 B" }, { 1023, "bytes", "1023 B" }, { 1024, "bytes", "1.00 KiB" },
		{ 1572864, "bytes", "1.50 MiB" }, { 1073741824.0, "bytes", "1.00 GiB" },
		{ 1099511627776.0, "bytes", "1024.0 GiB" },
		{ 0, "count", "0" }, { 7, "count", "7" }, { 7.5, "count", "7.50" }, { 999, "count", "999" },
		{ 1000, "count", "1.00 k" }, { 2.5e6, "count", "2.50 M" }, { 3e9, "count", "3.00 G" },
		{ 1.5, "points", "1.5 points" }, { 1234567, "points", "1.23457e+06 points" },
		{ 0, "%", "0 %" }, { 2, "a\033b", "2 a\\x1bb" }, { 2, "\xc2\xb5s", "2 \xc2\xb5s" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_view_value(&out, cases[i].value, cases[i].unit);
		is_str(written(), cases[i].text, cases[i].text);
	}
	gitperf_view_value(&out, DBL_MAX, "ns");
	ok(strlen(written()) > 290, "the largest double has room");
	gitperf_view_value(&out, -DBL_MAX, "points");
	ok(is_safe(written()), "... the least");
}

static void test_changes(void)
{
	static const struct {
		double change;
		const char *text;
	} cases[] = {
		{ 0, "0.0%" }, { 0.0004, "0.0%" }, { -0.0004, "0.0%" }, { 0.0006, "+0.1%" },
		{ -0.0006, "-0.1%" }, { 0.012, "+1.2%" }, { -0.13, "-13.0%" }, { 0.999, "+99.9%" },
		{ 1, "+100.0%" }, { 1.99, "+199.0%" }, { 2, "x3.0" }, { 1.4e1, "x15.0" }, { -0.999, "-99.9%" },
		{ -1, "-100.0%" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_view__change(&out, cases[i].change);
		is_str(written(), cases[i].text, cases[i].text);
	}
}

static void test_judgement(void)
{
	is_int(gitperf_view__judge(GITPERF_BETTER_LOWER, -0.1), VIEW_GOOD, "less, where less is better");
	is_int(gitperf_view__judge(GITPERF_BETTER_LOWER, 0.1), VIEW_BAD, "... more");
	is_int(gitperf_view__judge(GITPERF_BETTER_HIGHER, -0.1), VIEW_BAD, "less, where more is better");
	is_int(gitperf_view__judge(GITPERF_BETTER_HIGHER, 0.1), VIEW_GOOD, "... more");
	is_int(gitperf_view__judge(GITPERF_BETTER_NONE, 9), VIEW_PLAIN, "where neither is");
	is_int(gitperf_view__judge(GITPERF_BETTER_LOWER, 0.019), VIEW_PLAIN, "too little to say");
}

static void test_intervals(void)
{
	gitperf_interval interval = { 1.2e6, 1.31e6, 0.96875 };

	gitperf_view__interval(&out, &interval, "ns");
	is_str(written(), "1.20 ms .. 1.31 ms", "an interval");
	interval.confidence = 0.9375;
	gitperf_view__interval(&out, &interval, "ns");
	is_str(written(), "1.20 ms .. 1.31 ms (94%)", "... of few samples");
	interval.confidence = 0;
	gitperf_view__interval(&out, &interval, "ns");
	is_str(written(), "", "... of one");
}

static const char *spark(const double *values, size_t n, size_t most)
{
	gitperf_point points[16];
	size_t i;

	memset(points, 0, sizeof(points));
	for (i = 0; i < n; i++)
		points[i].value = values[i];
	gitperf_view__spark(&out, points, n, most);
	return written();
}

static void test_sparks(void)
{
	static const double falling[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const double same[] = { 5, 5, 5 };
	static const double extreme[] = { -DBL_MAX, 0, DBL_MAX };
	static const double tiny[] = { 1e-300, 0 };

	/* newest first in the points, oldest first on the screen */
	is_str(spark(falling, 8, 8), "\xe2\x96\x88\xe2\x96\x87\xe2\x96\x86\xe2\x96\x85"
	       "\xe2\x96\x84\xe2\x96\x83\xe2\x96\x82\xe2\x96\x81", "eight levels");
	is_str(spark(falling, 8, 2), "\xe2\x96\x88\xe2\x96\x81", "... of the newest two");
	is_str(spark(same, 3, 8), "\xe2\x96\x84\xe2\x96\x84\xe2\x96\x84", "all the same");
	is_str(spark(same, 1, 8), "\xe2\x96\x84", "one");
	is_str(spark(same, 0, 8), "", "none");
	is_str(spark(tiny, 2, 8), "\xe2\x96\x81\xe2\x96\x88", "next to nothing");
	is_str(spark(extreme, 3, 8), "\xe2\x96\x88\xe2\x96\x84\xe2\x96\x81", "from one end to the other");
}

static void test_small(void)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;

	gitperf_view__date(&out, INT64_C(1000000000000000000));
	is_str(written(), "2001-09-09", "a date");
	is_int((int64_t)gitperf_view__width("gr\xc3\xbc\xc3\x9f"), 4, "characters, not bytes");
	is_int((int64_t)gitperf_view__width(""), 0, "... none");
	gitperf_view__colored(&out, &view, VIEW_BAD, "x");
	is_str(written(), "x", "no colour");
	view.color = 1;
	gitperf_view__colored(&out, &view, VIEW_BAD, "x");
	is_str(written(), "\033[31mx\033[m", "a colour");
	gitperf_view__colored(&out, &view, VIEW_PLAIN, "x");
	is_str(written(), "x", "... that is none");
}

/* --- Tables --------------------------------------------------------------- */

static void fill(struct view_table *t, const gitperf_view_options *view)
{
	gitperf_table_init(t, view, 3);
	gitperf_table_cell(t, VIEW_PLAIN, 0, "a");
	gitperf_table_cell(t, VIEW_BOLD, 1, "1");
	gitperf_table_cell(t, VIEW_PLAIN, 0, "a long subject of gr\xc3\xb6\xc3\x9f" "e");
	gitperf_table_note(t, "a note");
	gitperf_table_cell(t, VIEW_PLAIN, 0, "\xc3\xa9\xc3\xa9\xc3\xa9");
	gitperf_table_cell(t, VIEW_PLAIN, 1, "100");
	gitperf_table_cell(t, VIEW_PLAIN, 0, "");
}

static void test_tables(void)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct view_table t;

	fill(&t, &view);
	is_int(gitperf_table_print(&out, &t), 0, "print a table");
	is_str(written(), "a      1  a long subject of gr\xc3\xb6\xc3\x9f" "e\n"
	       "     a note\n\xc3\xa9\xc3\xa9\xc3\xa9  100\n", "... aligned");
	view.width = 32;
	fill(&t, &view);
	gitperf_table_print(&out, &t);
	is_str(written(), "a      1  a long subject of gr\xc3\xb6\xc3\x9f\n"
	       "     a note\n\xc3\xa9\xc3\xa9\xc3\xa9  100\n", "... cut at the edge");
	view.width = 1;
	fill(&t, &view);
	gitperf_table_print(&out, &t);
	is_str(written(), "a      1  a long sub\n     a note\n\xc3\xa9\xc3\xa9\xc3\xa9  100\n",
	       "... of a very narrow terminal");
	gitperf_table_init(&t, &view, 2);
	is_int(gitperf_table_print(&out, &t), 0, "an empty table");
	is_str(written(), "", "... is nothing");
}

/* --- JSON ----------------------------------------------------------------- */

static void test_printer(void)
{
	gitperf_printer p = { &out, 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_string(&p, "s", "a\"b\n\xe2\x82\xac");
	gitperf_print_string(&p, "null", NULL);
	gitperf_print_int(&p, "min", INT64_MIN);
	gitperf_print_int(&p, "max", INT64_MAX);
	gitperf_print_real(&p, "r", 0.1);
	gitperf_print_real(&p, "whole", 3);
	gitperf_print_real(&p, "nan", NAN);
	gitperf_print_real(&p, "inf", -INFINITY);
	gitperf_print_bool(&p, "yes", 2);
	gitperf_print_bool(&p, "no", 0);
	gitperf_print_key(&p, "list");
	gitperf_print_open(&p, '[');
	gitperf_print_open(&p, '{');
	gitperf_print_close(&p, '}');
	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "x", 0);
	gitperf_print_close(&p, '}');
	gitperf_print_close(&p, ']');
	gitperf_print_string(&p, "last", "");
	gitperf_print_close(&p, '}');
	is_str(written(), "{\"s\":\"a\\\"b\\n\xe2\x82\xac\",\"null\":null,"
	       "\"min\":-9223372036854775808,\"max\":9223372036854775807,\"r\":0.1,\"whole\":3,"
	       "\"nan\":null,\"inf\":null,\"yes\":true,\"no\":false,"
	       "\"list\":[{},{\"x\":0}],\"last\":\"\"}", "JSON, piece by piece");
}

static void test_printed_strings(void)
{
	static const char *const hostile[] = {
		"\xff", "a\xc0\x80", "\033[31m", "\xed\xa0\x80\n", "\x01\x7f", "\"\\/", "cut \xe2\x82"
	};
	struct arena arena = ARENA_INIT;
	struct json *root;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		gitperf_printer p = { &out, 0 };
		const char *text;

		gitperf_print_open(&p, '{');
		gitperf_print_string(&p, "key", hostile[i]);
		gitperf_print_close(&p, '}');
		text = written();
		is_ok(gitperf_json_parse(&root, &arena, text, strlen(text)), "whatever comes, it is JSON");
	}
	gitperf_arena_free(&arena);
}

/* --- A record, as hostile as one can be made ------------------------------ */

#define EVIL "\033[2J\n\xc2\x9b" "1m\xe2\x80\xae\xff"

static const gitperf_pair evil_pairs[] = { { EVIL "k", EVIL "v" } };
static const gitperf_number evil_samples[] = { { { 1000 }, 0 }, { { 3000 }, 0 } };
static const gitperf_metric evil_metrics[] = {
	{ EVIL "wall", "ns", GITPERF_BETTER_LOWER, evil_samples, 2, NULL },
	{ "x", EVIL "unit", GITPERF_BETTER_NONE, evil_samples, 1, NULL },
};
static const gitperf_benchmark evil_benchmarks[] = {
	{ EVIL "sort", evil_pairs, 1, EVIL "id", evil_pairs, 1, evil_metrics, 2,
	  GITPERF_STATUS_OK, NULL, NULL, 5, NULL },
	{ EVIL "crash", NULL, 0, NULL, NULL, 0, NULL, 0, GITPERF_STATUS_FAILED,
	  EVIL "why", EVIL "log", -1, NULL },
};

static void test_record(void)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_step step = { EVIL "step", GITPERF_STATUS_FAILED, EVIL "error", 7 };
	gitperf_record r = GITPERF_RECORD_INIT;
	const char *text;

	r.commit = "0123456789abcdef0123456789abcdef01234567";
	r.platform = "p";
	r.config = r.environment = evil_pairs;
	r.nconfig = r.nenvironment = 1;
	r.tool = r.error = r.log = r.suite = r.reason = r.job = EVIL "text";
	r.origin_format = EVIL "format";
	r.finished = INT64_C(1000000000000000000);
	r.steps = &step;
	r.nsteps = 1;
	r.benchmarks = evil_benchmarks;
	r.nbenchmarks = 2;
	is_int(gitperf_view_record(&out, &r, "89abcdef", &view), 0, "show a hostile record");
	text = written();
	ok(is_safe(text), "... is safe");
	ok(strstr(text, "\\x1b[2J") != NULL, "... and shows what it is");
	ok(strstr(text, "2001-09-09T01:46:40.000000000Z") && strstr(text, "2.00 us"), "... all of it");
}

static void test_benchmark(void)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_previous previous = { .commit = "0123456789abcdef", .distance = 3 };
	const char *text;

	is_int(gitperf_view_benchmark(&out, &evil_benchmarks[0], NULL, &view), 0, "a benchmark");
	text = written();
	ok(is_safe(text) && strstr(text, "not measured at an earlier commit\n"), "... the first of its kind");
	previous.point.value = 1600;
	gitperf_view_benchmark(&out, &evil_benchmarks[0], &previous, &view);
	text = written();
	ok(is_safe(text), "... and one with a past");
	if (!ok(strstr(text, "+25.0%") && strstr(text, "against 0123456789, 3 commits before (1.60 us)\n"),
		"... says how it changed"))
		printf("#   %s\n", text);
	previous.point.value = 0;
	gitperf_view_benchmark(&out, &evil_benchmarks[0], &previous, &view);
	text = written();
	ok(text[strlen(text) - 1] == '\n', "... of zero ends its line");
	gitperf_view_benchmark(&out, &evil_benchmarks[1], NULL, &view);
	text = written();
	ok(is_safe(text) && strstr(text, "failed") && strstr(text, "      | "), "a failed one says why");
}

/* --- Comparisons ---------------------------------------------------------- */

/*
 * Two runs of one benchmark of many samples, around a million and `centre`,
 * and of `others`, of which the second has failed. Keys are not hostile: no
 * record has such, and JSON and porcelain lines count on it.
 */
static gitperf_comparison *compare(double centre, const char *platform,
				   const gitperf_benchmark *others)
{
	static gitperf_number samples[2][20];
	static const gitperf_metric ours = { "wall", "ns", GITPERF_BETTER_LOWER, samples[0], 20, NULL };
	static const gitperf_metric theirs = { "wall", "ns", GITPERF_BETTER_LOWER, samples[1], 20, NULL };
	gitperf_benchmark benches[2][2];
	gitperf_record runs[2] = { GITPERF_RECORD_INIT, GITPERF_RECORD_INIT };
	gitperf_comparison *c = NULL;
	size_t i;

	for (i = 0; i < 20; i++) {
		samples[0][i] = gitperf_number_int(1000000 + (int64_t)i * 100);
		samples[1][i] = gitperf_number_int((int64_t)(centre + (double)i * 100));
	}
	benches[0][0] = (gitperf_benchmark){ .name = "sort", .metrics = &ours, .nmetrics = 1, .duration_ns = -1 };
	benches[1][0] = (gitperf_benchmark){ .name = "sort", .metrics = &theirs, .nmetrics = 1, .duration_ns = -1 };
	benches[0][1] = others[0];
	benches[1][1] = others[1];
	benches[1][1].name = benches[0][1].name;
	benches[1][1].params = benches[0][1].params;
	benches[1][1].nparams = benches[0][1].nparams;
	for (i = 0; i < 2; i++) {
		runs[i].commit = i ? "fedcba9876543210fedcba9876543210fedcba98" :
			"0123456789abcdef0123456789abcdef01234567";
		runs[i].platform = i ? platform : "p";
		runs[i].dirty = 1;
		runs[i].fingerprint = "0123456789abcdef";
		runs[i].benchmarks = benches[i];
		runs[i].nbenchmarks = 2;
	}
	is_ok(gitperf_compare_runs(&c, &runs[0], &runs[1], NULL), "two runs");
	return c;
}

static int has_line(const char *text, const char *start, const char *end)
{
	const char *line, *next;

	for (line = text; *line; line = next) {
		next = strchr(line, '\n') + 1;
		if (!strncmp(line, start, strlen(start)) && (size_t)(next - line) > strlen(end) &&
		    !strncmp(next - 1 - strlen(end), end, strlen(end)))
			return 1;
	}
	printf("#   no line '%s ... %s' in\n#   %s\n", start, end, text);
	return 0;
}

static size_t widest_line(const char *text)
{
	char line[256];
	size_t len, width, widest = 0;

	for (; *text; text += len + 1) {
		len = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		width = gitperf_view__width(line);
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void test_comparison(void)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_comparison *c = compare(1200000, "p", evil_benchmarks);
	const char *text;

	is_ok(gitperf_view_comparison(&out, c, &view), "a comparison");
	text = written();
	ok(is_safe(text), "... is safe");
	ok(has_line(text, "sort ", "  regression"), "... with a verdict");
	ok(strstr(text, "  +20.0%  +20.0% .. +20.0%  regression") != NULL, "... and an interval");
	ok(has_line(text, "benchmark ", "base     head  change  99% interval      verdict"), "... under headings");
	ok(has_line(text, "", "not comparable: failed in head"), "... a failure");
	ok(has_line(text, "* 1 of 1 run of base had uncommitted", "changes"), "... what to know of it");
	ok(has_line(text, "1 regression, 2 not", "comparable"), "... and a summary");
	for (view.width = 20; view.width <= 120; view.width += 20) {
		gitperf_view_comparison(&out, c, &view);
		text = written();
		ok(strstr(text, "not comparable:") && strstr(text, "regression") && !strstr(text, "…"),
		   "%u columns: no verdict is cut", view.width);
		ok(view.width < 80 || widest_line(text) <= view.width, "... and no line is longer");
	}
	view.width = 40;
	gitperf_view_comparison(&out, c, &view);
	text = written();
	ok(!strstr(text, "interval  ") && !strstr(text, ".. +") && strstr(text, "+20.0%\n    regression\n"),
	   "a narrow terminal has no room for intervals");
	view.color = 1;
	gitperf_view_comparison(&out, c, &view);
	ok(strstr(written(), "\033[31mregression\033[m") != NULL, "a regression is red");
	gitperf_comparison_free(c);
	view.color = 0;
	c = compare(1000000, "q", evil_benchmarks);
	gitperf_view_comparison(&out, c, &view);
	ok(has_line(written(), "not comparable: not measured here in head (3", "values in base)"),
	   "another platform is no row for each benchmark");
	gitperf_comparison_free(c);
}

static void test_comparison_for_programs(void)
{
	static const gitperf_number samples[] = { { { 7 }, 0 }, { { 8 }, 0 } };
	static const gitperf_metric metric = { "size", "bytes", GITPERF_BETTER_NONE, samples, 2, NULL };
	static const gitperf_benchmark plain_benchmarks[] = {
		{ .name = "pack", .metrics = &metric, .nmetrics = 1, .duration_ns = -1 },
		{ .name = "pack", .status = GITPERF_STATUS_FAILED, .error = EVIL "error", .duration_ns = -1 },
	};
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_comparison *c = compare(800000, "p", plain_benchmarks);
	struct arena arena = ARENA_INIT;
	struct json *root;
	const char *text, *p;
	size_t tabs = 0;

	view.format = GITPERF_FORMAT_JSON;
	is_ok(gitperf_view_comparison(&out, c, &view), "as JSON");
	text = written();
	ok(is_safe(text), "... is safe");
	is_ok(gitperf_json_parse(&root, &arena, text, strlen(text)), "... is JSON");
	ok(strstr(text, "\"verdict\":\"improvement\"") && strstr(text, "\"method\":\"pairs\""), "... with a verdict");
	ok(strstr(text, "\"obstacle\":\"failed\"") && strstr(text, "\"value\":null"), "... and an obstacle");
	gitperf_arena_free(&arena);
	view.format = GITPERF_FORMAT_PORCELAIN;
	is_ok(gitperf_view_comparison(&out, c, &view), "as porcelain");
	for (p = written(); *p && *p != '\n'; p++)
		tabs += *p == '\t';
	is_int((int64_t)tabs, 27, "... of 28 fields");
	gitperf_comparison_free(c);
}

int main(void)
{
	test_text();
	test_random_text();
	test_indented();
	test_pairs();
	test_values();
	test_changes();
	test_judgement();
	test_intervals();
	test_sparks();
	test_small();
	test_tables();
	test_printer();
	test_printed_strings();
	test_record();
	test_benchmark();
	test_comparison();
	test_comparison_for_programs();
	written();
	return done_testing();
}
