#!/bin/sh

test_description='git perf run --base: two commits in turns, and a verdict'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

ORDER=$PWD/order
export ORDER

# The benchmark prints what stands in a file: no clock is part of these tests.
test_expect_success 'set up' '
	cat >.gitperf <<-\END &&
	[suite]
		build = cp cost built
		warmup = 0
	[benchmark "b"]
		command = "basename \"$PWD\" >>\"$ORDER\"; cat built"
		format = values
	END
	echo "time=100ms" >cost &&
	git add . && git commit -q -m one && git tag one &&
	git commit -q --allow-empty -m same && git tag same &&
	echo "time=130ms" >cost && git commit -q -a -m slower && git tag slower &&
	git config perf.platform x86-64-linux
'

verdict () {
	git perf run --json "$@" >json
	echo "$? $(jq -r ".comparison.rows[] | select(.metric == \"time\") | .verdict" json)"
}

test_expect_success JQ 'slower, faster and the same' '
	test_when_finished forget_branch &&
	{ verdict --base=one --commit=slower; verdict --base=slower --commit=one; verdict --base=one --commit=same; } >actual &&
	cat >expected <<-\END &&
	1 regression
	0 improvement
	0 no-change
	END
	test_cmp expected actual
'

test_expect_success JQ 'samples are taken in turns, and the two take turns at going first' '
	test_when_finished "forget_branch; rm -f order" &&
	rm -f order &&
	test_expect_code 1 git perf run --base=one --commit=slower --iterations=20 >out &&
	head -n 8 order | tr "\n" " " >actual &&
	echo "base head head base base head head base " | tr -d "\n" >expected &&
	test_cmp expected actual &&
	test_line_count = 40 order
'

test_expect_success JQ 'both results are recorded, with the head'\''s suite' '
	test_when_finished forget_branch &&
	test_expect_code 1 git perf run --base=one --commit=slower >out &&
	git perf ls one >listed && test_line_count = 1 listed &&
	git perf ls slower >listed && test_line_count = 1 listed &&
	git perf cat --all | jq -r ".suite" | sort -u >actual &&
	git rev-parse slower:.gitperf >expected &&
	test_cmp expected actual &&
	git worktree list >trees && test_line_count = 1 trees &&
	forget_branch &&
	test_expect_code 1 git perf run --no-append --base=one --commit=slower >out &&
	test_must_fail git rev-parse -q --verify refs/heads/perf
'

test_expect_success JQ 'the head is the work tree with its changes, which stays as it is' '
	test_when_finished "forget_branch; git reset -q --hard" &&
	echo "time=50ms" >cost &&
	echo staged >>other && git add other &&
	git status --porcelain -uno >before && git ls-files -s >index &&
	verdict --base=HEAD >actual &&
	echo "0 improvement" >expected &&
	test_cmp expected actual &&
	git status --porcelain -uno >after && git ls-files -s >index.after &&
	test_cmp before after && test_cmp index index.after &&
	git stash list >stashes && test_must_be_empty stashes &&
	jq -e ".base.dirty == false and .head.dirty == true and .base.commit == .head.commit" json
'

test_expect_success JQ 'files that were only touched are no changes' '
	test_when_finished forget_branch &&
	touch -t 200001010000 cost &&
	verdict --base=one >actual &&
	echo "1 regression" >expected &&
	test_cmp expected actual &&
	jq -e ".head.dirty == false" json
'

test_expect_success 'what git says of changes that cannot be taken along is one line' '
	test_when_finished "git reset -q --hard" &&
	blob=$(git rev-parse HEAD:cost) &&
	printf "100644 %s %d\tcost\n100644 %s %d\tfew\n" $blob 1 $blob 1 >unmerged &&
	git rm -q --cached cost && git update-index --index-info <unmerged &&
	must_refuse 128 "cannot take the uncommitted changes along: cost: unmerged" git perf run --base=one &&
	! grep "?\|few" err
'

test_expect_success JQ 'a side that does not build is no verdict, and is said' '
	test_when_finished forget_branch &&
	git checkout -q -b broken && git rm -q cost && git commit -q -m broken &&
	test_expect_code 1 git perf run --base=one >out 2>err &&
	grep "build" out &&
	git perf cat "$(git perf ls broken | cut -f3)" | jq -e ".benchmarks[0].status == \"build-failed\"" &&
	git checkout -q main
'

test_expect_success JQ 'too few samples for a verdict say how many it takes' '
	test_when_finished forget_branch &&
	cat >few <<-\END &&
	[suite]
		build = cp cost built
		warmup = 0
	[benchmark "b"]
		command = "cat built"
		format = values
	END
	verdict --base=one --commit=slower --suite=few --iterations=3 >actual &&
	echo "2 insufficient-data" >expected &&
	test_cmp expected actual &&
	test_expect_code 2 git perf run --base=one --commit=slower --suite=few --iterations=3 >out &&
	grep "insufficient data" out
'

test_expect_success 'text: commits, changes and verdicts' '
	test_when_finished forget_branch &&
	test_expect_code 1 git perf run --base=one --commit=slower >out &&
	grep "$(git rev-parse --short=10 one)" out &&
	grep "$(git rev-parse --short=10 slower)" out &&
	grep "^ *b .*100.0 ms.*130.0 ms.*+30.*regression" out
'

test_expect_success 'many benchmarks are run as often as a record has room for' '
	test_when_finished "rm -f many" &&
	awk "BEGIN { for (i = 0; i < 1600; i++) printf \"[benchmark \\\"b%d\\\"]\\n\\tcommand = true\\n\", i }" >many &&
	git perf run --base=one --suite=many --dry-run >out &&
	git perf run --base=one --suite=many --dry-run --iterations=19 >out &&
	must_refuse 128 "20 iterations of 1600 benchmarks" git perf run --base=one --suite=many --dry-run --iterations=20 &&
	grep "^hint: .* 19 " err
'

test_expect_success 'the perf branch cannot be measured, and is named as it was' '
	test_when_finished forget_branch &&
	git perf run --iterations=1 -- true >out &&
	must_refuse 128 "'\''perf'\'' is the perf branch" git perf run --base=perf &&
	must_refuse 128 "'\''perf~0'\'' is the perf branch" git perf run --commit=perf~0
'

test_expect_success 'two results of one commit need names of their own' '
	test_when_finished "forget_branch; rm -rf results" &&
	mkdir results &&
	must_refuse 128 "both results" git perf run --base=HEAD -o results &&
	git perf run --base=HEAD --no-append -o results --unique >out 2>err &&
	ls results >listed && test_line_count = 2 listed
'

test_done
