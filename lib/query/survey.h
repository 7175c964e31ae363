/*
 * survey.h - between the files that say how a clone is
 */
#ifndef GITPERF_QUERY_SURVEY_H
#define GITPERF_QUERY_SURVEY_H

#include "base/arena.h"
#include "store/queue.h"

#include <gitperf/survey.h>

struct survey {
	gitperf_survey public;
	gitperf_repo *repo;
	const gitperf_survey_options *opts;
	struct arena arena;
	gitperf_transit *transit;
	gitperf_coverage *coverage;
	struct queue *queue;
	const char *suite, *suite_hint; /* why the trunk's suite cannot be used, or NULL */
	const char *broken, *broken_hint; /* why the branch cannot be used, or NULL */
};

/** Say what is to be done, from all that is known by now (notice.c). */
int gitperf_survey__notice(struct survey *s);

enum { NOTICE_WAITS, NOTICE_WRONG };

/** Add something, unless there are none of it; `remedy` is copied. */
void gitperf_survey__add(struct survey *s, const char *kind, int wrong, size_t count,
			 const char *remedy, const char *fmt, ...) GITPERF_PRINTF(6, 7);

/* health.c: whether what is to be measured is being measured */

int gitperf_survey__look_at_trunk(struct survey *s, gitperf_store *store);
int gitperf_survey__judge(struct survey *s, gitperf_store *store);

#endif
