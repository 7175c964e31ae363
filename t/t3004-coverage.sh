#!/bin/sh

test_description='git perf coverage: what became of each commit, and the gaps'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# decide <platform> <head> [<key>=<value>...]: a decision on the branch
decide () {
	test-gitperf decide "$@" >decision &&
	blob=$(sed 1d decision | git hash-object -w --stdin) &&
	with_tree put_file "$(head -n 1 decision)" "$blob"
}

# measure <platform> <commit>...: a record of each
measure () {
	platform_=$1 && shift &&
	for commit_
	do
		record "$commit_" "$platform_" || return 1
	done >in.measure &&
	git perf append -q <in.measure
}

# fail_at <platform> <commit>: somebody has tried
fail_at () {
	printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"outcome\":\"failed\",\"error\":\"no\",\"benchmarks\":[]}\n" \
		"$2" "$1" | git perf append -q
}

# gaps_are [<option>...] <<line for each: platform newest oldest commits pending failed
# represented skipped why
gaps_are () {
	cat >expected.gaps &&
	git perf coverage --porcelain=v1 "$@" | cut -f1-9 | tr "\t" " " >actual.gaps &&
	test_cmp expected.gaps actual.gaps
}

# row_is <platform> <row of the table behind it>
row_is () {
	git perf coverage >out 2>err &&
	sed -n "s/^$1  *//p" out | tr -s " " >actual.row &&
	echo "$2" | test_cmp - actual.row
}

# Begin again, with neither records nor a queue
start_over () {
	forget_branch &&
	git update-ref -d refs/perf/queue
}

test_expect_success 'without a trunk, nothing can be said' '
	test_expect_code 128 git perf coverage 2>err &&
	test_grep "^hint: " err &&
	test_expect_code 2 git perf coverage --exit-code &&
	test_expect_code 129 git perf coverage a b &&
	test_expect_code 129 git perf coverage --porcelain=v2 &&
	test_expect_code 128 git perf coverage --since=never 2>err &&
	test_grep "^hint: write it like" err
'

test_expect_success 'no data is not healthy' '
	make_history 12 &&
	git perf coverage >out 2>err &&
	test_grep "^main: 12 commits, 2020-09-13 to 2020-09-13" out &&
	test_grep "^no measurements yet" err &&
	test_expect_code 2 git perf coverage --exit-code &&
	gaps_are </dev/null
'

test_expect_success 'A34: what was measured without a plan is what there is' '
	measure p $c12 $c10 $c9 &&
	row_is p "25.0% 25.0% 0 0 9 2 8 commits, 1157 days" &&
	gaps_are <<-END &&
	p $c11 $c11 1 0 0 0 1 no-plan
	p $c8 $c1 8 0 0 0 8 no-plan
	END
	test_expect_code 1 git perf coverage --exit-code &&
	git perf coverage --exit-code c8..c10 &&
	test_expect_code 1 git perf coverage --exit-code c8..
'

test_expect_success 'A36: ranges and times choose among the commits of the trunk' '
	gaps_are c10.. <<-END &&
	p $c11 $c11 1 0 0 0 1 no-plan
	END
	gaps_are c9 <<-END &&
	p $c8 $c1 8 0 0 0 8 no-plan
	END
	gaps_are --since=2020-09-13T12:36:40Z <<-END &&
	p $c11 $c11 1 0 0 0 1 no-plan
	END
	gaps_are --since=1157d </dev/null &&
	git perf coverage --since=1157d >out 2>err &&
	test_grep "^main: 0 commits$" out &&
	test_grep "no commit of the trunk is in this range" err &&
	test_expect_code 2 git perf coverage --exit-code --since="1157 days ago" &&
	test_expect_code 2 git perf coverage --exit-code c12..c1 &&
	git checkout -q -b side c11 && git commit -q --allow-empty -m side &&
	test_when_finished "git checkout -q main; git branch -q -D side" &&
	gaps_are c10..side <<-END &&
	p $c11 $c11 1 0 0 0 1 no-plan
	END
	test_expect_code 128 git perf coverage nonsense 2>err &&
	test_grep "names no commit here" err &&
	test_expect_code 128 git perf coverage --exit-code nonsense
'

test_expect_success 'a platform that nobody knows is a mistake' '
	test_expect_code 128 git perf coverage -p q 2>err &&
	test_grep "platform .q. " err &&
	test_grep "^hint: " err &&
	git perf coverage -p p >out &&
	test_grep "^p " out
'

test_expect_success 'A9: measured, represented, pending, failed, skipped' '
	start_over &&
	measure p $c4 $c7 &&
	fail_at p $c9 &&
	test-gitperf enqueue p $c11 &&
	decide p $c4 chosen=$c4 commits=2 &&
	decide p $c7 base=$c4 chosen=$c5,$c7 depth=3 &&
	decide p $c9 base=$c7 chosen=$c9 dropped=$c5:superseded depth=23 window=900000 &&
	decide p $c11 base=$c9 chosen=$c11 &&
	# 12: unplanned; 11, 10: queued; 9, 8: failed; 7 to 3: covered; 2, 1: before
	row_is p "16.6% 41.6% 2 2 3 2 5 commits, 1157 days" &&
	gaps_are <<-END &&
	p $c12 $c8 5 2 2 1 0 queued
	p $c2 $c1 2 0 0 0 2 before-planning
	END
	git perf coverage --gaps >out &&
	test_grep "$(echo $c8 | cut -c1-10)..$(echo $c12 | cut -c1-10)  5 .* days  *waiting in the queue; 2 pending, 2 failed, 1 represented" out &&
	test_grep "older than all that was planned" out
'

test_expect_success 'JSON says the same' '
	git perf coverage --json >json &&
	test_grep "\"trunk\":\"main\",\"commits\":12,\"newest\":{\"commit\":\"$c12\"" json &&
	test_grep "\"platform\":\"p\",\"required\":false,\"fates\":{\"measured\":2,\"pending\":2,\"failed\":2,\"represented\":3,\"skipped\":3},\"covered\":5" json &&
	test_grep "\"why\":\"queued\",\"fates\":{\"measured\":0,\"pending\":2,\"failed\":2,\"represented\":1,\"skipped\":0}" json
'

test_expect_success JQ 'JSON is whole' '
	jq -e ".platforms[0].gaps | length == 2" json &&
	jq -e ".platforms[0].gaps[1].age_s == 99999940" json
'

# What the section OUTPUT of the manual says
output_section () {
	awk "/^== / { inside = /^== OUTPUT/ } inside" "$TOP/Documentation/git-perf-coverage.adoc"
}

test_expect_success 'the manual has every member and every field' '
	output_section >page &&
	grep -o "\"[a-z_]*\":" json | tr -d "\":" | sort -u >members &&
	test_line_count -gt 15 members &&
	while read -r member
	do
		test_grep -F "\`$member\`" page || return 1
	done <members &&
	git perf coverage --porcelain=v1 | head -n 1 | tr "\t" "\n" >fields &&
	test_line_count = "$(grep -c "^\. " page)" fields
'

# shows <commit> <what is said of it on p>
shows () {
	git perf show "$1" >out &&
	test_grep -x -F -e "on p: $2" out
}

short () {
	echo "$1" | cut -c1-10
}

test_expect_success 'A48, A41: show says what became of a commit' '
	shows c12 "pending: not planned yet" &&
	shows c11 "pending: waiting in the queue" &&
	shows c10 "represented by $(short $c11) (pending), 1 commit later" &&
	shows c8 "failed; in its place $(short $c9) (failed), 1 commit later" &&
	shows c7 "stands for 3 commits: $(short $c5)..$(short $c7)" &&
	shows c6 "represented by $(short $c7) (measured), 1 commit later" &&
	shows c5 "skipped: left out for a newer commit; in its place $(short $c7) (measured), 2 commits later" &&
	shows c4 "stands for 2 commits: $(short $c3)..$(short $c4)" &&
	shows c1 "skipped: older than all that was planned" &&
	git perf show c9 >out &&
	test_grep ! "^on p" out &&
	test-gitperf enqueue p $c8 worker-1 &&
	shows c8 "pending: being measured" &&
	side=$(git commit-tree -p $c5 -m side "c5^{tree}") &&
	git perf show $side >out &&
	test_grep "^it is no part of the trunk .main., so somebody has to ask for it: git perf request$" out
'

test_expect_success 'a record alone says nothing of the trunk' '
	git perf show $(git perf ls c7 | cut -f3) >out &&
	test_grep ! "^on p" out &&
	git checkout -q -b side c6 && git commit -q --allow-empty -m side &&
	test_when_finished "git checkout -q main; git branch -q -D side" &&
	git perf show side >out &&
	test_grep "^not measured" out &&
	test_grep ! "^on p" out
'

test_expect_success 'A41: the queue was long, and how long' '
	start_over &&
	measure p $c12 &&
	decide p $c12 base=$c9 chosen=$c12 skipped=queue-depth depth=23 window=1800000 &&
	decide p $c9 chosen=$c8 commits=9 &&
	shows c11 "skipped: the queue held 23 requests, with a window of 30 min; in its place $(short $c12) (measured), 1 commit later" &&
	shows c8 "skipped: asked for, but gone from the queue; in its place $(short $c12) (measured), 4 commits later" &&
	row_is p "8.3% 100% 0 0 3 0 -" &&
	git perf coverage --exit-code
'

test_expect_success 'a decision counts when it is in the queue, and as much when it has landed' '
	start_over &&
	measure p $c12 &&
	test-gitperf decide p $c12 --queue chosen=$c12 commits=3 &&
	row_is p "8.3% 25.0% 0 0 9 1 9 commits, 1157 days" &&
	cp out before &&
	decide p $c12 chosen=$c12 commits=3 &&
	row_is p "8.3% 25.0% 0 0 9 1 9 commits, 1157 days" &&
	git update-ref -d refs/perf/queue &&
	git perf coverage >after &&
	test_cmp before after
'

test_expect_success 'what is damaged is left out, and said to be' '
	start_over &&
	measure p $c12 &&
	decide p $c12 chosen=$c12 base=$c10 &&
	decide p $c10 commits=2 &&
	bad=$(echo "{}" | git hash-object -w --stdin) &&
	path=$(head -n 1 decision) &&
	with_tree put_file "${path%-*}-$(echo $bad | cut -c1-12).json" $bad &&
	with_tree put_file decisions/p/00/note $bad &&
	with_tree put_file decisions/note $bad &&
	git perf coverage >out 2>err &&
	test_grep "^warning: decision $(echo $bad | cut -c1-12): " err &&
	row_is p "8.3% 33.3% 0 0 8 1 8 commits, 1157 days" &&
	git perf show c11 >out &&
	test_grep "^on p: represented by " out &&
	git update-ref refs/perf/queue main &&
	git perf coverage >out 2>err &&
	test_grep "^warning: refs/perf/queue is no queue" err &&
	test_grep "33.3%" out
'

test_expect_success 'decisions of a trunk that was rewritten are ignored' '
	start_over &&
	measure p $c12 &&
	decide p $c12 base=$c8 chosen=$c12 &&
	git checkout -q -B main c10 && git commit -q --allow-empty -m other &&
	test_when_finished "git checkout -q -B main c12" &&
	new=$(git rev-parse HEAD) &&
	gaps_are <<-END &&
	p $new $c1 11 0 0 0 11 no-plan
	END
	test-gitperf enqueue p $new &&
	decide p $new base=$c12 chosen=$new,$c12 dropped=$c12:unreachable commits=2 &&
	gaps_are <<-END
	p $new $c1 11 1 0 1 9 before-planning
	END
'

test_expect_success 'A30: merges, where only they are measured' '
	start_over &&
	git checkout -q -b topic c10 && git commit -q --allow-empty -m topic &&
	git checkout -q main && git merge -q --no-ff -m merge topic &&
	test_when_finished "git checkout -q -B main c12; git branch -q -D topic" &&
	merge=$(git rev-parse HEAD) && git commit -q --allow-empty -m last &&
	last=$(git rev-parse HEAD) &&
	measure p $last &&
	decide p $last base=$c11 chosen=$last skipped=not-merge &&
	git perf show $merge >out &&
	test_grep "^on p: represented by $(short $last) (measured), 1 commit later" out &&
	git perf show c12 >out &&
	test_grep "^on p: skipped: only merges are measured; in its place $(short $last) " out &&
	git perf coverage >out &&
	test_grep "^main: 14 commits" out
'

test_expect_success 'platforms of the policy, of records, decisions and jobs' '
	start_over &&
	cat >.gitperf <<-\END &&
	[benchmark "x"]
		command = true
	[platform "named"]
		required = true
	END
	git add .gitperf && git commit -q -m suite &&
	test_when_finished "git reset -q --hard c12" &&
	measure a $c1 &&
	decide b $c12 chosen=$c12 commits=1 &&
	test-gitperf enqueue c $c12 &&
	test-gitperf decide d $c12 --queue chosen=$c12 commits=1 &&
	git perf coverage >out 2>err &&
	sed -e 1,3d -e "/^hint/d" -e "s/ .*//" out >actual &&
	printf "%s\n" a b c d named >expected &&
	test_cmp expected actual &&
	git perf coverage --json >json &&
	test_grep "\"platform\":\"named\",\"required\":true," json &&
	test_expect_code 1 git perf coverage --exit-code -p named
'

test_expect_success 'words of others do not reach the terminal as they are' '
	start_over &&
	measure p $c1 &&
	decide p $c12 commits=11 chosen=$c11 skipped="$(printf "a\342\200\256b")" &&
	git perf coverage --gaps >out && git perf show c12 >>out &&
	no_control_characters out &&
	test_grep ! "$(printf "\342\200\256")" out &&
	test_grep "skipped: a" out
'

test_expect_success 'the trunk is that of the remote, as it was fetched' '
	start_over &&
	measure p $c12 &&
	test_when_finished "rm -rf clone server.git" &&
	git clone -q --bare . server.git &&
	git clone -q server.git clone &&
	git -C clone commit -q --allow-empty -m mine &&
	git -C clone perf coverage >out &&
	test_grep "^main: 12 commits" out &&
	git -C clone perf show >out &&
	test_grep ! "^on p" out &&
	git -C server.git perf coverage >out &&
	test_grep "^main: 12 commits" out &&
	git -C clone remote rename origin elsewhere &&
	git -C clone perf coverage >out &&
	test_grep "^main: 13 commits" out &&
	git -C clone remote add origin ../server.git &&
	git -C clone perf coverage >out &&
	test_grep "^main: 13 commits" out
'

test_expect_success 'a shallow clone: what it has' '
	test_when_finished "rm -rf clone server.git" &&
	git clone -q --bare . server.git &&
	git clone -q --depth=3 "file://$PWD/server.git" clone &&
	git -C clone fetch -q origin perf:perf &&
	git -C clone perf coverage >out &&
	test_grep "^main: 3 commits" out
'

# commit_object <line>...: one with these lines behind its tree
commit_object () {
	{
		echo "tree $(git rev-parse "c12^{tree}")" &&
		printf "%s\n" "$@" "" message
	} | git hash-object -t commit -w --stdin --literally
}

test_expect_success 'commits as odd as they may be' '
	start_over &&
	test_when_finished "git update-ref refs/heads/main c12" &&
	who="A <a@example.com>" &&
	measure p $c12 &&
	one=$(commit_object "parent $c12" "author $who 1 +0000" "committer > 7 <b> 8 <$who 1600000900 -1200") &&
	two=$(commit_object "parent $one" "parent $c1" "author x" "committer $who 99999999999999999999 +0000") &&
	three=$(commit_object "parent $two" "author $who 1 +0000" "encoding x" " committer $who 5 +0000") &&
	four=$(commit_object "parent $three" "committer $who -5 +0000") &&
	top=$(git commit-tree -p $four -m top "c12^{tree}") &&
	git update-ref refs/heads/main $top &&
	git perf coverage --porcelain=v1 | cut -f 2,3,4,10 | tr "\t" " " >actual &&
	cat >expected <<-END &&
	$top $one 5 2020-09-13T12:41:40.000000000Z
	$c11 $c1 11 2020-09-13T12:27:40.000000000Z
	END
	test_cmp expected actual &&
	# one whose time is far off is younger, too; two have none, and one is from 2005
	git perf coverage --since=2020-09-13T12:41:00Z --json >json &&
	test_grep "\"commits\":2,.*\"oldest\":{\"commit\":\"$one\"" json &&
	five=$(commit_object "parent $(git rev-parse "c12^{tree}")" "author $who 1 +0000" "committer $who 1 +0000") &&
	echo $five >.git/refs/heads/main &&
	test_expect_code 128 git perf coverage 2>err &&
	test_grep "is no commit" err &&
	test_grep "^hint: " err
'

test_expect_success 'lines end in NUL, and colours are where they were asked for' '
	git perf coverage --porcelain=v1 >expected &&
	git perf coverage --porcelain=v1 -z | tr "\0" "\n" >actual &&
	test_cmp expected actual &&
	git perf coverage --gaps --color=always >out &&
	git perf coverage --gaps --color=never >expected &&
	grep "$(printf "\033\[")" out &&
	sed "s/$(printf "\033")\[[0-9;]*m//g" out >actual &&
	test_cmp expected actual
'

# platforms_as <platform> <n>: that many others whose names say the same, behind our back
platforms_as () {
	tree_=$(git rev-parse "perf:runs/$1") &&
	awk -v tree="$tree_" -v n="$2" -v from="$(git rev-parse perf)" "BEGIN {
		print \"commit refs/heads/perf\\ncommitter x <x> 0 +0000\\ndata 0\\nfrom \" from
		for (i = 10000; i < 10000 + n; i++)
			print \"M 040000 \" tree \" runs/n\" i
	}" | git fast-import --quiet
}

# A table of each would take 600 MB; sanitizers need terabytes
test_expect_success !SANITIZED 'platforms of which nothing is known cost no table of the trunk each' '
	git init -q many && (
		cd many && make_history 5000 && git commit-tree -m other "main^{tree}" >other &&
		measure p $c1 && measure q $(cat other) && platforms_as q 5000 &&
		(ulimit -v 400000 && git-perf coverage --json >json) &&
		grep -o "\"platform\":\"[^}]*}" json | sed "s/\"n1[0-9]*\"/\"q\"/" | sort | uniq -c >kinds &&
		test_line_count = 2 kinds && grep " 5001 \"platform\":\"q\".*\"skipped\":5000}" kinds
	)
'

test_expect_success LONG,!SANITIZED 'of those of which something is known, as many as there is room for; those of the policy' '
	(
		cd many && platforms_as p 9000 && printf "[platform \"%s\"]\n" zz n18999 >.gitperf &&
		git add .gitperf && git commit -q -m policy && git perf coverage --json >json 2>err &&
		grep "^warning: [0-9]* of 9003 platforms are left out" err && grep "^hint: .*--platform" err &&
		grep "\"n18999\"" json >/dev/null && ! grep "\"n18998\"" json >/dev/null &&
		git perf coverage --json -p n18998 >json 2>err && test_must_be_empty err && grep "\"n18998\"" json
	)
'

test_done
