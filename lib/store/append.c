/*
 * append.c - land a batch: objects, tree, commit, compare-and-swap
 *
 * swap_once() is straight: lock the reference, read it, add the paths to what
 * it has now, move it. Everything around it is waiting for others, on this
 * machine by a lock file, in git by the reference's own lock. A record is
 * acknowledged when the reference has moved, never before.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/layout.h"
#include "store/store.h"

#include <unistd.h>

#define MILLISECOND INT64_C(1000000)
#define DEFAULT_TIMEOUT_S 30
#define FIRST_PAUSE (MILLISECOND / 5)
#define LONGEST_PAUSE (20 * MILLISECOND)

struct append {
	gitperf_repo *repo;
	git_repository *git;
	const char *ref;
	gitperf_batch *own;
	const gitperf_append_options *opts;
	gitperf_append_result *result;
	struct backoff backoff;
	gitperf_buffer own_spool;      /* our file there, or empty */
	gitperf_batch *others;         /* taken from the spool */
	gitperf_buffer files;          /* ... and the files that held them */
	struct addition *adds;         /* all of it, sorted by path */
	size_t n;
};

/* The list of what to add; `format` first, for a branch that is new */
static int list_additions(struct append *a)
{
	static const char format[] = LAYOUT_FORMAT_TEXT;
	size_t i = 0, j = 0, own = a->own->n, others = a->others ? a->others->n : 0;

	a->n = 0;
	a->adds = calloc(own + others + 1, sizeof(*a->adds));
	if (!a->adds)
		return gitperf_fail_oom();
	a->adds[a->n].path = LAYOUT_FORMAT;
	a->adds[a->n].bytes = format;
	a->adds[a->n++].len = strlen(format);
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
		add->bytes = item->public.bytes;
		add->len = item->public.len;
		add->oid = item->oid;
		memcpy(add->id, item->public.id, sizeof(add->id));
		add->own = diff <= 0;
	}
	return 0;
}

static int write_blobs(struct append *a)
{
	struct sink sink;
	size_t i;
	int err = gitperf_sink_open(&sink, a->repo, a->n);

	for (i = 0; i < a->n && !err; i++)
		err = gitperf_sink_blob(&a->adds[i].oid, &sink, a->adds[i].bytes,
					a->adds[i].len);
	if (!err)
		err = gitperf_sink_flush(&sink, a->repo);
	gitperf_sink_close(&sink);
	gitperf_fault(FAULT_APPEND_BLOBS);
	return err;
}

/* Leave out what the branch has revoked, and `format` where there is one */
static size_t choose_additions(struct append *a, git_tree *base,
			       struct addition *chosen)
{
	size_t i, n = 0;

	a->result->revoked = 0;
	for (i = base ? 1 : 0; i < a->n; i++) {
		if (base && gitperf_store__is_revoked(base, a->adds[i].id))
			a->result->revoked += (size_t)a->adds[i].own;
		else
			chosen[n++] = a->adds[i];
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
	git_tree *tree = NULL;
	struct sink sink = { 0 };
	git_oid tree_oid;
	int rc, err;
	size_t n;

	if (!chosen)
		return gitperf_fail_oom();
	n = choose_additions(a, base, chosen);
	if ((err = gitperf_sink_open(&sink, a->repo, n)) < 0 ||
	    (err = gitperf_tree_add(&tree_oid, &sink, base, chosen, n)) < 0)
		goto out;
	count_result(a, chosen, n);
	if (base && git_oid_equal(&tree_oid, git_tree_id(base)))
		goto out;
	describe(&message, chosen, n);
	if ((err = gitperf_buf_check(&message)) < 0)
		goto out;
	if ((rc = git_tree_lookup(&tree, sink.git, &tree_oid)) < 0)
		err = gitperf_fail_git(rc, "cannot read back a tree");
	else
		err = gitperf_sink_commit(out, &sink, a->repo, tree, parent, message.ptr);
	gitperf_fault(FAULT_APPEND_TREES);
	if (!err)
		err = gitperf_sink_flush(&sink, a->repo);
	if (!err)
		err = 1;
out:
	git_tree_free(tree);
	gitperf_sink_close(&sink);
	gitperf_buffer_dispose(&message);
	free(chosen);
	return err;
}

static int fail_checked_out(const char *ref)
{
	gitperf_fail(GITPERF_EINVALID, "%s is checked out", ref);
	return gitperf_hint(GITPERF_EINVALID, "switch to another branch first: "
			    "the perf branch holds data, not files to work on");
}

/* Moving a checked-out branch would turn its files into pending changes. */
static int check_not_checked_out(struct append *a, const char *ref)
{
	git_reference *reference = NULL;
	int checked_out = 0;

	if (!git_repository_is_bare(a->git) &&
	    !git_reference_lookup(&reference, a->git, "HEAD") &&
	    git_reference_type(reference) == GIT_REFERENCE_SYMBOLIC)
		checked_out = !strcmp(git_reference_symbolic_target(reference), ref);
	git_reference_free(reference);
	reference = NULL;
	if (!checked_out && !git_reference_lookup(&reference, a->git, ref))
		checked_out = git_branch_is_checked_out(reference) > 0;
	git_reference_free(reference);
	return checked_out ? fail_checked_out(ref) : 0;
}

/* The branch does not exist: make it, on the remote-tracking one if there is */
static int create_branch(struct append *a)
{
	gitperf_buffer tracking = GITPERF_BUFFER_INIT;
	git_oid parent, commit;
	git_tree *base = NULL;
	int err, made = 0;

	if ((err = gitperf_repo__tracking_ref(&tracking, a->repo)) < 0)
		goto out;
	if (tracking.len)
		err = gitperf_store__tree(&base, &parent, a->repo, tracking.ptr);
	if (err < 0)
		goto out;
	made = build_commit(&commit, a, base, base ? &parent : NULL);
	if (made < 0) {
		err = made;
		goto out;
	}
	if (!made)
		commit = parent;
	gitperf_fault(FAULT_APPEND_BEFORE_CREATE);
	err = gitperf_repo__create_ref(a->repo, a->ref, &commit);
	gitperf_fault(FAULT_APPEND_AFTER_CREATE);
	if (!err) {
		git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &commit);
		err = 1;
	} else if (err == GITPERF_EEXISTS) {
		err = 0;
	}
out:
	git_tree_free(base);
	gitperf_buffer_dispose(&tracking);
	return err;
}

/* Whether refs/perf/seen may follow: nothing it remembers is gone */
static int seen_may_follow(struct append *a, git_tree *tip_tree,
			   const git_oid *tip)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	git_oid seen;
	long missing = 0;

	if (git_reference_name_to_id(&seen, a->git, SEEN_REF) < 0 ||
	    git_oid_equal(&seen, tip))
		return 1;
	if (!git_commit_lookup(&commit, a->git, &seen) &&
	    !git_commit_tree(&tree, commit))
		missing = gitperf_seen_compare(a->repo, tree, tip_tree, NULL, NULL);
	git_tree_free(tree);
	git_commit_free(commit);
	if (missing <= 0)
		return 1;
	gitperf_fail(GITPERF_EFORMAT, "%ld records that were on %s have disappeared", missing, a->ref);
	if (a->opts->events && a->opts->events->warning)
		a->opts->events->warning(a->opts->events->payload, gitperf_error_message(),
					 "git perf fsck names them");
	return 0;
}

/* Both references move in one transaction, the data branch checked by its lock */
static int swap_target(struct append *a, git_transaction *tx, git_tree *base,
		       const git_oid *old, const git_oid *new)
{
	git_signature *who = NULL;
	int rc, follow, err = gitperf_repo__signature(&who, a->repo);

	if (err < 0)
		return err;
	follow = seen_may_follow(a, base, old) &&
		 git_transaction_lock_ref(tx, SEEN_REF) >= 0;
	rc = git_transaction_set_target(tx, a->ref, new, who, "git perf: append");
	if (rc >= 0 && follow)
		rc = git_transaction_set_target(tx, SEEN_REF, new, who, "git perf: append");
	git_signature_free(who);
	gitperf_fault(FAULT_APPEND_BEFORE_SWAP);
	if (rc >= 0)
		rc = git_transaction_commit(tx);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot move %s", a->ref);
	gitperf_fault(FAULT_APPEND_AFTER_SWAP);
	return 0;
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
		err = swap_target(a, tx, base, &old, &new);
	git_tree_free(base);
	if (err < 0)
		return err;
	git_oid_tostr(a->result->tip, GITPERF_ID_SIZE, &new);
	return 1;
}

/* 1: landed; 0: somebody else was faster or holds the lock, try again */
static int swap_once(struct append *a)
{
	git_transaction *tx = NULL;
	git_oid tip;
	int rc, err;

	if (git_reference_name_to_id(&tip, a->git, a->ref) == GIT_ENOTFOUND)
		return create_branch(a);
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

/* With the write lock: our batch, and what waits in the spool */
static int land(struct append *a)
{
	int err, landed = 0;

	gitperf_fault(FAULT_APPEND_LOCKED);
	if ((err = check_not_checked_out(a, a->ref)) < 0 ||
	    (err = list_additions(a)) < 0 || (err = write_blobs(a)) < 0)
		return err;
	while (!landed) {
		landed = swap_once(a);
		if (landed < 0)
			return landed;
		if (landed || gitperf_backoff_wait(&a->backoff))
			continue;
		err = gitperf_write_lock_stale(a->repo, a->ref, a->opts->events);
		if (err < 0)
			return err;
		landed = swap_once(a);
		if (landed <= 0)
			return landed < 0 ? landed : gitperf_fail(GITPERF_ERACE,
				"others kept moving %s until the time was up", a->ref);
	}
	gitperf_spool_clear(&a->files);
	if (a->own_spool.len)
		unlink(a->own_spool.ptr);
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
	int err = gitperf_batch_new(&a->others, a->repo);

	if (!err)
		err = gitperf_spool_take(a->others, &a->files, a->repo, a->opts->events);
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

/* Our file in the spool is gone: somebody has landed it. Make sure of it. */
static int confirm_landed(struct append *a)
{
	git_tree *tree = NULL;
	git_oid tip;
	size_t i;
	int found = gitperf_store__tree(&tree, &tip, a->repo, a->ref);

	for (i = 0; i < a->own->n && found > 0; i++) {
		git_tree_entry *entry = NULL;

		if (gitperf_store__is_revoked(tree, a->own->items[i]->public.id))
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

static int fail_busy(struct append *a)
{
	gitperf_fail(GITPERF_EBUSY, "another git perf has been writing to %s for too long", a->ref);
	return gitperf_hint(GITPERF_EBUSY, "wait for it, or allow more time: git config perf.lockTimeout <seconds>");
}

/* Wait for the write lock, or for its holder to take our records along */
static int wait_and_land(struct append *a)
{
	struct write_lock lock;
	int err, confirmed;

	for (;;) {
		if (spool_is_gone(a)) {
			confirmed = confirm_landed(a);
			if (confirmed)
				return confirmed < 0 ? confirmed : 0;
			gitperf_buffer_dispose(&a->own_spool);
		}
		err = gitperf_write_lock_try(&lock, a->repo);
		if (err < 0)
			return err;
		if (err && !spool_is_gone(a)) {
			err = land_with_others(a);
			gitperf_write_lock_release(&lock);
			return err;
		}
		gitperf_write_lock_release(&lock);
		if (err)
			continue;
		if (!a->own_spool.len) {
			err = gitperf_spool_write(&a->own_spool, a->repo, a->own, 0);
			if (err < 0)
				return err;
			gitperf_fault(FAULT_APPEND_SPOOLED);
		}
		if (!gitperf_backoff_wait(&a->backoff))
			return fail_busy(a);
	}
}

static int timeout_ns(int64_t *out, struct append *a)
{
	int64_t seconds = DEFAULT_TIMEOUT_S;
	int found;

	*out = a->opts->timeout_ms * MILLISECOND;
	if (*out)
		return 0;
	found = gitperf_repo_config_int(&seconds, a->repo, "perf.lockTimeout");
	if (found >= 0 && (seconds < 0 || seconds > 86400))
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.lockTimeout must be between 0 and 86400 seconds"),
				     "git config perf.lockTimeout 30");
	*out = seconds * 1000 * MILLISECOND;
	return found < 0 ? found : 0;
}

/* What was not landed either waits in the spool or leaves no trace. */
static void after_failure(struct append *a, int err)
{
	char message[1024], hint[1024];
	const char *had_hint = gitperf_error_hint();

	if (err != GITPERF_EBUSY && err != GITPERF_ERACE &&
	    !a->opts->spool_on_failure) {
		if (a->own_spool.len)
			unlink(a->own_spool.ptr);
		return;
	}
	/* writing a file may fail too, but what failed first is the news */
	snprintf(message, sizeof(message), "%s", gitperf_error_message());
	snprintf(hint, sizeof(hint), "%s", had_hint ? had_hint : "");
	if (a->own_spool.len)
		unlink(a->own_spool.ptr);
	gitperf_buffer_dispose(&a->own_spool);
	a->result->spooled = gitperf_spool_write(&a->own_spool, a->repo, a->own, 1) >= 0;
	gitperf_fail(err, "%s", message);
	if (had_hint)
		gitperf_hint(err, "%s", hint);
}

int gitperf_batch_append(gitperf_append_result *out, gitperf_batch *batch,
			 const gitperf_append_options *opts)
{
	static const gitperf_append_options defaults = GITPERF_APPEND_OPTIONS_INIT;
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct append a = {
		.repo = batch->repo, .git = gitperf_repo__handle(batch->repo),
		.ref = gitperf_repo_data_ref(batch->repo), .own = batch,
		.opts = opts ? opts : &defaults, .result = out,
		.own_spool = empty, .files = empty
	};
	int64_t wait;
	int err;

	memset(out, 0, sizeof(*out));
	if (!batch->n)
		return 0;
	if ((err = timeout_ns(&wait, &a)) < 0)
		return err;
	gitperf_fault(FAULT_APPEND_START);
	gitperf_backoff_init(&a.backoff, gitperf_clock_ns() + wait,
			     FIRST_PAUSE, LONGEST_PAUSE);
	err = wait_and_land(&a);
	if (err < 0)
		after_failure(&a, err);
	forget_others(&a);
	gitperf_buffer_dispose(&a.own_spool);
	return err;
}
