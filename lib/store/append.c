/*
 * append.c - land a batch: wait for others, or let them take it along
 *
 * On this machine writers queue up at a lock file, and whoever has it lands
 * what the others left in the spool too. In git, the reference's own lock and
 * compare-and-swap decide (swap.c).
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/append.h"
#include "store/commit.h"
#include "store/swap.h"

#include <unistd.h>

struct append {
	struct swap swap;
	gitperf_batch *own;
	const gitperf_append_options *opts;
	gitperf_append_result *result;
	gitperf_buffer own_spool;      /* our file there, or empty */
	gitperf_batch *others;         /* taken from the spool */
	gitperf_buffer files;          /* ... and the files that held them */
	size_t left_out;               /* revoked ones, of whomever */
	struct addition *adds;         /* all of it, sorted by path */
	size_t n;
};

static const struct swap_faults faults = SWAP_FAULTS(APPEND);

/* The list of what to add, of both batches, sorted by path */
static int list_additions(struct append *a)
{
	size_t i = 0, j = 0, own = a->own->n, others = a->others ? a->others->n : 0;

	a->n = 0;
	a->adds = calloc(own + others, sizeof(*a->adds));
	if (!a->adds)
		return gitperf_fail_oom();
	while (i < own || j < others) {
		int diff = i == own ? 1 : j == others ? -1 :
			strcmp(a->own->items[i]->public.path,
			       a->others->items[j]->public.path);
		const struct batch_item *item = diff <= 0 ? a->own->items[i] :
			a->others->items[j];
		struct addition *add = &a->adds[a->n++];

		i += diff <= 0;
		j += diff >= 0;
		add->path = item->public.path;
		add->oid = item->oid;
		memcpy(add->id, item->public.id, sizeof(add->id));
		add->own = diff <= 0;
	}
	return 0;
}

static int write_blobs(struct append *a)
{
	int err = gitperf_batch__write_blobs(a->own);

	if (!err && a->others)
		err = gitperf_batch__write_blobs(a->others);
	gitperf_fault(FAULT_APPEND_BLOBS);
	return err;
}

/* What the remote's branch has revoked may not come back by way of ours */
static int is_revoked(const struct append *a, git_tree *tree, const char *id)
{
	int revoked = gitperf_store__is_revoked(tree, id);

	return revoked ? revoked : gitperf_sources_revoke(a->swap.sources, id);
}

/* Leave out what the branch has revoked */
static int choose_additions(struct append *a, git_tree *base,
			    struct addition *chosen, size_t *n)
{
	size_t i;
	int revoked;

	*n = a->result->revoked = a->left_out = 0;
	for (i = 0; i < a->n; i++) {
		if ((revoked = is_revoked(a, base, a->adds[i].id)) < 0)
			return revoked;
		if (!revoked)
			chosen[(*n)++] = a->adds[i];
		a->left_out += (size_t)revoked;
		a->result->revoked += revoked && a->adds[i].own;
	}
	return 0;
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

/* The commit that has everything, on what the branch has now */
static int build_commit(git_oid *out, struct swap *swap, git_tree *base,
			const git_oid *tip)
{
	struct append *a = swap->payload;
	struct addition *chosen = calloc(a->n, sizeof(*chosen));
	size_t n;
	int err;

	if (!chosen)
		return gitperf_fail_oom();
	err = choose_additions(a, base, chosen, &n);
	if (!err)
		err = gitperf_commit_make(out, swap->repo, base, tip, chosen, n);
	if (err >= 0)
		count_result(a, chosen, n);
	free(chosen);
	return err;
}

/* With the write lock: our batch, and what waits in the spool */
static int land(struct append *a)
{
	int err;

	gitperf_fault(FAULT_APPEND_LOCKED);
	if ((err = gitperf_swap_prepare(&a->swap)) < 0 ||
	    (err = list_additions(a)) < 0 || (err = write_blobs(a)) < 0 ||
	    (err = gitperf_swap_run(&a->swap)) < 0)
		return err;
	git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &a->swap.tip);
	/* ours first: nobody waits for a sign of it */
	if (a->own_spool.len)
		unlink(a->own_spool.ptr);
	gitperf_spool_clear(&a->files, !a->left_out);
	gitperf_fault(FAULT_APPEND_SPOOL_CLEARED);
	return 0;
}

static void forget_others(struct append *a)
{
	gitperf_batch_free(a->others);
	a->others = NULL;
	gitperf_buffer_dispose(&a->files);
	free(a->adds);
	a->adds = NULL;
}

static int land_with_others(struct append *a)
{
	int err = gitperf_batch_new(&a->others, a->swap.repo);

	if (!err)
		err = gitperf_spool_take(a->others, &a->files, a->swap.repo, a->opts->events);
	if (!err)
		err = land(a);
	if (err < 0 && a->others && a->others->n &&
	    err != GITPERF_EBUSY && err != GITPERF_ERACE) {
		/* whatever is wrong may be theirs: ours must not suffer */
		forget_others(a);
		err = land(a);
	}
	return err;
}

/* Our file in the spool is gone, and nobody says why: look at the branch. */
static int confirm_landed(struct append *a)
{
	git_tree *tree = NULL;
	git_oid tip;
	size_t i;
	int found = gitperf_store__tree(&tree, &tip, a->swap.repo, a->swap.ref), err;

	a->result->landed = a->result->revoked = 0;
	if (found > 0 && (err = gitperf_sources_open(a->swap.sources, a->swap.repo)) < 0)
		found = err;
	for (i = 0; i < a->own->n && found > 0; i++) {
		git_tree_entry *entry = NULL;
		int revoked = is_revoked(a, tree, a->own->items[i]->public.id);

		if (revoked < 0)
			found = revoked;
		else if (revoked)
			a->result->revoked++;
		else if (!git_tree_entry_bypath(&entry, tree, a->own->items[i]->public.path))
			a->result->landed++;
		else
			found = 0;
		git_tree_entry_free(entry);
	}
	git_tree_free(tree);
	if (found > 0)
		git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &tip);
	return found;
}

static int spool_is_gone(const struct append *a)
{
	return a->own_spool.len && access(a->own_spool.ptr, F_OK) < 0;
}

/*
 * Leave the records where the holder of the lock finds them, and while it is
 * at work, write their objects, which it then need not.
 */
static int leave_in_spool(struct append *a)
{
	int err = 0;

	if (!a->own_spool.len)
		err = gitperf_batch__write_blobs(a->own);
	if (!err && !a->own_spool.len)
		err = gitperf_spool_write(&a->own_spool, a->swap.repo, a->own, 0);
	gitperf_fault(FAULT_APPEND_SPOOLED);
	return err;
}

/* 1 when somebody took our file and the branch has what was in it */
static int is_taken_along(struct append *a)
{
	git_oid tip;
	int confirmed;

	if (!spool_is_gone(a))
		return 0;
	if (gitperf_spool_is_landed(a->own_spool.ptr) &&
	    git_reference_name_to_id(&tip, a->swap.git, a->swap.ref) >= 0) {
		git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &tip);
		a->result->landed = a->own->n;
		return 1;
	}
	confirmed = confirm_landed(a);
	if (!confirmed)
		gitperf_buffer_dispose(&a->own_spool);
	return confirmed;
}

/* Wait for the write lock, or for its holder to take our records along */
static int wait_and_land(struct append *a, struct write_lock *lock)
{
	int err, taken;

	for (;;) {
		taken = is_taken_along(a);
		if (taken)
			return taken < 0 ? taken : 0;
		err = gitperf_write_lock_try(lock);
		if (err < 0)
			return err;
		if (err) {
			/* the last holder may have been the one */
			taken = is_taken_along(a);
			if (taken)
				return taken < 0 ? taken : 0;
			return land_with_others(a);
		}
		if ((err = leave_in_spool(a)) < 0)
			return err;
		if (!gitperf_backoff_wait(&a->swap.backoff))
			return gitperf_swap_fail_busy(&a->swap);
	}
}

/* What was not landed either waits in the spool or leaves no trace. */
static void after_failure(struct append *a, int err)
{
	gitperf_buffer safe = GITPERF_BUFFER_INIT;
	struct kept_error first;

	if (err != GITPERF_EBUSY && err != GITPERF_ERACE &&
	    !a->opts->spool_on_failure) {
		if (a->own_spool.len)
			unlink(a->own_spool.ptr);
		return;
	}
	/* writing a file may fail too, but what failed first is the news */
	gitperf_keep_error(&first);
	a->result->spooled = gitperf_spool_write(&safe, a->swap.repo, a->own, 1) >= 0;
	/* only now: the same records twice do no harm, none of them would */
	if (a->result->spooled && a->own_spool.len)
		unlink(a->own_spool.ptr);
	gitperf_buffer_dispose(&safe);
	gitperf_restore_error(err, &first);
}

static void init(struct append *a, gitperf_repo *repo, const gitperf_append_options *opts,
		 gitperf_append_result *result)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;

	memset(a, 0, sizeof(*a));
	memset(result, 0, sizeof(*result));
	a->swap.repo = repo;
	a->swap.why = "git perf: append";
	a->swap.faults = &faults;
	a->swap.build = build_commit;
	a->swap.payload = a;
	a->swap.events = opts->events;
	a->opts = opts;
	a->result = result;
	a->own_spool = a->files = empty;
}

int gitperf_batch_append(gitperf_append_result *out, gitperf_batch *batch,
			 const gitperf_append_options *opts)
{
	static const gitperf_append_options defaults = GITPERF_APPEND_OPTIONS_INIT;
	struct write_lock lock;
	struct append a;
	int err;

	init(&a, batch->repo, opts ? opts : &defaults, out);
	a.own = batch;
	if (!batch->n)
		return 0;
	gitperf_fault(FAULT_APPEND_START);
	err = gitperf_swap_begin(&a.swap, &lock, a.opts->timeout_ms);
	if (!err)
		err = wait_and_land(&a, &lock);
	gitperf_write_lock_close(&lock);
	if (err < 0)
		after_failure(&a, err);
	gitperf_swap_end(&a.swap, &lock);
	forget_others(&a);
	gitperf_buffer_dispose(&a.own_spool);
	return err;
}

int gitperf_append__spool(gitperf_repo *repo, const gitperf_events *events)
{
	gitperf_append_options opts = { .version = 1, .events = events };
	gitperf_append_result result;
	struct write_lock lock;
	struct append a;
	int err;

	init(&a, repo, &opts, &result);
	/* whoever has the lock lands what it finds there, too */
	if ((err = gitperf_swap_begin(&a.swap, &lock, 0)) >= 0 &&
	    (err = gitperf_batch_new(&a.own, repo)) >= 0 &&
	    (err = gitperf_write_lock_try(&lock)) > 0 &&
	    (err = gitperf_batch_new(&a.others, repo)) >= 0 &&
	    (err = gitperf_spool_take(a.others, &a.files, repo, events)) >= 0 && a.others->n)
		err = land(&a);
	gitperf_swap_end(&a.swap, &lock);
	forget_others(&a);
	gitperf_batch_free(a.own);
	return err < 0 ? err : 0;
}
