/*
 * log.c - the first-parent chain, and what was measured along it
 *
 * Commits are visited platform by platform, so the runs of one commit come
 * together and a point is finished before the next begins. A record that cannot
 * be used is counted and named, and the others go on.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/log.h"

#include <math.h>

static const gitperf_metric *default_metric(const gitperf_benchmark *bench)
{
	size_t i;

	for (i = 0; i < bench->nmetrics; i++)
		if (!strcmp(bench->metrics[i].name, "wall"))
			return &bench->metrics[i];
	return bench->nmetrics ? &bench->metrics[0] : NULL;
}

static const gitperf_metric *choose_metric(const gitperf_query *query,
					   const gitperf_benchmark *bench)
{
	size_t i;

	if (!query->metric)
		return default_metric(bench);
	for (i = 0; i < bench->nmetrics; i++)
		if (!strcmp(bench->metrics[i].name, query->metric))
			return &bench->metrics[i];
	return NULL;
}

static int add_benchmarks(struct loader *l, const gitperf_record *r,
			  size_t column, gitperf_cell *cell)
{
	size_t i;
	int err = 0;

	for (i = 0; i < r->nbenchmarks && !err; i++) {
		const gitperf_benchmark *bench = &r->benchmarks[i];
		const gitperf_metric *metric = choose_metric(l->query, bench);

		cell->failed += bench->status != GITPERF_STATUS_OK &&
				bench->status != GITPERF_STATUS_SKIPPED;
		if (metric)
			err = gitperf_log__value(l, column, r, bench, metric);
	}
	return err;
}

static int config_matches(const gitperf_query *query, const gitperf_record *r)
{
	size_t i, j;

	for (i = 0; i < query->nconfig; i++) {
		for (j = 0; j < r->nconfig; j++)
			if (!strcmp(query->config[i].key, r->config[j].key))
				break;
		if (j == r->nconfig || strcmp(query->config[i].value, r->config[j].value))
			return 0;
	}
	return 1;
}

/* Imported twice, by versions that read it differently: the first counts */
static int is_duplicate(struct loader *l, const gitperf_record *r)
{
	int err;

	if (!r->origin_sha256)
		return 0;
	if (gitperf_map_get(&l->origins, r->origin_sha256, 64)) {
		l->log->tally.duplicate++;
		return 1;
	}
	err = gitperf_map_put(&l->origins, r->origin_sha256, 64, 0);
	return err;
}

static void warn_unusable(struct loader *l)
{
	const gitperf_events *events = l->query->events;

	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(),
				gitperf_error_hint());
}

/* A record that cannot be read is counted and named, and the rest goes on */
static int read_record(gitperf_record **out, struct loader *l,
		       const gitperf_entry *entry)
{
	int err = gitperf_store_record(out, l->store, entry, l->query->benchmarks);

	if (!err) {
		l->log->tally.records++;
		return 1;
	}
	if (err == GITPERF_ENOMEM)
		return err;
	if (strstr(gitperf_error_message(), "is newer than"))
		l->log->tally.newer++;
	else
		l->log->tally.damaged++;
	warn_unusable(l);
	return 0;
}

static int add_record(struct loader *l, const gitperf_entry *entry, size_t commit)
{
	gitperf_record *record = NULL;
	gitperf_cell *cell;
	size_t column;
	int err = read_record(&record, l, entry);

	if (err <= 0)
		return err;
	err = is_duplicate(l, record);
	if (err || !config_matches(l->query, record)) {
		err = err < 0 ? err : 0;
		goto out;
	}
	if ((err = gitperf_log__column(&column, l, record)) < 0)
		goto out;
	cell = &l->log->cells[column][commit];
	cell->runs++;
	err = add_benchmarks(l, record, column, cell);
out:
	gitperf_record_free(record);
	return err;
}

static int add_commit(struct loader *l, const char *platform, size_t commit)
{
	size_t n, i, first;
	int err = 0;

	first = gitperf_store_lookup(l->store, platform,
				     l->log->commits[commit].id, &n);
	for (i = 0; i < n && !err; i++)
		err = add_record(l, gitperf_store_entry(l->store, first + i), commit);
	if (!err)
		err = gitperf_log__finish_points(l, commit);
	gitperf_map_free(&l->origins);
	return err;
}

static int load_commits(struct loader *l)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	gitperf_log *log = l->log;
	size_t room = 0;
	int err = gitperf_history_open(&history, l->repo, l->query->range,
				       l->query->max_count);

	if (err < 0)
		return err;
	while ((err = gitperf_history_next(&commit, history)) > 0) {
		gitperf_commit *grown = GROW(log->commits, log->ncommits, room);

		if (!grown) {
			err = gitperf_fail_oom();
			break;
		}
		log->commits = grown;
		grown[log->ncommits] = *commit;
		grown[log->ncommits++].subject =
			gitperf_arena_strdup(&log->arena, commit->subject);
	}
	gitperf_history_free(history);
	return err < 0 ? err : gitperf_arena_check(&log->arena);
}

static void report_progress(struct loader *l, size_t done)
{
	const gitperf_events *events = l->query->events;

	if (events && events->progress)
		events->progress(events->payload, "reading records", done,
				 gitperf_store_count(l->store));
}

static int load_records(struct loader *l)
{
	size_t n = gitperf_store_count(l->store), i = 0, c;
	int err = 0;

	while (i < n && !err) {
		const char *platform = gitperf_store_entry(l->store, i)->platform;
		int wanted = !l->query->platform || !strcmp(platform, l->query->platform);

		for (c = 0; c < l->log->ncommits && !err && wanted; c++) {
			err = add_commit(l, platform, c);
			report_progress(l, l->log->tally.records);
		}
		while (i < n && !strcmp(gitperf_store_entry(l->store, i)->platform, platform))
			i++;
	}
	return err;
}

/* Records of commits that the range does not have, or that are not here */
static int count_elsewhere(struct loader *l)
{
	size_t n = gitperf_store_count(l->store), i;
	const char *last = "";
	struct map chain = { 0 };
	int err = 0, inside = 1, known = 1;

	for (i = 0; i < l->log->ncommits && !err; i++)
		err = gitperf_map_put(&chain, l->log->commits[i].id, 40, 0);
	for (i = 0; i < n && !err; i++) {
		const gitperf_entry *entry = gitperf_store_entry(l->store, i);
		char id[GITPERF_ID_SIZE];

		if (strcmp(last, entry->commit)) {
			inside = gitperf_map_get(&chain, entry->commit, 40) != NULL;
			known = inside || gitperf_repo_complete(id, l->repo, entry->commit) == 1;
			last = entry->commit;
		}
		l->log->tally.elsewhere += !inside;
		l->log->tally.unknown_commits += !known;
	}
	gitperf_map_free(&chain);
	return err;
}

static void compare_points(gitperf_log *log, struct series *s)
{
	size_t i;

	for (i = 0; i + 1 < s->npoints; i++) {
		struct point *now = &s->points[i], *before = &s->points[i + 1];
		gitperf_cell *cell = &log->cells[s->column][now->public.commit];

		if (before->public.value <= 0 || now->public.value <= 0)
			continue;
		now->public.has_change = 1;
		now->public.change = now->public.value / before->public.value - 1;
		now->public.previous = before->public.commit;
		now->public.environment_changed =
			strcmp(now->fingerprint, before->fingerprint) &&
			now->fingerprint[0] && before->fingerprint[0];
		if (s->public.better == GITPERF_BETTER_NONE)
			continue;
		/* a sum of logarithms for now; finish() makes the mean of it */
		cell->compared++;
		cell->change += s->public.better == GITPERF_BETTER_LOWER ?
			log1p(now->public.change) : -log1p(now->public.change);
	}
}

static int publish_points(gitperf_log *log, struct series *s)
{
	gitperf_point *points = gitperf_arena_array(&log->arena, s->npoints, sizeof(*points));
	size_t i;

	if (!points)
		return gitperf_fail_oom();
	for (i = 0; i < s->npoints; i++)
		points[i] = s->points[i].public;
	s->public.points = points;
	s->public.npoints = s->npoints;
	return 0;
}

static int compare_series(const void *a, const void *b)
{
	const gitperf_series *x = &(*(struct series *const *)a)->public;
	const gitperf_series *y = &(*(struct series *const *)b)->public;
	int diff;

	if ((diff = strcmp(x->benchmark, y->benchmark)) ||
	    (diff = strcmp(x->params, y->params)) ||
	    (diff = strcmp(x->metric, y->metric)) ||
	    (diff = strcmp(x->platform, y->platform)) ||
	    (diff = strcmp(x->config, y->config)) ||
	    (diff = strcmp(x->workload, y->workload)))
		return diff;
	return strcmp(x->unit, y->unit);
}

static int finish(gitperf_log *log)
{
	size_t i, c;
	int err = 0;

	for (i = 0; i < log->nseries && !err; i++) {
		compare_points(log, log->series[i]);
		err = publish_points(log, log->series[i]);
	}
	for (c = 0; c < log->ncolumns; c++)
		for (i = 0; i < log->ncommits; i++)
			if (log->cells[c][i].compared)
				log->cells[c][i].change = expm1(log->cells[c][i].change /
					(double)log->cells[c][i].compared);
	if (log->nseries)
		qsort(log->series, log->nseries, sizeof(*log->series), compare_series);
	return err;
}

int gitperf_log_load(gitperf_log **out, gitperf_repo *repo,
		     gitperf_store *store, const gitperf_query *query)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_log *log = calloc(1, sizeof(*log));
	struct loader l = { .log = log, .store = store, .repo = repo,
			    .query = query, .key = empty };
	int err;

	*out = NULL;
	if (!log)
		return gitperf_fail_oom();
	log->tally.foreign = gitperf_store_foreign(store);
	log->tally.revoked = gitperf_store_revoked(store);
	if ((err = load_commits(&l)) >= 0 && (err = load_records(&l)) >= 0 &&
	    (err = count_elsewhere(&l)) >= 0)
		err = finish(log);
	gitperf_map_free(&l.series);
	gitperf_map_free(&l.columns);
	gitperf_map_free(&l.origins);
	gitperf_buffer_dispose(&l.key);
	free(l.touched);
	if (err < 0)
		gitperf_log_free(log);
	else
		*out = log;
	return err;
}

void gitperf_log_free(gitperf_log *log)
{
	size_t i;

	if (!log)
		return;
	for (i = 0; i < log->nseries; i++) {
		free(log->series[i]->points);
		free(log->series[i]->values);
	}
	free(log->series);
	free(log->columns);
	free(log->cells);
	free(log->commits);
	gitperf_arena_free(&log->arena);
	free(log);
}

size_t gitperf_log_ncommits(const gitperf_log *log)
{
	return log->ncommits;
}

const gitperf_commit *gitperf_log_commit(const gitperf_log *log, size_t i)
{
	return &log->commits[i];
}

size_t gitperf_log_nseries(const gitperf_log *log)
{
	return log->nseries;
}

const gitperf_series *gitperf_log_series(const gitperf_log *log, size_t i)
{
	return &log->series[i]->public;
}

size_t gitperf_log_ncolumns(const gitperf_log *log)
{
	return log->ncolumns;
}

const gitperf_column *gitperf_log_column(const gitperf_log *log, size_t i)
{
	return &log->columns[i];
}

const gitperf_cell *gitperf_log_cell(const gitperf_log *log, size_t column,
				     size_t commit)
{
	return &log->cells[column][commit];
}

const gitperf_tally *gitperf_log_tally(const gitperf_log *log)
{
	return &log->tally;
}
