/*
 * git perf coverage - how much of the trunk has a result, and where it has none
 */
#include "cmd.h"

static const char *const coverage_usage[] = {
	"git perf coverage [<options>] [<range>]",
	NULL
};

static size_t count_gaps(const gitperf_coverage *c)
{
	size_t i, n = 0;

	for (i = 0; i < gitperf_coverage_nplatforms(c); i++)
		n += gitperf_coverage_platform(c, i)->ngaps;
	return n;
}

/* Nothing that has failed to say something is well */
static int verdict(const gitperf_coverage *c, const gitperf_store *store)
{
	if (!gitperf_coverage_ncommits(c) || !gitperf_store_count(store))
		return EXIT_NO_VERDICT;
	return count_gaps(c) ? EXIT_NO : EXIT_YES;
}

static void say_what_lacks(struct cmd *cmd, const gitperf_coverage *c, const gitperf_store *store)
{
	if (!gitperf_store_count(store))
		cmd_say_no_results(cmd);
	if (!gitperf_coverage_ncommits(c))
		fputs("no commit of the trunk is in this range\nhint: git perf coverage without a range shows them all\n", stderr);
}

static int print(struct cmd *cmd, const gitperf_coverage *c, const gitperf_store *store, int gaps,
		 const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	int err = gitperf_view_coverage(&out, c, gaps, view);

	if (err < 0)
		return cmd_fail(err);
	cmd_write(&out);
	if (view->format == GITPERF_FORMAT_TEXT)
		say_what_lacks(cmd, c, store);
	return EXIT_YES;
}

static int show(struct cmd *cmd, const gitperf_coverage_options *opts, int gaps, int exit_code,
		const gitperf_view_options *view)
{
	gitperf_coverage *c = NULL;
	gitperf_store *store;
	int status, err = gitperf_store_open(&store, cmd->repo);

	if (err < 0)
		return cmd_fail(err);
	err = gitperf_coverage_load(&c, cmd->repo, store, opts);
	if (err < 0) {
		status = cmd_fail(err);
		/* no trunk: that is no answer, but not the fault of who asks */
		if (exit_code && err == GITPERF_ENOTFOUND && !opts->range)
			status = EXIT_NO_VERDICT;
	} else if (opts->platform && !gitperf_coverage_nplatforms(c)) {
		status = cmd_error("git perf coverage shows the platforms",
				   "neither results nor a plan of the platform '%s' are here", opts->platform);
	} else {
		status = print(cmd, c, store, gaps, view);
		if (status == EXIT_YES && exit_code)
			status = verdict(c, store);
	}
	gitperf_coverage_free(c);
	gitperf_store_free(store);
	return status;
}

int cmd_coverage(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_coverage_options opts = GITPERF_COVERAGE_OPTIONS_INIT;
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct opt_format format = { .json = 0 };
	int gaps = 0, exit_code = 0;
	const char *since = NULL;
	const struct opt options[] = {
		OPT_GROUP("Selection"),
		OPT_STRING('p', "platform", &opts.platform, "name", "only this platform (default: all)"),
		OPT_SINCE(&since),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "gaps", &gaps, "name each gap, with its cause"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if there is a gap, with 2 if nothing can be said"),
		OPT_FORMAT(&format, "a line per gap, for scripts"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, coverage_usage, NULL);
	opt_check_format(&format, options, coverage_usage);
	if (argc > 1)
		opt_usage_error(coverage_usage, options, "one range at a time");
	if (since && gitperf_time_since(&opts.since, since) < 0)
		return cmd_fail(GITPERF_EINVALID);
	opts.range = argc ? argv[0] : NULL;
	opts.events = &cmd->events;
	ui_view(&view, cmd, &format);
	return show(cmd, &opts, gaps, exit_code, &view);
}
