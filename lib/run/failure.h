/*
 * failure.h - why a command's iteration was no success, in words
 */
#ifndef GITPERF_RUN_FAILURE_H
#define GITPERF_RUN_FAILURE_H

#include "run/child.h"

#include <gitperf/run.h>

/** What a signal means, for example "Segmentation fault". */
const char *gitperf_failure__signal(int sig);

/**
 * Append the reason, for example "exited with status 3 in iteration 2 of 5".
 * `round` counts warm-ups first. The text may quote foreign bytes.
 */
void gitperf_failure__explain(gitperf_buffer *out, const struct child_end *end,
			      const gitperf_workload *work,
			      const gitperf_run_options *opts, unsigned round);

#endif
