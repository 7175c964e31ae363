/*
 * subject.h - a workload on its way to become benchmarks
 *
 *	gitperf_subject__init(&subject, &work, opts, env, arena);
 *	... after each measured turn:
 *	gitperf_subject__keep(&subject, &end, &output, &problem);
 *	gitperf_subject__finish(&subject, arena, opts);
 *	... subject.benchmarks ...
 *	gitperf_subject__free(&subject);
 */
#ifndef GITPERF_RUN_SUBJECT_H
#define GITPERF_RUN_SUBJECT_H

#include "run/merge.h"
#include "run/capture.h"
#include "run/sampling.h"

struct subject {
	const gitperf_workload *work;
	const char *const *env;
	const char *path;              /* of the program, or NULL and an errno: */
	int problem;
	struct sampling sampling;
	unsigned turns;                /* taken, warm-ups first */
	int over;                      /* failed, or sampled enough */
	int kept;                      /* failed, but gave results all the same */
	int exit_status;               /* the last one; -1: no exit */
	uint64_t expected;             /* turns, as far as progress knows */
	gitperf_benchmark bench;       /* of the workload as a whole */
	struct samples samples[CHILD_VALUES];
	unsigned unknown;              /* a bit per value that a sample lacked */
	struct samples instructions;   /* one, from callgrind */
	struct capture capture;        /* with a format */
	struct merge *merge;
	gitperf_benchmark *benchmarks; /* what it has become */
	size_t nbenchmarks;
};

int gitperf_subject__init(struct subject *subject, const gitperf_workload *work,
			  const gitperf_run_options *opts, const char *const *env,
			  struct arena *arena);

/**
 * Keep what a measured iteration gave. Where the command has given nothing
 * that can be read, `problem` receives the reason, and capture.hint a remedy.
 */
int gitperf_subject__keep(struct subject *subject, const struct child_end *end,
			  const struct child_output *output, gitperf_buffer *problem);

/**
 * The same for a command that has exited with another status than 0, as tools
 * do when one benchmark of many has failed. Returns 1 if there is something to
 * read, and then empties `problem` if that says itself what has failed.
 */
int gitperf_subject__keep_rest(struct subject *subject, const struct child_end *end,
			       const struct child_output *output, gitperf_buffer *problem,
			       int measured);

/** How many turns it will probably have taken when it has enough. */
uint64_t gitperf_subject__expected(const struct subject *subject);

/** Samples become metrics. */
int gitperf_subject__finish(struct subject *subject, struct arena *arena,
			    const gitperf_run_options *opts);

void gitperf_subject__free(struct subject *subject);

#endif
