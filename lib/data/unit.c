/*
 * unit.c - times become ns, sizes bytes, whatever they were measured in
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"
#include "data/unit.h"

#include <gitperf/suite.h>

#include <math.h>

#define DURATION_MAX_MS (INT64_C(1000) * 3600 * 1000)

static const struct unit units[] = {
	{ "ns", "ns", 1, 0 },
	{ "us", "ns", 1, 3 },
	{ "\302\265s", "ns", 1, 3 },   /* U+00B5 micro sign */
	{ "\316\274s", "ns", 1, 3 },   /* U+03BC Greek mu */
	{ "ms", "ns", 1, 6 },
	{ "s", "ns", 1, 9 },
	{ "sec", "ns", 1, 9 },
	{ "min", "ns", 60, 9 },
	{ "h", "ns", 3600, 9 },
	{ "hr", "ns", 3600, 9 },
	{ "day", "ns", 86400, 9 },
	{ "bytes", "bytes", 1, 0 },
	{ "B", "bytes", 1, 0 },
	{ "kB", "bytes", 1, 3 },
	{ "KB", "bytes", 1, 3 },
	{ "MB", "bytes", 1, 6 },
	{ "GB", "bytes", 1, 9 },
	{ "TB", "bytes", 1, 12 },
	{ "KiB", "bytes", INT64_C(1) << 10, 0 },
	{ "MiB", "bytes", INT64_C(1) << 20, 0 },
	{ "GiB", "bytes", INT64_C(1) << 30, 0 },
	{ "TiB", "bytes", INT64_C(1) << 40, 0 }
};

const struct unit *gitperf_unit_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].name) == len && !memcmp(units[i].name, name, len))
			return &units[i];
	return NULL;
}

static int ends(const char *name, size_t len, const char *what)
{
	size_t n = strlen(what);

	return len >= n && !memcmp(name + len - n, what, n);
}

gitperf_better gitperf_unit_better(const char *name, size_t len)
{
	if (ends(name, len, "/s"))
		return GITPERF_BETTER_HIGHER;
	if (gitperf_unit_find(name, len) || ends(name, len, "/op") || ends(name, len, "/iter"))
		return GITPERF_BETTER_LOWER;
	return GITPERF_BETTER_NONE;
}

/* As a reader of the decimals would do it: move the point, then round once */
static int shift_decimal(gitperf_number *out, gitperf_number number, int shift)
{
	char text[NUM_TEXT_MAX], shifted[NUM_TEXT_MAX + 8];
	size_t digits;
	int exponent = 0, n;

	gitperf_num_format(text, number);
	digits = strcspn(text, "e");
	if (text[digits])
		exponent = (int)strtol(text + digits + 1, NULL, 10);
	n = snprintf(shifted, sizeof(shifted), "%.*se%d", (int)digits, text,
		     exponent + shift);
	return gitperf_num_parse(out, shifted, (size_t)n);
}

static int64_t power_of_ten(int exponent)
{
	int64_t power = 1;

	for (; exponent; exponent--)
		power *= 10;
	return power;
}

int gitperf_unit_convert(gitperf_number *out, gitperf_number number,
			 const struct unit *unit)
{
	int64_t exact;

	if (!number.is_real &&
	    !__builtin_mul_overflow(number.as.integer, unit->times * power_of_ten(unit->shift), &exact)) {
		*out = gitperf_number_int(exact);
		return 0;
	}
	if (unit->times != 1) {
		double value = gitperf_number_value(number) * (double)unit->times;

		if (!isfinite(value))
			return gitperf_fail(GITPERF_EFORMAT, "a number of %s is too large", unit->name);
		number = gitperf_num_from_double(value);
	}
	return shift_decimal(out, number, unit->shift);
}

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

int gitperf_unit_number(gitperf_number *out, const char **rest,
			const char *text)
{
	const char *p = text + (*text == '-');
	size_t n = digits_at(p);

	if (!n || (*p == '0' && n > 1))
		return gitperf_fail(GITPERF_EFORMAT, "'%.60s' does not begin with a number", text);
	p += n;
	if (*p == '.' && (n = digits_at(p + 1)))
		p += n + 1;
	if (*p == 'e' || *p == 'E') {
		const char *exponent = p + 1 + (p[1] == '-' || p[1] == '+');

		if ((n = digits_at(exponent)))
			p = exponent + n;
	}
	*rest = p;
	return gitperf_num_parse(out, text, (size_t)(p - text));
}

int gitperf_duration_parse(int64_t *ms, const char *text)
{
	static const struct {
		const char *name;
		int64_t ms;
	} times[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	gitperf_number number;
	const char *rest;
	size_t i;

	if (!gitperf_unit_number(&number, &rest, text))
		for (i = 0; i < ARRAY_SIZE(times); i++) {
			double value = gitperf_number_value(number) * (double)times[i].ms;

			if (strcmp(times[i].name, rest) || !(value >= 1 && value <= (double)DURATION_MAX_MS))
				continue;
			*ms = llround(value);
			return 0;
		}
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.100s' is not a time from 1ms to 1000h", text),
			    "write it like 500ms, 90s, 30m or 2h");
}
