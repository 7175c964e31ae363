/*
 * gitperf/sets.h - which benchmarks of a platform belong to which worker, as values
 *
 *	for (i = 0; i < balance->nsets; i++)
 *		printf("%s measures %zu\n", balance->sets[i].worker, balance->sets[i].n);
 *
 * gitperf/schedule.h makes them, gitperf/view.h prints them.
 */
#ifndef GITPERF_SETS_H
#define GITPERF_SETS_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A benchmark, and how long it takes. */
typedef struct gitperf_assigned {
	const char *name;             /**< as in .gitperf */
	int64_t duration_ns;          /**< the median of what it took, or of what all others took */
	int is_known;                 /**< it was measured */
	const char *from;             /**< whose it was, if it moves; or NULL */
} gitperf_assigned;

/** A worker's part of the suite. */
typedef struct gitperf_set {
	const char *worker;
	int is_unknown;               /**< the queue knows of no such worker */
	int64_t duration_ns;          /**< of all of it */
	const gitperf_assigned *benchmarks; /**< by name */
	size_t n;
} gitperf_set;

/** What belongs to whom on a platform. */
typedef struct gitperf_balance {
	const char *platform;
	const gitperf_set *sets;      /**< by worker; none: the suite is in one piece */
	size_t nsets;
	size_t benchmarks;
	int64_t duration_ns;          /**< of the set that takes longest */
	int64_t lpt_ns;               /**< ... if the longest were given first to whoever is free */
	int64_t before_ns;            /**< as it was divided before; 0: it was not, or not among these */
	size_t runs;                  /**< records that the durations are from */
	size_t moves;                 /**< benchmarks that change hands */
	int is_fewest;                /**< it is known that fewer would not do */
	int is_first;                 /**< there was no table before */
	int is_new;                   /**< this is another table than there was */
	size_t heads;                 /**< tables that there were at once; more than 1: of people who
	                                   did not know of each other */
} gitperf_balance;

#ifdef __cplusplus
}
#endif

#endif
