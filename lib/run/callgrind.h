/*
 * callgrind.h - instructions, counted by valgrind
 *
 *	struct callgrind callgrind = { 0 };
 *
 *	if ((err = gitperf_callgrind__begin(&callgrind, env)) <= 0)
 *		return err;
 *	argv = gitperf_callgrind__argv(&callgrind, &arena, path, argv);
 *	... run callgrind.valgrind.ptr with argv ...
 *	if (gitperf_callgrind__collect(&total, &callgrind))
 *		...
 *	gitperf_callgrind__end(&callgrind);
 */
#ifndef GITPERF_RUN_CALLGRIND_H
#define GITPERF_RUN_CALLGRIND_H

#include "base/arena.h"

#include <gitperf/common.h>

/** How many times as slow a command may be under valgrind. */
#define CALLGRIND_PATIENCE 50

struct callgrind {
	gitperf_buffer valgrind;   /* the program */
	gitperf_buffer folder;     /* a private one, for its logs */
	gitperf_buffer log_option;
};

/** Returns 1, or 0 when there is no valgrind in the PATH of `env`. */
int gitperf_callgrind__begin(struct callgrind *callgrind, const char *const *env);

/** The command that counts what `argv` does; NULL: out of memory. */
const char *const *gitperf_callgrind__argv(const struct callgrind *callgrind,
					   struct arena *arena, const char *path,
					   const char *const *argv);

/**
 * Add up what all processes did since the last time. Returns 0 when none of
 * them has said anything.
 */
int gitperf_callgrind__collect(int64_t *total, struct callgrind *callgrind);

/** Remove the folder. */
void gitperf_callgrind__end(struct callgrind *callgrind);

#endif
