/*
 * requests_facts.c - what there is about requests: in the queue, in decisions, in results
 *
 * Which commits they are of is known by names: of jobs, of records, and of decisions.
 * Records are read of those alone that somebody wants to see.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/decisions.h"
#include "work/planner.h"
#include "work/requests.h"

/* of a commit that is measured again and again */
#define RECORDS_MAX 64
/* of a platform: older ones are about commits that nobody waits for */
#define DECISIONS_MAX 50

/* --- Commits -------------------------------------------------------------- */

static int add_candidate(struct request_facts *f, const char *commit, gitperf_time when)
{
	size_t *at = gitperf_map_get(&f->known, commit, GITPERF_ID_SIZE - 1);
	struct candidate *grown;

	if (at) {
		if (f->candidates[*at].when < when)
			f->candidates[*at].when = when;
		return 0;
	}
	grown = gitperf_arena_grow(f->arena, f->candidates, f->ncandidates, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	f->candidates = grown;
	memcpy(grown[f->ncandidates].commit, commit, GITPERF_ID_SIZE);
	grown[f->ncandidates].when = when;
	return gitperf_map_put(&f->known, commit, GITPERF_ID_SIZE - 1, f->ncandidates++);
}

/* For qsort(3): the newest first */
static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->when != y->when ? (x->when < y->when) - (x->when > y->when) : strcmp(x->commit, y->commit);
}

static struct effort *add_effort(struct request_facts *f)
{
	struct effort *grown = gitperf_arena_grow(f->arena, f->efforts, f->nefforts, sizeof(*grown));

	if (!grown)
		return NULL;
	f->efforts = grown;
	grown += f->nefforts++;
	return memset(grown, 0, sizeof(*grown));
}

static const char *keep(struct request_facts *f, const char *text)
{
	return text ? gitperf_arena_strdup(f->arena, text) : NULL;
}

static const char *config_text(struct request_facts *f, const gitperf_pair *pairs, size_t n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *kept;
	size_t i;

	for (i = 0; i < n; i++)
		gitperf_buf_addf(&text, "%s\x1f%s\x1e", pairs[i].key, pairs[i].value);
	kept = gitperf_arena_strdup(f->arena, text.len ? text.ptr : "");
	f->arena->failed |= text.failed;
	gitperf_buffer_dispose(&text);
	return kept;
}

/* --- The queue ------------------------------------------------------------ */

static int add_item(struct request_facts *f, const gitperf_item *item)
{
	const gitperf_job *job = item->job;
	struct effort *e = add_effort(f);

	if (!e)
		return gitperf_fail_oom();
	e->kind = job->lease.worker ? EFFORT_RUNNING : gitperf_job_is_exhausted(job) ? EFFORT_GIVEN_UP : EFFORT_QUEUED;
	e->commit = job->commit;
	e->round = job->round;
	e->platform = job->platform;
	e->job = job->id;
	e->config = config_text(f, job->config, job->nconfig);
	e->begun = job->attempts > 0;
	e->asked = job->asked;
	e->started = job->lease.worker ? job->lease.since : 0;
	e->expected = item->expected;
	e->worker = job->lease.worker;
	e->why = job->error;
	return add_candidate(f, job->commit, job->asked);
}

static int look_at_queue(struct request_facts *f)
{
	const gitperf_agenda *agenda = f->agenda;
	const gitperf_queue *queue = agenda->queue;
	size_t i;
	int err = 0;

	for (i = 0; i < agenda->nitems && !err; i++)
		err = add_item(f, &agenda->items[i]);
	for (i = 0; i < queue->nrequests && !err; i++)
		err = add_candidate(f, queue->requests[i].commit, queue->requests[i].asked);
	return err;
}

/* --- Decisions ------------------------------------------------------------ */

static int take_decision(struct request_facts *f, const gitperf_decision *d)
{
	struct effort *e;
	size_t i;
	int err = 0;

	for (i = 0; i < d->nchosen && !err; i++) {
		const char *commit = d->chosen[i].commit;

		if (!gitperf_map_get(&f->chosen, commit, GITPERF_ID_SIZE - 1))
			err = gitperf_map_put(&f->chosen, commit, GITPERF_ID_SIZE - 1, 0);
		err = err < 0 ? err : add_candidate(f, commit, d->decided);
	}
	for (i = 0; i < d->ndropped && !err; i++) {
		if (!(e = add_effort(f)))
			return gitperf_fail_oom();
		e->kind = EFFORT_DROPPED;
		e->commit = keep(f, d->dropped[i].commit);
		e->platform = keep(f, d->platform);
		e->config = "";
		e->asked = e->finished = d->decided;
		e->why = keep(f, d->dropped[i].why);
		err = e->commit ? add_candidate(f, e->commit, d->decided) : gitperf_fail_oom();
	}
	return err;
}

/* For qsort(3): the newest first */
static int compare_decisions(const void *a, const void *b)
{
	const struct decision_name *x = a, *y = b;

	return x->decided != y->decided ? (x->decided < y->decided) - (x->decided > y->decided) : strcmp(x->id, y->id);
}

/* One that cannot be read says nothing, and git perf fsck names it */
static int take_decisions_of(struct request_facts *f, const char *platform)
{
	struct arena text = ARENA_INIT;
	struct decision_name *names;
	gitperf_decision decision;
	size_t i, n;
	int err = gitperf_decisions_list(&names, &n, &text, f->repo, f->store->roots, ARRAY_SIZE(f->store->roots), platform);

	if (!err && n)
		qsort(names, n, sizeof(*names), compare_decisions);
	for (i = 0; i < n && i < DECISIONS_MAX && !err; i++) {
		int bad = gitperf_decisions_read(&decision, &text, f->repo, &names[i]);

		err = bad == GITPERF_ENOMEM ? bad : bad < 0 ? 0 : take_decision(f, &decision);
	}
	gitperf_arena_free(&text);
	return err;
}

static int look_at_decisions(struct request_facts *f)
{
	const gitperf_queue *queue = f->agenda->queue;
	struct arena text = ARENA_INIT;
	struct map seen = { .n = 0 };
	const char **platforms = NULL;
	size_t i, n = 0;
	int err = gitperf_decisions_platforms(&platforms, &n, &text, f->repo, f->store->roots, ARRAY_SIZE(f->store->roots));

	for (i = 0; i < queue->ndecisions && !err; i++)
		err = take_decision(f, queue->decisions[i]);
	for (i = 0; i < n && !err; i++) {
		if (gitperf_map_get(&seen, platforms[i], strlen(platforms[i])))
			continue;
		if (!(err = gitperf_map_put(&seen, platforms[i], strlen(platforms[i]), 0)))
			err = take_decisions_of(f, platforms[i]);
	}
	gitperf_map_free(&seen);
	gitperf_arena_free(&text);
	return err;
}

/* --- Results -------------------------------------------------------------- */

/* Entries come by platform, commit, time: the last one of a commit is its newest */
static int find_newest(struct request_facts *f)
{
	struct candidate *newest = gitperf_arena_array(f->arena, f->limit + 1, sizeof(*newest));
	size_t i, k, n = 0, count = gitperf_store_count(f->store);
	int err = 0;

	if (!newest)
		return gitperf_fail_oom();
	for (i = 0; i < count; i++) {
		const gitperf_entry *e = gitperf_store_entry(f->store, i);
		const gitperf_entry *next = i + 1 < count ? gitperf_store_entry(f->store, i + 1) : NULL;

		if ((next && !strcmp(next->commit, e->commit) && !strcmp(next->platform, e->platform)) ||
		    (n == f->limit && newest[n - 1].when >= e->finished))
			continue;
		for (k = 0; k < n && strcmp(newest[k].commit, e->commit); k++)
			;
		if (k < n && newest[k].when >= e->finished)
			continue;
		/* what it takes the place of is its older self, or the oldest */
		n += k == n && n < f->limit;
		for (k = k < n ? k : n - 1; k && newest[k - 1].when < e->finished; k--)
			newest[k] = newest[k - 1];
		memcpy(newest[k].commit, e->commit, GITPERF_ID_SIZE);
		newest[k].when = e->finished;
	}
	for (i = 0; i < n && !err; i++)
		err = add_candidate(f, newest[i].commit, newest[i].when);
	return err;
}

static const char *why_failed(const gitperf_record *r)
{
	size_t i;

	for (i = 0; !r->error && i < r->nsteps; i++)
		if (r->steps[i].error)
			return r->steps[i].error;
	for (i = 0; !r->error && i < r->nbenchmarks; i++)
		if (r->benchmarks[i].error)
			return r->benchmarks[i].error;
	return r->error;
}

static int add_record(struct request_facts *f, const gitperf_record *r)
{
	struct effort *e = add_effort(f);

	if (!e)
		return gitperf_fail_oom();
	e->kind = r->outcome == GITPERF_OUTCOME_FAILED ? EFFORT_FAILED : EFFORT_LANDED;
	e->commit = keep(f, r->commit);
	e->round = r->round;
	e->platform = keep(f, r->platform);
	e->job = keep(f, r->job);
	e->config = config_text(f, r->config, r->nconfig);
	e->asked = r->queued;
	e->started = r->started;
	e->finished = r->finished;
	e->worker = keep(f, r->worker);
	e->why = e->kind == EFFORT_FAILED ? keep(f, why_failed(r)) : NULL;
	return gitperf_arena_check(f->arena);
}

/* One that is damaged, or not in this partial clone, says nothing */
static int read_records(struct request_facts *f, const char *platform, const char *commit)
{
	size_t n, i, first = gitperf_store_lookup(f->store, platform, commit, &n);
	gitperf_record *record;
	int err = 0;

	for (i = n > RECORDS_MAX ? n - RECORDS_MAX : 0; i < n && !err; i++) {
		int bad = gitperf_store_record(&record, f->store, gitperf_store_entry(f->store, first + i));

		if (bad < 0) {
			err = bad == GITPERF_ENOMEM ? bad : 0;
			continue;
		}
		err = add_record(f, record);
		gitperf_record_free(record);
	}
	return err;
}

int gitperf_request_facts__read(struct request_facts *f, const char *commit)
{
	size_t i = 0, n = gitperf_store_count(f->store);
	int err = 0;

	while (i < n && !err) {
		const char *platform = gitperf_store_entry(f->store, i)->platform;
		size_t low = i, high = n;

		err = read_records(f, platform, commit);
		/* the next platform's first entry */
		while (high - low > 1) {
			size_t middle = low + (high - low) / 2;

			if (strcmp(gitperf_store_entry(f->store, middle)->platform, platform))
				high = middle;
			else
				low = middle;
		}
		i = high;
	}
	return err;
}

int gitperf_request_facts__find(struct request_facts *f)
{
	const char *const *more;
	int err;

	if ((err = look_at_queue(f)) < 0 || (err = look_at_decisions(f)) < 0 || (err = find_newest(f)) < 0)
		return err;
	for (more = f->opts->commits; more && *more && !err; more++)
		err = add_candidate(f, *more, 0);
	if (!err && f->ncandidates)
		qsort(f->candidates, f->ncandidates, sizeof(*f->candidates), compare_candidates);
	return err;
}

void gitperf_request_facts__free(struct request_facts *f)
{
	gitperf_map_free(&f->known);
	gitperf_map_free(&f->chosen);
	gitperf_store_free(f->store);
}
