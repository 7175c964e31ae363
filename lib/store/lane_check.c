/*
 * lane_check.c - a lane is looked at as any input from outside
 *
 * Whoever may push a lane may push anything. It counts only if it is a commit
 * whose tree is `format` and records, each under the name that its bytes make,
 * in canonical form with a checksum that agrees, and if the lane is neither too
 * large nor from somebody who has no business with the platform. One wrong file
 * makes the whole lane wrong: what comes as one delivery lands as one.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/record.h"
#include "store/lane.h"
#include "store/layout.h"

#include <gitperf/platform.h>

/* hundreds of names must fit on one command line, and into paths of ours */
#define NAME_MOST 512

struct check {
	gitperf_repo *repo;
	git_repository *git;
	git_odb *odb;
	struct lane *lane;
	gitperf_batch *own;            /* until all of it is good */
	gitperf_buffer prefix;         /* the folder of the lane in the inbox */
	const struct lane_rules *rules;
};

/* --- Who may send what --- */

/* "perfLane.<prefix>.platform", all of them; 1 if there is such a section */
static int list_allowed(gitperf_buffer *out, struct check *c)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int found;

	gitperf_buf_addf(&key, "perflane.%s.platform", c->prefix.ptr);
	found = gitperf_buf_check(&key);
	if (!found)
		found = gitperf_repo_config_string(out, c->repo, key.ptr);
	gitperf_buffer_dispose(&key);
	return found;
}

static int has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		list += strspn(list, " ,");
		if (strcspn(list, " ,") == len && !strncmp(list, word, len))
			return 1;
		list += strcspn(list, " ,");
	}
	return 0;
}

/* Without any rule, whoever may push a lane may send any platform */
static int check_platform(struct check *c, const char *platform)
{
	gitperf_buffer allowed = GITPERF_BUFFER_INIT;
	int err, found = list_allowed(&allowed, c);

	if (found < 0)
		err = found;
	else if (found && !has_word(allowed.ptr, platform))
		err = gitperf_hint(gitperf_fail(GITPERF_EDENIED, "records of '%s' may not come by lanes of '%s'", platform, c->prefix.ptr),
				   "if they may: git config perfLane.%s.platform \"%s %s\"", c->prefix.ptr, allowed.ptr, platform);
	else if (!found && c->rules->strict)
		err = gitperf_hint(gitperf_fail(GITPERF_EDENIED, "nothing may come by lanes of '%s'", c->prefix.ptr),
				   "if it may: git config perfLane.%s.platform %s", c->prefix.ptr, platform);
	else
		err = 0;
	gitperf_buffer_dispose(&allowed);
	return err;
}

/* --- What is in it --- */

/* What cannot be read here may be readable elsewhere */
static int fail_read(struct check *c, const char *path)
{
	c->lane->fate = LANE_STAYS;
	return gitperf_hint(gitperf_fail(GITPERF_EIO, "'%.200s' cannot be read", path),
			    "git fsck tells whether the repository is damaged");
}

static int fail_file(const char *path, const char *why)
{
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' %s", path, why),
			    "a lane holds records alone, as git perf push makes it");
}

static int check_limits(struct check *c, size_t len)
{
	c->lane->bytes += len;
	if (++c->lane->records > (uint64_t)c->rules->records)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds more than %lld records", (long long)c->rules->records),
				    "git config perf.laneRecords <n> allows more");
	if (c->lane->bytes > (uint64_t)c->rules->bytes)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds more than %lld bytes", (long long)c->rules->bytes),
				    "git config perf.laneBytes <n> allows more");
	return 0;
}

/* Name, canonical bytes, checksum; then it is one of the batch */
static int check_bytes(struct check *c, const char *path, const char *bytes, size_t len)
{
	gitperf_buffer made = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	int err;

	if (gitperf_record__is_newer(bytes, len)) {
		c->lane->fate = LANE_STAYS;
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' is of a newer schema", path),
				    "upgrade git perf where lanes are collected");
	}
	err = gitperf_store_path(&made, id, bytes, len);
	if (err < 0)
		err = gitperf_blame(err, "'%.200s'", path);
	else if (strcmp(made.ptr, path))
		err = fail_file(path, "is not the name that its content makes");
	else
		err = gitperf_batch__add_stored(c->own, path, bytes, len);
	gitperf_buffer_dispose(&made);
	return err < 0 ? err : 0;
}

static int check_record(struct check *c, const char *path, const git_tree_entry *entry)
{
	char platform[GITPERF_NAME_MAX + 1], id[GITPERF_ID_SIZE];
	git_odb_object *object = NULL;
	gitperf_entry parsed;
	git_object_t type;
	size_t len;
	int err;

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	if (git_tree_entry_filemode(entry) != GIT_FILEMODE_BLOB ||
	    !gitperf_layout_read_path(&parsed, platform, path, id))
		return fail_file(path, "is not the name of a record");
	if (git_odb_read_header(&len, &type, c->odb, git_tree_entry_id(entry)) < 0 || type != GIT_OBJECT_BLOB)
		return fail_read(c, path);
	if (len > GITPERF_RECORD_MAX)
		return fail_file(path, "is larger than a record can be");
	if ((err = check_limits(c, len)) < 0 || (err = check_platform(c, platform)) < 0)
		return err;
	if (git_odb_read(&object, c->odb, git_tree_entry_id(entry)) < 0)
		return fail_read(c, path);
	err = check_bytes(c, path, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return err;
}

/* depth 0: the root, 1: runs/, 2: a platform, 3: a fan */
static int walk(struct check *c, git_tree *tree, gitperf_buffer *path, int depth)
{
	size_t i, len = path->len;
	int err = 0;

	/* and so no folder is looked into that adds no record: those are limited */
	if (!git_tree_entrycount(tree))
		err = fail_file(path->ptr, "holds nothing");
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		int is_folder = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
		git_tree *sub = NULL;

		gitperf_buf_addf(path, "%s%s", len ? "/" : "", git_tree_entry_name(entry));
		if ((err = gitperf_buf_check(path)) < 0)
			break;
		if (!depth && !strcmp(path->ptr, LAYOUT_FORMAT))
			;
		else if (!is_folder && depth == 3)
			err = check_record(c, path->ptr, entry);
		else if (!is_folder || depth == 3 || (!depth && strcmp(path->ptr, LAYOUT_RUNS)))
			err = fail_file(path->ptr, "is not a record");
		else if (git_tree_lookup(&sub, c->git, git_tree_entry_id(entry)) < 0)
			err = fail_read(c, path->ptr);
		else
			err = walk(c, sub, path, depth + 1);
		git_tree_free(sub);
		gitperf_buf_truncate(path, len);
	}
	return err;
}

struct missing {
	struct check *check;
	gitperf_buffer ids;            /* of blobs, a line each */
	int64_t n;
};

/* What the branch has as well, a partial clone has left with the remote */
static int list_missing(const char *root, const git_tree_entry *entry, void *payload)
{
	struct missing *missing = payload;

	(void)root;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB ||
	    git_odb_exists(missing->check->odb, git_tree_entry_id(entry)))
		return 0;
	gitperf_buf_addf(&missing->ids, "%s\n", git_oid_tostr_s(git_tree_entry_id(entry)));
	return ++missing->n > missing->check->rules->records ? -1 : 0;
}

/* All of a lane's at once; what does not come is told when it is read */
static void fetch_missing(struct check *c, git_tree *tree)
{
	struct missing missing = { c, GITPERF_BUFFER_INIT, 0 };

	if (!gitperf_repo__is_partial(c->repo))
		return;
	git_tree_walk(tree, GIT_TREEWALK_PRE, list_missing, &missing);
	if (missing.ids.len && !missing.ids.failed)
		gitperf_repo__fetch_objects(c->repo, &missing.ids);
	gitperf_buffer_dispose(&missing.ids);
}

/* Hints repeat a part of the name */
static int check_letters(struct check *c)
{
	if (gitperf_hint_word(c->lane->name, NULL))
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "its name is not one that git perf makes"),
			    "%s", "letters, digits and /.-_+@,=%: alone");
}

/* It goes onto command lines, and into quarantine */
static int check_length(struct check *c)
{
	if (strlen(c->lane->name) <= NAME_MOST)
		return 0;
	c->lane->fate = LANE_STAYS;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "its name is too long"),
			    "git for-each-ref shows it where it is; git update-ref -d there removes it");
}

static int check_tree(struct check *c, git_tree *tree)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	if (!git_tree_entry_byname(tree, LAYOUT_FORMAT))
		return fail_file(LAYOUT_FORMAT, "is missing");
	if ((err = gitperf_store__check_tree(tree, c->repo, "it")) < 0) {
		/* perhaps a newer one */
		c->lane->fate = LANE_STAYS;
		return err;
	}
	fetch_missing(c, tree);
	err = walk(c, tree, &path, 0);
	gitperf_buffer_dispose(&path);
	if (!err && !c->lane->records)
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds no record"), "git perf push makes lanes");
	return err;
}

static int check_commit(struct check *c)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	int err;

	if (git_commit_lookup(&commit, c->git, &c->lane->oid) < 0 ||
	    git_commit_tree(&tree, commit) < 0) {
		/* nothing that could be put aside as a commit */
		c->lane->fate = LANE_STAYS;
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it is not a commit that can be read"),
				   "git push --delete <remote> <lane> removes it");
	} else {
		err = check_letters(c);
		if (!err)
			err = check_tree(c, tree);
	}
	git_tree_free(tree);
	git_commit_free(commit);
	return err;
}

/* What is wrong is in the last error */
static int refuse(struct lane *lane, struct arena *arena)
{
	const char *hint = gitperf_error_hint();

	if (lane->fate == LANE_GOOD)
		lane->fate = LANE_BAD;
	lane->problem = gitperf_arena_strdup(arena, gitperf_error_message());
	lane->hint = gitperf_arena_strdup(arena, hint ? hint : "git perf push makes lanes that are right");
	return gitperf_arena_check(arena);
}

int gitperf_lane_check(struct lane *lane, struct arena *arena, gitperf_batch *batch,
		       gitperf_repo *repo, const struct lane_rules *rules)
{
	const char *prefix = lane->name + strlen(gitperf_repo__inbox(repo)) + 1;
	struct check c = { .repo = repo, .git = gitperf_repo__handle(repo), .lane = lane,
			   .prefix = GITPERF_BUFFER_INIT, .rules = rules };
	int rc, err = gitperf_batch_new(&c.own, repo);

	if (!err && (rc = git_repository_odb(&c.odb, c.git)) < 0)
		err = gitperf_fail_git(rc, "cannot open the object store");
	gitperf_buf_add(&c.prefix, prefix, strcspn(prefix, "/"));
	if (!err && !(err = gitperf_buf_check(&c.prefix))) {
		if (!(err = check_length(&c)) && !(err = check_commit(&c)))
			err = gitperf_batch_merge(batch, c.own);
		else if (err != GITPERF_ENOMEM)
			err = refuse(lane, arena);
	}
	git_odb_free(c.odb);
	gitperf_batch_free(c.own);
	gitperf_buffer_dispose(&c.prefix);
	return err;
}
