/*
 * ratio.h - what the ways to a ratio have in common
 */
#ifndef GITPERF_STATS_RATIO_H
#define GITPERF_STATS_RATIO_H

#include <gitperf/stats.h>

/** No ratio, of so many samples (ratio.c). */
void gitperf_stats__no_ratio(gitperf_ratio *out, size_t na, size_t nb);

#endif
