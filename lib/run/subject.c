/*
 * subject.c - a workload on its way to become benchmarks
 *
 * Keeps what iterations gave, and makes metrics of it at the end. Knows
 * nothing of turns, or of how a command is run.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "data/pairs.h"
#include "run/program.h"
#include "run/subject.h"

#include <errno.h>

/* The names of child_value; units and directions are known by name. */
static const char *const value_names[CHILD_VALUES] = {
	[CHILD_WALL] = "wall",
	[CHILD_USER] = "user",
	[CHILD_SYSTEM] = "system",
	[CHILD_MAX_RSS] = "max_rss",
	[CHILD_MINOR_FAULTS] = "minor_faults",
	[CHILD_MAJOR_FAULTS] = "major_faults",
	[CHILD_VOLUNTARY_SWITCHES] = "voluntary_switches",
	[CHILD_INVOLUNTARY_SWITCHES] = "involuntary_switches",
	[CHILD_COUNTED + COUNTER_CPU_MIGRATIONS] = "cpu_migrations",
	[CHILD_COUNTED + COUNTER_TASK_CLOCK] = "task_clock",
	[CHILD_COUNTED + COUNTER_INSTRUCTIONS] = "instructions",
	[CHILD_COUNTED + COUNTER_CYCLES] = "cycles",
	[CHILD_COUNTED + COUNTER_BRANCHES] = "branches"
};

static int copy_identity(struct subject *subject, struct arena *arena)
{
	static const gitperf_benchmark blank = GITPERF_BENCHMARK_INIT;
	const gitperf_workload *work = subject->work;
	gitperf_benchmark *bench = &subject->bench;

	*bench = blank;
	bench->name = gitperf_arena_strdup(arena, work->name);
	bench->params = gitperf_pairs_copy(arena, work->params, work->nparams);
	bench->nparams = work->nparams;
	bench->duration_ns = 0;
	return gitperf_arena_check(arena);
}

static int find_program(struct subject *subject, struct arena *arena)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	subject->problem = gitperf_program__find(&path, subject->work->argv[0],
						 subject->env, subject->work->directory);
	if (!subject->problem)
		subject->path = gitperf_arena_copy(arena, path.ptr, path.len);
	gitperf_buffer_dispose(&path);
	return subject->problem == ENOMEM ? gitperf_fail_oom() :
	       gitperf_arena_check(arena);
}

int gitperf_subject__init(struct subject *subject, const gitperf_workload *work,
			  const gitperf_run_options *opts, const char *const *env,
			  struct arena *arena)
{
	int err;

	if (!work->name || !work->argv || !work->argv[0])
		return gitperf_fail(GITPERF_EINVALID, "workload '%.200s' has no %s",
				    work->name ? work->name : "",
				    work->name ? "command" : "name");
	subject->work = work;
	subject->exit_status = -1;
	subject->env = work->env ? work->env : env;
	err = gitperf_sampling__init(&subject->sampling, &work->sampling, opts);
	if (!err && work->format &&
	    !(err = gitperf_capture__init(&subject->capture, work)))
		err = gitperf_merge__new(&subject->merge, work, subject->env, arena);
	if (!err && (err = copy_identity(subject, arena)) == 0)
		err = find_program(subject, arena);
	return err < 0 ? gitperf_blame(err, "workload '%.200s'", work->name) : 0;
}

static int keep_values(struct subject *subject, const struct child_end *end)
{
	unsigned i;
	int err = 0;

	for (i = 0; i < CHILD_VALUES && !err; i++) {
		if (end->value[i] < 0)
			subject->unknown |= 1u << i;
		err = gitperf_samples__add(&subject->samples[i],
					   gitperf_number_int(end->value[i]));
	}
	return err;
}

static int keep_readings(struct subject *subject, const struct child_output *output,
			 gitperf_buffer *problem)
{
	gitperf_readings *readings;
	int err = gitperf_capture__read(&readings, &subject->capture, output, problem);

	if (err < 0 || !readings)
		return err;
	return gitperf_merge__add(subject->merge, readings);
}

static int says_why(const gitperf_readings *readings)
{
	size_t i, n = gitperf_readings_count(readings);

	for (i = 0; i < n; i++)
		if (gitperf_readings_get(readings, i)->error)
			return 1;
	return 0;
}

int gitperf_subject__keep_rest(struct subject *subject, const struct child_end *end,
			       const struct child_output *output, gitperf_buffer *problem,
			       int measured)
{
	gitperf_buffer unreadable = GITPERF_BUFFER_INIT;
	gitperf_readings *readings;
	int err = gitperf_capture__read(&readings, &subject->capture, output, &unreadable);

	gitperf_buffer_dispose(&unreadable);
	if (err < 0 || !readings)
		return err;
	/* a warm-up only shows that there will be something */
	if (!measured || says_why(readings))
		gitperf_buf_truncate(problem, 0);
	if (!measured) {
		gitperf_readings_free(readings);
		return 1;
	}
	subject->sampling.spent_ns += end->value[CHILD_WALL];
	if ((err = gitperf_merge__add(subject->merge, readings)) < 0 ||
	    (err = gitperf_sampling__look(&subject->sampling,
					  gitperf_merge__first(subject->merge))) < 0)
		return err;
	return 1;
}

int gitperf_subject__keep(struct subject *subject, const struct child_end *end,
			  const struct child_output *output, gitperf_buffer *problem)
{
	const struct samples *watched = &subject->samples[CHILD_WALL];
	int err;

	subject->sampling.spent_ns += end->value[CHILD_WALL];
	if (subject->work->format) {
		err = keep_readings(subject, output, problem);
		watched = gitperf_merge__first(subject->merge);
	} else {
		err = keep_values(subject, end);
	}
	return err < 0 ? err : gitperf_sampling__look(&subject->sampling, watched);
}

uint64_t gitperf_subject__expected(const struct subject *subject)
{
	return (uint64_t)subject->sampling.plan.warmup +
	       gitperf_sampling__expected(&subject->sampling);
}

/* --- Benchmarks ----------------------------------------------------------- */

static void add_metric(gitperf_benchmark *bench, gitperf_metric *metrics,
		       const char *name, const struct samples *samples)
{
	gitperf_metric *metric = &metrics[bench->nmetrics++];

	metric->name = name;
	gitperf_metric_known(name, &metric->unit, &metric->better);
	metric->samples = samples->ptr;
	metric->nsamples = samples->n;
	bench->metrics = metrics;
}

/* Values that no sample lacks, and instructions */
static int finish_process(struct subject *subject, struct arena *arena)
{
	gitperf_metric *metrics;
	unsigned i;

	metrics = gitperf_arena_array(arena, CHILD_VALUES + 1, sizeof(*metrics));
	if (!metrics)
		return gitperf_fail_oom();
	for (i = 0; i < CHILD_VALUES; i++)
		if (subject->samples[i].n && !(subject->unknown & 1u << i))
			add_metric(&subject->bench, metrics, value_names[i],
				   &subject->samples[i]);
	if (subject->instructions.n)
		add_metric(&subject->bench, metrics, "callgrind_instructions",
			   &subject->instructions);
	subject->benchmarks = &subject->bench;
	subject->nbenchmarks = 1;
	return 0;
}

/* What instructions are of: the workload as a whole, if the tool knows one */
static gitperf_benchmark *find_whole(struct subject *subject)
{
	size_t i;

	for (i = 0; i < subject->nbenchmarks; i++)
		if (!strcmp(subject->benchmarks[i].name, subject->work->name) &&
		    subject->benchmarks[i].nparams == subject->work->nparams)
			return &subject->benchmarks[i];
	return NULL;
}

static int add_instructions(struct subject *subject, struct arena *arena)
{
	gitperf_benchmark *bench = find_whole(subject);
	gitperf_metric *metrics;

	if (!bench) {
		bench = &subject->benchmarks[subject->nbenchmarks++];
		*bench = subject->bench;
	}
	if (bench->status != GITPERF_STATUS_OK)
		return 0;
	metrics = gitperf_arena_array(arena, bench->nmetrics + 1, sizeof(*metrics));
	if (!metrics)
		return gitperf_fail_oom();
	if (bench->nmetrics)
		memcpy(metrics, bench->metrics, bench->nmetrics * sizeof(*metrics));
	add_metric(bench, metrics, "callgrind_instructions", &subject->instructions);
	return 0;
}

/* The failure that no result explains is that of the workload as a whole. */
static void add_failure(struct subject *subject)
{
	gitperf_benchmark *bench = find_whole(subject);

	if (!bench)
		bench = &subject->benchmarks[subject->nbenchmarks++];
	*bench = subject->bench;
}

static int finish_output(struct subject *subject, struct arena *arena,
			 const gitperf_run_options *opts)
{
	size_t i, n = gitperf_merge__count(subject->merge);
	int err = 0;

	subject->benchmarks = gitperf_arena_array(arena, n + 1, sizeof(gitperf_benchmark));
	if (!subject->benchmarks)
		return gitperf_fail_oom();
	subject->nbenchmarks = n;
	for (i = 0; i < n && !err; i++)
		err = gitperf_merge__benchmark(&subject->benchmarks[i], subject->merge,
					       i, opts->rules, opts->nrules);
	/* of several nobody knows which took how much of it */
	if (n == 1)
		subject->benchmarks[0].duration_ns = subject->bench.duration_ns;
	if (!err && subject->bench.status != GITPERF_STATUS_OK) {
		add_failure(subject);
		return 0;
	}
	return !err && subject->instructions.n ? add_instructions(subject, arena) : err;
}

int gitperf_subject__finish(struct subject *subject, struct arena *arena,
			    const gitperf_run_options *opts)
{
	if (subject->bench.status == GITPERF_STATUS_OK ||
	    (subject->kept && gitperf_merge__count(subject->merge)))
		return subject->work->format ? finish_output(subject, arena, opts) :
		       finish_process(subject, arena);
	subject->benchmarks = &subject->bench;
	subject->nbenchmarks = 1;
	return 0;
}

void gitperf_subject__free(struct subject *subject)
{
	unsigned i;

	for (i = 0; i < CHILD_VALUES; i++)
		gitperf_samples__free(&subject->samples[i]);
	gitperf_samples__free(&subject->instructions);
	gitperf_capture__free(&subject->capture);
	gitperf_merge__free(subject->merge);
}
