#!/bin/sh
#
# What the store promises: writers that lose nothing, and how fast they are.
# Each figure stands beside what it is compared with, in one run. Machines are
# noisy: look at the ratios. Nothing here is a test; a figure beyond its bound
# is marked, not an error.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=t/lib-data.sh
. "$TEST_TOP/t/lib-data.sh"

echo "store: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"

# --- writers racing ----------------------------------------------------------

# Somebody adds files to the branch with git alone, by compare-and-swap.
cli_writer () {
	export GIT_INDEX_FILE="$work/index.$1"
	i=0
	while test $i -lt 20
	do
		old=$(git rev-parse perf) &&
		git read-tree perf &&
		blob=$(echo "$1 $i" | git hash-object -w --stdin) &&
		git update-index --add --cacheinfo "100644,$blob,marks/2026-01/$1-$i.json" &&
		new=$(git commit-tree -p "$old" -m "cli $1 $i" "$(git write-tree)") &&
		git update-ref refs/heads/perf "$new" "$old" &&
		echo "marks/2026-01/$1-$i.json" && i=$((i + 1))
	done 2>/dev/null >"$work/cli.$1"
}

# 16 machines of three kinds measure the same commits.
platform_of () {
	case $(($1 % 3)) in
	0) echo x86-64-linux ;;
	1) echo aarch64-linux ;;
	2) echo aarch64-macos ;;
	esac
}

race () {
	"$helper" writer x86-64-linux w0 1 </dev/null >first 2>/dev/null
	touch racing
	(while test -e racing; do git pack-refs --all --prune; done) 2>/dev/null & packer=$!
	(while test -e racing; do git gc -q; done) 2>/dev/null & collector=$!
	cli_writer a & clis=$!
	cli_writer b & clis="$clis $!"
	writers=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
	do
		"$helper" writer "$(platform_of "$i")" "w$i" 200 </dev/null >"acked.$i" 2>/dev/null & writers="$writers $!"
	done
	# shellcheck disable=SC2086
	wait $writers $clis
	rm racing
	wait $packer $collector || :
}

git init -q race && cd race
git config core.fsync none
git commit -q --allow-empty -m x
race
git ls-tree -r perf runs | cut -c13-52 | sort >stored
sort acked.* | uniq >acked
cat acked.* | sort | uniq -d >twice
figure '16 x 200 appends beside git writers, pack-refs and gc: there' \
	"$(comm -12 acked stored | wc -l)" records '>=' 3200
figure '    acknowledged and lost' "$(comm -23 acked stored | wc -l)" records '<=' 0
figure '    there twice' "$(wc -l <twice)" records '<=' 0
git ls-tree -r --name-only perf marks | sort >cli.stored
sort ../cli.a ../cli.b >cli.acked
figure '    of 40 files by git writers, lost' "$(comm -13 cli.stored cli.acked | wc -l)" files '<=' 0
figure '    commits with two parents' "$(git rev-list --min-parents=2 --count perf)" commits '<=' 0
git fsck --strict --no-dangling --no-progress >/dev/null 2>&1 && broken=0 || broken=1
figure '    git fsck, exit status' "$broken" '' '<=' 0
cd ..

# --- alone, as fast as it goes -----------------------------------------------

throughput () {
	rm -rf alone && git init -q alone && cd alone
	git config core.fsync none
	"$helper" writer x86-64-linux w0 1 </dev/null >/dev/null 2>&1
	mkfifo go
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
	do
		"$helper" writer "$(platform_of "$i")" "w$i" 200 <go >/dev/null 2>>ready &
	done
	exec 9>go
	while test "$(wc -l <ready)" -lt 16; do :; done
	t=$(now)
	exec 9>&-
	wait
	awk -v a="$t" -v b="$(now)" 'BEGIN { print 3200 / ((b - a) / 1e9) }'
	cd ..
}

for i in 1 2 3; do throughput; done >rates
figure '16 writers, one long-lived process each, no fsync' "$(median <rates)" records/s '>=' 4000

# --- one append --------------------------------------------------------------

git init -q one && cd one
git commit -q --allow-empty -m x
head=$(git rev-parse HEAD)
i=0
while test $i -lt 21
do
	i=$((i + 1))
	echo '{"commit":"'"$head"'","platform":"p","benchmarks":[{"name":"b","metrics":[{"name":"wall","samples":['$i']}]}]}' >in
	time_ms sh -c 'exec git-perf append -q <in' >>append.ms
	time_ms git notes --ref=bench append -m "$i" HEAD >>notes.ms
	time_ms git-perf help >>start.ms
done
append=$(median <append.ms) notes=$(median <notes.ms)
figure 'git perf append of one record / git notes append' \
	"$(awk -v a="$append" -v b="$notes" 'BEGIN { print a / b }')" x '<=' 4
beside 'git perf append' "$append" ms
beside 'git notes append' "$notes" ms
beside 'of that, starting with libgit2 (git perf help)' "$(median <start.ms)" ms
cd ..

# --- real input --------------------------------------------------------------

if have_data
then
	make_data_artifacts artifacts
	make_data_history history
	: >collect.ms; : >import.ms
	for i in 1 2 3 4 5
	do
		rm -rf real && cp -r history real
		(cd real && time_ms git-perf collect ../artifacts) >>collect.ms
		test -s stream || (cd real && git-perf cat --all >../all &&
			git-perf ls --path >../paths && cd .. &&
			{
				printf 'commit refs/heads/perf\ncommitter a <a@example.com> 1 +0000\ndata 1\nx\n'
				LC_ALL=C awk 'NR == FNR { path[FNR] = $0; next }
					{ printf "M 644 inline %s\ndata %d\n%s\n\n", path[FNR], length($0) + 1, $0 }' paths all
			} >stream)
		rm -rf import && git init -q --bare import
		time_ms sh -c 'exec git -C import fast-import --quiet <stream' >>import.ms
	done
	collect=$(median <collect.ms) import=$(median <import.ms)
	figure 'collect of 1,621 artifacts / fast-import of the same' \
		"$(awk -v a="$collect" -v b="$import" 'BEGIN { print a / b }')" x '<=' 1.5
	beside 'git perf collect' "$collect" ms
	beside 'git fast-import' "$import" ms

	cd real
	beside 'log of one benchmark, the first time' "$(time_ms git-perf log -- many_functions@O0)" ms
	for i in 1 2 3 4 5 6 7; do time_ms git-perf log -- many_functions@O0; done >log.ms
	figure 'log of one benchmark, 1,308 commits, 1,621 records' "$(median <log.ms)" ms '<=' 200
	cd ..
	# the history came without its trees, so gc works on a clone of the branch
	git init -q --bare size
	git -C size fetch -q ../real perf:perf
	git -C size gc -q
	figure 'the branch after git gc, for each run' \
		"$(du -sk size/objects/pack | awk '{ print $1 / 1621 }')" KB '<=' 2.6
else
	echo "skipped: collect, log, size: no data in $data_dir"
fi

# --- killed ------------------------------------------------------------------

if sh "$TEST_TOP/t/t1002-append-crash.sh" --long >crash.out 2>&1
then
	figure 'killed at each fault point, and 60 times at random: failures' 0 '' '<=' 0
else
	figure 'killed at each fault point, and 60 times at random: failures' \
		"$(grep -c '^not ok' crash.out)" '' '<=' 0
fi
beside 'fault points' "$("$helper" faults | wc -l)" ''
