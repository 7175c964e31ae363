/*
 * sampling.h - samples that come one by one, and when there are enough
 *
 *	struct sampling sampling;
 *	struct samples wall = { 0 };
 *
 *	if ((err = gitperf_sampling__init(&sampling, &work->sampling, opts)) < 0)
 *		return err;
 *	while (!sampling.enough) {
 *		... gitperf_samples__add(&wall, number), sampling.spent_ns += ns ...
 *		if ((err = gitperf_sampling__look(&sampling, &wall)) < 0)
 *			return err;
 *	}
 */
#ifndef GITPERF_RUN_SAMPLING_H
#define GITPERF_RUN_SAMPLING_H

#include <gitperf/run.h>

/** No workload is iterated more often. */
#define SAMPLING_MOST 100000

struct samples {
	gitperf_number *ptr;
	size_t n, size;
};

/** Add one; memory that runs out is the error. */
int gitperf_samples__add(struct samples *samples, gitperf_number value);
void gitperf_samples__free(struct samples *samples);

struct sampling {
	gitperf_sampling plan;     /* with nothing left unsaid */
	size_t most;               /* iterations, whatever the precision is by then */
	size_t n;                  /* measured iterations */
	int64_t spent_ns;          /* by them */
	size_t next_look;          /* at so many samples */
	double width;              /* half of the interval, part of the median */
	int enough;
};

/** What the workload says, else what the options say, else the defaults. */
int gitperf_sampling__init(struct sampling *sampling, const gitperf_sampling *own,
			   const gitperf_run_options *opts);

/**
 * After each measured iteration: see whether there are enough. `samples` are
 * what a precision is about; where they are fewer than iterations, it is about
 * nothing any more, and the count decides.
 */
int gitperf_sampling__look(struct sampling *sampling, const struct samples *samples);

/** How many iterations there will probably have been. */
size_t gitperf_sampling__expected(const struct sampling *sampling);

#endif
