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
#include "store/append.h"
#include "store/memo.h"
#include "store/remote.h"

#define A_DAY 86400
#define MEMO "sent"

/* "<id> <seconds since 1970> <remote>[ landed]" */
struct line {
	char id[GITPERF_ID_SIZE];
	char remote[MEMO_REMOTE_DIGITS + 1];
	long long when;
	int landed;
};

/* 1 if it is one of ours, and of the last day */
static int parse_line(struct line *out, const char *text)
{
	int end = 0;

	if (sscanf(text, "%40[0-9a-f] %12lld %8[0-9a-f]%n", out->id, &out->when, out->remote, &end) != 3)
		return 0;
	out->landed = text[end] == ' ';
	return gitperf_hex_ok(out->id, GITPERF_ID_SIZE - 1, GITPERF_ID_SIZE - 1) &&
	       gitperf_memo_is_recent(out->when, A_DAY);
}

static void print_line(gitperf_buffer *out, const char *id, long long when, const char *remote, int landed)
{
	gitperf_buf_addf(out, "%s %lld %s%s\n", id, when, remote, landed ? " landed" : "");
}

static int compare_sent(const void *a, const void *b)
{
	const struct sent *x = a, *y = b;

	return strcmp(x->id, y->id);
}

int gitperf_sent_read(struct arena *arena, struct sent **out, size_t *n, struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char remote[MEMO_REMOTE_DIGITS + 1];
	struct sent *grown;
	const char *p;
	struct line line;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	*out = NULL;
	*n = 0;
	gitperf_memo_remote(remote, r->home, r->name.ptr);
	for (p = text.ptr; !err && *p; p = gitperf_next_line(p)) {
		if (!parse_line(&line, p) || strcmp(line.remote, remote))
			continue;
		grown = gitperf_arena_grow(arena, *out, *n, sizeof(*grown));
		if (!grown) {
			err = gitperf_fail_oom();
			break;
		}
		*out = grown;
		memcpy(grown[*n].id, line.id, sizeof(line.id));
		grown[(*n)++].landed = line.landed;
	}
	if (!err && *n)
		qsort(*out, *n, sizeof(**out), compare_sent);
	gitperf_buffer_dispose(&text);
	return err;
}

const struct sent *gitperf_sent_find(const struct sent *list, size_t n, const char *id)
{
	struct sent wanted;

	memcpy(wanted.id, id, sizeof(wanted.id));
	return n ? bsearch(&wanted, list, n, sizeof(*list), compare_sent) : NULL;
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
	for (p = text.ptr; !err && *p; p = gitperf_next_line(p))
		if (parse_line(&line, p))
			print_line(&out, line.id, line.when, line.remote, line.landed);
	for (i = 0; i < adds->n && !err; i++)
		print_line(&out, adds->list[i].id, gitperf_memo_now(), remote, 0);
	if (!err)
		err = gitperf_memo_write(r->home, MEMO, &out);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&text);
	return err;
}

static int has_id(const gitperf_batch *batch, const char *id)
{
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (!strcmp(batch->items[i]->public.id, id))
			return 1;
	return 0;
}

/* Where it cannot be written they count as not seen until tomorrow */
void gitperf_sent_landed(struct remote *r, const gitperf_batch *batch)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	const char *p;
	struct line line;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	for (p = text.ptr; !err && *p; p = gitperf_next_line(p))
		if (parse_line(&line, p))
			print_line(&out, line.id, line.when, line.remote, line.landed || has_id(batch, line.id));
	if (!err && text.len)
		gitperf_memo_write(r->home, MEMO, &out);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&text);
}
