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

#include "random.h"
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

/* --- Ratios --------------------------------------------------------------- */

/*
 * Golden ratios are of samples from this generator, so that the listing below
 * can make the same ones:
 *
 *	def samples(seed, n, centre, spread):
 *		for i in range(n):
 *			seed = (seed * 1103515245 + 12345) % 2**31
 *			yield centre + spread * (seed >> 8) / 2**23
 *
 * d = np.log(b) - np.log(a), or the differences of all pairs; w = their sorted
 * Walsh averages, or themselves. value = exp(np.median(w)). The interval is the
 * test inverted: from the first to the last w beside a midpoint m of two
 * neighbours with S.wilcoxon(d - m, method="exact").pvalue > 1 - c, above 50
 * with method="approx", correction=True; or S.mannwhitneyu(log(b) - m, log(a),
 * method="exact"), "asymptotic" above 33.
 *
 * Of turns: r = 2 * S.rankdata(concatenate([log(a), log(b) - m])), x = r[n:] -
 * r[:n], and m counts where both P(sum(+-x) >= sum(x)) and P(sum(+-x) <= sum(x))
 * are above (1 - c) / 2, by adding up the 2^n sums in a dictionary, above 50
 * math.erfc((+-sum(x) - math.sqrt(q / n)) / math.sqrt(2 * q)) / 2, q = sum(x**2).
 */
static void make_samples(double *out, uint32_t seed, size_t n, double centre,
			 double spread)
{
	size_t i;

	for (i = 0; i < n; i++) {
		seed = (seed * 1103515245u + 12345u) & 0x7fffffff;
		out[i] = centre + spread * (double)(seed >> 8) / 8388608;
	}
}

struct golden_ratio {
	size_t na, nb;
	double confidence, value, low, high;
};

static void is_ratio(const gitperf_ratio *got, const struct golden_ratio *want,
		     const char *what)
{
	is_near(got->value, want->value, 1e-13, what);
	is_near(got->low, want->low, 1e-13, "... its low end");
	is_near(got->high, want->high, 1e-13, "... its high end");
	ok(got->confidence >= want->confidence, "... its confidence");
	ok(got->na == want->na && got->nb == want->nb, "... of how many");
}

static void test_golden_ratios(void)
{
	static const struct golden_ratio paired[] = {
		{ 8, 8, 0.99, 1.0503048785746931, 1.0121544427828633, 1.1190834539307348 },
		{ 10, 10, 0.95, 1.0401613009140347, 1.0251747774609192, 1.0596258468850983 },
		{ 20, 20, 0.99, 1.0429414590778969, 1.0320166232857004, 1.0608788756095533 },
		{ 50, 50, 0.95, 1.0491428319380798, 1.0401302066741984, 1.059085761105925 },
		{ 60, 60, 0.95, 1.0494673932989198, 1.0406061226155692, 1.0586312194469154 },
		{ 120, 120, 0.99, 1.0514704206982417, 1.0433009138348714, 1.0590669770557828 },
	};
	static const struct golden_ratio interleaved[] = {
		{ 8, 8, 0.99, 1.0520343093306534, 1.0121544427828633, 1.1190834539307348 },
		{ 10, 10, 0.95, 1.0413564332795853, 1.0202100648127352, 1.0596258468850983 },
		{ 20, 20, 0.99, 1.0465856974197998, 1.0315679115631828, 1.0601442448058749 },
		{ 30, 30, 0.95, 1.041215971035051, 1.0283518570631567, 1.0558739628084723 },
		{ 50, 50, 0.95, 1.0507178527100292, 1.04065724806227, 1.0612619952886544 },
		{ 60, 60, 0.95, 1.0508970943442029, 1.0410815856494471, 1.0610607860853845 },
		{ 120, 120, 0.99, 1.0519316816477005, 1.0437829569286399, 1.06005134650346 },
	};
	static const struct golden_ratio independent[] = {
		{ 5, 5, 0.99, 1.0376747599732237, 0.98727598186497811, 1.0962753919415789 },
		{ 8, 12, 0.95, 1.0408991593295525, 1.021105590587893, 1.0643003136756426 },
		{ 10, 7, 0.99, 1.0445708108746946, 1.0114334410263546, 1.0807965901822099 },
		{ 33, 33, 0.95, 1.0466162914693886, 1.0336524595352676, 1.0589123812755694 },
		{ 40, 60, 0.95, 1.0486231091132554, 1.0384920946859288, 1.0587720477035327 },
	};
	double a[120], b[120];
	gitperf_ratio got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paired); i++) {
		const struct golden_ratio *want = &paired[i];

		make_samples(a, (uint32_t)want->na, want->na, 100, 7);
		make_samples(b, (uint32_t)want->nb + 1000, want->nb, 104, 9);
		is_ok(gitperf_stats_paired_ratio(&got, a, b, want->na, want->confidence), "paired");
		is_ratio(&got, want, name("%zu pairs at %g", want->na, want->confidence));
	}
	for (i = 0; i < ARRAY_SIZE(interleaved); i++) {
		const struct golden_ratio *want = &interleaved[i];

		make_samples(a, (uint32_t)want->na, want->na, 100, 7);
		make_samples(b, (uint32_t)want->nb + 1000, want->nb, 104, 9);
		is_ok(gitperf_stats_interleaved_ratio(&got, a, b, want->na, want->confidence), "interleaved");
		is_ratio(&got, want, name("%zu turns at %g", want->na, want->confidence));
	}
	for (i = 0; i < ARRAY_SIZE(independent); i++) {
		const struct golden_ratio *want = &independent[i];

		make_samples(a, (uint32_t)want->na, want->na, 100, 7);
		make_samples(b, (uint32_t)want->nb + 1000, want->nb, 104, 9);
		is_ok(gitperf_stats_ratio(&got, a, want->na, b, want->nb, want->confidence), "independent");
		is_ratio(&got, want, name("%zu against %zu at %g", want->na, want->nb, want->confidence));
	}
}

/* np.exp of S.ttest_ind(lb, la).confidence_interval(c), la and lb the logarithms */
static void test_mean_ratios(void)
{
	static const struct golden_ratio cases[] = {
		{ 1, 2, 0.95, 1.0546252386757478, 0.60755457263637647, 1.8306740565304807 },
		{ 2, 2, 0.99, 1.0658350977237137, 0.76134834583111477, 1.4920955194295664 },
		{ 1, 8, 0.99, 1.0535227187867988, 0.95484154739042226, 1.1624024132939206 },
		{ 3, 5, 0.95, 1.0522356330246858, 1.0145145002020417, 1.0913592927320028 },
		{ 8, 8, 0.999, 1.0529563572612841, 1.003726982114634, 1.1046002648659781 },
	};
	double a[8], b[8];
	gitperf_ratio got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		make_samples(a, (uint32_t)cases[i].na, cases[i].na, 100, 7);
		make_samples(b, (uint32_t)cases[i].nb + 1000, cases[i].nb, 104, 9);
		gitperf_stats_mean_ratio(&got, a, cases[i].na, b, cases[i].nb, cases[i].confidence);
		/* quantiles are good to 10 digits */
		is_near(got.value, cases[i].value, 1e-13, name("%zu runs against %zu", cases[i].na, cases[i].nb));
		is_near(got.low, cases[i].low, 1e-9, "... its low end");
		is_near(got.high, cases[i].high, 1e-9, "... its high end");
		ok(got.confidence == cases[i].confidence, "... its confidence");
	}
	gitperf_stats_mean_ratio(&got, a, 1, b, 1, 0.95);
	ok(got.confidence == 0 && got.low == got.value && got.high == got.value, "two runs have no interval");
	b[0] = 0;
	gitperf_stats_mean_ratio(&got, a, 3, b, 3, 0.95);
	ok(isnan(got.value) && got.confidence == 0, "zero has no logarithm");
}

/*
 * va = (sa / ma)**2 / na, vb alike; df = (va + vb)**2 / (va**2 / (na - 1) + vb**2 / (nb - 1));
 * np.exp(np.log(mb / ma) + S.t.ppf([.5, (1 - c) / 2, (1 + c) / 2], int(df)) * np.sqrt(va + vb))
 */
static void test_summary_ratios(void)
{
	static const struct {
		gitperf_moments a, b;
		double confidence, value, low, high;
	} cases[] = {
		{ { 100, 2, 5 }, { 104, 3, 7 }, 0.95, 1.04, 1.0073462150715922, 1.0737122786758382 },
		{ { 400.715, 4.851306, 5 }, { 380.5, 1.5, 5 }, 0.99,
		  0.94955267459416304, 0.92498271295797896, 0.97477527871365688 },
		{ { 10, 1, 2 }, { 12, 0, 2 }, 0.95, 1.2, 0.48863338412131802, 2.9469947138169266 },
	};
	static const gitperf_moments bare = { 100, NAN, 5 }, single = { 100, 1, 1 },
		exact = { 100, 0, 5 }, nothing = { 0, 0, 5 };
	gitperf_ratio got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_stats_summary_ratio(&got, &cases[i].a, &cases[i].b, cases[i].confidence);
		is_near(got.value, cases[i].value, 1e-14, "two summaries");
		is_near(got.low, cases[i].low, 1e-9, "... their low end");
		is_near(got.high, cases[i].high, 1e-9, "... their high end");
		ok(got.confidence == cases[i].confidence && got.na == cases[i].a.n, "... their confidence");
	}
	gitperf_stats_summary_ratio(&got, &cases[0].a, &bare, 0.95);
	ok(got.value == 1 && got.confidence == 0, "without a deviation there is no interval");
	gitperf_stats_summary_ratio(&got, &cases[0].a, &single, 0.95);
	ok(got.value == 1 && got.confidence == 0, "... nor of one sample");
	gitperf_stats_summary_ratio(&got, &exact, &exact, 0.95);
	ok(got.value == 1 && got.confidence == 0, "... nor of rounded ones");
	gitperf_stats_summary_ratio(&got, &nothing, &exact, 0.95);
	ok(isnan(got.value) && got.confidence == 0, "zero has no ratio");
}

/*
 * 1 - 2 * (the one-sided p-value of data with that statistic), which is
 * S.wilcoxon(d, alternative="less", method="exact").pvalue and
 * S.mannwhitneyu(x, y, alternative="less", method="exact").pvalue.
 */
static void test_exact_coverage(void)
{
	static const struct {
		size_t na, nb;             /* nb 0: pairs */
		double wanted, reached;
	} cases[] = {
		{ 5, 0, 0.95, 0.9375 },
		{ 8, 0, 0.99, 0.9921875 },
		{ 10, 0, 0.95, 0.951171875 },
		{ 20, 0, 0.99, 0.9905643463134766 },
		{ 50, 0, 0.95, 0.9505535931993983 },
		{ 3, 3, 0.95, 0.9 },
		{ 5, 5, 0.99, 0.9920634920634921 },
		{ 8, 12, 0.95, 0.9526553941414623 },
		{ 10, 7, 0.99, 0.9903331962155492 },
		{ 33, 33, 0.95, 0.950711823134975 },
	};
	double a[50], b[50];
	gitperf_ratio got;
	size_t i;

	make_samples(a, 1, 50, 100, 1);
	make_samples(b, 2, 50, 100, 1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].nb)
			gitperf_stats_ratio(&got, a, cases[i].na, b, cases[i].nb, cases[i].wanted);
		else
			gitperf_stats_paired_ratio(&got, a, b, cases[i].na, cases[i].wanted);
		is_near(got.confidence, cases[i].reached, 1e-12,
			name("coverage of %zu, %zu", cases[i].na, cases[i].nb));
	}
}

static int is_close(double got, double want, double tolerance)
{
	return fabs(got - want) <= tolerance * fabs(want);
}

static int is_same_ratio(const gitperf_ratio *a, const gitperf_ratio *b)
{
	return is_close(a->value, b->value, 1e-12) && is_close(a->low, b->low, 1e-12) &&
	       is_close(a->high, b->high, 1e-12) && a->confidence == b->confidence;
}

static int is_inverse(const gitperf_ratio *a, const gitperf_ratio *b)
{
	return is_close(a->value, 1 / b->value, 1e-12) && is_close(a->low, 1 / b->high, 1e-12) &&
	       is_close(a->high, 1 / b->low, 1e-12) && a->confidence == b->confidence;
}

/* What must not matter: the unit, the order, and which side is called the base */
static void test_invariance(void)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 20, 50, 51, 200 };
	double a[200], b[200], large[2][200], turned[2][200];
	gitperf_ratio pairs, turns, other, free_ratio;
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		n = sizes[i];
		make_samples(a, (uint32_t)i + 7, n, 10, 3);
		make_samples(b, (uint32_t)i + 70, n, 12, 3);
		for (j = 0; j < n; j++) {
			large[0][j] = a[j] * 1e9;
			large[1][j] = b[j] * 1e9;
			turned[0][j] = a[(j + 3) % n];
			turned[1][j] = b[(j + 3) % n];
		}
		gitperf_stats_paired_ratio(&pairs, a, b, n, 0.95);
		gitperf_stats_interleaved_ratio(&turns, a, b, n, 0.95);
		gitperf_stats_ratio(&free_ratio, a, n, b, n, 0.95);
		gitperf_stats_paired_ratio(&other, large[0], large[1], n, 0.95);
		ok(is_same_ratio(&other, &pairs), "%zu pairs in another unit", n);
		gitperf_stats_interleaved_ratio(&other, large[0], large[1], n, 0.95);
		ok(is_same_ratio(&other, &turns), "%zu turns in another unit", n);
		gitperf_stats_ratio(&other, large[0], n, large[1], n, 0.95);
		ok(is_same_ratio(&other, &free_ratio), "%zu samples in another unit", n);
		gitperf_stats_paired_ratio(&other, turned[0], turned[1], n, 0.95);
		ok(is_same_ratio(&other, &pairs), "%zu pairs in another order", n);
		gitperf_stats_interleaved_ratio(&other, turned[0], turned[1], n, 0.95);
		ok(is_same_ratio(&other, &turns), "%zu turns in another order", n);
		gitperf_stats_ratio(&other, turned[0], n, b, n, 0.95);
		ok(is_same_ratio(&other, &free_ratio), "%zu samples in another order", n);
		gitperf_stats_paired_ratio(&other, b, a, n, 0.95);
		ok(is_inverse(&other, &pairs), "%zu pairs swapped", n);
		gitperf_stats_interleaved_ratio(&other, b, a, n, 0.95);
		ok(is_inverse(&other, &turns), "%zu turns swapped", n);
		gitperf_stats_ratio(&other, b, n, a, n, 0.95);
		ok(is_inverse(&other, &free_ratio), "%zu samples swapped", n);
		ok(pairs.low <= pairs.value && pairs.value <= pairs.high &&
		   turns.low <= turns.value && turns.value <= turns.high &&
		   free_ratio.low <= free_ratio.value && free_ratio.value <= free_ratio.high,
		   "... inside their intervals");
	}
}

static void is_none(const gitperf_ratio *got, const char *what)
{
	ok(isnan(got->value) && isnan(got->low) && isnan(got->high) && got->confidence == 0,
	   "%s: no ratio", what);
}

static void test_odd_ratios(void)
{
	static const double bad[] = { 0, -1, INFINITY };
	double a[60], b[60];
	gitperf_ratio got;
	size_t i;

	for (i = 0; i < 60; i++)
		a[i] = b[i] = 12.5;
	gitperf_stats_paired_ratio(&got, a, b, 20, 0.99);
	ok(got.value == 1 && got.low == 1 && got.high == 1 && got.confidence >= 0.99, "equal pairs");
	gitperf_stats_interleaved_ratio(&got, a, b, 20, 0.99);
	ok(got.value == 1 && got.low == 1 && got.high == 1 && got.confidence >= 0.99, "equal turns");
	gitperf_stats_ratio(&got, a, 60, b, 60, 0.99);
	ok(got.value == 1 && got.low == 1 && got.high == 1 && got.confidence >= 0.99, "equal samples");
	gitperf_stats_paired_ratio(&got, a, b, 7, 0.99);
	ok(got.value == 1 && got.confidence == 1 - 2.0 / 128, "7 pairs do not reach 99 %%");
	gitperf_stats_interleaved_ratio(&got, a, b, 7, 0.99);
	ok(got.value == 1 && got.confidence == 1 - 2.0 / 128, "nor do 7 turns");
	gitperf_stats_ratio(&got, a, 4, b, 4, 0.99);
	ok(got.value == 1 && is_close(got.confidence, 1 - 2.0 / 70, 1e-15), "nor do 4 and 4 samples");
	b[0] = 25;
	gitperf_stats_paired_ratio(&got, a, b, 1, 0.95);
	ok(is_close(got.value, 2, 1e-14) && got.low == got.value && got.high == got.value &&
	   got.confidence == 0, "one pair");
	gitperf_stats_interleaved_ratio(&got, a, b, 1, 0.95);
	ok(is_close(got.value, 2, 1e-14) && is_close(got.low, 2, 1e-14) && is_close(got.high, 2, 1e-14) &&
	   got.confidence == 0, "one turn");
	gitperf_stats_ratio(&got, a, 1, b, 1, 0.95);
	ok(is_close(got.value, 2, 1e-14) && got.low == got.value && got.high == got.value &&
	   got.confidence == 0, "one sample each");
	a[1] = DBL_MIN;
	b[1] = DBL_MAX;
	is_ok(gitperf_stats_paired_ratio(&got, a, b, 20, 0.95), "the range of doubles");
	ok(got.low == 1 && got.high >= 1 && got.value == 1, "... does not move the middle");
	is_ok(gitperf_stats_interleaved_ratio(&got, a, b, 20, 0.95), "... nor that of turns");
	ok(got.low == 1 && got.high == 1 && got.value == 1, "... or its interval");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		b[3] = bad[i];
		is_ok(gitperf_stats_paired_ratio(&got, a, b, 20, 0.95), name("a pair with %g", bad[i]));
		is_none(&got, "... of it");
		gitperf_stats_paired_ratio(&got, b, a, 20, 0.95);
		is_none(&got, "... the other way round");
		gitperf_stats_interleaved_ratio(&got, a, b, 20, 0.95);
		is_none(&got, "... in a turn");
		gitperf_stats_ratio(&got, a, 5, b, 5, 0.95);
		is_none(&got, "... in a sample");
	}
	is_ok(gitperf_stats_paired_ratio(&got, a, b, 0, 0.95), "no pairs");
	is_none(&got, "... of them");
	is_ok(gitperf_stats_interleaved_ratio(&got, a, b, 0, 0.95), "no turns");
	is_none(&got, "... of them");
	is_ok(gitperf_stats_ratio(&got, a, 2, b, 0, 0.95), "no samples");
	is_none(&got, "... of them");
}

/* The numbers that messages name are those that do */
static void test_needed(void)
{
	static const double levels[] = { 0.5, 0.8, 0.95, 0.99, 0.999, 0.99999, 1 - 1e-9 };
	double a[50], b[50];
	gitperf_ratio got;
	size_t i, n;

	make_samples(a, 3, 50, 10, 1);
	make_samples(b, 4, 50, 10, 1);
	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		n = gitperf_stats_pairs_needed(levels[i]);
		gitperf_stats_paired_ratio(&got, a, b, n, levels[i]);
		ok(got.confidence >= levels[i], "%zu pairs reach %.10g", n, levels[i]);
		gitperf_stats_interleaved_ratio(&got, a, b, n, levels[i]);
		ok(got.confidence >= levels[i], "... and so do turns");
		gitperf_stats_interleaved_ratio(&got, a, b, n - 1, levels[i]);
		ok(got.confidence < levels[i], "... fewer turns do not");
		gitperf_stats_paired_ratio(&got, a, b, n - 1, levels[i]);
		ok(got.confidence < levels[i], "... fewer do not");
		n = gitperf_stats_samples_needed(levels[i]);
		gitperf_stats_ratio(&got, a, n, b, n, levels[i]);
		ok(got.confidence >= levels[i], "%zu samples reach %.10g", n, levels[i]);
		gitperf_stats_ratio(&got, a, n - 1, b, n - 1, levels[i]);
		ok(got.confidence < levels[i], "... fewer do not");
	}
	is_int((int64_t)gitperf_stats_pairs_needed(0.99), 8, "8 pairs for 99 %");
	is_int((int64_t)gitperf_stats_samples_needed(0.99), 5, "5 samples each for 99 %");
	is_int((int64_t)gitperf_stats_pairs_needed(1), 50, "no number is enough for certainty");
	ok(gitperf_stats_samples_needed(1) <= 34, "... nor here");
}

/* Noise of `sigma`, with a spike in one of ten as machines have them */
static double noisy(double centre, double sigma)
{
	double spike = uniform() < 0.1 ? 5 * sigma * uniform() : 0;

	return centre * exp(sigma * normal() + spike);
}

static void test_coverage(void)
{
	static const size_t sizes[] = { 6, 10, 20, 51 };
	size_t i, j, k, n, paired, turns, independent;
	double a[51], b[51], drift;
	gitperf_ratio got;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		n = sizes[i];
		for (j = paired = turns = independent = 0; j < 2000; j++) {
			for (k = 0; k < n; k++) {
				a[k] = noisy(100, 0.02);
				b[k] = noisy(103, 0.02);
			}
			gitperf_stats_ratio(&got, a, n, b, n, 0.95);
			independent += got.low <= 1.03 && got.high >= 1.03;
			for (k = 0, drift = 0; k < n; k++) {
				drift += 0.05 * normal();
				a[k] *= exp(drift);
				b[k] *= exp(drift);
			}
			gitperf_stats_paired_ratio(&got, a, b, n, 0.95);
			paired += got.low <= 1.03 && got.high >= 1.03;
			gitperf_stats_interleaved_ratio(&got, a, b, n, 0.95);
			turns += got.low <= 1.03 && got.high >= 1.03;
		}
		ok(paired >= 1880, "95 %% of %zu pairs on a drifting machine cover in %g %%",
		   n, (double)paired / 20);
		ok(turns >= 1880, "95 %% of %zu turns there cover in %g %%", n, (double)turns / 20);
		ok(independent >= 1880, "95 %% of %zu samples cover in %g %%",
		   n, (double)independent / 20);
	}
}

/* What a sample of 100 with half a per cent of noise is on such a machine */
struct machine {
	const char *name;
	double share, slowdown;    /* of samples, whoever's they are */
	double drift;              /* from one round to the next */
	unsigned least;            /* turns find, in a hundredth of what pairs do */
};

static double sample_on(const struct machine *m, size_t round, double centre)
{
	double noise = 0.005 * normal() + m->drift * (double)round;

	return centre * exp(noise) * (uniform() < m->share ? 1 + m->slowdown : 1);
}

/* Which of 1000 comparisons of 20 pairs, b slower by `change`, exclude 1 */
static void count_found(size_t *paired, size_t *turns, const struct machine *m, double change)
{
	double a[20], b[20];
	gitperf_ratio got;
	size_t i, j;

	for (i = *paired = *turns = 0; i < 1000; i++) {
		for (j = 0; j < 20; j++) {
			a[j] = sample_on(m, j, 100);
			b[j] = sample_on(m, j, 100 + change);
		}
		gitperf_stats_paired_ratio(&got, a, b, 20, 0.99);
		*paired += got.low > 1 || got.high < 1;
		gitperf_stats_interleaved_ratio(&got, a, b, 20, 0.99);
		*turns += got.low > 1 || got.high < 1;
	}
}

/* The table of Documentation/technical/measuring.adoc */
static void test_power(void)
{
	static const struct machine machines[] = {
		{ "quiet", 0, 0, 0, 95 },
		{ "a tenth slower by half", 0.1, 0.5, 0, 110 },
		{ "a third slower by 15 %", 1.0 / 3, 0.15, 0, 300 },
		{ "a half slower by 15 %", 0.5, 0.15, 0, 300 },
		{ "a drift of 0.5 % a round", 0, 0, 0.005, 85 },
		{ "a drift of 5 % a round", 0, 0, 0.05, 50 }
	};
	size_t paired, turns, i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];
		double change = m->share > 0 ? 2 : 0.6;

		count_found(&paired, &turns, m, 0);
		ok(turns <= 20, "%s, nothing changed: found in %zu of 1000 by turns, %zu by pairs",
		   m->name, turns, paired);
		count_found(&paired, &turns, m, change);
		ok(turns * 100 >= paired * m->least, "%s, %g %% slower: found in %zu by turns, %zu by pairs",
		   m->name, change, turns, paired);
	}
}

static void test_many_ratios(void)
{
	size_t n = 50000, i;
	double *a = malloc(2 * n * sizeof(*a)), *b = a + n;
	gitperf_ratio got;

	for (i = 0; a && i < n; i++) {
		a[i] = noisy(100, 0.01);
		b[i] = noisy(101, 0.01);
	}
	is_ok(gitperf_stats_paired_ratio(&got, a, b, n, 0.95), "many pairs");
	ok(got.low < 1.01 && got.high > 1.01 && got.high - got.low < 8e-4, "... are precise");
	is_ok(gitperf_stats_interleaved_ratio(&got, a, b, n, 0.95), "many turns");
	ok(got.low < 1.01 && got.high > 1.01 && got.high - got.low < 8e-4, "... are precise");
	is_ok(gitperf_stats_ratio(&got, a, n, b, n, 0.95), "many samples");
	ok(got.low < 1.01 && got.high > 1.01 && got.high - got.low < 8e-4, "... are precise");
	free(a);
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
	test_golden_ratios();
	test_mean_ratios();
	test_summary_ratios();
	test_exact_coverage();
	test_invariance();
	test_odd_ratios();
	test_needed();
	test_coverage();
	test_many_ratios();
	test_power();
	return done_testing();
}
