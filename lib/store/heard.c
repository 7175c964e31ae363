/*
 * heard.c - when a remote was last heard of
 *
 * A file of lines, "<remote> <seconds since 1970> <files missing there>". No
 * reference tells: one that is up to date is not written. It is for people
 * alone; nothing is decided by it.
 */
#include "base/compat.h"
#include "store/memo.h"
#include "store/remote.h"

#define MEMO "heard"

static int parse_line(char remote[MEMO_REMOTE_DIGITS + 1], struct heard *out, const char *text)
{
	return sscanf(text, "%8[0-9a-f] %12lld %9zu", remote, &out->when, &out->missing) == 3 &&
	       strlen(remote) == MEMO_REMOTE_DIGITS && out->when > 0;
}

int gitperf_heard_read(struct heard *out, const struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char wanted[MEMO_REMOTE_DIGITS + 1], remote[MEMO_REMOTE_DIGITS + 1];
	struct heard line;
	const char *p;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	memset(out, 0, sizeof(*out));
	gitperf_memo_remote(wanted, r->home, r->name.ptr);
	for (p = text.ptr; !err && *p; p = gitperf_next_line(p))
		if (parse_line(remote, &line, p) && !strcmp(remote, wanted))
			*out = line;
	gitperf_buffer_dispose(&text);
	return err;
}

/* A file that cannot be written is no reason to fail */
void gitperf_heard_write(const struct remote *r, size_t missing)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	char own[MEMO_REMOTE_DIGITS + 1], remote[MEMO_REMOTE_DIGITS + 1];
	struct heard line;
	const char *p;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	gitperf_memo_remote(own, r->home, r->name.ptr);
	for (p = text.ptr; !err && *p; p = gitperf_next_line(p))
		if (parse_line(remote, &line, p) && strcmp(remote, own))
			gitperf_buf_addf(&out, "%s %lld %zu\n", remote, line.when, line.missing);
	gitperf_buf_addf(&out, "%s %lld %zu\n", own, gitperf_memo_now(), missing);
	if (!err)
		gitperf_memo_write(r->home, MEMO, &out);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&text);
}
