/*
 * git perf status - one page: what is to be done, and what there is
 */
#include "cmd.h"

static const char *const status_usage[] = {
	"git perf status [--remote[=<name>]] [--exit-code] [--json] [--color=<when>]",
	NULL
};

static int print(struct cmd *cmd, const gitperf_survey *survey, const gitperf_view_options *view, int alert)
{
	gitperf_view_options plain = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_buffer out = GITPERF_BUFFER_INIT, page = GITPERF_BUFFER_INIT;
	int err = gitperf_view_survey(&out, survey, view);

	if (err >= 0)
		cmd_write(&out);
	if (err >= 0 && alert && (err = gitperf_view_survey(&page, survey, &plain)) >= 0)
		err = gitperf_alert(cmd->repo, survey, page.ptr);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&page);
	if (err < 0)
		return cmd_fail(err);
	/* the page has said why, and what to do */
	return cmd_exit_status(survey->asked < 0 ? survey->asked : 0);
}

/* What was never measured is not well: there is only nothing to be said of it */
static int judge(const gitperf_survey *survey)
{
	if (survey->nnotices)
		return EXIT_NO;
	return survey->is_judged ? EXIT_YES : EXIT_NO_VERDICT;
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
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if anything is wrong or waits, 2 if nothing was ever measured"),
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
	status = print(cmd, survey, &view, exit_code);
	if (status == EXIT_YES && exit_code)
		status = judge(survey);
	gitperf_survey_free(survey);
	return status;
}
