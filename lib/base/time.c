/*
 * time.c - RFC 3339 in and out
 *
 * Civil dates by the era arithmetic of Hinnant's "chrono-compatible low-level
 * date algorithms"; timegm() is not portable and gmtime() is not ours to trust
 * with years.
 */
#include "base/compat.h"
#include "base/error.h"

#include <gitperf/common.h>

#define SECOND 1000000000
/* the last whole second that fits into 64 bits of nanoseconds: year 2262 */
#define LAST_SECOND (INT64_MAX / SECOND - 1)

static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t z, int *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	z += 719468;
	era = z / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

void gitperf_time_format(char out[GITPERF_TIME_SIZE], gitperf_time t)
{
	uint64_t ns = (uint64_t)(t > 0 ? t : 0);
	unsigned seconds = (unsigned)(ns / SECOND % 86400);
	int y, m, d;

	civil_from_days((int64_t)(ns / SECOND / 86400), &y, &m, &d);
	snprintf(out, GITPERF_TIME_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%09uZ",
		 (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100,
		 seconds / 3600 % 100, seconds / 60 % 60, seconds % 60,
		 (unsigned)(ns % SECOND));
}

/* Fixed-width digits; -1 if there are others. */
static int take_digits(const char **p, int width)
{
	int value = 0;

	for (; width; width--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static int take_char(const char **p, const char *set)
{
	if (!**p || !strchr(set, **p))
		return 0;
	(*p)++;
	return 1;
}

static int days_in_month(int y, int m)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap);
}

static int take_date(const char **p, int64_t *days)
{
	int y, m, d;

	if ((y = take_digits(p, 4)) < 1970 || !take_char(p, "-") ||
	    (m = take_digits(p, 2)) < 1 || m > 12 || !take_char(p, "-") ||
	    (d = take_digits(p, 2)) < 1 || d > days_in_month(y, m))
		return 0;
	*days = days_from_civil(y, m, d);
	return 1;
}

static int take_clock(const char **p, int64_t *seconds)
{
	int h, m, s;

	if ((h = take_digits(p, 2)) < 0 || h > 23 || !take_char(p, ":") ||
	    (m = take_digits(p, 2)) < 0 || m > 59 || !take_char(p, ":") ||
	    (s = take_digits(p, 2)) < 0 || s > 59)
		return 0;
	*seconds = h * 3600 + m * 60 + s;
	return 1;
}

static int take_fraction(const char **p, int64_t *ns)
{
	int64_t unit = SECOND;

	*ns = 0;
	if (!take_char(p, "."))
		return 1;
	if (**p < '0' || **p > '9')
		return 0;
	/* digits beyond a nanosecond would be dropped: refuse them */
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		unit /= 10;
		*ns += (**p - '0') * unit;
		if (!unit)
			return 0;
	}
	return 1;
}

static int take_zone(const char **p, int64_t *offset)
{
	int h, m, east = **p == '+';

	*offset = 0;
	if (take_char(p, "Zz"))
		return 1;
	if (!take_char(p, "+-"))
		return 0;
	h = take_digits(p, 2);
	if (h < 0 || h > 23 || !take_char(p, ":"))
		return 0;
	m = take_digits(p, 2);
	if (m < 0 || m > 59)
		return 0;
	*offset = (h * 3600 + m * 60) * (east ? 1 : -1);
	return 1;
}

int gitperf_time_parse(gitperf_time *out, const char *text)
{
	int64_t days, seconds, ns, offset;
	const char *p = text;

	if (!take_date(&p, &days) || !take_char(&p, "Tt ") ||
	    !take_clock(&p, &seconds) || !take_fraction(&p, &ns) ||
	    !take_zone(&p, &offset) || *p)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.64s' is not a time", text),
				    "write it like 2026-04-20T21:35:08Z");
	seconds += days * 86400 - offset;
	if (seconds < 0 || seconds > LAST_SECOND)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "the time '%.64s' is out of range", text),
				    "times between 1970 and 2262 can be stored");
	*out = seconds * SECOND + ns;
	return 0;
}

/* --- Times in the past, as people write them ------------------------------ */

/* "d", "day" or "days": its seconds; 0 if there is no such word */
static int64_t seconds_of(const char *word, size_t len)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = {
		{ "second", 1 }, { "minute", 60 }, { "hour", 3600 }, { "day", 86400 },
		{ "week", 7 * 86400 }, { "month", 30 * 86400 }, { "year", 365 * 86400 }
	};
	size_t i;

	/* a single m is a minute, which comes before the month */
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t full = strlen(units[i].name);
		int is_plural = len == full + 1 && word[full] == 's';

		if (len && (len == 1 || len == full || is_plural) &&
		    !strncmp(word, units[i].name, is_plural ? full : len))
			return units[i].seconds;
	}
	return 0;
}

/* "30d", "2 weeks ago"; git writes it with points, too */
static int take_ago(const char *text, int64_t *seconds)
{
	const char *blanks = " .", *p = text;
	size_t digits = strspn(text, "0123456789"), len;
	int64_t unit;

	if (!digits || digits > 6)
		return 0;
	p += digits;
	p += strspn(p, blanks);
	len = strspn(p, "abcdefghijklmnopqrstuvwxyz");
	unit = seconds_of(p, len);
	p += len;
	if (strspn(p, blanks) && !strcmp(p + strspn(p, blanks), "ago"))
		p += strlen(p);
	*seconds = strtoll(text, NULL, 10) * unit;
	return unit && !*p;
}

int gitperf_time_since(gitperf_time *out, const char *text)
{
	gitperf_time now = gitperf_time_now();
	const char *p = text;
	int64_t days, seconds;

	if (take_ago(text, &seconds)) {
		*out = seconds < now / SECOND ? now - seconds * SECOND : 0;
		return 0;
	}
	if (take_date(&p, &days) && !*p && days < LAST_SECOND / 86400) {
		*out = days * 86400 * SECOND;
		return 0;
	}
	if (strlen(text) > 10 && gitperf_time_parse(out, text) >= 0)
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.64s' is not a time in the past", text),
			    "write it like 2026-04-20, 2026-04-20T21:35:08Z, 30d or '2 weeks ago'");
}
