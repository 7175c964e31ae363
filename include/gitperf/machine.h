/*
 * gitperf/machine.h - this machine: what it is, who has it, how quiet it is
 *
 *	gitperf_host_lock *lock;
 *	gitperf_machine *machine;
 *
 *	gitperf_machine_probe(&machine);
 *	puts(gitperf_machine_platform(machine));
 *	if ((err = gitperf_host_lock_take(&lock, NULL, 60000, NULL)) < 0)
 *		return err;
 *	... measure ...
 *	gitperf_host_lock_release(lock);
 *	gitperf_machine_free(machine);
 */
#ifndef GITPERF_MACHINE_H
#define GITPERF_MACHINE_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gitperf_host_lock gitperf_host_lock;

/**
 * Take this host for a measurement, by flock(2) on a file that holds the
 * holder's process id. `path` NULL: "git-perf.lock", for all users, in $TMPDIR
 * or /tmp. Waits up to `wait_ms`, which a warning says once; then
 * GITPERF_EBUSY, which names the holder. A path that is a symbolic link or no
 * regular file is GITPERF_EINVALID. Neither measured commands nor the process
 * that starts them have a part in the lock: it ends with this process at the
 * latest, also where a command lives on (gitperf_run_measure()), and the file
 * stays. A copy of this process, by fork() without exec, holds it as well.
 */
GITPERF_EXPORT int gitperf_host_lock_take(gitperf_host_lock **out,
					  const char *path, int64_t wait_ms,
					  const gitperf_events *events);
GITPERF_EXPORT void gitperf_host_lock_release(gitperf_host_lock *lock);

typedef struct gitperf_machine gitperf_machine;

/**
 * Look at this machine. What cannot be found is left out:
 *
 *	os, arch      as in platform names
 *	cpu, cores    model name; how many are online
 *	memory        bytes; on Linux rounded up to 64 MiB, because the exact
 *	              figure differs there from boot to boot
 *	kernel        its release
 *	image         name and version of the system
 *	virtualised   "none", "yes", or the kind of hypervisor
 *	governor      of the first core
 *	turbo         "on" or "off"
 *	aslr          "off", "partial" or "full"
 *	counters      "hardware", "software" or "none": what of perf_event_open(2)
 *	              this process may use, and metrics can be had of
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

/** What a look at the machine says of one source of noise. */
typedef enum gitperf_finding_state {
	GITPERF_FINDING_OK,
	GITPERF_FINDING_NOTE,         /**< no fault, but worth knowing */
	GITPERF_FINDING_NOISY,        /**< makes measurements noisier or wrong */
	GITPERF_FINDING_UNKNOWN       /**< the system does not tell */
} gitperf_finding_state;

/** One of them. The texts are one line of clean UTF-8, a value at most 200 bytes. */
typedef struct gitperf_finding {
	const char *name;             /**< "governor", "turbo", ... */
	gitperf_finding_state state;
	const char *value;            /**< as found: "powersave"; or NULL */
	const char *effect;           /**< what it does to a measurement; or NULL */
	const char *remedy;           /**< a command or a setting; or NULL */
} gitperf_finding;

/** "ok", "note", "noisy" or "unknown". */
GITPERF_EXPORT const char *gitperf_finding_state_name(gitperf_finding_state state);

typedef struct gitperf_doctor gitperf_doctor;

/**
 * Look for what makes this machine noisy: at its settings, at who else is at
 * work, and, by measuring, at the clock, a loop, and the cost of an iteration.
 * Takes about half a second. What cannot be found out is a finding too. Fails
 * without memory, and where gitperf_run_measure() fails.
 */
GITPERF_EXPORT int gitperf_doctor_examine(gitperf_doctor **out);
GITPERF_EXPORT size_t gitperf_doctor_count(const gitperf_doctor *doctor);
/** Lent by the doctor. */
GITPERF_EXPORT const gitperf_finding *
gitperf_doctor_finding(const gitperf_doctor *doctor, size_t i);
GITPERF_EXPORT void gitperf_doctor_free(gitperf_doctor *doctor);

#ifdef __cplusplus
}
#endif

#endif
