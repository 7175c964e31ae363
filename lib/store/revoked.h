/*
 * revoked.h - a set of ids that must never come back
 *
 *	struct revoked revoked = { 0 };
 *
 *	err = gitperf_revoked_add_tree(&revoked, git, tree);
 *	if (!err && gitperf_revoked_has(&revoked, id))
 *		...
 *	gitperf_revoked_free(&revoked);
 */
#ifndef GITPERF_STORE_REVOKED_H
#define GITPERF_STORE_REVOKED_H

#include "store/store.h"

struct revoked {
	git_oid *ids;              /* sorted */
	size_t n, room;
};

/** Add one, unless it is there. They stay sorted, so this is for a few. */
int gitperf_revoked_add(struct revoked *r, const git_oid *id);

/** Add all that a tree revokes. */
int gitperf_revoked_add_tree(struct revoked *r, git_repository *git, git_tree *root);

/** Add all that the branch at the remote revokes, as far as it is known here. */
int gitperf_revoked_add_sources(struct revoked *r, git_repository *git,
				const struct source sources[SOURCES]);

int gitperf_revoked_has(const struct revoked *r, const git_oid *id);

void gitperf_revoked_free(struct revoked *r);

#endif
