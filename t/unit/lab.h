/*
 * lab.h - a project in memory, to plan for: its trunk, its queue, what is measured
 *
 *	struct lab lab;
 *
 *	lab_open(&lab, "[policy]\nplan = commits=5\n[platform \"p0\"]\n");
 *	lab_commit(&lab, 0);
 *	lab_plan(&lab, LAB_EPOCH);
 *	... lab.queue, lab.log ...
 *	lab_close(&lab);
 *
 * Commits are numbers from 1 on, platforms p0 to p2; what becomes of both is for the
 * real planner to say. Includers have tap.h before.
 */
#ifndef LAB_H
#define LAB_H

#include "base/buf.h"
#include "base/map.h"
#include "work/planner.h"

#include <gitperf/suite.h>

#define LAB_PLATFORMS 3
#define LAB_SECOND INT64_C(1000000000)
#define LAB_MINUTE (60 * LAB_SECOND)
/* midnight, so that windows begin with it */
#define LAB_EPOCH (20000 * 24 * 60 * LAB_MINUTE)

#define LAB_MERGE 1u
#define LAB_MARKED 2u

struct lab_commit {
	gitperf_time time;
	int is_gone;                   /* somebody has pushed it away */
	enum known known[LAB_PLATFORMS];
	int64_t round[LAB_PLATFORMS];  /* the highest that has landed */
	gitperf_time result[LAB_PLATFORMS]; /* when there was one; for those who have a clock */
	struct stop stop;
};

struct lab_drop {
	size_t commit, by;             /* 0: none */
	const char *why;
};

/* A decision that is on the data branch; commits are numbers, 0 is none */
struct lab_decision {
	int platform;
	size_t base, head;
	int64_t commits, depth, window_ms;
	gitperf_pace pace;
	gitperf_time decided;
	const char *skipped;
	size_t *chosen, nchosen;
	unsigned *reasons;
	struct lab_drop *dropped;
	size_t ndropped;
};

struct lab {
	gitperf_suite *suite;
	const gitperf_policy *policy;
	struct queue *queue;
	struct lab_commit *commits;    /* by number */
	size_t ncommits, room;
	struct stop *chain, *stops;    /* the trunk, newest first, in a block that fills from its end */
	size_t nchain;
	struct lab_decision *log;
	size_t nlog;
	struct map done;               /* ids of jobs that have landed */
	gitperf_platform_plan *plans;  /* of the last one */
	struct arena arena, plan_arena;
	int backwards;                 /* take the platforms from the last to the first */
	const struct mark *table;      /* of p0, if it has one: who measures what */
	struct parts parts;
	struct arena parts_arena;
	const struct queue *looking;   /* at which rounds are asked for */
};

/* --- Commits --- */

/* Its last digits: a simulation asks for little else */
static inline size_t lab_number(const char *id)
{
	size_t n = 0, i;

	for (i = 34; id && i < 40; i++)
		n = n << 4 | (size_t)(id[i] - (id[i] > '9' ? 'a' - 10 : '0'));
	return n;
}

static inline const char *lab_id(const struct lab *lab, size_t commit)
{
	return lab->commits[commit].stop.id;
}

static inline int lab_place(const char *platform)
{
	return platform[1] - '0';
}

static inline void lab_grow(struct lab *lab)
{
	size_t room = lab->room ? 2 * lab->room : 64;
	struct stop *stops = calloc(room, sizeof(*stops));

	lab->commits = realloc(lab->commits, room * sizeof(*lab->commits));
	memset(lab->commits + lab->room, 0, (room - lab->room) * sizeof(*lab->commits));
	if (lab->nchain)
		memcpy(stops + room - lab->nchain, lab->chain, lab->nchain * sizeof(*stops));
	free(lab->stops);
	lab->stops = stops;
	lab->chain = stops + room - lab->nchain;
	lab->room = room;
}

/** Push one more commit. */
static inline size_t lab_commit(struct lab *lab, unsigned flags)
{
	struct lab_commit *new;

	if (lab->ncommits + 1 >= lab->room)
		lab_grow(lab);
	new = &lab->commits[++lab->ncommits];
	snprintf(new->stop.id, sizeof(new->stop.id), "%040zx", lab->ncommits);
	new->stop.is_merge = (flags & LAB_MERGE) != 0;
	new->stop.is_marked = (flags & LAB_MARKED) != 0;
	*--lab->chain = new->stop;
	lab->nchain++;
	return lab->ncommits;
}

static inline void lab_commits(struct lab *lab, size_t n)
{
	while (n--)
		lab_commit(lab, 0);
}

/** Push the newest ones away. */
static inline void lab_rewind(struct lab *lab, size_t n)
{
	for (; n && lab->nchain; n--, lab->nchain--)
		lab->commits[lab_number((lab->chain++)->id)].is_gone = 1;
}

/* --- What is known of them --- */

static inline int lab_known(void *payload, const char *platform, const char *commit)
{
	const struct lab *lab = payload;

	return (int)lab->commits[lab_number(commit)].known[lab_place(platform)];
}

static inline int lab_suite(void *payload, char out[GITPERF_ID_SIZE], const char *commit)
{
	(void)payload;
	(void)commit;
	out[0] = '\0';
	return 0;
}

static inline int lab_is_gone(void *payload, const char *commit)
{
	const struct lab *lab = payload;

	return lab->commits[lab_number(commit)].is_gone;
}

static inline int lab_round(void *payload, int64_t *out, const char *platform, const char *commit)
{
	const struct lab *lab = payload;
	const struct queue *q = lab->looking;
	size_t i;

	*out = lab->commits[lab_number(commit)].round[lab_place(platform)];
	for (i = 0; i < q->njobs; i++)
		if (q->jobs[i].round > *out && !strcmp(q->jobs[i].commit, commit) &&
		    !strcmp(q->jobs[i].platform, platform))
			*out = q->jobs[i].round;
	return 0;
}

/** The lab's suite, divided; other platforms than p0 have one machine. */
static inline int lab_parts(void *payload, const struct parts **out, const char *platform, const char *commit)
{
	struct lab *lab = payload;
	const char *names[64];
	size_t i;

	(void)commit;
	gitperf_arena_free(&lab->parts_arena);
	memset(&lab->parts, 0, sizeof(lab->parts));
	*out = &lab->parts;
	if (!lab->table || lab_place(platform))
		return 0;
	for (i = 0; i < lab->suite->nbenchmarks && i < 64; i++)
		names[i] = lab->suite->benchmarks[i].name;
	return gitperf_parts_make(&lab->parts, &lab->parts_arena, lab->table, names, i);
}

/** A result of a job lands, good or bad; the job stays until somebody sees that. */
static inline void lab_land(struct lab *lab, const gitperf_job *job, enum known known)
{
	struct lab_commit *commit = &lab->commits[lab_number(job->commit)];
	int place = lab_place(job->platform);

	if (commit->known[place] != KNOWN_MEASURED)
		commit->known[place] = known;
	if (job->round > commit->round[place])
		commit->round[place] = job->round;
	if (!gitperf_map_get(&lab->done, job->id, strlen(job->id)))
		gitperf_map_put(&lab->done, job->id, strlen(job->id), known);
}

/** Take off what has landed, as everybody does who looks at a queue. */
static inline size_t lab_finish(struct lab *lab, struct queue *q)
{
	size_t i = 0, n = 0;

	while (i < q->njobs) {
		const gitperf_job *job = &q->jobs[i];

		if (gitperf_map_get(&lab->done, job->id, strlen(job->id)) ||
		    (!job->round && !job->nconfig && !job->set && lab_known(lab, job->platform, job->commit))) {
			gitperf_queue_remove(q, i);
			n++;
		} else {
			i++;
		}
	}
	gitperf_queue_tidy(q);
	return n;
}

/* --- Decisions --- */

static inline void lab_settle_one(struct lab *lab, const gitperf_decision *d)
{
	struct lab_decision *grown = gitperf_arena_grow(&lab->arena, lab->log, lab->nlog, sizeof(*grown));
	size_t i;

	lab->log = grown;
	grown += lab->nlog++;
	memset(grown, 0, sizeof(*grown));
	grown->platform = lab_place(d->platform);
	grown->base = lab_number(d->base);
	grown->head = lab_number(d->head);
	grown->commits = d->commits;
	grown->depth = d->depth;
	grown->window_ms = d->window_ms;
	grown->pace = d->pace;
	grown->decided = d->decided;
	grown->skipped = d->skipped ? gitperf_arena_strdup(&lab->arena, d->skipped) : NULL;
	grown->chosen = gitperf_arena_array(&lab->arena, d->nchosen, sizeof(*grown->chosen));
	grown->reasons = gitperf_arena_array(&lab->arena, d->nchosen, sizeof(*grown->reasons));
	grown->dropped = gitperf_arena_array(&lab->arena, d->ndropped, sizeof(*grown->dropped));
	grown->nchosen = d->nchosen;
	grown->ndropped = d->ndropped;
	for (i = 0; i < d->nchosen; i++) {
		grown->chosen[i] = lab_number(d->chosen[i].commit);
		grown->reasons[i] = d->chosen[i].reasons;
	}
	for (i = 0; i < d->ndropped; i++) {
		grown->dropped[i].commit = lab_number(d->dropped[i].commit);
		grown->dropped[i].by = lab_number(d->dropped[i].by);
		grown->dropped[i].why = gitperf_arena_strdup(&lab->arena, d->dropped[i].why);
	}
}

/** Move decisions from a queue to the log. */
static inline void lab_settle(struct lab *lab, struct queue *q)
{
	size_t i;

	for (i = 0; i < q->nwaiting; i++)
		lab_settle_one(lab, &q->waiting[i].decision);
	q->nwaiting = 0;
	q->waiting = NULL;
}

/* --- Planning --- */

static inline int lab_is_decided(const struct lab *lab, int place, size_t commit)
{
	size_t i;

	for (i = lab->nlog; i-- > 0; )
		if (lab->log[i].platform == place && lab->log[i].head == commit)
			return 1;
	return 0;
}

/* As lib/work/stretch.c does it */
static inline struct stretch lab_stretch(const struct lab *lab, struct queue *q, size_t platform)
{
	const gitperf_policy_platform *policy = &lab->policy->platforms[platform];
	struct stretch s = { .platform = policy->name, .policy = policy };
	const char *head = NULL;
	size_t i;

	for (i = 0; i < q->nstates; i++)
		if (!strcmp(q->states[i].platform, s.platform))
			head = q->states[i].head;
	for (i = 0; head && i < lab->nchain; i++)
		if (!strcmp(lab->chain[i].id, head))
			break;
	if (!head || i == lab->nchain) {
		s.is_rewritten = head != NULL;
		for (i = 0; i < lab->nchain; i++)
			if (lab_is_decided(lab, lab_place(s.platform), lab_number(lab->chain[i].id)))
				break;
	}
	s.fresh = i < lab->nchain ? i : lab->nchain > 0;
	s.base = i < lab->nchain ? lab->chain[i].id : NULL;
	return s;
}

/** Plan for all platforms; `q` is changed, its decisions are still in it. */
static inline int lab_plan_on(struct lab *lab, struct queue *q, gitperf_time now)
{
	struct world world = { lab_known, lab_suite, lab_is_gone, lab_round, lab_parts, lab };
	struct planner p = { .now = now, .policy = lab->policy, .chain = lab->chain, .nchain = lab->nchain,
			     .world = &world, .queue = q, .arena = &lab->plan_arena };
	size_t n = lab->policy->nplatforms, i;
	int err = 0;

	gitperf_arena_free(&lab->plan_arena);
	p.plans = lab->plans = gitperf_arena_array(&lab->plan_arena, n, sizeof(*p.plans));
	lab->looking = q;
	lab_finish(lab, q);
	for (i = 0; i < n && !err; i++) {
		size_t platform = lab->backwards ? n - 1 - i : i;
		struct stretch s = lab_stretch(lab, q, platform);

		err = gitperf_planner_run(&p, platform, &s);
	}
	gitperf_queue_tidy(q);
	return err;
}

/** The same for good: the first thing wrong is an error of the test itself. */
static inline void lab_plan(struct lab *lab, gitperf_time now)
{
	if (lab_plan_on(lab, lab->queue, now) < 0)
		ok(0, "planning: %s", gitperf_error_message());
	lab_settle(lab, lab->queue);
}

/* --- The whole --- */

static inline void lab_open(struct lab *lab, const char *suite)
{
	memset(lab, 0, sizeof(*lab));
	if (gitperf_suite_parse(&lab->suite, "lab", suite, strlen(suite)) < 0) {
		ok(0, "%s", gitperf_error_message());
		exit(1);
	}
	lab->policy = lab->suite->policy;
	lab->queue = calloc(1, sizeof(*lab->queue));
	lab_grow(lab);
}

static inline void lab_close(struct lab *lab)
{
	gitperf_suite_free(lab->suite);
	gitperf_queue__free(lab->queue);
	gitperf_map_free(&lab->done);
	gitperf_arena_free(&lab->arena);
	gitperf_arena_free(&lab->plan_arena);
	gitperf_arena_free(&lab->parts_arena);
	free(lab->commits);
	free(lab->stops);
}

#endif
