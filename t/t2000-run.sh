#!/bin/sh

test_description='git perf run: what is measured, recorded and said'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 5 &&
	mkdir bin &&
	cat >bin/count <<-\END &&
	#!/bin/sh
	echo >>"$COUNT"
	END
	cat >bin/fail <<-\END &&
	#!/bin/sh
	i=0
	while test $i -lt 2000
	do
		i=$((i + 1))
		echo "line $i"
	done
	echo "the secret is $MY_TOKEN" >&2
	printf "odd: \033[31m\001\377\n"
	exit 3
	END
	chmod +x bin/* &&
	git add bin && git commit -q -m bin &&
	head=$(git rev-parse HEAD) &&
	COUNT=$PWD/count && export COUNT &&
	git config perf.platform x86-64-linux
'

# the newest record of HEAD
stored () {
	git perf cat "$(git perf ls HEAD | tail -n 1 | cut -f3)"
}

quick='--iterations=1 --warmup=0'

test_expect_success JQ 'a record with every sample lands on the branch' '
	test_when_finished forget_branch &&
	rm -f count &&
	git perf run -- ./bin/count >out 2>err &&
	test_must_be_empty err &&
	test_line_count = 6 count &&
	test "$(git rev-list --count perf)" = 1 &&
	stored >record &&
	git perf verify record &&
	jq -e --arg head $head ".commit == \$head and .platform == \"x86-64-linux\" and
		.outcome == \"complete\" and .dirty == false and (.benchmarks | length) == 1 and
		(.benchmarks[0] | .name == \"count\" and .status == \"ok\" and
		(.workload.id | length) == 16 and
		(.metrics | map(select(.samples | length != 5)) == []) and
		(.metrics | map(.name) | contains([\"wall\", \"user\", \"system\"]))) and
		([.benchmarks[0].metrics[] | .samples[] | . == floor and . >= 0] | all) and
		.metrics.wall == {\"better\": \"lower\", \"unit\": \"ns\"} and
		(.environment | .os and .arch and .kernel and .cores) and
		(.fingerprint | length) == 16 and (.tool | startswith(\"git-perf \"))" record &&
	test "$(git perf fsck)" = "1 record in 1 commit, 0 revoked, 0 problems"
'

test_expect_success JQ,LINUX 'max_rss is that of the command' '
	test_when_finished forget_branch &&
	git perf run $quick -- perl -e "\$x = q(x) x 50_000_000; \$y = \$x" &&
	stored | jq -e ".metrics.max_rss == {\"better\": \"lower\", \"unit\": \"bytes\"} and
		(.benchmarks[0].metrics[] | select(.name == \"max_rss\") | .samples[0] > 90e6 and .samples[0] < 400e6)"
'

test_expect_success JQ 'processor time is that of the command and of what it waited for' '
	test_when_finished forget_branch &&
	git perf run $quick -- sh -c "perl -e \"1 while \\\$i++ < 3e6\"; true" &&
	stored | jq -e "[.benchmarks[0].metrics[] | select(.name == \"user\" or .name == \"system\" or .name == \"wall\") |
		{key: .name, value: .samples[0]}] | from_entries |
		.user > 10e6 and .user + .system <= .wall * 1.5"
'

test_expect_success 'the report has the median, an interval and what was before' '
	test_when_finished forget_branch &&
	git perf run sort= -- true >out &&
	head -n 1 out >first &&
	echo "$(echo $head | cut -c1-10) on x86-64-linux" >expected &&
	test_cmp expected first &&
	grep "^  sort  ok  took .*workload [0-9a-f]*$" out &&
	grep "^    wall  .* \.\. .* (94%)  *5 samples$" out &&
	grep "^    .*not measured at an earlier commit$" out
'

test_expect_success JQ 'the report compares with the last measured ancestor' '
	test_when_finished "forget_branch; git checkout -q main" &&
	git perf run $quick sort= -- true >out &&
	# the same, as if measured two commits before, in no time and with ease
	stored | jq -c "del(.checksum) | .commit = \"$c4\" |
		.benchmarks[0].metrics[0].samples = [1000]" | git perf append -q &&
	stored | jq -c "del(.checksum) | .commit = \"$c2\" |
		.benchmarks[0].metrics[0].samples = [5]" | git perf append -q &&
	git perf run $quick sort= -- true >out &&
	grep "^    x[0-9.]* wall against $(echo $c4 | cut -c1-10), 2 commits before (1.00 us)$" out &&
	git checkout -q c3 &&
	git perf run $quick sort= -- true >out &&
	grep " wall against $(echo $c2 | cut -c1-10), 1 commit before (5.* ns)$" out &&
	git checkout -q main &&
	for other in "-k a=b sort= -- true" "--platform=other sort= -- true" \
		"sort2= -- true" "sort= -- true other"
	do
		git perf run $quick $other >out &&
		grep "not measured at an earlier commit" out || return 1
	done
'

test_expect_success 'names: given, or from the words of the command' '
	test_when_finished forget_branch &&
	git perf run $quick "my sort=" -- true &&
	git perf run $quick -- ./bin/count -n x &&
	git perf run $quick a=b= -- true &&
	git perf run $quick -- true &&
	git perf log --porcelain=v1 | cut -f3 >actual &&
	cat >expected <<-\END &&
	a=b
	count -n x
	my sort
	true
	END
	test_cmp expected actual
'

test_expect_success 'wrong names and options are refused before anything is measured' '
	rm -f count &&
	for args in "sort -- ./bin/count" "a= b= -- ./bin/count" "= -- ./bin/count" \
		"--iterations=0 -- ./bin/count" "--iterations=x -- ./bin/count" \
		"--iterations=-1 -- ./bin/count" "--iterations=1000000 -- ./bin/count" \
		"--timeout=0 -- ./bin/count" "--timeout=9999999 -- ./bin/count" \
		"-k novalue -- ./bin/count" "-k =x -- ./bin/count" \
		"-k a=1 -k a=2 -- ./bin/count" "--" "--nope -- ./bin/count"
	do
		test_expect_code 129 git perf run $args 2>err &&
		grep "^error: " err &&
		grep "^usage: git perf run" err || return 1
	done &&
	must_refuse 128 platform git perf run --platform=../x -- ./bin/count &&
	must_refuse 128 worker git perf run --worker=A -- ./bin/count &&
	must_refuse 128 reason git perf run --reason=fun -- ./bin/count &&
	must_refuse 128 "" git perf run -k a= -- ./bin/count &&
	must_refuse 128 "" git perf run -k "$(printf "a\033=b")" -- ./bin/count &&
	must_refuse 128 "" git perf run "$(printf "a\tb=")" -- ./bin/count &&
	must_refuse 128 "" git perf run "$(printf "a\377=")" -- ./bin/count &&
	must_refuse 128 "no such\|No such" git perf run -o missing -- ./bin/count &&
	test_path_is_missing count
'

test_expect_success 'a command line of more than a name can hold, and odd words' '
	test_when_finished forget_branch &&
	long=$(printf "%0300d" 0) &&
	git perf run $quick -- true $long "$(printf "a\nb")" &&
	git perf run $quick odd= -- true "$(printf "\377")" "" "$(printf "a\nb")" &&
	git perf fsck -q
'

test_expect_success JQ '-k: configurations are part of the record' '
	test_when_finished forget_branch &&
	git perf run $quick -k threads=2 -k "backend=ll vm" -k eq=a=b -- true &&
	stored | jq -c .config >actual &&
	echo "{\"backend\":\"ll vm\",\"eq\":\"a=b\",\"threads\":\"2\"}" >expected &&
	test_cmp expected actual
'

test_expect_success JQ '--iterations and --warmup are counted' '
	test_when_finished forget_branch &&
	rm -f count &&
	git perf run --iterations=7 --warmup=2 -- ./bin/count &&
	test_line_count = 9 count &&
	stored | jq -e "[.benchmarks[0].metrics[].samples | length] | unique == [7]" &&
	rm count &&
	git perf run --iterations=1 --warmup=0 -- ./bin/count >out &&
	test_line_count = 1 count &&
	grep "1 sample$" out
'

test_expect_success JQ 'A5: a command that fails is a record, with the end of its output' '
	test_when_finished forget_branch &&
	MY_TOKEN=open-sesame &&
	export MY_TOKEN &&
	test_expect_code 1 git perf run fails= -- ./bin/fail >out 2>err &&
	unset MY_TOKEN &&
	stored >record &&
	jq -r ".outcome, .benchmarks[0].status, .benchmarks[0].error" record >actual &&
	cat >expected <<-\END &&
	failed
	failed
	exited with status 3 in warm-up 1 of 1
	END
	test_cmp expected actual &&
	jq -e ".benchmarks[0] | has(\"metrics\") | not" record &&
	jq -r ".benchmarks[0].log" record >log &&
	test $(wc -c <log) -le 4200 &&
	grep "^line 2000$" log &&
	! grep "^line 1$" log &&
	grep "the secret is \*\*\*" log &&
	! grep -r open-sesame record out err &&
	no_control_characters log &&
	no_control_characters out &&
	grep "failed" out &&
	grep "| exited with status 3" out &&
	git perf fsck -q
'

test_expect_success JQ 'a command that fails later is not run again' '
	test_when_finished forget_branch &&
	cat >third <<-\END &&
	#!/bin/sh
	echo >>"$COUNT"
	test $(wc -l <"$COUNT") -lt 3
	END
	chmod +x third &&
	rm -f count &&
	test_expect_code 1 git perf run -- ./third &&
	test_line_count = 3 count &&
	stored | jq -r ".benchmarks[0].error" >actual &&
	echo "exited with status 1 in iteration 2 of 5" >expected &&
	test_cmp expected actual
'

test_expect_success JQ 'a command that is not there, and one that dies' '
	test_when_finished forget_branch &&
	test_expect_code 1 git perf run -- ./missing >out &&
	stored | jq -r ".benchmarks[0] | .status, .error" >actual &&
	cat >expected <<-\END &&
	failed
	cannot start '\''./missing'\'': No such file or directory
	END
	test_cmp expected actual &&
	forget_branch &&
	test_expect_code 1 git perf run -- sh -c "kill -9 \$\$" >out &&
	stored | jq -r ".benchmarks[0] | .status, .error" >actual &&
	cat >expected <<-\END &&
	failed
	killed by signal 9 (Killed) in warm-up 1 of 1
	END
	test_cmp expected actual
'

test_expect_success JQ 'A9: a command that takes too long is killed and recorded' '
	test_when_finished forget_branch &&
	test_expect_code 1 git perf run --timeout=1 -- sh -c "echo begun; sleep 97531 & sleep 97531" >out &&
	stored | jq -r ".outcome, (.benchmarks[0] | .status, .log)" >actual &&
	printf "%s\n" failed timeout begun >expected &&
	sed "/^$/d" actual >actual2 &&
	test_cmp expected actual2 &&
	ps -eo args >processes &&
	! grep "^sleep 97531" processes
'

test_expect_success 'a command in one word is refused before it is not found' '
	test_expect_code 129 git perf run -- "seq 3 | sort" 2>err &&
	grep "a shell.s text is: -- sh -c" err &&
	test_must_fail git rev-parse -q --verify refs/heads/perf
'

test_expect_success 'interrupted: the command is killed, nothing is recorded' '
	rm -f begun &&
	{ git-perf run -- sh -c ": >begun; exec sleep 86420" >out 2>err & } &&
	pid=$! &&
	until test -f begun; do :; done &&
	kill -TERM $pid &&
	test_expect_code 143 wait $pid &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	spool_files >left &&
	test_must_be_empty left &&
	ps -eo args >processes &&
	! grep "^sleep 86420" processes
'

test_expect_success JQ 'changes that are not committed are on the record' '
	test_when_finished "forget_branch; git reset -q --hard" &&
	: >untracked &&
	git perf run $quick -- true >out &&
	stored | jq -e ".dirty == false" &&
	! grep "not committed" out &&
	forget_branch &&
	echo change >>file &&
	git perf run $quick -- true >out &&
	stored | jq -e ".dirty == true" &&
	grep "with changes that are not committed" out &&
	forget_branch &&
	git add file &&
	git perf run $quick -- true &&
	stored | jq -e ".dirty == true" &&
	git perf show >out &&
	grep "^work tree  *dirty" out
'

test_expect_success 'touching a file is no change' '
	test_when_finished forget_branch &&
	touch -t 200001010000 file &&
	git perf run $quick -- true >out &&
	! grep "not committed" out
'

test_expect_success JQ 'M40: a run by hand is local, a run in CI is not' '
	test_when_finished forget_branch &&
	git perf run $quick -- true &&
	stored | jq -c "[.worker, .reason]" >actual &&
	echo "[\"local\",\"local\"]" >expected &&
	test_cmp expected actual &&
	forget_branch &&
	CI=true git perf run $quick -- true &&
	stored | jq -c "[.worker, .reason]" >actual &&
	echo "[null,null]" >expected &&
	test_cmp expected actual &&
	forget_branch &&
	CI=true git perf run $quick --reason=push --worker=runner-1 -- true &&
	stored | jq -c "[.worker, .reason]" >actual &&
	echo "[\"runner-1\",\"push\"]" >expected &&
	test_cmp expected actual &&
	forget_branch &&
	git config perf.worker box-7 &&
	git perf run $quick -- true &&
	git config --unset perf.worker &&
	stored | jq -c "[.worker, .reason]" >actual &&
	echo "[\"box-7\",null]" >expected &&
	test_cmp expected actual
'

test_expect_success 'A15: the artifact has the commit and the platform in its name' '
	test_when_finished "forget_branch; rm -rf results" &&
	mkdir results &&
	git perf run $quick -o results -- true >out 2>err &&
	name=benchmark-results-$head-x86-64-linux.json &&
	ls -A results >actual &&
	echo $name >expected &&
	test_cmp expected actual &&
	echo "wrote results/$name" >expected &&
	test_cmp expected err &&
	stored | cmp - results/$name &&
	git perf verify results/$name &&
	git perf collect results >out &&
	grep "^0 collected, 1 present before" out
'

test_expect_success 'A15: an artifact of that name stays, and nothing is measured in vain' '
	test_when_finished "forget_branch; rm -rf results before" &&
	mkdir results &&
	git perf run $quick -o results -- true &&
	cp -r results before &&
	rm -f count &&
	test_expect_code 128 git perf run $quick -o results -- ./bin/count >out 2>err &&
	diff -r before results &&
	grep "^error: .*exists" err &&
	grep "^hint: .*--unique" err &&
	test_path_is_missing count &&
	git perf ls >listed &&
	test_line_count = 1 listed &&
	git perf run $quick --unique -o results -- true &&
	git perf run $quick --unique -o results -- true &&
	ls results >names &&
	test_line_count = 3 names &&
	cmp before/* results/$(basename before/*) &&
	git perf verify results/* &&
	git perf collect results >out &&
	grep "^0 collected, 3 present before" out
'

test_expect_success 'A15: an artifact that appears meanwhile is not overwritten' '
	test_when_finished "forget_branch; rm -rf results" &&
	mkdir results &&
	name=benchmark-results-$head-x86-64-linux.json &&
	test_expect_code 128 git perf run $quick -o results -- \
		sh -c "echo theirs >results/$name" >out 2>err &&
	grep "^hint: the measurement itself is recorded" err &&
	echo theirs >expected &&
	test_cmp expected results/$name &&
	grep "^error: .*exists" err &&
	grep "^hint: " err &&
	git perf ls >listed &&
	test_line_count = 1 listed &&
	ls -A results >names &&
	test_line_count = 1 names
'

test_expect_success 'A14: -o - and --no-append: a record on standard output, and no branch' '
	git perf run $quick --no-append -o - -- true >record 2>err &&
	test_must_be_empty err &&
	test_line_count = 1 record &&
	git perf verify record &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	test_path_is_missing .git/perf/spool &&
	git perf run $quick --no-append -- true >out &&
	grep "^    wall " out &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	test_when_finished forget_branch &&
	git perf append -q <record &&
	git perf run $quick -o - -- true >record2 &&
	git perf ls >listed &&
	test_line_count = 2 listed &&
	git perf append <record2 2>err &&
	grep "^0 appended, 1 present" err
'

test_expect_success JQ 'perf.platform, --platform, and the name of this machine' '
	test_when_finished "forget_branch; git config perf.platform x86-64-linux" &&
	git config perf.platform my-board.v2 &&
	git perf run $quick -- true >out &&
	head -n 1 out | grep "on my-board.v2$" &&
	git perf run $quick -p other -- true >out &&
	head -n 1 out | grep "on other$" &&
	git config --unset perf.platform &&
	git perf run $quick -- true >out &&
	arch=$(uname -m | sed -e s/x86_64/x86-64/ -e s/arm64/aarch64/) &&
	os=$(uname -s | tr A-Z a-z | sed s/darwin/macos/) &&
	head -n 1 out | grep "on $arch-$os$" &&
	git config perf.platform "not/a name" &&
	must_refuse 128 platform git perf run $quick -- true
'

test_expect_success 'the command sees this directory, this environment and no input' '
	test_when_finished "forget_branch; rm -rf deeper" &&
	mkdir deeper &&
	(
		cd deeper &&
		WORD=there git perf run $quick -- sh -c "pwd >where; echo \$WORD >>where; cat >>where"
	) &&
	{ (cd deeper && pwd); echo there; } >expected &&
	test_cmp expected deeper/where
'

test_expect_success FLOCK 'what was measured is not lost when the branch is busy' '
	test_when_finished "forget_branch; exec 9>&-" &&
	mkdir -p .git/perf &&
	exec 9>.git/perf/lock &&
	flock 9 &&
	test_expect_code 75 git perf run $quick -- true >out 2>err 9>&- &&
	grep "^    wall " out &&
	grep "^hint: .*spool" err &&
	exec 9>&- &&
	spool_files >left &&
	test_line_count = 1 left &&
	exec 9>.git/perf/lock && flock 9 &&
	mkdir results &&
	test_expect_code 128 git perf run $quick -o results -- rmdir results >out 2>err 9>&- &&
	grep "^hint: .*spool" err &&
	! grep "recorded" err &&
	exec 9>&- &&
	git perf run $quick -- true &&
	git perf ls >listed &&
	test_line_count = 3 listed &&
	spool_files >left &&
	test_must_be_empty left
'

test_expect_success 'what could not be kept is not measured' '
	test_when_finished "rm -rf .git/perf; mv .git/perf.away .git/perf; forget_branch" &&
	git perf run $quick -- true &&
	mv .git/perf .git/perf.away &&
	: >.git/perf &&
	test_expect_code 128 git perf run $quick -- touch ran >out 2>err &&
	test_path_is_missing ran &&
	test_must_be_empty out &&
	grep "^error: cannot open .*/\.git/perf/lock.: Not a directory" err &&
	grep "^hint: .*--no-append.*; nothing was measured" err &&
	git perf run --no-append $quick -- true &&
	git perf run -n -- true
'

test_expect_success 'what cannot be kept after all is written to a file elsewhere' '
	test_when_finished "rm -rf .git/perf rescued; forget_branch" &&
	git perf run $quick -- true &&
	mkdir rescued &&
	TMPDIR=$PWD/rescued test_expect_code 128 git perf run $quick -- \
		sh -c "rm -rf .git/perf; : >.git/perf" >out 2>err &&
	grep "^error: cannot open .*perf/lock" err &&
	grep "^wrote .*/rescued/" err &&
	grep "^hint: .*git perf collect" err &&
	rm .git/perf &&
	git perf collect -q rescued &&
	git perf ls >listed &&
	test_line_count = 2 listed
'

test_expect_success 'what was measured is not lost when the branch is checked out' '
	test_when_finished "git worktree remove -f data; forget_branch" &&
	git perf run $quick -- true &&
	git worktree add -q data perf &&
	test_expect_code 75 git perf run $quick -- true >out 2>err &&
	grep "^error: .*checked out" err &&
	grep "^hint: .*spool" err &&
	git -C data checkout -q --detach main &&
	git perf run $quick -- true &&
	git perf ls >listed &&
	test_line_count = 3 listed
'

test_expect_success 'what was measured is not lost when nobody reads the report' '
	test_when_finished "forget_branch; rm -f gone status" &&
	{
		git-perf run $quick -- sh -c "until test -f gone; do :; done" 2>err
		echo $? >status
	} | {
		exec <&-
		: >gone
	} &&
	echo 128 >expected &&
	test_cmp expected status &&
	grep "^error: cannot write to standard output: Broken pipe" err &&
	grep "^hint: .* is done; whoever read its output has stopped" err &&
	! grep disk err &&
	git perf ls >listed &&
	test_line_count = 1 listed
'

test_expect_success 'nor when nobody reads what is said meanwhile' '
	test_when_finished "forget_branch; rm -f begun gone status" &&
	rm -f begun &&
	{
		CI=true git-perf run --base=c1 --commit=c2 $quick -- \
			sh -c ": >$PWD/begun; until test -f $PWD/gone; do :; done" 2>&1
		echo $? >status
	} | {
		until test -f begun; do :; done
		exec <&-
		: >gone
	} &&
	echo 128 >expected &&
	test_cmp expected status &&
	git perf ls >listed &&
	test_line_count = 2 listed &&
	git worktree list >trees &&
	test_line_count = 1 trees
'

test_expect_success 'a dry run prints words that a shell reads back' '
	for word in "it'\''s a" "x'\''y" "a\\b" "\$x" "" "!" "plain-word_1.2" "a=b"
	do
		git perf run --dry-run n= -- printf "<%s>" "$word" >out &&
		eval "$(sed -n "s/^  n: //p" out)" >actual &&
		printf "<%s>" "$word" >expected &&
		test_cmp expected actual || return 1
	done &&
	git perf run --dry-run n= -- a=b c=d >out &&
	grep "^  n: .a=b. c=d\$" out &&
	git perf run --dry-run n= -- ls -l --color=never a_1.2 >out &&
	grep "^  n: ls -l --color=never a_1.2\$" out
'

test_expect_success 'nobody measures the perf branch by mistake' '
	test_when_finished "git checkout -q main; forget_branch" &&
	git perf run $quick -- true &&
	git checkout -q perf &&
	must_refuse 128 "perf branch" git perf run $quick -- touch ran &&
	test_path_is_missing ran
'

test_expect_success 'nothing is measured without a commit, and that is said' '
	git init -q unborn &&
	rm -f count &&
	(
		cd unborn &&
		test_expect_code 128 git perf run -- "$TRASH_DIRECTORY/bin/count" 2>err &&
		grep "^error: .*no commits" err &&
		grep "^hint: " err
	) &&
	test_path_is_missing count
'

test_done
