/*
 * tree.c - a tree with more files in it, or fewer
 *
 * Only the folders on the way to such a file are read and written; names that
 * this version does not know stay as they are. Trees are put together by hand:
 * it takes one pass, and none of the look-ups of a git_treebuilder.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

struct entry {
	const char *name;
	size_t len;
	unsigned mode;
	int gone;
	git_oid oid;
};

/* One folder: what it has, and room for what it gets */
struct folder {
	struct entry *entries;
	size_t n;
};

/* git's order: a folder's name sorts as if it ended in a slash */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int diff = memcmp(x->name, y->name, len), cx, cy;

	if (diff)
		return diff;
	cx = x->len > len ? (unsigned char)x->name[len] : x->mode == GIT_FILEMODE_TREE ? '/' : 0;
	cy = y->len > len ? (unsigned char)y->name[len] : y->mode == GIT_FILEMODE_TREE ? '/' : 0;
	return cx - cy;
}

static int load_folder(struct folder *f, const git_tree *base, size_t extra)
{
	size_t i;

	f->n = base ? git_tree_entrycount(base) : 0;
	f->entries = malloc((f->n + extra) * sizeof(*f->entries));
	if (!f->entries)
		return gitperf_fail_oom();
	for (i = 0; i < f->n; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(base, i);

		f->entries[i].name = git_tree_entry_name(entry);
		f->entries[i].len = strlen(f->entries[i].name);
		f->entries[i].mode = git_tree_entry_filemode_raw(entry);
		f->entries[i].gone = 0;
		f->entries[i].oid = *git_tree_entry_id(entry);
	}
	return 0;
}

static struct entry *find_entry(const struct folder *f, size_t n,
				const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (f->entries[i].len == len && !f->entries[i].gone &&
		    !memcmp(f->entries[i].name, name, len))
			return &f->entries[i];
	return NULL;
}

static void drop_removed(struct folder *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		if (!f->entries[i].gone)
			f->entries[n++] = f->entries[i];
	f->n = n;
}

static int write_folder(git_oid *out, struct sink *sink, struct folder *f)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	qsort(f->entries, f->n, sizeof(*f->entries), compare_entries);
	for (i = 0; i < f->n; i++) {
		const struct entry *e = &f->entries[i];

		gitperf_buf_addf(&text, "%o ", e->mode);
		gitperf_buf_add(&text, e->name, e->len);
		gitperf_buf_addc(&text, '\0');
		gitperf_buf_add(&text, e->oid.id, sizeof(e->oid.id));
	}
	err = gitperf_buf_check(&text);
	if (!err)
		err = gitperf_sink_write(out, sink, GIT_OBJECT_TREE, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	return err;
}

static int fail_in_the_way(const char *path, size_t len)
{
	gitperf_fail(GITPERF_EEXISTS, "'%.*s' in the branch is in the way of a record", (int)len, path);
	return gitperf_hint(GITPERF_EEXISTS, "git perf fsck says what is wrong with the branch");
}

static void add_entry(struct folder *f, const char *name, size_t len,
		      unsigned mode, const git_oid *oid)
{
	struct entry *e = &f->entries[f->n++];

	e->name = name;
	e->len = len;
	e->mode = mode;
	e->gone = 0;
	e->oid = *oid;
}

static int add_file(struct folder *f, size_t old, struct addition *add,
		    const char *name)
{
	unsigned mode = add->mode ? add->mode : GIT_FILEMODE_BLOB;
	struct entry *e = find_entry(f, old, name, strlen(name));

	add->present = e && git_oid_equal(&e->oid, &add->oid) && e->mode == mode;
	if (e && !add->present && add->how == ADDITION_NEW)
		return fail_in_the_way(add->path, strlen(add->path));
	if (add->how == ADDITION_REMOVE) {
		if (add->present)
			e->gone = 1;
		return 0;
	}
	if (!e)
		add_entry(f, name, strlen(name), mode, &add->oid);
	else if (!add->present) {
		e->mode = mode;
		e->oid = add->oid;
	}
	return 0;
}

/* Returns 1, and writes nothing, where nothing is left */
static int add_level(git_oid *out, struct sink *sink, git_repository *git,
		     const git_tree *base, struct addition *adds, size_t n,
		     size_t depth);

/* All additions of adds[0..n) lie in the folder that path[depth..depth+len) names */
static int add_folder(struct folder *f, size_t old, struct sink *sink,
		      git_repository *git, struct addition *adds, size_t n,
		      size_t depth, size_t len)
{
	const char *name = adds->path + depth;
	struct entry *e = find_entry(f, old, name, len);
	git_tree *sub = NULL;
	git_oid oid;
	int rc, err, is_empty;

	if (e && e->mode != GIT_FILEMODE_TREE)
		return fail_in_the_way(adds->path, depth + len);
	if (e && (rc = git_tree_lookup(&sub, git, &e->oid)) < 0)
		return gitperf_fail_git(rc, "'%.*s'", (int)(depth + len), adds->path);
	err = is_empty = add_level(&oid, sink, git, sub, adds, n, depth + len + 1);
	git_tree_free(sub);
	if (err < 0)
		return err;
	if (e && is_empty)
		e->gone = 1;
	else if (e)
		e->oid = oid;
	else if (!is_empty)
		add_entry(f, name, len, GIT_FILEMODE_TREE, &oid);
	return 0;
}

static int add_level(git_oid *out, struct sink *sink, git_repository *git,
		     const git_tree *base, struct addition *adds, size_t n,
		     size_t depth)
{
	struct folder f = { NULL, 0 };
	int err = load_folder(&f, base, n);
	size_t old = f.n, i, same;

	for (i = 0; i < n && !err; i += same) {
		const char *name = adds[i].path + depth;
		size_t len = strcspn(name, "/");

		same = 1;
		if (!name[len]) {
			err = add_file(&f, old, &adds[i], name);
			continue;
		}
		while (i + same < n &&
		       !strncmp(adds[i + same].path + depth, name, len + 1))
			same++;
		err = add_folder(&f, old, sink, git, adds + i, same, depth, len);
	}
	drop_removed(&f);
	if (!err && depth && !f.n)
		err = 1;
	else if (!err)
		err = write_folder(out, sink, &f);
	free(f.entries);
	return err;
}

int gitperf_tree_add(git_oid *out, struct sink *sink, git_repository *git,
		     const git_tree *base, struct addition *additions, size_t n)
{
	return add_level(out, sink, git, base, additions, n, 0);
}
