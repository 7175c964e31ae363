/*
 * worker_errand.c - one job, from its commit to its result
 *
 * Whatever goes wrong is of one of four kinds: a result of its own, because it will
 * always be so; something that may pass, so that the job is for others or for later; a
 * lease that is not ours any more; or the end of this worker.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "work/worker.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND_MS INT64_C(1000)

/* So many renewals may fail before the lease has expired, and what one may take */
#define RENEWALS_SPARE 3
#define RENEW_TAKES_MS (60 * SECOND_MS)
/* After what may pass: half a minute, and longer each time, up to an hour */
#define SHUN_FIRST_NS (30 * SECOND_MS * MILLISECOND)
#define SHUN_DOUBLINGS 7
/* For people to read, not for the record */
#define MISHAP_ERROR_MAX 400
#define MISHAP_LOG_MAX 2048
/* To check out a commit takes no longer, or the lease may be lost by it: its own limit is for disks that hang */
#define CHECKOUT_MS (10 * 60 * SECOND_MS)

/* --- Signs of life --- */

static int64_t quiet_for(const gitperf_pulse *pulse)
{
	return pulse->quiet_ms < 0 || !strcmp(pulse->step, "checkout") ? CHECKOUT_MS : pulse->quiet_ms;
}

/* Not every time: it is a push, and what comes behind it is measured */
static int is_due(const struct worker *w, const gitperf_pulse *pulse, int64_t quiet_ms, int64_t interval_ms)
{
	int64_t since_ms = (gitperf_clock_ns() - w->renewed_ns) / MILLISECOND;

	return since_ms >= interval_ms || since_ms + quiet_ms + RENEW_TAKES_MS > w->promised_ms ||
	       (since_ms >= interval_ms / 4 && (int64_t)pulse->index != w->told_step);
}

/* That nobody can be reached is no reason to stop: the lease says for how long it is ours */
static int show_life(void *payload, const gitperf_pulse *pulse)
{
	struct worker *w = payload;
	int64_t interval_ms = w->renew_s * SECOND_MS, quiet_ms = quiet_for(pulse);
	struct progress progress = {
		.ttl_ms = quiet_ms + RENEWALS_SPARE * interval_ms + RENEW_TAKES_MS,
		.steps = pulse->steps, .nsteps = pulse->nsteps, .step = (int64_t)pulse->index,
		.done = (int64_t)pulse->done, .total = (int64_t)pulse->total
	};
	int kept;

	if (!is_due(w, pulse, quiet_ms, interval_ms))
		return 0;
	kept = gitperf_worker__renew(w, &progress);
	if (kept > 0) {
		w->promised_ms = progress.ttl_ms;
		w->told_step = progress.step;
	}
	return kept ? 0 : gitperf_fail(GITPERF_EBUSY, "the job is not ours any more");
}

/* --- The commit --- */

static int is_here(struct worker *w)
{
	char parent[GITPERF_ID_SIZE];
	gitperf_commit commit;

	return gitperf_repo__look(&commit, parent, w->repo, w->job.commit);
}

/* What is named by nothing here would be for git gc */
static int fetch(struct worker *w, const char *remote)
{
	struct transport t = TRANSPORT_INIT(w->repo, remote);
	gitperf_buffer spec = GITPERF_BUFFER_INIT;
	const char *specs[] = { NULL, NULL };
	int found;

	t.events = w->opts->events;
	gitperf_buf_addf(&spec, "+%s:", w->job.commit);
	found = gitperf_repo__work_ref(&spec, w->repo, w->name.ptr);
	specs[0] = spec.ptr;
	if (!found)
		found = gitperf_transport_fetch(&t, specs, 0);
	gitperf_buffer_dispose(&spec);
	return found;
}

/* 1: it is here; 0: nobody has it any more */
static int have_commit(struct worker *w)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	int found = is_here(w);

	if (!found && (found = gitperf_schedule_remote(&remote, w->repo, &w->schedule)) > 0)
		found = fetch(w, remote.ptr);
	gitperf_buffer_dispose(&remote);
	return found;
}

/* --- Measuring --- */

static void set_session(gitperf_session_options *o, struct worker *w, const char *const *benchmarks)
{
	const gitperf_job *job = &w->job;

	o->commit = job->commit;
	o->suite_id = job->suite;
	o->benchmarks = benchmarks;
	o->platform = job->platform;
	o->worker = w->name.ptr;
	o->reason = gitperf_reason_name(gitperf_reason_first(job->reasons));
	o->config = job->config;
	o->nconfig = job->nconfig;
	o->job = job->id;
	o->round = job->round;
	o->token = job->lease.token;
	o->queued = job->asked;
	o->keep = w->name.ptr;
	o->wait_ms = w->opts->wait_ms;
	o->is_interrupted = w->opts->is_interrupted;
	o->pulse = show_life;
	o->pulse_payload = w;
	o->events = w->opts->events;
	/* another round is a wish for numbers */
	o->no_carry = job->round > 0;
}

static int open_session(gitperf_session **out, struct worker *w)
{
	gitperf_session_options opts = GITPERF_SESSION_OPTIONS_INIT;
	const char **benchmarks = NULL;

	if (w->job.nbenchmarks) {
		benchmarks = gitperf_arena_array(&w->arena, w->job.nbenchmarks + 1, sizeof(*benchmarks));
		if (!benchmarks)
			return gitperf_fail_oom();
		memcpy(benchmarks, w->job.benchmarks, w->job.nbenchmarks * sizeof(*benchmarks));
	}
	set_session(&opts, w, benchmarks);
	return gitperf_session_open(out, w->repo, &opts);
}

/* --- What came of it --- */

/* The end of a text, and no character cut in two */
static const char *keep_tail(struct arena *arena, const char *text, size_t most)
{
	size_t len = text ? strlen(text) : 0, from = len > most ? len - most : 0;

	while (from && from < len && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	return len ? gitperf_arena_strdup(arena, text + from) : NULL;
}

static void note_mishap(struct worker *w, const char *error, const char *log)
{
	gitperf_mishap *m = &w->mishap;

	gitperf_arena_free(&w->last_words);
	m->commit = gitperf_arena_strdup(&w->last_words, w->job.commit);
	m->when = gitperf_time_now();
	m->error = keep_tail(&w->last_words, error, MISHAP_ERROR_MAX);
	m->log = keep_tail(&w->last_words, log, MISHAP_LOG_MAX);
	w->is_news = 1;
	if (w->last_words.failed)
		m->commit = NULL;
}

/* A run with something that has not worked, in the words of the first thing */
static void look_for_mishap(struct worker *w, const gitperf_record *r)
{
	size_t i = 0;

	if (r->outcome == GITPERF_OUTCOME_COMPLETE)
		return;
	while (i < r->nbenchmarks && !r->benchmarks[i].error)
		i++;
	if (r->error)
		note_mishap(w, r->error, r->log);
	else if (i < r->nbenchmarks)
		note_mishap(w, r->benchmarks[i].error, r->benchmarks[i].log ? r->benchmarks[i].log : r->log);
}

static void shun(struct worker *w)
{
	struct shunned *s = w->shunned, *end = w->shunned + w->nshunned;
	int64_t pause;

	while (s < end && strcmp(s->id, w->job.id))
		s++;
	if (s == end) {
		/* of many, one that was long ago makes room */
		s = w->nshunned < SHUNNED_MAX ? &w->shunned[w->nshunned++] : &w->shunned[w->job.lease.token % SHUNNED_MAX];
		memset(s, 0, sizeof(*s));
		memcpy(s->id, w->job.id, sizeof(s->id));
	}
	pause = SHUN_FIRST_NS << (s->times < SHUN_DOUBLINGS ? s->times : SHUN_DOUBLINGS);
	s->times++;
	s->until_ns = gitperf_clock_ns() + pause;
}

/* For others, or for later; nothing is lost if that cannot be told: the lease ends by itself */
static int give_back(struct worker *w, int refund, const char *why)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_adds(&text, why);
	shun(w);
	w->out->released++;
	gitperf_worker__tell(w, GITPERF_NEWS_RELEASED, text.ptr);
	err = gitperf_worker__release(w, refund, text.ptr);
	gitperf_buffer_dispose(&text);
	return err == GITPERF_ENOMEM ? err : 0;
}

static int fail(struct worker *w, const char *why)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_adds(&text, why);
	note_mishap(w, text.ptr, NULL);
	gitperf_worker__tell(w, GITPERF_NEWS_FAILED, text.ptr);
	err = gitperf_result_fail(w->repo, &w->job, w->tool.ptr, w->name.ptr, gitperf_time_now(), text.ptr, w->opts->events);
	gitperf_buffer_dispose(&text);
	if (!err)
		w->out->landed++;
	return err;
}

static int lose(struct worker *w)
{
	w->out->lost++;
	gitperf_worker__tell(w, GITPERF_NEWS_LOST, NULL);
	w->has_job = 0;
	return 0;
}

/* What became of a session that has no result */
static int judge(struct worker *w, int err)
{
	if (w->is_lost)
		return lose(w);
	if (w->opts->is_interrupted && w->opts->is_interrupted())
		return give_back(w, 1, "its worker was stopped");
	switch (err) {
	case GITPERF_ENOMEM:
		return err;
	case GITPERF_ENOTFOUND:
	case GITPERF_EFORMAT:
	case GITPERF_EINVALID:
		return fail(w, gitperf_error_message());
	case GITPERF_EBUSY:
		/* somebody else measures here, which is no fault of the job */
		return give_back(w, 1, gitperf_error_message());
	default:
		note_mishap(w, gitperf_error_message(), NULL);
		return give_back(w, 0, gitperf_error_message());
	}
}

static int measure(struct worker *w)
{
	gitperf_session *session;
	const gitperf_record *record;
	int err = open_session(&session, w);

	if (!err && !(err = gitperf_session_lock(session)))
		err = gitperf_session_run(session);
	if (!err) {
		record = gitperf_session_record(session, 0);
		look_for_mishap(w, record);
		gitperf_fault(FAULT_WORK_MEASURED);
		err = gitperf_result_land(w->repo, record, w->opts->events);
		gitperf_fault(FAULT_WORK_RECORDED);
		w->out->landed += !err;
		gitperf_session_free(session);
		if (!err)
			gitperf_worker__tell(w, GITPERF_NEWS_LANDED, gitperf_outcome_name(record->outcome));
		return err;
	}
	err = judge(w, err);
	gitperf_session_free(session);
	return err;
}

/* Somebody has asked for it, so somebody is to be told; else it is a gap like others */
static int miss(struct worker *w)
{
	gitperf_buffer why = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&why, "nobody has commit %.12s any more", w->job.commit);
	if (!gitperf_reason_is_automatic(w->job.reasons)) {
		err = fail(w, why.ptr);
	} else {
		gitperf_worker__tell(w, GITPERF_NEWS_FAILED, why.ptr);
		err = gitperf_worker__drop(w);
	}
	gitperf_buffer_dispose(&why);
	return err;
}

int gitperf_worker__do(struct worker *w)
{
	int found, err;

	w->promised_ms = w->job.lease.ttl_ms;
	w->told_step = -1;
	w->is_lost = 0;
	found = have_commit(w);
	gitperf_fault(FAULT_WORK_FETCHED);
	if (found > 0)
		err = measure(w);
	else
		err = found < 0 ? judge(w, found) : miss(w);
	if (!err && (err = gitperf_result_deliver(w->repo, &w->schedule)) < 0)
		gitperf_worker__tell(w, GITPERF_NEWS_OFFLINE, gitperf_error_message());
	gitperf_fault(FAULT_WORK_DELIVERED);
	return err;
}
