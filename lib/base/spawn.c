/*
 * spawn.c - fork, exec, and read two pipes until both are closed
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_LIMIT (1u << 20)
#define FEED_CHUNK (64u << 10)
#define FIRST_STEP_NS 50000
#define LAST_STEP_NS 6400000

/* Where there is no list of what is open: more than that nobody has */
#define DESCRIPTORS_MAX 65536

static void unset_all(const char *prefix, size_t len)
{
	size_t i = 0;
	char *name;

	while (environ[i]) {
		name = strncmp(environ[i], prefix, len) ? NULL :
			strndup(environ[i], strcspn(environ[i], "="));
		/* the others move up */
		if (!name || unsetenv(name) < 0)
			i++;
		free(name);
	}
}

static void apply_env(const char *const *set_env)
{
	for (; set_env && *set_env; set_env++) {
		const char *end = *set_env + strcspn(*set_env, "=*");

		if (*end == '=')
			putenv((char *)(uintptr_t)*set_env);
		else if (*end)
			unset_all(*set_env, (size_t)(end - *set_env));
		else
			unsetenv(*set_env);
	}
}

/*
 * Whatever the caller has got from others and does not know of. Only marked, so
 * that exec can still be reported to have failed.
 */
static void close_others_on_exec(void)
{
	DIR *dir = opendir("/dev/fd");
	const struct dirent *entry;
	long fd, most;

	while (dir && (entry = readdir(dir)))
		if ((fd = strtol(entry->d_name, NULL, 10)) > STDERR_FILENO)
			fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	if (dir) {
		closedir(dir);
		return;
	}
	most = sysconf(_SC_OPEN_MAX);
	for (fd = STDERR_FILENO + 1; fd < (most < 0 || most > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : most); fd++)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

static _Noreturn void report_errno(int report)
{
	ssize_t ignored = write(report, &errno, sizeof(errno));

	(void)ignored;
	_exit(127);
}

/* Goes on in a grandchild, which has no parent to be waited for by */
static void leave_parent(int report)
{
	pid_t pid;

	setsid();
	pid = fork();
	if (pid < 0)
		report_errno(report);
	if (pid)
		_exit(0);
}

/* In the child: errno goes back through `report`, which exec closes. */
static void run_child(const struct spawn *spawn, int in, int out, int err,
		      int report)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (spawn->detached)
		leave_parent(report);
	/* a group to kill; without a limit it may also ask on the terminal */
	else if (spawn->own_session)
		setsid();
	else if (spawn->timeout_ms && !spawn->same_group)
		setpgid(0, 0);
	/* out of the way of 0, 1 and 2, where the caller had those closed */
	in = fcntl(in < 0 ? null : in, F_DUPFD_CLOEXEC, 3);
	out = fcntl(out < 0 ? null : out, F_DUPFD_CLOEXEC, 3);
	err = fcntl(err < 0 ? null : err, F_DUPFD_CLOEXEC, 3);
	report = fcntl(report, F_DUPFD_CLOEXEC, 3);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	if (spawn->detached)
		close_others_on_exec();
	apply_env(spawn->set_env);
	if (!spawn->directory || !chdir(spawn->directory))
		execvp(spawn->argv[0], (char *const *)(uintptr_t)spawn->argv);
	report_errno(report);
}

static int start_child(pid_t *pid, const struct spawn *spawn, int in, int out,
		       int err)
{
	int report[2], child_errno = 0;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC) < 0)
		return gitperf_fail_errno("cannot create a pipe");
	*pid = fork();
	if (!*pid)
		run_child(spawn, in, out, err, report[1]);
	close(report[1]);
	if (*pid < 0) {
		close(report[0]);
		return gitperf_fail_errno("cannot fork");
	}
	do {
		n = read(report[0], &child_errno, sizeof(child_errno));
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n == (ssize_t)sizeof(child_errno)) {
		waitpid(*pid, NULL, 0);
		errno = child_errno;
		return gitperf_hint(gitperf_fail_errno("cannot run '%s'", spawn->argv[0]),
				    "install %s, or put its folder into PATH", spawn->argv[0]);
	}
	return 0;
}

/* Take what is there; returns 0 once the other end is closed. */
static int drain(int fd, gitperf_buffer *buf, size_t limit)
{
	char chunk[8192];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (buf && buf->len < limit)
		gitperf_buf_add(buf, chunk, (size_t)n < limit - buf->len ?
				(size_t)n : limit - buf->len);
	return n > 0;
}

/* Milliseconds until a deadline; -1 without one (0) */
static int time_left(int64_t deadline)
{
	int64_t left;

	if (!deadline)
		return -1;
	left = (deadline - gitperf_clock_ns()) / 1000000;
	return left > 0 ? (int)left : 0;
}

static int read_pipes(const struct spawn *spawn, int out, int err,
		      int64_t deadline)
{
	size_t limit = spawn->limit ? spawn->limit : DEFAULT_LIMIT;
	struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	int left;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		left = time_left(deadline);
		if (!left)
			return 0;
		if (poll(fds, 2, left) < 0 && errno != EINTR)
			break;
		if (fds[0].revents && !drain(out, spawn->out, limit))
			fds[0].fd = -1;
		if (fds[1].revents && !drain(err, spawn->err, limit))
			fds[1].fd = -1;
	}
	return 1;
}

static int wait_child(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return gitperf_fail_errno("cannot wait for a child process");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * It may close its output and live on: wait for it until it is time, in steps,
 * small ones first, because nearly always it is about to end.
 */
static int wait_until(pid_t pid, int64_t deadline)
{
	struct timespec step = { 0, FIRST_STEP_NS };
	siginfo_t info;

	while (deadline && time_left(deadline)) {
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid)
			return 1;
		nanosleep(&step, NULL);
		if (step.tv_nsec < LAST_STEP_NS)
			step.tv_nsec *= 2;
	}
	return !deadline;
}

static void close_pair(int fds[2])
{
	if (fds[0] >= 0)
		close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
}

int gitperf_spawn(const struct spawn *spawn)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, rc, in_time;
	int64_t deadline = 0;
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
		rc = gitperf_fail_errno("cannot create a pipe");
		goto out;
	}
	rc = start_child(&pid, spawn, spawn->in ? spawn->in : -1, out[1], err[1]);
	if (rc < 0)
		goto out;
	close(out[1]);
	close(err[1]);
	out[1] = err[1] = -1;
	if (spawn->timeout_ms)
		deadline = gitperf_clock_ns() + spawn->timeout_ms * INT64_C(1000000);
	in_time = read_pipes(spawn, out[0], err[0], deadline) &&
		  wait_until(pid, deadline);
	if (!in_time)
		kill(spawn->same_group ? pid : -pid, SIGKILL);
	rc = wait_child(pid);
	if (!in_time)
		rc = gitperf_fail(GITPERF_EBUSY, "'%s' did not finish within %d s",
				  spawn->argv[0], spawn->timeout_ms / 1000);
out:
	close_pair(out);
	close_pair(err);
	return rc;
}

int gitperf_spawn_detached(const struct spawn *spawn)
{
	struct spawn detached = *spawn;
	pid_t pid;
	int err;

	detached.detached = 1;
	err = start_child(&pid, &detached, -1, -1, -1);
	return err < 0 ? err : wait_child(pid);
}

int gitperf_feed_open(struct feed *feed, const char *const *argv,
		      const char *const *set_env)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .argv = argv, .set_env = set_env };
	int pair[2], err;

	feed->fd = -1;
	feed->may_leave = 0;
	feed->pending = empty;
	feed->err = tmpfile();
	/* a socket, unlike a pipe, can be written to without fear of SIGPIPE */
	if (!feed->err || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		err = gitperf_fail_errno("cannot talk to '%s'", argv[0]);
		if (feed->err)
			fclose(feed->err);
		return err;
	}
	err = start_child(&feed->pid, &spawn, pair[1], -1, fileno(feed->err));
	close(pair[1]);
	feed->fd = pair[0];
	if (err < 0) {
		close(feed->fd);
		fclose(feed->err);
		feed->fd = -1;
	}
	return err;
}

static int send_all(struct feed *feed, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len; bytes += n, len -= (size_t)n) {
		n = send(feed->fd, bytes, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0 && feed->may_leave && (errno == EPIPE || errno == ECONNRESET))
			return 0;
		else if (n < 0)
			return gitperf_fail_errno("cannot write to a child process");
	}
	return 0;
}

int gitperf_feed_write(struct feed *feed, const void *bytes, size_t len)
{
	int err;

	/* many small writes would wake the reader for each */
	gitperf_buf_add(&feed->pending, bytes, len);
	if (feed->pending.len < FEED_CHUNK)
		return gitperf_buf_check(&feed->pending);
	err = gitperf_buf_check(&feed->pending);
	if (!err)
		err = send_all(feed, feed->pending.ptr, feed->pending.len);
	gitperf_buf_truncate(&feed->pending, 0);
	return err;
}

static int fail_feed(struct feed *feed, int status)
{
	char text[512], *words;
	size_t n;

	rewind(feed->err);
	n = fread(text, 1, sizeof(text) - 1, feed->err);
	text[n] = '\0';
	words = text + strspn(text, " \t\r\n");
	words[strcspn(words, "\n")] = '\0';
	return gitperf_fail(GITPERF_EIO, "a child process exited with status %d%s%s", status, *words ? ": " : "", words);
}

int gitperf_feed_close(struct feed *feed)
{
	int err, status;

	if (feed->fd < 0)
		return 0;
	err = send_all(feed, feed->pending.ptr, feed->pending.len);
	close(feed->fd);
	feed->fd = -1;
	status = wait_child(feed->pid);
	if (status > 0)
		err = fail_feed(feed, status);
	else if (status < 0)
		err = status;
	fclose(feed->err);
	gitperf_buffer_dispose(&feed->pending);
	return err;
}
