/*
 * lengths.c - how long each benchmark of a suite takes, by what has landed
 *
 * Records are read from the newest on, until each benchmark has been seen often
 * enough: where a suite is divided, a record has only a part of it.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/lengths.h"

/* of each benchmark, enough for a median */
#define SEEN_MAX 20
/* and no more records than that, however rare one is */
#define RECORDS_MAX 400

struct seen {
	int64_t ns[SEEN_MAX];
	size_t n;
};

struct looking {
	const char *const *names;
	size_t n;
	struct seen *seen;             /* of each name */
	int64_t *sum;                  /* ... in the record at hand; -1: it is not in it */
	char *timed;                   /* ... and it says how long that took */
	size_t full;                   /* names that have been seen often enough */
	int64_t most;
	size_t runs;
};

/* --- Of a record --- */

static int compare_name(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static const char *const *find(const struct looking *l, const char *name)
{
	return l->n ? bsearch(name, l->names, l->n, sizeof(*l->names), compare_name) : NULL;
}

/* The benchmark of the suite that this is a result of, or n; "<name>/<...>" is one of <name> */
static int find_name(size_t *out, const struct looking *l, const char *text)
{
	char *name = strdup(text), *slash;
	const char *const *found;

	if (!name)
		return gitperf_fail_oom();
	while (!(found = find(l, name)) && (slash = strrchr(name, '/')))
		*slash = '\0';
	*out = found ? (size_t)(found - l->names) : l->n;
	free(name);
	return 0;
}

static int64_t add(const struct looking *l, int64_t sum, int64_t ns)
{
	return ns > l->most - sum ? l->most : sum + ns;
}

static int take_benchmark(struct looking *l, const gitperf_benchmark *bench, int64_t *total)
{
	size_t i = l->n;
	int err = find_name(&i, l, bench->name);

	if (err < 0)
		return err;
	if (bench->duration_ns > 0)
		*total = add(l, *total, bench->duration_ns);
	/* what failed was shorter, or longer, than it is */
	if (i == l->n || bench->status != GITPERF_STATUS_OK)
		return 0;
	l->sum[i] = l->sum[i] < 0 ? 0 : l->sum[i];
	if (bench->duration_ns < 0)
		return 0;
	l->timed[i] = 1;
	l->sum[i] = add(l, l->sum[i], bench->duration_ns);
	return 0;
}

/* What is left of a run is the time of those of which nobody knows which took how much of it */
static int64_t rest_of(const struct looking *l, const gitperf_record *record, int64_t total)
{
	int64_t rest = record->started && record->started < record->finished ? record->finished - record->started : 0;
	size_t i, untimed = 0;

	for (i = 0; i < record->nsteps; i++)
		if (record->steps[i].duration_ns > 0)
			total = add(l, total, record->steps[i].duration_ns);
	for (i = 0; i < l->n; i++)
		untimed += l->sum[i] >= 0 && !l->timed[i];
	return untimed && rest > total ? (rest - total) / (int64_t)untimed : 0;
}

/* Whether it says something */
static int keep(struct looking *l, size_t i, int64_t ns)
{
	struct seen *seen = &l->seen[i];

	if (ns <= 0 || seen->n == SEEN_MAX)
		return 0;
	seen->ns[seen->n++] = ns < l->most ? ns : l->most;
	l->full += seen->n == SEEN_MAX;
	return 1;
}

static int take_record(struct looking *l, const gitperf_record *record)
{
	int64_t total = 0, rest;
	size_t i;
	int err = 0, kept = 0;

	for (i = 0; i < l->n; i++) {
		l->sum[i] = -1;
		l->timed[i] = 0;
	}
	for (i = 0; i < record->nbenchmarks && !err; i++)
		err = take_benchmark(l, &record->benchmarks[i], &total);
	rest = rest_of(l, record, total);
	for (i = 0; i < l->n && !err; i++)
		if (l->sum[i] >= 0)
			kept |= keep(l, i, l->timed[i] ? l->sum[i] : rest);
	l->runs += (size_t)kept;
	return err;
}

/* --- Of all --- */

static int newest_first(const void *a, const void *b)
{
	const gitperf_entry *x = *(const gitperf_entry *const *)a, *y = *(const gitperf_entry *const *)b;

	if (x->finished != y->finished)
		return x->finished > y->finished ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int take_records(struct looking *l, gitperf_store *store, const char *platform)
{
	size_t i, n = 0, all = gitperf_store_count(store);
	const gitperf_entry **list = calloc(all + 1, sizeof(*list));
	gitperf_record *record;
	int err = 0;

	if (!list)
		return gitperf_fail_oom();
	for (i = 0; i < all; i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if (entry->outcome != GITPERF_OUTCOME_FAILED && !strcmp(entry->platform, platform))
			list[n++] = entry;
	}
	if (n)
		qsort(list, n, sizeof(*list), newest_first);
	for (i = 0; i < n && i < RECORDS_MAX && l->full < l->n && !err; i++) {
		/* one that is damaged says nothing */
		if (gitperf_store_record(&record, store, list[i]) < 0)
			continue;
		err = take_record(l, record);
		gitperf_record_free(record);
	}
	free(list);
	return err;
}

static int compare_numbers(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of those that nobody has measured the median of all; of nothing, the same for each */
static int conclude(struct lengths *out, const struct looking *l)
{
	int64_t *medians = calloc(l->n + 1, sizeof(*medians)), usual;
	size_t i, n = 0;

	if (!medians)
		return gitperf_fail_oom();
	for (i = 0; i < l->n; i++) {
		struct seen *seen = &l->seen[i];

		if (!(out->known[i] = seen->n > 0))
			continue;
		qsort(seen->ns, seen->n, sizeof(*seen->ns), compare_numbers);
		medians[n++] = out->ns[i] = seen->ns[seen->n / 2];
	}
	if (n)
		qsort(medians, n, sizeof(*medians), compare_numbers);
	usual = n ? medians[n / 2] : 1;
	for (i = 0; i < l->n; i++)
		if (!out->known[i])
			out->ns[i] = usual;
	out->runs = l->runs;
	free(medians);
	return 0;
}

int gitperf_lengths_look(struct lengths *out, gitperf_store *store, const char *platform,
			 const char *const *names, size_t n)
{
	struct looking l = { .names = names, .n = n, .most = INT64_MAX / 32 / (int64_t)(n + 1) };
	int err;

	out->runs = 0;
	out->ns = calloc(n + 1, sizeof(*out->ns));
	out->known = calloc(n + 1, 1);
	l.seen = calloc(n + 1, sizeof(*l.seen));
	l.sum = calloc(n + 1, sizeof(*l.sum));
	l.timed = calloc(n + 1, 1);
	err = out->ns && out->known && l.seen && l.sum && l.timed ? take_records(&l, store, platform) :
		gitperf_fail_oom();
	if (!err)
		err = conclude(out, &l);
	free(l.seen);
	free(l.sum);
	free(l.timed);
	return err;
}

void gitperf_lengths_free(struct lengths *lengths)
{
	free(lengths->ns);
	free(lengths->known);
	memset(lengths, 0, sizeof(*lengths));
}
