/*
 * worker.h - between the files of git perf worker
 */
#ifndef WORKER_H
#define WORKER_H

#include "cmd.h"

struct worker_flags {
	int details, cached, json, quiet;
	const char *platform, *color, *add, *without;
};

/** git perf worker rebalance (rebalance.c). */
int worker_rebalance(struct cmd *cmd, const struct worker_flags *flags, const gitperf_schedule_options *schedule,
		     const gitperf_view_options *view);

#endif
