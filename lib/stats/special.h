/*
 * special.h - special functions that <math.h> lacks
 */
#ifndef GITPERF_STATS_SPECIAL_H
#define GITPERF_STATS_SPECIAL_H

/** log |Gamma(x)| without lgamma()'s global signgam. */
double gitperf_stats__lgamma(double x);

/**
 * The regularised incomplete beta function I_x(a, b) for a, b > 0 and
 * 0 <= x <= 1; `y` is 1 - x, which the caller may know more exactly.
 */
double gitperf_stats__beta(double a, double b, double x, double y);

/** The quantile of the normal distribution, for 0.5 < p < 1 (student.c). */
double gitperf_stats__normal_quantile(double p);

#endif
