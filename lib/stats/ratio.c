/*
 * ratio.c - how many times as large one sample is as another
 *
 * Works on logarithms, so that a ratio and its inverse are the same distance
 * from 1 and units do not matter. Hodges and Lehmann (Ann. Math. Stat. 34,
 * 1963): the centre is the median of the averages of all pairs of differences,
 * or of the differences of all pairs, and the interval goes from the k-th
 * smallest to the k-th largest of them, with k from Wilcoxon's tests.
 *
 * Ties and zeros need no correction: the interval is closed, and breaking ties
 * at random would only move its ends inwards, so that it covers at least as
 * often as its confidence says (Noether, Elements of Nonparametric Statistics,
 * 1967, section 4).
 */
#include "base/compat.h"
#include "base/error.h"
#include "stats/order.h"
#include "stats/ratio.h"
#include "stats/wilcoxon.h"

#include <math.h>

/*
 * All sums of an element of `x` and one of `y`, both sorted; of the sums of a
 * list with itself (`walsh`), those of i <= j.
 */
struct sums {
	const double *x, *y;
	size_t nx, ny;
	int walsh;
};

static uint64_t count_sums(const struct sums *s)
{
	return s->walsh ? (uint64_t)s->nx * (s->nx + 1) / 2 :
		(uint64_t)s->nx * s->ny;
}

/*
 * How many sums are at most `limit`: as x grows, fewer of y fit, so that one
 * walk along both is enough. Rounded addition is monotonic, too.
 */
static uint64_t count_below(const struct sums *s, double limit)
{
	uint64_t count = 0, diagonal = 0;
	size_t i, fit = s->ny;

	for (i = 0; i < s->nx; i++) {
		while (fit && s->x[i] + s->y[fit - 1] > limit)
			fit--;
		count += fit;
		diagonal += s->x[i] + s->x[i] <= limit;
	}
	return s->walsh ? (count + diagonal) / 2 : count;
}

struct selection {
	const struct sums *sums;
	uint64_t k;
};

static int has_k_below(const void *context, double limit)
{
	const struct selection *selection = context;

	return count_below(selection->sums, limit) >= selection->k;
}

/*
 * The k-th smallest sum (k from 1), exactly: the least double that has k sums
 * at or below it. None of them is ever stored.
 */
static double select_sum(const struct sums *s, uint64_t k)
{
	struct selection selection = { s, k };

	return gitperf_doubles_least(s->x[0] + s->y[0], s->x[s->nx - 1] + s->y[s->ny - 1],
				     has_k_below, &selection);
}

static double select_median(const struct sums *s)
{
	uint64_t n = count_sums(s);
	double high = select_sum(s, n / 2 + 1);

	return n % 2 ? high : (select_sum(s, n / 2) + high) / 2;
}

/* `scale` turns a sum into a difference of logarithms */
static void estimate(gitperf_ratio *out, const struct sums *s, double scale,
		     uint64_t k)
{
	out->value = exp(select_median(s) * scale);
	out->low = exp(select_sum(s, k) * scale);
	out->high = exp(select_sum(s, count_sums(s) + 1 - k) * scale);
}

void gitperf_stats__no_ratio(gitperf_ratio *out, size_t na, size_t nb)
{
	out->value = out->low = out->high = NAN;
	out->confidence = 0;
	out->na = na;
	out->nb = nb;
}

/* Logarithms of positive, finite samples; 0 if there is another one */
static int take_logs(double *out, const double *samples, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!(samples[i] > 0) || isinf(samples[i]))
			return 0;
		out[i] = log(samples[i]);
	}
	return n > 0;
}

static double *new_logs(size_t na, size_t nb)
{
	if (na > SIZE_MAX / 2 / sizeof(double) - nb - 1)
		return NULL;
	return malloc((na + nb + 1) * sizeof(double));
}

int gitperf_stats_paired_ratio(gitperf_ratio *out, const double *a,
			       const double *b, size_t n, double confidence)
{
	double *logs = new_logs(n, n);
	struct sums s = { logs, logs, n, n, 1 };
	uint64_t k = 1;
	size_t i;
	int err = 0;

	gitperf_stats__no_ratio(out, n, n);
	if (!logs)
		return gitperf_fail_oom();
	if (!take_logs(logs, b, n) || !take_logs(logs + n, a, n))
		goto out;
	for (i = 0; i < n; i++)
		logs[i] -= logs[n + i];
	qsort(logs, n, sizeof(*logs), gitperf_doubles_by_value);
	err = gitperf_stats__signed_rank(&k, &out->confidence, n, confidence);
	if (!err)
		estimate(out, &s, 0.5, k);
out:
	free(logs);
	return err;
}

int gitperf_stats_ratio(gitperf_ratio *out, const double *a, size_t na,
			const double *b, size_t nb, double confidence)
{
	double *logs = new_logs(na, nb);
	struct sums s = { logs, logs + nb, nb, na, 0 };
	uint64_t k = 1;
	size_t i;
	int err = 0;

	gitperf_stats__no_ratio(out, na, nb);
	if (!logs)
		return gitperf_fail_oom();
	if (!take_logs(logs, b, nb) || !take_logs(logs + nb, a, na))
		goto out;
	for (i = 0; i < na; i++)
		logs[nb + i] = -logs[nb + i];
	qsort(logs, nb, sizeof(*logs), gitperf_doubles_by_value);
	qsort(logs + nb, na, sizeof(*logs), gitperf_doubles_by_value);
	err = gitperf_stats__rank_sum(&k, &out->confidence, na, nb, confidence);
	if (!err)
		estimate(out, &s, 1, k);
out:
	free(logs);
	return err;
}
