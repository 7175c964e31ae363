#!/bin/sh

test_description='a day with git perf: a fresh clone, no configuration, no operator'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# A project whose work gets slower and faster again, and three CI systems that
# measure it. Nobody has told anybody anything.
test_expect_success 'set up a project' '
	git init -q --bare hub.git &&
	git init -q project &&
	(
		cd project &&
		for n in 1 2 3 4
		do
			echo $n >version &&
			cat >bench <<-\END &&
			#!/bin/sh
			exec cat "$(dirname "$0")/version"
			END
			chmod +x bench &&
			git add . &&
			test_tick &&
			git commit -q -m "version $n" || exit 1
		done &&
		git push -q ../hub.git main
	)
'

test_expect_success 'M36: a fresh clone, no configuration: run, log, show' '
	git clone -q hub.git mine &&
	cd mine &&
	git perf log >out 2>err &&
	test_must_be_empty out &&
	grep "no measurements yet" err &&
	grep "hint: git perf fetch brings .*, git perf run" err &&
	git perf run -- ./bench >out 2>err &&
	test_must_be_empty err &&
	grep "^  bench  ok " out &&
	grep "^    wall " out &&
	git perf log >out 2>err &&
	test_must_be_empty err &&
	grep "first *version 4$" out &&
	grep "3 commits not measured before" out &&
	git perf log bench >out &&
	grep "^bench wall on " out &&
	git perf show >out &&
	grep "^worker  *local$" out &&
	grep "^environment$" out &&
	git status --porcelain -uno >out &&
	test_must_be_empty out
'

test_expect_success 'M36: older commits are measured as they are checked out' '
	for back in 1 3
	do
		git checkout -q main~$back &&
		git perf run -- ./bench >out || return 1
	done &&
	git checkout -q main &&
	git perf log bench >out &&
	test "$(grep -c "version [0-9]$" out)" = 3 &&
	grep "1 commit not measured$" out &&
	git perf log --porcelain=v1 main~2.. bench >out &&
	test_line_count = 2 out &&
	git perf fsck -q
'

test_expect_success 'M20: jobs without any right to push leave files, anyone gathers them' '
	cd "$TRASH_DIRECTORY" &&
	mkdir uploads &&
	for platform in aarch64-linux aarch64-macos x86-64-linux
	do
		git clone -q --depth=1 "file://$PWD/hub.git" job &&
		mkdir uploads/$platform &&
		(
			cd job &&
			CI=true git -c core.pager=cat perf run --platform=$platform \
				--worker=ci-$platform --reason=push -k build=release \
				--no-append -o ../uploads/$platform -- ./bench >out
		) &&
		rm -rf job || return 1
	done &&
	git clone -q hub.git gatherer &&
	(
		cd gatherer &&
		test_must_fail git config user.name &&
		git perf collect ../uploads >out &&
		grep "^3 collected, 0 present before, 0 revoked, 0 refused" out &&
		test "$(git rev-list --count perf)" = 1 &&
		git push -q origin perf
	)
'

test_expect_success 'M20: everybody sees it, next to what is only theirs' '
	cd mine &&
	git fetch -q &&
	git perf log >out &&
	head -n 1 out | grep "aarch64-linux.*aarch64-macos.*x86-64-linux" &&
	git perf ls >out &&
	test_line_count = 6 out &&
	git perf log -k build=release bench --porcelain=v1 >out &&
	test_line_count = 3 out
'

test_expect_success 'G11: mine and the one of the job are not compared' '
	git perf log bench --porcelain=v1 | cut -f1,2 | sort | uniq -c >out &&
	test_line_count = 4 out
'

test_expect_success 'a late job, and one that was broken' '
	cd "$TRASH_DIRECTORY" &&
	git clone -q hub.git job &&
	mkdir uploads/late uploads/broken &&
	(
		cd job &&
		CI=true git perf run --platform=riscv64-linux --no-append -o ../uploads/late -- ./bench >out &&
		echo "exit 7" >broken &&
		test_expect_code 1 env CI=true git perf run --platform=ppc64-linux --no-append \
			-o ../uploads/late bench= -- sh ./broken >out &&
		head -c 100 ../uploads/late/*riscv64-linux.json \
			>../uploads/broken/benchmark-results-$(git rev-parse HEAD)-s390x-linux.json
	) &&
	cd gatherer &&
	git fetch -q &&
	test_expect_code 1 git perf collect ../uploads >out 2>err &&
	grep "^2 collected, 3 present before, 0 revoked, 1 refused" out &&
	grep "^refused: ../uploads/broken/.*s390x-linux.json: ..*" err &&
	git push -q origin perf &&
	git perf log >out &&
	grep "1 failed" out &&
	git perf fsck -q &&
	git -C ../hub.git fsck --strict
'

test_done
