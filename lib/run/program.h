/*
 * program.h - which file a command's first word means
 */
#ifndef GITPERF_RUN_PROGRAM_H
#define GITPERF_RUN_PROGRAM_H

#include <gitperf/common.h>

/** The environment of this process, for workloads that have none. */
const char *const *gitperf_program__environ(void);

/**
 * Append the path to execute for `name`, as seen from `directory` (NULL:
 * here): the name itself if it has a slash, else the first executable file in
 * the PATH of `env`. Returns 0, or the errno that execvp() would give.
 */
int gitperf_program__find(gitperf_buffer *out, const char *name,
			  const char *const *env, const char *directory);

#endif
