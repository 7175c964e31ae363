/*
 * sampling.c - samples that come one by one, and when there are enough
 *
 * Without a precision a count is all. With one, what counts is the interval
 * for the median, which knows no distribution. It is looked at again whenever
 * there is a twentieth more: looking at every sample would cost more than many
 * a command, and give chance as many opportunities to end a run too early.
 *
 * Knows numbers and options. Knows nothing of commands.
 */
#include "base/compat.h"
#include "base/error.h"
#include "run/sampling.h"
#include "stats/order.h"

#include <gitperf/stats.h>
#include <math.h>

#define DEFAULT_ITERATIONS 5
#define DEFAULT_TIMEOUT_MS (30 * 60 * 1000)
#define DEFAULT_MAX_TIME_MS (60 * 1000)

/* a year: what is to be multiplied must not overflow */
#define TIME_MOST_MS (INT64_C(365) * 24 * 3600 * 1000)

/* fewer do not give an interval of 95 % for the median */
#define PRECISION_LEAST 6

/* how many a precision takes is unknown before: rather too many, because
 * progress can leap forward, but not go back */
#define EXPECTED_AT_FIRST 100

int gitperf_samples__add(struct samples *samples, gitperf_number value)
{
	size_t size = samples->size ? samples->size * 2 : 8;
	gitperf_number *ptr;

	if (samples->n == samples->size) {
		ptr = realloc(samples->ptr, size * sizeof(*ptr));
		if (!ptr)
			return gitperf_fail_oom();
		samples->ptr = ptr;
		samples->size = size;
	}
	samples->ptr[samples->n++] = value;
	return 0;
}

void gitperf_samples__free(struct samples *samples)
{
	free(samples->ptr);
	samples->ptr = NULL;
	samples->n = samples->size = 0;
}

static int check_plan(const gitperf_sampling *plan, size_t most)
{
	if (plan->iterations > SAMPLING_MOST || plan->warmup < 0 ||
	    plan->warmup > SAMPLING_MOST)
		return gitperf_fail(GITPERF_EINVALID, "more than %d iterations", SAMPLING_MOST);
	if (plan->timeout_ms < 0 || plan->timeout_ms > TIME_MOST_MS ||
	    plan->max_time_ms < 0 || plan->max_time_ms > TIME_MOST_MS)
		return gitperf_fail(GITPERF_EINVALID, "a time limit is not between 0 and a year");
	if (!(plan->precision >= 0 && plan->precision < 1))
		return gitperf_fail(GITPERF_EINVALID, "a precision is not between 0 and 1");
	if (plan->precision > 0 && plan->iterations > most)
		return gitperf_fail(GITPERF_EINVALID, "a precision takes %u iterations or more, and only %zu are allowed",
				    plan->iterations, most);
	return 0;
}

int gitperf_sampling__init(struct sampling *sampling, const gitperf_sampling *own,
			   const gitperf_run_options *opts)
{
	gitperf_sampling *plan = &sampling->plan;

	memset(sampling, 0, sizeof(*sampling));
	*plan = *own;
	if (!plan->iterations)
		plan->iterations = opts->iterations ? opts->iterations : DEFAULT_ITERATIONS;
	if (plan->warmup < 0)
		plan->warmup = opts->warmup > SAMPLING_MOST ? -1 : (int)opts->warmup;
	if (!plan->timeout_ms)
		plan->timeout_ms = opts->timeout_ms ? opts->timeout_ms : DEFAULT_TIMEOUT_MS;
	/* a NaN is none of the two, and is found below */
	if (plan->precision <= 0 && plan->precision >= 0)
		plan->precision = opts->precision;
	if (!plan->max_time_ms)
		plan->max_time_ms = opts->max_time_ms ? opts->max_time_ms :
				    DEFAULT_MAX_TIME_MS;
	if (plan->precision > 0 && plan->iterations < PRECISION_LEAST)
		plan->iterations = PRECISION_LEAST;
	sampling->next_look = plan->iterations;
	sampling->most = SAMPLING_MOST;
	if (opts->max_iterations && opts->max_iterations < SAMPLING_MOST)
		sampling->most = opts->max_iterations;
	sampling->width = NAN;
	return check_plan(plan, sampling->most);
}

static int find_width(struct sampling *sampling, const struct samples *samples)
{
	double *sorted = malloc(samples->n * sizeof(*sorted)), median;
	gitperf_interval interval;
	size_t i;

	if (!sorted)
		return gitperf_fail_oom();
	for (i = 0; i < samples->n; i++)
		sorted[i] = gitperf_number_value(samples->ptr[i]);
	qsort(sorted, samples->n, sizeof(*sorted), gitperf_doubles_by_value);
	interval = gitperf_stats_median_interval(sorted, samples->n, 0.95);
	median = fabs(gitperf_stats_median(sorted, samples->n));
	/* without spread it is precise, also when the median is 0 */
	sampling->width = interval.high > interval.low ?
			  (interval.high - interval.low) / 2 / median : 0;
	free(sorted);
	return 0;
}

int gitperf_sampling__look(struct sampling *sampling, const struct samples *samples)
{
	const gitperf_sampling *plan = &sampling->plan;
	size_t n = ++sampling->n;
	int err;

	if (n < plan->iterations)
		return 0;
	if (plan->precision <= 0 || n >= sampling->most || samples->n < n ||
	    sampling->spent_ns / 1000000 >= plan->max_time_ms)
		sampling->enough = 1;
	if (sampling->enough || n < sampling->next_look)
		return 0;
	if ((err = find_width(sampling, samples)) < 0)
		return err;
	sampling->enough = sampling->width <= plan->precision;
	sampling->next_look = n + n / 20 + 1;
	return 0;
}

size_t gitperf_sampling__expected(const struct sampling *sampling)
{
	const gitperf_sampling *plan = &sampling->plan;
	double ratio = sampling->width / plan->precision, count, in_time;
	size_t n = sampling->n;

	if (sampling->enough)
		return n;
	if (plan->precision <= 0)
		return plan->iterations;
	if (isnan(sampling->width))
		return plan->iterations > EXPECTED_AT_FIRST ? plan->iterations :
		       EXPECTED_AT_FIRST;
	/* the interval narrows with the root of the count */
	count = (double)n * ratio * ratio;
	in_time = (double)n * 1e6 * (double)plan->max_time_ms /
		  ((double)sampling->spent_ns + 1);
	count = fmin(fmin(count, in_time), (double)sampling->most);
	return count > (double)n ? (size_t)count : n + 1;
}
