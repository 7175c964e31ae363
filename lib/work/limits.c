/*
 * limits.c - measured values that pass what the suite sets as their limit
 *
 * A warning, not a failure: the value was measured and is recorded as it is.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/session.h"

#include <gitperf/query.h>

/* What a tool printed has the name of its benchmark in the suite before its own */
static int is_about(const gitperf_metric_rule *rule, const gitperf_benchmark *b,
		    const gitperf_metric *m)
{
	size_t len = rule->benchmark ? strlen(rule->benchmark) : 0;

	if (!rule->has_limit || strcmp(rule->metric, m->name))
		return 0;
	return !len || (!strncmp(b->name, rule->benchmark, len) &&
			(!b->name[len] || b->name[len] == '/'));
}

/* That of the benchmark comes before that of all */
static const gitperf_metric_rule *find_limit(const gitperf_suite *suite,
					     const gitperf_benchmark *b, const gitperf_metric *m)
{
	const gitperf_metric_rule *found = NULL;
	size_t i;

	for (i = 0; i < suite->nrules; i++)
		if (is_about(&suite->rules[i], b, m) && (!found || !found->benchmark))
			found = &suite->rules[i];
	return found;
}

static void warn(const gitperf_session *s, const gitperf_benchmark *b,
		 const gitperf_metric *m, double value, double limit)
{
	const gitperf_events *events = s->opts.events;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;

	gitperf_buf_addf(&text, "'%s", b->name);
	for (i = 0; i < b->nparams; i++)
		gitperf_buf_addf(&text, " %s=%s", b->params[i].key, b->params[i].value);
	gitperf_buf_addf(&text, "': a %s of %.6g %s is beyond its limit, %.6g %s", m->name, value,
			 m->unit, limit, m->unit);
	if (events && events->warning && !text.failed)
		events->warning(events->payload, text.ptr, NULL);
	gitperf_buffer_dispose(&text);
}

static int check_metric(const gitperf_session *s, const gitperf_benchmark *b,
			const gitperf_metric *m)
{
	const gitperf_metric_rule *rule = find_limit(s->suite, b, m);
	gitperf_interval interval;
	double value;
	size_t n;
	int err;

	if (!rule)
		return 0;
	err = gitperf_metric_estimate(&value, &interval, &n, m);
	if (!err && (m->better == GITPERF_BETTER_HIGHER ? value < rule->limit : value > rule->limit))
		warn(s, b, m, value, rule->limit);
	return err;
}

int gitperf_session__limits(const gitperf_session *s, const gitperf_record *r)
{
	size_t i, k;
	int err = 0;

	for (i = 0; s->suite && i < r->nbenchmarks && !err; i++)
		for (k = 0; k < r->benchmarks[i].nmetrics && !err; k++)
			err = check_metric(s, &r->benchmarks[i], &r->benchmarks[i].metrics[k]);
	return err;
}
