/*
 * unit.h - units of time and size, and the ones that are stored
 */
#ifndef GITPERF_DATA_UNIT_H
#define GITPERF_DATA_UNIT_H

#include <gitperf/record.h>

struct unit {
	const char *name;
	const char *stored;      /* "ns" or "bytes" */
	int64_t times;           /* so many of these are one of ours, */
	int shift;               /* and so many zeros behind that */
};

/** "ms", "KiB", ...; NULL for what is neither a time nor a size. */
const struct unit *gitperf_unit_find(const char *name, size_t len);

/**
 * Which way is better, as far as a unit says it: less of times and sizes, and
 * for one operation; more in a second; neither of others.
 */
gitperf_better gitperf_unit_better(const char *name, size_t len);

/**
 * The number in the stored unit, exact in decimals: 1.1 ms is 1100000 ns.
 * GITPERF_EFORMAT when it is too large.
 */
int gitperf_unit_convert(gitperf_number *out, gitperf_number number,
			 const struct unit *unit);

/**
 * Read the number at the beginning of a text, as JSON has them; *rest receives
 * where it ends. GITPERF_EFORMAT for no number, or one that does not fit.
 */
int gitperf_unit_number(gitperf_number *out, const char **rest,
			const char *text);

#endif
