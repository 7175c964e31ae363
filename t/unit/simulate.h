/*
 * simulate.h - planners, workers and people at one queue, with a clock that is ours
 *
 *	struct sim sim;
 *
 * Whoever does something takes a copy of the queue, thinks for a while, and swaps
 * the copy in if nobody has been faster; else thinks again. Events get lost, or come
 * twice; workers die, and some come back. The planner, the turns and the transitions
 * are the real ones.
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include "data/pairs.h"
#include "lab-text.h"
#include "random.h"

#define SIM_NEVER INT64_MAX
#define SIM_ACTORS 24
#define SIM_TTL (20 * LAB_MINUTE)
#define SIM_BEAT (5 * LAB_MINUTE)
/* As in lib/work/worker.h and worker_poll.c */
#define SIM_WORKER_TTL (30 * LAB_MINUTE)
#define SIM_WATCH (5 * LAB_MINUTE)
#define SIM_MS(ns) ((ns) / 1000000)

/* A commit that came to the trunk */
struct sim_push {
	gitperf_time time;
	int is_merge;
	char id[GITPERF_ID_SIZE];
};

struct sim_options {
	const char *suite;
	int planners, workers;         /* workers on each platform */
	double per_hour;               /* commits */
	double night;                  /* of 24 hours, the share in which nobody works */
	double burst;                  /* how likely a push has many commits */
	double rewrite;                /* ... pushes some away before */
	double marked, merge;          /* ... a commit is that */
	double wish;                   /* ... somebody asks for one by hand */
	double lose, twice;            /* ... an event is lost, or comes twice */
	double die, revive, fail;      /* ... a worker, in a job */
	double release;                /* ... it gives one back */
	double update;                 /* ... it is another version from now on */
	double oneshot;                /* ... somebody does not stay to watch leases */
	double slow;                   /* ... somebody takes a minute to think */
	double check;                  /* ... a plan is made twice, and in another order */
	gitperf_time shortest, longest;/* of jobs */
	gitperf_time timer;            /* of planners; 0: whenever they like */
	gitperf_time skew;             /* of clocks, either way */
	/* what has happened, instead of chance */
	const struct sim_push *pushes;
	size_t npushes;
	gitperf_time takes[LAB_PLATFORMS]; /* of each job there; 0: from `shortest` to `longest` */
};

enum sim_kind { SIM_PUSHER, SIM_PLANNER, SIM_WORKER };
enum sim_step { SIM_LOOK, SIM_SWAP, SIM_RUN, SIM_BEAT_SWAP, SIM_RELEASE, SIM_RELEASE_SWAP, SIM_REMOVE, SIM_REMOVE_SWAP };

/* A lease as a worker knows it: of what, and for which version */
struct sim_job {
	gitperf_job job;               /* only what lab_land() needs; token 0: none */
	char commit[GITPERF_ID_SIZE];
	const char *tool;
	gitperf_time asked;            /* its request */
};

struct sim_actor {
	enum sim_kind kind;
	enum sim_step step;
	gitperf_time next, skew;
	int again;                     /* there was an event while it was thinking */
	const char *platform;
	char name[16];
	struct queue *copy;            /* what it would like the queue to be */
	uint64_t version;              /* of the queue from which that was made */
	gitperf_time looked;           /* when */
	/* an observer */
	int stays;
	struct watch watch;
	int64_t boot;                  /* its own clock is that of the simulation, and this */
	/* a worker */
	const char *tool, *refused;
	char instance[16];
	int boots, is_told;
	gitperf_time told;
	struct sim_job at;             /* its job */
	gitperf_time end, beat;
	int gives_back, refunds;
	char memo_id[41];              /* what it remembers when it comes back */
	int64_t memo_token;
	struct sim_job ghost;          /* what one before it is still at */
	gitperf_time ghost_end;
};

struct sim_stats {
	size_t plans, swaps, lost, claims, landed, late, failures, taken_back, rewrites, checks;
	size_t retaken, released, refused, adopted;
	int64_t deepest;               /* automatic requests that waited, at most */
	gitperf_time stalest;          /* what is measured was behind for so long, at most */
};

struct sim {
	const struct sim_options *o;
	struct lab lab;
	gitperf_policy policy;
	gitperf_time now, start;
	uint64_t version;
	int64_t tokens;
	gitperf_time *renewed;         /* by token: when the queue had its last beat */
	size_t nrenewed;
	struct map begins;             /* by job: how often that was begun */
	struct map records;            /* by job and token */
	struct sim_actor actors[SIM_ACTORS];
	size_t nactors;
	size_t pushed;                 /* of o->pushes */
	int is_over;                   /* nobody pushes any more, and nobody dies */
	struct sim_stats stats;
	char wrong[512];               /* the first thing that must not be, or "" */
};

GITPERF_PRINTF(2, 3) static inline void sim_wrong(struct sim *sim, const char *fmt, ...)
{
	va_list args;
	int n;

	if (*sim->wrong)
		return;
	n = snprintf(sim->wrong, sizeof(sim->wrong), "at minute %lld: ",
		     (long long)((sim->now - LAB_EPOCH) / LAB_MINUTE));
	va_start(args, fmt);
	vsnprintf(sim->wrong + n, sizeof(sim->wrong) - (size_t)n, fmt, args);
	va_end(args);
}

static inline int sim_chance(double p)
{
	return p > 0 && uniform() < p;
}

static inline gitperf_time sim_between(gitperf_time from, gitperf_time to)
{
	return from + (gitperf_time)(uniform() * (double)(to - from));
}

/* --- Copies of a queue --- */

static inline const char *copy_text(struct queue *q, const char *text)
{
	return text ? gitperf_arena_strdup(&q->arena, text) : NULL;
}

static inline void copy_times(struct queue *q, const gitperf_time **list, size_t n)
{
	gitperf_time *copy;

	if (!n)
		return;
	copy = gitperf_arena_array(&q->arena, n, sizeof(*copy));
	memcpy(copy, *list, n * sizeof(*copy));
	*list = copy;
}

static inline void copy_jobs(struct queue *to, const struct queue *from)
{
	size_t i;

	for (i = 0; i < from->njobs; i++) {
		to->jobs = gitperf_arena_grow(&to->arena, to->jobs, i, sizeof(*to->jobs));
		to->jobs[i] = from->jobs[i];
		to->jobs[i].commit = copy_text(to, from->jobs[i].commit);
		to->jobs[i].platform = copy_text(to, from->jobs[i].platform);
		to->jobs[i].suite = copy_text(to, from->jobs[i].suite);
		to->jobs[i].error = copy_text(to, from->jobs[i].error);
		to->jobs[i].lease.worker = copy_text(to, from->jobs[i].lease.worker);
		to->jobs[i].config = gitperf_pairs_copy(&to->arena, from->jobs[i].config, from->jobs[i].nconfig);
		copy_times(to, &to->jobs[i].lease.seen, to->jobs[i].lease.nseen);
		to->njobs++;
	}
}

/* Names, platforms and versions are those of actors, which outlive all queues */
static inline void copy_workers(struct queue *to, const struct queue *from)
{
	size_t i;

	for (i = 0; i < from->nworkers; i++) {
		to->workers = gitperf_arena_grow(&to->arena, to->workers, i, sizeof(*to->workers));
		to->workers[i] = from->workers[i];
		to->workers[i].instance = copy_text(to, from->workers[i].instance);
		copy_times(to, &to->workers[i].seen, to->workers[i].nseen);
		to->nworkers++;
	}
}

static inline struct queue *copy_queue(const struct queue *from)
{
	struct queue *to = calloc(1, sizeof(*to));
	size_t i;

	copy_jobs(to, from);
	copy_workers(to, from);
	for (i = 0; i < from->nrequests; i++) {
		to->requests = gitperf_arena_grow(&to->arena, to->requests, i, sizeof(*to->requests));
		to->requests[i] = from->requests[i];
		to->requests[i].commit = copy_text(to, from->requests[i].commit);
		to->requests[i].tool = copy_text(to, from->requests[i].tool);
		to->nrequests++;
	}
	for (i = 0; i < from->nstates; i++) {
		to->states = gitperf_arena_grow(&to->arena, to->states, i, sizeof(*to->states));
		to->states[i] = from->states[i];
		to->states[i].platform = copy_text(to, from->states[i].platform);
		to->states[i].head = copy_text(to, from->states[i].head);
		to->nstates++;
	}
	to->tokens = from->tokens;
	return to;
}

static inline int is_same_job(const gitperf_job *a, const gitperf_job *b)
{
	return !strcmp(a->id, b->id) && a->reasons == b->reasons && a->attempts == b->attempts &&
	       a->lease.token == b->lease.token && a->lease.beat == b->lease.beat && a->lease.nseen == b->lease.nseen;
}

/* A plan that is the same makes no commit */
static inline int is_same_queue(const struct queue *a, const struct queue *b)
{
	size_t i;

	if (a->njobs != b->njobs || a->nstates != b->nstates || a->nworkers != b->nworkers || b->nwaiting)
		return 0;
	for (i = 0; i < a->njobs; i++)
		if (!is_same_job(&a->jobs[i], &b->jobs[i]))
			return 0;
	for (i = 0; i < a->nworkers; i++)
		if (a->workers[i].beat != b->workers[i].beat || a->workers[i].nseen != b->workers[i].nseen)
			return 0;
	for (i = 0; i < a->nstates; i++)
		if (a->states[i].last != b->states[i].last || a->states[i].pace != b->states[i].pace ||
		    lab_number(a->states[i].head) != lab_number(b->states[i].head))
			return 0;
	return 1;
}

/* Where it was before, or else anywhere */
static inline const gitperf_job *find_near(const struct queue *q, const char *id, size_t from)
{
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		size_t at = (from + q->njobs - i) % q->njobs;

		if (!strcmp(q->jobs[at].id, id))
			return &q->jobs[at];
	}
	return NULL;
}

static inline const gitperf_job *find_id(const struct queue *q, const char *id)
{
	return find_near(q, id, 0);
}

#include "simulate-check.h"

/* --- Taking a copy, and swapping it in --- */

static inline void sim_think(struct sim *sim, struct sim_actor *a, enum sim_step step)
{
	a->step = step;
	a->next = sim->now + (sim_chance(sim->o->slow) ? sim_between(0, 2 * LAB_MINUTE) :
			      sim_between(LAB_SECOND / 10, 3 * LAB_SECOND));
}

static inline void sim_load(struct sim *sim, struct sim_actor *a)
{
	gitperf_queue__free(a->copy);
	a->copy = copy_queue(sim->lab.queue);
	a->version = sim->version;
	a->looked = sim->now;
}

static inline struct observer sim_observer(const struct sim *sim, struct sim_actor *a)
{
	struct observer o = { a->stays ? &a->watch : NULL, sim->now - LAB_EPOCH + a->boot, sim->now + a->skew };

	return o;
}

/* As everybody does: what is over is taken off, and leases that nobody keeps */
static inline void sim_look(struct sim *sim, struct sim_actor *a)
{
	struct observer o = sim_observer(sim, a);
	int n;

	sim_load(sim, a);
	lab_finish(&sim->lab, a->copy);
	n = gitperf_leases_look(a->copy, &o);
	if (n < 0)
		sim_wrong(sim, "looking at leases: %s", gitperf_error_message());
	sim->stats.taken_back += n > 0 ? (size_t)n : 0;
}

/* 1: it was swapped in, or there was nothing to swap */
static inline int sim_swap(struct sim *sim, struct sim_actor *a)
{
	if (a->version != sim->version) {
		sim->stats.lost++;
		return 0;
	}
	if (is_same_queue(sim->lab.queue, a->copy))
		return 1;
	check_transition(sim, sim->lab.queue, a->copy, a);
	gitperf_queue__free(sim->lab.queue);
	sim->lab.queue = a->copy;
	a->copy = NULL;
	sim->version++;
	sim->stats.swaps++;
	lab_settle(&sim->lab, sim->lab.queue);
	check_depth(sim);
	return 1;
}

#endif
