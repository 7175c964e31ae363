/*
 * plan.c - what was planned, for people: in sentences
 *
 * Who reads it wants to know what happens to a commit, and why not what they
 * expected; so each line says both, with the numbers that made it so.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define MILLISECOND INT64_C(1000000)
#define SHORT 10

/* "10:15 UTC": plans are for hours, not for days */
static void clock_time(gitperf_buffer *out, gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	gitperf_time_format(text, t);
	gitperf_buf_addf(out, "%.5s UTC", text + strlen("2026-04-20T"));
}

static void stands_for(gitperf_buffer *out, const gitperf_planned *line, const char *before)
{
	if (line->by)
		gitperf_buf_addf(out, "%s%.*s stands for it", before, SHORT, line->by);
}

/* --- Why --- */

static const char *what_depth_counts(const gitperf_plan *plan)
{
	return gitperf_depth_unit_name(plan->policy->unit);
}

static void add_depth(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p)
{
	unsigned limit = p->pace == GITPERF_PACE_NEWEST ? plan->policy->drop_over : plan->policy->widen_over;

	gitperf_buf_addf(out, "the queue held %lld %s, and the limit is %u", (long long)p->depth,
			 what_depth_counts(plan), limit);
}

/* Why a commit was chosen; of several reasons each */
static void add_reasons(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
			const gitperf_planned *line)
{
	unsigned reasons = line->reasons;

	if (reasons & 1u << GITPERF_REASON_TAGGED)
		gitperf_buf_adds(out, ", as somebody has marked it");
	if (reasons & 1u << GITPERF_REASON_SCHEDULED) {
		gitperf_buf_addf(out, ", the newest %s of a window of ",
				 plan->policy->how & GITPERF_PLAN_MERGES ? "merge" : "commit");
		gitperf_buf_add_length(out, line->window_ms * MILLISECOND);
	}
	if (!(reasons & 1u << GITPERF_REASON_PUSH))
		return;
	if (p->pace == GITPERF_PACE_NEWEST)
		gitperf_buf_adds(out, ", the newest of all");
	else if (line->batch > 1)
		gitperf_buf_addf(out, ", the last of %u", line->batch);
	else
		gitperf_buf_addf(out, ", as each %s is", plan->policy->how & GITPERF_PLAN_MERGES ? "merge" : "commit");
}

static void add_skipped(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
			const gitperf_planned *line)
{
	gitperf_buf_adds(out, "skipped: ");
	if (!strcmp(line->why, "not-merge"))
		gitperf_buf_adds(out, "it is no merge");
	else if (!strcmp(line->why, "not-tagged"))
		gitperf_buf_adds(out, "nobody has marked it");
	else
		add_depth(out, plan, p);
	stands_for(out, line, "; ");
}

static void add_dropped(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
			const gitperf_planned *line)
{
	gitperf_buf_adds(out, "taken off the queue: ");
	if (!strcmp(line->why, "unreachable"))
		gitperf_buf_adds(out, "it is no longer part of the trunk");
	else if (!strcmp(line->why, "superseded"))
		gitperf_buf_adds(out, "a later batch is complete");
	else
		add_depth(out, plan, p);
	stands_for(out, line, "; ");
}

static void add_wait(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p)
{
	gitperf_buf_adds(out, "waits");
	if (p->due) {
		gitperf_buf_adds(out, " for the next window, at ");
		clock_time(out, p->due);
	}
	if (p->batch > 1)
		gitperf_buf_addf(out, "%s until there are %u", p->due ? ", or" : "", p->batch);
	else if (!p->due && plan->policy->how & GITPERF_PLAN_MERGES)
		gitperf_buf_adds(out, " for the next merge");
	else if (!p->due && plan->policy->how == GITPERF_PLAN_TAGGED)
		gitperf_buf_adds(out, " for a commit that somebody marks");
}

static void add_why(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
		    const gitperf_planned *line)
{
	switch (line->ruling) {
	case GITPERF_RULING_MEASURE:
		gitperf_buf_adds(out, "to be measured");
		if (line->why)
			gitperf_buf_adds(out, ", as planning begins here");
		else
			add_reasons(out, plan, p, line);
		break;
	case GITPERF_RULING_DONE:
		gitperf_buf_adds(out, line->why && !strcmp(line->why, "failed") ? "chosen, but it was tried in vain: git perf request --again" :
				 "chosen, and measured already");
		break;
	case GITPERF_RULING_REPRESENTED:
		stands_for(out, line, "");
		break;
	case GITPERF_RULING_SKIPPED:
		add_skipped(out, plan, p, line);
		break;
	case GITPERF_RULING_WAIT:
		add_wait(out, plan, p);
		break;
	case GITPERF_RULING_DROPPED:
		add_dropped(out, plan, p, line);
		break;
	case GITPERF_RULING_AGAIN:
		gitperf_buf_adds(out, "to be measured once more, as there is nothing else to do");
		break;
	}
}

static enum view_color color_of(gitperf_ruling ruling)
{
	if (ruling == GITPERF_RULING_MEASURE || ruling == GITPERF_RULING_AGAIN)
		return VIEW_GOOD;
	return ruling == GITPERF_RULING_DROPPED ? VIEW_WARN : VIEW_PLAIN;
}

static void explain_line(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
			 const gitperf_planned *line, const gitperf_view_options *o)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	add_why(&text, plan, p, line);
	gitperf_buf_addf(out, "  %.*s  ", SHORT, line->commit);
	gitperf_view__colored(out, o, color_of(line->ruling), text.ptr);
	gitperf_buf_addc(out, '\n');
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

/* --- A platform --- */

static size_t count(const gitperf_platform_plan *p, gitperf_ruling ruling)
{
	size_t i, n = 0;

	for (i = 0; i < p->nplanned; i++)
		n += p->planned[i].ruling == ruling;
	return n;
}

static void add_part(gitperf_buffer *out, size_t n, const char *what)
{
	if (n)
		gitperf_buf_addf(out, "%s%zu %s", out->len ? ", " : "", n, what);
}

static void summarise(gitperf_buffer *out, const gitperf_platform_plan *p)
{
	size_t waiting = count(p, GITPERF_RULING_WAIT);

	add_part(out, count(p, GITPERF_RULING_MEASURE) + count(p, GITPERF_RULING_AGAIN), "to measure");
	add_part(out, count(p, GITPERF_RULING_DONE), "done already");
	add_part(out, count(p, GITPERF_RULING_REPRESENTED), "represented");
	add_part(out, count(p, GITPERF_RULING_SKIPPED), "skipped");
	add_part(out, count(p, GITPERF_RULING_DROPPED), "taken off the queue");
	add_part(out, waiting, waiting == 1 ? "waits" : "wait");
	if (waiting && p->due) {
		gitperf_buf_adds(out, " until ");
		clock_time(out, p->due);
	}
	if (!out->len)
		gitperf_buf_adds(out, "nothing new");
}

static void print_pace(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
		       const gitperf_view_options *o)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int newest = p->pace == GITPERF_PACE_NEWEST;

	if (p->pace == GITPERF_PACE_NORMAL)
		return;
	add_depth(&text, plan, p);
	if (plan->policy->degrade == GITPERF_DEGRADE_SKIP)
		gitperf_buf_adds(&text, ": nothing is added");
	else
		gitperf_buf_adds(&text, newest ? ": only the newest commit is kept" : ": half as many commits are chosen");
	gitperf_buf_addf(&text, ", until it is down to %u", newest ? plan->policy->drop_until : plan->policy->widen_until);
	gitperf_buf_adds(out, "  ");
	gitperf_view__colored(out, o, VIEW_WARN, text.ptr);
	gitperf_buf_addc(out, '\n');
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

static void print_platform(gitperf_buffer *out, const gitperf_plan *plan, const gitperf_platform_plan *p,
			   int explain, const gitperf_view_options *o)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;

	summarise(&text, p);
	gitperf_view__colored(out, o, VIEW_BOLD, p->name);
	gitperf_buf_addf(out, ": %s\n", text.ptr);
	print_pace(out, plan, p, o);
	for (i = 0; i < p->nplanned; i++)
		if (explain || p->planned[i].ruling == GITPERF_RULING_MEASURE ||
		    p->planned[i].ruling == GITPERF_RULING_AGAIN)
			explain_line(out, plan, p, &p->planned[i], o);
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

/* Others plan by what the trunk says, and may not come to the same */
static void print_overridden(gitperf_buffer *out, const gitperf_plan *plan)
{
	size_t i;

	if (!plan->policy->noverridden)
		return;
	gitperf_buf_adds(out, "note: git config decides here, and only here:");
	for (i = 0; i < plan->policy->noverridden; i++)
		gitperf_buf_addf(out, "%s perf.%s", i ? "," : "", plan->policy->overridden[i]);
	gitperf_buf_addc(out, '\n');
}

static void print_head(gitperf_buffer *out, const gitperf_plan *plan)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;

	gitperf_policy_words(&words, plan->policy);
	gitperf_buf_adds(out, "trunk ");
	gitperf_view_text(out, plan->trunk);
	gitperf_buf_addf(out, " at %.*s, plan %s\n", SHORT, plan->head, words.ptr);
	gitperf_buffer_dispose(&words);
}

static void print_text(gitperf_buffer *out, const gitperf_plan *plan, int explain,
		       const gitperf_view_options *o)
{
	size_t i;

	if (explain)
		print_head(out, plan);
	for (i = 0; i < plan->nplatforms; i++)
		print_platform(out, plan, &plan->platforms[i], explain, o);
	if (plan->finished)
		gitperf_buf_addf(out, "%zu job%s done, and off the queue\n", plan->finished, PLURAL(plan->finished));
	print_overridden(out, plan);
}

/* --- For programs --- */

static void print_line(gitperf_printer *j, const gitperf_planned *line)
{
	gitperf_print_open(j, '{');
	gitperf_print_string(j, "commit", line->commit);
	gitperf_print_string(j, "ruling", gitperf_ruling_name(line->ruling));
	gitperf_view__print_reasons(j, line->reasons);
	gitperf_print_string(j, "represented_by", line->by);
	gitperf_print_string(j, "why", line->why);
	gitperf_print_close(j, '}');
}

static void print_json_platform(gitperf_printer *j, const gitperf_platform_plan *p)
{
	size_t i;

	gitperf_print_open(j, '{');
	gitperf_print_string(j, "platform", p->name);
	gitperf_print_int(j, "depth", p->depth);
	gitperf_print_string(j, "pace_before", gitperf_pace_name(p->before));
	gitperf_print_string(j, "pace", gitperf_pace_name(p->pace));
	gitperf_print_int(j, "window_ms", p->window_ms);
	gitperf_print_int(j, "batch", p->batch);
	gitperf_print_int(j, "waiting", (int64_t)p->waiting);
	gitperf_view__print_time(j, "due", p->due);
	gitperf_print_key(j, "commits");
	gitperf_print_open(j, '[');
	for (i = 0; i < p->nplanned; i++)
		print_line(j, &p->planned[i]);
	gitperf_print_close(j, ']');
	gitperf_print_close(j, '}');
}

static int print_json(gitperf_buffer *out, const gitperf_plan *plan)
{
	gitperf_printer j = { out, 0 };
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	size_t i;

	gitperf_policy_words(&words, plan->policy);
	gitperf_print_open(&j, '{');
	gitperf_print_int(&j, "version", 1);
	gitperf_view__print_time(&j, "now", plan->now);
	gitperf_print_string(&j, "trunk", plan->trunk);
	gitperf_print_string(&j, "head", plan->head);
	gitperf_print_string(&j, "plan", words.ptr);
	gitperf_print_key(&j, "overridden");
	gitperf_print_open(&j, '[');
	for (i = 0; i < plan->policy->noverridden; i++)
		gitperf_print_string(&j, NULL, plan->policy->overridden[i]);
	gitperf_print_close(&j, ']');
	gitperf_print_key(&j, "platforms");
	gitperf_print_open(&j, '[');
	for (i = 0; i < plan->nplatforms; i++)
		print_json_platform(&j, &plan->platforms[i]);
	gitperf_print_close(&j, ']');
	gitperf_print_int(&j, "finished", (int64_t)plan->finished);
	gitperf_print_int(&j, "queued", (int64_t)plan->queued);
	gitperf_print_int(&j, "running", (int64_t)plan->running);
	gitperf_print_bool(&j, "new", plan->is_new);
	gitperf_print_int(&j, "lost_races", plan->lost_races);
	gitperf_print_close(&j, '}');
	gitperf_buf_addc(out, '\n');
	gitperf_buffer_dispose(&words);
	return gitperf_buf_check(out);
}

int gitperf_view_plan(gitperf_buffer *out, const gitperf_plan *plan, int explain,
		      const gitperf_view_options *options)
{
	if (options->format == GITPERF_FORMAT_JSON)
		return print_json(out, plan);
	print_text(out, plan, explain, options);
	return gitperf_buf_check(out);
}
