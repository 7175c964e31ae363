/*
 * hook_run.c - what happens when git calls: nothing that a push would notice
 *
 * A hook of ours reads what git has to say, starts another process, and is
 * done. That one belongs to nobody and has nothing open, so that a push ends
 * when it is over, not when we are.
 *
 * Of collectors, one works and one waits. The one that waits holds the lock
 * "next" until it has the lock "collector", and only then looks which lanes there
 * are. So whoever finds "next" taken may leave: the one that has it will look
 * later than now, and see what we would have seen.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/fault.h"
#include "git/git.h"
#include "store/append.h"
#include "store/lane.h"
#include "work/hook.h"

#include <gitperf/share.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* more than the name of a reference can be where references are files */
#define LINE_MAX_LEN 8192

/* While others are in the way: how often, and how long in all */
#define RETRY_FIRST INT64_C(5000000000)
#define RETRY_LONGEST INT64_C(60000000000)
#define RETRY_FOR INT64_C(600000000000)

#define LOCK_WORK "collector"
#define LOCK_NEXT "collector.next"

/* What git told us */
struct news {
	gitperf_repo *repo;
	size_t lines;
	size_t lanes;              /* new ones */
	int remade;                /* the data branch: something was purged */
	size_t others;             /* references that are not ours */
};

/* --- Hearing of it --- */

static int is_below(const char *ref, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(ref, folder, len) && ref[len] == '/';
}

/* What it had is not below what it has */
static int is_remade(gitperf_repo *repo, const char *old, const char *new)
{
	git_oid from, to;

	return !git_oid_fromstrn(&from, old, GITPERF_ID_SIZE - 1) &&
	       !git_oid_fromstrn(&to, new, GITPERF_ID_SIZE - 1) &&
	       !git_graph_descendant_of(gitperf_repo__handle(repo), &to, &from);
}

/* "<old> <new> <reference>" */
static void take_received(struct news *news, char *line)
{
	const char *new = strchr(line, ' ');
	const char *ref = new ? strchr(new + 1, ' ') : NULL;
	int is_created, is_removed;

	if (!ref)
		return;
	new++;
	ref++;
	is_created = line[strspn(line, "0")] == ' ';
	is_removed = new[strspn(new, "0")] == ' ';
	if (is_created && !is_removed && is_below(ref, gitperf_repo__inbox(news->repo)))
		news->lanes++;
	if (!is_created && !is_removed && !strcmp(ref, gitperf_repo_data_ref(news->repo)))
		news->remade |= is_remade(news->repo, line, new);
}

/* "<local reference> <new> <remote reference> <old>"; the first may be any words */
static void take_pushed(struct news *news, char *line)
{
	char *end = strrchr(line, ' ');
	const char *ref;

	if (!end)
		return;
	*end = '\0';
	ref = strrchr(line, ' ');
	if (!ref)
		return;
	ref++;
	if (strcmp(ref, gitperf_repo_data_ref(news->repo)) && !is_below(ref, "refs/perf") &&
	    !is_below(ref, gitperf_repo__inbox(news->repo)) &&
	    !is_below(ref, gitperf_repo__quarantine(news->repo)))
		news->others++;
}

/* The whole lines of a buffer; returns how much of it they are */
static size_t take_lines(struct news *news, char *text, size_t len, int *skip,
			 void (*take)(struct news *news, char *line))
{
	size_t used = 0;
	char *end;

	while ((end = memchr(text + used, '\n', len - used))) {
		*end = '\0';
		news->lines++;
		/* too long for a reference of ours */
		if (*skip)
			news->others++;
		else
			take(news, text + used);
		*skip = 0;
		used = (size_t)(end - text) + 1;
	}
	return used;
}

/* All of it, whatever it is: git must not find that nobody reads */
static void read_news(struct news *news, int fd,
		      void (*take)(struct news *news, char *line))
{
	char buf[LINE_MAX_LEN];
	size_t len = 0, used;
	int skip = 0;
	ssize_t n = 1;

	while (fd >= 0 && n) {
		n = read(fd, buf + len, sizeof(buf) - len);
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
		used = take_lines(news, buf, len, &skip, take);
		len -= used;
		memmove(buf, buf + used, len);
		if (len == sizeof(buf)) {
			skip = 1;
			len = 0;
		}
	}
}

/* --- Starting --- */

/* The same repository and work tree for a process that is somewhere else */
static int start(gitperf_repo *repo, const gitperf_hook_call *call,
		 const char *job, const char *arg)
{
	const char *argv[] = { call->program ? call->program : "git-perf", "hook", "run", job, arg, NULL };
	const char *top = gitperf_repo_worktree(repo);
	gitperf_buffer dir = GITPERF_BUFFER_INIT, tree = GITPERF_BUFFER_INIT;
	const char *set_env[] = { REPO_VARIABLES, "GIT_PUSH_*", NULL, NULL, NULL };
	struct spawn spawn = { .argv = argv, .set_env = set_env,
			       .directory = top ? top : gitperf_repo_directory(repo) };
	int err;

	gitperf_buf_addf(&dir, "GIT_DIR=%s", git_repository_path(gitperf_repo__handle(repo)));
	gitperf_buf_addf(&tree, "GIT_WORK_TREE=%s", top ? top : "");
	set_env[ARRAY_SIZE(set_env) - 3] = dir.ptr;
	if (top && gitperf_env("GIT_WORK_TREE"))
		set_env[ARRAY_SIZE(set_env) - 2] = tree.ptr;
	err = gitperf_buf_check(dir.failed ? &dir : &tree);
	if (!err)
		err = gitperf_spawn_detached(&spawn);
	gitperf_buffer_dispose(&dir);
	gitperf_buffer_dispose(&tree);
	return err;
}

/*
 * Something has arrived. What else wants to know of it, such as a planner of
 * what is to be measured, is started from here.
 */
static int run_post_receive(gitperf_repo *repo, const gitperf_hook_call *call)
{
	struct news news = { .repo = repo };
	int wanted;

	read_news(&news, call->input, take_received);
	/* another hook may have read what was ours to read */
	wanted = news.lines ? news.lanes || news.remade : gitperf_lanes_exist(repo);
	gitperf_fault(FAULT_HOOK_START);
	return wanted > 0 ? start(repo, call, "collect", NULL) : wanted;
}

/* Whether results are shared with the remote that is being pushed to */
static int is_shared_with(gitperf_repo *repo, const char *remote)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, repo, "perf.remote");
	int shared = found <= 0 || !name.len || !strcmp(name.ptr, remote);

	gitperf_buffer_dispose(&name);
	return found < 0 ? found : shared;
}

static int run_pre_push(gitperf_repo *repo, const gitperf_hook_call *call)
{
	const char *remote = call->args ? call->args[0] : NULL;
	struct news news = { .repo = repo };
	int shared;

	read_news(&news, call->input, take_pushed);
	if (!remote)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "nobody says which remote is pushed to"),
				    "git perf hook run pre-push \"$@\", in a hook");
	/* who pushes results by hand needs no help */
	if (news.lines && !news.others)
		return 0;
	shared = is_shared_with(repo, remote);
	return shared > 0 ? start(repo, call, "push", remote) : shared;
}

/* --- Working --- */

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
static int take_turn(struct write_lock *turn, gitperf_repo *repo)
{
	unsigned old_umask = gitperf_repo__shared_umask(repo);
	struct write_lock next;
	int got;

	turn->fd = -1;
	if ((got = gitperf_write_lock_open(&next, repo, LOCK_NEXT)) >= 0 &&
	    (got = gitperf_write_lock_try(&next)) > 0) {
		gitperf_fault(FAULT_HOOK_WAITING);
		got = gitperf_write_lock_open(turn, repo, LOCK_WORK);
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
	return err < 0 ? err : result.later > 0;
}

static int run_collect(gitperf_repo *repo, const gitperf_hook_call *call)
{
	struct write_lock turn;
	struct backoff backoff;
	int err = take_turn(&turn, repo);

	(void)call;
	if (err <= 0) {
		gitperf_write_lock_close(&turn);
		return err;
	}
	gitperf_fault(FAULT_HOOK_TURN);
	gitperf_backoff_init(&backoff, gitperf_clock_ns() + RETRY_FOR, RETRY_FIRST, RETRY_LONGEST);
	do {
		err = collect(repo);
	} while (err > 0 || (is_temporary(err) && gitperf_backoff_wait(&backoff)));
	gitperf_fault(FAULT_HOOK_COLLECTED);
	gitperf_write_lock_close(&turn);
	if (!err)
		gitperf_repo_maintain(repo);
	return err;
}

static int run_push(gitperf_repo *repo, const gitperf_hook_call *call)
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

static const struct {
	const char *name;
	int (*run)(gitperf_repo *repo, const gitperf_hook_call *call);
} jobs[] = {
	{ "post-receive", run_post_receive },
	{ "pre-push", run_pre_push },
	{ "collect", run_collect },
	{ "push", run_push }
};

int gitperf_hook_run(gitperf_repo *repo, const gitperf_hook_call *call)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		if (!strcmp(jobs[i].name, call->name))
			break;
	if (i == ARRAY_SIZE(jobs))
		return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "'%.60s' is no hook that git perf has", call->name),
				    "name one of: post-receive, pre-push");
	err = jobs[i].run(repo, call);
	if (err < 0)
		gitperf_hook_log(repo, call->name);
	return err;
}
