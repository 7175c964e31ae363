/*
 * parts.h - a suite divided among the workers of a platform
 *
 *	if ((err = gitperf_parts_make(&parts, &arena, table, names, n)) < 0)
 *		return err;
 *	for (i = 0; i < parts.n; i++)
 *		... parts.list[i].worker measures parts.list[i].benchmarks ...
 *
 * A pure function: two planners who have the same table and the same suite come to the
 * same parts. No benchmark is in two of them, and none is left out.
 */
#ifndef GITPERF_WORK_PARTS_H
#define GITPERF_WORK_PARTS_H

#include "base/arena.h"
#include "data/mark.h"

/** None: the suite is in one piece, for whoever comes. */
struct parts {
	struct mark_set *list;         /* by worker, as in the table; none is empty */
	size_t n;
};

/**
 * Divide the benchmarks of a suite, by their names in any order. What the table does
 * not have goes where gitperf_parts_usual() says. Texts are lent.
 */
int gitperf_parts_make(struct parts *out, struct arena *arena, const struct mark *table,
		       const char *const *names, size_t n);

/** To which of `nsets` workers a benchmark belongs that no table has. */
size_t gitperf_parts_usual(const char *name, size_t nsets);

#endif
