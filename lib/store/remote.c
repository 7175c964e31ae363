/*
 * remote.c - fetch, compare with what was there before, push what is new
 *
 * The branch is moved by git push with a lease: "to this commit, if it is
 * still at that one". Whoever loses fetches and adds the same files to the new
 * tip. What was fetched is believed only if nothing has disappeared.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/layout.h"
#include "store/purge.h"
#include "store/remote.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define DEFAULT_TIMEOUT_S 120
/* a lock of this machine against a network: no need to look often */
#define FIRST_PAUSE (5 * MILLISECOND)
#define LONGEST_PAUSE (200 * MILLISECOND)
/* forges limit how much one push may remove */
#define LANES_A_PUSH 500

static int timeout_ns(int64_t *out, struct remote *r)
{
	int64_t seconds = DEFAULT_TIMEOUT_S;
	int found;

	*out = r->opts->timeout_ms * MILLISECOND;
	if (*out)
		return 0;
	found = gitperf_repo_config_int(&seconds, r->repo, "perf.pushTimeout");
	if (found >= 0 && (seconds < 0 || seconds > 86400))
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.pushTimeout must be between 0 and 86400 seconds"),
				     "git config perf.pushTimeout %d", DEFAULT_TIMEOUT_S);
	*out = seconds * SECOND;
	return found < 0 ? found : 0;
}

/* Two operations of one clone would only race each other */
static int take_lock(struct remote *r)
{
	int err = gitperf_write_lock_open(&r->lock, r->repo, "sync");

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
	gitperf_buffer_dispose(&below);
	r->transport.remote = r->name.ptr;
	return err;
}

int gitperf_remote_open(struct remote *r, gitperf_repo *repo,
			const gitperf_share_options *opts)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct transport transport = TRANSPORT_INIT(repo, NULL);
	int64_t wait = 0;
	int err;

	memset(r, 0, sizeof(*r));
	r->repo = repo;
	r->git = gitperf_repo__handle(repo);
	r->opts = opts;
	r->lock.fd = -1;
	r->ref = gitperf_repo_data_ref(repo);
	r->name = r->copy = r->incoming = empty;
	r->transport = transport;
	r->transport.may_ask = opts->may_ask;
	if ((err = name_refs(r)) < 0 || (err = timeout_ns(&wait, r)) < 0)
		return err;
	gitperf_backoff_init(&r->backoff, gitperf_clock_ns() + wait, FIRST_PAUSE, LONGEST_PAUSE);
	/* who only looks waits for nobody, and leaves no file */
	if (!(opts->flags & GITPERF_SHARE_DRY_RUN) && (err = take_lock(r)) < 0)
		return err;
	gitperf_pace_open(&r->pace, repo);
	err = gitperf_store__tree(&r->tree, &r->tip, repo, r->copy.ptr);
	return err < 0 ? err : 0;
}

void gitperf_remote_close(struct remote *r)
{
	git_tree_free(r->tree);
	gitperf_write_lock_close(&r->lock);
	gitperf_buffer_dispose(&r->name);
	gitperf_buffer_dispose(&r->copy);
	gitperf_buffer_dispose(&r->incoming);
	gitperf_arena_free(&r->arena);
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
			    "clone knows, git perf fetch --recover and git perf push");
}

/* Accepts `tree`, and owns it from now on */
static int accept_tip(struct remote *r, const git_oid *tip, git_tree *tree)
{
	int err = 0;

	gitperf_fault(FAULT_REMOTE_BEFORE_ACCEPT);
	if (!r->tree || !git_oid_equal(&r->tip, tip))
		err = gitperf_store__set_ref(r->repo, r->copy.ptr, tip, "git perf: fetch", r->opts->events);
	git_tree_free(r->tree);
	r->tree = tree;
	r->tip = *tip;
	return err;
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
	if (!lost)
		return fail_rewritten(r, missing);
	return gitperf_union_add(lost, r->repo, after, before, 0);
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
	return tree ? accept_tip(r, &tip, tree) : 0;
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
	unsigned flags = gitperf_repo_is_shallow(r->repo) ? FETCH_SHALLOW : 0;
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
	gitperf_buffer_dispose(&branch);
	gitperf_buffer_dispose(&inbox);
	return err;
}

/* --- Pushing --- */

size_t gitperf_remote_choose(struct remote *r, struct additions *adds)
{
	size_t i, n = 0, revoked = 0;

	for (i = 0; i < adds->n; i++) {
		if (r->tree && gitperf_store__is_revoked(r->tree, adds->list[i].id))
			revoked++;
		else
			adds->list[n++] = adds->list[i];
	}
	adds->n = n;
	return revoked;
}

static int fail_refused(struct remote *r, const struct push_ref *push)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;

	gitperf_transport_name(&name, &r->transport);
	gitperf_fail(GITPERF_EDENIED, "'%s' refuses %s: %s", name.ptr, push->ref, push->why);
	gitperf_buffer_dispose(&name);
	return gitperf_hint(GITPERF_EDENIED, "the server's rules for that name decide; perf.ref, perf.inbox and "
			    "--lane are other ways to the same end");
}

static int accept_commit(struct remote *r, const git_oid *commit)
{
	git_commit *object = NULL;
	git_tree *tree = NULL;
	int rc = git_commit_lookup(&object, r->git, commit);

	if (rc >= 0)
		rc = git_commit_tree(&tree, object);
	git_commit_free(object);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read what was pushed");
	return accept_tip(r, commit, tree);
}

/* A server that lets nobody remove anything is no reason to fail: it is told */
static void warn_lanes_stay(struct remote *r, const struct push_ref *lane)
{
	const gitperf_events *events = r->opts->events;

	gitperf_fail(GITPERF_EDENIED, "the results of '%s' are landed, but it cannot be removed: %s", lane->ref, lane->why);
	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(),
				"allow the deletion of lanes on the server; until then they are looked at each time");
}

/* After their records are on the branch; those that others have removed are no matter */
static int remove_lanes(struct remote *r, struct push_ref *lanes, size_t n)
{
	size_t at, some, i;
	int err = 0;

	for (at = 0; at < n && !err; at += some) {
		some = n - at < LANES_A_PUSH ? n - at : LANES_A_PUSH;
		err = gitperf_transport_push(&r->transport, lanes + at, some, 0);
		gitperf_fault(FAULT_REMOTE_LANES_REMOVED);
		for (i = 0; i < some && !err; i++)
			if (lanes[at + i].status == PUSH_REFUSED) {
				warn_lanes_stay(r, &lanes[at + i]);
				break;
			}
	}
	return err;
}

static int has_refused(const struct push_ref *refs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (refs[i].status == PUSH_REFUSED)
			return 1;
	return 0;
}

/*
 * The branch in refs[0], and lanes behind it as far as they go along: `some`.
 * What the server cannot or will not do together is done one after the other.
 */
static int push_together(struct remote *r, struct push_ref *refs, size_t n, size_t *some)
{
	int err;

	*some = r->transport.no_atomic ? 0 : n < LANES_A_PUSH ? n : LANES_A_PUSH;
	err = gitperf_transport_push(&r->transport, refs, 1 + *some, *some ? PUSH_ATOMIC : 0);
	if (!*some)
		return err;
	if (!err && refs[0].status == PUSH_LOST && has_refused(refs + 1, *some))
		r->transport.no_atomic = 1;
	if (!r->transport.no_atomic)
		return err;
	*some = 0;
	return gitperf_transport_push(&r->transport, refs, 1, 0);
}

static int push_commit(struct remote *r, const git_oid *commit,
		       struct push_ref *refs, size_t n)
{
	char id[GITPERF_ID_SIZE], old[GITPERF_ID_SIZE];
	size_t some;
	int err;

	git_oid_tostr(id, sizeof(id), commit);
	git_oid_tostr(old, sizeof(old), &r->tip);
	refs[0].ref = r->ref;
	refs[0].id = id;
	refs[0].expected = r->tree ? old : NULL;
	gitperf_fault(FAULT_REMOTE_BEFORE_PUSH);
	err = push_together(r, refs, n, &some);
	gitperf_fault(FAULT_REMOTE_AFTER_PUSH);
	if (err < 0)
		return err;
	if (refs[0].status == PUSH_REFUSED)
		return fail_refused(r, refs);
	if (refs[0].status == PUSH_LOST) {
		snprintf(r->why, sizeof(r->why), "%s", refs[0].why);
		return 0;
	}
	if ((err = accept_commit(r, commit)) < 0 ||
	    (err = remove_lanes(r, refs + 1 + some, n - some)) < 0)
		return err;
	return 1;
}

int gitperf_remote_try(struct remote *r, struct additions *adds,
		       const struct push_ref *lanes, size_t n)
{
	struct push_ref *refs = calloc(n + 1, sizeof(*refs));
	git_oid commit;
	int made;

	if (!refs)
		return gitperf_fail_oom();
	if (n)
		memcpy(refs + 1, lanes, n * sizeof(*refs));
	made = gitperf_purge_deliver(&commit, &r->purged, r->repo, r->tree, adds);
	gitperf_additions_sort(adds);
	if (!made && adds->n)
		made = gitperf_commit_make(&commit, r->repo, r->tree, r->tree ? &r->tip : NULL,
					   adds->list, adds->n);
	if (made > 0)
		made = push_commit(r, &commit, refs, n);
	else if (!made && !(made = remove_lanes(r, refs + 1, n)))
		made = 1;       /* the branch has it all */
	free(refs);
	return made;
}

int gitperf_remote_try_commit(struct remote *r, const git_oid *commit)
{
	struct push_ref ref = { 0 };

	return push_commit(r, commit, &ref, 0);
}

/* --- Trying again --- */

static int fail_race(struct remote *r)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;

	gitperf_transport_name(&name, &r->transport);
	gitperf_fail(GITPERF_ERACE, "others kept moving %s at '%s' until the time was up (%u attempts; last: %s)",
		     r->ref, name.ptr, r->lost_races, r->why);
	gitperf_buffer_dispose(&name);
	return gitperf_hint(GITPERF_ERACE, "try again, allow more time with git config perf.pushTimeout <seconds>, "
			    "or look for a lock that was left behind on the server");
}

int gitperf_remote_again(struct remote *r, int err)
{
	int waited;

	if (err > 0)
		gitperf_pace_won(&r->pace, r->repo);
	if (err > 0 || (err < 0 && err != GITPERF_ENET))
		return err;
	r->lost_races += !err;
	waited = err < 0 ? gitperf_pace_failed(&r->pace, &r->backoff) :
			   gitperf_pace_lost(&r->pace, &r->backoff);
	if (waited)
		return 0;
	return err < 0 ? err : fail_race(r);
}
