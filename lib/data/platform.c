/*
 * platform.c - names that are safe in every path, and identities by digest
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "data/names.h"
#include "data/pairs.h"

#include <gitperf/platform.h>

/* 64 bits: collisions matter only within one benchmark's history */
#define ID_DIGITS 16

static const char first_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char other_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_+-";

static const char *name_problem(const char *name)
{
	size_t len = strlen(name);
	const char *p = name + 1;

	if (!len)
		return "is empty";
	if (len > GITPERF_NAME_MAX)
		return "is longer than 64 bytes";
	if (!strchr(first_chars, name[0]))
		return "must begin with a-z or 0-9";
	for (;;) {
		p += strspn(p, other_chars);
		if (!*p)
			break;
		if (*p != '.')
			return "has a character other than a-z, 0-9, _, +, - and .";
		if (!p[1] || p[1] == '.')
			return "has a dot at its end or two in a row";
		p++;
	}
	if (len >= 5 && !strcmp(name + len - 5, ".lock"))
		return "ends in .lock";
	return NULL;
}

static int check_name(const char *what, const char *name)
{
	const char *problem = name_problem(name);

	if (!problem)
		return 0;
	gitperf_fail(GITPERF_EINVALID, "%s '%.80s' %s", what, name, problem);
	return gitperf_hint(GITPERF_EINVALID, "name it like x86-64-linux");
}

int gitperf_platform_check(const char *name)
{
	return check_name("platform", name);
}

int gitperf_worker_check(const char *name)
{
	return check_name("worker", name);
}

int gitperf_name_ok(const char *text, size_t most)
{
	size_t len = strlen(text), i;

	if (!len || len > most)
		return 0;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		/* C0, DEL, and C1 (U+0080 to U+009F) as UTF-8 */
		if (c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text[i + 1] < 0xa0))
			return 0;
	}
	return 1;
}

int gitperf_hex_ok(const char *text, size_t least, size_t most)
{
	size_t len = strlen(text);

	return len >= least && len <= most &&
	       strspn(text, "0123456789abcdef") == len;
}

static const char *alias(const char *name, const char *const (*table)[2])
{
	for (; (*table)[0]; table++)
		if (!strcmp((*table)[0], name))
			return (*table)[1];
	return name;
}

int gitperf_platform_name(gitperf_buffer *out, const char *arch, const char *os)
{
	static const char *const archs[][2] = {
		{ "x86_64", "x86-64" }, { "amd64", "x86-64" }, { "x64", "x86-64" },
		{ "AMD64", "x86-64" }, { "arm64", "aarch64" }, { "ARM64", "aarch64" },
		{ "i386", "x86" }, { "i686", "x86" }, { NULL, NULL }
	};
	static const char *const systems[][2] = {
		{ "darwin", "macos" }, { "Darwin", "macos" }, { "macOS", "macos" },
		{ "Linux", "linux" }, { "Windows", "windows" },
		{ "FreeBSD", "freebsd" }, { NULL, NULL }
	};
	size_t start = out->len;
	int err;

	gitperf_buf_addf(out, "%s-%s", alias(arch, archs), alias(os, systems));
	if ((err = gitperf_buf_check(out)) < 0 ||
	    (err = gitperf_platform_check(out->ptr + start)) < 0)
		gitperf_buf_truncate(out, start);
	return err;
}

static void add_digest(gitperf_buffer *out, const gitperf_buffer *text)
{
	char hex[DIGEST_HEX + 1];

	gitperf_digest(hex, text->ptr, text->len);
	gitperf_buf_add(out, hex, ID_DIGITS);
}

/* What does not change what is measured, and changes from day to day, or with
 * the rights that somebody has */
static int is_passing(const char *key)
{
	return !strcmp(key, "load") || !strcmp(key, "counters");
}

/* Digest of the canonical JSON object made of the entries */
static int digest_pairs(gitperf_buffer *out, const gitperf_pair *entries,
			size_t n, int (*is_left_out)(const char *key))
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct json_writer w = { &text, 0 };
	gitperf_pair *sorted;
	size_t i;
	int err;

	sorted = malloc((n ? n : 1) * sizeof(*sorted));
	if (!sorted)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++)
		sorted[i] = entries[i];
	qsort(sorted, n, sizeof(*sorted), gitperf_pairs_by_key);
	gitperf_json_open(&w, '{');
	for (i = 0; i < n; i++) {
		if (is_left_out && is_left_out(sorted[i].key))
			continue;
		gitperf_json_key(&w, sorted[i].key);
		gitperf_json_string(&w, sorted[i].value);
	}
	gitperf_json_close(&w, '}');
	err = gitperf_buf_check(&text);
	if (!err)
		add_digest(out, &text);
	free(sorted);
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : gitperf_buf_check(out);
}

int gitperf_environment_fingerprint(gitperf_buffer *out,
				    const gitperf_pair *entries, size_t n)
{
	return digest_pairs(out, entries, n, is_passing);
}

int gitperf_workload_id(gitperf_buffer *out, const gitperf_pair *parts, size_t n)
{
	return digest_pairs(out, parts, n, NULL);
}

int gitperf_workload_digest(gitperf_buffer *out, const char *const *words,
			    size_t n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct json_writer w = { &text, 0 };
	size_t i;
	int err;

	gitperf_json_open(&w, '[');
	for (i = 0; i < n; i++)
		gitperf_json_string(&w, words[i]);
	gitperf_json_close(&w, ']');
	err = gitperf_buf_check(&text);
	if (!err)
		add_digest(out, &text);
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : gitperf_buf_check(out);
}
