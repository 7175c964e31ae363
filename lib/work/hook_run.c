/*
 * hook_run.c - what happens when git calls: nothing that a push would notice
 *
 * A hook of ours reads what git has to say, starts another process, and is
 * done. That one belongs to nobody and has nothing open, so that a push ends
 * when it is over, not when we are.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "base/fault.h"
#include "git/git.h"
#include "store/lane.h"
#include "work/hook.h"

#include <errno.h>
#include <unistd.h>

/* more than the name of a reference can be where references are files */
#define LINE_MAX_LEN 8192
/* no push has more options that mean something */
#define OPTIONS_MAX 100

/* of one push that asks for all that it brings to be measured */
#define WISHES_MAX 16

/* What git told us */
struct news {
	gitperf_repo *repo;
	size_t lines;
	size_t lanes;              /* new ones */
	int remade;                /* the data branch: something was purged */
	int landed;                /* the data branch: records, or decisions about commits */
	size_t branches;           /* of the project, and marks on its commits */
	char heads[WISHES_MAX][GITPERF_ID_SIZE]; /* what these are now */
	size_t nheads;
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

/* What a planner may want to know of, with commits to be wished for */
static void take_branch(struct news *news, const char *new, const char *ref)
{
	static const char branches[] = "refs/heads", marks[] = "refs/tags/bench";

	if ((!is_below(ref, branches) && !is_below(ref, marks)) ||
	    !strcmp(ref, gitperf_repo_data_ref(news->repo)) || !strcmp(ref, gitperf_repo__queue(news->repo)) ||
	    is_below(ref, gitperf_repo__inbox(news->repo)) || is_below(ref, gitperf_repo__quarantine(news->repo)))
		return;
	news->branches++;
	if (news->nheads < WISHES_MAX && strcspn(new, " ") == GITPERF_ID_SIZE - 1)
		snprintf(news->heads[news->nheads++], GITPERF_ID_SIZE, "%s", new);
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
	if (!is_removed && !strcmp(ref, gitperf_repo_data_ref(news->repo))) {
		news->landed = 1;
		if (!is_created)
			news->remade |= is_remade(news->repo, line, new);
	}
	if (!is_removed)
		take_branch(news, new, ref);
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
		 const char *job, const char *const *args)
{
	const char *argv[5 + WISHES_MAX] = { call->program ? call->program : "git-perf", "hook", "run", job, NULL };
	const char *top = gitperf_repo_worktree(repo);
	gitperf_buffer dir = GITPERF_BUFFER_INIT, tree = GITPERF_BUFFER_INIT;
	const char *set_env[] = { REPO_VARIABLES, "GIT_PUSH_*", NULL, NULL, NULL };
	struct spawn spawn = { .argv = argv, .set_env = set_env,
			       .directory = top ? top : gitperf_repo_directory(repo) };
	size_t n;
	int err;

	for (n = 0; args && args[n] && n < WISHES_MAX; n++)
		argv[4 + n] = args[n];
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

/* git push -o bench */
static int is_option_given(const char *wanted)
{
	const char *count = gitperf_env("GIT_PUSH_OPTION_COUNT");
	unsigned long i, n = count ? strtoul(count, NULL, 10) : 0;

	for (i = 0; i < n && i < OPTIONS_MAX; i++) {
		char name[40];
		const char *value;

		snprintf(name, sizeof(name), "GIT_PUSH_OPTION_%lu", i);
		value = gitperf_env(name);
		if (value && !strcmp(value, wanted))
			return 1;
	}
	return 0;
}

static int start_planner(gitperf_repo *repo, const gitperf_hook_call *call, const struct news *news)
{
	const char *heads[WISHES_MAX + 1] = { NULL };
	size_t i;

	for (i = 0; i < news->nheads && is_option_given("bench"); i++)
		heads[i] = news->heads[i];
	return start(repo, call, "plan", heads);
}

/* Something has arrived: what wants to know of it is started */
static int run_post_receive(gitperf_repo *repo, const gitperf_hook_call *call)
{
	struct news news = { .repo = repo };
	int wanted, err = 0, planned = 0;

	read_news(&news, call->input, take_received);
	/* another hook may have read what was ours to read */
	wanted = news.lines ? news.lanes || news.remade : gitperf_lanes_exist(repo);
	gitperf_fault(FAULT_HOOK_START);
	if (wanted > 0)
		err = start(repo, call, "collect", NULL);
	/* what has landed may go from the queue */
	if ((news.branches || news.landed || !news.lines) && gitperf_hook_plans(repo))
		planned = start_planner(repo, call, &news);
	return wanted < 0 ? wanted : err < 0 ? err : planned;
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
	const char *args[] = { remote, NULL };
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
	return shared > 0 ? start(repo, call, "push", args) : shared;
}

static const struct {
	const char *name;
	int (*run)(gitperf_repo *repo, const gitperf_hook_call *call);
} jobs[] = {
	{ "post-receive", run_post_receive },
	{ "pre-push", run_pre_push },
	{ "collect", gitperf_hook_collect },
	{ "plan", gitperf_hook_plan },
	{ "push", gitperf_hook_push }
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
