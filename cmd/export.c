/*
 * git perf export - measurements, where other tools read them
 *
 * As git notes: the records become a log of all commits (lib/query), each of
 * its commits a line (lib/view), and the lines the notes (lib/store).
 */
#include "cmd.h"
#include "openmetrics.h"

static const char *const export_usage[] = {
	"git perf export --notes [-p <name>] [-m <name>] [-n] [-q]",
	"git perf export --format=openmetrics [--values [-p <name>] [-m <name>]] [-o <file>]",
	NULL
};

/* How often to begin again when others write the same notes */
#define TRIES_MAX 10

struct export {
	const char *platform;
	int quiet;
	gitperf_query query;
	gitperf_notes_options write;
	gitperf_tally tally;
};

static void print_result(const gitperf_notes *notes, const gitperf_notes_result *r,
			 int dry_run)
{
	printf("%s: %s%zu note%s", gitperf_notes_ref(notes), dry_run ? "would have " : "",
	       r->notes, PLURAL(r->notes));
	if (r->added + r->changed + r->removed)
		printf(", %zu new, %zu changed, %zu removed\n", r->added, r->changed, r->removed);
	else
		puts(", as before");
}

static void add_tally(gitperf_tally *sum, const gitperf_tally *t)
{
	sum->newer += t->newer;
	sum->damaged += t->damaged;
	sum->dirty += t->dirty;
	sum->unknown_commits += t->unknown_commits;
	/* these are of no platform */
	sum->foreign = t->foreign;
}

static int add_notes(gitperf_notes *notes, gitperf_log *log, const char *platform)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	size_t i;
	int err = 0;

	for (i = 0; i < gitperf_log_ncommits(log) && err >= 0; i++) {
		err = gitperf_view_note(&line, log, platform, i);
		if (err > 0)
			err = gitperf_notes_add(notes, gitperf_log_commit(log, i)->id, line.ptr);
		gitperf_buffer_dispose(&line);
	}
	return err;
}

/* GITPERF_ERACE: begin again */
static int export_once(int *status, struct cmd *cmd, struct export *e)
{
	const char *platform = e->query.platform;
	gitperf_notes *notes = NULL;
	gitperf_store *store = NULL;
	gitperf_log *log = NULL;
	gitperf_notes_result result;
	int err;

	if ((err = gitperf_notes_new(&notes, cmd->repo, platform)) < 0 ||
	    (err = gitperf_store_open(&store, cmd->repo)) < 0 ||
	    (err = gitperf_log_load(&log, cmd->repo, store, &e->query)) < 0)
		goto out;
	/* a mistake in a name must not make all notes disappear */
	if (e->query.metric && !gitperf_log_nseries(log) && gitperf_log_ncolumns(log)) {
		*status = cmd_error("git perf show names the metrics of a record; the notes stay as they are",
				    "no measurement of the metric '%s' on '%s'", e->query.metric, platform);
		goto out;
	}
	if ((err = add_notes(notes, log, platform)) < 0 ||
	    (err = gitperf_notes_write(&result, notes, &e->write)) < 0)
		goto out;
	add_tally(&e->tally, gitperf_log_tally(log));
	if (!e->quiet)
		print_result(notes, &result, e->write.dry_run);
out:
	gitperf_log_free(log);
	gitperf_store_free(store);
	gitperf_notes_free(notes);
	return err;
}

static int export_platform(struct cmd *cmd, const char *platform, struct export *e)
{
	int err, tries = 0, status = EXIT_YES;

	e->query.platform = platform;
	do
		err = export_once(&status, cmd, e);
	while (err == GITPERF_ERACE && ++tries < TRIES_MAX);
	if (err < 0)
		status = cmd_fail(err);
	return err == GITPERF_EEXISTS ? EXIT_NO : status;
}

/* What is refused for one platform does not keep the others from being written */
static int export_all(struct cmd *cmd, gitperf_store *store, struct export *e)
{
	gitperf_buffer platform = GITPERF_BUFFER_INIT;
	int more, one, status = EXIT_YES, found = 0;

	while ((more = gitperf_notes_next(&platform, cmd->repo, store)) > 0) {
		if (e->platform && strcmp(platform.ptr, e->platform))
			continue;
		found++;
		one = export_platform(cmd, platform.ptr, e);
		status = one > status ? one : status;
	}
	gitperf_buffer_dispose(&platform);
	if (more < 0)
		return cmd_fail(more);
	if (!found && e->platform)
		return cmd_error("git perf ls shows the platforms", "no measurements on '%s'", e->platform);
	if (!found && !e->quiet)
		cmd_say_no_results(cmd);
	return status;
}

int cmd_export(struct cmd *cmd, int argc, const char **argv)
{
	struct export e = { .query = GITPERF_QUERY_INIT, .write = GITPERF_NOTES_OPTIONS_INIT };
	gitperf_store *store;
	const char *format = NULL, *path = NULL;
	int notes = 0, values = 0, err, status;
	const struct opt options[] = {
		OPT_FLAG(0, "notes", &notes, "as git notes: a line for each commit, in refs/notes/perf/<platform>"),
		OPT_STRING(0, "format", &format, "name", "openmetrics: numbers about the queue, the workers and the results"),
		OPT_FLAG(0, "values", &values, "with these, also the newest value of each benchmark"),
		OPT_STRING('o', "output", &path, "file", "into this file, instead of standard output"),
		OPT_STRING('p', "platform", &e.platform, "name", "only this platform (default: all)"),
		OPT_STRING('m', "metric", &e.query.metric, "name", "this metric (default: wall, or a benchmark's first)"),
		OPT_FLAG('n', "dry-run", &e.write.dry_run, "say what would change, and change nothing"),
		OPT_FLAG('q', "quiet", &e.quiet, "do not print what was written"),
		OPT_END()
	};

	if (opt_parse(argc, argv, options, export_usage, NULL))
		opt_usage_error(export_usage, options, "'%.60s' is no option; nothing else is expected", argv[0]);
	if (!notes == !format)
		opt_usage_error(export_usage, options, "as what? there is --notes, or --format=openmetrics");
	if (format && strcmp(format, "openmetrics"))
		opt_usage_error(export_usage, options, "'%.60s' is no format; there is openmetrics", format);
	if (format && (e.write.dry_run || e.quiet))
		opt_usage_error(export_usage, options, "--dry-run and --quiet go with --notes");
	if (notes && (values || path))
		opt_usage_error(export_usage, options, "--values and --output go with --format=openmetrics");
	if (format && !values && (e.platform || e.query.metric))
		opt_usage_error(export_usage, options, "--platform and --metric choose among --values");
	e.query.events = e.write.events = &cmd->events;
	e.query.platform = e.platform;
	if (format)
		return openmetrics_export(cmd, &e.query, values, path);
	e.query.flags = GITPERF_QUERY_EVERYWHERE;
	if ((err = gitperf_store_open(&store, cmd->repo)) < 0)
		return cmd_fail(err);
	status = export_all(cmd, store, &e);
	cmd_warn_tally(&e.tally);
	gitperf_store_free(store);
	if (!e.write.dry_run)
		gitperf_repo_maintain(cmd->repo);
	return status;
}
