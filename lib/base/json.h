/*
 * json.h - JSON in (a tree in an arena) and JSON out
 *
 * Reading is strict, because input comes from anywhere: UTF-8 without
 * overlong forms and surrogates, no NUL, no duplicate keys, no NaN, limited
 * depth, size and number of values. Objects come out sorted by key. Numbers stay
 * text until somebody wants them. Strings point into the input where they can,
 * so the input must outlive the tree.
 */
#ifndef GITPERF_BASE_JSON_H
#define GITPERF_BASE_JSON_H

#include "base/arena.h"
#include <gitperf/common.h>
#include <string.h>

#define JSON_DEPTH_MAX 32
#define JSON_VALUES_MAX 2000000

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json {
	enum json_type type;
	unsigned count;          /* of children; a bool's value */
	const char *key;         /* as a member of an object, not terminated */
	size_t key_len;
	const char *text;        /* of a string or a number, not terminated */
	size_t len;
	struct json *next;       /* the next sibling */
	struct json *child;      /* the first child */
};

/** Read one value that fills `bytes`; GITPERF_EFORMAT names line and column. */
int gitperf_json_parse(struct json **out, struct arena *arena,
		       const char *bytes, size_t len);

/** The member of an object with this key, or NULL. */
static inline const struct json *gitperf_json_member(const struct json *object,
						     const char *key)
{
	size_t len = strlen(key);
	const struct json *m;

	for (m = object->child; m; m = m->next)
		if (m->key_len == len && !memcmp(m->key, key, len))
			return m;
	return NULL;
}

/** Whether a string (or number literal) is exactly this text. */
int gitperf_json_is(const struct json *value, const char *text);

/** "a string", "an object", ...: for messages. */
const char *gitperf_json_type_name(enum json_type type);

/**
 * Append a value in canonical form: sorted keys, no space, canonical numbers.
 * A top-level member named `without` is left out (NULL: none).
 */
int gitperf_json_print(gitperf_buffer *out, const struct json *value,
		       const char *without);

/**
 * Append text as a JSON string, quoted and escaped: only what must be escaped
 * is, with the short forms where they exist. `text` is valid UTF-8.
 */
void gitperf_json_add_string(gitperf_buffer *out, const char *text, size_t len);

/** Writing piece by piece: commas come by themselves. Zero-initialise. */
struct json_writer {
	gitperf_buffer *out;
	int need_comma;
};

void gitperf_json_open(struct json_writer *w, char bracket);
void gitperf_json_close(struct json_writer *w, char bracket);
void gitperf_json_key(struct json_writer *w, const char *key);
void gitperf_json_string(struct json_writer *w, const char *text);
void gitperf_json_int(struct json_writer *w, int64_t value);
void gitperf_json_number(struct json_writer *w, gitperf_number number);
void gitperf_json_literal(struct json_writer *w, const char *literal);

#endif
