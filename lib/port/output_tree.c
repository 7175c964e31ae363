/*
 * output_tree.c - names, numbers and parameters out of a JSON tree
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/num.h"
#include "port/output.h"

int gitperf_output__begin_as(struct output *out, const struct json *object,
			     const char *name, const char *params)
{
	const struct json *text;
	const gitperf_pair *pairs = NULL;
	size_t n = 0;

	out->d.benchmark = out->d.metric = NULL;
	TRY(gitperf_output__member(out, &text, object, name, JSON_STRING));
	out->d.benchmark = gitperf_arena_copy(out->d.arena, text->text, text->len);
	if (params)
		TRY(gitperf_output__params(out, &pairs, &n, object, params));
	return gitperf_output__begin(out, text->text, text->len, pairs, n);
}

int gitperf_output__member(struct output *out, const struct json **value,
			   const struct json *object, const char *key,
			   enum json_type type)
{
	*value = gitperf_json_member(object, key);
	if (!*value)
		return gitperf_decode_fail(&out->d, "'%s' is missing", key);
	return gitperf_decode_type(&out->d, *value, key, type);
}

int gitperf_output__take(struct output *out, gitperf_number *number,
			 const struct quantity *q, const struct json *object,
			 const char *key)
{
	const struct json *value = gitperf_json_member(object, key);

	if (!value || value->type == JSON_NULL)
		return 0;
	TRY(gitperf_decode_type(&out->d, value, key, JSON_NUMBER));
	TRY(gitperf_output__number(out, number, q, value->text, value->len));
	return 1;
}

int gitperf_output__samples(struct output *out, const struct quantity *q,
			    const struct json *array, const char *key)
{
	const struct json *item;
	gitperf_number number;

	TRY(gitperf_decode_type(&out->d, array, key, JSON_ARRAY));
	for (item = array->child; item; item = item->next) {
		TRY(gitperf_decode_type(&out->d, item, key, JSON_NUMBER));
		TRY(gitperf_output__number(out, &number, q, item->text, item->len));
		TRY(gitperf_output__sample(out, q, number));
	}
	return 0;
}

int gitperf_output__summary(struct output *out, const struct quantity *q,
			    const struct json *object,
			    const struct output_field *fields, size_t n)
{
	struct quantity plain = { .name = q->name };
	gitperf_number number;
	int found;
	size_t i;

	for (i = 0; i < n; i++) {
		found = gitperf_output__take(out, &number,
			fields[i].field == GITPERF_SUMMARY_N ? &plain : q,
			object, fields[i].key);
		if (found < 0)
			return found;
		if (found)
			TRY(gitperf_output__field(out, q, fields[i].field, number));
	}
	return 0;
}

/* One text for one value, however the tool has written the number */
static int take_value(struct output *out, const char **value,
		      const struct json *json)
{
	char text[NUM_TEXT_MAX];
	gitperf_number number;

	switch (json->type) {
	case JSON_STRING:
		/* a pair has no empty value */
		*value = json->len ? gitperf_arena_copy(out->d.arena, json->text, json->len) : "\"\"";
		break;
	case JSON_NUMBER:
		TRY(gitperf_decode_number(&out->d, &number, json, "parameters"));
		gitperf_num_format(text, number);
		*value = gitperf_arena_strdup(out->d.arena, text);
		break;
	case JSON_BOOL:
		*value = json->count ? "true" : "false";
		break;
	default:
		return gitperf_decode_fail(&out->d, "a parameter is %s",
					   gitperf_json_type_name(json->type));
	}
	return *value ? 0 : gitperf_fail_oom();
}

int gitperf_output__params(struct output *out, const gitperf_pair **params,
			   size_t *n, const struct json *object, const char *key)
{
	const struct json *value = gitperf_json_member(object, key), *m;
	gitperf_pair *pairs;

	*params = NULL;
	*n = 0;
	if (!value || value->type == JSON_NULL)
		return 0;
	TRY(gitperf_decode_type(&out->d, value, key, JSON_OBJECT));
	pairs = gitperf_arena_array(out->d.arena, value->count, sizeof(*pairs));
	if (!pairs)
		return gitperf_fail_oom();
	for (m = value->child; m; m = m->next) {
		pairs[*n].key = gitperf_arena_copy(out->d.arena, m->key, m->key_len);
		if (!pairs[*n].key)
			return gitperf_fail_oom();
		TRY(take_value(out, &pairs[(*n)++].value, m));
	}
	*params = pairs;
	return 0;
}
