/*
 * snapshot.c - one moment of the branch, as a sorted list of entries
 *
 * Only names are read here; records are read one by one when somebody wants
 * them. What is on the local branch and what is on the remote-tracking one are
 * one set, less what either of them revokes.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/revoked.h"
#include "store/snapshot.h"

#include <gitperf/platform.h>

int gitperf_store__tree_as(git_tree **out, git_oid *oid, gitperf_repo *repo,
			   const char *ref, const char *name)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_commit *commit = NULL;
	int rc, err = 0;

	*out = NULL;
	rc = git_reference_name_to_id(oid, git, ref);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read %s", name);
	if ((rc = git_commit_lookup(&commit, git, oid)) < 0 ||
	    (rc = git_commit_tree(out, commit)) < 0)
		err = gitperf_hint(gitperf_fail_git(rc, "cannot read the commit of %s", name),
				   "git fsck tells whether the repository is damaged");
	else
		err = gitperf_store__check_tree(*out, repo, name);
	git_commit_free(commit);
	if (err < 0) {
		git_tree_free(*out);
		*out = NULL;
	}
	return err < 0 ? err : 1;
}

int gitperf_store__tree(git_tree **out, git_oid *oid, gitperf_repo *repo,
			const char *ref)
{
	return gitperf_store__tree_as(out, oid, repo, ref, ref);
}

int gitperf_store__is_revoked(git_tree *tree, const char *id)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_tree_entry *entry = NULL;
	int rc, err;

	/* nearly always there is no such folder at all */
	if (!tree || !git_tree_entry_byname(tree, LAYOUT_REVOKED))
		return 0;
	gitperf_layout_revoked(&path, id);
	if (!(err = gitperf_buf_check(&path)) &&
	    (rc = git_tree_entry_bypath(&entry, tree, path.ptr)) < 0 && rc != GIT_ENOTFOUND)
		err = gitperf_fail_git(rc, "cannot read what is revoked");
	err = err < 0 ? err : entry != NULL;
	git_tree_entry_free(entry);
	gitperf_buffer_dispose(&path);
	return err;
}

static gitperf_entry *new_entry(gitperf_store *store)
{
	gitperf_entry *grown;

	if (store->n == store->room) {
		store->room = store->room ? 2 * store->room : 256;
		grown = realloc(store->entries, store->room * sizeof(*grown));
		if (!grown)
			return NULL;
		store->entries = grown;
	}
	return memset(&store->entries[store->n], 0, sizeof(*store->entries));
}

/* "runs/<platform>/<fan>/<name>" */
static const char *path_of(struct arena *arena, const char *platform,
			   const char *fan, const char *name)
{
	const char *parts[] = { LAYOUT_RUNS "/", platform, "/", fan, "/", name };
	size_t len = 0, n, i;
	char *path;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		len += strlen(parts[i]);
	path = gitperf_arena_alloc(arena, len + 1);
	for (i = len = 0; i < ARRAY_SIZE(parts) && path; i++, len += n) {
		n = strlen(parts[i]);
		memcpy(path + len, parts[i], n);
	}
	return path;
}

static int add_entry(gitperf_store *store, const char *platform,
		     const char *fan, const git_tree_entry *file)
{
	const char *name = git_tree_entry_name(file);
	gitperf_entry *entry = new_entry(store);
	char id[GITPERF_ID_SIZE];

	if (!entry)
		return gitperf_fail_oom();
	git_oid_tostr(id, sizeof(id), git_tree_entry_id(file));
	if (git_tree_entry_type(file) != GIT_OBJECT_BLOB ||
	    !gitperf_layout_read(entry, fan, name, id)) {
		store->foreign++;
		return 0;
	}
	entry->platform = platform;
	entry->path = path_of(&store->arena, platform, fan, name);
	store->n++;
	return gitperf_arena_check(&store->arena);
}

static int add_fan(gitperf_store *store, const char *platform,
		   const git_tree_entry *folder)
{
	git_tree *tree = NULL;
	size_t i;
	int rc, err = 0;

	if (git_tree_entry_type(folder) != GIT_OBJECT_TREE) {
		store->foreign++;
		return 0;
	}
	rc = git_tree_lookup(&tree, store->git, git_tree_entry_id(folder));
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the records of %s", platform);
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++)
		err = add_entry(store, platform, git_tree_entry_name(folder),
				git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return err;
}

static int add_platform(gitperf_store *store, const git_tree_entry *folder)
{
	const char *platform;
	git_tree *tree = NULL;
	size_t i;
	int rc, err = 0;

	if (git_tree_entry_type(folder) != GIT_OBJECT_TREE ||
	    gitperf_platform_check(git_tree_entry_name(folder)) < 0) {
		store->foreign++;
		return 0;
	}
	platform = gitperf_arena_strdup(&store->arena, git_tree_entry_name(folder));
	if (!platform)
		return gitperf_fail_oom();
	rc = git_tree_lookup(&tree, store->git, git_tree_entry_id(folder));
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the records of %s", platform);
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++)
		err = add_fan(store, platform, git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return err;
}

static int add_tree(gitperf_store *store, git_tree *root)
{
	const git_tree_entry *entry = git_tree_entry_byname(root, LAYOUT_RUNS);
	git_tree *runs = NULL;
	size_t i;
	int rc, err = 0;

	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_TREE)
		return 0;
	rc = git_tree_lookup(&runs, store->git, git_tree_entry_id(entry));
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the records");
	for (i = 0; i < git_tree_entrycount(runs) && !err; i++)
		err = add_platform(store, git_tree_entry_byindex(runs, i));
	git_tree_free(runs);
	return err;
}

static int compare_entries(const void *a, const void *b)
{
	const gitperf_entry *x = a, *y = b;
	int diff = strcmp(x->platform, y->platform);

	if (!diff)
		diff = strcmp(x->commit, y->commit);
	if (!diff)
		diff = (x->finished > y->finished) - (x->finished < y->finished);
	return diff ? diff : strcmp(x->id, y->id);
}

/* As they come from one tree alone, as long as no two runs ended in the same second */
static int is_in_order(const gitperf_store *store)
{
	size_t i;

	for (i = 1; i < store->n; i++)
		if (compare_entries(&store->entries[i - 1], &store->entries[i]) > 0)
			return 0;
	return 1;
}

/* Nearly always nothing is, and then 300,000 ids need not be read */
static int is_revoked(const struct revoked *revoked, const gitperf_entry *entry)
{
	git_oid id;

	if (!revoked->n)
		return 0;
	git_oid_fromstr(&id, entry->id);
	return gitperf_revoked_has(revoked, &id);
}

/* Drop what is there twice, and what one of the trees revokes */
static void make_set(gitperf_store *store, const struct revoked *revoked)
{
	const char *last = "";
	size_t i, n = 0;

	if (!is_in_order(store))
		qsort(store->entries, store->n, sizeof(*store->entries), compare_entries);
	for (i = 0; i < store->n; i++) {
		const gitperf_entry *entry = &store->entries[i];

		if (!strcmp(last, entry->path))
			continue;
		last = entry->path;
		if (is_revoked(revoked, entry))
			store->revoked++;
		else
			store->entries[n++] = *entry;
	}
	store->n = n;
}

/* What a clone has fetched and not added to is there up to three times */
static int add_sources(gitperf_store *store, git_tree *local,
		       const struct source sources[SOURCES])
{
	const git_oid *done[SOURCES + 1];
	int i, j, n = 0, err = 0;

	if (local) {
		done[n++] = git_tree_id(local);
		err = add_tree(store, local);
	}
	for (i = 0; i < SOURCES && !err; i++) {
		if (!sources[i].tree)
			continue;
		for (j = 0; j < n && !git_oid_equal(done[j], git_tree_id(sources[i].tree)); j++)
			;
		if (j < n)
			continue;
		done[n++] = git_tree_id(sources[i].tree);
		err = add_tree(store, sources[i].tree);
	}
	return err;
}

static int load(gitperf_store *store, gitperf_repo *repo)
{
	struct source sources[SOURCES] = { { NULL, { { 0 } } } };
	struct revoked revoked = { NULL, 0, 0 };
	git_tree *local = NULL;
	git_oid tip;
	int i, err;

	err = gitperf_store__tree(&local, &tip, repo, gitperf_repo_data_ref(repo));
	if (err > 0)
		git_oid_tostr(store->tip, sizeof(store->tip), &tip);
	if (err >= 0 && (err = gitperf_sources_open(sources, repo)) >= 0 &&
	    (err = add_sources(store, local, sources)) >= 0 &&
	    (!local || (err = gitperf_revoked_add_tree(&revoked, store->git, local)) >= 0) &&
	    (err = gitperf_revoked_add_sources(&revoked, store->git, sources)) >= 0)
		make_set(store, &revoked);
	gitperf_revoked_free(&revoked);
	store->roots[0] = local;
	for (i = 0; i < SOURCES; i++) {
		store->roots[i + 1] = sources[i].tree;
		sources[i].tree = NULL;
	}
	return err;
}

int gitperf_store_open(gitperf_store **out, gitperf_repo *repo)
{
	gitperf_store *store = calloc(1, sizeof(*store));
	int rc, err = 0;

	*out = NULL;
	if (!store)
		return gitperf_fail_oom();
	store->repo = repo;
	store->git = gitperf_repo__handle(repo);
	rc = git_repository_odb(&store->odb, store->git);
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot open the object store");
	if (!err)
		err = load(store, repo);
	if (err < 0)
		gitperf_store_free(store);
	else
		*out = store;
	return err;
}

void gitperf_store_free(gitperf_store *store)
{
	size_t i;

	if (!store)
		return;
	for (i = 0; i < ARRAY_SIZE(store->roots); i++)
		git_tree_free(store->roots[i]);
	git_odb_free(store->odb);
	gitperf_arena_free(&store->arena);
	free(store->entries);
	free(store);
}

const char *gitperf_store_tip(const gitperf_store *store)
{
	return store->tip[0] ? store->tip : NULL;
}

size_t gitperf_store_count(const gitperf_store *store)
{
	return store->n;
}

const gitperf_entry *gitperf_store_entry(const gitperf_store *store, size_t i)
{
	return &store->entries[i];
}

size_t gitperf_store_foreign(const gitperf_store *store)
{
	return store->foreign;
}

size_t gitperf_store_revoked(const gitperf_store *store)
{
	return store->revoked;
}

static int compare_key(const gitperf_entry *entry, const char *platform,
		       const char *commit)
{
	int diff = strcmp(entry->platform, platform);

	return diff ? diff : strcmp(entry->commit, commit);
}

size_t gitperf_store_lookup(const gitperf_store *store, const char *platform,
			    const char *commit, size_t *count)
{
	size_t lo = 0, hi = store->n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_key(&store->entries[mid], platform, commit) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < store->n &&
	     !compare_key(&store->entries[end], platform, commit); end++)
		;
	*count = end - lo;
	return lo;
}
