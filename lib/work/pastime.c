/*
 * pastime.c - how long measuring has taken, by what has landed
 *
 * The newest runs are chosen by their names; only those are read.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/pastime.h"

/* enough for a median, and few enough that a change of the suite soon shows */
#define RUNS_MAX 20
#define MILLISECOND INT64_C(1000000)

struct newest {
	const gitperf_entry *list[RUNS_MAX];
	size_t n;
};

/* Keeps them in order, the newest first */
static void offer(struct newest *newest, const gitperf_entry *entry)
{
	size_t at = newest->n < RUNS_MAX ? newest->n++ : RUNS_MAX;

	while (at && newest->list[at - 1]->finished < entry->finished) {
		if (at < RUNS_MAX)
			newest->list[at] = newest->list[at - 1];
		at--;
	}
	if (at < RUNS_MAX)
		newest->list[at] = entry;
}

static int compare_numbers(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Names that were seen; there are few */
struct names {
	char *list[RUNS_MAX];
	size_t n;
};

static int add_name(struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (!strcmp(names->list[i], name))
			return 0;
	names->list[names->n] = strdup(name);
	return names->list[names->n++] ? 0 : gitperf_fail_oom();
}

int gitperf_pastime_look(struct pastime *out, gitperf_store *store, const char *platform)
{
	struct newest newest = { .n = 0 };
	struct names workers = { .n = 0 };
	int64_t durations[RUNS_MAX];
	gitperf_record *record;
	size_t i;
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < gitperf_store_count(store); i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if (entry->outcome == GITPERF_OUTCOME_COMPLETE && !strcmp(entry->platform, platform))
			offer(&newest, entry);
	}
	for (i = 0; i < newest.n && !err; i++) {
		/* one that is damaged says nothing */
		if (gitperf_store_record(&record, store, newest.list[i]) < 0)
			continue;
		if (record->started && record->started < record->finished)
			durations[out->runs++] = (record->finished - record->started) / MILLISECOND;
		err = record->worker ? add_name(&workers, record->worker) : 0;
		gitperf_record_free(record);
	}
	if (out->runs) {
		qsort(durations, out->runs, sizeof(*durations), compare_numbers);
		out->median_ms = durations[out->runs / 2];
	}
	out->workers = workers.n ? workers.n : 1;
	while (workers.n)
		free(workers.list[--workers.n]);
	return err;
}
