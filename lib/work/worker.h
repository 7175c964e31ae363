/*
 * worker.h - a process that takes jobs and measures them
 *
 *	worker.c         who it is
 *	worker_self.c    what it tells of itself in the queue
 *	worker_claim.c   what else it changes there
 *	worker_errand.c  one job, from its commit to its result
 *	worker_poll.c    waiting for more without asking too much
 *	worker_loop.c    all of it, one after the other
 */
#ifndef GITPERF_WORK_WORKER_H
#define GITPERF_WORK_WORKER_H

#include "work/result.h"

#include <gitperf/session.h>
#include <gitperf/worker.h>

/** A worker that is alive and has no job shows it so often, and is silent for no longer. */
#define WORKER_TTL_MS (INT64_C(30) * 60 * 1000)

/** A job that could not be done for what may pass, and when it may be tried again. */
struct shunned {
	char id[41];
	int64_t until_ns;
	unsigned times;
};

#define SHUNNED_MAX 64

struct worker {
	gitperf_repo *repo;
	const gitperf_work_options *opts;
	gitperf_work_result *out;
	gitperf_schedule_options schedule;
	gitperf_share_options share;
	gitperf_buffer name, platform, tool, host, instance;
	struct write_lock lock;        /* one process of this name in this clone */
	struct watch watch;
	struct backoff trouble;        /* while the queue cannot be reached */
	int owes;                      /* there may be results that are not where they belong */
	gitperf_work_news last_news;   /* nothing is told twice in a row */
	struct shunned shunned[SHUNNED_MAX];
	size_t nshunned;
	/* what it tells of itself */
	struct arena self;
	gitperf_pair *findings;
	size_t nfindings;
	gitperf_mishap mishap;
	struct arena last_words;       /* of `mishap` */
	int64_t beat_ns;               /* when it last did; 0: never */
	int is_told, is_news;          /* in this transition; and there is more to be told */
	/* by the last look at the queue */
	gitperf_duty duty;
	int others_work;               /* there are leases, so there is something to watch */
	int is_held;                   /* nothing was taken, so as to become that one first */
	int64_t updated_ns;            /* when that was tried last; 0: never */
	int is_refusal_told;           /* since the last job */
	gitperf_buffer refused;        /* the version that the next job is for, if not this one */
	/* the job at hand, and those that were tried too often, whoever had them */
	struct arena arena;
	gitperf_job job;
	int has_job, is_resumed, is_lost;
	char intended[41];             /* job of the lease that the swap under way is to bring */
	int64_t intended_token;
	gitperf_buffer leases;         /* ours, as the clone remembers: "<job id> <token>" in lines */
	int64_t began_ns, renewed_ns;
	int64_t renew_s;               /* so often others hear of a job that takes long */
	int64_t promised_ms, told_step; /* by the last renewal */
	struct progress progress;      /* of the renewal under way */
	int release_refunds;           /* of the release under way, and why */
	const char *release_why;
	gitperf_job *given_up;
	size_t ngiven_up;
};

int gitperf_worker__open(struct worker *w, gitperf_repo *repo, const gitperf_work_options *opts);
void gitperf_worker__close(struct worker *w);

/** Tell whoever keeps a log. */
void gitperf_worker__tell(struct worker *w, gitperf_work_news news, const char *why);

/* worker_self.c */

/** Into its file of the queue, if that is due or `anyhow`; an error if it is not to be there. */
int gitperf_worker__introduce(struct worker *w, struct queue *q, int anyhow);
/** The transition with that was made. */
void gitperf_worker__introduced(struct worker *w);

/* worker_claim.c: each is one transition, tried until it is made */

/** What this clone remembers of a worker of this name that was killed. */
int gitperf_worker__read_leases(struct worker *w);
/** 1: there is a job at hand; 0: none is to be had. */
int gitperf_worker__claim(struct worker *w);
/** A sign of life: 1; 0: the job is not ours any more. */
int gitperf_worker__renew(struct worker *w, const struct progress *progress);
/** The job is for others again. */
int gitperf_worker__release(struct worker *w, int refund, const char *why);
/** It cannot be measured, as nobody has its commit any more. */
int gitperf_worker__drop(struct worker *w);
/** What is measured is no job any more; and what else there is to be told. */
int gitperf_worker__finish(struct worker *w);

/* worker_errand.c */

/** Do the job at hand: 0, whatever came of it; an error ends the worker. */
int gitperf_worker__do(struct worker *w);
/** Put a record where it lasts: onto this clone's branch, or into the spool. */
int gitperf_worker__land(struct worker *w, const gitperf_record *record);
/* worker_loop.c */

/** Whether perf.updateCommand is to make that version of this one. */
int gitperf_worker__may_become(struct worker *w, const char *tool);

/* worker_poll.c */

/** Whether the queue or the perf branch of a remote is not what this clone knows; one connection. */
int gitperf_worker__has_changed(gitperf_repo *repo, const char *remote);

/** Wait until there may be something to do: 0, or an error. */
int gitperf_worker__wait(struct worker *w);

#endif
