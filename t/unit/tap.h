/*
 * tap.h - the few things a unit program needs
 *
 *	#include "base/compat.h"
 *	#include "tap.h"
 *
 *	static void adds(void)
 *	{
 *		is_int(1 + 1, 2, "one and one");
 *	}
 *
 *	int main(void)
 *	{
 *		adds();
 *		return done_testing();
 *	}
 *
 * Each assertion prints a line of TAP and returns whether it held;
 * done_testing() prints the plan.
 */
#ifndef GITPERF_TAP_H
#define GITPERF_TAP_H

#include <gitperf/error.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

#define TAP_UNUSED __attribute__((unused)) static

/** `good` is true; the rest names the assertion, as for printf(). */
GITPERF_PRINTF(2, 3) TAP_UNUSED int ok(int good, const char *fmt, ...)
{
	char name[512];
	va_list args;
	char *p;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	/* a name that quotes lines of a program must not look like our own */
	for (p = name; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count, name);
	fflush(stdout);
	tap_failed += !good;
	return !!good;
}

TAP_UNUSED int is_int(int64_t got, int64_t want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("#   got %" PRId64 ", want %" PRId64 "\n", got, want);
	return got == want;
}

/** Equal to the last bit, so that "the same" means the same. */
TAP_UNUSED int is_double(double got, double want, const char *what)
{
	int same = !(got < want) && !(got > want) && got == got;

	if (!ok(same, "%s", what))
		printf("#   got %.17g, want %.17g\n", got, want);
	return same;
}

/** Within `tolerance`, relative to what is wanted (absolute when that is 0). */
TAP_UNUSED int is_near(double got, double want, double tolerance,
		       const char *what)
{
	double scale = want < 0 ? -want : want > 0 ? want : 1;
	double off = got < want ? want - got : got - want;
	int near = off <= tolerance * scale;

	if (!ok(near, "%s", what))
		printf("#   got %.17g, want %.17g\n", got, want);
	return near;
}

/** Both NULL, or equal text. */
TAP_UNUSED int is_str(const char *got, const char *want, const char *what)
{
	int same = got && want ? !strcmp(got, want) : got == want;

	if (!ok(same, "%s", what))
		printf("#   got '%s'\n#   want '%s'\n", got ? got : "(NULL)",
		       want ? want : "(NULL)");
	return same;
}

/** A return value is the code, and a negative one has a message. */
TAP_UNUSED int is_err(int got, int want, const char *what)
{
	int good = got == want && (got >= 0 || *gitperf_error_message());

	if (!ok(good, "%s", what))
		printf("#   got %s (%d), want %s (%d): %s\n",
		       gitperf_error_name(got), got, gitperf_error_name(want),
		       want, got < 0 ? gitperf_error_message() : "no error");
	return good;
}

/** Success; otherwise shows the error. */
TAP_UNUSED int is_ok(int got, const char *what)
{
	return is_err(got, 0, what);
}

/** Something cannot be tried here; counted and shown by "make test". */
TAP_UNUSED void skip(const char *why)
{
	printf("ok %d # SKIP %s\n", ++tap_count, why);
}

/** The exit status of main(). */
TAP_UNUSED int done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
