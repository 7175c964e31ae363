/*
 * lane.c - records on their way: a reference of their own for each delivery
 *
 * A lane is a commit without a parent whose tree holds the new records alone,
 * laid out as on the branch. Its name ends in digits of that tree, and its
 * author and date are made from the records, so the same delivery is the same
 * lane: repeating it changes nothing.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/layout.h"
#include "store/lane.h"

#include <gitperf/platform.h>

#define NAME_DIGITS 20

/* When the last of them was finished */
static gitperf_time newest(const struct addition *adds, size_t n)
{
	char platform[GITPERF_NAME_MAX + 1];
	gitperf_entry entry;
	gitperf_time when = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (gitperf_layout_read_path(&entry, platform, adds[i].path, adds[i].id) &&
		    entry.finished > when)
			when = entry.finished;
	return when;
}

/* "runs/<platform>/": how long, in a record's path; other files have none */
static size_t platform_length(const char *path)
{
	const char *slash = strchr(path, '/');

	slash = slash ? strchr(slash + 1, '/') : NULL;
	return slash ? (size_t)(slash - path) + 1 : 0;
}

static int make_lane(struct lane_out *lane, struct arena *arena, struct remote *r,
		     struct addition *adds, size_t n)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT, prefix = GITPERF_BUFFER_INIT;
	const char *platform = adds[0].path + strlen(LAYOUT_RUNS "/");
	git_commit *commit = NULL;
	char tree[GITPERF_ID_SIZE];
	git_oid id;
	int rc, err = gitperf_commit_alone(&id, r->repo, adds, n, newest(adds, n));

	if (err < 0 || (err = gitperf_repo_config_string(&prefix, r->repo, "perf.lanePrefix")) < 0)
		goto out;
	if (err && gitperf_platform_check(prefix.ptr) < 0) {
		err = gitperf_hint(gitperf_blame(GITPERF_EINVALID, "perf.lanePrefix"),
				   "a name as of a platform: git config perf.lanePrefix arm1");
		goto out;
	}
	if ((rc = git_commit_lookup(&commit, r->git, &id)) < 0) {
		err = gitperf_fail_git(rc, "cannot read the lane's commit");
		goto out;
	}
	git_oid_tostr(tree, sizeof(tree), git_commit_tree_id(commit));
	git_commit_free(commit);
	gitperf_buf_addf(&name, "%s/%.*s/%.*s", gitperf_repo__inbox(r->repo),
			 err ? (int)prefix.len : (int)strcspn(platform, "/"),
			 err ? prefix.ptr : platform, NAME_DIGITS, tree);
	err = 0;
	lane->ref = gitperf_arena_strdup(arena, name.ptr);
	git_oid_tostr(lane->id, sizeof(lane->id), &id);
	err = gitperf_arena_check(arena);
out:
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&prefix);
	return err;
}

int gitperf_lanes_make(struct lane_out **out, size_t *n, struct arena *arena,
		       struct remote *r, struct additions *adds)
{
	struct lane_out *grown;
	size_t i, same, len;
	int err = 0;

	*out = NULL;
	*n = 0;
	for (i = 0; i < adds->n && !err; i += same) {
		len = platform_length(adds->list[i].path);
		for (same = 1; i + same < adds->n &&
		     !strncmp(adds->list[i].path, adds->list[i + same].path, len); same++)
			;
		if (!gitperf_addition_is_record(&adds->list[i]))
			continue;
		grown = gitperf_arena_grow(arena, *out, *n, sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		*out = grown;
		err = make_lane(&grown[(*n)++], arena, r, adds->list + i, same);
	}
	return err;
}
