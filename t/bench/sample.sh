#!/bin/sh
#
# Something to measure git perf on, below build/bench of the current folder:
#
#	history     a repository of 200 commits, each measured on two platforms
#	empty       the same without measurements
#	artifacts   those 400 results, as files
#	record      one more, in which UNIQUE is to be replaced
#
# and, where there is real data (t/lib-data.sh), real/empty, real/history and
# real/artifacts: 1,308 commits and 1,621 results. What is there already stays.

set -eu

PATH=$PWD:$PATH
TEST_TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=t/lib-data.sh
. "$TEST_TOP/t/lib-data.sh"

mkdir -p build/bench
cd build/bench

# The commits, and a record of each on two platforms in a file of its own
make_history () {
	git init -q empty
	awk 'BEGIN {
		for (i = 1; i <= 200; i++)
			printf "commit refs/heads/main\ncommitter bench <bench@example.com> %d +0000\ndata %d\ncommit %d\n\n", \
				1600000000 + 60 * i, length(i) + 7, i
	}' | git -C empty fast-import --quiet
	git -C empty symbolic-ref HEAD refs/heads/main
	mkdir artifacts
	git -C empty rev-list --reverse main | awk '
	function benchmark(k) {
		return "{\"name\":\"b" k "\",\"metrics\":[{\"name\":\"wall\",\"samples\":[" \
			NR + 1000 * k "," NR + 1001 * k "," NR + 1002 * k "]}]}"
	}
	{
		for (p = 1; p <= 2; p++) {
			file = "artifacts/" NR "-" p ".json"
			printf "{\"commit\":\"%s\",\"platform\":\"platform-%d\",\"finished\":\"2026-01-01T00:00:00Z\",\"benchmarks\":[%s", \
				$0, p, benchmark(1) >file
			for (k = 2; k <= 10; k++)
				printf ",%s", benchmark(k) >file
			print "]}" >file
			close(file)
		}
	}'
	printf '{"commit":"%s","platform":"platform-1","benchmarks":[{"name":"b1","metrics":[{"name":"wall","samples":[UNIQUE]}]}]}\n' \
		"$(git -C empty rev-parse main)" >record
}

measure_history () {
	cp -r empty history.new
	GIT_DIR=history.new/.git git-perf collect artifacts >/dev/null
	mv history.new history
}

make_real () {
	mkdir -p real
	make_data_history real/empty
	make_data_artifacts real/artifacts
	cp -r real/empty real/history
	GIT_DIR=real/history/.git git-perf collect real/artifacts >/dev/null
}

test -d empty || make_history
test -d history || measure_history
! have_data || test -d real || make_real
