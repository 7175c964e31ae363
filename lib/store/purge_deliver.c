/*
 * purge_deliver.c - a purge on its way to the remote
 *
 * To put on top of the remote's tip what the branch here has more, as any push
 * does, would leave what was purged in the history there, and the local branch
 * would follow into it. So the remote's branch is made anew as well: from what it
 * has at that moment, and what is sent, less what either side has revoked.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/layout.h"
#include "store/purge.h"

static int open_local(git_tree **out, long *generation, gitperf_repo *repo)
{
	git_oid tip;
	int found = gitperf_store__tree(out, &tip, repo, gitperf_repo_data_ref(repo));

	*generation = 0;
	if (found <= 0)
		return found;
	found = gitperf_purge__generation(generation, repo, *out);
	return found < 0 ? found : 0;
}

/* What is revoked is not sent, but for the word that it is */
static void drop_revoked(struct additions *adds, const struct revoked *all)
{
	size_t i, n = 0;

	for (i = 0; i < adds->n; i++)
		if (gitperf_layout_is_below(adds->list[i].path, LAYOUT_REVOKED) ||
		    !gitperf_revoked_has(all, &adds->list[i].oid))
			adds->list[n++] = adds->list[i];
	adds->n = n;
}

static int add_all(struct additions *edits, const struct additions *adds)
{
	size_t i;
	int err = 0;

	for (i = 0; i < adds->n && !err; i++) {
		err = gitperf_additions_add(edits, adds->list[i].path, &adds->list[i].oid);
		if (!err)
			edits->list[edits->n - 1].mode = adds->list[i].mode;
	}
	return err;
}

/* Also of the records that nobody there has: they must not come */
static int add_revocations(struct additions *edits, gitperf_repo *repo, git_tree *base, git_tree *local)
{
	size_t i, n = edits->n;
	int err = gitperf_union_add(edits, repo, base, local, 0);

	for (i = n; i < edits->n; i++)
		if (gitperf_layout_is_below(edits->list[i].path, LAYOUT_REVOKED))
			edits->list[n++] = edits->list[i];
	edits->n = n;
	return err;
}

/* What was there is counted by whoever sends it */
static void mark_present(struct additions *adds, const struct additions *edits)
{
	size_t i;

	for (i = 0; i < adds->n; i++) {
		const char *path = adds->list[i].path;
		const struct addition *found = gitperf_additions_find(edits, path, strlen(path));

		adds->list[i].present = found && found->present;
	}
}

static int make(git_oid *out, gitperf_repo *repo, git_tree *base, struct additions *adds,
		struct additions *edits, long generation, size_t purged)
{
	struct sink sink = { 0 };
	int err = gitperf_sink_open(&sink, repo, edits->n);

	if (!err)
		err = gitperf_purge__commit(out, &sink, repo, base, edits, generation, purged);
	if (!err)
		err = gitperf_sink_flush(&sink, repo);
	gitperf_sink_close(&sink);
	if (!err)
		mark_present(adds, edits);
	return err;
}

int gitperf_purge_deliver(git_oid *out, size_t *purged, gitperf_repo *repo, git_tree *base,
			  struct additions *adds)
{
	git_repository *git = gitperf_repo__handle(repo);
	struct additions edits = ADDITIONS_INIT;
	struct revoked all = { NULL, 0, 0 };
	long here, there = 0;
	git_tree *local = NULL;
	size_t known;
	int err = open_local(&local, &here, repo), needed = 0;

	*purged = 0;
	if (err < 0 || !here || !base || (err = gitperf_purge__generation(&there, repo, base)) < 0 ||
	    (err = gitperf_revoked_add_tree(&all, git, base)) < 0)
		goto out;
	known = all.n;
	if ((err = gitperf_revoked_add_tree(&all, git, local)) < 0)
		goto out;
	drop_revoked(adds, &all);
	/* nearly always: nobody has purged since */
	if (here <= there && known == all.n)
		goto out;
	if ((err = gitperf_purge__find(&edits, repo, NULL, base, &all)) < 0)
		goto out;
	needed = edits.n || here > there;
	*purged = edits.n;
	if (needed && (err = add_all(&edits, adds)) >= 0 &&
	    (err = add_revocations(&edits, repo, base, local)) >= 0)
		err = make(out, repo, base, adds, &edits, here > there ? here : there + 1, *purged);
out:
	gitperf_additions_free(&edits);
	gitperf_revoked_free(&all);
	git_tree_free(local);
	return err < 0 ? err : needed;
}

int gitperf_purge_waits(size_t *n, gitperf_repo *repo, git_tree *base)
{
	git_repository *git = gitperf_repo__handle(repo);
	struct revoked all = { NULL, 0, 0 };
	git_tree *local = NULL;
	long here, there = 0;
	size_t known;
	int err = open_local(&local, &here, repo);

	*n = 0;
	if (err < 0 || !here || (err = gitperf_purge__generation(&there, repo, base)) < 0 ||
	    (err = gitperf_revoked_add_tree(&all, git, base)) < 0)
		goto out;
	known = all.n;
	err = gitperf_revoked_add_tree(&all, git, local);
	*n = all.n - known;
	/* made anew for what was revoked there, too: the history is another one */
	if (!*n && here > there)
		*n = 1;
out:
	gitperf_revoked_free(&all);
	git_tree_free(local);
	return err < 0 ? err : 0;
}
