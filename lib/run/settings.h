/*
 * settings.h - what a command's process is like, unlike ours
 */
#ifndef GITPERF_RUN_SETTINGS_H
#define GITPERF_RUN_SETTINGS_H

#include "base/error.h"

#include <gitperf/run.h>
#include <sched.h>

#ifdef GITPERF_PORTABLE

struct settings {
	int any;
};

static inline int gitperf_settings__init(struct settings *settings,
					 const gitperf_run_options *opts)
{
	settings->any = 0;
	if (!opts->no_aslr && !opts->cpus && !opts->priority)
		return 0;
	return gitperf_fail(GITPERF_EINVALID, "%s cannot be set on this system",
			    opts->no_aslr ? "address space randomisation" :
			    opts->cpus ? "the processors of a command" :
			    "the priority of a command");
}

# define gitperf_settings__apply(settings) ((void)(settings), 0)
# define gitperf_settings__refused(settings, code) ((void)(settings), (code))

#else

/** More processors than Linux can be built for: 8192. */
#define SETTINGS_CPU_SETS 8

struct settings {
	int any;                   /* nothing else is set otherwise */
	int no_aslr;
	int priority;
	const char *cpus;          /* as given; NULL: all */
	cpu_set_t set[SETTINGS_CPU_SETS];
};

/** GITPERF_EINVALID says which option cannot be. */
int gitperf_settings__init(struct settings *settings,
			   const gitperf_run_options *opts);

/** In the command's process: returns 0, or a code for what was refused. */
int gitperf_settings__apply(const struct settings *settings);

/** Make an error of that code. */
int gitperf_settings__refused(const struct settings *settings, int code);

#endif

#endif
