/*
 * queue.c - where the queue is, and moving it from one state to the next
 *
 * Each state is a commit, each transition one compare-and-swap of one reference:
 * in this repository by a lock on it, at a remote by a push with a lease. Whoever
 * loses reads what there is now, and thinks again.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/queue.h"

int gitperf_queue__read(struct queue **out, gitperf_repo *repo, const char *ref)
{
	git_repository *git = gitperf_repo__handle(repo);
	struct queue *q = calloc(1, sizeof(*q));
	git_commit *commit = NULL;
	int rc, err = 0;

	*out = q;
	if (!q)
		return gitperf_fail_oom();
	rc = git_reference_name_to_id(&q->tip, git, ref);
	if (rc != GIT_ENOTFOUND) {
		if (rc < 0 || (rc = git_commit_lookup(&commit, git, &q->tip)) < 0 ||
		    (rc = git_commit_tree(&q->tree, commit)) < 0)
			err = gitperf_hint(gitperf_fail_git(rc, "cannot read the queue %s", ref),
					   "git fsck tells whether the repository is damaged");
		else
			err = gitperf_queue__read_tree(q, repo);
	}
	git_commit_free(commit);
	if (err < 0) {
		gitperf_queue__free(q);
		*out = NULL;
	}
	return err;
}

void gitperf_queue__free(struct queue *q)
{
	if (!q)
		return;
	git_tree_free(q->tree);
	gitperf_additions_free(&q->files);
	gitperf_additions_free(&q->newer);
	gitperf_arena_free(&q->arena);
	free(q);
}

const gitperf_queue *gitperf_queue__view(struct queue *q)
{
	gitperf_queue *view = &q->public;
	const gitperf_decision **list = gitperf_arena_array(&q->arena, q->nwaiting, sizeof(*list));
	size_t i;

	for (i = 0; list && i < q->nwaiting; i++)
		list[i] = &q->waiting[i].decision;
	view->trunk = q->trunk;
	view->jobs = q->jobs;
	view->njobs = q->njobs;
	view->requests = q->requests;
	view->nrequests = q->nrequests;
	view->states = q->states;
	view->nstates = q->nstates;
	view->workers = q->workers;
	view->nworkers = q->nworkers;
	view->decisions = list;
	view->ndecisions = list ? q->nwaiting : 0;
	view->damaged = q->damaged;
	view->newer = q->newer.n;
	return view;
}

/* Our copy of the remote's */
static int copy_ref(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	return gitperf_repo__remote_ref(out, repo, remote, gitperf_repo__queue(repo));
}

int gitperf_queue__load(struct queue **out, const struct queue_place *place)
{
	const struct remote *r = place->remote;
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	int err = 0;

	if (r)
		err = copy_ref(&ref, r->home, r->name.ptr);
	else
		gitperf_buf_adds(&ref, gitperf_repo__queue(place->repo));
	if (!err && !(err = gitperf_buf_check(&ref)))
		err = gitperf_queue__read(out, place->repo, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return err;
}

int gitperf_queue__known(struct queue **out, gitperf_repo *repo)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT, ref = GITPERF_BUFFER_INIT;
	git_oid tip;
	int err = gitperf_repo_remote(&remote, repo);

	if (!err)
		err = copy_ref(&ref, repo, remote.ptr);
	if (!err && git_reference_name_to_id(&tip, gitperf_repo__handle(repo), ref.ptr) < 0) {
		gitperf_buf_truncate(&ref, 0);
		gitperf_buf_adds(&ref, gitperf_repo__queue(repo));
		err = gitperf_buf_check(&ref);
	}
	if (!err)
		err = gitperf_queue__read(out, repo, ref.ptr);
	gitperf_buffer_dispose(&remote);
	gitperf_buffer_dispose(&ref);
	return err;
}

/*
 * git fails where a name is not there, but not where a pattern matches nothing. What a
 * name has more than the queue's would come to stand before our copy's, where it makes
 * no reference, and git leaves it out; unless it begins as one, which is left out by us.
 */
int gitperf_queue__refspec(gitperf_buffer *take, gitperf_buffer *leave, const struct remote *r)
{
	const char *ref = gitperf_repo__queue(r->home);
	int err;

	gitperf_buf_addf(take, "+%s*:*", ref);
	gitperf_buf_addf(leave, "^%srefs/*", ref);
	if ((err = copy_ref(take, r->home, r->name.ptr)) < 0)
		return err;
	return gitperf_buf_check(leave);
}

/* --- The swap --- */

/* 1: moved; 0: it is not where it was, or somebody else is at it */
static int move_here(struct queue_place *place, const struct queue *q, const git_oid *new,
		     const char *why)
{
	gitperf_repo *repo = place->repo;
	const char *ref = gitperf_repo__queue(repo);
	git_transaction *tx = NULL;
	git_signature *who = NULL;
	git_oid now;
	int rc, err = gitperf_repo__signature(&who, repo), moved = 0;

	if (err < 0)
		return err;
	if ((rc = git_transaction_new(&tx, gitperf_repo__handle(repo))) >= 0)
		rc = git_transaction_lock_ref(tx, ref);
	if (rc == GIT_ELOCKED && gitperf_write_lock_stale(repo, ref, place->events) >= 0)
		rc = git_transaction_lock_ref(tx, ref);
	if (rc >= 0 && !git_reference_name_to_id(&now, gitperf_repo__handle(repo), ref) &&
	    git_oid_equal(&now, &q->tip)) {
		gitperf_fault(FAULT_QUEUE_BEFORE_SWAP);
		if ((rc = git_transaction_set_target(tx, ref, new, who, why)) >= 0)
			rc = git_transaction_commit(tx);
		moved = rc >= 0;
		gitperf_fault(FAULT_QUEUE_AFTER_SWAP);
	}
	/* git packing references removes folders briefly */
	if (rc < 0 && rc != GIT_ELOCKED && rc != GIT_ENOTFOUND)
		err = gitperf_fail_git(rc, "cannot move %s", ref);
	git_transaction_free(tx);
	git_signature_free(who);
	return err < 0 ? err : moved;
}

static int create_here(struct queue_place *place, const git_oid *new)
{
	int err = gitperf_repo__create_ref(place->repo, gitperf_repo__queue(place->repo), new);

	gitperf_fault(FAULT_QUEUE_AFTER_CREATE);
	if (err < 0)
		return err == GITPERF_EEXISTS || err == GITPERF_EBUSY ? 0 : err;
	return 1;
}

static int fail_refused(const struct remote *r, const struct push_ref *push)
{
	gitperf_fail(GITPERF_EDENIED, "'%s' refuses %s: %s", r->shown.ptr, push->ref, push->why);
	return gitperf_hint(GITPERF_EDENIED, "the server decides, and those are its words; where it takes branches "
			    "only: git config perf.queue refs/heads/perf-queue, here and wherever the queue is used");
}

/* What is known here of the remote's queue follows */
static int accept(struct remote *r, const git_oid *new)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	int err = copy_ref(&ref, r->home, r->name.ptr);

	if (!err)
		err = gitperf_store__set_ref(r->home, ref.ptr, new, "git perf: queue", r->opts->events);
	gitperf_buffer_dispose(&ref);
	return err < 0 ? err : 1;
}

static int move_there(struct queue_place *place, const struct queue *q, const git_oid *new)
{
	struct remote *r = place->remote;
	char id[GITPERF_ID_SIZE], old[GITPERF_ID_SIZE];
	struct push_ref push = { .ref = gitperf_repo__queue(place->repo), .id = id };
	int err;

	git_oid_tostr(id, sizeof(id), new);
	git_oid_tostr(old, sizeof(old), &q->tip);
	push.expected = q->tree ? old : NULL;
	gitperf_fault(FAULT_QUEUE_BEFORE_PUSH);
	err = gitperf_transport_push(&r->transport, &push, 1, 0);
	gitperf_fault(FAULT_QUEUE_AFTER_PUSH);
	if (err < 0)
		return err;
	if (push.status == PUSH_REFUSED)
		return fail_refused(r, &push);
	snprintf(r->why, sizeof(r->why), "%s", push.why);
	return push.status == PUSH_DONE ? accept(r, new) : 0;
}

static int move(struct queue_place *place, const struct queue *q, const git_oid *new, const char *what)
{
	gitperf_buffer why = GITPERF_BUFFER_INIT;
	int moved;

	if (place->remote)
		return move_there(place, q, new);
	if (!q->tree)
		return create_here(place, new);
	gitperf_buf_addf(&why, "git perf: %s", what);
	moved = gitperf_buf_check(&why);
	if (!moved)
		moved = move_here(place, q, new, why.ptr);
	gitperf_buffer_dispose(&why);
	return moved;
}

int gitperf_queue__swap(struct queue_place *place, struct queue *q, const char *what)
{
	int squash = !place->no_squash && q->commits >= QUEUE_COMMITS_MAX;
	git_oid commit;
	int moved, made = gitperf_queue__commit(&commit, q, place->repo, what, squash);

	if (made <= 0)
		return made < 0 ? made : 1;
	moved = move(place, q, &commit, what);
	/* a branch may be protected from beginning anew: then it grows */
	if (moved == GITPERF_EDENIED && squash) {
		place->no_squash = 1;
		return gitperf_queue__swap(place, q, what);
	}
	return moved;
}
