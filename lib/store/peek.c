/*
 * peek.c - the records of one commit, straight from the folder that they are in
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/peek.h"

#define FAN_DIGITS 2

int gitperf_peek_here(struct peek *out, gitperf_repo *repo)
{
	struct source sources[SOURCES] = { { NULL, { { 0 } } } };
	git_oid tip;
	int i, err;

	memset(out, 0, sizeof(*out));
	out->repo = repo;
	err = gitperf_store__tree(&out->trees[0], &tip, repo, gitperf_repo_data_ref(repo));
	if (err >= 0)
		err = gitperf_sources_open(sources, repo);
	for (i = 0; i < SOURCES; i++)
		out->trees[i + 1] = sources[i].tree;
	return err;
}

int gitperf_peek_at(struct peek *out, gitperf_repo *repo, git_tree *tree)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->repo = repo;
	rc = tree ? git_tree_dup(&out->trees[0], tree) : 0;
	return rc < 0 ? gitperf_fail_git(rc, "cannot read the data branch") : 0;
}

void gitperf_peek_close(struct peek *peek)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(peek->trees); i++)
		git_tree_free(peek->trees[i]);
	memset(peek, 0, sizeof(*peek));
}

/* Where names that begin with `prefix` begin; git orders files by their bytes */
static size_t lower_bound(const git_tree *tree, const char *prefix)
{
	size_t lo = 0, hi = git_tree_entrycount(tree);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(git_tree_entry_name(git_tree_entry_byindex(tree, mid)), prefix) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int gitperf_peek_is_revoked(const struct peek *peek, const char *id)
{
	size_t i;
	int revoked = 0;

	for (i = 0; i < ARRAY_SIZE(peek->trees) && !revoked; i++)
		revoked = gitperf_store__is_revoked(peek->trees[i], id);
	return revoked;
}

/* What a caller is told of each; the name in the tree is one of ours by now */
struct call {
	const struct peek *peek;
	const char *platform, *commit, *fan;
	int (*each)(void *payload, const gitperf_entry *entry);
	void *payload;
};

static int look_at_file(const struct call *c, const git_tree_entry *file)
{
	gitperf_entry entry = { .platform = c->platform, .path = git_tree_entry_name(file) };
	char id[GITPERF_ID_SIZE];
	int revoked;

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(file));
	if (git_tree_entry_type(file) != GIT_OBJECT_BLOB ||
	    !gitperf_layout_read(&entry, c->fan, git_tree_entry_name(file), id))
		return 0;
	revoked = gitperf_peek_is_revoked(c->peek, id);
	return revoked < 0 ? revoked : revoked ? 0 : c->each(c->payload, &entry);
}

static int look_in_folder(const struct call *c, const git_tree *folder)
{
	const char *rest = c->commit + FAN_DIGITS;
	size_t i = lower_bound(folder, rest), n = git_tree_entrycount(folder);
	int err = 0;

	for (; i < n && !err; i++) {
		const git_tree_entry *file = git_tree_entry_byindex(folder, i);

		if (strncmp(git_tree_entry_name(file), rest, strlen(rest)))
			break;
		err = look_at_file(c, file);
	}
	return err;
}

static int look_in_tree(const struct call *c, const git_tree *root)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_tree_entry *entry = NULL;
	git_tree *folder = NULL;
	int rc, err;

	gitperf_buf_addf(&path, LAYOUT_RUNS "/%s/%s", c->platform, c->fan);
	if ((err = gitperf_buf_check(&path)) < 0)
		return err;
	rc = git_tree_entry_bypath(&entry, root, path.ptr);
	if (rc >= 0 && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		rc = git_tree_lookup(&folder, gitperf_repo__handle(c->peek->repo), git_tree_entry_id(entry));
	if (rc < 0 && rc != GIT_ENOTFOUND)
		err = gitperf_fail_git(rc, "cannot read the records of %s", c->platform);
	else if (folder)
		err = look_in_folder(c, folder);
	git_tree_entry_free(entry);
	git_tree_free(folder);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_peek_records(const struct peek *peek, const char *platform, const char *commit,
			 int (*each)(void *payload, const gitperf_entry *entry), void *payload)
{
	char fan[FAN_DIGITS + 1];
	struct call c = { peek, platform, commit, fan, each, payload };
	size_t i;
	int err = 0;

	snprintf(fan, sizeof(fan), "%.2s", commit);
	for (i = 0; i < ARRAY_SIZE(peek->trees) && !err; i++)
		if (peek->trees[i])
			err = look_in_tree(&c, peek->trees[i]);
	return err;
}

/* A partial clone has left it with its remote */
static void fetch_missing(const struct peek *peek, const char *id)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&line, "%s\n", id);
	if (!line.failed)
		gitperf_repo__fetch_objects(peek->repo, &line);
	gitperf_buffer_dispose(&line);
}

/* The size first: a huge object is not worth the memory */
static int read_blob(git_odb_object **out, git_odb *odb, const char *id)
{
	git_object_t type;
	size_t len;
	git_oid oid;
	int rc;

	git_oid_fromstr(&oid, id);
	rc = git_odb_read_header(&len, &type, odb, &oid);
	if (rc >= 0 && (type != GIT_OBJECT_BLOB || len > GITPERF_RECORD_MAX))
		return gitperf_fail(GITPERF_EFORMAT, "the record %.12s is no file of %u bytes at most", id, GITPERF_RECORD_MAX);
	if (rc >= 0)
		rc = git_odb_read(out, odb, &oid);
	return rc < 0 ? gitperf_fail_git(rc, "cannot read the record %.12s", id) : 0;
}

int gitperf_peek_record(gitperf_record **out, const struct peek *peek, const gitperf_entry *entry)
{
	git_odb_object *object = NULL;
	git_odb *odb = NULL;
	git_oid oid;
	int err, rc = git_repository_odb(&odb, gitperf_repo__handle(peek->repo));

	*out = NULL;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	git_oid_fromstr(&oid, entry->id);
	if (!git_odb_exists(odb, &oid))
		fetch_missing(peek, entry->id);
	if (!(err = read_blob(&object, odb, entry->id)) &&
	    (err = gitperf_record_parse(out, git_odb_object_data(object), git_odb_object_size(object), 0)) < 0)
		gitperf_blame(err, "record %.12s", entry->id);
	git_odb_object_free(object);
	git_odb_free(odb);
	return err < 0 ? err : 0;
}

static int look_at_platforms(git_repository *git, const git_tree *root,
			     int (*each)(void *payload, const char *platform), void *payload)
{
	const git_tree_entry *runs = git_tree_entry_byname(root, LAYOUT_RUNS);
	git_tree *tree = NULL;
	size_t i;
	int rc, err = 0;

	if (!runs || git_tree_entry_type(runs) != GIT_OBJECT_TREE)
		return 0;
	if ((rc = git_tree_lookup(&tree, git, git_tree_entry_id(runs))) < 0)
		return gitperf_fail_git(rc, "cannot read the records");
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);

		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE &&
		    gitperf_platform_check(git_tree_entry_name(entry)) >= 0)
			err = each(payload, git_tree_entry_name(entry));
	}
	git_tree_free(tree);
	return err;
}

int gitperf_peek_platforms(const struct peek *peek,
			   int (*each)(void *payload, const char *platform), void *payload)
{
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(peek->trees) && !err; i++)
		if (peek->trees[i])
			err = look_at_platforms(gitperf_repo__handle(peek->repo), peek->trees[i], each, payload);
	return err;
}

int gitperf_peek_has(const struct peek *peek, const char *path)
{
	git_tree_entry *entry = NULL;
	size_t i;
	int found = 0;

	for (i = 0; i < ARRAY_SIZE(peek->trees) && !found; i++) {
		found = peek->trees[i] && !git_tree_entry_bypath(&entry, peek->trees[i], path);
		git_tree_entry_free(entry);
		entry = NULL;
	}
	return found;
}
