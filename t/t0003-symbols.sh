#!/bin/sh
test_description='what the library exports is what its headers declare'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$GIT_PERF_BUILD_DIR/build-options"

# Prototypes of our own, one a line, as the compiler sees them.
prototypes () {
	(cd "$TOP/include" && ls gitperf.h gitperf/*.h gitperf/*/*.h 2>/dev/null) |
	sed 's/.*/#include <&>/' >all.c &&
	$CC -E -P -I"$TOP/include" all.c |
	tr '\n;' ' \n' | grep '[ *]gitperf_[a-z0-9_]*(' >prototypes
}

same () {
	comm -23 "$1" "$2" | sed "s/^/only in $1: /" >difference &&
	comm -13 "$1" "$2" | sed "s/^/only in $2: /" >>difference &&
	cat difference &&
	test_must_be_empty difference
}

test_expect_success 'every declared function is marked GITPERF_EXPORT' '
	prototypes &&
	test_path_is_file prototypes &&
	! grep -v "visibility(\"default\")" prototypes
'

test_expect_success 'lib/libgitperf.map lists the declared functions' '
	sed "s/.*[ *]\(gitperf_[a-z0-9_]*\)(.*/\1/" prototypes |
		LC_ALL=C sort >headers &&
	sed -n "s/^[	 ]*\(gitperf_[a-z0-9_]*\);$/\1/p" \
		"$TOP/lib/libgitperf.map" | LC_ALL=C sort >map &&
	same headers map
'

test_expect_success 'libgitperf.so exports them, and nothing else' '
	nm -D --defined-only "$GIT_PERF_BUILD_DIR/libgitperf.so" |
		awk "\$2 != \"A\" { sub(/@.*/, \"\", \$3); print \$3 }" |
		LC_ALL=C sort >exported &&
	same headers exported
'

test_expect_success 'its soname has the version that a program asks for' '
	readelf -d "$GIT_PERF_BUILD_DIR/libgitperf.so" >dynamic &&
	test_grep "SONAME.*\[libgitperf\.so\.0\]" dynamic
'

test_expect_success !SANITIZED 'libgitperf.a claims only names of its own' '
	nm -g --defined-only "$GIT_PERF_BUILD_DIR/libgitperf.a" |
		awk "NF == 3 && \$3 !~ /^gitperf_/" >foreign &&
	test_must_be_empty foreign
'

# Signal handlers belong to the whole process, and so does what they look at.
test_expect_success !SANITIZED 'it has no state but per thread, and for signals' '
	objdump -t "$GIT_PERF_BUILD_DIR/libgitperf.a" >symbols &&
	awk "/file format/ { file = \$1 }
		/ O \.(data|bss)/ && !/ \.data\.rel\.ro/ &&
		file != \"guard.o:\" { print file, \$0 }" symbols >state &&
	test_must_be_empty state
'

test_done
