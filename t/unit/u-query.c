/*
 * u-query.c - lib/query: what one run says, and which changes stand out
 *
 * Logs of whole repositories are the business of t/t3*.sh; here they are made
 * by hand.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "query/log.h"

#include <float.h>
#include <gitperf/query.h>
#include <math.h>

#include "tap.h"

/* --- Estimates ------------------------------------------------------------ */

static gitperf_number real(double value)
{
	gitperf_number number = { .as = { .real = value }, .is_real = 1 };

	return number;
}

struct estimate {
	double value, low, high, confidence;
	size_t samples;
};

static void is_estimate(const gitperf_metric *metric, const struct estimate *want,
			const char *what)
{
	gitperf_interval interval = { NAN, NAN, NAN };
	size_t samples = 77;
	double value = NAN;

	is_ok(gitperf_metric_estimate(&value, &interval, &samples, metric), what);
	is_near(value, want->value, 1e-12, "... its value");
	is_near(interval.low, want->low, 1e-9, "... from");
	is_near(interval.high, want->high, 1e-9, "... to");
	is_near(interval.confidence, want->confidence, 1e-12, "... how sure");
	is_int((int64_t)samples, (int64_t)want->samples, "... of how many");
}

static void test_samples(void)
{
	/* the confidence of the range of n samples is 1 - 2^(1-n) */
	static const struct {
		const char *what;
		double samples[7];
		struct estimate want;
	} cases[] = {
		{ "one sample", { 42.5 }, { 42.5, 42.5, 42.5, 0, 1 } },
		{ "two", { 3, 1 }, { 2, 1, 3, 0.5, 2 } },
		{ "three", { -1, -3, -2 }, { -2, -3, -1, 0.75, 3 } },
		{ "five, not in order", { 5, 1, 4, 2, 3 }, { 3, 1, 5, 0.9375, 5 } },
		{ "seven, with an outlier", { 10, 11, 12, 9, 10.5, 11.5, 1000 },
		  { 11, 9, 1000, 0.984375, 7 } },
		{ "all the same", { 7, 7, 7, 7 }, { 7, 7, 7, 0.875, 4 } },
		{ "zeros", { 0, 0 }, { 0, 0, 0, 0.5, 2 } },
	};
	gitperf_number samples[7];
	gitperf_metric metric = { "wall", "ns", GITPERF_BETTER_LOWER, samples, 0, NULL };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (j = 0; j < cases[i].want.samples; j++)
			samples[j] = real(cases[i].samples[j]);
		metric.nsamples = cases[i].want.samples;
		is_estimate(&metric, &cases[i].want, cases[i].what);
	}
}

static void test_integers(void)
{
	static const gitperf_number samples[] = {
		{ { 1000000001 }, 0 }, { { 1000000003 }, 0 }, { { 1000000000 }, 0 }
	};
	static const struct estimate want = { 1000000001, 1000000000, 1000000003, 0.75, 3 };
	const gitperf_metric metric = { "wall", "ns", GITPERF_BETTER_LOWER, samples, 3, NULL };
	gitperf_metric none = { "wall", "ns", GITPERF_BETTER_LOWER, NULL, 0, NULL };
	gitperf_interval interval;
	size_t n;
	double value;

	is_estimate(&metric, &want, "integers");
	is_err(gitperf_metric_estimate(&value, &interval, &n, &none), GITPERF_EINVALID, "no samples");
}

#define HAVE(field) (1u << GITPERF_SUMMARY_##field)

static void test_summaries(void)
{
	/* Student's t of 0.975 for 4 degrees of freedom is 2.7764451051977987 */
	static const struct {
		const char *what;
		unsigned have;
		struct estimate want;
	} cases[] = {
		{ "a mean alone", HAVE(MEAN), { 100, 100, 100, 0, 1 } },
		{ "a median alone", HAVE(MEDIAN), { 90, 90, 90, 0, 1 } },
		{ "both: the median", HAVE(MEAN) | HAVE(MEDIAN), { 90, 90, 90, 0, 1 } },
		{ "how many", HAVE(MEAN) | HAVE(N), { 100, 100, 100, 0, 5 } },
		{ "a deviation of how many", HAVE(MEAN) | HAVE(STDDEV), { 100, 100, 100, 0, 1 } },
		{ "a deviation of five", HAVE(MEAN) | HAVE(STDDEV) | HAVE(N),
		  { 100, 95.03334400718494, 104.96665599281506, 0.95, 5 } },
		{ "an interval", HAVE(MEAN) | HAVE(LOW) | HAVE(HIGH), { 100, 80, 130, 0.95, 1 } },
		{ "... of a confidence", HAVE(MEAN) | HAVE(LOW) | HAVE(HIGH) | HAVE(CONFIDENCE),
		  { 100, 80, 130, 0.5, 1 } },
		{ "... before a deviation",
		  HAVE(MEAN) | HAVE(LOW) | HAVE(HIGH) | HAVE(STDDEV) | HAVE(N), { 100, 80, 130, 0.95, 5 } },
		{ "half an interval", HAVE(MEAN) | HAVE(LOW) | HAVE(CONFIDENCE), { 100, 100, 100, 0, 1 } },
		{ "the range is no interval", HAVE(MEAN) | HAVE(MIN) | HAVE(MAX), { 100, 100, 100, 0, 1 } },
	};
	gitperf_summary summary = { 0 };
	gitperf_metric metric = { "wall", "ns", GITPERF_BETTER_LOWER, NULL, 0, &summary };
	size_t i;

	summary.field[GITPERF_SUMMARY_N] = gitperf_number_int(5);
	summary.field[GITPERF_SUMMARY_MEAN] = gitperf_number_int(100);
	summary.field[GITPERF_SUMMARY_STDDEV] = gitperf_number_int(4);
	summary.field[GITPERF_SUMMARY_MIN] = gitperf_number_int(70);
	summary.field[GITPERF_SUMMARY_MAX] = gitperf_number_int(140);
	summary.field[GITPERF_SUMMARY_MEDIAN] = real(90);
	summary.field[GITPERF_SUMMARY_LOW] = real(80);
	summary.field[GITPERF_SUMMARY_HIGH] = real(130);
	summary.field[GITPERF_SUMMARY_CONFIDENCE] = real(0.5);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		summary.have = cases[i].have;
		is_estimate(&metric, &cases[i].want, cases[i].what);
	}
}

static void test_odd_summaries(void)
{
	gitperf_summary summary = { .have = HAVE(MEAN) | HAVE(STDDEV) | HAVE(N) };
	gitperf_metric metric = { "wall", "ns", GITPERF_BETTER_LOWER, NULL, 0, &summary };
	struct estimate want = { 5, 5, 5, 0.95, 2 };
	gitperf_interval interval;
	size_t n;
	double value;

	summary.field[GITPERF_SUMMARY_MEAN] = gitperf_number_int(5);
	summary.field[GITPERF_SUMMARY_STDDEV] = gitperf_number_int(0);
	summary.field[GITPERF_SUMMARY_N] = gitperf_number_int(2);
	is_estimate(&metric, &want, "no deviation");
	summary.field[GITPERF_SUMMARY_STDDEV] = gitperf_number_int(1);
	summary.field[GITPERF_SUMMARY_N] = gitperf_number_int(1);
	want.confidence = 0;
	want.samples = 1;
	is_estimate(&metric, &want, "a deviation of one");
	summary.field[GITPERF_SUMMARY_N] = gitperf_number_int(INT64_MAX);
	is_ok(gitperf_metric_estimate(&value, &interval, &n, &metric), "a deviation of 2^63 - 1");
	ok(interval.low <= 5 && interval.high >= 5 && interval.high - interval.low < 1e-6,
	   "... is hardly one");
}

/* --- Pairs ---------------------------------------------------------------- */

static void test_pairs(void)
{
	static const gitperf_pair pairs[] = { { "n", "1" }, { "cc", "gcc = 12, -O2" }, { "k", "v k=v" } };
	const gitperf_pair *back;
	struct arena arena = ARENA_INIT;
	char *text = gitperf_log__encode_pairs(&arena, pairs, 3);
	size_t n = 77;

	is_ok(gitperf_log__decode_pairs(&back, &n, &arena, text), "pairs, there and back");
	is_int((int64_t)n, 3, "... all of them");
	is_str(back[0].key, "cc", "... in order");
	is_str(back[0].value, "gcc = 12, -O2", "... with their values");
	is_str(back[1].value, "v k=v", "... whatever they look like");
	is_str(back[2].key, "n", "... to the last");
	text = gitperf_log__encode_pairs(&arena, NULL, 0);
	is_str(text, "", "no pairs");
	is_ok(gitperf_log__decode_pairs(&back, &n, &arena, text), "... there and back");
	is_int((int64_t)n, 0, "... are none");
	gitperf_arena_free(&arena);
}

/* --- Movers --------------------------------------------------------------- */

#define POINTS 3

static gitperf_point points[4][POINTS];
static struct series store[4];
static struct series *series[4];

/* A series whose newest point changed by `change`, of intervals apart or not */
static void make_series(size_t i, double change, int apart)
{
	gitperf_point *p = points[i];

	memset(p, 0, sizeof(points[i]));
	p[0].value = 100 * (1 + change);
	p[0].has_change = 1;
	p[0].change = change;
	p[0].apart = apart;
	p[1].commit = 1;
	p[1].value = 100;
	p[1].interval.low = 99.9;
	p[1].interval.high = 100.1;
	memset(&store[i], 0, sizeof(store[i]));
	store[i].public.points = p;
	store[i].public.npoints = POINTS - 1;
	series[i] = &store[i];
}

static void test_movers(void)
{
	gitperf_mover movers[4];
	gitperf_log log;

	memset(&log, 0, sizeof(log));
	log.series = series;
	log.nseries = 4;
	make_series(0, 0.1, 1);
	make_series(1, -0.5, 1);
	make_series(2, 0.9, 1);
	make_series(3, 5, 0);
	is_int((int64_t)gitperf_log_movers(&log, movers, 4), 3, "three movers");
	ok(movers[0].series == &store[1].public, "halved moves more");
	ok(movers[1].series == &store[2].public, "... than nearly doubled");
	ok(movers[2].series == &store[0].public, "... than a little");
	ok(movers[0].point == &points[1][0], "a mover is a point");
	is_int((int64_t)gitperf_log_movers(&log, movers, 2), 2, "at most two");
	ok(movers[0].series == &store[1].public && movers[1].series == &store[2].public, "... the largest");
	is_int((int64_t)gitperf_log_movers(&log, movers, 0), 0, "none wanted");
	points[1][0].environment_changed = 1;
	points[2][0].has_change = 0;
	points[2][0].apart = 0;
	is_int((int64_t)gitperf_log_movers(&log, movers, 4), 1, "not in another environment, nor without a past");
	log.nseries = 0;
	is_int((int64_t)gitperf_log_movers(&log, movers, 4), 0, "an empty log");
}

int main(void)
{
	test_samples();
	test_integers();
	test_summaries();
	test_odd_summaries();
	test_pairs();
	test_movers();
	return done_testing();
}
