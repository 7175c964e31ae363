#!/bin/sh

test_description='git perf run: what depends on nothing that has changed is carried, not measured'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# What the commands of the suite leave behind, in the order in which they ran
ORDER=$PWD/trash/order
export ORDER

TEXT='nothing that it depends on has changed'

# A project of two parts, each with a benchmark that depends on it
test_expect_success 'set up' '
	mkdir -p parse/deep print &&
	echo 1 >parse/deep/code && echo 1 >print/code && echo 1 >other &&
	echo words >words.txt &&
	cat >note <<-\END &&
	#!/bin/sh
	echo "$*" >>"$ORDER"
	END
	chmod +x note &&
	cat >.gitperf <<-\END &&
	[suite]
		build = ./note build
		iterations = 1
		warmup = 0
	[benchmark "parse"]
		command = ./note parse
		depends = parse
		depends = shared.h
	[benchmark "print"]
		command = ./note print
		depends = print/code
	END
	echo /trash >.git/info/exclude &&
	mkdir trash &&
	git add . && git commit -q -m base && git branch base &&
	git config perf.platform x86-64-linux &&
	git perf run >/dev/null &&
	measured=$(git rev-parse perf) first=$(git rev-parse base) &&
	short=$(echo $first | cut -c1-10)
'

# Begin with what was measured of the first commit; our own files are in trash/
begin () {
	git checkout -q -f -B main base && git clean -q -f -d -x -e /trash &&
	{ forget_branch || :; } 2>/dev/null &&
	git update-ref refs/heads/perf "$measured" &&
	with= && : >"$ORDER"
}

change () {
	for path_
	do
		mkdir -p "$(dirname "$path_")" && echo more >>"$path_" && git add "$path_" || return 1
	done &&
	git commit -q -m "change $*"
}

suite () {
	git config -f .gitperf "$@"
}

# runs <steps and benchmarks>: those are run, and no others; options in $with
runs () {
	: >"$ORDER" &&
	git perf run --json $with >trash/run.json &&
	tr "\n" " " <"$ORDER" | sed "s/ $//" >trash/actual &&
	printf "%s" "$*" >trash/expected &&
	test_cmp trash/expected trash/actual
}

# carried <benchmark> <commit>: what the last run says of it
carried () {
	id_=$(git rev-parse "$2") &&
	test_grep -q "{\"name\":\"$1\",\"params\":{[^}]*},\"status\":\"skipped\",\"error\":\"carried from $(echo $id_ |
		cut -c1-12): $TEXT\",\"carried\":\"$id_\",\"workload\":\"[^\"]*\",\"metrics\":\[\]}" trash/run.json
}

test_expect_success JQ 'A59: a changed part is measured, the other is carried from where it was' '
	begin &&
	change parse/deep/code &&
	runs build parse && carried print $first &&
	change print/code &&
	runs build print && carried parse HEAD~1
'

test_expect_success JQ 'A59: nothing has changed: nothing is built, and the record is stored all the same' '
	begin &&
	change other &&
	runs && carried parse $first && carried print $first &&
	jq -e ".outcome == \"complete\" and .steps == []" trash/run.json &&
	git perf cat $(git perf ls HEAD | cut -f3) >trash/record &&
	git perf verify trash/record &&
	git perf fsck &&
	jq -e --arg id $first ".outcome == \"complete\" and .fingerprint != null and .suite != null and
		([.benchmarks[] | [.name, .status, .carried]] ==
		[[\"parse\", \"skipped\", \$id], [\"print\", \"skipped\", \$id]]) and
		([.benchmarks[] | has(\"metrics\") or has(\"duration\")] | any | not)" trash/record &&
	git perf cat $(git perf ls $first | cut -f3) | jq -c "[.benchmarks[].workload]" >trash/expected &&
	jq -c "[.benchmarks[].workload]" trash/record >trash/actual &&
	test_cmp trash/expected trash/actual
'

test_expect_success 'what is said of it: run, show, --dry-run, and no more' '
	begin &&
	change other &&
	git perf run -n >trash/out &&
	grep "^  parse: carried from $short ($TEXT)$" trash/out &&
	! grep build trash/out &&
	git perf ls HEAD >trash/listed && test_must_be_empty trash/listed &&
	git perf run parse >trash/out 2>trash/err &&
	test_must_be_empty trash/err &&
	grep "^  parse  carried from $short ($TEXT)  workload [0-9a-f]*$" trash/out &&
	test_line_count = 2 trash/out &&
	git perf run >trash/out &&
	grep "^  parse  carried" trash/out && grep "^  print  carried" trash/out &&
	test_line_count = 3 trash/out &&
	git perf show >trash/out &&
	grep "^  parse  carried from $short ($TEXT)" trash/out >trash/lines &&
	test_line_count = 2 trash/lines &&
	! grep skipped trash/out &&
	change print/code && git perf run -n >trash/out &&
	grep "^  build: " trash/out && grep "^  print: ./note print$" trash/out
'

# Each line: what is done to the files, then what has to be run
test_expect_success JQ 'a path outside, below, added, removed, of another kind' '
	while IFS="|" read -r action expected
	do
		begin && eval "$action" && git add -A && git commit -q -m x && runs $expected ||
			{ echo "$action" >&4; return 1; }
	done <<-\END
	echo 2 >other|
	echo 2 >parser|
	echo 2 >printed && mkdir printing && echo 2 >printing/code|
	echo 2 >print/unnamed|
	echo 2 >parse/deep/code|build parse
	echo 2 >parse/new|build parse
	echo 2 >shared.h|build parse
	git rm -q parse/deep/code|build parse
	git rm -q -r parse print|build parse print
	git mv parse/deep parse/deeper|build parse
	chmod +x print/code|build print
	rm print/code && ln -s ../other print/code|build print
	rm print/code && mkdir print/code && echo 1 >print/code/1|build print
	END
'

test_expect_success LONG,JQ 'what comes and goes is a change each time' '
	begin &&
	change shared.h && runs build parse &&
	change other && runs && carried parse HEAD~1 && carried print $first &&
	git rm -q shared.h && git commit -q -m gone && runs build parse
'

test_expect_success JQ 'a chain of carried results leads to the one that was measured' '
	begin &&
	for i in 1 2 3
	do
		change other && runs && carried parse $first && carried print $first || return 1
	done &&
	change parse/deep/code && runs build parse && carried print $first &&
	change other && runs && carried parse HEAD~1 && carried print $first
'

test_expect_success JQ 'what was taken back is measured: the history shows that it is as it was' '
	begin &&
	change parse/deep/code && runs build parse &&
	git revert --no-edit HEAD >/dev/null && runs build parse
'

test_expect_success LONG,JQ 'commits between that nobody measured do not matter' '
	begin &&
	change other && change parse/deep/code && git revert --no-edit HEAD >/dev/null &&
	change other && runs && carried parse $first
'

test_expect_success JQ 'first parents only, as everywhere' '
	begin &&
	git checkout -q -b side && change parse/deep/code && runs build parse &&
	side=$(git rev-parse HEAD) &&
	test_when_finished "git branch -q -D side" &&
	git checkout -q main && change print/code && runs build print && carried parse $first &&
	git merge -q --no-edit side && runs build parse && carried print HEAD^1 &&
	git checkout -q --detach side && change other && runs &&
	carried parse $side && carried print $first
'

test_expect_success JQ 'another configuration, platform or machine has results of its own' '
	begin &&
	change other &&
	with="-k cc=clang" && runs build parse print &&
	with="-p other-linux" && runs build parse print &&
	change other &&
	with= && runs && carried parse $first &&
	with="-k cc=clang" && runs && carried parse HEAD~1 &&
	with="-p other-linux" && runs && carried parse HEAD~1 &&
	begin &&
	git perf cat --all | jq -c ".fingerprint = \"0123456789abcdef\"" | seal >trash/sealed &&
	forget_branch && git perf append <trash/sealed &&
	change other && runs build parse print
'

# Which lines of a suite influence which benchmark, nobody knows for sure.
test_expect_success LONG,JQ 'another suite: epoch, command, steps, anything' '
	while read -r action
	do
		begin && eval "$action" && git commit -q -a -m x && runs build parse print &&
			change other && runs ||
			{ echo "$action" >&4; return 1; }
	done <<-\END
	suite benchmark.parse.epoch 2
	suite benchmark.parse.command "./note parse #"
	suite benchmark.parse.warmup 0
	suite suite.setup true
	suite suite.build "./note build && true"
	echo "# a comment" >>.gitperf
	END
'

test_expect_success LONG,JQ 'by another suite than the one before' '
	begin &&
	change other && sed "s/note parse/note other/" .gitperf >trash/suite &&
	with=--suite=trash/suite && runs build other print &&
	change other && with= && runs build print && carried parse $first &&
	with=--suite=trash/suite && runs && carried parse HEAD~1 && carried print HEAD~1
'

test_expect_success JQ 'sets of parameters are carried one by one' '
	begin &&
	suite benchmark.parse.command "./note {n} && test {n} -lt \"\$(cat limit)\"" &&
	suite --add benchmark.parse.params n=1 &&
	suite --add benchmark.parse.params n=5 &&
	echo 3 >limit && git add limit && git commit -q -a -m x &&
	test_expect_code 1 git perf run >/dev/null &&
	echo 9 >limit && git commit -q -a -m limit &&
	runs build 5 &&
	jq -e --arg id $(git rev-parse HEAD~1) "[.benchmarks[] | select(.name == \"parse\") |
		[.params.n, .status, .carried]] == [[\"1\", \"skipped\", \$id], [\"5\", \"ok\", null]]" trash/run.json
'

test_expect_success JQ 'what failed is not carried, nor is what lies before it' '
	begin &&
	printf "#!/bin/sh\nexit 1\n" >note && echo 2 >print/code && git commit -q -a -m broken &&
	echo 3 >parse/new && git add parse && git commit -q -m x &&
	test_expect_code 1 git perf run >trash/out && grep "^  parse  build-failed\|exited" trash/out &&
	git checkout -q $first . && git rm -q parse/new && git commit -q -m mended &&
	runs build parse print
'

test_expect_success JQ 'a tree with changes is measured, and nothing is carried from it' '
	begin &&
	echo 2 >other && runs build parse print &&
	git commit -q -a -m other && runs && carried parse $first &&
	begin && forget_branch &&
	echo 2 >other && runs build parse print && git commit -q -a -m other &&
	change other && runs build parse print
'

test_expect_success JQ '--no-carry, perf.carry, --base and reasons that ask for values' '
	begin &&
	test_when_finished "git config --unset-all perf.carry || :" &&
	change other &&
	for word in push scheduled tagged backfill release local
	do
		with=--reason=$word && runs && carried parse $first || return 1
	done &&
	for word in manual bisect calibration idle
	do
		with=--reason=$word && runs build parse print || return 1
	done &&
	with=--no-carry && runs build parse print &&
	git config perf.carry false && with= && runs build parse print &&
	git config perf.carry maybe &&
	test_expect_code 128 git perf run 2>trash/err && grep perf.carry trash/err &&
	git config perf.carry true && runs &&
	: >"$ORDER" &&
	{ git perf run --base=HEAD~1 --iterations=2 >trash/out || test $? = 2; } &&
	test_line_count = 10 "$ORDER"
'

test_expect_success JQ 'a command without a suite, and what depends on nothing, are measured' '
	begin &&
	change other &&
	git perf run --iterations=1 --warmup=0 parse= -- ./note alone >/dev/null &&
	grep alone "$ORDER" &&
	suite --unset-all benchmark.parse.depends && git commit -q -a -m x &&
	runs build parse print &&
	change other && runs build parse && carried print HEAD~1
'

test_expect_success JQ '[suite] depends is for those that say nothing themselves' '
	begin &&
	suite --unset-all benchmark.parse.depends &&
	suite suite.depends ./parse//deep/ && git commit -q -a -m x &&
	runs build parse print &&
	change parse/more && runs && carried parse HEAD~1 &&
	change parse/deep/code && runs build parse && carried print HEAD~2 &&
	suite suite.depends . && git commit -q -a -m x && runs build parse print &&
	change other && runs build parse && carried print HEAD~1
'

test_expect_success JQ 'inputs and what says what is fetched count, too' '
	begin &&
	suite benchmark.parse.input words.txt &&
	suite suite.fetch true && suite suite.fetchInput lock &&
	echo 1 >lock && git add lock && git commit -q -a -m x &&
	runs build parse print &&
	jq -c "[.benchmarks[].workload]" trash/run.json >trash/workload &&
	change other && runs && carried parse HEAD~1 && carried print HEAD~1 &&
	jq -c "[.benchmarks[].workload]" trash/run.json | test_cmp trash/workload - &&
	change words.txt && runs build parse && carried print HEAD~2 &&
	change lock && runs build parse print
'

test_expect_success JQ 'an input that a step makes: nobody knows before what it will be' '
	begin &&
	suite benchmark.parse.input made && echo made >.gitignore && git add .gitignore &&
	suite suite.setup "echo 1 >made" && git commit -q -a -m x &&
	runs build parse print &&
	change other && runs build parse && carried print HEAD~1 &&
	suite benchmark.parse.workload mine && git commit -q -a -m x && runs build parse print &&
	change other && runs && carried parse HEAD~1 &&
	suite benchmark.parse.input words.txt && git commit -q -a -m x && runs build parse print &&
	change words.txt && runs build parse
'

test_expect_success JQ 'of a tool, all results are carried, or none is' '
	begin &&
	cat >.gitperf <<-\END &&
	[suite]
		iterations = 1
		warmup = 0
	[benchmark "tool"]
		command = "./note tool; cat print/code"
		format = json
		depends = print
	END
	cat >print/code <<-\END &&
	{"benchmarks":[{"name":"a","metrics":[{"name":"t","unit":"ns","value":1}]},
	{"name":"b","params":{"n":"1"},"metrics":[{"name":"t","unit":"ns","value":2}]}]}
	END
	git commit -q -a -m tool &&
	runs tool &&
	change other && runs &&
	jq -e --arg id $(git rev-parse HEAD~1) "[.benchmarks[] | [.name, .params, .status, .carried]] ==
		[[\"tool/a\", {}, \"skipped\", \$id], [\"tool/b\", {\"n\":\"1\"}, \"skipped\", \$id]]" trash/run.json &&
	git perf diff --json HEAD~1 HEAD >trash/json &&
	jq -e "[.rows[].obstacle] == [\"carried\", \"carried\"]" trash/json &&
	git perf run --steps=1 HEAD 2>trash/err && grep "measured already" trash/err &&
	sed "s/\"name\":\"b\",/&\"status\":\"failed\",/; s/\"n\":\"1\"},.*/\"n\":\"1\"}}]}/" print/code >trash/half &&
	cp trash/half print/code && git commit -q -a -m half &&
	test_expect_code 1 git perf run >trash/out &&
	change other && : >"$ORDER" && test_expect_code 1 git perf run >trash/out &&
	echo tool | test_cmp - "$ORDER"
'

test_expect_success JQ 'A59: it is no value: log, diff, export and JSON have none' '
	begin &&
	change other && runs && carried parse $first &&
	git perf log --porcelain=v1 | cut -f9 | sort -u >trash/actual &&
	echo $first >trash/expected && test_cmp trash/expected trash/actual &&
	git perf log --json >trash/json &&
	jq -e ".tally.carried == 2 and ([.series[].points | length] | all(. == 1))" trash/json &&
	git perf log >trash/out &&
	grep "1 commit not measured yet$" trash/out &&
	grep "^2 benchmarks were carried from an earlier commit" trash/out &&
	git perf log HEAD~1..HEAD >trash/out 2>trash/err &&
	test_must_be_empty trash/out &&
	grep "^no measurements in this range: nothing" trash/err && grep "^hint: ." trash/err &&
	git perf diff HEAD~1 HEAD >trash/out &&
	grep "not comparable: head carried from $short$" trash/out &&
	git perf diff HEAD HEAD~1 >trash/out &&
	grep "not comparable: base carried from $short$" trash/out &&
	git perf diff --json HEAD~1 HEAD >trash/json &&
	jq -e --arg id $first ".rows | length == 2 and all(.obstacle == \"carried\" and .head.carried == \$id and
		.head.value == null and .head.failed == 0 and (.base | has(\"carried\") | not))" trash/json &&
	test_expect_code 2 git perf diff --exit-code HEAD~1 HEAD >trash/out &&
	git perf export --notes &&
	git notes --ref=perf/x86-64-linux list >trash/notes &&
	grep $first trash/notes && ! grep $(git rev-parse HEAD) trash/notes &&
	change parse/deep/code && git perf run >trash/out &&
	grep "change: against $short, 2 commits before" trash/out
'

test_expect_success JQ 'of steps, what is carried is done; with --no-carry it is measured' '
	begin &&
	change other && change parse/deep/code && change other && : >"$ORDER" &&
	git perf run --steps=4 HEAD 2>trash/err >/dev/null &&
	printf "%s\n" build parse | test_cmp - "$ORDER" &&
	: >"$ORDER" &&
	git perf run --steps=4 HEAD 2>trash/err &&
	grep "is measured already" trash/err >trash/lines && test_line_count = 4 trash/lines &&
	test_must_be_empty "$ORDER" &&
	git perf run --steps=4 --no-carry HEAD 2>trash/err >/dev/null &&
	grep "is measured already" trash/err >trash/lines && test_line_count = 1 trash/lines &&
	grep parse "$ORDER" >trash/lines && test_line_count = 3 trash/lines
'

test_expect_success LONG,JQ 'with --commit the work tree does not matter' '
	begin &&
	change other && git tag -f later && git checkout -q --detach $first && echo 9 >parse/deep/code &&
	with=--commit=later && runs && carried parse $first
'

test_expect_success JQ 'a shallow clone has what it has, a partial one all that it takes' '
	begin &&
	change other && change other &&
	git config uploadpack.allowFilter true &&
	for clone in --depth=2 --depth=3 --filter=blob:none --filter=tree:0
	do
		git clone -q -b main --single-branch $clone "file://$PWD" trash/clone$clone &&
		git -C trash/clone$clone fetch -q --filter=blob:none origin perf:refs/remotes/origin/perf &&
		git -C trash/clone$clone config perf.platform x86-64-linux || return 1
	done &&
	(cd trash/clone--depth=2 && mkdir trash && runs build parse print) &&
	(cd trash/clone--depth=3 && mkdir trash && runs && carried parse HEAD~2) &&
	(cd trash/clone--filter=blob:none && mkdir trash && runs && carried parse HEAD~2) &&
	(
		cd trash/clone--filter=tree:0 && mkdir trash &&
		git rev-list --objects --missing=print HEAD >trash/missing && grep "^?" trash/missing &&
		: >"$ORDER" && git perf run --json >trash/run.json 2>trash/err &&
		grep "cannot tell what has changed, so it is measured: " trash/err &&
		printf "%s\n" build parse print | test_cmp - "$ORDER"
	)
'

test_expect_success JQ 'at most 1024 commits back' '
	begin &&
	for i in $(seq 1 1024)
	do
		printf "commit refs/heads/main\ncommitter C <c@example.com> 1700000000 +0000\ndata 1\nx\n" &&
		{ test $i -gt 1 || echo "from $first"; } || return 1
	done >trash/commits &&
	git fast-import --quiet <trash/commits &&
	runs && carried parse $first &&
	git commit -q --allow-empty -m more && runs build parse print
'

test_expect_success JQ 'A50: of an earlier record only what it measured is believed' '
	begin &&
	git perf cat --all >trash/record && forget_branch &&
	jq -c --arg id $first "del(.metrics) | .benchmarks[] |= (del(.metrics) | .status = \"skipped\" | .carried = \$id)" trash/record | seal >trash/sealed &&
	git perf append <trash/sealed &&
	change other && runs build parse print
'

test_expect_success JQ 'hostile: a commit that is none, a result that is carried' '
	begin &&
	git perf cat --all >trash/record && forget_branch &&
	jq -c ".benchmarks[0] = {name: \"parse\", status: \"skipped\", carried: (\"abc\",
		\"$(echo $first | tr a-f0-9 A-FA-F)\", 7, null, [], \"\\u001b[31m\", \"${first}0\")} | del(.checksum)" trash/record >trash/all &&
	test_line_count = 7 trash/all &&
	while read -r line
	do
		printf "%s\n" "$line" >trash/bad &&
		must_refuse 128 "carried" git perf append <trash/bad || return 1
	done <trash/all &&
	jq -c ".benchmarks[0].carried = \"$first\"" trash/record | seal >trash/bad &&
	must_refuse 128 "is ok, but carried" git perf append <trash/bad &&
	jq -c ".benchmarks[0] = {name: \"parse\", status: \"failed\", carried: \"$first\"} |
		.outcome = \"partial\"" trash/record | seal >trash/bad &&
	must_refuse 128 "is failed, but carried" git perf append <trash/bad &&
	jq -c ".benchmarks[0] = {name: \"parse\", status: \"skipped\", error: \"\\u001b[31m no\",
		carried: \"$(printf %040d 7)\"}" trash/record | seal >trash/odd &&
	git perf append <trash/odd &&
	git perf show >trash/out && no_control_characters trash/out &&
	grep "^  parse  carried from 0000000000" trash/out && grep "x1b.31m no" trash/out
'

test_done
