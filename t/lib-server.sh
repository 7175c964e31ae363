# shellcheck shell=sh
#
# Real servers on loopback, for scripts about sharing: sshd, nginx with
# git-http-backend, git daemon. All that a server is lies in $HOME/server; what
# it serves are the bare repositories in $TRASH_DIRECTORY/www (lib-hub.sh).
#
#	. "$TEST_DIRECTORY/lib-race.sh"
#	. "$TEST_DIRECTORY/lib-server.sh"
#
#	test_expect_success SSHD 'a push over ssh' '
#		start_sshd &&
#		make_hub hub.git &&
#		git push "$(hub_url ssh hub.git)" main
#	'
#
# A server that a machine lacks is a missing prerequisite: SSHD, HTTPD,
# GITDAEMON. A second start of one that runs does nothing. All end with the
# script.

. "$TEST_DIRECTORY/lib-hub.sh"

server_=$HOME/server
mkdir -p "$server_/home" "$server_/pids" || exit 1

# Loopback is reached directly, and nobody is asked for anything.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
unset SSH_AUTH_SOCK SSH_ASKPASS SSH_ASKPASS_REQUIRE DISPLAY

stop_servers_ () {
	for pid_ in "$server_"/pids/*
	do
		test ! -f "$pid_" || kill -- "-${pid_##*/}"
	done
}
test_atexit stop_servers_

# Debian keeps servers where only root looks.
has_server_ () {
	(PATH=$PATH:/usr/sbin:/sbin && command -v "$1")
}

# What starting any of them takes.
can_serve_ () {
	perl -v && timeout --version
}

# What programs on a server see, hooks included: this git and this git-perf,
# a home and a name of their own, the clock that the first server started
# with, and nothing else of the one who pushes.
make_server_env_ () {
	test ! -f "$server_/env" || return 0
	cp "$HOME/.gitconfig" "$server_/home/.gitconfig" &&
	cat >>"$server_/home/.gitconfig" <<-\CONFIG &&
	[user]
		name = S E Rver
		email = server@example.com
	[http]
		receivePack = true
	CONFIG
	for var_ in PATH LC_ALL TZ TERM GIT_CONFIG_NOSYSTEM GIT_PERF_TEST_CLOCK \
		ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
	do
		eval "value_=\${$var_-}" &&
		{ test -z "$value_" ||
			echo "export $var_=$(quoted_ "$value_")"; } || return 1
	done >"$server_/env" &&
	echo "export HOME=$(quoted_ "$server_/home")" >>"$server_/env"
}

# filled_ <file of t/server> <NAME=value>...: with @NAME@ filled in
filled_ () {
	file_=$TEST_DIRECTORY/server/$1
	shift
	sed_="s|@SERVER@|$server_|g"
	for value_
	do
		sed_="$sed_; s|@${value_%%=*}@|${value_#*=}|g"
	done
	sed "$sed_" "$file_"
}

# <n> free ports, below those that the kernel hands out to clients.
free_ports_ () {
	perl -MSocket -e '
		for (1 .. 1000) {
			my $port = 20000 + int rand 12000;
			socket my $s, PF_INET, SOCK_STREAM, 0 or die "socket: $!";
			bind $s, sockaddr_in($port, INADDR_LOOPBACK) or next;
			push @held, $s;
			print "$port ";
			exit if @held == $ARGV[0];
		}
		die "no free port\n"' "$1"
}

# serve_ <log> <what it says when it listens> command...: in the background,
# but not as a child of this shell, for which "wait" would wait; without the
# descriptors of the harness, as prove waits until those are closed. timeout
# makes it a process group of its own, and sees to it that nothing stays for
# ever should this script be killed the hard way.
serve_ () {
	log_=$1 ready_=$2
	shift 2
	: >"$log_" &&
	pid_=$(
		exec 3>&- 4>&- 5>&- 6>&- </dev/null
		timeout 3600 sh -c '"$@"; echo "ended: $?"' sh "$@" >"$log_" 2>&1 &
		echo $!
	) &&
	: >"$server_/pids/$pid_" &&
	wait_until grep -q -e "$ready_" -e '^ended: ' "$log_" &&
	grep -q "$ready_" "$log_" && return 0
	rm "$server_/pids/$pid_"
	return 1
}

# on_free_ports_ <n> command...: with <n> more arguments; again on others when
# somebody was faster to take one of them.
on_free_ports_ () {
	n_=$1 attempt_=0
	shift
	while test "$attempt_" -lt 5
	do
		attempt_=$((attempt_ + 1))
		ports_=$(free_ports_ "$n_") || return 1
		# shellcheck disable=SC2086
		"$@" $ports_ && return 0
		grep -i 'address already in use' "$log_" >&4 || break
	done
	echo "no server:" >&4
	cat "$log_" >&4
	return 1
}

# --- ssh ---

# An account whose password is locked, or that has no shell, cannot log in. (An
# sshd that is not root does not see whether it is locked.)
test_lazy_prereq SSHD '
	can_serve_ && has_server_ sshd && has_server_ ssh-keygen && ssh -V &&
	case $(getent passwd "$(id -un)") in "" | *nologin | */false) false ;; esac &&
	case $(getent shadow "$(id -un)") in *:!*) false ;; esac
'

# start_sshd: a real one, for whoever runs the tests. Then
#
#	$SSH_URL            ssh://127.0.0.1:<port>, an absolute path follows
#	$GIT_SSH_COMMAND    exported: a user and a server who know each other
#	$SSH_WRONG_KEY      the same with a key that the server does not know
#	$SSH_CHANGED_HOST   with another host key in known_hosts than it shows
#	$SSH_UNKNOWN_HOST   with an empty known_hosts, and nobody to ask
#
# to be used as GIT_SSH_COMMAND=$SSH_WRONG_KEY git push ...
start_sshd () {
	ssh_=$server_/ssh
	test -f "$ssh_/port" || {
		make_server_env_ && make_sshd_ &&
		on_free_ports_ 1 launch_sshd_
	} || return 1
	read -r port_ <"$ssh_/port" &&
	SSH_URL=ssh://127.0.0.1:$port_ &&
	GIT_SSH_COMMAND="ssh -F $(quoted_ "$ssh_/good")" &&
	SSH_WRONG_KEY="ssh -F $(quoted_ "$ssh_/wrong_key")" &&
	SSH_CHANGED_HOST="ssh -F $(quoted_ "$ssh_/changed")" &&
	SSH_UNKNOWN_HOST="ssh -F $(quoted_ "$ssh_/unknown")" &&
	export GIT_SSH_COMMAND
}

make_sshd_ () {
	mkdir -p "$ssh_" &&
	for key_ in host other_host user other_user
	do
		test -f "$ssh_/$key_" ||
		ssh-keygen -q -t ecdsa -b 256 -N '' -C "$key_" -f "$ssh_/$key_" ||
		return 1
	done &&
	# The home of the password database is somebody's real one.
	cat >"$ssh_/login" <<-LOGIN &&
	#!/bin/sh
	. $(quoted_ "$server_/env")
	cd "\$HOME" && exec sh -c "\$SSH_ORIGINAL_COMMAND"
	LOGIN
	chmod +x "$ssh_/login" &&
	filled_ sshd_config >"$ssh_/sshd_config" &&
	# As root it wants this folder, which its package makes at boot.
	{ test "$(id -u)" != 0 || mkdir -p /run/sshd; }
}

launch_sshd_ () {
	sshd_=$(has_server_ sshd) &&
	# Newer ones shut out who has failed to log in.
	penalties_="-o PerSourcePenalties=no" &&
	{ "$sshd_" -t -f "$ssh_/sshd_config" $penalties_ 2>/dev/null ||
		penalties_=; } &&
	serve_ "$ssh_/log" '^Server listening' "$sshd_" -D -e \
		-f "$ssh_/sshd_config" $penalties_ -o ListenAddress=127.0.0.1 -p "$1" &&
	{
		echo "[127.0.0.1]:$1 $(cat "$ssh_/host.pub")" >"$ssh_/hosts.good"
		echo "[127.0.0.1]:$1 $(cat "$ssh_/other_host.pub")" >"$ssh_/hosts.changed"
		: >"$ssh_/hosts.unknown"
	} &&
	ssh_config_ good "$1" user good &&
	ssh_config_ wrong_key "$1" other_user good &&
	ssh_config_ changed "$1" user changed &&
	ssh_config_ unknown "$1" user unknown &&
	echo "$1" >"$ssh_/port"
}

# ssh_config_ <name> <port> <key> <hosts>
ssh_config_ () {
	filled_ ssh_config USER="$(id -un)" PORT="$2" KEY="$3" HOSTS="$4" \
		>"$ssh_/$1"
}

# --- http ---

test_lazy_prereq HTTPD '
	can_serve_ && has_server_ nginx && has_server_ fcgiwrap && openssl version &&
	test -x "$(git --exec-path)/git-http-backend" &&
	test -x "$(git --exec-path)/git-remote-https"
'

# start_httpd: nginx, fcgiwrap and git-http-backend. Then
#
#	$HTTP_URL, $HTTPS_URL   followed by a place and a repository of www
#	$HTTPS_CA               for http.sslCAInfo: nobody else trusts the server (trust_test_authority)
#
# and the places are
#
#	/open/       all may read and write
#	/auth/       user "perf", password "secret"
#	/readonly/   403 to who wants to push
#	/broken/     500 to who wants to push
#	/late/       500 to the pack, when the references have been sent
#	/drop/       the connection ends where the answer to the pack would begin
#	/cut/        an answer of more than 1000 bytes ends in the middle
#	/moved/      301 to /open/
start_httpd () {
	http_=$server_/http
	test -f "$http_/ports" || {
		make_server_env_ && make_httpd_ && launch_fcgi_ &&
		on_free_ports_ 2 launch_httpd_
	} || return 1
	read -r port_ tls_port_ <"$http_/ports" &&
	HTTP_URL=http://127.0.0.1:$port_ &&
	HTTPS_URL=https://127.0.0.1:$tls_port_ &&
	HTTPS_CA=$http_/ca.pem
}

# Until the test ends git trusts the test authority, and does not read all those
# of the system, which takes 90 ms for each connection.
trust_test_authority () {
	mkdir -p "$http_/no_authorities" &&
	git config --global http.sslCAInfo "$HTTPS_CA" &&
	git config --global http.sslCAPath "$http_/no_authorities" &&
	test_when_finished "git config --global --unset http.sslCAInfo &&
		git config --global --unset http.sslCAPath"
}

# A test authority, and a certificate for 127.0.0.1 by it.
make_certificate_ () {
	config_=$TEST_DIRECTORY/server/openssl.cnf &&
	for key_ in ca server
	do
		openssl ecparam -name prime256v1 -genkey -noout \
			-out "$http_/$key_.key" || return 1
	done &&
	openssl req -x509 -new -config "$config_" -extensions ca \
		-days 30 -key "$http_/ca.key" -out "$http_/ca.pem" &&
	openssl req -new -config "$config_" -subj /CN=127.0.0.1 \
		-key "$http_/server.key" -out "$http_/server.csr" &&
	openssl x509 -req -in "$http_/server.csr" -days 30 -CAcreateserial \
		-CA "$http_/ca.pem" -CAkey "$http_/ca.key" -extensions server \
		-extfile "$config_" -out "$http_/server.pem"
}

make_httpd_ () {
	mkdir -p "$http_" &&
	make_certificate_ 2>"$http_/openssl.log" &&
	echo 'perf:{PLAIN}secret' >"$http_/passwords" &&
	cat >"$http_/backend" <<-BACKEND &&
	#!/bin/sh
	. $(quoted_ "$server_/env")
	test -n "\$CUT" || exec git http-backend
	git http-backend >"\$HOME/answer.\$\$"
	size=\$(wc -c <"\$HOME/answer.\$\$")
	test "\$size" -le 1000 || printf 'Content-Length: %s\r\n' "\$size"
	test "\$size" -le 1000 || size=\$((size / 2))
	head -c "\$size" "\$HOME/answer.\$\$"
	BACKEND
	chmod +x "$http_/backend"
}

# The socket has its name when it listens.
launch_fcgi_ () {
	fcgiwrap_=$(has_server_ fcgiwrap) &&
	(cd "$http_" && serve_ "$http_/fcgi.log" listening perl -MSocket -e '
		socket STDIN, PF_UNIX, SOCK_STREAM, 0 and
		bind STDIN, sockaddr_un("fcgi") and listen STDIN, 128 and
		syswrite STDOUT, "listening\n" and exec @ARGV;
		die "$ARGV[0]: $!\n"' "$fcgiwrap_" -c 8)
}

# A master that runs as root would have its worker become another user.
launch_httpd_ () {
	nginx_=$(has_server_ nginx) user_= &&
	{ test "$(id -u)" != 0 || user_="user root root;"; } &&
	filled_ nginx.conf USER="$user_" WWW="$TRASH_DIRECTORY/www" \
		PORT="$1" TLS_PORT="$2" >"$http_/nginx.conf" &&
	(cd "$http_" && serve_ "$http_/log" 'start worker process ' \
		"$nginx_" -p "$http_/" -c nginx.conf) || {
		log_=$http_/log
		return 1
	}
	echo "$1 $2" >"$http_/ports"
}

# --- git daemon ---

test_lazy_prereq GITDAEMON '
	can_serve_ && test -x "$(git --exec-path)/git-daemon"
'

# start_daemon: anonymous, for reading and writing; $GIT_URL is followed by a
# repository of www.
start_daemon () {
	daemon_=$server_/daemon
	test -f "$daemon_/port" || {
		mkdir -p "$daemon_" && make_server_env_ &&
		on_free_ports_ 1 launch_daemon_
	} || return 1
	read -r port_ <"$daemon_/port" &&
	GIT_URL=git://127.0.0.1:$port_
}

launch_daemon_ () {
	serve_ "$daemon_/log" 'Ready to rumble' env -i sh -c '. "$1"; shift; exec "$@"' \
		sh "$server_/env" "$(git --exec-path)/git-daemon" --verbose \
		--listen=127.0.0.1 --port="$1" --reuseaddr --max-connections=0 \
		--base-path="$TRASH_DIRECTORY/www" --export-all \
		--enable=receive-pack --informative-errors &&
	echo "$1" >"$daemon_/port"
}

# --- nobody at home ---

# start_mute: takes connections and never says a word; $MUTE_PORT of 127.0.0.1
# is its port, for any protocol.
start_mute () {
	test -f "$server_/mute" ||
	serve_ "$server_/mute" '^[0-9]' perl -MSocket -e '
		socket S, PF_INET, SOCK_STREAM, 0 and
		bind S, sockaddr_in(0, INADDR_LOOPBACK) and listen S, 128 and
		syswrite STDOUT, (sockaddr_in(getsockname S))[0] . "\n" or
		die "mute: $!\n";
		select undef, undef, undef, undef' || return 1
	read -r MUTE_PORT <"$server_/mute"
}
