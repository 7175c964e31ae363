/*
 * batch.c - records on their way in: checked, completed, named by content
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "data/record.h"
#include "store/layout.h"
#include "store/store.h"

#include <gitperf/platform.h>

int gitperf_batch_new(gitperf_batch **out, gitperf_repo *repo)
{
	gitperf_batch *batch = calloc(1, sizeof(*batch));

	*out = batch;
	if (!batch)
		return gitperf_fail_oom();
	batch->repo = repo;
	return 0;
}

static void free_item(struct batch_item *item)
{
	if (!item)
		return;
	free((char *)(uintptr_t)item->public.path);
	free((char *)(uintptr_t)item->public.platform);
	free((char *)(uintptr_t)item->public.bytes);
	free(item);
}

void gitperf_batch_free(gitperf_batch *batch)
{
	size_t i;

	if (!batch)
		return;
	gitperf_blobs_close(batch->writer);
	for (i = 0; i < batch->n; i++)
		free_item(batch->items[i]);
	free(batch->items);
	free(batch);
}

void gitperf_batch_write_ahead(gitperf_batch *batch)
{
	batch->write_ahead = 1;
}

size_t gitperf_batch_count(const gitperf_batch *batch)
{
	return batch->n;
}

const gitperf_batch_item *gitperf_batch_last(const gitperf_batch *batch)
{
	return batch->last ? &batch->last->public : NULL;
}

const gitperf_batch_item *gitperf_batch_get(const gitperf_batch *batch,
					    size_t i)
{
	return &batch->items[i]->public;
}

int gitperf_store_path(gitperf_buffer *out, char id[GITPERF_ID_SIZE],
		       const char *bytes, size_t len)
{
	gitperf_record *record;
	int err = gitperf_record_parse(&record, bytes, len, GITPERF_PARSE_EXACT);

	if (err < 0)
		return err;
	gitperf_digest_blob(id, bytes, len);
	err = gitperf_layout_path(out, record, id);
	gitperf_record_free(record);
	return err;
}

/* Where the sorted items have, or would have, this path */
static size_t find_place(const gitperf_batch *batch, const char *path,
			 int *found)
{
	size_t lo = 0, hi = batch->n;

	*found = 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int diff = strcmp(path, batch->items[mid]->public.path);

		if (!diff) {
			*found = 1;
			return mid;
		}
		if (diff < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Ahead of time, so a failure here is only found, and told, when landing */
static void write_item(gitperf_batch *batch, const struct batch_item *item)
{
	size_t i;

	if (batch->writer) {
		gitperf_blobs_write(batch->writer, item->public.bytes, item->public.len);
		return;
	}
	if (batch->n < PACK_FROM || gitperf_blobs_open(&batch->writer, batch->repo) < 0)
		return;
	for (i = 0; i < batch->n; i++)
		if (!batch->items[i]->is_stored)
			gitperf_blobs_write(batch->writer, batch->items[i]->public.bytes,
					    batch->items[i]->public.len);
}

static int insert_item(gitperf_batch *batch, struct batch_item *item)
{
	struct batch_item **grown;
	size_t at;
	int found;

	at = find_place(batch, item->public.path, &found);
	if (found) {
		batch->last = batch->items[at];
		free_item(item);
		return 0;
	}
	if (batch->n == batch->room) {
		size_t room = batch->room ? 2 * batch->room : 16;

		grown = realloc(batch->items, room * sizeof(*grown));
		if (!grown) {
			free_item(item);
			return gitperf_fail_oom();
		}
		batch->items = grown;
		batch->room = room;
	}
	memmove(batch->items + at + 1, batch->items + at,
		(batch->n - at) * sizeof(*batch->items));
	batch->items[at] = batch->last = item;
	batch->n++;
	if (batch->write_ahead && !item->is_stored)
		write_item(batch, item);
	return 0;
}

/* `entry` is what the path says, or would say, of these canonical bytes */
static int new_item(struct batch_item **out, const gitperf_entry *entry,
		    const char *bytes, size_t len)
{
	struct batch_item *item = calloc(1, sizeof(*item));
	gitperf_batch_item *p;

	*out = item;
	if (!item)
		return gitperf_fail_oom();
	p = &item->public;
	memcpy(p->id, entry->id, sizeof(p->id));
	memcpy(p->commit, entry->commit, sizeof(p->commit));
	git_oid_fromstr(&item->oid, p->id);
	p->path = strdup(entry->path);
	p->platform = strdup(entry->platform);
	p->bytes = malloc(len);
	p->len = len;
	if (p->path && p->platform && p->bytes) {
		memcpy((char *)(uintptr_t)p->bytes, bytes, len);
		return 0;
	}
	free_item(item);
	return gitperf_fail_oom();
}

static int add_canonical(gitperf_batch *batch, const gitperf_buffer *text,
			 const gitperf_record *record, int commit_known)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct batch_item *item;
	gitperf_entry entry;
	int err;

	gitperf_digest_blob(entry.id, text->ptr, text->len);
	memcpy(entry.commit, record->commit, sizeof(entry.commit));
	entry.platform = record->platform;
	err = gitperf_layout_path(&path, record, entry.id);
	entry.path = path.ptr;
	if (!err)
		err = new_item(&item, &entry, text->ptr, text->len);
	gitperf_buffer_dispose(&path);
	if (err < 0)
		return err;
	item->public.commit_known = commit_known;
	return insert_item(batch, item);
}

static int add_named(gitperf_batch *batch, const char *path, const char *bytes,
		     size_t len, int is_stored)
{
	char platform[GITPERF_NAME_MAX + 1], id[GITPERF_ID_SIZE];
	struct batch_item *item;
	gitperf_entry entry;
	int err;

	gitperf_digest_blob(id, bytes, len);
	if (!gitperf_layout_read_path(&entry, platform, path, id))
		return 0;
	err = new_item(&item, &entry, bytes, len);
	if (err < 0)
		return err;
	item->is_stored = is_stored;
	err = insert_item(batch, item);
	return err < 0 ? err : 1;
}

int gitperf_batch__add_named(gitperf_batch *batch, const char *path,
			     const char *bytes, size_t len)
{
	return add_named(batch, path, bytes, len, 0);
}

int gitperf_batch__add_stored(gitperf_batch *batch, const char *path,
			      const char *bytes, size_t len)
{
	return add_named(batch, path, bytes, len, 1);
}

int gitperf_batch_add_record(gitperf_batch *batch, const gitperf_record *record)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record whole = *record;
	char commit[GITPERF_ID_SIZE];
	int known, err;

	if (!record->commit)
		return gitperf_fail(GITPERF_EFORMAT, "a record lacks a commit");
	known = gitperf_repo_complete(commit, batch->repo, record->commit);
	if (known < 0)
		return known;
	whole.commit = commit;
	err = gitperf_record_format(&text, &whole);
	if (!err)
		err = add_canonical(batch, &text, &whole, known);
	gitperf_buffer_dispose(&text);
	return err;
}

/* Written by hand, or by a tool that leaves the details to us */
static int add_input(gitperf_batch *batch, const struct json *root,
		     const char *json, size_t len, gitperf_time when)
{
	gitperf_record *record;
	int err = gitperf_record_parse(&record, json, len, GITPERF_PARSE_INPUT);

	if (err < 0)
		return err;
	if (when && !gitperf_json_member(root, "finished"))
		record->finished = when;
	err = gitperf_batch_add_record(batch, record);
	gitperf_record_free(record);
	return err;
}

/* Written by git perf, perhaps a newer one: the bytes stay what they are */
static int add_exact(gitperf_batch *batch, const struct json *root)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char commit[GITPERF_ID_SIZE];
	gitperf_record *record = NULL;
	int known, err;

	if ((err = gitperf_json_print(&text, root, NULL)) < 0)
		goto out;
	gitperf_buf_addc(&text, '\n');
	if ((err = gitperf_buf_check(&text)) < 0 ||
	    (err = gitperf_record_parse(&record, text.ptr, text.len,
					GITPERF_PARSE_EXACT)) < 0)
		goto out;
	known = gitperf_repo_complete(commit, batch->repo, record->commit);
	err = known < 0 ? known : add_canonical(batch, &text, record, known);
out:
	gitperf_record_free(record);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_batch_add_at(gitperf_batch *batch, const char *json, size_t len,
			 gitperf_time when)
{
	struct arena tree = ARENA_INIT;
	struct json *root;
	int err;

	if (len > GITPERF_RECORD_MAX)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "a record of %zu bytes is larger than %u", len, GITPERF_RECORD_MAX),
				    "split the suite into several runs, or record fewer samples");
	err = gitperf_json_parse(&root, &tree, json, len);
	if (!err && root->type == JSON_OBJECT &&
	    gitperf_json_member(root, RECORD_CHECKSUM_KEY))
		err = add_exact(batch, root);
	else if (!err)
		err = add_input(batch, root, json, len, when);
	gitperf_arena_free(&tree);
	return err;
}

int gitperf_batch_add(gitperf_batch *batch, const char *json, size_t len)
{
	return gitperf_batch_add_at(batch, json, len, 0);
}

int gitperf_batch_merge(gitperf_batch *to, gitperf_batch *from)
{
	size_t i;
	int err = 0;

	for (i = 0; i < from->n; i++) {
		if (!err)
			err = insert_item(to, from->items[i]);
		else
			free_item(from->items[i]);
	}
	from->n = 0;
	from->last = NULL;
	return err;
}
