/*
 * guard.c - interruptions while a command is measured
 *
 * Whoever stops git perf wants the measured command to stop too, but that
 * sits in a process group of its own and does not see the terminal's ^C. So
 * for the length of a measurement the signals that ask to end are caught, the
 * group is killed, and the signal goes on to whoever would have had it.
 * Knows no commands.
 */
#include "base/compat.h"
#include "base/error.h"
#include "run/guard.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

#define NENDS ARRAY_SIZE(ends)

_Static_assert(sizeof(pid_t) <= sizeof(int) && ATOMIC_INT_LOCK_FREE == 2 &&
	       ATOMIC_POINTER_LOCK_FREE == 2,
	       "a signal handler must be able to read a process id");

static atomic_flag taken = ATOMIC_FLAG_INIT;
static struct sigaction previous[NENDS];
static struct group *_Atomic current;
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t last_signal;
static volatile int64_t last_ns;

/* how soon a signal must come again to be the same one */
#define ECHO_NS 100000000

/*
 * Whoever kills sets `stop` before it reads the id, whoever enters writes the
 * id before it reads `stop`: one of the two sees the other.
 */
void gitperf_group__kill(struct group *group)
{
	pid_t id;

	atomic_store(&group->stop, 1);
	id = (pid_t)atomic_load(&group->id);
	if (id > 0)
		kill(-id, SIGKILL);
	id = (pid_t)atomic_load(&group->monitor);
	if (id > 0)
		kill(id, SIGCONT);
}

int gitperf_group__enter(struct group *group)
{
	setpgid(0, 0);
	atomic_store(&group->id, (int)getpid());
	return !atomic_load(&group->stop);
}

void gitperf_group__leave(struct group *group)
{
	atomic_store(&group->id, 0);
}

/*
 * A signal to a terminal's whole group comes twice where a parent passes it on
 * as well. What tidies up after the first must not be hit by the second.
 */
static int is_echo(int sig)
{
	struct timespec now;
	int64_t ns, before = last_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	last_ns = ns;
	if (sig == last_signal && ns - before < ECHO_NS)
		return 1;
	last_signal = sig;
	return 0;
}

static void on_end(int sig)
{
	struct group *group = atomic_load(&current);
	int saved = errno;
	size_t i;

	if (is_echo(sig))
		return;
	/* first, or what we kill would look as if it had failed */
	interrupted = sig;
	if (group)
		gitperf_group__kill(group);
	for (i = 0; i < NENDS; i++)
		if (ends[i] == sig)
			sigaction(sig, &previous[i], NULL);
	/* blocked until this handler returns; most often the end of us */
	raise(sig);
	errno = saved;
}

/* What is ignored stays so: nohup(1) means it for the command as well. */
static void install(size_t i)
{
	struct sigaction action = { 0 };

	sigaction(ends[i], NULL, &previous[i]);
	if (previous[i].sa_handler == SIG_IGN)
		return;
	action.sa_handler = on_end;
	action.sa_flags = SA_RESTART;
	sigfillset(&action.sa_mask);
	sigaction(ends[i], &action, NULL);
}

int gitperf_guard__begin(struct guard *guard)
{
	size_t i;

	if (atomic_flag_test_and_set(&taken))
		return gitperf_fail(GITPERF_EBUSY, "this process is measuring something else");
	interrupted = 0;
	pthread_sigmask(SIG_SETMASK, NULL, &guard->mask);
	gitperf_guard__hold();
	for (i = 0; i < NENDS; i++)
		install(i);
	gitperf_guard__release(guard);
	return 0;
}

void gitperf_guard__hold(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void gitperf_guard__release(const struct guard *guard)
{
	pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
}

void gitperf_guard__watch(struct group *group)
{
	atomic_store(&current, group);
}

void gitperf_guard__in_monitor(void)
{
	struct sigaction action = { 0 };
	size_t i;

	action.sa_handler = SIG_DFL;
	for (i = 0; i < NENDS; i++)
		if (previous[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	/* a parent that ignores it changes what 'yes | head' does */
	sigaction(SIGPIPE, &action, NULL);
	/* ignored, it would leave nobody to wait for */
	sigaction(SIGCHLD, &action, NULL);
}

void gitperf_guard__in_command(void)
{
	sigset_t none;

	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
}

int gitperf_guard__interrupted(void)
{
	return interrupted;
}

void gitperf_guard__end(struct guard *guard)
{
	size_t i;

	gitperf_guard__hold();
	for (i = 0; i < NENDS; i++)
		sigaction(ends[i], &previous[i], NULL);
	atomic_flag_clear(&taken);
	gitperf_guard__release(guard);
}
