/*
 * queue_format.c - what a queue and its plans consist of, to canonical JSON
 *
 * Two planners who come to the same conclusion write the same bytes. What was
 * written is read again before it is handed out, so that nothing is stored that
 * nobody can read.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/queue_code.h"

static void write_reasons(struct json_writer *w, unsigned reasons)
{
	unsigned reason;

	gitperf_json_key(w, "reasons");
	gitperf_json_open(w, '[');
	for (reason = 0; reason < GITPERF_REASONS; reason++)
		if (reasons & 1u << reason)
			gitperf_json_string(w, gitperf_reason_name((gitperf_reason)reason));
	gitperf_json_close(w, ']');
}

static void write_config(struct json_writer *w, const gitperf_job *job)
{
	size_t i;

	if (!job->nconfig)
		return;
	gitperf_json_key(w, "config");
	gitperf_json_open(w, '{');
	for (i = 0; i < job->nconfig; i++)
		gitperf_encode_string(w, job->config[i].key, job->config[i].value);
	gitperf_json_close(w, '}');
}

int gitperf_job_format(gitperf_buffer *out, const gitperf_job *job)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_encode_time(&w, "asked", job->asked);
	gitperf_encode_int(&w, "attempts", job->attempts);
	gitperf_queue__encode_texts(&w, "benchmarks", job->benchmarks, job->nbenchmarks);
	gitperf_encode_string(&w, "commit", job->commit);
	write_config(&w, job);
	gitperf_encode_string(&w, "error", job->error);
	gitperf_queue__encode_lease(&w, &job->lease);
	gitperf_encode_string(&w, "platform", job->platform);
	write_reasons(&w, job->reasons);
	gitperf_queue__encode_number(&w, "refunds", job->refunds);
	gitperf_encode_int(&w, "round", job->round);
	gitperf_encode_int(&w, "schema", QUEUE_SCHEMA);
	gitperf_encode_string(&w, "set", job->set);
	gitperf_encode_string(&w, "suite", job->suite);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_job_parse, gitperf_job);
	return err;
}

int gitperf_request_format(gitperf_buffer *out, const gitperf_request *request)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_encode_time(&w, "asked", request->asked);
	gitperf_encode_string(&w, "by", request->by);
	gitperf_encode_string(&w, "commit", request->commit);
	gitperf_encode_int(&w, "round", request->round);
	gitperf_encode_int(&w, "schema", QUEUE_SCHEMA);
	if (request->is_started)
		gitperf_encode_bool(&w, "started", 1);
	gitperf_encode_string(&w, "tool", request->tool);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_request_parse, gitperf_request);
	return err;
}

static void write_chosen(struct json_writer *w, const gitperf_decision *d)
{
	size_t i;

	gitperf_json_key(w, "chosen");
	gitperf_json_open(w, '[');
	for (i = 0; i < d->nchosen; i++) {
		gitperf_json_open(w, '{');
		gitperf_encode_string(w, "commit", d->chosen[i].commit);
		write_reasons(w, d->chosen[i].reasons);
		gitperf_json_close(w, '}');
	}
	gitperf_json_close(w, ']');
}

static void write_dropped(struct json_writer *w, const gitperf_decision *d)
{
	size_t i;

	if (!d->ndropped)
		return;
	gitperf_json_key(w, "dropped");
	gitperf_json_open(w, '[');
	for (i = 0; i < d->ndropped; i++) {
		gitperf_json_open(w, '{');
		gitperf_encode_string(w, "by", d->dropped[i].by);
		gitperf_encode_string(w, "commit", d->dropped[i].commit);
		gitperf_encode_string(w, "why", d->dropped[i].why);
		gitperf_json_close(w, '}');
	}
	gitperf_json_close(w, ']');
}

int gitperf_decision_format(gitperf_buffer *out, const gitperf_decision *d)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_encode_string(&w, "base", d->base);
	write_chosen(&w, d);
	gitperf_encode_int(&w, "commits", d->commits);
	gitperf_encode_time(&w, "decided", d->decided);
	gitperf_encode_int(&w, "depth", d->depth);
	write_dropped(&w, d);
	gitperf_encode_string(&w, "head", d->head);
	gitperf_encode_string(&w, "pace", gitperf_pace_name(d->pace));
	gitperf_encode_string(&w, "plan", d->plan);
	gitperf_encode_string(&w, "platform", d->platform);
	gitperf_encode_int(&w, "schema", QUEUE_SCHEMA);
	gitperf_encode_string(&w, "skipped", d->skipped);
	gitperf_encode_string(&w, "tool", d->tool);
	gitperf_encode_int(&w, "window", d->window_ms);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_decision_parse, gitperf_decision);
	return err;
}

static void write_states(struct json_writer *w, const struct plan *plan)
{
	size_t i;

	gitperf_json_key(w, "platforms");
	gitperf_json_open(w, '[');
	for (i = 0; i < plan->nstates; i++) {
		gitperf_json_open(w, '{');
		gitperf_encode_string(w, "head", plan->states[i].head);
		gitperf_encode_time(w, "last", plan->states[i].last);
		gitperf_encode_string(w, "pace", gitperf_pace_name(plan->states[i].pace));
		gitperf_encode_string(w, "platform", plan->states[i].platform);
		gitperf_json_close(w, '}');
	}
	gitperf_json_close(w, ']');
}

int gitperf_plan_format(gitperf_buffer *out, const struct plan *plan)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len, i;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_json_key(&w, "marked");
	gitperf_json_open(&w, '[');
	for (i = 0; i < plan->nmarked; i++)
		gitperf_json_string(&w, plan->marked[i]);
	gitperf_json_close(&w, ']');
	write_states(&w, plan);
	gitperf_encode_int(&w, "schema", QUEUE_SCHEMA);
	gitperf_encode_string(&w, "trunk", plan->trunk);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_plan_parse, struct plan);
	return err;
}
