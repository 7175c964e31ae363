/*
 * metric_rule.c - what a suite says of a metric, put on what a tool measured
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/unit.h"

#include <gitperf/suite.h>

static int concerns(const gitperf_metric_rule *rule, const char *metric,
		    const char *benchmark)
{
	if (strcmp(rule->metric, metric))
		return 0;
	if (!rule->benchmark || !benchmark)
		return rule->benchmark == benchmark;
	return !strcmp(rule->benchmark, benchmark);
}

/* Add what is not said yet */
static void merge_rules(gitperf_metric_rule *out, const char *metric,
			const char *benchmark, const gitperf_metric_rule *rules,
			size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!concerns(&rules[i], metric, benchmark))
			continue;
		if (!out->unit)
			out->unit = rules[i].unit;
		if (!out->has_better && rules[i].has_better) {
			out->has_better = 1;
			out->better = rules[i].better;
		}
	}
}

/* A dry run first, so that an error leaves everything as it was */
static int convert_samples(gitperf_metric *metric, const struct unit *unit, int dry)
{
	gitperf_number *samples = (gitperf_number *)(uintptr_t)metric->samples, number;
	size_t i;
	int err;

	for (i = 0; i < metric->nsamples; i++) {
		if ((err = gitperf_unit_convert(&number, samples[i], unit)) < 0)
			return err;
		if (!dry)
			samples[i] = number;
	}
	return 0;
}

static int convert_summary(gitperf_metric *metric, const struct unit *unit, int dry)
{
	gitperf_summary *summary = (gitperf_summary *)(uintptr_t)metric->summary;
	gitperf_number number;
	int f, err;

	for (f = 0; summary && f < GITPERF_SUMMARY_FIELDS; f++) {
		if (!(summary->have & 1u << f) || f == GITPERF_SUMMARY_N ||
		    f == GITPERF_SUMMARY_CONFIDENCE)
			continue;
		if ((err = gitperf_unit_convert(&number, summary->field[f], unit)) < 0)
			return err;
		if (!dry)
			summary->field[f] = number;
	}
	return 0;
}

static int convert(gitperf_metric *metric, const struct unit *unit)
{
	int dry, err;

	for (dry = 1; dry >= 0; dry--)
		if ((err = convert_samples(metric, unit, dry)) < 0 ||
		    (err = convert_summary(metric, unit, dry)) < 0)
			return gitperf_blame(err, "metric '%.100s'", metric->name);
	return 0;
}

static int apply_unit(gitperf_metric *metric, const char *name)
{
	const struct unit *unit = gitperf_unit_find(name, strlen(name));
	const struct unit *own = gitperf_unit_find(metric->unit, strlen(metric->unit));
	const char *stored = unit ? unit->stored : name;
	int err;

	if (!strcmp(metric->unit, stored))
		return 0;
	if (own && unit && !strcmp(own->stored, stored)) {
		unit = own;
	} else if (strcmp(metric->unit, "1")) {
		err = gitperf_fail(GITPERF_EINVALID, "metric '%.100s' was measured in '%.60s', which is not '%.60s'",
				   metric->name, metric->unit, name);
		return gitperf_hint(err, "correct or remove 'unit' of [metric] in the suite");
	}
	if (unit && (err = convert(metric, unit)) < 0)
		return err;
	metric->unit = stored;
	return 0;
}

int gitperf_metric_rules_apply(gitperf_metric *metric, const char *benchmark,
			       const gitperf_metric_rule *rules, size_t n)
{
	gitperf_metric_rule rule = { .metric = metric->name };
	int err = 0;

	merge_rules(&rule, metric->name, benchmark, rules, n);
	merge_rules(&rule, metric->name, NULL, rules, n);
	if (rule.unit)
		err = apply_unit(metric, rule.unit);
	if (!err && rule.has_better)
		metric->better = rule.better;
	return err;
}
