#!/bin/sh

test_description='git perf init: what it recognises, what it writes, and that it works'
. "$(dirname "$0")/test-lib.sh"
. "$TEST_DIRECTORY/lib-perf.sh"
. "$TEST_DIRECTORY/lib-hub.sh"
. "$TEST_DIRECTORY/lib-ci.sh"

test_lazy_prereq CMAKE 'cmake --version && c++ --version'
test_lazy_prereq GO 'go version'
test_lazy_prereq CARGO 'cargo --version'
test_lazy_prereq NPM 'npm --version'

# good_suite <file>: both git and git perf read it; its text is in "suite"
good_suite () {
	git config -f "$1" --list >/dev/null &&
	test-gitperf suite "$1" >suite &&
	test_grep "^benchmark " suite
}

# new_project <name>: an empty one, and go there
new_project () {
	git init -q "$1" && cd "$1" || return 1
}

# --- What is recognised ---

# recognises <line> [<other lines of the suite, as understood>...]
recognises () {
	git perf init >out 2>err &&
	test_must_be_empty err &&
	line=$1 && shift &&
	echo "recognised: $line" >want &&
	sed 1q out >first &&
	test_cmp want first &&
	good_suite .gitperf &&
	for line
	do
		test_grep -x -F -e "$line" suite || return 1
	done
}

test_expect_success 'nothing: the suite is an example' '
	(
		new_project nothing &&
		git perf init >out 2>err &&
		test_must_be_empty err &&
		cat >want <<-\END &&
		recognised: nothing; the suite has an example to replace
		wrote .gitperf
		next:
		  edit .gitperf, which measures git itself
		  git add .gitperf && git commit
		  git perf run
		  git perf log
		END
		test_cmp want out &&
		good_suite .gitperf &&
		test_grep -x "  command git --version" suite &&
		# what is commented out can be used, too
		sed -e "/^[	#]*\[\{0,1\}[a-z]* \{0,1\}[\"=]/s/#//" \
			-e "/^\[metric/,\$s/^	#/	/" .gitperf >used &&
		good_suite used &&
		test_grep "^benchmark server" suite &&
		test_grep "^metric latency of server: ms lower" suite
	)
'

test_expect_success 'where there are commits, measuring comes first; paths work from below' '
	(
		new_project below &&
		printf "bench:\n\ttrue\n" >Makefile &&
		mkdir sub && cd sub &&
		git commit -q --allow-empty -m x &&
		git perf init >out &&
		cat >want <<-\END &&
		recognised: make, by Makefile
		wrote :/.gitperf
		next:
		  git perf run
		  git perf log
		  git add :/.gitperf && git commit
		END
		test_cmp want out &&
		git add :/.gitperf
	)
'

test_expect_success 'cargo, with criterion' '
	(
		new_project cargo &&
		mkdir benches &&
		cat >Cargo.toml <<-\END &&
		[package]
		name = "x"
		[dev-dependencies]
		criterion = "0.5"
		[[bench]]
		name = "fib"
		harness = false
		[[bench]]
		  name="sort_all" # why
		[[bin]]
		name = "tool"
		END
		recognises "cargo, by Cargo.toml" \
			"  build cargo bench --no-run (3600000 ms)" \
			"  command cargo bench --bench fib -- --output-format bencher" \
			"  command cargo bench --bench sort_all -- --output-format bencher" \
			"  format bencher" &&
		test_grep ! tool suite
	)
'

test_expect_success 'cargo, with the bencher of the compiler' '
	(
		new_project cargo2 &&
		mkdir -p benches/deeper src &&
		echo "[package]" >Cargo.toml &&
		>benches/fib.rs && >benches/deeper/no.rs && >src/lib.rs && >benches/x.txt &&
		recognises "cargo, by Cargo.toml" "  command cargo bench --bench fib" &&
		grep -c "^benchmark" suite >count &&
		echo 1 | test_cmp - count
	)
'

test_expect_success 'cargo, a workspace, or below' '
	(
		new_project cargo3 &&
		mkdir -p crates/a crates/b/benches &&
		echo "[workspace]" >Cargo.toml &&
		printf "criterion = 1\n[[bench]]\nname = \"one\"\n" >crates/a/Cargo.toml &&
		>crates/b/Cargo.toml && echo "#" >crates/b/Cargo.toml && >crates/b/benches/two.rs &&
		recognises "cargo, by crates/a/Cargo.toml" \
			"  build cargo bench --workspace --no-run (3600000 ms)" \
			"  command cargo bench --manifest-path crates/a/Cargo.toml --bench one -- --output-format bencher" \
			"  command cargo bench --manifest-path crates/b/Cargo.toml --bench two" &&
		rm Cargo.toml .gitperf &&
		recognises "cargo, by crates/a/Cargo.toml" \
			"  build cargo bench --manifest-path crates/a/Cargo.toml --no-run (3600000 ms)" &&
		test_grep ! two suite
	)
'

test_expect_success 'Go' '
	(
		new_project go &&
		mkdir -p lib/sort &&
		echo "module example.com/x" >go.mod &&
		printf "package sort\nfunc TestX(t *testing.T) {}\n" >lib/sort/x_test.go &&
		recognises "nothing; the suite has an example to replace" &&
		rm .gitperf &&
		printf "package sort\nfunc BenchmarkX(b *testing.B) {}\n" >lib/sort/y_test.go &&
		recognises "go, by lib/sort/y_test.go" "  build go test -run '\''^\$'\'' ./... (3600000 ms)" \
			"  command go test -run '\''^\$'\'' -bench . -benchmem ./..." "  format go" &&
		rm .gitperf && mkdir sub && git mv -k go.mod sub && mv go.mod lib sub &&
		recognises "go, by sub/lib/sort/y_test.go" "  directory sub" \
			"  build cd sub/ && go test -run '\''^\$'\'' ./... (3600000 ms)"
	)
'

test_expect_success 'pytest-benchmark' '
	for file in pyproject.toml setup.cfg requirements-dev.txt tests/requirements.txt
	do
		(
			new_project "py-$(basename $file)-$(dirname $file)" &&
			mkdir -p tests &&
			printf "pytest\n" >$file &&
			recognises "nothing; the suite has an example to replace" &&
			rm .gitperf &&
			printf "pytest\npytest-benchmark>=4\n" >$file &&
			recognises "pytest, by $file" "  results pytest-benchmark.json" "  format pytest-benchmark" \
				"  command python3 -m pytest --benchmark-only --benchmark-json=pytest-benchmark.json"
		) || return 1
	done
'

cmake_project () {
	cat >CMakeLists.txt <<-\END &&
	cmake_minimum_required(VERSION 3.5)
	project(x CXX)
	add_library(fake INTERFACE)
	add_library(benchmark::benchmark ALIAS fake)
	add_executable(other other.cc)
	target_link_libraries(other fake)
	add_subdirectory(bench)
	END
	mkdir bench &&
	cat >bench/CMakeLists.txt <<-\END &&
	add_executable(bench-sort sort.cc)
	target_link_libraries(bench-sort
		PRIVATE benchmark::benchmark)
	END
	echo "int main() { return 0; }" | tee other.cc >bench/sort.cc
}

test_expect_success 'Google Benchmark' '
	(
		new_project gbench &&
		cmake_project &&
		recognises "google-benchmark, by bench/CMakeLists.txt" \
			"benchmark bench-sort, line 15, primary" \
			"  command build/bin/bench-sort --benchmark_format=json" \
			"  format google-benchmark"
	)
'

test_expect_success 'npm' '
	(
		new_project npm &&
		echo "{\"scripts\":{\"test\":\"x\"}}" >package.json &&
		recognises "nothing; the suite has an example to replace" &&
		rm .gitperf &&
		echo "{\"scripts\":{\"bench\":\"node bench.js\"}}" >package.json &&
		recognises "npm, by package.json" "  build npm install (3600000 ms)" \
			"  command npm run --silent bench" &&
		rm .gitperf && >package-lock.json &&
		recognises "npm, by package.json" "  build npm ci (3600000 ms)"
	)
'

test_expect_success 'make' '
	(
		new_project make &&
		printf "bench := 3\nall: bench.o\n.PHONY: bench\n# bench: x\n\tbench: y\n" >Makefile &&
		recognises "nothing; the suite has an example to replace" &&
		rm .gitperf &&
		printf "all:\nbenchmark : all\n\t./x\n" >Makefile &&
		recognises "make, by Makefile" "  command make --silent benchmark" &&
		rm .gitperf &&
		printf "bench: all\n" >GNUmakefile &&
		recognises "make, by GNUmakefile" "  command make --silent bench"
	)
'

test_expect_success 'of several the surest, and the others are named' '
	(
		new_project several &&
		printf "bench:\n" >Makefile &&
		echo "{\"scripts\":{\"bench\":\"x\"}}" >package.json &&
		echo "pytest-benchmark" >requirements.txt &&
		recognises "pytest, by requirements.txt; not used: npm, make" &&
		test_grep ! -E "npm|make" suite
	)
'

# --- What is not ours ---

test_expect_success 'a project cannot write into the suite' '
	(
		new_project names &&
		mkdir -p benches "a b" "c;d" "e
f" && mkdir -- -g &&
		cat >Cargo.toml <<-\END &&
		criterion
		[[bench]]
		name = "x; rm -rf y"
		[[bench]]
		name = "$(id)"
		[[bench]]
		name = "--config=z"
		[[bench]]
		name = "../../up"
		[[bench]]
		name = "a\"]\n[suite]"
		[[bench]]
		name = ""
		END
		printf "x" >"benches/a b.rs" && >"benches/\$x.rs" && >benches/-y.rs &&
		printf "[[bench]]\nname = \"n\"\n" | tee "a b/Cargo.toml" "c;d/Cargo.toml" \
			"e
f/Cargo.toml" ./-g/Cargo.toml &&
		recognises "nothing; the suite has an example to replace"
	)
'

test_expect_success 'links are not followed, and pipes not read' '
	(
		mkdir outside && printf "bench:\n" >outside/Makefile &&
		echo pytest-benchmark >outside/requirements.txt &&
		new_project links &&
		ln -s ../outside/Makefile Makefile &&
		ln -s ../outside inside &&
		ln -s . loop &&
		mkfifo setup.cfg &&
		mkdir pyproject.toml &&
		recognises "nothing; the suite has an example to replace"
	)
'

test_expect_success 'what others brought is not looked at' '
	(
		new_project brought &&
		for folder in node_modules/x vendor/y target .hidden build a/b/c/d/e/f
		do
			mkdir -p $folder && echo pytest-benchmark >$folder/requirements.txt || exit 1
		done &&
		recognises "nothing; the suite has an example to replace" &&
		rm .gitperf && echo pytest-benchmark >a/b/c/requirements.txt &&
		recognises "pytest, by a/b/c/requirements.txt"
	)
'

test_expect_success 'however large a project is, only so much is read' '
	(
		new_project large &&
		printf "#%01000000d\nbench:\n" 1 >Makefile &&
		awk "BEGIN { for (i = 0; i < 100000; i++) printf \"[\" }" >package.json &&
		echo "module x" >go.mod &&
		awk "BEGIN { for (i = 0; i < 3000; i++) { f = \"x\" i \"_test.go\"; print \"package x\" >f; close(f) } }" &&
		recognises "nothing; the suite has an example to replace"
	)
'

# --- What is written ---

test_expect_success 'it is written at the top of the work tree' '
	(
		new_project sub &&
		mkdir -p a/b &&
		cd a/b &&
		git perf init >out &&
		test_path_is_missing .gitperf &&
		test_path_is_file ../../.gitperf
	)
'

test_expect_success 'nothing is overwritten' '
	(
		new_project twice &&
		for make in "echo mine >.gitperf" "mkdir .gitperf" "ln -s nowhere .gitperf" "ln -s ../target .gitperf"
		do
			rm -rf .gitperf ../target &&
			eval "$make" &&
			ls -ld .gitperf >before &&
			must_refuse 128 "^error: .\.gitperf. exists already" git perf init &&
			ls -ld .gitperf >after &&
			test_cmp before after &&
			test_path_is_missing ../target nowhere &&
			test_must_be_empty out || exit 1
		done
	)
'

test_expect_success 'without a work tree there is no place for it' '
	git init -q --bare bare.git &&
	(cd bare.git && must_refuse 128 "no work tree" git perf init) &&
	(
		new_project usage &&
		test_expect_code 129 git perf init x 2>err &&
		must_refuse 128 "no CI system" git perf init --ci=jenkins &&
		test_grep "^hint: name one of: github, gitlab, cron" err &&
		test_path_is_missing .gitperf
	)
'

test_expect_success NOT_ROOT 'a directory that cannot be written to is named' '
	(
		new_project readonly &&
		chmod a-w . &&
		code=0 &&
		{ must_refuse 128 "cannot create .\.gitperf.: Permission denied" git perf init || code=1; } &&
		chmod u+w . &&
		exit $code
	)
'

# --- CI ---

test_expect_success JQ,PERL_JSON 'a job for GitHub' '
	(
		new_project github &&
		git perf init --ci=github >out &&
		test_grep "^wrote .github/workflows/git-perf.yml\$" out &&
		test_grep "git add .gitperf .github/workflows/git-perf.yml && git commit" out &&
		ci_json .github/workflows/git-perf.yml >json &&
		jq -e ".jobs | keys == [\"measure\", \"store\"]" json &&
		jq -e ".permissions.contents == \"read\" and .jobs.store.permissions.contents == \"write\"" json &&
		jq -e "[.jobs[].steps[] | has(\"uses\") != has(\"run\")] | all" json
	)
'

test_expect_success ACTIONLINT 'actionlint has nothing to say about it' '
	actionlint github/.github/workflows/git-perf.yml >out &&
	test_must_be_empty out
'

test_expect_success JQ,PERL_JSON 'jobs for GitLab' '
	(
		new_project gitlab &&
		git perf init --ci=gitlab >out &&
		test_grep "^wrote .gitlab-ci.yml\$" out &&
		ci_json .gitlab-ci.yml >json &&
		jq -e "[.[\"perf-measure\", \"perf-store\"].script[] | type == \"string\"] | all" json &&
		jq -e "keys == [\"perf-measure\", \"perf-store\"]" json &&
		jq -e "[.[] | .environment // empty] == [{name: \"perf\", action: \"access\"}]" json &&
		jq -e ".[\"perf-store\"].environment and ([.[].rules[].if | contains(\"PROTECTED\")] | all)" json
	)
'

test_expect_success YAML,PERL_JSON 'a real parser reads the same in them' '
	set -- github/.github/workflows/git-perf.yml gitlab/.gitlab-ci.yml &&
	real_yaml "$@" | jq -S . >expected &&
	{ ci_json "$1" && ci_json "$2"; } | jq -S . >actual &&
	test_cmp expected actual
'

test_expect_success 'a CI file that is there stays, and what to add is printed' '
	(
		new_project present &&
		echo "mine: 1" >.gitlab-ci.yml &&
		git perf init --ci=gitlab >out &&
		test_grep "^wrote .gitperf\$" out &&
		test_grep "^add this to .gitlab-ci.yml\$" out &&
		test_grep "^perf-store:\$" out &&
		echo "mine: 1" | test_cmp - .gitlab-ci.yml &&
		# and the suite, too, where only the job is wanted
		git perf init --ci=github >out &&
		test_grep "^kept .gitperf\$" out &&
		test_grep "^wrote .github" out
	)
'

test_expect_success 'no job is written through a link' '
	(
		mkdir elsewhere &&
		new_project linked &&
		ln -s ../elsewhere .github &&
		test_expect_code 128 git perf init --ci=github >out 2>err &&
		test_grep "something on the way is a link" err &&
		test_grep "^hint: " err &&
		ls -A ../elsewhere >list &&
		test_must_be_empty list &&
		rm .github .gitperf && mkdir .github && ln -s ../../elsewhere .github/workflows &&
		test_expect_code 128 git perf init --ci=github >out 2>err &&
		ls -A ../elsewhere >list &&
		test_must_be_empty list
	)
'

test_expect_success 'the branch has the name that it has' '
	(
		new_project branch &&
		git config perf.ref refs/heads/measured/here &&
		git perf init --ci=github >out &&
		grep -c "perf.ref=refs/heads/measured/here" .github/workflows/git-perf.yml >count &&
		echo 1 | test_cmp - count &&
		test_grep "branches-ignore: \[.measured/here.\]" .github/workflows/git-perf.yml &&
		git config perf.ref "refs/heads/a\$(id)" &&
		must_refuse 128 "characters that mean something" git perf init --ci=cron
	)
'

# While it pushes for the first time, a rival lands something else.
loses_nothing () {
	forget_results &&
	rival_hook "$FORGE/hub.git" 1 &&
	"$@" >out &&
	rm "$FORGE/hub.git/hooks/pre-receive" &&
	landed | cut -d" " -f1 >actual &&
	{ printf "%040d\n" "$(wc -l <"$FORGE/hub.git/rivals")" && echo $one; } | sort >expected &&
	test_cmp expected actual &&
	must_be_tidy
}

test_expect_success BASH,PERL_JSON 'the jobs for GitHub store what is measured, and lose nothing to a rival' '
	make_forge &&
	machines_have_git_perf &&
	commit_to_main one : &&
	loses_nothing github github/.github/workflows/git-perf.yml push $one
'

test_expect_success BASH,PERL_JSON 'they go on without what is refused, and say so; again, they change nothing' '
	echo "{" >"$FORGE/run-1/artifacts/perf-results-1/broken.json" &&
	for attempt in 2 3
	do
		CI_RUN=$FORGE/run-1 CI_ONLY=store \
			test_expect_code 1 github github/.github/workflows/git-perf.yml push $one $attempt >out &&
		test_grep "0 collected, 1 present before, 0 revoked, 1 refused" out &&
		test_cmp expected actual || return 1
	done
'

test_expect_success BASH,PERL_JSON 'the jobs for GitLab store what is measured, and lose nothing to a rival' '
	loses_nothing gitlab gitlab/.gitlab-ci.yml push $one
'

test_expect_success BASH,PERL_JSON 'they say by the exit status that nothing was stored' '
	refuse_hook "$FORGE/hub.git" "not now" refs/heads/perf &&
	test_expect_code 1 github github/.github/workflows/git-perf.yml push $one >out &&
	test_grep "exit status 128\$" out &&
	test_expect_code 1 gitlab gitlab/.gitlab-ci.yml push $one >out &&
	test_grep "exit status 128\$" out &&
	allow_writers_ "$FORGE/hub.git"
'

# The line as cron runs it; git-perf is not where it looks by itself.
test_expect_success 'a line for cron, on two machines' '
	{ test -d "$FORGE/hub.git" || { make_forge && commit_to_main one :; }; } &&
	forget_results &&
	for lab in "a % b" c
	do
		git clone -q "$FORGE/hub.git" "$lab" &&
		(
			cd "$lab" &&
			git config perf.platform "lab-$(expr "$lab" : "\(.\)")" &&
			git perf init --ci=cron >out &&
			test_grep "^add this with crontab -e, on each machine" out &&
			# as cron does it
			sed -n "/^17 3 \* \* \* /{ s///; s/\\\\%/%/g; p; }" out >../cron.line &&
			test_grep -F "$lab" ../cron.line &&
			test_grep "^# .*git config perf.worker" out &&
			sed "s,^PATH=/usr/local/bin:,PATH=$GIT_PERF_BUILD_DIR:/usr/local/bin:," ../cron.line >../cron &&
			! cmp -s ../cron.line ../cron &&
			cd / &&
			cron_env LOGNAME=perf SHELL=/bin/sh CI_TOKEN=write \
				PATH=/usr/bin:/bin sh "$OLDPWD/../cron"
		) || return 1
	done &&
	platforms >actual &&
	printf "lab-%s\n" a c >expected &&
	test_cmp expected actual &&
	must_be_tidy
'

# --- That it works, with the tools themselves ---

# do_it: the build and the commands of the suite
do_it () {
	sed -n "s/^  build \(.*\) (.*/\1/p; s/^  command //p" suite >commands &&
	test -s commands &&
	while read -r command
	do
		sh -c "$command" </dev/null || return 1
	done <commands
}

test_expect_success 'make can do it' '
	(
		new_project do-make &&
		printf "bench:\n\t@echo done\n" >Makefile &&
		recognises "make, by Makefile" &&
		do_it >out &&
		echo "done" | test_cmp - out
	)
'

test_expect_success LONG,CMAKE 'cmake can do it' '
	(
		new_project do-cmake &&
		cmake_project &&
		recognises "google-benchmark, by bench/CMakeLists.txt" &&
		do_it
	)
'

test_expect_success LONG,GO 'go can do it' '
	(
		new_project do-go &&
		printf "module example.com/x\n\ngo 1.16\n" >go.mod &&
		printf "package x\n\nimport \"testing\"\n\nfunc BenchmarkX(b *testing.B) {\n}\n" >x_test.go &&
		recognises "go, by x_test.go" &&
		do_it >out &&
		test_grep "^BenchmarkX" out
	)
'

test_expect_success LONG,NPM 'npm can do it' '
	(
		new_project do-npm &&
		printf "{\"name\":\"x\",\"version\":\"1.0.0\",\"scripts\":{\"bench\":\"echo measured\"}}" >package.json &&
		recognises "npm, by package.json" &&
		do_it >out &&
		test_grep "^measured" out
	)
'

# A harness of its own, as criterion has: no compiler of the night is needed
test_expect_success LONG,CARGO 'cargo can do it' '
	(
		new_project do-cargo &&
		mkdir benches src && >src/lib.rs &&
		printf "%s\n" "[package]" "name = \"x\"" "version = \"0.1.0\"" "# no criterion" \
			"[[bench]]" "name = \"fib\"" "harness = false" >Cargo.toml &&
		echo "fn main() { println!(\"{:?}\", std::env::args().collect::<Vec<_>>()); }" >benches/fib.rs &&
		recognises "cargo, by Cargo.toml" &&
		do_it >out &&
		test_grep "output-format., .bencher" out
	)
'

test_done
