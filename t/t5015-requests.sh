#!/bin/sh

test_description='what has become of requests, as git perf status tells: from their own jobs and records alone'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"

TWO='[platform "x"]\n[platform "y"]\n[benchmark "a"]\ncommand = sh \\"$FARM/a\\"\niterations = 1\nwarmup = 0\n'

# requests_are: "<subject> <round> <state> <landed> of <parts>", newest first, are those of standard input
requests_are () {
	cat >expected && boss git perf status --json >json &&
	boss git log --all --format="s/%H/%s/" >names.sed &&
	jq -r '.requests[] | "\(.commit) \(.round) \(.state) \(.landed) of \(.platforms | length)"' json |
	sed -f names.sed >actual && test_cmp expected actual
}

# seen: the boss has what there is
seen () {
	boss git perf fetch -q && boss git perf queue >out
}

test_expect_success JQ 'nothing is asked of a project without a queue' '
	a_farm "$TWO" && hire w1 w2 && git -C "$FARM/w2" config perf.platform y &&
	requests_are </dev/null && jq -e ".jobs == [] and .crew == null and .imbalance == null" json
'

test_expect_success JQ 'pending, running, complete' '
	boss git perf request -q HEAD && echo "policy 0 pending 0 of 2" | requests_are &&
	work w1 -q && seen && echo "policy 0 running 1 of 2" | requests_are &&
	work w2 -q && seen && echo "policy 0 complete 2 of 2" | requests_are &&
	jq -e ".requests[0].required == 2 and .requests[0].last.worker == \"w2\" or .requests[0].last.worker == \"w1\"" json &&
	jq -e ".requests[0].platforms[0] | .platform == \"x\" and .worker == \"w1\" and .state == \"landed\" and .jobs == 1" json
'

test_expect_success JQ 'M11 another commit, and another round, change nothing of it' '
	more next && boss git perf request -q HEAD && boss git perf request -q --again -p x HEAD~1 &&
	at 10 && boss git perf request -q HEAD && at 0 &&
	boss git perf status --json >json &&
	jq -e "[.requests[] | select(.state == \"complete\")] | length == 1" json &&
	jq -e "[.requests[] | select(.round == 1)][0].state == \"pending\"" json &&
	work w1 -q && work w2 -q && seen && boss git perf status --json >json &&
	jq -e "[.requests[] | select(.state == \"complete\")] | length == 3" json
'

test_expect_success JQ 'a platform fails: partial; all fail: failed, and why' '
	more bad && boss git perf request -q HEAD &&
	echo "echo broken >&2; exit 3" | does && work w1 -q && echo : | does && work w2 -q && seen &&
	boss git perf status --json >json &&
	jq -e ".requests[0] | .state == \"partial\" and .landed == 1" json &&
	jq -e ".requests[0].platforms[0] | .state == \"failed\" and (.why | test(\"3\"))" json &&
	more worse && boss git perf request -q HEAD && echo "exit 3" | does && work w1 -q && work w2 -q && seen && echo : | does &&
	boss git perf status --json >json && jq -e ".requests[0].state == \"failed\"" json &&
	boss git perf status >out && test_grep "failed  *0 of 2 .*x failed: .*; y failed: " out
'

test_expect_success JQ 'M19 what is optional keeps nothing from being complete' '
	a_farm "[platform \"x\"]\n[platform \"y\"]\nrequired = false\n[benchmark \"a\"]\ncommand = true\niterations = 1\nwarmup = 0\n" && hire w1 &&
	boss git perf request -q HEAD && work w1 -q && seen && echo "policy 0 complete 1 of 2" | requests_are
'

test_expect_success JQ 'a page of a queue that cannot be used is a page' '
	boss git update-ref refs/perf/remotes/origin/perf/queue "$(boss git rev-parse HEAD)" &&
	boss git perf status >out && test_grep "^platform " out && test_grep ! "^requests" out
'

test_done
