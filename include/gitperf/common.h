/*
 * gitperf/common.h - what every other header needs
 *
 * Conventions of the whole library:
 *
 *  - Functions return an int: 0 for success, or a negative GITPERF_E* code
 *    (see gitperf/error.h) whose meaning is what the caller can do about it.
 *    Iterators return 1 for an item, 0 at the end, negative for an error.
 *  - Out parameters come first. `T **out` is yours: free it with T_free().
 *    A returned `const T *`, and every string inside a struct, is lent by its
 *    owner until the owner is freed.
 *  - T_free(NULL) does nothing.
 *  - Units are part of names: wall_ns, timeout_ms.
 *  - The library never prints, never exits, and has no state of its own but
 *    the calling thread's last error.
 */
#ifndef GITPERF_COMMON_H
#define GITPERF_COMMON_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
# define GITPERF_EXPORT __attribute__((visibility("default")))
# define GITPERF_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
# define GITPERF_EXPORT
# define GITPERF_PRINTF(fmt, args)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this library, for example "0.1.0"; static. */
GITPERF_EXPORT const char *gitperf_version(void);

/**
 * Bytes that grow. Start from GITPERF_BUFFER_INIT; `ptr` is always followed
 * by a NUL. A failed allocation is remembered in `failed` and turns every
 * later write into nothing, so a caller checks once, when it is done.
 */
typedef struct gitperf_buffer {
	char *ptr;
	size_t len;
	size_t size;
	int failed;
} gitperf_buffer;

#define GITPERF_BUFFER_INIT { (char *)"", 0, 0, 0 }

/** Append bytes. GITPERF_ENOMEM. */
GITPERF_EXPORT int gitperf_buffer_add(gitperf_buffer *buf, const void *bytes,
				      size_t len);

/** Free what the buffer holds and make it empty again. */
GITPERF_EXPORT void gitperf_buffer_dispose(gitperf_buffer *buf);

/** A name and its value; both lent. */
typedef struct gitperf_pair {
	const char *key;
	const char *value;
} gitperf_pair;

/**
 * A measured number. Counted and timed quantities are integers and stay
 * exact over the whole range of int64_t; everything else is a finite double.
 */
typedef struct gitperf_number {
	union {
		int64_t integer;
		double real;
	} as;
	int is_real;
} gitperf_number;

/** The number as a double (integers above 2^53 are rounded). */
GITPERF_EXPORT double gitperf_number_value(gitperf_number number);

/** An integer, as a number. */
GITPERF_EXPORT gitperf_number gitperf_number_int(int64_t value);

/**
 * What a long operation has to say while it works. Any member may be NULL.
 * Messages follow the rules of error messages: one line, lower case, no full
 * stop; `hint` may be NULL. The library calls these on the calling thread.
 */
typedef struct gitperf_events {
	void (*warning)(void *payload, const char *message, const char *hint);
	void (*progress)(void *payload, const char *what, uint64_t done,
			 uint64_t total);
	void *payload;
} gitperf_events;

/** Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
typedef int64_t gitperf_time;

/** The time now, or the time a test has set with GIT_PERF_TEST_CLOCK. */
GITPERF_EXPORT gitperf_time gitperf_time_now(void);

/** Room for a formatted time and its NUL: "2026-04-20T21:35:08.000000000Z". */
#define GITPERF_TIME_SIZE 31

/** Write `t` in the one form that records use; years 1970 to 9999. */
GITPERF_EXPORT void gitperf_time_format(char out[GITPERF_TIME_SIZE],
					gitperf_time t);

/**
 * Read an RFC 3339 time, for example "2026-04-20T23:35:08.5+02:00". A time
 * without a zone is refused, because it does not say when.
 * Returns GITPERF_EINVALID for anything else.
 */
GITPERF_EXPORT int gitperf_time_parse(gitperf_time *out, const char *text);

/**
 * Read a time as people write it who look back: as above, a date (its beginning,
 * in UTC), or how long ago, "30d" or "2 weeks ago", of seconds to years; a month
 * is 30 days, a year 365. GITPERF_EINVALID for anything else.
 */
GITPERF_EXPORT int gitperf_time_since(gitperf_time *out, const char *text);

/**
 * How many letters were added, left out, changed or exchanged between two
 * words, for "did you mean"; 32 for words of more than 32 bytes.
 */
GITPERF_EXPORT unsigned gitperf_word_distance(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif
