/*
 * comparison.c - two sides for people: what changed, and how sure that is
 *
 * A table for each platform in a configuration. Whatever a reader must know to
 * trust a row stands in words below its table.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#include <math.h>

/* base, head, change, interval and the first word of a verdict, with gaps */
#define COLUMNS_BESIDE_NAMES 70

struct sheet {
	const gitperf_comparison *c;
	const gitperf_view_options *options;
	size_t group;
	const char *metric;        /* of all rows, or NULL: they have several */
	int intervals;             /* there is room for them */
	size_t rows;               /* of this group */
	int unconfirmed;
};

static void survey(struct sheet *s)
{
	size_t i, width, widest = 0, metric = 0;
	int several = 0;

	for (i = 0; i < gitperf_comparison_count(s->c); i++) {
		const gitperf_comparison_row *row = gitperf_comparison_row_at(s->c, i);
		gitperf_buffer name = GITPERF_BUFFER_INIT;

		if (row->group != s->group)
			continue;
		s->rows++;
		s->unconfirmed |= row->unconfirmed;
		gitperf_view_name(&name, row->benchmark, row->params, row->nparams);
		width = gitperf_view__width(name.ptr);
		gitperf_buffer_dispose(&name);
		widest = width > widest ? width : widest;
		width = gitperf_view__width(row->metric);
		metric = width > metric ? width : metric;
		/* what failed has none of its own */
		if (!s->metric || !*s->metric)
			s->metric = row->metric;
		several |= *row->metric && strcmp(row->metric, s->metric) != 0;
	}
	if (several)
		s->metric = NULL;
	widest += several ? metric + 2 : 0;
	s->intervals = !s->options->width || s->options->width >= widest + COLUMNS_BESIDE_NAMES;
}

static void value_cell(struct view_table *t, const gitperf_compared *side,
		       gitperf_buffer *text)
{
	if (side->unit)
		gitperf_view_value(text, side->value, side->unit);
	else
		gitperf_buf_addc(text, '-');
	gitperf_table_take(t, side->unit ? VIEW_PLAIN : VIEW_DIM, 1, text);
}

/* Beyond this an end says no more than that it is open */
#define RATIO_SHOWN 1000

static void add_end(gitperf_buffer *out, double ratio)
{
	if (ratio <= RATIO_SHOWN)
		gitperf_view__change(out, ratio - 1);
	else
		gitperf_buf_addf(out, ">x%d", RATIO_SHOWN);
}

static void interval_cell(struct view_table *t, const gitperf_ratio *r, double confidence,
			  gitperf_buffer *text)
{
	if (r->confidence > 0) {
		add_end(text, r->low);
		gitperf_buf_adds(text, " .. ");
		add_end(text, r->high);
	}
	/* few samples cannot reach it: say what they do reach */
	if (r->confidence > 0 && r->confidence < confidence)
		gitperf_buf_addf(text, " (%.0f%%)", r->confidence * 100);
	gitperf_table_take(t, VIEW_DIM, 0, text);
}

static void row_cells(struct view_table *t, const struct sheet *s,
		      const gitperf_comparison_row *row, gitperf_buffer *text)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(s->c, s->group);
	enum view_color color = gitperf_view__verdict_color(row->verdict, group->environment_changed);

	gitperf_view_name(text, row->benchmark, row->params, row->nparams);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	if (!s->metric) {
		gitperf_view_text(text, row->metric);
		gitperf_table_take(t, VIEW_PLAIN, 0, text);
	}
	value_cell(t, &row->base, text);
	value_cell(t, &row->head, text);
	if (!isnan(row->ratio.value))
		gitperf_view__change(text, row->ratio.value - 1);
	gitperf_table_take(t, row->verdict >= GITPERF_VERDICT_CHANGE ? color : VIEW_PLAIN, 1, text);
	if (s->intervals)
		interval_cell(t, &row->ratio, gitperf_comparison_confidence(s->c), text);
	gitperf_view__verdict(text, row);
	gitperf_table_take(t, color, 0, text);
}

static void geomean_cells(struct view_table *t, const struct sheet *s,
			  gitperf_buffer *text)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(s->c, s->group);

	if (group->benchmarks < 2 || isnan(group->geomean.value))
		return;
	gitperf_table_cell(t, VIEW_BOLD, 0, "geometric mean");
	if (!s->metric)
		gitperf_table_cell(t, VIEW_PLAIN, 0, "");
	gitperf_table_cell(t, VIEW_PLAIN, 0, "");
	gitperf_table_cell(t, VIEW_PLAIN, 0, "");
	gitperf_view__change(text, group->geomean.value - 1);
	gitperf_table_take(t, VIEW_BOLD, 1, text);
	if (s->intervals)
		interval_cell(t, &group->geomean, gitperf_comparison_confidence(s->c), text);
	gitperf_buf_addf(text, "of %zu benchmarks", group->benchmarks);
	gitperf_table_take(t, VIEW_DIM, 0, text);
}

static void heading_cells(struct view_table *t, const struct sheet *s,
			  gitperf_buffer *text)
{
	gitperf_table_cell(t, VIEW_DIM, 0, "benchmark");
	if (!s->metric)
		gitperf_table_cell(t, VIEW_DIM, 0, "metric");
	gitperf_table_cell(t, VIEW_DIM, 1, "base");
	gitperf_table_cell(t, VIEW_DIM, 1, "head");
	gitperf_table_cell(t, VIEW_DIM, 1, "change");
	if (s->intervals) {
		gitperf_buf_addf(text, "%.6g%% interval", gitperf_comparison_confidence(s->c) * 100);
		gitperf_table_take(t, VIEW_DIM, 0, text);
	}
	gitperf_table_cell(t, VIEW_DIM, 0, "verdict");
}

static int print_table(gitperf_buffer *out, const struct sheet *s)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct view_table t;
	size_t i;
	int err;

	gitperf_table_init(&t, s->options, 5 + (size_t)!s->metric + (size_t)s->intervals);
	t.wrap = 1;
	heading_cells(&t, s, &text);
	for (i = 0; i < gitperf_comparison_count(s->c); i++)
		if (gitperf_comparison_row_at(s->c, i)->group == s->group)
			row_cells(&t, s, gitperf_comparison_row_at(s->c, i), &text);
	geomean_cells(&t, s, &text);
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

static void print_title(gitperf_buffer *out, const struct sheet *s)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(s->c, s->group);
	gitperf_buffer title = GITPERF_BUFFER_INIT;

	if (s->metric && *s->metric) {
		gitperf_view_text(&title, s->metric);
		gitperf_buf_adds(&title, " on ");
	}
	gitperf_buf_adds(&title, group->platform);
	gitperf_view__colored(out, s->options, VIEW_BOLD, title.ptr);
	out->failed |= title.failed;
	gitperf_buffer_dispose(&title);
	if (group->nconfig) {
		gitperf_buf_adds(out, " with ");
		gitperf_view__pairs(out, group->config, group->nconfig);
	}
	if (group->base_runs > 1 || group->head_runs > 1)
		gitperf_buf_addf(out, ", %zu run%s against %zu", group->base_runs,
				 group->base_runs == 1 ? "" : "s", group->head_runs);
	gitperf_buf_addc(out, '\n');
}

/* As many lines as it takes on this terminal; the text is empty then. */
static void print_line(gitperf_buffer *out, const gitperf_view_options *o,
		       enum view_color color, gitperf_buffer *text)
{
	gitperf_view__wrapped(out, o, color, text->ptr, 0);
	gitperf_buf_addc(out, '\n');
	out->failed |= text->failed;
	gitperf_buf_truncate(text, 0);
}

static void note(gitperf_buffer *out, const struct sheet *s, const char *text)
{
	gitperf_view__wrapped(out, s->options, VIEW_PLAIN, text, 0);
	gitperf_buf_addc(out, '\n');
}

/* Runs with uncommitted changes: used because there is nothing else, or not */
static void note_dirty(gitperf_buffer *out, const struct sheet *s, const char *side,
		       size_t runs, size_t dirty, size_t left_out)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	if (dirty) {
		gitperf_buf_addf(&text, "* %zu of %zu run%s of %s had uncommitted changes",
				 dirty, runs, runs == 1 ? "" : "s", side);
		print_line(out, s->options, VIEW_PLAIN, &text);
	}
	if (left_out) {
		gitperf_buf_addf(&text, "* %zu run%s of %s with uncommitted changes %s left out",
				 left_out, left_out == 1 ? "" : "s", side, left_out == 1 ? "is" : "are");
		print_line(out, s->options, VIEW_PLAIN, &text);
	}
	gitperf_buffer_dispose(&text);
}

static void print_notes(gitperf_buffer *out, const struct sheet *s)
{
	const gitperf_comparison_group *g = gitperf_comparison_group_at(s->c, s->group);

	if (g->environment_changed)
		note(out, s, "* the environment changed: a difference may be the machine's");
	if (s->unconfirmed)
		note(out, s, "* unconfirmed: a single run does not tell how far runs of a commit are apart");
	note_dirty(out, s, "base", g->base_runs, g->base_dirty, g->base_left_out);
	note_dirty(out, s, "head", g->head_runs, g->head_dirty, g->head_left_out);
}

static int print_group(gitperf_buffer *out, const gitperf_comparison *c, size_t i,
		       const gitperf_view_options *o)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(c, i);
	struct sheet s = { .c = c, .options = o, .group = i };
	int err;

	survey(&s);
	gitperf_buf_addc(out, '\n');
	print_title(out, &s);
	if (!group->base_runs || !group->head_runs) {
		gitperf_buf_addf(out, "not comparable: not measured here in %s (%zu value%s in %s)\n",
				 group->base_runs ? "head" : "base", s.rows, s.rows == 1 ? "" : "s",
				 group->base_runs ? "base" : "head");
		return 0;
	}
	if (!s.rows) {
		gitperf_buf_adds(out, "no values on either side: git perf show has the reason\n");
		return 0;
	}
	if ((err = print_table(out, &s)) < 0)
		return err;
	print_notes(out, &s);
	return 0;
}

static void print_commit(struct view_table *t, const char *name,
			 const gitperf_comparison_side *side, gitperf_buffer *text)
{
	gitperf_table_cell(t, VIEW_DIM, 0, name);
	gitperf_buf_addf(text, "%.10s", side->id);
	gitperf_table_take(t, VIEW_WARN, 0, text);
	if (side->subject)
		gitperf_view__date(text, side->time);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	if (side->subject)
		gitperf_view_text(text, side->subject);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
}

static int print_commits(gitperf_buffer *out, const gitperf_comparison *c,
			 const gitperf_view_options *o)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct view_table t;
	int err;

	gitperf_table_init(&t, o, 4);
	print_commit(&t, "base", gitperf_comparison_base(c), &text);
	print_commit(&t, "head", gitperf_comparison_head(c), &text);
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

static size_t count_rows(const gitperf_comparison *c, gitperf_verdict verdict)
{
	size_t i, n = 0;

	for (i = 0; i < gitperf_comparison_count(c); i++)
		n += gitperf_comparison_row_at(c, i)->verdict == verdict;
	return n;
}

/* What every row that has too few samples, or runs, would need; 0: none has */
static size_t count_needed(const gitperf_comparison *c, int by_runs)
{
	const gitperf_comparison_row *row;
	size_t i, most = 0;

	for (i = 0; i < gitperf_comparison_count(c); i++) {
		row = gitperf_comparison_row_at(c, i);
		if (row->verdict == GITPERF_VERDICT_INSUFFICIENT && row->by_runs == by_runs && row->needed > most)
			most = row->needed;
	}
	return most;
}

static void print_remedies(gitperf_buffer *out, const gitperf_comparison *c,
			   const gitperf_view_options *o)
{
	size_t samples = count_needed(c, 0), runs = count_needed(c, 1);
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	if (samples) {
		gitperf_buf_addf(&text, "more: a verdict on all takes at least --iterations=%zu on both", samples);
		print_line(out, o, VIEW_DIM, &text);
	}
	if (runs) {
		gitperf_buf_addf(&text, "more: where one side has several runs, both need %zu: git perf run --commit=<rev>", runs);
		print_line(out, o, VIEW_DIM, &text);
	}
	gitperf_buffer_dispose(&text);
}

/* "1 regression, 2 improvements, 5 without change, 3 not comparable" */
static void print_summary(gitperf_buffer *out, const gitperf_comparison *c,
			  const gitperf_view_options *o)
{
	static const struct {
		gitperf_verdict verdict;
		const char *one, *many;
	} parts[] = {
		{ GITPERF_VERDICT_REGRESSION, "regression", "regressions" },
		{ GITPERF_VERDICT_IMPROVEMENT, "improvement", "improvements" },
		{ GITPERF_VERDICT_CHANGE, "change", "changes" },
		{ GITPERF_VERDICT_NO_CHANGE, "without change", "without change" },
		{ GITPERF_VERDICT_INSUFFICIENT, "with insufficient data", "with insufficient data" },
		{ GITPERF_VERDICT_NOT_COMPARABLE, "not comparable", "not comparable" },
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		n = count_rows(c, parts[i].verdict);
		if (n)
			gitperf_buf_addf(&text, "%s%zu %s", text.len ? ", " : "", n,
					 n == 1 ? parts[i].one : parts[i].many);
	}
	gitperf_buf_addc(out, '\n');
	if (!text.len)
		gitperf_buf_adds(&text, "nothing to compare");
	print_line(out, o, VIEW_PLAIN, &text);
	print_remedies(out, c, o);
	gitperf_buf_addf(&text, "change: by all pairs of base and head, not by the two medians; intervals hold together with %.6g%%",
			 gitperf_comparison_confidence(c) * 100);
	print_line(out, o, VIEW_DIM, &text);
	gitperf_buffer_dispose(&text);
}

int gitperf_view_comparison(gitperf_buffer *out, const gitperf_comparison *c,
			    const gitperf_view_options *options)
{
	size_t i;
	int err;

	if (options->format == GITPERF_FORMAT_JSON)
		return gitperf_view__comparison_json(out, c);
	if (options->format == GITPERF_FORMAT_PORCELAIN)
		return gitperf_view__comparison_porcelain(out, c, options);
	err = print_commits(out, c, options);
	for (i = 0; i < gitperf_comparison_ngroups(c) && !err; i++)
		err = print_group(out, c, i, options);
	if (!err)
		print_summary(out, c, options);
	return err < 0 ? err : gitperf_buf_check(out);
}
