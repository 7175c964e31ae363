/*
 * parts.c - a suite divided among the workers of a platform
 *
 * A benchmark that is new belongs to somebody at once, and to the same one for all
 * planners and until people say otherwise: by its name alone.
 */
#include "base/compat.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/map.h"
#include "work/parts.h"

/* as many as a 32-bit number has: the same on every machine */
#define HASH_DIGITS 8

size_t gitperf_parts_usual(const char *name, size_t nsets)
{
	char digest[DIGEST_HEX + 1];

	gitperf_digest(digest, name, strlen(name));
	digest[HASH_DIGITS] = '\0';
	return (size_t)strtoul(digest, NULL, 16) % nsets;
}

static int index_table(struct map *out, const struct mark *table)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < table->nsets; i++)
		for (j = 0; j < table->sets[i].n && !err; j++) {
			const char *name = table->sets[i].benchmarks[j];

			err = gitperf_map_put(out, name, strlen(name), i);
		}
	return err;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Counted first, so that each list is made once */
static int fill(struct parts *out, struct arena *arena, const struct mark *table,
		const char *const *sorted, const size_t *owners, size_t n)
{
	struct mark_set *all = gitperf_arena_array(arena, table->nsets, sizeof(*all));
	size_t *counts = gitperf_arena_array(arena, table->nsets, sizeof(*counts));
	const char ***lists = gitperf_arena_array(arena, table->nsets, sizeof(*lists));
	size_t i;

	if (!all || !counts || !lists)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++)
		counts[owners[i]]++;
	for (i = 0; i < table->nsets; i++)
		lists[i] = gitperf_arena_array(arena, counts[i], sizeof(**lists));
	if (arena->failed)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++)
		lists[owners[i]][all[owners[i]].n++] = sorted[i];
	for (i = 0; i < table->nsets; i++) {
		if (!all[i].n)
			continue;
		all[out->n].n = all[i].n;
		all[out->n].worker = table->sets[i].worker;
		all[out->n++].benchmarks = lists[i];
	}
	out->list = all;
	return 0;
}

int gitperf_parts_make(struct parts *out, struct arena *arena, const struct mark *table,
		       const char *const *names, size_t n)
{
	const char **sorted = gitperf_arena_array(arena, n, sizeof(*sorted));
	size_t *owners = gitperf_arena_array(arena, n, sizeof(*owners)), i;
	struct map index = { .n = 0 };
	int err = sorted && owners ? 0 : gitperf_fail_oom();

	memset(out, 0, sizeof(*out));
	if (err < 0 || !table->nsets || !n)
		return err;
	memcpy(sorted, names, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_texts);
	err = index_table(&index, table);
	for (i = 0; i < n && !err; i++) {
		const size_t *owner = gitperf_map_get(&index, sorted[i], strlen(sorted[i]));

		owners[i] = owner ? *owner : gitperf_parts_usual(sorted[i], table->nsets);
	}
	gitperf_map_free(&index);
	return err < 0 ? err : fill(out, arena, table, sorted, owners, n);
}
