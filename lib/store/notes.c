/*
 * notes.c - notes by commit, and what a notes reference has
 *
 * In git a note about a commit is a file whose path is the commit's id, with
 * slashes anywhere: here always one, behind two digits, so that adding to many
 * writes few. A reference is ours if its commit says so and its tree has
 * nothing but such files; of anything else, this file knows only to keep away.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "store/notes.h"

#include <gitperf/platform.h>

#define FAN_DIGITS 2
#define COMMIT_DIGITS 40

/* Without a look at the reference */
static int make_notes(gitperf_notes **out, gitperf_repo *repo, const char *platform)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_notes *notes;
	int err = gitperf_platform_check(platform);

	*out = NULL;
	if (err < 0)
		return err;
	if (!(notes = calloc(1, sizeof(*notes))))
		return gitperf_fail_oom();
	notes->repo = repo;
	notes->git = gitperf_repo__handle(repo);
	notes->ref = notes->subject = empty;
	gitperf_buf_addf(&notes->ref, "%s/%s", gitperf_repo__notes(repo), platform);
	gitperf_buf_addf(&notes->subject, "perf: notes for %s [skip ci]", platform);
	if ((err = gitperf_buf_check(&notes->ref)) < 0 ||
	    (err = gitperf_buf_check(&notes->subject)) < 0)
		gitperf_notes_free(notes);
	else
		*out = notes;
	return err;
}

void gitperf_notes_free(gitperf_notes *notes)
{
	if (!notes)
		return;
	gitperf_buffer_dispose(&notes->ref);
	gitperf_buffer_dispose(&notes->subject);
	gitperf_arena_free(&notes->arena);
	free(notes->tip.list.items);
	free(notes->list.items);
	free(notes);
}

const char *gitperf_notes_ref(const gitperf_notes *notes)
{
	return notes->ref.ptr;
}

unsigned gitperf_notes__folder(const char *commit)
{
	const char digits[FAN_DIGITS + 1] = { commit[0], commit[1], '\0' };

	return (unsigned)strtoul(digits, NULL, 16);
}

static struct note *new_note(struct note_list *list)
{
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		struct note *grown = realloc(list->items, room * sizeof(*grown));

		if (!grown)
			return NULL;
		list->items = grown;
		list->room = room;
	}
	return memset(&list->items[list->n++], 0, sizeof(*list->items));
}

int gitperf_notes_add(gitperf_notes *notes, const char *commit, const char *line)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct note *note;
	int rc;

	if (!gitperf_hex_ok(commit, COMMIT_DIGITS, COMMIT_DIGITS))
		return gitperf_fail(GITPERF_EINVALID, "'%.100s' is not the full id of a commit", commit);
	if (!*line || strchr(line, '\n'))
		return gitperf_fail(GITPERF_EINVALID, "the note for commit '%s' is not one line", commit);
	gitperf_buf_addf(&text, "%s\n", line);
	note = new_note(&notes->list);
	if (note && !text.failed)
		note->text = gitperf_arena_copy(&notes->arena, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	if (!note || !note->text)
		return gitperf_fail_oom();
	memcpy(note->commit, commit, sizeof(note->commit));
	rc = git_odb_hash(&note->blob, note->text, strlen(note->text), GIT_OBJECT_BLOB);
	return rc < 0 ? gitperf_fail_git(rc, "cannot hash a note") : 0;
}

/* Reading what is there: 1 as long as it is ours, 0 when it is not */

static int read_note(struct notes_tip *tip, const char *fan, const git_tree_entry *entry)
{
	const char *name = git_tree_entry_name(entry);
	struct note *note;

	if (git_tree_entry_filemode_raw(entry) != GIT_FILEMODE_BLOB ||
	    !gitperf_hex_ok(name, COMMIT_DIGITS - FAN_DIGITS, COMMIT_DIGITS - FAN_DIGITS))
		return 0;
	if (!(note = new_note(&tip->list)))
		return gitperf_fail_oom();
	snprintf(note->commit, sizeof(note->commit), "%.2s%.38s", fan, name);
	note->blob = *git_tree_entry_id(entry);
	return 1;
}

static int read_folder(struct notes_tip *tip, git_repository *git,
		       const git_tree_entry *folder)
{
	const char *fan = git_tree_entry_name(folder);
	git_tree *tree = NULL;
	size_t i, n;
	int rc, ours = 1;

	if (git_tree_entry_filemode_raw(folder) != GIT_FILEMODE_TREE ||
	    !gitperf_hex_ok(fan, FAN_DIGITS, FAN_DIGITS))
		return 0;
	if ((rc = git_tree_lookup(&tree, git, git_tree_entry_id(folder))) < 0)
		return gitperf_fail_git(rc, "cannot read the notes");
	n = git_tree_entrycount(tree);
	for (i = 0; i < n && ours > 0; i++)
		ours = read_note(tip, fan, git_tree_entry_byindex(tree, i));
	tip->folders[gitperf_notes__folder(fan)] = *git_tree_entry_id(folder);
	tip->counts[gitperf_notes__folder(fan)] = n;
	git_tree_free(tree);
	return ours;
}

static int is_our_commit(gitperf_notes *notes, const git_commit *commit)
{
	const char *message = git_commit_message(commit);
	size_t len = notes->subject.len;

	return !strncmp(message, notes->subject.ptr, len) && !strcmp(message + len, "\n") &&
	       git_commit_parentcount(commit) < 2;
}

static int read_commit(gitperf_notes *notes, const git_commit *commit)
{
	git_tree *tree = NULL;
	size_t i;
	int rc, ours = is_our_commit(notes, commit);

	if (!ours)
		return 0;
	if ((rc = git_commit_tree(&tree, commit)) < 0)
		return gitperf_fail_git(rc, "cannot read the notes");
	for (i = 0; i < git_tree_entrycount(tree) && ours > 0; i++)
		ours = read_folder(&notes->tip, notes->git, git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return ours;
}

static int fail_foreign(const char *ref)
{
	gitperf_fail(GITPERF_EEXISTS, "%s has notes that git perf did not write", ref);
	return gitperf_hint(GITPERF_EEXISTS, "they are left alone; give them another name: git update-ref refs/notes/<name> %s, "
			    "then git update-ref -d %s", ref, ref);
}

/* The commit that the reference names: 1, or 0 when that is no commit */
static int find_commit(git_commit **out, gitperf_notes *notes)
{
	struct notes_tip *tip = &notes->tip;
	git_reference *ref = NULL;
	git_object *object = NULL;
	int rc = git_reference_lookup(&ref, notes->git, notes->ref.ptr);

	*out = NULL;
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read %s", notes->ref.ptr);
	tip->exists = 1;
	if (git_reference_type(ref) != GIT_REFERENCE_DIRECT) {
		git_reference_free(ref);
		return 0;
	}
	tip->commit = *git_reference_target(ref);
	git_reference_free(ref);
	rc = git_object_lookup(&object, notes->git, &tip->commit, GIT_OBJECT_ANY);
	if (rc < 0)
		return gitperf_hint(gitperf_fail_git(rc, "cannot read the commit of %s", notes->ref.ptr),
				    "git fsck tells whether the repository is damaged");
	if (git_object_type(object) == GIT_OBJECT_COMMIT) {
		*out = (git_commit *)object;
		return 1;
	}
	git_object_free(object);
	return 0;
}

/* Whether the reference is there, and its commit what `look` looks for */
static int look_at_reference(gitperf_notes *notes,
			     int (*look)(gitperf_notes *notes, const git_commit *commit))
{
	git_commit *commit = NULL;
	int found = find_commit(&commit, notes);

	if (found > 0)
		found = look(notes, commit);
	git_commit_free(commit);
	return found;
}

int gitperf_notes_new(gitperf_notes **out, gitperf_repo *repo, const char *platform)
{
	gitperf_notes *notes;
	int ours, err = make_notes(&notes, repo, platform);

	*out = NULL;
	if (err < 0)
		return err;
	ours = look_at_reference(notes, read_commit);
	if (!ours && notes->tip.exists)
		ours = fail_foreign(notes->ref.ptr);
	if (ours < 0)
		gitperf_notes_free(notes);
	else
		*out = notes;
	return ours < 0 ? ours : 0;
}

/* Which platforms */

/* Whether a platform's reference is there, and its commit is one of ours */
static int has_notes(gitperf_repo *repo, const char *platform)
{
	gitperf_notes *notes;
	int found = make_notes(&notes, repo, platform);

	if (found < 0)
		return found;
	found = look_at_reference(notes, is_our_commit);
	gitperf_notes_free(notes);
	return found;
}

/* Make `best` the name if it lies between `after` and what that is now */
static void consider(gitperf_buffer *best, const char *name, const char *after)
{
	if (strcmp(name, after) <= 0 || (best->len && strcmp(name, best->ptr) >= 0))
		return;
	gitperf_buf_truncate(best, 0);
	gitperf_buf_adds(best, name);
}

static int consider_references(gitperf_buffer *best, gitperf_repo *repo, const char *after)
{
	git_reference_iterator *refs = NULL;
	gitperf_buffer glob = GITPERF_BUFFER_INIT;
	const char *ref;
	int rc = 0, err;

	gitperf_buf_addf(&glob, "%s/*", gitperf_repo__notes(repo));
	err = gitperf_buf_check(&glob);
	if (!err)
		rc = git_reference_iterator_glob_new(&refs, gitperf_repo__handle(repo), glob.ptr);
	while (!err && rc >= 0 && !(rc = git_reference_next_name(&ref, refs))) {
		const char *name = ref + glob.len - 1;

		if (gitperf_platform_check(name) < 0)
			continue;
		err = has_notes(repo, name);
		if (err > 0)
			consider(best, name, after);
		err = err < 0 ? err : 0;
	}
	if (!err && rc < 0 && rc != GIT_ITEROVER)
		err = gitperf_fail_git(rc, "cannot list the references");
	git_reference_iterator_free(refs);
	gitperf_buffer_dispose(&glob);
	return err;
}

int gitperf_notes_next(gitperf_buffer *platform, gitperf_repo *repo,
		       const gitperf_store *store)
{
	gitperf_buffer best = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	/* they are in this order */
	for (i = 0; i < gitperf_store_count(store) && !best.len; i++)
		consider(&best, gitperf_store_entry(store, i)->platform, platform->ptr);
	err = consider_references(&best, repo, platform->ptr);
	if (!err)
		err = gitperf_buf_check(&best);
	gitperf_buffer_dispose(platform);
	if (!err)
		*platform = best;
	else
		gitperf_buffer_dispose(&best);
	return err < 0 ? err : platform->len > 0;
}
