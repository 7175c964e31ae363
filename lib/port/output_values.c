/*
 * output_values.c - one value on a line, among whatever else is printed
 *
 *	line  = name *blank "=" *blank number [unit / 1*blank unit]
 *	      / name ":" 1*blank number *blank unit
 *	name  = (letter / "_") *(letter / digit / any of _-./@+)
 *	unit  = letters, "%" and "/", and behind a blank also digits, _ and -
 *
 * with blanks at both ends. Any other line is the program's own talk and is not
 * looked at, so the form has to be one that talk does not have by chance: no
 * second word behind the unit ("retries=3 of 5"), no digits in a unit that is
 * stuck to its number ("commit=12ab34", "mask=0xff"), no number that cannot be
 * one ("commit=1234e567"), and with a colon only units that are ones
 * ("12:30:45", "Tests: 5 passed", "Iteration: 3").
 *
 * A value line with "nan" or "inf" for a number is an error.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"
#include "port/output.h"

#include <strings.h>

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t name_length(struct span line)
{
	size_t n = 0;

	if (!line.len || (!is_letter(*line.text) && *line.text != '_'))
		return 0;
	while (n < line.len && (is_letter(line.text[n]) || is_digit(line.text[n]) ||
				strchr("_-./@+", line.text[n])))
		n++;
	return n;
}

static struct span cut(struct span text, size_t n)
{
	text.text += n;
	text.len -= n;
	return text;
}

static int is_unit(struct span unit, int stuck)
{
	size_t i;

	if (!is_letter(*unit.text) && *unit.text != '%')
		return 0;
	for (i = 0; i < unit.len; i++)
		if (!is_letter(unit.text[i]) && !strchr("%/", unit.text[i]) &&
		    (stuck || (!is_digit(unit.text[i]) && !strchr("_-", unit.text[i]))))
			return 0;
	return 1;
}

/* Behind a colon: a time, a size, or something for or in something else */
static int is_common(const struct quantity *q, struct span unit)
{
	return q->better == GITPERF_BETTER_LOWER || memchr(unit.text, '/', unit.len) ||
		gitperf_output__is(unit, "%");
}

static int is_no_number(struct span text)
{
	static const char *const words[] = { "nan", "inf", "infinity" };
	size_t i;

	if (text.len && (*text.text == '-' || *text.text == '+'))
		text = cut(text, 1);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (text.len == strlen(words[i]) && !strncasecmp(text.text, words[i], text.len))
			return 1;
	return 0;
}

static int add_value(struct output *out, struct quantity *q, struct span name,
		     struct span number)
{
	gitperf_number value;

	q->name = gitperf_arena_copy(out->d.arena, name.text, name.len);
	if (!q->name)
		return gitperf_fail_oom();
	TRY(gitperf_output__number(out, &value, q, number.text, number.len));
	TRY(gitperf_output__begin(out, NULL, 0, NULL, 0));
	return gitperf_output__sample(out, q, value);
}

static int read_value(struct output *out, struct span name, char mark,
		      struct span text)
{
	struct quantity q = { .unit = "1" };
	struct span number = text, unit;
	gitperf_number raw;

	if (mark == '=' && is_no_number(text))
		return gitperf_decode_fail(&out->d, "'%.*s' is '%.*s', which is no number",
					   (int)(name.len < 100 ? name.len : 100), name.text,
					   (int)text.len, text.text);
	number.len = gitperf_output__number_length(text.text, text.len);
	if (!number.len || gitperf_num_parse(&raw, number.text, number.len) < 0)
		return 0;
	text = cut(text, number.len);
	unit = gitperf_output__trim(text);
	if (unit.len) {
		/* hexadecimal, not a unit of zero */
		if (gitperf_output__is(number, "0") && *text.text == 'x')
			return 0;
		if (!is_unit(unit, unit.text == text.text))
			return 0;
		TRY(gitperf_output__unit(out, &q, unit.text, unit.len));
	}
	if (mark == ':' && (!unit.len || !is_common(&q, unit)))
		return 0;
	return add_value(out, &q, name, number);
}

static int read_line(struct output *out, struct span line)
{
	struct span name, rest;

	line = gitperf_output__trim(line);
	name = line;
	name.len = name_length(line);
	rest = cut(line, name.len);
	if (!name.len || !rest.len)
		return 0;
	if (rest.len > 1 && *rest.text == ':' && strchr(" \t", rest.text[1]))
		return read_value(out, name, ':', gitperf_output__trim(cut(rest, 1)));
	rest = gitperf_output__trim(rest);
	if (*rest.text != '=')
		return 0;
	return read_value(out, name, '=', gitperf_output__trim(cut(rest, 1)));
}

int gitperf_output__values(struct output *out, const char *bytes, size_t len)
{
	struct lines lines = { bytes, bytes + len, 0 };
	struct span line;

	while (gitperf_output__line(&lines, &line))
		TRY(read_line(out, line));
	return 0;
}
