#!/bin/sh

test_description='1,621 real results of three platforms, collected at once'
# The harness clears the environment; this says where the data is.
data=$GIT_PERF_TEST_DATA
case $data in
/*|'') ;;
*) data=$PWD/$data ;;
esac
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
GIT_PERF_TEST_DATA=$data
TEST_TOP=$TOP
. "$TEST_DIRECTORY/lib-data.sh"

test_lazy_prereq DATA have_data

test_expect_success DATA 'set up the history and the artifacts' '
	make_data_history real &&
	make_data_artifacts artifacts &&
	find artifacts -name "benchmark-results-*.json" >files &&
	test_line_count = 1621 files &&
	cd real &&
	test "$(git rev-list --count main)" = 1308
'

test_expect_success DATA 'A16, A18: all land in one commit' '
	git perf collect ../artifacts >out 2>err &&
	echo "1621 collected, 0 present before, 0 revoked, 0 refused" >expected &&
	test_cmp expected out &&
	test_must_be_empty err &&
	test "$(git rev-list --count perf)" = 1 &&
	record_ids | uniq >ids &&
	test_line_count = 1621 ids
'

test_expect_success DATA 'A4: three platforms whose names have hyphens' '
	sed -n "s/.*-results-[0-9a-f]*-\(.*\)\.json$/\1/p" ../files | sort | uniq -c >expected &&
	git perf ls | cut -f1 | uniq -c >actual &&
	test_cmp expected actual &&
	test_line_count = 3 actual &&
	git perf log >out &&
	head -n 2 out | grep "aarch64-linux *aarch64-macos *x86-64-linux"
'

test_expect_success DATA 'A19: and once again' '
	before=$(git rev-parse perf) &&
	git perf collect ../artifacts >out &&
	echo "0 collected, 1621 present before, 0 revoked, 0 refused" >expected &&
	test_cmp expected out &&
	test $before = "$(git rev-parse perf)"
'

test_expect_success DATA,JQ 'what an artifact says reads back: mean_ms, std_ms, passes, origin' '
	awk "NR % 50 == 1 { print \"../\" \$0 }" ../files | sort >sample &&
	git perf collect -n --json $(cat sample) >json &&
	jq -r ".artifacts[].path" json | test_cmp sample - &&
	cat $(cat sample) | jq -c "[.commit, .host.arch,
		[.benchmarks[] | [.name, (.mean_ms * 1e6 | round),
			(.std_ms | if . then . * 1e6 | round else . end),
			(.passes // {} | to_entries | map([.key, (.value.mean_ms * 1e6 | round)]) | sort),
			.peak_memory_bytes]]]" >expected &&
	git perf cat $(jq -r ".artifacts[].id" json) | jq -c "[.commit, .environment.arch,
		[.benchmarks[] | [.name,
			(.metrics[] | select(.name == \"wall\") | .summary | .mean, .stddev),
			([.metrics[] | select(.name | startswith(\"pass.\")) | [.name[5:], .summary.mean]] | sort),
			([.metrics[] | select(.name == \"max_rss\") | .summary.mean][0])]]]" >actual &&
	test_cmp expected actual &&
	test $(grep -c "\[\"parse\",[0-9]*\]" actual) -gt 20 &&
	sha256sum $(cat sample) | cut -d" " -f1 >expected &&
	git perf cat $(jq -r ".artifacts[].id" json) | jq -r .origin.sha256 >actual &&
	test_cmp expected actual
'

test_expect_success DATA 'A7: the log has every measured commit of each platform' '
	git rev-list --first-parent main >chain &&
	for platform in aarch64-linux aarch64-macos x86-64-linux
	do
		git perf ls -p $platform | cut -f2 | sort -u | grep -F -x -f - chain >expected &&
		git perf log -p $platform --porcelain=v1 | cut -f9 | sort -u |
			grep -F -x -f - chain >actual &&
		test_line_count -gt 20 expected &&
		test_cmp expected actual || return 1
	done
'

test_expect_success DATA,JQ 'one benchmark: all runs count, in the order of the graph' '
	git perf log --porcelain=v1 "many_functions@O0" >out &&
	test_line_count -gt 100 out &&
	cut -f1 out | uniq >platforms &&
	sort -u platforms >unique &&
	test_line_count = 3 unique &&
	awk -F "\t" "
		NR == FNR { at[\$1] = NR; next }
		{ series = \$1 FS \$2 FS \$8; if (series == last && at[\$9] <= before) exit 1
		  last = series; before = at[\$9]; runs += \$14 }
		END { print runs }" chain out >runs &&
	git perf ls | cut -f2,3 | grep -F -f chain | cut -f2 >in-chain &&
	git perf cat $(cat in-chain) | grep -c "\"name\":\"many_functions@O0\"" >expected &&
	test_cmp expected runs &&
	git perf log "many_functions@O0" >text &&
	grep "commits not measured" text >/dev/null &&
	git perf log --json "many_functions@O0" | jq -e ".tally.damaged == 0 and .tally.newer == 0"
'

test_expect_success DATA 'the branch is sound, and small after git gc' '
	git perf fsck >out &&
	echo "1621 records in 1 commit, 0 revoked, 0 problems" >expected &&
	test_cmp expected out &&
	git init -q --bare ../packed.git &&
	git -C ../packed.git fetch -q --keep "$PWD" perf:perf &&
	git -C ../packed.git gc -q &&
	git -C ../packed.git fsck --strict &&
	cat ../packed.git/objects/pack/*.pack | wc -c >size &&
	test $(cat size) -le $((1621 * 2600))
'

test_expect_success DATA 'I16: the cache is only a copy' '
	git perf log >expected &&
	git perf log >actual &&
	test_cmp expected actual &&
	git config perf.cache false &&
	git perf log >actual &&
	test_cmp expected actual
'

test_done
