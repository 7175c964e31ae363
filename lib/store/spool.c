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
#include "base/error.h"
#include "store/spool.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each data branch has its own, so that nothing lands on another */
#define FOLDER "spool"
/* whoever left a sign or a temporary file for longer is dead */
#define STALE_SECONDS 600

int gitperf_spool__ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name);

	return len > strlen(suffix) && !strcmp(name + len - strlen(suffix), suffix);
}

static int read_folder(DIR *dir, gitperf_buffer *path,
		       int (*each)(void *payload, const char *path, const char *name),
		       void *payload)
{
	size_t base = path->len;
	struct dirent *entry;
	int err = 0;

	while (!err && (errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		gitperf_buf_truncate(path, base);
		gitperf_buf_addf(path, "/%s", entry->d_name);
		err = gitperf_buf_check(path);
		if (!err)
			err = each(payload, path->ptr, entry->d_name);
	}
	if (!err && errno) {
		gitperf_buf_truncate(path, base);
		err = gitperf_fail_errno("cannot read '%s'", path->ptr);
	}
	return err;
}

int gitperf_spool__each(gitperf_repo *repo,
			int (*each)(void *payload, const char *path, const char *name),
			void *payload)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	DIR *dir = NULL;
	int err = gitperf_repo__own_file(&path, repo, FOLDER);

	if (!err && !(dir = opendir(path.ptr)) && errno != ENOENT)
		err = gitperf_fail_errno("cannot read '%s'", path.ptr);
	if (dir) {
		err = read_folder(dir, &path, each, payload);
		closedir(dir);
	}
	gitperf_buffer_dispose(&path);
	return err;
}

/* --- Writing --- */

/* "runs/p/40/88..json" as "@runs@p@40@88..json" */
static void add_record_path(gitperf_buffer *name, const char *path)
{
	gitperf_buf_addc(name, SPOOL_SLASH);
	for (; *path; path++)
		gitperf_buf_addc(name, *path == '/' ? SPOOL_SLASH : *path);
}

void gitperf_spool__begin_name(gitperf_buffer *out, int pid, unsigned counter)
{
	gitperf_buf_addf(out, "%016llx-%d-%u", (unsigned long long)gitperf_time_now(), pid, counter);
}

int gitperf_spool_write(gitperf_buffer *path, gitperf_repo *repo,
			const gitperf_batch *batch, int durable)
{
	static _Thread_local unsigned counter;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	if ((err = gitperf_repo__own_file(path, repo, FOLDER)) < 0)
		return err;
	gitperf_buf_addc(path, '/');
	gitperf_spool__begin_name(path, (int)getpid(), counter++);
	if (batch->n == 1)
		add_record_path(path, batch->items[0]->public.path);
	gitperf_buf_adds(path, SPOOL_SUFFIX);
	for (i = 0; i < batch->n; i++)
		gitperf_buf_add(&text, batch->items[i]->public.bytes,
				batch->items[i]->public.len);
	if ((err = gitperf_buf_check(path)) < 0 ||
	    (err = gitperf_buf_check(&text)) < 0)
		goto out;
	err = gitperf_buf_write_file(path->ptr, text.ptr, text.len, durable);
	if (err == GITPERF_ENOTFOUND && (err = gitperf_repo__own_mkdir(repo, FOLDER)) >= 0)
		err = gitperf_buf_write_file(path->ptr, text.ptr, text.len, durable);
out:
	gitperf_buffer_dispose(&text);
	return err;
}

/* --- Taking --- */

struct take {
	gitperf_batch *batch;
	gitperf_buffer *files;
	gitperf_repo *repo;
	const gitperf_events *events;
};

/* 1 if the name of the file tells where its one record goes, and it does */
static int take_named(gitperf_batch *batch, const char *file,
		      const gitperf_buffer *text)
{
	const char *slash = strrchr(file, '/'), *at = strchr(slash, SPOOL_SLASH);
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int taken = 0;

	if (!at || memchr(text->ptr, '\n', text->len) != text->ptr + text->len - 1)
		return 0;
	for (at++; strcmp(at, SPOOL_SUFFIX) && *at; at++)
		gitperf_buf_addc(&path, *at == SPOOL_SLASH ? '/' : *at);
	if (!path.failed)
		taken = gitperf_batch__add_named(batch, path.ptr, text->ptr, text->len);
	gitperf_buffer_dispose(&path);
	return taken;
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

static void warn(const struct take *t, const char *hint)
{
	if (t->events && t->events->warning)
		t->events->warning(t->events->payload, gitperf_error_message(), hint);
}

static void put_aside(const struct take *t, const char *path)
{
	gitperf_buffer aside = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&aside, "%s" SPOOL_BAD, path);
	gitperf_blame(GITPERF_EFORMAT, "the spooled file '%s' cannot be used", path);
	warn(t, !aside.failed && !rename(path, aside.ptr) ?
	     "it was renamed to end in .bad; look at it, then remove it" :
	     "look at it, then remove it");
	gitperf_buffer_dispose(&aside);
}

static int read_file(gitperf_batch *out, const char *path)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = gitperf_buf_read_file(&text, path, SPOOL_FILE_MAX);

	if (!err && text.len)
		err = take_named(out, path, &text);
	if (!err)
		err = take_lines(out, &text);
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : 0;
}

/* What is wrong with a file keeps nobody up */
static int leave_file(const struct take *t, const char *path, int err)
{
	if (err == GITPERF_ENOMEM)
		return err;
	if (err == GITPERF_EFORMAT || err == GITPERF_EINVALID)
		put_aside(t, path);
	/* where it is not found, its writer took it back */
	else if (err != GITPERF_ENOTFOUND)
		/* it may be readable for others */
		warn(t, "the records in it wait until it can be read");
	return 0;
}

/* All of a file's records, or none of them */
static int take_file(const struct take *t, const char *path)
{
	gitperf_batch *part = NULL;
	int err = gitperf_batch_new(&part, t->repo);

	if (err < 0)
		return err;
	err = read_file(part, path);
	if (err < 0)
		err = leave_file(t, path, err);
	else if (!(err = gitperf_batch_merge(t->batch, part)))
		gitperf_buf_add(t->files, path, strlen(path) + 1);
	gitperf_batch_free(part);
	return err;
}

/* What the dead have left: signs that nobody took, files never finished */
static void remove_stale(const char *path)
{
	struct stat st;

	if ((strstr(path, SPOOL_SUFFIX SPOOL_LANDED) || strstr(path, SPOOL_SUFFIX SPOOL_UNFINISHED)) && !stat(path, &st) &&
	    gitperf_time_now() / 1000000000 - (int64_t)st.st_mtime > STALE_SECONDS)
		unlink(path);
}

static int take(void *payload, const char *path, const char *name)
{
	if (gitperf_spool__ends_in(name, SPOOL_SUFFIX))
		return take_file(payload, path);
	remove_stale(path);
	return 0;
}

int gitperf_spool_take(gitperf_batch *batch, gitperf_buffer *files,
		       gitperf_repo *repo, const gitperf_events *events)
{
	struct take t = { batch, files, repo, events };
	int err = gitperf_spool__each(repo, take, &t);

	return err < 0 ? err : gitperf_buf_check(files);
}

/* --- When they have landed, or not --- */

static void sign_of(gitperf_buffer *out, const char *path)
{
	gitperf_buf_addf(out, "%s" SPOOL_LANDED, path);
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
