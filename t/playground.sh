#!/bin/sh
#
# A whole farm on this machine, to play with: a bare repository, a trunk that somebody
# pushes to all the time, a planner that comes every few seconds, and workers. Nothing
# of it leaves this machine, and it is gone at the end.
#
#	t/playground.sh [<workers>]       start it (3), and watch it until ^C
#
# Meanwhile, in another terminal:
#
#	t/playground.sh kill <worker>     as by kill -9, or a power failure
#	t/playground.sh stop <worker>     it hangs; "cont" wakes it up
#	t/playground.sh cont <worker>
#	t/playground.sh start <worker>    again, or one more: any name will do
#	t/playground.sh ask [<rev>]       ask for a commit
#	t/playground.sh push [<n>]        push some more commits
#	t/playground.sh slow <seconds>    how long a benchmark takes
#	t/playground.sh git <argument>... git in a clone of it: git perf worker pause w1
#	t/playground.sh log <worker>      what it has said so far
#
# PLAYGROUND=<folder> chooses where it is, so that there may be several.

set -eu

top=$(cd "$(dirname "$0")/.." && pwd -P)
farm=${PLAYGROUND:-${TMPDIR:-/tmp}/git-perf-playground-$(id -u)}
unset CI GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE 2>/dev/null || :
PATH=$top:$PATH
export PATH

# Leases that end soon, so that one need not wait for half an hour to see it
timeout=20
renew=5

fail () {
	echo >&2 "error: $1"
	test $# = 1 || echo >&2 "hint: $2"
	exit 1
}

settings () {
	git -C "$1" config user.name "$2" &&
	git -C "$1" config user.email "$2@playground.invalid" &&
	git -C "$1" config perf.renewInterval $renew
}

make_trunk () {
	git init -q --bare "$farm/hub.git"
	git -C "$farm/hub.git" symbolic-ref HEAD refs/heads/main
	git clone -q "$farm/hub.git" "$farm/boss" 2>"$farm/clone.log"
	settings "$farm/boss" boss
	echo 3 >"$farm/seconds"
	cat >"$farm/boss/.gitperf" <<-END
	[policy]
		plan = window=1m tagged
	[platform "x86-64-linux"]
	[benchmark "sleep"]
		command = sh -c 'sleep \$(cat "$farm/seconds")'
		iterations = 3
		warmup = 0
		timeout = ${timeout}s
	END
	git -C "$farm/boss" checkout -q -b main
	git -C "$farm/boss" add .gitperf
	git -C "$farm/boss" commit -q -m 'Say what is measured'
	git -C "$farm/boss" push -q origin main
	git -C "$farm/boss" remote set-head origin main
}

push_commits () {
	for n in $(seq "$1")
	do
		git -C "$farm/boss" commit -q --allow-empty -m "Change $n, at $(date +%H:%M:%S)"
	done
	git -C "$farm/boss" push -q origin main
}

# A process in the background whose number is in <farm>/<name>.pid
background () {
	name=$1
	shift
	"$@" >>"$farm/$name.log" 2>&1 </dev/null &
	echo $! >"$farm/$name.pid"
}

pusher () {
	while sleep 7
	do
		push_commits 1 || :
	done
}

planner () {
	while git -C "$farm/boss" perf plan -q || :
	do
		sleep 10
	done
}

start_worker () {
	test -d "$farm/$1" || {
		git clone -q "$farm/hub.git" "$farm/$1"
		settings "$farm/$1" "$1"
		git -C "$farm/$1" config perf.worker "$1"
		git -C "$farm/$1" config perf.platform x86-64-linux
		# each is a machine of its own
		git -C "$farm/$1" config perf.lockFile "$farm/$1.lock"
		git -C "$farm/$1" config perf.worktrees "$farm"
	}
	cd "$farm/$1"
	background "$1" git-perf work --loop
	cd "$top"
}

end_all () {
	for file in "$farm"/*.pid
	do
		read -r pid <"$file" || continue
		kill -CONT "$pid" 2>/dev/null || :
		kill "$pid" 2>/dev/null || :
	done
	wait
	rm -rf "$farm"
}

run () {
	test ! -e "$farm" || fail "there is a playground at '$farm' already" \
		"end that one; or, if it is a leftover: rm -r '$farm'"
	mkdir -p "$farm"
	trap end_all EXIT
	trap 'exit 130' INT TERM HUP
	make_trunk
	background pusher pusher
	background planner planner
	for n in $(seq "$1")
	do
		start_worker "w$n"
	done
	echo "a farm of $1 workers in $farm; $0 kill w1, and so on, in another terminal (see its first lines)"
	cd "$farm/boss"
	${WATCH:-git-perf status --watch=1}
}

pid_of () {
	test -f "$farm/$1.pid" || fail "there is no worker '$1'" "$0 start $1"
	cat "$farm/$1.pid"
}

command=${1:-3}
test $# = 0 || shift
case $command in
[0-9]*) run "$command" ;;
*)
	test -d "$farm" || fail "there is no playground" "start one: make playground"
	case $command in
	kill) kill -KILL "$(pid_of "$1")" ;;
	stop) kill -STOP "$(pid_of "$1")" ;;
	cont) kill -CONT "$(pid_of "$1")" ;;
	start) start_worker "$1" ;;
	ask) git -C "$farm/boss" perf request "${1:-HEAD}" ;;
	push) push_commits "${1:-1}" ;;
	slow) echo "$1" >"$farm/seconds" ;;
	git) git -C "$farm/boss" "$@" ;;
	log) cat "$farm/$1.log" ;;
	*) fail "'$command' is nothing to do in a playground" "the first lines of $0 say what there is" ;;
	esac ;;
esac
