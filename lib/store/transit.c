/*
 * transit.c - what is on its way, as far as this clone knows
 *
 * Whoever wants to know what is wrong must not be kept out by it: nothing here
 * waits, and what cannot be read is left to those who need it to complain.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/transit.h"

#include <sys/stat.h>

#define SECOND INT64_C(1000000000)

/* 0 for one that cannot be */
static gitperf_time time_of(int64_t seconds)
{
	return seconds > 0 && seconds < INT64_MAX / SECOND ? seconds * SECOND : 0;
}

static void read_tip(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *ref)
{
	git_oid id;

	if (!git_reference_name_to_id(&id, gitperf_repo__handle(repo), ref))
		git_oid_tostr(out, GITPERF_ID_SIZE, &id);
}

/* --- What has disappeared here --- */

/* As in git perf fsck, without the names */
static void compare_seen(struct transit *t, gitperf_repo *repo)
{
	git_tree *before = NULL, *now = NULL;
	git_oid seen, tip;
	long missing = 0;

	if (gitperf_store__tree(&before, &seen, repo, gitperf_repo__seen_ref(repo)) > 0 &&
	    gitperf_store__tree(&now, &tip, repo, gitperf_repo_data_ref(repo)) >= 0 &&
	    !(now && git_oid_equal(&seen, &tip)))
		missing = gitperf_seen_compare(repo, before, now, NULL, NULL);
	if (missing > 0)
		t->public.missing = (size_t)missing;
	git_tree_free(before);
	git_tree_free(now);
}

/* --- Dead locks --- */

static int look_for_lock(struct transit *t, gitperf_repo *repo, const char *ref)
{
	gitperf_dead_lock *grown;
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int64_t age = 0;
	int found = gitperf_write_lock_look(&path, &age, repo, ref);

	if (found > 1) {
		grown = gitperf_arena_grow(&t->arena, t->public.locks, t->public.nlocks, sizeof(*grown));
		if (grown) {
			grown[t->public.nlocks].path = gitperf_arena_strdup(&t->arena, path.ptr);
			grown[t->public.nlocks++].age_s = age;
			t->public.locks = grown;
		}
	}
	gitperf_buffer_dispose(&path);
	return found < 0 ? found : gitperf_arena_check(&t->arena);
}

/* --- What went wrong in the background --- */

static int look_for_log(struct transit *t, gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct stat st;
	int err = gitperf_repo__file(&path, repo, HOOK_LOG);

	if (!err && !lstat(path.ptr, &st) && S_ISREG(st.st_mode) && st.st_size)
		t->public.went_wrong = time_of(st.st_mtime);
	gitperf_buffer_dispose(&path);
	return err;
}

/* --- The remote --- */

/*
 * 1 unless nobody has set one up: the default is a name that may mean nothing,
 * and in a bare repository the place that it was once cloned from.
 */
static int is_set_up(struct remote *r)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo__is_remote(r->repo, r->name.ptr);

	if (found <= 0 || r->opts->remote || r->tree)
		return found;
	found = gitperf_repo_config_string(&name, r->repo, "perf.remote");
	if (found > 0)
		found = name.len > 0;
	if (!found && gitperf_repo_worktree(r->repo))
		found = gitperf_repo__is_named(r->repo, r->name.ptr);
	gitperf_buffer_dispose(&name);
	return found;
}

static int read_remote(struct transit *t, struct remote *r)
{
	gitperf_remote_state *out = &t->public.remote;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct heard heard;
	int err = gitperf_share_name(&text, r->repo, r->name.ptr);

	out->name = gitperf_arena_strdup(&t->arena, text.ptr);
	gitperf_buf_truncate(&text, 0);
	if (!err && !(err = gitperf_repo__tracking_ref(&text, r->repo, r->name.ptr)) && text.len) {
		out->tracking_ref = gitperf_arena_strdup(&t->arena, text.ptr);
		read_tip(out->tracking, r->repo, text.ptr);
	}
	if (r->tree)
		git_oid_tostr(out->accepted, sizeof(out->accepted), &r->tip);
	out->purged = gitperf_outgoing_purged(r);
	if (!err && !(err = gitperf_heard_read(&heard, r))) {
		out->fetched = time_of(heard.when);
		out->missing = heard.missing;
		err = gitperf_transit__fetched_lanes(&out->lanes, r);
	}
	if (!err)
		err = look_for_lock(t, r->repo, r->copy.ptr);
	gitperf_buffer_dispose(&text);
	return err;
}

static int look_at_remote(struct transit *t, gitperf_repo *repo, const char *remote)
{
	gitperf_share_options opts = GITPERF_SHARE_OPTIONS_INIT;
	struct remote r;
	int err, found;

	opts.remote = remote;
	opts.flags = GITPERF_SHARE_DRY_RUN;
	err = gitperf_remote_open(&r, repo, &opts);
	/* what we have of it may be damaged; readers will say so */
	if (err != GITPERF_ENOMEM && err != GITPERF_EINVALID) {
		found = is_set_up(&r);
		err = found > 0 ? read_remote(t, &r) : found;
	}
	gitperf_remote_close(&r);
	return err;
}

/* --- All of it --- */

static int look(struct transit *t, gitperf_repo *repo, const char *remote)
{
	const char *branch = gitperf_repo_data_ref(repo), *seen = gitperf_repo__seen_ref(repo);
	int err;

	read_tip(t->public.tip, repo, branch);
	compare_seen(t, repo);
	t->public.seen = gitperf_arena_strdup(&t->arena, seen);
	if ((err = look_for_lock(t, repo, branch)) < 0 || (err = look_for_lock(t, repo, seen)) < 0 ||
	    (err = look_for_log(t, repo)) < 0 ||
	    (err = gitperf_spool_look(&t->public.spool, &t->arena, repo)) < 0 ||
	    (err = gitperf_transit__own_lanes(t, repo)) < 0 ||
	    (err = look_at_remote(t, repo, remote)) < 0)
		return err;
	return gitperf_arena_check(&t->arena);
}

int gitperf_transit_load(gitperf_transit **out, gitperf_repo *repo, const char *remote)
{
	struct transit *t = calloc(1, sizeof(*t));
	int err = t ? look(t, repo, remote) : gitperf_fail_oom();

	*out = NULL;
	if (err < 0 && t)
		gitperf_transit_free(&t->public);
	else if (!err)
		*out = &t->public;
	return err;
}

void gitperf_transit_free(gitperf_transit *transit)
{
	struct transit *t = (struct transit *)transit;

	if (!t)
		return;
	gitperf_arena_free(&t->arena);
	free(t);
}

/* --- Asking --- */

static int ask(struct transit *t, struct remote *r)
{
	gitperf_buffer inbox = GITPERF_BUFFER_INIT, quarantine = GITPERF_BUFFER_INIT;
	const char *patterns[] = { r->ref, NULL, NULL, NULL };
	gitperf_remote_answer *answer = gitperf_arena_alloc(&t->arena, sizeof(*answer));
	struct listed_ref *refs;
	size_t n, i;
	int err;

	gitperf_buf_addf(&inbox, "%s/*", gitperf_repo__inbox(r->repo));
	gitperf_buf_addf(&quarantine, "%s/*", gitperf_repo__quarantine(r->repo));
	patterns[1] = inbox.ptr;
	patterns[2] = quarantine.ptr;
	if ((err = gitperf_arena_check(&t->arena)) < 0 || (err = gitperf_buf_check(&inbox)) < 0 ||
	    (err = gitperf_buf_check(&quarantine)) < 0 ||
	    (err = gitperf_transport_list(&refs, &n, &t->arena, &r->transport, patterns)) < 0)
		goto out;
	/* a pattern also fits the end of longer names */
	for (i = 0; i < n; i++)
		if (!strcmp(refs[i].name, r->ref))
			memcpy(answer->tip, refs[i].id, sizeof(answer->tip));
	err = gitperf_transit__sort_lanes(&answer->inbox, &t->arena, r->repo, refs, n);
	if (!err)
		t->public.answer = answer;
out:
	gitperf_buffer_dispose(&inbox);
	gitperf_buffer_dispose(&quarantine);
	return err;
}

int gitperf_transit_ask(gitperf_transit *transit, gitperf_repo *repo,
			const gitperf_share_options *opts)
{
	gitperf_share_options looking = *opts;
	struct remote r;
	int err;

	looking.flags |= GITPERF_SHARE_DRY_RUN;
	err = gitperf_remote_open(&r, repo, &looking);
	if (err != GITPERF_ENOMEM && err != GITPERF_EINVALID)
		err = ask((struct transit *)transit, &r);
	gitperf_remote_close(&r);
	return err;
}
