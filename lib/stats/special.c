/*
 * special.c - the incomplete beta function
 *
 * Pure mathematics; knows nothing of samples.
 */
#include "base/compat.h"
#include "stats/special.h"

#include <float.h>
#include <math.h>

/* stands for a zero denominator in Lentz's algorithm */
#define TINY 1e-300
/* terms grow as sqrt(max(a, b)); student.c stays below a = 5,000 */
#define MOST_TERMS 10000

double gitperf_stats__lgamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

static double not_zero(double x)
{
	return fabs(x) < TINY ? TINY : x;
}

/*
 * The continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17#v) by
 * the modified Lentz algorithm (Thompson and Barnett, J. Comput. Phys. 64,
 * 1986). Converges fast for x < (a + 1) / (a + b + 2).
 */
static double fraction(double a, double b, double x)
{
	double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), h = d;
	double m, t, step;
	int i;

	for (i = 1; i < MOST_TERMS; i++) {
		m = i;
		t = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / not_zero(1 + t * d);
		c = not_zero(1 + t / c);
		h *= d * c;
		t = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / not_zero(1 + t * d);
		c = not_zero(1 + t / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 4 * DBL_EPSILON)
			break;
	}
	return h;
}

double gitperf_stats__beta(double a, double b, double x, double y)
{
	double front;

	if (x <= 0)
		return 0;
	if (y <= 0)
		return 1;
	front = exp(gitperf_stats__lgamma(a + b) - gitperf_stats__lgamma(a) -
		    gitperf_stats__lgamma(b) + a * log(x) + b * log(y));
	/* I_x(a, b) = 1 - I_y(b, a), DLMF 8.17.4 */
	if (x > (a + 1) / (a + b + 2))
		return 1 - front * fraction(b, a, y) / b;
	return front * fraction(a, b, x) / a;
}
