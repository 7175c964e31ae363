#!/bin/sh

test_description='every kind of repository works, or is refused clearly'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"

# must_work: here records can be appended and read; leaves 2 of them
must_work () {
	record "$c1" x86-64-linux 1 >in.work &&
	record "$c2" x86-64-linux 2 >>in.work &&
	git perf append <in.work >ids.work &&
	git perf ls | cut -f3 | sort >listed.work &&
	sort ids.work | test_cmp - listed.work &&
	git perf cat --all >/dev/null &&
	git perf append <in.work 2>err.work >/dev/null &&
	test_grep "^0 appended, 2 present" err.work &&
	must_be_sound
}

test_expect_success 'set up an origin' '
	git init -q origin &&
	(cd origin && make_history 5) &&
	git clone -q --bare origin bare.git &&
	git -C bare.git config uploadpack.allowFilter true &&
	git -C bare.git config uploadpack.allowAnySHA1InWant true &&
	eval "$(git -C origin for-each-ref --format="%(refname:short)=%(objectname)" refs/tags)"
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

test_expect_success OTHER_USER 'a run that cannot be stored fails and does not hide it' '
	test_when_finished "chmod -R u+w readonly3" &&
	read_only_clone readonly3 &&
	(
		cd readonly3 &&
		test_expect_code 128 as_user git-perf run --iterations=1 -- true >../out 2>../err &&
		grep -i "^error: .*permission denied" ../err &&
		grep "^hint: " ../err
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

# --- The branch ---

test_expect_success 'a branch of that name that is none of ours is left alone' '
	git clone -q origin notours &&
	(
		cd notours &&
		git branch perf &&
		record $c1 p >in &&
		must_refuse 128 "refs/heads/perf is not a perf branch" git perf append <in &&
		grep "^hint: .*perf.ref" err &&
		for command in ls "cat --all" fsck log show
		do
			must_refuse 128 "not a perf branch" git perf $command || return 1
		done &&
		git config perf.ref refs/perf/data &&
		must_work &&
		test "$(git rev-parse perf)" = "$(git rev-parse main)"
	)
'

test_expect_success 'a branch whose format file is a folder, huge or odd is not ours' '
	git init -q odd &&
	(
		cd odd &&
		for content in "" "git-perf" "git-perf x" "git-perf 0" "git-perf -1" \
			"perf 1" "$(awk "BEGIN { for (i = 0; i < 900; i++) print \"git-perf 1\" }")"
		do
			blob=$(printf "%s\n" "$content" | git hash-object -w --stdin) &&
			tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
			git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
			must_refuse 128 "not a perf branch" git perf ls || return 1
		done &&
		tree=$(printf "040000 tree $tree\tformat\n" | git mktree) &&
		git update-ref refs/heads/perf $(git commit-tree -m x $tree) &&
		record $c1 p >in &&
		must_refuse 128 "not a perf branch" git perf append <in &&
		git update-ref refs/heads/perf -d &&
		git tag perf-blob $blob &&
		echo $blob >.git/refs/heads/perf &&
		test_expect_code 128 git perf append <in 2>err &&
		grep "^hint: " err
	)
'

test_expect_success 'a newer format, and requirements that are not known' '
	git init -q newer &&
	(
		cd newer &&
		record $c1 p >in &&
		make_format () {
			blob=$(printf "$1" | git hash-object -w --stdin) &&
			tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
			git update-ref refs/heads/perf $(git commit-tree -m x $tree)
		} &&
		make_format "git-perf 2\n" &&
		must_refuse 128 "format 2, newer" git perf append <in &&
		grep "^hint: .*upgrade" err &&
		must_refuse 128 "format 2, newer" git perf ls &&
		make_format "git-perf 1\nrequires: segments\n" &&
		must_refuse 128 "requires: segments" git perf append <in &&
		grep "^hint: .*upgrade" err &&
		must_refuse 128 "requires: segments" git perf log &&
		make_format "git-perf 1\noptional: hints\ngeneration: 3\n" &&
		must_work &&
		git cat-file -p perf:format >actual &&
		printf "git-perf 1\noptional: hints\ngeneration: 3\n" >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'a perf branch that is checked out is not moved' '
	git clone -q origin checkedout &&
	(
		cd checkedout &&
		record $c1 p >in &&
		git perf append -q <in &&
		git checkout -q perf &&
		record $c2 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		grep "^hint: .*switch" err &&
		git perf ls >out &&
		test_line_count = 1 out &&
		git checkout -q main &&
		git perf append -q <in &&
		git worktree add -q ../checkedout2 perf &&
		record $c3 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		cd ../checkedout2 &&
		must_refuse 128 "checked out" git perf append <../checkedout/in
	)
'

test_expect_success 'HEAD is on the perf branch, which does not exist yet' '
	git init -q -b perf unborn &&
	(
		cd unborn &&
		record $c1 p >in &&
		must_refuse 128 "checked out" git perf append <in &&
		test_must_fail git rev-parse -q --verify refs/heads/perf
	)
'

test_expect_success 'references in the way are named, with a way around' '
	git clone -q origin inway &&
	(
		cd inway &&
		git branch perf/topic &&
		record $c1 p >in &&
		must_refuse 128 "perf/topic" git perf append <in &&
		grep "^hint: .*perf.ref" err &&
		git pack-refs --all &&
		must_refuse 128 "perf/topic" git perf append <in &&
		git perf ls >out &&
		test_must_be_empty out &&
		git config perf.ref refs/perf/data &&
		must_work &&
		git rev-parse -q --verify perf/topic
	)
'

test_expect_success 'perf.ref: short, full, elsewhere and wrong' '
	git clone -q origin elsewhere2 &&
	(
		cd elsewhere2 &&
		git config perf.ref measurements &&
		must_work &&
		git rev-parse -q --verify refs/heads/measurements &&
		git config perf.ref refs/perf/data &&
		must_work &&
		git rev-parse -q --verify refs/perf/data &&
		test_must_fail git rev-parse -q --verify refs/heads/perf &&
		record $c1 p >in &&
		for bad in "a..b" "refs/" "a b" "" "x.lock" "refs/heads/a~1"
		do
			git config perf.ref "$bad" &&
			must_refuse 128 "perf.ref" git perf append <in &&
			must_refuse 128 "perf.ref" git perf ls || return 1
		done
	)
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
test_lazy_prereq SMALL_DISK '
	unshare -m sh -c "mount -t tmpfs -o size=1m none . && test ! -e x"
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
	unshare -m sh -ec "
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
	unshare -m sh -ec "
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

# --- Two sides ---

test_expect_success 'set up somebody else who has pushed' '
	git init -q --bare hub.git &&
	git -C origin push -q ../hub.git main --tags &&
	git clone -q hub.git theirs &&
	record $c1 x86-64-linux 1 | git -C theirs perf append >id.theirs &&
	record $c2 x86-64-linux 2 | git -C theirs perf append >>id.theirs &&
	git -C theirs push -q origin perf
'

test_expect_success 'readers see what only the remote-tracking branch has' '
	git clone -q hub.git fresh &&
	(
		cd fresh &&
		test_must_fail git rev-parse -q --verify refs/heads/perf &&
		git perf ls | cut -f3 | sort >actual &&
		sort ../id.theirs >expected &&
		test_cmp expected actual &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "2\n1\n" >expected &&
		test_cmp expected actual &&
		git perf cat "$(head -n 1 ../id.theirs)" >out &&
		git perf show c1 >out &&
		grep "^record *$(head -n 1 ../id.theirs)" out &&
		test_must_fail git rev-parse -q --verify refs/heads/perf
	)
'

test_expect_success 'the first write starts from the remote-tracking branch' '
	(
		cd fresh &&
		record $c3 x86-64-linux 3 | git perf append >../id.fresh &&
		test "$(git rev-parse perf^)" = "$(git rev-parse origin/perf)" &&
		git push -q origin perf &&
		must_be_sound
	)
'

test_expect_success 'a first write of what is there already only makes the branch' '
	git clone -q hub.git again &&
	(
		cd again &&
		git perf cat --all | git perf append 2>err >ids &&
		grep "^0 appended, 3 present" err &&
		test "$(git rev-parse perf)" = "$(git rev-parse origin/perf)"
	)
'

test_expect_success 'local and remote-tracking branch are one set' '
	(
		cd theirs &&
		record $c4 x86-64-linux 4 | git perf append >../id.more &&
		git fetch -q &&
		test "$(git rev-list --left-right --count perf...origin/perf)" = "1	1" &&
		git perf ls | cut -f3 | sort >actual &&
		cat ../id.theirs ../id.fresh ../id.more | sort >expected &&
		test_cmp expected actual &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "%s\n" 4 3 2 1 >expected &&
		test_cmp expected actual
	)
'

test_expect_success 'perf.remote says which remote' '
	(
		cd theirs &&
		git remote rename origin upstream &&
		git perf ls >out &&
		test_line_count = 3 out &&
		git config perf.remote upstream &&
		git perf ls >out &&
		test_line_count = 4 out
	)
'

# revoke <repository> <branch> <id>: as a purge would, with git alone
revoke () {
	(
		cd "$1" &&
		GIT_INDEX_FILE=$PWD/revoke.index &&
		export GIT_INDEX_FILE &&
		git read-tree "$2" &&
		reason=$(echo "by mistake" | git hash-object -w --stdin) &&
		git update-index --add --cacheinfo \
			"100644,$reason,revoked/$(echo "$3" | cut -c1-2)/$3" &&
		commit=$(git commit-tree -p "$2" -m revoke "$(git write-tree)") &&
		git update-ref "$2" "$commit" &&
		rm revoke.index
	)
}

test_expect_success 'what is revoked is gone for every reader' '
	git clone -q hub.git revoker &&
	id=$(head -n 1 id.theirs) &&
	(
		cd revoker &&
		git perf cat $id >../revoked.json &&
		git branch -q perf origin/perf &&
		revoke . refs/heads/perf $id &&
		git perf ls >out &&
		test_line_count = 2 out &&
		! grep $id out &&
		git perf cat --all >out &&
		test_line_count = 2 out &&
		must_refuse 128 "no record" git perf cat $id &&
		must_refuse 128 "" git perf show $id &&
		git perf show c1 >out &&
		grep "not measured" out &&
		git perf log --porcelain=v1 | cut -f10 >actual &&
		printf "%s\n" 3 2 >expected &&
		test_cmp expected actual &&
		git perf log --json >json &&
		grep "\"revoked\":1" json
	)
'

test_expect_success 'what is revoked does not come back' '
	(
		cd revoker &&
		before=$(git rev-parse perf) &&
		git perf append <../revoked.json >out 2>err &&
		grep "^0 appended, 0 present before, 1 revoked" err &&
		test "$(git rev-parse perf)" = $before &&
		cp ../revoked.json . &&
		git perf collect revoked.json >out &&
		grep "0 collected.* 1 revoked" out &&
		test "$(git rev-parse perf)" = $before &&
		{ cat revoked.json && record $c5 p 5; } | git perf append 2>err &&
		grep "^1 appended, 0 present before, 1 revoked" err &&
		git perf ls >out &&
		test_line_count = 3 out &&
		must_be_sound
	)
'

test_expect_success 'a revocation on either side counts in the union' '
	git -C revoker push -q origin perf &&
	(
		cd fresh &&
		git fetch -q &&
		git perf ls >out &&
		! grep $id out &&
		git ls-tree -r perf >out &&
		grep $id out
	) &&
	git clone -q hub.git other-way &&
	(
		cd other-way &&
		git branch -q perf origin/perf &&
		revoke . refs/heads/perf "$(cat ../id.fresh)" &&
		git perf ls >out &&
		! grep $(cat ../id.fresh) out
	)
'

test_expect_success 'what the remote side has revoked is not landed here, either' '
	(
		cd fresh &&
		git perf append <../revoked.json >out 2>err &&
		grep "0 appended" err &&
		git update-ref -d refs/heads/perf &&
		git update-ref -d refs/perf/seen &&
		git update-ref refs/heads/perf $(git rev-list --max-parents=0 origin/perf) &&
		git update-ref refs/remotes/origin/perf refs/remotes/origin/perf &&
		git update-ref -d refs/heads/perf &&
		git perf append <../revoked.json >out 2>err &&
		grep "0 appended, 0 present before, 1 revoked" err
	)
'

test_expect_success 'a revocation that only the remote side has holds for a local write' '
	git init -q two-sides &&
	(
		cd two-sides &&
		git fetch -q ../hub.git "refs/heads/perf:refs/remotes/origin/perf" &&
		blob=$(echo "git-perf 1" | git hash-object -w --stdin) &&
		tree=$(printf "100644 blob $blob\tformat\n" | git mktree) &&
		git update-ref refs/heads/perf $(git commit-tree -m start $tree) &&
		git perf append <../revoked.json >out 2>err &&
		grep "^0 appended, 0 present before, 1 revoked" err &&
		git ls-tree -r perf >out &&
		! grep $id out
	)
'

test_done
