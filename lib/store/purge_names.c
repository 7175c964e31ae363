/*
 * purge_names.c - which records are meant
 *
 * Names are looked up among all that is read here. No record is: a damaged
 * one, or one that is far too large, is what this is for.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/names.h"
#include "store/layout.h"
#include "store/purge.h"

/* All that can be known of names here, at one moment */
struct view {
	gitperf_repo *repo;
	gitperf_store *store;
	git_tree *roots[SOURCES + 1];      /* the local branch first; lent or NULL */
	struct source sources[SOURCES];
	struct revoked revoked;
};

static int open_view(struct view *v, gitperf_repo *repo)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_oid tip;
	int i, err;

	v->repo = repo;
	if ((err = gitperf_store_open(&v->store, repo)) < 0 ||
	    (err = gitperf_store__tree(&v->roots[0], &tip, repo, gitperf_repo_data_ref(repo))) < 0 ||
	    (err = gitperf_sources_open(v->sources, repo)) < 0 ||
	    (err = gitperf_revoked_add_sources(&v->revoked, git, v->sources)) < 0)
		return err;
	if (v->roots[0] && (err = gitperf_revoked_add_tree(&v->revoked, git, v->roots[0])) < 0)
		return err;
	for (i = 0; i < SOURCES; i++)
		v->roots[i + 1] = v->sources[i].tree;
	if (!v->roots[0] && !gitperf_sources_first(v->sources))
		return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no perf branch here: %s does not exist",
				    gitperf_repo_data_ref(repo)), "git fetch brings one, if the remote has it");
	return 0;
}

static void close_view(struct view *v)
{
	gitperf_store_free(v->store);
	git_tree_free(v->roots[0]);
	gitperf_sources_close(v->sources);
	gitperf_revoked_free(&v->revoked);
}

static void set_id(struct purge_item *item, const git_oid *oid)
{
	item->oid = *oid;
	git_oid_tostr(item->public.id, sizeof(item->public.id), oid);
}

static void set_entry(struct purge_item *item, const gitperf_entry *entry)
{
	git_oid_fromstr(&item->oid, entry->id);
	memcpy(item->public.id, entry->id, sizeof(item->public.id));
	memcpy(item->commit, entry->commit, sizeof(item->commit));
	snprintf(item->platform, sizeof(item->platform), "%s", entry->platform);
}

static int fail_ambiguous(const char *name)
{
	gitperf_fail(GITPERF_EINVALID, "the record id '%.100s' is ambiguous: one that begins so is revoked already", name);
	return gitperf_hint(GITPERF_EINVALID, "give all 40 digits");
}

/* The revoked id that begins like that: 1; 0 if none does */
static int find_revoked(git_oid *out, const struct view *v, const char *digits)
{
	size_t len = strlen(digits), i;
	int found = 0;

	for (i = 0; i < v->revoked.n; i++) {
		if (strncmp(git_oid_tostr_s(&v->revoked.ids[i]), digits, len))
			continue;
		if (found)
			return fail_ambiguous(digits);
		*out = v->revoked.ids[i];
		found = 1;
	}
	return found;
}

/* Any file has a path, also one that no reader takes for a record */
static int find_file(struct purge_item *item, const struct view *v, const char *path)
{
	char platform[GITPERF_NAME_MAX + 1];
	git_tree_entry *found = NULL;
	gitperf_entry entry;
	int i;

	for (i = 0; i < SOURCES + 1 && !found; i++) {
		if (!v->roots[i] || git_tree_entry_bypath(&found, v->roots[i], path) < 0)
			continue;
		if (git_tree_entry_type(found) != GIT_OBJECT_BLOB) {
			git_tree_entry_free(found);
			found = NULL;
		}
	}
	if (!found)
		return 0;
	set_id(item, git_tree_entry_id(found));
	git_tree_entry_free(found);
	if (gitperf_layout_read_path(&entry, platform, path, item->public.id))
		set_entry(item, &entry);
	return 1;
}

/* A record that was purged before by its path, which ends in "-<12 digits>.json" */
static int find_gone(struct purge_item *item, const struct view *v, const char *path)
{
	const char *dash = strrchr(path, '-');
	char digits[13];
	git_oid id;
	int found;

	if (!dash || strlen(dash) != 18 || strcmp(dash + 13, ".json"))
		return 0;
	snprintf(digits, sizeof(digits), "%s", dash + 1);
	found = gitperf_hex_ok(digits, 12, 12) ? find_revoked(&id, v, digits) : 0;
	if (found > 0)
		set_id(item, &id);
	return found;
}

/* An id of something else would be a slip of the hand */
static int check_is_blob(const struct view *v, const git_oid *oid)
{
	git_odb *odb = NULL;
	git_object_t type = GIT_OBJECT_BLOB;
	size_t len;
	int rc = git_repository_odb(&odb, gitperf_repo__handle(v->repo));

	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	if (git_odb_read_header(&len, &type, odb, oid) < 0)
		type = GIT_OBJECT_BLOB;
	git_odb_free(odb);
	if (type == GIT_OBJECT_BLOB)
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is a %s, not a record",
			    git_oid_tostr_s(oid), git_object_type2string(type)), "git perf ls shows the ids of records");
}

/* None of the records that are read has this name: `err` says so */
static int find_elsewhere(struct purge_item *item, const struct view *v, const char *name, int err)
{
	struct kept_error first;
	git_oid id;
	int found;

	gitperf_keep_error(&first);
	if (!gitperf_hex_ok(name, 4, GITPERF_ID_SIZE - 1)) {
		found = find_file(item, v, name);
		if (!found)
			found = find_gone(item, v, name);
	} else if ((found = find_revoked(&id, v, name)) > 0) {
		set_id(item, &id);
	} else if (!found && strlen(name) == GITPERF_ID_SIZE - 1) {
		git_oid_fromstr(&id, name);
		set_id(item, &id);
		found = check_is_blob(v, &id);
		found = found < 0 ? found : 1;
	}
	if (!found)
		found = gitperf_restore_error(err, &first);
	return found < 0 ? found : 0;
}

static int find(struct purge_item *item, const struct view *v, const char *name)
{
	const gitperf_entry *entry;
	git_oid id;
	int found, err = gitperf_store_find(&entry, v->store, name);

	if (err == GITPERF_ENOTFOUND ||
	    (err == GITPERF_EINVALID && !gitperf_hex_ok(name, 4, GITPERF_ID_SIZE - 1)))
		return find_elsewhere(item, v, name, err);
	if (err < 0)
		return err;
	set_entry(item, entry);
	/* said again, the same few digits must not mean another record than before */
	if (strchr(name, '/') || strlen(name) == GITPERF_ID_SIZE - 1)
		return 0;
	found = find_revoked(&id, v, name);
	return found > 0 ? fail_ambiguous(name) : found;
}

/* What makes the branch one of ours is nobody's secret */
static int check_is_no_format(const struct view *v, const struct purge_item *item, const char *name)
{
	int i;

	for (i = 0; i < SOURCES + 1; i++) {
		const git_tree_entry *format = v->roots[i] ?
			git_tree_entry_byname(v->roots[i], LAYOUT_FORMAT) : NULL;

		if (format && git_oid_equal(git_tree_entry_id(format), &item->oid))
			return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.200s' is the format of the branch, not a record", name),
					    "git perf ls shows the records");
	}
	return 0;
}

struct purge_item *gitperf_purge__item(const struct purge *p, const git_oid *oid)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (git_oid_equal(&p->items[i].oid, oid))
			return &p->items[i];
	return NULL;
}

static int add_name(struct purge *p, const struct view *v, const char *name)
{
	struct purge_item *item = &p->items[p->n];
	int err;

	memset(item, 0, sizeof(*item));
	if ((err = find(item, v, name)) < 0 || (err = check_is_no_format(v, item, name)) < 0)
		return err;
	item->is_revoked = gitperf_revoked_has(&v->revoked, &item->oid);
	if (!gitperf_purge__item(p, &item->oid))
		p->n++;
	return 0;
}

int gitperf_purge__resolve(struct purge *p)
{
	struct view v = { 0 };
	size_t i;
	int err;

	if (!p->opts->nrecords)
		return gitperf_fail(GITPERF_EINVALID, "no record to purge is named");
	p->items = malloc(p->opts->nrecords * sizeof(*p->items));
	if (!p->items)
		return gitperf_fail_oom();
	err = open_view(&v, p->swap.repo);
	for (i = 0; i < p->opts->nrecords && !err; i++)
		err = add_name(p, &v, p->opts->records[i]);
	close_view(&v);
	return err;
}
