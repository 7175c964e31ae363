#!/bin/sh

test_description='lanes are collected when they arrive: no push waits, and no lane is left behind'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hook.sh"
. "$TEST_DIRECTORY/lib-server.sh"

points_of='hook'

test_expect_success 'a history' '
	make_origin 3
'

for way in path SSHD,ssh HTTPD,http GITDAEMON,git
do
	prereq=${way%,*} way=${way#*,}
	test "$prereq" != "$way" || prereq=

	test_expect_success "$prereq" "$way: a lane lands; nobody else is told of it" '
		case $way in
		ssh) start_sshd ;;
		http) start_httpd ;;
		git) start_daemon ;;
		esac &&
		hub_with_hook $way && url=$(hub_url $way $way.git) &&
		git clone -q "$url" clone.$way &&
		send clone.$way x86-64-linux 1 &&
		seen_ended 1 && must_have_landed &&
		test_must_be_empty err.push &&
		git -C clone.$way push -q origin main:other --tags 2>err &&
		git -C clone.$way perf push -q --direct &&
		test_must_be_empty err &&
		git -C clone.$way push -q origin :other &&
		test_line_count = 1 "$SEEN/begun" &&
		test_path_is_missing "$HUB/perf/hook.log"
	'

	# The descriptor that holds the lock is inherited by the push, and by what
	# it starts where it is here
	test_expect_success FLOCK,"${prereq:-FLOCK}" "$way: a push does not wait for the collector" '
		exec 9>"$HUB/perf/lock" && flock 9 &&
		send clone.$way x86-64-linux 2 &&
		wait_until have_begun 2 &&
		lanes_of && test_line_count = 1 lanes &&
		exec 9>&- &&
		seen_ended 2 && must_have_landed
	'
done
exec 9>&-

test_expect_success 'a bad lane goes into quarantine, and the log says so' '
	hub_with_hook bad && git clone -q "$HUB" clone.bad &&
	git -C clone.bad push -q origin main:refs/perf/inbox/x/1 &&
	seen_ended 1 &&
	lanes_of && test_must_be_empty lanes &&
	git -C "$HUB" rev-parse --verify refs/perf/quarantine/x/1 &&
	git -C "$HUB" perf hook status >out &&
	grep "went wrong, the last of $HUB/perf/hook.log:" out &&
	grep "^  20.*Z refused: lane refs/perf/inbox/x/1: .*; it is in quarantine; hint: a lane holds" out &&
	test_line_count = 1 "$HUB/perf/hook.log"
'

test_expect_success 'a purge that is pushed is forgotten by the server, too' '
	hub_with_hook purged && git clone -q "$HUB" clone.purged &&
	send clone.purged x86-64-linux 1 && seen_ended 1 &&
	git -C clone.purged perf fetch -q &&
	id=$(git -C clone.purged perf ls | cut -f3) && git -C "$HUB" cat-file -e $id &&
	git -C clone.purged perf purge -q -m leak $id &&
	git -C clone.purged perf push -q --direct && seen_ended 2 &&
	git -C "$HUB" gc -q --prune=now &&
	test_must_fail git -C "$HUB" cat-file -e $id &&
	record $c2 x86-64-linux 2 | git -C clone.purged perf append -q &&
	git -C clone.purged perf push -q --direct &&
	test_line_count = 2 "$SEEN/begun"
'

# nothing_of_push: what ran in the background last had only what it needs
nothing_of_push () {
	for fd in 0 1 2
	do
		grep " $fd -> /dev/null\$" "$SEEN/fd" || return 1
	done &&
	# but for what the shell that looked had open itself
	sed -e 1d -e "/ [012] -> /d" -e "/\/spy\/git-perf\$/d" "$SEEN/fd" >others &&
	test_must_be_empty others &&
	test "$(cat "$SEEN/sid")" -gt 1 &&
	test "$(cat "$SEEN/sid")" != "$(cut -d" " -f6 /proc/$$/stat)" &&
	! grep "^GIT_PUSH_\|^GIT_QUARANTINE\|^GIT_OBJECT\|^GIT_ALTERNATE" "$SEEN/env"
}

test_expect_success LINUX 'what runs in the background has nothing of the push' '
	hub_with_hook apart && git clone -q "$HUB" clone.apart &&
	git -C "$HUB" config receive.advertisePushOptions true &&
	record $c1 p 1 | git -C clone.apart perf append >ids.sent 2>err &&
	lane=$(git -C clone.apart commit-tree -m x "perf^{tree}") &&
	exec 9>held &&
	git -C clone.apart push -q -o one -o two origin $lane:refs/perf/inbox/p/1 &&
	seen_ended 1 && must_have_landed && nothing_of_push &&
	echo "$HUB" | test_cmp - "$SEEN/pwd" &&
	grep "^GIT_DIR=" "$SEEN/env" >actual && echo "GIT_DIR=$HUB/" | test_cmp - actual
'

test_expect_success LINUX 'nor does it look into a quarantine' '
	git -C "$HUB" update-ref refs/perf/inbox/p/2 $lane &&
	mkdir quarantine &&
	echo "$zero $lane refs/perf/inbox/p/2" >news &&
	(
		cd "$HUB" && GIT_DIR=. GIT_QUARANTINE_PATH=$TRASH_DIRECTORY/quarantine \
		GIT_OBJECT_DIRECTORY=$TRASH_DIRECTORY/quarantine GIT_PUSH_OPTION_COUNT=1 GIT_PUSH_OPTION_0=one \
		GIT_ALTERNATE_OBJECT_DIRECTORIES=$HUB/objects git-perf hook run post-receive <../../news
	) &&
	seen_ended 2 && must_have_landed && nothing_of_push &&
	test_path_is_missing "$HUB/perf/hook.log"
'
exec 9>&-

test_expect_success 'which news start a collector' '
	hub_with_hook news &&
	for line in "$zero $c1 refs/heads/main" "$zero $c1 refs/perf/inboxes/x" "$c1 $zero refs/perf/inbox/x" \
		"$c1 $c2 refs/perf/inbox/x" "$zero $zero refs/perf/inbox/x" "$zero $c1 refs/perf/inbox" "x" "$zero" "$zero  "
	do
		echo "$line" | git -C "$HUB" perf hook run post-receive || return 1
	done &&
	test_must_be_empty "$SEEN/begun" &&
	awk -v c1=$c1 -v zero=$zero "BEGIN {
		for (i = 0; i < 20000; i++)
			print zero, c1, \"refs/heads/\" i
		for (i = 0; i < 30000; i++)
			printf \"refs/perf/inbox/\"
		print \"\"
		print zero, c1, \"refs/perf/inbox/x/1\"
	}" | git -C "$HUB" perf hook run post-receive &&
	seen_ended 1
'

test_expect_success 'without news, lanes are looked for: another hook has read them' '
	hub_with_hook chained && git clone -q "$HUB" clone.chained &&
	git -C "$HUB" perf hook uninstall &&
	git -C "$HUB" perf hook run post-receive </dev/null &&
	send clone.chained p 1 &&
	printf "#!/bin/sh\n" >"$HUB/hooks/post-receive" && chmod +x "$HUB/hooks/post-receive" &&
	test_expect_code 1 git -C "$HUB" perf hook install 2>err >line &&
	{ echo "cat >>news" && cat line; } >>"$HUB/hooks/post-receive" &&
	test_must_be_empty "$SEEN/begun" &&
	send clone.chained p 2 &&
	seen_ended 1 && must_have_landed &&
	test_line_count = 1 "$HUB/news"
'

test_expect_success 'the place of lanes is that of the configuration' '
	hub_with_hook places && git clone -q "$HUB" clone.places &&
	git -C "$HUB" config perf.namespace staging &&
	send clone.places p 1 &&
	test_must_be_empty "$SEEN/begun" &&
	git -C clone.places config perf.namespace staging &&
	send clone.places p 2 &&
	seen_ended 1 &&
	git -C "$HUB" ls-tree -r refs/perf/staging/data runs/ >out && test_line_count = 1 out &&
	git -C "$HUB" for-each-ref refs/perf/staging/inbox >out && test_must_be_empty out
'

# --- Trouble ---

test_expect_success 'a hook outlives git-perf' '
	hub_with_hook gone && git clone -q "$HUB" clone.gone &&
	git -C clone.gone perf hook install >out &&
	sed -i -e "s/^PATH=.*/PATH=\$PATH:\/no\/such/" "$HUB/hooks/post-receive" clone.gone/.git/hooks/pre-push &&
	for dir in $(echo "$PATH" | tr : " ")
	do
		test -x "$dir/git-perf" || echo "$dir"
	done | paste -s -d : >path &&
	PATH=$(cat path) git -C clone.gone push -q origin main:refs/perf/inbox/p/1 2>err &&
	test_must_be_empty err &&
	test_must_be_empty "$SEEN/begun" &&
	printf "#!/bin/sh\nexit 99\n" >broken && chmod +x broken && mkdir bin && mv broken bin/git-perf &&
	PATH=$PWD/bin:$PATH git -C clone.gone push -q origin main:refs/perf/inbox/p/2 2>err &&
	test_must_be_empty err
'

test_expect_success 'it is found where it was when the hook was installed' '
	hub_with_hook found && git clone -q "$HUB" clone.found &&
	mkdir -p "it'\''s here" && ln -sf "$REAL" "it'\''s here/git-perf" &&
	rm "$HUB"/hooks/post-receive &&
	"$PWD/it'\''s here/git-perf" --version &&
	(cd "$HUB" && "../../it'\''s here/git-perf" hook install) &&
	record $c1 p 1 | git -C clone.found perf append >ids.sent 2>err &&
	lane=$(git -C clone.found commit-tree -m x "perf^{tree}") &&
	PATH=$(cat path) git -C clone.found push -q origin $lane:refs/perf/inbox/p/1 &&
	wait_until eval "lanes_of && test ! -s lanes" && must_have_landed
'

test_expect_success 'whatever is wrong, a push is accepted, and the log tells' '
	hub_with_hook wrong && git clone -q "$HUB" clone.wrong &&
	git -C "$HUB" config perf.lockTimeout soon &&
	send clone.wrong p 1 &&
	seen_ended 1 &&
	lanes_of && test_line_count = 1 lanes &&
	git -C "$HUB" perf hook status >out &&
	grep "^  20.*Z collect: configuration .perf.lockTimeout. is .soon., .*; hint: git config perf.lockTimeout" out &&
	git -C "$HUB" config --unset perf.lockTimeout &&
	git -C "$HUB" config perf.inbox "a..b" &&
	echo "$zero $c1 refs/perf/inbox/p/1" | git -C "$HUB" perf hook run post-receive 2>err &&
	grep "perf.inbox" err &&
	git -C "$HUB" config --unset perf.inbox &&
	git perf hook run post-receive </dev/null 2>err &&
	grep "^error: " err &&
	git -C "$HUB" perf hook run nonsense </dev/null 2>err &&
	grep "nonsense. is no hook" err &&
	send clone.wrong p 2 &&
	seen_ended 2 && must_have_landed
'

test_expect_success 'the log is small, and no link or pipe of somebody else' '
	hub_with_hook log && log=$HUB/perf/hook.log &&
	mkdir "$HUB/perf" &&
	run_badly () {
		git -C "$HUB" -c perf.lockTimeout=soon perf hook run collect </dev/null
	} &&
	run_badly && test_line_count = 1 "$log" &&
	yes "0123456789 123456789 123456789" | head -c 65536 >"$log" &&
	run_badly && test_path_is_missing "$log.1" &&
	run_badly && test_line_count = 1 "$log" && test_path_is_file "$log.1" &&
	git -C "$HUB" perf hook status >out && test_line_count = 3 out &&
	for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "line $i"; done >"$log" &&
	git -C "$HUB" perf hook status >out && test_line_count = 12 out &&
	! grep "line 1\$" out && grep "^  line 2\$" out &&
	printf "\033[2Jevil\n" >"$log" &&
	git -C "$HUB" perf hook status >out && no_control_characters out &&
	rm "$log" && : >precious && ln -s "$PWD/precious" "$log" &&
	run_badly && test_must_be_empty precious &&
	rm "$log" && mkfifo "$log" && run_badly &&
	rm "$log" && mkdir "$log" && run_badly &&
	git -C "$HUB" perf hook status 2>err >out && grep "^warning: " err
'

# --- One works, one waits ---

# The kernel is asked who waits: trying a lock would be in the way of others.
test_lazy_prereq PROC_LOCKS '
	flock lock sh -c "grep \":$(: >lock && ls -i lock | cut -d\  -f1) \" /proc/locks"
'

# somebody_waits: for the collector that works, having seen that nobody does
somebody_waits () {
	inode_=$(ls -i "$HUB/perf/collector" | sed "s/^ *//; s/ .*//") &&
	grep -q -e "-> FLOCK .*:$inode_ " /proc/locks
}

nobody_waits () {
	! somebody_waits
}

# The collector that works has listed the lanes when it leaves what it cannot
# land in the spool.
has_listed () {
	test -n "$(find "$HUB/perf/spool" -name "*.jsonl" 2>/dev/null)"
}

test_expect_success FLOCK,PROC_LOCKS 'lanes that arrive while others are collected' '
	hub_with_hook turns && git clone -q "$HUB" clone.turns &&
	mkdir -p "$HUB/perf" &&
	exec 9>"$HUB/perf/lock" && flock 9 &&
	send clone.turns p 1 &&
	wait_until has_listed && nobody_waits &&
	send clone.turns p 2 &&
	wait_until somebody_waits &&
	send clone.turns p 3 && wait_until have_ended 1 &&
	send clone.turns p 4 && wait_until have_ended 2 &&
	lanes_of && test_line_count = 4 lanes &&
	exec 9>&- &&
	seen_ended 4 && must_have_landed &&
	git -C "$HUB" rev-list perf >commits && test_line_count = 2 commits
'
exec 9>&-

test_expect_success FLOCK,PROC_LOCKS 'a crowd: one works, one waits, the others leave at once' '
	hub_with_hook crowd && clones 8 clone.crowd &&
	mkdir -p "$HUB/perf" && exec 8>"$HUB/perf/collector" && flock 8 &&
	for i in 1 2 3 4 5 6 7 8
	do
		send clone.crowd$i p $i || return 1
	done &&
	wait_until somebody_waits && wait_until have_ended 7 &&
	lanes_of && test_line_count = 8 lanes &&
	exec 8>&- &&
	seen_ended 8 && must_have_landed &&
	git -C "$HUB" rev-list perf >commits && test_line_count = 1 commits
'
exec 8>&-

test_expect_success 'many at once, in earnest' '
	hub_with_hook earnest && clones 12 clone.earnest &&
	for i in 1 2 3 4 5 6 7 8 9 10 11 12
	do
		record $c1 p $i | git -C clone.earnest$i perf append >>ids.sent 2>err || return 1
	done &&
	(
		for i in 1 2 3 4 5 6 7 8 9 10 11 12
		do
			git -C clone.earnest$i perf push -q --lane 2>err.$i &
		done
		wait
	) &&
	seen_ended 12 && must_have_landed
'

test_expect_success FLOCK 'others are in the way: again, within a deadline; then the log tells' '
	hub_with_hook busy && git clone -q "$HUB" clone.busy &&
	git -C "$HUB" perf hook uninstall &&
	send clone.busy p 1 &&
	git -C "$HUB" config perf.lockTimeout 0 &&
	mkdir -p "$HUB/perf" && exec 9>"$HUB/perf/lock" && flock 9 &&
	GIT_PERF_TEST_CLOCK=1700000000 git -C "$HUB" perf hook run collect </dev/null 9>&- &&
	grep "^2023-11-14T22:[0-9:]*Z collect: another git perf has been writing" "$HUB/perf/hook.log" >line &&
	test_line_count = 1 line && test_line_count = 1 "$HUB/perf/hook.log" &&
	find "$HUB/perf/spool" -name "*.jsonl" >tries && test_line_count -gt 5 tries &&
	! grep "T22:13:" line &&
	lanes_of && test_line_count = 1 lanes &&
	exec 9>&- &&
	git -C "$HUB" perf hook run collect </dev/null &&
	must_have_landed &&
	find "$HUB/perf/spool" -name "*.jsonl" >left && test_must_be_empty left
'
exec 9>&-

# dies <point> command...: it does, there
dies () {
	point_=$1
	shift
	{ (export GIT_PERF_TEST_FAULT=$point_ && "$@"); test $? = 137; } && echo "$point_" >>"$TRASH_DIRECTORY/hit"
}

test_expect_success 'wherever a hook or a collector dies, the next push brings everything' '
	test-gitperf faults | grep "^$points_of[.]" >points && test_line_count -gt 3 points &&
	hub_with_hook dead && git clone -q "$HUB" clone.dead && : >hit &&
	n=0 &&
	while read -r point
	do
		git -C "$HUB" perf hook uninstall >out &&
		n=$((n + 1)) && send clone.dead $point $n &&
		job=collect && { test $point != hook.start || job=post-receive; } &&
		(cd "$HUB" && dies $point "$REAL" hook run $job </dev/null) &&
		git -C "$HUB" perf hook install >out &&
		forget_seen && n=$((n + 1)) && send clone.dead next $n &&
		seen_ended 1 && must_have_landed || return 1
	done <points &&
	test_cmp points hit
'

test_done
