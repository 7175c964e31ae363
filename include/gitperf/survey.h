/*
 * gitperf/survey.h - what a clone has, what is on its way, what is wrong
 *
 *	gitperf_survey *survey;
 *
 *	if ((err = gitperf_survey_load(&survey, repo, NULL)) < 0)
 *		return err;
 *	for (i = 0; i < survey->nnotices; i++)
 *		... survey->notices[i].what, survey->notices[i].remedy ...
 *	gitperf_survey_free(survey);
 *
 * Nothing is changed and, unless it is asked for, nobody else asked. Every
 * record is decoded once, and known by its id from then on (perf.cache).
 */
#ifndef GITPERF_SURVEY_H
#define GITPERF_SURVEY_H

#include <gitperf/common.h>
#include <gitperf/coverage.h>
#include <gitperf/query.h>
#include <gitperf/queue.h>
#include <gitperf/repo.h>
#include <gitperf/share.h>
#include <gitperf/transit.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gitperf_survey_options {
	int version;
	/** The remote that it is about, and may_ask; NULL: gitperf_repo_remote(). */
	const gitperf_share_options *share;
	int ask;                      /**< ask it, in one connection */
	const gitperf_events *events;
} gitperf_survey_options;

#define GITPERF_SURVEY_OPTIONS_INIT { .version = 1 }

/** What readers see of one platform. */
typedef struct gitperf_platform_state {
	const char *name;
	size_t records;
	size_t commits;               /**< that they are of */
	gitperf_time newest;          /**< when the last one was finished */
} gitperf_platform_state;

/** Something to be done. Texts may hold names from outside, as they came. */
typedef struct gitperf_notice {
	const char *kind;             /**< a word for programs; static */
	int wrong;                    /**< else it only waits */
	size_t count;                 /**< of how many things it speaks */
	const char *platform;         /**< that it is about, or NULL */
	const char *what;             /**< one line, lower case, no full stop */
	const char *remedy;           /**< a command, or what to do */
} gitperf_notice;

typedef struct gitperf_survey {
	gitperf_time now;             /**< when it was made */
	const char *branch;           /**< the reference that holds the data */
	const char *remote;           /**< that it would be shared with, set up or not */
	int is_bare, is_empty;        /**< a server; nothing was ever measured or sent */
	int has_suite;                /**< the work tree says what to measure */
	const gitperf_transit *transit;
	const gitperf_platform_state *platforms; /**< ordered by name */
	size_t nplatforms;
	gitperf_tally tally;          /**< records, newer, damaged, foreign, revoked */
	size_t unread;                /**< that this partial clone does not hold */
	const gitperf_coverage *coverage; /**< of the trunk; NULL: there is none, or no suite to go by */
	const gitperf_queue *queue;   /**< as it is known here; NULL: it cannot be read */
	int is_judged;                /**< something was measured, or is to be: all may be well */
	gitperf_push_result unsent;   /**< what git perf push -n says; zero without a remote */
	int asked;                    /**< 0: nobody was; 1: it has answered; else an error */
	const char *asked_error;      /**< why it has not */
	const char *asked_hint;
	const gitperf_notice *notices; /**< what is wrong first; none: all is well */
	size_t nnotices;
} gitperf_survey;

/**
 * A remote that does not answer is no error but a notice, and `asked` is its code;
 * so is a branch that cannot be used, here or as it was fetched.
 */
GITPERF_EXPORT int gitperf_survey_load(gitperf_survey **out, gitperf_repo *repo,
				       const gitperf_survey_options *opts);
GITPERF_EXPORT void gitperf_survey_free(gitperf_survey *survey);

#ifdef __cplusplus
}
#endif

#endif
