#!/bin/sh

test_description='git perf log: the same on any history, at any time, with or without its cache'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-log.sh"

test_expect_success 'A7, A36: any history, any range, as git has it' '
	git init -q random &&
	(
		cd random &&
		awk "BEGIN {
			srand(7)
			for (i = 1; i <= 60; i++) {
				print \"commit refs/heads/w\" i \"\nmark :\" i
				print \"committer C <c@example.com> \" 1600000000 + int(100000 * rand()) \" +0000\"
				print \"data 1\n\" i % 10
				if (i > 1) print \"from :\" i - 1 - int((i - 1 < 5 ? i - 1 : 5) * rand() * rand())
				n = int(3 * rand())
				for (j = 1; j <= n && i > 9; j++) print \"merge :\" 1 + int((i - 2) * rand())
				print \"\"
			}
		}" | git fast-import --quiet &&
		git update-ref refs/heads/main w60 &&
		git rev-list --all | awk "NR % 3" | while read -r id
		do
			record $id x86-64-linux 1 || exit 1
		done | git perf append -q &&
		for range in main w59 w1 w1..w60 w40..w60 w59..w60 w60..w59 w50..w55 \
			w33..w58 w20..w44 w58..w33 "w7.." "..w41" w30..w31
		do
			{ measured_by_git "$(full $range)" >expected || :; } &&
			measured $range >actual &&
			test_cmp expected actual || exit 1
		done
	)
'

test_expect_success JQ 'I16: values are medians of medians, by brute force' '
	git init -q many &&
	(
		cd many &&
		make_history 12 &&
		awk -v ids="$(git rev-list main | tr "\n" " ")" "BEGIN {
			srand(3)
			n = split(ids, id, \" \")
			for (i = 0; i < 90; i++) {
				printf \"{\\\"commit\\\":\\\"%s\\\",\\\"platform\\\":\\\"p%d\\\",\", id[1 + int(n * rand())], int(2 * rand())
				printf \"\\\"config\\\":{\\\"t\\\":\\\"%d\\\"},\\\"worker\\\":\\\"w%d\\\",\\\"benchmarks\\\":[\", int(2 * rand()), i
				for (b = 0; b < 2; b++) {
					printf \"%s{\\\"name\\\":\\\"b%d\\\",\\\"metrics\\\":[{\\\"name\\\":\\\"wall\\\",\\\"samples\\\":[\", b ? \",\" : \"\", b
					k = 1 + int(4 * rand())
					for (j = 0; j < k; j++) printf \"%s%d\", j ? \",\" : \"\", 1000 + 1000 * rand()
					printf \"]}]}\"
				}
				print \"]}\"
			}
		}" >in &&
		git perf append -q <in &&
		jq -s -r "def median: sort | if length % 2 == 1 then .[(length - 1) / 2]
				else (.[length / 2 - 1] + .[length / 2]) / 2 end;
			[.[] | . as \$r | .benchmarks[] | {
				key: [\$r.platform, \$r.config.t, .name, \$r.commit],
				value: (.metrics[0].samples | median),
				n: (.metrics[0].samples | length)}] |
			group_by(.key)[] | .[0].key + [([.[].value] | median), length,
				([.[].n] | add)] | map(tostring) | join(\" \")" in | sort >expected &&
		git perf log --json | jq -r ".series[] | . as \$s | .points[] |
			[\$s.platform, \$s.config.t, \$s.benchmark, .commit, .value, .runs, .samples] |
			map(tostring) | join(\" \")" | sort >actual &&
		test_cmp expected actual &&
		test "$(cut -d" " -f1-3 actual | sort -u | wc -l)" -eq 8
	)
'

everything () {
	for args in "" --json --porcelain=v1 "b1 --color=always" "c3..c9 b0" \
		"-n 3 --json" "-p p1 -k t=1 b0"
	do
		# shellcheck disable=SC2086
		git perf log $args || return 1
	done
}

test_expect_success 'I16: the same records and range give the same bytes' '
	(
		cd many &&
		rm -f .git/perf/index &&
		git config perf.cache false &&
		everything >../expected &&
		everything >../actual &&
		test_cmp ../expected ../actual &&
		test_path_is_missing .git/perf/index &&
		git config --unset perf.cache &&
		everything >../actual &&
		test_cmp ../expected ../actual &&
		everything >../actual &&
		test_cmp ../expected ../actual &&
		GIT_PERF_TEST_CLOCK=1900000000 TZ=Asia/Tokyo LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 \
			everything >../actual &&
		test_cmp ../expected ../actual &&
		git gc -q &&
		everything >../actual &&
		test_cmp ../expected ../actual
	) &&
	git clone -q many other &&
	(
		cd other &&
		everything >../actual &&
		test_cmp ../expected ../actual
	) &&
	# landed in another order, and one by one
	git clone -q many third &&
	(
		cd third &&
		git update-ref -d refs/remotes/origin/perf &&
		sort -r ../many/in | while read -r line
		do
			echo "$line" | git-perf append -q || exit 1
		done &&
		test "$(git rev-list --count perf)" = 90 &&
		everything >../actual &&
		test_cmp ../expected ../actual
	)
'

test_expect_success 'I16: a cache that is damaged, stale or in the way changes nothing' '
	(
		cd many &&
		index=.git/perf/index &&
		git config perf.cache false &&
		git perf log --json >../expected &&
		git config --unset perf.cache &&
		git perf log --json >../actual &&
		test_path_is_file $index &&
		cp $index ../index &&
		size=$(wc -c <$index) &&
		for at in 0 8 12 16 24 60 $((size / 2)) $((size - 1))
		do
			cp ../index $index &&
			printf "\377" | dd of=$index bs=1 seek=$at conv=notrunc 2>/dev/null &&
			git perf log --json >../actual &&
			test_cmp ../expected ../actual || exit 1
		done &&
		for keep in 0 1 20 64 $((size / 2)) $((size - 1))
		do
			head -c $keep ../index >$index &&
			git perf log --json >../actual &&
			test_cmp ../expected ../actual || exit 1
		done &&
		rm $index && mkdir $index &&
		git perf log --json >../actual &&
		test_cmp ../expected ../actual &&
		rmdir $index &&
		cp ../index $index &&
		record $(git rev-parse main) p0 5 | git perf append -q &&
		git perf log --json >../actual &&
		rm $index &&
		git perf log --json >../expected &&
		test_cmp ../expected ../actual &&
		! cmp -s ../expected ../index
	)
'

test_expect_success 'I16: what is cached does not depend on what was asked first' '
	(
		cd many &&
		rm -f .git/perf/index &&
		git config perf.cache false &&
		for args in "--json" "--json b0" "--json b1 -p p0" "--json --metric=wall" "-k t=0 --json c2..c8"
		do
			git perf log $args >"../plain.$args" || exit 1
		done &&
		git config --unset perf.cache &&
		for first in "--json b0" "-k t=0 --json c2..c8" "--json b1 -p p0"
		do
			rm -f .git/perf/index &&
			git perf log $first >/dev/null &&
			for args in "--json" "--json b0" "--json b1 -p p0" "--json --metric=wall" "-k t=0 --json c2..c8"
			do
				git perf log $args >../actual &&
				test_cmp "../plain.$args" ../actual || exit 1
			done || exit 1
		done
	)
'

test_expect_success JQ 'I16: warnings do not depend on the cache, either' '
	git init -q warn &&
	(
		cd warn &&
		make_history 40 &&
		for c in $(git rev-list main)
		do
			record $c p 10 && record $c q 11 || exit 1
		done | git perf append -q &&
		record 0123456789012345678901234567890123456789 p | git perf append -q &&
		git perf cat $(git perf ls -p p c1 | cut -f3) >good &&
		jq -c ".schema = 2" good | seal >newer &&
		echo nonsense >damaged &&
		GIT_INDEX_FILE=$PWD/x.index git read-tree perf &&
		for file in newer damaged
		do
			blob=$(git hash-object -w $file) &&
			GIT_INDEX_FILE=$PWD/x.index git update-index --add --cacheinfo \
				"100644,$blob,runs/p/$(echo $c1 | cut -c1-2)/$(echo $c1 | cut -c3-)-20231114T221320Z-c-$(echo $blob | cut -c1-12).json" || exit 1
		done &&
		git update-ref refs/heads/perf "$(git commit-tree -p perf -m x "$(GIT_INDEX_FILE=$PWD/x.index git write-tree)")" &&
		git config perf.cache false &&
		git perf log --json >../expected 2>../expected.err &&
		grep "^warning: .*newer" ../expected.err &&
		git config --unset perf.cache &&
		for i in 1 2 3
		do
			git perf log --json >../actual 2>../actual.err &&
			test_cmp ../expected ../actual &&
			test_cmp ../expected.err ../actual.err || exit 1
		done &&
		test_path_is_file .git/perf/index
	)
'

test_expect_success 'I16: show and ls are functions of the branch, too' '
	(
		cd many &&
		for command in "show c3" "ls" "ls --path -z" "cat --all" "fsck"
		do
			git perf $command >../expected &&
			GIT_PERF_TEST_CLOCK=1900000000 TZ=Asia/Tokyo git perf $command >../actual &&
			cmp ../expected ../actual || exit 1
		done
	)
'

test_done
