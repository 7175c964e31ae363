/*
 * revoked.c - the ids that must never come back, of whole trees
 *
 * Whoever asks about one id looks for its file; whoever goes through all
 * records takes the list once, because each look opens folders anew.
 */
#include "base/compat.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/revoked.h"

static int add_id(struct revoked *r, const git_oid *id)
{
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		git_oid *grown = realloc(r->ids, room * sizeof(*grown));

		if (!grown)
			return gitperf_fail_oom();
		r->ids = grown;
		r->room = room;
	}
	r->ids[r->n++] = *id;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	return git_oid_cmp(a, b);
}

static void sort(struct revoked *r)
{
	size_t i, n = 0;

	if (r->n)
		qsort(r->ids, r->n, sizeof(*r->ids), compare_ids);
	for (i = 0; i < r->n; i++)
		if (!n || !git_oid_equal(&r->ids[n - 1], &r->ids[i]))
			r->ids[n++] = r->ids[i];
	r->n = n;
}

int gitperf_revoked_add(struct revoked *r, const git_oid *id)
{
	size_t i;
	int err;

	if (gitperf_revoked_has(r, id))
		return 0;
	if ((err = add_id(r, id)) < 0)
		return err;
	for (i = r->n - 1; i && git_oid_cmp(&r->ids[i - 1], id) > 0; i--)
		r->ids[i] = r->ids[i - 1];
	r->ids[i] = *id;
	return 0;
}

/* A name that is no id, or lies in the wrong folder, revokes nothing */
static int add_folder(struct revoked *r, git_repository *git, const git_tree_entry *folder)
{
	git_tree *tree = NULL;
	git_oid id;
	size_t i;
	int rc, err = 0;

	rc = git_tree_lookup(&tree, git, git_tree_entry_id(folder));
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read " LAYOUT_REVOKED "/%s", git_tree_entry_name(folder));
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++) {
		const char *name = git_tree_entry_name(git_tree_entry_byindex(tree, i));

		if (gitperf_layout_is_revoked(git_tree_entry_name(folder), name) &&
		    !git_oid_fromstr(&id, name))
			err = add_id(r, &id);
	}
	git_tree_free(tree);
	return err;
}

int gitperf_revoked_add_tree(struct revoked *r, git_repository *git, git_tree *root)
{
	const git_tree_entry *entry = git_tree_entry_byname(root, LAYOUT_REVOKED);
	git_tree *tree = NULL;
	size_t i;
	int rc, err = 0;

	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_TREE)
		return 0;
	rc = git_tree_lookup(&tree, git, git_tree_entry_id(entry));
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read " LAYOUT_REVOKED);
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++) {
		entry = git_tree_entry_byindex(tree, i);
		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE)
			err = add_folder(r, git, entry);
	}
	sort(r);
	git_tree_free(tree);
	return err;
}

int gitperf_revoked_add_sources(struct revoked *r, git_repository *git,
				const struct source sources[SOURCES])
{
	int i, err = 0;

	for (i = 0; i < SOURCES && !err; i++)
		if (sources[i].tree)
			err = gitperf_revoked_add_tree(r, git, sources[i].tree);
	return err;
}

int gitperf_revoked_has(const struct revoked *r, const git_oid *id)
{
	return r->n && bsearch(id, r->ids, r->n, sizeof(*r->ids), compare_ids) != NULL;
}

void gitperf_revoked_free(struct revoked *r)
{
	free(r->ids);
	memset(r, 0, sizeof(*r));
}
