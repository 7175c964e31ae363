/*
 * session.h - between the files of a session
 *
 *	session.c   opens, runs and frees it
 *	context.c   what a record says apart from the measurement
 *	suite.c     which suite it is
 *	cases.c     which commands are measured, and what identifies them
 *	carry.c     ... and which need not be, because nothing has changed
 *	pulse.c     telling the caller what comes next
 *	prepare.c   fetch, build, setup, teardown
 *	resume.c    ... of which a killed session may have done something
 *	inputs.c    the content of files
 *	complete.c  from measurements to a record
 *	fit.c       ... that is no larger than one may be
 *	limits.c    which values are beyond what they should be
 *	steps.c     which commits of a range, and which are measured already
 */
#ifndef GITPERF_WORK_SESSION_H
#define GITPERF_WORK_SESSION_H

#include "base/arena.h"

#include <gitperf/machine.h>
#include <gitperf/run.h>
#include <gitperf/session.h>

/** A base and a head. */
#define SIDES_MAX 2

/** fetch, build, setup, teardown. */
#define STEPS_MAX 4

/** A case on one side: what it is there, and why it is not measured. */
struct trial {
	const char *const *env;
	const char *directory;
	const char *workload;          /* id */
	gitperf_pair parts[3];         /* command, epoch, input */
	size_t nparts;
	gitperf_status status;         /* ok: to be measured */
	const char *error;
	const char *carried;           /* the commit whose results still hold, or NULL */
	const gitperf_benchmark *results; /* ... which are those of these names */
	size_t nresults;
};

/** One commit and the place where its files are. */
struct side {
	const char *label;
	char commit[GITPERF_ID_SIZE];  /* as recorded */
	char files[GITPERF_ID_SIZE];   /* the commit that is checked out, if any */
	int in_place;                  /* the work tree itself */
	int is_dirty;                  /* with changes that are not in the commit */
	gitperf_checkout *checkout;
	const char *directory;         /* its top, without a slash at the end */
	const char *cache;             /* what the fetch step filled, or NULL */
	int is_built;                  /* fetch and build have succeeded, maybe before */
	int is_left;                   /* what a killed session has begun is still there */
	int is_begun;                  /* a step may have left something */
	int is_set_up;                 /* teardown is due */
	gitperf_step steps[STEPS_MAX];
	size_t nsteps;
	gitperf_status status;         /* of the preparation */
	const char *error;
	struct trial *trials;          /* one for each case */
	gitperf_record record;
};

struct gitperf_session {
	struct arena arena;
	gitperf_repo *repo;
	gitperf_session_options opts;
	gitperf_suite *suite;
	gitperf_suite_benchmark single; /* a command without a suite */
	gitperf_case *cases;
	gitperf_words **words;          /* of the cases */
	size_t ncases;
	gitperf_machine *machine;
	const char *lock_file;
	gitperf_host_lock *lock;
	int no_aslr;
	const char *cpus;
	int has_priority, priority;
	int log_off;
	struct side sides[SIDES_MAX];
	size_t nsides;
	const char **plan;              /* the steps there are, in order ... */
	const struct side **plan_sides; /* ... and whose; NULL: of all */
	size_t nplan;
	int is_stopped;                 /* the caller has said so, in a pulse */
	gitperf_workload *workloads;    /* of each case that is measured: its sides */
	gitperf_run *run;
};

/** List the steps, before the first of them. */
int gitperf_session__plan(gitperf_session *s);

/**
 * Tell the caller that a step begins, and how long he may hear nothing; -1: that
 * cannot be told. Negative: he wants to stop.
 */
int gitperf_session__begin(gitperf_session *s, const struct side *side, const char *step,
			   int64_t quiet_ms);

/** The pulse of a measurement is that of its session. */
int gitperf_session__turn(void *payload, const gitperf_turn *turn);

/** GITPERF_EIO if the caller wants to stop. */
int gitperf_session__check(const gitperf_session *s);

/** A copy in the session's arena; NULL stays NULL. */
const char *gitperf_session__keep(gitperf_session *s, const char *text);

/** Begin every side's record: platform, worker, reason, environment, ... */
int gitperf_session__context(gitperf_session *s);

/** Read the suite. */
int gitperf_session__suite(gitperf_session *s);

/** Choose the cases of the suite, or make one of the command. */
int gitperf_session__cases(gitperf_session *s);

/** Of which cases an earlier result still holds; makes room for all trials. */
int gitperf_session__carry(gitperf_session *s);

/** How often each case can be iterated so that a record has room for it. */
unsigned gitperf_session__most_iterations(const gitperf_session *s);

/** What each case is on this side, now that its files are ready. */
int gitperf_session__trials(gitperf_session *s, struct side *side);

/** What identifies a case; `input`, the digest of its inputs, is NULL without any. */
int gitperf_session__identify(gitperf_session *s, struct trial *t, const gitperf_case *c,
			      const char *input);

/** Whether a benchmark of a record, whatever became of it, is one of this case. */
int gitperf_session__is_result_of(const gitperf_benchmark *b, const gitperf_case *c);

/**
 * fetch, build, setup. A step that fails is noted in the side; an error is
 * only what makes a record pointless.
 */
int gitperf_session__prepare(gitperf_session *s, struct side *side);
int gitperf_session__teardown(gitperf_session *s, struct side *side);

/** Whether there is no fetch step, or all that it would fetch is here. */
int gitperf_session__is_fetched(gitperf_session *s, struct side *side);

/**
 * Whether the kept work tree is as this job's steps have left it, and is_built;
 * else nothing says so any more, and it may be changed.
 */
int gitperf_session__resume(gitperf_session *s, struct side *side);
/** Fetch and build have succeeded; `is_begun`: what comes then has to be torn down. */
void gitperf_session__built(const gitperf_session *s, const struct side *side, int is_begun);
/** It is not, or no longer. */
void gitperf_session__unbuilt(const struct side *side);

/** Fill in what has been measured on the `index`-th side. */
int gitperf_session__complete(gitperf_session *s, struct side *side,
			      size_t index, gitperf_time began);

/** Warn of what passes a limit of the suite. */
int gitperf_session__limits(const gitperf_session *s, const gitperf_record *r);

/**
 * Leave out of a record what makes it too large to be one: logs, else the
 * samples of its largest benchmarks, which have then failed. Warns of it.
 */
int gitperf_session__fit(gitperf_session *s, gitperf_record *record,
			 gitperf_benchmark *benchmarks);

/** Whether the i-th case is ready to be measured on every side. */
int gitperf_session__is_ready(const gitperf_session *s, size_t i);

/** The environment of a side's commands in `directory`; `params` may be NULL. */
const char *const *gitperf_session__environment(gitperf_session *s,
						const struct side *side,
						const char *directory,
						const gitperf_params *params);

/**
 * The first 16 digits of a digest over what lies at `paths` below `directory`:
 * files with their content, folders with all that is in them. GITPERF_ENOTFOUND
 * names what is missing.
 */
#define INPUTS_HEX 16
int gitperf_inputs_digest(char out[INPUTS_HEX + 1], const char *directory,
			  const char *const *paths, size_t n);

#endif
