/*
 * trunk.h - the branch whose history is measured, and what it says of that
 *
 *	struct trunk trunk;
 *
 *	if ((err = gitperf_trunk_open(&trunk, repo, "origin", NULL)) < 0)
 *		return err;
 *	... trunk.head, trunk.policy ...
 *	gitperf_trunk_close(&trunk);
 */
#ifndef GITPERF_QUERY_TRUNK_H
#define GITPERF_QUERY_TRUNK_H

#include "base/arena.h"

#include <gitperf/repo.h>
#include <gitperf/suite.h>

struct trunk {
	struct arena arena;
	const char *name;              /* "main" */
	const char *ref;               /* where its newest commit is, in this repository */
	char head[GITPERF_ID_SIZE];    /* that commit */
	gitperf_suite *suite;          /* of it; NULL: it has none */
	const gitperf_policy *policy;  /* with what git config overrides; never NULL */
};

/**
 * Append the trunk's name: `perf.trunk`, else what this repository takes for the
 * default branch, else main, master or trunk. `remote` NULL: of the branches here,
 * else of those of that remote as this clone knows them. The policy of its newest
 * commit may name another one. GITPERF_ENOTFOUND: nothing says which it is.
 */
int gitperf_trunk_name(gitperf_buffer *out, gitperf_repo *repo, const char *remote);

/**
 * Find the trunk, and read what its newest commit says. If its policy names
 * another branch, and perf.trunk does not, it is that one. `ref`: the full name
 * of the reference to take instead, whatever a policy says; NULL: by its name.
 * GITPERF_ENOTFOUND when it has no commits here, GITPERF_EFORMAT when its suite
 * is wrong, GITPERF_EINVALID when git config is.
 */
int gitperf_trunk_open(struct trunk *out, gitperf_repo *repo, const char *remote,
		       const char *ref);
void gitperf_trunk_close(struct trunk *trunk);

#endif
