/*
 * mark.c - marks to JSON and back
 *
 * Whoever may push may write one, so a table that names a benchmark twice, or
 * something that cannot be the name of a machine, is refused as a whole: half of a
 * table would be another one.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/map.h"
#include "data/mark.h"
#include "data/names.h"
#include "data/queue_code.h"

#include <gitperf/platform.h>

#define MARK_SCHEMA 1

static struct decoder make_decoder(struct arena *arena)
{
	struct decoder d = { .arena = arena, .help = "gitperf-store(5) describes every field" };

	return d;
}

/* --- From JSON --- */

static int decode_root(const struct json **out, struct decoder *d, const char *bytes, size_t len)
{
	struct json *root;
	int64_t schema = 0;

	if (len > MARK_FILE_MAX)
		return gitperf_decode_fail(d, "a mark is larger than %u bytes", MARK_FILE_MAX);
	TRY(gitperf_json_parse(&root, d->arena, bytes, len));
	TRY(gitperf_decode_type(d, root, "mark", JSON_OBJECT));
	TRY(gitperf_decode_int(d, &schema, root, "schema", 1));
	if (schema > MARK_SCHEMA)
		return gitperf_hint(gitperf_decode_fail(d, "a mark of schema %lld, newer than this version knows", (long long)schema),
				    "upgrade git perf");
	if (!schema)
		return gitperf_decode_fail(d, "a mark has no 'schema'");
	*out = root;
	return 0;
}

static int decode_supersedes(struct decoder *d, struct mark *out, const struct json *root)
{
	size_t i;

	TRY(gitperf_queue__decode_texts(d, &out->supersedes, &out->nsupersedes, root, "supersedes"));
	for (i = 0; i < out->nsupersedes; i++)
		if (!gitperf_hex_ok(out->supersedes[i], QUEUE_ID_DIGITS, QUEUE_ID_DIGITS) ||
		    (i && strcmp(out->supersedes[i - 1], out->supersedes[i]) >= 0))
			return gitperf_decode_fail(d, "'supersedes' has something other than ids, or is not in order");
	return 0;
}

static int decode_names(struct decoder *d, struct mark_set *set, const struct json *list, struct map *seen)
{
	const struct json *item;
	const char **names;
	int err;

	TRY(gitperf_decode_type(d, list, "sets", JSON_ARRAY));
	set->benchmarks = names = gitperf_arena_array(d->arena, list->count, sizeof(*names));
	TRY(gitperf_arena_check(d->arena));
	for (item = list->child; item; item = item->next) {
		const char *name;

		TRY(gitperf_decode_type(d, item, "sets", JSON_STRING));
		if (!(name = gitperf_arena_copy(d->arena, item->text, item->len)))
			return gitperf_fail_oom();
		if (!gitperf_name_ok(name, TEXT_NAME_MAX) || (set->n && strcmp(names[set->n - 1], name) >= 0))
			return gitperf_decode_fail(d, "'sets' of '%.80s' has something other than names, or is not in order", set->worker);
		if (gitperf_map_get(seen, name, item->len))
			return gitperf_decode_fail(d, "'sets' has '%.80s' twice", name);
		if ((err = gitperf_map_put(seen, name, item->len, 0)) < 0)
			return err;
		names[set->n++] = name;
	}
	return 0;
}

/* An object comes out sorted by key, and has none twice */
static int decode_sets(struct decoder *d, struct mark *out, const struct json *root, struct map *seen)
{
	const struct json *object = gitperf_json_member(root, "sets"), *item;
	struct mark_set *sets;

	if (!object)
		return gitperf_decode_fail(d, "'sets' is missing");
	TRY(gitperf_decode_type(d, object, "sets", JSON_OBJECT));
	if (object->count > MARK_SETS_MAX)
		return gitperf_decode_fail(d, "'sets' has more than %d workers", MARK_SETS_MAX);
	out->sets = sets = gitperf_arena_array(d->arena, object->count, sizeof(*sets));
	TRY(gitperf_arena_check(d->arena));
	for (item = object->child; item; item = item->next) {
		struct mark_set *set = &sets[out->nsets++];

		set->worker = gitperf_arena_copy(d->arena, item->key, item->key_len);
		if (!set->worker)
			return gitperf_fail_oom();
		if (gitperf_worker_check(set->worker) < 0)
			return gitperf_decode_fail(d, "'sets' has something other than names of workers");
		TRY(decode_names(d, set, item, seen));
	}
	return 0;
}

static int decode_table(struct decoder *d, struct mark *out, const struct json *root)
{
	struct map seen = { .n = 0 };
	int err = gitperf_queue__decode_platform(d, &out->platform, root);

	if (!err)
		err = decode_sets(d, out, root, &seen);
	gitperf_map_free(&seen);
	return err;
}

int gitperf_mark_parse(struct mark *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = make_decoder(arena);
	const struct json *root = NULL;

	memset(out, 0, sizeof(*out));
	TRY(decode_root(&root, &d, bytes, len));
	TRY(gitperf_decode_name(&d, &out->kind, root, "kind", TEXT_NAME_MAX));
	if (!out->kind)
		return gitperf_decode_fail(&d, "'kind' is missing");
	TRY(gitperf_decode_time(&d, &out->made, root, "made"));
	if (!out->made)
		return gitperf_decode_fail(&d, "'made' is missing");
	TRY(gitperf_decode_name(&d, &out->by, root, "by", TEXT_NAME_MAX));
	TRY(gitperf_decode_name(&d, &out->tool, root, "tool", TEXT_NAME_MAX));
	TRY(decode_supersedes(&d, out, root));
	return strcmp(out->kind, MARK_SETS) ? 0 : decode_table(&d, out, root);
}

int gitperf_mark_is_newer(const char *bytes, size_t len)
{
	return gitperf_decode_is_newer(bytes, len, MARK_SCHEMA);
}

/* --- To JSON --- */

static void write_sets(struct json_writer *w, const struct mark *mark)
{
	size_t i, j;

	gitperf_json_key(w, "sets");
	gitperf_json_open(w, '{');
	for (i = 0; i < mark->nsets; i++) {
		gitperf_json_key(w, mark->sets[i].worker);
		gitperf_json_open(w, '[');
		for (j = 0; j < mark->sets[i].n; j++)
			gitperf_json_string(w, mark->sets[i].benchmarks[j]);
		gitperf_json_close(w, ']');
	}
	gitperf_json_close(w, '}');
}

int gitperf_mark_format(gitperf_buffer *out, const struct mark *mark)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_encode_string(&w, "by", mark->by);
	gitperf_encode_string(&w, "kind", mark->kind);
	gitperf_encode_time(&w, "made", mark->made);
	gitperf_encode_string(&w, "platform", mark->platform);
	gitperf_encode_int(&w, "schema", MARK_SCHEMA);
	if (!strcmp(mark->kind, MARK_SETS))
		write_sets(&w, mark);
	gitperf_queue__encode_texts(&w, "supersedes", mark->supersedes, mark->nsupersedes);
	gitperf_encode_string(&w, "tool", mark->tool);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_mark_parse, struct mark);
	return err;
}
