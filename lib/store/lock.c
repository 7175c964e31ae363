/*
 * lock.c - writers on one machine queue up instead of spinning
 *
 * And what every writer asks before it begins: may it, and how long to wait.
 * The lock makes waiting cheap; correctness rests on the compare-and-swap of
 * the reference alone. The kernel drops the lock when its holder dies.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* no writer holds a reference's lock file for longer; a killed one for ever */
#define STALE_SECONDS 600
#define DEFAULT_TIMEOUT_S 30

/* In a pre-receive hook nothing may be written that outlives a refusal */
int gitperf_store__refuse_quarantine(void)
{
	if (!gitperf_env("GIT_QUARANTINE_PATH"))
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EDENIED, "the repository is in the middle of receiving a push"),
			    "write from a post-receive hook, not from pre-receive or update");
}

int gitperf_store__timeout(int64_t *wait_ns, gitperf_repo *repo, int64_t timeout_ms)
{
	int64_t seconds = DEFAULT_TIMEOUT_S;
	int err = timeout_ms ? 0 : gitperf_repo__config_seconds(&seconds, repo, "perf.lockTimeout", 0);

	*wait_ns = timeout_ms ? timeout_ms * 1000000 : seconds * 1000000000;
	return err;
}

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

int gitperf_write_lock_wait(struct write_lock *lock)
{
	while (flock(lock->fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return gitperf_fail_errno("cannot wait for another git perf");
	return 0;
}

void gitperf_write_lock_close(struct write_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

int gitperf_write_lock_look(gitperf_buffer *path, int64_t *age_s, gitperf_repo *repo,
			    const char *ref)
{
	struct stat st;
	int err;

	gitperf_buf_addf(path, "%s%s.lock", gitperf_repo_directory(repo), ref);
	if ((err = gitperf_buf_check(path)) < 0)
		return err;
	if (stat(path->ptr, &st) < 0)
		return 0;
	*age_s = gitperf_time_now() / 1000000000 - (int64_t)st.st_mtime;
	return *age_s > STALE_SECONDS ? 2 : 1;
}

int gitperf_write_lock_stale(gitperf_repo *repo, const char *ref,
			     const gitperf_events *events)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int64_t age;
	int err = gitperf_write_lock_look(&path, &age, repo, ref);

	if (err <= 0)
		goto out;
	if (err > 1 && !unlink(path.ptr)) {
		gitperf_fail(GITPERF_EBUSY, "removed the lock '%s', left behind %lld s ago", path.ptr, (long long)age);
		if (events && events->warning)
			events->warning(events->payload, gitperf_error_message(), NULL);
		err = 0;
		goto out;
	}
	err = gitperf_fail(GITPERF_EBUSY, "'%s' has been locked for %lld s", path.ptr, (long long)age);
	gitperf_hint(err, "if no git process is using the repository, remove that file");
out:
	gitperf_buffer_dispose(&path);
	return err;
}
