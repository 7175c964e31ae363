/*
 * u-plan-depth.c - lib/work/planner: when the queue is long; planning twice
 *
 * Each test is named after what it shows of the requirements (A38, ...). Jobs and
 * decisions stand here as lab-text.h writes them.
 */
#include "base/compat.h"

#include "tap.h"
#include "lab-text.h"

/* --- A queue that is long --- */

/* So many requests, or jobs, are there, and nothing is new */
static gitperf_pace pace_at(gitperf_pace before, size_t depth, const char *unit)
{
	struct lab lab;
	gitperf_pace pace;
	char suite[256];
	size_t i;

	snprintf(suite, sizeof(suite), "[policy]\nplan = window=15m\ndepthUnit = %s\n" P0, unit);
	lab_open(&lab, suite);
	lab_commit(&lab, 0);
	lab_plan(&lab, AT(0));
	lab.commits[1].known[0] = KNOWN_MEASURED;
	lab_finish(&lab, lab.queue);
	lab.queue->states[0].pace = before;
	ask(&lab, depth, 1u << GITPERF_REASON_MANUAL);
	for (i = 0; i < depth; i += 2)
		lab.queue->jobs[i].lease.worker = "w";
	lab_plan(&lab, AT(1));
	pace = lab.plans[0].pace;
	is_int(lab.plans[0].depth, (int64_t)depth, "A37: what waits and what is under way make the depth");
	lab_close(&lab);
	return pace;
}

static void test_paces(void)
{
	static const struct {
		gitperf_pace before;
		size_t depth;
		gitperf_pace pace;
	} cases[] = {
		{ GITPERF_PACE_NORMAL, 0, GITPERF_PACE_NORMAL }, { GITPERF_PACE_NORMAL, 10, GITPERF_PACE_NORMAL },
		{ GITPERF_PACE_NORMAL, 11, GITPERF_PACE_WIDENED }, { GITPERF_PACE_NORMAL, 20, GITPERF_PACE_WIDENED },
		{ GITPERF_PACE_NORMAL, 21, GITPERF_PACE_NEWEST }, { GITPERF_PACE_WIDENED, 5, GITPERF_PACE_NORMAL },
		{ GITPERF_PACE_WIDENED, 6, GITPERF_PACE_WIDENED }, { GITPERF_PACE_WIDENED, 20, GITPERF_PACE_WIDENED },
		{ GITPERF_PACE_WIDENED, 21, GITPERF_PACE_NEWEST }, { GITPERF_PACE_NEWEST, 20, GITPERF_PACE_NEWEST },
		{ GITPERF_PACE_NEWEST, 11, GITPERF_PACE_NEWEST }, { GITPERF_PACE_NEWEST, 10, GITPERF_PACE_WIDENED },
		{ GITPERF_PACE_NEWEST, 6, GITPERF_PACE_WIDENED }, { GITPERF_PACE_NEWEST, 5, GITPERF_PACE_NORMAL }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_pace got = pace_at(cases[i].before, cases[i].depth, i % 2 ? "jobs" : "requests");

		ok(got == cases[i].pace, "A38, A39: at %zu, after '%s', the pace is '%s'", cases[i].depth,
		   gitperf_pace_name(cases[i].before), gitperf_pace_name(cases[i].pace));
	}
}

static void test_unit_jobs(void)
{
	struct lab lab;

	lab_open(&lab, "[policy]\nplan = every\ndepthUnit = jobs\n" P0 "config = cc=gcc\nconfig = cc=clang\n");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(0));
	lab_commits(&lab, 4);
	lab_plan(&lab, AT(1));
	is_int(lab.queue->states[0].pace, GITPERF_PACE_NORMAL, "A37: 5 requests of 2 jobs are not more than 10");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(2));
	is_int(lab.queue->states[0].pace, GITPERF_PACE_WIDENED, "A37: 6 of them are 12");
	lab_close(&lab);
}

/* Each policy chooses half as much while the queue is long */
static void test_widened(void)
{
	static const struct {
		const char *plan, *queue;
	} cases[] = {
		{ "window=15m", "17:scheduled" }, { "commits=2", "16:push" }, { "merges", "14:push 16:push" },
		{ "every", "14:push 16:push" }, { "merges window=15m", "17:scheduled" },
		{ "window=15m commits=9", "17:scheduled" }
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char policy[64];
	struct lab lab;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t n;

		snprintf(policy, sizeof(policy), "plan = %s", cases[i].plan);
		open_begun(&lab, policy);
		ask(&lab, 11, 1u << GITPERF_REASON_MANUAL);
		lab.queue->states[0].head = lab_id(&lab, 12);
		for (n = 0; n < 5; n++)
			lab_commit(&lab, LAB_MERGE);
		lab_plan(&lab, AT(15));
		if (!strncmp(cases[i].queue, "17", 2)) {
			is_int((int64_t)lab.queue->njobs, 11, "A38: a window is twice as long");
			is_int(lab.plans[0].window_ms, 30 * 60000, "... as is said");
			ok(lab.plans[0].due == AT(30), "... and when it ends");
			lab_plan(&lab, AT(30));
		}
		jobs_text(&text, lab.queue, "p0");
		ok(strstr(text.ptr, cases[i].queue) && strstr(text.ptr, cases[i].queue) == strstr(text.ptr, "12:manual") + 10,
		   "A38: '%s' chooses half as much: %s", cases[i].plan, text.ptr);
		lab_close(&lab);
	}
	gitperf_buffer_dispose(&text);
}

static void test_newest(void)
{
	struct lab lab;
	size_t i;

	open_begun(&lab, "plan = every\nwidenOver = 20\nwidenUntil = 10");
	lab_commits(&lab, 19);
	lab_plan(&lab, AT(1));
	take(&lab, AT(1));
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(2));
	is_int((int64_t)lab.queue->njobs, 20, "A39: at 20, nothing");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(3));
	is_queue(&lab, "2:push@w 22:push", "A39, A8: at 21 all that waits is dropped, and the newest planned alone");
	is_log(&lab, 3, "21..22 =22:push depth 20; 22..22"
	       " -3>22 queue-depth -4>22 queue-depth -5>22 queue-depth -6>22 queue-depth -7>22 queue-depth"
	       " -8>22 queue-depth -9>22 queue-depth -10>22 queue-depth -11>22 queue-depth -12>22 queue-depth"
	       " -13>22 queue-depth -14>22 queue-depth -15>22 queue-depth -16>22 queue-depth -17>22 queue-depth"
	       " -18>22 queue-depth -19>22 queue-depth -20>22 queue-depth -21>22 queue-depth depth 21 newest",
	       "A41: with the reason, the depth, and what is measured instead");
	is_int(lab.plans[0].depth, 21, "A26: people are told, too");
	is_int(lab.plans[0].pace, GITPERF_PACE_NEWEST, "... of what it means");
	is_int((int64_t)lab.queue->nrequests, 2, "no request is left without a job");
	lab_close(&lab);

	open_begun(&lab, "plan = every");
	lab_commits(&lab, 30);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "31:push", "A39, I10: 30 at once, as if planned twice");
	is_int((int64_t)lab.plans[0].nplanned, 30, "... with one line for each");
	for (i = 0; i < 29 && lab.plans[0].planned[i].ruling == GITPERF_RULING_DROPPED; i++)
		;
	is_int((int64_t)i, 29, "... that says what has come of it");
	lab_close(&lab);
}

/* What is newest need not be what was decided about last */
static void test_newest_merge(void)
{
	struct lab lab;
	size_t i;

	open_begun(&lab, "plan = merges\nwidenOver = 20\nwidenUntil = 10");
	for (i = 0; i < 20; i++)
		lab_commit(&lab, LAB_MERGE);
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(15));
	is_int((int64_t)lab.queue->njobs, 20, "20 merges wait, and the newest commit is none");
	ask(&lab, 1, 1u << GITPERF_REASON_MANUAL);
	lab_plan(&lab, AT(16));
	is_queue(&lab, "24:manual 21:push", "A39: at 21, the newest of them stays");
	lab_close(&lab);

	open_begun(&lab, "plan = every\nwidenOver = 20\nwidenUntil = 10");
	lab_commits(&lab, 20);
	lab_plan(&lab, AT(1));
	for (i = 0; lab_number(lab.queue->jobs[i].commit) != 21; i++)
		;
	gitperf_queue_remove(lab.queue, i);
	lab.commits[21].known[0] = KNOWN_MEASURED;
	ask(&lab, 2, 1u << GITPERF_REASON_TAGGED);
	lab_rewind(&lab, 2);
	lab_plan(&lab, AT(2));
	is_queue(&lab, "22:tagged 23:tagged", "A39: none, if the newest is measured already");
	lab_close(&lab);
}

static void test_flood(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m tagged");
	ask(&lab, 500, 1u << GITPERF_REASON_MANUAL);
	ask(&lab, 500, 1u << GITPERF_REASON_TAGGED);
	lab_commit(&lab, LAB_MARKED);
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(15));
	is_int((int64_t)lab.queue->njobs, 1002, "A43, I9: at a depth of 1,000 what people want stays");
	is_int(find_job(&lab, 1005)->reasons, 1 << GITPERF_REASON_SCHEDULED, "... the newest commit is asked for");
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(16));
	is_int((int64_t)lab.queue->njobs, 1002, "... and no other");
	lab_plan(&lab, AT(45));
	is_int((int64_t)lab.queue->njobs, 1002, "A38: ... until the longer window is over");
	is_int(find_job(&lab, 1008)->reasons, 1 << GITPERF_REASON_SCHEDULED, "... when a newer one takes its place");
	is_log(&lab, 2, "1005..1008 =1008:scheduled -1005>1008 queue-depth depth 1002 window 30m newest", "... as is logged");
	lab_close(&lab);
}

static void test_skip(void)
{
	struct lab lab;

	open_begun(&lab, "plan = every tagged\ndegrade = skip");
	lab_commits(&lab, 11);
	lab_plan(&lab, AT(1));
	is_int((int64_t)lab.queue->njobs, 11, "A40: skip: at 10, a push is still planned");
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MARKED);
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(15));
	is_int((int64_t)lab.queue->njobs, 12, "A40: at 11, none is but what is marked");
	is_log(&lab, 2, "12..15 =14:tagged skipped queue-depth depth 11 widened", "A41: the others are skipped, as is written down");
	lab_close(&lab);

	open_begun(&lab, "plan = window=15m commits=3\ndegrade = skip");
	ask(&lab, 11, 1u << GITPERF_REASON_MANUAL);
	lab.queue->states[0].head = lab_id(&lab, 12);
	lab_commits(&lab, 4);
	lab_plan(&lab, AT(1));
	is_int((int64_t)lab.queue->njobs, 11, "A40: over 10, no batch");
	lab_plan(&lab, AT(15));
	is_int(find_job(&lab, 16)->reasons, 1 << GITPERF_REASON_SCHEDULED, "A40: ... but what is chosen for its time");
	ask(&lab, 9, 1u << GITPERF_REASON_MANUAL);
	lab.queue->states[0].head = lab_id(&lab, 25);
	lab_commits(&lab, 4);
	lab_plan(&lab, AT(30));
	is_int((int64_t)lab.queue->njobs, 21, "A40: over 20, not even that");
	is_log(&lab, 2, "25..29 skipped queue-depth depth 21 window 15m newest", "A41: ... which is written down");
	lab_close(&lab);
}

/* --- Twice, and in any order --- */

static void test_order(void)
{
	static const char *const policies[] = {
		"window=15m tagged", "commits=5", "merges", "every", "merges window=15m", "window=15m commits=5 tagged", "tagged"
	};
	gitperf_buffer there = GITPERF_BUFFER_INIT, back = GITPERF_BUFFER_INIT;
	char suite[256];
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct lab lab[2];

		snprintf(suite, sizeof(suite), "[policy]\nidle = remeasure\nplan = %s\n" P3, policies[i]);
		for (j = 0; j < 2; j++) {
			lab_open(&lab[j], suite);
			lab[j].backwards = j > 0;
			lab_commit(&lab[j], LAB_MERGE);
			lab_plan(&lab[j], AT(0));
			for (n = 0; n < 41; n++)
				lab_commit(&lab[j], n % 3 ? 0 : n % 2 ? LAB_MERGE : LAB_MERGE | LAB_MARKED);
			lab[j].commits[42].known[1] = lab[j].commits[1].known[0] = KNOWN_MEASURED;
			lab[j].queue->states[2].pace = GITPERF_PACE_NEWEST;
			lab_plan_on(&lab[j], lab[j].queue, AT(15));
			queue_text(j ? &back : &there, lab[j].queue);
		}
		ok(!strcmp(there.ptr, back.ptr), "I10: '%s': in whatever order platforms come", policies[i]);
		n = lab->queue->nwaiting;
		lab_settle(lab, lab->queue);
		queue_text(&there, lab->queue);
		lab_plan_on(lab, lab->queue, AT(15));
		queue_text(&back, lab->queue);
		ok(n && !strcmp(there.ptr, back.ptr), "I10, A3: ... and planning twice is planning once");
		lab_close(&lab[0]);
		lab_close(&lab[1]);
	}
	gitperf_buffer_dispose(&there);
	gitperf_buffer_dispose(&back);
}

int main(void)
{
	test_paces();
	test_unit_jobs();
	test_widened();
	test_newest();
	test_newest_merge();
	test_flood();
	test_skip();
	test_order();
	return done_testing();
}
