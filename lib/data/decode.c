/*
 * decode.c - typed values out of a JSON tree, with errors that say where
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "data/decode.h"
#include "data/names.h"
#include "data/record.h"

#include <stdarg.h>

int gitperf_decode_fail(struct decoder *d, const char *fmt, ...)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char problem[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(problem, sizeof(problem), fmt, ap);
	va_end(ap);
	if (d->benchmark)
		gitperf_buf_addf(&text, "benchmark '%.100s'%s", d->benchmark,
				 d->metric ? ", " : ": ");
	if (d->metric)
		gitperf_buf_addf(&text, "metric '%.100s': ", d->metric);
	gitperf_fail(GITPERF_EFORMAT, "%s%s", text.ptr, problem);
	gitperf_buffer_dispose(&text);
	return gitperf_hint(GITPERF_EFORMAT, "%s", d->help ? d->help :
			    "gitperf-record(5) describes every field");
}

int gitperf_decode_type(struct decoder *d, const struct json *value,
			const char *key, enum json_type type)
{
	if (value->type == type)
		return 0;
	return gitperf_decode_fail(d, "'%s' must be %s, not %s", key,
				   gitperf_json_type_name(type),
				   gitperf_json_type_name(value->type));
}

static int is_known(const struct json *member, const char *const *known)
{
	for (; *known; known++)
		if (strlen(*known) == member->key_len &&
		    !memcmp(*known, member->key, member->key_len))
			return 1;
	return 0;
}

int gitperf_decode_keys(struct decoder *d, const struct json *object,
			const char *const *known)
{
	const struct json *m;

	for (m = object->child; m; m = m->next) {
		if (is_known(m, known))
			continue;
		if (d->input)
			return gitperf_decode_fail(d, "unknown field '%.*s'",
				m->key_len < 100 ? (int)m->key_len : 100, m->key);
		d->unknown++;
	}
	return 0;
}

/* 1 with *out set, 0 if absent, or an error */
static int take_string(struct decoder *d, const char **out,
		       const struct json *object, const char *key)
{
	const struct json *value = gitperf_json_member(object, key);
	int err;

	if (!value)
		return 0;
	if ((err = gitperf_decode_type(d, value, key, JSON_STRING)) < 0)
		return err;
	*out = gitperf_arena_copy(d->arena, value->text, value->len);
	return *out ? 1 : gitperf_fail_oom();
}

int gitperf_decode_text(struct decoder *d, const char **out,
			const struct json *object, const char *key, size_t most)
{
	const char *text;
	int found = take_string(d, &text, object, key);

	if (found <= 0)
		return found;
	if (strlen(text) > most)
		return gitperf_decode_fail(d, "'%s' is longer than %zu bytes", key, most);
	*out = text;
	return 0;
}

int gitperf_decode_name(struct decoder *d, const char **out,
			const struct json *object, const char *key, size_t most)
{
	const char *text;
	int found = take_string(d, &text, object, key);

	if (found <= 0)
		return found;
	if (!gitperf_name_ok(text, most))
		return gitperf_decode_fail(d, "'%s' must be 1 to %zu bytes "
					   "without control characters", key, most);
	*out = text;
	return 0;
}

int gitperf_decode_word(struct decoder *d, int *out, const struct json *object,
			const char *key, const char *const *words)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	const char *text;
	int found = take_string(d, &text, object, key), err;

	if (found <= 0)
		return found;
	found = gitperf_record__lookup(words, text);
	if (found >= 0) {
		*out = found;
		return 0;
	}
	for (; *words; words++)
		gitperf_buf_addf(&list, "%s%s", *words, words[1] ? ", " : "");
	err = gitperf_decode_fail(d, "'%s' is '%.40s', but must be one of: %s",
				  key, text, list.ptr);
	gitperf_buffer_dispose(&list);
	return err;
}

int gitperf_decode_hex(struct decoder *d, const char **out,
		       const struct json *object, const char *key,
		       size_t least, size_t most)
{
	const char *text;
	int found = take_string(d, &text, object, key);

	if (found <= 0)
		return found;
	*out = text;
	if (gitperf_hex_ok(text, least, most))
		return 0;
	if (least == most)
		return gitperf_decode_fail(d, "'%s' must be %zu lower-case hex digits, not '%.60s'",
					   key, least, text);
	return gitperf_decode_fail(d, "'%s' must be %zu to %zu lower-case hex digits, not '%.60s'",
				   key, least, most, text);
}

int gitperf_decode_number(struct decoder *d, gitperf_number *out,
			  const struct json *value, const char *key)
{
	int err = gitperf_decode_type(d, value, key, JSON_NUMBER);

	if (err < 0)
		return err;
	if (gitperf_num_parse(out, value->text, value->len) < 0)
		return gitperf_decode_fail(d, "'%s': %s", key, gitperf_error_message());
	return 0;
}

int gitperf_decode_int(struct decoder *d, int64_t *out,
		       const struct json *object, const char *key, int64_t least)
{
	const struct json *value = gitperf_json_member(object, key);
	gitperf_number number;
	int err;

	if (!value)
		return 0;
	if ((err = gitperf_decode_number(d, &number, value, key)) < 0)
		return err;
	if (number.is_real || number.as.integer < least)
		return gitperf_decode_fail(d, "'%s' must be an integer of %lld or more",
					   key, (long long)least);
	*out = number.as.integer;
	return 0;
}

int gitperf_decode_time(struct decoder *d, gitperf_time *out,
			const struct json *object, const char *key)
{
	const char *text;
	int found = take_string(d, &text, object, key);

	if (found <= 0)
		return found;
	if (gitperf_time_parse(out, text) < 0)
		return gitperf_decode_fail(d, "'%s': %s", key, gitperf_error_message());
	return 0;
}

int gitperf_decode_pairs(struct decoder *d, const gitperf_pair **out, size_t *n,
			 const struct json *object, const char *key)
{
	const struct json *value = gitperf_json_member(object, key), *m;
	gitperf_pair *pairs;
	size_t i = 0;
	int err;

	if (!value)
		return 0;
	if ((err = gitperf_decode_type(d, value, key, JSON_OBJECT)) < 0)
		return err;
	pairs = gitperf_arena_array(d->arena, value->count, sizeof(*pairs));
	if (!pairs)
		return gitperf_fail_oom();
	for (m = value->child; m; m = m->next, i++) {
		pairs[i].key = gitperf_arena_copy(d->arena, m->key, m->key_len);
		if (!pairs[i].key)
			return gitperf_fail_oom();
		if (!gitperf_name_ok(pairs[i].key, TEXT_NAME_MAX))
			return gitperf_decode_fail(d, "a key of '%s' is empty, too long "
						   "or has control characters", key);
		if ((err = gitperf_decode_type(d, m, pairs[i].key, JSON_STRING)) < 0)
			return err;
		pairs[i].value = gitperf_arena_copy(d->arena, m->text, m->len);
		if (!pairs[i].value)
			return gitperf_fail_oom();
		if (!gitperf_name_ok(pairs[i].value, TEXT_NAME_MAX))
			return gitperf_decode_fail(d, "the value of '%s' in '%s' must be 1 to %d bytes "
						   "without control characters", pairs[i].key, key, TEXT_NAME_MAX);
	}
	*out = pairs;
	*n = value->count;
	return 0;
}

int gitperf_decode_is_newer(const char *bytes, size_t len, long known)
{
	struct arena arena = ARENA_INIT;
	const struct json *schema;
	struct json *root;
	int newer = 0;

	if (!gitperf_json_parse(&root, &arena, bytes, len) && root->type == JSON_OBJECT) {
		schema = gitperf_json_member(root, "schema");
		newer = schema && schema->type == JSON_NUMBER && schema->len < 9 &&
			strtol(schema->text, NULL, 10) > known;
	}
	gitperf_arena_free(&arena);
	return newer;
}
