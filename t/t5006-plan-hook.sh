#!/bin/sh

test_description='what is pushed is planned: once, whatever became of the news of it'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hook.sh"
. "$TEST_DIRECTORY/lib-server.sh"

test_expect_success 'a history' '
	make_origin 3
'

# commits <clone> <n>: that nobody has seen yet
commits () {
	i_=0
	while test "$i_" -lt "$2"
	do
		i_=$((i_ + 1))
		git -C "$1" commit -q --allow-empty -m "commit $i_ of many" || return 1
	done
}

# platforms_of <clone> <name>...: what its suite says is measured, pushed
platforms_of () {
	clone_=$1 && shift &&
	{
		printf "[policy]\n\tplan = %s\n" "${PLAN:-window=15m tagged}" &&
		printf "[platform \"%s\"]\n" "$@"
	} >"$clone_/.gitperf" &&
	git -C "$clone_" add .gitperf && git -C "$clone_" commit -q -m platforms
}

queue_of () {
	git -C "$HUB" ls-tree -r --name-only refs/perf/queue -- "$1"
}

decisions_of () {
	git -C "$HUB" ls-tree -r --name-only perf -- decisions
}

for way in path SSHD,ssh HTTPD,http
do
	prereq=${way%,*} way=${way#*,}
	test "$prereq" != "$way" || prereq=

	test_expect_success "$prereq" "$way: a push of many commits is one decision for each platform" '
		case $way in
		ssh) start_sshd ;;
		http) start_httpd ;;
		esac &&
		hub_with_hook $way && url=$(hub_url $way $way.git) &&
		git clone -q "$url" clone.$way &&
		platforms_of clone.$way x86-64-linux aarch64-macos && commits clone.$way 5 &&
		git -C clone.$way push -q origin main 2>err && test_must_be_empty err &&
		seen_ended 1 &&
		decisions_of >actual && test_line_count = 2 actual &&
		queue_of jobs >actual && test_line_count = 2 actual &&
		head=$(git -C clone.$way rev-parse main) &&
		queue_of requests >actual && echo "requests/$head-0.json" | test_cmp - actual &&
		test_path_is_missing "$HUB/perf/hook.log"
	'
done

test_expect_success 'where no platform is named nobody plans' '
	hub_with_hook none && git clone -q "$HUB" clone.none &&
	commits clone.none 1 && git -C clone.none push -q origin main &&
	test_must_be_empty "$SEEN/begun" &&
	test_must_fail git -C "$HUB" rev-parse -q --verify refs/perf/queue
'

test_expect_success 'news that come twice change nothing' '
	hub_with_hook twice && git clone -q "$HUB" clone.twice &&
	platforms_of clone.twice p && git -C clone.twice push -q origin main && seen_ended 1 &&
	git -C "$HUB" for-each-ref >before &&
	echo "$c3 $(git -C "$HUB" rev-parse main) refs/heads/main" >news &&
	(cd "$HUB" && GIT_DIR=. git-perf hook run post-receive <../../news) && seen_ended 2 &&
	(cd "$HUB" && GIT_DIR=. git-perf hook run post-receive <../../news) && seen_ended 3 &&
	git -C "$HUB" for-each-ref | test_cmp before -
'

test_expect_success 'news that were lost are made up for by whatever comes next' '
	PLAN=every && hub_with_hook lost && git clone -q "$HUB" clone.lost &&
	platforms_of clone.lost p && git -C clone.lost push -q origin main && seen_ended 1 &&
	mv "$HUB/hooks/post-receive" hook.saved &&
	commits clone.lost 2 && git -C clone.lost push -q origin main &&
	mv hook.saved "$HUB/hooks/post-receive" &&
	commits clone.lost 1 && git -C clone.lost push -q origin main && seen_ended 2 &&
	queue_of jobs >actual && test_line_count = 4 actual &&
	PLAN=
'

test_expect_success 'a broken suite is told in the log, and nothing is planned by it' '
	hub_with_hook broken && git clone -q "$HUB" clone.broken &&
	echo "[polcy]" >clone.broken/.gitperf && git -C clone.broken add .gitperf &&
	git -C clone.broken commit -q -m broken && git -C clone.broken push -q origin main &&
	wait_until have_ended 1 &&
	grep "plan: .*main:.gitperf.* line 1: unknown section" "$HUB/perf/hook.log" &&
	test_must_fail git -C "$HUB" rev-parse -q --verify refs/perf/queue
'

test_expect_success 'git push -o bench has what is pushed measured, whatever the plan' '
	hub_with_hook bench && git -C "$HUB" config receive.advertisePushOptions true &&
	git clone -q "$HUB" clone.bench && platforms_of clone.bench p q &&
	git -C clone.bench push -q origin main && seen_ended 1 &&
	git -C clone.bench checkout -q -b topic && commits clone.bench 2 &&
	git -C clone.bench push -q -o bench origin topic 2>err && test_must_be_empty err && seen_ended 2 &&
	topic=$(git -C clone.bench rev-parse topic) &&
	queue_of requests >actual && grep "requests/$topic-0.json" actual &&
	git -C "$HUB" perf queue --json >queue.json &&
	grep -o "\"commit\":\"$topic\",\"platform\":\"[pq]\",[^]]*\"reasons\":\[\"tagged\"\]" queue.json >actual &&
	test_line_count = 2 actual &&
	git -C clone.bench push -q -o other origin topic:again && seen_ended 3 &&
	queue_of requests >actual && test_line_count = 2 actual
'

# commits_there <n>: so many at least, with those that nothing refers to
commits_there () {
	test "$(git -C "$HUB" cat-file --batch-all-objects --batch-check | grep -c " commit ")" -ge "$1"
}

test_expect_success 'one that finds the queue taken asks again' '
	topic=$(git -C clone.bench rev-parse topic~1) &&
	git -C "$HUB" config perf.lockTimeout 0 && : >"$HUB/refs/perf/queue.lock" &&
	n=$(git -C "$HUB" cat-file --batch-all-objects --batch-check | grep -c " commit ") &&
	{ (cd "$HUB" && GIT_DIR=. git-perf hook run plan $topic) & } && pid=$! &&
	# an attempt makes a commit, and finds at once that it cannot have it
	wait_until commits_there $((n + 1)) && rm "$HUB/refs/perf/queue.lock" &&
	wait $pid && seen_ended 4 && git -C "$HUB" config --unset perf.lockTimeout &&
	queue_of requests >actual && grep "requests/$topic-0.json" actual
'

test_expect_success 'a tag bench/<name> does, too' '
	git -C clone.bench tag bench/old c1 && git -C clone.bench tag v1 c2 &&
	git -C clone.bench push -q origin bench/old v1 && seen_ended 5 &&
	queue_of requests >actual && grep "requests/$c1-0.json" actual && ! grep $c2 actual
'

test_expect_success 'a result that lands takes its job off the queue' '
	hub_with_hook done && git clone -q "$HUB" clone.done && platforms_of clone.done p q &&
	git -C clone.done push -q origin main && seen_ended 1 &&
	head=$(git -C clone.done rev-parse main) &&
	queue_of jobs >actual && test_line_count = 2 actual &&
	record $head p 1 | git -C clone.done perf append -q && git -C clone.done perf push -q --lane &&
	seen_ended 2 && queue_of jobs >actual && test_line_count = 1 actual && grep jobs/q/ actual &&
	queue_of requests >actual && test_line_count = 1 actual
'

test_expect_success 'also one that is pushed without a lane' '
	record $head q 1 | git -C clone.done perf append -q && git -C clone.done perf push -q &&
	seen_ended 3 && test_must_fail git -C "$HUB" rev-parse -q --verify refs/perf/queue:jobs &&
	test_must_fail git -C "$HUB" rev-parse -q --verify refs/perf/queue:requests
'

test_done
