/*
 * run.c - what has just been measured
 *
 * One benchmark is shown with all its metrics, several as a table with the
 * first metric of each: the rest is a "git perf show" away.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void heading(gitperf_buffer *out, const gitperf_record *r)
{
	gitperf_buf_addf(out, "%.10s on %s", r->commit, r->platform);
	if (r->nconfig) {
		gitperf_buf_adds(out, ", ");
		gitperf_view__pairs(out, r->config, r->nconfig);
	}
	gitperf_buf_adds(out, r->dirty > 0 ? ", with changes that are not committed\n" : "\n");
}

/* "build ok 2.31 s, setup failed 12.0 ms" */
static void steps_line(gitperf_buffer *out, const gitperf_record *r,
		       const gitperf_view_options *o)
{
	size_t i;

	for (i = 0; i < r->nsteps; i++) {
		const gitperf_step *step = &r->steps[i];
		int ok = step->status == GITPERF_STATUS_OK;

		gitperf_buf_addf(out, "%s%s ", i ? ", " : "  ", step->name);
		gitperf_view__colored(out, o, ok ? VIEW_GOOD : VIEW_BAD, gitperf_status_name(step->status));
		if (step->duration_ns >= 0) {
			gitperf_buf_addc(out, ' ');
			gitperf_view_value(out, (double)step->duration_ns, "ns");
		}
	}
	if (r->nsteps)
		gitperf_buf_addc(out, '\n');
	if (r->error)
		gitperf_view__indented(out, r->error);
	if (r->log)
		gitperf_view__indented(out, r->log);
}

static int has_change(const gitperf_previous *previous, double value)
{
	return previous->commit[0] && previous->point.value > 0 && value >= 0;
}

static void change_cell(struct view_table *t, gitperf_buffer *text,
			const gitperf_metric *m, double value,
			const gitperf_previous *previous)
{
	double change = 0;

	if (has_change(previous, value)) {
		change = value / previous->point.value - 1;
		gitperf_view__change(text, change);
	} else {
		gitperf_buf_adds(text, "first");
	}
	gitperf_table_take(t, has_change(previous, value) ? gitperf_view__judge(m->better, change) : VIEW_DIM, 1, text);
}

/* benchmark, metric, value, change, interval: five cells */
static void measured_row(struct view_table *t, const gitperf_benchmark *b,
			 const gitperf_previous *previous)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const gitperf_metric *m = &b->metrics[0];
	gitperf_interval interval;
	double value;
	size_t n;

	if (gitperf_metric_estimate(&value, &interval, &n, m) < 0) {
		t->failed = 1;
		return;
	}
	gitperf_buf_adds(&text, "  ");
	gitperf_view_name(&text, b->name, b->params, b->nparams);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_view_text(&text, m->name);
	gitperf_table_take(t, VIEW_DIM, 0, &text);
	gitperf_view_value(&text, value, m->unit);
	gitperf_table_take(t, VIEW_BOLD, 1, &text);
	change_cell(t, &text, m, value, previous);
	gitperf_view__interval(&text, &interval, m->unit);
	gitperf_buf_addf(&text, "%s%zu sample%s", text.len ? "  " : "", n, n == 1 ? "" : "s");
	gitperf_table_take(t, VIEW_DIM, 0, &text);
	gitperf_buffer_dispose(&text);
}

/* What the changes are against, which is not the same commit for all */
static void against_line(gitperf_buffer *out, const gitperf_record *r,
			 const gitperf_previous *previous, const gitperf_view_options *o)
{
	const gitperf_previous *first = NULL;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int several = 0;
	size_t i;

	for (i = 0; i < r->nbenchmarks; i++) {
		if (!r->benchmarks[i].nmetrics || !previous[i].commit[0])
			continue;
		several |= first && strcmp(first->commit, previous[i].commit);
		first = first ? first : &previous[i];
	}
	if (!first)
		return;
	if (several)
		gitperf_buf_adds(&text, "  change: against the last commit before that has it");
	else
		gitperf_buf_addf(&text, "  change: against %.10s, %zu commit%s before", first->commit,
				 first->distance, first->distance == 1 ? "" : "s");
	gitperf_view__colored(out, o, VIEW_DIM, text.ptr);
	gitperf_buf_addc(out, '\n');
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

static int measured_table(gitperf_buffer *out, const gitperf_record *r,
			  const gitperf_previous *previous,
			  const gitperf_view_options *o)
{
	struct view_table t;
	size_t i;
	int err;

	gitperf_table_init(&t, o, 5);
	t.wrap = 1;
	for (i = 0; i < r->nbenchmarks; i++)
		if (r->benchmarks[i].nmetrics)
			measured_row(&t, &r->benchmarks[i], &previous[i]);
	err = gitperf_table_print(out, &t);
	if (!err)
		against_line(out, r, previous, o);
	return err;
}

/* What went wrong before it could begin has been said */
static int is_unmeasured(const gitperf_record *r, const gitperf_benchmark *b)
{
	return r->error && b->error && !strcmp(r->error, b->error);
}

static int failures(gitperf_buffer *out, const gitperf_record *r,
		    const gitperf_view_options *o)
{
	size_t i, unmeasured = 0;
	int err = 0;

	for (i = 0; i < r->nbenchmarks && !err; i++) {
		if (is_unmeasured(r, &r->benchmarks[i]))
			unmeasured++;
		else if (r->benchmarks[i].status != GITPERF_STATUS_OK)
			err = gitperf_view__benchmark(out, &r->benchmarks[i], o);
	}
	if (unmeasured)
		gitperf_buf_addf(out, "  %zu benchmark%s not measured\n", unmeasured,
				 unmeasured == 1 ? " was" : "s were");
	return err;
}

static int view_text(gitperf_buffer *out, const gitperf_record *r,
		     const gitperf_previous *previous,
		     const gitperf_view_options *o)
{
	int err;

	heading(out, r);
	steps_line(out, r, o);
	if (r->nbenchmarks == 1 && !is_unmeasured(r, &r->benchmarks[0]))
		return gitperf_view_benchmark(out, &r->benchmarks[0],
					      previous[0].commit[0] ? &previous[0] : NULL, o);
	err = measured_table(out, r, previous, o);
	return err < 0 ? err : failures(out, r, o);
}

static void json_metric(gitperf_printer *p, const gitperf_metric *m)
{
	gitperf_interval interval = { 0, 0, 0 };
	double value = 0;
	size_t n = 0;

	if (gitperf_metric_estimate(&value, &interval, &n, m) < 0)
		p->out->failed = 1;
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "name", m->name);
	gitperf_print_string(p, "unit", m->unit);
	gitperf_print_string(p, "better", gitperf_better_name(m->better));
	gitperf_print_real(p, "value", value);
	if (interval.confidence > 0) {
		gitperf_print_real(p, "low", interval.low);
		gitperf_print_real(p, "high", interval.high);
		gitperf_print_real(p, "confidence", interval.confidence);
	}
	gitperf_print_int(p, "samples", (int64_t)n);
	gitperf_print_close(p, '}');
}

static void json_previous(gitperf_printer *p, const gitperf_previous *previous)
{
	if (!previous->commit[0])
		return;
	gitperf_print_key(p, "previous");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", previous->commit);
	gitperf_print_int(p, "distance", (int64_t)previous->distance);
	gitperf_print_real(p, "value", previous->point.value);
	gitperf_print_close(p, '}');
}

static void json_outcome(gitperf_printer *p, gitperf_status status,
			 const char *error, int64_t duration_ns)
{
	gitperf_print_string(p, "status", gitperf_status_name(status));
	if (error)
		gitperf_print_string(p, "error", error);
	if (duration_ns >= 0)
		gitperf_print_int(p, "duration", duration_ns);
}

static void json_benchmark(gitperf_printer *p, const gitperf_benchmark *b,
			   const gitperf_previous *previous)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "name", b->name);
	gitperf_view__print_pairs(p, "params", b->params, b->nparams);
	json_outcome(p, b->status, b->error, b->duration_ns);
	if (b->carried)
		gitperf_print_string(p, "carried", b->carried);
	if (b->log)
		gitperf_print_string(p, "log", b->log);
	if (b->workload)
		gitperf_print_string(p, "workload", b->workload);
	gitperf_print_key(p, "metrics");
	gitperf_print_open(p, '[');
	for (i = 0; i < b->nmetrics; i++)
		json_metric(p, &b->metrics[i]);
	gitperf_print_close(p, ']');
	json_previous(p, previous);
	gitperf_print_close(p, '}');
}

static void json_head(gitperf_printer *p, const gitperf_record *r, const char *id)
{
	gitperf_print_string(p, "id", id);
	gitperf_print_string(p, "commit", r->commit);
	gitperf_print_string(p, "platform", r->platform);
	gitperf_view__print_pairs(p, "config", r->config, r->nconfig);
	if (r->worker)
		gitperf_print_string(p, "worker", r->worker);
	if (r->reason)
		gitperf_print_string(p, "reason", r->reason);
	gitperf_print_bool(p, "dirty", r->dirty > 0);
	gitperf_print_string(p, "outcome", gitperf_outcome_name(r->outcome));
	if (r->error)
		gitperf_print_string(p, "error", r->error);
	if (r->log)
		gitperf_print_string(p, "log", r->log);
}

static void json_run(gitperf_printer *p, const gitperf_record *r, const char *id,
		     const gitperf_previous *previous)
{
	size_t i;

	gitperf_print_open(p, '{');
	json_head(p, r, id);
	gitperf_print_key(p, "steps");
	gitperf_print_open(p, '[');
	for (i = 0; i < r->nsteps; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "name", r->steps[i].name);
		json_outcome(p, r->steps[i].status, r->steps[i].error, r->steps[i].duration_ns);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
	gitperf_print_key(p, "benchmarks");
	gitperf_print_open(p, '[');
	for (i = 0; i < r->nbenchmarks; i++)
		json_benchmark(p, &r->benchmarks[i], &previous[i]);
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

int gitperf_view_run(gitperf_buffer *out, const gitperf_record *record,
		     const char *id, const gitperf_previous *previous,
		     const gitperf_view_options *options)
{
	gitperf_printer p = { out, 0 };
	int err = 0;

	if (options->format == GITPERF_FORMAT_JSON) {
		json_run(&p, record, id, previous);
		gitperf_buf_addc(out, '\n');
	} else {
		err = view_text(out, record, previous, options);
	}
	return err < 0 ? err : gitperf_buf_check(out);
}

static int runs_json(gitperf_buffer *out, const gitperf_measured runs[2],
		     const gitperf_comparison *comparison)
{
	gitperf_printer p = { out, 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_key(&p, "base");
	json_run(&p, runs[0].record, runs[0].id, runs[0].previous);
	gitperf_print_key(&p, "head");
	json_run(&p, runs[1].record, runs[1].id, runs[1].previous);
	gitperf_print_key(&p, "comparison");
	gitperf_view__print_comparison(&p, comparison);
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

int gitperf_view_runs(gitperf_buffer *out, const gitperf_measured runs[2],
		      const gitperf_comparison *comparison,
		      const gitperf_view_options *options)
{
	int prepared = !runs[0].record->error && !runs[1].record->error, err = 0;
	size_t i;

	if (options->format == GITPERF_FORMAT_JSON)
		return runs_json(out, runs, comparison);
	if (prepared)
		err = gitperf_view_comparison(out, comparison, options);
	for (i = 0; i < 2 && !err; i++) {
		if (prepared ? runs[i].record->outcome == GITPERF_OUTCOME_COMPLETE : !runs[i].record->error)
			continue;
		gitperf_buf_adds(out, i ? "head " : "base ");
		err = view_text(out, runs[i].record, runs[i].previous, options);
	}
	if (!prepared)
		gitperf_buf_adds(out, "nothing was compared\n");
	return err < 0 ? err : gitperf_buf_check(out);
}
