#!/bin/sh

test_description='the perf branch: ours or not, here and at the remote, revoked and lost'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up an origin' '
	make_origin 5
'

test_expect_success 'a branch of that name that is none of ours is left alone' '
	git clone -q origin notours &&
	(
		cd notours &&
		git branch perf &&
		record $c1 p >in &&
		must_refuse 128 "refs/heads/perf is not a perf branch" git perf append <in &&
		grep "^hint: .*perf.ref" err &&
		for command in ls "cat --all" fsck log show
		do
			must_refuse 128 "not a perf branch" git perf $command || return 1
		done &&
		git config perf.ref refs/perf/data &&
		must_work &&
		test "$(git rev-parse perf)" = "$(git rev-parse main)"
	)
'

test_expect_success 'a branch whose format file is a folder, huge or odd is not ours' '
	git init -q odd &&
	(
		cd odd &&
		for content in "" "git-perf" "git-perf x" "git-perf 0" "git-perf -1" \
			"perf 1" "$(awk "BEGIN { for (i = 0; i < 900; i++) print \"git-perf 1\" }")"
		do
			blob=$(printf "%s\n" "$content" | git hash-object -w --stdin) &&
			tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
			git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
			must_refuse 128 "not a perf branch" git perf ls || return 1
		done &&
		tree=$(printf "040000 tree $tree\tformat\n" | git mktree) &&
		git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
		record $c1 p >in &&
		must_refuse 128 "not a perf branch" git perf append <in &&
		git update-ref refs/heads/perf -d &&
		git tag perf-blob $blob &&
		echo $blob >.git/refs/heads/perf &&
		test_expect_code 128 git perf append <in 2>err &&
		grep "^hint: " err
	)
'

test_expect_success 'a newer format, and requirements that are not known' '
	git init -q newer &&
	(
		cd newer &&
		record $c1 p >in &&
		make_format () {
			blob=$(printf "$1" | git hash-object -w --stdin) &&
			tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
			git update-ref refs/heads/perf $(git commit-tree -m x $tree)
		} &&
		make_format "git-perf 2\n" &&
		must_refuse 128 "format 2, newer" git perf append <in &&
		grep "^hint: .*upgrade" err &&
		must_refuse 128 "format 2, newer" git perf ls &&
		make_format "git-perf 1\nrequires: segments\n" &&
		must_refuse 128 "requires: segments" git perf append <in &&
		grep "^hint: .*upgrade" err &&
		must_refuse 128 "requires: segments" git perf log &&
		make_format "git-perf 1\noptional: hints\ngeneration: 3\n" &&
		must_work &&
		git cat-file -p perf:format >actual &&
		printf "git-perf 1\noptional: hints\ngeneration: 3\n" >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'nothing is measured where its record cannot go' '
	git clone -q origin crowded &&
	(
		cd crowded &&
		git branch perf/feature &&
		must_refuse 128 "refs/heads/perf cannot be beside refs/heads/perf/feature" git perf run -- touch ran &&
		grep "^hint: .*git config perf.ref refs/perf/data" err &&
		must_refuse 128 "cannot be beside" git perf run -n -- touch ran &&
		git perf run --no-append -- true >out &&
		git branch -D -q perf/feature && git branch perf HEAD &&
		must_refuse 128 "is not a perf branch" git perf run -- touch ran &&
		git perf run --no-append -- true >out &&
		test_path_is_missing ran &&
		git config perf.ref refs/perf/data &&
		git perf run -- true >out
	)
'

test_expect_success 'a perf branch that is checked out is not moved' '
	git clone -q origin checkedout &&
	(
		cd checkedout &&
		record $c1 p >in &&
		git perf append -q <in &&
		git checkout -q perf &&
		record $c2 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		grep "^hint: .*switch" err &&
		git perf ls >out &&
		test_line_count = 1 out &&
		git checkout -q main &&
		git perf append -q <in &&
		git worktree add -q ../checkedout2 perf &&
		record $c3 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		cd ../checkedout2 &&
		must_refuse 128 "checked out" git perf append <../checkedout/in
	)
'

test_expect_success 'HEAD is on the perf branch, which does not exist yet' '
	git init -q -b perf unborn &&
	(
		cd unborn &&
		record $c1 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		test_must_fail git rev-parse -q --verify refs/heads/perf
	)
'

test_expect_success 'references in the way are named, with a way around' '
	git clone -q origin inway &&
	(
		cd inway &&
		git branch perf/topic &&
		record $c1 p >in &&
		must_refuse 128 "perf/topic" git perf append <in &&
		grep "^hint: .*perf.ref" err &&
		git pack-refs --all &&
		must_refuse 128 "perf/topic" git perf append <in &&
		git perf ls >out &&
		test_must_be_empty out &&
		git config perf.ref refs/perf/data &&
		must_work &&
		git rev-parse -q --verify perf/topic
	)
'

test_expect_success 'git that does not make the branch, and does not say why' '
	git clone -q origin silent &&
	(
		cd silent &&
		git_doing update-ref "exit 3" &&
		record $c1 p >in &&
		must_refuse 128 "cannot create refs/heads/perf: git update-ref does not say why" \
			env PATH="$PWD/bin:$PATH" git-perf append <in &&
		must_work
	)
'

test_expect_success 'perf.ref: short, full, elsewhere and wrong' '
	git clone -q origin elsewhere2 &&
	(
		cd elsewhere2 &&
		git config perf.ref measurements &&
		must_work &&
		git rev-parse -q --verify refs/heads/measurements &&
		git config perf.ref refs/perf/data &&
		must_work &&
		git rev-parse -q --verify refs/perf/data &&
		test_must_fail git rev-parse -q --verify refs/heads/perf &&
		record $c1 p >in &&
		for bad in "a..b" "refs/" "a b" "" "x.lock" "refs/heads/a~1"
		do
			git config perf.ref "$bad" &&
			must_refuse 128 "perf.ref" git perf append <in &&
			must_refuse 128 "perf.ref" git perf ls || return 1
		done
	)
'

test_expect_success 'a symbolic reference is followed, or refused, but not replaced' '
	git clone -q origin symbolic &&
	(
		cd symbolic &&
		record $c1 p 1 | git perf append -q &&
		git update-ref refs/perf/data perf &&
		git update-ref -d refs/heads/perf &&
		git symbolic-ref refs/heads/perf refs/perf/data &&
		record $c1 p 2 >in &&
		code=0 &&
		{ git perf append <in >out 2>err || code=$?; } &&
		echo refs/perf/data >expected &&
		git symbolic-ref refs/heads/perf >actual &&
		test_cmp expected actual &&
		if test $code = 0
		then
			test "$(git rev-list --count refs/perf/data)" = 2
		else
			test $code = 128 && grep "^hint: " err
		fi
	)
'

test_expect_success 'two branches in one repository know nothing of each other' '
	git clone -q origin two &&
	(
		cd two &&
		other () {
			git -c perf.ref=refs/perf/data perf "$@"
		} &&
		record $c1 p 1 | git perf append -q 2>err &&
		record $c1 p 2 | git perf append -q 2>>err &&
		record $c1 p 3 | other append -q 2>>err &&
		record $c1 p 4 | other append -q 2>>err &&
		record $c1 p 5 | git perf append -q 2>>err &&
		test_must_be_empty err &&
		git perf fsck &&
		other fsck &&
		git perf ls >out &&
		test_line_count = 3 out &&
		other ls >out &&
		test_line_count = 2 out &&
		git update-ref refs/perf/data refs/perf/data^ &&
		git perf fsck -q &&
		test_expect_code 1 git -c perf.ref=refs/perf/data perf fsck >out &&
		grep "was on the branch" out
	)
'

test_expect_success FLOCK 'I15: what waits for one branch is not landed on another' '
	(
		cd two &&
		record $c2 p 6 >in &&
		exec 9>.git/perf/lock &&
		flock 9 &&
		test_expect_code 75 git -c perf.ref=refs/perf/data -c perf.lockTimeout=0 \
			perf append <in 9>&- &&
		exec 9>&- &&
		record $c2 p 7 | git perf append -q &&
		git perf ls c2 >out &&
		test_line_count = 1 out &&
		record $c2 p 8 | git -c perf.ref=refs/perf/data perf append -q &&
		git -c perf.ref=refs/perf/data perf ls c2 >out &&
		test_line_count = 2 out &&
		git perf ls c2 >out &&
		test_line_count = 1 out
	)
'

test_expect_success 'perf.namespace puts everything apart, whatever else is configured' '
	git clone -q origin staged &&
	(
		cd staged &&
		record $c1 p 1 | git perf append -q &&
		git config perf.inbox refs/heads/perf-inbox &&
		git for-each-ref >before &&
		git config perf.namespace staging &&
		git perf ls >out &&
		test_must_be_empty out &&
		must_work &&
		git perf fsck -q &&
		git for-each-ref | grep -v refs/perf/staging/ >after &&
		test_cmp before after &&
		git for-each-ref --format="%(refname)" refs/perf/staging >out &&
		printf "refs/perf/staging/%s\n" data seen >expected &&
		test_cmp expected out &&
		for bad in inbox data queue "a/b" "a b" ".." "x.lock"
		do
			git config perf.namespace "$bad" &&
			must_refuse 128 "perf.namespace" git perf append <in.work || return 1
		done &&
		git config perf.namespace "" &&
		git perf ls >out &&
		test_line_count = 1 out
	)
'

test_expect_success 'perf.inbox: a folder of references, not below the branch' '
	git clone -q origin inboxes &&
	(
		cd inboxes &&
		record $c1 p >in &&
		for bad in refs/heads/perf/inbox perf "a..b" "refs/" "a b" ""
		do
			git config perf.inbox "$bad" &&
			must_refuse 128 "perf.inbox" git perf append <in || return 1
		done &&
		git config perf.inbox perf-inbox &&
		must_work
	)
'

# --- Two sides ---

test_expect_success 'set up somebody else who has pushed' '
	git init -q --bare hub.git &&
	git -C origin push -q ../hub.git main --tags &&
	git clone -q hub.git theirs &&
	record $c1 x86-64-linux 1 | git -C theirs perf append >id.theirs &&
	record $c2 x86-64-linux 2 | git -C theirs perf append >>id.theirs &&
	git -C theirs push -q origin perf
'

test_expect_success 'readers see what only the remote-tracking branch has' '
	git clone -q hub.git fresh &&
	(
		cd fresh &&
		test_must_fail git rev-parse -q --verify refs/heads/perf &&
		git perf ls | cut -f3 | sort >actual &&
		sort ../id.theirs >expected &&
		test_cmp expected actual &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "2\n1\n" >expected &&
		test_cmp expected actual &&
		git perf cat "$(head -n 1 ../id.theirs)" >out &&
		git perf show c1 >out &&
		grep "^record *$(head -n 1 ../id.theirs)" out &&
		test_must_fail git rev-parse -q --verify refs/heads/perf
	)
'

test_expect_success 'the first write starts from the remote-tracking branch' '
	(
		cd fresh &&
		record $c3 x86-64-linux 3 | git perf append >../id.fresh &&
		test "$(git rev-parse perf^)" = "$(git rev-parse origin/perf)" &&
		git push -q origin perf &&
		must_be_sound
	)
'

test_expect_success 'a first write of what is there already only makes the branch' '
	git clone -q hub.git again &&
	(
		cd again &&
		git perf cat --all | git perf append 2>err >ids &&
		grep "^0 appended, 3 present" err &&
		test "$(git rev-parse perf)" = "$(git rev-parse origin/perf)"
	)
'

test_expect_success 'local and remote-tracking branch are one set' '
	(
		cd theirs &&
		record $c4 x86-64-linux 4 | git perf append >../id.more &&
		git fetch -q &&
		test "$(git rev-list --left-right --count perf...origin/perf)" = "1	1" &&
		git perf ls | cut -f3 | sort >actual &&
		cat ../id.theirs ../id.fresh ../id.more | sort >expected &&
		test_cmp expected actual &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "%s\n" 4 3 2 1 >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'perf.remote says which remote' '
	(
		cd theirs &&
		git remote rename origin upstream &&
		git perf ls >out &&
		test_line_count = 3 out &&
		git config perf.remote upstream &&
		git perf ls >out &&
		test_line_count = 4 out
	)
'

# revoke <repository> <branch> <id>: as a purge would, with git alone
revoke () {
	(
		cd "$1" &&
		GIT_INDEX_FILE=$PWD/revoke.index &&
		export GIT_INDEX_FILE &&
		git read-tree "$2" &&
		reason=$(echo "by mistake" | git hash-object -w --stdin) &&
		git update-index --add --cacheinfo \
			"100644,$reason,revoked/$(echo "$3" | cut -c1-2)/$3" &&
		commit=$(git commit-tree -p "$2" -m revoke "$(git write-tree)") &&
		git update-ref "$2" "$commit" &&
		rm revoke.index
	)
}

test_expect_success 'what is revoked is gone for every reader' '
	git clone -q hub.git revoker &&
	id=$(head -n 1 id.theirs) &&
	(
		cd revoker &&
		git perf cat $id >../revoked.json &&
		git branch -q perf origin/perf &&
		revoke . refs/heads/perf $id &&
		git perf ls >out &&
		test_line_count = 2 out &&
		! grep $id out &&
		git perf cat --all >out &&
		test_line_count = 2 out &&
		must_refuse 128 "no record" git perf cat $id &&
		must_refuse 128 "" git perf show $id &&
		git perf show c1 >out &&
		grep "not measured" out &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "%s\n" 3 2 >expected &&
		test_cmp expected actual &&
		git perf log --json >json &&
		grep "\"revoked\":1" json
	)
'

test_expect_success 'what is revoked does not come back' '
	(
		cd revoker &&
		before=$(git rev-parse perf) &&
		git perf append <../revoked.json >out 2>err &&
		grep "^0 appended, 0 present before, 1 revoked" err &&
		test "$(git rev-parse perf)" = $before &&
		cp ../revoked.json . &&
		git perf collect revoked.json >out &&
		grep "0 collected.* 1 revoked" out &&
		test "$(git rev-parse perf)" = $before &&
		{ cat revoked.json && record $c5 p 5; } | git perf append 2>err &&
		grep "^1 appended, 0 present before, 1 revoked" err &&
		git perf ls >out &&
		test_line_count = 3 out &&
		must_be_sound
	)
'

test_expect_success 'a revocation on either side counts in the union' '
	git -C revoker push -q origin perf &&
	(
		cd fresh &&
		git fetch -q &&
		git perf ls >out &&
		! grep $id out &&
		git ls-tree -r perf >out &&
		grep $id out
	) &&
	git clone -q hub.git other-way &&
	(
		cd other-way &&
		git branch -q perf origin/perf &&
		git perf cat "$(cat ../id.fresh)" >record &&
		git perf purge -q -m "by mistake" "$(cat ../id.fresh)" &&
		git perf ls >out &&
		! grep $(cat ../id.fresh) out &&
		git perf append <record >out 2>err &&
		grep "^0 appended, 0 present before, 1 revoked" err &&
		must_be_sound
	)
'

test_expect_success 'what the remote side has revoked is not landed here, either' '
	(
		cd fresh &&
		git perf append <../revoked.json >out 2>err &&
		grep "0 appended" err &&
		git update-ref -d refs/heads/perf &&
		git update-ref -d refs/perf/seen &&
		git update-ref refs/heads/perf $(git rev-list --max-parents=0 origin/perf) &&
		git update-ref refs/remotes/origin/perf refs/remotes/origin/perf &&
		git update-ref -d refs/heads/perf &&
		git perf append <../revoked.json >out 2>err &&
		grep "0 appended, 0 present before, 1 revoked" err
	)
'

test_expect_success 'a revocation that only the remote side has holds for a local write' '
	git init -q two-sides &&
	(
		cd two-sides &&
		git fetch -q ../hub.git "refs/heads/perf:refs/remotes/origin/perf" &&
		blob=$(echo "git-perf 1" | git hash-object -w --stdin) &&
		tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
		git update-ref refs/heads/perf $(git commit-tree -m start $tree) &&
		git perf append <../revoked.json >out 2>err &&
		grep "^0 appended, 0 present before, 1 revoked" err &&
		git ls-tree -r perf >out &&
		! grep $id out
	)
'

test_done
