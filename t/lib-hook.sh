# shellcheck shell=sh
#
# Hooks that start something in the background, and what they start: seen by
# a git-perf that tells of it. To be included before lib-hub.sh or lib-server.sh,
# for servers to find it.

# A git-perf that tells of the ones in the background: a line in $SEEN when one
# begins and when it has ended, and what it was started with.
REAL=$GIT_PERF_BUILD_DIR/git-perf SEEN=$TRASH_DIRECTORY.home/seen
RUNNING=$TRASH_DIRECTORY.home/running
mkdir "$TRASH_DIRECTORY.home/spy" "$SEEN" "$RUNNING" || exit 1
{ echo "#!/bin/sh" && echo "REAL=$REAL SEEN=$SEEN RUNNING=$RUNNING" && cat; } \
	>"$TRASH_DIRECTORY.home/spy/git-perf" <<\SPY || exit 1
case "$1 $2 $3" in
"hook run collect" | "hook run plan" | "hook run push")
	# redirected in a shell of their own, not in the one that is looked at
	(exec >"$SEEN/fd" 2>&1; ls -l "/proc/$$/fd")
	(exec >"$SEEN/sid" 2>&1; cut -d" " -f6 "/proc/$$/stat")
	env | sort >"$SEEN/env"
	pwd -P >"$SEEN/pwd"
	echo "$*" >>"$SEEN/begun"
	"$REAL" "$@" &
	echo "$! $$" >"$RUNNING/$$"
	wait "$!"
	echo "$?" >>"$SEEN/ended"
	rm "$RUNNING/$$"
	;;
*)
	# so that it is found in PATH when it starts another
	exec perl -e 'my $real = shift; exec { $real } "git-perf", @ARGV' "$REAL" "$@"
	;;
esac
SPY
chmod +x "$TRASH_DIRECTORY.home/spy/git-perf" || exit 1
PATH=$TRASH_DIRECTORY.home/spy:$PATH

# None outlives a script that fails.
stop_background_ () {
	for file_ in "$RUNNING"/*
	do
		test ! -f "$file_" || xargs kill <"$file_"
	done
}
test_atexit stop_background_

# Nobody is at work in the background, and <n> have been since forget_seen.
forget_seen () {
	rm -f "$SEEN"/* && : >"$SEEN/begun" && : >"$SEEN/ended"
}

have_ended () {
	test "$(wc -l <"$SEEN/ended")" = "$1"
}

seen_ended () {
	wait_until have_ended "$1" &&
	test_line_count = "$1" "$SEEN/begun" &&
	# whatever went wrong: only what dies says so
	! grep -v "^0\$" "$SEEN/ended"
}

have_begun () {
	test "$(wc -l <"$SEEN/begun")" = "$1"
}

zero=0000000000000000000000000000000000000000

# Background work is real; nothing waits for long.
real_clock

# hub_with_hook <name>: hub, with our hook, which nobody has started yet
hub_with_hook () {
	hub "$1" && forget_seen &&
	git -C "$HUB" perf hook install >out
}

lanes_of () {
	refs_of "$HUB" inbox >lanes
}
