#!/bin/sh

test_description='a session for somebody who has to say that he is alive, and what for'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

ORDER=$PWD/order
export ORDER

job=0123456789abcdef0123456789abcdef01234567

# suite <file>: notes what is done in $ORDER
suite () {
	cat >"$1" <<-\END
	[suite]
		fetch = echo fetch >>\"$ORDER\"
		build = echo build >>\"$ORDER\"
		setup = echo setup >>\"$ORDER\"
		teardown = echo teardown >>\"$ORDER\"
		buildTimeout = 90s
		timeout = 20s
		iterations = 2
		warmup = 1
	[benchmark "a"]
		command = echo a >>\"$ORDER\"
	[benchmark "b"]
		command = echo b >>\"$ORDER\"
		timeout = 30s
	END
	sed "s/= \(echo.*\)/= \"\1\"/" "$1" >sed.tmp && mv sed.tmp "$1"
}

test_expect_success 'set up' '
	make_history 2 &&
	suite .gitperf && git add .gitperf && git commit -q -m suite && git tag c3 &&
	git commit -q --allow-empty -m next && git tag c4 &&
	git config perf.platform x86-64-linux &&
	git config perf.lockFile "$PWD/.git/measuring"
'

cat >pulses <<-\END
checkout 1/6 -1
fetch 2/6 90000
build 3/6 90000
setup 4/6 90000
measure 5/6 30000 a 0/6
measure 5/6 30000 b 1/6
measure 5/6 30000 a 2/6
measure 5/6 30000 b 3/6
measure 5/6 30000 a 4/6
measure 5/6 30000 b 5/6
teardown 6/6 90000
END

test_expect_success 'a pulse for each step, and between iterations' '
	test-gitperf session commit=c3 >actual &&
	test_cmp pulses actual
'

test_expect_success 'what was fetched is not fetched again, and keeps its place in the list' '
	test-gitperf session commit=c3 >actual &&
	grep -v fetch pulses >expected &&
	test_cmp expected actual
'

test_expect_success 'of two commits: both sides' '
	test-gitperf session base=c3 commit=c4 >actual &&
	sed -e /measure/d -e "s/ .*//" actual >steps &&
	tr "\n" " " <steps >line &&
	test "$(cat line)" = "checkout checkout build setup build setup teardown teardown " &&
	grep "^checkout 2/11 " actual && grep "^setup 8/11 " actual && grep "^teardown 11/11 " actual &&
	grep -c "^measure 9/11 30000 [ab]" actual >count && echo 84 >expected && test_cmp expected count
'

test_expect_success 'in the work tree as it is: no checkout' '
	test-gitperf session >actual &&
	sed -n 1p actual >first && echo "build 2/5 90000" >expected && test_cmp expected first
'

# stopped <step> <what was done>: there, the session stops
stopped () {
	rm -f order record &&
	test_expect_code 128 test-gitperf session commit=c3 out=record stop=$1 >out 2>err &&
	echo "error: ERACE: stopped at $1" >expected && test_cmp expected err &&
	sed -n "\$s/ .*//p" out >last && echo $1 >expected && test_cmp expected last &&
	echo $2 | tr " " "\n" >expected && { test "$2" || : >expected; } &&
	{ test ! -e order && : >order; test_cmp expected order; } &&
	test_path_is_missing record &&
	git worktree list >trees && test_line_count = 1 trees
}

test_expect_success 'the pulse stops it: what is set up is torn down, nothing is recorded' '
	stopped checkout "" &&
	stopped build "" &&
	stopped setup build &&
	stopped measure "build setup teardown" &&
	stopped teardown "build setup a b a b a b teardown"
'

test_expect_success JQ 'the record says what it was for' '
	test-gitperf session commit=c3 out=record job=$job round=2 token=7 queued=1600000000000000000 >out &&
	jq -r ".job.id, .job.round, .job.token, .queued" record >actual &&
	printf "%s\n" $job 2 7 2020-09-13T12:26:40.000000000Z >expected &&
	test_cmp expected actual
'

test_expect_success 'what no record could have is refused before anything is run' '
	rm -f order &&
	for bad in job=123 job=${job}x job=$(echo $job | tr a A) round=1 token=1 \
		"job=$job round=-1" "job=$job token=-1" queued=-1 \
		suite-id=123 "suite-id=$job suite=.gitperf"
	do
		test_expect_code 128 test-gitperf session commit=c3 $bad >out 2>err &&
		grep "EINVALID" err && test_path_is_missing order || return 1
	done
'

test_expect_success JQ 'a suite by its id, whatever the commit or the work tree has' '
	printf "[benchmark \"only\"]\n\tcommand = true\n\titerations = 1\n\twarmup = 0\n" >other &&
	id=$(git hash-object -w other) && rm other &&
	for commit in c1 c3
	do
		test-gitperf session commit=$commit suite-id=$id out=record >out &&
		grep "^measure 2/2 1800000 only 0/1" out &&
		test "$(jq -r .suite record)" = $id || return 1
	done &&
	test-gitperf session suite-id=$id out=record >out &&
	test "$(jq -r .suite record)" = $id
'

test_expect_success 'an id of nothing, or of something else' '
	test_expect_code 128 test-gitperf session commit=c3 suite-id=$job >out 2>err &&
	grep ENOTFOUND err &&
	test_expect_code 128 test-gitperf session commit=c3 suite-id=$(git rev-parse c3^{tree}) >out 2>err &&
	grep EINVALID err && grep "is not a file" err
'

test_expect_success JQ 'a partial clone fetches the suite, or says why it cannot' '
	test_when_finished "rm -rf partial away" &&
	git config uploadpack.allowFilter true && git config uploadpack.allowAnySHA1InWant true &&
	id=$(git rev-parse c3:.gitperf) &&
	git clone -q --no-checkout --filter=blob:none "file://$PWD" partial 2>err &&
	git -C partial config perf.lockFile "$PWD/.git/measuring" &&
	git -C partial rev-list --objects --all --missing=print >objects && grep "^?$id" objects &&
	(cd partial && test-gitperf session commit=c1 suite-id=$id out=../record) >out &&
	test "$(jq -r .suite record)" = $id &&
	(cd partial && test_expect_code 128 test-gitperf session commit=c1 suite-id=$job) >out 2>err &&
	grep ENOTFOUND err &&
	git clone -q --no-checkout --filter=blob:none "file://$PWD" away 2>err &&
	git -C away config remote.origin.url "file://$PWD/nowhere" &&
	(cd away && test_expect_code 128 test-gitperf session commit=c1 suite-id=$id) >out 2>err &&
	grep ENET err
'

test_done
