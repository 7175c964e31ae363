#!/bin/sh

test_description='the CI files in Documentation/examples, run: lanes, GitLab, cron, and who logs in how'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"
. "$TEST_DIRECTORY/lib-ci.sh"
real_clock
skip_without_ci_tools

test_expect_success 'a forge, and a project of three commits' '
	make_forge && three_commits &&
	with_lab github-actions-lanes.yml &&
	with_lab gitlab-ci.yml
'

# --- GitHub: lanes ---

test_expect_success 'lanes: two pipelines at once, everything landed, no lane left' '
	{ github github-actions-lanes.yml push $one >out.one & } && pid=$! &&
	github github-actions-lanes.yml push $three >out.three &&
	wait $pid &&
	{ of_commit $one c c c && of_commit $three c c c; } | sort >expected &&
	landed >actual &&
	test_cmp expected actual &&
	must_be_tidy
'

test_expect_success 'lanes: if nobody collects, the schedule does' '
	BREAK="collect lab-x86-64-linux" test_expect_code 1 github github-actions-lanes.yml push $two >out &&
	git -C "$FORGE/hub.git" for-each-ref refs/perf/inbox >lanes &&
	test_line_count = 2 lanes &&
	landed | test_cmp expected - &&
	github github-actions-lanes.yml schedule $three >out &&
	test_grep "^measure: skipped" out &&
	test_grep "lanes: 2 landed" out &&
	{ cat expected && of_commit $two p - c; } | sort >more &&
	landed | test_cmp more - &&
	must_be_tidy
'

# --- GitLab ---

test_expect_success 'GitLab: three platforms at once, one commit; one dies; the schedule' '
	forget_results &&
	gitlab gitlab-ci.yml push $one >out &&
	of_commit $one c c c >expected &&
	landed | test_cmp expected - &&
	test "$(commits)" = 1 &&
	BREAK=aarch64-linux test_expect_code 1 gitlab gitlab-ci.yml push $three >out &&
	{ cat expected && of_commit $three - c c; } | sort >more &&
	landed | test_cmp more - &&
	test "$(commits)" = 2 &&
	test_expect_code 1 gitlab gitlab-ci.yml schedule $three >out &&
	{ cat expected && of_commit $three c c c && of_commit $two p c c; } | sort >more &&
	landed | test_cmp more - &&
	test "$(commits)" = 3 &&
	gitlab gitlab-ci.yml schedule $three >out &&
	test "$(commits)" = 3 &&
	must_be_tidy
'

test_expect_success 'GitLab: a merge request is compared, and writes nothing' '
	branch_of_a_stranger $three &&
	env CI_TOKEN=write git -C project push -q "$FORGE/hub.git" theirs:refs/merge-requests/1/head &&
	git -C "$FORGE/hub.git" for-each-ref >before &&
	test_expect_code 1 gitlab gitlab-ci.yml merge_request_event \
		$(git -C project rev-parse theirs) $three >out &&
	grep "^perf-" out >jobs &&
	echo "perf-compare: failed" | test_cmp - jobs &&
	test_grep "changing .*regression" out &&
	test_grep "this job may not write refs/heads/stolen" refused &&
	git -C "$FORGE/hub.git" for-each-ref | test_cmp before -
'

test_expect_success 'GitLab: included in the file of a project that has its own' '
	cp "$EXAMPLES/gitlab-ci.yml" performance.yml &&
	cat >.gitlab-ci.yml <<-\END &&
	include: performance.yml
	stages: [build, test, deploy]
	workflow:
	  rules:
	    - if: $CI_COMMIT_BRANCH
	variables:
	  GIT_DEPTH: 1
	default:
	  interruptible: true
	mine:
	  stage: build
	  script: [git rev-list --count HEAD >count, "test $(cat count) = 1"]
	END
	git -C "$FORGE/hub.git" update-ref -d refs/merge-requests/1/head &&
	forget_results &&
	test_expect_code 1 gitlab .gitlab-ci.yml schedule $three >out &&
	test_grep "^mine: success" out &&
	{ of_commit $one c - c && of_commit $two p - c && of_commit $three c - c; } | sort >expected &&
	landed | test_cmp expected - &&
	test "$(commits)" = 1 &&
	printf ".git-perf:\n  stage: .post\n" >>.gitlab-ci.yml &&
	gitlab .gitlab-ci.yml push $three >out &&
	test "$(commits)" = 2 &&
	must_be_tidy
'

# What is done about a merge request that brings the first suite: nothing.
test_expect_success 'GitLab: where there is no suite to compare with, the gate is open' '
	git -C project rm -q --cached .gitperf &&
	git -C project commit -q -m "no suite" && none=$(git -C project rev-parse HEAD) &&
	git -C project add .gitperf && git -C project commit -q -m "a suite" &&
	env CI_TOKEN=write git -C project push -q -f "$FORGE/hub.git" HEAD:refs/merge-requests/1/head &&
	gitlab gitlab-ci.yml merge_request_event $(git -C project rev-parse HEAD) $none >out &&
	test_grep "there is no suite yet" out
'

# --- Logging in ---

test_expect_success HTTPD 'tokens: where there is a login, each is where it should be' '
	git -C "$FORGE/hub.git" update-ref -d refs/merge-requests/1/head &&
	forget_results &&
	start_httpd &&
	cat >>"$HOME/server/http/passwords" <<-\END &&
	x-access-token:{PLAIN}token-of-the-job
	gitlab-ci-token:{PLAIN}job-token
	END
	sed "s/^perf:.*/perf:{PLAIN}project-token/" "$HOME/server/http/passwords" >passwords &&
	cp passwords "$HOME/server/http/passwords" &&
	# what was measured before may have left this
	git config -f "$FORGE/machine/gitconfig" credential.helper "!cat >>\"$FORGE/told\"; :" &&
	CI_HUB_URL=$HTTP_URL/auth/hub.git github "$EXAMPLES/github-actions.yml" push $one >out &&
	CI_HUB_URL=$HTTP_URL/auth/hub.git github "$EXAMPLES/github-actions-lanes.yml" push $three >out &&
	CI_PROJECT_URL=$HTTP_URL/auth/hub gitlab "$EXAMPLES/gitlab-ci.yml" push $three >out &&
	{ of_commit $one c - c && of_commit $three c - c && of_commit $three c - c; } | sort >expected &&
	landed | test_cmp expected - &&
	must_be_tidy
'

test_expect_success HTTPD 'tokens: no file and no log of a job has the one that may write' '
	! grep -r "project-token" "$FORGE"/run-* &&
	git config -f "$FORGE/machine/gitconfig" --unset credential.helper &&
	test_grep "job-token" "$FORGE/told" &&
	test_grep ! -e "project-token" -e "token-of-the-job" "$FORGE/told" &&
	! grep -r "password=" "$FORGE"/run-*/*/log "$FORGE"/run-*/jobs/*/*/log
'

# --- cron ---

# The line as cron runs it: its own variables, and hardly any others.
cron () {
	sed -n -e "s,^PATH=.*,PATH=$GIT_PERF_BUILD_DIR:/usr/local/bin:/usr/bin:/bin,p" \
		-e "s,^CLONE=.*,CLONE=$PWD/lab,p" -e "s,^LOG=.*,LOG=$PWD/log,p" \
		"$EXAMPLES/crontab" >variables &&
	sed -n "s/^#*$1 \* \* \* \*  //p" "$EXAMPLES/crontab" >line &&
	test_line_count = 3 variables &&
	test_line_count = 1 line &&
	! grep "%" line &&
	(
		{ read -r one && read -r two && read -r three; } <variables &&
		line=$(cat line) &&
		cd "$HOME" &&
		cron_env LOGNAME=perf SHELL=/bin/sh CI_TOKEN=write \
			"$one" "$two" "$three" /bin/sh -c "$line"
	)
}

# may_push <clone>: as the crontab says
may_push () {
	sed -n "s/^#   \(git push --dry-run .*\)/\1/p" "$EXAMPLES/crontab" >may-push &&
	test_line_count = 1 may-push &&
	(cd "$1" && . ../may-push)
}

test_expect_success 'cron: what is new, once; and shared' '
	forget_results &&
	git clone -q --no-checkout "$FORGE/hub.git" lab &&
	sed -n "s/^#   \(git config [^#]*\).*/\1/p" "$EXAMPLES/crontab" >once &&
	test_line_count = 2 once &&
	(cd lab && . ../once) &&
	may_push lab &&
	cron 17 >out 2>&1 &&
	test_must_be_empty out &&
	for commit in $one $two $three
	do
		echo "$commit lab-x86-64-linux c" || return 1
	done | sort >expected &&
	landed | test_cmp expected - &&
	cron 17 &&
	landed | test_cmp expected - &&
	test "$(commits)" = 3 &&
	must_be_tidy
'

test_expect_success 'cron: a second machine may push, one without a name shares, too' '
	git clone -q --no-checkout "$FORGE/hub.git" second &&
	may_push second &&
	must_be_tidy &&
	git -C lab config --unset perf.worker &&
	git -C lab config perf.platform nameless &&
	cron 17 &&
	git -C "$FORGE/hub.git" perf cat --all | jq -r "select(.platform == \"nameless\") | [.worker, .reason] | @tsv" |
		sort -u | tr "\t" " " >actual &&
	echo "local scheduled" | test_cmp - actual &&
	git -C lab config perf.worker lab1 &&
	git -C lab config perf.platform lab-x86-64-linux &&
	landed >expected
'

test_expect_success HTTPD 'cron: who may not push is told so beforehand' '
	git -C second config remote.origin.url "$HTTP_URL/auth/hub.git" &&
	test_must_fail env GIT_TERMINAL_PROMPT=0 sh -c "cd second && . ../may-push"
'

test_expect_success 'cron: one at a time without flock, and what was not pushed goes later' '
	git -C project checkout -q --detach $three &&
	commit_to_main four true &&
	(
		flock 9 &&
		cron 17
	) 9>"$HOME/measuring.lock" &&
	tail -n 3 log >last &&
	test_grep "another process is measuring on this host" last &&
	landed | test_cmp expected - &&
	mv "$FORGE/hub.git/hooks/update" update &&
	refuse_hook "$FORGE/hub.git" "not now" refs/heads/perf &&
	test_expect_code 128 cron 17 &&
	landed | test_cmp expected - &&
	mv update "$FORGE/hub.git/hooks/update" &&
	cron 17 &&
	{ cat expected && echo "$four lab-x86-64-linux c"; } | sort >more &&
	landed | test_cmp more -
'

test_expect_success 'cron: the collector lands the lanes of others' '
	git clone -q --depth=1 "file://$FORGE/hub.git" other &&
	(
		cd other &&
		git perf run -p aarch64-linux --reason=manual good >out 2>err &&
		CI_TOKEN=write git perf push -q --lane 2>err
	) &&
	cron 47 &&
	{ cat more && echo "$four aarch64-linux p"; } | sort >expected &&
	landed | sed "s/aarch64-linux .\$/aarch64-linux p/" | sort | test_cmp expected - &&
	must_be_tidy
'

test_done
