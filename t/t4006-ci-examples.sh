#!/bin/sh

test_description='the CI files in Documentation/examples, run: GitHub, with artifacts'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-ci.sh"
real_clock
skip_without_ci_tools

test_expect_success 'a forge, and a project of three commits' '
	make_forge && three_commits &&
	with_lab github-actions.yml
'

test_expect_success 'A14 A17 A18 A20: three platforms at once, one commit with the results of all' '
	github github-actions.yml push $one >out &&
	of_commit $one c c c >expected &&
	landed >actual &&
	test_cmp expected actual &&
	test "$(commits)" = 1 &&
	must_be_tidy
'

test_expect_success 'A19: collected again, nothing changes' '
	git -C "$FORGE/hub.git" rev-parse perf >before &&
	CI_RUN=$FORGE/run-1 CI_ONLY=collect github github-actions.yml push $one 2 >out &&
	test_grep "^  | 0 collected, 3 present before" out &&
	git -C "$FORGE/hub.git" rev-parse perf | test_cmp before -
'

test_expect_success 'why nothing was collected can be told by the exit status' '
	refuse_hook "$FORGE/hub.git" "not now" refs/heads/perf &&
	test_expect_code 1 github github-actions.yml push $two >out &&
	test_grep "exit status 128\$" out &&
	allow_writers_ "$FORGE/hub.git" &&
	: >"$FORGE/hub.git/refs/heads/perf.lock" &&
	git config -f "$FORGE/machine/gitconfig" perf.pushTimeout 0 &&
	CI_RUN=$FORGE/run-2 CI_ONLY=collect test_expect_code 1 github github-actions.yml push $two 2 >out &&
	git config -f "$FORGE/machine/gitconfig" --unset perf.pushTimeout &&
	rm "$FORGE/hub.git/refs/heads/perf.lock" &&
	test_grep "exit status 75\$" out &&
	git -C "$FORGE/hub.git" rev-parse perf | test_cmp before -
'

test_expect_success 'R3: one machine dies, the results of the others are landed' '
	BREAK=aarch64-linux test_expect_code 1 github github-actions.yml push $three >out &&
	test_grep "^measure (aarch64-linux): failure" out &&
	test_grep "^collect: success" out &&
	{ of_commit $one c c c && of_commit $three - c c; } | sort >expected &&
	landed >actual &&
	test_cmp expected actual &&
	test "$(commits)" = 2
'

test_expect_success 'a benchmark that fails on one platform is a result of that one' '
	test_expect_code 1 github github-actions.yml push $two >out &&
	test_grep "^measure (aarch64-linux): failure" out &&
	test_grep "^collect: success" out &&
	{ cat actual && of_commit $two p c c; } | sort >expected &&
	landed >actual &&
	test_cmp expected actual &&
	test "$(commits)" = 3
'

test_expect_success 'A24 R5: the schedule measures what was missed, and that alone' '
	github github-actions.yml schedule $three >out &&
	{ of_commit $one c c c && of_commit $two p c c && of_commit $three c c c; } | sort >expected &&
	landed >actual &&
	test_cmp expected actual &&
	test "$(commits)" = 4 &&
	github github-actions.yml schedule $three >out &&
	landed >actual &&
	test_cmp expected actual &&
	test "$(commits)" = 4 &&
	must_be_tidy
'

test_expect_success 'what is installed is taken from the cache the next time, but not to write' '
	grep -c "^  | make: Entering" out >count &&
	echo 1 | test_cmp - count &&
	sed -n "/^collect:/,\$p" out >collect &&
	test_grep "^  | make: Entering" collect
'

test_expect_success 'all of it once more: another run of each, and nothing twice' '
	CI_RUN=$FORGE/run-1 github github-actions.yml push $one 3 >out &&
	{ cat expected && of_commit $one c c c; } | sort >again &&
	landed >actual &&
	test_cmp again actual &&
	test "$(commits)" = 5
'

test_expect_success 'A25: by hand, it is measured in any case; and why stands in each result' '
	BREAK="x86-64-linux aarch64-linux" test_expect_code 1 \
		github github-actions.yml workflow_dispatch $three >out &&
	git -C "$FORGE/hub.git" perf cat --all | jq -r "[.commit, .reason] | @tsv" | sort | uniq -c |
		awk "{ print \$1, \$2, \$3 }" >actual &&
	{
		echo 6 $one push && echo 3 $two push &&
		echo 1 $three manual && echo 2 $three push && echo 1 $three scheduled
	} | sort -k 2 >expected &&
	test_cmp expected actual
'

test_expect_success 'settings for all jobs, as README.adoc has them' '
	sed -n "/^env:/,/^---/p" "$EXAMPLES/README.adoc" | sed "1d; \$d" >settings &&
	test_line_count = 3 settings &&
	sed "/^env:/r settings" github-actions.yml >elsewhere.yml &&
	git -C "$FORGE/hub.git" rev-parse perf >before &&
	github elsewhere.yml push $one >out &&
	git -C "$FORGE/hub.git" rev-parse perf | test_cmp before - &&
	git -C "$FORGE/hub.git" -c perf.ref=refs/perf/data perf ls >out &&
	test_line_count = 3 out &&
	git -C "$FORGE/hub.git" update-ref -d refs/perf/data
'

# in_staging <clone> <command>...
in_staging () {
	clone_=$1
	shift
	env CI_TOKEN=write git -C "$clone_" -c perf.namespace=staging perf "$@"
}

# of_staging <n>: the command of README.adoc that takes a trial away from the
# server (1) or a clone (2)
of_staging () {
	grep "^git .*refs/perf/staging/" "$EXAMPLES/README.adoc" >commands &&
	test_line_count = 2 commands &&
	sed -n "$1p" commands
}

test_expect_success 'a trial in a namespace, its end, and another one' '
	git -C "$FORGE/hub.git" for-each-ref >before &&
	for clone in a b
	do
		git clone -q "$FORGE/hub.git" $clone &&
		git -C $clone config perf.worker $clone &&
		(cd $clone && in_staging . run --reason=manual good) >out &&
		in_staging $clone push -q --direct || return 1
	done &&
	(cd a && in_staging . run --reason=manual changing) >out &&
	in_staging a push -q --lane &&
	git -C "$FORGE/hub.git" for-each-ref refs/perf/staging >trial &&
	test_line_count = 2 trial &&
	(cd a && export CI_TOKEN=write && eval "$(of_staging 1)") &&
	git -C "$FORGE/hub.git" for-each-ref | test_cmp before - &&
	for clone in a b
	do
		test_expect_code 128 in_staging $clone push 2>err &&
		test_grep "disappeared" err &&
		(cd $clone && eval "$(of_staging 2)") &&
		in_staging $clone fetch -q &&
		in_staging $clone ls >out &&
		test_must_be_empty out || return 1
	done &&
	for clone in a b
	do
		(cd $clone && in_staging . run --reason=manual good) >out &&
		in_staging $clone push -q --direct || return 1
	done &&
	in_staging a fetch -q &&
	in_staging a ls >out &&
	test_line_count = 2 out &&
	(cd a && export CI_TOKEN=write && eval "$(of_staging 1)") &&
	git -C "$FORGE/hub.git" for-each-ref | test_cmp before -
'

# --- Pull requests ---

# What GitHub makes of it: a merge.
test_expect_success 'a pull request of a stranger' '
	branch_of_a_stranger $three &&
	git -C project checkout -q --detach $three &&
	git -C project merge -q --no-ff -m merge theirs &&
	merge=$(git -C project rev-parse HEAD) &&
	env CI_TOKEN=write git -C project push -q "$FORGE/hub.git" HEAD:refs/pull/1/merge &&
	git -C "$FORGE/hub.git" for-each-ref >before
'

test_expect_success 'it fails for what it makes slower, and writes nothing' '
	test_expect_code 1 github github-actions-pull-request.yml pull_request $merge >out &&
	test_grep "changing .*regression" out &&
	test_grep "this job may not write refs/heads/stolen" refused &&
	git -C "$FORGE/hub.git" for-each-ref | test_cmp before -
'

test_expect_success 'what it measured can be looked at' '
	git perf verify "$FORGE"/run-*/artifacts/perf-comparison-1/*.json >out &&
	test_line_count = 2 out
'

test_expect_success 'one that brings the first suite passes, whatever it is built with' '
	git -C project checkout -q --orphan empty &&
	git -C project rm -q -r --cached . &&
	git -C project commit -q --allow-empty -m "no suite" &&
	git -C project add .gitperf build changing &&
	git -C project commit -q -m "a suite" &&
	suite=$(git -C project rev-parse HEAD) &&
	env CI_TOKEN=write git -C project push -q "$FORGE/hub.git" HEAD:refs/pull/2/merge &&
	github github-actions-pull-request.yml pull_request $suite >out &&
	test_grep "there is no suite yet" out
'

test_done
