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
#include "data/policy.h"

#include <gitperf/machine.h>
#include <gitperf/platform.h>
#include <gitperf/port.h>
#include <gitperf/suite.h>
#include <gitperf/view.h>
#include <gitperf/work.h>

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

static int read_output(gitperf_buffer *out, const char *format, const char *text)
{
	gitperf_readings *readings;
	int err = gitperf_output_read(&readings, format, text, strlen(text));

	if (!err) {
		gitperf_buf_adds(out, gitperf_readings_get(readings, 0)->metrics[0].name);
		err = gitperf_buf_check(out);
	}
	gitperf_readings_free(readings);
	return err;
}

static int read_lines(gitperf_buffer *out)
{
	return read_output(out, "go", "pkg: p\nBenchmarkA-2 1 0.5 ns/op 3 x/s\nBenchmarkB 1 2 MB/s\n"
			   "BenchmarkA-2 1 7 ns/op 4 x/s\n--- FAIL: BenchmarkC\n\tx.go:1: no\n");
}

static int read_tree(gitperf_buffer *out)
{
	return read_output(out, "hyperfine", "{\"results\":[{\"command\":\"x\",\"times\":[0.1,0.2],"
			   "\"user\":0.1,\"parameters\":{\"n\":1,\"m\":\"2\"}}]}");
}

static int read_own(gitperf_buffer *out)
{
	return read_output(out, "json", "{\"benchmarks\":[{\"name\":\"b\",\"metrics\":"
			   "[{\"name\":\"x\",\"value\":1}]}]}");
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

static const char suite_text[] =
	"[suite]\nbuild = make | cat\nfetchInput = a\n[benchmark \"b\"]\ncommand = x {n} 'y z'\n"
	"params = n=1 m='2 3'\nparams = n=4\ninput = a\ninput = b\ninput = c\ntags = a b\n"
	"[metric \"b.latency\"]\nunit = ms\nlimit = 1.5\n"
	"[policy]\ntrunk = main\nplan = commits=3 merges\nwidenOver = 7\n"
	"[platform \"x\"]\nconfig = a=1 b=2\nconfig = a=2\n[platform \"y\"]\nrequired = false\n";

static int read_suite(gitperf_buffer *out)
{
	gitperf_suite *suite = NULL;
	gitperf_words *words = NULL;
	int err = gitperf_suite_parse(&suite, "x", suite_text, strlen(suite_text));

	if (!err)
		err = gitperf_command_split(&words, suite->benchmarks[0].command,
					    suite->benchmarks[0].params[0].pairs, 2);
	if (!err) {
		gitperf_buf_addf(out, "%s %s %s %s ", suite->id, words->argv[1], suite->benchmarks[0].inputs[2],
				 suite->policy->platforms[0].configs[1].pairs[0].value);
		err = gitperf_policy_words(out, suite->policy);
	}
	gitperf_words_free(words);
	gitperf_suite_free(suite);
	return err;
}

static int override_policy(gitperf_buffer *out)
{
	gitperf_policy policy = gitperf_policy_usual;
	struct arena arena = ARENA_INIT;
	int err = gitperf_policy_override(&policy, &arena, "perf.plan", "every tagged");

	if (!err)
		err = gitperf_policy_override(&policy, &arena, "perf.trunk", "release/2.0");
	if (!err)
		err = gitperf_policy_words(out, &policy);
	if (!err) {
		gitperf_buf_adds(out, policy.trunk);
		err = gitperf_buf_check(out);
	}
	gitperf_arena_free(&arena);
	return err;
}

static int misread_suite(gitperf_buffer *out)
{
	gitperf_suite *suite = NULL;
	int err = gitperf_suite_parse(&suite, "x", "[suite]\nbiuld = make\n", 21);

	(void)out;
	gitperf_suite_free(suite);
	return err == GITPERF_EFORMAT ? 0 : err;
}

static int begin_suite(gitperf_buffer *out)
{
	gitperf_starter *starter = NULL;
	const char *path;
	int err = gitperf_starter_look(&starter, "t/fuzz");

	if (!err)
		err = gitperf_starter_ci(out, &path, "github", "refs/heads/perf", "/");
	if (!err) {
		gitperf_buf_adds(out, starter->suite);
		err = gitperf_buf_check(out);
	}
	gitperf_starter_free(starter);
	return err;
}

static int view(gitperf_buffer *out)
{
	gitperf_view_options options = GITPERF_VIEW_OPTIONS_INIT;

	return gitperf_view_record(out, record, COMMIT, &options);
}

/* The machine of this folder, which has files of many kinds */
static int examine(gitperf_buffer *out)
{
	gitperf_doctor *doctor;
	size_t i;
	int err = gitperf_doctor_examine(&doctor);

	if (err < 0)
		return err;
	for (i = 0; i < gitperf_doctor_count(doctor); i++) {
		const gitperf_finding *finding = gitperf_doctor_finding(doctor, i);

		gitperf_buf_addf(out, "%s %s %s\n", finding->name,
				 gitperf_finding_state_name(finding->state),
				 finding->value ? finding->value : "");
	}
	gitperf_doctor_free(doctor);
	return gitperf_buf_check(out);
}

static int compare(gitperf_buffer *out)
{
	gitperf_view_options options = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_comparison *c;
	int err = gitperf_compare_runs(&c, record, record, NULL);

	if (!err)
		err = gitperf_view_comparison(out, c, &options);
	options.format = GITPERF_FORMAT_JSON;
	if (!err)
		err = gitperf_view_comparison(out, c, &options);
	gitperf_comparison_free(c);
	return err;
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
	try_all("read lines that a tool printed", read_lines);
	try_all("read a tree that a tool printed", read_tree);
	try_all("read a tree of our own", read_own);
	try_all("identify things", identify);
	try_all("read a suite", read_suite);
	try_all("override its policy", override_policy);
	try_all("find a mistake in one", misread_suite);
	try_all("begin a suite", begin_suite);
	try_all("show a record", view);
	setenv("GIT_PERF_TEST_SYSROOT", "t/unit/root", 1);
	try_all("examine a machine", examine);
	try_all("compare it with itself", compare);
	gitperf_record_free(record);
	return done_testing();
}
#endif
