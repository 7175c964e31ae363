#!/bin/sh

test_description='a session that is killed anywhere is done by the next, without a second build'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"

# Of the points at which a process may be killed, this script passes these.
points_of='session'

ORDER=$PWD/order
export ORDER
job=0123456789abcdef0123456789abcdef01234567
other=0123456789abcdef0123456789abcdef01234568

test_expect_success 'set up' '
	make_history 2 &&
	cat >suite <<-\END &&
	[suite]
		fetch = "echo fetch >>$ORDER"
		build = "echo build >>$ORDER; echo built >made; echo changed >file"
		setup = "echo setup >>$ORDER; mkdir running"
		teardown = "echo teardown >>$ORDER; rm -r running"
		warmup = 0
		iterations = 2
	[benchmark "a"]
		command = "echo a >>$ORDER; cat made file running/.. 2>/dev/null; test -d running && test -f made"
	END
	id=$(git hash-object -w suite) && git tag suite $id &&
	git config perf.lockFile "$PWD/.git/measuring" &&
	git config perf.platform x86-64-linux &&
	git config perf.worktrees "$PWD/.kept" && mkdir .kept
'

# session [<option>=<value>...]: of that job in the kept work tree
session () {
	rm -f order record && : >order &&
	test-gitperf session keep=w commit=c2 suite-id=$id job=$job token=1 out=record "$@" >pulses 2>err
}

# killed <point> [<option>=<value>...]
killed () {
	point_=$1 && shift &&
	(GIT_PERF_TEST_FAULT=$point_ && export GIT_PERF_TEST_FAULT && test_expect_code 137 session "$@")
}

# begun: killed behind a build
begun () {
	rm -f .kept/git-perf-*/w/built && killed session.built
}

anew () {
	test-gitperf forget w && rm -rf .git/perf/fetched
}

# did <what>: in this order
did () {
	test "$(tr "\n" " " <order)" = "$* " && test_path_is_file record
}

all='fetch build setup a a teardown'

test_expect_success JQ 'nobody is killed: a build for each session with no job, or another' '
	anew && session && did $all && grep "\"status\":\"ok\"" record >out &&
	session job=$other && did build setup a a teardown &&
	test-gitperf session keep=w commit=c2 suite-id=$id out=record >pulses && did build setup a a teardown build setup a a teardown &&
	test-gitperf session keep=w commit=c2 suite-id=$id out=record >pulses && test_line_count = 15 order
'

# crash <point>
crash () {
	anew && killed $1 && echo $1 >>hit && test_path_is_missing record &&
	case $1 in
	session.checked-out) expected=$all ;;
	session.built | session.torn-down) expected="setup a a teardown" ;;
	*) expected="teardown setup a a teardown" ;;
	esac &&
	session token=2 && did $expected &&
	jq -r ".steps[] | \"\(.name) \(.status) \(.duration > 0)\"" record >actual &&
	printf "%s ok true\n" fetch build setup teardown >expected &&
	test_cmp expected actual && test "$(jq .job.token record)" = 2 &&
	test "$(jq -r .outcome record)" = complete
}

test_expect_success JQ 'killed at each point: the next one goes on' '
	test-gitperf faults | grep "^$points_of\." >points && test_line_count = 4 points &&
	at_each_point crash
'

test_expect_success JQ 'the points hit are the points listed' '
	must_have_hit_each_point
'

test_expect_success JQ 'the steps are those of the first time' '
	anew && killed session.built && killed session.measured && sed -n 2,3p .kept/git-perf-*/w/built >kept &&
	session && jq -r ".steps[] | \"\(.name) \(.duration)\"" record | sed 2q >actual && test_cmp kept actual
'

test_expect_success 'a pulse tells what is not done, and what is torn down first' '
	anew && killed session.measured && session && sed "s/ .*//" pulses | uniq | tr "\n" " " >actual &&
	test "$(cat actual)" = "checkout teardown setup measure teardown "
'

test_expect_success 'in any doubt, all is done again' '
	fresh="build setup a a teardown" &&
	anew && begun && session job=$other && did $fresh &&
	begun && session config=x && did $fresh &&
	begun && session commit=c1 && did $fresh &&
	begun && session platform=aarch64-linux && did $fresh &&
	begun && git -C .kept/git-perf-*/w/tree checkout -q -f c1 && session && did $fresh &&
	begun && git -C .kept/git-perf-*/w/tree checkout -q -b same && session && did $fresh &&
	begun && rm .kept/git-perf-*/w/tree/.git && session && did $fresh &&
	begun && rm .kept/git-perf-*/w/state && session && did $fresh &&
	begun && rm -rf .git/perf/fetched && session && did $all &&
	for edit in "\$d" "1s/./x/" "s/build/other/" "3p" "1s/ 0/ 2/" "s/[0-9]\$/x/" "1,\$d"
	do
		begun && sed "$edit" .kept/git-perf-*/w/built >cut && ! cmp cut .kept/git-perf-*/w/built >out &&
		cp cut "$(echo .kept/git-perf-*/w/built)" && session && did $fresh || return 1
	done
'

test_expect_success 'a build that was killed half way is done again, in a clean tree' '
	cat >half <<-\END &&
	if test -e "$ORDER.once"
	then
		test ! -e made && exec touch made
	fi
	touch made "$ORDER.once"
	kill -9 $(cat "$ORDER.pid")
	exec sleep 86423
	END
	anew && half=$(sed "s|^build = .*|build = sh $PWD/half|" suite | git hash-object -w --stdin) &&
	test_expect_code 137 sh -c "echo \$\$ >order.pid && exec test-gitperf session keep=w commit=c2 suite-id=$half job=$job" >out &&
	test_path_is_file .kept/git-perf-*/w/tree/made && test_path_is_missing .kept/git-perf-*/w/built &&
	session suite-id=$half && did setup a a teardown && grep "\"name\":\"build\",\"status\":\"ok\"" record >out
'

test_expect_success 'one that has failed is done again' '
	printf "%s\n" "echo build >>\"\$ORDER\"" "test -e \"\$ORDER.good\"" >good &&
	anew && bad=$(sed "s|^build = .*|build = sh $PWD/good|; /setup =/d" suite | git hash-object -w --stdin) &&
	session suite-id=$bad && did fetch build teardown && : >order.good && session suite-id=$bad && did build a teardown
'

test_expect_success 'who was stopped goes on, too' '
	anew && test_expect_code 128 session stop=measure && session && did setup a a teardown
'

test_done
