/*
 * kept_tidy.c - what a build can leave that neither git clean nor git checkout
 * takes away
 *
 * git looks at no permissions of folders, passes by what is in a submodule's place,
 * does not write below a ".git", and believes that what a sparse index leaves out
 * is not there.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/tree.h"
#include "git/checkout.h"

#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FOLDERS 32
/* A build that leaves more nested repositories, or closed folders, is one to start anew from */
#define AGAIN_MAX 1000

/* A walk ends where it has changed what it would go on with, and begins again */
enum { GO_ON = 0, AGAIN = 1, GIVE_UP = -1 };

/* What is made by now has these permissions */
static int is_usual(const struct stat *st)
{
	mode_t mask = umask(077), mode = st->st_mode & 07777;

	umask(mask);
	if (S_ISDIR(st->st_mode))
		return (mode & ~(mode_t)S_ISGID) == (0777 & ~mask);
	return !S_ISREG(st->st_mode) || mode == (0777 & ~mask) || mode == (0666 & ~mask);
}

static int open_folder(const char *path, const struct stat *st)
{
	mode_t mask = umask(077);

	umask(mask);
	return chmod(path, (st->st_mode & S_ISGID) | (0777 & ~mask)) < 0 ? GIVE_UP : GO_ON;
}

/* The folder that a nested repository is in, with it: git will bring back what is its own */
static int remove_nested(const char *path, int base)
{
	gitperf_buffer folder = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_add(&folder, path, (size_t)base - 1);
	err = gitperf_buf_check(&folder);
	if (!err)
		err = gitperf_tree_remove(folder.ptr);
	gitperf_buffer_dispose(&folder);
	return err < 0 ? GIVE_UP : AGAIN;
}

static int tidy_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	int rc = GO_ON;

	if (where->level > 1 && !strcmp(path + where->base, ".git"))
		return remove_nested(path, where->base);
	if (!is_usual(st))
		rc = S_ISDIR(st->st_mode) ? open_folder(path, st) : unlink(path);
	return rc == GO_ON && type == FTW_DNR ? AGAIN : rc;
}

int gitperf_checkout__open_folders(const char *path)
{
	int rc = AGAIN, n;

	for (n = 0; rc == AGAIN && n < AGAIN_MAX; n++)
		rc = nftw(path, tidy_entry, OPEN_FOLDERS, FTW_PHYS);
	return rc == GO_ON ? 0 : gitperf_fail(GITPERF_EIO, "cannot tidy up '%s'", path);
}

/* Where the build has put a link into the way, the place is somebody else's */
static int is_inside(const gitperf_checkout *c, const char *entry)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	const char *slash = entry;
	struct stat st;
	int inside = 1;

	while (inside && (slash = strchr(slash, '/')) != NULL) {
		gitperf_buf_truncate(&path, 0);
		gitperf_buf_addf(&path, "%s/%.*s", c->path.ptr, (int)(slash++ - entry), entry);
		inside = !path.failed && !lstat(path.ptr, &st) && S_ISDIR(st.st_mode);
	}
	gitperf_buffer_dispose(&path);
	return inside;
}

/* git takes a folder for its own in which it would have something */
static void remove_empty_above(gitperf_buffer *path, size_t top)
{
	char *slash;

	while ((slash = strrchr(path->ptr, '/')) != NULL && (size_t)(slash - path->ptr) > top) {
		*slash = '\0';
		if (rmdir(path->ptr) < 0)
			break;
	}
}

/* An empty folder is what a submodule is; what a sparse tree leaves out is nothing */
static int empty_place(const gitperf_checkout *c, const git_index_entry *entry)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	if (!is_inside(c, entry->path))
		return 0;
	gitperf_buf_addf(&path, "%s/%s", c->path.ptr, entry->path);
	if (!(err = gitperf_buf_check(&path)) && rmdir(path.ptr) < 0)
		err = gitperf_tree_remove(path.ptr);
	if (!err && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE))
		remove_empty_above(&path, c->path.len);
	else if (!err && mkdir(path.ptr, 0777) < 0)
		err = gitperf_fail_errno("cannot create '%s'", path.ptr);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_checkout__empty_places(const gitperf_checkout *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	const git_index_entry *entry;
	git_index *index = NULL;
	size_t i;
	int rc = -1, err;

	gitperf_buf_addf(&path, "%s/index", c->admin.ptr);
	if (!(err = gitperf_buf_check(&path)) && (rc = git_index_open(&index, path.ptr)) < 0)
		err = gitperf_fail_git(rc, "cannot read '%s'", path.ptr);
	for (i = 0; !err && (entry = git_index_get_byindex(index, i)) != NULL; i++)
		if (entry->mode == GIT_FILEMODE_COMMIT || (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE))
			err = empty_place(c, entry);
	git_index_free(index);
	gitperf_buffer_dispose(&path);
	return err;
}

/* A rebase that was begun, logs, repositories of submodules, locks of killed programs, ... */
static int is_of_a_new_one(const char *name)
{
	static const char *const names[] = { "HEAD", "commondir", "gitdir", "config.worktree", "info",
					     &CLEAN_INDEX[1], ".", "..", NULL };
	size_t i;

	for (i = 0; names[i] && strcmp(name, names[i]); i++)
		;
	return names[i] != NULL;
}

int gitperf_checkout__tidy_admin(const gitperf_checkout *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	DIR *dir = opendir(c->admin.ptr);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return gitperf_fail_errno("cannot read '%s'", c->admin.ptr);
	while (!err && (entry = readdir(dir)) != NULL) {
		if (is_of_a_new_one(entry->d_name))
			continue;
		gitperf_buf_truncate(&path, 0);
		gitperf_buf_addf(&path, "%s/%s", c->admin.ptr, entry->d_name);
		err = gitperf_buf_check(&path);
		if (!err)
			err = gitperf_tree_remove(path.ptr);
	}
	closedir(dir);
	gitperf_buffer_dispose(&path);
	return err;
}
