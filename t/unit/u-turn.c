/*
 * u-turn.c - lib/work/turn: whose turn it is, and what a claim leaves out
 */
#include "base/compat.h"

#include "tap.h"
#include "lab-text.h"

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

	gitperf_queue_ask(lab->queue, &job, NULL);
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

		gitperf_queue_ask(lab.queue, &job, NULL);
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

int main(void)
{
	test_turns();
	test_ageing();
	test_claims();
	return done_testing();
}
