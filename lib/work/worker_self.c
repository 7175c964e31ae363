/*
 * worker_self.c - what a worker tells of itself in the queue, and whether it may
 */
#include "base/compat.h"
#include "base/clock.h"
#include "base/error.h"
#include "work/worker.h"

#define MILLISECOND INT64_C(1000000)

static int differs(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

/* Two that call themselves the same would take each other's leases for their own */
static int check_self(const struct worker *w, const gitperf_worker *self)
{
	if (self->duty == GITPERF_DUTY_RETIRE)
		return gitperf_hint(gitperf_fail(GITPERF_EDENIED, "worker '%s' was retired", w->name.ptr),
				    "git perf worker resume %s takes that back", w->name.ptr);
	if (differs(self->platform, w->platform.ptr))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "worker '%s' measures on %s, not on %s", w->name.ptr,
						 self->platform, w->platform.ptr),
				    "give this one another name: --worker=<name>, or git config perf.worker");
	if (w->beat_ns && !w->opts->anywhere && differs(self->instance, w->instance.ptr))
		return gitperf_hint(gitperf_fail(GITPERF_EDENIED, "somebody else calls himself worker '%s' by now", w->name.ptr),
				    "give each machine a name of its own: git config perf.worker <name>");
	if (!w->beat_ns && self->host && (w->opts->anywhere || differs(self->host, w->host.ptr)))
		return gitperf_hint(gitperf_fail(GITPERF_EDENIED, "worker '%s' is another machine", w->name.ptr),
				    "give this one a name of its own: --worker=<name>; if it takes the other's place: "
				    "git perf worker retire %s, then git perf worker resume %s", w->name.ptr, w->name.ptr);
	return 0;
}

static int is_beat_due(const struct worker *w, const gitperf_worker *self)
{
	return !self || w->is_news || !w->beat_ns || !self->instance || strcmp(self->instance, w->instance.ptr) ||
	       gitperf_clock_ns() - w->beat_ns > WORKER_TTL_MS / 2 * MILLISECOND;
}

/* Not each time: that would be a transition for nothing */
int gitperf_worker__introduce(struct worker *w, struct queue *q, int anyhow)
{
	gitperf_worker *self = gitperf_queue_worker(q, w->name.ptr);
	int err = self ? check_self(w, self) : 0;

	w->is_told = 0;
	if (err < 0)
		return err;
	w->duty = self ? self->duty : GITPERF_DUTY_WORK;
	if (!anyhow && !is_beat_due(w, self))
		return 0;
	if (!self && !(self = gitperf_queue_add_worker(q, w->name.ptr, w->platform.ptr)))
		return gitperf_fail_oom();
	self->tool = w->tool.ptr;
	self->host = w->host.len ? w->host.ptr : NULL;
	self->instance = w->instance.ptr;
	self->beat = self->beat < QUEUE_NUMBER_MAX ? self->beat + 1 : 0;
	self->ttl_ms = WORKER_TTL_MS;
	self->told = gitperf_time_now();
	self->nseen = 0;
	self->findings = w->findings;
	self->nfindings = w->nfindings;
	if (w->mishap.commit)
		self->mishap = w->mishap;
	w->is_told = 1;
	return 0;
}

void gitperf_worker__introduced(struct worker *w)
{
	if (!w->is_told)
		return;
	w->beat_ns = gitperf_clock_ns();
	w->is_news = 0;
}
