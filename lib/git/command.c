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
#include "git/repo.h"

#include <sys/stat.h>

const char *const gitperf_repo__variables[] = { REPO_VARIABLES, NULL };

/* Free it; what it points to is lent */
static int make_argv(const char ***out, gitperf_buffer *dir, gitperf_repo *repo,
		     const char *const *args)
{
	const char **argv;
	size_t n = 0;

	while (args[n])
		n++;
	gitperf_buf_addf(dir, "--git-dir=%s", git_repository_path(gitperf_repo__handle(repo)));
	*out = argv = dir->failed ? NULL : calloc(n + 3, sizeof(*argv));
	if (!argv)
		return gitperf_fail_oom();
	argv[0] = "git";
	argv[1] = dir->ptr;
	memcpy(argv + 2, args, n * sizeof(*argv));
	return 0;
}

/* What git is to have in its environment: as asked, and of this repository */
static int make_env(const char ***out, const gitperf_repo *repo, const char *const *asked)
{
	const char **env;
	size_t n = 0, more = 0;

	while (asked[n])
		n++;
	while (repo->env && repo->env[more])
		more++;
	*out = env = calloc(n + more + 1, sizeof(*env));
	if (!env)
		return gitperf_fail_oom();
	memcpy(env, asked, n * sizeof(*env));
	if (more)
		memcpy(env + n, repo->env, more * sizeof(*env));
	return 0;
}

int gitperf_repo__git(gitperf_repo *repo, struct spawn *spawn,
		      const char *const *args)
{
	const char **argv = NULL, **env = NULL;
	gitperf_buffer dir = GITPERF_BUFFER_INIT;
	int rc = make_argv(&argv, &dir, repo, args);

	if (!rc)
		rc = make_env(&env, repo, spawn->set_env ? spawn->set_env : gitperf_repo__variables);
	spawn->argv = argv;
	spawn->set_env = env;
	if (!rc)
		rc = gitperf_spawn(spawn);
	spawn->argv = spawn->set_env = NULL;
	free(env);
	free(argv);
	gitperf_buffer_dispose(&dir);
	return rc;
}

int gitperf_repo__git_feed(gitperf_repo *repo, struct feed *feed,
			   const char *const *args)
{
	const char **argv = NULL, **env = NULL;
	gitperf_buffer dir = GITPERF_BUFFER_INIT;
	int rc = make_argv(&argv, &dir, repo, args);

	if (!rc)
		rc = make_env(&env, repo, gitperf_repo__variables);
	if (!rc)
		rc = gitperf_feed_open(feed, argv, env);
	free(env);
	free(argv);
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
