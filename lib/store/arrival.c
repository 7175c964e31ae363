/*
 * arrival.c - a lane is looked at as any input from outside
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

#define DEFAULT_RECORDS 1000
#define DEFAULT_BYTES (64 << 20)
/* of all lanes of one collection, which are in memory together */
#define DEFAULT_AT_ONCE (256 << 20)
/* hundreds of names must fit on one command line, and into paths of ours */
#define NAME_MOST 512

struct arrival {
	gitperf_repo *repo;
	git_repository *git;
	git_odb *odb;
	struct lane *lane;
	gitperf_batch *own;            /* of this lane, until all of it is good */
	gitperf_buffer prefix;         /* the folder of the lane in the inbox */
	gitperf_buffer missing;        /* ids of blobs, a line each */
	int64_t most_records, most_bytes;
	int64_t records, bytes;
	int64_t all_bytes, most_at_once;
};

/* --- Who may send what --- */

/* "perfLane.<prefix>.platform", all of them; 1 if there is such a section */
static int list_allowed(gitperf_buffer *out, struct arrival *a)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int found;

	gitperf_buf_addf(&key, "perflane.%s.platform", a->prefix.ptr);
	found = gitperf_buf_check(&key);
	if (!found)
		found = gitperf_repo_config_string(out, a->repo, key.ptr);
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
static int check_platform(struct arrival *a, const char *platform)
{
	gitperf_buffer allowed = GITPERF_BUFFER_INIT;
	int strict = 0, found, err = 0;

	if ((found = list_allowed(&allowed, a)) < 0 ||
	    (err = gitperf_repo_config_bool(&strict, a->repo, "perf.laneStrict")) < 0)
		err = found < 0 ? found : err;
	else if (found && !has_word(allowed.ptr, platform))
		err = gitperf_hint(gitperf_fail(GITPERF_EDENIED, "records of '%s' may not come by lanes of '%s'", platform, a->prefix.ptr),
				   "if they may: git config perfLane.%s.platform \"%s %s\"", a->prefix.ptr, allowed.ptr, platform);
	else if (!found && strict)
		err = gitperf_hint(gitperf_fail(GITPERF_EDENIED, "nothing may come by lanes of '%s'", a->prefix.ptr),
				   "if it may: git config perfLane.%s.platform %s", a->prefix.ptr, platform);
	else
		err = 0;
	gitperf_buffer_dispose(&allowed);
	return err;
}

/* --- What is in it --- */

/* What cannot be read here may be readable elsewhere */
static int fail_read(struct arrival *a, const char *path)
{
	a->lane->fate = LANE_STAYS;
	return gitperf_hint(gitperf_fail(GITPERF_EIO, "'%.200s' cannot be read", path),
			    "git fsck tells whether the repository is damaged");
}

static int fail_file(const char *path, const char *why)
{
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' %s", path, why),
			    "a lane holds records alone, as git perf push makes it");
}

static int check_limits(struct arrival *a, size_t len)
{
	a->bytes += (int64_t)len;
	if (++a->records > a->most_records)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds more than %lld records", (long long)a->most_records),
				    "git config perf.laneRecords <n> allows more");
	if (a->bytes > a->most_bytes)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds more than %lld bytes", (long long)a->most_bytes),
				    "git config perf.laneBytes <n> allows more");
	return 0;
}

/* Name, canonical bytes, checksum; then it is one of the batch */
static int check_bytes(struct arrival *a, const char *path, const char *bytes, size_t len)
{
	gitperf_buffer made = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	int err;

	if (gitperf_record__is_newer(bytes, len)) {
		a->lane->fate = LANE_STAYS;
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "'%.200s' is of a newer schema", path),
				    "upgrade git perf where lanes are collected");
	}
	err = gitperf_store_path(&made, id, bytes, len);
	if (err < 0)
		err = gitperf_blame(err, "'%.200s'", path);
	else if (strcmp(made.ptr, path))
		err = fail_file(path, "is not the name that its content makes");
	else
		err = gitperf_batch__add_stored(a->own, path, bytes, len);
	gitperf_buffer_dispose(&made);
	return err < 0 ? err : 0;
}

static int check_record(struct arrival *a, const char *path, const git_tree_entry *entry)
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
	if (git_odb_read_header(&len, &type, a->odb, git_tree_entry_id(entry)) < 0 || type != GIT_OBJECT_BLOB)
		return fail_read(a, path);
	if (len > GITPERF_RECORD_MAX)
		return fail_file(path, "is larger than a record can be");
	if ((err = check_limits(a, len)) < 0 || (err = check_platform(a, platform)) < 0)
		return err;
	if (git_odb_read(&object, a->odb, git_tree_entry_id(entry)) < 0)
		return fail_read(a, path);
	err = check_bytes(a, path, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return err;
}

/* depth 0: the root, 1: runs/, 2: a platform, 3: a fan */
static int walk(struct arrival *a, git_tree *tree, gitperf_buffer *path, int depth)
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
			err = check_record(a, path->ptr, entry);
		else if (!is_folder || depth == 3 || (!depth && strcmp(path->ptr, LAYOUT_RUNS)))
			err = fail_file(path->ptr, "is not a record");
		else if (git_tree_lookup(&sub, a->git, git_tree_entry_id(entry)) < 0)
			err = fail_read(a, path->ptr);
		else
			err = walk(a, sub, path, depth + 1);
		git_tree_free(sub);
		gitperf_buf_truncate(path, len);
	}
	return err;
}

/* What the branch has as well, a partial clone has left with the remote */
static int list_missing(const char *root, const git_tree_entry *entry, void *payload)
{
	struct arrival *a = payload;

	(void)root;
	if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
	    !git_odb_exists(a->odb, git_tree_entry_id(entry))) {
		gitperf_buf_addf(&a->missing, "%s\n", git_oid_tostr_s(git_tree_entry_id(entry)));
		if (++a->records > a->most_records)
			return -1;
	}
	return 0;
}

/* All of a lane's at once; what does not come is told when it is read */
static void fetch_missing(struct arrival *a, git_tree *tree)
{
	if (!gitperf_repo__is_partial(a->repo))
		return;
	gitperf_buf_truncate(&a->missing, 0);
	git_tree_walk(tree, GIT_TREEWALK_PRE, list_missing, a);
	if (a->missing.len && !a->missing.failed)
		gitperf_repo__fetch_objects(a->repo, &a->missing);
	a->records = 0;
}

/* Hints repeat a part of the name, and people copy hints into shells */
static int check_letters(struct arrival *a)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/.-_+@,=%";
	const char *name = a->lane->name;

	return name[strspn(name, plain)] ? gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "its name is not one that git perf makes"),
				 "%s", "letters, digits and /.-_+@,=% alone") : 0;
}

/* It goes onto command lines, and into quarantine */
static int check_length(struct arrival *a)
{
	if (strlen(a->lane->name) <= NAME_MOST)
		return 0;
	a->lane->fate = LANE_STAYS;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "its name is too long"),
			    "git for-each-ref shows it where it is; git update-ref -d there removes it");
}

static int check_commit(struct arrival *a)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	int err;

	if (git_commit_lookup(&commit, a->git, &a->lane->oid) < 0 ||
	    git_commit_tree(&tree, commit) < 0) {
		/* nothing that could be put aside as a commit */
		a->lane->fate = LANE_STAYS;
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it is not a commit that can be read"),
				   "git push --delete <remote> <lane> removes it");
	} else if ((err = check_letters(a)) < 0) {
		;
	} else if (!git_tree_entry_byname(tree, LAYOUT_FORMAT)) {
		err = fail_file(LAYOUT_FORMAT, "is missing");
	} else if ((err = gitperf_store__check_tree(tree, a->repo, "it")) < 0) {
		/* perhaps a newer one */
		a->lane->fate = LANE_STAYS;
	} else {
		fetch_missing(a, tree);
		err = walk(a, tree, &path, 0);
	}
	if (!err && !a->records)
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "it holds no record"), "git perf push makes lanes");
	git_tree_free(tree);
	git_commit_free(commit);
	gitperf_buffer_dispose(&path);
	return err;
}

/* --- All of them --- */

static int refuse(struct lanes *out, struct lane *lane)
{
	const char *hint = gitperf_error_hint();

	if (lane->fate == LANE_GOOD)
		lane->fate = LANE_BAD;
	lane->problem = gitperf_arena_strdup(&out->arena, gitperf_error_message());
	lane->hint = gitperf_arena_strdup(&out->arena, hint ? hint : "git perf push makes lanes that are right");
	return gitperf_arena_check(&out->arena);
}

static int check_lane(struct arrival *a, struct lanes *out, struct lane *lane, gitperf_batch *batch)
{
	const char *prefix = lane->name + strlen(gitperf_repo__inbox(a->repo)) + 1;
	int err = gitperf_batch_new(&a->own, a->repo);

	if (err < 0)
		return err;
	a->lane = lane;
	a->records = a->bytes = 0;
	gitperf_buf_truncate(&a->prefix, 0);
	gitperf_buf_add(&a->prefix, prefix, strcspn(prefix, "/"));
	if (!(err = check_length(a)))
		err = check_commit(a);
	lane->records = (size_t)a->records;
	a->all_bytes += a->bytes;
	if (!err)
		err = gitperf_batch_merge(batch, a->own);
	else if (err != GITPERF_ENOMEM)
		err = refuse(out, lane);
	gitperf_batch_free(a->own);
	return err;
}

/* References cost nothing: the same delivery, sent again, is looked at once */
static const struct lane *find_twin(const struct lanes *all, const struct lane *lane)
{
	size_t len = strlen(lane->name) - strlen(strrchr(lane->name, '/'));
	const struct lane *other;

	for (other = all->list; other < lane; other++)
		if (git_oid_equal(&other->oid, &lane->oid) && !strncmp(other->name, lane->name, len + 1))
			return other;
	return NULL;
}

static int judge(struct arrival *a, struct lanes *all, struct lane *lane, gitperf_batch *batch)
{
	const struct lane *twin = find_twin(all, lane);

	if (!twin)
		return check_lane(a, all, lane, batch);
	lane->fate = twin->fate;
	lane->problem = twin->problem;
	lane->hint = twin->hint;
	lane->records = twin->records;
	return 0;
}

static int name_lane(struct lane *lane, struct arena *arena, gitperf_repo *repo,
		     const char *prefix, const struct listed_ref *ref)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&name, "%s%s", gitperf_repo__inbox(repo), ref->name + strlen(prefix));
	lane->name = gitperf_arena_strdup(arena, name.ptr);
	lane->local = ref->name;
	memcpy(lane->id, ref->id, sizeof(lane->id));
	git_oid_fromstr(&lane->oid, ref->id);
	err = gitperf_buf_check(&name);
	gitperf_buffer_dispose(&name);
	return err;
}

static int list_lanes(struct lanes *out, gitperf_repo *repo, const char *prefix)
{
	struct listed_ref *refs = NULL;
	size_t n = 0, i;
	int err = gitperf_refs_list(&refs, &n, &out->arena, repo, prefix);

	if (err < 0 || !n)
		return err;
	gitperf_refs_sort(refs, n);
	out->list = gitperf_arena_array(&out->arena, n, sizeof(*out->list));
	if (!out->list)
		return gitperf_fail_oom();
	for (out->n = n, i = 0; i < n && !err; i++)
		err = name_lane(&out->list[i], &out->arena, repo, prefix, &refs[i]);
	return err < 0 ? err : gitperf_arena_check(&out->arena);
}

int gitperf_lanes_exist(gitperf_repo *repo)
{
	struct listed_ref *refs = NULL;
	struct arena arena = ARENA_INIT;
	size_t n = 0;
	int err = gitperf_refs_list(&refs, &n, &arena, repo, gitperf_repo__inbox(repo));

	gitperf_arena_free(&arena);
	return err < 0 ? err : n > 0;
}

static int read_limit(int64_t *out, gitperf_repo *repo, const char *key, int64_t usual)
{
	int found;

	*out = usual;
	found = gitperf_repo_config_int(out, repo, key);
	if (found >= 0 && *out < 1)
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%s must be at least 1", key),
				     "git config %s %lld", key, (long long)usual);
	return found < 0 ? found : 0;
}

int gitperf_lanes_read(struct lanes *out, gitperf_repo *repo, const char *prefix,
		       gitperf_batch *batch, const gitperf_events *events)
{
	struct arrival a = { .repo = repo, .git = gitperf_repo__handle(repo),
			     .prefix = GITPERF_BUFFER_INIT, .missing = GITPERF_BUFFER_INIT };
	size_t i;
	int rc, err = list_lanes(out, repo, prefix);

	if (err < 0 || !out->n)
		return err;
	if ((rc = git_repository_odb(&a.odb, a.git)) < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	if ((err = read_limit(&a.most_records, repo, "perf.laneRecords", DEFAULT_RECORDS)) >= 0)
		err = read_limit(&a.most_bytes, repo, "perf.laneBytes", DEFAULT_BYTES);
	if (err >= 0)
		err = read_limit(&a.most_at_once, repo, "perf.collectBytes", DEFAULT_AT_ONCE);
	for (i = 0; i < out->n && !err; i++) {
		err = judge(&a, out, &out->list[i], batch);
		if (a.all_bytes > a.most_at_once) {
			out->later = out->n - i - 1;
			out->n = i + 1;
		}
		if (events && events->progress)
			events->progress(events->payload, "looking at lanes", i + 1, out->n);
	}
	git_odb_free(a.odb);
	gitperf_buffer_dispose(&a.prefix);
	gitperf_buffer_dispose(&a.missing);
	return err;
}

void gitperf_lanes_free(struct lanes *lanes)
{
	gitperf_arena_free(&lanes->arena);
	memset(lanes, 0, sizeof(*lanes));
}
