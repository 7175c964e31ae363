# shellcheck shell=sh
#
# Several writers at once, and the few ways to make them meet on purpose.

# repeat <n> command...: that many times, whether it fails or not
repeat () {
	n_=$1
	shift
	while test "$n_" -gt 0
	do
		n_=$((n_ - 1))
		"$@"
	done
}

# writer <name> <n>: append <n> records, one by one; what was acknowledged is
# in acked.<name>, what was refused in failed.<name>.
writer () {
	i_=0
	while test "$i_" -lt "$2"
	do
		i_=$((i_ + 1))
		record "$c1" "$1" "$i_" >"in.$1"
		git-perf append <"in.$1" >>"acked.$1" 2>"err.$1" ||
			cat "err.$1" >>"failed.$1"
	done
}

# Somebody else's commits on another branch of the same repository, with git.
git_writer () {
	i_=0
	while test "$i_" -lt "$2"
	do
		i_=$((i_ + 1))
		old_=$(git rev-parse -q --verify "refs/heads/$1") &&
		new_=$(git commit-tree -p "$old_" -m "$i_" "$old_^{tree}") &&
		git update-ref "refs/heads/$1" "$new_" "$old_" &&
		echo "$new_" >>"commits.$1"
	done 2>>"git.err"
}

# Everything that was acknowledged is there once, and nothing else is.
must_have_all_acked () {
	cat acked.* | sort >acked &&
	uniq -d acked >twice &&
	test_must_be_empty twice &&
	record_ids >present &&
	uniq -d present >twice &&
	test_must_be_empty twice &&
	test_cmp acked present
}

# hold_lock: take the lock that writers queue up for; drop_lock gives it back.
# Whatever is started in between must not inherit it: 9>&-
hold_lock () {
	mkdir -p .git/perf &&
	exec 9>.git/perf/lock &&
	flock 9
}

drop_lock () {
	exec 9>&-
}

# at_each_point command...: with each line of "points" as its last word; what is
# killed there adds the point to "hit"
at_each_point () {
	while read -r point_
	do
		("$@" "$point_") || {
			echo "$*: killed at $point_" >&4
			return 1
		}
	done <points
}

# No point is listed in vain.
must_have_hit_each_point () {
	sort -u hit >actual &&
	sort points >expected &&
	test_cmp expected actual
}

# wait_until command...: for something that another process is about to do; after
# a minute, in vain. A test of the shell's own takes no time worth counting.
wait_until () {
	tries_=0 end_=
	until "$@"
	do
		tries_=$((tries_ + 1))
		test $((tries_ % 100)) = 0 || continue
		now_=$(date +%s)
		test "$now_" -ge "${end_:=$((now_ + 60))}" || continue
		echo "waited in vain for: $*" >&4
		return 1
	done
}
