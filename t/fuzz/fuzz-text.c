/*
 * fuzz-text.c - whatever is quoted is safe to print; times keep
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"

#include <gitperf/view.h>

#include "fuzz.h"

static int is_safe(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p; p++)
		if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
			return 0;
	return gitperf_utf8_check(text, strlen(text)) == strlen(text);
}

static void check_time(const char *text)
{
	char once[GITPERF_TIME_SIZE], twice[GITPERF_TIME_SIZE];
	gitperf_time t, again;

	if (gitperf_time_parse(&t, text))
		return;
	gitperf_time_format(once, t);
	MUST(!gitperf_time_parse(&again, once) && again == t);
	gitperf_time_format(twice, again);
	MUST(!strcmp(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT;
	char *text = strndup((const char *)data, size);

	MUST(text);
	gitperf_view_text(&once, text);
	MUST(is_safe(once.ptr));
	gitperf_view_text(&twice, once.ptr);
	MUST(!strcmp(once.ptr, twice.ptr));
	gitperf_fail(GITPERF_EINVALID, "'%.40s' and '%s'", text, text);
	gitperf_hint(GITPERF_EINVALID, "%s", text);
	MUST(is_safe(gitperf_error_message()));
	MUST(!gitperf_error_hint() || is_safe(gitperf_error_hint()));
	gitperf_blame(GITPERF_EINVALID, "%s", text);
	MUST(is_safe(gitperf_error_message()));
	check_time(text);
	free(text);
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
	return 0;
}
