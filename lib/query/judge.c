/*
 * judge.c - rows to ratios and verdicts
 *
 * Verdicts are simultaneous: each interval has the confidence that makes all
 * of them hold together. Which rows can have a verdict depends on how many
 * values they have, never on what these are, so a row that cannot costs the
 * others nothing.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/comparison.h"

#include <math.h>

/* An interval with no change in it and such a factor, too, leaves all open */
#define VAGUE 1.5

int gitperf_comparison__is_comparable(const struct row *row)
{
	return row->public.obstacle == GITPERF_OBSTACLE_NONE;
}

static int has_samples(const struct row *row)
{
	return row->runs[BASE][0].samples && row->runs[HEAD][0].samples;
}

/* The runs' values, those of base first */
static double *collect_values(const struct row *row)
{
	size_t n = row->nruns[BASE] + row->nruns[HEAD], i, at = 0;
	double *values = calloc(n, sizeof(*values));
	int side;

	for (side = BASE; side <= HEAD && values; side++)
		for (i = 0; i < row->nruns[side]; i++)
			values[at++] = row->runs[side][i].value;
	return values;
}

static int compare_by_runs(struct row *row, double confidence)
{
	size_t na = row->nruns[BASE], nb = row->nruns[HEAD];
	gitperf_comparison_row *out = &row->public;
	double *values = collect_values(row);

	if (!values)
		return gitperf_fail_oom();
	gitperf_stats_mean_ratio(&out->ratio, values, na, values + na, nb, confidence);
	free(values);
	out->by_runs = 1;
	out->needed = 2;
	if (na + nb - 2 < RUNS_DF_MIN)
		out->ratio.confidence = 0;
	return 0;
}

static int moments_of(gitperf_moments *out, const struct measured *m)
{
	gitperf_stats stats;
	int err = 0;

	out->mean = m->value;
	out->n = m->n;
	out->stddev = m->stddev;
	if (m->samples && (err = gitperf_stats_summarise(&stats, m->samples, m->n)) >= 0)
		out->stddev = stats.stddev;
	return err;
}

static int compare_summaries(struct row *row, double confidence)
{
	gitperf_moments a, b;
	int err;

	if ((err = moments_of(&a, &row->runs[BASE][0])) < 0 ||
	    (err = moments_of(&b, &row->runs[HEAD][0])) < 0)
		return err;
	gitperf_stats_summary_ratio(&row->public.ratio, &a, &b, confidence);
	row->public.needed = a.n < 2 || b.n < 2 ? 2 : 0;
	return 0;
}

static int compute(gitperf_comparison *c, struct row *row, double confidence)
{
	const struct measured *a = row->runs[BASE], *b = row->runs[HEAD];
	gitperf_comparison_row *out = &row->public;
	int many = row->nruns[BASE] > 1 || row->nruns[HEAD] > 1;

	out->paired = c->interleaved && !many && has_samples(row) && a->n == b->n;
	out->unconfirmed = !c->interleaved && (row->nruns[BASE] == 1 || row->nruns[HEAD] == 1);
	if (many)
		return compare_by_runs(row, confidence);
	if (!has_samples(row))
		return compare_summaries(row, confidence);
	if (out->paired) {
		out->needed = gitperf_stats_pairs_needed(confidence);
		return gitperf_stats_interleaved_ratio(&out->ratio, a->samples, b->samples,
						       a->n, confidence);
	}
	out->needed = gitperf_stats_samples_needed(confidence);
	return gitperf_stats_ratio(&out->ratio, a->samples, a->n, b->samples, b->n, confidence);
}

static int is_zero(const struct row *row, int side)
{
	size_t i, j;

	for (i = 0; i < row->nruns[side]; i++) {
		const struct measured *m = &row->runs[side][i];

		if (fabs(m->value) > 0)
			return 0;
		for (j = 0; m->samples && j < m->n; j++)
			if (fabs(m->samples[j]) > 0)
				return 0;
	}
	return 1;
}

static gitperf_verdict judge(const gitperf_comparison *c, gitperf_comparison_row *row)
{
	const gitperf_ratio *r = &row->ratio;

	if (r->low <= 1 && r->high >= 1 && (r->high > VAGUE || r->low < 1 / VAGUE)) {
		row->needed = 0;
		return GITPERF_VERDICT_INSUFFICIENT;
	}
	if ((r->low <= 1 && r->high >= 1) || fabs(log(r->value)) < log1p(c->floor))
		return GITPERF_VERDICT_NO_CHANGE;
	if (row->better == GITPERF_BETTER_NONE)
		return GITPERF_VERDICT_CHANGE;
	return (r->value > 1) == (row->better == GITPERF_BETTER_LOWER) ?
		GITPERF_VERDICT_REGRESSION : GITPERF_VERDICT_IMPROVEMENT;
}

/* The ratio at the confidence of one row alone; 1 if that can be reached */
static int try_row(gitperf_comparison *c, struct row *row)
{
	gitperf_comparison_row *out = &row->public;
	int err = compute(c, row, c->confidence);

	if (err < 0)
		return err;
	out->verdict = GITPERF_VERDICT_INSUFFICIENT;
	if (is_zero(row, BASE) && is_zero(row, HEAD)) {
		/* nothing there before, nothing now: no ratio is needed for that */
		out->verdict = GITPERF_VERDICT_NO_CHANGE;
		out->ratio.value = out->ratio.low = out->ratio.high = 1;
		return 0;
	}
	if (isnan(out->ratio.value)) {
		out->verdict = GITPERF_VERDICT_NOT_COMPARABLE;
		out->obstacle = GITPERF_OBSTACLE_NOT_POSITIVE;
		return 0;
	}
	return out->ratio.confidence >= c->confidence;
}

/* Without a verdict a row can only say what it would take to join the others */
static int finish_row(gitperf_comparison *c, struct row *row, double level)
{
	gitperf_comparison_row *out = &row->public;
	int err;

	if (out->verdict != GITPERF_VERDICT_INSUFFICIENT)
		return 0;
	/* a single row was computed at its level already */
	err = level > c->confidence ? compute(c, row, level) : 0;
	if (!err && out->ratio.confidence >= level)
		out->verdict = judge(c, out);
	return err;
}

int gitperf_comparison__judge(gitperf_comparison *c)
{
	size_t i, judged = 0;
	double level;
	int able, err = 0;

	for (i = 0; i < c->nrows; i++) {
		if (!gitperf_comparison__is_comparable(&c->rows[i]))
			continue;
		able = try_row(c, &c->rows[i]);
		if (able < 0)
			return able;
		judged += (size_t)able;
	}
	level = 1 - (1 - c->confidence) / (double)(judged ? judged : 1);
	for (i = 0; i < c->nrows && !err; i++)
		if (gitperf_comparison__is_comparable(&c->rows[i]))
			err = finish_row(c, &c->rows[i], level);
	return err;
}
