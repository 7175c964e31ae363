/*
 * incoming.c - a remote's branch: fetched, and compared with what was there
 *
 * What was fetched is believed only if nothing has disappeared.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/queue.h"
#include "store/remote.h"

static int fail_rewritten(struct remote *r, long missing)
{
	gitperf_fail(GITPERF_EFORMAT, "%ld file%s of %s disappeared at '%s', and %s not revoked", missing,
		     missing == 1 ? "" : "s", r->ref, r->shown.ptr, missing == 1 ? "was" : "were");
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

/* `after` NULL: nothing is there */
static int check_nothing_lost(struct remote *r, git_tree *before, git_tree *after,
			      struct additions *lost)
{
	long missing = before ? gitperf_seen_compare(r->repo, before, after, NULL, NULL) : 0;

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
	git_tree *before = NULL, *tree = NULL;
	git_oid tip;
	int err = gitperf_remote_last(&before, r);

	gitperf_buf_addf(&name, "%s at '%s'", r->ref, r->shown.ptr);
	if (!err)
		err = gitperf_store__tree_as(&tree, &tip, r->repo, r->incoming.ptr, name.ptr);
	if (err == GITPERF_EFORMAT && r->tree && gitperf_store__is_foreign(r->repo, r->incoming.ptr))
		gitperf_hint(err, "somebody has put it in the place of the perf branch; to put that back as this clone "
			     "knows it: git push --force %s %s:%s",
			     gitperf_hint_word(r->shown.ptr, "<remote>"),
			     gitperf_hint_word(r->copy.ptr, "<our copy, as git for-each-ref shows it>"), r->ref);
	if (err >= 0)
		err = check_nothing_lost(r, before, tree, lost);
	if (!err && tree)
		err = gitperf_remote_accept(r, &tip, tree);
	else
		git_tree_free(tree);
	git_tree_free(before);
	gitperf_buffer_dispose(&name);
	return err;
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
	git_tree *before = NULL;
	int err = gitperf_remote_last(&before, r);

	if (!err)
		err = check_nothing_lost(r, before, NULL, lost);
	if (!err && before && lost)
		err = remember_nothing(r);
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

/* What is to be measured comes along; it is no part of what is kept apart */
struct refspecs {
	gitperf_buffer branch, inbox, queue, not_queue;
};

static int make_refspecs(struct refspecs *specs, struct remote *r)
{
	gitperf_buffer *branch = &specs->branch, *inbox = &specs->inbox;
	int err;

	gitperf_buf_addf(branch, "+%s:%s", r->ref, r->incoming.ptr);
	gitperf_buf_addf(inbox, "+%s/*:", gitperf_repo__inbox(r->repo));
	err = gitperf_remote_lanes(inbox, r);
	gitperf_buf_adds(inbox, "/*");
	if (!err && !r->part)
		err = gitperf_queue__refspec(&specs->queue, &specs->not_queue, r);
	if (!err)
		err = gitperf_buf_check(branch);
	return err ? err : gitperf_buf_check(inbox);
}

/*
 * 1, or 0 when there is no branch. Lanes come before it or with it: what is no
 * longer in one is on the branch. Copies of those that are gone go, too.
 */
static int fetch_both(struct remote *r, const struct refspecs *specs, int with_lanes)
{
	const char *queue = specs->queue.len ? specs->queue.ptr : NULL;
	const char *but = specs->not_queue.ptr;
	const char *one[] = { specs->branch.ptr, queue, but, NULL }, *lanes[] = { specs->inbox.ptr, NULL };
	const char *both[] = { specs->branch.ptr, specs->inbox.ptr, queue, but, NULL };
	unsigned flags = gitperf_repo_is_shallow(r->home) ? FETCH_SHALLOW : 0;
	int found;

	if (!with_lanes)
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
static int fetch_without_bad(struct remote *r, const struct refspecs *specs, int with_lanes)
{
	struct kept_error first;
	int found = fetch_both(r, specs, with_lanes);

	if (found != GITPERF_ENET || !with_lanes)
		return found;
	gitperf_keep_error(&first);
	found = fetch_both(r, specs, 0);
	if (found < 0 || gitperf_inbox_fetch_each(r) < 0)
		return gitperf_restore_error(GITPERF_ENET, &first);
	return found;
}

int gitperf_remote_fetch(struct remote *r, struct additions *lost, int lanes)
{
	struct refspecs specs = { GITPERF_BUFFER_INIT, GITPERF_BUFFER_INIT, GITPERF_BUFFER_INIT, GITPERF_BUFFER_INIT };
	int err = make_refspecs(&specs, r);

	r->nunfetchable = 0;
	if (!err)
		err = fetch_without_bad(r, &specs, lanes);
	if (err >= 0)
		err = err ? take_incoming(r, lost) : take_nothing(r, lost);
	if (!err)
		gitperf_heard_write(r, 0);
	gitperf_buffer_dispose(&specs.branch);
	gitperf_buffer_dispose(&specs.inbox);
	gitperf_buffer_dispose(&specs.queue);
	gitperf_buffer_dispose(&specs.not_queue);
	return err;
}
