/*
 * comparison.h - between the files that compare two sides
 *
 * gather.c puts records into rows, judge.c makes ratios and verdicts of them,
 * comparison.c owns the result, compare_commits.c knows the store.
 */
#ifndef GITPERF_QUERY_COMPARISON_H
#define GITPERF_QUERY_COMPARISON_H

#include "base/arena.h"
#include "base/map.h"
#include <gitperf/compare.h>

enum { BASE, HEAD };

/* Degrees of freedom below which an interval of runs says nothing: with one,
 * Student's t is 64 for 99 % */
#define RUNS_DF_MIN 2

/** One metric in one run. */
struct measured {
	size_t run;                /* of its group and side */
	double value;              /* the median, or a summary's centre */
	const double *samples;     /* in the order they were taken; NULL: gone */
	size_t n;
	double stddev;             /* without samples; NaN: unknown */
};

/** What is compared: a benchmark with its parameters, in a group. */
struct subject {
	size_t group;
	const char *benchmark;
	const gitperf_pair *params;
	size_t nparams;
	size_t ok[2], failed[2];   /* runs */
	gitperf_status status[2];  /* of the last that was not ok */
	const char *error[2];
	const char *carried[2];    /* the commit that the last such run names */
	size_t rows;
};

struct row {
	gitperf_comparison_row public;
	size_t subject;
	const char *unit, *workload;
	struct measured *runs[2];
	size_t nruns[2], room[2];
};

struct group {
	size_t number;             /* before they are sorted */
	gitperf_comparison_group public;
	size_t runs[2], dirty[2];
	size_t left_out[2];        /* dirty ones, for those that are not */
	const char *fingerprint[2];
	int mixed[2];              /* ... which are several */
	size_t broken[2];          /* runs that did not get as far as a benchmark */
	gitperf_status status[2];  /* of the last of these */
	const char *error[2];
};

struct gitperf_comparison {
	struct arena arena;
	gitperf_comparison_side side[2];
	double confidence, floor;
	int interleaved;           /* samples of both sides belong together */
	struct row *rows;
	size_t nrows, rows_room;
	struct group *groups;
	size_t ngroups, groups_room;
	struct subject *subjects;
	size_t nsubjects, subjects_room;
};

struct gathering {
	gitperf_comparison *c;
	const gitperf_compare_options *options;
	struct map groups, subjects, rows;
};

/** Begin a comparison; `options` must live as long. */
int gitperf_comparison__new(struct gathering *g,
			    const gitperf_compare_options *options);

/** Add a run to a side, if the options ask for it (gather.c). */
int gitperf_comparison__add(struct gathering *g, int side,
			    const gitperf_record *record);

/** Rows for what has failed on both sides. */
int gitperf_comparison__add_failures(gitperf_comparison *c);

/**
 * Match, judge and sort, if all went well so far (`err`): then *out is the
 * comparison. Frees what only gathering needs.
 */
int gitperf_comparison__finish(gitperf_comparison **out, struct gathering *g,
			       int err);

/** Find the counterpart of what has none, or say why there is none (match.c). */
void gitperf_comparison__match(gitperf_comparison *c);

/** Ratios, verdicts and geometric means (judge.c). */
int gitperf_comparison__judge(gitperf_comparison *c);

/** The geometric mean of each group's ratios (geomean.c). */
int gitperf_comparison__geomeans(gitperf_comparison *c);

/** Whether a row has values on both sides that may be compared. */
int gitperf_comparison__is_comparable(const struct row *row);

#endif
