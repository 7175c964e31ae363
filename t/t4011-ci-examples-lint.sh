#!/bin/sh

test_description='the CI files in Documentation/examples, read and checked'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-ci.sh"
skip_without_ci_tools

test_lazy_prereq SHELLCHECK 'shellcheck --version'

# --- Read ---

test_expect_success 'every example is in the part of YAML that is understood here' '
	for file in "$EXAMPLES"/*.yml
	do
		ci_json "$file" >"$(basename "$file" .yml).json" || return 1
	done &&
	ls ./*.json >list &&
	test_line_count = 4 list
'

test_expect_success 'what is not, is refused' '
	for text in "a: &x 1" "a: *x" "a: >" "a: yes" "a: 1.5" "a: 0x1F" "a: b: c" "a: [1" \
		"	a: 1" "- a\nb: 1" "a: 1\na: 2" "a: 1\n  b: 2" "a: \"x\\\\n\"" "? a" "a: b\n  c" \
		"a: {b}" "a: |+\n  x" "!a: 1" "---" "a: 010" "a: 1_000" "a: 2020-01-01" "{a: 1" ""
	do
		printf "%b\n" "$text" >bad.yml &&
		test_must_fail ci_json bad.yml >out 2>err || return 1
	done
'

test_expect_success YAML 'a real parser reads the same in them' '
	real_yaml "$EXAMPLES"/*.yml | jq -S . >expected &&
	test -s expected &&
	for file in "$EXAMPLES"/*.yml
	do
		cat "$(basename "$file" .yml).json" || return 1
	done >read &&
	jq -S . read >actual &&
	test_cmp expected actual
'

# Newer major versions of actions are unknown to actionlint: it looks at inputs
# of those that it knows.
test_expect_success ACTIONLINT 'actionlint has nothing to say' '
	mkdir older &&
	for file in "$EXAMPLES"/github*.yml
	do
		sed "s,\(actions/[a-z-]*\)@v[0-9]*,\1@v4," "$file" >"older/${file##*/}" || return 1
	done &&
	actionlint "$EXAMPLES"/github*.yml older/*.yml >out &&
	test_must_be_empty out
'

test_expect_success ACTIONLINT 'it would say something' '
	sed "s/fetch-depth/fetch-dpth/; s/matrix.runner/matrix.runer/" older/github-actions.yml >wrong.yml &&
	test_expect_code 1 actionlint wrong.yml >out &&
	grep "fetch-dpth" out &&
	grep "runer" out
'

test_expect_success SHELLCHECK 'shellcheck has nothing to say about what is run' '
	mkdir steps &&
	jq -r "[.jobs[].steps[].run // empty] | .[] | @base64" github-actions.json \
		github-actions-lanes.json github-actions-pull-request.json >scripts &&
	jq -r ".[] | objects | select(.script) | (.before_script // []) + .script | join(\"\n\") | @base64" \
		gitlab-ci.json >>scripts &&
	n=0 &&
	while read -r script
	do
		n=$((n + 1)) &&
		echo "$script" | base64 -d >steps/$n && echo >>steps/$n || return 1
	done <scripts &&
	test $n -ge 15 &&
	# $... in single quotes is for the shell that git starts
	shellcheck -s bash -e SC2016 steps/*
'

test_expect_success ASCIIDOCTOR 'README.adoc: nothing is wrong with it, and it names every file' '
	asciidoctor --failure-level=WARN -o page.html "$EXAMPLES/README.adoc" &&
	for file in "$EXAMPLES"/*
	do
		test "${file##*/}" = README.adoc ||
		grep -F "\`${file##*/}\`" "$EXAMPLES/README.adoc" || return 1
	done
'

# --- What went wrong elsewhere cannot go wrong here ---

test_expect_success 'who may write says so, and is never who runs the code of others' '
	jq -s -e "length == 3 and all(.permissions == {contents: \"read\"} and
		([.on | if type == \"object\" then keys[] else . end] |
		all(. == \"push\" or . == \"schedule\" or . == \"workflow_dispatch\" or . == \"pull_request\")))" github-*.json &&
	jq -e "[.jobs | to_entries[] | select(.value.permissions) | .key] == [\"collect\"] and
		([.jobs.collect.steps[].uses // empty] | all(startswith(\"actions/cache\") | not))" github-actions.json &&
	jq -e "[.jobs[] | select(.permissions)] == [] and
		.on == \"pull_request\" and .jobs.compare.steps[0].with[\"persist-credentials\"] == false" \
		github-actions-pull-request.json &&
	jq -e ".jobs.measure.steps[0].with[\"persist-credentials\"] == false and
		[.jobs.measure.steps[] | select(.env.TOKEN) | .name] == [\"share\"]" github-actions-lanes.json &&
	jq -r ".jobs.measure.steps[] | select(.env.TOKEN) | .run" github-actions-lanes.json | sed 1q >first &&
	test_grep "^git -c credential.helper= " first &&
	jq -e "([to_entries[] | objects | select(.value.environment) | .key] == [\"perf-collect\"]) and
		.[\"perf-collect\"].environment == {name: \"perf\", action: \"access\"} and
		.[\"perf-collect\"].variables.GIT_STRATEGY == \"clone\" and
		([.[] | objects | select(tostring | contains(\"GIT_PERF_TOKEN\"))] | length == 1)" gitlab-ci.json
'

test_expect_success 'GitLab: it can be included: jobs, and one thing that is for all' '
	jq -e "keys == [\".git-perf\", \"perf-collect\", \"perf-compare\", \"perf-measure\", \"workflow\"] and
		.[\".git-perf\"].inherit.default == [\"tags\"] and ([.[] | .needs // empty] | length == 3)" gitlab-ci.json
'

test_expect_success 'R2: each job checks out the commit of the event' '
	jq -s -e "[.[].jobs[].steps[] | select((.uses // \"\") | startswith(\"actions/checkout@\")) | .with.ref] |
		length == 5 and all(. == \"\${{ github.sha }}\")" github-*.json
'

test_expect_success 'R3 R4 R5: nothing is cancelled for something else' '
	jq -s -e "all(has(\"concurrency\") | not) and ([.[].jobs[] | has(\"concurrency\")] | all(not)) and
		[.[].jobs[] | .strategy // empty | .[\"fail-fast\"]] == [false, false] and
		[.[].jobs.collect // empty | .if] == [\"\${{ always() }}\", \"\${{ always() }}\"]" github-*.json &&
	jq -e ".workflow == {auto_cancel: {on_new_commit: \"interruptible\"}} and
		([.[] | .interruptible // empty] | any | not)" gitlab-ci.json
'

test_expect_success 'no exit status is lost on its way' '
	test_grep ! -e "-exec" -e xargs "$EXAMPLES"/*.yml
'

test_expect_success 'no text of others gets into a script' '
	jq -s -e "[.[].jobs[].steps[].run // empty] | length > 0 and all(contains(\"\${{\") | not)" github-*.json
'

test_expect_success 'packages are those that the set-up installs, and addresses are to be replaced' '
	sed -n "/^look () {/,/cannot_build/s/^	need \([^ ]*\) .*/\1/p" "$TEST_DIRECTORY/install-deps.sh" | sort >expected &&
	for file in "$EXAMPLES"/*.yml
	do
		sed -n "s/.*apt-get install -q -y //p" "$file" | sort -u >lines &&
		test_line_count = 1 lines &&
		tr " " "\n" <lines | grep -v "^ca-certificates\$" | sort >actual &&
		test_cmp expected actual || return 1
	done &&
	! grep -r "https*:" "$EXAMPLES" | grep -v "https://example.com/git-perf.git"
'

test_done
