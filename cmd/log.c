/*
 * git perf log - how measurements moved along the history
 *
 * Reads only: the query becomes a log (lib/query), the log becomes text
 * (lib/view).
 */
#include "cmd.h"

static const char *const log_usage[] = {
	"git perf log [<options>] [<revision-range>] [--] [<benchmark>...]",
	NULL
};

/*
 * As in git log, what stands before "--" is a range; without one, the first
 * argument is a range if it can be.
 */
static int take_range(struct cmd *cmd, const char **range, const char ***argv,
		      int argc, int dashdash)
{
	char id[GITPERF_ID_SIZE];
	const char *first = argc ? (*argv)[0] : NULL;

	if (dashdash > 1)
		return -1;
	if (dashdash == 0 || !first)
		return 0;
	if (dashdash == 1 || strstr(first, "..") ||
	    gitperf_repo_resolve(id, cmd->repo, first) >= 0) {
		*range = first;
		(*argv)++;
	}
	return 0;
}

static size_t count_failures(const gitperf_log *log)
{
	size_t c, i, failed = 0;

	for (c = 0; c < gitperf_log_ncolumns(log); c++)
		for (i = 0; i < gitperf_log_ncommits(log); i++)
			failed += gitperf_log_cell(log, c, i)->failed;
	return failed;
}

/* What was asked for by name must be there; a filter that nothing passes is a mistake */
static int check_found(const gitperf_log *log, const gitperf_query *query,
		       int plain)
{
	const char *const *names = query->benchmarks;
	size_t i, n = gitperf_log_nseries(log);

	if (!gitperf_log_ncolumns(log) && (query->platform || query->nconfig))
		return cmd_error("git perf ls shows the platforms, git perf log the configurations",
				 "no measurements on that platform or with that configuration in this range");
	if (!n && names && count_failures(log))
		return cmd_error("git perf show <commit> has the reason and the log",
				 "measured, but failed, %zu time%s in this range", count_failures(log), PLURAL(count_failures(log)));
	if (!n && query->metric)
		return cmd_error("git perf show names the metrics of a record",
				 "no measurement of the metric '%s' in this range", query->metric);
	for (; names && *names; names++) {
		for (i = 0; i < n; i++)
			if (!strcmp(gitperf_log_series(log, i)->benchmark, *names))
				break;
		if (i == n && plain)
			return cmd_error("git perf show names the benchmarks of a commit",
					 "'%s' is neither a revision nor a benchmark measured in this range", *names);
		if (i == n)
			return cmd_error("git perf show names the benchmarks of a commit",
					 "no measurement of '%s' in this range", *names);
	}
	return EXIT_YES;
}

static void say_nothing_found(struct cmd *cmd, const gitperf_log *log)
{
	const gitperf_tally *t = gitperf_log_tally(log);

	if (t->carried)
		fputs("no measurements in this range: nothing that the benchmarks depend on had changed\n"
		      "hint: git perf show <commit> says which commit they were carried from\n", stderr);
	else if (t->elsewhere)
		fprintf(stderr, "no measurements in this range; %zu record%s of other commits\n"
			"hint: name a range that has them: git perf ls\n", t->elsewhere, PLURAL(t->elsewhere));
	else if (t->dirty)
		fputs("no measurements of a commit as it is\nhint: commit, and measure that: git perf run\n", stderr);
	else
		cmd_say_no_results(cmd);
}

static int show(struct cmd *cmd, const gitperf_query *query, int plain,
		const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_store *store = NULL;
	gitperf_log *log = NULL;
	int err, status = EXIT_YES;

	if ((err = gitperf_store_open(&store, cmd->repo)) < 0 ||
	    (err = gitperf_log_load(&log, cmd->repo, store, query)) < 0) {
		status = cmd_fail(err);
		goto out;
	}
	cmd_warn_tally(gitperf_log_tally(log));
	if (query->benchmarks && gitperf_log_nseries(log) && count_failures(log))
		fprintf(stderr, "note: beside these, %zu measurement%s failed; git perf show <commit> has the reason\n",
			count_failures(log), PLURAL(count_failures(log)));
	status = check_found(log, query, plain);
	if (status == EXIT_YES && view->format == GITPERF_FORMAT_TEXT &&
	    !gitperf_log_ncolumns(log))
		say_nothing_found(cmd, log);
	if (status == EXIT_YES &&
	    (err = gitperf_view_log(&out, log, !query->benchmarks, view)) < 0)
		status = cmd_fail(err);
	if (err >= 0)
		cmd_write(&out);
out:
	gitperf_buffer_dispose(&out);
	gitperf_log_free(log);
	gitperf_store_free(store);
	return status;
}

int cmd_log(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_query query = GITPERF_QUERY_INIT;
	struct opt_format format = { .json = 0 };
	struct opt_pairs config = { .n = 0 };
	const char *range_mode = NULL, *since = NULL;
	size_t max_count = SIZE_MAX;
	int dashdash;
	const struct opt options[] = {
		OPT_GROUP("Selection"),
		OPT_SELECTION(&query.platform, &query.metric, &config),
		OPT_COUNT('n', "max-count", &max_count, "n", "look at no more than <n> commits"),
		OPT_SINCE(&since),
		OPT_GROUP("Output"),
		OPT_STRING(0, "range-mode", &range_mode, "mode", "what a result stands for: decided, or 24h before it"),
		OPT_FORMAT(&format, "a line per point, for scripts"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, log_usage, &dashdash);
	opt_check_format(&format, options, log_usage);
	if (!max_count)
		opt_usage_error(log_usage, options, "-n takes a number of 1 or more");
	if (since && gitperf_time_since(&query.since, since) < 0)
		return cmd_fail(GITPERF_EINVALID);
	if (range_mode && strcmp(range_mode, "24h") && strcmp(range_mode, "decided"))
		opt_usage_error(log_usage, options, "--range-mode is decided or 24h, not '%s'", range_mode);
	query.flags = range_mode && !strcmp(range_mode, "24h") ? GITPERF_QUERY_DAY_RANGES : GITPERF_QUERY_RANGES;
	query.max_count = max_count == SIZE_MAX ? 0 : max_count;
	if (take_range(cmd, &query.range, &argv, argc, dashdash) < 0)
		opt_usage_error(log_usage, options, "one revision range at a time");
	query.benchmarks = *argv ? argv : NULL;
	query.config = config.pairs;
	query.nconfig = config.n;
	query.events = &cmd->events;
	ui_view(&view, cmd, &format);
	return show(cmd, &query, dashdash < 0, &view);
}
