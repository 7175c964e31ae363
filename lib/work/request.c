/*
 * request.c - git perf request: what somebody wants measured, or no longer
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "git/walk.h"
#include "data/pairs.h"
#include "work/schedule.h"

#include <gitperf/platform.h>
#include <gitperf/session.h>

/* A queue is for what is measured within days: history is filled step by step */
#define JOBS_MAX 10000

struct owned_answer {
	gitperf_answer answer;         /* first: an answer's address is its block's */
	struct arena arena;
};

struct asking {
	struct schedule s;
	const gitperf_wish *wish;
	gitperf_pair *config;          /* that of the wish, sorted by key */
	gitperf_buffer commits;        /* ids, one after the other, oldest first */
	size_t ncommits;
	char base[GITPERF_ID_SIZE];    /* where the commit at hand left the trunk; "": it did not */
	gitperf_buffer by;
	struct owned_answer *out;
	gitperf_time now;
};

/* --- Which --- */

static int is_range(const char *text)
{
	return strstr(text, "..") != NULL;
}

static int find_commits(struct asking *a)
{
	char id[GITPERF_ID_SIZE];
	int err, n;

	if (is_range(a->wish->commit)) {
		n = gitperf_session_steps(&a->commits, a->s.repo, a->wish->commit,
					  a->wish->steps ? a->wish->steps : SIZE_MAX);
		a->ncommits = n < 0 ? 0 : (size_t)n;
		return n < 0 ? n : 0;
	}
	if ((err = gitperf_repo_resolve(id, a->s.repo, a->wish->commit)) < 0)
		return err;
	a->ncommits = 1;
	gitperf_buf_add(&a->commits, id, sizeof(id));
	return gitperf_buf_check(&a->commits);
}

/* A job's is, and its id depends on it */
static int sort_config(struct asking *a)
{
	size_t n = a->wish->nconfig;

	a->config = calloc(n + 1, sizeof(*a->config));
	if (!a->config)
		return gitperf_fail_oom();
	if (n) {
		memcpy(a->config, a->wish->config, n * sizeof(*a->config));
		qsort(a->config, n, sizeof(*a->config), gitperf_pairs_by_key);
	}
	return 0;
}

static const char *commit_at(const struct asking *a, size_t i)
{
	return a->commits.ptr + i * GITPERF_ID_SIZE;
}

static const gitperf_policy_platform *find_platform(const gitperf_policy *policy, const char *name)
{
	size_t i;

	for (i = 0; i < policy->nplatforms; i++)
		if (!strcmp(policy->platforms[i].name, name))
			return &policy->platforms[i];
	return NULL;
}

/* A name that nobody plans for is more likely a typing error than a machine to come */
static int check_platform(struct asking *a, const char *name)
{
	const gitperf_policy *policy = a->s.trunk.policy;
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	size_t i;
	int err = gitperf_platform_check(name);

	if (err < 0 || !policy->nplatforms || find_platform(policy, name))
		return err;
	for (i = 0; i < policy->nplatforms; i++)
		gitperf_buf_addf(&list, "%s%s", i ? ", " : "", policy->platforms[i].name);
	gitperf_fail(GITPERF_EINVALID, "nothing is measured on '%s': .gitperf of '%s' has no [platform] of that name",
		     name, a->s.trunk.name);
	err = gitperf_hint(GITPERF_EINVALID, "the platforms are: %s", list.ptr);
	gitperf_buffer_dispose(&list);
	return err;
}

/* --- What becomes of it --- */

static int tell(struct asking *a, const char *commit, const char *platform, const char *what)
{
	gitperf_answer *answer = &a->out->answer;
	struct arena *arena = &a->out->arena;
	gitperf_granted *grown = gitperf_arena_grow(arena, answer->list, answer->n, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	answer->list = grown;
	grown += answer->n++;
	grown->commit = gitperf_arena_strdup(arena, commit);
	grown->platform = gitperf_arena_strdup(arena, platform);
	grown->what = what;
	return gitperf_arena_check(arena);
}

static int is_meant(const struct asking *a, const gitperf_job *job, const char *commit, const char *platform)
{
	const gitperf_wish *wish = a->wish;
	size_t i, j;

	if (strcmp(job->commit, commit) || strcmp(job->platform, platform))
		return 0;
	for (i = 0; i < wish->nconfig; i++) {
		for (j = 0; j < job->nconfig; j++)
			if (!strcmp(job->config[j].key, wish->config[i].key) &&
			    !strcmp(job->config[j].value, wish->config[i].value))
				break;
		if (j == job->nconfig)
			return 0;
	}
	return 1;
}

static int cancel(struct asking *a, const char *commit, const char *platform)
{
	struct queue *q = a->s.queue;
	const char *what = "not-queued";
	size_t i = 0;

	while (i < q->njobs) {
		if (!is_meant(a, &q->jobs[i], commit, platform)) {
			i++;
		} else if (q->jobs[i].lease.worker) {
			/* whoever is at it finishes it */
			what = "running";
			i++;
		} else {
			what = strcmp(what, "running") ? "cancelled" : what;
			gitperf_queue_remove(q, i);
			a->out->answer.changed++;
		}
	}
	return tell(a, commit, platform, what);
}

/* A job that is there already takes the wish along */
static const char *join(struct asking *a, const char *commit, const char *platform)
{
	struct queue *q = a->s.queue;
	const char *what = NULL;
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		gitperf_job *job = &q->jobs[i];

		if (!is_meant(a, job, commit, platform) || (job->lease.worker && a->wish->again))
			continue;
		if (!(job->reasons & 1u << a->wish->reason)) {
			job->reasons |= 1u << a->wish->reason;
			a->out->answer.changed++;
		}
		what = job->lease.worker ? "running" : "waiting";
	}
	return what;
}

static void sign(struct asking *a, const gitperf_job *job)
{
	gitperf_request *request = gitperf_queue_request(a->s.queue, job);

	if (request && !request->by && gitperf_name_ok(a->by.ptr, TEXT_NAME_MAX))
		request->by = gitperf_arena_strdup(&a->s.queue->arena, a->by.ptr);
}

/* Of a suite in parts, those that have a result already need not be asked for: so many are left */
static int drop_done(struct asking *a, size_t from)
{
	struct queue *q = a->s.queue;
	size_t i = from;
	int known;

	while (i < q->njobs) {
		if ((known = gitperf_schedule_known(&a->s, &q->jobs[i])) < 0)
			return known;
		if (known)
			gitperf_queue_remove(q, i);
		else
			i++;
	}
	return (int)(i - from);
}

/* What it was before tells what it is if nothing is left to ask for */
static int add(struct asking *a, gitperf_job *job, const struct world *world, const struct parts *parts, int known)
{
	char suite[GITPERF_ID_SIZE] = "";
	size_t from = a->s.queue->njobs;
	int added = world->suite(world->payload, suite, job->commit);

	if (added < 0)
		return added;
	job->suite = suite;
	added = gitperf_queue_ask(a->s.queue, job, find_platform(a->s.trunk.policy, job->platform), parts);
	if (added > 0 && parts->n && !job->round)
		added = drop_done(a, from);
	if (added < 0)
		return added;
	if (!added && known)
		return tell(a, job->commit, job->platform, known == KNOWN_FAILED ? "failed" : "measured");
	sign(a, job);
	a->out->answer.changed += (size_t)added;
	if (a->s.queue->njobs > JOBS_MAX)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "that would be more than %d jobs", JOBS_MAX),
				    "ask for less at a time: --steps=<n>, or --platform=<name>");
	return tell(a, job->commit, job->platform, "queued");
}

static int add_base(struct asking *a, gitperf_job *job, const struct world *world)
{
	char suite[GITPERF_ID_SIZE] = "";
	const struct parts *parts;
	int known = gitperf_schedule_known(&a->s, job), added;

	if (known != KNOWN_NOTHING)
		return known < 0 ? known : 0;
	if ((added = world->suite(world->payload, suite, job->commit)) < 0 ||
	    (added = world->parts(world->payload, &parts, job->platform, job->commit)) < 0)
		return added;
	job->suite = suite;
	added = gitperf_queue_ask(a->s.queue, job, NULL, parts);
	a->out->answer.changed += added > 0 ? (size_t)added : 0;
	return added;
}

/*
 * What is not on the trunk is measured to be compared with what is: with the commit that
 * it began at, in the same configurations. Where that has a result, or a job, all is well.
 */
static int ask_for_base(struct asking *a, const struct world *world, size_t i, const char *platform)
{
	const gitperf_policy_platform *policy = find_platform(a->s.trunk.policy, platform);
	gitperf_job job = { .commit = a->base, .platform = platform, .config = a->config, .nconfig = a->wish->nconfig,
			    .reasons = 1u << GITPERF_REASON_BACKFILL, .asked = a->now + (int64_t)i };
	size_t k, n = policy && !job.nconfig ? policy->nconfigs : 0;
	int added = n ? 0 : add_base(a, &job, world), more;

	for (k = 0; k < n && added >= 0; k++) {
		job.config = policy->configs[k].pairs;
		job.nconfig = policy->configs[k].n;
		more = add_base(a, &job, world);
		added = more < 0 ? more : added + more;
	}
	return added > 0 ? tell(a, a->base, platform, "base") : added;
}

static int find_base(struct asking *a, size_t i)
{
	int reaches;

	a->base[0] = '\0';
	if (a->wish->no_base || a->wish->reason == GITPERF_REASON_BACKFILL)
		return 0;
	reaches = gitperf_walk_reaches(a->s.repo, a->s.trunk.head, commit_at(a, i));
	if (reaches)
		return reaches < 0 ? reaches : 0;
	return gitperf_walk_base(a->base, a->s.repo, a->s.trunk.head, commit_at(a, i));
}

static int ask_for(struct asking *a, const struct world *world, size_t i, const char *platform)
{
	gitperf_job job = { .commit = commit_at(a, i), .platform = platform, .config = a->config,
			    .nconfig = a->wish->nconfig, .reasons = 1u << a->wish->reason,
			    .asked = a->now + (int64_t)i };
	const struct parts *parts;
	int64_t last = 0;
	const char *what;
	int known, err;

	if ((what = join(a, job.commit, platform)))
		return tell(a, job.commit, platform, what);
	if ((err = world->parts(world->payload, &parts, platform, job.commit)) < 0)
		return err;
	if ((known = gitperf_schedule_known(&a->s, &job)) < 0 ||
	    (a->wish->again && (known = world->round(world->payload, &last, platform, job.commit)) < 0))
		return known;
	if (!a->wish->again && known != KNOWN_NOTHING && !parts->n)
		return tell(a, job.commit, platform, known == KNOWN_FAILED ? "failed" : "measured");
	if (a->wish->again && (gitperf_queue_has(a->s.queue, platform, job.commit) ||
			       (known = world->known(world->payload, platform, job.commit)) > 0))
		job.round = last + 1;
	return known < 0 ? known : add(a, &job, world, parts, known);
}

/* --- All of it --- */

struct each {
	struct asking *a;
	const struct world *world;
	size_t i;
	int found;
};

static int wish_on(void *payload, const char *platform)
{
	struct each *e = payload;
	int err;

	e->found = 1;
	if (e->a->wish->cancel)
		return cancel(e->a, commit_at(e->a, e->i), platform);
	err = ask_for(e->a, e->world, e->i, platform);
	return !err && e->a->base[0] ? ask_for_base(e->a, e->world, e->i, platform) : err;
}

/* Those that were named, else those that are planned for, else those there are */
static int wish_everywhere(struct each *e)
{
	const gitperf_policy *policy = e->a->s.trunk.policy;
	const char *const *name = e->a->wish->platforms;
	size_t i;
	int err = 0;

	for (; name && *name && !err; name++)
		if (!(err = check_platform(e->a, *name)))
			err = wish_on(e, *name);
	if (name)
		return err;
	for (i = 0; i < policy->nplatforms && !err; i++)
		err = wish_on(e, policy->platforms[i].name);
	if (!policy->nplatforms)
		err = gitperf_peek_platforms(&e->a->s.data, wish_on, e);
	if (!err && !e->found)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no platform to measure on"),
				   "name one: --platform=<name>; or add [platform \"<name>\"] to .gitperf");
	return err;
}

/* Nobody can get what was never pushed; that the remote has it is known as far as it was fetched */
static void warn_unpushed(struct asking *a)
{
	const gitperf_events *events = a->s.opts->events;
	const char *newest = commit_at(a, a->ncommits - 1);
	gitperf_buffer contains = GITPERF_BUFFER_INIT, below = GITPERF_BUFFER_INIT, found = GITPERF_BUFFER_INIT;
	const char *args[] = { "for-each-ref", "--count=1", NULL, NULL, NULL };
	struct spawn spawn = { .out = &found, .timeout_ms = 60000 };
	char message[120];

	if (!a->s.is_remote || a->wish->cancel || !events || !events->warning ||
	    /* nor is anything to be said of a history that cannot be read */
	    gitperf_walk_reaches(a->s.repo, a->s.trunk.head, newest))
		return;
	gitperf_buf_addf(&contains, "--contains=%s", newest);
	gitperf_buf_addf(&below, "refs/remotes/%s/", a->s.remote.name.ptr);
	args[2] = contains.ptr;
	args[3] = below.ptr;
	if (gitperf_buf_check(&contains) >= 0 && gitperf_buf_check(&below) >= 0 &&
	    !gitperf_repo__git(a->s.repo, &spawn, args) && !found.len) {
		snprintf(message, sizeof(message), "%.12s is on no branch of the remote that is known here", newest);
		events->warning(events->payload, message, "push it, or nobody who measures can get it");
	}
	gitperf_buffer_dispose(&contains);
	gitperf_buffer_dispose(&below);
	gitperf_buffer_dispose(&found);
}

static int attempt(struct asking *a)
{
	struct world world = gitperf_schedule_world(&a->s);
	struct each e = { .a = a, .world = &world };
	int err = gitperf_schedule_finish(&a->s);

	gitperf_arena_free(&a->out->arena);
	memset(&a->out->answer, 0, sizeof(a->out->answer));
	a->now = gitperf_time_now();
	for (e.i = 0; e.i < a->ncommits && err >= 0; e.i++)
		if ((err = find_base(a, e.i)) >= 0)
			err = wish_everywhere(&e);
	if (err < 0)
		return err;
	gitperf_queue_tidy(a->s.queue);
	/* a queue that is not there need not be made to say that nothing is in it */
	if (!a->out->answer.changed && !a->s.queue->tree)
		return 1;
	return gitperf_schedule_swap(&a->s, a->wish->cancel ? "cancel" : "request");
}

static int check_wish(const gitperf_wish *wish)
{
	if (!wish->commit || (unsigned)wish->reason >= GITPERF_REASONS)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "there is no commit to measure"),
				    "name one, or a range: git perf request HEAD");
	if (wish->steps && !is_range(wish->commit))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.200s' is one commit, of which there are no steps", wish->commit),
				    "name a range: git perf request --steps=%zu v1.0..main", wish->steps);
	return 0;
}

int gitperf_wish_make(gitperf_answer **out, gitperf_repo *repo, const gitperf_wish *wish,
		      const gitperf_schedule_options *opts)
{
	struct asking a = { .wish = wish, .commits = GITPERF_BUFFER_INIT, .by = GITPERF_BUFFER_INIT,
			    .out = calloc(1, sizeof(*a.out)) };
	int err = a.out ? check_wish(wish) : gitperf_fail_oom();

	*out = NULL;
	if (err < 0) {
		free(a.out);
		return err;
	}
	a.s.repo = repo;
	a.s.lock.fd = -1;
	if ((err = sort_config(&a)) >= 0 && (err = find_commits(&a)) >= 0 && (err = gitperf_repo__who(&a.by, repo)) >= 0)
		err = gitperf_schedule_open(&a.s, repo, opts);
	while (!err && !(err = gitperf_schedule_look(&a.s)))
		err = gitperf_schedule_again(&a.s, attempt(&a));
	a.out->answer.lost_races = a.s.lost_races;
	if (err > 0)
		warn_unpushed(&a);
	gitperf_schedule_close(&a.s);
	gitperf_buffer_dispose(&a.commits);
	gitperf_buffer_dispose(&a.by);
	free(a.config);
	if (err < 0)
		gitperf_answer_free(&a.out->answer);
	else
		*out = &a.out->answer;
	return err < 0 ? err : 0;
}

void gitperf_answer_free(gitperf_answer *answer)
{
	struct owned_answer *owned = (struct owned_answer *)answer;

	if (!owned)
		return;
	gitperf_arena_free(&owned->arena);
	free(owned);
}
