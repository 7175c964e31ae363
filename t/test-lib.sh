# shellcheck shell=sh
#
# The test harness: git's names, TAP on standard output. t/README says how to
# write a test; each function below says what it does.
#
#	#!/bin/sh
#	test_description='what this script proves'
#	. "$(dirname "$0")/test-lib.sh"
#
#	test_expect_success 'a title' '
#		git perf ls >out &&
#		test_must_be_empty out
#	'
#	test_done

TEST_DIRECTORY=${TEST_DIRECTORY:-$(cd "$(dirname "$0")" && pwd)} || exit 1
TOP=$(cd "$TEST_DIRECTORY/.." && pwd) || exit 1

# A hung script is named by prove instead of hanging everything; somebody at
# a terminal can interrupt it.
if test -z "$GIT_PERF_TEST_TIMED" && ! test -t 1 &&
	command -v timeout >/dev/null
then
	GIT_PERF_TEST_TIMED=$$
	export GIT_PERF_TEST_TIMED
	exec timeout -k 10 "${GIT_PERF_TEST_TIMEOUT:-180}" sh "$0" "$@"
fi
unset GIT_PERF_TEST_TIMED

verbose= immediate= keep= trace= long=
for opt in $GIT_PERF_TEST_OPTS "$@"
do
	case $opt in
	-v|--verbose) verbose=t ;;
	-x) verbose=t trace=t ;;
	-i|--immediate) immediate=t ;;
	-d|--debug) keep=t ;;
	--long) long=t ;;
	*)
		echo >&2 "usage: $0 [-v] [-x] [-i] [-d] [--long]"
		exit 129
		;;
	esac
done

# --- The same surroundings everywhere ---

build_dir=${GIT_PERF_BUILD_DIR:-$TOP/$(dirname "$(readlink "$TOP/git-perf")" 2>/dev/null)}
test -f "$build_dir/build-options" || build_dir=$TOP/build/plain
require=$GIT_PERF_TEST_REQUIRE
trash_root=$GIT_PERF_TEST_ROOT

# Nothing of the caller's git, of ours or of a CI system leaks in.
for var in $(env | sed -n \
	-e 's/^\(GIT_[A-Za-z0-9_]*\)=.*/\1/p' \
	-e 's/^\(GIT[HL][UA]B_[A-Za-z0-9_]*\)=.*/\1/p' \
	-e 's/^\(CI_[A-Za-z0-9_]*\)=.*/\1/p')
do
	unset "$var"
done
unset CI CDPATH GREP_OPTIONS LANGUAGE VISUAL MAKEFLAGS MFLAGS MAKELEVEL
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS
unset PREFIX DESTDIR prefix

GIT_PERF_BUILD_DIR=$build_dir
PATH=$build_dir:$build_dir/t/helper:$PATH
LC_ALL=C LANG=C TZ=UTC TERM=dumb PAGER=cat EDITOR=:
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME='A U Thor' GIT_AUTHOR_EMAIL=author@example.com
GIT_COMMITTER_NAME='C O Mitter' GIT_COMMITTER_EMAIL=committer@example.com
# A finding of a sanitizer dies by SIGABRT, which test_must_fail tells from a
# command that fails by intent.
ASAN_OPTIONS=abort_on_error=1:fast_unwind_on_malloc=0:${ASAN_OPTIONS-}
UBSAN_OPTIONS=abort_on_error=1:print_stacktrace=1:${UBSAN_OPTIONS-}
export GIT_PERF_BUILD_DIR TEST_DIRECTORY TOP PATH LC_ALL LANG TZ TERM PAGER
export EDITOR GIT_CONFIG_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
export ASAN_OPTIONS UBSAN_OPTIONS
umask 022

# Where hooks can run, and with room: containers often have a /dev/shm of 64
# MB that is mounted noexec.
usable_root_ () {
	test "$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')" \
		-gt 524288 2>/dev/null || return 1
	TRASH_DIRECTORY=$(mktemp -d "$1/trash-$this_test.XXXXXX") || return 1
	echo '#!/bin/sh' >"$TRASH_DIRECTORY/probe" &&
	chmod +x "$TRASH_DIRECTORY/probe" &&
	"$TRASH_DIRECTORY/probe" 2>/dev/null && rm "$TRASH_DIRECTORY/probe" &&
	return 0
	rm -rf "$TRASH_DIRECTORY"
	return 1
}

this_test=$(basename "$0" .sh)
if ! usable_root_ "${trash_root:-/dev/shm}"
then
	TRASH_DIRECTORY=$(mktemp -d "$TEST_DIRECTORY/trash-$this_test.XXXXXX") ||
	exit 1
fi
# A test may change HOME, what is ours stays where it is.
trash_=$TRASH_DIRECTORY home_=$TRASH_DIRECTORY.home
HOME=$home_
GIT_CEILING_DIRECTORIES=$(dirname "$TRASH_DIRECTORY")
export TRASH_DIRECTORY HOME GIT_CEILING_DIRECTORIES
mkdir "$home_" || exit 1
# What libpcre2 keeps for each thread, and what libgit2 1.5 forgets; the slow
# unwinder finds who called those, which have no frame pointers.
printf 'leak:%s\n' libpcre2 git_repository_set_workdir >"$home_/.lsan" || exit 1
LSAN_OPTIONS=exitcode=134:suppressions=$home_/.lsan:print_suppressions=0
export LSAN_OPTIONS
# Nothing here is worth a "git gc --auto" after each push, nor the process that
# finds so. Scripts that run at the same time need not wait for each other to
# measure.
cat >"$home_/.gitconfig" <<-CONFIG || exit 1
[init]
	defaultBranch = main
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	autogc = false
[perf]
	lockFile = $home_/measuring.lock
CONFIG

# Tests write to 3 and 4, TAP goes to 5, talk with whoever runs this to 6.
exec 3>/dev/null 4>&3 5>&1 6>&2 </dev/null
test -z "$verbose" || exec 3>&6 4>&6

test_count=0 test_failed=0 test_finished= test_atexit_=:
satisfied_=' ' missing_=' ' lazy_=' '

say_ () {
	printf '%s\n' "$*" >&5
}

diag_ () {
	sed 's/^/# /' >&5
}

BUG () {
	echo >&6 "BUG in $0: $*"
	exit 99
}

# --- Prerequisites ---

test_set_prereq () {
	satisfied_="$satisfied_$1 "
}

# test_lazy_prereq NAME 'script': run, in an empty folder, when first asked.
test_lazy_prereq () {
	lazy_="$lazy_$1 "
	eval "lazy_$1_=\$2"
}

# One prerequisite; a missing one that GIT_PERF_TEST_REQUIRE names is an
# assertion that fails, once.
check_prereq_ () {
	case $satisfied_ in *" $1 "*) return 0 ;; esac
	case $missing_ in *" $1 "*) return 1 ;; esac
	case $lazy_ in
	*" $1 "*)
		eval "prereq_script_=\$lazy_$1_"
		mkdir "$home_/prereq" || exit 1
		if (cd "$home_/prereq" && eval "$prereq_script_") \
			>/dev/null 2>&1 </dev/null
		then
			rm -rf "$home_/prereq"
			test_set_prereq "$1"
			return 0
		fi
		rm -rf "$home_/prereq"
		;;
	esac
	missing_="$missing_$1 "
	case " $require " in
	*" $1 "*)
		test_count=$((test_count + 1))
		test_failed=$((test_failed + 1))
		say_ "not ok $test_count - prerequisite $1, which is required"
		;;
	esac
	return 1
}

# test_have_prereq A,!B: true if A is there and B is not.
test_have_prereq () {
	lacking_=
	for prereq_ in $(echo "$1" | tr , ' ')
	do
		case $prereq_ in
		!*) ! check_prereq_ "${prereq_#!}" ;;
		*) check_prereq_ "$prereq_" ;;
		esac || lacking_="$lacking_${lacking_:+,}$prereq_"
	done
	test -z "$lacking_"
}

test -z "$long" || test_set_prereq LONG
test_lazy_prereq NOT_ROOT 'test "$(id -u)" != 0'
test_lazy_prereq ROOT 'test "$(id -u)" = 0'
# On Linux, and built for it: not with PORTABLE=1
test_lazy_prereq LINUX '
	test "$(uname)" = Linux &&
	. "$GIT_PERF_BUILD_DIR/build-options" && test -z "$PORTABLE"
'
test_lazy_prereq JQ 'jq --version'
test_lazy_prereq STRACE 'strace -o log true'
test_lazy_prereq CXX 'c++ --version'
test_lazy_prereq ASCIIDOCTOR 'asciidoctor --version'
test_lazy_prereq SANITIZED '. "$GIT_PERF_BUILD_DIR/build-options" && test -n "$SANITIZE"'

# --- Running tests ---

# test_expect_success [PREREQ] 'title' 'script'
test_expect_success () {
	case $# in
	2) test_prereq= ;;
	3) test_prereq=$1; shift ;;
	*) BUG "test_expect_success takes 2 or 3 arguments, not $#" ;;
	esac
	if test -n "$test_prereq" && ! test_have_prereq "$test_prereq"
	then
		test_count=$((test_count + 1))
		say_ "ok $test_count # SKIP missing $lacking_ ($1)"
		return 0
	fi
	test_count=$((test_count + 1))
	test_running=$1
	test -n "$verbose" || exec 3>"$home_/output" 4>&3
	test -z "$verbose" || printf '\nexpecting success: %s\n' "$1" >&6
	test_run_ "$2"
	test_status=$?
	test_running=
	if test "$test_status" = 0
	then
		say_ "ok $test_count - $1"
		return 0
	fi
	test_failed=$((test_failed + 1))
	say_ "not ok $test_count - $1"
	printf '%s\n' "$2" | diag_
	test -n "$verbose" || tail -n 100 "$home_/output" | diag_
	test -z "$immediate" || test_done
	return 0
}

# A function of its own, so that "return 1" in a script ends just that script.
test_eval_ () {
	eval "$1" >&3 2>&4 </dev/null
}

# The chain is probed first: the 117 must arrive at the end, or an "&&" is
# missing and a failure in the middle would go unnoticed.
test_run_ () {
	test_cleanup=:
	eval "(exit 117) && $1" >/dev/null 2>&1 </dev/null
	test $? = 117 || BUG "broken &&-chain in '$test_running'"
	test -z "$trace" || set -x
	test_eval_ "$1"
	test_eval_status=$?
	test_eval_ "$test_cleanup"
	{ set +x; } 2>/dev/null
	return "$test_eval_status"
}

# The end of every script: prints the plan. A script that cannot run at all
# sets $skip_all to the reason first.
test_done () {
	test_finished=t
	if test -n "$skip_all" && test "$test_count" = 0
	then
		say_ "1..0 # SKIP $skip_all"
	else
		say_ "1..$test_count"
	fi
	test "$test_failed" = 0
	exit
}

leave_ () {
	code=$?
	trap - EXIT
	eval "$test_atexit_" >&3 2>&4
	cd / || exit 1
	if test -z "$test_finished"
	then
		echo "unexpected exit $code ${test_running:+in '$test_running'}" | diag_
		test "$code" != 0 || code=1
		test -z "$test_running" || test -n "$verbose" ||
		tail -n 100 "$home_/output" | diag_
	fi
	if test "$code" = 0 && test -z "$keep"
	then
		# A test may have left folders without write permission.
		rm -rf "$trash_" "$home_" 2>/dev/null || {
			chmod -R u+rwX "$trash_" "$home_"
			rm -rf "$trash_" "$home_"
		}
	else
		echo "kept $trash_ (and .home beside it)" | diag_
	fi
	exit "$code"
}
trap leave_ EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# --- What tests are written with ---

# The command fails in a way it knows: no signal, no missing program.
test_must_fail () {
	"$@"
	code_=$?
	if test "$code_" = 0
	then
		echo "test_must_fail: it succeeded: $*" >&4
	elif test "$code_" = 126 || test "$code_" = 127
	then
		echo "test_must_fail: it could not be run: $*" >&4
	elif test "$code_" -gt 129 && test "$code_" -le 192
	then
		# 129 is no signal here but the exit status for wrong usage.
		echo "test_must_fail: died by signal $((code_ - 128)): $*" >&4
	else
		return 0
	fi
	return 1
}

# test_expect_code N command...
test_expect_code () {
	want_=$1
	shift
	"$@"
	code_=$?
	test "$code_" = "$want_" && return 0
	echo "test_expect_code: wanted $want_, got $code_: $*" >&4
	return 1
}

# test_cmp expected actual
test_cmp () {
	test $# = 2 || BUG "test_cmp takes 2 files"
	diff -u "$@"
}

# test_grep [!] [<options of grep>] pattern file
test_grep () {
	negative_=
	if test "$1" = !
	then
		negative_=t
		shift
	fi
	for file_
	do
		:
	done
	test -r "$file_" || BUG "test_grep: no file '$file_'"
	if grep "$@"
	then
		test -z "$negative_" || echo "found, but should not be: grep $*" >&4
		test -z "$negative_"
	else
		test -n "$negative_" || {
			echo "not found: grep $*; the file is:" >&4
			cat "$file_" >&4
		}
		test -n "$negative_"
	fi
}

# test_line_count = 3 file
test_line_count () {
	lines_=$(wc -l <"$3") || return 1
	test "$lines_" "$1" "$2" && return 0
	echo "test_line_count: $lines_ lines, not $1 $2:" >&4
	cat "$3" >&4
	return 1
}

test_must_be_empty () {
	test_path_is_file "$1" || return 1
	test ! -s "$1" && return 0
	echo "'$1' is not empty:" >&4
	cat "$1" >&4
	return 1
}

test_path_is_file () {
	test -f "$1" || { echo "no file '$1'" >&4; return 1; }
}

test_path_is_dir () {
	test -d "$1" || { echo "no folder '$1'" >&4; return 1; }
}

test_path_is_missing () {
	test ! -e "$1" && test ! -L "$1" && return 0
	echo "there should be no '$1'" >&4
	ls -ld "$1" >&4
	return 1
}

# Run a command when this test is over, however it ends; last one first. If
# it fails, so does the test.
test_when_finished () {
	test_cleanup="{ $*
} && (exit \"\$test_eval_status\"); test_eval_status=\$?; $test_cleanup"
}

# Run a command at the end of the script, for example to stop a server.
test_atexit () {
	test_atexit_="{ $*
} || :; $test_atexit_"
}

# Let a minute pass for git; no test depends on the real date.
test_tick () {
	test_tick=$((${test_tick:-1112911933} + 60))
	GIT_COMMITTER_DATE="$test_tick +0000"
	GIT_AUTHOR_DATE=$GIT_COMMITTER_DATE
	export GIT_COMMITTER_DATE GIT_AUTHOR_DATE
}

# test_commit [-C dir] [--no-tag] message [file [contents [tag]]]
test_commit () {
	dir_=. tag_=t
	while :
	do
		case $1 in
		-C) dir_=$2; shift 2 ;;
		--no-tag) tag_=; shift ;;
		*) break ;;
		esac
	done
	file_=${2:-$1.t}
	printf '%s\n' "${3-$1}" >"$dir_/$file_" &&
	git -C "$dir_" add -- "$file_" &&
	test_tick &&
	git -C "$dir_" commit -q -m "$1" &&
	{ test -z "$tag_" || git -C "$dir_" tag "${4:-$1}"; }
}

# --- Begin ---

cd "$TRASH_DIRECTORY" || exit 1
test_tick
# The script runs in a fresh repository, unless it wants none.
test -n "$TEST_NO_CREATE_REPO" || git init -q . || exit 1
