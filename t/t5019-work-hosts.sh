#!/bin/sh

test_description='workers on hosts of their own, one of which is cut off for a while

Hosts are network namespaces that are made here and removed at the end; all that is
sent stays in them.'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-server.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"
. "$TEST_DIRECTORY/lib-proof.sh"

FARM=$TRASH_DIRECTORY/www
HUB=$FARM/hub.git
NET=gp$$
export NET

test_lazy_prereq NETNS '
	test "$(id -u)" = 0 && ip netns add "$NET-probe" &&
	ip netns exec "$NET-probe" ip link set lo up && ip netns exec "$NET-probe" true &&
	ip link add "$NET.p" netns "$NET-probe" type veth peer name "$NET.q" netns "$NET-probe" &&
	ip netns del "$NET-probe"
'
test_atexit 'ip netns del "$NET-probe"'

# on <host> command...
on () {
	host_=$1 && shift && ip netns exec "$NET-$host_" "$@"
}

# host <name> <n>: a host on a wire of its own to the server, which is 10.77.<n>.1
host () {
	ip netns add "$NET-$1" && test_atexit "ip netns del $NET-$1" &&
	ip link add there netns "$NET-$1" type veth peer name "to-$1" netns "$NET-server" &&
	on server ip addr add "10.77.$2.1/24" dev "to-$1" && on server ip link set "to-$1" up &&
	on "$1" ip addr add "10.77.$2.2/24" dev there && on "$1" ip link set there up && on "$1" ip link set lo up
}

# daemon: in the namespace of the server, on all its addresses
daemon () {
	make_server_env_ && on_free_ports_ 1 launch_there_ && read -r PORT <"$server_/there"
}

launch_there_ () {
	serve_ "$server_/there.log" "Ready to rumble" ip netns exec "$NET-server" env -i sh -c '. "$1"; shift; exec "$@"' \
		sh "$server_/env" "$(git --exec-path)/git-daemon" --verbose --port="$1" --reuseaddr \
		--base-path="$FARM" --export-all --enable=receive-pack --informative-errors &&
	echo "$1" >"$server_/there"
}

# crew <name> <n>: its clone, with the server's address on its wire
crew () {
	hire "$1" && git -C "$FARM/$1" remote set-url origin "git://10.77.$2.1:$PORT/hub.git" &&
	git -C "$FARM/$1" config perf.lockFile "$FARM/lock.$1"
}

# works <name> [<option>...]: there
works () {
	who_=$1 && shift && on "$who_" git -C "$FARM/$who_" perf work -q "$@"
}

test_expect_success NETNS,GITDAEMON 'three hosts and a server, each on a wire of its own' '
	at 0 && a_farm && ip netns add "$NET-server" && test_atexit "ip netns del $NET-server" &&
	on server ip link set lo up && host w1 1 && host w2 2 && host w3 3 && daemon &&
	for n in 1 2 3
	do
		crew w$n $n || return 1
	done &&
	test_must_fail on w1 git ls-remote "git://10.77.2.1:$PORT/nowhere.git" 2>err &&
	for n in one two three four; do more $n || return 1; done &&
	boss git perf request -q HEAD~4..HEAD &&
	(cd "$HUB" && queue_jobs) | sed "s/^x \([0-9a-f]*\) .*/\1 x a ok/" | sort >want && test_line_count = 4 want
'

test_expect_success NETNS,GITDAEMON 'M22 M23 one is cut off in the middle: others go on, and its result is one more when it is back' '
	does <<-END &&
	test ! -e "$FARM/begun" || exit 0
	: >"$FARM/begun"
	unset GIT_DIR GIT_WORK_TREE
	ip netns exec $NET-w1 ip link set there down || exit
	for s in 0 100000 110000 120000
	do
		for w in w2 w3
		do
			GIT_PERF_TEST_CLOCK=\$((1699999200 + s)) ip netns exec $NET-\$w git -C "$FARM/\$w" perf work -q || exit
		done
	done
	END
	test_expect_code 75 works w1 2>err && test_grep "unreachable\|cannot" err &&
	nothing_waits "$HUB" && must_hold "$HUB" want && results >out && test_line_count = 4 out && test_grep ! w1 out &&
	test_expect_code 75 works w1 2>err &&
	on w1 ip link set there up && works w1 && must_hold "$HUB" want && nothing_waits "$HUB" &&
	results >out && test_line_count = 5 out && test_grep "w1 1" out
'

test_expect_success NETNS,GITDAEMON 'cut off for a moment, and back before its time is over: nothing is done twice' '
	more five && boss git perf request -q HEAD && rm "$FARM/begun" &&
	{ cat want && echo "$head x a ok"; } | sort >more && mv more want &&
	does <<-END &&
	ip netns exec $NET-w2 ip link set there down
	END
	test_expect_code 75 works w2 2>err && works w3 && results >out && test_line_count = 5 out &&
	on w2 ip link set there up && : | does && works w2 && works w3 && works w1 &&
	nothing_waits "$HUB" && must_hold "$HUB" want && results >out && test_line_count = 6 out && test_grep "w2" out
'

test_done
