/*
 * notes_write.c - a notes reference that has exactly these notes
 *
 * What it has now is compared first: equal notes make no commit, and folders
 * in which nothing changed are taken over as they are. The commit goes on the
 * tip that was read at the beginning, and the reference is moved only if that
 * is still its tip: whoever has moved it may have seen more records than went
 * into these notes.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/notes.h"

#include <sys/stat.h>

#define MILLISECOND INT64_C(1000000)
/* others hold the lock for about that long */
#define FIRST_PAUSE (2 * MILLISECOND)
#define LONGEST_PAUSE (20 * MILLISECOND)

static int by_commit(const void *a, const void *b)
{
	return strcmp(((const struct note *)a)->commit, ((const struct note *)b)->commit);
}

static int sort_notes(gitperf_notes *notes)
{
	struct note *items = notes->list.items;
	size_t i, n = notes->list.n;

	if (n)
		qsort(items, n, sizeof(*items), by_commit);
	for (i = 1; i < n; i++)
		if (!strcmp(items[i - 1].commit, items[i].commit))
			return gitperf_fail(GITPERF_EINVALID, "two notes for commit '%s'", items[i].commit);
	return 0;
}

/* Mark what the reference does not have, and count what it must not keep */
static void compare(gitperf_notes_result *out, struct note_list *new,
		    const struct note_list *old)
{
	size_t i = 0, j = 0;

	out->added = out->changed = out->removed = 0;
	while (i < new->n || j < old->n) {
		int diff = i == new->n ? 1 : j == old->n ? -1 :
			strcmp(new->items[i].commit, old->items[j].commit);

		if (diff > 0) {
			out->removed++;
		} else {
			struct note *note = &new->items[i];

			note->fresh = diff < 0 || !git_oid_equal(&note->blob, &old->items[j].blob);
			out->added += diff < 0;
			out->changed += !diff && note->fresh;
		}
		i += diff <= 0;
		j += diff >= 0;
	}
}

/* The notes from `first` on that lie in one folder */
static size_t count_folder(const struct note_list *list, size_t first, int *fresh)
{
	unsigned folder = gitperf_notes__folder(list->items[first].commit);
	size_t i;

	*fresh = 0;
	for (i = first; i < list->n && gitperf_notes__folder(list->items[i].commit) == folder; i++)
		*fresh |= list->items[i].fresh;
	return i - first;
}

/* The new lines, as objects: loose, or as one pack, made by another process */
static int write_lines(gitperf_notes *notes, struct sink *sink, size_t fresh)
{
	const struct note_list *list = &notes->list;
	struct blob_writer *writer = NULL;
	git_oid oid;
	size_t i;
	int closed, err = 0;

	if (fresh >= PACK_FROM && (err = gitperf_blobs_open(&writer, notes->repo)) < 0)
		return err;
	for (i = 0; i < list->n && !err; i++) {
		const char *text = list->items[i].text;

		if (list->items[i].fresh)
			err = writer ? gitperf_blobs_write(writer, text, strlen(text)) :
				gitperf_sink_write(&oid, sink, GIT_OBJECT_BLOB, text, strlen(text));
	}
	closed = gitperf_blobs_close(writer);
	return closed < 0 ? closed : err;
}

static int write_folder(git_oid *out, struct sink *sink, git_repository *git,
			const struct note *notes, size_t n)
{
	struct addition *adds = calloc(n, sizeof(*adds));
	size_t i;
	int err;

	if (!adds)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++) {
		adds[i].path = notes[i].commit + 2;
		adds[i].oid = notes[i].blob;
	}
	err = gitperf_tree_add(out, sink, git, NULL, adds, n);
	free(adds);
	return err;
}

static int write_tree(git_oid *out, struct sink *sink, gitperf_notes *notes)
{
	const struct note_list *list = &notes->list;
	const struct notes_tip *tip = &notes->tip;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, n;
	int fresh, err = 0;

	for (i = 0; i < list->n && !err; i += n) {
		unsigned folder = gitperf_notes__folder(list->items[i].commit);
		git_oid oid = tip->folders[folder];

		n = count_folder(list, i, &fresh);
		if (fresh || n != tip->counts[folder])
			err = write_folder(&oid, sink, notes->git, list->items + i, n);
		gitperf_buf_addf(&text, "%o %02x", GIT_FILEMODE_TREE, folder);
		gitperf_buf_addc(&text, '\0');
		gitperf_buf_add(&text, oid.id, sizeof(oid.id));
	}
	if (!err)
		err = gitperf_buf_check(&text);
	if (!err)
		err = gitperf_sink_write(out, sink, GIT_OBJECT_TREE, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	return err;
}

static int write_commit(git_oid *out, gitperf_notes *notes, size_t fresh)
{
	const struct notes_tip *tip = &notes->tip;
	struct sink sink = { 0 };
	git_oid tree;
	int err = gitperf_sink_open(&sink, notes->repo, fresh);

	if (!err)
		err = write_lines(notes, &sink, fresh);
	if (!err)
		err = write_tree(&tree, &sink, notes);
	if (!err)
		err = gitperf_sink_commit(out, &sink, notes->repo, &tree,
					  tip->exists ? &tip->commit : NULL, notes->subject.ptr);
	if (!err)
		err = gitperf_sink_flush(&sink, notes->repo);
	gitperf_sink_close(&sink);
	return err;
}

/* Moving the reference: 1, or 0 when it is locked */

static int fail_moved(const char *ref)
{
	return gitperf_hint(gitperf_fail(GITPERF_ERACE, "%s was moved by somebody else at the same time", ref),
			    "make them again, from what is there now: git perf export --notes");
}

static int create(gitperf_notes *notes, const git_oid *new)
{
	int err = gitperf_repo__create_ref(notes->repo, notes->ref.ptr, new);

	if (err == GITPERF_EBUSY)
		return 0;
	if (err == GITPERF_EEXISTS)
		return fail_moved(notes->ref.ptr);
	if (err == GITPERF_EINVALID)
		gitperf_hint(err, "if another reference is in the way, give it another name: git update-ref "
			     "refs/notes/<name> <that one>, then git update-ref -d <that one>");
	return err < 0 ? err : 1;
}

static int set_target(gitperf_notes *notes, git_transaction *tx, const git_oid *new)
{
	const char *ref = notes->ref.ptr;
	git_signature *who = NULL;
	git_oid now;
	int rc, err;

	rc = git_reference_name_to_id(&now, notes->git, ref);
	if (rc == GIT_ENOTFOUND || (rc >= 0 && !git_oid_equal(&now, &notes->tip.commit)))
		return fail_moved(ref);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read %s", ref);
	if ((err = gitperf_repo__signature(&who, notes->repo)) < 0)
		return err;
	rc = git_transaction_set_target(tx, ref, new, who, "git perf: export");
	git_signature_free(who);
	if (rc >= 0)
		rc = git_transaction_commit(tx);
	/* it may have moved all the same, and failed afterwards */
	if (rc < 0 && (git_reference_name_to_id(&now, notes->git, ref) < 0 ||
		       !git_oid_equal(&now, new)))
		return gitperf_fail_git(rc, "cannot move %s", ref);
	return 1;
}

static int move_once(gitperf_notes *notes, const git_oid *new)
{
	git_transaction *tx = NULL;
	int err, rc;

	if (!notes->tip.exists)
		return create(notes, new);
	rc = git_transaction_new(&tx, notes->git);
	if (rc >= 0)
		rc = git_transaction_lock_ref(tx, notes->ref.ptr);
	if (rc == GIT_ELOCKED || rc == GIT_ENOTFOUND)
		err = 0;       /* git packing references removes folders briefly */
	else if (rc < 0)
		err = gitperf_fail_git(rc, "cannot lock %s", notes->ref.ptr);
	else
		err = set_target(notes, tx, new);
	git_transaction_free(tx);
	return err;
}

/* The time is up: is it a lock that somebody left behind? */
static int look_at_lock(gitperf_notes *notes, const gitperf_events *events)
{
	struct write_lock lock;
	int err = gitperf_write_lock_open(&lock, notes->repo, "lock");

	if (!err)
		err = gitperf_write_lock_try(&lock);
	if (err > 0)
		err = gitperf_write_lock_stale(notes->repo, notes->ref.ptr, events);
	gitperf_write_lock_close(&lock);
	return err;
}

static int move(gitperf_notes *notes, const git_oid *new, const gitperf_notes_options *opts)
{
	struct backoff backoff;
	int64_t wait;
	int err = gitperf_store__timeout(&wait, notes->repo, opts->timeout_ms);

	if (err < 0)
		return err;
	gitperf_backoff_init(&backoff, gitperf_clock_ns() + wait, FIRST_PAUSE, LONGEST_PAUSE);
	do
		err = move_once(notes, new);
	while (!err && gitperf_backoff_wait(&backoff));
	if (!err && (err = look_at_lock(notes, opts->events)) >= 0 && !(err = move_once(notes, new)))
		err = gitperf_fail(GITPERF_EBUSY, "%s was locked by others until the time was up", notes->ref.ptr);
	return err;
}

int gitperf_notes_write(gitperf_notes_result *out, gitperf_notes *notes,
			const gitperf_notes_options *opts)
{
	static const gitperf_notes_options defaults = GITPERF_NOTES_OPTIONS_INIT;
	git_oid tip = notes->tip.commit;
	unsigned old_umask;
	int err = sort_notes(notes);

	memset(out, 0, sizeof(*out));
	opts = opts ? opts : &defaults;
	if (err < 0)
		return err;
	out->notes = notes->list.n;
	compare(out, &notes->list, &notes->tip.list);
	if (!opts->dry_run && out->added + out->changed + out->removed) {
		old_umask = gitperf_repo__shared_umask(notes->repo);
		if ((err = gitperf_store__refuse_quarantine()) >= 0 &&
		    (err = write_commit(&tip, notes, out->added + out->changed)) >= 0)
			err = move(notes, &tip, opts);
		umask(old_umask);
	}
	if (err >= 0 && !git_oid_is_zero(&tip))
		git_oid_tostr(out->tip, sizeof(out->tip), &tip);
	return err < 0 ? err : 0;
}
