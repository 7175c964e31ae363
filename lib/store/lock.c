/*
 * lock.c - writers on one machine queue up instead of spinning
 *
 * The lock makes waiting cheap; correctness rests on the compare-and-swap of
 * the reference alone. The kernel drops the lock when its holder dies.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* no writer holds a reference's lock file for longer; a killed one for ever */
#define STALE_SECONDS 600

int gitperf_write_lock_open(struct write_lock *lock, gitperf_repo *repo,
			    const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__file(&path, repo, name);

	lock->fd = -1;
	if (err < 0)
		return err;
	lock->fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock->fd < 0 && errno == ENOENT &&
	    (err = gitperf_repo__mkdir(repo, "")) >= 0)
		lock->fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock->fd < 0 && !err)
		err = gitperf_fail_errno("cannot open '%s'", path.ptr);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_write_lock_try(struct write_lock *lock)
{
	if (!flock(lock->fd, LOCK_EX | LOCK_NB))
		return 1;
	if (errno == EWOULDBLOCK || errno == EINTR)
		return 0;
	return gitperf_fail_errno("cannot lock the perf branch");
}

void gitperf_write_lock_close(struct write_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

int gitperf_write_lock_stale(gitperf_repo *repo, const char *ref,
			     const gitperf_events *events)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct stat st;
	long long age;
	int err = 0;

	gitperf_buf_addf(&path, "%s%s.lock", gitperf_repo_directory(repo), ref);
	if ((err = gitperf_buf_check(&path)) < 0)
		goto out;
	if (stat(path.ptr, &st) < 0)
		goto out;
	age = gitperf_time_now() / 1000000000 - (long long)st.st_mtime;
	if (age > STALE_SECONDS && !unlink(path.ptr)) {
		gitperf_fail(GITPERF_EBUSY, "removed the lock '%s', left behind %lld s ago", path.ptr, age);
		if (events && events->warning)
			events->warning(events->payload, gitperf_error_message(), NULL);
		goto out;
	}
	err = gitperf_fail(GITPERF_EBUSY, "'%s' has been locked for %lld s", path.ptr, age);
	gitperf_hint(err, "if no git process is using the repository, remove that file");
out:
	gitperf_buffer_dispose(&path);
	return err;
}
