/*
 * check.c - can anything be landed here at all?
 *
 * To be asked before records are made: whoever has measured for an hour should
 * not learn only then that they cannot be kept.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

#include <sys/stat.h>
#include <unistd.h>

int gitperf_store_check(gitperf_repo *repo)
{
	const char *ref = gitperf_repo_data_ref(repo);
	char tip[GITPERF_ID_SIZE];
	gitperf_store *store;
	int err = gitperf_store_open(&store, repo);

	if (err < 0)
		return err;
	gitperf_store_free(store);
	return gitperf_repo_resolve(tip, repo, ref) < 0 ? gitperf_repo__can_create_ref(repo, ref) : 0;
}

/* Opened as every writer does, so that whatever is in the way is found */
static int check_lock(gitperf_repo *repo)
{
	unsigned old_umask = gitperf_repo__shared_umask(repo);
	struct write_lock lock;
	int err = gitperf_write_lock_open(&lock, repo, "lock");

	umask(old_umask);
	gitperf_write_lock_close(&lock);
	return err;
}

static int check_objects(gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&path, "%sobjects", gitperf_repo_directory(repo));
	err = gitperf_buf_check(&path);
	if (!err && access(path.ptr, W_OK | X_OK) < 0)
		err = gitperf_fail_errno("cannot write to '%s'", path.ptr);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_store_check_writable(gitperf_repo *repo)
{
	int err = gitperf_store__refuse_quarantine();

	if (!err)
		err = check_lock(repo);
	return err < 0 ? err : check_objects(repo);
}
