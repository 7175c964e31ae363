/*
 * git perf status - one page: what is to be done, and what there is
 */
#include "cmd.h"

static const char *const status_usage[] = {
	"git perf status [--remote[=<name>]] [--exit-code] [--json] [--color=<when>]",
	NULL
};

static int print(const gitperf_survey *survey, const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	int err = gitperf_view_survey(&out, survey, view);

	if (err < 0)
		return cmd_fail(err);
	cmd_write(&out);
	/* the page has said why, and what to do */
	return cmd_exit_status(survey->asked < 0 ? survey->asked : 0);
}

int cmd_status(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_survey_options opts = GITPERF_SURVEY_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct opt_format format = { .json = 0 };
	gitperf_survey *survey;
	int exit_code = 0, err, status;
	const struct opt options[] = {
		OPT_OPTIONAL("remote", &share.remote, "name", "ask the remote what is there now"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if anything is wrong or waits"),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &format.json, "JSON"),
		OPT_COLOR(&format.color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, status_usage, NULL);
	if (argc)
		opt_usage_error(status_usage, options, "status takes no arguments, not '%s'", argv[0]);
	opts.ask = share.remote != NULL;
	if (share.remote && !*share.remote)
		share.remote = NULL;
	share.may_ask = ui_can_ask();
	opts.share = &share;
	opts.events = &cmd->events;
	ui_view(&view, cmd, &format);
	if ((err = gitperf_survey_load(&survey, cmd->repo, &opts)) < 0)
		return cmd_fail(err);
	status = print(survey, &view);
	if (status == EXIT_YES && exit_code && survey->nnotices)
		status = EXIT_NO;
	gitperf_survey_free(survey);
	return status;
}
