/*
 * gather.c - one batch, and what waits in lanes, in one commit
 *
 * Here, on the server that lanes are pushed to, or from anywhere onto a remote.
 * Lanes are removed after their records are on the branch, or with them in one
 * push, and only if they are still what was looked at; so collectors may be
 * many, and each may die anywhere.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/append.h"
#include "store/await.h"
#include "store/lane.h"

struct gathering {
	gitperf_repo *repo;
	const gitperf_gather_options *opts;
	gitperf_gather_result *result;
	gitperf_batch *batch;          /* what the caller has */
	gitperf_batch *all;            /* and what came in lanes */
	struct lanes lanes;
	struct await await;
};

/* --- Telling --- */

static void tell_lanes(struct gathering *g)
{
	size_t i;

	g->result->later = g->lanes.later;
	for (i = 0; i < g->lanes.n; i++) {
		const struct lane *lane = &g->lanes.list[i];
		gitperf_lane told = { lane->name, lane->records, lane->problem, lane->hint,
				      lane->fate == LANE_STAYS };

		g->result->lanes += lane->fate == LANE_GOOD;
		g->result->quarantined += lane->fate == LANE_BAD;
		g->result->left += lane->fate == LANE_STAYS;
		if (g->opts->lane)
			g->opts->lane(g->opts->payload, &told);
	}
}

/* Those that could not be fetched were not looked at */
static void tell_unfetchable(struct gathering *g, const struct remote *r)
{
	size_t i;

	for (i = 0; i < r->nunfetchable; i++) {
		gitperf_lane told = { r->unfetchable[i].name, 0, r->unfetchable[i].problem,
				      "git fsck on the server tells what is damaged; git push <remote> :<lane> removes it", 1 };

		g->result->left++;
		if (g->opts->lane)
			g->opts->lane(g->opts->payload, &told);
	}
}

static void tell_missing(struct gathering *g)
{
	size_t i;

	g->result->missing = g->await.n;
	for (i = 0; i < g->await.n && g->opts->missing; i++)
		g->opts->missing(g->opts->payload, g->await.missing[i]);
}

static int look_at_lanes(struct gathering *g, gitperf_repo *repo, const char *prefix)
{
	int err;

	gitperf_lanes_free(&g->lanes);
	gitperf_batch_free(g->all);
	g->all = NULL;
	if ((err = gitperf_batch_new(&g->all, g->repo)) < 0)
		return err;
	return gitperf_lanes_read(&g->lanes, repo, prefix, g->all, g->opts->events);
}

/* --- Here --- */

static int land_here(struct gathering *g)
{
	gitperf_append_options append = GITPERF_APPEND_OPTIONS_INIT;
	gitperf_append_result landed;
	int err;

	append.events = g->opts->events;
	/* what is in lanes is safe there, whatever happens */
	if ((err = gitperf_batch_merge(g->batch, g->all)) < 0)
		return err;
	memset(&landed, 0, sizeof(landed));
	err = g->batch->n ? gitperf_batch_append(&landed, g->batch, &append) :
		gitperf_append__spool(g->repo, g->opts->events);
	g->result->spooled = landed.spooled;
	g->result->landed = landed.landed;
	g->result->present = landed.present;
	g->result->revoked = landed.revoked;
	g->result->from_spool = landed.from_spool;
	memcpy(g->result->tip, landed.tip, sizeof(landed.tip));
	if (err < 0)
		return err;
	gitperf_seen_refresh(g->repo, g->opts->events);
	return gitperf_lanes_clear(g->repo, &g->lanes);
}

static int wait_here(struct gathering *g)
{
	git_tree *branch;
	git_oid tip;
	int err;

	do {
		if ((err = look_at_lanes(g, g->repo, gitperf_repo__inbox(g->repo))) < 0 ||
		    (err = gitperf_store__tree(&branch, &tip, g->repo, gitperf_repo_data_ref(g->repo))) < 0)
			return err;
		gitperf_await_batch(&g->await, g->all);
		gitperf_await_branch(&g->await, gitperf_repo__handle(g->repo), branch);
		git_tree_free(branch);
	} while (gitperf_await_pause(&g->await));
	return 0;
}

static int gather_here(struct gathering *g)
{
	int err = wait_here(g);

	if (!err)
		err = land_here(g);
	return err;
}

/* --- There --- */

static int add_batch(struct additions *out, const gitperf_batch *batch)
{
	size_t i;
	int err = 0;

	for (i = 0; i < batch->n && !err; i++)
		err = gitperf_additions_add(out, batch->items[i]->public.path, &batch->items[i]->oid);
	return err;
}

static void count(struct gathering *g, const struct additions *adds)
{
	size_t i;

	g->result->landed = g->result->present = g->result->from_here = 0;
	for (i = 0; i < adds->n; i++) {
		const struct addition *add = &adds->list[i];

		if (!add->own)
			g->result->from_here += !add->present && gitperf_addition_is_record(add);
		else if (add->present)
			g->result->present++;
		else
			g->result->landed++;
	}
}

/* What `git perf push` would deliver goes along */
static int add_outgoing(struct additions *out, struct remote *r)
{
	struct outgoing outgoing = OUTGOING_INIT;
	size_t i;
	int err = gitperf_outgoing_find(&outgoing, r, 0);

	for (i = 0; i < outgoing.adds.n && !err; i++) {
		err = gitperf_additions_add(out, outgoing.adds.list[i].path, &outgoing.adds.list[i].oid);
		if (!err)
			out->list[out->n - 1].own = 0;
	}
	gitperf_outgoing_free(&outgoing);
	return err;
}

static int list_removals(struct push_ref **out, size_t *n, const struct lanes *lanes)
{
	size_t i;

	*n = 0;
	*out = calloc(lanes->n + 1, sizeof(**out));
	if (!*out)
		return gitperf_fail_oom();
	for (i = 0; i < lanes->n; i++)
		if (lanes->list[i].fate == LANE_GOOD) {
			(*out)[*n].ref = lanes->list[i].name;
			(*out)[(*n)++].expected = lanes->list[i].id;
		}
	return 0;
}

static int attempt(struct gathering *g, struct remote *r)
{
	struct additions adds = ADDITIONS_INIT;
	struct push_ref *removals = NULL;
	size_t n;
	int err;

	if ((err = add_batch(&adds, g->batch)) < 0 || (err = add_batch(&adds, g->all)) < 0 ||
	    (err = gitperf_batch__write_blobs(g->batch)) < 0 ||
	    (err = add_outgoing(&adds, r)) < 0 ||
	    (err = list_removals(&removals, &n, &g->lanes)) < 0)
		goto out;
	gitperf_additions_sort(&adds);
	if ((err = gitperf_remote_choose(&g->result->revoked, r, &adds)) < 0)
		goto out;
	err = gitperf_remote_try(r, &adds, removals, n);
	count(g, &adds);
out:
	free(removals);
	gitperf_additions_free(&adds);
	return err;
}

static int fetch_lanes(struct gathering *g, struct remote *r)
{
	gitperf_buffer prefix = GITPERF_BUFFER_INIT;
	int err = gitperf_remote_fetch(r, NULL, 1);

	if (!err)
		err = gitperf_remote_lanes(&prefix, r);
	if (!err)
		err = look_at_lanes(g, r->repo, prefix.ptr);
	gitperf_fault(FAULT_COLLECT_LANES_READ);
	gitperf_buffer_dispose(&prefix);
	return err;
}

/*
 * Meanwhile other commands of this clone may talk to the remote. That it is asked
 * again is not worth a word each time.
 */
static int wait_there(struct gathering *g, struct remote *r)
{
	int err, again = 1;

	for (; again; r->transport.events = NULL) {
		err = fetch_lanes(g, r);
		if (err < 0 && err != GITPERF_ENET)
			return err;
		if (!err) {
			gitperf_await_batch(&g->await, g->all);
			gitperf_await_branch(&g->await, r->git, r->tree);
		}
		gitperf_remote_rest(r);
		again = gitperf_await_pause(&g->await);
		if ((err = gitperf_remote_resume(r)) < 0)
			return err;
	}
	r->transport.events = g->opts->events;
	return 0;
}

static int gather_there(struct gathering *g, struct remote *r)
{
	size_t i;
	int err = gitperf_remote_spare(r);

	if (!err && g->opts->nwait)
		err = wait_there(g, r);
	gitperf_pace_begin(&r->pace, &r->backoff);
	do {
		err = err < 0 ? err : fetch_lanes(g, r);
		if (!err)
			err = attempt(g, r);
		err = gitperf_remote_again(r, err);
	} while (!err);
	g->result->lost_races = r->lost_races;
	if (err < 0)
		return err;
	if (r->tree)
		git_oid_tostr(g->result->tip, GITPERF_ID_SIZE, &r->tip);
	for (i = 0; i < g->lanes.n; i++)
		if (g->lanes.list[i].fate == LANE_BAD)
			gitperf_quarantine_push(r, &g->lanes.list[i]);
	gitperf_lanes_forget(r->repo, &g->lanes);
	gitperf_sent_landed(r, g->all);
	gitperf_remote_settle(r);
	/* where it cannot, nothing is lost by that */
	gitperf_remote_align(r, NULL);
	return 0;
}

/* Files are gone when a job ends; lanes and the local branch are not */
static int keep_batch(struct gathering *g, int err)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct kept_error first;

	if (!g->batch->n || (err != GITPERF_ENET && err != GITPERF_ERACE && err != GITPERF_EBUSY))
		return err;
	gitperf_keep_error(&first);
	g->result->spooled = gitperf_spool_write(&path, g->repo, g->batch, 1) >= 0;
	gitperf_buffer_dispose(&path);
	return gitperf_restore_error(err, &first);
}

static int gather_and_push(struct gathering *g)
{
	struct remote r;
	int err = gitperf_append__spool(g->repo, g->opts->events);

	if (err < 0)
		return err;
	err = gitperf_remote_open(&r, g->repo, g->opts->share);
	if (!err && !(err = gather_there(g, &r)))
		tell_unfetchable(g, &r);
	gitperf_remote_close(&r);
	return err < 0 ? keep_batch(g, err) : 0;
}

int gitperf_gather(gitperf_gather_result *out, gitperf_repo *repo,
		   gitperf_batch *batch, const gitperf_gather_options *opts)
{
	struct gathering g = { repo, opts, out, batch, NULL, LANES_INIT, { 0 } };
	int err = gitperf_await_open(&g.await, opts);

	memset(out, 0, sizeof(*out));
	if (!err) {
		gitperf_await_batch(&g.await, batch);
		err = opts->share ? gather_and_push(&g) : gather_here(&g);
	}
	if (!err) {
		tell_lanes(&g);
		tell_missing(&g);
	}
	gitperf_await_close(&g.await);
	gitperf_lanes_free(&g.lanes);
	gitperf_batch_free(g.all);
	return err;
}
