#!/bin/sh

test_description='git perf collect: results from many places, landed as one'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# result <version> <commit> <arch> <os> [<more members>]: a result object
result () {
	printf '{"version":%s,"timestamp":"2023-11-14T22:00:00Z","commit":"%s",' "$1" "$2"
	printf '"host":{"os":"%s","arch":"%s"},"iterations":5,%s' "$4" "$3" "${5:+$5,}"
	printf '"benchmarks":[{"name":"a@O0","mean_ms":400.715,"std_ms":4.851306}]}\n'
}

# artifact <commit> <platform> [<samples>]: a file of its proper name
artifact () {
	git perf run --no-append -p "$2" --iterations=1 --warmup=0 -o - -- true |
	jq -c --arg c "$1" --argjson s "[${3:-100}]" 'del(.checksum) | .commit = $c |
		.benchmarks[0].metrics[0].samples = $s' | seal >"benchmark-results-$1-$2.json"
}

test_expect_success 'set up' '
	make_history 5 &&
	git tag -a -m annotated annotated c1 &&
	mkdir in
'

test_expect_success JQ 'A16, A18: one commit has the results of all platforms' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(
		cd in &&
		for platform in aarch64-linux aarch64-macos x86-64-linux
		do
			artifact $c1 $platform || exit 1
		done &&
		git perf verify *.json
	) &&
	git perf collect in >out 2>err &&
	echo "3 collected, 0 present before, 0 revoked, 0 refused" >expected &&
	test_cmp expected out &&
	test_must_be_empty err &&
	test "$(git rev-list --count perf)" = 1 &&
	git log -1 --format=%s perf | grep "\[skip ci\]$" &&
	git perf ls c1 | cut -f1 >actual &&
	printf "%s\n" aarch64-linux aarch64-macos x86-64-linux >expected &&
	test_cmp expected actual &&
	for file in in/*
	do
		git hash-object $file || return 1
	done | sort >expected &&
	record_ids >actual &&
	test_cmp expected actual &&
	must_be_sound
'

test_expect_success JQ 'R1: identity comes from the content, in whatever file' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(
		cd in &&
		mkdir 1 2 &&
		artifact $c1 x86-64-linux &&
		mv benchmark-results-* 1/linux.json &&
		artifact $c1 aarch64-linux &&
		mv benchmark-results-* 2/linux.json
	) &&
	git perf collect in &&
	git perf ls | cut -f1 >actual &&
	printf "%s\n" aarch64-linux x86-64-linux >expected &&
	test_cmp expected actual
'

test_expect_success JQ 'A15: a name that disagrees with the content is refused' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(
		cd in &&
		artifact $c1 x86-64-linux &&
		good=benchmark-results-$c1-x86-64-linux.json &&
		short=$(echo $c1 | cut -c1-7) &&
		cp $good benchmark-results-$short-x86-64-linux.json &&
		cp $good benchmark-results-$c1-x86-64-linux-$(git hash-object $good | cut -c1-12).json &&
		for bad in $c2-x86-64-linux $c1-aarch64-linux $c1-linux linux \
			$c1 $c1-x86-64-linux-extra $c1-x86-64-linux-0123456789ab \
			$(echo $c2 | cut -c1-7)-x86-64-linux
		do
			cp $good benchmark-results-$bad.json || exit 1
		done
	) &&
	find in -type f | sort >before &&
	test_expect_code 1 git perf collect in >out 2>err &&
	echo "1 collected, 0 present before, 0 revoked, 8 refused" >expected &&
	test_cmp expected out &&
	test "$(grep -c "^refused: in/benchmark-results-.*: the name does not agree" err)" = 8 &&
	test "$(grep -c "^hint: " err)" = 8 &&
	find in -type f | sort >after &&
	test_cmp before after &&
	git perf ls >listed &&
	test_line_count = 1 listed
'

test_expect_success JQ 'A19: collecting again changes nothing' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(cd in && artifact $c1 p && artifact $c2 p && result 1 $c3 x86_64 linux >v1.json) &&
	git perf collect in &&
	before=$(git rev-parse perf) &&
	git perf collect in >out &&
	echo "0 collected, 3 present before, 0 revoked, 0 refused" >expected &&
	test_cmp expected out &&
	test $before = "$(git rev-parse perf)" &&
	GIT_PERF_TEST_CLOCK=1800000000 git perf collect in in in/v1.json >out &&
	test_cmp expected out &&
	test $before = "$(git rev-parse perf)"
'

test_expect_success 'A19: a record by hand is collected once, whatever the time' '
	test_when_finished "git update-ref -d refs/heads/perf; git update-ref -d refs/perf/seen; rm -rf in/*" &&
	record_now $c1 p >in/a.json &&
	{ git perf collect in || :; } &&
	{ GIT_PERF_TEST_CLOCK=1800000000 git perf collect in || :; } &&
	git perf ls >listed &&
	test_line_count -le 1 listed &&
	record $c1 p >in/a.json &&
	git perf collect in &&
	GIT_PERF_TEST_CLOCK=1800000000 git perf collect in >out &&
	grep "^0 collected, 1 present before" out
'

test_expect_success JQ 'A19: collectors at once are safe, and what they land is one set' '
	test_when_finished "forget_branch; rm -rf in/*; real_clock; GIT_PERF_TEST_CLOCK=1700000000; export GIT_PERF_TEST_CLOCK" &&
	(
		cd in &&
		for c in $c1 $c2 $c3 $c4
		do
			for platform in p q
			do
				result 2 $c x86_64 $platform >$c-$platform.json || exit 1
			done
		done
	) &&
	real_clock &&
	pids= &&
	for i in 1 2 3 4 5
	do
		{ git-perf collect in >out.$i 2>err.$i & } &&
		pids="$pids $!" || return 1
	done &&
	for pid in $pids
	do
		wait $pid || return 1
	done &&
	git perf ls >listed &&
	test_line_count = 8 listed &&
	# a collector whose results went along with another one has landed them, too
	awk "\$1 + \$3 != 8 { exit 1 }" out.* &&
	grep "^8 collected" out.* &&
	test "$(git rev-list --count perf)" = 1 &&
	must_be_sound &&
	spool_files >left &&
	test_must_be_empty left
'

test_expect_success JQ 'A20: three runners measure, one collector gathers' '
	test_when_finished "forget_branch; rm -rf runners in/*" &&
	mkdir runners &&
	for platform in aarch64-linux aarch64-macos x86-64-linux
	do
		git clone -q . runners/$platform &&
		(
			cd runners/$platform &&
			CI=true git perf run --no-append -p $platform --worker=runner-$platform \
				--reason=push -o ../../in -- git rev-parse HEAD &&
			test_must_fail git rev-parse -q --verify refs/heads/perf
		) || return 1
	done &&
	ls in >names &&
	test_line_count = 3 names &&
	git perf collect in &&
	test "$(git rev-list --count perf)" = 1 &&
	for platform in aarch64-linux aarch64-macos x86-64-linux
	do
		git perf cat $(git perf ls -p $platform c5 | cut -f3) |
		jq -r ".worker + \" \" + .reason" || return 1
	done >actual &&
	cat >expected <<-\END &&
	runner-aarch64-linux push
	runner-aarch64-macos push
	runner-x86-64-linux push
	END
	test_cmp expected actual &&
	git perf log >out &&
	head -n 1 out | grep "aarch64-linux *aarch64-macos *x86-64-linux"
'

test_expect_success JQ 'M3: a platform or worker that nobody has heard of needs nothing' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(cd in && artifact $c1 riscv64-plan9.v4) &&
	result 2 $c2 loongarch64 haiku >in/v2.json &&
	git perf collect in &&
	git perf ls | cut -f1 >actual &&
	printf "%s\n" loongarch64-haiku riscv64-plan9.v4 >expected &&
	test_cmp expected actual &&
	git perf log -p riscv64-plan9.v4 true >out &&
	grep "on riscv64-plan9.v4" out
'

test_expect_success JQ 'A33: version 1 and 2 of result objects are read' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	result 1 $c1 x86_64 linux >in/v1.json &&
	result 2 $c2 arm64 darwin "\"commit_range\":[\"$c1\",\"$c2\"],\"benchmark_reason\":\"scheduled\",\"build_mode\":\"release\"" >in/v2.json &&
	git perf collect --json in >json &&
	jq -r ".artifacts[] | .path + \" \" + .format + \" \" + .platform" json >actual &&
	printf "%s\n" "in/v1.json result-1 x86-64-linux" "in/v2.json result-2 aarch64-macos" >expected &&
	test_cmp expected actual &&
	git perf cat $(git perf ls c1 | cut -f3) >record &&
	jq -e --arg sum "$(sha256sum <in/v1.json | cut -d" " -f1)" ".origin == {format: \"result-1\", sha256: \$sum} and
		(has(\"commit_range\") | not) and (has(\"reason\") | not) and
		.finished == \"2023-11-14T22:00:00.000000000Z\" and
		.benchmarks[0].metrics[0].summary == {mean: 400715000, n: 5, stddev: 4851306}" record &&
	git perf cat $(git perf ls c2 | cut -f3) >record &&
	jq -e --arg c1 $c1 --arg c2 $c2 ".commit_range == [\$c1, \$c2] and .reason == \"scheduled\" and
		.config == {build_mode: \"release\"} and .platform == \"aarch64-macos\" and
		.environment.arch and .environment.os" record &&
	git perf show c1 | grep "^range *unknown" &&
	git perf show c2 | grep "^range *2 commits"
'

test_expect_success JQ 'A33: what a version 2 object may have is all kept' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	cat >in/v2.json <<-END &&
	{"version":2,"timestamp":"2026-04-20T23:35:08+02:00","commit":"$c1","host":{"os":"linux","arch":"aarch64"},"iterations":5,"benchmarks":[
	 {"name":"f@O0","opt_level":"O0","mean_ms":400.715,"std_ms":4.851306,"iterations":7,"cold_ms":500.5,"hot_ms":399.25,"hot_std_ms":1.5,"hot_iterations":6,
	  "passes":{"parse":{"mean_ms":17.361},"sema":{"mean_ms":3.9,"std_ms":0.5}},"source_metrics":{"bytes":70112,"lines":2120},
	  "peak_memory_bytes":54607052,"binary_size_bytes":171776,"runtime_ms":15.636,"runtime_std_ms":0.542139},
	 {"name":"g","opt_level":"O3","mean_ms":0.0000015}]}
	END
	git perf collect in &&
	git perf cat --all >record &&
	jq -e "(.benchmarks | map({key: .name, value: (.metrics | map({key: .name, value: .summary}) | from_entries)}) | from_entries) == {
		\"f@O0\": {
			wall: {mean: 400715000, n: 7, stddev: 4851306},
			cold: {mean: 500500000, n: 1},
			hot: {mean: 399250000, n: 6, stddev: 1500000},
			runtime: {mean: 15636000, n: 7, stddev: 542139},
			max_rss: {mean: 54607052, n: 7},
			binary_size: {mean: 171776, n: 7},
			\"pass.parse\": {mean: 17361000, n: 7},
			\"pass.sema\": {mean: 3900000, n: 7, stddev: 500000}},
		g: {wall: {mean: 2, n: 5}}}" record &&
	jq -e ".finished == \"2026-04-20T21:35:08.000000000Z\"" record &&
	jq -e ".benchmarks[0] | (has(\"params\") | not) and .workload.parts == {bytes: \"70112\", lines: \"2120\"}" record &&
	jq -e ".benchmarks[1].params == {opt_level: \"O3\"}" record &&
	git perf log --metric=pass.sema --porcelain=v1 "f@O0" | cut -f5,6,10 >actual &&
	printf "pass.sema\tns\t3900000\n" >expected &&
	test_cmp expected actual
'

test_expect_success JQ 'an import is a function of its bytes, and imported once' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	result 2 $c1 x86_64 linux >in/a.json &&
	cp in/a.json in/b.json &&
	git perf collect in >out &&
	grep "^1 collected" out &&
	id=$(record_ids) &&
	git init -q other &&
	(
		cd other &&
		git fetch -q .. c1 &&
		GIT_PERF_TEST_CLOCK=1800000000 GIT_COMMITTER_NAME=x git perf collect ../in/b.json &&
		test "$(record_ids)" = $id
	)
'

test_expect_success 'refused: every file is named, with a reason, and left where it is' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(
		cd in &&
		echo "{" >cut.json &&
		: >empty.json &&
		echo "[]" >array.json &&
		echo "{\"a\":1}" >else.json &&
		result 3 $c1 x86_64 linux >v3.json &&
		result 2 $c1 x86_64 linux | sed "s/mean_ms/mean/" >nomean.json &&
		result 2 $c1 x86_64 linux | sed "s/\"arch\":\"x86_64\"/\"x\":1/" >noarch.json &&
		result 2 $c1 x86_64 linux | sed "s/400.715/-1/" >negative.json &&
		result 2 $c1 x86_64 linux | sed "s/400.715/\"400\"/" >text.json &&
		result 2 $c1 x86_64 linux | sed "s/400.715/1e300/" >huge.json &&
		result 2 $c1 x86_64 linux | sed "s/2023-11-14T22:00:00Z/yesterday/" >when.json &&
		result 2 $c1 "../x" linux >where.json &&
		result 2 0123456 x86_64 linux >unknown.json &&
		result 2 $(git rev-parse annotated) x86_64 linux >tag.json &&
		result 2 $(git rev-parse c1^{tree}) x86_64 linux >tree.json &&
		result 2 $c1 x86_64 linux "\"commit_range\":[\"$c1\",\"HEAD\"]" >range.json &&
		result 2 $c1 x86_64 linux "\"benchmark_reason\":\"why not\"" >reason.json &&
		record $c1 "a/b" >slash.json &&
		record $c1 p | sed "s/samples/sample/" >typo.json &&
		printf "\0\0\0\0" >binary.json &&
		record $c2 good >good.json &&
		record $c3 good >text
	) &&
	find in -type f | sort | xargs cksum >before &&
	test_expect_code 1 git perf collect in >out 2>err &&
	echo "1 collected, 0 present before, 0 revoked, 20 refused" >expected &&
	test_cmp expected out &&
	find in -type f | sort | xargs cksum >after &&
	test_cmp before after &&
	for file in in/*.json
	do
		test $file = in/good.json || grep "^refused: $file: ..*" err || return 1
	done &&
	test "$(grep -c "^refused: " err)" = 20 &&
	test "$(grep -c "^hint: ..*" err)" = 20 &&
	no_control_characters err &&
	git perf ls | cut -f1 >actual &&
	echo good >expected &&
	test_cmp expected actual &&
	must_be_sound
'

test_expect_success 'nothing valid: exit 1, and no branch is made' '
	test_when_finished "rm -rf in/*" &&
	echo "{" >in/cut.json &&
	must_refuse 1 "^refused: in/cut.json" git perf collect in &&
	must_refuse 1 "^refused: missing" git perf collect missing &&
	test_expect_code 129 git perf collect -n 2>err &&
	grep "^error: -n looks at files" err &&
	git perf collect >out &&
	grep "^0 collected" out &&
	test_must_fail git rev-parse -q --verify perf
'

test_expect_success JQ 'short commit ids are completed, unknown full ones kept aloud' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	result 2 $(echo $c1 | cut -c1-8) x86_64 linux >in/short.json &&
	result 2 0123456789012345678901234567890123456789 x86_64 linux >in/unknown.json &&
	git perf collect --json in >json 2>err &&
	grep "^warning: 1 result.* of commits that this clone does not have" err &&
	jq -c ".artifacts[] | [.commit, .commit_known]" json >actual &&
	printf "[\"%s\",%s]\n" $c1 true 0123456789012345678901234567890123456789 false >expected &&
	test_cmp expected actual
'

test_expect_success JQ '--dry-run says what would be, and changes nothing' '
	test_when_finished "rm -rf in/*" &&
	(cd in && artifact $c1 p && artifact $c2 p) &&
	repository_state >before &&
	find .git -type f | sort | xargs cksum >>before &&
	git perf collect -n in >out &&
	repository_state >after &&
	find .git -type f | sort | xargs cksum >>after &&
	test_cmp before after &&
	grep "^2 would be collected, 0 refused" out &&
	echo "{" >in/cut.json &&
	must_refuse 1 "^refused: in/cut.json" git perf collect --dry-run --json in &&
	jq -e ".dry_run and .landed == 0 and .refused == 1 and .tip == null and
		([.artifacts[] | select(.accepted)] | length) == 2" out
'

test_expect_success JQ '--json has a verdict on every file' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(cd in && artifact $c1 p && echo "{" >cut.json && printf "x" >"$(printf "\377\033.json")") &&
	test_expect_code 1 git perf collect --json in >json 2>err &&
	jq -e --arg tip "$(git rev-parse perf)" ".version == 1 and .dry_run == false and .tip == \$tip and
		.landed == 1 and .present == 0 and .revoked == 0 and .refused == 2 and
		(.artifacts | length) == 3" json &&
	jq -e --arg id "$(record_ids)" --arg c1 $c1 ".artifacts[] | select(.accepted) |
		.id == \$id and .commit == \$c1 and .platform == \"p\" and .format == \"record\" and
		.commit_known and .problem == null" json &&
	jq -e "[.artifacts[] | select(.accepted | not) | .problem != null and .id == null] | all" json &&
	no_control_characters err &&
	no_control_characters json &&
	perl -ne "die unless utf8::decode(\$_)" json
'

test_expect_success JQ '-q names refusals only' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(cd in && artifact $c1 p) &&
	git perf collect -q in >out 2>err &&
	test_must_be_empty out &&
	test_must_be_empty err &&
	echo "{" >in/cut.json &&
	test_expect_code 1 git perf collect -q in >out 2>err &&
	test_must_be_empty out &&
	grep "^refused: in/cut.json" err
'

test_expect_success 'directories: only regular *.json, at any depth, no links, nothing hidden' '
	test_when_finished "forget_branch; rm -rf in/* in/.h* elsewhere" &&
	mkdir -p in/a/b/c in/.hidden elsewhere &&
	record $c1 p 1 >in/a/b/c/deep.json &&
	record $c1 p 2 >in/top.json &&
	record $c1 p 3 >in/other.txt &&
	record $c1 p 4 >in/.hidden/x.json &&
	record $c1 p 5 >in/.hidden.json &&
	record $c1 p 6 >elsewhere/x.json &&
	ln -s ../elsewhere/x.json in/link.json &&
	ln -s ../elsewhere in/linked &&
	ln -s . in/a/loop &&
	mkfifo in/fifo.json &&
	mkdir in/folder.json &&
	git perf collect in >out &&
	grep "^2 collected, 0 present before, 0 revoked, 0 refused" out &&
	git perf collect in/link.json in/other.txt >out &&
	grep "^2 collected" out
'

test_expect_success 'what is named must be a file: no pipe hangs, no device is read' '
	test_when_finished "rm -rf in/*" &&
	mkfifo in/fifo &&
	must_refuse 1 "^refused: in/fifo: .*not a regular file" git perf collect in/fifo &&
	must_refuse 1 "^refused: /dev/zero: .*not a regular file" git perf collect /dev/zero &&
	mkdir in/empty &&
	must_refuse 1 "^refused: in/empty: .*no \*.json" git perf collect in/empty &&
	ln -s nowhere in/dangling &&
	must_refuse 1 "^refused: in/dangling" git perf collect in/dangling
'

test_expect_success 'folders nested without end are refused' '
	test_when_finished "rm -rf in/*" &&
	(
		cd in &&
		i=0 &&
		while test $i -lt 40
		do
			i=$((i + 1)) &&
			mkdir d && cd d || exit 1
		done &&
		record $c1 p >x.json
	) &&
	must_refuse 1 "^refused: in/d/.*: more than 16 folders deep" git perf collect in
'

test_expect_success OTHER_USER 'a file that may not be read is refused, the others land' '
	test_when_finished "forget_branch; rm -rf readable" &&
	chmod a+rx "$TRASH_DIRECTORY" &&
	git clone -q . readable &&
	mkdir readable/in &&
	record $c1 p >readable/in/good.json &&
	record $c2 p >readable/in/secret.json &&
	mkdir readable/in/closed &&
	{ test "$(id -u)" != 0 || chown -R 65534:65534 readable; } &&
	chmod 0 readable/in/secret.json readable/in/closed &&
	(
		cd readable &&
		test_expect_code 1 as_user git-perf collect in >../out 2>../err
	) &&
	grep "^1 collected, 0 present before, 0 revoked, 2 refused" out &&
	grep "^refused: in/secret.json: .*Permission denied" err &&
	grep "^refused: in/closed: .*Permission denied" err &&
	chmod 700 readable/in/closed
'

test_expect_success JQ 'the same result under two names is one' '
	test_when_finished "forget_branch; rm -rf in/*" &&
	(cd in && mkdir a b && artifact $c1 p && cp *.json a && mv *.json b) &&
	git perf collect in >out &&
	grep "^1 collected, 0 present before, 0 revoked, 0 refused" out &&
	git perf collect --json in | jq -e ".artifacts | length == 2 and (map(.accepted) | all)"
'

test_expect_success 'one file is one record' '
	test_when_finished "rm -rf in/*" &&
	{ record $c1 p && record $c2 p; } >in/two.json &&
	must_refuse 1 "^refused: in/two.json" git perf collect in
'

test_expect_success 'names of files do no harm in messages' '
	test_when_finished "rm -rf in/*" &&
	for name in "$(printf "a\033[31mred.json")" "$(printf "b\nc.json")" \
		"$(printf "d\302\233e.json")" "$(printf "f\342\200\256g.json")" \
		"$(printf "h\377.json")" "-n.json" "--json.json" "%s%n.json" " .json"
	do
		echo "{" >"in/$name" || return 1
	done &&
	must_refuse 1 "^refused: in/" git perf collect in &&
	! grep "$(printf "\342\200\256")" err &&
	perl -ne "die unless utf8::decode(\$_)" err &&
	test "$(grep -c "^refused: " err)" = 9 &&
	test_expect_code 1 git perf collect -- in/-n.json 2>err
'

test_expect_success FLOCK 'a busy branch: exit 75, the results wait, and land later' '
	test_when_finished "forget_branch; rm -rf in/*; exec 9>&-" &&
	record $c1 p >in/a.json &&
	mkdir -p .git/perf &&
	exec 9>.git/perf/lock &&
	flock 9 &&
	test_expect_code 75 git perf collect in >out 2>err 9>&- &&
	test_must_be_empty out &&
	grep "^hint: .*spool" err &&
	exec 9>&- &&
	record $c2 p >in/b.json &&
	git perf collect in/b.json >out &&
	grep "^1 collected" out &&
	git perf ls >listed &&
	test_line_count = 2 listed &&
	git perf collect in >out &&
	grep "^0 collected, 2 present before" out
'

test_done
