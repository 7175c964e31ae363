/*
 * text.c - the small pieces: safe text, quantities, changes, sparklines
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "view/view.h"

#include <math.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Bidirectional controls can make a line read as what it is not. */
static int is_bidi(const unsigned char *p)
{
	if (p[0] == 0xd8)
		return p[1] == 0x9c;
	if (p[0] != 0xe2)
		return 0;
	return (p[1] == 0x80 && ((p[2] >= 0xaa && p[2] <= 0xae) || p[2] == 0x8e || p[2] == 0x8f)) ||
	       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

static size_t sequence_length(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

void gitperf_view_text(gitperf_buffer *out, const char *text)
{
	size_t len = strlen(text), valid = gitperf_utf8_check(text, len), at = 0;

	while (at < len) {
		const unsigned char *p = (const unsigned char *)text + at;
		size_t step = at < valid ? sequence_length(*p) : 1;

		if (at == valid) {
			gitperf_buf_adds(out, REPLACEMENT);
			valid = at + 1 + gitperf_utf8_check(text + at + 1, len - at - 1);
		} else if (*p < 0x20 || *p == 0x7f) {
			gitperf_buf_addf(out, "\\x%02x", *p);
		} else if ((*p == 0xc2 && p[1] < 0xa0) || is_bidi(p)) {
			gitperf_buf_adds(out, REPLACEMENT);
		} else {
			gitperf_buf_add(out, p, step);
		}
		at += step;
	}
}

static uint32_t code_point(const unsigned char *p, size_t len)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = p[0] & masks[len];
	size_t i;

	for (i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

/*
 * Two for East Asian wide characters and pictographs, none for combining ones:
 * the large blocks of Unicode's EastAsianWidth.txt and of general category Mn.
 */
static size_t columns_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t width;
	} blocks[] = {
		{ 0x300, 0x36f, 0 }, { 0x1100, 0x115f, 2 }, { 0x200b, 0x200d, 0 },
		{ 0x20d0, 0x20ff, 0 }, { 0x2e80, 0x303e, 2 }, { 0x3041, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 }, { 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 },
		{ 0xfe30, 0xfe6f, 2 }, { 0xff00, 0xff60, 2 }, { 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1f9ff, 2 },
		{ 0x20000, 0x3fffd, 2 }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		if (c >= blocks[i].first && c <= blocks[i].last)
			return blocks[i].width;
	return 1;
}

size_t gitperf_view__fit(const char *text, size_t most, size_t *width)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t at = 0, used = 0, step, columns;

	for (; p[at]; at += step, used += columns) {
		step = sequence_length(p[at]);
		if (step > strlen(text + at))
			step = 1;
		columns = columns_of(code_point(p + at, step));
		if (most && used + columns > most)
			break;
	}
	*width = used;
	return at;
}

size_t gitperf_view__width(const char *text)
{
	size_t width;

	gitperf_view__fit(text, 0, &width);
	return width;
}

void gitperf_view__colored(gitperf_buffer *out, const gitperf_view_options *o,
			   enum view_color color, const char *text)
{
	static const char *const codes[] = { "", "2", "1", "32", "31", "33" };

	if (o->color && color != VIEW_PLAIN)
		gitperf_buf_addf(out, "\033[%sm%s\033[m", codes[color], text);
	else
		gitperf_buf_adds(out, text);
}

/* How much of a text goes onto a line: whole words, and at least one */
static size_t line_length(const char *text, size_t most)
{
	size_t width, at = gitperf_view__fit(text, most, &width);

	if (!text[at])
		return at;
	while (at && text[at] != ' ')
		at--;
	while (at && text[at - 1] == ' ')
		at--;
	return at ? at : strcspn(text, " ");
}

void gitperf_view__wrapped(gitperf_buffer *out, const gitperf_view_options *o,
			   enum view_color color, const char *text, size_t indent)
{
	size_t most = !o->width ? 0 : o->width > indent ? o->width - indent : 1;
	gitperf_buffer line = GITPERF_BUFFER_INIT;

	for (;;) {
		size_t len = line_length(text, most);

		gitperf_buf_truncate(&line, 0);
		gitperf_buf_add(&line, text, len);
		gitperf_view__colored(out, o, color, line.ptr);
		text += len + strspn(text + len, " ");
		if (!*text)
			break;
		gitperf_buf_addf(out, "\n%*s", (int)indent, "");
	}
	out->failed |= line.failed;
	gitperf_buffer_dispose(&line);
}

struct scale {
	double from;
	const char *name;
};

static void add_scaled(gitperf_buffer *out, double value,
		       const struct scale *scales)
{
	double size = fabs(value);

	while (scales[1].name && size < scales[0].from)
		scales++;
	value /= scales->from;
	size = fabs(value);
	if (scales->from <= 1 && value == floor(value))
		gitperf_buf_addf(out, "%.0f", value);
	else if (size < 0.1)
		gitperf_buf_addf(out, "%.3g", value);
	else
		gitperf_buf_addf(out, "%.*f", size < 100 ? 2 : 1, value);
	gitperf_buf_addf(out, "%s%s", *scales->name ? " " : "", scales->name);
}

void gitperf_view_value(gitperf_buffer *out, double value, const char *unit)
{
	static const struct scale time[] = {
		{ 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" }, { 0, NULL }
	};
	static const struct scale bytes[] = {
		{ 1073741824.0, "GiB" }, { 1048576.0, "MiB" }, { 1024, "KiB" },
		{ 1, "B" }, { 0, NULL }
	};
	static const struct scale count[] = {
		{ 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" }, { 0, NULL }
	};
	size_t len = strlen(unit);

	if (!strcmp(unit, "ns")) {
		add_scaled(out, value, time);
	} else if (!strcmp(unit, "bytes")) {
		add_scaled(out, value, bytes);
	} else if (!strcmp(unit, "count")) {
		add_scaled(out, value, count);
	} else if (!strcmp(unit, "1")) {
		gitperf_buf_addf(out, "%.6g", value);
	} else if (len > 2 && !strcmp(unit + len - 2, "/s") && fabs(value) >= 1e4) {
		/* "119.6 M items/s" */
		add_scaled(out, value, count);
		gitperf_buf_addc(out, ' ');
		gitperf_view_text(out, unit);
	} else {
		gitperf_buf_addf(out, "%.6g ", value);
		gitperf_view_text(out, unit);
	}
}

void gitperf_view__change(gitperf_buffer *out, double change)
{
	double percent = change * 100, size = fabs(percent);

	if (size < 0.05)
		gitperf_buf_adds(out, "0.0%");
	else if (percent >= 200)
		gitperf_buf_addf(out, "x%.1f", change + 1);
	else
		gitperf_buf_addf(out, "%+.1f%%", percent);
}

enum view_color gitperf_view__judge(gitperf_better better, double change)
{
	/* changes below this are the grey of daily noise, not a verdict */
	if (better == GITPERF_BETTER_NONE || fabs(change) < 0.02)
		return VIEW_PLAIN;
	return (change < 0) == (better == GITPERF_BETTER_LOWER) ? VIEW_GOOD : VIEW_BAD;
}

void gitperf_view__spark(gitperf_buffer *out, const gitperf_point *points,
			 size_t n, size_t most)
{
	double low, high;
	size_t i, count = n < most ? n : most;

	if (!count)
		return;
	low = high = points[0].value;
	for (i = 1; i < count; i++) {
		low = points[i].value < low ? points[i].value : low;
		high = points[i].value > high ? points[i].value : high;
	}
	for (i = count; i--;) {
		/* halved, so that the range of all doubles does not overflow */
		double range = high / 2 - low / 2;
		int level = range > 0 ? (int)((points[i].value / 2 - low / 2) / range * 7.999) : 3;

		/* U+2581 LOWER ONE EIGHTH BLOCK and the seven that follow */
		gitperf_buf_addf(out, "\xe2\x96%c", 0x81 + level);
	}
}

void gitperf_view__date(gitperf_buffer *out, gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	gitperf_time_format(text, t);
	gitperf_buf_add(out, text, 10);
}

void gitperf_view__indented(gitperf_buffer *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		gitperf_buffer one = GITPERF_BUFFER_INIT;

		gitperf_buf_add(&one, text, len);
		gitperf_buf_adds(out, "      | ");
		gitperf_view_text(out, one.ptr);
		gitperf_buf_addc(out, '\n');
		out->failed |= one.failed;
		gitperf_buffer_dispose(&one);
		text += len + (text[len] == '\n');
	}
}

void gitperf_view__interval(gitperf_buffer *out, const gitperf_interval *interval,
			    const char *unit)
{
	if (interval->confidence <= 0)
		return;
	gitperf_view_value(out, interval->low, unit);
	gitperf_buf_adds(out, " .. ");
	gitperf_view_value(out, interval->high, unit);
	/* few samples cannot reach 95 %: say what they do reach */
	if (interval->confidence < 0.95)
		gitperf_buf_addf(out, " (%.0f%%)", interval->confidence * 100);
}

void gitperf_view__pairs(gitperf_buffer *out, const gitperf_pair *pairs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *value = pairs[i].value;
		const char *quote = !*value || strpbrk(value, " \"{}") ? "\"" : "";

		if (i)
			gitperf_buf_addc(out, ' ');
		gitperf_view_text(out, pairs[i].key);
		gitperf_buf_addf(out, "=%s", quote);
		gitperf_view_text(out, value);
		gitperf_buf_adds(out, quote);
	}
}

void gitperf_view_name(gitperf_buffer *out, const char *benchmark,
		       const gitperf_pair *params, size_t nparams)
{
	gitperf_view_text(out, benchmark);
	if (!nparams)
		return;
	gitperf_buf_adds(out, " {");
	gitperf_view__pairs(out, params, nparams);
	gitperf_buf_addc(out, '}');
}
