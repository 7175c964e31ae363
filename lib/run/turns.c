/*
 * turns.c - which command runs next, and what it means when it fails
 *
 * Workloads take turns, so that a disturbance of the machine hits all alike,
 * and each has its own number of them. Knows nothing of processes (child.c)
 * or of what samples become (subject.c).
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "run/failure.h"
#include "run/measurement.h"

/* --- One turn ------------------------------------------------------------- */

/* The tail is of what failed. */
static const char *keep_log(struct measurement *s, const struct subject *subject)
{
	struct arena *arena = &s->run->arena;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *kept = NULL;

	gitperf_log__format(&text, &s->tail, subject->env, s->opts.log_limit);
	if (text.len)
		kept = gitperf_arena_copy(arena, text.ptr, text.len);
	if (text.failed)
		arena->failed = 1;
	gitperf_buffer_dispose(&text);
	return kept;
}

/* `why` may quote foreign bytes. */
static void fail_subject(struct measurement *s, struct subject *subject,
			 gitperf_status status, const gitperf_buffer *why)
{
	gitperf_benchmark *bench = &subject->bench;

	subject->over = 1;
	bench->status = status;
	bench->error = gitperf_log__error(&s->run->arena, why->ptr, why->len, subject->env);
	if (!s->opts.log_off)
		bench->log = keep_log(s, subject);
}

int gitperf_measure__run_child(struct child_end *end, struct measurement *s,
			       size_t which, int64_t timeout_ms,
			       struct child_output *output)
{
	struct subject *subject = &s->run->subjects[which % s->run->nsubjects];
	int err = 0;

	if (subject->path)
		err = gitperf_child__run(end, s->monitor, which,
					 timeout_ms * 1000000, output);
	else {
		end->how = CHILD_NOT_STARTED;
		end->code = subject->problem;
	}
	if (!err && end->value[CHILD_WALL] > 0)
		subject->bench.duration_ns += end->value[CHILD_WALL];
	if (!err && end->how == CHILD_INTERRUPTED)
		err = gitperf_hint(gitperf_fail(GITPERF_EIO, "interrupted by signal %d (%s)", end->code,
						gitperf_failure__signal(end->code)),
				   "nothing was recorded");
	return err;
}

static int judge(struct measurement *s, struct subject *subject,
		 const struct child_end *end, const struct child_output *output,
		 gitperf_buffer *why)
{
	const gitperf_sampling *plan = &subject->sampling.plan;
	gitperf_status status = GITPERF_STATUS_FAILED;
	int measured = subject->turns >= (unsigned)plan->warmup;
	int err = 0, dated = 1, kept = 0;

	subject->exit_status = end->how == CHILD_EXITED ? end->code : -1;
	if (end->how != CHILD_EXITED || end->code) {
		dated = gitperf_failure__explain(why, end, subject->work, plan->timeout_ms);
		if (end->how == CHILD_TIMED_OUT)
			status = GITPERF_STATUS_TIMEOUT;
		if (end->how == CHILD_EXITED && subject->work->format)
			err = kept = gitperf_subject__keep_rest(subject, end, output,
								why, measured);
	} else if (measured) {
		err = gitperf_subject__keep(subject, end, output, why);
	}
	if (err < 0 || !why->len || (kept && subject->kept))
		return err < 0 ? err : 0;
	if (dated)
		gitperf_failure__when(why, plan, subject->turns);
	/* only a record will tell, and it has no room for hints of its own */
	if (!subject->exit_status && subject->capture.hint.len)
		gitperf_buf_addf(why, "; %s", subject->capture.hint.ptr);
	/* what was kept back as results may be all that it has said */
	if (output->whole && !output->cut && !s->opts.log_off)
		gitperf_tail__add(&s->tail, output->whole->ptr, output->whole->len);
	fail_subject(s, subject, status, why);
	subject->kept = kept;
	subject->over = !kept;
	return gitperf_arena_check(&s->run->arena);
}

static int take_turn(struct measurement *s, size_t which)
{
	struct subject *subject = &s->run->subjects[which];
	struct child_output output = { .tail = s->opts.log_off ? NULL : &s->tail };
	gitperf_buffer why = GITPERF_BUFFER_INIT;
	struct child_end end = { 0 };
	int err = 0;

	gitperf_tail__reset(&s->tail);
	if (subject->work->format)
		gitperf_capture__prepare(&subject->capture, &output, &why);
	if (why.len) {
		gitperf_failure__when(&why, &subject->sampling.plan, subject->turns);
		fail_subject(s, subject, GITPERF_STATUS_FAILED, &why);
	} else {
		err = gitperf_measure__run_child(&end, s, which,
						 subject->sampling.plan.timeout_ms,
						 &output);
		if (!err)
			err = judge(s, subject, &end, &output, &why);
	}
	if (!err)
		err = gitperf_buf_check(&why);
	gitperf_buffer_dispose(&why);
	subject->turns++;
	return err;
}

/* --- Taking turns --------------------------------------------------------- */

/* Of two that are stopped together, the slower one says when. */
void gitperf_measure__expect(struct measurement *s, size_t i)
{
	struct subject *subject = &s->run->subjects[s->opts.pairs ? i & ~(size_t)1 : i];
	const struct subject *end = subject + (s->opts.pairs ? 2 : 1), *other;
	uint64_t expected = 0, own;

	for (other = subject; other < end; other++) {
		own = other->over ? 0 : gitperf_subject__expected(other);
		if (own > expected)
			expected = own;
	}
	for (; subject < end; subject++) {
		if (subject->over)
			continue;
		s->progress.expected += expected - subject->expected;
		subject->expected = expected;
	}
}

/* One that has failed counts as if it had gone on to its end. */
static void count_turn(struct measurement *s, size_t which)
{
	const struct subject *subject = &s->run->subjects[which];
	int failed = subject->bench.status != GITPERF_STATUS_OK && !subject->kept;

	if (failed) {
		s->progress.done += subject->expected - subject->turns + 1;
	} else {
		gitperf_measure__expect(s, which);
		s->progress.done++;
	}
}

int gitperf_measure__pulse(struct measurement *s, size_t which)
{
	gitperf_turn turn = { .workload = which, .quiet_ms = s->quiet_ms };
	int rc;

	if (!s->opts.pulse)
		return 0;
	gitperf_progress__count(&s->progress);
	turn.done = s->progress.told_done;
	turn.total = s->progress.told_total;
	rc = s->opts.pulse(s->opts.pulse_payload, &turn);
	return rc < 0 ? rc : 0;
}

/* The turns of one round; returns how many were taken. */
static int take_round(struct measurement *s, unsigned round)
{
	size_t i, n = s->run->nsubjects, which;
	struct subject *subject;
	int err, taken = 0;

	for (i = 0; i < n; i++) {
		which = s->opts.pairs && round % 2 ? i ^ 1 : i;
		subject = &s->run->subjects[which];
		if (subject->over)
			continue;
		taken = 1;
		gitperf_progress__tell(&s->progress, "measuring", subject->work->name);
		if ((err = gitperf_measure__pulse(s, which)) < 0)
			return err;
		if ((err = take_turn(s, which)) < 0)
			return gitperf_blame(err, "measuring '%s'", subject->work->name);
		s->turns++;
		count_turn(s, which);
	}
	return taken;
}

static int has_enough(const struct subject *subject)
{
	return subject->over || subject->sampling.enough;
}

/* Those that have enough are left alone from now on, pairs when both have. */
static void settle(struct measurement *s)
{
	struct subject *subjects = s->run->subjects;
	size_t i, k, step = s->opts.pairs ? 2 : 1;
	int enough;

	for (i = 0; i < s->run->nsubjects; i += step) {
		for (k = i, enough = 1; k < i + step; k++)
			enough &= has_enough(&subjects[k]);
		for (k = i; enough && k < i + step; k++) {
			if (subjects[k].over)
				continue;
			subjects[k].over = 1;
			s->progress.expected -= subjects[k].expected - subjects[k].turns;
		}
	}
}

int gitperf_measure__take_rounds(struct measurement *s)
{
	unsigned round;
	int taken = 1;

	for (round = 0; taken > 0; round++) {
		taken = take_round(s, round);
		settle(s);
	}
	return taken;
}
