#!/bin/sh

test_description='git perf append: what lands, where, and what does not'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

tip () {
	git rev-parse --verify -q refs/heads/perf
}

commits () {
	git rev-list --count perf
}

test_expect_success 'set up a history' '
	make_history 6
'

test_expect_success JQ 'only commit, platform and benchmarks are required' '
	test_when_finished forget_branch &&
	record_now $c1 x86-64-linux 100,101 >in &&
	git perf append <in >id &&
	git perf cat "$(cat id)" >stored &&
	jq -r ".schema, .outcome, .finished, .benchmarks[0].status,
		.metrics.wall.unit, .metrics.wall.better" stored >actual &&
	cat >expected <<-\END &&
	1
	complete
	2023-11-14T22:13:20.000000000Z
	ok
	ns
	lower
	END
	test_cmp expected actual &&
	jq -e "keys - [\"benchmarks\", \"checksum\", \"commit\", \"finished\",
		\"metrics\", \"outcome\", \"platform\", \"schema\"] == []" stored &&
	for key in commit platform benchmarks
	do
		jq -c "del(.$key)" in >without &&
		must_refuse 128 "$key" git perf append <without || return 1
	done
'

test_expect_success JQ 'the stored bytes are canonical and sealed' '
	test_when_finished forget_branch &&
	cat >in <<-END &&
	{ "platform" : "x86-64-linux" ,
	  "commit":"$c1", "config":{"z":"1","a":"2"},
	  "benchmarks":[{"name":"b\u00e9","metrics":[
		{"unit":"ns","name":"wall","better":"lower","samples":[ 1e2, 100.50, 9007199254740993 ]}]}] }
	END
	git perf append -z <in >id &&
	git perf cat "$(tr -d "\0" <id)" >stored &&
	test_line_count = 1 stored &&
	grep -F "\"samples\":[100,100.5,9007199254740993]" stored &&
	grep -F "\"config\":{\"a\":\"2\",\"z\":\"1\"}" stored &&
	grep "\"name\":\"b$(printf "\303\251")\"" stored &&
	sed -e "s/,9007199254740993//" stored | seal >sealed &&
	git perf append <stored >/dev/null &&
	sed -e "s/,9007199254740993//" -e "s/\"checksum\":\"[0-9a-f]*\"/X/" stored >expected &&
	sed -e "s/\"checksum\":\"[0-9a-f]*\"/X/" sealed >actual &&
	test_cmp expected actual &&
	record $c2 x86-64-linux >in2 &&
	id2=$(git perf append -q <in2; git perf append <in2) &&
	git perf cat $id2 >stored2 &&
	seal <stored2 >expected &&
	test_cmp expected stored2
'

test_expect_success 'ids on standard output are those of the stored blobs' '
	test_when_finished forget_branch &&
	{ record $c1 x86-64-linux; record $c2 x86-64-linux; } >in &&
	git perf append <in >ids 2>err &&
	test_line_count = 2 ids &&
	while read -r id
	do
		git perf cat $id >stored &&
		echo $id >expected &&
		git hash-object stored >actual &&
		test_cmp expected actual || return 1
	done <ids &&
	sort ids >expected &&
	record_ids >actual &&
	test_cmp expected actual &&
	echo "2 appended, 0 present before, 0 revoked" >expected &&
	test_cmp expected err
'

test_expect_success 'the layout is the documented one' '
	test_when_finished forget_branch &&
	record $c1 x86-64-linux | git perf append >id &&
	id=$(cat id) &&
	{
		printf "100644 blob %s\tformat\n" "$(echo "git-perf 1" | git hash-object --stdin)" &&
		printf "100644 blob %s\truns/x86-64-linux/%s/%s-20231114T221320Z-c-%s.json\n" $id \
			"$(echo $c1 | cut -c1-2)" "$(echo $c1 | cut -c3-40)" "$(echo $id | cut -c1-12)"
	} >expected &&
	git ls-tree -r perf >actual &&
	test_cmp expected actual &&
	git perf ls --path >paths &&
	record_paths >expected &&
	test_cmp expected paths
'

test_expect_success 'the outcome is a letter of the name, and the finish time too' '
	test_when_finished forget_branch &&
	ok="{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]}" &&
	bad="{\"name\":\"b\",\"status\":\"failed\",\"error\":\"no\"}" &&
	skipped="{\"name\":\"c\",\"status\":\"skipped\"}" &&
	head="\"commit\":\"$c1\",\"platform\":\"p\",\"finished\":\"2020-02-29T23:59:59.123456789+02:00\"" &&
	for list in "$ok" "$ok,$skipped" "$ok,$bad" "$bad" "$bad,$skipped"
	do
		echo "{$head,\"benchmarks\":[$list]}" || return 1
	done | git perf append -q &&
	echo "{$head,\"error\":\"the machine burnt down\",\"benchmarks\":[]}" |
	git perf append -q &&
	git perf ls --path | sed "s/.*-\(2[^-]*Z-.\)-.*/\1/" | sort >actual &&
	cat >expected <<-\END &&
	20200229T215959Z-c
	20200229T215959Z-c
	20200229T215959Z-f
	20200229T215959Z-f
	20200229T215959Z-f
	20200229T215959Z-p
	END
	test_cmp expected actual &&
	must_be_sound
'

test_expect_success 'an outcome that the benchmarks contradict is refused' '
	record $c1 p 1 "\"outcome\":\"failed\"" >in &&
	must_refuse 128 "outcome" git perf append <in &&
	echo "{\"commit\":\"$c1\",\"platform\":\"p\",\"benchmarks\":[]}" >in &&
	must_refuse 128 "benchmarks" git perf append <in
'

test_expect_success 'I2: landing the same bytes again is no commit' '
	test_when_finished forget_branch &&
	record_now $c1 x86-64-linux | git perf append >id &&
	git perf cat --all >stored &&
	before=$(tip) &&
	git perf append <stored >again 2>err &&
	test "$before" = "$(tip)" &&
	test_cmp id again &&
	echo "0 appended, 1 present before, 0 revoked" >expected &&
	test_cmp expected err &&
	record_now $c1 x86-64-linux | git perf append >again &&
	test "$before" = "$(tip)" &&
	test_cmp id again &&
	record_now $c1 x86-64-linux |
	GIT_PERF_TEST_CLOCK=1700000001 git perf append >later &&
	test "$before" = "$(git rev-parse perf^)" &&
	! test_cmp id later &&
	record_ids >actual &&
	sort id later >expected &&
	test_cmp expected actual
'

test_expect_success 'the same record twice in one input is one' '
	test_when_finished forget_branch &&
	{ record $c1 p; record $c1 p; } | git perf append >ids 2>err &&
	sort -u ids >actual &&
	test_line_count = 1 actual &&
	grep "^1 appended" err &&
	test $(commits) = 1
'

test_expect_success 'one bad record, and nothing is appended' '
	test_when_finished forget_branch &&
	{ record $c1 p; echo "{\"commit\":\"$c1\"}"; record $c2 p; } >in &&
	must_refuse 128 "record 2: .*missing" git perf append <in &&
	test_must_be_empty out &&
	record $c3 p | git perf append -q &&
	must_refuse 128 "record 2: .*missing" git perf append <in &&
	test $(commits) = 1
'

test_expect_success 'A18: many records are one commit' '
	test_when_finished forget_branch &&
	record $c1 p | git perf append -q &&
	for c in $c1 $c2 $c3 $c4
	do
		record $c x86-64-linux && record $c aarch64-linux || return 1
	done | git perf append >ids &&
	test_line_count = 8 ids &&
	test $(commits) = 2 &&
	git diff-tree -r --name-status perf^ perf >changes &&
	test_line_count = 8 changes &&
	! grep -v "^A" changes
'

test_expect_success 'a hundred records, more than make loose objects, are sound' '
	test_when_finished forget_branch &&
	record $c1 p | git perf append -q &&
	i=0 &&
	while test $i -lt 100
	do
		i=$((i + 1)) &&
		record $c2 p $i || return 1
	done | git perf append >ids &&
	test_line_count = 100 ids &&
	test $(commits) = 2 &&
	must_be_sound &&
	git perf ls c2 >listed &&
	test_line_count = 100 listed
'

test_expect_success 'the tree depends on the records, not on how and when they came' '
	for name in a a-b a.b a0 aa a+ a_ b b-c 0 00 x86-64-linux x86-64-linux.v2 x86
	do
		for n in 1 2 3 4 5 6 7
		do
			record $c1 $name $n && record $c2 $name $n || return 1
		done
	done >all &&
	test_line_count = 196 all &&
	git perf append -q <all &&
	git rev-parse "perf^{tree}" >expected &&
	must_be_sound &&
	forget_branch &&
	awk "BEGIN { srand(5) } { print rand() \"\t\" \$0 }" all | sort | cut -f2- >shuffled &&
	rm -f part.* &&
	awk "{ part = NR < 12 ? NR : NR < 30 ? 30 : NR < 93 ? 93 : NR < 157 ? 157 : 200
		print >sprintf(\"part.%03d\", part) }" shuffled &&
	for part in part.*
	do
		git perf append -q <$part || return 1
	done &&
	test "$(git rev-list --count perf)" = 15 &&
	git rev-parse "perf^{tree}" >actual &&
	test_cmp expected actual &&
	must_be_sound &&
	forget_branch &&
	mkdir files &&
	awk "{ file = sprintf(\"files/%03d.json\", NR); print >file; close(file) }" shuffled &&
	git perf collect -q files &&
	git rev-parse "perf^{tree}" >actual &&
	test_cmp expected actual &&
	forget_branch
'

test_expect_success 'subjects end in [skip ci], whatever is in a commit' '
	test_when_finished forget_branch &&
	record $c1 x86-64-linux | git perf append -q &&
	{ record $c2 p; record $c3 p; } | git perf append -q &&
	git log --format=%s perf >actual &&
	cat >expected <<-END &&
	perf: 2 records [skip ci]
	perf: x86-64-linux $(echo $c1 | cut -c1-12) [skip ci]
	END
	test_cmp expected actual
'

test_expect_success '-n checks everything and changes nothing' '
	record $c1 p >in &&
	repository_state >before &&
	git count-objects >>before &&
	git perf append -n <in >id &&
	test_line_count = 1 id &&
	repository_state >after &&
	git count-objects >>after &&
	test_cmp before after &&
	git perf append --dry-run <in >again &&
	test_cmp id again &&
	echo "{}" >in &&
	must_refuse 128 missing git perf append -n <in
'

test_expect_success '-q says nothing at all' '
	test_when_finished forget_branch &&
	record $c1 p | git perf append -q >out 2>err &&
	test_must_be_empty out &&
	test_must_be_empty err &&
	test $(commits) = 1
'

test_expect_success '-z: records end in NUL and may span lines' '
	test_when_finished forget_branch &&
	{
		record $c1 p | sed "s/,/,\n/g" && printf "\0" &&
		record $c2 p && printf "\0"
	} | git perf append -z >ids &&
	tr "\0\n" "\nX" <ids | sort >actual &&
	record_ids >expected &&
	test_line_count = 2 expected &&
	test_cmp expected actual
'

test_expect_success 'blank lines, CR LF and a missing last newline do no harm' '
	test_when_finished forget_branch &&
	{
		echo && printf "   \t\r\n" &&
		record $c1 p | sed "s/\$/$(printf "\r")/" &&
		echo && record $c2 p | tr -d "\n"
	} >in &&
	git perf append <in >ids &&
	test_line_count = 2 ids &&
	git perf cat --all >stored &&
	! grep "$(printf "\r")" stored
'

test_expect_success 'no input is no commit and no branch' '
	git perf append </dev/null >out &&
	test_must_be_empty out &&
	printf "\n\n" | git perf append >out &&
	test_must_be_empty out &&
	! tip
'

test_expect_success '-h, unknown options and arguments' '
	test_expect_code 129 git perf append -h >out 2>err &&
	test_must_be_empty err &&
	head -n 1 out >actual &&
	echo "usage: git perf append [-n] [-q] [-z]" >expected &&
	test_cmp expected actual &&
	test_expect_code 129 git perf append --nope </dev/null 2>err &&
	grep -e --nope err &&
	record $c1 p >in &&
	test_expect_code 129 git perf append in </dev/null 2>err &&
	grep "standard input" err &&
	! tip
'

test_expect_success 'short commit ids are completed' '
	test_when_finished forget_branch &&
	for n in 7 12 39
	do
		record "$(echo $c4 | cut -c1-$n)" p $n || return 1
	done | git perf append -q &&
	git perf ls >listed &&
	test_line_count = 3 listed &&
	test "$(cut -f2 listed | sort -u)" = $c4 &&
	git perf cat --all | grep -c "\"commit\":\"$c4\"" >count &&
	test "$(cat count)" = 3
'

test_expect_success 'an ambiguous, unknown or malformed short id is refused' '
	git init -q many &&
	(
		cd many &&
		make_history 1000 &&
		git rev-list main | cut -c1-4 | sort | uniq -d >twins &&
		test -s twins &&
		record "$(head -n 1 twins)" p >in &&
		must_refuse 128 ambiguous git perf append <in
	) &&
	for bad in deadbee 123 "" HEAD main c1 "$c1-" "${c1}0" \
		"$(echo $c1 | tr a-f A-F)" "../$c1" "$c1 " " $c1"
	do
		record "$bad" p >in &&
		must_refuse 128 commit git perf append <in || return 1
	done
'

test_expect_success 'a full id that this clone does not have is kept, aloud' '
	test_when_finished forget_branch &&
	unknown=0123456789012345678901234567890123456789 &&
	record $unknown p | git perf append >id 2>err &&
	test_line_count = 1 id &&
	grep "^warning: .*012345678901" err &&
	grep "^hint: " err &&
	git perf ls >listed &&
	grep $unknown listed &&
	must_be_sound
'

test_expect_success 'the null id is no commit' '
	record 0000000000000000000000000000000000000000 p >in &&
	must_refuse 128 commit git perf append <in
'

test_expect_success 'ids of tags, trees and blobs are refused by what they are' '
	git tag -a -m annotated annotated c1 &&
	for object in annotated "c1^{tree}" c1:file
	do
		id=$(git rev-parse "$object") &&
		type=$(git cat-file -t $id) &&
		record $id p >in &&
		must_refuse 128 "is a $type" git perf append <in &&
		record "$(echo $id | cut -c1-10)" p >in &&
		must_refuse 128 "is a $type" git perf append <in || return 1
	done
'

test_expect_success 'A4: three platforms with hyphens survive every path' '
	test_when_finished "forget_branch; rm -rf out.d" &&
	printf "%s\n" aarch64-linux aarch64-macos x86-64-linux >platforms &&
	while read -r platform
	do
		record $c1 $platform || return 1
	done <platforms | git perf append -q &&
	git perf ls | cut -f1 >actual &&
	test_cmp platforms actual &&
	record_paths | cut -d/ -f2 >actual &&
	test_cmp platforms actual &&
	git perf log --porcelain=v1 | cut -f1 | sort -u >actual &&
	test_cmp platforms actual &&
	while read -r platform
	do
		git perf log --platform=$platform --porcelain=v1 | cut -f1 | sort -u >actual &&
		echo $platform >expected &&
		test_cmp expected actual &&
		git perf ls --platform=$platform >actual &&
		test_line_count = 1 actual &&
		git perf run --platform=$platform --iterations=1 --warmup=0 -o . \
			--no-append -- true >/dev/null &&
		name=benchmark-results-$c6-$platform.json &&
		git perf verify $name &&
		git perf collect -n $name &&
		rm $name || return 1
	done <platforms
'

test_expect_success JQ 'A5: build failures and timeouts are records, and told apart' '
	test_when_finished forget_branch &&
	cat >in <<-END &&
	{"commit":"$c1","platform":"p","error":"cc: internal error","steps":[{"name":"build","status":"build-failed","error":"exit 1","duration":5}],"benchmarks":[{"name":"a","status":"build-failed","error":"exit 1","log":"line 1\nline 2"}]}
	{"commit":"$c2","platform":"p","benchmarks":[{"name":"a","status":"timeout","error":"took over 5 s"}]}
	{"commit":"$c3","platform":"p","benchmarks":[{"name":"a","status":"failed","error":"exit 2"}]}
	END
	git perf append <in >ids &&
	test_line_count = 3 ids &&
	for c in c1 c2 c3
	do
		git perf cat "$(git perf ls $c | cut -f3)" |
		jq -r ".benchmarks[0].status + \" \" + .outcome" || return 1
	done >actual &&
	cat >expected <<-\END &&
	build-failed failed
	timeout failed
	failed failed
	END
	test_cmp expected actual &&
	git perf show c1 >shown &&
	grep "build-failed" shown &&
	grep "cc: internal error" shown &&
	grep "| line 2" shown &&
	git perf show c2 >shown &&
	grep timeout shown &&
	git perf log >shown &&
	grep "1 failed" shown
'

test_expect_success 'a benchmark that failed has no metrics, one that is ok has' '
	head="\"commit\":\"$c1\",\"platform\":\"p\"" &&
	echo "{$head,\"benchmarks\":[{\"name\":\"a\",\"status\":\"failed\",\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]}]}" >in &&
	must_refuse 128 "benchmark .a.* has metrics" git perf append <in &&
	echo "{$head,\"benchmarks\":[{\"name\":\"a\"}]}" >in &&
	must_refuse 128 "benchmark .a.* has no metrics" git perf append <in
'

test_expect_success JQ 'M2, M9, M41: configuration, times, worker and steps are fields' '
	test_when_finished forget_branch &&
	record $c1 p 5 "\"config\":{\"threads\":\"2\",\"backend\":\"llvm\"},
		\"queued\":\"2023-11-14T21:00:00Z\",
		\"started\":\"2023-11-14T21:30:00.000000001Z\",
		\"finished\":\"2023-11-14T22:00:00Z\",
		\"worker\":\"box-7\",\"reason\":\"scheduled\",
		\"job\":{\"id\":\"0123456789abcdef\",\"round\":1,\"token\":42},
		\"environment\":{\"cpu\":\"fast\",\"cores\":\"8\"},
		\"suite\":\"0123456789012345678901234567890123456789\",
		\"fingerprint\":\"0123456789abcdef\",\"dirty\":false,\"tool\":\"by hand\",
		\"steps\":[{\"name\":\"fetch\",\"duration\":1000},
			{\"name\":\"build\",\"duration\":61000000000}]" | tr -d "\n\t" >in &&
	git perf append <in >id &&
	git perf cat $(cat id) >stored &&
	jq -S "del(.schema, .outcome, .checksum, .metrics, .benchmarks)" stored >actual &&
	jq -S "del(.benchmarks) |
		.queued = \"2023-11-14T21:00:00.000000000Z\" |
		.finished = \"2023-11-14T22:00:00.000000000Z\" |
		.steps[].status = \"ok\"" in >expected &&
	test_cmp expected actual &&
	git perf show $(cat id) >shown &&
	grep "^worker  *box-7$" shown &&
	grep "^duration  *1800.* s$" shown &&
	grep "^waited  *1800.* s$" shown &&
	grep "  threads = 2" shown &&
	grep "  cpu = fast" shown &&
	grep "build  ok  took 61.00 s  on box-7" shown &&
	grep "fetch  ok  took 1.00 us  on box-7" shown
'

test_expect_success 'a record that starts after it finished is refused' '
	record $c1 p 1 "\"started\":\"2023-11-14T22:00:01Z\",\"finished\":\"2023-11-14T22:00:00Z\"" >in &&
	must_refuse 128 started git perf append <in
'

test_expect_success JQ 'a field that nobody knows is a typing error, but not in a sealed record' '
	test_when_finished forget_branch &&
	record $c1 p 1 "\"wroker\":\"w\"" >in &&
	must_refuse 128 "unknown field .wroker" git perf append <in &&
	record $c1 p | git perf append -q &&
	git perf cat --all | jq -c ".future = {\"a\": [1, null]}" | seal >in &&
	git perf append <in >id &&
	git perf cat $(cat id) >actual &&
	test_cmp in actual &&
	must_be_sound &&
	git perf show $(cat id) >shown &&
	grep "written by a newer version" shown
'

test_expect_success JQ 'a sealed record that was changed is refused' '
	test_when_finished forget_branch &&
	record $c1 p | git perf append -q &&
	git perf cat --all | sed "s/101/109/" >in &&
	must_refuse 128 "checksum does not agree" git perf append <in &&
	git perf cat --all | jq -c ".checksum = 5" >in &&
	must_refuse 128 "checksum" git perf append <in &&
	git perf cat --all | jq . | tr -d "\n" >in &&
	git perf append <in 2>err &&
	grep "^0 appended, 1 present" err
'

test_expect_success 'works for somebody without a name' '
	test_when_finished forget_branch &&
	(
		sane_unset () { unset "$@"; :; } &&
		sane_unset GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL \
			GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL &&
		record $c1 p | git perf append -q &&
		git config user.name "Some Body" &&
		git config user.email some@body.example &&
		record $c2 p | git perf append -q &&
		git config --remove-section user
	) &&
	record $c3 p | git perf append -q &&
	git log --format="%cn <%ce>" perf >actual &&
	cat >expected <<-\END &&
	C O Mitter <committer@example.com>
	Some Body <some@body.example>
	git perf <git-perf@localhost>
	END
	test_cmp expected actual &&
	must_be_sound
'

test_expect_success 'I2: the history is linear and the set of records only grows' '
	test_when_finished forget_branch &&
	: >known &&
	for c in $c1 $c2 $c3 $c4 $c5
	do
		record $c p | git perf append >>known &&
		sort known >expected &&
		record_ids >actual &&
		test_cmp expected actual || return 1
	done &&
	test $(commits) = 5 &&
	git rev-list --min-parents=2 perf >merges &&
	test_must_be_empty merges &&
	git diff-tree -r --diff-filter=DMRT perf~4 perf >removed &&
	test_must_be_empty removed &&
	must_be_sound
'

test_expect_success JQ 'I11: another platform, configuration or workload is another series' '
	test_when_finished forget_branch &&
	bench () {
		printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"config\":%s,\"benchmarks\":[{\"name\":\"a\",\"params\":%s,\"workload\":{\"id\":\"%s\"},\"metrics\":[{\"name\":\"m\",\"unit\":\"%s\",\"better\":\"%s\",\"samples\":[%s]}]}]}\n" "$@"
	} &&
	{
		bench $c1 p "{}" "{}" w ns lower 1 &&
		bench $c2 q "{}" "{}" w ns lower 2 &&
		bench $c2 p "{\"t\":\"1\"}" "{}" w ns lower 3 &&
		bench $c2 p "{}" "{\"t\":\"1\"}" w ns lower 4 &&
		bench $c2 p "{}" "{}" v ns lower 5 &&
		bench $c2 p "{}" "{}" w us lower 6 &&
		bench $c2 p "{}" "{}" w ns higher 7 &&
		bench $c2 p "{}" "{}" w ns lower 8
	} | git perf append -q &&
	git perf log --json >json &&
	jq -c "[.series[] | [.points[].value]] | sort" json >actual &&
	echo "[[2],[3],[4],[5],[6],[7],[8,1]]" >expected &&
	test_cmp expected actual &&
	git perf log --porcelain=v1 | cut -f16 | sort | uniq -c | sed "s/^ *//" >actual &&
	printf "%s\n" "7 -" "1 7" >expected &&
	test_cmp expected actual
'

test_expect_success 'what this version does not know on the branch stays' '
	test_when_finished forget_branch &&
	record $c1 x86-64-linux | git perf append -q &&
	git worktree add -q --detach wt perf &&
	test_when_finished "git worktree remove -f wt" &&
	(
		cd wt &&
		mkdir -p marks/2023-11 runs/x86-64-linux/zz runs/Other &&
		echo 1 >marks/2023-11/a.json &&
		echo 2 >runs/x86-64-linux/zz/note &&
		echo 3 >runs/Other/file &&
		echo 4 >top &&
		ln -s top link &&
		echo "echo 5" >script && chmod +x script &&
		git add . &&
		git commit -q -m more
	) &&
	git update-ref refs/heads/perf "$(git -C wt rev-parse HEAD)" &&
	git ls-tree -r perf >before &&
	record $c2 x86-64-linux | git perf append >id &&
	git ls-tree -r perf | grep -v $(cat id) >after &&
	test_cmp before after
'

test_expect_success 'appending does not touch the index, the work tree or HEAD' '
	test_when_finished "forget_branch; git reset -q --hard" &&
	echo staged >file && git add file && echo changed >file &&
	git status --porcelain -uno >before &&
	head=$(git rev-parse HEAD) &&
	record $c1 p | git perf append -q &&
	git status --porcelain -uno >after &&
	test_cmp before after &&
	test $head = $(git rev-parse HEAD)
'

test_done
