/*
 * openmetrics.h - git perf export --format=openmetrics
 */
#ifndef OPENMETRICS_H
#define OPENMETRICS_H

#include "cmd.h"

/** To standard output, or into a file that is there as a whole or not at all. */
int openmetrics_export(struct cmd *cmd, const gitperf_query *query, int values, const char *path);

#endif
