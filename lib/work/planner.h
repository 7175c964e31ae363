/*
 * planner.h - the plan as a function: of the time, the trunk, the queue, what is
 * measured, and the policy
 *
 * It asks nobody and changes nothing but the queue that it is given, which the
 * caller then swaps in, or forgets. Who calls it twice gets the same.
 */
#ifndef GITPERF_WORK_PLANNER_H
#define GITPERF_WORK_PLANNER_H

#include "base/arena.h"
#include "work/lease.h"
#include "work/parts.h"

#include <gitperf/plan.h>

/** A commit of the trunk. */
struct stop {
	char id[GITPERF_ID_SIZE];
	int is_merge;
	int is_marked;                 /* somebody wants it measured */
};

/** What is known of a commit on a platform, by the names of its records. */
enum known {
	KNOWN_NOTHING,
	KNOWN_MEASURED,
	KNOWN_FAILED
};

/** What a planner asks about the world; each may fail. */
struct world {
	/** An enum known. */
	int (*known)(void *payload, const char *platform, const char *commit);
	/** The suite that measures a commit, "" if there is none. */
	int (*suite)(void *payload, char out[GITPERF_ID_SIZE], const char *commit);
	/** Whether a commit is no part of the trunk. */
	int (*is_gone)(void *payload, const char *commit);
	/** The highest round in which a commit was measured on a platform. */
	int (*round)(void *payload, int64_t *out, const char *platform, const char *commit);
	/** In which parts it is measured there; lent until the next call. */
	int (*parts)(void *payload, const struct parts **out, const char *platform, const char *commit);
	void *payload;
};

/** One platform's part of the trunk. */
struct stretch {
	const char *platform;
	const gitperf_policy_platform *policy; /* NULL: no more than its name is known */
	const char *head;              /* what was decided last, as the queue has it, or NULL */
	size_t fresh;                  /* so many commits, from the newest, are undecided */
	const char *base;              /* the newest that is not, or NULL */
	int is_rewritten;              /* what was decided last is no part of it any more */
};

struct planner {
	gitperf_time now;
	const gitperf_policy *policy;
	const struct stop *chain;      /* the trunk, newest first, as far as it matters */
	size_t nchain;
	const struct world *world;
	struct queue *queue;           /* to be changed */
	struct arena *arena;           /* of what is in `plan` */
	gitperf_platform_plan *plans;  /* by stretch */
	size_t finished;
};

/** Plan one platform, and say what was decided. */
int gitperf_planner_run(struct planner *p, size_t i, const struct stretch *stretch);

/** Say that a commit is to be measured there for another reason. */
int gitperf_planner_tell(struct planner *p, size_t i, const char *commit, unsigned reasons);

/** Say that the `n` newest commits are not decided about. */
int gitperf_planner_wait(struct planner *p, size_t i, size_t n);

/* --- Between planner.c and ruling.c --- */

#define NOWHERE SIZE_MAX

/* One platform being planned; commits are numbers in the chain, 0 is the newest */
struct pass {
	struct planner *p;
	const struct stretch *s;
	gitperf_plan_state *state;
	gitperf_platform_plan *plan;
	unsigned *chosen;              /* why, by commit; 0: it is not */
	size_t end;                    /* the newest that is decided about, or NOWHERE */
	const char *skipped;           /* why those that are not chosen are not represented */
	gitperf_dropped *dropped;
	size_t ndropped;
	int time_is_up;                /* a new window has begun */
};

/** Have a commit measured; of what is asked for at once, the lower `order` comes first. */
int gitperf_pass_ask(struct pass *x, const char *commit, unsigned reasons, int64_t round,
		     int64_t order);
/** One more line of the plan, or NULL without memory. */
gitperf_planned *gitperf_pass_plan(struct pass *x, const char *commit, gitperf_ruling ruling);
/** Carry out what was chosen. */
int gitperf_pass_rule(struct pass *x);
/** Write the decision down. */
int gitperf_pass_decide(struct pass *x);

/* queue_edit.c: transitions of a queue */

/** A platform's state; made when there is none. NULL without memory. */
gitperf_plan_state *gitperf_queue_state(struct queue *queue, const char *platform);

/** How long the queue of a platform is; GITPERF_ENOMEM. */
int64_t gitperf_queue_depth(const struct queue *queue, const char *platform,
			    gitperf_depth_unit unit);

/** What follows from that, knowing how it was before. */
gitperf_pace gitperf_queue_pace(gitperf_pace before, int64_t depth, const gitperf_policy *policy);

/**
 * Have a commit measured: a job for each configuration and part of the suite (NULL: in
 * one piece), or one more reason for the jobs that are there: those stay as they were
 * divided. Strings are copied. Returns how many are new.
 */
int gitperf_queue_ask(struct queue *queue, const gitperf_job *job,
		      const gitperf_policy_platform *policy, const struct parts *parts);

/**
 * One more reason for what waits of a commit in its first round, as some of it is
 * measured by now, and the rest is not. Returns of how many jobs.
 */
size_t gitperf_queue_join(struct queue *queue, const char *platform, const char *commit,
			  unsigned reasons);

/** Have a job that nobody is at done as another round: of a request of its own. */
int gitperf_queue_new_round(struct queue *queue, gitperf_job *job, int64_t round);

/** Whether somebody has asked for a commit on a platform. */
int gitperf_queue_has(const struct queue *queue, const char *platform, const char *commit);

/** The newest commit that waits on a platform, or is under way, and was nobody's wish; or NULL. */
const char *gitperf_queue_newest(const struct queue *queue, const char *platform);

/** Remove the i-th job; those behind it move up. */
void gitperf_queue_remove(struct queue *queue, size_t i);

/** Remove requests that have no job left. */
void gitperf_queue_tidy(struct queue *queue);

/**
 * Take the i-th job off the queue, and add its commit to `dropped` unless it is
 * there; in the queue's arena. `keep` is what is measured instead, or NULL.
 */
int gitperf_queue_drop_job(gitperf_dropped **dropped, size_t *n, struct queue *queue, size_t i,
			   const char *keep, const char *why);

/**
 * The same for all that waits on a platform, and was nobody's wish, but for one commit
 * (or NULL).
 */
int gitperf_queue_drop(gitperf_dropped **dropped, size_t *n, struct queue *queue,
		       const char *platform, const char *keep, const char *why);

/** Write down that commits are not measured after all, where planning has come to them. */
int gitperf_queue_decide_drops(struct queue *queue, const gitperf_policy *policy, const char *platform,
			       gitperf_dropped *dropped, size_t n, gitperf_time now);

/** The request that a job belongs to, or NULL. */
gitperf_request *gitperf_queue_request(struct queue *queue, const gitperf_job *job);

/* turn.c: whose turn it is */

/** A job, and how urgent it is at some moment: the lowest class is first. */
struct place {
	const gitperf_job *job;
	int class;
};

/** To find that out takes a look at all requests: once for each job. */
struct place gitperf_turn_place(struct queue *queue, const gitperf_job *job, gitperf_time now);

/** Below zero if `a` is to be taken before `b`. */
int gitperf_turn_compare(const struct place *a, const struct place *b);

/** Who wants a job. */
struct claimer {
	const char *worker, *platform;
	const char *tool;              /* its version, "git-perf 0.1.0" */
	const char *set;               /* whose part of a suite it takes, too; NULL: its own */
	const struct observer *observer;
	gitperf_time now;
	int (*shuns)(void *payload, const gitperf_job *job); /* not this one, for now; or NULL */
	/* whether it will be that version first, and take what there is as that one; or NULL */
	int (*becomes)(void *payload, const char *tool);
	void *payload;
};

/** A job that was taken. */
struct turn {
	gitperf_job *job;              /* NULL: there is none to be had; lent by the queue */
	gitperf_dropped *dropped;      /* what was taken off before, as the queue is too long */
	size_t ndropped;
	const char *refused;           /* the version that the next one is for, if it is another; lent */
};

/**
 * Give a worker the job whose turn it is, with a token that nobody has had, for the
 * version that it is. Whether a job is still worth it is judged anew by the queue as it
 * is. A job that was tried as often as may be is left where it is, and so is one that
 * somebody has begun with another version.
 */
int gitperf_turn_take(struct turn *out, struct queue *queue, const gitperf_policy *policy,
		      const struct claimer *claimer);

/**
 * Take a job on again that this worker had with a token, as one that was killed does: a
 * new attempt, with a new token. NULL: it is his no more; then or by then it is for others.
 */
gitperf_job *gitperf_turn_retake(struct queue *queue, const struct claimer *claimer,
				 const char *id, int64_t token);

/** Whether a job was tried as often as may be, so that it has failed. */
int gitperf_job_is_exhausted(const gitperf_job *job);

#endif
