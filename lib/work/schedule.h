/*
 * schedule.h - the queue, the trunk and the data branch, wherever they are
 *
 *	struct schedule s;
 *
 *	err = gitperf_schedule_open(&s, repo, opts);
 *	do {
 *		if ((err = gitperf_schedule_look(&s)) < 0)
 *			break;
 *		... change s.queue ...
 *		err = gitperf_schedule_again(&s, gitperf_schedule_swap(&s, "plan"));
 *	} while (!err);
 *	gitperf_schedule_close(&s);
 */
#ifndef GITPERF_WORK_SCHEDULE_H
#define GITPERF_WORK_SCHEDULE_H

#include "query/trunk.h"
#include "store/peek.h"
#include "store/queue.h"
#include "work/planner.h"

#include <gitperf/schedule.h>

struct schedule {
	gitperf_repo *repo;
	const gitperf_schedule_options *opts;
	gitperf_share_options share;
	struct remote remote;
	int is_remote;                 /* it is open: the queue is there */
	struct queue_place place;
	struct write_lock lock;        /* of transitions here: one at a time */
	struct backoff backoff;
	unsigned lost_races;
	/* by gitperf_schedule_look() */
	struct trunk trunk;
	int has_trunk;
	struct peek data;
	struct queue *queue;
	struct divide *divide;         /* what was learnt of suites and tables; or NULL */
};

/** Whether the queue is that of a remote: 1, and its name; 0: it is here. */
int gitperf_schedule_remote(gitperf_buffer *name, gitperf_repo *repo, const gitperf_schedule_options *opts);

int gitperf_schedule_open(struct schedule *s, gitperf_repo *repo,
			  const gitperf_schedule_options *opts);
void gitperf_schedule_close(struct schedule *s);

/** Look at everything anew: fetch it where it is a remote's. */
int gitperf_schedule_look(struct schedule *s);

/** Look at the queue alone, to show it: a connection that fails is not tried again. */
int gitperf_schedule_fetch(struct schedule *s);

/** Swap the queue in: 1, or 0 when somebody was faster. Nothing, in a dry run. */
int gitperf_schedule_swap(struct schedule *s, const char *what);

/** What to do after that: an error, or 1, are its end; 0, after a pause: again. */
int gitperf_schedule_again(struct schedule *s, int moved);

/**
 * Copy decisions to the data branch that it lacks. That it fails is no error but a
 * warning: they stay in the queue, for whoever comes next.
 */
void gitperf_schedule_settle(struct schedule *s);

/* world.c: what a planner wants to know, from the data branch and the history */

struct world gitperf_schedule_world(struct schedule *s);

/** The suite that measures a commit, "" if there is none. */
int gitperf_schedule_suite(const struct schedule *s, char out[GITPERF_ID_SIZE], const char *commit);

/** An enum known, of a job: whether what it is about is done. */
int gitperf_schedule_known(struct schedule *s, const gitperf_job *job);

/** Take off the queue what has landed; returns how much that was. */
int gitperf_schedule_finish(struct schedule *s);

/* stretch.c: the trunk, as far as it was not decided about */

struct stretches {
	struct stop *chain;
	size_t n, room;
	struct stretch *list;          /* by platform */
	size_t nlist;
	const char **wanted;           /* commits that a tag marks, and that it was not heeded of */
	size_t nwanted;
};

int gitperf_stretches_find(struct stretches *out, struct arena *arena, struct schedule *s);
void gitperf_stretches_free(struct stretches *stretches);

#endif
