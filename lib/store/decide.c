/*
 * decide.c - decisions onto the data branch of this repository
 */
#include "base/compat.h"
#include "store/commit.h"
#include "store/decide.h"
#include "store/swap.h"

static const struct swap_faults faults = SWAP_FAULTS(DECIDE);

static int build(git_oid *out, struct swap *swap, git_tree *base, const git_oid *tip)
{
	struct additions *adds = swap->payload;

	return gitperf_commit_make(out, swap->repo, base, tip, adds->list, adds->n);
}

int gitperf_decide_here(gitperf_repo *repo, struct additions *adds, const gitperf_events *events)
{
	struct swap swap = { .repo = repo, .why = "git perf: plan", .faults = &faults,
			     .events = events, .build = build, .payload = adds };
	struct write_lock lock;
	int err;

	if ((err = gitperf_swap_begin(&swap, &lock, 0)) >= 0 &&
	    (err = gitperf_swap_wait(&swap, &lock)) >= 0 &&
	    (err = gitperf_swap_prepare(&swap)) >= 0)
		err = gitperf_swap_run(&swap);
	gitperf_swap_end(&swap, &lock);
	return err;
}
