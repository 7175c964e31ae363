#!/bin/sh

test_description='suites: the syntax of git, and the meaning of keys'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

DOCS=$TOP/Documentation

# --- Syntax: git is the oracle ---

# same_as_git <file>: the same entries in the same order, or both refuse it
same_as_git () {
	if git config -f "$1" --list -z >want 2>/dev/null
	then
		test-gitperf config "$1" >got &&
		test_cmp want got
	else
		test_expect_code 128 test-gitperf config "$1" 2>err &&
		test_grep "^error: EFORMAT: '$1' line [1-9]" err &&
		test_grep "^hint: ." err
	fi
}

# Each line is a file, written as for printf(1).
cat >files <<'END'

\n
\n\n# only a comment
; another
#
[a]
[a]\n
[a]\nb=c
[a]\nb=c\n
[a]b=c\n[d]e=f
[a] b = c # no\n
[A]\nB=C\n
[a-b]\nc-d=1\n
[a "B"]\nc=d\n
[A "b.C"]\nc=d\n
[a.B]\nc=d\n
[a.b.c]\nd=e\n
[a.b "c"]\nd=e\n
[a.]\nb=c\n
[.a]\nb=c\n
[]\nb=c\n
[ "a"]\nb=c\n
[a\t"b"]\nc=d\n
[a    "b"]\nc=d\n
[a "b" ]\nc=d\n
[a ]\nb=c\n
[a "b"\nc=d\n
[a "b\n"]\nc=d\n
[a "b\\"c\\\\d\\e"]\nf=g\n
[a "b\\\n"]\nc=d\n
[a ""]\nb=c\n
[a "  "]\nb=c\n
[a_b]\nc=d\n
[a
[a\nb=c\n
[a b]\nc=d\n
a=b\n
a\n
[a]\nb\n
[a]\nb\nc
[a]\nb   \n
[a]\nb # comment\n
[a]\nb;c\n
[a]\nb c\n
[a]\nb c = d\n
[a]\nb_c = d\n
[a]\n1b = c\n
[a]\nb1 = c\n
[a]\n-b = c\n
[a]\nb- = c\n
[a]\n= c\n
[a]\nb =\n
[a]\nb =
[a]\nb ==c\n
[a]\nb = c = d\n
[a]\nb\t=\tc\n
[a]\nb = c d  e   f\n
[a]\nb =    c   \n
[a]\nb = "  c  "\n
[a]\nb = "  c  "   \n
[a]\nb = c "  "\n
[a]\nb = "" c\n
[a]\nb = c ""\n
[a]\nb = c""d\n
[a]\nb = ""\n
[a]\nb = "c" "d"\n
[a]\nb = "c\n
[a]\nb = "c
[a]\nb = c"\n
[a]\nb = "c # d ; e"\n
[a]\nb = c # d\n
[a]\nb = c#d\n
[a]\nb = c;d\n
[a]\nb = # c\n
[a]\nb = "c" # "d\n
[a]\nb = c \\"d\\" e\n
[a]\nb = c\\\\d\n
[a]\nb = c\\nd\\te\\bf\n
[a]\nb = c\\qd\n
[a]\nb = c\\'d\n
[a]\nb = c\\ d\n
[a]\nb = c\\
[a]\nb = c\\\n
[a]\nb = c\\\nd\n
[a]\nb = c \\\n   d\n
[a]\nb = c \\\n   \n
[a]\nb = \\\n\\\nc\n
[a]\nb = "c\\\nd"\n
[a]\nb = "c\\\n  d" e\n
[a]\nb = c # d \\\ne = f\n
[a]\nb = c \\\n# d\ne = f\n
[a]\nb = \\\n[c]\n
[a]\nb = c\\#d\n
[a]\nb = 'c # d'\n
[a]\nb = `c $d`\n
[a]\r\nb = c\r\n
[a]\r\nb = c\\\r\nd\r\n
[a]\r\nb\r\n
[a]\r\nb = "c"\r\n# d\r\n
[a]\nb = c\r
[a]\nb\r\nc = d\r
[a "b"]\r\nc = d\r\n
\r[a]\nb = c\n
\357\273\277[a]\nb = c\n
\357\273\277
\357\273\277\357\273\277[a]\n
\357\273[a]\nb = c\n
 \357\273\277[a]\n
[a]\nb = \303\244\342\202\254\360\237\230\200\n
[\303\244]\nb = c\n
[a "\303\244"]\nb = c\n
[a]\n\303\244 = c\n
[a]\n\n\n\n   b = c\n\n\n
   [a]   \n   b   =   c   \n
\t[a]\n\tb = c\n
[a]\nb = 1\nb = 2\nB = 3\n[a]\nb = 4\n
[a][b][c]\nd = e\n
[a]]\nb = c\n
[[a]]\nb = c\n
[a]\n[b\n
[a]\nb = c\n!\n
[a]\n"b" = c\n
[a]\n\vb = c\n
[a]\nb = c\vd\n
[a]\nb = \vc\n
[include]\npath = files\n
[includeIf "gitdir:/"]\npath = files\n
END

test_expect_success 'entries are what git says they are, or git refuses the file, too' '
	n=0 &&
	while IFS= read -r text
	do
		n=$((n + 1)) &&
		printf "$text" >file &&
		same_as_git file || {
			echo "line $n: $text" >&4
			return 1
		}
	done <files &&
	test $n -gt 110
'

# git before 2.45 makes every blank in the middle of a value a space.
test_expect_success 'tabs within a value are kept' '
	printf "[a]\nb = c\td \t e\t\n" >file &&
	test-gitperf config file | tr "\0" "\n" >got &&
	printf "a.b\nc\td \t e\n" >want &&
	test_cmp want got &&
	git config -f file --list -z | tr "\0\t" "\n " >want &&
	tr "\t" " " <got >spaces &&
	test_cmp want spaces
'

# From characters that mean something, in an order that means nothing.
test_expect_success 'so it is with what nobody would write' '
	awk "BEGIN {
		srand(7)
		n = split(\"[ ] = \\\" \\\\ # ; a b . - 1\", c, \" \")
		c[++n] = \"\\n\"; c[++n] = \"\\n\"; c[++n] = \" \"
		c[++n] = \"[s]\\n\"; c[++n] = \"k = \"; c[++n] = \"\\\\\\n\"; c[++n] = \"\\r\\n\"
		for (i = 0; i < 200; i++) {
			file = \"random\" i
			if (i % 2)
				printf \"[s \\\"t\\\"]\\nk = \" >file
			for (j = 0; j < 12; j++)
				printf \"%s\", c[int(rand() * n) + 1] >file
			close(file)
		}
	}" &&
	accepted=0 &&
	for file in random*
	do
		same_as_git "$file" || {
			cat "$file" >&4
			return 1
		}
		test ! -s want || accepted=$((accepted + 1))
	done &&
	test $accepted -gt 30 &&
	test $accepted -lt 170
'

# refuse_config <file> <message>
refuse_config () {
	test_expect_code 128 test-gitperf config "$1" >out 2>err &&
	test_must_be_empty out &&
	test_grep -F "'$1' line $2" err &&
	test_grep "^hint: ." err
}

test_expect_success 'NUL and what is not UTF-8 are refused, with the line' '
	printf "[a]\nb = c\0d\n" >file &&
	refuse_config file "2: a NUL" &&
	printf "[a]\n\n# \0\n" >file &&
	refuse_config file "3: a NUL" &&
	for bytes in "\377" "\303" "\300\200" "\355\240\200" "\364\220\200\200" "\200"
	do
		printf "[a]\nb = c\n# $bytes\n" >file &&
		refuse_config file "3: not valid UTF-8" || return 1
	done
'

test_expect_success 'a mistake is named with its line' '
	printf "[a]\nb = c\\\\\nd \\\\q\n" >file &&
	refuse_config file "3: a backslash" &&
	printf "[a]\nb = c\nd = \"e\nf = g\n" >file &&
	refuse_config file "3: a quote" &&
	printf "[a]\nb\n\nc d\n" >file &&
	refuse_config file "4: no" &&
	printf "[a]\n\n[b\n" >file &&
	refuse_config file "3: this is not the header" &&
	printf "[a]\r\nb = c\r\n?\r\n" >file &&
	refuse_config file "3: neither a section" &&
	printf "[a]\nb = \"c\n" >file &&
	refuse_config file "2: a quote"
'

test_expect_success 'there are limits' '
	awk "BEGIN { print \"[a]\"; for (i = 0; i < 100001; i++) print \"b\" }" >file &&
	refuse_config file "100001: too many entries" &&
	awk "BEGIN { for (i = 0; i < 16384; i++) printf \"# %061d\\n\", i }" >file &&
	printf "#" >>file &&
	test_expect_code 128 test-gitperf suite file 2>err &&
	test_grep "file. is larger than 1048576 bytes" err
'

# --- Keys ---

test_expect_success 'every key is understood' '
	cat >file <<-\END &&
	[suite]
		fetch = ./fetch
		fetchInput = Cargo.lock
		fetchInput = a/b c
		build = make -j2
		setup = ./setup
		teardown = ./teardown | cat
		buildTimeout = 2h
		iterations = 7
		warmup = 0
		timeout = 500ms
		precision = 1%
		maxTime = 90
		counter = callgrind
		aslr = false
		cpus = 0-3,6
		priority = -5
	[benchmark "sort"]
		command = ./sort --size={size} {kind}
		params = size=10 kind='\''quite random'\''
		params = kind=\"sorted\" size=1\\ 000
		input = words.txt
		input = data/
		depends = src
		depends = a/b c
		epoch = 2
		workload = sorting
		directory = bench/sort
		format = google-benchmark
		results = out.json
		tags = fast  nightly
		tags = cpu fast
		tier = secondary
		counter = none
		iterations = 3
		warmup = 2
		timeout = 1.5m
		precision = 0.025
		maxTime = 30s
	[Benchmark "all.defaults"]
		command = true
	[metric "sort.latency.p99"]
		unit = ms
		better = lower
		limit = 500
	[metric "all.defaults.rate"]
		better = higher
	[metric "all.rate"]
		unit = req/s
		limit = 1e3
	[metric "max_rss"]
		limit = 2.5 MiB
	[platform "x"]
		required = false
	[policy]
		plan = every
	END
	cat >want <<-\END &&
	  fetch ./fetch (7200000 ms)
	  fetchInput Cargo.lock
	  fetchInput a/b c
	  build make -j2 (7200000 ms)
	  setup ./setup (7200000 ms)
	  teardown ./teardown | cat (7200000 ms)
	  cpus 0-3,6
	  no aslr
	  priority -5
	benchmark sort, line 18, secondary
	  command ./sort --size={size} {kind}
	  directory bench/sort
	  params kind=[quite random] size=[10]
	  params kind=[sorted] size=[1 000]
	  input words.txt
	  input data/
	  depends src
	  depends a/b c
	  tag fast
	  tag nightly
	  tag cpu
	  epoch 2
	  workload sorting
	  format google-benchmark
	  results out.json
	  sampling 3+2, 90000 ms, 0.025 in 30000 ms
	benchmark all.defaults, line 40, primary, callgrind
	  command true
	  params
	  sampling 7+0, 500 ms, 0.01 in 90000 ms
	metric latency.p99 of sort: ms lower <=> 500000000
	metric rate of all.defaults: higher
	metric all.rate of all: req/s <=> 1000
	metric max_rss of all: <=> 2621440
	END
	test-gitperf suite file >got &&
	echo "suite $(git hash-object --stdin <file)" >head &&
	sed -n 1p got >first &&
	test_cmp head first &&
	sed 1d got >rest &&
	test_cmp want rest
'

test_expect_success 'what is not said has its default' '
	printf "[benchmark \"b\"]\ncommand = true\n[suite]\nbuild = make\n" >file &&
	test-gitperf suite file >got &&
	test_grep "^  sampling 5+1, 1800000 ms, 0 in 60000 ms\$" got &&
	test_grep "^  build make (3600000 ms)\$" got &&
	test_grep ! aslr got &&
	>file &&
	test-gitperf suite file >got &&
	test_line_count = 1 got
'

test_expect_success 'the last value counts, and sections of one name are one' '
	cat >file <<-\END &&
	[benchmark "b"]
		command = first
		input = one
		tier = experimental
	[benchmark "c"]
		command = c
	[suite]
		iterations = 3
		iterations = 4
	[benchmark "b"]
		command = second
		input = two
	[benchmark "c"]
		precision = 0
	[suite]
		precision = 5%
	[metric "m"]
		unit = ms
	[metric "m"]
		better = none
	END
	cat >want <<-\END &&
	benchmark b, line 1, experimental
	  command second
	  params
	  input one
	  input two
	  sampling 4+1, 1800000 ms, 0.05 in 60000 ms
	benchmark c, line 5, primary
	  command c
	  params
	  sampling 4+1, 1800000 ms, 0 in 60000 ms
	metric m of all: ms none
	END
	test-gitperf suite file | sed 1d >got &&
	test_cmp want got
'

# refused <message> [<hint>]: the suite on standard input is, in these words
refused () {
	cat >file &&
	git config -f file --list >/dev/null &&
	test_expect_code 128 test-gitperf suite file >out 2>err &&
	test_must_be_empty out &&
	test_grep -F "error: EFORMAT: 'file' line $1" err &&
	test_grep "^hint: .*$2" err
}

test_expect_success 'what nobody knows is refused, and the nearest word is offered' '
	printf "[suite]\n\n\titterations = 3\n" |
	refused "3: unknown key '\''itterations'\'' in [suite]" "did you mean '\''iterations'\''?" &&
	printf "[suite]\nbuildTimeuot = 3\n" | refused "2: unknown key" "did you mean '\''buildTimeout'\''?" &&
	printf "[suite]\ncolour = red\n" | refused "2: unknown key" "the keys are: fetch, .*priority" &&
	printf "[suite]\ncommand = x\n" | refused "2: unknown key '\''command'\''" &&
	printf "[benchmark \"b\"]\ncomand = x\n" | refused "2: unknown key" "command" &&
	printf "[metric \"b\"]\nunits = x\n" | refused "2: unknown key" "unit" &&
	printf "[benchmarks \"b\"]\ncommand = x\n" |
	refused "1: unknown section [benchmarks]" "did you mean '\''benchmark'\''?" &&
	printf "[core]\nbare = true\n" | refused "1: unknown section" "suite, benchmark, metric, platform, policy" &&
	printf "[include]\npath = other\n" | refused "1: a suite cannot include" "into this file" &&
	printf "[includeIf \"gitdir:/x\"]\npath = other\n" | refused "1: a suite cannot include" &&
	printf "iterations = 3\n" | refused "1: '\''iterations'\'' stands before the first section"
'

test_expect_success 'sections have names, or none' '
	printf "[suite \"x\"]\niterations = 3\n" | refused "1: [suite]" &&
	printf "[benchmark]\ncommand = x\n" | refused "1: [benchmark] needs a name" &&
	printf "[metric]\nunit = x\n" | refused "1: [metric] needs a name" &&
	printf "[benchmark \"\"]\ncommand = x\n" | refused "1: the name of a [benchmark]" &&
	printf "[benchmark \"a\tb\"]\ncommand = x\n" | refused "1: the name of a [benchmark]" &&
	printf "[benchmark \"%0257d\"]\ncommand = x\n" 1 | refused "1: the name of a [benchmark]" &&
	printf "[benchmark \"tag:x\"]\ncommand = x\n" | refused "1: a benchmark" "" &&
	printf "[benchmark.Old]\ncommand = x\n" >file &&
	test-gitperf suite file >got &&
	test_grep "^benchmark old, line 1," got
'

# Each line: section, key and value, what is said of it. The command makes
# benchmarks whole; it stands behind, on lines of its own.
cat >values <<'END'
suite|iterations = 0|whole number from 1 to 100000
suite|iterations = 100001|whole number
suite|iterations = 2.5|whole number
suite|iterations = -1|whole number
suite|iterations = 5x|whole number
suite|iterations = 007|whole number
suite|iterations =|'iterations' says nothing
suite|iterations|'iterations' says nothing
suite|warmup = -1|from 0 to
suite|timeout = 0|time from 1ms to 1000h
suite|timeout = 1001h|time from
suite|timeout = 0.1ms|time from
suite|timeout = 5d|time from
suite|timeout = 5 m|time from
suite|timeout = m|time from
suite|timeout = -5s|time from
suite|timeout = 1e300h|time from
suite|buildTimeout = x|time from
suite|maxTime = 9e9|time from
suite|precision = 100%|part below 1
suite|precision = 1|part below 1
suite|precision = -1%|part below 1
suite|precision = 1%%|part below 1
suite|precision = much|part below 1
suite|counter = perf|must be one of none, callgrind
suite|aslr = maybe|true or false
suite|cpus = a|processors
suite|cpus = 1-|processors
suite|cpus = 3-1|processors
suite|cpus = 1,|processors
suite|cpus = ,1|processors
suite|cpus = 8192|processors
suite|cpus = 0-8192,1|processors
suite|cpus = 0,|processors
suite|cpus = 99999999999999999999|processors
suite|cpus = -1|processors
suite|priority = 20|from -20 to 19
suite|priority = -21|from -20 to 19
suite|build =|says nothing
suite|build = "a\bb"|control characters
suite|build = echo 'a|a quote without its end
suite|build = ''|no word that names a program
suite|fetchInput = /etc/passwd|leads out of the repository
suite|fetchInput = ..|leads out of the repository
benchmark "b"|input = ../x|leads out of the repository
benchmark "b"|input = a/../../x|leads out of the repository
benchmark "b"|input = a/..|leads out of the repository
benchmark "b"|input = "a\nb"|without control characters
benchmark "b"|input|says nothing
benchmark "b"|depends = ../x|leads out of the repository
benchmark "b"|depends = /x|leads out of the repository
benchmark "b"|depends =|says nothing
suite|depends = a/..|leads out of the repository
benchmark "b"|directory = /tmp|leads out of the repository
benchmark "b"|results = ../out|leads out of the repository
benchmark "b"|results = out|has results, but no format
benchmark "b"|format = Google Benchmark|the name of a format
benchmark "b"|format = ../x|the name of a format
benchmark "b"|epoch =|says nothing
benchmark "b"|epoch = "a\tb"|without control characters
benchmark "b"|workload = "a\bb"|without control characters
benchmark "b"|tier = main|one of primary, secondary, experimental
benchmark "b"|tags =|says nothing
benchmark "b"|params =|says nothing
benchmark "b"|params|says nothing
benchmark "b"|params = size|'size' is no parameter
benchmark "b"|params = =1|must begin with a letter
benchmark "b"|params = a-b=1|must begin with a letter
benchmark "b"|params = 1a=1|must begin with a letter
benchmark "b"|params = a=|value of 'a' must be
benchmark "b"|params = a="\t"|value of 'a' must be
benchmark "b"|params = 'a=\t'|value of 'a' must be
benchmark "b"|params = a=1 a=2|have the same name
benchmark "b"|params = a=1 A=2|have the same name
benchmark "b"|params = a='1|a quote without its end
benchmark "b"|params = a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=1 k=1 l=1 m=1 n=1 o=1 p=1 q=1|more than 16
metric "m"|better = smaller|one of none, lower, higher
metric "m"|unit =|says nothing
metric "m"|limit = x|number
metric "m"|limit = 3 apples|no unit of time or size
metric "m"|limit = 1e999|too large
metric "wall"|limit = 3MB|a limit in MB for a metric in ns
metric "max_rss"|limit = 3 s|a limit in s for a metric in bytes
END

test_expect_success 'values that cannot be are refused, with file and line' '
	while IFS="|" read -r section entry message
	do
		{
			printf "%s\n" "[$section]" "	$entry" &&
			case $section in
			benchmark*) echo "command = true" ;;
			esac
		} >file &&
		git config -f file --list >/dev/null &&
		test_expect_code 128 test-gitperf suite file >out 2>err &&
		test_grep "EFORMAT: .file. line [12]: .*" err &&
		test_grep -F "$message" err &&
		test_grep "^hint: ." err || {
			echo "$entry" >&4
			return 1
		}
	done <values
'

test_expect_success 'values at the edge are taken' '
	cat >file <<-\END &&
	[suite]
		iterations = 100000
		warmup = 100000
		timeout = 1000h
		maxTime = 1ms
		buildTimeout = 0.001
		precision = 0
		aslr
		cpus = 8191
		priority = 19
		fetchInput = ..a/b../...
		fetchInput = ./x
		counter = none
	[benchmark "b"]
		command = true
		params = _a1=x=y
	END
	test-gitperf suite file >got &&
	test_grep "sampling 100000+100000, 3600000000 ms, 0 in 1 ms" got &&
	test_grep "params _a1=\[x=y\]" got &&
	for yes in true yes on 1 TRUE 7
	do
		printf "[suite]\naslr = $yes\n" >file &&
		test-gitperf suite file >got &&
		test_grep ! aslr got || return 1
	done &&
	for no in false no off 0 "" Off
	do
		printf "[suite]\naslr = $no\n" >file &&
		test-gitperf suite file >got &&
		test_grep "no aslr" got || return 1
	done
'

test_expect_success 'a benchmark needs a command, and parameters that it has' '
	printf "[suite]\n\n[benchmark \"b\"]\n" | refused "3: benchmark '\''b'\'' has no command" "command = " &&
	printf "[benchmark \"b\"]\ncommand = x {n}\nparams = n=1\nparams = n=2\nparams = n=1\n" |
	refused "5: benchmark '\''b'\'' has this set of parameters already, in line 3" &&
	printf "[benchmark \"b\"]\ncommand = x {n}\nparams = n=1 m=2\nparams = m=2\n" |
	refused "2: the command of benchmark '\''b'\'' has {n}, which the parameters '\''m=2 ...'\'' lack" &&
	printf "[benchmark \"b\"]\ncommand = x {n} \$(y {m})\nparams = n=a\nparams = n=1 m='\''a b'\''\n" |
	refused "2: the command of" "every .params" &&
	printf "[benchmark \"b\"]\ncommand = x \$(y {m})\nparams = m='\''a b'\''\n" |
	refused "2: command: '\''a b'\'' cannot be put in for {m}" GIT_PERF_PARAM &&
	printf "[benchmark \"b\"]\ncommand = x {y} {n}\nparams = n=1 m=2\n" |
	refused "2: the command of benchmark '\''b'\'' has {y}, which is none of its parameters" "parameters are: m, n" &&
	printf "[benchmark \"b\"]\ncommand = x '\''{y}'\'' \\\"{y}\\\"\nparams = n=1\n" | refused "2: the command of" "are: n;" &&
	printf "[benchmark \"b\"]\ncommand = x {N}\nparams = n=1\n" | refused "2: the command of" "did you mean {n}" &&
	# what can be something else is left alone
	printf "[benchmark \"b\"]\ncommand = x {1} {,y} '\''{y}'\'' {n} \${m} \\\\\\\\{m}\nparams = n=1\nparams = n=2 m=1\n" >file &&
	test-gitperf suite file &&
	printf "[benchmark \"b\"]\ncommand = \"x \\\"\$(awk '\''{print}'\'' {n})\\\"\"\nparams = n=1\n" >file &&
	test-gitperf suite file &&
	printf "[benchmark \"b\"]\ncommand = x {y}\n" >file &&
	test-gitperf suite file
'

test_expect_success 'what git takes for a comment is not lost from a command' '
	printf "[suite]\n\nbuild = make; make data\n" |
	refused "3: '\''build'\'' ends at a '\'';'\'' or" "double quotes" &&
	printf "[benchmark \"b\"]\ncommand = x#y\n" | refused "2: '\''command'\'' ends at" &&
	printf "[benchmark \"b\"]\ncommand = sh -c '\''./a ; ./b'\''\n" |
	refused "2: command: a quote without its end" "; and # begin a comment" &&
	printf "[benchmark \"b\"]\ncommand = sh -c '\''./a; ./b'\''\n" | refused "2: '\''command'\'' ends" &&
	printf "[benchmark \"b\"]\ncommand = x ; y\n[suite]\nbuild = y;\nfetch = \"z; z\" # z\n" >file &&
	test-gitperf suite file &&
	printf "[benchmark \"b\"]\ncommand = x\n\nformat = values\nresults = ../r\n" |
	refused "5: '\''results'\'' leads out" &&
	printf "[benchmark \"b\"]\ncommand = x\n\nresults = r\n" | refused "4: benchmark"
'

test_expect_success 'there are limits of these, too' '
	awk "BEGIN { print \"[benchmark \\\"b\\\"]\\ncommand = x\"
		for (i = 0; i < 10001; i++) print \"params = n=\" i }" |
	refused "10003: more than 10000 sets" &&
	awk "BEGIN { for (i = 0; i < 10001; i++) print \"[benchmark \\\"\" i \"\\\"]\\ncommand = x\" }" |
	refused "20001: more than 10000 benchmarks" &&
	awk "BEGIN { print \"[benchmark \\\"b\\\"]\\ncommand = x\"
		for (i = 0; i < 101; i++) print \"tags = t\" i }" |
	refused "103: more than 100 tags" &&
	printf "[suite]\nbuild = %08193d\n" 1 | refused "2: '\''build'\'' is longer than 8192"
'

test_expect_success 'a benchmark with a dot in its name has metrics' '
	cat >file <<-\END &&
	[metric "a.b.c"]
		better = lower
	[metric "a.x"]
		better = lower
	[metric "a."]
		better = lower
	[metric ".x"]
		better = lower
	[metric "b.x"]
		better = lower
	[benchmark "a"]
		command = x
	[benchmark "a.b"]
		command = x
	END
	cat >want <<-\END &&
	metric c of a.b: lower
	metric x of a: lower
	metric a. of all: lower
	metric .x of all: lower
	metric b.x of all: lower
	END
	test-gitperf suite file | grep ^metric >got &&
	test_cmp want got
'

# --- The manual ---

# keys_of <section>: as its table in the code has them
keys_of () {
	awk -v table="gitperf_suite__$1_keys" '
	index($0, table) && /\[\]/ { inside = 1 }
	inside && /^\t\{ "/ { gsub(/[",]/, "", $2); print $2 }
	/^\};/ { inside = 0 }' "$TOP"/lib/data/*_keys.c
}

test_expect_success 'the manual has every key, in this order' '
	for section in suite benchmark metric policy platform
	do
		keys_of $section >want &&
		test -s want &&
		awk -v title="=== [$section" "
		/^===* / { inside = index(\$0, title) == 1; next }
		inside && /^\`[a-zA-Z]*\`.*::\$/ { gsub(/\`|::/, \"\"); print \$1 }
		" "$DOCS/gitperf-suite.adoc" >got &&
		test_cmp want got || return 1
	done
'

test_expect_success 'its suites are suites' '
	awk "
	/^\[source,gitperf\]\$/ { marked = FNR; next }
	/^----\$/ && inside { inside = 0; next }
	/^----\$/ && marked == FNR - 1 { inside = 1; n++; next }
	inside { print >(\"manual\" n) }
	" "$DOCS/gitperf-suite.adoc" &&
	ls manual* >list &&
	test_line_count -gt 1 list &&
	while read -r file
	do
		test-gitperf suite "$file" >got &&
		git config -f "$file" --list >/dev/null &&
		test_grep "^benchmark" got || return 1
	done <list
'

test_done
