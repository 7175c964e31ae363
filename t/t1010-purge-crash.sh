#!/bin/sh

test_description='a purge that dies anywhere is not done or done, and ends with the next'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-purge.sh"
. "$TEST_DIRECTORY/lib-race.sh"

# Of the points at which a process may be killed, this script passes these.
points_of='purge'

# Two ways through a purge: the branch is there, or only the remote has it.
test_expect_success FLOCK 'set up a repository for each way' '
	set_up_records && hub &&
	git clone -q hub.git new &&
	git clone -q hub.git existing &&
	git -C existing branch -q perf origin/perf &&
	for way in new existing
	do
		(
			cd $way &&
			git config perf.lockTimeout 0 &&
			hold_lock &&
			record $c4 p 44 >in &&
			test_expect_code 75 git perf append <in 9>&- &&
			drop_lock &&
			git config --unset perf.lockTimeout &&
			spool_files >files &&
			test_line_count = 1 files
		) || return 1
	done &&
	id4=$(git -C new perf append -n <new/in) &&
	(cd existing && tree_without perf $id1) >kept
'

# die <way> <point>: killed there, the branch is the old one or the new one;
# the same command again finishes it
die () {
	cd "$TRASH_DIRECTORY" && rm -rf crash && cp -R "$1" crash && cd crash || return 1
	code=0
	GIT_PERF_TEST_FAULT=$2 git-perf purge -m why $id1 $id4 >out 2>err || code=$?
	test "$code" != 0 || return 0
	test "$code" = 137 || {
		echo "exit $code at $2" >&4
		return 1
	}
	echo "$2" >>../hit
	test_must_be_empty out &&
	tip=$(git rev-parse -q --verify perf)
	if test "$tip" = "$(git -C "../$1" rev-parse -q --verify perf)"
	then
		git perf ls | grep "$id1" >/dev/null
	else
		must_be_gone "$id1" && tree_without perf >actual && test_cmp ../kept actual
	fi || return 1
	rm -f .git/refs/heads/perf.lock
	git perf purge -q -m why $id1 $id4 2>err &&
	must_be_gone "$id1" "$id4" &&
	tree_without perf >actual &&
	test_cmp ../kept actual &&
	test "$(generation)" = 1 &&
	spool_files >files &&
	test_must_be_empty files &&
	git reflog show refs/heads/perf >log &&
	test_must_be_empty log
}

test_expect_success FLOCK 'killed at each point it passes, it is as before or done' '
	test-gitperf faults | grep "^$points_of\." >points &&
	test_line_count -gt 5 points &&
	at_each_point die new &&
	at_each_point die existing
'

test_expect_success FLOCK 'the points hit are the points listed' '
	must_have_hit_each_point
'

test_done
