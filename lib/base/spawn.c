/*
 * spawn.c - fork, exec, and read two pipes until both are closed
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_LIMIT (1u << 20)

static void apply_env(const char *const *set_env)
{
	for (; set_env && *set_env; set_env++) {
		const char *eq = strchr(*set_env, '=');

		if (eq)
			putenv((char *)(uintptr_t)*set_env);
		else
			unsetenv(*set_env);
	}
}

/* In the child: errno goes back through `report`, which exec closes. */
static void run_child(const struct spawn *spawn, int out, int err, int report)
{
	int null = open("/dev/null", O_RDWR);
	ssize_t ignored;

	setpgid(0, 0);
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	apply_env(spawn->set_env);
	if (!spawn->directory || !chdir(spawn->directory))
		execvp(spawn->argv[0], (char *const *)(uintptr_t)spawn->argv);
	ignored = write(report, &errno, sizeof(errno));
	(void)ignored;
	_exit(127);
}

static int start_child(pid_t *pid, const struct spawn *spawn, int out[2],
		       int err[2])
{
	int report[2], child_errno = 0;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC) < 0)
		return gitperf_fail_errno("cannot create a pipe");
	*pid = fork();
	if (!*pid)
		run_child(spawn, out[1], err[1], report[1]);
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
		return gitperf_fail_errno("cannot run '%s'", spawn->argv[0]);
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

static int read_pipes(const struct spawn *spawn, int out, int err)
{
	size_t limit = spawn->limit ? spawn->limit : DEFAULT_LIMIT;
	struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	int64_t deadline = gitperf_clock_ns() + spawn->timeout_ms * INT64_C(1000000);
	int left = -1;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (spawn->timeout_ms) {
			left = (int)((deadline - gitperf_clock_ns()) / 1000000);
			if (left <= 0)
				return 0;
		}
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
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
		rc = gitperf_fail_errno("cannot create a pipe");
		goto out;
	}
	rc = start_child(&pid, spawn, out, err);
	if (rc < 0)
		goto out;
	close(out[1]);
	close(err[1]);
	out[1] = err[1] = -1;
	in_time = read_pipes(spawn, out[0], err[0]);
	if (!in_time)
		kill(-pid, SIGKILL);
	rc = wait_child(pid);
	if (!in_time)
		rc = gitperf_fail(GITPERF_EBUSY, "'%s' did not finish within %d s",
				  spawn->argv[0], spawn->timeout_ms / 1000);
out:
	close_pair(out);
	close_pair(err);
	return rc;
}
