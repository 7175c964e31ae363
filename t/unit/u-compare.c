/*
 * u-compare.c - lib/query: two runs side by side
 *
 * Records are made by hand; what two commits of a repository are is the
 * business of t/t3003-diff.sh.
 */
#include "base/compat.h"

#include <gitperf/compare.h>
#include <math.h>

#include "random.h"
#include "tap.h"

#define SAMPLES_MAX 60
#define BENCHES_MAX 24

/* One run in the making: benchmarks with a metric each */
struct made {
	gitperf_record record;
	gitperf_benchmark benches[BENCHES_MAX];
	gitperf_metric metrics[BENCHES_MAX];
	gitperf_summary summaries[BENCHES_MAX];
	gitperf_number samples[BENCHES_MAX][SAMPLES_MAX];
};

static struct made base, head;

static void reset(struct made *m)
{
	static const gitperf_record blank = GITPERF_RECORD_INIT;

	memset(m, 0, sizeof(*m));
	m->record = blank;
	m->record.commit = m == &base ? "1111111111111111111111111111111111111111" :
		"2222222222222222222222222222222222222222";
	m->record.platform = "x86-64-linux";
	m->record.benchmarks = m->benches;
}

static void reset_both(void)
{
	reset(&base);
	reset(&head);
}

static gitperf_metric *add(struct made *m, const char *name)
{
	size_t i = m->record.nbenchmarks++;

	m->benches[i].name = name;
	m->benches[i].metrics = &m->metrics[i];
	m->benches[i].nmetrics = 1;
	m->metrics[i].name = "wall";
	m->metrics[i].unit = "ns";
	m->metrics[i].better = GITPERF_BETTER_LOWER;
	m->metrics[i].samples = m->samples[i];
	return &m->metrics[i];
}

static gitperf_benchmark *last(struct made *m)
{
	return &m->benches[m->record.nbenchmarks - 1];
}

/* Samples around a centre, which go up and down by `spread` */
static gitperf_metric *add_samples(struct made *m, const char *name, double centre,
				   double spread, size_t n)
{
	gitperf_metric *metric = add(m, name);
	gitperf_number *samples = m->samples[m->record.nbenchmarks - 1];
	size_t i;

	for (i = 0; i < n; i++) {
		samples[i].as.real = centre * (1 + spread * sin((double)i * 2.4));
		samples[i].is_real = 1;
	}
	metric->nsamples = n;
	return metric;
}

static void add_summary(struct made *m, const char *name, double mean, double stddev,
			int64_t n)
{
	gitperf_metric *metric = add(m, name);
	gitperf_summary *s = &m->summaries[m->record.nbenchmarks - 1];

	s->have = 1u << GITPERF_SUMMARY_MEAN | 1u << GITPERF_SUMMARY_N;
	s->field[GITPERF_SUMMARY_MEAN].as.real = mean;
	s->field[GITPERF_SUMMARY_MEAN].is_real = 1;
	s->field[GITPERF_SUMMARY_N] = gitperf_number_int(n);
	if (stddev >= 0) {
		s->have |= 1u << GITPERF_SUMMARY_STDDEV;
		s->field[GITPERF_SUMMARY_STDDEV].as.real = stddev;
		s->field[GITPERF_SUMMARY_STDDEV].is_real = 1;
	}
	metric->samples = NULL;
	metric->summary = s;
}

static gitperf_comparison *compare(const gitperf_compare_options *options)
{
	gitperf_comparison *c = NULL;

	is_ok(gitperf_compare_runs(&c, &base.record, &head.record, options), "compared");
	return c;
}

static const gitperf_comparison_row *find(const gitperf_comparison *c, const char *name)
{
	static const gitperf_comparison_row none;
	size_t i;

	for (i = 0; i < gitperf_comparison_count(c); i++)
		if (!strcmp(gitperf_comparison_row_at(c, i)->benchmark, name))
			return gitperf_comparison_row_at(c, i);
	ok(0, "there is a row of '%s'", name);
	return &none;
}

static void is_verdict(const gitperf_comparison *c, const char *name, const char *want)
{
	is_str(gitperf_verdict_name(find(c, name)->verdict), want, name);
}

static void is_obstacle(const gitperf_comparison *c, const char *name, const char *want)
{
	is_verdict(c, name, "not-comparable");
	is_str(gitperf_obstacle_name(find(c, name)->obstacle), want, "... because of");
	ok(isnan(find(c, name)->ratio.value), "... no ratio");
}

/* --- Verdicts ------------------------------------------------------------- */

static void test_verdicts(void)
{
	static const char *const order[] = {
		"throughput", "slower", "faster", "handles", "few", "tiny", "same"
	};
	gitperf_comparison *c;
	size_t i;

	reset_both();
	add_samples(&base, "slower", 100, 0.02, 20);
	add_samples(&head, "slower", 110, 0.02, 20);
	add_samples(&base, "faster", 100, 0.02, 20);
	add_samples(&head, "faster", 92, 0.02, 20);
	add_samples(&base, "throughput", 1000, 0.02, 20)->better = GITPERF_BETTER_HIGHER;
	add_samples(&head, "throughput", 800, 0.02, 20)->better = GITPERF_BETTER_HIGHER;
	add_samples(&base, "handles", 100, 0, 20)->better = GITPERF_BETTER_NONE;
	add_samples(&head, "handles", 101, 0, 20)->better = GITPERF_BETTER_NONE;
	add_samples(&base, "tiny", 100, 0.02, 20);
	add_samples(&head, "tiny", 100.4, 0.02, 20);
	add_samples(&base, "same", 100, 0.02, 20);
	add_samples(&head, "same", 100, 0.02, 20);
	add_samples(&base, "few", 100, 0.02, 5);
	add_samples(&head, "few", 105, 0.02, 5);
	c = compare(NULL);
	is_verdict(c, "slower", "regression");
	is_near(find(c, "slower")->ratio.value, 1.1, 1e-12, "... by how much");
	ok(find(c, "slower")->paired && !find(c, "slower")->unconfirmed, "... in pairs");
	is_verdict(c, "faster", "improvement");
	is_verdict(c, "throughput", "regression");
	is_verdict(c, "handles", "change");
	is_verdict(c, "tiny", "no-change");
	is_verdict(c, "same", "no-change");
	is_near(find(c, "same")->ratio.value, 1, 0, "... at all");
	is_verdict(c, "few", "insufficient-data");
	/* 6 can be judged: 1 - 0.01 / 6 takes 2 / 2^n below 0.00167 */
	is_int((int64_t)find(c, "few")->needed, 11, "... which would take 11");
	is_int((int64_t)find(c, "few")->ratio.na, 5, "... and are 5");
	is_near(find(c, "few")->ratio.confidence, 0.9375, 0, "... which reach 94 %");
	for (i = 0; i < ARRAY_SIZE(order); i++)
		is_str(gitperf_comparison_row_at(c, i)->benchmark, order[i], "the largest change first");
	is_int((int64_t)gitperf_comparison_verdicts(c, GITPERF_VERDICT_REGRESSION), 2, "two regressions");
	is_int((int64_t)gitperf_comparison_verdicts(c, GITPERF_VERDICT_NO_CHANGE), 2, "two without change");
	is_str(gitperf_comparison_base(c)->id, base.record.commit, "base is base");
	is_int((int64_t)gitperf_comparison_head(c)->runs, 1, "one run");
	gitperf_comparison_free(c);
}

static void test_family(void)
{
	gitperf_compare_options options = GITPERF_COMPARE_OPTIONS_INIT;
	gitperf_comparison *c;

	reset_both();
	add_samples(&base, "a", 100, 0.01, 10);
	add_samples(&head, "a", 110, 0.01, 10);
	c = compare(NULL);
	is_verdict(c, "a", "regression");
	is_int((int64_t)find(c, "a")->needed, 8, "one question takes 8 pairs");
	gitperf_comparison_free(c);
	add_samples(&base, "b", 100, 0.01, 7);
	add_samples(&head, "b", 110, 0.01, 7);
	c = compare(NULL);
	is_verdict(c, "a", "regression");
	is_int((int64_t)find(c, "a")->needed, 8, "one that cannot be answered costs nothing");
	gitperf_comparison_free(c);
	options.confidence = 0.9;
	c = compare(&options);
	is_int((int64_t)find(c, "a")->needed, 6, "two questions at 90 % take 6 each");
	is_verdict(c, "b", "regression");
	is_near(gitperf_comparison_confidence(c), 0.9, 0, "the confidence is told");
	gitperf_comparison_free(c);
	options.confidence = 0;
	options.floor = 0.2;
	c = compare(&options);
	is_verdict(c, "a", "no-change");
	gitperf_comparison_free(c);
	options.floor = 0;
	options.confidence = 1;
	is_err(gitperf_compare_runs(&c, &base.record, &head.record, &options), GITPERF_EINVALID,
	       "certainty is not to be had");
	ok(!c && gitperf_error_hint(), "... and nothing is owed");
}

static void test_uneven(void)
{
	gitperf_comparison *c;

	reset_both();
	add_samples(&base, "uneven", 100, 0.01, 12);
	add_samples(&head, "uneven", 110, 0.01, 10);
	add_summary(&base, "summary", 100, 1, 10);
	add_summary(&head, "summary", 110, 1, 10);
	add_summary(&base, "mixed", 100, 1, 10);
	add_samples(&head, "mixed", 110, 0.01, 10);
	add_summary(&base, "bare", 100, -1, 10);
	add_summary(&head, "bare", 110, -1, 10);
	add_summary(&base, "single", 100, 0, 1);
	add_summary(&head, "single", 110, 0, 1);
	add_samples(&base, "none", 0, 0, 10);
	add_samples(&head, "none", 0, 0, 10);
	add_samples(&base, "some", 0, 0, 10);
	add_samples(&head, "some", 3, 0, 10);
	c = compare(NULL);
	is_verdict(c, "uneven", "regression");
	ok(!find(c, "uneven")->paired && find(c, "uneven")->ratio.na == 12, "... without pairs");
	is_verdict(c, "summary", "regression");
	is_verdict(c, "mixed", "regression");
	is_verdict(c, "bare", "insufficient-data");
	is_int((int64_t)find(c, "bare")->needed, 0, "... no number would help");
	is_near(find(c, "bare")->ratio.value, 1.1, 1e-12, "... but there is a ratio");
	is_verdict(c, "single", "insufficient-data");
	is_int((int64_t)find(c, "single")->needed, 2, "... it takes two");
	is_verdict(c, "none", "no-change");
	is_obstacle(c, "some", "not-positive");
	gitperf_comparison_free(c);
}

/* --- What cannot be compared ---------------------------------------------- */

static void fail_last(struct made *m, gitperf_status status, const char *error)
{
	last(m)->status = status;
	last(m)->nmetrics = 0;
	last(m)->error = error;
}

static void test_obstacles(void)
{
	gitperf_comparison *c;

	reset_both();
	add_samples(&base, "gone", 100, 0.01, 10);
	add_samples(&head, "new", 100, 0.01, 10);
	add_samples(&base, "broken", 100, 0.01, 10);
	add(&head, "broken");
	fail_last(&head, GITPERF_STATUS_BUILD_FAILED, "no rule to make it");
	add(&base, "both");
	fail_last(&base, GITPERF_STATUS_FAILED, "exit 1");
	add(&head, "both");
	fail_last(&head, GITPERF_STATUS_TIMEOUT, "too slow");
	add_samples(&base, "edited", 100, 0.01, 10);
	last(&base)->workload = "aaaaaaaaaaaaaaaa";
	add_samples(&head, "edited", 100, 0.01, 10);
	last(&head)->workload = "bbbbbbbbbbbbbbbb";
	add_samples(&base, "unit", 100, 0.01, 10);
	add_samples(&head, "unit", 100, 0.01, 10)->unit = "bytes";
	add_samples(&base, "turned", 100, 0.01, 10);
	add_samples(&head, "turned", 100, 0.01, 10)->better = GITPERF_BETTER_HIGHER;
	add_samples(&base, "fine", 100, 0.01, 10);
	add_samples(&head, "fine", 100, 0.01, 10);
	c = compare(NULL);
	is_int((int64_t)gitperf_comparison_count(c), 8, "a row for each");
	is_obstacle(c, "gone", "only-base");
	is_obstacle(c, "new", "only-head");
	is_obstacle(c, "broken", "failed");
	is_str(find(c, "broken")->head.error, "no rule to make it", "... says why");
	is_int(find(c, "broken")->head.status, GITPERF_STATUS_BUILD_FAILED, "... and how");
	is_near(find(c, "broken")->base.value, 100, 0.02, "... and what base had");
	is_obstacle(c, "both", "failed");
	is_str(find(c, "both")->metric, "", "... without a metric");
	is_int(find(c, "both")->base.status, GITPERF_STATUS_FAILED, "... in base");
	is_int(find(c, "both")->head.status, GITPERF_STATUS_TIMEOUT, "... in head");
	is_obstacle(c, "edited", "workload");
	is_str(find(c, "edited")->base.workload, "aaaaaaaaaaaaaaaa", "... base's");
	is_str(find(c, "edited")->head.workload, "bbbbbbbbbbbbbbbb", "... head's");
	is_obstacle(c, "unit", "unit");
	is_str(find(c, "unit")->head.unit, "bytes", "... head's");
	is_obstacle(c, "turned", "unit");
	is_str(gitperf_comparison_row_at(c, 0)->benchmark, "fine", "what can be compared comes first");
	is_int((int64_t)gitperf_comparison_group_at(c, 0)->benchmarks, 1, "the mean is of what can be");
	gitperf_comparison_free(c);
}

static void test_elsewhere(void)
{
	static const gitperf_pair gcc[] = { { "compiler", "gcc" }, { "opt", "2" } };
	static const gitperf_pair clang[] = { { "compiler", "clang" }, { "opt", "2" } };
	static const gitperf_pair turned[] = { { "opt", "2" }, { "compiler", "gcc" } };
	gitperf_compare_options options = GITPERF_COMPARE_OPTIONS_INIT;
	gitperf_comparison *c;

	reset_both();
	add_samples(&base, "sort", 100, 0.01, 10);
	add_samples(&head, "sort", 200, 0.01, 10);
	base.record.config = gcc;
	head.record.config = clang;
	base.record.nconfig = head.record.nconfig = 2;
	c = compare(NULL);
	is_int((int64_t)gitperf_comparison_ngroups(c), 2, "configurations are apart");
	is_str(gitperf_comparison_group_at(c, 0)->config[0].value, "clang", "... in order");
	is_obstacle(c, "sort", "elsewhere");
	is_int((int64_t)gitperf_comparison_count(c), 2, "... in both");
	ok(isnan(gitperf_comparison_group_at(c, 0)->geomean.value), "... and no mean");
	gitperf_comparison_free(c);
	head.record.config = turned;
	c = compare(NULL);
	is_verdict(c, "sort", "regression");
	gitperf_comparison_free(c);
	options.config = clang;
	options.nconfig = 1;
	is_err(gitperf_compare_runs(&c, &base.record, &head.record, &options), GITPERF_ENOTFOUND,
	       "nothing has that configuration");
	options.nconfig = 0;
	head.record.platform = "aarch64-linux";
	c = compare(NULL);
	is_obstacle(c, "sort", "elsewhere");
	gitperf_comparison_free(c);
	options.platform = "aarch64-linux";
	is_err(gitperf_compare_runs(&c, &base.record, &head.record, &options), GITPERF_ENOTFOUND,
	       "base is not of that platform");
}

static void test_filters(void)
{
	static const char *const names[] = { "two", NULL };
	static gitperf_number samples[12];
	gitperf_metric metrics[2];
	gitperf_compare_options options = GITPERF_COMPARE_OPTIONS_INIT;
	gitperf_comparison *c;
	size_t i;

	for (i = 0; i < 12; i++)
		samples[i] = gitperf_number_int(7);
	reset_both();
	add_samples(&base, "one", 100, 0.01, 12);
	add_samples(&head, "one", 110, 0.01, 12);
	add_samples(&base, "two", 100, 0.01, 12);
	add_samples(&head, "two", 120, 0.01, 12);
	metrics[0] = head.metrics[1];
	metrics[1] = (gitperf_metric){ "max_rss", "bytes", GITPERF_BETTER_LOWER, samples, 12, NULL };
	last(&base)->metrics = last(&head)->metrics = metrics;
	last(&base)->nmetrics = last(&head)->nmetrics = 2;
	c = compare(NULL);
	is_int((int64_t)gitperf_comparison_count(c), 2, "runs show wall of what has it");
	is_int((int64_t)gitperf_comparison_group_at(c, 0)->benchmarks, 2, "... and headlines are one each");
	gitperf_comparison_free(c);
	options.metric = "max_rss";
	c = compare(&options);
	is_int((int64_t)gitperf_comparison_count(c), 1, "one metric");
	ok(find(c, "two")->headline, "... is the headline then");
	gitperf_comparison_free(c);
	options.metric = NULL;
	options.benchmarks = names;
	c = compare(&options);
	is_int((int64_t)gitperf_comparison_count(c), 1, "one benchmark");
	gitperf_comparison_free(c);
}

static void test_labels(void)
{
	gitperf_comparison *c;

	reset_both();
	add_samples(&base, "sort", 100, 0.01, 12);
	add_samples(&head, "sort", 110, 0.01, 12);
	base.record.fingerprint = "0123456789abcdef";
	c = compare(NULL);
	ok(!gitperf_comparison_group_at(c, 0)->environment_changed, "an unknown environment is no change");
	gitperf_comparison_free(c);
	head.record.fingerprint = "fedcba9876543210";
	head.record.dirty = 1;
	c = compare(NULL);
	ok(gitperf_comparison_group_at(c, 0)->environment_changed, "another environment is");
	is_verdict(c, "sort", "regression");
	is_int((int64_t)gitperf_comparison_verdicts(c, GITPERF_VERDICT_REGRESSION), 0, "... which is advice only");
	is_int((int64_t)gitperf_comparison_group_at(c, 0)->head_dirty, 1, "head was dirty");
	is_int((int64_t)gitperf_comparison_group_at(c, 0)->base_dirty, 0, "base was not");
	gitperf_comparison_free(c);
}

static void test_broken_run(void)
{
	static const gitperf_step steps[] = {
		{ "fetch", GITPERF_STATUS_OK, NULL, 1 },
		{ "build", GITPERF_STATUS_BUILD_FAILED, "cc: not found", 2 },
	};
	gitperf_comparison *c = NULL;

	reset_both();
	add_samples(&base, "sort", 100, 0.01, 12);
	head.record.outcome = GITPERF_OUTCOME_FAILED;
	head.record.steps = steps;
	head.record.nsteps = 2;
	is_err(gitperf_compare_runs(&c, &base.record, &head.record, NULL), GITPERF_ENOTFOUND,
	       "a run that came to nothing");
	ok(!c, "... is not compared");
	is_str(gitperf_error_message(), "the head run has nothing to compare", "... and is named");
}

/* --- Geometric means ------------------------------------------------------ */

static void test_geomeans(void)
{
	gitperf_comparison *c;
	const gitperf_comparison_group *group;

	reset_both();
	add_samples(&base, "a", 100, 0.02, 20);
	add_samples(&head, "a", 121, 0.02, 20);
	add_samples(&base, "b", 100, 0.03, 20)->better = GITPERF_BETTER_HIGHER;
	add_samples(&head, "b", 100, 0.03, 20)->better = GITPERF_BETTER_HIGHER;
	add_samples(&base, "info", 100, 0.03, 20)->better = GITPERF_BETTER_NONE;
	add_samples(&head, "info", 1000, 0.03, 20)->better = GITPERF_BETTER_NONE;
	c = compare(NULL);
	group = gitperf_comparison_group_at(c, 0);
	is_near(group->geomean.value, 1.1, 1e-12, "sqrt(1.21)");
	is_int((int64_t)group->benchmarks, 2, "of those with a direction");
	ok(group->geomean.confidence >= 0.99 && group->geomean.low <= 1.1 + 1e-9 &&
	   group->geomean.high >= 1.1 - 1e-9, "with an interval");
	gitperf_comparison_free(c);
	reset_both();
	add_samples(&base, "a", 100, 0, 20)->better = GITPERF_BETTER_HIGHER;
	add_samples(&head, "a", 50, 0, 20)->better = GITPERF_BETTER_HIGHER;
	c = compare(NULL);
	is_near(gitperf_comparison_group_at(c, 0)->geomean.value, 2, 1e-12, "half as high is twice as bad");
	gitperf_comparison_free(c);
	reset_both();
	add_samples(&base, "a", 100, 0.01, 20);
	add_samples(&head, "a", 121, 0.01, 19);
	add_summary(&base, "b", 100, 1, 10);
	add_summary(&head, "b", 100, 1, 10);
	c = compare(NULL);
	group = gitperf_comparison_group_at(c, 0);
	ok(fabs(group->geomean.value - 1.1) < 0.001, "of samples and a summary");
	ok(group->geomean.confidence >= 0.99 && group->geomean.low > 1.09 && group->geomean.high < 1.11,
	   "... with an interval");
	gitperf_comparison_free(c);
	add_summary(&base, "c", 100, -1, 10);
	add_summary(&head, "c", 133.1, -1, 10);
	c = compare(NULL);
	group = gitperf_comparison_group_at(c, 0);
	ok(group->geomean.confidence == 0 && fabs(group->geomean.value - 1.1 * 1.1 / 1.0329) < 0.01,
	   "no interval where one of them has none");
	gitperf_comparison_free(c);
}

/* --- How often a verdict is right ----------------------------------------- */

/*
 * Two versions of `benches` benchmarks that took turns 20 times: noise of 1 %,
 * on a machine that drifts by as much from round to round. `slower` applies to
 * the first one.
 */
static void make_rounds(size_t benches, double slower)
{
	static const char *const names[] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
		"n", "o", "p", "q", "r", "s", "t"
	};
	double drift = 0;
	size_t i, j;

	reset_both();
	for (i = 0; i < benches; i++) {
		add_samples(&base, names[i], 1e6, 0, 20);
		add_samples(&head, names[i], 1e6 * (i ? 1 : slower), 0, 20);
	}
	for (j = 0; j < 20; j++) {
		drift += 0.01 * normal();
		for (i = 0; i < benches; i++) {
			base.samples[i][j].as.real *= exp(drift + 0.01 * normal());
			head.samples[i][j].as.real *= exp(drift + 0.01 * normal());
		}
	}
}

static void simulate(size_t benches, double slower, size_t *found, size_t *wrong,
		     size_t times)
{
	gitperf_comparison *c = NULL;
	size_t i, j;

	for (i = *found = *wrong = 0; i < times; i++) {
		int is_wrong = 0;

		make_rounds(benches, slower);
		if (gitperf_compare_runs(&c, &base.record, &head.record, NULL) < 0)
			return;
		for (j = 0; j < benches; j++) {
			const gitperf_comparison_row *row = gitperf_comparison_row_at(c, j);

			if (slower > 1 && !strcmp(row->benchmark, "a"))
				*found += row->verdict == GITPERF_VERDICT_REGRESSION;
			else
				is_wrong |= row->verdict != GITPERF_VERDICT_NO_CHANGE;
		}
		*wrong += (size_t)is_wrong;
		gitperf_comparison_free(c);
	}
}

/* False verdicts are 1 % at most by design: bounds are three deviations above */
static void test_simulations(void)
{
	size_t found, wrong;

	simulate(1, 1, &found, &wrong, 3000);
	ok(wrong < 48, "equal programs differ in %g %% of comparisons", (double)wrong / 30);
	simulate(10, 1, &found, &wrong, 500);
	ok(wrong < 13, "... of 10 benchmarks in %g %%", (double)wrong / 5);
	simulate(1, 1.02, &found, &wrong, 500);
	ok(found >= 490, "2 %% slower is found in %g %%", (double)found / 5);
	simulate(10, 1.02, &found, &wrong, 300);
	ok(found >= 280, "... among 10 benchmarks in %g %%", (double)found / 3);
	ok(wrong < 10, "... with another false in %g %%", (double)wrong / 3);
}

int main(void)
{
	test_verdicts();
	test_family();
	test_uneven();
	test_obstacles();
	test_elsewhere();
	test_filters();
	test_labels();
	test_broken_run();
	test_geomeans();
	test_simulations();
	return done_testing();
}
