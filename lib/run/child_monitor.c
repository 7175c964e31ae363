/*
 * child_monitor.c - the process that starts commands and waits for them
 *
 * It is forked once, while there is little memory to copy, and lives as long
 * as the measurement. Each command is a vfork() of it, so that:
 *
 *  - The clock starts in the command's process, right before exec, and what
 *    that process has used up by then is subtracted. exec after fork() would
 *    first take down a copy of somebody's memory, 13 us a megabyte.
 *  - Linux counts the memory of the process image that exec replaces towards
 *    the peak of the new one. That is this process's, which is kept small.
 *  - The clock stops when this process wakes up, and there is nothing else
 *    that could wake it: it reads no output and minds no time limit.
 *
 * Knows processes, and only what the board and the request say of commands.
 */
#include "base/compat.h"
#include "base/clock.h"
#include "run/child_monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* They are given out from below, so a process has few above; looking at one
 * costs a tenth of a microsecond. */
#define DESCRIPTORS_MOST 4096

struct monitor_state {
	const struct desk *desk;
	struct counters counters;
	int64_t before_exec_ns;    /* what commands' processes have used of our time */
};

/* In the command's process, which may share memory with the monitor */
static enum child_how prepare(const struct desk *desk, const struct child *child,
			      const int out[2])
{
	struct board *board = desk->board;

	dup2(desk->null, 0);
	dup2(out[0], 1);
	dup2(out[1], 2);
	board->setting = gitperf_settings__apply(desk->settings);
	if (board->setting)
		return CHILD_NOT_STARTED;
	if (child->directory && chdir(child->directory) < 0)
		return CHILD_NO_DIRECTORY;
	return gitperf_child__begin_on(&board->processor) < 0 ? CHILD_NOT_STARTED :
	       CHILD_EXITED;
}

static _Noreturn void run_command(const struct desk *desk, const struct child *child,
				  const int out[2], pid_t monitor)
{
	struct board *board = desk->board;

	gitperf_child__die_with(monitor);
	if (!gitperf_group__enter(&board->group))
		raise(SIGKILL);
	board->failed = prepare(desk, child, out);
	if (!board->failed && child->path) {
		gitperf_guard__in_command();
		getrusage(RUSAGE_SELF, &board->before);
		board->start_ns = gitperf_clock_read_ns(CLOCK_MONOTONIC);
		execve(child->path, (char *const *)(uintptr_t)child->argv,
		       (char *const *)(uintptr_t)child->env);
		board->failed = CHILD_NOT_STARTED;
	}
	board->code = errno;
	_exit(127);
}

static pid_t spawn(const struct desk *desk, const struct child *child,
		   const int out[2])
{
	pid_t monitor = getpid(), pid = vfork();

	if (!pid)
		run_command(desk, child, out, monitor);
	return pid;
}

static int64_t used_ns(const struct rusage *usage)
{
	return (int64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

static void refuse(const struct desk *desk, int problem)
{
	desk->board->failed = CHILD_NO_PROCESS;
	desk->board->code = problem;
}

static void serve_one(struct monitor_state *m, const struct request *request,
		      const int out[2])
{
	static const struct rusage nothing;
	static const struct child nobody;
	const struct desk *desk = m->desk;
	struct board *board = desk->board;
	siginfo_t info;
	pid_t pid;

	/* for a command that is killed before it has said so itself */
	board->failed = CHILD_EXITED;
	board->setting = board->code = 0;
	board->before = nothing;
	board->start_ns = gitperf_clock_read_ns(CLOCK_MONOTONIC);
	pid = spawn(desk, request->which < desk->n ? &desk->children[request->which] :
		    &nobody, out);
	if (pid < 0) {
		refuse(desk, errno);
		return;
	}
	/* an interruption is not the command's end, and what follows would be */
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	board->end_ns = gitperf_clock_read_ns(CLOCK_MONOTONIC);
	/* while the zombie holds its id, nobody else can have the group's */
	kill(-pid, SIGKILL);
	gitperf_group__leave(&board->group);
	wait4(pid, &board->status, 0, &board->after);
	gitperf_counters__lap(board->counted, &m->counters);
	m->before_exec_ns += used_ns(&board->before);
	board->own_ns = gitperf_clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) + m->before_exec_ns;
}

/*
 * Take a request and the descriptors that come with it, of which some are lost
 * where there may be no more; 0: there is no more
 */
static int receive(const struct desk *desk, struct request *request, int fds[2],
		   int *nfds)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec body = { request, sizeof(*request) };
	struct msghdr message = { 0 };
	struct cmsghdr *header;
	ssize_t got;

	message.msg_iov = &body;
	message.msg_iovlen = 1;
	message.msg_control = control.bytes;
	message.msg_controllen = sizeof(control.bytes);
	do
		got = recvmsg(desk->socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(*request))
		return 0;
	header = CMSG_FIRSTHDR(&message);
	*nfds = header ? (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int)) : 0;
	if (header)
		memcpy(fds, CMSG_DATA(header), (size_t)*nfds * sizeof(int));
	return 1;
}

/* Standard output, then standard error */
static void choose_outputs(int out[2], const struct desk *desk,
			   const struct request *request, const int fds[2])
{
	out[0] = request->streams ? fds[0] : desk->null;
	out[1] = request->streams > 1 ? fds[1] : out[0];
}

/*
 * What exec would close, and this process never comes to: a lock of the parent
 * lasts as long as any copy of its descriptor, and where the system lets us
 * outlive the parent, its lock must not.
 */
static void close_inherited(const struct desk *desk)
{
	int fd, flags;

	for (fd = 0; fd < DESCRIPTORS_MOST; fd++) {
		flags = fd == desk->socket || fd == desk->null ? 0 : fcntl(fd, F_GETFD);
		if (flags > 0 && flags & FD_CLOEXEC)
			close(fd);
	}
}

_Noreturn void gitperf_monitor__serve(const struct desk *desk)
{
	struct monitor_state m = { .desk = desk };
	struct request request;
	int fds[2], out[2], fd, nfds, i;

	gitperf_child__die_with(desk->parent);
	gitperf_guard__in_monitor();
	close_inherited(desk);
	/* no descriptor that comes may be 0, 1 or 2, which a command's are */
	while ((fd = fcntl(desk->null, F_DUPFD_CLOEXEC, 0)) >= 0 && fd < 3)
		;
	close(fd);
	gitperf_counters__open(&m.counters);
	while (receive(desk, &request, fds, &nfds)) {
		if (nfds < request.streams) {
			refuse(desk, EMFILE);
		} else {
			choose_outputs(out, desk, &request, fds);
			serve_one(&m, &request, out);
		}
		/* first, or the end of the pipe would wake the reader, too */
		send(desk->socket, "", 1, MSG_NOSIGNAL);
		for (i = 0; i < nfds; i++)
			close(fds[i]);
	}
	_exit(0);
}
