#!/bin/sh

test_description='the trunk: which branch it is, and which policy follows from it'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"

# a_repo <name> <branch>: with one commit there
a_repo () {
	git init -q -b "$2" "$1" &&
	(
		cd "$1" &&
		test_commit "$1-one"
	)
}

# says <text>: commit this .gitperf, or none, on the branch that is checked out
says () {
	if test -n "$1"
	then
		printf "$1" >.gitperf &&
		git add .gitperf
	else
		git rm -q .gitperf
	fi &&
	test_tick &&
	git commit -qm "policy"
}

# trunk_is <name> <ref> [<argument>...]: its newest commit is that of the reference
trunk_is () {
	echo "$1 $2 $(git rev-parse "$2")" >want &&
	shift 2 &&
	test-gitperf trunk "$@" >got &&
	sed -n 1p got | sed "s/, no suite\$//" >first &&
	test_cmp want first
}

# no_trunk <code> <message> <hint> [<argument>...]
no_trunk () {
	code=$1 message=$2 hint=$3 &&
	shift 3 &&
	test_expect_code 128 test-gitperf trunk "$@" >out 2>err &&
	test_must_be_empty out &&
	test_grep -F "error: $code: $message" err &&
	test_grep -F "hint: $hint" err
}

test_expect_success 'main, master or trunk, in this order' '
	a_repo order topic &&
	(
		cd order &&
		trunk_is topic refs/heads/topic &&
		for name in trunk master main
		do
			git branch $name &&
			trunk_is $name refs/heads/$name || return 1
		done &&
		test_grep ", no suite\$" got &&
		test_grep "^plan window=15m tagged\$" got &&
		git checkout -q --detach &&
		trunk_is main refs/heads/main &&
		git branch -D -q main master trunk &&
		no_trunk ENOTFOUND "nothing here says which branch is the trunk" "git config perf.trunk <branch>" &&
		git config perf.trunk topic &&
		trunk_is topic refs/heads/topic
	)
'

test_expect_success 'a repository without commits, and a branch that is not there' '
	git init -q -b main empty &&
	(
		cd empty &&
		no_trunk ENOTFOUND "there are no commits of the trunk '\''main'\'' here: no refs/heads/main" \
			"git branch shows" &&
		no_trunk ENOTFOUND "nothing here says which branch of '\''origin'\'' is the trunk" \
			"git config perf.trunk <branch>" -r origin &&
		git config perf.trunk gone &&
		no_trunk ENOTFOUND "there are no commits of the trunk '\''gone'\''" "git branch" &&
		no_trunk ENOTFOUND "there are no commits of the trunk '\''gone'\''" "git fetch origin" -r origin &&
		git config perf.trunk "refs/heads/main" &&
		no_trunk EINVALID "'\''perf.trunk'\'' must be the name of a branch" "git config perf.trunk main"
	)
'

test_expect_success 'in a bare repository it is what HEAD stands for' '
	a_repo source main &&
	git -C source branch develop &&
	git clone -q --bare source bare.git &&
	(
		cd bare.git &&
		trunk_is main refs/heads/main &&
		git symbolic-ref HEAD refs/heads/develop &&
		trunk_is develop refs/heads/develop &&
		git symbolic-ref HEAD refs/heads/gone &&
		trunk_is main refs/heads/main &&
		git update-ref --no-deref HEAD refs/heads/develop &&
		trunk_is main refs/heads/main
	)
'

test_expect_success 'in a clone it is the default branch of the remote' '
	a_repo upstream main &&
	git -C upstream checkout -q -b develop &&
	(
		cd upstream &&
		test_commit upstream-two
	) &&
	git clone -q upstream clone &&
	(
		cd clone &&
		git checkout -q -b main &&
		test_commit clone-own &&
		trunk_is develop refs/remotes/origin/develop -r origin &&
		trunk_is main refs/heads/main &&
		git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/gone &&
		trunk_is main refs/remotes/origin/main -r origin &&
		git symbolic-ref refs/remotes/origin/HEAD refs/heads/main &&
		trunk_is main refs/remotes/origin/main -r origin &&
		git remote set-head -d origin &&
		trunk_is main refs/remotes/origin/main -r origin &&
		git config perf.trunk develop &&
		trunk_is develop refs/remotes/origin/develop -r origin &&
		git config perf.trunk "" &&
		trunk_is main refs/remotes/origin/main -r origin &&
		no_trunk ENOTFOUND "nothing here says which branch of '\''https://example.com/x'\'' is the trunk" \
			"git config perf.trunk <branch>" -r https://example.com/x &&
		git remote rename origin far/away &&
		trunk_is main refs/remotes/far/away/main -r far/away
	)
'

test_expect_success 'the branch of the data is never the trunk' '
	a_repo data perf &&
	(
		cd data &&
		no_trunk ENOTFOUND "nothing here says" "git config perf.trunk <branch>" &&
		git branch other &&
		git config perf.ref main &&
		git branch main &&
		git branch master &&
		trunk_is master refs/heads/master &&
		git config perf.trunk main &&
		no_trunk EINVALID "perf.trunk '\''main'\'' is the branch that holds the data" "name the one" &&
		git config --unset perf.trunk &&
		no_trunk EINVALID "the trunk '\''main'\'' is the branch that holds the data" "name the one" \
			refs/heads/main &&
		git checkout -q master &&
		says "[policy]\ntrunk = main\n" &&
		no_trunk EINVALID "'\''master:.gitperf'\'' names the trunk '\''main'\'': the trunk" "name the one" &&
		git config perf.ref refs/perf/data &&
		trunk_is main refs/heads/main
	) &&
	git clone -q data data-clone &&
	(
		cd data-clone &&
		git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/perf &&
		git update-ref -d refs/remotes/origin/main &&
		git -C ../data rev-parse master^ >id &&
		git update-ref refs/remotes/origin/master "$(cat id)" &&
		trunk_is master refs/remotes/origin/master -r origin
	)
'

test_expect_success 'its newest commit says what the policy is' '
	a_repo policy main &&
	(
		cd policy &&
		says "[policy]\nplan = merges\ndropOver = 50\n[platform \"x\"]\nconfig = b=1 a=2\n[platform \"y\"]\nrequired = false\n" &&
		trunk_is main refs/heads/main &&
		cat >want <<-\END &&
		plan merges
		  idle skip, degrade widen, in requests
		  widen 10 to 5, drop 50 to 10
		  gap 20 commits, 86400000 ms, wait 86400000 ms, partial after 7200000 ms
		platform x, required
		  config a=[2] b=[1]
		platform y
		END
		sed 1d got >rest &&
		test_cmp want rest &&
		git checkout -q -b side &&
		says "[policy]\nplan = every\n" &&
		echo "[policy" >.gitperf &&
		trunk_is main refs/heads/main &&
		test_grep "^plan merges" got &&
		trunk_is side refs/heads/side refs/heads/side &&
		test_grep "^plan every" got &&
		git checkout -q -f main &&
		says "" &&
		trunk_is main refs/heads/main &&
		test_grep ", no suite" got &&
		test_grep "^plan window=15m tagged" got &&
		git bundle create -q ../policy.bundle main side &&
		git fetch -q ../policy.bundle side:refs/perf/remotes/other/heads/main &&
		trunk_is main refs/perf/remotes/other/heads/main refs/perf/remotes/other/heads/main &&
		test_grep "^plan every" got &&
		no_trunk ENOTFOUND "there are no commits of the trunk '\''x'\'' here: no refs/heads/x" "git branch" refs/heads/x &&
		no_trunk ENOTFOUND "there are no commits of the trunk" "git branch" "no such ref" &&
		git tag -a -m tag annotated side &&
		test-gitperf trunk refs/tags/annotated >got &&
		test_grep "^main refs/tags/annotated $(git rev-parse side)\$" got &&
		git tag text side:.gitperf &&
		no_trunk EINVALID "'\''refs/tags/text'\'' leads to no commit" "git fsck" refs/tags/text
	)
'

test_expect_success 'a trunk that says it is another one is followed, once' '
	a_repo renamed main &&
	(
		cd renamed &&
		says "[policy]\ntrunk = develop\nplan = merges\n" &&
		no_trunk ENOTFOUND "'\''main:.gitperf'\'' names the trunk '\''develop'\'': there are no commits" "git branch" &&
		git checkout -q -b develop &&
		says "[policy]\ntrunk = next\nplan = commits=5\n" &&
		trunk_is develop refs/heads/develop &&
		test_grep "^plan commits=5" got &&
		test_grep "^  trunk next" got &&
		git -c perf.trunk=main -c alias.trunk="!test-gitperf trunk" trunk >got &&
		test_grep "^main refs/heads/main $(git rev-parse main)\$" got &&
		test_grep "^plan merges" got &&
		test_grep "^  trunk main" got &&
		test_grep "^  overridden trunk" got &&
		trunk_is main refs/heads/main refs/heads/main &&
		test_grep "^  trunk develop" got &&
		says "[policy]\ntrunk = main\n" &&
		trunk_is develop refs/heads/develop &&
		says "[policy]\nwrong\n" &&
		no_trunk EFORMAT "'\''develop:.gitperf'\'' line 2: unknown key" ""
	) &&
	git clone -q renamed renamed-clone &&
	(
		cd renamed-clone &&
		git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main &&
		git update-ref refs/remotes/origin/develop refs/remotes/origin/develop^ &&
		trunk_is develop refs/remotes/origin/develop -r origin &&
		git update-ref -d refs/remotes/origin/develop &&
		no_trunk ENOTFOUND "'\''main:.gitperf'\'' names the trunk '\''develop'\''" "git fetch origin" -r origin
	)
'

test_expect_success 'a suite that is wrong is named with branch and line' '
	a_repo broken main &&
	(
		cd broken &&
		says "[policy]\n\nplan = sometimes\n" &&
		no_trunk EFORMAT "'\''main:.gitperf'\'' line 3: '\''plan'\'' does not know '\''sometimes'\''" "its words are" &&
		says "[benchmark \"b\"]\n" &&
		no_trunk EFORMAT "'\''main:.gitperf'\'' line 1: benchmark" "add what" &&
		git rm -q --cached .gitperf && rm .gitperf && mkdir .gitperf && >.gitperf/x &&
		git add .gitperf && git commit -qm folder &&
		test_expect_code 128 test-gitperf trunk 2>err &&
		test_grep "error: EINVALID: main:.gitperf: .* is not a file" err
	)
'

test_expect_success 'git config overrides every key, on this clone alone' '
	a_repo overrides main &&
	(
		cd overrides &&
		says "[policy]\nplan = merges\nidle = remeasure\nwidenOver = 15\n[platform \"x\"]\n" &&
		git config perf.plan "commits=3 tagged" &&
		git config PERF.IDLE skip &&
		git config perf.degrade skip &&
		git config perf.depthunit jobs &&
		git config perf.dropOver 40 &&
		git config perf.gapTime 0 &&
		git config perf.waitTime "" &&
		cat >want <<-\END &&
		plan commits=3 tagged
		  idle skip, degrade skip, in jobs
		  widen 15 to 5, drop 40 to 10
		  gap 20 commits, 0 ms, wait 86400000 ms, partial after 7200000 ms
		  overridden plan
		  overridden idle
		  overridden degrade
		  overridden depthUnit
		  overridden dropOver
		  overridden gapTime
		platform x, required
		END
		test-gitperf trunk | sed 1d >got &&
		test_cmp want got &&
		git config perf.dropOver 12 &&
		no_trunk EINVALID "'\''widenOver'\'' is 15, which is more than '\''perf.dropOver'\'', 12" "choose widenUntil" &&
		git config perf.dropOver 20 &&
		git config perf.plan "merges every" &&
		no_trunk EINVALID "'\''perf.plan'\'' contradicts itself: '\''merges every'\''" \
			"git config perf.plan '\''window=15m tagged'\''" &&
		GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=perf.plan GIT_CONFIG_VALUE_0="every  tagged" \
			test-gitperf trunk >got &&
		test_grep "^plan every tagged" got
	)
'

test_expect_success 'a clone of a part gets the suite from where it is' '
	a_repo whole main &&
	(
		cd whole &&
		says "[policy]\nplan = every\n" &&
		git config uploadpack.allowFilter true &&
		git config uploadpack.allowAnySHA1InWant true
	) &&
	git clone -q --bare --filter=blob:none "file://$PWD/whole" part.git &&
	git clone -q --bare --filter=tree:0 "file://$PWD/whole" treeless.git &&
	git clone -q --bare --filter=blob:none "file://$PWD/whole" cut.git &&
	for part in part treeless
	do
		(
			cd $part.git &&
			trunk_is main refs/heads/main &&
			test_grep "^plan every" got
		) || return 1
	done &&
	mv whole moved &&
	(
		cd cut.git &&
		test_expect_code 128 test-gitperf trunk 2>err &&
		test_grep "main:.gitperf: cannot fetch what this partial clone lacks" err
	)
'

test_expect_success 'a clone whose history is cut off, and another work tree' '
	a_repo deep main &&
	(
		cd deep &&
		says "[policy]\nplan = every\n" &&
		git worktree add -q -b topic ../beside &&
		cd ../beside &&
		trunk_is main refs/heads/main &&
		test_grep "^plan every" got
	) &&
	git clone -q --depth=1 "file://$PWD/deep" shallow &&
	(
		cd shallow &&
		trunk_is main refs/remotes/origin/main -r origin &&
		test_grep "^plan every" got
	)
'

# What git says is a branch can be the trunk, but for names that only mislead
test_expect_success 'names of branches are what git says' '
	cat >names <<-\END &&
	main
	release/2.0
	a./b
	x-
	@x
	a{b}
	a.locks
	-x
	a..b
	a b
	a~1
	a^
	a:b
	a?
	a*
	a[b
	a\\b
	/a
	a/
	a//b
	.a
	a/.b
	a.
	a.lock
	a.lock/b
	HEAD
	a@{b
	END
	git init -q -b main oracle &&
	while read -r name
	do
		printf "[policy]\n\ttrunk = \"%s\"\n" "$name" >file &&
		if git -C oracle check-ref-format --branch "$(git config -f file policy.trunk)" >out 2>&1
		then
			test-gitperf policy file >got || return 1
		else
			test_expect_code 128 test-gitperf policy file 2>err || return 1
		fi
	done <names
'

test_done
