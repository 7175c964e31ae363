#!/bin/sh

test_description='hooks are installed with care; those of a clone deliver along with git push'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hook.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

test_expect_success 'a history' '
	make_origin 3
'

# --- The file ---

test_expect_success 'install: in a bare repository for those who push lanes' '
	git init -q --bare --template= bare.git &&
	test_path_is_missing bare.git/hooks &&
	test_expect_code 1 git -C bare.git perf hook status >out 2>err &&
	echo "post-receive: not installed, $PWD/bare.git/hooks/post-receive" >expected &&
	test_cmp expected out &&
	grep "^hint: git perf hook install" err &&
	git -C bare.git perf hook install >out 2>err &&
	echo "installed $PWD/bare.git/hooks/post-receive: lanes are collected, and commits planned, when they arrive" >expected &&
	test_cmp expected out &&
	test_must_be_empty err &&
	test -x bare.git/hooks/post-receive &&
	ls bare.git/hooks >files && echo post-receive | test_cmp - files &&
	sh -n bare.git/hooks/post-receive &&
	grep "git perf hook install" bare.git/hooks/post-receive &&
	cp bare.git/hooks/post-receive before &&
	git -C bare.git perf hook install >out &&
	echo "$PWD/bare.git/hooks/post-receive is installed already" >expected &&
	test_cmp expected out &&
	test_cmp before bare.git/hooks/post-receive &&
	git -C bare.git perf hook status >out 2>err &&
	echo "post-receive: installed, $PWD/bare.git/hooks/post-receive" >expected &&
	test_cmp expected out &&
	test_must_be_empty err
'

test_expect_success 'install: in a clone for the one who pushes' '
	git clone -q --template= origin work &&
	git -C work perf hook install >out &&
	echo "installed $PWD/work/.git/hooks/pre-push: results are delivered along with git push" >expected &&
	test_cmp expected out &&
	git -C work worktree add -q ../linked c1 &&
	git -C linked perf hook status >out &&
	echo "pre-push: installed, $PWD/work/.git/hooks/pre-push" >expected &&
	test_cmp expected out
'

test_expect_success 'uninstall takes ours away, and nothing else' '
	git -C bare.git perf hook uninstall >out &&
	echo "removed $PWD/bare.git/hooks/post-receive" >expected &&
	test_cmp expected out &&
	ls -A bare.git/hooks >files && test_must_be_empty files &&
	git -C bare.git perf hook uninstall >out &&
	echo "no hook of git perf is installed" >expected &&
	test_cmp expected out &&
	printf "#!/bin/sh\nmake check\n" >bare.git/hooks/post-receive &&
	cp bare.git/hooks/post-receive before &&
	git -C bare.git perf hook uninstall >out && test_cmp expected out &&
	test_cmp before bare.git/hooks/post-receive
'

# refused <status> <pattern>: the hook of bare.git stays as it is, and why
refused () {
	cp -P bare.git/hooks/post-receive before &&
	test_expect_code "$1" git -C bare.git perf hook "$3" >out 2>err &&
	test_grep "^error: .*$2" err && test_grep "^hint: ." err &&
	test_cmp before bare.git/hooks/post-receive
}

test_expect_success 'the hook of somebody else stays; the line to add makes it work' '
	chmod +x bare.git/hooks/post-receive &&
	refused 1 "there is another hook, .$PWD/bare.git/hooks/post-receive." install &&
	test_line_count = 1 out &&
	test_expect_code 1 git -C bare.git perf hook status >state 2>err &&
	grep "^post-receive: somebody else.s, " state &&
	cat out >>bare.git/hooks/post-receive &&
	cp bare.git/hooks/post-receive before &&
	git -C bare.git perf hook status >out &&
	grep "^post-receive: somebody else.s, which calls git perf, " out &&
	git -C bare.git perf hook install >out &&
	grep "is not ours and calls git perf already" out &&
	test_cmp before bare.git/hooks/post-receive &&
	refused 1 "not ours, but calls git perf" uninstall &&
	sed -i -e "s/^command/# &/" bare.git/hooks/post-receive &&
	refused 1 "there is another hook" install &&
	chmod -x bare.git/hooks/post-receive &&
	cat out >>bare.git/hooks/post-receive &&
	refused 1 "calls git perf, but is not executable" install &&
	test_must_be_empty out &&
	test_expect_code 1 git -C bare.git perf hook status >out 2>err
'

test_expect_success 'what is no file of somebody else stays, too' '
	for kind in "ln -s /no/such/place" mkfifo mkdir
	do
		rm -rf bare.git/hooks/post-receive && $kind bare.git/hooks/post-receive &&
		ls -l bare.git/hooks >before &&
		test_expect_code 1 git -C bare.git perf hook install >out 2>err &&
		grep "^error: there is another hook" err &&
		git -C bare.git perf hook uninstall >out &&
		test_expect_code 1 git -C bare.git perf hook status >out 2>err &&
		ls -l bare.git/hooks >after && test_cmp before after || return 1
	done &&
	rm -rf bare.git/hooks &&
	head -c 3000000 /dev/zero >zeros &&
	mkdir bare.git/hooks && cp zeros bare.git/hooks/post-receive &&
	refused 1 "there is another hook" install &&
	rm -rf bare.git/hooks
'

test_expect_success 'one that was edited stays, and is said to be' '
	git -C bare.git perf hook install >out &&
	cp bare.git/hooks/post-receive ours &&
	for edit in "s/^#!.*/#!\/bin\/bash/" "\$a echo hello" "s/|| :/|| true/"
	do
		cp ours bare.git/hooks/post-receive &&
		sed -i -e "$edit" bare.git/hooks/post-receive &&
		refused 1 "was edited since it was installed" uninstall &&
		git -C bare.git perf hook status >out &&
		grep "^post-receive: installed, and edited since, " out &&
		cp bare.git/hooks/post-receive before &&
		git -C bare.git perf hook install >out &&
		grep "was edited and calls git perf; it stays as it is" out &&
		test_cmp before bare.git/hooks/post-receive || return 1
	done &&
	sed -i -e "/hook run/d" bare.git/hooks/post-receive &&
	refused 1 "was edited, and does not call git perf any more" install &&
	test_line_count = 1 out &&
	refused 1 "was edited since it was installed" uninstall &&
	test_must_be_empty out
'

# another_version: of ours, as it was or will be
another_version () {
	sed -e 2d -e "s/ || :/ --later || :/" bare.git/hooks/post-receive >new &&
	digest=$(sha256sum <new | cut -c1-16) &&
	sed -e "1a # git-perf hook 7 $digest" new >bare.git/hooks/post-receive
}

test_expect_success 'one of another version is told from one that was edited, and replaced' '
	cp ours bare.git/hooks/post-receive &&
	another_version &&
	git -C bare.git perf hook status >out &&
	grep "^post-receive: installed by another version, " out &&
	git -C bare.git perf hook install >out && grep "^installed " out &&
	test_cmp ours bare.git/hooks/post-receive &&
	another_version &&
	git -C bare.git perf hook uninstall &&
	test_path_is_missing bare.git/hooks/post-receive &&
	git -C bare.git perf hook install >out &&
	chmod -x bare.git/hooks/post-receive &&
	test_expect_code 1 git -C bare.git perf hook status >out 2>err &&
	grep "installed, but not executable" out &&
	git -C bare.git perf hook install >out && grep "^installed " out &&
	test -x bare.git/hooks/post-receive &&
	ls -A bare.git/hooks >files && echo post-receive | test_cmp - files
'

test_expect_success 'core.hooksPath: absolute, from home, relative to where hooks run' '
	mkdir work/sub &&
	(
		cd work/sub &&
		for path in "$TRASH_DIRECTORY/work/.git/mine" .githooks "$TRASH_DIRECTORY/work/x/../y"
		do
			git config core.hooksPath "$path" &&
			git perf hook install >out &&
			git -C "$TRASH_DIRECTORY/work" rev-parse --git-path hooks/pre-push >where &&
			(cd "$TRASH_DIRECTORY/work" && test -x "$(cat "$TRASH_DIRECTORY/work/sub/where")") &&
			git perf hook status >out && grep "^pre-push: installed, " out &&
			git perf hook uninstall || return 1
		done &&
		git config --unset core.hooksPath &&
		git perf hook status >out && grep "/work/.git/hooks/pre-push\$" out
	) &&
	git -C bare.git config core.hooksPath own &&
	git -C bare.git perf hook install >out &&
	test -x bare.git/own/post-receive &&
	rm -rf bare.git/own &&
	HOME=$TRASH_DIRECTORY git -C bare.git -c core.hooksPath="~/bare.git/tilde" perf hook install >out &&
	test -x bare.git/tilde/post-receive
'

test_expect_success 'core.hooksPath outside of the repository: only on request' '
	mkdir shared-hooks &&
	for path in "$PWD/shared-hooks" ../shared-hooks "$PWD/nowhere/hooks" /dev/null ""
	do
		git -C bare.git config core.hooksPath "$path" &&
		test_expect_code 1 git -C bare.git perf hook install >out 2>err &&
		grep "^error: .* is outside of this repository" err &&
		grep "^hint: --outside " err &&
		test_must_be_empty out || return 1
	done &&
	ls shared-hooks >files && test_must_be_empty files &&
	test_path_is_missing nowhere &&
	ln -s ../shared-hooks bare.git/link &&
	git -C bare.git config core.hooksPath link &&
	test_expect_code 1 git -C bare.git perf hook install 2>err &&
	git -C bare.git perf hook install --outside >out &&
	test -x shared-hooks/post-receive &&
	git -C bare.git perf hook status >out && grep "which others use, too\$" out &&
	test_expect_code 1 git -C bare.git perf hook uninstall 2>err &&
	grep "is outside of this repository" err &&
	git -C bare.git perf hook uninstall --outside >out &&
	test_path_is_missing shared-hooks/post-receive &&
	git -C bare.git config --unset core.hooksPath
'

test_expect_success 'core.sharedRepository: the file is for the group' '
	test_when_finished "umask 022" &&
	umask 077 &&
	git init -q --bare --template= --shared=group team.git &&
	git -C team.git perf hook install >out &&
	find team.git/hooks ! -perm -070 >private &&
	test_must_be_empty private
'

test_expect_success JQ 'status --json' '
	rm -f bare.git/hooks/post-receive &&
	git -C bare.git perf hook install >out &&
	git -C bare.git perf hook status --json >json &&
	jq -c "[.version, (.hooks[] | [.name, .state, .wanted, .executable, .calls, .outside]), .tail]" json >actual &&
	echo "[1,[\"post-receive\",\"ours\",true,true,true,false],[\"pre-push\",\"none\",false,false,false,false],\"\"]" >expected &&
	test_cmp expected actual &&
	jq -r .log json >actual && echo "$PWD/bare.git/perf/hook.log" | test_cmp - actual &&
	test_expect_code 1 git -C team.git -c core.hooksPath=none perf hook status --json >json &&
	jq -e ".hooks[0].state == \"none\"" json
'

test_expect_success 'wrong usage, no repository' '
	for args in "" "install x" "remove" "install --json" "status --outside" "run"
	do
		test_expect_code 129 git -C bare.git perf hook $args 2>err || return 1
	done &&
	for verb in install uninstall status
	do
		test_expect_code 128 git perf hook $verb 2>err && grep "^hint: " err || return 1
	done
'

# --- Delivering along with git push ---

# worker_clone <name>: of $HUB, with our hook; a push that connects leaves
# a file "connected" in it
worker_clone () {
	git clone -q "$HUB" "$1" && git -C "$1" perf hook install >out &&
	git -C "$1" config remote.origin.uploadpack "touch $(quoted_ "$PWD/$1/connected"); git-upload-pack"
}

# measure <clone> <samples> [<more members>]: a record, whose id is added to ids.sent
measure () {
	record $c1 p "$2" "$3" >in.measure &&
	git -C "$1" perf append <in.measure 2>/dev/null >>ids.sent
}

test_expect_success 'git push delivers, to the same remote, once' '
	hub deliver && forget_seen &&
	worker_clone one &&
	measure one 1 &&
	git -C one push -q origin main:first >out 2>&1 &&
	test_must_be_empty out &&
	seen_ended 1 && must_have_landed &&
	echo "hook run push origin" | test_cmp - "$SEEN/begun" &&
	echo 0 | test_cmp - "$SEEN/ended" &&
	test_path_is_missing one/.git/perf/hook.log
'

test_expect_success 'nothing new, or only for this clone: no connection' '
	rm one/connected &&
	git -C one push -q origin main:second &&
	seen_ended 2 &&
	record $c2 p 2 "\"reason\":\"local\"" | git -C one perf append -q &&
	git -C one push -q origin main:third &&
	seen_ended 3 &&
	test_path_is_missing one/connected && must_have_landed
'

test_expect_success 'results that are pushed by hand, or by git perf, start nothing' '
	measure one 3 &&
	git -C one perf push -q 2>err &&
	measure one 4 && lane=$(git -C one commit-tree -m x "perf^{tree}") &&
	git -C one push -q origin perf:refs/heads/perf $lane:refs/perf/inbox/p/1 2>err &&
	git -C one push -q origin :refs/perf/inbox/p/1 &&
	git -C one perf push -q --lane 2>err &&
	have_begun 3 &&
	git -C one push -q origin perf main:fourth &&
	seen_ended 4
'

test_expect_success 'by a hook of somebody else, whose input is its own' '
	hub fresh && forget_seen &&
	worker_clone two && git -C two perf hook uninstall >out &&
	printf "#!/bin/sh\ncat >>\"%s/news\"\n" "$PWD/two" >two/.git/hooks/pre-push && chmod +x two/.git/hooks/pre-push &&
	test_expect_code 1 git -C two perf hook install >line 2>err &&
	cat line >>two/.git/hooks/pre-push &&
	measure two 1 && git -C two push -q origin main:first &&
	seen_ended 1 && must_have_landed &&
	test_line_count = 1 two/news
'

test_expect_success 'where perf.remote is set, only a push there delivers' '
	hub other && forget_seen &&
	worker_clone three && git -C three remote add elsewhere "$TRASH_DIRECTORY/www/fresh.git" &&
	git -C three config perf.remote origin &&
	measure three 1 &&
	git -C three push -q elsewhere main:third &&
	git -C three push -q "$HUB" main:third &&
	have_begun 0 &&
	git -C three push -q origin main:fourth &&
	seen_ended 1 && must_have_landed
'

test_expect_success 'from a folder, a linked worktree, with GIT_DIR; to a path' '
	hub places && forget_seen &&
	worker_clone four && mkdir four/sub && git -C four worktree add -q ../four-linked c1 &&
	git -C four remote set-url origin ../www/places.git &&
	measure four 1 && git -C four/sub push -q origin main:a && seen_ended 1 && must_have_landed &&
	measure four 2 && git -C four/sub push -q ../www/places.git main:b && seen_ended 2 && must_have_landed &&
	measure four 3 && git -C four-linked push -q origin main:c && seen_ended 3 && must_have_landed &&
	git -C four remote set-url origin "$HUB" &&
	measure four 4 && git --git-dir=four/.git --work-tree=four push -q origin main:d && seen_ended 4 && must_have_landed &&
	test_path_is_missing four/.git/perf/hook.log
'

test_expect_success 'git push does not wait for the delivery, and does not fail with it' '
	hub slow && forget_seen &&
	worker_clone five && measure five 1 &&
	mkfifo "$HUB/hang" &&
	server_hook "$HUB" pre-receive <<-\HOOK &&
	grep -q " refs/heads/perf$" || exit 0
	: >hung
	read -r go <hang
	echo not today >&2
	exit 1
	HOOK
	git -C five push -q origin main:a &&
	wait_until test -f "$HUB/hung" &&
	have_ended 0 &&
	echo go >"$HUB/hang" &&
	seen_ended 1 &&
	git -C five perf hook status >out &&
	grep "^  20.*Z push: .*not today" out &&
	rm "$HUB/hooks/pre-receive" &&
	git -C five push -q origin main:b && seen_ended 2 && must_have_landed
'

test_expect_success 'a shallow clone delivers by lane, which is collected on arrival' '
	hub_with_hook both && git clone -q --depth=1 "file://$HUB" six && git -C six perf hook install >out &&
	measure six 1 && git -C six push -q origin HEAD:a &&
	seen_ended 2 && must_have_landed &&
	sort "$SEEN/begun" >actual &&
	printf "%s\n" "hook run collect" "hook run push origin" | test_cmp - actual
'

# --- Together ---

# as_member <uid> command...: of the group that shares a repository
as_member () {
	uid_=$1
	shift
	setpriv --reuid=$uid_ --regid=65534 --clear-groups sh -c "umask 077; exec \"\$@\"" sh "$@"
}

test_expect_success ROOT,OTHER_USER 'a group-shared repository, and a hook that others run' '
	chmod a+rx "$TRASH_DIRECTORY" "$TRASH_DIRECTORY.home" && chmod a+rwx "$SEEN" "$RUNNING" &&
	git config --global --add safe.directory "*" &&
	test_when_finished "git config --global --unset-all safe.directory" &&
	make_hub group.git --shared=group && HUB=$TRASH_DIRECTORY/www/group.git &&
	git -C origin push -q "$HUB" main --tags &&
	(umask 077 && git -C "$HUB" perf hook install >out) &&
	chgrp -R 65534 "$HUB" &&
	forget_seen && chmod a+w "$SEEN"/* && : >ids.sent &&
	n=0 &&
	for uid in 65532 65533 65532
	do
		n=$((n + 1)) && mkdir user.$n && chown $uid:65534 user.$n &&
		record $c1 p $n >in.member &&
		as_member $uid git clone -q "$HUB" user.$n/clone &&
		(cd user.$n/clone && as_member $uid git-perf append <../../in.member) >>ids.sent 2>err &&
		as_member $uid git -C user.$n/clone perf push -q --lane 2>err &&
		seen_ended $n && must_have_landed || return 1
	done &&
	git -C "$HUB" config perf.lockTimeout soon &&
	as_member 65533 git -C user.2/clone push -q origin main:refs/perf/inbox/p/1 && seen_ended 4 &&
	as_member 65532 git -C user.3/clone push -q origin main:refs/perf/inbox/p/2 && seen_ended 5 &&
	test_line_count = 2 "$HUB/perf/hook.log" &&
	find "$HUB/perf" "$HUB/hooks" ! -perm -060 >private && test_must_be_empty private
'

test_done
