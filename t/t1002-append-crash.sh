#!/bin/sh

test_description='a writer that dies anywhere loses nothing and blocks nobody for ever'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"

# Of the points at which a process may be killed, this script passes these.
points_of='append pack'

# Four ways through an append. Together they pass all of them.
scenarios='new existing contended many'

test_expect_success 'set up a repository for each way' '
	git init -q --template= new &&
	(cd new && make_history 5) &&
	know=$(git -C new for-each-ref --format="%(refname:short)=%(objectname)" refs/tags) &&
	eval "$know" &&
	cp -r new existing &&
	record $c1 p 1 | git -C existing perf append -q &&
	{ record $c1 p 2; record $c2 p 3; } | git -C existing perf append -q &&
	cp -r existing contended &&
	cp -r existing many &&
	{ record $c3 p 4; record $c3 q 5; } >in.new &&
	cp in.new in.existing &&
	cp in.new in.contended &&
	i=0 &&
	while test $i -lt 80
	do
		i=$((i + 1)) &&
		record $c4 p $i || return 1
	done >in.many &&
	record $c5 p 6 >in.next &&
	for s in $scenarios
	do
		(cd $s && record_ids >../ids.$s 2>/dev/null) &&
		git -C $s perf append -n <in.$s 2>/dev/null | sort >batch.$s || return 1
	done &&
	git -C existing perf append -n <in.next >next &&
	test_line_count = 0 ids.new &&
	test_line_count = 3 ids.existing &&
	test_line_count = 80 batch.many
'

# In a repository after the crash: what was acknowledged is there, the batch
# that was under way is there as a whole or not at all, and nothing else is.
must_have_lost_nothing () {
	record_ids >../present 2>/dev/null
	comm -23 "../ids.$1" ../present >../lost &&
	test_must_be_empty ../lost &&
	comm -13 "../ids.$1" ../present | comm -23 - ../next >../more &&
	{ test ! -s ../more || test_cmp "../batch.$1" ../more; }
}

# The next writer lands its record, or says which lock it waits for.
next_append () {
	code=0
	git-perf append <../in.next >../out 2>../err || code=$?
	case $code in
	0)
		test_cmp ../next ../out
		;;
	75)
		test_must_be_empty ../out &&
		test_grep "heads/perf.lock. has been locked for" ../err &&
		test_grep "^hint: .*remove that file" ../err &&
		test_grep "^hint: .*spool" ../err &&
		rm .git/refs/heads/perf.lock &&
		git-perf append -q <../in.next
		;;
	*)
		cat ../err >&4
		return 1
		;;
	esac
}

# crash <scenario> <point>
crash () {
	rm -rf crash && cp -r "$1" crash && cd crash || return 1
	test "$1" != contended || hold_lock
	code=0
	GIT_PERF_TEST_FAULT=$2 git-perf append <"../in.$1" >../out 2>../err 9>&- ||
		code=$?
	drop_lock
	# this way does not lead past this point
	test "$code" != 0 && test "$code" != 75 || return 0
	test "$code" = 137 || {
		echo "exit $code at $2 in $1" >&4
		return 1
	}
	echo "$2" >>../hit
	test_must_be_empty ../out &&
	must_have_lost_nothing "$1" &&
	next_append &&
	must_have_lost_nothing "$1" &&
	comm -23 ../next ../present >../lost &&
	test_must_be_empty ../lost &&
	must_be_sound &&
	spool_files >../left &&
	test_must_be_empty ../left
}

test_expect_success 'the points are known' '
	test-gitperf faults >all &&
	sort all | uniq -d >twice &&
	test_must_be_empty twice &&
	grep -E "^($(echo $points_of | tr " " "|"))\." all >points &&
	test_line_count -gt 10 points
'

test_expect_success 'each is passed by a script that goes through all of its kind' '
	sed -n "s/^points_of=.\(.*\).\$/\1/p" "$TEST_DIRECTORY"/t*.sh | tr " " "\n" | sort >actual &&
	cut -d. -f1 all | sort -u >expected &&
	test_cmp expected actual
'

# Without points the test above has failed already.
test -s points || echo none >points

for scenario in $scenarios
do
	prereq=
	test "$scenario" != contended || prereq=FLOCK
	# shellcheck disable=SC2086
	test_expect_success $prereq "killed at each point it passes: $scenario" '
		at_each_point crash $scenario
	'
done

test_expect_success FLOCK 'the points hit are the points listed' '
	must_have_hit_each_point
'

test_expect_success 'a lost acknowledgement: what has landed is found, not landed twice' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	for point in append.after-swap append.spool-cleared
	do
		rm -rf crash && cp -r existing crash && cd crash &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf append <../in.existing &&
		tip=$(git rev-parse perf) &&
		git perf append <../in.existing >../out 2>../err &&
		grep "^0 appended, 2 present before" ../err &&
		sort ../out | test_cmp ../batch.existing - &&
		test $tip = "$(git rev-parse perf)" &&
		cd .. || return 1
	done
'

lock=.git/refs/heads/perf.lock

# leave_lock <how long ago, as HHMM.SS of that day>
leave_lock () {
	rm -rf crash && cp -r existing crash && cd crash &&
	: >"$lock" &&
	touch -t "20231114$1" "$lock"
}

test_expect_success 'a lock that stays is named with its age; the records wait' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	leave_lock 2213.10 &&
	must_wait () {
		test_expect_code 75 git perf append <../in.next >../out 2>../err &&
		test_must_be_empty ../out
	} &&
	must_wait &&
	# it is ten seconds old, and half a minute was waited for it
	grep "^error: .*refs/heads/perf.lock. has been locked for 40 s" ../err &&
	grep "^hint: .*remove that file" ../err &&
	grep "^hint: .*wait in the spool" ../err &&
	test_path_is_file $lock &&
	spool_files >../left &&
	test_line_count = 1 ../left &&
	cp ../in.new ../in.more &&
	test_expect_code 75 git perf append <../in.more 2>../err &&
	rm "$lock" &&
	record $c1 q 7 | git perf append -q &&
	record_ids >../present &&
	sort ../next ../batch.new >../expected &&
	comm -23 ../expected ../present >../lost &&
	test_must_be_empty ../lost &&
	spool_files >../left &&
	test_must_be_empty ../left &&
	must_be_sound
'

test_expect_success 'readers do not mind a lock' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	leave_lock 2213.10 &&
	git perf ls >../listed &&
	test_line_count = 3 ../listed &&
	git perf log >../out &&
	git perf fsck
'

test_expect_success 'a lock of ten minutes is left alone, an older one is removed' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	leave_lock 2203.50 &&
	test_expect_code 75 git perf append <../in.next &&
	test_path_is_file $lock &&
	cd .. &&
	leave_lock 2203.19 &&
	git perf append <../in.next >../out 2>../err &&
	test_cmp ../next ../out &&
	grep "^warning: .*perf.lock" ../err &&
	test_path_is_missing "$lock" &&
	must_be_sound
'

test_expect_success 'a lock left beside refs/perf/seen does no harm for ever, either' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	leave_lock 2203.19 &&
	: >.git/refs/perf/seen.lock &&
	touch -t 202311142203.19 .git/refs/perf/seen.lock &&
	git perf append -q <../in.next &&
	record $c1 q 7 | git perf append -q &&
	test_path_is_missing .git/refs/perf/seen.lock &&
	test "$(git rev-parse refs/perf/seen)" = "$(git rev-parse perf)"
'

# random_kills <n> <writers>: in "crash", kill busy writers <n> times
random_kills () {
	cat >busy.sh <<-END
	i=0
	while :
	do
		i=\$((i + 1))
		printf '{"commit":"%s","platform":"%s","finished":"%s","benchmarks":[{"name":"a","metrics":[{"name":"wall","samples":[%s]}]}]}\n' \\
			$c1 \$1 2023-11-14T22:13:20Z \$i >../in.\$1
		echo >>../begun
		git-perf append <../in.\$1 >>../acked 2>/dev/null
	done
	END
	cd crash &&
	: >../acked &&
	# kills come within a few of what one append takes here and now
	began=$(date +%s%N) &&
	record "$c1" first 1 | git perf append -q &&
	took=$(awk -v a="$began" -v b="$(date +%s%N)" 'BEGIN { print (b - a) / 1e9 }') &&
	seq=0
	while test "$seq" -lt "$1"
	do
		seq=$((seq + 1))
		pids=
		w=0
		while test "$w" -lt "$2"
		do
			w=$((w + 1))
			after=$(awk -v s="$seq$w" -v took="$took" 'BEGIN {
				srand(s); printf "%.4f", took * (0.3 + 4 * rand()) }')
			timeout -s KILL "$after" sh ../busy.sh "k$seq.$w" &
			pids="$pids $!"
		done
		for pid in $pids
		do
			wait "$pid"
		done 2>/dev/null
		code=0
		git -C . perf append -q <../in.next 2>../err || code=$?
		case $code in
		0)
			;;
		75)
			test_grep "perf.lock" ../err || return 1
			echo "$seq" >>../locked
			touch -t 200001010000 "$lock"
			;;
		*)
			cat ../err >&4
			return 1
			;;
		esac
	done
	rm -f "$lock"
	record "$c1" last 1 | git perf append -q &&
	sort -u ../acked >../expected &&
	record_ids >../present &&
	comm -23 ../expected ../present >../lost &&
	test_must_be_empty ../lost &&
	test_line_count -gt 0 ../expected &&
	test "$(wc -l <../present)" -le $(($(wc -l <../begun) + 5)) &&
	must_be_sound
}

test_lazy_prereq TIMEOUT 'timeout -s KILL 5 true'

test_expect_success TIMEOUT '15 random kills of a busy writer' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	rm -rf crash && cp -r existing crash &&
	git -C crash config perf.lockTimeout 0 &&
	(real_clock && random_kills 15 1)
'

test_expect_success TIMEOUT,LONG '60 random kills of three busy writers' '
	test_when_finished "cd \"$TRASH_DIRECTORY\"" &&
	rm -rf crash && cp -r existing crash &&
	git -C crash config perf.lockTimeout 1 &&
	(real_clock && random_kills 60 3)
'

test_done
