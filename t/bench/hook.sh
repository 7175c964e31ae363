#!/bin/sh
#
# What a hook promises: that nobody who pushes notices it. Pushes of a lane to
# two repositories, one with the hook and one without, in turns; then of commits
# that are planned.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"

pushes=${BENCH_PUSHES:-20}
export GIT_COMMITTER_DATE='1700000000 +0000' GIT_AUTHOR_DATE='1700000000 +0000'

echo "hooks: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"

git init -q --bare with.git
git init -q --bare without.git
git -C with.git perf hook install >/dev/null
git init -q clone && cd clone
git commit -q --allow-empty -m x
commit=$(git rev-parse HEAD)

# make_lane <n>: a commit with one record, as git perf push would make it
make_lane () {
	printf '{"commit":"%s","platform":"bench","finished":"2026-01-01T00:00:00Z","benchmarks":[{"name":"b","metrics":[{"name":"wall","samples":[%s]}]}]}\n' \
		"$commit" "$1" | git perf append -q
	lane=$(git commit-tree -m lane 'perf^{tree}')
	git update-ref -d refs/heads/perf
	git update-ref -d refs/perf/seen
}

# push_ms <repository> <n>
push_ms () {
	time_ms git push -q "../$1" "$lane:refs/perf/inbox/bench/$2"
}

# What runs in the background is not to be in the way of the next push
wait_for_collector () {
	while git -C ../with.git rev-parse -q --verify "refs/perf/inbox/bench/$1" >/dev/null
	do
		:
	done
}

for i in $(seq "$pushes")
do
	make_lane "$i"
	push_ms without.git "$i" >>../without
	push_ms with.git "$i" >>../with
	wait_for_collector "$i"
done
with=$(median <../with) without=$(median <../without)
figure "a push of a lane, median of $pushes: longer by the hook" \
	"$(awk -v a="$with" -v b="$without" 'BEGIN { print a - b }')" ms '<=' 50
beside 'with the hook' "$with" ms
beside 'without' "$without" ms
beside 'with / without' "$(awk -v a="$with" -v b="$without" 'BEGIN { print a / b }')" x
figure '    lanes collected' "$(git -C ../with.git ls-tree -r perf runs/ | wc -l)" lanes '>=' "$pushes"

# Marked commits of a project that plans: the hook reads its suite, and wakes a
# planner, who puts them into the queue
printf '[policy]\n\tplan = tagged\n[platform "bench"]\n' >.gitperf
git add .gitperf
git commit -q -m suite
git push -q ../with.git HEAD:refs/heads/main 2>/dev/null
git push -q ../without.git HEAD:refs/heads/main

planned () {
	git -C ../with.git ls-tree -r --name-only refs/perf/queue requests/ 2>/dev/null | grep -q "$1"
}

for i in $(seq "$pushes")
do
	git commit -q --allow-empty -m "commit $i [bench]"
	time_ms git push -q ../without.git HEAD:refs/heads/main >>../without.commits
	time_ms git push -q ../with.git HEAD:refs/heads/main >>../with.commits
	until planned "$(git rev-parse HEAD)"
	do
		:
	done
done
with=$(median <../with.commits) without=$(median <../without.commits)
figure "a push of a planned commit, median of $pushes: longer by it" \
	"$(awk -v a="$with" -v b="$without" 'BEGIN { print a - b }')" ms '<=' 50
beside 'with the hook' "$with" ms
beside 'without' "$without" ms
beside 'with / without' "$(awk -v a="$with" -v b="$without" 'BEGIN { print a / b }')" x
