#!/bin/sh

test_description='perf.notifyCommand: somebody is told of each request and state once, whatever happens'
TEST_NO_CREATE_REPO=t
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-queue.sh"

# Of the points at which a process may be killed, this script passes these.
points_of='notify'

told=$TRASH_DIRECTORY/told

# told: "<state> <subject of the commit> <round> [again]" of each time the command ran
told_is () {
	git log --all --format="s/%H/%s/" >names.sed && touch "$told" &&
	sed -f names.sed "$told" >actual && cat >expected && test_cmp expected actual && rm -f "$told"
}

nothing_told () {
	git perf plan -q && test_path_is_missing "$told"
}

# a_repo <name> [<lines of .gitperf>]: with a command that writes down what it is told
a_repo () {
	at 0 && rm -f "$told" && a_project "$@" && cd "$1" &&
	git config perf.notifyCommand "echo \"\$GIT_PERF_NOTIFY_STATE \$GIT_PERF_NOTIFY_KEY\${GIT_PERF_NOTIFY_AGAIN:+ again}\" >>'$told'; cat >'$told.json'"
}

# job_for <rev> <platform>: the member of a record of a worker that has done it
job_for () {
	commit_=$(git rev-parse "$1") && queue_files "jobs/$2" >files_ &&
	while read -r file_
	do
		! queue_cat "$file_" | grep "$commit_" >/dev/null ||
			echo "\"job\":{\"id\":\"$(basename "$file_" .json)\",\"round\":$(queue_cat "$file_" | sed "s/.*\"round\":\([0-9]*\).*/\1/")}"
	done <files_
}

# landed <rev> <platform> [<more members>]: a worker has measured it, or somebody without a job
landed () {
	record "$(git rev-parse "$1")" "$2" 7 "${3-$(job_for "$1" "$2")}" | git perf append -q
}

# failed <rev> <platform> [<why>]
failed () {
	printf "{\"commit\":\"%s\",\"platform\":\"%s\",%s\"benchmarks\":[{\"name\":\"b\",\"status\":\"failed\",\"error\":\"%s\"}]}\n" \
		"$(git rev-parse "$1")" "$2" "$(job_for "$1" "$2" | sed "s/\$/,/")" "${3-it broke}" | git perf append -q
}

test_expect_success 'nobody is told of what was before; then of each state once' '
	(
		a_repo states && git perf request -q HEAD && landed HEAD x && landed HEAD y && nothing_told &&
		commits a && git perf request -q HEAD && nothing_told &&
		landed HEAD x && nothing_told &&
		landed HEAD y && git perf plan -q && echo "complete a-0" | told_is && nothing_told && nothing_told
	)
'

test_expect_success 'M24 a part of it, and later all of it' '
	(
		cd states && commits b && git perf request -q HEAD && nothing_told &&
		record "$head" x 7 "\"queued\":\"2023-11-14T22:00:00Z\",\"started\":\"2023-11-14T22:00:01Z\"" | git perf append -q &&
		nothing_told && at 7000 && nothing_told && at 7300 &&
		git perf plan -q && echo "partial b-0" | told_is && nothing_told &&
		landed HEAD y && git perf plan -q && echo "complete b-0" | told_is && nothing_told
	)
'

test_expect_success 'the rest has failed, all has failed, and what is optional does not count' '
	(
		a_repo parts "[platform \"x\"]\n[platform \"y\"]\n[platform \"o\"]\nrequired = false" && nothing_told &&
		commits a && git perf request -q HEAD && nothing_told &&
		landed HEAD x && failed HEAD y && git perf plan -q && echo "partial a-0" | told_is &&
		commits b && git perf request -q HEAD && nothing_told &&
		failed HEAD x && failed HEAD y && git perf plan -q && echo "failed b-0" | told_is && nothing_told &&
		test_grep "\"state\":\"failed\",\"landed\":0,\"required\":2" "$told.json" && test_grep "\"why\":\"it broke\"" "$told.json" &&
		commits c && git perf request -q HEAD && nothing_told &&
		landed HEAD x && landed HEAD y && git perf plan -q && echo "complete c-0" | told_is && nothing_told &&
		landed HEAD o && nothing_told
	)
'

test_expect_success 'M45 another round of a commit is another request' '
	(
		cd parts && git perf request -q --again -p x HEAD && nothing_told &&
		landed HEAD x "\"worker\":\"somebody\"" && nothing_told &&
		landed HEAD x && git perf plan -q && echo "complete c-1" | told_is && nothing_told
	)
'

test_expect_success 'what was planned and dropped is skipped' '
	(
		a_repo dropped "[policy]\nplan = commits=1\n[platform \"x\"]" && git perf plan -q &&
		commits a && git perf plan -q && commits b && git perf plan -q &&
		told_is <<-\END && nothing_told
		skipped policy-0
		skipped a-0
		END
	)
'

test_expect_success 'which states, and one that there is not' '
	(
		a_repo chosen && git config perf.notifyStates "running, complete" && nothing_told &&
		commits a && git perf request -q HEAD && nothing_told &&
		landed HEAD x && git perf plan -q && echo "running a-0" | told_is &&
		failed HEAD y && nothing_told && landed HEAD y && git perf plan -q && echo "complete a-0" | told_is && nothing_told &&
		git config perf.notifyStates done && test_expect_code 128 git perf plan -q 2>err &&
		test_grep "perf.notifyStates does not know .done." err && test_grep "hint: its words are pending, " err
	)
'

test_expect_success 'a command that fails is run again after a while, and not for ever' '
	(
		a_repo failing "[platform \"x\"]" && nothing_told && git config perf.notifyCommand "echo no network >&2; echo x >>\"$told\"; exit 7" &&
		git perf plan -q && commits a && git perf request -q -p x HEAD && landed HEAD x &&
		git perf plan -q 2>err && test_grep "warning: perf.notifyCommand of $(git rev-parse --short=10 HEAD), complete: .*exited with 7: no network" err &&
		test_grep "hint: .*that was 1 of 6" err && test_line_count = 1 "$told" &&
		at 59 && git perf plan -q 2>err && test_must_be_empty err && at 60 && git perf plan -q 2>err && test_line_count = 2 "$told" &&
		at 100 && git perf plan -q 2>err && test_line_count = 2 "$told" && i=1 &&
		while test $i -le 9
		do
			at $((i * 10000)) && git perf plan -q 2>err && i=$((i + 1)) || return 1
		done &&
		test_line_count = 6 "$told" && test_must_be_empty err
	)
'

test_expect_success 'it is told that it may have done so before' '
	(
		a_repo again && nothing_told && good=$(git config perf.notifyCommand) && git config perf.notifyCommand "exit 1" &&
		commits a && git perf request -q -p x HEAD && landed HEAD x && git perf plan -q 2>err &&
		git config perf.notifyCommand "$good" && at 100 &&
		git perf plan -q && echo "complete a-0 again" | told_is && nothing_told
	)
'

test_expect_success 'who sets the command again begins anew' '
	(
		cd again && good=$(git config perf.notifyCommand) && git config --unset perf.notifyCommand &&
		git perf plan -q && test_path_is_missing .git/perf/notified &&
		commits b && git perf request -q -p x HEAD && landed HEAD x && git perf plan -q &&
		git config perf.notifyCommand "$good" && nothing_told
	)
'

test_expect_success 'no text from outside is a part of what a shell reads' '
	(
		a_repo hostile && nothing_told && commits a &&
		git -c user.name="\$(touch $told.owned);touch $told.owned" perf request -q -p x HEAD && nothing_told &&
		failed HEAD x "\$(touch $told.owned)\`touch $told.owned\`" && git perf plan -q && echo "failed a-0" | told_is &&
		test_path_is_missing "$told.owned" && test_grep "\"why\":\"\$(touch" "$told.json"
	)
'

# A poster as the manual has it: what has the same key is replaced
poster="$TRASH_DIRECTORY/poster"
cat >"$poster" <<\END
#!/bin/sh
mkdir -p "$COMMENTS" &&
echo "$GIT_PERF_NOTIFY_STATE" >"$COMMENTS/$GIT_PERF_NOTIFY_KEY.new" &&
mv "$COMMENTS/$GIT_PERF_NOTIFY_KEY.new" "$COMMENTS/$GIT_PERF_NOTIFY_KEY"
END

test_expect_success 'M12 killed at each point: one comment for each request, and no command is run for nothing' '
	COMMENTS=$TRASH_DIRECTORY/comments && export COMMENTS &&
	test-gitperf faults | grep "^notify[.]" >points && test_line_count = 2 points &&
	while read -r point
	do
		rm -rf killed "$COMMENTS" &&
		(
			a_repo killed && git config perf.notifyCommand "sh \"$poster\"; $(git config perf.notifyCommand)" && nothing_told &&
			commits a && git perf request -q HEAD && landed HEAD x && failed HEAD y &&
			test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf plan -q &&
			rm -f "$told" && git perf plan -q && echo "partial a-0 again" | told_is && nothing_told &&
			echo partial >want && test_cmp want "$COMMENTS/$head-0" &&
			landed HEAD y && test_expect_code 137 env GIT_PERF_TEST_FAULT=$point git-perf plan -q &&
			rm -f "$told" && git perf plan -q && echo "complete a-0 again" | told_is && nothing_told &&
			echo complete >want && test_cmp want "$COMMENTS/$head-0" &&
			ls "$COMMENTS" >list && test_line_count = 1 list
		) || return 1
	done <points
'

test_expect_success 'two at once: one of them tells' '
	(
		a_repo twice && nothing_told && commits a && git perf request -q -p x HEAD && landed HEAD x &&
		git config perf.notifyCommand "$(git config perf.notifyCommand); git perf status --exit-code >/dev/null; :" &&
		git perf plan -q && echo "complete a-0" | told_is && nothing_told
	)
'

test_expect_success 'on a server the hook tells' '
	(
		a_repo work && QUEUE=refs/perf/remotes/origin/perf/queue && git init -q --bare ../hub.git && git remote add origin ../hub.git && git push -q origin main &&
		git -C ../hub.git symbolic-ref HEAD refs/heads/main &&
		git -C ../hub.git config perf.notifyCommand "$(git config perf.notifyCommand)" && git config --unset perf.notifyCommand &&
		git -C ../hub.git perf hook run plan && test_path_is_missing "$told" &&
		commits a && git push -q origin main && git perf fetch -q && git perf request -q HEAD &&
		landed HEAD x && landed HEAD y && git perf push -q &&
		git -C ../hub.git perf hook run plan && echo "complete a-0" | told_is &&
		git -C ../hub.git perf hook run plan && test_path_is_missing "$told"
	)
'

test_expect_success 'a dry run tells nobody, and --exit-code does, though it does not plan' '
	(
		a_repo gate && nothing_told && commits a && git perf request -q -p x HEAD && landed HEAD x &&
		git perf plan -q -n && git perf status >out && test_path_is_missing "$told" &&
		test_expect_code 1 git perf status --exit-code >out && echo "complete a-0" | told_is
	)
'

test_done
