#!/bin/sh
test_description='the harness itself: what it lets pass, and what it does not'
. "$(dirname "$0")/test-lib.sh"

# run_sub name [option...]: run the test script on stdin as a script of its own
run_sub () {
	{
		printf '#!/bin/sh\n. "%s/test-lib.sh"\n' "$TEST_DIRECTORY"
		cat
		echo test_done
	} >"$1.sh" &&
	script=$1 &&
	shift &&
	GIT_PERF_TEST_ROOT=$PWD/roots sh "./$script.sh" "$@" >out 2>err
}

test_expect_success 'passing tests are counted and leave nothing behind' '
	mkdir roots &&
	run_sub pass <<-\EOS &&
	test_expect_success "one" "true"
	test_expect_success "two" "test_path_is_dir .git"
	EOS
	cat >expect <<-\EOS &&
	ok 1 - one
	ok 2 - two
	1..2
	EOS
	test_cmp expect out &&
	test_must_be_empty err &&
	rmdir roots && mkdir roots
'

test_expect_success 'a failing test is shown with its output and kept' '
	test_expect_code 1 run_sub fail <<-\EOS &&
	test_expect_success "good" "true"
	test_expect_success "bad" "echo what it said && false && true"
	test_expect_success "later" "true"
	EOS
	test_grep "^not ok 2 - bad" out &&
	test_grep "^# what it said" out &&
	test_grep "^ok 3 - later" out &&
	test_grep "^1..3" out &&
	kept=$(sed -n "s/^# kept \([^ ]*\) .*/\1/p" out) &&
	test_path_is_dir "$kept/.git"
'

test_expect_success '-i stops at the first failure' '
	test_expect_code 1 run_sub immediate -i <<-\EOS &&
	test_expect_success "bad" "false"
	test_expect_success "later" "true"
	EOS
	test_grep ! later out &&
	test_grep "^1..1" out
'

test_expect_success '-v shows commands on stderr, not in the TAP' '
	run_sub verbose -v <<-\EOS &&
	test_expect_success "talks" "echo said && echo complained >&2"
	EOS
	test_grep said err &&
	test_grep complained err &&
	test_grep ! said out
'

test_expect_success 'a script that ends early does not pass' '
	test_expect_code 1 run_sub early <<-\EOS &&
	test_expect_success "one" "true"
	exit 0
	EOS
	test_grep ! "^1\.\." out &&
	test_grep "unexpected exit" out
'

test_expect_success 'a broken chain is found' '
	test_expect_code 99 run_sub chain <<-\EOS &&
	test_expect_success "broken" "
		false
		true
	"
	EOS
	test_grep "broken &&-chain" err
'

test_expect_success 'test_must_fail accepts a failure and the usage status' '
	test_must_fail false &&
	test_must_fail sh -c "exit 128" &&
	test_must_fail sh -c "exit 129"
'

test_expect_success 'test_must_fail rejects success, signals, missing programs' '
	! test_must_fail true &&
	! test_must_fail sh -c "kill -9 \$\$" &&
	! test_must_fail sh -c "kill -11 \$\$" &&
	! test_must_fail no-such-program-anywhere &&
	>not-executable &&
	! test_must_fail ./not-executable
'

test_expect_success 'test_expect_code, test_cmp, test_grep, paths' '
	test_expect_code 3 sh -c "exit 3" &&
	! test_expect_code 3 true &&
	echo a >a && echo b >b && cp a c && >empty && mkdir dir &&
	test_cmp a c &&
	! test_cmp a b &&
	test_grep a a &&
	! test_grep b a &&
	test_grep ! b a &&
	! test_grep ! a a &&
	test_line_count = 1 a &&
	! test_line_count -gt 1 a &&
	test_must_be_empty empty &&
	! test_must_be_empty a &&
	test_path_is_file a &&
	! test_path_is_file dir &&
	! test_path_is_missing a &&
	ln -s nowhere dangling &&
	! test_path_is_missing dangling &&
	test_path_is_missing nowhere
'

test_expect_success 'test_when_finished runs backwards, and can fail a test' '
	test_expect_code 1 run_sub finished <<-\EOS &&
	test_expect_success "order" "
		test_when_finished \"echo first >>log\" &&
		test_when_finished \"echo second >>log\"
	"
	test_expect_success "look" "test \"\$(tr -d \"\n\" <log)\" = secondfirst"
	test_expect_success "also after a failure" "
		test_when_finished \"echo cleaned >cleaned\" &&
		false
	"
	test_expect_success "look again" "test_path_is_file cleaned"
	test_expect_success "bad cleanup" "test_when_finished false"
	EOS
	test_grep "^ok 2" out &&
	test_grep "^not ok 3" out &&
	test_grep "^ok 4" out &&
	test_grep "^not ok 5" out
'

test_expect_success 'a missing prerequisite is visible' '
	run_sub prereq <<-\EOS &&
	test_lazy_prereq NEVER "false"
	test_lazy_prereq ALWAYS "true"
	test_expect_success NEVER "needs it" "false"
	test_expect_success ALWAYS,!NEVER "has it" "true"
	test_expect_success ALWAYS,NEVER "half" "false"
	EOS
	cat >expect <<-\EOS &&
	ok 1 # SKIP missing NEVER (needs it)
	ok 2 - has it
	ok 3 # SKIP missing NEVER (half)
	1..3
	EOS
	test_cmp expect out
'

test_expect_success 'GIT_PERF_TEST_REQUIRE turns it into a failure' '
	GIT_PERF_TEST_REQUIRE="OTHER NEVER" &&
	export GIT_PERF_TEST_REQUIRE &&
	test_when_finished "unset GIT_PERF_TEST_REQUIRE" &&
	test_expect_code 1 run_sub require <<-\EOS &&
	test_expect_success NEVER "needs it" "false"
	test_expect_success NEVER "this too" "false"
	EOS
	grep "^not ok" out >failures &&
	test_line_count = 1 failures &&
	test_grep "prerequisite NEVER" failures &&
	test_expect_code 1 run_sub require-all <<-\EOS &&
	test_have_prereq NEVER || {
		skip_all="missing NEVER"
		test_done
	}
	EOS
	test_grep "^not ok 1 - prerequisite NEVER" out
'

test_expect_success 'skip_all says why' '
	run_sub skip-all <<-\EOS &&
	skip_all="no reason"
	EOS
	echo "1..0 # SKIP no reason" >expect &&
	test_cmp expect out
'

test_expect_success 'the surroundings are fixed and nothing leaks in' '
	GIT_DIR=/nowhere GIT_PERF_TEST_FAULT=x GIT_PERF_TEST_CLOCK=1 CI=true \
	GITHUB_ACTIONS=true LC_ALL=C.UTF-8 TZ=Asia/Tokyo \
	run_sub env <<-\EOS &&
	test_expect_success "env" "
		test -z \"\$GIT_DIR\$GIT_PERF_TEST_FAULT\$GIT_PERF_TEST_CLOCK\" &&
		test -z \"\$CI\$GITHUB_ACTIONS\" &&
		test \"\$LC_ALL,\$TZ,\$PAGER\" = C,UTC,cat &&
		test \"\$(umask)\" = 0022
	"
	EOS
	test_grep "^ok 1" out
'

test_expect_success 'test_commit makes the same commit each time' '
	git init -q one && git init -q two &&
	(test_commit -C one first) &&
	(test_commit -C two first) &&
	test "$(git -C one rev-parse first)" = "$(git -C two rev-parse HEAD)"
'

test_expect_success 'make counts every assertion, and ends with the sum' '
	for name in good bad none gone
	do
		printf "#!/bin/sh\n. \"%s/test-lib.sh\"\n" "$TEST_DIRECTORY" \
			>run-$name.sh || return 1
	done &&
	cat >>run-good.sh <<-\EOS &&
	test_expect_success "passes" "true"
	test_expect_success "passes" "true"
	test_expect_success NEVER "needs it" "true"
	test_done
	EOS
	cat >>run-bad.sh <<-\EOS &&
	test_expect_success "passes" "true"
	test_expect_success "fails" "false"
	test_done
	EOS
	cat >>run-none.sh <<-\EOS &&
	skip_all="nothing to test"
	test_done
	EOS
	echo "exit 3" >>run-gone.sh &&
	test_must_fail env GIT_PERF_TEST_ROOT="$PWD/roots" \
		make -s -C "$TOP" -o test-programs run-tests \
		UNIT_SRC= FUZZ_SRC= TESTS="$(echo "$PWD"/run-*.sh)" >out &&
	test_grep "^not ok 2 - fails" out &&
	test_grep "^skipped: missing NEVER.*: 1 in .*run-good.sh" out &&
	test_grep "^skipped: nothing to test: 1 in .*run-none.sh" out &&
	test "$(tail -n 1 out)" = "3 passed, 2 failed, 2 skipped" &&
	make -s -C "$TOP" -o test-programs run-tests UNIT_SRC= FUZZ_SRC= \
		TESTS="$PWD/run-good.sh" >out &&
	test "$(tail -n 1 out)" = "2 passed, 0 failed, 1 skipped"
'

test_expect_success 'an endless script is ended and says so' '
	cat >hang.sh <<-EOS &&
	. "$TEST_DIRECTORY/test-lib.sh"
	test_expect_success "hangs" "tail -f /dev/null"
	EOS
	GIT_PERF_TEST_TIMEOUT=0.2 GIT_PERF_TEST_ROOT=$PWD/roots \
		test_expect_code 124 sh ./hang.sh >out &&
	test_grep "unexpected exit 143 in .hangs" out
'

test_done
