#!/bin/sh

test_description='every kind of repository works, or is refused clearly'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

test_expect_success 'set up an origin' '
	make_origin 5 &&
	git clone -q --bare origin bare.git &&
	git -C bare.git config uploadpack.allowFilter true &&
	git -C bare.git config uploadpack.allowAnySHA1InWant true
'

test_expect_success 'a bare repository' '
	(
		cd bare.git &&
		must_work &&
		git perf log --json >json &&
		grep "\"value\":2" json &&
		git perf show c2 >out &&
		grep "^platform *x86-64-linux" out
	) &&
	git clone -q --bare origin bare2.git &&
	record $c1 p | git perf append -q &&
	record $c1 p | git --git-dir=bare2.git perf append -q &&
	git --git-dir=bare2.git perf ls >out &&
	test_line_count = 1 out &&
	forget_branch
'

test_expect_success 'a bare repository whose HEAD is the perf branch' '
	git init -q --bare headperf.git &&
	(
		cd headperf.git &&
		git fetch -q ../origin main:main --tags &&
		git symbolic-ref HEAD refs/heads/perf &&
		must_work
	)
'

test_expect_success 'an empty repository takes records of commits it does not have' '
	git init -q empty &&
	(
		cd empty &&
		must_work &&
		test_must_fail git rev-parse -q --verify HEAD &&
		test_expect_code 128 git perf log 2>err &&
		grep "^hint: " err &&
		test_expect_code 128 git perf run -- true 2>err &&
		grep "^hint: " err &&
		git perf show $c1 >out &&
		grep "not in this clone" out &&
		grep "^platform *x86-64-linux" out
	)
'

test_expect_success 'an empty repository without a branch: readers say so' '
	git init -q nothing &&
	(
		cd nothing &&
		git perf ls >out &&
		test_must_be_empty out &&
		git perf cat --all >out &&
		test_must_be_empty out &&
		must_refuse 128 "no perf branch" git perf fsck
	)
'

test_expect_success 'a shallow clone' '
	git clone -q --depth=1 "file://$PWD/bare.git" shallow &&
	(
		cd shallow &&
		git tag -d c1 c2 >/dev/null 2>&1
		must_work &&
		git perf run --iterations=1 --warmup=0 -- true >out 2>err &&
		git perf log >out 2>err &&
		grep $(git rev-parse --short=10 HEAD) out &&
		test_line_count -gt 1 out &&
		grep "2 records .*of commits that this clone does not have" err &&
		grep "^hint: .*unshallow" err &&
		git perf log --json >json 2>err &&
		grep "\"unknown_commits\":2" json
	)
'

test_expect_success 'a shallow perf branch' '
	git clone -q --depth=1 --no-single-branch "file://$PWD/bare.git" shallow2 &&
	(
		cd shallow2 &&
		git branch -q perf origin/perf &&
		record $c5 x86-64-linux 3 | git perf append -q &&
		git perf ls >out &&
		test_line_count = 3 out &&
		must_be_sound
	)
'

test_expect_success 'a partial clone without blobs' '
	git clone -q --filter=blob:none --no-checkout "file://$PWD/bare.git" partial &&
	(
		cd partial &&
		git perf ls >out &&
		test_line_count = 2 out &&
		record $c5 q 5 | git perf append -q &&
		git perf ls >out &&
		test_line_count = 3 out &&
		test "$(git rev-parse perf^)" = "$(git rev-parse origin/perf)" &&
		git perf cat "$(git perf ls --platform=q | cut -f3)" >out &&
		test_line_count = 1 out
	)
'

test_expect_success 'git perf fsck gets them, all at once, and then looks at them' '
	git -C bare.git config uploadpack.allowFilter true &&
	git clone -q --filter=blob:none --no-checkout "file://$PWD/bare.git" checked &&
	(
		cd checked &&
		git remote set-url origin "file://$PWD/nowhere" &&
		test_expect_code 75 git perf fsck >out 2>err &&
		grep "^2 records in .* 0 problems" out &&
		grep "^warning: cannot fetch what this partial clone lacks" err &&
		grep "^warning: 2 files not checked: they are not here" err &&
		grep "^hint: .*remote" err &&
		git remote set-url origin "file://$TRASH_DIRECTORY/bare.git" &&
		GIT_TRACE="$PWD/trace" git perf fsck >out 2>err &&
		grep "^2 records in .* 0 problems" out &&
		test_must_be_empty err &&
		grep "built-in: git fetch " trace >fetches &&
		test_line_count = 1 fetches &&
		git perf fsck -q
	)
'

test_expect_success 'a partial clone gets the records that it lacks, or says how' '
	(
		cd partial &&
		id=$(git perf ls --platform=x86-64-linux c1 | cut -f3) &&
		if git perf cat $id >out 2>err
		then
			test "$(git hash-object out)" = $id
		else
			grep "^hint: .*fetch" err
		fi &&
		git fetch -q --refetch --no-filter origin &&
		git perf cat $id >out &&
		test "$(git hash-object out)" = $id &&
		git perf log sort >out
	)
'

test_expect_success 'a partial clone gets a format that is not the usual one' '
	git init -q --bare raised.git &&
	git -C bare.git push -q ../raised.git perf &&
	(
		cd raised.git &&
		git config uploadpack.allowFilter true &&
		git config uploadpack.allowAnySHA1InWant true &&
		blob=$(printf "git-perf 1\ngeneration: 2\n" | git hash-object -w --stdin) &&
		{ git ls-tree perf | grep -v "format$"; printf "100644 blob $blob\tformat\n"; } |
		git mktree >tree &&
		git update-ref refs/heads/perf $(git commit-tree -m x $(cat tree))
	) &&
	git clone -q --filter=blob:none --no-checkout "file://$PWD/raised.git" raised &&
	(
		cd raised &&
		git perf ls >out &&
		test_line_count = 2 out &&
		git cat-file -p origin/perf:format >actual &&
		printf "git-perf 1\ngeneration: 2\n" >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'a partial clone gets the suite of another commit' '
	git init -q suites &&
	(
		cd suites &&
		git config uploadpack.allowFilter true &&
		git config uploadpack.allowAnySHA1InWant true &&
		for n in 1 2
		do
			printf "[benchmark \"b%s\"]\n\tcommand = true\n" $n >.gitperf &&
			git add .gitperf &&
			git commit -q -m $n || return 1
		done
	) &&
	git clone -q --filter=blob:none "file://$PWD/suites" partial2 &&
	(
		cd partial2 &&
		git perf run --dry-run --commit=HEAD~1 >out &&
		grep "b1: true" out &&
		must_refuse 128 "b3" git perf run --dry-run --suite=HEAD:b3
	) &&
	git clone -q --filter=blob:none "file://$PWD/suites" partial3 &&
	(
		cd partial3 &&
		git remote set-url origin "file://$PWD/nowhere" &&
		must_refuse 128 "cannot fetch" git perf run --dry-run --commit=HEAD~1
	)
'

test_expect_success 'a linked worktree writes to the one branch' '
	git clone -q origin main &&
	(
		cd main &&
		git worktree add -q ../linked HEAD~1
	) &&
	(
		cd linked &&
		must_work &&
		test_path_is_missing "$(git rev-parse --git-dir)/refs/heads/perf" &&
		git perf run --iterations=1 --warmup=0 -- true &&
		git perf ls c4 >out &&
		test_line_count = 1 out
	) &&
	git -C main perf ls >out &&
	test_line_count = 3 out &&
	git -C main perf fsck -q
'

test_expect_success 'objects borrowed from another repository' '
	git clone -q -s origin borrower &&
	(
		cd borrower &&
		test_path_is_file .git/objects/info/alternates &&
		must_work &&
		git perf log --porcelain=v1 sort >out &&
		test_line_count = 2 out
	) &&
	i=0 &&
	while test $i -lt 70
	do
		i=$((i + 1)) &&
		record $c3 p $i || return 1
	done | git -C borrower perf append -q &&
	git -C borrower perf fsck -q &&
	git -C borrower fsck --strict --no-dangling
'

test_expect_success 'extensions.worktreeConfig' '
	git clone -q origin wtconfig &&
	(
		cd wtconfig &&
		git config core.repositoryFormatVersion 1 &&
		git config extensions.worktreeConfig true &&
		git config --worktree core.sparseCheckout true &&
		must_work &&
		git perf log >out
	) &&
	git clone -q --filter=blob:none --sparse "file://$PWD/bare.git" sparse &&
	(
		cd sparse &&
		record $c5 q 5 | git perf append -q &&
		git perf ls >out &&
		test_line_count = 3 out
	)
'

test_expect_success 'perf.* in the configuration of a worktree' '
	(
		cd wtconfig &&
		git worktree add -q ../wtconfig2 HEAD~1 &&
		cd ../wtconfig2 &&
		git config --worktree perf.platform from-the-worktree &&
		git perf run --iterations=1 --warmup=0 -- true &&
		git perf ls --platform=from-the-worktree >out &&
		test_line_count = 1 out
	)
'

test_expect_success 'GIT_DIR in the environment, from anywhere' '
	git clone -q origin env &&
	mkdir elsewhere &&
	record $c3 p 3 >in &&
	(
		cd elsewhere &&
		GIT_DIR=../env/.git git perf append -q <../in &&
		GIT_DIR=../env/.git GIT_WORK_TREE=../env git perf ls >out &&
		test_line_count = 1 out
	) &&
	git --git-dir=env/.git perf ls >out &&
	test_line_count = 1 out &&
	git -C env perf ls >out &&
	test_line_count = 1 out
'

test_expect_success 'a subdirectory' '
	(
		mkdir -p env/a/b &&
		cd env/a/b &&
		record $c4 p 3 | git perf append -q &&
		git perf run -o . --no-append --iterations=1 --warmup=0 -- true &&
		ls benchmark-results-* &&
		git perf collect . &&
		git perf ls >out &&
		test_line_count = 3 out
	)
'

test_expect_success 'a submodule' '
	git init -q super &&
	(
		cd super &&
		git -c protocol.file.allow=always submodule --quiet add ../origin sub &&
		cd sub &&
		must_work
	)
'

test_expect_success 'outside any repository' '
	mkdir -p "$HOME/outside" &&
	(
		cd "$HOME/outside" &&
		GIT_CEILING_DIRECTORIES=$HOME &&
		export GIT_CEILING_DIRECTORIES &&
		for command in append ls "cat --all" fsck log show "run -- true" "collect ."
		do
			test_expect_code 128 git perf $command </dev/null 2>err &&
			grep "^error: " err &&
			grep "^hint: .*repository" err || return 1
		done
	)
'

test_expect_success '-c on the command line of git is heard' '
	git clone -q origin minusc &&
	(
		cd minusc &&
		record $c1 p | git -c perf.ref=refs/perf/data perf append -q &&
		test_must_fail git rev-parse -q --verify refs/heads/perf &&
		git -c perf.ref=refs/perf/data perf ls >out &&
		test_line_count = 1 out &&
		GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=perf.ref \
			GIT_CONFIG_VALUE_0=refs/perf/data git perf ls >out &&
		test_line_count = 1 out
	)
'

# --- Not allowed ---

# Somebody who is not root looks at a repository of his own that nobody may
# write to.
read_only_clone () {
	chmod a+rx "$TRASH_DIRECTORY" &&
	git clone -q --template= origin "$1" &&
	git -C "$1" fetch -q ../bare.git perf:perf &&
	test_path_is_missing "$1/.git/perf" &&
	{ test "$(id -u)" != 0 || chown -R 65534:65534 "$1"; } &&
	chmod -R a-w "$1"
}

test_expect_success OTHER_USER 'a read-only repository is read, and not written to' '
	test_when_finished "chmod -R u+w readonly" &&
	read_only_clone readonly &&
	record $c3 p 3 >in &&
	(
		cd readonly &&
		as_user git-perf ls >../out &&
		test_line_count = 2 ../out &&
		as_user git-perf log >../out &&
		as_user git-perf show c1 >../out &&
		as_user git-perf fsck >../out &&
		as_user git for-each-ref >../before &&
		test_expect_code 128 as_user git-perf append <../in >../out 2>../err &&
		test_must_be_empty ../out &&
		grep -i "^error: .*permission denied" ../err &&
		grep "^hint: .*permission" ../err &&
		as_user git for-each-ref >../after &&
		test_cmp ../before ../after
	)
'

test_expect_success OTHER_USER 'A14: measuring needs no permission to write to the repository' '
	test_when_finished "chmod -R u+w readonly2" &&
	read_only_clone readonly2 &&
	mkdir -m 777 results &&
	(
		cd readonly2 &&
		as_user git-perf run --no-append -o ../results -p x86-64-linux -- true >../out &&
		test_path_is_file ../results/benchmark-results-$c5-x86-64-linux.json &&
		as_user git-perf run --no-append -o - -- true >../record &&
		git perf verify ../record
	) &&
	git clone -q origin gatherer &&
	git -C gatherer perf collect ../results &&
	git -C gatherer perf ls >out &&
	test_line_count = 1 out
'

# must_not_measure <pattern>: it is said before the command runs; from within a clone
must_not_measure () {
	test_expect_code 128 as_user git-perf run --iterations=1 -- touch ../results/ran >../out 2>../err &&
	test_path_is_missing ../results/ran &&
	test_must_be_empty ../out &&
	test_grep "^error: .*$1.*: Permission denied" ../err &&
	test_grep "^hint: .*; nothing was measured" ../err
}

test_expect_success OTHER_USER 'a run that cannot be stored is not begun, and does not hide it' '
	test_when_finished "chmod -R u+w readonly3" &&
	read_only_clone readonly3 &&
	(
		cd readonly3 &&
		must_not_measure "\.git/perf/" &&
		chmod u+w .git &&
		must_not_measure "\.git/objects" &&
		chmod -R u+w .git &&
		as_user git-perf run --iterations=1 -- touch ../results/ran &&
		rm ../results/ran
	)
'

test_expect_success 'a repository with sha256 objects is refused' '
	git init -q --object-format=sha256 sha256 &&
	(
		cd sha256 &&
		git commit -q --allow-empty -m one &&
		record $c1 p >in &&
		must_refuse 128 "sha256\|objectformat" git perf append <in &&
		grep -i "sha-1" err &&
		must_refuse 128 "sha256\|objectformat" git perf ls &&
		must_refuse 128 "sha256\|objectformat" git perf log &&
		must_refuse 128 "sha256\|objectformat" git perf run -- true
	)
'

test_expect_success 'references kept in another way than files are refused' '
	git init -q reftable &&
	(
		cd reftable &&
		git config core.repositoryFormatVersion 1 &&
		git config extensions.refStorage reftable &&
		for command in ls log fsck "append" "run -- true"
		do
			test_expect_code 128 git-perf $command </dev/null 2>err &&
			grep "^hint: .*reftable" err || return 1
		done
	)
'

test_expect_success ROOT 'a repository of somebody else is refused, until it is named safe' '
	git clone -q origin foreign &&
	chown -R 65534:65534 foreign &&
	record $c3 p 3 >in &&
	(
		cd foreign &&
		test_must_fail git rev-parse HEAD 2>err &&
		grep "dubious ownership" err &&
		for command in append ls log "run -- true" fsck
		do
			test_expect_code 128 git perf $command <../in 2>../err &&
			grep "^error: .*belongs to somebody else" ../err &&
			grep "^hint: .*safe.directory" ../err || return 1
		done &&
		test_path_is_missing .git/refs/heads/perf &&
		git config --global --add safe.directory "$PWD" &&
		git perf append -q <../in &&
		git perf ls >../out &&
		test_line_count = 1 ../out &&
		git config --global --unset-all safe.directory
	)
'

test_expect_success ROOT 'safe.directory may be * as in git' '
	test_when_finished "git config --global --unset-all safe.directory" &&
	git config --global --add safe.directory "*" &&
	git -C foreign rev-parse HEAD &&
	git -C foreign perf ls >out &&
	test_line_count = 1 out
'

# --- Shared, full, frozen ---

test_expect_success ROOT,OTHER_USER 'core.sharedRepository: two users of a group take turns' '
	chmod a+rx "$TRASH_DIRECTORY" &&
	git init -q --bare --shared=group team.git &&
	chgrp -R 65534 team.git &&
	git config --global --add safe.directory "$PWD/team.git" &&
	test_when_finished "git config --global --unset-all safe.directory" &&
	i=0 &&
	while test $i -lt 100
	do
		i=$((i + 1)) &&
		record $c1 p $i || return 1
	done >many &&
	for uid in 65532 65533 65532 65533 65532
	do
		i=$((i + 1)) &&
		record $c2 p $i >one &&
		(cd team.git && setpriv --reuid=$uid --regid=65534 --clear-groups \
			sh -c "umask 077; git-perf append -q" <../one) &&
		sed "s/\"p\"/\"p$i\"/" many >others &&
		(cd team.git && setpriv --reuid=$uid --regid=65534 --clear-groups \
			sh -c "umask 077; git-perf append -q && git-perf ls" <../others) || return 1
	done &&
	git -C team.git perf ls >out &&
	test_line_count = 505 out
'

test_expect_success 'core.sharedRepository = group' '
	test_when_finished "umask 022" &&
	umask 077 &&
	git init -q --bare --shared=group shared.git &&
	(
		cd shared.git &&
		i=0 &&
		while test $i -lt 70
		do
			i=$((i + 1)) &&
			record $c1 p $i || return 1
		done >many &&
		rm -f many.git &&
		record $c1 p 100 | git perf append -q &&
		record $c1 p 101 | git perf append -q &&
		git perf append -q <many &&
		find objects refs perf -type d ! -perm -2770 >folders &&
		test_must_be_empty folders &&
		find objects refs -type f ! -perm -040 >files &&
		test_must_be_empty files &&
		find refs -type f ! -perm -060 >files &&
		test_must_be_empty files
	)
'

test_expect_success FLOCK 'core.sharedRepository: the others can take what waits' '
	test_when_finished "umask 022" &&
	umask 077 &&
	(
		cd shared.git &&
		git config perf.lockTimeout 0 &&
		record $c2 p 100 >in &&
		exec 9>perf/lock &&
		flock 9 &&
		test_expect_code 75 git perf append -q <in 9>&- &&
		exec 9>&- &&
		find perf -type d ! -perm -2770 >folders &&
		test_must_be_empty folders &&
		find perf -type f ! -perm -060 >files &&
		test_must_be_empty files
	)
'

test_expect_success 'who shares nothing leaves no permissions behind' '
	test_when_finished "umask 022" &&
	umask 077 &&
	git init -q --bare private.git &&
	(
		cd private.git &&
		record $c1 p 100 | git perf append -q &&
		record $c1 p 101 | git perf append -q &&
		find . -perm /077 >open &&
		test_must_be_empty open
	)
'

# A small disk of one's own, gone with the process.
own_mounts () {
	if test "$(id -u)" = 0
	then
		unshare -m "$@"
	else
		unshare -rm "$@"
	fi
}

test_lazy_prereq SMALL_DISK '
	own_mounts sh -c "mount -t tmpfs -o size=1m none . && test ! -e x"
'

test_expect_success SMALL_DISK 'a full disk: nothing changes, and then all is well' '
	git init -q --bare --template= full.template &&
	record $c1 p 1 | git --git-dir=full.template perf append -q &&
	i=0 &&
	while test $i -lt 300
	do
		i=$((i + 1)) &&
		record $c2 p $i || return 1
	done >many &&
	record $c2 p 1 >one &&
	mkdir -p disk &&
	export c1 c2 &&
	own_mounts sh -ec "
		mount -t tmpfs -o size=600k none disk
		cp -r full.template disk/full.git
		cd disk/full.git
		git for-each-ref >../../before
		dd if=/dev/zero of=../filler bs=4k 2>/dev/null || :
		for in in one many
		do
			code=0
			git perf append <../../\$in >../../out 2>../../err.\$in || code=\$?
			test \$code = 128
			test ! -s ../../out
		done
		git for-each-ref >../../after
		find perf -path \"*/spool/*\" >../../left || :
		git perf ls >../../listed
		rm ../filler
		git perf append -q <../../many
		git perf fsck -q
		git fsck --strict --no-dangling
		git perf ls >../../listed2
	" &&
	test_cmp before after &&
	test_must_be_empty left &&
	test_line_count = 1 listed &&
	test_line_count = 301 listed2 &&
	for in in one many
	do
		grep "^error: .*\(No space left\|Out of diskspace\)" err.$in &&
		grep "^hint: .*disk" err.$in || return 1
	done
'

test_expect_success SMALL_DISK 'a full disk does not take a measurement without a word' '
	git clone -q --template= origin full.clone &&
	own_mounts sh -ec "
		mount -t tmpfs -o size=1200k none disk
		cp -r full.clone disk/full
		cd disk/full
		dd if=/dev/zero of=../filler bs=4k 2>/dev/null || :
		code=0
		git perf run --iterations=1 -- true >../../out 2>../../err || code=\$?
		test \$code = 128
		code=0
		git perf run --iterations=1 --no-append -o . -- true >../../out 2>../../err2 || code=\$?
		test \$code = 128
		ls >../../left
	" &&
	grep "^error: .*No space left" err &&
	grep "^hint: " err &&
	grep "^error: .*No space left" err2 &&
	echo file >expected &&
	test_cmp expected left
'

test_expect_success SMALL_DISK 'a file system that is mounted read-only' '
	git clone -q --template= origin frozen &&
	record $c1 p 1 | git -C frozen perf append -q &&
	record $c2 p 1 >in &&
	mkdir -p disk &&
	own_mounts sh -ec "
		mount -t tmpfs -o size=5m none disk
		cp -r frozen disk/frozen
		mount -o remount,bind,ro disk
		cd disk/frozen
		git perf ls >../../out
		git perf log >>../../out
		git perf show c1 >>../../out
		git perf fsck >>../../out
		for command in append \"collect ../../in\"
		do
			code=0
			git perf \$command <../../in >../../out2 2>../../err || code=\$?
			test \$code = 128
			grep \"^error: .*Read-only file system\" ../../err
			grep \"^hint: \" ../../err
		done
		git perf run --iterations=1 --warmup=0 --no-append -o ../.. -- true
	" &&
	git perf verify benchmark-results-*.json
'

# --- From within git ---

test_expect_success 'hooks, aliases and rebase --exec' '
	git clone -q origin within &&
	(
		cd within &&
		cat >.git/hooks/post-commit <<-\END &&
		#!/bin/sh
		git perf run --iterations=1 --warmup=0 -p hook -- true >/dev/null
		END
		chmod +x .git/hooks/post-commit &&
		echo change >file &&
		git commit -q -a -m change &&
		git perf ls -p hook HEAD >out &&
		test_line_count = 1 out &&
		rm .git/hooks/post-commit &&
		git config alias.p "perf ls" &&
		git config alias.q "!git perf ls" &&
		git p >out &&
		test_line_count = 1 out &&
		mkdir sub && cd sub &&
		git q >out &&
		test_line_count = 1 out &&
		cd .. &&
		git rebase -q --force-rebase --exec "git perf run --iterations=1 --warmup=0 -p rebase -- true >out" HEAD~2 &&
		git perf ls -p rebase >out &&
		test_line_count = 2 out &&
		git worktree add -q ../within2 &&
		cd ../within2 &&
		git rebase -q --force-rebase --exec "git perf run --iterations=1 --warmup=0 -p worktree -- true >out" HEAD~1 &&
		git perf ls -p worktree >out &&
		test_line_count = 1 out
	)
'

test_expect_success 'hooks of a server' '
	git clone -q --bare origin server.git &&
	record $c1 server >server.git/in &&
	cat >server.git/hooks/post-receive <<-\END &&
	#!/bin/sh
	git perf append -q <in
	git perf ls >ls.out
	END
	chmod +x server.git/hooks/post-receive &&
	git clone -q server.git pusher &&
	(
		cd pusher &&
		git commit -q --allow-empty -m more &&
		git push -q origin HEAD
	) &&
	test_line_count = 1 server.git/ls.out &&
	git -C server.git perf fsck -q
'

test_done
