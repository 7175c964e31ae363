/*
 * git perf plan - decide which commits are to be measured
 */
#include "cmd.h"

static const char *const plan_usage[] = {
	"git perf plan [-n] [-q] [--explain] [--json] [--color=<when>] [--local | --remote=<name>]",
	"git perf plan --suggest [--json] [--color=<when>] [--local | --remote=<name>]",
	NULL
};

/* Who has planned knows best what has landed; that nobody could be told is a warning */
static int notify(struct cmd *cmd, const gitperf_schedule_options *schedule)
{
	gitperf_notify_options opts = GITPERF_NOTIFY_OPTIONS_INIT;
	int err;

	opts.schedule = schedule;
	opts.format = gitperf_view_request;
	opts.events = &cmd->events;
	err = gitperf_notify(cmd->repo, &opts);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

static int make_plan(struct cmd *cmd, const gitperf_schedule_options *opts, int explain, int quiet,
		const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_plan *plan = NULL;
	int err = gitperf_plan_make(&plan, cmd->repo, opts);

	if (!err && !quiet && !(err = gitperf_view_plan(&out, plan, explain, view)))
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	gitperf_plan_free(plan);
	if (err < 0)
		return cmd_fail(err);
	return opts->dry_run ? EXIT_YES : notify(cmd, opts);
}

static int suggest(struct cmd *cmd, const gitperf_schedule_options *opts, const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_advice *advice = NULL;
	int err = gitperf_advice_load(&advice, cmd->repo, opts);

	if (!err && !(err = gitperf_view_advice(&out, advice, view)))
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	gitperf_advice_free(advice);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

int cmd_plan(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct opt_format format = { .json = 0 };
	int explain = 0, quiet = 0, advise = 0;
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", &opts.dry_run, "only say what would be planned"),
		OPT_FLAG('q', "quiet", &quiet, "do not print what was planned"),
		OPT_FLAG(0, "explain", &explain, "say of each commit what was decided, and why"),
		OPT_FLAG(0, "suggest", &advise, "propose a window instead, by how long measuring takes"),
		OPT_QUEUE(&opts.here, &share.remote),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &format.json, "JSON"),
		OPT_COLOR(&format.color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, plan_usage, NULL);
	if (argc)
		opt_usage_error(plan_usage, options, "plan takes no arguments, not '%s'", argv[0]);
	if (advise && (explain || opts.dry_run))
		opt_usage_error(plan_usage, options, "--suggest plans nothing, so there is nothing to explain");
	if (opts.here && share.remote)
		opt_usage_error(plan_usage, options, "--local and --remote exclude each other");
	share.may_ask = ui_can_ask();
	opts.share = &share;
	opts.events = &cmd->events;
	ui_view(&view, cmd, &format);
	if (advise)
		return suggest(cmd, &opts, &view);
	return make_plan(cmd, &opts, explain, quiet, &view);
}
