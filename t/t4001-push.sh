#!/bin/sh

test_description='push and fetch: between clones and a bare repository by path'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

HUB=$TRASH_DIRECTORY/hub.git

# new_clone <name> [<option>...]
new_clone () {
	name_=$1
	shift
	git clone -q "$@" "file://$TRASH_DIRECTORY/hub.git" "$name_"
}

test_expect_success 'a hub and its history' '
	make_origin 5 &&
	git init -q --bare hub.git &&
	git -C origin push -q ../hub.git main --tags
'

test_expect_success 'the first push makes the branch' '
	new_clone one &&
	(
		cd one &&
		git perf push >out &&
		echo "origin: nothing new" >expected &&
		test_cmp expected out &&
		git perf fetch >out &&
		echo "origin: no results have been shared there yet" >expected &&
		test_cmp expected out &&
		record $c1 x86-64-linux 1 | git perf append >../id.1 2>err &&
		record $c2 x86-64-linux 2 | git perf append >../id.2 2>err &&
		git perf push -n >out &&
		echo "origin: 2 records would be landed" >expected &&
		test_cmp expected out &&
		test_must_fail git -C ../hub.git rev-parse -q --verify perf &&
		git perf push >out &&
		echo "origin: 2 records landed" >expected &&
		test_cmp expected out &&
		must_be_sound
	) &&
	cat id.1 id.2 >ids && must_be_there ids &&
	test "$(git -C one rev-parse perf)" = "$(git -C hub.git rev-parse perf)" &&
	git -C hub.git rev-list perf >commits &&
	test_line_count = 2 commits
'

# With --depth, git fails if a pattern matches nothing, and does not say so.
test_expect_success 'the first results of all may be collected in a shallow clone' '
	git clone -q --bare origin first.git &&
	git clone -q --depth=1 "file://$PWD/first.git" first &&
	(
		cd first &&
		record $c5 x86-64-linux 1 >one.json &&
		git -c perf.pushTimeout=0 perf collect --push one.json >out &&
		test_grep "^1 collected" out &&
		git perf fetch -q &&
		git perf ls >out &&
		test_line_count = 1 out
	) &&
	git -C first.git perf ls >out &&
	test_line_count = 1 out
'

test_expect_success 'a clone that is behind adds to the tip, and follows it' '
	new_clone two &&
	record $c3 x86-64-linux 3 | git -C two perf append -q &&
	record $c3 aarch64-linux 3 | git -C one perf append >>id.1 &&
	git -C one perf push -q >out &&
	test_must_be_empty out &&
	(
		cd two &&
		record $c4 x86-64-linux 4 | git perf append -q &&
		git perf push --json >json &&
		grep "\"sent\":2,\"lanes\":0,\"waiting\":0,\"local\":0,\"revoked\":0" json &&
		test "$(git rev-parse perf)" = "$(git -C ../hub.git rev-parse perf)" &&
		grep "\"tip\":\"$(git rev-parse perf)\"" json &&
		git perf ls >out &&
		test_line_count = 5 out &&
		must_be_sound
	) &&
	git -C hub.git rev-list --min-parents=2 perf >merges &&
	test_must_be_empty merges &&
	hub_ids >ids &&
	test_line_count = 5 ids
'

test_expect_success 'a repetition sends nothing and makes no commit' '
	before=$(git -C hub.git rev-parse perf) &&
	(
		cd two &&
		git perf push >out &&
		echo "origin: nothing new" >expected &&
		test_cmp expected out &&
		git perf cat --all >all &&
		git perf append -q <all &&
		git perf push -q
	) &&
	test "$before" = "$(git -C hub.git rev-parse perf)"
'

test_expect_success 'fetch: readers see what came, the local branch stays' '
	(
		cd one &&
		before=$(git rev-parse perf) &&
		git perf ls >out &&
		test_line_count = 3 out &&
		git perf fetch >out &&
		echo "origin: 2 new records" >expected &&
		test_cmp expected out &&
		test $before = "$(git rev-parse perf)" &&
		git perf ls >out &&
		test_line_count = 5 out &&
		git perf log --porcelain=v1 c4 >out &&
		test_line_count = 5 out &&
		git perf fetch --json >out &&
		grep "\"records\":0,\"recovered\":0" out
	)
'

test_expect_success 'what was measured for this clone alone stays at home' '
	(
		cd two &&
		record $c5 x86-64-linux 5 "\"reason\":\"local\"" | git perf append >../id.local &&
		git perf push >out 2>err &&
		echo "origin: nothing sent, 1 record of reason '\''local'\'' stays here" >expected &&
		test_cmp expected out &&
		grep "^hint: --include-local sends them; .*perf.worker" err &&
		git -c perf.worker=box-7 perf push >out 2>err &&
		echo "hint: --include-local sends them" | test_cmp - err &&
		record $c5 x86-64-linux 6 "\"reason\":\"push\"" | git perf append -q &&
		git perf push --json >json 2>err &&
		grep "\"sent\":1,.*\"local\":1" json &&
		git perf ls c5 >out &&
		test_line_count = 2 out &&
		must_be_sound &&
		git perf push --json >json 2>err &&
		grep "\"sent\":0,.*\"local\":1" json
	) &&
	test "$(git -C two rev-parse perf^)" = "$(git -C hub.git rev-parse perf)" &&
	hub_ids >ids &&
	! grep -f id.local ids &&
	git -C two perf push --include-local >out 2>err &&
	test_must_be_empty err &&
	hub_ids >ids &&
	grep -f id.local ids
'

# --- Lanes ---

test_expect_success 'a lane holds the new records alone, without fetching anything' '
	new_clone shallow --depth=1 &&
	(
		cd shallow &&
		record $c5 x86-64-linux 7 | git perf append >../id.lane &&
		record $c5 aarch64-linux 7 | git perf append >>../id.lane &&
		git for-each-ref refs/remotes refs/perf/remotes >before &&
		git perf push >out 2>err &&
		echo "origin: 2 records sent in 2 lanes" >expected &&
		test_cmp expected out &&
		grep "^hint: .*git perf collect --push" err &&
		git for-each-ref refs/remotes refs/perf/remotes >after &&
		test_cmp before after
	) &&
	refs_of hub.git inbox >lanes &&
	test_line_count = 2 lanes &&
	while read -r lane
	do
		git -C hub.git rev-list "$lane" >commits &&
		test_line_count = 1 commits &&
		git -C hub.git ls-tree -r --name-only "$lane" >files &&
		grep "^format\$" files && test_line_count = 2 files || return 1
	done <lanes &&
	sed "s,.*/inbox/\([^/]*\)/.*,\1," lanes | sort >actual &&
	printf "%s\n" aarch64-linux x86-64-linux >expected &&
	test_cmp expected actual &&
	git -C hub.git fsck --strict --no-dangling >out 2>&1 &&
	git -C hub.git for-each-ref --format="%(objectname)" refs/perf/inbox |
	while read -r lane; do git -C hub.git ls-tree -r $lane runs/; done |
	cut -c13-52 | sort >actual &&
	sort id.lane >expected &&
	test_cmp expected actual
'

test_expect_success 'what is in a lane is not sent again; nor is it lost' '
	(
		cd shallow &&
		git perf push >out &&
		echo "origin: nothing new, 2 sent before and not seen to have landed" >expected &&
		test_cmp expected out &&
		record $c5 x86-64-linux 8 | git perf append -q &&
		git perf push --json >out 2>err &&
		grep "\"sent\":1,\"lanes\":1,\"waiting\":2" out &&
		rm .git/perf/sent* &&
		git perf push --json >out 2>err &&
		grep "\"sent\":3,\"lanes\":2,\"waiting\":0" out
	) &&
	refs_of hub.git inbox >lanes &&
	test_line_count = 4 lanes
'

test_expect_success 'a dry run goes by git'\''s own copy, and leaves nothing behind' '
	new_clone dry &&
	(
		cd dry &&
		record $c4 dry 1 | git perf append -q &&
		find .git -type f | sort >../before &&
		git perf push -n >out &&
		echo "origin: 1 record would be landed" >expected &&
		test_cmp expected out &&
		find .git -type f | sort >../after &&
		test_cmp ../before ../after
	)
'

test_expect_success FLOCK 'a dry run does not wait for another command' '
	(
		cd dry &&
		exec 9>.git/perf/sync &&
		flock 9 &&
		git -c perf.pushTimeout=0 perf push -n >out 9>&- &&
		test_cmp expected out &&
		test_expect_code 75 git -c perf.pushTimeout=0 perf push 2>err 9>&- &&
		grep "busy with a remote" err
	)
'

test_expect_success 'what one remote has is not taken for what another has' '
	git init -q --bare another.git &&
	(
		cd dry &&
		git perf ls >all &&
		git perf push --lane --include-local --json ../another.git >json 2>err &&
		grep "\"sent\":$(($(wc -l <all))),\"lanes\":[1-9]" json
	)
'

test_expect_success 'the same delivery is the same lane, whoever makes it' '
	refs_of hub.git inbox >before &&
	new_clone again --depth=1 &&
	(
		cd again &&
		git -C ../shallow perf cat $(cat ../id.lane) | git perf append -q &&
		GIT_COMMITTER_NAME=Somebody GIT_COMMITTER_EMAIL=else git perf push --json >out 2>err &&
		grep "\"sent\":2,\"lanes\":2" out
	) &&
	refs_of hub.git inbox >after &&
	test_cmp before after
'

test_expect_success 'perf.push, CI, --lane and --direct decide about the way' '
	new_clone ways &&
	(
		cd ways &&
		n=100 &&
		way () {
			n=$((n + 1)) &&
			record $c1 p $n | git perf append -q &&
			"$@" --json >json 2>err &&
			grep -q "\"sent\":1" json &&
			sed "s/.*\"lanes\":\([01]\).*/\1/" json >way
		} &&
		way git perf push && test "$(cat way)" = 0 &&
		way git perf push --lane && test "$(cat way)" = 1 &&
		git perf push -q --direct &&
		way env CI=true git perf push && test "$(cat way)" = 1 &&
		git perf push -q --direct &&
		way env CI=true git perf push --direct && test "$(cat way)" = 0
	) &&
	(
		cd ways &&
		git config perf.push lane &&
		record $c1 q 1 | git perf append -q &&
		git perf push --json 2>err >json && grep "\"lanes\":1" json &&
		git config perf.push direct &&
		record $c1 q 2 | git perf append -q &&
		CI=1 git perf push --json >json && grep "\"lanes\":0" json &&
		git config perf.push sideways &&
		must_refuse 128 "perf.push" git perf push &&
		test_expect_code 129 git perf push --lane --direct &&
		test_expect_code 129 git perf push one two
	)
'

test_expect_success 'a folder of one'\''s own for lanes' '
	(
		cd ways &&
		git config perf.lanePrefix arm1 &&
		record $c2 q 3 | git perf append -q &&
		git perf push -q --lane 2>err &&
		git config perf.lanePrefix "../x" &&
		record $c2 q 4 | git perf append -q &&
		must_refuse 128 "perf.lanePrefix" git perf push --lane
	) &&
	refs_of hub.git inbox | grep "^refs/perf/inbox/arm1/[0-9a-f]*\$"
'

test_expect_success 'other places: perf.ref, perf.inbox, perf.namespace, a URL, a path' '
	git init -q --bare other.git &&
	new_clone places &&
	(
		cd places &&
		git config perf.ref refs/perf/data &&
		git config perf.inbox perf-inbox &&
		record $c1 p 1 | git perf append -q &&
		git perf push -q ../other.git &&
		git -C ../other.git rev-parse -q --verify refs/perf/data &&
		record $c1 p 2 | git perf append -q &&
		git perf push -q --lane "file://$TRASH_DIRECTORY/other.git" 2>err &&
		git -C ../other.git for-each-ref --format="%(refname)" refs/heads >out &&
		grep "^refs/heads/perf-inbox/p/" out &&
		git -C ../other.git for-each-ref >before &&
		git config perf.namespace staging &&
		record $c1 p 3 | git perf append -q &&
		git perf push -q ../other.git &&
		record $c1 p 4 | git perf append -q &&
		git perf push -q --lane ../other.git 2>err &&
		git -C ../other.git for-each-ref | grep -v refs/perf/staging/ >after &&
		test_cmp before after &&
		git -C ../other.git for-each-ref refs/perf/staging >out &&
		test_line_count = 2 out
	)
'

# --- What may not happen ---

test_expect_success 'a remote that is not there, a name that is none' '
	(
		cd one &&
		record $c5 p 9 | git perf append -q &&
		must_refuse 128 "there is no remote .nowhere." git perf push nowhere &&
		must_refuse 128 "there is no remote .nowhere." git perf push -n nowhere &&
		must_refuse 128 "does not appear to be a git repository" git perf fetch ../nowhere &&
		must_refuse 128 "there is no remote .--mirror." git perf push -- --mirror &&
		must_refuse 128 "not the name of a remote" git perf push ""
	)
'

test_expect_success 'perf.pushTimeout is checked' '
	(
		cd one &&
		for bad in soon -1 1000000 9223372036854775807
		do
			must_refuse 128 pushTimeout git -c perf.pushTimeout=$bad perf push || exit 1
		done
	)
'

# Of the records in the file "all", none is missing at the hub.
all_is_back () {
	hub_ids >actual && comm -23 all actual >lost && test_must_be_empty lost
}

test_expect_success 'a branch that has lost something is refused, and put back on request' '
	new_clone three &&
	git -C three perf fetch -q &&
	hub_ids >all &&
	git -C hub.git update-ref refs/heads/perf perf~2 &&
	hub_ids >fewer &&
	(
		cd three &&
		record $c1 r 1 | git perf append -q &&
		must_refuse 128 "disappeared at .origin." git perf fetch &&
		grep "^hint: .*--recover" err &&
		must_refuse 128 "disappeared at .origin." git perf push &&
		git fetch -q &&
		git perf ls >out &&
		test_line_count = $(($(wc -l <../all) + 1)) out &&
		must_refuse 128 "disappeared at .origin." git perf push &&
		git perf fetch --recover >out 2>err &&
		lost=$(($(wc -l <../all) - $(wc -l <../fewer))) &&
		grep "^origin: 0 new records, $lost recovered" out &&
		must_be_sound &&
		git perf push --direct -q
	) &&
	all_is_back
'

test_expect_success 'a branch that was removed is refused, too' '
	git -C hub.git update-ref -d refs/heads/perf &&
	(
		cd three &&
		must_refuse 128 "disappeared" git perf fetch &&
		must_refuse 128 "disappeared" git perf push &&
		git perf fetch -q --recover 2>err &&
		git perf push --direct -q
	) &&
	all_is_back
'

test_expect_success 'something else of that name is neither fetched nor overwritten' '
	git clone -q --bare origin foreign.git &&
	git -C foreign.git branch perf main &&
	(
		cd one &&
		must_refuse_there () {
			test_expect_code 128 "$@" 2>err &&
			grep "refs/heads/perf at .../foreign.git. is not a perf branch" err
		} &&
		must_refuse_there git perf fetch ../foreign.git &&
		must_refuse_there git perf push --direct ../foreign.git
	) &&
	test "$(git -C foreign.git rev-parse perf)" = "$(git -C foreign.git rev-parse main)"
'

test_expect_success 'what git has fetched is not new to git perf fetch' '
	new_clone newest && git -C newest perf status >out &&
	git -C newest perf fetch >out && grep ": 0 new records" out
'

test_expect_success 'a damaged record stays at home, the others go' '
	new_clone damaged &&
	(
		cd damaged &&
		record $c1 s 1 | git perf append >id &&
		bad=$(echo "{}" | git hash-object -w --stdin) &&
		name=runs/s/$(echo $c1 | cut -c1-2)/$(echo $c1 | cut -c3-)-20231114T221320Z-c-$(echo $bad | cut -c1-12).json &&
		GIT_INDEX_FILE=idx && export GIT_INDEX_FILE &&
		git read-tree perf &&
		git update-index --add --cacheinfo "100644,$bad,$name" &&
		git update-index --add --cacheinfo "100644,$bad,runs/s/odd" &&
		git update-index --add --cacheinfo "100644,$bad,later/thing" &&
		git update-ref refs/heads/perf $(git commit-tree -p perf -m x $(git write-tree)) &&
		rm idx && unset GIT_INDEX_FILE &&
		git perf push --json >json 2>err &&
		grep "\"sent\":1,.*\"unusable\":1" json &&
		grep "^warning: 1 record cannot be read" err &&
		git ls-tree -r --name-only perf >files &&
		grep "^runs/s/odd\$" files && grep "^$name\$" files
	) &&
	git -C hub.git ls-tree -r --name-only perf >files &&
	! grep "runs/s/odd" files &&
	grep "^later/thing\$" files
'

test_expect_success 'configuration that would make git do more or something else' '
	new_clone strict &&
	(
		cd strict &&
		mkdir -p hooks && printf "#!/bin/sh\necho \$0 >>\"$PWD/hooked\"\nexit 1\n" >hooks/pre-push &&
		chmod +x hooks/pre-push &&
		git config core.hooksPath "$PWD/hooks" &&
		git config remote.origin.mirror true &&
		git config remote.origin.prune true &&
		git config remote.origin.push "+refs/heads/*:refs/heads/*" &&
		git config --add remote.origin.fetch "+refs/heads/*:refs/heads/*" &&
		git config fetch.prune true &&
		git config fetch.pruneTags true &&
		git config push.followTags true &&
		git config push.default matching &&
		git config push.gpgSign true &&
		git config push.recurseSubmodules on-demand &&
		git config push.pushOption surprise &&
		git config push.autoSetupRemote true &&
		git config push.useForceIfIncludes true &&
		git config submodule.recurse true &&
		git config remote.origin.tagOpt --tags &&
		git config transfer.fsckObjects true &&
		git branch mine && git tag -a -m x mine-tag &&
		git for-each-ref | grep -v perf >before &&
		git -C ../hub.git for-each-ref | grep -v perf >../before &&
		record $c1 strict 1 | git perf append -q &&
		git perf push -q --direct &&
		record $c1 strict 2 | git perf append -q &&
		git perf push -q --lane 2>err &&
		git perf fetch -q &&
		git for-each-ref | grep -v perf >after &&
		test_cmp before after &&
		test_path_is_missing hooked
	) &&
	git -C hub.git for-each-ref | grep -v perf >after &&
	test_cmp before after
'

test_expect_success 'from a linked worktree, a partial clone and a clone with alternates' '
	git -C hub.git config uploadpack.allowFilter true &&
	git -C one worktree add -q ../linked c3 &&
	git clone -q --filter=blob:none "file://$PWD/hub.git" partial 2>err &&
	git clone -q --shared hub.git shared &&
	n=200 &&
	for repo in linked partial shared
	do
		n=$((n + 1)) &&
		record $c2 $repo $n | git -C $repo perf append -q &&
		git -C $repo perf push -q --direct &&
		hub_ids >ids &&
		git -C $repo perf ls | grep "^$repo" | cut -f3 >id &&
		grep -f id ids || return 1
	done &&
	git -C hub.git fsck --strict --no-dangling >out 2>&1
'

test_expect_success 'something else in the place of the branch: readers go on, and a hint puts it back' '
	fresh_hub robbed && (
		cd robbed &&
		record $c1 s 1 | git perf append >id && git perf push -q --direct &&
		git push -q --force origin main:perf && git fetch -q &&
		git perf ls >out && grep "$(cat id)" out &&
		test_expect_code 128 git perf push --direct 2>err &&
		sed -n "s/^hint: .*: \(git push --force\)/\1/p" err >hint &&
		. ./hint 2>err &&
		git perf push --direct && git perf fetch -q &&
		# a name that a shell would act upon is not proposed
		git remote rename origin "o;touch\${IFS}x" && git config perf.remote "o;touch\${IFS}x" &&
		git perf fetch -q &&
		saved=$(git -C "$HUB" rev-parse perf) && git -C "$HUB" branch -q -f perf main &&
		test_expect_code 128 git perf fetch 2>err &&
		grep "^hint: .*: git push --force <remote> <our copy" err &&
		git -C "$HUB" branch -q -f perf $saved
	) &&
	hub_ids | test_cmp robbed/id -
'

test_done
