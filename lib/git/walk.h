/*
 * walk.h - along first parents, for as long as somebody wants to
 */
#ifndef GITPERF_GIT_WALK_H
#define GITPERF_GIT_WALK_H

#include "git/git.h"

/** A commit on the way; its message is lent until the next step. */
struct walked {
	char id[GITPERF_ID_SIZE];
	int is_merge;
	const char *message;
};

enum walk_end {
	WALK_ROOT,                     /* there is no more */
	WALK_STOPPED,                  /* somebody had seen enough */
	WALK_EDGE                      /* this clone has no more: it is shallow */
};

/**
 * Call `each` for a commit and its first parents, newest first, until it returns
 * something other than 0: 1 stops, an error is returned. Else an enum walk_end.
 */
int gitperf_walk(gitperf_repo *repo, const char *from,
		 int (*each)(void *payload, const struct walked *commit), void *payload);

/**
 * Whether `commit` is `tip`, or one of its ancestors: 1 or 0; beyond the edge of a
 * shallow clone nothing is. An error when the history between them cannot be read.
 */
int gitperf_walk_reaches(gitperf_repo *repo, const char *tip, const char *commit);

/** The newest commit that both have: 1, or 0 for none that is here. */
int gitperf_walk_base(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *tip, const char *commit);

#endif
