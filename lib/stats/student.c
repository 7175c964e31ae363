/*
 * student.c - quantiles of Student's t distribution
 *
 * Closed forms for 1 and 2 degrees of freedom, a series in 1/df for many,
 * Newton's method on the incomplete beta function between them.
 */
#include "base/compat.h"
#include "stats/special.h"

#include <gitperf/stats.h>
#include <math.h>

#define PI 3.14159265358979323846

/* above it the series below is good to 12 digits up to p = 1 - 1e-12 */
#define MANY 5000

/* closer to the middle than this, the density is flat to 7 digits */
#define FLAT 1e-5

/*
 * The normal quantile: Hastings' rational approximation (Abramowitz and
 * Stegun, Handbook of Mathematical Functions, 1964, 26.2.23, |error| < 4.5e-4)
 * and three Newton steps on erfc, which square the error each.
 */
double gitperf_stats__normal_quantile(double p)
{
	double tail = 1 - p, t = sqrt(-2 * log(tail)), x;
	int i;

	x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		(1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	for (i = 0; i < 3; i++)
		x += (erfc(x / sqrt(2)) / 2 - tail) * sqrt(2 * PI) * exp(x * x / 2);
	return x;
}

/* Abramowitz and Stegun 26.7.5, after Fisher and Cornish (1960) */
static double by_series(double x, double df)
{
	double s = x * x;
	double g1 = x * (s + 1) / 4;
	double g2 = x * ((5 * s + 16) * s + 3) / 96;
	double g3 = x * (((3 * s + 19) * s + 17) * s - 15) / 384;
	double g4 = x * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;

	return x + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

/* The density at 0 */
static double peak(double df)
{
	return exp(gitperf_stats__lgamma((df + 1) / 2) -
		   gitperf_stats__lgamma(df / 2)) / sqrt(PI * df);
}

/*
 * Newton's method for log P(T > e^u) = log(1 - p), which is concave in u and
 * nearly a line in the tail, so that it converges from any start: from the
 * normal quantile, in 4 steps or so.
 */
static double by_newton(double p, double df)
{
	double tail = 1 - p, t = gitperf_stats__normal_quantile(p), at_zero = peak(df);
	double sum, above, density, step;
	int i;

	for (i = 0; i < 50; i++) {
		sum = df + t * t;
		above = gitperf_stats__beta(df / 2, 0.5, df / sum, t * t / sum) / 2;
		density = at_zero * pow(1 + t * t / df, -(df + 1) / 2);
		step = log(above / tail) * above / (density * t);
		t *= exp(step);
		if (fabs(step) < 1e-13)
			break;
	}
	return t;
}

double gitperf_stats_t_quantile(double p, size_t df)
{
	double middle = p - 0.5;

	if (p <= 0.5)
		return 0;
	if (p >= 1)
		return INFINITY;
	if (df <= 1)
		return 1 / tan(PI * (1 - p));
	if (df == 2)
		return middle * sqrt(2 / (p * (1 - p)));
	if (df > MANY)
		return by_series(gitperf_stats__normal_quantile(p), (double)df);
	if (middle < FLAT)
		return middle / peak((double)df);
	return by_newton(p, (double)df);
}
