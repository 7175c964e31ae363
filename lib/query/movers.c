/*
 * movers.c - the changes that somebody should look at first
 *
 * A rule of thumb for reading, not a verdict: intervals that do not touch, and
 * then by size. Changes across a change of environment do not count.
 */
#include "base/compat.h"

#include <gitperf/query.h>

#include <math.h>

static void insert(gitperf_mover *out, size_t *filled, size_t n,
		   const gitperf_series *series, const gitperf_point *point)
{
	double size = fabs(log1p(point->change));
	size_t at = *filled;

	while (at && fabs(log1p(out[at - 1].point->change)) < size)
		at--;
	if (at == n)
		return;
	if (*filled < n)
		(*filled)++;
	memmove(out + at + 1, out + at, (*filled - at - 1) * sizeof(*out));
	out[at].series = series;
	out[at].point = point;
}

size_t gitperf_log_movers(const gitperf_log *log, gitperf_mover *out, size_t n)
{
	size_t filled = 0, i, j;

	for (i = 0; i < gitperf_log_nseries(log); i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		for (j = 0; j < s->npoints; j++)
			if (s->points[j].apart && !s->points[j].environment_changed)
				insert(out, &filled, n, s, &s->points[j]);
	}
	return filled;
}
