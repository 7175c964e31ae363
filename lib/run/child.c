/*
 * child.c - run one command once, and see what it took
 *
 * The only place of the room that forks, and it does so twice. The monitor, a
 * fork of this process, starts the command by vfork(), sleeps until it ends
 * and then tells us; meanwhile we read its output and mind the time. So the
 * figures do not depend on us:
 *
 *  - The clock starts in the command's process, right before exec, and what
 *    that process has used up by then is subtracted. exec after fork() would
 *    first take down the copy of our memory, 18 us a megabyte.
 *  - Linux counts the memory of the process image that exec replaces towards
 *    the peak of the new one. With vfork() from here that would be all of
 *    ours, libraries included; of the monitor it is a fraction.
 *  - The clock stops when the monitor wakes up, which reads no output.
 *
 * Knows processes. Knows nothing of iterations, names or what a failure means.
 */
#include "base/compat.h"
#include "base/error.h"
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND INT64_C(1000000)

/* more than a pipe holds: what is read after the end comes from a process
 * that has escaped, and may never stop */
#define DRAIN_MAX (1u << 20)

/*
 * How far above the monitor's memory a peak must be to be the command's own:
 * the kernel sums its counters up lazily.
 */
#define RSS_MARGIN_KB 256

/* From the command's process before exec, and again if that failed */
struct note {
	int64_t start_ns;
	struct rusage before;
	enum child_how failed;
	int code;
};

/* From the monitor, when the command has ended */
struct report {
	struct note note;
	int64_t end_ns;
	struct rusage after;
	int status;
};

struct watch {
	const struct child *child;
	const struct guard *guard;
	pid_t monitor;
	pid_t pid;         /* of the command and its group */
	int null;
	int out[2];
	int report[2];     /* carries the pid, then a report */
	int timed_out;
	int64_t deadline_ns;
};

/* Not gitperf_clock_ns(): measurements are real even when a test has stopped
 * the clock for everything else. */
static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 * MILLISECOND + ts.tv_nsec;
}

/* Into a pipe, and less than PIPE_BUF: all or nothing */
static void tell(int fd, const void *bytes, size_t len)
{
	ssize_t ignored = write(fd, bytes, len);

	(void)ignored;
}

/* In the command's process, which shares memory with the monitor */
static _Noreturn void run_command(const struct watch *w, int notes, pid_t monitor)
{
	int out = w->child->tail ? w->out[1] : w->null;
	struct note note = { 0 };
	pid_t self = getpid();

	setpgid(0, 0);
	gitperf_child__die_with(monitor);
	tell(w->report[1], &self, sizeof(self));
	dup2(w->null, 0);
	dup2(out, 1);
	dup2(out, 2);
	note.failed = CHILD_NO_DIRECTORY;
	if (!w->child->directory || !chdir(w->child->directory)) {
		note.failed = 0;
		gitperf_guard__in_child();
		getrusage(RUSAGE_SELF, &note.before);
		note.start_ns = now_ns();
		tell(notes, &note, sizeof(note));
		execve(w->child->path, (char *const *)(uintptr_t)w->child->argv,
		       (char *const *)(uintptr_t)w->child->env);
		note.failed = CHILD_NOT_STARTED;
	}
	note.code = errno;
	tell(notes, &note, sizeof(note));
	_exit(127);
}

static pid_t spawn_command(const struct watch *w, int notes)
{
	pid_t self = getpid(), pid = vfork();

	if (!pid)
		run_command(w, notes, self);
	return pid;
}

/* In the monitor; all signals are blocked */
static _Noreturn void run_monitor(const struct watch *w, pid_t parent)
{
	struct sigaction action = { 0 };
	struct report report = { 0 };
	siginfo_t info;
	int notes[2];
	pid_t pid;

	gitperf_child__die_with(parent);
	/* ignored, it would leave nobody to wait for: neither us nor the command */
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
	pid = pipe2(notes, O_CLOEXEC) < 0 ? -1 : spawn_command(w, notes[1]);
	if (pid < 0) {
		pid = -errno;
		tell(w->report[1], &pid, sizeof(pid));
		_exit(1);
	}
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	report.end_ns = now_ns();
	/* while the zombie holds its id, nobody else can have the group's */
	kill(-pid, SIGKILL);
	wait4(pid, &report.status, 0, &report.after);
	close(notes[1]);
	while (read(notes[0], &report.note, sizeof(report.note)) > 0)
		; /* the last one counts */
	tell(w->report[1], &report, sizeof(report));
	_exit(0);
}

/* Until the command's group is known, an interruption must wait. */
static int start_held(struct watch *w)
{
	pid_t parent = getpid();

	w->monitor = fork();
	if (!w->monitor)
		run_monitor(w, parent);
	if (w->monitor < 0)
		return gitperf_fail_errno("cannot fork");
	close(w->report[1]);
	w->report[1] = -1;
	if (read(w->report[0], &w->pid, sizeof(w->pid)) != (ssize_t)sizeof(w->pid))
		w->pid = -ECHILD;
	errno = -w->pid;
	return w->pid > 0 ? 0 : gitperf_fail_errno("cannot fork");
}

static int start(struct watch *w)
{
	int err = 0;

	w->deadline_ns = now_ns() + w->child->timeout_ns;
	gitperf_guard__hold();
	if (!gitperf_guard__interrupted())
		err = start_held(w);
	gitperf_guard__release(w->guard, w->pid > 0 ? w->pid : 0);
	return err;
}

static int open_files(struct watch *w)
{
	w->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (w->null < 0)
		return gitperf_fail_errno("cannot open '/dev/null'");
	if (pipe2(w->report, O_CLOEXEC) < 0 ||
	    (w->child->tail && pipe2(w->out, O_CLOEXEC) < 0))
		return gitperf_fail_errno("cannot create a pipe");
	/* our end only: the command's must block */
	if (w->child->tail)
		fcntl(w->out[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Take what is there; returns how much. */
static size_t read_output(struct watch *w)
{
	char chunk[65536];
	ssize_t n = read(w->out[0], chunk, sizeof(chunk));

	if (n > 0)
		gitperf_tail__add(w->child->tail, chunk, (size_t)n);
	else if (!n || (errno != EAGAIN && errno != EINTR))
		shut(&w->out[0]);
	return n > 0 ? (size_t)n : 0;
}

static int time_left(const struct watch *w)
{
	int64_t left = w->deadline_ns - now_ns();

	if (w->timed_out)
		return -1;
	left = left > 0 ? (left + MILLISECOND - 1) / MILLISECOND : 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

static void wait_for_report(struct watch *w)
{
	struct pollfd fds[2] = { { w->report[0], POLLIN, 0 }, { -1, POLLIN, 0 } };
	int n;

	do {
		fds[1].fd = w->out[0];
		n = poll(fds, 2, time_left(w));
		if (n > 0 && fds[1].revents)
			read_output(w);
		if (!w->timed_out && now_ns() >= w->deadline_ns) {
			w->timed_out = 1;
			kill(-w->pid, SIGKILL);
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

static void set_values(int64_t *v, const struct report *r)
{
	const struct rusage *before = &r->note.before, *after = &r->after;

	v[CHILD_WALL] = r->end_ns - r->note.start_ns;
	v[CHILD_USER] = elapsed_ns(&before->ru_utime, &after->ru_utime);
	v[CHILD_SYSTEM] = elapsed_ns(&before->ru_stime, &after->ru_stime);
	v[CHILD_MAX_RSS] = max_rss(before, after);
	v[CHILD_MINOR_FAULTS] = after->ru_minflt - before->ru_minflt;
	v[CHILD_MAJOR_FAULTS] = after->ru_majflt - before->ru_majflt;
	v[CHILD_VOLUNTARY_SWITCHES] = after->ru_nvcsw - before->ru_nvcsw;
	v[CHILD_INVOLUNTARY_SWITCHES] = after->ru_nivcsw - before->ru_nivcsw;
}

static void set_how(struct child_end *out, const struct report *r, int timed_out)
{
	out->how = WIFEXITED(r->status) ? CHILD_EXITED : CHILD_SIGNALLED;
	out->code = WIFEXITED(r->status) ? WEXITSTATUS(r->status) :
		    WTERMSIG(r->status);
	if (gitperf_guard__interrupted()) {
		out->how = CHILD_INTERRUPTED;
		out->code = gitperf_guard__interrupted();
	} else if (r->note.failed) {
		out->how = r->note.failed;
		out->code = r->note.code;
	} else if (timed_out && out->how == CHILD_SIGNALLED) {
		out->how = CHILD_TIMED_OUT;
	}
}

static int finish(struct child_end *out, struct watch *w)
{
	struct report report;
	size_t n, total = 0;
	ssize_t got;

	gitperf_guard__hold();
	got = read(w->report[0], &report, sizeof(report));
	if (got != (ssize_t)sizeof(report))
		kill(-w->pid, SIGKILL);
	waitpid(w->monitor, NULL, 0);
	gitperf_guard__release(w->guard, 0);
	if (got != (ssize_t)sizeof(report))
		return gitperf_fail(GITPERF_EIO, "the process that ran '%s' was killed",
				    w->child->argv[0]);
	while (w->out[0] >= 0 && total < DRAIN_MAX && (n = read_output(w)) > 0)
		total += n;
	set_values(out->value, &report);
	set_how(out, &report, w->timed_out);
	return 0;
}

int gitperf_child__run(struct child_end *out, const struct child *child,
		       const struct guard *guard)
{
	struct watch w = {
		.child = child, .guard = guard, .null = -1,
		.out = { -1, -1 }, .report = { -1, -1 }
	};
	int err;

	if ((err = open_files(&w)) < 0 || (err = start(&w)) < 0)
		goto out;
	out->how = CHILD_INTERRUPTED;
	out->code = gitperf_guard__interrupted();
	if (!w.pid)
		goto out;
	shut(&w.out[1]);
	wait_for_report(&w);
	err = finish(out, &w);
out:
	shut(&w.null);
	shut(&w.out[0]);
	shut(&w.out[1]);
	shut(&w.report[0]);
	shut(&w.report[1]);
	return err;
}
