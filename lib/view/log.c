/*
 * log.c - a log for people: an overview, or the values of each series
 *
 * Only measured commits are rows. What lies between is said in words and
 * never filled in.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "data/pairs.h"
#include "view/view.h"

#define SPARK_MAX 40
#define MOVERS_MAX 5

/* Of commits that follow each other in a log, how many came to what */
static int count_fates(size_t counts[GITPERF_FATES], const gitperf_log *log, const char *platform,
		       size_t first, size_t commits)
{
	const gitperf_coverage *c = gitperf_log_coverage(log);
	size_t p = 0, i, at;

	memset(counts, 0, GITPERF_FATES * sizeof(*counts));
	while (c && p < gitperf_coverage_nplatforms(c) &&
	       strcmp(gitperf_coverage_platform(c, p)->name, platform) != 0)
		p++;
	if (!c || p == gitperf_coverage_nplatforms(c))
		return 0;
	for (i = first; i < first + commits; i++) {
		gitperf_outlook outlook;

		if (!gitperf_coverage_find(&at, c, gitperf_log_commit(log, i)->id))
			return 0;
		gitperf_coverage_outlook(&outlook, c, p, at);
		counts[outlook.fate]++;
	}
	return 1;
}

static void add_fates(gitperf_buffer *out, const size_t counts[GITPERF_FATES])
{
	size_t fate, n = 0;

	for (fate = GITPERF_FATE_PENDING; fate < GITPERF_FATES; fate++)
		if (counts[fate])
			gitperf_buf_addf(out, "%s%zu %s", n++ ? ", " : "", counts[fate],
					 gitperf_fate_name((gitperf_fate)fate));
}

/* What became of them: if it is the same on all platforms that are meant */
static void add_reasons(gitperf_buffer *out, const gitperf_log *log, const char *platform,
			size_t first, size_t commits)
{
	size_t counts[GITPERF_FATES], others[GITPERF_FATES], c, known = 0;

	for (c = 0; c < gitperf_log_ncolumns(log); c++) {
		const char *name = gitperf_log_column(log, c)->platform;

		if ((platform && strcmp(platform, name)) || !count_fates(others, log, name, first, commits))
			continue;
		if (!known++)
			memcpy(counts, others, sizeof(counts));
		else if (memcmp(counts, others, sizeof(counts)))
			return;
	}
	if (!known)
		return;
	gitperf_buf_adds(out, ": ");
	add_fates(out, counts);
}

/* `platform` NULL: all that the log has */
static void gap(struct view_table *t, const gitperf_log *log, const char *platform,
		size_t first, size_t commits, const char *when)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	if (!commits)
		return;
	gitperf_buf_addf(&text, "%zu commit%s not measured%s", commits,
			 commits == 1 ? "" : "s", when);
	add_reasons(&text, log, platform, first, commits);
	gitperf_table_note(t, text.ptr);
	t->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

static void commit_cells(struct view_table *t, const gitperf_commit *commit,
			 gitperf_buffer *text)
{
	gitperf_buf_addf(text, "%.10s", commit->id);
	gitperf_table_take(t, VIEW_WARN, 0, text);
	gitperf_view__date(text, commit->time);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
}

static void subject_cell(struct view_table *t, const gitperf_commit *commit,
			 gitperf_buffer *text)
{
	gitperf_view_text(text, commit->subject);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
}

static void headings(struct view_table *t, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		gitperf_table_cell(t, VIEW_DIM, 0, names[i]);
}

/* One series */

/* Told apart by the workload alone: the same name for another command, say */
static int has_namesake(const gitperf_log *log, size_t i)
{
	const gitperf_series *s = gitperf_log_series(log, i);
	size_t j;

	for (j = i ? i - 1 : 1; j <= i + 1 && j < gitperf_log_nseries(log); j += 2) {
		const gitperf_series *t = gitperf_log_series(log, j);

		if (!strcmp(s->benchmark, t->benchmark) && !strcmp(s->metric, t->metric) &&
		    !strcmp(s->platform, t->platform) && strcmp(s->workload, t->workload))
			return 1;
	}
	return 0;
}

static void series_title(gitperf_buffer *out, const gitperf_log *log, size_t i,
			 const gitperf_view_options *o)
{
	const gitperf_series *s = gitperf_log_series(log, i);
	gitperf_buffer title = GITPERF_BUFFER_INIT;

	gitperf_view_name(&title, s->benchmark, s->params, s->nparams);
	gitperf_view__colored(out, o, VIEW_BOLD, title.ptr);
	gitperf_buffer_dispose(&title);
	gitperf_buf_addc(out, ' ');
	gitperf_view_text(out, s->metric);
	gitperf_buf_addf(out, " on %s", s->platform);
	if (s->nconfig) {
		gitperf_buf_adds(out, " with ");
		gitperf_view__pairs(out, s->config, s->nconfig);
	}
	if (has_namesake(log, i)) {
		gitperf_buf_adds(out, ", workload ");
		gitperf_view_text(out, *s->workload ? s->workload : "unknown");
	}
	if (s->better == GITPERF_BETTER_HIGHER)
		gitperf_buf_adds(out, ", higher is better");
	gitperf_buf_adds(out, "  ");
	gitperf_view__spark(out, s->points, s->npoints, SPARK_MAX);
	gitperf_buf_addc(out, '\n');
}

static void change_cell(struct view_table *t, const gitperf_series *s,
			const gitperf_point *p, gitperf_buffer *text)
{
	enum view_color color = VIEW_PLAIN;

	if (p->has_change) {
		gitperf_view__change(text, p->change);
		/* what the intervals leave open is no news */
		if (p->apart)
			color = gitperf_view__judge(s->better, p->change);
	}
	if (p->environment_changed) {
		gitperf_buf_adds(text, " *");
		color = VIEW_DIM;
	}
	gitperf_table_take(t, color, 1, text);
}

static int print_series(gitperf_buffer *out, const gitperf_log *log, size_t n,
			const gitperf_view_options *o)
{
	const gitperf_series *s = gitperf_log_series(log, n);
	static const char *const names[] = {
		"commit", "date", "value", "95% interval", "change", "runs", "subject"
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, next = 0, changed = 0;
	struct view_table t;
	int err;

	series_title(out, log, n, o);
	gitperf_table_init(&t, o, ARRAY_SIZE(names));
	headings(&t, names, ARRAY_SIZE(names));
	for (i = 0; i < s->npoints; i++) {
		const gitperf_point *p = &s->points[i];
		const gitperf_commit *commit = gitperf_log_commit(log, p->commit);

		gap(&t, log, s->platform, next, p->commit - next, i ? "" : " yet");
		next = p->commit + 1;
		changed += p->environment_changed != 0;
		commit_cells(&t, commit, &text);
		gitperf_view_value(&text, p->value, s->unit);
		gitperf_table_take(&t, VIEW_BOLD, 1, &text);
		gitperf_view__interval(&text, &p->interval, s->unit);
		gitperf_table_take(&t, VIEW_DIM, 0, &text);
		change_cell(&t, s, p, &text);
		gitperf_buf_addf(&text, "%zu", p->runs);
		gitperf_table_take(&t, VIEW_PLAIN, 1, &text);
		subject_cell(&t, commit, &text);
	}
	gap(&t, log, s->platform, next, gitperf_log_ncommits(log) - next, " before");
	err = gitperf_table_print(out, &t);
	if (changed)
		gitperf_buf_adds(out, "* the environment changed: compare with care\n");
	gitperf_buffer_dispose(&text);
	return err;
}

static int print_all_series(gitperf_buffer *out, const gitperf_log *log,
			    const gitperf_view_options *o)
{
	size_t i;
	int err = 0;

	for (i = 0; i < gitperf_log_nseries(log) && !err; i++) {
		if (i)
			gitperf_buf_addc(out, '\n');
		err = print_series(out, log, i, o);
	}
	return err;
}

/* The overview */

/* What all columns have in common is said once, above the table. */
static int has_common_config(const gitperf_log *log)
{
	const gitperf_column *first = gitperf_log_column(log, 0), *column;
	size_t c;

	for (c = 1; c < gitperf_log_ncolumns(log); c++) {
		column = gitperf_log_column(log, c);
		if (gitperf_pairs_compare(column->config, column->nconfig, first->config, first->nconfig))
			return 0;
	}
	return 1;
}

static void overview_headings(struct view_table *t, const gitperf_log *log,
			      size_t columns, int common)
{
	static const char *const first[] = { "commit", "date" };
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t c;

	headings(t, first, 2);
	for (c = 0; c < columns; c++) {
		const gitperf_column *column = gitperf_log_column(log, c);

		gitperf_buf_adds(&text, column->platform);
		if (!common && column->nconfig) {
			gitperf_buf_addc(&text, ' ');
			gitperf_view__pairs(&text, column->config, column->nconfig);
		}
		gitperf_table_take(t, VIEW_DIM, 0, &text);
	}
	gitperf_table_cell(t, VIEW_DIM, 0, "subject");
	gitperf_buffer_dispose(&text);
}

static void overview_cell(struct view_table *t, const gitperf_cell *c,
			  gitperf_buffer *text)
{
	enum view_color color = VIEW_PLAIN;

	if (c->compared) {
		gitperf_view__change(text, c->change);
		if (c->apart)
			color = gitperf_view__judge(GITPERF_BETTER_LOWER, c->change);
	} else if (c->benchmarks) {
		gitperf_buf_adds(text, "first");
	} else if (!c->runs) {
		gitperf_buf_adds(text, "-");
		color = VIEW_DIM;
	}
	if (c->range > 1)
		gitperf_buf_addf(text, "%s(%zu)", text->len ? " " : "", c->range);
	if (c->failed) {
		gitperf_buf_addf(text, "%s%zu failed", text->len ? " " : "", c->failed);
		color = VIEW_BAD;
	}
	gitperf_table_take(t, color, 0, text);
}

static int is_measured(const gitperf_log *log, size_t commit)
{
	size_t c;

	for (c = 0; c < gitperf_log_ncolumns(log); c++)
		if (gitperf_log_cell(log, c, commit)->runs)
			return 1;
	return 0;
}

static int print_table(gitperf_buffer *out, const gitperf_log *log,
		       size_t columns, const gitperf_view_options *o)
{
	const gitperf_column *first = gitperf_log_column(log, 0);
	int common = has_common_config(log);
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, c, next = 0, rows = 0;
	struct view_table t;
	int err;

	if (common && first->nconfig) {
		gitperf_buf_adds(out, "configuration: ");
		gitperf_view__pairs(out, first->config, first->nconfig);
		gitperf_buf_addc(out, '\n');
	}
	gitperf_table_init(&t, o, columns + 3);
	overview_headings(&t, log, columns, common);
	for (i = 0; i < gitperf_log_ncommits(log); i++) {
		if (!is_measured(log, i))
			continue;
		gap(&t, log, NULL, next, i - next, rows++ ? "" : " yet");
		next = i + 1;
		commit_cells(&t, gitperf_log_commit(log, i), &text);
		for (c = 0; c < columns; c++)
			overview_cell(&t, gitperf_log_cell(log, c, i), &text);
		subject_cell(&t, gitperf_log_commit(log, i), &text);
	}
	gap(&t, log, NULL, next, gitperf_log_ncommits(log) - next, rows ? " before" : "");
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

static void mover_cells(struct view_table *t, const gitperf_log *log,
			const gitperf_mover *m, gitperf_buffer *text)
{
	const gitperf_series *s = m->series;

	gitperf_view__change(text, m->point->change);
	gitperf_table_take(t, gitperf_view__judge(s->better, m->point->change), 1, text);
	gitperf_view_name(text, s->benchmark, s->params, s->nparams);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	gitperf_view_text(text, s->metric);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	gitperf_buf_adds(text, s->platform);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	gitperf_view_value(text, m->point->value / (1 + m->point->change), s->unit);
	gitperf_buf_adds(text, " -> ");
	gitperf_view_value(text, m->point->value, s->unit);
	gitperf_table_take(t, VIEW_PLAIN, 0, text);
	gitperf_buf_addf(text, "%.10s", gitperf_log_commit(log, m->point->commit)->id);
	if (m->point->previous != m->point->commit + 1)
		gitperf_buf_addf(text, ", %zu commits after %.10s",
				 m->point->previous - m->point->commit,
				 gitperf_log_commit(log, m->point->previous)->id);
	gitperf_table_take(t, VIEW_DIM, 0, text);
}

static int print_movers(gitperf_buffer *out, const gitperf_log *log,
			const gitperf_view_options *o)
{
	gitperf_mover movers[MOVERS_MAX];
	size_t n = gitperf_log_movers(log, movers, MOVERS_MAX), i;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct view_table t;
	int err;

	if (!n)
		return 0;
	gitperf_buf_addc(out, '\n');
	gitperf_view__colored(out, o, VIEW_BOLD, "largest movers");
	gitperf_buf_addc(out, '\n');
	gitperf_table_init(&t, o, 6);
	for (i = 0; i < n; i++)
		mover_cells(&t, log, &movers[i], &text);
	err = gitperf_table_print(out, &t);
	gitperf_buffer_dispose(&text);
	return err;
}

/* They are no values, so they have no place in the table */
static void print_carried(gitperf_buffer *out, size_t n, const gitperf_view_options *o)
{
	char text[160];

	if (!n)
		return;
	snprintf(text, sizeof(text), "%zu benchmark%s carried from an earlier commit, because nothing that "
		 "%s on had changed", n, n == 1 ? " was" : "s were", n == 1 ? "it depends" : "they depend");
	gitperf_view__wrapped(out, o, VIEW_DIM, text, 0);
	gitperf_buf_addc(out, '\n');
}

static int print_overview(gitperf_buffer *out, const gitperf_log *log,
			  const gitperf_view_options *o)
{
	size_t columns = gitperf_log_ncolumns(log), shown = columns;
	int err;

	if (!columns)
		return 0;
	if (shown > VIEW_COLUMNS_MAX - 3)
		shown = VIEW_COLUMNS_MAX - 3;
	if ((err = print_table(out, log, shown, o)) < 0)
		return err;
	if (shown < columns)
		gitperf_buf_addf(out, "%zu more columns: choose with --platform or -k\n", columns - shown);
	gitperf_view__wrapped(out, o, VIEW_DIM, gitperf_log_coverage(log) ?
		"change: geometric mean over the benchmarks, against the previous measured commit; "
		"(n): stands for n commits" :
		"change: geometric mean over the benchmarks, against the previous measured commit", 0);
	gitperf_buf_addc(out, '\n');
	print_carried(out, gitperf_log_tally(log)->carried, o);
	return print_movers(out, log, o);
}

int gitperf_view_log(gitperf_buffer *out, const gitperf_log *log, int overview,
		     const gitperf_view_options *options)
{
	if (options->format == GITPERF_FORMAT_JSON)
		return gitperf_view__log_json(out, log);
	if (options->format == GITPERF_FORMAT_PORCELAIN)
		return gitperf_view__log_porcelain(out, log, options);
	return overview ? print_overview(out, log, options) :
		print_all_series(out, log, options);
}
