/*
 * coverage.c - how much of the trunk has a result, and why the rest has none
 *
 * Words that only this version knows are explained; others are shown as they are,
 * because those who decide may be newer than those who look.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define MILLISECOND INT64_C(1000000)

/* --- Words ---------------------------------------------------------------- */

static void cause(gitperf_buffer *out, const char *why)
{
	static const struct {
		const char *why, *text;
	} causes[] = {
		{ "queued", "waiting in the queue" },
		{ "running", "being measured" },
		{ "unplanned", "not planned yet" },
		{ "failed", "measuring failed" },
		{ "not-merge", "only merges are measured" },
		{ "not-tagged", "only marked commits are measured" },
		{ "queue-depth", "left out, because the queue was long" },
		{ "superseded", "left out for a newer commit" },
		{ "unreachable", "it had left the trunk" },
		{ "cancelled", "asked for, but gone from the queue" },
		{ "before-planning", "older than all that was planned" },
		{ "no-plan", "nothing is planned for it" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(causes); i++)
		if (!strcmp(causes[i].why, why)) {
			gitperf_buf_adds(out, causes[i].text);
			return;
		}
	gitperf_view_text(out, why);
}

/* How long the queue was tells more than that it was long */
static void print_skipped(gitperf_buffer *out, const gitperf_outlook *o)
{
	gitperf_buf_adds(out, "skipped: ");
	if (strcmp(o->why, "queue-depth") || o->depth < 0) {
		cause(out, o->why);
		return;
	}
	gitperf_buf_addf(out, "the queue held %lld request%s", (long long)o->depth, PLURAL(o->depth));
	if (o->window_ms) {
		gitperf_buf_adds(out, ", with a window of ");
		gitperf_buf_add_length(out, o->window_ms * MILLISECOND);
	}
}

static void print_by(gitperf_buffer *out, const gitperf_outlook *o)
{
	gitperf_buf_addf(out, "%.10s (%s), %zu commit%s later", o->by, gitperf_fate_name(o->by_fate),
			 o->later, PLURAL(o->later));
}

static void print_outlook(gitperf_buffer *out, const gitperf_outlook *o)
{
	switch (o->fate) {
	case GITPERF_FATE_PENDING:
		gitperf_buf_adds(out, "pending: ");
		cause(out, o->why);
		break;
	case GITPERF_FATE_REPRESENTED:
		gitperf_buf_adds(out, "represented by ");
		print_by(out, o);
		break;
	case GITPERF_FATE_SKIPPED:
		print_skipped(out, o);
		break;
	default:
		gitperf_buf_adds(out, gitperf_fate_name(o->fate));
	}
	/* what is still waited for is not replaced by what has come to nothing */
	if (!o->by || o->fate == GITPERF_FATE_REPRESENTED ||
	    (o->fate == GITPERF_FATE_PENDING && o->by_fate != GITPERF_FATE_MEASURED))
		return;
	gitperf_buf_adds(out, o->fate == GITPERF_FATE_PENDING ? "; until then " : "; in its place ");
	print_by(out, o);
}

/* Its records say that it failed; nobody has to say that nobody meant to measure it */
static int is_told(const gitperf_outlook *o)
{
	return (o->fate == GITPERF_FATE_FAILED && !o->by) || (o->why && !strcmp(o->why, "no-plan"));
}

static void print_fate(gitperf_buffer *out, const gitperf_coverage *c, size_t platform, size_t commit)
{
	size_t range = gitperf_coverage_range(c, platform, commit);
	gitperf_outlook outlook;

	gitperf_coverage_outlook(&outlook, c, platform, commit);
	if (outlook.fate == GITPERF_FATE_MEASURED ? range <= 1 : is_told(&outlook))
		return;
	gitperf_buf_adds(out, "on ");
	gitperf_view_text(out, gitperf_coverage_platform(c, platform)->name);
	gitperf_buf_adds(out, ": ");
	if (outlook.fate == GITPERF_FATE_MEASURED)
		gitperf_buf_addf(out, "stands for %zu commits: %.10s..%.10s", range,
				 gitperf_coverage_oldest(c, platform, commit),
				 gitperf_coverage_commit(c, commit, NULL));
	else
		print_outlook(out, &outlook);
	gitperf_buf_addc(out, '\n');
}

int gitperf_view_fates(gitperf_buffer *out, const gitperf_coverage *c, size_t commit)
{
	size_t i;

	for (i = 0; i < gitperf_coverage_nplatforms(c); i++)
		print_fate(out, c, i, commit);
	return gitperf_buf_check(out);
}

/* --- The page ------------------------------------------------------------- */

static void print_trunk(gitperf_buffer *out, const gitperf_coverage *c)
{
	size_t n = gitperf_coverage_ncommits(c);
	gitperf_time newest, oldest;

	gitperf_view_text(out, gitperf_coverage_trunk(c));
	gitperf_buf_addf(out, ": %zu commit%s", n, PLURAL(n));
	if (n) {
		gitperf_coverage_commit(c, 0, &newest);
		gitperf_coverage_commit(c, n - 1, &oldest);
		gitperf_buf_adds(out, ", ");
		gitperf_view__date(out, oldest);
		gitperf_buf_adds(out, " to ");
		gitperf_view__date(out, newest);
	}
	gitperf_buf_addc(out, '\n');
}

/* Rounded down: what is not all of them is not 100 % */
static void percent_cell(struct view_table *t, gitperf_buffer *text, size_t part, size_t all)
{
	if (!all)
		gitperf_buf_addc(text, '-');
	else if (part == all || !part)
		gitperf_buf_addf(text, "%d%%", part ? 100 : 0);
	else
		gitperf_buf_addf(text, "%.1f%%", (double)(part * 1000 / all) / 10);
	gitperf_table_take(t, all && part == all ? VIEW_GOOD : VIEW_PLAIN, 1, text);
}

static void count_cell(struct view_table *t, gitperf_buffer *text, size_t n, enum view_color color)
{
	gitperf_buf_addf(text, "%zu", n);
	gitperf_table_take(t, n ? color : VIEW_PLAIN, 1, text);
}

static void longest_cell(struct view_table *t, gitperf_buffer *text,
			 const gitperf_platform_coverage *p)
{
	const gitperf_gap *longest = p->gaps;
	size_t i;

	for (i = 1; i < p->ngaps; i++)
		if (p->gaps[i].commits > longest->commits)
			longest = &p->gaps[i];
	if (p->ngaps) {
		gitperf_buf_addf(text, "%zu commit%s, ", longest->commits, PLURAL(longest->commits));
		gitperf_buf_add_length(text, longest->age_ms * MILLISECOND);
	} else {
		gitperf_buf_addc(text, '-');
	}
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
}

static int print_platforms(gitperf_buffer *out, const gitperf_coverage *c,
			   const gitperf_view_options *o)
{
	static const char *const names[] = {
		"platform", "measured", "covered", "pending", "failed", "skipped", "gaps", "longest"
	};
	size_t i, n = gitperf_coverage_ncommits(c);
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_view_options whole = *o;
	struct view_table t;
	int err;

	if (!gitperf_coverage_nplatforms(c))
		return 0;
	gitperf_buf_addc(out, '\n');
	/* "12 commits, 16 da" would be wrong rather than short */
	whole.width = 0;
	gitperf_table_init(&t, &whole, ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		gitperf_table_cell(&t, VIEW_DIM, i > 0 && i + 1 < ARRAY_SIZE(names), names[i]);
	for (i = 0; i < gitperf_coverage_nplatforms(c); i++) {
		const gitperf_platform_coverage *p = gitperf_coverage_platform(c, i);

		gitperf_view_text(&text, p->name);
		gitperf_table_take(&t, VIEW_PLAIN, 0, &text);
		percent_cell(&t, &text, p->counts[GITPERF_FATE_MEASURED], n);
		percent_cell(&t, &text, p->covered, n);
		count_cell(&t, &text, p->counts[GITPERF_FATE_PENDING], VIEW_PLAIN);
		count_cell(&t, &text, p->counts[GITPERF_FATE_FAILED], VIEW_BAD);
		count_cell(&t, &text, p->counts[GITPERF_FATE_SKIPPED], VIEW_PLAIN);
		count_cell(&t, &text, p->ngaps, VIEW_WARN);
		longest_cell(&t, &text, p);
	}
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

/* --- Gaps ----------------------------------------------------------------- */

static void range_cell(struct view_table *t, gitperf_buffer *text, const gitperf_coverage *c,
		       const gitperf_gap *gap)
{
	if (gap->commits > 1)
		gitperf_buf_addf(text, "%.10s..",
				 gitperf_coverage_commit(c, gap->first + gap->commits - 1, NULL));
	gitperf_buf_addf(text, "%.10s", gitperf_coverage_commit(c, gap->first, NULL));
	gitperf_table_take(t, VIEW_WARN, 0, text);
}

/* Where they became different things, how many of them what */
static void cause_cell(struct view_table *t, gitperf_buffer *text, const gitperf_gap *gap)
{
	const char *comma = "; ";
	int i;

	cause(text, gap->why);
	for (i = 0; i < GITPERF_FATES; i++) {
		if (!gap->by_fate[i] || gap->by_fate[i] == gap->commits)
			continue;
		gitperf_buf_addf(text, "%s%zu %s", comma, gap->by_fate[i],
				 gitperf_fate_name((gitperf_fate)i));
		comma = ", ";
	}
	gitperf_table_take(t, gap->by_fate[GITPERF_FATE_FAILED] ? VIEW_BAD : VIEW_PLAIN, 0, text);
}

static void gap_cells(struct view_table *t, gitperf_buffer *text, const gitperf_coverage *c,
		      const gitperf_platform_coverage *p, const gitperf_gap *gap)
{
	gitperf_time oldest;

	gitperf_view_text(text, p->name);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	range_cell(t, text, c, gap);
	gitperf_buf_addf(text, "%zu", gap->commits);
	gitperf_table_take(t, VIEW_PLAIN, 1, text);
	gitperf_coverage_commit(c, gap->first + gap->commits - 1, &oldest);
	gitperf_view__date(text, oldest);
	gitperf_buf_adds(text, ", ");
	gitperf_buf_add_length(text, gap->age_ms * MILLISECOND);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	cause_cell(t, text, gap);
}

static int print_gaps(gitperf_buffer *out, const gitperf_coverage *c, const gitperf_view_options *o)
{
	static const char *const names[] = { "gap on", "commits", "", "since", "why" };
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct view_table t;
	size_t i, j;
	int err;

	gitperf_buf_addc(out, '\n');
	gitperf_table_init(&t, o, ARRAY_SIZE(names));
	t.wrap = 1;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		gitperf_table_cell(&t, VIEW_DIM, 0, names[i]);
	for (i = 0; i < gitperf_coverage_nplatforms(c); i++) {
		const gitperf_platform_coverage *p = gitperf_coverage_platform(c, i);

		for (j = 0; j < p->ngaps; j++)
			gap_cells(&t, &text, c, p, &p->gaps[j]);
	}
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_view_coverage(gitperf_buffer *out, const gitperf_coverage *c, int gaps,
			  const gitperf_view_options *options)
{
	size_t i, n = 0;
	int err;

	if (options->format == GITPERF_FORMAT_JSON)
		return gitperf_view__coverage_json(out, c);
	if (options->format == GITPERF_FORMAT_PORCELAIN)
		return gitperf_view__coverage_porcelain(out, c, options);
	for (i = 0; i < gitperf_coverage_nplatforms(c); i++)
		n += gitperf_coverage_platform(c, i)->ngaps;
	print_trunk(out, c);
	err = print_platforms(out, c, options);
	if (!err && n && gaps)
		err = print_gaps(out, c, options);
	else if (!err && n)
		gitperf_buf_adds(out, "hint: git perf coverage --gaps names the gaps\n");
	return err < 0 ? err : gitperf_buf_check(out);
}
