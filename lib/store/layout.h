/*
 * layout.h - (platform, commit, id) <-> path in the tree
 *
 *	format
 *	runs/<platform>/<c0c1>/<c2..>-<stamp>-<o>-<oid12>.json
 *	decisions/<platform>/<c0c1>/<c2..>-<stamp>-<oid12>.json
 *	marks/<yyyy-mm>/<stamp>-<oid12>.json
 *	revoked/<b0b1>/<blob id>
 */
#ifndef GITPERF_STORE_LAYOUT_H
#define GITPERF_STORE_LAYOUT_H

#include <gitperf/platform.h>
#include <gitperf/queue.h>
#include <gitperf/store.h>

#define LAYOUT_RUNS "runs"
#define LAYOUT_DECISIONS "decisions"
#define LAYOUT_MARKS "marks"
#define LAYOUT_REVOKED "revoked"
#define LAYOUT_FORMAT "format"

/** What the `format` file of a new branch says. */
#define LAYOUT_FORMAT_TEXT "git-perf 1\n"
/** A `format` file of more bytes is none of ours. */
#define LAYOUT_FORMAT_MAX 4096
/** Generations go from 1 to this; a branch that says none has 0. */
#define LAYOUT_GENERATION_MAX 999999999

/** Whether a path lies in one of these folders, LAYOUT_RUNS and so on. */
int gitperf_layout_is_below(const char *path, const char *folder);

/** Append the path of a record with this blob id. */
int gitperf_layout_path(gitperf_buffer *out, const gitperf_record *record,
			const char *id);

/**
 * Read the name of a record below runs/<platform>/<fan>/: fills commit,
 * finished and outcome. Returns 0 if it is not one of ours, or if the blob id
 * does not agree with it.
 */
int gitperf_layout_read(gitperf_entry *out, const char *fan, const char *name,
			const char *id);

/**
 * The same for a whole path, "runs/<platform>/<fan>/<name>": `platform`
 * receives the name, to which out->platform points, as out->path does to `path`.
 */
int gitperf_layout_read_path(gitperf_entry *out,
			     char platform[GITPERF_NAME_MAX + 1],
			     const char *path, const char *id);

/** Append the path of a decision with this blob id. */
int gitperf_layout_decision(gitperf_buffer *out, const gitperf_decision *decision,
			    const char *id);

/** What the name of a decision says. */
struct decision_name {
	const char *platform;
	char head[GITPERF_ID_SIZE];
	char id[GITPERF_ID_SIZE];     /* of the blob */
	gitperf_time decided;         /* in whole seconds */
};

/** As gitperf_layout_read(), for decisions/<platform>/<fan>/. */
int gitperf_layout_read_decision(struct decision_name *out, const char *fan,
				 const char *name, const char *id);

/** Append the path of a mark that was made then, with this blob id. */
int gitperf_layout_mark(gitperf_buffer *out, gitperf_time made, const char *id);

/** What the name of a mark says. */
struct mark_name {
	char id[GITPERF_ID_SIZE];     /* of the blob */
	gitperf_time made;            /* in whole seconds */
};

/** As gitperf_layout_read(), for marks/<month>/. */
int gitperf_layout_read_mark(struct mark_name *out, const char *month,
			     const char *name, const char *id);

/** Append revoked/<b0b1>/<id>. */
void gitperf_layout_revoked(gitperf_buffer *out, const char *id);

/** Whether the file `name` in the folder `fan` below revoked/ revokes an id. */
int gitperf_layout_is_revoked(const char *fan, const char *name);

/**
 * Check what a `format` file says: 0, or GITPERF_EFORMAT when the branch is
 * foreign, newer, or requires what this version does not have.
 */
int gitperf_layout_check_format(const char *text, size_t len, const char *ref);

/**
 * How often the branch was rewritten on purpose: what a `format` file that is
 * one of ours says behind "generation: ". A line that is no whole number from 1 to
 * the largest counts as none, and of several the largest counts; `odd`, unless
 * NULL, tells whether there is such a line, or more than one.
 */
long gitperf_layout_generation(const char *text, size_t len, int *odd);

/** Append a `format` file with this generation, all its other lines as they are. */
void gitperf_layout_set_generation(gitperf_buffer *out, const char *text,
				   size_t len, long generation);

#endif
