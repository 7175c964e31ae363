#!/bin/sh

test_description='what results stand for: ranges that follow each other, reasons, and what became of the rest'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# commits <n>: a minute from one to the next
made=0
commits () {
	i_=0
	while test "$i_" -lt "$1"
	do
		i_=$((i_ + 1)) made=$((made + 1))
		when_="$((1699990000 + 60 * made)) +0000"
		GIT_COMMITTER_DATE=$when_ GIT_AUTHOR_DATE=$when_ \
			git commit -q --allow-empty -m "commit $made" || return 1
	done
}

# measured <platform> <reason>: HEAD was
measured () {
	record_="\"platform\":\"$1\",\"reason\":\"$2\"" &&
	echo "{\"commit\":\"$(git rev-parse HEAD)\",$record_,\"benchmarks\":[{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\",\"unit\":\"ns\",\"better\":\"lower\",\"samples\":[1,2,3]}]}]}" |
	git perf append -q
}

plan () {
	GIT_PERF_TEST_CLOCK=$1 git perf plan -q
}

test_expect_success 'a trunk, planned and measured' '
	git init -q -b main project && cd project &&
	printf "[policy]\n\tplan = window=15m\n[platform \"p\"]\n[platform \"q\"]\n" >.gitperf && git add .gitperf &&
	commits 2 && plan 1700000000 && measured p scheduled && measured q scheduled &&
	commits 3 && plan 1700001000 && measured p scheduled && measured q scheduled &&
	commits 4 && plan 1700002000 && measured p scheduled && measured q push &&
	git rev-list main >ids && commits 2
'

test_expect_success JQ 'commit_range and benchmark_reason: contiguous and disjoint on each platform' '
	git perf log --json >json &&
	for platform in p q
	do
		jq -r ".columns[] | select(.platform == \"$platform\") | .measured[] |
			\"\(.commit) \(.commit_range.commits) \(.commit_range.oldest)\"" json >ranges &&
		test_line_count = 3 ranges &&
		# each is where the one before has ended; the first plan begins with its commit
		at=0 &&
		while read -r commit commits oldest
		do
			test "$commit" = "$(sed -n "$((at + 1))p" ids)" &&
			at=$((at + commits)) &&
			test "$oldest" = "$(sed -n "${at}p" ids)" || return 1
		done <ranges &&
		test "$at" = 8 || return 1
	done &&
	jq -c "[.columns[] | [.platform, (.measured[] | .benchmark_reason)]]" json >actual &&
	echo "[[\"p\",[\"scheduled\"],[\"scheduled\"],[\"scheduled\"]],[\"q\",[\"push\"],[\"scheduled\"],[\"scheduled\"]]]" |
	test_cmp - actual
'

test_expect_success 'for people: how many commits, and what became of the others' '
	git perf log >out &&
	grep "^            2 commits not measured yet: 2 pending\$" out &&
	grep "^            3 commits not measured: 3 represented\$" out &&
	grep " (4)  .* (4)  *commit 9\$" out &&
	grep "; (n): stands for n commits\$" out &&
	git perf log -p p b >out &&
	grep "^            3 commits not measured: 3 represented\$" out
'

test_expect_success 'where platforms differ, nothing is said of both' '
	git perf request -q -p q HEAD~4 && git perf log >out &&
	grep "^            3 commits not measured\$" out &&
	git perf log -p q b >out && grep "^            3 commits not measured: 1 pending, 2 represented\$" out
'

test_expect_success JQ '--range-mode=24h: the day before, planned or not, and overlapping' '
	git perf log --range-mode=24h --json >json &&
	jq -c ".columns[0].measured | map(.commit_range.commits)" json >actual &&
	echo "[9,5,2]" | test_cmp - actual &&
	test_must_fail git perf log --range-mode=week 2>err && grep "decided or 24h, not .week." err
'

test_expect_success JQ '--since: down to the last commit that is not older' '
	git perf log --json --since=2023-11-14T19:35:00Z >json &&
	jq -r ".commits[].id" json >actual && git rev-list main | sed 4,\$d | test_cmp - actual &&
	git perf log --json --since=2023-11-14T19:30:00Z >json && jq -e ".columns[0].measured | length == 2" json &&
	test_must_fail git perf log --since=yesterdayish 2>err && grep yesterdayish err
'

test_expect_success JQ 'without a plan a log says what it always has, and no range' '
	git init -q -b main ../plain && cd ../plain && commits 3 && measured p manual && commits 1 &&
	git perf log --json >json && jq -e ".columns[0].measured[0].commit_range == null" json &&
	git perf log >out && grep "^            1 commit not measured yet\$" out && ! grep "stands for" out
'

test_expect_success JQ 'a suite that cannot be used takes nothing from the log but the ranges' '
	cd ../project && git perf log >expected && echo "[polcy]" >.gitperf && git add .gitperf && commits 1 &&
	git perf log >out 2>err && grep "unknown section" err && grep "commit 9\$" out && ! grep "(4)" out
'

test_done
