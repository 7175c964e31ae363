#!/bin/sh

test_description='push, fetch and collect over ssh, smart HTTP, TLS, git:// and paths, and when these fail

With --long, every way is tried from every kind of clone.'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"

# clone <name> [<option>...]: of $HUB, by path; its remote is to be set
clone () {
	name_=$1
	shift
	git clone -q "$@" "file://$HUB" "$name_" 2>/dev/null
}

# one_more <clone>: a record that nobody has
one_more () {
	count_=$((${count_:-0} + 1))
	record $c1 "p$count_" $count_ | git -C "$1" perf append 2>/dev/null >id
}

# round_trip <way> [<option of git clone>...]: a record directly, a lane, a
# collector, and everybody sees everything
round_trip () {
	way_=$1
	shift
	rm -rf a b &&
	hub "rt$(ls www | wc -l)" &&
	clone a "$@" && clone b "$@" &&
	for c_ in a b
	do
		git -C $c_ remote set-url origin "$(hub_url "$way_" "${HUB##*/}")" || return 1
	done &&
	one_more a && cat id >ids &&
	git -C a perf push -q --direct &&
	one_more b && cat id >>ids &&
	git -C b perf push -q --direct &&
	one_more a && cat id >>ids &&
	git -C a perf push -q --lane 2>/dev/null &&
	one_more b && cat id >>ids &&
	git -C b perf collect -q --push &&
	git -C a perf fetch -q && git -C b perf fetch -q &&
	must_be_there ids &&
	git -C a perf ls | cut -f3 | sort >actual && test_cmp expected actual &&
	git -C b perf ls | cut -f3 | sort >actual && test_cmp expected actual &&
	git -C "$HUB" for-each-ref refs/perf/inbox >left && test_must_be_empty left &&
	git -C "$HUB" rev-list --min-parents=2 perf >merges && test_must_be_empty merges &&
	git -C "$HUB" fsck --strict --no-dangling --no-progress &&
	git -C a fsck --strict --no-dangling --no-progress
}

test_expect_success 'a history' '
	make_origin 5
'

# --- Ways ---

test_expect_success SSHD 'ssh' '
	start_sshd &&
	round_trip ssh --depth=1
'

test_expect_success HTTPD 'smart HTTP, with a password in the URL' '
	start_httpd &&
	round_trip auth
'

test_expect_success HTTPD 'TLS, with a test authority' '
	trust_test_authority &&
	round_trip https --filter=blob:none --no-checkout
'

test_expect_success GITDAEMON 'git daemon' '
	start_daemon &&
	round_trip git --depth=1
'

test_expect_success 'a path, from a linked worktree of a clone with alternates' '
	hub wt && clone base --shared &&
	git -C base worktree add -q ../linked c2 &&
	git -C linked remote set-url origin "$HUB" &&
	one_more linked && git -C linked perf push -q &&
	must_be_there id
'

for way in ssh http https auth git file path
do
	for kind in full --depth=1 --filter=blob:none --filter=tree:0 --shared --bare --mirror
	do
		case $way in
		ssh) prereq=LONG,SSHD ;;
		http|https|auth) prereq=LONG,HTTPD ;;
		git) prereq=LONG,GITDAEMON ;;
		*) prereq=LONG ;;
		esac
		test_expect_success $prereq "$way from a clone: $kind" '
			case $way in
			ssh) start_sshd ;;
			https) start_httpd && trust_test_authority ;;
			http|auth) start_httpd ;;
			git) start_daemon ;;
			esac &&
			if test "$kind" = full
			then
				round_trip $way
			else
				round_trip $way $kind
			fi
		'
	done
done

test_expect_success 'a group-shared repository stays one' '
	make_hub shared.git --shared=group && HUB=$TRASH_DIRECTORY/www/shared.git &&
	git -C origin push -q "$HUB" main && clone s && git -C s remote set-url origin "$HUB" &&
	(umask 077 && one_more s && git -C s perf push -q --lane 2>/dev/null && git -C "$HUB" perf collect -q) &&
	find "$HUB/objects" "$HUB/refs" -type d ! -perm -g=rwx >wrong &&
	test_must_be_empty wrong
'

test_expect_success 'a job that lacks the branch gets what it takes to add to it, and no record' '
	hub spare && clone owner && for n in 1 2 3 4 5; do one_more owner && cat id >>theirs; done &&
	git -C owner perf push -q && clone job --depth=1 &&
	one_more job && cp id mine && cp job/.git/config config &&
	git -C owner perf ls >/dev/null && record $c2 file 1 >file.json &&
	git -C job perf push -q --direct &&
	git -C owner perf append -q <file.json && git -C owner perf push -q --lane 2>err &&
	record $c3 file 2 >file.json &&
	git -C job perf collect --push ../file.json >out && grep "^2 collected" out &&
	test_cmp config job/.git/config &&
	git -C job for-each-ref --format="%(refname)" refs/perf/remotes >refs && test_must_be_empty refs &&
	while read -r id
	do
		test_must_fail git -C job cat-file -e $id &&
		set -- job/.git/perf/part-*.git &&
		git -C "$1" rev-list --objects --missing=print --all >objects &&
		grep "^?$id\$" objects || return 1
	done <theirs &&
	hub_ids >actual && test_line_count = 8 actual && sort theirs mine >expected &&
	comm -23 expected actual >lost && test_must_be_empty lost &&
	git -C job fsck --strict --no-dangling && git -C "$HUB" fsck --strict --no-dangling &&
	git -C "$HUB" rev-list --min-parents=2 perf >merges && test_must_be_empty merges &&
	rm -rf job/.git/perf/part-*.git &&
	record $c3 file 3 >file.json && git -C job perf collect -q --push ../file.json &&
	git -C job perf fetch -q && git -C job perf ls >out && test_line_count = 9 out
'

test_expect_success 'the same after a purge, whose generation is in a file that it lacks' '
	git -C owner perf fetch -q && git -C owner perf purge -q -m x "$(tail -n 1 theirs)" 2>err &&
	git -C owner perf push -q --direct &&
	rm -rf job && clone job --depth=1 && one_more job &&
	git -C job perf push -q --direct &&
	git -C job perf collect -q --push &&
	git -C "$HUB" perf fsck -q && hub_ids >actual && ! grep -f "$(tail -n 1 theirs >last; echo last)" actual &&
	grep -f id actual
'

test_expect_success HTTPD 'it logs in with what only the clone itself knows' '
	start_httpd && rm -rf job && clone job --depth=1 && one_more job &&
	git -C job remote set-url origin "$HTTP_URL/auth/spare.git" &&
	git config --file login http.extraHeader "Authorization: Basic $(printf perf:secret | base64)" &&
	git -C job config "includeIf.gitdir:$TRASH_DIRECTORY/job/.git.path" "$TRASH_DIRECTORY/login" &&
	git -C job perf push -q --direct &&
	hub_ids >actual && grep -f id actual &&
	! grep -r -i "Basic" job/.git/perf
'

# --- What git knows of the way ---

test_expect_success HTTPD 'pushurl, insteadOf, extraHeader: what works for git push works here' '
	hub conf && clone c &&
	one_more c &&
	(
		cd c &&
		git remote set-url origin "$(hub_url file nowhere.git)" &&
		git remote set-url --push origin "$(hub_url file conf.git)" &&
		git perf push -q --lane 2>err &&
		git remote set-url --delete --push origin . &&
		git remote set-url origin short:conf.git &&
		git config "url.$HTTP_URL/auth/.insteadOf" short: &&
		test_expect_code 128 git perf push --direct 2>err &&
		grep "^error: cannot fetch from .origin.: .*could not read Username" err &&
		grep "^hint: .*credential helper" err &&
		git config http.extraHeader "Authorization: Basic $(printf perf:secret | base64)" &&
		git perf push -q --direct &&
		git config --unset http.extraHeader &&
		git config credential.helper "!f() { echo username=perf; echo password=secret; }; f" &&
		git perf fetch -q &&
		git config http.proxy http://127.0.0.1:1 &&
		test_expect_code 75 git -c perf.pushTimeout=0 perf fetch 2>err &&
		grep "^error: cannot fetch" err
	) &&
	must_be_there id
'

test_expect_success HTTPD 'a login in a URL is shown to nobody' '
	one_more c &&
	(
		cd c &&
		git config --unset http.proxy &&
		git perf push --direct "$(hub_url auth conf.git)" >out 2>err &&
		test_expect_code 128 git perf push --direct "http://perf:geheim@127.0.0.1:${HTTP_URL##*:}/auth/conf.git" >>out 2>>err &&
		test_expect_code 128 git perf fetch "http://perf:geheim@127.0.0.1:${HTTP_URL##*:}/auth/conf.git" >>out 2>>err &&
		git perf push -n --json "$(hub_url auth conf.git)" >>out &&
		cat out err >both &&
		! grep -e secret -e geheim both &&
		grep "127.0.0.1" both
	)
'

# --- What fails ---

# fails <exit status> <pattern> command...: in the clone c; the record is kept
fails () {
	code_=$1 pattern_=$2
	shift 2
	test_expect_code "$code_" git -C c -c perf.pushTimeout=0 perf "$@" >out 2>err &&
	test_grep "$pattern_" err && test_grep "^hint: ." err &&
	no_control_characters err &&
	git -C c perf ls >listed && test_grep "$(cat id)" listed
}

test_expect_success SSHD 'keys and hosts that are not known: an error, no question' '
	start_sshd && hub keys && rm -rf c && clone c && one_more c &&
	git -C c remote set-url origin "$(hub_url ssh keys.git)" &&
	(GIT_SSH_COMMAND=$SSH_WRONG_KEY fails 128 "Permission denied" push --direct) &&
	(GIT_SSH_COMMAND=$SSH_UNKNOWN_HOST fails 128 "Host key verification failed" push --lane) &&
	(GIT_SSH_COMMAND=$SSH_CHANGED_HOST fails 128 "Host key verification failed" fetch) &&
	(GIT_SSH_COMMAND="ssh -p 1" fails 75 "cannot push" push --lane) &&
	git -C c perf push -q --direct &&
	must_be_there id
'

test_expect_success HTTPD '403, 500, a connection that drops: nothing is lost, and it goes out later' '
	hub bad && rm -rf c && clone c && one_more c &&
	place () {
		git -C c remote set-url origin "$HTTP_URL/$1/bad.git"
	} &&
	place readonly && fails 128 "403" push --direct && fails 128 "403" push --lane &&
	place broken && fails 75 "500" push --direct && fails 75 "500" push --lane &&
	place late && fails 75 "cannot push" push --direct &&
	place drop && fails 75 "cannot push" push --lane &&
	git -C "$HUB" for-each-ref refs/heads/perf refs/perf >refs && test_must_be_empty refs &&
	place open && git -C c perf push -q --direct &&
	must_be_there id
'

test_expect_success HTTPD 'a server that is in trouble for a while' '
	one_more c && place open &&
	cut_hook "$HUB" before 2 &&
	git -C c perf push --json --direct >json &&
	grep "\"sent\":1" json &&
	hub_ids >actual && grep -f id actual &&
	one_more c && cut_hook "$HUB" after 1 &&
	git -C c perf push -q --direct &&
	one_more c && cut_hook "$HUB" after 1 &&
	git -C c perf push -q --lane 2>err &&
	rm "$HUB"/hooks/* && git -C "$HUB" perf collect -q &&
	git -C c perf ls | cut -f3 >ids && must_be_there ids
'

test_expect_success 'a server that never answers: a time limit' '
	start_mute && one_more c &&
	git -C c remote set-url origin "git://127.0.0.1:$MUTE_PORT/x.git" &&
	(real_clock && git -C c config perf.networkTimeout 1 && fails 75 "no end within 1 s" push --lane) &&
	for bad in 0 -1 86401 x
	do
		git -C c config perf.networkTimeout "$bad" &&
		fails 128 "perf.networkTimeout" push --lane || return 1
	done &&
	git -C c config --unset perf.networkTimeout
'

test_expect_success 'a hook that says no: its words, and exit 128' '
	hub no && rm -rf c && clone c && one_more c &&
	refuse_hook "$HUB" "not on a Sunday" &&
	fails 128 "refuses refs/heads/perf: .*not on a Sunday" push --direct &&
	fails 128 "refuses the lane .*not on a Sunday" push --lane &&
	fails 128 "refuses refs/heads/perf: .*not on a Sunday" collect --push &&
	rm "$HUB"/hooks/* && refuse_hook "$HUB" "$(printf "a bell\007 \033[31mred")" &&
	fails 128 "a bell" push --direct &&
	rm "$HUB"/hooks/* && git -C c perf push -q --direct
'

test_expect_success 'a lock that was left on the server: its name, and try again' '
	one_more c && stale_server_lock "$HUB" refs/heads/perf &&
	fails 75 "others kept moving refs/heads/perf" push --direct &&
	grep "perf.lock" err &&
	rm "$HUB/refs/heads/perf.lock" && git -C c perf push -q --direct &&
	hub_ids >actual && grep -f id actual
'

test_expect_success TMPFS 'a full disk on the server' '
	mkdir small && small_disk small 600k && hub full && rm -rf c && clone c &&
	mv "$HUB" small/ && ln -s ../small/full.git "$HUB" && one_more c &&
	{ dd if=/dev/zero of=small/fill bs=1k 2>/dev/null || :; } &&
	fails 128 "refuses refs/heads/perf" push --direct &&
	fails 128 "unpacker error" push --lane && grep "No space left\|unable to" err &&
	grep "^hint: the server cannot store it" err &&
	rm small/fill &&
	git -C c perf push -q --direct &&
	must_be_there id &&
	git -C "$HUB" fsck --strict --no-dangling
'

test_expect_success TMPFS 'a full disk here is no trouble of the network' '
	hub there && rm -rf c && clone c && one_more c && git -C c perf push -q &&
	mkdir tiny && small_disk tiny 900k && git clone -q "$HUB" tiny/c &&
	{ dd if=/dev/zero of=tiny/fill bs=1k 2>/dev/null || :; } &&
	one_more c && git -C c perf push -q &&
	test_expect_code 128 git -C tiny/c perf fetch 2>err &&
	grep "^error: " err && ! grep "trying again" err &&
	rm tiny/fill && git -C tiny/c perf fetch
'

test_expect_success 'clocks a day apart' '
	hub clocks && rm -rf c d && clone c && clone d &&
	one_more c && one_more d &&
	(GIT_PERF_TEST_CLOCK=$((GIT_PERF_TEST_CLOCK - 86400)) && git -C c perf push -q) &&
	(GIT_PERF_TEST_CLOCK=$((GIT_PERF_TEST_CLOCK + 86400)) && git -C d perf push -q --lane 2>err) &&
	one_more c && git -C c perf collect -q --push &&
	hub_ids >actual && test_line_count = 3 actual &&
	git -C "$HUB" perf fsck -q
'

test_done
