#!/bin/sh

test_description='workers at real servers, whatever happens to them, to the server and to the project

M13, M21, M22, M23, M43. GIT_PERF_TEST_SEED is the first seed of the random days; with
--long there are 40.'
# before the harness forgets it
seed=${GIT_PERF_TEST_SEED:-1}
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"
. "$TEST_DIRECTORY/lib-proof.sh"

# What servers serve
FARM=$TRASH_DIRECTORY/www
HUB=$FARM/hub.git

# crew <way> <name>...: workers whose queue is there, each measuring for itself
crew () {
	way_=$1 && shift && hire "$@" &&
	for name_
	do
		git -C "$FARM/$name_" remote set-url origin "$(hub_url "$way_" hub.git)" &&
		git -C "$FARM/$name_" config perf.lockFile "$FARM/lock.$name_" || return 1
	done
}

# there command...: in the repository of the server
there () {
	(cd "$HUB" && "$@")
}

# ask <n>: so many more commits, all of which are asked for
ask () {
	for n_ in $(seq "$1")
	do
		more "commit $n_" || return 1
	done &&
	boss git perf request -q "HEAD~$1..HEAD"
}

# wanted [<commit>...]: "<commit> x a ok" of each, or of all that wait
wanted () {
	there queue_jobs | sed "s/^x \([0-9a-f]*\) .*/\1 x a ok/" | sort
}

# later <name>...: each of them, after a while and again, until whoever is silent has lost his job
later () {
	for at_ in 100000 110000 120000
	do
		at $at_ && for w_
		do
			work "$w_" -q || return 1
		done || return 1
	done && at 0
}

# The process that a benchmark is measured for
cat >"$TRASH_DIRECTORY/the-worker" <<\END
pid=$$
while test "$(cat /proc/$pid/comm)" != git-perf
do
	pid=$(sed "s/.*) . //; s/ .*//" /proc/$pid/stat)
done
above=$(sed "s/.*) . //; s/ .*//" /proc/$pid/stat)
test "$(cat /proc/$above/comm)" != git-perf || pid=$above
END

# once: what is on standard input happens in the middle of the first benchmark
once () {
	{
		echo "test ! -e '$FARM/begun' || exit 0; : >'$FARM/begun'"
		echo "unset GIT_DIR GIT_WORK_TREE"
		cat
	} | does
}

test_expect_success SSHD,LINUX 'M22 ssh: three at once, one is killed with its command' '
	at 0 && start_sshd && a_farm && crew ssh w1 w2 w3 && ask 4 && wanted >want && test_line_count = 4 want &&
	{ cat the-worker && echo "kill -9 \$pid"; } | once &&
	for w in w1 w2 w3
	do
		work $w -q >out.$w 2>&1 & echo $!
	done >pids && dead=0 &&
	for pid in $(cat pids)
	do
		wait $pid || dead=$((dead + 1))
	done && test $dead = 1 &&
	later w1 w2 w3 && nothing_waits "$HUB" && must_hold "$HUB" want
'

test_expect_success HTTPD,LINUX 'M22 http: stopped past its time it comes back as a zombie; its clock is a day behind' '
	at 0 && start_httpd && a_farm && crew http w1 w2 && ask 2 && wanted >want &&
	{
		cat the-worker && cat <<-END
		kill -STOP \$pid
		for s in 86400 96400 106400
		do
			GIT_PERF_TEST_CLOCK=\$((1699999200 + s)) git -C "$FARM/w2" perf work -q || exit
		done
		kill -CONT \$pid
		END
	} | once &&
	work w1 -q && nothing_waits "$HUB" && must_hold "$HUB" want &&
	results >out && test_line_count = 3 out && test_grep "w1 1" out
'

test_expect_success HTTPD 'M23 M25 a worker comes and one goes, the suite changes, the trunk is rewritten, all in the middle' '
	at 0 && start_httpd && a_farm && crew http w1 w2 && work w2 -q && ask 3 && wanted >want && there git branch keep main &&
	cat >edits <<-END &&
	. "$TEST_DIRECTORY/lib-queue.sh"
	cd "$HUB" && QUEUE=refs/perf/queue
	retire () { queue_cat workers/w2.json | sed s/:.work.,/:\\"retire\\",/ | put workers/w2.json; }
	with_queue retire
	END
	once <<-END &&
	sh "$TRASH_DIRECTORY/edits" || exit
	cd "$FARM/boss" && sed -i "s/iterations = 1/iterations = 2/" .gitperf && git commit -q -a --amend -m rewritten &&
	git push -q -f origin main && cd "$FARM" && git clone -q hub.git w3 && cd w3 && git config perf.worker w3 &&
	git config perf.platform x && git perf work -q --once
	END
	work w1 -q --once && test_expect_code 128 work w2 2>err && test_grep retired err && work w3 -q &&
	nothing_waits "$HUB" && must_hold "$HUB" want &&
	records_of "$HUB" >records && test_line_count = 3 records &&
	test_grep ! "\"name\":\"wall\",\"samples\":\[[0-9]*,[0-9]*" records
'

test_expect_success HTTPD 'the queue is squashed in the middle; M13: tokens go on' '
	at 0 && a_farm && crew http w1 w2 && ask 3 && wanted >want &&
	cat >edits <<-END &&
	. "$TEST_DIRECTORY/lib-queue.sh"
	cd "$HUB" && QUEUE=refs/perf/queue
	many () { queue_cat control | sed "s/commits .*/commits 1000/" | put control; }
	with_queue many
	END
	echo "sh \"$TRASH_DIRECTORY/edits\"" | once &&
	work w1 -q && nothing_waits "$HUB" && must_hold "$HUB" want &&
	there queue_cat control >control && test_grep "tokens 3" control && test_grep "commits [1-9]\$" control
'

test_expect_success 'the queue is removed in the middle, and all is asked for again: no result is lost' '
	at 0 && a_farm && crew path w1 w2 && ask 2 && wanted >want &&
	once <<-END &&
	cd "$FARM/boss" && git push -q origin :refs/perf/queue && git perf request -q HEAD~2..HEAD && git -C "$FARM/w2" perf work -q
	END
	work w1 -q && nothing_waits "$HUB" && measured "$HUB" >actual && test_cmp want actual &&
	results >out && test_line_count = 3 out && git -C "$HUB" perf fsck -q
'

test_expect_success SSHD 'the server cuts connections: no job is lost, none is there twice' '
	at 0 && start_sshd && a_farm && crew ssh w1 && ask 2 && wanted >want &&
	for when in before after
	do
		cut_hook "$HUB" $when 2 || return 1
	done &&
	{ work w1 -q || work w1 -q || work w1 -q; } && rm "$HUB"/hooks/* && work w1 -q &&
	nothing_waits "$HUB" && must_hold "$HUB" want && results >out && test_line_count = 2 out
'

test_expect_success HTTPD 'the server refuses the branch for a while: said so, measured once, and delivered' '
	at 0 && a_farm && crew http w1 && ask 2 && wanted >want && refuse_hook "$HUB" "no pushes today" refs/heads/perf &&
	for again in 1 2 3
	do
		test_expect_code 128 work w1 >out 2>err && test_grep "refuses refs/heads/perf" err || return 1
	done &&
	jobs_left >left && test_line_count = 2 left && test_grep " 1 w1" left && rm "$HUB"/hooks/* &&
	work w1 -q && nothing_waits "$HUB" && must_hold "$HUB" want && results >out && test_line_count = 2 out
'

test_expect_success 'a loop that cannot deliver for a while delivers, and measures nothing again' '
	at 0 && a_farm && crew path w1 && ask 2 && wanted >want && cat >edits <<-END &&
	. "$TEST_DIRECTORY/lib-queue.sh"
	cd "$HUB" && QUEUE=refs/perf/queue
	drain () { queue_cat workers/w1.json | sed s/:.work.,/:\\"drain\\",/ | put workers/w1.json; }
	test "\$(git ls-tree -r --name-only perf runs/ | wc -l)" -lt 2 || with_queue drain
	END
	# each push to the branch is cut once, and the last result ends the loop
	server_hook "$HUB" pre-receive <<-\HOOK &&
	grep -q refs/heads/perf || exit 0
	test -e cut && rm cut && exit 0
	: >cut
	kill -9 $PPID
	HOOK
	server_hook "$HUB" post-receive <<-HOOK &&
	grep -q refs/heads/perf || exit 0
	unset GIT_QUARANTINE_PATH
	sh "$TRASH_DIRECTORY/edits"
	HOOK
	: | does && git -C "$FARM/w1" config perf.pushTimeout 0 &&
	(timeout 60 git -C "$FARM/w1" perf work --loop >out 2>err || :) && test_grep offline out && test_grep ! "attempt 2" out && rm "$HUB"/hooks/* &&
	must_hold "$HUB" want && results >out && test_line_count = 2 out
'

# --- Days at random ---

# day <seed>: three workers at one hub, and what may happen
day () {
	seed_=$1 points_="queue.before-push queue.after-push work.claimed work.fetched work.measured work.recorded remote.before-push remote.after-push work.delivered" &&
	at 0 && a_farm && crew path w1 w2 w3 && : | does && ask 3 && wanted >want && rm -f log.day && day_=0 &&
	awk -v seed="$seed_" -v n="${2:-10}" "BEGIN {
		srand(seed)
		split(\"$points_\", p, \" \")
		for (i = 0; i < n; i++)
			print int(rand() * 8), \"w\" int(1 + rand() * 3), p[int(1 + rand() * 9)], int(rand() * 9000)
	}" >events &&
	while read -r what who point later
	do
		echo "$what $who $point $later" >>log.day
		day_=$((day_ + later))
		# clocks differ
		at $((day_ + ${who#w} * 40000))
		case $what in
		0 | 1) (cd "$FARM/$who" && GIT_PERF_TEST_FAULT=$point git-perf work -q --once) >>out.day 2>&1 ;;
		2) cut_hook "$HUB" after 1 ;;
		3) cut_hook "$HUB" before 1 ;;
		4) refuse_hook "$HUB" "not now" refs/heads/perf && work "$who" -q --once >>out.day 2>&1; rm "$HUB/hooks/update" ;;
		5) boss git commit -q --allow-empty -m "at random" && boss git push -q origin main 2>>out.day ;;
		6) work "$who" -q --once >>out.day 2>&1 ;;
		7) boss git perf plan -q >>out.day 2>&1 ;;
		esac
		attempts_kept "$HUB" || return 1
	done <events
	rm -f "$HUB"/hooks/* &&
	wanted >>want &&
	for at_ in 300000 400000 500000 600000
	do
		at $at_ && for w_ in w1 w2 w3
		do
			work $w_ -q || return 1
		done || return 1
	done && at 0 &&
	nothing_waits "$HUB" && measured "$HUB" | cut -d" " -f1-4 >want.more && sort -u want want.more >want.all &&
	must_hold "$HUB" want.all && results >out && test_grep ! " failed " out
}

test_expect_success LONG "M22 random days, from seed $seed on" '
	for s in $(seq $seed $((seed + 39)))
	do
		echo "seed $s" >&4
		day $s || {
			cat log.day >&4
			return 1
		}
	done
'

test_done
