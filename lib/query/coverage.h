/*
 * coverage.h - between the files that say what became of each commit
 */
#ifndef GITPERF_QUERY_COVERAGE_H
#define GITPERF_QUERY_COVERAGE_H

#include "base/map.h"
#include "git/git.h"
#include "query/fate.h"
#include "query/trunk.h"

struct covered_platform {
	gitperf_platform_coverage public;
	const struct fate *fates;      /* of each commit of the trunk; may be others', too */
	struct fate_decision *decisions;
	size_t ndecisions;
};

struct gitperf_coverage {
	struct arena arena;
	struct trunk source;           /* with its policy */
	const char *trunk;
	gitperf_time now;
	struct chain chain;            /* the whole trunk */
	char (*ids)[GITPERF_ID_SIZE];  /* of its commits */
	struct map numbers;            /* by id: which of them it is */
	uint32_t *shown;               /* those that were asked for, from new to old */
	size_t nshown;
	struct covered_platform *platforms; /* by name */
	size_t nplatforms;
};

/** Which commit of the trunk has this id, or FATE_NONE. */
uint32_t gitperf_coverage__number(const struct gitperf_coverage *c, const char *id);

/**
 * From the branch and the queue (coverage_plan.c): add the names of platforms, of each
 * once or more; then, of one after the other by name, its decisions, and to `known` what
 * is queued: 1, or 0 if there is nothing of either.
 */
struct coverage_plan;

int gitperf_coverage_plan__open(struct coverage_plan **out, struct gitperf_coverage *c,
				gitperf_repo *repo, gitperf_store *store,
				const gitperf_events *events);
int gitperf_coverage_plan__platforms(const char ***list, size_t *n, struct coverage_plan *plan);
int gitperf_coverage_plan__load(struct covered_platform *p, unsigned char *known,
				struct coverage_plan *plan);
void gitperf_coverage_plan__close(struct coverage_plan *plan);

#endif
