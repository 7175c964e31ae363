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
 * disturbance of the machine hits all of them alike.
 */
#ifndef GITPERF_RUN_H
#define GITPERF_RUN_H

#include <gitperf/common.h>
#include <gitperf/record.h>

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
} gitperf_workload;

#define GITPERF_WORKLOAD_INIT { 0 }

typedef struct gitperf_run_options {
	int version;
	unsigned iterations;          /**< measured; 0: 5 */
	unsigned warmup;              /**< run first, not measured */
	unsigned timeout_ms;          /**< of one iteration; 0: 30 minutes */
	size_t log_limit;             /**< bytes of output kept, at most 65536;
	                                   0: 4096 */
	int log_off;                  /**< keep no output at all */
	const gitperf_events *events;
} gitperf_run_options;

#define GITPERF_RUN_OPTIONS_INIT { .version = 1, .warmup = 1 }

typedef struct gitperf_run gitperf_run;

/**
 * Run every workload: `warmup` times, then `iterations` times, taking turns.
 * Each iteration gives one sample for each of these metrics:
 *
 *	wall                       ns, from exec to the end of the process
 *	user, system               ns, with children it has waited for
 *	max_rss                    bytes, of the largest of these processes
 *	minor_faults, major_faults
 *	voluntary_switches, involuntary_switches
 *
 * Linux cannot tell a peak of memory below that of the process that started
 * the command, a copy of this one without its libraries: there, and only
 * there, max_rss is left out. duration_ns covers the warm-up, too.
 *
 * A command that cannot start, fails (exit status or signal) or outlives its
 * time is not an error of this call: its benchmark has that status, an error
 * text, the tail of its output and no metrics, is not run again, and the
 * others go on. In the tail, values of variables of its environment whose
 * names look secret (TOKEN, SECRET, PASSWORD, PASSWD, API_KEY, PRIVATE,
 * CREDENTIAL; 6 bytes or more) are replaced by "***".
 *
 * Each command runs in a process group of its own, without input, and nothing
 * of that group survives it. A process that leaves the group is not waited
 * for. A time limit kills with SIGKILL.
 *
 * For the length of this call SIGHUP, SIGINT, SIGQUIT and SIGTERM, unless
 * ignored, first kill the group and then do what they would have done before;
 * if that returns, so does this call, with GITPERF_EIO. On Linux the command
 * dies with the calling thread, even by SIGKILL. A process measures one thing
 * at a time; a second call meanwhile is GITPERF_EBUSY.
 *
 * `progress` counts the iterations, warm-up included, of all workloads.
 * GITPERF_EINVALID: a workload without name or command, or options out of
 * range.
 */
GITPERF_EXPORT int gitperf_run_measure(gitperf_run **out,
				       const gitperf_workload *workloads,
				       size_t n,
				       const gitperf_run_options *opts);

/** The benchmark of the i-th workload; lent by the run. NULL past the last. */
GITPERF_EXPORT const gitperf_benchmark *
gitperf_run_benchmark(const gitperf_run *run, size_t i);

/** When the first iteration began and the last one ended. */
GITPERF_EXPORT gitperf_time gitperf_run_started(const gitperf_run *run);
GITPERF_EXPORT gitperf_time gitperf_run_finished(const gitperf_run *run);

GITPERF_EXPORT void gitperf_run_free(gitperf_run *run);

typedef struct gitperf_machine gitperf_machine;

/**
 * Look at this machine. What cannot be found is left out:
 *
 *	os, arch      as in platform names
 *	cpu, cores    model name; how many are online
 *	memory        bytes, rounded up to 64 MiB (the exact figure of Linux
 *	              differs from boot to boot)
 *	kernel        its release
 *	image         name and version of the system
 *	virtualised   "none", "yes", or the kind of hypervisor
 *	governor      of the first core
 *	turbo         "on" or "off"
 *	aslr          "off", "partial" or "full"
 *	load          of the last minute, one decimal
 *
 * Values are one line of clean UTF-8, at most 200 bytes.
 */
GITPERF_EXPORT int gitperf_machine_probe(gitperf_machine **out);

/** The default platform name, for example "x86-64-linux"; lent. */
GITPERF_EXPORT const char *
gitperf_machine_platform(const gitperf_machine *machine);

/** Its environment entries, sorted by key; lent. */
GITPERF_EXPORT const gitperf_pair *
gitperf_machine_environment(const gitperf_machine *machine, size_t *n);

/** The fingerprint of that environment; lent. */
GITPERF_EXPORT const char *
gitperf_machine_fingerprint(const gitperf_machine *machine);

GITPERF_EXPORT void gitperf_machine_free(gitperf_machine *machine);

#ifdef __cplusplus
}
#endif

#endif
