/*
 * metric.c - quantities that every measured command has
 */
#include "base/compat.h"
#include "data/names.h"

#include <gitperf/record.h>

int gitperf_metric_known(const char *name, const char **unit,
			 gitperf_better *better)
{
	static const struct {
		const char *name, *unit;
	} known[] = {
		{ "wall", "ns" }, { "user", "ns" }, { "system", "ns" },
		{ "max_rss", "bytes" }, { "minor_faults", "count" },
		{ "major_faults", "count" }, { "voluntary_switches", "count" },
		{ "involuntary_switches", "count" }, { "instructions", "count" },
		{ "cycles", "count" }, { "branches", "count" },
		{ "cpu_migrations", "count" }, { "task_clock", "ns" },
		{ "callgrind_instructions", "count" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(known[i].name, name))
			continue;
		*unit = known[i].unit;
		*better = GITPERF_BETTER_LOWER;
		return 1;
	}
	return 0;
}
