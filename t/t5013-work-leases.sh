#!/bin/sh

test_description='leases: who dies loses the job, who comes back finds it, and every job comes to an end'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"

# dies <point> <name> [<option>...]: its worker works, and is killed there
dies () {
	point_=$1 && shift &&
	test_expect_code 137 env GIT_PERF_TEST_FAULT=$point_ sh -c "
		cd \"\$FARM/$1\" && shift && exec git-perf work \"\$@\"" - "$@" >out 2>err
}

# a_job: a farm with one job that was asked for
a_job () {
	at 0 && a_farm "$@" && hire w1 w2 && boss git perf request -q HEAD
}

test_expect_success 'whoever is killed behind the claim has the job until nobody has heard of him for long' '
	a_job && dies work.claimed w1 && jobs_left >left && echo "$head 1 w1" | test_cmp - left &&
	work w2 2>err && test_grep "nothing is to be done" err &&
	at 2399 && work w2 -q && at 2400 && work w2 -q && jobs_left >left && echo "$head 1 w1" | test_cmp - left &&
	at 4799 && work w2 -q && jobs_left >left && echo "$head 1 w1" | test_cmp - left &&
	at 4800 && work w2 >out && test_grep "claimed .* attempt 2 of 3" out && no_jobs_left &&
	results >out && echo "$head complete w2 2" | test_cmp - out
'

test_expect_success 'a day between clocks ends no lease' '
	a_job && dies work.claimed w1 &&
	for hours in 0 24 0 24 0 24 0 24 0
	do
		at $((hours * 3600)) && work w2 -q && at $((hours * 3600 + 60)) &&
		(cd "$FARM/boss" && git perf plan -q) || return 1
	done &&
	jobs_left >left && test_grep "$head 1 w1" left &&
	at 2500 && work w2 -q && at 5000 && work w2 -q && no_jobs_left
'

test_expect_success 'it comes back: the job is its own at once, as another attempt' '
	a_job && dies work.claimed w1 && work w1 >out &&
	test_grep "resumed .* attempt 2 of 3" out && no_jobs_left &&
	results >out && echo "$head complete w1 2" | test_cmp - out
'

test_expect_success 'what was measured before it was killed is delivered, and not measured again' '
	for point in work.recorded work.delivered
	do
		a_job && echo "echo . >>\"$FARM/times\"" | does &&
		rm -f "$FARM/times" && dies $point w1 && work w1 -q && no_jobs_left &&
		test_line_count = 1 "$FARM/times" && results >out && echo "$head complete w1 1" | test_cmp - out || return 1
	done
'

test_expect_success 'a job that kills each of its workers has failed after three, and the next one is done' '
	a_job && more next && boss git perf request -q HEAD &&
	dies work.measured w1 && dies work.measured w1 && dies work.measured w1 &&
	work w1 >out && no_jobs_left && test_grep "claimed $(git -C "$FARM/boss" rev-parse --short=10 HEAD)" out &&
	git -C "$FARM/w1" pull -q && git -C "$FARM/w1" perf show HEAD~1 >out &&
	test_grep "given up after 3 attempts: its worker was killed while at it" out
'

test_expect_success 'M15 two at one job: the late one is one more result, and nothing is done twice' '
	a_job && git -C "$FARM/w1" config perf.lockFile "$FARM/lock1" && git -C "$FARM/w2" config perf.lockFile "$FARM/lock2" &&
	does <<-END &&
	test -e "$FARM/begun" && exit
	: >"$FARM/begun"
	unset GIT_DIR GIT_WORK_TREE
	for s in 0 2500 5000
	do
		GIT_PERF_TEST_CLOCK=\$((1699999200 + s)) git -C "$FARM/w2" perf work -q || exit
	done
	END
	work w1 >out && test_grep measured out && no_jobs_left && results >out &&
	printf "$head complete %s\n" "w1 1" "w2 2" | test_cmp - out
'

test_expect_success 'who has lost the lease stops, and records nothing' '
	a_job && git -C "$FARM/w1" config perf.lockFile "$FARM/lock1" && git -C "$FARM/w2" config perf.lockFile "$FARM/lock2" &&
	git -C "$FARM/w1" config perf.renewInterval 0 &&
	sed "s/iterations = 1/iterations = 9/" "$FARM/boss/.gitperf" >suite && cp suite "$FARM/boss/.gitperf" &&
	boss git commit -qam nine && boss git push -q && head=$(boss git rev-parse HEAD) &&
	boss git perf request -q --cancel HEAD~1 && boss git perf request -q HEAD &&
	does <<-END &&
	echo . >>"$FARM/times"
	test -e "$FARM/begun" && exit
	: >"$FARM/begun"
	unset GIT_DIR GIT_WORK_TREE
	for s in 0 90000 180000
	do
		GIT_PERF_TEST_CLOCK=\$((1699999200 + s)) git -C "$FARM/w2" perf work -q || exit
	done
	END
	rm -f "$FARM/times" && work w1 >out && test_grep "lost $(git -C "$FARM/boss" rev-parse --short=10 HEAD)" out &&
	test_line_count = 10 "$FARM/times" && no_jobs_left && results >out && echo "$head complete w2 2" | test_cmp - out
'

test_expect_success 'a queue that is made anew counts its tokens anew: the lease of another is left to him' '
	a_job "$(echo "$SUITE" | sed "s/iterations = 1/iterations = 3/")" &&
	git -C "$FARM/w1" config perf.renewInterval 0 &&
	does <<-END &&
	test -e "$FARM/begun" && exit
	: >"$FARM/begun"
	unset GIT_DIR GIT_WORK_TREE
	git -C "$FARM/hub.git" update-ref -d refs/perf/queue && git -C "$FARM/boss" perf request -q HEAD || exit
	! GIT_PERF_TEST_FAULT=work.claimed git -C "$FARM/w2" perf work -q
	END
	work w1 >out && test_grep "lost" out && jobs_left >left && echo "$head 1 w2" | test_cmp - left &&
	git -C "$FARM/hub.git" cat-file blob "refs/perf/queue:$(cat "$TRASH_DIRECTORY/files_")" >job &&
	test_grep "\"beat\":0,.*\"token\":1,.*\"worker\":\"w2\"" job
'

# The process that a benchmark is measured for: the first git-perf above it, or the one
# above that, which has made it to watch over its commands
cat >the-worker <<\END
pid=$$
while test "$(cat /proc/$pid/comm)" != git-perf
do
	pid=$(sed "s/.*) . //; s/ .*//" /proc/$pid/stat)
done
above=$(sed "s/.*) . //; s/ .*//" /proc/$pid/stat)
test "$(cat /proc/$above/comm)" != git-perf || pid=$above
END

test_expect_success LINUX 'who is told to stop gives the job back, as if it had not been tried' '
	a_job && { cat the-worker && echo "kill -TERM \$pid; while :; do :; done"; } | does &&
	test_expect_code 143 work w1 >out 2>err &&
	test_grep "released .*stopped" out && jobs_left >left && echo "$head 0 -" | test_cmp - left
'

test_done
