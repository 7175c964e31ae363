#!/bin/sh
#
# What sharing promises: how much crosses the wire, how long a delivery takes
# beside what git alone needs, how fast a server empties its inbox, and how
# well many pushers take turns. Machines are noisy: look at the ratios.
#
#	share.sh [wire|direct|collect|crowd]...

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"

parts=${*:-wire direct collect crowd}
echo "share: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"
git config --global gc.auto 0
git config --global maintenance.auto false
git config --global core.fsync none

# records <n> <platform>: of the commits in ids, one after the other
records () {
	awk -v n="$1" -v p="$2" '
	{ id[NR] = $1 }
	END { for (i = 0; i < n; i++) {
		printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"finished\":\"2024-%02d-%02dT%02d:%02d:%02dZ\",", \
			id[1 + i % NR], p, 1 + int(i / 2419200) % 12, 1 + int(i / 86400) % 28, \
			int(i / 3600) % 24, int(i / 60) % 60, i % 60
		printf "\"benchmarks\":[{\"name\":\"parse\",\"metrics\":[{\"name\":\"wall\",\"samples\":[%d,%d,%d]}]}]}\n", \
			1000000 + i, 1000100 + i, 1000200 + i
	} }' ids
}

# project <commits>: "origin", and its ids
project () {
	rm -rf origin hub.git && git init -q origin &&
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++)
		printf "commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 2\nx\nM 100644 inline f\ndata %d\n%d\n\n", \
			1600000000 + i, length(i) + 1, i }' | git -C origin fast-import --quiet
	git -C origin rev-list main >ids
}

# branch <records>: hub.git with a perf branch of so many
branch () {
	project 1000
	records "$1" x86-64-linux | git -C origin perf append -q
	git -C origin repack -q -a -d
	git clone -q --mirror origin hub.git
	git -C hub.git config --unset remote.origin.mirror || :
}

# one <clone> <n>: a record of its own
one () {
	printf '{"commit":"%s","platform":"x86-64-linux","reason":"push","finished":"2025-01-01T00:00:00Z","benchmarks":[{"name":"own","metrics":[{"name":"wall","samples":[%d]}]}]}\n' \
		"$(head -n 1 ids)" "$2" | git -C "$1" perf append -q 2>/dev/null
}

# The server of the tests; what crosses the wire is counted beside ssh.
start_ssh () {
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
	start_sshd
}

# ssh without a network, which counts
counting_ssh () {
	cat >count <<-\END
	#!/bin/sh
	# count <host> <command>
	tee -a "$COUNT_UP" | sh -c "$2" | tee -a "$COUNT_DOWN"
	END
	chmod +x count
	GIT_SSH_COMMAND=$work/count GIT_SSH_VARIANT=simple COUNT_UP=$work/up COUNT_DOWN=$work/down
	export GIT_SSH_COMMAND GIT_SSH_VARIANT COUNT_UP COUNT_DOWN
}

# lane <n>: one more, and a commit by git alone beside it
lane () {
	one shallow "$1"
	time_ms git -C shallow perf push -q --lane >>lane.ms
	new=$(git -C shallow commit-tree -m "$1" 'HEAD^{tree}')
	time_ms git -C shallow push -q origin "$new:refs/heads/one$1" >>bare.ms
	git -C big.git update-ref -d "refs/heads/one$1"
	git -C big.git for-each-ref --format='delete %(refname)' refs/perf/inbox | git -C big.git update-ref --stdin
}

for part in $parts
do
	case $part in
	wire|direct)
		test -d big.git || {
			branch 100000
			mv hub.git big.git
		}
		;;
	esac
	case $part in
	wire)
		git clone -q --depth=1 "file://$work/big.git" shallow
		counting_ssh
		git -C shallow remote set-url origin "host:$work/big.git"
		for i in 1 2 3 4 5
		do
			: >up; : >down
			one shallow "$i"
			git -C shallow perf push -q --lane 2>/dev/null
			cat up down | wc -c >>lane.bytes
		done
		figure 'lane push, depth-1 clone, 100,000 records: on the wire' "$(median <lane.bytes)" bytes '<=' 8192
		unset GIT_SSH_COMMAND GIT_SSH_VARIANT
		git -C shallow remote set-url origin "$work/big.git"
		for i in 11 12 13 14 15 16 17 18 19; do lane $i; done
		beside '    by path, against git push of one commit' \
			"$(awk -v a="$(median <lane.ms)" -v b="$(median <bare.ms)" 'BEGIN { print a / b }')" x
		if start_ssh 2>/dev/null
		then
			rm lane.ms bare.ms
			git -C shallow remote set-url origin "$SSH_URL$work/big.git"
			for i in 21 22 23 24 25 26 27 28 29; do lane $i; done
			figure '    over ssh, against git push of one commit' \
				"$(awk -v a="$(median <lane.ms)" -v b="$(median <bare.ms)" 'BEGIN { print a / b }')" x '<=' 1.3
		fi
		beside 'git perf push --lane' "$(median <lane.ms)" ms
		beside 'git push' "$(median <bare.ms)" ms
		unset GIT_SSH_COMMAND
		;;
	direct)
		git clone -q "$work/big.git" full 2>/dev/null
		git clone -q "$work/big.git" plain 2>/dev/null
		git -C full perf fetch -q
		i=0
		while test $i -lt 15
		do
			i=$((i + 1))
			# each has to fetch what the other has pushed, and pushes a record
			one full $i
			time_ms git -C full perf push -q --direct >>direct.ms
			time_ms git -C plain fetch -q origin perf:refs/x/perf >fetch.ms
			git -C plain update-ref refs/heads/perf refs/x/perf
			one plain $((1000 + i))
			time_ms git -C plain push -q --force-with-lease=refs/heads/perf:refs/x/perf origin perf >push.ms
			paste fetch.ms push.ms | awk '{ print $1 + $2 }' >>git.ms
		done
		direct=$(median <direct.ms) alone=$(median <git.ms)
		figure 'direct push, the same branch: our share beyond git' "$(awk -v a="$direct" -v b="$alone" 'BEGIN { print (a - b) / b }')" x '<=' 0.5
		beside 'git perf push --direct' "$direct" ms
		beside 'git fetch, and git push of a commit that is there' "$alone" ms
		;;
	collect)
		branch 20000
		git clone -q hub.git many 2>/dev/null
		git -C many update-ref -d refs/heads/perf 2>/dev/null || :
		i=0
		# 1,000 lanes as 1,000 jobs make them
		while test $i -lt 1000
		do
			i=$((i + 1))
			git -C many update-ref -d refs/heads/perf
			git -C many update-ref -d refs/perf/seen
			git -C many update-ref -d refs/remotes/origin/perf
			one many $((100000 + i))
			rm -f many/.git/perf/sent
			git -C many perf push -q --lane 2>/dev/null
		done
		before=$(git -C hub.git rev-list --count perf)
		lanes=$(git -C hub.git for-each-ref refs/perf/inbox | wc -l)
		ms=$(time_ms git -C hub.git perf collect -q)
		beside 'lanes waiting on the server' "$lanes" lanes
		figure '    collected into a branch of 20,000 records' "$(awk -v ms="$ms" 'BEGIN { print ms / 1000 }')" s '<=' 4
		figure '    commits' "$(($(git -C hub.git rev-list --count perf) - before))" commits '<=' 1
		figure '    left' "$(git -C hub.git for-each-ref refs/perf/inbox | wc -l)" lanes '<=' 0
		;;
	crowd)
		project 1 && git clone -q --bare origin hub.git
		pusher () {
			n=0
			while test $n -lt 20
			do
				n=$((n + 1))
				one "clone$1" $(($1 * 1000 + n))
				# one that gives up has its time, too, and does not end this
				time_ms sh -c 'git -C "$1" perf push --json --direct >>"$1.json" || echo >>gave-up' sh "clone$1" >>"clone$1.ms"
			done
		}
		: >gave-up
		for c in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
		do
			git clone -q hub.git "clone$c"
		done
		for c in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
		do
			pusher $c &
		done
		wait
		figure '16 clones x 20 direct pushes: landed' "$(git -C hub.git ls-tree -r perf runs/ | wc -l)" records '>=' 320
		figure '    gave up' "$(wc -l <gave-up)" pushes '<=' 0
		figure '    attempts in vain for each' "$(cat clone*.json | grep -o '"lost_races":[0-9]*' | cut -d: -f2 |
			awk '{ n += $1 } END { print n / NR }')" '' '<=' 2
		figure '    slowest against median' "$(cat clone*.ms | sort -n | awk '{ v[NR] = $1 } END { print v[NR] / v[int((NR + 1) / 2)] }')" x '<=' 10
		beside '95 of 100 against median' "$(cat clone*.ms | sort -n | awk '{ v[NR] = $1 } END { print v[int(NR * 0.95)] / v[int((NR + 1) / 2)] }')" x
		beside 'median' "$(cat clone*.ms | median)" ms
		;;
	*)
		echo >&2 "usage: share.sh [wire|direct|collect|crowd]..."
		exit 129
		;;
	esac
done
