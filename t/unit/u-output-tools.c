/*
 * u-output-tools.c - lib/port: what tools may print, beyond what they were seen to
 */
#include "base/compat.h"

#include "readings.h"

#define RUN "'name':'b','real_time':1,'cpu_time':0.5"

static void test_google_benchmark(void)
{
	static const struct good good[] = {
		/* before 1.5 there were no run names */
		{ "{'benchmarks':[{" RUN ",'time_unit':'us','iterations':9},{" RUN ",'time_unit':'us'}]}",
		  "<b>\n  real_time ns lower 1000 1000\n  cpu_time ns lower 500 500\n" },
		{ "{'benchmarks':[{" RUN ",'hits':-2,'label':'x','skipped':false}]}",
		  "<b>\n  real_time ns lower 1\n  cpu_time ns lower 0.5\n  hits 1 none -2\n" },
		{ "{'benchmarks':[{" RUN "},{'name':'c','skipped':true,'skip_message':'no'}]}",
		  "<b>\n  real_time ns lower 1\n  cpu_time ns lower 0.5\n" },
		{ "{'benchmarks':[{" RUN "},{'name':'b','error_occurred':true}]}", "<b>: failed\n" },
		{ "{'benchmarks':[{" RUN "},{'name':'b_BigO','run_name':'b','run_type':'aggregate',"
		  "'aggregate_name':'BigO','cpu_coefficient':2,'big_o':'N'},{'run_name':'b',"
		  "'run_type':'aggregate','aggregate_name':'mean','real_time':5}]}",
		  "<b>\n  real_time ns lower 1\n  cpu_time ns lower 0.5\n" }
	};
	static const struct bad bad[] = {
		{ "Running ./b", "google-benchmark output: line 1, column" },
		{ "{'context':{}}", "'benchmarks' is missing" },
		{ "{'benchmarks':[]}", "there is no measurement at all" },
		{ "{'benchmarks':[{'name':'b'}]}", "benchmark 'b': there is no measurement" },
		{ "{'benchmarks':[{'real_time':1}]}", "'name' is missing" },
		{ "{'benchmarks':[{" RUN ",'time_unit':'KiB'}]}", "must be one of: ns, us, ms, s" },
		{ "{'benchmarks':[{'name':'b','real_time':-1}]}", "benchmark 'b': 'real_time' is negative" },
		{ "{'benchmarks':[{'name':'b','real_time':'1'}]}", "'real_time' must be a number" },
		{ "{'benchmarks':[{'name':'b','real_time':NaN}]}", "not valid JSON" },
		{ "{'benchmarks':[{'name':'b\\n','real_time':1}]}", "the name 'b?' has control characters" },
		{ "{'benchmarks':[{'name':'','real_time':1}]}", "the name '' is empty" },
		{ "{'benchmarks':[{'run_name':'b','run_type':'aggregate','aggregate_name':'stddev',"
		  "'real_time':1}]}", "'real_time' has neither a mean nor a median" },
		{ "{'benchmarks':[{'run_name':'b','run_type':'aggregate','aggregate_name':'mean',"
		  "'real_time':1},{" RUN "}]}", "'real_time' is there twice, and not as samples" },
		{ "{'benchmarks':[7]}", "'benchmarks' must be an object, not a number" }
	};

	all_good("google-benchmark", good, ARRAY_SIZE(good));
	all_bad("google-benchmark", bad, ARRAY_SIZE(bad));
}

static void test_hyperfine(void)
{
	static const struct good good[] = {
		{ "{'results':[{'command':'x','mean':0.1075,'stddev':null,'median':0.1,'min':0.1,'max':0.2}]}",
		  "<x>\n  wall ns lower mean=107500000 min=100000000 max=200000000 median=100000000\n" },
		{ "{'results':[{'command':'x','times':[0.1],'parameters':{'a':'','b':''}},"
		  "{'command':'x','times':[0.2],'parameters':{'b':'','a':''}}]}",
		  "<x> a=\"\" b=\"\"\n  wall ns lower 100000000 200000000\n" },
		{ "{'results':[{'command':'x','times':[1],'exit_codes':[null]},"
		  "{'command':'y','times':[1],'exit_codes':[1]}]}",
		  "<x>: the command was killed by a signal\n<y>\n  wall ns lower 1000000000\n" },
		{ "{'results':[{'command':'x','times':[1],'exit_codes':[255,193,128]},"
		  "{'command':'y','times':[1],'exit_codes':[0,192]},"
		  "{'command':'z','times':[1],'exit_codes':[129]}]}",
		  "<x>\n  wall ns lower 1000000000\n<y>: the command was killed by a signal\n"
		  "<z>: the command was killed by a signal\n" }
	};
	static const struct bad bad[] = {
		{ "", "not valid JSON" },
		{ "{'results':[{'command':'x'}]}", "benchmark 'x': there is no measurement" },
		{ "{'results':[{'command':'x','times':[-1]}]}", "'wall' is negative" },
		{ "{'results':[{'command':'x','times':{}}]}", "'times' must be an array" },
		{ "{'results':[{'command':'x','times':[1],'user':1},{'command':'x','times':[1],'user':1}]}",
		  "benchmark 'x': 'user' is there twice, and not as samples" },
		{ "{'results':[{'command':'x','times':[1],'parameters':{'n':[]}}]}", "a parameter is an array" },
		{ "{'results':[{'command':'x','times':[1],'parameters':{'':'1'}}]}", "the parameter '' is empty" }
	};

	all_good("hyperfine", good, ARRAY_SIZE(good));
	all_bad("hyperfine", bad, ARRAY_SIZE(bad));
}

#define MESSAGE "{'reason':'benchmark-complete','id':'g/f','unit':'ns'"

static void test_criterion(void)
{
	static const struct good good[] = {
		{ "  Compiling x\n" MESSAGE ",'mean':{'estimate':15456.78,'lower_bound':15234.0,"
		  "'upper_bound':15678.5},'median':{'estimate':15400.0}}\n\n{'reason':'other'}\n{}\n",
		  "<g/f>\n  time ns lower mean=15456.78 median=15400\n" },
		{ MESSAGE ",'measured_values':[],'iteration_count':[],'median':{'estimate':2,"
		  "'lower_bound':1,'upper_bound':3}}", "<g/f>\n  time ns lower median=2 low=1 high=3\n" },
		{ "{'reason':'benchmark-complete','id':'c','unit':'cycles','measured_values':[10,33],"
		  "'iteration_count':[1,3]}", "<c>\n  cycles cycles lower 10 11\n" }
	};
	static const struct bad bad[] = {
		{ "", "criterion output: there is no measurement at all" },
		{ "g/f  time: [1 ns 2 ns 3 ns]", "there is no measurement at all" },
		{ "x\n{'reason'", "message on line 2: line 1, column" },
		{ MESSAGE "}", "benchmark 'g/f': 'median' is missing" },
		{ MESSAGE ",'measured_values':[1],'iteration_count':[1,2]}", "are 1, but 'iteration_count' are 2" },
		{ MESSAGE ",'measured_values':[1],'iteration_count':[0]}", "integers of 1 or more" },
		{ MESSAGE ",'measured_values':[-1],'iteration_count':[2]}", "'time' is negative" },
		{ "{'reason':'benchmark-complete','id':'c'}", "benchmark 'c': 'unit' is missing" }
	};

	all_good("criterion", good, ARRAY_SIZE(good));
	all_bad("criterion", bad, ARRAY_SIZE(bad));
}

static void test_bencher(void)
{
	static const struct good good[] = {
		{ "test a b ... bench:   1,234,567.50 ns/iter (+/- 8)\ntest c ... ok\ntest d ... ignored\n"
		  "testing\ntest\ntest e - should panic ... FAILED\n",
		  "<a b>\n  time ns lower median=1234567.5\n<e - should panic>: FAILED\n" },
		{ "test a ... bench: 3 us/iter (+/- 0) = 2 GB/s", "<a>\n  time ns lower median=3000\n"
		  "  throughput bytes/s higher median=2000000000\n" },
		{ "test a ... bench: 2835 cycles/iter\ntest b ... bench: 12 MS/s",
		  "<a>\n  cycles/iter cycles/iter lower median=2835\n<b>\n  MS/s MS/s higher median=12\n" }
	};
	static const struct bad bad[] = {
		{ "running 0 tests", "there is no measurement at all" },
		{ "test a ... bench: many ns/iter", "benchmark 'a': 'many' is no number" },
		{ "test a ... bench: NaN ns/iter", "benchmark 'a': 'NaN' is no number" },
		{ "test a ... bench: ,, ns/iter", "',,' is no number" },
		{ "test a ... bench: 12", "not followed by a number and a unit" },
		{ "test a ... bench: -12 ns/iter", "'time' is negative" },
		{ "test  ... bench: 12 ns/iter", "the name '' is empty" },
		{ "test a ... bench: 1 ns/iter = 2", "is empty" },
		{ "test a ... bench: 1 ns/iter\ntest a ... bench: 1 ns/iter", "'time' is there twice" }
	};

	all_good("bencher", good, ARRAY_SIZE(good));
	all_bad("bencher", bad, ARRAY_SIZE(bad));
}

static void test_go(void)
{
	static const struct good good[] = {
		{ "Benchmark 5 1 ns/op\nBenchmark-4 5 2 ns/op\nBenchmark_x 5 3 ns/op\nBenchmarking 5 4 ns/op\n",
		  "<Benchmark> procs=1\n  time ns lower 1\n<Benchmark> procs=4\n  time ns lower 2\n"
		  "<_x> procs=1\n  time ns lower 3\n" },
		{ "BenchmarkA/n-10-8 5 1 ns/op\nBenchmarkA/n-08 5 1 ns/op\nBenchmarkA-16 4587789 262.7 ns/op 3.000 aux 7 ms/op\n",
		  "<A/n-10> procs=8\n  time ns lower 1\n<A/n-08> procs=1\n  time ns lower 1\n"
		  "<A> procs=16\n  time ns lower 262.7\n  aux aux none 3\n  ms/op ms/op lower 7\n" },
		/* the same name in two packages */
		{ "pkg: x\nBenchmarkA 5 1 ns/op\nok  \tx\t1s\npkg: y\nBenchmarkA 5 2 ns/op\nPASS\n",
		  "<A> pkg=x procs=1\n  time ns lower 1\n<A> pkg=y procs=1\n  time ns lower 2\n" },
		/* talk between a name and its result */
		{ "BenchmarkA-2 \t3 blind mice\nsee how they run\n     100\t       7.5 ns/op\n 100 8 ns/op\n",
		  "<A> procs=2\n  time ns lower 7.5\n" },
		{ "BenchmarkA-2 5 1 ns/op\n--- FAIL: BenchmarkB-2\n\tx_test.go:1: no\nFAIL\n",
		  "<A> procs=2\n  time ns lower 1\n<B> procs=2: x_test.go:1: no\n" },
		{ "--- FAIL: BenchmarkB", "<B>: failed\n" },
		{ "FAIL\nFAILED to do it\n", "<>: failed\n" },
		{ "pkg: x\npanic: at the start\n\ngoroutine 1\nFAIL\tx\t0.1s\nFAIL\n",
		  "<> pkg=x: panic: at the start\n" },
		{ "pkg: x\nBenchmarkA-2 \n--- FAIL: BenchmarkA\nBenchmarkB 1 1 ns/op\nFAIL\tx\t0.1s\n",
		  "<A> pkg=x: failed\n<B> pkg=x procs=1\n  time ns lower 1\n" }
	};
	static const struct bad bad[] = {
		{ "PASS\nok  \tx\t0.1s\n", "go output: there is no measurement at all" },
		{ "BenchmarkA 5 1 ns/op 2\n", "benchmark 'A': '2 ' is not a number and its unit" },
		{ "BenchmarkA 5 1 ns/op two words\n", "'two words' is not a number and its unit" },
		{ "BenchmarkA 5 NaN ns/op\n", "benchmark 'A': 'NaN ns/op' is not a number" },
		{ "BenchmarkA 5 +Inf ns/op\n", "'+Inf ns/op' is not a number" },
		{ "BenchmarkA 5 -1 ns/op\n", "'time' is negative" },
		{ "BenchmarkA 5 1 ns/op 2 time\n", "'time' is there twice, with other units" },
		{ "BenchmarkA\377 5 1 ns/op\n", "the name '?' is not UTF-8" },
		{ "pkg: \001\nBenchmarkA 5 1 ns/op\n", "has control characters" }
	};

	all_good("go", good, ARRAY_SIZE(good));
	all_bad("go", bad, ARRAY_SIZE(bad));
}

#define STATS "'stats':{'rounds':1,'mean':0.1,'stddev':0,'data':[0.1075]}"

static void test_pytest(void)
{
	static const struct good good[] = {
		{ "{'benchmarks':[{'fullname':'f::t[a-1]','param':'a-1','params':{'s':'a','n':1.50,'b':true},"
		  STATS "}]}", "<f::t> b=true n=1.5 s=a\n  time ns lower 107500000\n" },
		/* what has no value that stays is told by its id */
		{ "{'benchmarks':[{'fullname':'f::t[x0]','param':'x0','params':{'x':"
		  "'UNSERIALIZABLE[<object at 0x7f>]'}," STATS "}]}", "<f::t[x0]>\n  time ns lower 107500000\n" },
		{ "{'benchmarks':[{'fullname':'f::t[x0]','param':'x0','params':{'x':[1]}," STATS "}]}",
		  "<f::t[x0]>\n  time ns lower 107500000\n" },
		{ "{'benchmarks':[{'fullname':'[1]','param':'1','params':{'n':1}," STATS "}]}",
		  "<[1]> n=1\n  time ns lower 107500000\n" }
	};
	static const struct bad bad[] = {
		{ "{'benchmarks':[{'fullname':'f','stats':{}}]}", "benchmark 'f': there is no measurement" },
		{ "{'benchmarks':[{'fullname':'f'}]}", "benchmark 'f': 'stats' is missing" },
		{ "{'benchmarks':[{'name':'f'}]}", "'fullname' is missing" },
		{ "{'benchmarks':[{'fullname':'f','stats':{'mean':0.1,'rounds':0}}]}", "must be an integer of 1 or more" },
		{ "{'benchmarks':[{'fullname':'f','stats':{'mean':0.1,'stddev':-1}}]}", "'time' is negative" },
		{ "{'benchmarks':[{'fullname':'f'," STATS "},{'fullname':'f'," STATS "}]}",
		  "benchmark 'f': two tests have the same name" },
		{ "{'benchmarks':[{'fullname':'f[\\t]','param':'\\t','params':{'c':'\\t'}," STATS "}]}",
		  "the value '?' has control characters" }
	};

	all_good("pytest-benchmark", good, ARRAY_SIZE(good));
	all_bad("pytest-benchmark", bad, ARRAY_SIZE(bad));
}

#define JMH(mode, unit) "{'benchmark':'B','mode':'" mode "','primaryMetric':{'score':6,'scoreUnit':'" \
	unit "','rawData':[[6],[30]]}"

static void test_jmh(void)
{
	static const struct good good[] = {
		{ "[" JMH("thrpt", "ops/ns") "}]", "<B>\n  throughput ops/s higher 6000000000 30000000000\n" },
		{ "[" JMH("thrpt", "ops/min") "}]", "<B>\n  throughput ops/s higher 0.1 0.5\n" },
		{ "[" JMH("avgt", "min/op") "}," JMH("thrpt", "ops/s") "}]",
		  "<B>\n  time ns lower 360000000000 1800000000000\n  throughput ops/s higher 6 30\n" },
		{ "[" JMH("ss", "s/op") ",'secondaryMetrics':{'\302\267gc.time':{'score':1,'scoreError':'NaN',"
		  "'scoreConfidence':['NaN','NaN'],'scoreUnit':'ms','rawData':[]},'p':{'score':2,'scoreUnit':'ops/ms'}}}]",
		  "<B>\n  single_shot_time ns lower 6000000000 30000000000\n  single_shot_time.p ops/s higher mean=2000\n"
		  "  gc.time ns lower mean=1000000\n" }
	};
	static const struct bad bad[] = {
		{ "{}", "'all of it' must be an array, not an object" },
		{ "[]", "there is no measurement at all" },
		{ "[" JMH("all", "s/op") "}]", "benchmark 'B': 'mode' is 'all', but must be one of" },
		{ "[{'benchmark':'B','mode':'avgt'}]", "'primaryMetric' is missing" },
		{ "[{'benchmark':'B','mode':'avgt','primaryMetric':{'score':'NaN','scoreUnit':'s/op'}}]",
		  "'score' must be a number, not a string" },
		{ "[{'benchmark':'B','mode':'avgt','primaryMetric':{'score':1,'scoreUnit':'s/op','rawData':[['NaN']]}}]",
		  "'rawData' must be a number, not a string" },
		{ "[{'benchmark':'B','mode':'sample','primaryMetric':{'score':1,'scoreUnit':'s/op',"
		  "'rawDataHistogram':[[[[1,0.5]]]]}}]", "not an integer of 1 or more" }
	};

	all_good("jmh", good, ARRAY_SIZE(good));
	all_bad("jmh", bad, ARRAY_SIZE(bad));
}

int main(void)
{
	test_google_benchmark();
	test_hyperfine();
	test_criterion();
	test_bencher();
	test_go();
	test_pytest();
	test_jmh();
	return done_testing();
}
