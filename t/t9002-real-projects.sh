#!/bin/sh

test_description='projects in C++, Rust and Java, and commands, from a suite to a verdict

Each project in t/real is committed, built and measured as it stands there. What
needs neither a registry nor many seconds is always run where its tool is there;
with --long also the rest, which is fetched where it is missing.
'
. "$(dirname "$0")/lib-real.sh"
. "$(dirname "$0")/test-lib.sh"
real_tools

test_lazy_prereq GBENCH '
	echo "#include <benchmark/benchmark.h>" | c++ -std=c++17 -E -x c++ -
'
test_lazy_prereq HYPERFINE 'hyperfine -N --runs=2 true'
test_lazy_prereq CARGO 'cargo --version'
test_lazy_prereq CRITERION '
	fetch cargo fetch --locked --manifest-path "$TEST_DIRECTORY/real/rust/Cargo.toml"
'
test_lazy_prereq CARGO_CRITERION '
	cargo criterion --version ||
	fetch cargo install --root "$FETCHED" cargo-criterion
'
test_lazy_prereq JMH '
	java -version &&
	cp -R "$TEST_DIRECTORY/real/jmh/." . &&
	fetch mvn -q -B package dependency:copy-dependencies
'

# --- Google Benchmark --------------------------------------------------------

test_expect_success JQ,GBENCH 'Google Benchmark: run' '
	(
		project google-benchmark &&
		measured <<-\END
		complete	build ok	e0a04de1ab9d6a0f
		micro/sort_numbers/64	real_time	ns	lower	3
		micro/sort_numbers/64	cpu_time	ns	lower	3
		micro/sort_numbers/64	items_per_second	items/s	higher	3
		micro/sort_numbers/1024	real_time	ns	lower	3
		micro/sort_numbers/1024	cpu_time	ns	lower	3
		micro/sort_numbers/1024	items_per_second	items/s	higher	3
		micro/copy_bytes	real_time	ns	lower	3
		micro/copy_bytes	cpu_time	ns	lower	3
		micro/copy_bytes	bytes_per_second	bytes/s	higher	3
		micro/count_words	real_time	ns	lower	3
		micro/count_words	cpu_time	ns	lower	3
		micro/count_words	words	1	none	3
		END
	)
'

test_expect_success JQ,GBENCH 'Google Benchmark: log, diff' '
	(cd google-benchmark && measured_again)
'

test_expect_success JQ,GBENCH 'Google Benchmark: one fails, the others are kept' '
	(
		cd google-benchmark &&
		failed --iterations=1 <<-\END &&
		partial	build ok	e0a04de1ab9d6a0f
		micro/sort_numbers/64	real_time	ns	lower	1
		micro/sort_numbers/64	cpu_time	ns	lower	1
		micro/sort_numbers/64	items_per_second	items/s	higher	1
		micro/sort_numbers/1024	real_time	ns	lower	1
		micro/sort_numbers/1024	cpu_time	ns	lower	1
		micro/sort_numbers/1024	items_per_second	items/s	higher	1
		micro/copy_bytes	real_time	ns	lower	1
		micro/copy_bytes	cpu_time	ns	lower	1
		micro/copy_bytes	bytes_per_second	bytes/s	higher	1
		micro/count_words	failed
		END
		reason ".status == \"failed\"" "^no words to count\$"
	)
'

# --- hyperfine ---------------------------------------------------------------

test_expect_success JQ,HYPERFINE 'hyperfine: run, log, diff' '
	(
		project hyperfine &&
		measured <<-\END &&
		complete	5e900778d50c5952
		commands/seq 100 n=100	wall	ns	lower	5
		commands/seq 100 n=100	user	ns	lower	5
		commands/seq 100 n=100	system	ns	lower	5
		commands/seq 1000 n=1000	wall	ns	lower	5
		commands/seq 1000 n=1000	user	ns	lower	5
		commands/seq 1000 n=1000	system	ns	lower	5
		END
		measured_again
	)
'

test_expect_success JQ,HYPERFINE 'hyperfine: --base, in turns' '
	(
		cd hyperfine &&
		another head &&
		code=0 &&
		{ git perf run --json --base=HEAD~1 >report || code=$?; } &&
		# whatever the verdicts are: on a busy machine there may be none
		test "$code" -le 2 &&
		jq -r ".comparison.rows[] | select(.metric == \"wall\") |
			[.benchmark, .base.samples, .head.samples, .method] | join(\" \")" report >actual &&
		cat >expected <<-\END &&
		commands/seq 100 20 20 pairs
		commands/seq 1000 20 20 pairs
		END
		sort actual | test_cmp expected - &&
		jq -e ".base.outcome == \"complete\" and .head.outcome == \"complete\"" report &&
		stored HEAD
	)
'

# --- Rust --------------------------------------------------------------------

test_expect_success JQ,LONG,CRITERION 'Criterion: run, log, diff' '
	(
		project rust &&
		measured <<-\END &&
		complete	build ok	e6850503a1454172
		micro/sort/64	time	ns	lower	3
		micro/sort/1024	time	ns	lower	3
		micro/longest	time	ns	lower	3
		END
		measured_again
	)
'

test_expect_success JQ,LONG,CRITERION 'Criterion: a panic, and what came before it' '
	(
		cd rust &&
		failed --iterations=2 <<-\END &&
		partial	build ok	e6850503a1454172
		micro/sort/64	time	ns	lower	2
		micro/sort/1024	time	ns	lower	2
		micro	failed
		END
		reason ".name == \"micro\"" "^exited with status 101" &&
		reason ".name == \"micro\"" "no words to find"
	)
'

test_expect_success JQ,LONG,CRITERION,CARGO_CRITERION 'cargo criterion: run' '
	(
		cd rust &&
		another cargo-criterion &&
		measured --suite=cargo-criterion.gitperf <<-\END
		complete	build ok	fb7d1658b6666a66
		micro/sort/64	time	ns	lower	10
		micro/sort/1024	time	ns	lower	10
		micro/longest	time	ns	lower	10
		END
	)
'

test_expect_success JQ,LONG,CARGO 'the bencher of the compiler: run' '
	(
		project libtest &&
		measured <<-\END
		complete	build ok	efb6fccde581bfe6
		micro/join	time	ns	lower	1
		micro/join	throughput	bytes/s	higher	1
		micro/length	time	ns	lower	1
		micro/sort	time	ns	lower	1
		micro/split	time	ns	lower	1
		END
	)
'

test_expect_success JQ,LONG,CARGO 'the bencher of the compiler: one fails, the others are kept' '
	(
		cd libtest &&
		failed <<-\END &&
		partial	build ok	efb6fccde581bfe6
		micro/join	time	ns	lower	1
		micro/join	throughput	bytes/s	higher	1
		micro/length	time	ns	lower	1
		micro/sort	time	ns	lower	1
		micro/split	failed
		END
		reason ".name == \"micro/split\"" "."
	)
'

# --- JMH ---------------------------------------------------------------------

test_expect_success JQ,LONG,JMH 'JMH: run, log, diff' '
	(
		project jmh &&
		measured <<-\END &&
		complete	build ok	0313b8162011b02d
		micro/words.Sort.sort n=64	time	ns	lower	3
		micro/words.Sort.sort n=256	time	ns	lower	3
		END
		measured_again
	)
'

test_done
