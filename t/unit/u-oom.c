/*
 * u-oom.c - running out of memory: the n-th allocation fails, for every n
 *
 * This program has malloc() and its kin in front of the C library's. What
 * fails must be said to have failed, and nothing may be lost on the way.
 * yajl, which does not check, is spared.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

#include <gitperf/platform.h>
#include <gitperf/port.h>
#include <gitperf/view.h>

#include "tap.h"

#if defined(__has_feature)
# if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#  define HAS_SANITIZER
# endif
#endif

#if !defined(__GLIBC__) || defined(HAS_SANITIZER) || defined(__SANITIZE_ADDRESS__)
int main(void)
{
	skip("allocations cannot be made to fail here");
	return done_testing();
}
#else

#include <dlfcn.h>
#include <errno.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void __libc_free(void *ptr);

static volatile long countdown;   /* the allocation to fail; 0: none */
static volatile long live, failed;

static int may_fail(const void *caller)
{
	Dl_info info;

	if (countdown <= 0)
		return 0;
	if (dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libyajl"))
		return 0;
	if (--countdown)
		return 0;
	failed++;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	void *ptr = may_fail(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

	live += ptr != NULL;
	return ptr;
}

void *calloc(size_t n, size_t size)
{
	void *ptr = may_fail(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);

	live += ptr != NULL;
	return ptr;
}

void *realloc(void *old, size_t size)
{
	void *ptr = may_fail(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);

	live += !old && ptr;
	return ptr;
}

void free(void *ptr)
{
	live -= ptr != NULL;
	__libc_free(ptr);
}

/* --- Subjects ------------------------------------------------------------- */

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

static const char record_text[] =
	"{\"commit\":\"" COMMIT "\",\"platform\":\"p\",\"finished\":\"2026-04-20T21:35:08.5Z\","
	"\"config\":{\"b\":\"1\",\"a\":\"2\"},\"commit_range\":[\"" COMMIT "\"],"
	"\"log\":\"a\\nb\",\"steps\":[{\"name\":\"build\"}],\"job\":{\"id\":\"01234567\"},"
	"\"benchmarks\":[{\"name\":\"x\",\"params\":{\"n\":\"1\"},\"workload\":{\"id\":\"w\",\"parts\":{\"c\":\"d\"}},"
	"\"metrics\":[{\"name\":\"wall\",\"samples\":[1,2.5,3]},"
	"{\"name\":\"s\",\"unit\":\"u\",\"better\":\"none\",\"summary\":{\"mean\":0.1,\"n\":3}}]},"
	"{\"name\":\"y\",\"status\":\"failed\",\"error\":\"no\"}]}";

static const char result_text[] =
	"{\"version\":2,\"timestamp\":\"2026-02-03T04:05:06Z\",\"commit\":\"" COMMIT "\","
	"\"host\":{\"os\":\"linux\",\"arch\":\"x86_64\"},\"build_mode\":\"release\","
	"\"commit_range\":[\"" COMMIT "\"],\"benchmarks\":[{\"name\":\"a\",\"opt_level\":\"O2\","
	"\"mean_ms\":1.5,\"passes\":{\"p\":{\"mean_ms\":1}},\"source_metrics\":{\"l\":1}}]}";

static gitperf_record *record;

static int parse_json(gitperf_buffer *out)
{
	struct arena arena = ARENA_INIT;
	struct json *root;
	int err = gitperf_json_parse(&root, &arena, record_text, strlen(record_text));

	if (!err)
		err = gitperf_json_print(out, root, NULL);
	if (!err)
		err = gitperf_buf_check(out);
	gitperf_arena_free(&arena);
	return err;
}

static int parse_record(gitperf_buffer *out)
{
	gitperf_record *r;
	int err = gitperf_record_parse(&r, record_text, strlen(record_text), GITPERF_PARSE_INPUT);

	if (!err) {
		gitperf_buf_addf(out, "%zu", r->nbenchmarks);
		err = gitperf_buf_check(out);
	}
	gitperf_record_free(r);
	return err;
}

static int format_record(gitperf_buffer *out)
{
	return gitperf_record_format(out, record);
}

static int parse_exactly(gitperf_buffer *out)
{
	static char text[4096];
	gitperf_record *r;
	int err;

	/* made once, where nothing fails */
	if (!*text) {
		gitperf_record_format(out, record);
		snprintf(text, sizeof(text), "%s", out->ptr);
		gitperf_buf_truncate(out, 0);
	}
	err = gitperf_record_parse(&r, text, strlen(text), GITPERF_PARSE_EXACT);
	gitperf_record_free(r);
	return err;
}

static int import(gitperf_buffer *out)
{
	gitperf_record *r;
	const char *format;
	int err = gitperf_import_read(&r, &format, result_text, strlen(result_text));

	if (!err) {
		gitperf_buf_adds(out, r->benchmarks[0].workload);
		gitperf_buf_adds(out, r->fingerprint);
		err = gitperf_buf_check(out);
	}
	gitperf_record_free(r);
	return err;
}

static int identify(gitperf_buffer *out)
{
	static const gitperf_pair pairs[] = { { "b", "1" }, { "a", "2" } };
	static const char *const words[] = { "sort", "-u" };
	int err = gitperf_environment_fingerprint(out, pairs, 2);

	if (!err)
		err = gitperf_workload_id(out, pairs, 2);
	if (!err)
		err = gitperf_workload_digest(out, words, 2);
	return err ? err : gitperf_platform_name(out, "x86_64", "Linux");
}

static int view(gitperf_buffer *out)
{
	gitperf_view_options options = GITPERF_VIEW_OPTIONS_INIT;

	return gitperf_view_record(out, record, COMMIT, &options);
}

/* --- All of them ---------------------------------------------------------- */

static void try_all(const char *what, int (*subject)(gitperf_buffer *out))
{
	gitperf_buffer want = GITPERF_BUFFER_INIT, got = GITPERF_BUFFER_INIT;
	long n, before, unsaid = 0, lost = 0, wrong = 0;
	int err;

	is_ok(subject(&want), what);
	for (n = 1; n < 100000; n++) {
		before = live;
		failed = 0;
		countdown = n;
		err = subject(&got);
		countdown = 0;
		unsaid += err && err != GITPERF_ENOMEM;
		/* what the C library can do without may fail */
		wrong += !err && strcmp(got.ptr, want.ptr);
		gitperf_buffer_dispose(&got);
		lost += live != before;
		if (!failed)
			break;
	}
	ok(n > 1 && n < 100000, "... tried with %d failures", (int)n - 1);
	is_int(unsaid, 0, "... each of which is said to be one");
	is_int(wrong, 0, "... or does no harm");
	is_int(lost, 0, "... and nothing is lost");
	gitperf_buffer_dispose(&want);
}

int main(void)
{
	void *volatile ptr;

	countdown = 1;
	ptr = malloc(1);
	countdown = 0;
	if (ptr) {
		/* valgrind has another one in front of ours */
		free(ptr);
		skip("allocations cannot be made to fail here");
		return done_testing();
	}
	is_ok(gitperf_record_parse(&record, record_text, strlen(record_text), GITPERF_PARSE_INPUT),
	      "a record");
	try_all("parse and print JSON", parse_json);
	try_all("parse a record", parse_record);
	try_all("format a record", format_record);
	try_all("parse it exactly", parse_exactly);
	try_all("import a result", import);
	try_all("identify things", identify);
	try_all("show a record", view);
	gitperf_record_free(record);
	return done_testing();
}
#endif
