/*
 * gitperf/run.h - measure a command on this machine
 *
 *	const char *argv[] = { "./sort", "big.txt", NULL };
 *	gitperf_workload work = GITPERF_WORKLOAD_INIT;
 *	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
 *	gitperf_run *run;
 *
 *	work.name = "sort";
 *	work.argv = argv;
 *	if ((err = gitperf_run_measure(&run, &work, 1, &opts)) < 0)
 *		return err;
 *	bench = gitperf_run_benchmark(run, 0);
 *	...
 *	gitperf_run_free(run);
 *
 * Iterations of several workloads are interleaved (A B A B ...), so that a
 * disturbance of the machine hits all of them alike. Those that need more
 * iterations than others go on with what is left.
 */
#ifndef GITPERF_RUN_H
#define GITPERF_RUN_H

#include <gitperf/common.h>
#include <gitperf/record.h>
#include <gitperf/suite.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One command to measure. There is no shell. argv[0] without a slash is looked
 * up in the PATH of its environment, once and before the clock starts; with
 * one it is a path as seen from `directory`.
 */
typedef struct gitperf_workload {
	const char *name;
	const char *const *argv;      /**< NULL-terminated */
	const char *const *env;       /**< "A=b" ..., NULL; NULL: this process's */
	const char *directory;        /**< NULL: this process's */
	const gitperf_pair *params;
	size_t nparams;
	const char *format;           /**< NULL: the process is measured; else
	                                   what it prints: gitperf_output_read() */
	const char *results;          /**< with a format, the file to read instead,
	                                   as seen from `directory` */
	int callgrind;                /**< count instructions under valgrind, too */
	gitperf_sampling sampling;    /**< where nothing is said, as in the options */
} gitperf_workload;

#define GITPERF_WORKLOAD_INIT { .sampling = GITPERF_SAMPLING_INIT }

/** Where a measurement is, between two commands; lent to the pulse. */
typedef struct gitperf_turn {
	size_t workload;              /**< whose turn it is: its index */
	uint64_t done, total;         /**< iterations of all workloads, as in
	                                   `progress` */
	int64_t quiet_ms;             /**< the longest that any command of this
	                                   call may take; the same each time */
} gitperf_turn;

typedef struct gitperf_run_options {
	int version;
	unsigned iterations;          /**< measured, at most 100000; 0: 5 */
	unsigned warmup;              /**< run first, not measured */
	unsigned timeout_ms;          /**< of one iteration; 0: 30 minutes */
	size_t log_limit;             /**< bytes of output kept, at most 65536;
	                                   0: 4096 */
	int log_off;                  /**< keep no output at all */
	double precision;             /**< as in gitperf_sampling, below 1; 0: the
	                                   count alone */
	int64_t max_time_ms;          /**< with a precision; 0: a minute */
	unsigned max_iterations;      /**< with a precision, never more; 0, or above
	                                   it: 100000 */
	int pairs;                    /**< workloads 2i and 2i+1 are two versions of
	                                   one: they change places every round,
	                                   have the longer warm-up of the two and
	                                   are stopped together */
	int no_aslr;                  /**< switch address space randomisation off */
	const char *cpus;             /**< run on these only: "2", "0-3,6" */
	int priority;                 /**< niceness to add, -20 to 19; these three
	                                   are for the commands, and Linux only */
	const gitperf_metric_rule *rules; /**< for what a format reads */
	size_t nrules;
	const gitperf_events *events;
	/** Called before each iteration, and before each run under valgrind, while
	 *  no command runs; see below. NULL: nobody wants to know. */
	int (*pulse)(void *payload, const gitperf_turn *turn);
	void *pulse_payload;
} gitperf_run_options;

#define GITPERF_RUN_OPTIONS_INIT { .version = 1, .warmup = 1 }

typedef struct gitperf_run gitperf_run;

/**
 * Run every workload: `warmup` times, then `iterations` times, taking turns.
 * With a precision it is at least 6 iterations, until half of the 95 % interval
 * for the median of `wall` is no more than that part of the median, or the
 * measured iterations have taken `max_time_ms`, or there are 100000.
 *
 * Each iteration gives one sample for each of these metrics:
 *
 *	wall                       ns, from exec to the end of the process
 *	user, system               ns, with children it has waited for
 *	max_rss                    bytes, of the largest of these processes
 *	minor_faults, major_faults
 *	voluntary_switches, involuntary_switches
 *	cpu_migrations             these with all descendants, where the kernel
 *	task_clock                 lets us (gitperf_machine_probe(): counters);
 *	instructions, cycles,      task_clock is processor time in ns, the last
 *	branches                   three are of the program without the kernel
 *
 * Linux cannot tell a peak of memory below that of the process that started
 * the command, a copy of this one without its libraries: there, and only
 * there, max_rss is left out. A counter that had to share the processor's with
 * others is left out, not scaled. duration_ns covers the warm-up, too, and what
 * `callgrind` adds.
 *
 * With a `format` only what the command prints is kept: all of it, samples or
 * summary, of a single iteration; of several one sample of each metric and
 * iteration, the median of its samples, or its summary's median, else mean. A
 * benchmark or metric that an iteration lacks, or that the tool calls failed,
 * makes that benchmark failed. A precision is about what is printed first. A
 * `results` file is removed before each iteration. Standard output is read up
 * to 16 MiB, and is in the log only of a command that has failed, or printed
 * what cannot be read.
 *
 * `callgrind` adds callgrind_instructions, one sample from a run of its own
 * after all others, which may take 50 times as long. Without valgrind, or
 * where the command fails under it, a warning says that it is missing.
 *
 * A command that cannot start, fails (exit status or signal) or outlives its
 * time is not an error of this call: its benchmark has that status, an error
 * text, the tail of its output and no metrics, is not run again, and the
 * others go on. In error and tail, values of variables of its environment whose
 * names look secret (TOKEN, SECRET, PASSWORD, PASSWD, API_KEY, PRIVATE,
 * CREDENTIAL; 6 bytes or more) are replaced by "***".
 *
 * Programs are looked for, and this process's environment and folder are
 * taken, when the call begins. Each command runs in a process group of its
 * own, without input, and nothing of that group survives it. A process that
 * leaves the group is not waited for. A time limit kills with SIGKILL.
 *
 * For the length of this call SIGHUP, SIGINT, SIGQUIT and SIGTERM, unless
 * ignored, first kill the group and then do what they would have done before;
 * if that returns, so does this call, with GITPERF_EIO. On Linux the command
 * dies with the calling thread, even by SIGKILL; elsewhere it then goes on to
 * its end, without a time limit. A process measures one thing
 * at a time; a second call meanwhile is GITPERF_EBUSY.
 *
 * `progress` counts the iterations, warm-up included, of all workloads. Their
 * total may be an estimate; the part that is done never becomes smaller.
 *
 * `pulse` returns 0, or more, to go on. A negative GITPERF_E*, with the error
 * set, ends the measurement: nothing of it is kept, and this call returns that
 * code with that message. What a pulse does is in no sample and no duration;
 * but it moves what lies in caches and wakes up other processors, and the
 * command after it pays for that. So it should do nothing most of the time,
 * and little otherwise. It runs on the calling thread, in which the signals
 * below are caught, and may start processes, but no other measurement. Until it
 * is called again `quiet_ms` and what itself takes may pass.
 *
 * Before anything is measured: GITPERF_EINVALID for a workload without name
 * or command, an unknown format, options out of range, or a setting that this
 * system does not have; GITPERF_EDENIED for one that it refuses.
 */
GITPERF_EXPORT int gitperf_run_measure(gitperf_run **out,
				       const gitperf_workload *workloads,
				       size_t n,
				       const gitperf_run_options *opts);

/**
 * The benchmarks, in the order of the workloads. A workload is one benchmark,
 * unless its format has several: then each is "<workload>/<name>", with the
 * params of both, or the tool's where both have one. One that failed is one
 * benchmark without metrics. duration_ns is the workload's, or -1 for several.
 */
GITPERF_EXPORT size_t gitperf_run_count(const gitperf_run *run);
/** Lent by the run. NULL past the last. */
GITPERF_EXPORT const gitperf_benchmark *
gitperf_run_benchmark(const gitperf_run *run, size_t i);
/** The index of the workload that the i-th benchmark comes from. */
GITPERF_EXPORT size_t gitperf_run_workload(const gitperf_run *run, size_t i);

/**
 * The status that the i-th benchmark's command exited with last; -1 when it
 * did not exit by itself.
 */
GITPERF_EXPORT int gitperf_run_exit_status(const gitperf_run *run, size_t i);

/**
 * Processor time of the calling thread and its helper for each iteration, not
 * counting the commands, in nanoseconds: what measuring costs.
 */
GITPERF_EXPORT int64_t gitperf_run_overhead_ns(const gitperf_run *run);

/** When the first iteration began and the last one ended. */
GITPERF_EXPORT gitperf_time gitperf_run_started(const gitperf_run *run);
GITPERF_EXPORT gitperf_time gitperf_run_finished(const gitperf_run *run);

GITPERF_EXPORT void gitperf_run_free(gitperf_run *run);

#ifdef __cplusplus
}
#endif

#endif
