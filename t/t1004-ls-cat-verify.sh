#!/bin/sh

test_description='the records as they are: git perf ls, cat and verify'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 4 &&
	at () {
		echo "\"finished\":\"2023-11-14T$1Z\""
	} &&
	{
		record $c1 x86-64-linux 1 "$(at 10:00:00.5)" &&
		record $c1 x86-64-linux 2 "$(at 09:00:00)" &&
		record $c2 x86-64-linux 3 "$(at 08:00:00)" &&
		record $c1 aarch64-linux 4 "$(at 11:00:00)" &&
		record $c1 aarch64-linux 5 "$(at 11:00:00)"
	} >in &&
	git perf append <in >ids &&
	test_line_count = 5 ids &&
	id1=$(sed -n 1p ids) id2=$(sed -n 2p ids) id3=$(sed -n 3p ids) &&
	id4=$(sed -n "4,5p" ids | sort | head -n 1) &&
	id5=$(sed -n "4,5p" ids | sort | tail -n 1)
'

test_expect_success 'append prints the ids in the order of the input' '
	i=0 &&
	while read -r id
	do
		i=$((i + 1)) &&
		git perf cat $id >out &&
		grep "\"samples\":\[$i\]" out || return 1
	done <ids &&
	{ sed -n 3p in; sed -n 1p in; sed -n 3p in; } | git perf append -q -n &&
	{ sed -n 3p in; sed -n 1p in; sed -n 3p in; } | git perf append >again &&
	{ echo $id3; echo $id1; echo $id3; } >expected &&
	test_cmp expected again
'

test_expect_success 'ls: platform, commit, id and finish time, sorted' '
	tab=$(printf "\t") &&
	sort -t "$tab" -k1,1 -k2,2 -k4,4 -k3,3 >expected <<-END &&
	aarch64-linux	$c1	$id4	2023-11-14T11:00:00Z
	aarch64-linux	$c1	$id5	2023-11-14T11:00:00Z
	x86-64-linux	$c1	$id1	2023-11-14T10:00:00Z
	x86-64-linux	$c1	$id2	2023-11-14T09:00:00Z
	x86-64-linux	$c2	$id3	2023-11-14T08:00:00Z
	END
	git perf ls >actual &&
	test_cmp expected actual
'

test_expect_success 'ls -z ends lines in NUL' '
	git perf ls | tr "\n" "\0" >expected &&
	git perf ls -z >actual &&
	cmp expected actual &&
	git perf ls --path | tr "\n" "\0" >expected &&
	git perf ls -z --path >actual &&
	cmp expected actual
'

test_expect_success 'ls <commit>: any revision, and the ids that nobody knows' '
	git perf ls c2 >actual &&
	test_line_count = 1 actual &&
	git perf ls $(echo $c2 | cut -c1-8) >actual &&
	test_line_count = 1 actual &&
	git perf ls HEAD~2 >actual &&
	test_line_count = 1 actual &&
	git perf ls main >actual &&
	test_must_be_empty actual &&
	git perf ls --platform=nowhere >actual &&
	test_must_be_empty actual &&
	unknown=0123456789012345678901234567890123456789 &&
	test_when_finished "git update-ref refs/heads/perf perf^ &&
		git update-ref refs/perf/seen perf" &&
	record $unknown p | git perf append -q &&
	git perf ls $unknown >actual &&
	test_line_count = 1 actual
'

test_expect_success 'ls of what is no commit is refused' '
	must_refuse 128 nonsense git perf ls nonsense &&
	must_refuse 128 "" git perf ls main:file &&
	test_expect_code 129 git perf ls c1 c2 2>err &&
	grep "^error: " err
'

test_expect_success 'cat prints the blob, whatever the name' '
	git cat-file blob $id1 >expected &&
	path=$(git perf ls --path c1 | grep "T100000Z") &&
	for name in $id1 $(echo $id1 | cut -c1-12) "$path"
	do
		git perf cat "$name" >actual &&
		test_cmp expected actual || return 1
	done &&
	git cat-file blob $id3 >>expected &&
	git perf cat $id1 $id3 >actual &&
	test_cmp expected actual &&
	git perf cat --all >actual &&
	for id in $(git perf ls | cut -f3)
	do
		git cat-file blob $id || return 1
	done >expected &&
	test_cmp expected actual
'

test_expect_success 'cat refuses ambiguous, unknown and odd names' '
	i=0 &&
	while test $i -lt 700
	do
		i=$((i + 1)) &&
		printf "{\"commit\":\"%s\",\"platform\":\"many\",\"benchmarks\":[{\"name\":\"a\",\"metrics\":[{\"name\":\"wall\",\"samples\":[%d]}]}]}\n" $c3 $i || return 1
	done | git perf append >many &&
	test_when_finished "git update-ref refs/heads/perf perf^ &&
		git update-ref refs/perf/seen perf" &&
	twin=$(cut -c1-4 many | sort | uniq -d | head -n 1) &&
	test -n "$twin" &&
	must_refuse 128 "ambiguous" git perf cat $twin &&
	test_must_be_empty out &&
	must_refuse 128 "no record" git perf cat 0123456789 &&
	must_refuse 128 "not a record id" git perf cat 012 &&
	must_refuse 128 "not a record id" git perf cat HEAD &&
	must_refuse 128 "" git perf cat "" &&
	must_refuse 128 "no record" git perf cat runs/p/00/none.json &&
	must_refuse 128 "no record" git perf cat "${id1}" 0123456789 &&
	id=$(git rev-parse perf:format) &&
	must_refuse 128 "no record" git perf cat $id
'

test_expect_success 'cat needs a name, or --all, and not both' '
	test_expect_code 129 git perf cat 2>err &&
	grep "^error: " err &&
	test_expect_code 129 git perf cat --all $id1 2>err &&
	grep "^error: " err
'

test_expect_success 'a record in the branch under two names is one id' '
	git perf cat $id1 >one.json &&
	git perf append <one.json 2>err &&
	grep "^0 appended, 1 present" err &&
	must_be_sound
'

# --- verify ---

test_expect_success 'A16: what run and cat write is verified, without a repository' '
	git perf cat $id1 >good.json &&
	echo "good.json: $id1 ok" >expected &&
	git perf verify good.json >actual &&
	test_cmp expected actual &&
	mkdir -p "$HOME/outside" &&
	cp good.json "$HOME/outside" &&
	(
		cd "$HOME/outside" &&
		git-perf verify good.json >"$TRASH_DIRECTORY/actual"
	) &&
	test_cmp expected actual &&
	git perf verify -q good.json >actual 2>&1 &&
	test_must_be_empty actual &&
	name=benchmark-results-$c1-x86-64-linux.json &&
	cp good.json $name &&
	git perf verify $name &&
	test_expect_code 129 git perf verify
'

# mutants: a folder "mutants" with files that differ from good.json
mutants () {
	rm -rf mutants && mkdir mutants &&
	perl -e '
		undef $/;
		open my $in, "<:raw", "good.json" or die;
		my $good = <$in>;
		my $n = 0;
		sub mutant {
			my ($name, $bytes) = @_;
			return if $bytes eq $good;
			open my $out, ">:raw", "mutants/$name" or die;
			print $out $bytes;
			close $out or die;
			$n++;
		}
		for my $i (0 .. length($good) - 1) {
			my $at = sprintf "%04d", $i;
			for my $bit (1, 2, 4, 8, 16, 32, 64, 128) {
				my $bytes = $good;
				substr($bytes, $i, 1) ^= chr $bit;
				mutant("flip-$at-$bit", $bytes);
			}
			for my $c (" ", "0", "9", "a", "\"", "\n") {
				my $bytes = $good;
				substr($bytes, $i, 1) = $c;
				mutant("set-$at-" . ord($c), $bytes);
				$bytes = $good;
				substr($bytes, $i, 0) = $c;
				mutant("insert-$at-" . ord($c), $bytes);
			}
			my $bytes = $good;
			substr($bytes, $i, 1) = "";
			mutant("delete-$at", $bytes);
			mutant("cut-$at", substr($good, 0, $i));
		}
		mutant("append-newline", "$good\n");
		mutant("append-nul", "$good\0");
		mutant("append-blank", "$good ");
		mutant("twice", $good . $good);
		mutant("bom", "\xef\xbb\xbf$good");
		print "$n\n";
	'
}

test_expect_success 'A16: every change of one byte is found' '
	mutants >count &&
	test "$(cat count)" -gt 5000 &&
	{ (cd mutants && ls | xargs git perf verify >../accepted 2>../err) || :; } &&
	test_must_be_empty accepted &&
	grep -v "^hint: " err | cut -d: -f1 | sort -u >refused &&
	ls mutants | test_cmp - refused &&
	test "$(grep -c "^hint: " err)" -eq "$(cat count)" &&
	no_control_characters err
'

test_expect_success 'A16: a name that disagrees with the content is refused' '
	other=$(git rev-parse c2) &&
	for name in benchmark-results-$other-x86-64-linux.json \
		benchmark-results-$c1-aarch64-linux.json \
		benchmark-results-$c1-linux.json \
		benchmark-results-$c1.json \
		benchmark-results-x86-64-linux.json \
		$(echo $other | cut -c3-)-20231114T100000Z-c-$(echo $id1 | cut -c1-12).json \
		$(echo $c1 | cut -c3-)-20231114T100001Z-c-$(echo $id1 | cut -c1-12).json \
		$(echo $c1 | cut -c3-)-20231114T100000Z-p-$(echo $id1 | cut -c1-12).json \
		$(echo $c1 | cut -c3-)-20231114T100000Z-c-$(echo $id2 | cut -c1-12).json
	do
		cp good.json $name &&
		test_expect_code 1 git perf verify $name >out 2>err &&
		test_must_be_empty out &&
		grep "name" err &&
		grep "^hint: " err || return 1
	done &&
	for name in benchmark-results-$c1-x86-64-linux.json \
		$(basename "$(git perf ls --path c1 | grep T100000Z)") \
		anything.json anything
	do
		cp good.json $name &&
		git perf verify $name || return 1
	done
'

test_expect_success 'verify: files that are none, and several at once' '
	mkfifo fifo &&
	mkdir -p folder &&
	echo "{}" >empty-object &&
	: >empty-file &&
	test_expect_code 1 git perf verify missing good.json fifo folder \
		empty-object empty-file >out 2>err &&
	echo "good.json: $id1 ok" >expected &&
	test_cmp expected out &&
	for name in missing fifo folder empty-object empty-file
	do
		grep "^[^ ]*$name.*: " err || return 1
	done &&
	test_expect_code 1 git perf verify -q missing good.json >out 2>&1 &&
	test_must_be_empty out
'

test_expect_success 'verify: what only looks like a record' '
	record $c1 p >by-hand.json &&
	test_expect_code 1 git perf verify by-hand.json 2>err &&
	sed "s/$/ /" good.json >blank.json &&
	test_expect_code 1 git perf verify blank.json 2>err &&
	grep "canonical" err &&
	echo "{\"version\":1,\"commit\":\"$c1\",\"benchmarks\":[]}" >v1.json &&
	test_expect_code 1 git perf verify v1.json
'

test_expect_success JQ 'verify: a seal made without us holds' '
	jq -c ".worker = \"box\"" good.json | seal >resealed.json &&
	git perf verify resealed.json &&
	git hash-object resealed.json >expected &&
	git perf verify resealed.json | cut -d" " -f2 >actual &&
	test_cmp expected actual &&
	jq -c ".schema = 2" good.json | seal >newer.json &&
	test_expect_code 1 git perf verify newer.json 2>err &&
	grep "schema 2 is newer" err &&
	grep "^hint: .*upgrade" err
'

test_done
