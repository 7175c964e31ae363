/*
 * below.c - openat(2) step by step, so that no link leads elsewhere
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/below.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 5
/** Names that are looked at, and files that are kept. */
#define NAMES_MAX 20000
#define FILES_MAX 5000
#define PATH_LEN_MAX 1024

#define FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

int gitperf_below_open(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? gitperf_fail_errno("cannot open '%s'", directory) : fd;
}

/*
 * The folder that a path ends in, and *name, what stands behind the last
 * slash. A folder of its own, to be closed; -1 and errno if there is none.
 */
static int open_folder(int top, const char *path, const char **name, int make)
{
	int fd = openat(top, ".", FOLDER), next, saved;
	char step[PATH_LEN_MAX];
	const char *slash;

	while (fd >= 0 && (slash = strchr(path, '/'))) {
		snprintf(step, sizeof(step), "%.*s", (int)(slash - path), path);
		next = make && mkdirat(fd, step, 0777) < 0 && errno != EEXIST ?
			-1 : openat(fd, step, FOLDER);
		saved = errno;
		close(fd);
		errno = saved;
		fd = next;
		path = slash + 1;
	}
	*name = path;
	return fd;
}

/* --- Listing -------------------------------------------------------------- */

struct list {
	struct arena *arena;
	const char **paths;
	size_t n;
};

static int add_path(struct list *list, const char *folder, const char *name)
{
	char path[PATH_LEN_MAX];
	const char **grown;

	if (snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name) >= (int)sizeof(path))
		return 0;
	grown = gitperf_arena_grow(list->arena, list->paths, list->n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	list->paths = grown;
	grown[list->n] = gitperf_arena_strdup(list->arena, path);
	return grown[list->n++] ? 0 : gitperf_fail_oom();
}

static int is_skipped(const char *name)
{
	static const char *const names[] = {
		"build", "node_modules", "target", "third_party", "vendor", "venv"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return 1;
	return *name == '.';
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_from(struct list *list, size_t first)
{
	if (list->n > first)
		qsort(list->paths + first, list->n - first, sizeof(*list->paths), by_name);
}

/* Add what is in one folder; *names counts down what may be looked at yet */
static int list_folder(struct list *files, struct list *folders, int top,
		       const char *path, size_t *names)
{
	size_t first_file = files->n, first_folder = folders->n;
	char inside[PATH_LEN_MAX + 2];
	struct dirent *entry;
	struct stat st;
	const char *name;
	DIR *dir;
	int fd, err = 0;

	snprintf(inside, sizeof(inside), "%s%s", path, *path ? "/" : "");
	fd = open_folder(top, inside, &name, 0);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		/* one that cannot be read has nothing for us */
		err = errno == ENOMEM ? gitperf_fail_oom() : 0;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && *names && files->n < FILES_MAX && (entry = readdir(dir))) {
		--*names;
		if (is_skipped(entry->d_name) || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			err = add_path(folders, path, entry->d_name);
		else if (S_ISREG(st.st_mode))
			err = add_path(files, path, entry->d_name);
	}
	closedir(dir);
	sort_from(files, first_file);
	sort_from(folders, first_folder);
	return err;
}

static int depth_of(const char *path)
{
	int depth = *path != '\0';

	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

int gitperf_below_list(const char *const **out, size_t *n, struct arena *arena,
		       int top)
{
	struct list files = { arena, NULL, 0 }, folders = { arena, NULL, 0 };
	size_t names = NAMES_MAX, i;
	int err = add_path(&folders, "", "");

	for (i = 0; !err && i < folders.n; i++)
		if (depth_of(folders.paths[i]) < DEPTH_MAX)
			err = list_folder(&files, &folders, top, folders.paths[i], &names);
	*out = files.paths;
	*n = files.n;
	return err;
}

/* --- Files ---------------------------------------------------------------- */

static int fail_path(const char *what, const char *path)
{
	if (errno != ELOOP && errno != ENOTDIR)
		return gitperf_fail_errno("cannot %s '%.300s'", what, path);
	gitperf_fail(GITPERF_ENOTFOUND, "cannot %s '%.300s': something on the way is a link, or no directory",
		     what, path);
	return gitperf_hint(GITPERF_ENOTFOUND, "links are not followed: put a directory there");
}

int gitperf_below_read(gitperf_buffer *out, int top, const char *path,
		       size_t most)
{
	const char *name;
	struct stat st;
	ssize_t n = 1;
	int folder = open_folder(top, path, &name, 0), fd = -1, err = 0;

	if (folder >= 0)
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		err = fail_path("read", path);
	else if (!S_ISREG(st.st_mode))
		err = gitperf_fail(GITPERF_ENOTFOUND, "'%.300s' is not a regular file", path);
	while (!err && n && out->len < most) {
		if (!gitperf_buf_reserve(out, most - out->len)) {
			err = gitperf_fail_oom();
			break;
		}
		n = read(fd, out->ptr + out->len, most - out->len);
		if (n < 0 && errno != EINTR)
			err = gitperf_fail_errno("cannot read '%.300s'", path);
		out->len += n > 0 ? (size_t)n : 0;
		out->ptr[out->len] = '\0';
	}
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return err;
}

int gitperf_below_create(int top, const char *path, const char *bytes,
			 size_t len)
{
	const char *name;
	int folder = open_folder(top, path, &name, 1), fd = -1, err = 0;

	if (folder >= 0)
		fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = fail_path("create", path);
	} else if (gitperf_buf_write_fd(fd, bytes, len) < 0 || fsync(fd) < 0) {
		/* half a file would be taken for somebody's */
		err = gitperf_fail_errno("cannot write '%.300s'", path);
		unlinkat(folder, name, 0);
	}
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return err;
}
