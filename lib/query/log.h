/*
 * log.h - between the files of this room
 */
#ifndef GITPERF_QUERY_LOG_H
#define GITPERF_QUERY_LOG_H

#include "base/arena.h"
#include "base/map.h"
#include <gitperf/query.h>

#define FINGERPRINT_SIZE 65

struct point {
	gitperf_point public;
	char fingerprint[FINGERPRINT_SIZE];      /* of its runs; "" unknown, "*" several */
};

struct series {
	gitperf_series public;
	size_t column;
	struct point *points;      /* while loading */
	size_t npoints, room;
	double *values;            /* of the runs of the commit at hand */
	size_t nvalues, values_room;
	gitperf_interval interval; /* of its first run */
	size_t samples;
	char fingerprint[FINGERPRINT_SIZE];
};

struct gitperf_log {
	struct arena arena;
	gitperf_commit *commits;
	size_t ncommits;
	struct series **series;
	size_t nseries, series_room;
	gitperf_column *columns;
	gitperf_cell **cells;      /* by column, then commit */
	size_t ncolumns;
	gitperf_tally tally;
};

struct loader {
	gitperf_log *log;
	gitperf_store *store;
	gitperf_repo *repo;
	const gitperf_query *query;
	struct map series, columns, origins;
	struct series **touched;   /* series with values of the commit at hand */
	size_t ntouched, touched_room;
	gitperf_buffer key;
};

/** "key=value key=value", in the order given; NULL when out of memory. */
const char *gitperf_log__join_pairs(struct arena *arena,
				    const gitperf_pair *pairs, size_t n);

/** The column of a record, by platform and configuration; made when new. */
int gitperf_log__column(size_t *out, struct loader *l, const gitperf_record *r);

/** Add one run's value of a metric to its series, for the commit at hand. */
int gitperf_log__value(struct loader *l, size_t column,
		       const gitperf_record *record,
		       const gitperf_benchmark *bench,
		       const gitperf_metric *metric);

/** Make a point of each series that got values, and forget the values. */
int gitperf_log__finish_points(struct loader *l, size_t commit);

#define GROW(array, n, room) \
	((n) < (room) ? (array) : \
	 ((room) = (room) ? 2 * (room) : 16, \
	  realloc((array), (room) * sizeof(*(array)))))

#endif
