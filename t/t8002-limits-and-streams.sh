#!/bin/sh

test_description='too much of everything, and streams that are closed, full or gone'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 3 &&
	# something to lose
	record $c1 x86-64-linux | git perf append -q &&
	good=$(git rev-parse perf)
'

restore () {
	git update-ref refs/heads/perf "$good" &&
	git update-ref refs/perf/seen "$good"
}

# with <text>: a record that has this where its samples should be
with () {
	record "$c1" p "$1"
}

# --- Too much of it ---

# Little memory: 128 MiB and what the program itself maps.
frugal () {
	(
		# shellcheck disable=SC3045
		ulimit -v 262144 &&
		"$@"
	)
}

test_lazy_prereq ULIMIT '
	test "$(. "$GIT_PERF_BUILD_DIR/build-options" && echo "$SANITIZE")" = "" &&
	(ulimit -v 262144 && git-perf --version)
'

test_expect_success ULIMIT '1 GB is refused at once, and not read' '
	truncate -s 1G huge.json &&
	must_refuse 1 "^refused: huge.json: .*larger than" frugal git perf collect huge.json &&
	test_expect_code 1 frugal git perf verify huge.json 2>err &&
	grep "larger than" err &&
	must_refuse 128 "record 1 is larger than" frugal git perf append <huge.json &&
	rm huge.json
'

# requests of 2,048 rounds, and as many names as may be that none of them makes
test_expect_success LONG,ULIMIT 'a queue of names that mean nothing costs what there is of them' '
	mkdir requests &&
	for round in $(seq 0 2047)
	do
		echo "{\"commit\":\"$c1\",\"round\":$round,\"schema\":1}" >requests/$round || return 1
	done &&
	ls requests >rounds && sed s,^,requests/, rounds | git hash-object -w --stdin-paths >ids &&
	control=$(echo "git-perf-queue 1" | git hash-object -w --stdin) &&
	{
		printf "100644 %s 0\tcontrol\n" $control &&
		paste -d" " ids rounds | sed "s,\(.*\) \(.*\),100644 \1 0\trequests/$c1-\2.json," &&
		awk -v id=$(head -n 1 ids) "BEGIN { for (i = 0; i < 90000; i++) printf \"100644 %s 0\trequests/x%d\n\", id, i }"
	} | GIT_INDEX_FILE=$PWD/queue.index git update-index --add --index-info &&
	git update-ref refs/perf/queue "$(git commit-tree -m x \
		"$(GIT_INDEX_FILE=$PWD/queue.index git write-tree)")" &&
	frugal git perf queue >out 2>err &&
	test_grep "some files of the queue cannot be used" err &&
	git update-ref -d refs/perf/queue
'

test_expect_success LONG,ULIMIT 'a decision, and a record that is looked at by name, are not read if they are huge' '
	test_when_finished restore &&
	truncate -s 512M huge &&
	huge=$(git hash-object -w huge) && rm huge &&
	name=$(echo $c1 | sed "s,..,&/,")-20231114T230000Z &&
	short=$(echo $huge | cut -c1-12) &&
	git update-ref refs/heads/perf "$({
		git ls-tree -r perf &&
		printf "100644 blob %s\tdecisions/x86-64-linux/%s-%s.json\n" $huge $name $short &&
		printf "100644 blob %s\truns/x86-64-linux/%s-c-%s.json\n" $huge $name $short
	} >tree.list && GIT_INDEX_FILE=$PWD/huge.index git update-index --add --index-info <tree.list &&
		git commit-tree -p perf -m x "$(GIT_INDEX_FILE=$PWD/huge.index git write-tree)")" &&
	frugal git perf coverage >out 2>err &&
	test_grep "the decision $short is no file of 4194304 bytes at most" err &&
	frugal git perf request -p x86-64-linux -k a=b $c1 >out &&
	test_grep "queued" out &&
	git update-ref -d refs/perf/queue
'

test_expect_success ULIMIT 'a record just above the limit, and one below' '
	test_when_finished restore &&
	numbers () {
		perl -e "print join(q(,), map { 1000000 + \$_ } 1 .. \$ARGV[0])" $1
	} &&
	with "$(numbers 600000)" >big.json &&
	must_refuse 128 "larger than" frugal git perf append <big.json &&
	must_refuse 1 "larger than" frugal git perf collect big.json &&
	with "$(numbers 500000)" >fits.json &&
	frugal git perf append <fits.json >id &&
	git perf cat $(cat id) >stored &&
	test $(wc -c <stored) -gt 4000000 &&
	frugal git perf log sort >out &&
	grep "500000\|1.25 ms" out
'

test_expect_success ULIMIT 'ten million levels deep' '
	deep () {
		perl -e "print \$ARGV[0] x \$ARGV[1]" "$1" "$2"
	} &&
	deep "[" 10000000 >deep.json &&
	must_refuse 1 "^refused: deep.json: .*nested too deeply" frugal git perf collect deep.json &&
	{ printf "{\"commit\":\"%s\",\"platform\":\"p\",\"benchmarks\":" $c1 && deep "[" 10000000; } >deep.json &&
	must_refuse 1 "^refused: deep.json: .*nested too deeply" frugal git perf collect deep.json &&
	deep "{\"a\":" 2500000 >deep.json &&
	must_refuse 1 "^refused: deep.json: .*nested too deeply" frugal git perf collect deep.json &&
	deep "[" 4000000 >in &&
	must_refuse 128 "nested too deeply" frugal git perf append <in &&
	test_expect_code 1 frugal git perf verify deep.json 2>err &&
	{ deep "[" 3000 && deep "]" 3000; } >in &&
	must_refuse 128 "nested too deeply" frugal git perf append <in
'

test_expect_success JQ 'as deep as allowed, and one level deeper' '
	test_when_finished restore &&
	record $c1 p >in &&
	git perf append -n -q <in &&
	GIT_PERF_TEST_CLOCK=1700000099 git perf append <in >id &&
	nest () {
		git perf cat $(cat id) | jq -c --argjson n $1 ".deep = reduce range(\$n) as \$i (1; [.])" | seal
	} &&
	nest 31 >in &&
	git perf append -n -q <in &&
	nest 32 >in &&
	must_refuse 128 "nested too deeply" git perf append <in
'

test_expect_success ULIMIT 'millions of values, of keys, of benchmarks' '
	perl -e "print q([), q(0,) x 3000000, q(0])" >many.json &&
	must_refuse 1 "^refused: many.json: .*too many values" frugal git perf collect many.json &&
	perl -e "print q({), join(q(,), map { qq(\"k\$_\":1) } 1 .. 300000), q(})" >keys &&
	must_refuse 128 "missing\|unknown" frugal git perf append <keys &&
	perl -e "print qq({\"commit\":\"\$ARGV[0]\",\"platform\":\"p\",\"benchmarks\":[), q({},) x 100001, q({}]})" $c1 >in &&
	must_refuse 128 "more than 100000 benchmarks" frugal git perf append <in
'

test_expect_success 'many lines, one of them bad: nothing lands' '
	test_when_finished restore &&
	i=0 &&
	while test $i -lt 300
	do
		i=$((i + 1)) &&
		record $c2 p $i || return 1
	done >in &&
	echo "{\"commit\":\"$c2\"" >>in &&
	must_refuse 128 "^error: record 301: " git perf append <in &&
	git perf ls >listed &&
	test_line_count = 1 listed
'

test_expect_success 'standard input that cannot be read' '
	must_refuse 128 "cannot read standard input" git perf append <. &&
	repository_state >before &&
	{ git perf append <&- >out 2>err || test $? = 128; } &&
	repository_state >after &&
	test_cmp before after
'

# --- Output ---

test_expect_success 'standard output is closed: nothing is done, and nothing is harmed' '
	record $c2 p 1 >in &&
	mkdir -p files && cp in files/a.json &&
	for command in append "append -q" ls "cat --all" log "log --json" show fsck \
		"run -- true" "collect files" "verify files/a.json" help --version
	do
		repository_state >before &&
		test_expect_code 128 git-perf $command <in >&- 2>err &&
		grep "^error: standard output is closed" err &&
		grep "^hint: " err &&
		repository_state >after &&
		test_cmp before after || return 1
	done &&
	must_be_sound
'

test_expect_success 'standard error is closed, or all of them' '
	test_when_finished restore &&
	record $c2 p 2 >in &&
	git-perf append <in >out 2>&- &&
	test_line_count = 1 out &&
	record $c2 p 3 >in &&
	git-perf append -q <in 2>&- &&
	{ git-perf ls <&- >&- 2>&- || :; } &&
	git perf ls >listed &&
	test_line_count = 3 listed &&
	must_be_sound
'

test_lazy_prereq DEV_FULL 'test -c /dev/full && ! echo x >/dev/full'

test_expect_success DEV_FULL 'standard output is full: that is an error' '
	test_when_finished restore &&
	for command in ls "ls --path -z" "cat --all" log "log --json" "log --porcelain=v1" \
		show fsck help --version "verify one.json" "run --no-append -o - -- true"
	do
		git perf cat $(git perf ls | cut -f3 | head -n 1) >one.json &&
		test_expect_code 128 git-perf $command >/dev/full 2>err &&
		grep "^error: cannot write to standard output" err &&
		grep "^hint: " err || return 1
	done &&
	record $c2 p 4 >in &&
	test_expect_code 128 git perf append <in >/dev/full 2>err &&
	grep "^error: cannot write to standard output" err &&
	git perf ls >listed &&
	test_line_count = 2 listed &&
	must_be_sound
'

test_expect_success 'a reader that goes away is no failure worth a word' '
	test_when_finished restore &&
	i=0 &&
	while test $i -lt 1500
	do
		i=$((i + 1)) &&
		record $c3 p $i || return 1
	done | git perf append -q &&
	{
		git-perf ls 2>err
		echo $? >code
	} | head -n 1 >out &&
	test_line_count = 1 out &&
	{ test "$(cat code)" = 141 || test "$(cat code)" = 128 || test "$(cat code)" = 0; }
'

test_done
