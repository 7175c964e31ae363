/*
 * fuzz-queue.c - what of a queue, or of marks, parses has canonical bytes, and only those
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/mark.h"
#include "data/queue.h"

#include "fuzz.h"

/* As each of the kinds; the same once more of what it makes of it */
#define CHECK(type, parse, format) do { \
	struct arena arena = ARENA_INIT; \
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT; \
	type value; \
	int err = parse(&value, &arena, bytes, size); \
	MUST(err == 0 || *gitperf_error_message()); \
	if (!err) { \
		MUST(!format(&once, &value)); \
		MUST(!parse(&value, &arena, once.ptr, once.len)); \
		MUST(!format(&twice, &value)); \
		MUST(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len)); \
	} \
	gitperf_buffer_dispose(&once); \
	gitperf_buffer_dispose(&twice); \
	gitperf_arena_free(&arena); \
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;

	CHECK(gitperf_job, gitperf_job_parse, gitperf_job_format);
	CHECK(gitperf_request, gitperf_request_parse, gitperf_request_format);
	CHECK(gitperf_decision, gitperf_decision_parse, gitperf_decision_format);
	CHECK(struct mark, gitperf_mark_parse, gitperf_mark_format);
	CHECK(struct plan, gitperf_plan_parse, gitperf_plan_format);
	return 0;
}
