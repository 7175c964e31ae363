/*
 * printer.c - for programs: JSON, one member at a time; fields of porcelain lines
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/num.h"
#include "base/utf8.h"
#include "view/view.h"

#include <math.h>

void gitperf_print_open(gitperf_printer *p, char bracket)
{
	struct json_writer w = { p->out, p->need_comma };

	gitperf_json_open(&w, bracket);
	p->need_comma = w.need_comma;
}

void gitperf_print_close(gitperf_printer *p, char bracket)
{
	struct json_writer w = { p->out, p->need_comma };

	gitperf_json_close(&w, bracket);
	p->need_comma = w.need_comma;
}

void gitperf_print_key(gitperf_printer *p, const char *key)
{
	struct json_writer w = { p->out, p->need_comma };

	if (key)
		gitperf_json_key(&w, key);
	else if (p->need_comma)
		gitperf_buf_addc(p->out, ',');
	p->need_comma = key ? w.need_comma : 0;
}

/* JSON allows DEL and C1, terminals act upon them: \\u00xx says the same */
static void add_string(gitperf_buffer *out, const char *text, size_t len)
{
	gitperf_buffer plain = GITPERF_BUFFER_INIT;
	size_t i;

	gitperf_json_add_string(&plain, text, len);
	for (i = 0; i < plain.len; i++) {
		const unsigned char *c = (const unsigned char *)plain.ptr + i;

		if (*c == 0x7f)
			gitperf_buf_adds(out, "\\u007f");
		else if (*c == 0xc2 && c[1] < 0xa0)
			gitperf_buf_addf(out, "\\u%04x", plain.ptr[++i] & 0xff);
		else
			gitperf_buf_addc(out, (char)*c);
	}
	out->failed |= plain.failed;
	gitperf_buffer_dispose(&plain);
}

void gitperf_print_string(gitperf_printer *p, const char *key, const char *value)
{
	size_t len = value ? strlen(value) : 0;

	gitperf_print_key(p, key);
	p->need_comma = 1;
	if (!value) {
		gitperf_buf_adds(p->out, "null");
	} else if (gitperf_utf8_check(value, len) == len) {
		add_string(p->out, value, len);
	} else {
		gitperf_buffer safe = GITPERF_BUFFER_INIT;

		gitperf_view_text(&safe, value);
		gitperf_json_add_string(p->out, safe.ptr, safe.len);
		gitperf_buffer_dispose(&safe);
	}
}

void gitperf_print_int(gitperf_printer *p, const char *key, int64_t value)
{
	gitperf_print_key(p, key);
	p->need_comma = 1;
	gitperf_buf_addf(p->out, "%lld", (long long)value);
}

void gitperf_print_real(gitperf_printer *p, const char *key, double value)
{
	char text[NUM_TEXT_MAX] = "null";

	gitperf_print_key(p, key);
	p->need_comma = 1;
	if (isfinite(value))
		gitperf_num_format(text, gitperf_num_from_double(value));
	gitperf_buf_adds(p->out, text);
}

void gitperf_print_bool(gitperf_printer *p, const char *key, int value)
{
	gitperf_print_key(p, key);
	p->need_comma = 1;
	gitperf_buf_adds(p->out, value ? "true" : "false");
}

void gitperf_view__print_pairs(gitperf_printer *p, const char *key,
			       const gitperf_pair *pairs, size_t n)
{
	size_t i;

	gitperf_print_key(p, key);
	gitperf_print_open(p, '{');
	for (i = 0; i < n; i++)
		gitperf_print_string(p, pairs[i].key, pairs[i].value);
	gitperf_print_close(p, '}');
}

void gitperf_view__add_real(gitperf_buffer *out, double value)
{
	char text[NUM_TEXT_MAX] = "-";

	if (isfinite(value))
		gitperf_num_format(text, gitperf_num_from_double(value));
	gitperf_buf_addf(out, "\t%s", text);
}

/* Blanks separate pairs, so in a key or value they are escaped, as in URLs */
static void add_escaped(gitperf_buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == ' ' || *text == '=' || *text == '%')
			gitperf_buf_addf(out, "%%%02X", *text);
		else
			gitperf_buf_addc(out, *text);
	}
}

void gitperf_view__add_pairs(gitperf_buffer *out, const gitperf_pair *pairs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i)
			gitperf_buf_addc(out, ' ');
		add_escaped(out, pairs[i].key);
		gitperf_buf_addc(out, '=');
		add_escaped(out, pairs[i].value);
	}
}

void gitperf_view__print_time(gitperf_printer *p, const char *key, gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	if (t)
		gitperf_time_format(text, t);
	gitperf_print_string(p, key, t ? text : NULL);
}

void gitperf_view__print_texts(gitperf_printer *p, const char *key, const char *const *list, size_t n)
{
	size_t i;

	gitperf_print_key(p, key);
	gitperf_print_open(p, '[');
	for (i = 0; i < n; i++)
		gitperf_print_string(p, NULL, list[i]);
	gitperf_print_close(p, ']');
}

void gitperf_view__print_lease(gitperf_printer *p, const gitperf_lease *lease)
{
	if (!lease->worker) {
		gitperf_print_string(p, "lease", NULL);
		return;
	}
	gitperf_print_key(p, "lease");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "worker", lease->worker);
	gitperf_print_int(p, "token", lease->token);
	gitperf_print_int(p, "beat", lease->beat);
	gitperf_print_int(p, "ttl_ms", lease->ttl_ms);
	gitperf_view__print_time(p, "since", lease->since);
	gitperf_view__print_texts(p, "steps", lease->steps, lease->nsteps);
	gitperf_print_int(p, "step", lease->step);
	gitperf_print_int(p, "done", lease->done);
	gitperf_print_int(p, "total", lease->total);
	gitperf_print_close(p, '}');
}

void gitperf_view__print_reasons(gitperf_printer *p, unsigned reasons)
{
	unsigned reason;

	gitperf_print_key(p, "reasons");
	gitperf_print_open(p, '[');
	for (reason = 0; reason < GITPERF_REASONS; reason++)
		if (reasons & 1u << reason)
			gitperf_print_string(p, NULL, gitperf_reason_name((gitperf_reason)reason));
	gitperf_print_close(p, ']');
}
