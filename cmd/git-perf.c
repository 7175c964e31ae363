/*
 * git-perf.c - find the command, open what it needs, run it, check the output
 *
 * The only file that opens the repository, and the one place where a full disk
 * behind standard output is noticed.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

const struct cmd_info commands[] = {
#define CMD(name, fn, class, flags, summary) { name, fn, class, flags, summary },
#include "commands.def"
#undef CMD
	{ NULL, NULL, NULL, 0, NULL }
};

static const char *default_hint(int err)
{
	switch (err) {
	case GITPERF_ENOTFOUND:
		return "check the name";
	case GITPERF_EEXISTS:
		return "nothing was overwritten; choose another name";
	case GITPERF_EINVALID:
		return "correct the value and run the command again";
	case GITPERF_EFORMAT:
		return "git perf fsck checks the branch, git perf verify a file";
	case GITPERF_ERACE:
	case GITPERF_EBUSY:
	case GITPERF_ENET:
		return "run the command again later";
	case GITPERF_EDENIED:
		return "check the permissions of the repository and the file";
	case GITPERF_ENOMEM:
		return "free some memory, or do it in smaller parts";
	default:
		return "check the disk and the repository (git fsck), then run the command again";
	}
}

int cmd_exit_status(int err)
{
	if (err == GITPERF_ERACE || err == GITPERF_EBUSY || err == GITPERF_ENET)
		return EXIT_TRY_AGAIN;
	return err < 0 ? EXIT_FATAL : EXIT_YES;
}

int cmd_verdict(const gitperf_comparison *c)
{
	if (gitperf_comparison_verdicts(c, GITPERF_VERDICT_REGRESSION))
		return EXIT_NO;
	return gitperf_comparison_verdicts(c, GITPERF_VERDICT_NO_CHANGE) ||
	       gitperf_comparison_verdicts(c, GITPERF_VERDICT_IMPROVEMENT) ||
	       gitperf_comparison_verdicts(c, GITPERF_VERDICT_CHANGE) ? EXIT_YES : EXIT_NO_VERDICT;
}

int cmd_fail(int err)
{
	const char *hint = gitperf_error_hint();

	ui_clear_progress();
	fprintf(stderr, "error: %s\nhint: %s\n", gitperf_error_message(),
		hint ? hint : default_hint(err));
	return cmd_exit_status(err);
}

int cmd_error(const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ui_print_error(fmt, ap);
	va_end(ap);
	fprintf(stderr, "hint: %s\n", hint);
	return EXIT_FATAL;
}

void cmd_warn(const char *message, const char *hint)
{
	ui_clear_progress();
	fprintf(stderr, "warning: %s\n", message);
	if (hint)
		fprintf(stderr, "hint: %s\n", hint);
}

void cmd_warn_unknown(size_t n, const char *what, const char *first)
{
	char text[160];

	if (!n)
		return;
	snprintf(text, sizeof(text), "%zu %s%s of commits that this clone does not have, such as %.12s",
		 n, what, PLURAL(n), first);
	cmd_warn(text, "they are kept, and shown once the commits are here");
}

/* "3 records of a newer schema": `what` follows the noun */
static void warn_count(size_t n, const char *what, const char *hint)
{
	char text[160];

	if (!n)
		return;
	snprintf(text, sizeof(text), "%zu record%s %s", n, PLURAL(n), what);
	cmd_warn(text, hint);
}

void cmd_warn_tally(const gitperf_tally *t)
{
	if (t->dirty)
		fprintf(stderr, "note: %zu record%s left out, measured with uncommitted changes; git perf show has %s\n",
			t->dirty, PLURAL(t->dirty), t->dirty == 1 ? "it" : "them");
	warn_count(t->newer, "of a newer schema left out", "upgrade git perf");
	warn_count(t->damaged, "left out as damaged", "git perf fsck names them");
	warn_count(t->foreign, "left out: no record has such a name", "git perf fsck names them");
	warn_count(t->unknown_commits, "of commits that this clone does not have",
		   "fetch the branches they are on; in a shallow clone: git fetch --unshallow");
}

void cmd_say_no_results(struct cmd *cmd)
{
	gitperf_transit *t = NULL;
	/* who has never asked the remote, as in a shallow clone, may not need to measure */
	int may_fetch = gitperf_transit_load(&t, cmd->repo, NULL) >= 0 && t->remote.name && !t->remote.fetched;

	fprintf(stderr, "no measurements yet\nhint: %s\n", may_fetch ?
		"git perf fetch brings those of others, git perf run -- <command> makes some" :
		"git perf run -- <command> makes the first one");
	gitperf_transit_free(t);
}

void cmd_write(gitperf_buffer *out)
{
	ui_clear_progress();
	ui_write(out->ptr, out->len);
	gitperf_buffer_dispose(out);
}

void cmd_write_json(gitperf_printer *object)
{
	gitperf_print_close(object, '}');
	gitperf_buffer_add(object->out, "\n", 1);
	cmd_write(object->out);
}

/*
 * A missing standard stream is dangerous: the next file opened, which may be
 * in the object store, would take its place and receive our output.
 */
static int check_streams(void)
{
	int fd;

	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		return 0;
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return 1;
}

static const struct cmd_info *find_command(const char *name)
{
	const struct cmd_info *info;

	for (info = commands; info->name; info++)
		if (!strcmp(info->name, name))
			return info;
	return NULL;
}

static const char *find_similar(const char *name)
{
	const struct cmd_info *info, *best = NULL;
	unsigned least = 3;

	/* what git would do by it; by its letters it is nearest to the opposite */
	if (!strcmp(name, "pull"))
		return "fetch";
	for (info = commands; info->name; info++) {
		unsigned d = gitperf_word_distance(name, info->name);

		if (d < least) {
			least = d;
			best = info;
		}
	}
	return best ? best->name : NULL;
}

static int unknown_command(const char *name)
{
	const char *similar = find_similar(name);
	char hint[96] = "git perf help lists the commands";

	if (similar)
		snprintf(hint, sizeof(hint), "did you mean 'git perf %s'? git perf help lists all", similar);
	cmd_error(hint, "'%.60s' is not a git perf command", name);
	return EXIT_USAGE;
}

static int flush_output(int status)
{
	int err = ui_flush();

	if (err) {
		fprintf(stderr, "error: cannot write to standard output: %s\n"
			"hint: what the command did to the repository is done; %s\n", strerror(err),
			err == EPIPE ? "whoever read its output has stopped before the end" : "is the disk full?");
		return EXIT_FATAL;
	}
	return status;
}

static int run_command(const struct cmd_info *info, const char *program,
		       int argc, const char **argv)
{
	struct cmd cmd = { info->name, NULL, ui_events(), program };
	int i, help = 0, err = 0, status;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		help |= !strcmp(argv[i], "-h") || !strcmp(argv[i], "--help");
	gitperf_repo_own_process();
	if (info->flags & NEED_REPO && !help)
		err = gitperf_repo_open(&cmd.repo, NULL);
	if (err < 0)
		return cmd_fail(err);
	if (info->flags & USE_PAGER && !help)
		ui_start_pager(&cmd);
	status = info->run(&cmd, argc, argv);
	ui_clear_progress();
	gitperf_repo_free(cmd.repo);
	return status;
}

int main(int argc, const char **argv)
{
	const struct cmd_info *info;
	int status;

	if (!check_streams()) {
		fputs("error: standard output is closed\n"
		      "hint: redirect it to a file or /dev/null; nothing was done\n", stderr);
		return EXIT_FATAL;
	}
	if (argc < 2) {
		const char *help[] = { "help", NULL };

		cmd_help(NULL, 1, help);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("git perf version %s\n", gitperf_version());
		return flush_output(EXIT_YES);
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		argv[1] = "help";
	info = find_command(argv[1]);
	if (!info)
		return unknown_command(argv[1]);
	status = run_command(info, argv[0], argc - 1, argv + 1);
	status = flush_output(status);
	ui_wait_for_pager();
	return status;
}
