/*
 * gitperf/compare.h - two commits, or two runs, side by side
 *
 *	gitperf_comparison *cmp;
 *
 *	if ((err = gitperf_compare_commits(&cmp, repo, store, "v1.0", "HEAD", NULL)) < 0)
 *		return err;
 *	for (i = 0; i < gitperf_comparison_count(cmp); i++)
 *		... gitperf_comparison_row_at(cmp, i)->verdict ...
 *	gitperf_comparison_free(cmp);
 *
 * Only like is compared with like: within one platform and configuration, the
 * same benchmark, parameters, metric, unit and workload. What has no
 * counterpart is a row all the same, which says why, and has no ratio.
 *
 * Where a ratio comes from depends on what there is, and a row says which:
 *
 *  - two runs that took turns on one machine: the i-th sample of each belong
 *    together, gitperf_stats_interleaved_ratio();
 *  - several runs of a commit: each is one sample, its median, because runs
 *    differ by more than their samples do, gitperf_stats_mean_ratio();
 *  - one run of each commit: their samples, gitperf_stats_ratio(), or
 *    gitperf_stats_summary_ratio() where they are gone. How far two runs of
 *    one commit are apart is then unknown: the row is `unconfirmed`.
 *
 * The confidence is that of all verdicts together: each of m intervals has
 * 1 - (1 - confidence) / m (Bonferroni; Dunn, JASA 56, 1961).
 */
#ifndef GITPERF_COMPARE_H
#define GITPERF_COMPARE_H

#include <gitperf/common.h>
#include <gitperf/record.h>
#include <gitperf/repo.h>
#include <gitperf/stats.h>
#include <gitperf/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gitperf_compare_options {
	int version;
	const char *platform;            /**< NULL: all */
	const char *metric;              /**< NULL: each benchmark's headline: wall,
					      else its first; of runs without wall,
					      every metric */
	const char *const *benchmarks;   /**< NULL-terminated; NULL: all */
	const gitperf_pair *config;      /**< only runs that have all of these */
	size_t nconfig;
	double confidence;               /**< of all verdicts together; 0: 0.99 */
	double floor;                    /**< changes below it are none; 0: 0.005,
					      negative: no floor */
	const gitperf_events *events;
} gitperf_compare_options;

#define GITPERF_COMPARE_OPTIONS_INIT { .version = 1 }

typedef enum gitperf_verdict {
	GITPERF_VERDICT_NOT_COMPARABLE, /**< `obstacle` says why */
	GITPERF_VERDICT_INSUFFICIENT,   /**< too few for the confidence: `needed`;
					     or nothing is excluded, neither no
					     change nor one by half */
	GITPERF_VERDICT_NO_CHANGE,      /**< none that the interval excludes */
	GITPERF_VERDICT_CHANGE,         /**< of a metric that only informs */
	GITPERF_VERDICT_IMPROVEMENT,
	GITPERF_VERDICT_REGRESSION
} gitperf_verdict;

/** Why a row cannot be compared. */
typedef enum gitperf_obstacle {
	GITPERF_OBSTACLE_NONE,
	GITPERF_OBSTACLE_ONLY_BASE,     /**< head does not have it */
	GITPERF_OBSTACLE_ONLY_HEAD,
	GITPERF_OBSTACLE_FAILED,        /**< on a side without a value: its `status` */
	GITPERF_OBSTACLE_WORKLOAD,      /**< the benchmark measures something else now */
	GITPERF_OBSTACLE_UNIT,          /**< another unit, or direction */
	GITPERF_OBSTACLE_ELSEWHERE,     /**< one side was not measured on this
					     platform with this configuration */
	GITPERF_OBSTACLE_NOT_POSITIVE,  /**< a value of 0 or less has no ratio */
	GITPERF_OBSTACLE_CARRIED        /**< one side was not measured, because nothing
					     had changed: its `carried` */
} gitperf_obstacle;

/** What one side has of a row. */
typedef struct gitperf_compared {
	double value;                   /**< as in git perf log: the median over runs
					     of their medians; NaN: none */
	size_t runs, samples;           /**< that it is made of */
	size_t failed;                  /**< runs in which the benchmark was not ok */
	gitperf_status status;          /**< of the last of these, or ok */
	const char *error;              /**< its reason, or NULL */
	const char *unit;               /**< NULL without a value */
	const char *workload;           /**< "": unknown; NULL without a value */
	const char *carried;            /**< without a value: the commit whose result
					     holds for this one, too; or NULL */
} gitperf_compared;

typedef struct gitperf_comparison_row {
	size_t group;
	const char *benchmark;
	const gitperf_pair *params;     /**< sorted by key */
	size_t nparams;
	const char *metric;             /**< "": the benchmark failed on both sides */
	gitperf_better better;
	gitperf_compared base, head;
	gitperf_ratio ratio;            /**< head / base; na and nb count what was
					     compared, pairs, runs or samples */
	gitperf_verdict verdict;
	gitperf_obstacle obstacle;
	size_t needed;                  /**< pairs, runs or samples a side that a
					     verdict takes at the least; 0: they are
					     there, but too far apart or unknown */
	int headline;                   /**< counts for the group's geometric mean */
	int paired, by_runs;            /**< how it was compared; neither: by samples */
	int unconfirmed;                /**< a side has a single run, at its own time */
} gitperf_comparison_row;

/** A platform in a configuration. */
typedef struct gitperf_comparison_group {
	const char *platform;
	const gitperf_pair *config;     /**< sorted by key */
	size_t nconfig;
	size_t base_runs, head_runs;
	size_t base_dirty, head_dirty;  /**< of these, with uncommitted changes */
	size_t base_left_out, head_left_out; /**< ... because others had none */
	int environment_changed;        /**< fingerprints differ: advisory only */
	size_t benchmarks;              /**< comparable headline rows with a direction */
	gitperf_ratio geomean;          /**< over these, above 1 is worse; NaN: none.
					     By rounds of pairs, by runs, or by normal
					     theory from the rows' intervals */
} gitperf_comparison_group;

/** A commit that is compared. */
typedef struct gitperf_comparison_side {
	char id[GITPERF_ID_SIZE];
	const char *subject;            /**< NULL: unknown */
	gitperf_time time;              /**< of its committer; 0: unknown */
	size_t runs;
	size_t unusable;                /**< records that are damaged or newer */
} gitperf_comparison_side;

typedef struct gitperf_comparison gitperf_comparison;

/**
 * Compare two runs that took turns on one machine. `opts` may be NULL. The
 * records are not needed any more afterwards. GITPERF_ENOTFOUND when a side has
 * nothing of what the options ask for.
 */
GITPERF_EXPORT int gitperf_compare_runs(gitperf_comparison **out,
					const gitperf_record *base,
					const gitperf_record *head,
					const gitperf_compare_options *opts);

/**
 * Compare all runs of two commits, given as revisions. A record that cannot be
 * read is named by a warning and counted as unusable. GITPERF_ENOTFOUND when a
 * side was not measured at all, with a hint that names the nearest commit that
 * was; or when neither side has what the options ask for.
 */
GITPERF_EXPORT int gitperf_compare_commits(gitperf_comparison **out,
					   gitperf_repo *repo,
					   gitperf_store *store,
					   const char *base, const char *head,
					   const gitperf_compare_options *opts);

GITPERF_EXPORT void gitperf_comparison_free(gitperf_comparison *comparison);

/**
 * Regressions, improvements and changes first, then what has a ratio, each by
 * the size of the change, then what cannot be compared.
 */
GITPERF_EXPORT size_t gitperf_comparison_count(const gitperf_comparison *c);
GITPERF_EXPORT const gitperf_comparison_row *
gitperf_comparison_row_at(const gitperf_comparison *c, size_t i);

/** Ordered by platform, then configuration. */
GITPERF_EXPORT size_t gitperf_comparison_ngroups(const gitperf_comparison *c);
GITPERF_EXPORT const gitperf_comparison_group *
gitperf_comparison_group_at(const gitperf_comparison *c, size_t i);

GITPERF_EXPORT const gitperf_comparison_side *
gitperf_comparison_base(const gitperf_comparison *c);
GITPERF_EXPORT const gitperf_comparison_side *
gitperf_comparison_head(const gitperf_comparison *c);

/** The confidence and the floor that were used. */
GITPERF_EXPORT double gitperf_comparison_confidence(const gitperf_comparison *c);
GITPERF_EXPORT double gitperf_comparison_floor(const gitperf_comparison *c);

/**
 * How many rows have this verdict. Where the environment changed it is advice
 * and no verdict: those rows are not counted.
 */
GITPERF_EXPORT size_t gitperf_comparison_verdicts(const gitperf_comparison *c,
						  gitperf_verdict verdict);

/** "not-comparable", "insufficient-data", "no-change", "change", ... */
GITPERF_EXPORT const char *gitperf_verdict_name(gitperf_verdict verdict);
/** "only-base", "failed", "workload", ...; "" for none. */
GITPERF_EXPORT const char *gitperf_obstacle_name(gitperf_obstacle obstacle);

#ifdef __cplusplus
}
#endif

#endif
