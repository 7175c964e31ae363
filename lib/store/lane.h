/*
 * lane.h - records on their way, each delivery in a reference of its own
 */
#ifndef GITPERF_STORE_LANE_H
#define GITPERF_STORE_LANE_H

#include "store/remote.h"

/* lane.c: on leaving */

/** A lane to be pushed: its name and its commit. */
struct lane_out {
	const char *ref;
	char id[GITPERF_ID_SIZE];
};

/** Make a lane for each platform of `adds`, which are sorted. */
int gitperf_lanes_make(struct lane_out **out, size_t *n, struct arena *arena,
		       struct remote *r, struct additions *adds);

/* arrival.c: on arriving */

enum lane_fate {
	LANE_GOOD,
	LANE_BAD,                  /* to be put aside */
	LANE_STAYS                 /* of no use for us, perhaps for others */
};

struct lane {
	const char *name;          /* where it was pushed to */
	const char *local;         /* our reference to it: the same, or a copy */
	git_oid oid;
	char id[GITPERF_ID_SIZE];
	enum lane_fate fate;
	uint64_t records, bytes;   /* as far as it was looked at */
	const char *problem, *hint; /* unless it is good */
};

struct lanes {
	struct arena arena;
	struct lane *list;
	size_t n;
	size_t later;              /* more than is looked at in one go */
};

#define LANES_INIT { ARENA_INIT, NULL, 0, 0 }

/**
 * Look at all lanes below `prefix`, which lie below perf.inbox where they were
 * pushed to, and add the records of the good ones to the batch.
 */
int gitperf_lanes_read(struct lanes *out, gitperf_repo *repo, const char *prefix,
		       gitperf_batch *batch, const gitperf_events *events);
void gitperf_lanes_free(struct lanes *lanes);

/** 1 if this repository has any lane, 0 if not. */
int gitperf_lanes_exist(gitperf_repo *repo);

/* lane_check.c */

/** What one lane may hold, and whether a platform must be allowed to come by it. */
struct lane_rules {
	int64_t records, bytes;
	int strict;
};

/**
 * Look at one lane. If all of it is good, its records go into the batch; else
 * its fate, problem and hint tell, in the arena. An error has nothing to do with
 * the lane.
 */
int gitperf_lane_check(struct lane *lane, struct arena *arena, gitperf_batch *batch,
		       gitperf_repo *repo, const struct lane_rules *rules);

/* quarantine.c */

/**
 * Put a bad lane aside at the remote, in a push of its own: what is wrong with one
 * is no other's. It stays where that fails.
 */
void gitperf_quarantine_push(struct remote *r, struct lane *lane);

/** Remove our copies of a remote's lanes that are dealt with. */
void gitperf_lanes_forget(gitperf_repo *repo, const struct lanes *lanes);

/** Remove the good ones of this repository's own lanes, and put the bad ones aside. */
int gitperf_lanes_clear(gitperf_repo *repo, struct lanes *lanes);

#endif
