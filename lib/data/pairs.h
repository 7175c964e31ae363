/*
 * pairs.h - lists of names and values, in order
 */
#ifndef GITPERF_DATA_PAIRS_H
#define GITPERF_DATA_PAIRS_H

#include "base/arena.h"

#include <gitperf/common.h>

/** For qsort(3): by key. */
int gitperf_pairs_by_key(const void *a, const void *b);

/** The value of a key, in a list of any order; NULL: it has none. */
const char *gitperf_pairs_find(const gitperf_pair *pairs, size_t n, const char *key);

/** Two sorted lists, pair by pair; the shorter one comes first. */
int gitperf_pairs_compare(const gitperf_pair *a, size_t na,
			  const gitperf_pair *b, size_t nb);

/** A copy, texts included; the arena remembers if memory ran out. */
gitperf_pair *gitperf_pairs_copy(struct arena *arena, const gitperf_pair *pairs,
				 size_t n);

#endif
