#!/bin/sh

test_description='plan, request and queue over ssh, smart HTTP, TLS and git://'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

test_expect_success 'a project, and a clone' '
	make_origin 3 && (cd origin && policy "[platform \"x\"]") &&
	head=$(git -C origin rev-parse main) &&
	hub first && cp -R "$HUB" empty.hub && git clone -q "$HUB" fresh
'

# over <way>: create, move, squash or not, refuse; and see what somebody else has done
over () {
	rm -rf clone "$HUB" && cp -R empty.hub "$HUB" && cp -R fresh clone &&
	git -C clone remote set-url origin "$(hub_url "$1" first.git)" &&
	git -C clone perf plan >out && test_grep "^x: 1 to measure" out &&
	git -C clone perf request -q c1 &&
	git -C "$HUB" perf request -q --cancel main &&
	(cd "$HUB" && old () { printf "git-perf-queue 1\ncommits 1000\ntokens 0\n" | put control; } &&
		with_queue old) &&
	git -C clone perf request -q c2 &&
	(cd "$HUB" && queue_jobs) >actual &&
	printf "%s\n" "x $c1 manual" "x $c2 manual" | sort | test_cmp - actual &&
	git -C "$HUB" rev-list --count refs/perf/queue >count && echo 1 | test_cmp - count &&
	git -C clone perf queue >out && test_line_count = 3 out &&
	(cd "$HUB" && decided) >actual && test_line_count = 1 actual &&
	refuse_hook "$HUB" "not today" refs/perf/queue &&
	test_expect_code 128 git -C clone perf request c3 2>err && test_grep "refuses refs/perf/queue" err
}

test_expect_success SSHD 'over ssh' '
	start_sshd && over ssh
'

test_expect_success HTTPD 'over smart HTTP, with a password' '
	start_httpd && over auth
'

test_expect_success HTTPD 'over TLS' '
	trust_test_authority && over https
'

test_expect_success GITDAEMON 'over git://' '
	start_daemon && over git
'

test_expect_success HTTPD 'who may only read sees the queue, and cannot change it' '
	git -C clone remote set-url origin "$HTTP_URL/readonly/first.git" &&
	git -C clone perf queue >out && test_line_count = 3 out &&
	test_expect_code 128 git -C clone perf request c3 2>err && test_grep "403" err && test_grep "^hint:" err
'

test_expect_success HTTPD 'a server in trouble: 75' '
	git -C clone remote set-url origin "$HTTP_URL/broken/first.git" &&
	test_expect_code 75 git -C clone -c perf.pushTimeout=0 perf request c3 2>err && test_grep "^hint:" err
'

test_done
