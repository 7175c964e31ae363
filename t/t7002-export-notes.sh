#!/bin/sh

test_description='git perf export --notes: a line for each commit, as git itself shows it'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-notes.sh"

test_expect_success 'set up' '
	make_history 6
'

test_expect_success 'it says which formats there are' '
	test_expect_code 129 git perf export >out 2>err &&
	test_must_be_empty out &&
	test_grep "^error: .*--notes" err &&
	test_expect_code 129 git perf export --notes more 2>err &&
	test_grep "more" err
'

test_expect_success 'without measurements it does nothing' '
	repository_state >before &&
	git perf export --notes >out 2>err &&
	test_must_be_empty out &&
	test_grep "^no measurements yet" err &&
	git perf export --notes -q 2>err &&
	test_must_be_empty err &&
	repository_state >after &&
	test_cmp before after
'

test_expect_success 'a line per measured commit and platform, which git log prints' '
	echo "sort=1000000" | measure $c1 &&
	printf "%s\n" sort=2000000 find=5000 | measure $c2 &&
	printf "%s\n" sort=1000000 find=5000 | measure $c4 &&
	printf "%s\n" sort=3000000 find=5000 | measure $c4 other-linux &&
	git perf export --notes >out &&
	cat >expected <<-\END &&
	refs/notes/perf/other-linux: 1 note, 1 new, 0 changed, 0 removed
	refs/notes/perf/p: 3 notes, 3 new, 0 changed, 0 removed
	END
	test_cmp expected out &&
	note_is $c1 "wall: sort 1.00 ms" &&
	note_is $c2 "100.0% worse than $(echo $c1 | cut -c1-10); wall: sort 2.00 ms (+100.0%), find 5.00 us" &&
	note_is $c4 "29.3% better than $(echo $c2 | cut -c1-10); wall: sort 1.00 ms (-50.0%), find 5.00 us" &&
	note_is $c4 "wall: find 5.00 us, sort 3.00 ms" other-linux &&
	git notes --ref perf/p list | cut -d" " -f2 | sort >actual &&
	printf "%s\n" $c1 $c2 $c4 | sort >expected &&
	test_cmp expected actual &&
	git log --format="%s: %N" --notes=perf/p main | grep . >actual &&
	cat >expected <<-END &&
	commit 6: 
	commit 5: 
	commit 4: $(note $c4)
	commit 3: 
	commit 2: $(note $c2)
	commit 1: $(note $c1)
	END
	test_cmp expected actual &&
	git log -n 3 --notes=perf/p --notes=perf/other-linux >out &&
	test_grep "^Notes (perf/p):" out &&
	test_grep "^    wall: find 5.00 us, sort 3.00 ms" out &&
	must_be_sound
'

test_expect_success 'its commits are few, linear and marked' '
	test "$(git rev-list --count $NOTES)" = 1 &&
	echo "perf: notes for p [skip ci]" >expected &&
	git log --format=%B $NOTES | grep . >actual &&
	test_cmp expected actual &&
	git ls-tree -r --name-only $NOTES >actual &&
	printf "%s\n" $c1 $c2 $c4 | sed "s/../&\//" | sort >expected &&
	test_cmp expected actual
'

test_expect_success 'again, it changes nothing at all' '
	repository_state >before &&
	git count-objects -v >objects.before &&
	git perf export --notes >out &&
	test_grep "^$NOTES: 3 notes, as before\$" out &&
	git perf export --notes -q >out 2>err &&
	test_must_be_empty out &&
	test_must_be_empty err &&
	repository_state >after &&
	test_cmp before after &&
	git count-objects -v >objects.after &&
	test_cmp objects.before objects.after
'

test_expect_success 'another clone, another time, no cache: the same bytes' '
	test_when_finished "rm -rf clone" &&
	git clone -q . clone &&
	(
		cd clone &&
		git config perf.cache false &&
		GIT_PERF_TEST_CLOCK=1900000000 TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
			git perf export --notes -q
	) &&
	git rev-parse "$NOTES^{tree}" "refs/notes/perf/other-linux^{tree}" >expected &&
	git -C clone rev-parse "$NOTES^{tree}" "refs/notes/perf/other-linux^{tree}" >actual &&
	test_cmp expected actual
'

test_expect_success 'a dry run says what would change' '
	printf "%s\n" sort=1500000 find=5000 | measure $c3 &&
	repository_state >before &&
	git perf export --notes -n -p p >out &&
	echo "$NOTES: would have 4 notes, 1 new, 1 changed, 0 removed" >expected &&
	test_cmp expected out &&
	repository_state >after &&
	test_cmp before after
'

test_expect_success 'a new measurement is one commit on top; only its own folders are new' '
	old=$(git rev-parse $NOTES) &&
	git perf export --notes >out &&
	test_grep "^$NOTES: 4 notes, 1 new, 1 changed, 0 removed\$" out &&
	test_grep "^refs/notes/perf/other-linux: 1 note, as before\$" out &&
	test "$(git rev-parse $NOTES^)" = $old &&
	note_is $c3 "13.4% better than $(echo $c2 | cut -c1-10); wall: sort 1.50 ms (-25.0%), find 5.00 us" &&
	note_is $c4 "18.4% better than $(echo $c3 | cut -c1-10); wall: sort 1.00 ms (-33.3%), find 5.00 us" &&
	git diff-tree --name-only $old $NOTES >actual &&
	printf "%s\n" $c3 $c4 | cut -c1-2 | sort >expected &&
	test_cmp expected actual &&
	must_be_sound
'

test_expect_success 'several runs of a commit are one value, as in git perf log' '
	test_when_finished forget_all &&
	for v in 5000 1000 2000
	do
		echo "sort=$v" | measure $c5 || return 1
	done &&
	git perf export --notes -q -p p &&
	git perf log --porcelain=v1 -n 1 -p p c5 | cut -f10 >actual &&
	echo 2000 >expected &&
	test_cmp expected actual &&
	note $c5 >actual &&
	test_grep "sort 2.00 us" actual
'

test_expect_success 'what the intervals leave open is no news' '
	test_when_finished forget_all &&
	{ record $c1 p 100,200,300 && record $c2 p 110,210,310 &&
		record $c3 p 110,210,310; } | git perf append -q &&
	git perf export --notes -q &&
	note_is $c2 "no clear change since $(echo $c1 | cut -c1-10); wall: sort 210 ns" &&
	note_is $c3 "no clear change since $(echo $c2 | cut -c1-10); wall: sort 210 ns"
'

test_expect_success 'a change of environment is said, and not taken for news' '
	test_when_finished forget_all &&
	for i in 1 2
	do
		printf "{\"commit\":\"%s\",\"platform\":\"p\",\"fingerprint\":\"000000000000000$i\",\"benchmarks\":[" \
			$(git rev-parse c$i) &&
		printf "{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[${i}00,${i}00,${i}00]}]}," &&
		printf "{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\",\"samples\":[${i}00,${i}00,${i}00]}]}]}\n" || return 1
	done | git perf append -q &&
	git perf export --notes -q &&
	note_is $c2 "100.0% worse than $(echo $c1 | cut -c1-10) (environment changed); wall: a 200 ns, b 200 ns"
'

test_expect_success 'rates: higher is better, and what agrees with the values is said' '
	test_when_finished forget_all &&
	for i in 1 2
	do
		printf "{\"commit\":\"%s\",\"platform\":\"p\",\"benchmarks\":[{\"name\":\"a\",\"metrics\":[" \
			$(git rev-parse c$i) &&
		printf "{\"name\":\"speed\",\"unit\":\"req/s\",\"better\":\"higher\",\"samples\":[${i}0,${i}0,${i}0]}]}]}\n" || return 1
	done | git perf append -q &&
	git perf export --notes -q &&
	note_is $c2 "100.0% better than $(echo $c1 | cut -c1-10); speed: a 20 req/s"
'

test_expect_success 'different metrics are named with each value, or chosen with -m' '
	test_when_finished forget_all &&
	printf "{\"commit\":\"%s\",\"platform\":\"p\",\"benchmarks\":[" $c1 >in &&
	printf "{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[3000]},{\"name\":\"max_rss\",\"samples\":[1048576]}]}," >>in &&
	printf "{\"name\":\"b\",\"metrics\":[{\"name\":\"max_rss\",\"samples\":[2097152]}]}]}\n" >>in &&
	git perf append -q <in &&
	echo "sort=1000" | measure $c2 &&
	echo "sort=1000" | measure $c2 q &&
	git perf export --notes -q &&
	note_is $c1 "a wall 3.00 us, b max_rss 2.00 MiB" &&
	git perf export --notes -q -p p --metric=max_rss &&
	note_is $c1 "max_rss: a 1.00 MiB, b 2.00 MiB" &&
	test_must_fail note $c2 &&
	must_refuse 128 "no measurement of the metric .max_rs" git perf export --notes -p p -m max_rs &&
	must_refuse 128 "no measurements on .x86" git perf export --notes -p x86 &&
	# the others are written all the same
	git perf export --notes -q -p p &&
	test_expect_code 128 git perf export --notes -m max_rss >out 2>err &&
	test_grep "no measurement of the metric .max_rss. on .q." err &&
	note_is $c1 "max_rss: a 1.00 MiB, b 2.00 MiB" &&
	note_is $c2 "wall: sort 1.00 us" q
'

test_expect_success 'failures, and what was measured of no commit' '
	test_when_finished forget_all &&
	printf "{\"commit\":\"%s\",\"platform\":\"p\",\"benchmarks\":[%s,%s]}\n" $c1 \
		"{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[3000]}]}" \
		"{\"name\":\"b\",\"status\":\"failed\"}" >in &&
	printf "{\"commit\":\"%s\",\"platform\":\"p\",\"benchmarks\":[{\"name\":\"b\",\"status\":\"timeout\"}]}\n" $c2 >>in &&
	printf "{\"commit\":\"%s\",\"platform\":\"p\",\"dirty\":true,\"benchmarks\":[%s]}\n" $c3 \
		"{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[3000]}]}" >>in &&
	git perf append -q <in &&
	git perf export --notes -q 2>err &&
	test_grep "^note: 1 record left out, measured with uncommitted" err &&
	note_is $c1 "1 failed; wall: a 3.00 us" &&
	note_is $c2 "1 failed" &&
	git notes --ref perf/p list >actual &&
	test_line_count = 2 actual
'

test_expect_success 'configurations stand beside each other' '
	test_when_finished forget_all &&
	for t in 1 2
	do
		record $c1 p "$t,$t" "\"config\":{\"threads\":\"$t\"}" || return 1
	done | git perf append -q &&
	git perf export --notes -q &&
	note_is $c1 "threads=1: wall: sort 1 ns | threads=2: wall: sort 2 ns" &&
	for t in 3 4 5
	do
		record $c1 p "$t,$t" "\"config\":{\"threads\":\"$t\"}" || return 1
	done | git perf append -q &&
	git perf export --notes -q &&
	note $c1 >actual &&
	test_grep "^threads=1: .* | threads=3: wall: sort 3 ns | and 2 more configurations\$" actual
'

test_expect_success 'of many benchmarks those that moved come first, in about 200 bytes' '
	test_when_finished forget_all &&
	awk "BEGIN { for (i = 100; i < 200; i++) print \"benchmark-\" i \"=1000\" }" >values &&
	measure $c1 <values &&
	sed -e "s/-150=1000/-150=1500/" -e "s/-199=1000/-199=100/" values | measure $c2 &&
	git perf export --notes -q &&
	note $c2 >actual &&
	test_line_count = 1 actual &&
	test "$(wc -c <actual)" -le 201 &&
	test_grep "^1.9% better than .*; wall: benchmark-199 100 ns (-90.0%), benchmark-150 1.50 us (+50.0%), benchmark-100 1.00 us, .*, and 9[0-9] more\$" actual
'

# random_history: 60 commits on many branches, with merges
random_history () {
	awk 'BEGIN {
		srand(11)
		for (i = 1; i <= 60; i++) {
			print "commit refs/heads/w" i "\nmark :" i
			print "committer C <c@example.com> " 1600000000 + int(100000 * rand()) " +0000"
			print "data 1\n" i % 10
			if (i > 1) print "from :" i - 1 - int((i - 1 < 6 ? i - 1 : 6) * rand() * rand())
			n = int(3 * rand())
			for (j = 1; j <= n && i > 9; j++) print "merge :" 1 + int((i - 2) * rand())
			print ""
		}
	}' | git fast-import --quiet
}

# The same as the note of a commit with one benchmark, by way of git perf log
note_by_log () {
	git perf log --porcelain=v1 -n 1 -p p "$1" | awk -F "\t" '
	{
		if ($16 != "-" && $14 > 0)
			printf "%.1f%% %s than %.10s; ", $16 < 0 ? -100 * $16 : 100 * $16,
				$16 < 0 ? "better" : "worse", $17
		printf "wall: %s %.2f us\n", $3, $10 / 1000
	}'
}

test_expect_success 'changes are those of git perf log from that commit, on every branch' '
	git init -q random &&
	(
		cd random &&
		random_history &&
		n=0 &&
		for id in $(git rev-list --all | sort)
		do
			n=$((n + 1)) &&
			case $((n % 5)) in
			0|1) echo "even=$((1000 + 700 * (n % 9)))" | results $id ;;
			2) echo "odd=$((1000 + 700 * (n % 7)))" | results $id ;;
			esac || exit 1
		done | git perf append -q &&
		git perf export --notes -q &&
		git perf ls | cut -f2 | sort -u >measured &&
		test_line_count -gt 30 measured &&
		git notes --ref perf/p list | cut -d" " -f2 | sort >noted &&
		test_cmp measured noted &&
		while read -r id
		do
			note_by_log $id >expected &&
			note $id | sed "s/no clear change since .*; //" >actual &&
			sed "s/^0\.0% [a-z]* than .*; //" expected | test_cmp - actual || exit 1
		done <measured &&
		test "$(git grep -c "% worse" $NOTES | wc -l)" -gt 5
	)
'

test_expect_success 'of a commit that is not here: a note all the same, and its change later' '
	test_when_finished "forget_all; rm -rf elsewhere" &&
	git clone -q . elsewhere &&
	(
		cd elsewhere &&
		test_commit ahead &&
		git rev-parse HEAD >../ahead
	) &&
	ahead=$(cat ahead) &&
	echo "sort=1000" | measure $c6 &&
	echo "sort=2000" | measure $ahead &&
	git perf export --notes -q 2>err &&
	test_grep "^warning: 1 record of commits that this clone does not have" err &&
	git notes --ref perf/p list $ahead >blob &&
	git cat-file blob "$(cat blob)" >actual &&
	echo "wall: sort 2.00 us" >expected &&
	test_cmp expected actual &&
	git fetch -q elsewhere HEAD &&
	git perf export --notes >out 2>err &&
	test_must_be_empty err &&
	test_grep ": 2 notes, 0 new, 1 changed, 0 removed" out &&
	note_is $ahead "100.0% worse than $(echo $c6 | cut -c1-10); wall: sort 2.00 us"
'

test_expect_success 'in shallow and bare clones, and from a linked work tree' '
	test_when_finished "forget_all; rm -rf shallow bare.git; git worktree remove -f linked" &&
	for i in 1 3 6
	do
		echo "sort=${i}000" | measure $(git rev-parse c$i) || return 1
	done &&
	git perf export --notes -q &&
	git clone -q --depth 4 --no-single-branch --no-tags "file://$PWD" shallow &&
	git -C shallow perf export --notes -q 2>err &&
	git -C shallow notes --ref perf/p show $c6 >actual &&
	note $c6 | test_cmp - actual &&
	echo "wall: sort 3.00 us" >expected &&
	git -C shallow notes --ref perf/p show $c3 >actual &&
	test_cmp expected actual &&
	git clone -q --bare . bare.git &&
	git -C bare.git update-ref -d $NOTES &&
	git -C bare.git perf export --notes -q &&
	test "$(git -C bare.git rev-parse $NOTES^{tree})" = "$(git rev-parse $NOTES^{tree})" &&
	git worktree add -q --detach linked &&
	git -C linked perf export --notes >out &&
	test_grep "as before" out
'

test_expect_success 'notes without a record disappear, and stay away' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	echo "sort=2000" | measure $c2 &&
	echo "sort=2000" | measure $c2 q &&
	git perf export --notes -q &&
	revoke $(git perf ls -p p c1 | cut -f3) &&
	git perf export --notes >out &&
	test_grep "^$NOTES: 1 note, 0 new, 1 changed, 1 removed\$" out &&
	test_must_fail note $c1 &&
	note_is $c2 "wall: sort 2.00 us" &&
	# the last one of a platform
	revoke $(git perf ls -p q | cut -f3) &&
	git perf export --notes >out &&
	test_grep "^refs/notes/perf/q: 0 notes, 0 new, 0 changed, 1 removed\$" out &&
	git notes --ref perf/q list >actual &&
	test_must_be_empty actual &&
	git rev-parse refs/notes/perf/q >before &&
	git perf export --notes >out &&
	test_grep "^refs/notes/perf/q: 0 notes, as before\$" out &&
	git perf export --notes -p q >out &&
	git rev-parse refs/notes/perf/q >after &&
	test_cmp before after &&
	must_be_sound
'

test_expect_success JQ 'names from outside stay within a line of text' '
	test_when_finished forget_all &&
	cat >names <<-\END &&
	"\u202egnp.exe"
	"a; 100.0% better than you | b, c"
	"quote \" back \\ slash"
	"{x=1} %s %n"
	"caf\u00e9 \ud83d\ude00"
	"\u200b\u2066zero"
	END
	for len in 40 61 62 63 64 256
	do
		printf "\"%0${len}d\"\n" 7 &&
		awk -v n=$((len / 2)) "BEGIN { printf \"\\\"\"; for (i = 0; i < n; i++) printf \"\\303\\274\"; print \"\\\"\" }" || return 1
	done >>names &&
	n=0 &&
	while read -r name
	do
		n=$((n + 1)) &&
		jq -c -n --argjson name "$name" --arg id "$(printf "%040d" $n)" \
			"{commit: \$id, platform: \"p\", config: {(\$name[:60]): \$name}, benchmarks: [
			{name: \$name, params: {p: \$name}, metrics: [{name: \$name, unit: \$name[:20], better: \"lower\", samples: [1, 1]}]},
			{name: \"b\", metrics: [{name: \$name, unit: \$name[:20], better: \"lower\", samples: [1e300, 1e300]}]}]}" || return 1
	done <names >in &&
	git perf append -q <in &&
	git perf export --notes -q &&
	git notes --ref perf/p list >list &&
	test_line_count = $n list &&
	while read -r blob commit
	do
		git cat-file blob $blob >actual &&
		test_line_count = 1 actual &&
		test $(wc -c <actual) -le 201 &&
		no_control_characters actual &&
		perl -ne "die unless utf8::decode(\$_); die if /[\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]/" actual || return 1
	done <list &&
	must_be_sound
'

test_expect_success 'with perf.namespace, notes of a trial are apart' '
	test_when_finished "git config --unset perf.namespace; git update-ref -d refs/perf/trial/data; forget_notes" &&
	git config perf.namespace trial &&
	echo "sort=1000" | measure $c1 &&
	git perf export --notes >out &&
	test_grep "^refs/notes/perf-trial/p: 1 note" out &&
	git log -n 1 --notes=perf-trial/p c1 >out &&
	test_grep "wall: sort 1.00 us" out &&
	git for-each-ref refs/notes >refs &&
	test_line_count = 1 refs
'

test_expect_success 'what cannot be read is named, and the others are written' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	blob=$(echo nonsense | git hash-object -w --stdin) &&
	path=runs/p/$(echo $c2 | cut -c1-2)/$(echo $c2 | cut -c3-)-20231114T221320Z-c-$(echo $blob | cut -c1-12).json &&
	with_tree put_file "$path" $blob &&
	git perf export --notes -q 2>err &&
	test_grep "^warning: 1 record left out as damaged" err &&
	git notes --ref perf/p list >list &&
	test_line_count = 1 list
'

test_done
