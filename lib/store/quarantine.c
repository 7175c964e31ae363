/*
 * quarantine.c - what becomes of a lane that was looked at
 *
 * A good one is removed once its records are on the branch, by its old id. A
 * bad one moves below refs/perf/quarantine/: there its name stands for a commit
 * whose message says what is wrong, on top of what was pushed. Nothing is lost
 * by that, and nothing has to be looked at again. Where that name is taken, by a
 * lane that was refused before, it is made longer by the id of the lane.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/lane.h"

/* `again`: a longer one, because something else has that already */
static int name_ref(gitperf_buffer *out, gitperf_repo *repo, const struct lane *lane, int again)
{
	gitperf_buf_addf(out, "%s%s%s%s", gitperf_repo__quarantine(repo),
			 lane->name + strlen(gitperf_repo__inbox(repo)), again ? "-" : "", again ? lane->id : "");
	return gitperf_buf_check(out);
}

/* The commit that stands for a bad lane, with the reason */
static int make_commit(git_oid *out, gitperf_repo *repo, const struct lane *lane)
{
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	struct sink sink = { 0 };
	git_commit *commit = NULL;
	int rc, err;

	if ((rc = git_commit_lookup(&commit, gitperf_repo__handle(repo), &lane->oid)) < 0)
		return gitperf_fail_git(rc, "cannot read '%s'", lane->name);
	gitperf_buf_addf(&message, "perf: refused: %s [skip ci]\n\nhint: %s", lane->problem, lane->hint);
	err = gitperf_buf_check(&message);
	if (!err)
		err = gitperf_sink_open(&sink, repo, 1);
	if (!err)
		err = gitperf_sink_commit(out, &sink, repo, git_commit_tree_id(commit),
					  &lane->oid, message.ptr);
	gitperf_sink_close(&sink);
	git_commit_free(commit);
	gitperf_buffer_dispose(&message);
	return err;
}

/* --- Here --- */

/* A name that is free; what has a name there keeps it */
static int choose_ref(gitperf_buffer *out, gitperf_repo *repo, const struct lane *lane)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_oid there;
	int err = name_ref(out, repo, lane, 0);

	if (err < 0 || git_reference_name_to_id(&there, git, out->ptr) == GIT_ENOTFOUND)
		return err;
	gitperf_buf_truncate(out, 0);
	err = name_ref(out, repo, lane, 1);
	/* the very same lane was refused before */
	if (!err && !git_reference_name_to_id(&there, git, out->ptr))
		gitperf_buf_truncate(out, 0);
	return err;
}

/* What git update-ref is to do about a lane; nothing, for one that stays */
static int add_orders(gitperf_buffer *out, gitperf_repo *repo, const struct lane *lane)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	git_oid made;
	int err = 0;

	if (lane->fate == LANE_STAYS)
		return 0;
	if (lane->fate == LANE_BAD && !(err = choose_ref(&ref, repo, lane)) && ref.len &&
	    !(err = make_commit(&made, repo, lane))) {
		git_oid_tostr(id, sizeof(id), &made);
		gitperf_buf_addf(out, "create %s %s\n", ref.ptr, id);
	}
	if (!err)
		gitperf_buf_addf(out, "delete %s %s\n", lane->local, lane->id);
	gitperf_buffer_dispose(&ref);
	return err < 0 ? err : gitperf_buf_check(out);
}

int gitperf_lanes_clear(gitperf_repo *repo, struct lanes *lanes)
{
	gitperf_buffer orders = GITPERF_BUFFER_INIT;
	size_t i;
	int err = 0;

	gitperf_fault(FAULT_COLLECT_BEFORE_CLEAR);
	for (i = 0; i < lanes->n && !err; i++)
		err = add_orders(&orders, repo, &lanes->list[i]);
	if (!err && gitperf_refs_order(repo, &orders) < 0) {
		/* somebody has moved one of them meanwhile: the others one by one */
		for (i = 0; i < lanes->n && !err; i++) {
			gitperf_buf_truncate(&orders, 0);
			err = add_orders(&orders, repo, &lanes->list[i]);
			if (!err && gitperf_refs_order(repo, &orders) < 0)
				lanes->list[i].fate = LANE_STAYS;
		}
	}
	gitperf_fault(FAULT_COLLECT_CLEARED);
	gitperf_buffer_dispose(&orders);
	return err;
}

/* --- There --- */

/* 0 when the lane is away; 1 when its name in quarantine may be taken */
static int try_aside(struct remote *r, struct push_ref refs[2])
{
	int err = 0;

	if (!r->transport.no_atomic)
		err = gitperf_transport_push(&r->transport, refs, 2, PUSH_ATOMIC);
	if (r->transport.no_atomic && !(err = gitperf_transport_push(&r->transport, refs, 1, 0)) &&
	    refs[0].status == PUSH_DONE)
		err = gitperf_transport_push(&r->transport, refs + 1, 1, 0);
	if (err < 0)
		return err;
	if (refs[0].status == PUSH_DONE && refs[1].status == PUSH_DONE)
		return 0;
	return refs[0].status == PUSH_LOST ? 1 : GITPERF_ERACE;
}

/* Under the longer name; if that is there, the very same lane was refused before */
static int try_again_aside(struct remote *r, struct push_ref refs[2])
{
	const char *patterns[] = { refs[0].ref, NULL };
	struct arena arena = ARENA_INIT;
	struct listed_ref *found;
	size_t n;
	int err = gitperf_transport_list(&found, &n, &arena, &r->transport, patterns);

	if (!err && n && !(err = gitperf_transport_push(&r->transport, refs + 1, 1, 0)))
		err = refs[1].status != PUSH_DONE;
	else if (!err)
		err = try_aside(r, refs);
	gitperf_arena_free(&arena);
	return err;
}

void gitperf_quarantine_push(struct remote *r, struct lane *lane)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	struct push_ref refs[2] = { { 0 } };
	git_oid made;
	int err = make_commit(&made, r->repo, lane);

	if (!err)
		err = name_ref(&ref, r->home, lane, 0);
	git_oid_tostr(id, sizeof(id), &made);
	refs[0].ref = ref.ptr;
	refs[0].id = id;
	refs[1].ref = lane->name;
	refs[1].expected = lane->id;
	if (!err && (err = try_aside(r, refs)) > 0) {
		gitperf_buf_truncate(&ref, 0);
		err = name_ref(&ref, r->home, lane, 1);
		refs[0].ref = ref.ptr;
		if (!err)
			err = try_again_aside(r, refs);
	}
	if (err)
		lane->fate = LANE_STAYS;
	gitperf_buffer_dispose(&ref);
}

void gitperf_lanes_forget(gitperf_repo *repo, const struct lanes *lanes)
{
	gitperf_buffer orders = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < lanes->n; i++)
		if (lanes->list[i].fate != LANE_STAYS)
			gitperf_buf_addf(&orders, "delete %s %s\n", lanes->list[i].local, lanes->list[i].id);
	/* where that fails, the next fetch prunes them */
	if (!gitperf_buf_check(&orders))
		gitperf_refs_order(repo, &orders);
	gitperf_buffer_dispose(&orders);
}
