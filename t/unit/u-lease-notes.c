/*
 * u-lease-notes.c - lib/work/lease: what looks of those who do not stay can end
 *
 * Their notes are times of clocks that may differ. All schedules of a few looks are
 * tried, and many random ones of more: at a lease that is kept, and at one that is dead.
 */
#include "base/compat.h"

#include "tap.h"
#include "leases.h"

/* --- Notes: all schedules of a few looks at a lease that is renewed in time --- */

#define UNIT (TTL / 3)
#define LOOKS 5

struct schedule_of_looks {
	int offset[3];                 /* of three observers' clocks */
	struct queue *q;
	struct { int who, when; } looks[LOOKS];
	int64_t tried, ended, wrong;
};

/* Of three different clocks, in their order, a ttl apart each by what they say */
static int has_staircase(const struct schedule_of_looks *s, int n)
{
	int i, j, k;

#define SAID(x) (s->looks[x].when + s->offset[s->looks[x].who])
	for (k = 2; k < n; k++)
		for (j = 1; j < k; j++)
			for (i = 0; i < j; i++)
				if (SAID(j) - SAID(i) >= 3 && SAID(k) - SAID(j) >= 3 &&
				    s->looks[i].who != s->looks[j].who && s->looks[j].who != s->looks[k].who &&
				    s->looks[i].who != s->looks[k].who &&
				    s->offset[s->looks[k].who] - s->offset[s->looks[i].who] > 3)
					return 1;
#undef SAID
	return 0;
}

/* The lease is renewed at 0 and at 3, which is its ttl; looks are between */
static void try_all(struct schedule_of_looks *s, int n, int from)
{
	gitperf_job *job = s->q->jobs;
	gitperf_lease before = job->lease;
	int who, when;

	if (n == LOOKS)
		return;
	for (when = from; when < 3; when++) {
		for (who = 0; who < 3; who++) {
			s->looks[n].who = who;
			s->looks[n].when = when;
			s->tried++;
			if (look(s->q, NULL, DAY + (when + s->offset[who]) * UNIT)) {
				s->ended++;
				s->wrong += !has_staircase(s, n + 1);
			} else {
				try_all(s, n + 1, when);
			}
			job->lease = before;
		}
	}
}

static void test_schedules(void)
{
	struct schedule_of_looks s = { .q = NULL };

	for (s.offset[1] = -7; s.offset[1] <= 7; s.offset[1]++) {
		for (s.offset[2] = s.offset[1]; s.offset[2] <= 7; s.offset[2]++) {
			s.q = calloc(1, sizeof(*s.q));
			add_job(s.q, "w", 1)->lease.ttl_ms = 1;
			try_all(&s, 0, 0);
			gitperf_queue__free(s.q);
		}
	}
	is_int(s.wrong, 0, "nothing but a staircase of three clocks, longer than a ttl, ends a lease that is kept");
	ok(s.ended > 0, "... which does (%lld of %lld looks)", (long long)s.ended, (long long)s.tried);
}

/* --- ... and many random ones, alive and dead --- */

struct crowd {
	int n;
	int64_t offset[12];
	int64_t every;                 /* the first looks so often; the others whenever they like */
};

/* For how long a lease lasted, in ns; -1: as long as was looked */
static int64_t last(const struct crowd *c, int64_t beat_within, int64_t until)
{
	struct queue *q = calloc(1, sizeof(*q));
	gitperf_job *job = add_job(q, "w", 1);
	int64_t now = 0, next_beat = beat_within, due = c->every, ended = -1;

	while (ended < 0 && now < until) {
		int who = (int)(uniform() * c->n);
		int64_t step = (int64_t)(uniform() * uniform() * (double)TTL);

		now += step;
		if (c->every && now >= due) {
			now = due;
			due += c->every;
			who = 0;
		}
		if (beat_within && now >= next_beat) {
			beat(q, job);
			now = next_beat;
			next_beat = now + (int64_t)(uniform() * (double)beat_within);
			continue;
		}
		if (look(q, NULL, DAY + now + c->offset[who]))
			ended = now;
	}
	gitperf_queue__free(q);
	return ended;
}

static void gather(struct crowd *c, int n, int64_t apart)
{
	int i;

	c->n = n;
	for (i = 0; i < n; i++)
		c->offset[i] = (int64_t)(uniform() * (double)apart);
}

static void test_alive(void)
{
	struct crowd c = { .every = 0 };
	int i, alike = 1, two = 1;

	for (i = 0; i < 400; i++) {
		gather(&c, 3 + i % 8, TTL);
		alike &= last(&c, TTL, 40 * TTL) < 0;
		gather(&c, 1 + i % 2, i % 3 ? 4 * TTL : DAY / 2);
		two &= last(&c, TTL, 40 * TTL) < 0;
	}
	ok(alike, "any number of clocks within a ttl of each other end nothing that is renewed in time");
	ok(two, "... nor do two, however far they are apart");
}

/* --- ... and a dead one is ended, whoever else looks --- */

/* One looks every half ttl; the other, with another clock, before it or not, as is worst */
static int try_other(struct queue *q, int64_t offset, int n)
{
	gitperf_job *job = q->jobs;
	gitperf_lease before = job->lease;
	int64_t now = DAY + n * TTL / 2;
	int with, most = 0;

	for (with = 0; with < 2 && n < 40; with++) {
		int took = n;

		if (!(with && look(q, NULL, now - 1 + offset)) && !look(q, NULL, now))
			took = try_other(q, offset, n + 1);
		most = took > most ? took : most;
		job->lease = before;
	}
	return n < 40 ? most : n;
}

static void test_other(void)
{
	int64_t offset;
	int most = 0;

	for (offset = -24; offset <= 24; offset++) {
		struct queue *q = calloc(1, sizeof(*q));
		int took;

		add_job(q, "w", 1)->lease.ttl_ms = 1;
		took = try_other(q, offset * TTL / 4, 0);
		most = took > most ? took : most;
		gitperf_queue__free(q);
	}
	ok(most <= 10, "whatever another does, one that looks every half ttl ends a dead lease within five of them (%d halves)",
	   most);
}

static int64_t worst(int n, int64_t apart)
{
	struct crowd c = { .every = TTL / 4 };
	int64_t most = 0;
	int times = 60;

	while (times--) {
		int64_t took;

		gather(&c, n, apart);
		took = last(&c, 0, 100 * TTL);
		most = took < 0 ? INT64_MAX : took > most ? took : most;
	}
	return most;
}

static void test_dead(void)
{
	int64_t alone = worst(1, 1), most = 0, took;
	int n;

	ok(alone <= 2 * TTL + TTL / 2, "one that looks every quarter of a ttl ends a dead lease after two and two quarters");
	for (n = 2; n < 9; n++) {
		if ((took = worst(n, TTL)) > most)
			most = took;
		if ((took = worst(n, 3 * TTL)) > most)
			most = took;
		if ((took = worst(n, 12 * TTL)) > most)
			most = took;
		if ((took = worst(n, DAY / 2)) > most)
			most = took;
	}
	ok(most <= 6 * TTL, "... within six of them in any crowd of up to eight clocks (%.2f)", (double)most / (double)TTL);
}

int main(void)
{
	test_schedules();
	test_alive();
	test_other();
	test_dead();
	return done_testing();
}
