/*
 * match.c - the rows that have one side only, and why
 *
 * A benchmark that was edited leaves two such rows, one for each side, which
 * become one. Whatever has no counterpart at all keeps its row and says what
 * happened to the other side.
 */
#include "base/compat.h"
#include "query/comparison.h"

#include <math.h>

static gitperf_compared *side_of(struct row *row, int side)
{
	return side == BASE ? &row->public.base : &row->public.head;
}

static int by_value(const void *a, const void *b)
{
	double x = ((const struct measured *)a)->value;
	double y = ((const struct measured *)b)->value;

	return (x > y) - (x < y);
}

/* What a side has to show; its runs are put into the order of their values */
static void fill_side(struct row *row, int side, const struct subject *subject)
{
	gitperf_compared *out = side_of(row, side);
	size_t n = row->nruns[side], i;

	out->value = NAN;
	out->runs = n;
	out->failed = subject->failed[side];
	out->status = subject->status[side];
	out->error = subject->error[side];
	if (!n) {
		out->carried = subject->carried[side];
		return;
	}
	out->unit = row->unit;
	out->workload = row->workload;
	qsort(row->runs[side], n, sizeof(*row->runs[side]), by_value);
	out->value = n % 2 ? row->runs[side][n / 2].value :
		row->runs[side][n / 2 - 1].value / 2 + row->runs[side][n / 2].value / 2;
	for (i = 0; i < n; i++)
		out->samples += row->runs[side][i].n;
}

static int is_one_sided(const struct row *row, int side)
{
	return row->nruns[side] && !row->nruns[!side];
}

static int is_same_metric(const struct row *a, const struct row *b)
{
	return a->subject == b->subject && !strcmp(a->public.metric, b->public.metric);
}

/* Rows of one metric of one subject come together, what both sides have first */
static int by_subject(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int diff = (x->subject > y->subject) - (x->subject < y->subject);

	if (!diff)
		diff = strcmp(x->public.metric, y->public.metric);
	if (!diff)
		diff = (is_one_sided(x, BASE) - is_one_sided(y, BASE)) * 2 +
		       is_one_sided(x, HEAD) - is_one_sided(y, HEAD);
	if (!diff && x->unit && y->unit && !(diff = strcmp(x->unit, y->unit)))
		diff = strcmp(x->workload, y->workload);
	return diff;
}

/* `other` gives its only side to `row` and is no row of its own any more */
static void merge(struct row *row, struct row *other, int side)
{
	*side_of(row, side) = *side_of(other, side);
	row->runs[side] = other->runs[side];
	row->nruns[side] = other->nruns[side];
	row->public.headline |= other->public.headline;
	row->public.obstacle = strcmp(row->workload, other->workload) ?
		GITPERF_OBSTACLE_WORKLOAD : GITPERF_OBSTACLE_UNIT;
	other->runs[side] = NULL;
	other->nruns[side] = 0;
	other->public.metric = NULL;
}

/* Base-only rows stand behind the head-only ones of the same metric */
static void pair_up(gitperf_comparison *c)
{
	size_t i, head = 0;

	for (i = 0; i < c->nrows; i++) {
		if (!i || !is_same_metric(&c->rows[i], &c->rows[i - 1]))
			head = i;
		if (!is_one_sided(&c->rows[i], BASE))
			continue;
		while (head < i && !is_one_sided(&c->rows[head], HEAD))
			head++;
		if (head < i)
			merge(&c->rows[i], &c->rows[head++], HEAD);
	}
}

static void drop_merged(gitperf_comparison *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->nrows; i++)
		if (c->rows[i].public.metric)
			c->rows[n++] = c->rows[i];
	c->nrows = n;
}

static gitperf_obstacle explain(struct row *row, const struct subject *subject,
				const struct group *group)
{
	int missing = row->nruns[BASE] ? HEAD : BASE;
	gitperf_compared *side = side_of(row, missing);

	if (row->nruns[BASE] && row->nruns[HEAD])
		return row->public.obstacle;
	if (subject->failed[missing] || !row->nruns[!missing])
		return GITPERF_OBSTACLE_FAILED;
	if (!group->runs[missing])
		return GITPERF_OBSTACLE_ELSEWHERE;
	if (!subject->ok[missing] && group->broken[missing]) {
		side->status = group->status[missing];
		side->error = group->error[missing];
		side->failed = group->broken[missing];
		return GITPERF_OBSTACLE_FAILED;
	}
	if (side->carried)
		return GITPERF_OBSTACLE_CARRIED;
	return missing == HEAD ? GITPERF_OBSTACLE_ONLY_BASE : GITPERF_OBSTACLE_ONLY_HEAD;
}

void gitperf_comparison__match(gitperf_comparison *c)
{
	size_t i;

	if (c->nrows)
		qsort(c->rows, c->nrows, sizeof(*c->rows), by_subject);
	for (i = 0; i < c->nrows; i++) {
		const struct subject *subject = &c->subjects[c->rows[i].subject];

		fill_side(&c->rows[i], BASE, subject);
		fill_side(&c->rows[i], HEAD, subject);
	}
	pair_up(c);
	drop_merged(c);
	for (i = 0; i < c->nrows; i++) {
		const struct subject *subject = &c->subjects[c->rows[i].subject];
		gitperf_comparison_row *row = &c->rows[i].public;

		row->group = subject->group;
		row->benchmark = subject->benchmark;
		row->params = subject->params;
		row->nparams = subject->nparams;
		row->ratio.value = row->ratio.low = row->ratio.high = NAN;
		row->obstacle = explain(&c->rows[i], subject, &c->groups[subject->group]);
	}
}
