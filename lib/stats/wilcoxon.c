/*
 * wilcoxon.c - the null distributions of Wilcoxon's tests
 *
 * Knows ranks and how many there are, not samples. Exact distributions are
 * counted in integers, so that they are exact indeed; what does not fit is
 * normal.
 */
#include "base/compat.h"
#include "base/error.h"
#include "stats/special.h"
#include "stats/wilcoxon.h"

#include <gitperf/stats.h>
#include <math.h>

/* up to here the 2^n sets of ranks are counted */
#define PAIRS_EXACT 50

/* ... or the sums of n differences between doubled ranks of 1 .. 2n: the most
 * is that of the n largest less the n smallest */
#define EXCHANGES_SUM (2 * PAIRS_EXACT * PAIRS_EXACT)

/* na * nb of rank sums that are counted one by one: half a megabyte */
#define SUMS_EXACT 65536

/* How many arrangements have each value of a statistic */
struct counts {
	uint64_t *of;              /* of the values 0 .. n - 1 */
	size_t n;
	double total;              /* of all arrangements */
};

static int new_counts(struct counts *c, size_t n, double total)
{
	c->n = n;
	c->total = total;
	c->of = calloc(n, sizeof(*c->of));
	if (!c->of)
		return gitperf_fail_oom();
	c->of[0] = 1;
	return 0;
}

/* Let a part of this size be there or not: times (1 + q^size) */
static void add_part(struct counts *c, size_t size)
{
	size_t i;

	for (i = c->n; i-- > size; )
		c->of[i] += c->of[i - size];
}

/* Times (1 - q^size), modulo 2^64 */
static void multiply(struct counts *c, size_t size)
{
	size_t i;

	for (i = c->n; i-- > size; )
		c->of[i] -= c->of[i - size];
}

/* Divided by (1 - q^size), modulo 2^64 */
static void divide(struct counts *c, size_t size)
{
	size_t i;

	for (i = size; i < c->n; i++)
		c->of[i] += c->of[i - size];
}

/* Walk from the tail inwards as far as `confidence` allows */
static void choose(uint64_t *k, double *reached, const struct counts *c,
		   double confidence)
{
	double tail = 0, left;
	size_t i;

	*k = 1;
	*reached = 1 - 2 * (double)c->of[0] / c->total;
	for (i = 0; i < c->n; i++) {
		tail += (double)c->of[i];
		left = 1 - 2 * (tail / c->total);
		if (left < confidence || left <= 0)
			break;
		*k = i + 1;
		*reached = left;
	}
	*reached = *reached > 0 ? *reached : 0;
}

/*
 * The normal distribution with a correction for continuity. Its tails are
 * heavier than those of the ranks, so intervals are a little too wide rather
 * than too narrow.
 */
static void choose_normal(uint64_t *k, double *reached, double mean,
			  double variance, double confidence)
{
	double z = gitperf_stats__normal_quantile((1 + confidence) / 2);
	double last = floor(mean - 0.5 - z * sqrt(variance));

	*k = last > 0 ? (uint64_t)last + 1 : 1;
	*reached = 1 - erfc((mean - 0.5 - (double)(*k - 1)) / sqrt(2 * variance));
}

/*
 * The signed rank statistic is the sum of those of the ranks 1 .. n whose
 * differences are positive; each of the 2^n sets is equally likely.
 */
int gitperf_stats__signed_rank(uint64_t *k, double *reached, size_t n,
			       double confidence)
{
	double pairs = (double)n * (double)(n + 1) / 2;
	struct counts c;
	size_t rank;
	int err;

	if (n > PAIRS_EXACT) {
		choose_normal(k, reached, pairs / 2, pairs * (double)(2 * n + 1) / 12,
			      confidence);
		return 0;
	}
	err = new_counts(&c, n * (n + 1) / 4 + 1, ldexp(1, (int)n));
	if (err < 0)
		return err;
	for (rank = 1; rank <= n; rank++)
		add_part(&c, rank);
	choose(k, reached, &c, confidence);
	free(c.of);
	return 0;
}

/* C(n + m, m), or 0 from 2^63 on */
static double arrangements(size_t n, size_t m)
{
	double product = 1;
	size_t i;

	for (i = 1; i <= m && product < ldexp(1, 63); i++)
		product = product * (double)(n + i) / (double)i;
	return product < ldexp(1, 63) ? nearbyint(product) : 0;
}

/*
 * The rank sum statistic has the coefficients of the Gaussian binomial
 * [na + nb choose na] as its counts (Andrews, The Theory of Partitions, 1976,
 * section 3.2), which is the product of (1 - q^(nb+i)) / (1 - q^i). Subtraction
 * may wrap round; as the result fits into 64 bits it is right nevertheless.
 */
int gitperf_stats__rank_sum(uint64_t *k, double *reached, size_t na, size_t nb,
			    double confidence)
{
	size_t few = na < nb ? na : nb, many = na < nb ? nb : na, i;
	double pairs = (double)na * (double)nb, total = 0;
	struct counts c;
	int err;

	if (pairs <= SUMS_EXACT)
		total = arrangements(many, few);
	if (total <= 0) {
		choose_normal(k, reached, pairs / 2, pairs * (double)(na + nb + 1) / 12,
			      confidence);
		return 0;
	}
	err = new_counts(&c, na * nb / 2 + 1, total);
	if (err < 0)
		return err;
	for (i = 1; i <= few; i++) {
		multiply(&c, many + i);
		divide(&c, i);
	}
	choose(k, reached, &c, confidence);
	free(c.of);
	return 0;
}

/*
 * A sum is that large where those of the other sign are at most half of what
 * all of one sign would have more. Those are counted like ranks above, each
 * with the size that it has; without ties, all sizes are even, and halved.
 */
static double exchange_tail(const int64_t *differences, size_t n, int64_t sum)
{
	uint64_t counts[EXCHANGES_SUM / 2 + 1];
	struct counts c = { .of = counts };
	int64_t most = 0, odd = 0;
	double tail = 0;
	size_t i, unit;

	for (i = 0; i < n; i++) {
		most += llabs(differences[i]);
		odd |= differences[i] & 1;
	}
	unit = odd ? 1 : 2;
	c.n = (size_t)((most - sum) / 2) / unit + 1;
	memset(counts, 0, c.n * sizeof(*counts));
	counts[0] = 1;
	for (i = 0; i < n; i++)
		add_part(&c, (size_t)llabs(differences[i]) / unit);
	for (i = 0; i < c.n; i++)
		tail += (double)counts[i];
	return tail / ldexp(1, (int)n);
}

int gitperf_stats__is_chance(const int64_t *differences, size_t n, int64_t sum,
			     double tail)
{
	double squares = 0, t = (double)sum;
	size_t i;

	for (i = 0; i < n; i++)
		squares += (double)differences[i] * (double)differences[i];
	/* Hoeffding's bound for such sums (JASA 58, 1963) saves most of the counting */
	if (exp(-t * t / (2 * squares)) <= tail)
		return 0;
	if (n <= PAIRS_EXACT)
		return exchange_tail(differences, n, sum) > tail;
	/* normal, corrected by half the step from one sum to the next */
	return erfc((t - sqrt(squares / (double)n)) / sqrt(2 * squares)) / 2 > tail;
}

size_t gitperf_stats_pairs_needed(double confidence)
{
	size_t n;

	for (n = 2; n < PAIRS_EXACT; n++)
		if (1 - 2 * (1 / ldexp(1, (int)n)) >= confidence)
			break;
	return n;
}

size_t gitperf_stats_samples_needed(double confidence)
{
	double total;
	size_t n;

	for (n = 2; (total = arrangements(n, n)) > 0; n++)
		if (1 - 2 * (1 / total) >= confidence)
			break;
	return n;
}
