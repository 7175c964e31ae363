#!/bin/sh
test_description='the order of the code: rooms, doors, errors, lengths'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

# plant file line...: a tree in which that file has these lines, and nothing
# else is wrong
plant () {
	rm -rf tree &&
	mkdir -p tree/lib/base tree/lib/data tree/lib/git tree/lib/store \
		tree/lib/run tree/cmd tree/include/gitperf &&
	cat >tree/lib/ROOMS <<-\ROOMS &&
	# a comment
	base:
	data: base
	git: base
	store: base data git
	run: base data
	ROOMS
	cat >tree/lib/data/good.c <<-\GOOD &&
	#include "base/compat.h"
	#include "data/good.h"
	#include <gitperf/common.h>
	#include <stdio.h>
	/* getenv("HOME") and printf() in a comment:
	   return GITPERF_EINVALID; #include <git2.h> */
	int good(void)
	{
		const char *text = "fork() /* printf(\"x\") stderr";
		return err == GITPERF_ERACE ? snprintf(text) : reprintf(text);
	}
	GOOD
	echo "#include <git2.h>" >tree/lib/git/good.c &&
	echo "#include <yajl/yajl_parse.h>" >tree/lib/base/json.c &&
	printf "%s\n" "int code_of_git(int rc)" "{" "	return GITPERF_EIO;" "}" \
		>>tree/lib/git/good.c &&
	echo "#include <gitperf.h>" >tree/cmd/good.c &&
	echo "	printf(getenv(x));" >>tree/cmd/good.c &&
	planted=tree/$1 &&
	shift &&
	{ test $# = 0 || printf "%s\n" "$@" >>"$planted"; }
}

check () {
	"$TEST_DIRECTORY/check-rooms.sh" tree >out
}

# caught where what: one violation, there, in these words
caught () {
	cat out &&
	test_line_count = 1 out &&
	test_grep -F "$1" out &&
	test_grep -F "$2" out
}

test_expect_success 'this tree keeps its own order' '
	"$TEST_DIRECTORY/check-rooms.sh" "$TOP"
'

test_expect_success 'a good tree passes' '
	plant lib/ROOMS &&
	check &&
	test_must_be_empty out
'

while IFS='|' read -r file line message
do
	test_expect_success "caught: $file: $line" '
		plant "$file" "$line" &&
		test_must_fail check &&
		caught "$file:" "$message"
	'
done <<\VIOLATIONS
lib/data/bad.c|#include "store/store.h"|may not use room "store"
lib/base/bad.c|#include "data/record.h"|may not use room "data"
lib/base/bad.c|#  include "data/record.h" /* why */|may not use room "data"
lib/data/bad.c|#include <gitperf/store.h>|may not use room "store"
lib/base/bad.c|#include <gitperf/record.h>|may not use room "data"
include/gitperf/record.h|#include <gitperf/store.h>|may not use room "store"
lib/data/bad.c|#include "bad.h"|say the room
lib/data/bad.c|#include <gitperf.h>|includes the header it needs
lib/run/bad.c|#include <git2.h>|libgit2 is used only
cmd/bad.c|#include <git2/commit.h>|libgit2 is used only
lib/data/bad.c|#include <yajl/yajl_gen.h>|yajl is used only
lib/base/bad.c|#include <nettle/sha2.h>|digests are made only
lib/git/bad.c|#include <libssh2.h>|libssh2 is used only
cmd/bad.c|#include "base/buf.h"|a command includes <gitperf.h>
cmd/bad.c|#include <gitperf/store.h>|a command includes <gitperf.h>
lib/git/bad.c|	pid = fork();|programs are started only
lib/git/bad.c|	execvp(argv[0], argv);|programs are started only
lib/run/bad.c|	posix_spawn(&pid, path);|programs are started only
cmd/bad.c|	f = popen("git", "r");|programs are started only
lib/git/bad.c|	home = getenv("HOME");|the environment is read only
lib/data/bad.c|	printf("%d", 1);|only commands print
lib/data/bad.c|	fputs("x", stderr);|only commands print
lib/base/bad.c|	fflush(stdout);|only commands print
lib/base/bad.c|	exit(1);|never ends the process
lib/store/bad.c|	return GITPERF_EIO;|errors are born only
lib/store/bad.c|	err = GITPERF_ENOMEM;|errors are born only
lib/store/bad.c|	if ((err = (GITPERF_ERACE)) < 0)|errors are born only
VIOLATIONS

test_expect_success 'caught: a room without a line in lib/ROOMS' '
	plant lib/ROOMS &&
	mkdir tree/lib/attic &&
	echo "int x;" >tree/lib/attic/bad.c &&
	test_must_fail check &&
	caught lib/attic/bad.c "not in lib/ROOMS"
'

test_expect_success 'caught: rooms that use each other' '
	plant lib/ROOMS "one: two" "two: one" &&
	test_must_fail check &&
	caught lib/ROOMS:7 "must come before it"
'

test_expect_success 'caught: a file of 501 lines, not one of 500' '
	plant lib/ROOMS &&
	awk "BEGIN { for (i = 0; i < 500; i++) print \"int i\" i \";\" }" \
		>tree/lib/data/long.c &&
	check &&
	echo "int more;" >>tree/lib/data/long.c &&
	test_must_fail check &&
	caught lib/data/long.c:501 "more than 500 lines"
'

test_expect_success 'caught: a function of 61 lines, not one of 60' '
	plant lib/ROOMS &&
	body () {
		echo "int f(void)" && echo "{" &&
		awk -v n="$1" "BEGIN { while (n--) print \"\ti++;\" }" && echo "}"
	} &&
	body 60 >tree/lib/data/long.c &&
	check &&
	body 61 >tree/lib/data/long.c &&
	test_must_fail check &&
	caught lib/data/long.c:64 "a function of 61 lines"
'

test_done
