/*
 * openmetrics.c - git perf export --format=openmetrics
 *
 * Whoever reads the file, as a collector of Prometheus does at any moment, sees the old
 * one or the new one.
 */
#include "openmetrics.h"
#include "page.h"

#include <errno.h>
#include <unistd.h>

/* a benchmark that is in none of so many commits is history */
#define COMMITS_MAX 100

static int fail(const char *what, const char *path, int code)
{
	return cmd_error("is there such a folder, and may you write to it?", "cannot %s '%s': %s", what, path, strerror(code));
}

static int write_to(FILE *file, const gitperf_buffer *text)
{
	int failed = fwrite(text->ptr, 1, text->len, file) != text->len || fflush(file);

	return fclose(file) || failed;
}

static int write_file(const char *path, const gitperf_buffer *text)
{
	char beside[4096];
	FILE *file;
	int code;

	if (snprintf(beside, sizeof(beside), "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof(beside))
		return fail("write", path, ENAMETOOLONG);
	file = fopen(beside, "w");
	if (!file)
		return fail("write", beside, errno);
	errno = 0;
	if (!write_to(file, text) && !rename(beside, path))
		return EXIT_YES;
	code = errno ? errno : EIO;
	unlink(beside);
	return fail("write", path, code);
}

static int load_log(gitperf_log **log, gitperf_store **store, struct cmd *cmd, const gitperf_query *query)
{
	gitperf_query newest = *query;
	int err = gitperf_store_open(store, cmd->repo);

	newest.max_count = COMMITS_MAX;
	return err < 0 ? err : gitperf_log_load(log, cmd->repo, *store, &newest);
}

int openmetrics_export(struct cmd *cmd, const gitperf_query *query, int values, const char *path)
{
	gitperf_survey_options opts = GITPERF_SURVEY_OPTIONS_INIT;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_store *store = NULL;
	gitperf_log *log = NULL;
	gitperf_page page = { .details = 0 };
	int status = EXIT_YES, err = page_load(&page, cmd, &opts);

	if (err >= 0 && values)
		err = load_log(&log, &store, cmd, query);
	if (err >= 0 && (err = gitperf_view_openmetrics(&text, &page, log)) >= 0) {
		if (path)
			status = write_file(path, &text);
		else
			cmd_write(&text);
	}
	gitperf_buffer_dispose(&text);
	gitperf_log_free(log);
	gitperf_store_free(store);
	page_release(&page);
	return err < 0 ? cmd_fail(err) : status;
}
