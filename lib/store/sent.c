/*
 * sent.c - what went by lane and has not been seen on the branch yet
 *
 * A file of lines, "<record id> <seconds since 1970> <remote>", which spares a
 * lane with the same records each time. It is a memory and no promise: without
 * it, and after a day, they are sent once more, which does no harm.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/names.h"
#include "store/remote.h"

#define A_DAY 86400
#define FILE_MAX (16u << 20)

struct line {
	char id[GITPERF_ID_SIZE];
	char remote[REMOTE_DIGITS + 1];
	long long when;
};

int gitperf_remote_file(gitperf_buffer *out, const struct remote *r, const char *name)
{
	gitperf_buffer full = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&full, "%s%s", name, gitperf_repo__suffix(r->home));
	err = gitperf_buf_check(&full);
	if (!err)
		err = gitperf_repo__file(out, r->home, full.ptr);
	gitperf_buffer_dispose(&full);
	return err;
}

static int parse_line(struct line *out, const char *text)
{
	return sscanf(text, "%40[0-9a-f] %lld %8[0-9a-f]", out->id, &out->when, out->remote) == 3 &&
	       gitperf_hex_ok(out->id, GITPERF_ID_SIZE - 1, GITPERF_ID_SIZE - 1);
}

static int is_recent(const struct line *line)
{
	long long age = gitperf_time_now() / 1000000000 - line->when;

	return age >= 0 && age < A_DAY;
}

/* A name may stand for another repository tomorrow */
void gitperf_remote_digest(char out[REMOTE_DIGITS + 1], const struct remote *r)
{
	static const char *const keys[] = { "url", "pushurl" };
	gitperf_buffer text = GITPERF_BUFFER_INIT, key = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];
	size_t i;

	gitperf_buf_adds(&text, r->name.ptr);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		gitperf_buf_truncate(&key, 0);
		gitperf_buf_addf(&key, "remote.%s.%s", r->name.ptr, keys[i]);
		gitperf_buf_addc(&text, '\n');
		if (!key.failed)
			gitperf_repo_config_string(&text, r->home, key.ptr);
	}
	gitperf_digest(digest, text.ptr, text.len);
	snprintf(out, REMOTE_DIGITS + 1, "%.*s", REMOTE_DIGITS, digest);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&key);
}

/* All that can be used; nothing, where there is no file */
static int read_file(gitperf_buffer *text, struct remote *r)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_remote_file(&path, r, "sent");

	if (!err && gitperf_buf_read_file(text, path.ptr, FILE_MAX) < 0)
		gitperf_buf_truncate(text, 0);
	gitperf_buffer_dispose(&path);
	return err;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int gitperf_sent_read(struct arena *arena, const char ***ids, size_t *n, struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char remote[REMOTE_DIGITS + 1];
	const char **grown, *p;
	struct line line;
	int err = read_file(&text, r);

	*ids = NULL;
	*n = 0;
	gitperf_remote_digest(remote, r);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		if (!parse_line(&line, p) || strcmp(line.remote, remote) || !is_recent(&line))
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
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	char remote[REMOTE_DIGITS + 1];
	const char *p;
	struct line line;
	size_t i;
	int err = read_file(&text, r);

	gitperf_remote_digest(remote, r);
	for (p = text.ptr; !err && *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (parse_line(&line, p) && is_recent(&line))
			gitperf_buf_addf(&out, "%s %lld %s\n", line.id, line.when, line.remote);
	for (i = 0; i < adds->n && !err; i++)
		gitperf_buf_addf(&out, "%s %lld %s\n", adds->list[i].id,
				 (long long)(gitperf_time_now() / 1000000000), remote);
	if (!err && !(err = gitperf_buf_check(&out)) && !(err = gitperf_remote_file(&path, r, "sent")))
		err = gitperf_buf_write_file(path.ptr, out.ptr, out.len, 0);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&text);
	return err;
}
