/*
 * seen.c - is everything still there that was there before?
 *
 * refs/perf/seen keeps the commit that this clone last wrote. Trees are
 * compared rather than commits, so it works in shallow clones and after the
 * history was squashed; equal folders are skipped, so it costs what changed.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/store.h"

struct comparison {
	git_repository *git;
	git_tree *after_root;
	gitperf_buffer path;
	void (*missing)(void *payload, const char *path);
	void *payload;
	long count;
};

static int compare_trees(struct comparison *c, git_tree *before, git_tree *after);

static int report_file(struct comparison *c, const git_tree_entry *entry)
{
	char id[GITPERF_ID_SIZE];
	int revoked;

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	revoked = gitperf_store__is_revoked(c->after_root, id);
	if (revoked)
		return revoked < 0 ? revoked : 0;
	c->count++;
	if (c->missing)
		c->missing(c->payload, c->path.ptr);
	return 0;
}

static int compare_folder(struct comparison *c, const git_tree_entry *before,
			  const git_tree_entry *after)
{
	git_tree *a = NULL, *b = NULL;
	int rc, err;

	rc = git_tree_lookup(&a, c->git, git_tree_entry_id(before));
	if (rc >= 0 && after && git_tree_entry_type(after) == GIT_OBJECT_TREE)
		rc = git_tree_lookup(&b, c->git, git_tree_entry_id(after));
	err = rc < 0 ? gitperf_fail_git(rc, "cannot read '%s'", c->path.ptr) :
		compare_trees(c, a, b);
	git_tree_free(a);
	git_tree_free(b);
	return err;
}

static int compare_trees(struct comparison *c, git_tree *before, git_tree *after)
{
	size_t i, base = c->path.len;
	int err = 0;

	for (i = 0; i < git_tree_entrycount(before) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(before, i);
		const char *name = git_tree_entry_name(entry);
		const git_tree_entry *now = after ? git_tree_entry_byname(after, name) : NULL;

		if (now && git_oid_equal(git_tree_entry_id(now), git_tree_entry_id(entry)))
			continue;
		gitperf_buf_addf(&c->path, "%s%s", base ? "/" : "", name);
		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE)
			err = compare_folder(c, entry, now);
		else if (strcmp(c->path.ptr, LAYOUT_FORMAT))
			err = report_file(c, entry);
		gitperf_buf_truncate(&c->path, base);
	}
	return err < 0 ? err : gitperf_buf_check(&c->path);
}

long gitperf_seen_compare(gitperf_repo *repo, git_tree *before, git_tree *after,
			  void (*missing)(void *payload, const char *path),
			  void *payload)
{
	struct comparison c = {
		.git = gitperf_repo__handle(repo), .after_root = after,
		.path = GITPERF_BUFFER_INIT, .missing = missing, .payload = payload
	};
	int err = compare_trees(&c, before, after);

	gitperf_buffer_dispose(&c.path);
	return err < 0 ? err : c.count;
}

static git_tree *tree_of(git_repository *git, const git_oid *id)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;

	if (!git_commit_lookup(&commit, git, id))
		git_commit_tree(&tree, commit);
	git_commit_free(commit);
	return tree;
}

/* Whether nothing that is remembered is gone */
static int may_follow(gitperf_repo *repo, const git_oid *old, const git_oid *new,
		      const gitperf_events *events)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_tree *before, *after;
	git_oid seen;
	long missing = 0;

	if (git_reference_name_to_id(&seen, git, gitperf_repo__seen_ref(repo)) < 0 ||
	    (old && git_oid_equal(&seen, old)))
		return 1;
	before = tree_of(git, &seen);
	if (!before)
		return 1;
	after = tree_of(git, new);
	missing = after ? gitperf_seen_compare(repo, before, after, NULL, NULL) : -1;
	git_tree_free(before);
	git_tree_free(after);
	/* what cannot be compared must not be forgotten either */
	if (missing <= 0)
		return !missing;
	gitperf_fail(GITPERF_EFORMAT, "%ld record%s that %s on %s disappeared", missing,
		     missing == 1 ? "" : "s", missing == 1 ? "was" : "were", gitperf_repo_data_ref(repo));
	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(), "git perf fsck names them");
	return 0;
}

/*
 * After the branch, never with it: a memory must not run ahead of what it
 * remembers. Whoever holds its lock may keep it this time.
 */
void gitperf_seen_follow(gitperf_repo *repo, const git_oid *old, const git_oid *new,
			 const gitperf_events *events)
{
	if (may_follow(repo, old, new, events))
		gitperf_store__set_ref(repo, gitperf_repo__seen_ref(repo), new,
				       "git perf: append", events);
}

/* What it keeps is kept for good: after a purge, by whomever, that must not be */
void gitperf_seen_refresh(gitperf_repo *repo, const gitperf_events *events)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_oid tip, seen;

	if (!git_reference_name_to_id(&tip, git, gitperf_repo_data_ref(repo)) &&
	    !git_reference_name_to_id(&seen, git, gitperf_repo__seen_ref(repo)) &&
	    !git_oid_equal(&tip, &seen))
		gitperf_seen_follow(repo, NULL, &tip, events);
}
