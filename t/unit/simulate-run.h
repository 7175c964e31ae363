/*
 * simulate-run.h - who does what in a simulation
 *
 *	struct sim sim;
 *
 *	sim_open(&sim, &options, seed);
 *	sim_run(&sim, LAB_EPOCH + 24 * 60 * LAB_MINUTE);
 *	sim_drain(&sim);
 *	... sim.wrong, sim.stats ...
 *	sim_close(&sim);
 */
#ifndef SIMULATE_RUN_H
#define SIMULATE_RUN_H

#include "simulate.h"

/* --- People --- */

static inline void wake(struct sim *sim)
{
	size_t i;

	for (i = 0; i < sim->nactors; i++) {
		struct sim_actor *a = &sim->actors[i];

		if (a->kind != SIM_PLANNER || sim_chance(sim->o->lose))
			continue;
		if (a->step == SIM_LOOK)
			a->next = sim->now + sim_between(0, LAB_SECOND);
		a->again |= a->step != SIM_LOOK || sim_chance(sim->o->twice);
	}
}

static inline void wish(struct sim *sim)
{
	struct sim_actor one = { .kind = SIM_PUSHER };
	size_t commit = 1 + (size_t)sim_between(0, (gitperf_time)sim->lab.ncommits);
	gitperf_job job = { .commit = lab_id(&sim->lab, commit), .reasons = 1u << GITPERF_REASON_MANUAL,
			    .asked = sim->now };
	const gitperf_policy_platform *platform =
		&sim->policy.platforms[(size_t)sim_between(0, (gitperf_time)sim->policy.nplatforms)];

	sim_load(sim, &one);
	job.platform = platform->name;
	lab_finish(&sim->lab, one.copy);
	if (!lab_known(&sim->lab, job.platform, job.commit))
		gitperf_queue_ask(one.copy, &job, platform);
	sim_swap(sim, &one);
	gitperf_queue__free(one.copy);
}

static inline int is_night(const struct sim *sim)
{
	gitperf_time day = 24 * 60 * LAB_MINUTE;

	return (double)(sim->now % day) < sim->o->night * (double)day;
}

static inline void push_commits(struct sim *sim, size_t n)
{
	while (n--) {
		size_t commit = lab_commit(&sim->lab, (sim_chance(sim->o->marked) ? LAB_MARKED : 0) |
					   (sim_chance(sim->o->merge) ? LAB_MERGE : 0));

		sim->lab.commits[commit].time = sim->now;
	}
}

static inline void push_next(struct sim *sim, struct sim_actor *a)
{
	const struct sim_push *push = &sim->o->pushes[sim->pushed++];
	size_t commit = lab_commit(&sim->lab, push->is_merge ? LAB_MERGE : 0);

	sim->lab.commits[commit].time = sim->now;
	a->next = sim->pushed < sim->o->npushes ? push[1].time : SIM_NEVER;
	wake(sim);
}

static inline void step_pusher(struct sim *sim, struct sim_actor *a)
{
	double mean = 3600 / sim->o->per_hour * (double)LAB_SECOND;

	if (sim->is_over) {
		a->next = SIM_NEVER;
		return;
	}
	/* times between pushes as of a Poisson process */
	a->next = sim->now + (gitperf_time)(-log(uniform()) * mean);
	if (is_night(sim) && !sim_chance(0.02))
		return;
	if (sim->lab.nchain > 6 && sim_chance(sim->o->rewrite)) {
		lab_rewind(&sim->lab, 1 + (size_t)sim_between(0, 5));
		sim->stats.rewrites++;
	}
	if (!sim_chance(0.2) || sim->lab.nchain < 3)
		push_commits(sim, sim_chance(sim->o->burst) ? 5 + (size_t)sim_between(0, 25) : 1);
	wake(sim);
	if (sim_chance(sim->o->wish))
		wish(sim);
	check_staleness(sim);
}

/* --- Planners, who also see to it that no lease is kept for ever --- */

static inline struct sim_lease *find_lease(struct sim_actor *a, const gitperf_job *job)
{
	size_t i;

	for (i = 0; i < a->nleases; i++)
		if (!strcmp(a->leases[i].id, job->id))
			return &a->leases[i];
	return NULL;
}

/* Whether this one has seen it for too long without a sign of life */
static inline int is_silent(struct sim *sim, struct sim_actor *a, const gitperf_job *job)
{
	struct sim_lease *lease = find_lease(a, job);

	if (lease && lease->token == job->lease.token && lease->beat == job->lease.beat)
		return sim->now - lease->since > SIM_TTL;
	if (!lease) {
		if (a->nleases == SIM_WATCHED)
			a->nleases = 0;
		lease = &a->leases[a->nleases++];
	}
	memcpy(lease->id, job->id, sizeof(lease->id));
	lease->token = job->lease.token;
	lease->beat = job->lease.beat;
	lease->since = sim->now;
	return 0;
}

static inline void take_back(struct sim *sim, struct sim_actor *a)
{
	size_t i = 0;

	a->ntaken = 0;
	while (i < a->copy->njobs && a->ntaken < SIM_WATCHED) {
		gitperf_job *job = &a->copy->jobs[i++];
		int is_failed = job->attempts >= SIM_ATTEMPTS;

		if (!job->lease.worker || !is_silent(sim, a, job))
			continue;
		sim->stats.taken_back++;
		memcpy(a->taken[a->ntaken].id, job->id, sizeof(job->id));
		a->taken[a->ntaken++].is_failed = is_failed;
		if (is_failed)
			gitperf_queue_remove(a->copy, --i);
		else
			gitperf_lease_end(a->copy, job, 0, NULL);
	}
}

/* Those that were tried too often have failed; their jobs are in the queue that goes */
static inline void fail_jobs(struct sim *sim, const struct queue *before, const struct sim_actor *a)
{
	size_t i;

	for (i = 0; i < a->ntaken; i++) {
		const gitperf_job *job = a->taken[i].is_failed ? find_id(before, a->taken[i].id) : NULL;

		if (job)
			lab_land(&sim->lab, job, KNOWN_FAILED);
		sim->stats.failures += job != NULL;
	}
}

static inline void make_plan(struct sim *sim, struct sim_actor *a)
{
	gitperf_time now = sim->now + a->skew;
	struct queue *before;

	a->again = 0;
	sim_load(sim, a);
	take_back(sim, a);
	before = sim_chance(sim->o->check) ? copy_queue(a->copy) : NULL;
	if (lab_plan_on(&sim->lab, a->copy, now) < 0)
		sim_wrong(sim, "planning: %s", gitperf_error_message());
	sim->stats.plans++;
	if (before)
		check_plan(sim, before, a->copy, now);
	gitperf_queue__free(before);
	sim_think(sim, a, SIM_SWAP);
}

static inline void step_planner(struct sim *sim, struct sim_actor *a)
{
	if (a->step == SIM_LOOK) {
		make_plan(sim, a);
		return;
	}
	if (a->version == sim->version)
		fail_jobs(sim, sim->lab.queue, a);
	a->step = SIM_LOOK;
	if (!sim_swap(sim, a) || a->again)
		a->next = sim->now + sim_between(1, LAB_SECOND);
	else if (sim->o->timer)
		a->next = ((sim->now + a->skew) / sim->o->timer + 1) * sim->o->timer - a->skew;
	else
		a->next = sim->now + sim_between(LAB_MINUTE, 20 * LAB_MINUTE);
}

/* --- Workers --- */

static inline void note_dropped(struct sim *sim, struct sim_actor *a, const struct turn *turn)
{
	struct queue *q = a->copy;
	gitperf_plan_state *state = gitperf_queue_state(q, a->platform);
	struct waiting *grown = gitperf_arena_grow(&q->arena, q->waiting, q->nwaiting, sizeof(*grown));

	if (!turn->ndropped)
		return;
	q->waiting = memset(grown, 0, sizeof(*grown));
	grown->decision.platform = a->platform;
	grown->decision.head = grown->decision.base = state->head;
	grown->decision.dropped = turn->dropped;
	grown->decision.ndropped = turn->ndropped;
	grown->decision.plan = "at a claim";
	grown->decision.decided = sim->now;
	q->nwaiting++;
}

static inline int is_wanted(const struct queue *q, const char *platform)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (!q->jobs[i].lease.worker && lab_place(q->jobs[i].platform) == lab_place(platform))
			return 1;
	return 0;
}

static inline void claim(struct sim *sim, struct sim_actor *a)
{
	struct claimer who = { .worker = a->name, .platform = a->platform, .tool = "t", .now = sim->now + a->skew };
	struct turn turn;

	if (!is_wanted(sim->lab.queue, a->platform)) {
		a->next = sim->now + sim_between(LAB_SECOND, 3 * LAB_MINUTE);
		return;
	}
	sim_load(sim, a);
	lab_finish(&sim->lab, a->copy);
	if (gitperf_turn_take(&turn, a->copy, &sim->policy, &who) < 0)
		sim_wrong(sim, "a claim: %s", gitperf_error_message());
	if (!turn.job) {
		a->next = sim->now + sim_between(LAB_SECOND, LAB_MINUTE);
		return;
	}
	note_dropped(sim, a, &turn);
	gitperf_queue_tidy(a->copy);
	a->job = *turn.job;
	snprintf(a->commit, sizeof(a->commit), "%s", turn.job->commit);
	a->job.commit = a->commit;
	a->job.platform = a->platform;
	a->job.config = NULL;
	sim_think(sim, a, SIM_SWAP);
}

static inline void begin(struct sim *sim, struct sim_actor *a)
{
	gitperf_time takes = sim->o->takes[lab_place(a->platform)];

	sim->stats.claims++;
	a->end = sim->now + (takes ? takes : sim_between(sim->o->shortest, sim->o->longest));
	a->beat = sim->now + SIM_BEAT;
	a->step = SIM_RUN;
	a->next = a->end < a->beat ? a->end : a->beat;
	if (sim->is_over || !sim_chance(sim->o->die))
		return;
	/* nothing is heard of it for long; then it ends what it has begun, or has forgotten it */
	a->next = a->end = sim->now + sim_between(SIM_TTL / 2, 10 * SIM_TTL);
	if (!sim_chance(sim->o->revive))
		a->step = SIM_LOOK;
}

/* Renew the lease, if it is still there; who has lost it finishes all the same */
static inline void renew(struct sim *sim, struct sim_actor *a)
{
	size_t i;

	sim_load(sim, a);
	for (i = 0; i < a->copy->njobs; i++)
		if (!strcmp(a->copy->jobs[i].id, a->job.id) && a->copy->jobs[i].lease.token == a->job.lease.token)
			a->copy->jobs[i].lease.beat++;
	sim_think(sim, a, SIM_BEAT_SWAP);
}

static inline void land(struct sim *sim, struct sim_actor *a)
{
	const gitperf_job *job = find_id(sim->lab.queue, a->job.id);
	struct lab_commit *commit;

	sim->stats.landed++;
	sim->stats.late += !job || job->lease.token != a->job.lease.token;
	check_staleness(sim);
	lab_land(&sim->lab, &a->job, sim_chance(sim->o->fail) ? KNOWN_FAILED : KNOWN_MEASURED);
	commit = &sim->lab.commits[lab_number(a->job.commit)];
	if (!commit->result[lab_place(a->platform)])
		commit->result[lab_place(a->platform)] = sim->now;
	a->step = SIM_REMOVE;
	a->next = sim->now + sim_between(0, LAB_SECOND);
}

static inline void step_worker(struct sim *sim, struct sim_actor *a)
{
	switch (a->step) {
	case SIM_LOOK:
		claim(sim, a);
		break;
	case SIM_SWAP:
		if (sim_swap(sim, a)) {
			begin(sim, a);
		} else {
			a->step = SIM_LOOK;
			a->next = sim->now + sim_between(1, LAB_SECOND);
		}
		break;
	case SIM_RUN:
		if (sim->now >= a->end)
			land(sim, a);
		else
			renew(sim, a);
		break;
	case SIM_BEAT_SWAP:
		if (!sim_swap(sim, a)) {
			renew(sim, a);
			break;
		}
		a->beat = sim->now + SIM_BEAT;
		a->step = SIM_RUN;
		a->next = a->end < a->beat ? a->end : a->beat;
		break;
	case SIM_REMOVE:
		sim_load(sim, a);
		lab_finish(&sim->lab, a->copy);
		sim_think(sim, a, SIM_REMOVE_SWAP);
		break;
	case SIM_REMOVE_SWAP:
		a->step = sim_swap(sim, a) ? SIM_LOOK : SIM_REMOVE;
		a->next = sim->now + sim_between(1, LAB_SECOND);
		break;
	}
}

/* --- All of them --- */

static inline struct sim_actor *add_actor(struct sim *sim, enum sim_kind kind)
{
	struct sim_actor *a = &sim->actors[sim->nactors++];

	memset(a, 0, sizeof(*a));
	a->kind = kind;
	a->next = sim->now + sim_between(0, LAB_MINUTE);
	a->skew = sim->o->skew ? sim_between(-sim->o->skew, sim->o->skew) : 0;
	snprintf(a->name, sizeof(a->name), "w%zu", sim->nactors);
	return a;
}

static inline void sim_open(struct sim *sim, const struct sim_options *o, uint64_t seed)
{
	size_t platform;
	int i;

	memset(sim, 0, sizeof(*sim));
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (i = 0; i < 8; i++)
		uniform();
	sim->o = o;
	sim->now = sim->start = LAB_EPOCH;
	lab_open(&sim->lab, o->suite);
	sim->policy = *sim->lab.policy;
	sim->lab.policy = &sim->policy;
	if (o->npushes)
		sim->now = sim->start = o->pushes[0].time;
	else
		push_commits(sim, 1);
	add_actor(sim, SIM_PUSHER)->next = sim->now;
	for (i = 0; i < o->planners; i++)
		add_actor(sim, SIM_PLANNER);
	for (platform = 0; platform < sim->policy.nplatforms; platform++)
		for (i = 0; i < o->workers; i++)
			add_actor(sim, SIM_WORKER)->platform = sim->policy.platforms[platform].name;
}

static inline void sim_close(struct sim *sim)
{
	size_t i;

	for (i = 0; i < sim->nactors; i++)
		gitperf_queue__free(sim->actors[i].copy);
	lab_close(&sim->lab);
}

static inline struct sim_actor *next_actor(struct sim *sim)
{
	struct sim_actor *next = &sim->actors[0];
	size_t i;

	for (i = 1; i < sim->nactors; i++)
		if (sim->actors[i].next < next->next)
			next = &sim->actors[i];
	return next;
}

static inline void sim_step(struct sim *sim, struct sim_actor *a)
{
	sim->now = a->next;
	if (a->kind == SIM_PUSHER && sim->o->npushes)
		push_next(sim, a);
	else if (a->kind == SIM_PUSHER)
		step_pusher(sim, a);
	else if (a->kind == SIM_PLANNER)
		step_planner(sim, a);
	else
		step_worker(sim, a);
}

static inline void sim_run(struct sim *sim, gitperf_time until)
{
	size_t n = 0;

	while (!*sim->wrong) {
		struct sim_actor *a = next_actor(sim);

		if (a->next > until)
			break;
		sim_step(sim, a);
		if (++n % 500 == 0)
			check_fates(sim);
	}
	check_fates(sim);
}

/* Nothing is undecided but what a batch has not got yet */
static inline int is_decided(struct sim *sim, size_t platform)
{
	const struct lab *lab = &sim->lab;
	size_t fresh = lab_stretch(lab, lab->queue, platform).fresh, i, n = 0;

	for (i = 0; i < fresh; i++)
		n += !(sim->policy.how & GITPERF_PLAN_MERGES) || lab->chain[i].is_merge;
	return sim->policy.commits ? n < sim->policy.commits : !fresh;
}

static inline int is_drained(struct sim *sim)
{
	size_t i;

	if (sim->lab.queue->njobs)
		return 0;
	for (i = 0; i < sim->policy.nplatforms; i++)
		if (!is_decided(sim, i))
			return 0;
	return 1;
}

/** I14: nobody pushes any more, and nobody dies. */
static inline void sim_drain(struct sim *sim)
{
	gitperf_time until = sim->now + 48 * 60 * LAB_MINUTE;

	sim->is_over = 1;
	sim->policy.remeasure = 0;
	while (!*sim->wrong && !is_drained(sim)) {
		sim_step(sim, next_actor(sim));
		if (sim->now > until)
			sim_wrong(sim, "I14: after two days there is still something to do");
	}
	check_fates(sim);
}

#endif
