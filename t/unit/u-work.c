/*
 * u-work.c - lib/work and lib/git: what no command asks for
 *
 * What sessions do is the business of t/t2004-run-suite.sh.
 */
#include "base/compat.h"
#include "base/spawn.h"
#include "base/tree.h"
#include "git/git.h"

#include <gitperf/error.h>
#include <gitperf/session.h>
#include <stdlib.h>

#include "tap.h"

#define MANY 4000

static void test_version(void)
{
	gitperf_session_options opts = GITPERF_SESSION_OPTIONS_INIT;
	gitperf_session *session;

	opts.version = 2;
	ok(gitperf_session_open(&session, NULL, &opts) == GITPERF_EINVALID && !session &&
	   strstr(gitperf_error_message(), "version 2"), "options of another version are refused");
}

static void test_arguments(gitperf_repo *repo)
{
	const char *args[MANY + 1] = { "rev-parse", "--sq-quote" };
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &out };
	struct feed feed;
	size_t i;

	for (i = 2; i < MANY; i++)
		args[i] = "x";
	ok(gitperf_repo__git(repo, &spawn, args) == 0 && out.len == (MANY - 2) * strlen(" 'x'") + 1,
	   "git gets all arguments, however many there are");
	gitperf_buffer_dispose(&out);
	ok(gitperf_repo__git_feed(repo, &feed, args) == 0 && gitperf_feed_close(&feed) == 0,
	   "also where it is written to");
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");
	const char *argv[] = { "git", "init", "-q", NULL, NULL };
	struct spawn spawn = { .argv = argv, .set_env = gitperf_repo__variables };
	gitperf_repo *repo = NULL;
	char folder[512];

	snprintf(folder, sizeof(folder), "%s/u-work-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	test_version();
	argv[3] = mkdtemp(folder);
	ok(argv[3] && !gitperf_spawn(&spawn) && !gitperf_repo_open(&repo, folder),
	   "a repository to work with");
	if (repo)
		test_arguments(repo);
	gitperf_repo_free(repo);
	gitperf_tree_remove(folder);
	return done_testing();
}
