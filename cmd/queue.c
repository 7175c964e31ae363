/*
 * git perf queue - what waits to be measured, and when its results are expected
 */
#include "cmd.h"

static const char *const queue_usage[] = {
	"git perf queue [--cached] [--json] [--color=<when>] [--local | --remote=<name>]",
	NULL
};

static int show(struct cmd *cmd, const gitperf_schedule_options *opts, const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_agenda *agenda = NULL;
	int err = gitperf_agenda_load(&agenda, cmd->repo, opts);

	if (!err && !(err = gitperf_view_agenda(&out, agenda, view)))
		cmd_write(&out);
	if (!err && agenda->queue->damaged)
		cmd_warn("some files of the queue cannot be used", "the next git perf plan removes them; ask again for what is missing");
	if (!err && agenda->queue->newer)
		cmd_warn("some files of the queue are of a newer version of git perf, and not shown", "upgrade git perf");
	gitperf_buffer_dispose(&out);
	gitperf_agenda_free(agenda);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

int cmd_queue(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct opt_format format = { .json = 0 };
	const struct opt options[] = {
		OPT_FLAG(0, "cached", &opts.cached, "as it was seen last, without asking the remote"),
		OPT_QUEUE(&opts.here, &share.remote),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &format.json, "JSON"),
		OPT_COLOR(&format.color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, queue_usage, NULL);
	if (argc)
		opt_usage_error(queue_usage, options, "queue takes no arguments, not '%s'; to add to it: git perf request %s",
				argv[0], argv[0]);
	if (opts.here && share.remote)
		opt_usage_error(queue_usage, options, "--local and --remote exclude each other");
	share.may_ask = ui_can_ask();
	opts.share = &share;
	opts.events = &cmd->events;
	ui_view(&view, cmd, &format);
	return show(cmd, &opts, &view);
}
