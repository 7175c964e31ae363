/*
 * survey.h - between the files that say how a clone is
 */
#ifndef GITPERF_QUERY_SURVEY_H
#define GITPERF_QUERY_SURVEY_H

#include "base/arena.h"

#include <gitperf/survey.h>

struct survey {
	gitperf_survey public;
	gitperf_repo *repo;
	const gitperf_survey_options *opts;
	struct arena arena;
	gitperf_transit *transit;
	const char *broken, *broken_hint; /* why the branch cannot be used, or NULL */
};

/** Say what is to be done, from all that is known by now (notice.c). */
int gitperf_survey__notice(struct survey *s);

#endif
