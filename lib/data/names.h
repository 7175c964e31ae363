/*
 * names.h - what texts from outside may look like
 */
#ifndef GITPERF_DATA_NAMES_H
#define GITPERF_DATA_NAMES_H

#include <gitperf/record.h>

/** Longest benchmark, metric, parameter or configuration name or value. */
#define TEXT_NAME_MAX 256
/** Longest error text and log tail. */
#define TEXT_ERROR_MAX 4096
#define TEXT_LOG_MAX 65536

/** Whether `text` is 1 to `most` bytes without control characters. */
int gitperf_name_ok(const char *text, size_t most);

/** Whether `text` is between `least` and `most` lower-case hex digits. */
int gitperf_hex_ok(const char *text, size_t least, size_t most);

/**
 * The unit and direction of the quantities that every measurement of a
 * command has (wall, user, system, max_rss, ...). Returns 0 for other names.
 */
int gitperf_metric_known(const char *name, const char **unit,
			 gitperf_better *better);

#endif
