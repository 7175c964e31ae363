/*
 * checkout.c - the files of a commit, in a place of their own
 *
 * git makes and removes linked work trees, because it knows filters, sparse
 * and partial clones. They lie outside the repository: a build that looks for
 * its configuration in the folders above must not find the wrong one. Hooks
 * stay silent, since nobody has checked anything out.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "base/tree.h"
#include "git/git.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_PREFIX "git-perf-"
#define NO_HOOKS "core.hooksPath=/dev/null"

/* of all that git says about its work trees */
#define LIST_MAX (4u << 20)

struct gitperf_checkout {
	gitperf_repo *repo;
	gitperf_buffer folder;   /* "<temporary>/git-perf-<pid>-<random>" */
	gitperf_buffer path;     /* "<folder>/<name>" */
	int added;
};

static int run_git(gitperf_repo *repo, const char *const *args, const char *what)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .err = &words };
	int rc = gitperf_repo__git(repo, &spawn, args);

	if (rc > 0) {
		while (words.len && words.ptr[words.len - 1] == '\n')
			gitperf_buf_truncate(&words, words.len - 1);
		rc = gitperf_fail(GITPERF_EIO, "%s: %s", what, words.len ? words.ptr : "git failed");
	}
	gitperf_buffer_dispose(&words);
	return rc;
}

static void remove_tree(gitperf_repo *repo, const char *path)
{
	const char *const args[] = { "-c", NO_HOOKS, "worktree", "remove",
				     "--force", "--force", path, NULL };
	char *slash, *folder = strdup(path);

	run_git(repo, args, "cannot remove a work tree");
	if (folder && (slash = strrchr(folder, '/'))) {
		*slash = '\0';
		/* git leaves what lies in read-only folders */
		gitperf_tree_remove(folder);
	}
	free(folder);
}

/* Whether a path is one of ours, of a process that is no more */
static int is_abandoned(const char *path)
{
	const char *name = strrchr(path, '/'), *folder = name;
	struct stat st;
	long pid;

	if (!name || name == path)
		return 0;
	while (folder > path && folder[-1] != '/')
		folder--;
	if (strncmp(folder, FOLDER_PREFIX, strlen(FOLDER_PREFIX)))
		return 0;
	pid = strtol(folder + strlen(FOLDER_PREFIX), NULL, 10);
	/* where the folder is not, another machine or container may have it */
	return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH && !stat(path, &st);
}

static void remove_abandoned(gitperf_repo *repo)
{
	static const char *const args[] = { "worktree", "list", "--porcelain", NULL };
	static const char key[] = "worktree ";
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &list, .limit = LIST_MAX };
	char *line, *rest;

	if (!gitperf_repo__git(repo, &spawn, args) && !list.failed && list.len)
		for (line = strtok_r(list.ptr, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
			if (!strncmp(line, key, strlen(key)) && is_abandoned(line + strlen(key)))
				remove_tree(repo, line + strlen(key));
	gitperf_buffer_dispose(&list);
}

static int make_folder(gitperf_checkout *c)
{
	const char *tmp = gitperf_env("TMPDIR");
	int found = gitperf_repo_config_path(&c->folder, c->repo, "perf.worktrees");

	if (found < 0)
		return found;
	if (!found)
		gitperf_buf_adds(&c->folder, tmp && *tmp ? tmp : "/tmp");
	gitperf_buf_addf(&c->folder, "/" FOLDER_PREFIX "%ld-XXXXXX", (long)getpid());
	if (c->folder.failed)
		return gitperf_buf_check(&c->folder);
	if (mkdtemp(c->folder.ptr))
		return 0;
	found = gitperf_fail_errno("cannot create a work tree at '%s'", c->folder.ptr);
	gitperf_buf_truncate(&c->folder, 0);
	return gitperf_hint(found, "git config perf.worktrees <directory> chooses another place");
}

int gitperf_checkout_new(gitperf_checkout **out, gitperf_repo *repo,
			 const char *commit, const char *name)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_checkout *c = calloc(1, sizeof(*c));
	const char *args[] = { "-c", NO_HOOKS, "worktree", "add", "--quiet",
			       "--detach", NULL, commit, NULL };
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	c->repo = repo;
	c->folder = c->path = empty;
	remove_abandoned(repo);
	if ((err = make_folder(c)) < 0)
		goto out;
	gitperf_buf_addf(&c->path, "%s/%s", c->folder.ptr, name);
	if ((err = gitperf_buf_check(&c->path)) < 0)
		goto out;
	args[6] = c->path.ptr;
	err = run_git(repo, args, "cannot check the commit out");
	c->added = !err;
out:
	if (err < 0) {
		gitperf_checkout_free(c);
		return gitperf_blame(err, "commit %.12s", commit);
	}
	*out = c;
	return 0;
}

const char *gitperf_checkout_path(const gitperf_checkout *checkout)
{
	return checkout->path.ptr;
}

void gitperf_checkout_free(gitperf_checkout *checkout)
{
	struct kept_error kept;

	if (!checkout)
		return;
	gitperf_keep_error(&kept);
	if (checkout->added)
		remove_tree(checkout->repo, checkout->path.ptr);
	else if (checkout->folder.len)
		rmdir(checkout->folder.ptr);
	gitperf_restore_error(GITPERF_EIO, &kept);
	gitperf_buffer_dispose(&checkout->folder);
	gitperf_buffer_dispose(&checkout->path);
	free(checkout);
}

int gitperf_repo_freeze(char out[GITPERF_ID_SIZE], gitperf_repo *repo)
{
	/* it makes a commit, and asks who that is even for one nobody sees */
	static const char *const args[] = {
		"-c", "user.name=git perf", "-c", "user.email=git-perf@localhost",
		"stash", "create", "git perf: what is being measured", NULL
	};
	gitperf_buffer id = GITPERF_BUFFER_INIT, words = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &id, .err = &words,
			       .directory = gitperf_repo_worktree(repo) };
	int err, dirty;

	if ((err = gitperf_repo_resolve(out, repo, "HEAD")) < 0 || !spawn.directory)
		return err;
	err = gitperf_repo__git(repo, &spawn, args);
	if (err > 0)
		err = gitperf_hint(gitperf_fail(GITPERF_EIO, "cannot take the uncommitted changes along: %.200s",
						words.len ? words.ptr : "git stash create failed"),
				   "commit them, or finish the merge");
	dirty = id.len >= GITPERF_ID_SIZE - 1;
	if (!err && dirty)
		err = gitperf_repo_resolve(out, repo, (id.ptr[GITPERF_ID_SIZE - 1] = '\0', id.ptr));
	gitperf_buffer_dispose(&id);
	gitperf_buffer_dispose(&words);
	return err < 0 ? err : dirty;
}
