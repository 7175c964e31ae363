/*
 * u-stats.c - lib/stats against figures of independent tools
 *
 * Every golden number was printed by Python 3 with scipy 1.17.1; the call is
 * named beside it (st: statistics, S: scipy.stats, np: numpy).
 */
#include "base/compat.h"

#include <gitperf/error.h>
#include <gitperf/stats.h>
#include <float.h>
#include <math.h>

#include "tap.h"

/* A name for the next assertion, from numbers */
GITPERF_PRINTF(1, 2) static const char *name(const char *fmt, ...)
{
	static char text[64];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return text;
}

static void test_summaries(void)
{
	static const struct {
		const char *name;
		double samples[7];
		size_t n;
		/* st.mean, st.stdev, st.median, S.median_abs_deviation */
		double mean, stddev, median, mad;
		double min, max, low, high, confidence;
	} cases[] = {
		{ "seven, unsorted", { 12.5, 11.75, 14, 12.25, 19.5, 12, 13.125 }, 7,
		  13.589285714285714, 2.7144619303701005, 12.5, 0.625,
		  11.75, 19.5, 11.75, 19.5, 0.984375 },
		{ "far from zero", { 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16 }, 4,
		  1000000010, 5.477225575051661, 1000000010, 4.5,
		  1e9 + 4, 1e9 + 16, 1e9 + 4, 1e9 + 16, 0.875 },
		{ "two", { 3, 1 }, 2, 2, 1.4142135623730951, 2, 1,
		  1, 3, 1, 3, 0.5 },
		{ "one", { 42.5 }, 1, 42.5, 0, 42.5, 0, 42.5, 42.5, 42.5, 42.5, 0 },
		{ "constant", { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, 7,
		  0.1, 0, 0.1, 0, 0.1, 0.1, 0.1, 0.1, 0.984375 },
		{ "negative", { -5, -1, -3 }, 3, -3, 2, -3, 2, -5, -1, -5, -1, 0.75 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_stats s;

		memset(&s, 0xff, sizeof(s));
		is_ok(gitperf_stats_summarise(&s, cases[i].samples, cases[i].n),
		       cases[i].name);
		is_int((int64_t)s.n, (int64_t)cases[i].n, "n");
		is_near(s.mean, cases[i].mean, 1e-15, "mean");
		is_near(s.stddev, cases[i].stddev, 1e-14, "stddev");
		is_near(s.median, cases[i].median, 0, "median");
		is_near(s.mad, cases[i].mad, 1e-15, "mad");
		is_near(s.min, cases[i].min, 0, "min");
		is_near(s.max, cases[i].max, 0, "max");
		is_near(s.interval.low, cases[i].low, 0, "low");
		is_near(s.interval.high, cases[i].high, 0, "high");
		is_near(s.interval.confidence, cases[i].confidence, 0, "confidence");
	}
}

static void test_summary_of_nothing(void)
{
	gitperf_interval interval = gitperf_stats_median_interval(NULL, 0, 0.95);
	gitperf_stats s;

	is_err(gitperf_stats_summarise(&s, NULL, 0), GITPERF_EINVALID,
	       "no samples are refused");
	is_str(gitperf_error_message(), "no samples to summarise", "with a message");
	ok(isnan(gitperf_stats_median(NULL, 0)), "their median is NaN");
	ok(isnan(gitperf_stats_quantile(NULL, 0, 0.5)), "their quantiles are");
	ok(isnan(interval.low) && isnan(interval.high) && interval.confidence == 0,
	   "their interval is");
}

static void test_extremes(void)
{
	static const double huge[] = { -DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX };
	static const double samples[] = { 2, 1 };

	is_near(gitperf_stats_median(huge, 4), DBL_MAX, 0,
		"the median of huge samples does not overflow");
	is_near(gitperf_stats_quantile(huge, 4, 1.0 / 6), 0, 0,
		"nor does a quantile");
	gitperf_stats_summarise(&(gitperf_stats){ 0 }, samples, 2);
	is_near(samples[0], 2, 0, "summarising does not sort the caller's array");
}

static void test_quantiles(void)
{
	static const double sorted[] = { 11.75, 12, 12.25, 12.5, 13.125, 14, 19.5 };
	/* np.quantile(sorted, q): type 7 is its default */
	static const double want[][2] = {
		{ 0, 11.75 }, { 0.1, 11.9 }, { 0.25, 12.125 }, { 0.5, 12.5 },
		{ 0.9, 16.2 }, { 0.99, 19.17 }, { 1, 19.5 }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(want); i++)
		is_near(gitperf_stats_quantile(sorted, 7, want[i][0]), want[i][1],
			1e-15, name("quantile %g", want[i][0]));
	is_near(gitperf_stats_quantile(sorted, 1, 0.3), 11.75, 0,
		"every quantile of one sample is the sample");
}

/*
 * k = int(S.binom.ppf((1 - c) / 2, n, .5)) + 1, then corrected by one while
 * 1 - 2 * S.binom.cdf(k - 1, n, .5) says so, which is also the coverage.
 */
static void test_median_intervals(void)
{
	static const struct {
		size_t n;
		double wanted;
		size_t k;
		double coverage;
	} cases[] = {
		{ 1, 0.95, 1, 0 },
		{ 2, 0.95, 1, 0.5 },
		{ 3, 0.5, 1, 0.75 },
		{ 5, 0.95, 1, 0.9375 },
		{ 5, 0.9375, 1, 0.9375 },
		{ 6, 0.95, 1, 0.96875 },
		{ 8, 0.95, 1, 0.9921875 },
		{ 10, 0.95, 2, 0.978515625 },
		{ 10, 0.978515625, 2, 0.978515625 },
		{ 10, 0.99, 1, 0.998046875 },
		{ 25, 0.95, 8, 0.9567147493362427 },
		{ 53, 0.9, 21, 0.9016293515595082 },
		{ 100, 0.95, 40, 0.9647997997822951 },
		{ 100, 0.999, 34, 0.9991262801630876 },
		{ 1000, 0.95, 469, 0.9537088026395019 },
		{ 1001, 0.95, 470, 0.9500154764972456 },
		{ 1075, 0.95, 505, 0.9559335206201511 },
		{ 5000, 0.99, 2409, 0.9903536934752578 },
		{ 1000000, 0.95, 499020, 0.9501210313476314 },
		{ 1000000, 0.5, 499663, 0.5003242156017056 },
	};
	static double sorted[1000000];
	gitperf_interval got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sorted); i++)
		sorted[i] = (double)(i + 1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		got = gitperf_stats_median_interval(sorted, cases[i].n, cases[i].wanted);
		is_near(got.low, (double)cases[i].k, 0,
			name("low of %zu at %g", cases[i].n, cases[i].wanted));
		is_near(got.high, (double)(cases[i].n + 1 - cases[i].k), 0, "high");
		is_near(got.confidence, cases[i].coverage, 1e-9, "coverage");
	}
}

/* A contract of the intervals, for every small number of samples */
static void test_interval_properties(void)
{
	double sorted[60], wanted;
	size_t n, i, narrow = 0, low = 0;
	gitperf_interval got, previous;

	for (i = 0; i < ARRAY_SIZE(sorted); i++)
		sorted[i] = (double)i;
	for (n = 2; n <= ARRAY_SIZE(sorted); n++) {
		previous = gitperf_stats_median_interval(sorted, n, 0.01);
		for (wanted = 0.05; wanted < 1; wanted += 0.05) {
			got = gitperf_stats_median_interval(sorted, n, wanted);
			low += got.confidence < wanted && got.low > 0;
			narrow += got.low > previous.low ||
				  got.confidence < previous.confidence;
			previous = got;
		}
	}
	is_int((int64_t)low, 0, "coverage is reached, or it is the range");
	is_int((int64_t)narrow, 0, "more confidence never narrows an interval");
}

static void test_t_quantiles(void)
{
	static const size_t df[] = { 1, 2, 3, 4, 5, 9, 30, 120, 5000, 5001, 1000000 };
	/* S.t.ppf(p, df) */
	static const struct {
		double p, t[11];
	} cases[] = {
		{ 0.6, { 0.324919696233, 0.288675134595, 0.276670662333,
		  0.270722294708, 0.267180865704, 0.260955336474, 0.255605364952,
		  0.253909523215, 0.253360583969, 0.253360581274, 0.253347170538 } },
		{ 0.75, { 1, 0.816496580928, 0.764892328404, 0.740697084113,
		  0.7266868438, 0.702722146751, 0.682755693321, 0.676539724913,
		  0.674538820361, 0.674538810548, 0.674489995531 } },
		{ 0.95, { 6.31375151468, 2.91998558035, 2.3533634348, 2.13184678633,
		  2.01504837333, 1.83311293266, 1.69726088659, 1.65765089936,
		  1.6451584376, 1.64515837664, 1.64485515072 } },
		{ 0.975, { 12.7062047362, 4.30265272975, 3.18244630528,
		  2.7764451052, 2.57058183564, 2.2621571628, 2.0422724563,
		  1.97993040508, 1.96043855171, 1.96043845679, 1.95996635681 } },
		{ 0.995, { 63.6567411629, 9.92484320092, 5.84090930973,
		  4.60409487135, 4.03214298356, 3.24983554159, 2.74999565357,
		  2.61742114511, 2.57681296656, 2.57681276979, 2.57583422011 } },
		{ 0.999999, { 318309.886174, 707.105720516, 103.299467779,
		  41.5778541502, 24.7710297204, 10.7201604099, 5.87111712041,
		  4.99744382958, 4.7590379535, 4.75903682984, 4.75345234827 } },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		for (k = 0; k < ARRAY_SIZE(df); k++)
			is_near(gitperf_stats_t_quantile(cases[i].p, df[k]),
				cases[i].t[k], 1e-10, name("t(%g, %zu)", cases[i].p, df[k]));
	is_near(gitperf_stats_t_quantile(0.5, 7), 0, 0, "t(0.5) is 0");
	/* S.t.ppf(.5 + 1e-7, 7) */
	is_near(gitperf_stats_t_quantile(0.5000001, 7), 2.5974602739221524e-07, 1e-9,
		"close to the middle");
	/* S.t.ppf(1 - 1e-12, 3) */
	is_near(gitperf_stats_t_quantile(1 - 1e-12, 3), 10331.184426046091, 1e-9,
		"far out in the tail");
}

static void test_mean_intervals(void)
{
	gitperf_interval got = gitperf_stats_mean_interval(100, 15, 10, 0.95);

	/* S.t.interval(.95, 9, loc=100, scale=15 / sqrt(10)) */
	is_near(got.low, 89.26964641044003, 1e-12, "low of a mean");
	is_near(got.high, 110.73035358955997, 1e-12, "high of a mean");
	is_near(got.confidence, 0.95, 0, "its confidence");
	/* S.t.interval(.99, 1, loc=2, scale=1 / sqrt(2)) */
	got = gitperf_stats_mean_interval(2, 1, 2, 0.99);
	is_near(got.low, -43.012113344503284, 1e-12, "of two samples");
	got = gitperf_stats_mean_interval(7, 0, 1, 0.95);
	ok(got.low == 7 && got.high == 7 && got.confidence == 0,
	   "one sample has no interval");
	got = gitperf_stats_mean_interval(7, 1, 5, 1);
	ok(got.low == 7 && got.high == 7 && got.confidence == 0,
	   "nothing is certain");
}

static void test_geomean(void)
{
	static const double ratios[] = { 0.5, 2, 4, 1.1 };

	/* S.gmean */
	is_near(gitperf_stats_geomean(ratios, 4), 1.4483154685151653, 1e-15,
		"geometric mean");
	is_near(gitperf_stats_geomean(ratios, 2), 1, 1e-15, "half and double are even");
	is_near(gitperf_stats_geomean(NULL, 0), 1, 0, "of nothing it is 1");
}

static void test_many(void)
{
	size_t n = 1000000, i;
	double *samples = malloc(n * sizeof(*samples));
	gitperf_stats s;

	/* 0..n-1 in another order: 7 and n have no common divisor */
	for (i = 0; samples && i < n; i++)
		samples[i] = (double)(i * 7 % n);
	is_ok(gitperf_stats_summarise(&s, samples, n), "a million samples");
	is_near(s.median, 499999.5, 0, "their median");
	is_near(s.mad, 250000, 0, "their mad");
	is_near(s.mean, 499999.5, 1e-12, "their mean");
	/* sqrt(n (n + 1) / 12) */
	is_near(s.stddev, 288675.27893234405, 1e-12, "their deviation");
	is_near(s.interval.low, 499019, 0, "their interval");
	free(samples);
}

int main(void)
{
	test_summaries();
	test_summary_of_nothing();
	test_extremes();
	test_quantiles();
	test_median_intervals();
	test_interval_properties();
	test_t_quantiles();
	test_mean_intervals();
	test_geomean();
	test_many();
	return done_testing();
}
