/*
 * requests.h - between the files that say what has become of requests
 */
#ifndef GITPERF_WORK_REQUESTS_H
#define GITPERF_WORK_REQUESTS_H

#include "base/map.h"
#include "query/requests.h"
#include "query/trunk.h"
#include "store/snapshot.h"

#include <gitperf/work.h>

/* A commit that something is known of, and when that was */
struct candidate {
	char commit[GITPERF_ID_SIZE];
	gitperf_time when;
};

/* What is known of requests, before anything is made of it */
struct request_facts {
	struct arena *arena;
	const gitperf_agenda *agenda;
	gitperf_repo *repo;
	const gitperf_requests_options *opts;
	size_t limit;
	gitperf_store *store;
	struct candidate *candidates;
	size_t ncandidates;
	struct map known;              /* where a commit is among them */
	struct map chosen;             /* commits that a decision has chosen */
	struct effort *efforts;
	size_t nefforts;
};

/** From the queue, the decisions, and names of results; candidates are the newest first then. */
int gitperf_request_facts__find(struct request_facts *f);
/** From the results of a commit. */
int gitperf_request_facts__read(struct request_facts *f, const char *commit);
void gitperf_request_facts__free(struct request_facts *f);

#endif

