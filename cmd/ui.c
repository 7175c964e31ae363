/*
 * ui.c - the terminal: colour, width, pager, progress
 *
 * Progress appears only on a terminal, and only once something has taken half
 * a second.
 */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DELAY_NS INT64_C(500000000)
#define STEP_NS INT64_C(100000000)

static pid_t pager;

static struct {
	int64_t began, shown;
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
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
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
	if (!when && gitperf_repo_config_string(&config, cmd->repo, "color.ui") > 0)
		when = config.ptr;
	if (when && (!strcmp(when, "always") || !strcmp(when, "never") || !strcmp(when, "false")))
		on = when[0] == 'a';
	else
		on = (isatty(STDOUT_FILENO) || pager) && term && strcmp(term, "dumb") &&
		     !getenv("NO_COLOR");
	gitperf_buffer_dispose(&config);
	return on;
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

/* Before anything else is said: what was printed so far comes first. */
void ui_clear_progress(void)
{
	fflush(stdout);
	if (progress.visible)
		fputs("\r\033[K", stderr);
	progress.visible = 0;
}

static void show_progress(void *payload, const char *what, uint64_t done,
			  uint64_t total)
{
	int64_t now = monotonic_ns();

	(void)payload;
	if (!progress.began)
		progress.began = now;
	if (now - progress.began < DELAY_NS || now - progress.shown < STEP_NS)
		return;
	progress.shown = now;
	progress.visible = 1;
	if (total)
		fprintf(stderr, "\r%s: %3u%% (%llu/%llu)\033[K", what,
			(unsigned)(done * 100 / total), (unsigned long long)done,
			(unsigned long long)total);
	else
		fprintf(stderr, "\r%s: %llu\033[K", what, (unsigned long long)done);
	fflush(stderr);
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
	return events;
}
