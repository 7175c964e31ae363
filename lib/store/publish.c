/*
 * publish.c - onto the branch of a remote, and lanes away with it
 *
 * The branch is moved by git push with a lease: "to this commit, if it is
 * still at that one". Whoever loses fetches and adds the same files to the new
 * tip.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/purge.h"
#include "store/remote.h"

/* forges limit how much one push may remove */
#define LANES_A_PUSH 500
/* so often the branch and lanes are tried in one, if it is always somebody's race */
#define LOST_TOGETHER 2

int gitperf_remote_choose(size_t *revoked, struct remote *r, struct additions *adds)
{
	size_t i, n = 0;
	int gone;

	for (i = 0; i < adds->n; i++) {
		if ((gone = gitperf_store__is_revoked(r->tree, adds->list[i].id)) < 0)
			return gone;
		if (!gone)
			adds->list[n++] = adds->list[i];
	}
	*revoked = adds->n - n;
	adds->n = n;
	return 0;
}

static int fail_refused(struct remote *r, const struct push_ref *push)
{
	gitperf_fail(GITPERF_EDENIED, "'%s' refuses %s: %s", r->shown.ptr, push->ref, push->why);
	if (strstr(push->why, "non-fast-forward"))
		return gitperf_hint(GITPERF_EDENIED, "a purge makes the branch anew: the server must allow that once "
				    "(receive.denyNonFastForwards, or the protection of the branch)");
	return gitperf_hint(GITPERF_EDENIED, "the server decides, and those are its words; everything is kept here");
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
	return gitperf_remote_accept(r, commit, tree);
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

/* A lane that cannot be removed must not keep the branch from moving for ever */
static int is_kept_by_lanes(const struct remote *r, const struct push_ref *refs, size_t n)
{
	return refs[0].status == PUSH_LOST &&
	       (has_refused(refs + 1, n) || (r->lost_races >= LOST_TOGETHER && strstr(refs[0].why, "atomic")));
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
	if (!err && is_kept_by_lanes(r, refs, *some))
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
	gitperf_fail(GITPERF_ERACE, "others kept moving %s at '%s' until the time was up (%u attempts; last: %s)",
		     r->ref, r->shown.ptr, r->lost_races, r->why);
	return gitperf_hint(GITPERF_ERACE, "try again, allow more time with git config perf.pushTimeout <seconds>, "
			    "or look for a lock that was left behind on the server");
}

/* Once: whoever waits should know for what */
static void warn_trouble(struct remote *r)
{
	const gitperf_events *events = r->opts->events;
	int64_t left = (r->backoff.deadline_ns - gitperf_clock_ns()) / 1000000000;
	struct kept_error first;
	char hint[100];

	if (left < 1 || !events || !events->warning)
		return;
	gitperf_keep_error(&first);
	snprintf(hint, sizeof(hint), "trying again for %lld s; nothing is lost if that is interrupted", (long long)left);
	events->warning(events->payload, first.message, hint);
	gitperf_restore_error(GITPERF_ENET, &first);
}

int gitperf_remote_again(struct remote *r, int err)
{
	int waited;

	if (err > 0)
		gitperf_pace_won(&r->pace, r->home);
	if (err > 0 || (err < 0 && err != GITPERF_ENET))
		return err;
	if (err < 0 && !r->pace.failed)
		warn_trouble(r);
	r->lost_races += !err;
	waited = err < 0 ? gitperf_pace_failed(&r->pace, &r->backoff) :
			   gitperf_pace_lost(&r->pace, &r->backoff);
	if (waited)
		return 0;
	return err < 0 ? err : fail_race(r);
}
