/*
 * child_linux.c - what only Linux can do for a measured command
 */
#include "base/compat.h"
#include "run/child.h"

#include <sys/prctl.h>
#include <unistd.h>

void gitperf_child__die_with(pid_t parent)
{
	/* a signal handler (guard.c) cannot catch the SIGKILL of a CI system
	 * or of the OOM killer: a benchmark left behind disturbs the next */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}
