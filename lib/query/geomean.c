/*
 * geomean.c - one number for a group: how its benchmarks changed on the whole
 *
 * What disturbs a machine disturbs all its benchmarks alike, so their ratios
 * are not independent, and the mean is made where the disturbance is the same:
 * within a round of pairs, within a run. Only where there is a single run of
 * each commit, and nothing else to go by, are they combined as if they were.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/comparison.h"

#include <math.h>

/* With so many degrees of freedom Student's t is the normal distribution */
#define NORMAL SIZE_MAX

struct members {
	const struct row **rows;
	size_t n;
};

/* Higher is better: turned round, so that above 1 is worse for all */
static double sign_of(const struct row *row)
{
	return row->public.better == GITPERF_BETTER_HIGHER ? -1 : 1;
}

static int is_member(const struct row *row, size_t group)
{
	return row->public.group == group && row->public.headline &&
	       gitperf_comparison__is_comparable(row) &&
	       row->public.better != GITPERF_BETTER_NONE &&
	       row->public.base.value > 0 && row->public.head.value > 0;
}

static int find_members(struct members *out, const gitperf_comparison *c, size_t group)
{
	size_t i;

	out->n = 0;
	out->rows = calloc(c->nrows + 1, sizeof(*out->rows));
	if (!out->rows)
		return gitperf_fail_oom();
	for (i = 0; i < c->nrows; i++)
		if (is_member(&c->rows[i], group))
			out->rows[out->n++] = &c->rows[i];
	return 0;
}

/* Rounds that all of them took part in; 0 if they are not all paired */
static size_t count_rounds(const struct members *m)
{
	size_t least = SIZE_MAX, i;

	for (i = 0; i < m->n; i++) {
		if (!m->rows[i]->public.paired)
			return 0;
		if (m->rows[i]->runs[BASE][0].n < least)
			least = m->rows[i]->runs[BASE][0].n;
	}
	return m->n ? least : 0;
}

/* Each round's geometric mean, as a pair with 1 */
static int by_rounds(gitperf_ratio *out, const struct members *m, size_t rounds,
		     double confidence)
{
	double *base = calloc(2 * rounds, sizeof(*base)), *head = base + rounds;
	size_t i, j;
	int err;

	if (!base)
		return gitperf_fail_oom();
	for (i = 0; i < rounds; i++) {
		double sum = 0;

		for (j = 0; j < m->n; j++)
			sum += sign_of(m->rows[j]) * (log(m->rows[j]->runs[HEAD][0].samples[i]) -
						      log(m->rows[j]->runs[BASE][0].samples[i]));
		base[i] = 1;
		head[i] = exp(sum / (double)m->n);
	}
	err = gitperf_stats_paired_ratio(out, base, head, rounds, confidence);
	free(base);
	return err;
}

static int is_by_runs(const struct members *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->rows[i]->public.by_runs)
			return 1;
	return 0;
}

/* The geometric means of the runs that have all members; returns how many */
static size_t collect_runs(double *out, const struct members *m, size_t *seen,
			   int side, size_t runs)
{
	size_t i, j, n = 0;

	for (i = 0; i < runs; i++) {
		out[i] = 0;
		seen[i] = 0;
	}
	for (i = 0; i < m->n; i++)
		for (j = 0; j < m->rows[i]->nruns[side]; j++) {
			const struct measured *one = &m->rows[i]->runs[side][j];

			seen[one->run]++;
			out[one->run] += sign_of(m->rows[i]) * log(one->value);
		}
	for (i = 0; i < runs; i++)
		if (seen[i] == m->n)
			out[n++] = exp(out[i] / (double)m->n);
	return n;
}

static int by_runs(gitperf_ratio *out, const struct members *m,
		   const struct group *group, double confidence)
{
	size_t na = group->runs[BASE], nb = group->runs[HEAD], most = na > nb ? na : nb;
	double *base = calloc(na + nb, sizeof(*base)), *head = base + na;
	size_t *seen = calloc(most, sizeof(*seen));
	int err = 0;

	if (!base || !seen) {
		err = gitperf_fail_oom();
		goto out;
	}
	na = collect_runs(base, m, seen, BASE, na);
	nb = collect_runs(head, m, seen, HEAD, nb);
	gitperf_stats_mean_ratio(out, base, na, head, nb, confidence);
	if (na + nb < RUNS_DF_MIN + 2)
		out->confidence = 0;
out:
	free(base);
	free(seen);
	return err;
}

/*
 * By normal theory: half of an interval is its quantile times the standard
 * error (for Wilcoxon's: Lehmann, Ann. Math. Stat. 34, 1963), and the variance
 * of a mean is the sum of the variances over n squared.
 */
static void by_intervals(gitperf_ratio *out, const struct members *m, double confidence)
{
	double sum = 0, variance = 0, z, error, half;
	int have_all = m->n > 0;
	size_t i;

	for (i = 0; i < m->n; i++) {
		const gitperf_ratio *r = &m->rows[i]->public.ratio;

		sum += sign_of(m->rows[i]) * log(r->value);
		have_all &= r->confidence > 0.5 && r->confidence < 1;
		z = have_all ? gitperf_stats_t_quantile((1 + r->confidence) / 2, NORMAL) : 1;
		error = log(r->high / r->low) / 2 / z;
		variance += error * error;
	}
	if (!m->n)
		return;
	sum /= (double)m->n;
	half = gitperf_stats_t_quantile((1 + confidence) / 2, NORMAL) * sqrt(variance) / (double)m->n;
	out->value = exp(sum);
	out->low = exp(have_all ? sum - half : sum);
	out->high = exp(have_all ? sum + half : sum);
	out->confidence = have_all ? confidence : 0;
}

static int geomean(gitperf_comparison *c, size_t group)
{
	gitperf_comparison_group *out = &c->groups[group].public;
	struct members m;
	size_t rounds;
	int err = find_members(&m, c, group);

	if (err < 0)
		return err;
	out->benchmarks = m.n;
	out->geomean.value = out->geomean.low = out->geomean.high = NAN;
	out->geomean.na = out->geomean.nb = m.n;
	rounds = count_rounds(&m);
	if (rounds)
		err = by_rounds(&out->geomean, &m, rounds, c->confidence);
	else if (is_by_runs(&m))
		err = by_runs(&out->geomean, &m, &c->groups[group], c->confidence);
	else
		by_intervals(&out->geomean, &m, c->confidence);
	free(m.rows);
	return err;
}

int gitperf_comparison__geomeans(gitperf_comparison *c)
{
	size_t i;
	int err = 0;

	for (i = 0; i < c->ngroups && !err; i++)
		err = geomean(c, i);
	return err;
}
