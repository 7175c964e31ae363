/*
 * json.c - the only user of yajl: its SAX parser drives a tree of our own
 *
 * yajl checks the grammar. What it leaves open is checked here: it accepts
 * overlong and surrogate UTF-8, turns lone surrogate escapes into one byte,
 * delivers duplicate keys, and nests without limit.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/num.h"
#include "base/utf8.h"

#include <yajl/yajl_parse.h>

struct reader {
	struct arena *arena;
	yajl_handle yajl;
	struct json *root;
	struct json *open[JSON_DEPTH_MAX];  /* containers around this point */
	struct json *last[JSON_DEPTH_MAX];  /* their newest child */
	unsigned depth;
	unsigned values;
	const char *key;
	size_t key_len;
	const char *input, *input_end;
	int at_end;                         /* all input was taken */
	const char *problem;                /* why we cancelled */
};

static int refuse(struct reader *r, const char *problem)
{
	r->problem = problem;
	return 0;
}

/* yajl lends strings from our input, or from its own buffer when it unescaped */
static const char *keep(struct reader *r, const unsigned char *text, size_t len)
{
	const char *t = (const char *)text;

	if (t >= r->input && t < r->input_end)
		return t;
	return gitperf_arena_copy(r->arena, t, len);
}

static struct json *add_value(struct reader *r, enum json_type type)
{
	struct json *value = gitperf_arena_alloc(r->arena, sizeof(*value));
	struct json *parent = r->depth ? r->open[r->depth - 1] : NULL;

	if (!value)
		return NULL;
	if (++r->values > JSON_VALUES_MAX) {
		r->problem = "too many values";
		return NULL;
	}
	value->type = type;
	value->key = r->key;
	value->key_len = r->key_len;
	r->key = NULL;
	r->key_len = 0;
	if (!parent) {
		r->root = value;
		return value;
	}
	if (r->last[r->depth - 1])
		r->last[r->depth - 1]->next = value;
	else
		parent->child = value;
	r->last[r->depth - 1] = value;
	parent->count++;
	return value;
}

static int on_null(void *ctx)
{
	return add_value(ctx, JSON_NULL) != NULL;
}

static int on_boolean(void *ctx, int flag)
{
	struct json *value = add_value(ctx, JSON_BOOL);

	if (value)
		value->count = flag != 0;
	return value != NULL;
}

static int add_text(struct reader *r, enum json_type type,
		    const unsigned char *text, size_t len)
{
	struct json *value = add_value(r, type);

	if (!value)
		return 0;
	value->text = keep(r, text, len);
	value->len = len;
	return value->text != NULL;
}

static int on_number(void *ctx, const char *text, size_t len)
{
	return add_text(ctx, JSON_NUMBER, (const unsigned char *)text, len);
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
	return add_text(ctx, JSON_STRING, text, len);
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
	struct reader *r = ctx;

	r->key = keep(r, text, len);
	r->key_len = len;
	return r->key != NULL;
}

static int open_container(struct reader *r, enum json_type type)
{
	struct json *value;

	if (r->depth == JSON_DEPTH_MAX)
		return refuse(r, "nested too deeply");
	value = add_value(r, type);
	if (!value)
		return 0;
	r->open[r->depth] = value;
	r->last[r->depth] = NULL;
	r->depth++;
	return 1;
}

static int on_start_map(void *ctx)
{
	return open_container(ctx, JSON_OBJECT);
}

static int on_start_array(void *ctx)
{
	return open_container(ctx, JSON_ARRAY);
}

static int on_end_array(void *ctx)
{
	struct reader *r = ctx;

	r->depth--;
	return 1;
}

static int compare_keys(const struct json *a, const struct json *b)
{
	size_t len = a->key_len < b->key_len ? a->key_len : b->key_len;
	int diff = memcmp(a->key, b->key, len);

	if (diff)
		return diff;
	return (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

static int compare_members(const void *a, const void *b)
{
	return compare_keys(*(struct json *const *)a, *(struct json *const *)b);
}

static int is_ascending(const struct json *child)
{
	for (; child && child->next; child = child->next)
		if (compare_keys(child, child->next) >= 0)
			return 0;
	return 1;
}

static void relink(struct json *object, struct json **members)
{
	unsigned i;

	for (i = 0; i + 1 < object->count; i++)
		members[i]->next = members[i + 1];
	members[i]->next = NULL;
	object->child = members[0];
}

static int on_end_map(void *ctx)
{
	struct reader *r = ctx;
	struct json *object = r->open[--r->depth], *child, **members;
	unsigned i = 0;

	if (is_ascending(object->child))
		return 1;
	members = malloc(object->count * sizeof(*members));
	if (!members) {
		r->arena->failed = 1;
		return 0;
	}
	for (child = object->child; child; child = child->next)
		members[i++] = child;
	qsort(members, object->count, sizeof(*members), compare_members);
	relink(object, members);
	free(members);
	return is_ascending(object->child) ? 1 : refuse(r, "a key occurs twice");
}

static const yajl_callbacks callbacks = {
	on_null, on_boolean, NULL, NULL, on_number, on_string,
	on_start_map, on_key, on_end_map, on_start_array, on_end_array
};

static long escape_value(const char *p, const char *end)
{
	char hex[5] = { 0 };

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	memcpy(hex, p + 2, 4);
	return strspn(hex, "0123456789abcdefABCDEF") == 4 ?
		strtol(hex, NULL, 16) : -1;
}

/* Escapes that stand for no character; NULL if there is none. */
static const char *find_bad_escape(const char *p, const char *end,
				   const char **problem)
{
	while ((p = memchr(p, '\\', (size_t)(end - p)))) {
		long unit = escape_value(p, end), low;

		if (unit < 0) {
			/* a short escape, or one that yajl will refuse */
			p += end - p > 1 ? 2 : 1;
			continue;
		}
		*problem = "a string contains a NUL character";
		if (!unit)
			return p;
		*problem = "a surrogate escape stands alone";
		if (unit >= 0xdc00 && unit <= 0xdfff)
			return p;
		p += 6;
		if (unit < 0xd800 || unit > 0xdbff)
			continue;
		low = escape_value(p, end);
		if (low < 0xdc00 || low > 0xdfff)
			return p - 6;
		p += 6;
	}
	return NULL;
}

static int fail_at(const char *bytes, size_t at, const char *problem)
{
	size_t line = 1, start = 0, i;

	for (i = 0; i < at; i++)
		if (bytes[i] == '\n') {
			line++;
			start = i + 1;
		}
	gitperf_fail(GITPERF_EFORMAT, "line %zu, column %zu: %s", line,
		     at - start + 1, problem);
	return gitperf_hint(GITPERF_EFORMAT, "correct the JSON there, or what writes it");
}

static int fail_yajl(struct reader *r, const char *bytes, size_t len)
{
	unsigned char *text = yajl_get_error(r->yajl, 0, (const unsigned char *)bytes, len);
	/* at the end yajl counts something of its own */
	size_t at = r->at_end ? len : yajl_get_bytes_consumed(r->yajl);
	const char *what = text ? (const char *)text : "invalid JSON";
	char problem[128];

	/* yajl says "lexical error: invalid char in json text.\n" */
	snprintf(problem, sizeof(problem), "not valid JSON, %.*s",
		 (int)strcspn(what, ".\n"), what);
	if (text)
		yajl_free_error(r->yajl, text);
	return gitperf_hint(fail_at(bytes, at < len ? at : len, problem),
			    "check that it is complete; JSON knows no NaN, Infinity, "
			    "comments or trailing commas");
}

static int check_text(const char *bytes, size_t len)
{
	size_t at = gitperf_utf8_check(bytes, len);
	const char *problem, *bad;

	if (at < len)
		return gitperf_hint(fail_at(bytes, at, "not valid UTF-8"),
				    "write the file as UTF-8");
	bad = find_bad_escape(bytes, bytes + len, &problem);
	if (bad)
		return fail_at(bytes, (size_t)(bad - bytes), problem);
	return 0;
}

int gitperf_json_parse(struct json **out, struct arena *arena,
		       const char *bytes, size_t len)
{
	struct reader r = { .arena = arena, .input = bytes,
			    .input_end = bytes + len };
	yajl_status status;
	int err = check_text(bytes, len);

	*out = NULL;
	if (err < 0)
		return err;
	r.yajl = yajl_alloc(&callbacks, NULL, &r);
	if (!r.yajl)
		return gitperf_fail_oom();
	yajl_config(r.yajl, yajl_dont_validate_strings, 1);
	status = yajl_parse(r.yajl, (const unsigned char *)bytes, len);
	if (status == yajl_status_ok) {
		r.at_end = 1;
		status = yajl_complete_parse(r.yajl);
	}
	if ((err = gitperf_arena_check(arena)) < 0)
		;
	else if (r.problem)
		err = fail_at(bytes, r.at_end ? len : yajl_get_bytes_consumed(r.yajl), r.problem);
	else if (status != yajl_status_ok || !r.root)
		err = fail_yajl(&r, bytes, len);
	yajl_free(r.yajl);
	*out = err < 0 ? NULL : r.root;
	return err;
}

int gitperf_json_is(const struct json *value, const char *text)
{
	return value->len == strlen(text) && !memcmp(value->text, text, value->len);
}

const char *gitperf_json_type_name(enum json_type type)
{
	static const char *const names[] = {
		"null", "a boolean", "a number", "a string", "an array", "an object"
	};

	return names[type];
}

void gitperf_json_add_string(gitperf_buffer *out, const char *text, size_t len)
{
	static const char short_forms[] = "b\bf\fn\nr\rt\t\"\"\\\\";
	size_t i, start = 0;

	gitperf_buf_addc(out, '"');
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		const char *form;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		gitperf_buf_add(out, text + start, i - start);
		start = i + 1;
		for (form = short_forms; *form && form[1] != (char)c; form += 2)
			;
		if (*form)
			gitperf_buf_addf(out, "\\%c", *form);
		else
			gitperf_buf_addf(out, "\\u%04x", c);
	}
	gitperf_buf_add(out, text + start, len - start);
	gitperf_buf_addc(out, '"');
}

static int print_number(gitperf_buffer *out, const struct json *value)
{
	char text[NUM_TEXT_MAX];
	gitperf_number number;
	int err = gitperf_num_parse(&number, value->text, value->len);

	if (err < 0)
		return err;
	gitperf_num_format(text, number);
	gitperf_buf_adds(out, text);
	return 0;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static int print_children(gitperf_buffer *out, const struct json *value,
			  const char *without)
{
	int object = value->type == JSON_OBJECT, err, first = 1;
	const struct json *child;

	gitperf_buf_addc(out, object ? '{' : '[');
	for (child = value->child; child; child = child->next) {
		if (object && without && child->key_len == strlen(without) &&
		    !memcmp(child->key, without, child->key_len))
			continue;
		if (!first)
			gitperf_buf_addc(out, ',');
		first = 0;
		if (object) {
			gitperf_json_add_string(out, child->key, child->key_len);
			gitperf_buf_addc(out, ':');
		}
		if ((err = gitperf_json_print(out, child, NULL)) < 0)
			return err;
	}
	gitperf_buf_addc(out, object ? '}' : ']');
	return 0;
}

int gitperf_json_print(gitperf_buffer *out, const struct json *value,
		       const char *without)
{
	switch (value->type) {
	case JSON_NULL:
		gitperf_buf_adds(out, "null");
		return 0;
	case JSON_BOOL:
		gitperf_buf_adds(out, value->count ? "true" : "false");
		return 0;
	case JSON_NUMBER:
		return print_number(out, value);
	case JSON_STRING:
		gitperf_json_add_string(out, value->text, value->len);
		return 0;
	default:
		return print_children(out, value, without);
	}
}

static void before_value(struct json_writer *w)
{
	if (w->need_comma)
		gitperf_buf_addc(w->out, ',');
	w->need_comma = 1;
}

void gitperf_json_open(struct json_writer *w, char bracket)
{
	before_value(w);
	gitperf_buf_addc(w->out, bracket);
	w->need_comma = 0;
}

void gitperf_json_close(struct json_writer *w, char bracket)
{
	gitperf_buf_addc(w->out, bracket);
	w->need_comma = 1;
}

void gitperf_json_key(struct json_writer *w, const char *key)
{
	before_value(w);
	gitperf_json_add_string(w->out, key, strlen(key));
	gitperf_buf_addc(w->out, ':');
	w->need_comma = 0;
}

void gitperf_json_string(struct json_writer *w, const char *text)
{
	before_value(w);
	gitperf_json_add_string(w->out, text, strlen(text));
}

void gitperf_json_int(struct json_writer *w, int64_t value)
{
	gitperf_json_number(w, gitperf_number_int(value));
}

void gitperf_json_number(struct json_writer *w, gitperf_number number)
{
	char text[NUM_TEXT_MAX];

	gitperf_num_format(text, number);
	gitperf_json_literal(w, text);
}

void gitperf_json_literal(struct json_writer *w, const char *literal)
{
	before_value(w);
	gitperf_buf_adds(w->out, literal);
}
