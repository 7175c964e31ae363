/*
 * push.c - deliver what this clone has: onto the branch, or into a lane
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/append.h"
#include "store/lane.h"

/* how far a clone may be ahead to push its commits as they are */
#define AHEAD_MAX 1000

/* --- How --- */

/* 1: by lane. A clone that has all branches but this one is the first to have it */
static int choose_lane(struct remote *r)
{
	gitperf_buffer how = GITPERF_BUFFER_INIT;
	int lane, found;

	if (r->opts->flags & (GITPERF_SHARE_DIRECT | GITPERF_SHARE_LANE))
		return (r->opts->flags & GITPERF_SHARE_LANE) != 0;
	found = gitperf_repo_config_string(&how, r->repo, "perf.push");
	if (found <= 0 || !strcmp(how.ptr, "auto"))
		lane = gitperf_env("CI") || (!gitperf_remote_is_known(r) &&
			(gitperf_repo_is_shallow(r->repo) || gitperf_repo__is_partial(r->repo)));
	else if (!strcmp(how.ptr, "lane") || !strcmp(how.ptr, "direct"))
		lane = !strcmp(how.ptr, "lane");
	else
		lane = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.push is '%.100s', not direct, lane or auto", how.ptr),
				    "git config perf.push auto");
	gitperf_buffer_dispose(&how);
	return found < 0 ? found : lane;
}

static void count(gitperf_push_result *out, const struct outgoing *outgoing)
{
	out->local = outgoing->local;
	out->revoked = outgoing->revoked;
	out->unusable = outgoing->unusable;
	out->waiting = outgoing->waiting;
	out->sent = gitperf_additions_records(&outgoing->adds);
}

/* --- Directly --- */

/* Somebody may have removed files from the local branch by hand */
static int has_all(struct remote *r, const git_oid *tip)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	int all = !r->tree;

	if (!all && !git_commit_lookup(&commit, r->git, tip) && !git_commit_tree(&tree, commit))
		all = !gitperf_seen_compare(r->repo, r->tree, tree, NULL, NULL);
	git_tree_free(tree);
	git_commit_free(commit);
	return all;
}

/*
 * Whether a commit, of the local branch, is the remote's tip with commits on top,
 * none of them a merge. Then there is nothing to be made.
 */
static int is_ahead(struct remote *r, const git_oid *tip)
{
	git_oid at = *tip;
	int i, parents = 1;

	if (r->part)
		return 0;
	for (i = 0; i < AHEAD_MAX && !(r->tree && git_oid_equal(&at, &r->tip)); i++) {
		git_commit *commit;

		if (git_commit_lookup(&commit, r->git, &at) < 0)
			return 0;
		parents = (int)git_commit_parentcount(commit);
		if (parents == 1)
			at = *git_commit_parent_id(commit, 0);
		git_commit_free(commit);
		if (parents != 1)
			return !r->tree && !parents;
	}
	return i && i < AHEAD_MAX;
}

static int deliver(struct remote *r, struct outgoing *outgoing)
{
	if (outgoing->adds.n && !outgoing->local && !outgoing->revoked && !outgoing->unusable &&
	    !outgoing->foreign && !outgoing->recovered && is_ahead(r, &outgoing->tip) &&
	    has_all(r, &outgoing->tip))
		return gitperf_remote_try_commit(r, &outgoing->tip);
	return gitperf_remote_try(r, &outgoing->adds, NULL, 0);
}

static int attempt(gitperf_push_result *out, struct remote *r)
{
	struct outgoing outgoing = OUTGOING_INIT;
	int err = gitperf_remote_fetch(r, NULL, 0);

	if (!err)
		err = gitperf_outgoing_find(&outgoing, r, 0);
	if (!err) {
		count(out, &outgoing);
		err = deliver(r, &outgoing);
	}
	gitperf_outgoing_free(&outgoing);
	return err;
}

static void warn_not_aligned(struct remote *r)
{
	const gitperf_events *events = r->opts->events;

	gitperf_blame(GITPERF_EBUSY, "everything is delivered, but the local branch did not follow");
	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(), "nothing is lost by that; the next push tries again");
}

static int push_directly(gitperf_push_result *out, struct remote *r)
{
	int err = gitperf_remote_spare(r);

	if (err < 0)
		return err;
	gitperf_pace_begin(&r->pace, &r->backoff);
	do {
		err = gitperf_remote_again(r, attempt(out, r));
	} while (!err);
	out->lost_races = r->lost_races;
	if (err < 0)
		return err;
	out->purged = r->purged;
	gitperf_remote_settle(r);
	if (r->tree) {
		git_oid_tostr(out->tip, sizeof(out->tip), &r->tip);
		if (gitperf_remote_align(r, NULL) < 0)
			warn_not_aligned(r);
	}
	return 0;
}

/* --- By lane --- */

/* The first that did not arrive: one that the server refuses, if there is one */
static const struct push_ref *find_failed(const struct push_ref *refs, size_t n)
{
	const struct push_ref *failed = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (!failed || refs[i].status > failed->status)
			failed = &refs[i];
	return failed && failed->status != PUSH_DONE ? failed : NULL;
}

/* A lock, or another lane of that name, is gone some day: try again then */
static int fail_lane(const struct remote *r, const struct push_ref *lane)
{
	int code = lane->status == PUSH_LOST ? GITPERF_ERACE : GITPERF_EDENIED;

	gitperf_fail(code, "'%s' refuses the lane %s: %s", r->shown.ptr, lane->ref, lane->why);
	if (code == GITPERF_ERACE)
		return gitperf_hint(code, "try again, or look on the server for a lock that was left behind, "
				    "or a lane that waits under that name");
	if (strstr(lane->why, "unpacker error"))
		return gitperf_hint(code, "the server cannot store it: its disk may be full, or its folders read-only");
	return gitperf_hint(code, "the server decides, and those are its words; where it takes branches only: "
			    "git config perf.inbox refs/heads/perf-inbox, here and where lanes are collected");
}

/* The same names and commits each time: what arrived before is up to date */
static int push_lanes(struct remote *r, const struct lane_out *lanes, size_t n)
{
	struct push_ref *refs = calloc(n, sizeof(*refs));
	const struct push_ref *failed = NULL;
	size_t i;
	int err;

	if (!refs)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++) {
		refs[i].ref = lanes[i].ref;
		refs[i].id = lanes[i].id;
	}
	do {
		gitperf_fault(FAULT_LANE_BEFORE_PUSH);
		err = gitperf_transport_push(&r->transport, refs, n, 0);
		gitperf_fault(FAULT_LANE_AFTER_PUSH);
		failed = err < 0 ? NULL : find_failed(refs, n);
		if (failed && failed->status == PUSH_REFUSED)
			err = fail_lane(r, failed);
		err = gitperf_remote_again(r, err < 0 ? err : !failed);
	} while (!err);
	if (err == GITPERF_ERACE && failed)
		err = fail_lane(r, failed);
	free(refs);
	return err < 0 ? err : 0;
}

static int push_by_lane(gitperf_push_result *out, struct remote *r)
{
	struct outgoing outgoing = OUTGOING_INIT;
	struct arena arena = ARENA_INIT;
	struct lane_out *lanes;
	int err = gitperf_outgoing_find(&outgoing, r, 1);

	if (!err) {
		count(out, &outgoing);
		err = gitperf_lanes_make(&lanes, &out->lanes, &arena, r, &outgoing.adds);
	}
	if (!err && out->lanes)
		err = push_lanes(r, lanes, out->lanes);
	if (!err && out->lanes)
		err = gitperf_sent_write(r, &outgoing.adds);
	out->unpurged = gitperf_outgoing_purged(r);
	gitperf_arena_free(&arena);
	gitperf_outgoing_free(&outgoing);
	return err;
}

/* By what is known here, without asking the remote */
static int plan(gitperf_push_result *out, struct remote *r, int lane)
{
	struct outgoing outgoing = OUTGOING_INIT;
	int err = gitperf_outgoing_find(&outgoing, r, lane);

	if (!err)
		count(out, &outgoing);
	out->lanes = lane && out->sent;
	if (lane)
		out->unpurged = gitperf_outgoing_purged(r);
	else
		out->purged = gitperf_outgoing_purged(r);
	gitperf_outgoing_free(&outgoing);
	return err;
}

int gitperf_push(gitperf_push_result *out, gitperf_repo *repo,
		 const gitperf_share_options *opts)
{
	int is_plan = opts && opts->flags & GITPERF_SHARE_DRY_RUN;
	struct remote r;
	int err, lane;

	memset(out, 0, sizeof(*out));
	if (!is_plan && (err = gitperf_append__spool(repo, opts ? opts->events : NULL)) < 0)
		return err;
	err = gitperf_remote_open(&r, repo, opts);
	lane = err < 0 ? err : choose_lane(&r);
	if (lane < 0)
		err = lane;
	else if (is_plan)
		err = plan(out, &r, lane);
	else
		err = lane ? push_by_lane(out, &r) : push_directly(out, &r);
	gitperf_remote_close(&r);
	return err;
}
