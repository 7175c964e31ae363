/*
 * fuzz-layout.c - a path that is taken for a record's is the one it would get
 *
 * The input is two lines, a path and a blob id; or it is a `format` file.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "store/layout.h"

#include "fuzz.h"

/* A copy of its own for each, so that reading past its end is seen */
static char *take_line(const char **bytes, size_t *len)
{
	const char *nl = *len ? memchr(*bytes, '\n', *len) : NULL;
	size_t n = nl ? (size_t)(nl - *bytes) : *len;
	char *line = strndup(*bytes, n);

	MUST(line);
	*bytes += nl ? n + 1 : n;
	*len -= nl ? n + 1 : n;
	return line;
}

static void check_path(const char *path, const char *id)
{
	char platform[GITPERF_NAME_MAX + 1];
	gitperf_record record = GITPERF_RECORD_INIT;
	gitperf_buffer again = GITPERF_BUFFER_INIT;
	gitperf_entry entry;

	if (!gitperf_layout_read_path(&entry, platform, path, id))
		return;
	MUST(strlen(entry.commit) == 40 && entry.platform == platform);
	record.platform = platform;
	record.commit = entry.commit;
	record.finished = entry.finished;
	record.outcome = entry.outcome;
	MUST(!gitperf_layout_path(&again, &record, entry.id));
	MUST(!strcmp(again.ptr, path));
	gitperf_buffer_dispose(&again);
}

/* Whatever it says of generations, it says one afterwards, and is still ours */
static void check_generation(const char *format, size_t len)
{
	gitperf_buffer next = GITPERF_BUFFER_INIT;
	long generation = gitperf_layout_generation(format, len, NULL);
	int odd;

	MUST(generation >= 0 && generation <= LAYOUT_GENERATION_MAX);
	gitperf_layout_set_generation(&next, format, len, LAYOUT_GENERATION_MAX);
	MUST(!next.failed && !gitperf_layout_check_format(next.ptr, next.len, "x"));
	MUST(gitperf_layout_generation(next.ptr, next.len, &odd) == LAYOUT_GENERATION_MAX && !odd);
	gitperf_buffer_dispose(&next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	char *path, *id;

	if (!gitperf_layout_check_format(bytes, size, "refs/heads/perf")) {
		MUST(size > 10 && !memcmp(bytes, "git-perf 1\n", 11));
		check_generation(bytes, size);
	}
	path = take_line(&bytes, &size);
	id = take_line(&bytes, &size);
	check_path(path, id);
	free(path);
	free(id);
	return 0;
}
