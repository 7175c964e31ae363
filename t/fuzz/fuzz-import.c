/*
 * fuzz-import.c - an import is a function of the bytes, and makes a record
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/port.h>

#include "fuzz.h"

/* 1 when a record was made of it, 0 when it is refused or is one already */
static int import(gitperf_buffer *out, const char *bytes, size_t len)
{
	const char *format;
	gitperf_record *record;
	int err = gitperf_import_read(&record, &format, bytes, len);

	MUST(err == 0 || (!record && *gitperf_error_message()));
	MUST(err || (record == NULL) == !strcmp(format, "record"));
	if (!record)
		return 0;
	MUST(!strcmp(record->origin_format, format));
	MUST(strlen(record->origin_sha256) == 64);
	err = gitperf_record_format(out, record);
	MUST(err == 0 || (!out->len && *gitperf_error_message()));
	gitperf_record_free(record);
	return !err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT;
	const char *bytes = (const char *)data, *format;
	gitperf_record *record;

	if (import(&once, bytes, size)) {
		MUST(import(&twice, bytes, size));
		MUST(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len));
		MUST(!gitperf_import_read(&record, &format, once.ptr, once.len));
		MUST(!record && !strcmp(format, "record"));
		MUST(!gitperf_record_parse(&record, once.ptr, once.len, GITPERF_PARSE_EXACT));
		gitperf_record_free(record);
	}
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
	return 0;
}
