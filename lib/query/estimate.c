/*
 * estimate.c - one run's samples, or their summary, to a value and interval
 */
#include "base/compat.h"
#include "base/error.h"

#include <gitperf/query.h>

#define CONFIDENCE 0.95

static int has(const gitperf_summary *s, gitperf_summary_field field)
{
	return (s->have >> field & 1) != 0;
}

static double field(const gitperf_summary *s, gitperf_summary_field f)
{
	return gitperf_number_value(s->field[f]);
}

static void estimate_summary(double *value, gitperf_interval *interval,
			     size_t *samples, const gitperf_summary *s)
{
	int centre = has(s, GITPERF_SUMMARY_MEDIAN) ? GITPERF_SUMMARY_MEDIAN :
		GITPERF_SUMMARY_MEAN;
	size_t n = has(s, GITPERF_SUMMARY_N) ?
		(size_t)s->field[GITPERF_SUMMARY_N].as.integer : 1;

	*value = field(s, (gitperf_summary_field)centre);
	*samples = n;
	interval->low = interval->high = *value;
	interval->confidence = 0;
	if (has(s, GITPERF_SUMMARY_LOW) && has(s, GITPERF_SUMMARY_HIGH)) {
		interval->low = field(s, GITPERF_SUMMARY_LOW);
		interval->high = field(s, GITPERF_SUMMARY_HIGH);
		interval->confidence = has(s, GITPERF_SUMMARY_CONFIDENCE) ?
			field(s, GITPERF_SUMMARY_CONFIDENCE) : CONFIDENCE;
	} else if (has(s, GITPERF_SUMMARY_STDDEV) && n > 1) {
		*interval = gitperf_stats_mean_interval(*value,
			field(s, GITPERF_SUMMARY_STDDEV), n, CONFIDENCE);
	}
}

int gitperf_metric_estimate(double *value, gitperf_interval *interval,
			    size_t *samples, const gitperf_metric *metric)
{
	gitperf_stats stats;
	double *values;
	size_t i;
	int err;

	if (metric->summary) {
		estimate_summary(value, interval, samples, metric->summary);
		return 0;
	}
	values = malloc((metric->nsamples + 1) * sizeof(*values));
	if (!values)
		return gitperf_fail_oom();
	for (i = 0; i < metric->nsamples; i++)
		values[i] = gitperf_number_value(metric->samples[i]);
	err = gitperf_stats_summarise(&stats, values, metric->nsamples);
	free(values);
	if (err < 0)
		return err;
	*value = stats.median;
	*interval = stats.interval;
	*samples = metric->nsamples;
	return 0;
}
