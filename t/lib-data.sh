# shellcheck shell=sh
#
# Real measurements, by others and not part of this project: 1,621 runs of a
# compiler's benchmarks on three platforms and the history they belong to. They
# lie in $GIT_PERF_TEST_DATA/gruel; what needs them is skipped without them.

data_dir=${GIT_PERF_TEST_DATA:-${TEST_TOP:-.}/../shared/data}

have_data () {
	test -r "$data_dir/gruel/runs.jsonl.xz" && command -v xz >/dev/null
}

# make_data_history <directory>: a repository with the 1,308 commits
make_data_history () {
	git init -q "$1" &&
	git -C "$1" unpack-objects -q <"$data_dir/gruel/commits.pack" &&
	git -C "$1" update-ref refs/heads/main "$(cat "$data_dir/gruel/head")" &&
	git -C "$1" symbolic-ref HEAD refs/heads/main
}

# make_data_artifacts <directory>: each run as an artifact in a folder of its
# own, since many are of the same commit and platform
make_data_artifacts () {
	mkdir -p "$1" &&
	xz -dc "$data_dir/gruel/runs.jsonl.xz" | awk -v top="$1" '
		match($0, /^\{"platform":"[^"]*","run":/) {
			platform = substr($0, 14, RLENGTH - 21)
			run = substr($0, RLENGTH + 1, length($0) - RLENGTH - 1)
			match(run, /"commit":"[0-9a-f]*"/)
			commit = substr(run, RSTART + 10, RLENGTH - 11)
			dir = sprintf("%s/%04d", top, NR)
			dirs[NR] = dir
			names[NR] = dir "/benchmark-results-" commit "-" platform ".json"
			runs[NR] = run
		}
		END {
			for (i = 1; i <= NR; i++)
				print dirs[i] | "xargs mkdir -p"
			close("xargs mkdir -p")
			for (i = 1; i <= NR; i++) {
				print runs[i] > names[i]
				close(names[i])
			}
		}'
}
