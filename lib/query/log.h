/*
 * log.h - between the files of this room
 */
#ifndef GITPERF_QUERY_LOG_H
#define GITPERF_QUERY_LOG_H

#include "base/arena.h"
#include "base/map.h"
#include "query/index.h"
#include <gitperf/query.h>

struct point {
	gitperf_point public;
	uint32_t fingerprint;      /* of its runs, a string of the index */
	int mixed;                 /* ... which had several */
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
	uint32_t fingerprint;
	int mixed;
};

struct gitperf_log {
	struct arena arena;
	gitperf_commit *commits;
	size_t ncommits;           /* in the range */
	size_t nchain;             /* and those before it, to compare with */
	size_t *below;             /* everywhere: the next measured one along first
				      parents, or SIZE_MAX; NULL: they are a chain */
	struct series **series;
	size_t nseries, series_room;
	gitperf_column *columns;
	gitperf_cell **cells;      /* by column, then commit */
	size_t ncolumns;
	gitperf_mover *by_commit;  /* all points, made when first asked for */
	size_t *starts;            /* where those of each commit begin */
	gitperf_tally tally;
	gitperf_coverage *coverage; /* or NULL */
};

/* A commit's nearest point on the way down, where that is known of a series */
struct nearest {
	const struct series *series;
	size_t point;
};

struct loader {
	gitperf_log *log;
	gitperf_store *store;
	gitperf_repo *repo;
	const gitperf_query *query;
	struct index *index;
	struct map series, columns;
	struct map origins, failures; /* of one commit and platform */
	struct series **touched;   /* series with values of the commit at hand */
	size_t ntouched, touched_room;
	char *wanted;              /* by series of the index: 1 yes, 2 no, 0 unknown */
	size_t nwanted;
	size_t commits_room;
	struct nearest *nearest;   /* everywhere: by commit */
};

/** Whether a record that cannot be decoded is of a schema that is to come. */
int gitperf_log__is_newer(gitperf_store *store, const gitperf_entry *entry);

/** The commits of a log that has no range, and how they hang together. */
int gitperf_log__load_everywhere(struct loader *l);

/** In such a log: begin with a series; then, what its i-th point is compared with. */
void gitperf_log__mark_points(struct loader *l, const struct series *s);
struct point *gitperf_log__point_below(struct loader *l, const struct series *s,
				       size_t i);

/** Pairs that the index has written, apart again. */
int gitperf_log__decode_pairs(const gitperf_pair **out, size_t *n,
			      struct arena *arena, const char *text);

/** Pairs in the order of their keys, as the index writes them. */
char *gitperf_log__encode_pairs(struct arena *arena, const gitperf_pair *pairs,
				size_t n);

/** The column of a platform in a configuration; made when it is new. */
int gitperf_log__column(size_t *out, struct loader *l, const char *platform,
			uint32_t config);

/** What results stand for, if that was asked for and anything is planned (ranges.c). */
int gitperf_log__ranges(struct loader *l);

/** Add one run's fact to its series, for the commit at hand. */
int gitperf_log__value(struct loader *l, size_t column, const struct fact *fact,
		       uint32_t fingerprint);

/** Make a point of each series that got values, and forget the values. */
int gitperf_log__finish_points(struct loader *l, size_t commit);

/** Compare all points, then keep those of the range (compare.c). */
int gitperf_log__finish(struct loader *l);

#define GROW(array, n, room) \
	((n) < (room) ? (array) : \
	 ((room) = (room) ? 2 * (room) : 16, \
	  realloc((array), (room) * sizeof(*(array)))))

#endif
