/*
 * import.c - which format is this, and whose file name?
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "port/result.h"

#include <gitperf/port.h>

#define ARTIFACT_PREFIX "benchmark-results-"

static const char *format_of(const struct json *root)
{
	const struct json *version = gitperf_json_member(root, "version");

	if (gitperf_json_member(root, "schema") ||
	    (gitperf_json_member(root, "platform") && gitperf_json_member(root, "benchmarks")))
		return "record";
	if (!version || !gitperf_json_member(root, "benchmarks") ||
	    version->type != JSON_NUMBER)
		return NULL;
	if (gitperf_json_is(version, "1"))
		return "result-1";
	return gitperf_json_is(version, "2") ? "result-2" : NULL;
}

int gitperf_import_read(gitperf_record **out, const char **format,
			const char *bytes, size_t len)
{
	struct arena arena = ARENA_INIT;
	struct json *root;
	int err = gitperf_json_parse(&root, &arena, bytes, len);

	*out = NULL;
	*format = NULL;
	if (!err && root->type == JSON_OBJECT)
		*format = format_of(root);
	if (!err && !*format)
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "neither a record nor a result object of version 1 or 2"),
				   "gitperf-record(5) describes what can be collected");
	if (!err && strcmp(*format, "record"))
		err = gitperf_result_read(out, *format, root, bytes, len);
	gitperf_arena_free(&arena);
	return err;
}

int gitperf_artifact_name(gitperf_buffer *out, const char *commit,
			  const char *platform, const char *id)
{
	gitperf_buf_addf(out, ARTIFACT_PREFIX "%s-%s%s%.12s.json", commit, platform,
			 id ? "-" : "", id ? id : "");
	return gitperf_buf_check(out);
}

/* The name with the commit as it is there, perhaps short, and perhaps an id */
static int name_agrees(const char *name, const char *commit,
		       const char *platform, const char *id)
{
	const char *rest = name + strlen(ARTIFACT_PREFIX);
	size_t digits = strspn(rest, "0123456789abcdef");
	gitperf_buffer tail = GITPERF_BUFFER_INIT;
	int same;

	if (digits < 4 || strncmp(rest, commit, digits))
		return 0;
	gitperf_buf_addf(&tail, "-%s.json", platform);
	same = !strcmp(rest + digits, tail.ptr);
	gitperf_buf_truncate(&tail, 0);
	gitperf_buf_addf(&tail, "-%s-%.12s.json", platform, id);
	same |= !strcmp(rest + digits, tail.ptr);
	gitperf_buffer_dispose(&tail);
	return same;
}

int gitperf_artifact_check_name(const char *name, const char *commit,
				const char *platform, const char *id)
{
	if (strncmp(name, ARTIFACT_PREFIX, strlen(ARTIFACT_PREFIX)) ||
	    name_agrees(name, commit, platform, id))
		return 0;
	gitperf_fail(GITPERF_EINVALID, "the name does not agree with the content, "
		     "which is of commit %.12s on %s", commit, platform);
	return gitperf_hint(GITPERF_EINVALID, "find out which is right; the content counts once "
			    "the file is named " ARTIFACT_PREFIX "%s-%s.json", commit, platform);
}
