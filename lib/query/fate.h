/*
 * fate.h - what became of each commit of a chain on one platform
 *
 * Numbers and words alone: no repository, no clock. Commits are numbers, the
 * newest is 0. The answer is the same in whatever order decisions come.
 */
#ifndef GITPERF_QUERY_FATE_H
#define GITPERF_QUERY_FATE_H

#include "base/arena.h"

#include <gitperf/coverage.h>

/** Instead of a commit or a decision: there is none. */
#define FATE_NONE UINT32_MAX

/* What names say of a commit */
#define FATE_IS_MERGE (1u << 0)
#define FATE_HAS_RESULT (1u << 1)      /* complete or partial */
#define FATE_HAS_FAILURE (1u << 2)
#define FATE_IS_QUEUED (1u << 3)
#define FATE_IS_RUNNING (1u << 4)      /* queued, and somebody is at it */
#define FATE_IS_IN_PARTS (1u << 5)     /* ... for the first time, and what is queued is a part of it */

struct fate_drop {
	uint32_t commit;
	const char *why;
};

/** A decision, of the commits that the chain has. */
struct fate_decision {
	const char *id;                /* of the blob: orders those of the same head */
	uint32_t head;
	uint32_t base;                 /* or FATE_NONE */
	int64_t commits;
	const uint32_t *chosen;
	size_t nchosen;
	const struct fate_drop *dropped;
	size_t ndropped;
	const char *skipped;
	int64_t depth, window_ms;
	uint32_t end;                  /* filled in: the first commit that it is not about */
};

struct fate {
	const char *why;               /* or NULL */
	gitperf_fate fate;
	uint32_t by;                   /* the commit that stands for it, or FATE_NONE */
	uint32_t owner;                /* whose stretch it is in, maybe its own, or FATE_NONE */
	uint32_t decision;             /* that says so, or FATE_NONE */
};

/**
 * Fill in the fates of `n` commits, of each of which `known` says FATE_*. The
 * decisions are put into order. GITPERF_ENOMEM.
 */
int gitperf_fates__settle(struct fate *out, const unsigned char *known, size_t n,
			   struct fate_decision *decisions, size_t ndecisions);

/** Whether a result speaks for the i-th commit, its own or another's. */
int gitperf_fates__is_covered(const struct fate *fates, size_t i);

/** How many commits, itself and right behind it, a result of the i-th one is for. */
size_t gitperf_fates__range(const struct fate *fates, size_t n, size_t i);

/**
 * The gaps among the commits that are shown, `shown` being their numbers, from
 * new to old; their ages are left out.
 */
int gitperf_fates__gaps(gitperf_gap **out, size_t *n, struct arena *arena,
			const struct fate *fates, const uint32_t *shown, size_t nshown);

#endif
