/*
 * num.c - shortest round-trip decimals and exact 64-bit integers
 *
 * printf and strtod follow the locale of the program around us, which may
 * write 1,5; strtod_l with the C locale and a repaired decimal point do not.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>

/* integers up to here are exact as doubles */
#define EXACT_MAX 9007199254740992.0
#define LITERAL_MAX 512

double gitperf_number_value(gitperf_number number)
{
	return number.is_real ? number.as.real : (double)number.as.integer;
}

gitperf_number gitperf_number_int(int64_t value)
{
	gitperf_number number = { { value }, 0 };

	return number;
}

gitperf_number gitperf_num_from_double(double value)
{
	gitperf_number number = { { 0 }, 1 };

	if (fabs(value) <= EXACT_MAX && value == floor(value))
		return gitperf_number_int((int64_t)value);
	number.as.real = value;
	return number;
}

static int parse_integer(gitperf_number *out, const char *text)
{
	long long value;

	errno = 0;
	value = strtoll(text, NULL, 10);
	if (errno == ERANGE)
		return gitperf_fail(GITPERF_EFORMAT, "the integer %.40s does not fit into 64 bits", text);
	*out = gitperf_number_int(value);
	return 0;
}

static double parse_double(const char *text)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = strtod_l(text, NULL, c);

	freelocale(c);
	return value;
}

int gitperf_num_parse(gitperf_number *out, const char *text, size_t len)
{
	char copy[LITERAL_MAX];
	double value;

	if (len >= sizeof(copy))
		return gitperf_fail(GITPERF_EFORMAT, "a number has more than %d digits", LITERAL_MAX - 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!strpbrk(copy, ".eE"))
		return parse_integer(out, copy);
	value = parse_double(copy);
	if (!isfinite(value))
		return gitperf_fail(GITPERF_EFORMAT, "the number %.40s is too large", copy);
	if (value == 0 && strcspn(copy, "123456789") < strcspn(copy, "eE"))
		return gitperf_fail(GITPERF_EFORMAT, "the number %.40s is too small", copy);
	*out = gitperf_num_from_double(value);
	return 0;
}

/* Take out what JSON has no use for: "1,5" -> "1.5", "1e+05" -> "1e5" */
static void normalise(char *out, const char *text)
{
	int in_point = 0;

	for (; *text; text++) {
		int plain = strchr("0123456789-e", *text) != NULL;

		if (plain || (*text != '+' && !in_point))
			*out++ = plain ? *text : '.';
		in_point = !plain && *text != '+';
		if (*text != 'e')
			continue;
		if (text[1] == '-')
			*out++ = *++text;
		while (text[1] == '+' || (text[1] == '0' && text[2]))
			text++;
	}
	*out = '\0';
}

static void format_double(char out[NUM_TEXT_MAX], double value)
{
	char text[NUM_TEXT_MAX + 8];
	int digits;

	for (digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		normalise(out, text);
		if (parse_double(out) == value)
			return;
	}
}

void gitperf_num_format(char out[NUM_TEXT_MAX], gitperf_number number)
{
	if (number.is_real)
		format_double(out, number.as.real);
	else
		snprintf(out, NUM_TEXT_MAX, "%lld", (long long)number.as.integer);
}
