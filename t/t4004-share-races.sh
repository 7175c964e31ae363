#!/bin/sh

test_description='sharing while others do, and while something dies: nothing is lost, nothing is there twice'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

# must_be_whole: I1, I2: what was acknowledged is there once, and the
# history has not lost anything from commit to commit
must_be_whole () {
	git -C "$HUB" fsck --strict --no-dangling --no-progress &&
	git -C "$HUB" rev-list --min-parents=2 perf >merges && test_must_be_empty merges &&
	git -C "$HUB" log --format= --name-status --diff-filter=DM perf >gone && test_must_be_empty gone
}

test_expect_success 'a history' '
	make_origin 3
'

# --- The sharpest race ---

test_expect_success 'A12: a rival lands between our look and our write, again and again' '
	hub rival && git clone -q "$HUB" a &&
	record $c1 first 1 | git -C a perf append >ids 2>err && git -C a perf push -q &&
	rival_hook "$HUB" 4 &&
	record $c1 p 1 | git -C a perf append >>ids 2>err &&
	git -C a perf push --json >json &&
	grep "\"sent\":1,.*\"lost_races\":4" json &&
	cat "$HUB/rivals" >>ids && must_be_there ids && must_be_whole
'

test_expect_success 'the same for a collector, with lanes, files and records of its own' '
	record $c1 lane 1 | git -C a perf append >>ids 2>err && git -C a perf push -q --lane 2>err &&
	git clone -q "$HUB" b && record $c1 file 1 >file.json &&
	record $c1 own 1 | git -C b perf append >>ids 2>err &&
	cp "$HUB/rivals" before && echo 3 >"$HUB/rivals.left" &&
	git -C b perf collect --push --json ../file.json >json &&
	grep "\"landed\":2,.*\"from_here\":1,.*\"lanes_landed\":1,.*\"lost_races\":3" json &&
	grep -v -x -F -f before "$HUB/rivals" >>ids &&
	git -C b perf ls | grep "^file" | cut -f3 >>ids && must_be_there ids && must_be_whole &&
	git -C "$HUB" for-each-ref refs/perf/inbox >left && test_must_be_empty left
'

test_expect_success 'a rival who never stops: exit 75, everything kept, sent later' '
	echo 1000 >"$HUB/rivals.left" &&
	record $c1 late 1 | git -C a perf append >id 2>err &&
	(real_clock && test_expect_code 75 git -C a -c perf.pushTimeout=1 perf push --direct 2>err) &&
	grep "^error: others kept moving refs/heads/perf at .origin. until the time was up" err &&
	grep "^hint: " err &&
	record $c2 late 2 >late.json &&
	# how long a collector tries is the same code; without time it tries once
	test_expect_code 75 git -C b -c perf.pushTimeout=0 perf collect --push ../late.json 2>err &&
	grep "^hint: the results wait in the spool" err &&
	rm "$HUB"/hooks/pre-receive &&
	git -C a perf push -q --direct && git -C b perf push -q --direct &&
	hub_ids >actual && grep -f id actual &&
	git -C "$HUB" perf ls c2 >out && test_line_count = 1 out && must_be_whole
'

test_expect_success 'the rival on the branch of a namespace: production is not touched' '
	git -C "$HUB" for-each-ref refs/heads refs/perf >before &&
	rival_hook "$HUB" 2 refs/perf/staging/data && git -C a config perf.namespace staging &&
	record $c1 p 1 | git -C a perf append -q && git -C a perf push --json --direct >json &&
	grep "\"sent\":1" json &&
	record $c1 p 2 | git -C a perf append -q && git -C a perf push -q --lane 2>err &&
	git -C a perf collect -q --push &&
	git -C a config --unset perf.namespace && rm "$HUB"/hooks/pre-receive &&
	git -C "$HUB" for-each-ref refs/heads refs/perf | grep -v -e refs/perf/staging/ -e refs/perf/seen- >after &&
	test_cmp before after &&
	git -C "$HUB" -c perf.namespace=staging perf ls >out && test_line_count -ge 2 out
'

# --- Many ---

# pusher <clone> <n>: <n> records, each pushed; what was acknowledged is in acked.<clone>
pusher () {
	i_=0
	while test $i_ -lt "$2"
	do
		i_=$((i_ + 1))
		record $c1 "$1" $i_ | git -C "$1" perf append 2>/dev/null >"id.$1" &&
		git -C "$1" perf push --json --direct >>"json.$1" 2>>"err.$1" &&
		cat "id.$1" >>"acked.$1"
	done
}

# many_pushers <clones> <pushes of each>
many_pushers () {
	rm -f acked.* json.* err.* &&
	clones "$1" m &&
	(
		real_clock
		for n in $(seq "$1"); do pusher "m$n" "$2" & done
		wait
	) &&
	cat acked.* >acked && test_line_count = $(($1 * $2)) acked &&
	must_be_there acked && must_be_whole
}

test_expect_success 'A2: 4 clones, 5 direct pushes each' '
	hub many && many_pushers 4 5
'

test_expect_success LONG 'A2: 16 clones, 20 direct pushes each' '
	rm -rf m* && hub crowd && many_pushers 16 20
'

# --- Dying ---

# Of the points at which a process may be killed, this script passes these.
points_of='remote lane collect'

# What is killed in: a command in a clone of $HUB with records, lanes and a file
# to be delivered; whatever happens, afterwards everything must be there.
scenario () {
	case $1 in
	push) git perf push --direct ;;
	lane) git perf push --lane ;;
	fetch) git perf fetch ;;
	collect) git perf collect --push ../file.json ;;
	stepwise) git perf collect --push ../file.json ;;
	here) git -C "$HUB" perf collect ;;
	esac
}

# killed <scenario> <point>: killed there; then everything is done again
killed () {
	rm -rf killed && cp -r ready killed && cp -r "$TRASH_DIRECTORY/www/ready.git" "$TRASH_DIRECTORY/www/killed.git" &&
	HUB=$TRASH_DIRECTORY/www/killed.git &&
	test "$1" != stepwise || server_without_atomic "$HUB" &&
	(
		cd killed && git remote set-url origin "$HUB" &&
		code=0 &&
		{ GIT_PERF_TEST_FAULT=$2 scenario $1 >/dev/null 2>&1 || code=$?; } &&
		test $code = 137 || { echo "exit $code at $2 in $1" >&4; return 1; } &&
		echo "$2" >>../hit &&
		hub_ids >ids.before &&
		git perf push -q --direct && git perf collect -q --push ../file.json &&
		hub_ids >ids.after &&
		comm -23 ids.before ids.after >lost && test_must_be_empty lost &&
		test_cmp ../all ids.after && must_be_whole && git perf fsck -q &&
		git -C "$HUB" perf fsck -q &&
		git -C "$HUB" for-each-ref refs/perf/inbox refs/perf/quarantine >left && test_must_be_empty left
	) &&
	rm -rf "$HUB"
}

test_expect_success 'something to be delivered' '
	hub ready && git clone -q "$HUB" ready && git clone -q "$HUB" other &&
	record $c1 base 1 | git -C other perf append -q && git -C other perf push -q --direct &&
	git -C ready perf fetch -q &&
	for n in 1 2; do record $c1 "lane$n" $n; done | git -C other perf append -q &&
	git -C other perf push -q --lane 2>err &&
	record $c2 other 1 | git -C other perf append -q && git -C other perf push -q --direct &&
	record $c2 own 1 | git -C ready perf append -q && record $c3 file 1 >file.json &&
	git -C other perf collect -n ../file.json &&
	cp -r "$HUB" keep.git && git clone -q keep.git done && git -C done perf append -q <file.json &&
	git -C ready perf cat --all | git -C done perf append -q && git -C done perf push -q --direct &&
	git -C done perf collect -q --push &&
	git -C keep.git ls-tree -r perf runs/ | cut -c13-52 | sort >all && test_line_count = 6 all &&
	test-gitperf faults | grep -E "^(remote|lane|collect)[.]" >points && test_line_count -gt 5 points
'

# dies <scenario> <point>...: it passes these
dies () {
	what=$1
	shift
	test_expect_success "killed at each point it passes: $what" "
		for point in $*
		do
			killed $what \$point || {
				echo \"killed at \$point\" >&4
				return 1
			}
		done
	"
}

dies push remote.before-accept remote.before-push remote.after-push remote.before-align
dies lane lane.before-push lane.after-push
dies fetch remote.before-accept
dies collect remote.before-push remote.after-push collect.lanes-read remote.before-align
dies stepwise remote.before-push remote.after-push remote.lanes-removed
dies here collect.before-clear collect.cleared

test_expect_success 'the points hit are the points listed' '
	must_have_hit_each_point
'

test_expect_success 'stopped in the middle, and awake again when others have gone on' '
	hub stopped && for n in x y; do git clone -q "$HUB" stop.$n || return 1; done &&
	server_hook "$HUB" pre-receive <<-\EOF &&
	test -e once || { : >once; read -r go <hold; }
	exit 0
	EOF
	mkfifo "$HUB/hold" && record $c1 p 1 | git -C stop.x perf append >ids 2>err &&
	(
		real_clock
		git-perf --version >/dev/null &&
		(cd stop.x && exec git-perf push -q --direct 2>../err.x) & pid=$!
		wait_until env test -e "$HUB/once" && kill -STOP $pid &&
		record $c1 p 2 | git -C stop.y perf append >>ids 2>err && git -C stop.y perf push -q --direct &&
		echo go >"$HUB/hold" && kill -CONT $pid && wait $pid
	) &&
	must_be_there ids && must_be_whole
'

test_expect_success 'random kills of three who push and collect' '
	hub random && rm -f acked.* &&
	for n in x y z; do git clone -q "$HUB" $n || return 1; done &&
	(
		real_clock
		for n in 1 2 3 4 5 6
		do
			for c in x y z
			do
				record $c1 $c $n | git -C $c perf append 2>/dev/null >>acked.$c || return 1
			done &&
			for c in x y z
			do
				case $c$n in
				*[135]) how="push --lane" ;;
				z*) how="collect --push" ;;
				*) how="push --direct" ;;
				esac
				timeout -s KILL 0.0$((n * 2)) git -C $c perf $how >/dev/null 2>&1 &
			done
			wait
		done
		for c in x y z
		do
			find "$HUB" $c/.git -name "*.lock" -exec rm {} + &&
			git -C $c perf push -q --direct && git -C $c perf collect -q --push || return 1
		done
	) &&
	cat acked.* >acked && must_be_there acked && must_be_whole
'

test_done
