/*
 * guard.c - interruptions while a command is measured
 *
 * Whoever stops git perf wants the measured command to stop too, but that
 * sits in a process group of its own and does not see the terminal's ^C. So
 * for the length of a measurement the signals that ask to end are caught, the
 * group is killed, and the signal goes on to whoever would have had it.
 * Knows no commands and no clocks.
 */
#include "base/compat.h"
#include "base/error.h"
#include "run/guard.h"

#include <errno.h>
#include <stdatomic.h>

static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

#define NENDS ARRAY_SIZE(ends)

_Static_assert(sizeof(pid_t) <= sizeof(sig_atomic_t),
	       "a process id must be readable in a signal handler");

static atomic_flag taken = ATOMIC_FLAG_INIT;
static struct sigaction previous[NENDS];
static volatile sig_atomic_t current_group, interrupted;

static void on_end(int sig)
{
	int saved = errno;
	size_t i;

	if (current_group > 0)
		kill(-(pid_t)current_group, SIGKILL);
	interrupted = sig;
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
	gitperf_guard__release(guard, 0);
	return 0;
}

void gitperf_guard__hold(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void gitperf_guard__release(const struct guard *guard, pid_t group)
{
	current_group = group;
	pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
}

void gitperf_guard__in_child(void)
{
	struct sigaction action = { 0 };
	sigset_t none;
	size_t i;

	action.sa_handler = SIG_DFL;
	for (i = 0; i < NENDS; i++)
		if (previous[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	/* a parent that ignores it changes what 'yes | head' does */
	sigaction(SIGPIPE, &action, NULL);
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
	gitperf_guard__release(guard, 0);
}
