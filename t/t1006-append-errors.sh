#!/bin/sh

test_description='whatever the system refuses to an append, nothing is lost, invented or hidden'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# strace makes the n-th of these calls fail; a leak checker cannot run below it.
test_lazy_prereq INJECT '
	strace -f -o log -e trace=fsync -e inject=fsync:error=EIO:when=1 true
'

test_expect_success 'set up' '
	git init -q --template= new &&
	(cd new && make_history 3) &&
	eval "$(git -C new for-each-ref --format="%(refname:short)=%(objectname)" refs/tags)" &&
	cp -r new existing &&
	record $c1 p 1 | git -C existing perf append -q &&
	{ record $c1 p 2; record $c2 p 3; } | git -C existing perf append -q &&
	cp -r existing many &&
	{ record $c3 p 4; record $c3 q 5; } >in.new &&
	cp in.new in.existing &&
	i=0 &&
	while test $i -lt 80
	do
		i=$((i + 1)) &&
		record $c2 p 1$i || return 1
	done >in.many &&
	record $c2 q 6 >in.next &&
	for s in new existing many
	do
		(cd $s && record_ids >../ids.$s 2>/dev/null) &&
		git -C $s perf append -n <in.$s | sort >batch.$s || return 1
	done &&
	git -C existing perf append -n <in.next >next
'

# In the repository after it: what was there is there; the batch as a whole or
# not at all, and as a whole if it was acknowledged.
must_be_consistent () {
	git rev-list --objects perf >/dev/null 2>../fsck.err || {
		git rev-parse -q --verify perf >/dev/null && return 1
	}
	record_ids >../present 2>/dev/null
	comm -23 "../ids.$1" ../present >../lost &&
	test_must_be_empty ../lost &&
	comm -13 "../ids.$1" ../present | comm -23 - ../next >../more &&
	{ test ! -s ../more || test_cmp "../batch.$1" ../more; } &&
	{ test "$2" != 0 || test_cmp "../batch.$1" ../more; }
}

# inject <way> <calls> <error> <n>: 0 if all is well, 2 if nothing was injected
inject () {
	rm -rf broken && cp -r "$1" broken && cd broken || return 1
	code=0
	strace -f -qq -o ../log -e trace="$2" -e inject="$2:error=$3:when=$4" \
		git-perf append <"../in.$1" >../out 2>../err || code=$?
	grep INJECTED ../log >../injected || return 2
	case $code in
	0)
		;;
	75|128)
		# unless it was the message that could not be written
		if ! grep "write(2," ../injected
		then
			test_grep "^error: ." ../err && test_grep "^hint: ." ../err
		fi || return 1
		;;
	*)
		echo "exit $code" >&4
		cat ../err >&4
		return 1
		;;
	esac
	must_be_consistent "$1" "$code" || return 1
	# then the cause is gone, perhaps but for a lock that could not be removed
	rm -f .git/refs/heads/perf.lock .git/refs/perf/seen.lock
	git-perf append <../in.next >../out 2>../err &&
	test_cmp ../next ../out &&
	git perf fsck -q &&
	must_be_consistent "$1" "$code"
}

# each <way> <calls> <error>: fail the first, the second, ... of these calls
each () {
	n=0
	while test "$n" -lt 60
	do
		n=$((n + 1))
		(inject "$1" "$2" "$3" "$n")
		case $? in
		0) ;;
		2) break ;;
		*)
			echo "failed: $1, $2 number $n: $3" >&4
			cat injected err >&4
			return 1
			;;
		esac
	done
	echo $((n - 1)) >injections
}

some_injected () {
	test "$(cat injections)" -gt 0
}

for way in new existing many
do
	prereq=INJECT,!SANITIZED
	test $way = existing || prereq=$prereq,LONG

	test_expect_success $prereq "$way: a disk that is full" '
		each $way write,pwrite64 ENOSPC &&
		some_injected
	'

	test_expect_success $prereq "$way: a disk that fails when it should keep something" '
		each $way fsync,fdatasync EIO &&
		some_injected
	'

	test $way != existing || prereq=$prereq,LONG

	test_expect_success $prereq "$way: names that cannot be made" '
		each $way link,linkat,rename,renameat,renameat2 ENOSPC &&
		some_injected &&
		each $way mkdir,mkdirat EACCES
	'

	test_expect_success $prereq "$way: names that cannot be removed" '
		each $way unlink,unlinkat EACCES &&
		some_injected
	'
done

# The order in which things become durable.
test_lazy_prereq STRACE_Y 'strace -f -y -o log -e trace=fsync true'

test_expect_success STRACE_Y,!SANITIZED 'objects are on the disk before the branch names them' '
	rm -rf broken && cp -r existing broken &&
	(
		cd broken &&
		strace -f -y -qq -o ../log -e trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,write \
			git-perf append -q <../in.existing
	) &&
	awk "
		/(fsync|fdatasync)\(/ && /objects/ { synced++ }
		/(fsync|fdatasync)\(/ && /refs\/heads\/perf/ { ref++ }
		/(rename|link)(at2?)?\(/ && /heads\/perf\"/ && !moved { moved = 1; before = synced; refbefore = ref }
		END { exit !(moved && before >= 5 && refbefore >= 1) }" log
'

test_expect_success STRACE_Y,!SANITIZED 'core.fsync=none is heard' '
	rm -rf broken && cp -r existing broken &&
	(
		cd broken &&
		git config core.fsync none &&
		strace -f -y -qq -o ../log -e trace=fsync,fdatasync git-perf append -q <../in.existing &&
		git perf fsck -q
	) &&
	! grep "fsync(\|fdatasync(" log
'

test_expect_success 'git is not there at all' '
	rm -rf broken && cp -r new broken &&
	(
		cd broken &&
		perf=$(command -v git-perf) &&
		mkdir ../empty &&
		code=0 &&
		{ PATH=$PWD/../empty $perf append <../in.new >../out 2>../err || code=$?; } &&
		if test $code = 0
		then
			test_line_count = 2 ../out
		else
			test $code = 128 &&
			grep "^error: .*git" ../err &&
			grep "^hint: .*git" ../err &&
			git for-each-ref refs/heads/perf >../refs &&
			test_must_be_empty ../refs
		fi
	)
'

test_done
