/*
 * child.h - run one command once, and see what it took
 */
#ifndef GITPERF_RUN_CHILD_H
#define GITPERF_RUN_CHILD_H

#include "run/guard.h"
#include "run/log.h"

struct child {
	const char *path;          /* the program; argv[0] is only its name */
	const char *const *argv;
	const char *const *env;
	const char *directory;     /* NULL: here */
	int64_t timeout_ns;
	struct tail *tail;         /* of its output; NULL: thrown away */
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
	CHILD_VALUES
};

enum child_how {
	CHILD_EXITED,       /* code: exit status */
	CHILD_SIGNALLED,    /* code: signal */
	CHILD_TIMED_OUT,
	CHILD_NO_DIRECTORY, /* code: errno */
	CHILD_NOT_STARTED,  /* code: errno */
	CHILD_INTERRUPTED   /* code: the signal that interrupted us */
};

struct child_end {
	enum child_how how;
	int code;
	int64_t value[CHILD_VALUES];  /* -1: unknown */
};

/**
 * Run a command to its end. Nothing of its process group is left alive, and
 * nobody waits for a process that has left the group and keeps the output
 * open. Negative only when no process could be made or waited for.
 */
int gitperf_child__run(struct child_end *out, const struct child *child,
		       const struct guard *guard);

/** In the child: die when process `parent` does, where the system can. */
#ifdef GITPERF_PORTABLE
# define gitperf_child__die_with(parent) ((void)(parent))
#else
void gitperf_child__die_with(pid_t parent);
#endif

#endif
