/*
 * git perf request - have a commit measured by whoever measures for this project
 */
#include "cmd.h"

static const char *const request_usage[] = {
	"git perf request [<options>] [--again] <commit>",
	"git perf request [<options>] [--again] [--steps=<n>] <range>",
	"git perf request [<options>] --cancel (<commit> | <range>)",
	NULL
};

/* What became of it, in words */
static const struct {
	const char *what, *text;
} words[] = {
	{ "queued", "queued" },
	{ "base", "queued, too, to compare with" },
	{ "waiting", "waits in the queue already" },
	{ "running", "is being measured" },
	{ "measured", "is measured already; --again measures it once more" },
	{ "failed", "was tried in vain: git perf show tells why; --again tries once more" },
	{ "cancelled", "taken off the queue" },
	{ "not-queued", "is not in the queue" }
};

static const char *say(const char *what)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].what, what))
			return words[i].text;
	return what;
}

static void print_text(const gitperf_answer *answer)
{
	size_t i;

	for (i = 0; i < answer->n; i++)
		printf("%.10s on %s: %s\n", answer->list[i].commit, answer->list[i].platform, say(answer->list[i].what));
}

static void print_json(const gitperf_answer *answer)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_int(&p, "changed", (int64_t)answer->changed);
	gitperf_print_key(&p, "commits");
	gitperf_print_open(&p, '[');
	for (i = 0; i < answer->n; i++) {
		gitperf_print_open(&p, '{');
		gitperf_print_string(&p, "commit", answer->list[i].commit);
		gitperf_print_string(&p, "platform", answer->list[i].platform);
		gitperf_print_string(&p, "state", answer->list[i].what);
		gitperf_print_close(&p, '}');
	}
	gitperf_print_close(&p, ']');
	gitperf_print_int(&p, "lost_races", answer->lost_races);
	cmd_write_json(&p);
}

static int request(struct cmd *cmd, const gitperf_wish *wish, const gitperf_schedule_options *opts,
		   int quiet, int json)
{
	gitperf_answer *answer;
	int err = gitperf_wish_make(&answer, cmd->repo, wish, opts);

	if (err < 0)
		return cmd_fail(err);
	if (json)
		print_json(answer);
	else if (!quiet)
		print_text(answer);
	gitperf_answer_free(answer);
	return EXIT_YES;
}

int cmd_request(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_wish wish = GITPERF_WISH_INIT;
	const char *platforms[] = { NULL, NULL };
	struct opt_pairs config = { .n = 0 };
	size_t steps = SIZE_MAX;
	int quiet = 0, json = 0;
	const struct opt options[] = {
		OPT_GROUP("What"),
		OPT_COUNT(0, "steps", &steps, "n", "<n> commits of a range, evenly spaced (default: all)"),
		OPT_STRING('p', "platform", &platforms[0], "name", "only on this platform (default: all that are planned for)"),
		OPT_PAIRS('k', NULL, &config, "key=value", "in this configuration (default: those that are planned for)"),
		OPT_FLAG(0, "again", &wish.again, "also what is measured already, or was tried in vain"),
		OPT_FLAG(0, "no-base", &wish.no_base, "not also the commit that a branch began at, to compare with"),
		OPT_FLAG(0, "cancel", &wish.cancel, "take it off the queue, unless somebody is at it"),
		OPT_GROUP("How"),
		OPT_FLAG('n', "dry-run", &opts.dry_run, "only say what would be asked for"),
		OPT_FLAG('q', "quiet", &quiet, "do not print what became of it"),
		OPT_QUEUE(&opts.here, &share.remote),
		OPT_FLAG(0, "json", &json, "JSON"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, request_usage, NULL);
	if (argc != 1)
		opt_usage_error(request_usage, options, argc ? "one commit or range at a time, not also '%s'" : "name a commit or a range",
				argc ? argv[1] : "");
	if (!steps)
		opt_usage_error(request_usage, options, "--steps takes 1 or more");
	if (opts.here && share.remote)
		opt_usage_error(request_usage, options, "--local and --remote exclude each other");
	if (wish.again && wish.cancel)
		opt_usage_error(request_usage, options, "--again and --cancel exclude each other");
	wish.commit = argv[0];
	wish.steps = steps == SIZE_MAX ? 0 : steps;
	wish.reason = strstr(argv[0], "..") ? GITPERF_REASON_BACKFILL : GITPERF_REASON_MANUAL;
	wish.platforms = platforms[0] ? platforms : NULL;
	wish.config = config.pairs;
	wish.nconfig = config.n;
	share.may_ask = ui_can_ask();
	opts.share = &share;
	opts.events = &cmd->events;
	return request(cmd, &wish, &opts, quiet, json);
}
