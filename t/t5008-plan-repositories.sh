#!/bin/sh

test_description='git perf plan: whatever kind of repository, and without what it needs'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# --- What is missing ---

test_expect_success 'an empty repository' '
	git init -q empty &&
	(
		cd empty &&
		must_refuse 128 "there are no commits of the trunk" git perf plan &&
		must_refuse 128 "there are no commits of the trunk" git perf plan -n &&
		must_refuse 128 "no commits here yet" git perf request HEAD &&
		git perf queue >out && echo "nothing waits to be measured" | test_cmp - out
	) &&
	git init -q --bare empty.git &&
	(cd empty.git && must_refuse 128 "there are no commits of the trunk" git perf plan)
'

test_expect_success 'no trunk, and another one by name' '
	a_project topics &&
	(
		cd topics &&
		git branch -m main topic && git perf plan -n >out && test_grep "1 to measure" out &&
		git checkout -q --detach &&
		must_refuse 128 "nothing here says which branch is the trunk" git perf plan &&
		git branch another topic &&
		git config perf.trunk gone &&
		must_refuse 128 "no commits of the trunk .gone." git perf plan &&
		git config perf.trunk another &&
		git perf plan -q && queue_cat plan | grep "\"trunk\":\"another\""
	)
'

test_expect_success 'no platform: those that there are results of, or none at all' '
	a_project unnamed "[policy]\n\tplan = every" &&
	(
		cd unnamed &&
		must_refuse 128 "no platform to plan for" git perf plan &&
		record $(git rev-parse HEAD~1) box 1 | git perf append -q &&
		git perf plan >out && test_grep "^box: 1 to measure" out
	)
'

test_expect_success 'a broken .gitperf, with its line; nothing is planned by half of it' '
	a_project broken "[policy]\n\tplan = window=15m\n\tlimit = 3\n[platform \"x\"]" &&
	(
		cd broken &&
		must_refuse 128 "main:.gitperf" git perf plan &&
		test_grep "limit" err &&
		policy "[platform \"x\"]" && git perf plan -q
	)
'

# --- The trunk moves otherwise than forwards ---

test_expect_success 'a rewritten trunk: on from the newest decided commit; what is gone goes' '
	a_project rewritten "[policy]\n\tplan = every\n[platform \"x\"]" &&
	(
		cd rewritten &&
		git perf plan -q && kept=$head &&
		commits a b c && git perf plan -q &&
		git perf request -q HEAD~1 && wanted=$(git rev-parse HEAD~1) &&
		git reset -q --hard $kept && commits A B && explained >actual &&
		cat >expected <<-\END &&
		x: 2 to measure, 2 taken off the queue
		  A  to be measured, as each commit is
		  B  to be measured, as each commit is
		END
		sed "/taken off the queue: it is no longer part/d" actual | test_cmp expected - &&
		test_line_count = 5 actual &&
		queue_jobs >jobs &&
		printf "x %s push\n" $kept $(git rev-parse HEAD~1 HEAD) >expected &&
		echo "x $wanted manual push" >>expected &&
		sort expected | test_cmp - jobs &&
		git perf plan >out && echo "x: nothing new" | test_cmp - out
	)
'

test_expect_success 'a rewritten trunk that nothing of was decided about' '
	(
		cd rewritten &&
		git checkout -q --orphan new && git commit -q -m other && commits D && git branch -f main &&
		git perf plan >out &&
		test_grep "^x: 1 to measure, 3 taken off the queue" out &&
		git branch -f main new~1 && git perf plan >out && test_grep "^x: 1 to measure, 1 taken" out
	)
'

# A merge of what the trunk was is a rewritten trunk that has it all, in another line
test_expect_success 'a history that cannot be read is an error, and no job goes for it' '
	a_project unreadable "[policy]\n\tplan = every\n[platform \"x\"]" &&
	(
		cd unreadable &&
		git perf plan -q && base=$head && commits a b && old=$head && git perf plan -q && queue_jobs >before &&
		git reset -q --hard $base && commits A && git merge -q -s ours -m M $old &&
		object=.git/objects/$(echo $old | sed "s|^..|&/|") && mv $object kept && echo damaged >$object &&
		must_refuse 128 "cannot read the history from $(git rev-parse HEAD)" git perf plan &&
		test_grep "^hint: git fsck" err && queue_jobs | test_cmp before - &&
		rm $object && must_refuse 128 "cannot read the history from $(git rev-parse HEAD)" git perf plan &&
		test_grep "^hint: git fsck" err && queue_jobs | test_cmp before - &&
		cp kept $object && git perf plan >out && test_grep "^x: 2 to measure\$" out &&
		queue_jobs >after && test_line_count = 5 after
	)
'

test_expect_success 'the branch of HEAD says which is the trunk' '
	a_project renamed &&
	(
		cd renamed &&
		git perf plan -q && git checkout -q -b develop &&
		policy "[policy]\n\ttrunk = develop\n[platform \"x\"]" &&
		git checkout -q main && policy "[policy]\n\ttrunk = develop\n[platform \"x\"]" &&
		at 900 && git perf plan --explain >out &&
		test_grep "^trunk develop at $(git rev-parse --short=10 develop)" out &&
		queue_cat plan | grep "\"trunk\":\"develop\"" &&
		test_grep "^x: 1 to measure" out && test_grep ! "^y" out
	)
'

# --- Where ---

test_expect_success 'a bare repository plans for itself; a linked worktree as its main one' '
	a_project source &&
	git clone -q --bare source hub.git &&
	git -C hub.git perf plan >out && test_grep "^x: 1 to measure" out &&
	git -C hub.git rev-parse -q --verify refs/perf/queue &&
	git -C hub.git rev-parse -q --verify perf &&
	git -C source worktree add -q ../linked 2>err &&
	(
		cd linked &&
		git perf plan -q && git perf queue >out && test_line_count = 3 out &&
		test_path_is_file ../source/.git/perf/queue
	) &&
	git -C source perf plan >out && test_grep "^x: nothing new" out
'

test_expect_success 'a namespace has a queue of its own' '
	(
		cd source &&
		git for-each-ref | grep -v refs/perf/staging >before &&
		at 3600 && git -c perf.namespace=staging perf plan >out && test_grep "^x: 1 to measure" out &&
		git -c perf.namespace=staging perf request -q HEAD~1 &&
		git for-each-ref | grep -v refs/perf/staging >after && test_cmp before after &&
		git for-each-ref refs/perf/staging --format="%(refname)" | sort >actual &&
		printf "refs/perf/staging/%s\n" data queue seen | test_cmp - actual &&
		git perf queue >out && test_line_count = 3 out &&
		git -c perf.namespace=staging perf queue >out && test_line_count = 5 out
	)
'

test_expect_success 'a clone: its remote'\''s queue, unless --local' '
	git clone -q hub.git clone &&
	(
		cd clone &&
		git perf plan >out && test_grep "^x: nothing new" out &&
		git perf plan -q --local && git rev-parse -q --verify refs/perf/queue &&
		git config perf.remote nowhere &&
		git perf plan -q && git perf plan >out && test_grep "^x: nothing new" out &&
		git perf plan --remote=../hub.git >out && test_grep "^x: nothing new" out &&
		must_refuse 128 "there is no remote .nowhere." git perf plan --remote=nowhere
	)
'

test_expect_success 'the remote'\''s .gitperf names another trunk' '
	git clone -q --bare renamed renamed.git && git -C renamed.git symbolic-ref HEAD refs/heads/main &&
	git clone -q renamed.git follows &&
	(
		cd follows &&
		git perf plan --explain >out &&
		test_grep "^trunk develop at $(git rev-parse --short=10 origin/develop)" out &&
		QUEUE=refs/perf/remotes/origin/perf/queue && queue_cat plan | grep "\"trunk\":\"develop\"" &&
		git perf plan >out && test_grep "^x: nothing new" out &&
		git -C ../renamed.git perf plan >out && test_grep "^x: nothing new" out
	)
'

test_expect_success 'a shallow clone must reach back far enough' '
	git -C hub.git config uploadpack.allowFilter true &&
	git clone -q hub.git author &&
	(cd author && commits a b c && git push -q) &&
	at 7200 &&
	git clone -q --depth=2 "file://$PWD/hub.git" shallow &&
	(
		cd shallow &&
		test_expect_code 128 git perf plan 2>err &&
		test_grep "the history of .main. ends in this clone" err &&
		test_grep "^hint: git fetch --unshallow" err &&
		git fetch -q --depth=4 && git perf plan >out &&
		test_grep "^x: 1 to measure, 2 represented" out
	)
'

test_expect_success 'a partial clone is enough' '
	(cd author && commits d && git push -q) &&
	at 10800 &&
	git clone -q --filter=blob:none --no-checkout "file://$PWD/hub.git" partial &&
	(
		cd partial &&
		git perf plan >out && test_grep "^x: 1 to measure" out &&
		git perf queue >out && test_line_count = 7 out &&
		git perf request -q HEAD~1 &&
		git perf request -q --cancel HEAD~1 &&
		git perf plan >out && test_grep "^x: nothing new" out
	) &&
	record $(git -C hub.git rev-parse main) x 1 | git -C hub.git perf append -q &&
	(
		cd partial &&
		git perf request -q --again -p x HEAD && git perf plan -q &&
		git -C ../hub.git cat-file blob "refs/perf/queue:requests/$(git rev-parse HEAD)-1.json"
	)
'

# --- Others at it ---

test_expect_success FLOCK 'another planner of this repository is waited for, not for ever' '
	a_project busy &&
	(
		cd busy &&
		at 0 && git perf plan -q && commits a && at 900 &&
		exec 9>.git/perf/queue && flock 9 &&
		test_expect_code 75 git -c perf.lockTimeout=0 perf plan 2>err 9>&- &&
		test_grep "another git perf has been planning" err && test_grep "^hint:" err &&
		test_expect_code 75 git -c perf.lockTimeout=0 perf request HEAD 2>err 9>&- &&
		git -c perf.lockTimeout=0 perf plan -n >out 9>&- && test_grep "^x: 1 to measure" out &&
		git perf queue >out 9>&-
	)
'

test_expect_success 'a lock beside the reference is named with its age, and removed when it is old' '
	(
		cd busy &&
		at 900 && : >.git/refs/perf/queue.lock && touch -t 202311142214.50 .git/refs/perf/queue.lock &&
		test_expect_code 75 git -c perf.lockTimeout=0 perf plan 2>err &&
		test_grep "refs/perf/queue.lock. has been locked for 10 s" err &&
		test_grep "^hint: .*remove that file" err &&
		touch -t 202311142204.00 .git/refs/perf/queue.lock &&
		git perf plan >out 2>err &&
		test_grep "^x: 1 to measure" out && test_grep "^warning: removed the lock" err
	)
'

test_expect_success 'the perf branch cannot be written: a warning, and the next one copies' '
	(
		cd busy &&
		commits b && at 1800 && decided >before &&
		: >.git/refs/heads/perf.lock && touch -t 202311142229.50 .git/refs/heads/perf.lock &&
		git -c perf.lockTimeout=0 perf plan >out 2>err &&
		test_grep "^x: 1 to measure" out &&
		test_grep "^warning: planned, but the decisions are not on the data branch yet" err &&
		test_grep "^hint: they wait in the queue" err &&
		decided | test_cmp before - &&
		queue_files decisions >waiting && test_line_count = 2 waiting &&
		rm .git/refs/heads/perf.lock && git perf plan -q &&
		decided >after && cat before waiting | sort | test_cmp - after &&
		must_be_sound
	)
'

test_expect_success 'the queue is lost: planning goes on behind the newest decision' '
	(
		cd busy &&
		git update-ref -d refs/perf/queue &&
		git perf plan >out && test_grep "^x: nothing new" out &&
		commits c && at 2700 && git perf plan >out && test_grep "^x: 1 to measure\$" out
	)
'

test_expect_success 'in the middle of receiving a push nothing is planned' '
	(
		cd hub.git &&
		test_expect_code 128 env GIT_QUARANTINE_PATH="$PWD/objects/incoming" git perf plan 2>err &&
		test_grep "post-receive" err
	)
'

test_done
