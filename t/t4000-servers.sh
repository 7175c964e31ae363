#!/bin/sh

test_description='the servers that sharing is tested on, with plain git'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"

test_expect_success 'set up: a branch of two records, and one of three' '
	make_history 3 &&
	record $c1 x86-64-linux 1 | git perf append -q &&
	record $c2 x86-64-linux 2 | git perf append -q &&
	git branch two perf &&
	record $c3 x86-64-linux 3 | git perf append -q &&
	git rev-parse two >id.two &&
	git rev-parse perf >id.three &&
	git rev-parse main >id.main &&
	make_hub template.git &&
	git push -q www/template.git main two:perf
'

# new_hub <way>: one with two records; $hub is its path, $url its URL
new_hub () {
	hub=www/$1.git url=$(hub_url "$1" "$1.git") &&
	rm -rf "$hub" &&
	cp -R www/template.git "$hub"
}

# push_from <file> <url>: the three records, if the branch there is what the
# file says
push_from () {
	git push --porcelain --force-with-lease="refs/heads/perf:$(cat "$1")" \
		"$2" perf:refs/heads/perf >out 2>err
}

# is_at <file> [<ref>]: the branch of $hub is what the file says
is_at () {
	git -C "$hub" rev-parse "${2:-refs/heads/perf}" >actual &&
	test_cmp "$1" actual
}

can_swap () {
	new_hub "$1" &&
	test_expect_code 1 push_from id.three "$url" &&
	test_grep "stale info" out &&
	is_at id.two &&
	push_from id.two "$url" &&
	is_at id.three
}

can_clone () {
	new_hub "$1" &&
	git clone -q -n -b perf --depth=1 --filter=blob:none "$url" "clone.$1" &&
	git -C "clone.$1" rev-parse HEAD >actual &&
	test_cmp id.two actual &&
	git -C "clone.$1" rev-list HEAD >commits &&
	test_line_count = 1 commits &&
	git -C "clone.$1" rev-list --objects --missing=print HEAD >objects &&
	test_grep "^?" objects &&
	git -C "clone.$1" cat-file -p HEAD:format >actual &&
	git cat-file -p two:format | test_cmp - actual
}

# The refusal arrives. A hook of a server finds git-perf and a home of the
# server, and nothing of the environment here.
can_refuse () {
	new_hub "$1" &&
	refuse_hook "$hub" "not today" refs/heads/perf &&
	server_hook "$hub" pre-receive <<-\HOOK &&
	{ command -v git-perf && echo "$HOME" && echo "$LEAK"; } >seen 2>&1
	HOOK
	(LEAK=leak && export LEAK && test_expect_code 1 push_from id.two "$url") &&
	test_grep "remote: not today" err &&
	is_at id.two &&
	{ test "$1" = file || {
		printf "%s\n" "$(command -v git-perf)" "$HOME/server/home" "" >expected &&
		test_cmp expected "$hub/seen"
	}; }
}

# What the rival wrote is there, on top of what the push expected.
has_rivals () {
	new_hub "$1" &&
	rival_hook "$hub" 1 &&
	test_expect_code 1 push_from id.two "$url" &&
	test_grep "remote rejected" out &&
	is_at id.two perf~1 &&
	git -C "$hub" rev-parse perf >id.rival &&
	git -C "$hub" ls-tree -r perf runs/rival | cut -c13-52 >actual &&
	test_cmp "$hub/rivals" actual &&
	push_from id.rival "$hub" &&
	is_at id.three
}

# The one who pushes learns nothing, whether nothing or everything is there.
can_be_cut () {
	new_hub "$1" &&
	cut_hook "$hub" before 1 &&
	test_must_fail push_from id.two "$url" &&
	is_at id.two &&
	cut_hook "$hub" after 1 &&
	test_must_fail push_from id.two "$url" &&
	test_grep ! "^[*= ]	" out &&
	is_at id.three
}

for way in SSHD,ssh HTTPD,http GITDAEMON,git file
do
	prereq=${way%,*} way=${way#*,}
	test "$prereq" != "$way" || prereq=

	case $way in
	ssh) test_expect_success SSHD 'sshd starts' 'start_sshd' ;;
	http) test_expect_success HTTPD 'nginx starts' 'start_httpd' ;;
	git) test_expect_success GITDAEMON 'git daemon starts' 'start_daemon' ;;
	esac
	test_expect_success "$prereq" "$way: a push with a lease" 'can_swap $way'
	test_expect_success "$prereq" "$way: a shallow and partial clone" 'can_clone $way'
	test_expect_success "$prereq" "$way: hooks of its own, which can refuse" 'can_refuse $way'
	test_expect_success "$prereq" "$way: a rival is faster" 'has_rivals $way'
	test_expect_success "$prereq" "$way: the connection is cut" 'can_be_cut $way'
done

test_expect_success SSHD 'ssh: a wrong key, a changed host, an unknown host' '
	url=$(hub_url ssh ssh.git) &&
	test_must_fail env GIT_SSH_COMMAND="$SSH_WRONG_KEY" git ls-remote "$url" 2>err &&
	test_grep "Permission denied (publickey)" err &&
	test_must_fail env GIT_SSH_COMMAND="$SSH_CHANGED_HOST" git ls-remote "$url" 2>err &&
	test_grep "HOST IDENTIFICATION HAS CHANGED\|Host key verification failed" err &&
	test_must_fail env GIT_SSH_COMMAND="$SSH_UNKNOWN_HOST" git ls-remote "$url" 2>err &&
	test_grep "Host key verification failed" err
'

test_expect_success SSHD,STRACE 'ssh: nothing of the real user is read' '
	home=$(getent passwd "$(id -un)" | cut -d: -f6) &&
	strace -f -e trace=file -o log git ls-remote "$(hub_url ssh ssh.git)" &&
	test_grep "$HOME/server/ssh/user" log &&
	test_grep ! "\"$home/\.ssh" log
'

test_expect_success HTTPD 'http: a password, or no and no question' '
	make_hub auth.git &&
	git push -q "$(hub_url auth auth.git)" main &&
	hub=www/auth.git &&
	is_at id.main main &&
	for user in "" perf: perf:wrong@ other:secret@
	do
		GIT_TERMINAL_PROMPT=0 test_expect_code 128 timeout 10 \
			git ls-remote "http://$user${HTTP_URL#http://}/auth/auth.git" || return 1
	done &&
	git config credential.helper "!echo username=perf; echo password=secret;:" &&
	test_when_finished git config --unset credential.helper &&
	git push -q "$HTTP_URL/auth/auth.git" two:perf &&
	is_at id.two
'

# fails_to_push <place> <pattern>: with that, and without a change
fails_to_push () {
	test_must_fail push_from id.two "$HTTP_URL/$1/http.git" &&
	test_grep "$2" err &&
	is_at id.two
}

test_expect_success HTTPD 'http: places where a push fails' '
	new_hub http &&
	fails_to_push readonly 403 &&
	fails_to_push broken 500 &&
	fails_to_push late 500 &&
	fails_to_push drop "hung up\|disconnected"
'

test_expect_success HTTPD 'http: an answer that ends in the middle' '
	new_hub http &&
	noise=$(openssl rand 3000 | git hash-object -w --stdin) &&
	git push -q "$HTTP_URL/cut/http.git" $noise:refs/tags/noise &&
	test_must_fail git clone -q "$HTTP_URL/cut/http.git" cut 2>err &&
	test_grep "outstanding read data\|early EOF\|disconnect" err
'

test_expect_success HTTPD 'http: a redirection' '
	new_hub http &&
	push_from id.two "$HTTP_URL/moved/http.git" &&
	is_at id.three
'

test_expect_success HTTPD 'https: trusted by those who trust the authority' '
	new_hub https &&
	test_must_fail push_from id.two "$url" &&
	test_grep certificate err &&
	git config http.sslCAInfo "$HTTPS_CA" &&
	test_when_finished git config --unset http.sslCAInfo &&
	push_from id.two "$url" &&
	is_at id.three
'

test_expect_success 'a server that says nothing' '
	start_mute &&
	test_expect_code 124 timeout 0.1 git ls-remote http://127.0.0.1:$MUTE_PORT/x
'

test_expect_success GITDAEMON 'a port that somebody else was faster to take' '
	start_mute &&
	{ echo $MUTE_PORT && free_ports_ 1; } >ports &&
	(
		free_ports_ () {
			sed -n 1p ports && sed 1d ports >rest && mv rest ports
		} &&
		rm "$HOME/server/daemon/port" &&
		start_daemon &&
		git ls-remote --exit-code "$(hub_url git git.git)"
	) &&
	test_must_be_empty ports
'

# A new connection is refused.
is_gone () {
	! git ls-remote "$1" 2>err && grep "Connection refused\|Failed to connect" err
}

test_expect_success HTTPD,GITDAEMON 'servers end with the script, also with one that is killed' '
	cat >sub.sh <<-\SUB &&
	. "$TEST_DIRECTORY/test-lib.sh"
	. "$TEST_DIRECTORY/lib-race.sh"
	. "$TEST_DIRECTORY/lib-server.sh"
	start_httpd && start_daemon && echo "$HTTP_URL" && echo "$GIT_URL"
	kill $$
	SUB
	test_expect_code 143 env GIT_PERF_TEST_ROOT="$PWD" sh sub.sh >urls &&
	grep "^http:\|^git:" urls >expected &&
	test_line_count = 2 expected &&
	while read -r url
	do
		wait_until is_gone "$url/x" || return 1
	done <expected
'

test_expect_success 'a push that hangs is refused when it is released' '
	new_hub path &&
	hang_hook "$hub" &&
	{ push_from id.two "$url" & } &&
	pushing=$! &&
	wait_until test -f "$hub/hung" &&
	release_hook "$hub" &&
	test_expect_code 1 wait $pushing &&
	is_at id.two &&
	push_from id.two "$url"
'

test_expect_success 'one reference is refused, the others are not' '
	new_hub path &&
	refuse_hook "$hub" "not this one" refs/heads/perf &&
	test_expect_code 1 git push "$url" main:other perf 2>err &&
	test_grep "remote: not this one" err &&
	is_at id.two &&
	is_at id.main other
'

test_expect_success 'a lock that somebody left' '
	new_hub path &&
	stale_server_lock "$hub" refs/heads/perf &&
	test_expect_code 1 push_from id.two "$url" &&
	test_grep "remote rejected" out &&
	is_at id.two
'

test_expect_success 'a server that moves one reference after another' '
	new_hub path &&
	git push -q --atomic "$url" main:one main:two &&
	server_without_atomic "$hub" &&
	test_must_fail git push --atomic "$url" main:three main:four 2>err &&
	test_grep "does not support --atomic" err
'

test_expect_success 'a repository that a group shares' '
	make_hub shared.git --shared=group &&
	(umask 077 && git push -q www/shared.git main two:perf) &&
	git -C www/shared.git rev-parse --verify perf &&
	{ find www/shared.git -type d ! -perm -2070 &&
		find www/shared.git -type f ! -perm -040; } >private &&
	test_must_be_empty private
'

test_expect_success TMPFS 'a full disk' '
	small_disk www/small 300k &&
	make_hub small/hub.git &&
	hub=www/small/hub.git &&
	git push -q "$hub" two:perf &&
	{ dd if=/dev/zero of=www/small/filler bs=4k 2>/dev/null || :; } &&
	test_must_fail push_from id.two "$hub" &&
	test_grep "No space left" err &&
	is_at id.two &&
	rm www/small/filler &&
	push_from id.two "$hub"
'

test_done
