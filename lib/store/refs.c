/*
 * refs.c - references: those that only remember, and the branch as a branch
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

#include <unistd.h>

int gitperf_store__set_ref(gitperf_repo *repo, const char *ref, const git_oid *new,
			   const char *message, const gitperf_events *events)
{
	git_transaction *tx = NULL;
	git_signature *who = NULL;
	int rc = 0, err = gitperf_repo__signature(&who, repo);

	if (err < 0)
		return err;
	if ((rc = git_transaction_new(&tx, gitperf_repo__handle(repo))) < 0)
		goto out;
	rc = git_transaction_lock_ref(tx, ref);
	if (rc == GIT_ELOCKED && gitperf_write_lock_stale(repo, ref, events) >= 0)
		rc = git_transaction_lock_ref(tx, ref);
	if (rc >= 0 && (rc = git_transaction_set_target(tx, ref, new, who, message)) >= 0)
		rc = git_transaction_commit(tx);
out:
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot move %s", ref);
	git_transaction_free(tx);
	git_signature_free(who);
	return err;
}

static int fail_checked_out(const char *ref)
{
	gitperf_fail(GITPERF_EINVALID, "%s is checked out", ref);
	return gitperf_hint(GITPERF_EINVALID, "switch to another branch first: "
			    "the perf branch holds data, not files to work on");
}

static int has_linked_worktrees(gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int found;

	gitperf_buf_addf(&path, "%sworktrees", gitperf_repo_directory(repo));
	found = path.failed || !access(path.ptr, F_OK);
	gitperf_buffer_dispose(&path);
	return found;
}

int gitperf_store__check_not_checked_out(gitperf_repo *repo)
{
	git_repository *git = gitperf_repo__handle(repo);
	const char *ref = gitperf_repo_data_ref(repo);
	git_reference *reference = NULL;
	int checked_out = 0;

	/* also where HEAD names a branch that does not exist yet */
	if (!git_repository_is_bare(git) &&
	    !git_reference_lookup(&reference, git, "HEAD") &&
	    git_reference_type(reference) == GIT_REFERENCE_SYMBOLIC)
		checked_out = !strcmp(git_reference_symbolic_target(reference), ref);
	git_reference_free(reference);
	reference = NULL;
	/* libgit2 opens the repository once more for this: only if it must */
	if (!checked_out && has_linked_worktrees(repo) &&
	    !git_reference_lookup(&reference, git, ref))
		checked_out = git_branch_is_checked_out(reference);
	git_reference_free(reference);
	if (checked_out < 0)
		return gitperf_fail_git(checked_out, "cannot tell whether %s is checked out", ref);
	return checked_out ? fail_checked_out(ref) : 0;
}

int gitperf_refs_order(gitperf_repo *repo, const gitperf_buffer *orders)
{
	static const char *const args[] = { "update-ref", "-m", "git perf: collect", "--stdin", NULL };
	struct feed feed;
	int err, closed;

	if (!orders->len)
		return 0;
	if ((err = gitperf_repo__git_feed(repo, &feed, args)) < 0)
		return err;
	err = gitperf_feed_write(&feed, orders->ptr, orders->len);
	closed = gitperf_feed_close(&feed);
	return closed < 0 ? closed : err;
}

static int add_ref(struct listed_ref **list, size_t *n, struct arena *arena,
		   const git_reference *ref)
{
	struct listed_ref *grown;

	if (git_reference_type(ref) != GIT_REFERENCE_DIRECT)
		return 0;
	grown = gitperf_arena_grow(arena, *list, *n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	*list = grown;
	grown[*n].name = gitperf_arena_strdup(arena, git_reference_name(ref));
	git_oid_tostr(grown[(*n)++].id, GITPERF_ID_SIZE, git_reference_target(ref));
	return gitperf_arena_check(arena);
}

static int compare_names(const void *a, const void *b)
{
	const struct listed_ref *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void gitperf_refs_sort(struct listed_ref *list, size_t n)
{
	if (n)
		qsort(list, n, sizeof(*list), compare_names);
}

int gitperf_refs_list(struct listed_ref **list, size_t *n, struct arena *arena,
		      gitperf_repo *repo, const char *prefix)
{
	git_reference_iterator *refs = NULL;
	gitperf_buffer glob = GITPERF_BUFFER_INIT;
	git_reference *ref;
	int rc, err;

	gitperf_buf_addf(&glob, "%s/*", prefix);
	err = gitperf_buf_check(&glob);
	if (!err && (rc = git_reference_iterator_glob_new(&refs, gitperf_repo__handle(repo), glob.ptr)) < 0)
		err = gitperf_fail_git(rc, "cannot list the references below %s", prefix);
	while (!err && !git_reference_next(&ref, refs)) {
		err = add_ref(list, n, arena, ref);
		git_reference_free(ref);
	}
	git_reference_iterator_free(refs);
	gitperf_buffer_dispose(&glob);
	return err;
}
