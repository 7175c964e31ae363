/*
 * gitperf/schedule.h - deciding what is measured: planners, and people who ask
 *
 *	gitperf_plan *plan;
 *
 *	if ((err = gitperf_plan_make(&plan, repo, NULL)) < 0)
 *		return err;
 *	printf("%zu jobs wait\n", plan->queued);
 *	gitperf_plan_free(plan);
 *
 * Each call reads the queue, changes it by one compare-and-swap, and begins again
 * when somebody was faster. That it is called twice, or by two at once, changes
 * nothing: what there is to be done follows from what there is. gitperf-queue(7)
 * describes the protocol.
 */
#ifndef GITPERF_SCHEDULE_H
#define GITPERF_SCHEDULE_H

#include <gitperf/common.h>
#include <gitperf/plan.h>
#include <gitperf/queue.h>
#include <gitperf/repo.h>
#include <gitperf/sets.h>
#include <gitperf/share.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gitperf_schedule_options {
	int version;
	/** Whose queue: NULL in it is gitperf_repo_remote() where that is set up, else
	 *  this repository's own, as always in a bare one. */
	const gitperf_share_options *share;
	int here;                     /**< this repository's own, whatever else there is */
	int dry_run;                  /**< change nothing but what is known here of a remote */
	int cached;                   /**< for those that only read: ask nobody */
	const gitperf_events *events;
} gitperf_schedule_options;

#define GITPERF_SCHEDULE_OPTIONS_INIT { .version = 1 }

/**
 * Decide about the commits of the trunk that nobody has decided about, and take off
 * the queue what is measured. GITPERF_ENOTFOUND without a trunk, or without any
 * platform to plan for; else as gitperf_push().
 */
GITPERF_EXPORT int gitperf_plan_make(gitperf_plan **out, gitperf_repo *repo,
				     const gitperf_schedule_options *opts);
GITPERF_EXPORT void gitperf_plan_free(gitperf_plan *plan);

/** What somebody wants measured, or no longer. */
typedef struct gitperf_wish {
	int version;
	const char *commit;           /**< a revision, or a range A..B */
	size_t steps;                 /**< of a range: so many commits, evenly spaced; 0: all */
	const char *const *platforms; /**< NULL-terminated; NULL: all that are planned for */
	const gitperf_pair *config;   /**< instead of what the policy has */
	size_t nconfig;
	gitperf_reason reason;        /**< for a range, GITPERF_REASON_BACKFILL is usual */
	const char *by;               /**< who asks; NULL: as git commits here */
	int again;                    /**< also what is measured, or was tried in vain */
	int cancel;                   /**< what waits is to be measured no longer */
	int no_base;                  /**< not also the commit of the trunk that a branch began at,
	                                   where that has no result to compare with */
} gitperf_wish;

#define GITPERF_WISH_INIT { .version = 1 }

/** What became of a wish, for one commit on one platform; lent. */
typedef struct gitperf_granted {
	const char *commit, *platform;
	/** "queued", "waiting" (it was already), "running", "measured", "failed",
	 *  "base" (queued, to compare with), "cancelled", "not-queued": a word for
	 *  programs; static. */
	const char *what;
} gitperf_granted;

typedef struct gitperf_answer {
	const gitperf_granted *list;  /**< in the order of the commits, oldest first */
	size_t n;
	size_t changed;               /**< jobs that were added, or removed */
	unsigned lost_races;
} gitperf_answer;

/** Ask for commits. GITPERF_EINVALID for what cannot be; else as above. */
GITPERF_EXPORT int gitperf_wish_make(gitperf_answer **out, gitperf_repo *repo,
				     const gitperf_wish *wish,
				     const gitperf_schedule_options *opts);
GITPERF_EXPORT void gitperf_answer_free(gitperf_answer *answer);

/** The queue, as it is worked off. GITPERF_ENET and so on, as gitperf_fetch(). */
GITPERF_EXPORT int gitperf_agenda_load(gitperf_agenda **out, gitperf_repo *repo,
				       const gitperf_schedule_options *opts);
GITPERF_EXPORT void gitperf_agenda_free(gitperf_agenda *agenda);

/**
 * The shortest window, of those that divide an hour or a day, in which a machine is
 * busy for at most four fifths of the time with what is planned by itself.
 */
GITPERF_EXPORT int gitperf_advice_load(gitperf_advice **out, gitperf_repo *repo,
				       const gitperf_schedule_options *opts);
GITPERF_EXPORT void gitperf_advice_free(gitperf_advice *advice);

typedef struct gitperf_rebalance_options {
	int version;
	const gitperf_schedule_options *schedule; /**< as for gitperf_plan_make(); NULL: as usual */
	const char *platform;         /**< NULL: the only one that has workers */
	const char *const *add;       /**< workers, NULL-terminated, that the queue need not know; NULL: none */
	const char *const *without;   /**< ... that are to have no part in it */
} gitperf_rebalance_options;

#define GITPERF_REBALANCE_OPTIONS_INIT { .version = 1 }

/**
 * Divide the suite among the workers of a platform, by how long its benchmarks have taken,
 * and write that down on the data branch. What is in balance stays as it is.
 * GITPERF_ENOTFOUND: there is no such platform, worker, or benchmark; GITPERF_EINVALID: it
 * is not clear which is meant; else as gitperf_push().
 */
GITPERF_EXPORT int gitperf_rebalance(gitperf_balance **out, gitperf_repo *repo,
				     const gitperf_rebalance_options *opts);
GITPERF_EXPORT void gitperf_balance_free(gitperf_balance *balance);

#ifdef __cplusplus
}
#endif

#endif
