/*
 * balance.h - which of some workers does which of some tasks
 *
 *	struct balance b = { durations, n, workers, now, owner };
 *
 *	if ((err = gitperf_balance_move(&b)) < 0)
 *		return err;
 *	... b.owner[i] does it; b.moves of them have changed hands ...
 *
 * A pure function of numbers: the same in, the same out.
 */
#ifndef GITPERF_WORK_BALANCE_H
#define GITPERF_WORK_BALANCE_H

#include <stddef.h>
#include <stdint.h>

#define BALANCE_NOBODY SIZE_MAX

struct balance {
	const int64_t *durations;      /* of the tasks, 0 or more; their sum times 16 is a number */
	size_t n;
	size_t workers;                /* at least one */
	const size_t *now;             /* whose each is, or BALANCE_NOBODY */
	size_t *owner;                 /* whose each is to be; the caller's room for `n` */
	int64_t makespan;              /* of that: the time of the worker who takes longest */
	int64_t lpt;                   /* ... if the longest is always given to the first who is free */
	size_t moves;                  /* of those that were somebody's */
	int is_fewest;                 /* it is known that fewer would not do */
};

/** How much longer than by `lpt` it may take before anything moves: 15 % (M26). */
int64_t gitperf_balance_bound(int64_t lpt);

/** All anew, the longest first: GITPERF_ENOMEM. */
int gitperf_balance_lpt(struct balance *b);

/** As it is now, with the fewest moves that bring it within the bound: GITPERF_ENOMEM. */
int gitperf_balance_move(struct balance *b);

#endif
