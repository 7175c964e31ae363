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

	if (rc == GIT_ENOTFOUND) {
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
