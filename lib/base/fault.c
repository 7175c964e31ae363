/*
 * fault.c - die at a named point, when a test asks for it
 */
#include "base/compat.h"
#include "base/fault.h"

#include <signal.h>

static const char *const names[] = {
#define FAULT(id, name) name,
#include "base/fault.def"
#undef FAULT
};

const char *gitperf_fault_name(enum fault_point point)
{
	return names[point];
}

void gitperf_fault(enum fault_point point)
{
	const char *wanted = getenv("GIT_PERF_TEST_FAULT");

	if (wanted && !strcmp(wanted, names[point]))
		raise(SIGKILL);
}
