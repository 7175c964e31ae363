/*
 * artifact.c - a record as a file: written, and looked at from all sides
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/port.h>
#include <gitperf/work.h>

#include <unistd.h>

/* link() fails where the name is taken, so nothing is ever overwritten */
static int write_new(const char *path, const gitperf_batch_item *item)
{
	gitperf_buffer tmp = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&tmp, "%s.%.12s.new", path, item->id);
	if ((err = gitperf_buf_check(&tmp)) < 0)
		goto out;
	err = gitperf_buf_write_file(tmp.ptr, item->bytes, item->len, 1);
	if (!err && link(tmp.ptr, path) < 0)
		err = gitperf_fail_errno("cannot create '%s'", path);
	unlink(tmp.ptr);
out:
	gitperf_buffer_dispose(&tmp);
	return err;
}

static int has_same_bytes(const char *path, const gitperf_batch_item *item)
{
	gitperf_buffer old = GITPERF_BUFFER_INIT;
	int same;

	same = gitperf_buf_read_file(&old, path, GITPERF_RECORD_MAX) >= 0 &&
	       old.len == item->len && !memcmp(old.ptr, item->bytes, old.len);
	gitperf_buffer_dispose(&old);
	return same;
}

int gitperf_artifact_write(gitperf_buffer *path, const char *directory,
			   const gitperf_batch_item *item, int unique)
{
	int err;

	gitperf_buf_addf(path, "%s/", directory);
	err = gitperf_artifact_name(path, item->commit, item->platform,
				    unique ? item->id : NULL);
	if (!err)
		err = write_new(path->ptr, item);
	if (err == GITPERF_EEXISTS && has_same_bytes(path->ptr, item))
		return 0;
	if (err == GITPERF_EEXISTS)
		return gitperf_hint(gitperf_fail(err, "'%s' exists and holds another result", path->ptr),
				    "write to another directory, or put the record's id into the name with --unique");
	if (err == GITPERF_ENOTFOUND)
		return gitperf_hint(err, "create the directory first: mkdir -p '%s'", directory);
	return err;
}

/* <38 hex>-<stamp>-<outcome>-<12 hex>.json, as in the branch */
static int is_branch_name(const char *name)
{
	return strlen(name) == strlen("-20260420T213508Z-c-0123456789ab.json") + 38 &&
	       strspn(name, "0123456789abcdef") == 38;
}

static int check_name(const char *file, const char *path, const char *id)
{
	const char *name = strrchr(file, '/'), *own = strrchr(path, '/');
	gitperf_buffer commit = GITPERF_BUFFER_INIT, platform = GITPERF_BUFFER_INIT;
	const char *p;
	int err;

	name = name ? name + 1 : file;
	/* runs/<platform>/<c0c1>/<c2..>-... says all there is to agree with */
	p = strchr(path, '/') + 1;
	gitperf_buf_add(&platform, p, strcspn(p, "/"));
	gitperf_buf_add(&commit, own - 2, 2);
	gitperf_buf_add(&commit, own + 1, 38);
	if (is_branch_name(name) && strcmp(name, own + 1)) {
		err = gitperf_fail(GITPERF_EINVALID, "the content makes another name: %s", own + 1);
		gitperf_hint(err, "get the file again from where it was written");
	} else {
		err = gitperf_artifact_check_name(name, commit.ptr, platform.ptr, id);
	}
	gitperf_buffer_dispose(&commit);
	gitperf_buffer_dispose(&platform);
	return err;
}

int gitperf_artifact_verify(char id[GITPERF_ID_SIZE], const char *file)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	int err = gitperf_buf_read_file(&text, file, GITPERF_RECORD_MAX);

	if (!err)
		err = gitperf_store_path(&path, id, text.ptr, text.len);
	if (!err)
		err = check_name(file, path.ptr, id);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&path);
	return err;
}
