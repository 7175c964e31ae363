/*
 * map.h - bytes to a number, by hashing
 *
 * Keys are copied. Collisions made on purpose only cost time within one
 * call, bounded by the number of records it reads.
 */
#ifndef GITPERF_BASE_MAP_H
#define GITPERF_BASE_MAP_H

#include "base/arena.h"
#include <stddef.h>

struct map_slot;

struct map {
	struct arena arena;
	struct map_slot **slots;
	size_t n, size;
};

/** The value of a key, or NULL. Valid until the next gitperf_map_put(). */
size_t *gitperf_map_get(const struct map *map, const void *key, size_t len);

/** Set a key that is not there yet; returns an error or 0. */
int gitperf_map_put(struct map *map, const void *key, size_t len, size_t value);

void gitperf_map_free(struct map *map);

#endif
