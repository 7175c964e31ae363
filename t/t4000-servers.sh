#!/bin/sh

test_description='the servers that sharing is tested on, with plain git'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"

test_expect_success 'set up' '
	make_history 3
'

# round_trip <way>: what one clone pushes, another one gets
round_trip () {
	make_hub "$1.git" &&
	git push -q "$(hub_url "$1" "$1.git")" main &&
	git clone -q "$(hub_url "$1" "$1.git")" "clone.$1" &&
	git -C "clone.$1" rev-parse HEAD >actual &&
	git rev-parse main >expected &&
	test_cmp expected actual
}

test_expect_success SSHD 'ssh: push and clone' '
	start_sshd &&
	round_trip ssh
'

test_expect_success HTTPD 'http: push and clone' '
	start_httpd &&
	round_trip http &&
	round_trip auth
'

test_expect_success HTTPD 'https: push and clone, with the authority alone' '
	test_must_fail git ls-remote "$(hub_url https http.git)" &&
	git config http.sslCAInfo "$HTTPS_CA" &&
	test_when_finished git config --unset http.sslCAInfo &&
	make_hub https.git &&
	git push -q "$(hub_url https https.git)" main &&
	git ls-remote --exit-code "$(hub_url https https.git)" main
'

test_expect_success GITDAEMON 'git daemon: push and clone' '
	start_daemon &&
	round_trip git
'

test_done
