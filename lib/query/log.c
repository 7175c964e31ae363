/*
 * log.c - the first-parent chain, and what was measured along it
 *
 * Commits are visited platform by platform, so the runs of one commit come
 * together and a point is finished before the next begins. A record that cannot
 * be used is counted and named, and the others go on.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/record.h"
#include "query/log.h"

/* How many commits before the range are searched for something to compare with */
#define BEFORE_MAX 1024

/* Whether the query asks for what a series of the index is about */
static int is_wanted(struct loader *l, uint32_t series)
{
	const char *const *name = l->query->benchmarks;
	const char *benchmark;

	if (!name)
		return 1;
	if (l->wanted[series])
		return l->wanted[series] == 1;
	benchmark = gitperf_index_string(l->index,
		gitperf_index_series(l->index, series)->benchmark);
	for (; *name; name++)
		if (!strcmp(*name, benchmark))
			break;
	l->wanted[series] = *name ? 1 : 2;
	return *name != NULL;
}

/* The index may have learned new series from the record at hand */
static int extend_wanted(struct loader *l)
{
	size_t n = gitperf_index_nseries(l->index);
	char *grown;

	if (n <= l->nwanted)
		return 0;
	grown = realloc(l->wanted, 2 * n);
	if (!grown)
		return gitperf_fail_oom();
	memset(grown + l->nwanted, 0, 2 * n - l->nwanted);
	l->wanted = grown;
	l->nwanted = 2 * n;
	return 0;
}

/* How many facts from `i` on are about the same benchmark */
static uint64_t group_length(const struct index *index, uint64_t i, uint64_t end)
{
	const struct fact_series *first, *s;
	uint64_t n = 1;

	first = gitperf_index_series(index, gitperf_index_fact(index, i)->series);
	for (; i + n < end; n++) {
		s = gitperf_index_series(index, gitperf_index_fact(index, i + n)->series);
		if (s->benchmark != first->benchmark || s->params != first->params ||
		    s->workload != first->workload)
			break;
	}
	return n;
}

/* The metric asked for; else wall, else the benchmark's first */
static const struct fact *choose_fact(const struct loader *l, uint64_t i,
				      uint64_t n)
{
	const char *metric = l->query->metric ? l->query->metric : "wall";
	uint64_t j;

	for (j = i; j < i + n; j++) {
		const struct fact *fact = gitperf_index_fact(l->index, j);
		const struct fact_series *s = gitperf_index_series(l->index, fact->series);

		if (!strcmp(gitperf_index_string(l->index, s->metric), metric))
			return fact;
	}
	return l->query->metric ? NULL : gitperf_index_fact(l->index, i);
}

/* Several runs in which it failed are one benchmark that has */
static int add_failure(struct loader *l, size_t column, uint32_t series,
		       gitperf_cell *cell)
{
	size_t key[2] = { column, series };

	if (gitperf_map_get(&l->failures, key, sizeof(key)))
		return 0;
	cell->failed++;
	return gitperf_map_put(&l->failures, key, sizeof(key), 0);
}

static int add_facts(struct loader *l, const struct record_facts *r,
		     size_t column, gitperf_cell *cell)
{
	uint64_t i, n, end = r->first + r->count;
	int err = 0;

	for (i = r->first; i < end && !err; i += n) {
		const struct fact *fact = gitperf_index_fact(l->index, i);

		n = 1;
		if (!is_wanted(l, fact->series))
			continue;
		if (!fact->samples) {
			err = add_failure(l, column, fact->series, cell);
			continue;
		}
		n = group_length(l->index, i, end);
		fact = choose_fact(l, i, n);
		if (fact)
			err = gitperf_log__value(l, column, fact, r->fingerprint);
	}
	return err;
}

/* Whether encoded pairs contain all that the query asks for */
static int config_matches(const gitperf_query *query, const char *pairs)
{
	size_t i;

	for (i = 0; i < query->nconfig; i++) {
		const char *p = pairs, *key = query->config[i].key;
		const char *value = query->config[i].value;

		for (;; p++) {
			size_t len = strcspn(p, (char[]){ PAIR_NEXT, 0 });

			if (len == strlen(key) + 1 + strlen(value) &&
			    !strncmp(p, key, strlen(key)) && p[strlen(key)] == PAIR_VALUE &&
			    !strncmp(p + strlen(key) + 1, value, strlen(value)))
				break;
			p += len;
			if (!*p)
				return 0;
		}
	}
	return 1;
}

/* Imported twice, by versions that read it differently: the first counts */
static int is_duplicate(struct loader *l, const struct record_facts *r)
{
	if (!*gitperf_index_string(l->index, r->origin))
		return 0;
	if (gitperf_map_get(&l->origins, &r->origin, sizeof(r->origin))) {
		l->log->tally.duplicate++;
		return 1;
	}
	return gitperf_map_put(&l->origins, &r->origin, sizeof(r->origin), 0);
}

static void warn_unusable(struct loader *l)
{
	const gitperf_events *events = l->query->events;

	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(),
				gitperf_error_hint());
}

int gitperf_log__is_newer(gitperf_store *store, const gitperf_entry *entry)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	int newer = gitperf_store_read(&bytes, store, entry) >= 0 &&
		    gitperf_record__is_newer(bytes.ptr, bytes.len);

	gitperf_buffer_dispose(&bytes);
	return newer;
}

/* A record that cannot be read is counted and named, and the rest goes on */
static int read_facts(struct record_facts *out, struct loader *l,
		      const gitperf_entry *entry, size_t commit)
{
	int err = gitperf_index_facts(out, l->index, l->store, entry);
	int shown = commit < l->log->ncommits;

	if (!err) {
		l->log->tally.records += (size_t)shown;
		err = extend_wanted(l);
		return err < 0 ? err : 1;
	}
	if (err == GITPERF_ENOMEM || !shown)
		return err == GITPERF_ENOMEM ? err : 0;
	warn_unusable(l);
	if (gitperf_log__is_newer(l->store, entry))
		l->log->tally.newer++;
	else
		l->log->tally.damaged++;
	return 0;
}

static int add_record(struct loader *l, const gitperf_entry *entry, size_t commit)
{
	struct record_facts facts;
	gitperf_cell *cell;
	size_t column;
	int err = read_facts(&facts, l, entry, commit);

	if (err <= 0)
		return err;
	err = is_duplicate(l, &facts);
	if (err || !config_matches(l->query, gitperf_index_string(l->index, facts.config)))
		return err < 0 ? err : 0;
	/* it says something of a work tree that nobody has any more */
	if (facts.dirty)
		l->log->tally.dirty += commit < l->log->ncommits;
	else if (commit < l->log->ncommits)
		l->log->tally.carried += facts.carried;
	/* nor does a commit say much that only waited for the other one */
	if (facts.dirty || (!facts.count && !facts.broken))
		return 0;
	err = gitperf_log__column(&column, l, entry->platform, facts.config);
	if (err < 0)
		return err;
	cell = &l->log->cells[column][commit];
	cell->runs++;
	cell->failed += facts.broken;
	cell->reasons |= facts.reasons;
	return add_facts(l, &facts, column, cell);
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
	gitperf_map_free(&l->failures);
	return err;
}

static int append_commits(struct loader *l, const char *range, size_t max)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	gitperf_log *log = l->log;
	int err = gitperf_history_open(&history, l->repo, range, max);

	if (err < 0)
		return err;
	while ((err = gitperf_history_next(&commit, history)) > 0) {
		gitperf_commit *grown = GROW(log->commits, log->nchain, l->commits_room);

		if (!grown) {
			err = gitperf_fail_oom();
			break;
		}
		log->commits = grown;
		grown[log->nchain] = *commit;
		grown[log->nchain++].subject =
			gitperf_arena_strdup(&log->arena, commit->subject);
	}
	gitperf_history_free(history);
	return err < 0 ? err : gitperf_arena_check(&log->arena);
}

/* The range, and what lies before it: its last commit has a past as well */
static int load_commits(struct loader *l)
{
	gitperf_log *log = l->log;
	char before[GITPERF_ID_SIZE + 2];
	int err = append_commits(l, l->query->range, l->query->max_count);

	/* one commit of a wrong time among others cuts nothing off */
	while (log->nchain && log->commits[log->nchain - 1].time < l->query->since)
		log->nchain--;
	log->ncommits = log->nchain;
	if (err < 0 || !log->ncommits)
		return err;
	snprintf(before, sizeof(before), "%s~1", log->commits[log->ncommits - 1].id);
	err = append_commits(l, before, BEFORE_MAX);
	/* the root has no past, nor has the edge of a shallow clone */
	return err == GITPERF_ENOTFOUND || err == GITPERF_EINVALID ? 0 : err;
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

		for (c = 0; c < l->log->nchain && !err && wanted; c++) {
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

	/* everywhere is nowhere else */
	if (l->log->below)
		return 0;
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

int gitperf_log_load(gitperf_log **out, gitperf_repo *repo,
		     gitperf_store *store, const gitperf_query *query)
{
	gitperf_log *log = calloc(1, sizeof(*log));
	struct loader l = { .log = log, .store = store, .repo = repo,
			    .query = query };
	int err;

	*out = NULL;
	if (!log)
		return gitperf_fail_oom();
	log->tally.foreign = gitperf_store_foreign(store);
	log->tally.revoked = gitperf_store_revoked(store);
	if ((err = gitperf_index_open(&l.index, repo)) >= 0 &&
	    (err = query->flags & GITPERF_QUERY_EVERYWHERE ?
		   gitperf_log__load_everywhere(&l) : load_commits(&l)) >= 0 && (err = load_records(&l)) >= 0 &&
	    (err = count_elsewhere(&l)) >= 0 && (err = gitperf_log__finish(&l)) >= 0)
		err = gitperf_log__ranges(&l);
	gitperf_map_free(&l.series);
	gitperf_map_free(&l.columns);
	gitperf_map_free(&l.origins);
	gitperf_map_free(&l.failures);
	gitperf_index_close(l.index);
	free(l.touched);
	free(l.wanted);
	free(l.nearest);
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
	gitperf_coverage_free(log->coverage);
	free(log->by_commit);
	free(log->starts);
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

const gitperf_coverage *gitperf_log_coverage(const gitperf_log *log)
{
	return log->coverage;
}

const gitperf_tally *gitperf_log_tally(const gitperf_log *log)
{
	return &log->tally;
}
