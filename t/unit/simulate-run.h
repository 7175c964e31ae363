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

#include "simulate-work.h"

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
		gitperf_queue_ask(one.copy, &job, platform, NULL);
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

/* --- Planners --- */

static inline void make_plan(struct sim *sim, struct sim_actor *a)
{
	gitperf_time now = sim->now + a->skew;
	struct queue *before;

	a->again = 0;
	sim_look(sim, a);
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
	a->step = SIM_LOOK;
	if (!sim_swap(sim, a) || a->again)
		a->next = sim->now + sim_between(1, LAB_SECOND);
	else if (sim->o->timer)
		a->next = ((sim->now + a->skew) / sim->o->timer + 1) * sim->o->timer - a->skew;
	else
		a->next = sim->now + sim_between(LAB_MINUTE, 20 * LAB_MINUTE);
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
	a->stays = !sim_chance(sim->o->oneshot);
	a->tool = sim_versions[sim_chance(sim->o->update ? 0.5 : 0)];
	sim_boot(sim, a);
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

	for (i = 0; i < sim->nactors; i++) {
		gitperf_queue__free(sim->actors[i].copy);
		gitperf_watch_free(&sim->actors[i].watch);
	}
	gitperf_map_free(&sim->begins);
	gitperf_map_free(&sim->records);
	free(sim->renewed);
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
	/* what was due while it was thinking is done now */
	if (a->next > sim->now)
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
