/*
 * gitperf/stats.h - robust summaries of samples
 *
 * Pure functions over arrays: no clocks, no files, no allocation that outlives
 * the call. Every function names the source of its formula. NaN and infinite
 * samples are the caller's error; results are then unspecified. Of no samples
 * the median and every quantile is NaN, and an interval is NaN to NaN with
 * confidence 0.
 */
#ifndef GITPERF_STATS_H
#define GITPERF_STATS_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An interval for a population median and how sure it is. `confidence` is
 * the coverage actually reached, which for few samples is below the one
 * asked for: two samples give 0.5, five 0.9375. One gives none: 0.
 */
typedef struct gitperf_interval {
	double low, high;
	double confidence;
} gitperf_interval;

/** What a sample says, without assuming a distribution. */
typedef struct gitperf_stats {
	size_t n;
	double min, max;
	double mean;
	double stddev;       /**< divisor n - 1; 0 when n < 2 */
	double median;
	double mad;          /**< median absolute deviation, not scaled */
	gitperf_interval interval; /**< for the median, 95 % where n allows */
} gitperf_stats;

/**
 * Summarise `n` samples (n > 0, any order; the array is not changed). Mean and
 * standard deviation by Welford's update (Technometrics 4, 1962).
 * GITPERF_EINVALID when n is 0, GITPERF_ENOMEM.
 */
GITPERF_EXPORT int gitperf_stats_summarise(gitperf_stats *out,
					   const double *samples, size_t n);

/** The median of sorted samples: the middle, or the mean of the middle two. */
GITPERF_EXPORT double gitperf_stats_median(const double *sorted, size_t n);

/**
 * The quantile 0 <= q <= 1 of sorted samples, linear between order statistics
 * (type 7 of Hyndman and Fan, The American Statistician 50, 1996).
 */
GITPERF_EXPORT double gitperf_stats_quantile(const double *sorted, size_t n,
					     double q);

/**
 * The narrowest symmetric pair of order statistics that covers the median
 * with at least `confidence` (0 < confidence < 1), without assumption on the
 * distribution: P = 1 - 2 * sum_{i<k} C(n,i) / 2^n for the k-th from each end
 * (David and Nagaraja, Order Statistics, 2003, section 7.1). When no pair
 * reaches it, the range with the confidence it has.
 */
GITPERF_EXPORT gitperf_interval
gitperf_stats_median_interval(const double *sorted, size_t n,
			      double confidence);

/**
 * An interval for a mean from a summary: mean -+ t * stddev / sqrt(n), with
 * Student's t for n - 1 degrees of freedom. n >= 2, 0 < confidence < 1;
 * otherwise an empty interval at the mean with confidence 0.
 */
GITPERF_EXPORT gitperf_interval
gitperf_stats_mean_interval(double mean, double stddev, size_t n,
			    double confidence);

/**
 * The quantile of Student's t distribution: P(T <= t) = p for 0.5 <= p < 1 and
 * df >= 1 degrees of freedom, to at least 8 significant digits.
 */
GITPERF_EXPORT double gitperf_stats_t_quantile(double p, size_t df);

/** How many times as large the second of two samples is as the first. */
typedef struct gitperf_ratio {
	double value;        /**< NaN when there is none */
	double low, high;
	double confidence;   /**< as reached: 0 when there is no interval */
	size_t na, nb;       /**< of samples */
} gitperf_ratio;

/**
 * The ratio of paired samples b[i] / a[i]: the Hodges-Lehmann estimate of the
 * centre of their logarithms, and the interval that inverts Wilcoxon's signed
 * rank test, exact for n <= 50, by normal approximation above (Hollander,
 * Wolfe, Chicken, Nonparametric Statistical Methods, 2014, section 3). When n
 * is too small for `confidence` (0 < confidence < 1), the range with the
 * confidence it has. Of no samples, or where one is not positive and has no
 * logarithm, everything is NaN and the confidence 0. GITPERF_ENOMEM.
 */
GITPERF_EXPORT int gitperf_stats_paired_ratio(gitperf_ratio *out,
					      const double *a, const double *b,
					      size_t n, double confidence);

/**
 * The ratio of two samples that took turns, whose i-th belong together: the
 * estimate of gitperf_stats_ratio(), and the interval that inverts its test
 * with the distribution that the statistic has when the two of each pair are
 * exchanged by chance (Fisher, The Design of Experiments, 1935, section 21):
 * exact for n <= 50, by normal approximation above. Where some turns are
 * disturbed it is much narrower than that of gitperf_stats_paired_ratio();
 * where what the pairs have in common varies by far more than what they
 * differ in, it is wider. As there for small n, for none, and for errors; the
 * confidence is the one asked for, or 1 - 2 / 2^n.
 */
GITPERF_EXPORT int gitperf_stats_interleaved_ratio(gitperf_ratio *out,
						   const double *a,
						   const double *b, size_t n,
						   double confidence);

/**
 * The ratio of two independent samples: the Hodges-Lehmann estimate of the
 * shift of their logarithms, and the interval that inverts the test of
 * Wilcoxon, Mann and Whitney (ibid., section 4): exact while the number of
 * arrangements C(na + nb, na) is below 2^63 and na * nb at most 65,536 (up to
 * 33 of each, or 10 against 100), by normal approximation above.
 */
GITPERF_EXPORT int gitperf_stats_ratio(gitperf_ratio *out,
				       const double *a, size_t na,
				       const double *b, size_t nb,
				       double confidence);

/**
 * The ratio of the geometric means of two samples of few, as of whole runs:
 * Student's t for two samples on their logarithms, which are taken for normal
 * and equally spread; na + nb - 2 degrees of freedom, no interval for less
 * than one. Runs differ by more than their samples do, so of several runs they
 * are the samples (Kalibera and Jones, Rigorous benchmarking in reasonable
 * time, ISMM 2013).
 */
GITPERF_EXPORT void gitperf_stats_mean_ratio(gitperf_ratio *out,
					     const double *a, size_t na,
					     const double *b, size_t nb,
					     double confidence);

/** What is left of samples that are not here any more. */
typedef struct gitperf_moments {
	double mean;
	double stddev;       /**< divisor n - 1; NaN: unknown */
	size_t n;
} gitperf_moments;

/**
 * The ratio of two means: Welch's t (Biometrika 34, 1947) in logarithms, where
 * a mean has the standard error stddev / (mean * sqrt(n)) by the delta method.
 * No interval where n < 2, a deviation is unknown or both are 0, which says
 * more of the rounding than of the spread.
 */
GITPERF_EXPORT void gitperf_stats_summary_ratio(gitperf_ratio *out,
						const gitperf_moments *a,
						const gitperf_moments *b,
						double confidence);

/**
 * How many pairs a gitperf_stats_paired_ratio() takes to reach `confidence`,
 * or a gitperf_stats_interleaved_ratio(): 1 - 2 / 2^n of them; 8 for 0.99. At
 * most 50.
 */
GITPERF_EXPORT size_t gitperf_stats_pairs_needed(double confidence);

/**
 * How many samples of each side a gitperf_stats_ratio() takes to reach
 * `confidence`: 1 - 2 / C(2n, n) of them; 5 for 0.99. At most 33.
 */
GITPERF_EXPORT size_t gitperf_stats_samples_needed(double confidence);

/**
 * The geometric mean of positive ratios, exp(mean(log r)); 1 when n is 0.
 * Fleming and Wallace, CACM 29(3), 1986: the only mean of normalised numbers
 * that does not depend on what they are normalised to.
 */
GITPERF_EXPORT double gitperf_stats_geomean(const double *ratios, size_t n);

#ifdef __cplusplus
}
#endif

#endif
