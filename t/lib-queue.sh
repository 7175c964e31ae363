# shellcheck shell=sh
#
# What scripts about planning share: the time, a project with platforms, and a
# queue that is looked at, or made, with git alone. To be read behind lib-perf.sh.

# at <seconds>: what time it is, from 2023-11-14T22:00:00Z on; windows of all
# lengths up to an hour begin there.
at () {
	GIT_PERF_TEST_CLOCK=$((1699999200 + $1))
}
at 0

# commits <message>...: one with each, on the branch that is checked out; the
# last one is $head
commits () {
	for message_
	do
		test_tick &&
		git commit -q --allow-empty -m "$message_" || return 1
	done
	head=$(git rev-parse HEAD)
}

# policy <lines>: commit this as .gitperf
policy () {
	printf '%b\n' "$1" >.gitperf &&
	git add .gitperf &&
	commits policy
}

# a_project <name> [<lines>]: one commit and .gitperf, with the platforms x and y
# unless it says otherwise; its newest commit is $head
a_project () {
	git init -q "$1" &&
	(
		cd "$1" &&
		commits first &&
		policy "${2-[platform \"x\"]\n[platform \"y\"]}"
	) &&
	head=$(git -C "$1" rev-parse HEAD)
}

# queue_files [<folder>]: the paths there, as git has them
queue_files () {
	git ls-tree -r --name-only "${QUEUE:-refs/perf/queue}" ${1+"$1/"}
}

# queue_cat <path>: what that file of the queue says
queue_cat () {
	git cat-file blob "${QUEUE:-refs/perf/queue}:$1"
}

# job_of <commit>: the path of its job, or of its last one
job_of () {
	queue_files jobs >files_ &&
	found_= &&
	while read -r file_
	do
		! queue_cat "$file_" | grep "$1" >/dev/null || found_=$file_
	done <files_ &&
	echo "$found_"
}

# queue_jobs: "<platform> <commit> <reason>..." of each, sorted
queue_jobs () {
	queue_files jobs >files_ &&
	while read -r file_
	do
		queue_cat "$file_" || return 1
	done <files_ |
	sed 's/.*"commit":"\([0-9a-f]*\)".*"platform":"\([^"]*\)","reasons":\[\([^]]*\)\].*/\2 \1 \3/' |
	tr -d '"' | tr , ' ' | sort
}

# decided [<ref>]: the decisions on the perf branch, by name
decided () {
	git ls-tree -r --name-only "${1:-perf}" decisions/
}

# with_queue command...: the queue with a commit that was made behind our back; the
# command changes an index
with_queue () {
	rm -f queue.index &&
	GIT_INDEX_FILE=$PWD/queue.index git read-tree "${QUEUE:-refs/perf/queue}" &&
	GIT_INDEX_FILE=$PWD/queue.index "$@" &&
	tree_=$(GIT_INDEX_FILE=$PWD/queue.index git write-tree) &&
	git update-ref "${QUEUE:-refs/perf/queue}" \
		"$(git commit-tree -p "${QUEUE:-refs/perf/queue}" -m x "$tree_")"
}

# put <path>: standard input, as a file of the index
put () {
	blob_=$(git hash-object -w --stdin) &&
	git update-index --add --cacheinfo "100644,$blob_,$1"
}

# explained [<option>...]: what git perf plan --explain says, with the subjects of
# commits in the place of their ids, and without its first line
explained () {
	git perf plan --explain "$@" >explained_ &&
	git log --exclude="refs/perf/*" --exclude=refs/heads/perf --all \
		--abbrev=10 --format="s/%h/%s/g" >names_ &&
	sed -f names_ -e 1d explained_
}
