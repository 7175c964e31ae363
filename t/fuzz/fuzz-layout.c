/*
 * fuzz-layout.c - a name that is taken for a record's is the one it would get
 *
 * The input is three lines: the folder, the name and the blob id. As a whole
 * it is also a `format` file.
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

static void check_name(const char *fan, const char *name, const char *id)
{
	gitperf_record record = GITPERF_RECORD_INIT;
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	gitperf_entry entry;

	if (!gitperf_layout_read(&entry, fan, name, id))
		return;
	MUST(strlen(entry.commit) == 40);
	record.platform = "here";
	record.commit = entry.commit;
	record.finished = entry.finished;
	record.outcome = entry.outcome;
	MUST(!gitperf_layout_path(&path, &record, entry.id));
	MUST(!strncmp(path.ptr, "runs/here/", 10));
	MUST(!strncmp(path.ptr + 10, fan, 2) && path.ptr[12] == '/');
	MUST(!strcmp(path.ptr + 13, name));
	gitperf_buffer_dispose(&path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	char *fan, *name, *id;

	if (!gitperf_layout_check_format(bytes, size, "refs/heads/perf"))
		MUST(size > 10 && !memcmp(bytes, "git-perf 1\n", 11));
	fan = take_line(&bytes, &size);
	name = take_line(&bytes, &size);
	id = take_line(&bytes, &size);
	check_name(fan, name, id);
	free(fan);
	free(name);
	free(id);
	return 0;
}
