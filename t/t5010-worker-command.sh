#!/bin/sh

test_description='git perf worker: how machines do, and telling them what to do; jobs that say how far they are'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-race.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# with_queue_at <seconds> command...: with_queue, at that time
with_queue_at () {
	GIT_COMMITTER_DATE="$((1699999200 + $1)) +0000" && export GIT_COMMITTER_DATE && shift &&
	with_queue "$@"
	status_=$?
	unset GIT_COMMITTER_DATE
	return $status_
}

# lease <job> <worker> <token> [<more members>]: somebody is at it
lease () {
	queue_cat "$1" | sed "s/,\"lease\":{[^}]*}//
		s/,\"platform\"/,\"lease\":{\"token\":$3,\"worker\":\"$2\"${4:+,$4}},\"platform\"/" | put "$1"
}

# tells <worker> <platform> [<more members>]: what it has told of itself
tells () {
	printf "{\"schema\":1,\"worker\":\"%s\",\"platform\":\"%s\"%s}\n" "$1" "$2" "${3:+,$3}" |
	put "workers/$1.json"
}

# run_of <commit> <platform> <minutes> <worker> [<day of November>]
run_of () {
	printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"worker\":\"%s\",\"started\":\"2023-11-%sT20:00:00Z\",\"finished\":\"2023-11-%sT20:%02d:00Z\",%s}\n" \
		"$1" "$2" "$4" "${5:-14}" "${5:-14}" "$3" "\"benchmarks\":[{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\",\"samples\":[1]}]}]"
}

# a_queue [<repository>]: commits c1 to c5, and all but c1 are to be measured on x
a_queue () {
	repo_=${1:-repo} && rm -rf "$repo_" && git init -q "$repo_" && cd "$repo_" && at 0 && make_history 5 &&
	policy "[platform \"x\"]\n[platform \"y\"]" && git perf request -q -p x c1..c5
}

short () {
	git rev-parse --short=10 "$@"
}

# duty <worker>: what it is told to do
duty () {
	queue_cat "workers/$1.json" | sed "s/.*\"duty\":\"\([a-z]*\)\".*/\1/"
}

# --- Telling ---

test_expect_success 'add, pause, resume, drain, retire; each is one commit, and none if it is so already' '
	(
		a_queue && git rev-list --count refs/perf/queue >before &&
		git perf worker add -p x box-1 box-2 >out &&
		printf "%s can measure\n" box-1 box-2 | test_cmp - out &&
		for pair in pause:pause resume:work drain:drain retire:retire add:work
		do
			git perf worker ${pair%:*} box-1 >out && test_line_count = 1 out &&
			test "$(duty box-1)" = ${pair#*:} &&
			git perf worker ${pair%:*} box-1 >again && test_cmp out again || return 1
		done &&
		test "$(duty box-2)" = work &&
		git log --format=%s refs/perf/queue | sort | uniq -c | sed "s/^ *//" >log &&
		printf "%s\n" "1 perf queue: request [skip ci]" "7 perf queue: worker [skip ci]" | test_cmp - log &&
		git fsck --strict
	)
'

test_expect_success 'a queue is made for a worker, before anything is planned' '
	a_project empty &&
	(
		cd empty && git perf worker >out && test_grep "git perf work makes this one measure" out &&
		must_refuse 128 "no worker .w." git perf worker pause w &&
		git perf worker add -p x w >out && queue_files >files &&
		printf "%s\n" control plan workers/w.json | test_cmp - files &&
		git perf plan -q && git perf worker >out && test_grep "^w  *x  *silent  *never" out
	)
'

test_expect_success 'retire gives jobs back, as if they had not been tried; resume makes the name usable again' '
	(
		a_queue && job=$(job_of $c3) && other=$(job_of $c4) &&
		at_work () {
			tells box-1 x "\"host\":\"h\",\"instance\":\"i\",\"tool\":\"git-perf 1\",\"told\":\"2023-11-14T22:00:00Z\"" &&
			lease "$job" box-1 1 && lease "$other" box-2 2 &&
			for one in "$job" "$other"
			do
				git cat-file blob ":$one" | sed "s/\"attempts\":0/\"attempts\":1/" | put "$one" || return 1
			done
		} &&
		with_queue_at 0 at_work &&
		git perf worker retire box-1 >out && test_grep "box-1 is retired, and its jobs are for others" out &&
		queue_cat "$job" >job.now && test_grep ! lease job.now &&
		test_grep "\"attempts\":0,.*\"error\":\"worker .box-1. was retired\".*\"refunds\":1" job.now &&
		queue_cat "$other" | grep "\"attempts\":1.*\"worker\":\"box-2\"" &&
		queue_cat workers/box-1.json | grep "\"duty\":\"retire\",\"host\":\"h\"" &&
		git perf worker resume box-1 >out &&
		echo "{\"beat\":0,\"duty\":\"work\",\"platform\":\"x\",\"schema\":1,\"worker\":\"box-1\"}" >expected &&
		queue_cat workers/box-1.json | test_cmp expected - &&
		# one that is known by nothing but its lease
		git perf worker retire box-2 >out && queue_cat "$other" >job.now && test_grep ! lease job.now &&
		queue_cat workers/box-2.json | grep "\"duty\":\"retire\",\"platform\":\"x\""
	)
'

test_expect_success 'pausing one that is not retired forgets nothing' '
	(
		cd repo &&
		told="\"findings\":{\"governor\":\"powersave\"},\"host\":\"h\",\"instance\":\"i\"" &&
		telling () { tells box-1 x "\"beat\":7,$told"; } && with_queue telling &&
		git perf worker pause box-1 >out && queue_cat workers/box-1.json | grep "\"beat\":7,\"duty\":\"pause\",$told"
	)
'

test_expect_success 'what is refused' '
	(
		cd repo &&
		must_refuse 128 "no worker .nobody." git perf worker pause nobody && test_grep "worker add --platform=<name> nobody" err &&
		must_refuse 128 "no worker .nobody." git perf worker add nobody &&
		must_refuse 128 "box-1. measures on x, not on y" git perf worker add -p y box-1 &&
		must_refuse 128 "must begin with a-z" git perf worker add -p x "A!" &&
		must_refuse 128 "must begin with a-z" git perf worker add -p "X" box-9 &&
		must_refuse 128 "must begin with a-z" git perf worker pause "../box-1" &&
		must_refuse 128 "has a character" git perf worker pause "$(printf "b\033[31m")" &&
		git perf plan -q && git perf worker add -p z box-9 >out 2>err &&
		test_grep "^warning: nothing was ever planned for platform .z." err && test "$(duty box-9)" = work &&
		test_expect_code 128 git perf worker pause box-1 nobody box-9 >out 2>err &&
		test_line_count = 1 out && test "$(duty box-9)" = work
	)
'

test_expect_success 'wrong usage' '
	(
		cd repo &&
		for args in nonsense "list x" pause "add -p x" "pause -p x box-1" "-p x" "list -p x" "pause --json box-1" \
			"pause -v box-1" "drain --cached box-1" "--local --remote=origin" "list --nonsense"
		do
			test_expect_code 129 git perf worker $args 2>err && test_grep "^hint:\|^usage:" err || return 1
		done
	)
'

# --- Showing ---

test_expect_success 'a table: who is at what, since when, how long it takes, and what is wrong' '
	(
		a_queue && git perf request -q -p y c4..c5 &&
		{ run_of $c1 x 10 box-1 && run_of $c1 x 12 box-1 13 && run_of $c2 x 50 box-1 01 && run_of $c1 x 5 box-2 10; } |
		git perf append -q &&
		job=$(job_of $c3) &&
		crew () {
			told="\"told\":\"2023-11-14T22:00:00Z\",\"ttl\":600000,\"tool\":\"git-perf 1\"" &&
			lease "$job" box-1 1 "\"done\":12,\"since\":\"2023-11-14T22:00:00Z\",\"step\":1,\"steps\":[\"build\",\"measure\"],\"total\":60,\"ttl\":600000" &&
			tells box-1 x "$told,\"duty\":\"pause\"" &&
			tells box-2 x "\"told\":\"2023-11-14T21:50:00Z\",\"ttl\":600000,\"tool\":\"git-perf 1\"" &&
			tells box-3 x "$told,\"duty\":\"pause\"" &&
			tells box-4 x "$told,\"duty\":\"drain\"" &&
			tells box-5 x "$told,\"duty\":\"retire\"" &&
			tells new x
		} &&
		with_queue_at 0 crew && at 240 && git perf worker >out && no_control_characters out &&
		cat >expected <<-END &&
		worker  platform      state   heard   a run  24 h  7 days  at
		box-1   x         measuring   4 min  12 min     1       2  $(short c3): measure 12/60, for 4 min, then pauses
		box-2   x              idle  14 min   5 min     0       1
		box-3   x            paused   4 min       -     0       0
		box-4   x          draining   4 min       -     0       0
		box-5   x           retired   4 min       -     0       0
		new     x            silent   never       -     0       0

		problem: 1 job waits for .y., where nobody measures
		hint: start a machine there: git perf work --platform=y
		nothing was ever heard of .new.: start it there, git perf work --worker=new
		END
		sed "s/ ago//; s/'\''/./g; s/state  *heard/state   heard/; s/  *silent/            silent/" out >actual &&
		sed "s/  */ /g" expected >e && sed "s/  */ /g" actual | test_cmp e -
	)
'

test_expect_success 'silent: for three times as long as it may be, by the time at which its lease was renewed' '
	(
		cd repo && job=$(job_of $c3) &&
		state () { git perf worker | sed -n "s/^$1  *[a-z]*  *\([a-z]*\) .*/\1/p"; } &&
		at 1800 && test "$(state box-1)" = measuring && at 1801 && test "$(state box-1)" = silent &&
		renew () { lease "$job" box-1 1 "\"beat\":1,\"since\":\"2023-11-14T22:00:00Z\",\"ttl\":600000"; } &&
		with_queue_at 1500 renew && test "$(state box-1)" = measuring &&
		# that others have seen it is no sign of life
		watched () { lease "$job" box-1 1 "\"beat\":1,\"seen\":[\"2023-11-14T22:30:00Z\"],\"since\":\"2023-11-14T22:00:00Z\",\"ttl\":600000"; } &&
		with_queue_at 3000 watched && git perf request -q -p x c1 &&
		at 3300 && test "$(state box-1)" = measuring && at 3301 && test "$(state box-1)" = silent &&
		git perf worker >out && test_grep "^problem: nothing was heard of .box-1. for 30 min, and it has $(short c3)" out &&
		test_grep "^hint: see whether it runs; git perf worker retire box-1 gives its jobs to others" out &&
		test_grep "^problem: nothing was heard of .box-2." out &&
		# that it has ended was what people wanted; or it is gone
		test "$(state box-4)" = silent && test_grep ! "heard of .box-4." out && test_grep ! "heard of .box-5." out &&
		git perf worker retire box-1 >out && test "$(state box-1)" = retired && git perf worker >out &&
		test_grep ! "heard of .box-1." out
	)
'

test_expect_success 'known by nothing but a lease; a clock that is ahead' '
	(
		a_queue && job=$(job_of $c3) && two=$(job_of $c2) &&
		ahead () {
			lease "$job" box-1 1 && lease "$two" box-1 2 &&
			tells box-2 x "\"told\":\"2024-11-14T22:00:00Z\""
		} &&
		with_queue_at 0 ahead && at 60 && git perf worker >out &&
		test_grep "^box-1  *x  *measuring  *60 s ago .* $(short c2), and 1 more\$" out &&
		test_grep "^box-2  *x  *idle  *in future" out
	)
'

test_expect_success '-v and problems: noise, the last mishap with its log, another version' '
	(
		cd repo && know_history &&
		trouble () {
			tells box-2 x "\"findings\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"4\"},\"mishap\":{\"commit\":\"$c1\",\"error\":\"no build\",\"log\":\"one\\ntwo\",\"when\":\"2023-11-14T21:00:00Z\"},\"tool\":\"git-perf 1\",\"told\":\"2023-11-14T22:00:00Z\"" &&
			for n in 3 4
			do
				tells box-$n x "\"tool\":\"git-perf 2\",\"told\":\"2023-11-14T22:00:00Z\"" || return 1
			done
		} &&
		with_queue trouble && git perf worker >out &&
		test_grep "^problem: .box-2. failed with $(short c1), 60 min ago: no build\$" out &&
		test_grep "^.box-2. is git-perf 1, most are git-perf 2: " out &&
		test_grep "^.box-2. is noisy (a, b, c, ...): git perf doctor" out && test_grep ! two out &&
		git perf worker -v >out &&
		test_grep "^  noisy: a=1 b=2 c=3 d=4\$" out && test_grep "^  failed with $(short c1), 60 min ago: no build\$" out &&
		test_grep "^      | two\$" out && test_grep "^box-3: git-perf 2\$" out &&
		at $((8 * 86400)) && git perf worker >out && test_grep ! "failed with" out
	)
'

test_expect_success 'M25: machines of one platform have much more to do than those of another' '
	(
		a_queue && git perf request -q -p y c5 &&
		{ run_of $c1 x 59 box-1 && run_of $c1 y 10 box-2 && run_of $c2 y 10 box-3; } | git perf append -q &&
		crew () {
			told="\"told\":\"2023-11-14T22:00:00Z\"" && tells box-1 x "$told" && tells box-2 y "$told" && tells box-3 y "$told"
		} &&
		with_queue crew && git perf worker >out &&
		test_grep "^1 machine of .x. has 3 h to do, 2 machines of .y. have 5 min to do: " out &&
		git perf worker --json >json &&
		test_grep "{\"platform\":\"x\",\"waiting\":4,\"workers\":1,\"duration_ms\":3540000,\"backlog_ms\":14160000}" json &&
		test_grep "{\"platform\":\"y\",\"waiting\":1,\"workers\":2,\"duration_ms\":600000,\"backlog_ms\":300000}" json &&
		git perf request -q --cancel -p x c2..c5 && git perf worker >out && test_grep ! "to do" out
	)
'

test_expect_success 'git-perf-worker(1) has every member' '
	git -C repo perf worker --json >json && jq . json &&
	sed -n "/^== OUTPUT/,/^== CONF/p" "$TOP/Documentation/git-perf-worker.adoc" >page &&
	grep -o "\"[a-z_0-9]*\":" json | tr -d "\":" | grep -v "^[a-d]\$" | sort -u >members &&
	test_line_count -gt 25 members &&
	while read -r member
	do
		test_grep -F "\`$member\`" page || return 1
	done <members
'

# --- How far a job is ---

test_expect_success 'git perf queue: the step, a part of a suite, and what has failed' '
	(
		a_queue && job=$(job_of $c3) && failed=$(job_of $c2) &&
		far () {
			lease "$job" box-1 1 "\"done\":12,\"step\":1,\"steps\":[\"build\",\"measure\"],\"total\":60" &&
			queue_cat "$failed" | sed "s/\"attempts\":0/\"attempts\":3/; s/,\"platform\"/,\"error\":\"worker fell \\\\u009b31msilent\\\\nagain\",\"platform\"/" | put "$failed"
		} &&
		with_queue_at 0 far && git perf queue >out && no_control_characters out &&
		sed -n "s/^x  *$(short c3)  *//p" out | grep "^running on box-1: measure 12/60  " &&
		sed -n "s/^x  *$(short c2)  *//p" out | grep "^failed 3 times: worker fell .*silent  .* never\$" &&
		tail -n 1 out | grep "$(short c2)" &&
		git perf queue --json >json &&
		test_grep "\"state\":\"running\",\"worker\":\"box-1\",\"lease\":{\"worker\":\"box-1\",\"token\":1,\"beat\":0,\"ttl_ms\":0,\"since\":null,\"steps\":\[\"build\",\"measure\"\],\"step\":1,\"done\":12,\"total\":60},\"attempts\":0,\"refunds\":0,\"error\":null,\"set\":null,\"benchmarks\":\[\]" json &&
		test_grep "\"state\":\"failed\",\"worker\":null,\"lease\":null,\"attempts\":3" json &&
		sed -n "/^== OUTPUT/,/^== CONF/p" "$TOP/Documentation/git-perf-queue.adoc" >page &&
		grep -o "\"[a-z_]*\":" json | tr -d "\":" | sort -u >members &&
		while read -r member
		do
			test_grep -F "\`$member\`" page || return 1
		done <members
	)
'

test_expect_success 'a step that there is none of, and totals that nobody has' '
	(
		cd repo && job=$(job_of $c3) &&
		odd () { lease "$job" box-1 1 "\"step\":7,\"steps\":[\"build\"],\"done\":1000000000000000"; } &&
		with_queue odd && git perf queue >out && test_grep "running on box-1  " out && git perf worker >out &&
		test_grep " $(short c3)\$" out
	)
'

# --- From elsewhere ---

test_expect_success 'a remote by its path: told from one clone, seen from the other; --cached asks nobody' '
	make_origin 5 && hub crew && git clone -q "$HUB" a && git clone -q "$HUB" b &&
	git -C a perf worker add -p x box-1 >out &&
	git -C b perf worker --cached >out && test_grep "no machine" out &&
	git -C b perf worker >out && test_grep "^box-1  *x" out &&
	git -C a perf worker --json >json && test_grep "\"remote\":\"origin\"" json &&
	git -C b perf worker pause box-1 >out &&
	git -C a perf worker --cached --json >json && test_grep "\"duty\":\"work\"" json &&
	git -C a perf worker --json >json && test_grep "\"duty\":\"pause\"" json &&
	git -C a perf worker --local >out && test_grep "no machine" out &&
	git init -q c && git -C c perf worker --remote="$HUB" --json >json && test_grep "\"duty\":\"pause\"" json &&
	git -C c perf worker resume --remote="$HUB" box-1 >out &&
	git -C "$HUB" perf worker --json >json && test_grep "\"duty\":\"work\"" json &&
	rm -rf away && mv "$HUB" away && test_expect_code 128 git -C a perf worker 2>err &&
	git -C a perf worker --cached >out && test_grep "^box-1" out && mv away "$HUB"
'

# both_tell <what a is told> <what b is told>: at once; each succeeds
both_tell () {
	git -C a perf worker $1 >out.a 2>&1 &
	git -C b perf worker $2 >out.b 2>&1
	status_=$?
	wait "$!" && return "$status_"
}

test_expect_success 'two clones tell at the same time: both are done, one after the other' '
	for n in 1 2 3 4
	do
		both_tell "add -p x a-$n" "add -p x b-$n" || return 1
	done &&
	git -C "$HUB" ls-tree --name-only refs/perf/queue workers/ >files && test_line_count = 9 files &&
	both_tell "drain a-1 a-2" "pause a-1 b-1" &&
	(cd "$HUB" && duty a-1 && duty a-2 && duty b-1) >duties &&
	{ printf "%s\n" drain drain pause | cmp - duties || printf "%s\n" pause drain pause | cmp - duties; } &&
	git -C "$HUB" fsck --strict
'

test_expect_success 'a rival between our look and our push' '
	echo 3 >"$HUB/rivals.left" &&
	server_hook "$HUB" pre-receive <<-\HOOK &&
	grep -q " refs/perf/queue$" || exit 0
	read -r left <rivals.left && test "$left" -gt 0 || exit 0
	echo $((left - 1)) >rivals.left
	unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
	git perf worker add -p x "rival-$left" >&2
	HOOK
	git -C a perf worker retire a-2 >out && rm "$HUB/hooks/pre-receive" &&
	(cd "$HUB" && duty a-2 | grep retire && queue_files workers | grep -c rival) >out && test_grep "^3\$" out
'

# --- Hostile ---

test_expect_success 'escape sequences never reach the terminal, nor JSON as they are' '
	(
		a_queue && job=$(job_of $c3) &&
		evil="x\\u001b]0;pwned\\u0007\\u009b31m\\u202e\\r" &&
		hostile () {
			tells box-1 x "\"mishap\":{\"commit\":\"$c1\",\"error\":\"$evil\\nsecond\",\"log\":\"$evil\\n\\t$evil\",\"when\":\"2023-11-14T22:00:00Z\"},\"told\":\"2023-11-14T22:00:00Z\"" &&
			{
				queue_cat "$job" | sed "s/\"attempts\":0.*/\"attempts\":3,/" | tr -d "\n" &&
				printf "\"error\":\"%s\"," "$evil" && queue_cat "$job" | sed "s/.*\"attempts\":0,//"
			} | put "$job"
		} &&
		with_queue hostile && git perf worker --json >json && test_grep "\"damaged\":0" json &&
		for args in "worker" "worker -v" "worker --json" "worker -v --color=never" "queue" "queue --json"
		do
			git perf $args >out 2>err && no_control_characters out && no_control_characters err || return 1
		done &&
		git perf worker -v >out && test_grep "pwned" out && test_grep ! "$(printf "\342\200\256")" out
	)
'

test_expect_success 'names, tools and findings with control characters are no files of ours' '
	(
		cd repo &&
		damaged () {
			tells ok x &&
			printf "{\"schema\":1,\"worker\":\"a\\\\u001bb\",\"platform\":\"x\"}\n" | put "workers/ab.json" &&
			tells one x "\"tool\":\"git\\u001b[31m\"" && tells two x "\"findings\":{\"a\\u0007\":\"b\"}" &&
			tells three "x y" && tells four x "\"duty\":\"dance\"" && tells five x "\"ttl\":-1" &&
			tells six x "\"mishap\":{\"error\":\"of nothing\"}" && tells seven x "\"told\":\"yesterday\"" &&
			tells eight x "\"beat\":99999999999999999999" &&
			echo "{" | put workers/nine.json && queue_cat workers/box-1.json | put workers/box-10.json &&
			queue_cat workers/box-1.json | put workers/deep/box-1.json
		} &&
		with_queue damaged && git perf worker >out 2>err && no_control_characters out && no_control_characters err &&
		sed -n "2,\$s/  *x .*//p" out >names && printf "%s\n" box-1 ok >expected && test_cmp expected names &&
		test_grep "^warning: some files of the queue cannot be used" err &&
		git perf worker --json >json 2>err && test_grep "\"damaged\":12,\"newer\":0" json &&
		git perf worker pause ok >out 2>err && queue_files workers >files &&
		printf "workers/%s.json\n" box-1 ok | test_cmp - files
	)
'

test_expect_success 'a worker of a newer schema stays as it is, and is not told' '
	(
		cd repo &&
		newer () { printf "{\"schema\":2,\"worker\":\"late\",\"platform\":\"x\",\"wind\":\"west\"}\n" | put workers/late.json; } &&
		with_queue newer && git rev-parse refs/perf/queue:workers/late.json >before &&
		git perf worker >out 2>err && test_grep ! late out && test_grep "newer version of git perf" err &&
		for verb in "add -p x" pause retire
		do
			must_refuse 128 "worker .late. is of a version of git perf that is newer" git perf worker $verb late || return 1
		done &&
		git perf worker resume ok >out && git rev-parse refs/perf/queue:workers/late.json >after && test_cmp before after
	)
'

test_expect_success '10,000 workers, all wrong: a list that ends, problems that are not all told' '
	(
		a_queue many &&
		many () {
			awk "BEGIN { for (i = 0; i < 10000; i++) printf \"blob\nmark :%d\ndata <<END\n{\\\"schema\\\":1,\\\"worker\\\":\\\"w%05d\\\",\\\"platform\\\":\\\"p%d\\\",\\\"tool\\\":\\\"t%d\\\",\\\"ttl\\\":1,\\\"told\\\":\\\"2023-11-14T22:00:00Z\\\"}\nEND\n\", i + 1, i, i % 100, i }" |
			git fast-import --quiet --export-marks=marks &&
			awk "{ printf \"100644 %s 0\tworkers/w%05d.json\n\", \$2, substr(\$1, 2) - 1 }" marks |
			git update-index --add --index-info
		} &&
		with_queue many && at 60 && git perf worker >out 2>err && test_must_be_empty err &&
		grep -c "^w[0-9]* .*silent" out >count && echo 10000 | test_cmp - count &&
		test_grep "^\.\.\. and [0-9]* more\$" out && test_line_count -lt 10030 out &&
		git perf worker --json >json && git perf worker retire w00000 >out && test "$(duty w00000)" = retire
	)
'

test_expect_success 'a long history of leases is not walked for ever' '
	(
		a_queue long && job=$(job_of $c3) && tip=$(git rev-parse refs/perf/queue) &&
		at_it () { lease "$job" box-1 1 "\"since\":\"2023-11-14T22:00:00Z\""; } && with_queue_at 0 at_it &&
		tree=$(git rev-parse "refs/perf/queue^{tree}") && other=$(git rev-parse "$tip^{tree}") &&
		awk -v tree=$tree -v n=3000 "BEGIN {
			for (i = 1; i <= n; i++) {
				printf \"commit refs/heads/long\nmark :%d\ncommitter x <x> %d +0000\ndata 0\n\", i, 1699999200 + i
				if (i > 1) printf \"from :%d\n\", i - 1
				printf \"M 040000 %s \n\n\", tree
			}
		}" | git fast-import --quiet &&
		git update-ref refs/perf/queue long && git update-ref -d refs/heads/long &&
		at 600 && git perf worker >out && test_grep "^box-1  *x  *measuring" out
	)
'

test_done
