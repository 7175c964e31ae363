/*
 * simulate-work.h - what a worker does in a simulation
 *
 * As lib/work/worker_*.c do it: one look, one transition; a job is kept, given back,
 * finished or lost; whoever dies hangs, forgets, or comes back as another process.
 */
#ifndef SIMULATE_WORK_H
#define SIMULATE_WORK_H

#include "simulate.h"

static const char *const sim_versions[] = { "git-perf 1", "git-perf 2" };

/* A new process: it has seen nothing, and its clock is another one */
static inline void sim_boot(struct sim *sim, struct sim_actor *a)
{
	gitperf_watch_free(&a->watch);
	a->boot = sim_between(0, 1000 * LAB_MINUTE);
	snprintf(a->instance, sizeof(a->instance), "%d", a->boots++);
	a->told = sim->now - SIM_WORKER_TTL;
}

/* --- What it tells of itself --- */

static inline gitperf_worker *find_self(struct queue *q, const struct sim_actor *a)
{
	size_t i;

	for (i = 0; i < q->nworkers; i++)
		if (!strcmp(q->workers[i].name, a->name))
			return &q->workers[i];
	q->workers = gitperf_arena_grow(&q->arena, q->workers, q->nworkers, sizeof(*q->workers));
	return memset(&q->workers[q->nworkers++], 0, sizeof(*q->workers));
}

static inline void tell_of_self(struct sim *sim, struct sim_actor *a, int anyhow)
{
	gitperf_worker *self;

	if (a->is_told || (!anyhow && sim->now - a->told < SIM_WORKER_TTL / 2))
		return;
	self = find_self(a->copy, a);
	self->name = a->name;
	self->platform = a->platform;
	self->tool = a->tool;
	self->instance = copy_text(a->copy, a->instance);
	self->ttl_ms = SIM_MS(SIM_WORKER_TTL);
	self->beat++;
	self->nseen = 0;
	a->is_told = 1;
}

/* --- Taking a job --- */

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

static inline int is_for_us(const struct sim *sim, const struct sim_actor *a)
{
	const struct queue *q = sim->lab.queue;
	int leases = 0;
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		if (q->jobs[i].lease.worker)
			leases++;
		else if (gitperf_job_is_exhausted(&q->jobs[i]) || lab_place(q->jobs[i].platform) == lab_place(a->platform))
			return 1;
	}
	return sim->now - a->told > SIM_WORKER_TTL / 2 || (leases && sim->now - a->looked > SIM_WATCH);
}

static inline int has_successor(const struct sim_actor *a, const struct queue *q, const char *tool, const struct observer *o)
{
	size_t i;

	for (i = 0; i < q->nworkers; i++)
		if (strcmp(q->workers[i].name, a->name) && lab_place(q->workers[i].platform) == lab_place(a->platform) &&
		    !strcmp(q->workers[i].tool, tool) && !gitperf_worker_is_silent(q, q->workers[i].name, o))
			return 1;
	return 0;
}

/* What was begun with a version that nobody has: as lib/work/worker_claim.c does it */
static inline void adopt(struct sim *sim, struct sim_actor *a, const char *tool)
{
	struct queue *q = a->copy;
	size_t i, n = q->njobs;

	sim->lab.looking = q;
	for (i = 0; i < n; i++) {
		gitperf_job *job = &q->jobs[i];
		const gitperf_request *request = gitperf_queue_request(q, job);
		int64_t round;

		if (job->lease.worker || !request || !request->tool || lab_place(job->platform) != lab_place(a->platform) ||
		    strcmp(request->tool, tool))
			continue;
		lab_round(&sim->lab, &round, job->platform, job->commit);
		gitperf_queue_new_round(q, job, round + 1);
		sim->stats.adopted++;
	}
}

static inline void take_next(struct sim *sim, struct sim_actor *a, struct turn *turn, const struct claimer *who)
{
	if (gitperf_turn_take(turn, a->copy, &sim->policy, who) < 0)
		sim_wrong(sim, "a claim: %s", gitperf_error_message());
	a->refused = turn->refused ? sim_versions[strcmp(turn->refused, sim_versions[0]) != 0] : NULL;
	if (!a->refused || turn->job || has_successor(a, a->copy, a->refused, who->observer))
		return;
	note_dropped(sim, a, turn);
	adopt(sim, a, a->refused);
	if (gitperf_turn_take(turn, a->copy, &sim->policy, who) < 0)
		sim_wrong(sim, "a claim: %s", gitperf_error_message());
}

static inline void keep_job(struct sim_actor *a, const gitperf_job *job)
{
	const gitperf_request *request = gitperf_queue_request(a->copy, job);

	a->at.job = *job;
	snprintf(a->at.commit, sizeof(a->at.commit), "%s", job->commit);
	a->at.job.commit = a->at.commit;
	a->at.job.platform = a->platform;
	a->at.job.config = NULL;
	a->at.tool = a->tool;
	a->at.asked = request ? request->asked : 0;
	memcpy(a->memo_id, job->id, sizeof(a->memo_id));
	a->memo_token = job->lease.token;
}

static inline void claim(struct sim *sim, struct sim_actor *a)
{
	struct observer o = sim_observer(sim, a);
	struct claimer who = { .worker = a->name, .platform = a->platform, .tool = a->tool, .now = o.now, .observer = &o };
	struct turn turn = { .job = NULL };

	a->at.job.lease.token = 0;
	a->refused = NULL;
	if (!is_for_us(sim, a)) {
		a->next = sim->now + sim_between(LAB_SECOND, 3 * LAB_MINUTE);
		return;
	}
	sim_look(sim, a);
	a->is_told = 0;
	tell_of_self(sim, a, 0);
	if (a->memo_token)
		turn.job = gitperf_turn_retake(a->copy, &who, a->memo_id, a->memo_token);
	sim->stats.retaken += turn.job != NULL;
	if (!turn.job)
		take_next(sim, a, &turn, &who);
	note_dropped(sim, a, &turn);
	if (turn.job) {
		turn.job->lease.ttl_ms = SIM_MS(SIM_TTL);
		keep_job(a, turn.job);
		tell_of_self(sim, a, 1);
	}
	gitperf_queue_tidy(a->copy);
	sim_think(sim, a, SIM_SWAP);
}

/* --- Having one --- */

/* Nothing is heard of it for long */
static inline void die(struct sim *sim, struct sim_actor *a)
{
	double how = uniform();

	a->next = a->end = sim->now + sim_between(SIM_TTL / 2, 10 * SIM_TTL);
	if (how < sim->o->revive / 2)
		return;
	/* it is killed, and remembers what it had; but what it has started may be at it still */
	if (how < sim->o->revive) {
		a->next = sim->now + sim_between(LAB_SECOND, 2 * SIM_TTL);
		if (!a->ghost.job.lease.token && sim_chance(0.5)) {
			a->ghost = a->at;
			a->ghost.job.commit = a->ghost.commit;
			a->ghost_end = a->end;
		}
	} else {
		a->memo_token = 0;
	}
	a->step = SIM_LOOK;
	sim_boot(sim, a);
}

static inline void begin(struct sim *sim, struct sim_actor *a)
{
	gitperf_time takes = sim->o->takes[lab_place(a->platform)];

	sim->stats.claims++;
	a->end = sim->now + (takes ? takes : sim_between(sim->o->shortest, sim->o->longest));
	a->beat = sim->now + SIM_BEAT;
	a->step = SIM_RUN;
	a->next = a->end < a->beat ? a->end : a->beat;
	a->gives_back = sim_chance(sim->o->release);
	a->refunds = sim_chance(0.7);
	if (!sim->is_over && sim_chance(sim->o->die))
		die(sim, a);
}

static inline void renew(struct sim *sim, struct sim_actor *a)
{
	struct progress progress = { .ttl_ms = SIM_MS(SIM_TTL) };
	int kept;

	sim_load(sim, a);
	kept = gitperf_lease_renew(a->copy, a->at.job.id, a->at.job.lease.token, &progress);
	if (kept > 0) {
		sim_think(sim, a, SIM_BEAT_SWAP);
		return;
	}
	/* it is lost; who has been offline has not heard of that, and goes on */
	a->step = sim_chance(0.5) ? SIM_RUN : SIM_LOOK;
	a->beat = SIM_NEVER;
	a->next = a->step == SIM_RUN ? a->end : sim->now + LAB_SECOND;
}

static inline void land(struct sim *sim, struct sim_actor *a, const struct sim_job *at)
{
	const gitperf_job *job = find_id(sim->lab.queue, at->job.id);
	struct lab_commit *commit;

	sim->stats.landed++;
	sim->stats.late += !job || job->lease.token != at->job.lease.token;
	check_record(sim, at);
	check_staleness(sim);
	lab_land(&sim->lab, &at->job, sim_chance(sim->o->fail) ? KNOWN_FAILED : KNOWN_MEASURED);
	commit = &sim->lab.commits[lab_number(at->job.commit)];
	if (!commit->result[lab_place(a->platform)])
		commit->result[lab_place(a->platform)] = sim->now;
}

static inline void end_run(struct sim *sim, struct sim_actor *a)
{
	if (a->gives_back) {
		a->step = SIM_RELEASE;
		a->next = sim->now;
		return;
	}
	land(sim, a, &a->at);
	a->step = SIM_REMOVE;
	a->next = sim->now + sim_between(0, LAB_SECOND);
}

static inline void give_back(struct sim *sim, struct sim_actor *a)
{
	gitperf_job *job;

	sim_load(sim, a);
	job = gitperf_lease_find(a->copy, a->at.job.id, a->at.job.lease.token);
	if (job)
		gitperf_lease_end(a->copy, job, a->refunds, "it was given back");
	sim->stats.released += job != NULL;
	sim_think(sim, a, SIM_RELEASE_SWAP);
}

/* --- Between two --- */

/* Of what was tried too often, whoever sees it says so */
static inline void give_up(struct sim *sim)
{
	const struct queue *q = sim->lab.queue;
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (gitperf_job_is_exhausted(&q->jobs[i]) && !has_landed(sim, &q->jobs[i])) {
			if (q->jobs[i].attempts != GITPERF_ATTEMPTS_MAX || !q->jobs[i].error)
				sim_wrong(sim, "I7: %zu is given up for nothing", lab_number(q->jobs[i].commit));
			lab_land(&sim->lab, &q->jobs[i], KNOWN_FAILED);
			sim->stats.failures++;
		}
}

static inline void claimed(struct sim *sim, struct sim_actor *a)
{
	if (a->is_told)
		a->told = sim->now;
	give_up(sim);
	a->step = SIM_LOOK;
	a->next = sim->now + sim_between(LAB_SECOND, 3 * LAB_MINUTE);
	sim->stats.refused += a->refused != NULL;
	/* to become what is wanted is more urgent than what was taken instead */
	if (a->refused && strcmp(a->refused, a->tool) > 0 && sim_chance(0.5)) {
		a->tool = a->refused;
		a->refunds = 1;
		sim_boot(sim, a);
		if (a->at.job.lease.token)
			a->step = SIM_RELEASE;
	} else if (a->at.job.lease.token) {
		begin(sim, a);
	}
}

static inline void step_idle(struct sim *sim, struct sim_actor *a)
{
	if (a->ghost.job.lease.token && sim->now >= a->ghost_end) {
		land(sim, a, &a->ghost);
		a->ghost.job.lease.token = 0;
	}
	if (sim_chance(sim->o->update)) {
		a->tool = sim_versions[a->tool == sim_versions[0]];
		sim_boot(sim, a);
	}
	claim(sim, a);
}

static inline void try_again(struct sim *sim, struct sim_actor *a, enum sim_step step)
{
	a->step = step;
	a->next = sim->now + sim_between(1, LAB_SECOND);
}

static inline void step_worker(struct sim *sim, struct sim_actor *a)
{
	switch (a->step) {
	case SIM_LOOK:
		step_idle(sim, a);
		break;
	case SIM_SWAP:
		if (sim_swap(sim, a))
			claimed(sim, a);
		else
			try_again(sim, a, SIM_LOOK);
		break;
	case SIM_RUN:
		if (sim->now >= a->end)
			end_run(sim, a);
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
	case SIM_RELEASE:
		give_back(sim, a);
		break;
	case SIM_RELEASE_SWAP:
		if (sim_swap(sim, a)) {
			a->memo_token = 0;
			a->step = SIM_LOOK;
			a->next = sim->now + 30 * LAB_SECOND;
		} else {
			try_again(sim, a, SIM_RELEASE);
		}
		break;
	case SIM_REMOVE:
		sim_load(sim, a);
		lab_finish(&sim->lab, a->copy);
		a->is_told = 0;
		tell_of_self(sim, a, 0);
		sim_think(sim, a, SIM_REMOVE_SWAP);
		break;
	case SIM_REMOVE_SWAP:
		if (sim_swap(sim, a)) {
			a->told = a->is_told ? sim->now : a->told;
			try_again(sim, a, SIM_LOOK);
		} else {
			try_again(sim, a, SIM_REMOVE);
		}
		break;
	}
}

#endif
