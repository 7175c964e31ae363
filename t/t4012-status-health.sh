#!/bin/sh

test_description='git perf status --exit-code as a gate: is what should be measured being measured?'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# A day is 86400 s; the clock stands still but where a test moves it
start=1700000000
clock () {
	GIT_PERF_TEST_CLOCK=$((start + $1)) && export GIT_PERF_TEST_CLOCK
}

# commit_at <seconds> [<file>]: one more commit of the trunk, made then
commit_at () {
	GIT_COMMITTER_DATE="$((start + $1)) +0000" GIT_AUTHOR_DATE="$((start + $1)) +0000" \
		git commit -q --allow-empty -m "commit at $1"
}

# measured <platform> [<benchmark>...]: HEAD was
measured () {
	platform_=$1 && shift &&
	list_= &&
	for name_ in "${@:-bench}"
	do
		list_="$list_${list_:+,}{\"name\":\"$name_\",\"metrics\":[{\"name\":\"wall\",\"unit\":\"ns\",\"better\":\"lower\",\"samples\":[1,2,3]}]}"
	done &&
	echo "{\"commit\":\"$(git rev-parse HEAD)\",\"platform\":\"$platform_\",\"benchmarks\":[$list_]}" |
	git perf append -q
}

# must_say <exit status> <kinds>
# shellcheck disable=SC2046
must_say () {
	test_expect_code "$1" git perf status --exit-code >out &&
	git perf status --json >json &&
	echo $(grep -o "\"kind\":\"[a-z-]*\"" json | cut -d "\"" -f 4) >actual.kinds &&
	echo "$2" >expected.kinds && test_cmp expected.kinds actual.kinds
}

# project <name> <lines of .gitperf>...
project () {
	git init -q -b main "$1" && cd "$1" && shift && clock 0 &&
	printf "%s\n" "$@" >.gitperf && git add .gitperf && commit_at 0
}

test_expect_success 'nothing was ever measured, and nobody says that it should be: no verdict' '
	(project nothing "" && must_say 2 "")
'

test_expect_success 'a platform that is needed and has no result is a problem; one that is not is none' '
	(
		project needed "[platform \"p\"]" "[platform \"q\"]" "required = false" &&
		must_say 1 no-data && grep "no commit of main has a result on p" out &&
		measured p && must_say 0 ""
	)
'

test_expect_success 'a gap is one when it has more commits than the project allows' '
	(
		project commits "[policy]" "gapCommits = 2" "gapTime = 0" "[platform \"p\"]" &&
		measured p && commit_at 1 && must_say 0 "" && commit_at 2 && must_say 0 "" &&
		commit_at 3 && must_say 1 gap &&
		grep "^problem: the newest 3 commits of main have no result on p, for 0 s by now$" out &&
		grep "\"kind\":\"gap\",\"wrong\":true,\"count\":3,\"platform\":\"p\"" json &&
		git -c perf.gapCommits=3 perf status --exit-code >out &&
		measured p && must_say 0 ""
	)
'

test_expect_success '... or when its oldest commit is older' '
	(
		project age "[policy]" "gapCommits = 0" "gapTime = 2h" "[platform \"p\"]" &&
		measured p && commit_at 60 && clock 7260 && must_say 0 "" &&
		clock 7261 && must_say 1 gap && grep "the newest 1 commit of main has no result on p, for 2 h by now" out &&
		commit_at 7300 && measured p && must_say 0 ""
	)
'

test_expect_success 'a shallow clone does not know what lies before it' '
	(cd commits && commit_at 10 && commit_at 11 && commit_at 12 && must_say 1 gap) &&
	git clone -q --depth=1 "file://$PWD/commits" shallow &&
	(
		clock 20 && cd shallow && git perf fetch -q && must_say 0 "" &&
		git worktree add -q --detach ../linked && cd ../linked && must_say 0 ""
	)
'

test_expect_success 'what a later result stands for is no gap; nor is one in the middle' '
	(
		project middle "[policy]" "gapCommits = 1" "gapTime = 0" "plan = window=15m" "[platform \"p\"]" &&
		measured p && git perf plan -q && commit_at 1 && commit_at 2 && commit_at 3 && must_say 1 gap &&
		clock 1000 && git perf plan -q && must_say 1 gap && measured p && must_say 0 ""
	) &&
	(
		project closed "[policy]" "gapCommits = 1" "gapTime = 0" "[platform \"p\"]" &&
		measured p && commit_at 1 && commit_at 2 && commit_at 3 && measured p && must_say 0 "" &&
		git perf coverage --gaps >out && grep " 2  2023" out
	)
'

test_expect_success 'a request that waits for too long' '
	(
		project waiting "[policy]" "waitTime = 1h" "[platform \"p\"]" &&
		measured p && commit_at 1 && git perf request -q HEAD && clock 3600 && must_say 0 "" &&
		clock 3601 && must_say 1 waiting && grep "1 request waits to be measured on p, the oldest for 60 min" out &&
		grep "^queue       1 job waits: git perf queue$" out &&
		git perf request -q --cancel HEAD && must_say 0 ""
	)
'

test_expect_success 'a benchmark that is no longer among the results has stalled, unless it was given up' '
	(
		project stalled "[platform \"p\"]" "[benchmark \"a\"]" "command = true" "[benchmark \"b\"]" "command = true" &&
		measured p a b && i=1 &&
		while test $i -le 4
		do
			commit_at $i && measured p a && i=$((i + 1)) || return 1
		done &&
		must_say 0 "" && commit_at 5 && measured p a && must_say 1 stalled &&
		grep "1 benchmark has no result of the newest 5 measured commits on p: .b.$" out &&
		sed "/\"b\"/,\$d" .gitperf >without && mv without .gitperf && git add .gitperf && commit_at 6 &&
		must_say 0 ""
	)
'

test_expect_success 'records that cannot be read, and a broken suite' '
	(
		project broken "[platform \"p\"]" && measured p &&
		echo "[polcy]" >.gitperf && git add .gitperf && commit_at 1 &&
		must_say 1 suite && grep "main:.gitperf" out
	)
'

test_expect_success 'without a trunk there is nothing to judge' '
	(
		git init -q -b topic untold && cd untold && git commit -q --allow-empty -m one &&
		git checkout -q --detach && git branch -q -D topic && record $(git rev-parse HEAD) p 1 | git perf append -q &&
		must_say 0 "" && grep "\"coverage\":null" json
	)
'

test_expect_success 'perf.alertCommand is told once, and again when a day is over or when it is something else' '
	(
		project alert "[policy]" "gapCommits = 1" "gapTime = 0" "[platform \"p\"]" && measured p &&
		git config perf.alertCommand "cat >>$PWD/.git/told" && told=.git/told &&
		git perf status --exit-code >out && test_path_is_missing $told &&
		commit_at 1 && commit_at 2 && git perf status >out && test_path_is_missing $told &&
		test_expect_code 1 git perf status --exit-code >out && test_cmp out $told &&
		commit_at 3 && test_expect_code 1 git perf status --exit-code >out.2 && test_cmp out $told &&
		clock 86400 && test_expect_code 1 git perf status --exit-code >out.2 && cat out out.2 | test_cmp - $told &&
		rm $told && echo "{\"commit\":\"$(git rev-parse HEAD)\",\"platform\":\"q\"}" >bad &&
		git perf request -q -p p HEAD && clock 172900 && : >$told &&
		test_expect_code 1 git perf status --exit-code >out && test_cmp out $told &&
		measured p && git perf plan -q && git perf status --exit-code >out && : >$told &&
		commit_at 172901 && commit_at 172902 && test_expect_code 1 git perf status --exit-code >out && test_cmp out $told
	)
'

test_expect_success 'a command that fails is an error, and is told again' '
	(
		cd alert && rm .git/told && : >.git/told && git config perf.alertCommand "echo no mail >&2; exit 3" &&
		rm -f .git/perf/alerted &&
		test_expect_code 128 git perf status --exit-code >out 2>err && grep "perf.alertCommand: .*no mail" err &&
		for silent in "exit 3" "echo >&2; echo \" \" >&2; exit 3"
		do
			git config perf.alertCommand "$silent" &&
			test_expect_code 128 git perf status --exit-code >out 2>err &&
			grep "perf.alertCommand: .*exited with status 3\$" err || return 1
		done &&
		git config perf.alertCommand "cat >$PWD/.git/told" &&
		test_expect_code 1 git perf status --exit-code >out && test_cmp out .git/told &&
		rm -f .git/perf/alerted && git config perf.alertCommand true && test_expect_code 1 git perf status --exit-code >out
	)
'

test_done
