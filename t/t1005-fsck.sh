#!/bin/sh

test_description='git perf fsck: whatever is wrong with the branch is found and named'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 4 &&
	{ record $c1 x86-64-linux; record $c2 x86-64-linux; } | git perf append >ids &&
	record $c3 aarch64-linux | git perf append >>ids &&
	good=$(git rev-parse perf) &&
	path=$(git perf ls --path c3) &&
	id=$(sed -n 3p ids)
'

restore () {
	git update-ref refs/heads/perf "$good" &&
	git update-ref refs/perf/seen "$good"
}

# add <path> [<blob>] [<mode>]
add () {
	put_file "$1" "${2-$id}" "${3-100644}"
}

# hide <object>: as "saved"; "$file" is where it was
hide () {
	file=.git/objects/$(echo "$1" | cut -c1-2)/$(echo "$1" | cut -c3-)
	mv "$file" saved
}

put_back () {
	mv -f saved "$file"
}

# must_find <number of problems> <pattern>: with the place and what to do
must_find () {
	must_refuse_fsck=$(git for-each-ref) &&
	test_expect_code 1 git perf fsck >found 2>err &&
	test "$must_refuse_fsck" = "$(git for-each-ref)" &&
	test_grep -e "$2" found &&
	test_grep "^hint: ." found &&
	test_grep " $1 problem" found &&
	test "$(grep -c -v "^hint: " found)" = $(($1 + 1)) &&
	no_control_characters found &&
	test_expect_code 1 git perf fsck -q >quiet &&
	test_grep ! " $1 problem" quiet &&
	test_grep -e "$2" quiet
}

test_expect_success 'M13: a branch that keeps all invariants' '
	echo "3 records in 2 commits, 0 revoked, 0 problems" >expected &&
	git perf fsck >actual 2>err &&
	test_cmp expected actual &&
	test_must_be_empty err &&
	git perf fsck -q >actual 2>&1 &&
	test_must_be_empty actual &&
	test_expect_code 129 git perf fsck perf
'

test_expect_success 'a record whose blob is another one' '
	test_when_finished restore &&
	other=$(echo "{}" | git hash-object -w --stdin) &&
	with_tree add "$path" $other &&
	must_find 2 "^$path: .*not the name of a record"
'

test_expect_success 'a record whose bytes are no record' '
	test_when_finished restore &&
	for bad in "{}" "[" "" "{\"schema\":1}" "not JSON at all"
	do
		blob=$(printf "%s\n" "$bad" | git hash-object -w --stdin) &&
		new="${path%-*}-$(echo $blob | cut -c1-12).json" &&
		with_tree add "$new" $blob &&
		must_find 1 "^$new: " &&
		restore || return 1
	done
'

test_expect_success JQ 'a record that was changed, under a fitting name' '
	test_when_finished restore &&
	blob=$(git perf cat $id | sed "s/101/109/" | git hash-object -w --stdin) &&
	new="${path%-*}-$(echo $blob | cut -c1-12).json" &&
	with_tree add "$new" $blob &&
	must_find 1 "^$new: the checksum does not agree" &&
	restore &&
	blob=$(git perf cat $id | jq . | git hash-object -w --stdin) &&
	new="${path%-*}-$(echo $blob | cut -c1-12).json" &&
	with_tree add "$new" $blob &&
	must_find 1 "^$new: .*canonical"
'

test_expect_success 'a record under a name that its content does not make' '
	test_when_finished restore &&
	base=$(basename "$path") &&
	for new in runs/other-platform/$(echo $c3 | cut -c1-2)/$base \
		runs/aarch64-linux/00/$base \
		"$(echo "$path" | sed "s/T221320Z/T221321Z/")" \
		"$(echo "$path" | sed "s/Z-c-/Z-f-/")"
	do
		with_tree add "$new" &&
		must_find 1 "^$new: .*name" &&
		restore || return 1
	done
'

test_expect_success 'names that are no record, and folders that are no platform' '
	test_when_finished restore &&
	for new in runs/note runs/p/note runs/p/00/note runs/p/00/$(echo $id).json \
		runs/p/00/deeper/note "runs/X86/00/$(basename "$path")" \
		runs/con.lock/00/file runs/-p/00/file
	do
		with_tree add "$new" &&
		must_find 1 "^runs/.*: is not" &&
		git perf ls >listed &&
		test_line_count = 3 listed &&
		restore || return 1
	done
'

# format <lines>...: of what the branch is said to be
format () {
	blob=$(printf "%s\n" "git-perf 1" "$@" | git hash-object -w --stdin) &&
	with_tree add format "$blob"
}

test_expect_success 'a generation that is none, or two of them' '
	test_when_finished restore &&
	for lines in "generation: 0" "generation: -1" "generation: 01" "generation: 1x" "generation:1" \
		"generation: 99999999999999999999" "generation: $(printf "1\033[31m")" \
		"$(printf "generation: 1\ngeneration: 1")"
	do
		format "$lines" &&
		must_find 1 "^format: .*generation" &&
		git perf ls >listed &&
		test_line_count = 3 listed &&
		restore || return 1
	done &&
	format "generation: 12" "optional: x" &&
	git perf fsck -q >found &&
	test_must_be_empty found
'

test_expect_success 'names with control characters do not reach the terminal' '
	test_when_finished restore &&
	with_tree add "runs/p/00/$(printf "a\033[31m\tb\302\233\342\200\256")" &&
	must_find 1 "a.x1b\[31m" &&
	git perf log >out 2>err &&
	no_control_characters err
'

test_expect_success 'a record that is a link, a program or a submodule' '
	test_when_finished restore &&
	with_tree add "$path" $id 120000 &&
	must_find 1 "^$path: is not a plain file" &&
	restore &&
	with_tree add "$path" $id 100755 &&
	must_find 1 "^$path: is not a plain file" &&
	restore &&
	with_tree add "$path" $c1 160000 &&
	must_find 2 "^$path: "
'

test_expect_success 'a file larger than a record can be' '
	test_when_finished restore &&
	big=$(head -c 5000000 /dev/zero | git hash-object -w --stdin) &&
	new="${path%-*}-$(echo $big | cut -c1-12).json" &&
	with_tree add "$new" $big &&
	must_find 1 "^$new: is larger" &&
	must_refuse 128 "" git perf cat $big &&
	git perf log >out 2>err &&
	grep "^warning: .*damaged" err
'

test_expect_success 'a blob that is damaged on the disk' '
	test_when_finished "put_back; restore" &&
	hide $id &&
	head -c 40 saved >$file &&
	must_find 1 "^$path: .*cannot be read" &&
	rm $file &&
	printf "garbage" >$file &&
	must_find 1 "^$path: " &&
	git perf log >out 2>err &&
	grep "^warning: .*damaged" err &&
	must_refuse 128 "" git perf cat $id
'

test_expect_success 'a blob that is whole, but not the one its name says' '
	test_when_finished "put_back; restore" &&
	hide $id &&
	other=$(git perf cat $(sed -n 1p ids) | git hash-object --stdin) &&
	cp .git/objects/$(echo $other | cut -c1-2)/$(echo $other | cut -c3-) $file &&
	must_find 1 "^$path: "
'

test_expect_success 'a blob that is missing' '
	test_when_finished put_back &&
	hide $id &&
	must_find 1 "^$path: .*cannot be read" &&
	grep "^hint: .*fetch" found
'

test_expect_success 'a tree that is missing' '
	test_when_finished put_back &&
	hide "$(git rev-parse perf:runs/aarch64-linux)" &&
	must_find 1 "^runs/aarch64-linux: .*cannot be read" &&
	must_refuse 128 "" git perf ls
'

test_expect_success 'a commit that is missing' '
	test_when_finished put_back &&
	commit=$(git rev-parse perf^) &&
	hide $commit &&
	must_find 1 "^$commit: .*cannot be read" &&
	grep "not found" found
'

test_expect_success 'I2: a merge' '
	test_when_finished restore &&
	side=$(git commit-tree -p perf^ -m side "perf^{tree}") &&
	merge=$(git commit-tree -p perf -p $side -m merge "perf^{tree}") &&
	git update-ref refs/heads/perf $merge &&
	must_find 1 "^$merge: .*merge" &&
	git perf ls >listed &&
	test_line_count = 3 listed &&
	record $c4 p | git perf append -q &&
	must_find 1 "^$merge: .*merge"
'

test_expect_success JQ 'a newer schema is counted and no fault' '
	test_when_finished restore &&
	git perf cat $id | jq -c ".schema = 2 | .new = 1" | seal >newer.json &&
	blob=$(git hash-object -w newer.json) &&
	with_tree add "${path%-*}-$(echo $blob | cut -c1-12).json" $blob &&
	git perf fsck >actual 2>err &&
	grep "4 records in 3 commits, 0 revoked, 0 problems" actual &&
	grep "^warning: 1 file of a newer schema" err &&
	grep "^hint: .*upgrade" err &&
	must_refuse 128 "schema 2 is newer" git perf append <newer.json
'

# decide [<key>=<value>...]: a decision about $c3; its path is in $decision
decide () {
	test-gitperf decide p $c3 "$@" >made &&
	decision=$(head -n 1 made) &&
	blob=$(sed 1d made | git hash-object -w --stdin) &&
	with_tree put_file "$decision" $blob
}

test_expect_success 'decisions under the names that their content makes' '
	test_when_finished restore &&
	decide chosen=$c3,$c2 commits=3 dropped=$c1:superseded &&
	echo "3 records in 3 commits, 1 decision, 0 revoked, 0 problems" >expected &&
	git perf fsck >actual 2>err &&
	test_cmp expected actual &&
	test_must_be_empty err
'

test_expect_success 'decisions under other names, of other content, or of none' '
	test_when_finished restore &&
	for new in decisions/q/$(echo $c3 | cut -c1-2) decisions/p/00
	do
		decide commits=1 && restore &&
		with_tree put_file "$new/$(basename "$decision")" $blob &&
		must_find 1 "^$new/.*: is not the name that its content makes" &&
		restore || return 1
	done &&
	for bad in "{}" "[" "not JSON at all"
	do
		blob=$(printf "%s\n" "$bad" | git hash-object -w --stdin) &&
		new="${decision%-*}-$(echo $blob | cut -c1-12).json" &&
		with_tree put_file "$new" $blob &&
		must_find 1 "^$new: " &&
		grep "^hint: readers skip it; its commits" found &&
		restore || return 1
	done &&
	for new in decisions/note decisions/p/note decisions/p/00/note decisions/X/00/note
	do
		with_tree put_file $new $blob &&
		must_find 1 "^decisions/.*: is not .* a decision" &&
		restore || return 1
	done &&
	with_tree put_file decisions $blob &&
	must_find 1 "^decisions: is not a folder for a decision"
'

test_expect_success 'a decision of a newer schema is counted and no fault' '
	test_when_finished restore &&
	decide commits=1 && restore &&
	blob=$(sed -e 1d -e "s/\"schema\":1/\"schema\":2/" made | git hash-object -w --stdin) &&
	with_tree put_file "${decision%-*}-$(echo $blob | cut -c1-12).json" $blob &&
	git perf fsck >actual 2>err &&
	grep "^3 records in 3 commits, 1 decision, 0 revoked, 0 problems" actual &&
	grep "^warning: 1 file of a newer schema" err
'

# bring_back: by the command in the hint, which adds <n> records
bring_back () {
	test_grep ! "collect" found &&
	sed -n "s/^hint: bring back .*: \(git .*\); if it was meant.*/\1/p" found | sort -u >hint.sh &&
	test_line_count = 1 hint.sh &&
	sh -e hint.sh 2>err &&
	test_grep "^$1 appended" err &&
	git perf fsck
}

test_expect_success 'records that were there and are gone: the branch was moved back' '
	test_when_finished restore &&
	git update-ref refs/heads/perf perf^ &&
	must_find 1 "^$path: was on the branch" &&
	grep "^hint: .*refs/perf/seen" found &&
	bring_back 1
'

test_expect_success 'the hint brings back what is gone, and leaves what came since' '
	test_when_finished restore &&
	git update-ref refs/heads/perf perf^ &&
	record $c4 p | git perf append >id4 2>err &&
	git perf ls >listed && test_line_count = 3 listed &&
	must_find 1 "^$path: was on the branch" &&
	bring_back 1 &&
	cat id4 ids | sort >expected &&
	record_ids >actual &&
	test_cmp expected actual &&
	record $c4 q | git perf append -q 2>err &&
	test_must_be_empty err
'

test_expect_success 'also where the branch has another name, or a namespace' '
	for config in perf.ref=refs/perf/data perf.ref=other perf.namespace=staging
	do
		git init -q renamed &&
		(
			cd renamed &&
			git config ${config%=*} ${config#*=} &&
			record $c1 p | git perf append -q &&
			record $c2 p | git perf append -q &&
			git for-each-ref --format="%(refname)" >refs &&
			ref=$(grep -v seen refs) &&
			git update-ref $ref $ref^ &&
			record $c3 p | git perf append -q 2>err &&
			test_expect_code 1 git perf fsck >found &&
			bring_back 1 &&
			git perf ls >listed &&
			test_line_count = 3 listed
		) &&
		rm -rf renamed || return 1
	done
'

test_expect_success 'a revocation that is gone is made again' '
	test_when_finished restore &&
	git perf purge -q -m "a secret" $id &&
	git update-ref refs/heads/perf $good &&
	must_find 1 "^revoked/.*/$id: was on the branch" &&
	grep "^hint: revoke it again: git perf purge -m <why> $id; " found &&
	git perf purge -q -m "a secret" $id &&
	git perf fsck &&
	git perf ls >listed &&
	test_line_count = 2 listed
'

test_expect_success 'records that are gone: the branch was made anew' '
	test_when_finished restore &&
	git update-ref -d refs/heads/perf &&
	record $c4 p | git perf append -q 2>err &&
	grep "^warning: 3 records .*disappeared" err &&
	grep "^hint: .*fsck" err &&
	must_find 3 "^$path: was on the branch" &&
	record $c4 q | git perf append -q 2>err &&
	grep "^warning: 3 records .*disappeared" err &&
	must_find 3 "^$path: was on the branch"
'

test_expect_success 'the very first record is missed, too' '
	git init -q fresh &&
	(
		cd fresh &&
		record $c1 p | git perf append -q &&
		git update-ref -d refs/heads/perf &&
		record $c2 p | git perf append -q &&
		test_expect_code 1 git perf fsck >found &&
		grep "was on the branch" found
	)
'

test_expect_success 'the warning about lost records can be settled' '
	test_when_finished restore &&
	git update-ref refs/heads/perf perf^ &&
	must_find 1 "^$path: was on the branch" &&
	git update-ref -d refs/perf/seen &&
	git perf fsck &&
	record $c4 p | git perf append -q 2>err &&
	test_must_be_empty err &&
	git perf fsck
'

test_expect_success 'a record that was revoked is not missed' '
	test_when_finished restore &&
	reason=$(echo "by mistake" | git hash-object -w --stdin) &&
	remove () {
		git update-index --force-remove "$path" &&
		add "revoked/$(echo $id | cut -c1-2)/$id" $reason
	} &&
	with_tree remove &&
	git perf fsck >actual &&
	echo "2 records in 3 commits, 1 revoked, 0 problems" >expected &&
	test_cmp expected actual &&
	record $c3 aarch64-linux | git perf append 2>err &&
	grep "1 revoked" err
'

test_expect_success 'what revokes nothing: a name that is no id, or not in its place' '
	test_when_finished restore &&
	odd () {
		add revoked/$id && add revoked/00/$id && add revoked/00/note && add revoked/a/b/c &&
		add revoked/12/1234567890123456789012345678901234567890
	} &&
	with_tree odd &&
	must_find 4 "^revoked/00/$id: revokes nothing" &&
	for name in $id 00/note a/b
	do
		grep "^revoked/$name: revokes nothing" found || return 1
	done &&
	grep ", 1 revoked, 4 problems" found &&
	git perf ls >out &&
	test_line_count = 3 out
'

test_expect_success 'a folder of revocations that is missing' '
	test_when_finished "put_back; restore" &&
	with_tree add revoked/12/1234567890123456789012345678901234567890 &&
	hide "$(git rev-parse perf:revoked/12)" &&
	must_find 1 "^revoked/12: .*cannot be read" &&
	must_refuse 128 "cannot read revoked/12" git perf ls &&
	put_back &&
	hide "$(git rev-parse perf:revoked)" &&
	must_find 1 "^revoked: .*cannot be read" &&
	grep "^hint: .*fetch" found
'

test_expect_success 'the history may be squashed without loss' '
	test_when_finished restore &&
	git update-ref refs/heads/perf "$(git commit-tree -m all "perf^{tree}")" &&
	git perf fsck &&
	record $c4 p | git perf append -q 2>err &&
	test_must_be_empty err &&
	git perf fsck
'

test_expect_success 'several faults at once are all found' '
	test_when_finished restore &&
	several () {
		add runs/note && add runs/p/note && add "$path" $id 100755
	} &&
	with_tree several &&
	must_find 3 "^$path: is not a plain file" &&
	grep "^runs/note: " found &&
	grep "^runs/p/note: " found
'

test_expect_success 'a clone that has not written yet: the branch that it reads' '
	test_when_finished "rm -rf reader" &&
	git clone -q . reader &&
	git -C reader perf fsck >found &&
	git -C reader perf ls >listed &&
	grep "^$(wc -l <listed) record" found
'

test_expect_success 'no branch, or none of ours' '
	test_when_finished restore &&
	git update-ref -d refs/heads/perf &&
	must_refuse 128 "no perf branch" git perf fsck &&
	git branch perf main &&
	must_refuse 128 "not a perf branch" git perf fsck
'

test_done
