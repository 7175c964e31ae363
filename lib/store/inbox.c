/*
 * inbox.c - lanes one by one, when they cannot be had together
 *
 * A lane that is damaged on the server ends every fetch that it is part of. Then
 * each is fetched alone, and those that cannot be had are named, left where they
 * are, and not tried again for a while.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "store/lane.h"
#include "store/memo.h"

/* each is a connection: more wait for the next collector */
#define MOST_AT_ONCE 200
#define FORGET_S 3600
#define MEMO "unfetchable"

/* "<id> <seconds since 1970>" lines of the last hour */
static int read_known(gitperf_buffer *out, struct remote *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	long long when;
	const char *p;
	int err = gitperf_memo_read(&text, r->home, MEMO);

	for (p = text.ptr; !err && *p; p = gitperf_next_line(p))
		if (sscanf(p, "%40[0-9a-f] %12lld", id, &when) == 2 &&
		    gitperf_hex_ok(id, GITPERF_ID_SIZE - 1, GITPERF_ID_SIZE - 1) &&
		    gitperf_memo_is_recent(when, FORGET_S))
			gitperf_buf_addf(out, "%s %lld\n", id, when);
	gitperf_buffer_dispose(&text);
	return err ? err : gitperf_buf_check(out);
}

/* Remember it for telling; the words of git are the last error's */
static int add_unfetchable(struct remote *r, const struct listed_ref *ref, const char *words)
{
	struct unfetchable *grown = gitperf_arena_grow(&r->arena, r->unfetchable, r->nunfetchable, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	r->unfetchable = grown;
	grown += r->nunfetchable++;
	grown->name = gitperf_arena_strdup(&r->arena, ref->name);
	grown->problem = gitperf_arena_strdup(&r->arena, words);
	return gitperf_arena_check(&r->arena);
}

static int fetch_one(struct remote *r, const struct listed_ref *ref)
{
	gitperf_buffer spec = GITPERF_BUFFER_INIT;
	const char *refspecs[] = { NULL, NULL };
	int err;

	gitperf_buf_addf(&spec, "+%s:", ref->name);
	err = gitperf_remote_lanes(&spec, r);
	gitperf_buf_adds(&spec, ref->name + strlen(gitperf_repo__inbox(r->repo)));
	refspecs[0] = spec.ptr;
	if (!err && !(err = gitperf_buf_check(&spec)))
		err = gitperf_transport_fetch(&r->transport, refspecs, FETCH_WHOLE);
	gitperf_buffer_dispose(&spec);
	return err;
}

static int list(struct listed_ref **out, size_t *n, struct arena *arena, struct remote *r)
{
	gitperf_buffer pattern = GITPERF_BUFFER_INIT;
	const char *patterns[] = { NULL, NULL };
	int err;

	gitperf_buf_addf(&pattern, "%s/*", gitperf_repo__inbox(r->repo));
	patterns[0] = pattern.ptr;
	err = gitperf_buf_check(&pattern);
	if (!err)
		err = gitperf_transport_list(out, n, arena, &r->transport, patterns);
	gitperf_buffer_dispose(&pattern);
	return err;
}

/* A lane is to blame only where the remote answers: 0, or the network's error */
static int blame_lane(struct remote *r, const struct listed_ref *ref, gitperf_buffer *known)
{
	struct arena arena = ARENA_INIT;
	struct listed_ref *refs;
	struct kept_error first;
	size_t n;
	int err;

	gitperf_keep_error(&first);
	err = list(&refs, &n, &arena, r);
	gitperf_arena_free(&arena);
	if (err < 0)
		return err;
	gitperf_buf_addf(known, "%s %lld\n", ref->id, gitperf_memo_now());
	return add_unfetchable(r, ref, first.message);
}

static int fetch_each(struct remote *r, const struct listed_ref *refs, size_t n,
		      gitperf_buffer *known)
{
	size_t i, tried = 0;
	int err = 0;

	for (i = 0; i < n && tried < MOST_AT_ONCE && !err; i++) {
		if (strstr(known->ptr, refs[i].id)) {
			err = add_unfetchable(r, &refs[i], "it could not be fetched a while ago");
			continue;
		}
		tried++;
		if (fetch_one(r, &refs[i]) < 0)
			err = blame_lane(r, &refs[i], known);
	}
	return err < 0 ? err : gitperf_buf_check(known);
}

int gitperf_inbox_fetch_each(struct remote *r)
{
	gitperf_buffer known = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;
	struct listed_ref *refs;
	size_t n;
	int err;

	r->nunfetchable = 0;
	if (!(err = read_known(&known, r)) && !(err = list(&refs, &n, &arena, r)) &&
	    !(err = fetch_each(r, refs, n, &known)))
		err = gitperf_memo_write(r->home, MEMO, &known);
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&known);
	return err;
}
