/*
 * settings_linux.c - address space, processors and priority of a command
 *
 * They are given to the command's process alone, between fork and exec, and
 * go on to its descendants. Knows nothing of how it is started.
 */
#include "base/compat.h"
#include "base/cpus.h"
#include "run/settings.h"

#include <errno.h>
#include <sys/personality.h>
#include <sys/resource.h>

_Static_assert(CPUS_MOST == SETTINGS_CPU_SETS * CPU_SETSIZE, "a set has room for each");

/* What a code of gitperf_settings__apply() begins with; the rest is an errno,
 * or the processor that is not there */
enum refusal {
	REFUSED_ASLR = 1 << 16,
	REFUSED_CPUS = 2 << 16,
	REFUSED_CPU = 3 << 16,
	REFUSED_PRIORITY = 4 << 16
};

static int parse_cpus(struct settings *settings, const char *list)
{
	unsigned first, last;
	int more;

	settings->cpus = list;
	if (!*list)
		return gitperf_fail(GITPERF_EINVALID, "an empty list of processors");
	while ((more = gitperf_cpus__next(&list, &first, &last)) > 0) {
		if (last >= CPUS_MOST)
			return gitperf_fail(GITPERF_EINVALID, "processor %u of '%.200s' is more than %d",
					    last, settings->cpus, CPUS_MOST - 1);
		for (; first <= last; first++)
			CPU_SET_S(first, sizeof(settings->set), settings->set);
	}
	if (!more && !*list)
		return 0;
	more = gitperf_fail(GITPERF_EINVALID, "'%.200s' in '%.200s' is no list of processors",
			    list, settings->cpus);
	return gitperf_hint(more, "a list is like '2' or '0-3,6'");
}

int gitperf_settings__init(struct settings *settings,
			   const gitperf_run_options *opts)
{
	memset(settings, 0, sizeof(*settings));
	settings->any = opts->no_aslr || opts->cpus || opts->priority;
	settings->no_aslr = opts->no_aslr;
	settings->priority = opts->priority;
	if (opts->priority < -20 || opts->priority > 19)
		return gitperf_fail(GITPERF_EINVALID, "a priority of %d is not between -20 and 19",
				    opts->priority);
	return opts->cpus ? parse_cpus(settings, opts->cpus) : 0;
}

static int apply_cpus(const struct settings *settings)
{
	size_t size = sizeof(settings->set);
	cpu_set_t got[SETTINGS_CPU_SETS];
	int i;

	if (sched_setaffinity(0, size, settings->set) < 0 && errno != EINVAL)
		return REFUSED_CPUS | errno;
	if (sched_getaffinity(0, size, got) < 0)
		return REFUSED_CPUS | errno;
	/* the kernel is content when one of them is there */
	for (i = 0; i < CPUS_MOST; i++)
		if (CPU_ISSET_S(i, size, settings->set) && !CPU_ISSET_S(i, size, got))
			return REFUSED_CPU | i;
	return CPU_EQUAL_S(size, settings->set, got) ? 0 : REFUSED_CPUS | EINVAL;
}

static int apply_priority(int change)
{
	int nice = getpriority(PRIO_PROCESS, 0) + change;

	nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	return setpriority(PRIO_PROCESS, 0, nice) < 0 ? REFUSED_PRIORITY | errno : 0;
}

int gitperf_settings__apply(const struct settings *settings)
{
	int code = 0, now;

	if (settings->no_aslr) {
		now = personality(0xffffffff);
		if (now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0)
			code = REFUSED_ASLR | errno;
	}
	if (!code && settings->cpus)
		code = apply_cpus(settings);
	if (!code && settings->priority)
		code = apply_priority(settings->priority);
	return code;
}

int gitperf_settings__refused(const struct settings *settings, int code)
{
	int err, detail = code & 0xffff;

	errno = detail;
	switch (code & ~0xffff) {
	case REFUSED_ASLR:
		err = gitperf_fail_errno("cannot switch off address space randomisation");
		return gitperf_hint(err, "a container's seccomp profile may forbid personality(2)");
	case REFUSED_PRIORITY:
		/* setpriority(2) calls a missing privilege EACCES or EPERM */
		err = gitperf_fail_errno("cannot change the priority by %d",
					 settings->priority);
		return gitperf_hint(err, "a higher priority takes root, CAP_SYS_NICE or 'ulimit -e'");
	case REFUSED_CPU:
		err = gitperf_fail(GITPERF_EINVALID, "cannot run on processor %d of '%.200s': there is none for us",
				   detail, settings->cpus);
		return gitperf_hint(err, "'nproc' and 'taskset -pc $$' say which there are");
	default:
		return gitperf_fail_errno("cannot choose the processors '%.200s'",
					  settings->cpus);
	}
}
