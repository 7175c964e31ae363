/*
 * cmd.h - what every command file includes
 *
 * A new command is five things together:
 *
 *  1. a line in commands.def: name, function, class, flags, summary
 *  2. cmd/<name>.c: declare options, parse, ask the library, release
 *  3. Documentation/git-perf-<name>.adoc
 *  4. t/tNNNN-<name>.sh
 *  5. whatever it asks of the library, in a public header
 *
 * t0005-commands.sh tells which one was forgotten. A command prints data on
 * standard output and everything else on standard error, and knows nothing of
 * trees or medians; where it has a list of its own (doctor.c), gitperf_printer
 * writes the JSON.
 */
#ifndef CMD_H
#define CMD_H

#include <gitperf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opt.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit status, as git-perf(1) promises */
enum {
	EXIT_YES = 0,
	EXIT_NO = 1,            /* what was asked about is so: a refusal, damage */
	EXIT_NO_VERDICT = 2,
	EXIT_TRY_AGAIN = 75,
	EXIT_FATAL = 128,
	EXIT_USAGE = 129
};

/* Flags of a line in commands.def */
enum {
	NEED_REPO = 1 << 0,
	USE_PAGER = 1 << 1
};

struct cmd {
	const char *name;
	gitperf_repo *repo;      /* open when NEED_REPO says so, or NULL */
	gitperf_events events;   /* warnings to standard error, progress too */
	const char *program;     /* as we were called: a path, or a name in PATH */
};

struct cmd_info {
	const char *name;
	int (*run)(struct cmd *cmd, int argc, const char **argv);
	const char *class;       /* "main" or "plumbing" */
	unsigned flags;
	const char *summary;
};

extern const struct cmd_info commands[];

#define CMD(name, fn, class, flags, summary) \
	int fn(struct cmd *cmd, int argc, const char **argv);
#include "commands.def"
#undef CMD

/** Print the last error and its remedy; returns the exit status that fits. */
int cmd_fail(int err);

/** The status for an error, without printing. */
int cmd_exit_status(int err);

/** The status for what is compared: a regression, or nothing to say of it. */
int cmd_verdict(const gitperf_comparison *c);

/** Print an error of the command's own, with a remedy; returns EXIT_FATAL. */
int cmd_error(const char *hint, const char *fmt, ...) GITPERF_PRINTF(2, 3);

/** "warning: ..." and, unless NULL, "hint: ..." on standard error. */
void cmd_warn(const char *message, const char *hint);

/** Say that `n` records or results are of commits that are not here, as `first`. */
void cmd_warn_unknown(size_t n, const char *what, const char *first);

/** Say which records a log has left out, and why. */
void cmd_warn_tally(const gitperf_tally *t);

/** Say that there is no record here, and where the first may come from. */
void cmd_say_no_results(struct cmd *cmd);

/** Write to standard output and empty the buffer; main() checks the result. */
void cmd_write(gitperf_buffer *out);

/** The same with an object of JSON, which ends here. */
void cmd_write_json(gitperf_printer *object);

/** What a session would do, in the order in which it would (dry_run.c). */
void dry_run_print(const gitperf_session *session);

/* ui.c */

/** Whether to colour standard output: "always", "never", or NULL for auto. */
int ui_color(struct cmd *cmd, const char *when);
/** Columns of the terminal on standard output; 0 if it is none. */
unsigned ui_width(void);
/** Whether somebody is there to answer questions: both ends are a terminal. */
int ui_can_ask(void);
/** How to view something here, as the options say. */
void ui_view(gitperf_view_options *out, struct cmd *cmd, const struct opt_format *format);
void ui_start_pager(struct cmd *cmd);
void ui_wait_for_pager(void);
/** Warnings and, on a terminal, delayed progress. */
gitperf_events ui_events(void);
/** Print a name from outside, made safe for a terminal. */
void ui_print_name(FILE *out, const char *name);
/** "error: ..." on standard error, made safe for a terminal. */
void ui_print_error(const char *fmt, va_list ap) GITPERF_PRINTF(1, 0);
/**
 * From now on an interruption (^C, SIGTERM, SIGHUP) is only remembered, so
 * that a command can tidy up; one a second later ends the process as usual. A
 * reader that goes away is an error of writing, which main() reports at the end.
 */
void ui_catch_interruptions(void);
/** Whether there was one. */
int ui_is_interrupted(void);
/** Back to normal, but for readers; ends the process if there was one meanwhile. */
void ui_release_interruptions(void);
/** Run another program in our place; returns only when it cannot be run. */
void ui_become(const char *program, const char *const *argv);
/** Add bytes to standard output. */
void ui_write(const char *bytes, size_t len);
/** Write out standard output; the errno of the first time that this failed. */
int ui_flush(void);
/** Clear a progress line before other output. */
void ui_clear_progress(void);

#endif
