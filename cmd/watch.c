/*
 * watch.c - a page that is kept up to date: git perf status --watch
 *
 * A terminal gets it on its other screen, written over what is there line by line, so that
 * nothing flickers, and gets back what it had. Anything else gets the page each time that
 * something has moved.
 */
#include "watch.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_SECONDS 5
#define SECONDS_MAX 86400
#define HOME "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_REST "\033[J"
/* without a cursor, and with lines that end where the terminal does */
#define OTHER_SCREEN "\033[?1049h\033[?25l\033[?7l"
#define FIRST_SCREEN "\033[?7h\033[?25h\033[?1049l"

struct watcher {
	struct cmd *cmd;
	gitperf_schedule_options schedule;
	unsigned seconds;
	int is_terminal;
	int (*render)(gitperf_buffer *out, void *payload, struct cmd *cmd);
	void *payload;
	gitperf_buffer state;          /* what was where when we looked last */
};

static unsigned terminal_rows(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row ? 24 : size.ws_row;
}

static void put(const char *text)
{
	ui_write(text, strlen(text));
}

/* Over what is there; what does not fit is left out, and said to be */
static void draw(const char *text)
{
	unsigned left = terminal_rows();

	put(HOME);
	while (*text && left) {
		size_t len = strcspn(text, "\n");

		if (left == 1 && strchr(text, '\n') && strchr(text, '\n')[1]) {
			put("..." CLEAR_LINE);
			break;
		}
		ui_write(text, len);
		put(CLEAR_LINE);
		text += len + (text[len] == '\n');
		if (*text && --left)
			put("\r\n");
	}
	put(CLEAR_REST);
	ui_flush();
}

/* On a terminal ages grow while nothing moves, and what it has lost is drawn again */
static int show(struct watcher *w, int has_moved)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	int err;

	if (!w->is_terminal && !has_moved)
		return 0;
	if ((err = w->render(&out, w->payload, w->cmd)) >= 0 && w->is_terminal)
		draw(out.ptr);
	else if (err >= 0)
		cmd_write(&out);
	if (err >= 0 && ui_flush())
		err = 1;
	gitperf_buffer_dispose(&out);
	return err;
}

/* The network comes and goes; what is here is shown all the same */
static int watch(struct watcher *w)
{
	int err = 0, moved, is_first;

	for (is_first = 1; !err && !ui_is_interrupted(); is_first = 0) {
		moved = gitperf_watch(&w->state, w->cmd->repo, &w->schedule);
		if (moved == GITPERF_ENOMEM)
			return moved;
		err = show(w, moved > 0 || is_first);
		if (!err && !ui_is_interrupted())
			poll(NULL, 0, (int)w->seconds * 1000);
	}
	/* a reader that has gone is told by main() */
	return err > 0 ? 0 : err;
}

static int parse_seconds(unsigned *out, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = USUAL_SECONDS;
	if (!*text)
		return 0;
	if (*text < '0' || *text > '9' || *end || n < 1 || n > SECONDS_MAX)
		return -1;
	*out = (unsigned)n;
	return 0;
}

int watch_run(struct cmd *cmd, const char *seconds, const gitperf_share_options *share,
	      int (*render)(gitperf_buffer *out, void *payload, struct cmd *cmd), void *payload)
{
	static const gitperf_schedule_options usual = GITPERF_SCHEDULE_OPTIONS_INIT;
	struct watcher w = { .cmd = cmd, .schedule = usual, .render = render, .payload = payload,
			     .state = GITPERF_BUFFER_INIT };
	const char *term = getenv("TERM");
	int err;

	if (parse_seconds(&w.seconds, seconds) < 0) {
		cmd_error("like --watch=10", "'%s' is no number of seconds from 1 to %d", seconds, SECONDS_MAX);
		return EXIT_USAGE;
	}
	w.schedule.share = share;
	w.is_terminal = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
	ui_catch_interruptions();
	if (w.is_terminal)
		put(OTHER_SCREEN);
	err = watch(&w);
	if (w.is_terminal) {
		put(FIRST_SCREEN);
		ui_flush();
	}
	gitperf_buffer_dispose(&w.state);
	ui_release_interruptions();
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}
