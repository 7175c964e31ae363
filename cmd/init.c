/*
 * git perf init - a suite to begin with, and a CI job if asked for
 *
 * Says what was recognised, and what to do next. Nothing is overwritten.
 */
#include "cmd.h"

static const char *const init_usage[] = {
	"git perf init [--ci=(github|gitlab|cron)]",
	NULL
};

static void print_file(const char *what, const char *path)
{
	fputs(what, stdout);
	ui_print_name(stdout, path);
	putchar('\n');
}

static void print_starter(const gitperf_starter *starter)
{
	size_t i;

	if (!starter->tool) {
		puts("recognised: nothing; the suite has an example to replace");
		return;
	}
	printf("recognised: %s, by ", starter->tool);
	ui_print_name(stdout, starter->evidence);
	for (i = 0; i < starter->nothers; i++)
		printf("%s%s", i ? ", " : "; not used: ", starter->others[i]);
	putchar('\n');
}

static int write_suite(const char *top, const char *ci)
{
	gitperf_starter *starter;
	int err = gitperf_starter_look(&starter, top);

	if (err < 0)
		return err;
	err = gitperf_starter_write(top, GITPERF_SUITE_FILE, starter->suite, strlen(starter->suite));
	if (!err) {
		print_starter(starter);
		print_file("wrote ", GITPERF_SUITE_FILE);
	} else if (err == GITPERF_EEXISTS && ci) {
		/* the job is what was asked for */
		print_file("kept ", GITPERF_SUITE_FILE);
		err = 0;
	}
	gitperf_starter_free(starter);
	return err;
}

static int write_ci(const char *top, const char *path, gitperf_buffer *text)
{
	int err = 0;

	if (path) {
		err = gitperf_starter_write(top, path, text->ptr, text->len);
		if (!err)
			print_file("wrote ", path);
		if (err != GITPERF_EEXISTS)
			return err;
		/* it has other jobs, too, and is not ours to change */
		print_file("add this to ", path);
	} else {
		puts("add this with crontab -e");
	}
	cmd_write(text);
	return 0;
}

static void print_next(const char *path)
{
	puts("next:\n"
	     "  git perf run\n"
	     "  git perf log");
	printf("  git add %s%s%s && git commit\n", GITPERF_SUITE_FILE, path ? " " : "", path ? path : "");
}

int cmd_init(struct cmd *cmd, int argc, const char **argv)
{
	const char *ci = NULL, *path = NULL, *top;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = 0;
	const struct opt options[] = {
		OPT_STRING(0, "ci", &ci, "=(github|gitlab|cron)", "also make this system measure and store"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, init_usage, NULL);
	if (argc)
		opt_usage_error(init_usage, options, "unexpected argument '%.60s'", argv[0]);
	top = gitperf_repo_worktree(cmd->repo);
	if (!top)
		return cmd_error("run it in a clone that has files", "this repository has no work tree");
	/* an unknown system, before anything is written */
	if (ci)
		err = gitperf_starter_ci(&text, &path, ci, gitperf_repo_data_ref(cmd->repo), top);
	if (!err)
		err = write_suite(top, ci);
	if (!err && ci)
		err = write_ci(top, path, &text);
	if (err < 0)
		err = cmd_fail(err);
	else
		print_next(path);
	gitperf_buffer_dispose(&text);
	return err;
}
