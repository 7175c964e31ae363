#!/bin/sh

test_description='a planner that dies anywhere has planned or not, and the next one completes it'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# Of the points at which a process may be killed, this script passes these.
points_of='queue plan decide'

# In each of these, what is planned is here, or at www/hub.git.
where () {
	case $1 in
	new | existing) echo crash ;;
	*) echo www/hub.git ;;
	esac
}

# result <way>: what has come of it
result () {
	git -C "$(where $1)" rev-parse "refs/perf/queue^{tree}" &&
	git -C "$(where $1)" ls-tree -r perf decisions/
}

# begin <way>: as it was before
begin () {
	rm -rf crash www/hub.git && cp -R "$1" crash &&
	{ test ! -d "$1.hub" || cp -R "$1.hub" www/hub.git; }
}

test_expect_success 'set up a repository for each way, and what it comes to' '
	a_project new &&
	cp -R new existing && git -C existing perf plan -q &&
	(cd existing && commits "a [bench]" b && git perf request -q HEAD~2) &&
	git init -q --bare www/hub.git && git clone -q www/hub.git remote 2>err &&
	git -C remote fetch -q ../new main && git -C remote reset -q --hard FETCH_HEAD &&
	git -C remote push -q origin HEAD:main && git -C remote fetch -q &&
	cp -R www/hub.git remote.hub &&
	cp -R remote again && cp -R remote.hub again.hub &&
	rm -rf www/hub.git && cp -R again.hub www/hub.git && git -C again perf plan -q &&
	(cd again && commits "a [bench]" b && git push -q origin HEAD:main) &&
	rm -rf again.hub && cp -R www/hub.git again.hub &&
	at 3600 &&
	for way in new existing remote again
	do
		begin $way && git -C crash perf plan -q && result $way >result.$way &&
		test_line_count -ge 3 result.$way || return 1
	done
'

# sound <way>
sound () {
	git -C "$(where $1)" fsck --strict --no-dangling --no-progress &&
	git -C "$(where $1)" perf fsck -q &&
	git -C crash fsck --strict --no-dangling --no-progress
}

# finish: by another plan, which may have to wait for a lock that was left
finish () {
	for lock_ in refs/perf/queue refs/heads/perf
	do
		test -e "crash/.git/$lock_.lock" || continue
		code_=0
		git -C crash -c perf.lockTimeout=0 perf plan >out 2>err || code_=$?
		test $code_ = "$(test $lock_ = refs/perf/queue && echo 75 || echo 0)" &&
		test_grep "$lock_.lock. has been locked for" err &&
		rm "crash/.git/$lock_.lock" || return 1
	done
	git -C crash perf plan -q 2>err && test_must_be_empty err
}

# crash <way> <point>
crash () {
	begin $1 && code=0
	(cd crash && GIT_PERF_TEST_FAULT=$2 git-perf plan >../out 2>../err) || code=$?
	# this way does not lead past this point
	test "$code" != 0 || return 0
	test "$code" = 137 || {
		echo "exit $code at $2 in $1" >&4
		return 1
	}
	echo "$2" >>hit
	test_must_be_empty out &&
	finish && result $1 >actual && test_cmp "result.$1" actual && sound $1 &&
	git -C crash perf plan -q && result $1 >actual && test_cmp "result.$1" actual
}

test_expect_success 'the points are known' '
	test-gitperf faults >all &&
	grep -E "^($(echo $points_of | tr " " "|"))\." all >points &&
	test_line_count = 11 points
'

for way in new existing remote again
do
	test_expect_success "killed at each point it passes: $way" "
		at_each_point crash $way
	"
done

test_expect_success 'the points hit are the points listed' '
	must_have_hit_each_point
'

test_expect_success 'a request that dies is asked for again, or is there' '
	begin existing && git -C crash perf request -q HEAD~1 && queue=$(git -C crash rev-parse "refs/perf/queue^{tree}") &&
	for point in queue.before-swap queue.after-swap
	do
		begin existing &&
		(cd crash && test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf request HEAD~1) &&
		rm -f crash/.git/refs/perf/queue.lock &&
		git -C crash perf request -q HEAD~1 &&
		test $queue = "$(git -C crash rev-parse "refs/perf/queue^{tree}")" || return 1
	done &&
	begin again && git -C crash perf request -q HEAD~1 && queue=$(git -C www/hub.git rev-parse "refs/perf/queue^{tree}") &&
	for point in queue.before-push queue.after-push
	do
		begin again &&
		(cd crash && test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf request HEAD~1) &&
		git -C crash perf request -q HEAD~1 &&
		test $queue = "$(git -C www/hub.git rev-parse "refs/perf/queue^{tree}")" || return 1
	done
'

test_expect_success 'another clone completes it as well' '
	begin again && git clone -q www/hub.git other &&
	(cd crash && test_expect_code 137 env GIT_PERF_TEST_FAULT=queue.after-push git-perf plan) &&
	git -C other perf plan >out && test_grep "^x: nothing new" out &&
	result again >actual && test_cmp result.again actual && sound again
'

test_done
