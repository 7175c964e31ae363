#!/bin/sh

test_description='what the tests of rustc-perf ask of a queue, and what is missing there

The lines of its tests, and where they are kept here:

	same SHA twice                          t5003 "asked for twice"; here: exact count
	two open tries, two masters             here: exact count (each commit is its own)
	pending excludes what is done           t5001, t5003; here: a request without jobs
	attach SHA, missing request             here: a job without a request
	enqueue needs a request                 the same: it does not, and none is lost
	unknown collector refused               here: retired, foreign platform, other machine
	register and start                      here: list of collectors
	empty dequeue                           t5012 "nothing to be done is no error"
	dequeue carries properties              here: dequeue carries properties
	request without jobs completes          here: a request without jobs
	completion waits, records duration      here: completion waits
	list collectors                         here: list of collectors
	last completed, with errors             t5012 "a suite that has a mistake"
	jobs in progress incl. parents, unique  here: two collectors; u-turn.c
	purge removes request and jobs          t5003 "cancel"; here: cancelled in the middle
	optional job does not block             here: a platform with nobody
	mixed order, parents, reversed          u-turn.c test_turns, test_ageing
	exact job count (12)                    here: exact count
	set partition                           the scripts about sets
	missing there: two collectors           here, and t5013 M15
	missing there: crash, retry             t5014
	missing there: attempt exhaustion       t5013, t5012 M16
	missing there: zombie                   t5013, t5017
	missing there: two planners             t5005, t5008
	missing there: backfill                 here: backfill
	missing there: update mid-queue         here: M28, M29

Artifact storage, empty series, tags of releases and the parser of commands are about
things that there are none of.'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"
. "$TEST_DIRECTORY/lib-proof.sh"

BENCH='\n[benchmark "a"]\ncommand = true\niterations = 1\nwarmup = 0'
VERSION=$(git-perf --version | sed "s/.* //")
NEWER=$(echo "$VERSION" | tr 0-9 9)

X='[platform "x"]'

# project [<lines>]: "p", the queue of which is its own; commits are $c1 and $c2
# shellcheck disable=SC2120 # tests are strings
project () {
	at 0 && rm -rf p && git init -q --template= p && cd p && commits first && policy "${1-$X}$BENCH" && c1=$head &&
	commits second && c2=$head
}

# worker <name> <platform> [<option>...]: in that repository
worker () {
	name_=$1 platform_=$2 && shift 2 &&
	git perf work --worker="$name_" --platform="$platform_" "$@"
}

# edit <path of the queue> <expression of sed>: behind everybody's back
edit () {
	queue_cat "$1" | sed "$2" >edited_ && with_queue edit_ "$1"
}
edit_ () {
	put "$1" <edited_
}

# drop_file <path>
drop_file () {
	with_queue git update-index --force-remove "$1"
}

test_expect_success 'two collectors: no job twice, no token twice, whoever is killed' '
	(
		project && git perf request -q $c1 && git perf request -q $c2 &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=work.claimed git-perf work --worker=w1 --platform=x &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=work.claimed git-perf work --worker=w2 --platform=x &&
		git grep -h -o "\"token\":[0-9]*" refs/perf/queue -- jobs | sort >tokens &&
		printf "\"token\":%d\n" 1 2 >expected && test_cmp expected tokens &&
		worker w3 x 2>err && test_grep "nothing is to be done" err &&
		worker w2 x -q && worker w1 x -q && nothing_waits . &&
		printf "%s x a ok\n" $c1 $c2 | sort >want && must_hold . want
	)
'

test_expect_success 'exact count of jobs: 2 platforms, 2 configurations, 3 commits, each asked for twice' '
	(
		project "[platform \"x\"]\nconfig = thread=1\nconfig = thread=2\n[platform \"y\"]\nconfig = thread=1\nconfig = thread=2" &&
		commits third && for n in 1 2
		do
			git perf request -q $c1 && git perf request -q $c2 && git perf request -q HEAD || return 1
		done &&
		queue_files jobs >jobs && test_line_count = 12 jobs &&
		worker wx x -q && queue_files jobs >jobs && test_line_count = 6 jobs &&
		worker wy y -q && nothing_waits . &&
		records_of . >records && test_line_count = 12 records &&
		for n in 1 2
		do
			grep "\"config\":{\"thread\":\"$n\"}" records >some && test_line_count = 6 some || return 1
		done
	)
'

test_expect_success 'dequeue carries properties: configuration, reason, round, token, when it was asked for' '
	(
		project "[platform \"x\"]\nconfig = thread=2" && git perf request -q $c1 && worker w1 x -q &&
		git perf request -q --again $c1 && worker w1 x -q && records_of . >records && test_line_count = 2 records &&
		for want in "\"config\":{\"thread\":\"2\"}" "\"reason\":\"manual\"" "\"queued\":\"" "\"tool\":\"git-perf $VERSION\"" "\"worker\":\"w1\""
		do
			grep "$want" records >some && test_line_count = 2 some || return 1
		done &&
		grep -o "\"round\":[01],\"token\":[12]" records | sort >actual && printf "\"round\":%d,\"token\":%d\n" 0 1 1 2 >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'a request without jobs is over; a job without a request is done all the same' '
	(
		project && git perf request -q $c1 && git perf request -q $c2 &&
		drop_file "requests/$c1-0.json" && drop_file "$(job_of $c2)" &&
		worker w1 x -q && nothing_waits . && echo "$c1 x a ok" >want && must_hold . want
	)
'

test_expect_success 'completion waits for all platforms, and M23: a platform with nobody blocks nobody' '
	(
		project "[platform \"x\"]\n[platform \"y\"]" && git perf request -q $c1 && git perf request -q $c2 &&
		worker wx x -q && queue_cat "requests/$c1-0.json" >out && test_grep "\"started\":true" out &&
		queue_files jobs >jobs && test_line_count = 2 jobs && test_grep ! "^jobs/x" jobs &&
		at 100 && worker wy y -q && nothing_waits . && records_of . >records && test_line_count = 4 records
	)
'

test_expect_success 'M43 list of collectors: who is there, with what, and since when; no one of them is the first' '
	(
		project && worker w1 x -q && worker w2 x -q && at 60 && git perf request -q $c1 && worker w2 x -q &&
		git grep -h "" refs/perf/queue -- workers >list && test_line_count = 2 list &&
		test_grep "\"told\":\"2023-11-14T22:00:00.*\"worker\":\"w1\"" list &&
		test_grep "\"told\":\"2023-11-14T22:01:00.*\"worker\":\"w2\"" list &&
		drop_file workers/w2.json && git perf request -q $c2 && worker w2 x -q && nothing_waits .
	)
'

test_expect_success 'unknown collectors: retired, of another platform, another machine; paused and drained ones rest' '
	(
		project && worker w1 x -q && git perf request -q $c1 &&
		edit workers/w1.json s/work\"/retire\"/ && test_expect_code 128 worker w1 x 2>err && test_grep "was retired" err &&
		edit workers/w1.json s/retire/pause/ && worker w1 x >out && test_must_be_empty out &&
		edit workers/w1.json s/pause/drain/ && worker w1 x >out && echo drained >expected && test_cmp expected out &&
		edit workers/w1.json s/drain/work/ && test_expect_code 128 worker w1 y 2>err && test_grep "measures on x" err &&
		edit workers/w1.json "s/\"host\":\"[^\"]*\"/\"host\":\"0123456789abcdef\"/" &&
		test_expect_code 128 worker w1 x 2>err && test_grep "is another machine" err &&
		test_expect_code 128 worker w1 x --anywhere 2>err && test_grep "is another machine" err &&
		queue_files jobs >jobs && test_line_count = 1 jobs && ! queue_cat "$(cat jobs)" | grep attempts.:[1-9] &&
		edit workers/w1.json "s/\"host\":\"[^\"]*\",//" && worker w1 x -q --anywhere && nothing_waits . &&
		queue_cat workers/w1.json >out && test_grep ! host out
	)
'

test_expect_success 'M32 two clones with one name: the one who was there first stops, and says why' '
	at 0 && a_farm && hire w1 && cp -R "$FARM/w1" "$FARM/twin" && more next && boss git perf request -q HEAD~1..HEAD &&
	boss git perf request -q HEAD~1 &&
	does <<-END &&
	test -e "$FARM/begun" && exit
	: >"$FARM/begun"
	unset GIT_DIR GIT_WORK_TREE
	git -C "$FARM/twin" perf work -q --once
	END
	git -C "$FARM/twin" config perf.lockFile "$FARM/lock" &&
	test_expect_code 128 work w1 >out 2>err && test_grep "somebody else calls himself worker .w1. by now" err &&
	git -C "$FARM/w1" perf push -q && records_of "$FARM/hub.git" >records && test_line_count = 2 records
'

test_expect_success 'M32 anywhere: several may have this name at once, and no two have one job' '
	at 0 && rm "$FARM/begun" && more after last && boss git perf request -q HEAD~1 && boss git perf request -q HEAD &&
	sed -i s/-q/-q.--worker=ci.--anywhere/ "$FARM/a" && sed -i "s/[.]--/ --/g" "$FARM/a" &&
	work w1 --worker=ci --anywhere -q && no_jobs_left &&
	records_of "$FARM/hub.git" >records && test_line_count = 4 records && grep "worker.:.ci" records >some &&
	test_line_count = 2 some
'

test_expect_success 'purge: cancelled in the middle, a job goes on; M8: its result is one more' '
	(
		project && git perf request -q $c1 && git perf request -q $c2 &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=work.fetched git-perf work --worker=w1 --platform=x &&
		git perf request -q --cancel $c1 && git perf request -q --cancel $c2 &&
		queue_files jobs >jobs && test_line_count = 1 jobs &&
		worker w1 x -q && nothing_waits . && records_of . >records && test_line_count = 1 records
	)
'

test_expect_success 'backfill: what was skipped is measured last, and no decision is made again' '
	(
		project && git perf plan -q && git perf request -q $c1 && commits third && at 3600 && git perf plan -q &&
		decided >before && worker w1 x >out && grep claimed out >claims && test_line_count = 3 claims &&
		head -n 1 claims >first && test_grep "$(git rev-parse --short=10 $c1) on x (manual)" first &&
		git perf plan -q && decided >after && test_cmp before after && nothing_waits .
	)
'

# --- Versions: M28, M29, I13 ---

# other_version <folder> <version>: the same program, as it would be with that version
other_version () {
	mkdir -p "$1" &&
	perl -pe "s/\\Q$VERSION\\E/$2/g" "$GIT_PERF_BUILD_DIR/git-perf" >"$1/git-perf.new" && chmod +x "$1/git-perf.new" &&
	mv "$1/git-perf.new" "$1/git-perf"
}

# pinned <version>: the project with a request for $c1 that another version has begun with
pinned () {
	project && git perf request -q $c1 && at 1 && git perf request -q $c2 &&
	edit "requests/$c1-0.json" "s/}\$/,\"started\":true,\"tool\":\"git-perf $1\"}/"
}

# someone <version>: a worker of it is alive
someone () {
	worker other x -q --once && edit workers/other.json "s/git-perf $VERSION/git-perf $1/"
}

tools () {
	records_of . | sed "s/.*\"commit\":\"\([0-9a-f]*\)\".*\"round\":\([0-9]*\).*\"tool\":\"git-perf \([^\"]*\)\".*/\1 \2 \3/" | sort
}

test_expect_success 'a program of another version' '
	other_version new "$NEWER" && new/git-perf --version >out && test_grep "$NEWER" out &&
	NEW=$PWD/new
'

test_expect_success 'M29 what another version has begun is refused while one of that version lives; others are done' '
	(
		project && someone "$NEWER" && git perf request -q $c1 && git perf request -q $c2 &&
		edit "requests/$c1-0.json" "s/}\$/,\"started\":true,\"tool\":\"git-perf $NEWER\"}/" &&
		worker w1 x >out && test_grep "refused: git-perf $NEWER" out &&
		queue_files jobs >jobs && test_line_count = 1 jobs &&
		queue_cat "$(job_of $c1)" >job && test_grep "\"attempts\":0" job && test_grep ! lease job &&
		(PATH=$NEW:$PATH && git perf work -q --worker=other --platform=x) && nothing_waits . &&
		printf "%s 0 %s\n" $c1 "$NEWER" $c2 "$VERSION" | sort >want && tools >actual && test_cmp want actual
	)
'

test_expect_success 'M28 a worker becomes what it is asked for: no attempt, no round, all by one version' '
	(
		pinned "$NEWER" && mkdir bin && cp "$GIT_PERF_BUILD_DIR/git-perf" bin/ && git config perf.updateCommand \
			"echo \$GIT_PERF_WANT >>wanted && cp $NEW/git-perf bin/new && mv bin/new bin/git-perf" &&
		(PATH=$PWD/bin:$PATH && worker w1 x >out) && echo "$NEWER" >expected && test_cmp expected wanted &&
		test_grep "claimed .* attempt 1 of 3" out && test_grep ! "attempt 2" out &&
		nothing_waits . && tools >actual && printf "%s 0 %s\n" $c1 "$NEWER" $c2 "$NEWER" | sort >want &&
		test_cmp want actual && queue_cat workers/w1.json >self && test_grep "\"tool\":\"git-perf $NEWER\"" self
	)
'

test_expect_success 'M28 an update that fails, or brings another version: said so, not tried all the time, nothing blocked' '
	(
		pinned "$NEWER" && git config perf.updateCommand "echo . >>times; echo no network >&2; exit 1" &&
		worker w1 x >out && test_grep "refused: .*no network" out && test_line_count = 1 times && nothing_waits . &&
		pinned "$NEWER" && git config perf.updateCommand "echo . >>times" &&
		worker w1 x >out && test_line_count = 1 times && nothing_waits .
	)
'

test_expect_success 'M28 nobody is asked to become older' '
	(
		pinned 0.0.1 && git config perf.updateCommand "echo . >>times" && worker w1 x >out && test_grep "refused" out &&
		test_path_is_missing times && nothing_waits .
	)
'

test_expect_success 'M29 without anybody of that version it is another round: no request has two versions' '
	(
		pinned 0.0.1 && worker w1 x -q && nothing_waits . &&
		tools >actual && printf "%s %s $VERSION\n" $c1 1 $c2 0 | sort >want && test_cmp want actual &&
		printf "%s x a ok\n" $c1 $c2 | sort >want && must_hold . want
	)
'

test_expect_success 'M29 I13 a request of two platforms that one has begun is finished by that version' '
	(
		project "[platform \"x\"]\n[platform \"y\"]" && git perf request -q $c1 && worker wx x -q &&
		(PATH=$NEW:$PATH && git perf work --worker=wy --platform=y >out) && nothing_waits . && tools >actual &&
		printf "$c1 %s\n" "0 $VERSION" "1 $NEWER" >want && test_cmp want actual
	)
'

test_done
