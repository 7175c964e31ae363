/*
 * u-run.c - lib/run: processes, samples, logs, interruptions, the machine
 *
 * Where a test must know that processes are gone, they have inherited a pipe
 * from it, which is at its end when the last of them has died. Nothing sleeps
 * but subjects that are there to be killed. This program is also a subject:
 * "u-run --<what> <argument>", see subject().
 */
#include "base/compat.h"
#include "base/buf.h"
#include "run/log.h"
#include "run/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gitperf/error.h>
#include <gitperf/machine.h>
#include <gitperf/run.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* An answer that takes this long is none. */
#define PATIENCE_MS 20000

static char self[PATH_MAX];
static char trash[] = "/tmp/u-run-XXXXXX";
static gitperf_run *last;

/* --- Subjects ------------------------------------------------------------- */

/* Leave a child behind, outside the process group; 0 in the child. */
static pid_t fork_daemon(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) < 0 || (pid = fork()) < 0)
		return 1;
	if (!pid)
		setsid();
	close(ready[1]);
	/* not before it has left */
	if (pid && read(ready[0], &byte, 1) < 0)
		return 1;
	return pid;
}

/* It lives until `fd` is at its end. */
static int daemonise(int fd)
{
	char byte;

	return fork_daemon() ? 0 : (int)read(fd, &byte, 1);
}

/* It prints for ever. */
static int daemonise_loudly(void)
{
	static char spam[65536];

	if (fork_daemon())
		return 0;
	while (write(1, spam, sizeof(spam)) > 0)
		;
	return 0;
}

static int subject(const char *what, const char *argument)
{
	size_t n = strtoul(argument, NULL, 10), i;
	char *memory;
	int bad;

	if (!strcmp(what, "--daemon"))
		return daemonise((int)n);
	if (!strcmp(what, "--loud-daemon"))
		return daemonise_loudly();
	if (!strcmp(what, "--print")) {
		for (i = 0; i < n; i++)
			putchar(i % 64 == 63 ? '\n' : 'a' + (int)(i % 26));
		printf("the end\n");
		return 1;
	}
	if (!strcmp(what, "--allocate")) {
		memory = malloc(n);
		if (memory)
			memset(memory, (int)strlen(what), n);
		bad = !memory || memory[n / 2] != memory[n / 3];
		free(memory);
		return bad;
	}
	return 2;
}

/* --- Helpers -------------------------------------------------------------- */

static const gitperf_benchmark *measure(const char *const *argv,
					const gitperf_run_options *opts)
{
	gitperf_workload work = GITPERF_WORKLOAD_INIT;

	work.name = "subject";
	work.argv = argv;
	gitperf_run_free(last);
	last = NULL;
	if (!ok(!gitperf_run_measure(&last, &work, 1, opts), "it is measured")) {
		printf("# %s\n", gitperf_error_message());
		exit(1);
	}
	return gitperf_run_benchmark(last, 0);
}

#define MEASURE(opts, ...) \
	measure((const char *const[]){ __VA_ARGS__, NULL }, opts)
#define SHELL(opts, script) MEASURE(opts, "sh", "-c", script)

/* One iteration without warm-up */
static gitperf_run_options once(void)
{
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;

	opts.warmup = 0;
	opts.iterations = 1;
	return opts;
}

static const gitperf_metric *metric(const gitperf_benchmark *bench,
				    const char *name)
{
	size_t i;

	for (i = 0; i < bench->nmetrics; i++)
		if (!strcmp(bench->metrics[i].name, name))
			return &bench->metrics[i];
	return NULL;
}

static void is_failed(const gitperf_benchmark *bench, const char *error)
{
	is_str(gitperf_status_name(bench->status), "failed", "it failed");
	is_str(bench->error, error, "and says how");
	ok(!bench->nmetrics, "without metrics");
}

/* What the trash file has come to hold; it is removed. */
static const char *take_file(void)
{
	static gitperf_buffer text;

	gitperf_buffer_dispose(&text);
	gitperf_buf_read_file(&text, "out", 1 << 20);
	unlink("out");
	return text.ptr;
}

static void write_file(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
		exit(1);
}

/* A pipe that commands inherit; its write end has a name for shells. */
static void open_leash(int fds[2])
{
	if (pipe(fds) < 0)
		exit(1);
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
}

/* Whether everybody who has the write end dies or closes it soon */
static int leash_ends(int fds[2])
{
	struct pollfd pfd = { fds[0], POLLIN, 0 };
	char bytes[64];
	ssize_t n = 1;

	if (fds[1] >= 0)
		close(fds[1]);
	fds[1] = -1;
	while (n > 0 && poll(&pfd, 1, PATIENCE_MS) > 0)
		n = read(fds[0], bytes, sizeof(bytes));
	close(fds[0]);
	return !n;
}

/* --- Ends ----------------------------------------------------------------- */

static void test_success(void)
{
	static const char *const names[][2] = {
		{ "wall", "ns" }, { "user", "ns" }, { "system", "ns" },
		{ "minor_faults", "count" }, { "major_faults", "count" },
		{ "voluntary_switches", "count" },
		{ "involuntary_switches", "count" }
	};
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	const gitperf_benchmark *bench = MEASURE(&opts, "true");
	const gitperf_metric *m;
	int64_t sum = 0;
	size_t i, k;

	is_str(bench->name, "subject", "name");
	is_str(gitperf_status_name(bench->status), "ok", "true is ok");
	ok(!bench->error && !bench->log, "without error and log");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		m = metric(bench, names[i][0]);
		if (!ok(m != NULL, "metric %s", names[i][0]))
			continue;
		is_str(m->unit, names[i][1], "unit");
		is_int(m->better, GITPERF_BETTER_LOWER, "less is better");
		is_int((int64_t)m->nsamples, 5, "five samples");
		for (k = 0; k < m->nsamples; k++)
			ok(!m->samples[k].is_real && m->samples[k].as.integer >= 0,
			   "counted");
	}
	m = metric(bench, "wall");
	for (k = 0; m && k < m->nsamples; k++) {
		sum += m->samples[k].as.integer;
		ok(m->samples[k].as.integer > 1000, "it took some time");
	}
	ok(bench->duration_ns > sum, "the duration has the warm-up in it");
	ok(gitperf_run_started(last) > 0 &&
	   gitperf_run_finished(last) >= gitperf_run_started(last) + sum,
	   "it ends after it began");
	ok(!gitperf_run_benchmark(last, 1), "there is no second benchmark");
}

static void test_failures(void)
{
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;

	is_failed(MEASURE(&opts, "false"),
		  "exited with status 1 in warm-up 1 of 1");
	opts.warmup = 0;
	is_failed(SHELL(&opts, "echo x >>out; test $(wc -l <out) -lt 2 || exit 3"),
		  "exited with status 3 in iteration 2 of 5");
	is_str(take_file(), "x\nx\n", "it was not run again");
	is_failed(SHELL(&opts, "ulimit -c 0; kill -SEGV $$"),
		  "killed by signal 11 (Segmentation fault) in iteration 1 of 5");
	signal(SIGPIPE, SIG_IGN);
	is_failed(SHELL(&opts, "kill -PIPE $$"),
		  "killed by signal 13 (Broken pipe) in iteration 1 of 5");
	signal(SIGPIPE, SIG_DFL);
	is_failed(SHELL(&opts, "kill -63 $$"),
		  "killed by signal 63 (unknown) in iteration 1 of 5");
}

static void test_not_started(void)
{
	gitperf_run_options opts = once();
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	const char *const argv[] = { "true", NULL };
	const gitperf_benchmark *bench;

	is_failed(MEASURE(&opts, "./x"), "cannot start './x': No such file or directory");
	is_failed(MEASURE(&opts, "no-such-command"),
		  "cannot start 'no-such-command': No such file or directory");
	is_failed(MEASURE(&opts, ""), "cannot start '': No such file or directory");
	is_failed(MEASURE(&opts, "/"), "cannot start '/': Permission denied");
	write_file("plain", "echo\n", 5);
	is_failed(MEASURE(&opts, "./plain"), "cannot start './plain': Permission denied");
	chmod("plain", 0755);
	is_failed(MEASURE(&opts, "./plain"), "cannot start './plain': Exec format error");
	is_failed(MEASURE(&opts, "./\xff\n"),
		  "cannot start './\xef\xbf\xbd ': No such file or directory");
	work.name = "there";
	work.argv = argv;
	work.directory = "nowhere";
	gitperf_run_free(last);
	is_ok(gitperf_run_measure(&last, &work, 1, &opts), "run it nowhere");
	bench = gitperf_run_benchmark(last, 0);
	is_failed(bench, "cannot enter 'nowhere': No such file or directory");
	ok(!bench->log, "and had nothing to say");
}

static void test_timeouts(void)
{
	static const char *const scripts[] = {
		"sleep 1000 & sleep 1000 & (sleep 1000 & wait) & sleep 1000",
		"trap '' TERM INT HUP; sleep 1000; sleep 1000",
		/* for ever something to read */
		"sleep 1000 & yes",
		"exec >&- 2>&-; sleep 1000",
		"kill -STOP $$"
	};
	gitperf_run_options opts = once();
	const gitperf_benchmark *bench;
	int leash[2];
	size_t i;

	opts.timeout_ms = 60;
	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		open_leash(leash);
		bench = SHELL(&opts, scripts[i]);
		ok(leash_ends(leash), "nobody is left of: %s", scripts[i]);
		is_str(gitperf_status_name(bench->status), "timeout", "a timeout");
		is_str(bench->error, "did not finish within 60 ms",
		       "in words");
		ok(!bench->nmetrics, "without metrics");
		ok(bench->duration_ns > 0, "with its duration");
	}
	opts.timeout_ms = 2000;
	bench = SHELL(&opts, "kill -KILL $$");
	is_str(gitperf_status_name(bench->status), "failed", "another's SIGKILL is a failure");
}

static void test_stragglers(void)
{
	gitperf_run_options opts = once();
	const gitperf_benchmark *bench;
	int leash[2], daemon_leash[2];
	char fd[16];

	open_leash(leash);
	bench = SHELL(&opts, "sleep 1000 & (sleep 1000 &) ; exit 0");
	ok(leash_ends(leash), "children left behind are killed");
	is_str(gitperf_status_name(bench->status), "ok", "which is no failure");

	open_leash(leash);
	open_leash(daemon_leash);
	fcntl(daemon_leash[1], F_SETFD, FD_CLOEXEC);
	fcntl(daemon_leash[0], F_SETFD, 0);
	snprintf(fd, sizeof(fd), "%d", daemon_leash[0]);
	bench = MEASURE(&opts, self, "--daemon", fd);
	is_str(gitperf_status_name(bench->status), "ok", "a daemon holds no one up");
	ok(bench->duration_ns < PATIENCE_MS * INT64_C(1000000) / 2, "nor the clock");
	close(daemon_leash[0]);
	close(daemon_leash[1]);
	ok(leash_ends(leash), "it was alive until now");

	open_leash(leash);
	bench = MEASURE(&opts, self, "--loud-daemon", "");
	is_str(gitperf_status_name(bench->status), "ok", "not even a loud one");
	ok(leash_ends(leash), "its pipe breaks");
}

/* --- Turns ---------------------------------------------------------------- */

struct heard {
	unsigned calls;
	uint64_t last_done, total;
	char words[64];
	int in_order, nested;
};

static void on_progress(void *payload, const char *what, uint64_t done,
			uint64_t total)
{
	gitperf_run_options opts = once();
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	const char *const argv[] = { "true", NULL };
	struct heard *heard = payload;
	gitperf_run *run;

	heard->in_order &= done >= heard->last_done;
	heard->last_done = done;
	heard->total = total;
	snprintf(heard->words, sizeof(heard->words), "%s", what);
	work.name = "nested";
	work.argv = argv;
	if (!heard->calls++)
		heard->nested = gitperf_run_measure(&run, &work, 1, &opts);
}

static void test_turns(void)
{
	static const char *const a[] = { "sh", "-c", "echo a >>out", NULL };
	static const char *const b[] = { "sh", "-c", "echo b >>out", NULL };
	static const char *const c[] = { "sh", "-c", "echo c >>out; false", NULL };
	static const gitperf_pair params[] = { { "size", "big" } };
	const gitperf_workload works[] = {
		{ .name = "a", .argv = a, .params = params, .nparams = 1,
		  .sampling = GITPERF_SAMPLING_INIT },
		{ .name = "c", .argv = c, .sampling = GITPERF_SAMPLING_INIT },
		{ .name = "b", .argv = b, .sampling = GITPERF_SAMPLING_INIT }
	};
	struct heard heard = { .in_order = 1 };
	gitperf_events events = { .progress = on_progress, .payload = &heard };
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	const gitperf_benchmark *bench;

	opts.iterations = 3;
	opts.events = &events;
	gitperf_run_free(last);
	is_ok(gitperf_run_measure(&last, works, 3, &opts), "measure three");
	is_str(take_file(), "a\nc\nb\na\nb\na\nb\na\nb\n",
	       "they take turns, but for one that failed");
	bench = gitperf_run_benchmark(last, 0);
	is_int((int64_t)bench->nparams, 1, "parameters are kept");
	is_str(bench->params[0].value, "big", "with their values");
	is_str(gitperf_run_benchmark(last, 1)->error,
	       "exited with status 1 in warm-up 1 of 1", "one has failed");
	is_str(gitperf_run_benchmark(last, 2)->name, "b", "in their order");
	is_int((int64_t)metric(gitperf_run_benchmark(last, 2), "wall")->nsamples,
	       3, "three samples");
	is_int((int64_t)heard.last_done, 12, "progress comes to its end");
	is_int((int64_t)heard.total, 12, "of all iterations");
	ok(heard.in_order, "and never goes back");
	is_str(heard.words, "measuring b", "with a name");
	is_int(heard.nested, GITPERF_EBUSY, "one measurement at a time");
}

static void test_options(void)
{
	static const char *const argv[] = { "true", NULL }, *const none[] = { NULL };
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	gitperf_workload work = { .name = "x", .argv = argv };
	gitperf_run *run;

	is_ok(gitperf_run_measure(&run, NULL, 0, &opts), "nothing to measure");
	ok(!gitperf_run_benchmark(run, 0), "gives nothing");
	gitperf_run_free(run);
	work.argv = none;
	is_err(gitperf_run_measure(&run, &work, 1, &opts), GITPERF_EINVALID, "no command");
	is_str(gitperf_error_message(), "workload 'x' has no command", "is an error");
	ok(!run, "and gives nothing");
	work.name = NULL;
	is_err(gitperf_run_measure(&run, &work, 1, &opts), GITPERF_EINVALID, "no name");
	opts.log_limit = 65537;
	is_err(gitperf_run_measure(&run, &work, 1, &opts), GITPERF_EINVALID, "a large log");
	opts.log_limit = 0;
	opts.iterations = UINT_MAX;
	is_err(gitperf_run_measure(&run, &work, 1, &opts), GITPERF_EINVALID, "for ever");
	opts.version = 2;
	is_err(gitperf_run_measure(&run, &work, 1, &opts), GITPERF_EINVALID, "from the future");
}

static void test_surroundings(void)
{
	static const char *const argv[] = { "hello", "you", NULL };
	static const char *const local[] = { "./hello", NULL };
	static const char *const env[] = { "PATH=/nonexistent::bin", "A=b c", NULL };
	static const char script[] =
		"#!/bin/sh\necho \"$0 $1 $A $PWD $HOME\"; /bin/cat; exit 1\n";
	gitperf_run_options opts = once();
	gitperf_workload work = { .name = "x", .argv = argv, .env = env };
	gitperf_buffer want = GITPERF_BUFFER_INIT;
	int input;

	write_file("input", "not for you\n", 12);
	input = open("input", O_RDONLY);
	dup2(input, 0);
	close(input);
	mkdir("sub", 0755);
	mkdir("sub/bin", 0755);
	write_file("sub/bin/hello", script, strlen(script));
	chmod("sub/bin/hello", 0755);
	work.directory = "sub";
	gitperf_run_free(last);
	is_ok(gitperf_run_measure(&last, &work, 1, &opts), "in another folder");
	gitperf_buf_addf(&want, "bin/hello you b c %s/sub \n", trash);
	is_str(gitperf_run_benchmark(last, 0)->log, want.ptr,
	       "PATH and folder are the command's, input is empty");
	gitperf_buffer_dispose(&want);
	work.argv = local;
	work.directory = "sub/bin";
	gitperf_run_free(last);
	is_ok(gitperf_run_measure(&last, &work, 1, &opts), "a relative path");
	is_str(gitperf_run_benchmark(last, 0)->error,
	       "exited with status 1", "is found there");
}

static void test_memory(void)
{
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	const gitperf_benchmark *bench;
	const gitperf_metric *m;
	struct rusage usage;
	int64_t bytes;
	char text[32];

	/* more than this process has, which a sanitizer may have blown up */
	getrusage(RUSAGE_SELF, &usage);
	bytes = usage.ru_maxrss * INT64_C(1024) + (50 << 20);
	snprintf(text, sizeof(text), "%lld", (long long)bytes);
	bench = MEASURE(&opts, self, "--allocate", text);
	m = metric(bench, "max_rss");
	if (!ok(m != NULL, "memory is measured"))
		return;
	is_str(m->unit, "bytes", "in bytes");
	is_int((int64_t)m->nsamples, 5, "five times");
	ok(m->samples[4].as.integer >= bytes, "%lld bytes are seen",
	   (long long)m->samples[4].as.integer);
	ok(m->samples[4].as.integer < bytes * 2 + (64 << 20), "and not too many");
	ok(metric(bench, "minor_faults")->samples[0].as.integer > 100, "with their faults");
}

static void test_test_clock(void)
{
	gitperf_run_options opts = once();
	const gitperf_benchmark *bench;

	setenv("GIT_PERF_TEST_CLOCK", "1700000000", 1);
	bench = MEASURE(&opts, "true");
	unsetenv("GIT_PERF_TEST_CLOCK");
	ok(gitperf_run_started(last) == 1700000000 * INT64_C(1000000000) &&
	   gitperf_run_finished(last) == gitperf_run_started(last),
	   "a test's clock stands still");
	ok(metric(bench, "wall")->samples[0].as.integer > 0, "but not for samples");
}

/* --- Logs ----------------------------------------------------------------- */

static void test_logs(void)
{
	gitperf_run_options opts = once();
	const gitperf_benchmark *bench;
	size_t len;

	bench = SHELL(&opts, "echo out; echo err >&2; echo more; exit 1");
	is_str(bench->log, "out\nerr\nmore\n", "both streams, in order");
	ok(!SHELL(&opts, "echo out")->log, "none of a success");
	ok(!SHELL(&opts, "exit 1")->log, "none of silence");
	opts.log_limit = 7;
	bench = SHELL(&opts, "printf 'abc\\303\\251\\303\\251\\303\\251x'; exit 1");
	is_str(bench->log, "\xc3\xa9\xc3\xa9\xc3\xa9x", "the end fits exactly");
	opts.log_limit = 6;
	bench = SHELL(&opts, "printf 'abc\\303\\251\\303\\251\\303\\251x'; exit 1");
	is_str(bench->log, "\xc3\xa9\xc3\xa9x", "it is cut between characters");
	opts.log_off = 1;
	ok(!SHELL(&opts, "echo out; exit 1")->log, "none if it is off");
	opts = once();
	bench = MEASURE(&opts, self, "--print", "10000000");
	len = bench->log ? strlen(bench->log) : 0;
	is_int((int64_t)len, 4096, "of 10 MB, the last 4096 bytes");
	is_str(len > 8 ? bench->log + len - 8 : "", "the end\n", "to the very end");
	opts.log_limit = 65536;
	bench = MEASURE(&opts, self, "--print", "1000000");
	is_int((int64_t)strlen(bench->log), 65536, "or what is asked for");
}

static void is_clean(const char *raw, size_t len, const char *want, const char *name)
{
	gitperf_buffer got = GITPERF_BUFFER_INIT;

	gitperf_text__clean(&got, raw, len);
	is_str(got.ptr, want, name);
	gitperf_buffer_dispose(&got);
}

#define IS_CLEAN(raw, want, name) is_clean(raw, sizeof(raw) - 1, want, name)
#define FFFD "\xef\xbf\xbd"

static void test_text(void)
{
	gitperf_buffer got = GITPERF_BUFFER_INIT;

	IS_CLEAN("", "", "nothing");
	IS_CLEAN("a\tb\nc", "a\tb\nc", "tab and newline stay");
	IS_CLEAN("a\r\nb\rc\r", "a\nb\nc\n", "a carriage return is a line's end");
	IS_CLEAN("\x1b[31mred\x7f\a\0!", "[31mred!", "control characters go");
	IS_CLEAN("\xc2\x9b" "31m\xc2\xa0\xc2\x80", "31m\xc2\xa0", "also those of Latin-1");
	IS_CLEAN("\xff\xfe" "a\xc3", FFFD FFFD "a" FFFD, "stray bytes are marked");
	IS_CLEAN("\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80",
		 FFFD FFFD " " FFFD FFFD FFFD " " FFFD FFFD FFFD FFFD,
		 "overlong forms, surrogates and what lies beyond");
	IS_CLEAN("\xe2\x82\xac\xf0\x9f\x98\x80", "\xe2\x82\xac\xf0\x9f\x98\x80",
		 "long characters stay");
	gitperf_text__line(&got, "  a \n\n b\tc  ", 12);
	is_str(got.ptr, "a b c", "on one line");
	gitperf_buffer_dispose(&got);
	is_int((int64_t)gitperf_text__head("a\xc3\xa9", 3, 2), 1, "cut at the end");
	is_int((int64_t)gitperf_text__head("a\xc3\xa9", 3, 3), 3, "not cut");
	is_int((int64_t)gitperf_text__next("\x80\x80\x80\x80", 4, 0), 3,
	       "no character has more bytes");
}

static void test_secrets(void)
{
	static const char *const argv[] = {
		"sh", "-c", "echo $GH_TOKEN, $my_secret_x $PASSWORD; echo $PLAIN;"
		"echo $AWS_PRIVATE_KEY; exit 1", NULL
	};
	static const char *const env[] = {
		"PATH=/bin:/usr/bin", "GH_TOKEN=ghp_123", "my_secret_x=ghp_123456",
		"PASSWORD=short", "PLAIN=ghp_12345", "AWS_PRIVATE_KEY=-- a b --",
		"NO_VALUE_TOKEN", "EMPTY_TOKEN=", NULL
	};
	gitperf_run_options opts = once();
	gitperf_workload work = { .name = "x", .argv = argv, .env = env };

	gitperf_run_free(last);
	is_ok(gitperf_run_measure(&last, &work, 1, &opts), "print secrets");
	is_str(gitperf_run_benchmark(last, 0)->log, "***, *** short\n***45\n***\n",
	       "values of variables that look secret are replaced");
	setenv("U_RUN_CREDENTIALS", "swordfish", 1);
	is_str(SHELL(&opts, "echo $U_RUN_CREDENTIALS; exit 1")->log, "***\n",
	       "also those of our own environment");
	unsetenv("U_RUN_CREDENTIALS");
}

/* Wherever the ring and the limit cut, no piece of a secret comes through. */
static void test_cut_secrets(void)
{
	static const char *const env[] = {
		"A_TOKEN=0123456789", "B_TOKEN=56789xyz", "C_TOKEN=345678", NULL
	};
	static const char text[] = "ab 0123456789 cd 56789xyz ef 0123456789xyz ";
	struct tail tail;
	gitperf_buffer got = GITPERF_BUFFER_INIT;
	size_t limit, total, i;
	int leaks = 0, most = 1;

	for (limit = 1; limit < 40; limit++) {
		gitperf_tail__init(&tail, limit + gitperf_log__slack(env));
		for (total = 0; total < 150; total++) {
			gitperf_tail__reset(&tail);
			for (i = 0; i < total; i++)
				gitperf_tail__add(&tail, text + i % strlen(text), 1);
			gitperf_buf_truncate(&got, 0);
			gitperf_log__format(&got, &tail, env, limit);
			/* the text may end within a secret: that is not one */
			for (i = 0; i + 10 < got.len; i++)
				leaks += strchr("0123456789xyz", got.ptr[i]) != NULL;
			most &= got.len <= limit;
		}
		gitperf_tail__free(&tail);
	}
	gitperf_buffer_dispose(&got);
	is_int(leaks, 0, "no cut lets a piece of a secret through");
	ok(most, "and no log is too long");
}

static void test_ring(void)
{
	static const char *const env[] = { NULL };
	static const char digits[] = "0123456789";
	gitperf_buffer got = GITPERF_BUFFER_INIT;
	struct tail tail;
	size_t total, step, i;
	int wrong = 0;

	gitperf_tail__init(&tail, 7);
	for (step = 1; step <= 10; step++)
		for (total = 0; total < 40; total += step) {
			gitperf_tail__reset(&tail);
			for (i = 0; i < total; i += step)
				gitperf_tail__add(&tail, digits, step);
			gitperf_buf_truncate(&got, 0);
			gitperf_log__format(&got, &tail, env, 7);
			wrong += got.len != (total < 7 ? total : 7);
			for (i = 1; i <= got.len; i++)
				wrong += got.ptr[got.len - i] !=
					 digits[(total - i) % step];
		}
	gitperf_tail__free(&tail);
	gitperf_buffer_dispose(&got);
	is_int(wrong, 0, "a ring keeps the end, however it was filled");
}

/* --- Interruptions -------------------------------------------------------- */

static volatile sig_atomic_t handled;

static void on_signal(int sig)
{
	handled += sig;
}

/* In a process of its own: measure what has to be interrupted. */
static void be_interrupted(void (*handler)(int), int ready, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	gitperf_workload work = { .name = "long", .argv = argv };
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	struct sigaction now;
	gitperf_run *run;
	int rc;

	(void)ready;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, handler);
	rc = gitperf_run_measure(&run, &work, 1, &opts);
	sigaction(SIGTERM, NULL, &now);
	if (rc == GITPERF_EIO && handled == SIGTERM && now.sa_handler == handler &&
	    !strcmp(gitperf_error_message(),
		    "measuring 'long': interrupted by signal 15 (Terminated)"))
		_exit(42);
	_exit(1);
}

/* Returns the status of a process that got `sig` while it measured. */
static int interrupt(void (*handler)(int), int sig, const char *script)
{
	int leash[2], status = 0;
	char text[256], byte;
	pid_t pid;

	open_leash(leash);
	snprintf(text, sizeof(text), "echo >&%d; %s", leash[1], script);
	pid = fork();
	if (!pid)
		be_interrupted(handler, leash[1], text);
	if (read(leash[0], &byte, 1) == 1)
		kill(pid, sig);
	waitpid(pid, &status, 0);
	ok(leash_ends(leash), "nobody is left behind");
	return status;
}

static void test_interruptions(void)
{
	static const char group[] = "sleep 1000 & sleep 1000 & wait";
	int status;

	status = interrupt(SIG_DFL, SIGINT, group);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "SIGINT ends us");
	status = interrupt(SIG_DFL, SIGTERM, group);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "SIGTERM ends us");
	status = interrupt(on_signal, SIGTERM, group);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42,
	   "a handler that was there before is called and put back");
#ifndef GITPERF_PORTABLE
	status = interrupt(SIG_DFL, SIGKILL, "exec sleep 1000");
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	   "not even SIGKILL leaves the command running");
#endif
}

static void test_signal_state(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD };
	struct sigaction before[5], after;
	gitperf_run_options opts = once();
	const gitperf_benchmark *bench;
	sigset_t blocked, mask;
	size_t i;

	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], NULL, &before[i]);
	bench = SHELL(&opts, "sh -c 'exit 3'; test $? = 3 || exit; kill -HUP $$;"
			     "kill -USR1 $$; exit 9");
	is_str(bench->error, "killed by signal 10 (User defined signal 1)",
	       "commands get an ordinary process, and nohup");
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], NULL, &after);
		ok(after.sa_handler == before[i].sa_handler, "handlers are put back");
	}
	sigprocmask(SIG_UNBLOCK, &blocked, &mask);
	ok(sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGINT),
	   "the mask is put back");
	signal(SIGHUP, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
}

/* --- The machine ---------------------------------------------------------- */

static const char *fact(const gitperf_machine *machine, const char *key)
{
	size_t n, i;
	const gitperf_pair *pairs = gitperf_machine_environment(machine, &n);

	for (i = 0; i < n; i++)
		if (!strcmp(pairs[i].key, key))
			return pairs[i].value;
	return NULL;
}

static void test_this_machine(void)
{
	gitperf_machine *machine;
	gitperf_buffer joined = GITPERF_BUFFER_INIT;
	const gitperf_pair *pairs;
	size_t n, i;

	is_ok(gitperf_machine_probe(&machine), "look at this machine");
	gitperf_buf_addf(&joined, "%s-%s", fact(machine, "arch"), fact(machine, "os"));
	is_str(gitperf_machine_platform(machine), joined.ptr, "its platform");
	gitperf_buffer_dispose(&joined);
	is_int((int64_t)strlen(gitperf_machine_fingerprint(machine)), 16, "its fingerprint");
	ok(fact(machine, "cores") && atol(fact(machine, "cores")) > 0, "has cores");
	ok(fact(machine, "memory") && atol(fact(machine, "memory")) > 1 << 20, "has memory");
	ok(fact(machine, "kernel") != NULL, "has a kernel");
	ok(fact(machine, "load") && strchr(fact(machine, "load"), '.'), "has a load");
	pairs = gitperf_machine_environment(machine, &n);
	for (i = 1; i < n; i++)
		ok(strcmp(pairs[i - 1].key, pairs[i].key) < 0, "%s < %s",
		   pairs[i - 1].key, pairs[i].key);
	gitperf_machine_free(machine);
	gitperf_machine_free(NULL);
}

#ifndef GITPERF_PORTABLE

static void make_folders(char *path)
{
	char *p;

	for (p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
}

static void write_root(const char *path, const char *text, size_t len)
{
	char full[256];

	snprintf(full, sizeof(full), "root%s", path);
	make_folders(full);
	write_file(full, text, len);
}

static void write_text(const char *path, const char *text)
{
	write_root(path, text, strlen(text));
}

static gitperf_machine *probe_root(void)
{
	gitperf_machine *machine;

	setenv("GIT_PERF_TEST_SYSROOT", "root", 1);
	is_ok(gitperf_machine_probe(&machine), "look at a machine of files");
	unsetenv("GIT_PERF_TEST_SYSROOT");
	return machine;
}

static void is_fact(const gitperf_machine *machine, const char *key, const char *want)
{
	is_str(fact(machine, key), want, key);
}

static void make_machine(void)
{
	write_text("/proc/cpuinfo", "processor\t: 0\ncpu family\t: 6\n"
		   "model name\t: Some  CPU(R)   @ 3.00GHz\nflags\t\t: fpu vme sse\n\n"
		   "processor\t: 1\nmodel name\t: Other\n");
	write_text("/proc/meminfo", "MemFree: 1 kB\nMemTotal:       16318480 kB\n");
	write_text("/proc/loadavg", "0.57 0.58 0.59 1/2 3\n");
	write_text("/proc/sys/kernel/osrelease", "6.1.0-test\n");
	write_text("/proc/sys/kernel/randomize_va_space", "2\n");
	write_text("/sys/devices/system/cpu/online", "0-3,8,10-11\n");
	write_text("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
	write_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
	write_text("/etc/os-release", "NAME=x\nPRETTY_NAME=\"A \\\"fine\\\" system\"\n");
}

static void test_machine_of_files(void)
{
	static const char *const facts[][2] = {
		{ "aslr", "full" }, { "cores", "7" },
		{ "cpu", "Some CPU(R) @ 3.00GHz" }, { "governor", "powersave" },
		{ "image", "A \"fine\" system" }, { "kernel", "6.1.0-test" },
		{ "load", "0.5" }, { "memory", "16777216000" },
		{ "turbo", "off" }, { "virtualised", "none" }
	};
	gitperf_machine *machine;
	char print[32];
	size_t i;

	make_machine();
	machine = probe_root();
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		is_fact(machine, facts[i][0], facts[i][1]);
	snprintf(print, sizeof(print), "%s", gitperf_machine_fingerprint(machine));
	gitperf_machine_free(machine);

	write_text("/proc/loadavg", "1.00 0.58 0.59 1/2 3\n");
	machine = probe_root();
	is_str(gitperf_machine_fingerprint(machine), print, "the load is not in the fingerprint");
	gitperf_machine_free(machine);

	write_text("/proc/sys/kernel/randomize_va_space", "0\n");
	machine = probe_root();
	is_fact(machine, "aslr", "off");
	ok(strcmp(gitperf_machine_fingerprint(machine), print) != 0, "other things are");
	gitperf_machine_free(machine);
}

/* Where another machine has them */
static void test_other_files(void)
{
	gitperf_machine *machine;

	write_text("/proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
		   "flags : a xhypervisor hypervisor");
	unlink("root/sys/devices/system/cpu/intel_pstate/no_turbo");
	write_text("/sys/devices/system/cpu/cpufreq/boost", "1");
	unlink("root/etc/os-release");
	write_text("/usr/lib/os-release", "PRETTY_NAME='it'\n");
	machine = probe_root();
	is_fact(machine, "cpu", "implementer 0x41 part 0xd0c");
	is_fact(machine, "virtualised", "yes");
	is_fact(machine, "turbo", "on");
	is_fact(machine, "image", "it");
	gitperf_machine_free(machine);
	write_text("/sys/hypervisor/type", "xen\n");
	machine = probe_root();
	is_fact(machine, "virtualised", "xen");
	gitperf_machine_free(machine);
}

/* Every file in turn is nonsense of several kinds. */
static void test_hostile_files(void)
{
	static const char *const paths[] = {
		"/proc/cpuinfo", "/proc/meminfo", "/proc/loadavg",
		"/proc/sys/kernel/osrelease", "/proc/sys/kernel/randomize_va_space",
		"/sys/devices/system/cpu/online", "/sys/hypervisor/type",
		"/sys/devices/system/cpu/cpufreq/boost", "/etc/os-release",
		"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
	};
	static const char *const starts[] = {
		"model name : \xff\x1b[31m", "MemTotal: 99999999999999999999999999",
		"PRETTY_NAME=\"", "PRETTY_NAME='\\", "PRETTY_NAME=\\", "0-", "7-0",
		"0-4294967296", "5,", ".", "9", "", "flags :", "MemTotal: -1"
	};
	static char big[300000];
	gitperf_machine *machine;
	const gitperf_pair *pairs;
	size_t i, k, n, f, bad = 0;

	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		for (k = 0; k < ARRAY_SIZE(paths); k++) {
			memset(big, i % 3 ? 0xc3 : 0, sizeof(big));
			memcpy(big, starts[i], strlen(starts[i]));
			write_root(paths[k], big, i % 2 ? strlen(starts[i]) : sizeof(big));
		}
		machine = probe_root();
		pairs = gitperf_machine_environment(machine, &n);
		for (f = 0; f < n; f++)
			bad += strlen(pairs[f].value) > 200 || !*pairs[f].value ||
			       strpbrk(pairs[f].value, "\x1b\n") != NULL ||
			       (!strcmp(pairs[f].key, "cores") && strcmp(pairs[f].value, "1"));
		gitperf_machine_free(machine);
	}
	is_int((int64_t)bad, 0, "nonsense is cut and cleaned");
	unlink("root/proc/cpuinfo");
	unlink("root/proc/meminfo");
	if (mkfifo("root/proc/cpuinfo", 0600) < 0 || mkdir("root/proc/meminfo", 0755) < 0)
		exit(1);
	machine = probe_root();
	ok(!fact(machine, "cpu") && !fact(machine, "memory"), "nor does a pipe hang us");
	gitperf_machine_free(machine);
}

#endif

static void test_empty_machine(void)
{
	gitperf_machine *machine;
	size_t n;

	mkdir("empty", 0755);
	setenv("GIT_PERF_TEST_SYSROOT", "empty", 1);
	is_ok(gitperf_machine_probe(&machine), "look at nothing");
	unsetenv("GIT_PERF_TEST_SYSROOT");
	gitperf_machine_environment(machine, &n);
	is_int((int64_t)n, 2, "and know only the platform");
	gitperf_machine_free(machine);
}

static void clear_trash(void)
{
	const char *const argv[] = { "rm", "-rf", trash, NULL };

	if (!chdir("/") && !fork())
		_exit(execvp(argv[0], (char *const *)(uintptr_t)argv));
	wait(NULL);
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return subject(argv[1], argv[2]);
	if (!realpath(argv[0], self) || !mkdtemp(trash) || chdir(trash) < 0)
		return 1;
	test_success();
	test_failures();
	test_not_started();
	test_timeouts();
	test_stragglers();
	test_turns();
	test_options();
	test_surroundings();
	test_memory();
	test_test_clock();
	test_logs();
	test_text();
	test_secrets();
	test_cut_secrets();
	test_ring();
	test_interruptions();
	test_signal_state();
	test_this_machine();
#ifndef GITPERF_PORTABLE
	test_machine_of_files();
	test_other_files();
	test_hostile_files();
#endif
	test_empty_machine();
	gitperf_run_free(last);
	clear_trash();
	return done_testing();
}
