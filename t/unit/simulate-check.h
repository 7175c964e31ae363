/*
 * simulate-check.h - what must be true of a simulation, by brute force
 *
 * Included by simulate.h, in the middle.
 */
#ifndef SIMULATE_CHECK_H
#define SIMULATE_CHECK_H

/* --- From one state of the queue to the next --- */

static inline int has_landed(const struct sim *sim, const gitperf_job *job)
{
	struct map *done = (struct map *)(uintptr_t)&sim->lab.done;

	return gitperf_map_get(done, job->id, strlen(job->id)) != NULL ||
	       (!job->round && !job->nconfig &&
		sim->lab.commits[lab_number(job->commit)].known[lab_place(job->platform)]);
}

/* --- Leases --- */

static inline size_t *count_begins(struct sim *sim, const char *id)
{
	if (!gitperf_map_get(&sim->begins, id, strlen(id)))
		gitperf_map_put(&sim->begins, id, strlen(id), 0);
	return gitperf_map_get(&sim->begins, id, strlen(id));
}

static inline void note_beat(struct sim *sim, int64_t token)
{
	while (sim->nrenewed <= (size_t)token) {
		if (!(sim->nrenewed & (sim->nrenewed + 1)))
			sim->renewed = realloc(sim->renewed, 2 * (sim->nrenewed + 1) * sizeof(*sim->renewed));
		sim->renewed[sim->nrenewed++] = 0;
	}
	sim->renewed[token] = sim->now;
}

/* Whoever ends a lease of another has found it silent for its ttl, if no clock is too far off */
static inline void check_end(struct sim *sim, const gitperf_job *before, const struct sim_actor *a)
{
	gitperf_time silent = a->looked - sim->renewed[before->lease.token];

	if (!strcmp(before->lease.worker, a->name) || (!a->stays && 2 * sim->o->skew > SIM_TTL))
		return;
	if (silent < SIM_TTL)
		sim_wrong(sim, "A8, I3: a lease on %zu was ended by %s that was silent for %lld seconds",
			  lab_number(before->commit), a->name, (long long)(silent / LAB_SECOND));
}

static inline void check_begin(struct sim *sim, const gitperf_job *after, struct queue *q, const struct sim_actor *a)
{
	const gitperf_request *request = gitperf_queue_request(q, after);

	++*count_begins(sim, after->id);
	if (after->lease.token <= sim->tokens)
		sim_wrong(sim, "I3: token %lld was given out before", (long long)after->lease.token);
	if (strcmp(after->lease.worker, a->name))
		sim_wrong(sim, "%s takes a job for %s", a->name, after->lease.worker);
	if (!request || !request->tool || strcmp(request->tool, a->tool))
		sim_wrong(sim, "I13: %zu is for %s, and %s begins with it", lab_number(after->commit),
			  request && request->tool ? request->tool : "nobody", a->tool);
}

static inline void check_lease(struct sim *sim, const gitperf_job *before, const gitperf_job *after, struct queue *q,
			       const struct sim_actor *a)
{
	static const gitperf_job none = { .attempts = 0 };
	const gitperf_lease *was, *is = &after->lease;

	before = before ? before : &none;
	was = &before->lease;
	if (was->worker && was->token != is->token)
		check_end(sim, before, a);
	if (is->worker && (!was->worker || was->token != is->token || after->attempts > before->attempts))
		check_begin(sim, after, q, a);
	if (is->worker && (was->token != is->token || was->beat != is->beat))
		note_beat(sim, is->token);
	if (was->token == is->token && after->attempts == before->attempts && after->refunds == before->refunds)
		return;
	if (after->attempts > GITPERF_ATTEMPTS_MAX || after->refunds > GITPERF_REFUNDS_MAX ||
	    after->attempts + after->refunds != (int64_t)*count_begins(sim, after->id))
		sim_wrong(sim, "I6: %zu was begun %zu times; %lld attempts, and %lld refunds", lab_number(after->commit),
			  *count_begins(sim, after->id), (long long)after->attempts, (long long)after->refunds);
}

/* One that is there as another round */
static inline int is_adopted(const struct queue *q, const gitperf_job *job)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (q->jobs[i].round > job->round && q->jobs[i].asked == job->asked && !strcmp(q->jobs[i].commit, job->commit) &&
		    !strcmp(q->jobs[i].platform, job->platform))
			return 1;
	return 0;
}

static inline void check_gone(struct sim *sim, const gitperf_job *before, const struct queue *q, const struct sim_actor *a)
{
	if (before->attempts || before->refunds)
		*count_begins(sim, before->id) = 0;
	if (has_landed(sim, before))
		return;
	/* A8: what is under way stays; the same look may have ended that */
	if (before->lease.worker)
		check_end(sim, before, a);
	if (!is_adopted(q, before) && !gitperf_reason_is_automatic(before->reasons))
		sim_wrong(sim, "I9: %zu on %s is somebody's wish, and was taken off", lab_number(before->commit), before->platform);
}

static inline int has_job_still(const struct queue *before, const struct queue *after, const gitperf_request *request)
{
	size_t i;

	for (i = 0; i < before->njobs; i++)
		if (before->jobs[i].round == request->round && !strcmp(before->jobs[i].commit, request->commit) &&
		    find_near(after, before->jobs[i].id, i))
			return 1;
	return 0;
}

/* For the version that has begun with it; once it is done, the same may be asked for anew */
static inline void check_versions(struct sim *sim, const struct queue *before, struct queue *after)
{
	size_t i;

	for (i = 0; i < before->nrequests; i++) {
		const gitperf_request *was = &before->requests[i], *is;
		gitperf_job job = { .commit = was->commit, .round = was->round };

		if (!was->tool)
			continue;
		is = gitperf_queue_request(after, &job);
		if (is && (!is->tool || strcmp(is->tool, was->tool)) && has_job_still(before, after, was))
			sim_wrong(sim, "I13: %zu was for %s", lab_number(was->commit), was->tool);
	}
}

static inline void check_transition(struct sim *sim, const struct queue *before, struct queue *after,
				    const struct sim_actor *a)
{
	size_t i, j;

	for (i = 0; i < before->njobs; i++)
		if (!find_near(after, before->jobs[i].id, i))
			check_gone(sim, &before->jobs[i], after, a);
	for (i = 0; i < after->njobs; i++) {
		check_lease(sim, find_near(before, after->jobs[i].id, i), &after->jobs[i], after, a);
		for (j = 0; j < i; j++)
			if (!strcmp(after->jobs[i].id, after->jobs[j].id))
				sim_wrong(sim, "%zu is in the queue twice", lab_number(after->jobs[i].commit));
	}
	check_versions(sim, before, after);
	if (after->tokens > sim->tokens + 1)
		sim_wrong(sim, "I3: a token was left out");
	sim->tokens = after->tokens;
}

/* --- What lands --- */

static inline void check_record(struct sim *sim, const struct sim_job *at)
{
	const gitperf_request *request = gitperf_queue_request(sim->lab.queue, &at->job);
	char key[80];

	snprintf(key, sizeof(key), "%s %lld", at->job.id, (long long)at->job.lease.token);
	if (gitperf_map_get(&sim->records, key, strlen(key)))
		sim_wrong(sim, "I4: two records of %zu with token %lld", lab_number(at->job.commit), (long long)at->job.lease.token);
	else
		gitperf_map_put(&sim->records, key, strlen(key), 0);
	if (request && request->asked == at->asked && request->tool && strcmp(request->tool, at->tool))
		sim_wrong(sim, "I13: %zu is for %s, and measured by %s", lab_number(at->job.commit), request->tool, at->tool);
}

/* --- A1 --- */

static inline void check_depth(struct sim *sim)
{
	const struct queue *q = sim->lab.queue;
	int64_t waiting[LAB_PLATFORMS] = { 0 };
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (!q->jobs[i].lease.worker && gitperf_reason_is_automatic(q->jobs[i].reasons))
			waiting[lab_place(q->jobs[i].platform)]++;
	for (i = 0; i < LAB_PLATFORMS; i++) {
		if (waiting[i] > sim->stats.deepest)
			sim->stats.deepest = waiting[i];
		/* who wants to skip drops at a claim, and only then */
		if (waiting[i] > sim->policy.drop_over && sim->policy.degrade == GITPERF_DEGRADE_WIDEN)
			sim_wrong(sim, "A1: %lld requests wait on p%zu", (long long)waiting[i], i);
	}
}

/* For how long there has been something newer than what is measured */
static inline void check_staleness(struct sim *sim)
{
	const struct lab *lab = &sim->lab;
	size_t platform, i;

	for (platform = 0; platform < sim->policy.nplatforms; platform++) {
		gitperf_time behind;

		for (i = 0; i < lab->nchain; i++)
			if (lab->commits[lab_number(lab->chain[i].id)].known[platform] == KNOWN_MEASURED)
				break;
		if (!i || i == lab->nchain)
			continue;
		behind = sim->now - lab->commits[lab_number(lab->chain[i - 1].id)].time;
		if (behind > sim->stats.stalest)
			sim->stats.stalest = behind;
	}
}

/* --- I10 --- */

/* The first line in which they differ */
static inline void is_equal(struct sim *sim, const char *one, const char *other, const char *what)
{
	while (*one && *other && strcspn(one, "\n") == strcspn(other, "\n") &&
	       !strncmp(one, other, strcspn(one, "\n") + 1)) {
		one += strcspn(one, "\n") + 1;
		other += strcspn(other, "\n") + 1;
	}
	if (*one || *other)
		sim_wrong(sim, "I10: %s: %.*s, and not %.*s", what, (int)strcspn(one, "\n"), one,
			  (int)strcspn(other, "\n"), other);
}

/* `after` is what was planned from `before`, which is used up */
static inline void check_plan(struct sim *sim, struct queue *before, struct queue *after, gitperf_time now)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, other = GITPERF_BUFFER_INIT;

	sim->stats.checks++;
	queue_text(&once, after);
	sim->lab.backwards = 1;
	lab_plan_on(&sim->lab, before, now);
	sim->lab.backwards = 0;
	queue_text(&other, before);
	is_equal(sim, once.ptr, other.ptr, "it matters which platform comes first");
	lab_plan_on(&sim->lab, after, now);
	queue_text(&other, after);
	is_equal(sim, once.ptr, other.ptr, "planning twice is not planning once");
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&other);
}

/* --- A9, I8, A44 --- */

struct fates {
	const struct sim *sim;
	int platform;
	size_t n;
	size_t *place;                 /* by commit: on the trunk, from 1 on; 0: not there */
	const struct lab_decision **about; /* by place */
	char *is_chosen, *is_dropped;  /* by commit */
	char *is_pending;
	size_t counts[5];              /* measured, pending, failed, represented, skipped */
};

static inline void note_decision(struct sim *sim, struct fates *f, const struct lab_decision *d)
{
	size_t head = f->place[d->head], i;

	for (i = 0; i < d->ndropped; i++)
		f->is_dropped[d->dropped[i].commit] = 1;
	if (!head)
		return;
	for (i = 0; i < d->nchosen; i++) {
		f->is_chosen[d->chosen[i]] = 1;
		/* only what was pushed away and came back is chosen again */
		f->is_dropped[d->chosen[i]] = 0;
	}
	if (!d->commits)
		return;
	if (d->base && f->place[d->base] != head + (size_t)d->commits)
		sim_wrong(sim, "A44: %zu..%zu are not %lld commits", d->base, d->head, (long long)d->commits);
	for (i = head; i < head + (size_t)d->commits && i <= f->n; i++) {
		if (f->about[i])
			sim_wrong(sim, "A44: two decisions are about %zu on p%d", lab_number(sim->lab.chain[i - 1].id), f->platform);
		f->about[i] = d;
	}
}

/* Which of the five, as lib/query/fate.c; -1: it is none of them */
static inline int fate_of(const struct fates *f, size_t place, int owner, int is_owner_dropped)
{
	const struct stop *stop = &f->sim->lab.chain[place - 1];
	size_t commit = lab_number(stop->id);
	enum known known = f->sim->lab.commits[commit].known[f->platform];
	const struct lab_decision *d = f->about[place];

	if (known == KNOWN_MEASURED)
		return 0;
	if (f->is_pending[commit])
		return 1;
	if (known == KNOWN_FAILED)
		return 2;
	if (f->is_dropped[commit])
		return 4;
	if (f->is_chosen[commit])
		return -1;
	if (d && d->skipped && !(stop->is_merge && !strcmp(d->skipped, "not-merge")))
		return 4;
	/* the one that stood for it went, and there is no other yet */
	if (owner < 0)
		return is_owner_dropped ? 4 : -1;
	return owner == 2 ? 2 : 3;
}

static inline void settle_fates(struct sim *sim, struct fates *f)
{
	int owner = -1, is_owner_dropped = 0, is_decided = 0;
	size_t i;

	for (i = 1; i <= f->n; i++) {
		size_t commit = lab_number(sim->lab.chain[i - 1].id);
		int fate = 1;

		if (!f->about[i] && is_decided && f->about[i - 1] && f->about[i - 1]->base)
			sim_wrong(sim, "A44: no decision is about %zu on p%d", commit, f->platform);
		if (!f->about[i]) {
			f->counts[is_decided ? 4 : 1]++;
			continue;
		}
		is_decided = 1;
		fate = fate_of(f, i, owner, is_owner_dropped);
		if (fate < 0)
			sim_wrong(sim, "A9: nothing is known of %zu on p%d (%s)", commit, f->platform,
				  f->is_chosen[commit] ? "it was chosen" : "nobody stands for it");
		else
			f->counts[fate]++;
		if (fate == 0 || (f->is_chosen[commit] && (fate == 1 || fate == 2)))
			owner = fate;
		is_owner_dropped |= f->is_dropped[commit];
	}
}

static inline void count_fates(struct sim *sim, int platform, size_t counts[5])
{
	const struct lab *lab = &sim->lab;
	struct fates f = { .sim = sim, .platform = platform, .n = lab->nchain };
	size_t i;

	f.place = calloc(lab->ncommits + 1, sizeof(*f.place));
	f.about = calloc(lab->nchain + 2, sizeof(*f.about));
	f.is_chosen = calloc(lab->ncommits + 1, 3);
	f.is_dropped = f.is_chosen + lab->ncommits + 1;
	f.is_pending = f.is_dropped + lab->ncommits + 1;
	for (i = 0; i < lab->nchain; i++)
		f.place[lab_number(lab->chain[i].id)] = i + 1;
	for (i = 0; i < lab->queue->njobs; i++)
		if (lab_place(lab->queue->jobs[i].platform) == platform)
			f.is_pending[lab_number(lab->queue->jobs[i].commit)] = 1;
	for (i = 0; i < lab->nlog; i++)
		if (lab->log[i].platform == platform)
			note_decision(sim, &f, &lab->log[i]);
	settle_fates(sim, &f);
	memcpy(counts, f.counts, sizeof(f.counts));
	free(f.place);
	free(f.about);
	free(f.is_chosen);
}

static inline void check_fates(struct sim *sim)
{
	size_t counts[5], i;

	for (i = 0; i < sim->policy.nplatforms; i++)
		count_fates(sim, (int)i, counts);
}

#endif
