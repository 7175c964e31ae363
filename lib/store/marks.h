/*
 * marks.h - what people have said, as it lies on the branch
 *
 *	if ((err = gitperf_marks_read(&state, &arena, &peek, MARK_SETS, platform)) < 0)
 *		return err;
 *	if (state.nheads)
 *		... state.mark holds ...
 *
 * Those that no other supersedes are the heads. Of several, made by people who did not
 * know of each other, the one with the lowest id holds, so that all agree.
 */
#ifndef GITPERF_STORE_MARKS_H
#define GITPERF_STORE_MARKS_H

#include "data/mark.h"
#include "store/peek.h"
#include "store/union.h"

/** What is said about one thing. */
struct mark_state {
	struct mark mark;              /* what holds; of nothing without heads */
	const char *const *heads;      /* their ids, sorted; the first is that of `mark` */
	size_t nheads;
};

/** Read the state of a kind and a platform. Marks that cannot be read are none. */
int gitperf_marks_read(struct mark_state *out, struct arena *arena, const struct peek *peek,
		       const char *kind, const char *platform);

/** Write a mark's blob, and add its path to `out`. */
int gitperf_marks_write(struct additions *out, gitperf_repo *repo, const struct mark *mark);

#endif
