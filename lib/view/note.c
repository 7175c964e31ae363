/*
 * note.c - one line about a commit, for git log to show below its message
 *
 * What git log shows has neither headings nor colours, and stands for years:
 * so the line says in words which way a change goes and what it is against,
 * names first what has clearly moved, and is silent about what the intervals
 * leave open. It has no times and nothing of this machine: equal records and
 * history make equal bytes.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/pairs.h"
#include "view/view.h"

#include <math.h>

/* a line of this many bytes is about what a screen has two rows for */
#define LINE_MAX_BYTES 200
#define NAME_BYTES 60
/* of a metric or configuration, which stand in front of the values */
#define PREFIX_BYTES 32
/* three are still readable in a line; a fourth would leave none of them room */
#define COLUMNS_MAX 3

struct shown {
	const gitperf_mover *what;
	double news;              /* size of a clear change, 0 without one */
};

/* What one column has to say of one commit */
struct report {
	const gitperf_column *column;
	const gitperf_cell *cell;
	struct shown *shown;
	size_t n;
};

static int is_news(const gitperf_point *p)
{
	return p->has_change && p->apart && !p->environment_changed;
}

/* The largest first, what is no news in the order of the series */
static int by_news(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (x->news < y->news || x->news > y->news)
		return x->news < y->news ? 1 : -1;
	return (x->what > y->what) - (x->what < y->what);
}

/* A name that leaves room for others: cut between two characters */
static void add_short(gitperf_buffer *out, const char *text, size_t most)
{
	size_t len = strlen(text);

	if (len <= most) {
		gitperf_buf_add(out, text, len);
		return;
	}
	for (len = most - 3; len && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
		;
	gitperf_buf_add(out, text, len);
	gitperf_buf_adds(out, "...");
}

/* What all have in common, or NULL */
static const char *common_metric(const struct report *r)
{
	const char *metric = r->n ? r->shown[0].what->series->metric : NULL;
	size_t i;

	for (i = 1; i < r->n && metric; i++)
		if (strcmp(metric, r->shown[i].what->series->metric))
			metric = NULL;
	return metric;
}

static void add_metric(gitperf_buffer *out, const char *metric)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_view_text(&text, metric);
	add_short(out, text.ptr, PREFIX_BYTES);
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

/* "parse 12.30 ms (-4.0%)" */
static void add_value(gitperf_buffer *out, const struct shown *s, int with_metric,
		      int with_change)
{
	const gitperf_series *series = s->what->series;
	gitperf_buffer name = GITPERF_BUFFER_INIT;

	gitperf_view_name(&name, series->benchmark, series->params, series->nparams);
	add_short(out, name.ptr, NAME_BYTES);
	out->failed |= name.failed;
	gitperf_buffer_dispose(&name);
	gitperf_buf_addc(out, ' ');
	if (with_metric) {
		add_metric(out, series->metric);
		gitperf_buf_addc(out, ' ');
	}
	gitperf_view_value(out, s->what->point->value, series->unit);
	if (with_change && is_news(s->what->point)) {
		gitperf_buf_adds(out, " (");
		gitperf_view__change(out, s->what->point->change);
		gitperf_buf_addc(out, ')');
	}
}

/* "wall: parse 12.30 ms, lex 3.41 ms, and 9 more", in about `most` bytes */
static void add_values(gitperf_buffer *out, const struct report *r, size_t most)
{
	static const char more[] = ", and 12345 more";
	const char *metric = common_metric(r);
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	size_t i, tail;

	if (metric) {
		add_metric(out, metric);
		gitperf_buf_adds(out, ": ");
	}
	for (i = 0; i < r->n; i++) {
		gitperf_buf_truncate(&value, 0);
		gitperf_buf_adds(&value, i ? ", " : "");
		/* of a single one, the change is said already */
		add_value(&value, &r->shown[i], !metric, r->n > 1);
		tail = i + 1 < r->n ? strlen(more) : 0;
		if (out->len + value.len + tail > most)
			break;
		gitperf_buf_add(out, value.ptr, value.len);
	}
	if (!i)
		gitperf_buf_addf(out, "%zu benchmark%s", r->n, r->n == 1 ? "" : "s");
	else if (i < r->n)
		gitperf_buf_addf(out, ", and %zu more", r->n - i);
	out->failed |= value.failed;
	gitperf_buffer_dispose(&value);
}

/* The commit that all were measured last at, or NULL; whether the environment changed */
static const gitperf_commit *find_previous(int *changed, const gitperf_log *log,
					   const struct report *r)
{
	const gitperf_point *first = NULL, *p;
	int one = 1;
	size_t i;

	for (i = *changed = 0; i < r->n; i++) {
		p = r->shown[i].what->point;
		if (!p->has_change || r->shown[i].what->series->better == GITPERF_BETTER_NONE)
			continue;
		first = first ? first : p;
		one &= p->previous == first->previous;
		*changed |= p->environment_changed;
	}
	return first && one ? gitperf_log_commit(log, first->previous) : NULL;
}

/*
 * The geometric mean is one of costs, below 1 is better. Of rates alone it is
 * turned round, so that it agrees with the values that stand behind it.
 */
static double mean_ratio(const struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->shown[i].what->point->has_change &&
		    r->shown[i].what->series->better == GITPERF_BETTER_LOWER)
			return 1 + r->cell->change;
	return 1 / (1 + r->cell->change);
}

/* "25.7% better than 4d1cbd94d0", "no clear change since 4d1cbd94d0" */
static void add_change(gitperf_buffer *out, const gitperf_log *log,
		       const struct report *r)
{
	double percent = fabs(mean_ratio(r) - 1) * 100;
	int changed;
	const gitperf_commit *previous = find_previous(&changed, log, r);

	if (!r->cell->apart)
		gitperf_buf_adds(out, previous ? "no clear change since " : "no clear change");
	else if (percent < 0.05)
		gitperf_buf_adds(out, "on the whole as ");
	else
		gitperf_buf_addf(out, percent < 1000 ? "%.1f%% %s than " : "%.3g%% %s than ",
				 percent, r->cell->change < 0 ? "better" : "worse");
	if (previous)
		gitperf_buf_addf(out, "%.10s", previous->id);
	else if (r->cell->apart)
		gitperf_buf_adds(out, "before");
	if (changed)
		gitperf_buf_adds(out, " (environment changed)");
}

static void add_report(gitperf_buffer *out, const gitperf_log *log,
		       const struct report *r, size_t most)
{
	gitperf_buffer config = GITPERF_BUFFER_INIT;

	if (r->column->nconfig) {
		gitperf_view__pairs(&config, r->column->config, r->column->nconfig);
		add_short(out, config.ptr, PREFIX_BYTES);
		gitperf_buf_adds(out, ": ");
		out->failed |= config.failed;
		gitperf_buffer_dispose(&config);
	}
	if (r->cell->failed)
		gitperf_buf_addf(out, "%zu failed%s", r->cell->failed, r->n ? "; " : "");
	if (r->cell->compared) {
		add_change(out, log, r);
		gitperf_buf_adds(out, "; ");
	}
	if (r->n)
		add_values(out, r, most);
}

/* Of the points of a commit, those of a column; 1 if there is anything to say */
static int make_report(struct report *out, const gitperf_mover *points, size_t n)
{
	const gitperf_column *column = out->column;
	size_t i;

	out->n = 0;
	for (i = 0; i < n; i++) {
		const gitperf_series *s = points[i].series;
		const gitperf_point *p = points[i].point;

		if (strcmp(s->platform, column->platform) ||
		    gitperf_pairs_compare(s->config, s->nconfig, column->config, column->nconfig))
			continue;
		out->shown[out->n].what = &points[i];
		out->shown[out->n++].news = is_news(p) ? fabs(log1p(p->change)) : 0;
	}
	qsort(out->shown, out->n, sizeof(*out->shown), by_news);
	return out->n || out->cell->failed;
}

static size_t count_columns(const gitperf_log *log, const char *platform, size_t commit)
{
	size_t c, n = 0;

	for (c = 0; c < gitperf_log_ncolumns(log); c++)
		n += !strcmp(gitperf_log_column(log, c)->platform, platform) &&
		     (gitperf_log_cell(log, c, commit)->benchmarks ||
		      gitperf_log_cell(log, c, commit)->failed);
	return n;
}

int gitperf_view_note(gitperf_buffer *out, gitperf_log *log,
		      const char *platform, size_t commit)
{
	size_t n, c, done = 0, columns = count_columns(log, platform, commit), each;
	size_t most = LINE_MAX_BYTES, base = out->len;
	const gitperf_mover *points;
	struct report r;
	int err;

	if (!columns)
		return 0;
	if ((err = gitperf_log_points(&points, &n, log, commit)) < 0)
		return err;
	if (!(r.shown = calloc(n + 1, sizeof(*r.shown))))
		return gitperf_fail_oom();
	if (columns > COLUMNS_MAX)
		most -= strlen(" | and 12345 more configurations");
	each = most / (columns < COLUMNS_MAX ? columns : COLUMNS_MAX);
	for (c = 0; c < gitperf_log_ncolumns(log) && done < COLUMNS_MAX; c++) {
		r.column = gitperf_log_column(log, c);
		r.cell = gitperf_log_cell(log, c, commit);
		if (strcmp(r.column->platform, platform) || !make_report(&r, points, n))
			continue;
		gitperf_buf_adds(out, done++ ? " | " : "");
		add_report(out, log, &r, base + done * each);
	}
	if (done < columns)
		gitperf_buf_addf(out, " | and %zu more configurations", columns - done);
	free(r.shown);
	err = gitperf_buf_check(out);
	return err < 0 ? err : 1;
}
