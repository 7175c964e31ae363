#!/bin/sh

test_description='git perf work: jobs from the queue to the perf branch'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"

short () {
	git -C "$FARM/boss" rev-parse --short=10 "$@"
}

test_expect_success 'a worker takes what is planned, measures it and delivers the result' '
	a_farm && hire w1 &&
	boss git perf plan -q && work w1 >out 2>err &&
	cat >expected <<-END &&
	claimed $(short $head) on x (scheduled), attempt 1 of 3
	measured $(short $head) on x: complete
	END
	sed "s/, [0-9.]* s\$//" out >actual && test_cmp expected actual &&
	echo "$head complete w1 1" >expected && results >actual && test_cmp expected actual &&
	no_jobs_left &&
	git -C "$FARM/boss" perf fetch -q && git -C "$FARM/boss" perf log >out && test_grep "$(short $head)" out
'

test_expect_success 'nothing to be done is no error' '
	work w1 >out 2>err && test_must_be_empty out && test_grep "nothing is to be done" err &&
	work w1 --once -q >out 2>err && test_must_be_empty out && test_must_be_empty err
'

test_expect_success 'the record says for which job it was, and when that was asked for' '
	git -C "$FARM/hub.git" ls-tree -r --name-only perf runs/ >files &&
	git -C "$FARM/hub.git" cat-file blob "perf:$(cat files)" >record &&
	test_grep "\"job\":{\"id\":\"[0-9a-f]\{40\}\",\"round\":0,\"token\":1}" record &&
	test_grep "\"queued\":\"2023-11-14T22:00:00" record && test_grep "\"reason\":\"scheduled\"" record &&
	test_grep "\"suite\":\"$(git -C "$FARM/boss" rev-parse HEAD:.gitperf)\"" record
'

test_expect_success 'once is one job, else it goes on until nothing is left' '
	more b c d && boss git perf request -q HEAD~2..HEAD && boss git perf request -q HEAD~2 &&
	work w1 --once >out && test_line_count = 2 out &&
	jobs_left >out && test_line_count = 2 out &&
	work w1 >out && test_line_count = 4 out && no_jobs_left &&
	results >out && test_line_count = 4 out
'

test_expect_success 'jobs of other platforms are for others, and a worker has one platform' '
	more e && boss git perf request -q -p x HEAD &&
	test_expect_code 128 work w1 --platform=y >out 2>err && test_must_be_empty out &&
	test_grep "worker .w1. measures on x, not on y" err &&
	work w1 --worker=w9 --platform=y >out 2>err && test_must_be_empty out &&
	jobs_left >left && test_line_count = 1 left &&
	work w1 -q && no_jobs_left
'

test_expect_success 'M25 a commit is measured by the suite that its job names, whatever the trunk has by now' '
	a_farm "[platform \"x\"]" && hire w1 &&
	boss policy "[platform \"x\"]\n[benchmark \"new\"]\ncommand = true\niterations = 1" &&
	boss git push -q origin main && first=$(boss git rev-parse HEAD~2) &&
	boss git perf request -q $first && boss git perf request -q HEAD &&
	boss policy "[platform \"x\"]\n[benchmark \"newer\"]\ncommand = true\niterations = 1" &&
	boss git push -q origin main &&
	work w1 -q && git -C "$FARM/w1" perf show $first >out && test_grep "new " out && test_grep ! newer out
'

test_expect_success 'a suite that has a mistake, a benchmark that fails: results, and the next job is done' '
	a_farm "[platform \"x\"]\n[benchmark \"a\"]\ncommand = false\n" && hire w1 &&
	boss git perf request -q HEAD && more later && boss git perf request -q HEAD &&
	work w1 >out && test_grep "measured .*: failed" out && no_jobs_left &&
	results >out && test_line_count = 2 out && test_grep ! complete out &&
	git -C "$FARM/hub.git" cat-file blob refs/perf/queue:workers/w1.json >self &&
	test_grep "\"mishap\":{\"commit\":\"$head\",\"error\":\"exited with status 1" self
'

test_expect_success 'M16 a fetch that fails for good is a result; one that may pass is tried again, three times in all' '
	a_farm "[suite]\nfetch = sh \\\\\"$FARM/fetch\\\\\"\n$SUITE" && hire w1 w2 &&
	echo "echo no such toolchain >&2; exit 1" >"$FARM/fetch" &&
	boss git perf request -q HEAD && work w1 >out && test_grep "measured .*: failed" out && no_jobs_left &&
	echo "echo the mirror is down >&2; exit 75" >"$FARM/fetch" &&
	more next && boss git perf request -q HEAD &&
	work w1 >out && test_grep "released .*fetch" out && test_line_count = 2 out &&
	jobs_left >out && echo "$head 1 -" | test_cmp - out &&
	work w2 -q && jobs_left >out && echo "$head 2 -" | test_cmp - out &&
	work w1 -q && no_jobs_left &&
	git -C "$FARM/w1" perf show $head >out && test_grep "given up after 3 attempts: fetch: exited with status 75" out &&
	more last && echo : >"$FARM/fetch" && boss git perf request -q HEAD &&
	work w1 >out && test_grep "claimed $(short HEAD)" out && no_jobs_left &&
	results >out && test_line_count = 3 out && test_grep "^$head complete" out &&
	git -C "$FARM/hub.git" ls-tree -r --name-only perf runs/ | grep -- "-f-" >files && test_line_count = 2 files
'

test_expect_success 'M17 a commit that nobody has any more: what was planned is dropped, what somebody wanted has failed' '
	a_farm && hire w1 && boss git perf plan -q && more gone && at 3600 && boss git perf plan -q &&
	boss git perf request -q main~1 && boss git perf queue >out && test_line_count = 3 out &&
	boss git reset -q --hard HEAD~2 && boss commits other && boss git push -q -f origin main &&
	git -C "$FARM/hub.git" reflog expire --expire=now --all && git -C "$FARM/hub.git" gc -q --prune=now &&
	rm -rf "$FARM/w1" && hire w1 &&
	work w1 >out 2>err && no_jobs_left && at 0 &&
	test_grep "failed $(short $head) on x: nobody has commit" out && results >out &&
	test_line_count = 1 out && test_grep "failed w1 1" out &&
	git -C "$FARM/hub.git" ls-tree -r --name-only perf decisions/ >files && while read -r file
	do
		git -C "$FARM/hub.git" cat-file blob "perf:$file" || return 1
	done <files >decisions && test_grep "\"dropped\":\[{\"commit\":\"$head\",\"why\":\"unreachable\"" decisions
'

test_expect_success 'the queue of a bare repository, and of one without a remote' '
	a_farm && boss git perf request -q HEAD &&
	git -C "$FARM/hub.git" perf work --worker=server --platform=x >out && test_line_count = 2 out && no_jobs_left &&
	results >out && test_grep "complete server 1" out &&
	git init -q alone && cd alone && commits one && policy "$SUITE" && git perf request -q HEAD &&
	git perf work --worker=me --platform=x >out && test_line_count = 2 out && git perf log >out && test_grep policy out
'

test_done
