/*
 * align.c - the local branch on top of the remote's
 *
 * After a delivery the local branch is the remote's, and what stays at home on
 * top of it. It loses nothing by that: it is a set, and what it had is there.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/remote.h"

/* The commit that the branch moves to */
static int make_target(git_oid *out, struct remote *r, git_tree *local, const struct additions *more)
{
	struct additions adds = ADDITIONS_INIT;
	size_t i, revoked;
	int err = local ? gitperf_union_add(&adds, r->repo, r->tree, local, UNION_ALL) : 0;

	for (i = 0; more && i < more->n && !err; i++)
		err = gitperf_additions_add(&adds, more->list[i].path, &more->list[i].oid);
	if (!err)
		err = gitperf_remote_choose(&revoked, r, &adds);
	if (!err) {
		gitperf_additions_sort(&adds);
		*out = r->tip;
		if (adds.n || !r->tree)
			err = gitperf_commit_make(out, r->repo, r->tree, r->tree ? &r->tip : NULL,
						  adds.list, adds.n);
		/* the additions may all have been there in the meantime */
		if (!err)
			*out = r->tip;
	}
	gitperf_additions_free(&adds);
	return err < 0 ? err : 0;
}

static int move_branch(struct remote *r, git_transaction *tx, const git_oid *old, const git_oid *new)
{
	git_signature *who = NULL;
	int rc, err = gitperf_repo__signature(&who, r->repo);

	if (err < 0)
		return err;
	gitperf_fault(FAULT_REMOTE_BEFORE_ALIGN);
	rc = git_transaction_set_target(tx, r->ref, new, who, "git perf: follow the remote");
	git_signature_free(who);
	if (rc >= 0)
		rc = git_transaction_commit(tx);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot move %s", r->ref);
	gitperf_seen_follow(r->repo, old, new, r->opts->events);
	return 0;
}

/* With the reference locked: 1 if there is a branch, which is aligned now */
static int align_locked(struct remote *r, git_transaction *tx, const struct additions *more)
{
	git_tree *local = NULL;
	git_oid old, new;
	int found = gitperf_store__tree(&local, &old, r->repo, r->ref), err = 0;

	if (found > 0)
		err = make_target(&new, r, local, more);
	if (found > 0 && !err && !git_oid_equal(&old, &new))
		err = move_branch(r, tx, &old, &new);
	git_tree_free(local);
	return err < 0 ? err : found;
}

static int create(struct remote *r, const struct additions *more)
{
	git_oid new;
	int err = make_target(&new, r, NULL, more);

	if (!err)
		err = gitperf_repo__create_ref(r->repo, r->ref, &new);
	if (!err)
		gitperf_seen_follow(r->repo, NULL, &new, r->opts->events);
	return err;
}

int gitperf_remote_align(struct remote *r, const struct additions *more)
{
	git_transaction *tx = NULL;
	int rc, found, err;

	/* what was fetched is not here, and need not be */
	if (r->part)
		return 0;
	if ((err = gitperf_store__check_not_checked_out(r->repo)) < 0)
		return err;
	if ((rc = git_transaction_new(&tx, r->git)) >= 0)
		rc = git_transaction_lock_ref(tx, r->ref);
	if (rc < 0) {
		err = gitperf_fail_git(rc, "cannot lock %s", r->ref);
		git_transaction_free(tx);
		return err;
	}
	found = align_locked(r, tx, more);
	git_transaction_free(tx);
	return found || !more || !more->n ? (found < 0 ? found : 0) : create(r, more);
}
