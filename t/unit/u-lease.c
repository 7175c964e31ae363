/*
 * u-lease.c - lib/work/lease: when a lease is over, how it is kept, and who is silent
 *
 * What notes in the queue guarantee is in u-lease-notes.c.
 */
#include "base/compat.h"

#include "tap.h"
#include "leases.h"

static const gitperf_lease nobody = { .worker = NULL };

/* --- One lease, as a story: the number of the look that ends it, or 0 --- */

/*
 *	l<ns>   one that stays looks, by its own clock
 *	n<ns>   one that does not stay looks, at that time as it says
 *	b       a sign of life
 *	t       given back, and taken by another, with the same beat
 *	g, c    the job goes from the queue, and comes back as it was
 */
static int tell(const char *story, int64_t ttl_ms)
{
	struct queue *q = calloc(1, sizeof(*q));
	struct watch watch = { .n = 0 };
	gitperf_job *job = add_job(q, "w", 1), kept;
	const char *p = story;
	int looks = 0, ended = 0;

	job->lease.ttl_ms = ttl_ms;
	while (*p && !ended) {
		char what = *p++;
		int64_t when = what == 'l' || what == 'n' ? strtoll(p, NULL, 10) : 0;

		p += strspn(p, "0123456789 ");
		if (what == 'b')
			beat(q, job);
		else if (what == 't')
			job->lease.token++;
		else if (what == 'g')
			kept = q->jobs[--q->njobs];
		else if (what == 'c')
			q->jobs[q->njobs++] = kept;
		else if (++looks, look(q, what == 'l' ? &watch : NULL, when))
			ended = looks;
	}
	if (ended && (job->lease.worker || job->lease.token || job->attempts != 1 || !job->error))
		ended = -1;
	gitperf_watch_free(&watch);
	gitperf_queue__free(q);
	return ended;
}

static const struct story {
	const char *what, *story;
	int ended;
	int64_t ttl_ms;
} stories[] = {
	{ "watched for as long as its ttl", "l5 l1000005", 0, 1 },
	{ "... and a nanosecond longer", "l5 l1000006", 2, 1 },
	{ "a first look never ends one", "l9000000", 0, 1 },
	{ "it had a sign of life between two looks", "l0 b l1000001", 0, 1 },
	{ "... from where its time begins anew", "l0 b l1000001 l2000001", 0, 1 },
	{ "... and ends", "l0 b l1000001 l2000002", 3, 1 },
	{ "another lease with the same beat", "l0 t l1000001", 0, 1 },
	{ "a job that was gone when somebody looked", "l0 g l500000 c l1000001", 0, 1 },
	{ "... and when nobody did", "l0 g c l1000001", 2, 1 },
	{ "notes: three looks, a ttl apart", "n0 n1000000 n2000000", 3, 1 },
	{ "... a nanosecond less at the end", "n0 n1000000 n1999999", 0, 1 },
	{ "... and at the beginning", "n0 n999999 n1999999 n2999998", 0, 1 },
	{ "... and then the missing one", "n0 n999999 n1999999 n2999999", 4, 1 },
	{ "looks close together count once", "n0 n1 n2 n3 n999999 n1000000 n1000001 n1999999", 0, 1 },
	{ "a sign of life makes notes void", "n0 n1000000 b n2000000 n3000000", 0, 1 },
	{ "... and counting begins anew", "n0 n1000000 b n2000000 n3000000 n4000000", 5, 1 },
	{ "one clock a day ahead is in nobody's way", "n86400000000000 n0 n1000000 n2000000", 4, 1 },
	{ "... in between neither", "n0 n86400000000000 n1000000 n2000000", 4, 1 },
	{ "... and ends nothing that is alive", "n0 n86400000000000 n1 n86400000000001 n999999", 0, 1 },
	{ "a clock that goes back", "n9000000 n8000000 n7000000 n6000000 n5000000 n4000000 n3000000", 0, 1 },
	{ "... and then on", "n9000000 n0 n1000000 n2000000", 4, 1 },
	{ "three clocks a ttl apart each, in their order", "n0 n1000000 n2000000", 3, 1 },
	{ "... in any other", "n1000000 n0 n2000000 n1 n1000001 n2000001", 0, 1 },
	{ "who stays heeds no notes", "l0 n0 n1000000 l1000000", 0, 1 },
	{ "... and nobody needs him", "l0 n0 n1000000 l1000000 n2000000", 5, 1 },
	{ "without a ttl there is one of ten minutes", "l0 l600000000000", 0, 0 },
	{ "... which ends", "l0 l600000000001", 2, 0 },
	{ "... for those with notes, too", "n0 n600000000000 n1199999999999", 0, 0 },
	{ "... and no later", "n0 n600000000000 n1200000000000", 3, 0 },
	{ "the longest ttl is 1,001 hours", "l0 l3603600000000000", 0, QUEUE_NUMBER_MAX },
	{ "... whatever a lease says", "l0 l3603600000000001", 2, QUEUE_NUMBER_MAX },
	{ "... of which twice is enough", "n0 n3603600000000000 n7207200000000000", 3, INT64_MAX },
	{ "the last moment that there is", "n0 n9000000000000000000 n9223372030000000000", 3, QUEUE_NUMBER_MAX },
};

static void test_stories(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stories); i++)
		is_int(tell(stories[i].story, stories[i].ttl_ms), stories[i].ended, stories[i].what);
}

/* --- One that stays, against a model that remembers all looks --- */

#define JOBS 40

struct model {
	gitperf_lease seen[JOBS];      /* as it was at the last look; worker NULL: there was none */
	int64_t since[JOBS];
};

static void change(struct queue *q, int64_t *token)
{
	gitperf_job *job = &q->jobs[(size_t)(uniform() * JOBS)];
	double what = uniform();

	if (!job->lease.worker) {
		job->lease.worker = "w";
		job->lease.token = ++*token;
		job->lease.ttl_ms = 1 + (int64_t)(uniform() * 3);
	} else if (what < 0.6) {
		beat(q, job);
	} else if (what < 0.7) {
		job->lease = nobody;
	} else if (what < 0.8) {
		job->lease.token = ++*token;
		job->lease.beat = 0;
	}
}

static int is_as_modelled(struct model *m, struct queue *q, struct watch *watch, int64_t now)
{
	gitperf_lease before[JOBS];
	size_t i;
	int n = 0, good = 1;

	for (i = 0; i < JOBS; i++)
		before[i] = q->jobs[i].lease;
	n = look(q, watch, now);
	for (i = 0; i < JOBS; i++) {
		const gitperf_lease *lease = &before[i];
		int is_same = lease->worker && m->seen[i].worker && m->seen[i].token == lease->token &&
			      m->seen[i].beat == lease->beat;
		int ends;

		m->since[i] = is_same ? m->since[i] : now;
		m->seen[i] = *lease;
		ends = lease->worker && now - m->since[i] > lease->ttl_ms * TTL;
		good &= (q->jobs[i].lease.worker != NULL) == (lease->worker && !ends);
		n -= ends;
	}
	return good && !n;
}

static void test_watch(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	struct watch watch = { .n = 0 };
	struct model m;
	int64_t now = 0, token = 0;
	int i, good = 1;

	memset(&m, 0, sizeof(m));
	for (i = 0; i < JOBS; i++)
		add_job(q, NULL, 0);
	for (i = 0; i < 20000 && good; i++) {
		now += (int64_t)(uniform() * (double)TTL / 10);
		if (uniform() < 0.3)
			good = is_as_modelled(&m, q, &watch, now);
		else
			change(q, &token);
	}
	ok(good && token > 500, "I3: of %d leases exactly those end that were silent for too long, %d times", JOBS, i);
	gitperf_watch_free(&watch);
	gitperf_queue__free(q);
}

static void test_many(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	struct watch watch = { .n = 0 };
	size_t i;

	for (i = 0; i < 20000; i++)
		add_job(q, "w", (int64_t)i + 1);
	is_int(look(q, &watch, 0), 0, "20,000 leases");
	for (i = 0; i < q->njobs; i += 2)
		q->jobs[i].lease.beat++;
	is_int(look(q, &watch, TTL + 1), 10000, "... half of which fell silent");
	is_int(look(q, &watch, 2 * TTL + 2), 10000, "... and the other half");
	is_int((int64_t)watch.n, 10000, "what is not there any more is forgotten");
	is_int(look(q, &watch, 2 * TTL + 3), 0, "there is none left,");
	is_int((int64_t)watch.n, 0, "... and nothing to remember");
	gitperf_watch_free(&watch);
	gitperf_queue__free(q);
}

/* --- Notes that somebody else has made up --- */

static int looks_until_over(const gitperf_time *seen, size_t n, int64_t from, int64_t every)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_job *job = add_job(q, "w", 1);
	int looks = 1;

	job->lease.seen = seen;
	job->lease.nseen = n;
	while (!look(q, NULL, from + looks * every) && looks < 1000)
		looks++;
	gitperf_queue__free(q);
	return looks;
}

static void test_hostile(void)
{
	static gitperf_time seen[100000];
	const size_t n = ARRAY_SIZE(seen);
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_job *job = add_job(q, "w", 1);
	size_t i;

	for (i = 0; i < n; i++)
		seen[i] = DAY + (gitperf_time)(n - i) * TTL;
	ok(looks_until_over(seen, n, DAY, TTL / 2) <= 40, "a day of notes to come keeps no lease for more than a few");
	ok(looks_until_over(seen, n, DAY + 50000 * TTL, TTL / 2) <= 40, "... wherever one is in it");
	for (i = 0; i < n; i++)
		seen[i] = INT64_C(9223372035999999999) - (gitperf_time)i;
	is_int(looks_until_over(seen, n, DAY, TTL), 3, "notes of the last moment that there is count for nothing");
	for (i = 0; i < n; i++)
		seen[i] = i % 2 ? 0 : INT64_C(9223372035999999999);
	ok(looks_until_over(seen, n, DAY, TTL) == 1 || looks_until_over(seen, n, DAY, TTL) < 4, "... nor of the first and the last");
	for (i = 0; i < n; i++)
		seen[i] = DAY;
	is_int(looks_until_over(seen, n, DAY, TTL), 2, "the same note many times is one");
	job->lease.seen = seen;
	job->lease.nseen = n;
	is_int(look(q, NULL, DAY + TTL), 0, "a list that is far too long");
	is_int((int64_t)job->lease.nseen, 8, "... is cut");
	is_int(job->lease.seen[7], DAY + TTL, "... at its beginning");
	gitperf_queue__free(q);
}

/* --- Keeping one, and giving it back --- */

static void test_renew(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_job *job = add_job(q, "w", 7);
	char step[] = "build";
	const char *steps[] = { step, "measure" };
	gitperf_time note = 1;
	struct progress p = { .ttl_ms = 5, .steps = steps, .nsteps = 2, .step = 1, .done = 3, .total = 4 };

	is_int(gitperf_lease_renew(q, job->id, 6, &p), 0, "nobody renews with another token");
	is_int(gitperf_lease_renew(q, "0000000000000000000000000000000000000009", 7, &p), 0, "... nor for another job");
	ok(!job->lease.beat && job->lease.ttl_ms == 1, "... and nothing changes");
	job->lease.seen = &note;
	job->lease.nseen = 1;
	is_int(gitperf_lease_renew(q, job->id, 7, &p), 1, "with the token it is renewed");
	memset(step, 'x', strlen(step));
	ok(job->lease.beat == 1 && job->lease.ttl_ms == 5 && job->lease.step == 1 && job->lease.done == 3 &&
	   job->lease.total == 4 && job->lease.nsteps == 2 && !strcmp(job->lease.steps[0], "build"),
	   "... with a beat more, and how far it is");
	is_int((int64_t)job->lease.nseen, 0, "... and who saw it before has seen nothing");
	job->lease.beat = QUEUE_NUMBER_MAX;
	p.nsteps = 0;
	is_int(gitperf_lease_renew(q, job->id, 7, &p), 1, "the last beat that there is");
	ok(!job->lease.beat && !job->lease.nsteps, "... is followed by the first");
	is_ok(gitperf_lease_end(q, job, 0, "tired"), "it is given back");
	is_int(gitperf_lease_renew(q, job->id, 7, &p), 0, "... and is renewed by nobody");
	ok(!gitperf_lease_find(q, job->id, 0), "no lease is none with token 0");
	gitperf_queue__free(q);
}

static void test_refund(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_job *job = add_job(q, "w", 1);
	int i, good = 1;

	job->attempts = 3;
	is_ok(gitperf_lease_end(q, job, 0, "why"), "given back");
	ok(job->attempts == 3 && !job->refunds, "I6: ... it counts as an attempt");
	is_ok(gitperf_lease_end(q, job, 1, NULL), "given back for no fault of its own");
	ok(job->attempts == 2 && job->refunds == 1 && !strcmp(job->error, "why"),
	   "... it does not; what was wrong with it before is still known");
	for (i = 0; i < 20; i++) {
		job->attempts++;
		good &= !gitperf_lease_end(q, job, 1, NULL);
	}
	ok(good && job->refunds == GITPERF_REFUNDS_MAX && job->attempts == 2 + 20 - 4, "I6: ... %d times", GITPERF_REFUNDS_MAX);
	job->attempts = job->refunds = 0;
	is_ok(gitperf_lease_end(q, job, 1, NULL), "nothing can be given back of nothing");
	ok(!job->attempts && !job->refunds, "... whoever wrote that");
	job->attempts = job->refunds = QUEUE_NUMBER_MAX;
	is_ok(gitperf_lease_end(q, job, 1, NULL), "nor of very much");
	ok(job->attempts == QUEUE_NUMBER_MAX && job->refunds == QUEUE_NUMBER_MAX, "... by far too often");
	gitperf_queue__free(q);
}

/* --- Workers that nobody hears of --- */

static int is_silent(struct queue *q, const char *name, struct watch *watch, int64_t when)
{
	struct observer o = { watch, when, when };

	gitperf_leases_look(q, &o);
	return gitperf_worker_is_silent(q, name, &o);
}

static void test_watched_workers(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	struct watch watch = { .n = 0 };
	gitperf_worker *w = add_worker(q, "w");
	gitperf_job *job = add_job(q, NULL, 0);

	is_int(is_silent(q, "nobody", &watch, 0), 1, "nobody waits for one that nobody knows");
	is_int(is_silent(q, "w", &watch, 3 * TTL), 0, "a worker may be silent for three ttl");
	is_int(is_silent(q, "w", &watch, 3 * TTL + 1), 1, "... and no longer");
	w->beat++;
	is_int(is_silent(q, "w", &watch, 3 * TTL + 2), 0, "... then it is heard of");
	is_int(is_silent(q, "w", &watch, 6 * TTL + 2), 0, "... for the same time");
	w->instance = "another";
	is_int(is_silent(q, "w", &watch, 6 * TTL + 3), 0, "what began anew is heard of, whatever its beat");
	is_int(is_silent(q, "w", &watch, 9 * TTL + 4), 1, "... and fell silent");
	job->lease.worker = "w";
	job->lease.ttl_ms = 1000;
	is_int(is_silent(q, "w", &watch, 9 * TTL + 5), 0, "who is at a job is not silent");
	job->lease = nobody;
	is_int(is_silent(q, "w", &watch, 9 * TTL + 6), 0, "... nor at once when that is over");
	is_int(is_silent(q, "w", &watch, 12 * TTL + 7), 1, "... but later");
	w->duty = GITPERF_DUTY_RETIRE;
	w->beat++;
	is_int(is_silent(q, "w", &watch, 12 * TTL + 8), 1, "a retired one is nobody to wait for");
	add_worker(q, "new");
	{
		struct observer o = { &watch, 12 * TTL + 9, 0 };

		is_int(gitperf_worker_is_silent(q, "new", &o), 0, "one that was not looked at yet is not silent");
	}
	gitperf_watch_free(&watch);
	gitperf_queue__free(q);
}

static void test_noted_workers(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_worker *w = add_worker(q, "w");
	gitperf_job *job = add_job(q, NULL, 0);

	is_int(is_silent(q, "w", NULL, 0), 0, "nobody waits for it:");
	is_int((int64_t)w->nseen, 0, "... that is nothing to be noted");
	job->set = "w";
	is_int(is_silent(q, "w", NULL, 0), 0, "now a part of a suite does:");
	is_int((int64_t)w->nseen, 1, "... it is noted when it was looked at");
	is_int(is_silent(q, "w", NULL, TTL), 0, "... and again after a ttl");
	is_int(is_silent(q, "w", NULL, 2 * TTL), 0, "... and two");
	is_int(is_silent(q, "w", NULL, 3 * TTL - 1), 0, "... but until three are over");
	is_int(is_silent(q, "w", NULL, 3 * TTL), 1, "... it is not silent");
	w->nseen = 0;
	job->set = NULL;
	q->requests = gitperf_arena_grow(&q->arena, NULL, 0, sizeof(*q->requests));
	q->requests[q->nrequests++] = (gitperf_request){ .commit = job->commit, .tool = "git-perf 2" };
	is_int(is_silent(q, "w", NULL, 0), 0, "what was begun with another version");
	is_int((int64_t)w->nseen, 0, "... waits for somebody else");
	q->requests[0].tool = "git-perf 1";
	is_int(is_silent(q, "w", NULL, 0), 0, "what was begun with its version");
	is_int((int64_t)w->nseen, 1, "... waits for it");
	gitperf_queue__free(q);
}

/* A job takes longer than a worker may be silent, and there is more for it to do */
static void test_busy_workers(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_worker *w;
	int64_t now;

	add_worker(q, "w");
	w = q->workers;
	add_job(q, "w", 1);
	add_job(q, NULL, 0)->set = "w";
	for (now = 0; now <= 8 * TTL; now += TTL / 2) {
		beat(q, q->jobs);
		look(q, NULL, now);
	}
	is_str(q->jobs[0].lease.worker, "w", "for eight ttl a worker is at a job, and shows it");
	/* the result has landed, and somebody else was first to see that */
	q->jobs[0].lease = nobody;
	is_int(is_silent(q, "w", NULL, now), 0, "... when that is over, it is not silent");
	w->nseen = 0;
	is_int(is_silent(q, "w", NULL, now + TTL), 0, "... nor soon");
	gitperf_queue__free(q);
}

int main(void)
{
	test_stories();
	test_watch();
	test_many();
	test_hostile();
	test_renew();
	test_refund();
	test_watched_workers();
	test_noted_workers();
	test_busy_workers();
	return done_testing();
}
