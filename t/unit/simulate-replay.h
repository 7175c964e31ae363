/*
 * simulate-replay.h - a real history, planned as if it were happening
 *
 *	git log --first-parent --reverse --format='%ct %H %P' >log
 *	u-simulate replay log 'plan = window=15m' 90 60 90
 *
 * A semicolon ends a line of the policy. The numbers are the seconds that a job takes
 * on each platform. A row is printed of what would have become of the commits on the
 * first one; "u-simulate replayed log runs" prints it for what has been done, of which
 * `runs` has a line "<time> <commit>" for each run.
 */
#ifndef SIMULATE_REPLAY_H
#define SIMULATE_REPLAY_H

#include "simulate-run.h"

struct replay {
	struct sim_push *list;
	size_t n, runs, most;
	gitperf_time *result;          /* of each commit, when there was one; 0: never */
	size_t represented;
};

static inline FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file) {
		fprintf(stderr, "error: cannot open '%s'\n", path);
		exit(128);
	}
	return file;
}

/* Clocks of committers go back at times: a trunk does not */
static inline void read_pushes(struct replay *r, const char *path)
{
	FILE *file = open_file(path);
	char line[512], id[64], parent[64], other[64];
	long long seconds;

	memset(r, 0, sizeof(*r));
	while (fgets(line, sizeof(line), file)) {
		struct sim_push *push;
		int n = sscanf(line, "%lld %63s %63s %63s", &seconds, id, parent, other);

		if (n < 2)
			continue;
		if (!(r->n & (r->n + 1)))
			r->list = realloc(r->list, 2 * (r->n + 1) * sizeof(*r->list));
		push = &r->list[r->n];
		push->time = seconds * LAB_SECOND;
		if (r->n && push->time <= push[-1].time)
			push->time = push[-1].time + 1;
		push->is_merge = n > 3;
		snprintf(push->id, sizeof(push->id), "%.40s", id);
		r->n++;
	}
	fclose(file);
	r->result = calloc(r->n + 1, sizeof(*r->result));
}

/* --- A row --- */

static inline int compare_times(const void *a, const void *b)
{
	const gitperf_time *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* From a commit to the first result that speaks for it: its own, or a later one's */
static inline size_t list_latencies(gitperf_time *out, const struct replay *r)
{
	gitperf_time soonest = 0;
	size_t i, n = 0;

	for (i = r->n; i-- > 0; ) {
		if (r->result[i] && (!soonest || r->result[i] < soonest))
			soonest = r->result[i];
		if (soonest)
			out[n++] = soonest > r->list[i].time ? soonest - r->list[i].time : 0;
	}
	qsort(out, n, sizeof(*out), compare_times);
	return n;
}

static inline void print_row(const struct replay *r, const char *name)
{
	gitperf_time *late = calloc(r->n + 1, sizeof(*late)), span, longest = 0;
	size_t i, first = 0, gap = 0, measured = 0, n = list_latencies(late, r);

	for (i = 0; i < r->n; i++) {
		if (r->result[i]) {
			measured++;
			first = i + 1;
			continue;
		}
		span = r->list[i].time - r->list[first].time;
		gap = i + 1 - first > gap ? i + 1 - first : gap;
		longest = span > longest ? span : longest;
	}
	printf("%-28s %6zu %6zu %6.1f %6.1f %6zu %7.1f %8.1f %8.1f\n", name, r->runs, r->most,
	       100.0 * (double)measured / (double)r->n, 100.0 * (double)r->represented / (double)r->n, gap,
	       (double)longest / 3600e9, n ? (double)late[n / 2] / 60e9 : 0, n ? (double)late[n - 1] / 60e9 : 0);
	free(late);
}

/* --- Planned, or what was done --- */

static inline int replay(const char *log, const char *policy, char **takes)
{
	struct sim_options o = { .planners = 1, .workers = 1, .timer = 15 * LAB_MINUTE };
	char suite[512], *line;
	struct replay r;
	struct sim sim;
	size_t counts[5], i;

	read_pushes(&r, log);
	snprintf(suite, sizeof(suite), "[policy]\n%s\n[platform \"p0\"]\n[platform \"p1\"]\n[platform \"p2\"]\n", policy);
	o.suite = suite;
	o.pushes = r.list;
	o.npushes = r.n;
	/* on one line, where several would be wanted in a suite */
	for (line = suite; (line = strchr(line, ';')); )
		*line = '\n';
	for (i = 0; i < LAB_PLATFORMS; i++)
		o.takes[i] = (gitperf_time)(strtod(takes[i], NULL) * (double)LAB_SECOND);
	sim_open(&sim, &o, 1);
	sim_run(&sim, r.list[r.n - 1].time);
	sim_drain(&sim);
	for (i = 0; i < r.n; i++)
		r.result[i] = sim.lab.commits[i + 1].result[0];
	for (i = 0; i < r.n; i++)
		r.runs += r.result[i] != 0;
	r.most = 1;
	count_fates(&sim, 0, counts);
	r.represented = counts[3];
	print_row(&r, policy);
	if (*sim.wrong)
		fprintf(stderr, "error: %s\n", sim.wrong);
	sim_close(&sim);
	free(r.list);
	free(r.result);
	return *sim.wrong != 0;
}

/* A commit that nobody measured has, at best, a later one to speak for it */
static inline int replayed(const char *log, const char *path)
{
	struct replay r;
	FILE *file = open_file(path);
	char line[512], when[64], id[64];
	size_t *runs, i, last = 0;

	read_pushes(&r, log);
	runs = calloc(r.n + 1, sizeof(*runs));
	while (fgets(line, sizeof(line), file)) {
		gitperf_time time;

		if (sscanf(line, "%63s %63s", when, id) != 2 || gitperf_time_parse(&time, when) < 0)
			continue;
		r.runs++;
		for (i = 0; i < r.n && strcmp(r.list[i].id, id); i++)
			;
		if (i == r.n)
			continue;
		r.most = ++runs[i] > r.most ? runs[i] : r.most;
		if (!r.result[i] || time < r.result[i])
			r.result[i] = time;
	}
	fclose(file);
	for (i = 0; i < r.n; i++)
		if (r.result[i])
			last = i;
	for (i = 0; i < last; i++)
		r.represented += !r.result[i];
	print_row(&r, "what was done");
	free(runs);
	free(r.list);
	free(r.result);
	return 0;
}

#endif
