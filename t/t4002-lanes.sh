#!/bin/sh

test_description='collecting lanes: what lands, what is refused, and nobody waits for the other'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

# lane <name> <tree>: somebody pushes that
lane () {
	git -C job push -q origin "$(git -C job commit-tree -m lane "$2"):refs/perf/inbox/$1"
}

# tree: from lines of git ls-tree with whole paths
tree () {
	GIT_INDEX_FILE=$TRASH_DIRECTORY/lane.index git -C job read-tree --empty &&
	GIT_INDEX_FILE=$TRASH_DIRECTORY/lane.index git -C job update-index --index-info &&
	GIT_INDEX_FILE=$TRASH_DIRECTORY/lane.index git -C job write-tree
}

blob () {
	git -C job hash-object -w --stdin
}

test_expect_success 'set up' '
	make_origin 5 &&
	fresh_hub job collector
'

test_expect_success 'on the server: lanes land in one commit, and are removed' '
	send job x86-64-linux 1 && send job aarch64-linux 2 && send job aarch64-macos 3 &&
	git -C "$HUB" perf collect >out &&
	cat >expected <<-\EOF &&
	3 collected, 0 present before, 0 revoked, 0 refused
	lanes: 3 landed, 0 put into quarantine, 0 left
	EOF
	test_cmp expected out &&
	must_be_there ids.sent &&
	git -C "$HUB" rev-list perf >commits && test_line_count = 1 commits &&
	refs_of "$HUB" inbox >out && test_must_be_empty out &&
	git -C "$HUB" fsck --strict --no-dangling &&
	before=$(git -C "$HUB" rev-parse perf) &&
	git -C "$HUB" perf collect >out &&
	test "$before" = "$(git -C "$HUB" rev-parse perf)"
'

test_expect_success 'in a clone, where nothing waits: lanes elsewhere are for --push' '
	fresh_hub job collector && send job p1 1 &&
	git -C collector perf collect >out 2>err &&
	grep "^0 collected" out &&
	echo "hint: git perf collect --push collects the lanes of a remote" | test_cmp - err &&
	git -C collector perf collect -q 2>err && test_must_be_empty err &&
	git -C collector perf collect --push 2>err && test_must_be_empty err &&
	git -C "$HUB" perf collect 2>err && test_must_be_empty err &&
	git -C collector remote remove origin &&
	git -C collector perf collect 2>err && test_must_be_empty err
'

test_expect_success 'from elsewhere: files, lanes and what this clone has, in one commit' '
	fresh_hub job collector && send job p1 1 && send job p2 2 &&
	(
		cd collector &&
		record $c2 here 3 | git perf append 2>err >>../ids.sent &&
		record $c2 home 3 "\"reason\":\"local\"" | git perf append -q &&
		record $c3 file 4 >file.json &&
		git perf collect --push file.json >out &&
		cat >expected <<-\EOF &&
		3 collected, 0 present before, 0 revoked, 0 refused
		1 record of this clone went along
		lanes: 2 landed, 0 put into quarantine, 0 left
		EOF
		test_cmp expected out &&
		git perf ls c3 | cut -f3 >>../ids.sent &&
		must_be_sound &&
		git perf ls | grep "^home"
	) &&
	must_be_there ids.sent &&
	git -C "$HUB" rev-list perf >commits && test_line_count = 1 commits &&
	refs_of "$HUB" inbox >out && test_must_be_empty out &&
	before=$(git -C "$HUB" rev-parse perf) &&
	git -C collector perf collect --push file.json >out &&
	grep "^0 collected, 1 present" out &&
	test "$before" = "$(git -C "$HUB" rev-parse perf)"
'

test_expect_success 'a lane that comes again after it was landed is removed, nothing lands twice' '
	before=$(git -C "$HUB" rev-parse perf) &&
	git clone -q "$HUB" job2 &&
	git -C job perf cat --all >all &&
	git -C job2 perf append -q <all &&
	rm -f job/.git/perf/sent* &&
	git -C job perf push -q --lane 2>err &&
	refs_of "$HUB" inbox >out && test_line_count = 2 out &&
	git -C collector perf collect --push >out &&
	grep "^0 collected, 2 present" out &&
	test "$before" = "$(git -C "$HUB" rev-parse perf)" &&
	refs_of "$HUB" inbox >out && test_must_be_empty out
'

test_expect_success 'a server that cannot move several references at once' '
	fresh_hub job collector && server_without_atomic "$HUB" && send job p1 1 && send job p2 2 &&
	git -C collector perf collect --push --json >json &&
	grep "\"landed\":2,.*\"lanes_landed\":2" json &&
	must_be_there ids.sent &&
	refs_of "$HUB" inbox >out && test_must_be_empty out
'

test_expect_success 'a server that lets nobody remove anything: landed, and told' '
	fresh_hub job collector && send job p1 1 && send job p2 2 &&
	server_hook "$HUB" update <<-\EOF &&
	case $3 in
	*[!0]*) ;;
	*) echo "nobody removes anything here" >&2; exit 1 ;;
	esac
	EOF
	git -C collector perf collect --push >out 2>err &&
	grep "^2 collected" out &&
	grep "^warning: the results of .refs/perf/inbox/p[12]/.* are landed, but it cannot be removed" err &&
	must_be_there ids.sent &&
	before=$(git -C "$HUB" rev-parse perf) &&
	git -C collector perf collect --push >out 2>err &&
	test "$before" = "$(git -C "$HUB" rev-parse perf)"
'

# --- What is wrong with a lane ---

# $format and $good are blobs of a format and of a record, for $path
make_parts () {
	format=$(printf "git-perf 1\n" | blob) &&
	record $c1 evil 1 | git -C job perf append -q &&
	git -C job ls-tree -r perf runs/ >line &&
	good=$(git -C job perf cat --all | blob) &&
	path=$(cut -f2 line) &&
	git -C job update-ref -d refs/heads/perf &&
	git -C job update-ref -d refs/perf/seen
}

# wrong <name> <tree>: a lane evil/<name> for the next push
wrong () {
	echo "$(git -C job commit-tree -m "$1" "$2"):refs/perf/inbox/evil/$1" >>wrongs
}

# wrong_file <name> <mode> <blob> <path>: one with a format and that file
wrong_file () {
	wrong "$1" "$(printf "%s %s\t%s\n" 100644 $format format "$2" "$3" "$4" | tree)"
}

# Each way makes the same of them, so each has a hub of its own; a lane is seen
# to be refused below.
test_expect_success 'wrong lanes land nothing, here as from elsewhere; a good one beside them does' '
	fresh_hub job collector && make_parts &&
	wrong tree "$(git -C job rev-parse main^{tree})" &&
	wrong_file beside 100644 $good other/file &&
	wrong empty "$(printf "100644 %s\t%s\n" $format format | tree)" &&
	wrong_file name 100644 $good "$(echo "$path" | sed "s/-c-/-f-/")" &&
	wrong_file platform 100644 $good "$(echo "$path" | sed "s,runs/evil,runs/Evil,")" &&
	bad=$(git -C job cat-file blob $good | sed "s/\"sort\"/\"sorT\"/" | blob) &&
	wrong_file byte 100644 $bad "$(echo "$path" | sed "s/-[0-9a-f]*.json/-$(echo $bad | cut -c1-12).json/")" &&
	wrong_file executable 100755 $good "$path" &&
	wrong_file link 120000 $good "$path" &&
	git -C job push -q origin $(cat wrongs) && send job good 1 &&
	git -C "$HUB" for-each-ref --format="%(objectname) %(refname:lstrip=3)" refs/perf/inbox/evil | sort >tips &&
	test_line_count = 8 tips &&
	cp -R "$HUB" here.git &&
	test_expect_code 1 git -C here.git perf collect >out.here 2>err.here &&
	test_expect_code 1 git -C collector perf collect --push >out.there 2>err.there &&
	ln -s "$HUB" there.git &&
	for way in here there
	do
		grep "^1 collected" out.$way && grep "^lanes: 1 landed, 8 put into quarantine, 0 left" out.$way &&
		no_control_characters err.$way &&
		refs_of $way.git inbox >left && test_must_be_empty left &&
		git -C $way.git for-each-ref --format="%(parent) %(refname:lstrip=3)" refs/perf/quarantine | sort >actual &&
		test_cmp tips actual &&
		git -C $way.git perf ls >listed && test_line_count = 1 listed || return 1
	done
'

# refused <name> <pattern>: that lane was, by both ways, and is said to be for
# that, with what to do
refused () {
	for way_ in here there
	do
		grep -A 1 "^refused: lane refs/perf/inbox/evil/$1: .*$2" err.$way_ >told &&
		grep "^hint: " told &&
		git -C $way_.git log -1 --format=%B "refs/perf/quarantine/evil/$1" >reason &&
		grep "^perf: refused: .*$2" reason || return 1
	done
}

test_expect_success 'a tree that is none of ours' '
	refused tree "format. is missing"
'

test_expect_success 'something beside the records' '
	refused beside "other. is not a record"
'

test_expect_success 'nothing in it' '
	refused empty "holds no record"
'

test_expect_success 'a record under another name' '
	refused name "not the name that its content makes" &&
	refused platform "is not the name of a record"
'

test_expect_success 'a record with one byte changed, under a name that fits its id' '
	refused byte "checksum"
'

test_expect_success 'not a plain file, an executable one, a link' '
	refused executable "is not the name of a record" &&
	refused link "is not the name of a record"
'

test_expect_success 'too large, too many' '
	git -C "$HUB" config perf.laneBytes 100 && git -C collector config perf.laneBytes 100 &&
	lane evil/1 "$(printf "100644 %s\t%s\n" $format format $good "$path" | tree)" &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err &&
	grep "more than 100 bytes" err &&
	git -C "$HUB" config --unset perf.laneBytes && git -C collector config --unset perf.laneBytes &&
	git -C "$HUB" update-ref -d refs/perf/quarantine/evil/1 &&
	git -C "$HUB" config perf.laneRecords 2 &&
	for n in 1 2 3; do record $c1 evil $n; done | git -C job perf append -q &&
	git -C job perf push -q --lane 2>err &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err &&
	grep "more than 2 records" err &&
	git -C "$HUB" config --unset perf.laneRecords &&
	git -C "$HUB" config perf.laneRecords 0 &&
	send job good 7 &&
	test_expect_code 128 git -C "$HUB" perf collect 2>err &&
	grep "perf.laneRecords" err &&
	git -C "$HUB" config --unset perf.laneRecords &&
	git -C "$HUB" perf collect
'

test_expect_success 'more than fits into memory: some now, the others next time' '
	fresh_hub job collector && send job p1 1 && send job p2 2 && send job p3 3 &&
	git -C "$HUB" config perf.collectBytes 1 &&
	git -C "$HUB" perf collect >out 2>err && grep "^1 collected" out &&
	grep "^hint: 2 more lanes wait" err &&
	git -C collector -c perf.collectBytes=1 perf collect --push --json >json 2>err &&
	grep "\"landed\":1,.*\"lanes_later\":1" json &&
	git -C "$HUB" perf collect >out 2>err && test_must_be_empty err &&
	must_be_there ids.sent &&
	git -C "$HUB" config --unset perf.collectBytes
'

test_expect_success 'G3: who may bring what' '
	fresh_hub job collector &&
	git -C "$HUB" config perfLane.arm1.platform "aarch64-linux, aarch64-macos" &&
	git -C job config perf.lanePrefix arm1 &&
	send job aarch64-linux 1 && send job aarch64-macos 2 &&
	git -C "$HUB" perf collect &&
	send job x86-64-linux 3 &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err &&
	grep "records of .x86-64-linux. may not come by lanes of .arm1." err &&
	grep "^hint: .*git config perfLane.arm1.platform" err &&
	refs_of "$HUB" quarantine/arm1 >out && test_line_count = 1 out &&
	git -C job config perf.lanePrefix other &&
	send job x86-64-linux 4 && git -C "$HUB" perf collect &&
	git -C "$HUB" config perf.laneStrict true &&
	send job x86-64-linux 5 &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err &&
	grep "nothing may come by lanes of .other." err
'

test_expect_success 'a rule that cannot be read condemns nobody' '
	git -C "$HUB" config perf.laneStrict perhaps &&
	send job x86-64-linux 6 &&
	refs_of "$HUB" quarantine >before &&
	test_expect_code 128 git -C "$HUB" perf collect 2>err &&
	grep "perf.lane[sS]trict" err &&
	refs_of "$HUB" inbox >out && test_line_count = 1 out &&
	refs_of "$HUB" quarantine >after && test_cmp before after &&
	git -C "$HUB" config perf.laneStrict false &&
	git -C "$HUB" perf collect
'

test_expect_success 'what a newer version has made stays for one' '
	fresh_hub job collector && make_parts &&
	newer=$(printf "git-perf 2\n" | blob) &&
	lane evil/1 "$(printf "100644 %s\t%s\n" $newer format $good "$path" | tree)" &&
	new=$(git -C job cat-file blob $good | sed "s/\"schema\":1/\"schema\":99/" | blob) &&
	other=$(echo "$path" | sed "s/-[0-9a-f]*.json/-$(echo $new | cut -c1-12).json/") &&
	lane evil/2 "$(printf "100644 %s\t%s\n" $format format $new "$other" | tree)" &&
	git -C job push -q origin "$good:refs/perf/inbox/evil/blob" &&
	refs_of "$HUB" inbox >before && test_line_count = 3 before &&
	for repo in "$HUB" collector
	do
		push= && test "$repo" = "$HUB" || push=--push &&
		test_expect_code 1 git -C "$repo" perf collect $push >out 2>err &&
		grep "lanes: 0 landed, 0 put into quarantine, 3 left" out &&
		grep "evil/1: .*format 2, newer.*it stays" err &&
		grep "evil/2: .*newer schema.*it stays" err &&
		grep "evil/blob: .*not a commit.*it stays" err || return 1
	done &&
	refs_of "$HUB" inbox >after && test_cmp before after
'

test_expect_success 'a lane of old, from a time when the branch did not revoke' '
	fresh_hub job collector && send job p 1 && git -C "$HUB" perf collect &&
	id=$(cat ids.sent) &&
	GIT_INDEX_FILE=$PWD/idx && export GIT_INDEX_FILE &&
	git -C "$HUB" read-tree perf &&
	reason=$(echo x | git -C "$HUB" hash-object -w --stdin) &&
	git -C "$HUB" update-index --add --cacheinfo "100644,$reason,revoked/$(echo $id | cut -c1-2)/$id" &&
	git -C "$HUB" update-ref refs/heads/perf "$(git -C "$HUB" commit-tree -p perf -m x "$(git -C "$HUB" write-tree)")" &&
	unset GIT_INDEX_FILE &&
	git -C job update-ref -d refs/perf/seen && rm -f job/.git/perf/sent* &&
	git -C job perf push -q --lane 2>err &&
	git -C collector perf collect --push >out &&
	grep "^0 collected, [01] present before, [01] revoked" out &&
	git -C collector perf ls >out && test_must_be_empty out &&
	refs_of "$HUB" inbox >out && test_must_be_empty out
'

test_expect_success 'a lane that is damaged on the server keeps no other away' '
	fresh_hub job collector && send job p1 1 && send job bad 666 && send job p2 2 &&
	bad=$(git -C "$HUB" for-each-ref --format="%(refname)" refs/perf/inbox/bad) &&
	object=$(git -C "$HUB" rev-parse "$bad:runs") &&
	rm -f "$HUB/objects/$(echo $object | cut -c1-2)/$(echo $object | cut -c3-)" &&
	for turn in 1 2
	do
		test_expect_code 1 git -C collector -c perf.pushTimeout=0 perf collect --push >out 2>err &&
		grep "^refused: lane $bad: .*; it stays" err && grep "^hint: " err || return 1
	done &&
	grep "a while ago" err &&
	hub_ids >actual && test_line_count = 2 actual &&
	refs_of "$HUB" inbox >left && echo "$bad" >expected && test_cmp expected left &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err &&
	grep "^refused: lane $bad: .*; it stays" err
'

# --- Waiting ---

test_expect_success 'A17: wait for the platforms that must come, and take what came in time' '
	fresh_hub job collector && send job p1 1 &&
	(
		cd collector &&
		git perf collect --push --wait=p1 --commit=c1 >out &&
		grep "^1 collected" out &&
		record $c1 p2 2 >p2.json &&
		git perf collect --push --wait=p1,p2 --commit=c1 p2.json >out &&
		grep "^1 collected" out &&
		record $c1 p3 3 >p3.json &&
		test_expect_code 1 git perf collect --push --wait=p1,p3,p4 --deadline=2m --commit=c1 p3.json >out 2>err &&
		grep "^1 collected" out &&
		grep "^warning: nothing has come in time from p4 (1 of 3 platforms)" err &&
		test_expect_code 1 git perf collect --push --wait=p5,p1,p4 --deadline=0 --commit=c1 --json >json 2>err &&
		grep "^warning: nothing has come in time from p5, p4 (2 of 3 platforms)" err &&
		grep "\"platforms_missing\":\[\"p5\",\"p4\"\]" json &&
		test_expect_code 128 git perf collect --push --wait 2>err &&
		grep "^error: nobody says which platforms" err &&
		git config perf.platforms "p1 p2" &&
		git perf collect --push --wait --commit=c1 &&
		test_expect_code 128 git perf collect --push --wait=P_1 2>err &&
		test_expect_code 128 git perf collect --push --wait --deadline=soon 2>err &&
		test_expect_code 129 git perf collect --push --deadline=1m
	)
'

test_expect_success 'a platform that comes while it is waited for' '
	fresh_hub job collector &&
	(
		real_clock &&
		git -C collector perf collect --push --wait=late --commit=c1 --deadline=1m >out &
		pid=$! &&
		real_clock &&
		wait_until env test -e collector/.git/perf/sync &&
		git -C collector -c perf.pushTimeout=20 perf fetch &&
		send job late 1 &&
		wait $pid
	) &&
	grep "^1 collected" out
'

test_expect_success 'who waits in CI says so now and then, not each time it looks' '
	fresh_hub job collector &&
	test_expect_code 1 env CI=1 git -C collector perf collect --push --wait=late --commit=c1 --deadline=6m 2>err &&
	grep "^waiting for late" err >lines && test_line_count = 1 lines &&
	grep "^fetching from origin" err >lines && test_line_count -le 6 lines
'

test_expect_success 'a job that collects its own lane knows that it has landed' '
	fresh_hub job collector &&
	git clone -q --depth=1 "file://$HUB" shallow &&
	send shallow p1 1 && send shallow p2 2 &&
	git -C shallow perf push >out && grep "2 sent before and not seen" out &&
	git -C shallow perf collect --push &&
	git -C shallow perf push >out && ! grep "not seen" out &&
	git -C shallow perf status >out && ! grep "by lane" out
'

# --- Many at once ---

test_expect_success '32 lanes, 3 collectors at once: all there once, nothing left' '
	fresh_hub job collector &&
	git clone -q "$HUB" collector2 &&
	for n in 1 2
	do
		for p in a b c d e f g h i j k l m n o p; do record $c1 $p $n; done >in &&
		git -C job perf append <in 2>err >>ids.sent &&
		git -C job perf push -q --lane 2>err || return 1
	done &&
	refs_of "$HUB" inbox >lanes && test_line_count = 32 lanes &&
	(
		real_clock &&
		git -C collector perf collect --push -q 2>err.1 & one=$!
		git -C collector2 perf collect --push -q 2>err.2 & two=$!
		git -C "$HUB" perf collect -q 2>err.3 & three=$!
		wait $one && wait $two && wait $three
	) &&
	must_be_there ids.sent &&
	refs_of "$HUB" inbox >out && test_must_be_empty out &&
	refs_of "$HUB" quarantine >out && test_must_be_empty out &&
	git -C "$HUB" rev-list --min-parents=2 perf >merges && test_must_be_empty merges &&
	git -C "$HUB" fsck --strict --no-dangling
'

test_expect_success LONG 'more lanes than one push may remove' '
	fresh_hub job collector &&
	git -C job perf ls >out &&
	record $c1 many 1 | git -C job perf append -q &&
	git -C job perf push -q --lane 2>err &&
	lane=$(git -C "$HUB" for-each-ref --format="%(objectname)" refs/perf/inbox) &&
	awk -v id=$lane "BEGIN { for (i = 0; i < 1203; i++) print \"create refs/perf/inbox/many/x\" i, id }" |
	git -C "$HUB" update-ref --stdin &&
	git -C collector perf collect --push >out &&
	grep "^1 collected" out && grep "lanes: 1204 landed" out &&
	refs_of "$HUB" inbox >left && test_must_be_empty left
'

test_done
