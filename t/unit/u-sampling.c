/*
 * u-sampling.c - lib/run: how often, in which order, under which settings
 * commands run, what is counted and read of them, and the host's lock
 *
 * Nothing here rests on how long something takes. This program is also a
 * subject: "u-sampling --spin <n>" or "--starve <n>".
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "run/child.h"
#include "run/program.h"
#include "run/sampling.h"

#include <errno.h>
#include <fcntl.h>
#include <gitperf/error.h>
#include <gitperf/machine.h>
#include <gitperf/run.h>
#include <gitperf/stats.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char self[PATH_MAX];
static char trash[] = "/tmp/u-sampling-XXXXXX";
static gitperf_run *last;

/* --- Helpers -------------------------------------------------------------- */

static int spin(unsigned long n)
{
	volatile unsigned long sum = 0;

	while (n--)
		sum += n;
	return 0;
}

static gitperf_run_options plain(void)
{
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;

	opts.warmup = 0;
	opts.iterations = 1;
	return opts;
}

static int try_all(const gitperf_workload *works, size_t n,
		   const gitperf_run_options *opts)
{
	gitperf_run_free(last);
	return gitperf_run_measure(&last, works, n, opts);
}

static int try_one(const gitperf_workload *work, const gitperf_run_options *opts)
{
	return try_all(work, 1, opts);
}

static const gitperf_benchmark *measure_work(const gitperf_workload *work,
					     const gitperf_run_options *opts)
{
	if (!is_ok(try_one(work, opts), "it is measured"))
		exit(1);
	return gitperf_run_benchmark(last, 0);
}

static gitperf_workload shell(const char **argv, const char *script)
{
	gitperf_workload work = GITPERF_WORKLOAD_INIT;

	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = NULL;
	work.name = "subject";
	work.argv = argv;
	return work;
}

static const gitperf_benchmark *measure_shell(const char *script,
					      const gitperf_run_options *opts)
{
	const char *argv[4];
	gitperf_workload work = shell(argv, script);

	return measure_work(&work, opts);
}

/* As in a forked process, which must not speak: the log of what failed */
static const char *quiet_log(const char *script, const gitperf_run_options *opts)
{
	const char *argv[4], *log;
	gitperf_workload work = shell(argv, script);

	last = NULL;
	if (try_one(&work, opts) < 0)
		return "";
	log = gitperf_run_benchmark(last, 0)->log;
	return log ? log : "";
}

static const gitperf_metric *metric(const gitperf_benchmark *bench, const char *name)
{
	size_t i;

	for (i = 0; i < bench->nmetrics; i++)
		if (!strcmp(bench->metrics[i].name, name))
			return &bench->metrics[i];
	return NULL;
}

/* Samples of a metric as text, "1 2.5"; "" without it */
static const char *samples_of(const gitperf_benchmark *bench, const char *name)
{
	static gitperf_buffer text;
	const gitperf_metric *m = metric(bench, name);
	size_t i;

	gitperf_buffer_dispose(&text);
	for (i = 0; m && i < m->nsamples; i++)
		gitperf_buf_addf(&text, "%s%g", i ? " " : "",
				 gitperf_number_value(m->samples[i]));
	return text.ptr;
}

static void is_failed(const gitperf_benchmark *bench, const char *error)
{
	is_str(gitperf_status_name(bench->status), "failed", "it failed");
	is_str(bench->error, error, "and says how");
	ok(!bench->nmetrics, "without metrics");
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		exit(1);
}

/* What a file has come to hold; it is removed. */
static const char *take_file(const char *path)
{
	static gitperf_buffer text;

	gitperf_buffer_dispose(&text);
	gitperf_buf_read_file(&text, path, 1 << 20);
	unlink(path);
	return text.ptr;
}

struct heard {
	unsigned warnings, calls;
	char warning[256], hint[256];
	uint64_t done, total;
	int forward, within, steady;
};

static void on_warning(void *payload, const char *message, const char *hint)
{
	struct heard *heard = payload;

	heard->warnings++;
	snprintf(heard->warning, sizeof(heard->warning), "%s", message);
	snprintf(heard->hint, sizeof(heard->hint), "%s", hint ? hint : "");
}

static void on_progress(void *payload, const char *what, uint64_t done, uint64_t total)
{
	struct heard *heard = payload;

	(void)what;
	heard->calls++;
	heard->forward &= done >= heard->done && (!heard->total ||
			  done * heard->total >= heard->done * total);
	heard->within &= done <= total;
	heard->steady &= !heard->total || heard->total == total;
	heard->done = done;
	heard->total = total;
}

#define HEARD_INIT { .forward = 1, .within = 1, .steady = 1 }
#define EVENTS(heard) { on_warning, on_progress, heard }

/* --- When there are enough ------------------------------------------------ */

/* A sequence without pattern, the same everywhere: 0 to 1 */
static double noise(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 16 & 0x7fff) / 32768.0;
}

static void begin(struct sampling *sampling, double precision)
{
	gitperf_sampling own = GITPERF_SAMPLING_INIT;
	gitperf_run_options opts = plain();

	own.precision = precision;
	is_ok(gitperf_sampling__init(sampling, &own, &opts), "a plan");
}

static size_t sample(struct sampling *sampling, struct samples *samples, double spread)
{
	unsigned state = 7;
	double value;

	while (!sampling->enough) {
		value = 1000 + spread * (noise(&state) - 0.5);
		if (gitperf_samples__add(samples, gitperf_number_int((int64_t)value)) < 0 ||
		    gitperf_sampling__look(sampling, samples) < 0)
			exit(1);
		sampling->spent_ns += 1000;
	}
	return samples->n;
}

static double half_width(const struct samples *samples)
{
	double *values = malloc(samples->n * sizeof(*values));
	gitperf_stats stats = { 0 };
	size_t i;

	for (i = 0; values && i < samples->n; i++)
		values[i] = gitperf_number_value(samples->ptr[i]);
	if (values)
		is_ok(gitperf_stats_summarise(&stats, values, samples->n), "statistics");
	free(values);
	return (stats.interval.high - stats.interval.low) / 2 / stats.median;
}

static void test_precision(void)
{
	struct samples samples = { 0 };
	struct sampling sampling;
	size_t narrow, wide;

	begin(&sampling, 0.01);
	is_int((int64_t)sample(&sampling, &samples, 0), 6, "no spread: the least there is");
	gitperf_samples__free(&samples);

	begin(&sampling, 0.01);
	narrow = sample(&sampling, &samples, 100);
	ok(narrow > 6, "some spread takes %zu samples", narrow);
	ok(half_width(&samples) <= 0.01, "for half of the interval to be 1 %%");
	gitperf_samples__free(&samples);

	begin(&sampling, 0.01);
	wide = sample(&sampling, &samples, 400);
	ok(wide > 4 * narrow, "four times the spread, %zu", wide);
	ok(half_width(&samples) <= 0.01, "for the same");
	gitperf_samples__free(&samples);

	begin(&sampling, 1e-9);
	is_int((int64_t)sample(&sampling, &samples, 400), 100000, "or as many as there may be");
	gitperf_samples__free(&samples);

	begin(&sampling, 1e-9);
	sampling.plan.max_time_ms = 1;
	is_int((int64_t)sample(&sampling, &samples, 400), 1001, "or until the time is up");
	gitperf_samples__free(&samples);

	begin(&sampling, 0);
	is_int((int64_t)sample(&sampling, &samples, 400), 1, "without a precision it is the count");
	gitperf_samples__free(&samples);
}

static void test_plans(void)
{
	gitperf_sampling own = GITPERF_SAMPLING_INIT;
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	struct sampling s;

	is_ok(gitperf_sampling__init(&s, &own, &opts), "nothing is said");
	is_int(s.plan.iterations, 5, "iterations");
	is_int(s.plan.warmup, 1, "warm-up");
	is_int(s.plan.timeout_ms, 1800000, "timeout");
	is_int(s.plan.max_time_ms, 60000, "time");
	is_int((int64_t)s.most, 100000, "and never more than this");
	opts.max_iterations = 100001;
	is_ok(gitperf_sampling__init(&s, &own, &opts), "more are allowed");
	is_int((int64_t)s.most, 100000, "which changes nothing");
	opts.max_iterations = 0;
	opts.iterations = 3;
	opts.warmup = 2;
	opts.timeout_ms = 10;
	opts.precision = 0.5;
	opts.max_time_ms = 20;
	is_ok(gitperf_sampling__init(&s, &own, &opts), "the options say it");
	is_int(s.plan.iterations, 6, "iterations, but enough for an interval");
	is_int(s.plan.warmup, 2, "warm-up");
	is_int(s.plan.timeout_ms, 10, "timeout");
	is_int(s.plan.max_time_ms, 20, "time");
	is_double(s.plan.precision, 0.5, "precision");
	own.iterations = 9;
	own.warmup = 0;
	own.timeout_ms = 11;
	own.precision = 0.25;
	own.max_time_ms = 21;
	is_ok(gitperf_sampling__init(&s, &own, &opts), "the workload says it");
	ok(s.plan.iterations == 9 && s.plan.warmup == 0 && s.plan.timeout_ms == 11 &&
	   s.plan.max_time_ms == 21, "all of it");
	is_double(s.plan.precision, 0.25, "precision");
}

static void test_bad_plans(void)
{
	static const gitperf_sampling bad[] = {
		{ .iterations = 100001 }, { .warmup = 100001 },
		{ .timeout_ms = -1 }, { .timeout_ms = INT64_MAX },
		{ .max_time_ms = -1 }, { .max_time_ms = INT64_MAX },
		{ .precision = -0.1 }, { .precision = 1 }, { .precision = NAN },
		{ .precision = INFINITY }
	};
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	const char *argv[4];
	gitperf_workload work = shell(argv, "touch ran"), pair[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		work.sampling = bad[i];
		is_err(try_one(&work, &opts), GITPERF_EINVALID, "a bad plan");
	}
	is_str(gitperf_error_message(),
	       "workload 'subject': a precision is not between 0 and 1", "is named");
	work.sampling.precision = 0.1;
	work.sampling.max_time_ms = work.sampling.timeout_ms = 0;
	opts.max_iterations = 3;
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "a precision of 3 iterations");
	is_str(gitperf_error_message(), "workload 'subject': a precision takes 6 iterations or more, "
	       "and only 3 are allowed", "... which says nothing");
	opts.max_iterations = 0;
	opts.pairs = 1;
	pair[0] = pair[1] = pair[2] = shell(argv, "touch ran");
	is_err(try_all(pair, 3, &opts), GITPERF_EINVALID, "three are no pairs");
	ok(access("ran", F_OK) < 0, "nothing was run");
}

/* --- Turns ---------------------------------------------------------------- */

static void test_counts(void)
{
	static const char *const a[] = { "sh", "-c", "echo a >>out", NULL };
	static const char *const b[] = { "sh", "-c", "echo b >>out", NULL };
	const gitperf_workload works[] = {
		{ .name = "a", .argv = a, .sampling = { .iterations = 4, .warmup = 0 } },
		{ .name = "b", .argv = b, .sampling = { .iterations = 1, .warmup = 1 } }
	};
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_run_options opts = plain();

	opts.events = &events;
	is_ok(try_all(works, 2, &opts), "different counts");
	is_str(take_file("out"), "a\nb\na\nb\na\na\n", "one goes on alone");
	is_int((int64_t)gitperf_run_count(last), 2, "two benchmarks");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 0), "wall")->nsamples, 4, "four");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 1), "wall")->nsamples, 1, "one");
	is_int((int64_t)gitperf_run_workload(last, 1), 1, "of the second workload");
	is_int((int64_t)heard.total, 6, "progress knows how many");
	ok(heard.steady, "from the beginning");
	is_int((int64_t)heard.done, 6, "and gets there");
}

struct beat {
	uint64_t n, done, total;
	size_t workload;
	int64_t quiet_ms;
	uint64_t stop;               /* at this one */
	int is_early;                /* a command ran, or had run, when it should not */
};

/* All that have been told of have written a byte by now, and no other has. */
static int on_pulse(void *payload, const gitperf_turn *turn)
{
	struct beat *beat = payload;
	struct stat st;

	beat->is_early |= (stat("out", &st) < 0 ? 0 : (uint64_t)st.st_size) != beat->n;
	beat->n++;
	beat->done = turn->done;
	beat->total = turn->total;
	beat->workload = turn->workload;
	beat->quiet_ms = turn->quiet_ms;
	if (beat->n != beat->stop)
		return 1;
	return gitperf_fail(GITPERF_ERACE, "the lease is gone");
}

static void test_pulse(void)
{
	static const char *const a[] = { "sh", "-c", "printf a >>out", NULL };
	static const char *const b[] = { "sh", "-c", "printf b >>out", NULL };
	const gitperf_workload works[] = {
		{ .name = "a", .argv = a, .sampling = { .iterations = 3, .warmup = 1, .timeout_ms = 7000 } },
		{ .name = "b", .argv = b, .sampling = { .iterations = 2, .warmup = 0 } }
	};
	struct beat beat = { 0 }, other = { .stop = 3 };
	gitperf_run_options opts = plain();

	opts.timeout_ms = 5000;
	opts.pulse = on_pulse;
	opts.pulse_payload = &beat;
	is_ok(try_all(works, 2, &opts), "a pulse that goes on");
	is_str(take_file("out"), "ababaa", "changes nothing");
	ok(!beat.is_early && beat.n == 6, "it is called between all commands");
	ok(beat.done == 5 && beat.total == 6 && beat.workload == 0, "and knows where they are");
	is_int(beat.quiet_ms, 7000, "and how long one may take");
	opts.pulse_payload = &other;
	is_err(try_all(works, 2, &opts), GITPERF_ERACE, "one that does not");
	is_str(gitperf_error_message(), "the lease is gone", "says why");
	is_str(take_file("out"), "ab", "and nothing runs any more");
	ok(!last, "or is kept");
}

static void test_pairs(void)
{
	static const char *const a[] = { "sh", "-c", "printf a >>out", NULL };
	static const char *const b[] = { "sh", "-c", "printf b >>out", NULL };
	static const char *const c[] = { "sh", "-c", "printf c >>out; ! test -e stop", NULL };
	static const char *const d[] = { "sh", "-c", "printf d >>out; touch stop", NULL };
	gitperf_workload works[4] = {
		{ .name = "a", .argv = a, .sampling = { .iterations = 3, .warmup = 1 } },
		{ .name = "b", .argv = b, .sampling = { .iterations = 2, .warmup = 0 } },
		{ .name = "c", .argv = c, .sampling = { .iterations = 2, .warmup = 0 } },
		{ .name = "d", .argv = d, .sampling = { .iterations = 2, .warmup = 0 } }
	};
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_run_options opts = plain();

	opts.pairs = 1;
	opts.events = &events;
	is_ok(try_all(works, 2, &opts), "a pair");
	is_int((int64_t)heard.total, 8, "progress knows how many are run of both");
	ok(heard.steady, "from the beginning");
	opts.events = NULL;
	is_str(take_file("out"), "abbaabba", "changes places, and is stopped together");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 1), "wall")->nsamples, 3,
	       "with as many samples each");
	works[0].sampling.precision = 1e-6;
	works[0].sampling.max_time_ms = 1;
	works[0].sampling.warmup = works[1].sampling.iterations = 0;
	is_ok(try_all(works, 2, &opts), "a pair, one of which wants precision");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 0), "wall")->nsamples,
	       (int64_t)metric(gitperf_run_benchmark(last, 1), "wall")->nsamples,
	       "as many each");
	take_file("out");
	is_ok(try_all(works + 2, 2, &opts), "a pair, one of which fails");
	is_str(take_file("out"), "cddc", "the other goes on");
	is_failed(gitperf_run_benchmark(last, 0), "exited with status 1 in iteration 2 of 2");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 1), "wall")->nsamples, 2,
	       "to its end");
	unlink("stop");
}

static void test_progress(void)
{
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_run_options opts = plain();
	size_t n;

	opts.events = &events;
	opts.precision = 1e-6;
	opts.max_time_ms = 100;
	n = metric(measure_shell(":", &opts), "wall")->nsamples;
	ok(n >= 6, "%zu samples", n);
	ok(heard.forward, "progress never goes back");
	ok(heard.within, "nor beyond its end");
	is_int((int64_t)heard.done, (int64_t)n, "all are counted");
	is_int((int64_t)heard.total, (int64_t)n, "and nothing else");
	ok(gitperf_run_overhead_ns(last) > 0 && gitperf_run_overhead_ns(last) < 100000000,
	   "each costs us %lld ns", (long long)gitperf_run_overhead_ns(last));
}

/* --- The monitor ---------------------------------------------------------- */

static void test_lost_monitor(void)
{
	gitperf_run_options opts = plain();
	const char *argv[4];
	gitperf_workload work = shell(argv, "kill -KILL $PPID; sleep 1000");

	is_err(try_one(&work, &opts), GITPERF_EIO, "a monitor that is killed is an error");
	is_str(gitperf_error_message(), "measuring 'subject': the process that ran 'sh' was killed",
	       "with words");
	work = shell(argv, "exit 0");
	is_ok(try_one(&work, &opts), "the next measurement has another");
}

static void test_descriptors(void)
{
	gitperf_run_options opts = plain();
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		close(0);
		close(1);
		close(2);
		_exit(strcmp(quiet_log("echo out; echo err >&2; read x || exit 7", &opts),
			     "out\nerr\n") ? 1 : 42);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42,
	   "a process without descriptors can measure");
}

#ifndef GITPERF_PORTABLE
/* The monitor, our parent, can have no descriptors from this one on. */
static int starve(unsigned long n)
{
	struct rlimit limit = { n, n };

	return prlimit(getppid(), RLIMIT_NOFILE, &limit, NULL) < 0;
}

static void test_starved_monitor(void)
{
	const char *argv[] = { self, "--starve", "3", NULL };
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	gitperf_run_options opts = plain();

	work.name = "subject";
	work.argv = argv;
	opts.iterations = 2;
	is_err(try_one(&work, &opts), GITPERF_EIO, "a monitor that has no room for descriptors");
	ok(strstr(gitperf_error_message(), "u-sampling': Too many open files") != NULL,
	   "%s", gitperf_error_message());
}

/* In a process of its own, which has no others to hand on */
static void test_inherited(void)
{
	gitperf_run_options opts = plain();
	int status = 0, fd;
	pid_t pid = fork();

	if (!pid) {
		for (fd = 3; fd < 1024; fd++)
			close(fd);
		_exit(strcmp(quiet_log("ls /proc/self/fd | tr '\\n' ' '; exit 1", &opts),
			     "0 1 2 3 ") ? 1 : 42);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42,
	   "a command gets three descriptors, and ls opens one more");
}
#endif

/* Much output, in bits and all at once, gets where it belongs. */
static void test_output(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;

	opts.log_limit = 65536;
	bench = measure_shell("i=0; while test $i -lt 300; do echo $i; i=$((i+1)); done;"
			      "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo end; exit 1",
			      &opts);
	is_int((int64_t)strlen(bench->log), 65536, "the end of much output");
	is_str(bench->log + 65536 - 5, "\nend\n", "to its very end");
	bench = measure_shell("i=0; while test $i -lt 300; do echo $i; i=$((i+1)); done; exit 1",
			      &opts);
	ok(bench->log && !strncmp(bench->log, "0\n1\n2\n", 6) &&
	   strstr(bench->log, "\n298\n299\n"), "line by line, all of it");
}

/* --- Counters ------------------------------------------------------------- */

static const char *counters_here(void)
{
	static char kind[32];
	const gitperf_pair *pairs;
	gitperf_machine *machine;
	size_t n, i;

	if (gitperf_machine_probe(&machine) < 0)
		exit(1);
	pairs = gitperf_machine_environment(machine, &n);
	for (i = 0; i < n; i++)
		if (!strcmp(pairs[i].key, "counters"))
			snprintf(kind, sizeof(kind), "%s", pairs[i].value);
	gitperf_machine_free(machine);
	return kind;
}

static void test_counters(void)
{
	const gitperf_metric *clock, *user, *system, *wall;
	gitperf_run_options opts = plain();
	const char *kind = counters_here();
	const gitperf_benchmark *bench;
	char script[2 * PATH_MAX + 64];
	int64_t used;
	size_t i;

	opts.iterations = 4;
	/* processes of the command's, one of which it does not wait for */
	snprintf(script, sizeof(script), "'%s' --spin 5000000; '%s' --spin 5000000", self, self);
	bench = measure_shell(script, &opts);
	ok(!strcmp(kind, "hardware") || !strcmp(kind, "software") || !strcmp(kind, "none"),
	   "the machine has counters: %s", kind);
	is_int(metric(bench, "task_clock") != NULL, strcmp(kind, "none") != 0,
	       "and metrics of them, or none");
	is_int(metric(bench, "instructions") != NULL, !strcmp(kind, "hardware"),
	       "of hardware only where there is some");
	if (!metric(bench, "task_clock")) {
		skip("no events can be counted here");
		return;
	}
	clock = metric(bench, "task_clock");
	user = metric(bench, "user");
	system = metric(bench, "system");
	wall = metric(bench, "wall");
	is_str(clock->unit, "ns", "a clock has nanoseconds");
	/* one process after the other; time that a host takes away is in both clocks */
	for (i = 0; i < clock->nsamples; i++) {
		used = user->samples[i].as.integer + system->samples[i].as.integer;
		ok(clock->samples[i].as.integer > used / 2 &&
		   clock->samples[i].as.integer < wall->samples[i].as.integer * 2,
		   "children are counted, each time for itself: %lld of %lld ns, within %lld",
		   (long long)clock->samples[i].as.integer, (long long)used,
		   (long long)wall->samples[i].as.integer);
	}
}

#ifndef GITPERF_PORTABLE
static void test_migrations(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;
	cpu_set_t set;
	char cpu[16];
	int i = 0;

	sched_getaffinity(0, sizeof(set), &set);
	while (!CPU_ISSET(i, &set))
		i++;
	snprintf(cpu, sizeof(cpu), "%d", i);
	opts.cpus = cpu;
	bench = measure_shell("grep -h Cpus_allowed_list /proc/self/status | cut -f2 >out", &opts);
	is_str(strtok_r((char *)(uintptr_t)take_file("out"), "\n", &(char *){ NULL }), cpu,
	       "a command runs where it is told to");
	if (metric(bench, "cpu_migrations"))
		is_str(samples_of(bench, "cpu_migrations"), "0", "and goes nowhere else");
	else
		skip("migrations cannot be counted here");
	sched_getaffinity(0, sizeof(set), &set);
	ok(CPU_ISSET(i, &set), "we are where we were");
}

/* Somebody who wants the processor just then may have it */
static int can_begin_on(int processor)
{
	int tries, wanted = processor;

	for (tries = 0; tries < 1000; tries++)
		if (!gitperf_child__begin_on(&processor) && processor == wanted &&
		    sched_getcpu() == wanted)
			return 1;
	return 0;
}

/* Where commands begin is no limit to where they may go */
static void test_beginning(void)
{
	gitperf_run_options opts = plain();
	cpu_set_t before, after;
	char script[128];
	int i;

	sched_getaffinity(0, sizeof(before), &before);
	for (i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &before))
			ok(can_begin_on(i), "begin on processor %d", i);
	i = -1;
	ok(!gitperf_child__begin_on(&i) && i >= 0 && CPU_ISSET(i, &before), "begin on any");
	i = 8191;
	ok(!gitperf_child__begin_on(&i) && i < 0, "one that is gone is not asked for again");
	sched_getaffinity(0, sizeof(after), &after);
	ok(CPU_EQUAL(&before, &after), "free to leave");

	snprintf(script, sizeof(script), "for i in self %d; do grep Cpus_allowed: "
		 "/proc/$i/status >set.$i; done; cmp set.*", (int)getpid());
	is_str(gitperf_status_name(measure_shell(script, &opts)->status), "ok",
	       "a command may run where we may");
}
#endif

/* --- Settings ------------------------------------------------------------- */

#ifdef GITPERF_PORTABLE

static void test_settings(void)
{
	gitperf_run_options opts = plain();
	const char *argv[4];
	gitperf_workload work = shell(argv, ":");

	opts.no_aslr = 1;
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "no address space setting");
	opts.no_aslr = 0;
	opts.cpus = "0";
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "no choice of processors");
	opts.cpus = NULL;
	opts.priority = 1;
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "no priority");
	is_str(gitperf_error_message(), "the priority of a command cannot be set on this system",
	       "is said");
}

#else

static void test_bad_cpus(void)
{
	static const char *const bad[][2] = {
		{ "", "an empty list of processors" },
		{ "x", "'x' in 'x' is no list of processors" },
		{ "0,", "'0,' in '0,' is no list of processors" },
		{ "0,,1", "'0,,1' in '0,,1' is no list of processors" },
		{ "0,3-1", "'3-1' in '0,3-1' is no list of processors" },
		{ "0 1", "'0 1' in '0 1' is no list of processors" },
		{ "-1", "'-1' in '-1' is no list of processors" },
		{ "0-", "'0-' in '0-' is no list of processors" },
		{ "0\n", "'?' in '0?' is no list of processors" },
		{ "4294967295", "'4294967295' in '4294967295' is no list of processors" },
		{ "0-8192", "processor 8192 of '0-8192' is more than 8191" },
		{ "0,8191", "cannot run on processor 8191 of '0,8191': there is none for us" }
	};
	gitperf_run_options opts = plain();
	const char *argv[4];
	gitperf_workload work = shell(argv, "touch ran");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		opts.cpus = bad[i][0];
		is_err(try_one(&work, &opts), GITPERF_EINVALID, "no processors");
		is_str(gitperf_error_message(), bad[i][1], "in words");
		ok(gitperf_error_hint() || i == 0 || i == 10, "with a remedy");
	}
	opts.cpus = NULL;
	opts.priority = 20;
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "no such priority");
	ok(access("ran", F_OK) < 0, "nothing was run");
}

static void test_settings(void)
{
	gitperf_run_options opts = plain();
	static const char script[] =
		"set -- $(cat /proc/self/stat); echo ${19} $(cat /proc/self/personality) >out";
	char want[64];
	int now = getpriority(PRIO_PROCESS, 0);

	measure_shell(script, &opts);
	snprintf(want, sizeof(want), "%d ", now);
	ok(!strncmp(take_file("out"), want, strlen(want)), "our own priority");
	opts.no_aslr = 1;
	opts.priority = 3;
	measure_shell(script, &opts);
	snprintf(want, sizeof(want), "%d 00040000\n", now + 3 > 19 ? 19 : now + 3);
	is_str(take_file("out"), want, "a lower one, and no address space randomisation");
	is_int(getpriority(PRIO_PROCESS, 0), now, "not for us");
}

/* In a process of its own, as nobody */
static void test_no_privilege(void)
{
	gitperf_run_options opts = plain();
	const char *argv[4];
	gitperf_workload work = shell(argv, "touch ran");
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (!geteuid() && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(1);
		opts.priority = -1;
		last = NULL;
		status = try_one(&work, &opts);
		_exit(status == GITPERF_EDENIED && gitperf_error_hint() ? 42 : 1);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42,
	   "a higher priority takes a privilege, which is said");
	ok(access("ran", F_OK) < 0, "before anything is measured");
}

#endif

/* --- What is printed ------------------------------------------------------ */

/* Prints its own count: 1, 2, ... */
#define COUNTING "n=$(($(cat n 2>/dev/null || echo 0) + 1)); echo $n >n; "

static const gitperf_benchmark *read_output(const char *format, const char *script,
					    const gitperf_run_options *opts)
{
	const char *argv[4];
	gitperf_workload work = shell(argv, script);

	unlink("n");
	work.format = format;
	return measure_work(&work, opts);
}

static void test_values(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;

	bench = read_output("values", "echo hello; echo t=3; echo t=1; echo u=2.5", &opts);
	is_str(gitperf_status_name(bench->status), "ok", "values are read");
	is_int((int64_t)bench->nmetrics, 2, "and nothing else is measured");
	is_str(samples_of(bench, "t"), "3 1", "of one iteration every sample is kept");
	is_str(samples_of(bench, "u"), "2.5", "also a fraction");
	is_str(bench->metrics[0].unit, "1", "without unit");
	ok(bench->duration_ns > 0, "it took its time");

	opts.iterations = 3;
	opts.warmup = 1;
	bench = read_output("values", COUNTING "echo t=$n; echo t=$((n * 10)); echo t=$((n * 100))",
			    &opts);
	is_str(samples_of(bench, "t"), "20 30 40", "of several, the median of each");
	bench = read_output("values", COUNTING "echo t=$n; echo t=$((n * 10 + 3))", &opts);
	is_str(samples_of(bench, "t"), "12.5 18 23.5", "also of an even number");
}

static void test_bad_output(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;
	const char *argv[4];
	gitperf_workload work;

	opts.iterations = 3;
	bench = read_output("values", COUNTING "test $n = 2 || echo u=1; echo t=1", &opts);
	is_failed(bench, "metric 'u' is missing in iteration 2");
	bench = read_output("values", COUNTING "test $n = 1 || echo u=1; echo t=1", &opts);
	is_failed(bench, "metric 'u' is missing in iteration 1");
	bench = read_output("values", COUNTING "test $n = 3 && exit 4; echo t=1; echo oh >&2", &opts);
	is_failed(bench, "exited with status 4 in iteration 3 of 3");
	ok(!bench->log, "it had nothing to say there");
	bench = read_output("values", "echo t=1; echo oh >&2; exit 1", &opts);
	is_str(bench->log, "oh\nt=1\n", "what was kept back as data is in the log of a failure");
	bench = read_output("values", "echo nothing; echo oh >&2", &opts);
	is_failed(bench, "values output: there is no measurement at all in iteration 1 of 3; "
		  "print a line like 'time=1.5ms' for each value; "
		  "gitperf-suite(5) says what is read of it");
	is_str(bench->log, "oh\nnothing\n", "what cannot be read is in the log");
	bench = read_output("values", "echo t=1; yes | head -c 16777216; echo end", &opts);
	is_failed(bench, "printed more than 16 MiB in iteration 1 of 3");
	if (ok(bench->log && strlen(bench->log) == 4096, "of too much the end is kept"))
		is_str(bench->log + 4090, "y\nend\n", "... all of it");
	work = shell(argv, "echo t=1");
	work.format = "no-such";
	is_err(try_one(&work, &opts), GITPERF_EINVALID, "no such format");
}

/* Also where a limit cuts */
static void test_secret_reasons(void)
{
	gitperf_run_options opts = plain();
	gitperf_buffer script = GITPERF_BUFFER_INIT;
	const gitperf_benchmark *bench;
	size_t i;

	setenv("U_RUN_TOKEN", "hunter2hunter2", 1);
	opts.iterations = 1;
	opts.log_off = 1;
	bench = read_output("go", "echo '--- FAIL: BenchmarkA'; echo \"    a_test.go:3: no $U_RUN_TOKEN\"", &opts);
	is_failed(bench, "a_test.go:3: no ***");
	bench = read_output("json", "echo '{\"benchmarks\":[{\"name\":\"b\",\"status\":\"failed\","
			    "\"error\":\"no '$U_RUN_TOKEN'\"}]}'", &opts);
	is_failed(bench, "no ***");
	bench = read_output("json", "echo '{\"'$U_RUN_TOKEN'\":1}'", &opts);
	is_str(gitperf_status_name(bench->status), "failed", "what cannot be read");
	ok(strstr(bench->error, "hunter2") == NULL, "%s", bench->error);
	gitperf_buf_adds(&script, "echo '--- FAIL: BenchmarkA'; echo \"    ");
	for (i = 0; i < 4090; i++)
		gitperf_buf_addc(&script, 'x');
	gitperf_buf_adds(&script, "${U_RUN_TOKEN}more\"");
	bench = read_output("go", script.ptr, &opts);
	is_int((int64_t)strlen(bench->error), 4096, "a long reason is cut");
	is_str(bench->error + 4089, "x***mor", "... behind what is hidden");
	unsetenv("U_RUN_TOKEN");
	gitperf_buffer_dispose(&script);
}

static void test_results_file(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;
	const char *argv[4];
	gitperf_workload work = shell(argv, COUNTING "echo t=0; echo t=$n >r; test $n -lt 3 || rm r");

	mkdir("there", 0755);
	work.directory = "there";
	work.format = "values";
	work.results = "r";
	opts.iterations = 2;
	bench = measure_work(&work, &opts);
	is_str(samples_of(bench, "t"), "1 2", "results are read from a file");
	opts.iterations = 1;
	bench = measure_work(&work, &opts);
	is_failed(bench, "did not write 'r'");
	is_str(bench->log, "t=0\n", "what is printed is its log");
	mkdir("there/r", 0755);
	is_str(gitperf_status_name(measure_work(&work, &opts)->status), "failed",
	       "a folder cannot be removed");
	rmdir("there/r");
	work = shell(argv, "mkfifo r");
	work.format = "values";
	work.results = "r";
	is_failed(measure_work(&work, &opts), "'r' is not a regular file");
	unlink("r");
}

static void test_many(void)
{
	static const gitperf_pair outer[] = { { "n", "1" }, { "z", "2" } };
	static const char script[] = COUNTING
		"echo '{\"metrics\":[{\"name\":\"all\",\"value\":'$n'}],\"benchmarks\":['"
		"'{\"name\":\"a\",\"params\":{\"n\":\"10\"},\"metrics\":[{\"name\":\"t\",\"value\":1}]},'"
		"'{\"name\":\"a\",\"params\":{\"n\":\"20\"},\"metrics\":[{\"name\":\"t\",\"value\":2}]}'"
		"\"$(test $n = 2 || echo ',{\"name\":\"b\",\"metrics\":[{\"name\":\"t\",\"value\":3}]}')\"']}'";
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;
	const char *argv[4];
	gitperf_workload work = shell(argv, script);
	size_t i;

	work.format = "json";
	work.params = outer;
	work.nparams = 2;
	opts.iterations = 3;
	unlink("n");
	bench = measure_work(&work, &opts);
	if (bench->error)
		printf("# %s\n", bench->error);
	is_int((int64_t)gitperf_run_count(last), 4, "a tool has several benchmarks");
	for (i = 0; i < gitperf_run_count(last); i++) {
		bench = gitperf_run_benchmark(last, i);
		is_int((int64_t)gitperf_run_workload(last, i), 0, "of one workload");
		printf("# %s %s %s\n", bench->name, bench->params[0].value, samples_of(bench, "t"));
		is_str(bench->params[bench->nparams - 1].value, "2", "with its params");
		if (!strcmp(bench->name, "subject/b"))
			is_failed(bench, "there is no result of iteration 2");
		else if (!strcmp(bench->name, "subject"))
			is_str(samples_of(bench, "all"), "1 2 3", "the program itself");
		else
			is_str(samples_of(bench, "t"), strcmp(bench->params[0].value, "10") ?
			       "2 2 2" : "1 1 1", "its own params come first");
	}
	opts.iterations = 1;
	work = shell(argv, "echo '{\"benchmarks\":["
			   "{\"name\":\"b\",\"status\":\"failed\",\"error\":\"no luck\"},"
			   "{\"name\":\"c\",\"metrics\":[{\"name\":\"t\",\"value\":1}]}]}'");
	work.format = "json";
	measure_work(&work, &opts);
	is_int((int64_t)gitperf_run_count(last), 2, "one of which has failed");
	is_failed(gitperf_run_benchmark(last, 0), "no luck");
	is_str(gitperf_run_benchmark(last, 1)->name, "subject/c", "the other has not");
	is_str(samples_of(gitperf_run_benchmark(last, 1), "t"), "1", "and has its value");
	work = shell(argv, "echo '{\"metrics\":[{\"name\":\"t\",\"summary\":{\"mean\":4,\"n\":9}}]}'");
	work.format = "json";
	bench = measure_work(&work, &opts);
	ok(bench->nmetrics && bench->metrics[0].summary, "of one iteration a summary is kept");
	opts.iterations = 2;
	bench = measure_work(&work, &opts);
	is_str(samples_of(bench, "t"), "4 4", "of several, its centre");
}

static void test_rules(void)
{
	static const gitperf_metric_rule rules[] = {
		{ .metric = "t", .unit = "req/s", .has_better = 1,
		  .better = GITPERF_BETTER_HIGHER },
		{ .benchmark = "other", .metric = "u", .unit = "no" }
	};
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;

	opts.rules = rules;
	opts.nrules = ARRAY_SIZE(rules);
	bench = read_output("values", "echo t=1; echo u=2", &opts);
	is_str(metric(bench, "t")->unit, "req/s", "a rule says the unit");
	is_int(metric(bench, "t")->better, GITPERF_BETTER_HIGHER, "and what is better");
	is_str(metric(bench, "u")->unit, "1", "not that of another benchmark");
	bench = read_output("values", "echo 't=1 ms'", &opts);
	is_str(gitperf_status_name(bench->status), "failed", "a tool that says otherwise");
}

static void test_precision_of_output(void)
{
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;

	opts.precision = 0.2;
	bench = read_output("values", COUNTING "echo u=$n; echo t=1", &opts);
	ok(metric(bench, "u")->nsamples > 6, "what is printed first is to be precise");
	bench = read_output("values", COUNTING "echo t=1; echo u=$n", &opts);
	is_int((int64_t)metric(bench, "u")->nsamples, 6, "not the rest");
}

/* --- Instructions --------------------------------------------------------- */

static int has_valgrind(void)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int found = !gitperf_program__find(&path, "valgrind", gitperf_program__environ(), NULL);

	gitperf_buffer_dispose(&path);
	return found;
}

static void test_no_valgrind(void)
{
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_run_options opts = plain();
	const char *path = getenv("PATH"), *argv[4];
	gitperf_workload works[2];

	works[0] = works[1] = shell(argv, ":");
	argv[0] = "/bin/sh";
	works[0].callgrind = works[1].callgrind = 1;
	opts.events = &events;
	setenv("PATH", "/nonexistent", 1);
	is_ok(try_all(works, 2, &opts), "without valgrind");
	setenv("PATH", path ? path : "/bin:/usr/bin", 1);
	is_str(gitperf_status_name(gitperf_run_benchmark(last, 0)->status), "ok",
	       "a benchmark is still one");
	is_int(heard.warnings, 1, "there is a warning");
	is_str(heard.warning, "instructions are not counted: there is no valgrind", "in words");
	ok(*heard.hint, "with a remedy");
}

static void test_callgrind(void)
{
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_run_options opts = plain();
	const gitperf_benchmark *bench;
	const gitperf_metric *m;
	const char *tmp = getenv("TMPDIR"), *argv[4];
	char folder[64];
	gitperf_workload work = shell(argv, "/bin/true; /bin/true; echo >>out");
	double one;

	if (!has_valgrind()) {
		skip("there is no valgrind");
		return;
	}
	snprintf(folder, sizeof(folder), "%s/100%%p", trash);
	mkdir(folder, 0755);
	setenv("TMPDIR", folder, 1);
	work.callgrind = 1;
	opts.events = &events;
	opts.iterations = 2;
	bench = measure_work(&work, &opts);
	m = metric(bench, "callgrind_instructions");
	ok(m && m->nsamples == 1, "instructions are counted once");
	one = m ? gitperf_number_value(m->samples[0]) : 0;
	ok(one > 100000, "%.0f", one);
	is_str(m ? m->unit : NULL, "count", "their unit");
	is_str(take_file("out"), "\n\n\n", "by one more run");
	is_int((int64_t)metric(bench, "wall")->nsamples, 2, "that is not a sample");
	is_int((int64_t)heard.total, 2, "nor an iteration");
	work = shell(argv, "/bin/true; /bin/true; /bin/true; /bin/true; echo >>out");
	work.callgrind = 1;
	m = metric(measure_work(&work, &opts), "callgrind_instructions");
	ok(m && gitperf_number_value(m->samples[0]) > one, "children are counted");
	ok(!heard.warnings, "without a warning");
	work = shell(argv, "test -z \"$LD_LIBRARY_PATH$GLIBCPP_FORCE_NEW\" && ! grep -q valgrind /proc/$$/maps");
	work.callgrind = 1;
	bench = measure_work(&work, &opts);
	is_str(gitperf_status_name(bench->status), "ok", "what fails under valgrind only");
	ok(!metric(bench, "callgrind_instructions"), "has no count");
	is_str(heard.warning, "the instructions of 'subject' are not counted: "
	       "under valgrind it exited with status 1", "which is said");
	if (tmp)
		setenv("TMPDIR", tmp, 1);
	else
		unsetenv("TMPDIR");
	is_int(rmdir(folder), 0, "nothing is left behind");
}

/* --- The host's lock ------------------------------------------------------ */

static void is_refused(const char *path, int want, const char *message)
{
	gitperf_host_lock *lock;

	is_err(gitperf_host_lock_take(&lock, path, 0, NULL), want, path);
	is_str(gitperf_error_message(), message, "in words");
	ok(!lock, "and there is no lock");
}

static void test_bad_locks(void)
{
	gitperf_host_lock *lock;

	write_text("victim", "precious\n");
	if (symlink("victim", "link") < 0 || mkfifo("pipe", 0600) < 0)
		exit(1);
	is_refused("link", GITPERF_EINVALID, "the lock 'link' is a symbolic link");
	is_refused("pipe", GITPERF_EINVALID, "the lock 'pipe' is not a regular file");
	is_refused("/dev/null", GITPERF_EINVALID, "the lock '/dev/null' is not a regular file");
	is_refused("nowhere/lock", GITPERF_ENOTFOUND,
		   "cannot open the lock 'nowhere/lock': No such file or directory");
	is_str(take_file("victim"), "precious\n", "nothing was written through a link");
	is_err(gitperf_host_lock_take(&lock, "lock", -1, NULL), GITPERF_EINVALID, "a time in the past");
	gitperf_host_lock_release(NULL);
}

static void test_lock(void)
{
	struct heard heard = HEARD_INIT;
	gitperf_events events = EVENTS(&heard);
	gitperf_host_lock *lock, *other;
	char want[128];

	is_ok(gitperf_host_lock_take(&lock, "lock", 0, NULL), "take the lock");
	snprintf(want, sizeof(want), "process %ld is measuring on this host", (long)getpid());
	is_refused("lock", GITPERF_EBUSY, want);
	ok(gitperf_error_hint() != NULL, "with a remedy");
	/* a test's clock: nobody sleeps */
	setenv("GIT_PERF_TEST_CLOCK", "1700000000", 1);
	is_err(gitperf_host_lock_take(&other, "lock", 100000, &events), GITPERF_EBUSY,
	       "wait for it in vain");
	unsetenv("GIT_PERF_TEST_CLOCK");
	is_int(heard.warnings, 1, "one warning");
	snprintf(want, sizeof(want), "waiting for the measurement of process %ld", (long)getpid());
	is_str(heard.warning, want, "says for whom");
	gitperf_host_lock_release(lock);
	is_str(take_file("lock"), "", "nobody's name is left in it");
	is_ok(gitperf_host_lock_take(&lock, "lock", 0, NULL), "take it when the file is gone");
	unlink("lock");
	is_ok(gitperf_host_lock_take(&other, "lock", 0, NULL), "somebody removes it");
	gitperf_host_lock_release(other);
	gitperf_host_lock_release(lock);
}

/* Held by somebody who has not said who he is, or lies, or is dead */
static void test_unknown_holder(void)
{
	static const char *const texts[] = { "", "x\n", "-5\n", "0\n", "99999999999\n", "12" };
	gitperf_host_lock *lock;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		write_text("lock", texts[i]);
		fd = open("lock", O_RDONLY | O_CLOEXEC);
		flock(fd, LOCK_EX);
		is_refused("lock", GITPERF_EBUSY, "another process is measuring on this host");
		close(fd);
	}
	chmod("lock", 0444);
	is_ok(gitperf_host_lock_take(&lock, "lock", 0, NULL), "a file of somebody else is locked");
	gitperf_host_lock_release(lock);
	unlink("lock");
}

static void test_shared_lock(void)
{
	const char *tmp = getenv("TMPDIR");
	gitperf_host_lock *lock, *other;
	gitperf_run_options opts = plain();
	struct stat st;
	mode_t mask = umask(077);
	char folder[64];

	snprintf(folder, sizeof(folder), "%s/tmp", trash);
	mkdir(folder, 0700);
	setenv("TMPDIR", folder, 1);
	is_ok(gitperf_host_lock_take(&lock, NULL, 0, NULL), "the lock of all users");
	umask(mask);
	ok(!stat("tmp/git-perf.lock", &st) && (st.st_mode & 0777) == 0666, "is there for all");
	ok(!strstr(measure_shell("ls -l /proc/$$/fd 2>/dev/null; exit 1", &opts)->log ?
		   gitperf_run_benchmark(last, 0)->log : "", "git-perf.lock"),
	   "a command does not inherit it");
	is_err(gitperf_host_lock_take(&other, NULL, 0, NULL), GITPERF_EBUSY, "it is still held");
	gitperf_host_lock_release(lock);
	is_ok(gitperf_host_lock_take(&lock, NULL, 0, NULL), "and free again");
	gitperf_host_lock_release(lock);
	if (tmp)
		setenv("TMPDIR", tmp, 1);
	else
		unsetenv("TMPDIR");
}

/* The kernel gives it back when its holder is killed. */
static void test_killed_holder(void)
{
	gitperf_host_lock *lock;
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) < 0)
		exit(1);
	pid = fork();
	if (!pid) {
		if (gitperf_host_lock_take(&lock, "lock", 0, NULL) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	ok(read(ready[0], &byte, 1) == 1, "another process holds it");
	is_err(gitperf_host_lock_take(&lock, "lock", 0, NULL), GITPERF_EBUSY, "not for us");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_ok(gitperf_host_lock_take(&lock, "lock", 0, NULL), "until it is killed");
	gitperf_host_lock_release(lock);
	close(ready[0]);
	close(ready[1]);
}

/* Also when its command lives on, which reads the fifo to the end */
static void test_killed_measurer(void)
{
	gitperf_run_options opts = plain();
	gitperf_host_lock *lock;
	char script[64], byte;
	int ready[2], hold;
	pid_t pid;

	if (pipe(ready) < 0 || mkfifo("hold", 0600) < 0)
		exit(1);
	snprintf(script, sizeof(script), "echo >&%d; read x <hold", ready[1]);
	pid = fork();
	if (!pid) {
		if (gitperf_host_lock_take(&lock, "lock", 0, NULL) < 0)
			_exit(1);
		measure_shell(script, &opts);
		_exit(1);
	}
	ok(read(ready[0], &byte, 1) == 1, "a process that measures");
	is_err(gitperf_host_lock_take(&lock, "lock", 0, NULL), GITPERF_EBUSY, "holds the lock");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_ok(gitperf_host_lock_take(&lock, "lock", 0, NULL), "until it is killed");
	gitperf_host_lock_release(lock);
	hold = open("hold", O_RDWR | O_CLOEXEC);
	ok(write(hold, "\n", 1) == 1, "its command may end");
	close(hold);
	unlink("hold");
	close(ready[0]);
	close(ready[1]);
}

static void clear_trash(void)
{
	const char *const argv[] = { "rm", "-rf", trash, NULL };

	if (!chdir("/") && !fork())
		_exit(execvp(argv[0], (char *const *)(uintptr_t)argv));
	wait(NULL);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--spin"))
		return spin(strtoul(argv[2], NULL, 10));
#ifndef GITPERF_PORTABLE
	if (argc > 2 && !strcmp(argv[1], "--starve"))
		return starve(strtoul(argv[2], NULL, 10));
#endif
	if (!realpath(argv[0], self) || !mkdtemp(trash) || chdir(trash) < 0)
		return 1;
	test_precision();
	test_plans();
	test_bad_plans();
	test_counts();
	test_pulse();
	test_pairs();
	test_progress();
	test_lost_monitor();
	test_descriptors();
#ifndef GITPERF_PORTABLE
	test_starved_monitor();
#endif
	test_output();
	test_counters();
	test_settings();
#ifndef GITPERF_PORTABLE
	test_inherited();
	test_migrations();
	test_beginning();
	test_bad_cpus();
	test_no_privilege();
#endif
	test_values();
	test_bad_output();
	test_secret_reasons();
	test_results_file();
	test_many();
	test_rules();
	test_precision_of_output();
	test_no_valgrind();
	test_callgrind();
	test_bad_locks();
	test_lock();
	test_unknown_holder();
	test_shared_lock();
	test_killed_holder();
	test_killed_measurer();
	gitperf_run_free(last);
	clear_trash();
	return done_testing();
}
