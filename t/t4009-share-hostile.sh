#!/bin/sh

test_description='sharing with those who mean ill, and with settings that mean well'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

test_expect_success 'set up' '
	make_origin 3
'

test_expect_success 'an inbox in which other things lie is none' '
	fresh_hub job collector && send job p1 1 &&
	for inbox in refs/heads refs/tags refs/remotes refs/notes refs/perf refs/perf/remotes refs/perf/quarantine
	do
		git -C collector for-each-ref >before &&
		test_expect_code 128 git -C collector -c "perf.inbox=$inbox" perf collect 2>err &&
		grep "perf.inbox .*$inbox" err && grep "^hint: " err &&
		git -C collector for-each-ref >after && test_cmp before after || return 1
	done &&
	test_expect_code 128 git -C collector -c perf.inbox=x -c perf.ref=x/perf perf collect 2>err &&
	grep "perf.inbox" err &&
	test_expect_code 128 git -C collector -c perf.ref=refs/perf/inbox/data perf collect 2>err &&
	grep "perf.ref" err
'

test_expect_success 'a lane with a name of thousands of characters blocks nobody' '
	fresh_hub job collector && send job p1 1 &&
	lane=$(refs_of "$HUB" inbox) &&
	long=refs/perf/inbox/evil && i=0 &&
	while test $i -lt 10
	do
		long=$long/$(printf "%0240d" $i) && i=$((i + 1))
	done &&
	git -C "$HUB" update-ref "$long" "$lane" &&
	send job p2 2 &&
	test_expect_code 1 git -C collector -c perf.pushTimeout=3 perf collect --push >out 2>err &&
	grep "^lanes: 2 landed, 0 put into quarantine, 1 left" out &&
	hub_ids >actual && test_line_count = 2 actual &&
	refs_of "$HUB" inbox >left && echo "$long" >expected && test_cmp expected left &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err && grep "its name is too long" err
'

test_expect_success 'what a lane is called gets into no hint that somebody might copy' '
	fresh_hub job collector && send job p1 1 &&
	lane=$(refs_of "$HUB" inbox) && id=$(git -C "$HUB" rev-parse "$lane") &&
	evil="x;touch\${IFS}owned;" &&
	git -C "$HUB" config perf.laneStrict true &&
	git -C "$HUB" update-ref -d "$lane" &&
	git -C "$HUB" update-ref "refs/perf/inbox/$evil/1" "$id" &&
	git -C "$HUB" update-ref "refs/perf/inbox/$evil/2" "$id^{tree}" &&
	for way in "-C $HUB perf collect" "-C collector perf collect --push"
	do
		test_expect_code 1 git $way 2>err &&
		grep "^hint: " err >hints && test_line_count -gt 0 hints &&
		! grep touch hints || return 1
	done &&
	git -C "$HUB" log -1 --format=%B "refs/perf/quarantine/$evil/1" >reason && ! grep touch reason
'

test_expect_success 'folders without end and without a record in them' '
	fresh_hub job collector &&
	format=$(printf "git-perf 1\n" | git -C job hash-object -w --stdin) &&
	empty=$(git -C job hash-object -t tree -w /dev/null) &&
	many () {
		awk -v id=$1 "BEGIN { for (i = 0; i < 3000; i++) printf \"040000 tree %s\tp%d\n\", id, i }" |
		git -C job mktree
	} &&
	fans=$(many $empty) && platforms=$(many $fans) &&
	root=$(printf "100644 blob %s\tformat\n040000 tree %s\truns\n" $format $platforms | git -C job mktree) &&
	git -C job push -q origin "$(git -C job commit-tree -m lane $root):refs/perf/inbox/evil/1" &&
	test_expect_code 1 timeout 3 git -C "$HUB" perf collect 2>err &&
	grep "holds nothing" err
'

test_expect_success 'a lane that was refused before, and another one of its name' '
	fresh_hub job collector &&
	lane_of () {
		git -C job push -q origin "$(git -C job commit-tree -m "$1" "main^{tree}"):refs/perf/inbox/evil/1"
	} &&
	for way in "-C $HUB perf collect" "-C collector perf collect --push"
	do
		lane_of a && first=$(git -C "$HUB" rev-parse refs/perf/inbox/evil/1) &&
		test_expect_code 1 git $way &&
		lane_of b && second=$(git -C "$HUB" rev-parse refs/perf/inbox/evil/1) &&
		test_expect_code 1 git $way >out && grep "1 put into quarantine, 0 left" out &&
		lane_of b &&
		test_expect_code 1 git $way >out && grep "1 put into quarantine, 0 left" out &&
		refs_of "$HUB" inbox >left && test_must_be_empty left &&
		git -C "$HUB" for-each-ref --format="%(parent)" refs/perf/quarantine | sort -u >actual &&
		printf "%s\n" $first $second | sort >expected && test_cmp expected actual &&
		git -C "$HUB" for-each-ref --format="delete %(refname)" refs/perf/quarantine |
		git -C "$HUB" update-ref --stdin || return 1
	done
'

test_expect_success 'two push URLs: delivered is what all of them have' '
	fresh_hub job collector && make_hub mirror.git &&
	git -C job remote set-url --add --push origin "$HUB.gone" &&
	git -C job remote set-url --add --push origin "$TRASH_DIRECTORY/www/mirror.git" &&
	record $c1 p1 1 | git -C job perf append -q &&
	test_expect_code 128 git -C job -c perf.pushTimeout=0 perf push --lane 2>err &&
	git -C job config --replace-all remote.origin.pushurl "$HUB" &&
	git -C job remote set-url --add --push origin "$TRASH_DIRECTORY/www/mirror.git" &&
	refuse_hook "$HUB" "not today" &&
	test_expect_code 128 git -C job perf push --lane 2>err && grep "not today" err &&
	grep "^hint: the server decides, and those are its words" err &&
	rm "$HUB/hooks/pre-receive" &&
	git -C job perf push --lane &&
	refs_of "$HUB" inbox >actual && test_line_count = 1 actual
'

test_expect_success 'a lock that somebody left on a lane: all else lands, and the sender may try again' '
	fresh_hub job collector && send job p1 1 && lane=$(refs_of "$HUB" inbox) && send job p2 2 &&
	stale_server_lock "$HUB" "$lane" &&
	git -C collector -c perf.pushTimeout=20 perf collect --push &&
	hub_ids >actual && test_line_count = 2 actual &&
	refs_of "$HUB" inbox >left && echo "$lane" >expected && test_cmp expected left &&
	fresh_hub job collector && stale_server_lock "$HUB" "$lane" &&
	record $c1 p1 1 | git -C job perf append -q &&
	test_expect_code 75 git -C job -c perf.pushTimeout=0 perf push --lane 2>err &&
	grep "$lane" err && grep "^hint: .*lock" err &&
	rm "$HUB/$lane.lock" && git -C job perf push --lane
'

test_expect_success 'no login is told' '
	fresh_hub job collector &&
	url=https://me:secret@example.com/hub.git &&
	git -C job config "url.$HUB.insteadOf" $url &&
	record $c1 p1 1 | git -C job perf append -q &&
	git -C job -c perf.remote=$url perf push -n --direct >out 2>&1 &&
	grep "https://example.com/hub.git" out && ! grep secret out &&
	refuse_hook "$HUB" "not today" &&
	test_expect_code 128 git -C job perf push --lane $url >out 2>&1 &&
	grep "https://example.com/hub.git" out && ! grep secret out
'

test_expect_success 'what somebody has removed from the local branch stays on the remote' '
	fresh_hub job collector &&
	record $c1 p1 1 | git -C job perf append -q && git -C job perf push -q --direct &&
	base=$(git -C job rev-parse perf) &&
	git -C job update-ref refs/heads/perf "$(git -C job commit-tree -p perf -m oops \
		"$(git -C job ls-tree perf format | git -C job mktree)")" &&
	record $c2 p1 2 | git -C job perf append -q &&
	git -C job perf push --direct &&
	hub_ids >actual && test_line_count = 2 actual
'

test_expect_success 'a file in the place of a platform: nothing is lost, and it is told' '
	fresh_hub job collector &&
	record $c1 p1 1 | git -C job perf append -q && git -C job perf push -q --direct &&
	record $c1 p2 2 | git -C job perf append -q &&
	good=$(echo x | git -C job hash-object -w --stdin) &&
	runs=$( (git -C job ls-tree origin/perf:runs && printf "100644 blob %s\tp2\n" $good) | git -C job mktree) &&
	root=$( (git -C job ls-tree origin/perf format && printf "040000 tree %s\truns\n" $runs) | git -C job mktree) &&
	git -C job push -q origin "$(git -C job commit-tree -p origin/perf -m evil $root):refs/heads/perf" &&
	test_expect_code 128 git -C job perf push --direct 2>err && grep "runs/p2" err &&
	git -C job ls-tree -r --name-only perf runs/p2/ >actual && test_line_count = 1 actual
'

test_expect_success 'a warning of git is not the reason of a failure' '
	fresh_hub job collector && record $c1 p1 1 | git -C job perf append -q &&
	mkdir -p bin && cat >bin/ssh <<-\EOF &&
	#!/bin/sh
	echo "warning: unable to access /root/.config/git/attributes: Permission denied" >&2
	echo "ssh: connect to host example.com port 22: Connection refused" >&2
	exit 255
	EOF
	chmod +x bin/ssh &&
	test_expect_code 75 env GIT_SSH="$PWD/bin/ssh" git -C job -c perf.pushTimeout=0 perf push --direct ssh://example.com/x 2>err
'

test_done
