/*
 * child_monitor.h - what the monitor and its parent tell each other
 *
 * A request and its answer are a few bytes on a socket; what there is to know
 * lies on the board, in memory that both and the command's process share.
 */
#ifndef GITPERF_RUN_CHILD_MONITOR_H
#define GITPERF_RUN_CHILD_MONITOR_H

#include "run/child.h"

#include <sys/resource.h>

/** Which child to run; one behind the last: none, only apply the settings. */
struct request {
	size_t which;
	int streams;               /* descriptors that come along: 0, 1 or 2 */
};

struct board {
	struct group group;
	/* from the command's process */
	enum child_how failed;     /* else CHILD_EXITED */
	int code;
	int setting;               /* that was refused */
	int processor;             /* where commands begin; -1: none has yet */
	int64_t start_ns;
	struct rusage before;
	/* from the monitor, when the command has ended */
	int64_t end_ns;
	int status;
	struct rusage after;
	int64_t counted[COUNTERS];
	int64_t own_ns;
};

/** What the monitor has to know. */
struct desk {
	struct board *board;
	int socket;
	int null;
	pid_t parent;
	const struct child *children;
	size_t n;
	const struct settings *settings;
};

/** In a forked process, all signals blocked: serve until the socket closes. */
_Noreturn void gitperf_monitor__serve(const struct desk *desk);

#endif
