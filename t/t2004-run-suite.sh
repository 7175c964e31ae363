#!/bin/sh

test_description='git perf run: a suite, its steps, and commits in places of their own'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# What the commands of a suite leave behind, in the order in which they ran
ORDER=$PWD/order
export ORDER

test_expect_success 'set up' '
	make_history 5 &&
	mkdir bin &&
	cat >bin/note <<-\END &&
	#!/bin/sh
	echo "$*" >>"$ORDER"
	END
	chmod +x bin/note &&
	echo "*.log" >.gitignore &&
	git add bin .gitignore && git commit -q -m bin && git tag c6 &&
	know_history &&
	git config perf.platform x86-64-linux
'

# The record that was stored last: the clock stands still, so that their times
# do not tell.
stored () {
	git cat-file blob "perf:$(git diff-tree --root -r --name-only --no-commit-id perf -- runs)"
}

suite () {
	cat >.gitperf && rm -f "$ORDER"
}

reset_all () {
	git reset -q --hard c6 && rm -f .gitperf "$ORDER" && forget_branch
}

no_worktrees_left () {
	git worktree list >trees && test_line_count = 1 trees
}

quick='--iterations=1 --warmup=0'

test_expect_success JQ 'A5, A6: steps in their order, benchmarks in turns, every sample stored' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = bin/note build
		setup = bin/note setup
		teardown = bin/note teardown
		iterations = 3
	[benchmark "a"]
		command = bin/note a
	[benchmark "b"]
		command = bin/note b
	END
	git perf run >out 2>err &&
	test_must_be_empty err &&
	printf "%s\n" build setup a b a b a b a b teardown >expected &&
	test_cmp expected "$ORDER" &&
	stored >record &&
	git perf verify record &&
	jq -e ".outcome == \"complete\" and
		([.steps[] | [.name, .status]] == [[\"build\",\"ok\"],[\"setup\",\"ok\"],[\"teardown\",\"ok\"]]) and
		([.steps[].duration] | all(. > 0)) and
		([.benchmarks[].name] == [\"a\",\"b\"]) and
		([.benchmarks[].metrics[].samples | length] | all(. == 3))" record &&
	test "$(jq -r .suite record)" = "$(git hash-object .gitperf)" &&
	git perf fsck
'

test_expect_success JQ 'A6: 7 benchmarks, 5 iterations each unless it is said' '
	test_when_finished reset_all &&
	for name in a b c d e f g
	do
		printf "[benchmark \"%s\"]\n\tcommand = true\n" $name || return 1
	done | suite &&
	git perf run >out &&
	stored >record &&
	jq -e "[.benchmarks[].metrics[] | select(.name == \"wall\") | .samples[]] | length == 35" record &&
	grep -c "^  [a-g] *wall .*5 samples$" out >n &&
	echo 7 >expected &&
	test_cmp expected n
'

test_expect_success JQ 'A5: a build that fails is stored as that, with its log' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = "echo compiling; echo broken >&2; exit 7"
		setup = bin/note setup
		teardown = bin/note teardown
	[benchmark "a"]
		command = bin/note a
	[benchmark "b"]
		command = bin/note b
	END
	test_expect_code 1 git perf run >out &&
	test_path_is_missing "$ORDER" &&
	stored >record &&
	jq -e ".outcome == \"failed\" and .error == \"build: exited with status 7\" and
		.log == \"compiling\nbroken\n\" and
		([.benchmarks[] | [.name, .status, .error]] == [
			[\"a\", \"build-failed\", \"build: exited with status 7\"],
			[\"b\", \"build-failed\", \"build: exited with status 7\"]]) and
		([.steps[] | [.name, .status]] == [[\"build\", \"failed\"]])" record &&
	grep "broken" out
'

test_expect_success JQ 'a benchmark that fails is stored as that, and the others go on' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		iterations = 2
		warmup = 0
		teardown = bin/note teardown
	[benchmark "good"]
		command = bin/note good
	[benchmark "bad"]
		command = "echo it broke; exit 3"
	[benchmark "slow"]
		command = sleep 97532
		timeout = 200ms
	END
	test_expect_code 1 git perf run >out &&
	printf "%s\n" good good teardown >expected &&
	test_cmp expected "$ORDER" &&
	stored >record &&
	jq -e ".outcome == \"partial\" and ([.benchmarks[] | [.name, .status]] ==
		[[\"good\",\"ok\"],[\"bad\",\"failed\"],[\"slow\",\"timeout\"]]) and
		.benchmarks[1].log == \"it broke\n\"" record &&
	grep "it broke" out &&
	git config perf.logs false &&
	test_when_finished "git config --unset perf.logs" &&
	test_expect_code 1 git perf run bad >out &&
	stored | jq -e ".benchmarks[0] | .status == \"failed\" and has(\"log\") == false"
'

test_expect_success JQ 'more samples than a record can hold: the largest benchmark says so' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		iterations = 1
		warmup = 0
	[benchmark "small"]
		command = echo t=1ms
		format = values
	[benchmark "large"]
		command = "for m in a b c; do seq -f $m=%.0f1234567890ns 100001 190000; done"
		format = values
	END
	test_expect_code 1 git perf run -o . >out 2>err &&
	test_grep "^warning: .*without the samples of .large." err &&
	test_grep "^hint: split the suite" err &&
	stored >record &&
	jq -e ".outcome == \"partial\" and ([.benchmarks[] | [.name, .status, has(\"metrics\")]] ==
		[[\"small\",\"ok\",true],[\"large\",\"failed\",false]]) and
		(.benchmarks[1].error | contains(\"270000 samples do not fit\"))" record &&
	grep "do not fit" out && grep "small .*1.00 ms" out &&
	git perf fsck -q && rm benchmark-results-*
'

test_expect_success JQ 'more logs than a record can hold: some are left out' '
	test_when_finished reset_all &&
	awk "BEGIN {
		print \"[suite]\\n\\titerations = 1\\n\\twarmup = 0\"
		for (i = 0; i < 1100; i++)
			printf \"[benchmark \\\"b%d\\\"]\\n\\tcommand = cat long.log missing\\n\", i
	}" | suite &&
	printf "%4200d" 0 >long.log &&
	test_expect_code 1 git perf run >out 2>err &&
	test_grep "^warning: .*without the log of [0-9]* benchmarks, such as .b" err &&
	stored | jq -e "(.benchmarks | length) == 1100 and .benchmarks[0].log and
		(.benchmarks[1099] | has(\"log\") == false and .status == \"failed\")" &&
	git perf fsck -q
'

test_expect_success JQ 'setup that fails: nothing is measured, and it is torn down' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		setup = "bin/note setup; exit 1"
		teardown = bin/note teardown
	[benchmark "a"]
		command = bin/note a
	END
	test_expect_code 1 git perf run >out &&
	printf "%s\n" setup teardown >expected &&
	test_cmp expected "$ORDER" &&
	stored | jq -e ".benchmarks[0].status == \"failed\" and .error == \"setup: exited with status 1\""
'

test_expect_success JQ 'M6: what was fetched is kept, until it is another thing' '
	test_when_finished "reset_all; rm -rf .git/perf/fetched" &&
	suite <<-\END &&
	[suite]
		fetch = "bin/note fetch; cat wanted >\"$GIT_PERF_CACHE/tool\""
		fetchInput = wanted
		iterations = 1
		warmup = 0
	[benchmark "a"]
		command = "cat \"$GIT_PERF_CACHE/tool\" >>\"$ORDER\""
	END
	echo one >wanted &&
	git perf run >out &&
	git perf run >out &&
	printf "%s\n" fetch one one >expected &&
	test_cmp expected "$ORDER" &&
	echo two >wanted &&
	git perf run >out &&
	printf "%s\n" fetch two >>expected &&
	test_cmp expected "$ORDER" &&
	# what a killed fetch has left does not count
	rm .git/perf/fetched/*.done &&
	git perf run >out &&
	printf "%s\n" fetch two >>expected &&
	test_cmp expected "$ORDER" &&
	stored | jq -e "[.steps[].name] == [\"fetch\"]" &&
	rm wanted &&
	test_expect_code 1 git perf run >out &&
	grep "wanted" out
'

test_expect_success JQ 'M6: a fetch that fails for good is stored, one that may pass is not' '
	test_when_finished "reset_all; rm -rf .git/perf/fetched" &&
	suite <<-\END &&
	[suite]
		fetch = "bin/note fetch; exit 75"
	[benchmark "a"]
		command = bin/note a
	END
	must_refuse 75 "fetch: exited with status 75" git perf run &&
	grep "^hint: .*again" err &&
	suite <<-\END &&
	[suite]
		fetch = "bin/note fetch; exit 1"
	[benchmark "a"]
		command = bin/note a
	END
	test_expect_code 1 git perf run >out &&
	stored | jq -e ".benchmarks[0].status == \"build-failed\" and .error == \"fetch: exited with status 1\"" &&
	test_expect_code 1 git perf run >out &&
	printf "%s\n" fetch fetch >expected &&
	test_cmp expected "$ORDER"
'

test_expect_success JQ 'parameters: in the command, in the environment, in the series' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		iterations = 1
		warmup = 0
	[benchmark "p"]
		command = bin/note {size} {threads}
		params = size=10 threads=1
		params = size=10 threads=2
	[benchmark "q"]
		command = "bin/note $GIT_PERF_PARAM_SIZE {size} $GIT_PERF_COMMIT"
		params = size=\"a b\"
	END
	git perf run >out &&
	printf "%s\n" "10 1" "10 2" "a b a b $c6" >expected &&
	test_cmp expected "$ORDER" &&
	stored >record &&
	jq -c "[.benchmarks[] | [.name, .params]]" record >actual &&
	echo "[[\"p\",{\"size\":\"10\",\"threads\":\"1\"}],[\"p\",{\"size\":\"10\",\"threads\":\"2\"}],[\"q\",{\"size\":\"a b\"}]]" >expected &&
	test_cmp expected actual &&
	# one benchmark: the parameters are not part of what identifies it
	jq -e ".benchmarks[0].workload.id == .benchmarks[1].workload.id" record &&
	git perf log --porcelain=v1 p | cut -f3,4 | sort -u >actual &&
	test_line_count = 2 actual
'

test_expect_success JQ 'what a benchmark measures: its words, its inputs, its epoch, or a name' '
	test_when_finished "reset_all; rm -rf data" &&
	write_suite () {
		suite <<-END
		[benchmark "a"]
			command = cat data/x
			input = data
			$1
		END
	} &&
	identity () {
		git perf run $quick >out && stored | jq -r ".benchmarks[0].workload.id"
	} &&
	mkdir data && echo 1 >data/x &&
	write_suite && first=$(identity) &&
	test "$(identity)" = "$first" &&
	touch -t 200001010000 data/x && test "$(identity)" = "$first" &&
	echo 2 >data/x && test "$(identity)" != "$first" &&
	echo 1 >data/x && : >data/y && test "$(identity)" != "$first" &&
	rm data/y && test "$(identity)" = "$first" &&
	write_suite "epoch = 2" && test "$(identity)" != "$first" &&
	write_suite "workload = mine" && test "$(identity)" = mine &&
	stored | jq -e ".benchmarks[0].workload == {\"id\": \"mine\"}" &&
	rm -r data &&
	write_suite &&
	test_expect_code 1 git perf run $quick >out &&
	stored | jq -e ".benchmarks[0] | .status == \"failed\" and (.error | contains(\"data\"))"
'

test_expect_success JQ 'an input that the build did not make hides nothing of the build' '
	test_when_finished "reset_all; rm -rf data" &&
	suite <<-\END &&
	[suite]
		build = "echo no compiler; exit 3"
	[benchmark "a"]
		command = cat built
		input = built
	END
	test_expect_code 1 git perf run $quick >out &&
	stored | jq -e ".benchmarks[0] | .status == \"build-failed\" and .error == \"build: exited with status 3\"" &&
	suite <<-\END &&
	[suite]
		build = true
	[benchmark "a"]
		command = cat built
		input = built
	[benchmark "b"]
		command = cat data
		input = data
	END
	mkdir data && mkfifo data/pipe &&
	test_expect_code 1 git perf run $quick >out &&
	stored | jq -r ".benchmarks[].error" >actual &&
	cat >expected <<-\END &&
	the input '\''built'\'' cannot be found: No such file or directory
	the input '\''data/pipe'\'' is neither a file nor a folder
	END
	test_cmp expected actual
'

test_expect_success JQ 'where a link in an input ends is part of its content' '
	test_when_finished "reset_all; rm -rf data" &&
	suite <<-\END &&
	[benchmark "a"]
		command = true
		input = data
	END
	identity () {
		git perf run $quick >out && stored | jq -r ".benchmarks[0].workload.id"
	} &&
	mkdir data && ln -s a data/a && ln -s t data/bc &&
	first=$(identity) &&
	rm -r data && mkdir data && ln -s ab data/a && ln -s t data/c &&
	test "$(identity)" != "$first"
'

test_expect_success JQ 'a suite of one command measures the same as the command alone' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[benchmark "a"]
		command = bin/note \"two words\" x
	END
	git perf run $quick >out &&
	stored | jq -r ".benchmarks[0].workload.id" >expected &&
	git perf run $quick a= -- bin/note "two words" x >out &&
	stored | jq -r ".benchmarks[0].workload.id" >actual &&
	test_cmp expected actual
'

test_expect_success 'benchmarks are chosen by name, pattern and tag' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		iterations = 1
		warmup = 0
	[benchmark "parse/small"]
		command = bin/note small
		tags = fast
	[benchmark "parse/large"]
		command = bin/note large
	[benchmark "write"]
		command = bin/note write
		tags = fast disk
	END
	git perf run write &&
	git perf run "parse/*" &&
	git perf run tag:fast &&
	git perf run write parse/small &&
	printf "%s\n" write small large small write small write >expected &&
	test_cmp expected "$ORDER" &&
	must_refuse 128 "no benchmark .wrote." git perf run write wrote &&
	grep "^hint: did you mean .write.?$" err &&
	must_refuse 128 "no benchmark .sort." git perf run sort &&
	grep "^hint: it has: parse/small, parse/large, write; a commit is --commit=<rev>$" err &&
	must_refuse 128 "the tag .fest." git perf run tag:fest &&
	grep "^hint: did you mean .tag:fast.?$" err &&
	must_refuse 128 "the tag .network." git perf run tag:network &&
	grep "^hint: its tags are: fast, disk$" err
'

test_expect_success 'a dry run says what would be done and does nothing' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = make all
		teardown = bin/note gone
	[benchmark "p"]
		command = bin/note {n}
		params = n=1
		params = n=2
	END
	git perf run --dry-run >out &&
	sed -e "1d" -e "s/^suite [0-9a-f]*/suite ID/" -e "s|$PWD/||" out >actual &&
	cat >expected <<-\END &&
	suite ID .gitperf
	  build: make all
	  p {n=1}: bin/note 1
	  p {n=2}: bin/note 2
	  teardown: bin/note gone
	END
	test_cmp expected actual &&
	test_path_is_missing "$ORDER" &&
	test_must_fail git rev-parse -q --verify refs/heads/perf
'

test_expect_success 'a mistake in the suite is named with its line, before anything runs' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = bin/note build
	[benchmark "a"]
		comand = true
	END
	must_refuse 128 "line 4.*comand" git perf run &&
	suite <<-\END &&
	[suite]
		build = bin/note build
	[benchmark "a"]
		command = true
		format = nonsense
	END
	must_refuse 128 "nonsense" git perf run &&
	suite <<-\END &&
	[suite]
		build = bin/note build
	END
	must_refuse 128 "no benchmark" git perf run &&
	rm .gitperf &&
	must_refuse 128 "no .gitperf" git perf run &&
	grep "^hint: git perf init" err &&
	test_path_is_missing "$ORDER"
'

test_expect_success JQ 'a commit is measured in a place of its own, which goes away' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = cp file built
	[benchmark "a"]
		command = bin/note $(cat built) $(git rev-parse HEAD)
	END
	git add -f .gitperf && git commit -q -m suite && suite=$(git rev-parse HEAD) &&
	git commit -q --allow-empty -m later &&
	echo changed >file &&
	git status --porcelain -uno >before &&
	git perf run $quick --commit=HEAD~1 >out &&
	echo "5 $suite" >expected &&
	test_cmp expected "$ORDER" &&
	git status --porcelain -uno >after &&
	test_cmp before after &&
	no_worktrees_left &&
	stored | jq -e ".dirty == false and .commit == \"$suite\"" &&
	must_refuse 128 "has no .gitperf" git perf run --commit=c3 &&
	grep "^hint: .*--suite" err &&
	test_expect_code 1 git perf run $quick --commit=c3 --suite=.gitperf >out &&
	stored | jq -e ".outcome == \"failed\"" &&
	no_worktrees_left
'

test_expect_success 'the suite is that of the commit, whatever branches are called' '
	test_when_finished "reset_all; git branch -q -D \"\$short\"" &&
	suite <<-\END &&
	[benchmark "a"]
		command = bin/note right
	END
	git add -f .gitperf && git commit -q -m right &&
	short=$(git rev-parse --short=12 HEAD) && right=$(git rev-parse HEAD) &&
	suite <<-\END &&
	[benchmark "a"]
		command = bin/note wrong
	END
	git add -f .gitperf && git commit -q -m wrong && git branch "$short" &&
	git perf run $quick --commit=$right >out &&
	echo right >expected &&
	test_cmp expected "$ORDER" &&
	must_refuse 128 "commit $(echo $c3 | cut -c1-12) has no .gitperf" git perf run --commit=c3 &&
	git perf run --dry-run --commit=$right >out &&
	grep "^suite [0-9a-f]* $short:.gitperf" out
'

test_expect_success 'today'\''s suite on old commits, some of a range, oldest first' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[benchmark "a"]
		command = "echo $(cat file) >>\"$ORDER\""
	END
	git perf run $quick --steps=3 c1..c5 >out &&
	# of the four commits c2 to c5: both ends, and one between them
	printf "%s\n" 2 3 5 >expected &&
	test_cmp expected "$ORDER" &&
	git perf log --porcelain=v1 c5 | cut -f9 >actual &&
	printf "%s\n" $c5 $c3 $c2 >expected &&
	test_cmp expected actual &&
	git perf run $quick --steps=4 c1..c5 >out 2>err &&
	printf "%s\n" 2 3 5 4 >expected &&
	test_cmp expected "$ORDER" &&
	grep -c "is measured already" err >n &&
	echo 3 >expected &&
	test_cmp expected n &&
	git perf run $quick --steps=1 c1 -- sh -c "echo one >>\"\$ORDER\"" >out &&
	echo one >expected &&
	tail -n 1 "$ORDER" >actual &&
	test_cmp expected actual &&
	# another configuration, or a benchmark that is new, is not
	git perf run $quick -k cc=clang --steps=1 c4..c5 >out 2>err &&
	test_must_be_empty err &&
	printf "%s\n" "[benchmark \"b\"]" "command = echo b >>\"\$ORDER\"" >>.gitperf &&
	git perf run $quick --steps=1 c4..c5 a >out 2>err &&
	grep "is measured already" err &&
	git perf run $quick --steps=1 c4..c5 >out 2>err &&
	test_must_be_empty err &&
	tail -n 2 "$ORDER" >actual &&
	printf "%s\n" 5 b >expected &&
	test_cmp expected actual &&
	# nor is a commit that was only measured with changes
	git checkout -q c1 && echo changed >file &&
	git perf run $quick >out && git checkout -q -f main &&
	git perf run $quick --steps=1 c1 >out 2>err &&
	test_must_be_empty err &&
	must_refuse 128 "no commit" git perf run --steps=2 c5..c5 &&
	test_expect_code 129 git perf run --steps=0 c1..c5 &&
	test_expect_code 129 git perf run --steps=2 2>err &&
	grep "range" err
'

test_expect_success 'steps without a suite say how to get one' '
	test_when_finished "reset_all; rm -rf bare.git" &&
	must_refuse 128 "this project has no .gitperf" git perf run --steps=2 c1..c3 &&
	grep "^hint: git perf init" err &&
	git clone -q --bare . bare.git &&
	must_refuse 128 "has no .gitperf" git -C bare.git perf run --steps=2 c1..c3 &&
	grep "^hint: git perf init" err &&
	suite <<-\END &&
	[benchmark "a"]
		command = "echo $(cat file) >>\"$ORDER\""
	END
	git add -f .gitperf && git commit -q -m suite &&
	git push -q bare.git HEAD &&
	git -C bare.git perf run $quick --steps=2 c1..c3 >out &&
	printf "%s\n" 2 3 >expected &&
	test_cmp expected "$ORDER"
'

test_expect_success 'what passes its limit is warned of, and recorded' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[benchmark "a"]
		command = "echo \"t=25 ms\"; echo \"rate=5 req/s\"; echo \"size=3 B\""
		format = values
		params = n=1
	[metric "t"]
		limit = 1s
	[metric "a.t"]
		unit = ms
		better = lower
		limit = 20
	[metric "a.rate"]
		better = higher
		limit = 6
	[metric "size"]
		limit = 3
	END
	git perf run $quick >out 2>err &&
	cat >expected <<-\END &&
	warning: '\''a n=1'\'': a t of 2.5e+07 ns is beyond its limit, 2e+07 ns
	warning: '\''a n=1'\'': a rate of 5 req/s is beyond its limit, 6 req/s
	END
	test_cmp expected err &&
	git perf show >shown &&
	grep "rate *5" shown
'

test_expect_success JQ 'the reason of steps is to fill the past, on a machine that has a name' '
	test_when_finished reset_all &&
	CI=true git perf run $quick --worker=box --steps=1 c2 -- true >out &&
	stored | jq -e ".reason == \"backfill\" and .worker == \"box\"" &&
	git perf run $quick --steps=1 c3 -- true >out &&
	stored | jq -e ".reason == \"local\" and .worker == \"local\""
'

test_expect_success JQ 'JSON says what happened and what was before' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		build = true
	[benchmark "a"]
		command = true
	[benchmark "b"]
		command = "echo no; exit 1"
	END
	test_expect_code 1 git perf run $quick --commit=HEAD~1 --suite=.gitperf >out &&
	test_expect_code 1 git perf run $quick --json >json &&
	jq -e --arg head $c6 ".commit == \$head and .platform == \"x86-64-linux\" and .outcome == \"partial\" and
		.dirty == false and .worker == \"local\" and .reason == \"local\" and
		(.steps == [{name: \"build\", status: \"ok\", duration: .steps[0].duration}]) and
		(.benchmarks | length == 2)" json &&
	jq -e ".benchmarks[0] | .name == \"a\" and .status == \"ok\" and .metrics[0].name == \"wall\" and
		.metrics[0].value > 0 and .previous.commit == \"$c5\" and .previous.distance == 1 and
		.previous.value > 0" json &&
	jq -e ".benchmarks[1] | .status == \"failed\" and .log == \"no\n\" and .metrics == []" json &&
	test "$(jq -r .id json)" = "$(git perf ls HEAD | cut -f3)" &&
	section=$(sed -n "/^== OUTPUT/,/^== CONFIGURATION/p" "$TEST_DIRECTORY/../Documentation/git-perf-run.adoc") &&
	jq -r "[paths(scalars) | map(select(type == \"string\"))[]] | unique[]" json >members &&
	while read -r member
	do
		case $section in
		*"\`$member\`"*) ;;
		*) echo "not documented: $member"; return 1 ;;
		esac
	done <members
'

test_expect_success 'steps see the work tree they are in, whatever git has in the environment' '
	test_when_finished "reset_all; rm -rf elsewhere" &&
	git init -q elsewhere &&
	suite <<-\END &&
	[suite]
		build = "git rev-parse --show-toplevel >>\"$ORDER\""
	[benchmark "a"]
		command = true
	END
	GIT_DIR=$PWD/.git GIT_INDEX_FILE=$PWD/elsewhere/index git perf run $quick >out &&
	pwd -P >expected &&
	test_cmp expected "$ORDER" &&
	mkdir deep && (cd deep && git perf run $quick >out) &&
	pwd -P >>expected &&
	test_cmp expected "$ORDER"
'

test_expect_success 'a command runs in the same directory of every checkout' '
	test_when_finished "reset_all; rm -rf below" &&
	mkdir -p below/deep && cp bin/note below/deep/note &&
	git add below && git commit -q -m below && git commit -q --allow-empty -m later &&
	(
		cd below/deep &&
		git perf run $quick -- sh -c "./note \"\${PWD##*/below/}\"" &&
		git perf run $quick --commit=HEAD~1 -- sh -c "./note commit \"\${PWD##*/below/}\"" &&
		test_expect_code 2 git perf run $quick --base=HEAD~1 -- sh -c "./note base \"\${PWD##*/below/}\"" &&
		must_refuse 128 "commit $(echo $c6 | cut -c1-12) has no directory .below/deep." \
			git perf run $quick --base=c6 -- ./note never &&
		git perf run $quick --commit=HEAD note= -- ../../bin/note up
	) >out &&
	printf "%s\n" deep "commit deep" "base deep" "base deep" up >expected &&
	test_cmp expected "$ORDER" &&
	no_worktrees_left
'

test_expect_success 'PWD is where a command runs' '
	test_when_finished "reset_all; rm -rf below where" &&
	mkdir below &&
	# not a shell, which would put it right by itself
	echo "BEGIN { print ENVIRON[\"PWD\"] >>ENVIRON[\"ORDER\"] }" >where &&
	suite <<-\END &&
	[suite]
		build = awk -f where
		iterations = 1
		warmup = 0
	[benchmark "a"]
		directory = below
		command = awk -f ../where
	END
	git perf run >out &&
	(pwd -P && cd below && pwd -P) >expected &&
	test_cmp expected "$ORDER"
'

test_expect_success 'interrupted: torn down, nothing recorded, nothing left' '
	test_when_finished "reset_all; rm -f begun" &&
	suite <<-\END &&
	[suite]
		setup = bin/note setup
		teardown = "bin/note teardown"
	[benchmark "a"]
		command = ": >\"$ORDER.begun\"; exec sleep 86421"
	END
	git add -f .gitperf && git commit -q -m suite &&
	rm -f "$ORDER.begun" &&
	{ git-perf run --commit=HEAD >out 2>err & } &&
	pid=$! &&
	until test -f "$ORDER.begun"; do :; done &&
	kill -TERM $pid &&
	test_expect_code 143 wait $pid &&
	rm "$ORDER.begun" &&
	printf "%s\n" setup teardown >expected &&
	test_cmp expected "$ORDER" &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	no_worktrees_left &&
	ps -eo args >processes &&
	! grep "^sleep 86421" processes
'

# A terminal sends ^C to the whole group, and git passes on what it got itself.
test_expect_success 'interrupted as a group, through git: torn down all the same' '
	test_when_finished "reset_all; rm -f \"$ORDER.begun\"" &&
	suite <<-\END &&
	[suite]
		setup = bin/note setup
		teardown = "bin/note teardown; bin/note gone"
	[benchmark "a"]
		command = ": >\"$ORDER.begun\"; exec sleep 86423"
	END
	git add -f .gitperf && git commit -q -m suite &&
	for signal in INT TERM HUP
	do
		rm -f "$ORDER" "$ORDER.begun" &&
		{ perl -e "setpgrp; \$SIG{INT} = q(DEFAULT); exec @ARGV" git perf run --commit=HEAD >out 2>err & } &&
		pid=$! &&
		until test -f "$ORDER.begun"; do :; done &&
		kill -$signal -$pid &&
		{ wait $pid || :; } &&
		until ! ps -eo pgid,args | grep "^ *$pid .*git-perf run"; do :; done &&
		printf "%s\n" setup teardown gone >expected &&
		test_cmp expected "$ORDER" &&
		no_worktrees_left || return 1
	done &&
	test_must_fail git rev-parse -q --verify refs/heads/perf
'

test_expect_success 'interrupted between commands: the rest does not run' '
	test_when_finished "reset_all; rm -f \"$ORDER.pid\"" &&
	suite <<-\END &&
	[suite]
		build = "bin/note build; until test -s \"$ORDER.pid\"; do :; done; kill -TERM $(cat \"$ORDER.pid\"); trap : TERM"
		setup = bin/note setup
	[benchmark "a"]
		command = bin/note a
	END
	{ git-perf run >out 2>err & } &&
	echo $! >"$ORDER.pid" &&
	test_expect_code 143 wait $! &&
	echo build >expected &&
	test_cmp expected "$ORDER" &&
	test_must_fail git rev-parse -q --verify refs/heads/perf
'

test_expect_success 'teardown never runs where nothing was begun' '
	test_when_finished reset_all &&
	suite <<-\END &&
	[suite]
		teardown = bin/note teardown
	[benchmark "a"]
		command = bin/note a
	END
	git add -f .gitperf && git commit -q -m suite &&
	must_refuse 128 "/nonexistent" git -c perf.worktrees=/nonexistent perf run --base=HEAD~1 &&
	test_path_is_missing "$ORDER"
'

test_expect_success 'a command that stops its parent is still killed in time' '
	test_when_finished reset_all &&
	test_expect_code 1 git perf run $quick --timeout=1 -- sh -c "kill -STOP \$PPID" >out &&
	grep "did not finish within 1 s" out
'

test_expect_success LINUX 'a work tree that a killed run has left is removed by the next' '
	test_when_finished "reset_all; rm -f \"$ORDER.begun\"" &&
	suite <<-\END &&
	[benchmark "a"]
		command = ": >>\"$ORDER.begun\"; exec sleep 86422"
	END
	{ git-perf run --commit=c3 --suite=.gitperf >out 2>err & } &&
	pid=$! &&
	until test -f "$ORDER.begun"; do :; done &&
	kill -KILL $pid &&
	test_expect_code 137 wait $pid &&
	git worktree list >trees && test_line_count = 2 trees &&
	left=$(sed -n "2s/ .*//p" trees) && test_path_is_dir "$left" &&
	git perf run $quick --commit=c2 -- true >out &&
	test_path_is_missing "$left" &&
	test_path_is_missing "$(dirname "$left")" &&
	no_worktrees_left
'

test_expect_success LINUX 'what lies beside a work tree that was left stays' '
	test_when_finished "reset_all; rm -rf places \"$ORDER.begun\"" &&
	suite <<-\END &&
	[benchmark "a"]
		command = ": >>\"$ORDER.begun\"; exec sleep 86424"
	END
	mkdir places && git config perf.worktrees places &&
	test_when_finished "git config --unset perf.worktrees" &&
	{ git-perf run --commit=c3 --suite=.gitperf >out 2>err & } &&
	pid=$! &&
	until test -f "$ORDER.begun"; do :; done &&
	kill -KILL $pid &&
	test_expect_code 137 wait $pid &&
	echo notes >places/notes &&
	for folder in places/git-perf-*
	do
		echo notes >"$folder/notes" || return 1
	done &&
	git perf run $quick --commit=c2 -- true >out &&
	test_path_is_file "$folder/notes" &&
	test_path_is_missing "$folder/head" &&
	test_path_is_file places/notes &&
	no_worktrees_left
'

test_expect_success FLOCK 'a work tree of somebody else is never removed, however it is called' '
	test_when_finished "reset_all; rm -rf places; git worktree prune" &&
	mkdir -p places && git config perf.worktrees places &&
	test_when_finished "git config --unset perf.worktrees" &&
	for place in git-perf-99999/feature git-perf-99999-abcdef/feature git-perf-99999-abcdef/head
	do
		git worktree add -q -f --detach places/$place c1 &&
		echo mine >places/$place/new || return 1
	done &&
	echo notes >places/git-perf-99999/notes &&
	# another one is at work there, whose process id means nothing here
	git worktree add -q -f --detach places/git-perf-99998-abcdef/head c1 &&
	exec 9>places/git-perf-99998-abcdef/head.lock &&
	flock 9 &&
	git perf run $quick --commit=HEAD -- true >out 9>&- &&
	exec 9>&- &&
	for file in git-perf-99999/notes git-perf-99999/feature/new git-perf-99999-abcdef/feature/new \
		git-perf-99999-abcdef/head/new git-perf-99998-abcdef/head/file
	do
		test_path_is_file places/$file || return 1
	done &&
	git worktree list >trees && test_line_count = 5 trees
'

test_expect_success FLOCK 'one measurement at a time on a host' '
	test_when_finished "reset_all; exec 9>&-" &&
	lock=$(git config perf.lockFile) &&
	: >>"$lock" &&
	exec 9<"$lock" &&
	flock 9 &&
	must_refuse 75 "is measuring on this host" git perf run --wait=0 $quick -- bin/note ran 9>&- &&
	test_path_is_missing "$ORDER" &&
	exec 9>&- &&
	git perf run --wait=0 $quick -- bin/note ran >out
'

test_expect_success JQ 'a bare repository measures commits, too' '
	test_when_finished "reset_all; rm -rf bare.git" &&
	suite <<-\END &&
	[benchmark "a"]
		command = bin/note a
	END
	git add -f .gitperf && git commit -q -m suite && git clone -q --bare . bare.git &&
	git -C bare.git perf run $quick >out &&
	echo a >expected &&
	test_cmp expected "$ORDER" &&
	test "$(git -C bare.git perf ls | wc -l)" = 1 &&
	git -C bare.git worktree list >trees && test_line_count = 1 trees
'

test_expect_success JQ 'A14: a suite without the permission to write anything but a file' '
	test_when_finished "reset_all; rm -rf results" &&
	suite <<-\END &&
	[benchmark "a"]
		command = true
	[benchmark "b"]
		command = true
	END
	mkdir results &&
	git perf run $quick --no-append -o results >out 2>err &&
	test_must_fail git rev-parse -q --verify refs/heads/perf &&
	git perf verify results/*.json &&
	git perf collect results &&
	stored | jq -e "[.benchmarks[].name] == [\"a\",\"b\"]"
'

test_done
