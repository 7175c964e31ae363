#!/bin/sh

test_description='many writers, one branch: no record is lost, none is there twice'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"

real_clock

test_expect_success 'set up' '
	make_history 3 &&
	git branch other &&
	: >git.err
'

# race <writers> <appends> <git writers> <commits>
race () {
	rm -f acked.* failed.* commits.*
	i=0 pids=
	while test "$i" -lt "$1"
	do
		i=$((i + 1))
		: >"acked.w$i"
		writer "w$i" "$2" &
		pids="$pids $!"
	done
	i=0
	while test "$i" -lt "$3"
	do
		i=$((i + 1))
		git branch -q -f "other$i" other || return 1
		: >"commits.other$i"
		git_writer "other$i" "$4" &
		pids="$pids $!"
	done
	repeat "$4" git pack-refs --all --prune 2>>git.err &
	packer=$!
	repeat $(($4 / 10 + 1)) git gc -q 2>>git.err &
	collector=$!
	for pid in $pids
	do
		wait "$pid" || return 1
	done
	# these may fail when the others are in their way
	wait "$packer"
	wait "$collector"
	:
}

no_failures () {
	for file in failed.*
	do
		test ! -f "$file" || { cat "$file" >&4; return 1; }
	done
}

others_are_whole () {
	for file in commits.*
	do
		branch=${file#commits.} &&
		git rev-list "$branch" --not other | sort >actual &&
		sort "$file" >expected &&
		test_cmp expected actual || return 1
	done
}

test_expect_success 'A10, A12: writers, git, git pack-refs and git gc at once' '
	test_when_finished forget_branch &&
	race 6 15 2 20 &&
	no_failures &&
	must_have_all_acked &&
	test_line_count = 90 acked &&
	others_are_whole &&
	must_be_sound &&
	spool_files >left &&
	test_must_be_empty left
'

test_expect_success LONG 'A2, A12: 16 processes, 200 appends each' '
	test_when_finished forget_branch &&
	race 16 200 4 300 &&
	no_failures &&
	must_have_all_acked &&
	test_line_count = 3200 acked &&
	others_are_whole &&
	must_be_sound
'

write_batches () {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12
	do
		for platform in aarch64-linux aarch64-macos x86-64-linux
		do
			record "$c1" "$platform" "$i"
		done >in.batches
		git-perf append -q <in.batches || : >failed.batches
	done
	: >written
}

test_expect_success 'A18: readers beside writers see each batch as a whole, and never less' '
	test_when_finished forget_branch &&
	rm -f written &&
	{ write_batches & } &&
	writer=$! &&
	{ repeat 15 git pack-refs --all 2>>git.err & } &&
	packer=$! &&
	seen=0 &&
	until test -f written
	do
		git-perf ls >listed &&
		count=$(wc -l <listed) &&
		test $((count % 3)) = 0 &&
		test $count -ge $seen &&
		seen=$count &&
		git-perf log >out &&
		git-perf show c1 >out || return 1
	done &&
	wait $writer &&
	{ wait $packer || :; } &&
	test_path_is_missing failed.batches &&
	git-perf ls >listed &&
	test_line_count = 36 listed &&
	must_be_sound
'

test_expect_success 'G9: writers of every pair of configurations at once' '
	test_when_finished forget_branch &&
	rm -f acked.* &&
	pids= &&
	for backend in llvm cranelift
	do
		for threads in 1 2 4
		do
			name=$backend$threads
			for c in $c1 $c2 $c3
			do
				record $c p $threads "\"config\":{\"backend\":\"$backend\",\"threads\":\"$threads\"}" >in.$name &&
				git perf append -q <in.$name || exit 1
			done &
			pids="$pids $!"
		done
	done &&
	for pid in $pids
	do
		wait $pid || return 1
	done &&
	git perf log --porcelain=v1 sort | cut -f2,9,10 | sort >actual &&
	for backend in cranelift llvm
	do
		for threads in 1 2 4
		do
			for c in $c1 $c2 $c3
			do
				printf "backend=%s threads=%s\t%s\t%s\n" $backend $threads $c $threads
			done
		done
	done | sort >expected &&
	test_cmp expected actual
'

test_expect_success 'A12: two writers create the branch, one just before the other' '
	test_when_finished "forget_branch; git update-ref -d refs/perf/rival" &&
	git config perf.ref refs/perf/rival &&
	record $c2 p 2 | git perf append >rival.id &&
	git config --unset perf.ref &&
	git update-ref -d refs/perf/seen &&
	rival=$(git rev-parse refs/perf/rival) &&
	# the rival is faster, once, in the very last moment
	git_doing update-ref "rm rival 2>/dev/null &&
		\"$(command -v git)\" update-ref refs/heads/perf $rival" &&
	: >rival &&
	record $c1 p 1 >in &&
	PATH=$PWD/bin:$PATH git-perf append <in >id &&
	test_path_is_missing rival &&
	sort id rival.id >expected &&
	record_ids >actual &&
	test_cmp expected actual &&
	test "$(git rev-parse perf^)" = $rival &&
	must_be_sound
'

test_expect_success FLOCK 'A12: a lost race is retried and both land' '
	test_when_finished forget_branch &&
	record $c1 p 1 | git perf append -q &&
	# git is about to move the branch: it has the lock, and the new value
	record $c2 p 2 | git perf append >rival.id &&
	rival=$(git rev-parse perf) &&
	git update-ref refs/heads/perf perf^ &&
	git update-ref -d refs/perf/seen &&
	echo $rival >.git/refs/heads/perf.lock &&
	record $c3 p 3 >in &&
	{ git-perf append <in >id & } &&
	pid=$! &&
	# the writer has begun: it holds the queue and waits for the reference
	wait_until eval "! flock -n .git/perf/lock true" &&
	mv .git/refs/heads/perf.lock .git/refs/heads/perf &&
	wait $pid &&
	test "$(git rev-parse perf^)" = $rival &&
	sort id rival.id >expected &&
	record_ids >landed &&
	comm -23 expected landed >lost &&
	test_must_be_empty lost &&
	test_line_count = 3 landed &&
	must_be_sound
'

test_expect_success FLOCK 'writers that wait go along with the first one: one commit' '
	test_when_finished "forget_branch; drop_lock" &&
	record $c1 p 1 | git perf append -q &&
	hold_lock &&
	pids= &&
	for w in 1 2 3 4 5
	do
		{ record $c1 p "2,$w" && record $c2 p "3,$w"; } >in.$w &&
		{ git-perf append <in.$w >ids.$w 2>err.$w 9>&- & } &&
		pids="$pids $!" || return 1
	done &&
	five_wait () {
		spool_files >waiting &&
		test "$(grep -c "jsonl\$" waiting)" = 5
	} &&
	wait_until five_wait &&
	drop_lock &&
	for pid in $pids
	do
		wait $pid || return 1
	done &&
	for w in 1 2 3 4 5
	do
		test_line_count = 2 ids.$w &&
		grep "^2 appended, 0 present before, 0 revoked" err.$w || return 1
	done &&
	record_ids >landed &&
	test_line_count = 11 landed &&
	cat ids.* | sort | comm -23 - landed >lost &&
	test_must_be_empty lost &&
	test "$(git rev-list --count perf)" = 2 &&
	spool_files >left &&
	test_must_be_empty left &&
	must_be_sound
'

test_expect_success FLOCK 'A12: who dies while waiting is landed by the next one' '
	test_when_finished "forget_branch; drop_lock" &&
	record $c1 p 1 | git perf append -q &&
	hold_lock &&
	{ record $c1 p 2 && record $c2 p 3; } >in &&
	test_expect_code 137 env GIT_PERF_TEST_FAULT=append.spooled \
		git-perf append <in >out 9>&- &&
	test_must_be_empty out &&
	spool_files >left &&
	test_line_count = 1 left &&
	drop_lock &&
	record $c3 p 4 | git perf append >id 2>err &&
	spool_files >left &&
	test_must_be_empty left &&
	test "$(git rev-list --count perf)" = 2 &&
	record_ids >landed &&
	test_line_count = 4 landed &&
	grep $(cat id) landed &&
	git perf append <in >ids 2>err &&
	grep "^0 appended, 2 present" err &&
	must_be_sound
'

test_expect_success FLOCK 'A18: each batch of the spool lands as a whole, in one commit' '
	test_when_finished "forget_branch; drop_lock" &&
	record $c1 p 1 | git perf append -q &&
	hold_lock &&
	for batch in a b c
	do
		for platform in aarch64-linux aarch64-macos x86-64-linux
		do
			record $c2 $platform 7 "\"worker\":\"$batch\"" || return 1
		done >in.$batch &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=append.spooled \
			git-perf append <in.$batch 9>&- || return 1
	done &&
	drop_lock &&
	record $c3 p 4 | git perf append -q &&
	for batch in a b c
	do
		git perf append <in.$batch >ids.$batch &&
		test_line_count = 3 ids.$batch &&
		for id in $(cat ids.$batch)
		do
			git log --format=%H --find-object=$id perf || return 1
		done | sort -u >commits.$batch &&
		test_line_count = 1 commits.$batch || return 1
	done &&
	must_be_sound
'

test_expect_success FLOCK 'a busy branch: exit 75, the records wait, and land later' '
	test_when_finished "forget_branch; drop_lock" &&
	record $c1 p 1 | git perf append -q &&
	before=$(git rev-parse perf) &&
	hold_lock &&
	record $c1 p 2 >in &&
	git config perf.lockTimeout 0 &&
	test_expect_code 75 git perf append <in >out 2>err 9>&- &&
	git config --unset perf.lockTimeout &&
	test_must_be_empty out &&
	grep "^hint: .*spool" err &&
	test "$(git rev-parse perf)" = $before &&
	spool_files >left &&
	test_line_count = 1 left &&
	record $c1 p 3 >in &&
	test_expect_code 75 env GIT_PERF_TEST_CLOCK=1700000000 git perf append <in 9>&- &&
	spool_files >left &&
	test_line_count = 2 left &&
	drop_lock &&
	record $c3 p 4 | git perf append -q &&
	record_ids >landed &&
	test_line_count = 4 landed &&
	spool_files >left &&
	test_must_be_empty left
'

test_expect_success 'a spooled file that cannot be used is put aside, and said so' '
	test_when_finished "forget_branch; rm -rf .git/perf/spool" &&
	mkdir -p .git/perf/spool &&
	record $c1 p 5 >.git/perf/spool/good.jsonl &&
	echo "{\"commit\":" >.git/perf/spool/bad.jsonl &&
	record $c2 p 5 | tr -d "\n" >.git/perf/spool/cut.jsonl &&
	echo nothing >.git/perf/spool/other.tmp-123 &&
	record $c3 p 5 | git perf append >id 2>err &&
	test_line_count = 1 id &&
	grep "^warning: .*bad.jsonl" err &&
	grep "^warning: .*cut.jsonl" err &&
	grep "^hint: " err &&
	record_ids >landed &&
	test_line_count = 2 landed &&
	(cd .git/perf/spool && ls) >left &&
	cat >expected <<-\END &&
	bad.jsonl.bad
	cut.jsonl.bad
	other.tmp-123
	END
	test_cmp expected left
'

test_expect_success 'what the dead have left in the spool goes away in time' '
	test_when_finished "forget_branch; rm -rf .git/perf/spool" &&
	mkdir -p .git/perf/spool &&
	touch .git/perf/spool/new.jsonl.landed .git/perf/spool/new.jsonl.tmp-abcdef &&
	touch -t 200001010000 .git/perf/spool/old.jsonl.landed \
		.git/perf/spool/old.jsonl.tmp-abcdef .git/perf/spool/notes &&
	record $c1 p 5 | git perf append -q &&
	(cd .git/perf/spool && ls) >left &&
	printf "%s\n" new.jsonl.landed new.jsonl.tmp-abcdef notes >expected &&
	test_cmp expected left
'

test_expect_success 'perf.lockTimeout is checked' '
	test_when_finished "git config --unset perf.lockTimeout" &&
	record $c1 p 6 >in &&
	for bad in soon -1 1000000 9223372036854775807 99999999999999999999
	do
		git config perf.lockTimeout "$bad" &&
		must_refuse 128 lockTimeout git perf append <in || return 1
	done
'

test_done
