#!/bin/sh

test_description='commands of suites: the words that a shell would make of them'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

# like_a_shell <command>: the same words; 1 if we leave it to the shell
like_a_shell () {
	if test-gitperf words "$1" >got 2>how
	then
		case $(cat how) in
		words)
			sh -c "printf '%s\n' $1" >want 2>/dev/null &&
			test_cmp want got || return 2
			;;
		shell)
			printf '%s\n' sh -c "$1" | test_cmp - got || return 2
			return 1
			;;
		esac
	else
		test_grep "^error: EINVALID: ." how || return 2
		# a shell refuses it, too, or has nothing to run
		! sh -c ": $1" 2>/dev/null || test -z "$(sh -c "printf %s $1")" || return 2
	fi
}

cat >commands <<'END'
true
a b c
  a   b		c
a 'b c' d
a "b c" d
a b\ c d
a 'b'c"d"e\f
a '' ""
a ''b
a ' ' "	"
a "b'c" 'd"e'
a b\'c b\"c b\\c
a "b\"c" "b\\c" "b\$c" "b\`c" "b\nc" "\'"
a 'b\nc' 'b\'
a '$b' '`c`' '*' '?' '[' '#' '~' '!' '|&;<>()'
a '$b'c"d\$"
a "b|c" "d;e" "f*g" "h#i" "~" "!" "(" "<"
a --size=10 b=c =d e=
./a/b.sh -x --y=z
a {b} {c,d} b{c}d }
a %b ^c @d +e ,f :g -h
a ]b b]
a äöü "€" '😀'
a \ b
a b\
'a b' c
"a" b
\a b
END

test_expect_success 'words are what a shell makes of them' '
	n=0 &&
	while IFS= read -r command
	do
		like_a_shell "$command" || {
			echo "not the same: $command" >&4
			return 1
		}
		n=$((n + 1))
	done <commands &&
	test $n -gt 25 &&
	like_a_shell "a \\
	b" && like_a_shell "a b\\
c"
'

cat >for-shell <<'END'
a | b
a & b
a && b
a; b
a < b
a > b
(a)
a $b
a "$b"
a ${b}
a `b`
a "`b`"
a *
a b?
a [bc]
a # b
a b#c
a ~
a ~/b
! a
a !
A=b c
A='b c' d
A= b
"a=b" c
if true; then a; fi
for i in 1 2; do a; done
while a; do b; done
{ a; }
cd a
export A
exec a
. a
: a
ulimit -c 0
set -x
END

test_expect_success 'what needs a shell is left to one' '
	while IFS= read -r command
	do
		code=0 &&
		{ like_a_shell "$command" || code=$?; } &&
		test $code = 1 || {
			echo "no shell: $command" >&4
			return 1
		}
	done <for-shell &&
	code=0 &&
	{ like_a_shell "a
	b" || code=$?; } &&
	test $code = 1
'

random_commands () {
	awk 'BEGIN {
		srand(11)
		n = split("a b c \047 \047 \" \" \\ = { } - . , % $ ; `", c, " ")
		c[++n] = " "; c[++n] = " "; c[++n] = "\t"; c[++n] = "a "
		for (i = 0; i < 300; i++) {
			s = i % 2 ? "x " : ""
			for (j = 0; j < 9; j++)
				s = s c[int(rand() * n) + 1]
			print s
		}
	}'
}

test_expect_success 'words are what a shell makes of anything' '
	random_commands >random &&
	shells=0 n=0 &&
	while IFS= read -r command
	do
		code=0 &&
		{ like_a_shell "$command" || code=$?; } &&
		if test $code -gt 1
		then
			echo "not the same: $command" >&4
			return 1
		fi &&
		n=$((n + 1)) shells=$((shells + code))
	done <random &&
	test $n = 300 &&
	test $shells -gt 30 &&
	test $shells -lt 270
'

test_expect_success 'what is not a command at all is refused' '
	for command in "" "  " "'\'''\''" "\"\" a" "a '\''" "a \"b" "a | '\''b" "\$x \"b"
	do
		test_expect_code 128 test-gitperf words "$command" 2>err &&
		test_grep EINVALID err || return 1
	done
'

test_expect_success 'parameters become part of a word, and never more' '
	test-gitperf words "a {x} b{x}c \"{x}\" '\''{x}'\'' {y} \${x} \\{x} {x {}" "x=1 2 '\''\"\$" 2>how &&
	test-gitperf words "a {x} b{x}c \"{x}\" '\''{x}'\'' {y} \\{x} {x {}" "x=1 2 '\''\"\$z*" >got 2>how &&
	echo words | test_cmp - how &&
	v="1 2 '\''\"\$z*" &&
	printf "%s\n" a "$v" "b${v}c" "$v" "$v" "{y}" "{x}" "{x" "{}" >want &&
	test_cmp want got
'

# The value, as three programs see it: bare, within a word, in both quotes.
test_expect_success 'a shell gets them in quotes' '
	for v in 10 "a b" "a'\''b" "a\"b" "\$HOME" "\`id\`" "\$(id)" "a\\b" "*" "~" "a;b" "!" "#" "&" \
		"'\'''\''" "\\" "-n" "=" "\"'\''\$\\\`"
	do
		test-gitperf words "printf \"%s\\n\" {x} a{x}b \"c{x}d\" '\''e{x}f'\'' \"\${y}\" # '\'' {x}
			printf \"%s\\n\" \"\${x}\" \\{x} | cat" "x=$v" >words 2>how &&
		echo shell | test_cmp - how &&
		sed 1,2d words >script &&
		x=var y=other sh script >got &&
		printf "%s\n" "$v" "a${v}b" "c${v}d" "e${v}f" other var "{x}" >want &&
		test_cmp want got || {
			echo "value: $v" >&4
			return 1
		}
	done
'

test_expect_success 'within substitutions only what needs no quotes' '
	test-gitperf words "echo \$(seq {n})" n=3 2>how | tail -n 1 >got &&
	echo "echo \$(seq 3)" | test_cmp - got &&
	for command in "echo \$(x {n})" "echo \`x {n}\`" "cat <<E {n}" "echo \${x:-{n}}" "echo \"\$(x {n})\""
	do
		test-gitperf words "$command" n=1.5,x/y &&
		for value in "a b" "" "\$x" "a*" "a=b"
		do
			test_expect_code 128 test-gitperf words "$command" "n=$value" 2>err &&
			test_grep "EINVALID: .* cannot be put in for {n}" err || return 1
		done || return 1
	done
'

test_expect_success 'a command has no more than 128 KiB' '
	long=$(awk "BEGIN { for (i = 0; i < 13000; i++) printf \"0123456789\" }") &&
	test-gitperf words "a {x}" "x=$long" >got &&
	for command in "a {x}{x}" "a \$y {x} {x}"
	do
		test_expect_code 128 test-gitperf words "$command" "x=$long" 2>err &&
		test_grep "more than 131072 bytes" err || return 1
	done
'

test_done
