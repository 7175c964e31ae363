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
#include "data/unit.h"
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

	if (q->times <= 1 && q->per <= 1)
		return 0;
	value = gitperf_number_value(*number);
	if (q->times)
		value *= (double)q->times;
	if (q->per)
		value /= (double)q->per;
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

int gitperf_output__convert(struct output *out, gitperf_number *number,
			    const struct quantity *q)
{
	char text[NUM_TEXT_MAX];

	gitperf_num_format(text, *number);
	return gitperf_output__number(out, number, q, text, strlen(text));
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

/* The unit in front of "/s" and its like */
static const struct unit *find_part(struct span text, const char *per)
{
	if (!gitperf_output__ends(text, per))
		return NULL;
	return gitperf_unit_find(text.text, text.len - strlen(per));
}

static void set_unit(struct quantity *q, const struct unit *unit)
{
	q->unit = unit->stored;
	q->shift = unit->shift;
	q->times = unit->times;
}

int gitperf_output__unit(struct output *out, struct quantity *q,
			 const char *text, size_t len)
{
	struct span name = { text, len };
	const struct unit *unit = gitperf_unit_find(text, len), *rate = find_part(name, "/s");

	q->shift = 0;
	q->times = q->per = 0;
	q->better = gitperf_unit_better(text, len);
	if (!unit && !(unit = find_part(name, "/op")))
		unit = find_part(name, "/iter");
	if (unit) {
		set_unit(q, unit);
		return 0;
	}
	if (rate && !strcmp(rate->stored, "bytes")) {
		set_unit(q, rate);
		q->unit = "bytes/s";
		return 0;
	}
	q->unit = gitperf_arena_copy(out->d.arena, text, len);
	return q->unit ? 0 : gitperf_fail_oom();
}
