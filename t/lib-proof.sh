# shellcheck shell=sh
#
# What must hold whatever happens to workers: asked of a repository by git alone. To
# be read behind lib-perf.sh, lib-queue.sh, lib-hub.sh and lib-work.sh.

# records_of <repository>: each record of its branch, a line each
records_of () {
	git -C "$1" ls-tree -r perf runs/ 2>/dev/null | cut -c13-52 |
	git -C "$1" cat-file --batch="" | sed -n "/^{/p"
}

# measured <repository>: "<commit> <platform> <benchmark> <status>" of all that was
# measured, once each: two results of one job are no more than one
measured () {
	records_of "$1" | perl -ne '
		s/"steps":\[[^]]*\]//;
		my ($commit) = /"commit":"(\w+)"/;
		my ($platform) = /"platform":"([^"]+)"/;
		print "$commit $platform $1 $2\n" while /"name":"([^"]+)",(?:"params":\{[^}]*\},)?"status":"(\w+)"/g' |
	sort -u
}

# attempts_kept <repository>: no job was begun with more than three times
attempts_kept () {
	git -C "$1" grep -h "\"attempts\":\([4-9]\|[0-9][0-9]\)" refs/perf/queue -- jobs >over_
	test_must_be_empty over_
}

# must_hold <repository> <file>: I2 to I6: its branch has what is in that file and
# nothing else, no job was recorded twice under one token, and all of it is sound
must_hold () {
	measured "$1" >actual && test_cmp "$2" actual &&
	records_of "$1" | sed -n "s/.*\"job\":{\"id\":\"\([0-9a-f]*\)\",.*\"token\":\([0-9]*\)}.*/\1 \2/p" |
	sort | uniq -d >twice_ && test_must_be_empty twice_ &&
	attempts_kept "$1" &&
	git -C "$1" rev-list --min-parents=2 perf >merges_ && test_must_be_empty merges_ &&
	git -C "$1" fsck --strict --no-dangling --no-progress &&
	git -C "$1" perf fsck -q
}

# nothing_waits <repository>: no job and no request is left
nothing_waits () {
	git -C "$1" ls-tree -r --name-only refs/perf/queue jobs/ requests/ >left_ && test_must_be_empty left_
}
