/*
 * worker_claim.c - what a worker changes in the queue
 *
 * Each is one transition: what there is is looked at, changed, and swapped in, and all
 * of it again when somebody was faster. So nothing here may outlast an attempt but what
 * the last one has left in the worker.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/memo.h"
#include "work/worker.h"

/* As every transition is made: `change` returns 1, or 0 if there is nothing to swap */
struct transition {
	const char *what;
	int (*change)(struct worker *w, struct schedule *s);
	int alone;                     /* it takes no more than the queue */
};

static int attempt(struct worker *w, struct schedule *s, const struct transition *t)
{
	int err = t->change(w, s);

	return err > 0 ? gitperf_schedule_swap(s, t->what) : !err ? 1 : err;
}

static int make(struct worker *w, const struct transition *t)
{
	struct schedule s;
	int err = gitperf_schedule_open(&s, w->repo, &w->schedule);

	while (!err && !(err = t->alone ? gitperf_schedule_fetch(&s) : gitperf_schedule_look(&s)))
		err = gitperf_schedule_again(&s, attempt(w, &s, t));
	if (err > 0 && !t->alone)
		gitperf_schedule_settle(&s);
	gitperf_schedule_close(&s);
	return err < 0 ? err : 0;
}

/* --- Taking a job --- */

/*
 * "<job id> <token>": after a crash it tells that a lease in the queue was ours. Until
 * the swap of the next one is won, that and the one before may be it.
 */
static int write_leases(const struct worker *w, const char *more)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__own_mkdir(w->repo, "");

	gitperf_buf_addf(&name, "lease.%s", w->name.ptr);
	gitperf_buf_addf(&text, "%s%s", w->leases.ptr, more);
	if (err >= 0 && (err = gitperf_buf_check(&name)) >= 0)
		err = gitperf_memo_write(w->repo, name.ptr, &text);
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_worker__read_leases(struct worker *w)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&name, "lease.%s", w->name.ptr);
	if ((err = gitperf_buf_check(&name)) >= 0)
		err = gitperf_memo_read(&w->leases, w->repo, name.ptr);
	gitperf_buffer_dispose(&name);
	return err;
}

/* Before the swap: who dies right behind it must know what is his */
static int intend_lease(struct worker *w)
{
	char line[80];

	memcpy(w->intended, w->job.id, sizeof(w->intended));
	w->intended_token = w->job.lease.token;
	snprintf(line, sizeof(line), "%s %lld\n", w->intended, (long long)w->intended_token);
	return write_leases(w, line);
}

/* A queue that was removed and made anew counts its tokens anew: the name tells whose it is */
static gitperf_job *find_mine(const struct worker *w, struct queue *q, const char *id, int64_t token)
{
	gitperf_job *job = gitperf_lease_find(q, id, token);

	return job && !strcmp(job->lease.worker, w->name.ptr) ? job : NULL;
}

static int keep_lease(struct worker *w)
{
	gitperf_buf_truncate(&w->leases, 0);
	if (w->has_job)
		gitperf_buf_addf(&w->leases, "%s %lld\n", w->job.id, (long long)w->job.lease.token);
	return gitperf_buf_check(&w->leases);
}

static int forget_lease(struct worker *w)
{
	w->has_job = 0;
	gitperf_buf_truncate(&w->leases, 0);
	return write_leases(w, "");
}

static gitperf_job *retake(struct worker *w, struct queue *q, const struct claimer *who)
{
	const char *line;
	gitperf_job *job = NULL;
	long long token;
	char id[41];

	for (line = w->leases.ptr; *line && !job; line = gitperf_next_line(line))
		if (sscanf(line, "%40[0-9a-f] %18lld", id, &token) == 2)
			job = gitperf_turn_retake(q, who, id, token);
	return job;
}

static int shuns(void *payload, const gitperf_job *job)
{
	const struct worker *w = payload;
	size_t i;

	for (i = 0; i < w->nshunned; i++)
		if (!strcmp(w->shunned[i].id, job->id))
			return w->shunned[i].until_ns > gitperf_clock_ns();
	return 0;
}

static int keep_refusal(struct worker *w, const struct turn *turn)
{
	gitperf_buf_truncate(&w->refused, 0);
	if (turn->refused)
		gitperf_buf_adds(&w->refused, turn->refused);
	return gitperf_buf_check(&w->refused);
}

/* Whether there is somebody else who could go on with what was begun with that version */
static int has_successor(const struct worker *w, const struct queue *q, const struct observer *o)
{
	size_t i;

	for (i = 0; i < q->nworkers; i++) {
		const gitperf_worker *other = &q->workers[i];

		if (strcmp(other->name, w->name.ptr) && !strcmp(other->platform, w->platform.ptr) && other->tool &&
		    !strcmp(other->tool, w->refused.ptr) && !gitperf_worker_is_silent(q, other->name, o))
			return 1;
	}
	return 0;
}

/*
 * What was begun with a version that nobody has any more would wait for ever. It is
 * measured all the same, but as another round: no request has two versions.
 */
static int adopt(struct worker *w, struct schedule *s)
{
	struct world world = gitperf_schedule_world(s);
	struct queue *q = s->queue;
	size_t i, n = q->njobs;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		gitperf_job *job = &q->jobs[i];
		const gitperf_request *request = gitperf_queue_request(q, job);
		int64_t round;

		if (job->lease.worker || !request || !request->tool || strcmp(job->platform, w->platform.ptr) ||
		    strcmp(request->tool, w->refused.ptr))
			continue;
		if (!(err = world.round(world.payload, &round, job->platform, job->commit)))
			err = gitperf_queue_new_round(q, job, round + 1);
	}
	return err;
}

static int will_become(void *payload, const char *tool)
{
	struct worker *w = payload;

	return w->is_held = gitperf_worker__may_become(w, tool);
}

static int take_next(struct turn *turn, struct worker *w, struct schedule *s, const struct claimer *who)
{
	int err = gitperf_turn_take(turn, s->queue, s->trunk.policy, who);

	if (err < 0 || (err = keep_refusal(w, turn)) < 0 || turn->job || !turn->refused ||
	    will_become(w, turn->refused) || has_successor(w, s->queue, who->observer))
		return err;
	if ((err = adopt(w, s)) < 0)
		return err;
	return gitperf_turn_take(turn, s->queue, s->trunk.policy, who);
}

/* How long any command of a suite may take */
static int64_t longest_ms(const gitperf_suite *suite)
{
	const gitperf_suite_step *const steps[] = { &suite->fetch, &suite->build, &suite->setup };
	int64_t longest = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i]->command && steps[i]->timeout_ms > longest)
			longest = steps[i]->timeout_ms;
	for (i = 0; i < suite->nbenchmarks; i++)
		if (suite->benchmarks[i].sampling.timeout_ms > longest)
			longest = suite->benchmarks[i].sampling.timeout_ms;
	return longest;
}

/* So that a short job needs no other sign of life; a suite that is not here says so later */
static int64_t first_ttl_ms(struct worker *w, const gitperf_job *job)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_suite *suite = NULL;
	int64_t ttl = LEASE_TTL_MS;

	if (job->suite && gitperf_repo_read_file(&text, w->repo, job->suite, GITPERF_SUITE_MAX) >= 0 &&
	    gitperf_suite_parse(&suite, GITPERF_SUITE_FILE, text.ptr, text.len) >= 0)
		ttl += longest_ms(suite);
	gitperf_suite_free(suite);
	gitperf_buffer_dispose(&text);
	return ttl;
}

static int take(struct worker *w, struct schedule *s, const struct observer *o)
{
	struct claimer who = { .worker = w->name.ptr, .platform = w->platform.ptr, .tool = w->tool.ptr,
			       .set = w->opts->set, .observer = o, .now = o->now, .shuns = shuns, .becomes = will_become, .payload = w };
	/* a swap whose answer did not come: it is ours, if it is there */
	struct turn turn = { .job = find_mine(w, s->queue, w->intended, w->intended_token) };
	int err = 0;

	if (!turn.job) {
		turn.job = retake(w, s->queue, &who);
		w->is_resumed = turn.job != NULL;
	}
	if (!turn.job)
		err = take_next(&turn, w, s, &who);
	if (err < 0 || (err = gitperf_queue_decide_drops(s->queue, s->trunk.policy, w->platform.ptr, turn.dropped,
					      turn.ndropped, o->now)) < 0 || !turn.job)
		return err;
	w->has_job = 1;
	turn.job->lease.ttl_ms = first_ttl_ms(w, turn.job);
	if ((err = gitperf_job_copy(&w->job, &w->arena, turn.job)) < 0)
		return err;
	return intend_lease(w);
}

static int count_leases(const struct queue *q)
{
	size_t i;
	int n = 0;

	for (i = 0; i < q->njobs; i++)
		n += q->jobs[i].lease.worker != NULL;
	return n;
}

static void forget_job(struct worker *w)
{
	w->has_job = w->is_lost = 0;
	gitperf_arena_free(&w->arena);
}

static int claim(struct worker *w, struct schedule *s)
{
	struct observer o = { w->opts->mode == GITPERF_WORK_LOOP ? &w->watch : NULL, gitperf_clock_ns(), gitperf_time_now() };
	int err;

	forget_job(w);
	w->is_held = 0;
	gitperf_buf_truncate(&w->refused, 0);
	if ((err = gitperf_schedule_finish(s)) < 0 || (err = gitperf_leases_look(s->queue, &o)) < 0 ||
	    (err = gitperf_given_up_list(&w->given_up, &w->ngiven_up, &w->arena, s->queue)) < 0 || (err = gitperf_worker__introduce(w, s->queue, 0)) < 0)
		return err;
	if (w->duty == GITPERF_DUTY_WORK && (err = take(w, s, &o)) < 0)
		return err;
	if (w->has_job && !w->is_told && (err = gitperf_worker__introduce(w, s->queue, 1)) < 0)
		return err;
	gitperf_queue_tidy(s->queue);
	w->others_work = count_leases(s->queue) > w->has_job;
	return 1;
}

int gitperf_worker__claim(struct worker *w)
{
	static const struct transition t = { "claim", claim, 0 };
	int err;

	w->intended[0] = '\0';
	err = make(w, &t);
	if (err < 0) {
		forget_job(w);
		return err;
	}
	gitperf_worker__introduced(w);
	w->began_ns = w->renewed_ns = gitperf_clock_ns();
	if (w->has_job)
		gitperf_fault(FAULT_WORK_CLAIMED);
	err = keep_lease(w);
	return err < 0 ? err : w->has_job;
}

/* --- Keeping it, giving it back --- */

static gitperf_job *find_own(const struct worker *w, struct queue *q)
{
	return find_mine(w, q, w->job.id, w->job.lease.token);
}

static int renew(struct worker *w, struct schedule *s)
{
	int kept = find_own(w, s->queue) ?
		gitperf_lease_renew(s->queue, w->job.id, w->job.lease.token, &w->progress) : 0;

	w->is_lost = !kept;
	return kept;
}

int gitperf_worker__renew(struct worker *w, const struct progress *progress)
{
	static const struct transition t = { "renew", renew, 1 };
	int err;

	w->progress = *progress;
	err = make(w, &t);
	if (!err)
		w->renewed_ns = gitperf_clock_ns();
	return err < 0 ? err : !w->is_lost;
}

static int release(struct worker *w, struct schedule *s)
{
	gitperf_job *job = find_own(w, s->queue);
	int err;

	if (!job)
		return 0;
	if ((err = gitperf_lease_end(s->queue, job, w->release_refunds, w->release_why)) < 0 ||
	    (err = gitperf_worker__introduce(w, s->queue, w->is_news)) < 0)
		return err;
	return 1;
}

int gitperf_worker__release(struct worker *w, int refund, const char *why)
{
	static const struct transition t = { "release", release, 1 };
	int err;

	w->release_refunds = refund;
	w->release_why = why;
	if ((err = make(w, &t)) < 0)
		return err;
	gitperf_worker__introduced(w);
	return forget_lease(w);
}

/* --- What is over --- */

static int finish(struct worker *w, struct schedule *s)
{
	int err = gitperf_schedule_finish(s);

	return err < 0 || (err = gitperf_worker__introduce(w, s->queue, w->is_news)) < 0 ? err : 1;
}

int gitperf_worker__finish(struct worker *w)
{
	static const struct transition t = { "finish", finish, 0 };
	int err = make(w, &t);

	if (!err)
		gitperf_worker__introduced(w);
	return err;
}

/* Nobody can measure what nobody has any more */
static int drop(struct worker *w, struct schedule *s)
{
	struct queue *q = s->queue;
	gitperf_job *job = find_own(w, q);
	gitperf_dropped *dropped = NULL;
	size_t n = 0;
	int err;

	if (!job)
		return 0;
	if ((err = gitperf_queue_drop_job(&dropped, &n, q, (size_t)(job - q->jobs), NULL, "unreachable")) < 0 ||
	    (err = gitperf_queue_decide_drops(q, s->trunk.policy, w->platform.ptr, dropped, n, gitperf_time_now())) < 0)
		return err;
	gitperf_queue_tidy(q);
	return 1;
}

int gitperf_worker__drop(struct worker *w)
{
	static const struct transition t = { "drop", drop, 0 };
	int err = make(w, &t);

	return err < 0 ? err : forget_lease(w);
}
