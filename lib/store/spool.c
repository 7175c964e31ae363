/*
 * spool.c - records that wait to be landed
 *
 * A writer that finds another at work leaves its records here, and the one at
 * work takes them along: many small appends become few commits. What could not
 * be landed in time stays here and goes out with the next writer. A file holds
 * one batch as JSON lines and appears under its name as a whole. If that is
 * one record, its path is part of the file's name, so that the one at work need
 * only hash it; whatever else is found here is read and checked like any input.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "store/store.h"
#include "store/transit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".jsonl"
/* behind it: the file cannot be used */
#define BAD ".bad"
/* behind it: what was in the file is on the branch */
#define LANDED ".landed"
/* whoever left a sign or a temporary file for longer is dead */
#define STALE_SECONDS 600
/* stands for the slashes of a path; no part of one has it */
#define SLASH '@'
/* whatever was written must be read again: no limit of its own */
#define FILE_MAX (SIZE_MAX / 8)

/* Each data branch has its own, so that nothing lands on another */
static int spool_folder(gitperf_buffer *out, gitperf_repo *repo)
{
	return gitperf_repo__own_file(out, repo, "spool");
}

/* "runs/p/40/88..json" as "@runs@p@40@88..json" */
static void add_record_path(gitperf_buffer *name, const char *path)
{
	gitperf_buf_addc(name, SLASH);
	for (; *path; path++)
		gitperf_buf_addc(name, *path == '/' ? SLASH : *path);
}

/* 1 if the name of the file tells where its one record goes, and it does */
static int take_named(gitperf_batch *batch, const char *file,
		      const gitperf_buffer *text)
{
	const char *slash = strrchr(file, '/'), *at = strchr(slash, SLASH);
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int taken = 0;

	if (!at || memchr(text->ptr, '\n', text->len) != text->ptr + text->len - 1)
		return 0;
	for (at++; strcmp(at, SUFFIX) && *at; at++)
		gitperf_buf_addc(&path, *at == SLASH ? '/' : *at);
	if (!path.failed)
		taken = gitperf_batch__add_named(batch, path.ptr, text->ptr, text->len);
	gitperf_buffer_dispose(&path);
	return taken;
}

int gitperf_spool_write(gitperf_buffer *path, gitperf_repo *repo,
			const gitperf_batch *batch, int durable)
{
	static _Thread_local unsigned counter;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	if ((err = spool_folder(path, repo)) < 0)
		return err;
	gitperf_buf_addc(path, '/');
	gitperf_buf_addf(path, "%016llx-%d-%u",
			 (unsigned long long)gitperf_time_now(), (int)getpid(),
			 counter++);
	if (batch->n == 1)
		add_record_path(path, batch->items[0]->public.path);
	gitperf_buf_adds(path, SUFFIX);
	for (i = 0; i < batch->n; i++)
		gitperf_buf_add(&text, batch->items[i]->public.bytes,
				batch->items[i]->public.len);
	if ((err = gitperf_buf_check(path)) < 0 ||
	    (err = gitperf_buf_check(&text)) < 0)
		goto out;
	err = gitperf_buf_write_file(path->ptr, text.ptr, text.len, durable);
	if (err == GITPERF_ENOTFOUND && (err = gitperf_repo__own_mkdir(repo, "spool")) >= 0)
		err = gitperf_buf_write_file(path->ptr, text.ptr, text.len, durable);
out:
	gitperf_buffer_dispose(&text);
	return err;
}

static int take_lines(gitperf_batch *batch, const gitperf_buffer *text)
{
	const char *p = text->ptr, *end = p + text->len, *nl;
	int err = 0;

	for (; p < end && !err; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			return gitperf_fail(GITPERF_EFORMAT, "the last line is cut off");
		err = gitperf_batch_add(batch, p, (size_t)(nl - p));
	}
	return err;
}

static void put_aside(const char *path, const gitperf_events *events)
{
	gitperf_buffer aside = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&aside, "%s" BAD, path);
	gitperf_blame(GITPERF_EFORMAT, "the spooled file '%s' cannot be used", path);
	if (gitperf_buf_check(&aside) == 0 && !rename(path, aside.ptr) &&
	    events && events->warning)
		events->warning(events->payload, gitperf_error_message(),
				"it was renamed to end in .bad; look at it, then remove it");
	gitperf_buffer_dispose(&aside);
}

/* All of a file's records, or none of them */
static int take_file(gitperf_batch *batch, gitperf_buffer *files,
		     gitperf_repo *repo, const char *path,
		     const gitperf_events *events)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_batch *part = NULL;
	int err = gitperf_batch_new(&part, repo);

	if (!err)
		err = gitperf_buf_read_file(&text, path, FILE_MAX);
	if (err == GITPERF_ENOTFOUND) {
		err = 0;               /* its writer took it back */
		goto out;
	}
	if (!err && text.len)
		err = take_named(part, path, &text);
	if (!err)
		err = take_lines(part, &text);
	err = err > 0 ? 0 : err;
	if (err == GITPERF_EFORMAT || err == GITPERF_EINVALID) {
		put_aside(path, events);
		err = 0;
		goto out;
	}
	if (err < 0 && err != GITPERF_ENOMEM) {
		/* it may be readable for others: it stays, and keeps nobody up */
		if (events && events->warning)
			events->warning(events->payload, gitperf_error_message(),
					"the records in it wait until it can be read");
		err = 0;
		goto out;
	}
	if (!err)
		err = gitperf_batch_merge(batch, part);
	if (!err)
		gitperf_buf_add(files, path, strlen(path) + 1);
out:
	gitperf_batch_free(part);
	gitperf_buffer_dispose(&text);
	return err;
}

/* What the dead have left: signs that nobody took, files never finished */
static void remove_stale(const char *path)
{
	struct stat st;

	if ((strstr(path, SUFFIX LANDED) || strstr(path, SUFFIX ".tmp-")) && !stat(path, &st) &&
	    gitperf_time_now() / 1000000000 - (int64_t)st.st_mtime > STALE_SECONDS)
		unlink(path);
}

static int ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name);

	return len > strlen(suffix) && !strcmp(name + len - strlen(suffix), suffix);
}

int gitperf_spool_take(gitperf_batch *batch, gitperf_buffer *files,
		       gitperf_repo *repo, const gitperf_events *events)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct dirent *entry;
	size_t base;
	DIR *dir = NULL;
	int err = spool_folder(&path, repo);

	if (!err)
		dir = opendir(path.ptr);
	if (!dir) {
		if (!err && errno != ENOENT)
			err = gitperf_fail_errno("cannot read '%s'", path.ptr);
		goto out;
	}
	gitperf_buf_addc(&path, '/');
	base = path.len;
	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		gitperf_buf_truncate(&path, base);
		gitperf_buf_adds(&path, entry->d_name);
		if ((err = gitperf_buf_check(&path)) < 0)
			break;
		if (!ends_in(entry->d_name, SUFFIX))
			remove_stale(path.ptr);
		else
			err = take_file(batch, files, repo, path.ptr, events);
	}
	closedir(dir);
out:
	gitperf_buffer_dispose(&path);
	return err < 0 ? err : gitperf_buf_check(files);
}

/* --- Forgetting --- */

struct forget {
	int (*is_wanted)(void *payload, const char *id);
	void *payload;
	size_t n;
	unsigned counter;
};

/* Copy what is to stay; returns how many records are not */
static size_t sift(gitperf_buffer *rest, const struct forget *f, const gitperf_buffer *text)
{
	const char *p = text->ptr, *end = p + text->len, *nl;
	char id[GITPERF_ID_SIZE];
	size_t len, n = 0;

	for (; p < end; p += len) {
		nl = memchr(p, '\n', (size_t)(end - p));
		len = nl ? (size_t)(nl - p) + 1 : (size_t)(end - p);
		gitperf_digest_blob(id, p, len);
		if (f->is_wanted(f->payload, id))
			n++;
		else
			gitperf_buf_add(rest, p, len);
	}
	return n;
}

/*
 * The rest gets another name. Whoever waits for the file sees that it is gone,
 * looks at the branch, and learns what was revoked.
 */
static int keep_rest(struct forget *f, const char *path, const gitperf_buffer *rest)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_add(&name, path, (size_t)(strrchr(path, '/') + 1 - path));
	gitperf_buf_addf(&name, "%016llx-0-%u" SUFFIX, (unsigned long long)gitperf_time_now(), f->counter++);
	err = gitperf_buf_check(&name);
	if (!err)
		err = gitperf_buf_write_file(name.ptr, rest->ptr, rest->len, 1);
	gitperf_buffer_dispose(&name);
	return err;
}

static int forget_in(struct forget *f, const char *path, const char *name)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, rest = GITPERF_BUFFER_INIT;
	int aside = strstr(name, SUFFIX ".bad") != NULL, err;
	size_t n;

	err = gitperf_buf_read_file(&text, path, FILE_MAX);
	if (err < 0 || !(n = sift(&rest, f, &text)))
		goto out;
	err = gitperf_buf_check(&rest);
	if (!err && rest.len && aside)
		err = gitperf_buf_write_file(path, rest.ptr, rest.len, 1);
	else if (!err && rest.len && ends_in(name, SUFFIX))
		err = keep_rest(f, path, &rest);
	if (!err && !(rest.len && aside) && unlink(path) < 0 && errno != ENOENT)
		err = gitperf_fail_errno("cannot remove '%s'", path);
	f->n += n;
out:
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&rest);
	/* gone by now, or no file at all */
	return err == GITPERF_ENOTFOUND || err == GITPERF_EINVALID ? 0 : err;
}

int gitperf_spool_forget(size_t *n, gitperf_repo *repo,
			 int (*is_wanted)(void *payload, const char *id), void *payload)
{
	struct forget f = { is_wanted, payload, 0, 0 };
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct dirent *entry;
	size_t base;
	DIR *dir = NULL;
	int err = spool_folder(&path, repo);

	if (!err && !(dir = opendir(path.ptr)) && errno != ENOENT)
		err = gitperf_fail_errno("cannot read '%s'", path.ptr);
	gitperf_buf_addc(&path, '/');
	base = path.len;
	while (dir && !err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		gitperf_buf_truncate(&path, base);
		gitperf_buf_adds(&path, entry->d_name);
		err = gitperf_buf_check(&path);
		if (!err)
			err = forget_in(&f, path.ptr, entry->d_name);
	}
	if (dir)
		closedir(dir);
	gitperf_buffer_dispose(&path);
	*n = f.n;
	return err;
}

static void sign_of(gitperf_buffer *out, const char *path)
{
	gitperf_buf_addf(out, "%s" LANDED, path);
}

/* "<time>-<pid>-<n>...": whether somebody may be waiting for this file */
static int has_waiter(const char *path)
{
	const char *name = strrchr(path, '/') + 1, *dash = strchr(name, '-');
	long pid = dash ? strtol(dash + 1, NULL, 10) : 0;

	return pid > 0 && !kill((pid_t)pid, 0);
}

void gitperf_spool_clear(const gitperf_buffer *files, int landed)
{
	gitperf_buffer sign = GITPERF_BUFFER_INIT;
	size_t at;

	for (at = 0; at < files->len; at += strlen(files->ptr + at) + 1) {
		gitperf_buf_truncate(&sign, 0);
		sign_of(&sign, files->ptr + at);
		if (!landed || sign.failed || !has_waiter(files->ptr + at) ||
		    rename(files->ptr + at, sign.ptr) < 0)
			unlink(files->ptr + at);
	}
	gitperf_buffer_dispose(&sign);
}

int gitperf_spool_is_landed(const char *path)
{
	gitperf_buffer sign = GITPERF_BUFFER_INIT;
	int found;

	sign_of(&sign, path);
	found = !sign.failed && !unlink(sign.ptr);
	gitperf_buffer_dispose(&sign);
	return found;
}

/* --- Looking --- */

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

static int look_at_file(gitperf_spool *out, struct arena *arena, const char *path, const char *name)
{
	const char **bad;
	gitperf_time when;

	if (ends_in(name, SUFFIX BAD)) {
		bad = gitperf_arena_grow(arena, out->bad, out->nbad, sizeof(*bad));
		if (!bad)
			return gitperf_fail_oom();
		bad[out->nbad++] = gitperf_arena_strdup(arena, path);
		out->bad = bad;
	} else if (ends_in(name, SUFFIX)) {
		when = left_at(path, name);
		if (when && (!out->oldest || when < out->oldest))
			out->oldest = when;
		out->files++;
		out->records += strchr(name, SLASH) ? 1 : count_lines(path);
	}
	return gitperf_arena_check(arena);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int gitperf_spool_look(gitperf_spool *out, struct arena *arena, gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct dirent *entry;
	int err = spool_folder(&path, repo);
	size_t base = path.len;
	DIR *dir = err < 0 ? NULL : opendir(path.ptr);

	memset(out, 0, sizeof(*out));
	if (!dir && !err && errno != ENOENT)
		err = gitperf_fail_errno("cannot read '%s'", path.ptr);
	while (dir && !err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		gitperf_buf_truncate(&path, base);
		gitperf_buf_addf(&path, "/%s", entry->d_name);
		err = gitperf_buf_check(&path);
		if (!err)
			err = look_at_file(out, arena, path.ptr, entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (out->nbad)
		qsort((void *)out->bad, out->nbad, sizeof(*out->bad), compare_paths);
	gitperf_buffer_dispose(&path);
	return err;
}
