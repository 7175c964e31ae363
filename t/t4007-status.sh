#!/bin/sh

test_description='git perf status: what waits, what is on its way, what is wrong'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

# status [<option>...]: the page in "out", its JSON in "json", both harmless;
# nothing is changed by looking
# shellcheck disable=SC2120
status () {
	pages_ 0 "$@"
}

# pages_ <exit status> [<option>...]: the same when it is asked for that, as both
# pages have to agree
pages_ () {
	code_=$1 && shift &&
	{ git for-each-ref && spool_files; } >state.before &&
	test_expect_code "$code_" git perf status "$@" >out &&
	test_expect_code "$code_" git perf status --json "$@" >json &&
	cat out json >both && no_control_characters both &&
	{ git for-each-ref && spool_files; } >state.after &&
	test_cmp state.before state.after
}

# kinds: what is to be done, in order
# shellcheck disable=SC2046
kinds () {
	echo $(grep -o "\"kind\":\"[a-z-]*\"" json | cut -d "\"" -f 4)
}

# count <kind>: of how many things that notice speaks
count () {
	sed "s/.*\"kind\":\"$1\",\"wrong\":[a-z]*,\"count\":\([0-9]*\).*/\1/" json
}

# has <member> <value>: the JSON does, wherever, so it is for names that there are
# once (jq takes as long as five pages)
has () {
	test_grep -F -e "\"$1\":$2," -e "\"$1\":$2}" json
}

# must_say <kinds> [<option>...]: these, and --exit-code agrees
must_say () {
	kinds_=$1 && shift &&
	pages_ "$(test -z "$kinds_"; echo $?)" --exit-code "$@" &&
	say_kinds_
}

# must_say_nothing [<option>...]: where nothing was ever measured, all cannot be well
must_say_nothing () {
	kinds_= && pages_ 2 --exit-code "$@" && say_kinds_
}

say_kinds_ () {
	echo "$kinds_" >expected.kinds && kinds >actual.kinds &&
	test_cmp expected.kinds actual.kinds
}

# branch_with <file>...: lines of git ls-tree that are added to the branch
branch_with () {
	GIT_INDEX_FILE=$TRASH_DIRECTORY/branch.index git read-tree perf &&
	printf "%s\n" "$@" |
	GIT_INDEX_FILE=$TRASH_DIRECTORY/branch.index git update-index --index-info &&
	git update-ref refs/heads/perf "$(git commit-tree -p perf -m more \
		"$(GIT_INDEX_FILE=$TRASH_DIRECTORY/branch.index git write-tree)")"
}

# name_for <blob>: a name of a record for it
name_for () {
	echo "runs/odd/$(echo $c1 | cut -c1-2)/$(echo $c1 | cut -c3-)-20231114T221320Z-c-$(echo "$1" | cut -c1-12).json"
}

test_expect_success 'set up' '
	make_origin 5 &&
	fresh_hub one two
'

# --- Nothing yet ---

test_expect_success 'where nothing is yet: no error, and what comes first' '
	(
		git init -q empty && git init -q --bare empty.git &&
		(
			cd empty &&
			test_expect_code 2 git perf status --exit-code >out &&
			cat >expected <<-\EOF &&
			no results yet: git perf init, then git perf run

			branch      refs/heads/perf does not exist here
			EOF
			test_cmp expected out &&
			test_path_is_missing .git/perf &&
			git commit -q --allow-empty -m one &&
			git perf log 2>err &&
			test_grep "^no measurements yet" err &&
			test_grep ! fetch err &&
			: >.gitperf &&
			test_expect_code 2 git perf status --exit-code >out &&
			grep "^no results yet: git perf run$" out &&
			rm .gitperf &&
			git remote add origin ../empty.git &&
			test_expect_code 2 git perf status --exit-code >out &&
			grep "^no results here yet: git perf fetch" out &&
			git perf log 2>err &&
			test_grep "^hint: git perf fetch brings those of others, git perf run" err &&
			git perf export --notes 2>err &&
			test_grep "^hint: git perf fetch brings" err &&
			git perf fetch -q &&
			git perf log 2>err &&
			test_grep "^hint: git perf run -- <command> makes the first one" err &&
			test_expect_code 2 git perf status --exit-code >out &&
			grep "^no results yet: git perf init" out
		) &&
		test_expect_code 2 git -C empty.git perf status --exit-code >out &&
		grep "^no results yet: .*git perf push" out
	)
'

test_expect_success 'without a remote: nothing waits, and that is said' '
	(
		git init -q alone &&
		(
			cd alone && test_commit first &&
			record "$(git rev-parse HEAD)" p 1 | git perf append -q &&
			git perf status --exit-code >out &&
			grep "^nothing waits, but there is no remote .origin. " out &&
			! grep "^remote " out &&
			git config perf.remote ../www/hub.git &&
			test_expect_code 1 git perf status --exit-code >out &&
			grep "^1 record to send: git perf push\$" out
		)
	)
'

# --- On its way ---

test_expect_success JQ 'records to send, sent, and fetched' '
	(
		cd one &&
		must_say_nothing &&
		record $c1 x86-64-linux 1 | git perf append -q &&
		record $c2 x86-64-linux 2 | git perf append -q &&
		record $c2 aarch64-linux 3 | git perf append -q &&
		must_say unsent && test "$(count unsent)" = 3 &&
		head -n 1 out >line &&
		echo "3 records to send: git perf push" >expected && test_cmp expected line &&
		has fetched null && has accepted null &&
		git perf push -q &&
		must_say "" &&
		cat >expected <<-EOF &&
		everything is shared

		branch      refs/heads/perf at $(git rev-parse perf | cut -c1-10)
		records     3
		remote      origin at $(git -C "$HUB" rev-parse perf | cut -c1-10), fetched just now

		platform       records  commits  newest result
		aarch64-linux        1        1  just now
		x86-64-linux         2        2  just now
		EOF
		test_cmp expected out &&
		jq -e ".remote.accepted == .branch.tip and .records.usable == 3 and
			.platforms[1] == {platform: \"x86-64-linux\", records: 2, commits: 2,
			newest: \"2023-11-14T22:13:20.000000000Z\"}" json &&
		GIT_PERF_TEST_CLOCK=1700000090 git perf status >out &&
		grep "fetched 90 s ago" out && grep "90 s ago\$" out &&
		GIT_PERF_TEST_CLOCK=1700007200 git perf status >out && grep "fetched 2 h ago" out &&
		GIT_PERF_TEST_CLOCK=1700500000 git perf status >out && grep "fetched 5 days ago" out &&
		GIT_PERF_TEST_CLOCK=1699999999 git perf status >out && grep "fetched at a time to come" out
	)
'

test_expect_success JQ 'in a new clone, where all results are the remote'\''s' '
	(
		git clone -q "$HUB" new && cd new &&
		must_say "" &&
		grep "^branch      refs/heads/perf does not exist here; results are read from what was fetched\$" out &&
		jq -e ".branch.tip == null and .records.usable > 0" json
	)
'

test_expect_success JQ 'the time of a fetch is that of each remote' '
	(
		cd two &&
		git init -q --bare ../other.git &&
		git perf fetch -q &&
		GIT_PERF_TEST_CLOCK=1700000500 git perf fetch -q ../other.git &&
		status && has fetched "\"2023-11-14T22:13:20.000000000Z\"" &&
		GIT_PERF_TEST_CLOCK=1700000900 git perf fetch -q &&
		status && has fetched "\"2023-11-14T22:28:20.000000000Z\"" &&
		status --remote=../other.git &&
		has fetched "\"2023-11-14T22:21:40.000000000Z\"" &&
		echo "no such line" >.git/perf/heard &&
		status && has fetched null &&
		GIT_PERF_TEST_CLOCK=1700000900 git perf fetch -q &&
		status && has fetched "\"2023-11-14T22:28:20.000000000Z\""
	)
'

test_expect_success JQ 'what a suite has fetched lies in a folder beside that time' '
	git init -q beside &&
	(
		cd beside && git remote add origin ../www/hub.git &&
		git perf fetch -q && test_path_is_missing .git/perf/fetched &&
		rm .git/perf/heard && mkdir .git/perf/fetched &&
		git perf fetch -q && status && has fetched "\"2023-11-14T22:13:20.000000000Z\""
	)
'

test_expect_success JQ 'what stays at home is said, and is no reason to complain' '
	(
		cd one &&
		record $c3 x86-64-linux 4 "\"reason\":\"local\"" | git perf append -q &&
		must_say "" &&
		grep "^everything is shared, but for 1 record of reason .local.: git perf push --include-local" out &&
		grep "^stay here   1 of reason .local.\$" out &&
		jq -e ".unsent == {to_send: 0, by_lane: false, waiting: 0, local: 1, revoked: 0, unusable: 0}" json
	)
'

test_expect_success JQ 'by lane: from the sender, on the server, from a collector' '
	(
		cd one &&
		git config perf.push lane &&
		record $c4 x86-64-linux 5 | git perf append -q &&
		must_say unsent && has by_lane true &&
		git perf push -q 2>err &&
		record $c4 aarch64-linux 5 | git perf append -q &&
		git perf push -q 2>err &&
		must_say in-lanes && test "$(count in-lanes)" = 2 &&
		grep "^2 records went by lane .*: git perf collect --push\$" out &&
		cd "$HUB" &&
		must_say lanes && test "$(count lanes)" = 2 &&
		grep "^lanes       aarch64-linux 1, x86-64-linux 1\$" out &&
		jq -e ".lanes == [{folder: \"aarch64-linux\", lanes: 1}, {folder: \"x86-64-linux\", lanes: 1}]" json &&
		cd "$TRASH_DIRECTORY/two" &&
		must_say "" &&
		git perf collect --push -q &&
		must_say "" && has lanes_fetched 0 &&
		cd ../one &&
		git perf fetch -q &&
		must_say "" &&
		cd "$HUB" &&
		must_say "" && grep "^nothing waits\$" out
	)
'

test_expect_success JQ 'by lane from a clone without the branch: what is proposed leads somewhere' '
	(
		git clone -q --depth=1 "file://$HUB" shallow && cd shallow &&
		record $c5 x86-64-linux 7 | git perf append -q && git perf push -q 2>err &&
		must_say in-lanes && grep ": git perf fetch\$" out &&
		git perf fetch -q &&
		git config perf.push lane && must_say in-lanes && grep ": git perf collect --push\$" out &&
		git perf collect -q --push &&
		must_say "" && git -C ../one perf fetch -q && git -C ../two perf fetch -q
	)
'

test_expect_success JQ 'lanes that were fetched and have not landed' '
	(
		cd one &&
		record $c5 x86-64-linux 6 | git perf append -q &&
		git perf push -q 2>err &&
		cd ../two &&
		git fetch -q origin "+refs/perf/inbox/*:refs/perf/remotes/origin/incoming/perf/inbox/*" &&
		must_say "" && grep "^            1 lane fetched and not landed\$" out &&
		git perf collect --push -q &&
		must_say "" && has lanes_fetched 0 &&
		git -C ../one config --unset perf.push && git -C ../one perf fetch -q
	)
'

test_expect_success JQ 'the spool: how much, since when, and what cannot be used' '
	(
		cd two &&
		record $c1 spool 1 | git perf append >id 2>err &&
		git perf cat $(cat id) >file && git perf cat $(git perf ls c2 | cut -f3) >>file &&
		git update-ref refs/heads/perf perf^ && git update-ref refs/perf/seen perf &&
		mkdir -p .git/perf/spool &&
		cp file .git/perf/spool/00000000deadbeef-1-1.jsonl &&
		record $c2 spool 2 >.git/perf/spool/$(printf %016x 1699999400000000000)-1-2.jsonl &&
		: >.git/perf/spool/00000000deadbeef-1-3.jsonl.landed &&
		must_say spool && test "$(count spool)" = 2 &&
		n=$(($(wc -l <file) + 1)) &&
		grep "^$n records wait in the spool: git perf collect\$" out &&
		grep "^spool       $n records in 2 files, since 19675 days ago\$" out &&
		rm .git/perf/spool/*-1-1.jsonl &&
		must_say spool && grep "since 10 min ago" out &&
		jq -e ".spool == {files: 1, records: 1, oldest: \"2023-11-14T22:03:20.000000000Z\", bad: []}" json &&
		echo "{" >.git/perf/spool/cut.jsonl &&
		git perf collect -q 2>err &&
		must_say "spool-bad unsent" &&
		grep "^problem: 1 file in the spool cannot be used\$" out &&
		grep "^  .*/spool/cut.jsonl.bad\$" out &&
		jq -e ".spool.bad[0].path | endswith(\"/cut.jsonl.bad\")" json &&
		rm .git/perf/spool/cut.jsonl.bad && git perf push -q && must_say ""
	)
'

# --- What is wrong ---

test_expect_success JQ 'lanes that were refused, with the reason' '
	(
		cd one &&
		git push -q origin main:refs/perf/inbox/evil/1 &&
		cd "$HUB" &&
		test_expect_code 1 env GIT_PERF_TEST_CLOCK=1699996400 git perf collect >out 2>err &&
		must_say quarantine &&
		cat >expected <<-\EOF &&

		refused lanes
		  refs/perf/quarantine/evil/1, 60 min ago
		    '\''format'\'' is missing
		EOF
		tail -n 4 out >actual && test_cmp expected actual &&
		jq -e ".quarantine[0] == {ref: \"refs/perf/quarantine/evil/1\", reason: \"'\''format'\'' is missing\",
			time: \"2023-11-14T21:13:20.000000000Z\"}" json &&
		git update-ref -d refs/perf/quarantine/evil/1 &&
		must_say ""
	)
'

test_expect_success JQ 'what readers skip: damaged, newer, foreign, revoked' '
	(
		cd one &&
		git perf push -q && must_say "" &&
		git update-ref refs/heads/kept perf &&
		bad=$(echo "{}" | git hash-object -w --stdin) &&
		newer=$(git perf cat $(git perf ls c1 | head -n 1 | cut -f3) |
			sed "s/\"schema\":1/\"schema\":99/" | git hash-object -w --stdin) &&
		old=$(git perf ls c1 | head -n 1 | cut -f3) &&
		branch_with "100644 blob $bad	$(name_for $bad)" \
			"100644 blob $newer	$(name_for $newer)" \
			"100644 blob $bad	runs/odd/name" \
			"100644 blob $bad	revoked/$(echo $old | cut -c1-2)/$old" &&
		status &&
		kinds >actual && echo "damaged newer foreign" >expected && head -c 21 actual >begin &&
		test "$(cat begin)" = "damaged newer foreign" &&
		grep "^records .*, and 1 revoked\$" out &&
		git perf ls >all &&
		jq -e --argjson all "$(wc -l <all)" ".unsent.unusable == 1 and
			(.records | .damaged == 1 and .newer == 1 and .foreign == 1 and .revoked == 1 and
			.usable + .damaged + .newer == \$all)" json &&
		grep "^stay here .* 1 that cannot be read" out &&
		git update-ref refs/heads/perf kept && git update-ref -d refs/heads/kept &&
		must_say ""
	)
'

test_expect_success JQ 'what was here and has disappeared' '
	(
		cd one &&
		git update-ref refs/heads/kept perf &&
		git update-ref refs/heads/perf perf~2 &&
		must_say disappeared && test "$(count disappeared)" = 2 &&
		grep "^hint: git perf fsck names them" out &&
		test_expect_code 1 git perf fsck >fsck.out && grep -c "was on the branch" fsck.out >n && test "$(cat n)" = 2 &&
		git update-ref -d refs/heads/perf &&
		must_say disappeared &&
		grep "^hint: git update-ref refs/heads/perf refs/perf/seen brings them back" out &&
		git update-ref refs/heads/perf refs/perf/seen &&
		must_say "" && git update-ref -d refs/heads/kept
	)
'

test_expect_success JQ 'what has disappeared at the remote, since it was fetched' '
	(
		git -C "$HUB" update-ref refs/heads/kept perf &&
		git -C "$HUB" update-ref refs/heads/perf perf~2 &&
		cd two && git perf fetch -q ../www/hub.git && must_say "" &&
		git update-ref -d refs/heads/perf && git update-ref -d refs/perf/seen && must_say "" &&
		test_expect_code 128 git perf fetch 2>err &&
		must_say rewritten && grep "^hint: git perf fetch --recover\$" out &&
		git -C "$HUB" update-ref -d refs/heads/perf &&
		test_expect_code 128 git perf fetch 2>err &&
		must_say rewritten && test "$(count rewritten)" -gt 2 &&
		git -C "$HUB" update-ref refs/heads/perf kept && git -C "$HUB" update-ref -d refs/heads/kept &&
		git perf fetch -q && must_say ""
	)
'

test_expect_success JQ 'a purge that the remote has not been told of' '
	(
		cd one &&
		record $c3 purged 1 | git perf append -q && git perf push -q && must_say "" &&
		git perf purge -q -m secret $(git perf ls -p purged | cut -f3) &&
		must_say purge && test "$(count purge)" = 1 &&
		grep "^hint: git perf push --direct\$" out &&
		git perf push -q --direct && must_say "" &&
		git -C ../two perf fetch -q && cd ../two && must_say ""
	)
'

test_expect_success JQ 'locks that somebody has left behind' '
	(
		cd one &&
		for ref in refs/heads/perf refs/perf/seen refs/perf/remotes/origin/heads/perf
		do
			: >.git/$ref.lock &&
			touch -t 202311142203.21 .git/$ref.lock && must_say "" &&
			touch -t 202311142203.19 .git/$ref.lock && must_say lock &&
			grep "^problem: .*/\.git/$ref.lock. was left behind 10 min ago" out &&
			has locks "[{\"path\":\"$PWD/.git/$ref.lock\",\"age_s\":601}]" &&
			rm .git/$ref.lock || return 1
		done
	)
'

test_expect_success JQ 'what went wrong in the background is told for a week, and is no notice' '
	(
		cd one && status && jq -e ".went_wrong == null" json &&
		git -c perf.lockTimeout=soon perf hook run collect </dev/null &&
		touch -t 202311142013.20 .git/perf/hook.log && must_say "" &&
		grep "^hook        something went wrong 2 h ago: git perf hook status\$" out &&
		jq -e ".went_wrong == \"2023-11-14T20:13:20.000000000Z\"" json &&
		touch -t 202311072213.20 .git/perf/hook.log && must_say "" && ! grep "^hook " out &&
		rm .git/perf/hook.log && ln -s /etc/passwd .git/perf/hook.log &&
		must_say "" && jq -e ".went_wrong == null" json && rm .git/perf/hook.log
	)
'

test_expect_success JQ 'a branch that is none of ours, or of a newer version' '
	(
		git clone -q origin foreign && cd foreign && git branch perf main &&
		must_say branch &&
		grep "^problem: refs/heads/perf is not a perf branch\$" out &&
		git config perf.ref newer &&
		blob=$(printf "git-perf 2\n" | git hash-object -w --stdin) &&
		tree=$(printf "100644 blob %s\tformat\n" $blob | git mktree) &&
		git update-ref refs/heads/newer "$(git commit-tree -m x $tree)" &&
		must_say branch && grep "^hint: upgrade git perf\$" out
	)
'

# --- Asking ---

test_expect_success JQ '--remote: tips, lanes and quarantine there, in one connection' '
	(
		fresh_hub one two && cd one &&
		git perf status --remote >out &&
		grep "^there       refs/heads/perf does not exist\$" out &&
		grep "^no results here yet: " out &&
		record $c1 p 1 | git perf append -q && git perf push -q &&
		must_say "" --remote &&
		tip=$(git -C "$HUB" rev-parse perf) &&
		grep "^there       refs/heads/perf at $(echo $tip | cut -c1-10), as fetched\$" out &&
		jq -e ".remote.there.tip == \"$tip\" and .remote.there.problem == null" json &&
		cd ../two && must_say behind --remote &&
		grep "^.origin. has results, none of which was fetched yet: git perf fetch\$" out &&
		record $c2 p 2 | git perf append -q && git perf push -q &&
		for n in 3 4 5
		do
			record $c3 q $n | git perf append -q && git perf push -q --lane 2>err || return 1
		done &&
		git push -q origin main:refs/perf/quarantine/evil/1 main:refs/other/refs/heads/perf &&
		cd ../one &&
		must_say "quarantine-there behind lanes-there" --remote && test "$(count lanes-there)" = 3 &&
		grep "^.origin. has changed since it was fetched: git perf fetch\$" out &&
		grep "^            lanes: q 3\$" out &&
		jq -e ".remote.there.lanes == [{folder: \"q\", lanes: 3}] and
			.remote.there.quarantine[0].ref == \"refs/perf/quarantine/evil/1\"" json &&
		git perf fetch -q &&
		must_say "quarantine-there lanes-there" --remote &&
		mkdir -p bin && printf "%s\n" "#!/bin/sh" "echo x >>\"$PWD/connections\"" "exec git-upload-pack \"\$@\"" >bin/up &&
		chmod +x bin/up && git config remote.origin.uploadpack "$PWD/bin/up" &&
		git perf status >out && test_path_is_missing connections &&
		git perf status --remote >out && test_line_count = 1 connections &&
		git -C "$HUB" update-ref -d refs/heads/perf &&
		must_say "gone quarantine-there lanes-there" --remote
	)
'

test_expect_success JQ '--remote=<name>: everything is about that one' '
	(
		cd two && git init -q --bare ../third.git && git remote add third ../third.git &&
		must_say unsent --remote=third && test "$(count unsent)" = 5 &&
		grep "^5 records to send: git perf push third\$" out &&
		has name "\"third\"" &&
		git config "remote.a;b.url" ../third.git && record $c5 third 6 | git perf append -q &&
		status "--remote=a;b" && grep "^6 records to send: git perf push <remote>\$" out &&
		git perf push -q third && must_say "" --remote=third
	)
'

test_expect_success JQ 'a remote that does not answer: that comes first, and the rest is shown' '
	(
		cd one &&
		git config remote.origin.url file:///nowhere/hub.git && git config --unset remote.origin.uploadpack &&
		test_expect_code 128 git perf status --remote >out 2>err &&
		head -n 1 out >line && grep "^problem: cannot list the references of .origin.: " line &&
		grep "^hint: " out && grep "^there       unknown\$" out && grep "^records " out &&
		test_must_be_empty err && no_control_characters out &&
		git config remote.origin.url git://127.0.0.1:1/hub.git &&
		test_expect_code 75 git perf status --remote --exit-code >out 2>err &&
		head -n 2 out >lines && grep "^problem: " lines && grep "^hint: try again later" lines &&
		grep "^there       unknown\$" out && test_must_be_empty err &&
		test_expect_code 75 git perf status --remote --json >json 2>err &&
		jq -e ".remote.there.problem != null and .records.usable > 0" json &&
		jq -e ".notices[0] | .kind == \"unanswered\" and .wrong" json &&
		git config remote.origin.url "$HUB"
	)
'

test_expect_success 'also before what is wrong with the trunk' '
	git init -q -b main unmeasured &&
	(
		cd unmeasured &&
		echo "[platform \"p\"]" >.gitperf && git add .gitperf && git commit -q -m suite &&
		git remote add origin file:///nowhere/hub.git &&
		test_expect_code 128 git perf status --remote >out 2>err &&
		sed -n "s/^problem: \([a-z]* [a-z]*\).*/\1/p" out >actual &&
		printf "%s\n" "cannot list" "no commit" | test_cmp - actual
	)
'

test_expect_success JQ 'a remote that does not exist: nothing is called well' '
	(
		cd one &&
		test_expect_code 0 git -c perf.remote=gone perf status >out &&
		grep "no remote .gone." out && ! grep "git perf push" out &&
		for name in nosuch --nosuch
		do
			test_expect_code 128 git perf status --remote=$name >out &&
			head -n 1 out >line && grep "^problem: .*.$name. " line &&
			! grep "everything is shared" out || return 1
		done &&
		git init -q ../lonely && cd ../lonely &&
		test_expect_code 128 git perf status --remote=nosuch >out &&
		head -n 1 out >line && grep "^problem: .*.nosuch. " line && ! grep "^no results" out
	)
'

test_expect_success JQ 'what was fetched of a remote cannot be used: the rest is shown' '
	(
		cd one && git remote add damaged "$HUB" &&
		git update-ref refs/perf/remotes/damaged/heads/perf main &&
		must_say "branch quarantine-there lanes-there" --remote=damaged &&
		grep "^problem: refs/perf/remotes/damaged/heads/perf is not a perf branch\$" out &&
		git remote remove damaged && git update-ref -d refs/perf/remotes/damaged/heads/perf &&
		test_expect_code 128 git -c perf.push=nonsense perf status >out 2>err &&
		grep "^hint: git config perf.push auto" err
	)
'

# --- Everywhere ---

test_expect_success JQ 'in a bare repository, a linked worktree, a namespace' '
	(
		cd "$HUB" && status && cd "$TRASH_DIRECTORY/two" &&
		git clone -q --bare "$HUB" ../mirror.git && git -C ../mirror.git fetch -q origin refs/heads/main &&
		record $c1 bare 1 | git -C ../mirror.git perf append -q &&
		git -C ../mirror.git perf status --exit-code >out && grep "^nothing waits\$" out &&
		test_expect_code 1 git -C ../mirror.git -c perf.remote=origin perf status --exit-code >out &&
		git worktree add -q --detach ../linked main && record $c5 linked 1 | git perf append -q &&
		git perf status --json >expected && git -C ../linked perf status --json >actual &&
		test_cmp expected actual && grep "\"kind\":\"unsent\"" actual &&
		git config perf.namespace staging &&
		must_say_nothing && has ref "\"refs/perf/staging/data\"" && has fetched null &&
		record $c5 staged 1 | git perf append -q && must_say unsent && test "$(count unsent)" = 1 &&
		git config --unset perf.namespace
	)
'

test_expect_success JQ 'a partial clone: nothing is fetched to be counted' '
	(
		fresh_hub one two && cd one &&
		for n in 1 2 3; do record $c1 p $n; done | git perf append -q && git perf push -q &&
		git clone -q --filter=blob:none "file://$HUB" ../partial 2>err &&
		cd ../partial && mv "$HUB" "$HUB.away" &&
		must_say "" && has unread 3 && has damaged 0 &&
		grep "^records     3; 3 of them not in this partial clone\$" out &&
		mv "$HUB.away" "$HUB" &&
		git perf log c1 >out 2>err && must_say "" && has usable 3
	)
'

test_expect_success JQ 'the index changes nothing but the time' '
	(
		cd one &&
		awk "BEGIN { for (i = 1; i <= 40; i++) print i }" | while read -r n; do record $c2 many $n; done | git perf append -q &&
		rm -f .git/perf/index && git perf status --json >first && test_path_is_file .git/perf/index &&
		git perf status --json >second && test_cmp first second &&
		git -c perf.cache=false perf status --json >third && test_cmp first third
	)
'

test_expect_success JQ 'names from outside reach no terminal and no command' '
	(
		cd "$HUB" &&
		esc=$(printf "\033[31m") c1_control=$(printf "\302\233") bidi=$(printf "\342\200\256") &&
		good=$(git rev-parse main) &&
		git update-ref "refs/perf/inbox/x${c1_control}y\$(id);${bidi}z/1" $good &&
		reason=$(printf "perf: refused: bad ${esc}reason${c1_control} [skip ci]\n\nhint: none" |
			git commit-tree -p $good "$good^{tree}") &&
		git update-ref "refs/perf/quarantine/q${c1_control}\`id\`/1" $reason &&
		git update-ref refs/perf/quarantine/tag/1 $(git rev-parse "$good^{tree}") &&
		mkdir -p perf/spool && : >"perf/spool/${esc}x.jsonl.bad" &&
		must_say "spool-bad quarantine lanes" &&
		grep "bad .x1b.31mreason" out && ! grep "${bidi}" out &&
		jq -r "(.quarantine[] | select(.ref == \"refs/perf/quarantine/tag/1\").reason), .notices[].remedy" json >said &&
		head -n 1 said >reason && echo null | test_cmp - reason &&
		test_grep ! -e "id)" -e "\`" said &&
		cd "$TRASH_DIRECTORY/one" && git perf status --remote >out && no_control_characters out &&
		git perf status --remote --json >json && no_control_characters json &&
		git --git-dir="$HUB" for-each-ref --format="delete %(refname)" refs/perf/inbox refs/perf/quarantine |
		git --git-dir="$HUB" update-ref --stdin && rm "$HUB"/perf/spool/*
	)
'

test_expect_success JQ 'many: lists are cut for people, not for programs' '
	(
		cd "$HUB" && commit=$(git commit-tree -m "perf: refused: no [skip ci]" "main^{tree}") &&
		awk -v id=$commit "BEGIN { for (i = 10; i < 40; i++) {
			print \"create refs/perf/quarantine/f\" i \"/1\", id
			print \"create refs/perf/inbox/f\" i \"/1\", id } }" | git update-ref --stdin &&
		must_say "quarantine lanes" && test "$(count lanes)" = 30 &&
		grep "^lanes .*f19 1, and 20 more\$" out && grep "^  and 20 more\$" out &&
		jq -e "(.lanes | length) == 30 and (.quarantine | length) == 30" json
	)
'

test_expect_success JQ 'git-perf-status(1) has every kind of notice and every member' '
	page=$TOP/Documentation/git-perf-status.adoc &&
	sed -n "s/^	*gitperf_survey__add(s, \"\([a-z-]*\)\".*/\1/p" \
		"$TOP/lib/query/notice.c" "$TOP/lib/query/health.c" >words &&
	test_line_count = 24 words &&
	git -C one perf status --remote --json | jq -r ".. | objects | keys[]" | sort -u >>words &&
	test_line_count -gt 45 words &&
	while read -r word
	do
		test_grep "\`$word\`" "$page" || return 1
	done <words
'

test_expect_success 'wrong usage' '
	test_expect_code 129 git -C one perf status something 2>err &&
	test_expect_code 129 git -C one perf status --color=blue 2>err
'

test_done
