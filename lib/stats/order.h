/*
 * order.h - samples in ascending order
 */
#ifndef GITPERF_STATS_ORDER_H
#define GITPERF_STATS_ORDER_H

/** For qsort(3): doubles, none of them a NaN, the smallest first. */
int gitperf_doubles_by_value(const void *a, const void *b);

#endif
