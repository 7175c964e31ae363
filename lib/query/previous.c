/*
 * previous.c - what was measured last, of exactly the same thing
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/log.h"

/* Stored pairs are sorted; those of a record in the making may not be */
static int same_pairs(const gitperf_pair *stored, size_t nstored,
		      const gitperf_pair *given, size_t ngiven)
{
	size_t i, j;

	for (i = 0; i < ngiven; i++) {
		for (j = 0; j < nstored; j++)
			if (!strcmp(stored[j].key, given[i].key) &&
			    !strcmp(stored[j].value, given[i].value))
				break;
		if (j == nstored)
			return 0;
	}
	return nstored == ngiven;
}

static int same_quantity(const gitperf_series *s, const gitperf_benchmark *benchmark)
{
	size_t i;

	for (i = 0; i < benchmark->nmetrics; i++)
		if (!strcmp(benchmark->metrics[i].name, s->metric))
			return !strcmp(benchmark->metrics[i].unit, s->unit) &&
			       benchmark->metrics[i].better == s->better;
	return 0;
}

static int find_point(gitperf_previous *out, const gitperf_log *log,
		      const gitperf_series *s)
{
	size_t i;

	for (i = 0; i < s->npoints; i++) {
		if (!s->points[i].commit)
			continue;      /* the record's own commit */
		out->point = s->points[i];
		out->distance = s->points[i].commit;
		memcpy(out->commit, gitperf_log_commit(log, out->distance)->id,
		       sizeof(out->commit));
		return 1;
	}
	return 0;
}

int gitperf_query_previous(gitperf_previous *out, gitperf_repo *repo,
			   gitperf_store *store, const gitperf_record *record,
			   const gitperf_benchmark *benchmark, const char *metric)
{
	const char *names[] = { benchmark->name, NULL };
	const char *workload = benchmark->workload ? benchmark->workload : "";
	gitperf_query query = GITPERF_QUERY_INIT;
	gitperf_log *log = NULL;
	size_t i;
	int err;

	query.range = record->commit;
	query.platform = record->platform;
	query.benchmarks = names;
	query.metric = metric;
	query.config = record->config;
	query.nconfig = record->nconfig;
	err = gitperf_log_load(&log, repo, store, &query);
	for (i = 0; !err && i < gitperf_log_nseries(log); i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		if (!strcmp(s->workload, workload) && same_quantity(s, benchmark) &&
		    same_pairs(s->config, s->nconfig, record->config, record->nconfig) &&
		    same_pairs(s->params, s->nparams, benchmark->params, benchmark->nparams))
			err = find_point(out, log, s);
	}
	gitperf_log_free(log);
	return err;
}
