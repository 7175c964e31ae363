/*
 * heard.c - when a remote was last heard of
 *
 * A file of lines, "<remote> <seconds since 1970> <files missing there>". No
 * reference tells: one that is up to date is not written. It is for people
 * alone; nothing is decided by it.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/remote.h"

#define FILE_MAX (1u << 20)

static int parse_line(char remote[REMOTE_DIGITS + 1], struct heard *out, const char *text)
{
	return sscanf(text, "%8[0-9a-f] %12lld %9zu", remote, &out->when, &out->missing) == 3 &&
	       strlen(remote) == REMOTE_DIGITS && out->when > 0;
}

/* All that can be used; nothing, where there is no file */
static int read_file(gitperf_buffer *text, gitperf_buffer *path, const struct remote *r)
{
	int err = gitperf_remote_file(path, r, "heard");

	if (!err && gitperf_buf_read_file(text, path->ptr, FILE_MAX) < 0)
		gitperf_buf_truncate(text, 0);
	return err;
}

int gitperf_heard_read(struct heard *out, const struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	char wanted[REMOTE_DIGITS + 1], remote[REMOTE_DIGITS + 1];
	struct heard line;
	const char *p;
	int err = read_file(&text, &path, r);

	memset(out, 0, sizeof(*out));
	gitperf_remote_digest(wanted, r);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (parse_line(remote, &line, p) && !strcmp(remote, wanted))
			*out = line;
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
	return err;
}

/* A file that cannot be written is no reason to fail */
void gitperf_heard_write(const struct remote *r, size_t missing)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	char own[REMOTE_DIGITS + 1], remote[REMOTE_DIGITS + 1];
	struct heard line;
	const char *p;
	int err = read_file(&text, &path, r);

	gitperf_remote_digest(own, r);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (parse_line(remote, &line, p) && strcmp(remote, own))
			gitperf_buf_addf(&out, "%s %lld %zu\n", remote, line.when, line.missing);
	gitperf_buf_addf(&out, "%s %lld %zu\n", own, (long long)(gitperf_time_now() / 1000000000), missing);
	if (!err && !gitperf_buf_check(&out))
		gitperf_buf_write_file(path.ptr, out.ptr, out.len, 0);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
}
