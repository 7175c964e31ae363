#!/bin/sh

test_description='names from outside: no path, reference or terminal takes them at their word'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up' '
	make_history 3 &&
	record $c1 x86-64-linux | git perf append -q &&
	mkdir files
'

# Platform names as JSON strings, one a line.
cat >platforms <<-END
"../x"
"..\/x"
".."
"."
"./x"
"/x"
"/etc/passwd"
".git"
"a/b"
"a/../b"
"a//b"
"a/"
"a\\\\b"
""
" "
"a b"
" a"
"a "
"a\\nb"
"a\\n"
"\\na"
"a\\tb"
"a\\rb"
"a\\u0001b"
"a\\u001b[31mb"
"a\\u007fb"
"a\\u009b31mb"
"a\\u202eb"
"a\\u2066b"
"a\\u00a0b"
"a\\u200bb"
"caf\\u00e9"
"\\uff41"
"\\ud83d\\ude00"
"X86-64-LINUX"
"x86-64-Linux"
"A"
"-a"
"--help"
"_a"
"+a"
".a"
"a."
"a..b"
"a.lock"
"a.b.lock"
"a:b"
"a*b"
"a?b"
"a[b"
"a~1"
"a^b"
"a@{b"
"@"
"a\$b"
"\$(touch pwned)"
"\`touch pwned\`"
"a;b"
"a|b"
"a&b"
"a<b"
"a%b"
"%s%n"
"a=b"
"a,b"
"a\\"b"
"a'b"
"a#b"
"$(printf '%065d' 0)"
"$(printf '%01024d' 0)"
"$(printf '%03000d' 0)"
END

test_expect_success JQ 'platforms that are no name are refused by append' '
	jq -e . platforms >/dev/null &&
	repository_state >before &&
	while read -r name
	do
		printf "{\"commit\":\"%s\",\"platform\":%s,\"benchmarks\":[{\"name\":\"a\",\"status\":\"failed\"}]}\n" \
			$c1 "$name" >in &&
		test_expect_code 128 git-perf append <in >out 2>err &&
		grep "^error: record 1: platform " err >/dev/null &&
		grep "^hint: " err >/dev/null &&
		test_must_be_empty out &&
		no_control_characters err &&
		perl -ne "die unless utf8::decode(\$_)" err &&
		test $(wc -c <err) -lt 500 || {
			echo "$name"
			cat err
			return 1
		}
	done <platforms &&
	repository_state >after &&
	test_cmp before after &&
	test_path_is_missing pwned
'

test_expect_success 'bidirectional controls do not reach the terminal in messages' '
	printf "{\"commit\":\"%s\",\"platform\":\"a\\\\u202eb\",\"benchmarks\":[]}\n" $c1 >in &&
	must_refuse 128 platform git perf append <in &&
	! grep "$(printf "\342\200\256")" err
'

test_expect_success 'platforms that are no name are refused by collect, as files' '
	n=0 &&
	while read -r name
	do
		n=$((n + 1)) &&
		printf "{\"commit\":\"%s\",\"platform\":%s,\"benchmarks\":[{\"name\":\"a\",\"status\":\"failed\"}]}\n" \
			$c1 "$name" >files/$n.json &&
		printf "{\"version\":2,\"timestamp\":\"2023-11-14T22:00:00Z\",\"commit\":\"%s\",\"host\":{\"os\":\"linux\",\"arch\":%s},\"benchmarks\":[{\"name\":\"a\",\"mean_ms\":1}]}\n" \
			$c1 "$name" >files/arch-$n.json || return 1
	done <platforms &&
	# what may stand at the beginning or in the middle of a name
	{ grep -l "\"arch\":\"\(a\.lock\|a\.b\.lock\|a\.\)\"" files/arch-*.json >allowed || :; } &&
	rm -f $(cat allowed) &&
	ls files >names &&
	repository_state >before &&
	test_expect_code 1 git perf collect files >out 2>err &&
	grep "^0 collected, 0 present before, 0 revoked, $(wc -l <names) refused" out &&
	test "$(grep -c "^hint: " err)" -eq "$(wc -l <names)" &&
	no_control_characters err &&
	repository_state >after &&
	test_cmp before after &&
	rm files/*
'

test_expect_success 'platforms and workers that are no name are refused by run' '
	for name in ../x .git a/b "" "a b" "$(printf "a\nb")" "$(printf "a\033[31mb")" \
		"$(printf "a\302\233b")" "$(printf "a\377")" A a.lock "$(printf "%01024d" 0)"
	do
		must_refuse 128 "platform" git perf run --platform="$name" -- touch ran &&
		must_refuse 128 "worker" git perf run --worker="$name" -- touch ran &&
		{ test -z "$name" || {
			git config perf.platform "$name" &&
			must_refuse 128 "platform" git perf run -- touch ran
			git config --unset perf.platform
		}; } || return 1
	done &&
	test_path_is_missing ran
'

test_expect_success 'names at the limits of what is allowed' '
	test_when_finished forget_branch &&
	for name in a 0 a-b a_b a+b a.b a.b-c.d+e_f 0- x86-64-linux \
		"$(printf "%064d" 0)" con lock x.locked heads.lock.x
	do
		record $c2 "$name" || return 1
	done >in &&
	git perf append -q <in &&
	sed "s/.*\"platform\":\"\([^\"]*\)\".*/\1/" in | sort >expected &&
	git perf ls c2 | cut -f1 | sort >actual &&
	test_cmp expected actual &&
	must_be_sound &&
	git perf log --porcelain=v1 | cut -f1 | sort >actual2 &&
	{ echo x86-64-linux && cat expected; } | sort >expected2 &&
	test_cmp expected2 actual2
'

test_expect_success 'worker names are checked as platforms are' '
	record $c1 p 1 "\"worker\":\"../x\"" >in &&
	must_refuse 128 "worker .*" git perf append <in &&
	record $c1 p 1 "\"worker\":\"\"" >in &&
	must_refuse 128 "worker" git perf append <in
'

test_expect_success JQ 'other names are data: kept, and never taken for anything else' '
	test_when_finished forget_branch &&
	cat >names <<-\END &&
	"../../../etc/passwd"
	"-n"
	"--json"
	"$(touch pwned)"
	"`touch pwned`"
	"a;touch pwned"
	"%s%s%s%n"
	"<script>alert(1)</script>"
	"a'\''b\"c\\d"
	"caf\u00e9 \ud83d\ude00 \u202ebidi\u2066"
	"e\u0301"
	"\u00a0"
	" "
	"HEAD"
	"main"
	"a=b"
	"null"
	"runs/x/00/y.json"
	END
	i=0 &&
	while read -r name
	do
		i=$((i + 1)) &&
		printf "{\"commit\":\"%s\",\"platform\":\"p\",\"config\":{%s:%s},\"benchmarks\":[{\"name\":%s,\"params\":{%s:%s},\"metrics\":[{\"name\":%s,\"unit\":%s,\"better\":\"lower\",\"samples\":[%d]}]}]}\n" \
			$c2 "$name" "$name" "$name" "$name" "$name" "$name" "$name" $i || return 1
	done <names | git perf append >ids &&
	test $(wc -l <ids) = $(wc -l <names) &&
	git perf fsck -q &&
	for id in $(cat ids)
	do
		git perf cat $id | jq -c ".benchmarks[0].name" || return 1
	done >actual &&
	jq -c . names >expected &&
	test_cmp expected actual &&
	git perf log --json c2 | jq -c ".series[] | select(.platform == \"p\") | [.benchmark, .config[.benchmark], .params[.benchmark], .metric, .unit] | unique[]" |
		sort >actual &&
	sort expected | test_cmp - actual &&
	for args in "" "--porcelain=v1" "--json"
	do
		git perf log $args c2 >out &&
		no_control_characters out || return 1
	done &&
	git perf show c2 >out &&
	no_control_characters out &&
	! grep "$(printf "\342\200\256")" out &&
	jq -r . names | while IFS= read -r name
	do
		git perf log --porcelain=v1 c2 -- "$name" >out &&
		test -s out || exit 1
	done &&
	test_path_is_missing pwned
'

test_expect_success 'names on the command line do no harm in messages' '
	esc=$(printf "\033[31m\302\233\342\200\256\377") &&
	for command in "log" "log --platform" "log --metric" "log --" "show" "ls" "cat" \
		"ls --platform" "log --porcelain" "log --color" "run --reason" "help" "append" \
		"--$esc" "log -k" "fsck"
	do
		code=0 &&
		{ git-perf $command "$esc" </dev/null >out 2>err || code=$?; } &&
		test $code != 139 && test $code != 134 &&
		no_control_characters err &&
		no_control_characters out &&
		! grep "$(printf "\342\200\256")" err || {
			echo "$command"
			return 1
		}
	done &&
	test_expect_code 129 git-perf "$esc" 2>err &&
	no_control_characters err &&
	test_expect_code 129 git-perf "$(printf "%05000d" 0)" 2>err &&
	test $(wc -c <err) -lt 1000
'

test_expect_success 'names of references and paths in messages' '
	test_when_finished "git config --unset perf.ref" &&
	git config perf.ref "$(printf "a\033[31mb")" &&
	record $c1 p >in &&
	must_refuse 128 "perf.ref" git perf append <in &&
	mkdir "$(printf "odd\033[31m")" &&
	(
		cd "$(printf "odd\033[31m")" &&
		git init -q --object-format=sha256 . &&
		test_expect_code 128 git perf ls 2>../err
	) &&
	no_control_characters err
'

test_expect_success 'a directory whose name is odd works' '
	for name in "a b" "$(printf "new\nline")" "quo\"te" "caf$(printf "\303\251")" \
		"$(printf "latin\351")" "-dash" "\$HOME"
	do
		git init -q -- "./$name" &&
		(
			cd "./$name" &&
			record $c1 p | git perf append -q &&
			i=0 &&
			while test $i -lt 70
			do
				i=$((i + 1)) &&
				record $c2 p $i || exit 1
			done | git perf append -q &&
			git perf ls >out &&
			test_line_count = 71 out &&
			git perf fsck -q
		) || return 1
	done
'

test_done
