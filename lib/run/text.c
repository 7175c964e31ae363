/*
 * text.c - foreign bytes as text that can be stored and shown
 *
 * Programs and the files of a machine may contain anything. Knows bytes and
 * UTF-8; not where they came from.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "run/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

static int is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void add_ascii(gitperf_buffer *out, char c, char next)
{
	if (c == '\r' && next != '\n')
		c = '\n';
	if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f))
		gitperf_buf_addc(out, c);
}

/* Valid UTF-8 without the control characters U+0000-1F, U+7F and U+80-9F */
static void add_valid(gitperf_buffer *out, const char *text, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		for (n = 1; i + n < len && is_continuation(text[i + n]); n++)
			;
		if (n == 1)
			add_ascii(out, text[i], i + 1 < len ? text[i + 1] : '\0');
		else if (memcmp(text + i, "\xc2\xa0", 2) >= 0)
			gitperf_buf_add(out, text + i, n);
	}
}

void gitperf_text__clean(gitperf_buffer *out, const char *bytes, size_t len)
{
	size_t valid;

	while (len) {
		valid = gitperf_utf8_check(bytes, len);
		add_valid(out, bytes, valid);
		bytes += valid;
		len -= valid;
		if (!len)
			break;
		gitperf_buf_adds(out, REPLACEMENT);
		bytes++;
		len--;
	}
}

void gitperf_text__line(gitperf_buffer *out, const char *bytes, size_t len)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *p, *space = " \t\n";
	size_t n, start = out->len;

	gitperf_text__clean(&text, bytes, len);
	for (p = text.ptr; *p; p += n) {
		p += strspn(p, space);
		n = strcspn(p, space);
		if (n && out->len > start)
			gitperf_buf_addc(out, ' ');
		gitperf_buf_add(out, p, n);
	}
	if (text.failed)
		out->failed = 1;
	gitperf_buffer_dispose(&text);
}

size_t gitperf_text__head(const char *text, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most && is_continuation(text[most]))
		most--;
	return most;
}

const char *gitperf_text__keep(struct arena *arena, const char *bytes, size_t len,
			       size_t most)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	const char *kept = NULL;

	gitperf_text__line(&line, bytes, len);
	if (line.failed)
		arena->failed = 1;
	else
		kept = gitperf_arena_copy(arena, line.ptr,
					  gitperf_text__head(line.ptr, line.len, most));
	gitperf_buffer_dispose(&line);
	return kept;
}

size_t gitperf_text__next(const char *text, size_t len, size_t at)
{
	size_t most = at + TEXT_CHARACTER_REST;

	while (at < len && at < most && is_continuation(text[at]))
		at++;
	return at;
}
