/*
 * measurement.h - what the files that make up a measurement share
 */
#ifndef GITPERF_RUN_MEASUREMENT_H
#define GITPERF_RUN_MEASUREMENT_H

#include "run/callgrind.h"
#include "run/progress.h"
#include "run/subject.h"

/* A benchmark, and the workload that it comes from */
struct result {
	const gitperf_benchmark *bench;
	size_t workload;
};

struct gitperf_run {
	struct arena arena;
	struct subject *subjects;
	size_t nsubjects;
	struct result *results;
	size_t nresults;
	gitperf_time started, finished;
	int64_t overhead_ns;
};

struct measurement {
	gitperf_run *run;
	gitperf_run_options opts;
	struct settings settings;
	struct child *children;        /* the subjects', then the same under valgrind */
	struct callgrind callgrind;
	int has_callgrind;
	struct tail tail;
	struct guard guard;
	struct monitor *monitor;
	struct progress progress;
	uint64_t turns;                /* of all subjects */
	int64_t quiet_ms;              /* the longest that a command may take */
};

/** turns.c: say how many turns a subject, and its pair, will take by now. */
void gitperf_measure__expect(struct measurement *s, size_t i);
/** Let the subjects take turns until all of them are over. */
int gitperf_measure__take_rounds(struct measurement *s);

/** Before each command: tell the caller, who may want to stop. */
int gitperf_measure__pulse(struct measurement *s, size_t which);

/**
 * Run a child; the second half of them are the subjects under valgrind. What
 * it takes is added to its subject's duration. An interruption is an error.
 */
int gitperf_measure__run_child(struct child_end *end, struct measurement *s,
			       size_t which, int64_t timeout_ms,
			       struct child_output *output);

/** instructions.c: what is needed for it, before the monitor is started. */
int gitperf_measure__prepare_callgrind(struct measurement *s, const char *const *env);
/** Count those of all subjects that ask: after all turns, which it would disturb. */
int gitperf_measure__count_instructions(struct measurement *s);

#endif
