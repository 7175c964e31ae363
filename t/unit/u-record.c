/*
 * u-record.c - lib/data: what a record may hold, and its one canonical form
 *
 * JSON stands here with ' for ", which json() turns into what it means. A
 * case changes one place of a record that has every field, `whole`.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"

#include <gitperf/platform.h>
#include <gitperf/record.h>
#include <math.h>

#include "quoted.h"
#include "tap.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define OTHER "76543210fedcba9876543210fedcba9876543210"
#define SHA256 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define CHECKSUM "0000000000000000"

/* Its canonical bytes, all of them: what is written once is read for ever. */
static const char whole[] =
	"{'benchmarks':["
	"{'duration':99,'metrics':["
	"{'name':'wall','samples':[1,2.5,9223372036854775807]},"
	"{'name':'score','summary':{'confidence':0.95,'high':2,'low':1,'max':3,"
	"'mean':1.5,'median':1.25,'min':-1,'n':5,'stddev':0.25}}],"
	"'name':'sort','params':{'n':'1000','order':'random'},'status':'ok',"
	"'workload':{'id':'00ff00ff00ff00ff','parts':{'command':'0123','epoch':'1'}}},"
	"{'metrics':[{'better':'none','name':'wall','samples':[-1],'unit':'us'}],"
	"'name':'sort','params':{'n':'2000'},'status':'ok'},"
	"{'error':'signal 11','log':'boom\\n','name':'crash','status':'failed'},"
	"{'duration':1000,'name':'slow','status':'timeout'},"
	"{'name':'broken','status':'build-failed'},"
	"{'error':'needs 8 GB','name':'later','status':'skipped'}],"
	"'checksum':'" CHECKSUM "','commit':'" COMMIT "',"
	"'commit_range':['" COMMIT "','" OTHER "'],"
	"'config':{'build':'release','compiler':'gcc 12'},'dirty':false,"
	"'environment':{'cpu':'a \xc2\xb5" "arch','load':'0.25','os':'linux'},"
	"'error':'one failed','fingerprint':'0123456789abcdef',"
	"'finished':'2026-04-20T21:35:08.000000001Z',"
	"'job':{'id':'0123456789abcdef','round':2,'token':7},"
	"'log':'line one\\nline \\u001b[1mtwo\\u001b[m\\t\\\"/\\\\',"
	"'metrics':{'score':{'better':'higher','unit':'points'},"
	"'wall':{'better':'lower','unit':'ns'}},"
	"'origin':{'format':'result-2','sha256':'" SHA256 "'},"
	"'outcome':'partial','platform':'x86-64-linux',"
	"'queued':'2026-04-20T21:30:00.000000000Z','reason':'manual','schema':1,"
	"'started':'2026-04-20T21:34:08.500000000Z',"
	"'steps':[{'duration':1500000000,'name':'build','status':'ok'},"
	"{'error':'exit 1','name':'teardown','status':'failed'}],"
	"'suite':'" OTHER "','tool':'git-perf 0.1.0','worker':'worker-1.example'}\n";

/* The least that a record is */
static const char least[] =
	"{'benchmarks':[{'metrics':[{'name':'wall','samples':[1]}],'name':'a','status':'ok'}],"
	"'checksum':'" CHECKSUM "','commit':'" COMMIT "',"
	"'finished':'2026-04-20T21:35:08.000000000Z',"
	"'metrics':{'wall':{'better':'lower','unit':'ns'}},"
	"'outcome':'complete','platform':'p','schema':1}\n";

/* The name of a test: on one line */
static const char *shown(const char *text)
{
	static char name[100];
	size_t i;

	snprintf(name, sizeof(name), "%s", text);
	for (i = 0; name[i]; i++)
		if ((unsigned char)name[i] < 0x20 || (unsigned char)name[i] >= 0x7f || name[i] == '#')
			name[i] = '?';
	return name;
}

/* Parsed and formatted; NULL and a failed test when either goes wrong */
static gitperf_record *reformat(gitperf_buffer *out, const char *bytes, size_t len,
				unsigned flags)
{
	gitperf_record *record;
	int err = gitperf_record_parse(&record, bytes, len, flags);

	gitperf_buf_truncate(out, 0);
	if (!err)
		err = gitperf_record_format(out, record);
	if (!err)
		return record;
	printf("#   %s\n", gitperf_error_message());
	if (*out->ptr || record)
		gitperf_record_free(record);
	return NULL;
}

/* --- The canonical form --------------------------------------------------- */

static gitperf_number real(double value)
{
	gitperf_number number = { .as = { .real = value }, .is_real = 1 };

	return number;
}

/* `whole`, made by hand, with nothing in order that need not be */
static gitperf_record make_whole(void)
{
	static gitperf_number samples[3], minus[1];
	static gitperf_summary summary;
	static const gitperf_pair params[] = { { "order", "random" }, { "n", "1000" } };
	static const gitperf_pair more[] = { { "n", "2000" } };
	static const gitperf_pair parts[] = { { "epoch", "1" }, { "command", "0123" } };
	static const gitperf_metric metrics[] = {
		{ "wall", "ns", GITPERF_BETTER_LOWER, samples, 3, NULL },
		{ "score", "points", GITPERF_BETTER_HIGHER, NULL, 0, &summary },
	};
	static const gitperf_metric other[] = {
		{ "wall", "us", GITPERF_BETTER_NONE, minus, 1, NULL }
	};
	static const gitperf_benchmark benchmarks[] = {
		{ "sort", params, 2, "00ff00ff00ff00ff", parts, 2, metrics, 2,
		  GITPERF_STATUS_OK, NULL, NULL, 99, NULL },
		{ "sort", more, 1, NULL, NULL, 0, other, 1, GITPERF_STATUS_OK, NULL, NULL, -1, NULL },
		{ "crash", NULL, 0, NULL, NULL, 0, NULL, 0, GITPERF_STATUS_FAILED,
		  "signal 11", "boom\n", -1, NULL },
		{ "slow", NULL, 0, NULL, NULL, 0, NULL, 0, GITPERF_STATUS_TIMEOUT, NULL, NULL, 1000, NULL },
		{ "broken", NULL, 0, NULL, NULL, 0, NULL, 0, GITPERF_STATUS_BUILD_FAILED, NULL, NULL, -1, NULL },
		{ "later", NULL, 0, NULL, NULL, 0, NULL, 0, GITPERF_STATUS_SKIPPED,
		  "needs 8 GB", NULL, -1, NULL },
	};
	static const gitperf_step steps[] = {
		{ "build", GITPERF_STATUS_OK, NULL, 1500000000 },
		{ "teardown", GITPERF_STATUS_FAILED, "exit 1", -1 },
	};
	static const gitperf_pair config[] = { { "compiler", "gcc 12" }, { "build", "release" } };
	static const gitperf_pair environment[] = {
		{ "os", "linux" }, { "load", "0.25" }, { "cpu", "a \xc2\xb5" "arch" }
	};
	static const char *const range[] = { COMMIT, OTHER };
	static const double values[GITPERF_SUMMARY_FIELDS] = {
		5, 1.5, 0.25, -1, 3, 1.25, 1, 2, 0.95
	};
	gitperf_record r = GITPERF_RECORD_INIT;
	int i;

	samples[0] = gitperf_number_int(1);
	samples[1] = real(2.5);
	samples[2] = gitperf_number_int(INT64_MAX);
	minus[0] = real(-1);
	for (i = 0; i < GITPERF_SUMMARY_FIELDS; i++) {
		summary.field[i] = real(values[i]);
		summary.have |= 1u << i;
	}
	r.commit = COMMIT;
	r.platform = "x86-64-linux";
	r.config = config;
	r.nconfig = 2;
	r.commit_range = range;
	r.ncommit_range = 2;
	r.environment = environment;
	r.nenvironment = 3;
	r.fingerprint = "0123456789abcdef";
	r.suite = OTHER;
	r.tool = "git-perf 0.1.0";
	r.worker = "worker-1.example";
	r.reason = "manual";
	r.job = "0123456789abcdef";
	r.round = 2;
	r.token = 7;
	r.origin_format = "result-2";
	r.origin_sha256 = SHA256;
	gitperf_time_parse(&r.queued, "2026-04-20T21:30:00Z");
	gitperf_time_parse(&r.started, "2026-04-20T21:34:08.5Z");
	gitperf_time_parse(&r.finished, "2026-04-20T21:35:08.000000001Z");
	r.dirty = 0;
	r.outcome = GITPERF_OUTCOME_PARTIAL;
	r.error = "one failed";
	r.log = "line one\nline \033[1mtwo\033[m\t\"/\\";
	r.steps = steps;
	r.nsteps = 2;
	r.benchmarks = benchmarks;
	r.nbenchmarks = ARRAY_SIZE(benchmarks);
	return r;
}

static void test_canonical(void)
{
	gitperf_buffer want = GITPERF_BUFFER_INIT, got = GITPERF_BUFFER_INIT;
	gitperf_record made = make_whole(), *parsed;

	/* sha256sum of these bytes without the checksum, its first 16 digits */
	json(&want, whole, CHECKSUM, "d27a9b7ddf7d5806");
	is_ok(gitperf_record_format(&got, &made), "format a record of every field");
	is_str(got.ptr, want.ptr, "... to exactly these bytes");
	parsed = reformat(&got, want.ptr, want.len, GITPERF_PARSE_EXACT);
	is_str(got.ptr, want.ptr, "... and again, parsed");
	is_int(parsed ? (int64_t)parsed->nunknown : -1, 0, "... with nothing unknown");
	gitperf_record_free(parsed);
	json(&want, least, CHECKSUM, "7abb8c426b66aa29");
	parsed = reformat(&got, want.ptr, want.len, GITPERF_PARSE_EXACT);
	is_str(got.ptr, want.ptr, "the least record");
	gitperf_record_free(parsed);
	gitperf_buffer_dispose(&want);
	gitperf_buffer_dispose(&got);
}

static void is_pair(const gitperf_pair *pair, const char *key, const char *value)
{
	is_str(pair->key, key, "a key, in order");
	is_str(pair->value, value, "... and its value");
}

static void check_benchmarks(const gitperf_record *r)
{
	const gitperf_benchmark *b = r->benchmarks;
	const gitperf_metric *m = b[0].metrics;
	int i;

	is_int((int64_t)r->nbenchmarks, 6, "six benchmarks");
	is_str(b[0].name, "sort", "a name");
	is_int(b[0].duration_ns, 99, "a duration");
	is_int(b[1].duration_ns, -1, "... unknown");
	is_int((int64_t)b[0].nparams, 2, "two parameters");
	is_pair(&b[0].params[0], "n", "1000");
	is_pair(&b[0].params[1], "order", "random");
	is_str(b[0].workload, "00ff00ff00ff00ff", "a workload");
	is_pair(&b[0].workload_parts[0], "command", "0123");
	is_str(b[1].workload, NULL, "... unknown");
	is_int((int64_t)b[0].nmetrics, 2, "two metrics");
	is_str(m[0].unit, "ns", "a shared unit");
	is_int(m[0].better, GITPERF_BETTER_LOWER, "... and direction");
	is_int(m[1].better, GITPERF_BETTER_HIGHER, "... another");
	is_str(b[1].metrics[0].unit, "us", "a unit of its own");
	is_int(b[1].metrics[0].better, GITPERF_BETTER_NONE, "... and direction");
	is_int((int64_t)m[0].nsamples, 3, "three samples");
	is_int(m[0].samples[2].as.integer, INT64_MAX, "... exactly");
	is_double(gitperf_number_value(m[0].samples[1]), 2.5, "... a double");
	ok(!m[0].summary && m[1].summary && !m[1].samples, "samples or a summary");
	is_int(m[1].summary ? m[1].summary->have : 0, (1 << GITPERF_SUMMARY_FIELDS) - 1,
	       "every field of a summary");
	is_double(gitperf_number_value(m[1].summary->field[GITPERF_SUMMARY_CONFIDENCE]), 0.95,
		  "... the last");
	for (i = 1; i < 6; i++)
		is_int(b[i].status, i - 1, gitperf_status_name((gitperf_status)(i - 1)));
	is_str(b[2].error, "signal 11", "an error");
	is_str(b[2].log, "boom\n", "... a log");
	is_str(b[3].error, NULL, "no error");
}

static void test_fields(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *r;
	char time[GITPERF_TIME_SIZE];

	json(&text, whole, NULL, NULL);
	is_ok(gitperf_record_parse(&r, text.ptr, text.len, 0), "parse a record of every field");
	if (!r)
		return;
	is_int(r->schema, 1, "its schema");
	is_str(r->commit, COMMIT, "its commit");
	is_str(r->platform, "x86-64-linux", "its platform");
	is_int((int64_t)r->nconfig, 2, "its configuration");
	is_pair(&r->config[1], "compiler", "gcc 12");
	is_int((int64_t)r->ncommit_range, 2, "its range");
	is_str(r->commit_range[1], OTHER, "... in the order given");
	is_int((int64_t)r->nenvironment, 3, "its environment");
	is_pair(&r->environment[0], "cpu", "a \xc2\xb5" "arch");
	is_str(r->fingerprint, "0123456789abcdef", "its fingerprint");
	is_str(r->suite, OTHER, "its suite");
	is_str(r->tool, "git-perf 0.1.0", "its tool");
	is_str(r->worker, "worker-1.example", "its worker");
	is_str(r->reason, "manual", "its reason");
	is_str(r->job, "0123456789abcdef", "its job");
	is_int(r->round * 10 + r->token, 27, "... round and token");
	is_str(r->origin_format, "result-2", "its origin");
	is_str(r->origin_sha256, SHA256, "... and digest");
	gitperf_time_format(time, r->finished);
	is_str(time, "2026-04-20T21:35:08.000000001Z", "its end");
	gitperf_time_format(time, r->started);
	is_str(time, "2026-04-20T21:34:08.500000000Z", "its start");
	gitperf_time_format(time, r->queued);
	is_str(time, "2026-04-20T21:30:00.000000000Z", "its wait");
	is_int(r->dirty, 0, "not dirty");
	is_int(r->outcome, GITPERF_OUTCOME_PARTIAL, "its outcome");
	is_str(r->error, "one failed", "its error");
	is_str(r->log, "line one\nline \033[1mtwo\033[m\t\"/\\", "its log");
	is_int((int64_t)r->nsteps, 2, "its steps");
	is_str(r->steps[1].error, "exit 1", "... an error");
	is_int(r->steps[0].duration_ns, 1500000000, "... a duration");
	is_int(r->steps[1].duration_ns, -1, "... unknown");
	check_benchmarks(r);
	gitperf_record_free(r);
	json(&text, least, NULL, NULL);
	is_ok(gitperf_record_parse(&r, text.ptr, text.len, 0), "the least record");
	ok(r && r->dirty == -1 && !r->started && !r->queued && !r->job && !r->error &&
	   !r->nconfig && !r->nsteps && !r->worker, "... knows nothing else");
	gitperf_record_free(r);
	gitperf_record_free(NULL);
	gitperf_buffer_dispose(&text);
}

/* --- What is accepted ----------------------------------------------------- */

struct change {
	const char *find, *replace, *message;
};

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define A256 A64 A64 A64 A64

static void test_accepted(void)
{
	static const struct change cases[] = {
		{ "'dirty':false", "'dirty':true", NULL },
		{ "'dirty':false,", "", NULL },
		{ "'tool':'git-perf 0.1.0',", "", NULL },
		{ "'git-perf 0.1.0'", "'" A64 "'", NULL },
		{ ",'worker':'worker-1.example'", "", NULL },
		{ "'suite':'" OTHER "',", "", NULL },
		{ "'reason':'manual',", "", NULL },
		{ "'manual'", "'push'", NULL }, { "'manual'", "'scheduled'", NULL },
		{ "'manual'", "'tagged'", NULL }, { "'manual'", "'backfill'", NULL },
		{ "'manual'", "'bisect'", NULL }, { "'manual'", "'release'", NULL },
		{ "'manual'", "'idle'", NULL }, { "'manual'", "'calibration'", NULL },
		{ "'manual'", "'local'", NULL },
		{ "'fingerprint':'0123456789abcdef',", "", NULL },
		{ "'fingerprint':'0123456789abcdef'", "'fingerprint':'" A64 "'", NULL },
		{ "'queued':'2026-04-20T21:30:00.000000000Z',", "", NULL },
		{ "'started':'2026-04-20T21:34:08.500000000Z',", "", NULL },
		{ "21:34:08.500000000Z", "21:35:08.000000001Z", NULL },
		{ "21:34:08.500000000Z", "23:34:08.5+02:00", NULL },
		{ "'config':{'build':'release','compiler':'gcc 12'},", "", NULL },
		{ "{'build':'release','compiler':'gcc 12'}", "{}", NULL },
		{ "'release'", "'" A256 "'", NULL }, { "'build':", "'" A256 "':", NULL },
		{ "'release'", "'a = b, \xe2\x82\xac'", NULL },
		{ "['" COMMIT "','" OTHER "']", "[]", NULL },
		{ "{'cpu':'a \xc2\xb5" "arch','load':'0.25','os':'linux'}", "{}", NULL },
		{ "'job':{'id':'0123456789abcdef','round':2,'token':7},", "", NULL },
		{ "'id':'0123456789abcdef'", "'id':'01234567'", NULL },
		{ "'id':'0123456789abcdef'", "'id':'" A64 "'", NULL },
		{ "'round':2,'token':7", "'round':0,'token':9223372036854775807", NULL },
		{ "'round':2,'token':7", "'token':1e3", NULL },
		{ "'error':'one failed'", "'error':''", NULL },
		{ "'error':'one failed',", "", NULL },
		{ "'name':'build'", "'name':'" A256 "'", NULL },
		{ "{'duration':1500000000,'name':'build','status':'ok'},", "", NULL },
		{ "'name':'crash'", "'name':'/x/ y@z #1 \xf0\x9f\x98\x80\\\\\\\"'", NULL },
		{ "'name':'crash'", "'name':'" A256 "'", NULL },
		{ "'name':'crash'", "'name':'sort'", NULL },
		{ "'n':'2000'", "'n':'1000'", NULL },
		{ ",'params':{'n':'2000'}", "", NULL },
		{ "'duration':99,", "", NULL }, { "'duration':99", "'duration':0", NULL },
		{ "'id':'00ff00ff00ff00ff'", "'id':'any text'", NULL },
		{ ",'parts':{'command':'0123','epoch':'1'}", "", NULL },
		{ "[1,2.5,9223372036854775807]", "[-9223372036854775808,0,5e-324,1e300]", NULL },
		{ "'confidence':0.95,'high':2,'low':1,'max':3,", "", NULL },
		{ "'mean':1.5,", "", NULL }, { "'median':1.25,", "", NULL },
		{ "'mean':1.5", "'mean':9007199254740993", NULL },
		{ "'stddev':0.25", "'stddev':0", NULL }, { "'n':5", "'n':1", NULL },
		{ "'confidence':0.95", "'confidence':1e-9", NULL },
		{ "{'better':'higher','unit':'points'}", "{'better':'none','unit':'\xc2\xb5s'}", NULL },
		{ "'wall':{'better':'lower','unit':'ns'}", "'unused':{},'wall':{'better':'lower','unit':'ns'}", NULL },
		{ "'name':'score',", "'better':'higher','name':'score','unit':'points',", NULL },
		{ "'metrics':[{'better':'none',", "'duration':0,'metrics':[{'better':'lower',", NULL },
		{ "'name':'slow'", "'metrics':[],'name':'slow'", NULL },
		{ "'platform':'x86-64-linux'", "'platform':'0'", NULL },
		{ "{'error':'needs 8 GB',", "{'carried':'" COMMIT "','error':'needs 8 GB',", NULL },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT, once = GITPERF_BUFFER_INIT;
	gitperf_buffer twice = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json(&text, whole, cases[i].find, cases[i].replace);
		record = reformat(&once, text.ptr, text.len, 0);
		ok(record != NULL, "%s", shown(*cases[i].replace ? cases[i].replace : cases[i].find));
		gitperf_record_free(record);
		record = reformat(&twice, once.ptr, once.len, GITPERF_PARSE_EXACT);
		is_str(twice.ptr, once.ptr, "... has one canonical form");
		gitperf_record_free(record);
	}
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
}

/* A long text needs more room than a table has. */
static void check_length(const char *find, size_t len, const char *message)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, value = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;
	int err;

	gitperf_buf_adds(&value, "'");
	for (i = 0; i < len; i++)
		gitperf_buf_addc(&value, 'x');
	gitperf_buf_adds(&value, "'");
	json(&text, whole, find, value.ptr);
	err = gitperf_record_parse(&record, text.ptr, text.len, 0);
	if (!message)
		is_ok(err, "text of the greatest length");
	else
		ok(err == GITPERF_EFORMAT && strstr(gitperf_error_message(), message), "%s", message);
	gitperf_record_free(record);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&value);
}

static void test_lengths(void)
{
	check_length("'one failed'", 4096, NULL);
	check_length("'one failed'", 4097, "'error' is longer than 4096 bytes");
	check_length("'signal 11'", 4096, NULL);
	check_length("'signal 11'", 4097, "benchmark 'crash': 'error' is longer than 4096 bytes");
	check_length("'exit 1'", 4097, "'error' is longer than 4096 bytes");
	check_length("'boom\\n'", 65536, NULL);
	check_length("'boom\\n'", 65537, "benchmark 'crash': 'log' is longer than 65536 bytes");
	check_length("'git-perf 0.1.0'", 65, "'tool' must be 1 to 64 bytes");
	check_length("'crash'", 257, "'name' must be 1 to 256 bytes");
	check_length("'points'", 257, "'unit' must be 1 to 256 bytes");
	check_length("'random'", 257, "benchmark 'sort': the value of 'order' in 'params' must be 1 to 256 bytes");
	check_length("'x86-64-linux'", 65, "is longer than 64 bytes");
}

/* --- What is refused ------------------------------------------------------ */

static void check_refused(const char *base, const struct change *cases, size_t n,
			  unsigned flags)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;

	for (i = 0; i < n; i++) {
		json(&text, base, cases[i].find, cases[i].replace);
		record = (gitperf_record *)&text;
		is_err(gitperf_record_parse(&record, text.ptr, text.len, flags), GITPERF_EFORMAT,
		       shown(*cases[i].replace ? cases[i].replace : cases[i].find));
		if (!ok(strstr(gitperf_error_message(), cases[i].message) != NULL, "... %s",
			cases[i].message))
			printf("#   %s\n", gitperf_error_message());
		ok(!record && gitperf_error_hint(), "... no record, but a hint");
	}
	gitperf_buffer_dispose(&text);
}

static void test_run_refused(void)
{
	static const struct change cases[] = {
		{ "'schema':1,", "", "'schema' is missing" },
		{ "'schema':1", "'schema':0", "'schema' must be an integer of 1 or more" },
		{ "'schema':1", "'schema':1.5", "'schema' must be an integer of 1 or more" },
		{ "'schema':1", "'schema':'1'", "'schema' must be a number, not a string" },
		{ "'schema':1", "'schema':null", "'schema' must be a number, not null" },
		{ "'schema':1", "'schema':9223372036854775808", "'schema': the integer" },
		{ "'schema':1", "'schema':2", "schema 2 is newer than 1" },
		{ "'schema':1", "'schema':9223372036854775807", "is newer than 1" },
		{ "'commit':'" COMMIT "',", "", "'commit' is missing" },
		{ "'commit':'0", "'commit':'", "'commit' must be 40 lower-case hex digits" },
		{ "'commit':'0", "'commit':'00", "'commit' must be 40 lower-case hex digits" },
		{ "'commit':'0", "'commit':'A", "'commit' must be 40 lower-case hex digits" },
		{ "'commit':'" COMMIT "'", "'commit':1", "'commit' must be a string, not a number" },
		{ "'platform':'x86-64-linux',", "", "'platform' is missing" },
		{ "'x86-64-linux'", "7", "'platform' must be a string" },
		{ "x86-64-linux", "../x", "platform '../x' must begin with" },
		{ "x86-64-linux", "a/b", "platform 'a/b' has a character" },
		{ "x86-64-linux", "", "platform '' is empty" },
		{ "x86-64-linux", "Linux", "platform 'Linux' must begin with" },
		{ "x86-64-linux", "a\\u001b[m", "platform 'a?[m' has a character" },
		{ "worker-1.example", "-", "worker '-' must begin with" },
		{ "'worker-1.example'", "{}", "'worker' must be a string, not an object" },
		{ "'fingerprint':'0", "'fingerprint':'", "'fingerprint' must be 16 to 64" },
		{ "'fingerprint':'", "'fingerprint':'" A64, "'fingerprint' must be 16 to 64" },
		{ "'suite':'7", "'suite':'", "'suite' must be 40 lower-case hex digits" },
		{ "'git-perf 0.1.0'", "''", "'tool' must be 1 to 64 bytes" },
		{ "'git-perf 0.1.0'", "'a\\nb'", "'tool' must be 1 to 64 bytes without control" },
		{ "'manual'", "'whim'", "'reason' is 'whim', but must be one of: push, scheduled, manual" },
		{ "'manual'", "1", "'reason' must be a string" },
		{ "'one failed'", "['x']", "'error' must be a string, not an array" },
		{ "'log':'line", "'log':'\\u0000", "NUL" },
		{ "'2026-04-20T21:30:00.000000000Z'", "'yesterday'", "'queued': 'yesterday' is not a time" },
		{ "'2026-04-20T21:30:00.000000000Z'", "1", "'queued' must be a string" },
		{ "'finished':'2026-04-20T21:35:08.000000001Z',", "", "'finished' is missing" },
		{ "08.000000001Z", "08", "'finished': '2026-04-20T21:35:08' is not a time" },
		{ "2026-04-20T21:35:08.000000001Z", "2262-04-12T00:00:00Z", "out of range" },
		{ "21:34:08.5", "21:36:08.5", "'started' is later than 'finished'" },
		{ "{'build':'release','compiler':'gcc 12'}", "[]", "'config' must be an object, not an array" },
		{ "'build':'release'", "'build':1", "'build' must be a string, not a number" },
		{ "'build':'release'", "'build':''", "the value of 'build' in 'config' must be 1 to 256 bytes" },
		{ "'build':'release'", "'':'release'", "a key of 'config' is empty" },
		{ "'build':'release'", "'a\\tb':'release'", "a key of 'config' is empty, too long or has control" },
		{ "'build':'release'", "'compiler':'release'", "a key occurs twice" },
		{ "'release'", "'\xc2\x9b'", "the value of 'build' in 'config' must be 1 to 256 bytes without control" },
		{ "'release'", "'\x7f'", "the value of 'build' in 'config' must be 1 to 256 bytes without control" },
		{ "'load':'0.25'", "'load':0.25", "'load' must be a string, not a number" },
		{ "'load':'0.25'", "'" A256 "a':'x'", "a key of 'environment' is empty, too long" },
		{ "['" COMMIT "','" OTHER "']", "'" COMMIT "'", "'commit_range' must be an array" },
		{ "['" COMMIT "'", "[1", "'commit_range' must be a string, not a number" },
		{ "['" COMMIT "'", "['0123'", "'commit_range' has '0123', which is no commit id" },
		{ "'id':'0123456789abcdef',", "", "'job' has no 'id'" },
		{ "'id':'0123456789abcdef'", "'id':'0123456'", "'id' must be 8 to 64" },
		{ "'id':'0123456789abcdef'", "'id':'job-1234'", "'id' must be 8 to 64" },
		{ "'round':2", "'round':-1", "'round' must be an integer of 0 or more" },
		{ "'token':7", "'token':7.5", "'token' must be an integer of 0 or more" },
		{ "{'id':'0123456789abcdef','round':2,'token':7}", "'x'", "'job' must be an object" },
		{ "'format':'result-2',", "", "'origin' needs 'format' and 'sha256'" },
		{ ",'sha256':'" SHA256 "'", "", "'origin' needs 'format' and 'sha256'" },
		{ "'sha256':'00", "'sha256':'0", "'sha256' must be 64 lower-case hex digits" },
		{ "'result-2'", "''", "'format' must be 1 to 64 bytes" },
		{ "{'format':'result-2','sha256':'" SHA256 "'}", "null", "'origin' must be an object, not null" },
		{ "'dirty':false", "'dirty':0", "'dirty' must be a boolean, not a number" },
		{ "'steps':[", "'steps':[1,", "'steps' must be an object, not a number" },
		{ "'name':'build',", "", "a step has no 'name'" },
		{ "'name':'build','status':'ok'", "'name':'build'", "'status' is missing" },
		{ "'name':'build','status':'ok'", "'name':'build','status':'fine'", "'status' is 'fine', but must be one of: ok, failed" },
		{ "'duration':1500000000", "'duration':-1", "'duration' must be an integer of 0 or more" },
		{ "'exit 1'", "1", "'error' must be a string" },
		{ "'outcome':'partial',", "", "'outcome' is missing" },
		{ "'partial'", "'good'", "'outcome' is 'good', but must be one of: complete, partial, failed" },
		{ "'partial'", "'complete'", "'outcome' is complete, but the benchmarks make it partial" },
	};

	check_refused(whole, cases, ARRAY_SIZE(cases), 0);
}

static void test_benchmarks_refused(void)
{
	static const struct change cases[] = {
		{ "{'benchmarks':[", "{'benchmark':[", "'benchmarks' is missing" },
		{ "'benchmarks':[", "'benchmarks':[7,", "'benchmarks' must be an object, not a number" },
		{ "'name':'sort','params':{'n':'2000'}", "'params':{}", "a benchmark has no 'name'" },
		{ "'name':'crash'", "'name':''", "'name' must be 1 to 256 bytes" },
		{ "'name':'crash'", "'name':'a\\rb'", "'name' must be 1 to 256 bytes" },
		{ "'name':'crash'", "'name':null", "'name' must be a string, not null" },
		{ ",'name':'crash','status':'failed'", ",'name':'crash'", "benchmark 'crash': 'status' is missing" },
		{ "'status':'timeout'", "'status':'slow'", "benchmark 'slow': 'status' is 'slow', but must be one of: ok" },
		{ "{'n':'2000'}", "{'n':2000}", "benchmark 'sort': 'n' must be a string, not a number" },
		{ "{'n':'2000'}", "'n'", "benchmark 'sort': 'params' must be an object" },
		{ "{'id':'00ff00ff00ff00ff',", "{", "benchmark 'sort': 'workload' has no 'id'" },
		{ "{'command':'0123','epoch':'1'}", "1", "benchmark 'sort': 'parts' must be an object" },
		{ "'duration':99", "'duration':-1", "benchmark 'sort': 'duration' must be an integer" },
		{ "'duration':99", "'duration':0.5", "benchmark 'sort': 'duration' must be an integer" },
		{ "'name':'slow','status':'timeout'", "'name':'slow','status':'ok'", "benchmark 'slow': is ok, but has no metrics" },
		{ "'params':{'n':'2000'},'status':'ok'", "'status':'failed'", "benchmark 'sort': is failed, but has metrics" },
		{ "{'error':'needs 8 GB',", "{'carried':'0123','error':'x',", "benchmark 'later': 'carried' must be 40 lower-case hex digits" },
		{ "{'error':'needs 8 GB',", "{'carried':'" COMMIT "0',", "'carried' must be 40" },
		{ "{'error':'needs 8 GB',", "{'carried':'g123456789abcdef0123456789abcdef01234567',", "'carried' must be 40" },
		{ "{'error':'needs 8 GB',", "{'carried':'',", "'carried' must be 40" },
		{ "{'error':'needs 8 GB',", "{'carried':null,", "'carried' must be a string, not null" },
		{ "{'error':'needs 8 GB',", "{'carried':['" COMMIT "'],", "'carried' must be a string, not an array" },
		{ "{'error':'signal 11',", "{'carried':'" COMMIT "',", "benchmark 'crash': is failed, but carried" },
		{ "{'metrics':[{'better':'none',", "{'carried':'" COMMIT "','metrics':[{'better':'none',", "benchmark 'sort': is ok, but carried" },
		{ "'name':'slow'", "'name':'crash'", "benchmark 'crash' occurs twice with the same parameters" },
		{ "{'n':'2000'}", "{'order':'random','n':'1000'}", "benchmark 'sort' occurs twice with the same parameters" },
		{ "'metrics':[{'better':'none',", "'metrics':{},'x':[{'better':'none',", "benchmark 'sort': 'metrics' must be an array" },
		{ "'metrics':[{'name':'wall',", "'metrics':[{", "benchmark 'sort': a metric has no 'name'" },
		{ "{'name':'score',", "{'name':'wall',", "benchmark 'sort': metric 'wall' occurs twice" },
		{ "{'better':'higher','unit':'points'}", "{'better':'higher'}", "benchmark 'sort', metric 'score': 'unit' is missing" },
		{ "{'better':'higher','unit':'points'}", "{'unit':'points'}", "benchmark 'sort', metric 'score': 'better' is missing" },
		{ "{'better':'higher','unit':'points'}", "'points'", "'metrics' must be an object, not a string" },
		{ "'better':'higher'", "'better':'more'", "'better' is 'more', but must be one of: none, lower, higher" },
		{ "'better':'none'", "'better':'less'", "benchmark 'sort', metric 'wall': 'better' is 'less'" },
		{ "'unit':'us'", "'unit':''", "benchmark 'sort', metric 'wall': 'unit' must be 1 to 256" },
		{ "'samples':[-1]", "'note':1", "benchmark 'sort', metric 'wall': needs either 'samples' or 'summary'" },
		{ "'samples':[-1]", "'samples':[-1],'summary':{'mean':1}", "needs either 'samples' or 'summary'" },
		{ "'samples':[-1]", "'samples':[]", "benchmark 'sort', metric 'wall': 'samples' is empty" },
		{ "'samples':[-1]", "'samples':-1", "'samples' must be an array, not a number" },
		{ "'samples':[-1]", "'samples':[1,'2']", "'samples' must be a number, not a string" },
		{ "'samples':[-1]", "'samples':[null]", "'samples' must be a number, not null" },
		{ "'samples':[-1]", "'samples':[1e999]", "'samples': the number 1e999 is too large" },
		{ "'samples':[-1]", "'samples':[1e-999]", "'samples': the number 1e-999 is too small" },
		{ "'samples':[-1]", "'samples':[-9223372036854775809]", "'samples': the integer" },
		{ "'mean':1.5,'median':1.25,", "", "metric 'score': 'summary' needs 'mean' or 'median'" },
		{ "'n':5", "'n':0", "metric 'score': 'n' must be an integer of 1 or more" },
		{ "'n':5", "'n':2.5", "metric 'score': 'n' must be an integer of 1 or more" },
		{ "'stddev':0.25", "'stddev':-0.25", "metric 'score': 'stddev' is negative" },
		{ "'confidence':0.95", "'confidence':0", "'confidence' must lie between 0 and 1" },
		{ "'confidence':0.95", "'confidence':1", "'confidence' must lie between 0 and 1" },
		{ "'confidence':0.95", "'confidence':95", "'confidence' must lie between 0 and 1" },
		{ "'max':3", "'max':'3'", "metric 'score': 'max' must be a number" },
		{ "'summary':{", "'summary':[],'x':{", "metric 'score': 'summary' must be an object" },
		{ "'metrics':{'score'", "'metrics':[],'x':{'score'", "'metrics' must be an object, not an array" },
	};
	static const struct change outcomes[] = {
		{ "'complete'", "'failed'", "'outcome' is failed, but the benchmarks make it complete" },
		{ "{'metrics':[{'name':'wall','samples':[1]}],'name':'a','status':'ok'}", "",
		  "'outcome' is complete, but the benchmarks make it failed" },
	};

	check_refused(whole, cases, ARRAY_SIZE(cases), 0);
	check_refused(least, outcomes, ARRAY_SIZE(outcomes), 0);
}

static void test_other_refused(void)
{
	static const char *const texts[][2] = {
		{ "[]", "'a record' must be an object, not an array" },
		{ "null", "'a record' must be an object, not null" },
		{ "", "not valid JSON" },
		{ "{}", "'schema' is missing" },
		{ "{'schema':7}", "schema 7 is newer than 1" },
		{ "{'schema':1,'schema':1}", "a key occurs twice" },
		{ "{'benchmarks':[],'commit':'" COMMIT "','finished':'2026-04-20T21:35:08Z',"
		  "'outcome':'failed','platform':'p','schema':1}",
		  "'benchmarks' is empty, and no 'error' says why" },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		json(&text, texts[i][0], NULL, NULL);
		is_err(gitperf_record_parse(&record, text.ptr, text.len, 0), GITPERF_EFORMAT,
		       shown(texts[i][0]));
		if (!ok(strstr(gitperf_error_message(), texts[i][1]) != NULL, "... %s", texts[i][1]))
			printf("#   %s\n", gitperf_error_message());
	}
	gitperf_record_parse(&record, "{\"schema\":2}", 12, 0);
	is_str(gitperf_error_hint(), "upgrade git perf", "a newer schema says what to do");
	gitperf_buffer_dispose(&text);
}

static void test_too_large(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;

	json(&text, least, NULL, NULL);
	while (text.len <= GITPERF_RECORD_MAX)
		gitperf_buf_addc(&text, ' ');
	is_err(gitperf_record_parse(&record, text.ptr, text.len, 0), GITPERF_EFORMAT, "4 MiB and a byte");
	ok(strstr(gitperf_error_message(), "larger than 4194304") != NULL, "... is too large");
	is_ok(gitperf_record_parse(&record, text.ptr, text.len - 1, 0), "4 MiB");
	gitperf_record_free(record);
	gitperf_buf_truncate(&text, 0);
	gitperf_buf_adds(&text, "{\"schema\":1,\"commit\":\"" COMMIT "\",\"platform\":\"p\","
			 "\"finished\":\"2026-04-20T21:35:08Z\",\"benchmarks\":[");
	for (i = 0; i <= 100000; i++)
		gitperf_buf_adds(&text, i ? ",{}" : "{}");
	gitperf_buf_adds(&text, "]}");
	is_err(gitperf_record_parse(&record, text.ptr, text.len, 0), GITPERF_EFORMAT, "100,001 benchmarks");
	ok(strstr(gitperf_error_message(), "more than 100000 benchmarks") != NULL, "... are too many");
	gitperf_buffer_dispose(&text);
}

/* --- Exact, unknown, by hand ---------------------------------------------- */

static int is_exact(const gitperf_buffer *text)
{
	gitperf_record *record;
	int err = gitperf_record_parse(&record, text->ptr, text->len, GITPERF_PARSE_EXACT);

	gitperf_record_free(record);
	return !err;
}

/* Every byte changed in several ways, taken away, doubled, and one put before */
static void test_every_byte(void)
{
	static const unsigned char masks[] = { 0x01, 0x02, 0x10, 0x20, 0x80 };
	gitperf_buffer good = GITPERF_BUFFER_INIT, bad = GITPERF_BUFFER_INIT;
	gitperf_record made = make_whole();
	size_t i, j, changed = 0, missing = 0, doubled = 0, spaced = 0;

	is_ok(gitperf_record_format(&good, &made), "a good record");
	ok(is_exact(&good), "... is exact");
	for (i = 0; i < good.len; i++) {
		gitperf_buf_truncate(&bad, 0);
		gitperf_buf_add(&bad, good.ptr, good.len);
		for (j = 0; j < ARRAY_SIZE(masks); j++) {
			bad.ptr[i] = (char)(good.ptr[i] ^ masks[j]);
			changed += (size_t)is_exact(&bad);
		}
		gitperf_buf_truncate(&bad, i);
		gitperf_buf_add(&bad, good.ptr + i + 1, good.len - i - 1);
		missing += (size_t)is_exact(&bad);
		gitperf_buf_truncate(&bad, i);
		gitperf_buf_addc(&bad, good.ptr[i]);
		gitperf_buf_add(&bad, good.ptr + i, good.len - i);
		doubled += (size_t)is_exact(&bad);
		gitperf_buf_truncate(&bad, i);
		gitperf_buf_addc(&bad, ' ');
		gitperf_buf_add(&bad, good.ptr + i, good.len - i);
		spaced += (size_t)is_exact(&bad);
	}
	is_int((int64_t)changed, 0, "every changed byte is noticed");
	is_int((int64_t)missing, 0, "... and every missing one");
	is_int((int64_t)doubled, 0, "... every doubled one");
	is_int((int64_t)spaced, 0, "... and every space");
	gitperf_buffer_dispose(&good);
	gitperf_buffer_dispose(&bad);
}

static void test_exact(void)
{
	static const struct change cases[] = {
		{ "'checksum':'" CHECKSUM "',", "", "'checksum' is missing" },
		{ "'" CHECKSUM "'", "1", "'checksum' is missing" },
		{ CHECKSUM, "0123456789abcdef", "the checksum does not agree" },
		{ CHECKSUM, "7abb8c426b66aa290", "the checksum does not agree" },
		{ CHECKSUM, "", "the checksum does not agree" },
		{ "'samples':[1]", "'samples':[2]", "the checksum does not agree" },
	};
	static const struct change forms[] = {
		{ "'schema':1}\n", "'schema':1}", "not in canonical form" },
		{ "'schema':1}\n", "'schema':1}\n\n", "not in canonical form" },
		{ "'schema':1}\n", "'schema':1 }\n", "not in canonical form" },
		{ "'schema':1", "'schema':1.0", "not in canonical form" },
		{ "'name':'a'", "'name':'\\u0061'", "not in canonical form" },
		{ "'platform':'p','schema':1", "'schema':1,'platform':'p'", "not in canonical form" },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;

	check_refused(least, cases, ARRAY_SIZE(cases), GITPERF_PARSE_EXACT);
	json(&text, least, CHECKSUM, "7abb8c426b66aa29");
	check_refused(text.ptr, forms, 0, GITPERF_PARSE_EXACT);
	ok(is_exact(&text), "with its own checksum");
	{
		gitperf_buffer sealed = GITPERF_BUFFER_INIT;
		size_t i;

		/* the same, in the language of the tables */
		gitperf_buf_add(&sealed, text.ptr, text.len);
		for (i = 0; i < sealed.len; i++)
			if (sealed.ptr[i] == '"')
				sealed.ptr[i] = '\'';
		check_refused(sealed.ptr, forms, ARRAY_SIZE(forms), GITPERF_PARSE_EXACT);
		gitperf_buffer_dispose(&sealed);
	}
	json(&text, least, NULL, NULL);
	is_ok(gitperf_record_parse(&record, text.ptr, text.len, 0), "otherwise it is not looked at");
	gitperf_record_free(record);
	gitperf_buffer_dispose(&text);
}

static void test_unknown(void)
{
	static const struct change cases[] = {
		{ "'schema':1", "'schema':1,'weather':'rain'", "unknown field 'weather'" },
		{ "'name':'sort','params':{'n':'1000'", "'mood':[],'name':'sort','params':{'n':'1000'",
		  "benchmark 'sort': unknown field 'mood'" },
		{ "{'name':'wall','samples':[1,", "{'colour':1,'name':'wall','samples':[1,",
		  "benchmark 'sort': unknown field 'colour'" },
		{ "'stddev':0.25", "'mode':1,'stddev':0.25", "metric 'score': unknown field 'mode'" },
		{ "'id':'00ff00ff00ff00ff'", "'id':'00ff00ff00ff00ff','kind':1", "unknown field 'kind'" },
		{ "'round':2", "'rank':1,'round':2", "unknown field 'rank'" },
		{ "'format':'result-2'", "'file':'x','format':'result-2'", "unknown field 'file'" },
		{ "'name':'build'", "'host':'x','name':'build'", "unknown field 'host'" },
		{ "'unit':'points'", "'scale':1,'unit':'points'", "unknown field 'scale'" },
		{ "'schema':1", "'schema':1,'Commit':'x'", "unknown field 'Commit'" },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	size_t i;

	check_refused(whole, cases, ARRAY_SIZE(cases), GITPERF_PARSE_INPUT);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json(&text, whole, cases[i].find, cases[i].replace);
		is_ok(gitperf_record_parse(&record, text.ptr, text.len, 0), "... of a newer tool");
		is_int(record ? (int64_t)record->nunknown : -1, 1, "... is counted");
		gitperf_record_free(record);
	}
	gitperf_buffer_dispose(&text);
}

static void test_by_hand(void)
{
	static const char little[] =
		"{'commit':'0123','platform':'p','benchmarks':[{'name':'a','metrics':["
		"{'name':'wall','samples':[1e3]},{'name':'max_rss','samples':[2]},"
		"{'name':'x','unit':'u','better':'none','samples':[3]}]}]}";
	static const struct change cases[] = {
		{ "'0123'", "'012'", "'commit' must be 4 to 40 lower-case hex digits" },
		{ "'commit':'0123',", "", "'commit' is missing" },
		{ "'platform':'p',", "", "'platform' is missing" },
		{ "'benchmarks':", "'benchmark':", "unknown field 'benchmark'" },
		{ "'unit':'u',", "", "benchmark 'a', metric 'x': 'unit' is missing" },
		{ "'better':'none',", "", "benchmark 'a', metric 'x': 'better' is missing" },
		{ "{'commit'", "{'schema':2,'commit'", "schema 2 is newer" },
		{ "{'commit'", "{'commit_range':['012'],'commit'", "which is no commit id" },
		{ "{'commit'", "{'outcome':'failed','commit'", "the benchmarks make it complete" },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	gitperf_record *r;

	setenv("GIT_PERF_TEST_CLOCK", "1000000000", 1);
	json(&text, little, NULL, NULL);
	is_err(gitperf_record_parse(&r, text.ptr, text.len, 0), GITPERF_EFORMAT, "incomplete, as it is");
	is_ok(gitperf_record_parse(&r, text.ptr, text.len, GITPERF_PARSE_INPUT), "... by hand");
	ok(r && r->schema == GITPERF_RECORD_SCHEMA && r->outcome == GITPERF_OUTCOME_COMPLETE &&
	   r->finished == INT64_C(1000000000000000000), "schema, outcome and time are filled in");
	ok(r && r->benchmarks[0].status == GITPERF_STATUS_OK && !r->started && !r->error,
	   "... the status, and nothing else");
	ok(r && !strcmp(r->benchmarks[0].metrics[0].unit, "ns") &&
	   !strcmp(r->benchmarks[0].metrics[1].unit, "bytes") &&
	   r->benchmarks[0].metrics[1].better == GITPERF_BETTER_LOWER, "... and well-known units");
	is_err(r ? gitperf_record_format(&out, r) : 0, GITPERF_EFORMAT, "a short id cannot be stored");
	gitperf_record_free(r);
	json(&text, little, "0123", COMMIT);
	r = reformat(&out, text.ptr, text.len, GITPERF_PARSE_INPUT);
	ok(r != NULL && is_exact(&out), "a long one can");
	gitperf_record_free(r);
	json(&text, little, "{'name':'wall',", "{'name':'wall','unit':'s','better':'higher',");
	is_ok(gitperf_record_parse(&r, text.ptr, text.len, GITPERF_PARSE_INPUT), "a unit of one's own");
	ok(r && !strcmp(r->benchmarks[0].metrics[0].unit, "s") &&
	   r->benchmarks[0].metrics[0].better == GITPERF_BETTER_HIGHER, "... counts");
	gitperf_record_free(r);
	json(&text, little, "'name':'a','metrics'", "'name':'b','status':'skipped'},{'name':'c',"
	     "'status':'failed'},{'name':'a','metrics'");
	is_ok(gitperf_record_parse(&r, text.ptr, text.len, GITPERF_PARSE_INPUT), "several");
	is_int(r ? (int64_t)r->outcome : -1, GITPERF_OUTCOME_PARTIAL, "... make an outcome");
	gitperf_record_free(r);
	check_refused(little, cases, ARRAY_SIZE(cases), GITPERF_PARSE_INPUT);
	unsetenv("GIT_PERF_TEST_CLOCK");
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&out);
}

/* --- Formatting what is wrong --------------------------------------------- */

static void is_unformattable(const gitperf_record *record, const char *message,
			     const char *what)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;

	gitperf_buf_adds(&out, "before");
	is_err(gitperf_record_format(&out, record), GITPERF_EFORMAT, what);
	if (!ok(strstr(gitperf_error_message(), message) != NULL, "... %s", message))
		printf("#   %s\n", gitperf_error_message());
	is_str(out.ptr, "before", "... nothing is added");
	gitperf_buffer_dispose(&out);
}

static void test_format_refused(void)
{
	gitperf_number sample = gitperf_number_int(1);
	gitperf_summary summary = { .have = 0 };
	gitperf_metric metric = { "wall", "ns", GITPERF_BETTER_LOWER, &sample, 1, NULL };
	gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;
	gitperf_pair twice[] = { { "k", "1" }, { "k", "2" } };
	gitperf_record good = GITPERF_RECORD_INIT, r;
	gitperf_buffer out = GITPERF_BUFFER_INIT;

	bench.name = "a";
	bench.metrics = &metric;
	bench.nmetrics = 1;
	good.commit = COMMIT;
	good.platform = "p";
	good.finished = 1;
	good.benchmarks = &bench;
	good.nbenchmarks = 1;
	gitperf_buf_adds(&out, "before ");
	is_ok(gitperf_record_format(&out, &good), "a good record");
	ok(!strncmp(out.ptr, "before {", 8), "... is added");
	r = good;
	r.commit = NULL;
	is_unformattable(&r, "'commit' is missing", "no commit");
	r = good;
	r.commit = "0123";
	is_unformattable(&r, "'commit' must be 40", "a short commit");
	r = good;
	r.platform = "A";
	is_unformattable(&r, "platform 'A'", "a bad platform");
	r = good;
	r.finished = 0;
	is_unformattable(&r, "'finished' is missing", "no time");
	r = good;
	r.outcome = GITPERF_OUTCOME_FAILED;
	is_unformattable(&r, "the benchmarks make it complete", "another outcome");
	r = good;
	r.schema = 2;
	is_unformattable(&r, "newer", "a schema of tomorrow");
	r = good;
	r.config = twice;
	r.nconfig = 2;
	is_unformattable(&r, "a key occurs twice", "a key twice");
	r = good;
	r.error = "\xff";
	is_unformattable(&r, "UTF-8", "text that is not UTF-8");
	bench.name = "a\nb";
	is_unformattable(&good, "'name' must be", "a name of two lines");
	bench.name = "a";
	metric.nsamples = 0;
	is_unformattable(&good, "'samples' is empty", "no samples");
	metric.nsamples = 1;
	metric.summary = &summary;
	is_unformattable(&good, "needs either", "samples and summary");
	metric.samples = NULL;
	is_unformattable(&good, "needs 'mean' or 'median'", "an empty summary");
	metric.summary = NULL;
	is_unformattable(&good, "needs either", "neither");
	metric.samples = &sample;
	sample = real(NAN);
	is_unformattable(&good, "", "not a number");
	sample = real(INFINITY);
	is_unformattable(&good, "", "infinity");
	sample = real(-0.0);
	gitperf_buf_truncate(&out, 0);
	is_ok(gitperf_record_format(&out, &good), "minus zero");
	ok(is_exact(&out), "... is zero");
	gitperf_buffer_dispose(&out);
}

/* What a commit's result is, where an earlier one holds: no value, and a name */
static void test_carried(void)
{
	gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;
	gitperf_record r = GITPERF_RECORD_INIT, *again = NULL;
	gitperf_buffer out = GITPERF_BUFFER_INIT;

	bench.name = "a";
	bench.status = GITPERF_STATUS_SKIPPED;
	bench.carried = OTHER;
	r.commit = COMMIT;
	r.platform = "p";
	r.finished = 1;
	r.benchmarks = &bench;
	r.nbenchmarks = 1;
	is_ok(gitperf_record_format(&out, &r), "a benchmark that is carried");
	ok(is_exact(&out), "... in its canonical form");
	ok(strstr(out.ptr, "[{\"carried\":\"" OTHER "\",\"name\":\"a\",\"status\":\"skipped\"}]") != NULL,
	   "... where the order of keys has it");
	is_ok(gitperf_record_parse(&again, out.ptr, out.len, GITPERF_PARSE_EXACT), "... and back");
	is_str(again->benchmarks[0].carried, OTHER, "... names the same commit");
	is_int((int64_t)again->nunknown, 0, "... and is a known field");
	is_int(again->outcome, GITPERF_OUTCOME_COMPLETE, "nothing else is a complete record");
	gitperf_record_free(again);
	bench.carried = "HEAD";
	is_unformattable(&r, "'carried' must be 40", "no commit id");
	bench.carried = OTHER;
	bench.status = GITPERF_STATUS_FAILED;
	r.outcome = GITPERF_OUTCOME_FAILED;
	is_unformattable(&r, "is failed, but carried", "a failure that is carried");
	gitperf_buffer_dispose(&out);
}

/* --- Size ----------------------------------------------------------------- */

/* What `git perf run` would store of a small suite */
static void test_compact(void)
{
	static const char *const names[] = {
		"wall", "user", "system", "max_rss", "minor_faults", "major_faults",
		"voluntary_switches", "involuntary_switches"
	};
	/* a sort of a second, in 40 MB */
	static const int64_t typical[] = {
		1012345678, 987654321, 12345678, 41234432, 9876, 0, 12, 34
	};
	gitperf_number samples[8][5];
	gitperf_metric metrics[8];
	gitperf_benchmark benchmarks[20];
	gitperf_pair parts[] = { { "command", "0123456789abcdef" }, { "epoch", "1" } };
	gitperf_pair environment[] = {
		{ "arch", "x86_64" }, { "os", "Linux 6.1.0-18-amd64" }, { "cpu", "Some CPU @ 3.00GHz" },
		{ "cores", "8" }, { "memory", "16384 MiB" }, { "governor", "performance" },
		{ "load", "0.08" }, { "libc", "glibc 2.36" }, { "turbo", "off" }, { "aslr", "2" }
	};
	char bench_names[20][16];
	gitperf_record r = GITPERF_RECORD_INIT;
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	size_t i, j;

	for (i = 0; i < 8; i++) {
		gitperf_metric metric = { names[i], NULL, GITPERF_BETTER_LOWER, samples[i], 5, NULL };

		ok(gitperf_metric_known(names[i], &metric.unit, &metric.better), "%s is known", names[i]);
		metrics[i] = metric;
		for (j = 0; j < 5; j++)
			samples[i][j] = gitperf_number_int(typical[i] + (int64_t)j * typical[i] / 97);
	}
	for (i = 0; i < 20; i++) {
		gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;

		snprintf(bench_names[i], sizeof(bench_names[i]), "benchmark-%02d", (int)i);
		bench.name = bench_names[i];
		bench.workload = "0123456789abcdef";
		bench.workload_parts = parts;
		bench.nworkload_parts = 2;
		bench.metrics = metrics;
		bench.nmetrics = 8;
		bench.duration_ns = INT64_C(5123456789);
		benchmarks[i] = bench;
	}
	r.commit = COMMIT;
	r.platform = "x86-64-linux";
	r.environment = environment;
	r.nenvironment = ARRAY_SIZE(environment);
	r.fingerprint = "0123456789abcdef";
	r.tool = "git-perf 0.1.0";
	r.worker = "worker-1";
	r.reason = "local";
	r.started = r.finished = INT64_C(1000000000000000000);
	r.dirty = 0;
	r.benchmarks = benchmarks;
	r.nbenchmarks = 20;
	is_ok(gitperf_record_format(&out, &r), "20 benchmarks of 5 iterations and 8 metrics");
	ok(out.len < 16384, "... take %zu bytes, which is less than 16 KiB", out.len);
	gitperf_buffer_dispose(&out);
}

/* --- Names ---------------------------------------------------------------- */

static void test_platforms(void)
{
	static const char *const good[] = {
		"a", "0", "x86-64-linux", "aarch64-macos", "riscv64-freebsd", "arm_v7+neon-linux",
		"a.b", "a.b.c", "host-1.example.org", "a-", "a_", "a+", "a--b", "1.2", "a.-b", "lock",
		"a.locks", "a.lock.b", "con", "x-.y", A64
	};
	static const char *const bad[][2] = {
		{ "", "is empty" }, { A64 "a", "is longer than 64 bytes" },
		{ ".", "must begin with a-z or 0-9" }, { "..", "must begin" }, { ".git", "must begin" },
		{ "-a", "must begin" }, { "_a", "must begin" }, { "+a", "must begin" },
		{ "../x", "must begin" }, { "/x", "must begin" }, { "Linux", "must begin" },
		{ " a", "must begin" }, { "\xc3\xa9", "must begin" }, { "~", "must begin" },
		{ "a/b", "has a character other than" }, { "a\\b", "has a character" },
		{ "aB", "has a character" }, { "a b", "has a character" }, { "a\n", "has a character" },
		{ "a\033[m", "has a character" }, { "a\x7f", "has a character" },
		{ "a:b", "has a character" }, { "a*", "has a character" }, { "a?", "has a character" },
		{ "a@{1}", "has a character" }, { "a^", "has a character" }, { "a\xc3\xa9", "has a character" },
		{ "a..b", "has a dot at its end or two in a row" }, { "a.", "has a dot" },
		{ "a.b.", "has a dot" }, { "a...", "has a dot" }, { "a.lock", "ends in .lock" },
		{ "a.b.lock", "ends in .lock" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		is_ok(gitperf_platform_check(good[i]), good[i]);
		is_ok(gitperf_worker_check(good[i]), "... as a worker");
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_platform_check(bad[i][0]), GITPERF_EINVALID, shown(bad[i][0]));
		ok(!strncmp(gitperf_error_message(), "platform '", 10) &&
		   strstr(gitperf_error_message(), bad[i][1]), "... %s", bad[i][1]);
		ok(gitperf_error_hint() != NULL, "... with a hint");
		is_err(gitperf_worker_check(bad[i][0]), GITPERF_EINVALID, "... nor a worker");
		ok(!strncmp(gitperf_error_message(), "worker '", 8), "... in its words");
	}
}

static void test_platform_names(void)
{
	static const char *const good[][3] = {
		{ "x86_64", "Linux", "x86-64-linux" }, { "amd64", "linux", "x86-64-linux" },
		{ "x64", "windows", "x86-64-windows" }, { "AMD64", "Windows", "x86-64-windows" },
		{ "arm64", "Darwin", "aarch64-macos" }, { "aarch64", "macos", "aarch64-macos" },
		{ "arm64", "darwin", "aarch64-macos" }, { "ARM64", "macOS", "aarch64-macos" },
		{ "i686", "linux", "x86-linux" }, { "i386", "FreeBSD", "x86-freebsd" },
		{ "riscv64", "linux", "riscv64-linux" }, { "s390x", "linux", "s390x-linux" }
	};
	static const char *const bad[][2] = {
		{ "x86_64", "Plan 9" }, { "", "" }, { "../x", "linux" }, { "X86", "linux" },
		{ "x", "" A64 }, { "x", "linux\n" }, { "x", "a.lock" }
	};
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		gitperf_buf_truncate(&out, 0);
		is_ok(gitperf_platform_name(&out, good[i][0], good[i][1]), good[i][0]);
		is_str(out.ptr, good[i][2], "... is this platform");
	}
	gitperf_buf_truncate(&out, 0);
	gitperf_buf_adds(&out, "kept");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		is_err(gitperf_platform_name(&out, bad[i][0], bad[i][1]), GITPERF_EINVALID, shown(bad[i][1]));
		is_str(out.ptr, "kept", "... is no platform");
	}
	gitperf_buffer_dispose(&out);
}

static const char *fingerprint(const gitperf_pair *entries, size_t n)
{
	static gitperf_buffer out[2];
	static int next;

	next = !next;
	gitperf_buffer_dispose(&out[next]);
	if (entries)
		gitperf_environment_fingerprint(&out[next], entries, n);
	else
		gitperf_buffer_dispose(&out[!next]);
	return out[next].ptr;
}

static void test_fingerprints(void)
{
	gitperf_pair a[] = { { "cpu", "x" }, { "load", "0.1" }, { "os", "linux" } };
	gitperf_pair b[] = { { "os", "linux" }, { "cpu", "x" }, { "load", "9" },
			     { "counters", "none" } };
	gitperf_pair c[] = { { "os", "linux" }, { "cpu", "x" } };
	gitperf_pair d[] = { { "os", "linux" }, { "cpu", "y" } };
	gitperf_pair e[] = { { "os", "linux\",\"cpu\":\"x" } };

	/* printf '{"cpu":"x","os":"linux"}' | sha256sum | cut -c1-16 */
	is_str(fingerprint(a, 3), "024e5780b0273838", "the fingerprint of an environment");
	is_str(fingerprint(b, 4), fingerprint(a, 3), "... whatever the order, load and rights");
	is_str(fingerprint(c, 2), fingerprint(a, 3), "... or without a load");
	ok(strcmp(fingerprint(d, 2), fingerprint(a, 3)) != 0, "... but not of another");
	ok(strcmp(fingerprint(e, 1), fingerprint(c, 2)) != 0, "... nor of one that looks like it");
	is_str(fingerprint(a, 0), "44136fa355b3678a", "the fingerprint of nothing");
	fingerprint(NULL, 0);
}

static void digest(char out[17], const char *const *words, size_t n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	is_ok(gitperf_workload_digest(&text, words, n), "digest some words");
	snprintf(out, 17, "%s", text.ptr);
	gitperf_buffer_dispose(&text);
}

static void test_workloads(void)
{
	static const char *const words[][3] = {
		{ "a b", NULL }, { "a", "b" }, { "a", "b", "" }, { "b", "a" }, { "a\",\"b" }, { "" }, { NULL }
	};
	static const size_t n[] = { 1, 2, 3, 2, 1, 1, 0 };
	gitperf_pair parts[] = { { "command", "1" }, { "load", "2" } };
	gitperf_pair swapped[] = { { "load", "2" }, { "command", "1" } };
	gitperf_buffer x = GITPERF_BUFFER_INIT, y = GITPERF_BUFFER_INIT;
	char digests[ARRAY_SIZE(n)][17];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(n); i++) {
		digest(digests[i], words[i], n[i]);
		is_int((int64_t)strlen(digests[i]), 16, "... 16 digits");
		for (j = 0; j < i; j++)
			ok(strcmp(digests[i], digests[j]) != 0, "... unlike the others");
	}
	/* printf '["a","b"]' | sha256sum | cut -c1-16 */
	is_str(digests[1], "0473ef2dc0d324ab", "two words");
	is_ok(gitperf_workload_id(&x, parts, 2), "the id of a workload");
	is_ok(gitperf_workload_id(&y, swapped, 2), "... in another order");
	is_str(x.ptr, y.ptr, "... is the same");
	gitperf_buf_truncate(&y, 0);
	is_ok(gitperf_workload_id(&y, parts, 1), "... of fewer parts");
	ok(strcmp(x.ptr, y.ptr) != 0, "... is another, whatever they are called");
	gitperf_buffer_dispose(&x);
	gitperf_buffer_dispose(&y);
}

static void test_texts(void)
{
	static const char *const good[] = { "a", " ", "a b", "\xc3\xa9", "\xc2\xa0", "\xe2\x80\x8b", A256 };
	static const char *const bad[] = {
		"", "\n", "a\tb", "a\x1f", "\x7f", "a\xc2\x80", "\xc2\x9f" "b", A256 "a"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		ok(gitperf_name_ok(good[i], TEXT_NAME_MAX), "a name: %s", shown(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ok(!gitperf_name_ok(bad[i], TEXT_NAME_MAX), "no name: %s", shown(bad[i]));
	ok(gitperf_hex_ok("0f", 2, 4) && gitperf_hex_ok("0f0f", 2, 4), "hex digits");
	ok(!gitperf_hex_ok("0", 2, 4) && !gitperf_hex_ok("0f0f0", 2, 4), "... too few, too many");
	ok(!gitperf_hex_ok("0F", 2, 4) && !gitperf_hex_ok("0g", 2, 4) && !gitperf_hex_ok("0x", 2, 4),
	   "... others");
	is_str(gitperf_better_name(GITPERF_BETTER_NONE), "none", "a direction");
	is_str(gitperf_better_name(GITPERF_BETTER_HIGHER), "higher", "... another");
	is_str(gitperf_status_name(GITPERF_STATUS_BUILD_FAILED), "build-failed", "a status");
	is_str(gitperf_outcome_name(GITPERF_OUTCOME_PARTIAL), "partial", "an outcome");
	is_str(gitperf_summary_field_name(GITPERF_SUMMARY_CONFIDENCE), "confidence", "a field");
	ok(!gitperf_metric_known("score", NULL, NULL), "not everything is well known");
}

int main(void)
{
	test_canonical();
	test_fields();
	test_accepted();
	test_lengths();
	test_run_refused();
	test_benchmarks_refused();
	test_other_refused();
	test_too_large();
	test_every_byte();
	test_exact();
	test_unknown();
	test_by_hand();
	test_format_refused();
	test_carried();
	test_compact();
	test_platforms();
	test_platform_names();
	test_fingerprints();
	test_workloads();
	test_texts();
	return done_testing();
}
