/*
 * git perf work - take jobs from the queue and measure them
 */
#include "cmd.h"

#include <errno.h>

static const char *const work_usage[] = {
	"git perf work [--once | --loop] [--worker=<name>] [--platform=<name>] [--set=<name>] [--anywhere] [--wait=<seconds>] [-q] [--local | --remote=<name>]",
	NULL
};

#define UNSAID SIZE_MAX
#define SHORT 10

struct work_args {
	struct cmd *cmd;
	gitperf_work_options work;
	int once, loop, quiet;
	size_t wait;
};

static const char *word_for(gitperf_work_news news)
{
	static const char *const words[] = {
		[GITPERF_NEWS_CLAIMED] = "claimed", [GITPERF_NEWS_RESUMED] = "resumed", [GITPERF_NEWS_LANDED] = "measured",
		[GITPERF_NEWS_RELEASED] = "released", [GITPERF_NEWS_LOST] = "lost", [GITPERF_NEWS_FAILED] = "failed",
		[GITPERF_NEWS_REFUSED] = "refused", [GITPERF_NEWS_PAUSED] = "paused",
		[GITPERF_NEWS_IDLE] = "idle", [GITPERF_NEWS_OFFLINE] = "offline", [GITPERF_NEWS_DRAINED] = "drained"
	};

	return words[news];
}

static void add_job(gitperf_buffer *out, const gitperf_work_event *event)
{
	const gitperf_job *job = event->job;
	char text[200];

	snprintf(text, sizeof(text), " %.*s on %s", SHORT, job->commit, job->platform);
	gitperf_buffer_add(out, text, strlen(text));
	if (event->news == GITPERF_NEWS_CLAIMED || event->news == GITPERF_NEWS_RESUMED) {
		snprintf(text, sizeof(text), " (%s), attempt %lld of %d", gitperf_reason_name(gitperf_reason_first(job->reasons)),
			 (long long)job->attempts, GITPERF_ATTEMPTS_MAX);
		gitperf_buffer_add(out, text, strlen(text));
	}
}

/* When the queue was just looked at, and nothing is being measured */
static void notify(const struct work_args *args)
{
	gitperf_notify_options opts = GITPERF_NOTIFY_OPTIONS_INIT;

	opts.schedule = args->work.schedule;
	opts.format = gitperf_view_request;
	opts.events = args->work.events;
	if (gitperf_notify(args->cmd->repo, &opts) < 0)
		cmd_warn(gitperf_error_message(), gitperf_error_hint());
}

/* A line each, at once: systemd and CI show them as they come */
static void tell(void *payload, const gitperf_work_event *event)
{
	const struct work_args *args = payload;
	const char *word = word_for(event->news);
	gitperf_buffer line = GITPERF_BUFFER_INIT;

	if (event->news == GITPERF_NEWS_CLAIMED || event->news == GITPERF_NEWS_IDLE)
		notify(args);
	if (args->quiet)
		return;
	gitperf_buffer_add(&line, word, strlen(word));
	if (event->job)
		add_job(&line, event);
	if (event->why) {
		gitperf_buffer_add(&line, ": ", 2);
		gitperf_view_text(&line, event->why);
	}
	if (event->job && event->news == GITPERF_NEWS_LANDED) {
		char took[40];

		snprintf(took, sizeof(took), ", %.1f s", (double)event->duration_ms / 1000);
		gitperf_buffer_add(&line, took, strlen(took));
	}
	gitperf_buffer_add(&line, "\n", 1);
	ui_clear_progress();
	cmd_write(&line);
	ui_flush();
	gitperf_buffer_dispose(&line);
}

/* Parsing takes them apart */
static const char **copy_arguments(struct cmd *cmd, int argc, const char **argv)
{
	const char **copy = calloc((size_t)argc + 2, sizeof(*copy));

	if (copy) {
		copy[0] = cmd->program;
		memcpy(copy + 1, argv, (size_t)argc * sizeof(*copy));
	}
	return copy;
}

/* What perf.updateCommand has made takes over, called as we were */
static int become(struct cmd *cmd, const char **argv)
{
	ui_become(cmd->program, argv);
	return cmd_error("start it again by hand", "cannot run the new '%s': %s", cmd->program, strerror(errno));
}

static int run(struct cmd *cmd, struct work_args *args, const char **argv)
{
	gitperf_work_result result;
	int err;

	ui_catch_interruptions();
	err = gitperf_work(&result, cmd->repo, &args->work);
	if (!err && !args->loop)
		notify(args);
	if (!err && result.updated)
		return become(cmd, argv);
	if (!err && !args->quiet && !result.landed && !result.interrupted && !args->loop)
		fputs("nothing is to be done\n", stderr);
	err = err < 0 ? cmd_fail(err) : EXIT_YES;
	ui_release_interruptions();
	return err;
}

int cmd_work(struct cmd *cmd, int argc, const char **argv)
{
	static const gitperf_work_options blank = GITPERF_WORK_OPTIONS_INIT;
	gitperf_schedule_options schedule = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	struct work_args args = { .cmd = cmd, .work = blank, .wait = UNSAID };
	const char **again = copy_arguments(cmd, argc, argv);
	int status;
	const struct opt options[] = {
		OPT_FLAG(0, "once", &args.once, "one job at most"),
		OPT_FLAG(0, "loop", &args.loop, "never end, but wait for more"),
		OPT_GROUP("Who"),
		OPT_STRING(0, "worker", &args.work.worker, "name", "default: perf.worker, else by the name of this host"),
		OPT_STRING('p', "platform", &args.work.platform, "name", "default: perf.platform, else this machine's"),
		OPT_STRING(0, "set", &args.work.set, "name", "also take the part of the suite that is this worker's"),
		OPT_FLAG(0, "anywhere", &args.work.anywhere, "several machines may have this name: a job of a CI system"),
		OPT_GROUP("How"),
		OPT_COUNT(0, "wait", &args.wait, "seconds", "wait for another measurement on this host (default: 600)"),
		OPT_FLAG('q', "quiet", &args.quiet, "do not say what is being done"),
		OPT_QUEUE(&schedule.here, &share.remote),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, work_usage, NULL);
	if (argc)
		opt_usage_error(work_usage, options, "work takes no arguments, not '%s'", argv[0]);
	if (args.once && args.loop)
		opt_usage_error(work_usage, options, "--once and --loop exclude each other");
	if (schedule.here && share.remote)
		opt_usage_error(work_usage, options, "--local and --remote exclude each other");
	if (args.wait != UNSAID && args.wait > INT32_MAX / 1000)
		opt_usage_error(work_usage, options, "the time to wait must be at most 2147483 seconds");
	share.may_ask = ui_can_ask() && !args.loop;
	schedule.share = &share;
	args.work.mode = args.once ? GITPERF_WORK_ONCE : args.loop ? GITPERF_WORK_LOOP : GITPERF_WORK_UNTIL_EMPTY;
	args.work.schedule = &schedule;
	args.work.wait_ms = args.wait == UNSAID ? -1 : (int64_t)args.wait * 1000;
	args.work.is_interrupted = ui_is_interrupted;
	args.work.tell = tell;
	args.work.payload = &args;
	args.work.events = &cmd->events;
	status = again ? run(cmd, &args, again) : cmd_fail(GITPERF_ENOMEM);
	free(again);
	return status;
}
