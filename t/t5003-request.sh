#!/bin/sh

test_description='git perf request and git perf queue: what people want, and when it comes'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

short () {
	git rev-parse --short=10 "$@"
}

# a_history [<lines of .gitperf>]: "repo", with c1 to c5 and a commit on top
a_history () {
	rm -rf repo && git init -q repo && cd repo && make_history 5 &&
	policy "${1-[platform \"x\"]\n[platform \"y\"]}"
}

failed_record () {
	printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"benchmarks\":[{\"name\":\"b\",\"status\":\"failed\"}]}\n" "$1" "$2"
}

# is_answered <exit status> <args>...: what is on standard input is printed; "<rev> <rest>"
is_answered () {
	while read -r rev rest
	do
		echo "$(short "$rev") $rest"
	done >expected &&
	git perf request "$@" >actual && test_cmp expected actual
}

test_expect_success 'A25 a commit, on all platforms, for the reason manual' '
	(
		a_history &&
		is_answered HEAD~2 <<-\END &&
		c4 on x: queued
		c4 on y: queued
		END
		queue_jobs >jobs && printf "%s $c4 manual\n" x y | test_cmp - jobs &&
		queue_cat requests/$c4-0.json | grep "\"by\":\"C O Mitter\"" &&
		is_answered c4 <<-\END &&
		c4 on x: waits in the queue already
		c4 on y: waits in the queue already
		END
		git rev-list --count refs/perf/queue >count && echo 1 | test_cmp - count &&
		git for-each-ref refs/heads/perf >out && test_must_be_empty out
	)
'

test_expect_success 'what is measured, or was tried in vain, is not measured again, but for --again' '
	(
		a_history &&
		record $c3 x 1 | git perf append -q && failed_record $c3 y | git perf append -q &&
		is_answered c3 <<-\END &&
		c3 on x: is measured already; --again measures it once more
		c3 on y: was tried in vain: git perf show tells why; --again tries once more
		END
		test_must_fail git rev-parse -q --verify refs/perf/queue &&
		is_answered --again c3 <<-\END &&
		c3 on x: queued
		c3 on y: queued
		END
		queue_files requests >files && echo requests/$c3-1.json | test_cmp - files &&
		is_answered --again c3 <<-\END &&
		c3 on x: waits in the queue already
		c3 on y: waits in the queue already
		END
		git perf request -q --again c2 &&
		queue_files requests >files && printf "requests/%s.json\n" $c2-0 $c3-1 | sort | test_cmp - files
	)
'

test_expect_success 'a further round begins where the last one ended' '
	(
		cd repo &&
		id=$(basename "$(queue_files jobs/x | while read -r f; do
			queue_cat $f | grep -q "\"round\":1" && echo $f; done)" .json)
		record $(git rev-parse c3) x 2 "\"job\":{\"id\":\"$id\",\"round\":1}" | git perf append -q &&
		git perf plan -q && git perf request -q --again -p x c3 &&
		queue_files requests | grep "requests/$(git rev-parse c3)-2.json"
	)
'

test_expect_success 'somebody is at it: it runs; --again asks for one more' '
	(
		a_history && git perf request -q -p x c1 &&
		lease () {
			queue_cat "$1" |
			sed "s/,\"platform\"/,\"lease\":{\"beat\":0,\"token\":1,\"worker\":\"box-1\"},\"platform\"/" | put "$1"
		} &&
		with_queue lease "$(job_of $c1)" &&
		is_answered -p x c1 <<-\END &&
		c1 on x: is being measured
		END
		is_answered -p x --cancel c1 <<-\END &&
		c1 on x: is being measured
		END
		is_answered -p x --again c1 <<-\END &&
		c1 on x: queued
		END
		git perf queue >out &&
		cat >expected <<-END &&
		platform  commit      state             reason  asked  result
		x         $(short c1)  running on box-1  manual    0 s  unknown
		x         $(short c1)  queued, round 1   manual    0 s  unknown
		END
		test_cmp expected out
	)
'

# --- Ranges ---

test_expect_success 'a range: each commit, or steps, for the reason backfill' '
	(
		a_history &&
		is_answered -p x c1..c4 <<-\END &&
		c2 on x: queued
		c3 on x: queued
		c4 on x: queued
		END
		queue_jobs >jobs && printf "x %s backfill\n" $c2 $c3 $c4 | sort | test_cmp - jobs &&
		is_answered -p y --steps=2 c1..c5 <<-\END &&
		c2 on y: queued
		c5 on y: queued
		END
		at 60 && is_answered -p y --steps=100 c3..main <<-\END &&
		c4 on y: queued
		c5 on y: waits in the queue already
		HEAD on y: queued
		END
		is_answered -p x --cancel c1..c4~1 <<-\END
		c2 on x: taken off the queue
		c3 on x: taken off the queue
		END
	)
'

test_expect_success 'one more reason makes it more urgent' '
	(
		cd repo &&
		git perf request -q -p y c5 && queue_jobs >jobs &&
		test_grep "y $(git rev-parse c5) manual backfill" jobs &&
		git perf queue >out && sed -n "s/^y  *\([0-9a-f]*\).*/\1/p" out >order &&
		{ short c5 && short c2 && short c4 && short HEAD; } | test_cmp - order
	)
'

test_expect_success 'a plan and a request of the same commit are one job; planning it does not weaken it' '
	(
		a_history && git perf request -q HEAD && git perf plan -q &&
		queue_jobs >jobs && printf "%s $head manual scheduled\n" x y | test_cmp - jobs &&
		git perf request -q --cancel HEAD &&
		queue_files >files && printf "%s\n" control plan >expected && grep -v decisions files | test_cmp expected -
	)
'

# --- Platforms and configurations ---

test_expect_success 'only what is planned for, unless nothing is' '
	(
		a_history &&
		must_refuse 128 "nothing is measured on .z." git perf request -p z HEAD &&
		test_grep "^hint: the platforms are: x, y" err &&
		must_refuse 128 "must begin with a-z" git perf request -p "X!" HEAD &&
		policy "[policy]\n\tplan = every" &&
		must_refuse 128 "there is no platform to measure on" git perf request HEAD &&
		git perf request -q -p z HEAD && queue_jobs >jobs && echo "z $head manual" | test_cmp - jobs
	)
'

test_expect_success 'configurations: those of the platform, or the one that is given' '
	(
		a_history "[platform \"x\"]\n\tconfig = cc=gcc\n\tconfig = cc=clang opt=3" &&
		git perf request -q HEAD &&
		git perf request -q -k opt=2 -k cc=gcc HEAD &&
		git perf request HEAD -k cc=gcc -k opt=2 >out && test_grep "waits" out &&
		git perf queue | sed -n "s/ *$(short HEAD).*//p" | sort >actual &&
		printf "x %s\n" cc=gcc "cc=gcc opt=2" "cc=clang opt=3" | sort | test_cmp - actual &&
		queue_files requests >files && test_line_count = 1 files &&
		git perf request -q --cancel -k cc=gcc HEAD &&
		git perf queue >out && test_line_count = 2 out && test_grep "cc=clang" out
	)
'

test_expect_success 'of configurations each has a result of its own' '
	(
		cd repo &&
		record $(git rev-parse HEAD) x 1 "\"config\":{\"cc\":\"gcc\"}" | git perf append -q &&
		git perf request -q -k cc=gcc HEAD >out &&
		git perf request -k cc=gcc HEAD >out && test_grep "measured already" out &&
		git perf request -n -k cc=tcc HEAD >out && test_grep "queued" out &&
		git perf plan -q && git perf queue >out && test_grep "cc=clang" out
	)
'

# --- Other ways to say it ---

test_expect_success '--json, -n and -q' '
	(
		a_history &&
		git perf request -n --json -p x HEAD~1 >out &&
		cat >expected <<-END &&
		{"version":1,"changed":1,"commits":[{"commit":"$c5","platform":"x","state":"queued"}],"lost_races":0}
		END
		test_cmp expected out &&
		test_must_fail git rev-parse -q --verify refs/perf/queue &&
		git perf request -q HEAD~1 >out && test_must_be_empty out &&
		git for-each-ref >before &&
		git perf request -n --cancel --json HEAD~1 -p x >out &&
		sed -e "s/queued/cancelled/" expected | test_cmp - out &&
		git for-each-ref | test_cmp before - &&
		git perf request --cancel --json -p x c1 >out &&
		echo "{\"version\":1,\"changed\":0,\"commits\":[{\"commit\":\"$c1\",\"platform\":\"x\",\"state\":\"not-queued\"}],\"lost_races\":0}" |
		test_cmp - out
	)
'

test_expect_success 'git-perf-request(1) and git-perf-queue(1) have every member' '
	git -C repo perf request --json c1 >request.json && git -C repo perf queue --json >queue.json &&
	for name in request queue
	do
		sed -n "/^== OUTPUT/,/^== CONF/p" "$TOP/Documentation/git-perf-$name.adoc" >page &&
		grep -o "\"[a-z_]*\":" $name.json | tr -d "\":" | sort -u >members &&
		test_line_count -gt 5 members &&
		while read -r member
		do
			test_grep -F "\`$member\`" page || return 1
		done <members || return 1
	done
'

test_expect_success 'what cannot be asked for' '
	(
		cd repo &&
		must_refuse 128 "names no commit" git perf request nonsense &&
		must_refuse 128 "names no commit" git perf request c1..nonsense &&
		must_refuse 128 "has no commit" git perf request HEAD..HEAD &&
		must_refuse 128 "symmetric difference" git perf request c1...c3 &&
		must_refuse 128 "of which there are no steps" git perf request --steps=2 c1 &&
		must_refuse 128 "value of .a." git perf request -k a= -p x c1
	)
'

test_expect_success 'a request of too much is refused as a whole' '
	(
		git init -q large && cd large && make_history 101 &&
		{ echo "[platform \"x\"]" && for n in $(seq 100); do echo "config = n=$n" || exit 1; done; } >.gitperf &&
		git add .gitperf && commits policy &&
		must_refuse 128 "more than 10000 jobs" git perf request c1..main &&
		test_grep "^hint: ask for less at a time" err &&
		git perf request -q c2..c4 && queue_files jobs >files && test_line_count = 200 files
	)
'

test_expect_success 'wrong usage' '
	(
		cd repo &&
		for args in "" "c1 c2" "--again --cancel c1" "--steps=0 c1..c2" "--steps=x c1..c2" \
			"--local --remote=origin c1" "-k novalue c1" "-k a=1 -k a=2 c1" "--nonsense c1"
		do
			test_expect_code 129 git perf request $args 2>err &&
			test_grep "^hint:" err || return 1
		done &&
		test_expect_code 129 git perf queue c1 2>err && test_grep "git perf request c1" err &&
		test_expect_code 129 git perf queue --local --remote=origin
	)
'

# --- The queue, and when ---

# run_of <commit> <platform> <minutes> <worker>: a run that has taken so long
run_of () {
	printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"worker\":\"%s\",\"started\":\"2023-11-14T20:00:00Z\",\"finished\":\"2023-11-14T20:%02d:00Z\",%s}\n" \
		"$1" "$2" "$4" "$3" "\"benchmarks\":[{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]}]"
}

test_expect_success 'A49 when to expect a result: by the median of what it took, and how many are at it' '
	(
		a_history &&
		{ run_of $c1 x 10 a && run_of $c2 x 12 a && run_of $c3 x 50 a; } | git perf append -q &&
		{ run_of $c1 y 8 a && run_of $c2 y 8 b; } | git perf append -q &&
		git perf request -q c3..main &&
		git perf queue >out && sed "s/  *[0-9a-f]\{10\}  queued  backfill/ /" out >actual &&
		cat >expected <<-\END &&
		platform  commit      state   reason    asked  result
		x     0 s  in 12 min
		x     0 s  in 24 min
		x     0 s  in 36 min
		y     0 s  in 8 min
		y     0 s  in 8 min
		y     0 s  in 16 min
		END
		test_cmp expected actual &&
		at 7200 && git perf queue --json >json &&
		test_grep "\"asked\":\"2023-11-14T22:00:00.000000000Z\",\"expected\":\"2023-11-15T00:12:00.000000000Z\",\"duration_ms\":720000" json &&
		git perf queue >out && grep -c " 2 h  in [0-9]* min\$" out >count && echo 6 | test_cmp - count
	)
'

test_expect_success 'A52 --suggest: the shortest window that leaves a fifth of the time' '
	(
		cd repo &&
		git perf plan --suggest >out &&
		grep -v suggested out | sed "s/; the trunk.*//" >actual &&
		cat >expected <<-\END &&
		x: a run takes 12 min (median of 3), 1 machine at it
		y: a run takes 8 min (median of 2), 2 machines at it
		END
		test_cmp expected actual &&
		grep suggested out >actual &&
		cat >expected <<-\END &&
		  suggested: window=15m, now it is 15 min; busy for 80 % of the time at most
		  suggested: window=5m, now it is 15 min; busy for 80 % of the time at most
		END
		test_cmp expected actual &&
		git perf plan --suggest --json >json &&
		test_grep "\"platform\":\"x\",\"runs\":3,\"duration_ms\":720000,\"workers\":1,\"commits\":[0-9]*," json &&
		test_grep "\"window_ms\":900000,\"suggested_ms\":900000}" json &&
		policy "[policy]\n\tplan = every\n[platform \"z\"]" &&
		git perf plan --suggest >out &&
		echo "z: no complete run says how long it took; measure some commits first" | test_cmp - out
	)
'

test_expect_success 'what takes less than a second is told in milliseconds' '
	(
		a_history "[policy]\n\tplan = window=15m\n[platform \"x\"]" &&
		run_of $c1 x 10 a | sed "s/20:10:00Z/20:00:00.040Z/" | git perf append -q &&
		git perf request -q c2..c3 && git perf queue >out && sed -n "s/.*  in /in /p" out >actual &&
		printf "in %s ms\n" 40 | test_cmp - actual &&
		git perf plan --suggest >out && test_grep "^x: a run takes 40 ms (median of 1)" out
	)
'

test_expect_success 'M39 who comes late is served early; who waits for long moves up' '
	(
		a_history "[platform \"x\"]" &&
		git perf request -q c1..c2 &&
		at 60 && git perf plan -q && at 120 && git perf request -q c1 &&
		is_order () {
			git perf queue | sed -n "s/^x  *\([0-9a-f]*\).*/\1/p" >actual &&
			for rev
			do
				short $rev || return 1
			done | test_cmp - actual
		} &&
		is_order c1 main c2 &&
		at $((11 * 3600)) && is_order c1 main c2 &&
		# both have moved up to the highest class that waiting leads to
		at $((31 * 3600)) && is_order c1 c2 main
	)
'

test_expect_success 'what is not on the trunk is measured with the commit that it began at, in the same configurations' '
	(
		a_history "[platform \"x\"]\nconfig = cc=gcc\nconfig = cc=clang" &&
		git checkout -q -b topic c3 && commits one two && git checkout -q main &&
		printf "{\"commit\":\"%s\",\"platform\":\"x\",\"config\":{\"cc\":\"gcc\"},\"benchmarks\":[{\"name\":\"b\",\"metrics\":[%s]}]}" \
			$c3 "{\"name\":\"wall\",\"samples\":[1]}" | git perf append -q &&
		is_answered topic <<-\END &&
		topic on x: queued
		c3 on x: queued, too, to compare with
		END
		queue_jobs >jobs && { printf "x $c3 backfill\n" && printf "x $(git rev-parse topic) manual\n%.0s" 1 2; } |
			sort | test_cmp - jobs &&
		queue_cat "$(job_of $c3)" | grep "\"cc\":\"clang\"" &&
		is_answered topic <<-\END &&
		topic on x: waits in the queue already
		END
		is_answered --no-base topic~1 <<-\END &&
		topic~1 on x: queued
		END
		is_answered c2 <<-\END &&
		c2 on x: queued
		END
		git checkout -q --orphan other && git commit -q -m root && git checkout -q main &&
		is_answered other <<-\END
		other on x: queued
		END
	)
'

test_expect_success 'names from outside do not reach the terminal as they are' '
	(
		a_history "[platform \"x\"]" &&
		GIT_COMMITTER_NAME=$(printf "A\033[31mB") git perf request -q c1 &&
		queue_cat requests/$c1-0.json >request && test_grep ! by request &&
		git perf queue >out && no_control_characters out
	)
'

test_done
