/*
 * purge_edits.c - what has to be done to a tree, so that it lacks some records
 *
 * The tree is that of the branch here. What the branch has at the remote is
 * added to it, as far as that is known, less all that anybody has revoked: so
 * nothing else is lost when the branch is made anew.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/purge.h"

/* Trees of ours have four levels; git itself has no limit, and the stack has one */
#define DEPTH_MAX 64

/* --- What a tree has of them --- */

struct walk {
	const struct purge *p;         /* or NULL */
	git_repository *git;
	const struct revoked *all;     /* whatever goes; NULL: the items alone */
	struct additions *out;
	gitperf_buffer path;
	int depth;
};

static int add_edit(struct additions *out, const char *path, const git_oid *oid,
		    unsigned mode, enum addition_how how)
{
	int err = gitperf_additions_add(out, path, oid);

	if (!err) {
		out->list[out->n - 1].mode = mode;
		out->list[out->n - 1].how = how;
	}
	return err;
}

/* A secret may be in the reason for a revocation: another one takes its place */
static int look_at_file(struct walk *w, const git_tree_entry *entry)
{
	const git_oid *oid = git_tree_entry_id(entry);
	const struct purge_item *item = w->p ? gitperf_purge__item(w->p, oid) : NULL;

	if (gitperf_layout_is_below(w->path.ptr, LAYOUT_REVOKED))
		return item ? add_edit(w->out, w->path.ptr, &item->text, 0, ADDITION_REPLACE) : 0;
	if (!strcmp(w->path.ptr, LAYOUT_FORMAT) || !(item || (w->all && gitperf_revoked_has(w->all, oid))))
		return 0;
	return add_edit(w->out, w->path.ptr, oid, git_tree_entry_filemode_raw(entry), ADDITION_REMOVE);
}

static int walk_tree(struct walk *w, const git_tree *tree)
{
	size_t i, len = w->path.len;
	int rc, err = 0;

	if (w->depth++ == DEPTH_MAX)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' has folders in folders, more than %d of them", w->path.ptr, DEPTH_MAX),
				    "nothing of git perf is there: take it off the branch with git");
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		git_tree *sub = NULL;

		gitperf_buf_addf(&w->path, "%s%s", len ? "/" : "", git_tree_entry_name(entry));
		if ((err = gitperf_buf_check(&w->path)) < 0)
			break;
		if (git_tree_entry_type(entry) != GIT_OBJECT_TREE)
			err = look_at_file(w, entry);
		else if ((rc = git_tree_lookup(&sub, w->git, git_tree_entry_id(entry))) < 0)
			err = gitperf_fail_git(rc, "cannot read '%s'", w->path.ptr);
		else
			err = walk_tree(w, sub);
		git_tree_free(sub);
		gitperf_buf_truncate(&w->path, len);
	}
	w->depth--;
	return err;
}

int gitperf_purge__find(struct additions *out, gitperf_repo *repo, const struct purge *p,
			const git_tree *tree, const struct revoked *all)
{
	struct walk w = { p, gitperf_repo__handle(repo), all, out, GITPERF_BUFFER_INIT, 0 };
	int err = walk_tree(&w, tree);

	gitperf_buffer_dispose(&w.path);
	return err;
}

/* --- Whether it is done already --- */

int gitperf_purge__revokes_all(const struct purge *p, git_tree *tree)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (gitperf_store__is_revoked(tree, p->items[i].public.id) <= 0)
			return 0;
	return 1;
}

/*
 * Where the first commit revokes a record, no later one has it: writers leave
 * it out. A merge may have brought the old history back, and is a reason to
 * begin anew. A shallow clone has no more than it has.
 */
static int history_is_clean(const struct purge *p, const git_oid *tip)
{
	git_repository *git = gitperf_repo__handle(p->swap.repo);
	git_commit *commit = NULL, *next;
	git_tree *tree = NULL;
	unsigned parents;
	int clean = 0;

	if (git_commit_lookup(&commit, git, tip) < 0)
		return 0;
	while ((parents = git_commit_parentcount(commit)) == 1 &&
	       git_commit_lookup(&next, git, git_commit_parent_id(commit, 0)) >= 0) {
		git_commit_free(commit);
		commit = next;
	}
	if (parents <= 1 && git_commit_tree(&tree, commit) >= 0)
		clean = gitperf_purge__revokes_all(p, tree);
	git_tree_free(tree);
	git_commit_free(commit);
	return clean;
}

static int is_done_on(const struct purge *p, git_tree *base, const git_oid *tip)
{
	struct additions found = ADDITIONS_INIT;
	int err, done;

	if (!base || !gitperf_purge__revokes_all(p, base))
		return 0;
	err = gitperf_purge__find(&found, p->swap.repo, p, base, NULL);
	done = !found.n;
	gitperf_additions_free(&found);
	return err < 0 ? err : done && history_is_clean(p, tip);
}

int gitperf_purge__is_done(struct purge *p, git_tree *base, const git_oid *tip)
{
	const struct source *s = p->swap.sources;
	int done = is_done_on(p, base, tip);
	size_t i;

	for (i = 0; i < SOURCES && !done; i++)
		done = is_done_on(p, s[i].tree, &s[i].tip);
	for (i = 0; i < p->n && done > 0; i++)
		p->items[i].public.state = GITPERF_PURGE_REVOKED;
	return done;
}

/* --- What is to be done --- */

/* By its id, or by what takes its place */
static void count_removed(struct purge *p, const git_oid *oid)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (git_oid_equal(&p->items[i].oid, oid) || git_oid_equal(&p->items[i].text, oid))
			p->items[i].public.state = GITPERF_PURGE_REMOVED;
}

/* Of what only the remote's branch has: nothing that is revoked */
static void filter(struct purge *p, struct additions *edits, size_t from, const struct revoked *all)
{
	size_t i, n = from;

	for (i = from; i < edits->n; i++) {
		struct addition *add = &edits->list[i];
		const struct purge_item *item = gitperf_purge__item(p, &add->oid);
		int is_revocation = gitperf_layout_is_below(add->path, LAYOUT_REVOKED);

		if (item)
			count_removed(p, &add->oid);
		if (item && is_revocation)
			add->oid = item->text;
		else if (!is_revocation && gitperf_revoked_has(all, &add->oid))
			continue;
		edits->list[n++] = *add;
	}
	edits->n = n;
}

/* Whether one of the folders on the way to a file is to be a file as well */
static int is_below_file(const struct additions *edits, const char *path)
{
	const char *slash;

	for (slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
		if (gitperf_additions_find(edits, path, (size_t)(slash - path)))
			return 1;
	return 0;
}

/* Two copies of the remote's branch may disagree about what is a folder */
static int drop_shadowed(struct additions *edits)
{
	char *drop = calloc(edits->n + 1, 1);
	size_t i, n = 0;

	if (!drop)
		return gitperf_fail_oom();
	for (i = 0; i < edits->n; i++)
		drop[i] = (char)(edits->list[i].how == ADDITION_NEW && is_below_file(edits, edits->list[i].path));
	for (i = 0; i < edits->n; i++)
		if (!drop[i])
			edits->list[n++] = edits->list[i];
	edits->n = n;
	free(drop);
	return 0;
}

static int add_sources(struct purge *p, struct additions *edits, git_tree *base,
		       const struct revoked *all)
{
	size_t from = edits->n;
	int i, err = 0;

	for (i = 0; i < SOURCES && !err; i++)
		if (p->swap.sources[i].tree)
			err = gitperf_union_add(edits, p->swap.repo, base, p->swap.sources[i].tree, UNION_ALL);
	if (!err)
		filter(p, edits, from, all);
	return err;
}

/* The files of the revocations that nobody has made yet */
static int add_revocations(struct purge *p, struct additions *edits)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	size_t i;
	int err = 0;

	for (i = 0; i < p->n && !err; i++) {
		if (p->items[i].is_revoked)
			continue;
		gitperf_buf_truncate(&path, 0);
		gitperf_layout_revoked(&path, p->items[i].public.id);
		err = gitperf_buf_check(&path);
		if (!err)
			err = gitperf_additions_add(edits, path.ptr, &p->items[i].text);
	}
	gitperf_buffer_dispose(&path);
	return err;
}

static int collect_all(struct revoked *all, const struct purge *p, git_tree *base)
{
	git_repository *git = gitperf_repo__handle(p->swap.repo);
	size_t i;
	int err = gitperf_revoked_add_tree(all, git, base);

	if (!err)
		err = gitperf_revoked_add_sources(all, git, p->swap.sources);
	/* another purge may have been here since names were looked up */
	for (i = 0; i < p->n && !err; i++) {
		p->items[i].is_revoked = gitperf_revoked_has(all, &p->items[i].oid);
		p->items[i].public.state = p->items[i].is_revoked ? GITPERF_PURGE_REVOKED : GITPERF_PURGE_AHEAD;
	}
	for (i = 0; i < p->n && !err; i++)
		err = gitperf_revoked_add(all, &p->items[i].oid);
	return err;
}

int gitperf_purge__edits(struct additions *edits, struct purge *p, git_tree *base)
{
	struct revoked all = { NULL, 0, 0 };
	size_t i, removed;
	int err = collect_all(&all, p, base);

	if (!err)
		err = gitperf_purge__find(edits, p->swap.repo, p, base, &all);
	removed = edits->n;
	for (i = 0; i < removed; i++)
		count_removed(p, &edits->list[i].oid);
	if (!err)
		err = add_sources(p, edits, base, &all);
	if (!err)
		err = add_revocations(p, edits);
	if (!err) {
		gitperf_additions_sort(edits);
		err = drop_shadowed(edits);
	}
	gitperf_revoked_free(&all);
	return err;
}
