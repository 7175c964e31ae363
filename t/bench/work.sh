#!/bin/sh
#
# What workers promise: how little one without a job asks for, how well many share one
# queue, and that platforms do not wait for each other. Machines are noisy: look at the ratios.
#
#	work.sh [poll|crowd|platforms]...
#
# CROWD=<workers> and CROWD_JOBS=<jobs> choose another crowd than 50 and 100.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"

parts=${*:-poll crowd platforms}
echo "work: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"
git config --global gc.auto 0
git config --global maintenance.auto false
git config --global core.fsync none

# The servers of the tests
start_http () {
	TRASH_DIRECTORY=$work TEST_DIRECTORY=$TEST_TOP/t
	at_exit=:
	test_atexit () {
		at_exit="$*; $at_exit"
	}
	trap 'eval "$at_exit"; rm -rf "$work"' EXIT
	test_lazy_prereq () {
		:
	}
	# shellcheck source=t/lib-race.sh
	. "$TEST_DIRECTORY/lib-race.sh"
	# shellcheck source=t/lib-server.sh
	. "$TEST_DIRECTORY/lib-server.sh"
	start_httpd
}

# project <commits> <lines of .gitperf>: hub.git, and "boss", which has pushed them
project () {
	rm -rf hub.git boss && git init -q --bare hub.git && git init -q boss
	for n in $(seq "$1")
	do
		git -C boss commit -q --allow-empty -m "commit $n"
	done
	printf '%b\n' "$2" >boss/.gitperf
	git -C boss add .gitperf
	git -C boss commit -q -m suite
	git -C boss remote add origin "$PWD/hub.git"
	git -C boss push -q origin main
	git -C boss fetch -q
}

# hire <name> <platform>: a clone in which a worker of that name works
hire () {
	rm -rf "$1" && git clone -q hub.git "$1"
	git -C "$1" config perf.worker "$1"
	git -C "$1" config perf.platform "$2"
	git -C "$1" config perf.lockFile "$PWD/$1.lock"
	git -C "$1" config perf.worktrees "$PWD"
}

SECOND='[benchmark "second"]\ncommand = sleep 1\niterations = 1\nwarmup = 0'

# --- A poll of one that has nothing to do, beside git ls-remote of the same two references

bench_poll () {
	start_http
	make_hub hub.git
	git init -q polled
	git -C polled commit -q --allow-empty -m one
	git -C polled remote add origin "$(hub_url http hub.git)"
	git -C polled push -q origin main main:refs/heads/perf main:refs/perf/queue
	id=$(git -C polled rev-parse main)
	seq 5000 | sed "s|.*|create refs/pull/&/head $id|" | git -C www/hub.git update-ref --stdin
	git -C www/hub.git pack-refs --all
	cd polled
	# a worker polls again and again: what starting one costs is not counted
	for n in $(seq 9)
	do
		for m in 1 2 3 4 5
		do
			time_ms git ls-remote --refs origin refs/perf/queue refs/heads/perf >>../listed
		done
		echo "$(time_ms "$helper" poll origin 1) $(time_ms "$helper" poll origin 6)"
	done >../pairs
	awk '{ print ($2 - $1) / 5 }' <../pairs >../polled.ms
	cd ..
	figure 'idle poll, http loopback, 5,000 refs: x git ls-remote' \
		"$(awk -v a="$(median <polled.ms)" -v b="$(median <listed)" 'BEGIN { print a / b }')" x '<=' 1.3
	beside 'git ls-remote of the same two references' "$(median <listed)" ms
}

# --- Many workers, one queue

bench_crowd () {
	workers=${CROWD:-50} jobs=${CROWD_JOBS:-100}
	project $((jobs - 1)) "[platform \"x\"]\n$SECOND"
	git -C boss perf request -q --steps="$jobs" "$(git -C boss rev-list --max-parents=0 main)..main" 2>/dev/null || :
	git -C boss perf request -q "$(git -C boss rev-list --max-parents=0 main)"
	asked=$(git -C hub.git ls-tree -r --name-only refs/perf/queue jobs/ | wc -l)
	cat >hub.git/hooks/pre-receive <<-\END
	#!/bin/sh
	grep -q refs/perf/queue && echo >>pushes || :
	END
	chmod +x hub.git/hooks/pre-receive
	hire w1 x
	for n in $(seq 2 "$workers")
	do
		cp -R w1 "w$n"
		git -C "w$n" config perf.worker "w$n"
		git -C "w$n" config perf.lockFile "$PWD/w$n.lock"
	done
	began=$(now)
	for n in $(seq "$workers")
	do
		git -C "w$n" -c perf.pushTimeout=600 perf work -q 2>"err.$n" &
	done
	wait
	ended=$(now)
	git -C hub.git ls-tree -r --name-only perf runs/ >results
	figure "$workers workers, $asked jobs of a second: results of each" \
		"$(awk -v n="$(wc -l <results)" -v asked="$asked" 'BEGIN { print n / asked }')" x '<=' 1
	figure '... results that are missing' $((asked - $(cut -d/ -f3-4 results | cut -c 1-41 | sort -u | wc -l))) '' '<=' 0
	figure '... pushes of the queue for each job' \
		"$(awk -v n="$(wc -l <hub.git/pushes)" -v asked="$asked" 'BEGIN { print n / asked }')" '' '<=' 3
	beside '... of these, that changed it' "$(git -C hub.git rev-list --count refs/perf/queue)" ''
	beside '... in' "$(awk -v a="$began" -v b="$ended" 'BEGIN { print (b - a) / 1e9 }')" s
	cat err.* | sort | uniq -c | sort -rn | head -n 3
}

# --- Platforms at the same time (A13)

# farm <platform>...: a worker for each does what there is; in milliseconds
farm () {
	t_=$(now)
	for name
	do
		git -C "$name" perf work -q &
	done
	wait
	awk -v a="$t_" -v b="$(now)" 'BEGIN { printf "%.3f\n", (b - a) / 1e6 }'
}

bench_platforms () {
	project 1 "[platform \"x\"]\n[platform \"y\"]\n[platform \"z\"]\n[benchmark \"long\"]\ncommand = sleep 4\niterations = 3\nwarmup = 0"
	for name in x y z
	do
		hire "$name" "$name"
	done
	git -C boss perf request -q HEAD
	for name in x y z
	do
		farm "$name"
	done >alone
	git -C boss perf request -q HEAD~1
	farm x y z >together
	slowest=$(sort -n alone | tail -n 1)
	figure '3 platforms at once: x the slowest of them alone' \
		"$(awk -v a="$(cat together)" -v b="$slowest" 'BEGIN { print a / b }')" x '<=' 1.2
	beside '... one after the other' "$(awk -v b="$slowest" '{ n += $1 } END { print n / b }' alone)" x
}

for part in $parts
do
	"bench_$part"
done
