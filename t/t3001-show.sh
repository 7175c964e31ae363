#!/bin/sh

test_description='git perf show: everything about a record or a commit'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 4 &&
	{
		record $c1 aarch64-linux 1 &&
		record $c1 x86-64-linux 2 &&
		record $c1 x86-64-linux 3 &&
		record $c2 x86-64-linux 4
	} | git perf append >ids
'

test_expect_success 'all of a commit, or of one platform' '
	git perf show c1 >out &&
	echo "commit $c1 commit 1" >expected &&
	head -n 1 out >actual &&
	test_cmp expected actual &&
	sed -n "s/^record  *//p" out >actual &&
	git perf ls c1 | cut -f3 >expected &&
	test_cmp expected actual &&
	for name in $c1 $(echo $c1 | cut -c1-8) HEAD~3 c1^0
	do
		git perf show $name >actual &&
		test_cmp out actual || return 1
	done &&
	git perf show -p aarch64-linux c1 >out &&
	test "$(grep -c "^record " out)" = 1 &&
	git perf show --platform=nowhere c1 >out &&
	grep "not measured on nowhere" out
'

test_expect_success 'HEAD when nothing is named; a commit without records' '
	git perf show >out &&
	printf "commit %s commit 4\nnot measured\n" $c4 >expected &&
	test_cmp expected out
'

test_expect_success 'one record, by id, part of it or path' '
	id=$(sed -n 3p ids) &&
	git perf show $id >expected &&
	test "$(grep -c "^record " expected)" = 1 &&
	grep "^record  *$id$" expected &&
	grep "^    wall  *3.* ns" expected &&
	git perf show $(echo $id | cut -c1-9) >actual &&
	test_cmp expected actual &&
	git perf show "$(git perf ls --path | grep $(echo $id | cut -c1-12))" >actual &&
	test_cmp expected actual
'

test_expect_success 'M9, M41: times, the worker and the steps are shown' '
	test_when_finished "git update-ref refs/heads/perf perf^; git update-ref refs/perf/seen perf" &&
	cat >in <<-END &&
	{"commit":"$c3","platform":"p","worker":"box-7","reason":"manual","dirty":true,"tool":"hand 1.0","queued":"2023-11-14T20:00:00Z","started":"2023-11-14T21:00:00Z","finished":"2023-11-14T22:00:00Z","error":"out of coffee","log":"line one\nline two","config":{"t":"2"},"environment":{"cpu":"486"},"fingerprint":"0123456789abcdef","commit_range":["$c1","$c2","$c3"],"steps":[{"name":"fetch","duration":1500000},{"name":"build","status":"build-failed","error":"no compiler"}],"benchmarks":[{"name":"a","params":{"n":"9"},"status":"skipped","error":"no build"},{"name":"b","status":"failed","log":"x\ny","duration":2000000000}]}
	END
	git perf append -q <in &&
	git perf show c3 >out &&
	sed -e "s/  */ /g" -e "s/^ //" out >actual &&
	for line in "commit $c3 commit 3" "range 3 commits, $(echo $c1 | cut -c1-12) to $(echo $c3 | cut -c1-12)" \
		"worker box-7" "outcome failed" "error out of coffee" "reason manual" \
		"queued 2023-11-14T20:00:00.000000000Z" "started 2023-11-14T21:00:00.000000000Z" \
		"finished 2023-11-14T22:00:00.000000000Z" "tool hand 1.0" "t = 2" "cpu = 486" \
		"fingerprint 0123456789abcdef" "| line one" "| line two" \
		"fetch ok took 1.50 ms on box-7" "build build-failed on box-7" "| no compiler" \
		"a {n=9} skipped" "b failed took 2.00 s" "| no build" "| x" "| y"
	do
		grep -x -F -e "$line" actual || return 1
	done &&
	grep "^work tree dirty" actual &&
	grep "^duration 3600" actual &&
	grep "^waited 3600" actual
'

test_expect_success 'A20, A33: of an import without a range, the range is unknown' '
	test_when_finished "git update-ref refs/heads/perf perf^; git update-ref refs/perf/seen perf" &&
	cat >v1.json <<-END &&
	{"version":1,"timestamp":"2023-11-14T22:00:00Z","commit":"$c3","host":{"os":"linux","arch":"x86_64"},"iterations":5,"benchmarks":[{"name":"a","mean_ms":1.5,"std_ms":0.25}]}
	END
	git perf collect v1.json &&
	git perf show c3 >out &&
	grep "^range  *unknown$" out &&
	grep "^imported  *result-1$" out &&
	grep "^platform  *x86-64-linux$" out &&
	grep "wall  1.50 ms .*stddev 250.* us, summary of 5 samples" out
'

test_expect_success 'records of commits that this clone does not have' '
	test_when_finished "git update-ref refs/heads/perf perf^; git update-ref refs/perf/seen perf" &&
	{
		record 0123456789012345678901234567890123456789 p 5 &&
		record 0123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa p 6
	} | git perf append -q &&
	git perf show 0123456789012345678901234567890123456789 >out &&
	grep "^commit 0123456789.* not in this clone" out &&
	grep "^    wall  *5.* ns" out &&
	git perf show 01234567 >actual &&
	test_cmp out actual &&
	must_refuse 128 "ambiguous" git perf show 0123
'

test_expect_success 'what is neither a commit nor a record is refused' '
	for name in nope 0123 0123456789 HEAD:file HEAD~9 "" v1..v2
	do
		must_refuse 128 "" git perf show "$name" &&
		test_must_be_empty out || return 1
	done &&
	test_expect_code 129 git perf show c1 c2 2>err &&
	grep "^error: " err
'

test_expect_success 'a record that cannot be read does not hide the others' '
	id=$(sed -n 2p ids) &&
	file=.git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-) &&
	mv $file saved &&
	test_when_finished "mv saved $file" &&
	test_expect_code 1 git perf show c1 >out 2>err &&
	test "$(grep -c "^record " out)" = 2 &&
	grep "^error: " err &&
	grep "^hint: " err &&
	test_expect_code 128 git perf show $id 2>err &&
	grep "^error: " err
'

test_expect_success JQ 'text from outside is shown without effect' '
	test_when_finished "git update-ref refs/heads/perf perf^; git update-ref refs/perf/seen perf" &&
	printf "{\"commit\":\"%s\",\"platform\":\"p\",\"error\":\"\\\\u001b[31m\\\\u0007\\\\u009b\\\\u202e\",\"log\":\"a\\\\r\\\\u001b]0;x\\\\u0007\\\\nb\",\"config\":{\"\\\\u202ek\":\"v\\\\u2066\"},\"steps\":[{\"name\":\"s\\\\u202e\",\"error\":\"\\\\u001b\"}],\"benchmarks\":[{\"name\":\"<b>\\\\u202e\",\"status\":\"failed\",\"error\":\"\\\\u001b[2J\",\"log\":\"\\\\u0000\"}]}\n" $c3 |
	sed "s/,\"log\":\"[^\"]*u0000\"//" >in &&
	git perf append -q <in &&
	git perf show c3 >out &&
	no_control_characters out &&
	! grep "$(printf "\342\200\256")" out &&
	! grep "$(printf "\342\201\246")" out &&
	grep "| b$" out &&
	grep "<b>" out
'

test_expect_success 'colours' '
	git perf show --color=always c1 >out &&
	grep "$(printf "\033\[")" out &&
	git perf show --color=never c1 >expected &&
	sed "s/$(printf "\033")\[[0-9;]*m//g" out >actual &&
	test_cmp expected actual &&
	git perf show c1 >actual &&
	test_cmp expected actual
'

test_done
