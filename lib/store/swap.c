/*
 * swap.c - the compare-and-swap: a commit on the tip, and the tip moved to it
 *
 * One attempt is straight: lock the reference, read it, have a commit made of
 * what it has now, move it. Nothing is acknowledged before the reference has
 * moved. What is in that commit is the business of whoever moves the branch.
 */
#include "base/compat.h"
#include "base/error.h"
#include "store/swap.h"

#include <sys/stat.h>

#define MILLISECOND INT64_C(1000000)
/* about what landing a batch takes: looking more often costs the one at work */
#define FIRST_PAUSE (2 * MILLISECOND)
#define LONGEST_PAUSE (20 * MILLISECOND)

int gitperf_swap_begin(struct swap *s, struct write_lock *lock, int64_t timeout_ms)
{
	int64_t wait;
	int err;

	lock->fd = -1;
	s->git = gitperf_repo__handle(s->repo);
	s->ref = gitperf_repo_data_ref(s->repo);
	s->old_umask = gitperf_repo__shared_umask(s->repo);
	if ((err = gitperf_store__refuse_quarantine()) < 0 ||
	    (err = gitperf_store__timeout(&wait, s->repo, timeout_ms)) < 0)
		return err;
	gitperf_backoff_init(&s->backoff, gitperf_clock_ns() + wait,
			     FIRST_PAUSE, LONGEST_PAUSE);
	return gitperf_write_lock_open(lock, s->repo, "lock");
}

void gitperf_swap_end(struct swap *s, struct write_lock *lock)
{
	gitperf_write_lock_close(lock);
	umask(s->old_umask);
	gitperf_sources_close(s->sources);
}

int gitperf_swap_fail_busy(const struct swap *s)
{
	gitperf_fail(GITPERF_EBUSY, "another git perf has been writing to %s for too long", s->ref);
	return gitperf_hint(GITPERF_EBUSY, "wait for it, or allow more time: git config perf.lockTimeout <seconds>");
}

int gitperf_swap_wait(struct swap *s, struct write_lock *lock)
{
	int locked;

	while (!(locked = gitperf_write_lock_try(lock)))
		if (!gitperf_backoff_wait(&s->backoff))
			return gitperf_swap_fail_busy(s);
	return locked < 0 ? locked : 0;
}

int gitperf_swap_prepare(struct swap *s)
{
	int err = gitperf_store__check_not_checked_out(s->repo);

	return err < 0 ? err : gitperf_sources_open(s->sources, s->repo);
}

static int swap_target(struct swap *s, git_transaction *tx,
		       const git_oid *old, const git_oid *new)
{
	git_signature *who = NULL;
	git_oid now;
	int rc, err = gitperf_repo__signature(&who, s->repo);

	if (err < 0)
		return err;
	rc = git_transaction_set_target(tx, s->ref, new, who, s->why);
	git_signature_free(who);
	gitperf_fault(s->faults->before_swap);
	if (rc >= 0)
		rc = git_transaction_commit(tx);
	/* it may have moved all the same, and failed afterwards */
	if (rc < 0 && (git_reference_name_to_id(&now, s->git, s->ref) < 0 ||
		       !git_oid_equal(&now, new)))
		return gitperf_fail_git(rc, "cannot move %s", s->ref);
	gitperf_fault(s->faults->after_swap);
	gitperf_seen_follow(s->repo, old, new, s->events);
	return 0;
}

/* The branch does not exist: make it, on the remote-tracking one if there is */
static int create_branch(struct swap *s)
{
	const struct source *source = gitperf_sources_first(s->sources);
	const git_oid *tip = source ? &source->tip : NULL;
	int err, made = s->build(&s->tip, s, source ? source->tree : NULL, tip);

	if (made < 0)
		return made;
	if (!made)
		s->tip = *tip;
	gitperf_fault(s->faults->before_create);
	err = gitperf_repo__create_ref(s->repo, s->ref, &s->tip);
	gitperf_fault(s->faults->after_create);
	if (err < 0)
		return err == GITPERF_EEXISTS || err == GITPERF_EBUSY ? 0 : err;
	gitperf_seen_follow(s->repo, tip, &s->tip, s->events);
	return 1;
}

static int move_tip(struct swap *s, git_transaction *tx)
{
	git_tree *base = NULL;
	git_oid old, new;
	int err = gitperf_store__tree(&base, &old, s->repo, s->ref);

	if (err <= 0)
		return err;
	err = s->build(&new, s, base, &old);
	if (!err)
		new = old;
	else if (err > 0)
		err = swap_target(s, tx, &old, &new);
	git_tree_free(base);
	if (err < 0)
		return err;
	s->tip = new;
	return 1;
}

/* 1 if the branch exists, 0 if not; a reference to another is left alone */
static int find_branch(struct swap *s)
{
	git_reference *ref = NULL;
	int rc = git_reference_lookup(&ref, s->git, s->ref);

	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc >= 0 && git_reference_type(ref) == GIT_REFERENCE_SYMBOLIC) {
		rc = gitperf_fail(GITPERF_EINVALID, "%s stands for %s", s->ref, git_reference_symbolic_target(ref));
		gitperf_hint(rc, "name that one: git config perf.ref %s", git_reference_symbolic_target(ref));
		git_reference_free(ref);
		return rc;
	}
	git_reference_free(ref);
	/* what cannot be read is told when it is locked */
	return 1;
}

/* 1: moved; 0: somebody else was faster or holds the lock, try again */
static int try_swap(struct swap *s)
{
	git_transaction *tx = NULL;
	int rc, err;

	rc = find_branch(s);
	if (rc <= 0)
		return rc < 0 ? rc : create_branch(s);
	if ((rc = git_transaction_new(&tx, s->git)) < 0)
		return gitperf_fail_git(rc, "cannot lock %s", s->ref);
	rc = git_transaction_lock_ref(tx, s->ref);
	if (rc == GIT_ELOCKED || rc == GIT_ENOTFOUND)
		err = 0;       /* git packing references removes folders briefly */
	else if (rc < 0)
		err = gitperf_fail_git(rc, "cannot lock %s", s->ref);
	else {
		gitperf_fault(s->faults->ref_locked);
		err = move_tip(s, tx);
	}
	git_transaction_free(tx);
	return err;
}

int gitperf_swap_run(struct swap *s)
{
	int err, moved;

	while (!(moved = try_swap(s))) {
		if (gitperf_backoff_wait(&s->backoff))
			continue;
		err = gitperf_write_lock_stale(s->repo, s->ref, s->events);
		if (err < 0)
			return err;
		moved = try_swap(s);
		if (!moved)
			return gitperf_fail(GITPERF_ERACE,
				"others kept moving %s until the time was up", s->ref);
		break;
	}
	return moved < 0 ? moved : 0;
}
