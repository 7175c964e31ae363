/*
 * decisions.h - what was planned, as it lies on the branch
 *
 *	struct decision_name *names;
 *
 *	if ((err = gitperf_decisions_list(&names, &n, &arena, repo, trees, ntrees, platform)) < 0 ||
 *	    (err = gitperf_decisions_fetch(repo, names, n)) < 0)
 *		return err;
 *	for (i = 0; i < n; i++)
 *		if ((err = gitperf_decisions_read(&decision, &arena, repo, &names[i])) < 0)
 *			...
 */
#ifndef GITPERF_STORE_DECISIONS_H
#define GITPERF_STORE_DECISIONS_H

#include "base/arena.h"
#include "store/layout.h"
#include "store/store.h"

/**
 * The decisions that some trees (NULL: nothing) have for a platform, ordered by
 * head, time, id, and each once. Names that are none are left out.
 */
int gitperf_decisions_list(struct decision_name **out, size_t *n, struct arena *arena,
			   gitperf_repo *repo, git_tree *const *trees, size_t ntrees,
			   const char *platform);

/** The platforms that some trees have decisions for, each as often as they do. */
int gitperf_decisions_platforms(const char ***out, size_t *n, struct arena *arena,
				gitperf_repo *repo, git_tree *const *trees, size_t ntrees);

/** Get at once what a partial clone lacks of them. */
int gitperf_decisions_fetch(gitperf_repo *repo, const struct decision_name *names, size_t n);

/** Read one; GITPERF_EFORMAT if it is damaged, or not what its name says. */
int gitperf_decisions_read(gitperf_decision *out, struct arena *arena, gitperf_repo *repo,
			   const struct decision_name *name);

#endif
