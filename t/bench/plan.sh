#!/bin/sh
#
# What planning promises: that where nothing is new it costs nothing, and what
# becomes of a real history under each policy, beside what was done there.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=t/lib-data.sh
. "$TEST_TOP/t/lib-data.sh"

commits=${BENCH_COMMITS:-100000}

echo "plan: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"

# --- nothing new -------------------------------------------------------------

# make_trunk <n>: so many commits of two files
make_trunk () {
	awk -v n="$1" 'BEGIN {
		suite = "[policy]\nplan = window=15m tagged\n"
		split("x86-64-linux aarch64-linux aarch64-macos", p, " ")
		for (i = 1; i <= 3; i++)
			suite = suite "[platform \"" p[i] "\"]\n"
		suite = suite "[benchmark \"b\"]\ncommand = true\n"
		printf "blob\nmark :1\ndata %d\n%s\n", length(suite), suite
		for (i = 1; i <= n; i++) {
			printf "commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 2\nx\n", 1700000000 + 60 * i
			if (i == 1)
				print "M 100644 :1 .gitperf"
			printf "M 100644 inline f\ndata %d\n%d\n\n", length(i) + 1, i
		}
	}'
}

git init -q --bare trunk.git && cd trunk.git
make_trunk "$commits" | git fast-import --quiet
git config core.fsync none
git config gc.auto 0
# results of some commits, and a queue: what was planned for the newest of all
git rev-list -n 2000 main | awk 'NR % 10 == 0' | while read -r id
do
	for platform in x86-64-linux aarch64-linux aarch64-macos
	do
		printf '{"commit":"%s","platform":"%s","finished":"2026-01-01T00:00:00Z","benchmarks":[{"name":"b","metrics":[{"name":"wall","samples":[1]}]}]}\n' "$id" "$platform"
	done
done >records
git perf append -q <records
git perf plan >../first
before=$(git rev-parse refs/perf/queue)

i=0
while test $i -lt 41
do
	i=$((i + 1))
	time_ms git-perf help >>../help.ms
	time_ms git-perf ls main >>../ls.ms
	time_ms git-perf plan >>../plan.ms
done
plan=$(median <../plan.ms) help=$(median <../help.ms) ls=$(median <../ls.ms)
test "$before" = "$(git rev-parse refs/perf/queue)" || echo 'the queue has changed: not what was to be measured'
figure "git perf plan with nothing new, $commits commits: beyond git perf help" \
	"$(awk -v a="$plan" -v b="$help" 'BEGIN { print a - b }')" ms '<=' 10
beside 'git perf plan' "$plan" ms
beside 'git perf help' "$help" ms
beside 'git perf ls main, which opens the branch, too' "$ls" ms
beside 'plan / help' "$(awk -v a="$plan" -v b="$help" 'BEGIN { print a / b }')" x
cd ..

# --- a real history ----------------------------------------------------------

if ! have_data
then
	echo "skipped: a real history: no data in $data_dir"
	exit 0
fi

simulate=$bin/t/unit/u-simulate
make_data_history history
# the three platforms, and what they have measured: "<platform> <time> <commit> <seconds>"
xz -dc "$data_dir/gruel/runs.jsonl.xz" | awk '
	function text(key) {
		match($0, "\"" key "\":\"[^\"]*\"")
		return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
	}
	{
		sum = 0
		n = split($0, part, "{\"name\":\"")
		for (i = 2; i <= n; i++) {
			split(part[i], half, "\"mean_ms\":")
			mean = half[2] + 0
			split(part[i], half, "\"iterations\":")
			times = half[2] + 0
			split(part[i], half, "\"runtime_ms\":")
			sum += times * (mean + half[2]) / 1000
		}
		print text("platform"), text("timestamp"), text("commit"), sum
	}' >runs
takes=
for platform in x86-64-linux aarch64-linux aarch64-macos
do
	takes="$takes $(awk -v p=$platform '$1 == p { print $4 }' runs | median)"
done
awk '$1 == "x86-64-linux" { print $2, $3 }' runs >runs.one
first=$(cut -d' ' -f2 runs | sort | head -n 1)

# table <log> <seconds>...: what would have become of it, by policy
table () {
	log=$1
	shift
	printf '%-28s %6s %6s %6s %6s %6s %7s %8s %8s\n' '' runs 'of one' 'meas.%' 'repr.%' gap hours median worst
	for plan in 'plan = window=15m' 'plan = commits=5' 'plan = merges' 'plan = every' 'plan = every; degrade = skip'
	do
		"$simulate" replay "$log" "$plan" "$@"
	done
	"$simulate" replayed "$log" runs.one
}

# as if each job took ten times as long
slower () {
	echo "$*" | awk '{ for (i = 1; i <= NF; i++) printf "%s ", 10 * $i }'
}

git -C history log --first-parent --reverse --since="$first" --format='%ct %H %P' main >log
echo "
A compiler's trunk since its first run, $(wc -l <log) commits, on x86-64-linux; a job takes what
a run measured there, in seconds:$takes. The gap is in commits without a
result of their own; latencies, from a commit to the first result that speaks for it,
are in minutes."
# shellcheck disable=SC2086
table log $takes
echo "
The same, if a job took ten times as long:"
# shellcheck disable=SC2046,SC2086
table log $(slower $takes)
