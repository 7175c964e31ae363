/*
 * transit_lanes.c - lanes that wait, here or elsewhere, and those in quarantine
 *
 * Names alone tell who has sent how many. Of what is in a lane nothing is
 * believed: that is looked at when it is collected.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"
#include "store/transit.h"

#define SUBJECT "perf: refused: "
#define SKIP " [skip ci]"
#define REASON_MAX 500
#define SECOND INT64_C(1000000000)
/* a lane with more names than this has not landed, as far as we look */
#define NAMES_MAX 100000

/* --- Into an inbox --- */

/* What a name has behind "<prefix>/", or NULL */
static const char *below(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && name[len] == '/' ? name + len + 1 : NULL;
}

/* In the order of their names, those of a folder come together */
static int count_lane(gitperf_inbox *out, struct arena *arena, const char *name)
{
	gitperf_lane_folder *folders = (gitperf_lane_folder *)out->folders;
	size_t len = strcspn(name, "/"), n = out->nfolders;

	out->lanes++;
	if (n && strlen(folders[n - 1].name) == len && !memcmp(folders[n - 1].name, name, len)) {
		folders[n - 1].lanes++;
		return 0;
	}
	folders = gitperf_arena_grow(arena, folders, n, sizeof(*folders));
	if (!folders)
		return gitperf_fail_oom();
	folders[n].name = gitperf_arena_copy(arena, name, len);
	folders[n].lanes = 1;
	out->folders = folders;
	out->nfolders++;
	return gitperf_arena_check(arena);
}

static int add_quarantined(gitperf_inbox *out, struct arena *arena, const char *name)
{
	gitperf_quarantined *grown = gitperf_arena_grow(arena, out->quarantined,
							out->nquarantined, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	memset(&grown[out->nquarantined], 0, sizeof(*grown));
	grown[out->nquarantined++].ref = gitperf_arena_strdup(arena, name);
	out->quarantined = grown;
	return gitperf_arena_check(arena);
}

int gitperf_transit__sort_lanes(gitperf_inbox *out, struct arena *arena, gitperf_repo *repo,
				struct listed_ref *refs, size_t n)
{
	size_t i;
	int err = 0;

	memset(out, 0, sizeof(*out));
	gitperf_refs_sort(refs, n);
	for (i = 0; i < n && !err; i++) {
		const char *name = below(refs[i].name, gitperf_repo__inbox(repo));

		if (name)
			err = count_lane(out, arena, name);
		else if (below(refs[i].name, gitperf_repo__quarantine(repo)))
			err = add_quarantined(out, arena, refs[i].name);
	}
	return err;
}

/* --- Our own --- */

/* The first line of the message, as quarantine.c wrote it, or somebody */
static const char *reason_of(struct arena *arena, const char *message)
{
	size_t len = strcspn(message, "\n");

	if (!strncmp(message, SUBJECT, strlen(SUBJECT))) {
		message += strlen(SUBJECT);
		len -= strlen(SUBJECT);
	}
	if (len >= strlen(SKIP) && !strncmp(message + len - strlen(SKIP), SKIP, strlen(SKIP)))
		len -= strlen(SKIP);
	return gitperf_arena_copy(arena, message, len < REASON_MAX ? len : REASON_MAX);
}

static int read_reason(gitperf_quarantined *q, struct arena *arena, git_repository *git)
{
	git_commit *commit = NULL;
	git_oid id;
	int64_t when;

	if (!git_reference_name_to_id(&id, git, q->ref) && !git_commit_lookup(&commit, git, &id)) {
		when = git_commit_time(commit);
		q->reason = reason_of(arena, git_commit_message(commit));
		q->when = when > 0 && when < INT64_MAX / SECOND ? when * SECOND : 0;
	}
	git_commit_free(commit);
	return gitperf_arena_check(arena);
}

int gitperf_transit__own_lanes(struct transit *t, gitperf_repo *repo)
{
	struct listed_ref *refs = NULL;
	size_t n = 0, i;
	int err = gitperf_refs_list(&refs, &n, &t->arena, repo, gitperf_repo__inbox(repo));

	if (!err)
		err = gitperf_refs_list(&refs, &n, &t->arena, repo, gitperf_repo__quarantine(repo));
	if (!err)
		err = gitperf_transit__sort_lanes(&t->public.inbox, &t->arena, repo, refs, n);
	for (i = 0; i < t->public.inbox.nquarantined && !err; i++)
		err = read_reason((gitperf_quarantined *)&t->public.inbox.quarantined[i], &t->arena,
				  gitperf_repo__handle(repo));
	return err;
}

/* --- Those that were fetched --- */

struct landing {
	git_repository *git;
	size_t names;              /* looked at so far */
};

/*
 * Whether all names of a folder are in the branch's, too. depth 0: runs/, 1: a
 * platform, 2: a fan; what is deeper, or missing, is none of ours.
 */
static int has_landed(struct landing *l, const git_tree_entry *lane,
		      const git_tree_entry *branch, int depth)
{
	git_tree *a = NULL, *b = NULL;
	int landed = 0;
	size_t i;

	if (!branch)
		return 0;
	if (git_oid_equal(git_tree_entry_id(lane), git_tree_entry_id(branch)))
		return 1;
	if (depth > 2 || git_tree_lookup(&a, l->git, git_tree_entry_id(lane)) < 0 ||
	    git_tree_lookup(&b, l->git, git_tree_entry_id(branch)) < 0)
		goto out;
	landed = 1;
	for (i = 0; i < git_tree_entrycount(a) && landed; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(a, i);

		landed = ++l->names < NAMES_MAX &&
			 has_landed(l, entry, git_tree_entry_byname(b, git_tree_entry_name(entry)), depth + 1);
	}
out:
	git_tree_free(a);
	git_tree_free(b);
	return landed;
}

static int is_landed(struct remote *r, const char *id)
{
	struct landing l = { r->git, 0 };
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	git_oid oid;
	int landed = 0;

	if (r->tree && !git_oid_fromstr(&oid, id) && !git_commit_lookup(&commit, r->git, &oid) &&
	    !git_commit_tree(&tree, commit) && git_tree_entry_byname(tree, LAYOUT_RUNS))
		landed = has_landed(&l, git_tree_entry_byname(tree, LAYOUT_RUNS),
				    git_tree_entry_byname(r->tree, LAYOUT_RUNS), 0);
	git_tree_free(tree);
	git_commit_free(commit);
	return landed;
}

int gitperf_transit__fetched_lanes(size_t *out, struct remote *r)
{
	gitperf_buffer prefix = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;
	struct listed_ref *refs = NULL;
	size_t n = 0, i;
	int err = gitperf_remote_lanes(&prefix, r);

	*out = 0;
	if (!err)
		err = gitperf_refs_list(&refs, &n, &arena, r->repo, prefix.ptr);
	for (i = 0; i < n && !err; i++)
		*out += !is_landed(r, refs[i].id);
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&prefix);
	return err;
}
