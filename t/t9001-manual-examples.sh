#!/bin/sh

test_description='the examples of the manuals, run as they stand there

A listing marked [source,console] is a session: "$ " begins a command, "> "
goes on with it, everything else is what it prints, errors included. All
sessions of a page run one after the other in a project of its own, made by
make_project below; "$?" is the status of the command before.

In the output, "..." stands for any text within a line, and alone on a line
for any number of lines. In a session marked [source,console,role=measured]
numbers, units of time and the amount of space may differ: they were measured.
Everything else must be exactly what is printed.
'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

DOCS=$TOP/Documentation

# What happens in the examples happens on this evening.
GIT_PERF_TEST_CLOCK=1776718800 # 2026-04-20T21:00:00Z
export GIT_PERF_TEST_CLOCK

# commit <n> <day of April 2026> <subject>: for git fast-import
commit () {
	printf 'commit refs/heads/main\nmark :%s\n' "$1" &&
	printf 'committer C O Mitter <committer@example.com> %s +0000\n' \
		$((1776072600 + 86400 * ($2 - 13))) &&
	printf 'data %s\n%s\n' "${#3}" "$3" &&
	printf 'M 100644 inline version\ndata %s\n%s\n' "${#1}" "$1"
}

history () {
	commit 1 13 'Read lines from standard input' &&
	printf 'M 100644 inline words.txt\ndata <<END\nto\nbe\nor\nnot\nEND\n' &&
	commit 2 14 'Sort them with quicksort' &&
	commit 3 15 'Describe the options' &&
	commit 4 16 'Keep short lines on the stack' &&
	commit 5 17 'Fix a typo' &&
	commit 6 20 'Sort runs in parallel, then merge them' &&
	printf 'reset refs/tags/v1.0\nfrom :2\n\ndone\n'
}

# run_of <commit> <platform> <time> <small> <large>: a record; times in us
run_of () {
	awk -v id="$(git rev-parse "$1")" -v platform="$2" -v at="$3" \
		-v small="$4" -v large="$5" '
	function wall(us,    i, out) {
		for (i = -2; i <= 2; i++)
			out = out sprintf("%s%d", i > -2 ? "," : "", us * 1000 + us * i * 7)
		return "{\"name\":\"wall\",\"samples\":[" out "]}"
	}
	BEGIN {
		printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"finished\":\"%s\",", id, platform, at
		printf "\"reason\":\"push\",\"worker\":\"ci\",\"tool\":\"git-perf 0.1.0\","
		printf "\"environment\":{\"arch\":\"%s\",\"os\":\"linux\"},", \
			platform ~ /^x86/ ? "x86-64" : "aarch64"
		printf "\"benchmarks\":[{\"name\":\"small\",\"metrics\":[%s]},", wall(small)
		printf "{\"name\":\"large\",\"metrics\":[%s,", wall(large)
		print "{\"name\":\"max_rss\",\"samples\":[52428800,52428800,52432896]}]}]}"
	}'
}

# Three files as jobs of a CI system leave them: a result object of version 2,
# a record, and one whose upload was cut short.
make_results () {
	id=$(git rev-parse HEAD^) &&
	mkdir results &&
	printf '%s\n' "{\"version\":2,\"timestamp\":\"2026-04-17T10:02:11Z\"," \
		"\"commit\":\"$id\"," \
		"\"host\":{\"os\":\"linux\",\"arch\":\"x86_64\"},\"iterations\":5," \
		"\"commit_range\":[\"$(git rev-parse HEAD~2)\",\"$id\"]," \
		"\"benchmark_reason\":\"scheduled\",\"benchmarks\":[" \
		"{\"name\":\"small\",\"mean_ms\":9.85,\"std_ms\":0.11}]}" \
		>"results/benchmark-results-$id-x86-64-linux.json" &&
	run_of HEAD^ aarch64-linux 2026-04-17T10:05:40Z 14100 1702000 \
		>"results/benchmark-results-$id-aarch64-linux.json" &&
	printf '{"version":2,"timestamp":' \
		>"results/benchmark-results-$id-aarch64-macos.json"
}

make_project () {
	git init -q project &&
	cd project &&
	history | git fast-import --quiet --done &&
	git reset -q --hard &&
	git config perf.platform x86-64-linux &&
	{
		run_of v1.0 x86-64-linux 2026-04-14T10:00:07Z 12400 1310000 &&
		run_of v1.0 aarch64-linux 2026-04-14T10:01:52Z 15200 1700000 &&
		run_of HEAD~2 x86-64-linux 2026-04-16T10:00:03Z 9800 1300000 &&
		run_of HEAD x86-64-linux 2026-04-20T10:00:05Z 9900 710000 &&
		run_of HEAD aarch64-linux 2026-04-20T10:02:31Z 14200 990000
	} >../records &&
	git perf append -q <../records &&
	make_results &&
	cd ..
}

# sessions <file>: put its sessions into the folder "sessions", as 1.cmd,
# 1.want, 2.cmd, ...; without -v check=, what cannot be right is an error.
sessions () {
	rm -rf sessions &&
	mkdir sessions &&
	awk '
	function fail(what) { print FILENAME ":" FNR ": " what; failed = 1; exit 1 }
	/^\[source,console(,role=measured)?\]$/ {
		marked = FNR
		measured = /measured/
		next
	}
	/^----$/ && inside { inside = 0; next }
	/^----$/ && marked == FNR - 1 { inside = 1; n0 = n; next }
	!inside { next }
	/^\$ / {
		n++
		cmd = "sessions/" n ".cmd"
		want = "sessions/" n ".want"
		print substr($0, 3) >cmd
		printf "" >want
		if (measured)
			printf "" >("sessions/" n ".measured")
		next
	}
	n == n0 { fail("output before any command") }
	/^> / { print substr($0, 3) >cmd; next }
	{ print >want }
	END { if (!failed && inside) fail("a session without end") }
	' "$1"
}

# like <wanted> <actual> [measured]: equal, but for "..." (and what is measured)
like () {
	awk -v measured="$3" '
	function pattern(text,    out, at) {
		while ((at = index(text, "..."))) {
			out = out quote(substr(text, 1, at - 1)) ".*"
			text = substr(text, at + 3)
		}
		return "^" out quote(text) "$"
	}
	function quote(text) {
		gsub(/[][\\.*+?(){}|^$\/]/, "\\\\&", text)
		return text
	}
	measured {
		gsub(/[0-9]+([.][0-9]+)?( (ns|us|ms|s)( |$))?/, "N ")
		gsub(/ +/, " ")
	}
	FILENAME == ARGV[1] { want[++wanted] = $0; next }
	{ got[++n] = $0 }
	END {
		for (i = j = 1; i <= wanted; i++) {
			if (want[i] == "...") {
				if (i == wanted)
					exit 0
				while (j <= n && got[j] !~ pattern(want[i + 1]))
					j++
			} else if (j > n) {
				print "line " i " is missing: " want[i]
				exit 1
			} else if (got[j] !~ pattern(want[i])) {
				print "wanted: " want[i]
				print "got:    " got[j]
				exit 1
			} else {
				j++
			}
		}
		if (j <= n) {
			print "not in the manual: " got[j]
			exit 1
		}
	}' "$1" "$2"
}

# play <folder>: run all sessions there
play () {
	(
		cd "$1" && last=0 n=1 &&
		while test -f "../sessions/$n.cmd"
		do
			(exit "$last")
			. "../sessions/$n.cmd" >"../sessions/$n.got" 2>&1
			last=$?
			n=$((n + 1))
		done
	) &&
	for cmd in sessions/*.cmd
	do
		like "${cmd%.cmd}.want" "${cmd%.cmd}.got" \
			"$(test ! -f "${cmd%.cmd}.measured" || echo t)" || {
			echo "after:  $(cat "$cmd")" &&
			echo "which printed:" && cat "${cmd%.cmd}.got"
			return 1
		}
	done
}

test_expect_success 'the comparison notices what differs' '
	printf "%s\n" one "two 2" three four >got &&
	printf "%s\n" one "two ..." three four >want && like want got &&
	printf "%s\n" one ... four >want && like want got &&
	printf "%s\n" ... three ... >want && like want got &&
	printf "%s\n" "o...e" "t... 2" three four >want && like want got &&
	printf "%s\n" one "two 3" three four >want && test_must_fail like want got &&
	printf "%s\n" one ... five >want && test_must_fail like want got &&
	printf "%s\n" one "two 2" three >want && test_must_fail like want got &&
	printf "%s\n" one "two 2" three four five >want &&
	test_must_fail like want got &&
	printf "%s\n" "o.e" "two 2" three four >want && test_must_fail like want got &&
	printf "" >want && test_must_fail like want got &&
	printf "%s\n" "took 12.5 ms   in 3 s" >got &&
	printf "%s\n" "took 3 us in 14 s" >want && like want got t &&
	test_must_fail like want got &&
	printf "%s\n" "took 3 us in vain" >want && test_must_fail like want got t &&
	printf "" >want && printf "" >got && like want got
'

test_expect_success 'a session is read and played, its status too' '
	mkdir empty &&
	printf "%s\n" "[source,console]" ---- "$ false" "$ echo \$?" 1 \
		"$ cat <<END" "> a b" "> END" "a b" ---- "$ not a session" >page &&
	sessions page &&
	play empty &&
	printf "%s\n" "[source,console]" ---- "$ echo 1" 2 ---- >page &&
	sessions page &&
	test_must_fail play empty
'

test_expect_success 'a project to show' '
	make_project &&
	git -C project perf fsck
'

for page in "$DOCS"/*.adoc "$DOCS"/*/*.adoc
do
	grep -q '^\[source,console' "$page" || continue
	test_expect_success "the examples of ${page##*/}" '
		test_when_finished "rm -rf ${page##*/}.d" &&
		cp -R project "${page##*/}.d" &&
		sessions "$page" &&
		play "${page##*/}.d"
	'
done

test_expect_success 'every command has examples, and nothing else stands there' '
	sed -n "s/^CMD(\"\([a-z]*\)\".*/\1/p" "$TOP/cmd/commands.def" >names &&
	while read -r name
	do
		page=$DOCS/git-perf-$name.adoc &&
		sessions "$page" &&
		cat sessions/*.cmd >commands &&
		test_grep "git perf $name" commands &&
		awk "
		/^== / { examples = /^== EXAMPLES/ }
		/^----\$/ && examples && !inside && before !~ /^.source,console(,role=measured)?.\$/ {
			print FILENAME \":\" FNR \": a listing that is no session\"
			exit 1
		}
		/^----\$/ { inside = !inside }
		{ before = \$0 }
		" "$page" || return 1
	done <names
'

test_done
