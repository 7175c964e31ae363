/*
 * previous.c - what was measured last, of exactly the same thing
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/log.h"

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const gitperf_pair *)a)->key, ((const gitperf_pair *)b)->key);
}

/* Stored pairs are sorted; those of a record in the making may not be */
static const char *join_sorted(struct arena *arena, const gitperf_pair *pairs,
			       size_t n)
{
	gitperf_pair *sorted = gitperf_arena_array(arena, n + 1, sizeof(*sorted));

	if (!sorted)
		return NULL;
	if (n)
		memcpy(sorted, pairs, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_keys);
	return gitperf_log__join_pairs(arena, sorted, n);
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
	const char *names[] = { benchmark->name, NULL }, *config, *params;
	const char *workload = benchmark->workload ? benchmark->workload : "";
	gitperf_query query = GITPERF_QUERY_INIT;
	struct arena arena = ARENA_INIT;
	gitperf_log *log = NULL;
	size_t i;
	int err;

	query.range = record->commit;
	query.platform = record->platform;
	query.benchmarks = names;
	query.metric = metric;
	query.config = record->config;
	query.nconfig = record->nconfig;
	config = join_sorted(&arena, record->config, record->nconfig);
	params = join_sorted(&arena, benchmark->params, benchmark->nparams);
	err = gitperf_arena_check(&arena);
	if (!err)
		err = gitperf_log_load(&log, repo, store, &query);
	for (i = 0; !err && i < gitperf_log_nseries(log); i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		if (!strcmp(s->workload, workload) && !strcmp(s->config, config) &&
		    !strcmp(s->params, params))
			err = find_point(out, log, s);
	}
	gitperf_log_free(log);
	gitperf_arena_free(&arena);
	return err;
}
