/*
 * order.h - doubles in ascending order, and where in it something begins
 */
#ifndef GITPERF_STATS_ORDER_H
#define GITPERF_STATS_ORDER_H

/** For qsort(3): doubles, none of them a NaN, the smallest first. */
int gitperf_doubles_by_value(const void *a, const void *b);

/**
 * The least double, of `from` to `to`, that something holds for which then
 * holds for all above it, and is not asked for `to`. At most 64 questions.
 */
double gitperf_doubles_least(double from, double to,
			     int (*holds)(const void *context, double value),
			     const void *context);

#endif
