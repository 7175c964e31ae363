/*
 * instructions.c - one more run of a command, to count its instructions
 *
 * The count is exact where there are no hardware counters, and needs no quiet
 * machine. It is an extra: without it a benchmark is still one, and a warning
 * says what is missing. Knows nothing of valgrind's words (callgrind.c).
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "run/failure.h"
#include "run/measurement.h"
#include "run/text.h"

static void warn(const struct measurement *s, const char *message, const char *hint)
{
	const gitperf_events *events = s->opts.events;

	if (events && events->warning)
		events->warning(events->payload, message, hint);
}

static void warn_uncounted(const struct measurement *s, const struct subject *subject,
			   const struct child_end *end, int64_t timeout_ms)
{
	gitperf_buffer why = GITPERF_BUFFER_INIT, line = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&why, "the instructions of '%s' are not counted: under valgrind it ",
			 subject->work->name);
	if (end->how == CHILD_EXITED && !end->code)
		gitperf_buf_adds(&why, "left no count");
	else
		gitperf_failure__explain(&why, end, subject->work, timeout_ms);
	gitperf_text__line(&line, why.ptr, why.len);
	warn(s, line.ptr, NULL);
	gitperf_buffer_dispose(&why);
	gitperf_buffer_dispose(&line);
}

static int count_instructions_of(struct measurement *s, size_t i)
{
	struct subject *subject = &s->run->subjects[i];
	int64_t timeout_ms = subject->sampling.plan.timeout_ms * CALLGRIND_PATIENCE;
	struct child_output output = { 0 };
	struct child_end end = { 0 };
	int64_t total;
	int err, found;

	gitperf_progress__tell(&s->progress, "counting instructions of", subject->work->name);
	if ((err = gitperf_measure__pulse(s, i)) < 0)
		return err;
	err = gitperf_measure__run_child(&end, s, s->run->nsubjects + i, timeout_ms,
					 &output);
	if (err < 0)
		return gitperf_blame(err, "measuring '%s'", subject->work->name);
	found = gitperf_callgrind__collect(&total, &s->callgrind);
	if (end.how == CHILD_EXITED && !end.code && found)
		return gitperf_samples__add(&subject->instructions,
					    gitperf_number_int(total));
	warn_uncounted(s, subject, &end, timeout_ms);
	return 0;
}

int gitperf_measure__count_instructions(struct measurement *s)
{
	struct subject *subject;
	size_t i;
	int err = 0;

	for (i = 0; i < s->run->nsubjects && !err; i++) {
		subject = &s->run->subjects[i];
		if (subject->bench.status == GITPERF_STATUS_OK && s->has_callgrind &&
		    subject->work->callgrind)
			err = count_instructions_of(s, i);
	}
	return err;
}

int gitperf_measure__prepare_callgrind(struct measurement *s, const char *const *env)
{
	size_t i, n = s->run->nsubjects;
	struct subject *subject;
	struct child *child;
	int wanted = 0;

	for (i = 0; i < n; i++)
		wanted |= s->run->subjects[i].work->callgrind;
	if (!wanted)
		return 0;
	s->has_callgrind = gitperf_callgrind__begin(&s->callgrind, env);
	if (!s->has_callgrind)
		warn(s, "instructions are not counted: there is no valgrind",
		     "install valgrind, or do without callgrind");
	if (s->has_callgrind <= 0)
		return s->has_callgrind;
	for (i = 0; i < n; i++) {
		subject = &s->run->subjects[i];
		child = &s->children[n + i];
		*child = s->children[i];
		child->path = s->callgrind.valgrind.ptr;
		if (subject->path)
			child->argv = gitperf_callgrind__argv(&s->callgrind, &s->run->arena,
							      subject->path, child->argv);
	}
	return gitperf_arena_check(&s->run->arena);
}
