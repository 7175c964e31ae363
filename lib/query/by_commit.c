/*
 * by_commit.c - a log read across: what all series say of one commit
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/log.h"

/* Counted first, then put where they belong: the order is that of the series */
static int sort_points(gitperf_log *log)
{
	size_t *starts = calloc(log->ncommits + 2, sizeof(*starts));
	gitperf_mover *sorted;
	size_t i, j, total = 0;

	for (i = 0; i < log->nseries; i++)
		total += log->series[i]->public.npoints;
	sorted = calloc(total + 1, sizeof(*sorted));
	if (!sorted || !starts) {
		free(sorted);
		free(starts);
		return gitperf_fail_oom();
	}
	for (i = 0; i < log->nseries; i++)
		for (j = 0; j < log->series[i]->public.npoints; j++)
			starts[log->series[i]->public.points[j].commit + 2]++;
	for (i = 2; i < log->ncommits + 2; i++)
		starts[i] += starts[i - 1];
	/* each start moves on to where the next commit begins */
	for (i = 0; i < log->nseries; i++)
		for (j = 0; j < log->series[i]->public.npoints; j++) {
			const gitperf_point *point = &log->series[i]->public.points[j];
			gitperf_mover *to = &sorted[starts[point->commit + 1]++];

			to->series = &log->series[i]->public;
			to->point = point;
		}
	log->by_commit = sorted;
	log->starts = starts;
	return 0;
}

int gitperf_log_points(const gitperf_mover **out, size_t *n, gitperf_log *log,
		       size_t commit)
{
	int err = log->starts ? 0 : sort_points(log);

	*out = NULL;
	*n = 0;
	if (err < 0)
		return err;
	*out = log->by_commit + log->starts[commit];
	*n = log->starts[commit + 1] - log->starts[commit];
	return 0;
}
