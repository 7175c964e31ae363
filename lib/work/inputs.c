/*
 * inputs.c - the content of files that belong to what is measured
 *
 * What counts is what is there when the command is run: the files on the disk,
 * after the build, tracked or not. Names, types and contents enter the digest;
 * times, owners and permissions do not. Links are not followed: the content of
 * one is the path that it has.
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

struct inputs {
	struct digest digest;
	gitperf_buffer path;     /* of what is being looked at */
	size_t top;              /* from here on as the suite has it */
};

static int add_path(struct inputs *in, unsigned depth);

/* As the suite names it: the place of a temporary work tree says nothing */
static const char *name_of(const struct inputs *in)
{
	return in->path.ptr + in->top;
}

static int fail_read(const struct inputs *in)
{
	return gitperf_fail_errno("cannot read the input '%s'", name_of(in));
}

static int add_file(struct inputs *in)
{
	char chunk[65536];
	int fd = open(in->path.ptr, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	if (fd < 0)
		return fail_read(in);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			gitperf_digest_add(&in->digest, chunk, (size_t)n);
	if (n < 0)
		err = fail_read(in);
	close(fd);
	return err;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted by their bytes */
static int list_names(struct arena *arena, const char ***out, size_t *n,
		      const struct inputs *in)
{
	DIR *dir = opendir(in->path.ptr);
	const char **names = NULL;
	struct dirent *entry;
	int err = 0;

	*n = 0;
	if (!dir)
		return fail_read(in);
	while (!err && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (*n == NAMES_MAX) {
			err = gitperf_fail(GITPERF_EINVALID, "the input '%s' has more than %d names",
					   name_of(in), NAMES_MAX);
			break;
		}
		names = gitperf_arena_grow(arena, names, *n, sizeof(*names));
		if (names)
			names[(*n)++] = gitperf_arena_strdup(arena, entry->d_name);
		err = gitperf_arena_check(arena);
	}
	closedir(dir);
	if (!err && *n)
		qsort(names, *n, sizeof(*names), compare_names);
	*out = names;
	return err;
}

static int add_folder(struct inputs *in, unsigned depth)
{
	struct arena arena = ARENA_INIT;
	size_t i, n, end = in->path.len;
	const char **names;
	int err = list_names(&arena, &names, &n, in);

	for (i = 0; !err && i < n; i++) {
		gitperf_buf_addf(&in->path, "/%s", names[i]);
		/* the name, and the NUL that no name has */
		gitperf_digest_add(&in->digest, names[i], strlen(names[i]) + 1);
		err = gitperf_buf_check(&in->path);
		if (!err)
			err = add_path(in, depth + 1);
		gitperf_buf_truncate(&in->path, end);
	}
	gitperf_arena_free(&arena);
	return err;
}

static int add_link(struct inputs *in)
{
	char target[4096];
	ssize_t n = readlink(in->path.ptr, target, sizeof(target));

	if (n < 0)
		return fail_read(in);
	gitperf_digest_add(&in->digest, target, (size_t)n);
	return 0;
}

/* A letter for the type, then the content, which a length or a mark ends */
static int add_path(struct inputs *in, unsigned depth)
{
	char head[32];
	struct stat st;
	int err;

	if (depth > DEPTH_MAX)
		return gitperf_fail(GITPERF_EINVALID, "the input '%s' is nested too deeply", name_of(in));
	if (lstat(in->path.ptr, &st) < 0)
		return gitperf_fail_errno("the input '%s' cannot be found", name_of(in));
	snprintf(head, sizeof(head), "%c%lld", S_ISREG(st.st_mode) ? 'f' : S_ISDIR(st.st_mode) ? 'd' : 'l',
		 S_ISREG(st.st_mode) ? (long long)st.st_size : 0);
	gitperf_digest_add(&in->digest, head, strlen(head) + 1);
	if (S_ISREG(st.st_mode))
		return add_file(in);
	if (S_ISLNK(st.st_mode))
		err = add_link(in);
	else if (S_ISDIR(st.st_mode))
		err = add_folder(in, depth);
	else
		err = gitperf_fail(GITPERF_EINVALID, "the input '%s' is neither a file nor a folder", name_of(in));
	gitperf_digest_add(&in->digest, "", 1);
	return err;
}

int gitperf_inputs_digest(char out[INPUTS_HEX + 1], const char *directory,
			  const char *const *paths, size_t n)
{
	struct inputs in = { .path = GITPERF_BUFFER_INIT, .top = strlen(directory) + 1 };
	char hex[DIGEST_HEX + 1];
	int err = 0;
	size_t i;

	gitperf_digest_begin(&in.digest);
	for (i = 0; !err && i < n; i++) {
		gitperf_buf_truncate(&in.path, 0);
		gitperf_buf_addf(&in.path, "%s/%s", directory, paths[i]);
		gitperf_digest_add(&in.digest, paths[i], strlen(paths[i]) + 1);
		err = gitperf_buf_check(&in.path);
		if (!err)
			err = add_path(&in, 0);
	}
	gitperf_digest_end(hex, &in.digest);
	snprintf(out, INPUTS_HEX + 1, "%.*s", INPUTS_HEX, hex);
	gitperf_buffer_dispose(&in.path);
	return err;
}
