/*
 * project.h - a project that is looked at, and what comes of it
 */
#ifndef GITPERF_WORK_PROJECT_H
#define GITPERF_WORK_PROJECT_H

#include "base/arena.h"
#include <gitperf/work.h>

struct project {
	struct arena *arena;
	int top;                      /* an open directory */
	const char *const *files;     /* by path, those nearest to the top first */
	size_t nfiles;
	size_t reads;                 /* files that were opened */
	gitperf_buffer text;          /* of the one that was read last */
	gitperf_buffer build;         /* lines of [suite] */
	gitperf_buffer benchmarks;    /* sections */
};

/** A tool that projects measure themselves with. */
struct detector {
	const char *tool;
	/**
	 * Write the build and the benchmarks for it. 1, and the file that tells
	 * of it; 0 when the project does not use it, or an error.
	 */
	int (*find)(struct project *p, const char **evidence);
};

/** Those there are, the surest sign first, ended by one without a name. */
extern const struct detector gitperf_detectors[];

#endif
