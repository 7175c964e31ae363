/*
 * spool_forget.c - what was purged leaves the spool, too
 *
 * By the ids that the bytes have: nothing is decoded, and it does not matter
 * whether a file is to be landed, was put aside, or was never finished.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "store/spool.h"

#include <errno.h>
#include <unistd.h>

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
	/* of no process: nobody waits for it */
	gitperf_spool__begin_name(&name, 0, f->counter++);
	gitperf_buf_adds(&name, SPOOL_SUFFIX);
	err = gitperf_buf_check(&name);
	if (!err)
		err = gitperf_buf_write_file(name.ptr, rest->ptr, rest->len, 1);
	gitperf_buffer_dispose(&name);
	return err;
}

/* The file without the records: written anew, or removed */
static int replace(struct forget *f, const char *path, const char *name, const gitperf_buffer *rest)
{
	int err = 0;

	if (rest->len && strstr(name, SPOOL_SUFFIX SPOOL_BAD))
		return gitperf_buf_write_file(path, rest->ptr, rest->len, 1);
	if (rest->len && gitperf_spool__ends_in(name, SPOOL_SUFFIX))
		err = keep_rest(f, path, rest);
	if (!err && unlink(path) < 0 && errno != ENOENT)
		err = gitperf_fail_errno("cannot remove '%s'", path);
	return err;
}

static int forget_in(void *payload, const char *path, const char *name)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, rest = GITPERF_BUFFER_INIT;
	struct forget *f = payload;
	int err = gitperf_buf_read_file(&text, path, SPOOL_FILE_MAX);
	size_t n = err < 0 ? 0 : sift(&rest, f, &text);

	/* gone by now, or no file at all */
	if (err == GITPERF_ENOTFOUND || err == GITPERF_EINVALID)
		err = 0;
	if (!err && n && !(err = gitperf_buf_check(&rest)))
		err = replace(f, path, name, &rest);
	f->n += n;
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&rest);
	return err;
}

int gitperf_spool_forget(size_t *n, gitperf_repo *repo,
			 int (*is_wanted)(void *payload, const char *id), void *payload)
{
	struct forget f = { is_wanted, payload, 0, 0 };
	int err = gitperf_spool__each(repo, forget_in, &f);

	*n = f.n;
	return err;
}
