#!/bin/sh

test_description='input that is broken, huge or malicious is refused clearly, with nothing changed'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 3 &&
	mkdir bad patterns &&
	# something to lose
	record $c1 x86-64-linux | git perf append -q &&
	good=$(git rev-parse perf)
'

restore () {
	git update-ref refs/heads/perf "$good" &&
	git update-ref refs/perf/seen "$good"
}

# bad <name> <pattern>: what stands on standard input must be refused, and what
# is said about it matches the pattern.
bad () {
	cat >"bad/x$1.json" &&
	printf '%s\n' "$2" >"patterns/x$1"
}

no_bad_left () {
	rm -f bad/* patterns/*
}

# said <pattern> <file>: without showing all of it
said () {
	grep -e "$1" "$2" >/dev/null || test_grep -e "$1" "$2"
}

append_refuses () {
	test_expect_code 128 git-perf append <line >out 2>err &&
	test_must_be_empty out &&
	said "$1" err &&
	said "^error: record 1" err &&
	said "^hint: .*nothing was appended" err &&
	no_control_characters err
}

# all_refused: each file of "bad" is refused by append, collect and verify.
all_refused () {
	repository_state >state.before
	for file in bad/*
	do
		name=$(basename "$file" .json)
		tr '\n' ' ' <"$file" >line
		append_refuses "$(cat "patterns/$name")" || {
			echo "append: $name" >&4
			return 1
		}
	done
	ls bad >names
	test_expect_code 1 git perf collect bad >out 2>err &&
	said "^0 collected.* $(wc -l <names) refused" out &&
	test "$(grep -c "^hint: ." err)" -eq "$(wc -l <names)" &&
	no_control_characters err &&
	{ (cd bad && git perf verify -- * >../out 2>../err2) || :; } &&
	test_must_be_empty out &&
	test "$(grep -c "^hint: ." err2)" -eq "$(wc -l <names)" &&
	no_control_characters err2 || return 1
	while read -r file
	do
		grep "^refused: bad/$file: ." err >one &&
		said "$(cat "patterns/${file%.json}")" one &&
		said "^$file: ." err2 || return 1
	done <names
	repository_state >state.after &&
	test_cmp state.before state.after &&
	no_bad_left
}

# with <text>: a record that has this where its samples should be
with () {
	record "$c1" p "$1"
}

test_expect_success 'what is no JSON' '
	test_when_finished no_bad_left &&
	n=0 &&
	while read -r text
	do
		n=$((n + 1)) &&
		printf "%s\n" "$text" | bad malformed-$n "JSON" || return 1
	done <<-\END &&
	{
	}
	[
	{"commit"
	{"commit":
	{"commit":"
	{"commit":}
	{"commit" "x"}
	{commit:"x"}
	{"commit":"x",}
	{"commit":"x"}}
	{"commit":"x"} {"commit":"y"}
	[1,2
	[1,]
	{]
	"text
	nul
	truex
	<?xml version="1.0"?>
	commit: x
	END
	printf "// comment\n{}" | bad comment JSON &&
	printf "{\"a\":\"\\\\x41\"}" | bad escape JSON &&
	printf "{\"a\":\"\\\\u00\"}" | bad short-escape JSON &&
	with "+1" | bad plus JSON &&
	with "01" | bad octal JSON &&
	with ".5" | bad point JSON &&
	with "5." | bad point-behind JSON &&
	with "0x10" | bad hex JSON &&
	with "1e" | bad exponent JSON &&
	with "-" | bad minus JSON &&
	with "1,," | bad comma JSON &&
	all_refused
'

test_expect_success 'NaN, Infinity and their kin' '
	test_when_finished no_bad_left &&
	for word in NaN nan -NaN Infinity -Infinity inf +Infinity
	do
		with "$word" | bad $word "JSON.*NaN\|not valid JSON" || return 1
	done &&
	all_refused
'

test_expect_success 'numbers that cannot be kept' '
	test_when_finished no_bad_left &&
	with 1e999 | bad too-large "too large" &&
	with -1e999 | bad too-low "too large" &&
	with 1e-999 | bad too-small "too small" &&
	with 9223372036854775808 | bad 64-bits "64 bits" &&
	with -9223372036854775809 | bad minus-64-bits "64 bits" &&
	with "$(printf "%0600d" 7 | tr 0 9)" | bad digits "digits\|64 bits" &&
	with "1.$(printf "%0600d" 7)" | bad fraction "digits" &&
	all_refused
'

test_expect_success JQ 'numbers that can are kept exactly' '
	test_when_finished restore &&
	with "9223372036854775807,-9223372036854775808,9007199254740993,0.1,1e20,1.5e-7,1E2,-0.0,5e-324,1.7976931348623157e308,100.0" >in &&
	git perf append <in >id &&
	git perf cat $(cat id) >stored &&
	grep -F "\"samples\":[9223372036854775807,-9223372036854775808,9007199254740993,0.1,1e20,1.5e-7,100,0,5e-324,1.7976931348623157e308,100]" stored
'

test_expect_success 'values that are no object at all' '
	test_when_finished no_bad_left &&
	for value in null true 1 "\"text\"" "[]" "{}" "[{}]"
	do
		printf "%s\n" "$value" | bad "value-$(echo "$value" | cksum | cut -d" " -f1)" "." || return 1
	done &&
	all_refused
'

test_expect_success 'keys that occur twice' '
	test_when_finished no_bad_left &&
	record $c1 p | sed "s/{/{\"commit\":\"$c1\",/" | bad twice "key.* twice" &&
	record $c1 p | sed "s/{/{\"\\\\u0063ommit\":\"$c1\",/" | bad twice-escaped "key.* twice" &&
	record $c1 p | sed "s/\"samples\"/\"samples\":[1],\"samples\"/" | bad twice-deep "key.* twice" &&
	record $c1 p 1 "\"config\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"1\"}" | bad twice-config "key.* twice" &&
	record $c1 p 1 "\"config\":{\"\":\"1\",\"\":\"2\"}" | bad twice-empty "key.* twice" &&
	all_refused
'

test_expect_success 'text that is not UTF-8' '
	test_when_finished no_bad_left &&
	named () {
		record $c1 p | sed "s/\"sort\"/\"so@rt\"/" | perl -pe "s/@/$1/"
	} &&
	named "\\xff" | bad ff UTF-8 &&
	named "\\xfe\\xff" | bad fe UTF-8 &&
	named "\\x80" | bad continuation UTF-8 &&
	named "\\xc0\\x80" | bad overlong-nul UTF-8 &&
	named "\\xc1\\xbf" | bad overlong-2 UTF-8 &&
	named "\\xe0\\x80\\xaf" | bad overlong-3 UTF-8 &&
	named "\\xf0\\x80\\x80\\xaf" | bad overlong-4 UTF-8 &&
	named "\\xed\\xa0\\x80" | bad surrogate UTF-8 &&
	named "\\xed\\xbf\\xbf" | bad surrogate-low UTF-8 &&
	named "\\xf4\\x90\\x80\\x80" | bad beyond UTF-8 &&
	named "\\xf8\\x88\\x80\\x80\\x80" | bad five-bytes UTF-8 &&
	named "\\xe2\\x82" | bad cut UTF-8 &&
	named "caf\\xe9" | bad latin1 UTF-8 &&
	record $c1 p | sed "s/\"sort\"/\"x\"/" | perl -pe "s/\"name\"/\"na\\xc3me\"/" | bad key UTF-8 &&
	record $c1 p | perl -pe "s/(.)/\$1\\0/g" | bad utf-16 "UTF-8\|NUL\|JSON" &&
	all_refused
'

test_expect_success 'a byte order mark, before a record and alone' '
	test_when_finished no_bad_left &&
	{ printf "\357\273\277" && record $c1 p; } | bad bom "JSON\|byte order mark" &&
	printf "\357\273\277" | bad bom-alone "." &&
	all_refused
'

test_expect_success 'escapes that stand for no character' '
	test_when_finished no_bad_left &&
	n=0 &&
	while read -r escape
	do
		n=$((n + 1)) &&
		printf "{\"commit\":\"%s\",\"platform\":\"p\",\"finished\":\"2023-11-14T22:13:20Z\",\"benchmarks\":[{\"name\":\"%s\",\"status\":\"failed\"}]}\n" \
			$c1 "$escape" | bad escape-$n "surrogate\|NUL" || return 1
	done <<-\END &&
	\ud800
	\udc00
	\uDFFF x
	\ud800\u0041
	\ud800\ud800
	\ud83d \ude00
	\udc00\ud800
	\u0000
	a\u0000b
	\\\ud800
	END
	all_refused
'

test_expect_success JQ 'escapes that do stand for one are kept' '
	test_when_finished restore &&
	{
		printf "{\"commit\":\"%s\",\"platform\":\"p\"," $c1 &&
		cat <<-\END
		"benchmarks":[{"name":"\uD83D\ude00\u00e9 \\ud800 \/\"","status":"failed","log":"\u0001\t\u001f\u007f"}]}
		END
	} >in &&
	git perf append <in >id &&
	git perf cat $(cat id) >stored &&
	jq -r ".benchmarks[0].name" stored >actual &&
	printf "\360\237\230\200\303\251 \\\\ud800 /\"\n" >expected &&
	test_cmp expected actual &&
	grep -F "\"log\":\"\\u0001\\t\\u001f$(printf "\177")\"" stored
'

test_expect_success 'control characters as they are' '
	test_when_finished no_bad_left &&
	record $c1 p | sed "s/\"sort\"/\"so$(printf "\001")rt\"/" | bad raw-control "JSON" &&
	record $c1 p | sed "s/\"sort\"/\"so$(printf "\033")[31mrt\"/" | bad raw-escape "JSON" &&
	record $c1 p | sed "s/\"sort\"/\"so\\\\u001b[31mrt\"/" | bad name-escape "control" &&
	record $c1 p | sed "s/\"sort\"/\"so\\\\u009brt\"/" | bad name-c1 "control" &&
	record $c1 p | sed "s/\"sort\"/\"so\\\\nrt\"/" | bad name-newline "control" &&
	record $c1 p | sed "s/\"sort\"/\"so\\\\trt\"/" | bad name-tab "control" &&
	record $c1 p | sed "s/\"sort\"/\"so\\\\u007frt\"/" | bad name-del "control" &&
	record $c1 p 1 "\"config\":{\"a\\u0007\":\"1\"}" | bad config-key "config" &&
	record $c1 p 1 "\"config\":{\"a\":\"1\\r\"}" | bad config-value "." &&
	record $c1 p 1 "\"tool\":\"a\\u001b\"" | bad tool "tool" &&
	all_refused
'

test_expect_success 'NUL bytes' '
	test_when_finished restore &&
	{ record $c1 p && printf "\0"; } >in &&
	must_refuse 128 "NUL" git perf append <in &&
	{ record $c1 p | tr -d "\n"; printf "\0\n"; } >in &&
	must_refuse 128 "NUL" git perf append <in &&
	printf "\0\n" >in &&
	must_refuse 128 "NUL" git perf append <in &&
	{ record $c1 p && printf "\0"; } >nul.json &&
	must_refuse 1 "^refused: nul.json: .*" git perf collect nul.json &&
	test_expect_code 1 git perf verify nul.json
'

test_expect_success JQ 'every field with a value of another type' '
	full=$(record $c1 p 1 "\"schema\":1,\"outcome\":\"complete\",
		\"config\":{\"a\":\"b\"},\"environment\":{\"a\":\"b\"},
		\"queued\":\"2023-11-14T21:00:00Z\",\"started\":\"2023-11-14T22:00:00Z\",
		\"finished\":\"2023-11-14T22:13:20Z\",\"worker\":\"w\",\"reason\":\"push\",
		\"tool\":\"t\",\"suite\":\"$c1\",\"fingerprint\":\"0123456789abcdef\",
		\"job\":{\"id\":\"01234567\",\"round\":1,\"token\":1},\"dirty\":true,
		\"origin\":{\"format\":\"f\",\"sha256\":\"$(printf "%064d" 0)\"},
		\"commit_range\":[\"$c1\"],\"error\":\"e\",\"log\":\"l\",
		\"metrics\":{\"wall\":{\"unit\":\"ns\",\"better\":\"lower\"}},
		\"steps\":[{\"name\":\"s\",\"status\":\"ok\",\"duration\":1,\"error\":\"e\"}]" |
		jq -c ".benchmarks[0] += {params: {a: \"b\"}, workload: {id: \"w\", parts: {a: \"b\"}},
			duration: 1, error: \"e\", log: \"l\", status: \"ok\"} |
			.benchmarks[1] = {name: \"s\", metrics: [{name: \"m\", unit: \"u\", better: \"none\",
			summary: {n: 5, mean: 1, median: 1, stddev: 1, min: 1, max: 1, low: 1, high: 1, confidence: 0.5}}]}") &&
	echo "$full" >in &&
	git perf append -n <in &&
	# replace every value of the record, wherever it is, by those of other types
	echo "$full" | jq -c ". as \$r | [paths] | unique | .[] as \$p |
		(\$r | getpath(\$p) | type) as \$t |
		({null: null, boolean: false, number: 1.5, string: \"x\", array: [[]], object: {x: {}}} |
			to_entries[] | select(.key != \$t) | .value) as \$v |
		\$r | setpath(\$p; \$v)" >mutants &&
	test_line_count -gt 300 mutants &&
	repository_state >state.before &&
	awk "{ file = sprintf(\"bad/%04d.json\", NR); print >file; close(file) }" mutants &&
	ls bad >names &&
	test_expect_code 1 git perf collect bad >out 2>err &&
	grep "^0 collected, 0 present before, 0 revoked, $(wc -l <names) refused" out &&
	test "$(grep -c "^hint: ." err)" -eq "$(wc -l <names)" &&
	grep "^refused: " err | sed "s/[^:]*: [^:]*: //" | sort | uniq -c | sort -n >reasons &&
	! grep "JSON\|unknown" reasons &&
	repository_state >state.after &&
	test_cmp state.before state.after &&
	rm bad/*
'

test_expect_success 'times that are none' '
	test_when_finished no_bad_left &&
	n=0 &&
	while read -r time
	do
		n=$((n + 1)) &&
		record $c1 p 1 "\"finished\":\"$time\"" | bad time-$n "finished" || return 1
	done <<-\END &&
	now

	2023-11-14
	2023-11-14T22:13:20
	2023-11-14T22:13Z
	2023-02-29T00:00:00Z
	2023-13-01T00:00:00Z
	2023-00-01T00:00:00Z
	2023-01-32T00:00:00Z
	2023-11-14T24:00:00Z
	2023-11-14T22:60:00Z
	2023-11-14T22:13:60Z
	2023-11-14T22:13:20.Z
	2023-11-14T22:13:20.1234567891Z
	2023-11-14T22:13:20+2
	2023-11-14T22:13:20+24:00
	2023-11-14T22:13:20ZZ
	1969-12-31T23:59:59Z
	1970-01-01T00:00:00+01:00
	2263-01-01T00:00:00Z
	9999-12-31T23:59:59Z
	99999-12-31T23:59:59Z
	1700000000
	Tue, 14 Nov 2023 22:13:20 GMT
	END
	all_refused
'

test_expect_success 'texts and lists that are too long' '
	test_when_finished no_bad_left &&
	long () {
		printf "%0$1d" 0
	} &&
	record $c1 p | sed "s/\"sort\"/\"$(long 257)\"/" | bad long-name "256" &&
	record $c1 p | sed "s/\"sort\"/\"\"/" | bad empty-name "name" &&
	record $c1 p 1 "\"tool\":\"$(long 65)\"" | bad long-tool "tool" &&
	record $c1 p 1 "\"error\":\"$(long 4097)\"" | bad long-error "error" &&
	record $c1 p 1 "\"log\":\"$(long 65537)\"" | bad long-log "log" &&
	record $c1 p 1 "\"config\":{\"a\":\"$(long 257)\"}" | bad long-config "." &&
	with "@" | sed s/@// | bad no-samples "samples" &&
	all_refused
'

test_expect_success JQ 'benchmarks and metrics that contradict themselves' '
	test_when_finished no_bad_left &&
	m="\"name\":\"m\",\"unit\":\"u\",\"better\":\"none\"" &&
	metrics () {
		printf "{\"commit\":\"%s\",\"platform\":\"p\",\"finished\":\"2023-11-14T22:13:20Z\",\"benchmarks\":[{\"name\":\"b\",\"metrics\":[%s]}]}\n" $c1 "$1"
	} &&
	metrics "{$m}" | bad neither "samples" &&
	metrics "{$m,\"samples\":[1],\"summary\":{\"mean\":1}}" | bad both "samples" &&
	metrics "{$m,\"samples\":[1]},{$m,\"samples\":[2]}" | bad same-metric "twice" &&
	metrics "{\"name\":\"m\",\"better\":\"none\",\"samples\":[1]}" | bad no-unit "unit" &&
	metrics "{\"name\":\"m\",\"unit\":\"u\",\"samples\":[1]}" | bad no-better "better" &&
	metrics "{$m,\"summary\":{}}" | bad empty-summary "mean" &&
	metrics "{$m,\"summary\":{\"mean\":1,\"n\":0}}" | bad none-of-it "n" &&
	metrics "{$m,\"summary\":{\"mean\":1,\"n\":1.5}}" | bad half "n" &&
	metrics "{$m,\"summary\":{\"mean\":1,\"stddev\":-1}}" | bad negative "stddev" &&
	metrics "{$m,\"summary\":{\"mean\":1,\"confidence\":1}}" | bad sure "confidence" &&
	metrics "{$m,\"summary\":{\"mean\":1,\"confidence\":0}}" | bad unsure "confidence" &&
	metrics "{$m,\"better\":\"worse\",\"samples\":[1]}" | sed "s/\"better\":\"none\",//" | bad worse "better" &&
	record $c1 p | jq -c ".benchmarks += .benchmarks" | bad same-benchmark "twice" &&
	record $c1 p | jq -c ".benchmarks[0].status = \"fine\"" | bad status "status" &&
	record $c1 p 1 "\"schema\":0" | bad schema-0 "schema" &&
	record $c1 p 1 "\"schema\":-1" | bad schema-minus "schema" &&
	record $c1 p 1 "\"schema\":2" | bad schema-2 "schema 2 is newer" &&
	record $c1 p 1 "\"schema\":99999999999999999999" | bad schema-huge "schema" &&
	all_refused
'

test_expect_success 'a record cut anywhere' '
	record $c1 p >in &&
	perl -e "
		undef \$/;
		open my \$in, q(<), q(in) or die;
		my \$text = <\$in>;
		for my \$i (0 .. length(\$text) - 2) {
			open my \$out, q(>), sprintf(q(bad/cut-%04d.json), \$i) or die;
			print \$out substr(\$text, 0, \$i);
		}
	" &&
	ls bad >names &&
	# the last one only lacks its newline
	rm "bad/$(tail -n 1 names)" &&
	test_expect_code 1 git perf collect bad >out 2>err &&
	grep "^0 collected, 0 present before, 0 revoked, $(($(wc -l <names) - 1)) refused" out &&
	rm bad/*
'

test_done
