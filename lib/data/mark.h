/*
 * mark.h - what people have said about records and machines, to JSON and back
 *
 * A mark never changes. Where what it says is to change, a later one names it in
 * `supersedes`: what holds is said by those that no other one supersedes. Of a kind
 * that this version does not know, only what all marks have is read.
 */
#ifndef GITPERF_DATA_MARK_H
#define GITPERF_DATA_MARK_H

#include "base/arena.h"

#include <gitperf/common.h>

/** No mark is larger. */
#define MARK_FILE_MAX (4u << 20)

/** No table has more workers: each of them is a job more for every commit. */
#define MARK_SETS_MAX 256

/** Which benchmarks of a platform belong to which worker. */
#define MARK_SETS "sets"

/** The benchmarks of a worker: names as in .gitperf, sorted. There may be none. */
struct mark_set {
	const char *worker;
	const char *const *benchmarks;
	size_t n;
};

struct mark {
	const char *kind;
	gitperf_time made;
	const char *by, *tool;         /* or NULL */
	const char *const *supersedes; /* ids of marks, sorted */
	size_t nsupersedes;
	/* of MARK_SETS */
	const char *platform;
	const struct mark_set *sets;   /* sorted by worker; a name is in one of them at most */
	size_t nsets;
};

int gitperf_mark_parse(struct mark *out, struct arena *arena, const char *bytes, size_t len);
/** Append canonical bytes. */
int gitperf_mark_format(gitperf_buffer *out, const struct mark *mark);
/** Whether one that cannot be read is of a schema that is to come. */
int gitperf_mark_is_newer(const char *bytes, size_t len);

#endif
