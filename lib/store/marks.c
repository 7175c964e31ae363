/*
 * marks.c - marks of some trees, and what holds of them
 *
 * All marks are looked at, but only what holds is kept: a branch may have any number
 * of old ones, each as large as it likes.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "store/layout.h"
#include "store/marks.h"

struct listing {
	const struct peek *peek;
	git_repository *git;
	git_odb *odb;
	struct arena names;
	struct mark_name *list;
	size_t n;
	struct map superseded;         /* ids */
	const char *kind, *platform;
};

/* --- By name --- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct mark_name *)a)->id, ((const struct mark_name *)b)->id);
}

static int add_name(struct listing *l, const char *month, const git_tree_entry *entry)
{
	struct mark_name one, *grown;
	char id[GITPERF_ID_SIZE];
	int revoked;

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB ||
	    !gitperf_layout_read_mark(&one, month, git_tree_entry_name(entry), id))
		return 0;
	if ((revoked = gitperf_peek_is_revoked(l->peek, id)))
		return revoked < 0 ? revoked : 0;
	grown = gitperf_arena_grow(&l->names, l->list, l->n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	l->list = grown;
	grown[l->n++] = one;
	return 0;
}

static int open_folder(git_tree **out, struct listing *l, const git_tree_entry *entry)
{
	int rc = 0;

	*out = NULL;
	if (entry && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		rc = git_tree_lookup(out, l->git, git_tree_entry_id(entry));
	return rc < 0 ? gitperf_fail_git(rc, "cannot read the marks") : 0;
}

static int add_month(struct listing *l, const git_tree_entry *folder)
{
	git_tree *tree;
	size_t i;
	int err = open_folder(&tree, l, folder);

	for (i = 0; tree && i < git_tree_entrycount(tree) && !err; i++)
		err = add_name(l, git_tree_entry_name(folder), git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return err;
}

static int add_tree(struct listing *l, git_tree *root)
{
	git_tree *all;
	size_t i;
	int err = open_folder(&all, l, git_tree_entry_byname(root, LAYOUT_MARKS));

	for (i = 0; all && i < git_tree_entrycount(all) && !err; i++)
		err = add_month(l, git_tree_entry_byindex(all, i));
	git_tree_free(all);
	return err;
}

static int list_names(struct listing *l)
{
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(l->peek->trees) && !err; i++)
		err = l->peek->trees[i] ? add_tree(l, l->peek->trees[i]) : 0;
	if (l->n)
		qsort(l->list, l->n, sizeof(*l->list), compare_names);
	for (i = 0; i < l->n; i++)
		if (!kept || compare_names(&l->list[kept - 1], &l->list[i]))
			l->list[kept++] = l->list[i];
	l->n = kept;
	return err;
}

/* --- What is in them --- */

/* All at once what a partial clone has left with its remote */
static int fetch_missing(struct listing *l)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	git_oid oid;
	size_t i;
	int err = 0;

	if (!gitperf_repo__is_partial(l->peek->repo))
		return 0;
	for (i = 0; i < l->n; i++)
		if (!git_oid_fromstr(&oid, l->list[i].id) && !git_odb_exists(l->odb, &oid))
			gitperf_buf_addf(&ids, "%s\n", l->list[i].id);
	if (ids.len && !(err = gitperf_buf_check(&ids)))
		err = gitperf_repo__fetch_objects(l->peek->repo, &ids);
	gitperf_buffer_dispose(&ids);
	return err < 0 ? err : 0;
}

/* 1, or 0 for one that cannot be read or is of something else; the size first */
static int read_mark(struct mark *out, struct arena *arena, struct listing *l, const struct mark_name *name)
{
	git_odb_object *object = NULL;
	git_object_t type;
	size_t len;
	git_oid oid;
	int err;

	git_oid_fromstr(&oid, name->id);
	if (git_odb_read_header(&len, &type, l->odb, &oid) < 0 || type != GIT_OBJECT_BLOB ||
	    len > MARK_FILE_MAX || git_odb_read(&object, l->odb, &oid) < 0)
		return 0;
	err = gitperf_mark_parse(out, arena, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	if (err < 0)
		return err == GITPERF_ENOMEM ? err : 0;
	return !strcmp(out->kind, l->kind) && out->platform && !strcmp(out->platform, l->platform);
}

static int supersede(struct listing *l, const struct mark *mark)
{
	size_t i;
	int err = 0;

	for (i = 0; i < mark->nsupersedes && !err; i++)
		if (!gitperf_map_get(&l->superseded, mark->supersedes[i], GITPERF_ID_SIZE - 1))
			err = gitperf_map_put(&l->superseded, mark->supersedes[i], GITPERF_ID_SIZE - 1, 0);
	return err;
}

/* Those that are meant, and what they supersede */
static int choose_names(struct listing *l)
{
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < l->n && err >= 0; i++) {
		struct arena arena = ARENA_INIT;
		struct mark mark;

		if ((err = read_mark(&mark, &arena, l, &l->list[i])) > 0) {
			l->list[kept++] = l->list[i];
			err = supersede(l, &mark);
		}
		gitperf_arena_free(&arena);
	}
	l->n = kept;
	return err < 0 ? err : 0;
}

static int take_heads(struct mark_state *out, struct arena *arena, struct listing *l)
{
	const char **heads = gitperf_arena_array(arena, l->n, sizeof(*heads));
	size_t i;
	int err = gitperf_arena_check(arena);

	out->heads = heads;
	for (i = 0; i < l->n && err >= 0; i++) {
		if (gitperf_map_get(&l->superseded, l->list[i].id, GITPERF_ID_SIZE - 1))
			continue;
		if (!out->nheads)
			err = read_mark(&out->mark, arena, l, &l->list[i]);
		heads[out->nheads++] = gitperf_arena_strdup(arena, l->list[i].id);
	}
	return err < 0 ? err : gitperf_arena_check(arena);
}

int gitperf_marks_read(struct mark_state *out, struct arena *arena, const struct peek *peek,
		       const char *kind, const char *platform)
{
	struct listing l = { .peek = peek, .git = gitperf_repo__handle(peek->repo),
			     .kind = kind, .platform = platform };
	int rc, err = list_names(&l);

	memset(out, 0, sizeof(*out));
	if (!err && l.n && (rc = git_repository_odb(&l.odb, l.git)) < 0)
		err = gitperf_fail_git(rc, "cannot open the object store");
	if (!err && l.n && !(err = fetch_missing(&l)) && !(err = choose_names(&l)))
		err = take_heads(out, arena, &l);
	git_odb_free(l.odb);
	gitperf_map_free(&l.superseded);
	gitperf_arena_free(&l.names);
	return err < 0 ? err : 0;
}

/* --- One more --- */

static int write_blob(git_oid *out, gitperf_repo *repo, const gitperf_buffer *text)
{
	struct sink sink = { 0 };
	int err = gitperf_sink_open(&sink, repo, 1);

	if (!err && !(err = gitperf_sink_write(out, &sink, GIT_OBJECT_BLOB, text->ptr, text->len)))
		err = gitperf_sink_flush(&sink, repo);
	gitperf_sink_close(&sink);
	return err;
}

int gitperf_marks_write(struct additions *out, gitperf_repo *repo, const struct mark *mark)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	git_oid oid;
	int err = gitperf_mark_format(&text, mark);

	if (!err && !(err = write_blob(&oid, repo, &text)) &&
	    !(err = gitperf_layout_mark(&path, mark->made, git_oid_tostr_s(&oid))))
		err = gitperf_additions_add(out, path.ptr, &oid);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&path);
	return err;
}
