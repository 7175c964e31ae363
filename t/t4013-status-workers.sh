#!/bin/sh

test_description='git perf status: the queue, workers and requests, on all terminals, and --watch'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"

# on_terminal <columns> <command>: what it prints on one, without colours and returns
on_terminal () {
	script -qec "stty cols $1 rows 50; $2" /dev/null </dev/null | tr -d "\\r"
}
test_lazy_prereq SCRIPT 'script -qec true /dev/null'

test_expect_success 'sections come when there is something to tell' '
	a_farm && hire w1 && boss git perf status >out && test_grep ! "^queue" out && test_grep ! "^workers" out &&
	boss git perf request -q HEAD && work w1 -q && more a b && boss git perf request -q HEAD~1..HEAD && boss git perf fetch -q &&
	boss git perf queue >queue && boss git perf status >out &&
	sed -n "/^queue\$/,/^\$/p" out | sed -e 1d -e "/^\$/d" >section && test_cmp queue section &&
	boss git perf worker --cached >workers && sed -n "/^workers\$/,/^\$/p" out | sed -e 1d -e "/^\$/d" >section && test_cmp workers section &&
	sed -n "/^requests\$/,/^\$/p" out >section && test_grep "^$(git -C "$FARM/boss" rev-parse --short=10 HEAD)  pending " section &&
	test_grep "  complete  1 of 1 " section
'

test_expect_success 'a long queue is cut, but for -v' '
	more c d e f g && for i in 0 1 2 3 4
	do
		boss git perf request -q HEAD~$i || return 1
	done &&
	boss git perf status >out && test_grep "^and [0-9]* more: git perf queue\$" out &&
	boss git perf status -v >out && test_grep ! "more: git perf queue" out && test_grep "^w1: git-perf" out
'

test_expect_success SCRIPT 'A narrow terminal has lines that fit' '
	cd "$FARM/boss" && on_terminal 40 "git --no-pager perf status" >"$TRASH_DIRECTORY/out" && cd "$TRASH_DIRECTORY" &&
	sed -n "/queue\$/,/^platform/p" out | sed -e "/platform/d" -e "s/.\[[0-9;]*m//g" >section && test_line_count -gt 10 section &&
	awk "length(\$0) > 40 { print; bad = 1 } END { exit bad }" section &&
	test_grep "x: queued" section && test_grep "w1 (x): " section && test_grep ": pending, 0 of 1" section
'

test_expect_success 'colours' '
	work w1 -q --once && boss git perf fetch -q && boss git perf queue >out && boss git perf status --color=always >out &&
	test_grep "$(printf "\033\\[32mcomplete")" out && test_grep "$(printf "\033\\[1mworkers")" out
'

test_expect_success 'M25 one platform keeps another waiting' '
	a_project uneven && (
		cd uneven && git perf plan -q && for i in 1 2 3
		do
			commits c$i && git perf request -q HEAD && job () {
				files=$(queue_files "jobs/$1") && for f in $files
				do
					queue_cat "$f" | grep "$head" >/dev/null && basename "$f" .json
				done
			} &&
			record_now $head x 7 "\"started\":\"2023-11-14T22:00:00Z\",\"finished\":\"2023-11-14T22:10:00Z\",\"worker\":\"w\",\"job\":{\"id\":\"$(job x)\",\"round\":0}" | git perf append -q &&
			record_now $head y 7 "\"started\":\"2023-11-14T22:00:00Z\",\"finished\":\"2023-11-14T22:01:00Z\",\"worker\":\"v\",\"job\":{\"id\":\"$(job y)\",\"round\":0}" | git perf append -q || return 1
		done &&
		git perf status >out && test_grep "^x keeps y waiting: the same commits keep a machine there busy for 30 min, and here for 3 min" out &&
		git perf status --json >json && test_grep "\"imbalance\":{\"slow\":\"x\",\"slow_ms\":1800000,\"fast\":\"y\",\"fast_ms\":180000}" json
	)
'

test_expect_success 'M10 --watch into a file: once for each change' '
	a_farm && hire w1 && boss git perf request -q HEAD && : >seen &&
	{ (cd "$FARM/boss" && exec git-perf status --watch=1 >"$TRASH_DIRECTORY/seen" 2>"$TRASH_DIRECTORY/err") & } && watcher=$! &&
	test_atexit "kill $watcher 2>/dev/null || :" &&
	i=0 && until test "$(grep -c "^branch" seen)" = 1 || test $i = 300
	do
		i=$((i + 1)) && perl -e "select undef, undef, undef, 0.1" || return 1
	done &&
	work w1 -q && until grep "complete" seen >/dev/null || test $i = 600
	do
		i=$((i + 1)) && perl -e "select undef, undef, undef, 0.1" || return 1
	done &&
	test_grep "complete" seen && kill $watcher && { wait $watcher || :; } && test_must_be_empty err &&
	grep -c "^branch" seen >n && test "$(cat n)" -le 4
'

test_expect_success SCRIPT '--watch on a terminal: another screen, and the first one again' '
	{ (cd "$FARM/boss" && on_terminal 80 "TERM=xterm timeout -s INT 3 git-perf status --watch=1") >screen || :; } &&
	test_grep "$(printf "\033\\[?1049h")" screen && test_grep "$(printf "\033\\[?1049l")\$" screen && test_grep ! "$(printf "\033\\[2J")" screen
'

test_expect_success 'what --watch does not take' '
	boss test_expect_code 129 git perf status --watch=0 2>err && test_grep "is no number of seconds from 1 to 86400" err &&
	boss test_expect_code 129 git perf status --watch=x 2>err && boss test_expect_code 129 git perf status --watch --exit-code 2>err
'

test_done
