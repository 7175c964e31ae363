#!/bin/sh

test_description='git perf plan: which commits are chosen, by each policy, and why'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# is_explained [<option>...]: what is on standard input, and nothing else
is_explained () {
	cat >expected && explained "$@" >actual && test_cmp expected actual
}

# by <policy>: a project "repo" of one platform with that policy, planned for at 0
by () {
	rm -rf repo && a_project repo "[policy]\n\t$1\n[platform \"x\"]" && cd repo && at 0 &&
	git perf plan -q
}

test_expect_success 'the first plan begins with the newest commit' '
	a_project first &&
	(
		cd first &&
		commits a &&
		git perf plan >out &&
		cat >expected <<-END &&
		x: 1 to measure
		  $(git rev-parse --short=10 HEAD)  to be measured, as planning begins here
		y: 1 to measure
		  $(git rev-parse --short=10 HEAD)  to be measured, as planning begins here
		END
		test_cmp expected out &&
		queue_jobs >jobs &&
		printf "x $head scheduled\ny $head scheduled\n" | test_cmp - jobs &&
		decided >files && test_line_count = 2 files &&
		must_be_sound
	)
'

test_expect_success 'the same once more changes nothing' '
	(
		cd first &&
		git for-each-ref >before &&
		git perf plan >out &&
		printf "x: nothing new\ny: nothing new\n" | test_cmp - out &&
		at 3600 && git perf plan -q && git perf plan --json >json &&
		git for-each-ref >after &&
		test_cmp before after &&
		test_grep "\"new\":false" json
	)
'

test_expect_success 'A43 -n says the same, and changes nothing' '
	(
		cd first &&
		commits b c && at 3600 &&
		git for-each-ref >before &&
		git count-objects -v >objects &&
		git perf plan -n >dry && git perf plan -n --json >dry.json &&
		git for-each-ref >after && test_cmp before after &&
		git count-objects -v | test_cmp objects - &&
		git perf plan --json >json &&
		test_cmp dry.json json &&
		test_grep "^x: 1 to measure, 1 represented\$" dry
	)
'

test_expect_success 'the fields of --json' '
	(
		cd first &&
		commits d && at 3660 && git perf plan --json >json &&
		cat >expected <<-END &&
		{"version":1,"now":"2023-11-14T23:01:00.000000000Z","trunk":"main","head":"$head","plan":"window=15m tagged","overridden":[],"platforms":[{"platform":"x","depth":2,"pace_before":"normal","pace":"normal","window_ms":900000,"batch":0,"waiting":1,"due":"2023-11-14T23:15:00.000000000Z","commits":[{"commit":"$head","ruling":"wait","reasons":[],"represented_by":null,"why":null}]},{"platform":"y","depth":2,"pace_before":"normal","pace":"normal","window_ms":900000,"batch":0,"waiting":1,"due":"2023-11-14T23:15:00.000000000Z","commits":[{"commit":"$head","ruling":"wait","reasons":[],"represented_by":null,"why":null}]}],"finished":0,"queued":4,"running":0,"new":false,"lost_races":0}
		END
		test_cmp expected json
	)
'

test_expect_success 'git-perf-plan(1) has every member of it' '
	sed -n "/^== OUTPUT/,/^== CONF/p" "$TOP/Documentation/git-perf-plan.adoc" >page &&
	git -C first perf plan --suggest --json | cat first/json - |
	grep -o "\"[a-z_]*\":" | tr -d "\":" | sort -u >members &&
	test_line_count -gt 25 members &&
	while read -r member
	do
		test_grep -F "\`$member\`" page || return 1
	done <members
'

# --- Windows ---

test_expect_success 'A23 the first of a window at once, the others with the next one' '
	(
		by "plan = window=15m" &&
		at 3600 && commits a && is_explained <<-\END &&
		x: 1 to measure
		  a  to be measured, the newest commit of a window of 15 min
		END
		commits b && at 3601 && is_explained <<-\END &&
		x: 1 waits until 23:15 UTC
		  b  waits for the next window, at 23:15 UTC
		END
		commits c && at 4499 && is_explained <<-\END &&
		x: 2 wait until 23:15 UTC
		  b  waits for the next window, at 23:15 UTC
		  c  waits for the next window, at 23:15 UTC
		END
		commits d && at 4500 && is_explained <<-\END
		x: 1 to measure, 2 represented
		  b  d stands for it
		  c  d stands for it
		  d  to be measured, the newest commit of a window of 15 min
		END
	)
'

test_expect_success 'a timer that comes early or late has a window each time' '
	(
		by "plan = window=15m" &&
		for time in 902 1800 2703 3600 4501 5400
		do
			commits at-$time && at $time && git perf plan -q || return 1
		done &&
		queue_files jobs >files && test_line_count = 7 files
	)
'

test_expect_success 'a clock that was ahead delays nothing for longer than a window' '
	(
		by "plan = window=15m" &&
		commits future && at 86400 && git perf plan -q &&
		commits a && at 1000 && git perf plan >out &&
		test_grep "^x: 1 to measure" out &&
		commits b && at 950 && git perf plan >out &&
		test_grep "^x: 1 waits" out
	)
'

# --- Batches ---

test_expect_success 'A21 commits=3: the newest of each batch; an older one gives way' '
	(
		by "plan = commits=3" &&
		commits a b && git perf plan >out && test_grep "^x: 2 wait\$" out &&
		commits c && is_explained <<-\END &&
		x: 1 to measure, 2 represented, 1 taken off the queue
		  policy  taken off the queue: a later batch is complete; c stands for it
		  a  c stands for it
		  b  c stands for it
		  c  to be measured, the last of 3
		END
		commits d e f g h i j && is_explained <<-\END &&
		x: 1 to measure, 5 represented, 1 taken off the queue, 1 waits
		  c  taken off the queue: a later batch is complete; i stands for it
		  d  i stands for it
		  e  i stands for it
		  f  i stands for it
		  g  i stands for it
		  h  i stands for it
		  i  to be measured, the last of 3
		  j  waits until there are 3
		END
		queue_jobs >jobs && test_line_count = 1 jobs
	)
'

# lease <path>: as if a worker was at it
lease () {
	queue_cat "$1" |
	sed "s/,\"platform\"/,\"lease\":{\"beat\":0,\"token\":1,\"worker\":\"box-1\"},\"platform\"/" | put "$1"
}

test_expect_success 'A8 what somebody is at, or has asked for, does not give way' '
	(
		by "plan = commits=1 tagged" &&
		with_queue lease "$(job_of $head)" && leased=$head &&
		commits a && git perf plan -q && git perf request -q HEAD &&
		wanted=$head &&
		commits "b [bench]" && git perf plan -q && marked=$head &&
		commits c d && git perf plan -q &&
		queue_jobs >jobs &&
		printf "x $head push\nx $leased push\nx $wanted manual push\nx $marked tagged push\n" |
		sort | test_cmp - jobs
	)
'

test_expect_success 'window and commits: whichever is full first' '
	(
		by "plan = window=1h commits=2" &&
		commits a && at 60 && git perf plan >out &&
		test_grep "^x: 1 waits until 23:00 UTC" out &&
		commits b && at 120 && git perf plan >out &&
		test_grep "^x: 1 to measure, 1 represented" out &&
		commits c && at 3600 && git perf plan >out &&
		test_grep "^x: 1 to measure\$" out &&
		test_grep "newest commit of a window of 60 min" out
	)
'

# --- Merges, and each one ---

# merge <name>: of a side branch with two commits
merge () {
	git checkout -q -b "side-$1" && commits "$1-1" "$1-2" && git checkout -q main &&
	test_tick && git merge -q --no-ff -m "$1" "side-$1" && head=$(git rev-parse HEAD)
}

test_expect_success 'A30 merges: each, and what is none only with it, or once in a while' '
	(
		by "plan = merges" &&
		at 60 && commits a && git perf plan >out && test_grep "^x: 1 waits\$" out &&
		merge m1 && commits b && merge m2 && commits c &&
		is_explained <<-\END &&
		x: 2 to measure, 2 skipped, 1 waits
		  a  skipped: it is no merge; m1 stands for it
		  m1  to be measured, as each merge is
		  b  skipped: it is no merge; m2 stands for it
		  m2  to be measured, as each merge is
		  c  waits for the next merge
		END
		at 900 && commits d && git perf plan >out && test_grep "^x: 2 skipped\$" out &&
		commits e && git perf plan >out && test_grep "^x: 1 waits\$" out
	)
'

test_expect_success 'merges with a window: its newest merge' '
	(
		by "plan = merges window=15m" &&
		merge m1 && merge m2 && commits a && at 900 && is_explained <<-\END
		x: 1 to measure, 1 represented, 1 skipped
		  m1  m2 stands for it
		  m2  to be measured, the newest merge of a window of 15 min
		  a  skipped: it is no merge
		END
	)
'

test_expect_success 'A53 every: each of them, parents first' '
	(
		by "plan = every" &&
		commits a b c && is_explained <<-\END &&
		x: 3 to measure
		  a  to be measured, as each commit is
		  b  to be measured, as each commit is
		  c  to be measured, as each commit is
		END
		git perf queue >out &&
		sed -n "2,\$s/x  *\([0-9a-f]*\).*/\1/p" out >actual &&
		git log --reverse --abbrev=10 --format=%h -4 >expected &&
		test_cmp expected actual
	)
'

# --- What is measured already ---

test_expect_success 'what is measured, or was tried in vain, is not measured again' '
	(
		by "plan = every" &&
		git perf request -q --cancel HEAD &&
		commits a b c &&
		record $(git rev-parse HEAD~1) x 1 | git perf append -q &&
		printf "{\"commit\":\"%s\",\"platform\":\"x\",\"benchmarks\":[{\"name\":\"b\",\"status\":\"failed\"}]}\n" \
			$(git rev-parse HEAD) | git perf append -q &&
		is_explained <<-\END
		x: 1 to measure, 2 done already
		  a  to be measured, as each commit is
		  b  chosen, and measured already
		  c  chosen, but it was tried in vain: git perf request --again
		END
	)
'

test_expect_success 'a result takes its job off the queue, whoever made it' '
	(
		cd repo &&
		record $(git rev-parse HEAD~2) x 1 | git perf append -q &&
		git perf plan >out &&
		printf "x: nothing new\n1 job done, and off the queue\n" | test_cmp - out &&
		git perf queue >out && echo "nothing waits to be measured" | test_cmp - out &&
		queue_files requests >files && test_must_be_empty files
	)
'

test_expect_success 'A24 idle = remeasure: the newest once more in each window, while nothing else is' '
	(
		by "plan = window=15m\n\tidle = remeasure" &&
		at 900 && git perf plan >out && test_grep "nothing new" out &&
		record $head x 1 | git perf append -q &&
		git perf plan >out &&
		test_grep "^x: 1 to measure" out &&
		test_grep "once more, as there is nothing else to do" out &&
		test_grep "^1 job done" out &&
		queue_cat "$(queue_files jobs)" | grep "\"reasons\":\[\"idle\"\],\"round\":1," &&
		at 1800 && git perf plan >out && test_grep "^x: nothing new" out &&
		record $head x 2 | git perf append -q && git perf plan >out && test_grep "^x: nothing new" out &&
		id=$(basename "$(queue_files jobs)" .json) &&
		record $head x 3 "\"job\":{\"id\":\"$id\",\"round\":1}" | git perf append -q &&
		git perf plan >out && test_grep "^1 job done" out &&
		queue_cat "$(queue_files jobs)" | grep "\"round\":2," &&
		git perf plan >out && test_grep "^x: nothing new" out
	)
'

# --- Marks ---

test_expect_success 'A31 marks: in a message, on a line of its own, by a tag' '
	(
		by "plan = tagged" &&
		commits a "b [bench] it" c && c=$head &&
		git commit -q --allow-empty -m d -m "Benchmark: yes" && d=$(git rev-parse HEAD) &&
		commits "e Benchmark: yes" && git commit -q --allow-empty -m f -m "benchmark:YES please" &&
		git commit -q --allow-empty -m g -m "Benchmark: yesterday" &&
		git commit -q --allow-empty -m h -m "Benchmark: no" &&
		git tag bench/c $c && git tag benchmark/e HEAD~3 &&
		git perf plan --explain >out && git log -8 --abbrev=10 --format="s/^  %h /  %f /;s/%h/%f/" >names &&
		sed -f names out | grep "to be measured" >actual &&
		cat >expected <<-\END &&
		  b-bench-it  to be measured, as somebody has marked it
		  c  to be measured, as somebody has marked it
		  d  to be measured, as somebody has marked it
		  f  to be measured, as somebody has marked it
		END
		test_cmp expected actual &&
		test_grep "x: 4 to measure, 2 skipped, 2 wait" out
	)
'

test_expect_success 'a tag: annotated, of another branch, of an old commit; heeded once' '
	(
		by "plan = window=15m tagged" &&
		git tag -a -m why bench/old HEAD~1 && old=$(git rev-parse HEAD~1) &&
		git checkout -q -b topic && commits topic && git tag bench/topic/1 && topic=$head &&
		git checkout -q main && git tag bench/blob $(git rev-parse HEAD:.gitperf) &&
		git perf plan >out &&
		test_grep "^x: 2 to measure" out &&
		queue_jobs >jobs &&
		test_grep "x $old tagged" jobs && test_grep "x $topic tagged" jobs &&
		git for-each-ref refs/perf >before &&
		git perf plan -q &&
		git for-each-ref refs/perf | test_cmp before - &&
		git perf request -q --cancel bench/old &&
		git perf plan -q && queue_jobs >jobs && test_grep ! $old jobs &&
		git tag -d bench/topic/1 && git perf plan -q &&
		queue_jobs >jobs && test_grep "x $topic tagged" jobs
	)
'

test_expect_success 'a tag on a commit that is about to be decided about is heeded, too' '
	(
		by "plan = window=15m tagged" &&
		commits a b && git tag bench/a HEAD~1 && a=$(git rev-parse HEAD~1) &&
		git perf plan >out && test_grep "^x: 1 to measure, 1 waits" out &&
		queue_cat plan | grep "\"marked\":\[\"$a\"\]" &&
		git perf request -q --cancel $a && git perf plan -q &&
		queue_jobs >jobs && test_grep ! $a jobs
	)
'

test_expect_success 'A32 chosen by both: once, for both reasons' '
	(
		by "plan = window=15m tagged" &&
		commits "a [bench]" && at 900 && git perf plan >out &&
		test_grep "as somebody has marked it, the newest commit of a window" out &&
		queue_jobs >jobs && test_grep "x $head tagged scheduled" jobs
	)
'

test_expect_success 'a policy without the word heeds no mark' '
	(
		by "plan = window=15m" &&
		commits "a [bench]" && git tag bench/first HEAD~1 && git perf plan >out &&
		test_grep "^x: 1 waits" out
	)
'

# --- Length ---

limits="widenOver = 2\n\twidenUntil = 1\n\tdropOver = 4\n\tdropUntil = 2"

# do_some <n>: somebody measures the first <n> commits of the queue
do_some () {
	git perf queue --json | grep -o "\"commit\":\"[0-9a-f]*\"" | head -n "$1" | cut -d\" -f4 >some &&
	while read -r commit
	do
		record $commit x 1 || return 1
	done <some | git perf append -q
}

test_expect_success 'what was chosen before its queue became long says what it was chosen for' '
	(
		by "plan = every\n\t$limits" &&
		commits a b c && is_explained <<-\END
		x: 3 to measure
		  the queue held 4 requests, and the limit is 2: half as many commits are chosen, until it is down to 1
		  a  to be measured, as each commit is
		  b  to be measured, as each commit is
		  c  to be measured, as each commit is
		END
	)
'

test_expect_success 'A38 above one limit: every second, or a window twice as long' '
	(
		by "plan = every\n\t$limits" &&
		commits a b && git perf plan -q &&
		commits c d e && is_explained <<-\END &&
		x: 1 to measure, 1 represented, 1 waits
		  the queue held 3 requests, and the limit is 2: half as many commits are chosen, until it is down to 1
		  c  d stands for it
		  d  to be measured, the last of 2
		  e  waits until there are 2
		END
		git perf plan --json | grep "\"depth\":4,\"pace_before\":\"widened\",\"pace\":\"widened\"" &&
		do_some 2 && commits f && git perf plan --json >json &&
		test_grep "\"depth\":2,\"pace_before\":\"widened\",\"pace\":\"widened\"" json &&
		do_some 2 && git perf plan --json >json &&
		test_grep "\"depth\":1,\"pace_before\":\"widened\",\"pace\":\"normal\"" json
	) &&
	(
		by "plan = window=15m\n\t$limits" &&
		git perf request -q --again HEAD && git perf request -q HEAD~1 &&
		commits a && at 900 && git perf plan -q && commits b && at 1799 && git perf plan --json >json &&
		test_grep "\"depth\":3,\"pace_before\":\"widened\",\"pace\":\"widened\",\"window_ms\":1800000" json &&
		test_grep "\"waiting\":1,\"due\":\"2023-11-14T22:30" json
	)
'

test_expect_success 'A39 above the other: what was planned goes, the newest comes; A43 what people want stays' '
	(
		by "plan = every\n\t$limits" &&
		git perf request -q HEAD~1 &&
		commits a b c && sort >expected <<-\END &&
		x: 1 to measure, 3 taken off the queue
		  the queue held 5 requests, and the limit is 4: only the newest commit is kept, until it is down to 2
		  policy  taken off the queue: the queue held 5 requests, and the limit is 4; c stands for it
		  a  taken off the queue: the queue held 5 requests, and the limit is 4; c stands for it
		  b  taken off the queue: the queue held 5 requests, and the limit is 4; c stands for it
		  c  to be measured, the newest of all
		END
		explained | sort | test_cmp expected - &&
		queue_jobs >jobs && head=$(git rev-parse main) &&
		printf "x $head push\nx $(git rev-parse main~4) manual\n" | sort | test_cmp - jobs &&
		git perf plan --json | grep "\"depth\":2,\"pace_before\":\"widened\",\"pace\":\"widened\""
	)
'

test_expect_success 'at the limits themselves nothing changes' '
	(
		by "plan = every\n\t$limits" &&
		commits a && git perf plan --json >json &&
		test_grep "\"depth\":1,\"pace_before\":\"normal\",\"pace\":\"normal\"" json &&
		git perf plan --json >json &&
		test_grep "\"depth\":2,\"pace_before\":\"normal\",\"pace\":\"normal\"" json &&
		commits b && git perf plan --json >json &&
		test_grep "\"depth\":3,\"pace_before\":\"normal\",\"pace\":\"widened\"" json &&
		commits c d && git perf plan -q && git perf plan --json >json &&
		test_grep "\"depth\":4,\"pace_before\":\"widened\",\"pace\":\"widened\"" json
	)
'

test_expect_success 'A40 degrade = skip: nothing is added, and it is said of each' '
	(
		by "plan = every\n\tdegrade = skip\n\t$limits" &&
		commits a b && git perf plan -q && commits c "d [bench]" && at 900 && is_explained <<-\END &&
		x: 2 skipped
		  the queue held 3 requests, and the limit is 2: nothing is added, until it is down to 1
		  c  skipped: the queue held 3 requests, and the limit is 2
		  d [bench]  skipped: the queue held 3 requests, and the limit is 2
		END
		git perf request -q HEAD~1 && queue_jobs >jobs && test_line_count = 4 jobs
	)
'

test_expect_success 'depthUnit = jobs counts configurations' '
	(
		by "depthUnit = jobs\n[platform \"y\"]\n\tconfig = a=1\n\tconfig = a=2\n\tconfig = a=3" &&
		commits a && at 900 && git perf plan --json >json &&
		test_grep "\"platform\":\"y\",\"depth\":3" json &&
		test_grep "\"platform\":\"x\",\"depth\":1" json &&
		git -c perf.depthUnit=requests perf plan --json >json &&
		test_grep "\"platform\":\"y\",\"depth\":2" json
	)
'

# --- Who decides ---

test_expect_success 'git config overrides, and that is said' '
	(
		by "plan = window=15m" &&
		commits a b && git -c perf.plan=every -c perf.degrade=skip perf plan -n >out &&
		test_grep "^x: 2 to measure" out &&
		test_grep "^note: git config decides here, and only here: perf.plan, perf.degrade\$" out &&
		git -c perf.plan=every perf plan -n --json | grep "\"plan\":\"every\",\"overridden\":\[\"plan\"\]" &&
		must_refuse 128 "perf.plan" git -c perf.plan=sometimes perf plan
	)
'

test_expect_success 'wrong usage' '
	(
		cd repo &&
		for args in "x" "--suggest -n" "--suggest --explain" "--local --remote=origin" "--steps=3"
		do
			test_expect_code 129 git perf plan $args 2>err && test_grep "^hint:" err || return 1
		done
	)
'

test_done
