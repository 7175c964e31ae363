/*
 * result.h - the result objects of version 1 and 2
 */
#ifndef GITPERF_PORT_RESULT_H
#define GITPERF_PORT_RESULT_H

#include <gitperf/record.h>

int gitperf_result_read(gitperf_record **out, const char *format,
			const char *bytes, size_t len);

#endif
