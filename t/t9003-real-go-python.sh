#!/bin/sh

test_description='projects in Go and Python, from a suite to a verdict

Each project in t/real is committed, built and measured as it stands there. What
needs neither a registry nor many seconds is always run where its tool is there;
with --long also the rest, which is fetched where it is missing.
'
. "$(dirname "$0")/lib-real.sh"
. "$(dirname "$0")/test-lib.sh"
real_tools

test_lazy_prereq GO 'go version'
test_lazy_prereq PYTEST_BENCHMARK '
	import="import pytest, pytest_benchmark" &&
	{ python3 -c "$import" || {
		fetch python3 -m venv "$FETCHED" &&
		"$FETCHED/bin/pip" install pytest-benchmark &&
		"$FETCHED/bin/python3" -c "$import"
	}; }
'

# --- Go ----------------------------------------------------------------------

test_expect_success JQ,GO 'Go: run' '
	(
		project go &&
		measured <<-\END
		complete	build ok	f4cf00d5a60b6224
		micro/Sort/n=64 pkg=words procs=2	time	ns	lower	2
		micro/Sort/n=64 pkg=words procs=2	words/s	words/s	higher	2
		micro/Sort/n=1024 pkg=words procs=2	time	ns	lower	2
		micro/Sort/n=1024 pkg=words procs=2	words/s	words/s	higher	2
		micro/Join pkg=words procs=2	time	ns	lower	2
		micro/Join pkg=words procs=2	throughput	bytes/s	higher	2
		micro/Join pkg=words procs=2	bytes_per_op	bytes	lower	2
		micro/Join pkg=words procs=2	allocs_per_op	count	lower	2
		micro/Fields pkg=words/count procs=2	time	ns	lower	2
		micro/Fields pkg=words/count procs=2	words	words	none	2
		micro/Talk pkg=words/talk procs=2	time	ns	lower	2
		micro/Log pkg=words/talk procs=2	time	ns	lower	2
		micro/Parts/bad pkg=words/talk procs=2	time	ns	lower	2
		micro/Parts/good pkg=words/talk procs=2	time	ns	lower	2
		micro/Panic pkg=words/talk procs=2	time	ns	lower	2
		END
	)
'

test_expect_success JQ,GO,LONG 'Go: log, diff' '
	(cd go && measured_again)
'

test_expect_success JQ,GO 'Go: two fail, the others are kept' '
	(
		cd go &&
		failed --iterations=1 <<-\END &&
		partial	build ok	f4cf00d5a60b6224
		micro/Sort/n=64 pkg=words procs=2	time	ns	lower	1
		micro/Sort/n=64 pkg=words procs=2	words/s	words/s	higher	1
		micro/Sort/n=1024 pkg=words procs=2	time	ns	lower	1
		micro/Sort/n=1024 pkg=words procs=2	words/s	words/s	higher	1
		micro/Join pkg=words procs=2	failed
		micro/Fields pkg=words/count procs=2	time	ns	lower	1
		micro/Fields pkg=words/count procs=2	words	words	none	1
		micro/Talk pkg=words/talk procs=2	time	ns	lower	1
		micro/Log pkg=words/talk procs=2	time	ns	lower	1
		micro/Parts/bad pkg=words/talk procs=2	failed
		micro/Parts/good pkg=words/talk procs=2	time	ns	lower	1
		micro/Panic pkg=words/talk procs=2	time	ns	lower	1
		END
		reason ".name == \"micro/Join\"" "no words to join" &&
		reason ".name == \"micro/Parts/bad\"" "first.*second"
	)
'

# How often it allocates is no matter of time, so there can be a verdict.
test_expect_success JQ,GO 'Go: --base finds what allocates more' '
	(
		cd go &&
		cat >compiled <<-\END &&
		[suite]
			build = go test -c -o words.test .
		[benchmark "micro"]
			command = ./words.test -test.run=NONE -test.bench=Join -test.benchtime=10x
			format = go
		END
		sed "s/strings.Join(list, \" \")/strings.Join(append([]string{}, list...), \" \")/" \
			bench_test.go >changed &&
		mv changed bench_test.go &&
		another slower &&
		test_expect_code 1 git perf run --json --base=HEAD~1 --suite=compiled >report &&
		jq -r ".comparison.rows[] | select(.metric == \"allocs_per_op\") |
			[.benchmark, .base.value, .head.value, .base.samples,
			.head.samples, .verdict] | join(\" \")" report >actual &&
		echo "micro/Join 1 2 20 20 regression" >expected &&
		test_cmp expected actual &&
		git perf diff -m allocs_per_op HEAD~1 HEAD >out &&
		test_grep "^micro/Join .* 1  *2  *+100.0%" out &&
		git worktree list >trees &&
		test_line_count = 1 trees
	)
'

# --- pytest-benchmark --------------------------------------------------------

test_expect_success JQ,PYTEST_BENCHMARK 'pytest-benchmark: run' '
	(
		project pytest &&
		measured <<-\END
		complete	4c4f05ccb884f7b3
		micro/test_words.py::test_sort n=64	time	ns	lower	2
		micro/test_words.py::test_sort n=1024	time	ns	lower	2
		micro/test_words.py::test_join separator= 	time	ns	lower	2
		micro/test_words.py::test_join separator=, 	time	ns	lower	2
		micro/test_words.py::test_longest	time	ns	lower	2
		END
	)
'

test_expect_success JQ,PYTEST_BENCHMARK,LONG 'pytest-benchmark: log, diff' '
	(cd pytest && measured_again)
'

test_expect_success JQ,PYTEST_BENCHMARK 'pytest-benchmark: two fail, the others are kept' '
	(
		cd pytest &&
		failed --iterations=2 <<-\END &&
		partial	4c4f05ccb884f7b3
		micro/test_words.py::test_sort n=64	time	ns	lower	2
		micro/test_words.py::test_sort n=1024	time	ns	lower	2
		micro/test_words.py::test_longest	time	ns	lower	2
		micro	failed
		END
		reason ".name == \"micro\"" "^exited with status 1" &&
		reason ".name == \"micro\"" "AssertionError: no words to join"
	)
'

test_done
