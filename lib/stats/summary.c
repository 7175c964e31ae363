/*
 * summary.c - what a sample says without assuming a distribution
 *
 * Knows arrays of doubles. Knows nothing of units, of which direction is
 * better, or of what was measured; whoever calls decides what a number means.
 */
#include "base/compat.h"
#include "base/error.h"
#include "stats/order.h"
#include "stats/special.h"

#include <gitperf/stats.h>
#include <math.h>

/* What gitperf_stats_summarise() asks of the interval for the median. */
#define CONFIDENCE 0.95

/* Welford, Note on a method for calculating corrected sums of squares and
 * products, Technometrics 4(3), 1962: no cancellation for large offsets. */
static void add_moments(gitperf_stats *out, const double *samples, size_t n)
{
	double mean = 0, squares = 0, delta;
	size_t i;

	for (i = 0; i < n; i++) {
		delta = samples[i] - mean;
		mean += delta / (double)(i + 1);
		squares += delta * (samples[i] - mean);
	}
	out->mean = mean;
	out->stddev = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

int gitperf_stats_summarise(gitperf_stats *out, const double *samples, size_t n)
{
	double *work = NULL;
	size_t i;

	if (!n)
		return gitperf_fail(GITPERF_EINVALID, "no samples to summarise");
	if (n < SIZE_MAX / sizeof(*work))
		work = malloc(n * sizeof(*work));
	if (!work)
		return gitperf_fail_oom();
	memcpy(work, samples, n * sizeof(*work));
	qsort(work, n, sizeof(*work), gitperf_doubles_by_value);
	out->n = n;
	out->min = work[0];
	out->max = work[n - 1];
	add_moments(out, samples, n);
	out->median = gitperf_stats_median(work, n);
	out->interval = gitperf_stats_median_interval(work, n, CONFIDENCE);
	for (i = 0; i < n; i++)
		work[i] = fabs(work[i] - out->median);
	qsort(work, n, sizeof(*work), gitperf_doubles_by_value);
	out->mad = gitperf_stats_median(work, n);
	free(work);
	return 0;
}

double gitperf_stats_median(const double *sorted, size_t n)
{
	if (!n)
		return NAN;
	if (n % 2)
		return sorted[n / 2];
	/* halved first: the sum of two large samples may overflow */
	return sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

double gitperf_stats_quantile(const double *sorted, size_t n, double q)
{
	double at, fraction;
	size_t below;

	if (!n)
		return NAN;
	at = q * (double)(n - 1);
	below = at > 0 ? (size_t)at : 0;
	if (below >= n - 1)
		return sorted[n - 1];
	fraction = at - (double)below;
	return (1 - fraction) * sorted[below] + fraction * sorted[below + 1];
}

/*
 * Where to begin to add up P(X = i) for X ~ Binomial(n, 1/2): 20 standard
 * deviations of sqrt(n)/2 below the middle, where what is left out is below
 * 1e-88 and the terms have not yet underflowed. 2^-1000 is a normal double,
 * so that small n begin at 0 and their sums are exact up to n = 53.
 */
static size_t first_term(size_t n, double *term)
{
	size_t i;

	if (n <= 1000) {
		*term = ldexp(1, -(int)n);
		return 0;
	}
	i = n / 2 - (size_t)(10 * sqrt((double)n));
	*term = exp(gitperf_stats__lgamma((double)n + 1) -
		    gitperf_stats__lgamma((double)i + 1) -
		    gitperf_stats__lgamma((double)(n - i) + 1) -
		    (double)n * log(2));
	return i;
}

/*
 * The largest rank k for which [x_(k), x_(n+1-k)] still covers the median
 * with `confidence`, or the first; *reached is the coverage of that rank.
 */
static size_t interval_rank(double *reached, size_t n, double confidence)
{
	double term, tail;
	size_t i = first_term(n, &term);

	*reached = 1 - 2 * term;
	for (tail = term; i + 1 < n / 2; i++) {
		term = term * (double)(n - i) / (double)(i + 1);
		tail += term;
		if (1 - 2 * tail < confidence)
			break;
		*reached = 1 - 2 * tail;
	}
	return i + 1;
}

gitperf_interval gitperf_stats_median_interval(const double *sorted, size_t n,
					       double confidence)
{
	gitperf_interval interval = { NAN, NAN, 0 };
	size_t k;

	if (!n)
		return interval;
	k = interval_rank(&interval.confidence, n, confidence);
	interval.low = sorted[k - 1];
	interval.high = sorted[n - k];
	return interval;
}

gitperf_interval gitperf_stats_mean_interval(double mean, double stddev,
					     size_t n, double confidence)
{
	gitperf_interval interval = { mean, mean, 0 };
	double half;

	if (n < 2 || !(confidence > 0 && confidence < 1))
		return interval;
	half = gitperf_stats_t_quantile((1 + confidence) / 2, n - 1) *
	       stddev / sqrt((double)n);
	interval.low = mean - half;
	interval.high = mean + half;
	interval.confidence = confidence;
	return interval;
}

double gitperf_stats_geomean(const double *ratios, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += log(ratios[i]);
	return n ? exp(sum / (double)n) : 1;
}
