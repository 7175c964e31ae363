/*
 * result.c - results of jobs, those of jobs that cannot be done among them
 *
 * A job that was tried too often has failed, and so has one that will never work. Who
 * finds that out says so on the data branch: then it is done, for everybody.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/append.h"
#include "work/result.h"

int gitperf_result_land(gitperf_repo *repo, const gitperf_record *record, const gitperf_events *events)
{
	gitperf_append_options opts = GITPERF_APPEND_OPTIONS_INIT;
	gitperf_append_result result = { .spooled = 0 };
	gitperf_batch *batch;
	int err;

	opts.events = events;
	opts.spool_on_failure = 1;
	if ((err = gitperf_batch_new(&batch, repo)) >= 0 &&
	    (err = gitperf_batch_add_record(batch, record)) >= 0)
		err = gitperf_batch_append(&result, batch, &opts);
	gitperf_batch_free(batch);
	/* from the spool it is delivered, or that fails */
	return err < 0 && !result.spooled ? err : 0;
}

int gitperf_result_deliver(gitperf_repo *repo, const gitperf_schedule_options *schedule)
{
	static const gitperf_share_options usual = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_share_options opts = schedule->share ? *schedule->share : usual;
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	gitperf_push_result sent;
	int err = gitperf_append__spool(repo, schedule->events);

	if (!err)
		err = gitperf_schedule_remote(&remote, repo, schedule);
	opts.remote = remote.ptr;
	opts.events = schedule->events;
	opts.flags = GITPERF_SHARE_DIRECT | GITPERF_SHARE_DRY_RUN;
	if (err > 0 && (err = gitperf_push(&sent, repo, &opts)) >= 0 && sent.sent) {
		opts.flags = GITPERF_SHARE_DIRECT;
		err = gitperf_push(&sent, repo, &opts);
	}
	gitperf_buffer_dispose(&remote);
	return err < 0 ? err : 0;
}

int gitperf_result_fail(gitperf_repo *repo, const gitperf_job *job, const char *tool, const char *worker,
			gitperf_time finished, const char *why, const gitperf_events *events)
{
	gitperf_record r = GITPERF_RECORD_INIT;

	r.commit = job->commit;
	r.platform = job->platform;
	r.config = job->config;
	r.nconfig = job->nconfig;
	r.suite = job->suite;
	r.tool = tool;
	r.worker = worker;
	/* who asks for it meanwhile changes the reasons: what nobody signs says nothing of them */
	r.reason = worker ? gitperf_reason_name(gitperf_reason_first(job->reasons)) : NULL;
	r.job = job->id;
	r.round = job->round;
	r.token = job->lease.token;
	r.queued = job->asked;
	r.finished = finished;
	r.dirty = 0;
	r.outcome = GITPERF_OUTCOME_FAILED;
	r.error = why;
	return gitperf_result_land(repo, &r, events);
}

int gitperf_given_up_list(gitperf_job **out, size_t *n, struct arena *arena, const struct queue *q)
{
	size_t i;
	int err = 0;

	*out = NULL;
	*n = 0;
	for (i = 0; i < q->njobs && !err; i++) {
		gitperf_job *grown;

		if (!gitperf_job_is_exhausted(&q->jobs[i]))
			continue;
		grown = gitperf_arena_grow(arena, *out, *n, sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		*out = grown;
		err = gitperf_job_copy(&grown[(*n)++], arena, &q->jobs[i]);
	}
	return err;
}

/* It names nobody, and its time is that of the request: who else finds it makes the same record */
static int give_up(gitperf_repo *repo, const gitperf_job *job, const gitperf_events *events)
{
	gitperf_buffer why = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&why, "given up after %lld attempts", (long long)job->attempts);
	if (job->error)
		gitperf_buf_addf(&why, ": %s", job->error);
	if (!(err = gitperf_buf_check(&why)))
		err = gitperf_result_fail(repo, job, NULL, NULL, job->asked + 1, why.ptr, events);
	gitperf_buffer_dispose(&why);
	return err;
}

int gitperf_given_up_record(gitperf_repo *repo, const gitperf_job *jobs, size_t n,
			    const gitperf_schedule_options *opts)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = give_up(repo, &jobs[i], opts->events);
	return n && !err ? gitperf_result_deliver(repo, opts) : err;
}
