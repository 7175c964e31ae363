/*
 * error.h - the one birthplace of errors
 *
 *	return gitperf_fail(GITPERF_EINVALID, "bad name '%s'", name);
 *
 * Only these functions create a negative return value, so that "negative"
 * always means "there is a message". A caller that knows more prefixes it
 * once with gitperf_blame(); a remedy goes into gitperf_hint(), which refers
 * to the error that was made last.
 */
#ifndef GITPERF_BASE_ERROR_H
#define GITPERF_BASE_ERROR_H

#include <gitperf/error.h>

/** Set the last error, without a hint; returns `code`. */
int gitperf_fail(int code, const char *fmt, ...) GITPERF_PRINTF(2, 3);

/** As gitperf_fail() with errno's text behind ": " and the code that fits. */
int gitperf_fail_errno(const char *fmt, ...) GITPERF_PRINTF(1, 2);

/** Out of memory. */
int gitperf_fail_oom(void);

/** Put "prefix: " before the last message; returns `code`. */
int gitperf_blame(int code, const char *fmt, ...) GITPERF_PRINTF(2, 3);

/** Return the last error under another code, its message and hint as they are. */
int gitperf_recode(int code);

/** The last error, put away while something else is tried. */
struct kept_error {
	char message[1024];
	char hint[1024];
};

void gitperf_keep_error(struct kept_error *kept);
/** Make it the last error again; returns `code`. */
int gitperf_restore_error(int code, const struct kept_error *kept);

/** Attach a remedy to the last error; returns `code`. */
int gitperf_hint(int code, const char *fmt, ...) GITPERF_PRINTF(2, 3);

#endif
