/*
 * decide.h - decisions onto the data branch of this repository
 */
#ifndef GITPERF_STORE_DECIDE_H
#define GITPERF_STORE_DECIDE_H

#include "store/union.h"

/** Add files that are objects here already, in one commit. */
int gitperf_decide_here(gitperf_repo *repo, struct additions *adds, const gitperf_events *events);

#endif
