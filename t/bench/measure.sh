#!/bin/sh
#
# What measuring promises: times that are no longer and no wider than those of
# hyperfine, little time of our own, and a verdict on a change of 2 % without
# any history.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"

repetitions=${BENCH_REPETITIONS:-20}
git config --global perf.lockFile "$work/lock"

echo "measuring: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"

# All ticks of this machine's processors, and those that a hypervisor took away
ticks () {
	awk '/^cpu / { print $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9, $9 }' /proc/stat 2>/dev/null || :
}
before=$(ticks)

# A program that only computes, for about <argument> rounds of 10 us
make_spin () {
	cat >"$1/spin.c" <<-\END
	#include <stdlib.h>
	int main(int argc, char **argv)
	{
		volatile unsigned x = 1;
		long i, n = argc > 1 ? atol(argv[1]) * ROUND : 0;

		for (i = 0; i < n; i++)
			x = x * 1664525u + 1013904223u;
		return x == 42;
	}
	END
}

# spin_for <milliseconds>: the argument that makes it take that long here
spin_for () {
	cc -O1 -DROUND=1000 -o spin spin.c
	i=0
	while test $i -lt 9
	do
		i=$((i + 1))
		time_ms ./spin 20000
	done | median | awk -v want="$1" '{ printf "%d\n", want * 20000 / $1 }'
}

git init -q one && cd one
git commit -q --allow-empty -m x
make_spin .
rounds=$(spin_for 10)

# --- beside hyperfine --------------------------------------------------------

# The median and the median absolute deviation of numbers, in microseconds
summary () {
	sort -g | awk '
	function mid(a, n) { return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
	{ v[NR] = $1 }
	END {
		m = mid(v, NR)
		for (i = 1; i <= NR; i++) {
			d = v[i] - m; if (d < 0) d = -d
			for (j = i - 1; j > 0 && w[j] > d; j--) w[j + 1] = w[j]
			w[j + 1] = d
		}
		printf "%.3f %.3f\n", m, mid(w, NR)
	}'
}

# ours <command>...: one line, "<median> <deviation>". Nothing else may start
# while it measures, as a pipeline would.
ours () {
	git-perf run --no-append -o - --iterations=100 --warmup=5 x= -- "$@" >ours.json
	jq '.benchmarks[0].metrics[] | select(.name == "wall") | .samples[] / 1000' ours.json | summary
}

theirs () {
	hyperfine -N --style=none --runs=100 --warmup=5 --export-json=hyper.json "$*" >/dev/null 2>&1
	jq '.results[0].times[] * 1e6' hyper.json | summary
}

# compare <what> <command>...: in turns, and the median of the turns
compare () {
	what=$1
	shift
	: >ours.all; : >theirs.all
	for i in 1 2 3 4 5 6 7
	do
		ours "$@" >>ours.all
		theirs "$@" >>theirs.all
	done
	a=$(cut -d' ' -f1 ours.all | median) b=$(cut -d' ' -f1 theirs.all | median)
	c=$(cut -d' ' -f2 ours.all | median) d=$(cut -d' ' -f2 theirs.all | median)
	figure "median wall of $what / hyperfine -N" "$(awk -v a="$a" -v b="$b" 'BEGIN { print a / b }')" x '<=' 1
	beside "git perf, hyperfine ($b us)" "$a" us
	figure "    its median absolute deviation / hyperfine -N" "$(awk -v a="$c" -v b="$d" 'BEGIN { print a / b }')" x '<=' 1
	beside "git perf, hyperfine ($d us)" "$c" us
}

if command -v hyperfine >/dev/null && command -v jq >/dev/null
then
	compare /bin/true /bin/true
	compare 'a 10 ms spin' ./spin "$rounds"
else
	echo "skipped: median and spread beside hyperfine: hyperfine or jq is missing"
fi

# --- our own time ------------------------------------------------------------

figure 'processor time of git perf itself for each iteration' \
	"$(for i in 1 2 3 4 5
	do
		git-perf doctor --json
	done | jq '.findings[] | select(.name == "overhead") | .value | sub(" .*"; "") | tonumber' | median)" us '<=' 100
cd ..

# --- run --base --------------------------------------------------------------

git init -q base && cd base
make_spin .
cat >.gitperf <<-END
[suite]
	build = cc -O1 -DROUND=1000 -o spin spin.c
[benchmark "spin"]
	command = ./spin $rounds
END
git add . && git commit -q -m one
git commit -q --allow-empty -m same
sed -i -e 's/ROUND : 0/ROUND * 102 \/ 100 : 0/' spin.c
git commit -q -a -m slower

# verdicts <base> <head>: how often each word was the answer
verdicts () {
	i=0
	while test $i -lt "$repetitions"
	do
		i=$((i + 1))
		git-perf run --no-append --json --base="$1" --commit="$2" 2>/dev/null |
		jq -r '.comparison.rows[] | select(.metric == "wall") | .verdict' || :
	done
}

figure "run --base, 20 pairs, 2 % slower: found in $repetitions" \
	"$(verdicts HEAD~1 HEAD | grep -c regression || :)" times '>=' "$((repetitions * 18 / 20))"
figure "run --base, 20 pairs, the same program: false in $repetitions" \
	"$(verdicts HEAD~2 HEAD~1 | grep -c -E 'regression|improvement' || :)" times '<=' "$((repetitions / 20))"
if test -n "$before"
then
	beside 'of all that, stolen by the hypervisor' "$(echo "$before $(ticks)" |
		awk '{ print 100 * ($4 - $2) / ($3 - $1) }')" %
fi
