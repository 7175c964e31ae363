/*
 * gitperf/transit.h - what is on its way between this clone and others
 *
 *	gitperf_transit *transit;
 *
 *	if ((err = gitperf_transit_load(&transit, repo, NULL)) < 0)
 *		return err;
 *	printf("%zu records wait in the spool\n", transit->spool.records);
 *	gitperf_transit_free(transit);
 *
 * It is only looked at: no lock is waited for, nothing is written, no record
 * decoded, and nobody asked but with gitperf_transit_ask(). Names of lanes, reasons
 * and file names come from outside and are as they came.
 */
#ifndef GITPERF_TRANSIT_H
#define GITPERF_TRANSIT_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/share.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A folder of an inbox, which is named after a platform or a sender. */
typedef struct gitperf_lane_folder {
	const char *name;
	size_t lanes;
} gitperf_lane_folder;

/** A lane that was refused. */
typedef struct gitperf_quarantined {
	const char *ref;
	const char *reason;           /**< NULL: not known here */
	gitperf_time when;            /**< it was refused; 0: not known */
} gitperf_quarantined;

/** Lanes somewhere; folders and references in the order of their names. */
typedef struct gitperf_inbox {
	const gitperf_lane_folder *folders;
	size_t nfolders;
	size_t lanes;
	const gitperf_quarantined *quarantined;
	size_t nquarantined;
} gitperf_inbox;

/** Records that no commit has yet. */
typedef struct gitperf_spool {
	size_t files, records;
	gitperf_time oldest;          /**< when it was left there; 0: there is none */
	const char *const *bad;       /**< paths of files that cannot be used */
	size_t nbad;
} gitperf_spool;

/** The lock file of a reference, left behind by somebody who died. */
typedef struct gitperf_dead_lock {
	const char *path;
	int64_t age_s;
} gitperf_dead_lock;

/** A remote, as it was known here last. */
typedef struct gitperf_remote_state {
	const char *name;             /**< without a login; NULL: none is set up */
	const char *tracking_ref;     /**< git's own; NULL: there can be none */
	char tracking[GITPERF_ID_SIZE]; /**< ... its tip; "": it is not there */
	char accepted[GITPERF_ID_SIZE]; /**< what was fetched and accepted; "" */
	gitperf_time fetched;         /**< when git perf fetched last; 0: not known */
	size_t missing;               /**< files that had disappeared there by then */
	size_t lanes;                 /**< that were fetched and have not landed */
	size_t purged;                /**< records that were purged here, and not there */
} gitperf_remote_state;

/** A remote, as it has answered. */
typedef struct gitperf_remote_answer {
	char tip[GITPERF_ID_SIZE];    /**< of the branch; "": it has none */
	gitperf_inbox inbox;          /**< no reasons, no times */
} gitperf_remote_answer;

typedef struct gitperf_transit {
	char tip[GITPERF_ID_SIZE];    /**< of the local branch; "": there is none */
	size_t missing;               /**< files that this clone once wrote, and are gone */
	const char *seen;             /**< the reference that still has them */
	gitperf_remote_state remote;
	gitperf_spool spool;
	gitperf_inbox inbox;          /**< of this repository, as a server */
	const gitperf_dead_lock *locks;
	size_t nlocks;
	gitperf_time went_wrong;      /**< last entry of gitperf_hook_log_path(); 0: none */
	const gitperf_remote_answer *answer; /**< NULL: not asked, or in vain */
} gitperf_transit;

/**
 * Look at what is known here. `remote` as in gitperf_share_options: NULL is
 * gitperf_repo_remote(), if there is such a remote; in a bare repository, which
 * others push to, if `perf.remote` names it or something was fetched from it.
 */
GITPERF_EXPORT int gitperf_transit_load(gitperf_transit **out, gitperf_repo *repo,
					const char *remote);

/**
 * Ask the remote, in one connection. GITPERF_ENET, GITPERF_EDENIED or
 * GITPERF_ENOTFOUND; then the answer stays as it was. Of the options, `remote`
 * and `may_ask` count.
 */
GITPERF_EXPORT int gitperf_transit_ask(gitperf_transit *transit, gitperf_repo *repo,
				       const gitperf_share_options *opts);

GITPERF_EXPORT void gitperf_transit_free(gitperf_transit *transit);

#ifdef __cplusplus
}
#endif

#endif
