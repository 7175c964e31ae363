/*
 * fuzz-record.c - a record that parses has canonical bytes, and only those
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/record.h>

#include "fuzz.h"

/* What was written by hand may have ids that only a repository completes. */
static int has_whole_ids(const gitperf_record *record)
{
	size_t i;

	for (i = 0; i < record->ncommit_range; i++)
		if (strlen(record->commit_range[i]) != 40)
			return 0;
	return strlen(record->commit) == 40;
}

static void check(const char *bytes, size_t len, unsigned flags)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT;
	gitperf_record *record, *again;
	int err = gitperf_record_parse(&record, bytes, len, flags);

	MUST(err == 0 || (!record && *gitperf_error_message()));
	if (err)
		return;
	err = gitperf_record_format(&once, record);
	MUST((err == 0) == has_whole_ids(record));
	MUST(err == 0 || !once.len);
	if (!err) {
		MUST(!gitperf_record_parse(&again, once.ptr, once.len, GITPERF_PARSE_EXACT));
		MUST(!again->nunknown);
		MUST(!gitperf_record_format(&twice, again));
		MUST(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len));
		gitperf_record_free(again);
	}
	gitperf_record_free(record);
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned flags;

	for (flags = 0; flags <= (GITPERF_PARSE_INPUT | GITPERF_PARSE_EXACT); flags++)
		check((const char *)data, size, flags);
	return 0;
}
