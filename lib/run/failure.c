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

static void add_which(gitperf_buffer *out, const gitperf_run_options *opts,
		      unsigned round)
{
	if (round < opts->warmup)
		gitperf_buf_addf(out, " in warm-up %u of %u", round + 1,
				 opts->warmup);
	else
		gitperf_buf_addf(out, " in iteration %u of %u",
				 round - opts->warmup + 1, opts->iterations);
}

static void add_timeout(gitperf_buffer *out, unsigned ms)
{
	if (ms % 1000)
		gitperf_buf_addf(out, "did not finish within %u ms", ms);
	else
		gitperf_buf_addf(out, "did not finish within %u s", ms / 1000);
}

void gitperf_failure__explain(gitperf_buffer *out, const struct child_end *end,
			      const gitperf_workload *work,
			      const gitperf_run_options *opts, unsigned round)
{
	switch (end->how) {
	case CHILD_NO_DIRECTORY:
		gitperf_buf_addf(out, "cannot enter '%.1000s': %s", work->directory,
				 strerror(end->code));
		return;
	case CHILD_NOT_STARTED:
		gitperf_buf_addf(out, "cannot start '%.1000s': %s", work->argv[0],
				 strerror(end->code));
		return;
	case CHILD_TIMED_OUT:
		add_timeout(out, opts->timeout_ms);
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
	add_which(out, opts, round);
}
