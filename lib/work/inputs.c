/*
 * inputs.c - the content of files that belong to what is measured
 *
 * What counts is what the command will read: the files on the disk, after the
 * build, tracked or not. Names, types and contents enter the digest; times,
 * owners and permissions do not.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "work/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that contains itself by a bind mount must end somewhere. */
#define DEPTH_MAX 64
#define NAMES_MAX 1000000

static int add_path(struct digest *d, gitperf_buffer *path, unsigned depth);

static int add_file(struct digest *d, const char *path)
{
	char chunk[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	if (fd < 0)
		return gitperf_fail_errno("cannot read the input '%s'", path);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			gitperf_digest_add(d, chunk, (size_t)n);
	if (n < 0)
		err = gitperf_fail_errno("cannot read the input '%s'", path);
	close(fd);
	return err;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted by their bytes */
static int list_names(struct arena *arena, char ***out, size_t *n, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char **names = NULL, **grown;
	size_t size = 0;
	int err = 0;

	*n = 0;
	if (!dir)
		return gitperf_fail_errno("cannot read the input '%s'", path);
	while (!err && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (*n == size) {
			size = size ? 2 * size : 64;
			grown = realloc(names, size * sizeof(*names));
			err = grown ? 0 : gitperf_fail_oom();
			names = grown ? grown : names;
		}
		if (!err && *n == NAMES_MAX)
			err = gitperf_fail(GITPERF_EINVALID, "the input '%s' has more than %d names", path, NAMES_MAX);
		if (!err)
			names[(*n)++] = gitperf_arena_strdup(arena, entry->d_name);
	}
	closedir(dir);
	if (!err)
		err = gitperf_arena_check(arena);
	if (!err && *n)
		qsort(names, *n, sizeof(*names), compare_names);
	*out = names;
	return err;
}

static int add_folder(struct digest *d, gitperf_buffer *path, unsigned depth)
{
	struct arena arena = ARENA_INIT;
	size_t i, n, end = path->len;
	char **names = NULL;
	int err = list_names(&arena, &names, &n, path->ptr);

	for (i = 0; !err && i < n; i++) {
		gitperf_buf_addf(path, "/%s", names[i]);
		/* the name, and the NUL that no name has */
		gitperf_digest_add(d, names[i], strlen(names[i]) + 1);
		err = gitperf_buf_check(path);
		if (!err)
			err = add_path(d, path, depth + 1);
		gitperf_buf_truncate(path, end);
	}
	free(names);
	gitperf_arena_free(&arena);
	return err;
}

static int add_link(struct digest *d, const char *path)
{
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target));

	if (n < 0)
		return gitperf_fail_errno("cannot read the input '%s'", path);
	gitperf_digest_add(d, target, (size_t)n);
	return 0;
}

/* A letter for the type, then the content, which a length or a mark ends */
static int add_path(struct digest *d, gitperf_buffer *path, unsigned depth)
{
	char head[32];
	struct stat st;
	int err;

	if (depth > DEPTH_MAX)
		return gitperf_fail(GITPERF_EINVALID, "the input '%s' is nested too deeply", path->ptr);
	if (lstat(path->ptr, &st) < 0)
		return gitperf_fail_errno("the input '%s' cannot be found", path->ptr);
	snprintf(head, sizeof(head), "%c%lld", S_ISREG(st.st_mode) ? 'f' : S_ISDIR(st.st_mode) ? 'd' : 'l',
		 S_ISREG(st.st_mode) ? (long long)st.st_size : 0);
	gitperf_digest_add(d, head, strlen(head) + 1);
	if (S_ISREG(st.st_mode))
		return add_file(d, path->ptr);
	if (S_ISLNK(st.st_mode))
		return add_link(d, path->ptr);
	if (!S_ISDIR(st.st_mode))
		return gitperf_fail(GITPERF_EINVALID, "the input '%s' is neither a file nor a folder", path->ptr);
	err = add_folder(d, path, depth);
	gitperf_digest_add(d, "", 1);
	return err;
}

int gitperf_inputs_digest(char out[INPUTS_HEX + 1], const char *directory,
			  const char *const *paths, size_t n)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	char hex[DIGEST_HEX + 1];
	struct digest digest;
	int err = 0;
	size_t i;

	gitperf_digest_begin(&digest);
	for (i = 0; !err && i < n; i++) {
		gitperf_buf_truncate(&path, 0);
		gitperf_buf_addf(&path, "%s/%s", directory, paths[i]);
		gitperf_digest_add(&digest, paths[i], strlen(paths[i]) + 1);
		err = gitperf_buf_check(&path);
		if (!err)
			err = add_path(&digest, &path, 0);
	}
	gitperf_digest_end(hex, &digest);
	snprintf(out, INPUTS_HEX + 1, "%.*s", INPUTS_HEX, hex);
	gitperf_buffer_dispose(&path);
	return err;
}
