/*
 * arena.c - blocks that double, each holding many allocations
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/error.h"

#define ALIGN (_Alignof(max_align_t))
#define FIRST_BLOCK 4096
#define LARGEST_STEP (1u << 20)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	max_align_t data[];
};

static struct arena_block *add_block(struct arena *arena, size_t size)
{
	struct arena_block *block;
	size_t want = FIRST_BLOCK;

	if (arena->block && arena->block->size < LARGEST_STEP)
		want = 2 * arena->block->size;
	else if (arena->block)
		want = LARGEST_STEP;
	if (want < size)
		want = size;
	block = malloc(sizeof(*block) + want);
	if (!block) {
		arena->failed = 1;
		return NULL;
	}
	block->next = arena->block;
	block->used = 0;
	block->size = want;
	arena->block = block;
	return block;
}

static void *take(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->block;
	void *ptr;

	if (arena->failed)
		return NULL;
	if (size > SIZE_MAX / 2) {
		arena->failed = 1;
		return NULL;
	}
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	if (!block)
		return NULL;
	ptr = (char *)block->data + block->used;
	block->used += size;
	return ptr;
}

void *gitperf_arena_alloc(struct arena *arena, size_t size)
{
	void *ptr = take(arena, size);

	if (ptr)
		memset(ptr, 0, size);
	return ptr;
}

void *gitperf_arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size) {
		arena->failed = 1;
		return NULL;
	}
	return gitperf_arena_alloc(arena, n * size);
}

void *gitperf_arena_grow(struct arena *arena, const void *old, size_t n,
			 size_t size)
{
	void *grown;

	if (n & (n - 1))
		return (void *)(uintptr_t)old;
	grown = gitperf_arena_array(arena, n ? 2 * n : 1, size);
	if (grown && n)
		memcpy(grown, old, n * size);
	return grown;
}

char *gitperf_arena_copy(struct arena *arena, const char *bytes, size_t len)
{
	char *ptr = len < SIZE_MAX / 2 ? take(arena, len + 1) : NULL;

	if (!ptr) {
		arena->failed = 1;
		return NULL;
	}
	if (len)
		memcpy(ptr, bytes, len);
	ptr[len] = '\0';
	return ptr;
}

char *gitperf_arena_strdup(struct arena *arena, const char *text)
{
	return gitperf_arena_copy(arena, text, strlen(text));
}

static void free_blocks(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
}

void gitperf_arena_free(struct arena *arena)
{
	free_blocks(arena->block);
	arena->block = NULL;
	arena->failed = 0;
}

int gitperf_arena_check(const struct arena *arena)
{
	return arena->failed ? gitperf_fail_oom() : 0;
}
