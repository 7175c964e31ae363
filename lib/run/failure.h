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
 * Append the reason, for example "exited with status 3". The text may quote
 * foreign bytes. Returns whether it matters which iteration it was.
 */
int gitperf_failure__explain(gitperf_buffer *out, const struct child_end *end,
			     const gitperf_workload *work, int64_t timeout_ms);

/** Append " in iteration 2 of 5"; turns count warm-ups first. */
void gitperf_failure__when(gitperf_buffer *out, const gitperf_sampling *plan,
			   unsigned turn);

#endif
