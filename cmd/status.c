/*
 * git perf status - one page: what is to be done, what is being done, what there is
 */
#include "cmd.h"
#include "page.h"
#include "watch.h"

static const char *const status_usage[] = {
	"git perf status [-v] [--remote[=<name>]] [--exit-code] [--json] [--color=<when>]",
	"git perf status --watch[=<seconds>] [-v] [--remote=<name>] [--json] [--color=<when>]",
	NULL
};

struct status_args {
	gitperf_survey_options survey;
	gitperf_share_options share;
	gitperf_view_options view;
	int details, exit_code;
};

static int notify(struct cmd *cmd)
{
	gitperf_notify_options opts = GITPERF_NOTIFY_OPTIONS_INIT;

	opts.format = gitperf_view_request;
	opts.events = &cmd->events;
	return gitperf_notify(cmd->repo, &opts);
}

static int alert(struct cmd *cmd, const gitperf_page *page)
{
	gitperf_view_options plain = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = gitperf_view_page(&text, page, &plain);

	if (err >= 0)
		err = gitperf_alert(cmd->repo, page->survey, text.ptr);
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : notify(cmd);
}

/* What was never measured is not well: there is only nothing to be said of it */
static int judge(const gitperf_survey *survey)
{
	if (survey->nnotices)
		return EXIT_NO;
	return survey->is_judged ? EXIT_YES : EXIT_NO_VERDICT;
}

static int show(struct cmd *cmd, const struct status_args *args)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_page page = { .details = args->details };
	int status, err = page_load(&page, cmd, &args->survey);

	if (err >= 0 && (err = gitperf_view_page(&out, &page, &args->view)) >= 0)
		cmd_write(&out);
	if (err >= 0 && args->exit_code)
		err = alert(cmd, &page);
	/* the page has said why it was not answered, and what to do */
	status = err < 0 ? cmd_fail(err) : cmd_exit_status(page.survey->asked < 0 ? page.survey->asked : 0);
	if (status == EXIT_YES && args->exit_code)
		status = judge(page.survey);
	gitperf_buffer_dispose(&out);
	page_release(&page);
	return status;
}

/* For watching: the same, of what is here by now */
static int render(gitperf_buffer *out, void *payload, struct cmd *cmd)
{
	struct status_args *args = payload;
	gitperf_page page = { .details = args->details };
	int err = page_load(&page, cmd, &args->survey);

	args->view.width = ui_width();
	if (err >= 0)
		err = gitperf_view_page(out, &page, &args->view);
	page_release(&page);
	return err;
}

int cmd_status(struct cmd *cmd, int argc, const char **argv)
{
	static const gitperf_survey_options survey = GITPERF_SURVEY_OPTIONS_INIT;
	static const gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	static const gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct status_args args = { .survey = survey, .share = share, .view = view };
	struct opt_format format = { .json = 0 };
	const char *watch = NULL;
	const struct opt options[] = {
		OPT_OPTIONAL("remote", &args.share.remote, "name", "ask the remote what is there now"),
		OPT_FLAG('v', "verbose", &args.details, "all that waits, more requests, and what workers tell of themselves"),
		OPT_FLAG(0, "exit-code", &args.exit_code, "exit with 1 if anything is wrong or waits, 2 if nothing was ever measured"),
		OPT_OPTIONAL("watch", &watch, "seconds", "show it anew when anything has changed, until ^C (default: every 5 s)"),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &format.json, "JSON"),
		OPT_COLOR(&format.color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, status_usage, NULL);
	if (argc)
		opt_usage_error(status_usage, options, "status takes no arguments, not '%s'", argv[0]);
	if (watch && args.exit_code)
		opt_usage_error(status_usage, options, "--watch does not end, so it has no exit status");
	args.survey.ask = args.share.remote != NULL;
	if (args.share.remote && !*args.share.remote)
		args.share.remote = NULL;
	args.share.may_ask = ui_can_ask() && !watch;
	args.survey.share = &args.share;
	args.survey.events = watch ? NULL : &cmd->events;
	ui_view(&args.view, cmd, &format);
	if (!watch)
		return show(cmd, &args);
	/* whether something has moved is asked there, and only then what */
	args.survey.ask = 0;
	return watch_run(cmd, watch, &args.share, render, &args);
}
