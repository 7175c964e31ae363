/*
 * maintain.c - loose objects pile up; git packs them
 */
#include "base/compat.h"
#include "base/buf.h"
#include "git/git.h"

#include <dirent.h>

/*
 * git gc --auto looks into one of 256 folders and multiplies; its threshold of
 * 6,700 objects is 27 there. Starting git to find out would cost more than
 * the append it follows.
 */
#define SAMPLE_FOLDER "objects/17"
#define SAMPLE_ENOUGH 27

static int has_many_objects(gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	size_t n = 0;
	DIR *dir;

	gitperf_buf_addf(&path, "%s" SAMPLE_FOLDER, gitperf_repo_directory(repo));
	dir = path.failed ? NULL : opendir(path.ptr);
	gitperf_buffer_dispose(&path);
	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	/* "." and ".." were counted, too */
	return n > SAMPLE_ENOUGH + 2;
}

void gitperf_repo_maintain(gitperf_repo *repo)
{
	static const char *const args[] = { "maintenance", "run", "--auto",
					    "--quiet", NULL };
	struct spawn spawn = { .limit = 1 };

	if (has_many_objects(repo))
		gitperf_repo__git(repo, &spawn, args);
}
