/*
 * fuzz-json.c - what parses prints, and what was printed is canonical
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"

#include "fuzz.h"

/* "9e15," is the shortest text that grows most: to 16 digits and a comma */
#define GROWTH 4

/* 1 when it could be printed, 0 when it is not JSON, -1 for a number's range */
static int reprint(gitperf_buffer *out, const char *bytes, size_t len)
{
	struct arena arena = ARENA_INIT;
	struct json *root;
	int err = gitperf_json_parse(&root, &arena, bytes, len), printed = 0;

	MUST(err == 0 || err == GITPERF_EFORMAT);
	MUST(err == 0 || (*gitperf_error_message() && !root));
	if (!err) {
		err = gitperf_json_print(out, root, NULL);
		MUST(err == 0 || err == GITPERF_EFORMAT);
		printed = err ? -1 : 1;
	}
	gitperf_arena_free(&arena);
	return printed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT;

	if (reprint(&once, (const char *)data, size) == 1) {
		MUST(once.len <= GROWTH * size);
		MUST(gitperf_utf8_check(once.ptr, once.len) == once.len);
		MUST(!memchr(once.ptr, '\0', once.len) && !strchr(once.ptr, '\n'));
		MUST(reprint(&twice, once.ptr, once.len) == 1);
		MUST(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len));
	}
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
	return 0;
}
