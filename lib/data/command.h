/*
 * command.h - what commands and other lists of words have in common
 */
#ifndef GITPERF_DATA_COMMAND_H
#define GITPERF_DATA_COMMAND_H

#include <gitperf/suite.h>

/**
 * Split text at blanks, with quotes and backslashes, where no other character
 * means anything. Appends the words to `out`, a NUL behind each; returns how
 * many they are, or an error.
 */
int gitperf_words__split(gitperf_buffer *out, const char *text);

/** Goes through the placeholders of a command, from { .text = command }. */
struct placeholders {
	const char *text;
	size_t at;               /* where to go on */
	char quote;
	int nested;              /* behind a substitution or a here-document */
};

/**
 * The next placeholder and its length; NULL: there is none. `sure` receives
 * whether it can hardly be anything else: it is not in single quotes, as a
 * program of awk is, nor where only a shell knows what is quoted.
 */
const char *gitperf_placeholder__next(struct placeholders *it, size_t *len, int *sure);

/** What begins the name of a parameter, and what it goes on with. */
int gitperf_param_key__ok(const char *key);

#endif
