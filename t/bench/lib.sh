# shellcheck shell=sh
#
# What the scripts of "make bench" share: a scratch folder, clocks, and lines
# that set a figure beside what was promised.

TEST_TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
bin=${GIT_PERF_BUILD_DIR:-$TEST_TOP/build/plain}
# shellcheck disable=SC2034
helper=$bin/t/helper/test-gitperf
PATH=$bin:$PATH
export PATH PAGER=cat GIT_CONFIG_NOSYSTEM=1
unset CI GIT_DIR GIT_WORK_TREE 2>/dev/null || :

room=${TMPDIR:-/tmp}
test ! -w /dev/shm || room=/dev/shm
work=$(mktemp -d "$room/git-perf-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export HOME="$work"
git config --global user.name bench
git config --global user.email bench@example.com
git config --global init.defaultBranch main
cd "$work" || exit

now () {
	date +%s%N
}

# time_ms <command>...: what one call takes, in milliseconds
time_ms () {
	t_=$(now)
	"$@" >/dev/null 2>&1
	awk -v a="$t_" -v b="$(now)" 'BEGIN { printf "%.3f\n", (b - a) / 1e6 }'
}

median () {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# figure <what> <value> <unit> <at most or at least> <bound>
figure () {
	awk -v what="$1" -v value="$2" -v unit="$3" -v way="$4" -v bound="$5" 'BEGIN {
		good = way == "<=" ? value <= bound : value >= bound
		printf "%-58s %10.2f %-9s %s %s%s\n", what, value, unit, way, bound,
			good ? "" : "   <-- beyond"
	}'
}

beside () {
	printf '    %-54s %10.2f %s\n' "$1" "$2" "$3"
}
