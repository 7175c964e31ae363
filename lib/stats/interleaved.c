/*
 * interleaved.c - the ratio of two samples that took turns
 *
 * Counts in how many of all n * n combinations a sample of one is above a
 * sample of the other, as Wilcoxon, Mann and Whitney do. That rests on ranks
 * among all, so that a pair which was disturbed weighs no more than others;
 * the signed rank test lets the largest differences weigh most. But what the
 * count could be by chance is not taken from all arrangements of 2n samples,
 * which do not come from one time. It is taken from the 2^n ways to exchange
 * the two of each pair, and whatever a pair has in common does no harm.
 */
#include "base/compat.h"
#include "base/error.h"
#include "stats/order.h"
#include "stats/wilcoxon.h"

#include <gitperf/stats.h>
#include <math.h>

struct member {
	double log;                /* first, for gitperf_doubles_by_value() */
	size_t pair;
	int64_t rank;              /* among its own, from 1, times two */
};

struct turns {
	const struct member *a, *b;    /* sorted */
	size_t n;
	int64_t *differences;      /* of doubled ranks, b - a, by pair */
	double tail;               /* what is as unlikely is not by chance */
};

static void init_members(struct member *out, const double *samples, size_t n)
{
	size_t i, first, end;

	for (i = 0; i < n; i++) {
		out[i].log = log(samples[i]);
		out[i].pair = i;
	}
	qsort(out, n, sizeof(*out), gitperf_doubles_by_value);
	for (first = 0; first < n; first = end) {
		for (end = first + 1; end < n && out[end].log <= out[first].log; end++)
			;
		/* equal ones share the mean of their ranks */
		for (i = first; i < end; i++)
			out[i].rank = (int64_t)(first + end + 1);
	}
}

/* With b lower by a little more than `shift`, so that no two are equal */
static int64_t compare_ranks(const struct turns *t, double shift)
{
	size_t below, i;
	int64_t sum = 0;

	memset(t->differences, 0, t->n * sizeof(*t->differences));
	for (i = below = 0; i < t->n; i++) {
		while (below < t->n && t->b[i].log - t->a[below].log > shift)
			below++;
		t->differences[t->b[i].pair] += t->b[i].rank + 2 * (int64_t)below;
	}
	for (i = below = 0; i < t->n; i++) {
		while (below < t->n && t->b[below].log - t->a[i].log <= shift)
			below++;
		t->differences[t->a[i].pair] -= t->a[i].rank + 2 * (int64_t)below;
	}
	for (i = 0; i < t->n; i++)
		sum += t->differences[i];
	return sum;
}

/* Could b be above a by no more than this, and the rest be chance? */
static int is_enough(const void *context, double shift)
{
	const struct turns *t = context;
	int64_t sum = compare_ranks(t, shift);

	return sum <= 0 ||
	       gitperf_stats__is_chance(t->differences, t->n, sum, t->tail);
}

static double least_shift(const struct turns *t)
{
	size_t last = t->n - 1;

	return gitperf_doubles_least(t->b[0].log - t->a[last].log,
				     t->b[last].log - t->a[0].log, is_enough, t);
}

static void estimate(gitperf_ratio *out, const struct turns *t)
{
	struct turns turned = *t;

	turned.a = t->b;
	turned.b = t->a;
	out->low = exp(least_shift(t));
	out->high = exp(-least_shift(&turned));
}

int gitperf_stats_interleaved_ratio(gitperf_ratio *out, const double *a,
				    const double *b, size_t n, double confidence)
{
	double most = 1 - ldexp(2, -(int)(n < 64 ? n : 64));
	struct turns t = { .n = n };
	struct member *members;
	int err = gitperf_stats_ratio(out, a, n, b, n, confidence);

	if (err < 0 || isnan(out->value))
		return err;
	members = calloc(n, 2 * sizeof(*members));
	t.differences = calloc(n, sizeof(*t.differences));
	if (members && t.differences) {
		init_members(members, a, n);
		init_members(members + n, b, n);
		t.a = members;
		t.b = members + n;
		out->confidence = confidence < most ? confidence : most;
		t.tail = (1 - out->confidence) / 2;
		estimate(out, &t);
	} else {
		err = gitperf_fail_oom();
	}
	free(members);
	free(t.differences);
	return err;
}
