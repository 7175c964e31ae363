/*
 * doctor.h - findings, one by one
 */
#ifndef GITPERF_RUN_DOCTOR_H
#define GITPERF_RUN_DOCTOR_H

#include "base/arena.h"

#include <gitperf/machine.h>

/** What is looked at, in the order in which it is said. */
enum doctor_what {
	DOCTOR_GOVERNOR,
	DOCTOR_FREQUENCY,
	DOCTOR_TURBO,
	DOCTOR_SMT,
	DOCTOR_THROTTLING,
	DOCTOR_POWER,
	DOCTOR_VIRTUALISED,
	DOCTOR_STEAL,
	DOCTOR_QUOTA,
	DOCTOR_CPUS,
	DOCTOR_ISOLATED,
	DOCTOR_LOAD,
	DOCTOR_MEMORY,
	DOCTOR_SWAP,
	DOCTOR_ASLR,
	DOCTOR_HUGEPAGES,
	DOCTOR_CLOCKSOURCE,
	DOCTOR_COUNTERS,
	/* measured on the spot, so not where a test's files stand for "/" */
	DOCTOR_TEMPORARY,
	DOCTOR_NEIGHBOURS,
	DOCTOR_TIMER,
	DOCTOR_SPIN,
	DOCTOR_OVERHEAD,
	DOCTOR_WHATS
};

struct gitperf_doctor {
	struct arena arena;
	gitperf_finding findings[DOCTOR_WHATS];
	size_t n;
};

/**
 * Say what was found. The value becomes one line of clean UTF-8 (text.h) of at
 * most MACHINE_VALUE_MAX bytes. Effect and remedy come by themselves where the
 * state is NOTE or NOISY. What nobody speaks of stays unknown.
 */
void gitperf_doctor__say(gitperf_doctor *doctor, enum doctor_what what,
			 gitperf_finding_state state, const char *fmt, ...)
	GITPERF_PRINTF(4, 5);

/** A remedy, instead of the usual one, for what has been said to need one. */
void gitperf_doctor__remedy(gitperf_doctor *doctor, enum doctor_what what,
			    const char *fmt, ...) GITPERF_PRINTF(3, 4);

/** The same for the effect. */
void gitperf_doctor__effect(gitperf_doctor *doctor, enum doctor_what what,
			    const char *text);

/** Measure the clock, a loop and an iteration. */
int gitperf_doctor__measure(gitperf_doctor *doctor);

/** What the processors have done, and for whom, up to now. */
struct neighbours;

/*
 * linux: what files tell; `root` stands before their paths. Neighbours are
 * those who work between watch() and tell(), which takes what watch()
 * returned, NULL included.
 */
#ifdef GITPERF_PORTABLE
# define gitperf_doctor__linux(doctor, root) ((void)(root))
# define gitperf_doctor__watch() ((struct neighbours *)NULL)
# define gitperf_doctor__tell(doctor, neighbours) ((void)(neighbours))
#else
void gitperf_doctor__linux(gitperf_doctor *doctor, const char *root);
struct neighbours *gitperf_doctor__watch(void);
void gitperf_doctor__tell(gitperf_doctor *doctor, struct neighbours *neighbours);
#endif

#endif
