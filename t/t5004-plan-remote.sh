#!/bin/sh

test_description='plan, request and queue from clones: races, refusals, lost answers'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# on_hub command...
on_hub () {
	(cd "$HUB" && "$@")
}

# whole: the hub has nothing wrong, and each decision once
whole () {
	git -C "$HUB" fsck --strict --no-dangling --no-progress 2>fsck.err &&
	git -C "$HUB" rev-list --min-parents=2 perf >merges && test_must_be_empty merges &&
	git -C "$HUB" perf fsck -q
}

test_expect_success 'a project' '
	make_origin 5 && (cd origin && policy "[platform \"x\"]\n[platform \"y\"]") &&
	head=$(git -C origin rev-parse main)
'

# round_trip <way> [<option of git clone>...]
round_trip () {
	way_=$1
	shift
	rm -rf a b && hub "rt-$way_" &&
	for c_ in a b
	do
		git clone -q "$@" "file://$HUB" $c_ 2>/dev/null &&
		git -C $c_ remote set-url origin "$(hub_url "$way_" "rt-$way_.git")" || return 1
	done &&
	at 0 && git -C a perf plan >out && test_grep "^x: 1 to measure" out &&
	git -C b perf plan >out && printf "x: nothing new\ny: nothing new\n" | test_cmp - out &&
	git -C b perf request -q -p x c1 &&
	git -C a perf request -q c2..c3 &&
	printf "%s\n" "x $c1 manual" "x $c3 backfill" "x $head scheduled" "y $c3 backfill" "y $head scheduled" |
	sort >expected &&
	on_hub queue_jobs >actual && test_cmp expected actual &&
	git -C a perf queue >out.a && git -C b perf queue >out.b && test_cmp out.a out.b &&
	test_line_count = 6 out.a &&
	record $head x 1 | git -C b perf append -q && git -C b perf push -q --direct &&
	git -C a perf plan >out && test_grep "^1 job done" out &&
	git -C b perf request -q --cancel main && git -C b perf request -q --cancel c1..c3 &&
	git -C a perf request -q --cancel c1 &&
	on_hub queue_jobs >actual && test_must_be_empty actual &&
	on_hub decided >actual && test_line_count = 2 actual && whole
}

test_expect_success 'from two clones, by path' '
	round_trip path
'

test_expect_success 'from partial clones' '
	round_trip file --filter=blob:none --no-checkout
'

# --- Others at it ---

# planned_by_rivals <n>: each of the first <n> pushes to the queue finds that somebody
# has asked for one more commit, after it had been looked up; or, if these are many, for
# one more or one less
planned_by_rivals () {
	echo "$1" >"$HUB/rivals.left" &&
	server_hook "$HUB" pre-receive <<-\HOOK
	grep -q " refs/perf/queue$" || exit 0
	read -r left <rivals.left && test "$left" -gt 0 || exit 0
	echo $((left - 1)) >rivals.left
	unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
	what=
	test "$left" -lt 10 || { test $((left % 2)) = 0 && what=--cancel; left=5; }
	git perf request -q -p y $what "c$left" >&2
	HOOK
}

test_expect_success 'a rival between our look and our push, again and again' '
	hub rival && git clone -q "$HUB" c && planned_by_rivals 3 &&
	git -C c perf plan --json >json &&
	test_grep "\"new\":true,\"lost_races\":3" json &&
	printf "%s\n" "x $head scheduled" "y $head scheduled" "y $c1 manual" "y $c2 manual" "y $c3 manual" |
	sort >expected && on_hub queue_jobs >actual && test_cmp expected actual &&
	echo 5 >"$HUB/rivals.left" &&
	git -C c perf request --json -p x c4 >json && test_grep "\"lost_races\":2" json &&
	on_hub queue_jobs >actual && test_grep "x $c4 manual" actual && whole
'

test_expect_success 'a rival who never stops: exit 75, nothing planned' '
	echo 1000 >"$HUB/rivals.left" && on_hub queue_jobs | grep -v "y $c5" >before && (cd origin && commits more) &&
	git -C origin push -q "$HUB" main && at 3600 &&
	test_expect_code 75 git -C c -c perf.pushTimeout=0 perf plan 2>err &&
	test_grep "^error: others kept moving refs/perf/queue" err && test_grep "^hint:" err &&
	rm "$HUB/hooks/pre-receive" && on_hub queue_jobs | grep -v "y $c5" >after && test_cmp before after &&
	git -C c perf plan -q && on_hub queue_jobs >after && test_grep scheduled after
'

# while_looking <connection> command...: run it, once, before git connects to the hub
# for that time; the rest is for a git that is found first
while_looking () {
	mkdir -p spy && echo 0 >spy/count && printf "%s\n" "PATH='$PATH'" "at_=$1" >spy/git &&
	shift && printf "%s\n" "$*" >spy/then && cat >>spy/git <<-\SPY && chmod +x spy/git
	case " $* " in
	*" fetch "*)
		spy=$(dirname "$0")
		n=$(($(cat "$spy/count") + 1))
		echo "$n" >"$spy/count"
		test "$n" != "$at_" || (cd "$spy/.." && unset GIT_DIR && sh -e ./spy/then) >&2 || exit 1
		;;
	esac
	exec git "$@"
	SPY
}

for n in 1 2
do
	test_expect_success "what is pushed and planned by others while we look (connection $n) stays" '
		rm -rf spy m n && hub looking$n && git clone -q "$HUB" m && git clone -q "$HUB" n &&
		at 0 && git -C m perf plan -q && (cd n && commits newest) && newest=$(git -C n rev-parse HEAD) &&
		at 3600 && while_looking $n "git -C n push -q origin HEAD:main && git -C n perf plan -q" &&
		(PATH=$PWD/spy:$PATH && cd m && git-perf plan --explain >../out) &&
		! grep -e dropped -e "no longer" out &&
		on_hub queue_jobs >actual && test_grep "x $newest scheduled" actual && test_grep "y $newest scheduled" actual &&
		on_hub decided >actual && test_line_count = 4 actual && whole
	'
done

test_expect_success 'what was planned for a platform that is none any more costs no connection' '
	rm -rf o && hub taken && git clone -q "$HUB" o &&
	(
		cd o && at 0 && git perf plan -q && policy "[platform \"x\"]" && commits gone &&
		git push -q origin main && at 3600 && git perf plan -q &&
		git reset -q --hard HEAD~3 && policy "[platform \"x\"]" && git push -q -f origin main &&
		git perf plan -q && on_hub queue_cat plan | grep "\"platform\":\"y\"" && git perf request -q c1
	) &&
	while_looking 0 : && (PATH=$PWD/spy:$PATH && cd o && git-perf plan >../out) &&
	test_grep "^x: nothing new" out && echo 2 | test_cmp - spy/count
'

# rivals_of <queue>: references there and here that a pattern may take for it, or for
# our copy of it; $rival is a commit of theirs
rivals_of () {
	rival=$(git -C "$HUB" commit-tree -m rival "main^{tree}") && copy_=refs/perf/remotes/origin/${1#refs/} &&
	for ref_ in "$1""2" "$1refs/x" "$1refs/heads/y" "${1%?}ueue3" refs/perf/other
	do
		git -C "$HUB" update-ref "$ref_" $rival || return 1
	done &&
	for ref_ in "${copy_}2" "${copy_%?}x" "refs/heads/$copy_" "refs/x$copy_"
	do
		git -C p update-ref "$ref_" main || return 1
	done
}

for queue in refs/perf/q refs/heads/perf-queue
do
	test_expect_success "the queue is fetched by its name alone, and if there is none: $queue" '
		rm -rf p && hub "${queue##*/}" && git clone -q "$HUB" p && rivals_of $queue && git -C p config perf.queue $queue &&
		git -C p for-each-ref | sort >before && while_looking 0 : &&
		(PATH=$PWD/spy:$PATH && cd p && git-perf queue >../out) &&
		test_grep "nothing waits" out && echo 1 | test_cmp - spy/count &&
		(cd p && git perf plan -q && git perf queue >out && test_line_count = 3 out && git perf fetch -q) &&
		git -C p for-each-ref | sort >after && comm -23 before after >gone && test_must_be_empty gone &&
		test_must_fail git -C p cat-file -e $rival &&
		git -C "$HUB" update-ref -d $queue && git -C p perf queue >out && test_grep "nothing waits" out &&
		git -C p for-each-ref | sort >last && comm -3 after last | cut -f2 >gone &&
		echo refs/perf/remotes/origin/${queue#refs/} | test_cmp - gone
	'
done

# planner <clone>; asker <clone> <n>: request c<n>
planner () {
	git -C "$1" perf plan --json >"json.$1" 2>"err.$1" || echo "$1" >>failed
}

asker () {
	git -C "$1" perf request -q -p x "c$2" 2>"err.$1" || echo "$1" >>failed
}

test_expect_success 'A2 M38 eight at once: each platform is decided about once, every request is there' '
	git -C origin reset -q --hard HEAD~1 && hub crowd && rm -f failed && clones 8 n &&
	(
		real_clock &&
		for i in 1 2 3 4
		do
			planner n$i & asker n$((i + 4)) $i &
		done &&
		wait
	) &&
	test_path_is_missing failed &&
	on_hub decided >actual && test_line_count = 2 actual &&
	printf "%s\n" "x $c1 manual" "x $c2 manual" "x $c3 manual" "x $c4 manual" "x $head scheduled" \
		"y $head scheduled" | sort >expected &&
	on_hub queue_jobs >actual && test_cmp expected actual &&
	cat json.n? | grep -c "\"new\":true" >count && echo 1 | test_cmp - count && whole
'

test_expect_success 'the same in one repository' '
	git clone -q --bare origin here.git && git -C here.git fetch -q ../origin "refs/tags/*:refs/tags/*" &&
	rm -f failed &&
	(
		real_clock &&
		for i in 1 2 3 4
		do
			{ git -C here.git perf plan --json >json.h$i || echo $i >>failed; } &
			{ git -C here.git perf request -q -p x c$i || echo $i >>failed; } &
		done &&
		wait
	) &&
	test_path_is_missing failed &&
	HUB=$PWD/here.git && on_hub decided >actual && test_line_count = 2 actual &&
	on_hub queue_jobs >actual && test_cmp expected actual &&
	cat json.h? | grep -c "\"new\":true" >count && echo 1 | test_cmp - count && whole
'

# --- The server says no, or nothing ---

test_expect_success 'a server that takes branches only: perf.queue' '
	hub branches && git clone -q "$HUB" d && refuse_hook "$HUB" "branches only" refs/perf/queue &&
	(
		cd d &&
		test_expect_code 128 git perf plan 2>err &&
		test_grep "refuses refs/perf/queue: .*hook declined" err &&
		test_grep "^hint: .*git config perf.queue refs/heads/perf-queue" err &&
		test_expect_code 128 git perf request HEAD 2>err && test_grep "hook declined" err &&
		git config perf.queue perf-queue &&
		git perf plan >out && test_grep "^x: 1 to measure" out && git perf plan >out && test_grep "nothing new" out &&
		git perf queue >out && test_line_count = 3 out
	) &&
	git -C "$HUB" rev-parse -q --verify refs/heads/perf-queue &&
	on_hub decided >actual && test_line_count = 2 actual && whole
'

test_expect_success 'the perf branch is refused: a warning; whoever may copies the decisions later' '
	hub half && git clone -q "$HUB" e && git clone -q "$HUB" f &&
	refuse_hook "$HUB" "not this branch" refs/heads/perf &&
	git -C e perf plan >out 2>err && test_grep "^x: 1 to measure" out &&
	test_grep "^warning: planned, but the decisions are not on the data branch yet: .*hook declined" err &&
	on_hub queue_files decisions >waiting && test_line_count = 2 waiting &&
	test_must_fail git -C "$HUB" rev-parse -q --verify perf &&
	rm "$HUB/hooks/update" && git -C f perf plan >out && test_grep "^x: nothing new" out &&
	on_hub decided | test_cmp waiting - && whole
'

test_expect_success 'killed before it copied them: the next one does' '
	hub killed && git clone -q "$HUB" g && git clone -q "$HUB" h &&
	(cd g && test_expect_code 137 env GIT_PERF_TEST_FAULT=plan.before-settle git-perf plan) &&
	on_hub queue_files decisions >waiting && test_line_count = 2 waiting &&
	test_must_fail git -C "$HUB" rev-parse -q --verify perf &&
	git -C h perf plan >out && test_grep "^x: nothing new" out &&
	on_hub decided | test_cmp waiting - &&
	git -C g perf request -q c1 && on_hub queue_files decisions >left && test_must_be_empty left && whole
'

test_expect_success 'the server dies before or after it has moved the queue' '
	hub cut && git clone -q "$HUB" i && cut_hook "$HUB" before 1 &&
	(real_clock && git -C i perf plan --json >json 2>err) && test_grep "\"new\":true" json &&
	test_grep "^warning: " err && rm "$HUB/hooks/pre-receive" &&
	cut_hook "$HUB" after 1 &&
	(real_clock && git -C i perf request -q c1 2>err) &&
	on_hub queue_jobs | grep -c "$c1" >count && echo 2 | test_cmp - count &&
	on_hub decided >actual && test_line_count = 2 actual && whole
'

test_expect_success 'it cannot be reached: 75, and the queue as it was seen last' '
	(
		cd i &&
		git perf queue >before && git remote set-url origin git://127.0.0.1:1/nowhere &&
		for command in plan "request HEAD"
		do
			test_expect_code 75 git -c perf.pushTimeout=0 perf $command >out 2>err &&
			test_must_be_empty out && test_grep "^hint: try again later" err || return 1
		done &&
		test_expect_code 75 git -c perf.pushTimeout=3 perf queue >out 2>err && test_must_be_empty out &&
		test_grep ! "trying again" err &&
		test_grep "^hint: try again later, or see it as it was seen last: git perf queue --cached" err &&
		git perf queue --cached >out && test_cmp before out
	)
'

test_expect_success 'a path where nothing is' '
	(
		cd i && git remote set-url origin ../nowhere &&
		must_refuse 128 "does not appear to be a git repository" git perf plan &&
		must_refuse 128 "does not appear to be a git repository" git perf queue
	)
'

# --- What is looked at there ---

test_expect_success 'marks are the remote'\''s; one that was removed there is gone' '
	hub marks && git clone -q "$HUB" j &&
	(
		cd j &&
		git tag bench/mine c1 && git perf plan >out && test_grep "^x: 1 to measure" out &&
		git push -q origin c2:refs/tags/bench/theirs && git perf plan >out && test_grep "^x: 1 to measure" out &&
		on_hub queue_jobs >jobs && test_grep "x $c2 tagged" jobs && test_grep ! $c1 jobs &&
		git push -q origin :refs/tags/bench/theirs && git perf plan -q &&
		git for-each-ref refs/perf/remotes/origin/tags >out && test_must_be_empty out
	)
'

test_expect_success 'a clone that is behind plans for what the remote has' '
	(
		cd j && git reset -q --hard c1 && (cd ../origin && commits newest) &&
		git -C ../origin push -q "$HUB" main && at 7200 &&
		git perf plan >out && test_grep "$(git -C ../origin rev-parse --short=10 main)  to be measured" out &&
		test "$(git rev-parse main)" = $c1
	)
'

test_expect_success 'the queue was removed there' '
	git -C "$HUB" update-ref -d refs/perf/queue &&
	git -C j perf queue >out && echo "nothing waits to be measured" | test_cmp - out &&
	git -C j perf plan >out && test_grep "^x: nothing new" out &&
	git -C j perf request -q c3 && on_hub queue_jobs >jobs && test_line_count = 2 jobs
'

test_expect_success 'something else is in its place there' '
	git -C "$HUB" update-ref refs/perf/queue main &&
	(
		cd j &&
		test_expect_code 128 git perf queue 2>err && test_grep "refs/perf/queue is no queue" err &&
		test_grep "git push <remote> :refs/perf/queue" err &&
		test_expect_code 128 git perf plan 2>err && test_grep "is no queue" err
	)
'

test_expect_success 'a clone whose namespace it is keeps out of production' '
	hub staged && git clone -q "$HUB" k &&
	(
		cd k &&
		git config perf.namespace staging && git perf plan -q && git perf request -q c1 &&
		git -C "$HUB" for-each-ref --format="%(refname)" refs/heads refs/perf >actual &&
		printf "refs/%s\n" heads/main perf/staging/data perf/staging/queue | test_cmp - actual
	)
'

test_done
