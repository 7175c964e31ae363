#!/bin/sh

test_description='git perf export --notes: its reference among others, rivals, locks and kills'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-notes.sh"

test_expect_success 'set up' '
	make_history 6
'

test_expect_success 'notes of somebody else are left alone, and other platforms are written' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	echo "sort=1000" | measure $c1 q &&
	git notes --ref perf/p add -m "a word of mine" $c2 &&
	theirs=$(git rev-parse $NOTES) &&
	test_expect_code 1 git perf export --notes >out 2>err &&
	test_grep "^error: $NOTES has notes that git perf did not write" err &&
	test_grep "^hint: .*git update-ref -d $NOTES" err &&
	test_grep "^refs/notes/perf/q: 1 note, 1 new" out &&
	test "$(git rev-parse $NOTES)" = $theirs &&
	must_refuse 1 "did not write" git perf export --notes -p p &&
	must_refuse 1 "did not write" git perf export --notes -n -p p &&
	# as the hint has it
	git update-ref refs/notes/mine $NOTES &&
	git update-ref -d $NOTES &&
	git perf export --notes -q &&
	note_is $c1 "wall: sort 1.00 us" &&
	test "$(git rev-parse refs/notes/mine)" = $theirs
'

test_expect_success 'nor is anything else taken for ours' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	git perf export --notes -q &&
	ours=$(git rev-parse $NOTES) &&
	subject="perf: notes for p [skip ci]" &&
	tree=$(git rev-parse "$NOTES^{tree}") &&
	file=$(git rev-parse "main^{tree}") &&
	fan=$(echo $c1 | cut -c1-2) &&
	blob=$(git notes --ref perf/p list $c1) &&
	odd=$(printf "100755 blob $blob\t$(echo $c1 | cut -c3-)\n" | git mktree) &&
	deep=$(printf "040000 tree $(git rev-parse $NOTES:$fan)\t$(echo $c1 | cut -c3-)\n" | git mktree) &&
	{
		# on top of ours, by git
		git notes --ref perf/p append -m more $c1 && git rev-parse $NOTES &&
		git commit-tree -m "$subject" $file &&
		git commit-tree -m "$subject" -p $ours -p $c1 $tree &&
		git commit-tree -m "$subject" -m "and more" $tree &&
		git commit-tree -m "perf: notes for q [skip ci]" $tree &&
		git commit-tree -m "$subject" $(printf "100644 blob $blob\t$c1\n" | git mktree) &&
		git commit-tree -m "$subject" $(printf "040000 tree $odd\t$fan\n" | git mktree) &&
		git commit-tree -m "$subject" $(printf "040000 tree $deep\t$fan\n" | git mktree) &&
		git commit-tree -m "$subject" $(printf "100644 blob $blob\t$fan\n" | git mktree) &&
		echo $blob &&
		echo $tree &&
		git tag -a -m x an-object $ours && git rev-parse an-object
	} >foreign 2>/dev/null &&
	test_line_count = 12 foreign &&
	while read -r id
	do
		# git update-ref would not let a branch be a tree, but this is none
		git update-ref $NOTES $id &&
		must_refuse 1 "did not write" git perf export --notes || return 1
	done <foreign &&
	git update-ref refs/notes/mine $ours &&
	git symbolic-ref $NOTES refs/notes/mine &&
	must_refuse 1 "did not write" git perf export --notes &&
	git symbolic-ref --delete $NOTES &&
	git update-ref $NOTES $ours &&
	git perf export --notes >out &&
	test_grep "as before" out
'

test_expect_success 'notes of names that are no platforms, or have no records, are nobody of ours' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	for name in Mine q a/b
	do
		git notes --ref perf/$name add -m mine $c1 || return 1
	done &&
	git for-each-ref refs/notes >before &&
	git perf export --notes >out &&
	test_line_count = 1 out &&
	git for-each-ref refs/notes | grep -v "$NOTES\$" >after &&
	test_cmp before after
'

test_expect_success 'a reference in the way is named' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	git notes --ref perf add -m mine $c1 &&
	must_refuse 128 "cannot create $NOTES: .*refs/notes/perf" git perf export --notes &&
	test_grep "^hint: .*another name" err &&
	# as the hint has it
	git update-ref refs/notes/mine refs/notes/perf &&
	git update-ref -d refs/notes/perf &&
	git perf export --notes -q &&
	note_is $c1 "wall: sort 1.00 us"
'

# prepare_rivals <value>: two exports, of one record and of two; the second one
# is in $newer. The value makes objects that no other test has made.
prepare_rivals () {
	echo "sort=$1" | measure $c1 &&
	git perf export --notes -q &&
	older=$(git rev-parse $NOTES) &&
	older_data=$(git rev-parse perf) &&
	echo "sort=2000" | measure $c2 &&
	git perf export --notes -q &&
	newer=$(git rev-parse $NOTES) &&
	newer_data=$(git rev-parse perf) &&
	git update-ref $NOTES $older &&
	git update-ref refs/heads/perf $older_data &&
	git update-ref -d refs/perf/seen
}

# The export has read the reference when it has made a commit for it.
count_objects () {
	find .git/objects -type f | wc -l
}

has_more_objects () {
	test "$(count_objects)" -gt "$1"
}

# with_rival <commit>: export a changed metric while <commit> takes the reference
with_rival () {
	# git is about to move the reference: it has the lock, and the new value
	echo $1 >.git/$NOTES.lock &&
	before=$(count_objects) &&
	{
		real_clock &&
		git-perf export --notes >out 2>err &
	} &&
	pid=$! &&
	wait_until has_more_objects "$before" &&
	git update-ref refs/heads/perf $newer_data &&
	mv .git/$NOTES.lock .git/$NOTES
}

test_expect_success 'a rival who knew more is not undone' '
	test_when_finished "forget_all; rm -f .git/$NOTES.lock" &&
	prepare_rivals 101 &&
	# so that there is something to write for the older state, too
	git update-ref $NOTES "$(git commit-tree -m "perf: notes for p [skip ci]" "$(git mktree </dev/null)")" &&
	with_rival $newer &&
	wait $pid &&
	test_grep "^$NOTES: 2 notes, as before" out &&
	test "$(git rev-parse $NOTES)" = $newer &&
	must_be_sound
'

test_expect_success 'a rival who is somebody else is not overwritten' '
	test_when_finished "forget_all; rm -f .git/$NOTES.lock" &&
	prepare_rivals 102 &&
	git notes --ref other add -m mine $c3 &&
	theirs=$(git rev-parse refs/notes/other) &&
	git update-ref $NOTES "$(git commit-tree -m "perf: notes for p [skip ci]" "$(git mktree </dev/null)")" &&
	with_rival $theirs &&
	test_expect_code 1 wait $pid &&
	test_grep "did not write" err &&
	test "$(git rev-parse $NOTES)" = $theirs
'

test_expect_success 'a rival who creates the reference first is not overwritten, either' '
	test_when_finished forget_all &&
	prepare_rivals 103 &&
	git update-ref -d $NOTES &&
	# the rival is faster, once, in the very last moment
	git_doing update-ref "rm rival 2>/dev/null &&
		\"$(command -v git)\" update-ref refs/heads/perf $newer_data &&
		\"$(command -v git)\" update-ref $NOTES $newer" &&
	: >rival &&
	PATH=$PWD/bin:$PATH git-perf export --notes >out &&
	test_path_is_missing rival &&
	test_grep "^$NOTES: 2 notes, as before" out &&
	test "$(git rev-parse $NOTES)" = $newer
'

test_expect_success 'many at once: whoever is last, all of it is there' '
	test_when_finished forget_all &&
	pids= &&
	for w in 1 2 3 4
	do
		{
			real_clock
			for i in 1 2 3 4 5
			do
				record $(printf "%039d%d" $i $w) p $i | git-perf append -q &&
				git-perf export --notes -q 2>>err.export || exit 1
			done
		} &
		pids="$pids $!"
	done &&
	repeat 10 git pack-refs --all 2>/dev/null &&
	for pid in $pids
	do
		wait $pid || { cat err.export; return 1; }
	done &&
	git notes --ref perf/p list >list &&
	test_line_count = 20 list &&
	git rev-list --min-parents=2 $NOTES >merges &&
	test_must_be_empty merges &&
	git perf export --notes 2>/dev/null >out &&
	test_grep "20 notes, as before" out &&
	must_be_sound
'

test_expect_success 'a lock that stays is named, and one left behind is removed' '
	test_when_finished "forget_all; rm -f .git/$NOTES.lock" &&
	echo "sort=1000" | measure $c1 &&
	git perf export --notes -q &&
	echo "sort=2000" | measure $c2 &&
	now=$(date +%s) &&
	: >.git/$NOTES.lock &&
	GIT_PERF_TEST_CLOCK=$now must_refuse 75 "$NOTES.lock. has been locked for" git perf export --notes &&
	GIT_PERF_TEST_CLOCK=$((now + 1000)) git perf export --notes >out 2>err &&
	test_grep "^warning: removed the lock .*$NOTES.lock" err &&
	test_grep "2 notes, 1 new" out
'

test_expect_success 'killed on the way, nothing has changed, and again it works' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	git perf export --notes -q &&
	awk "BEGIN { for (i = 100; i < 200; i++) print i }" | while read -r i
	do
		record $(printf "%040d" $i) p $i || exit 1
	done | git perf append -q &&
	git rev-parse $NOTES >before &&
	for point in pack.before-write pack.after-write
	do
		test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf export --notes &&
		git rev-parse $NOTES >after &&
		test_cmp before after || return 1
	done &&
	git perf export --notes >out 2>err &&
	test_grep "101 notes, 100 new" out &&
	rm -f .git/fast_import_crash_* &&
	must_be_sound
'

test_expect_success 'not in the middle of a push' '
	test_when_finished forget_all &&
	echo "sort=1000" | measure $c1 &&
	must_refuse 128 "middle of receiving" env GIT_QUARANTINE_PATH=x git perf export --notes
'

test_expect_success '2,000 commits are one commit, and a new one among them writes little' '
	git init -q many &&
	(
		cd many &&
		make_history 2000 &&
		git rev-list main | awk "{
			printf \"{\\\"commit\\\":\\\"%s\\\",\\\"platform\\\":\\\"p\\\",\\\"finished\\\":\\\"2023-11-14T22:13:20Z\\\",\\\"benchmarks\\\":[\", \$1
			printf \"{\\\"name\\\":\\\"sort\\\",\\\"metrics\\\":[{\\\"name\\\":\\\"wall\\\",\\\"samples\\\":[%d,%d,%d]}]}]}\\n\", NR, NR, NR
		}" >in &&
		sed 1d in | git perf append -q &&
		git perf export --notes >out &&
		test_grep ": 1999 notes, 1999 new" out &&
		test "$(git rev-list --count $NOTES)" = 1 &&
		git notes --ref perf/p list | wc -l >actual &&
		test "$(cat actual)" -eq 1999 &&
		git log --format="%H %N" --notes=perf/p c2..c1999 | grep -c " .*% better than" >actual &&
		test "$(cat actual)" -eq 1997 &&
		head -n 1 in | git perf append -q &&
		git count-objects | cut -d" " -f1 >before &&
		git perf export --notes >out &&
		test_grep ": 2000 notes, 1 new, 0 changed, 0 removed" out &&
		git count-objects | cut -d" " -f1 >after &&
		# line, folder, tree, commit
		test $(($(cat after) - $(cat before))) = 4 &&
		must_be_sound
	)
'

test_done
