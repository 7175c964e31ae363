/*
 * append.h - landing what waits
 */
#ifndef GITPERF_STORE_APPEND_H
#define GITPERF_STORE_APPEND_H

#include "store/store.h"

/** Land what waits in the spool, unless another writer is at it. */
int gitperf_append__spool(gitperf_repo *repo, const gitperf_events *events);

#endif
