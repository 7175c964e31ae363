/*
 * peek.h - what some trees have of one commit, without reading the others
 */
#ifndef GITPERF_STORE_PEEK_H
#define GITPERF_STORE_PEEK_H

#include "store/store.h"

/** Trees of the data branch that are looked at together. */
struct peek {
	gitperf_repo *repo;
	git_tree *trees[SOURCES + 1];  /* NULL: nothing */
};

/** The local branch, and what is known here of the remote's. */
int gitperf_peek_here(struct peek *out, gitperf_repo *repo);
/** One tree alone, or NULL. */
int gitperf_peek_at(struct peek *out, gitperf_repo *repo, git_tree *tree);
void gitperf_peek_close(struct peek *peek);

/**
 * Call `each` for every record that there is of a commit on a platform, by its name;
 * what is revoked is left out. Whatever it returns but 0 ends that, and is returned.
 */
int gitperf_peek_records(const struct peek *peek, const char *platform, const char *commit,
			 int (*each)(void *payload, const gitperf_entry *entry), void *payload);

/** Read and decode one of these. */
int gitperf_peek_record(gitperf_record **out, const struct peek *peek, const gitperf_entry *entry);

/** Call `each` for every platform that there are records of; as above. */
int gitperf_peek_platforms(const struct peek *peek,
			   int (*each)(void *payload, const char *platform), void *payload);

/** Whether the data branch has a file of this path. */
int gitperf_peek_has(const struct peek *peek, const char *path);

/** Whether any of these trees revokes a blob id: 1, 0, or an error. */
int gitperf_peek_is_revoked(const struct peek *peek, const char *id);

#endif
