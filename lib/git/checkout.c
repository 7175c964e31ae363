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
#include "git/checkout.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_PREFIX "git-perf-"
#define NO_HOOKS "core.hooksPath=/dev/null"

#define FOLDER_RANDOM "XXXXXX"
#define MARKER ".lock"

/* of all that git says about its work trees */
#define LIST_MAX (4u << 20)

/*
 * A killed process removes nothing, so the next one does. Beside its work tree
 * each has a file that is locked as long as it lives: the kernel drops an
 * flock(2) with its holder, whoever else can see a process of that number.
 * What has no such file is not ours, however it is called; nor is what is kept
 * (kept.c), whose lock has another name.
 */

int gitperf_checkout__fail(const char *what, const gitperf_buffer *words)
{
	return words->len ? gitperf_fail(GITPERF_EIO, "%s: %.*s", what, (int)strcspn(words->ptr, "\n"), words->ptr) :
			    gitperf_fail(GITPERF_EIO, "%s: git failed", what);
}

static int run_git(gitperf_repo *repo, const char *const *args, const char *what)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .err = &words };
	int rc = gitperf_repo__git(repo, &spawn, args);

	if (rc > 0)
		rc = gitperf_checkout__fail(what, &words);
	gitperf_buffer_dispose(&words);
	return rc;
}

void gitperf_checkout__remove(gitperf_repo *repo, const char *path)
{
	const char *const args[] = { "-c", NO_HOOKS, "worktree", "remove",
				     "--force", "--force", path, NULL };

	/* git leaves what lies in read-only folders */
	gitperf_tree_remove(path);
	run_git(repo, args, "cannot remove a work tree");
}

/* "git-perf-<digits>-<random>/..." */
static int is_our_name(const char *folder)
{
	size_t digits;

	if (strncmp(folder, FOLDER_PREFIX, strlen(FOLDER_PREFIX)) != 0)
		return 0;
	folder += strlen(FOLDER_PREFIX);
	digits = strspn(folder, "0123456789");
	return digits && folder[digits] == '-' &&
	       strcspn(folder + digits + 1, "/") == strlen(FOLDER_RANDOM);
}

static int is_our_folder(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* Remove a work tree if it is one of ours, of a process that is no more */
static void remove_if_abandoned(gitperf_repo *repo, const char *path)
{
	const char *name = strrchr(path, '/'), *start = name;
	gitperf_buffer folder = GITPERF_BUFFER_INIT, marker = GITPERF_BUFFER_INIT;
	int fd = -1;

	if (!name)
		return;
	while (start > path && start[-1] != '/')
		start--;
	gitperf_buf_add(&folder, path, (size_t)(name - path));
	gitperf_buf_addf(&marker, "%s" MARKER, path);
	if (is_our_name(start) && !folder.failed && !marker.failed && is_our_folder(folder.ptr))
		fd = open(marker.ptr, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB)) {
		gitperf_checkout__remove(repo, path);
		unlink(marker.ptr);
		/* where something else lies, too, it stays */
		rmdir(folder.ptr);
	}
	if (fd >= 0)
		close(fd);
	gitperf_buffer_dispose(&folder);
	gitperf_buffer_dispose(&marker);
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
			if (!strncmp(line, key, strlen(key)))
				remove_if_abandoned(repo, line + strlen(key));
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
	gitperf_buf_addf(&c->folder, "/" FOLDER_PREFIX "%ld-" FOLDER_RANDOM, (long)getpid());
	if (c->folder.failed)
		return gitperf_buf_check(&c->folder);
	if (mkdtemp(c->folder.ptr))
		return 0;
	found = gitperf_fail_errno("cannot create a work tree at '%s'", c->folder.ptr);
	gitperf_buf_truncate(&c->folder, 0);
	return gitperf_hint(found, "git config perf.worktrees <directory> chooses another place");
}

static int make_marker(gitperf_checkout *c)
{
	int fd = open(c->marker.ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return gitperf_fail_errno("cannot create '%s'", c->marker.ptr);
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		c->fd = fd;
		return 0;
	}
	/* a file system without locks: nobody must take it for abandoned */
	close(fd);
	unlink(c->marker.ptr);
	return 0;
}

gitperf_checkout *gitperf_checkout__new(gitperf_repo *repo)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_checkout *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->repo = repo;
	c->folder = c->path = c->marker = c->admin = empty;
	c->fd = -1;
	return c;
}

int gitperf_checkout_new(gitperf_checkout **out, gitperf_repo *repo,
			 const char *commit, const char *name)
{
	gitperf_checkout *c = gitperf_checkout__new(repo);
	const char *args[] = { "-c", NO_HOOKS, "worktree", "add", "--quiet",
			       "--detach", NULL, commit, NULL };
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	remove_abandoned(repo);
	if ((err = make_folder(c)) < 0)
		goto out;
	gitperf_buf_addf(&c->path, "%s/%s", c->folder.ptr, name);
	gitperf_buf_addf(&c->marker, "%s" MARKER, c->path.ptr);
	if ((err = gitperf_buf_check(&c->path)) < 0 ||
	    (err = gitperf_buf_check(&c->marker)) < 0 || (err = make_marker(c)) < 0)
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

/* A kept one stays, with its lock: removing that would let two have it */
static void take_away(gitperf_checkout *checkout)
{
	if (checkout->added)
		gitperf_checkout__remove(checkout->repo, checkout->path.ptr);
	if (checkout->fd >= 0)
		unlink(checkout->marker.ptr);
	if (checkout->folder.len)
		rmdir(checkout->folder.ptr);
}

void gitperf_checkout_free(gitperf_checkout *checkout)
{
	struct kept_error kept;

	if (!checkout)
		return;
	gitperf_keep_error(&kept);
	if (!checkout->is_kept)
		take_away(checkout);
	if (checkout->fd >= 0)
		close(checkout->fd);
	gitperf_restore_error(GITPERF_EIO, &kept);
	gitperf_buffer_dispose(&checkout->folder);
	gitperf_buffer_dispose(&checkout->path);
	gitperf_buffer_dispose(&checkout->marker);
	gitperf_buffer_dispose(&checkout->admin);
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
	/* files were touched, but are the same: it fails without a word */
	if (err == 1 && !id.len && !words.len)
		err = 0;
	if (err > 0)
		err = gitperf_hint(gitperf_checkout__fail("cannot take the uncommitted changes along", &words),
				   "commit them, or finish the merge");
	if (!err)
		err = gitperf_buf_check(&id);
	dirty = id.len >= GITPERF_ID_SIZE - 1;
	if (!err && dirty)
		err = gitperf_repo_resolve(out, repo, (id.ptr[GITPERF_ID_SIZE - 1] = '\0', id.ptr));
	gitperf_buffer_dispose(&id);
	gitperf_buffer_dispose(&words);
	return err < 0 ? err : dirty;
}
