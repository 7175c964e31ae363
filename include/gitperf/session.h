/*
 * gitperf/session.h - measure a suite on a commit, or on two in turns
 *
 *	gitperf_session_options opts = GITPERF_SESSION_OPTIONS_INIT;
 *	gitperf_session *session;
 *
 *	opts.base = "main";
 *	if ((err = gitperf_session_open(&session, repo, &opts)) < 0)
 *		return err;
 *	if ((err = gitperf_session_run(session)) >= 0)
 *		for (i = 0; i < gitperf_session_count(session); i++)
 *			gitperf_batch_add_record(batch, gitperf_session_record(session, i));
 *	gitperf_session_free(session);
 *
 * Opening decides and checks everything that can be known before the first
 * command runs; running prepares (fetch, build, setup), measures and tidies up.
 * What fails to build or to run is a result: it is in the record.
 */
#ifndef GITPERF_SESSION_H
#define GITPERF_SESSION_H

#include <gitperf/common.h>
#include <gitperf/record.h>
#include <gitperf/repo.h>
#include <gitperf/store.h>
#include <gitperf/suite.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a session is about to do; lent to the pulse. */
typedef struct gitperf_pulse {
	/** "checkout", "fetch", "build", "setup", "measure" or "teardown". */
	const char *step;
	/** All steps of this session in their order, and which of them this is. What
	 *  turns out to need no doing, or fails, is passed over. With a base there
	 *  are two of each but "measure". */
	const char *const *steps;
	size_t nsteps, index;
	const char *commit;          /**< of whose files */
	/** While measuring, the case whose turn it is, else NULL and 0; and the
	 *  iterations of all cases, warm-up included, done and to be expected. The
	 *  total may be an estimate; the part that is done never shrinks. */
	const char *benchmark;
	const gitperf_pair *params;
	size_t nparams;
	uint64_t done, total;
	/** Until it is called again, at most so long passes, and what it takes to
	 *  kill a command: the step's time limit, or while measuring the longest of
	 *  all cases. -1: a checkout that has none. */
	int64_t quiet_ms;
} gitperf_pulse;

typedef struct gitperf_session_options {
	int version;
	/** NULL: HEAD, as it lies in the work tree, changes included. Otherwise
	 *  the files are those of this revision, in a temporary work tree. */
	const char *commit;
	/** Measure this revision, too, in turns with the other. */
	const char *base;
	/** A file, or "<rev>:<path>". NULL: .gitperf as the commit has it. */
	const char *suite;
	/** Then rather .gitperf as the work tree has it (a bare repository: HEAD),
	 *  whatever commit is measured. */
	int todays_suite;
	/** Instead of a suite: one command, NULL-terminated, and its name. It runs
	 *  in the current directory; of a commit that is checked out, in the one
	 *  that is as far below the top. */
	const char *const *argv;
	const char *name;
	/** Which benchmarks, see gitperf_suite_selects(); NULL: all. */
	const char *const *benchmarks;
	const char *platform;        /**< NULL: perf.platform, else this machine's */
	const char *worker;          /**< NULL: perf.worker */
	const char *reason;          /**< NULL: "local" outside CI without a worker,
	                                  else usual_reason */
	const char *usual_reason;
	const gitperf_pair *config;
	size_t nconfig;
	gitperf_sampling sampling;   /**< what is said here comes before the suite */
	int no_aslr;                 /**< as in gitperf_run_options */
	const char *cpus;            /**< NULL: the suite's */
	int has_priority, priority;
	int64_t wait_ms;             /**< for another measurement on this host;
	                                  negative: ten minutes */
	/** Asked between commands: whether to stop, as after a signal that the
	 *  caller has caught. May be NULL. */
	int (*is_interrupted)(void);
	const gitperf_events *events;
	/** Measure all benchmarks, whatever has changed since the last time. */
	int no_carry;
	/**
	 * Called when a step begins and before each iteration, while no command
	 * runs: see there what it should not do (gitperf_run_measure()). 0 or more:
	 * go on. A negative GITPERF_E*, with the error set, stops the session: what
	 * was set up is torn down, there are no records, gitperf_session_run()
	 * returns that code with that message, and it is not called again.
	 */
	int (*pulse)(void *payload, const gitperf_pulse *pulse);
	void *pulse_payload;
	/** The id of a suite, 40 hex digits, which is used whatever the commit or
	 *  the work tree has. A partial clone fetches it. Not with `suite`. */
	const char *suite_id;
	/** For the record: the id of the job that this is done for, 40 to 64 hex
	 *  digits; NULL: none, and no round or token. When it was asked for; 0:
	 *  unknown. */
	const char *job;
	int64_t round, token;
	gitperf_time queued;
	/**
	 * The name of a work tree that stays, for one `commit` at a time: 1 to 64 of
	 * [a-z0-9._+-], no dot in front, such as a worker's. It lies at
	 * git-perf-<digest of the repository's path>/<keep>/tree below perf.worktrees,
	 * else $XDG_CACHE_HOME, else ~/.cache, else the folder for temporary files,
	 * and is made what a new one would be, whatever has been done to it; files
	 * that stay the same keep their times. A broken one is made anew. While a
	 * session has it, others get GITPERF_EBUSY, which names the process.
	 * gitperf_checkout_forget() removes it.
	 *
	 * With a `job`, what fetch and build have made is kept as well: a session of
	 * the same job, commit, suite, platform and configuration that finds the tree
	 * as they left it, because the one before was killed or stopped, does neither
	 * clean it nor run them again, and its record has the steps that were run
	 * then. If that one had begun to set up or to measure, teardown runs first,
	 * then setup. In any doubt all is done from the beginning: also after a
	 * restart of the machine, another version of git perf, or if HEAD has moved.
	 */
	const char *keep;
} gitperf_session_options;

#define GITPERF_SESSION_OPTIONS_INIT \
	{ .version = 1, .sampling = GITPERF_SAMPLING_INIT, .wait_ms = -1 }

typedef struct gitperf_session gitperf_session;

/**
 * Decide what is measured. GITPERF_ENOTFOUND: no such revision, suite or
 * benchmark; GITPERF_EFORMAT: the suite is wrong; GITPERF_EINVALID: an option;
 * GITPERF_ENET: a suite that this partial clone lacks cannot be fetched now.
 */
GITPERF_EXPORT int gitperf_session_open(gitperf_session **out,
					gitperf_repo *repo,
					const gitperf_session_options *opts);

/** Removes temporary work trees, too. */
GITPERF_EXPORT void gitperf_session_free(gitperf_session *session);

/** One command to measure: a benchmark with one of its parameter sets. */
typedef struct gitperf_case {
	const gitperf_suite_benchmark *benchmark;
	const gitperf_params *params;
	const char *const *argv;
	int shell;                   /**< argv is "sh", "-c" and the command */
	gitperf_sampling sampling;
	/** The commit whose result still holds, because nothing that the benchmark
	 *  depends on has changed since: it is not measured. Else NULL. */
	const char *carried;
} gitperf_case;

/** What is going to be measured, in this order. */
GITPERF_EXPORT size_t gitperf_session_ncases(const gitperf_session *session);
GITPERF_EXPORT const gitperf_case *
gitperf_session_case(const gitperf_session *session, size_t i);

/** The suite, or NULL for a single command; lent. */
GITPERF_EXPORT const gitperf_suite *
gitperf_session_suite(const gitperf_session *session);

/**
 * Wait until no other measurement has this host; it is ours until the session
 * is freed. GITPERF_EBUSY names who has it. gitperf_session_run() does this,
 * too; a caller who catches signals may want to wait without.
 */
GITPERF_EXPORT int gitperf_session_lock(gitperf_session *session);

/**
 * Prepare, measure and tidy up. 0 when there are records, whatever they say.
 * GITPERF_EBUSY: somebody else measures on this host; GITPERF_ENET: the fetch
 * step asks to be tried again (exit status 75, or its time was up);
 * GITPERF_EIO: interrupted; else what the pulse has returned. Then there are no
 * records. To wait for the host is no step; lock first to hear of it.
 */
GITPERF_EXPORT int gitperf_session_run(gitperf_session *session);

/** Commits measured: 1; with a base 2, and that comes first. */
GITPERF_EXPORT size_t gitperf_session_count(const gitperf_session *session);

/**
 * The i-th record; lent. Before gitperf_session_run() it says what is known
 * by then: all but steps, benchmarks, outcome and times.
 */
GITPERF_EXPORT const gitperf_record *
gitperf_session_record(const gitperf_session *session, size_t i);

/**
 * Whether there are records of the commit as it is (of the base, if there is
 * one), on this platform in this configuration, that together have a result of
 * every case, be it a failure or, unless no_carry asks for more, carried. 1, 0,
 * or GITPERF_ENOMEM.
 */
GITPERF_EXPORT int gitperf_session_is_measured(const gitperf_session *session,
					       gitperf_store *store);

/**
 * Choose `n` commits of a range (as in gitperf_history_open()), evenly spaced
 * and with both ends, oldest first. `out` receives full ids, each followed by
 * a NUL; returns how many, or an error.
 */
GITPERF_EXPORT int gitperf_session_steps(gitperf_buffer *out,
					 gitperf_repo *repo, const char *range,
					 size_t n);

#ifdef __cplusplus
}
#endif

#endif
