/*
 * measure.c - iterations of commands, and what became of them
 *
 * Decides which command runs next, and turns what an iteration took into
 * samples, or how it failed into words. Knows nothing of processes (child.c),
 * of suites, or of where a record goes.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "run/child.h"
#include "run/failure.h"
#include "run/program.h"
#include "run/text.h"

#include <gitperf/run.h>
#include <limits.h>

#define DEFAULT_ITERATIONS 5
#define DEFAULT_TIMEOUT_MS (30u * 60 * 1000)
#define DEFAULT_LOG_LIMIT 4096

/* The names of child_value; units and directions are known by name. */
static const char *const value_names[CHILD_VALUES] = {
	[CHILD_WALL] = "wall",
	[CHILD_USER] = "user",
	[CHILD_SYSTEM] = "system",
	[CHILD_MAX_RSS] = "max_rss",
	[CHILD_MINOR_FAULTS] = "minor_faults",
	[CHILD_MAJOR_FAULTS] = "major_faults",
	[CHILD_VOLUNTARY_SWITCHES] = "voluntary_switches",
	[CHILD_INVOLUNTARY_SWITCHES] = "involuntary_switches"
};

/* A workload on its way to become a benchmark */
struct subject {
	const gitperf_workload *work;
	const char *path;          /* NULL: not looked up yet */
	gitperf_benchmark *bench;
	gitperf_number *samples[CHILD_VALUES];
	unsigned unknown;          /* a bit per value that a sample lacked */
};

struct gitperf_run {
	struct arena arena;
	gitperf_benchmark *benchmarks;
	size_t n;
	gitperf_time started, finished;
};

struct session {
	gitperf_run *run;
	gitperf_run_options opts;
	struct subject *subjects;
	struct tail tail;
	struct guard guard;
	uint64_t done, total;
};

/* One turn of a subject: the round counts warm-ups first. */
struct turn {
	struct session *s;
	struct subject *subject;
	unsigned round;
};

/* Asked each time: a callback's setenv() may move our own environment. */
static const char *const *env_of(const struct subject *subject)
{
	return subject->work->env ? subject->work->env : gitperf_program__environ();
}

static const char *keep(struct arena *arena, const gitperf_buffer *text)
{
	if (text->failed)
		arena->failed = 1;
	return gitperf_arena_copy(arena, text->ptr, text->len);
}

static void fail_subject(const struct turn *turn, const struct child_end *end)
{
	gitperf_buffer raw = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	gitperf_benchmark *bench = turn->subject->bench;
	struct session *s = turn->s;

	bench->status = end->how == CHILD_TIMED_OUT ? GITPERF_STATUS_TIMEOUT :
			GITPERF_STATUS_FAILED;
	gitperf_failure__explain(&raw, end, turn->subject->work, &s->opts,
				 turn->round);
	gitperf_text__line(&text, raw.ptr, raw.len);
	bench->error = keep(&s->run->arena, &text);
	gitperf_buf_truncate(&text, 0);
	if (!s->opts.log_off)
		gitperf_log__format(&text, &s->tail, env_of(turn->subject),
				    s->opts.log_limit);
	if (text.len || text.failed)
		bench->log = keep(&s->run->arena, &text);
	gitperf_buffer_dispose(&raw);
	gitperf_buffer_dispose(&text);
}

static void keep_samples(const struct turn *turn, const struct child_end *end)
{
	struct subject *subject = turn->subject;
	unsigned i, at = turn->round - turn->s->opts.warmup;

	for (i = 0; i < CHILD_VALUES; i++) {
		subject->samples[i][at] = gitperf_number_int(end->value[i]);
		if (end->value[i] < 0)
			subject->unknown |= 1u << i;
	}
}

static int find_program(struct child_end *end, const struct turn *turn)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct subject *subject = turn->subject;

	end->how = CHILD_NOT_STARTED;
	end->code = gitperf_program__find(&path, subject->work->argv[0],
					  env_of(subject), subject->work->directory);
	if (!end->code)
		subject->path = keep(&turn->s->run->arena, &path);
	gitperf_buffer_dispose(&path);
	return gitperf_arena_check(&turn->s->run->arena);
}

static int run_child(struct child_end *end, const struct turn *turn)
{
	struct subject *subject = turn->subject;
	struct session *s = turn->s;
	struct child child = {
		.argv = subject->work->argv,
		.env = env_of(subject),
		.directory = subject->work->directory,
		.timeout_ns = s->opts.timeout_ms * INT64_C(1000000),
		.tail = s->opts.log_off ? NULL : &s->tail
	};
	int err;

	gitperf_tail__reset(&s->tail);
	if (!subject->path) {
		if ((err = find_program(end, turn)) < 0 || !subject->path)
			return err;
	}
	child.path = subject->path;
	err = gitperf_child__run(end, &child, &s->guard);
	if (!err && end->value[CHILD_WALL] > 0)
		subject->bench->duration_ns += end->value[CHILD_WALL];
	return err;
}

static int take_turn(const struct turn *turn)
{
	struct child_end end = { 0 };
	int err;

	if ((err = run_child(&end, turn)) < 0)
		return err;
	if (end.how == CHILD_INTERRUPTED)
		return gitperf_fail(GITPERF_EIO, "interrupted by signal %d (%s)",
				    end.code, gitperf_failure__signal(end.code));
	if (end.how != CHILD_EXITED || end.code)
		fail_subject(turn, &end);
	else if (turn->round >= turn->s->opts.warmup)
		keep_samples(turn, &end);
	return gitperf_arena_check(&turn->s->run->arena);
}

static void tell_progress(const struct session *s, const char *name)
{
	const gitperf_events *events = s->opts.events;
	gitperf_buffer what = GITPERF_BUFFER_INIT;

	if (!events || !events->progress)
		return;
	gitperf_buf_addf(&what, "measuring %s", name);
	events->progress(events->payload, what.ptr, s->done, s->total);
	gitperf_buffer_dispose(&what);
}

static int take_turns(struct session *s)
{
	unsigned rounds = s->opts.warmup + s->opts.iterations, round;
	struct turn turn = { .s = s };
	size_t i;
	int err;

	for (round = 0; round < rounds; round++) {
		for (i = 0; i < s->run->n; i++, s->done++) {
			turn.subject = &s->subjects[i];
			turn.round = round;
			if (turn.subject->bench->status != GITPERF_STATUS_OK)
				continue;
			tell_progress(s, turn.subject->work->name);
			if ((err = take_turn(&turn)) < 0)
				return gitperf_blame(err, "measuring '%s'",
						     turn.subject->work->name);
		}
	}
	if (s->run->n)
		tell_progress(s, s->subjects[s->run->n - 1].work->name);
	return 0;
}

/* Samples become metrics, but for a value that no sample may lack. */
static int add_metrics(struct arena *arena, const struct subject *subject,
		       unsigned iterations)
{
	gitperf_metric *metrics;
	unsigned i;
	size_t n = 0;

	metrics = gitperf_arena_array(arena, CHILD_VALUES, sizeof(*metrics));
	if (!metrics)
		return gitperf_fail_oom();
	for (i = 0; i < CHILD_VALUES; i++) {
		if (subject->unknown & 1u << i)
			continue;
		metrics[n].name = value_names[i];
		gitperf_metric_known(value_names[i], &metrics[n].unit,
				     &metrics[n].better);
		metrics[n].samples = subject->samples[i];
		metrics[n].nsamples = iterations;
		n++;
	}
	subject->bench->metrics = metrics;
	subject->bench->nmetrics = n;
	return 0;
}

static int copy_params(struct arena *arena, gitperf_benchmark *bench,
		       const gitperf_workload *work)
{
	gitperf_pair *params;
	size_t i;

	params = gitperf_arena_array(arena, work->nparams, sizeof(*params));
	for (i = 0; params && i < work->nparams; i++) {
		params[i].key = gitperf_arena_strdup(arena, work->params[i].key);
		params[i].value = gitperf_arena_strdup(arena, work->params[i].value);
	}
	bench->params = params;
	bench->nparams = work->nparams;
	return gitperf_arena_check(arena);
}

static int init_subject(struct session *s, size_t i, const gitperf_workload *work)
{
	struct subject *subject = &s->subjects[i];
	struct arena *arena = &s->run->arena;
	size_t v;

	if (!work->name || !work->argv || !work->argv[0])
		return gitperf_fail(GITPERF_EINVALID, "workload '%.200s' has no %s",
				    work->name ? work->name : "",
				    work->name ? "command" : "name");
	subject->work = work;
	subject->bench = &s->run->benchmarks[i];
	subject->bench->name = gitperf_arena_strdup(arena, work->name);
	for (v = 0; v < CHILD_VALUES; v++)
		subject->samples[v] = gitperf_arena_array(arena, s->opts.iterations,
							  sizeof(gitperf_number));
	return copy_params(arena, subject->bench, work);
}

static int init_options(struct session *s, const gitperf_run_options *opts)
{
	s->opts = *opts;
	if (opts->version != 1)
		return gitperf_fail(GITPERF_EINVALID, "run options of unknown version %d",
				    opts->version);
	if (!opts->iterations)
		s->opts.iterations = DEFAULT_ITERATIONS;
	if (!opts->timeout_ms)
		s->opts.timeout_ms = DEFAULT_TIMEOUT_MS;
	if (!opts->log_limit)
		s->opts.log_limit = DEFAULT_LOG_LIMIT;
	if (s->opts.log_limit > TEXT_LOG_MAX)
		return gitperf_fail(GITPERF_EINVALID, "a log limit of %zu bytes is more than %d",
				    s->opts.log_limit, TEXT_LOG_MAX);
	if (s->opts.iterations > UINT_MAX - s->opts.warmup)
		return gitperf_fail(GITPERF_EINVALID, "too many iterations");
	return 0;
}

static int init_session(struct session *s, const gitperf_workload *workloads,
			size_t n)
{
	struct arena *arena = &s->run->arena;
	size_t i, slack = 0, longest = 0;
	int err;

	s->subjects = gitperf_arena_array(arena, n, sizeof(*s->subjects));
	s->run->benchmarks = gitperf_arena_array(arena, n, sizeof(gitperf_benchmark));
	s->run->n = n;
	s->total = (uint64_t)n * (s->opts.warmup + s->opts.iterations);
	if (!s->subjects || !s->run->benchmarks)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++) {
		if ((err = init_subject(s, i, &workloads[i])) < 0)
			return err;
		slack = gitperf_log__slack(env_of(&s->subjects[i]));
		if (slack > longest)
			longest = slack;
	}
	return gitperf_tail__init(&s->tail, s->opts.log_limit + longest);
}

static int measure(struct session *s)
{
	size_t i;
	int err;

	if ((err = gitperf_guard__begin(&s->guard)) < 0)
		return err;
	s->run->started = gitperf_time_now();
	err = take_turns(s);
	s->run->finished = gitperf_time_now();
	gitperf_guard__end(&s->guard);
	for (i = 0; !err && i < s->run->n; i++)
		if (s->subjects[i].bench->status == GITPERF_STATUS_OK)
			err = add_metrics(&s->run->arena, &s->subjects[i],
					  s->opts.iterations);
	return err;
}

int gitperf_run_measure(gitperf_run **out, const gitperf_workload *workloads,
			size_t n, const gitperf_run_options *opts)
{
	struct session s = { 0 };
	int err;

	*out = NULL;
	s.run = calloc(1, sizeof(*s.run));
	if (!s.run)
		return gitperf_fail_oom();
	if ((err = init_options(&s, opts)) < 0 ||
	    (err = init_session(&s, workloads, n)) < 0 ||
	    (err = measure(&s)) < 0)
		goto out;
	*out = s.run;
	s.run = NULL;
out:
	gitperf_tail__free(&s.tail);
	gitperf_run_free(s.run);
	return err;
}

const gitperf_benchmark *gitperf_run_benchmark(const gitperf_run *run, size_t i)
{
	return i < run->n ? &run->benchmarks[i] : NULL;
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
	if (!run)
		return;
	gitperf_arena_free(&run->arena);
	free(run);
}
