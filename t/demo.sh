#!/bin/sh
#
# The main job, on this project itself: build its last few commits, measure
# commands of each, and look at how they moved. Everything happens in a clone
# that is removed at the end; this repository stays as it is.
#
#	t/demo.sh [<commits>]

set -eu

commits=${1:-4}
top=$(cd "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/git-perf-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A demonstration measures what it says it does, whatever CI is around it.
unset CI GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE 2>/dev/null || :
PATH=$top:$PATH
export PATH PAGER=cat

say () {
	printf '\n== %s\n' "$*"
}

# Show a command as somebody would type it, then run it.
try () {
	printf '\n$'
	for word
	do
		case $word in
		*[!A-Za-z0-9_./=:-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$@"
}

# Something to read: a branch of 200 records, made by the commit at hand.
make_sample () {
	git init -q sample
	awk 'BEGIN {
		for (i = 1; i <= 200; i++)
			printf "{\"commit\":\"%040x\",\"platform\":\"demo\"," \
				"\"benchmarks\":[{\"name\":\"b\",\"metrics\":" \
				"[{\"name\":\"wall\",\"samples\":[%d,%d]}]}]}\n", \
				i, 1000 + i, 1000 - i
	}' >sample.in
}

git -C "$top" rev-parse -q --verify HEAD >/dev/null 2>&1 || {
	echo >&2 "error: '$top' is not a git repository with a commit"
	echo >&2 "hint: git clone the project; the demonstration measures its history"
	exit 1
}

say "a clone of this project, and its last $commits commits"
git clone -q "$top" "$work/clone"
cd "$work/clone"
make_sample
try git --no-pager log --oneline -n "$commits"

for commit in $(git rev-list --first-parent --reverse -n "$commits" HEAD)
do
	say "commit $(git --no-pager log -1 --format='%h %s' "$commit")"
	git checkout -q "$commit"
	make -s -j2 all >build.log 2>&1 || { tail -3 build.log; echo "(does not build)"; }
	try git perf run --iterations=10 help= -- ./git-perf help
	try git perf run --iterations=10 append= -- \
		sh -c 'cd sample && ../git-perf append -q <../sample.in'
	try git perf run --iterations=10 ls= -- sh -c 'cd sample && ../git-perf ls'
done

say 'how the commands moved'
try git perf log
say 'one of them'
try git perf log -- append
say 'and all there is to know about the last commit'
try git perf show
say 'it is all on an ordinary branch'
try git --no-pager log --oneline -n 3 perf
try git perf fsck
