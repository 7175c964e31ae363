/*
 * benchmark.c - one benchmark's metrics, as a table
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void note(gitperf_buffer *text, const gitperf_metric *m, size_t n)
{
	const gitperf_summary *s = m->summary;

	if (s && s->have & 1u << GITPERF_SUMMARY_STDDEV) {
		gitperf_buf_adds(text, "stddev ");
		gitperf_view_value(text, gitperf_number_value(s->field[GITPERF_SUMMARY_STDDEV]), m->unit);
		gitperf_buf_adds(text, ", ");
	}
	gitperf_buf_addf(text, "%s%zu sample%s", s ? "summary of " : "", n, n == 1 ? "" : "s");
}

/* name, value, interval, note: four cells */
static void metric_cells(struct view_table *t, const gitperf_metric *m)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_interval interval;
	size_t n;
	double value;

	if (gitperf_metric_estimate(&value, &interval, &n, m) < 0) {
		t->failed = 1;
		return;
	}
	gitperf_buf_adds(&text, "    ");
	gitperf_view_text(&text, m->name);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_view_value(&text, value, m->unit);
	gitperf_table_take(t, VIEW_BOLD, 1, &text);
	gitperf_view__interval(&text, &interval, m->unit);
	gitperf_table_take(t, VIEW_DIM, 0, &text);
	note(&text, m, n);
	gitperf_table_take(t, VIEW_DIM, 0, &text);
	gitperf_buffer_dispose(&text);
}

static void carried(gitperf_buffer *out, const gitperf_benchmark *b,
		    const gitperf_view_options *o)
{
	char text[80];

	snprintf(text, sizeof(text), "carried from %.10s (nothing that it depends on has changed)",
		 b->carried);
	gitperf_view__colored(out, o, VIEW_DIM, text);
}

static void title(gitperf_buffer *out, const gitperf_benchmark *b,
		  const gitperf_view_options *o)
{
	gitperf_buf_adds(out, "  ");
	gitperf_view_name(out, b->name, b->params, b->nparams);
	gitperf_buf_adds(out, "  ");
	if (b->carried)
		carried(out, b, o);
	else
		gitperf_view__colored(out, o, b->status == GITPERF_STATUS_OK ? VIEW_GOOD : VIEW_BAD,
				      gitperf_status_name(b->status));
	if (b->duration_ns >= 0) {
		gitperf_buf_adds(out, "  took ");
		gitperf_view_value(out, (double)b->duration_ns, "ns");
	}
	if (b->workload) {
		gitperf_buf_adds(out, "  workload ");
		gitperf_view_text(out, b->workload);
	}
	gitperf_buf_addc(out, '\n');
	/* ours says no more than the title */
	if (b->error && (!b->carried || strncmp(b->error, "carried ", 8) != 0))
		gitperf_view__indented(out, b->error);
	if (b->log)
		gitperf_view__indented(out, b->log);
}

static void comparison(gitperf_buffer *out, const gitperf_metric *m,
		       const gitperf_previous *previous,
		       const gitperf_view_options *o)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_interval interval;
	double value, change;
	size_t n;

	if (!previous) {
		gitperf_buf_adds(out, "    this was not measured at an earlier commit\n");
		return;
	}
	if (gitperf_metric_estimate(&value, &interval, &n, m) < 0) {
		out->failed = 1;
		return;
	}
	if (previous->point.value <= 0)
		return;
	gitperf_buf_adds(out, "    ");
	change = value / previous->point.value - 1;
	gitperf_view__change(&text, change);
	gitperf_view__colored(out, o, gitperf_view__judge(m->better, change), text.ptr);
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
	gitperf_buf_addc(out, ' ');
	gitperf_view_text(out, m->name);
	gitperf_buf_addf(out, " against %.10s, %zu commit%s before (", previous->commit, previous->distance, previous->distance == 1 ? "" : "s");
	gitperf_view_value(out, previous->point.value, m->unit);
	gitperf_buf_adds(out, ")\n");
}

int gitperf_view__benchmark(gitperf_buffer *out, const gitperf_benchmark *b,
			    const gitperf_view_options *o)
{
	struct view_table t;
	size_t i;

	title(out, b, o);
	if (!b->nmetrics)
		return 0;
	gitperf_table_init(&t, o, 4);
	for (i = 0; i < b->nmetrics; i++)
		metric_cells(&t, &b->metrics[i]);
	return gitperf_table_print(out, &t);
}

int gitperf_view_benchmark(gitperf_buffer *out, const gitperf_benchmark *benchmark,
			   const gitperf_previous *previous,
			   const gitperf_view_options *options)
{
	int err = gitperf_view__benchmark(out, benchmark, options);

	if (!err && benchmark->nmetrics)
		comparison(out, &benchmark->metrics[0], previous, options);
	return err < 0 ? err : gitperf_buf_check(out);
}
