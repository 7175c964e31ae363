#!/bin/sh

test_description='git perf purge and push: the branch of the remote is made anew, and clones follow'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-purge.sh"

# hub_must_lack <id>...: the remote's branch and its history
hub_must_lack () {
	reached_=$(git -C "$TRASH_DIRECTORY/hub.git" rev-list --objects --no-object-names perf) &&
	for id_
	do
		case $reached_ in *"$id_"*) return 1 ;; esac
	done &&
	git -C "$TRASH_DIRECTORY/hub.git" fsck --strict --no-dangling --no-progress &&
	git -C "$TRASH_DIRECTORY/hub.git" perf fsck -q
}

hub_ids () {
	git -C "$TRASH_DIRECTORY/hub.git" ls-tree -r perf runs/ | cut -c13-52 | sort
}

test_expect_success 'set up' '
	set_up_records
'

test_expect_success 'push makes the branch of the remote anew, too' '
	hub && clone stale && git branch -q perf origin/perf &&
	clone a &&
	git perf purge -q -m "a secret" $id1 &&
	git perf push -n >out &&
	echo "origin: would be made anew, 1 purged" | test_cmp - out &&
	CI=1 git perf push >out 2>err &&
	echo "origin: nothing new" | test_cmp - out &&
	grep "^hint: what was purged here is still there: git perf push --direct" err &&
	git perf push >out 2>err &&
	echo "origin: made anew, 1 purged" | test_cmp - out &&
	hub_must_lack $id1 &&
	grep -v $id1 ../ids | sort >expected &&
	hub_ids >actual &&
	test_cmp expected actual &&
	test "$(generation)" = 1 &&
	test "$(git rev-parse perf)" = "$(git -C ../hub.git rev-parse perf)" &&
	must_be_gone $id1 &&
	git perf purge -m "a secret" $id1 2>err >out &&
	test_grep ! "git perf push" err &&
	git perf push >out &&
	echo "origin: nothing new" | test_cmp - out
'

test_expect_success 'a stale clone that pushes follows, and does not bring it back' '
	cd "$TRASH_DIRECTORY/stale" &&
	record $c4 p 40 | git perf append >id.own &&
	git perf fetch >out &&
	git perf ls >out &&
	test_grep ! $id1 out &&
	git perf push >out 2>err &&
	echo "origin: 1 record landed, 1 revoked" | test_cmp - out &&
	hub_must_lack $id1 &&
	hub_ids >actual &&
	test_grep $(cat id.own) actual &&
	test_line_count = 4 actual &&
	must_be_gone $id1 &&
	test "$(git rev-parse perf)" = "$(git -C ../hub.git rev-parse perf)" &&
	# what is left of it here goes with another purge
	reached --all --reflog >reached.now &&
	test_grep $id1 reached.now &&
	tip=$(git rev-parse perf) &&
	git perf purge -q -m "here, too" $id1 &&
	test $tip = "$(git rev-parse perf)" &&
	git update-ref -d refs/remotes/origin/perf &&
	reached --all --reflog >reached.now &&
	test_grep ! $id1 reached.now
'

test_expect_success 'what others have pushed in the meantime is not lost' '
	hub && clone a && clone b &&
	git -C ../a perf purge -q -m why $id1 &&
	record $c4 p 40 | git perf append >id.own && git perf push -q &&
	cd ../a &&
	git perf push >out &&
	echo "origin: made anew, 1 purged" | test_cmp - out &&
	hub_must_lack $id1 &&
	hub_ids >actual &&
	test_grep $(cat ../b/id.own) actual &&
	test_line_count = 4 actual
'

test_expect_success 'two clones that purge at the same time: both are gone' '
	hub && clone a && clone b &&
	git -C ../a perf purge -q -m one $id1 &&
	git perf purge -q -m two $id2 &&
	git -C ../a perf push -q &&
	git perf push >out &&
	echo "origin: made anew, 1 revoked, 1 purged" | test_cmp - out &&
	hub_must_lack $id1 $id2 &&
	test "$(generation)" = 2 &&
	must_be_gone $id1 $id2 &&
	hub_ids >actual &&
	test_line_count = 2 actual &&
	cd ../a && git perf push -q && must_be_gone $id1 $id2 && test "$(generation)" = 2
'

test_expect_success 'what stays at home stays there; what was never here does not come' '
	hub && clone a &&
	record $c4 p 40 "\"reason\":\"local\"" | git perf append >id.local &&
	record $c4 p 41 >ahead && ahead=$(git perf append -n <ahead) &&
	git perf purge -q -m why $id1 $ahead 2>err &&
	git perf push -q 2>err &&
	hub_must_lack $id1 $(cat id.local) &&
	must_be_gone $id1 &&
	git perf ls >out && test_grep $(cat id.local) out &&
	clone b &&
	git perf append <../a/ahead 2>err &&
	test_grep "1 revoked" err
'

test_expect_success 'a lane that brings it is collected without it, before the remote knows' '
	hub && clone b &&
	git update-ref -d refs/remotes/origin/perf &&
	record $c4 p 42 >secret && { cat secret; record $c4 p 43; } | git perf append >sent &&
	git perf push -q --lane 2>err &&
	clone a &&
	secret=$(git perf append -n <../b/secret) &&
	git perf purge -q -m why $secret $id1 2>err &&
	git perf collect --push >out 2>err &&
	hub_must_lack $secret $id1 &&
	hub_ids >actual &&
	test_grep $(tail -n 1 ../b/sent) actual &&
	test_line_count = 4 actual &&
	must_be_gone $secret $id1 &&
	git -C ../hub.git for-each-ref refs/perf/inbox >lanes &&
	test_must_be_empty lanes
'

test_expect_success 'a server that refuses a rewritten branch is quoted; nothing is lost' '
	hub && git -C hub.git config receive.denyNonFastForwards true && clone a &&
	git perf purge -q -m why $id1 &&
	tip=$(git rev-parse perf) &&
	test_expect_code 128 git perf push 2>err &&
	test_grep "refuses refs/heads/perf: .*non-fast-forward" err &&
	test_grep "^hint: " err &&
	test $tip = "$(git rev-parse perf)" &&
	git -C ../hub.git config receive.denyNonFastForwards false &&
	git perf push -q &&
	hub_must_lack $id1
'

test_expect_success 'the server, which has collected before, forgets it, too' '
	hub && clone job && git -C ../hub.git update-ref refs/perf/seen perf &&
	clone a && git perf purge -q -m "a secret" $id1 && git perf push -q &&
	git -C ../hub.git cat-file -e $id1 &&
	git -C ../hub.git perf collect -q &&
	test "$(git -C ../hub.git rev-parse perf)" = "$(git -C ../hub.git rev-parse refs/perf/seen)" &&
	git -C ../hub.git gc -q --prune=now &&
	test_must_fail git -C ../hub.git cat-file -e $id1 &&
	# what nobody has revoked is remembered
	git -C ../hub.git update-ref refs/heads/perf "$(echo one | git -C ../hub.git commit-tree \
		$(git -C ../hub.git ls-tree perf format revoked | git -C ../hub.git mktree))" &&
	git -C ../hub.git perf collect 2>err &&
	grep "^warning: 3 records that were on refs/heads/perf disappeared" err &&
	git -C ../hub.git ls-tree -r refs/perf/seen runs/ >kept && test_line_count = 3 kept
'

# run_hint <word>: what it proposes behind its last ": "
run_hint () {
	sed -n "/^hint: .*$1/s/.*: \(git .*\)/\1/p" err >hint.sh &&
	test_line_count = 1 hint.sh &&
	sh -e hint.sh
}

test_expect_success 'what the hints propose removes the bytes, also in CI' '
	hub && clone pasted &&
	# a reflog of today: git gc forgets an older one by itself
	test_when_finished "GIT_COMMITTER_DATE=\"$GIT_COMMITTER_DATE\"; export GIT_COMMITTER_DATE" &&
	unset GIT_COMMITTER_DATE &&
	record $c5 p 50 | git perf append -q >id.mine &&
	git perf push -q &&
	git perf purge -m "a secret" $id1 2>err >out &&
	sed -n "s/^hint: the remote .*: \(git .*\); .*/\1/p" err >push.sh &&
	test_line_count = 1 push.sh &&
	CI=true sh -e push.sh >out &&
	grep "made anew" out &&
	hub_must_lack $id1 &&
	git gc -q --prune=now &&
	git cat-file -e $id1 &&
	run_hint "git gc" &&
	test_must_fail git cat-file -e $id1 &&
	must_be_gone $id1
'

test_expect_success 'without a remote nothing else has them' '
	fresh &&
	git perf purge -m "a secret" $id1 2>err >out &&
	test_grep ! reflog err &&
	run_hint "git gc" &&
	test_must_fail git cat-file -e $id1
'

test_expect_success 'a name that a shell would act upon is not proposed' '
	hub && clone strange &&
	git remote rename origin "o;touch\${IFS}x" &&
	git config perf.remote "o;touch\${IFS}x" &&
	git perf purge -m "a secret" $id1 2>err >out &&
	test_grep "reflog expire --expire=now refs/remotes/<remote>/<branch>; git gc" err
'

test_done
