/*
 * u-turn.c - lib/work/turn: whose turn it is, and what a claim leaves out
 */
#include "base/compat.h"

#include <time.h>

#include "tap.h"
#include "lab-text.h"
#include "random.h"

static int take_at(struct turn *turn, struct lab *lab, const char *platform, const char *worker, gitperf_time now)
{
	struct claimer who = { .worker = worker, .platform = platform, .tool = "t", .now = now };

	return gitperf_turn_take(turn, lab->queue, lab->policy, &who);
}

/* --- Whose turn it is --- */

static void is_turns(struct lab *lab, gitperf_time now, const char *want, const char *what)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct turn turn;

	while (!take_at(&turn, lab, "p0", "w", now) && turn.job) {
		gitperf_buf_addf(&text, "%s%zu", text.len ? " " : "", lab_number(turn.job->commit));
		/* as if it were measured by now, with nothing left of it */
		gitperf_queue_remove(lab->queue, (size_t)(turn.job - lab->queue->jobs));
		gitperf_queue_tidy(lab->queue);
	}
	is_str(text.ptr, want, what);
	gitperf_buffer_dispose(&text);
}

static void ask_at(struct lab *lab, const char *platform, gitperf_reason reason, gitperf_time asked)
{
	gitperf_job job = { .commit = lab_id(lab, lab_commit(lab, 0)), .platform = platform,
			    .reasons = 1u << reason, .asked = asked };

	gitperf_queue_ask(lab->queue, &job, NULL, NULL);
}

static void test_turns(void)
{
	static const gitperf_reason reasons[] = {
		GITPERF_REASON_IDLE, GITPERF_REASON_BACKFILL, GITPERF_REASON_BISECT, GITPERF_REASON_SCHEDULED,
		GITPERF_REASON_PUSH, GITPERF_REASON_RELEASE, GITPERF_REASON_TAGGED, GITPERF_REASON_MANUAL
	};
	struct lab lab;
	struct turn turn;
	size_t i;

	lab_open(&lab, P0);
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		ask_at(&lab, "p0", reasons[i], AT(10) + (gitperf_time)i);
	is_turns(&lab, AT(10), "8 7 6 4 5 3 2 1", "manual, tagged, release, scheduled and push, bisect, backfill, idle");
	lab_close(&lab);

	lab_open(&lab, P0);
	ask_at(&lab, "p0", GITPERF_REASON_PUSH, AT(3));
	ask_at(&lab, "p0", GITPERF_REASON_SCHEDULED, AT(2));
	ask_at(&lab, "p1", GITPERF_REASON_MANUAL, AT(1));
	ask_at(&lab, "p0", GITPERF_REASON_PUSH, AT(1));
	is_turns(&lab, AT(4), "4 2 1", "of equals whoever came first, and nothing of other platforms");
	ask_at(&lab, "p0", GITPERF_REASON_PUSH, AT(5));
	ask_at(&lab, "p0", GITPERF_REASON_PUSH, AT(5));
	i = strcmp(lab.queue->jobs[1].id, lab.queue->jobs[2].id) < 0;
	is_turns(&lab, AT(5), i ? "5 6" : "6 5", "else by their ids, so that all agree");
	lab_close(&lab);

	lab_open(&lab, P3);
	ask_at(&lab, "p1", GITPERF_REASON_IDLE, AT(0));
	ask_at(&lab, "p0", GITPERF_REASON_TAGGED, AT(1));
	ask_at(&lab, "p0", GITPERF_REASON_MANUAL, AT(2));
	is_ok(take_at(&turn, &lab, "p1", "w", AT(3)), "one is begun elsewhere");
	{
		gitperf_job job = { .commit = lab_id(&lab, 1), .platform = "p0", .reasons = 1u << GITPERF_REASON_IDLE,
				    .asked = AT(4) };

		gitperf_queue_ask(lab.queue, &job, NULL, NULL);
	}
	is_turns(&lab, AT(5), "3 1 2", "what is begun is finished, after what people ask for by hand");
	lab_close(&lab);
}

static void test_ageing(void)
{
	struct lab lab;

	lab_open(&lab, P0);
	ask_at(&lab, "p0", GITPERF_REASON_IDLE, AT(0));
	ask_at(&lab, "p0", GITPERF_REASON_TAGGED, AT(36 * 60));
	ask_at(&lab, "p0", GITPERF_REASON_MANUAL, AT(36 * 60));
	is_turns(&lab, AT(36 * 60), "3 1 2", "after 36 hours, idle work comes before all but manual");
	ask_at(&lab, "p0", GITPERF_REASON_IDLE, AT(0));
	ask_at(&lab, "p0", GITPERF_REASON_TAGGED, AT(30 * 60 - 1));
	is_turns(&lab, AT(30 * 60 - 1), "5 4", "... not a minute before 30, when it is as tagged");
	ask_at(&lab, "p0", GITPERF_REASON_IDLE, AT(0));
	ask_at(&lab, "p0", GITPERF_REASON_TAGGED, AT(30 * 60));
	is_turns(&lab, AT(30 * 60), "6 7", "... and then came first");
	ask_at(&lab, "p0", GITPERF_REASON_MANUAL, AT(0));
	ask_at(&lab, "p0", GITPERF_REASON_PUSH, AT(24 * 60 * 400));
	is_turns(&lab, AT(1), "8 9", "a time to come is no age");
	lab_close(&lab);
}

static void test_claims(void)
{
	struct lab lab;
	struct turn turn;
	gitperf_job *job;
	size_t i;

	open_begun(&lab, "plan = every\nwidenOver = 20\nwidenUntil = 10");
	lab_commits(&lab, 18);
	lab_plan(&lab, AT(1));
	ask(&lab, 2, 1u << GITPERF_REASON_MANUAL);
	is_ok(take_at(&turn, &lab, "p0", "w", AT(2)), "A42: at 20,");
	is_int((int64_t)turn.ndropped, 0, "... a claim drops nothing");
	ask(&lab, 1, 1u << GITPERF_REASON_MANUAL);
	is_ok(take_at(&turn, &lab, "p0", "w", AT(2)), "A42: at 21,");
	is_int((int64_t)turn.ndropped, 17, "... all that nobody asked for but the newest");
	ok(turn.dropped && lab_number(turn.dropped[0].by) == 19 && !strcmp(turn.dropped[0].why, "queue-depth"),
	   "... which stands for them");
	is_queue(&lab, "20:manual@w 21:manual@w 22:manual 19:push", "... and what was to be done is done");
	lab_close(&lab);

	open_begun(&lab, "plan = every\ndegrade = skip");
	lab_commits(&lab, 9);
	lab_plan(&lab, AT(1));
	ask(&lab, 1, 1u << GITPERF_REASON_MANUAL);
	is_ok(take_at(&turn, &lab, "p0", "w", AT(2)), "A40, A42: skip: at 10");
	is_int((int64_t)turn.ndropped, 0, "... nothing is dropped");
	for (i = 0; i < 5; i++)
		ask_at(&lab, "p0", GITPERF_REASON_BISECT, AT(1));
	is_ok(take_at(&turn, &lab, "p0", "w", AT(2)), "A40, A42: skip: at 15");
	is_int((int64_t)turn.ndropped, 5, "... pushes are, one by one, until there are 10");
	ok(turn.job && lab_number(turn.job->commit) == 7, "... and then the next one is taken");
	is_int(turn.job->lease.token, 2, "I3: tokens count");
	is_int(turn.job->attempts, 1, "... attempts, too");
	job = turn.job;
	gitperf_lease_end(lab.queue, job, 0, NULL);
	ok(!job->lease.worker && !job->lease.token && job->attempts == 1, "it is given back as tried once");
	take(&lab, AT(3));
	is_int(job->lease.token, 3, "I3: no token comes twice");
	gitperf_lease_end(lab.queue, job, 1, NULL);
	is_int(job->attempts, 1, "... or as if it had not been tried");
	is_err(take_at(&turn, &lab, "p0", "a worker", AT(3)), GITPERF_EINVALID, "a worker has a name");
	lab_close(&lab);
}

/* --- Who gets it --- */

#define ONE "git-perf 1"
#define TWO "git-perf 2"
#define MILLISECOND INT64_C(1000000)

static gitperf_time now_ns = AT(100);

/* A worker of a version claims: the commit it got, or 0 */
static size_t claim(struct turn *turn, struct lab *lab, const char *worker, const char *tool)
{
	struct observer o = { NULL, 0, now_ns };
	struct claimer who = { .worker = worker, .platform = "p0", .tool = tool, .now = now_ns, .observer = &o };

	is_ok(gitperf_turn_take(turn, lab->queue, lab->policy, &who), "somebody claims");
	return turn->job ? lab_number(turn->job->commit) : 0;
}

static gitperf_job *retake(struct lab *lab, const char *worker, const char *tool, const char *id, int64_t token)
{
	struct claimer who = { .worker = worker, .platform = "p0", .tool = tool, .now = now_ns };

	return gitperf_turn_retake(lab->queue, &who, id, token);
}

static void open_asked(struct lab *lab, size_t n)
{
	lab_open(lab, P0);
	ask(lab, n, 1u << GITPERF_REASON_MANUAL);
}

static void test_attempts(void)
{
	struct lab lab;
	struct turn turn;
	gitperf_job *job;
	int i, takes = 0, refunds = 0;

	open_asked(&lab, 2);
	job = find_job(&lab, 1);
	job->attempts = GITPERF_ATTEMPTS_MAX - 1;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 1, "I6: a job is tried for the last time");
	ok(job->attempts == GITPERF_ATTEMPTS_MAX && !gitperf_job_is_exhausted(job), "... and is not given up while somebody is at it");
	gitperf_lease_end(lab.queue, job, 0, "too hard");
	ok(gitperf_job_is_exhausted(job), "... but after that");
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 2, "I6: then it is nobody's any more,");
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 0, "... though nothing else is left");
	ok(!turn.refused && !turn.ndropped, "... and no version has to do with it");
	job->attempts = QUEUE_NUMBER_MAX;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 0, "... however often somebody says it was tried");
	job->attempts = 0;
	for (i = 0; i < 20 && claim(&turn, &lab, "w", "t"); i++) {
		takes++;
		gitperf_lease_end(lab.queue, turn.job, 1, NULL);
		refunds += turn.job->attempts == 0;
	}
	is_int(takes, GITPERF_ATTEMPTS_MAX + GITPERF_REFUNDS_MAX, "I6: it is begun eight times at most,");
	is_int(refunds, GITPERF_REFUNDS_MAX, "... of which five do not count");
	lab_close(&lab);
}

static void test_retake(void)
{
	struct lab lab;
	struct turn turn;
	char id[41];

	open_asked(&lab, 1);
	claim(&turn, &lab, "w", ONE);
	memcpy(id, turn.job->id, sizeof(id));
	turn.job->lease.beat = 5;
	ok(!retake(&lab, "v", ONE, id, 1) && turn.job->lease.token == 1, "nobody else takes a job on again");
	ok(!retake(&lab, "w", ONE, id, 2) && turn.job->lease.token == 1, "... nor with another token");
	id[0] ^= 1;
	ok(!retake(&lab, "w", ONE, id, 1) && turn.job->lease.token == 1, "... nor another job");
	id[0] ^= 1;
	ok(retake(&lab, "w", ONE, id, 1) == turn.job, "its worker does");
	ok(turn.job->lease.token == 2 && turn.job->attempts == 2 && !turn.job->lease.beat && !strcmp(turn.job->lease.worker, "w"),
	   "I3, I6: ... as another attempt, with another token");
	ok(!retake(&lab, "w", ONE, id, 1) && turn.job->lease.token == 2, "... once");
	ok(!retake(&lab, "w", TWO, id, 2), "I13: one of another version does not:");
	ok(!turn.job->lease.worker && turn.job->attempts == 1 && turn.job->refunds == 1, "... it is for others, as it was before");
	is_int((int64_t)claim(&turn, &lab, "w", ONE), 1, "it is taken again");
	ok(retake(&lab, "w", ONE, id, 3) && turn.job->attempts == 3, "... and again");
	ok(!retake(&lab, "w", ONE, id, 4), "I6: but not for ever:");
	ok(gitperf_job_is_exhausted(turn.job) && turn.job->error, "... then it was tried too often");
	is_int(lab.queue->tokens, 4, "... and no token was given out for that");
	lab_close(&lab);
}

static void test_versions(void)
{
	struct lab lab;
	struct turn turn;

	open_asked(&lab, 3);
	is_int((int64_t)claim(&turn, &lab, "v", ONE), 1, "whoever begins with a request");
	ok(!turn.refused, "... is refused nothing");
	is_str(gitperf_queue_request(lab.queue, turn.job)->tool, ONE, "I13: ... does so with its version");
	gitperf_lease_end(lab.queue, turn.job, 0, NULL);
	is_int((int64_t)claim(&turn, &lab, "w", TWO), 2, "I13: another version takes another");
	is_str(turn.refused, ONE, "... and hears which one the more urgent is for");
	is_int((int64_t)claim(&turn, &lab, "v", ONE), 1, "the same version goes on");
	ok(!turn.refused, "... and is told nothing of what is less urgent");
	find_job(&lab, 1)->lease.worker = NULL;
	gitperf_queue_request(lab.queue, find_job(&lab, 3))->tool = ONE;
	gitperf_queue_request(lab.queue, find_job(&lab, 1))->tool = NULL;
	is_int((int64_t)claim(&turn, &lab, "w", TWO), 1, "what is for any version comes first");
	ok(!turn.refused, "... and that of another is less urgent: nothing is refused");
	is_int((int64_t)claim(&turn, &lab, "w", TWO), 0, "then there is nothing for it");
	is_str(turn.refused, ONE, "... but for the other");
	is_int((int64_t)claim(&turn, &lab, "w", ONE), 3, "... who comes, and gets it");
	lab_close(&lab);
}

static gitperf_worker *add_worker(struct lab *lab, const char *name)
{
	struct queue *q = lab->queue;

	q->workers = gitperf_arena_grow(&q->arena, q->workers, q->nworkers, sizeof(*q->workers));
	q->workers[q->nworkers] = (gitperf_worker){ .name = name, .platform = "p0", .tool = "t", .instance = name, .ttl_ms = 1 };
	return &q->workers[q->nworkers++];
}

static void test_sets(void)
{
	static const gitperf_time seen[] = { AT(1), AT(2), AT(3) };
	struct observer o = { NULL, 0, AT(100) };
	struct claimer who = { .worker = "w", .platform = "p0", .tool = "t", .now = AT(100), .observer = &o, .set = "b" };
	struct lab lab;
	struct turn turn;
	gitperf_worker *a;

	open_asked(&lab, 4);
	find_job(&lab, 1)->set = "a";
	find_job(&lab, 2)->set = "b";
	find_job(&lab, 3)->set = "w";
	add_worker(&lab, "w");
	a = add_worker(&lab, "b");
	a->beat = 1;
	a = add_worker(&lab, "a");
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 3, "a part of a suite is for its worker");
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 4, "... a whole one for anybody");
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 0, "... and what is another's is not, though nothing else is left");
	is_ok(gitperf_turn_take(&turn, lab.queue, lab.policy, &who), "with --set=b");
	is_int(turn.job ? (int64_t)lab_number(turn.job->commit) : 0, 2, "... his part, too");
	is_ok(gitperf_turn_take(&turn, lab.queue, lab.policy, &who), "... and again");
	ok(!turn.job, "... but no third one's");
	a->seen = seen;
	a->nseen = 3;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 1, "when that one is silent for three ttl, it is for others");
	gitperf_lease_end(lab.queue, turn.job, 0, NULL);
	a->nseen = 2;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 0, "... not after two");
	a->duty = GITPERF_DUTY_RETIRE;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 1, "... or at once, if it is retired");
	gitperf_lease_end(lab.queue, turn.job, 0, NULL);
	lab.queue->nworkers--;
	is_int((int64_t)claim(&turn, &lab, "w", "t"), 1, "... or not there");
	lab_close(&lab);
}

static void test_tokens(void)
{
	struct lab lab;
	struct turn turn;

	open_asked(&lab, 3);
	lab.queue->tokens = QUEUE_NUMBER_MAX - 1;
	claim(&turn, &lab, "w", "t");
	is_int(turn.job->lease.token, QUEUE_NUMBER_MAX, "the last token that there is");
	claim(&turn, &lab, "w", "t");
	is_int(turn.job->lease.token, 1, "... is followed by the first: who wrote that has no right to end all work");
	claim(&turn, &lab, "w", "t");
	is_int(turn.job->lease.token, 2, "... and so on");
	lab_close(&lab);
}

/* --- SKIP, as it is said: the first one, while it is too long --- */

static int is_free(const gitperf_job *job, const struct claimer *who)
{
	return !job->lease.worker && !strcmp(job->platform, who->platform) && job->attempts < GITPERF_ATTEMPTS_MAX;
}

static void skip_simply(struct turn *out, struct queue *q, const gitperf_policy *policy, const struct claimer *who)
{
	for (;;) {
		int64_t depth = gitperf_queue_depth(q, who->platform, policy->unit);
		struct place best = { NULL, 0 }, one;
		size_t i;

		for (i = 0; i < q->njobs; i++) {
			if (!is_free(&q->jobs[i], who))
				continue;
			one = gitperf_turn_place(q, &q->jobs[i], who->now);
			if (!best.job || gitperf_turn_compare(&one, &best) < 0)
				best = one;
		}
		if (!best.job || !gitperf_reason_is_automatic(best.job->reasons) ||
		    depth <= (gitperf_reason_first(best.job->reasons) == GITPERF_REASON_PUSH ? policy->widen_over : policy->drop_over))
			return;
		gitperf_queue_drop_job(&out->dropped, &out->ndropped, q, (size_t)(best.job - q->jobs), NULL, "queue-depth");
	}
}

#define SKIP "plan = every\ndegrade = skip\nwidenOver = 3\nwidenUntil = 2\ndropOver = 6\ndropUntil = 4\n"

static void fill(struct lab *lab, size_t n)
{
	static const gitperf_pair configs[] = { { "cc", "clang" }, { "cc", "gcc" } };
	static const char *const platforms[] = { "p0", "p0", "p0", "p1" };

	lab_commits(lab, 6);
	while (n--) {
		gitperf_job job = { .commit = lab_id(lab, 1 + (size_t)(uniform() * 6)), .round = uniform() < 0.2,
				    .platform = platforms[(size_t)(uniform() * 4)], .asked = AT((int64_t)(uniform() * 9)) };

		job.config = &configs[(size_t)(uniform() * 2)];
		job.nconfig = uniform() < 0.6;
		job.reasons = 1u << (uniform() < 0.8 ? 3 + (unsigned)(uniform() * 2) : (unsigned)(uniform() * GITPERF_REASONS));
		gitperf_queue_ask(lab->queue, &job, NULL, NULL);
		lab->queue->jobs[lab->queue->njobs - 1].attempts = uniform() < 0.1 ? GITPERF_ATTEMPTS_MAX : 0;
		lab->queue->jobs[lab->queue->njobs - 1].lease.worker = uniform() < 0.1 ? "x" : NULL;
	}
}

/* 1: they drop the same, and leave the same */
static int skips_alike(uint64_t seed, size_t *dropped)
{
	struct claimer who = { .worker = "w", .platform = "p0", .tool = "t", .now = AT(seed % 2 ? 10 : 60 * 20) };
	struct lab lab[2];
	struct turn turn[2];
	size_t i;
	int good;

	for (i = 0; i < 2; i++) {
		random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
		lab_open(&lab[i], seed % 3 ? "[policy]\n" SKIP P3 : "[policy]\ndepthUnit = jobs\n" SKIP P3);
		fill(&lab[i], 24);
		memset(&turn[i], 0, sizeof(turn[i]));
	}
	skip_simply(&turn[0], lab[0].queue, lab[0].policy, &who);
	good = !gitperf_turn_take(&turn[1], lab[1].queue, lab[1].policy, &who) &&
	       turn[0].ndropped == turn[1].ndropped && lab[0].queue->njobs == lab[1].queue->njobs;
	for (i = 0; good && i < turn[0].ndropped; i++)
		good = !strcmp(turn[0].dropped[i].commit, turn[1].dropped[i].commit);
	for (i = 0; good && i < lab[0].queue->njobs; i++)
		good = !strcmp(lab[0].queue->jobs[i].id, lab[1].queue->jobs[i].id);
	*dropped += turn[0].ndropped;
	lab_close(&lab[0]);
	lab_close(&lab[1]);
	return good;
}

/* Not by gitperf_queue_ask(), which is for some at a time */
static void fill_far(struct queue *q, size_t n)
{
	size_t i;

	q->jobs = gitperf_arena_array(&q->arena, n, sizeof(*q->jobs));
	q->requests = gitperf_arena_array(&q->arena, n, sizeof(*q->requests));
	for (i = 0; i < n; i++) {
		gitperf_job *job = &q->jobs[i];
		char id[GITPERF_ID_SIZE];

		snprintf(id, sizeof(id), "%08zx%032zx", i * 2654435761u & 0xffffffff, i);
		job->commit = q->requests[i].commit = gitperf_arena_strdup(&q->arena, id);
		job->platform = "p0";
		job->reasons = 1u << GITPERF_REASON_PUSH;
		job->asked = AT(1) + (gitperf_time)(i * 7919 % n);
		snprintf(job->id, sizeof(job->id), "%08zx%032zx", i * 2246822519u & 0xffffffff, i);
	}
	q->njobs = q->nrequests = n;
}

static void test_skip(void)
{
	struct lab lab;
	struct turn turn;
	size_t dropped = 0;
	uint64_t seed;
	clock_t began;
	int good = 1;

	for (seed = 1; seed <= 1000 && good; seed++)
		good = skips_alike(seed, &dropped);
	ok(good && dropped > 1000, "A40: skipping is what it says, for 1,000 queues (%llu, %zu jobs)", (unsigned long long)seed - 1, dropped);
	lab_open(&lab, "[policy]\nplan = every\ndegrade = skip\n" P0);
	fill_far(lab.queue, 20000);
	began = clock();
	is_ok(take_at(&turn, &lab, "p0", "w", AT(60)), "of 20,000 jobs");
	is_int((int64_t)turn.ndropped, 20000 - 10, "... all but ten are skipped");
	ok((double)(clock() - began) / CLOCKS_PER_SEC < 1, "... within a second (%.2f)", (double)(clock() - began) / CLOCKS_PER_SEC);
	lab_close(&lab);
}

int main(void)
{
	test_turns();
	test_ageing();
	test_claims();
	test_attempts();
	test_retake();
	test_versions();
	test_sets();
	test_tokens();
	test_skip();
	return done_testing();
}
