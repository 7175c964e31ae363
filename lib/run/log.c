/*
 * log.c - what a command printed, fit to be stored
 *
 * Records are pushed to where everybody reads them, so what looks like a secret
 * in the command's environment must not be in them. Knows nothing of who ran
 * the command or how it ended.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "run/log.h"
#include "run/text.h"

#include <strings.h>

#define STARS "***"
/* shorter values would blank out ordinary words */
#define SECRET_MIN 6

int gitperf_tail__init(struct tail *tail, size_t size)
{
	tail->ring = malloc(size ? size : 1);
	tail->size = size;
	tail->total = 0;
	return tail->ring ? 0 : gitperf_fail_oom();
}

void gitperf_tail__add(struct tail *tail, const char *bytes, size_t len)
{
	size_t at, part;

	if (!tail->size)
		return;
	if (len > tail->size) {
		tail->total += len - tail->size;
		bytes += len - tail->size;
		len = tail->size;
	}
	at = (size_t)(tail->total % tail->size);
	part = len < tail->size - at ? len : tail->size - at;
	memcpy(tail->ring + at, bytes, part);
	memcpy(tail->ring, bytes + part, len - part);
	tail->total += len;
}

void gitperf_tail__reset(struct tail *tail)
{
	tail->total = 0;
}

void gitperf_tail__free(struct tail *tail)
{
	free(tail->ring);
	tail->ring = NULL;
}

/* The ring from its oldest byte on */
static void unroll(gitperf_buffer *out, const struct tail *tail)
{
	size_t at = (size_t)(tail->total % (tail->size ? tail->size : 1));

	if (tail->total > tail->size)
		gitperf_buf_add(out, tail->ring + at, tail->size - at);
	else if (tail->total == tail->size)
		at = tail->size;
	gitperf_buf_add(out, tail->ring, at);
}

/* The value of a "NAME=value" whose name looks like a secret's, or NULL */
static const char *secret_value(const char *entry)
{
	static const char *const marks[] = {
		"TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "PRIVATE",
		"CREDENTIAL"
	};
	const char *end = strchr(entry, '='), *p;
	size_t i;

	if (!end || strlen(end + 1) < SECRET_MIN)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		for (p = entry; p + strlen(marks[i]) <= end; p++)
			if (!strncasecmp(p, marks[i], strlen(marks[i])))
				return end + 1;
	return NULL;
}

size_t gitperf_log__slack(const char *const *env)
{
	const char *value;
	size_t longest = 0;

	for (; *env; env++) {
		value = secret_value(*env);
		if (value && strlen(value) > longest)
			longest = strlen(value);
	}
	return longest + TEXT_CHARACTER_REST;
}

/* The secret values of `env`, NULL behind; NULL: out of memory */
static const char **secrets_of(const char *const *env)
{
	size_t n = 0, i;
	const char **found;

	for (i = 0; env[i]; i++)
		n += secret_value(env[i]) != NULL;
	found = malloc((n + 1) * sizeof(*found));
	if (!found)
		return NULL;
	for (i = 0, n = 0; env[i]; i++)
		if (secret_value(env[i]))
			found[n++] = secret_value(env[i]);
	found[n] = NULL;
	return found;
}

/* Length of the longest secret that `text` begins with */
static size_t secret_at(const char *const *secrets, const char *text, size_t len)
{
	size_t n, found = 0;

	for (; *secrets; secrets++) {
		if (**secrets != *text)
			continue;
		n = strlen(*secrets);
		if (n > found && n <= len && !memcmp(text, *secrets, n))
			found = n;
	}
	return found;
}

/*
 * Copy text from `from` on, with stars for every run of bytes that belongs to
 * a secret, also to one that begins before `from`.
 */
static void hide(gitperf_buffer *out, const char *text, size_t len, size_t from,
		 const char *const *secrets)
{
	size_t i, n, hidden = 0;
	int stars = 0;

	for (i = 0; i < len; i++) {
		n = secret_at(secrets, text + i, len - i);
		if (n && i + n > hidden)
			hidden = i + n;
		if (i < from)
			continue;
		if (i >= hidden)
			gitperf_buf_addc(out, text[i]);
		else if (!stars)
			gitperf_buf_adds(out, STARS);
		stars = i < hidden;
	}
}

/*
 * Where to begin in a ring that has forgotten something: behind what may be
 * the end of a secret or of a character that began before.
 */
static size_t first_whole(const gitperf_buffer *raw, const char *const *env)
{
	size_t slack = gitperf_log__slack(env) - TEXT_CHARACTER_REST;

	return gitperf_text__next(raw->ptr, raw->len, slack);
}

void gitperf_log__format(gitperf_buffer *out, const struct tail *tail,
			 const char *const *env, size_t limit)
{
	gitperf_buffer raw = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	gitperf_buffer clean = GITPERF_BUFFER_INIT;
	const char **secrets = secrets_of(env);
	size_t from = 0, start = 0;

	unroll(&raw, tail);
	if (!secrets || raw.failed) {
		out->failed = 1;
		goto out;
	}
	if (tail->total > tail->size)
		from = first_whole(&raw, env);
	hide(&text, raw.ptr, raw.len, from, secrets);
	gitperf_text__clean(&clean, text.ptr, text.len);
	if (clean.len > limit)
		start = gitperf_text__next(clean.ptr, clean.len, clean.len - limit);
	gitperf_buf_add(out, clean.ptr + start, clean.len - start);
	if (text.failed || clean.failed)
		out->failed = 1;
out:
	free(secrets);
	gitperf_buffer_dispose(&raw);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&clean);
}

/* Append text, with "***" for the values of secret variables */
static void scrub(gitperf_buffer *out, const char *text, size_t len,
		  const char *const *env)
{
	const char **secrets = secrets_of(env);

	if (secrets)
		hide(out, text, len, 0, secrets);
	else
		out->failed = 1;
	free(secrets);
}

const char *gitperf_log__error(struct arena *arena, const char *text, size_t len,
			       const char *const *env)
{
	gitperf_buffer clean = GITPERF_BUFFER_INIT;
	const char *kept;

	scrub(&clean, text, len, env);
	kept = gitperf_text__keep(arena, clean.ptr, clean.len, TEXT_ERROR_MAX);
	if (clean.failed)
		arena->failed = 1;
	gitperf_buffer_dispose(&clean);
	return kept;
}
