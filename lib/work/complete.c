/*
 * complete.c - a session's measurements become a record
 *
 * Every case is in it: as the benchmarks that it gave, or as one that says why
 * it gave none.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/pairs.h"
#include "data/record.h"
#include "work/session.h"

/* Ready on this side, but not on the other */
#define NOT_BESIDE "not measured: the other commit could not be prepared for it"

static void identify(gitperf_benchmark *b, const struct trial *t)
{
	b->workload = t->workload;
	b->workload_parts = t->parts;
	b->nworkload_parts = t->nparts;
}

static void add_unmeasured(gitperf_benchmark *b, const gitperf_case *c,
			   const struct trial *t)
{
	static const gitperf_benchmark blank = GITPERF_BENCHMARK_INIT;

	*b = blank;
	b->name = c->benchmark->name;
	b->params = c->params->pairs;
	b->nparams = c->params->n;
	b->status = t->status == GITPERF_STATUS_OK ? GITPERF_STATUS_SKIPPED : t->status;
	b->error = t->status == GITPERF_STATUS_OK ? NOT_BESIDE : t->error;
	identify(b, t);
}

/* Each that was measured then, by its name and parameters alone */
static size_t add_carried(gitperf_benchmark *out, const struct trial *t)
{
	size_t i;

	for (i = 0; i < t->nresults; i++) {
		out[i] = t->results[i];
		out[i].status = t->status;
		out[i].error = t->error;
		out[i].carried = t->carried;
		identify(&out[i], t);
	}
	return t->nresults;
}

/* The benchmarks of the workload `w`, and where the next one's begin */
static size_t add_measured(gitperf_benchmark *out, const gitperf_session *s,
			   size_t w, const struct trial *t)
{
	size_t i, n = 0;

	for (i = 0; i < gitperf_run_count(s->run); i++) {
		if (gitperf_run_workload(s->run, i) != w)
			continue;
		out[n] = *gitperf_run_benchmark(s->run, i);
		identify(&out[n++], t);
	}
	return n;
}

static int is_same(const gitperf_benchmark *a, const gitperf_benchmark *b)
{
	return !strcmp(a->name, b->name) &&
	       !gitperf_pairs_compare(a->params, a->nparams, b->params, b->nparams);
}

/*
 * "a" whose tool prints a "b" meets a benchmark "a/b" of the suite: a record
 * has room for one of them.
 */
static size_t drop_twins(const gitperf_session *s, gitperf_benchmark *benchmarks, size_t n)
{
	const gitperf_events *events = s->opts.events;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, k, kept = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < kept && !is_same(&benchmarks[i], &benchmarks[k]); k++)
			;
		if (k == kept) {
			benchmarks[kept++] = benchmarks[i];
			continue;
		}
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_addf(&text, "two benchmarks are called '%s': the second is left out", benchmarks[i].name);
		if (events && events->warning)
			events->warning(events->payload, text.ptr, "give one of them another name or parameter");
	}
	gitperf_buffer_dispose(&text);
	return kept;
}

int gitperf_session__complete(gitperf_session *s, struct side *side, size_t index,
			      gitperf_time began)
{
	gitperf_record *r = &side->record;
	gitperf_benchmark *benchmarks;
	size_t i, n = 0, workload = index, most = gitperf_run_count(s->run) + s->ncases;

	for (i = 0; i < s->ncases; i++)
		most += side->trials[i].nresults;
	benchmarks = gitperf_arena_array(&s->arena, most, sizeof(*benchmarks));
	if (!benchmarks)
		return gitperf_fail_oom();
	for (i = 0; i < s->ncases; i++) {
		if (side->trials[i].carried) {
			n += add_carried(&benchmarks[n], &side->trials[i]);
			continue;
		}
		if (!gitperf_session__is_ready(s, i)) {
			add_unmeasured(&benchmarks[n++], &s->cases[i], &side->trials[i]);
			continue;
		}
		n += add_measured(&benchmarks[n], s, workload, &side->trials[i]);
		workload += s->nsides;
	}
	r->benchmarks = benchmarks;
	r->nbenchmarks = drop_twins(s, benchmarks, n);
	r->outcome = gitperf_record__outcome(benchmarks, r->nbenchmarks);
	r->steps = side->steps;
	r->nsteps = side->nsteps;
	r->error = side->error;
	r->started = began;
	r->finished = gitperf_run_finished(s->run);
	if (r->finished < began)
		r->finished = gitperf_time_now();
	return gitperf_session__fit(s, r, benchmarks);
}
