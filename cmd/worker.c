/*
 * git perf worker - the machines that measure: how they do, and what they are to do
 */
#include "worker.h"

static const char *const worker_usage[] = {
	"git perf worker [list] [-v] [--cached] [--json] [--color=<when>] [--local | --remote=<name>]",
	"git perf worker add [--platform=<name>] [--local | --remote=<name>] <worker>...",
	"git perf worker (pause | resume | drain | retire) [--local | --remote=<name>] <worker>...",
	"git perf worker rebalance [-n] [-p <platform>] [--add=<worker>,...] [--without=<worker>,...]",
	NULL
};

static const struct verb {
	const char *name;
	gitperf_duty duty;
	const char *done;
} verbs[] = {
	{ "add", GITPERF_DUTY_WORK, "can measure" },
	{ "pause", GITPERF_DUTY_PAUSE, "finishes what it is at, and pauses" },
	{ "resume", GITPERF_DUTY_WORK, "can measure" },
	{ "drain", GITPERF_DUTY_DRAIN, "finishes what it is at, and ends" },
	{ "retire", GITPERF_DUTY_RETIRE, "is retired, and its jobs are for others" }
};

static int list(struct cmd *cmd, const gitperf_schedule_options *opts, const gitperf_view_options *view, int details)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_crew *crew = NULL;
	int err = gitperf_crew_load(&crew, cmd->repo, opts);

	if (!err && !(err = gitperf_view_crew(&out, crew, details, view)))
		cmd_write(&out);
	if (!err && crew->queue->damaged)
		cmd_warn("some files of the queue cannot be used", "the next git perf plan removes them");
	if (!err && crew->queue->newer)
		cmd_warn("some files of the queue are of a newer version of git perf, and not shown", "upgrade git perf");
	gitperf_buffer_dispose(&out);
	gitperf_crew_free(crew);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

/* One after the other: what went before an error is done, and said to be */
static int tell(struct cmd *cmd, const gitperf_schedule_options *opts, const struct verb *verb,
		const char *platform, const char **names)
{
	int err = 0;

	for (; *names && !err; names++) {
		err = gitperf_worker_tell(cmd->repo, *names, platform, verb->duty, opts);
		if (!err)
			printf("%s %s\n", *names, verb->done);
	}
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* What belongs to which word */
static void check_flags(const struct opt *options, const char *word, const struct verb *verb, const struct worker_flags *f)
{
	int is_list = !strcmp(word, "list"), is_rebalance = !strcmp(word, "rebalance");

	if (f->platform && !is_rebalance && strcmp(word, "add"))
		opt_usage_error(worker_usage, options, "--platform belongs to add and rebalance");
	if ((f->details || f->cached) && !is_list)
		opt_usage_error(worker_usage, options, "--verbose and --cached belong to list");
	if ((f->json || f->color) && verb)
		opt_usage_error(worker_usage, options, "--json and --color belong to list and rebalance");
	if ((f->add || f->without || f->quiet) && !is_rebalance)
		opt_usage_error(worker_usage, options, "--add, --without and --quiet belong to rebalance");
}

static void check_usage(const struct opt *options, int argc, const char **argv, const struct worker_flags *f)
{
	const char *word = argc ? argv[0] : "list";
	const struct verb *verb = find_verb(word);

	if (!verb && strcmp(word, "list") && strcmp(word, "rebalance"))
		opt_usage_error(worker_usage, options, "say what to do: list, add, pause, resume, drain, retire or rebalance, not '%s'", word);
	if (!verb && argc > 1)
		opt_usage_error(worker_usage, options, "%s takes no arguments, not '%s'", word, argv[1]);
	check_flags(options, word, verb, f);
	if (verb && argc == 1)
		opt_usage_error(worker_usage, options, "name a worker: git perf worker %s <worker>", word);
}

int cmd_worker(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	struct worker_flags f = { .details = 0 };
	struct opt_format format = { .json = 0 };
	const struct opt options[] = {
		OPT_STRING('p', "platform", &f.platform, "name", "where a new worker measures; whose machines share the suite"),
		OPT_FLAG('v', "verbose", &f.details, "also what makes each one noisy, and what went wrong last"),
		OPT_FLAG(0, "cached", &f.cached, "as it was seen last, without asking the remote"),
		OPT_QUEUE(&opts.here, &share.remote),
		OPT_GROUP("Sharing a suite"),
		OPT_STRING(0, "add", &f.add, "=<worker>,...", "also these machines"),
		OPT_STRING(0, "without", &f.without, "=<worker>,...", "not these"),
		OPT_FLAG('n', "dry-run", &opts.dry_run, "only say what would move"),
		OPT_FLAG('q', "quiet", &f.quiet, "do not print the table"),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &f.json, "JSON"),
		OPT_COLOR(&f.color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, worker_usage, NULL);
	check_usage(options, argc, argv, &f);
	if (opts.here && share.remote)
		opt_usage_error(worker_usage, options, "--local and --remote exclude each other");
	share.may_ask = ui_can_ask();
	opts.share = &share;
	opts.events = &cmd->events;
	opts.cached = f.cached;
	if (argc && find_verb(argv[0]))
		return tell(cmd, &opts, find_verb(argv[0]), f.platform, argv + 1);
	format.json = f.json;
	format.color = f.color;
	ui_view(&view, cmd, &format);
	if (argc && !strcmp(argv[0], "rebalance"))
		return worker_rebalance(cmd, &f, &opts, &view);
	return list(cmd, &opts, &view, f.details);
}
