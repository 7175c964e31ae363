/*
 * gitconfig.c - git's configuration syntax, character by character
 *
 * Knows what sections, keys, quotes, escapes, comments and continued lines
 * are, and nothing of what any key means. t2001 compares it with git.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/gitconfig.h"
#include "base/utf8.h"

#include <strings.h>

struct reader {
	struct arena *arena;
	const char *path;
	const char *p, *end;
	unsigned line;           /* of the character that comes next */
	unsigned at;             /* of the one that was taken last */
	gitperf_buffer text;     /* what is being read */
	const char *section, *subsection;
	int glued;               /* a comment follows the value without a blank */
	struct gitconfig_entry *entries;
	size_t n;
};

/* Not those of <ctype.h>, which follow the locale */
static int is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_key_char(int c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

static int is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char to_lower(int c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The end of the file ends a line, and so does CR LF */
static int next_char(struct reader *r)
{
	int c;

	r->at = r->line;
	if (r->p == r->end)
		return '\n';
	if (r->p[0] == '\r' && r->end - r->p > 1 && r->p[1] == '\n')
		r->p++;
	c = (unsigned char)*r->p++;
	r->line += c == '\n';
	return c;
}

static int fail_at(const struct reader *r, unsigned line, const char *problem)
{
	return gitperf_fail(GITPERF_EFORMAT, "'%.200s' line %u: %s", r->path,
			    line, problem);
}

static int add_entry(struct reader *r, const char *key, const char *value,
		     unsigned line)
{
	struct gitconfig_entry *grown, *entry;

	if (r->n == GITCONFIG_ENTRIES_MAX)
		return gitperf_hint(fail_at(r, line, "too many entries"),
				    "a file has at most 100000 entries and headers");
	grown = gitperf_arena_grow(r->arena, r->entries, r->n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	r->entries = grown;
	entry = &grown[r->n++];
	entry->section = r->section;
	entry->subsection = r->subsection;
	entry->key = key;
	entry->value = value;
	entry->line = line;
	entry->glued = value && r->glued;
	return 0;
}

/* What was read so far, kept; *out is NULL without memory */
static int keep_text(struct reader *r, const char **out)
{
	int err = gitperf_buf_check(&r->text);

	*out = err < 0 ? NULL : gitperf_arena_copy(r->arena, r->text.ptr, r->text.len);
	gitperf_buf_truncate(&r->text, 0);
	if (err < 0)
		return err;
	return *out ? 0 : gitperf_fail_oom();
}

static int fail_header(const struct reader *r, unsigned line)
{
	return gitperf_hint(fail_at(r, line, "this is not the header of a section"),
			    "headers look like [suite] or [benchmark \"name\"], on one line");
}

/* Behind the name of a section: blanks, "...", and the bracket */
static int read_subsection(struct reader *r, int c, unsigned line)
{
	while (is_space(c)) {
		if (c == '\n')
			return fail_header(r, line);
		c = next_char(r);
	}
	if (c != '"')
		return fail_header(r, line);
	gitperf_buf_addc(&r->text, '.');
	while ((c = next_char(r)) != '"') {
		if (c == '\\')
			c = next_char(r);
		if (c == '\n')
			return fail_header(r, line);
		gitperf_buf_addc(&r->text, (char)c);
	}
	return next_char(r) == ']' ? 0 : fail_header(r, line);
}

/* Behind "[" */
static int read_header(struct reader *r)
{
	unsigned line = r->at;
	const char *name;
	char *dot;
	int c, err = 0;

	gitperf_buf_truncate(&r->text, 0);
	while ((c = next_char(r)) != ']') {
		if (is_space(c)) {
			err = read_subsection(r, c, line);
			break;
		}
		if (!is_key_char(c) && c != '.')
			return fail_header(r, line);
		gitperf_buf_addc(&r->text, to_lower(c));
	}
	if (err < 0 || (err = keep_text(r, &name)) < 0)
		return err;
	if (!*name)
		return fail_header(r, line);
	/* the first dot is where git divides a name */
	dot = strchr((char *)(uintptr_t)name, '.');
	if (dot)
		*dot++ = '\0';
	r->section = name;
	r->subsection = dot;
	return add_entry(r, NULL, NULL, line);
}

/* Behind a backslash in a value; 0 when the line goes on in the next one */
static int read_escape(struct reader *r)
{
	int c = next_char(r);

	switch (c) {
	case '\n':
		return 0;
	case 't':
		c = '\t';
		break;
	case 'b':
		c = '\b';
		break;
	case 'n':
		c = '\n';
		break;
	case '\\':
	case '"':
		break;
	default:
		return gitperf_hint(fail_at(r, r->at, "a backslash that begins no escape"),
				    "\\\\ is a backslash, \\\" a quote, \\n a new line, \\t a tab, \\b a backspace");
	}
	gitperf_buf_addc(&r->text, (char)c);
	return 0;
}

/* To the end of the line; returns whether it says something */
static int skip_comment(struct reader *r)
{
	int c, text = 0;

	while ((c = next_char(r)) != '\n')
		text |= !is_space(c);
	return text;
}

/* Behind "=": to the end of the line, or of its continuations */
static int read_value(struct reader *r)
{
	int quoted = 0, c, err;
	size_t keep = 0;         /* blanks behind this many bytes may be the last */

	r->glued = 0;
	while ((c = next_char(r)) != '\n' || quoted) {
		if (c == '\n')
			return gitperf_hint(fail_at(r, r->at, "a quote without its end"),
					    "end it on the same line, or write \\\" for a quote that is meant as such");
		if (is_space(c) && !quoted) {
			if (!keep)
				keep = r->text.len;
			if (r->text.len)
				gitperf_buf_addc(&r->text, (char)c);
			continue;
		}
		if (!quoted && (c == ';' || c == '#')) {
			r->glued = skip_comment(r) && !keep && r->text.len;
			break;
		}
		keep = 0;
		if (c == '"')
			quoted = !quoted;
		else if (c != '\\')
			gitperf_buf_addc(&r->text, (char)c);
		else if ((err = read_escape(r)) < 0)
			return err;
	}
	if (keep)
		gitperf_buf_truncate(&r->text, keep);
	return 0;
}

/* From the first character of a key on */
static int read_entry(struct reader *r, int c)
{
	const char *key, *value = NULL;
	unsigned line = r->at;
	int err;

	gitperf_buf_truncate(&r->text, 0);
	do {
		gitperf_buf_addc(&r->text, to_lower(c));
		c = next_char(r);
	} while (is_key_char(c));
	if ((err = keep_text(r, &key)) < 0)
		return err;
	while (c == ' ' || c == '\t')
		c = next_char(r);
	if (c != '\n' && c != '=') {
		gitperf_fail(GITPERF_EFORMAT, "'%.200s' line %u: no '=' behind '%.60s'",
			     r->path, line, key);
		return gitperf_hint(GITPERF_EFORMAT, "entries look like key = value; a key has letters, digits and '-'");
	}
	if (c == '=' && ((err = read_value(r)) < 0 || (err = keep_text(r, &value)) < 0))
		return err;
	return add_entry(r, key, value, line);
}

static int read_all(struct reader *r)
{
	int comment = 0, c, err = 0;

	while (!err && r->p < r->end) {
		c = next_char(r);
		if (c == '\n')
			comment = 0;
		if (comment || is_space(c))
			continue;
		comment = c == '#' || c == ';';
		if (comment)
			continue;
		if (c == '[')
			err = read_header(r);
		else if (is_letter(c))
			err = read_entry(r, c);
		else
			err = gitperf_hint(fail_at(r, r->at, "neither a section, nor an entry, nor a comment"),
					   "entries look like key = value, comments begin with #");
	}
	return err;
}

static int check_text(const struct reader *r)
{
	size_t len = (size_t)(r->end - r->p), at = gitperf_utf8_check(r->p, len);
	const char *nul = len ? memchr(r->p, '\0', len) : NULL, *bad, *p;
	unsigned line = 1;

	if (nul && (size_t)(nul - r->p) < at)
		at = (size_t)(nul - r->p);
	if (at == len)
		return 0;
	bad = r->p + at;
	for (p = r->p; p < bad; p++)
		line += *p == '\n';
	if (bad == nul)
		return gitperf_hint(fail_at(r, line, "a NUL character"), "write the file as plain text");
	return gitperf_hint(fail_at(r, line, "not valid UTF-8"), "write the file as UTF-8");
}

int gitperf_gitconfig_parse(struct gitconfig *out, struct arena *arena,
			    const char *path, const char *bytes, size_t len)
{
	struct reader r = { .arena = arena, .path = path, .p = bytes,
			    .end = bytes + len, .line = 1,
			    .text = GITPERF_BUFFER_INIT };
	int err = check_text(&r);

	/* a byte order mark, which some editors leave */
	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		r.p += 3;
	if (!err)
		err = read_all(&r);
	gitperf_buffer_dispose(&r.text);
	out->entries = err < 0 ? NULL : r.entries;
	out->n = err < 0 ? 0 : r.n;
	return err;
}

int gitperf_gitconfig_bool(const char *value)
{
	static const char *const yes[] = { "true", "yes", "on" };
	static const char *const no[] = { "", "false", "no", "off" };
	size_t i;
	char *end;
	long number;

	for (i = 0; i < ARRAY_SIZE(yes); i++)
		if (!strcasecmp(value, yes[i]))
			return 1;
	for (i = 0; i < ARRAY_SIZE(no); i++)
		if (!strcasecmp(value, no[i]))
			return 0;
	number = strtol(value, &end, 10);
	return *end ? -1 : number != 0;
}
