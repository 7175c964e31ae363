/*
 * child.c - run commands one at a time, and see what each took
 *
 * We ask the monitor (child_monitor.c), a fork of this process, to run one;
 * then we read its output and mind the time, and have no part in what is
 * measured. So that we do not disturb it, either, nothing wakes us up but its
 * end, its output, and that seldom.
 *
 * Knows processes. Knows nothing of iterations, names or what a failure means.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "run/child_monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MILLISECOND INT64_C(1000000)

/* more than a pipe holds: what is read after the end comes from a process
 * that has escaped, and may never stop */
#define DRAIN_MAX (1u << 20)

/*
 * A command that prints line by line would wake us for each of them. When that
 * was not much, we look away for a moment, which is too short for a pipe to
 * become full, unless the command has just begun to print in earnest.
 */
#define NAP_MS 1
#define NAP_BELOW 4096

/*
 * How far above the monitor's memory a peak must be to be the command's own:
 * the kernel sums its counters up lazily.
 */
#define RSS_MARGIN_KB 256

struct monitor {
	struct desk desk;
	const struct guard *guard;
	pid_t pid;
	int socket;
};

/* One end of a pipe from a command, and where its bytes go */
struct stream {
	int fd;                    /* -1: closed */
	gitperf_buffer *whole;     /* NULL: into the tail */
};

struct watch {
	struct monitor *monitor;
	struct child_output *output;
	struct stream streams[2];
	int theirs[2];             /* the other ends */
	int n;
	int timed_out;
	int64_t deadline_ns;
};

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int open_stream(struct watch *w, gitperf_buffer *whole)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return gitperf_fail_errno("cannot create a pipe");
	/* our end only: the command's must block */
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	w->streams[w->n].fd = fds[0];
	w->streams[w->n].whole = whole;
	w->theirs[w->n++] = fds[1];
	return 0;
}

/* One pipe for both keeps their order. */
static int open_streams(struct watch *w)
{
	const struct child_output *output = w->output;
	int err = 0;

	if (output->whole)
		err = open_stream(w, output->whole);
	if (!err && (output->whole || output->tail))
		err = open_stream(w, NULL);
	return err;
}

/* A monitor that has died is found out when its answer does not come. */
static void send_request(struct watch *w, size_t which)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	struct request request = { which, w->n };
	struct iovec body = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &body, .msg_iovlen = 1 };
	size_t size = (size_t)w->n * sizeof(int);
	ssize_t sent;

	if (w->n) {
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(size);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(&control.header), w->theirs, size);
	}
	do
		sent = sendmsg(w->monitor->socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	shut(&w->theirs[0]);
	shut(&w->theirs[1]);
}

static void keep_end(struct child_output *output, const char *bytes, size_t len)
{
	if (output->tail)
		gitperf_tail__add(output->tail, bytes, len);
}

static void keep_output(struct child_output *output, gitperf_buffer *whole,
			const char *bytes, size_t len)
{
	size_t room;

	if (!whole) {
		keep_end(output, bytes, len);
		return;
	}
	room = output->limit - whole->len;
	if (len > room && !output->cut) {
		output->cut = 1;
		keep_end(output, whole->ptr, whole->len);
	}
	if (output->cut)
		keep_end(output, bytes, len);
	gitperf_buf_add(whole, bytes, len < room ? len : room);
}

/* Take what is there; returns how much. */
static size_t read_streams(struct watch *w)
{
	char chunk[65536];
	size_t total = 0;
	ssize_t n;
	int i;

	for (i = 0; i < w->n; i++) {
		if (w->streams[i].fd < 0)
			continue;
		n = read(w->streams[i].fd, chunk, sizeof(chunk));
		if (n > 0) {
			keep_output(w->output, w->streams[i].whole, chunk, (size_t)n);
			total += (size_t)n;
		} else if (!n || (errno != EAGAIN && errno != EINTR)) {
			shut(&w->streams[i].fd);
		}
	}
	return total;
}

/* For poll(): until the command has to be killed */
static int time_left(const struct watch *w)
{
	int64_t left = w->deadline_ns - gitperf_clock_read_ns(CLOCK_MONOTONIC);

	if (w->timed_out)
		return -1;
	left = left > 0 ? (left + MILLISECOND - 1) / MILLISECOND : 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

static void wait_for_answer(struct watch *w)
{
	struct pollfd fds[3] = { { w->monitor->socket, POLLIN, 0 },
				 { -1, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int n, left, nap = 0;
	size_t got;

	do {
		left = time_left(w);
		fds[1].fd = nap ? -1 : w->streams[0].fd;
		fds[2].fd = nap ? -1 : w->streams[1].fd;
		n = poll(fds, 3, nap && left ? NAP_MS : left);
		got = n > 0 && (fds[1].revents || fds[2].revents) ? read_streams(w) : 0;
		nap = got && got < NAP_BELOW;
		if (!w->timed_out && gitperf_clock_read_ns(CLOCK_MONOTONIC) >= w->deadline_ns) {
			w->timed_out = 1;
			gitperf_group__kill(&w->monitor->desk.board->group);
		}
	} while (n <= 0 || !fds[0].revents);
}

static int64_t elapsed_ns(const struct timeval *from, const struct timeval *to)
{
	int64_t ns = (to->tv_sec - from->tv_sec) * 1000 * MILLISECOND +
		     (to->tv_usec - from->tv_usec) * 1000;

	/* the kernel shares out ticks to user and system time as it goes */
	return ns > 0 ? ns : 0;
}

static int64_t max_rss(const struct rusage *before, const struct rusage *after)
{
#ifdef __APPLE__
	(void)before;
	return after->ru_maxrss;
#else
	if (after->ru_maxrss <= before->ru_maxrss + RSS_MARGIN_KB)
		return -1;
	return (int64_t)after->ru_maxrss * 1024;
#endif
}

static void set_values(int64_t *v, const struct board *board)
{
	const struct rusage *before = &board->before, *after = &board->after;

	v[CHILD_WALL] = board->end_ns - board->start_ns;
	v[CHILD_USER] = elapsed_ns(&before->ru_utime, &after->ru_utime);
	v[CHILD_SYSTEM] = elapsed_ns(&before->ru_stime, &after->ru_stime);
	v[CHILD_MAX_RSS] = max_rss(before, after);
	v[CHILD_MINOR_FAULTS] = after->ru_minflt - before->ru_minflt;
	v[CHILD_MAJOR_FAULTS] = after->ru_majflt - before->ru_majflt;
	v[CHILD_VOLUNTARY_SWITCHES] = after->ru_nvcsw - before->ru_nvcsw;
	v[CHILD_INVOLUNTARY_SWITCHES] = after->ru_nivcsw - before->ru_nivcsw;
	memcpy(v + CHILD_COUNTED, board->counted, sizeof(board->counted));
}

/* What ended by itself a moment before it was killed was in time. */
static void set_how(struct child_end *out, const struct board *board,
		    int timed_out, int64_t deadline_ns)
{
	int status = board->status;

	out->how = WIFEXITED(status) ? CHILD_EXITED : CHILD_SIGNALLED;
	out->code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	if (gitperf_guard__interrupted()) {
		out->how = CHILD_INTERRUPTED;
		out->code = gitperf_guard__interrupted();
	} else if (timed_out && (out->how == CHILD_SIGNALLED ||
				 board->end_ns >= deadline_ns)) {
		out->how = CHILD_TIMED_OUT;
	} else if (board->failed) {
		out->how = board->failed;
		out->code = board->code;
	}
}

static int finish(struct child_end *out, struct watch *w, const char *name)
{
	struct monitor *monitor = w->monitor;
	struct board *board = monitor->desk.board;
	size_t n, total = 0;
	char byte;

	if (recv(monitor->socket, &byte, 1, 0) != 1) {
		gitperf_group__kill(&board->group);
		return gitperf_hint(gitperf_fail(GITPERF_EIO, "the process that ran '%s' was killed", name),
				    "by that command itself, or by the system for want of memory; nothing was recorded");
	}
	if (w->timed_out)
		atomic_store(&board->group.stop, 0);
	if (board->failed == CHILD_NO_PROCESS) {
		errno = board->code;
		return gitperf_fail_errno("cannot start '%.200s'", name);
	}
	if (board->setting)
		return gitperf_settings__refused(monitor->desk.settings, board->setting);
	while (total < DRAIN_MAX && (n = read_streams(w)) > 0)
		total += n;
	set_values(out->value, board);
	set_how(out, board, w->timed_out, w->deadline_ns);
	return 0;
}

int gitperf_child__run(struct child_end *out, struct monitor *monitor,
		       size_t which, int64_t timeout_ns,
		       struct child_output *output)
{
	const struct desk *desk = &monitor->desk;
	struct watch w = {
		.monitor = monitor, .output = output,
		.streams = { { -1, NULL }, { -1, NULL } }, .theirs = { -1, -1 },
		.deadline_ns = gitperf_clock_read_ns(CLOCK_MONOTONIC) + timeout_ns
	};
	int err;

	out->how = CHILD_INTERRUPTED;
	out->code = gitperf_guard__interrupted();
	if (out->code)
		return 0;
	if ((err = open_streams(&w)) < 0)
		goto out;
	send_request(&w, which);
	wait_for_answer(&w);
	if (which >= desk->n)
		which = 0;
	err = finish(out, &w, desk->n ? desk->children[which].argv[0] : "");
out:
	shut(&w.streams[0].fd);
	shut(&w.streams[1].fd);
	shut(&w.theirs[0]);
	shut(&w.theirs[1]);
	return err;
}

int64_t gitperf_monitor__own_ns(const struct monitor *monitor)
{
	return monitor->desk.board->own_ns;
}

static int fork_monitor(struct monitor *monitor)
{
	monitor->desk.parent = getpid();
	gitperf_guard__hold();
	monitor->pid = fork();
	if (!monitor->pid) {
		close(monitor->socket);
		gitperf_monitor__serve(&monitor->desk);
	}
	if (monitor->pid > 0)
		atomic_store(&monitor->desk.board->group.monitor, (int)monitor->pid);
	gitperf_guard__watch(&monitor->desk.board->group);
	gitperf_guard__release(monitor->guard);
	shut(&monitor->desk.socket);
	return monitor->pid > 0 ? 0 : gitperf_fail_errno("cannot fork");
}

static int open_board(struct monitor *monitor)
{
	struct desk *desk = &monitor->desk;
	int fds[2], null;

	desk->board = mmap(NULL, sizeof(*desk->board), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (desk->board == MAP_FAILED) {
		desk->board = NULL;
		return gitperf_fail_errno("cannot share memory");
	}
	desk->board->processor = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return gitperf_fail_errno("cannot create a socket");
	monitor->socket = fds[0];
	desk->socket = fds[1];
	/* out of the way of 0, 1 and 2 */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	desk->null = null < 0 ? -1 : fcntl(null, F_DUPFD_CLOEXEC, 3);
	shut(&null);
	return desk->null < 0 ? gitperf_fail_errno("cannot open '/dev/null'") : 0;
}

/* Before anything is measured: does the system let us have these settings? */
static int try_settings(struct monitor *monitor)
{
	struct child_output output = { 0 };
	struct child_end end;

	return !monitor->desk.settings->any ? 0 :
	       gitperf_child__run(&end, monitor, monitor->desk.n,
				  INT64_MAX / 2, &output);
}

int gitperf_monitor__start(struct monitor **out, const struct child *children,
			   size_t n, const struct settings *settings,
			   const struct guard *guard)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));
	int err;

	*out = NULL;
	if (!monitor)
		return gitperf_fail_oom();
	monitor->guard = guard;
	monitor->socket = monitor->desk.socket = monitor->desk.null = -1;
	monitor->desk.children = children;
	monitor->desk.n = n;
	monitor->desk.settings = settings;
	if ((err = open_board(monitor)) < 0 || (err = fork_monitor(monitor)) < 0 ||
	    (err = try_settings(monitor)) < 0)
		gitperf_monitor__stop(monitor);
	else
		*out = monitor;
	return err;
}

void gitperf_monitor__stop(struct monitor *monitor)
{
	if (!monitor)
		return;
	gitperf_guard__watch(NULL);
	/* the end of its socket is the end of it */
	shut(&monitor->socket);
	shut(&monitor->desk.socket);
	shut(&monitor->desk.null);
	if (monitor->pid > 0)
		kill(monitor->pid, SIGCONT);
	if (monitor->pid > 0)
		while (waitpid(monitor->pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (monitor->desk.board)
		munmap(monitor->desk.board, sizeof(*monitor->desk.board));
	free(monitor);
}
