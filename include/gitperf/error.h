/*
 * gitperf/error.h - what went wrong, and what to do about it
 *
 *	if ((err = gitperf_store_open(&store, repo)) < 0) {
 *		fprintf(stderr, "error: %s\n", gitperf_error_message());
 *		if (gitperf_error_hint())
 *			fprintf(stderr, "hint: %s\n", gitperf_error_hint());
 *	}
 *
 * A code says which remedy is open to the caller; the message names the
 * thing that failed. Every function that returns a negative value has set
 * both. Success leaves the last error untouched.
 */
#ifndef GITPERF_ERROR_H
#define GITPERF_ERROR_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	GITPERF_OK = 0,
	/** What was named does not exist: name something else. */
	GITPERF_ENOTFOUND = -1,
	/** Something else is there already: nothing was overwritten. */
	GITPERF_EEXISTS = -2,
	/** An argument or a configuration value is wrong: correct it. */
	GITPERF_EINVALID = -3,
	/** Input is damaged, foreign or of a newer format: look at it. */
	GITPERF_EFORMAT = -4,
	/** Others were faster until the time ran out: try again. */
	GITPERF_ERACE = -5,
	/** A lock or a lease is held by another: wait, or clear it. */
	GITPERF_EBUSY = -6,
	/** The system or a server forbids it: get the permission. */
	GITPERF_EDENIED = -7,
	/** The network or a server failed: try again. */
	GITPERF_ENET = -8,
	/** Out of memory. */
	GITPERF_ENOMEM = -9,
	/** Reading or writing failed (disk full, I/O error, child died). */
	GITPERF_EIO = -10
};

/** The calling thread's last error; "" before the first. Lent until the next. */
GITPERF_EXPORT const char *gitperf_error_message(void);

/** A remedy for the last error, or NULL. Lent until the next error. */
GITPERF_EXPORT const char *gitperf_error_hint(void);

/**
 * For hints, which people copy into shells: `word` if any shell takes it as it
 * stands, and no command for an option; else `otherwise`, such as "<remote>" or NULL.
 */
GITPERF_EXPORT const char *gitperf_hint_word(const char *word, const char *otherwise);

/** The name of a code, for example "EBUSY"; "unknown" for others. */
GITPERF_EXPORT const char *gitperf_error_name(int code);

#ifdef __cplusplus
}
#endif

#endif
