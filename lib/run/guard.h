/*
 * guard.h - interruptions while a command is measured
 *
 *	struct guard guard;
 *
 *	if ((err = gitperf_guard__begin(&guard)) < 0)
 *		return err;
 *	gitperf_guard__hold();
 *	... start the monitor, which shares a struct group with us ...
 *	gitperf_guard__watch(group);
 *	gitperf_guard__release(&guard);
 *	... an interruption kills what is in the group ...
 *	gitperf_guard__watch(NULL);
 *	gitperf_guard__end(&guard);
 *
 * A handler needs state that belongs to the process, so that there can be one
 * guard at a time; a second is GITPERF_EBUSY.
 */
#ifndef GITPERF_RUN_GUARD_H
#define GITPERF_RUN_GUARD_H

#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>

/**
 * The process group of a command, in memory that its processes share. So it
 * can be killed by whoever did not start it, at any moment, without asking.
 */
struct group {
	atomic_int id;    /* 0: there is none */
	atomic_int stop;  /* none may start, either */
	atomic_int monitor; /* who waits for it; a command may have stopped him */
};

/** Kill it, and what would have entered it later. Safe in a handler. */
void gitperf_group__kill(struct group *group);
/** Become the group; 0: it is to die, exit. */
int gitperf_group__enter(struct group *group);
/** Before its leader is waited for, after which its id may be another's. */
void gitperf_group__leave(struct group *group);

struct guard {
	sigset_t mask;  /* the thread's own */
};

int gitperf_guard__begin(struct guard *guard);

/** Let no signal in until gitperf_guard__release(). */
void gitperf_guard__hold(void);
void gitperf_guard__release(const struct guard *guard);

/** From now on an interruption kills this group; NULL: none. */
void gitperf_guard__watch(struct group *group);

/** In a forked child that lets no signal in: handle none, ignore no child. */
void gitperf_guard__in_monitor(void);
/** In a child of that: let signals in. */
void gitperf_guard__in_command(void);

/** The signal that interrupted the measurement, or 0. */
int gitperf_guard__interrupted(void);

void gitperf_guard__end(struct guard *guard);

#endif
