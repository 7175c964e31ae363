/*
 * gitperf/store.h - the perf branch: a set of immutable records
 *
 * Writing: fill a batch, land it as a whole.
 *
 *	gitperf_batch *batch;
 *	gitperf_append_result result;
 *
 *	gitperf_batch_new(&batch, repo);
 *	if ((err = gitperf_batch_add(batch, json, len)) >= 0)
 *		err = gitperf_batch_append(&result, batch, NULL);
 *	gitperf_batch_free(batch);
 *
 * Reading: a store is a snapshot. It pins one tip, so a reader sees one
 * moment however long it takes; open another to see what came since.
 *
 *	gitperf_store *store;
 *	gitperf_store_open(&store, repo);
 *	for (i = 0; i < gitperf_store_count(store); i++)
 *		puts(gitperf_store_entry(store, i)->path);
 *	gitperf_store_free(store);
 *
 * gitperf-store(5) describes the layout. A path is a function of the record's
 * bytes: landing a record twice changes nothing, and no two writers conflict.
 */
#ifndef GITPERF_STORE_H
#define GITPERF_STORE_H

#include <gitperf/common.h>
#include <gitperf/record.h>
#include <gitperf/repo.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reading */

typedef struct gitperf_store gitperf_store;

/**
 * Pin the branch as it is now: the union of the local branch and the
 * remote-tracking one (of `perf.remote`, else origin), without what either
 * has revoked. No branch at all is an empty store. GITPERF_EFORMAT when the
 * branch is not one of ours or of a format this version does not know.
 */
GITPERF_EXPORT int gitperf_store_open(gitperf_store **out, gitperf_repo *repo);
GITPERF_EXPORT void gitperf_store_free(gitperf_store *store);

/** The local branch's commit, or NULL; lent. */
GITPERF_EXPORT const char *gitperf_store_tip(const gitperf_store *store);

/** A record as its path names it: no record is read for this. */
typedef struct gitperf_entry {
	const char *path;
	const char *platform;
	char commit[GITPERF_ID_SIZE];
	char id[GITPERF_ID_SIZE];     /**< the blob: sha1 of its bytes */
	gitperf_time finished;        /**< in whole seconds */
	gitperf_outcome outcome;
} gitperf_entry;

/** The entries, ordered by platform, commit, finish time, id. */
GITPERF_EXPORT size_t gitperf_store_count(const gitperf_store *store);
GITPERF_EXPORT const gitperf_entry *
gitperf_store_entry(const gitperf_store *store, size_t i);

/** The first entry of this platform and commit, and how many follow it. */
GITPERF_EXPORT size_t gitperf_store_lookup(const gitperf_store *store,
					   const char *platform,
					   const char *commit, size_t *count);

/** Names under runs/ that are not ours; they are kept, and skipped. */
GITPERF_EXPORT size_t gitperf_store_foreign(const gitperf_store *store);

/** Records that are present but revoked; they are skipped. */
GITPERF_EXPORT size_t gitperf_store_revoked(const gitperf_store *store);

/**
 * Find a record by its path, its id or a prefix of that of 4 digits or more.
 * GITPERF_ENOTFOUND, or GITPERF_EINVALID when several match.
 */
GITPERF_EXPORT int gitperf_store_find(const gitperf_entry **out,
				      const gitperf_store *store,
				      const char *name);

/** Append a record's bytes to `out`. GITPERF_EFORMAT above the size limit. */
GITPERF_EXPORT int gitperf_store_read(gitperf_buffer *out, gitperf_store *store,
				      const gitperf_entry *entry);

/** Read and decode a record, and check that its name speaks of it. */
GITPERF_EXPORT int gitperf_store_record(gitperf_record **out,
					gitperf_store *store,
					const gitperf_entry *entry);

/**
 * The path of a record in the tree: a function of its bytes alone. `id`
 * receives the blob id. GITPERF_EFORMAT unless the bytes are canonical.
 */
GITPERF_EXPORT int gitperf_store_path(gitperf_buffer *out,
				      char id[GITPERF_ID_SIZE],
				      const char *bytes, size_t len);

/* Writing */

typedef struct gitperf_batch gitperf_batch;

/** A record of a batch; lent by it. */
typedef struct gitperf_batch_item {
	const char *path;
	char id[GITPERF_ID_SIZE];
	char commit[GITPERF_ID_SIZE];
	const char *platform;
	const char *bytes;
	size_t len;
	int commit_known;             /**< whether this clone has the commit */
} gitperf_batch_item;

GITPERF_EXPORT int gitperf_batch_new(gitperf_batch **out, gitperf_repo *repo);
GITPERF_EXPORT void gitperf_batch_free(gitperf_batch *batch);

/**
 * Add one record, as JSON. With a checksum it must be unchanged and is kept
 * byte for byte; without, it is taken as written by hand: completed, its
 * commit id resolved, put into canonical form. The same record twice is one.
 */
GITPERF_EXPORT int gitperf_batch_add(gitperf_batch *batch, const char *json,
				     size_t len);

/**
 * As gitperf_batch_add(), but a record written by hand that does not say when
 * it was finished was finished at `when`, not now: so that the same file, read
 * again, is the same record.
 */
GITPERF_EXPORT int gitperf_batch_add_at(gitperf_batch *batch, const char *json,
					size_t len, gitperf_time when);

/** What was added last, new or not; NULL before the first. */
GITPERF_EXPORT const gitperf_batch_item *
gitperf_batch_last(const gitperf_batch *batch);

/** Add a record that is already a value. */
GITPERF_EXPORT int gitperf_batch_add_record(gitperf_batch *batch,
					    const gitperf_record *record);

/**
 * Write the objects of a large batch while it is still being filled, on
 * another core. For a batch that is going to be landed: what is written for
 * nothing stays in the repository until git gc removes it.
 */
GITPERF_EXPORT void gitperf_batch_write_ahead(gitperf_batch *batch);

/**
 * Move all records of `from` into `to`, also when that fails half-way; the
 * same record twice is one.
 */
GITPERF_EXPORT int gitperf_batch_merge(gitperf_batch *to, gitperf_batch *from);

/** The records, ordered by path. */
GITPERF_EXPORT size_t gitperf_batch_count(const gitperf_batch *batch);
GITPERF_EXPORT const gitperf_batch_item *
gitperf_batch_get(const gitperf_batch *batch, size_t i);

/**
 * Whether records can be landed here at all, to be asked before they are made:
 * GITPERF_EFORMAT as from gitperf_store_open(), GITPERF_EINVALID when other
 * references leave no place for the branch.
 */
GITPERF_EXPORT int gitperf_store_check(gitperf_repo *repo);

/**
 * Whether this process may write there: to the perf/ folder and its lock, and to
 * the objects. GITPERF_EDENIED, or GITPERF_EIO, names what is in the way. A disk
 * may be full all the same by the time that it matters.
 */
GITPERF_EXPORT int gitperf_store_check_writable(gitperf_repo *repo);

typedef struct gitperf_append_options {
	int version;
	/** How long to wait for others; 0: `perf.lockTimeout`, else 30 s. */
	int64_t timeout_ms;
	/** Keep the records in the spool whatever went wrong, not only for
	 *  lack of time: for what took long to measure. */
	int spool_on_failure;
	const gitperf_events *events;
} gitperf_append_options;

#define GITPERF_APPEND_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_append_result {
	char tip[GITPERF_ID_SIZE];    /**< a commit that has all of them */
	size_t landed;                /**< new records of this batch; when another
					   writer took them along, all of them */
	size_t present;               /**< were there already */
	size_t revoked;               /**< may not come back: left out */
	size_t from_spool;            /**< records of others that went along */
	int spooled;                  /**< kept in the spool; an error says why */
} gitperf_append_result;

/**
 * Land all records of a batch in one commit. 0 means that every record (the
 * revoked ones apart) is in the branch, durably. Nothing lands by halves. On
 * an error nothing is acknowledged: either nothing is kept, or, with `spooled`
 * set, all of them wait in the spool for the next writer. (Another writer may
 * have taken them along at that very moment; landing them again is harmless.)
 * GITPERF_EBUSY or GITPERF_ERACE when the time ran out.
 */
GITPERF_EXPORT int gitperf_batch_append(gitperf_append_result *out,
					gitperf_batch *batch,
					const gitperf_append_options *opts);

/* Checking */

typedef struct gitperf_fsck_options {
	int version;
	/** Called for each problem; `where` is a path or a commit. */
	void (*problem)(void *payload, const char *where, const char *what,
			const char *hint);
	void *payload;
	const gitperf_events *events;
} gitperf_fsck_options;

#define GITPERF_FSCK_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_fsck_result {
	size_t records, commits, revoked;
	size_t problems;
	size_t newer;                 /**< of a newer schema: not looked into */
	size_t absent;                /**< files that a partial clone has left with its
					   remote and could not get: not looked into */
	size_t decisions;             /**< of what is to be measured */
	size_t marks;                 /**< what people have said of workers */
} gitperf_fsck_result;

/**
 * Check the whole local branch (the remote-tracking one where there is no
 * local one): linear history, the format, every name against its record,
 * decision or mark, every record against its schema and checksum, every object's hash, and that nothing
 * is missing that was there when this clone last wrote. What a partial clone
 * lacks is fetched first. 0 when it could be checked, whatever was found.
 */
GITPERF_EXPORT int gitperf_store_fsck(gitperf_fsck_result *out,
				      gitperf_repo *repo,
				      const gitperf_fsck_options *opts);

#ifdef __cplusplus
}
#endif

#endif
