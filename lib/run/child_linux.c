/*
 * child_linux.c - what only Linux can do for a measured command
 */
#include "base/compat.h"
#include "run/child.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void gitperf_child__die_with(pid_t parent)
{
	/* a signal handler (guard.c) cannot catch the SIGKILL of a CI system
	 * or of the OOM killer: a benchmark left behind disturbs the next */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

/*
 * A fork goes to the processor that is the most idle, which of two is always
 * the one where the last command was not. Where they differ, by what else
 * shares a core or a cache with them, so would one sample and the next. From
 * the processor it begins on a command is not moved without a reason: exec
 * leaves a place that others want, and so does the load balancer.
 */
int gitperf_child__begin_on(int *processor)
{
	cpu_set_t all[SETTINGS_CPU_SETS], one[SETTINGS_CPU_SETS];
	unsigned here;

	/* sched_getcpu() looks into memory that vfork() shares, and which the
	 * kernel keeps up to date for the monitor alone */
	if (*processor < 0 && !syscall(SYS_getcpu, &here, NULL, NULL))
		*processor = (int)here;
	if (*processor < 0 || sched_getaffinity(0, sizeof(all), all) < 0)
		return 0;
	CPU_ZERO_S(sizeof(one), one);
	CPU_SET_S(*processor, sizeof(one), one);
	if (sched_setaffinity(0, sizeof(one), one) < 0) {
		/* it is gone: the next command chooses again */
		*processor = -1;
		return 0;
	}
	return sched_setaffinity(0, sizeof(all), all);
}
