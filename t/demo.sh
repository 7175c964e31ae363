#!/bin/sh
#
# The main job, on this project itself: measure its last few commits by its own
# suite, compare the last two, and look at how they moved. Everything happens in a clone
# that is removed at the end; this repository stays as it is.
#
#	t/demo.sh [<commits>]

set -eu

commits=${1:-3}
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

git -C "$top" rev-parse -q --verify HEAD >/dev/null 2>&1 || {
	echo >&2 "error: '$top' is not a git repository with a commit"
	echo >&2 "hint: git clone the project; the demonstration measures its history"
	exit 1
}

say "a clone of this project, and its last $commits commits"
git clone -q "$top" "$work/clone"
cd "$work/clone"
commits_there=$(git rev-list --first-parent --count HEAD)
test "$commits" -le "$commits_there" || commits=$commits_there

# Old commits are measured by the suite and on the samples of today.
GIT_PERF_BENCH=$PWD/t/bench
export GIT_PERF_BENCH

say 'what is measured'
try cat .gitperf
try git perf run --dry-run

say "its last commits, each built and measured in a place of its own"
if test "$commits" -lt "$commits_there"
then
	try git perf run --steps="$commits" "HEAD~$commits..HEAD"
else
	try git perf run --steps="$commits" HEAD
fi

if test "$commits_there" -gt 1
then
	say 'the last commit against the one before, in turns: the gate for a pull request'
	try git perf run --no-append --base=HEAD~1 || echo "(exit status $?)"
	say 'what the history says of the same'
	try git perf diff HEAD~1 HEAD
fi

say 'how the benchmarks moved'
try git perf log
say 'one of them'
try git perf log -- append
say 'and all there is to know about the last commit'
try git perf show
say 'it is all on an ordinary branch'
try git --no-pager log --oneline -n 3 perf
try git perf fsck
say 'how quiet this machine is'
try git perf doctor
