/*
 * ui.c - the terminal: colour, width, pager, progress
 *
 * Progress appears on a terminal once something has taken half a second, and
 * as a line now and then in the log of a CI system, where silence looks like a
 * hang. A stage (a call without numbers) is announced at once.
 */
#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DELAY_NS INT64_C(500000000)
#define STEP_NS INT64_C(100000000)
#define CI_STEP_NS INT64_C(20000000000)
#define SECOND_NS INT64_C(1000000000)

static pid_t pager;

static struct {
	int64_t began, shown;
	uint64_t done;
	int visible;
} progress;

static int64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

unsigned ui_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(STDOUT_FILENO) && !pager)
		return 0;
	if (columns && strtoul(columns, NULL, 10) > 0)
		return (unsigned)strtoul(columns, NULL, 10);
	/* in front of a pager standard output is a pipe */
	if ((ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 &&
	     ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0) || !size.ws_col)
		return 80;
	return size.ws_col;
}

int ui_color(struct cmd *cmd, const char *when)
{
	gitperf_buffer config = GITPERF_BUFFER_INIT;
	const char *term = getenv("TERM");
	int on;

	if (when && strcmp(when, "always") && strcmp(when, "never") && strcmp(when, "auto")) {
		cmd_error("--color takes always, never or auto", "'%s' is no way to colour", when);
		exit(EXIT_USAGE);
	}
	if (!when && cmd->repo && gitperf_repo_config_string(&config, cmd->repo, "color.ui") > 0)
		when = config.ptr;
	if (when && (!strcmp(when, "always") || !strcmp(when, "never") || !strcmp(when, "false")))
		on = when[0] == 'a';
	else
		on = (isatty(STDOUT_FILENO) || pager) && term && strcmp(term, "dumb") &&
		     !getenv("NO_COLOR");
	gitperf_buffer_dispose(&config);
	return on;
}

int ui_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

void ui_view(gitperf_view_options *out, struct cmd *cmd, const struct opt_format *format)
{
	out->format = format->json ? GITPERF_FORMAT_JSON :
		format->porcelain ? GITPERF_FORMAT_PORCELAIN : GITPERF_FORMAT_TEXT;
	out->nul = format->nul;
	out->color = ui_color(cmd, format->color);
	out->width = ui_width();
}

static const char *choose_pager(struct cmd *cmd, gitperf_buffer *config)
{
	const char *name = getenv("GIT_PAGER");

	if (!name && gitperf_repo_config_string(config, cmd->repo, "core.pager") > 0)
		name = config->ptr;
	if (!name)
		name = getenv("PAGER");
	if (!name)
		name = "less";
	return *name && strcmp(name, "cat") ? name : NULL;
}

static void exec_pager(const char *command, const int fds[2])
{
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	close(fds[1]);
	/* as git does: leave when one screen is enough, keep colours */
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void ui_start_pager(struct cmd *cmd)
{
	gitperf_buffer config = GITPERF_BUFFER_INIT;
	const char *command;
	int fds[2];

	if (!isatty(STDOUT_FILENO))
		return;
	command = choose_pager(cmd, &config);
	if (!command || pipe(fds) < 0)
		goto out;
	pager = fork();
	if (!pager)
		exec_pager(command, fds);
	if (pager > 0)
		dup2(fds[1], STDOUT_FILENO);
	else
		pager = 0;
	close(fds[0]);
	close(fds[1]);
out:
	gitperf_buffer_dispose(&config);
}

void ui_wait_for_pager(void)
{
	if (!pager)
		return;
	fclose(stdout);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
}

void ui_print_name(FILE *out, const char *name)
{
	gitperf_buffer safe = GITPERF_BUFFER_INIT;

	gitperf_view_text(&safe, name);
	fputs(safe.ptr, out);
	gitperf_buffer_dispose(&safe);
}

void ui_print_error(const char *fmt, va_list ap)
{
	char text[1024];

	/* what was typed or configured is quoted in it */
	vsnprintf(text, sizeof(text), fmt, ap);
	ui_clear_progress();
	fputs("error: ", stderr);
	ui_print_name(stderr, text);
	fputc('\n', stderr);
}

static const int interruptions[] = { SIGHUP, SIGINT, SIGTERM };
static volatile sig_atomic_t interrupted;
static volatile int64_t interrupted_ns;

/*
 * "git perf" passes on the ^C that the terminal has sent to both of us: only a
 * signal that comes a second later is another one, and meant.
 */
static void remember(int sig)
{
	int64_t now = monotonic_ns();

	if (!interrupted) {
		interrupted = sig;
		interrupted_ns = now;
	} else if (now - interrupted_ns >= SECOND_NS) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
}

void ui_catch_interruptions(void)
{
	struct sigaction action = { 0 }, old;
	size_t i;

	action.sa_handler = remember;
	for (i = 0; i < ARRAY_SIZE(interruptions); i++) {
		/* nohup(1) means it */
		sigaction(interruptions[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(interruptions[i], &action, NULL);
	}
	/* measured commands and git set it back for themselves */
	signal(SIGPIPE, SIG_IGN);
}

int ui_is_interrupted(void)
{
	return interrupted;
}

void ui_release_interruptions(void)
{
	struct sigaction action = { 0 }, old;
	size_t i;

	action.sa_handler = SIG_DFL;
	for (i = 0; i < ARRAY_SIZE(interruptions); i++) {
		sigaction(interruptions[i], NULL, &old);
		if (old.sa_handler == remember)
			sigaction(interruptions[i], &action, NULL);
	}
	if (!interrupted)
		return;
	fflush(stdout);
	raise(interrupted);
}

/* Of the first write that failed; stdio forgets what it could not write */
static int write_error;

void ui_write(const char *bytes, size_t len)
{
	if (len && fwrite(bytes, 1, len, stdout) < len && !write_error)
		write_error = errno;
}

int ui_flush(void)
{
	if (fflush(stdout) && !write_error)
		write_error = errno;
	return write_error ? write_error : ferror(stdout) ? EIO : 0;
}

/* Before anything else is said: what was printed so far comes first. */
void ui_clear_progress(void)
{
	ui_flush();
	if (progress.visible)
		fputs("\r\033[K", stderr);
	progress.visible = 0;
}

/* By the pace so far; nothing before that is known */
static void print_left(int64_t elapsed, uint64_t done, uint64_t total)
{
	int64_t left;

	if (!done || done >= total || elapsed < SECOND_NS)
		return;
	left = (int64_t)((double)elapsed * (double)(total - done) / (double)done) / SECOND_NS + 1;
	if (left >= 90)
		fprintf(stderr, ", %lld min left", (long long)(left + 30) / 60);
	else
		fprintf(stderr, ", %lld s left", (long long)left);
}

static void print_progress(const char *what, uint64_t done, uint64_t total)
{
	ui_print_name(stderr, what);
	if (total)
		fprintf(stderr, ": %3u%% (%llu/%llu)", (unsigned)(done * 100 / total),
			(unsigned long long)done, (unsigned long long)total);
	else if (done)
		fprintf(stderr, ": %llu", (unsigned long long)done);
	print_left(progress.shown - progress.began, done, total);
}

/* Whether it is time to say something; a count that falls is another task */
static int is_due(uint64_t done, int64_t delay, int64_t step)
{
	int64_t now = monotonic_ns();

	if (!progress.began || done < progress.done)
		progress.began = now;
	progress.done = done;
	if (now - progress.began < delay || now - progress.shown < step)
		return 0;
	progress.shown = now;
	return 1;
}

static void show_progress(void *payload, const char *what, uint64_t done,
			  uint64_t total)
{
	int is_stage = !done && !total;

	(void)payload;
	if (is_stage)
		progress.began = progress.shown = 0;
	if (!is_due(done, is_stage ? 0 : DELAY_NS, is_stage ? 0 : STEP_NS))
		return;
	progress.visible = 1;
	fputc('\r', stderr);
	print_progress(what, done, total);
	fputs("\033[K", stderr);
	fflush(stderr);
}

static void log_progress(void *payload, const char *what, uint64_t done,
			 uint64_t total)
{
	int is_stage = !done && !total;

	(void)payload;
	if (is_stage)
		progress.began = progress.shown = 0;
	if (!is_due(done, is_stage ? 0 : CI_STEP_NS, is_stage ? 0 : CI_STEP_NS))
		return;
	print_progress(what, done, total);
	fputc('\n', stderr);
}

static void show_warning(void *payload, const char *message, const char *hint)
{
	(void)payload;
	cmd_warn(message, hint);
}

gitperf_events ui_events(void)
{
	gitperf_events events = { show_warning, NULL, NULL };

	if (isatty(STDERR_FILENO))
		events.progress = show_progress;
	else if (getenv("CI"))
		events.progress = log_progress;
	return events;
}

void ui_become(const char *program, const char *const *argv)
{
	ui_release_interruptions();
	ui_flush();
	execvp(program, (char *const *)argv);
}
