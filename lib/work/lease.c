/*
 * lease.c - who is at a job, and whether he still is
 *
 * Knows nothing of whose turn it is (turn.c), or of where the queue is kept.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/lease.h"

#define MILLISECOND INT64_C(1000000)

/* Notes in the queue of one lease; older ones make room */
#define NOTES_MAX 8
/* Looks, beside the first, each a ttl after the one before */
#define LEASE_TICKS 2

/* --- By one's own clock --- */

struct sight {
	int64_t token, beat;
	int64_t since_ns;              /* when it was first seen so */
};

/* Jobs and workers have one table: a job's id is longer than the letter before a name */
struct key {
	char text[GITPERF_NAME_MAX + sizeof("w ")];
};

static struct key job_key(const char *id)
{
	struct key key;

	snprintf(key.text, sizeof(key.text), "j %.40s", id);
	return key;
}

static struct key worker_key(const char *name)
{
	struct key key;

	snprintf(key.text, sizeof(key.text), "w %.*s", GITPERF_NAME_MAX, name);
	return key;
}

static const struct sight *find_sight(const struct watch *watch, const struct key *key)
{
	const size_t *place = gitperf_map_get(&watch->places, key->text, strlen(key->text));

	return place ? &watch->list[*place] : NULL;
}

/* Into the table of this look; what is not looked at any more is forgotten with the last */
static int note_sight(struct watch *to, const struct watch *from, const struct key *key,
		      int64_t token, int64_t beat, int64_t clock_ns)
{
	const struct sight *old = find_sight(from, key);
	struct sight *grown;

	if (to->n == to->room) {
		to->room = to->room ? 2 * to->room : 16;
		grown = realloc(to->list, to->room * sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		to->list = grown;
	}
	to->list[to->n].token = token;
	to->list[to->n].beat = beat;
	to->list[to->n].since_ns = old && old->token == token && old->beat == beat ? old->since_ns : clock_ns;
	return gitperf_map_put(&to->places, key->text, strlen(key->text), to->n++);
}

void gitperf_watch_free(struct watch *watch)
{
	gitperf_map_free(&watch->places);
	free(watch->list);
	memset(watch, 0, sizeof(*watch));
}

/* A process that comes back is another one, whatever its beat */
static int64_t token_of(const gitperf_worker *worker)
{
	const char *p = worker->instance;
	uint64_t hash = 0;

	while (p && *p)
		hash = hash * 31 + (unsigned char)*p++;
	return (int64_t)(hash >> 1);
}

static int take_sights(struct watch *watch, const struct queue *q, int64_t clock_ns)
{
	struct watch now = { .n = 0 };
	struct key key;
	size_t i;
	int err = 0;

	for (i = 0; i < q->njobs && !err; i++)
		if (q->jobs[i].lease.worker) {
			key = job_key(q->jobs[i].id);
			err = note_sight(&now, watch, &key, q->jobs[i].lease.token, q->jobs[i].lease.beat, clock_ns);
		}
	for (i = 0; i < q->nworkers && !err; i++) {
		key = worker_key(q->workers[i].name);
		err = note_sight(&now, watch, &key, token_of(&q->workers[i]), q->workers[i].beat, clock_ns);
		/* its silence begins when that job is over */
		if (!err && gitperf_queue_job_of(q, q->workers[i].name))
			now.list[now.n - 1].since_ns = clock_ns;
	}
	gitperf_watch_free(err < 0 ? &now : watch);
	if (!err)
		*watch = now;
	return err;
}

/* --- By notes in the queue --- */

static int64_t ttl_ns(int64_t ttl_ms)
{
	if (!ttl_ms)
		ttl_ms = LEASE_TTL_MS;
	return (ttl_ms < GITPERF_TTL_MAX_MS ? ttl_ms : GITPERF_TTL_MAX_MS) * MILLISECOND;
}

/* How many looks there are up to now, in the order of the notes, each a ttl after the one before */
static int count_ticks(const gitperf_time *seen, size_t n, gitperf_time now, int64_t ttl)
{
	int best[NOTES_MAX + 1] = { 0 };
	size_t i, j, from = n > NOTES_MAX ? n - NOTES_MAX : 0;

	for (i = from; i <= n; i++)
		for (j = from; j < i; j++)
			if ((i < n ? seen[i] : now) - seen[j] >= ttl && best[j - from] + 1 > best[i - from])
				best[i - from] = best[j - from] + 1;
	return best[n - from];
}

static int is_noted(const gitperf_time *seen, size_t n, gitperf_time now, int64_t ttl)
{
	size_t i;

	/* those that count: a list that is longer was not written by us */
	for (i = n > NOTES_MAX ? n - NOTES_MAX : 0; i < n; i++)
		if (seen[i] > now - ttl && seen[i] < now + ttl)
			return 1;
	return 0;
}

static int add_note(struct arena *arena, const gitperf_time **seen, size_t *n, gitperf_time now)
{
	size_t kept = *n < NOTES_MAX ? *n : NOTES_MAX - 1;
	gitperf_time *list = gitperf_arena_array(arena, kept + 1, sizeof(*list));

	if (!list)
		return gitperf_fail_oom();
	if (kept)
		memcpy(list, *seen + *n - kept, kept * sizeof(*list));
	list[kept] = now;
	*seen = list;
	*n = kept + 1;
	return 0;
}

/* 1: silent for as many ticks; 0: not yet, which is noted */
static int look_once(struct arena *arena, const gitperf_time **seen, size_t *n, gitperf_time now,
		     int64_t ttl, int ticks)
{
	if (count_ticks(*seen, *n, now, ttl) >= ticks)
		return 1;
	return is_noted(*seen, *n, now, ttl) ? 0 : add_note(arena, seen, n, now);
}

/* --- Looking --- */

static int is_over(struct queue *q, gitperf_job *job, const struct observer *o)
{
	int64_t ttl = ttl_ns(job->lease.ttl_ms);
	struct key key = job_key(job->id);

	if (!o->watch)
		return look_once(&q->arena, &job->lease.seen, &job->lease.nseen, o->now, ttl, LEASE_TICKS);
	return o->clock_ns - find_sight(o->watch, &key)->since_ns > ttl;
}

static int is_for_version(const struct queue *q, const gitperf_job *job, const char *tool)
{
	size_t i;

	for (i = 0; tool && i < q->nrequests; i++)
		if (q->requests[i].tool && q->requests[i].round == job->round && !strcmp(q->requests[i].tool, tool) &&
		    !strcmp(q->requests[i].commit, job->commit))
			return 1;
	return 0;
}

/* A part of a suite that is its own, or what was begun with its version */
static int is_waited_for(const struct queue *q, const gitperf_worker *worker)
{
	size_t i;

	for (i = 0; i < q->njobs; i++) {
		const gitperf_job *job = &q->jobs[i];

		if (!job->lease.worker && !strcmp(job->platform, worker->platform) &&
		    ((job->set && !strcmp(job->set, worker->name)) || is_for_version(q, job, worker->tool)))
			return 1;
	}
	return 0;
}

/* Of those that nobody waits for there is nothing to be noted: that would change the queue all the time */
static int note_workers(struct queue *q, const struct observer *o)
{
	size_t i;
	int err = 0;

	for (i = 0; i < q->nworkers && err >= 0; i++) {
		gitperf_worker *worker = &q->workers[i];

		if (gitperf_queue_job_of(q, worker->name))
			worker->nseen = 0;
		else if (is_waited_for(q, worker))
			err = look_once(&q->arena, &worker->seen, &worker->nseen, o->now, ttl_ns(worker->ttl_ms),
					WORKER_SILENT);
	}
	return err < 0 ? err : 0;
}

static int fell_silent(struct queue *q, gitperf_job *job)
{
	char why[GITPERF_NAME_MAX + 40];

	snprintf(why, sizeof(why), "worker '%s' fell silent", job->lease.worker);
	return gitperf_lease_end(q, job, 0, why);
}

int gitperf_leases_look(struct queue *q, const struct observer *o)
{
	size_t i;
	int over, n = 0, err = o->watch ? take_sights(o->watch, q, o->clock_ns) : note_workers(q, o);

	for (i = 0; i < q->njobs && !err; i++) {
		if (!q->jobs[i].lease.worker)
			continue;
		if ((over = is_over(q, &q->jobs[i], o)) > 0) {
			err = fell_silent(q, &q->jobs[i]);
			n++;
		} else {
			err = over;
		}
	}
	return err < 0 ? err : n;
}

int gitperf_worker_is_silent(const struct queue *q, const char *name, const struct observer *o)
{
	const gitperf_worker *worker = gitperf_queue_worker(q, name);
	struct key key = worker_key(name);
	const struct sight *sight;
	int64_t ttl;

	/* nobody knows him, so nobody can wait for him */
	if (!worker || worker->duty == GITPERF_DUTY_RETIRE)
		return 1;
	/* who is at a job is not silent as long as that lease lasts */
	if (gitperf_queue_job_of(q, name))
		return 0;
	ttl = ttl_ns(worker->ttl_ms);
	if (!o->watch)
		return count_ticks(worker->seen, worker->nseen, o->now, ttl) >= WORKER_SILENT;
	/* one that came after the look was never silent */
	sight = find_sight(o->watch, &key);
	return sight && o->clock_ns - sight->since_ns > WORKER_SILENT * ttl;
}

/* --- Keeping one, and giving it back --- */

gitperf_job *gitperf_lease_find(struct queue *q, const char *id, int64_t token)
{
	size_t i;

	for (i = 0; i < q->njobs; i++)
		if (q->jobs[i].lease.worker && q->jobs[i].lease.token == token && !strcmp(q->jobs[i].id, id))
			return &q->jobs[i];
	return NULL;
}

static int keep_steps(struct queue *q, gitperf_lease *lease, const struct progress *p)
{
	const char **steps = gitperf_arena_array(&q->arena, p->nsteps, sizeof(*steps));
	size_t i;

	for (i = 0; steps && i < p->nsteps; i++)
		steps[i] = gitperf_arena_strdup(&q->arena, p->steps[i]);
	lease->steps = steps;
	lease->nsteps = p->nsteps;
	return gitperf_arena_check(&q->arena);
}

int gitperf_lease_renew(struct queue *q, const char *id, int64_t token, const struct progress *p)
{
	gitperf_job *job = gitperf_lease_find(q, id, token);
	gitperf_lease *lease;
	int err;

	if (!job)
		return 0;
	lease = &job->lease;
	/* that it changes is all that matters */
	lease->beat = lease->beat < QUEUE_NUMBER_MAX ? lease->beat + 1 : 0;
	lease->ttl_ms = p->ttl_ms;
	lease->step = p->step;
	lease->done = p->done;
	lease->total = p->total;
	lease->nseen = 0;
	err = keep_steps(q, lease, p);
	return err < 0 ? err : 1;
}

int gitperf_lease_end(struct queue *q, gitperf_job *job, int refund, const char *why)
{
	static const gitperf_lease none = { .worker = NULL };

	if (refund && job->attempts && job->refunds < GITPERF_REFUNDS_MAX) {
		job->attempts--;
		job->refunds++;
	}
	job->error = why ? gitperf_arena_strdup(&q->arena, why) : job->error;
	job->lease = none;
	return gitperf_arena_check(&q->arena);
}
