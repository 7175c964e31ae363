/*
 * git perf diff - two commits side by side
 *
 * Reads only: the revisions become a comparison (lib/query), the comparison
 * becomes text (lib/view), its verdicts the exit status.
 */
#include "cmd.h"

static const char *const diff_usage[] = {
	"git perf diff [<options>] <base> [<head>] [-- <benchmark>...]",
	"git perf diff [<options>] <base>..<head> [-- <benchmark>...]",
	NULL
};

struct revs {
	const char *base, *head;
	char *range;               /* that they are cut from, or NULL */
};

/* "A B", "A" (against HEAD) or "A..B", HEAD at an empty side; -1 if it is none */
static int take_revs(struct revs *out, const char **argv, int n)
{
	char *dots;

	memset(out, 0, sizeof(*out));
	if (n < 1 || n > 2)
		return -1;
	out->base = argv[0];
	out->head = n > 1 ? argv[1] : "HEAD";
	if (!strstr(argv[0], ".."))
		return 0;
	if (n > 1 || strstr(argv[0], "..."))
		return -1;
	out->range = strdup(argv[0]);
	if (!out->range)
		return -1;
	dots = strstr(out->range, "..");
	*dots = '\0';
	out->base = dots == out->range ? "HEAD" : out->range;
	out->head = dots[2] ? dots + 2 : "HEAD";
	return 0;
}

/* "99" or "99.5"; 0 if it is no percentage */
static int take_confidence(double *out, const char *text)
{
	char *end;

	*out = strtod(text, &end) / 100;
	return end != text && (!*end || !strcmp(end, "%")) && *out >= 0.5 && *out < 1;
}

static int show(struct cmd *cmd, const struct revs *revs,
		const gitperf_compare_options *options, int exit_code,
		const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_comparison *comparison = NULL;
	gitperf_store *store = NULL;
	int err, status = EXIT_YES;

	if ((err = gitperf_store_open(&store, cmd->repo)) < 0 ||
	    (err = gitperf_compare_commits(&comparison, cmd->repo, store, revs->base,
					   revs->head, options)) < 0 ||
	    (err = gitperf_view_comparison(&out, comparison, view)) < 0)
		status = cmd_fail(err);
	else if (exit_code)
		status = cmd_verdict(comparison);
	if (err >= 0)
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	gitperf_comparison_free(comparison);
	gitperf_store_free(store);
	return status;
}

int cmd_diff(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_compare_options compare = GITPERF_COMPARE_OPTIONS_INIT;
	struct opt_format format = { .json = 0 };
	struct opt_pairs config = { .n = 0 };
	const char *confidence = "99";
	int exit_code = 0, dashdash, status;
	struct revs revs;
	const struct opt options[] = {
		OPT_GROUP("Selection"),
		OPT_SELECTION(&compare.platform, &compare.metric, &config),
		OPT_GROUP("Verdicts"),
		OPT_STRING(0, "confidence", &confidence, "percent", "of all verdicts together (default: 99)"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 for a regression, 2 if nothing can be judged"),
		OPT_GROUP("Output"),
		OPT_FORMAT(&format, "a line per benchmark, for scripts"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, diff_usage, &dashdash);
	opt_check_format(&format, options, diff_usage);
	if (!take_confidence(&compare.confidence, confidence))
		opt_usage_error(diff_usage, options, "--confidence takes a percentage from 50 to below 100, not '%s'", confidence);
	if (dashdash < 0)
		dashdash = argc;
	if (take_revs(&revs, argv, dashdash) < 0)
		opt_usage_error(diff_usage, options, "two commits, <base>..<head>, or one to compare HEAD with; benchmarks stand behind '--'");
	compare.benchmarks = argv[dashdash] ? argv + dashdash : NULL;
	compare.config = config.pairs;
	compare.nconfig = config.n;
	compare.events = &cmd->events;
	ui_view(&view, cmd, &format);
	status = show(cmd, &revs, &compare, exit_code, &view);
	free(revs.range);
	return status;
}
