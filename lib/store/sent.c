/*
 * sent.c - what went by lane and has not been seen on the branch yet
 *
 * A file of lines, "<record id> <seconds since 1970> <remote>", which spares a
 * lane with the same records each time. It is a memory and no promise: without
 * it, and after a day, they are sent once more, which does no harm.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/names.h"
#include "store/memo.h"
#include "store/remote.h"

#define A_DAY 86400
#define MEMO "sent"

struct line {
	char id[GITPERF_ID_SIZE];
	char remote[MEMO_REMOTE_DIGITS + 1];
	long long when;
};

/* 1 if it is one of ours, and of the last day */
static int parse_line(struct line *out, const char *text)
{
	return sscanf(text, "%40[0-9a-f] %12lld %8[0-9a-f]", out->id, &out->when, out->remote) == 3 &&
	       gitperf_hex_ok(out->id, GITPERF_ID_SIZE - 1, GITPERF_ID_SIZE - 1) &&
	       gitperf_memo_is_recent(out->when, A_DAY);
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int gitperf_sent_read(struct arena *arena, const char ***ids, size_t *n, struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char remote[MEMO_REMOTE_DIGITS + 1];
	const char **grown, *p;
	struct line line;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	*ids = NULL;
	*n = 0;
	gitperf_memo_remote(remote, r->home, r->name.ptr);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		if (!parse_line(&line, p) || strcmp(line.remote, remote))
			continue;
		grown = gitperf_arena_grow(arena, *ids, *n, sizeof(*grown));
		if (!grown)
			err = gitperf_fail_oom();
		else
			(*ids = grown)[(*n)++] = gitperf_arena_strdup(arena, line.id);
	}
	if (!err)
		err = gitperf_arena_check(arena);
	if (!err && *n)
		qsort(*ids, *n, sizeof(**ids), compare_ids);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_sent_write(struct remote *r, const struct additions *adds)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	char remote[MEMO_REMOTE_DIGITS + 1];
	const char *p;
	struct line line;
	size_t i;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	gitperf_memo_remote(remote, r->home, r->name.ptr);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (parse_line(&line, p))
			gitperf_buf_addf(&out, "%s %lld %s\n", line.id, line.when, line.remote);
	for (i = 0; i < adds->n && !err; i++)
		gitperf_buf_addf(&out, "%s %lld %s\n", adds->list[i].id, gitperf_memo_now(), remote);
	if (!err)
		err = gitperf_memo_write(r->home, MEMO, &out);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&text);
	return err;
}
