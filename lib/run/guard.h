/*
 * guard.h - interruptions while a command is measured
 *
 *	struct guard guard;
 *
 *	if ((err = gitperf_guard__begin(&guard)) < 0)
 *		return err;
 *	gitperf_guard__hold();
 *	... start a process group ...
 *	gitperf_guard__release(&guard, group);
 *	... wait for it: an interruption kills it ...
 *	gitperf_guard__hold();
 *	... take it away ...
 *	gitperf_guard__release(&guard, 0);
 *	gitperf_guard__end(&guard);
 *
 * A handler needs state that belongs to the process, so that there can be one
 * guard at a time; a second is GITPERF_EBUSY.
 */
#ifndef GITPERF_RUN_GUARD_H
#define GITPERF_RUN_GUARD_H

#include <signal.h>
#include <sys/types.h>

struct guard {
	sigset_t mask;  /* the thread's own */
};

int gitperf_guard__begin(struct guard *guard);

/** Let no signal in until gitperf_guard__release(). */
void gitperf_guard__hold(void);

/** Let them in; an interruption kills process group `group` (0: none). */
void gitperf_guard__release(const struct guard *guard, pid_t group);

/** In a forked child: default handling, no signal blocked. */
void gitperf_guard__in_child(void);

/** The signal that interrupted the measurement, or 0. */
int gitperf_guard__interrupted(void);

void gitperf_guard__end(struct guard *guard);

#endif
