/*
 * purge.c - a record leaves the branch, and what this clone keeps beside it
 *
 * The branch comes first: from then on nobody brings the record back. What is
 * left in the spool, the index and the reflog is removed after it, and by
 * another purge of the same record if this one dies before.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "store/purge.h"

#include <errno.h>
#include <unistd.h>

#define REASON_MAX 4096

static const struct swap_faults faults = SWAP_FAULTS(PURGE);

static int check_reason(const char *reason)
{
	const char *hint = "say in a few words why the record has to go; do not repeat a secret";
	size_t len = reason ? strlen(reason) : 0;

	if (!len || strspn(reason, " \t\r\n") == len)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "the reason is empty"), "%s", hint);
	if (len > REASON_MAX)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "the reason has %zu bytes, and more than %d are too many",
				    len, REASON_MAX), "%s", hint);
	if (gitperf_utf8_check(reason, len) < len)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "the reason is not UTF-8"), "%s", hint);
	return 0;
}

/* --- What lies beside the branch --- */

static int is_item(void *payload, const char *id)
{
	git_oid oid;

	return !git_oid_fromstr(&oid, id) && gitperf_purge__item(payload, &oid);
}

/* It is made again by whoever reads: what it knows of others is no loss */
static int remove_index(gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__file(&path, repo, "index");

	if (!err && unlink(path.ptr) < 0 && errno != ENOENT)
		err = gitperf_fail_errno("cannot remove '%s'", path.ptr);
	gitperf_buffer_dispose(&path);
	return err;
}

/* With the reflog goes what would keep the old commits alive for 90 days */
static int expire_reflog(gitperf_repo *repo, const char *ref)
{
	const char *args[] = { "reflog", "expire", "--expire=now", "--expire-unreachable=now", ref, NULL };
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .err = &words, .timeout_ms = 60000 };
	int rc = 0;

	if (git_reference_has_log(gitperf_repo__handle(repo), ref) > 0)
		rc = gitperf_repo__git(repo, &spawn, args);
	if (rc > 0) {
		gitperf_buf_truncate(&words, strcspn(words.ptr, "\n"));
		rc = gitperf_fail(GITPERF_EIO, "cannot empty the reflog of %s: %s", ref,
				  words.len ? words.ptr : "git reflog expire does not say why");
	}
	gitperf_buffer_dispose(&words);
	return rc;
}

static int clean(struct purge *p)
{
	gitperf_repo *repo = p->swap.repo;
	int err = gitperf_spool_forget(&p->result->spooled, repo, is_item, p);

	gitperf_fault(FAULT_PURGE_SPOOL);
	if (!err)
		err = remove_index(repo);
	if (!err)
		err = expire_reflog(repo, gitperf_repo_data_ref(repo));
	if (!err)
		err = expire_reflog(repo, gitperf_repo__seen_ref(repo));
	gitperf_fault(FAULT_PURGE_CLEANED);
	if (err < 0)
		gitperf_hint(gitperf_blame(err, "the branch does not have it any more, but this clone has"),
			     "run the same command again to remove the rest");
	return err;
}

/* --- The branch --- */

/* Who else has to hear of it: by what is known here */
static int look_around(struct purge *p)
{
	const struct source *s = p->swap.sources;
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	git_oid seen;
	int i, named, err = gitperf_repo_remote(&remote, p->swap.repo);

	named = err < 0 ? 0 : gitperf_repo__is_named(p->swap.repo, remote.ptr);
	gitperf_buffer_dispose(&remote);
	if (err < 0 || named < 0)
		return err < 0 ? err : named;
	p->result->undelivered = named && !gitperf_sources_first(s);
	for (i = 0; i < SOURCES; i++)
		p->result->undelivered |= s[i].tree && !gitperf_purge__revokes_all(p, s[i].tree);
	p->result->remembered = p->result->rewritten && *p->result->tip &&
		git_reference_name_to_id(&seen, p->swap.git, gitperf_repo__seen_ref(p->swap.repo)) >= 0 &&
		!git_oid_equal(&seen, &p->swap.tip);
	return 0;
}

/* Without a lock: whether it has been done already. 1, 0 or an error */
static int look_at_branch(struct purge *p, git_tree **base)
{
	const struct source *source;
	git_oid tip;
	int found = gitperf_store__tree(base, &tip, p->swap.repo, p->swap.ref);

	if (found < 0)
		return found;
	if (!found && (source = gitperf_sources_first(p->swap.sources))) {
		git_tree_dup(base, source->tree);
		tip = source->tip;
	}
	if (!*base)
		return gitperf_fail(GITPERF_ERACE, "%s has disappeared", p->swap.ref);
	return gitperf_purge__is_done(p, *base, &tip);
}

static int rewrite(struct purge *p)
{
	int err = gitperf_swap_run(&p->swap);

	if (!err)
		git_oid_tostr(p->result->tip, GITPERF_ID_SIZE, &p->swap.tip);
	return err;
}

/* With the write lock, or for a dry run without it */
static int purge(struct purge *p, int dry_run)
{
	git_tree *base = NULL;
	int err = gitperf_swap_prepare(&p->swap), done;

	gitperf_fault(FAULT_PURGE_LOCKED);
	if (err < 0 || (err = done = look_at_branch(p, &base)) < 0)
		goto out;
	err = done ? 0 : dry_run ? gitperf_purge__plan(p, base) : rewrite(p);
	if (!err && !dry_run)
		err = clean(p);
	if (!err)
		err = look_around(p);
out:
	git_tree_free(base);
	return err;
}

static int purge_with_lock(struct purge *p)
{
	struct write_lock lock;
	int err = gitperf_swap_begin(&p->swap, &lock, p->opts->timeout_ms);

	if (!err)
		err = gitperf_swap_wait(&p->swap, &lock);
	if (!err)
		err = purge(p, 0);
	gitperf_swap_end(&p->swap, &lock);
	return err;
}

static void report(const struct purge *p)
{
	gitperf_purge_result *r = p->result;
	size_t i;

	for (i = 0; i < p->n; i++) {
		const gitperf_purged *one = &p->items[i].public;

		r->removed += one->state == GITPERF_PURGE_REMOVED;
		r->revoked += one->state == GITPERF_PURGE_REVOKED;
		r->ahead += one->state == GITPERF_PURGE_AHEAD;
		if (p->opts->purged)
			p->opts->purged(p->opts->payload, one);
	}
}

int gitperf_purge(gitperf_purge_result *out, gitperf_repo *repo,
		  const gitperf_purge_options *opts)
{
	struct purge p = {
		.swap = { .repo = repo, .why = "git perf: purge", .faults = &faults,
			  .build = gitperf_purge__build, .events = opts->events,
			  .git = gitperf_repo__handle(repo), .ref = gitperf_repo_data_ref(repo) },
		.opts = opts, .result = out, .now = gitperf_time_now()
	};
	int err;

	memset(out, 0, sizeof(*out));
	p.swap.payload = &p;
	gitperf_fault(FAULT_PURGE_START);
	err = check_reason(opts->reason);
	if (!err)
		err = gitperf_purge__resolve(&p);
	if (!err)
		err = opts->flags & GITPERF_PURGE_DRY_RUN ? purge(&p, 1) : purge_with_lock(&p);
	if (!err)
		report(&p);
	gitperf_sources_close(p.swap.sources);
	free(p.items);
	return err;
}
