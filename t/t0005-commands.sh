#!/bin/sh

test_description='a command is whole: code, manual, test, completion, keys'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

DOCS=$TOP/Documentation

# each <function>: call it with the name of every command
each () {
	test_line_count -gt 5 names &&
	while read -r name
	do
		"$@" "$name" </dev/null || {
			echo "command: $name" >&4
			return 1
		}
	done <names
}

# section <title> <page>: what stands under it, its subsections included
section () {
	awk -v title="== $1" '
	/^== / { inside = $0 == title; next }
	inside' "$2"
}

test_lazy_prereq BASH 'bash -c "test \${BASH_VERSINFO[0]} -ge 4"'

test_expect_success 'commands.def has one line for each command' '
	sed -n "s/^CMD(\"\([a-z-]*\)\".*/\1/p" "$TOP/cmd/commands.def" >names &&
	grep -c "^CMD(" "$TOP/cmd/commands.def" >count &&
	test_line_count = "$(cat count)" names &&
	LC_ALL=C sort -u names >sorted &&
	test_cmp sorted names
'

has_code () {
	test_path_is_file "$TOP/cmd/$1.c" &&
	grep "^CMD(\"$1\", cmd_$1, \"\(main\|plumbing\)\", .*, \"[A-Z].*[^.]\")$" \
		"$TOP/cmd/commands.def" &&
	grep "^int cmd_$1(" "$TOP/cmd/$1.c"
}

test_expect_success 'each has its file, and each file of a command its line' '
	each has_code &&
	for file in "$TOP"/cmd/*.c
	do
		name=$(basename "$file" .c) &&
		case $name in
		deliver|dry_run|git-perf|openmetrics|opt|page|rebalance|start|ui|watch) ;;
		*) grep -x "$name" names || return 1 ;;
		esac
	done
'

# The five that stand first, and the others in their order
has_sections () {
	page=$DOCS/git-perf${1:+-$1}.adoc &&
	sed -n "s/^== //p" "$page" >got &&
	printf "%s\n" NAME SYNOPSIS DESCRIPTION OPTIONS OUTPUT CONFIGURATION \
		EXAMPLES "EXIT STATUS" FILES "SEE ALSO" "GIT PERF" >all &&
	grep -v -e "^CONFIGURATION\$" -e "^FILES\$" all >required &&
	grep -x -F -f got all >want &&
	test_cmp want got &&
	grep -x -F -f required got >present &&
	test_cmp required present &&
	echo "= git-perf${1:+-$1}(1)" >want &&
	head -n 1 "$page" >got &&
	test_cmp want got
}

test_expect_success 'each has a manual page with the right sections' '
	each has_sections &&
	has_sections ""
'

test_expect_success 'no page is of no command' '
	for page in "$DOCS"/git-perf-*.adoc
	do
		name=$(basename "$page" .adoc) &&
		grep -x "${name#git-perf-}" names || return 1
	done
'

# NAME is what "git perf help" says of it
has_name () {
	summary=$(sed -n "s/^CMD(\"$1\",.*, \"\(.*\)\")\$/\1/p" \
		"$TOP/cmd/commands.def") &&
	rest=${summary#?} &&
	first=$(echo "${summary%"$rest"}" | tr "[:upper:]" "[:lower:]") &&
	echo "git-perf-$1 - $first$rest" >want &&
	section NAME "$DOCS/git-perf-$1.adoc" | grep . >got &&
	test_cmp want got &&
	echo "*git-perf-$1*(1):: $summary." >want &&
	grep -x -F -f want "$DOCS/git-perf.adoc"
}

test_expect_success 'it has one summary, wherever that stands' '
	each has_name
'

# In a manual, the synopsis is a literal paragraph, indented by a blank
has_synopsis () {
	test_expect_code 129 git perf "$1" -h >help 2>err &&
	test_must_be_empty err &&
	sed -e "/^\$/,\$d" -e "s/^usage: //" -e "s/^   or: //" help >want &&
	test -s want &&
	section SYNOPSIS "$DOCS/git-perf-$1.adoc" | sed -n "s/^ //p" >got &&
	test_cmp want got
}

test_expect_success '-h prints the SYNOPSIS, exits with 129, needs no repository' '
	test_must_fail git rev-parse --git-dir &&
	each has_synopsis &&
	git perf help | sed -n "s/^usage: //p" >want &&
	section SYNOPSIS "$DOCS/git-perf.adoc" | sed -n "s/^ //p" >got &&
	test_cmp want got
'

test_expect_success '-h is never the value of an option' '
	test_expect_code 129 git perf log -m -h >actual &&
	grep "^usage: git perf log" actual &&
	test_expect_code 129 git perf run --reason --help -- true >actual &&
	grep "^usage: git perf run" actual
'

# "-p, --platform=<name>  text" is documented as "-p <name>" and
# "--platform=<name>"
has_options () {
	test_expect_code 129 git perf "$1" -h >help &&
	awk "
	/^    -/ {
		sub(/^    /, \"\")
		sub(/  .*/, \"\")
		if (match(\$0, /, /)) {
			value = \$0
			if (!sub(/^[^=]*=/, \" \", value))
				value = \"\"
			print substr(\$0, 1, RSTART - 1) value
			print substr(\$0, RSTART + 2)
		} else {
			print
		}
	}" help | LC_ALL=C sort >want &&
	section OPTIONS "$DOCS/git-perf-$1.adoc" |
	sed -n "s/^\`\(-.*\)\`::\$/\1/p" | LC_ALL=C sort >got &&
	test_cmp want got
}

test_expect_success 'OPTIONS has every option, and no other' '
	each has_options
'

has_test () {
	grep -l -E "git( -C [^ ]+)? perf $1( |\$)" \
		"$TEST_DIRECTORY"/t[0-8]*.sh >tests || :
	# this script names every command, but looks into help alone
	test "$1" = help || sed -i -e "/t0005-/d" tests
	test -s tests
}

test_expect_success 'some test names it' '
	each has_test
'

test_expect_success 'an unknown command is wrong usage' '
	test_expect_code 129 git perf nonsense 2>err &&
	test_grep "^hint: " err &&
	test_expect_code 129 git perf pul 2>err &&
	test_grep "did you mean .git perf p" err &&
	test_expect_code 129 git perf pull 2>err &&
	test_grep "did you mean .git perf fetch.?" err &&
	test_expect_code 129 git perf help nonsense &&
	test_expect_code 129 git perf
'

test_expect_success 'help opens the pages of commands and of formats' '
	mkdir -p fake && test_when_finished "rm -r fake" &&
	printf "#!/bin/sh\necho \"\$*\"\n" >fake/man && chmod +x fake/man &&
	for name in log suite gitperf-suite record sharing queue gitperf-queue workers
	do
		PATH=$PWD/fake:$PATH git perf help $name || return 1
	done | sed -e "s/.*\///" -e "s/\.[157]\$//" >actual &&
	printf "%s\n" git-perf-log gitperf-suite gitperf-suite gitperf-record gitperf-sharing \
		git-perf-queue gitperf-queue gitperf-workers >expected &&
	test_cmp expected actual
'

test_expect_success 'a number that is none is refused by its name' '
	git init -q numbers && test_when_finished "rm -rf numbers" &&
	test_expect_code 129 git -C numbers perf run --iterations=abc -- true 2>err &&
	test_grep "iterations takes a whole number, not .abc" err
'

complete_with () {
	bash -c "
	. \"\$TOP/cmd/completion/git-perf.bash\"
	COMP_WORDS=(git-perf \"\$@\") COMP_CWORD=\$# COMPREPLY=()
	_git_perf_alone
	printf \"%s\\n\" \"\${COMPREPLY[@]}\"
	" bash "$@"
}

offers_options () {
	complete_with "$1" - | sed "s/ *\$//" >offered &&
	section OPTIONS "$DOCS/git-perf-$1.adoc" |
	sed -n "s/^\`\(-[^][ =]*\).*\`::\$/\1/p" >want &&
	while read -r option
	do
		grep -e "^$option\(=.*\)\{0,1\}\$" offered || return 1
	done <want
}

test_expect_success BASH 'completion offers every command' '
	complete_with "" | sed "s/ *\$//" | LC_ALL=C sort >got &&
	test_cmp names got &&
	complete_with lo >got &&
	echo "log " >want &&
	test_cmp want got
'

test_expect_success BASH 'completion offers every option' '
	each offers_options
'

test_expect_success BASH 'completion offers what can be done with hooks' '
	complete_with hook "" | sed "s/ *\$//" >got &&
	printf "%s\n" install status uninstall | test_cmp - got
'

test_expect_success BASH 'completion offers what workers can be told, and their names' '
	complete_with worker "" | sed "s/ *\$//" >got &&
	printf "%s\n" add drain list pause resume retire | test_cmp - got &&
	git init -q repo && test_when_finished "rm -rf repo" &&
	(
		cd repo &&
		git perf worker add -p x box-1 box-2 slow >out &&
		complete_with worker pause b >got &&
		printf "%s \n" box-1 box-2 | test_cmp - got
	)
'

test_expect_success BASH 'completion offers platforms, records and benchmarks' '
	test_when_finished "rm -rf repo" &&
	git init -q repo &&
	(
		cd repo &&
		test_commit one &&
		for platform in x86-64-linux aarch64-macos
		do
			printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"benchmarks\":[{%s}]}\n" \
				"$(git rev-parse HEAD)" "$platform" \
				"\"name\":\"sort\",\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]"
		done | git perf append &&
		complete_with log --platform = "" >got &&
		printf "%s \n" aarch64-macos x86-64-linux >want &&
		test_cmp want got &&
		complete_with ls -p aa >got &&
		echo "aarch64-macos " >want &&
		test_cmp want got &&
		complete_with log -- "" >got &&
		echo "sort " >want &&
		test_cmp want got &&
		id=$(git perf ls -p x86-64-linux | cut -f3) &&
		complete_with cat "$(echo "$id" | cut -c1-5)" >got &&
		echo "$id " >want &&
		test_cmp want got &&
		cat >.gitperf <<-\END &&
		[benchmark "sort"]
			command = true
			tags = fast, disk
		[benchmark "search"]
			command = true
			tags = fast
		END
		complete_with run "" | sed "s/ *\$//" >got &&
		printf "%s\n" search sort tag:disk tag:fast >want &&
		test_cmp want got &&
		complete_with run --base = on >got &&
		echo "one " >want &&
		test_cmp want got &&
		rm .gitperf &&
		complete_with show on >got &&
		echo "one " >want &&
		test_cmp want got
	)
'

keys_in_code () {
	{
		grep -h -o -E "\"(perf|core|color|user|extensions|safe)\.[A-Za-z]+\"" \
			"$TOP"/lib/*/*.c "$TOP"/cmd/*.c &&
		cat "$TOP"/lib/*/*.c "$TOP"/cmd/*.c | tr "\n" " " |
		grep -o -E "config_[a-z]+\([^;()]*\"[A-Za-z]+\.[A-Za-z.]+\"" |
		grep -o -E "\"[^\"]+\"\$"
	} | tr -d "\"" | tr "[:upper:]" "[:lower:]" | LC_ALL=C sort -u
}

test_expect_success 'every key of the configuration that is read is documented' '
	keys_in_code >want &&
	test_line_count -gt 10 want &&
	sed -n "s/^\([a-z]*\.[A-Za-z]*\)::\$/\1/p" "$DOCS/config/perf.adoc" |
	tr A-Z a-z | LC_ALL=C sort >got &&
	test_cmp want got
'

test_expect_success 'every page that is referred to is there' '
	grep -h -o "\*git-\{0,1\}perf[a-z-]*\*([157])" "$DOCS"/*.adoc \
		"$DOCS"/*/*.adoc | LC_ALL=C sort -u | tr -d "*" >pages &&
	test_line_count -gt 10 pages &&
	while read -r page
	do
		file=$DOCS/${page%(*}.adoc &&
		echo "= $page" >want &&
		head -n 1 "$file" >got &&
		test_cmp want got || return 1
	done <pages
'

test_expect_success 'git-perf(1) has every exit status' '
	sed -n "s/^	EXIT_[A-Z_]* = \([0-9]*\).*/\1/p" "$TOP/cmd/cmd.h" >want &&
	test_line_count = 6 want &&
	section "EXIT STATUS" "$DOCS/git-perf.adoc" |
	sed -n "s/^\([0-9]*\)::\$/\1/p" >got &&
	test_cmp want got
'

test_expect_success 'git-perf-log(1) has every field of its output' '
	test_when_finished "rm -rf repo" &&
	git init -q repo &&
	(
		cd repo &&
		for n in 1 2
		do
			test_commit $n &&
			printf "{\"commit\":\"%s\",\"platform\":\"x\",\"benchmarks\":[{%s}]}\n" \
				"$(git rev-parse HEAD)" \
				"\"name\":\"sort\",\"metrics\":[{\"name\":\"wall\",\"samples\":[$n]}]" |
			git perf append -q || return 1
		done &&
		section OUTPUT "$DOCS/git-perf-log.adoc" >page &&
		git perf log --json | grep -o "\"[a-z_]*\":" | tr -d "\":" |
		sort -u >members &&
		test_line_count -gt 20 members &&
		while read -r member
		do
			test_grep -F "\`$member\`" page || return 1
		done <members &&
		git perf log --porcelain=v1 | head -n 1 | tr "\t" "\n" | wc -l >got &&
		grep -c "^\. " page >want &&
		test "$(cat want)" -eq "$(cat got)"
	)
'

test_expect_success 'git-perf-collect(1) has every member of its output' '
	test_when_finished "rm -rf repo" &&
	git init -q repo &&
	echo "{}" >repo/bad.json &&
	section OUTPUT "$DOCS/git-perf-collect.adoc" >page &&
	test_expect_code 1 git -C repo perf collect --json bad.json >json &&
	grep -o "\"[a-z_]*\":" json | tr -d "\":" | sort -u >members &&
	test_line_count -gt 15 members &&
	while read -r member
	do
		test_grep -F "\`$member\`" page || return 1
	done <members
'

test_expect_success 'every fault point is explained' '
	sed -n "s/^FAULT(.*, \"\(.*\)\")\$/\1/p" "$TOP/lib/base/fault.def" >points &&
	test_line_count -gt 10 points &&
	while read -r point
	do
		grep "^| \`$point\` |" "$DOCS"/technical/*.adoc || return 1
	done <points &&
	cat "$DOCS"/technical/*.adoc | grep "^| \`[a-z]*[.][a-z-]*\` |" >got &&
	test_line_count = "$(wc -l <got)" points
'

test_expect_success 'the table of rooms is that of lib/ROOMS' '
	sed -e "s/#.*//" -e "/^\$/d" -e "s/: */ /" -e "s/ *\$//" "$TOP/lib/ROOMS" |
	LC_ALL=C sort >want &&
	awk -F " [|] " "
	/^=== / || /^== / { inside = /A folder is a room/ }
	inside && /^\| \`/ {
		gsub(/[|\`]/, \"\", \$1)
		gsub(/\`/, \"\", \$3)
		sub(/^nothing\$/, \"\", \$3)
		print \$1 (\$3 == \"\" ? \"\" : \" \") \$3
	}" "$DOCS/technical/rooms.adoc" | sed "s/^ *//" | LC_ALL=C sort >got &&
	test_cmp want got
'

test_expect_success ASCIIDOCTOR 'the manuals build without a warning' '
	asciidoctor -b manpage --failure-level=WARN -D man \
		"$DOCS"/git-perf*.adoc "$DOCS"/gitperf-*.adoc &&
	for page in "$DOCS"/git-perf*.adoc "$DOCS"/gitperf-*.adoc
	do
		title=$(sed -n "1s/^= \(.*\)(\([157]\))\$/\1.\2/p" "$page") &&
		test -s "man/$title" || return 1
	done &&
	asciidoctor -b html5 --failure-level=WARN -D html "$DOCS"/technical/*.adoc
'

test_done
