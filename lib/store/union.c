/*
 * union.c - what one tree has and another lacks
 *
 * A branch is a set of files that never change, so uniting two is adding to one
 * what only the other has. Equal folders are skipped: it costs what differs.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/union.h"

#include <gitperf/platform.h>

struct walk {
	struct additions *out;
	git_repository *git;
	gitperf_buffer path;
	unsigned flags;
};

int gitperf_additions_add(struct additions *a, const char *path, const git_oid *oid)
{
	struct addition *add;

	if (a->n == a->room) {
		size_t room = a->room ? 2 * a->room : 64;
		struct addition *grown = realloc(a->list, room * sizeof(*grown));

		if (!grown)
			return gitperf_fail_oom();
		a->list = grown;
		a->room = room;
	}
	add = memset(&a->list[a->n], 0, sizeof(*add));
	add->path = gitperf_arena_strdup(&a->arena, path);
	add->oid = *oid;
	add->own = 1;
	git_oid_tostr(add->id, sizeof(add->id), oid);
	a->n++;
	return gitperf_arena_check(&a->arena);
}

static int compare_additions(const void *a, const void *b)
{
	const struct addition *x = a, *y = b;
	int diff = strcmp(x->path, y->path);

	/* the same one stays, wherever they come from */
	return diff ? diff : git_oid_cmp(&x->oid, &y->oid);
}

void gitperf_additions_sort(struct additions *a)
{
	size_t i, n = 0;

	if (a->n)
		qsort(a->list, a->n, sizeof(*a->list), compare_additions);
	for (i = 0; i < a->n; i++)
		if (!n || strcmp(a->list[n - 1].path, a->list[i].path))
			a->list[n++] = a->list[i];
	a->n = n;
}

struct path {
	const char *bytes;
	size_t len;
};

static int compare_path(const void *a, const void *b)
{
	const struct path *path = a;
	const struct addition *add = b;
	int diff = strncmp(path->bytes, add->path, path->len);

	return diff ? diff : -(add->path[path->len] != '\0');
}

const struct addition *gitperf_additions_find(const struct additions *a, const char *path,
					      size_t len)
{
	const struct path key = { path, len };

	return a->n ? bsearch(&key, a->list, a->n, sizeof(*a->list), compare_path) : NULL;
}

void gitperf_additions_free(struct additions *a)
{
	gitperf_arena_free(&a->arena);
	free(a->list);
	memset(a, 0, sizeof(*a));
}

int gitperf_addition_is_record(const struct addition *add)
{
	return gitperf_layout_is_below(add->path, LAYOUT_RUNS);
}

size_t gitperf_additions_records(const struct additions *a)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += (size_t)gitperf_addition_is_record(&a->list[i]);
	return n;
}

/* Two that cannot both be there: to leave one out would be to lose it */
static int fail_conflict(const struct walk *w)
{
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' is a file on one side and a folder on the other", w->path.ptr),
			    "git ls-tree shows both; somebody has put there by hand what git perf never does");
}

/* Names below runs/ that are not ours are nobody's to hand on */
static int is_wanted(const struct walk *w, const git_tree_entry *entry)
{
	char platform[GITPERF_NAME_MAX + 1], id[GITPERF_ID_SIZE];
	gitperf_entry parsed;

	if (w->flags & UNION_ALL)
		return 1;
	if (git_tree_entry_filemode(entry) != GIT_FILEMODE_BLOB)
		return 0;
	if (!gitperf_layout_is_below(w->path.ptr, LAYOUT_RUNS))
		return 1;
	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	return gitperf_layout_read_path(&parsed, platform, w->path.ptr, id);
}

static int add_entry(struct additions *out, const char *path, const git_tree_entry *entry)
{
	int err = gitperf_additions_add(out, path, git_tree_entry_id(entry));

	if (!err)
		out->list[out->n - 1].mode = git_tree_entry_filemode_raw(entry);
	return err;
}

static int walk_trees(struct walk *w, git_tree *base, git_tree *from);

static int walk_folder(struct walk *w, const git_tree_entry *base,
		       const git_tree_entry *from)
{
	git_tree *a = NULL, *b = NULL;
	int err, rc = git_tree_lookup(&b, w->git, git_tree_entry_id(from));

	if (rc >= 0 && base)
		rc = git_tree_lookup(&a, w->git, git_tree_entry_id(base));
	err = rc < 0 ? gitperf_fail_git(rc, "cannot read '%s'", w->path.ptr) :
		walk_trees(w, a, b);
	git_tree_free(a);
	git_tree_free(b);
	return err;
}

static int walk_entry(struct walk *w, const git_tree_entry *base,
		      const git_tree_entry *from)
{
	int is_folder = git_tree_entry_type(from) == GIT_OBJECT_TREE;

	if (base && is_folder != (git_tree_entry_type(base) == GIT_OBJECT_TREE))
		return is_folder || is_wanted(w, from) ? fail_conflict(w) : 0;
	/* what the base has under a name stays */
	if (base && !is_folder)
		return 0;
	if (is_folder)
		return walk_folder(w, base, from);
	if (is_wanted(w, from))
		return add_entry(w->out, w->path.ptr, from);
	w->out->foreign++;
	return 0;
}

static int walk_trees(struct walk *w, git_tree *base, git_tree *from)
{
	size_t i, len = w->path.len;
	int err = 0;

	for (i = 0; i < git_tree_entrycount(from) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(from, i);
		const char *name = git_tree_entry_name(entry);
		const git_tree_entry *old = base ? git_tree_entry_byname(base, name) : NULL;

		if ((old && git_oid_equal(git_tree_entry_id(old), git_tree_entry_id(entry))) ||
		    (!len && !strcmp(name, LAYOUT_FORMAT)))
			continue;
		gitperf_buf_addf(&w->path, "%s%s", len ? "/" : "", name);
		err = gitperf_buf_check(&w->path);
		if (!err)
			err = walk_entry(w, old, entry);
		gitperf_buf_truncate(&w->path, len);
	}
	return err;
}

int gitperf_union_add(struct additions *out, gitperf_repo *repo, git_tree *base,
		      git_tree *from, unsigned flags)
{
	struct walk w = { out, gitperf_repo__handle(repo), GITPERF_BUFFER_INIT, flags };
	int err;

	if (base && git_oid_equal(git_tree_id(base), git_tree_id(from)))
		return 0;
	err = walk_trees(&w, base, from);
	gitperf_buffer_dispose(&w.path);
	return err;
}
