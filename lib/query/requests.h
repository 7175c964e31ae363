/*
 * requests.h - what has become of a request, as a function
 *
 *	gitperf_request_view view = { .commit = id, .round = 0 };
 *
 *	err = gitperf_request__derive(&view, &arena, efforts, n, &rules);
 */
#ifndef GITPERF_QUERY_REQUESTS_H
#define GITPERF_QUERY_REQUESTS_H

#include "base/arena.h"

#include <gitperf/requests.h>

enum effort_kind {
	EFFORT_QUEUED,                 /* a job that nobody is at */
	EFFORT_RUNNING,
	EFFORT_GIVEN_UP,               /* a job that was tried as often as may be */
	EFFORT_LANDED,                 /* a result that can be used */
	EFFORT_FAILED,
	EFFORT_DROPPED                 /* a decision */
};

/** A job, a record or a decision that says something of a request. */
struct effort {
	enum effort_kind kind;
	const char *commit;
	int64_t round;
	const char *platform;
	const char *job;               /* its id; NULL: a record that was made without one */
	const char *config;            /* as one text, "": none */
	int begun;                     /* of a job: somebody has tried it, or is at it */
	gitperf_time asked, started, finished, expected; /* 0: not known */
	const char *worker, *why;
};

struct request_rules {
	gitperf_time now;
	int64_t partial_after_ms;      /* 0: never */
	/** Whether a platform is needed; NULL: all are. */
	int (*is_required)(void *payload, const char *platform);
	void *payload;
};

/**
 * Fill in all but `commit`, `round` and `by`, which are given, as `asked` may be, from those
 * efforts that are of this commit and round. Texts are lent by the efforts. GITPERF_ENOMEM.
 */
int gitperf_request__derive(gitperf_request_view *view, struct arena *arena, const struct effort *efforts,
			    size_t n, const struct request_rules *rules);

/** Which platform is behind, by requests that are over (balance.c); `machines` of each part's platform. */
void gitperf_requests__balance(gitperf_imbalance *out, const gitperf_request_view *list, size_t n,
			       size_t (*machines)(void *payload, const char *platform), void *payload);

#endif
