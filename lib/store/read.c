/*
 * read.c - one record of a snapshot: found by name, read, decoded
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "store/snapshot.h"

static int matches(const gitperf_entry *entry, const char *name, size_t len)
{
	return !strncmp(entry->id, name, len) || !strcmp(entry->path, name);
}

int gitperf_store_find(const gitperf_entry **out, const gitperf_store *store,
		       const char *name)
{
	size_t len = strlen(name), i;
	int is_path = strchr(name, '/') != NULL;

	*out = NULL;
	if (!is_path && !gitperf_hex_ok(name, 4, GITPERF_ID_SIZE - 1))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is not a record id", name),
				    "git perf ls shows the ids");
	for (i = 0; i < store->n; i++) {
		if (!matches(&store->entries[i], name, len))
			continue;
		if (*out && strcmp((*out)->id, store->entries[i].id))
			return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "the record id '%s' is ambiguous", name),
					    "give more digits; git perf ls shows the ids");
		*out = &store->entries[i];
	}
	if (!*out)
		return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no record '%s'", name),
				    "git perf ls shows the records");
	return 0;
}

/* Once for all entries: asking for them one by one would take for ever */
static int fetch_missing(gitperf_store *store)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	if (store->fetched)
		return 0;
	store->fetched = 1;
	for (i = 0; i < store->n; i++) {
		git_oid oid;

		git_oid_fromstr(&oid, store->entries[i].id);
		if (!git_odb_exists(store->odb, &oid))
			gitperf_buf_addf(&ids, "%s\n", store->entries[i].id);
	}
	err = gitperf_buf_check(&ids);
	if (!err)
		err = gitperf_repo__fetch_objects(store->repo, &ids);
	gitperf_buffer_dispose(&ids);
	return err;
}

void gitperf_store__stay_here(gitperf_store *store)
{
	store->fetched = 1;
}

static int read_object(git_odb_object **out, gitperf_store *store,
		       const gitperf_entry *entry)
{
	git_object_t type;
	size_t len;
	git_oid oid;
	int rc, err;

	git_oid_fromstr(&oid, entry->id);
	/* look at the size first: a huge object is not worth the memory */
	rc = git_odb_read_header(&len, &type, store->odb, &oid);
	if (rc == GIT_ENOTFOUND) {
		if ((err = fetch_missing(store)) < 0)
			return err;
		rc = git_odb_read_header(&len, &type, store->odb, &oid);
	}
	if (rc >= 0 && (type != GIT_OBJECT_BLOB || len > GITPERF_RECORD_MAX))
		return gitperf_fail(GITPERF_EFORMAT, "'%s' is not a record: %zu bytes", entry->path, len);
	if (rc >= 0)
		rc = git_odb_read(out, store->odb, &oid);
	if (rc < 0)
		return gitperf_hint(gitperf_fail_git(rc, "cannot read '%s'", entry->path),
				    "git fsck tells what is missing; fetch the branch again from where it is whole");
	return 0;
}

int gitperf_store_read(gitperf_buffer *out, gitperf_store *store,
		       const gitperf_entry *entry)
{
	git_odb_object *object = NULL;
	int err = read_object(&object, store, entry);

	if (err < 0)
		return err;
	gitperf_buf_add(out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return gitperf_buf_check(out);
}

int gitperf_store_record(gitperf_record **out, gitperf_store *store,
			 const gitperf_entry *entry)
{
	git_odb_object *object = NULL;
	int err = read_object(&object, store, entry);

	*out = NULL;
	if (err < 0)
		return err;
	err = gitperf_record_parse(out, git_odb_object_data(object),
				   git_odb_object_size(object), 0);
	git_odb_object_free(object);
	if (err < 0)
		return gitperf_blame(err, "record %.12s", entry->id);
	if (strcmp((*out)->commit, entry->commit) ||
	    strcmp((*out)->platform, entry->platform)) {
		gitperf_record_free(*out);
		*out = NULL;
		return gitperf_fail(GITPERF_EFORMAT, "record %.12s is not what its name says", entry->id);
	}
	return 0;
}
