/*
 * pastime.c - how long measuring has taken, by what has landed
 *
 * The newest runs are chosen by their names; only those are read. What cannot be read
 * (it is damaged, or a partial clone has not got it) says nothing.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "work/pastime.h"

#include <gitperf/platform.h>

/* enough for a median, and few enough that a change of the suite soon shows */
#define RUNS_MAX 20
#define MILLISECOND INT64_C(1000000)
#define A_DAY (INT64_C(24) * 3600 * 1000 * MILLISECOND)
/* of several workers: so many at least, if there are as many, and at most */
#define LOOK_AT_LEAST 100
#define LOOK_AT_MOST 1000

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

static int64_t median(int64_t *durations, size_t n)
{
	if (n)
		qsort(durations, n, sizeof(*durations), compare_numbers);
	return n ? durations[n / 2] : 0;
}

static int64_t duration_of(const gitperf_record *record)
{
	return record->started && record->started < record->finished ?
		(record->finished - record->started) / MILLISECOND : 0;
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
		if (duration_of(record))
			durations[out->runs++] = duration_of(record);
		err = record->worker ? add_name(&workers, record->worker) : 0;
		gitperf_record_free(record);
	}
	out->median_ms = median(durations, out->runs);
	out->workers = workers.n ? workers.n : 1;
	while (workers.n)
		free(workers.list[--workers.n]);
	return err;
}

/* --- By worker --- */

struct tally {
	struct past_worker *list;
	struct map places;             /* of "<platform> <name>" in it, and of "<platform>" */
	int64_t (*durations)[RUNS_MAX];
	gitperf_time now;
};

struct place_key {
	char text[2 * GITPERF_NAME_MAX + 2];
	size_t len;
};

static struct place_key key_of(const char *platform, const char *name)
{
	struct place_key key;

	key.len = (size_t)snprintf(key.text, sizeof(key.text), "%.*s%s%.*s", GITPERF_NAME_MAX, platform,
				   name ? " " : "", GITPERF_NAME_MAX, name ? name : "");
	return key;
}

static struct past_worker *find_worker(const struct tally *t, const char *platform, const char *name)
{
	struct place_key key = key_of(platform, name);
	const size_t *place = gitperf_map_get(&t->places, key.text, key.len);

	return place ? &t->list[*place] : NULL;
}

static int add_worker(struct tally *t, size_t i)
{
	struct place_key both = key_of(t->list[i].platform, t->list[i].name), one = key_of(t->list[i].platform, NULL);
	int err = 0;

	if (!find_worker(t, t->list[i].platform, t->list[i].name))
		err = gitperf_map_put(&t->places, both.text, both.len, i);
	if (!err && !find_worker(t, t->list[i].platform, NULL))
		err = gitperf_map_put(&t->places, one.text, one.len, i);
	return err;
}

static int by_finished(const void *a, const void *b)
{
	const gitperf_entry *x = *(const gitperf_entry *const *)a, *y = *(const gitperf_entry *const *)b;

	return (x->finished < y->finished) - (x->finished > y->finished);
}

/* The newest first, of platforms that somebody measures on */
static int list_entries(const gitperf_entry ***out, size_t *n, const struct tally *t, gitperf_store *store)
{
	size_t i, count = gitperf_store_count(store);

	*n = 0;
	*out = calloc(count + 1, sizeof(**out));
	if (!*out)
		return gitperf_fail_oom();
	for (i = 0; i < count; i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if (find_worker(t, entry->platform, NULL))
			(*out)[(*n)++] = entry;
	}
	qsort(*out, *n, sizeof(**out), by_finished);
	return 0;
}

static void count_run(struct tally *t, const gitperf_entry *entry, const gitperf_record *record)
{
	struct past_worker *worker = record->worker ? find_worker(t, entry->platform, record->worker) : NULL;
	gitperf_time age = t->now - entry->finished;

	if (!worker)
		return;
	worker->day += age < A_DAY;
	worker->week += age < 7 * A_DAY;
	if (entry->outcome == GITPERF_OUTCOME_COMPLETE && duration_of(record) && worker->runs < RUNS_MAX)
		t->durations[worker - t->list][worker->runs++] = duration_of(record);
}

static int tally_all(struct tally *t, gitperf_store *store)
{
	const gitperf_entry **entries;
	gitperf_record *record;
	size_t i, n;
	int err = list_entries(&entries, &n, t, store), is_all = 1;

	for (i = 0; i < n && !err; i++) {
		int is_old = t->now - entries[i]->finished >= 7 * A_DAY;

		is_all = is_old || i < LOOK_AT_MOST;
		if (!is_all || (is_old && i >= LOOK_AT_LEAST))
			break;
		if (gitperf_store_record(&record, store, entries[i]) < 0)
			continue;
		count_run(t, entries[i], record);
		gitperf_record_free(record);
	}
	free(entries);
	return err < 0 ? err : is_all;
}

int gitperf_pastime_workers(struct past_worker *list, size_t n, gitperf_store *store, gitperf_time now)
{
	struct tally t = { .list = list, .durations = calloc(n + 1, sizeof(*t.durations)), .now = now };
	size_t i;
	int err = t.durations ? 0 : gitperf_fail_oom();

	for (i = 0; i < n && !err; i++)
		err = add_worker(&t, i);
	if (!err)
		err = tally_all(&t, store);
	for (i = 0; i < n && err >= 0; i++)
		list[i].median_ms = median(t.durations[i], list[i].runs);
	gitperf_map_free(&t.places);
	free(t.durations);
	return err;
}
