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

int gitperf_repo_read_file(gitperf_buffer *out, gitperf_repo *repo,
			   const char *spec, size_t limit)
{
	git_object *object = NULL;
	int rc = git_revparse_single(&object, gitperf_repo__handle(repo), spec);

	if (rc < 0)
		return gitperf_fail_git(rc, "'%.200s'", spec);
	rc = read_blob(out, object, spec, limit);
	git_object_free(object);
	return rc;
}
