#!/bin/sh
#
# check.sh [--long]
# check.sh --trace <D>...
#
# Play the model of the queue, queue.pml: as it is, which must keep every
# invariant, and with mistakes, each of which must break the one that is named
# here. A line for each run; exits 1 if any did not turn out as expected. --long
# adds two jobs with three attempts: minutes, and 1.2 GB.
# --trace tells the shortest way to what is wrong, as in
#
#	t/model/check.sh --trace BUG_GIVE_UP_WITH_LAST_TOKEN ONLY=1

set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 128
cc=${CC:-cc}
ran=0 bad=0 states_mb=900 pack=

command -v spin >/dev/null || {
	echo 'skipped: model of the queue: no spin'
	exit 0
}

mkdir -p "$here/../../build/model" && cd "$here/../../build/model" || exit 128

# play <flags of the compiler> <flags of pan> <define>...: the output in pan.log
play () {
	cflags=$1 flags=$2
	shift 2
	rm -f pan pan.* queue.pml.trail
	cp "$here/queue.pml" . &&
	spin -a "$@" queue.pml >spin.log 2>&1 || {
		cat spin.log >&2
		exit 128
	}
	# shellcheck disable=SC2086
	$cc -w $cflags -DMEMLIM="$states_mb" -o pan pan.c || exit 128
	# shellcheck disable=SC2086
	./pan -m9999 $flags >pan.log 2>&1
	grep -q 'errors: ' pan.log || {
		cat pan.log >&2
		exit 128
	}
}

# report ok|"not ok" <what>: with how large that was
report () {
	ran=$((ran + 1))
	test "$1" = ok || bad=$((bad + 1))
	awk -v head="$1 $ran - $2" '
	/states, stored/ { states = $1 }
	/elapsed time/ { seconds = $4 }
	/depth reached/ { depth = $6; sub(/,.*/, "", depth) }
	END { printf "%s (%s states, depth %s, %s s)\n", \
		head, states, depth, seconds }' pan.log
}

defines () {
	for define
	do
		printf '%s ' "-D$define"
	done
}

# holds <what> <define>...: nothing is wrong, whatever happens
holds () {
	what=$1
	shift
	# shellcheck disable=SC2046
	play "-O1 -DSAFETY $pack" -w22 $(defines "$@")
	judge_right "$what"
}

# ends <what> <define>...: and no run goes on for ever. Without any label of
# progress, every cycle is one without progress.
ends () {
	what=$1
	shift
	# shellcheck disable=SC2046
	play "-O1 -DNP" "-w22 -l" $(defines "$@")
	judge_right "$what"
}

judge_right () {
	verdict='not ok'
	! grep -q 'errors: 0' pan.log ||
		grep -q 'Search not completed\|max search depth' pan.log ||
		verdict=ok
	report "$verdict" "$1"
	test "$verdict" = ok || grep '^pan:' pan.log | sed 's/^/# /'
}

# breaks <invariant> <define>...: that one. The search goes by the number of
# steps, so "depth" is that of the shortest way.
breaks () {
	number=$1 bugs=
	shift
	for define
	do
		test "${define#BUG_}" = "$define" || bugs="$bugs${bugs:+ }$define"
	done
	# shellcheck disable=SC2046
	play "-O0 -DSAFETY -DBFS" "-w18 -E" $(defines "$@" ONLY="$number")
	verdict='not ok' found='nothing found'
	if grep -q '^pan:.*assertion violated' pan.log
	then
		verdict=ok found="breaks I$number"
	fi
	report "$verdict" "$bugs: $found"
	test "$verdict" = ok || echo "# expected to break I$number"
}

if test "${1-}" = --trace
then
	shift
	# shellcheck disable=SC2046
	play "-O0 -DSAFETY -DBFS" "" $(defines "$@")
	grep '^pan:1:' pan.log || { echo 'nothing is wrong'; exit 0; }
	# shellcheck disable=SC2046
	spin -t -T -B $(defines "$@") queue.pml | sed '/^spin:/d; /^#/,$d'
	exit 1
fi

one='ATTEMPTS=3 REFUNDS=2 CRASHES=2 GONE=1 TOUCHES=1'
two='JOBS=2 ATTEMPTS=2 REFUNDS=0'

# The configurations are words.
# shellcheck disable=SC2086
{
holds 'one job, all that can go wrong' $one
ends 'the same, and every run ends' $one
holds 'two jobs, refunds' JOBS=2 ATTEMPTS=2 REFUNDS=1 CRASHES=0
holds 'two jobs, crashes, and who is gone for good' $two GONE=1
ends 'two jobs, every run ends' $two CRASHES=0
holds 'two jobs, people cancel' $two CRASHES=0 CANCEL=1
holds 'one job, people remove the queue' REMOVALS=1
holds 'two jobs of one request, versions' $two CRASHES=0 VERSIONS=1
ends 'the same, a platform for each worker' $two VERSIONS=1 PLATFORMS=1
holds 'two jobs of sets, right clocks' $two SETS=1 GONE=1 WRONG_CLOCKS=0

breaks 3 BUG_NO_SWAP_QUEUE
breaks 1 BUG_NO_SWAP_QUEUE
breaks 2 BUG_NO_SWAP_DATA
breaks 3 BUG_TOKEN_NOT_BUMPED_ON_STEAL
breaks 1 BUG_TOKEN_NOT_BUMPED_ON_STEAL
breaks 3 BUG_TOKEN_RESET_AFTER_REMOVAL $two CRASHES=0
breaks 1 BUG_TOKEN_RESET_AFTER_REMOVAL $two CRASHES=0
breaks 3 BUG_TOKEN_RESET_BY_SQUASH TOUCHES=1
breaks 1 BUG_TOKEN_RESET_BY_SQUASH TOUCHES=1
breaks 3 BUG_TOKENS_OF_NEW_QUEUE_FROM_0 REMOVALS=1
breaks 1 BUG_TOKENS_OF_NEW_QUEUE_FROM_0 REMOVALS=1
breaks 4 BUG_NO_LOOK_AFTER_LOST_ACK
breaks 1 BUG_ACK_BY_TOKEN_ALONE
breaks 3 BUG_RELEASE_WITHOUT_FENCE
breaks 6 BUG_NO_ATTEMPT_LIMIT
breaks 6 BUG_REFUNDS_NOT_CAPPED
breaks 6 BUG_CRASH_COSTS_NOTHING
breaks 7 BUG_REMOVED_BEFORE_LANDING
breaks 1 BUG_GIVE_UP_WITH_LAST_TOKEN
breaks 7 BUG_GIVE_UP_ON_A_LEASE
breaks 9 BUG_CANCEL_LEASED CANCEL=1
breaks 10 BUG_DATA_READ_FIRST
breaks 12 BUG_PLAN_MOVES_SET $two SETS=1 GONE=1 WRONG_CLOCKS=0
breaks 13 BUG_VERSION_NOT_PINNED $two CRASHES=0 VERSIONS=1
breaks 13 BUG_UNPIN $two CRASHES=0 VERSIONS=1
breaks 14 BUG_PIN_IS_ONLY_REFUSED $two CRASHES=0 VERSIONS=1 PLATFORMS=1
breaks 14 BUG_UPDATE_DURING_REQUEST BUG_PIN_IS_ONLY_REFUSED $two CRASHES=0 VERSIONS=1
breaks 14 BUG_NOBODY_EXPIRES
breaks 14 BUG_NOBODY_GIVES_UP

if test "${1-}" = --long
then
	states_mb=2000 pack=-DCOLLAPSE
	holds 'two jobs, three attempts, all that can go wrong' \
		JOBS=2 ATTEMPTS=3 REFUNDS=1 GONE=1
fi
}

echo "1..$ran"
test $bad = 0
