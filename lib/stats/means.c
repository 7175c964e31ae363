/*
 * means.c - ratios of means, where there are too few samples to rank
 *
 * Student's t on logarithms. Unlike ratio.c this takes a distribution for
 * granted; it is for a handful of runs, and for summaries.
 */
#include "base/compat.h"
#include "stats/ratio.h"

#include <math.h>

static void set_interval(gitperf_ratio *out, double change, double error,
			 size_t df, double confidence)
{
	double half = gitperf_stats_t_quantile((1 + confidence) / 2, df) * error;

	out->low = exp(change - half);
	out->high = exp(change + half);
	out->confidence = confidence;
}

/* The mean of the logarithms, and what they are off it, squared */
static double log_mean(double *squares, const double *samples, size_t n)
{
	double mean = 0, delta;
	size_t i;

	for (i = 0; i < n; i++) {
		delta = log(samples[i]) - mean;
		mean += delta / (double)(i + 1);
		*squares += delta * (log(samples[i]) - mean);
	}
	return mean;
}

static int are_positive(const double *samples, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!(samples[i] > 0) || isinf(samples[i]))
			return 0;
	return n > 0;
}

void gitperf_stats_mean_ratio(gitperf_ratio *out, const double *a, size_t na,
			      const double *b, size_t nb, double confidence)
{
	double squares = 0, change, variance;

	gitperf_stats__no_ratio(out, na, nb);
	if (!are_positive(a, na) || !are_positive(b, nb))
		return;
	change = log_mean(&squares, b, nb) - log_mean(&squares, a, na);
	out->value = out->low = out->high = exp(change);
	if (na + nb < 3)
		return;
	variance = squares / (double)(na + nb - 2);
	set_interval(out, change, sqrt(variance * (1 / (double)na + 1 / (double)nb)),
		     na + nb - 2, confidence);
}

/* The variance of the logarithm of a mean; NaN if unknown */
static double log_variance(const gitperf_moments *m)
{
	double relative = m->stddev / m->mean;

	return m->n < 2 ? NAN : relative * relative / (double)m->n;
}

void gitperf_stats_summary_ratio(gitperf_ratio *out, const gitperf_moments *a,
				 const gitperf_moments *b, double confidence)
{
	double va, vb, df, change;

	gitperf_stats__no_ratio(out, a->n, b->n);
	if (!are_positive(&a->mean, 1) || !are_positive(&b->mean, 1))
		return;
	change = log(b->mean) - log(a->mean);
	out->value = out->low = out->high = exp(change);
	va = log_variance(a);
	vb = log_variance(b);
	if (!(va + vb > 0) || isinf(va + vb))
		return;
	/* Satterthwaite, Biometrics Bulletin 2, 1946; rounded down */
	df = (va + vb) * (va + vb) / (va * va / (double)(a->n - 1) +
				      vb * vb / (double)(b->n - 1));
	set_interval(out, change, sqrt(va + vb), df > 1 ? (size_t)df : 1, confidence);
}
