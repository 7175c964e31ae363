/*
 * log.h - what a command printed, fit to be stored
 *
 *	struct tail tail;
 *
 *	if ((err = gitperf_tail__init(&tail, limit + gitperf_log__slack(env))) < 0)
 *		return err;
 *	gitperf_tail__add(&tail, bytes, len);
 *	...
 *	gitperf_log__format(&text, &tail, env, limit);
 *	gitperf_tail__free(&tail);
 */
#ifndef GITPERF_RUN_LOG_H
#define GITPERF_RUN_LOG_H

#include "base/arena.h"

#include <gitperf/common.h>

/** The last `size` bytes of a stream, in a ring. */
struct tail {
	char *ring;
	size_t size;
	uint64_t total;
};

int gitperf_tail__init(struct tail *tail, size_t size);
void gitperf_tail__add(struct tail *tail, const char *bytes, size_t len);
void gitperf_tail__reset(struct tail *tail);
void gitperf_tail__free(struct tail *tail);

/**
 * How many bytes a tail must keep beyond the ones wanted, so that no secret
 * of this environment can be cut in two and pass unnoticed.
 */
size_t gitperf_log__slack(const char *const *env);

/**
 * Append what the tail holds: values of secret variables of `env` become
 * "***", the rest clean UTF-8 (text.h), and of that the last `limit` bytes.
 */
void gitperf_log__format(gitperf_buffer *out, const struct tail *tail,
			 const char *const *env, size_t limit);

/**
 * Foreign text as the error of a benchmark: without secrets, then on one line,
 * and only then cut. NULL: out of memory, which the arena remembers.
 */
const char *gitperf_log__error(struct arena *arena, const char *text, size_t len,
			       const char *const *env);

#endif
