/*
 * result.h - the result objects of version 1 and 2
 */
#ifndef GITPERF_PORT_RESULT_H
#define GITPERF_PORT_RESULT_H

#include <gitperf/record.h>

struct json;

/** `root` is what the bytes say; they themselves are what is digested. */
int gitperf_result_read(gitperf_record **out, const char *format,
			const struct json *root, const char *bytes, size_t len);

#endif
