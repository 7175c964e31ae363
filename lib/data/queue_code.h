/*
 * queue_code.h - what the files of a queue have in common, to JSON and back
 */
#ifndef GITPERF_DATA_QUEUE_CODE_H
#define GITPERF_DATA_QUEUE_CODE_H

#include "base/buf.h"
#include "data/decode.h"
#include "data/encode.h"
#include "data/queue.h"

#define QUEUE_SCHEMA 1
#define QUEUE_ID_DIGITS 40

struct decoder gitperf_queue__decoder(struct arena *arena);

/** The object that a file is; `what` names it in errors. */
int gitperf_queue__decode_root(const struct json **out, struct decoder *d, const char *what,
			       const char *bytes, size_t len);

/* Members that must be there: an id, a platform */
int gitperf_queue__decode_id(struct decoder *d, const char **out, const struct json *object, const char *key);
int gitperf_queue__decode_platform(struct decoder *d, const char **out, const struct json *object);

/* Members that may be missing; then *out stays as it was, or is none */

/** Up to QUEUE_NUMBER_MAX. */
int gitperf_queue__decode_number(struct decoder *d, int64_t *out, const struct json *object,
				 const char *key, int64_t least);
/** An array, and how long it is. */
int gitperf_queue__decode_list(struct decoder *d, const struct json **out, size_t *n,
			       const struct json *object, const char *key);
/** An array of names. */
int gitperf_queue__decode_texts(struct decoder *d, const char *const **out, size_t *n,
				const struct json *object, const char *key);
/** An array of times. */
int gitperf_queue__decode_times(struct decoder *d, const gitperf_time **out, size_t *n,
				const struct json *object, const char *key);
int gitperf_queue__decode_lease(struct decoder *d, gitperf_lease *out, const struct json *object);

/* Members of what is written; nothing for what has its default */

void gitperf_queue__encode_number(struct json_writer *w, const char *key, int64_t value);
void gitperf_queue__encode_texts(struct json_writer *w, const char *key, const char *const *list, size_t n);
void gitperf_queue__encode_times(struct json_writer *w, const char *key, const gitperf_time *list, size_t n);
void gitperf_queue__encode_lease(struct json_writer *w, const gitperf_lease *lease);

/** The end of an object that is a file. */
int gitperf_queue__encode_end(gitperf_buffer *out, struct json_writer *w);

/** Read again what was written from `from` on: what cannot be read would be lost. */
#define QUEUE_CHECK(out, from, parse, type) do { \
	struct arena check_arena = ARENA_INIT; \
	type check_value; \
	err = parse(&check_value, &check_arena, (out)->ptr + (from), (out)->len - (from)); \
	gitperf_arena_free(&check_arena); \
} while (0)

#endif
