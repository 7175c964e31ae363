#!/bin/sh

test_description='git perf log: what was measured, in the order of the history'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-log.sh"

# A history whose dates say nothing about its order, with side branches that
# were merged. Tags are the names of the commits.
#
#	a1 - a2 - m1 - a3 - m2 - a4 (main)
#	       \ /        \ /
#	b1 - b2 '       c1 '
test_expect_success 'set up a history with merges' '
	commit () {
		name=$1 date=$2 &&
		shift 2 &&
		id=$(GIT_COMMITTER_DATE="$date +0000" GIT_AUTHOR_DATE="$date +0000" \
			git commit-tree -m "subject of $name" "$@" $(git write-tree)) &&
		git tag $name $id &&
		eval "$name=$id"
	} &&
	commit a1 1600000900 &&
	commit b1 1600009000 &&
	commit b2 1600008000 -p $b1 &&
	commit a2 1600000800 -p $a1 &&
	commit m1 1600000700 -p $a2 -p $b2 &&
	commit a3 1600000600 -p $m1 &&
	commit c1 1600007000 -p $a3 &&
	commit m2 1600000500 -p $a3 -p $c1 &&
	commit a4 1600000400 -p $m2 &&
	git update-ref refs/heads/main $a4 &&
	{
		record $a1 x86-64-linux 100 &&
		record $a2 x86-64-linux 110 &&
		record $a3 x86-64-linux 50 &&
		record $a4 x86-64-linux 55 &&
		record $b1 x86-64-linux 1 &&
		record $b2 x86-64-linux 2 &&
		record $c1 x86-64-linux 3 &&
		record $a2 aarch64-linux 1000,1010,1020,1030,1040,1050,1060 &&
		record $m2 aarch64-linux 2000,2010,2020,2030,2040,2050,2060
	} | git perf append -q
'

test_expect_success 'A7: exactly the records of a platform, in the order of the graph' '
	printf "%s\n" $a4 $a3 $a2 $a1 >expected &&
	measured >actual &&
	test_cmp expected actual &&
	git perf log --platform=aarch64-linux --porcelain=v1 | cut -f9 >actual &&
	printf "%s\n" $m2 $a2 >expected &&
	test_cmp expected actual &&
	must_refuse 128 "no measurements on that platform" git perf log --platform=nowhere
'

test_expect_success 'ranges and single revisions are those of git' '
	for range in main a3 c1 b2 HEAD~2 a1..a4 a2.. ..c1 main.. ..main b1..main \
		b2..main main..c1 c1..main a2..b2 m1..c1 a4..a4 "main^{commit}" m2^2
	do
		{ measured_by_git "$(full $range)" >expected || :; } &&
		measured "$range" >actual &&
		test_cmp expected actual || return 1
	done
'

test_expect_success '-n counts commits, measured or not' '
	for n in 1 2 3 4 5 6 100
	do
		{ measured_by_git -n $n main >expected || :; } &&
		measured -n $n >actual &&
		test_cmp expected actual &&
		measured -n$n main >actual &&
		test_cmp expected actual &&
		{ measured_by_git a1..main >expected || :; } &&
		measured --max-count=$n a1..main >actual &&
		{ git rev-list --first-parent -n $n a1..main | grep -F -f have >expected || :; } &&
		test_cmp expected actual || return 1
	done
'

test_expect_success 'a value and its change are the same, whatever range shows them' '
	git perf log --porcelain=v1 | sort >all &&
	for range in "-n 1" "-n 2" "-n 4" main~1..main main~2..main a2..main a3 a3~1..a3 b1..main
	do
		git perf log --porcelain=v1 $range >some &&
		sort some | comm -23 - all >others &&
		test_must_be_empty others || return 1
	done
'

test_expect_success 'what is no range is refused' '
	for bad in nope..main main..nope nope main...a1 "" HEAD:file
	do
		must_refuse 128 "" git perf log "$bad" -- || return 1
	done &&
	test_expect_code 129 git perf log a b -- sort 2>err &&
	grep "^error: one revision range" err
'

test_expect_success 'what stands behind -- is a benchmark' '
	git branch sort a1 &&
	test_when_finished "git branch -q -D sort" &&
	measured -- sort >actual &&
	printf "%s\n" $a4 $a3 $a2 $a1 >expected &&
	test_cmp expected actual &&
	measured main -- sort >actual &&
	test_cmp expected actual &&
	measured a2..main sort >actual &&
	printf "%s\n" $a4 $a3 >expected &&
	test_cmp expected actual &&
	measured sort >actual &&
	echo $a1 >expected &&
	test_cmp expected actual &&
	must_refuse 128 "no measurement of .main" git perf log -- main &&
	must_refuse 128 "neither a revision nor a benchmark" git perf log nope
'

test_expect_success 'porcelain v1, to the byte' '
	{
		printf "aarch64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $m2 &&
		printf "2030\t2000\t2060\t0.984375\t1\t7\t0.970873786407767\t%s\tsame\n" $a2 &&
		printf "aarch64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $a2 &&
		printf "1030\t1000\t1060\t0.984375\t1\t7\t-\t-\t-\n" &&
		printf "x86-64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $a4 &&
		printf "55\t55\t55\t0\t1\t1\t0.10000000000000009\t%s\tsame\n" $a3 &&
		printf "x86-64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $a3 &&
		printf "50\t50\t50\t0\t1\t1\t-0.5454545454545454\t%s\tsame\n" $a2 &&
		printf "x86-64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $a2 &&
		printf "110\t110\t110\t0\t1\t1\t0.10000000000000009\t%s\tsame\n" $a1 &&
		printf "x86-64-linux\t\tsort\t\twall\tns\tlower\t\t%s\t" $a1 &&
		printf "100\t100\t100\t0\t1\t1\t-\t-\t-\n"
	} >expected &&
	git perf log --porcelain=v1 >actual &&
	test_cmp expected actual &&
	git perf log --porcelain=v1 sort >actual &&
	test_cmp expected actual &&
	git perf log --porcelain v1 --color=always >actual &&
	test_cmp expected actual &&
	git perf log --porcelain=v1 -z | tr "\0\n" "\nX" >actual &&
	test_cmp expected actual &&
	test_expect_code 129 git perf log --porcelain=v2 2>err &&
	grep "^error: .*v1" err
'

test_expect_success JQ '--json has the commits of the range and every point' '
	git perf log --json >json &&
	test_line_count = 1 json &&
	jq -r ".commits[].id" json >actual &&
	git rev-list --first-parent main >expected &&
	test_cmp expected actual &&
	jq -r ".commits[] | .time + \" \" + .subject" json >actual &&
	TZ=UTC git log --first-parent --date="format-local:%Y-%m-%dT%H:%M:%S.000000000Z" \
		--format="%cd %s" >expected &&
	test_cmp expected actual &&
	jq -r ".series[] | . as \$s | .points[] | [\$s.platform, \$s.benchmark, \$s.metric,
		\$s.unit, \$s.better, \$s.workload, .commit, .runs, .samples,
		(.value, .low, .high, .confidence | tostring),
		.previous // \"-\"] | join(\" \")" json >actual &&
	git perf log --porcelain=v1 |
	awk -F "\t" "{ print \$1, \$3, \$5, \$6, \$7, \$8, \$9, \$14, \$15, \$10, \$11, \$12, \$13, \$17 }" >expected &&
	test_cmp expected actual &&
	jq -e ".version == 1 and .tally.records == 6 and .tally.elsewhere == 3 and
		.tally.unknown_commits == 0" json &&
	jq -e "[.series[] | .points as \$p | range(0; (\$p | length) - 1) as \$i |
		\$p[\$i].previous == \$p[\$i + 1].commit and
		(\$p[\$i].change - (\$p[\$i].value / \$p[\$i + 1].value - 1) | fabs) < 1e-12] |
		all and length == 4" json &&
	git perf log --json a1..a2 sort | jq -e ".commits | length == 1"
'

test_expect_success 'stretches without measurements are said in words, nothing is filled in' '
	squeeze () {
		sed -e "s/  */ /g" -e "s/^ //"
	} &&
	git perf log --platform=x86-64-linux sort >out &&
	squeeze <out | cut -d" " -f1-4 >actual &&
	cat >expected <<-END &&
	sort wall on x86-64-linux
	commit date value 95%
	$(echo $a4 | cut -c1-10) 2020-09-13 55.00 ns
	1 commit not measured
	$(echo $a3 | cut -c1-10) 2020-09-13 50.00 ns
	1 commit not measured
	$(echo $a2 | cut -c1-10) 2020-09-13 110.0 ns
	$(echo $a1 | cut -c1-10) 2020-09-13 100.0 ns
	END
	sed "s/ 55 ns/ 55.00 ns/; s/ 50 ns/ 50.00 ns/; s/ \(1[01]0\) ns/ \1.0 ns/" actual >actual2 &&
	test_cmp expected actual2 &&
	git perf log --platform=aarch64-linux sort | squeeze >out &&
	grep "^1 commit not measured yet$" out &&
	grep "^2 commits not measured$" out &&
	grep "^1 commit not measured before$" out &&
	git perf log --platform=x86-64-linux | squeeze >out &&
	test "$(grep -c "not measured" out)" = 2
'

test_expect_success 'a sparkline goes from the oldest value to the newest' '
	git init -q spark &&
	(
		cd spark &&
		make_history 50 &&
		i=0 &&
		for c in $c1 $c2 $c3 $c4 $c5 $c6 $c7 $c8
		do
			i=$((i + 1)) &&
			record $c up ${i}00 && record $c down $((9 - i))00 && record $c same 5 || exit 1
		done | git perf append -q &&
		git perf log sort >out &&
		grep "on up  ▁▂▃▄▅▆▇█$" out &&
		grep "on down  █▇▆▅▄▃▂▁$" out &&
		grep "on same  ▄▄▄▄▄▄▄▄$" out &&
		for c in $(git rev-list main)
		do
			record $c many 5 || exit 1
		done | git perf append -q &&
		git perf log -p many sort | head -n 1 >out &&
		test "$(sed "s/[^▄]//g" out | wc -c)" -eq $((40 * 3 + 1))
	)
'

test_expect_success 'a log of nothing says so, and what to do' '
	git perf log m2..m2 >out 2>err &&
	test_must_be_empty out &&
	grep "no measurements in this range; 9 records of other commits" err &&
	grep "^hint: " err &&
	git init -q fresh &&
	(
		cd fresh &&
		git commit -q --allow-empty -m one &&
		git perf log >out 2>err &&
		test_must_be_empty out &&
		grep "no measurements yet" err &&
		grep "^hint: git perf run" err &&
		git perf log --porcelain=v1 >out &&
		test_must_be_empty out &&
		git perf log --json >out &&
		grep "\"series\":\[\]" out
	)
'

# --- Never mixed ---

test_expect_success 'set up configurations, parameters and metrics' '
	git init -q configs &&
	cd configs &&
	make_history 3 &&
	run () {
		printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"config\":%s,\"fingerprint\":\"%s\",\"benchmarks\":[" \
			"$1" "$2" "$3" "${8-0123456789abcdef}" &&
		printf "{\"name\":\"%s\",\"params\":%s,\"metrics\":[{\"name\":\"max_rss\",\"samples\":[%s]},{\"name\":\"wall\",\"samples\":[%s]}]}]}\n" \
			"$4" "$5" "$6" "$7"
	} &&
	{
		run $c1 p "{\"t\":\"1\"}" a "{}" 1000 10 &&
		run $c2 p "{\"t\":\"2\"}" a "{}" 2000 20 &&
		run $c3 p "{\"t\":\"1\"}" a "{}" 3000 30 &&
		run $c3 q "{\"t\":\"1\"}" a "{}" 4000 40 &&
		run $c3 p "{}" a "{\"n\":\"5\"}" 5000 50 &&
		run $c2 p "{}" a "{\"n\":\"6\"}" 6000 60
	} | git perf append -q
'

test_expect_success 'G9, G11: configurations, parameters and platforms are never compared' '
	git perf log --porcelain=v1 | cut -f1,2,4,10,16 >actual &&
	cat >expected <<-\END &&
	p	t=1		30	2
	p	t=1		10	-
	p	t=2		20	-
	q	t=1		40	-
	p		n=5	50	-
	p		n=6	60	-
	END
	test_cmp expected actual &&
	git perf log a >out &&
	test "$(grep -c "^a .*wall on" out)" = 5 &&
	grep "^a wall on p with t=1 " out &&
	grep "^a {n=5} wall on p " out &&
	git perf log >out &&
	head -n 1 out | grep "date *p  *p t=1  *p t=2  *q t=1 "
'

test_expect_success '-k, --metric and --platform choose' '
	git perf log -k t=1 --porcelain=v1 | cut -f1,10 >actual &&
	printf "p\t30\np\t10\nq\t40\n" >expected &&
	test_cmp expected actual &&
	git perf log -k t=1 -p p -m max_rss --porcelain=v1 | cut -f5,6,10 >actual &&
	printf "max_rss\tbytes\t3000\nmax_rss\tbytes\t1000\n" >expected &&
	test_cmp expected actual &&
	must_refuse 128 "" git perf log -k t=9 &&
	must_refuse 128 "" git perf log --metric=nope
'

test_expect_success JQ 'configurations that look alike can be told apart' '
	{
		run $c1 z "{\"a\":\"1 b=2\"}" a "{}" 1 1 &&
		run $c1 z "{\"a\":\"1\",\"b\":\"2\"}" a "{}" 1 2 &&
		run $c1 z "{\"a=1 b\":\"2\"}" a "{}" 1 3 &&
		run $c1 z "{\"a%20\":\"%\"}" a "{}" 1 4
	} | git perf append -q &&
	git perf log -p z --porcelain=v1 | cut -f2 >actual &&
	sort -u actual >unique &&
	test_line_count = 4 unique &&
	git perf log -p z --json | jq -c ".series[].config" | sort -u >unique &&
	test_line_count = 4 unique
'

test_expect_success 'a change of the environment is marked, and makes no mover' '
	{
		run $c1 env "{}" a "{}" 1 "10,10,10,10,10,10" &&
		run $c2 env "{}" a "{}" 1 "20,20,20,20,20,20" fedcba9876543210 &&
		run $c3 env "{}" a "{}" 1 "50,50,50,50,50,50" fedcba9876543210
	} | git perf append -q &&
	git perf log -p env a >out &&
	grep "+100.0% \*" out &&
	grep "^\* the environment changed" out &&
	test "$(grep -c " \* " out)" = 1 &&
	git perf log -p env --porcelain=v1 | cut -f18 >actual &&
	printf "%s\n" same changed - >expected &&
	test_cmp expected actual &&
	git perf log -p env >out &&
	sed "1,/largest movers/d" out >movers &&
	test_line_count = 1 movers &&
	grep "+150.0%.*$(echo $c3 | cut -c1-10)" movers
'

test_expect_success 'the overview: means, first, missing, failed and movers' '
	git init -q overview &&
	(
		cd overview &&
		make_history 4 &&
		two () {
			printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"benchmarks\":[" $1 $2 &&
			printf "{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[%s]}]}," $3 &&
			printf "{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\",\"samples\":[%s]}]}" $4 &&
			printf "]}\n"
		} &&
		{
			two $c1 p 100,100,100,100,100,100 100,100,100,100,100,100 &&
			two $c2 p 200,200,200,200,200,200 50,50,50,50,50,50 &&
			two $c4 p 400,400,400,400,400,400 50,50,50,50,50,50 &&
			two $c2 q 1 1 &&
			echo "{\"commit\":\"$c4\",\"platform\":\"q\",\"benchmarks\":[{\"name\":\"a\",\"status\":\"failed\"},{\"name\":\"b\",\"status\":\"timeout\"}]}"
		} | git perf append -q &&
		git perf log >out &&
		sed -e "s/  */ /g" -e "s/ 20..-..-..//" -e "s/^ //" -e "/^change:/,\$d" out >actual &&
		cat >expected <<-END &&
		commit date p q subject
		$(echo $c4 | cut -c1-10) +41.4% 2 failed commit 4
		1 commit not measured
		$(echo $c2 | cut -c1-10) 0.0% first commit 2
		$(echo $c1 | cut -c1-10) first - commit 1
		END
		test_cmp expected actual &&
		sed -e "1,/^largest movers/d" -e "s/  */ /g" -e "s/^ //" out >actual &&
		cat >expected <<-END &&
		+100.0% a wall p 200.0 ns -> 400.0 ns $(echo $c4 | cut -c1-10), 2 commits after $(echo $c2 | cut -c1-10)
		+100.0% a wall p 100.0 ns -> 200.0 ns $(echo $c2 | cut -c1-10)
		-50.0% b wall p 100.0 ns -> 50.00 ns $(echo $c2 | cut -c1-10)
		END
		sed "s/\([0-9]\)00 ns/\100.0 ns/g; s/ 50 ns/ 50.00 ns/" actual >actual2 &&
		test_cmp expected actual2
	)
'

test_expect_success 'a benchmark that fails again is one; a run that got to none is one' '
	git init -q again &&
	(
		cd again &&
		make_history 4 &&
		run () {
			echo "{\"commit\":\"$1\",\"platform\":\"p\",\"finished\":\"2023-11-14T22:13:2${2}Z\",$3}"
		} &&
		{
			record $c1 p 10 &&
			run $c2 0 "\"benchmarks\":[{\"name\":\"a\",\"status\":\"failed\"},{\"name\":\"b\",\"status\":\"failed\"}]" &&
			run $c2 1 "\"benchmarks\":[{\"name\":\"a\",\"status\":\"timeout\"}]" &&
			run $c3 0 "\"error\":\"no suite\",\"benchmarks\":[]" &&
			run $c4 0 "\"benchmarks\":[{\"name\":\"a\",\"status\":\"skipped\"}]"
		} | git perf append -q &&
		git perf log >out &&
		sed -e "s/  */ /g" -e "s/ 20..-..-..//" -e "s/^ //" -e "/^change:/,\$d" out >actual &&
		cat >expected <<-END &&
		commit date p subject
		1 commit not measured yet
		$(echo $c3 | cut -c1-10) 1 failed commit 3
		$(echo $c2 | cut -c1-10) 2 failed commit 2
		$(echo $c1 | cut -c1-10) first commit 1
		END
		test_cmp expected actual
	)
'

test_expect_success 'what had uncommitted changes is no part of history' '
	git init -q changes &&
	(
		cd changes &&
		make_history 3 &&
		dirty () {
			record $1 p $2 | sed "s/{/{\"dirty\":true,/"
		} &&
		{
			record $c1 p 100 && dirty $c1 900 && dirty $c2 900 && record $c3 p 110
		} | git perf append -q &&
		git perf log --porcelain=v1 2>err >out &&
		cut -f9,10 out >actual &&
		printf "%s\t110\n%s\t100\n" $c3 $c1 >expected &&
		test_cmp expected actual &&
		echo "note: 2 records left out, measured with uncommitted changes; git perf show has them" >expected &&
		test_cmp expected err &&
		git perf show $c2 >shown &&
		test_grep 900 shown &&
		forget_branch &&
		dirty $c1 900 | git perf append -q &&
		git perf log >out 2>err &&
		test_must_be_empty out &&
		test_grep "^no measurements of a commit as it is" err
	)
'

test_expect_success 'higher may be better' '
	cd "$TRASH_DIRECTORY" &&
	git init -q higher &&
	(
		cd higher &&
		make_history 2 &&
		for c in $c1:10 $c2:20
		do
			echo "{\"commit\":\"${c%:*}\",\"platform\":\"p\",\"benchmarks\":[{\"name\":\"a\",\"metrics\":[{\"name\":\"rate\",\"unit\":\"MB/s\",\"better\":\"higher\",\"samples\":[${c#*:}]}]}]}" || exit 1
		done | git perf append -q &&
		git perf log a --color=always >out &&
		grep "higher is better" out &&
		grep "$(printf "\033\[32m").*+100.0%" out &&
		git perf log >out &&
		grep -e "-50.0%" out
	)
'

# --- Colours and the terminal ---

test_expect_success 'colours only where they are wanted' '
	cd "$TRASH_DIRECTORY" &&
	esc=$(printf "\033") &&
	colored () {
		grep "$esc" colored.out >/dev/null
	} &&
	git perf log >colored.out && ! colored &&
	git perf log sort >colored.out && ! colored &&
	git perf log --color=always >colored.out && colored &&
	git perf log --color=always sort >colored.out && colored &&
	git perf log --color=auto >colored.out && ! colored &&
	git config color.ui always &&
	test_when_finished "git config --unset color.ui" &&
	git perf log >colored.out && colored &&
	git perf log --color=never >colored.out && ! colored &&
	git perf log --json >colored.out && ! colored &&
	git config color.ui false &&
	git perf log --color=always >colored.out && colored &&
	sed "s/$esc\[[0-9;]*m//g" colored.out >actual &&
	git perf log --color=never >expected &&
	test_cmp expected actual
'

# On a terminal of 60 columns.
on_terminal () {
	script -qefc "stty cols 60 rows 20 && $1" typescript </dev/null >/dev/null &&
	tr -d '\r' <typescript | sed -e 1d -e '$d' -e '/^$/d'
}

test_lazy_prereq TTY 'script -qefc "test -t 1" typescript'

test_expect_success TTY 'on a terminal: colours, the width, and a pager that git would use' '
	TERM=xterm && export TERM &&
	test_when_finished "TERM=dumb; git config --unset core.pager || :" &&
	on_terminal "git perf log sort" >colored.out &&
	colored &&
	on_terminal "NO_COLOR=1 git perf log sort" >colored.out &&
	! colored &&
	on_terminal "TERM=dumb git perf log sort" >colored.out &&
	! colored &&
	awk "length > 60 + 20 { exit 1 }" colored.out &&
	on_terminal "GIT_PAGER=\"sed s/^/paged:/\" git perf log sort" >out &&
	grep "^paged:" out &&
	! grep -v "^paged:" out &&
	git config core.pager "sed s/^/core:/" &&
	on_terminal "git perf log sort" >out &&
	grep "^core:" out &&
	on_terminal "git perf show a1" >out &&
	grep "^core:" out &&
	on_terminal "git perf ls" >out &&
	! grep "^core:" out &&
	on_terminal "git --no-pager perf log" >out &&
	! grep "^core:" out &&
	on_terminal "GIT_PAGER=false git perf log; echo status \$?" >out &&
	grep "^status " out
'

# --- Hostile text ---

test_expect_success JQ 'subjects and names from anybody reach nobody as they are' '
	git init -q hostile &&
	(
		cd hostile &&
		id= &&
		esc=$(printf "\033[31mred\033]0;title\007") &&
		bidi=$(printf "\342\200\256abc\342\201\246") &&
		c1ctl=$(printf "\302\2330m") &&
		bad=$(printf "latin \351 \377\376 cut \342\202") &&
		for subject in "$esc" "$bidi" "$c1ctl" "$bad" "<script>" "$(printf "%0500d" 0)" \
			"$(printf "a\tb\rc\bd")"
		do
			id=$(printf "%s\n\nbody\n" "$subject" |
				git -c i18n.commitEncoding=latin-1 commit-tree ${id:+-p $id} $(git write-tree)) &&
			git update-ref refs/heads/main $id &&
			record $id p 5 "\"config\":{\"<b>\":\"$bidi\"}" || exit 1
		done | git perf append -q &&
		for args in "" "sort" "--porcelain=v1" "--json"
		do
			git perf log $args >out 2>err &&
			no_control_characters out &&
			perl -ne "die unless utf8::decode(\$_)" out || exit 1
		done &&
		! git perf log sort | grep "$(printf "\342\200\256")" &&
		git perf log | grep "<script>" &&
		git perf log --json | jq -r ".commits[].subject" >subjects &&
		test_line_count = 7 subjects &&
		grep "latin .* cut " subjects &&
		git perf show main >out &&
		no_control_characters out
	)
'

test_expect_success 'a commit without a message' '
	git init -q silent &&
	(
		cd silent &&
		id=$(git commit-tree $(git write-tree) </dev/null) &&
		git update-ref refs/heads/main $id &&
		record $id p | git perf append -q &&
		git perf log >out &&
		grep $(echo $id | cut -c1-10) out &&
		git perf log --json >out
	)
'

# --- What cannot be used is counted ---

test_expect_success JQ 'a newer schema, damage, a foreign name and unknown commits are named' '
	git init -q counted &&
	(
		cd counted &&
		make_history 3 &&
		record $c1 p 10 | git perf append -q &&
		git perf cat --all >good &&
		put () {
			blob=$(git hash-object -w "$1") &&
			GIT_INDEX_FILE=$PWD/x.index git read-tree perf &&
			GIT_INDEX_FILE=$PWD/x.index git update-index --add --cacheinfo \
				"100644,$blob,runs/p/$(echo $2 | cut -c1-2)/$(echo $2 | cut -c3-)-20231114T221320Z-c-$(echo $blob | cut -c1-12).json" &&
			git update-ref refs/heads/perf "$(git commit-tree -p perf -m x \
				"$(GIT_INDEX_FILE=$PWD/x.index git write-tree)")" &&
			rm x.index
		} &&
		jq -c ".commit = \"$c2\" | .schema = 2" good | seal >newer &&
		put newer $c2 &&
		newer=$(git hash-object newer | cut -c1-12) &&
		echo "no JSON" >damaged &&
		put damaged $c3 &&
		damaged=$(git hash-object damaged | cut -c1-12) &&
		put good $c3 &&
		record 0123456789012345678901234567890123456789 p 5 | git perf append -q &&
		git perf log >out 2>err &&
		grep "^warning: record $newer.*newer" err &&
		grep "^warning: 1 record .*newer schema" err &&
		grep "^hint: upgrade" err &&
		grep "^warning: record $damaged" err &&
		grep "^warning: 2 records .*damaged" err &&
		grep "^warning: 1 record .*this clone does not have" err &&
		grep "$(echo $c1 | cut -c1-10)" out &&
		git perf log --json 2>/dev/null | jq -c .tally >actual &&
		echo "{\"records\":1,\"newer\":1,\"damaged\":2,\"duplicate\":0,\"foreign\":0,\"revoked\":0,\"dirty\":0,\"elsewhere\":1,\"unknown_commits\":1,\"carried\":0}" >expected &&
		test_cmp expected actual &&
		git perf log --porcelain=v1 2>/dev/null | cut -f9 >actual &&
		echo $c1 >expected &&
		test_cmp expected actual
	)
'

test_expect_success JQ 'the same import in two records counts once' '
	git init -q twice &&
	(
		cd twice &&
		make_history 2 &&
		for tool in old new
		do
			record $c1 p 10 "\"tool\":\"$tool\",\"origin\":{\"format\":\"x\",\"sha256\":\"$(printf "%064d" 1)\"}" || exit 1
		done | git perf append -q &&
		record $c1 q 10 "\"origin\":{\"format\":\"x\",\"sha256\":\"$(printf "%064d" 1)\"}" | git perf append -q &&
		git perf log --json >json &&
		jq -c "[.tally.duplicate, [.series[].points[].runs]]" json >actual &&
		echo "[1,[1,1]]" >expected &&
		test_cmp expected actual &&
		git perf log --json >json &&
		jq -e ".tally.duplicate == 1" json
	)
'

test_done
