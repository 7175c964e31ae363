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
	const gitperf_metric *first = &benchmark->metrics[0];
	const char *workload = benchmark->workload ? benchmark->workload : "";

	return !strcmp(first->name, s->metric) && !strcmp(first->unit, s->unit) &&
	       first->better == s->better && !strcmp(s->workload, workload);
}

static void find_point(gitperf_previous *out, const gitperf_log *log,
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
		return;
	}
}

/* Series are in the order of their benchmarks: where those of `name` begin */
static size_t first_series(const gitperf_log *log, const char *name)
{
	size_t lo = 0, hi = gitperf_log_nseries(log);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(gitperf_log_series(log, mid)->benchmark, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void find_series(gitperf_previous *out, const gitperf_log *log,
			const gitperf_record *record, const gitperf_benchmark *b)
{
	size_t i;

	for (i = first_series(log, b->name); i < gitperf_log_nseries(log); i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		if (strcmp(s->benchmark, b->name))
			return;
		if (same_quantity(s, b) &&
		    same_pairs(s->config, s->nconfig, record->config, record->nconfig) &&
		    same_pairs(s->params, s->nparams, b->params, b->nparams))
			find_point(out, log, s);
	}
}

/* Whether the first metric of the i-th benchmark has that of the k-th, too */
static int shares_metric(const gitperf_record *record, size_t i, size_t k)
{
	const gitperf_benchmark *a = &record->benchmarks[i], *b = &record->benchmarks[k];

	return a->nmetrics && b->nmetrics && !strcmp(a->metrics[0].name, b->metrics[0].name);
}

/* Of the k-th benchmark and all that begin with the same metric: one log */
static int find_group(gitperf_previous *out, gitperf_repo *repo, gitperf_store *store,
		      const gitperf_record *record, size_t k)
{
	gitperf_query query = GITPERF_QUERY_INIT;
	gitperf_log *log;
	int err;
	size_t i;

	query.range = record->commit;
	query.platform = record->platform;
	query.metric = record->benchmarks[k].metrics[0].name;
	query.config = record->config;
	query.nconfig = record->nconfig;
	if ((err = gitperf_log_load(&log, repo, store, &query)) < 0)
		return err;
	for (i = k; i < record->nbenchmarks; i++)
		if (shares_metric(record, i, k))
			find_series(&out[i], log, record, &record->benchmarks[i]);
	gitperf_log_free(log);
	return 0;
}

int gitperf_query_previous(gitperf_previous *out, gitperf_repo *repo,
			   gitperf_store *store, const gitperf_record *record)
{
	size_t i, k;
	int err = 0;

	memset(out, 0, record->nbenchmarks * sizeof(*out));
	for (k = 0; k < record->nbenchmarks && !err; k++) {
		for (i = 0; i < k && !shares_metric(record, i, k); i++)
			;
		if (i == k && record->benchmarks[k].nmetrics)
			err = find_group(out, repo, store, record, k);
	}
	return err;
}
