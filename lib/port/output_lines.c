/*
 * output_lines.c - lines and words of a text that does not end in a NUL
 */
#include "base/compat.h"
#include "port/output.h"

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int gitperf_output__line(struct lines *lines, struct span *line)
{
	size_t left = (size_t)(lines->end - lines->at);
	const char *nl;

	if (!left)
		return 0;
	nl = memchr(lines->at, '\n', left);
	line->text = lines->at;
	line->len = nl ? (size_t)(nl - lines->at) : left;
	lines->at += line->len + (nl != NULL);
	lines->number++;
	if (line->len && line->text[line->len - 1] == '\r')
		line->len--;
	return 1;
}

struct span gitperf_output__word(struct span *line)
{
	struct span word;

	while (line->len && is_blank(*line->text)) {
		line->text++;
		line->len--;
	}
	word = *line;
	while (line->len && !is_blank(*line->text)) {
		line->text++;
		line->len--;
	}
	word.len -= line->len;
	return word;
}

struct span gitperf_output__trim(struct span text)
{
	while (text.len && is_blank(*text.text)) {
		text.text++;
		text.len--;
	}
	while (text.len && is_blank(text.text[text.len - 1]))
		text.len--;
	return text;
}

int gitperf_output__begins(struct span text, const char *what)
{
	size_t len = strlen(what);

	return text.len >= len && !memcmp(text.text, what, len);
}

int gitperf_output__ends(struct span text, const char *what)
{
	size_t len = strlen(what);

	return text.len >= len && !memcmp(text.text + text.len - len, what, len);
}

int gitperf_output__is(struct span text, const char *what)
{
	return text.len == strlen(what) && gitperf_output__begins(text, what);
}
