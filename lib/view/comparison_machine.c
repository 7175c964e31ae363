/*
 * comparison_machine.c - a comparison for programs: JSON, and porcelain v1
 *
 * git-perf-diff(1) documents both. JSON may get new members; the fields of a
 * porcelain line and their order are fixed for ever.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static const char *method(const gitperf_comparison_row *row)
{
	if (row->verdict == GITPERF_VERDICT_NOT_COMPARABLE)
		return "-";
	return row->paired ? "pairs" : row->by_runs ? "runs" : "samples";
}

static void print_commit(gitperf_printer *p, const char *key,
			 const gitperf_comparison_side *side)
{
	char time[GITPERF_TIME_SIZE];

	gitperf_time_format(time, side->time);
	gitperf_print_key(p, key);
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", side->id);
	if (side->subject) {
		gitperf_print_string(p, "time", time);
		gitperf_print_string(p, "subject", side->subject);
	}
	gitperf_print_int(p, "runs", (int64_t)side->runs);
	gitperf_print_int(p, "unusable", (int64_t)side->unusable);
	gitperf_print_close(p, '}');
}

static void print_ratio(gitperf_printer *p, const gitperf_ratio *ratio)
{
	gitperf_print_real(p, "ratio", ratio->value);
	gitperf_print_real(p, "low", ratio->low);
	gitperf_print_real(p, "high", ratio->high);
	gitperf_print_real(p, "confidence", ratio->confidence);
}

static void print_group(gitperf_printer *p, const gitperf_comparison_group *group)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", group->platform);
	gitperf_view__print_pairs(p, "config", group->config, group->nconfig);
	gitperf_print_int(p, "base_runs", (int64_t)group->base_runs);
	gitperf_print_int(p, "head_runs", (int64_t)group->head_runs);
	gitperf_print_int(p, "base_dirty", (int64_t)group->base_dirty);
	gitperf_print_int(p, "head_dirty", (int64_t)group->head_dirty);
	gitperf_print_int(p, "base_left_out", (int64_t)group->base_left_out);
	gitperf_print_int(p, "head_left_out", (int64_t)group->head_left_out);
	gitperf_print_bool(p, "environment_changed", group->environment_changed);
	gitperf_print_int(p, "benchmarks", (int64_t)group->benchmarks);
	gitperf_print_key(p, "geomean");
	gitperf_print_open(p, '{');
	print_ratio(p, &group->geomean);
	gitperf_print_close(p, '}');
	gitperf_print_close(p, '}');
}

static void print_side(gitperf_printer *p, const char *key, const gitperf_compared *side)
{
	gitperf_print_key(p, key);
	gitperf_print_open(p, '{');
	gitperf_print_real(p, "value", side->value);
	gitperf_print_string(p, "unit", side->unit);
	gitperf_print_string(p, "workload", side->workload);
	gitperf_print_int(p, "runs", (int64_t)side->runs);
	gitperf_print_int(p, "samples", (int64_t)side->samples);
	gitperf_print_int(p, "failed", (int64_t)side->failed);
	if (side->failed) {
		gitperf_print_string(p, "status", gitperf_status_name(side->status));
		gitperf_print_string(p, "error", side->error);
	}
	if (side->carried)
		gitperf_print_string(p, "carried", side->carried);
	gitperf_print_close(p, '}');
}

static void print_row(gitperf_printer *p, const gitperf_comparison *c,
		      const gitperf_comparison_row *row)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(c, row->group);

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", group->platform);
	gitperf_view__print_pairs(p, "config", group->config, group->nconfig);
	gitperf_print_string(p, "benchmark", row->benchmark);
	gitperf_view__print_pairs(p, "params", row->params, row->nparams);
	gitperf_print_string(p, "metric", row->metric);
	gitperf_print_string(p, "better", gitperf_better_name(row->better));
	gitperf_print_bool(p, "headline", row->headline);
	gitperf_print_string(p, "verdict", gitperf_verdict_name(row->verdict));
	print_side(p, "base", &row->base);
	print_side(p, "head", &row->head);
	if (row->verdict == GITPERF_VERDICT_NOT_COMPARABLE) {
		gitperf_print_string(p, "obstacle", gitperf_obstacle_name(row->obstacle));
	} else {
		print_ratio(p, &row->ratio);
		gitperf_print_string(p, "method", method(row));
		gitperf_print_int(p, "needed", (int64_t)row->needed);
		gitperf_print_bool(p, "unconfirmed", row->unconfirmed);
		gitperf_print_bool(p, "environment_changed", group->environment_changed);
	}
	gitperf_print_close(p, '}');
}

void gitperf_view__print_comparison(gitperf_printer *p, const gitperf_comparison *c)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_int(p, "version", 1);
	print_commit(p, "base", gitperf_comparison_base(c));
	print_commit(p, "head", gitperf_comparison_head(c));
	gitperf_print_real(p, "confidence", gitperf_comparison_confidence(c));
	gitperf_print_real(p, "floor", gitperf_comparison_floor(c));
	gitperf_print_key(p, "groups");
	gitperf_print_open(p, '[');
	for (i = 0; i < gitperf_comparison_ngroups(c); i++)
		print_group(p, gitperf_comparison_group_at(c, i));
	gitperf_print_close(p, ']');
	gitperf_print_key(p, "rows");
	gitperf_print_open(p, '[');
	for (i = 0; i < gitperf_comparison_count(c); i++)
		print_row(p, c, gitperf_comparison_row_at(c, i));
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

int gitperf_view__comparison_json(gitperf_buffer *out, const gitperf_comparison *c)
{
	gitperf_printer p = { out, 0 };

	gitperf_view__print_comparison(&p, c);
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void add_identity(gitperf_buffer *out, const gitperf_comparison_row *row,
			 const gitperf_comparison_group *group)
{
	gitperf_buf_addf(out, "%s\t", group->platform);
	gitperf_view__add_pairs(out, group->config, group->nconfig);
	gitperf_buf_addf(out, "\t%s\t", row->benchmark);
	gitperf_view__add_pairs(out, row->params, row->nparams);
	gitperf_buf_addf(out, "\t%s\t%s", row->metric, gitperf_better_name(row->better));
}

static void add_side(gitperf_buffer *out, const gitperf_compared *side)
{
	gitperf_view__add_real(out, side->value);
	gitperf_buf_addf(out, "\t%s\t%s\t%zu\t%zu\t%s", or_dash(side->unit),
			 or_dash(side->workload), side->runs, side->samples,
			 gitperf_status_name(side->status));
}

static void add_row(gitperf_buffer *out, const gitperf_comparison *c,
		    const gitperf_comparison_row *row)
{
	const gitperf_comparison_group *group = gitperf_comparison_group_at(c, row->group);
	int compared = row->verdict != GITPERF_VERDICT_NOT_COMPARABLE;

	add_identity(out, row, group);
	gitperf_buf_addf(out, "\t%s\t%s", gitperf_verdict_name(row->verdict),
			 compared ? "-" : gitperf_obstacle_name(row->obstacle));
	add_side(out, &row->base);
	add_side(out, &row->head);
	gitperf_view__add_real(out, row->ratio.value);
	gitperf_view__add_real(out, row->ratio.low);
	gitperf_view__add_real(out, row->ratio.high);
	gitperf_view__add_real(out, row->ratio.confidence);
	gitperf_buf_addf(out, "\t%s\t%zu\t%s\t%s", method(row), row->needed,
			 !compared ? "-" : row->unconfirmed ? "unconfirmed" : "confirmed",
			 group->environment_changed ? "changed" : "same");
}

int gitperf_view__comparison_porcelain(gitperf_buffer *out, const gitperf_comparison *c,
				       const gitperf_view_options *options)
{
	size_t i;

	for (i = 0; i < gitperf_comparison_count(c); i++) {
		add_row(out, c, gitperf_comparison_row_at(c, i));
		gitperf_buf_addc(out, options->nul ? '\0' : '\n');
	}
	return gitperf_buf_check(out);
}
