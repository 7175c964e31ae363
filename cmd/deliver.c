/*
 * deliver.c - what becomes of a measurement: the branch, a file, the screen
 *
 * What took long to measure is not lost for a smaller reason: the report comes
 * first, a branch that cannot be written leaves the record in the spool, and
 * the file is written whatever became of the branch.
 */
#include "deliver.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int to_stdout(const struct delivery *d)
{
	return d->output && !strcmp(d->output, "-");
}

/* Another run is never the same result, if only by its time */
static int check_name(const struct delivery *d, const gitperf_record *record)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int status = EXIT_YES;

	gitperf_buffer_add(&path, d->output, strlen(d->output));
	gitperf_buffer_add(&path, "/", 1);
	if (gitperf_artifact_name(&path, record->commit, record->platform, NULL) >= 0 &&
	    !access(path.ptr, F_OK))
		status = cmd_error("collect it first, or put the record's id into the name with --unique; nothing was measured",
				   "'%s' exists already", path.ptr);
	gitperf_buffer_dispose(&path);
	return status;
}

static int check_branch(struct cmd *cmd)
{
	const char *hint;
	char text[400];

	if (gitperf_store_check_writable(cmd->repo) >= 0)
		return EXIT_YES;
	hint = gitperf_error_hint();
	snprintf(text, sizeof(text), "%s; nothing was measured", hint ? hint :
		 "allow writing to it, or keep the result as a file: git perf run --no-append -o <dir>");
	return cmd_error(text, "%s", gitperf_error_message());
}

static int check_files(const struct delivery *d, const gitperf_session *session)
{
	const gitperf_record *first = gitperf_session_record(session, 0), *record;
	int status = EXIT_YES;
	struct stat st;
	size_t i;

	if (!stat(d->output, &st) && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (!access(d->output, W_OK | X_OK))
		errno = 0;
	if (errno)
		return cmd_error("make the directory first; nothing was measured",
				 "cannot write to the directory '%s': %s", d->output, strerror(errno));
	for (i = 0; !d->unique && status == EXIT_YES && i < gitperf_session_count(session); i++) {
		record = gitperf_session_record(session, i);
		status = i && !strcmp(record->commit, first->commit) ?
			cmd_error("give them names of their own with --unique; nothing was measured",
				  "both results are of commit %.12s", record->commit) :
			check_name(d, record);
	}
	return status;
}

int deliver_check(struct cmd *cmd, const struct delivery *d, const gitperf_session *session)
{
	int status = d->no_append ? EXIT_YES : check_branch(cmd);

	return status != EXIT_YES || !d->output || to_stdout(d) ? status : check_files(d, session);
}

static int write_artifact(const struct delivery *d, const gitperf_batch_item *item)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err, status = EXIT_YES;

	if (to_stdout(d)) {
		ui_write(item->bytes, item->len);
		return EXIT_YES;
	}
	err = gitperf_artifact_write(&path, d->output, item, d->unique);
	if (err < 0) {
		status = cmd_fail(err);
	} else {
		ui_clear_progress();
		fputs("wrote ", stderr);
		ui_print_name(stderr, path.ptr);
		fputc('\n', stderr);
	}
	gitperf_buffer_dispose(&path);
	return status;
}

static int write_artifacts(const struct delivery *d, const gitperf_batch *batch,
			   int is_recorded)
{
	int status = EXIT_YES, one;
	size_t i;

	for (i = 0; i < gitperf_batch_count(batch); i++) {
		one = write_artifact(d, gitperf_batch_get(batch, i));
		status = status == EXIT_YES ? one : status;
	}
	if (status != EXIT_YES && is_recorded)
		fputs("hint: the measurement itself is recorded\n", stderr);
	return status;
}

/* Where neither the branch nor the spool has it, any place is better than none */
static void rescue(const gitperf_batch *batch)
{
	const char *tmp = getenv("TMPDIR");
	struct delivery d = { .output = tmp && *tmp ? tmp : "/tmp", .unique = 1 };

	if (write_artifacts(&d, batch, 0) == EXIT_YES)
		fputs("hint: it is recorded nowhere else; once the repository can be written to again: git perf collect <file>\n", stderr);
}

/* `is_kept` tells whether the records are on the branch, or wait for it */
static int land(struct cmd *cmd, gitperf_batch *batch, int *is_kept)
{
	gitperf_append_options opts = GITPERF_APPEND_OPTIONS_INIT;
	gitperf_append_result result;
	int err, status;

	opts.events = &cmd->events;
	opts.spool_on_failure = 1;
	err = gitperf_batch_append(&result, batch, &opts);
	*is_kept = err >= 0 || result.spooled;
	if (err >= 0)
		return EXIT_YES;
	status = cmd_fail(err);
	if (!result.spooled)
		return status;
	fputs("hint: the measurement waits in the spool and goes out with the next run, append or collect\n", stderr);
	return EXIT_TRY_AGAIN;
}

/* What was measured before; nothing, where that cannot be read */
static gitperf_previous *look_back(struct cmd *cmd, const gitperf_record *record)
{
	gitperf_previous *previous = calloc(record->nbenchmarks + 1, sizeof(*previous));
	gitperf_store *store = NULL;

	if (previous && gitperf_store_open(&store, cmd->repo) >= 0)
		gitperf_query_previous(previous, cmd->repo, store, record);
	gitperf_store_free(store);
	return previous;
}

static int view_two(gitperf_buffer *out, int *verdict, const gitperf_measured *runs,
		    const gitperf_view_options *view)
{
	gitperf_comparison *c = NULL;
	int err = gitperf_compare_runs(&c, runs[0].record, runs[1].record, NULL);

	if (!err)
		err = gitperf_view_runs(out, runs, c, view);
	if (!err)
		*verdict = cmd_verdict(c);
	gitperf_comparison_free(c);
	return err;
}

static int report(struct cmd *cmd, const struct delivery *d,
		  const gitperf_session *session, const char *const *ids)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_previous *previous[2] = { NULL, NULL };
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	int err = 0, verdict = EXIT_YES;
	gitperf_measured runs[2];
	size_t i, n = gitperf_session_count(session);

	view.format = d->json ? GITPERF_FORMAT_JSON : GITPERF_FORMAT_TEXT;
	view.color = d->color;
	view.width = ui_width();
	for (i = 0; i < n; i++) {
		runs[i].record = gitperf_session_record(session, i);
		runs[i].id = ids[i];
		runs[i].previous = previous[i] = look_back(cmd, runs[i].record);
		/* a buffer that has failed says that memory ran out */
		out.failed |= !previous[i];
	}
	if (out.failed)
		err = gitperf_buffer_add(&out, "", 0);
	else
		err = n == 1 ? gitperf_view_run(&out, runs[0].record, ids[0], previous[0], &view) :
			       view_two(&out, &verdict, runs, &view);
	if (err >= 0 && !to_stdout(d))
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	free(previous[0]);
	free(previous[1]);
	return err < 0 ? cmd_fail(err) : verdict;
}

static int add_records(gitperf_batch *batch, const char **ids,
		       const gitperf_session *session)
{
	size_t i;
	int err;

	for (i = 0; i < gitperf_session_count(session); i++) {
		if ((err = gitperf_batch_add_record(batch, gitperf_session_record(session, i))) < 0)
			return err;
		ids[i] = gitperf_batch_last(batch)->id;
	}
	return 0;
}

static int is_complete(const gitperf_session *session)
{
	size_t i;

	for (i = 0; i < gitperf_session_count(session); i++)
		if (gitperf_session_record(session, i)->outcome != GITPERF_OUTCOME_COMPLETE)
			return 0;
	return 1;
}

/* Onto the branch and into files; a file is asked for, the spool only a loan. */
static int save(struct cmd *cmd, const struct delivery *d, gitperf_batch *batch)
{
	int is_kept = 1, written, status = d->no_append ? EXIT_YES : land(cmd, batch, &is_kept);

	if (!d->output && !is_kept)
		rescue(batch);
	if (!d->output)
		return status;
	written = write_artifacts(d, batch, !d->no_append && status == EXIT_YES);
	return written == EXIT_YES ? status : written;
}

int deliver(struct cmd *cmd, const struct delivery *d, const gitperf_session *session)
{
	gitperf_batch *batch = NULL;
	const char *ids[2] = { NULL, NULL };
	int err, verdict, status = EXIT_YES;

	if ((err = gitperf_batch_new(&batch, cmd->repo)) < 0 ||
	    (err = add_records(batch, ids, session)) < 0)
		status = cmd_fail(err);
	verdict = report(cmd, d, session, ids);
	if (status == EXIT_YES)
		status = save(cmd, d, batch);
	gitperf_batch_free(batch);
	if (status == EXIT_YES && !is_complete(session))
		status = EXIT_NO;
	return status == EXIT_YES ? verdict : status;
}
