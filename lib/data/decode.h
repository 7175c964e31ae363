/*
 * decode.h - taking typed values out of a JSON tree
 *
 * A decoder knows where it is (which benchmark, which metric), so that its
 * errors read "benchmark 'sort', metric 'wall': ...". Strings are copied into
 * its arena, terminated.
 */
#ifndef GITPERF_DATA_DECODE_H
#define GITPERF_DATA_DECODE_H

#include "base/arena.h"
#include "base/json.h"
#include <gitperf/common.h>

struct decoder {
	struct arena *arena;
	const char *benchmark;   /* where we are, for messages; or NULL */
	const char *metric;
	size_t unknown;          /* keys that nobody asked for */
	int input;               /* written by hand: those are errors */
	int bare;                /* metrics need no unit, and no direction: the
	                          * unit says it */
	const char *help;        /* where to read on; NULL: gitperf-record(5) */
};

/** Return from this function when `expr` is an error. */
#define TRY(expr) \
	do { int try_err = (expr); if (try_err < 0) return try_err; } while (0)

/** GITPERF_EFORMAT, with the place in front. */
int gitperf_decode_fail(struct decoder *d, const char *fmt, ...)
	GITPERF_PRINTF(2, 3);

/** `value` must be of this type; `key` names it in the error. */
int gitperf_decode_type(struct decoder *d, const struct json *value,
			const char *key, enum json_type type);

/** Count (or refuse) members that are not in the NULL-terminated list. */
int gitperf_decode_keys(struct decoder *d, const struct json *object,
			const char *const *known);

/* Members of an object. Absent ones leave *out as it was. */

/** One line of text without control characters, at most `most` bytes. */
int gitperf_decode_name(struct decoder *d, const char **out,
			const struct json *object, const char *key, size_t most);
/** Text of any characters but NUL. */
int gitperf_decode_text(struct decoder *d, const char **out,
			const struct json *object, const char *key, size_t most);
/** A word of a NULL-terminated list, as its index. */
int gitperf_decode_word(struct decoder *d, int *out, const struct json *object,
			const char *key, const char *const *words);
/** `least` to `most` lower-case hex digits. */
int gitperf_decode_hex(struct decoder *d, const char **out,
		       const struct json *object, const char *key,
		       size_t least, size_t most);
/** An integer not below `least`. */
int gitperf_decode_int(struct decoder *d, int64_t *out,
		       const struct json *object, const char *key, int64_t least);
int gitperf_decode_time(struct decoder *d, gitperf_time *out,
			const struct json *object, const char *key);
/** An object of strings. */
int gitperf_decode_pairs(struct decoder *d, const gitperf_pair **out, size_t *n,
			 const struct json *object, const char *key);
/** A number of any kind; `key` names it in the error. */
int gitperf_decode_number(struct decoder *d, gitperf_number *out,
			  const struct json *value, const char *key);

/** Whether something says that it is of a larger schema than `known`. */
int gitperf_decode_is_newer(const char *bytes, size_t len, long known);

#endif
