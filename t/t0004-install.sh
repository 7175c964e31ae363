#!/bin/sh
test_description='installing, using what was installed, uninstalling'
. "$(dirname "$0")/test-lib.sh"
. "$GIT_PERF_BUILD_DIR/build-options"

# What was built is installed, so the same flags have to be given again.
make_top () {
	${MAKE:-make} -C "$TOP" --no-print-directory CC="$CC" \
		CPPFLAGS="$CPPFLAGS" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" \
		SANITIZE="$SANITIZE" DEVELOPER="$DEVELOPER" \
		PORTABLE="$PORTABLE" "$@"
}

files_in () {
	(cd "$1" && find . ! -type d | sed 's/^\.\///' | LC_ALL=C sort)
}

pkg_config () {
	PKG_CONFIG_PATH=$PWD/inst/lib/pkgconfig pkg-config "$@"
}

run_installed () {
	env LD_LIBRARY_PATH="$PWD/inst/lib" "$@"
}

test_expect_success 'install into a staging directory' '
	make_top install DESTDIR="$PWD/stage" prefix=/usr &&
	files_in stage >installed &&
	cat >expect <<-EOF &&
	usr/bin/git-perf
	usr/lib/libgitperf.a
	usr/lib/libgitperf.so
	usr/lib/libgitperf.so.0
	usr/lib/libgitperf.so.$VERSION
	usr/lib/pkgconfig/libgitperf.pc
	EOF
	grep -e "^usr/bin/" -e "^usr/lib/" installed >actual &&
	test_cmp expect actual &&
	files_in "$TOP/include" | sed "s,^,usr/include/," >expect &&
	grep "^usr/include/" installed >actual &&
	test_cmp expect actual &&
	test_path_is_file stage/usr/share/bash-completion/completions/git-perf &&
	! grep -r "$PWD" stage/usr/lib/pkgconfig
'

test_expect_success ASCIIDOCTOR 'a manual page for every source of one' '
	for page in "$TOP"/Documentation/git-perf*.adoc \
		"$TOP"/Documentation/gitperf-*.adoc
	do
		sed -n "1s/^= \(.*\)(\(.\))$/usr\/share\/man\/man\2\/\1.\2/p" \
			"$page" || return 1
	done | LC_ALL=C sort >expect &&
	grep "^usr/share/man/" installed >actual &&
	test_cmp expect actual
'

test_expect_success 'uninstall takes away every file, and our folders' '
	echo mine >stage/usr/lib/other &&
	make_top uninstall DESTDIR="$PWD/stage" prefix=/usr &&
	files_in stage >left &&
	echo usr/lib/other >expect &&
	test_cmp expect left &&
	test_path_is_missing stage/usr/include/gitperf
'

test_expect_success 'install where a compiler can use it' '
	make_top install prefix="$PWD/inst" &&
	pkg_config --modversion libgitperf >version &&
	echo "$VERSION" >expect &&
	test_cmp expect version &&
	inst/bin/git-perf --version >version &&
	test_grep -F "$VERSION" version
'

# The complete program in the umbrella header's tour is the example.
test_expect_success 'G7: the example of gitperf.h builds and runs, dynamically' '
	sed -n "/#include <gitperf.h>/,/^ \*	}$/s/^ \*	\{0,1\}//p" \
		inst/include/gitperf.h >show.c &&
	test_grep "int main" show.c &&
	$CC -std=c11 -Wall -Wextra -Werror $CFLAGS $SAN_FLAGS show.c \
		-o dynamic $(pkg_config --cflags --libs libgitperf) &&
	test_commit one &&
	run_installed ./dynamic &&
	run_installed ldd ./dynamic >libraries &&
	test_grep "libgitperf.so.0 => $PWD/inst/lib" libraries
'

test_expect_success 'and with the static library' '
	$CC -std=c11 $CFLAGS $SAN_FLAGS show.c -o static \
		$(pkg_config --cflags libgitperf) inst/lib/libgitperf.a \
		$PKGS_FLAGS &&
	./static &&
	ldd ./static >libraries &&
	test_grep ! libgitperf libraries
'

test_expect_success CXX 'the library can be used from C++' '
	cat >use.cc <<-\EOF &&
	#include <gitperf.h>
	#include <cstdio>
	int main()
	{
		gitperf_buffer text = GITPERF_BUFFER_INIT;
		gitperf_buffer_dispose(&text);
		return std::puts(gitperf_version()) < 0;
	}
	EOF
	c++ -Wall -Wextra -Werror $CFLAGS $SAN_FLAGS use.cc -o use \
		$(pkg_config --cflags --libs libgitperf) &&
	run_installed ./use >version &&
	echo "$VERSION" >expect &&
	test_cmp expect version
'

test_expect_success 'every public header compiles alone' '
	make_top check-headers
'

test_done
