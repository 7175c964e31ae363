/*
 * failure.c - why a command's iteration was no success, in words
 *
 * The words are stored in records and read elsewhere, so signals have names
 * of our own: strsignal() speaks the language of this process.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "run/failure.h"

const char *gitperf_failure__signal(int sig)
{
	static const struct {
		int sig;
		const char *words;
	} known[] = {
		{ SIGHUP, "Hangup" }, { SIGINT, "Interrupt" },
		{ SIGQUIT, "Quit" }, { SIGILL, "Illegal instruction" },
		{ SIGTRAP, "Trace/breakpoint trap" }, { SIGABRT, "Aborted" },
		{ SIGBUS, "Bus error" }, { SIGFPE, "Floating point exception" },
		{ SIGKILL, "Killed" }, { SIGSEGV, "Segmentation fault" },
		{ SIGPIPE, "Broken pipe" }, { SIGALRM, "Alarm clock" },
		{ SIGTERM, "Terminated" }, { SIGSYS, "Bad system call" },
		{ SIGUSR1, "User defined signal 1" },
		{ SIGUSR2, "User defined signal 2" },
		{ SIGXCPU, "CPU time limit exceeded" },
		{ SIGXFSZ, "File size limit exceeded" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].sig == sig)
			return known[i].words;
	return "unknown";
}

void gitperf_failure__when(gitperf_buffer *out, const gitperf_sampling *plan,
			   unsigned turn)
{
	unsigned warmup = (unsigned)plan->warmup;

	/* what is run once can fail only then */
	if (!warmup && plan->iterations == 1 && !(plan->precision > 0))
		return;
	if (turn < warmup)
		gitperf_buf_addf(out, " in warm-up %u of %u", turn + 1, warmup);
	else if (plan->precision > 0)
		gitperf_buf_addf(out, " in iteration %u", turn - warmup + 1);
	else
		gitperf_buf_addf(out, " in iteration %u of %u", turn - warmup + 1,
				 plan->iterations);
}

static void add_timeout(gitperf_buffer *out, int64_t ms)
{
	if (ms % 1000)
		gitperf_buf_addf(out, "did not finish within %lld ms", (long long)ms);
	else
		gitperf_buf_addf(out, "did not finish within %lld s", (long long)ms / 1000);
}

int gitperf_failure__explain(gitperf_buffer *out, const struct child_end *end,
			     const gitperf_workload *work, int64_t timeout_ms)
{
	switch (end->how) {
	case CHILD_NO_DIRECTORY:
		gitperf_buf_addf(out, "cannot enter '%.1000s': %s", work->directory,
				 strerror(end->code));
		return 0;
	case CHILD_NO_PROCESS:
	case CHILD_NOT_STARTED:
		gitperf_buf_addf(out, "cannot start '%.1000s': %s", work->argv[0],
				 strerror(end->code));
		return 0;
	case CHILD_TIMED_OUT:
		add_timeout(out, timeout_ms);
		break;
	case CHILD_SIGNALLED:
	case CHILD_INTERRUPTED:
		gitperf_buf_addf(out, "killed by signal %d (%s)", end->code,
				 gitperf_failure__signal(end->code));
		break;
	case CHILD_EXITED:
		gitperf_buf_addf(out, "exited with status %d", end->code);
		break;
	}
	return 1;
}
