/*
 * u-port.c - lib/port: result objects of version 1 and 2, and file names
 *
 * JSON stands here with ' for ", which json() turns into what it means. All
 * values are made up.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"

#include <gitperf/port.h>

#include "quoted.h"
#include "tap.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define OTHER "76543210fedcba9876543210fedcba9876543210"

static const char version_1[] =
	"{'version':1,'timestamp':'2026-02-03T04:05:06.5Z','commit':'0123abcd',"
	"'host':{'os':'linux','arch':'x86_64'},'iterations':5,'build_mode':'release',"
	"'commit_range':['" OTHER "'],'benchmark_reason':'tagged',"
	"'benchmarks':[{'name':'loop@O2','opt_level':'O2','mean_ms':12.345678,"
	"'std_ms':0.000123,'iterations':7}]}";

static const char version_2[] =
	"{'version':2,'timestamp':'2026-02-03T05:05:06+01:00','commit':'" COMMIT "',"
	"'host':{'os':'darwin','arch':'arm64'},'iterations':5,'build_mode':'debug',"
	"'commit_range':['" COMMIT "','" OTHER "'],'benchmark_reason':'tagged',"
	"'benchmarks':[{'name':'loop','opt_level':'O0','mean_ms':3,'std_ms':null,"
	"'cold_ms':9.5,'hot_ms':2.25,'hot_std_ms':0.125,'hot_iterations':50,"
	"'runtime_ms':1e-6,'runtime_std_ms':0,'peak_memory_bytes':1048576,"
	"'binary_size_bytes':9007199254740993,"
	"'passes':{'parse':{'mean_ms':1.5,'std_ms':0.25},'emit':{'mean_ms':0.5},"
	"'idle':{'mean_ms':null}},"
	"'source_metrics':{'lines':100,'bytes':2500.50}},"
	"{'name':'calls@O3','opt_level':'O3','mean_ms':0.1,'iterations':9}]}";

static gitperf_record *import(const char *text, const char *want)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	gitperf_record *record = NULL;
	const char *format = NULL;

	json(&bytes, text, NULL, NULL);
	is_ok(gitperf_import_read(&record, &format, bytes.ptr, bytes.len), "import it");
	is_str(format, want, "... as what it is");
	gitperf_buffer_dispose(&bytes);
	return record;
}

/* --- What becomes of it --------------------------------------------------- */

static int64_t whole(const gitperf_metric *m, gitperf_summary_field field)
{
	gitperf_number number = m->summary->field[field];

	if (!(m->summary->have & 1u << field))
		return -1;
	return number.is_real ? -2 : number.as.integer;
}

static void is_metric(const gitperf_metric *m, const char *name, const char *unit,
		      int64_t mean, int64_t stddev, int64_t n)
{
	is_str(m->name, name, name);
	is_str(m->unit, unit, "... its unit");
	is_int(m->better, GITPERF_BETTER_LOWER, "... less is better");
	ok(m->summary && !m->samples, "... a summary");
	is_int(whole(m, GITPERF_SUMMARY_MEAN), mean, "... its mean");
	is_int(whole(m, GITPERF_SUMMARY_STDDEV), stddev, "... its deviation");
	is_int(whole(m, GITPERF_SUMMARY_N), n, "... its count");
}

static void is_pair(const gitperf_pair *pair, const char *key, const char *value)
{
	is_str(pair->key, key, "a key");
	is_str(pair->value, value, "... its value");
}

static void test_version_1(void)
{
	gitperf_record *r = import(version_1, "result-1");
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	char text[GITPERF_TIME_SIZE], sha256[DIGEST_HEX + 1];

	if (!r)
		return;
	json(&bytes, version_1, NULL, NULL);
	gitperf_digest(sha256, bytes.ptr, bytes.len);
	is_str(r->origin_sha256, sha256, "it says which bytes it was made of");
	is_str(r->origin_format, "result-1", "... and of which format");
	is_str(r->commit, "0123abcd", "a short commit is kept");
	is_str(r->platform, "x86-64-linux", "a platform of the host");
	gitperf_time_format(text, r->finished);
	is_str(text, "2026-02-03T04:05:06.500000000Z", "a time");
	is_int(r->schema, GITPERF_RECORD_SCHEMA, "a schema");
	is_int(r->outcome, GITPERF_OUTCOME_COMPLETE, "an outcome");
	is_int((int64_t)r->ncommit_range, 0, "version 1 has no range");
	is_str(r->reason, NULL, "... and no reason");
	is_int((int64_t)r->nconfig, 1, "a configuration");
	is_pair(&r->config[0], "build_mode", "release");
	is_int((int64_t)r->nenvironment, 2, "an environment");
	is_pair(&r->environment[0], "arch", "x86_64");
	is_pair(&r->environment[1], "os", "linux");
	is_int((int64_t)strlen(r->fingerprint), 16, "... and its fingerprint");
	is_int(r->dirty, -1, "whether it was dirty is not known");
	is_int((int64_t)r->nbenchmarks, 1, "one benchmark");
	is_str(r->benchmarks[0].name, "loop@O2", "... its name");
	is_int((int64_t)r->benchmarks[0].nparams, 0, "... which has the level already");
	is_str(r->benchmarks[0].workload, NULL, "... no workload");
	is_int(r->benchmarks[0].duration_ns, -1, "... no duration");
	is_int((int64_t)r->benchmarks[0].nmetrics, 1, "... one metric");
	is_metric(&r->benchmarks[0].metrics[0], "wall", "ns", 12345678, 123, 7);
	gitperf_buffer_dispose(&bytes);
	gitperf_record_free(r);
}

static void test_version_2(void)
{
	gitperf_record *r = import(version_2, "result-2");
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	const gitperf_benchmark *b;
	gitperf_record *again;
	char text[GITPERF_TIME_SIZE];

	if (!r)
		return;
	b = r->benchmarks;
	is_str(r->platform, "aarch64-macos", "a platform of the host");
	gitperf_time_format(text, r->finished);
	is_str(text, "2026-02-03T04:05:06.000000000Z", "a time");
	is_int((int64_t)r->ncommit_range, 2, "a range");
	is_str(r->commit_range[1], OTHER, "... in its order");
	is_str(r->reason, "tagged", "a reason");
	is_int((int64_t)r->nbenchmarks, 2, "two benchmarks");
	is_int((int64_t)b[0].nparams, 1, "a parameter");
	is_pair(&b[0].params[0], "opt_level", "O0");
	is_int((int64_t)b[1].nparams, 0, "... none for the other");
	is_int((int64_t)b[0].nmetrics, 8, "eight metrics");
	is_metric(&b[0].metrics[0], "wall", "ns", 3000000, -1, 5);
	is_metric(&b[0].metrics[1], "cold", "ns", 9500000, -1, 1);
	is_metric(&b[0].metrics[2], "hot", "ns", 2250000, 125000, 50);
	is_metric(&b[0].metrics[3], "runtime", "ns", 1, 0, 5);
	is_metric(&b[0].metrics[4], "max_rss", "bytes", 1048576, -1, 5);
	is_metric(&b[0].metrics[5], "binary_size", "bytes", INT64_C(9007199254740993), -1, 5);
	is_metric(&b[0].metrics[6], "pass.emit", "ns", 500000, -1, 5);
	is_metric(&b[0].metrics[7], "pass.parse", "ns", 1500000, 250000, 5);
	is_int((int64_t)strlen(b[0].workload), 16, "a workload of what was measured");
	is_int((int64_t)b[0].nworkload_parts, 2, "... of two parts");
	is_pair(&b[0].workload_parts[0], "bytes", "2500.50");
	is_pair(&b[0].workload_parts[1], "lines", "100");
	is_str(b[1].workload, NULL, "... none for the other");
	is_metric(&b[1].metrics[0], "wall", "ns", 100000, -1, 9);
	is_ok(gitperf_record_format(&out, r), "it makes a record");
	is_ok(gitperf_record_parse(&again, out.ptr, out.len, GITPERF_PARSE_EXACT), "... that reads back");
	gitperf_record_free(again);
	gitperf_record_free(r);
	gitperf_buffer_dispose(&out);
}

/* The canonical bytes of an import, and of one with a change */
static void record_of(gitperf_buffer *out, const char *text, const char *find,
		      const char *replace)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	const char *format;

	gitperf_buf_truncate(out, 0);
	json(&bytes, text, find, replace);
	is_ok(gitperf_import_read(&record, &format, bytes.ptr, bytes.len), "import");
	if (record)
		is_ok(gitperf_record_format(out, record), "... and format");
	gitperf_record_free(record);
	gitperf_buffer_dispose(&bytes);
}

static void test_identity(void)
{
	gitperf_buffer a = GITPERF_BUFFER_INIT, b = GITPERF_BUFFER_INIT;

	record_of(&a, version_2, NULL, NULL);
	record_of(&b, version_2, NULL, NULL);
	is_str(a.ptr, b.ptr, "the same bytes make the same record");
	record_of(&b, version_2, "}]}", "}] }");
	ok(strcmp(a.ptr, b.ptr) != 0, "... other bytes another");
	gitperf_buffer_dispose(&a);
	gitperf_buffer_dispose(&b);
}

static void workload_of(char out[17], const char *find, const char *replace)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	const char *format;

	json(&bytes, version_2, find, replace);
	is_ok(gitperf_import_read(&record, &format, bytes.ptr, bytes.len), "import");
	snprintf(out, 17, "%s", record ? record->benchmarks[0].workload : "");
	gitperf_record_free(record);
	gitperf_buffer_dispose(&bytes);
}

static void test_workloads(void)
{
	char a[17], b[17], c[17];

	workload_of(a, NULL, NULL);
	workload_of(b, "'lines':100,'bytes':2500.50", "'bytes':2500.50,'lines':100");
	workload_of(c, "'lines':100", "'lines':101");
	is_str(b, a, "the order of the source's figures does not matter");
	ok(strcmp(a, c) != 0, "... but what they are");
}

/* --- Numbers -------------------------------------------------------------- */

static void test_nanoseconds(void)
{
	static const struct {
		const char *ms;
		int64_t ns;
	} cases[] = {
		{ "0", 0 }, { "0.0", 0 }, { "1", 1000000 }, { "0.1", 100000 }, { "0.2", 200000 },
		{ "0.3", 300000 }, { "0.000001", 1 }, { "1e-6", 1 }, { "0.000003", 3 },
		{ "0.0000004", 0 }, { "0.0000006", 1 }, { "1.0000001", 1000000 },
		{ "4.35", 4350000 }, { "1.005", 1005000 }, { "8.41", 8410000 },
		{ "29.999999", 29999999 }, { "1234.567891", 1234567891 },
		{ "86400000", INT64_C(86400000000000) },
		{ "604800000.000001", INT64_C(604800000000001) },
		{ "1.5e3", 1500000000 }, { "999999999.999999", INT64_C(999999999999999) },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *r;
	const char *format;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_addf(&text, "{\"version\":1,\"timestamp\":\"2026-02-03T04:05:06Z\","
				 "\"commit\":\"0123\",\"host\":{\"os\":\"linux\",\"arch\":\"x\"},"
				 "\"benchmarks\":[{\"name\":\"a\",\"mean_ms\":%s}]}", cases[i].ms);
		is_ok(gitperf_import_read(&r, &format, text.ptr, text.len), cases[i].ms);
		is_int(r ? whole(&r->benchmarks[0].metrics[0], GITPERF_SUMMARY_MEAN) : -1,
		       cases[i].ns, "... in whole nanoseconds");
		gitperf_record_free(r);
	}
	gitperf_buffer_dispose(&text);
}

/* Decimals as tools print them, up to eleven days: every digit counts. */
static void test_many_nanoseconds(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	int64_t ns[5000];
	gitperf_record *r;
	const char *format;
	size_t i, bad = 0;

	gitperf_buf_adds(&text, "{\"version\":2,\"timestamp\":\"2026-02-03T04:05:06Z\","
			 "\"commit\":\"0123\",\"host\":{\"os\":\"linux\",\"arch\":\"x\"},\"benchmarks\":[");
	for (i = 0; i < ARRAY_SIZE(ns); i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		ns[i] = (int64_t)(state % UINT64_C(1000000000000000) >> (i % 40));
		gitperf_buf_addf(&text, "%s{\"name\":\"%d\",\"mean_ms\":%lld.%06lld}", i ? "," : "",
				 (int)i, (long long)(ns[i] / 1000000), (long long)(ns[i] % 1000000));
	}
	gitperf_buf_adds(&text, "]}");
	is_ok(gitperf_import_read(&r, &format, text.ptr, text.len), "5,000 decimals");
	for (i = 0; r && i < ARRAY_SIZE(ns); i++)
		bad += whole(&r->benchmarks[i].metrics[0], GITPERF_SUMMARY_MEAN) != ns[i];
	is_int((int64_t)bad, 0, "... to the nanosecond");
	gitperf_record_free(r);
	gitperf_buffer_dispose(&text);
}

/* --- What is refused ------------------------------------------------------ */

struct change {
	const char *find, *replace, *message;
};

static void test_refused(void)
{
	static const struct change cases[] = {
		{ "'version':2", "'version':3", "neither a record nor a result object" },
		{ "'version':2", "'version':0", "neither a record nor a result object" },
		{ "'version':2", "'version':'2'", "neither a record nor a result object" },
		{ "'version':2", "'version':2.5", "neither a record nor a result object" },
		{ "'version':2,", "", "neither a record nor a result object" },
		{ "'benchmarks':", "'benchmark':", "neither a record nor a result object" },
		{ "{'version':2,", "[{'version':2,", "not valid JSON" },
		{ "'commit':'" COMMIT "',", "", "'commit' is missing" },
		{ "'commit':'" COMMIT "'", "'commit':'012'", "'commit' must be 4 to 40" },
		{ "'commit':'" COMMIT "'", "'commit':'main'", "'commit' must be 4 to 40" },
		{ "'commit':'" COMMIT "'", "'commit':7", "'commit' must be a string" },
		{ "'timestamp':'2026-02-03T05:05:06+01:00',", "", "'timestamp' is missing" },
		{ "06+01:00", "06", "'timestamp': '2026-02-03T05:05:06' is not a time" },
		{ "'2026-02-03T05:05:06+01:00'", "1770000000", "'timestamp' must be a string" },
		{ "'host':{'os':'darwin','arch':'arm64'},", "", "'host' is missing" },
		{ "'host':{'os':'darwin',", "'host':{", "'host' needs 'os' and 'arch'" },
		{ ",'arch':'arm64'", "", "'host' needs 'os' and 'arch'" },
		{ "{'os':'darwin','arch':'arm64'}", "'here'", "'host' must be an object" },
		{ "'darwin'", "'Plan 9'", "platform 'aarch64-Plan 9' has a character" },
		{ "'darwin'", "''", "'os' must be 1 to 64 bytes" },
		{ "'darwin'", "'a\\nb'", "'os' must be 1 to 64 bytes" },
		{ "'arm64'", "'../..'", "platform" },
		{ "'iterations':5", "'iterations':0", "'iterations' must be an integer of 1 or more" },
		{ "'iterations':5", "'iterations':'5'", "'iterations' must be a number" },
		{ "'debug'", "''", "'build_mode' must be 1 to 256 bytes" },
		{ "'tagged'", "'whim'", "'benchmark_reason' is 'whim', but must be one of" },
		{ "['" COMMIT "','", "['0123','", "'commit_range' must hold full commit ids" },
		{ "['" COMMIT "','" OTHER "']", "'x'", "'commit_range' must be an array" },
		{ "['" COMMIT "'", "[null", "'commit_range' must be a string" },
		{ "'benchmarks':[", "'benchmarks':[1,", "'benchmarks' must be an object" },
		{ "'benchmarks':[", "'benchmarks':{},'x':[", "'benchmarks' must be an array" },
		{ "'benchmarks':[", "'benchmarks':[],'x':[", "'benchmarks' is empty" },
		{ "'name':'loop',", "", "a benchmark has no 'name'" },
		{ "'name':'loop'", "'name':''", "'name' must be 1 to 256 bytes" },
		{ "'mean_ms':3,", "", "benchmark 'loop': 'mean_ms' is missing" },
		{ "'mean_ms':3", "'mean_ms':null", "benchmark 'loop': 'mean_ms' is missing" },
		{ "'mean_ms':3", "'mean_ms':'3'", "benchmark 'loop': 'mean_ms' must be a number" },
		{ "'mean_ms':3", "'mean_ms':-3", "benchmark 'loop': 'mean_ms' is out of range" },
		{ "'mean_ms':3", "'mean_ms':1e13", "benchmark 'loop': 'mean_ms' is out of range" },
		{ "'mean_ms':3", "'mean_ms':1e999", "benchmark 'loop': 'mean_ms': the number" },
		{ "'std_ms':null", "'std_ms':-0.5", "benchmark 'loop': 'std_ms' is out of range" },
		{ "'peak_memory_bytes':1048576", "'peak_memory_bytes':1e19", "'peak_memory_bytes' is out of range" },
		{ "'hot_iterations':50", "'hot_iterations':0.5", "'hot_iterations' must be an integer" },
		{ "'iterations':9", "'iterations':-9", "benchmark 'calls@O3': 'iterations' must be" },
		{ "{'mean_ms':0.5}", "0.5", "benchmark 'loop': 'passes' must be an object" },
		{ "{'mean_ms':0.5}", "{'mean_ms':'x'}", "benchmark 'loop': 'mean_ms' must be a number" },
		{ "'passes':{", "'passes':[],'x':{", "benchmark 'loop': 'passes' must be an object" },
		{ "'lines':100", "'lines':'many'", "benchmark 'loop': 'source_metrics' must be a number" },
		{ "'opt_level':'O0'", "'opt_level':0", "benchmark 'loop': 'opt_level' must be a string" },
		{ "'commit':", "'commit':'0123','commit':", "a key occurs twice" },
	};
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	const char *format;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json(&bytes, version_2, cases[i].find, cases[i].replace);
		record = (gitperf_record *)&bytes;
		ok(gitperf_import_read(&record, &format, bytes.ptr, bytes.len) < 0, "%s -> %s",
		   cases[i].find, cases[i].replace);
		if (!ok(strstr(gitperf_error_message(), cases[i].message) != NULL, "... %s",
			cases[i].message))
			printf("#   %s\n", gitperf_error_message());
		ok(!record && gitperf_error_hint(), "... no record, but a hint");
	}
	gitperf_buffer_dispose(&bytes);
}

/* What is only seen when it becomes a record */
static void test_refused_later(void)
{
	static const struct change cases[] = {
		{ "'name':'calls@O3'", "'name':'loop'", NULL },
		{ "'commit':'" COMMIT "'", "'commit':'0123'", "'commit' must be 40" },
		{ "'idle':{'mean_ms':null}", "'\\n':{'mean_ms':1}", "'name' must be 1 to 256 bytes" },
		{ "'lines':100", "'':100", "a key of 'parts' is empty" },
		{ "'name':'calls@O3','opt_level':'O3'", "'name':'loop','opt_level':'O0'",
		  "benchmark 'loop' occurs twice" },
	};
	gitperf_buffer bytes = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	const char *format;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json(&bytes, version_2, cases[i].find, cases[i].replace);
		err = gitperf_import_read(&record, &format, bytes.ptr, bytes.len);
		if (!err)
			err = gitperf_record_format(&out, record);
		if (!cases[i].message)
			is_ok(err, "the same name with other parameters");
		else if (!ok(err < 0 && strstr(gitperf_error_message(), cases[i].message), "%s",
			     cases[i].message))
			printf("#   %s\n", gitperf_error_message());
		gitperf_record_free(record);
	}
	gitperf_buffer_dispose(&bytes);
	gitperf_buffer_dispose(&out);
}

static void test_many_metrics(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	const char *format;
	int n, i;

	for (n = 63; n <= 64; n++) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_adds(&text, "{\"version\":1,\"timestamp\":\"2026-02-03T04:05:06Z\","
				 "\"commit\":\"0123\",\"host\":{\"os\":\"linux\",\"arch\":\"x\"},"
				 "\"benchmarks\":[{\"name\":\"a\",\"mean_ms\":1,\"passes\":{");
		for (i = 0; i < n; i++)
			gitperf_buf_addf(&text, "%s\"%d\":{\"mean_ms\":%d}", i ? "," : "", i, i);
		gitperf_buf_adds(&text, "}}]}");
		is_err(gitperf_import_read(&record, &format, text.ptr, text.len),
		       n == 63 ? 0 : GITPERF_EFORMAT, n == 63 ? "64 metrics" : "65 metrics");
		gitperf_record_free(record);
	}
	gitperf_buffer_dispose(&text);
}

static void test_formats(void)
{
	static const char *const records[] = {
		"{\"schema\":1}", "{\"schema\":7,\"version\":2,\"benchmarks\":[]}",
		"{\"platform\":\"p\",\"benchmarks\":[]}", "{\"platform\":1,\"benchmarks\":2,\"version\":1}"
	};
	static const char *const others[] = {
		"{}", "[]", "null", "1", "\"record\"", "{\"platform\":\"p\"}", "{\"benchmarks\":[]}",
		"{\"version\":2}", "{\"version\":[2],\"benchmarks\":[]}", "[{\"schema\":1}]"
	};
	gitperf_record *record;
	const char *format;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(records); i++) {
		is_ok(gitperf_import_read(&record, &format, records[i], strlen(records[i])), records[i]);
		is_str(format, "record", "... is one of ours");
		ok(!record, "... and not read here");
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		is_err(gitperf_import_read(&record, &format, others[i], strlen(others[i])),
		       GITPERF_EFORMAT, others[i]);
		ok(!record && gitperf_error_hint(), "... is none");
	}
	is_err(gitperf_import_read(&record, &format, "{", 1), GITPERF_EFORMAT, "not JSON");
	is_err(gitperf_import_read(&record, &format, "", 0), GITPERF_EFORMAT, "nothing");
}

/* --- File names ----------------------------------------------------------- */

#define ID "89abcdef0123456789abcdef0123456789abcdef"

static void test_names(void)
{
	static const char *const good[] = {
		"benchmark-results-" COMMIT "-x86-64-linux.json",
		"benchmark-results-0123-x86-64-linux.json",
		"benchmark-results-0123456789-x86-64-linux.json",
		"benchmark-results-" COMMIT "-x86-64-linux-89abcdef0123.json",
		"benchmark-results-0123-x86-64-linux-89abcdef0123.json",
		/* nobody's claim */
		"results.json", "", "x-benchmark-results-ffff-x86-64-linux.json", "benchmark-results",
		"Benchmark-results-ffff-y.json"
	};
	static const char *const bad[] = {
		"benchmark-results-", "benchmark-results-.json", "benchmark-results-012-x86-64-linux.json",
		"benchmark-results-" OTHER "-x86-64-linux.json", "benchmark-results-0124-x86-64-linux.json",
		"benchmark-results-" COMMIT "0-x86-64-linux.json",
		"benchmark-results-0123-x86-64-macos.json", "benchmark-results-0123-x86-64-linux",
		"benchmark-results-0123-x86-64-linux.json.gz", "benchmark-results-0123-linux.json",
		"benchmark-results-0123x86-64-linux.json", "benchmark-results-0123-x86-64-linux-1.json",
		"benchmark-results-0123-x86-64-linux-89abcdef0124.json",
		"benchmark-results-0123-x86-64-linux-89abcdef012.json",
		"benchmark-results-0123-x86-64-linux-" ID ".json",
		"benchmark-results-0123-x86-64-linux (1).json"
	};
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	size_t i;

	is_ok(gitperf_artifact_name(&name, COMMIT, "x86-64-linux", NULL), "the name of an artifact");
	is_str(name.ptr, good[0], "... by default");
	is_ok(gitperf_artifact_check_name(name.ptr, COMMIT, "x86-64-linux", ID), "... is right");
	gitperf_buf_truncate(&name, 0);
	is_ok(gitperf_artifact_name(&name, COMMIT, "x86-64-linux", ID), "... with an id");
	is_str(name.ptr, good[3], "... of twelve digits");
	gitperf_buffer_dispose(&name);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		is_ok(gitperf_artifact_check_name(good[i], COMMIT, "x86-64-linux", ID), good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_artifact_check_name(bad[i], COMMIT, "x86-64-linux", ID),
		       GITPERF_EINVALID, bad[i]);
		ok(gitperf_error_hint() != NULL, "... with a hint");
	}
}

int main(void)
{
	test_version_1();
	test_version_2();
	test_identity();
	test_workloads();
	test_nanoseconds();
	test_many_nanoseconds();
	test_refused();
	test_refused_later();
	test_many_metrics();
	test_formats();
	test_names();
	return done_testing();
}
