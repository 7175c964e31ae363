/*
 * fsck.c - is the branch what it should be?
 *
 * Names are checked against bytes, bytes against the schema and their
 * checksum, objects against their hash, history against being linear, and the
 * whole against what this clone last wrote.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/fsck.h"
#include "store/layout.h"

#include <gitperf/platform.h>

/* or with the digest of the branch's name behind */
#define SEEN "refs/perf/seen"

struct fsck {
	gitperf_repo *repo;
	git_repository *git;
	git_odb *odb;
	const gitperf_fsck_options *opts;
	gitperf_fsck_result *result;
	const struct fsck_kind *kind; /* of the files at hand */
	gitperf_buffer path;
	int is_partial;
};

static void problem_at(struct fsck *f, const char *where, const char *what,
		       const char *hint)
{
	f->result->problems++;
	if (f->opts->problem)
		f->opts->problem(f->opts->payload, where, what, hint);
}

static void problem(struct fsck *f, const char *what, const char *hint)
{
	problem_at(f, f->path.ptr, what, hint);
}

/* A hash that does not agree, or a missing object: 0 and a problem */
static int read_blob(struct fsck *f, git_odb_object **out, const git_oid *oid)
{
	git_object_t type;
	size_t len;
	int rc;

	*out = NULL;
	rc = git_odb_read_header(&len, &type, f->odb, oid);
	if (rc >= 0 && type == GIT_OBJECT_BLOB && len > GITPERF_RECORD_MAX) {
		problem(f, "is larger than such a file can be", "readers skip it");
		return 0;
	}
	if (rc >= 0)
		rc = git_odb_read(out, f->odb, oid);
	if (rc == GIT_ENOTFOUND && f->is_partial) {
		/* its remote has promised it: nothing is known against it */
		f->result->absent++;
		++*f->kind->count(f->result);
		return 0;
	}
	if (rc < 0) {
		gitperf_fail_git(rc, "cannot be read");
		problem(f, gitperf_error_message(), "fetch the branch again from where it is whole");
	}
	return rc >= 0;
}

/* --- What a partial clone has left with its remote --- */

struct absent {
	git_odb *odb;
	gitperf_buffer ids;            /* of blobs, a line each */
};

static int list_absent(const char *root, const git_tree_entry *entry, void *payload)
{
	struct absent *absent = payload;

	(void)root;
	if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
	    !git_odb_exists(absent->odb, git_tree_entry_id(entry)))
		gitperf_buf_addf(&absent->ids, "%s\n", git_oid_tostr_s(git_tree_entry_id(entry)));
	return 0;
}

/* All at once, before any is looked at; what does not come is counted then */
static int fetch_absent(struct fsck *f, const git_tree_entry *folder)
{
	const gitperf_events *events = f->opts->events;
	struct absent absent = { f->odb, GITPERF_BUFFER_INIT };
	git_tree *tree = NULL;
	int err;

	if (!f->is_partial || git_tree_lookup(&tree, f->git, git_tree_entry_id(folder)) < 0)
		return 0;
	git_tree_walk(tree, GIT_TREEWALK_PRE, list_absent, &absent);
	git_tree_free(tree);
	err = gitperf_buf_check(&absent.ids);
	if (!err && absent.ids.len)
		err = gitperf_repo__fetch_objects(f->repo, &absent.ids);
	gitperf_buffer_dispose(&absent.ids);
	if (err < 0 && err != GITPERF_ENOMEM && events && events->warning)
		events->warning(events->payload, gitperf_error_message(), gitperf_error_hint());
	return err == GITPERF_ENOMEM ? err : 0;
}

/* --- Records and decisions --- */

static void check_content(struct fsck *f, const git_oid *oid)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_odb_object *object = NULL;
	char id[GITPERF_ID_SIZE];
	const char *bytes;
	size_t len;

	if (!read_blob(f, &object, oid))
		return;
	git_oid_tostr(id, sizeof(id), oid);
	bytes = git_odb_object_data(object);
	len = git_odb_object_size(object);
	if (f->kind->is_newer(bytes, len))
		f->result->newer++;
	else if (f->kind->path(&path, id, bytes, len) < 0)
		problem(f, gitperf_error_message(), f->kind->remedy);
	else if (strcmp(path.ptr, f->path.ptr))
		problem(f, "is not the name that its content makes", f->kind->remedy);
	++*f->kind->count(f->result);
	gitperf_buffer_dispose(&path);
	git_odb_object_free(object);
}

/* "is not <what> a record", for as long as somebody prints it */
static void problem_not(struct fsck *f, const char *what)
{
	char text[64];

	snprintf(text, sizeof(text), "is not %s %s", what, f->kind->what);
	problem(f, text, "it is skipped by readers and kept by writers");
}

static void check_file(struct fsck *f, const git_tree_entry *entry,
		       const char *fan, int depth)
{
	char id[GITPERF_ID_SIZE];

	git_oid_tostr(id, sizeof(id), git_tree_entry_id(entry));
	if (depth != 2 || !f->kind->is_name(fan, git_tree_entry_name(entry), id)) {
		problem_not(f, "the name of");
		return;
	}
	if (git_tree_entry_filemode(entry) != GIT_FILEMODE_BLOB)
		problem(f, "is not a plain file", "it is skipped by readers");
	check_content(f, git_tree_entry_id(entry));
}

/* NULL and a problem if it cannot be read */
static git_tree *open_folder(struct fsck *f, const git_tree_entry *folder)
{
	git_tree *tree = NULL;
	int rc = git_tree_lookup(&tree, f->git, git_tree_entry_id(folder));

	if (rc < 0) {
		gitperf_fail_git(rc, "cannot be read");
		problem(f, gitperf_error_message(), "fetch the branch again from where it is whole");
	}
	return tree;
}

/* depth 0: platforms, where there are any, 1: fans, 2: files */
static int walk_files(struct fsck *f, const git_tree_entry *folder, int depth)
{
	size_t i, base = f->path.len;
	git_tree *tree = open_folder(f, folder);
	int err = 0;

	for (i = 0; tree && i < git_tree_entrycount(tree) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *name = git_tree_entry_name(entry);

		gitperf_buf_addf(&f->path, "/%s", name);
		if (git_tree_entry_type(entry) != GIT_OBJECT_TREE)
			check_file(f, entry, git_tree_entry_name(folder), depth);
		else if (depth == 2 || (depth == 0 && gitperf_platform_check(name) < 0))
			problem_not(f, "a folder for");
		else
			err = walk_files(f, entry, depth + 1);
		gitperf_buf_truncate(&f->path, base);
		if (f->opts->events && f->opts->events->progress && !depth)
			f->opts->events->progress(f->opts->events->payload, "checking records",
						  i + 1, git_tree_entrycount(tree));
	}
	git_tree_free(tree);
	return err < 0 ? err : gitperf_buf_check(&f->path);
}

/* What is in a file there is for people; that it is there, under its name, is all */
static void check_revocation(struct fsck *f, const char *fan, const char *name)
{
	if (fan && gitperf_layout_is_revoked(fan, name))
		f->result->revoked++;
	else
		problem(f, "revokes nothing: it is not the id of a record, in the folder of its first two digits",
			"take it off the branch with git; to revoke a record: git perf purge");
}

/* `fan` is NULL for revoked/ itself */
static void walk_revoked(struct fsck *f, const git_tree_entry *folder, const char *fan)
{
	size_t i, base = f->path.len;
	git_tree *tree = open_folder(f, folder);

	for (i = 0; tree && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *name = git_tree_entry_name(entry);

		gitperf_buf_addf(&f->path, "/%s", name);
		if (!fan && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
			walk_revoked(f, entry, name);
		else
			check_revocation(f, fan, name);
		gitperf_buf_truncate(&f->path, base);
	}
	git_tree_free(tree);
}

/* Which generation it is may be said oddly; that it is one of ours is known by now */
static int check_generation(struct fsck *f, git_tree *root)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int odd, err = gitperf_store__format(&text, root, f->repo, gitperf_repo_data_ref(f->repo));

	if (!err) {
		gitperf_layout_generation(text.ptr, text.len, &odd);
		if (odd)
			problem_at(f, LAYOUT_FORMAT, "has more than one 'generation:' line, or one that is no whole number from 1 to 999999999",
				   "the largest that is one counts; the next git perf purge leaves one line");
	}
	gitperf_buffer_dispose(&text);
	return err;
}

static int check_files(struct fsck *f, git_tree *root, const struct fsck_kind *kind)
{
	const git_tree_entry *folder = git_tree_entry_byname(root, kind->folder);
	int err = 0;

	if (!folder)
		return 0;
	f->kind = kind;
	gitperf_buf_adds(&f->path, kind->folder);
	if (git_tree_entry_type(folder) != GIT_OBJECT_TREE)
		problem_not(f, "a folder for");
	else if (!(err = fetch_absent(f, folder)))
		err = walk_files(f, folder, !kind->has_platforms);
	gitperf_buf_truncate(&f->path, 0);
	return err;
}

static int check_revoked(struct fsck *f, const git_tree_entry *revoked)
{
	gitperf_buf_adds(&f->path, LAYOUT_REVOKED);
	if (git_tree_entry_type(revoked) != GIT_OBJECT_TREE)
		problem(f, "is not a folder", "nothing can be revoked: take it off the branch with git");
	else
		walk_revoked(f, revoked, NULL);
	gitperf_buf_truncate(&f->path, 0);
	return gitperf_buf_check(&f->path);
}

static int check_tree(struct fsck *f, git_tree *root)
{
	const git_tree_entry *revoked = git_tree_entry_byname(root, LAYOUT_REVOKED);
	int err = check_files(f, root, &gitperf_fsck__records);

	if (!err)
		err = check_files(f, root, &gitperf_fsck__decisions);
	if (!err)
		err = check_files(f, root, &gitperf_fsck__marks);
	return !err && revoked ? check_revoked(f, revoked) : err;
}

static int check_history(struct fsck *f, const git_oid *tip)
{
	git_oid oid = *tip;
	char hex[GITPERF_ID_SIZE];

	for (;;) {
		git_commit *commit = NULL;
		unsigned parents;
		int rc = git_commit_lookup(&commit, f->git, &oid);

		git_oid_tostr(hex, sizeof(hex), &oid);
		if (rc < 0) {
			/* the message first: asking for more would overwrite it */
			gitperf_fail_git(rc, "cannot be read");
			if (rc == GIT_ENOTFOUND && gitperf_repo_is_shallow(f->repo))
				return 0;
			problem_at(f, hex, gitperf_error_message(),
				   "fetch the branch again from where it is whole");
			return 0;
		}
		f->result->commits++;
		parents = git_commit_parentcount(commit);
		if (parents > 1)
			problem_at(f, hex, "is a merge: the history of the branch is not linear",
				   "no record is lost by it; write to the branch only with git perf");
		if (parents)
			git_oid_cpy(&oid, git_commit_parent_id(commit, 0));
		git_commit_free(commit);
		if (!parents)
			return 0;
	}
}

/*
 * Added again, not moved back to: the branch may have more since. What it has
 * already is no second time added, so one command serves for all that is gone.
 */
static void say_how_to_bring_back(gitperf_buffer *hint, const struct fsck *f, const char *path)
{
	const char *seen = gitperf_repo__seen_ref(f->repo);
	/* a namespace has its own branch, whatever perf.ref says */
	int apart = strncmp(seen, SEEN, strlen(SEEN)) != 0;

	if (gitperf_layout_is_below(path, LAYOUT_RUNS))
		gitperf_buf_addf(hint, "bring back all that is gone: git %s-c perf.ref=%s perf cat --all | git perf append",
				 apart ? "-c perf.namespace= " : "", seen);
	else if (gitperf_layout_is_below(path, LAYOUT_REVOKED))
		gitperf_buf_addf(hint, "revoke it again: git perf purge -m <why> %s", strrchr(path, '/') + 1);
	else
		gitperf_buf_addf(hint, "it is no record; %s still has it", seen);
	gitperf_buf_addf(hint, "; if it was meant to go: git update-ref -d %s", seen);
}

static void report_missing(void *payload, const char *path)
{
	gitperf_buffer hint = GITPERF_BUFFER_INIT;

	say_how_to_bring_back(&hint, payload, path);
	problem_at(payload, path, "was on the branch when this clone last wrote, and is gone",
		   hint.failed ? NULL : hint.ptr);
	gitperf_buffer_dispose(&hint);
}

static int check_seen(struct fsck *f, git_tree *root)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	git_oid seen;
	long missing = 0;

	if (git_reference_name_to_id(&seen, f->git, gitperf_repo__seen_ref(f->repo)) < 0)
		return 0;
	if (!git_commit_lookup(&commit, f->git, &seen) &&
	    !git_commit_tree(&tree, commit))
		missing = gitperf_seen_compare(f->repo, tree, root, report_missing, f);
	git_tree_free(tree);
	git_commit_free(commit);
	return missing < 0 ? (int)missing : 0;
}

/* The local branch; in a clone that has not written yet, the remote's */
static int find_tree(git_tree **out, git_oid *tip, gitperf_repo *repo)
{
	int err, found = gitperf_store__tree(out, tip, repo, gitperf_repo_data_ref(repo));
	struct source sources[SOURCES] = { { NULL, { { 0 } } } };
	const struct source *source;

	if (found)
		return found;
	if ((err = gitperf_sources_open(sources, repo)) < 0)
		return err;
	source = gitperf_sources_first(sources);
	if (source) {
		*tip = source->tip;
		git_tree_dup(out, source->tree);
	}
	gitperf_sources_close(sources);
	return source != NULL;
}

int gitperf_store_fsck(gitperf_fsck_result *out, gitperf_repo *repo,
		       const gitperf_fsck_options *opts)
{
	static const gitperf_fsck_options defaults = GITPERF_FSCK_OPTIONS_INIT;
	struct fsck f = {
		.repo = repo, .git = gitperf_repo__handle(repo), .result = out,
		.opts = opts ? opts : &defaults, .path = GITPERF_BUFFER_INIT,
		.is_partial = gitperf_repo__is_partial(repo)
	};
	git_tree *root = NULL;
	git_oid tip;
	int rc, err;

	memset(out, 0, sizeof(*out));
	/* here, unlike elsewhere, every object's hash is wanted */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	rc = git_repository_odb(&f.odb, f.git);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	err = find_tree(&root, &tip, repo);
	if (!err)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no perf branch here: %s does not exist",
				   gitperf_repo_data_ref(repo)), "git perf run -- <command> makes one");
	if (err > 0 && (err = check_history(&f, &tip)) >= 0 &&
	    (err = check_generation(&f, root)) >= 0 &&
	    (err = check_tree(&f, root)) >= 0)
		err = check_seen(&f, root);
	git_tree_free(root);
	git_odb_free(f.odb);
	gitperf_buffer_dispose(&f.path);
	return err;
}
