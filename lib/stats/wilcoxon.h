/*
 * wilcoxon.h - how often ranks come out so by chance
 *
 * The first two tests count pairs, and their statistic is symmetric between 0
 * and the number of pairs. An interval from the k-th smallest to the k-th
 * largest of the pairs' values misses the centre with twice the probability of
 * fewer than k; see ratio.c. The third is that of interleaved.c.
 */
#ifndef GITPERF_STATS_WILCOXON_H
#define GITPERF_STATS_WILCOXON_H

#include <stdint.h>

/**
 * The largest k whose interval still has `confidence`, or 1, for the
 * n (n + 1) / 2 Walsh averages of `n` differences; *reached is what it has.
 * GITPERF_ENOMEM.
 */
int gitperf_stats__signed_rank(uint64_t *k, double *reached, size_t n,
			       double confidence);

/** The same for the na * nb differences of two samples. */
int gitperf_stats__rank_sum(uint64_t *k, double *reached, size_t na, size_t nb,
			    double confidence);

/**
 * Whether it is likelier than `tail` that `n` differences between doubled ranks
 * of pairs add up to at least `sum` > 0, when each has one sign or the other
 * by chance.
 */
int gitperf_stats__is_chance(const int64_t *differences, size_t n, int64_t sum,
			     double tail);

#endif
