/*
 * output_number.c - what tools print as numbers and units
 *
 * 0.1075 s are 107500000 ns, and not 107499999.99999999: powers of ten go into
 * the exponent of the text before it is read.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "port/output.h"

#include <math.h>

/* Longer exponents have no number that is not too large or too small. */
#define EXPONENT_DIGITS 6

/* Add to a number's exponent, as text. */
static void move_point(gitperf_buffer *text, int shift)
{
	char *e = strpbrk(text->ptr, "eE");
	size_t digits = e ? (size_t)(e - text->ptr) : text->len;
	long exponent = 0;

	if (!shift)
		return;
	if (e) {
		const char *p = e + 1;

		p += *p == '-' || *p == '+';
		if (strlen(p + strspn(p, "0")) > EXPONENT_DIGITS)
			return;
		exponent = strtol(e + 1, NULL, 10);
	}
	gitperf_buf_truncate(text, digits);
	gitperf_buf_addf(text, "e%ld", exponent + shift);
}

static int scale(struct output *out, gitperf_number *number,
		 const struct quantity *q)
{
	double value;

	if (!q->times && !q->per)
		return 0;
	value = gitperf_number_value(*number);
	if (q->times)
		value *= q->times;
	if (q->per)
		value /= q->per;
	if (!isfinite(value))
		return gitperf_decode_fail(&out->d, "'%s' is too large", q->name);
	*number = gitperf_num_from_double(value);
	return 0;
}

int gitperf_output__number(struct output *out, gitperf_number *number,
			   const struct quantity *q, const char *text, size_t len)
{
	gitperf_buffer copy = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_add(&copy, text, len);
	move_point(&copy, q->shift);
	err = gitperf_buf_check(&copy);
	if (!err && gitperf_num_parse(number, copy.ptr, copy.len) < 0)
		err = gitperf_decode_fail(&out->d, "'%s': %s", q->name, gitperf_error_message());
	gitperf_buffer_dispose(&copy);
	return err ? err : scale(out, number, q);
}

static size_t count_digits(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

/* "-1.5e+3"; also ".5", which some programs print for it */
size_t gitperf_output__number_length(const char *text, size_t len)
{
	size_t at = len && *text == '-', whole, part = 0, e, sign;

	whole = count_digits(text + at, len - at);
	at += whole;
	if (at < len && text[at] == '.') {
		part = count_digits(text + at + 1, len - at - 1);
		at += part ? part + 1 : 0;
	}
	if (!whole && !part)
		return 0;
	if (at == len || (text[at] != 'e' && text[at] != 'E'))
		return at;
	sign = at + 1 < len && (text[at + 1] == '-' || text[at + 1] == '+');
	e = count_digits(text + at + 1 + sign, len - at - 1 - sign);
	return e ? at + 1 + sign + e : at;
}

static const struct unit {
	const char *text;
	const char *unit;
	int shift, times;
} units[] = {
	{ "ns", "ns", 0, 0 }, { "us", "ns", 3, 0 }, { "\302\265s", "ns", 3, 0 },
	{ "\316\274s", "ns", 3, 0 }, { "ms", "ns", 6, 0 }, { "s", "ns", 9, 0 },
	{ "sec", "ns", 9, 0 }, { "min", "ns", 9, 60 }, { "hr", "ns", 9, 3600 },
	{ "day", "ns", 9, 86400 },
	{ "B", "bytes", 0, 0 }, { "bytes", "bytes", 0, 0 },
	{ "kB", "bytes", 3, 0 }, { "KB", "bytes", 3, 0 }, { "MB", "bytes", 6, 0 },
	{ "GB", "bytes", 9, 0 }, { "TB", "bytes", 12, 0 },
	{ "KiB", "bytes", 0, 1 << 10 }, { "MiB", "bytes", 0, 1 << 20 },
	{ "GiB", "bytes", 0, 1 << 30 }
};

static const struct unit *find_unit(struct span text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (gitperf_output__is(text, units[i].text))
			return &units[i];
	return NULL;
}

/* The unit in front of "/s" and its like */
static const struct unit *find_part(struct span text, const char *per)
{
	if (!gitperf_output__ends(text, per))
		return NULL;
	text.len -= strlen(per);
	return find_unit(text);
}

static void set_unit(struct quantity *q, const struct unit *unit)
{
	q->unit = unit->unit;
	q->shift = unit->shift;
	q->times = unit->times;
}

int gitperf_output__unit(struct output *out, struct quantity *q,
			 const char *text, size_t len)
{
	struct span name = { text, len };
	const struct unit *unit = find_unit(name), *rate = find_part(name, "/s");
	int one = gitperf_output__ends(name, "/op") || gitperf_output__ends(name, "/iter");

	q->shift = q->times = q->per = 0;
	if (!unit && !(unit = find_part(name, "/op")))
		unit = find_part(name, "/iter");
	q->better = unit || one ? GITPERF_BETTER_LOWER : GITPERF_BETTER_NONE;
	if (gitperf_output__ends(name, "/s"))
		q->better = GITPERF_BETTER_HIGHER;
	if (unit) {
		set_unit(q, unit);
		return 0;
	}
	if (rate && !strcmp(rate->unit, "bytes")) {
		set_unit(q, rate);
		q->unit = "bytes/s";
		return 0;
	}
	q->unit = gitperf_arena_copy(out->d.arena, text, len);
	return q->unit ? 0 : gitperf_fail_oom();
}
