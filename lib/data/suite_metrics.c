/*
 * suite_metrics.c - which benchmark a [metric] means, and its limit
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"
#include "data/names.h"
#include "data/suite.h"
#include "data/unit.h"

/*
 * "b.latency": the longest name of a benchmark with a dot behind it, because
 * benchmarks and metrics may have dots in their names, too.
 */
static void divide_name(struct suite_reader *r, struct rule_draft *draft)
{
	const char *name = draft->name;
	size_t len = strlen(name), *index;

	draft->rule.metric = name;
	while (len-- > 1) {
		if (name[len] != '.' || !name[len + 1])
			continue;
		index = gitperf_map_get(&r->names, name, len);
		if (!index)
			continue;
		draft->rule.benchmark = r->benchmarks[*index].name;
		draft->rule.metric = name + len + 1;
		break;
	}
}

/* What the metric is stored in: as it says itself, or as everybody knows */
static const char *stored_unit(const gitperf_metric_rule *rule)
{
	const struct unit *unit;
	const char *name = rule->unit;
	gitperf_better better;

	if (!name && !gitperf_metric_known(rule->metric, &name, &better))
		return NULL;
	unit = gitperf_unit_find(name, strlen(name));
	return unit ? unit->stored : name;
}

/* "500ms", "2 MiB", or "500" in the metric's own unit */
static int set_limit(struct suite_reader *r, struct rule_draft *draft)
{
	const char *stored = stored_unit(&draft->rule), *rest, *name;
	const struct unit *unit;
	gitperf_number number;
	int err;

	r->line = draft->limit_line;
	if ((err = gitperf_unit_number(&number, &rest, draft->limit)) < 0)
		return gitperf_suite__recode(r, "limit");
	rest += strspn(rest, " ");
	name = *rest || !draft->rule.unit ? rest : draft->rule.unit;
	unit = gitperf_unit_find(name, strlen(name));
	if (*rest && !unit && (!stored || strcmp(stored, rest))) {
		gitperf_suite__fail(r, "'%.60s' is no unit of time or size", rest);
		return gitperf_hint(GITPERF_EFORMAT, "units are ns, us, ms, s, min, h, day; B, kB, MB, GB, TB, KiB, MiB, GiB, TiB");
	}
	if (*rest && unit && stored && strcmp(stored, unit->stored))
		return gitperf_suite__fail(r, "a limit in %.60s for a metric in %.60s", rest, stored);
	if (unit && (err = gitperf_unit_convert(&number, number, unit)) < 0)
		return gitperf_suite__recode(r, "limit");
	draft->rule.limit = gitperf_number_value(number);
	draft->rule.has_limit = 1;
	return 0;
}

int gitperf_suite__finish_rules(struct suite_reader *r)
{
	gitperf_metric_rule *rules = gitperf_arena_array(r->arena, r->nrules, sizeof(*rules));
	size_t i;
	int err = 0;

	if (!rules)
		return gitperf_fail_oom();
	for (i = 0; i < r->nrules && !err; i++) {
		divide_name(r, &r->rules[i]);
		if (r->rules[i].limit)
			err = set_limit(r, &r->rules[i]);
		rules[i] = r->rules[i].rule;
	}
	r->suite.rules = rules;
	r->suite.nrules = r->nrules;
	return err;
}
