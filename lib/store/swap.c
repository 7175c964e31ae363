/*
 * swap.c - the compare-and-swap: a commit on the tip, and the tip moved to it
 *
 * One attempt is straight: lock the reference, read it, add the paths to what
 * it has now, move it. A record is acknowledged when the reference has moved,
 * never before. Who tries again, and how often, is decided in append.c.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/append.h"
#include "store/layout.h"

int gitperf_append__is_revoked(struct append *a, git_tree *tree, const char *id)
{
	return (tree && gitperf_store__is_revoked(tree, id)) ||
	       gitperf_sources_revoke(a->sources, id);
}

/* Leave out what the branch has revoked, and `format` where there is one */
static size_t choose_additions(struct append *a, git_tree *base,
			       struct addition *chosen)
{
	size_t i, n = 0;

	a->result->revoked = a->left_out = 0;
	for (i = base ? 1 : 0; i < a->n; i++) {
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
		if (!strcmp(chosen[i].path, LAYOUT_FORMAT))
			continue;
		if (!chosen[i].own)
			r->from_spool += !chosen[i].present;
		else if (chosen[i].present)
			r->present++;
		else
			r->landed++;
	}
}

static void describe(gitperf_buffer *out, const struct addition *chosen,
		     size_t n)
{
	size_t i, added = 0;
	const char *first = NULL;

	for (i = 0; i < n; i++) {
		if (chosen[i].present || !strcmp(chosen[i].path, LAYOUT_FORMAT))
			continue;
		first = first ? first : chosen[i].path;
		added++;
	}
	if (added == 1) {
		/* runs/<platform>/<c0c1>/<c2..>... */
		const char *platform = first + strlen(LAYOUT_RUNS "/");
		size_t len = strcspn(platform, "/");

		gitperf_buf_addf(out, "perf: %.*s %.2s%.10s [skip ci]", (int)len,
				 platform, platform + len + 1, platform + len + 4);
	} else {
		gitperf_buf_addf(out, "perf: %zu records [skip ci]", added);
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
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	struct sink sink = { 0 };
	git_oid tree;
	size_t n;
	int err;

	if (!chosen)
		return gitperf_fail_oom();
	if ((err = gitperf_sink_open(&sink, a->repo, a->n)) < 0 ||
	    (!base && (err = gitperf_sink_write(&a->adds[0].oid, &sink, GIT_OBJECT_BLOB,
			LAYOUT_FORMAT_TEXT, strlen(LAYOUT_FORMAT_TEXT))) < 0))
		goto out;
	n = choose_additions(a, base, chosen);
	if ((err = gitperf_tree_add(&tree, &sink, a->git, base, chosen, n)) < 0)
		goto out;
	count_result(a, chosen, n);
	if (base && git_oid_equal(&tree, git_tree_id(base)))
		goto out;
	describe(&message, chosen, n);
	if ((err = gitperf_buf_check(&message)) < 0)
		goto out;
	err = gitperf_sink_commit(out, &sink, a->repo, &tree, parent, message.ptr);
	gitperf_fault(FAULT_APPEND_TREES);
	if (!err)
		err = gitperf_sink_flush(&sink, a->repo);
	if (!err)
		err = 1;
out:
	gitperf_sink_close(&sink);
	gitperf_buffer_dispose(&message);
	free(chosen);
	return err;
}

static git_tree *tree_of(struct append *a, const git_oid *id)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;

	if (!git_commit_lookup(&commit, a->git, id))
		git_commit_tree(&tree, commit);
	git_commit_free(commit);
	return tree;
}

/*
 * Whether refs/perf/seen may follow to `new`, made on `old` (NULL: nothing):
 * nothing that it remembers is gone
 */
static int seen_may_follow(struct append *a, const git_oid *old, const git_oid *new)
{
	git_tree *before, *after;
	git_oid seen;
	long missing = 0;

	if (git_reference_name_to_id(&seen, a->git, gitperf_repo__seen_ref(a->repo)) < 0 ||
	    (old && git_oid_equal(&seen, old)))
		return 1;
	before = tree_of(a, &seen);
	after = tree_of(a, new);
	if (!before)
		return 1;
	if (!after)
		missing = -1;
	else
		missing = gitperf_seen_compare(a->repo, before, after, NULL, NULL);
	git_tree_free(before);
	git_tree_free(after);
	/* what cannot be compared must not be forgotten either */
	if (missing <= 0)
		return !missing;
	gitperf_fail(GITPERF_EFORMAT, "%ld record%s that %s on %s disappeared", missing,
		     missing == 1 ? "" : "s", missing == 1 ? "was" : "were", a->ref);
	if (a->opts->events && a->opts->events->warning)
		a->opts->events->warning(a->opts->events->payload, gitperf_error_message(),
					 "git perf fsck names them");
	return 0;
}

/*
 * Let refs/perf/seen follow the branch. After it, never with it: a memory must
 * not run ahead of what it remembers. Whoever holds its lock may keep it this
 * time; only a dead one is cleared.
 */
static void move_seen(struct append *a, const git_oid *new)
{
	git_transaction *tx = NULL;
	git_signature *who = NULL;
	const char *ref = gitperf_repo__seen_ref(a->repo);
	int rc;

	if (gitperf_repo__signature(&who, a->repo) < 0 ||
	    git_transaction_new(&tx, a->git) < 0)
		goto out;
	rc = git_transaction_lock_ref(tx, ref);
	if (rc < 0 && gitperf_write_lock_stale(a->repo, ref, a->opts->events) >= 0)
		rc = git_transaction_lock_ref(tx, ref);
	if (rc >= 0 &&
	    git_transaction_set_target(tx, ref, new, who, "git perf: append") >= 0)
		git_transaction_commit(tx);
out:
	git_transaction_free(tx);
	git_signature_free(who);
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
	if (seen_may_follow(a, old, new))
		move_seen(a, new);
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
	if (seen_may_follow(a, parent, &commit))
		move_seen(a, &commit);
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
