/*
 * decisions.c - decisions of a tree, by name and one by one
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/queue.h"
#include "store/decisions.h"

struct listing {
	struct decision_name *list;
	size_t n;
	struct arena *arena;
	git_repository *git;
	const char *platform;
};

static int compare_names(const void *a, const void *b)
{
	const struct decision_name *x = a, *y = b;
	int diff = strcmp(x->head, y->head);

	if (!diff)
		diff = (x->decided > y->decided) - (x->decided < y->decided);
	return diff ? diff : strcmp(x->id, y->id);
}

static int add_name(struct listing *l, const char *fan, const git_tree_entry *entry)
{
	struct decision_name one, *grown;
	char id[GITPERF_ID_SIZE];

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB ||
	    !gitperf_layout_read_decision(&one, fan, git_tree_entry_name(entry), id))
		return 0;
	grown = gitperf_arena_grow(l->arena, l->list, l->n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	one.platform = l->platform;
	l->list = grown;
	grown[l->n++] = one;
	return 0;
}

/* The folder of an entry, or NULL if it is none */
static int open_folder(git_tree **out, git_repository *git, const git_tree_entry *entry)
{
	int rc = 0;

	*out = NULL;
	if (entry && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		rc = git_tree_lookup(out, git, git_tree_entry_id(entry));
	return rc < 0 ? gitperf_fail_git(rc, "cannot read the decisions") : 0;
}

static int add_fan(struct listing *l, const git_tree_entry *folder)
{
	git_tree *tree;
	size_t i;
	int err = open_folder(&tree, l->git, folder);

	for (i = 0; tree && i < git_tree_entrycount(tree) && !err; i++)
		err = add_name(l, git_tree_entry_name(folder), git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return err;
}

static int open_all(git_tree **out, git_repository *git, git_tree *root)
{
	return open_folder(out, git, git_tree_entry_byname(root, LAYOUT_DECISIONS));
}

static int add_tree(struct listing *l, git_tree *root)
{
	git_tree *all = NULL, *own = NULL;
	size_t i;
	int err = open_all(&all, l->git, root);

	if (!err && all)
		err = open_folder(&own, l->git, git_tree_entry_byname(all, l->platform));
	for (i = 0; own && i < git_tree_entrycount(own) && !err; i++)
		err = add_fan(l, git_tree_entry_byindex(own, i));
	git_tree_free(all);
	git_tree_free(own);
	return err;
}

int gitperf_decisions_list(struct decision_name **out, size_t *n, struct arena *arena,
			   gitperf_repo *repo, git_tree *const *trees, size_t ntrees,
			   const char *platform)
{
	struct listing l = { NULL, 0, arena, gitperf_repo__handle(repo),
			     gitperf_arena_strdup(arena, platform) };
	size_t i, kept = 0;
	int err = gitperf_arena_check(arena);

	for (i = 0; i < ntrees && !err; i++)
		err = trees[i] ? add_tree(&l, trees[i]) : 0;
	if (l.n)
		qsort(l.list, l.n, sizeof(*l.list), compare_names);
	for (i = 0; i < l.n; i++)
		if (!kept || compare_names(&l.list[kept - 1], &l.list[i]))
			l.list[kept++] = l.list[i];
	*out = l.list;
	*n = kept;
	return err;
}

static int add_platforms(const char ***list, size_t *n, struct arena *arena, const git_tree *all)
{
	const char **grown;
	size_t i;

	for (i = 0; i < git_tree_entrycount(all); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(all, i);

		if (git_tree_entry_type(entry) != GIT_OBJECT_TREE ||
		    gitperf_platform_check(git_tree_entry_name(entry)) < 0)
			continue;
		grown = gitperf_arena_grow(arena, *list, *n, sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		*list = grown;
		grown[(*n)++] = gitperf_arena_strdup(arena, git_tree_entry_name(entry));
	}
	return gitperf_arena_check(arena);
}

int gitperf_decisions_platforms(const char ***out, size_t *n, struct arena *arena,
				gitperf_repo *repo, git_tree *const *trees, size_t ntrees)
{
	git_tree *all;
	size_t i;
	int err = 0;

	*out = NULL;
	*n = 0;
	for (i = 0; i < ntrees && !err; i++) {
		if (!trees[i])
			continue;
		err = open_all(&all, gitperf_repo__handle(repo), trees[i]);
		if (all)
			err = add_platforms(out, n, arena, all);
		git_tree_free(all);
	}
	return err;
}

static int open_objects(git_odb **out, gitperf_repo *repo)
{
	int rc = git_repository_odb(out, gitperf_repo__handle(repo));

	return rc < 0 ? gitperf_fail_git(rc, "cannot open the object store") : 0;
}

int gitperf_decisions_fetch(gitperf_repo *repo, const struct decision_name *names, size_t n)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	git_odb *odb = NULL;
	git_oid oid;
	size_t i;
	int err;

	if (!gitperf_repo__is_partial(repo))
		return 0;
	err = open_objects(&odb, repo);
	for (i = 0; i < n && !err; i++)
		if (!git_oid_fromstr(&oid, names[i].id) && !git_odb_exists(odb, &oid))
			gitperf_buf_addf(&ids, "%s\n", names[i].id);
	if (!err && ids.len && !(err = gitperf_buf_check(&ids)))
		err = gitperf_repo__fetch_objects(repo, &ids);
	git_odb_free(odb);
	gitperf_buffer_dispose(&ids);
	return err < 0 ? err : 0;
}

int gitperf_decisions_read(gitperf_decision *out, struct arena *arena, gitperf_repo *repo,
			   const struct decision_name *name)
{
	git_odb_object *object = NULL;
	git_odb *odb = NULL;
	git_object_t type = GIT_OBJECT_INVALID;
	size_t len = 0;
	git_oid oid;
	int rc, err = open_objects(&odb, repo);

	if (err < 0)
		return err;
	git_oid_fromstr(&oid, name->id);
	/* the size first: a huge object is not worth the memory */
	rc = git_odb_read_header(&len, &type, odb, &oid);
	if (rc >= 0 && type == GIT_OBJECT_BLOB && len <= QUEUE_FILE_MAX)
		rc = git_odb_read(&object, odb, &oid);
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot read the decision %.12s", name->id);
	else if (!object)
		err = gitperf_fail(GITPERF_EFORMAT, "the decision %.12s is no file of %u bytes at most", name->id, QUEUE_FILE_MAX);
	else if ((err = gitperf_decision_parse(out, arena, git_odb_object_data(object),
					       git_odb_object_size(object))) < 0)
		gitperf_blame(err, "decision %.12s", name->id);
	else if (strcmp(out->head, name->head) || strcmp(out->platform, name->platform))
		err = gitperf_fail(GITPERF_EFORMAT, "the decision %.12s is not what its name says", name->id);
	git_odb_object_free(object);
	git_odb_free(odb);
	return err;
}
