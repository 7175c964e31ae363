/*
 * pulse.c - telling the caller what a session is about to do
 *
 * Each step of a session has a place in a list that is made before the first
 * one begins. A caller that has once said stop is not asked again: what is left
 * to do then is to tidy up.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/session.h"

static void add(gitperf_session *s, const char *step, const struct side *side)
{
	s->plan[s->nplan] = step;
	s->plan_sides[s->nplan++] = side;
}

/* In the order in which gitperf_session_run() does it */
static void list_steps(gitperf_session *s)
{
	const gitperf_suite *suite = s->suite;
	const struct side *side, *end = s->sides + s->nsides;

	for (side = s->sides; side < end; side++)
		if (!side->in_place)
			add(s, "checkout", side);
	for (side = s->sides; suite && side < end; side++) {
		if (suite->fetch.command)
			add(s, "fetch", side);
		if (suite->build.command)
			add(s, "build", side);
		if (suite->setup.command)
			add(s, "setup", side);
	}
	add(s, "measure", NULL);
	for (side = s->sides; suite && suite->teardown.command && side < end; side++)
		add(s, "teardown", side);
}

int gitperf_session__plan(gitperf_session *s)
{
	size_t most = s->nsides * (STEPS_MAX + 1) + 1;

	s->plan = gitperf_arena_array(&s->arena, most, sizeof(*s->plan));
	s->plan_sides = gitperf_arena_array(&s->arena, most, sizeof(*s->plan_sides));
	if (!s->plan || !s->plan_sides)
		return gitperf_fail_oom();
	list_steps(s);
	return 0;
}

static size_t find_step(const gitperf_session *s, const char *step, const struct side *side)
{
	size_t i = 0;

	while (i < s->nplan && (strcmp(s->plan[i], step) || s->plan_sides[i] != side))
		i++;
	return i;
}

static int tell(gitperf_session *s, gitperf_pulse *pulse, const struct side *step_of)
{
	int rc;

	if (!s->opts.pulse || s->is_stopped)
		return 0;
	pulse->index = find_step(s, pulse->step, step_of);
	pulse->steps = s->plan;
	pulse->nsteps = s->nplan;
	rc = s->opts.pulse(s->opts.pulse_payload, pulse);
	s->is_stopped = rc < 0;
	return rc < 0 ? rc : 0;
}

int gitperf_session__begin(gitperf_session *s, const struct side *side, const char *step,
			   int64_t quiet_ms)
{
	gitperf_pulse pulse = { .step = step, .commit = side->commit, .quiet_ms = quiet_ms };

	return tell(s, &pulse, side);
}

int gitperf_session__turn(void *payload, const gitperf_turn *turn)
{
	gitperf_session *s = payload;
	const gitperf_workload *work = &s->workloads[turn->workload];
	gitperf_pulse pulse = {
		.step = "measure", .commit = s->sides[turn->workload % s->nsides].commit,
		.benchmark = work->name, .params = work->params, .nparams = work->nparams,
		.done = turn->done, .total = turn->total, .quiet_ms = turn->quiet_ms
	};

	return tell(s, &pulse, NULL);
}
