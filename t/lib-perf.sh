# shellcheck shell=sh
#
# What scripts about records and the branch share: a history to measure,
# records to land, and what "refused, with nothing changed" means.

# The moment at which everything happens.
GIT_PERF_TEST_CLOCK=1700000000 # 2023-11-14T22:13:20Z
export GIT_PERF_TEST_CLOCK

# Waiting for another process is real.
real_clock () {
	unset GIT_PERF_TEST_CLOCK
}

# make_history <n>: the branch "main" with <n> commits a minute apart, tagged
# c1 to c<n>; $c1 to $c<n> are their ids.
make_history () {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			s = "commit " i
			print "commit refs/heads/main\nmark :" i
			print "committer C O Mitter <committer@example.com> " \
				1600000000 + 60 * i " +0000"
			print "data " length(s) "\n" s
			print "M 100644 inline file\ndata " length(i) "\n" i
			print "reset refs/tags/c" i "\nfrom :" i "\n"
		}
	}' | git fast-import --quiet &&
	{ test "$(git rev-parse --is-bare-repository)" = true ||
		git reset -q --hard; } &&
	know_history
}

# know_history [<repository>]: set $<tag> for each tag c<n>.
know_history () {
	eval "$(git -C "${1:-.}" for-each-ref --format='%(refname:short)=%(objectname)' \
		'refs/tags/c*')"
}

# make_origin <n>: the same history in a repository "origin", for others to
# clone or to push from
make_origin () {
	git init -q origin && (cd origin && make_history "$1") && know_history origin
}

# record <commit> <platform> [<samples> [<more members of the record>]]: a
# record as somebody would write it by hand, on one line.
record () {
	case $4 in
	*'"finished":'*)
		record_now "$@"
		;;
	*)
		record_now "$1" "$2" "$3" "${4:+$4,}\"finished\":\"2023-11-14T22:13:20Z\""
		;;
	esac
}

# The same without a finish time: the time is that of landing it.
record_now () {
	printf '{"commit":"%s","platform":"%s",%s"benchmarks":[' \
		"$1" "$2" "${4:+$4,}"
	printf '{"name":"sort","metrics":[{"name":"wall","samples":[%s]}]}]}\n' \
		"${3:-100,101,102}"
}

# Canonical bytes with a checksum, made without any of our code: JSON on
# standard input, a record on standard output.
# (jq takes 50 ms to begin: once, with and without the place for it.)
seal () {
	text_=$(jq -cS 'del(.checksum) | ., . + {checksum: "SUM OF THE OTHERS"}') &&
	sum_=$(printf '%s\n' "$text_" | sed q | sha256sum | cut -c1-16) &&
	printf '%s\n' "$text_" | sed "1d;s/\"checksum\":\"SUM OF THE OTHERS\"/\"checksum\":\"$sum_\"/"
}

# The paths of the records on a branch.
record_paths () {
	git ls-tree -r --name-only perf runs/
}

# The ids of the records on a branch, sorted.
record_ids () {
	git ls-tree -r perf runs/ | cut -c13-52 | sort
}

# git_doing <word> <command>: bin/git, which is git, but first does that when
# it is called with this word
git_doing () {
	mkdir -p bin &&
	cat >bin/git <<-END &&
	#!/bin/sh
	case " \$* " in
	*" $1 "*)
		$2
		;;
	esac
	exec "$(command -v git)" "\$@"
	END
	chmod +x bin/git
}

# with_tree command...: the branch with a commit that was made behind our back;
# the command changes an index, for example by put_file
with_tree () {
	GIT_INDEX_FILE=$PWD/tree.index git read-tree perf &&
	GIT_INDEX_FILE=$PWD/tree.index "$@" &&
	tree_=$(GIT_INDEX_FILE=$PWD/tree.index git write-tree) &&
	git update-ref refs/heads/perf "$(git commit-tree -p perf -m x "$tree_")"
}

# put_file <path> <blob> [<mode>]
put_file () {
	git update-index --add --cacheinfo "${3-100644},$2,$1"
}

# Begin again with no branch, in the same repository.
forget_branch () {
	git update-ref -d refs/heads/perf &&
	git update-ref -d refs/perf/seen
}

spool_files () {
	find "$(git rev-parse --git-common-dir)/perf" -path '*/spool/*' \
		2>/dev/null | sort
}

# What must not change when something is refused: all but what came from
# elsewhere, to be looked at.
repository_state () {
	git for-each-ref | sed "/	refs\/perf\/.*\/incoming\//d" &&
	spool_files
}

# must_refuse <exit status> <pattern> command...: it fails in that way, says
# why, what to do, and nothing that a terminal would act upon; and nothing has
# changed. Its output is in the files "out" and "err".
must_refuse () {
	want_=$1 pattern_=$2
	shift 2
	repository_state >state.before &&
	{ test_expect_code "$want_" "$@" >out 2>err ||
		{ cat err >&4; false; }; } &&
	repository_state >state.after &&
	test_cmp state.before state.after &&
	test_grep -e "$pattern_" err &&
	test_grep '^hint: .' err &&
	no_control_characters err
}

# Neither C0 (but newline and tab), DEL nor C1, as bytes or in UTF-8.
no_control_characters () {
	perl -ne 'die "control character: $_" if
		/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/' "$1"
}

# must_be_sound: git and git perf find nothing wrong, and the history of the
# branch is linear.
must_be_sound () {
	git fsck --strict --no-dangling --no-progress >fsck.out 2>&1 &&
	! grep -v '^notice:' fsck.out >&4 &&
	git rev-list --min-parents=2 "$(git config perf.ref || echo perf)" >merges &&
	test_must_be_empty merges &&
	git perf fsck -q
}

# must_work: in this repository, with $c1 and $c2, records can be appended and
# read; leaves 2 of them
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

# A second user, for what root may do anyway.
test_lazy_prereq OTHER_USER '
	test "$(id -u)" != 0 ||
	# in a shell of theirs: the checkout may lie where only root gets to
	setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "git-perf --version"
'

# as_user command...: as somebody who is not root.
as_user () {
	if test "$(id -u)" = 0
	then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

test_lazy_prereq FLOCK 'flock --version'
