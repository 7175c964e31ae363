/*
 * u-base.c - lib/base: numbers, times, UTF-8, memory, errors, other programs
 *
 * JSON has a program of its own, u-json. Files are made in a folder of their
 * own; nothing sleeps, but for programs that are there to be killed.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/env.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/num.h"
#include "base/spawn.h"
#include "base/testenv.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define SECOND INT64_C(1000000000)
#define ESC "\033"

static char trash[] = "/tmp/u-base-XXXXXX";

/* xorshift64*, from a fixed seed: every run tries the same values. */
static uint64_t next_random(void)
{
	static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717);
}

/* --- Numbers -------------------------------------------------------------- */

static const struct number_case {
	const char *text, *canonical;
	int is_real;
} numbers[] = {
	{ "0", "0", 0 }, { "-0", "0", 0 }, { "0.0", "0", 0 }, { "-0.0", "0", 0 },
	{ "0e5", "0", 0 }, { "0E-999", "0", 0 }, { "0.00e+999", "0", 0 },
	{ "1", "1", 0 }, { "-1", "-1", 0 }, { "1e3", "1000", 0 },
	{ "1E+3", "1000", 0 }, { "2.0", "2", 0 }, { "10e-1", "1", 0 },
	{ "-1.50e2", "-150", 0 }, { "123456789e-3", "123456.789", 1 },
	/* plain digits are exact over all of 64 bits */
	{ "9223372036854775807", "9223372036854775807", 0 },
	{ "9223372036854775806", "9223372036854775806", 0 },
	{ "-9223372036854775808", "-9223372036854775808", 0 },
	{ "-9223372036854775807", "-9223372036854775807", 0 },
	{ "9007199254740993", "9007199254740993", 0 },
	{ "-9007199254740993", "-9007199254740993", 0 },
	/* anything else below 2^53; from there on doubles look like it */
	{ "9007199254740991.0", "9007199254740991", 0 },
	{ "-9007199254740.991e3", "-9007199254740991", 0 },
	{ "9007199254740992.0", "9.007199254740992e15", 1 },
	{ "-9007199254740992.0", "-9.007199254740992e15", 1 },
	{ "9007199254740993.0", "9.007199254740992e15", 1 },
	{ "9007199254740994.0", "9.007199254740994e15", 1 },
	{ "9007199254740990.5", "9007199254740990", 0 },
	{ "4503599627370495.5", "4503599627370495.5", 1 },
	{ "9223372036854775807.0", "9.223372036854776e18", 1 },
	{ "1e17", "1e17", 1 }, { "1e23", "1e23", 1 }, { "1e21", "1e21", 1 },
	{ "0.1", "0.1", 1 }, { "-2.5", "-2.5", 1 }, { "4.35", "4.35", 1 },
	{ "0.30000000000000004", "0.30000000000000004", 1 },
	{ "0.0001", "0.0001", 1 }, { "0.00001", "1e-5", 1 },
	{ "1e-7", "1e-7", 1 }, { "1.5E-07", "1.5e-7", 1 },
	{ "3.141592653589793238462643383279", "3.141592653589793", 1 },
	{ "5e-324", "5e-324", 1 }, { "4.9406564584124654e-324", "5e-324", 1 },
	{ "2.2250738585072014e-308", "2.2250738585072014e-308", 1 },
	{ "2.2250738585072011e-308", "2.225073858507201e-308", 1 },
	{ "1.7976931348623157e308", "1.7976931348623157e308", 1 },
	{ "-1.7976931348623157e308", "-1.7976931348623157e308", 1 },
};

static void check_number(const struct number_case *c)
{
	char text[NUM_TEXT_MAX], again[NUM_TEXT_MAX];
	gitperf_number n;

	if (!is_ok(gitperf_num_parse(&n, c->text, strlen(c->text)), c->text))
		return;
	gitperf_num_format(text, n);
	is_str(text, c->canonical, "... as text");
	is_int(n.is_real, c->is_real, "... real or integer");
	gitperf_num_parse(&n, text, strlen(text));
	gitperf_num_format(again, n);
	is_str(again, text, "... which is stable");
}

static void test_numbers(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		check_number(&numbers[i]);
	is_double(gitperf_number_value(gitperf_number_int(-3)), -3, "value of an integer");
	is_double(gitperf_number_value(gitperf_num_from_double(0.5)), 0.5, "value of a double");
	is_int(gitperf_number_int(INT64_MIN).as.integer, INT64_MIN, "the least integer");
}

static void test_numbers_refused(void)
{
	static const char *const bad[][2] = {
		{ "9223372036854775808", "does not fit into 64 bits" },
		{ "-9223372036854775809", "does not fit into 64 bits" },
		{ "18446744073709551615", "does not fit into 64 bits" },
		{ "100000000000000000000000000000000000000000", "does not fit" },
		{ "1e309", "too large" }, { "-1e309", "too large" },
		{ "1e999", "too large" }, { "1.7976931348623159e308", "too large" },
		{ "1e999999999999999999999", "too large" },
		{ "1e-999", "too small" }, { "-1e-999", "too small" },
		{ "2e-324", "too small" }, { "0.0001e-999", "too small" },
	};
	char digits[600];
	gitperf_number n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_num_parse(&n, bad[i][0], strlen(bad[i][0])),
		       GITPERF_EFORMAT, bad[i][0]);
		ok(strstr(gitperf_error_message(), bad[i][1]) != NULL, "... %s", bad[i][1]);
	}
	memset(digits, '1', sizeof(digits));
	is_err(gitperf_num_parse(&n, digits, sizeof(digits)), GITPERF_EFORMAT, "600 digits");
	memset(digits, '0', sizeof(digits));
	digits[1] = '.';
	digits[500] = '5';
	is_err(gitperf_num_parse(&n, digits, 501), GITPERF_EFORMAT, "0.(498 zeros)5");
}

/* Nothing may turn into another integer without anybody noticing. */
static void test_numbers_near_two_to_53(void)
{
	static const char *const odd[] = {
		"9007199254740993.0", "-9007199254740993.0", "9007199254740993e0",
		"9007199254740992.4", "9007199254740993.00"
	};
	gitperf_number n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odd); i++)
		ok(gitperf_num_parse(&n, odd[i], strlen(odd[i])) < 0 || n.is_real,
		   "%s becomes no other integer", odd[i]);
}

static double random_double(void)
{
	uint64_t bits;
	double value;

	do {
		bits = next_random();
		memcpy(&value, &bits, sizeof(value));
	} while (!isfinite(value));
	return value;
}

/* The number of significant digits in a canonical text */
static int count_digits(const char *text)
{
	const char *end = text + strcspn(text, "e"), *p;
	int n = 0, zeros = 0;

	for (p = text; p < end; p++) {
		if (*p < '0' || *p > '9' || (*p == '0' && !n))
			continue;
		n++;
		zeros = *p == '0' && !memchr(text, '.', (size_t)(end - text)) ? zeros + 1 : 0;
	}
	return n - zeros;
}

/* Each reads back as itself, and a digit less would not. */
static const char *round_trip_problem(double value)
{
	gitperf_number number = gitperf_num_from_double(value), again;
	char text[NUM_TEXT_MAX], shorter[64];
	int digits;

	gitperf_num_format(text, number);
	if (gitperf_num_parse(&again, text, strlen(text)) < 0)
		return "is refused";
	if (fabs(gitperf_number_value(again) - value) > 0)
		return "reads back as another";
	if (!again.is_real != !number.is_real)
		return "reads back as another type";
	digits = count_digits(text);
	if (!number.is_real || digits <= 1)
		return NULL;
	snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, value);
	return fabs(strtod(shorter, NULL) - value) > 0 ? NULL : "is not the shortest";
}

static void check_round_trips(const char *what, double (*next)(void), size_t count)
{
	size_t bad = 0, i;

	for (i = 0; i < count; i++) {
		double value = next();
		const char *problem = round_trip_problem(value);

		if (problem && bad++ < 5)
			printf("#   %.17g %s\n", value, problem);
	}
	is_int((int64_t)bad, 0, what);
}

static double random_decimal(void)
{
	/* what people measure: up to nine digits, up to six behind the point */
	return (double)(next_random() % 1000000000) / pow(10, (double)(next_random() % 7));
}

static double random_large(void)
{
	return (double)(next_random() >> (next_random() % 12)) * 2;
}

static void test_round_trips(void)
{
	check_round_trips("100,000 random doubles", random_double, 100000);
	check_round_trips("20,000 decimals", random_decimal, 20000);
	check_round_trips("20,000 large integral doubles", random_large, 20000);
}

/* A locale with a decimal comma: one that is there, else one made here */
static int set_comma_locale(void)
{
	static const char *const names[] = {
		"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "comma"
	};
	static const char source[] =
		"LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\n"
		"grouping 3;3\nEND LC_NUMERIC\n";
	const char *const argv[] = {
		"localedef", "-c", "-i", "comma.src", "-f", "UTF-8", "./comma", NULL
	};
	struct spawn localedef = { .argv = argv, .timeout_ms = 20000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], "comma") &&
		    (gitperf_buf_write_file("comma.src", source, strlen(source), 0) < 0 ||
		     gitperf_spawn(&localedef) < 0 || setenv("LOCPATH", trash, 1) < 0))
			break;
		if (setlocale(LC_ALL, names[i]) && !strcmp(localeconv()->decimal_point, ","))
			return 1;
		if (setlocale(LC_NUMERIC, names[i]) && !strcmp(localeconv()->decimal_point, ","))
			return 1;
	}
	return 0;
}

static void test_comma_locale(void)
{
	char text[64];
	size_t i;

	if (!set_comma_locale()) {
		skip("no locale with a decimal comma");
	} else {
		snprintf(text, sizeof(text), "%.1f", 1.5);
		is_str(text, "1,5", "printf writes a comma now");
		for (i = 0; i < ARRAY_SIZE(numbers); i++)
			check_number(&numbers[i]);
		is_int(setlocale(LC_NUMERIC, NULL) != NULL &&
		       !strcmp(localeconv()->decimal_point, ","), 1, "the locale is left alone");
	}
	setlocale(LC_ALL, "C");
	unsetenv("LOCPATH");
}

/* --- Times ---------------------------------------------------------------- */

static void test_times(void)
{
	static const char *const good[][2] = {
		{ "2026-04-20T21:35:08Z", "2026-04-20T21:35:08.000000000Z" },
		{ "2026-04-20T23:35:08.5+02:00", "2026-04-20T21:35:08.500000000Z" },
		{ "2026-04-20t21:35:08z", "2026-04-20T21:35:08.000000000Z" },
		{ "2026-04-20 21:35:08Z", "2026-04-20T21:35:08.000000000Z" },
		{ "2026-04-20T21:35:08-00:00", "2026-04-20T21:35:08.000000000Z" },
		{ "2026-04-20T21:35:08.123456789Z", "2026-04-20T21:35:08.123456789Z" },
		{ "2026-04-20T21:35:08.000000001Z", "2026-04-20T21:35:08.000000001Z" },
		{ "2025-12-31T23:30:00-00:45", "2026-01-01T00:15:00.000000000Z" },
		{ "2026-01-01T00:15:00+23:59", "2025-12-31T00:16:00.000000000Z" },
		{ "2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000000000Z" },
		{ "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000000Z" },
		{ "2024-02-29T23:59:59-01:00", "2024-03-01T00:59:59.000000000Z" },
		{ "2100-03-01T00:00:00+00:01", "2100-02-28T23:59:00.000000000Z" },
		{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z" },
		{ "1970-01-01T05:30:00.25+05:30", "1970-01-01T00:00:00.250000000Z" },
		{ "2262-04-11T23:47:15.999999999Z", "2262-04-11T23:47:15.999999999Z" },
	};
	char text[GITPERF_TIME_SIZE];
	gitperf_time t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		is_ok(gitperf_time_parse(&t, good[i][0]), good[i][0]);
		gitperf_time_format(text, t);
		is_str(text, good[i][1], "... in the one form");
	}
	is_ok(gitperf_time_parse(&t, "2001-09-09T01:46:40Z"), "a billion seconds");
	is_int(t, INT64_C(1000000000) * SECOND, "... in nanoseconds");
	gitperf_time_format(text, INT64_MAX);
	is_str(text, "2262-04-11T23:47:16.854775807Z", "the last nanosecond");
	gitperf_time_format(text, -1);
	is_str(text, "1970-01-01T00:00:00.000000000Z", "nothing is before 1970");
}

static void test_times_refused(void)
{
	static const char *const bad[] = {
		"", "now", "2026", "2026-04-20", "2026-04-20T21:35Z",
		"2026-04-20T21:35:08", "2026-04-20T21:35:08 ", "20260420T213508Z",
		"2026-04-20T21:35:08Z ", " 2026-04-20T21:35:08Z",
		"2026-04-20T21:35:08Zulu", "2026-04-20T21:35:08UTC",
		"2026-04-20T21:35:08+2:00", "2026-04-20T21:35:08+0200",
		"2026-04-20T21:35:08+24:00", "2026-04-20T21:35:08+02:60",
		"2026-04-20T21:35:08+02", "2026-04-20T21:35:08.Z",
		"2026-04-20T21:35:08,5Z", "2026-04-20T21:35:08.1234567890Z",
		"2026-04-20T24:00:00Z", "2026-04-20T21:60:00Z", "2026-04-20T23:59:60Z",
		"2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-32T00:00:00Z", "26-04-20T21:35:08Z", "+2026-04-20T21:35:08Z",
		"02026-04-20T21:35:08Z", "2026-4-20T21:35:08Z", "2026/04/20T21:35:08Z",
		"2026-04-20_21:35:08Z", "2026-04-20T21:35:-8Z", "2026-04-20T21: 5:08Z",
		"1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z"
	};
	static const char *const outside[] = {
		"1970-01-01T00:00:00+00:01", "2262-04-11T23:47:16Z",
		"2262-04-12T00:00:00Z", "2262-04-11T23:47:15-00:01",
		"9999-12-31T23:59:59Z"
	};
	gitperf_time t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_time_parse(&t, bad[i]), GITPERF_EINVALID, bad[i]);
		ok(strstr(gitperf_error_message(), "is not a time") != NULL, "... says so");
	}
	for (i = 0; i < ARRAY_SIZE(outside); i++) {
		is_err(gitperf_time_parse(&t, outside[i]), GITPERF_EINVALID, outside[i]);
		ok(strstr(gitperf_error_message(), "out of range") != NULL, "... is out of range");
		ok(gitperf_error_hint() != NULL, "... with a hint");
	}
}

static void test_since(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} ago[] = {
		{ "30d", 30 * 86400 }, { "2 weeks ago", 14 * 86400 }, { "2w", 14 * 86400 },
		{ "1 day", 86400 }, { "1.day.ago", 86400 }, { "90m", 5400 }, { "3 months", 90 * 86400 },
		{ "12 hours", 12 * 3600 }, { "0s", 0 }, { "1y", 365 * 86400 }, { "45minutes ago", 2700 }
	};
	static const char *const bad[] = {
		"", "d", "30", "30x", "30 d ago then", "30dago", "-1d", "1 d a", "2 weekss", "1234567d",
		"2026-02-30", "2026-4-20", "2026-04-20T21:35", "yesterday", "ago", "1 da", "9999-12-31"
	};
	gitperf_time t, want;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ago); i++) {
		is_ok(gitperf_time_since(&t, ago[i].text), ago[i].text);
		want = gitperf_time_now() - ago[i].seconds * SECOND;
		ok(t <= want && t > want - 60 * SECOND, "... as long ago as it says");
	}
	is_ok(gitperf_time_since(&t, "999999y"), "before there were computers");
	is_int(t, 0, "... is ever since");
	is_ok(gitperf_time_since(&t, "2001-09-09"), "a date");
	is_int(t, INT64_C(999993600) * SECOND, "... is when it begins");
	is_ok(gitperf_time_since(&t, "2001-09-09T01:46:40Z"), "a time");
	is_int(t, INT64_C(1000000000) * SECOND, "... is that");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_time_since(&t, bad[i]), GITPERF_EINVALID, bad[i]);
		ok(gitperf_error_hint() != NULL, "... with a hint");
	}
}

/* Every day that can be stored, against the C library */
static void test_every_day(void)
{
	size_t bad = 0;
	int64_t day;

	for (day = 0; day * 86400 < INT64_MAX / SECOND - 86400; day++) {
		time_t seconds = (time_t)(day * 86400 + (int64_t)(next_random() % 86400));
		gitperf_time t = (int64_t)seconds * SECOND + (int64_t)(next_random() % SECOND), back;
		char text[GITPERF_TIME_SIZE], want[32];
		struct tm tm;

		gmtime_r(&seconds, &tm);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.", &tm);
		gitperf_time_format(text, t);
		bad += strncmp(text, want, strlen(want)) || strlen(text) != GITPERF_TIME_SIZE - 1 ||
		       gitperf_time_parse(&back, text) < 0 || back != t;
	}
	is_int((int64_t)bad, 0, "every day from 1970 to 2262, there and back");
}

static void test_clock(void)
{
	struct backoff backoff;
	char text[GITPERF_TIME_SIZE];
	int64_t start, pauses = 0;

	ok(gitperf_time_now() > INT64_C(1700000000) * SECOND, "now is after 2023");
	start = gitperf_clock_ns();
	ok(gitperf_clock_ns() >= start, "the monotonic clock does not go back");
	setenv("GIT_PERF_TEST_CLOCK", "1000000000", 1);
	gitperf_time_format(text, gitperf_time_now());
	is_str(text, "2001-09-09T01:46:40.000000000Z", "a test's clock");
	is_int(gitperf_time_now(), gitperf_time_now(), "... stands still");
	start = gitperf_clock_ns();
	gitperf_clock_pause(3 * SECOND);
	is_int(gitperf_clock_ns() - start, 3 * SECOND, "... but for pauses");
	is_int(gitperf_time_now(), 1000000003 * SECOND, "... which move both clocks");
	gitperf_backoff_init(&backoff, gitperf_clock_ns() + 10 * SECOND, SECOND / 1000, SECOND);
	start = gitperf_clock_ns();
	while (pauses < 10000 && gitperf_backoff_wait(&backoff))
		pauses++;
	is_int(gitperf_clock_ns() - start, 10 * SECOND, "backing off ends at the deadline");
	ok(pauses >= 10 && pauses < 200, "... after some pauses (%d)", (int)pauses);
	is_int(gitperf_backoff_wait(&backoff), 0, "... and not once more");
	unsetenv("GIT_PERF_TEST_CLOCK");
}

/* --- UTF-8 ---------------------------------------------------------------- */

static void test_utf8_classes(void)
{
	static const struct {
		const char *what, *bytes;
		size_t valid;       /* how many bytes are */
	} cases[] = {
		{ "nothing", "", 0 },
		{ "ASCII", "abc", 3 },
		{ "least and most of two bytes", "\xc2\x80\xdf\xbf", 4 },
		{ "least and most of three bytes", "\xe0\xa0\x80\xef\xbf\xbf", 6 },
		{ "around the surrogates", "\xed\x9f\xbf\xee\x80\x80", 6 },
		{ "least and most of four bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8 },
		{ "a continuation alone", "a\x80", 1 },
		{ "the last continuation alone", "a\xbf", 1 },
		{ "overlong NUL", "a\xc0\x80", 1 },
		{ "overlong slash", "a\xc0\xaf", 1 },
		{ "overlong in two, the last", "a\xc1\xbf", 1 },
		{ "overlong in three", "a\xe0\x80\xaf", 1 },
		{ "overlong in three, the last", "a\xe0\x9f\xbf", 1 },
		{ "overlong in four", "a\xf0\x80\x80\xaf", 1 },
		{ "overlong in four, the last", "a\xf0\x8f\xbf\xbf", 1 },
		{ "the first surrogate", "a\xed\xa0\x80", 1 },
		{ "the last surrogate", "a\xed\xbf\xbf", 1 },
		{ "a surrogate pair", "a\xed\xa0\xbd\xed\xb8\x80", 1 },
		{ "U+110000", "a\xf4\x90\x80\x80", 1 },
		{ "a lead of above U+10FFFF", "a\xf5\x80\x80\x80", 1 },
		{ "five bytes", "a\xf8\x88\x80\x80\x80", 1 },
		{ "six bytes", "a\xfc\x84\x80\x80\x80\x80", 1 },
		{ "FE", "a\xfe", 1 }, { "FF", "a\xff", 1 },
		{ "two bytes, cut", "a\xc3", 1 }, { "two bytes, broken off", "a\xc3z", 1 },
		{ "three bytes, cut after one", "a\xe2", 1 },
		{ "three bytes, cut after two", "a\xe2\x82", 1 },
		{ "three bytes, broken off", "a\xe2\x82z", 1 },
		{ "four bytes, cut after one", "a\xf0", 1 },
		{ "four bytes, cut after two", "a\xf0\x9f", 1 },
		{ "four bytes, cut after three", "a\xf0\x9f\x98", 1 },
		{ "four bytes, broken off", "a\xf0\x9f\x98z", 1 },
	};
	char *text = malloc(64);
	size_t i, pad;
	int good;

	for (i = 0; text && i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].bytes);

		/* the check strides: try every offset, and more behind */
		for (good = 1, pad = 0; pad < 20; pad++) {
			memset(text, 'x', 64);
			memcpy(text + pad, cases[i].bytes, len);
			good &= gitperf_utf8_check(text, pad + len) == pad + cases[i].valid;
			if (cases[i].valid < len)
				good &= gitperf_utf8_check(text, 64) == pad + cases[i].valid;
		}
		ok(good, "%s", cases[i].what);
	}
	free(text);
	is_int((int64_t)gitperf_utf8_check("a\0b", 3), 3, "NUL is a character");
}

static size_t encode(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 63));
		out[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 63));
	out[2] = (char)(0x80 | (cp >> 6 & 63));
	out[3] = (char)(0x80 | (cp & 63));
	return 4;
}

static void test_utf8_code_points(void)
{
	uint32_t cp;
	size_t bad = 0, i;
	char bytes[5];

	for (cp = 0; cp < 0x1fffff; cp += cp < 0x120000 ? 1 : 4093) {
		size_t len = encode(bytes, cp);
		int valid = cp <= 0x10ffff && !(cp >= 0xd800 && cp <= 0xdfff);

		bad += (gitperf_utf8_check(bytes, len) == len) != valid;
		for (i = 1; i < len; i++)
			bad += gitperf_utf8_check(bytes, i) != 0;
	}
	is_int((int64_t)bad, 0, "every code point, and every one cut short");
}

/* --- Memory --------------------------------------------------------------- */

static void test_arena(void)
{
	struct arena arena = ARENA_INIT;
	unsigned char *small[200], *large;
	size_t i, j, bad = 0;

	for (i = 0; i < ARRAY_SIZE(small); i++) {
		small[i] = gitperf_arena_alloc(&arena, i);
		bad += !small[i] || (uintptr_t)small[i] % _Alignof(max_align_t);
		for (j = 0; j < i; j++)
			bad += small[i][j] != 0;
		memset(small[i], (int)i, i);
	}
	for (i = 0; i < ARRAY_SIZE(small); i++)
		for (j = 0; j < i; j++)
			bad += small[i][j] != i;
	is_int((int64_t)bad, 0, "zeroed, aligned, apart");
	large = gitperf_arena_array(&arena, 3, 1u << 20);
	ok(large && !large[(3u << 20) - 1], "larger than any block");
	is_str(gitperf_arena_strdup(&arena, "text"), "text", "a copy of text");
	ok(!memcmp(gitperf_arena_copy(&arena, "a\0b", 3), "a\0b", 4), "a copy of bytes, with a NUL behind");
	is_str(gitperf_arena_copy(&arena, NULL, 0), "", "a copy of nothing");
	ok(gitperf_arena_array(&arena, 0, 8) != NULL, "an empty array is one");
	is_ok(gitperf_arena_check(&arena), "nothing has failed");
	gitperf_arena_free(&arena);
	ok(gitperf_arena_alloc(&arena, 1) != NULL, "may be used again once freed");
	gitperf_arena_free(&arena);
}

static void test_arena_failure(void)
{
	static const struct { size_t n, size; } bad[] = {
		{ SIZE_MAX, 1 }, { SIZE_MAX / 8, 16 }, { 3, SIZE_MAX / 2 }, { SIZE_MAX, SIZE_MAX }
	};
	struct arena arena = ARENA_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ok(!gitperf_arena_array(&arena, bad[i].n, bad[i].size), "too large an array");
		ok(!gitperf_arena_alloc(&arena, 1), "... and nothing after it");
		is_err(gitperf_arena_check(&arena), GITPERF_ENOMEM, "... is remembered");
		gitperf_arena_free(&arena);
		is_ok(gitperf_arena_check(&arena), "... until it is freed");
	}
	ok(!gitperf_arena_copy(&arena, "", SIZE_MAX), "too large a copy");
	gitperf_arena_free(&arena);
	is_ok(gitperf_arena_check(&arena), "... until it is freed");
}

static void test_buffer(void)
{
	gitperf_buffer buf = GITPERF_BUFFER_INIT;
	size_t i;

	is_str(buf.ptr, "", "an empty buffer is text");
	gitperf_buf_addc(&buf, 'a');
	gitperf_buf_adds(&buf, "bc");
	gitperf_buf_add(&buf, "d\0e", 3);
	gitperf_buf_addf(&buf, "%d%s", 42, "!");
	is_int((int64_t)buf.len, 9, "nine bytes");
	ok(!memcmp(buf.ptr, "abcd\0e42!", 10), "... with a NUL behind");
	gitperf_buf_truncate(&buf, 20);
	is_int((int64_t)buf.len, 9, "cutting does not grow");
	gitperf_buf_truncate(&buf, 2);
	is_str(buf.ptr, "ab", "cut");
	gitperf_buf_add(&buf, NULL, 0);
	gitperf_buf_adds(&buf, "");
	gitperf_buf_addf(&buf, "%s", "");
	is_str(buf.ptr, "ab", "adding nothing");
	for (i = 0; i < 100000; i++)
		gitperf_buf_addc(&buf, (char)('0' + i % 10));
	is_int((int64_t)buf.len, 100002, "byte by byte");
	ok(buf.ptr[100001] == '9' && !buf.ptr[100002], "... to the last");
	gitperf_buf_addf(&buf, "%0*d", 70000, 7);
	is_int((int64_t)buf.len, 170002, "a long text at once");
	is_ok(gitperf_buf_check(&buf), "nothing has failed");
	gitperf_buffer_dispose(&buf);
	is_str(buf.ptr, "", "empty again");
	gitperf_buffer_dispose(&buf);
	is_int((int64_t)buf.len, 0, "disposed twice");
}

static void test_buffer_failure(void)
{
	gitperf_buffer buf = GITPERF_BUFFER_INIT;

	gitperf_buf_adds(&buf, "kept");
	ok(!gitperf_buf_reserve(&buf, SIZE_MAX - 2), "no room for all there is");
	gitperf_buf_adds(&buf, "more");
	gitperf_buf_addf(&buf, "%d", 1);
	is_str(buf.ptr, "kept", "nothing is added after a failure");
	is_err(gitperf_buf_check(&buf), GITPERF_ENOMEM, "... which is remembered");
	gitperf_buffer_dispose(&buf);
	is_ok(gitperf_buf_check(&buf), "... until disposal");
	ok(gitperf_buf_reserve(&buf, 0) && buf.ptr[0] == '\0', "room for nothing");
	gitperf_buffer_dispose(&buf);
}

static void test_files(void)
{
	gitperf_buffer buf = GITPERF_BUFFER_INIT;
	struct stat st;

	is_ok(gitperf_buf_write_file("file", "a\0b\n", 4, 1), "write a file");
	is_ok(gitperf_buf_read_file(&buf, "file", 4), "read it, at the limit");
	ok(buf.len == 4 && !memcmp(buf.ptr, "a\0b\n", 5), "... as it was");
	gitperf_buf_truncate(&buf, 0);
	is_ok(gitperf_buf_write_file("file", "new", 3, 0), "write it anew");
	is_ok(gitperf_buf_read_file(&buf, "file", 100), "read it anew");
	is_str(buf.ptr, "new", "... as it is");
	ok(!stat("file", &st) && (st.st_mode & 07777) == 0644, "everybody may read it");
	gitperf_buffer_dispose(&buf);
	is_err(gitperf_buf_read_file(&buf, "file", 2), GITPERF_EFORMAT, "larger than the limit");
	is_err(gitperf_buf_read_file(&buf, "none", 2), GITPERF_ENOTFOUND, "no such file");
	is_err(gitperf_buf_read_file(&buf, ".", 2), GITPERF_EINVALID, "a folder");
	ok(!mkfifo("fifo", 0600), "(a named pipe)");
	is_err(gitperf_buf_read_file(&buf, "fifo", 2), GITPERF_EINVALID, "... does not hang");
	is_err(gitperf_buf_read_file(&buf, "/dev/zero", 2), GITPERF_EINVALID, "a device");
	is_err(gitperf_buf_write_file("no/file", "", 0, 0), GITPERF_ENOTFOUND, "no such folder");
	is_ok(gitperf_buf_write_file("empty", "", 0, 0), "an empty file");
	is_ok(gitperf_buf_read_file(&buf, "empty", 0), "... with an empty limit");
	is_int((int64_t)buf.len, 0, "... is empty");
	gitperf_buffer_dispose(&buf);
	ok(!mkdir("dir", 0700), "(a folder)");
	ok(gitperf_buf_write_file("dir", "", 0, 0) < 0, "a folder is not replaced");
	is_int(rmdir("dir") | unlink("file") | unlink("empty") | unlink("fifo"), 0, "(clean up)");
}

static void test_map(void)
{
	struct map map = { 0 };
	size_t i, bad = 0, *value;
	char key[32];

	ok(!gitperf_map_get(&map, "a", 1), "nothing in an empty map");
	is_ok(gitperf_map_put(&map, "", 0, 7), "the empty key");
	is_ok(gitperf_map_put(&map, "a\0b", 3, 8), "a key with NUL");
	is_ok(gitperf_map_put(&map, "a", 1, 9), "... and its beginning");
	for (i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "key %zu", i);
		bad += gitperf_map_put(&map, key, strlen(key), i) < 0;
	}
	memset(key, 0, sizeof(key));
	for (i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "key %zu", i);
		value = gitperf_map_get(&map, key, strlen(key));
		bad += !value || *value != i;
		bad += gitperf_map_get(&map, key, strlen(key) + 1) != NULL;
	}
	is_int((int64_t)bad, 0, "100,000 keys, and none that is not there");
	value = gitperf_map_get(&map, "", 0);
	ok(value && *value == 7, "the empty key is still there");
	value = gitperf_map_get(&map, "a\0b", 3);
	ok(value && *value == 8, "NUL is a byte of a key");
	value = gitperf_map_get(&map, "a", 1);
	ok(value && *value == 9, "... not its end");
	if (value)
		*value = 10;
	value = gitperf_map_get(&map, "a", 1);
	ok(value && *value == 10, "values may be changed");
	gitperf_map_free(&map);
	ok(!gitperf_map_get(&map, "a", 1), "empty once freed");
	is_ok(gitperf_map_put(&map, "a", 1, 1), "... and to be used again");
	gitperf_map_free(&map);
}

/* --- Errors --------------------------------------------------------------- */

static void test_errors(void)
{
	is_int(gitperf_fail(GITPERF_EBUSY, "%s is %d", "it", 3), GITPERF_EBUSY, "an error is its code");
	is_str(gitperf_error_message(), "it is 3", "... and a message");
	is_str(gitperf_error_hint(), NULL, "... without a hint");
	is_int(gitperf_hint(GITPERF_EBUSY, "do %s", "that"), GITPERF_EBUSY, "a hint keeps the code");
	is_str(gitperf_error_hint(), "do that", "... and says what to do");
	is_int(gitperf_blame(GITPERF_EBUSY, "file '%s'", "x"), GITPERF_EBUSY, "blame keeps the code");
	is_str(gitperf_error_message(), "file 'x': it is 3", "... says where");
	is_str(gitperf_error_hint(), "do that", "... and keeps the hint");
	gitperf_fail(GITPERF_EIO, "another");
	is_str(gitperf_error_hint(), NULL, "the next error clears the hint");
	gitperf_fail(GITPERF_EIO, "again: %s", gitperf_error_message());
	is_str(gitperf_error_message(), "again: another", "a message may quote the last one");
	gitperf_hint(GITPERF_EIO, "%s!", gitperf_error_message());
	is_str(gitperf_error_hint(), "again: another!", "... and so may a hint");
	errno = ENOENT;
	is_int(gitperf_fail_errno("cannot open '%s'", "x"), GITPERF_ENOTFOUND, "errno makes a code");
	is_str(gitperf_error_message(), "cannot open 'x': No such file or directory", "... and text");
	errno = EACCES;
	is_int(gitperf_fail_errno("x"), GITPERF_EDENIED, "EACCES");
	errno = EROFS;
	is_int(gitperf_fail_errno("x"), GITPERF_EDENIED, "EROFS");
	errno = EEXIST;
	is_int(gitperf_fail_errno("x"), GITPERF_EEXISTS, "EEXIST");
	errno = EIO;
	is_int(gitperf_fail_errno("x"), GITPERF_EIO, "EIO");
	errno = ENOSPC;
	is_int(gitperf_fail_errno("x"), GITPERF_EIO, "ENOSPC");
	ok(gitperf_error_hint() != NULL, "... says what to do");
	is_int(gitperf_fail_oom(), GITPERF_ENOMEM, "out of memory");
	is_str(gitperf_error_message(), "out of memory", "... says so");
}

static void test_hint_words(void)
{
	static const char *const refused[] = {
		"", "-x", "=ls", "a b", "o;x", "$(x)", "`x`", "a'b", "a\nb", "~root", "*", "\xc3\xa9"
	};
	const char *url = "ssh://me@host:22/a_b-c.git";
	size_t i;

	ok(gitperf_hint_word(url, NULL) == url, "a URL is a word for any shell");
	for (i = 0; i < ARRAY_SIZE(refused); i++)
		ok(gitperf_hint_word(refused[i], NULL) == NULL, "'%s' is none", refused[i]);
}

static void test_lines(void)
{
	const char *text = "one\n\nthree";

	text = gitperf_next_line(text);
	is_str(text, "\nthree", "the second line is empty");
	text = gitperf_next_line(text);
	is_str(text, "three", "the third is the last");
	is_str(gitperf_next_line(text), "", "behind which there is none");
	is_str(gitperf_next_line(""), "", "nor in nothing");
}

static void test_error_names(void)
{
	static const char *const names[] = {
		"OK", "ENOTFOUND", "EEXISTS", "EINVALID", "EFORMAT", "ERACE",
		"EBUSY", "EDENIED", "ENET", "ENOMEM", "EIO", "unknown"
	};
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(names); i++)
		is_str(gitperf_error_name(-i), names[i], names[i]);
	is_str(gitperf_error_name(1), "unknown", "a positive code");
	is_str(gitperf_error_name(INT32_MIN), "unknown", "the least code");
}

/* Messages quote hostile names, and end up on terminals. */
static int is_printable(const char *text)
{
	const char *p;

	if (gitperf_utf8_check(text, strlen(text)) != strlen(text))
		return 0;
	for (p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f ||
		    (*p == '\xc2' && (unsigned char)p[1] < 0xa0))
			return 0;
	return 1;
}

static void test_error_text(void)
{
	static const char *const hostile[] = {
		ESC "[31mred", "two\nlines", "\r\b\t\x7f\x01", "\xc2\x9b[31m", "\xff\xfe",
		"\xc0\x9b", "cut \xe2\x82", "\xed\xa0\x80"
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;

	gitperf_fail(GITPERF_EINVALID, "name 'a%sb' is bad", ESC "\n\x7f");
	is_str(gitperf_error_message(), "name 'a???b' is bad", "control characters are replaced");
	gitperf_hint(GITPERF_EINVALID, "no\ttabs");
	is_str(gitperf_error_hint(), "no?tabs", "... in hints, too");
	gitperf_blame(GITPERF_EINVALID, "a\nb");
	is_str(gitperf_error_message(), "a?b: name 'a???b' is bad", "... and in prefixes");
	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		gitperf_fail(GITPERF_EINVALID, "name '%s'", hostile[i]);
		ok(is_printable(gitperf_error_message()), "a message is safe to print");
		gitperf_hint(GITPERF_EINVALID, "name '%s'", hostile[i]);
		ok(is_printable(gitperf_error_hint()), "... a hint is");
		gitperf_blame(GITPERF_EINVALID, "in '%s'", hostile[i]);
		ok(is_printable(gitperf_error_message()), "... and a prefix");
	}
	gitperf_fail(GITPERF_EINVALID, "'%.4s'", "\xe2\x82\xac\xe2\x82\xac");
	ok(is_printable(gitperf_error_message()), "a character cut by a precision");
	gitperf_fail(GITPERF_EINVALID, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac");
	is_str(gitperf_error_message(), "gr\xc3\xbc\xc3\x9f \xe2\x82\xac", "other text stays");
	for (i = 0; i < 3000; i++)
		gitperf_buf_adds(&text, "\xe2\x82\xac");
	gitperf_fail(GITPERF_EINVALID, "x%s", text.ptr);
	ok(is_printable(gitperf_error_message()), "a long message is cut between characters");
	for (i = 0; i < 50; i++)
		gitperf_blame(GITPERF_EINVALID, "x%s", text.ptr);
	ok(is_printable(gitperf_error_message()) &&
	   strlen(gitperf_error_message()) < 4096, "... and so is a long chain");
	gitperf_buffer_dispose(&text);
}

/* --- Other programs ------------------------------------------------------- */

static gitperf_buffer out = GITPERF_BUFFER_INIT, err = GITPERF_BUFFER_INIT;

/* Run a line of sh with these settings, both streams kept. */
static int run_sh(struct spawn spawn, const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&err);
	spawn.argv = argv;
	spawn.out = &out;
	spawn.err = &err;
	return gitperf_spawn(&spawn);
}

/* What whoever started this program has left open, make for example */
static void list_inherited(gitperf_buffer *buf)
{
	int fd, flags;

	for (fd = 3; fd < 10; fd++)
		if ((flags = fcntl(fd, F_GETFD)) >= 0 && !(flags & FD_CLOEXEC))
			gitperf_buf_addf(buf, "%d\n", fd);
}

static void test_spawn(void)
{
	gitperf_buffer inherited = GITPERF_BUFFER_INIT;
	static const struct spawn plain = { .timeout_ms = 20000 };
	const char *const env[] = { "U_BASE=set here", "U_GONE", NULL };
	const char *const none[] = { "git-perf-no-such-program", NULL };
	const char *const folder[] = { "/", NULL };
	struct spawn spawn = plain;

	is_int(run_sh(plain, "echo out; echo err >&2; exit 3"), 3, "an exit status");
	is_str(out.ptr, "out\n", "... its output");
	is_str(err.ptr, "err\n", "... its errors");
	is_int(run_sh(plain, "exit 255"), 255, "the largest status");
	is_int(run_sh(plain, "kill -TERM $$"), 128 + SIGTERM, "a signal");
	is_int(run_sh(plain, "cat; echo end"), 0, "its input is empty");
	is_str(out.ptr, "end\n", "... and ends");
	run_sh(plain, "for i in 3 4 5 6 7 8 9; do (: <&$i) 2>/dev/null && echo $i; done");
	list_inherited(&inherited);
	is_str(out.ptr, inherited.ptr, "it inherits no file of the library");
	gitperf_buffer_dispose(&inherited);
	setenv("U_GONE", "there", 1);
	spawn.set_env = env;
	spawn.directory = "/";
	run_sh(spawn, "echo \"$U_BASE\" \"${U_GONE-unset}\" \"$PWD\"");
	is_str(out.ptr, "set here unset /\n", "environment and folder");
	is_str(getenv("U_GONE"), "there", "... are the child's alone");
	unsetenv("U_GONE");
	spawn.directory = "no/such/folder";
	ok(run_sh(spawn, "true") < 0, "no such folder");
	spawn = plain;
	spawn.argv = none;
	is_err(gitperf_spawn(&spawn), GITPERF_ENOTFOUND, "no such program");
	ok(strstr(gitperf_error_message(), "git-perf-no-such-program") != NULL, "... is named");
	spawn.argv = folder;
	is_err(gitperf_spawn(&spawn), GITPERF_EDENIED, "not a program");
}

static void test_spawn_limits(void)
{
	struct spawn spawn = { .limit = 100000, .timeout_ms = 20000 };
	int64_t start;

	is_int(run_sh(spawn, "yes | head -c 300000; yes | head -c 300000 >&2"), 0,
	       "much output does not block");
	is_int((int64_t)out.len, 100000, "... it is cut at the limit");
	is_int((int64_t)err.len, 100000, "... both streams");
	spawn.limit = 0;
	is_int(run_sh(spawn, "yes | head -c 3000000"), 0, "without a limit of ours");
	is_int((int64_t)out.len, 1 << 20, "... it is 1 MiB");
	/* long enough for sh to begin on a busy machine */
	spawn.timeout_ms = 500;
	start = gitperf_clock_ns();
	is_err(run_sh(spawn, "echo begun; sleep 30"), GITPERF_EBUSY, "out of time");
	is_str(out.ptr, "begun\n", "... keeps what it said");
	spawn.timeout_ms = 100;
	is_err(run_sh(spawn, "sleep 30 & sleep 30"), GITPERF_EBUSY, "... with its children");
	is_err(run_sh(spawn, "trap '' TERM; sleep 30"), GITPERF_EBUSY, "... whatever it ignores");
	is_err(run_sh(spawn, "exec >&- 2>&-; sleep 5"), GITPERF_EBUSY, "... even when it says no more");
	ok(gitperf_clock_ns() - start < 4 * SECOND, "... soon");
}

/* As of a program that was started with ">&-" */
static void test_spawn_closed_streams(void)
{
	const char *const argv[] = { "sh", "-c", "echo out; echo err >&2", NULL };
	struct spawn spawn = { .argv = argv, .out = &out, .err = &err, .timeout_ms = 20000 };
	int status = -1;
	pid_t pid;

	fflush(stdout);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&err);
	pid = fork();
	if (!pid) {
		close(0);
		close(1);
		close(2);
		_exit(gitperf_spawn(&spawn) || strcmp(out.ptr, "out\n") || strcmp(err.ptr, "err\n"));
	}
	waitpid(pid, &status, 0);
	is_int(status, 0, "streams of a child whose parent has none");
}

/* What is written there, until `end` of it or the last writer is gone */
static void read_until(int fd, const char *end)
{
	char chunk[256];
	ssize_t n;

	while (!(end && strstr(out.ptr, end)) && (n = read(fd, chunk, sizeof(chunk))) > 0)
		gitperf_buf_add(&out, chunk, (size_t)n);
}

/* In the folder for trash, where it tells us of itself and waits for a word */
static void look_at_detached(const struct spawn *spawn)
{
	int tell, go, inherited = dup(1);
	const char *pid;
	pid_t sid;

	ok(!mkfifo("tell", 0600) && !mkfifo("go", 0600) && !fcntl(inherited, F_SETFD, 0),
	   "a descriptor that others inherit");
	gitperf_buffer_dispose(&out);
	is_int(gitperf_spawn_detached(spawn), 0, "a program that is let go");
	tell = open("tell", O_RDONLY);
	read_until(tell, " .\n");
	ok(!strncmp(out.ptr, "unset unset set here\n", 21), "... inherits nothing that is open, and no variable of that prefix");
	ok(strstr(out.ptr, "\nno input\n") != NULL, "... has an empty input");
	pid = strstr(out.ptr, "\npid ");
	sid = pid ? getsid((pid_t)strtol(pid + 5, NULL, 10)) : -1;
	ok(sid > 0 && sid != getsid(0), "... and a session of its own");
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "... and is no child of ours");
	go = open("go", O_WRONLY);
	close(go);
	read_until(tell, NULL);
	ok(strstr(out.ptr, "\nend\n") != NULL, "... and goes on");
	close(tell);
	close(inherited);
}

static void test_spawn_detached(void)
{
	static const char script[] = "exec >tell; for i in 3 4 5 6 7 8 9; do (: <&$i) 2>/dev/null && echo $i; done;"
		"echo \"${U_ALL_1-unset} ${U_ALL_2-unset} $U_ALL\"; read -r x || echo no input;"
		"echo pid $$ .; read -r x <go || echo end";
	const char *const argv[] = { "sh", "-c", script, NULL };
	const char *const none[] = { "git-perf-no-such-program", NULL };
	const char *const env[] = { "U_ALL*", "U_ALL=set here", NULL };
	struct spawn spawn = { .argv = argv, .set_env = env, .directory = trash };

	setenv("U_ALL_1", "there", 1);
	setenv("U_ALL_2", "there", 1);
	look_at_detached(&spawn);
	is_str(getenv("U_ALL_1"), "there", "... variables are its own");
	unsetenv("U_ALL_1");
	unsetenv("U_ALL_2");
	spawn.argv = none;
	is_err(gitperf_spawn_detached(&spawn), GITPERF_ENOTFOUND, "no such program to be let go");
}

/* --- Small things --------------------------------------------------------- */

static void test_digests(void)
{
	char hex[DIGEST_HEX + 1], blob[BLOB_HEX + 1], *million = malloc(1000000);

	/* FIPS 180-2, appendix B */
	gitperf_digest(hex, "", 0);
	is_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "of nothing");
	gitperf_digest(hex, "abc", 3);
	is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "of abc");
	if (million) {
		memset(million, 'a', 1000000);
		gitperf_digest(hex, million, 1000000);
		is_str(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		       "of a million letters");
	}
	/* git hash-object --stdin */
	gitperf_digest_blob(blob, "", 0);
	is_str(blob, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "the empty blob");
	gitperf_digest_blob(blob, "hello\n", 6);
	is_str(blob, "ce013625030ba8dba906f756967f9e9ca394464a", "a blob");
	free(million);
}

static int die_at(const char *name, enum fault_point point)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		setenv("GIT_PERF_TEST_FAULT", name, 1);
		gitperf_fault(point);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_faults(void)
{
	int i, j, bad = 0;

	for (i = 0; i < FAULT_COUNT; i++)
		for (j = 0; j < i; j++)
			bad += !strcmp(gitperf_fault_name((enum fault_point)i),
				       gitperf_fault_name((enum fault_point)j));
	is_int(bad, 0, "every fault point has a name of its own");
	is_int(die_at(gitperf_fault_name(0), 0), SIGKILL, "a wanted point kills");
	is_int(die_at(gitperf_fault_name(1), 0), 0, "another does not");
	is_int(die_at("", 0), 0, "no name is no point");
}

static void test_environment(void)
{
	setenv("U_BASE", "value", 1);
	is_str(gitperf_env("U_BASE"), "value", "a variable");
	unsetenv("U_BASE");
	is_str(gitperf_env("U_BASE"), NULL, "none");
	unsetenv("GIT_PERF_TEST_SYSROOT");
	is_str(gitperf_test_sysroot(), NULL, "no root of a test's");
	setenv("GIT_PERF_TEST_SYSROOT", "", 1);
	is_str(gitperf_test_sysroot(), NULL, "an empty one is none");
	setenv("GIT_PERF_TEST_SYSROOT", "/x", 1);
	is_str(gitperf_test_sysroot(), "/x", "one");
	unsetenv("GIT_PERF_TEST_SYSROOT");
	ok(gitperf_version()[0] >= '0' && gitperf_version()[0] <= '9', "a version");
}

int main(void)
{
	static const char *const remove[] = { "rm", "-rf", trash, NULL };
	struct spawn clean = { .argv = remove };

	if (!mkdtemp(trash) || chdir(trash) < 0)
		return 1;
	unsetenv("GIT_PERF_TEST_CLOCK");
	is_str(gitperf_error_message(), "", "no error yet");
	test_numbers();
	test_numbers_refused();
	test_numbers_near_two_to_53();
	test_round_trips();
	test_comma_locale();
	test_times();
	test_times_refused();
	test_since();
	test_every_day();
	test_clock();
	test_utf8_classes();
	test_utf8_code_points();
	test_arena();
	test_arena_failure();
	test_buffer();
	test_buffer_failure();
	test_files();
	test_map();
	test_errors();
	test_error_names();
	test_hint_words();
	test_lines();
	test_error_text();
	test_spawn();
	test_spawn_limits();
	test_spawn_closed_streams();
	test_spawn_detached();
	test_digests();
	test_faults();
	test_environment();
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&err);
	gitperf_spawn(&clean);
	return done_testing();
}
