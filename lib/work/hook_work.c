/*
 * hook_work.c - what a hook has started, in the background
 *
 * Of collectors, one works and one waits; so of planners. The one that waits holds
 * the lock "next" until it has that of its kind, and only then looks what there is.
 * So whoever finds "next" taken may leave: the one that has it will look later than
 * now, and see what we would have seen.
 */
#include "base/compat.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "git/git.h"
#include "query/trunk.h"
#include "store/append.h"
#include "work/hook.h"

#include <gitperf/schedule.h>
#include <gitperf/share.h>
#include <gitperf/work.h>

#include <sys/stat.h>

/* While others are in the way: how often, and how long in all */
#define RETRY_FIRST INT64_C(5000000000)
#define RETRY_LONGEST INT64_C(60000000000)
#define RETRY_FOR INT64_C(600000000000)

static void log_warning(void *payload, const char *message, const char *hint)
{
	gitperf_fail(GITPERF_EIO, "%s", message);
	if (hint)
		gitperf_hint(GITPERF_EIO, "%s", hint);
	gitperf_hook_log(payload, "warning");
}

static void log_lane(void *payload, const gitperf_lane *lane)
{
	if (!lane->problem)
		return;
	gitperf_fail(GITPERF_EFORMAT, "lane %s: %s%s", lane->ref, lane->problem,
		     lane->stays ? "; it stays" : "; it is in quarantine");
	gitperf_hint(GITPERF_EFORMAT, "%s", lane->hint);
	gitperf_hook_log(payload, "refused");
}

static int is_temporary(int err)
{
	return err == GITPERF_EBUSY || err == GITPERF_ERACE || err == GITPERF_ENET;
}

/* 1 when it is our turn; 0 when somebody else will see what we would see */
static int take_turn(struct write_lock *turn, gitperf_repo *repo, const char *name, const char *name_next)
{
	unsigned old_umask = gitperf_repo__shared_umask(repo);
	struct write_lock next;
	int got;

	turn->fd = -1;
	if ((got = gitperf_write_lock_open(&next, repo, name_next)) >= 0 &&
	    (got = gitperf_write_lock_try(&next)) > 0) {
		gitperf_fault(FAULT_HOOK_WAITING);
		got = gitperf_write_lock_open(turn, repo, name);
		if (!got && (got = gitperf_write_lock_wait(turn)) >= 0)
			got = 1;
	}
	gitperf_write_lock_close(&next);
	umask(old_umask);
	return got;
}

/* 1: that was not all of them */
static int collect(gitperf_repo *repo)
{
	gitperf_events events = { .warning = log_warning, .payload = repo };
	gitperf_gather_options opts = GITPERF_GATHER_OPTIONS_INIT;
	gitperf_gather_result result;
	gitperf_batch *batch = NULL;
	int err = gitperf_batch_new(&batch, repo);

	opts.events = &events;
	opts.lane = log_lane;
	opts.payload = repo;
	memset(&result, 0, sizeof(result));
	if (!err)
		err = gitperf_gather(&result, repo, batch, &opts);
	gitperf_batch_free(batch);
	if (!err && !result.later)
		gitperf_repo_maintain(repo);
	return err < 0 ? err : result.later > 0;
}

/* As long as others are in the way, or `work` says that there is more */
static int work_in_turn(gitperf_repo *repo, const char *name, const char *name_next,
			int (*work)(gitperf_repo *repo))
{
	struct write_lock turn;
	struct backoff backoff;
	int err = take_turn(&turn, repo, name, name_next);

	if (err > 0) {
		gitperf_fault(FAULT_HOOK_TURN);
		gitperf_backoff_init(&backoff, gitperf_clock_ns() + RETRY_FOR, RETRY_FIRST, RETRY_LONGEST);
		do {
			err = work(repo);
		} while (err > 0 || (is_temporary(err) && gitperf_backoff_wait(&backoff)));
		gitperf_fault(FAULT_HOOK_COLLECTED);
	}
	gitperf_write_lock_close(&turn);
	return err;
}

/*
 * A project that names no platform does not plan: its results come from elsewhere.
 * One whose suite is broken is for the planner to complain about.
 */
int gitperf_hook_plans(gitperf_repo *repo)
{
	struct trunk trunk;
	int err = gitperf_trunk_open(&trunk, repo, NULL, NULL), planned;

	if (err < 0)
		return err != GITPERF_ENOTFOUND;
	planned = trunk.policy->nplatforms > 0;
	gitperf_trunk_close(&trunk);
	return planned;
}

int gitperf_hook_collect(gitperf_repo *repo, const gitperf_hook_call *call)
{
	gitperf_hook_call nothing_wished = GITPERF_HOOK_CALL_INIT;
	int err = work_in_turn(repo, "collector", "collector.next", collect);

	nothing_wished.format = call->format;
	/* what has landed may go from the queue */
	return !err && gitperf_hook_plans(repo) ? gitperf_hook_plan(repo, &nothing_wished) : err;
}

static int plan(gitperf_repo *repo)
{
	gitperf_events events = { .warning = log_warning, .payload = repo };
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_plan *made;
	int err;

	opts.events = &events;
	opts.here = 1;
	err = gitperf_plan_make(&made, repo, &opts);
	gitperf_plan_free(made);
	return err;
}

/* What was pushed with the wish to have it measured, whatever the plan */
static int wish(gitperf_repo *repo, const char *commit)
{
	gitperf_schedule_options opts = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_wish wanted = GITPERF_WISH_INIT;
	gitperf_answer *answer;
	int err;

	opts.here = 1;
	wanted.commit = commit;
	wanted.reason = GITPERF_REASON_TAGGED;
	err = gitperf_wish_make(&answer, repo, &wanted, &opts);
	gitperf_answer_free(answer);
	return err;
}

/* As long as others are in the way: nobody will hear of it again */
static int wish_until_made(gitperf_repo *repo, const char *commit, struct backoff *backoff)
{
	int err;

	do {
		err = wish(repo, commit);
	} while (is_temporary(err) && gitperf_backoff_wait(backoff));
	return err;
}

/* It is run by whoever has perf.notifyCommand: here, the server */
static int notify(gitperf_repo *repo, const gitperf_hook_call *call)
{
	gitperf_events events = { .warning = log_warning, .payload = repo };
	gitperf_schedule_options schedule = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_notify_options opts = GITPERF_NOTIFY_OPTIONS_INIT;
	int err;

	schedule.here = 1;
	opts.schedule = &schedule;
	opts.format = call->format;
	opts.events = &events;
	err = gitperf_notify(repo, &opts);
	return err < 0 ? err : 0;
}

/* A wish is heard of once, so each is made before anything can fail for another */
int gitperf_hook_plan(gitperf_repo *repo, const gitperf_hook_call *call)
{
	const char *const *commit;
	struct backoff backoff;
	int err;

	gitperf_backoff_init(&backoff, gitperf_clock_ns() + RETRY_FOR, RETRY_FIRST, RETRY_LONGEST);
	for (commit = call->args; commit && *commit; commit++)
		if (wish_until_made(repo, *commit, &backoff) < 0)
			gitperf_hook_log(repo, "bench");
	err = work_in_turn(repo, "planner", "planner.next", plan);
	return err < 0 ? err : notify(repo, call);
}

int gitperf_hook_push(gitperf_repo *repo, const gitperf_hook_call *call)
{
	gitperf_events events = { .warning = log_warning, .payload = repo };
	gitperf_share_options opts = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_push_result result;
	int err;

	opts.remote = call->args ? call->args[0] : NULL;
	opts.events = &events;
	/* no connection for nothing */
	opts.flags = GITPERF_SHARE_DRY_RUN;
	if ((err = gitperf_append__spool(repo, &events)) < 0 ||
	    (err = gitperf_push(&result, repo, &opts)) < 0 || !result.sent)
		return err;
	opts.flags = 0;
	return gitperf_push(&result, repo, &opts);
}
