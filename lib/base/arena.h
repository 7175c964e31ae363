/*
 * arena.h - many small allocations with one lifetime
 *
 * Memory is zeroed and aligned for any type. A failed allocation returns NULL
 * and is remembered, so a caller may check once with gitperf_arena_check().
 */
#ifndef GITPERF_BASE_ARENA_H
#define GITPERF_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block;
	int failed;
};

#define ARENA_INIT { NULL, 0 }

void *gitperf_arena_alloc(struct arena *arena, size_t size);
/** An array of `n` elements of `size` bytes; the product is checked. */
void *gitperf_arena_array(struct arena *arena, size_t n, size_t size);
/**
 * Room for element `n` of an array that grows by one at a time: `old`, or a
 * copy with twice the room whenever `n` is a power of two.
 */
void *gitperf_arena_grow(struct arena *arena, const void *old, size_t n,
			 size_t size);
/** A copy of `len` bytes with a NUL behind. */
char *gitperf_arena_copy(struct arena *arena, const char *bytes, size_t len);
char *gitperf_arena_strdup(struct arena *arena, const char *text);
void gitperf_arena_free(struct arena *arena);
int gitperf_arena_check(const struct arena *arena);

#endif
