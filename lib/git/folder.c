/*
 * folder.c - the perf/ folder: files of ours beside git's own
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/repo.h"

#include <errno.h>
#include <sys/stat.h>

int gitperf_repo__file(gitperf_buffer *out, const gitperf_repo *repo, const char *name)
{
	gitperf_buf_addf(out, "%sperf/%s", gitperf_repo_directory(repo), name);
	return gitperf_buf_check(out);
}

int gitperf_repo__own_file(gitperf_buffer *out, const gitperf_repo *repo, const char *name)
{
	gitperf_buf_addf(out, "%sperf/%s%s", gitperf_repo_directory(repo), name, repo->suffix);
	return gitperf_buf_check(out);
}

static int make(const gitperf_buffer *path)
{
	return mkdir(path->ptr, 0777) < 0 && errno != EEXIST ?
		gitperf_fail_errno("cannot create the directory '%s'", path->ptr) : 0;
}

int gitperf_repo__mkdir(const gitperf_repo *repo, const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__file(&path, repo, name);

	if (!err)
		err = make(&path);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_repo__own_mkdir(const gitperf_repo *repo, const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__own_file(&path, repo, name);

	if (!err)
		err = gitperf_repo__mkdir(repo, "");
	if (!err)
		err = make(&path);
	gitperf_buffer_dispose(&path);
	return err;
}
