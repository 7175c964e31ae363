/*
 * fault.h - named points at which a test can kill the process
 *
 * GIT_PERF_TEST_FAULT=<name> makes the process die there as by SIGKILL. The
 * points are listed in fault.def, so that a test can go through all of them
 * and demand that each was reached.
 */
#ifndef GITPERF_BASE_FAULT_H
#define GITPERF_BASE_FAULT_H

enum fault_point {
#define FAULT(id, name) FAULT_##id,
#include "base/fault.def"
#undef FAULT
	FAULT_COUNT
};

void gitperf_fault(enum fault_point point);

/** The name of a point. */
const char *gitperf_fault_name(enum fault_point point);

#endif
