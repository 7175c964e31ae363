#!/bin/sh

test_description='a suite that is divided among machines: the table, jobs of sets, and when they are done'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# suite <name>...: a .gitperf with these benchmarks, for platform x
suite () {
	for name_
	do
		printf '[benchmark "%s"]\n\tcommand = true\n' "$name_"
	done
	printf '[policy]\n\tplan = every\n[platform "x"]\n%s\n' "${MORE-}"
}

# commit_suite <name>...: commit that; $head is the commit
commit_suite () {
	suite "$@" >.gitperf && git add .gitperf && commits "suite $*"
}

# on_hub command...
on_hub () {
	(cd "$HUB" && "$@")
}

# worker <name> [<duty>]: what a machine would tell of itself, into the index of a queue
worker () {
	printf '{"beat":1,"duty":"%s","platform":"%s","schema":1,"told":"2023-11-14T22:00:00.000000000Z","worker":"%s"}\n' \
		"${2-work}" "${PLATFORM-x}" "$1" | put "workers/$1.json"
}

# two_workers <name> <name>
two_workers () {
	worker "$1" && worker "$2"
}

# took <commit> <name>=<seconds>...: a record on x, of benchmarks that took so long
took () {
	commit_=$1 list_= && shift &&
	for pair_
	do
		list_="$list_${list_:+,}{\"name\":\"${pair_%=*}\",\"duration\":${pair_#*=}000000000,\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]}"
	done &&
	printf '{"commit":"%s","platform":"x",%s"finished":"2023-11-14T22:13:20Z","benchmarks":[%s]}\n' \
		"$commit_" "${EXTRA:+$EXTRA,}" "$list_"
}

# parts: "<commit> <set> <benchmark>,..." of each job, sorted
parts () {
	queue_files jobs >files_ &&
	while read -r file_
	do
		queue_cat "$file_" || return 1
	done <files_ >jobs_ &&
	sed -n -e 's/.*"benchmarks":\[\([^]]*\)\].*"commit":"\([0-9a-f]*\)".*"set":"\([^"]*\)".*/\2 \3 \1/p' \
		-e '/"set"/!s/.*"commit":"\([0-9a-f]*\)".*/\1 whole/p' jobs_ | tr -d '"' | sort
}

# id_of <set>: the id of its job
id_of () {
	queue_files jobs >files_ &&
	while read -r file_
	do
		! queue_cat "$file_" | grep "\"set\":\"$1\"" >/dev/null || basename "$file_" .json
	done <files_
}

# parts_are <<lines
parts_are () {
	sort >expected.parts && "${@:-parts}" >actual.parts && test_cmp expected.parts actual.parts
}

# table [<option>...]: "<worker> <benchmark>,..." of each set, by what rebalance -n says
table () {
	git perf worker rebalance -n --json "$@" >table_ &&
	sed -e 's/.*"sets":\[//' -e 's/{"worker":/\n{"worker":/g' table_ |
	sed -n 's/^{"worker":"\([^"]*\)","known":[a-z]*,"duration_ns":[0-9]*,"benchmarks":\[\([^]]*\)\]}.*/\1 \2/p' |
	sed -e 's/,"duration_ns":[0-9]*,"from":[^}]*}//g' -e 's/{"name"://g' | tr -d '"'
}

# marks: the paths of marks on the branch
marks () {
	git ls-tree -r --name-only "${1-perf}" marks/
}

# mark <bytes> [<stamp>]: put a mark on the branch behind our back
mark () {
	stamp_=${2-20231114T220000Z} &&
	blob_=$(printf '%s\n' "$1" | git hash-object -w --stdin) &&
	path_=marks/$(echo "$stamp_" | sed 's/^\(....\)\(..\).*/\1-\2/')/$stamp_-$(echo "$blob_" | cut -c1-12).json &&
	with_tree put_file "$path_" "$blob_"
}

# sets_mark <sets> [<more members>]: such a mark's bytes
sets_mark () {
	printf '{"kind":"sets","made":"2023-11-14T22:00:00.000000000Z","platform":"x","schema":1,"sets":%s%s}' \
		"$1" "${2:+,$2}"
}

# a_suite <name>: a project with the suite a b c d, and as long as they take
a_suite () {
	rm -rf "$1" && git init -q "$1" &&
	(
		cd "$1" && commits first && commit_suite a b c d && at 0 &&
		took "$head" a=5 b=4 c=3 d=2 | git perf append -q
	) &&
	head=$(git -C "$1" rev-parse HEAD)
}

test_expect_success 'without workers there is nothing to divide among' '
	a_suite repo &&
	(
		cd repo &&
		must_refuse 128 "knows of no worker" git perf worker rebalance &&
		must_refuse 128 "knows of no worker of x" git perf worker rebalance -p x &&
		must_refuse 128 "platform .X. " git perf worker rebalance -p X --add=a &&
		must_refuse 128 "worker .A. " git perf worker rebalance -p x --add=A &&
		must_refuse 128 "no benchmark of x could belong to .b." git perf worker rebalance -p x --add=a --without=b &&
		must_refuse 128 "to be added, and to be left out" git perf worker rebalance -p x --add=a --without=a &&
		test_expect_code 129 git perf worker rebalance w1
	)
'

test_expect_success 'a suite without benchmarks cannot be divided' '
	a_project none &&
	(cd none && must_refuse 128 "no benchmark to divide" git perf worker rebalance -p x --add=w1,w2)
'

test_expect_success 'M26 the first table: the longest first' '
	(
		cd repo &&
		git for-each-ref >before &&
		git perf worker rebalance -n -p x --add=w1,w2 >out &&
		git for-each-ref >after && test_cmp before after &&
		cat >expected <<-\END &&
		x: 4 benchmarks, 2 workers, 7.00 s (longest first 7.00 s)
		  w1  2 benchmarks, 7.00 s; not in the queue: until it is, others take its jobs
		    a  5.00 s
		    d  2.00 s
		  w2  2 benchmarks, 7.00 s; not in the queue: until it is, others take its jobs
		    b  4.00 s
		    c  3.00 s
		this is the first table
		END
		test_cmp expected out &&
		git perf worker rebalance -q -p x --add=w1,w2 >out && test_must_be_empty out &&
		marks >paths && test_line_count = 1 paths &&
		test "$(git log -1 --format=%s perf)" = "perf: 1 mark [skip ci]" &&
		git cat-file blob "perf:$(cat paths)" >bytes &&
		test_grep "\"sets\":{\"w1\":\[\"a\",\"d\"\],\"w2\":\[\"b\",\"c\"\]}" bytes &&
		git perf fsck >out && test_grep "1 record in 2 commits, 1 mark, 0 revoked, 0 problems" out &&
		git perf ls >out && test_line_count = 1 out && must_be_sound
	)
'

test_expect_success 'what is in balance is left alone, and no mark is written' '
	(
		cd repo &&
		git for-each-ref >before &&
		git perf worker rebalance -p x >out && test_grep "^in balance: nothing moves" out &&
		git perf worker rebalance -p x --json >json && test_grep "\"new\":false,.*\"moves\":0" json &&
		took "$head" a=5 b=4 c=4 d=2 >in && sed -i s/13:20/13:21/ in && git perf append -q <in &&
		git perf worker rebalance -q -p x &&
		marks >paths && test_line_count = 1 paths
	)
'

test_expect_success JQ 'what it says to programs is JSON' '
	(cd repo && git perf worker rebalance -p x --json | jq -e ".sets[0].benchmarks[0].name == \"a\" and .tables == 1")
'

test_expect_success 'a job for each set, and one request' '
	(
		cd repo && commits more && c=$head && at 60 &&
		git perf plan -q &&
		parts_are <<-END &&
		$c w1 a,d
		$c w2 b,c
		END
		queue_files requests >files && test_line_count = 1 files &&
		git perf queue >out && test_grep "queued, part of w1" out && test_grep "queued, part of w2" out &&
		git perf queue --json >json && test_grep "\"set\":\"w2\",\"benchmarks\":\[\"b\",\"c\"\]" json &&
		git perf plan >out && test_grep "nothing new" out &&
		git perf request x~0 2>err; git perf request -p x HEAD >out && test_grep "waits in the queue already" out &&
		parts >actual && test_line_count = 2 actual
	)
'

test_expect_success 'the id of such a job is made as the manual says' '
	(
		cd repo && c=$(git rev-parse HEAD) && suite=$(git rev-parse HEAD:.gitperf) &&
		printf "%s\n" "40:$c" 1:x "40:$suite" "0 0" 1:a 1:d | sha256sum | cut -c 1-40 >id &&
		queue_files jobs >files && test_grep "jobs/x/$(cat id).json" files
	)
'

test_expect_success 'a set that has landed takes its own job off the queue, and no other' '
	(
		cd repo && c=$(git rev-parse HEAD) &&
		EXTRA="\"job\":{\"id\":\"$(id_of w1)\",\"round\":0,\"token\":1},\"worker\":\"w1\"" && took "$c" a=5 d=2 | git perf append -q &&
		EXTRA= &&
		git perf plan >out && test_grep "^1 job done" out &&
		echo "$c w2 b,c" | parts_are &&
		git perf coverage >out && test_grep "^x  *33.3%  *33.3%  *1 " out &&
		git perf coverage --porcelain=v1 >out && test_grep "queued" out &&
		git perf plan >out && test_grep "nothing new" out
	)
'

test_expect_success 'some of its benchmarks are not all of it; whoever has measured them' '
	(
		cd repo && c=$(git rev-parse HEAD) &&
		took "$c" b=4 x/c=1 cc=3 | git perf append -q &&
		git perf plan >out && test_grep "nothing new" out &&
		echo "$c w2 b,c" | parts_are &&
		took "$c" c/small=1 c/large=2 | git perf append -q &&
		git perf plan >out && test_grep "^1 job done" out &&
		parts_are </dev/null &&
		git perf coverage --porcelain=v1 >out && test_grep ! "queued" out
	)
'

test_expect_success 'a set that failed has a result, too' '
	(
		cd repo && commits more && c=$head && at 120 && git perf plan -q &&
		took "$c" a=5 d=2 | git perf append -q &&
		printf "{\"commit\":\"%s\",\"platform\":\"x\",\"job\":{\"id\":\"%s\",\"round\":0,\"token\":2},\"outcome\":\"failed\",\"error\":\"no\",\"benchmarks\":[]}\n" \
			"$c" "$(id_of w2)" | git perf append -q &&
		git perf plan >out && test_grep "^2 jobs done" out &&
		git perf coverage --porcelain=v1 >out && test_grep ! "queued" out &&
		git perf request -p x "$c" >out && test_grep "is measured already" out
	)
'

test_expect_success 'of what is half done, somebody who asks gets the other half' '
	(
		cd repo && commits more && c=$head && at 180 &&
		took "$c" b=4 c=3 | git perf append -q &&
		git perf request -p x "$c" >out && test_grep "queued" out &&
		echo "$c w1 a,d" | parts_are &&
		git perf plan --explain >out && test_grep "to be measured" out &&
		queue_jobs >jobs && echo "x $c manual push" | test_cmp - jobs &&
		took "$c" a=5 d=2 | git perf append -q &&
		git perf request -p x "$c" >out && test_grep "is measured already" out &&
		git perf request -q --again "$c" &&
		parts_are <<-END &&
		$c w1 a,d
		$c w2 b,c
		END
		git perf request -q --cancel "$c"
	)
'

test_expect_success 'each commit by its own suite; what is new goes by its name' '
	(
		cd repo && c0=$(git rev-parse HEAD) && commit_suite b new && c=$head && at 240 && git perf plan -q &&
		n=$(printf new | sha256sum | cut -c1-8) && test $((0x$n % 2)) = 0 &&
		parts_are <<-END &&
		$c w1 new
		$c w2 b
		END
		git perf request -q --again "$c0" && parts >actual && test_grep "$c0 w1 a,d" actual &&
		git perf request -q --cancel "$c0" && git perf request -q --cancel "$c" &&
		commit_suite b && at 300 && git perf plan -q && echo "$head w2 b" | parts_are &&
		git perf request -q --cancel "$head" &&
		suite a >.gitperf && echo "[benchmark" >>.gitperf && git add .gitperf && commits broken &&
		git reset -q --hard "$c0"
	)
'

test_expect_success 'M31 one machine more: little moves, once, and what waits stays as it was' '
	(
		cd repo && commits more && c=$head && at 360 && git perf plan -q && parts >before &&
		queue_files jobs >files.before &&
		git perf worker rebalance -p x --add=w3 >out &&
		test_grep "^2 benchmarks of 4 move" out && test_grep "^    b  4.00 s, moves from w2" out &&
		marks >paths && test_line_count = 2 paths &&
		git perf plan -q && queue_files jobs >files.after && test_cmp files.before files.after &&
		parts >after && test_cmp before after &&
		commits later && at 420 && git perf plan -q && parts >after &&
		grep "^$head" after | cut -d" " -f3 | tr , "\n" | sort >all &&
		printf "a\nb\nc\nd\n" | test_cmp - all &&
		grep "^$head" after >mine && test_line_count = 3 mine &&
		git perf request -q --cancel HEAD && git perf request -q --cancel HEAD~1 &&
		git perf worker rebalance -p x >out && test_grep "in balance" out
	)
'

test_expect_success 'one machine less: what it had is given to others' '
	(
		cd repo && table -p x --without=w3 >two && cut -d" " -f1 two >names && printf "w1\nw2\n" | test_cmp - names &&
		git perf worker rebalance -p x --without=w3 >out && test_grep "2 benchmarks of 4 move" out &&
		test_grep "moves from w3" out && git perf fsck -q
	)
'

test_expect_success 'M39 workers of the queue take part; those that were retired do not' '
	(
		cd repo && with_queue two_workers w2 w4 &&
		git perf worker rebalance >out && test_grep "3 workers" out && test_grep "^  w4  " out &&
		test_grep "^  w1 .*not in the queue" out && test_grep ! "^  w2 .*not in the queue" out &&
		with_queue worker w4 retire &&
		must_refuse 128 "was retired" git perf worker rebalance -p x --add=w4 &&
		git perf worker rebalance -p x >out && test_grep "2 workers" out && test_grep ! "^  w4 " out &&
		other () { PLATFORM=y && worker w9; } && with_queue other &&
		must_refuse 128 "worker of y, not of x" git perf worker rebalance -p x --add=w9 &&
		must_refuse 128 "several platforms" git perf worker rebalance
	)
'

test_expect_success 'the suite is in one piece again when nobody is left' '
	(
		cd repo && git perf worker rebalance -p x --without=w1,w2 >out && test_grep "in one piece again" out &&
		commits whole && at 480 && git perf plan -q && echo "$head whole" | parts_are &&
		git perf worker rebalance -q -p x --add=w1 && git perf fsck -q
	)
'

test_expect_success 'a table travels, and a platform has its own' '
	rm -rf origin && git init -q origin &&
	(cd origin && commits first && MORE="[platform \"y\"]" && commit_suite a b c d && git branch -M main) &&
	hub tables && git clone -q "$HUB" a && git clone -q "$HUB" b && at 0 &&
	(
		cd a && took "$(git rev-parse HEAD)" a=5 b=4 c=3 d=2 | git perf append -q && git perf push -q --direct &&
		git perf worker rebalance -q -p x --add=w1,w2
	) &&
	on_hub marks >paths && test_line_count = 1 paths && git -C "$HUB" perf fsck -q &&
	(cd b && table -p x >out && printf "w1 a,d\nw2 b,c\n" | test_cmp - out) &&
	git -C b perf worker rebalance -p x >out && test_grep "in balance" out &&
	(cd a && commits more && git push -q origin HEAD:main) && c=$(git -C a rev-parse HEAD) && at 60 &&
	git -C b perf plan -q && git -C a perf plan >out && test_grep "nothing new" out &&
	printf "%s w1 a,d\n%s w2 b,c\n%s whole\n" "$c" "$c" "$c" | parts_are on_hub parts
'

test_expect_success 'two who do not know of each other: all come to the same, and the next replaces both' '
	git -C a perf fetch -q && git -C b perf fetch -q &&
	(cd a && git perf worker rebalance -q --local -p x --add=w3) &&
	(cd b && at 70 && git perf worker rebalance -q --local -p x --add=w4) &&
	git -C a perf push -q --direct && git -C b perf push -q --direct &&
	on_hub marks >paths && test_line_count = 3 paths &&
	(cd a && table -p x >../out.a 2>../err) && (cd b && table -p x >../out.b) && test_cmp out.a out.b &&
	test_grep "^warning: there was more than one table" err &&
	git -C a perf worker rebalance -p x --without=w4,w3 >out 2>err &&
	on_hub marks >paths && test_line_count = 4 paths &&
	git -C b perf worker rebalance -p x --json >json 2>err && test_must_be_empty err && test_grep "\"tables\":1" json &&
	git -C "$HUB" perf fsck -q
'

test_expect_success 'a purge of records keeps tables' '
	(
		cd a && git perf fetch -q && on_hub marks >before &&
		git perf purge -q -m why "$(git perf ls | head -n 1 | cut -f3)" && marks >after && test_cmp before after &&
		git perf push -q --direct && git perf fsck -q
	) &&
	on_hub marks >paths && test_line_count = 4 paths
'

test_expect_success 'no table comes by a lane' '
	(
		cd a &&
		GIT_INDEX_FILE=$PWD/lane.index git read-tree perf &&
		GIT_INDEX_FILE=$PWD/lane.index git rm -rfq --cached decisions &&
		GIT_INDEX_FILE=$PWD/lane.index git ls-files >names && test_grep "^marks/" names &&
		lane=$(GIT_INDEX_FILE=$PWD/lane.index git write-tree | xargs -I{} git commit-tree -m x {}) &&
		git push -q origin "$lane:refs/perf/inbox/evil/1"
	) &&
	test_expect_code 1 git -C "$HUB" perf collect 2>err && test_grep "marks.* is not a record" err &&
	on_hub marks >paths && test_line_count = 4 paths
'

test_expect_success 'marks under other names, of other content, or of none' '
	a_suite bad &&
	(
		cd bad && good=$(sets_mark "{\"w1\":[\"a\"]}") &&
		begin () { git update-ref refs/heads/perf refs/tags/good && git update-ref -d refs/perf/seen; } &&
		git update-ref refs/tags/good perf &&
		mark "$good" && git perf fsck >out && test_grep "1 mark, 0 revoked, 0 problems" out &&
		begin && mark "$good" 20231114T220001Z && test_expect_code 1 git perf fsck >out &&
		test_grep "is not the name that its content makes" out &&
		for text in "{}" "[" "$(sets_mark "{\"w1\":[\"a\",\"a\"]}")" "$(sets_mark "{\"w1\":[\"a\"],\"w2\":[\"a\"]}")" \
			"$(sets_mark "{\"\\u001b[31m\":[\"a\"]}")" "$(sets_mark "{\"w1\":[\"\\u001b[31m\"]}")"
		do
			begin && mark "$text" && test_expect_code 1 git perf fsck >out &&
			test_grep "^marks/" out && test_grep "^hint: readers skip it" out && no_control_characters out &&
			git perf worker rebalance -n -p x --add=w1 >out && test_grep "first table" out || return 1
		done &&
		for name in marks/note marks/2023-11/note marks/2023-11/x/note
		do
			begin && with_tree put_file $name "$(git hash-object -w .gitperf)" &&
			test_expect_code 1 git perf fsck >out && test_grep "^marks/.*: is not .* a mark" out || return 1
		done &&
		begin && mark "$(echo "$good" | sed s/\"schema\":1/\"schema\":2/)" && git perf fsck >out 2>err &&
		test_grep "newer schema" err &&
		begin && mark "{\"kind\":\"annotation\",\"made\":\"2023-11-14T22:00:00.000000000Z\",\"schema\":1}" && git perf fsck -q
	)
'

test_expect_success 'a table of machines that nobody knows, and of names that nobody has, does no harm' '
	(
		cd bad && begin () { git update-ref refs/heads/perf refs/tags/good && git update-ref -d refs/perf/seen; } &&
		begin && mark "$(sets_mark "{\"ghost\":[\"a\",\"b\",\"nothing\"],\"spirit\":[]}")" &&
		commits more && git perf plan -q && parts >actual &&
		cut -d" " -f3 actual | tr , "\n" | sort >all && printf "a\nb\nc\nd\n" | test_cmp - all &&
		git perf request -q --cancel HEAD
	)
'

test_expect_success 'a table of 100,000 names is read, and one of 257 workers is none' '
	(
		cd bad && begin () { git update-ref refs/heads/perf refs/tags/good && git update-ref -d refs/perf/seen; } &&
		begin && mark "$(sets_mark "{\"w1\":[$(seq -f "\"n%06g\"" -s , 1 100000)],\"w2\":[]}")" &&
		git perf fsck -q && commits more && git perf plan -q && parts >actual && test_line_count -gt 0 actual &&
		test_grep ! n000001 actual && git perf request -q --cancel HEAD &&
		git perf worker rebalance -q -p x --without=w1 && git perf fsck -q &&
		begin && mark "$(sets_mark "{$(seq -f "\"w%03g\":[]" -s , 1 257)}")" &&
		commits more && git perf plan -q && echo "$head whole" | parts_are && git perf request -q --cancel HEAD
	)
'

test_expect_success 'names of benchmarks with anything in them' '
	(
		cd bad && git update-ref refs/heads/perf refs/tags/good && git update-ref -d refs/perf/seen &&
		suite "a b" "ä/*?" "-n" "q,r" >.gitperf && git add .gitperf && commits odd &&
		git perf worker rebalance -p x --add=w1,w2 >out && no_control_characters out && git perf fsck -q &&
		git perf plan -q && git perf queue --json >json && test_grep "ä/\*?" json && git perf worker rebalance -p x >out &&
		test_grep "in balance" out
	)
'

test_done
