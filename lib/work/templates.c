/*
 * templates.c - the texts that git perf init writes; t2002 runs them
 *
 * Of the commands in here, those of git perf exist, and the others are what a
 * newcomer to the tool in question would type.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "work/templates.h"

void gitperf_template_fill(gitperf_buffer *out, const char *text,
			   const gitperf_pair *pairs, size_t n)
{
	size_t i, len;

	while (*text) {
		for (i = 0; *text == '@' && i < n; i++) {
			len = strlen(pairs[i].key);
			if (!strncmp(text + 1, pairs[i].key, len) && text[1 + len] == '@')
				break;
		}
		if (*text == '@' && i < n) {
			gitperf_buf_adds(out, pairs[i].value);
			text += strlen(pairs[i].key) + 2;
		} else {
			gitperf_buf_addc(out, *text++);
		}
	}
}

const char gitperf_template_suite[] =
	"# What \"git perf run\" measures here. gitperf-suite(5) has every key.\n"
	"#\n"
	"# Values are written as in git's configuration files: \\\" is a quote that\n"
	"# the command gets to see, ' is one anyway, and # begins a comment.\n"
	"\n"
	"[suite]\n"
	"	# Run on each commit before anything is measured.\n"
	"@BUILD@"
	"	# Each benchmark runs so many times, taking turns with the others.\n"
	"	iterations = 5\n"
	"	# Or until the median is known so well, for at most maxTime.\n"
	"	#precision = 1%\n"
	"	#maxTime = 60s\n"
	"@BENCHMARKS@";

const char gitperf_template_example[] =
	"\n"
	"# Replace this by something of yours, and name it after that.\n"
	"[benchmark \"example\"]\n"
	"	command = git --version\n"
	"	# One run for each set of parameters; {n} in the command is replaced.\n"
	"	#command = ./bench --size={n}\n"
	"	#params = n=1000\n"
	"	#params = n=1000000\n"
	"	# Files whose content is part of what is measured.\n"
	"	#input = data/words.txt\n"
	"	# To select it by: git perf run tag:fast\n"
	"	#tags = fast\n"
	"\n"
	"# A program that measures itself and prints lines like \"latency=1.5\".\n"
	"#[benchmark \"server\"]\n"
	"	#command = ./measure-server\n"
	"	#format = values\n"
	"#[metric \"server.latency\"]\n"
	"	#unit = ms\n"
	"	#better = lower\n";

const char gitperf_template_github[] =
	"# Measures each push, and keeps the results on the branch of git perf. For\n"
	"# several platforms, pull requests and what was missed, there are larger files\n"
	"# in Documentation/examples of git perf.\n"
	"name: git perf\n"
	"on:\n"
	"  push:\n"
	"    branches-ignore: ['@BRANCH@']\n"
	"\n"
	"permissions:\n"
	"  contents: read\n"
	"\n"
	"jobs:\n"
	"  measure:\n"
	"    # Values of different machines cannot be compared: hosted ones differ from\n"
	"    # run to run, a machine of your own does not.\n"
	"    runs-on: ubuntu-24.04\n"
	"    steps:\n"
	"      - uses: actions/checkout@v5\n"
	"        with:\n"
	"          ref: ${{ github.sha }}\n"
	"      - name: git perf is there\n"
	"        # Put before this what installs it, and what the build needs.\n"
	"        run: git perf --version\n"
	"      - name: measure\n"
	"        run: |\n"
	"          mkdir -p perf-results\n"
	"          git perf run --no-append --unique --reason=push -o perf-results\n"
	"      - uses: actions/upload-artifact@v6\n"
	"        # A benchmark that failed is a result, too.\n"
	"        if: ${{ always() }}\n"
	"        with:\n"
	"          name: perf-results-${{ github.run_attempt }}\n"
	"          path: perf-results/\n"
	"          if-no-files-found: ignore\n"
	"\n"
	"  store:\n"
	"    needs: measure\n"
	"    if: ${{ always() }}\n"
	"    runs-on: ubuntu-24.04\n"
	"    permissions:\n"
	"      contents: write\n"
	"    steps:\n"
	"      - uses: actions/checkout@v5\n"
	"        with:\n"
	"          ref: ${{ github.sha }}\n"
	"      - name: git perf is there\n"
	"        run: git perf --version\n"
	"      - uses: actions/download-artifact@v7\n"
	"        with:\n"
	"          pattern: perf-results-*\n"
	"          path: perf-results\n"
	"      - name: store\n"
	"        # If somebody is faster, it begins again with theirs. 1: a file was\n"
	"        # refused, the others are stored. 75 or 128: nothing is stored.\n"
	"        run: |\n"
	"          mkdir -p perf-results\n"
	"          test -z \"$(find perf-results -name '*.json')\" ||\n"
	"            git -c perf.ref=@REF@ perf collect --push perf-results\n";

const char gitperf_template_gitlab[] =
	"# Measures each push to a protected branch, as the default branch is one, and\n"
	"# keeps the results on the branch of git perf. The second job pushes. It needs a\n"
	"# project access token with the scope write_repository in the CI/CD variable\n"
	"# GIT_PERF_TOKEN: masked, protected, and of the environment scope \"perf\", so that\n"
	"# this job alone gets to see it, and not what is measured. For several platforms,\n"
	"# merge requests and what was missed, there is a larger file in\n"
	"# Documentation/examples of git perf.\n"
	"perf-measure:\n"
	"  # Of both jobs, and one of yours if you have others.\n"
	"  stage: test\n"
	"  rules:\n"
	"    - if: $CI_COMMIT_REF_PROTECTED == \"true\" && $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH != '@BRANCH@'\n"
	"  script:\n"
	"    # Put before this what installs git perf, and what the build needs.\n"
	"    - git perf --version\n"
	"    - mkdir -p perf-results\n"
	"    - git perf run --no-append --unique --reason=push -o perf-results\n"
	"  artifacts:\n"
	"    # A benchmark that failed is a result, too.\n"
	"    when: always\n"
	"    paths: [perf-results/]\n"
	"\n"
	"perf-store:\n"
	"  stage: test\n"
	"  needs: [perf-measure]\n"
	"  # For its variables; nothing is deployed.\n"
	"  environment:\n"
	"    name: perf\n"
	"    action: access\n"
	"  rules:\n"
	"    - if: $CI_COMMIT_REF_PROTECTED == \"true\" && $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH != '@BRANCH@'\n"
	"      when: always\n"
	"  script:\n"
	"    - git perf --version\n"
	"    # The token is neither written to a file nor part of a command line: git\n"
	"    # finds it in the environment. An empty helper first, so that nobody else is\n"
	"    # asked. If somebody is faster, it begins again with theirs. 1: a file was\n"
	"    # refused, the others are stored. 75 or 128: nothing is stored.\n"
	"    - helper='!echo username=perf; echo \"password=$GIT_PERF_TOKEN\"; :'\n"
	"    - mkdir -p perf-results\n"
	"    - |\n"
	"      test -z \"$(find perf-results -name '*.json')\" ||\n"
	"        git -c perf.ref=@REF@ -c credential.helper= -c credential.helper=\"$helper\" \\\n"
	"          perf collect --push=\"$CI_PROJECT_URL.git\" perf-results\n";

/*
 * In a crontab, % ends the command unless there is a backslash before it, and a
 * PATH on a line of its own would be that of all lines behind it. The push goes
 * even where measuring failed: that is a result, too.
 */
const char gitperf_template_cron[] =
	"# Once, in that clone: git config perf.worker <name of the machine>, and\n"
	"# perf.platform, a name for results that can be compared with one another.\n"
	"# cron's own PATH is short: the folder that git-perf is in comes first.\n"
	"17 3 * * * PATH=/usr/local/bin:$PATH && cd @TOP@ && git pull -q --ff-only && { git perf run --reason=scheduled >/dev/null; git perf push -q --direct; }\n";
