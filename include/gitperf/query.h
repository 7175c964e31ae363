/*
 * gitperf/query.h - history x records: how measurements moved
 *
 *	gitperf_query query = GITPERF_QUERY_INIT;
 *	gitperf_log *log;
 *
 *	query.range = "v1.0..main";
 *	if ((err = gitperf_log_load(&log, repo, store, &query)) < 0)
 *		return err;
 *	for (i = 0; i < gitperf_log_nseries(log); i++)
 *		... gitperf_log_series(log, i)->points ...
 *	gitperf_log_free(log);
 *
 * A log is a function of the store's records, the history and the query. The
 * commits are those of the first-parent chain, newest first, or all that were
 * measured (GITPERF_QUERY_EVERYWHERE). Nothing is interpolated: a commit that
 * nobody measured has no point. Each point is compared with the one before it,
 * which may lie before the range (up to 1,024 commits), so that a change does
 * not depend on how much is looked at.
 *
 * What was measured with uncommitted changes belongs to no commit, so it is no
 * part of a log: it is only counted.
 *
 * Only like is compared with like: a series has one platform, configuration,
 * benchmark, parameter set, metric, unit and workload, and there is no function
 * that crosses them.
 */
#ifndef GITPERF_QUERY_H
#define GITPERF_QUERY_H

#include <gitperf/common.h>
#include <gitperf/coverage.h>
#include <gitperf/record.h>
#include <gitperf/repo.h>
#include <gitperf/stats.h>
#include <gitperf/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Instead of a range: every commit that has records, on whatever branch, also
 * if this clone lacks it, in the order of their ids. Each point is compared
 * with the one before it along the commit's own first parents.
 */
#define GITPERF_QUERY_EVERYWHERE (1u << 0)
/** Also what each result stands for, and what became of the other commits. */
#define GITPERF_QUERY_RANGES (1u << 1)
/** As that, but a result stands for the commits of the day before it, as in reports
 *  from before there were plans: such ranges overlap, and leave gaps. */
#define GITPERF_QUERY_DAY_RANGES (1u << 2)

typedef struct gitperf_query {
	int version;
	unsigned flags;                  /**< GITPERF_QUERY_* */
	const char *range;               /**< as in gitperf_history_open() */
	size_t max_count;                /**< commits; 0: all */
	gitperf_time since;              /**< down to the last that is not older; 0: all */
	const char *platform;            /**< NULL: all */
	const char *metric;              /**< NULL: each benchmark's first, wall if it has it */
	const char *const *benchmarks;   /**< NULL-terminated; NULL: all */
	const gitperf_pair *config;      /**< NULL: every configuration */
	size_t nconfig;
	const gitperf_events *events;
} gitperf_query;

#define GITPERF_QUERY_INIT { .version = 1 }

/** What all runs of one commit say in one series. */
typedef struct gitperf_point {
	size_t commit;                   /**< index into the log's commits */
	double value;                    /**< median over runs of their medians */
	gitperf_interval interval;       /**< for that value */
	size_t runs, samples;
	int has_change;
	double change;                   /**< value / previous point's value - 1 */
	size_t previous;                 /**< that point's commit */
	int apart;                       /**< their intervals do not touch */
	int environment_changed;         /**< since that point: advisory only */
} gitperf_point;

/** One quantity over the history. Points are newest first. */
typedef struct gitperf_series {
	const char *platform;
	const gitperf_pair *config;      /**< sorted by key */
	size_t nconfig;
	const char *benchmark;
	const gitperf_pair *params;
	size_t nparams;
	const char *metric;
	const char *unit;
	gitperf_better better;
	const char *workload;            /**< "" when unknown */
	const gitperf_point *points;
	size_t npoints;
} gitperf_series;

/** A platform in one configuration: a column of an overview. */
typedef struct gitperf_column {
	const char *platform;
	const gitperf_pair *config;
	size_t nconfig;
} gitperf_column;

/** What one column knows of one commit. */
typedef struct gitperf_cell {
	size_t runs;                     /**< records; 0: not measured */
	size_t benchmarks;               /**< series with a point here */
	size_t failed;                   /**< benchmarks that were not ok in a run,
					      and runs that got to none */
	size_t compared;                 /**< series with a change */
	size_t apart;                    /**< ... whose intervals do not touch */
	double change;                   /**< geometric mean of those, - 1;
					      below zero is an improvement */
	unsigned reasons;                /**< of the runs: 1 << the number of a word, see
					      gitperf_record_reason() */
	size_t range;                    /**< commits that it stands for, itself too;
					      0: not known */
	const char *oldest;              /**< of these, or NULL */
} gitperf_cell;

/** What was read, and what could not be used. Nothing is left out silently. */
typedef struct gitperf_tally {
	size_t records;                  /**< decoded */
	size_t newer;                    /**< of a schema this version cannot read */
	size_t damaged;                  /**< unreadable, or not what their name says */
	size_t duplicate;                /**< the same import twice */
	size_t foreign;                  /**< names that are not records */
	size_t revoked;
	size_t dirty;                    /**< of work trees with uncommitted changes:
					      they say nothing of their commit */
	size_t carried;                  /**< benchmarks that were not measured, because
					      nothing they depend on had changed */
	size_t elsewhere;                /**< of commits outside the range */
	size_t unknown_commits;          /**< ... which this clone does not have */
} gitperf_tally;

typedef struct gitperf_log gitperf_log;

GITPERF_EXPORT int gitperf_log_load(gitperf_log **out, gitperf_repo *repo,
				    gitperf_store *store,
				    const gitperf_query *query);
GITPERF_EXPORT void gitperf_log_free(gitperf_log *log);

/** How many are in the range. gitperf_log_commit() knows those before, too. */
GITPERF_EXPORT size_t gitperf_log_ncommits(const gitperf_log *log);
GITPERF_EXPORT const gitperf_commit *gitperf_log_commit(const gitperf_log *log,
							size_t i);
/** Ordered by benchmark, params, metric, platform, config, workload. */
GITPERF_EXPORT size_t gitperf_log_nseries(const gitperf_log *log);
GITPERF_EXPORT const gitperf_series *gitperf_log_series(const gitperf_log *log,
							size_t i);
/** Ordered by platform, config. */
GITPERF_EXPORT size_t gitperf_log_ncolumns(const gitperf_log *log);
GITPERF_EXPORT const gitperf_column *gitperf_log_column(const gitperf_log *log,
							size_t i);
GITPERF_EXPORT const gitperf_cell *gitperf_log_cell(const gitperf_log *log,
						    size_t column, size_t commit);
/** With GITPERF_QUERY_RANGES, where anything is planned: what became of all commits; or NULL. */
GITPERF_EXPORT const gitperf_coverage *gitperf_log_coverage(const gitperf_log *log);
GITPERF_EXPORT const gitperf_tally *gitperf_log_tally(const gitperf_log *log);

/** One value of one series, with its change. */
typedef struct gitperf_mover {
	const gitperf_series *series;
	const gitperf_point *point;
} gitperf_mover;

/**
 * The largest changes whose intervals do not touch and that no change of
 * environment explains, largest ratio first. Returns how many, at most `n`.
 */
GITPERF_EXPORT size_t gitperf_log_movers(const gitperf_log *log,
					 gitperf_mover *out, size_t n);

/**
 * All that was measured of the i-th commit, in the order of the series; lent by
 * the log. The first call looks through the whole log. GITPERF_ENOMEM.
 */
GITPERF_EXPORT int gitperf_log_points(const gitperf_mover **out, size_t *n,
				      gitperf_log *log, size_t i);

/** What was measured last before a commit, in one series. */
typedef struct gitperf_previous {
	char commit[GITPERF_ID_SIZE];
	size_t distance;                 /**< commits back along first parents */
	gitperf_point point;
} gitperf_previous;

/**
 * For each benchmark of the record, find the last measured ancestor of its
 * commit in the series that the benchmark's first metric belongs to: out[i] of
 * the i-th one, with an empty commit where there is none.
 */
GITPERF_EXPORT int gitperf_query_previous(gitperf_previous *out,
					  gitperf_repo *repo,
					  gitperf_store *store,
					  const gitperf_record *record);

/**
 * The value and interval of one metric of one run: the median of its samples;
 * of a summary, its median, else its mean. `samples` receives how many.
 */
GITPERF_EXPORT int gitperf_metric_estimate(double *value,
					   gitperf_interval *interval,
					   size_t *samples,
					   const gitperf_metric *metric);

#ifdef __cplusplus
}
#endif

#endif
