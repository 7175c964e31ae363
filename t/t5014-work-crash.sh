#!/bin/sh

test_description='a worker that is killed anywhere loses nothing, and measures nothing twice under one token

M14, M22, I1 to I7. With --long, at each point it is followed both by itself and by
another one, in each way.'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-work.sh"
. "$TEST_DIRECTORY/lib-proof.sh"

# Of the points at which a process may be killed, this script passes these; and on its
# way many of those that others are about.
points_of='work'

# In each of these, what is to be done is here, or at www/hub.git.
where () {
	case $1 in
	here*) echo crash ;;
	*) echo www/hub.git ;;
	esac
}

# begin <way>: as it was before
begin () {
	rm -rf crash other www/hub.git && cp -R "$1" crash &&
	case $1 in
	here*) ln -s crash other ;;
	*) cp -R "$1" other && cp -R "$1.hub" www/hub.git ;;
	esac
}

# worker <name> <clone> [<option of git>...]: until nothing is left
worker () {
	name_=$1 clone_=$2 && shift 2 &&
	git -C "$clone_" "$@" perf work -q --worker="$name_" --platform=x
}

# done_once <way>: another clone, or another worker here, has done the first job
done_once () {
	at 7 && git -C "$1" perf work -q --once --worker=w9 --platform=x && at 0
}

# undecided <repository>: a plan, whose decision is not on the branch
undecided () {
	(cd "$1" && test_expect_code 137 env GIT_PERF_TEST_FAULT=plan.before-settle git-perf plan -q)
}

test_expect_success 'a repository for each way, and what comes of it without faults' '
	git init -q --template= here && mkdir "$FARM" &&
	(
		cd here && commits first && policy "[platform \"x\"]\n[suite]\nbuild = true\nteardown = true
			[benchmark \"a\"]\ncommand = true\niterations = 1\nwarmup = 0
			[benchmark \"b\"]\ncommand = true\niterations = 2\nwarmup = 0" &&
		git perf request -q HEAD~1 && commits third && git perf request -q HEAD~1
	) &&
	cp -R here here-planned && undecided here-planned &&
	cp -R here here-later && done_once here-later && undecided here-later &&
	git clone -q --bare --template= here there.hub && git -C there.hub fetch -q ../here "refs/perf/queue:refs/perf/queue" &&
	ln -s ../there.hub www/hub.git && git clone -q --template= www/hub.git there &&
	cp -R there.hub there-later.hub && cp -R there there-later && cp -R there w9 && rm www/hub.git &&
	ln -s ../there-later.hub www/hub.git && done_once there-later && done_once w9 && undecided w9 && rm www/hub.git &&
	for way in here here-planned here-later there there-later
	do
		begin $way && worker w1 crash && measured "$(where $way)" >want.$way && nothing_waits "$(where $way)" &&
		test_line_count = $(case $way in *-*) echo 6 ;; *) echo 4 ;; esac) want.$way || return 1
	done
'

# A lock that was left is named, and ours to remove; who finds it measures nothing. With
# all delivered, or with the job for nobody else yet, there is nothing to be locked out of.
break_locks () {
	for lock_ in refs/perf/queue refs/heads/perf
	do
		test -e "crash/.git/$lock_.lock" || continue
		if test "$point_" = remote.before-align || test "$2 $lock_" = "other refs/heads/perf"
		then
			rm "crash/.git/$lock_.lock" && continue
		fi
		test_expect_code 75 worker "$1" "$2" -c perf.lockTimeout=0 2>err &&
		test_grep "$lock_.lock. has been locked for\|others kept moving" err &&
		rm "crash/.git/$lock_.lock" || return 1
	done
}

# follow <way> same|other: whoever goes on with it
follow () {
	case $2 in
	same)
		break_locks w1 crash && worker w1 crash
		;;
	other)
		case $1 in here*) break_locks w2 other ;; esac &&
		for now_ in 10 8000 16000
		do
			at $now_ && worker w2 other && attempts_kept "$(where $1)" || return 1
		done && nothing_waits "$(where $1)" && measured "$(where $1)" >actual && test_cmp want.$1 actual &&
		# the one that was given up comes back with what it had
		break_locks w1 crash && worker w1 crash
		;;
	esac
}

# crash <way> same|other <point>
crash () {
	at 0 && begin $1 && code=0
	(cd crash && GIT_PERF_TEST_FAULT=$3 git-perf work --worker=w1 --platform=x >../out 2>../err) || code=$?
	# this way does not lead past this point
	test "$code" != 0 || return 0
	test "$code" = 137 || {
		echo "exit $code at $3 in $1" >&4
		return 1
	}
	echo "$3" >>hit && echo "$1 $2 $3" >>hits &&
	attempts_kept "$(where $1)" &&
	follow $1 $2 2>err && nothing_waits "$(where $1)" && must_hold "$(where $1)" want.$1 && no_worker_measured_in_vain $1 $2
}

# What was recorded when it was killed is not measured again by the same one
no_worker_measured_in_vain () {
	records_of "$(where $1)" >records_ &&
	case $2 in
	same) test_line_count -le 3 records_ ;;
	other) test_line_count -le 4 records_ ;;
	esac
}

test_expect_success 'the points are known' '
	test-gitperf faults >all &&
	grep "^work\." all >mine && test_line_count = 5 mine &&
	grep -v -E "^(pack|lane|collect|purge|hook|notify)\.|^remote.lanes-removed" all | sort >ours
'

# dies <way> same|other <point>...: killed there; with --long at all points
dies () {
	way_=$1 who_=$2 && shift 2 &&
	printf "%s\n" "$@" >some.$way_.$who_ &&
	test_expect_success "M14 M22 killed at the points of a worker: $way_, $who_" "
		{ ! test_have_prereq LONG && cp some.$way_.$who_ points || cp ours points; } &&
		: >hits && at_each_point crash $way_ $who_ &&
		sort some.$way_.$who_ >expected && cut -d' ' -f3 hits | sort >actual && comm -23 expected actual >missed &&
		test_must_be_empty missed
	"
}

dies here same queue.before-swap queue.after-swap work.claimed work.fetched session.checked-out session.built \
	session.measured session.torn-down work.measured append.start append.locked \
	append.blobs-written append.trees-written append.before-create append.after-create append.spool-cleared \
	work.recorded work.delivered
dies here other work.claimed work.measured append.after-create work.delivered
dies here-planned same plan.before-settle decide.before-create decide.after-create
dies here-later same decide.ref-locked decide.before-swap decide.after-swap append.ref-locked append.before-swap \
	append.after-swap
dies there same remote.before-accept queue.before-push queue.after-push remote.before-push \
	remote.after-push
dies there other queue.after-push work.recorded
dies there-later same remote.before-align

test_expect_success LONG 'all ways, all points' '
	for way in here-planned here-later there-later
	do
		cp ours points && at_each_point crash $way other || return 1
	done
'

test_expect_success FLOCK 'killed with its result in the spool: that is delivered, and not measured again' '
	at 0 && begin here && cd crash && hold_lock && code=0 &&
	{ GIT_PERF_TEST_FAULT=append.spooled git-perf work -q --worker=w1 --platform=x 9>&- || code=$?; } &&
	drop_lock && cd .. && test $code = 137 && echo append.spooled >>hit &&
	git -C crash perf work -q --worker=w1 --platform=x && must_hold crash want.here && nothing_waits crash &&
	records_of crash >records && test_line_count = 2 records
'

test_expect_success 'killed when the first word of a worker has made the queue: the next one finds it' '
	rm -rf crash && git init -q crash &&
	(
		cd crash && commits first && policy "[platform \"x\"]" &&
		test_expect_code 137 env GIT_PERF_TEST_FAULT=queue.after-create git-perf work -q --worker=w1 --platform=x &&
		echo queue.after-create >>../hit && git perf work -q --worker=w1 --platform=x && git fsck --strict --no-dangling
	)
'

test_expect_success 'a branch that is locked: measured once, said so, and delivered when it is free' '
	at 0 && begin here &&
	: >crash/.git/refs/heads/perf.lock &&
	test_expect_code 75 worker w1 crash -c perf.lockTimeout=0 2>err && test_grep "heads/perf" err &&
	test_expect_code 75 worker w1 crash -c perf.lockTimeout=0 2>err &&
	git -C crash grep -h "\"attempts\":1" refs/perf/queue -- jobs >out && test_line_count = 1 out &&
	rm crash/.git/refs/heads/perf.lock && worker w1 crash &&
	records_of crash >records && test_line_count = 2 records && must_hold crash want.here && nothing_waits crash
'

test_expect_success FLOCK 'the points hit are all those on the way of a worker' '
	sort -u hit >actual && test_cmp ours actual
'

test_done
