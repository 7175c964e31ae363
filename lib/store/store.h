/*
 * store.h - between the files of this room
 */
#ifndef GITPERF_STORE_STORE_H
#define GITPERF_STORE_STORE_H

#include "base/arena.h"
#include "git/git.h"
#include <gitperf/store.h>

/* snapshot.c */

/**
 * The tree of a reference's commit, after checking that it is one of ours.
 * `oid` receives the commit. Returns 1, or 0 with *out NULL when the reference
 * does not exist.
 */
int gitperf_store__tree(git_tree **out, git_oid *oid, gitperf_repo *repo,
			const char *ref);

/** The same where people know the reference by another name. */
int gitperf_store__tree_as(git_tree **out, git_oid *oid, gitperf_repo *repo,
			   const char *ref, const char *name);

/** Whether a tree (NULL: nothing) revokes a blob id: 1, 0, or an error. */
int gitperf_store__is_revoked(git_tree *tree, const char *id);

/* read.c */

/** From now on nothing is fetched that a partial clone lacks: GITPERF_ENOTFOUND. */
void gitperf_store__stay_here(gitperf_store *store);

/* sources.c: what is known here of the branch at perf.remote */

struct source {
	git_tree *tree;            /* NULL: there is none */
	git_oid tip;
};

#define SOURCES 2

/** Open what there is; `out` is zero, or was opened before. */
int gitperf_sources_open(struct source out[SOURCES], gitperf_repo *repo);
void gitperf_sources_close(struct source sources[SOURCES]);
/** The one to begin a local branch from, or NULL. */
const struct source *gitperf_sources_first(const struct source sources[SOURCES]);
/** Whether any of them revokes a blob id: 1, 0, or an error. */
int gitperf_sources_revoke(const struct source sources[SOURCES], const char *id);

/* format.c */

/** Check that a tree is one of ours: its `format` file. */
int gitperf_store__check_tree(git_tree *tree, gitperf_repo *repo,
			      const char *ref);

/** The same, and append what that file says. */
int gitperf_store__format(gitperf_buffer *out, git_tree *tree,
			  gitperf_repo *repo, const char *ref);

/** Whether a reference is a branch of something else, with no such file at all. */
int gitperf_store__is_foreign(gitperf_repo *repo, const char *ref);

/* blobs.c: the records themselves, as objects */

/** From this many on, objects go into a pack. */
#define PACK_FROM 64

struct blob_writer;

/** Start git fast-import, which packs blobs while we make more of them. */
int gitperf_blobs_open(struct blob_writer **out, gitperf_repo *repo);
int gitperf_blobs_write(struct blob_writer *writer, const void *bytes, size_t len);
/** Wait until all of them are in the repository, and free. NULL does nothing. */
int gitperf_blobs_close(struct blob_writer *writer);

/** Make sure that all blobs of a batch are in the repository. */
int gitperf_batch__write_blobs(gitperf_batch *batch);

/* sink.c: where new objects go */

struct sink {
	git_odb *odb;              /* sees only what is written to it */
	int packing;               /* ... which stays in memory until flushed */
	git_oid *made;             /* the objects of the pack */
	size_t n, room;
};

/**
 * Objects become a pack when there are many (`expected`), loose otherwise.
 * Nothing of a pack is visible before gitperf_sink_flush().
 */
int gitperf_sink_open(struct sink *sink, gitperf_repo *repo, size_t expected);
int gitperf_sink_write(git_oid *out, struct sink *sink, git_object_t type,
		       const void *bytes, size_t len);
int gitperf_sink_commit_by(git_oid *out, struct sink *sink, const git_signature *who,
			   const git_oid *tree, const git_oid *parent, const char *message);
/** The same by whoever works here, now. */
int gitperf_sink_commit(git_oid *out, struct sink *sink, gitperf_repo *repo,
			const git_oid *tree, const git_oid *parent,
			const char *message);
int gitperf_sink_flush(struct sink *sink, gitperf_repo *repo);
void gitperf_sink_close(struct sink *sink);

/* tree.c: adding paths to a tree */

enum addition_how {
	ADDITION_NEW,              /* refused where the path has something else */
	ADDITION_REPLACE,          /* of whatever the path has */
	ADDITION_REMOVE
};

struct addition {
	const char *path;
	git_oid oid;
	char id[GITPERF_ID_SIZE];
	unsigned mode;             /* as in a tree; 0: a plain file */
	enum addition_how how;
	int own;                   /* of the batch, not of somebody's spool */
	int present;               /* set: the tree has it, or had it until now */
};

/**
 * A tree with all additions, sorted by path; everything else stays as it is,
 * but for folders in which nothing is left. `base` is NULL for a new branch.
 */
int gitperf_tree_add(git_oid *out, struct sink *sink, git_repository *git,
		     const git_tree *base, struct addition *additions, size_t n);

/* spool.c: records that wait, as files of JSON lines */

/** Write a file that lands as a whole; `path` receives its name. */
int gitperf_spool_write(gitperf_buffer *path, gitperf_repo *repo,
			const gitperf_batch *batch, int durable);

/**
 * Add what waits in the spool to `batch`, and the names of the files to the
 * list `files` (NUL-separated). A file that cannot be used is put aside.
 */
int gitperf_spool_take(gitperf_batch *batch, gitperf_buffer *files,
		       gitperf_repo *repo, const gitperf_events *events);

/**
 * Remove the files of such a list; or, when all that was in them has landed,
 * leave a sign of that for those who wait: processes that are still there.
 */
void gitperf_spool_clear(const gitperf_buffer *files, int landed);

/** Whether the sign for one's own file is there; it is taken away. */
int gitperf_spool_is_landed(const char *path);

/* spool_forget.c */

/**
 * Remove the records that is_wanted() names from all files there, whatever the
 * files are for; `n` receives how many there were. With the write lock.
 */
int gitperf_spool_forget(size_t *n, gitperf_repo *repo,
			 int (*is_wanted)(void *payload, const char *id), void *payload);

/* lock.c: one at a time on this machine */

/** GITPERF_EDENIED inside a hook that may still refuse what was pushed. */
int gitperf_store__refuse_quarantine(void);

/** How long a writer waits: `timeout_ms`, or, if 0, what perf.lockTimeout says. */
int gitperf_store__timeout(int64_t *wait_ns, gitperf_repo *repo, int64_t timeout_ms);

struct write_lock {
	int fd;
};

/** The lock called "lock" is that of writers to the branch. */
int gitperf_write_lock_open(struct write_lock *lock, gitperf_repo *repo,
			    const char *name);
/** 1 with the lock, 0 if another process has it. */
int gitperf_write_lock_try(struct write_lock *lock);
/** Wait for it, however long that takes; the kernel drops it with its holder. */
int gitperf_write_lock_wait(struct write_lock *lock);
/** Give it back, if we have it. */
void gitperf_write_lock_close(struct write_lock *lock);

/**
 * Look for a lock file beside a reference: 0: there is none; 1: there is one,
 * with its age; 2: nobody holds one for so long. `path` receives its name.
 */
int gitperf_write_lock_look(gitperf_buffer *path, int64_t *age_s, gitperf_repo *repo,
			    const char *ref);

/**
 * Describe a lock file beside a reference that stays: GITPERF_EBUSY with its
 * name and age. One that is old enough is removed, when we hold the write
 * lock, and 0 returned.
 */
int gitperf_write_lock_stale(gitperf_repo *repo, const char *ref,
			     const gitperf_events *events);

/* batch.c */

struct batch_item {
	gitperf_batch_item public;
	git_oid oid;
	int is_stored;                /* an object here already: it came in a lane */
};

struct gitperf_batch {
	gitperf_repo *repo;
	struct batch_item **items;
	size_t n, room;
	struct batch_item *last;      /* added, or found to be there */
	struct blob_writer *writer;   /* of a large batch, or NULL */
	int write_ahead;
};

/**
 * Add canonical bytes under a path that was made for them. They are not read
 * again: 1 if path and bytes belong together, 0 (and nothing added) if not.
 */
int gitperf_batch__add_named(gitperf_batch *batch, const char *path,
			     const char *bytes, size_t len);

/** The same for bytes that were read from an object of the repository. */
int gitperf_batch__add_stored(gitperf_batch *batch, const char *path,
			      const char *bytes, size_t len);

/* seen.c: what this clone last wrote */

/**
 * Call `missing` for each file of `before` that `after` (NULL: nothing) lacks
 * and does not revoke. Returns how many there were, or an error.
 */
long gitperf_seen_compare(gitperf_repo *repo, git_tree *before, git_tree *after,
			  void (*missing)(void *payload, const char *path),
			  void *payload);

/**
 * Let refs/perf/seen follow the branch from `old` (NULL: there was none) to
 * `new`, unless something that it remembers is gone; that is a warning.
 */
void gitperf_seen_follow(gitperf_repo *repo, const git_oid *old, const git_oid *new,
			 const gitperf_events *events);

/** The same, wherever the branch is now: others move it, too. */
void gitperf_seen_refresh(gitperf_repo *repo, const gitperf_events *events);

/* refs.c */

/** Move a reference of ours that only one at a time moves; a dead lock is removed. */
int gitperf_store__set_ref(gitperf_repo *repo, const char *ref, const git_oid *new,
			   const char *message, const gitperf_events *events);

/**
 * Have git update-ref carry out orders, all or none: "delete <ref> <old id>" and
 * the like, a line each. None at all is fine.
 */
int gitperf_refs_order(gitperf_repo *repo, const gitperf_buffer *orders);

/** Add our own references below a prefix to a list; symbolic ones are left out. */
int gitperf_refs_list(struct listed_ref **list, size_t *n, struct arena *arena,
		      gitperf_repo *repo, const char *prefix);
/** Into the order of their names. */
void gitperf_refs_sort(struct listed_ref *list, size_t n);

/** GITPERF_EINVALID if a work tree has the branch: its files would seem changed. */
int gitperf_store__check_not_checked_out(gitperf_repo *repo);

#endif
