/*
 * tree.c - folders with all that is in them
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/tree.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FOLDERS 32

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *where)
{
	(void)st;
	(void)where;
	return type == FTW_DP ? rmdir(path) : unlink(path);
}

/* Caches of modules are read-only, their folders too: nothing can be removed */
static int open_folder(const char *path, const struct stat *st, int type,
		       struct FTW *where)
{
	(void)where;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, st->st_mode | S_IRWXU);
	return 0;
}

int gitperf_tree_remove(const char *path)
{
	nftw(path, open_folder, OPEN_FOLDERS, FTW_PHYS);
	if (!nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) || errno == ENOENT)
		return 0;
	return gitperf_fail_errno("cannot remove '%s'", path);
}
