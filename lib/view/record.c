/*
 * record.c - everything about one record, environment included
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void line(gitperf_buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	gitperf_buf_addf(out, "%-12s", name);
	gitperf_view_text(out, value);
	gitperf_buf_addc(out, '\n');
}

static void time_line(gitperf_buffer *out, const char *name, gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	if (!t)
		return;
	gitperf_time_format(text, t);
	line(out, name, text);
}

static void duration(gitperf_buffer *out, const char *name, int64_t ns)
{
	gitperf_buf_addf(out, "%-12s", name);
	gitperf_view_value(out, (double)ns, "ns");
	gitperf_buf_addc(out, '\n');
}

static void pair_lines(gitperf_buffer *out, const char *title,
		       const gitperf_pair *pairs, size_t n)
{
	size_t i;

	if (!n)
		return;
	gitperf_buf_addf(out, "%s\n", title);
	for (i = 0; i < n; i++) {
		gitperf_buf_adds(out, "  ");
		gitperf_view_text(out, pairs[i].key);
		gitperf_buf_adds(out, " = ");
		gitperf_view_text(out, pairs[i].value);
		gitperf_buf_addc(out, '\n');
	}
}

static void range_line(gitperf_buffer *out, const gitperf_record *r)
{
	/* our own ranges are decisions, kept apart from what was measured */
	if (!r->ncommit_range && !r->origin_format)
		return;
	if (!r->ncommit_range)
		line(out, "range", "unknown");
	else if (r->ncommit_range == 1)
		gitperf_buf_addf(out, "%-12s1 commit, %.12s\n", "range", r->commit_range[0]);
	else
		gitperf_buf_addf(out, "%-12s%zu commits, %.12s to %.12s\n", "range",
				 r->ncommit_range, r->commit_range[0],
				 r->commit_range[r->ncommit_range - 1]);
}

static void head(gitperf_buffer *out, const gitperf_record *r, const char *id)
{
	line(out, "record", id);
	line(out, "commit", r->commit);
	range_line(out, r);
	line(out, "platform", r->platform);
	line(out, "worker", r->worker);
	line(out, "outcome", gitperf_outcome_name(r->outcome));
	line(out, "error", r->error);
	line(out, "reason", r->reason);
	line(out, "job", r->job);
	time_line(out, "queued", r->queued);
	time_line(out, "started", r->started);
	time_line(out, "finished", r->finished);
	if (r->started)
		duration(out, "duration", r->finished - r->started);
	if (r->queued && r->started)
		duration(out, "waited", r->started - r->queued);
	line(out, "tool", r->tool);
	line(out, "suite", r->suite);
	line(out, "imported", r->origin_format);
	if (r->dirty >= 0)
		line(out, "work tree", r->dirty ? "dirty: not what the commit says" : "clean");
	line(out, "fingerprint", r->fingerprint);
	if (r->nunknown)
		gitperf_buf_addf(out, "%-12s%zu, written by a newer version\n", "unknown", r->nunknown);
}

static void print_steps(gitperf_buffer *out, const gitperf_record *r)
{
	size_t i;

	if (r->nsteps)
		gitperf_buf_adds(out, "steps\n");
	for (i = 0; i < r->nsteps; i++) {
		const gitperf_step *step = &r->steps[i];

		gitperf_buf_adds(out, "  ");
		gitperf_view_text(out, step->name);
		gitperf_buf_addf(out, "  %s", gitperf_status_name(step->status));
		if (step->duration_ns >= 0) {
			gitperf_buf_adds(out, "  took ");
			gitperf_view_value(out, (double)step->duration_ns, "ns");
		}
		if (r->worker)
			gitperf_buf_addf(out, "  on %s", r->worker);
		gitperf_buf_addc(out, '\n');
		if (step->error)
			gitperf_view__indented(out, step->error);
	}
}

int gitperf_view_record(gitperf_buffer *out, const gitperf_record *record,
			const char *id, const gitperf_view_options *options)
{
	size_t i;
	int err = 0;

	head(out, record, id);
	if (record->log)
		gitperf_view__indented(out, record->log);
	pair_lines(out, "configuration", record->config, record->nconfig);
	pair_lines(out, "environment", record->environment, record->nenvironment);
	print_steps(out, record);
	gitperf_buf_adds(out, "benchmarks\n");
	for (i = 0; i < record->nbenchmarks && !err; i++)
		err = gitperf_view__benchmark(out, &record->benchmarks[i], options);
	return err < 0 ? err : gitperf_buf_check(out);
}
