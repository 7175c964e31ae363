# shellcheck shell=sh
#
# What scripts about purges share: four records in "first", and what it means
# that some of them are gone for good. To be read behind lib-perf.sh.

# The objects that a revision reaches, by git alone.
reached () {
	git rev-list --objects --no-object-names "$@"
}

# must_be_gone <id>...: from the branch, its history and all that readers see;
# and what is left is a sound branch.
must_be_gone () {
	reached perf >reached.now &&
	git perf ls >listed &&
	for id_
	do
		test_grep ! "$id_" reached.now &&
		test_grep ! "$id_" listed &&
		test_expect_code 128 git perf cat "$id_" 2>cat.err &&
		test_grep "no record" cat.err || return 1
	done &&
	must_be_sound
}

# tree_without <revision> <id>...: its files, but for these blobs and for what
# a purge writes
tree_without () {
	git ls-tree -r "$1" >files &&
	shift &&
	for id_
	do
		grep -v "$id_" files >rest
		mv rest files
	done &&
	grep -v -e "	format\$" -e "	revoked/" files
}

# revocation <id>: what the branch says of it
revocation () {
	git cat-file -p "perf:revoked/$(echo "$1" | cut -c1-2)/$1"
}

generation () {
	git cat-file -p "${1:-perf}:format" | sed -n "s/^generation: //p"
}

# with_seen command...: as with_tree, and as if this clone had written it
with_seen () {
	with_tree "$@" &&
	git update-ref refs/perf/seen refs/heads/perf
}

# fresh: a repository "repo" as it was at first; ends up in it
fresh () {
	cd "$TRASH_DIRECTORY" &&
	rm -rf repo && cp -R first repo && cd repo || return 1
}

# clone <name>: of what is in "hub.git"; ends up in it
clone () {
	cd "$TRASH_DIRECTORY" &&
	rm -rf "$1" &&
	git clone -q hub.git "$1" &&
	cd "$1" || return 1
}

# hub: a bare repository with the branch as it was at first
hub () {
	cd "$TRASH_DIRECTORY" &&
	rm -rf hub.git &&
	git clone -q --bare first hub.git
}

# set_up_records: "first", with four records; $id1 to $id3 are ids
set_up_records () {
	git init -q first &&
	(
		cd first &&
		make_history 5 &&
		record $c1 x86-64-linux 1 | git perf append &&
		record $c2 x86-64-linux 2 | git perf append &&
		{ record $c3 aarch64-linux 3; record $c3 x86-64-linux 4; } | git perf append
	) >ids &&
	eval "$(git -C first for-each-ref --format="%(refname:short)=%(objectname)" refs/tags)" &&
	test_line_count = 4 ids &&
	id1=$(sed -n 1p ids) && id2=$(sed -n 2p ids) && id3=$(sed -n 3p ids)
}
