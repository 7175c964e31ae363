/*
 * swap.c - the compare-and-swap: a commit on the tip, and the tip moved to it
 *
 * One attempt is straight: lock the reference, read it, add the paths to what
 * it has now, move it. A record is acknowledged when the reference has moved,
 * never before. Who tries again, and how often, is decided in append.c.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/append.h"
#include "store/commit.h"

int gitperf_append__is_revoked(struct append *a, git_tree *tree, const char *id)
{
	return (tree && gitperf_store__is_revoked(tree, id)) ||
	       gitperf_sources_revoke(a->sources, id);
}

/* Leave out what the branch has revoked */
static size_t choose_additions(struct append *a, git_tree *base,
			       struct addition *chosen)
{
	size_t i, n = 0;

	a->result->revoked = a->left_out = 0;
	for (i = 0; i < a->n; i++) {
		if (!gitperf_append__is_revoked(a, base, a->adds[i].id)) {
			chosen[n++] = a->adds[i];
			continue;
		}
		a->left_out++;
		a->result->revoked += (size_t)a->adds[i].own;
	}
	return n;
}

static void count_result(struct append *a, const struct addition *chosen,
			 size_t n)
{
	gitperf_append_result *r = a->result;
	size_t i;

	r->landed = r->present = r->from_spool = 0;
	for (i = 0; i < n; i++) {
		if (!chosen[i].own)
			r->from_spool += !chosen[i].present;
		else if (chosen[i].present)
			r->present++;
		else
			r->landed++;
	}
}

/*
 * Build the commit that has everything, on `base` (NULL: a new branch).
 * Returns 1, or 0 when the base has it all.
 */
static int build_commit(git_oid *out, struct append *a, git_tree *base,
			const git_oid *parent)
{
	struct addition *chosen = calloc(a->n, sizeof(*chosen));
	size_t n;
	int err;

	if (!chosen)
		return gitperf_fail_oom();
	n = choose_additions(a, base, chosen);
	err = gitperf_commit_make(out, a->repo, base, parent, chosen, n);
	if (err >= 0)
		count_result(a, chosen, n);
	free(chosen);
	return err;
}

static int swap_target(struct append *a, git_transaction *tx,
		       const git_oid *old, const git_oid *new)
{
	git_signature *who = NULL;
	git_oid now;
	int rc, err = gitperf_repo__signature(&who, a->repo);

	if (err < 0)
		return err;
	rc = git_transaction_set_target(tx, a->ref, new, who, "git perf: append");
	git_signature_free(who);
	gitperf_fault(FAULT_APPEND_BEFORE_SWAP);
	if (rc >= 0)
		rc = git_transaction_commit(tx);
	/* it may have moved all the same, and failed afterwards */
	if (rc < 0 && (git_reference_name_to_id(&now, a->git, a->ref) < 0 ||
		       !git_oid_equal(&now, new)))
		return gitperf_fail_git(rc, "cannot move %s", a->ref);
	gitperf_fault(FAULT_APPEND_AFTER_SWAP);
	gitperf_seen_follow(a->repo, old, new, a->opts->events);
	return 0;
}

/* The branch does not exist: make it, on the remote-tracking one if there is */
static int create_branch(struct append *a)
{
	const struct source *source = gitperf_sources_first(a->sources);
	const git_oid *parent = source ? &source->tip : NULL;
	git_oid commit;
	int err, made = build_commit(&commit, a, source ? source->tree : NULL, parent);

	if (made < 0)
		return made;
	if (!made)
		commit = *parent;
	gitperf_fault(FAULT_APPEND_BEFORE_CREATE);
	err = gitperf_repo__create_ref(a->repo, a->ref, &commit);
	gitperf_fault(FAULT_APPEND_AFTER_CREATE);
	if (err < 0)
		return err == GITPERF_EEXISTS || err == GITPERF_EBUSY ? 0 : err;
	gitperf_seen_follow(a->repo, parent, &commit, a->opts->events);
	git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &commit);
	return 1;
}

static int append_to_tip(struct append *a, git_transaction *tx)
{
	git_tree *base = NULL;
	git_oid old, new;
	int err = gitperf_store__tree(&base, &old, a->repo, a->ref);

	if (err <= 0)
		return err;
	err = build_commit(&new, a, base, &old);
	if (!err)
		new = old;
	else if (err > 0)
		err = swap_target(a, tx, &old, &new);
	git_tree_free(base);
	if (err < 0)
		return err;
	git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &new);
	return 1;
}

/* 1: landed; 0: somebody else was faster or holds the lock, try again */
/* 1 if the branch exists, 0 if not; a reference to another is left alone */
static int find_branch(struct append *a)
{
	git_reference *ref = NULL;
	int rc = git_reference_lookup(&ref, a->git, a->ref);

	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc >= 0 && git_reference_type(ref) == GIT_REFERENCE_SYMBOLIC) {
		rc = gitperf_fail(GITPERF_EINVALID, "%s stands for %s", a->ref, git_reference_symbolic_target(ref));
		gitperf_hint(rc, "name that one: git config perf.ref %s", git_reference_symbolic_target(ref));
		git_reference_free(ref);
		return rc;
	}
	git_reference_free(ref);
	/* what cannot be read is told when it is locked */
	return 1;
}

int gitperf_append__swap(struct append *a)
{
	git_transaction *tx = NULL;
	int rc, err;

	rc = find_branch(a);
	if (rc <= 0)
		return rc < 0 ? rc : create_branch(a);
	if ((rc = git_transaction_new(&tx, a->git)) < 0)
		return gitperf_fail_git(rc, "cannot lock %s", a->ref);
	rc = git_transaction_lock_ref(tx, a->ref);
	if (rc == GIT_ELOCKED || rc == GIT_ENOTFOUND)
		err = 0;       /* git packing references removes folders briefly */
	else if (rc < 0)
		err = gitperf_fail_git(rc, "cannot lock %s", a->ref);
	else {
		gitperf_fault(FAULT_APPEND_REF_LOCKED);
		err = append_to_tip(a, tx);
	}
	git_transaction_free(tx);
	return err;
}
