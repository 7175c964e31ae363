/*
 * snapshot.h - what a store handle holds
 */
#ifndef GITPERF_STORE_SNAPSHOT_H
#define GITPERF_STORE_SNAPSHOT_H

#include "base/arena.h"
#include "store/store.h"

struct gitperf_store {
	gitperf_repo *repo;
	git_repository *git;
	git_odb *odb;
	char tip[GITPERF_ID_SIZE];
	git_tree *roots[SOURCES + 1]; /* that it was made of; NULL: not there */
	struct arena arena;
	gitperf_entry *entries;
	size_t n, room;
	size_t foreign, revoked;
	int fetched;               /* what a partial clone lacked */
};

#endif
