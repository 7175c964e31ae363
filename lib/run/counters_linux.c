/*
 * counters_linux.c - perf_event_open(2)
 *
 * Every event is opened once, disabled, on a process that never calls exec.
 * Its children inherit it, `enable_on_exec` included, so theirs begin at
 * exec; reading the one descriptor gives the sum of all. What cannot be opened
 * is not measured: virtual machines often have no hardware events, and
 * perf_event_paranoid may forbid all of them.
 */
#include "base/compat.h"
#include "run/counters.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

struct event {
	uint32_t type;
	uint64_t config;
	int with_kernel;
};

static const struct event events[COUNTERS] = {
	/* happens in the kernel: without it the count is always 0 */
	[COUNTER_CPU_MIGRATIONS] = { PERF_TYPE_SOFTWARE,
				     PERF_COUNT_SW_CPU_MIGRATIONS, 1 },
	[COUNTER_TASK_CLOCK] = { PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 0 },
	/* of the program alone: interrupts would make these differ */
	[COUNTER_INSTRUCTIONS] = { PERF_TYPE_HARDWARE,
				   PERF_COUNT_HW_INSTRUCTIONS, 0 },
	[COUNTER_CYCLES] = { PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0 },
	[COUNTER_BRANCHES] = { PERF_TYPE_HARDWARE,
			       PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 0 }
};

static int open_event(const struct event *event, int inherit)
{
	struct perf_event_attr attr = { 0 };

	attr.size = sizeof(attr);
	attr.type = event->type;
	attr.config = event->config;
	attr.disabled = 1;
	attr.inherit = inherit;
	attr.enable_on_exec = inherit;
	attr.exclude_kernel = !event->with_kernel;
	attr.exclude_hv = !event->with_kernel;
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			   PERF_FORMAT_TOTAL_TIME_RUNNING;
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

/*
 * Linux swaps the events of two processes when it switches between them, if
 * one has inherited all of the other's: that is cheaper, and the sum does not
 * change. Here it would: the process that calls exec would then be that with
 * the original events. One that nobody inherits prevents it; it counts
 * nothing, and each kind of events needs one of its own.
 */
static int pin(uint32_t type)
{
	static const struct event software = { PERF_TYPE_SOFTWARE,
					       PERF_COUNT_SW_DUMMY, 0 };

	return open_event(type == PERF_TYPE_SOFTWARE ? &software :
			  &events[COUNTER_INSTRUCTIONS], 0);
}

void gitperf_counters__open(struct counters *counters)
{
	int i, software = pin(PERF_TYPE_SOFTWARE), hardware = pin(PERF_TYPE_HARDWARE);

	memset(counters, 0, sizeof(*counters));
	for (i = 0; i < COUNTERS; i++)
		counters->fd[i] = (events[i].type == PERF_TYPE_SOFTWARE ? software :
				   hardware) < 0 ? -1 : open_event(&events[i], 1);
}

void gitperf_counters__lap(int64_t values[COUNTERS], struct counters *counters)
{
	struct counter_state now, *last;
	int i;

	for (i = 0; i < COUNTERS; i++) {
		last = &counters->last[i];
		values[i] = -1;
		if (counters->fd[i] < 0 ||
		    read(counters->fd[i], &now, sizeof(now)) != (ssize_t)sizeof(now))
			continue;
		/* a processor with too few counters takes turns; to scale
		 * such a count up would be guessing */
		if (now.running_ns - last->running_ns ==
		    now.enabled_ns - last->enabled_ns)
			values[i] = (int64_t)(now.value - last->value);
		*last = now;
	}
}

static int can_open(enum counter counter)
{
	int fd = open_event(&events[counter], 1);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

const char *gitperf_counters__kind(void)
{
	if (can_open(COUNTER_INSTRUCTIONS))
		return "hardware";
	return can_open(COUNTER_TASK_CLOCK) ? "software" : "none";
}
