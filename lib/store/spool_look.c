/*
 * spool_look.c - how much waits in the spool, and since when
 *
 * Without a lock, and without decoding anything: names tell nearly all.
 */
#include "base/compat.h"
#include "base/error.h"
#include "store/spool.h"
#include "store/transit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct look {
	gitperf_spool *out;
	struct arena *arena;
};

static size_t count_lines(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t lines = 0;
	char part[16384];
	ssize_t n, i;

	while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0)
		for (i = 0; i < n; i++)
			lines += part[i] == '\n';
	if (fd >= 0)
		close(fd);
	return lines;
}

/* When a file was left: its name tells, as gitperf_spool_write() made it */
static gitperf_time left_at(const char *path, const char *name)
{
	char *end;
	unsigned long long ns = strtoull(name, &end, 16);
	struct stat st;

	if (end == name + 16 && *end == '-' && ns <= INT64_MAX)
		return (gitperf_time)ns;
	return stat(path, &st) ? 0 : (gitperf_time)st.st_mtime * 1000000000;
}

static int add_bad(struct look *l, const char *path)
{
	gitperf_spool *out = l->out;
	const char **bad = gitperf_arena_grow(l->arena, out->bad, out->nbad, sizeof(*bad));

	if (!bad)
		return gitperf_fail_oom();
	bad[out->nbad++] = gitperf_arena_strdup(l->arena, path);
	out->bad = bad;
	return gitperf_arena_check(l->arena);
}

static int look_at_file(void *payload, const char *path, const char *name)
{
	struct look *l = payload;
	gitperf_time when;

	if (gitperf_spool__ends_in(name, SPOOL_SUFFIX SPOOL_BAD))
		return add_bad(l, path);
	if (!gitperf_spool__ends_in(name, SPOOL_SUFFIX))
		return 0;
	when = left_at(path, name);
	if (when && (!l->out->oldest || when < l->out->oldest))
		l->out->oldest = when;
	l->out->files++;
	l->out->records += strchr(name, SPOOL_SLASH) ? 1 : count_lines(path);
	return 0;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int gitperf_spool_look(gitperf_spool *out, struct arena *arena, gitperf_repo *repo)
{
	struct look l = { out, arena };
	int err;

	memset(out, 0, sizeof(*out));
	err = gitperf_spool__each(repo, look_at_file, &l);
	if (out->nbad)
		qsort((void *)out->bad, out->nbad, sizeof(*out->bad), compare_paths);
	return err;
}
