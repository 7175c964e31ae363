/*
 * gitperf/share.h - many machines, one perf branch
 *
 *	gitperf_share_options opts = GITPERF_SHARE_OPTIONS_INIT;
 *	gitperf_push_result sent;
 *
 *	if ((err = gitperf_push(&sent, repo, &opts)) < 0)
 *		... nothing is lost: the same call again later ...
 *
 * Everything that crosses a network is done by the user's own git, to the URL
 * and with the login that git itself would use. gitperf-sharing(7) describes
 * the protocol and what holds when something fails.
 */
#ifndef GITPERF_SHARE_H
#define GITPERF_SHARE_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Append the name of a remote as people may see it: NULL is gitperf_repo_remote(),
 * a URL is shown without the login in it.
 */
GITPERF_EXPORT int gitperf_share_name(gitperf_buffer *out, gitperf_repo *repo,
				      const char *remote);

/** Put the records onto the branch of the remote itself. */
#define GITPERF_SHARE_DIRECT (1u << 0)
/** Put them into a reference of their own, to be collected there. */
#define GITPERF_SHARE_LANE (1u << 1)
/** Send also what was measured for the reason `local`. */
#define GITPERF_SHARE_INCLUDE_LOCAL (1u << 2)
/** Say what would be sent, by what is known here; no network, no change. */
#define GITPERF_SHARE_DRY_RUN (1u << 3)
/** Bring back what a rewritten branch has lost. */
#define GITPERF_SHARE_RECOVER (1u << 4)

typedef struct gitperf_share_options {
	int version;
	/** A remote's name, a URL or a path; NULL: gitperf_repo_remote(). */
	const char *remote;
	/** How long to try in all; 0: `perf.pushTimeout`, else 120 s. */
	int64_t timeout_ms;
	/** git may ask for a login on the terminal. */
	int may_ask;
	/** GITPERF_SHARE_*; neither DIRECT nor LANE: `perf.push`, else what fits. */
	unsigned flags;
	const gitperf_events *events;
} gitperf_share_options;

#define GITPERF_SHARE_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_fetch_result {
	char tip[GITPERF_ID_SIZE];  /**< of the remote's branch; "": it has none */
	size_t records;             /**< that the remote has and this clone had not */
	size_t recovered;           /**< put back onto the local branch */
} gitperf_fetch_result;

/**
 * Bring the remote's branch into a reference of ours, which readers unite with
 * the local branch. GITPERF_EFORMAT when something that was there before is gone
 * and not revoked: then nothing is changed, unless RECOVER is asked for, which
 * puts it onto the local branch, on top of the remote's.
 */
GITPERF_EXPORT int gitperf_fetch(gitperf_fetch_result *out, gitperf_repo *repo,
				 const gitperf_share_options *opts);

typedef struct gitperf_push_result {
	char tip[GITPERF_ID_SIZE];  /**< of the remote's branch after a direct push */
	size_t sent;                /**< records delivered now */
	size_t lanes;               /**< in so many lanes; 0: directly */
	size_t waiting;             /**< sent by lane before, not seen to have landed */
	size_t local;               /**< stayed at home, being of reason `local` */
	size_t revoked;             /**< may not come back */
	size_t unusable;            /**< cannot be decoded: stayed */
	size_t purged;              /**< files that are gone from the remote's branch */
	size_t unpurged;            /**< files purged here that a lane cannot take away there */
	unsigned lost_races;
} gitperf_push_result;

/**
 * Deliver what this clone has and the remote lacks. 0 when every record is
 * there, on its branch or in a lane. GITPERF_ERACE, GITPERF_ENET or GITPERF_EBUSY
 * when the time ran out: the records stay, and the next call sends them.
 * GITPERF_EDENIED when the server refuses.
 */
GITPERF_EXPORT int gitperf_push(gitperf_push_result *out, gitperf_repo *repo,
				const gitperf_share_options *opts);

/** A lane that was looked at; lent while it is being told. */
typedef struct gitperf_lane {
	const char *ref;            /**< its name where it was pushed to */
	size_t records;
	const char *problem;        /**< why it was refused; NULL: it was landed */
	const char *hint;
	int stays;                  /**< where it is, for somebody who can use it;
					 else it went into quarantine */
} gitperf_lane;

typedef struct gitperf_gather_options {
	int version;
	/** NULL: this repository's own lanes, onto its own branch. Else those of
	 *  the remote, with what `git perf push` would send, onto its branch. */
	const gitperf_share_options *share;
	/** Wait until a record of `wait_commit` has come from each of these. */
	const char *const *wait_platforms;
	size_t nwait;
	const char *wait_commit;    /**< a full id */
	int64_t wait_ms;
	/** Called once for each lane, when its fate is known. */
	void (*lane)(void *payload, const gitperf_lane *lane);
	/** Called at the end for each platform that was waited for in vain. */
	void (*missing)(void *payload, const char *platform);
	void *payload;
	const gitperf_events *events;
} gitperf_gather_options;

#define GITPERF_GATHER_OPTIONS_INIT { .version = 1 }

typedef struct gitperf_gather_result {
	char tip[GITPERF_ID_SIZE];  /**< a commit that has all of them */
	size_t landed, present, revoked; /**< of the batch and of lanes */
	size_t from_here;           /**< records of this clone that went along */
	size_t from_spool;
	size_t lanes;               /**< landed, and removed */
	size_t quarantined;         /**< refused, and put aside */
	size_t left;                /**< that stay where they are */
	size_t later;               /**< not looked at yet: call again */
	size_t missing;             /**< platforms that were waited for in vain */
	int spooled;                /**< the batch waits in the spool; an error says why */
	unsigned lost_races;
} gitperf_gather_result;

/**
 * Land a batch (which may be empty), and what waits in lanes, in one commit,
 * and remove exactly the lanes that were landed. A lane with anything invalid
 * in it keeps no other from being landed. Errors as of gitperf_batch_append() and
 * gitperf_push(): nothing is lost, lanes stay, the batch may be in the spool.
 */
GITPERF_EXPORT int gitperf_gather(gitperf_gather_result *out, gitperf_repo *repo,
				  gitperf_batch *batch,
				  const gitperf_gather_options *opts);

#ifdef __cplusplus
}
#endif

#endif
