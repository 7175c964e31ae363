/*
 * union.h - files to be added to a tree, from wherever they come
 */
#ifndef GITPERF_STORE_UNION_H
#define GITPERF_STORE_UNION_H

#include "base/arena.h"
#include "store/store.h"

/** Start from ADDITIONS_INIT; the blobs are in the repository. */
struct additions {
	struct arena arena;
	struct addition *list;
	size_t n, room;
	size_t foreign;            /* names below runs/ that were left out */
};

#define ADDITIONS_INIT { ARENA_INIT, NULL, 0, 0, 0 }

int gitperf_additions_add(struct additions *a, const char *path, const git_oid *oid);
/** Sort by path, as gitperf_tree_add() wants them, and drop what is there twice. */
void gitperf_additions_sort(struct additions *a);
/** The one with a path, the first `len` bytes of `path`, or NULL; once they are sorted. */
const struct addition *gitperf_additions_find(const struct additions *a, const char *path,
					      size_t len);
void gitperf_additions_free(struct additions *a);

/** Whether it is below runs/. */
int gitperf_addition_is_record(const struct addition *add);
/** How many are. */
size_t gitperf_additions_records(const struct additions *a);

/** Also what other clones have no use for: names below runs/ that are not ours. */
#define UNION_ALL (1u << 0)

/**
 * Add what `from` has and `base` (NULL: nothing) lacks, `format` apart. A name
 * that both have stays as it is in the base.
 */
int gitperf_union_add(struct additions *out, gitperf_repo *repo, git_tree *base,
		      git_tree *from, unsigned flags);

#endif
