/*
 * map.c - chained hashing that doubles
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/map.h"

#define FIRST_SIZE 64

struct map_slot {
	struct map_slot *next;
	uint64_t hash;
	size_t len, value;
	char key[];
};

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_bytes(const void *key, size_t len)
{
	const unsigned char *p = key;
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; len; len--)
		hash = (hash ^ *p++) * UINT64_C(1099511628211);
	return hash;
}

static int grow(struct map *map)
{
	size_t size = map->size ? 2 * map->size : FIRST_SIZE, i;
	struct map_slot **slots = calloc(size, sizeof(*slots)), *slot, *next;

	if (!slots)
		return gitperf_fail_oom();
	for (i = 0; i < map->size; i++)
		for (slot = map->slots[i]; slot; slot = next) {
			next = slot->next;
			slot->next = slots[slot->hash & (size - 1)];
			slots[slot->hash & (size - 1)] = slot;
		}
	free(map->slots);
	map->slots = slots;
	map->size = size;
	return 0;
}

size_t *gitperf_map_get(const struct map *map, const void *key, size_t len)
{
	uint64_t hash = hash_bytes(key, len);
	struct map_slot *slot;

	if (!map->size)
		return NULL;
	for (slot = map->slots[hash & (map->size - 1)]; slot; slot = slot->next)
		if (slot->hash == hash && slot->len == len &&
		    !memcmp(slot->key, key, len))
			return &slot->value;
	return NULL;
}

int gitperf_map_put(struct map *map, const void *key, size_t len, size_t value)
{
	struct map_slot *slot;
	int err;

	if (map->n >= map->size && (err = grow(map)) < 0)
		return err;
	slot = gitperf_arena_alloc(&map->arena, sizeof(*slot) + len);
	if (!slot)
		return gitperf_fail_oom();
	memcpy(slot->key, key, len);
	slot->len = len;
	slot->value = value;
	slot->hash = hash_bytes(key, len);
	slot->next = map->slots[slot->hash & (map->size - 1)];
	map->slots[slot->hash & (map->size - 1)] = slot;
	map->n++;
	return 0;
}

void gitperf_map_free(struct map *map)
{
	gitperf_arena_free(&map->arena);
	free(map->slots);
	map->slots = NULL;
	map->n = map->size = 0;
}
