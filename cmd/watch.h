/*
 * watch.h - showing something again and again
 */
#ifndef WATCH_H
#define WATCH_H

#include "cmd.h"

/**
 * Show what `render` appends, in place on a terminal, else each time that it has changed;
 * `seconds` between two looks, "": as usual. Until an interruption.
 */
int watch_run(struct cmd *cmd, const char *seconds, const gitperf_share_options *share,
	      int (*render)(gitperf_buffer *out, void *payload, struct cmd *cmd), void *payload);

#endif
