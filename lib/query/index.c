/*
 * index.c - facts by blob id: looked up, learned, and kept in a file
 *
 * The file is five tables behind a header, in this machine's byte order: string
 * offsets, string bytes, series, records sorted by id, facts. It is checked as a
 * whole by a hash and each number against its table, then used where it lies.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/record.h"
#include "git/git.h"
#include "query/log.h"

#include <sys/stat.h>

/* raise it when facts are computed otherwise or laid out otherwise */
#define INDEX_VERSION 4
#define INDEX_MAGIC "gpindex"
#define FILE_MAX ((size_t)1 << 30)
/* fewer new records than this are decoded again next time */
#define WORTH_WRITING 32

struct header {
	char magic[8];
	uint32_t version, order;
	uint64_t hash;             /* of everything behind the header */
	uint64_t strings, bytes, series, records, facts;
};

/* A growable table that may still lie in the file */
struct table {
	char *data;
	size_t n, room;            /* room 0: borrowed from the file */
	size_t width;
};

struct index {
	gitperf_repo *repo;
	gitperf_buffer file;
	struct table offsets, bytes, series, records, facts;
	size_t known;              /* records that came from the file, sorted */
	struct map strings_by_text, series_by_key;
	int maps_made;
	int enabled;
};

static void *at(const struct table *t, size_t i)
{
	return t->data + i * t->width;
}

static int append(struct table *t, const void *items, size_t n)
{
	size_t room = t->room ? t->room : 64;
	char *data;

	if (!t->room || t->room - t->n < n) {
		while (room < t->n + n)
			room *= 2;
		data = realloc(t->room ? t->data : NULL, room * t->width);
		if (!data)
			return gitperf_fail_oom();
		if (!t->room && t->n)
			memcpy(data, t->data, t->n * t->width);
		t->data = data;
		t->room = room;
	}
	if (n)
		memcpy(t->data + t->n * t->width, items, n * t->width);
	t->n += n;
	return 0;
}

/* Eight bytes at a time, mixed as in FNV-1a: finds damage, not malice */
static uint64_t hash_bytes(const char *bytes, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037), word;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		memcpy(&word, bytes + i, 8);
		hash = (hash ^ word) * UINT64_C(1099511628211);
		hash ^= hash >> 29;
	}
	for (; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

/* Give a table its part of the file; 0 if the file is too short for it */
static int take_table(struct index *ix, struct table *t, size_t *from, uint64_t n)
{
	if (n > (ix->file.len - *from) / t->width)
		return 0;
	t->data = ix->file.ptr + *from;
	t->n = (size_t)n;
	*from += t->n * t->width;
	/* tables begin at multiples of 8, as their numbers need */
	*from = (*from + 7) & ~(size_t)7;
	return *from <= ix->file.len;
}

static int is_string(const struct index *ix, uint32_t string)
{
	return string < ix->offsets.n;
}

static int check_numbers(const struct index *ix)
{
	size_t i;

	for (i = 0; i < ix->offsets.n; i++)
		if (*(uint32_t *)at(&ix->offsets, i) >= ix->bytes.n)
			return 0;
	for (i = 0; i < ix->series.n; i++) {
		const struct fact_series *s = at(&ix->series, i);

		if (!is_string(ix, s->benchmark) || !is_string(ix, s->params) ||
		    !is_string(ix, s->workload) || !is_string(ix, s->metric) ||
		    !is_string(ix, s->unit) || s->better > GITPERF_BETTER_HIGHER)
			return 0;
	}
	for (i = 0; i < ix->records.n; i++) {
		const struct record_facts *r = at(&ix->records, i);

		if (!is_string(ix, r->platform) || !is_string(ix, r->config) || !is_string(ix, r->fingerprint) ||
		    !is_string(ix, r->origin) || r->first > ix->facts.n ||
		    r->count > ix->facts.n - r->first)
			return 0;
	}
	for (i = 0; i < ix->facts.n; i++)
		if (((struct fact *)at(&ix->facts, i))->series >= ix->series.n)
			return 0;
	return !ix->bytes.n || !ix->bytes.data[ix->bytes.n - 1];
}

static int take_tables(struct index *ix)
{
	size_t from = sizeof(struct header);
	struct header h;

	if (ix->file.len < sizeof(h))
		return 0;
	memcpy(&h, ix->file.ptr, sizeof(h));
	if (memcmp(h.magic, INDEX_MAGIC, sizeof(INDEX_MAGIC)) ||
	    h.version != INDEX_VERSION || h.order != 1 ||
	    h.hash != hash_bytes(ix->file.ptr + from, ix->file.len - from))
		return 0;
	return take_table(ix, &ix->offsets, &from, h.strings) &&
	       take_table(ix, &ix->bytes, &from, h.bytes) &&
	       take_table(ix, &ix->series, &from, h.series) &&
	       take_table(ix, &ix->records, &from, h.records) &&
	       take_table(ix, &ix->facts, &from, h.facts) && check_numbers(ix);
}

static void forget_tables(struct index *ix)
{
	ix->offsets.n = ix->bytes.n = ix->series.n = 0;
	ix->records.n = ix->facts.n = 0;
}

static void load(struct index *ix)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	if (gitperf_repo__file(&path, ix->repo, "index") < 0 ||
	    gitperf_buf_read_file(&ix->file, path.ptr, FILE_MAX) < 0 ||
	    !take_tables(ix))
		forget_tables(ix);
	ix->known = ix->records.n;
	gitperf_buffer_dispose(&path);
}

int gitperf_index_open(struct index **out, gitperf_repo *repo)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct index *ix = calloc(1, sizeof(*ix));
	int found;

	*out = ix;
	if (!ix)
		return gitperf_fail_oom();
	ix->repo = repo;
	ix->file = empty;
	ix->enabled = 1;
	ix->offsets.width = sizeof(uint32_t);
	ix->bytes.width = 1;
	ix->series.width = sizeof(struct fact_series);
	ix->records.width = sizeof(struct record_facts);
	ix->facts.width = sizeof(struct fact);
	found = gitperf_repo_config_bool(&ix->enabled, repo, "perf.cache");
	if (found < 0) {
		gitperf_index_close(ix);
		*out = NULL;
		return found;
	}
	if (ix->enabled)
		load(ix);
	return 0;
}

const char *gitperf_index_string(const struct index *ix, uint32_t string)
{
	return ix->bytes.data + *(uint32_t *)at(&ix->offsets, string);
}

const struct fact_series *gitperf_index_series(const struct index *ix,
					       uint32_t series)
{
	return at(&ix->series, series);
}

size_t gitperf_index_nseries(const struct index *ix)
{
	return ix->series.n;
}

const struct fact *gitperf_index_fact(const struct index *ix, uint64_t i)
{
	return at(&ix->facts, (size_t)i);
}

/* Learning */

static int make_maps(struct index *ix)
{
	size_t i;
	int err = 0;

	if (ix->maps_made)
		return 0;
	for (i = 0; i < ix->offsets.n && !err; i++) {
		const char *text = gitperf_index_string(ix, (uint32_t)i);

		err = gitperf_map_put(&ix->strings_by_text, text, strlen(text), i);
	}
	for (i = 0; i < ix->series.n && !err; i++)
		err = gitperf_map_put(&ix->series_by_key, at(&ix->series, i),
				      sizeof(struct fact_series), i);
	ix->maps_made = 1;
	return err;
}

static int intern(uint32_t *out, struct index *ix, const char *text)
{
	size_t len, *found;
	uint32_t offset = (uint32_t)ix->bytes.n;
	int err;

	text = text ? text : "";
	len = strlen(text);
	found = gitperf_map_get(&ix->strings_by_text, text, len);
	if (found) {
		*out = (uint32_t)*found;
		return 0;
	}
	*out = (uint32_t)ix->offsets.n;
	if ((err = append(&ix->bytes, text, len + 1)) < 0 ||
	    (err = append(&ix->offsets, &offset, 1)) < 0)
		return err;
	return gitperf_map_put(&ix->strings_by_text, text, len, *out);
}

static int intern_pairs(uint32_t *out, struct index *ix,
			const gitperf_pair *pairs, size_t n)
{
	struct arena arena = ARENA_INIT;
	const char *text = gitperf_log__encode_pairs(&arena, pairs, n);
	int err = text ? intern(out, ix, text) : gitperf_fail_oom();

	gitperf_arena_free(&arena);
	return err;
}

static int add_fact(struct index *ix, const struct fact_series *series,
		    struct fact *fact)
{
	size_t *found = gitperf_map_get(&ix->series_by_key, series, sizeof(*series));
	int err;

	fact->series = (uint32_t)(found ? *found : ix->series.n);
	if (!found) {
		if ((err = append(&ix->series, series, 1)) < 0 ||
		    (err = gitperf_map_put(&ix->series_by_key, series, sizeof(*series),
					   fact->series)) < 0)
			return err;
	}
	return append(&ix->facts, fact, 1);
}

static int learn_metric(struct index *ix, struct fact_series *series,
			const gitperf_metric *metric)
{
	struct fact fact = { 0 };
	gitperf_interval interval;
	size_t samples;
	int err;

	if ((err = intern(&series->metric, ix, metric->name)) < 0 ||
	    (err = intern(&series->unit, ix, metric->unit)) < 0 ||
	    (err = gitperf_metric_estimate(&fact.value, &interval, &samples, metric)) < 0)
		return err;
	series->better = metric->better;
	fact.low = interval.low;
	fact.high = interval.high;
	fact.confidence = interval.confidence;
	fact.samples = samples < UINT32_MAX ? (uint32_t)samples : UINT32_MAX;
	return add_fact(ix, series, &fact);
}

static int learn_benchmark(struct index *ix, const gitperf_benchmark *bench)
{
	struct fact_series series = { 0 };
	struct fact failure = { 0 };
	size_t i;
	int err;

	if ((err = intern(&series.benchmark, ix, bench->name)) < 0 ||
	    (err = intern_pairs(&series.params, ix, bench->params, bench->nparams)) < 0 ||
	    (err = intern(&series.workload, ix, bench->workload)) < 0)
		return err;
	for (i = 0; i < bench->nmetrics && !err; i++)
		err = learn_metric(ix, &series, &bench->metrics[i]);
	if (err < 0 || bench->status == GITPERF_STATUS_OK ||
	    bench->status == GITPERF_STATUS_SKIPPED)
		return err;
	if ((err = intern(&series.metric, ix, "")) < 0)
		return err;
	series.unit = series.metric;
	return add_fact(ix, &series, &failure);
}

static int learn_record(struct record_facts *out, struct index *ix,
			const git_oid *oid, const gitperf_record *record)
{
	git_oid commit;
	size_t i;
	int reason, err = make_maps(ix);

	memset(out, 0, sizeof(*out));
	memcpy(out->id, oid->id, sizeof(out->id));
	out->first = ix->facts.n;
	out->dirty = record->dirty == 1;
	out->broken = !record->nbenchmarks;
	reason = record->reason ? gitperf_record__lookup(gitperf_record__reasons, record->reason) : -1;
	out->reasons = reason < 0 ? 0 : 1u << reason;
	git_oid_fromstr(&commit, record->commit);
	memcpy(out->commit, commit.id, sizeof(out->commit));
	if (err < 0 ||
	    (err = intern(&out->platform, ix, record->platform)) < 0 ||
	    (err = intern_pairs(&out->config, ix, record->config, record->nconfig)) < 0 ||
	    (err = intern(&out->fingerprint, ix, record->fingerprint)) < 0 ||
	    (err = intern(&out->origin, ix, record->origin_sha256)) < 0)
		return err;
	for (i = 0; i < record->nbenchmarks && !err; i++) {
		out->carried += record->benchmarks[i].carried != NULL;
		err = learn_benchmark(ix, &record->benchmarks[i]);
	}
	out->count = ix->facts.n - out->first;
	return err < 0 ? err : append(&ix->records, out, 1);
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(((struct record_facts *)0)->id));
}

int gitperf_index_facts(struct record_facts *out, struct index *ix,
			gitperf_store *store, const gitperf_entry *entry)
{
	const struct record_facts *found = NULL;
	gitperf_record *record;
	git_oid oid, commit;
	int err;

	git_oid_fromstr(&oid, entry->id);
	git_oid_fromstr(&commit, entry->commit);
	if (ix->known)
		found = bsearch(oid.id, ix->records.data, ix->known,
				sizeof(*found), compare_ids);
	/* under another's name the bytes are no record of this one: read it and see */
	if (found && !memcmp(found->commit, commit.id, sizeof(found->commit)) &&
	    !strcmp(gitperf_index_string(ix, found->platform), entry->platform)) {
		*out = *found;
		return 0;
	}
	if ((err = gitperf_store_record(&record, store, entry)) < 0)
		return err;
	err = learn_record(out, ix, &oid, record);
	gitperf_record_free(record);
	return err;
}

/* Keeping */

static void add_table(gitperf_buffer *out, const struct table *t)
{
	static const char zeros[8];

	gitperf_buf_add(out, t->data, t->n * t->width);
	gitperf_buf_add(out, zeros, (8 - out->len % 8) % 8);
}

static void save(struct index *ix)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	struct header h = { INDEX_MAGIC, INDEX_VERSION, 1, 0, ix->offsets.n,
			    ix->bytes.n, ix->series.n, ix->records.n, ix->facts.n };
	unsigned old_umask;

	qsort(ix->records.data, ix->records.n, ix->records.width, compare_ids);
	gitperf_buf_reserve(&text, sizeof(h) + ix->facts.n * ix->facts.width);
	gitperf_buf_add(&text, &h, sizeof(h));
	add_table(&text, &ix->offsets);
	add_table(&text, &ix->bytes);
	add_table(&text, &ix->series);
	add_table(&text, &ix->records);
	add_table(&text, &ix->facts);
	if (gitperf_buf_check(&text) < 0 || text.len > FILE_MAX)
		goto out;
	h.hash = hash_bytes(text.ptr + sizeof(h), text.len - sizeof(h));
	memcpy(text.ptr, &h, sizeof(h));
	/* a repository that may not be written to simply has no index */
	old_umask = gitperf_repo__shared_umask(ix->repo);
	if (gitperf_repo__mkdir(ix->repo, "") >= 0 &&
	    gitperf_repo__file(&path, ix->repo, "index") >= 0)
		gitperf_buf_write_file(path.ptr, text.ptr, text.len, 0);
	umask(old_umask);
out:
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
}

static void free_table(struct table *t)
{
	if (t->room)
		free(t->data);
}

void gitperf_index_close(struct index *ix)
{
	if (!ix)
		return;
	/* with a tenth as the bound, all the writing ever done is a few times the file */
	if (ix->enabled && ix->records.n - ix->known >= WORTH_WRITING &&
	    ix->records.n - ix->known >= ix->known / 10)
		save(ix);
	free_table(&ix->offsets);
	free_table(&ix->bytes);
	free_table(&ix->series);
	free_table(&ix->records);
	free_table(&ix->facts);
	gitperf_map_free(&ix->strings_by_text);
	gitperf_map_free(&ix->series_by_key);
	gitperf_buffer_dispose(&ix->file);
	free(ix);
}
