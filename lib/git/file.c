/*
 * file.c - a file as a commit has it
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"

static int read_blob(gitperf_buffer *out, const git_object *object,
		     const char *spec, size_t limit)
{
	const git_blob *blob = (const git_blob *)object;

	if (git_object_type(object) != GIT_OBJECT_BLOB)
		return gitperf_fail(GITPERF_EINVALID, "'%.200s' is not a file", spec);
	if ((uint64_t)git_blob_rawsize(blob) > limit)
		return gitperf_fail(GITPERF_EFORMAT, "'%.200s' has more than %zu bytes", spec, limit);
	gitperf_buf_add(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	return gitperf_buf_check(out);
}

/*
 * A tree names it, but a partial clone has left it, or a tree on the way to it,
 * with its remote. 1: it is here now.
 */
static int fetch_file(gitperf_repo *repo, const char *spec)
{
	const char *const args[] = { "rev-parse", "--verify", "--quiet", spec, NULL };
	gitperf_buffer id = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &id };
	int rc = gitperf_repo__git(repo, &spawn, args);

	if (!rc)
		rc = gitperf_buf_check(&id);
	else if (rc > 0)
		gitperf_buf_truncate(&id, 0);
	if (rc >= 0)
		rc = id.len ? gitperf_repo__fetch_objects(repo, &id) : 0;
	gitperf_buffer_dispose(&id);
	return rc;
}

int gitperf_repo_read_file(gitperf_buffer *out, gitperf_repo *repo,
			   const char *spec, size_t limit)
{
	git_object *object = NULL;
	int rc = git_revparse_single(&object, gitperf_repo__handle(repo), spec), fetched;

	/* where a commit's tree is missing, libgit2 finds fault with the name */
	if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC) {
		fetched = fetch_file(repo, spec);
		if (fetched < 0)
			return fetched;
		if (fetched)
			rc = git_revparse_single(&object, gitperf_repo__handle(repo), spec);
	}
	if (rc < 0)
		return gitperf_fail_git(rc, "'%.200s'", spec);
	rc = read_blob(out, object, spec, limit);
	git_object_free(object);
	return rc;
}

/* What the remote has not either is gone; all else may be there another time */
static int fetch_blob(gitperf_repo *repo, const char *id)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&line, "%s\n", id);
	err = gitperf_buf_check(&line);
	if (!err)
		err = gitperf_repo__fetch_objects(repo, &line);
	gitperf_buffer_dispose(&line);
	if (err != GITPERF_EIO)
		return err;
	if (strstr(gitperf_error_message(), "not our ref"))
		return gitperf_fail(GITPERF_ENOTFOUND, "neither this repository nor its remote has the object %.12s", id);
	return gitperf_hint(gitperf_recode(GITPERF_ENET), "try again later; nothing is lost");
}

int gitperf_repo__read_blob(gitperf_buffer *out, gitperf_repo *repo, const char *id,
			    size_t limit)
{
	git_object *object = NULL;
	git_oid oid;
	int rc = git_oid_fromstr(&oid, id), fetched;

	if (rc >= 0)
		rc = git_object_lookup(&object, gitperf_repo__handle(repo), &oid, GIT_OBJECT_ANY);
	if (rc == GIT_ENOTFOUND) {
		fetched = fetch_blob(repo, id);
		if (fetched < 0)
			return fetched;
		if (fetched)
			rc = git_object_lookup(&object, gitperf_repo__handle(repo), &oid, GIT_OBJECT_ANY);
	}
	if (rc < 0)
		return gitperf_fail_git(rc, "'%.12s'", id);
	rc = read_blob(out, object, id, limit);
	git_object_free(object);
	return rc;
}

int gitperf_repo__file_id(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *commit,
			  const char *name)
{
	const git_tree_entry *entry = NULL;
	git_commit *object = NULL;
	git_tree *tree = NULL;
	git_oid oid;
	int rc = git_oid_fromstr(&oid, commit);

	if (rc >= 0 && (rc = git_commit_lookup(&object, gitperf_repo__handle(repo), &oid)) >= 0)
		rc = git_commit_tree(&tree, object);
	if (rc >= 0)
		entry = git_tree_entry_byname(tree, name);
	if (entry && git_tree_entry_type(entry) == GIT_OBJECT_BLOB)
		git_oid_tostr(out, GITPERF_ID_SIZE, git_tree_entry_id(entry));
	else
		*out = '\0';
	git_tree_free(tree);
	git_commit_free(object);
	return rc < 0 ? gitperf_fail_git(rc, "cannot read the files of commit %.12s", commit) : *out != '\0';
}

/* From a tree to what it has under a name; a mode of 0: nothing */
static int descend(git_oid *at, unsigned *mode, git_repository *git, const char *name)
{
	const git_tree_entry *entry = NULL;
	git_tree *tree = NULL;

	/* that a tree is not here says nothing of what is in it */
	if (*mode == GIT_FILEMODE_TREE) {
		int rc = git_tree_lookup(&tree, git, at);

		if (rc < 0)
			return gitperf_fail_git(rc, "cannot read the tree %.12s", git_oid_tostr_s(at));
		entry = git_tree_entry_byname(tree, name);
	}
	*mode = entry ? (unsigned)git_tree_entry_filemode_raw(entry) : 0;
	if (entry)
		*at = *git_tree_entry_id(entry);
	git_tree_free(tree);
	return 0;
}

/* By hand: libgit2 does not tell a path that is not there from a tree that is missing */
static int follow_path(git_oid *at, unsigned *mode, git_repository *git, const char *path)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = 0;
	size_t len;

	for (; !err && *(path += strspn(path, "/")); path += len) {
		len = strcspn(path, "/");
		gitperf_buf_truncate(&name, 0);
		gitperf_buf_add(&name, path, len);
		err = gitperf_buf_check(&name);
		if (!err && strcmp(name.ptr, "."))
			err = descend(at, mode, git, name.ptr);
	}
	gitperf_buffer_dispose(&name);
	return err;
}

int gitperf_repo__entry(char out[REPO_ENTRY_SIZE], gitperf_repo *repo, const char *commit,
			const char *path)
{
	git_repository *git = gitperf_repo__handle(repo);
	unsigned mode = GIT_FILEMODE_TREE;
	git_commit *object = NULL;
	char id[GITPERF_ID_SIZE];
	git_oid at;
	int rc = git_oid_fromstr(&at, commit), err;

	*out = '\0';
	if (rc >= 0)
		rc = git_commit_lookup(&object, git, &at);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read commit %.12s", commit);
	at = *git_commit_tree_id(object);
	git_commit_free(object);
	err = follow_path(&at, &mode, git, path);
	if (!err && mode)
		snprintf(out, REPO_ENTRY_SIZE, "%06o %s", mode, git_oid_tostr(id, sizeof(id), &at));
	return err;
}
