#!/bin/sh

test_description='git perf purge among others: the remote, the spool, other writers'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-purge.sh"
. "$TEST_DIRECTORY/lib-race.sh"

test_expect_success 'set up' '
	set_up_records
'

# --- What cannot be read ---

test_expect_success 'what cannot be read to be revoked does not come back' '
	hub && clone damaged && git branch -q perf origin/perf &&
	git cat-file blob $id1 >purged &&
	git perf purge -q -m why $id1 &&
	fan=$(git rev-parse perf:revoked/$(echo $id1 | cut -c1-2)) &&
	lost=.git/objects/$(echo $fan | sed "s,^..,&/,") &&
	mv "$lost" kept &&
	test_expect_code 128 git perf append <purged 2>err &&
	grep "^error: cannot read what is revoked" err &&
	mv kept "$lost" &&
	git perf append -q <purged &&
	must_be_gone $id1
'

# --- Here and at the remote ---

test_expect_success 'a branch that only the remote has is begun without it' '
	hub && clone a &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	tree_without origin/perf $id1 >expected &&
	git perf purge -m why $id1 2>err >out &&
	grep "^hint: .*git perf push" err &&
	tree_without perf >actual &&
	test_cmp expected actual &&
	git rev-list --parents perf >commits &&
	git rev-parse perf | test_cmp - commits &&
	must_be_gone $id1 &&
	test "$(git rev-parse refs/perf/seen)" = "$(git rev-parse perf)" &&
	# the remote has it yet, which is no reason to do it again
	tip=$(git rev-parse perf) &&
	git perf purge -m why $id1 2>err >out &&
	grep "^0 purged, 1 revoked before" err &&
	grep "^hint: .*git perf push" err &&
	test $tip = "$(git rev-parse perf)"
'

test_expect_success 'what only the remote has is not lost by the rewrite' '
	hub && clone behind && git branch -q perf origin/perf &&
	clone a &&
	git perf purge -q -m "there" $id2 &&
	record $c4 p 40 | git perf append -q &&
	others () {
		blob=$(echo hello | git hash-object -w --stdin) &&
		put_file notes/hello $blob && put_file notes/link $blob 120000 && put_file notes/tool $blob 100755
	} &&
	with_seen others &&
	git push -q --force origin perf &&
	cd ../behind && git fetch -q &&
	record $c5 p 50 | git perf append -q &&
	{ git ls-tree -r perf; git ls-tree -r origin/perf; } |
	grep -v -e $id1 -e $id2 -e "	format$" -e "	revoked/" | sort -u >expected &&
	test_line_count = 7 expected &&
	git perf purge -m "here" $id1 >out 2>err &&
	tree_without perf | sort >actual &&
	test_cmp expected actual &&
	must_be_gone $id1 $id2 &&
	test "$(generation)" = 2 &&
	git diff --exit-code origin/perf:revoked/$(echo $id2 | cut -c1-2)/$id2 \
		perf:revoked/$(echo $id2 | cut -c1-2)/$id2
'

test_expect_success 'what the remote has purged is not purged twice' '
	hub && clone behind && git branch -q perf origin/perf &&
	clone a &&
	git perf purge -q -m "there" $id1 &&
	git push -q --force origin perf &&
	cd ../behind && git fetch -q &&
	tip=$(git rev-parse perf) &&
	git perf purge -m "here" $id1 >out 2>err &&
	echo "0 purged, 1 revoked before, 0 not here" | test_cmp - err &&
	test $tip = "$(git rev-parse perf)" &&
	# by our own copy of the remote, as well
	git update-ref refs/perf/remotes/origin/heads/perf origin/perf &&
	git update-ref refs/remotes/origin/perf perf &&
	git perf purge -m "here" $id1 >out 2>err &&
	grep "^0 purged, 1 revoked before" err &&
	test $tip = "$(git rev-parse perf)"
'

test_expect_success 'what was purged here stays away while the remote has it, whatever is purged next' '
	hub && clone a &&
	set -- $(sort ../ids) &&
	git perf purge -q -m why $1 $2 $3 &&
	git perf purge -q -m "again, and one more" $1 $4 &&
	must_be_gone $1 $2 $3 $4
'

test_expect_success 'copies of the remote that disagree about what is a folder' '
	hub && clone a && git branch -q perf origin/perf &&
	blob=$(echo x | git hash-object -w --stdin) &&
	good=$(git rev-parse perf) &&
	with_seen put_file odd $blob &&
	git update-ref refs/perf/remotes/origin/heads/perf perf &&
	git update-ref refs/heads/perf $good &&
	odd () {
		put_file odd/deep/file $blob && put_file odd-one $blob
	} &&
	with_seen odd &&
	git update-ref refs/remotes/origin/perf perf &&
	git update-ref refs/heads/perf $good &&
	git update-ref -d refs/perf/seen &&
	git perf purge -q -m why $id1 &&
	git ls-tree -r --name-only perf | grep ^odd >actual &&
	printf "%s\n" odd odd-one | test_cmp - actual &&
	must_be_gone $id1
'

test_expect_success 'M13: a stale clone that appends and unites does not bring it back' '
	hub && clone stale && git branch -q perf origin/perf &&
	git perf cat $id1 >../record1.json &&
	clone a &&
	git perf purge -q -m "a secret" $id1 &&
	git push -q --force origin perf &&
	cd ../stale &&
	record $c4 p 40 | git perf append -q &&
	git fetch -q &&
	git perf ls >out &&
	test_grep ! $id1 out &&
	test_line_count = 4 out &&
	git perf append <../record1.json 2>err &&
	grep "1 revoked" err &&
	# as gitperf-store(5) says
	git perf cat --all >all.jsonl &&
	git update-ref refs/heads/perf refs/remotes/origin/perf &&
	git perf append -q <all.jsonl 2>err &&
	test_must_be_empty err &&
	must_be_gone $id1 &&
	git perf fsck >out &&
	grep "^4 records in 2 commits, 1 revoked, 0 problems" out &&
	test "$(git rev-parse refs/perf/seen)" = "$(git rev-parse perf)" &&
	git push -q origin perf &&
	test "$(generation)" = 1
'

# --- A history that others have made ---

test_expect_success 'a history that has it again, or yet, is made anew' '
	fresh &&
	old=$(git rev-parse perf) &&
	git perf purge -q -m why $id1 &&
	merge=$(git commit-tree -p perf -p $old -m merge "perf^{tree}") &&
	git update-ref refs/heads/perf $merge &&
	test_expect_code 1 git perf fsck >out &&
	git perf purge -m "once more" $id1 2>err >out &&
	grep "generation 2" err &&
	must_be_gone $id1 &&
	# revoked by hand, on top of a history that has it
	path=$(git perf ls --path c2) &&
	by_hand () {
		git update-index --force-remove "$path" &&
		put_file "revoked/$(echo $id2 | cut -c1-2)/$id2" "$(echo why | git hash-object -w --stdin)"
	} &&
	with_seen by_hand &&
	git perf purge -m "really" $id2 2>err >out &&
	grep "^0 purged, 1 revoked before, 0 not here; generation 3" err &&
	must_be_gone $id2 &&
	revocation $id2 >actual &&
	echo why | test_cmp - actual &&
	# revoked, and still in the tree
	again () {
		put_file "revoked/$(echo $id3 | cut -c1-2)/$id3" "$(echo why | git hash-object -w --stdin)"
	} &&
	with_seen again &&
	git perf purge -m "really" $id3 2>err >out &&
	grep "^1 purged" err &&
	must_be_gone $id3
'

test_expect_success 'records lost before keep refs/perf/seen where it is, which is said' '
	fresh &&
	git update-ref refs/heads/perf perf^ &&
	git perf purge -m why $id1 >out 2>err &&
	grep "^warning: 2 records .*disappeared" err &&
	grep "^hint: .*git update-ref -d refs/perf/seen" err &&
	git update-ref -d refs/perf/seen &&
	must_be_gone $id1
'

# --- What this clone keeps beside the branch ---

test_expect_success FLOCK 'the spool: what waits is sifted, and the rest lands' '
	fresh &&
	git config perf.lockTimeout 0 &&
	hold_lock &&
	record $c4 p 41 >one &&
	{ record $c4 p 42; record $c4 p 43; } >two &&
	record $c4 p 44 >three &&
	for in in one two three
	do
		test_expect_code 75 git perf append <$in 9>&- || return 1
	done &&
	drop_lock &&
	spool_files >files &&
	test_line_count = 3 files &&
	cp "$(head -n 1 files)" .git/perf/spool/x.jsonl.bad &&
	printf "not JSON\n" >>.git/perf/spool/x.jsonl.bad &&
	cp "$(head -n 1 files)" .git/perf/spool/y.jsonl.landed &&
	cp "$(head -n 1 files)" .git/perf/spool/z.jsonl.tmp-1 &&
	mkdir .git/perf/spool/folder &&
	git config --unset perf.lockTimeout &&
	a=$(git perf append -n <one) &&
	b=$(git perf append -n <two | head -n 1) &&
	rest=$({ git perf append -n <two | tail -n 1; git perf append -n <three; }) &&
	tip=$(git rev-parse perf) &&
	git perf purge -m "waiting" $id1 $a $b >out 2>err &&
	test_grep "^1 purged, 0 revoked before, 2 not here, 5 out of the spool; generation 1\$" err &&
	! grep -r -e "\[41\]" -e "\[42\]" .git/perf &&
	echo "not JSON" | test_cmp - .git/perf/spool/x.jsonl.bad &&
	rmdir .git/perf/spool/folder && rm .git/perf/spool/x.jsonl.bad &&
	spool_files >files &&
	test_line_count = 2 files &&
	must_be_gone $a $b $id1 &&
	record $c5 p 50 | git perf append -q &&
	record_ids >present &&
	for id in $rest
	do
		grep $id present || return 1
	done &&
	must_be_gone $a $b $id1 &&
	spool_files >files &&
	test_must_be_empty files
'

test_expect_success 'the index of what was read' '
	fresh &&
	i=0 &&
	while test $i -lt 40
	do
		i=$((i + 1)) &&
		record $c4 p $i "\"config\":{\"token\":\"hunter2-$i\"}" || return 1
	done | git perf append >many &&
	git perf log >out &&
	tr "\0" "\n" <.git/perf/index | grep -a "hunter2-17\$" &&
	git perf purge -q -m "a token" $(sed -n 17p many) &&
	test_path_is_missing .git/perf/index &&
	git perf log >out &&
	tr "\0" "\n" <.git/perf/index >strings &&
	grep -a "hunter2-18\$" strings &&
	! grep -a "hunter2-17\$" strings
'

test_expect_success 'git that fails without a word is told of, and the same again does the rest' '
	fresh &&
	git_doing reflog "exit 3" &&
	test_expect_code 128 env PATH="$PWD/bin:$PATH" git-perf purge -m why $id1 2>err &&
	test_grep "this clone has: cannot empty the reflog of refs/heads/perf" err &&
	test_grep "^hint: run the same command again" err &&
	must_be_gone $id1 &&
	git reflog show refs/heads/perf >log &&
	test_line_count -gt 0 log &&
	git perf purge -q -m why $id1 &&
	git reflog show refs/heads/perf >log &&
	test_must_be_empty log
'

test_expect_success 'another data branch, elsewhere, with its own files' '
	fresh &&
	git config perf.ref refs/perf/data &&
	git update-ref refs/perf/data refs/heads/perf &&
	git perf purge -q -m why $id1 &&
	reached refs/perf/data >reached.now &&
	test_grep ! $id1 reached.now &&
	reached refs/heads/perf >reached.now &&
	test_grep $id1 reached.now &&
	git perf fsck -q &&
	git config perf.namespace staging &&
	git update-ref refs/perf/staging/data refs/heads/perf &&
	git perf purge -q -m why $id2 &&
	reached refs/perf/staging/data >reached.now &&
	test_grep ! $id2 reached.now &&
	git perf fsck -q
'

test_expect_success 'bare, linked, shallow and partial' '
	hub && cd hub.git &&
	git perf purge -q -m why $id1 &&
	must_be_gone $id1 &&
	fresh &&
	git worktree add -q --detach ../linked &&
	(cd ../linked && git perf purge -q -m why $id1) &&
	must_be_gone $id1 &&
	hub && rm -rf shallow partial &&
	git clone -q --depth=1 --no-single-branch "file://$PWD/hub.git" shallow &&
	cd shallow &&
	git perf purge -q -m why $id1 &&
	must_be_gone $id1 &&
	tip=$(git rev-parse perf) &&
	git perf purge -q -m why $id1 &&
	test $tip = "$(git rev-parse perf)" &&
	git -C ../hub.git config uploadpack.allowFilter true &&
	git -C ../hub.git config uploadpack.allowAnySHA1InWant true &&
	cd .. &&
	git clone -q --filter=blob:none --no-checkout "file://$PWD/hub.git" partial &&
	cd partial &&
	git perf purge -q -m why $id1 &&
	git rev-list --objects --no-object-names --missing=print perf >reached.now &&
	test_grep ! $id1 reached.now &&
	git perf ls >out &&
	test_line_count = 3 out
'

# --- Others at work ---

test_expect_success FLOCK 'while another writes for too long, nothing is changed' '
	fresh &&
	git config perf.lockTimeout 0 &&
	hold_lock &&
	must_refuse 75 "another git perf has been writing" git perf purge -m why $id1 9>&- &&
	drop_lock &&
	: >.git/refs/heads/perf.lock &&
	must_refuse 75 "perf.lock. has been locked" git perf purge -m why $id1 &&
	rm .git/refs/heads/perf.lock &&
	git perf purge -q -m why $id1 &&
	must_be_gone $id1
'

test_expect_success FLOCK 'who waits with a record that is purged meanwhile is told' '
	fresh &&
	record $c4 p 41 >in && record $c4 p 42 >>in &&
	git perf append -n <in >both &&
	waits () {
		spool_files >files && test -s files
	} &&
	(
		real_clock &&
		hold_lock &&
		{
			git-perf append <in >acked 2>err.append 9>&- &
			append=$!
		} &&
		wait_until waits &&
		{
			git-perf purge -q -m why $(head -n 1 both) 9>&- &
			purge=$!
		} &&
		drop_lock &&
		wait $append && wait $purge
	) &&
	test_cmp both acked &&
	must_be_gone $(head -n 1 both) &&
	git perf ls >out &&
	test_grep $(tail -n 1 both) out &&
	spool_files >files &&
	test_must_be_empty files
'

test_expect_success 'among writers, nobody loses a record and nothing comes back' '
	fresh &&
	git perf ls | cut -f3 | grep -v -e $id1 -e $id2 >acked.before &&
	(
		real_clock &&
		{
			writer a 25 &
			writer b 25 &
		} &&
		for id in $id1 $id2 $id1
		do
			git-perf purge -q -m why $id || return 1
		done &&
		wait
	) &&
	test_path_is_missing failed.a && test_path_is_missing failed.b &&
	must_have_all_acked &&
	test_line_count = 52 present &&
	must_be_gone $id1 $id2 &&
	test "$(generation)" = 2
'

test_done
