# shellcheck shell=sh
#
# Projects in t/real and the tools that measure them. To be read before
# test-lib.sh, which hides what the tools need:
#
#	. "$(dirname "$0")/lib-real.sh"
#	. "$(dirname "$0")/test-lib.sh"
#	real_tools

# Tools keep what they have installed, fetched and built below the home of who
# runs this; the harness has another one.
real_home=$HOME real_cache=${XDG_CACHE_HOME:-$HOME/.cache}
# What is fetched and built takes its time.
case " $GIT_PERF_TEST_OPTS $* " in
*" --long "*) GIT_PERF_TEST_TIMEOUT=${GIT_PERF_TEST_TIMEOUT:-1200} ;;
esac
TEST_NO_CREATE_REPO=t

# Where tools find what is theirs; what is fetched goes to $FETCHED.
real_tools () {
	if test -d "$real_home" && test -w "$real_home"
	then
		: "${CARGO_HOME:=$real_home/.cargo}" "${RUSTUP_HOME:=$real_home/.rustup}"
		: "${GOCACHE:=$real_cache/go-build}" "${PIP_CACHE_DIR:=$real_cache/pip}"
		export CARGO_HOME RUSTUP_HOME GOCACHE PIP_CACHE_DIR
	fi
	# How many processors there are is a part of what Go measures.
	GOMAXPROCS=2
	FETCHED=$TRASH_DIRECTORY.home/fetched
	PATH=$FETCHED/bin:$PATH
	export GOMAXPROCS FETCHED PATH
}

# fetch command...: what is missing, where that is asked for
fetch () {
	test_have_prereq LONG && "$@"
}

# project <name>: one of its own, and go there
project () {
	cp -R "$TEST_DIRECTORY/real/$1" "$1" &&
	cd "$1" &&
	git init -q . &&
	# somebody may have built it where it came from
	git clean -q -f -d -X &&
	git add . &&
	another "$1"
}

# another <subject>: a commit, of what has changed if anything has
another () {
	test_tick &&
	git commit -q -a --allow-empty -m "$1"
}

# stored <revision>: what the branch has of it
stored () {
	git perf ls "$1" >listed &&
	test_line_count = 1 listed &&
	git perf cat "$(cut -f3 listed)" >record &&
	git perf verify record
}

# The first line is of the run: outcome, steps, workloads; then a line for each
# metric: what it is of, its name, unit, direction and number of samples, or a
# benchmark that has none, and its status. Values are looked at, not printed.
describe () {
	jq -r '
	def who: .name + ([.params // {} | to_entries[] | " \(.key)=\(.value)"] | join(""));
	def sound: .value >= 0 and
		(if .low then .low <= .value and .value <= .high else true end);
	([.outcome] + [.steps[] | "\(.name) \(.status)"] +
		([.benchmarks[].workload] | unique)),
	(.benchmarks[] | who as $who | .status as $status |
		if $status == "ok" then .metrics[] |
			[$who, .name, .unit, .better, .samples] +
			if sound then [] else ["\(.low) <= \(.value) <= \(.high)"] end
		else [$who, $status] end) | join("\t")' "$1"
}

# measured [<options>]: a first run. Standard input has what describe() is to
# print of the report, and the record has the same.
measured () {
	cat >expected &&
	git perf run --json "$@" >report 2>err &&
	test_must_be_empty err &&
	describe report >actual &&
	test_cmp expected actual &&
	jq -e '.dirty == false and .error == null and
		([.benchmarks[].metrics[0].value] | all(. > 0))' report &&
	stored HEAD &&
	jq -e --slurpfile report report '$report[0] as $r |
		def names: [.benchmarks[] | [.name, .params // {}, [.metrics[].name]]];
		def counts: [.benchmarks[].metrics[] | if .samples | type == "array"
			then .samples | length else .samples // .summary.n // 1 end];
		.outcome == "complete" and .commit == $r.commit and
		names == ($r | names) and counts == ($r | counts) and
		[.benchmarks[].workload.id] == [$r.benchmarks[].workload] and
		([.benchmarks[].metrics[].samples // [] | .[] | type == "number"] | all)' record
}

# measured_again [<options>]: another commit, and what there is to see then
measured_again () {
	cut -f1 expected | sed 1d | sort -u >benchmarks &&
	another again &&
	git perf run "$@" >out 2>err &&
	test_must_be_empty err &&
	n=$(wc -l <benchmarks) &&
	test "$(grep -c " samples\{0,1\}\$" out)" = "$n" &&
	test_grep ! "  first  " out &&
	git perf show >out &&
	test "$(grep -c "  ok  workload [0-9a-f]\{16\}\$" out)" = "$n" &&
	git perf log >out &&
	test_grep "^$(git rev-parse --short=10 HEAD) .*  again\$" out &&
	test_grep "  first .*  $(git log -1 --format=%s HEAD~1)\$" out &&
	git perf log --porcelain=v1 >points &&
	test_line_count = $((2 * n)) points &&
	git perf diff --json HEAD~1 HEAD >changes &&
	jq -r '.rows[] | select(.headline) | .benchmark +
		([.params // {} | to_entries[] | " \(.key)=\(.value)"] | join(""))' changes |
	sort >compared &&
	test_cmp benchmarks compared &&
	jq -e '[.rows[] | .base.workload == .head.workload and .ratio > 0 and
		.verdict != "not-comparable"] | all' changes &&
	git perf diff HEAD~1 HEAD >out &&
	test_grep "^geometric mean " out &&
	git perf fsck -q
}

# failed [<options>]: measured with FAIL in the environment, which is a result.
# Standard input has what describe() is to print of the report.
failed () {
	another failing &&
	cat >expected &&
	FAIL=1 test_expect_code 1 git perf run --json "$@" >report 2>err &&
	test_must_be_empty err &&
	describe report >actual &&
	test_cmp expected actual &&
	stored HEAD &&
	jq -e '.outcome == "partial"' record &&
	git perf log >out &&
	test_grep "[0-9] failed  *failing\$" out &&
	git perf fsck -q
}

# reason <jq filter for a benchmark> <pattern>: why it failed
reason () {
	jq -r ".benchmarks[] | select($1) | .error, .log" record >reasons &&
	test_grep -e "$2" reasons
}
