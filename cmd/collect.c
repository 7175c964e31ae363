/*
 * git perf collect - results from files onto the perf branch, in one commit
 *
 * Every file gets a verdict. The valid ones land together; the others are
 * named with their reason and stay where they are.
 */
#include "cmd.h"

static const char *const collect_usage[] = {
	"git perf collect [-n] [-q] [--json] (<file>|<directory>)...",
	NULL
};

static void print_refusals(const gitperf_collection *all)
{
	size_t i;

	for (i = 0; i < gitperf_collection_count(all); i++) {
		const gitperf_artifact *a = gitperf_collection_get(all, i);

		if (!a->problem)
			continue;
		ui_clear_progress();
		fputs("refused: ", stderr);
		ui_print_name(stderr, a->path);
		fprintf(stderr, ": %s\n", a->problem);
		if (a->hint)
			fprintf(stderr, "hint: %s\n", a->hint);
	}
}

static void warn_unknown(const gitperf_collection *all)
{
	const char *first = NULL;
	size_t i, unknown = 0;

	for (i = gitperf_collection_count(all); i--;) {
		const gitperf_artifact *a = gitperf_collection_get(all, i);

		if (a->problem || a->commit_known)
			continue;
		unknown++;
		first = a->commit;
	}
	cmd_warn_unknown(unknown, "result", first);
}

static void print_artifact(gitperf_printer *p, const gitperf_artifact *a)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "path", a->path);
	gitperf_print_string(p, "format", a->format);
	gitperf_print_bool(p, "accepted", !a->problem);
	gitperf_print_string(p, "problem", a->problem);
	gitperf_print_string(p, "hint", a->hint);
	gitperf_print_string(p, "id", a->id);
	gitperf_print_string(p, "commit", a->commit);
	gitperf_print_string(p, "platform", a->platform);
	if (!a->problem)
		gitperf_print_bool(p, "commit_known", a->commit_known);
	gitperf_print_close(p, '}');
}

static void print_json(const gitperf_collection *all,
		       const gitperf_append_result *result, int dry_run)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_bool(&p, "dry_run", dry_run);
	gitperf_print_string(&p, "tip", *result->tip ? result->tip : NULL);
	gitperf_print_int(&p, "landed", (int64_t)result->landed);
	gitperf_print_int(&p, "present", (int64_t)result->present);
	gitperf_print_int(&p, "revoked", (int64_t)result->revoked);
	gitperf_print_int(&p, "refused", (int64_t)gitperf_collection_refused(all));
	gitperf_print_int(&p, "from_spool", (int64_t)result->from_spool);
	gitperf_print_bool(&p, "spooled", result->spooled);
	gitperf_print_key(&p, "artifacts");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_collection_count(all); i++)
		print_artifact(&p, gitperf_collection_get(all, i));
	gitperf_print_close(&p, ']');
	gitperf_print_close(&p, '}');
	cmd_write(&out);
	putchar('\n');
}

static int land(struct cmd *cmd, gitperf_collection *all,
		gitperf_append_result *result)
{
	gitperf_append_options opts = GITPERF_APPEND_OPTIONS_INIT;
	int err;

	opts.events = &cmd->events;
	err = gitperf_batch_append(result, gitperf_collection_batch(all), &opts);
	if (err >= 0) {
		gitperf_repo_maintain(cmd->repo);
		return EXIT_YES;
	}
	err = cmd_fail(err);
	if (result->spooled)
		fputs("hint: the results wait in the spool and go out with the next append or collect\n", stderr);
	return err;
}

int cmd_collect(struct cmd *cmd, int argc, const char **argv)
{
	int dry_run = 0, quiet = 0, json = 0, err, status = EXIT_YES;
	gitperf_append_result result = { { 0 }, 0, 0, 0, 0, 0 };
	gitperf_collection *all;
	size_t refused;
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", &dry_run, "check the files and change nothing"),
		OPT_FLAG('q', "quiet", &quiet, "do not print what was collected"),
		OPT_FLAG(0, "json", &json, "print the verdict on every file as JSON"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, collect_usage, NULL);
	if (!argc)
		opt_usage_error(collect_usage, options, "no file or directory given");
	err = gitperf_collect(&all, cmd->repo, argv, (size_t)argc,
			      dry_run ? 0 : GITPERF_COLLECT_WRITE_AHEAD, &cmd->events);
	if (err < 0)
		return cmd_fail(err);
	refused = gitperf_collection_refused(all);
	print_refusals(all);
	warn_unknown(all);
	if (!dry_run)
		status = land(cmd, all, &result);
	if (json)
		print_json(all, &result, dry_run);
	else if (!quiet && status == EXIT_YES && dry_run)
		printf("%zu would be collected, %zu refused\n",
		       gitperf_batch_count(gitperf_collection_batch(all)), refused);
	else if (!quiet && status == EXIT_YES)
		printf("%zu collected, %zu present before, %zu revoked, %zu refused\n",
		       result.landed, result.present, result.revoked, refused);
	gitperf_collection_free(all);
	return status == EXIT_YES && refused ? EXIT_NO : status;
}
