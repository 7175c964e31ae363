/*
 * pace.h - how long to wait between attempts, so that many can take turns
 *
 *	gitperf_pace_open(&pace, repo);
 *	gitperf_pace_begin(&pace, &backoff);
 *	while (attempt failed)
 *		if (!gitperf_pace_lost(&pace, &backoff))
 *			... the time is up ...
 *	gitperf_pace_won(&pace, repo);
 */
#ifndef GITPERF_STORE_PACE_H
#define GITPERF_STORE_PACE_H

#include "base/clock.h"

#include <gitperf/repo.h>

struct pace {
	double window;             /* in attempts */
	int64_t attempt_ns;        /* what the last one took */
	int64_t began;             /* the one under way */
	unsigned lost, failed;
};

/** Remember how busy it was when this clone last pushed. */
void gitperf_pace_open(struct pace *pace, gitperf_repo *repo);
/** Before the first attempt: let others go first, where there have been many. */
void gitperf_pace_begin(struct pace *pace, struct backoff *backoff);
/** After a lost race; 0 when the time is up. */
int gitperf_pace_lost(struct pace *pace, struct backoff *backoff);
/** After a failure of the network or the server; 0 when the time is up. */
int gitperf_pace_failed(struct pace *pace, struct backoff *backoff);
/** At the end. */
void gitperf_pace_won(struct pace *pace, gitperf_repo *repo);

#endif
