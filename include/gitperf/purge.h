/*
 * gitperf/purge.h - a record leaves the branch, for good
 *
 *	const char *const ids[] = { "9ac4117b" };
 *	gitperf_purge_options opts = GITPERF_PURGE_OPTIONS_INIT;
 *	gitperf_purge_result result;
 *
 *	opts.records = ids;
 *	opts.nrecords = 1;
 *	opts.reason = "a password in the log of a failed run";
 *	err = gitperf_purge(&result, repo, &opts);
 *
 * For a secret, or for what is far too large. The id is revoked: whoever knows
 * of that keeps the record out. The history is rewritten, so that no commit of
 * the branch has it any more. A wrong measurement is no reason to do this.
 */
#ifndef GITPERF_PURGE_H
#define GITPERF_PURGE_H

#include <gitperf/common.h>
#include <gitperf/repo.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a record was before. */
typedef enum gitperf_purge_state {
	GITPERF_PURGE_REMOVED,    /**< on the branch, here or at the remote */
	GITPERF_PURGE_REVOKED,    /**< not in its tree, and revoked already */
	GITPERF_PURGE_AHEAD       /**< never here: it will not come, either */
} gitperf_purge_state;

typedef struct gitperf_purged {
	char id[GITPERF_ID_SIZE];
	gitperf_purge_state state;
} gitperf_purged;

/** Say what would be done, and change nothing. */
#define GITPERF_PURGE_DRY_RUN (1u << 0)

typedef struct gitperf_purge_options {
	int version;
	unsigned flags;               /**< GITPERF_PURGE_* */
	/** As gitperf_store_find() takes them, damaged ones, too; any file of the
	 *  branch by its path; and full ids of what must never come. */
	const char *const *records;
	size_t nrecords;
	/** Why; stays on the branch for all to read. Not empty, UTF-8, at most
	 *  4096 bytes. */
	const char *reason;
	/** How long to wait for others; 0: `perf.lockTimeout`, else 30 s. */
	int64_t timeout_ms;
	/** Called for each record once it is done; or NULL. */
	void (*purged)(void *payload, const gitperf_purged *record);
	void *payload;
	const gitperf_events *events;
} gitperf_purge_options;

#define GITPERF_PURGE_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_purge_result {
	char tip[GITPERF_ID_SIZE];    /**< the new commit; "" where none was made */
	size_t removed, revoked, ahead;   /**< records by their state */
	size_t spooled;               /**< copies that waited in the spool, and are gone */
	int rewritten;                /**< the branch was, or would be; if not, all were
					   revoked before, here or at the remote */
	long generation;              /**< that it then has */
	int undelivered;              /**< the remote's branch has them yet */
	int remembered;               /**< so has refs/perf/seen, for the sake of others */
} gitperf_purge_result;

/**
 * Revoke records and make the branch anew without them: one commit without a
 * parent, of a generation higher, that has all else that the branch has here
 * and at the remote. Then remove what this clone keeps of them beside the
 * branch: in the spool, the index and the branch's reflog. The objects stay
 * until git removes them.
 *
 * All or nothing, as far as the branch goes: GITPERF_EBUSY or GITPERF_ERACE
 * when the time ran out. An error after that says so, and the same call again
 * does the rest: what is revoked already is not purged twice.
 */
GITPERF_EXPORT int gitperf_purge(gitperf_purge_result *out, gitperf_repo *repo,
				 const gitperf_purge_options *opts);

#ifdef __cplusplus
}
#endif

#endif
