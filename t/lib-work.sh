# shellcheck shell=sh
#
# What scripts about workers share: a project at a bare repository, clones in which
# workers work, and what came of it. To be read behind lib-perf.sh and lib-queue.sh.

# The suite says which benchmarks there are; what they do is in files that a script
# may change without another commit: commands look into $FARM.
FARM=$TRASH_DIRECTORY/farm
export FARM

# One benchmark, once: what it does is in $FARM/a
SUITE='[platform "x"]\n[benchmark "a"]\ncommand = sh \\"$FARM/a\\"\niterations = 1\nwarmup = 0\n'

# a_farm [<lines of .gitperf>]: $FARM/hub.git with a project of one commit on main
# ($head) with platform x; "boss" is a clone of it
a_farm () {
	rm -rf "$FARM" && mkdir "$FARM" && : >"$FARM/a" &&
	git init -q --bare "$FARM/hub.git" &&
	git clone -q "$FARM/hub.git" "$FARM/boss" 2>"$TRASH_DIRECTORY/err" &&
	(
		cd "$FARM/boss" && git checkout -q -b main &&
		commits first &&
		policy "${1-$SUITE}" &&
		git push -q origin main && git fetch -q
	) &&
	git -C "$FARM/hub.git" symbolic-ref HEAD refs/heads/main &&
	git -C "$FARM/boss" remote set-head origin main &&
	head=$(git -C "$FARM/boss" rev-parse HEAD) &&
	QUEUE=refs/perf/queue
}

# hire <name>...: a clone of its own for each worker
hire () {
	for name_
	do
		git clone -q "$FARM/hub.git" "$FARM/$name_" &&
		git -C "$FARM/$name_" config perf.worker "$name_" &&
		git -C "$FARM/$name_" config perf.platform x || return 1
	done
}

# boss <command>...: in the clone of whoever plans and asks
boss () {
	(cd "$FARM/boss" && "$@")
}

# more <message>...: more commits on the trunk; the last is $head
more () {
	boss git pull -q --ff-only &&
	boss commits "$@" && boss git push -q origin main &&
	head=$(git -C "$FARM/boss" rev-parse HEAD)
}

# work <name> [<option>...]: its worker works
work () {
	name_=$1 && shift &&
	git -C "$FARM/$name_" perf work "$@"
}

# does: what the benchmark does from now on is on standard input
does () {
	cat >"$FARM/a"
}

# jobs_left: "<commit> <attempts> <worker or ->" of each job of the queue
jobs_left () {
	git -C "$FARM/hub.git" ls-tree -r --name-only refs/perf/queue jobs/ >"$TRASH_DIRECTORY/files_" &&
	while read -r file_
	do
		git -C "$FARM/hub.git" cat-file blob "refs/perf/queue:$file_" || return 1
	done <"$TRASH_DIRECTORY/files_" |
	sed 's/.*"attempts":\([0-9]*\).*"commit":"\([0-9a-f]*\)"\(.*"worker":"\([^"]*\)"\)*.*/\2 \1 \4/; s/ $/ -/'
}

# no_jobs_left
no_jobs_left () {
	jobs_left >left_ && test_must_be_empty left_
}

# results: "<commit> <outcome> <worker> <token>" of each record, sorted
results () {
	git -C "$FARM/hub.git" ls-tree -r --name-only perf runs/ >"$TRASH_DIRECTORY/files_" &&
	while read -r file_
	do
		git -C "$FARM/hub.git" cat-file blob "perf:$file_" || return 1
	done <"$TRASH_DIRECTORY/files_" |
	sed 's/.*"commit":"\([0-9a-f]*\)".*"token":\([0-9]*\)}.*"outcome":"\([a-z]*\)".*"worker":"\([^"]*\)".*/\1 \3 \4 \2/' | sort
}
