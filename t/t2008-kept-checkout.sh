#!/bin/sh

test_description='a work tree that is kept is as good as a new one, and a build is not done twice'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# suite <text>...: the id of a suite of these lines
suite () {
	printf "%s\n" "$@" | git hash-object -w --stdin
}

# building <command>: the id of a suite that builds by it
building () {
	suite "[suite]" "build = \"$1\"" "[benchmark \"a\"]" "command = true" "iterations = 1"
}

# looks <directory>: all that a program could see of the files but their times
looks () {
	(
		cd "$1" &&
		ls -lARn | awk "NF > 8 { print \$1, \$9, \$10, \$11 } /:\$/" &&
		find . -type f ! -path ./.git -exec cksum {} + | sort &&
		git ls-files -s -t -v && git status --porcelain --ignored && git rev-parse HEAD
	)
}

# fresh <commit>: what a new one would look like
fresh () {
	rm -rf fresh && git worktree prune && git worktree add -q --detach ./fresh $1 &&
	looks fresh && rm -rf fresh && git worktree prune
}

# keep <commit> [<option>=<value>...]: a session in the kept work tree "w"
keep () {
	commit_=$1 && shift &&
	test-gitperf session keep=w commit=$commit_ suite-id=$none out=record "$@" >pulses
}

must_be_fresh () {
	fresh $1 >expected && looks "$tree" >actual && test_cmp expected actual
}

test_expect_success 'set up' '
	git init -q work && cd work &&
	git config perf.lockFile "$PWD/.git/measuring" &&
	git config perf.platform x86-64-linux &&
	git config perf.worktrees "$PWD/../kept" && mkdir ../kept &&
	mkdir -p d/e f && echo "*.o" >.gitignore && echo 1 >d/e/x && echo 1 >d/y && echo 1 >f/z &&
	echo 1 >same && echo 1 >run && chmod +x run && echo 1 >place && ln -s same link &&
	git add . && git commit -q -m one && git tag one &&
	git rm -q -r f place && echo file >f && mkdir place && echo 2 >place/in && echo 2 >d/y &&
	git add . && git commit -q -m two && git tag two &&
	git init -q sub && (cd sub && test_commit s) && git -c advice.addEmbeddedRepo=false add sub &&
	git commit -q -m sub && git tag sub && mv sub ../sub.git &&
	git rm -q --cached sub && echo file >sub && git add sub && git commit -q -m "no sub" && git tag nosub &&
	none=$(suite "[benchmark \"a\"]" "command = true" "iterations = 1" "warmup = 0") && git tag none $none &&
	keep one && tree=$(git worktree list | sed -n "2s/ .*//p") &&
	case $tree in */kept/git-perf-????????????????/w/tree) ;; *) false ;; esac &&
	must_be_fresh one
'

test_expect_success 'there and back: it is the same tree' '
	inode=$(ls -di "$tree") &&
	for commit in two sub nosub sub one two
	do
		keep $commit && must_be_fresh $commit || return 1
	done &&
	test "$inode" = "$(ls -di "$tree")" &&
	git worktree list >trees && test_line_count = 2 trees
'

# left <what> <commit> <commit> <command>: a build at the first has done this; at the
# second there is nothing of it
left () {
	for next in $2 $3
	do
		keep $2 && must_be_fresh $2 &&
		id=$(building "$4") &&
		keep $2 suite-id=$id && test_path_is_file record &&
		grep "\"steps\":\[{\"duration\":[0-9]*,\"name\":\"build\",\"status\":\"ok\"}\]" record >json &&
		inode=$(ls -di "$tree") && keep $next && must_be_fresh $next || return 1
	done
	test "$5" = anew || test "$inode" = "$(ls -di "$tree")"
}

test_left () {
	test_expect_success "a build leaves $1" "left '$1' $2 $3 '$4' $5"
}

outside=$TRASH_DIRECTORY/outside

test_left 'files, and folders' one two 'mkdir -p n/m e; echo >n/m/o; echo >d/a.o; echo >new; echo >.hidden; ln -s /nowhere l'
test_left 'changes' one two 'echo changed >same; echo 2 >d/y; rm -r run f; echo >link'
test_left 'changes that keep size and times' one two 'touch -r same ref; echo 9 >same; touch -r ref same'
test_left 'changes that git was told to look away from' one two 'git update-index --assume-unchanged same; echo 3 >same; git update-index --skip-worktree d/y; echo 3 >d/y; rm -f f/z; git update-index --assume-unchanged f/z'
test_left 'other permissions' one two 'chmod 444 same; chmod 755 d/y; chmod 644 run; mkdir -p ro/in; echo >ro/in/x; chmod 555 ro/in ro; chmod 555 d/e; chmod 700 f'
test_left 'closed folders' one two 'mkdir -p c/l/o; chmod 000 c/l/o; chmod 000 c/l; chmod 000 c; chmod 000 d/e; chmod 000 d'
test_left 'hard links' one two 'ln same other; ln d/y same2; echo 5 >other'
test_left 'a folder where a file was, and a file where a folder was' one two 'rm same; mkdir same; echo >same/x; rm -r d; echo >d'
test_left 'a file where a folder is to be' one two 'rm place; mkdir place; echo >place/out; mkdir place/in; echo >place/in/deep'
test_left 'links out of the tree' one two 'rm -r d; ln -s '"$outside"' d; rm same; ln -s '"$outside"'/y same'
test_left 'repositories' one two 'git init -q r; git init -q r/s; echo >r/x; git init -q d; echo >d/new; git init -q --bare bare; git -C r add x; mkdir .git.d; git init -q f/g'
test_left 'submodules' sub nosub 'git clone -q '"$TRASH_DIRECTORY"'/sub.git sub; echo >sub/more'
test_left 'something in the place of a submodule' sub nosub 'echo >sub/x; mkdir sub/y; echo >sub/y/z'
test_left 'a file in the place of a submodule' sub nosub 'rmdir sub; echo >sub'
test_left 'staged changes, and none' one two 'echo 2 >same; git add same; git rm -q -f d/y; echo >intent; git add -N intent'
test_left 'another commit, a branch, a merge' one two 'git checkout -q -f two; git -c user.name=a -c user.email=a@b commit -q --allow-empty -m more; git rev-parse one >.git.x; cp .git.x $(git rev-parse --git-dir)/MERGE_HEAD; git checkout -q -b branch$(date +%s%N)'
test_left 'a lock of git' one two ': >$(git rev-parse --git-dir)/index.lock; : >$(git rev-parse --git-dir)/HEAD.lock'
test_left 'no index' one two 'rm -f $(git rev-parse --git-dir)/index'
test_left 'another index' one two 'echo junk >$(git rev-parse --git-dir)/index' anew
test_left 'a clean index of its own' one two 'echo 7 >same; git add same; cp $(git rev-parse --git-dir)/index $(git rev-parse --git-dir)/git-perf-index' anew
test_left 'no .git' one two 'rm .git' anew
test_left 'another .git' one two 'rm .git; git init -q .' anew
test_left 'a HEAD that is none' one two 'echo junk >$(git rev-parse --git-dir)/HEAD' anew

test_expect_success 'other attributes write what is the same otherwise' '
	git checkout -q two && echo "same eol=crlf" >d/.gitattributes && mkdir -p deep/er &&
	echo "t eol=crlf" >deep/er/.gitattributes && echo 1 >deep/er/t && git add . && git commit -q -m crlf && git tag crlf &&
	git rm -q --cached deep/er/.gitattributes && git commit -q -m lf && git tag lf &&
	git checkout -q -f main &&
	keep crlf && must_be_fresh crlf && keep lf && must_be_fresh lf && keep crlf && must_be_fresh crlf
'

test_expect_success 'other settings, too' '
	keep one && git config core.eol crlf && echo "same text" >.git/info/attributes &&
	test_when_finished "git config --unset core.eol; rm .git/info/attributes" &&
	keep one && must_be_fresh one
'

test_expect_success 'a sparse work tree, of the repository and of a build' '
	id=$(building "git sparse-checkout set --no-cone d && : >same && mkdir f && echo >f/z") &&
	keep one && keep one suite-id=$id && keep two && must_be_fresh two &&
	test_when_finished "git sparse-checkout disable" &&
	git sparse-checkout set --no-cone d && keep one && must_be_fresh one && test_path_is_missing "$tree/same" &&
	id=$(building "echo >same; mkdir -p f; echo >f/z; rm -r d/e") &&
	inode=$(ls -di "$tree") && keep one suite-id=$id && test_path_is_file "$tree/same" &&
	keep one && must_be_fresh one && keep two && must_be_fresh two && test "$inode" = "$(ls -di "$tree")"
'

test_expect_success 'hooks stay silent' '
	mkdir -p .git/hooks && printf "#!/bin/sh\necho ran >>\"%s\"\n" "$PWD/hooked" >.git/hooks/post-checkout &&
	chmod +x .git/hooks/post-checkout && test_when_finished "rm -f .git/hooks/post-checkout" &&
	keep one && keep two && git checkout -q one && test_line_count = 1 hooked && git checkout -q main
'

test_expect_success 'gc takes nothing of it, and prune is survived' '
	commit=$(git commit-tree -m loose one^{tree}) && keep $commit && must_be_fresh $commit &&
	git gc -q --prune=now && git worktree prune --expire=now &&
	git -C "$tree" fsck && keep two && keep one && must_be_fresh one &&
	mv "$tree" elsewhere && git worktree prune && mv elsewhere "$tree" &&
	keep two && must_be_fresh two &&
	rm -rf "$tree" && keep one && must_be_fresh one &&
	git worktree list >trees && test_line_count = 2 trees
'

test_expect_success 'another repository has another one, also where this one was' '
	cd .. && mv work moved && cp -R moved work && cd work &&
	keep two && must_be_fresh two && cd ../moved && test-gitperf session keep=w commit=one suite-id=$none >out &&
	git worktree list >trees && test_line_count -ge 2 trees &&
	cd ../work && keep one && must_be_fresh one
'

test_expect_success FLOCK 'one at a time' '
	exec 9<"${tree%tree}lock" && flock 9 && echo 4242 >"${tree%tree}lock" &&
	test_expect_code 128 test-gitperf session keep=w commit=one suite-id=$none >out 2>err 9>&- &&
	grep "^error: EBUSY: process 4242 has the work tree .w.$" err &&
	test_expect_code 128 test-gitperf forget w >out 2>err 9>&- && grep EBUSY err &&
	test-gitperf session keep=v commit=one suite-id=$none >out 9>&- && test_path_is_dir "${tree%/w/tree}/v/tree" &&
	exec 9>&- && keep two && must_be_fresh two
'

test_expect_success 'a temporary work tree does not take it for abandoned, whatever its name is' '
	test-gitperf session keep=git-perf-99999-abcdef commit=one suite-id=$none >out &&
	test-gitperf session commit=two suite-id=$none >out &&
	test_path_is_file "${tree%/w/tree}/git-perf-99999-abcdef/tree/same" && test_path_is_file "$tree/same"
'

test_expect_success 'names that are none, and what a kept one is not for' '
	for name in "" . .. a/b ../x .x A "a b"
	do
		test_expect_code 128 test-gitperf session "keep=$name" commit=one >out 2>err && grep EINVALID err &&
		test_expect_code 128 test-gitperf forget "$name" >out 2>err && grep EINVALID err || return 1
	done &&
	test_expect_code 128 test-gitperf session keep=w >out 2>err && grep EINVALID err &&
	test_expect_code 128 test-gitperf session keep=w commit=one base=two >out 2>err && grep EINVALID err
'

test_expect_success 'somebody else'\''s folder is not used' '
	mkdir ../other && ln -s "$PWD" "../other/$(basename "$(dirname "$(dirname "$tree")")")" &&
	test_expect_code 128 git -c perf.worktrees="$PWD/../other" -c alias.s="!test-gitperf session" \
		s keep=w commit=one suite-id=$none >out 2>err && grep EDENIED err
'

test_expect_success 'where it lies without a setting' '
	git config --unset perf.worktrees && test_when_finished "git config perf.worktrees \"\$PWD/../kept\"" &&
	(XDG_CACHE_HOME=$PWD/../xdg && export XDG_CACHE_HOME && test-gitperf session keep=w commit=one suite-id=$none) >out &&
	test_path_is_file ../xdg/git-perf-*/w/tree/same &&
	mkdir ../home &&
	(unset XDG_CACHE_HOME && HOME=$PWD/../home && export HOME && test-gitperf session keep=w commit=one suite-id=$none) >out &&
	test_path_is_file ../home/.cache/git-perf-*/w/tree/same
'

test_expect_success 'forgotten, it is gone, and others are not' '
	test-gitperf forget w && test_path_is_missing "$tree" && test_path_is_dir "${tree%/w/tree}/v/tree" &&
	test-gitperf forget w && test-gitperf forget v && test-gitperf forget git-perf-99999-abcdef &&
	(cd ../moved && test-gitperf forget w) &&
	ls ../kept >left && test_must_be_empty left && git worktree list >trees && ! grep kept/ trees &&
	keep one && must_be_fresh one
'

test_expect_success 'nothing outside was touched' '
	mkdir -p "$outside/e" && echo 1 >"$outside/y" && echo 1 >"$outside/e/x" &&
	left x one two "rm -r d; ln -s \\\"$outside\\\" d" &&
	test_path_is_file "$outside/y" && test_path_is_file "$outside/e/x"
'

test_done
