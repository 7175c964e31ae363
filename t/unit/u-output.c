/*
 * u-output.c - lib/port: what real tools have printed; our own formats; limits
 *
 * t/data/output has what real tools have printed, and beside it what it means;
 * its README says how each was made.
 */
#include "base/compat.h"

#include "readings.h"

#define DATA "t/data/output/"

/* --- What real tools have printed ------------------------------------------ */

static void test_real(void)
{
	static const char *const files[][2] = {
		{ "google-benchmark", "plain.json" },
		{ "google-benchmark", "repetitions.json" },
		{ "google-benchmark", "aggregates.json" },
		{ "google-benchmark", "error.json" },
		{ "hyperfine", "1.15.json" }, { "hyperfine", "1.20.json" },
		{ "hyperfine", "signal.json" },
		{ "criterion", "plain.json" }, { "criterion", "change.json" },
		{ "bencher", "criterion.txt" }, { "bencher", "libtest.txt" },
		{ "bencher", "fail.txt" },
		{ "go", "plain.txt" }, { "go", "count.txt" }, { "go", "fail.txt" },
		{ "go", "panic.txt" }, { "go", "verbose.txt" }, { "go", "broken.txt" },
		{ "pytest-benchmark", "plain.json" },
		{ "pytest-benchmark", "fail.json" },
		{ "pytest-benchmark", "saved.json" },
		{ "jmh", "modes.json" }, { "jmh", "sample.json" },
		{ "jmh", "gc.json" }, { "jmh", "group.json" }
	};
	gitperf_buffer path = GITPERF_BUFFER_INIT, bytes = GITPERF_BUFFER_INIT;
	gitperf_buffer want = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		gitperf_buf_truncate(&path, 0);
		gitperf_buf_truncate(&bytes, 0);
		gitperf_buf_truncate(&want, 0);
		gitperf_buf_addf(&path, DATA "%s-%s", files[i][0], files[i][1]);
		is_ok(gitperf_buf_read_file(&bytes, path.ptr, GITPERF_IMPORT_MAX), path.ptr);
		gitperf_buf_adds(&path, ".want");
		is_ok(gitperf_buf_read_file(&want, path.ptr, GITPERF_IMPORT_MAX), path.ptr);
		is_read(files[i][0], bytes.ptr, bytes.len, want.ptr, "is read");
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&bytes);
	gitperf_buffer_dispose(&want);
}

/* --- Formats of our own ------------------------------------------------------ */

static void test_values(void)
{
	static const struct good good[] = {
		{ "time=1.5ms", "<>\n  time ns lower 1500000\n" },
		{ "time = 0.1075 s\n", "<>\n  time ns lower 107500000\n" },
		{ "  rate=12.5 req/s  \r\nhello\nrate=13 req/s", "<>\n  rate req/s higher 12.5 13\n" },
		{ "a.b/c-d_2=3", "<>\n  a.b/c-d_2 1 none 3\n" },
		{ "size: 3 KiB\ncopy: 2.5 MB/s", "<>\n  size bytes lower 3072\n  copy bytes/s higher 2500000\n" },
		{ "t: 7\302\265s\nu=7\316\274s\nv=7us", "<>\n  t ns lower 7000\n  u ns lower 7000\n  v ns lower 7000\n" },
		{ "half=.5\ndelta=-3e-2\nbig=9223372036854775807", "<>\n  half 1 none 0.5\n"
		  "  delta 1 none -0.03\n  big 1 none 9223372036854775807\n" },
		{ "load: 5%\nx=5 p99\nsteps=2 ns/op", "<>\n  load % none 5\n  x p99 none 5\n  steps ns lower 2\n" },
		{ "took=2min", "<>\n  took ns lower 120000000000\n" },
		/* talk, but for the last line */
		{ "http://x=1\n12:30:45\nTests: 5 passed\nIteration: 3\ncommit=12ab34\nmask=0xff\n"
		  "retries=3 of 5\nversion=1.2.3\ndate=2024-01-01\nmode=fast\npath=/usr\na=1 b=2\n"
		  "x==1\n=1\nx=\nx:1ms\nt: 12:30:45\n3=4\ntime=12,5ms\nlist=1,2\ny= 1 2\nz=1-\n"
		  "commit=1234e567\nid=99999999999999999999\nz=1e-999\n"
		  "\377\376\nok=1", "<>\n  ok 1 none 1\n" }
	};
	static const struct bad bad[] = {
		{ "", "values output: there is no measurement at all" },
		{ "hello, world", "there is no measurement at all" },
		{ "t=nan", "'t' is 'nan', which is no number" },
		{ "t = -Infinity", "'t' is '-Infinity', which is no number" },
		{ "t=1e308 s", "'t': the number 1e317 is too large" },
		{ "t=-1ms", "'t' is negative" },
		{ "n=-1 kB", "'n' is negative" },
		{ "t=1ms\nt=1", "'t' is there twice, with other units or directions" },
		{ "t\302\200=1", "has control characters" },
		{ "t\377=1", "the metric '?' is not UTF-8" }
	};

	all_good("values", good, ARRAY_SIZE(good));
	all_bad("values", bad, ARRAY_SIZE(bad));
	is_refused("values", "a=1\0b=2", 7, "NUL");
}

static void test_json(void)
{
	static const struct good good[] = {
		{ "{'metrics':[{'name':'wall','value':5104}]}", "<>\n  wall ns lower 5104\n" },
		{ "{'metrics':[{'name':'x','samples':[1,2.5]}],'benchmarks':[{'name':'b',"
		  "'params':{'n':'1'},'metrics':[{'name':'y','unit':'u','better':'higher',"
		  "'summary':{'mean':1,'n':3}}]}]}",
		  "<>\n  x 1 none 1 2.5\n<b> n=1\n  y u higher n=3 mean=1\n" },
		{ "{'metrics':{'y':{'unit':'u','better':'lower'}},'benchmarks':[{'name':'b',"
		  "'metrics':[{'name':'y','value':1}]},{'name':'c','status':'failed','error':'why'},"
		  "{'name':'d','status':'skipped'},{'name':'e','status':'timeout'}]}",
		  "<b>\n  y u lower 1\n<c>: why\n<e>: timeout\n" },
		{ "{'metrics':[{'name':'x','unit':'ms','samples':[1.1,2]},"
		  "{'name':'y','unit':'KiB','better':'none','summary':{'mean':2,'n':3,'stddev':0.5}},"
		  "{'name':'z','unit':'MB/s','value':0.1},{'name':'w','unit':'us/op','value':3}]}",
		  "<>\n  x ns lower 1100000 2000000\n"
		  "  y bytes none n=3 mean=2048 stddev=512\n"
		  "  z bytes/s higher 100000\n  w ns lower 3000\n" },
		{ "{'metrics':{'y':{'unit':'h'}},'benchmarks':[{'name':'b',"
		  "'metrics':[{'name':'y','value':2}]}]}",
		  "<b>\n  y ns lower 7200000000000\n" }
	};
	static const struct bad bad[] = {
		{ "time=1", "json output: line 1, column" },
		{ "[]", "'all of it' must be an object, not an array" },
		{ "{}", "there is no measurement at all" },
		{ "{'benchmarks':[]}", "there is no measurement at all" },
		{ "{'metrics':[]}", "there is no measurement" },
		{ "{'metrics':{}}", "'metrics' must be an array, not an object" },
		{ "{'metric':[]}", "unknown field 'metric'" },
		{ "{'metrics':[{'name':'x','value':1,'samples':[1]}]}", "needs one of" },
		{ "{'metrics':[{'name':'x','value':'1'}]}", "metric 'x': 'value' must be a number" },
		{ "{'metrics':[{'name':'wall','value':-1}]}", "'wall' is negative" },
		{ "{'benchmarks':[{'name':'b','metrics':[{'name':'x','value':1}],'log':'l'}]}",
		  "benchmark 'b': 'log' is for records only" },
		{ "{'benchmarks':[{'name':'b'}]}", "benchmark 'b': is ok, but has no metrics" },
		{ "{'benchmarks':[{'name':'','metrics':[{'name':'x','value':1}]}]}", "'name' must be" }
	};

	all_good("json", good, ARRAY_SIZE(good));
	all_bad("json", bad, ARRAY_SIZE(bad));
}

/* --- Limits ------------------------------------------------------------------ */

/* Texts of one form, one for each number below `n` */
static void repeat(gitperf_buffer *out, size_t n, const char *before,
		   const char *behind)
{
	size_t i;

	gitperf_buf_truncate(out, 0);
	for (i = 0; i < n; i++)
		gitperf_buf_addf(out, "%s%zu%s", before, i, behind);
}

static void test_limits(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_readings *readings;
	char *huge = calloc(1, GITPERF_IMPORT_MAX + 1);

	repeat(&text, 100000, "x=", "\n");
	is_ok(read_exactly(&readings, "values", text.ptr, text.len), "100000 samples");
	is_int((int64_t)gitperf_readings_get(readings, 0)->metrics[0].nsamples, 100000, "... are read");
	is_int(gitperf_readings_get(readings, 0)->metrics[0].samples[99999].as.integer, 99999, "... in order");
	gitperf_readings_free(readings);
	repeat(&text, 100001, "x=", "\n");
	is_refused("values", text.ptr, text.len, "'x' has more than 100000 samples");
	repeat(&text, 64, "x", "=1\n");
	is_ok(read_exactly(&readings, "values", text.ptr, text.len), "64 metrics");
	gitperf_readings_free(readings);
	repeat(&text, 65, "x", "=1\n");
	is_refused("values", text.ptr, text.len, "there are more than 64 metrics");
	repeat(&text, 10000, "BenchmarkX/", " 1 1 ns/op\n");
	is_ok(read_exactly(&readings, "go", text.ptr, text.len), "10000 benchmarks");
	is_str(gitperf_readings_get(readings, 9999)->name, "X/9999", "... in order");
	gitperf_readings_free(readings);
	repeat(&text, 10001, "BenchmarkX/", " 1 1 ns/op\n");
	is_refused("go", text.ptr, text.len, "there are more than 10000 benchmarks");
	if (huge)
		is_refused("go", huge, GITPERF_IMPORT_MAX + 1, "are more than 16777216");
	free(huge);
	gitperf_buf_truncate(&text, 0);
	gitperf_buf_addf(&text, "Benchmark%0256d 1 1 ns/op", 0);
	is_ok(read_exactly(&readings, "go", text.ptr, text.len), "a name of 256 bytes");
	gitperf_readings_free(readings);
	gitperf_buf_truncate(&text, 0);
	gitperf_buf_addf(&text, "Benchmark%0257d 1 1 ns/op", 0);
	is_refused("go", text.ptr, text.len, "is longer than 256 bytes");
	gitperf_buffer_dispose(&text);
}

static void test_many_rounds(size_t n, size_t samples)
{
	gitperf_buffer data = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	gitperf_readings *readings;

	repeat(&data, n - 1, "0.", ",");
	gitperf_buf_addf(&text, "{\"benchmarks\":[{\"fullname\":\"f\",\"stats\":"
			 "{\"mean\":1,\"data\":[%s0]}}]}", data.ptr);
	is_ok(read_exactly(&readings, "pytest-benchmark", text.ptr, text.len), "many rounds");
	is_int((int64_t)gitperf_readings_get(readings, 0)->metrics[0].nsamples,
	       (int64_t)samples, "... up to 1000 are samples");
	gitperf_readings_free(readings);
	gitperf_buffer_dispose(&data);
	gitperf_buffer_dispose(&text);
}

static void test_long_reason(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_readings *readings;
	size_t i;

	gitperf_buf_adds(&text, "--- FAIL: BenchmarkX\n    x");
	for (i = 0; i < 4096; i++)
		gitperf_buf_adds(&text, "\303\244");
	is_ok(read_exactly(&readings, "go", text.ptr, text.len), "a long reason");
	is_int((int64_t)strlen(gitperf_readings_get(readings, 0)->error), 8193,
	       "... is not cut");
	gitperf_readings_free(readings);
	gitperf_buffer_dispose(&text);
}

static void test_formats(void)
{
	gitperf_readings *readings;

	is_ok(gitperf_output_format_check("jmh"), "a format");
	is_err(gitperf_output_format_check("gtest"), GITPERF_EINVALID, "none");
	is_str(gitperf_error_message(), "'gtest' is not a format of benchmark output", "... it says so");
	is_str(gitperf_error_hint(), "use one of: values, json, google-benchmark, hyperfine, "
	       "criterion, bencher, go, pytest-benchmark, jmh", "... and which there are");
	is_err(gitperf_output_read(&readings, "", "", 0), GITPERF_EINVALID, "nothing is read as none");
	ok(!readings, "... and nothing comes out");
	gitperf_readings_free(NULL);
}

int main(void)
{
	test_formats();
	test_real();
	test_values();
	test_json();
	test_limits();
	test_many_rounds(1000, 1000);
	test_many_rounds(1001, 0);
	test_long_reason();
	return done_testing();
}
