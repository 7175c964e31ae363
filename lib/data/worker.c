/*
 * worker.c - what a queue knows of a machine that measures, to JSON and back
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/names.h"
#include "data/queue_code.h"

#include <gitperf/platform.h>

#define LOG_MAX 4096

static int decode_duty(struct decoder *d, gitperf_duty *out, const struct json *root)
{
	static const char *const words[] = { "work", "pause", "drain", "retire", NULL };
	int duty = 0;

	TRY(gitperf_decode_word(d, &duty, root, "duty", words));
	*out = (gitperf_duty)duty;
	return 0;
}

static int decode_mishap(struct decoder *d, gitperf_mishap *out, const struct json *root)
{
	const struct json *mishap = gitperf_json_member(root, "mishap");

	if (!mishap)
		return 0;
	TRY(gitperf_decode_type(d, mishap, "mishap", JSON_OBJECT));
	TRY(gitperf_queue__decode_id(d, &out->commit, mishap, "commit"));
	TRY(gitperf_decode_time(d, &out->when, mishap, "when"));
	TRY(gitperf_decode_text(d, &out->error, mishap, "error", TEXT_ERROR_MAX));
	return gitperf_decode_text(d, &out->log, mishap, "log", LOG_MAX);
}

int gitperf_worker_parse(gitperf_worker *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = gitperf_queue__decoder(arena);
	const struct json *root;

	memset(out, 0, sizeof(*out));
	TRY(gitperf_queue__decode_root(&root, &d, "worker", bytes, len));
	TRY(gitperf_decode_name(&d, &out->name, root, "worker", GITPERF_NAME_MAX));
	if (!out->name || gitperf_worker_check(out->name) < 0)
		return gitperf_decode_fail(&d, "'worker' cannot be the name of one");
	TRY(gitperf_queue__decode_platform(&d, &out->platform, root));
	TRY(decode_duty(&d, &out->duty, root));
	TRY(gitperf_decode_name(&d, &out->tool, root, "tool", TEXT_NAME_MAX));
	TRY(gitperf_decode_name(&d, &out->host, root, "host", TEXT_NAME_MAX));
	TRY(gitperf_decode_name(&d, &out->instance, root, "instance", TEXT_NAME_MAX));
	TRY(gitperf_queue__decode_number(&d, &out->beat, root, "beat", 0));
	TRY(gitperf_queue__decode_number(&d, &out->ttl_ms, root, "ttl", 0));
	TRY(gitperf_decode_time(&d, &out->told, root, "told"));
	TRY(gitperf_queue__decode_times(&d, &out->seen, &out->nseen, root, "seen"));
	TRY(gitperf_decode_pairs(&d, &out->findings, &out->nfindings, root, "findings"));
	return decode_mishap(&d, &out->mishap, root);
}

static void write_findings(struct json_writer *w, const gitperf_worker *worker)
{
	size_t i;

	if (!worker->nfindings)
		return;
	gitperf_json_key(w, "findings");
	gitperf_json_open(w, '{');
	for (i = 0; i < worker->nfindings; i++)
		gitperf_encode_string(w, worker->findings[i].key, worker->findings[i].value);
	gitperf_json_close(w, '}');
}

static void write_mishap(struct json_writer *w, const gitperf_mishap *mishap)
{
	if (!mishap->commit)
		return;
	gitperf_json_key(w, "mishap");
	gitperf_json_open(w, '{');
	gitperf_encode_string(w, "commit", mishap->commit);
	gitperf_encode_string(w, "error", mishap->error);
	gitperf_encode_string(w, "log", mishap->log);
	gitperf_encode_time(w, "when", mishap->when);
	gitperf_json_close(w, '}');
}

int gitperf_worker_format(gitperf_buffer *out, const gitperf_worker *worker)
{
	struct json_writer w = { out, 0 };
	size_t from = out->len;
	int err;

	gitperf_json_open(&w, '{');
	gitperf_encode_int(&w, "beat", worker->beat);
	gitperf_encode_string(&w, "duty", gitperf_duty_name(worker->duty));
	write_findings(&w, worker);
	gitperf_encode_string(&w, "host", worker->host);
	gitperf_encode_string(&w, "instance", worker->instance);
	write_mishap(&w, &worker->mishap);
	gitperf_encode_string(&w, "platform", worker->platform);
	gitperf_encode_int(&w, "schema", QUEUE_SCHEMA);
	gitperf_queue__encode_times(&w, "seen", worker->seen, worker->nseen);
	gitperf_encode_time(&w, "told", worker->told);
	gitperf_encode_string(&w, "tool", worker->tool);
	gitperf_queue__encode_number(&w, "ttl", worker->ttl_ms);
	gitperf_encode_string(&w, "worker", worker->name);
	if (!(err = gitperf_queue__encode_end(out, &w)))
		QUEUE_CHECK(out, from, gitperf_worker_parse, gitperf_worker);
	return err;
}
