/*
 * u-plan.c - lib/work/planner: what is chosen, when, and what becomes of the rest
 *
 * Each test is named after what it shows of the requirements (A21, ...). Jobs and
 * decisions stand here as lab-text.h writes them.
 */
#include "base/compat.h"

#include "tap.h"
#include "lab-text.h"

/* --- Batches --- */

static void test_batches(void)
{
	static const struct {
		size_t commits;
		const char *queue, *log, *what;
	} cases[] = {
		{ 4, "", "", "A60: 4 of 5 are none" },
		{ 5, "6:push", "1..6 =6:push depth 0", "A60: 5 are one batch" },
		{ 9, "6:push", "1..6 =6:push depth 0", "A60: 9, too: floor(9 / 5)" },
		{ 10, "11:push", "1..11 =11:push depth 0", "A21: of two at once, the newest" },
		{ 12, "11:push", "1..11 =11:push depth 0", "A21: 12 are two, and two wait" }
	};
	struct lab lab;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		open_begun(&lab, "plan = commits=5");
		lab_commits(&lab, cases[i].commits);
		lab_plan(&lab, AT(1));
		is_queue(&lab, cases[i].queue, cases[i].what);
		is_log(&lab, 1, cases[i].log, "... as is written down");
		lab_close(&lab);
	}
}

static void test_superseded(void)
{
	struct lab lab;

	open_begun(&lab, "plan = commits=5 tagged");
	lab_commits(&lab, 5);
	lab_plan(&lab, AT(1));
	lab_commits(&lab, 5);
	lab_plan(&lab, AT(2));
	is_queue(&lab, "11:push", "A21: a batch takes the place of one that still waits");
	is_log(&lab, 2, "6..11 =11:push -6>11 superseded depth 1", "... and that is logged");
	take(&lab, AT(3));
	lab_commits(&lab, 5);
	lab_plan(&lab, AT(4));
	is_queue(&lab, "11:push@w 16:push", "A8, A21: one that is under way stays");
	is_log(&lab, 3, "11..16 =16:push depth 1", "... and nothing is dropped");
	lab_commits(&lab, 5);
	lab_commit(&lab, LAB_MARKED);
	lab_plan(&lab, AT(5));
	is_queue(&lab, "11:push@w 21:push 22:tagged", "A21: also when a marked commit came right after it");
	is_log(&lab, 4, "16..22 =21:push =22:tagged -16>21 superseded depth 2", "... by the batch, not by that one");
	lab_commits(&lab, 5);
	lab_plan(&lab, AT(6));
	is_queue(&lab, "11:push@w 22:tagged 27:push", "A31: a marked one is superseded by none");
	lab_close(&lab);
}

/* --- Windows --- */

static void test_windows(void)
{
	static const struct {
		gitperf_time first, second;    /* seconds */
		int is_new;
		const char *what;
	} cases[] = {
		{ 0, 1, 0, "A23: a second later" },
		{ 0, 899, 0, "A22: a timer that is a second early waits for the next" },
		{ 0, 900, 1, "A22: a timer in time" },
		{ 0, 901, 1, "A22: a timer a second late" },
		{ 1, 900, 1, "A22: in time, after one that was late" },
		{ 40, 900, 1, "A22: ... or very late" },
		{ 899, 900, 1, "A22: windows begin on the clock, not at the last plan" },
		{ 899, 1799, 1, "A23: once in each of them" },
		{ 900, 1799, 0, "A23: ... and not twice" },
		{ 0, 24 * 3600, 1, "A24: after a day" }
	};
	struct lab lab;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		open_begun(&lab, "plan = window=15m");
		lab_commits(&lab, 3);
		lab_plan(&lab, AT(15) + cases[i].first * LAB_SECOND);
		lab_commits(&lab, 2);
		lab_plan(&lab, AT(15) + cases[i].second * LAB_SECOND);
		is_queue(&lab, cases[i].is_new ? "4:scheduled 6:scheduled" : "4:scheduled", cases[i].what);
		is_log(&lab, 1, cases[i].is_new ? "1..4 =4:scheduled depth 0 window 15m; 4..6 =6:scheduled depth 1 window 15m" :
		       "1..4 =4:scheduled depth 0 window 15m", "A27, A44: the newest, for all since the last");
		is_int((int64_t)lab.plans[0].waiting, cases[i].is_new ? 0 : 2, "... the others wait");
		ok(lab.plans[0].due == (cases[i].is_new ? 0 : AT(15) + (cases[i].second / 900 + 1) * 900 * LAB_SECOND),
		   "A26: ... and it is said how long");
		lab_close(&lab);
	}
}

static void test_debounce(void)
{
	struct lab lab;
	int i;

	open_begun(&lab, "plan = window=15m");
	for (i = 0; i < 14; i++) {
		lab_commits(&lab, 2);
		lab_plan(&lab, AT(15 + i));
	}
	is_queue(&lab, "3:scheduled", "A23: 14 pushes in a window are one request");
	lab_plan(&lab, AT(30));
	is_queue(&lab, "3:scheduled 29:scheduled", "A24: and the rest one more, with no push at all");
	lab_plan(&lab, AT(45));
	is_int((int64_t)lab.nlog, 3, "A24: where nothing is new, nothing is decided");
	lab_close(&lab);
}

/* If each looked for the one that stands for it, this would take a minute */
static void test_long(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m");
	lab_commits(&lab, 300000);
	lab_plan(&lab, AT(15));
	is_queue(&lab, "300001:scheduled", "a trunk that grew by 300,000 commits is planned at once");
	is_int((int64_t)lab.plans[0].nplanned, 300000, "... and each of them is told of");
	ok(lab.plans[0].planned[0].by && lab_number(lab.plans[0].planned[0].by) == 300001,
	   "... with the one that stands for it");
	lab_close(&lab);
}

/* Somebody's clock was wrong, and what it said is in the queue */
static void test_future(void)
{
	static const struct {
		int ahead;             /* minutes */
		int waits;             /* until there is a plan */
	} cases[] = { { 1, 15 }, { 14, 15 }, { 15, 30 }, { 16, 0 }, { 24 * 60, 0 }, { 365 * 24 * 60, 0 } };
	struct lab lab;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int minute = 0;

		open_begun(&lab, "plan = window=15m");
		lab.queue->states[0].last = AT(15 + cases[i].ahead);
		lab_commits(&lab, 1);
		while (minute < 100 && !lab.queue->njobs)
			lab_plan(&lab, AT(15 + minute++));
		is_int(minute - 1, cases[i].waits, "A22: a time from the future holds nobody up for more than two windows");
		lab_close(&lab);
	}
}

/* --- With nothing to do --- */

static void test_idle(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m\nidle = remeasure");
	is_queue(&lab, "", "A24: nothing waits");
	lab_plan(&lab, AT(14));
	is_queue(&lab, "", "... and its window is not over");
	lab_plan(&lab, AT(15));
	is_queue(&lab, "1/1:idle", "A24: when it is, the newest is measured again, and that is said");
	is_int((int64_t)lab.plans[0].nplanned, 1, "... to people, too");
	is_int(lab.plans[0].planned[0].ruling, GITPERF_RULING_AGAIN, "... as what it is");
	lab_plan(&lab, AT(30));
	is_queue(&lab, "1/1:idle", "A24: but not while something waits");
	lab_land(&lab, find_job(&lab, 1), KNOWN_MEASURED);
	lab_plan(&lab, AT(31));
	is_queue(&lab, "1/2:idle", "A24: with another round each time");
	lab_land(&lab, find_job(&lab, 1), KNOWN_MEASURED);
	lab_plan(&lab, AT(31));
	is_queue(&lab, "", "A24: ... once in a window");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(45));
	is_queue(&lab, "2:scheduled", "A24: and not beside something new");
	is_int((int64_t)lab.nlog, 2, "no decision is about it");
	lab_close(&lab);

	open_begun(&lab, "plan = window=15m");
	lab_plan(&lab, AT(60));
	is_queue(&lab, "", "A24: only where it is wanted");
	lab_close(&lab);

	open_begun(&lab, "plan = every\nidle = remeasure");
	lab_commit(&lab, 0);
	lab.commits[2].known[0] = KNOWN_MEASURED;
	lab_plan(&lab, AT(60));
	is_queue(&lab, "2/1:idle", "I10: at once, when what is new is measured already");
	lab_close(&lab);
}

/* --- Merges --- */

static void test_merges(void)
{
	struct lab lab;

	open_begun(&lab, "plan = merges");
	lab_commits(&lab, 2);
	lab_commit(&lab, LAB_MERGE);
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MERGE);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "4:push 6:push", "A30: merges, all of them");
	is_log(&lab, 1, "1..6 =4:push =6:push skipped not-merge depth 0", "... and nothing else");
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(15));
	is_log(&lab, 2, "6..8 skipped not-merge depth 2", "A30: without merges, it is decided that there are none");
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(29));
	is_int((int64_t)lab.nlog, 3, "A30: ... once in a window");
	lab_plan(&lab, AT(30));
	is_log(&lab, 3, "8..10 skipped not-merge depth 2", "A30: ... and then all together");
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MERGE);
	lab_plan(&lab, AT(31));
	is_log(&lab, 4, "10..12 =12:push skipped not-merge depth 2", "A30: a merge waits for no window");
	lab_close(&lab);

	open_begun(&lab, "plan = merges window=15m");
	lab_commit(&lab, LAB_MERGE);
	lab_commit(&lab, LAB_MERGE);
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "", "A30: merges and a window: it is not over");
	lab_plan(&lab, AT(15));
	is_queue(&lab, "3:scheduled", "A30: ... and then its newest merge");
	is_log(&lab, 1, "1..4 =3:scheduled skipped not-merge depth 0 window 15m", "... and what is no merge behind it");
	is_int(lab.plans[0].planned[0].ruling, GITPERF_RULING_REPRESENTED, "A30: a merge that is not chosen is represented");
	lab_close(&lab);

	open_begun(&lab, "plan = merges commits=2");
	lab_commit(&lab, LAB_MERGE);
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(15));
	is_queue(&lab, "", "A30: merges and a number: others do not count");
	lab_commit(&lab, LAB_MERGE);
	lab_plan(&lab, AT(15));
	is_queue(&lab, "6:push", "A30: ... the second merge completes it");
	lab_close(&lab);
}

/* --- Marks, and several reasons --- */

static void test_marks(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m tagged");
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MARKED);
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MARKED);
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "3:tagged 5:tagged", "A31: a marked commit waits for no window");
	is_log(&lab, 1, "1..5 =3:tagged =5:tagged depth 0 window 15m", "A31: each is a request of its own");
	lab_commit(&lab, LAB_MARKED);
	lab_plan(&lab, AT(15));
	is_queue(&lab, "3:tagged 5:tagged 7:tagged+scheduled", "A32: chosen by both, it is measured once, for both reasons");
	lab_close(&lab);

	open_begun(&lab, "plan = window=15m");
	lab_commit(&lab, LAB_MARKED);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "", "A31: without the word, a mark is none");
	lab_close(&lab);

	open_begun(&lab, "plan = tagged");
	lab_commits(&lab, 3);
	lab_commit(&lab, LAB_MARKED);
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(1));
	is_log(&lab, 1, "1..5 =5:tagged skipped not-tagged depth 0", "A31: marks alone: others are skipped");
	lab_plan(&lab, AT(15));
	is_log(&lab, 2, "5..7 skipped not-tagged depth 1", "A31: ... and those behind it once in a window");
	lab_close(&lab);
}

static void test_both(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m commits=4");
	lab_commits(&lab, 4);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "5:push", "A21, A22: a number and a window: here the number came first");
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(14));
	is_queue(&lab, "5:push", "... then neither");
	lab_plan(&lab, AT(15));
	is_queue(&lab, "5:push 7:scheduled", "... then the window");
	lab_close(&lab);

	open_begun(&lab, "plan = every");
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "2:push 3:push 4:push", "every: each, parents first");
	is_log(&lab, 1, "1..4 =2:push =3:push =4:push depth 0", "... in one decision");
	lab_close(&lab);
}

/* --- What is there already --- */

static void test_known(void)
{
	struct lab lab;

	open_begun(&lab, "plan = every");
	lab_commits(&lab, 4);
	lab.commits[3].known[0] = KNOWN_MEASURED;
	lab.commits[4].known[0] = KNOWN_FAILED;
	lab_plan(&lab, AT(1));
	is_queue(&lab, "2:push 5:push", "what is measured, or was tried in vain, is not asked for");
	is_log(&lab, 1, "1..5 =2:push =3:push =4:push =5:push depth 0", "... but chosen");
	is_int(lab.plans[0].planned[1].ruling, GITPERF_RULING_DONE, "... and people are told");
	is_str(lab.plans[0].planned[2].why, "failed", "... also that it failed");
	lab_close(&lab);
}

static void test_join(void)
{
	struct lab lab;

	open_begun(&lab, "plan = window=15m");
	ask(&lab, 2, 1u << GITPERF_REASON_MANUAL);
	lab_plan(&lab, AT(15));
	is_queue(&lab, "2:manual 3:manual+scheduled", "A32: somebody's wish, and the plan's: one job");
	is_int((int64_t)lab.queue->nrequests, 2, "... of one request");
	lab_close(&lab);
}

static void test_configs(void)
{
	struct lab lab;

	lab_open(&lab, "[policy]\nplan = every\n" P0 "config = cc=gcc\nconfig = cc=clang\nconfig = cc=icc lto=yes\n");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(0));
	is_queue(&lab, "1{cc=gcc}:push 1{cc=clang}:push 1{cc=icc}{lto=yes}:push", "a job for each configuration");
	is_int((int64_t)lab.queue->nrequests, 1, "... is one request");
	is_int(gitperf_queue_depth(lab.queue, "p0", GITPERF_DEPTH_REQUESTS), 1, "A37: ... and counts as one");
	is_int(gitperf_queue_depth(lab.queue, "p0", GITPERF_DEPTH_JOBS), 3, "A37: ... or as three");
	lab_close(&lab);
}

static void test_first(void)
{
	struct lab lab;

	lab_open(&lab, "[policy]\nplan = commits=5\n" P0);
	lab_commits(&lab, 100);
	lab_plan(&lab, AT(7));
	is_queue(&lab, "100:push", "a new platform begins with the newest commit, at once");
	is_log(&lab, 0, "0..100 =100:push depth 0", "... and has no base");
	is_int(lab.log[0].commits, 1, "... it stands for itself alone");
	lab_close(&lab);

	lab_open(&lab, "[policy]\nplan = merges\n" P0);
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(7));
	is_log(&lab, 0, "0..3 skipped not-merge depth 0", "also where the newest is not what it looks for");
	lab_close(&lab);
}

/* --- A trunk that is rewritten --- */

static void test_rewritten(void)
{
	struct lab lab;

	open_begun(&lab, "plan = every");
	lab_commits(&lab, 3);
	lab_plan(&lab, AT(1));
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(2));
	take(&lab, AT(2));
	lab_rewind(&lab, 3);
	lab_plan(&lab, AT(3));
	is_queue(&lab, "2:push@w 3:push", "what is no part of the trunk any more is taken off");
	is_log(&lab, 3, "1..3 =2:push =3:push -4>0 unreachable -5>0 unreachable -6>0 unreachable depth 2",
	       "... and planning goes on from the last decision that holds");
	lab_close(&lab);

	open_begun(&lab, "plan = every tagged");
	lab_commits(&lab, 1);
	lab_commit(&lab, LAB_MARKED);
	lab_plan(&lab, AT(1));
	take(&lab, AT(1));
	ask(&lab, 1, 1u << GITPERF_REASON_MANUAL);
	lab_rewind(&lab, 3);
	lab_commits(&lab, 2);
	lab_plan(&lab, AT(2));
	is_queue(&lab, "4:manual 3:tagged+push@w 5:push 6:push", "A8, I9: not what is under way, marked or wished for");
	is_log(&lab, 2, "1..6 =5:push =6:push -2>0 unreachable depth 2", "... what is, is logged");
	lab_close(&lab);

	open_begun(&lab, "plan = window=15m\nidle = remeasure");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(15));
	lab_rewind(&lab, 1);
	lab_plan(&lab, AT(30));
	is_queue(&lab, "1/1:idle", "back at a commit that was decided about, that is the newest");
	is_log(&lab, 2, "1..1 -2>0 unreachable depth 0 window 15m", "... of which the decision speaks");
	lab_close(&lab);

	open_begun(&lab, "plan = window=15m");
	lab_rewind(&lab, 1);
	lab_commits(&lab, 9);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "10:scheduled", "where nothing is left of it, it begins anew");
	is_log(&lab, 1, "0..10 =10:scheduled depth 0 window 15m", "... without a base");
	lab_close(&lab);
}

int main(void)
{
	test_batches();
	test_superseded();
	test_windows();
	test_debounce();
	test_long();
	test_future();
	test_idle();
	test_merges();
	test_marks();
	test_both();
	test_known();
	test_join();
	test_configs();
	test_first();
	test_rewritten();
	return done_testing();
}
