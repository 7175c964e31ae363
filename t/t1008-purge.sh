#!/bin/sh

test_description='git perf purge: a record leaves the branch and its history, for good'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-purge.sh"

test_expect_success 'set up' '
	set_up_records
'

# --- What it does ---

test_expect_success 'one commit without a parent, all else as it was, a higher generation' '
	fresh &&
	git update-ref -m "not ours" --create-reflog refs/heads/main main~1 &&
	old=$(git rev-parse perf) &&
	tree_without perf $id1 >expected &&
	git perf cat $id1 >record1.json &&
	git perf purge -m "a password" $(echo $id1 | cut -c1-8) >out 2>err &&
	echo $id1 | test_cmp - out &&
	tree_without perf >actual &&
	test_cmp expected actual &&
	git rev-list --parents perf >commits &&
	git rev-parse perf | test_cmp - commits &&
	must_be_gone $id1 &&
	printf "git-perf 1\ngeneration: 1\n" >expected &&
	git cat-file -p perf:format >actual &&
	test_cmp expected actual &&
	git ls-tree -r --name-only perf revoked/ >actual &&
	echo "revoked/$(echo $id1 | cut -c1-2)/$id1" | test_cmp - actual &&
	test "$(git log -1 --format=%s perf)" = "perf: purge 1 record [skip ci]" &&
	git perf fsck >actual &&
	echo "3 records in 1 commit, 1 revoked, 0 problems" | test_cmp - actual &&
	test "$(git rev-parse refs/perf/seen)" = "$(git rev-parse perf)" &&
	grep "^1 purged, 0 revoked before, 0 not here; generation 1\$" err
'

test_expect_success 'it says what it was, why, when and who' '
	cat >expected <<-END &&
	{"commit":"$c1","platform":"x86-64-linux","reason":"a password","record":"$id1","when":"2023-11-14T22:13:20Z","who":"C O Mitter <committer@example.com>"}
	END
	revocation $id1 >actual &&
	test_cmp expected actual
'

test_expect_success 'and what is left to do' '
	grep "^hint: .*git gc" err &&
	grep "^hint: .*must be changed" err &&
	test_grep ! "git perf push" err
'

test_expect_success 'git can forget it: no reference and no reflog has it' '
	git rev-parse -q --verify $old^{commit} &&
	git reflog show refs/heads/perf >log &&
	test_must_be_empty log &&
	git reflog show refs/heads/main >log &&
	test_line_count -gt 0 log &&
	reached --all --reflog >reached.now &&
	test_grep ! $id1 reached.now &&
	git gc -q --prune=now &&
	test_must_fail git cat-file -e $id1 &&
	test_must_fail git cat-file -e $old &&
	must_be_sound
'

test_expect_success 'it does not come back' '
	tip=$(git rev-parse perf) &&
	git perf append <record1.json 2>err &&
	grep "^0 appended, 0 present before, 1 revoked" err &&
	git perf collect record1.json >out &&
	grep "0 collected.* 1 revoked" out &&
	test $tip = "$(git rev-parse perf)" &&
	{ cat record1.json; record $c4 p; } | git perf append -q &&
	must_be_gone $id1 &&
	test "$(git rev-list --count perf)" = 2 &&
	generation >actual &&
	echo 1 | test_cmp - actual
'

test_expect_success 'twice is once: by its id, the beginning of it, its path' '
	tip=$(git rev-parse perf) &&
	path=runs/x86-64-linux/$(echo $c1 | cut -c1-2)/$(echo $c1 | cut -c3-)-20231114T221320Z-c-$(echo $id1 | cut -c1-12).json &&
	for name in $id1 "$(echo $id1 | cut -c1-7)" "$path"
	do
		git perf purge -m "again" "$name" >out 2>err &&
		echo $id1 | test_cmp - out &&
		echo "0 purged, 1 revoked before, 0 not here" | test_cmp - err || return 1
	done &&
	test $tip = "$(git rev-parse perf)" &&
	revocation $id1 >actual &&
	grep "a password" actual
'

test_expect_success 'several at once, by path, one of them twice' '
	fresh &&
	path=$(git perf ls --path c2) &&
	tree_without perf $id2 $id3 >expected &&
	git perf purge -m "too much" "$path" $id3 $id2 >out 2>err &&
	printf "%s\n" $id2 $id3 | test_cmp - out &&
	tree_without perf >actual &&
	test_cmp expected actual &&
	must_be_gone $id2 $id3 &&
	grep "^2 purged" err &&
	test "$(git log -1 --format=%s perf)" = "perf: purge 2 records [skip ci]" &&
	# nothing else was in that folder
	test_must_fail git rev-parse -q --verify perf:runs/aarch64-linux
'

test_expect_success 'each time another generation; what was revoked stays so' '
	git perf purge -q -m "third" $id1 &&
	test "$(generation)" = 2 &&
	must_be_gone $id1 $id2 $id3 &&
	revocation $id3 >actual &&
	grep "too much" actual &&
	git perf fsck >actual &&
	echo "1 record in 1 commit, 3 revoked, 0 problems" | test_cmp - actual
'

test_expect_success 'the last record, too' '
	git perf purge -q -m "all of it" "$(git perf ls | cut -f3)" >out 2>err &&
	test_must_be_empty out &&
	test_must_be_empty err &&
	git perf ls >out &&
	test_must_be_empty out &&
	must_be_sound &&
	record $c4 p | git perf append -q &&
	git perf ls >out &&
	test_line_count = 1 out
'

test_expect_success '-n changes nothing, and says what would be done' '
	fresh &&
	everything () {
		git for-each-ref && find .git -name index -prune -o -type f -print | sort
	} &&
	everything >before &&
	git perf purge -n -m "why" $id1 $id3 >out 2>err &&
	everything >after &&
	test_cmp before after &&
	printf "%s\n" $id1 $id3 | test_cmp - out &&
	echo "2 would be purged, 0 revoked before, 0 not here; would be generation 1" | test_cmp - err &&
	git perf purge -q -m "why" $id1 &&
	git perf purge -n -m "why" $id1 $id3 >out 2>err &&
	echo "1 would be purged, 1 revoked before, 0 not here; would be generation 2" | test_cmp - err &&
	git perf purge -n -q -m "why" $id1 $id3 >out 2>&1 &&
	test_must_be_empty out &&
	git perf purge -n -m "why" $id1 >out 2>err &&
	echo "0 would be purged, 1 revoked before, 0 not here" | test_cmp - err
'

# --- What only the tree names ---

test_expect_success 'a record that is damaged, huge, missing or under a wrong name' '
	fresh &&
	path=$(git perf ls --path c1) &&
	junk=$(echo "no JSON" | git hash-object -w --stdin) &&
	huge=$(head -c 5000000 /dev/zero | git hash-object -w --stdin) &&
	lost=1234567890123456789012345678901234567890 &&
	broken () {
		for blob in $junk $huge
		do
			put_file "${path%-*}-$(echo $blob | cut -c1-12).json" $blob || return 1
		done &&
		put_file runs/other/00/note $junk &&
		put_file "runs/p/$(echo $c1 | cut -c1-2)/$(basename "$path")" $id1
	} &&
	with_seen broken &&
	tree_without perf $junk $huge $id1 >expected &&
	git perf purge -m "damage" $(echo $junk | cut -c1-10) $huge $id1 >out 2>err &&
	printf "%s\n" $junk $huge $id1 | test_cmp - out &&
	tree_without perf >actual &&
	test_cmp expected actual &&
	must_be_gone $junk $huge $id1 &&
	revocation $huge >actual &&
	grep "\"commit\":\"$c1\",\"platform\":\"x86-64-linux\"" actual
'

test_expect_success 'a record whose object is nowhere' '
	fresh &&
	path=$(git perf ls --path c1) &&
	lost=1234567890123456789012345678901234567890 &&
	{
		git ls-tree -r perf
		printf "100644 blob $lost\t${path%-*}-123456789012.json\n"
	} | GIT_INDEX_FILE=lost.index git update-index --index-info &&
	tree=$(GIT_INDEX_FILE=lost.index git write-tree --missing-ok) &&
	git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
	test_expect_code 1 git perf fsck >out &&
	git perf purge -q -m "lost" 123456789 &&
	git prune --expire=now &&
	must_be_gone $lost
'

test_expect_success 'any other file of the branch, by its path or its id; the rest keeps its mode' '
	fresh &&
	secret=$(echo "password" | git hash-object -w --stdin) &&
	link=$(printf target | git hash-object -w --stdin) &&
	others () {
		put_file notes/a/b.txt $secret && put_file copy.txt $secret &&
		put_file notes/link $link 120000 && put_file notes/tool $link 100755
	} &&
	with_seen others &&
	tree_without perf $secret >expected &&
	git perf purge -m "oops" copy.txt >out 2>err &&
	echo $secret | test_cmp - out &&
	tree_without perf >actual &&
	test_cmp expected actual &&
	must_be_gone $secret &&
	revocation $secret >actual &&
	test_grep ! commit\" actual
'

test_expect_success 'the reason for a revocation can go, too' '
	fresh &&
	git perf purge -q -m "it was hunter2" $id1 &&
	path="revoked/$(echo $id1 | cut -c1-2)/$id1" &&
	reason=$(git rev-parse perf:$path) &&
	git perf purge -n -m "secret in the reason" $path 2>err &&
	grep "^1 would be purged" err &&
	git perf purge -m "secret in the reason" $path >out 2>err &&
	echo $reason | test_cmp - out &&
	grep "^1 purged" err &&
	must_be_gone $reason $id1 &&
	git cat-file -p perf:$path >actual &&
	grep "\"record\":\"$reason\"" actual
'

test_expect_success 'what never was here will not come' '
	fresh &&
	record $c4 p 77 >in &&
	id=$(git perf append -n <in) &&
	git perf purge -m "in the artifacts of a job" $id >out 2>err &&
	echo $id | test_cmp - out &&
	grep "^warning: there is no record .$id. here" err &&
	grep "^0 purged, 0 revoked before, 1 not here; generation 1" err &&
	git perf append <in 2>err &&
	grep "^0 appended, 0 present before, 1 revoked" err &&
	must_be_gone $id
'

# --- What is refused ---

test_expect_success 'wrong usage' '
	fresh &&
	for args in "" "-m why" "$id1" "-m" "-n $id1"
	do
		test_expect_code 129 git perf purge $args 2>err || return 1
	done &&
	for why in "" " " "
	"
	do
		test_expect_code 129 git perf purge -m "$why" $id1 2>err &&
		grep "say why" err || return 1
	done
'

test_expect_success 'a reason that is too long or no text, and names of nothing' '
	fresh &&
	must_refuse 128 "has 5000 bytes" git perf purge -m "$(awk "BEGIN { while (n++ < 5000) printf \"x\" }")" $id1 &&
	must_refuse 128 "not UTF-8" git perf purge -m "$(printf "a\377b")" $id1 &&
	for name in 12345678 runs/no/such nothing c1 HEAD "" "$(printf "\033[31m")" \
		runs runs/x86-64-linux refs/heads/perf "perf:format"
	do
		must_refuse 128 "no record\|not a record id" git perf purge -m why "$name" || return 1
	done &&
	must_refuse 128 "not a record id" git perf purge -m why abc &&
	must_refuse 128 "is a commit, not a record" git perf purge -m why $c1 &&
	must_refuse 128 "is a tree, not a record" git perf purge -m why $(git rev-parse perf:runs) &&
	must_refuse 128 "is the format" git perf purge -m why format &&
	must_refuse 128 "is the format" git perf purge -m why $(git rev-parse perf:format) &&
	# all or nothing
	must_refuse 128 "no record" git perf purge -m why $id1 12345678
'

test_expect_success 'a few digits do not mean one record today and another tomorrow' '
	fresh &&
	# two records whose ids begin alike
	i=0 &&
	while test $i -lt 700
	do
		i=$((i + 1)) && record $c5 p $i || return 1
	done | git perf append -n | sort >many &&
	cut -c1-4 many | uniq -d | head -n 1 >twice &&
	test_line_count = 1 twice &&
	i=0 &&
	while test $i -lt 700
	do
		i=$((i + 1)) && record $c5 p $i || return 1
	done | git perf append -q &&
	digits=$(cat twice) &&
	must_refuse 128 "ambiguous" git perf purge -m why $digits &&
	git perf purge -q -m why $(grep "^$digits" many | head -n 1) &&
	must_refuse 128 "ambiguous" git perf purge -m why $digits &&
	test "$(generation)" = 1
'

test_expect_success 'no branch, none of ours, checked out, symbolic, in quarantine' '
	fresh &&
	must_refuse 128 "receiving a push" env GIT_QUARANTINE_PATH=/nowhere git perf purge -m why $id1 &&
	git checkout -q perf &&
	must_refuse 128 "is checked out" git perf purge -m why $id1 &&
	must_refuse 128 "is checked out" git perf purge -n -m why $id1 &&
	git checkout -q main &&
	git worktree add -q ../tree perf &&
	must_refuse 128 "is checked out" git perf purge -m why $id1 &&
	git worktree remove ../tree &&
	git update-ref refs/perf/data perf &&
	git update-ref -d refs/heads/perf &&
	git symbolic-ref refs/heads/perf refs/perf/data &&
	must_refuse 128 "stands for refs/perf/data" git perf purge -m why $id1 &&
	git symbolic-ref -d refs/heads/perf &&
	must_refuse 128 "no perf branch" git perf purge -m why $id1 &&
	git branch perf main &&
	must_refuse 128 "not a perf branch" git perf purge -m why $id1
'

test_expect_success JQ 'hostile reasons and names are text' '
	fresh &&
	why=$(printf "\"quoted\" \\\\ \033[31m\ttab\nand a line \303\244") &&
	GIT_COMMITTER_NAME=$(printf "A \377\"U Thor") git perf purge -q -m "$why" $id1 &&
	revocation $id1 >actual &&
	test_line_count = 1 actual &&
	test "$(jq -r .reason actual)" = "$why" &&
	test "$(jq -r .who actual)" = "A ?\"U Thor <committer@example.com>" &&
	no_control_characters actual &&
	jq -cS . actual >again &&
	test_cmp again actual &&
	must_be_sound
'

test_expect_success 'trees that nobody of ours has made' '
	fresh &&
	good=$(git rev-parse perf) &&
	with_seen put_file revoked $(echo x | git hash-object -w --stdin) &&
	test_expect_code 1 git perf fsck >out &&
	test_grep "^revoked: is not a folder" out &&
	must_refuse 128 "is in the way" git perf purge -m why $id1 &&
	tree=$(git rev-parse $good^{tree}) &&
	i=0 &&
	while test $i -lt 70
	do
		i=$((i + 1)) &&
		tree=$({ test $i = 70 && git ls-tree $good; printf "040000 tree $tree\tdeep\n"; } | git mktree) || return 1
	done &&
	git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
	must_refuse 128 "folders in folders" git perf purge -m why $id1
'

# --- Generations ---

# format <lines>...: of the branch
format () {
	blob=$(printf "%s\n" "git-perf 1" "$@" | git hash-object -w --stdin) &&
	with_seen put_file format $blob
}

test_expect_success 'other lines stay; a generation that is none is put right' '
	fresh &&
	format "optional: hints" "generation: 7" "" "by hand" &&
	git perf purge -q -m why $id1 &&
	printf "%s\n" "git-perf 1" "optional: hints" "generation: 8" "" "by hand" >expected &&
	git cat-file -p perf:format | test_cmp expected - &&
	for lines in "generation: -5" "generation: 99999999999999999999" "generation: 007" \
		"generation:" "generation: x"
	do
		fresh &&
		format "$lines" "z" &&
		test_expect_code 1 git perf fsck >out &&
		git perf purge -q -m why $id1 &&
		printf "%s\n" "git-perf 1" "generation: 1" "z" >expected &&
		git cat-file -p perf:format | test_cmp expected - &&
		must_be_gone $id1 || return 1
	done &&
	fresh &&
	format "generation: 3" "z" "generation: 12" &&
	git perf purge -q -m why $id1 &&
	printf "%s\n" "git-perf 1" "generation: 13" "z" >expected &&
	git cat-file -p perf:format | test_cmp expected -
'

test_expect_success 'the highest generation, and a format without room, are refused' '
	fresh &&
	format "generation: 999999998" &&
	git perf purge -q -m why $id1 &&
	test "$(generation)" = 999999999 &&
	git perf fsck -q &&
	must_refuse 128 "cannot be raised" git perf purge -m why $id2 &&
	must_refuse 128 "cannot be raised" git perf purge -n -m why $id2 &&
	fresh &&
	format "$(awk "BEGIN { while (n++ < 4080) printf \"x\" }")" &&
	git perf fsck -q &&
	must_refuse 128 "no room" git perf purge -m why $id1
'

test_done
