/*
 * measure.c - a measurement from its options to its benchmarks
 *
 * Knows what has to be ready before the first command runs. Knows nothing of
 * their turns (turns.c), of processes (child.c), of suites, or of where a
 * record goes.
 */
#include "base/compat.h"
#include "base/clock.h"
#include "base/error.h"
#include "data/names.h"
#include "run/program.h"
#include "run/measurement.h"

#define DEFAULT_LOG_LIMIT 4096

static int init_options(struct measurement *s, const gitperf_run_options *opts, size_t n)
{
	s->opts = *opts;
	if (opts->version != 1)
		return gitperf_fail(GITPERF_EINVALID, "run options of unknown version %d",
				    opts->version);
	if (!opts->log_limit)
		s->opts.log_limit = DEFAULT_LOG_LIMIT;
	if (s->opts.log_limit > TEXT_LOG_MAX)
		return gitperf_fail(GITPERF_EINVALID, "a log limit of %zu bytes is more than %d",
				    s->opts.log_limit, TEXT_LOG_MAX);
	if (opts->pairs && n % 2)
		return gitperf_fail(GITPERF_EINVALID, "%zu workloads are no pairs", n);
	s->progress.events = opts->events;
	return gitperf_settings__init(&s->settings, opts);
}

/* A callback may move our own environment with setenv(), and commands that
 * ran before it and after it would not have had the same. */
static const char *const *copy_environment(struct arena *arena)
{
	const char *const *env = gitperf_program__environ();
	const char **copy;
	size_t i, n = 0;

	while (env[n])
		n++;
	copy = gitperf_arena_array(arena, n + 1, sizeof(*copy));
	for (i = 0; copy && i < n; i++)
		copy[i] = gitperf_arena_strdup(arena, env[i]);
	return arena->failed ? NULL : copy;
}

/* So that the n-th samples of both are of one round */
static void align_pairs(struct measurement *s)
{
	struct subject *a, *b;
	size_t i;

	for (i = 0; s->opts.pairs && i < s->run->nsubjects; i += 2) {
		a = &s->run->subjects[i];
		b = &s->run->subjects[i + 1];
		if (a->sampling.plan.warmup < b->sampling.plan.warmup)
			a->sampling.plan.warmup = b->sampling.plan.warmup;
		b->sampling.plan.warmup = a->sampling.plan.warmup;
	}
}

static int init_subjects(struct measurement *s, const gitperf_workload *workloads,
			 const char *const *env)
{
	size_t i, slack, longest = 0, n = s->run->nsubjects;
	struct subject *subject;
	int err;

	for (i = 0; i < n; i++) {
		subject = &s->run->subjects[i];
		if ((err = gitperf_subject__init(subject, &workloads[i], &s->opts, env,
						 &s->run->arena)) < 0)
			return err;
		s->children[i].path = subject->path;
		s->children[i].argv = subject->work->argv;
		s->children[i].env = subject->env;
		s->children[i].directory = subject->work->directory;
		slack = gitperf_log__slack(subject->env);
		if (slack > longest)
			longest = slack;
	}
	align_pairs(s);
	for (i = 0; i < n; i++)
		gitperf_measure__expect(s, i);
	return gitperf_tail__init(&s->tail, s->opts.log_limit + longest);
}

static int64_t find_quiet_ms(const struct measurement *s)
{
	const struct subject *subject = s->run->subjects;
	const struct subject *end = subject + s->run->nsubjects;
	int64_t longest = 0, own;

	for (; subject < end; subject++) {
		own = subject->sampling.plan.timeout_ms;
		if (s->has_callgrind && subject->work->callgrind)
			own *= CALLGRIND_PATIENCE;
		if (own > longest)
			longest = own;
	}
	return longest;
}

static int init_measurement(struct measurement *s, const gitperf_workload *workloads, size_t n)
{
	struct arena *arena = &s->run->arena;
	const char *const *env = copy_environment(arena);
	int err;

	s->run->subjects = gitperf_arena_array(arena, n, sizeof(*s->run->subjects));
	s->children = gitperf_arena_array(arena, n, 2 * sizeof(*s->children));
	if (!env || !s->run->subjects || !s->children)
		return gitperf_fail_oom();
	s->run->nsubjects = n;
	if ((err = init_subjects(s, workloads, env)) < 0 ||
	    (err = gitperf_measure__prepare_callgrind(s, env)) < 0)
		return err;
	s->quiet_ms = find_quiet_ms(s);
	return 0;
}

static int measure(struct measurement *s)
{
	int64_t began_ns = gitperf_clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
	gitperf_run *run = s->run;
	int err;

	if ((err = gitperf_guard__begin(&s->guard)) < 0)
		return err;
	run->started = gitperf_time_now();
	err = gitperf_monitor__start(&s->monitor, s->children, 2 * run->nsubjects,
				     &s->settings, &s->guard);
	if (!err)
		err = gitperf_measure__take_rounds(s);
	if (!err && s->turns)
		run->overhead_ns = (gitperf_clock_read_ns(CLOCK_THREAD_CPUTIME_ID) -
				    began_ns + gitperf_monitor__own_ns(s->monitor)) /
				   (int64_t)s->turns;
	if (!err)
		err = gitperf_measure__count_instructions(s);
	run->finished = gitperf_time_now();
	gitperf_monitor__stop(s->monitor);
	gitperf_guard__end(&s->guard);
	if (!err && run->nsubjects)
		gitperf_progress__tell(&s->progress, "measuring",
				       run->subjects[run->nsubjects - 1].work->name);
	return err;
}

static int collect_results(struct measurement *s)
{
	gitperf_run *run = s->run;
	struct subject *subject;
	size_t i, k, n = 0;
	int err;

	for (i = 0; i < run->nsubjects; i++) {
		subject = &run->subjects[i];
		if ((err = gitperf_subject__finish(subject, &run->arena, &s->opts)) < 0)
			return err;
		n += subject->nbenchmarks;
	}
	run->results = gitperf_arena_array(&run->arena, n, sizeof(*run->results));
	if (!run->results)
		return gitperf_fail_oom();
	for (i = 0; i < run->nsubjects; i++)
		for (k = 0; k < run->subjects[i].nbenchmarks; k++) {
			run->results[run->nresults].bench = &run->subjects[i].benchmarks[k];
			run->results[run->nresults++].workload = i;
		}
	return 0;
}

int gitperf_run_measure(gitperf_run **out, const gitperf_workload *workloads,
			size_t n, const gitperf_run_options *opts)
{
	struct measurement s = { 0 };
	int err;

	*out = NULL;
	s.run = calloc(1, sizeof(*s.run));
	if (!s.run)
		return gitperf_fail_oom();
	if ((err = init_options(&s, opts, n)) < 0 ||
	    (err = init_measurement(&s, workloads, n)) < 0 ||
	    (err = measure(&s)) < 0 ||
	    (err = collect_results(&s)) < 0)
		goto out;
	*out = s.run;
	s.run = NULL;
out:
	gitperf_callgrind__end(&s.callgrind);
	gitperf_tail__free(&s.tail);
	gitperf_run_free(s.run);
	return err;
}

/* --- What has become of it ------------------------------------------------ */

size_t gitperf_run_count(const gitperf_run *run)
{
	return run->nresults;
}

const gitperf_benchmark *gitperf_run_benchmark(const gitperf_run *run, size_t i)
{
	return i < run->nresults ? run->results[i].bench : NULL;
}

size_t gitperf_run_workload(const gitperf_run *run, size_t i)
{
	return i < run->nresults ? run->results[i].workload : run->nsubjects;
}

int gitperf_run_exit_status(const gitperf_run *run, size_t i)
{
	return i < run->nresults ? run->subjects[run->results[i].workload].exit_status : -1;
}

int64_t gitperf_run_overhead_ns(const gitperf_run *run)
{
	return run->overhead_ns;
}

gitperf_time gitperf_run_started(const gitperf_run *run)
{
	return run->started;
}

gitperf_time gitperf_run_finished(const gitperf_run *run)
{
	return run->finished;
}

void gitperf_run_free(gitperf_run *run)
{
	size_t i;

	if (!run)
		return;
	for (i = 0; i < run->nsubjects; i++)
		gitperf_subject__free(&run->subjects[i]);
	gitperf_arena_free(&run->arena);
	free(run);
}
