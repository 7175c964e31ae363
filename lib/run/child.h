/*
 * child.h - run commands one at a time, and see what each took
 *
 *	struct child_output output = { .tail = &tail };
 *	struct monitor *monitor;
 *
 *	if ((err = gitperf_monitor__start(&monitor, children, n, &settings, guard)) < 0)
 *		return err;
 *	err = gitperf_child__run(&end, monitor, 0, timeout_ns, &output);
 *	...
 *	gitperf_monitor__stop(monitor);
 */
#ifndef GITPERF_RUN_CHILD_H
#define GITPERF_RUN_CHILD_H

#include "run/counters.h"
#include "run/guard.h"
#include "run/log.h"
#include "run/settings.h"

struct child {
	const char *path;          /* the program; argv[0] is only its name */
	const char *const *argv;
	const char *const *env;
	const char *directory;     /* NULL: here */
};

/** What an iteration is measured by. */
enum child_value {
	CHILD_WALL,
	CHILD_USER,
	CHILD_SYSTEM,
	CHILD_MAX_RSS,
	CHILD_MINOR_FAULTS,
	CHILD_MAJOR_FAULTS,
	CHILD_VOLUNTARY_SWITCHES,
	CHILD_INVOLUNTARY_SWITCHES,
	CHILD_COUNTED,             /* the first of COUNTERS */
	CHILD_VALUES = CHILD_COUNTED + COUNTERS
};

enum child_how {
	CHILD_EXITED,       /* code: exit status */
	CHILD_SIGNALLED,    /* code: signal */
	CHILD_TIMED_OUT,
	CHILD_NO_DIRECTORY, /* code: errno */
	CHILD_NOT_STARTED,  /* code: errno */
	CHILD_NO_PROCESS,   /* code: errno; an error, no end */
	CHILD_INTERRUPTED   /* code: the signal that interrupted us */
};

struct child_end {
	enum child_how how;
	int code;
	int64_t value[CHILD_VALUES];  /* -1: unknown */
};

/** Where output goes; what both are NULL for is thrown away. */
struct child_output {
	struct tail *tail;         /* the end of all, or of what `whole` leaves */
	gitperf_buffer *whole;     /* standard output, up to `limit` bytes */
	size_t limit;
	int cut;                   /* there was more, and its end is in the tail */
};

struct monitor;

/**
 * Start the process that will start these children, under these settings; it
 * has a copy of everything. A setting that the system refuses is an error now.
 */
int gitperf_monitor__start(struct monitor **out, const struct child *children,
			   size_t n, const struct settings *settings,
			   const struct guard *guard);

/**
 * Run a command to its end. Nothing of its process group is left alive, and
 * nobody waits for a process that has left the group and keeps the output
 * open. Negative only when no process could be made or waited for.
 */
int gitperf_child__run(struct child_end *out, struct monitor *monitor,
		       size_t which, int64_t timeout_ns,
		       struct child_output *output);

/** Processor time that the monitor has used for itself. */
int64_t gitperf_monitor__own_ns(const struct monitor *monitor);

void gitperf_monitor__stop(struct monitor *monitor);

/** In the child: die when process `parent` does, where the system can. */
#ifdef GITPERF_PORTABLE
# define gitperf_child__die_with(parent) ((void)(parent))
#else
void gitperf_child__die_with(pid_t parent);
#endif

/**
 * In the child: go on from this processor, where the system can, and free to
 * leave it. Negative: any, which is then the one for the next. -1 and errno if
 * it could not be set free.
 */
#ifdef GITPERF_PORTABLE
# define gitperf_child__begin_on(processor) ((void)(processor), 0)
#else
int gitperf_child__begin_on(int *processor);
#endif

#endif
