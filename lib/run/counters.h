/*
 * counters.h - what the kernel and the processor count of a command
 *
 *	struct counters counters;
 *
 *	gitperf_counters__open(&counters);
 *	... fork, exec, wait ...
 *	gitperf_counters__lap(values, &counters);
 *
 * They count children from their exec on, with all their descendants, alive
 * or dead; not the process that opens them, and nothing between fork and exec.
 */
#ifndef GITPERF_RUN_COUNTERS_H
#define GITPERF_RUN_COUNTERS_H

#include <stdint.h>

enum counter {
	COUNTER_CPU_MIGRATIONS,
	COUNTER_TASK_CLOCK,
	COUNTER_INSTRUCTIONS,
	COUNTER_CYCLES,
	COUNTER_BRANCHES,
	COUNTERS
};

struct counter_state {
	uint64_t value, enabled_ns, running_ns;
};

struct counters {
	int fd[COUNTERS];          /* -1: not to be had */
	struct counter_state last[COUNTERS];
};

#ifdef GITPERF_PORTABLE

static inline void gitperf_counters__open(struct counters *counters)
{
	(void)counters;
}

static inline void gitperf_counters__lap(int64_t values[COUNTERS],
					 struct counters *counters)
{
	int i;

	(void)counters;
	for (i = 0; i < COUNTERS; i++)
		values[i] = -1;
}

static inline const char *gitperf_counters__kind(void)
{
	return "none";
}

#else

/** What cannot be had is left out. They are closed with the process. */
void gitperf_counters__open(struct counters *counters);

/** What was counted since the last time; -1: unknown. */
void gitperf_counters__lap(int64_t values[COUNTERS], struct counters *counters);

/** "hardware", "software" or "none": the best that this process may open. */
const char *gitperf_counters__kind(void);

#endif

#endif
