/*
 * queue.h - the queue as a tree, and the compare-and-swap that moves it
 *
 *	struct queue_place place = { .repo = repo };
 *	struct queue *queue;
 *
 *	do {
 *		gitperf_queue__load(&queue, &place);
 *		... change queue->jobs and the others ...
 *		moved = gitperf_queue__swap(&place, queue, "plan");
 *		gitperf_queue__free(queue);
 *	} while (!moved);
 *
 * The tree is read whole and checked; what cannot be used is left out, and gone
 * with the next transition. Files of a newer schema, and names that this version
 * does not know, stay as they are.
 */
#ifndef GITPERF_STORE_QUEUE_H
#define GITPERF_STORE_QUEUE_H

#include "data/queue.h"
#include "store/layout.h"
#include "store/remote.h"
#include "store/union.h"

/** So many transitions, and the history of the queue begins anew. */
#define QUEUE_COMMITS_MAX 1000

/** A decision that may not be on the data branch yet. */
struct waiting {
	gitperf_decision decision;
	const char *path;              /* there as here; NULL: it is new */
	git_oid oid;
	int landed;                    /* it is there by now: it may go from here */
};

struct queue {
	gitperf_queue public;
	struct arena arena;
	/* to be changed as one likes; arrays grow by gitperf_arena_grow() */
	gitperf_job *jobs;
	size_t njobs;
	gitperf_request *requests;
	size_t nrequests;
	gitperf_plan_state *states;
	size_t nstates;
	gitperf_worker *workers;
	size_t nworkers;
	const char *trunk;
	const char **marked;
	size_t nmarked;
	struct waiting *waiting;
	size_t nwaiting;
	int64_t tokens;                /* the last one that was given out */
	/* as it was read */
	int64_t commits;               /* since the history began */
	const char *control;           /* lines of it that are for versions to come, or NULL */
	struct additions files;        /* that we know, ordered by path */
	struct additions newer;        /* of a newer version: they stay, ordered by path */
	git_tree *tree;                /* NULL: there is no queue yet */
	git_oid tip;
	size_t damaged;
};

/** Where a queue is: in this repository, or at a remote that is open. */
struct queue_place {
	gitperf_repo *repo;
	struct remote *remote;         /* NULL: here */
	int no_squash;                 /* learned: the server lets no history begin anew */
	const gitperf_events *events;
};

/** Read a queue with nothing in it, or the reference as it is known here. */
int gitperf_queue__read(struct queue **out, gitperf_repo *repo, const char *ref);
/** Read it where it is; of a remote, as it was fetched last. */
int gitperf_queue__load(struct queue **out, const struct queue_place *place);
void gitperf_queue__free(struct queue *queue);

/** The queue as others may see it; valid until it is changed. */
const gitperf_queue *gitperf_queue__view(struct queue *queue);

/** What a clone knows of the queue that it has to do with: its remote's, else its own. */
int gitperf_queue__known(struct queue **out, gitperf_repo *repo);

/**
 * Write what was changed, as one commit, and move the reference there from where
 * it was read. 1: moved, or there was nothing to write; 0: somebody was faster.
 */
int gitperf_queue__swap(struct queue_place *place, struct queue *queue, const char *what);

/**
 * The refspecs that fetch it from a remote, also where there is none: both are needed,
 * for nothing else to come along or to be pruned here.
 */
int gitperf_queue__refspec(gitperf_buffer *take, gitperf_buffer *leave, const struct remote *r);

/*
 *	control                        what kind of tree it is, and counters
 *	plan                           how far planning has come
 *	jobs/<platform>/<job id>.json
 *	requests/<commit>-<round>.json
 *	workers/<name>.json
 *	decisions/...                  as on the data branch
 */
#define QUEUE_CONTROL "control"
#define QUEUE_PLAN "plan"
#define QUEUE_JOBS "jobs"
#define QUEUE_REQUESTS "requests"
#define QUEUE_WORKERS "workers"

/* queue_read.c */

/** Fill a queue from its tree. */
int gitperf_queue__read_tree(struct queue *queue, gitperf_repo *repo);

/* queue_write.c */

/** Append the path of a file in the queue's tree. */
void gitperf_queue__job_path(gitperf_buffer *out, const gitperf_job *job);
void gitperf_queue__request_path(gitperf_buffer *out, const gitperf_request *request);
void gitperf_queue__worker_path(gitperf_buffer *out, const gitperf_worker *worker);

/** A commit of the queue as it is now: 1; 0: it is what it was. */
int gitperf_queue__commit(git_oid *out, struct queue *queue, gitperf_repo *repo,
			  const char *what, int squash);

/* queue_renewed.c */

/**
 * When the lease of each job was last renewed, by the clock of whoever has done it; 0
 * without a lease. `out` has room for all jobs, which are as they were read.
 */
int gitperf_queue__renewed(gitperf_time *out, const struct queue *queue, gitperf_repo *repo);

#endif
