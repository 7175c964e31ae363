/*
 * worker_edit.c - what people tell a worker, through its file in the queue
 *
 * Nobody reaches the machine: it reads its duty before the next job, and as it renews
 * its lease. So one that is switched off can be told, too, and hears of it when it
 * comes back.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/schedule.h"

#include <gitperf/platform.h>
#include <gitperf/worker.h>

struct order {
	struct schedule s;
	const char *name, *platform;   /* NULL: whichever it is of */
	gitperf_duty duty;
	int warned;                    /* once is enough, however often it is tried */
};

/* What is written to its name would be thrown away */
static int refuse_newer(const struct order *o)
{
	const gitperf_worker self = { .name = o->name };
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	gitperf_queue__worker_path(&path, &self);
	err = gitperf_buf_check(&path);
	if (!err && gitperf_additions_find(&o->s.queue->newer, path.ptr, path.len))
		err = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "worker '%s' is of a version of git perf that is newer than this one", o->name),
				   "upgrade git perf");
	gitperf_buffer_dispose(&path);
	return err;
}

static int fail_unknown(const struct order *o)
{
	return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no worker '%s'", o->name),
			    "git perf worker lists them; a new one: git perf worker add --platform=<name> %s", o->name);
}

/* The file, made if need be: of whoever is at a job, and of those to come */
static int find_or_add(gitperf_worker **out, struct order *o)
{
	struct queue *q = o->s.queue;
	const gitperf_job *job = gitperf_queue_job_of(q, o->name);
	const char *platform;
	int err;

	*out = gitperf_queue_worker(q, o->name);
	platform = *out ? (*out)->platform : job ? job->platform : o->platform;
	if ((err = refuse_newer(o)) < 0)
		return err;
	if (!platform)
		return fail_unknown(o);
	if (o->platform && strcmp(o->platform, platform))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "worker '%s' measures on %s, not on %s", o->name, platform, o->platform),
				    "a name is of one platform: give the other one a name of its own");
	if (!*out)
		*out = gitperf_queue_add_worker(q, o->name, platform);
	return *out ? 0 : gitperf_fail_oom();
}

/* More likely a typing error than a platform to come; who knows */
static void warn_of_platform(struct order *o, const char *platform)
{
	const gitperf_events *events = o->s.opts->events;
	const struct queue *q = o->s.queue;
	char message[2 * GITPERF_NAME_MAX];
	size_t i;

	for (i = 0; i < q->nstates; i++)
		if (!strcmp(q->states[i].platform, platform))
			return;
	if (!o->platform || !q->nstates || o->warned++ || !events || !events->warning)
		return;
	snprintf(message, sizeof(message), "nothing was ever planned for platform '%s'", platform);
	events->warning(events->payload, message, "git perf worker and git perf plan show the others; a new one goes into .gitperf");
}

/* Others need not find out that it is gone; that was no fault of its jobs */
static int end_leases(struct order *o)
{
	char why[GITPERF_NAME_MAX + 40];
	struct queue *q = o->s.queue;
	size_t i;
	int err = 0;

	snprintf(why, sizeof(why), "worker '%s' was retired", o->name);
	for (i = 0; i < q->njobs && !err; i++)
		if (q->jobs[i].lease.worker && !strcmp(q->jobs[i].lease.worker, o->name))
			err = gitperf_lease_end(q, &q->jobs[i], 1, why);
	return err;
}

/* It may come back as another machine: what the old one has told says nothing of that */
static void begin_anew(gitperf_worker *worker)
{
	const gitperf_worker fresh = { .name = worker->name, .platform = worker->platform };

	*worker = fresh;
}

static int attempt(struct order *o)
{
	gitperf_worker *worker;
	int err = find_or_add(&worker, o);

	if (err < 0)
		return err;
	warn_of_platform(o, worker->platform);
	if (worker->duty == GITPERF_DUTY_RETIRE && o->duty != GITPERF_DUTY_RETIRE)
		begin_anew(worker);
	worker->duty = o->duty;
	if (o->duty == GITPERF_DUTY_RETIRE && (err = end_leases(o)) < 0)
		return err;
	return gitperf_schedule_swap(&o->s, "worker");
}

int gitperf_worker_tell(gitperf_repo *repo, const char *name, const char *platform,
			gitperf_duty duty, const gitperf_schedule_options *opts)
{
	struct order o = { .name = name, .platform = platform, .duty = duty };
	int err;

	if ((unsigned)duty >= GITPERF_DUTIES)
		return gitperf_fail(GITPERF_EINVALID, "a duty is work, pause, drain or retire");
	if ((err = gitperf_worker_check(name)) < 0 || (platform && (err = gitperf_platform_check(platform)) < 0))
		return err;
	err = gitperf_schedule_open(&o.s, repo, opts);
	while (!err && !(err = gitperf_schedule_fetch(&o.s)))
		err = gitperf_schedule_again(&o.s, attempt(&o));
	gitperf_schedule_close(&o.s);
	return err < 0 ? err : 0;
}
