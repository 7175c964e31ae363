/*
 * format.c - the file that says that a branch is ours, and of which generation
 *
 * Nearly always it is what this version writes, which its id alone tells; only
 * otherwise it is read.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/store.h"

static int is_own_format(const git_oid *oid)
{
	char id[GITPERF_ID_SIZE];

	gitperf_digest_blob(id, LAYOUT_FORMAT_TEXT, strlen(LAYOUT_FORMAT_TEXT));
	return !git_oid_streq(oid, id);
}

/* A partial clone may have left it with its remote */
static int fetch(gitperf_repo *repo, const git_oid *oid)
{
	gitperf_buffer id = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&id, "%s\n", git_oid_tostr_s(oid));
	err = gitperf_buf_check(&id);
	if (!err)
		err = gitperf_repo__fetch_objects(repo, &id);
	gitperf_buffer_dispose(&id);
	return err;
}

static int read_format(gitperf_buffer *out, gitperf_repo *repo,
		       const git_oid *oid, const char *ref)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_blob *blob = NULL;
	int rc = git_blob_lookup(&blob, git, oid), err;

	if (rc == GIT_ENOTFOUND) {
		if ((err = fetch(repo, oid)) < 0)
			return err;
		rc = git_blob_lookup(&blob, git, oid);
	}
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the format of %s", ref);
	if (git_blob_rawsize(blob) > LAYOUT_FORMAT_MAX)
		err = gitperf_layout_check_format("?", 1, ref);
	else
		err = gitperf_layout_check_format(git_blob_rawcontent(blob),
						  (size_t)git_blob_rawsize(blob), ref);
	if (!err)
		gitperf_buf_add(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	git_blob_free(blob);
	return err < 0 ? err : gitperf_buf_check(out);
}

int gitperf_store__format(gitperf_buffer *out, git_tree *tree,
			  gitperf_repo *repo, const char *ref)
{
	const git_tree_entry *entry = git_tree_entry_byname(tree, LAYOUT_FORMAT);

	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return gitperf_layout_check_format("?", 1, ref);
	if (!is_own_format(git_tree_entry_id(entry)))
		return read_format(out, repo, git_tree_entry_id(entry), ref);
	gitperf_buf_adds(out, LAYOUT_FORMAT_TEXT);
	return gitperf_buf_check(out);
}

int gitperf_store__check_tree(git_tree *tree, gitperf_repo *repo, const char *ref)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = gitperf_store__format(&text, tree, repo, ref);

	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_store__is_foreign(gitperf_repo *repo, const char *ref)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	git_oid tip;
	int foreign = 0;

	if (!git_reference_name_to_id(&tip, git, ref) && !git_commit_lookup(&commit, git, &tip) &&
	    !git_commit_tree(&tree, commit))
		foreign = !git_tree_entry_byname(tree, LAYOUT_FORMAT);
	git_tree_free(tree);
	git_commit_free(commit);
	return foreign;
}
