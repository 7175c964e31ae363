/*
 * command.c - git itself, where libgit2 knows less
 *
 * A hook, an alias or a rebase leaves its own GIT_DIR, index and object folders
 * in the environment. What is started here works on the repository that is
 * open, and on nothing else.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"

#include <sys/stat.h>

#define ARGS_MAX 24

const char *const gitperf_repo__variables[] = {
	"GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_PREFIX", NULL
};

static int make_argv(const char **argv, gitperf_buffer *dir, gitperf_repo *repo,
		     const char *const *args)
{
	size_t n = 0;

	gitperf_buf_addf(dir, "--git-dir=%s", git_repository_path(gitperf_repo__handle(repo)));
	argv[n++] = "git";
	argv[n++] = dir->ptr;
	while (*args && n < ARGS_MAX - 1)
		argv[n++] = *args++;
	argv[n] = NULL;
	if (*args)
		return gitperf_fail(GITPERF_EINVALID, "more than %d words for git", ARGS_MAX - 1);
	return gitperf_buf_check(dir);
}

int gitperf_repo__git(gitperf_repo *repo, struct spawn *spawn,
		      const char *const *args)
{
	gitperf_buffer dir = GITPERF_BUFFER_INIT;
	const char *argv[ARGS_MAX];
	int rc = make_argv(argv, &dir, repo, args);

	spawn->argv = argv;
	spawn->set_env = gitperf_repo__variables;
	if (!rc)
		rc = gitperf_spawn(spawn);
	gitperf_buffer_dispose(&dir);
	return rc;
}

int gitperf_repo__git_feed(gitperf_repo *repo, struct feed *feed,
			   const char *const *args)
{
	gitperf_buffer dir = GITPERF_BUFFER_INIT;
	const char *argv[ARGS_MAX];
	int rc = make_argv(argv, &dir, repo, args);

	if (!rc)
		rc = gitperf_feed_open(feed, argv, gitperf_repo__variables);
	gitperf_buffer_dispose(&dir);
	return rc;
}

/* Process-wide, so only for as long as it takes to write */
unsigned gitperf_repo__shared_umask(gitperf_repo *repo)
{
	unsigned old = umask(077);

	umask(old & ~gitperf_repo__shared_bits(repo));
	return old;
}
