# shellcheck shell=sh
#
# What scripts about git notes share: results with clear changes, and what git
# has to say of a commit.

NOTES=refs/notes/perf/p

# note <commit> [<platform>]: what git has to say of it
note () {
	git notes --ref "perf/${2:-p}" show "$1"
}

# note_is <commit> <line> [<platform>]: exactly this one line
note_is () {
	printf '%s\n' "$2" >note.expected &&
	note "$1" "$3" >note.actual &&
	test_cmp note.expected note.actual
}

# results <commit> [<platform>]: a record of the benchmarks on standard input,
# "<name>=<value>"; wall times with intervals of a thousandth, so that all
# changes are clear
results () {
	awk -v commit="$1" -v platform="${2-p}" '
	BEGIN { printf "{\"commit\":\"%s\",\"platform\":\"%s\",\"finished\":\"2023-11-14T22:13:20Z\",\"benchmarks\":[", commit, platform }
	{
		at = index($0, "=")
		v = substr($0, at + 1)
		printf "%s{\"name\":\"%s\",\"metrics\":[{\"name\":\"wall\",\"samples\":[%d,%d,%d]}]}",
			(NR > 1 ? "," : ""), substr($0, 1, at - 1), v * 0.999, v, v * 1.001
	}
	END { print "]}" }'
}

# The same, onto the branch.
measure () {
	results "$@" | git perf append -q
}

# revoke <record id>...: by hand, on the branch
revoke () {
	for id_
	do
		with_tree put_file "revoked/$(echo "$id_" | cut -c1-2)/$id_" \
			"$(git hash-object -w --stdin </dev/null)" || return 1
	done
}

forget_notes () {
	git for-each-ref --format="delete %(refname)" refs/notes | git update-ref --stdin
}

forget_all () {
	forget_notes &&
	forget_branch
}
