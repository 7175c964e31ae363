/*
 * lock.h - the locks of this host that this process holds
 */
#ifndef GITPERF_RUN_LOCK_H
#define GITPERF_RUN_LOCK_H

/**
 * In a process that was forked, and lives on without exec: have no part in its
 * parent's locks, so that they end with the parent.
 */
void gitperf_host_lock__abandon(void);

#endif
