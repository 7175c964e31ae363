/*
 * log_machine.c - a log for programs: JSON, and porcelain v1
 *
 * git-perf-log(1) documents both. JSON may get new members; the fields of a
 * porcelain line and their order are fixed for ever.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void print_commits(gitperf_printer *p, const gitperf_log *log)
{
	char time[GITPERF_TIME_SIZE];
	size_t i;

	gitperf_print_key(p, "commits");
	gitperf_print_open(p, '[');
	for (i = 0; i < gitperf_log_ncommits(log); i++) {
		const gitperf_commit *commit = gitperf_log_commit(log, i);

		gitperf_time_format(time, commit->time);
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "id", commit->id);
		gitperf_print_string(p, "time", time);
		gitperf_print_string(p, "subject", commit->subject);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
}

static void print_point(gitperf_printer *p, const gitperf_log *log,
			const gitperf_point *point)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", gitperf_log_commit(log, point->commit)->id);
	gitperf_print_real(p, "value", point->value);
	gitperf_print_real(p, "low", point->interval.low);
	gitperf_print_real(p, "high", point->interval.high);
	gitperf_print_real(p, "confidence", point->interval.confidence);
	gitperf_print_int(p, "runs", (int64_t)point->runs);
	gitperf_print_int(p, "samples", (int64_t)point->samples);
	if (point->has_change) {
		gitperf_print_real(p, "change", point->change);
		gitperf_print_string(p, "previous", gitperf_log_commit(log, point->previous)->id);
		gitperf_print_bool(p, "environment_changed", point->environment_changed);
	}
	gitperf_print_close(p, '}');
}

static void print_series(gitperf_printer *p, const gitperf_log *log,
			 const gitperf_series *s)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", s->platform);
	gitperf_view__print_pairs(p, "config", s->config, s->nconfig);
	gitperf_print_string(p, "benchmark", s->benchmark);
	gitperf_view__print_pairs(p, "params", s->params, s->nparams);
	gitperf_print_string(p, "metric", s->metric);
	gitperf_print_string(p, "unit", s->unit);
	gitperf_print_string(p, "better", gitperf_better_name(s->better));
	gitperf_print_string(p, "workload", s->workload);
	gitperf_print_key(p, "points");
	gitperf_print_open(p, '[');
	for (i = 0; i < s->npoints; i++)
		print_point(p, log, &s->points[i]);
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

static void print_reasons(gitperf_printer *p, unsigned reasons)
{
	const char *word;
	unsigned i;

	gitperf_print_key(p, "benchmark_reason");
	gitperf_print_open(p, '[');
	for (i = 0; (word = gitperf_record_reason(i)); i++)
		if (reasons & 1u << i)
			gitperf_print_string(p, NULL, word);
	gitperf_print_close(p, ']');
}

static void print_range(gitperf_printer *p, const gitperf_cell *cell)
{
	if (!cell->range) {
		gitperf_print_string(p, "commit_range", NULL);
		return;
	}
	gitperf_print_key(p, "commit_range");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "oldest", cell->oldest);
	gitperf_print_int(p, "commits", (int64_t)cell->range);
	gitperf_print_close(p, '}');
}

static void print_column(gitperf_printer *p, const gitperf_log *log, size_t c)
{
	const gitperf_column *column = gitperf_log_column(log, c);
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", column->platform);
	gitperf_view__print_pairs(p, "config", column->config, column->nconfig);
	gitperf_print_key(p, "measured");
	gitperf_print_open(p, '[');
	for (i = 0; i < gitperf_log_ncommits(log); i++) {
		const gitperf_cell *cell = gitperf_log_cell(log, c, i);

		if (!cell->runs)
			continue;
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "commit", gitperf_log_commit(log, i)->id);
		gitperf_print_int(p, "runs", (int64_t)cell->runs);
		gitperf_print_int(p, "failed", (int64_t)cell->failed);
		print_reasons(p, cell->reasons);
		print_range(p, cell);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

static void print_columns(gitperf_printer *p, const gitperf_log *log)
{
	size_t c;

	gitperf_print_key(p, "columns");
	gitperf_print_open(p, '[');
	for (c = 0; c < gitperf_log_ncolumns(log); c++)
		print_column(p, log, c);
	gitperf_print_close(p, ']');
}

static void print_tally(gitperf_printer *p, const gitperf_tally *t)
{
	gitperf_print_key(p, "tally");
	gitperf_print_open(p, '{');
	gitperf_print_int(p, "records", (int64_t)t->records);
	gitperf_print_int(p, "newer", (int64_t)t->newer);
	gitperf_print_int(p, "damaged", (int64_t)t->damaged);
	gitperf_print_int(p, "duplicate", (int64_t)t->duplicate);
	gitperf_print_int(p, "foreign", (int64_t)t->foreign);
	gitperf_print_int(p, "revoked", (int64_t)t->revoked);
	gitperf_print_int(p, "dirty", (int64_t)t->dirty);
	gitperf_print_int(p, "elsewhere", (int64_t)t->elsewhere);
	gitperf_print_int(p, "unknown_commits", (int64_t)t->unknown_commits);
	gitperf_print_int(p, "carried", (int64_t)t->carried);
	gitperf_print_close(p, '}');
}

int gitperf_view__log_json(gitperf_buffer *out, const gitperf_log *log)
{
	gitperf_printer p = { out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	print_commits(&p, log);
	gitperf_print_key(&p, "series");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_log_nseries(log); i++)
		print_series(&p, log, gitperf_log_series(log, i));
	gitperf_print_close(&p, ']');
	print_columns(&p, log);
	print_tally(&p, gitperf_log_tally(log));
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

static void add_point_line(gitperf_buffer *out, const gitperf_log *log,
			   const gitperf_series *s, const gitperf_point *p)
{
	gitperf_buf_addf(out, "%s\t", s->platform);
	gitperf_view__add_pairs(out, s->config, s->nconfig);
	gitperf_buf_addf(out, "\t%s\t", s->benchmark);
	gitperf_view__add_pairs(out, s->params, s->nparams);
	gitperf_buf_addf(out, "\t%s\t%s\t%s\t%s\t%s", s->metric, s->unit,
			 gitperf_better_name(s->better), s->workload,
			 gitperf_log_commit(log, p->commit)->id);
	gitperf_view__add_real(out, p->value);
	gitperf_view__add_real(out, p->interval.low);
	gitperf_view__add_real(out, p->interval.high);
	gitperf_view__add_real(out, p->interval.confidence);
	gitperf_buf_addf(out, "\t%zu\t%zu", p->runs, p->samples);
	if (p->has_change) {
		gitperf_view__add_real(out, p->change);
		gitperf_buf_addf(out, "\t%s\t%s", gitperf_log_commit(log, p->previous)->id,
				 p->environment_changed ? "changed" : "same");
	} else {
		gitperf_buf_adds(out, "\t-\t-\t-");
	}
}

int gitperf_view__log_porcelain(gitperf_buffer *out, const gitperf_log *log,
				const gitperf_view_options *options)
{
	size_t i, j;

	for (i = 0; i < gitperf_log_nseries(log); i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		for (j = 0; j < s->npoints; j++) {
			add_point_line(out, log, s, &s->points[j]);
			gitperf_buf_addc(out, options->nul ? '\0' : '\n');
		}
	}
	return gitperf_buf_check(out);
}
