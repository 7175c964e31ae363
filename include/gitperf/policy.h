/*
 * gitperf/policy.h - which commits a project wants measured, and where
 *
 *	const gitperf_policy *policy = suite->policy;
 *
 *	if (policy->how & GITPERF_PLAN_WINDOW)
 *		... one commit every policy->window_ms ...
 *
 * It is the [policy] section of a .gitperf file and its [platform] sections, as
 * values; gitperf-suite(5) documents every key. What is planned follows that of
 * the trunk's newest commit, so that all planners agree. git config overrides
 * it on one clone: what has come from there is told by its name.
 */
#ifndef GITPERF_POLICY_H
#define GITPERF_POLICY_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The newest commit of each window of time. */
#define GITPERF_PLAN_WINDOW (1u << 0)
/** The newest of so many commits; with a window, whichever is full first. */
#define GITPERF_PLAN_COMMITS (1u << 1)
/** Merges: all of them, or, with one of those above, only they are eligible. */
#define GITPERF_PLAN_MERGES (1u << 2)
/** What somebody has marked, whatever else is planned. */
#define GITPERF_PLAN_TAGGED (1u << 3)
/** Every commit. */
#define GITPERF_PLAN_EVERY (1u << 4)

/** What becomes of the plan when the queue is long. */
typedef enum gitperf_degrade {
	GITPERF_DEGRADE_WIDEN,     /**< fewer commits; if that is not enough, only the newest */
	GITPERF_DEGRADE_SKIP       /**< none, until it is shorter again */
} gitperf_degrade;

/** What the length of the queue of a platform is counted in. */
typedef enum gitperf_depth_unit {
	GITPERF_DEPTH_REQUESTS,
	GITPERF_DEPTH_JOBS
} gitperf_depth_unit;

/** A platform that is to be measured on. */
typedef struct gitperf_policy_platform {
	const char *name;
	int required;                 /**< results without it are not complete */
	const struct gitperf_params *configs; /**< each is measured; none: one without any */
	size_t nconfigs;
} gitperf_policy_platform;

typedef struct gitperf_policy {
	const char *trunk;            /**< the branch, "main"; NULL: the default branch */
	unsigned how;                 /**< GITPERF_PLAN_* */
	int64_t window_ms;            /**< 0 without GITPERF_PLAN_WINDOW */
	unsigned commits;             /**< 0 without GITPERF_PLAN_COMMITS */
	int remeasure;                /**< the newest commit again, while there is nothing else */
	gitperf_degrade degrade;
	gitperf_depth_unit unit;
	/** A queue that is longer than this has consequences... */
	unsigned widen_over, drop_over;
	/** ... until it is no longer than this again. */
	unsigned widen_until, drop_until;
	/** What git perf status finds wrong: so many commits, or so long, without a
	 *  result, and a request that waits longer. 0: nothing is. */
	unsigned gap_commits;
	int64_t gap_ms, wait_ms;
	/** A request of which something has landed is reported in part after this; 0: when it is over. */
	int64_t partial_ms;
	const gitperf_policy_platform *platforms; /**< as in the file */
	size_t nplatforms;
	const char *const *overridden; /**< keys ("plan") that git config has set instead */
	size_t noverridden;
} gitperf_policy;

/** A word for each of these: "widen", "skip"; "requests", "jobs". */
GITPERF_EXPORT const char *gitperf_degrade_name(gitperf_degrade degrade);
GITPERF_EXPORT const char *gitperf_depth_unit_name(gitperf_depth_unit unit);

/** Append the words of `plan = ...`, in one order: "window=15m tagged". */
GITPERF_EXPORT int gitperf_policy_words(gitperf_buffer *out, const gitperf_policy *policy);

#ifdef __cplusplus
}
#endif

#endif
