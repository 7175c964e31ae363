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
#include <float.h>
#include <locale.h>
#include <math.h>

/* integers below this are exact as doubles, and no other integer rounds to them */
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

	if (fabs(value) < EXACT_MAX && value == floor(value))
		return gitperf_number_int((int64_t)value);
	number.as.real = value;
	return number;
}

/* Most numbers are short integers: no locale, no errno, no copy */
static int parse_short(gitperf_number *out, const char *text, size_t len)
{
	size_t i = text[0] == '-';
	int64_t value = 0;

	if (len > 18 || len == i)
		return 0;
	for (; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		value = value * 10 + (text[i] - '0');
	}
	*out = gitperf_number_int(text[0] == '-' ? -value : value);
	return 1;
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

	if (parse_short(out, text, len))
		return 0;
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
	/* an exponent tells large doubles from integers, which are exact */
	int large = fabs(value) >= EXACT_MAX;
	/*
	 * %g drops zeros, so with 15 digits it finds all shorter ones too, but
	 * for subnormals, which have fewer
	 */
	int digits = large || fabs(value) < DBL_MIN ? 1 : 15;
	char text[NUM_TEXT_MAX + 8];

	for (; digits <= 17; digits++) {
		if (large)
			snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		else
			snprintf(text, sizeof(text), "%.*g", digits, value);
		normalise(out, text);
		if (parse_double(out) == value)
			return;
	}
}

static void format_integer(char *out, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[20];
	int n = 0;

	do {
		digits[n++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*out++ = '-';
	while (n)
		*out++ = digits[--n];
	*out = '\0';
}

void gitperf_num_format(char out[NUM_TEXT_MAX], gitperf_number number)
{
	/* minus zero is zero */
	if (number.is_real && number.as.real != 0)
		format_double(out, number.as.real);
	else if (number.is_real)
		format_integer(out, 0);
	else
		format_integer(out, number.as.integer);
}
