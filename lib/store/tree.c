/*
 * tree.c - a tree with more files in it
 *
 * Only the folders on the way to a new file are read and written; names that
 * this version does not know stay as they are.
 */
#include "base/compat.h"
#include "base/error.h"
#include "store/store.h"

static int open_builder(git_treebuilder **out, struct sink *sink,
			git_tree *base)
{
	int rc = git_treebuilder_new(out, sink->git, base);

	return rc < 0 ? gitperf_fail_git(rc, "cannot read a tree of the branch") : 0;
}

static int fail_in_the_way(const char *path, size_t len)
{
	gitperf_fail(GITPERF_EEXISTS, "'%.*s' in the branch is in the way of a record", (int)len, path);
	return gitperf_hint(GITPERF_EEXISTS, "git perf fsck says what is wrong with the branch");
}

static int insert_file(git_treebuilder *builder, struct addition *add,
		       const char *name)
{
	const git_tree_entry *old = git_treebuilder_get(builder, name);
	int rc;

	add->present = old && git_oid_equal(git_tree_entry_id(old), &add->oid) &&
		       git_tree_entry_filemode(old) == GIT_FILEMODE_BLOB;
	if (add->present)
		return 0;
	if (old)
		return fail_in_the_way(add->path, strlen(add->path));
	rc = git_treebuilder_insert(NULL, builder, name, &add->oid, GIT_FILEMODE_BLOB);
	return rc < 0 ? gitperf_fail_git(rc, "'%s'", add->path) : 0;
}

static int add_level(git_oid *out, struct sink *sink, git_tree *base,
		     struct addition *adds, size_t n, size_t depth);

/* All additions of adds[0..n) lie in the folder that ends at path[depth..slash) */
static int insert_folder(git_treebuilder *builder, struct sink *sink,
			 struct addition *adds, size_t n,
			 const char *name, size_t slash)
{
	const git_tree_entry *old = git_treebuilder_get(builder, name);
	git_tree *sub = NULL;
	git_oid oid;
	int rc, err;

	if (old && git_tree_entry_type(old) != GIT_OBJECT_TREE)
		return fail_in_the_way(adds->path, slash);
	if (old && (rc = git_tree_lookup(&sub, sink->git, git_tree_entry_id(old))) < 0)
		return gitperf_fail_git(rc, "'%.*s'", (int)slash, adds->path);
	err = add_level(&oid, sink, sub, adds, n, slash + 1);
	git_tree_free(sub);
	if (err < 0)
		return err;
	rc = git_treebuilder_insert(NULL, builder, name, &oid, GIT_FILEMODE_TREE);
	return rc < 0 ? gitperf_fail_git(rc, "'%.*s'", (int)slash, adds->path) : 0;
}

static int add_level(git_oid *out, struct sink *sink, git_tree *base,
		     struct addition *adds, size_t n, size_t depth)
{
	git_treebuilder *builder = NULL;
	size_t i, same;
	int err = open_builder(&builder, sink, base);

	for (i = 0; i < n && !err; i += same) {
		const char *name = adds[i].path + depth;
		size_t len = strcspn(name, "/");
		char folder[256];

		same = 1;
		if (!name[len]) {
			err = insert_file(builder, &adds[i], name);
			continue;
		}
		while (i + same < n &&
		       !strncmp(adds[i + same].path + depth, name, len + 1))
			same++;
		snprintf(folder, sizeof(folder), "%.*s", (int)len, name);
		err = insert_folder(builder, sink, adds + i, same, folder, depth + len);
	}
	if (!err)
		err = gitperf_sink_tree(out, sink, builder);
	git_treebuilder_free(builder);
	return err;
}

int gitperf_tree_add(git_oid *out, struct sink *sink, git_tree *base,
		     struct addition *additions, size_t n)
{
	return add_level(out, sink, base, additions, n, 0);
}
