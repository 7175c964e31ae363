/*
 * gitperf/notes.h - a line about each commit, where plain git log shows it
 *
 *	gitperf_notes *notes;
 *	gitperf_notes_result result;
 *
 *	gitperf_notes_new(&notes, repo, "x86-64-linux");
 *	... open the store, and for each commit:
 *	gitperf_notes_add(notes, commit, "wall: sort 3.41 ms");
 *	if ((err = gitperf_notes_write(&result, notes, NULL)) >= 0)
 *		printf("%s: %zu notes\n", gitperf_notes_ref(notes), result.notes);
 *	gitperf_notes_free(notes);
 *
 * Then git log --notes=perf/x86-64-linux prints them. What is written is all
 * that the reference has: a note that is not added again disappears. The
 * reference is git perf's alone, and one that anybody else has written to is
 * not touched. gitperf_view_note() makes the lines.
 */
#ifndef GITPERF_NOTES_H
#define GITPERF_NOTES_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gitperf_notes gitperf_notes;

/**
 * No notes yet, for a platform, whose reference is pinned as it is now: before
 * the store is opened, so that nobody's newer notes give way to these.
 * GITPERF_EEXISTS when it has something that is not of git perf;
 * GITPERF_EINVALID for what is no name of a platform.
 */
GITPERF_EXPORT int gitperf_notes_new(gitperf_notes **out, gitperf_repo *repo,
				     const char *platform);
GITPERF_EXPORT void gitperf_notes_free(gitperf_notes *notes);

/**
 * The reference that they are for; lent: refs/notes/perf/<platform>, or
 * refs/notes/perf-<namespace>/<platform> with `perf.namespace`.
 */
GITPERF_EXPORT const char *gitperf_notes_ref(const gitperf_notes *notes);

/**
 * Add a line, without a newline, about a commit, which this clone need not
 * have. GITPERF_EINVALID for anything but a full id and one line.
 */
GITPERF_EXPORT int gitperf_notes_add(gitperf_notes *notes, const char *commit,
				     const char *line);

typedef struct gitperf_notes_options {
	int version;
	int dry_run;                  /**< find out what would change, and stop */
	/** How long to wait for others; 0: `perf.lockTimeout`, else 30 s. */
	int64_t timeout_ms;
	const gitperf_events *events;
} gitperf_notes_options;

#define GITPERF_NOTES_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_notes_result {
	char tip[GITPERF_ID_SIZE];    /**< of the reference; "": there is none */
	size_t notes;                 /**< all that it has now */
	size_t added, changed, removed;
} gitperf_notes_result;

/**
 * Make the reference have exactly these notes: one commit on top of what it
 * has, or none where that is equal already; without a note and a reference,
 * neither is made. GITPERF_ERACE when somebody has moved it since
 * gitperf_notes_new(): begin again there. GITPERF_EBUSY when it was locked
 * until the time ran out, GITPERF_EINVALID for a commit with two notes, and
 * when another reference leaves no place for this one.
 */
GITPERF_EXPORT int gitperf_notes_write(gitperf_notes_result *out,
				       gitperf_notes *notes,
				       const gitperf_notes_options *opts);

/**
 * Step through the platforms that have records in the store, or notes from an
 * earlier time, in the order of their names: 1 and the one that follows
 * `platform` (empty: the first), 0 behind the last.
 */
GITPERF_EXPORT int gitperf_notes_next(gitperf_buffer *platform,
				      gitperf_repo *repo,
				      const gitperf_store *store);

#ifdef __cplusplus
}
#endif

#endif
