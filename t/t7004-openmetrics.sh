#!/bin/sh

test_description='git perf export --format=openmetrics: numbers for Prometheus and its like'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# Debian's package prometheus has it, with 100 MB of other things: nobody installs that for a test
test_lazy_prereq PROMTOOL 'promtool --version'

is_openmetrics () {
	LC_ALL=C awk -f "$TEST_DIRECTORY/openmetrics.awk" "$1"
}

# metrics [<option>...]: into the file "om", which is checked
metrics () {
	git perf export --format=openmetrics "$@" >om && is_openmetrics om
}

# has <line>
has () {
	grep -Fx "$1" om || {
		cat om
		return 1
	}
}

test_expect_success 'the checker sees what is wrong' '
	printf "# HELP a_b A.\n# TYPE a_b gauge\n# UNIT a_b b\na_b{x=\"\\\\\\\\ \\\\\"\"} 1.5e-7\n# EOF\n" >ok && is_openmetrics ok &&
	sed 1d ok >no && test_must_fail is_openmetrics no &&
	sed 2d ok >no && test_must_fail is_openmetrics no &&
	sed "s/UNIT a_b b/UNIT a_b c/" ok >no && test_must_fail is_openmetrics no &&
	sed "4s/\\\\\\\\ /\\\\t/" ok >no && test_must_fail is_openmetrics no &&
	sed "4s/1.5e-7/NaN/" ok >no && test_must_fail is_openmetrics no &&
	sed 4p ok >no && test_must_fail is_openmetrics no &&
	sed 5d ok >no && test_must_fail is_openmetrics no &&
	cat ok ok >no && test_must_fail is_openmetrics no
'

test_expect_success 'of a repository with nothing in it' '
	git init -q empty &&
	(cd empty && metrics && has "gitperf_problems 0" && test_grep ! "^gitperf_queue" om && git commit -q --allow-empty -m one && metrics --values)
'

test_expect_success 'the queue, the results, and how much is covered' '
	(
		a_project repo && cd repo && git perf plan -q && record "$head" x 7 | git perf append -q && git perf plan -q &&
		commits a && git perf request -q HEAD && at 600 && metrics &&
		has "gitperf_queue_jobs{platform=\"x\",reason=\"manual\"} 1" &&
		has "gitperf_queue_jobs{platform=\"y\",reason=\"scheduled\"} 1" &&
		has "gitperf_queue_running_jobs{platform=\"x\"} 0" &&
		has "gitperf_queue_oldest_age_seconds{platform=\"x\"} 600" &&
		has "gitperf_queue_jobs_by_attempts{platform=\"y\",attempts=\"0\"} 2" &&
		has "gitperf_records{platform=\"x\"} 1" &&
		has "gitperf_newest_result_timestamp_seconds{platform=\"x\"} 1700000000" &&
		has "gitperf_coverage_ratio{platform=\"x\"} 0.3333333333333333" &&
		has "gitperf_recent_requests{state=\"pending\"} 1" && has "gitperf_recent_requests{state=\"running\"} 1" &&
		test_grep ! benchmark_value om
	)
'

test_expect_success 'who is at it, and how often' '
	(
		cd repo &&
		lease () {
			queue_cat "$1" |
			sed -e "s/\"attempts\":0/\"attempts\":2/" -e "s/,\"platform\"/,\"lease\":{\"beat\":0,\"token\":1,\"worker\":\"box-1\"},\"platform\"/" | put "$1"
		} &&
		with_queue lease "$(job_of "$(git rev-parse HEAD)")" && metrics &&
		has "gitperf_queue_running_jobs{platform=\"y\"} 1" && has "gitperf_queue_jobs_by_attempts{platform=\"y\",attempts=\"2\"} 1" &&
		test_grep "^gitperf_workers{platform=\"y\",state=\"silent\"} [01]\$" om
	)
'

test_expect_success 'the newest value of each benchmark' '
	(
		cd repo && record "$(git rev-parse HEAD)" x 9 | git perf append -q && metrics --values &&
		has "gitperf_benchmark_value{platform=\"x\",config=\"\",benchmark=\"sort\",params=\"\",metric=\"wall\",unit=\"ns\"} 9" &&
		metrics --values -p y && test_grep ! "benchmark_value{" om
	)
'

test_expect_success 'names from outside are labels and nothing else' '
	(
		cd repo && head=$(git rev-parse HEAD) &&
		printf "{\"commit\":\"%s\",\"platform\":\"x\",\"config\":{\"c\":\"a\\\\\"b\\\\\\\\c\"},\"benchmarks\":[{\"name\":\"q\\\\\"} 1\\\\\\\\\",\"params\":{\"p\":\"ä,=\"},\"metrics\":[{\"name\":\"m\",\"unit\":\"{}\\\\\"\",\"better\":\"none\",\"samples\":[1.25]}]}]}\n" "$head" |
		git perf append -q && metrics --values &&
		has "gitperf_benchmark_value{platform=\"x\",config=\"c=a\\\"b\\\\c\",benchmark=\"q\\\"} 1\\\\\",params=\"p=ä,=\",metric=\"m\",unit=\"{}\\\"\"} 1.25"
	)
'

test_expect_success 'a file is there as a whole, or as it was' '
	(
		cd repo && git perf export --format=openmetrics -o out.prom >stdout && test_must_be_empty stdout && is_openmetrics out.prom &&
		test_expect_code 128 git perf export --format=openmetrics -o no/out.prom 2>err && test_grep "cannot write .no/out.prom" err &&
		mkdir dir && test_expect_code 128 git perf export --format=openmetrics -o dir 2>err && ls dir >list && test_must_be_empty list &&
		ls dir.* 2>/dev/null >list || test_must_be_empty list
	)
'

test_expect_success PROMTOOL 'promtool finds nothing wrong' '
	(cd repo && metrics --values && promtool check metrics <om >out 2>&1 && test_must_be_empty out)
'

test_expect_success 'what does not go together' '
	(
		cd repo && for args in "" "--notes --format=openmetrics" "--format=json" "--notes --values" "--format=openmetrics -n" "--format=openmetrics -p x"
		do
			test_expect_code 129 git perf export $args 2>err || return 1
		done
	)
'

test_done
