/*
 * lock.c - one measurement at a time on this host
 *
 * The kernel drops an flock(2) when its holder dies, so that there is nothing
 * to tidy up. A process that the holder has forked holds it, too, until it
 * execs; the monitor, which never does, closes it itself (child_monitor.c). The
 * process id in the file is only for those who wait. A file for
 * all users lies where everybody may put anything, so it is believed only to
 * be what is opened: no link is followed, nothing but a regular file is taken,
 * and nobody writes through it what he could not write himself.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gitperf/machine.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "git-perf.lock"
#define MILLISECOND INT64_C(1000000)
#define FIRST_PAUSE (2 * MILLISECOND)
#define LONGEST_PAUSE (500 * MILLISECOND)

/* no wait is longer than a year: what is added to a clock must not overflow */
#define WAIT_MOST_MS (INT64_C(365) * 24 * 3600 * 1000)

struct gitperf_host_lock {
	gitperf_buffer path;
	int fd;
	int for_all;               /* all users; else the path was given */
	int held;
};

static int set_path(gitperf_host_lock *lock, const char *path)
{
	const char *tmp = gitperf_env("TMPDIR");

	lock->for_all = !path;
	if (path)
		gitperf_buf_adds(&lock->path, path);
	else
		gitperf_buf_addf(&lock->path, "%s/%s", tmp && *tmp ? tmp : "/tmp",
				 LOCK_NAME);
	return gitperf_buf_check(&lock->path);
}

/*
 * O_NONBLOCK is for a pipe of that name. Where everybody may create files,
 * Linux refuses O_CREAT for one of somebody else (fs.protected_regular), so
 * that is tried last; and who may not write may still lock.
 */
static int open_file(gitperf_host_lock *lock)
{
	const int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	const char *path = lock->path.ptr;

	lock->fd = open(path, O_RDWR | flags);
	if (lock->fd < 0 && (errno == EACCES || errno == EROFS))
		lock->fd = open(path, O_RDONLY | flags);
	if (lock->fd < 0 && errno == ENOENT) {
		lock->fd = open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0666);
		/* the umask of whoever comes first is not for the others */
		if (lock->fd >= 0 && lock->for_all)
			fchmod(lock->fd, 0666);
		/* or somebody else was faster */
		else if (lock->fd < 0 && errno == EEXIST)
			lock->fd = open(path, O_RDWR | flags);
	}
	return lock->fd < 0 ? -1 : 0;
}

static int open_lock(gitperf_host_lock *lock)
{
	struct stat st;
	int err;

	if (open_file(lock) < 0) {
		if (errno != ELOOP)
			return gitperf_fail_errno("cannot open the lock '%s'",
						  lock->path.ptr);
		err = gitperf_fail(GITPERF_EINVALID, "the lock '%s' is a symbolic link",
				   lock->path.ptr);
		return gitperf_hint(err, "remove it, or name another file");
	}
	if (fstat(lock->fd, &st) < 0)
		return gitperf_fail_errno("cannot look at the lock '%s'", lock->path.ptr);
	if (S_ISREG(st.st_mode))
		return 0;
	err = gitperf_fail(GITPERF_EINVALID, "the lock '%s' is not a regular file",
			   lock->path.ptr);
	return gitperf_hint(err, "remove it, or name another file");
}

/* Whether the file still has its name: what tidies up temporary files may
 * have removed it, and then others lock another one. */
static int is_current(const gitperf_host_lock *lock)
{
	struct stat ours, named;

	return !fstat(lock->fd, &ours) && !lstat(lock->path.ptr, &named) &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* Returns 1 when it is ours. */
static int try_lock(gitperf_host_lock *lock)
{
	int err;

	for (;;) {
		if (lock->fd < 0 && (err = open_lock(lock)) < 0)
			return err;
		if (flock(lock->fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno == EWOULDBLOCK || errno == EINTR)
				return 0;
			return gitperf_fail_errno("cannot lock '%s'", lock->path.ptr);
		}
		if (is_current(lock))
			return 1;
		close(lock->fd);
		lock->fd = -1;
	}
}

/* Who says in the file that he holds it, if he is alive; else 0 */
static pid_t find_holder(const gitperf_host_lock *lock)
{
	char text[32], *end;
	ssize_t n = pread(lock->fd, text, sizeof(text) - 1, 0);
	long pid;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	pid = strtol(text, &end, 10);
	if (pid <= 0 || pid > INT_MAX || strcmp(end, "\n") ||
	    (kill((pid_t)pid, 0) < 0 && errno == ESRCH))
		return 0;
	return (pid_t)pid;
}

static void add_holder(gitperf_buffer *out, const gitperf_host_lock *lock)
{
	pid_t pid = find_holder(lock);

	if (pid)
		gitperf_buf_addf(out, "process %ld", (long)pid);
	else
		gitperf_buf_adds(out, "another process");
}

static void tell(const gitperf_host_lock *lock, const gitperf_events *events)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	if (!events || !events->warning)
		return;
	gitperf_buf_adds(&text, "waiting for the measurement of ");
	add_holder(&text, lock);
	if (!text.failed)
		events->warning(events->payload, text.ptr, NULL);
	gitperf_buffer_dispose(&text);
}

static int give_up(const gitperf_host_lock *lock)
{
	gitperf_buffer holder = GITPERF_BUFFER_INIT;
	int err;

	add_holder(&holder, lock);
	err = gitperf_fail(GITPERF_EBUSY, "%s is measuring on this host", holder.ptr);
	gitperf_buffer_dispose(&holder);
	return gitperf_hint(err, "wait until it is done, or see with 'fuser -v %s' what it does",
			    lock->path.ptr);
}

static int wait_for_lock(gitperf_host_lock *lock, int64_t wait_ms,
			 const gitperf_events *events)
{
	struct backoff backoff;
	int got, told = 0;

	if (wait_ms < 0 || wait_ms > WAIT_MOST_MS)
		return gitperf_fail(GITPERF_EINVALID, "a time to wait is not between 0 and a year");
	gitperf_backoff_init(&backoff, gitperf_clock_ns() + wait_ms * MILLISECOND,
			     FIRST_PAUSE, LONGEST_PAUSE);
	while ((got = try_lock(lock)) == 0) {
		if (!told++ && wait_ms)
			tell(lock, events);
		if (!gitperf_backoff_wait(&backoff))
			return give_up(lock);
	}
	return got < 0 ? got : 0;
}

/* A file that only others may write is locked all the same. */
static void write_holder(const gitperf_host_lock *lock)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	ssize_t ignored;

	if (ftruncate(lock->fd, 0) < 0)
		return;
	ignored = pwrite(lock->fd, text, (size_t)len, 0);
	(void)ignored;
}

int gitperf_host_lock_take(gitperf_host_lock **out, const char *path,
			   int64_t wait_ms, const gitperf_events *events)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_host_lock *lock = calloc(1, sizeof(*lock));
	int err;

	*out = NULL;
	if (!lock)
		return gitperf_fail_oom();
	lock->path = empty;
	lock->fd = -1;
	if ((err = set_path(lock, path)) < 0 ||
	    (err = wait_for_lock(lock, wait_ms, events)) < 0) {
		gitperf_host_lock_release(lock);
		return err;
	}
	lock->held = 1;
	write_holder(lock);
	*out = lock;
	return 0;
}

/* The file stays: removing it would let two hold "the" lock. */
void gitperf_host_lock_release(gitperf_host_lock *lock)
{
	int ignored;

	if (!lock)
		return;
	if (lock->held) {
		ignored = ftruncate(lock->fd, 0);
		(void)ignored;
		/* a process that we forked may still have it open */
		flock(lock->fd, LOCK_UN);
	}
	if (lock->fd >= 0)
		close(lock->fd);
	gitperf_buffer_dispose(&lock->path);
	free(lock);
}
