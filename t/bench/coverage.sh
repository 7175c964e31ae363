#!/bin/sh
#
# What became of each commit, of a long history: names alone, and the way from one
# commit to the next. The fastest of several calls, as machines are noisy.

set -eu

# shellcheck source=t/bench/lib.sh
. "$(dirname "$0")/lib.sh"

commits=100000
# one decision for so many of them
stretch=100

echo "coverage: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'), files in $room"
git config --global core.fsync none
git config --global core.commitGraph false

make_trunk () {
	awk -v n="$commits" 'BEGIN { for (i = 1; i <= n; i++) {
		s = "commit " i
		printf "commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata %d\n%s\n", \
			1600000000 + 600 * i, length(s), s
		printf "M 100644 inline f\ndata %d\n%d\n\n", length(i), i
	} }' | git fast-import --quiet
	git rev-list main >../ids
}

# folders <column of the folder's name>: lines of git ls-tree with it in front, sorted, as
# one tree for each folder; "<tree> <folder>" for each. Objects may be missing: what is
# measured here is never read.
folders () {
	LC_ALL=C sort | awk '{
		# text, as 1e1 is not 10
		folder = $1 ""
		if (NR > 1 && folder != last)
			print ""
		if (folder != last)
			print folder >"../folders"
		last = folder
		printf "100644 blob %s\t%s\n", $2, $3
	}' | git mktree --missing --batch >../trees
	paste -d ' ' ../trees ../folders | awk '{ printf "040000 tree %s\t%s\n", $1, $2 }' | git mktree
}

# records <platform>: one of each commit but the newest, which nobody has thought of yet
records () {
	awk -v salt="$(echo "$1" | cksum | cut -c1-2)" 'NR > 1 {
		id = salt substr($1, 5) substr($1, 3, 2)
		printf "%s %s %s-20240101T000000Z-c-%s.json\n", substr($1, 1, 2), id, substr($1, 3), substr(id, 1, 12)
	}' ../ids | folders
}

# decisions <platform>: as a planner makes them
decisions () {
	rm -rf ../made && mkdir ../made
	awk -v p="$1" -v stretch="$stretch" '
	{ id[NR] = $1 }
	END { for (i = 2; i + stretch <= NR; i += stretch) {
		file = sprintf("../made/%06d", i)
		printf "{\"base\":\"%s\",\"chosen\":[{\"commit\":\"%s\",\"reasons\":[\"scheduled\"]}]", \
			id[i + stretch], id[i] >file
		printf ",\"commits\":%d,\"decided\":\"2024-01-01T00:00:00.000000000Z\",\"depth\":1", stretch >file
		printf ",\"head\":\"%s\",\"pace\":\"normal\",\"plan\":\"every\",\"platform\":\"%s\"", id[i], p >file
		printf ",\"schema\":1,\"tool\":\"git-perf\",\"window\":0}\n" >file
		close(file)
		print file, id[i]
	} }' ../ids >../list
	cut -d' ' -f1 ../list | git hash-object -w --stdin-paths --no-filters >../blobs
	paste -d ' ' ../blobs ../list | awk '{ printf "%s %s %s-20240101T000000Z-%s.json\n", \
		substr($3, 1, 2), $1, substr($3, 3), substr($1, 1, 12) }' | folders
}

# tree <command>: a folder for each platform
tree () {
	for platform in aarch64-linux aarch64-macos x86-64-linux
	do
		printf '040000 tree %s\t%s\n' "$("$1" $platform)" $platform
	done | git mktree
}

git init -q long && cd long
make_trunk
format=$(echo 'git-perf 1' | git hash-object -w --stdin)
root=$(printf '040000 tree %s\tdecisions\n100644 blob %s\tformat\n040000 tree %s\truns\n' \
	"$(tree decisions)" "$format" "$(tree records)" | git mktree)
git update-ref refs/heads/perf "$(git commit-tree -m perf "$root")"

# fastest <command>...: of seven calls
fastest () {
	for i in 1 2 3 4 5 6 7
	do
		time_ms "$@"
	done | sort -n | head -n 1
}

rows=$(git-perf coverage | grep -c '99.9%  *99.9%  *1 ')
figure '100,000 commits, 3 platforms: rows that are right' "$rows" rows '>=' 3
figure 'coverage of them, 300,000 records, 3,000 decisions' "$(fastest git-perf coverage)" ms '<=' 1500
beside 'of that, the names of records (git perf ls)' "$(fastest git-perf ls)" ms
beside 'git perf show of the newest commit' "$(fastest git-perf show)" ms
beside 'git rev-list --first-parent of them' "$(fastest git rev-list --first-parent main)" ms
