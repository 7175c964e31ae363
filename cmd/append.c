/*
 * git perf append - records from standard input onto the perf branch
 *
 * All or nothing: one bad line, and nothing is changed.
 */
#include "cmd.h"

#include <errno.h>

static const char *const append_usage[] = {
	"git perf append [-n] [-q] [-z]",
	NULL
};

static int add_line(gitperf_batch *batch, gitperf_buffer *ids,
		    const char *line, size_t len, size_t number, char end)
{
	int err;

	if (strspn(line, " \t\r\n") >= len)
		return 0;
	err = gitperf_batch_add(batch, line, len);
	if (err >= 0) {
		err = gitperf_buffer_add(ids, gitperf_batch_last(batch)->id, GITPERF_ID_SIZE - 1);
		return err < 0 ? err : gitperf_buffer_add(ids, &end, 1);
	}
	fprintf(stderr, "error: record %zu: %s\n", number, gitperf_error_message());
	fprintf(stderr, "hint: %s; nothing was appended\n", gitperf_error_hint() ?
		gitperf_error_hint() : "gitperf-record(5) describes a record");
	return err;
}

/* 1 and a line without its end, 0 when there is none, -1 when it is too long */
static int read_line(char *line, size_t size, int end, size_t *len)
{
	int c;

	*len = 0;
	while ((c = getchar()) != EOF && c != end) {
		if (*len + 1 == size)
			return -1;
		line[(*len)++] = (char)c;
	}
	line[*len] = '\0';
	return c != EOF || *len;
}

static int read_records(gitperf_batch *batch, gitperf_buffer *ids, int end)
{
	size_t size = GITPERF_RECORD_MAX + 2, number = 0, len;
	char *line = malloc(size);
	int status = EXIT_YES, found;

	if (!line)
		return cmd_error("free some memory", "out of memory");
	while (status == EXIT_YES && (found = read_line(line, size, end, &len))) {
		number++;
		if (found < 0)
			status = cmd_error("one record is one JSON object on one line; nothing was appended",
					   "record %zu is larger than %u bytes", number, GITPERF_RECORD_MAX);
		else if (strlen(line) < len)
			status = cmd_error("write the records as JSON text; nothing was appended",
					   "record %zu contains a NUL byte", number);
		else if (add_line(batch, ids, line, len, number, (char)end) < 0)
			status = EXIT_FATAL;
	}
	if (status == EXIT_YES && ferror(stdin))
		status = cmd_error("nothing was appended", "cannot read standard input: %s", strerror(errno));
	free(line);
	return status;
}

static void warn_unknown(const gitperf_batch *batch)
{
	const char *first = NULL;
	size_t i, unknown = 0;

	for (i = gitperf_batch_count(batch); i--;) {
		const gitperf_batch_item *item = gitperf_batch_get(batch, i);

		unknown += !item->commit_known;
		first = item->commit_known ? first : item->commit;
	}
	cmd_warn_unknown(unknown, "record", first);
}

static int land(struct cmd *cmd, gitperf_batch *batch, int quiet)
{
	gitperf_append_options opts = GITPERF_APPEND_OPTIONS_INIT;
	gitperf_append_result result;
	int err;

	opts.events = &cmd->events;
	err = gitperf_batch_append(&result, batch, &opts);
	if (err < 0) {
		err = cmd_fail(err);
		if (result.spooled)
			fputs("hint: the records wait in the spool and go out with the next append or collect\n", stderr);
		return err;
	}
	if (!quiet)
		fprintf(stderr, "%zu appended, %zu present before, %zu revoked\n",
			result.landed, result.present, result.revoked);
	gitperf_repo_maintain(cmd->repo);
	return EXIT_YES;
}

int cmd_append(struct cmd *cmd, int argc, const char **argv)
{
	int dry_run = 0, quiet = 0, nul = 0, status;
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	gitperf_batch *batch;
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", &dry_run, "check the records and change nothing"),
		OPT_FLAG('q', "quiet", &quiet, "do not print what was appended"),
		OPT_FLAG('z', NULL, &nul, "records, and lines of output, end in NUL"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, append_usage, NULL);
	if (argc)
		opt_usage_error(append_usage, options, "records come from standard input, not from '%s'", argv[0]);
	if ((status = gitperf_batch_new(&batch, cmd->repo)) < 0)
		return cmd_fail(status);
	status = read_records(batch, &ids, nul ? '\0' : '\n');
	if (status == EXIT_YES) {
		warn_unknown(batch);
		if (!dry_run)
			status = land(cmd, batch, quiet);
	}
	/* an id for each line of input, in its order */
	if (status == EXIT_YES && !quiet)
		cmd_write(&ids);
	gitperf_buffer_dispose(&ids);
	gitperf_batch_free(batch);
	return status;
}
