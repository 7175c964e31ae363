/*
 * gitperf/coverage.h - what became of each commit, and what nobody has measured
 *
 *	gitperf_coverage *c;
 *
 *	if ((err = gitperf_coverage_load(&c, repo, store, NULL)) < 0)
 *		return err;
 *	for (i = 0; i < gitperf_coverage_nplatforms(c); i++)
 *		... gitperf_coverage_platform(c, i)->ngaps ...
 *	gitperf_coverage_free(c);
 *
 * On each platform, every commit is exactly one of five: measured, pending, failed,
 * represented, or skipped. That is a function of the records, the decisions, the
 * queue and the history; nothing is stored but what was decided. Of records only
 * the names are read.
 *
 * A decision is about a stretch of the trunk. Those whose newest commit is not on it
 * any more are ignored; where two are about the same commit, the one that ends nearest
 * to it counts.
 */
#ifndef GITPERF_COVERAGE_H
#define GITPERF_COVERAGE_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_fate {
	GITPERF_FATE_MEASURED,       /**< it has a record that is not a failure */
	GITPERF_FATE_PENDING,        /**< it waits in the queue, or to be planned */
	GITPERF_FATE_FAILED,         /**< it was tried in vain, or what stands for it was */
	GITPERF_FATE_REPRESENTED,    /**< a later commit was chosen to stand for it */
	GITPERF_FATE_SKIPPED,        /**< nobody meant to measure it */
	GITPERF_FATES
} gitperf_fate;

/** "measured", "pending", ...; static. */
GITPERF_EXPORT const char *gitperf_fate_name(gitperf_fate fate);

/** What became of one commit on one platform; strings are lent by the coverage. */
typedef struct gitperf_outlook {
	gitperf_fate fate;
	/** A word: of what is pending "queued", "running", "unplanned"; of what is
	 *  skipped "not-merge", "not-tagged", "queue-depth", "superseded",
	 *  "unreachable", "cancelled", "before-planning", "no-plan", or what else a
	 *  decision says; else NULL. */
	const char *why;
	const char *by;              /**< the commit that stands for it, or NULL */
	gitperf_fate by_fate;        /**< what became of that one */
	size_t later;                /**< by so many commits of the trunk that one is newer */
	int64_t depth;               /**< of the queue when that was decided; -1: not known */
	int64_t window_ms;           /**< in effect then; 0: none */
} gitperf_outlook;

/** A run of commits without a result of their own or of one that stands for them. */
typedef struct gitperf_gap {
	size_t first;                /**< the newest, as a number of the coverage's commits */
	size_t commits;
	size_t by_fate[GITPERF_FATES]; /**< how many of them became what */
	/** What keeps most of them: a word as in an outlook, or "failed"; where another
	 *  commit is to stand for one, what keeps that. */
	const char *why;
	int64_t age_ms;              /**< from the time of the oldest to now; at least 0 */
} gitperf_gap;

typedef struct gitperf_platform_coverage {
	const char *name;
	size_t counts[GITPERF_FATES];/**< commits; together all there are */
	size_t covered;              /**< measured, or stood for by one that is */
	const gitperf_gap *gaps;     /**< newest first */
	size_t ngaps;
	int is_required;             /**< by the project's policy */
} gitperf_platform_coverage;

typedef struct gitperf_coverage_options {
	int version;
	/** Of the trunk, what is in a range as of gitperf_history_open(); NULL: all. What
	 *  became of a commit does not depend on what else is asked for. */
	const char *range;
	gitperf_time since;          /**< commits not older than this; 0: all */
	/** NULL: all that the policy, a record, a decision or the queue names. One that
	 *  none of them names is none. */
	const char *platform;
	/** Whose trunk; NULL: that of what gitperf_repo_remote() says, as far as this
	 *  clone knows it, else its own. */
	const char *remote;
	const gitperf_events *events;
} gitperf_coverage_options;

#define GITPERF_COVERAGE_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_coverage gitperf_coverage;

/**
 * GITPERF_ENOTFOUND when there is no trunk here, or no such range; GITPERF_EFORMAT
 * when its suite is wrong. Decisions that are damaged are left out, with a warning;
 * so is a queue that cannot be read.
 */
GITPERF_EXPORT int gitperf_coverage_load(gitperf_coverage **out, gitperf_repo *repo,
					 gitperf_store *store,
					 const gitperf_coverage_options *options);
GITPERF_EXPORT void gitperf_coverage_free(gitperf_coverage *c);

/** The branch that it is about, "main". */
GITPERF_EXPORT const char *gitperf_coverage_trunk(const gitperf_coverage *c);
GITPERF_EXPORT size_t gitperf_coverage_ncommits(const gitperf_coverage *c);
/** The id of the i-th commit, newest first; its time, unless NULL. */
GITPERF_EXPORT const char *gitperf_coverage_commit(const gitperf_coverage *c, size_t i,
						   gitperf_time *time);
GITPERF_EXPORT size_t gitperf_coverage_nplatforms(const gitperf_coverage *c);
/** Ordered by name. */
GITPERF_EXPORT const gitperf_platform_coverage *
gitperf_coverage_platform(const gitperf_coverage *c, size_t platform);
/** Which of them has this id: 1, or 0 if none. */
GITPERF_EXPORT int gitperf_coverage_find(size_t *commit, const gitperf_coverage *c,
					 const char *id);
/** What became of the i-th commit there. */
GITPERF_EXPORT void gitperf_coverage_outlook(gitperf_outlook *out, const gitperf_coverage *c,
					     size_t platform, size_t commit);

/**
 * The commits of the trunk that a result of the i-th one speaks for: itself, and how
 * many right behind it. 0 unless it is measured, or chosen and still waited for.
 */
GITPERF_EXPORT size_t gitperf_coverage_range(const gitperf_coverage *c, size_t platform,
					     size_t commit);
/** The last one of these, in range or not: its id. */
GITPERF_EXPORT const char *gitperf_coverage_oldest(const gitperf_coverage *c, size_t platform,
						   size_t commit);

#ifdef __cplusplus
}
#endif

#endif
