/*
 * outgoing.c - what the local branch has and the remote lacks
 *
 * A record is read before it leaves: what was measured for this clone alone
 * stays, and so does what nobody could read.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/record.h"
#include "store/purge.h"
#include "store/remote.h"

enum fate { SENT, LOCAL, UNUSABLE, WAITING, LANDED };

static enum fate look_into(const struct remote *r, const char *bytes, size_t len)
{
	gitperf_record *record;
	enum fate fate = SENT;

	/* what a newer version wrote is none of our business */
	if (gitperf_record__is_newer(bytes, len))
		return SENT;
	if (gitperf_record_parse(&record, bytes, len, 0) < 0)
		return UNUSABLE;
	if (!(r->opts->flags & GITPERF_SHARE_INCLUDE_LOCAL) && record->reason &&
	    !strcmp(record->reason, "local"))
		fate = LOCAL;
	gitperf_record_free(record);
	return fate;
}

static int has_path(git_tree *tree, const char *path)
{
	git_tree_entry *entry = NULL;
	int found = tree && !git_tree_entry_bypath(&entry, tree, path);

	git_tree_entry_free(entry);
	return found;
}

static enum fate decide(struct remote *r, git_odb *odb, git_tree *recovered,
			const struct addition *add)
{
	git_odb_object *object = NULL;
	enum fate fate;

	/* what goes back has been there before */
	if (!gitperf_addition_is_record(add) || has_path(recovered, add->path))
		return SENT;
	if (git_odb_read(&object, odb, &add->oid) < 0)
		return UNUSABLE;
	fate = git_odb_object_size(object) > GITPERF_RECORD_MAX ? UNUSABLE :
		look_into(r, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return fate;
}

/* What other sources than the remote's tip revoke does not leave, either */
static int drop_revoked(struct outgoing *out, struct remote *r, git_tree *local)
{
	struct source sources[SOURCES] = { { NULL, { { 0 } } } };
	int err = gitperf_sources_open(sources, r->home);
	size_t i, n = 0;

	for (i = 0; i < out->adds.n && err >= 0; i++) {
		const struct addition *add = &out->adds.list[i];

		if (!(err = gitperf_store__is_revoked(local, add->id)) &&
		    !(err = gitperf_sources_revoke(sources, add->id)))
			err = gitperf_store__is_revoked(r->tree, add->id);
		if (!err)
			out->adds.list[n++] = *add;
		out->revoked += err > 0;
	}
	if (err >= 0)
		out->adds.n = n;
	gitperf_sources_close(sources);
	return err < 0 ? err : 0;
}

static int sort_out(struct outgoing *out, struct remote *r, git_tree *recovered, int lanes)
{
	struct arena arena = ARENA_INIT;
	const struct sent *before;
	struct sent *sent = NULL;
	git_odb *odb = NULL;
	size_t i, n = 0, nsent = 0;
	int rc, err = lanes ? gitperf_sent_read(&arena, &sent, &nsent, r) : 0;

	if (!err && (rc = git_repository_odb(&odb, gitperf_repo__handle(r->home))) < 0)
		err = gitperf_fail_git(rc, "cannot open the object store");
	for (i = 0; i < out->adds.n && !err; i++) {
		const struct addition *add = &out->adds.list[i];
		enum fate fate;

		before = gitperf_sent_find(sent, nsent, add->id);
		fate = !before ? decide(r, odb, recovered, add) : before->landed ? LANDED : WAITING;
		out->waiting += fate == WAITING;
		out->local += fate == LOCAL;
		out->unusable += fate == UNUSABLE;
		if (fate == SENT)
			out->adds.list[n++] = *add;
	}
	if (!err)
		out->adds.n = n;
	git_odb_free(odb);
	gitperf_arena_free(&arena);
	return err;
}

/* Before the first fetch, git's own copy of this remote tells what is there */
static int open_known(git_tree **out, struct remote *r)
{
	int err = gitperf_remote_tracking(out, r);

	/* a clone without trees (--filter=tree:0) has it in name only */
	if (err == GITPERF_ENOTFOUND && gitperf_repo__is_partial(r->repo))
		err = 0;
	return err < 0 ? err : 0;
}

/* The local branch's files, and those that are to go back, less what is there */
static int list_candidates(struct outgoing *out, struct remote *r, git_tree *local,
			   git_tree *recovered, git_tree *base)
{
	int err = local ? gitperf_union_add(&out->adds, r->repo, base, local, 0) : 0;

	if (!err && recovered)
		err = gitperf_union_add(&out->adds, r->repo, base, recovered, 0);
	gitperf_additions_sort(&out->adds);
	out->foreign = out->adds.foreign;
	return err;
}

int gitperf_outgoing_find(struct outgoing *out, struct remote *r, int lanes)
{
	git_tree *local = NULL, *recovered = NULL, *known = NULL;
	git_oid oid;
	int err;

	memset(out, 0, sizeof(*out));
	if ((err = gitperf_store__tree(&local, &out->tip, r->home, r->ref)) < 0 ||
	    (err = gitperf_store__tree(&recovered, &oid, r->home, r->recovered.ptr)) < 0)
		goto out;
	err = 0;
	out->recovered = recovered != NULL;
	if (!local && !recovered)
		goto out;
	if (!r->tree && (lanes || r->opts->flags & GITPERF_SHARE_DRY_RUN))
		err = open_known(&known, r);
	if (!err && !(err = list_candidates(out, r, local, recovered, r->tree ? r->tree : known)) &&
	    !(err = drop_revoked(out, r, local)))
		err = sort_out(out, r, recovered, lanes);
out:
	git_tree_free(known);
	git_tree_free(recovered);
	git_tree_free(local);
	return err < 0 ? err : 0;
}

void gitperf_outgoing_free(struct outgoing *out)
{
	gitperf_additions_free(&out->adds);
}

size_t gitperf_outgoing_purged(struct remote *r)
{
	git_tree *there = NULL;
	size_t n = 0;

	if (gitperf_remote_last(&there, r) < 0 ||
	    (there && gitperf_purge_waits(&n, r->repo, there) < 0))
		n = 0;
	git_tree_free(there);
	return n;
}
