/*
 * notify.c - telling somebody what has become of a request, once
 *
 * What there is to tell follows from the data; that it was told is remembered here. An
 * intent is written before the command runs, and the outcome after it. Who dies in between
 * does not know whether the command did its work, so it is run again, and told so; and it
 * is always given the same key, by which it finds what it did before.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/spawn.h"
#include "git/git.h"
#include "store/memo.h"
#include "store/store.h"
#include "work/told.h"

#include <gitperf/work.h>

#include <unistd.h>

/* So many of the newest, and those that were seen before they were over */
#define REQUESTS_MAX 50
#define AWAITED_MAX 1000
/* A command that fails is run again after a minute, two, four, ...; and then no more */
#define TRIES_MAX 6
#define FIRST_PAUSE_S 60
/* A worker does nothing else meanwhile */
#define TIME_MS (60 * 1000)

struct notifier {
	gitperf_repo *repo;
	const gitperf_notify_options *opts;
	gitperf_buffer command;
	unsigned states;               /* 1 << gitperf_request_state */
	struct told told;
	gitperf_requests *requests;
	const char **awaited;
	int count;
};

/* --- What is wanted ------------------------------------------------------- */

static int add_state(unsigned *states, const char *word, size_t len)
{
	unsigned i;

	for (i = 0; i < GITPERF_REQUEST_STATES; i++) {
		const char *name = gitperf_request_state_name((gitperf_request_state)i);

		if (strlen(name) == len && !memcmp(name, word, len)) {
			*states |= 1u << i;
			return 0;
		}
	}
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.notifyStates does not know '%.*s'", (int)(len < 60 ? len : 60), word),
			    "its words are pending, running, complete, partial, failed and skipped");
}

static int read_states(unsigned *states, gitperf_repo *repo)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *p;
	int err = gitperf_repo_config_string(&text, repo, "perf.notifyStates");

	*states = 0;
	for (p = err > 0 && text.ptr ? text.ptr : ""; err >= 0 && *(p += strspn(p, " ,\t")); p += strcspn(p, " ,\t"))
		err = add_state(states, p, strcspn(p, " ,\t"));
	if (!*states)
		*states = 1u << GITPERF_REQUEST_COMPLETE | 1u << GITPERF_REQUEST_PARTIAL |
			1u << GITPERF_REQUEST_FAILED | 1u << GITPERF_REQUEST_SKIPPED;
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : 0;
}

/* --- Running the command -------------------------------------------------- */

/* Nothing that comes from outside is a part of what a shell reads: it is on standard input */
static int run_with(struct notifier *n, const gitperf_request_view *r, int again, FILE *page)
{
	const char *argv[] = { "sh", "-c", n->command.ptr, NULL };
	char key[100], state[60];
	const char *env[] = { key, state, again ? "GIT_PERF_NOTIFY_AGAIN=1" : "GIT_PERF_NOTIFY_AGAIN", NULL };
	gitperf_buffer said = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .argv = argv, .set_env = env, .in = fileno(page), .err = &said, .limit = 2000,
			       .timeout_ms = TIME_MS, .own_session = 1 };
	int status;

	snprintf(key, sizeof(key), "GIT_PERF_NOTIFY_KEY=%s-%lld", r->commit, (long long)r->round);
	snprintf(state, sizeof(state), "GIT_PERF_NOTIFY_STATE=%s", gitperf_request_state_name(r->state));
	status = gitperf_spawn(&spawn);
	if (status > 0)
		status = gitperf_fail(GITPERF_EIO, "exited with %d%s%.*s", status, said.len ? ": " : "",
				      (int)(said.len ? strcspn(said.ptr, "\n") : 0), said.len ? said.ptr : "");
	gitperf_buffer_dispose(&said);
	return status;
}

static int run(struct notifier *n, const gitperf_request_view *r, int again)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	FILE *page = tmpfile();
	int err = page ? 0 : gitperf_fail_errno("cannot make a temporary file");

	if (!err && n->opts->format)
		err = n->opts->format(&text, r);
	if (!err && text.len && (fwrite(text.ptr, 1, text.len, page) != text.len || fflush(page)))
		err = gitperf_fail_errno("cannot write a temporary file");
	if (!err && lseek(fileno(page), 0, SEEK_SET) < 0)
		err = gitperf_fail_errno("cannot read a temporary file");
	if (!err)
		err = run_with(n, r, again, page);
	if (page)
		fclose(page);
	gitperf_buffer_dispose(&text);
	return err;
}

static void warn(const struct notifier *n, const struct tale *tale)
{
	const gitperf_events *events = n->opts->events;
	char hint[160];

	gitperf_blame(GITPERF_EIO, "perf.notifyCommand of %.10s, %s", tale->commit, gitperf_request_state_name(tale->state));
	snprintf(hint, sizeof(hint), tale->tries < TRIES_MAX ?
		 "the next git perf plan, or whatever else tells of it, tries again; that was %lld of %d" :
		 "it is not tried again: that was %lld of %d", tale->tries, TRIES_MAX);
	if (events && events->warning)
		events->warning(events->payload, gitperf_error_message(), hint);
}

/* --- What is to be told --------------------------------------------------- */

static int is_due(const struct notifier *n, const gitperf_request_view *r, const struct tale *tale)
{
	if (!(n->states & 1u << r->state))
		return 0;
	if (!tale)
		return r->asked / 1000000000 >= n->told.horizon || gitperf_told_await(&n->told, r) != NULL;
	if (tale->how == TELLING_DONE || tale->tries >= TRIES_MAX)
		return 0;
	/* whoever has begun is dead: we have his lock */
	return tale->how == TELLING_BEGUN || !gitperf_memo_is_recent(tale->when, (long long)FIRST_PAUSE_S << (tale->tries - 1));
}

static int tell(struct notifier *n, const gitperf_request_view *r)
{
	struct tale *tale = gitperf_told_find(&n->told, r);
	int again, err;

	if (!is_due(n, r, tale))
		return 0;
	again = tale != NULL;
	if (!tale && !(tale = gitperf_told_add(&n->told, r, TELLING_BEGUN)))
		return gitperf_fail_oom();
	tale->how = TELLING_BEGUN;
	tale->tries++;
	tale->when = gitperf_memo_now();
	/* what cannot be remembered would be told for ever */
	if ((err = gitperf_told_write(&n->told, n->repo)) < 0)
		return err;
	gitperf_fault(FAULT_NOTIFY_BEGUN);
	err = run(n, r, again);
	gitperf_fault(FAULT_NOTIFY_DONE);
	if (err == GITPERF_ENOMEM)
		return err;
	/* they may have been put into order, to forget the oldest */
	if (!(tale = gitperf_told_find(&n->told, r)))
		return 0;
	tale->how = err < 0 ? TELLING_FAILED : TELLING_DONE;
	if (err < 0)
		warn(n, tale);
	n->count += !err;
	return gitperf_told_write(&n->told, n->repo);
}

/* --- What will be --------------------------------------------------------- */

static int is_open(const gitperf_request_view *r)
{
	return r->state == GITPERF_REQUEST_PENDING || r->state == GITPERF_REQUEST_RUNNING ||
		r->state == GITPERF_REQUEST_PARTIAL;
}

/* What is not over is looked at next time, too, however many come after it */
static int await(struct notifier *n, const gitperf_request_view *r)
{
	struct tale *tale = gitperf_told_await(&n->told, r);

	if (tale && !is_open(r)) {
		*tale = n->told.list[--n->told.n];
		n->told.is_changed = 1;
	} else if (!tale && is_open(r) && !gitperf_told_add(&n->told, r, TELLING_AWAITED)) {
		return gitperf_fail_oom();
	}
	return 0;
}

static int list_awaited(struct notifier *n)
{
	size_t i, k, found = 0;

	n->awaited = gitperf_arena_array(&n->told.arena, n->told.n + 1, sizeof(*n->awaited));
	if (!n->awaited)
		return gitperf_fail_oom();
	for (i = 0; i < n->told.n && found < AWAITED_MAX; i++) {
		char *commit;

		if (n->told.list[i].how == TELLING_DONE)
			continue;
		for (k = 0; k < found && strcmp(n->awaited[k], n->told.list[i].commit); k++)
			;
		if (k < found)
			continue;
		/* the list moves when it grows */
		if (!(commit = gitperf_arena_strdup(&n->told.arena, n->told.list[i].commit)))
			return gitperf_fail_oom();
		n->awaited[found++] = commit;
	}
	n->awaited[found] = NULL;
	return 0;
}

/* From now on, and not of all that ever was */
static int begin(struct notifier *n)
{
	size_t i;

	for (i = 0; i < n->requests->n; i++)
		if (n->states & 1u << n->requests->list[i].state &&
		    !gitperf_told_add(&n->told, &n->requests->list[i], TELLING_DONE))
			return gitperf_fail_oom();
	if (n->requests->n >= REQUESTS_MAX)
		n->told.horizon = n->requests->list[n->requests->n - 1].asked / 1000000000;
	return 0;
}

static int look(struct notifier *n)
{
	static const gitperf_schedule_options usual = GITPERF_SCHEDULE_OPTIONS_INIT;
	gitperf_schedule_options schedule = n->opts->schedule ? *n->opts->schedule : usual;
	gitperf_requests_options opts = GITPERF_REQUESTS_OPTIONS_INIT;
	size_t i;
	int err;

	schedule.cached = 1;
	opts.schedule = &schedule;
	opts.limit = REQUESTS_MAX;
	if ((err = gitperf_told_read(&n->told, n->repo)) < 0 || (err = list_awaited(n)) < 0)
		return err;
	opts.commits = n->awaited;
	if ((err = gitperf_requests_load(&n->requests, n->repo, &opts)) < 0)
		return err;
	if (n->told.is_new && (err = begin(n)) < 0)
		return err;
	/* the oldest first: that is the order in which it came about */
	for (i = n->requests->n; i-- && !err; )
		if (!(err = tell(n, &n->requests->list[i])))
			err = await(n, &n->requests->list[i]);
	if (!err && (n->told.is_changed || n->told.is_new))
		err = gitperf_told_write(&n->told, n->repo);
	return err;
}

/* One at a time: whoever is at it has looked, or the next one will */
static int look_alone(struct notifier *n)
{
	struct write_lock lock;
	int err = gitperf_write_lock_open(&lock, n->repo, "notifier");

	if (!err && (err = gitperf_write_lock_try(&lock)) > 0)
		err = look(n);
	gitperf_write_lock_close(&lock);
	return err;
}

int gitperf_notify(gitperf_repo *repo, const gitperf_notify_options *opts)
{
	struct notifier n = { .repo = repo, .opts = opts };
	int err = gitperf_repo_config_string(&n.command, repo, "perf.notifyCommand");

	if (err > 0 && n.command.len)
		err = (err = read_states(&n.states, repo)) < 0 ? err : look_alone(&n);
	else if (err >= 0)
		/* who sets it again another day begins anew, too */
		err = gitperf_told_forget(repo);
	gitperf_requests_free(n.requests);
	gitperf_told_free(&n.told);
	gitperf_buffer_dispose(&n.command);
	return err < 0 ? err : n.count;
}
