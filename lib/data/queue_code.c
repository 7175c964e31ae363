/*
 * queue_code.c - members that several files of a queue have
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/names.h"
#include "data/queue_code.h"

#include <gitperf/platform.h>

struct decoder gitperf_queue__decoder(struct arena *arena)
{
	struct decoder d = { .arena = arena, .help = "gitperf-queue(7) describes every field" };

	return d;
}

int gitperf_queue__decode_root(const struct json **out, struct decoder *d, const char *what,
			       const char *bytes, size_t len)
{
	struct json *root;
	int64_t schema = 0;

	if (len > QUEUE_FILE_MAX)
		return gitperf_decode_fail(d, "a %s is larger than %u bytes", what, QUEUE_FILE_MAX);
	TRY(gitperf_json_parse(&root, d->arena, bytes, len));
	TRY(gitperf_decode_type(d, root, what, JSON_OBJECT));
	TRY(gitperf_decode_int(d, &schema, root, "schema", 1));
	if (schema > QUEUE_SCHEMA)
		return gitperf_hint(gitperf_decode_fail(d, "a %s of schema %lld, newer than this version knows", what, (long long)schema),
				    "upgrade git perf");
	if (!schema)
		return gitperf_decode_fail(d, "a %s has no 'schema'", what);
	*out = root;
	return 0;
}

int gitperf_queue__decode_id(struct decoder *d, const char **out, const struct json *object, const char *key)
{
	TRY(gitperf_decode_hex(d, out, object, key, QUEUE_ID_DIGITS, QUEUE_ID_DIGITS));
	if (!*out)
		return gitperf_decode_fail(d, "'%s' is missing", key);
	return 0;
}

int gitperf_queue__decode_platform(struct decoder *d, const char **out, const struct json *object)
{
	TRY(gitperf_decode_name(d, out, object, "platform", GITPERF_NAME_MAX));
	if (!*out)
		return gitperf_decode_fail(d, "'platform' is missing");
	return gitperf_platform_check(*out) < 0 ?
		gitperf_decode_fail(d, "'%.80s' cannot be a platform", *out) : 0;
}

int gitperf_queue__decode_number(struct decoder *d, int64_t *out, const struct json *object,
				 const char *key, int64_t least)
{
	TRY(gitperf_decode_int(d, out, object, key, least));
	return *out <= QUEUE_NUMBER_MAX ? 0 :
		gitperf_decode_fail(d, "'%s' is more than %lld", key, (long long)QUEUE_NUMBER_MAX);
}

int gitperf_queue__decode_list(struct decoder *d, const struct json **out, size_t *n,
			       const struct json *object, const char *key)
{
	*out = gitperf_json_member(object, key);
	*n = 0;
	if (!*out)
		return 0;
	TRY(gitperf_decode_type(d, *out, key, JSON_ARRAY));
	*n = (*out)->count;
	return 0;
}

int gitperf_queue__decode_texts(struct decoder *d, const char *const **out, size_t *n,
				const struct json *object, const char *key)
{
	const struct json *list, *item;
	const char **texts;
	size_t i = 0;

	TRY(gitperf_queue__decode_list(d, &list, n, object, key));
	*out = texts = gitperf_arena_array(d->arena, *n, sizeof(*texts));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, i++) {
		TRY(gitperf_decode_type(d, item, key, JSON_STRING));
		texts[i] = gitperf_arena_copy(d->arena, item->text, item->len);
		if (!texts[i])
			return gitperf_fail_oom();
		if (!gitperf_name_ok(texts[i], TEXT_NAME_MAX))
			return gitperf_decode_fail(d, "'%s' has something other than names", key);
	}
	return 0;
}

int gitperf_queue__decode_times(struct decoder *d, const gitperf_time **out, size_t *n,
				const struct json *object, const char *key)
{
	const struct json *list, *item;
	char text[GITPERF_TIME_SIZE];
	gitperf_time *times;
	size_t i = 0;

	TRY(gitperf_queue__decode_list(d, &list, n, object, key));
	*out = times = gitperf_arena_array(d->arena, *n, sizeof(*times));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, i++) {
		TRY(gitperf_decode_type(d, item, key, JSON_STRING));
		snprintf(text, sizeof(text), "%.*s", (int)(item->len < sizeof(text) ? item->len : 0), item->text);
		if (gitperf_time_parse(&times[i], text) < 0)
			return gitperf_decode_fail(d, "'%s' has something other than times", key);
	}
	return 0;
}

int gitperf_queue__decode_lease(struct decoder *d, gitperf_lease *out, const struct json *object)
{
	const struct json *lease = gitperf_json_member(object, "lease");

	if (!lease)
		return 0;
	TRY(gitperf_decode_type(d, lease, "lease", JSON_OBJECT));
	TRY(gitperf_decode_name(d, &out->worker, lease, "worker", GITPERF_NAME_MAX));
	TRY(gitperf_queue__decode_number(d, &out->token, lease, "token", 1));
	TRY(gitperf_queue__decode_number(d, &out->beat, lease, "beat", 0));
	TRY(gitperf_queue__decode_number(d, &out->ttl_ms, lease, "ttl", 0));
	TRY(gitperf_decode_time(d, &out->since, lease, "since"));
	TRY(gitperf_queue__decode_texts(d, &out->steps, &out->nsteps, lease, "steps"));
	TRY(gitperf_queue__decode_number(d, &out->step, lease, "step", 0));
	TRY(gitperf_queue__decode_number(d, &out->done, lease, "done", 0));
	TRY(gitperf_queue__decode_number(d, &out->total, lease, "total", 0));
	TRY(gitperf_queue__decode_times(d, &out->seen, &out->nseen, lease, "seen"));
	if (!out->worker || !out->token || gitperf_worker_check(out->worker) < 0)
		return gitperf_decode_fail(d, "'lease' needs the name of a worker, and a token");
	return 0;
}

/* --- The other way --- */

void gitperf_queue__encode_number(struct json_writer *w, const char *key, int64_t value)
{
	if (value)
		gitperf_encode_int(w, key, value);
}

void gitperf_queue__encode_texts(struct json_writer *w, const char *key, const char *const *list, size_t n)
{
	size_t i;

	if (!n)
		return;
	gitperf_json_key(w, key);
	gitperf_json_open(w, '[');
	for (i = 0; i < n; i++)
		gitperf_json_string(w, list[i]);
	gitperf_json_close(w, ']');
}

void gitperf_queue__encode_times(struct json_writer *w, const char *key, const gitperf_time *list, size_t n)
{
	char text[GITPERF_TIME_SIZE];
	size_t i;

	if (!n)
		return;
	gitperf_json_key(w, key);
	gitperf_json_open(w, '[');
	for (i = 0; i < n; i++) {
		gitperf_time_format(text, list[i]);
		gitperf_json_string(w, text);
	}
	gitperf_json_close(w, ']');
}

void gitperf_queue__encode_lease(struct json_writer *w, const gitperf_lease *lease)
{
	if (!lease->worker)
		return;
	gitperf_json_key(w, "lease");
	gitperf_json_open(w, '{');
	gitperf_encode_int(w, "beat", lease->beat);
	gitperf_queue__encode_number(w, "done", lease->done);
	gitperf_queue__encode_times(w, "seen", lease->seen, lease->nseen);
	gitperf_encode_time(w, "since", lease->since);
	gitperf_queue__encode_number(w, "step", lease->step);
	gitperf_queue__encode_texts(w, "steps", lease->steps, lease->nsteps);
	gitperf_encode_int(w, "token", lease->token);
	gitperf_queue__encode_number(w, "total", lease->total);
	gitperf_queue__encode_number(w, "ttl", lease->ttl_ms);
	gitperf_encode_string(w, "worker", lease->worker);
	gitperf_json_close(w, '}');
}

int gitperf_queue__encode_end(gitperf_buffer *out, struct json_writer *w)
{
	gitperf_json_close(w, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}
