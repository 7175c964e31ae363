# shellcheck shell=sh
#
# Repositories that others push to, in $TRASH_DIRECTORY/www, and what can happen
# to them there. lib-server.sh includes this; by path it works without servers.

mkdir -p "$TRASH_DIRECTORY/www" || exit 1

# A word for a shell.
quoted_ () {
	printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# make_hub <repo> [options of git init]: www/<repo>, bare and empty, without
# sample hooks; partial clones of it work.
make_hub () {
	hub_=$TRASH_DIRECTORY/www/$1
	shift
	git init -q --bare --template= "$@" "$hub_" &&
	git -C "$hub_" config uploadpack.allowFilter true
}

# hub <name>: www/<name>.git with the history of "origin" and no results; $HUB is
# its path from now on
hub () {
	make_hub "$1.git" && HUB=$TRASH_DIRECTORY/www/$1.git && : >ids.sent &&
	git -C origin push -q "$HUB" main --tags
}

# fresh_hub <clone>...: $HUB is www/hub.git with no results, and those are clones
# of it with nothing of their own, whatever they were before
fresh_hub () {
	rm -rf "$TRASH_DIRECTORY/www/hub.git" "$@" || return 1
	if test -d fresh.hub
	then
		HUB=$TRASH_DIRECTORY/www/hub.git && : >ids.sent &&
		cp -R fresh.hub "$HUB"
	else
		hub hub && git clone -q "$HUB" fresh.clone && cp -R "$HUB" fresh.hub
	fi || return 1
	for clone_
	do
		cp -R fresh.clone "$clone_" || return 1
	done
}

# clones <n> <prefix>: of $HUB, <prefix>1 to <prefix><n>; one is made, the others
# are copies
clones () {
	git clone -q "$HUB" "${2}1" &&
	for n_ in $(seq 2 "$1")
	do
		cp -R "${2}1" "$2$n_" || return 1
	done
}

# hub_ids: the ids of the records on its branch, sorted
hub_ids () {
	git -C "$HUB" ls-tree -r perf runs/ 2>/dev/null | cut -c13-52 | sort
}

# refs_of <repository> <folder>: names below refs/perf/<folder>, such as inbox
refs_of () {
	git -C "$1" for-each-ref --format='%(refname)' "refs/perf/$2"
}

# send <clone> <platform> <samples> [<URL>]: a lane with one record ($c1), whose id
# is added to ids.sent
send () {
	record "$c1" "$2" "$3" >in.send &&
	git -C "$1" perf append <in.send 2>err.push >>ids.sent &&
	git -C "$1" perf push -q --lane ${4+"$4"} 2>err.push || {
		cat err.push >&4
		return 1
	}
}

# must_be_there <file>: those ids and no others are on the branch, each once
must_be_there () {
	sort "$1" >expected && hub_ids >actual && test_cmp expected actual
}

# must_have_landed: what was sent is on the branch and nothing else, each once;
# no lane is left
must_have_landed () {
	refs_of "$HUB" inbox >lanes && test_must_be_empty lanes &&
	must_be_there ids.sent
}

# hub_url <way> <repo>: the URL of www/<repo> by ssh, http, https, auth (http
# with the password in the URL), git, file or path.
hub_url () {
	case $1 in
	ssh) echo "$SSH_URL$TRASH_DIRECTORY/www/$2" ;;
	http) echo "$HTTP_URL/open/$2" ;;
	https) echo "$HTTPS_URL/open/$2" ;;
	auth) echo "http://perf:secret@${HTTP_URL#http://}/auth/$2" ;;
	git) echo "$GIT_URL/$2" ;;
	file) echo "file://$TRASH_DIRECTORY/www/$2" ;;
	path) echo "$TRASH_DIRECTORY/www/$2" ;;
	*) BUG "no way '$1' to a hub" ;;
	esac
}

# --- mischief on a server; a repository is a path, such as www/hub.git ---

# server_hook <repo> <name>: an executable hook, its commands on standard
# input. It runs in the repository's folder, and finds git-perf.
server_hook () {
	mkdir -p "$1/hooks" &&
	{ echo "#!/bin/sh" && cat; } >"$1/hooks/$2" &&
	chmod +x "$1/hooks/$2"
}

# rival_hook <repo> <n> [<ref>]: each of the first <n> pushes to the ref
# (refs/heads/perf) finds that somebody has landed a record there, after it
# had been looked up and before it is moved. The ids of those records are in
# <repo>/rivals.
rival_hook () {
	echo "$2" >"$1/rivals.left" && : >>"$1/rivals" &&
	server_hook "$1" pre-receive <<-HOOK
	grep -q " ${3:-refs/heads/perf}\$" || exit 0
	read -r left <rivals.left && test "\$left" -gt 0 || exit 0
	echo \$((left - 1)) >rivals.left
	n=\$((\$(wc -l <rivals) + 1))
	# What is pushed is in quarantine; what the rival writes is not.
	unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY
	unset GIT_ALTERNATE_OBJECT_DIRECTORIES
	printf '{"commit":"%040d","platform":"rival","finished":"%s",%s%s}\\n' \\
		"\$n" 2023-11-14T22:13:20Z '"benchmarks":[{"name":"sort",' \\
		"\"metrics\":[{\"name\":\"wall\",\"samples\":[\$n]}]}]" |
	git -c "perf.ref=${3:-refs/heads/perf}" perf append >>rivals || {
		echo "the rival failed" >&2
		exit 1
	}
	HOOK
}

# refuse_hook <repo> <message> [<ref>]: every push is refused with these
# words, or only that ref of it.
refuse_hook () {
	printf '%s\n' "$2" >"$1/refusal" &&
	if test $# = 2
	then
		server_hook "$1" pre-receive <<-\HOOK
		cat >/dev/null
		cat refusal >&2
		exit 1
		HOOK
	else
		server_hook "$1" update <<-HOOK
		test "\$1" != "$3" || { cat refusal >&2; exit 1; }
		HOOK
	fi
}

# cut_hook <repo> before|after <n>: the server dies in each of the first <n>
# pushes, before anything of it is there or after a reference has moved: the
# one who pushes is told nothing.
cut_hook () {
	case $2 in
	before) when_=pre-receive state_= ;;
	after) when_=reference-transaction state_=committed ;;
	*) BUG "cut_hook: before or after" ;;
	esac
	echo "$3" >"$1/cuts.$2" &&
	server_hook "$1" "$when_" <<-HOOK
	cat >/dev/null
	test "\$1" = "$state_" || exit 0
	read -r left <cuts.$2 && test "\$left" -gt 0 || exit 0
	echo \$((left - 1)) >cuts.$2
	kill -9 \$PPID
	HOOK
}

# hang_hook <repo>: pushes hang until release_hook <repo>, at the latest until
# the end of the script, and are refused then; later ones are free. While one
# hangs, there is a file <repo>/hung.
hang_hook () {
	mkfifo "$1/hang" &&
	test_atexit "release_hook $(quoted_ "$(cd "$1" && pwd)")" &&
	server_hook "$1" pre-receive <<-\HOOK
	: >hung
	read -r go <hang
	exit 1
	HOOK
}

# Who reads is at its end when the last writer closes; who comes too late finds
# nothing to open.
release_hook () {
	test ! -p "$1/hang" || (
		rm "$1/hooks/pre-receive" &&
		exec 9<>"$1/hang" && rm "$1/hang"
	)
}

# stale_server_lock <repo> <ref>: as somebody who died left it; nobody can move
# the ref.
stale_server_lock () {
	mkdir -p "$(dirname "$1/$2")" && : >"$1/$2.lock"
}

# server_without_atomic <repo>: as with servers that move one ref after another.
server_without_atomic () {
	git -C "$1" config receive.advertiseAtomic false
}

# small_disk <folder> <size>: as a file system of its own, until the end of
# the script, which servers see, too.
test_lazy_prereq TMPFS 'mount -t tmpfs -o size=1m none "$PWD" && umount "$PWD"'
small_disk () {
	mkdir -p "$1" &&
	mount -t tmpfs -o "size=$2" none "$1" &&
	test_atexit "umount -l $(quoted_ "$(cd "$1" && pwd)")"
}
