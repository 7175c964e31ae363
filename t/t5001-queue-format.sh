#!/bin/sh

test_description='the queue: what gitperf-queue(7) says is what there is (M18)

A listing marked [source,...,role=<name>] in the manual is what the project
made by make_example has in its queue.
'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"
. "$TEST_DIRECTORY/lib-hub.sh"

PAGE=$TOP/Documentation/gitperf-queue.adoc

# listing <role>: what stands there
listing () {
	awk -v role="$1" '
	$0 ~ "^\\[source,[a-z]+,role=" role "\\]$" { marked = NR }
	/^----$/ && inside { exit }
	inside
	/^----$/ && marked == NR - 1 { inside = 1 }' "$PAGE"
}

# keys_of <section>: those that it describes
keys_of () {
	awk -v title="=== $1" '
	/^==/ { inside = $0 == title }
	inside && /^`[a-z]+`(, `[a-z]+`)*::/ {
		sub(/::.*/, "")
		gsub(/[`,]/, "")
		for (i = 1; i <= NF; i++)
			print $i
	}' "$PAGE" | sort -u
}

# keys_in <folder, or "plan">: those that its files have, but for names that are free
keys_in () {
	queue_files | grep "^$1" | while read -r file
	do
		queue_cat "$file" || return 1
	done | jq -r 'del(.config[]?, .findings[]?) | .. | objects | keys[]' | sort -u
}

make_example () {
	make_history 5 &&
	policy '[platform "x86-64-linux"]\n\tconfig = compiler=clang' &&
	git perf plan -q &&
	git perf request -q c2 &&
	commits "Sort in place" "Fix a warning" &&
	at 3600 &&
	git perf plan -q
}

test_expect_success 'the tree is the one in the manual' '
	git init -q project &&
	(
		cd project &&
		make_example &&
		queue_files | sed "s/-[0-9a-f]*\.json/-<oid12>.json/; /^requests/s/-<oid12>/-0/" >actual &&
		listing tree >expected &&
		test_cmp expected actual &&
		listing control >expected &&
		queue_cat control >actual &&
		test_cmp expected actual
	)
'

test_expect_success JQ 'and so is each file in it' '
	(
		cd project &&
		commit=$(git rev-parse c2) &&
		job=$(job_of $commit) &&
		for pair in plan:plan "job:$job" "request:requests/$commit-0.json" \
			"decision:$(queue_files decisions)"
		do
			listing "${pair%%:*}" | jq -cS . >expected &&
			test -s expected &&
			queue_cat "${pair#*:}" | sed "s/\"git-perf [^\"]*\"/\"git-perf 0.1.0\"/" >actual &&
			test_cmp expected actual || return 1
		done
	)
'

test_expect_success JQ 'a worker that was just added has the file in the manual' '
	git clone -q project added && test_when_finished "rm -rf added" &&
	(
		cd added &&
		git perf worker add --local -p x86-64-linux box-1 >out &&
		listing worker | jq -cS . >expected && test -s expected &&
		queue_cat workers/box-1.json | test_cmp expected -
	)
'

test_expect_success 'the same file is on the perf branch, under a name that its bytes make' '
	(
		cd project &&
		path=$(queue_files decisions) &&
		test "$(git rev-parse "refs/perf/queue:$path")" = "$(git rev-parse "perf:$path")" &&
		id=$(git rev-parse "perf:$path") &&
		echo "decisions/x86-64-linux/$(git rev-parse main | cut -c1-2)/$(git rev-parse main |
			cut -c3-)-20231114T230000Z-$(echo $id | cut -c1-12).json" >expected &&
		echo "$path" | test_cmp expected -
	)
'

# part <text>: its length in bytes, and itself
part () {
	echo "$(printf %s "$1" | wc -c | tr -d " "):$1"
}

# id_of <file>: the id of the job in it, by the rule of the manual
id_of () {
	jq -r ".commit, .platform, .suite // \"\", \"\(.round) \(.config // {} | length)\",
		(.config // {} | to_entries[] | .key, .value), (.benchmarks // [] | .[])" "$1" >parts &&
	{
		head -n 3 parts | while read -r text
		do
			part "$text"
		done &&
		sed -n 4p parts &&
		sed 1,4d parts | while read -r text
		do
			part "$text"
		done
	} | sha256sum | cut -c1-40
}

test_expect_success JQ 'a job has the id that the manual makes of it' '
	git init -q ids &&
	(
		cd ids &&
		make_history 3 &&
		git perf request -q -p x c1 &&
		git perf request -q -p x -k b=2 -k "a=1 and 3" c1 &&
		git perf request -q -p y.z -k "größe=ä" c2 &&
		record $c3 y.z 1 | git perf append -q &&
		git perf request -q -p y.z --again c3 &&
		policy "[platform \"x\"]" &&
		git perf request -q HEAD &&
		queue_files jobs >files &&
		test_line_count = 5 files &&
		part_of_it () {
			queue_cat "$(head -n 1 files)" | jq -cS ".set = \"box-1\" | .benchmarks = [\"a\", \"b c\"]" >part &&
			put "jobs/$(jq -r .platform part)/$(id_of part).json" <part
		} &&
		with_queue part_of_it && git perf request -q -p x c2 &&
		git perf queue >out 2>err && test_must_be_empty err && test_grep "queued, part of box-1" out &&
		queue_files jobs >files &&
		test_line_count = 7 files &&
		while read -r file
		do
			queue_cat "$file" >job &&
			echo "jobs/$(sed -n "s/.*\"platform\":\"\([^\"]*\)\".*/\1/p" job)/$(id_of job).json" >expected &&
			echo "$file" | test_cmp expected - || return 1
		done <files
	)
'

# --- Every member, and nothing else ---

# A worker is at the one with the lease, and another program has asked for a version;
# all members that there are, in canonical form
lease_some () {
	queue_cat "$job" | jq -cS ".attempts = 1 | .refunds = 1 | .error = \"worker fell silent\" | .lease = {
			beat: 3, done: 12, seen: [\"2023-11-14T22:30:00.000000000Z\"], since: \"2023-11-14T22:00:00.000000000Z\",
			step: 1, steps: [\"build\", \"measure\"], token: 7, total: 60, ttl: 60000, worker: \"box-1\" }" |
		put "$job" &&
	queue_cat "$job" | jq -cS ".set = \"box-1\" | .benchmarks = [\"a\"] | del(.lease)" >part &&
	put "jobs/x86-64-linux/$(id_of part).json" <part &&
	jq -cnS "{ beat: 4, duty: \"pause\", findings: { governor: \"powersave\" }, host: \"h\", instance: \"i\",
			mishap: { commit: \"$commit\", error: \"no build\", log: \"cc\", when: \"2023-11-14T21:00:00.000000000Z\" },
			platform: \"x86-64-linux\", schema: 1, seen: [\"2023-11-14T22:30:00.000000000Z\"],
			told: \"2023-11-14T21:30:00.000000000Z\", tool: \"git-perf 9\", ttl: 60000, worker: \"box-1\" }" |
		put workers/box-1.json &&
	queue_cat "$request" | sed "s/}/,\"started\":true,\"tool\":\"git-perf 9\"}/" | put "$request" &&
	printf "git-perf-queue 1\ncommits 9\ntokens 7\n" | put control
}

test_expect_success JQ 'members of jobs, requests, workers, plans: those that are described' '
	(
		cd project &&
		commit=$(git rev-parse c2) &&
		job=$(job_of $commit) &&
		request=requests/$commit-0.json &&
		with_queue lease_some &&
		names="refs/perf/queue:$job refs/perf/queue:$request refs/perf/queue:workers" &&
		git rev-parse $names >before &&
		git perf request -q c1 &&
		git rev-parse $names >after &&
		test_cmp before after &&
		printf "git-perf-queue 1\ncommits 10\ntokens 7\n" >expected &&
		queue_cat control | test_cmp expected - &&
		git perf queue >out 2>err &&
		test_must_be_empty err &&
		test_grep "running on box-1: measure 12/60 " out &&
		for kind in jobs requests workers
		do
			keys_of $kind/ >expected &&
			keys_in $kind >actual &&
			test_cmp expected actual || return 1
		done &&
		keys_of plan >expected &&
		keys_in plan >actual &&
		test_cmp expected actual
	)
'

test_expect_success 'what somebody is at stays; what is done goes all the same' '
	(
		cd project &&
		git perf request --cancel c2 >out &&
		test_grep "is being measured" out &&
		job=$(job_of $(git rev-parse c2)) && request=requests/$(git rev-parse c2)-0.json &&
		git rev-parse -q --verify "refs/perf/queue:$job" &&
		record $(git rev-parse c2) x86-64-linux 1 "\"config\":{\"compiler\":\"clang\"}" | git perf append -q &&
		git perf plan >out &&
		test_grep "^1 job done, and off the queue" out &&
		test_must_fail git rev-parse -q --verify "refs/perf/queue:$job" &&
		test_must_fail git rev-parse -q --verify "refs/perf/queue:$request" &&
		queue_cat control | grep "^tokens 7\$"
	)
'

test_expect_success JQ 'members of decisions: those that are described' '
	a_project decide "[policy]\n\tplan = commits=2\n[platform \"x\"]" &&
	(
		cd decide &&
		at 0 && git perf plan -q &&
		commits a b && git perf plan -q &&
		commits c d && git perf plan -q &&
		policy "[policy]\n\tplan = merges\n[platform \"x\"]" &&
		at 3600 && commits e f && git perf plan -q &&
		decided >files && test_line_count = 4 files &&
		while read -r file
		do
			git cat-file blob "perf:$file" || return 1
		done <files >all &&
		jq -r ".. | objects | keys[]" all | sort -u >actual &&
		keys_of decisions/ >expected &&
		test_cmp expected actual &&
		test_grep "\"why\":\"superseded\"" all &&
		test_grep "\"skipped\":\"not-merge\"" all
	)
'

# --- What is not as it should be ---

test_expect_success 'what is not known is kept' '
	a_project strange &&
	(
		cd strange &&
		git perf plan -q &&
		add_unknown () {
			echo one | put fleet/box-1.json && echo two | put later/a/b/c/d/e/f &&
			echo three | put notes && printf "git-perf-queue 1\ncommits 1\nsets 4 5\ntokens 0\n" | put control
		} &&
		with_queue add_unknown &&
		git perf request -q HEAD~1 2>err &&
		test_must_be_empty err &&
		queue_cat fleet/box-1.json | grep one &&
		queue_cat later/a/b/c/d/e/f | grep two &&
		queue_cat notes | grep three &&
		printf "git-perf-queue 1\ncommits 2\ntokens 0\nsets 4 5\n" >expected &&
		queue_cat control | test_cmp expected - &&
		git perf plan -q &&
		queue_cat notes | grep three
	)
'

test_expect_success 'a job of a newer version is kept, and said to be; nobody takes its name' '
	(
		cd strange &&
		job=$(queue_files jobs/x | head -n 1) &&
		request=$(queue_files requests | head -n 1) &&
		make_newer () {
			for newer_ in "$job" "$request"
			do
				queue_cat "$newer_" | sed "s/\"schema\":1/\"schema\":2,\"wind\":\"west\"/" |
				put "$newer_" || return 1
			done
		} &&
		with_queue make_newer &&
		git rev-parse "refs/perf/queue:$job" "refs/perf/queue:$request" >before &&
		git perf queue >out 2>err &&
		test_grep "^warning: .*newer version" err &&
		test_grep "^hint: upgrade git perf" err &&
		git perf queue --json 2>err | grep "\"damaged\":0,\"newer\":2" &&
		git perf request -q HEAD~1 &&
		git perf request -q --again HEAD &&
		git perf plan -q &&
		git rev-parse "refs/perf/queue:$job" "refs/perf/queue:$request" >after &&
		test_cmp before after
	)
'

test_expect_success 'damaged files count for nothing, are reported, and gone with the next transition' '
	a_project damaged &&
	(
		cd damaged &&
		git perf plan -q &&
		job=$(queue_files jobs/x) &&
		damage () {
			echo "{" | put jobs/x/$(printf "%040d" 1).json &&
			queue_cat "$job" | put jobs/x/$(printf "%040d" 2).json &&
			queue_cat "$job" | sed "s/\"platform\":\"x\"/\"platform\":\"newer than this version\"/" |
			put jobs/x/$(printf "%040d" 3).json &&
			queue_cat "$job" | put "jobs/y/${job##*/}" &&
			queue_cat "$job" | sed "s/\"schema\":1,//" | put "$job" &&
			echo "{\"schema\":1,\"round\":0}" | put requests/none-0.json &&
			queue_cat "$(queue_files requests)" | put requests/other-0.json &&
			echo "{}" | put decisions/x/ab/cd.json &&
			head -c 1100000 /dev/zero | put jobs/x/large.json
		} &&
		with_queue damage &&
		git perf queue >out 2>err &&
		test_grep "^warning: some files of the queue cannot be used" err &&
		test_grep "^hint: the next git perf plan removes them" err &&
		git perf queue --json | grep "\"damaged\":9,\"newer\":0" &&
		test_line_count = 2 out &&
		git perf plan -q &&
		git perf queue 2>err &&
		test_must_be_empty err &&
		queue_files jobs >files && test_line_count = 1 files &&
		queue_files decisions >files && test_must_be_empty files &&
		decided >files && test_line_count = 2 files &&
		git fsck --strict
	)
'

test_expect_success 'a damaged plan is made anew from the decisions' '
	(
		cd damaged &&
		queue_cat plan | sed "s/\"last\":\"[^\"]*\",//g" >expected &&
		hurt () { echo "{}" | put plan; } &&
		with_queue hurt &&
		git perf plan >out &&
		test_grep "^x: nothing new" out &&
		commits another && at 3600 && git perf plan --explain >out &&
		test_grep "$(echo $head | cut -c1-10)  to be measured, the newest" out &&
		decided >files && test_line_count = 4 files
	)
'

# refused <pattern of the message> <pattern of the hint>: by all, with nothing changed
refused () {
	for command in plan "request HEAD" queue
	do
		must_refuse 128 "$1" git perf $command && test_grep "^hint: $2" err || return 1
	done
}

test_expect_success 'a newer queue, or one with a newer plan, is refused' '
	a_project newer &&
	(
		cd newer &&
		git perf plan -q &&
		cp .git/refs/perf/queue good &&
		newer_control () { printf "git-perf-queue 2\ncommits 1\n" | put control; } &&
		with_queue newer_control &&
		refused "queue is of a format that is newer" "upgrade git perf" &&
		git update-ref refs/perf/queue "$(cat good)" &&
		newer_plan () { queue_cat plan | sed "s/\"schema\":1/\"schema\":2/" | put plan; } &&
		with_queue newer_plan &&
		refused "queue is of a format that is newer" "upgrade git perf"
	)
'

test_expect_success 'something else in its place is refused, with the way out' '
	(
		cd newer &&
		git update-ref refs/perf/queue main &&
		refused "refs/perf/queue is no queue" ".*git update-ref -d refs/perf/queue.*and plan anew" &&
		git update-ref refs/perf/queue "$(cat good)" &&
		foreign () { echo "something else" | put control; } &&
		with_queue foreign &&
		refused "refs/perf/queue is no queue" ".*git update-ref -d refs/perf/queue" &&
		git update-ref refs/perf/queue "$(git rev-parse HEAD:.gitperf)" &&
		refused "cannot read the queue" "git fsck" &&
		git config perf.queue refs/heads/main &&
		refused "refs/heads/main is no queue" ".*git update-ref -d refs/heads/main" &&
		git config perf.queue refs/perf/elsewhere &&
		git perf plan -q &&
		git rev-parse -q --verify refs/perf/elsewhere &&
		for bad in perf refs/heads/perf refs/perf/inbox/x "a b" refs/heads
		do
			git config perf.queue "$bad" &&
			must_refuse 128 "perf.queue" git perf queue || return 1
		done
	)
'

test_expect_success 'numbers from outside are bounded' '
	a_project numbers &&
	(
		cd numbers &&
		git perf plan -q &&
		huge () { printf "git-perf-queue 1\ncommits 7\ntokens 99999999999999999999999\n" | put control; } &&
		with_queue huge &&
		git perf request -q HEAD~1 &&
		printf "git-perf-queue 1\ncommits 8\ntokens 1000000000000000\n" >expected &&
		queue_cat control | test_cmp expected - &&
		huge () { printf "git-perf-queue 1\ncommits 9223372036854775807\ntokens -3\n" | put control; } &&
		with_queue huge &&
		git perf request -q --cancel HEAD~1 &&
		printf "git-perf-queue 1\ncommits 1\ntokens 0\n" >expected &&
		queue_cat control | test_cmp expected -
	)
'

test_expect_success 'so are those of jobs, and times that no machine will see' '
	(
		cd numbers &&
		job=$(queue_files jobs/x) &&
		most () { queue_cat "$job" | sed "s/\"attempts\":0/\"attempts\":1000000000000000/" | put "$job"; } &&
		with_queue most && git perf queue >out 2>err && test_must_be_empty err &&
		test_grep "failed 1000000000000000 times" out &&
		more () { queue_cat "$job" | sed "s/\"attempts\":10*/\"attempts\":9223372036854775807/" | put "$job"; } &&
		with_queue more && git perf queue >out 2>err && test_grep "cannot be used" err &&
		record $head x 1 "\"started\":\"1970-01-02T00:00:00Z\",\"finished\":\"2261-11-14T22:13:20Z\",\"job\":{\"id\":\"$(printf %040d 1)\",\"round\":9223372036854775807}" |
		git perf append -q &&
		git perf request -q --again HEAD && queue_files requests | grep -e "-1.json" &&
		git perf request -q HEAD~1 && git perf queue >out && test_grep "unknown" out
	)
'

# folders_of <n> <tree>: a tree with so many names for it
folders_of () {
	awk -v n="$1" -v id="$2" 'BEGIN { for (i = 0; i < n; i++) printf "040000 tree %s\td%03d\n", id, i }' | git mktree
}

# with_folder <name> <tree>: the queue with a folder that was made behind our back
with_folder () {
	git update-ref refs/perf/queue "$(git commit-tree -m x "$({
		git ls-tree good | grep -v "	$1\$"
		printf "040000 tree %s\t%s\n" "$2" "$1"
	} | git mktree)")"
}

test_expect_success 'folders without end are not looked into, or refused' '
	a_project bomb &&
	(
		cd bomb &&
		git perf plan -q &&
		git update-ref refs/tags/good refs/perf/queue &&
		tree=$(printf "160000 commit $head\tz\n" | git mktree) &&
		for level in 1 2 3
		do
			tree=$(folders_of 300 $tree) || return 1
		done &&
		with_folder fleet $tree &&
		git perf queue >out 2>err && test_must_be_empty err &&
		git perf request -q HEAD~1 &&
		test $tree = $(git rev-parse refs/perf/queue:fleet) &&
		for folder in jobs workers
		do
			with_folder $folder $tree &&
			refused "queue is larger than 100000 files" ".*git update-ref -d refs/perf/queue" || return 1
		done
	)
'

test_expect_success 'one file under a great many names is read a few times at most' '
	(
		cd bomb &&
		git update-ref refs/perf/queue good &&
		awk "BEGIN { for (i = 0; i < 4194304; i++) printf \"[\" }" >large &&
		large=$(git hash-object -w large) &&
		names () {
			awk -v id=$large "BEGIN { for (i = 0; i < 20; i++) printf \"100644 %s 0\tjobs/x/%d.json\n\", id, i }" |
			git update-index --add --index-info
		} &&
		with_queue names &&
		refused "queue is larger than .* or 64 MiB" ".*git update-ref -d refs/perf/queue" &&
		git update-ref refs/perf/queue good &&
		larger () { cat large large | put jobs/y/1.json; } &&
		with_queue larger &&
		git perf queue >out 2>err && test_grep "cannot be used" err &&
		git perf plan -q && git perf queue >out 2>err && test_must_be_empty err
	)
'

test_expect_success 'a file in the place of a folder goes, as other damaged ones do' '
	(
		cd bomb &&
		for place in jobs requests decisions workers
		do
			in_the_way () {
				git rm -qr --cached --ignore-unmatch $place && echo x | put $place
			} &&
			git update-ref refs/perf/queue good &&
			with_queue in_the_way &&
			git perf queue >out 2>err && test_grep "cannot be used" err &&
			git perf request -q --again HEAD &&
			git perf queue >out 2>err && test_must_be_empty err &&
			git rev-parse refs/perf/queue:jobs/x || return 1
		done
	)
'

# --- A long history ---

old_queue () {
	printf "git-perf-queue 1\ncommits 1000\ntokens 3\n" | put control
}

test_expect_success 'past 1,000 commits its history begins anew' '
	a_project long &&
	(
		cd long &&
		git perf plan -q &&
		with_queue old_queue &&
		git ls-tree -r refs/perf/queue | sort >before &&
		commits next && git perf plan -q &&
		git rev-list --count refs/perf/queue >count &&
		echo 2 | test_cmp - count &&
		at 3600 && git perf plan -q &&
		git rev-list --count refs/perf/queue >count &&
		echo 1 | test_cmp - count &&
		printf "git-perf-queue 1\ncommits 1\ntokens 3\n" >expected &&
		queue_cat control | test_cmp expected - &&
		git ls-tree -r refs/perf/queue jobs/ requests/ | sort >after &&
		grep -e "	jobs/" -e "	requests/" before >jobs &&
		comm -23 jobs after >lost &&
		test_must_be_empty lost
	)
'

# a server whose hook refuses whatever does not go on from what there is
test_expect_success 'a server that forbids it has a history that grows' '
	git clone -q --bare long hub.git &&
	git -C long push -q ../hub.git refs/perf/queue &&
	server_hook hub.git update <<-\HOOK &&
	test "$1" != refs/perf/queue || git merge-base --is-ancestor "$2" "$3" || {
		echo "no rewriting here"
		exit 1
	}
	HOOK
	git clone -q hub.git clone &&
	(
		cd hub.git &&
		with_queue old_queue &&
		git rev-list --count refs/perf/queue >../before
	) &&
	(
		cd clone &&
		at 7200 && commits more && git push -q origin HEAD &&
		git perf plan --json >out 2>err &&
		test_must_be_empty err &&
		test_grep "\"lost_races\":0" out
	) &&
	(
		cd hub.git &&
		echo $(($(cat ../before) + 1)) >expected &&
		git rev-list --count refs/perf/queue | test_cmp expected - &&
		queue_cat control | grep "^commits 1001\$" &&
		queue_jobs >jobs &&
		test_grep "^x $(git rev-parse main) scheduled" jobs &&
		decided >on_branch &&
		queue_files decisions >waiting &&
		test_line_count = 2 waiting &&
		comm -13 on_branch waiting >lost &&
		test_must_be_empty lost &&
		rm hooks/update
	) &&
	git -C clone perf request -q main~2 &&
	git -C hub.git rev-list --count refs/perf/queue >count &&
	echo 1 | test_cmp - count
'

test_expect_success 'so has one with receive.denyNonFastForwards, where the queue is a branch' '
	git -C hub.git config receive.denyNonFastForwards true &&
	git -C hub.git branch perf-queue refs/perf/queue &&
	(
		cd hub.git &&
		QUEUE=refs/heads/perf-queue && with_queue old_queue
	) &&
	git -C clone -c perf.queue=perf-queue perf request -q --cancel main~2 &&
	git -C hub.git cat-file blob perf-queue:control | grep "^commits 1001\$" &&
	git -C hub.git rev-list --count perf-queue >count &&
	echo 3 | test_cmp - count
'

test_done
