/*
 * ranges.c - what the results of a log stand for
 *
 * A range is what was decided, not what lies between two results that happen to be
 * there: so ranges of one platform never overlap, and leave out what nobody meant.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/coverage.h"
#include "query/log.h"
#include "store/queue.h"
#include "store/snapshot.h"

#define A_DAY (INT64_C(24) * 3600 * 1000000000)

/* Where nobody plans, to look at the whole trunk would be for nothing */
static int is_planned(const struct loader *l)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(l->store->roots); i++)
		if (l->store->roots[i] && git_tree_entry_byname(l->store->roots[i], LAYOUT_DECISIONS))
			return 1;
	return 0;
}

/* Ranges as they were before there were plans: by the time alone */
static size_t day_range(const gitperf_coverage *c, size_t commit)
{
	gitperf_time end, time;
	size_t n = 0;

	gitperf_coverage_commit(c, commit, &end);
	do {
		n++;
		if (commit + n == gitperf_coverage_ncommits(c))
			break;
		gitperf_coverage_commit(c, commit + n, &time);
	} while (time > end - A_DAY);
	return n;
}

static void set_range(gitperf_cell *cell, const struct loader *l, size_t platform, size_t commit)
{
	const gitperf_coverage *c = l->log->coverage;

	if (l->query->flags & GITPERF_QUERY_DAY_RANGES) {
		cell->range = day_range(c, commit);
		cell->oldest = gitperf_coverage_commit(c, commit + cell->range - 1, NULL);
	} else {
		cell->range = gitperf_coverage_range(c, platform, commit);
		cell->oldest = cell->range ? gitperf_coverage_oldest(c, platform, commit) : NULL;
	}
}

static void set_ranges(const struct loader *l, size_t column, size_t platform)
{
	size_t i, commit;

	for (i = 0; i < l->log->ncommits; i++)
		if (l->log->cells[column][i].runs &&
		    gitperf_coverage_find(&commit, l->log->coverage, l->log->commits[i].id))
			set_range(&l->log->cells[column][i], l, platform, commit);
}

/* Without a trunk, or with a suite that cannot be used, a log is what it was */
static int load_coverage(struct loader *l)
{
	gitperf_coverage_options opts = GITPERF_COVERAGE_OPTIONS_INIT;
	const gitperf_events *events = l->query->events;
	int err;

	opts.events = events;
	err = gitperf_coverage_load(&l->log->coverage, l->repo, l->store, &opts);
	if (err == GITPERF_ENOMEM)
		return err;
	if (err < 0 && err != GITPERF_ENOTFOUND && events && events->warning)
		events->warning(events->payload, gitperf_error_message(), gitperf_error_hint());
	return 0;
}

int gitperf_log__ranges(struct loader *l)
{
	gitperf_log *log = l->log;
	unsigned flags = l->query->flags;
	size_t c, p;
	int err;

	if (!(flags & GITPERF_QUERY_DAY_RANGES) && (!(flags & GITPERF_QUERY_RANGES) || !is_planned(l)))
		return 0;
	if ((err = load_coverage(l)) < 0 || !log->coverage)
		return err;
	for (c = 0; c < log->ncolumns; c++)
		for (p = 0; p < gitperf_coverage_nplatforms(log->coverage); p++)
			if (!strcmp(gitperf_coverage_platform(log->coverage, p)->name, log->columns[c].platform))
				set_ranges(l, c, p);
	return 0;
}
