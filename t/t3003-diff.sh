#!/bin/sh

test_description='git perf diff: two commits side by side, and how sure that is'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# samples <n> <centre>: integers around the centre, up and down by 1 %
samples () {
	awk -v n="$1" -v centre="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "%s%d", i ? "," : "", centre * (1 + 0.01 * sin(i * 2.4)) + 0.5
	}'
}

# bench <name> <n> <centre> [<more members of the benchmark>]
bench () {
	printf '{"name":"%s",%s"metrics":[{"name":"wall","samples":[%s]}]}' \
		"$1" "${4:+$4,}" "$(samples "$2" "$3")"
}

failed () {
	printf '{"name":"%s","status":"%s","error":"%s"}' "$1" "$2" "$3"
}

# run_of <commit> <platform> <more members> <benchmark>...: a record
run_of () {
	printf '{"commit":"%s","platform":"%s","finished":"2023-11-14T22:13:20Z",%s"benchmarks":[' \
		"$1" "$2" "${3:+$3,}"
	shift 3
	comma=
	for bench_
	do
		printf '%s%s' "$comma" "$bench_"
		comma=,
	done
	echo "]}"
}

# columns <n>,...: these fields of the porcelain, of "git perf diff" with the rest
columns () {
	fields=$1
	shift
	git perf diff --porcelain=v1 "$@" | cut -f"$fields"
}

VERDICT=3,7,8

test_expect_success 'set up' '
	make_history 8 &&
	{
		run_of $c1 x86-64-linux "" "$(bench slower 20 1000000)" "$(bench faster 20 1000000)" \
			"$(bench same 20 1000000)" "$(bench few 4 1000000)" &&
		run_of $c3 x86-64-linux "" "$(bench slower 20 1100000)" "$(bench faster 20 900000)" \
			"$(bench same 20 1000000)" "$(bench few 4 1100000)"
	} | git perf append -q
'

test_expect_success 'a verdict for each benchmark, what matters first' '
	columns $VERDICT c1 c3 >actual &&
	printf "%s\t%s\t-\n" faster improvement slower regression \
		few insufficient-data same no-change >expected &&
	test_cmp expected actual &&
	git perf diff c1 c3 >out &&
	test_grep "^base  $(echo $c1 | cut -c1-10)  2020-09-13  commit 1\$" out &&
	test_grep "^head  $(echo $c3 | cut -c1-10)  2020-09-13  commit 3\$" out &&
	test_grep "^wall on x86-64-linux\$" out &&
	test_grep "^slower  *1.00 ms  *1.10 ms  *+10.0%  *+9..% .. +10..%  *regression\$" out &&
	test_grep "^few .*insufficient data: 4 of at least 6 samples\$" out &&
	test_grep "^geometric mean  *+2.*of 4 benchmarks\$" out &&
	test_grep "^1 regression, 1 improvement, 1 without change, 1 with insufficient data\$" out &&
	! grep " \$" out
'

test_expect_success 'the two commits, however they are named' '
	git checkout -q c3 &&
	test_when_finished "git checkout -q main" &&
	git perf diff c1 c3 >expected &&
	for how in c1 "c1 HEAD" c1..c3 c1.. "$c1 $c3" "--color never c1..c3" "c1 -- slower faster same few"
	do
		git perf diff $how >actual &&
		test_cmp expected actual || return 1
	done &&
	git perf diff c3 c1 >expected &&
	git perf diff ..c1 >actual &&
	test_cmp expected actual
'

test_expect_success 'swapped, every ratio is the inverse' '
	columns 3,21-24 c1 c3 | sort >forth &&
	columns 3,21-24 c3 c1 | sort >back &&
	paste forth back | awk "
		function off(x) { return x > 1e-9 || x < -1e-9 }
		\$1 != \$6 || off(\$2 * \$7 - 1) || off(\$3 * \$9 - 1) || off(\$4 * \$8 - 1) || \$5 != \$10 { bad = 1 }
		END { exit bad || NR != 4 }" &&
	columns 3,7 c3 c1 | sort | head -n 1 >actual &&
	printf "faster\tregression\n" >expected &&
	test_cmp expected actual
'

test_expect_success 'porcelain v1, to the byte' '
	git init -q bytes &&
	(
		cd bytes &&
		make_history 2 &&
		{
			run_of $c1 p "\"config\":{\"a b\":\"1\"}" "$(bench x 1 100 "\"params\":{\"n\":\"2\"}")" &&
			run_of $c2 p "\"config\":{\"a b\":\"1\"}" "$(bench x 1 200 "\"params\":{\"n\":\"2\"}")" "$(failed y timeout slow)"
		} | git perf append -q &&
		{
			printf "p\ta%%20b=1\tx\tn=2\twall\tlower\tinsufficient-data\t-\t" &&
			printf "100\tns\t\t1\t1\tok\t200\tns\t\t1\t1\tok\t" &&
			printf "2\t2\t2\t0\tsamples\t5\tunconfirmed\tsame\n" &&
			printf "p\ta%%20b=1\ty\t\t\tnone\tnot-comparable\tfailed\t" &&
			printf -- "-\t-\t-\t0\t0\tok\t-\t-\t-\t0\t0\ttimeout\t" &&
			printf -- "-\t-\t-\t0\t-\t0\t-\tsame\n"
		} >expected &&
		git perf diff --porcelain=v1 c1 c2 >actual &&
		sed "s/\<1.99999999999999[0-9]*/2/g" actual >rounded &&
		test_cmp expected rounded &&
		git perf diff --porcelain v1 --color=always -z c1 c2 | tr "\0\n" "\nX" >actual2 &&
		test_cmp actual actual2
	)
'

test_expect_success JQ '--json says the same as the porcelain' '
	git perf diff --json c1 c3 >json &&
	test_line_count = 1 json &&
	jq -e ".version == 1 and .confidence == 0.99 and .floor == 0.005" json &&
	jq -r "[.base.commit, .head.commit, .base.subject, .base.runs, .head.runs] | map(tostring) | join(\" \")" json >actual &&
	echo "$c1 $c3 commit 1 1 1" >expected &&
	test_cmp expected actual &&
	jq -r ".rows[] | [.platform, .benchmark, .metric, .verdict, (.base.value, .head.value, .ratio, .low, .high,
		.confidence, .needed | tostring), .method] | join(\" \")" json >actual &&
	git perf diff --porcelain=v1 c1 c3 |
	awk -F "\t" "{ print \$1, \$3, \$5, \$7, \$9, \$15, \$21, \$22, \$23, \$24, \$26, \$25 }" >expected &&
	test_cmp expected actual &&
	jq -e ".groups | length == 1 and .[0].benchmarks == 4 and .[0].base_runs == 1 and
		.[0].environment_changed == false and .[0].geomean.confidence == 0.99" json &&
	jq -e "(([.rows[].ratio | log] | add / length | exp) - .groups[0].geomean.ratio | fabs) < 1e-12" json
'

test_expect_success JQ 'the manual has every member and field of the output' '
	sed -n "/^== OUTPUT/,/^== CONF/p" "$TOP/Documentation/git-perf-diff.adoc" >page &&
	git -C bytes perf diff --json c1 c2 >json &&
	jq -r "[paths | .[] | strings] | unique[]" json | grep -v -x -e "a b" -e n >members &&
	test_line_count -gt 30 members &&
	while read -r member
	do
		test_grep -F "\`$member\`" page || return 1
	done <members &&
	git perf diff --porcelain=v1 c1 c3 | head -n 1 | tr "\t" "\n" | wc -l >got &&
	grep -c "^\. " page >want &&
	test "$(cat want)" -eq "$(cat got)"
'

test_expect_success 'G11: configurations and platforms are never compared with one another' '
	git init -q apart &&
	(
		cd apart &&
		make_history 2 &&
		{
			run_of $c1 x "\"config\":{\"cc\":\"gcc\"}" "$(bench sort 20 100)" &&
			run_of $c2 x "\"config\":{\"cc\":\"clang\"}" "$(bench sort 20 200)" &&
			run_of $c1 y "" "$(bench sort 20 100)" &&
			run_of $c2 z "" "$(bench sort 20 200)"
		} | git perf append -q &&
		columns 1,2,7,8 c1 c2 >actual &&
		printf "%s\tnot-comparable\telsewhere\n" "x	cc=clang" "x	cc=gcc" "y	" "z	" >expected &&
		test_cmp expected actual &&
		git perf diff c1 c2 >out &&
		test_grep "^wall on x with cc=gcc\$" out &&
		test_grep "^not comparable: not measured here in head (1 value in base)\$" out &&
		test_grep "^4 not comparable\$" out &&
		test_expect_code 2 git perf diff --exit-code c1 c2 &&
		run_of $c2 x "\"config\":{\"cc\":\"gcc\"}" "$(bench sort 20 100)" | git perf append -q &&
		columns 1,2,7 -k cc=gcc c1 c2 >actual &&
		printf "x\tcc=gcc\tno-change\n" >expected &&
		test_cmp expected actual &&
		columns 1 -p y c1 c2 >actual &&
		echo y >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'what has no counterpart says why' '
	git init -q odd &&
	(
		cd odd &&
		make_history 2 &&
		before="\"workload\":{\"id\":\"aaaaaaaaaaaaaaaa\"}" after="\"workload\":{\"id\":\"bbbbbbbbbbbbbbbb\"}" &&
		{
			run_of $c1 p "" "$(bench gone 9 100)" "$(bench edited 9 100 "$before")" "$(bench broken 9 100)" \
				"$(failed never failed "exit 1")" "$(bench flaky 9 100)" \
				"{\"name\":\"zero\",\"metrics\":[{\"name\":\"count\",\"unit\":\"count\",\"better\":\"lower\",\"samples\":[0,0,0,0,0,0,0,0,0]}]}" &&
			run_of $c2 p "" "$(bench new 9 100)" "$(bench edited 9 100 "$after")" "$(failed broken build-failed "no rule")" \
				"$(failed never timeout slow)" "$(bench flaky 9 100)" \
				"{\"name\":\"zero\",\"metrics\":[{\"name\":\"count\",\"unit\":\"count\",\"better\":\"lower\",\"samples\":[1,1,1,1,1,1,1,1,1]}]}"
		} | git perf append -q &&
		columns $VERDICT c1 c2 >actual &&
		{
			printf "flaky\tno-change\t-\n" &&
			printf "%s\tnot-comparable\t%s\n" broken failed edited workload gone only-base \
				never failed new only-head zero not-positive
		} >expected &&
		test_cmp expected actual &&
		git perf diff c1 c2 >out &&
		test_grep "^broken .* not comparable: build-failed in head\$" out &&
		test_grep "^edited .* not comparable: another workload\$" out &&
		test_grep "^gone .* 100.* - .*not comparable: only in base\$" out &&
		test_grep "^never .* - .* - .*not comparable: failed in base, timeout in head\$" out &&
		test_grep "^new .* - .* 100.*not comparable: only in head\$" out &&
		test_grep "^zero .*not comparable: a value of 0 has no ratio\$" out &&
		run_of $c2 p "" "$(failed flaky failed "exit 7")" | git perf append -q &&
		git perf diff c1 c2 >out &&
		test_grep "^flaky .*no change, failed in 1 of 2 runs of head\$" out
	)
'

test_expect_success 'a run that did not get as far as its benchmarks' '
	git init -q build &&
	(
		cd build &&
		make_history 2 &&
		{
			run_of $c1 p "" "$(bench sort 9 100)" &&
			run_of $c2 p "\"error\":\"the build failed\",\"steps\":[{\"name\":\"build\",\"status\":\"build-failed\"}]"
		} | git perf append -q &&
		columns $VERDICT,20 c1 c2 >actual &&
		printf "sort\tnot-comparable\tfailed\tbuild-failed\n" >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'what failed has no metric, and is none of several' '
	git init -q first &&
	(
		cd first &&
		make_history 2 &&
		{
			run_of $c1 p "" "$(failed a failed "exit 7")" "$(bench gone 9 100)" &&
			run_of $c2 p "" "$(failed a failed "exit 7")"
		} | git perf append -q &&
		git perf diff c1 c2 >out &&
		test_grep "^wall on p\$" out &&
		test_grep "^benchmark  *base" out
	)
'

test_expect_success 'several runs of a commit are values, their samples are not' '
	git init -q runs &&
	(
		cd runs &&
		make_history 4 &&
		{
			# a machine that makes any run 10 % slower or faster
			for centre in 100000 110000 91000
			do
				run_of $c1 p "" "$(bench sort 20 $centre)" || exit 1
			done &&
			for centre in 90000 92000 103000
			do
				run_of $c2 p "" "$(bench sort 20 $centre)" || exit 1
			done &&
			for centre in 150000 152000 148000
			do
				run_of $c3 p "" "$(bench sort 20 $centre)" || exit 1
			done &&
			run_of $c4 p "" "$(bench sort 20 50000)"
		} | git perf append -q &&
		columns 3,7,12,18,25-27 c1 c2 >actual &&
		printf "sort\tno-change\t3\t3\truns\t2\tconfirmed\n" >expected &&
		test_cmp expected actual &&
		columns 3,7,12,18,25-27 c2 c3 >actual &&
		printf "sort\tregression\t3\t3\truns\t2\tconfirmed\n" >expected &&
		test_cmp expected actual &&
		columns 3,7,12,18,25-27 c3 c4 >actual &&
		printf "sort\timprovement\t3\t1\truns\t2\tunconfirmed\n" >expected &&
		test_cmp expected actual &&
		git perf diff c3 c4 >out &&
		test_grep "^wall on p, 3 runs against 1\$" out &&
		test_grep "^\* unconfirmed: " out &&
		# medians of runs, as in git perf log
		git perf log --porcelain=v1 -n 1 c3 | cut -f10 >expected &&
		columns 15 c2 c3 >actual &&
		test_cmp expected actual
	)
'

test_expect_success 'another environment and uncommitted changes are said' '
	git init -q env &&
	(
		cd env &&
		make_history 3 &&
		{
			run_of $c1 p "\"fingerprint\":\"0000000000000001\"" "$(bench sort 20 100000)" &&
			run_of $c2 p "\"fingerprint\":\"0000000000000002\",\"dirty\":true" "$(bench sort 20 200000)"
		} | git perf append -q &&
		git perf diff c1 c2 >out &&
		test_grep "regression\$" out &&
		test_grep "^\* the environment changed" out &&
		test_grep "^\* 1 of 1 run of head had uncommitted changes" out &&
		columns 28 c1 c2 >actual &&
		echo changed >expected &&
		test_cmp expected actual &&
		test_expect_code 2 git perf diff --exit-code c1 c2
	)
'

test_expect_success 'one run against several: what it takes is said' '
	git init -q several &&
	(
		cd several &&
		make_history 2 &&
		{
			run_of $c1 p "" "$(bench sort 20 100000)" &&
			run_of $c2 p "" "$(bench sort 20 110000)" &&
			run_of $c2 p "" "$(bench sort 20 111000)"
		} | git perf append -q &&
		git perf diff c1 c2 >out &&
		test_grep "insufficient data: 1 of at least 2 runs" out &&
		test_grep "^more: where one side has several runs, both need 2: git perf run --commit=" out
	)
'

test_expect_success 'uncommitted changes count where nothing else was measured' '
	git init -q changes &&
	(
		cd changes &&
		make_history 3 &&
		{
			run_of $c1 p "" "$(bench sort 20 100000)" &&
			run_of $c2 p "\"dirty\":true" "$(bench sort 20 900000)" &&
			run_of $c2 p "\"dirty\":false" "$(bench sort 20 100000)"
		} | git perf append -q &&
		git perf diff c1 c2 >out &&
		test_grep "no change" out &&
		test_grep "^\* 1 run of head with uncommitted changes is left out" out &&
		! grep "had uncommitted changes" out
	)
'

test_expect_success '--exit-code: 1 for a regression, 2 without any verdict, else 0' '
	git perf diff c1 c3 &&
	test_expect_code 1 git perf diff --exit-code c1 c3 &&
	git perf diff --exit-code c1 c3 -- faster &&
	git perf diff --exit-code c1 c3 -- same &&
	git perf diff --exit-code c1 c3 -- same few &&
	test_expect_code 2 git perf diff --exit-code c1 c3 -- few &&
	test_expect_code 1 git perf diff --exit-code --json c1 c3 >json
'

test_expect_success '--confidence decides how many samples it takes' '
	columns 7,26 --confidence=99 c1 c3 -- few >actual &&
	printf "insufficient-data\t5\n" >expected &&
	test_cmp expected actual &&
	columns 7,26 --confidence=95% c1 c3 -- few >actual &&
	printf "regression\t4\n" >expected &&
	test_cmp expected actual &&
	columns 24 --confidence=99.9 c1 c3 -- slower >actual &&
	awk "{ exit !(\$1 >= 0.999 && \$1 < 1) }" actual &&
	for bad in 100 49 x "" 99x -1 nan
	do
		test_expect_code 129 git perf diff --confidence=$bad c1 c3 2>err &&
		test_grep "^error: --confidence takes" err || return 1
	done
'

test_expect_success 'a commit that was not measured is named, and what is near' '
	must_refuse 128 "^error: .c5. ($(echo $c5 | cut -c1-10)) was not measured\$" git perf diff c1 c5 &&
	test_grep "^hint: the nearest measured commit before it is $(echo $c3 | cut -c1-10), 2 back" err &&
	must_refuse 128 "was not measured" git perf diff c5 c1 &&
	git init -q none &&
	(
		cd none &&
		make_history 2 &&
		must_refuse 128 "^error: .c1. .* was not measured\$" git perf diff c1 c2 &&
		test_grep "^hint: nothing before it was, either" err
	)
'

test_expect_success 'what neither commit has is named' '
	must_refuse 128 "neither .* nor .* has a measurement of the benchmark .nope." git perf diff c1 c3 -- slower nope &&
	must_refuse 128 "of the metric .nope." git perf diff -m nope c1 c3 &&
	must_refuse 128 "on the platform .nope." git perf diff -p nope c1 c3 &&
	must_refuse 128 "with that configuration" git perf diff -k a=b c1 c3 &&
	must_refuse 128 "" git perf diff nope c3
'

test_expect_success 'wrong usage' '
	for bad in "" "c1 c2 c3" c1...c3 "c1..c3 c2" "-- sort" "--porcelain=v2 c1" "-k x c1"
	do
		test_expect_code 129 git perf diff $bad 2>err >out &&
		test_grep "^error: " err &&
		test_must_be_empty out || return 1
	done
'

test_expect_success JQ 'only the records of the two commits are read; a bad one is named' '
	git init -q damaged &&
	(
		cd damaged &&
		make_history 3 &&
		{
			run_of $c1 p "" "$(bench sort 20 100000)" &&
			run_of $c2 p "" "$(bench sort 20 100000)" &&
			run_of $c3 p "" "$(bench sort 20 100000)"
		} | git perf append -q &&
		echo "no JSON" >bad &&
		blob=$(git hash-object -w bad) &&
		GIT_INDEX_FILE=$PWD/x.index git read-tree perf &&
		GIT_INDEX_FILE=$PWD/x.index git update-index --add --cacheinfo \
			"100644,$blob,runs/p/$(echo $c3 | cut -c1-2)/$(echo $c3 | cut -c3-)-20231114T221320Z-c-$(echo $blob | cut -c1-12).json" &&
		git update-ref refs/heads/perf "$(git commit-tree -p perf -m x \
			"$(GIT_INDEX_FILE=$PWD/x.index git write-tree)")" &&
		git perf diff c1 c2 2>err &&
		test_must_be_empty err &&
		git perf diff --json c1 c3 >json 2>err &&
		test_grep "^warning: record $(echo $blob | cut -c1-12)" err &&
		jq -e ".head.unusable == 1 and .head.runs == 1 and .base.unusable == 0" json
	)
'

test_expect_success 'nothing is written' '
	repository_state >before &&
	git perf diff c1 c3 &&
	repository_state >after &&
	test_cmp before after
'

test_expect_success 'a narrow terminal keeps the verdicts' '
	git perf diff c1 c3 >wide &&
	test_grep "99% interval" wide &&
	test "$(grep -c "regression\$" wide)" = 1
'

TEST_TOP=$TOP
. "$TEST_DIRECTORY/lib-data.sh"
test_lazy_prereq DATA have_data

test_expect_success DATA 'real data: the same commit shows no change, another one does' '
	make_data_history real &&
	make_data_artifacts artifacts &&
	(
		cd real &&
		git perf collect -q ../artifacts &&
		git perf diff --exit-code 03379066e 03379066e >same &&
		test_grep "^48 without change\$" same &&
		git perf diff -p x86-64-linux 03379066e f59571c06 >out &&
		test_grep "^wall on x86-64-linux with build_mode=release, 90 runs against 51\$" out &&
		test_grep "^comptime_heavy@O0 .* regression\$" out &&
		test_grep "^geometric mean .* of 16 benchmarks\$" out
	)
'

test_done
