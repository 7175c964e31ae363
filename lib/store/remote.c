/*
 * remote.c - the branch at a remote: fetched, and compared with what was there
 *
 * What was fetched is believed only if nothing has disappeared.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/remote.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define DEFAULT_TIMEOUT_S 120
/* a lock of this machine against a network: no need to look often */
#define FIRST_PAUSE (5 * MILLISECOND)
#define LONGEST_PAUSE (200 * MILLISECOND)

static int timeout_ns(int64_t *out, struct remote *r)
{
	int64_t seconds = DEFAULT_TIMEOUT_S;
	int found;

	*out = r->opts->timeout_ms * MILLISECOND;
	if (*out)
		return 0;
	found = gitperf_repo_config_int(&seconds, r->home, "perf.pushTimeout");
	if (found >= 0 && (seconds < 0 || seconds > 86400))
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.pushTimeout must be between 0 and 86400 seconds"),
				     "git config perf.pushTimeout %d", DEFAULT_TIMEOUT_S);
	*out = seconds * SECOND;
	return found < 0 ? found : 0;
}

static int set_deadline(struct remote *r)
{
	int64_t wait = 0;
	int err = timeout_ns(&wait, r);

	gitperf_backoff_init(&r->backoff, gitperf_clock_ns() + wait, FIRST_PAUSE, LONGEST_PAUSE);
	return err;
}

/* Two operations of one clone would only race each other */
static int take_lock(struct remote *r)
{
	int err = gitperf_write_lock_open(&r->lock, r->home, "sync");

	while (!err) {
		err = gitperf_write_lock_try(&r->lock);
		if (err)
			return err < 0 ? err : 0;
		if (!gitperf_backoff_wait(&r->backoff)) {
			err = gitperf_fail(GITPERF_EBUSY, "another git perf of this clone has been busy with a remote for too long");
			gitperf_hint(err, "wait for it, or allow more time: git config perf.pushTimeout <seconds>");
		}
	}
	return err;
}

static int read_accepted(struct remote *r)
{
	int err;

	git_tree_free(r->tree);
	err = gitperf_store__tree(&r->tree, &r->tip, r->repo, r->copy.ptr);
	return err < 0 ? err : 0;
}

void gitperf_remote_rest(struct remote *r)
{
	gitperf_write_lock_close(&r->lock);
}

int gitperf_remote_resume(struct remote *r)
{
	int err = set_deadline(r);

	if (!err)
		err = take_lock(r);
	return err < 0 ? err : read_accepted(r);
}

static int name_refs(struct remote *r)
{
	gitperf_buffer below = GITPERF_BUFFER_INIT;
	int err = 0;

	if (r->opts->remote)
		gitperf_buf_adds(&r->name, r->opts->remote);
	else
		err = gitperf_repo_remote(&r->name, r->repo);
	gitperf_buf_addf(&below, "refs/incoming/%s", r->ref + strlen("refs/"));
	if (!err && !(err = gitperf_buf_check(&r->name)) &&
	    !(err = gitperf_repo__remote_ref(&r->copy, r->repo, r->name.ptr, r->ref)))
		err = gitperf_repo__remote_ref(&r->incoming, r->repo, r->name.ptr, below.ptr);
	gitperf_buf_truncate(&below, 0);
	gitperf_buf_addf(&below, "refs/recovered/%s", r->ref + strlen("refs/"));
	if (!err && !(err = gitperf_buf_check(&below)))
		err = gitperf_repo__remote_ref(&r->recovered, r->repo, r->name.ptr, below.ptr);
	gitperf_buffer_dispose(&below);
	r->transport.remote = r->name.ptr;
	return err;
}

int gitperf_remote_open(struct remote *r, gitperf_repo *repo,
			const gitperf_share_options *opts)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct transport transport = TRANSPORT_INIT(repo, NULL);
	int err;

	memset(r, 0, sizeof(*r));
	r->home = r->repo = repo;
	r->git = gitperf_repo__handle(repo);
	r->opts = opts;
	r->lock.fd = -1;
	r->ref = gitperf_repo_data_ref(repo);
	r->name = r->copy = r->incoming = r->recovered = empty;
	r->transport = transport;
	r->transport.may_ask = opts->may_ask;
	r->transport.events = opts->events;
	if ((err = name_refs(r)) < 0 || (err = set_deadline(r)) < 0)
		return err;
	/* who only looks waits for nobody, and leaves no file */
	if (!(opts->flags & GITPERF_SHARE_DRY_RUN) && (err = take_lock(r)) < 0)
		return err;
	gitperf_pace_open(&r->pace, repo);
	return read_accepted(r);
}

void gitperf_remote_close(struct remote *r)
{
	git_tree_free(r->tree);
	gitperf_write_lock_close(&r->lock);
	gitperf_buffer_dispose(&r->name);
	gitperf_buffer_dispose(&r->copy);
	gitperf_buffer_dispose(&r->incoming);
	gitperf_buffer_dispose(&r->recovered);
	gitperf_arena_free(&r->arena);
	gitperf_repo_free(r->part);
}

int gitperf_remote_spare(struct remote *r)
{
	int err;

	if (!gitperf_repo_is_shallow(r->home) || gitperf_remote_is_known(r))
		return 0;
	err = gitperf_repo__open_part(&r->part, r->home, r->name.ptr);
	if (err <= 0)
		return err;
	r->repo = r->transport.repo = r->part;
	r->git = gitperf_repo__handle(r->part);
	return read_accepted(r);
}

/* --- Fetching --- */

int gitperf_remote_tracking(git_tree **out, struct remote *r)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	git_oid tip;
	int err = gitperf_repo__tracking_ref(&ref, r->repo, r->name.ptr);

	*out = NULL;
	if (!err && ref.len)
		err = gitperf_store__tree(out, &tip, r->repo, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return err;
}

int gitperf_remote_is_known(const struct remote *r)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	git_oid tip;
	int known = r->tree != NULL;

	if (!known && !gitperf_repo__tracking_ref(&ref, r->repo, r->name.ptr) && ref.len)
		known = !git_reference_name_to_id(&tip, r->git, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return known;
}

static int fail_rewritten(struct remote *r, long missing)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;

	gitperf_transport_name(&name, &r->transport);
	gitperf_fail(GITPERF_EFORMAT, "%ld file%s of %s disappeared at '%s', and %s not revoked", missing,
		     missing == 1 ? "" : "s", r->ref, name.ptr, missing == 1 ? "was" : "were");
	gitperf_buffer_dispose(&name);
	return gitperf_hint(GITPERF_EFORMAT, "somebody has rewritten or replaced the branch: to put back what this "
			    "clone knows, git perf fetch --recover and git perf push --direct");
}

int gitperf_remote_accept(struct remote *r, const git_oid *tip, git_tree *tree)
{
	git_oid incoming;
	int err = 0;

	gitperf_fault(FAULT_REMOTE_BEFORE_ACCEPT);
	if (!r->tree || !git_oid_equal(&r->tip, tip))
		err = gitperf_store__set_ref(r->repo, r->copy.ptr, tip, "git perf: fetch", r->opts->events);
	/* it would keep what a purge has removed since */
	if (!err && !git_reference_name_to_id(&incoming, r->git, r->incoming.ptr) &&
	    !git_oid_equal(&incoming, tip))
		err = gitperf_store__set_ref(r->repo, r->incoming.ptr, tip, "git perf: fetch", r->opts->events);
	git_tree_free(r->tree);
	r->tree = tree;
	r->tip = *tip;
	return err;
}

/*
 * What was lost has a reference of its own before the branch without it is
 * accepted, and until it is back: it has been shared before, whatever its reason.
 */
static int keep_recovered(struct remote *r, git_tree *after, const struct additions *lost)
{
	struct additions all = ADDITIONS_INIT;
	git_tree *older = NULL;
	git_oid oid;
	size_t i;
	int err = gitperf_store__tree(&older, &oid, r->repo, r->recovered.ptr);

	if (err > 0)
		err = gitperf_union_add(&all, r->repo, after, older, 0);
	for (i = 0; i < lost->n && err >= 0; i++)
		err = gitperf_additions_add(&all, lost->list[i].path, &lost->list[i].oid);
	gitperf_additions_sort(&all);
	if (err >= 0 && all.n && !(err = gitperf_commit_alone(&oid, r->repo, all.list, all.n, 0)))
		err = gitperf_store__set_ref(r->repo, r->recovered.ptr, &oid, "git perf: recover", r->opts->events);
	git_tree_free(older);
	gitperf_additions_free(&all);
	return err < 0 ? err : 0;
}

void gitperf_remote_settle(struct remote *r)
{
	gitperf_repo *home = r->home;
	gitperf_buffer order = GITPERF_BUFFER_INIT;
	git_oid oid;

	if (git_reference_name_to_id(&oid, gitperf_repo__handle(home), r->recovered.ptr) < 0)
		return;
	gitperf_buf_addf(&order, "delete %s %s\n", r->recovered.ptr, git_oid_tostr_s(&oid));
	/* where that fails, it is found to be there again, and does no harm */
	if (!gitperf_buf_check(&order))
		gitperf_refs_order(home, &order);
	gitperf_buffer_dispose(&order);
}

/* `before` NULL: nothing was known */
static int check_nothing_lost(struct remote *r, git_tree *before, git_tree *after,
			      struct additions *lost)
{
	long missing;

	if (!before)
		return 0;
	missing = gitperf_seen_compare(r->repo, before, after, NULL, NULL);
	if (missing <= 0)
		return (int)missing;
	if (!lost) {
		gitperf_heard_write(r, (size_t)missing);
		return fail_rewritten(r, missing);
	}
	missing = gitperf_union_add(lost, r->repo, after, before, 0);
	return missing < 0 ? (int)missing : keep_recovered(r, after, lost);
}

static int take_incoming(struct remote *r, struct additions *lost)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	git_tree *tree = NULL, *before = r->tree;
	git_oid tip;
	int err;

	if (!before && (err = gitperf_remote_tracking(&before, r)) < 0)
		return err;
	gitperf_buf_addf(&name, "%s at '", r->ref);
	gitperf_transport_name(&name, &r->transport);
	gitperf_buf_addc(&name, '\'');
	err = gitperf_store__tree_as(&tree, &tip, r->repo, r->incoming.ptr, name.ptr);
	gitperf_buffer_dispose(&name);
	if (err >= 0)
		err = check_nothing_lost(r, before, tree, lost);
	if (before != r->tree)
		git_tree_free(before);
	if (err < 0) {
		git_tree_free(tree);
		return err;
	}
	return tree ? gitperf_remote_accept(r, &tip, tree) : 0;
}

/* That the branch may begin anew is remembered as one without records */
static int remember_nothing(struct remote *r)
{
	git_oid empty;
	int err = gitperf_commit_alone(&empty, r->repo, NULL, 0, 0);

	return err < 0 ? err : gitperf_store__set_ref(r->repo, r->copy.ptr, &empty,
						      "git perf: recover", r->opts->events);
}

/* The remote has no such branch: never had, or somebody removed it */
static int take_nothing(struct remote *r, struct additions *lost)
{
	git_tree *before = r->tree;
	int err;

	if (!before && (err = gitperf_remote_tracking(&before, r)) < 0)
		return err;
	err = check_nothing_lost(r, before, NULL, lost);
	if (!err && before && lost)
		err = remember_nothing(r);
	if (before != r->tree)
		git_tree_free(before);
	if (!err) {
		git_tree_free(r->tree);
		r->tree = NULL;
	}
	return err;
}

int gitperf_remote_lanes(gitperf_buffer *out, struct remote *r)
{
	gitperf_buffer below = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&below, "refs/incoming/%s", gitperf_repo__inbox(r->repo) + strlen("refs/"));
	err = gitperf_buf_check(&below);
	if (!err)
		err = gitperf_repo__remote_ref(out, r->repo, r->name.ptr, below.ptr);
	gitperf_buffer_dispose(&below);
	return err;
}

static int make_refspecs(gitperf_buffer *branch, gitperf_buffer *inbox, struct remote *r)
{
	int err;

	gitperf_buf_addf(branch, "+%s:%s", r->ref, r->incoming.ptr);
	gitperf_buf_addf(inbox, "+%s/*:", gitperf_repo__inbox(r->repo));
	err = gitperf_remote_lanes(inbox, r);
	gitperf_buf_adds(inbox, "/*");
	if (!err)
		err = gitperf_buf_check(branch);
	return err ? err : gitperf_buf_check(inbox);
}

/*
 * 1, or 0 when there is no branch. Lanes come before it or with it: what is no
 * longer in one is on the branch. Copies of those that are gone go, too.
 */
static int fetch_both(struct remote *r, const char *branch, const char *inbox)
{
	const char *one[] = { branch, NULL }, *lanes[] = { inbox, NULL }, *both[] = { branch, inbox, NULL };
	unsigned flags = gitperf_repo_is_shallow(r->home) ? FETCH_SHALLOW : 0;
	int found;

	if (!inbox)
		return gitperf_transport_fetch(&r->transport, one, flags);
	if (!gitperf_repo__is_partial(r->repo)) {
		found = gitperf_transport_fetch(&r->transport, both, flags | FETCH_PRUNE);
		if (found)
			return found;
	}
	/* a branch in part, or not at all; lanes always whole */
	found = gitperf_transport_fetch(&r->transport, lanes, FETCH_PRUNE | FETCH_WHOLE);
	return found < 0 ? found : gitperf_transport_fetch(&r->transport, one, flags);
}

/* One lane that cannot be had keeps no other away, nor the branch */
static int fetch_without_bad(struct remote *r, const char *branch, const char *inbox)
{
	struct kept_error first;
	int found = fetch_both(r, branch, inbox);

	if (found != GITPERF_ENET || !inbox)
		return found;
	gitperf_keep_error(&first);
	found = fetch_both(r, branch, NULL);
	if (found < 0 || gitperf_inbox_fetch_each(r) < 0)
		return gitperf_restore_error(GITPERF_ENET, &first);
	return found;
}

int gitperf_remote_fetch(struct remote *r, struct additions *lost, int lanes)
{
	gitperf_buffer branch = GITPERF_BUFFER_INIT, inbox = GITPERF_BUFFER_INIT;
	int err = make_refspecs(&branch, &inbox, r);

	r->nunfetchable = 0;
	if (!err)
		err = fetch_without_bad(r, branch.ptr, lanes ? inbox.ptr : NULL);
	if (err >= 0)
		err = err ? take_incoming(r, lost) : take_nothing(r, lost);
	if (!err)
		gitperf_heard_write(r, 0);
	gitperf_buffer_dispose(&branch);
	gitperf_buffer_dispose(&inbox);
	return err;
}
