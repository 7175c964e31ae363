/*
 * git perf fsck - is the perf branch what it should be?
 */
#include "cmd.h"

static const char *const fsck_usage[] = {
	"git perf fsck [-q]",
	NULL
};

static void print_problem(void *payload, const char *where, const char *what,
			  const char *hint)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	(void)payload;
	gitperf_view_text(&text, where);
	ui_clear_progress();
	printf("%s: %s\n", text.ptr, what);
	if (hint)
		printf("hint: %s\n", hint);
	gitperf_buffer_dispose(&text);
}

/* Decisions and marks are where somebody plans; nobody else needs to know that there are none */
static void print_totals(const gitperf_fsck_result *r)
{
	printf("%zu record%s in %zu commit%s, ", r->records, PLURAL(r->records), r->commits,
	       PLURAL(r->commits));
	if (r->decisions)
		printf("%zu decision%s, ", r->decisions, PLURAL(r->decisions));
	if (r->marks)
		printf("%zu mark%s, ", r->marks, PLURAL(r->marks));
	printf("%zu revoked, %zu problem%s\n", r->revoked, r->problems, PLURAL(r->problems));
}

int cmd_fsck(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_fsck_options opts = GITPERF_FSCK_OPTIONS_INIT;
	gitperf_fsck_result result;
	int quiet = 0, err;
	const struct opt options[] = {
		OPT_FLAG('q', "quiet", &quiet, "print problems only"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, fsck_usage, NULL);
	if (argc)
		opt_usage_error(fsck_usage, options, "fsck takes no arguments");
	opts.problem = print_problem;
	opts.events = &cmd->events;
	err = gitperf_store_fsck(&result, cmd->repo, &opts);
	if (err < 0)
		return cmd_fail(err);
	ui_clear_progress();
	if (result.newer)
		fprintf(stderr, "warning: %zu file%s of a newer schema not looked into\n"
			"hint: upgrade git perf\n", result.newer, PLURAL(result.newer));
	if (result.absent)
		fprintf(stderr, "warning: %zu file%s not checked: %s not here, because this is a partial clone\n"
			"hint: run it again where the remote can be reached\n", result.absent,
			PLURAL(result.absent), result.absent == 1 ? "it is" : "they are");
	if (!quiet)
		print_totals(&result);
	if (result.problems)
		return EXIT_NO;
	return result.absent ? EXIT_TRY_AGAIN : EXIT_YES;
}
