/*
 * readings.h - comparing what a format makes of its input
 *
 * Readings are written down in one notation, see show(). JSON has ' for ", which
 * json() turns back.
 */
#ifndef READINGS_H
#define READINGS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"

#include <gitperf/port.h>

#include "quoted.h"

/* --- The notation --------------------------------------------------------- */

static void show_number(gitperf_buffer *out, gitperf_number number)
{
	char text[NUM_TEXT_MAX];

	gitperf_num_format(text, number);
	gitperf_buf_adds(out, text);
}

static void show_metric(gitperf_buffer *out, const gitperf_metric *m)
{
	size_t i;

	gitperf_buf_addf(out, "  %s %s %s", m->name, m->unit, gitperf_better_name(m->better));
	for (i = 0; i < m->nsamples; i++) {
		gitperf_buf_addc(out, ' ');
		show_number(out, m->samples[i]);
	}
	for (i = 0; m->summary && i < GITPERF_SUMMARY_FIELDS; i++) {
		if (!(m->summary->have >> i & 1))
			continue;
		gitperf_buf_addf(out, " %s=", gitperf_summary_field_name((gitperf_summary_field)i));
		show_number(out, m->summary->field[i]);
	}
	gitperf_buf_addc(out, '\n');
}

/* "<name> key=value ...: <error>", and its metrics indented below it */
static void show(gitperf_buffer *out, const gitperf_readings *readings)
{
	const gitperf_reading *r;
	size_t i, j;

	for (i = 0; i < gitperf_readings_count(readings); i++) {
		r = gitperf_readings_get(readings, i);
		gitperf_buf_addf(out, "<%s>", r->name);
		for (j = 0; j < r->nparams; j++)
			gitperf_buf_addf(out, " %s=%s", r->params[j].key, r->params[j].value);
		gitperf_buf_addf(out, "%s%s\n", r->error ? ": " : "", r->error ? r->error : "");
		for (j = 0; j < r->nmetrics; j++)
			show_metric(out, &r->metrics[j]);
	}
}

/* A block of just this size, so that a sanitizer sees its end */
static int read_exactly(gitperf_readings **readings, const char *format,
			const char *bytes, size_t len)
{
	char *exact = malloc(len ? len : 1);
	int err;

	if (!exact)
		return gitperf_fail_oom();
	memcpy(exact, bytes, len);
	err = gitperf_output_read(readings, format, exact, len);
	free(exact);
	return err;
}

TAP_UNUSED void is_read(const char *format, const char *bytes, size_t len,
		    const char *want, const char *what)
{
	gitperf_buffer got = GITPERF_BUFFER_INIT;
	gitperf_readings *readings;

	if (is_ok(read_exactly(&readings, format, bytes, len), what)) {
		show(&got, readings);
		is_str(got.ptr, want, "... and means that");
		gitperf_readings_free(readings);
	}
	gitperf_buffer_dispose(&got);
}


/* --- Tables of input -------------------------------------------------------- */

struct good {
	const char *input, *want;
};

struct bad {
	const char *input, *message;
};

TAP_UNUSED void all_good(const char *format, const struct good *cases, size_t n)
{
	gitperf_buffer input = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		json(&input, cases[i].input, NULL, NULL);
		is_read(format, input.ptr, input.len, cases[i].want, cases[i].input);
	}
	gitperf_buffer_dispose(&input);
}

static void is_refused(const char *format, const char *bytes, size_t len,
		       const char *message)
{
	gitperf_readings *readings;
	int err = read_exactly(&readings, format, bytes, len);

	is_err(err, GITPERF_EFORMAT, message);
	ok(!readings, "... and nothing comes out");
	if (!ok(err == 0 || strstr(gitperf_error_message(), message), "... it says so"))
		printf("#   got '%s'\n", gitperf_error_message());
	ok(err == 0 || gitperf_error_hint(), "... and what to do");
	gitperf_readings_free(readings);
}

TAP_UNUSED void all_bad(const char *format, const struct bad *cases, size_t n)
{
	gitperf_buffer input = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		json(&input, cases[i].input, NULL, NULL);
		is_refused(format, input.ptr, input.len, cases[i].message);
	}
	gitperf_buffer_dispose(&input);
}

#endif
