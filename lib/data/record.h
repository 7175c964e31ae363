/*
 * record.h - between the two halves of the record codec
 *
 * record_parse.c turns JSON into values, record_format.c the reverse; both
 * speak of the same keys and limits.
 */
#ifndef GITPERF_DATA_RECORD_H
#define GITPERF_DATA_RECORD_H

#include "base/arena.h"
#include "base/json.h"
#include <gitperf/record.h>

#define RECORD_CHECKSUM_KEY "checksum"
#define RECORD_CHECKSUM_DIGITS 16

/** An empty record with an arena for what it will point to. */
int gitperf_record__new(gitperf_record **out, struct arena **arena);

/**
 * The checksum of a record: the first 16 hex digits of the SHA-256 of its
 * canonical bytes without the checksum member, newline included.
 */
int gitperf_record__checksum(char out[RECORD_CHECKSUM_DIGITS + 1],
			     const struct json *root);

/** How many canonical bytes a record has, be they too many. */
int gitperf_record__size(size_t *out, const gitperf_record *record);

/** Whether these bytes are a record of a schema that is newer than ours. */
int gitperf_record__is_newer(const char *bytes, size_t len);

/** The outcome that the statuses of the benchmarks make. */
gitperf_outcome gitperf_record__outcome(const gitperf_benchmark *benchmarks,
					size_t n);

/** The index of `text` in a NULL-terminated list of names, or -1. */
int gitperf_record__lookup(const char *const *names, const char *text);

extern const char *const gitperf_record__better[];
extern const char *const gitperf_record__status[];
extern const char *const gitperf_record__outcomes[];
extern const char *const gitperf_record__summary[];
extern const char *const gitperf_record__reasons[];

struct decoder;

/** Decode the benchmarks of a record into it (benchmark_parse.c). */
int gitperf_record__benchmarks(struct decoder *d, gitperf_record *record,
			       const struct json *root);

/** Decode only the "metrics" of an object, as a benchmark has them. */
int gitperf_record__metrics(struct decoder *d, gitperf_benchmark *bench,
			    const struct json *object);

/** The "status" of a benchmark or a step. */
int gitperf_record__decode_status(struct decoder *d, gitperf_status *status,
				  const struct json *json);

#endif
