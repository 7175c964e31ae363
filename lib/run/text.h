/*
 * text.h - foreign bytes as text that can be stored and shown
 */
#ifndef GITPERF_RUN_TEXT_H
#define GITPERF_RUN_TEXT_H

#include "base/arena.h"

#include <gitperf/common.h>

/**
 * Append bytes as strict UTF-8: what is not becomes U+FFFD, carriage returns
 * become newlines (or go, before one), and control characters other than
 * newline and tab are left out.
 */
void gitperf_text__clean(gitperf_buffer *out, const char *bytes, size_t len);

/** As gitperf_text__clean(), on one line, without needless space. */
void gitperf_text__line(gitperf_buffer *out, const char *bytes, size_t len);

/** The longest start of UTF-8 text that takes at most `most` bytes. */
size_t gitperf_text__head(const char *text, size_t len, size_t most);

/**
 * Bytes on one line, cut to `most`, in the arena. NULL: out of memory, which
 * the arena remembers.
 */
const char *gitperf_text__keep(struct arena *arena, const char *bytes, size_t len,
			       size_t most);

/** Bytes of a character behind its first one: at most this many. */
#define TEXT_CHARACTER_REST 3

/** Where the first character begins that is not before `at`. */
size_t gitperf_text__next(const char *text, size_t len, size_t at);

#endif
