/*
 * pairs.c - the order of parameters, configurations and environments
 */
#include "base/compat.h"
#include "data/pairs.h"

int gitperf_pairs_by_key(const void *a, const void *b)
{
	return strcmp(((const gitperf_pair *)a)->key,
		      ((const gitperf_pair *)b)->key);
}

const char *gitperf_pairs_find(const gitperf_pair *pairs, size_t n, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(pairs[i].key, key))
			return pairs[i].value;
	return NULL;
}

int gitperf_pairs_compare(const gitperf_pair *a, size_t na,
			  const gitperf_pair *b, size_t nb)
{
	size_t i;
	int diff;

	for (i = 0; i < na && i < nb; i++)
		if ((diff = strcmp(a[i].key, b[i].key)) ||
		    (diff = strcmp(a[i].value, b[i].value)))
			return diff;
	return (na > nb) - (na < nb);
}

gitperf_pair *gitperf_pairs_copy(struct arena *arena, const gitperf_pair *pairs,
				 size_t n)
{
	gitperf_pair *copy = gitperf_arena_array(arena, n, sizeof(*copy));
	size_t i;

	for (i = 0; copy && i < n; i++) {
		copy[i].key = gitperf_arena_strdup(arena, pairs[i].key);
		copy[i].value = gitperf_arena_strdup(arena, pairs[i].value);
	}
	return copy;
}
