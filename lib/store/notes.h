/*
 * notes.h - between the files that write notes
 */
#ifndef GITPERF_STORE_NOTES_H
#define GITPERF_STORE_NOTES_H

#include "base/arena.h"
#include "store/store.h"
#include <gitperf/notes.h>

struct note {
	char commit[GITPERF_ID_SIZE];
	git_oid blob;
	const char *text;          /* a line; NULL: of the reference */
	int fresh;                 /* the reference does not have it */
};

struct note_list {
	struct note *items;        /* by commit, once sorted */
	size_t n, room;
};

#define NOTE_FOLDERS 256

/* What the reference had when we began */
struct notes_tip {
	int exists;
	git_oid commit;
	struct note_list list;
	git_oid folders[NOTE_FOLDERS];
	size_t counts[NOTE_FOLDERS];
};

struct gitperf_notes {
	gitperf_repo *repo;
	git_repository *git;
	gitperf_buffer ref;
	gitperf_buffer subject;    /* of our commits, which tells them from others */
	struct notes_tip tip;
	struct arena arena;
	struct note_list list;     /* what it is to have */
};

/** The folder of a commit's note, 0 to 255. */
unsigned gitperf_notes__folder(const char *commit);

#endif
