/*
 * git perf init - a suite to begin with, and a CI job if asked for
 *
 * Says what was recognised, and what to do next. Nothing is overwritten.
 */
#include "cmd.h"

#include <limits.h>

static const char *const init_usage[] = {
	"git perf init [--ci=(github|gitlab|cron)]",
	NULL
};

struct init {
	const char *top;
	const char *root;          /* what paths from the top begin with here */
	const char *ci;            /* the system asked for, or NULL */
	const char *ci_path;       /* of its file, if it has one */
	int has_commits;
	int is_example;            /* nothing was recognised */
};

static void print_file(const char *what, const struct init *init, const char *path)
{
	printf("%s%s", what, init->root);
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

static int write_suite(struct init *init)
{
	gitperf_starter *starter;
	int err = gitperf_starter_look(&starter, init->top);

	if (err < 0)
		return err;
	err = gitperf_starter_write(init->top, GITPERF_SUITE_FILE, starter->suite, strlen(starter->suite));
	if (!err) {
		init->is_example = !starter->tool;
		print_starter(starter);
		print_file("wrote ", init, GITPERF_SUITE_FILE);
	} else if (err == GITPERF_EEXISTS && init->ci) {
		/* the job is what was asked for */
		print_file("kept ", init, GITPERF_SUITE_FILE);
		err = 0;
	}
	gitperf_starter_free(starter);
	return err;
}

static int write_ci(const struct init *init, gitperf_buffer *text)
{
	int err = 0;

	if (init->ci_path) {
		err = gitperf_starter_write(init->top, init->ci_path, text->ptr, text->len);
		if (!err)
			print_file("wrote ", init, init->ci_path);
		if (err != GITPERF_EEXISTS)
			return err;
		/* it has other jobs, too, and is not ours to change */
		print_file("add this to ", init, init->ci_path);
	} else {
		puts("add this with crontab -e, on each machine that measures");
	}
	cmd_write(text);
	return 0;
}

static void print_commit(const struct init *init)
{
	printf("  git add %s%s", init->root, GITPERF_SUITE_FILE);
	if (init->ci_path)
		printf(" %s%s", init->root, init->ci_path);
	puts(" && git commit");
}

static void print_next(const struct init *init)
{
	puts("next:");
	if (init->is_example)
		printf("  edit %s%s, which measures git itself\n", init->root, GITPERF_SUITE_FILE);
	if (!init->has_commits)
		print_commit(init);
	puts("  git perf run\n"
	     "  git perf log");
	if (init->has_commits)
		print_commit(init);
}

static int look_around(struct init *init, struct cmd *cmd)
{
	char here[PATH_MAX], top[PATH_MAX], head[GITPERF_ID_SIZE];

	init->top = gitperf_repo_worktree(cmd->repo);
	if (!init->top)
		return -1;
	init->root = realpath(".", here) && realpath(init->top, top) && strcmp(here, top) ? ":/" : "";
	init->has_commits = !gitperf_repo_resolve(head, cmd->repo, "HEAD");
	return 0;
}

int cmd_init(struct cmd *cmd, int argc, const char **argv)
{
	struct init init = { 0 };
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = 0;
	const struct opt options[] = {
		OPT_STRING(0, "ci", &init.ci, "=(github|gitlab|cron)", "also make this system measure and store"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, init_usage, NULL);
	if (argc)
		opt_usage_error(init_usage, options, "unexpected argument '%.60s'", argv[0]);
	if (look_around(&init, cmd) < 0)
		return cmd_error("run it in a clone that has files", "this repository has no work tree");
	/* an unknown system, before anything is written */
	if (init.ci)
		err = gitperf_starter_ci(&text, &init.ci_path, init.ci,
					 gitperf_repo_data_ref(cmd->repo), init.top);
	if (!err)
		err = write_suite(&init);
	if (!err && init.ci)
		err = write_ci(&init, &text);
	if (err < 0)
		err = cmd_fail(err);
	else
		print_next(&init);
	gitperf_buffer_dispose(&text);
	return err;
}
