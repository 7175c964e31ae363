/*
 * u-json.c - lib/base/json: what is refused and where, and the one way to write
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"

#include "tap.h"

static struct arena arena;

/* Text as the name of a test: on one line, in ASCII; lent until the next call. */
static const char *shown(const char *text)
{
	static char name[200];
	size_t n = 0;

	for (; *text && n < sizeof(name) - 8; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f || *text == '#')
			n += (size_t)snprintf(name + n, 8, "<%02x>", (unsigned char)*text);
		else
			name[n++] = *text;
	name[n] = '\0';
	return name;
}

/* A tree in `arena`; the last one is gone. */
static int parse(struct json **out, const char *bytes, size_t len)
{
	gitperf_arena_free(&arena);
	return gitperf_json_parse(out, &arena, bytes, len);
}

/* The canonical text, or what was wrong; lent until the next call. */
static const char *reprint(const char *bytes, size_t len)
{
	static gitperf_buffer text;
	struct json *root;

	gitperf_buffer_dispose(&text);
	if (!bytes)
		return NULL;
	if (parse(&root, bytes, len) < 0 || gitperf_json_print(&text, root, NULL) < 0) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_addf(&text, "error: %s", gitperf_error_message());
	}
	return text.ptr;
}

static void is_printed(const char *json, const char *want)
{
	is_str(reprint(json, strlen(json)), want, shown(json));
	is_str(reprint(want, strlen(want)), want, "... which is stable");
}

static void test_values(void)
{
	static const char *const same[] = {
		"null", "true", "false", "0", "-7", "1.5", "\"\"", "\"text\"", "[]", "{}",
		"[null,true,[],{}]", "{\"a\":{\"b\":{\"c\":[]}}}",
		"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "{\"\":0}"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		is_printed(same[i], same[i]);
	is_printed(" \t\r\n[ 1 , 2 ]\n", "[1,2]");
	is_printed("[1e3,2.0,-0,-0.0,1E+2,10e-1,0.10,1e-7]", "[1000,2,0,0,100,1,0.1,1e-7]");
	is_printed("[9223372036854775807,-9223372036854775808]",
		   "[9223372036854775807,-9223372036854775808]");
	is_printed("[5e-324,1.7976931348623157e308,0.1,9007199254740993]",
		   "[5e-324,1.7976931348623157e308,0.1,9007199254740993]");
}

static void test_objects(void)
{
	is_printed("{\"b\":1,\"a\":2,\"ab\":3,\"\":4,\"B\":5}",
		   "{\"\":4,\"B\":5,\"a\":2,\"ab\":3,\"b\":1}");
	is_printed("{\"z\":{\"y\":[{\"x\":1,\"w\":2}],\"v\":3},\"u\":[]}",
		   "{\"u\":[],\"z\":{\"v\":3,\"y\":[{\"w\":2,\"x\":1}]}}");
	/* by bytes, which is by code point */
	is_printed("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbf\":2,\"\xc3\xa9\":3,\"e\":4}",
		   "{\"e\":4,\"\xc3\xa9\":3,\"\xef\xbf\xbf\":2,\"\xf0\x9f\x98\x80\":1}");
	/* an escaped key is the key that it spells */
	is_printed("{\"b\":1,\"\\u0061\":2}", "{\"a\":2,\"b\":1}");
}

static void test_members(void)
{
	static const char text[] = "{\"n\":12.50,\"s\":\"t\",\"a\":[1,2,3],\"b\":true,\"aa\":null}";
	const struct json *m;
	struct json *root;

	is_ok(parse(&root, text, strlen(text)), "an object");
	is_int(root->type, JSON_OBJECT, "... is one");
	is_int(root->count, 5, "... of five members");
	m = gitperf_json_member(root, "n");
	ok(m && m->type == JSON_NUMBER && gitperf_json_is(m, "12.50"), "a number stays text");
	ok(m && !gitperf_json_is(m, "12.5") && !gitperf_json_is(m, "12.500"), "... exactly");
	m = gitperf_json_member(root, "s");
	ok(m && m->type == JSON_STRING && gitperf_json_is(m, "t"), "a string");
	m = gitperf_json_member(root, "a");
	ok(m && m->type == JSON_ARRAY && m->count == 3 && m->child->next->next &&
	   !m->child->next->next->next, "an array of three");
	m = gitperf_json_member(root, "b");
	ok(m && m->type == JSON_BOOL && m->count == 1, "a boolean has its value");
	ok(gitperf_json_member(root, "aa") != NULL, "a key that begins like another");
	ok(!gitperf_json_member(root, "c") && !gitperf_json_member(root, ""), "no such key");
	is_ok(parse(&root, "[\"a\"]", 5), "an array");
	ok(!gitperf_json_member(root, "a"), "... has no members");
	is_str(gitperf_json_type_name(JSON_NULL), "null", "the name of a type");
	is_str(gitperf_json_type_name(JSON_OBJECT), "an object", "... of another");
}

static void test_escapes(void)
{
	is_printed("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	is_printed("\"\\u0001\\u001F\\u007f\\u0022\\u005c\\u000a\"", "\"\\u0001\\u001f\x7f\\\"\\\\\\n\"");
	is_printed("\"\\u00e9\\u20AC\\uffff\"", "\"\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\"");
	is_printed("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
	is_printed("\"\\uD800\\uDC00\\udbff\\udfff\"", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
	is_printed("\"\\ud7ff\\ue000\"", "\"\xed\x9f\xbf\xee\x80\x80\"");
	is_printed("\"\\\\u0000\\\\ud800\"", "\"\\\\u0000\\\\ud800\"");
	is_printed("\"\x7f\xc2\x80\xe2\x80\xa8\"", "\"\x7f\xc2\x80\xe2\x80\xa8\"");
}

struct refusal {
	const char *json, *message;
};

static void check_refusals(const struct refusal *cases, size_t n)
{
	struct json *root;
	size_t i;

	for (i = 0; i < n; i++) {
		size_t len = strlen(cases[i].json);
		char *exact = malloc(len ? len : 1);

		/* its own memory: reading behind it would be seen */
		memcpy(exact, cases[i].json, len);
		root = (struct json *)&arena;
		is_err(parse(&root, exact, len), GITPERF_EFORMAT, shown(cases[i].json));
		ok(!root, "... gives no tree");
		if (!ok(strstr(gitperf_error_message(), cases[i].message) != NULL, "... %s",
			cases[i].message))
			printf("#   %s\n", gitperf_error_message());
		free(exact);
	}
}

static void test_refusals(void)
{
	static const struct refusal cases[] = {
		/* nothing, or not all of it */
		{ "", "EOF" }, { "  \n", "EOF" }, { "[1,2", "EOF" }, { "{\"a\":1", "EOF" },
		{ "{\"a\"", "EOF" }, { "\"abc", "EOF" }, { "[\"\\u12", "not valid JSON" },
		{ "[\"a\\", "not valid JSON" }, { "tru", "not valid JSON" }, { "-", "not valid JSON" },
		/* too much of it */
		{ "1 2", "trailing garbage" }, { "{} {}", "trailing garbage" },
		{ "[]]", "trailing garbage" }, { "null,", "trailing garbage" },
		/* not JSON */
		{ "[1,]", "not valid JSON" }, { "{\"a\":1,}", "not valid JSON" },
		{ "[,1]", "not valid JSON" }, { "{\"a\" 1}", "not valid JSON" },
		{ "{a:1}", "not valid JSON" }, { "{1:2}", "not valid JSON" }, { "['a']", "not valid JSON" },
		{ "[1}", "not valid JSON" }, { "{\"a\":1]", "not valid JSON" },
		{ "// x\n1", "comment" }, { "/* x */1", "comment" }, { "# x\n1", "not valid JSON" },
		{ "NaN", "not valid JSON" }, { "[Infinity]", "not valid JSON" },
		{ "[-Infinity]", "not valid JSON" }, { "[nan]", "not valid JSON" },
		{ "True", "not valid JSON" }, { "nul", "not valid JSON" }, { "undefined", "not valid JSON" },
		{ "01", "trailing garbage" }, { "[01]", "not valid JSON" }, { "[1.]", "not valid JSON" },
		{ "[.5]", "not valid JSON" }, { "[+1]", "not valid JSON" }, { "[1e]", "not valid JSON" },
		{ "[1e+]", "not valid JSON" }, { "[-]", "not valid JSON" }, { "[0x10]", "not valid JSON" },
		{ "[1_000]", "not valid JSON" }, { "[1,5 2]", "not valid JSON" },
		{ "[\"a\tb\"]", "not valid JSON" }, { "[\"a\nb\"]", "not valid JSON" },
		{ "[\"\x01\"]", "not valid JSON" }, { "\"\\x41\"", "not valid JSON" },
		{ "\"\\u12g4\"", "not valid JSON" }, { "\"\\U00410041\"", "not valid JSON" },
		{ "\xef\xbb\xbf{}", "line 1, " },
		/* not text */
		{ "\"a\\u0000b\"", "NUL" }, { "{\"\\u0000\":1}", "NUL" },
		{ "\"\\ud800\"", "surrogate" }, { "\"\\ud800x\"", "surrogate" },
		{ "\"\\udc00\"", "surrogate" }, { "\"\\ud83d\\ud83d\\ude00\"", "surrogate" },
		{ "\"\\ude00\\ud83d\"", "surrogate" }, { "\"\\ud83d\\n\"", "surrogate" },
		{ "\"\\ud83d\\u0041\"", "surrogate" }, { "\"\\\\\\ud800\"", "surrogate" },
		{ "\"\xc0\x80\"", "UTF-8" }, { "\"\xed\xa0\x80\"", "UTF-8" },
		{ "\"\xf4\x90\x80\x80\"", "UTF-8" }, { "\"\xff\"", "UTF-8" },
		{ "\"\xe2\x82", "UTF-8" }, { "{\"\x80\":1}", "UTF-8" },
		/* not one meaning */
		{ "{\"a\":1,\"a\":1}", "occurs twice" }, { "{\"a\":1,\"b\":2,\"a\":3}", "occurs twice" },
		{ "{\"b\":1,\"a\":2,\"c\":3,\"b\":4}", "occurs twice" },
		{ "{\"a\":1,\"\\u0061\":2}", "occurs twice" }, { "[{\"x\":[{\"\":1,\"\":2}]}]", "occurs twice" },
	};

	check_refusals(cases, ARRAY_SIZE(cases));
}

static void test_nul_bytes(void)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "\"a\0b\"", 5 }, { "[1]\0", 4 }, { "\0[1]", 4 }, { "[1,\0 2]", 7 }, { "\0", 1 }
	};
	struct json *root;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		is_err(parse(&root, cases[i].bytes, cases[i].len), GITPERF_EFORMAT, "a NUL byte");
}

static void test_places(void)
{
	static const struct refusal cases[] = {
		{ "[1,\n 2,\n  x]", "line 3, column " },
		{ "\n\n\"\xff\"", "line 3, column 2:" },
		{ "{\n\"a\": \"\\ud800\"}", "line 2, column 7:" },
		{ "{\n\n\"a\": 1", "line 3, column 7:" },
		{ "[1,2", "line 1, column 5:" },
	};
	struct json *root;

	check_refusals(cases, ARRAY_SIZE(cases));
	is_err(parse(&root, "[NaN]", 5), GITPERF_EFORMAT, "not a number");
	ok(gitperf_error_hint() && strstr(gitperf_error_hint(), "NaN"), "... has a hint");
	is_err(parse(&root, "\"\xff\"", 3), GITPERF_EFORMAT, "not UTF-8");
	ok(gitperf_error_hint() != NULL, "... has a hint");
}

static void nest(gitperf_buffer *buf, const char *open, const char *close, size_t n)
{
	size_t i;

	gitperf_buf_truncate(buf, 0);
	for (i = 0; i < n; i++)
		gitperf_buf_adds(buf, open);
	for (i = 0; i < n && close; i++)
		gitperf_buf_adds(buf, close);
}

static void test_depth(void)
{
	gitperf_buffer buf = GITPERF_BUFFER_INIT;
	struct json *root;

	nest(&buf, "[", "]", JSON_DEPTH_MAX);
	is_int(JSON_DEPTH_MAX, 32, "32 levels");
	is_str(reprint(buf.ptr, buf.len), buf.ptr, "... of arrays");
	nest(&buf, "{\"a\":", "}", JSON_DEPTH_MAX);
	gitperf_buf_truncate(&buf, buf.len - JSON_DEPTH_MAX);
	gitperf_buf_adds(&buf, "null}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}");
	is_str(reprint(buf.ptr, buf.len), buf.ptr, "... of objects");
	nest(&buf, "[", "]", JSON_DEPTH_MAX + 1);
	is_err(parse(&root, buf.ptr, buf.len), GITPERF_EFORMAT, "33 levels");
	ok(strstr(gitperf_error_message(), "too deeply") != NULL, "... are too many");
	nest(&buf, "{\"a\":", "}", JSON_DEPTH_MAX + 1);
	is_err(parse(&root, buf.ptr, buf.len), GITPERF_EFORMAT, "... of objects, too");
	nest(&buf, "[", NULL, 10000000);
	is_err(parse(&root, buf.ptr, buf.len), GITPERF_EFORMAT, "ten million levels");
	ok(strstr(gitperf_error_message(), "too deeply") != NULL, "... are too many");
	gitperf_buffer_dispose(&buf);
}

static void test_size(void)
{
	gitperf_buffer buf = GITPERF_BUFFER_INIT;
	struct json *root;
	size_t i;

	/* the array itself is a value */
	gitperf_buf_addc(&buf, '[');
	for (i = 1; i < JSON_VALUES_MAX; i++)
		gitperf_buf_adds(&buf, i > 1 ? ",0" : "0");
	gitperf_buf_addc(&buf, ']');
	is_ok(parse(&root, buf.ptr, buf.len), "two million values");
	is_int(root ? root->count : 0, JSON_VALUES_MAX - 1, "... are all there");
	gitperf_buf_truncate(&buf, buf.len - 1);
	gitperf_buf_adds(&buf, ",0]");
	is_err(parse(&root, buf.ptr, buf.len), GITPERF_EFORMAT, "one more");
	ok(strstr(gitperf_error_message(), "too many values") != NULL, "... is too many");
	gitperf_buf_truncate(&buf, 0);
	gitperf_buf_addc(&buf, '{');
	for (i = 0; i < 100000; i++)
		gitperf_buf_addf(&buf, "%s\"%zu\":%zu", i ? "," : "", i * 7919 % 100003, i);
	gitperf_buf_addc(&buf, '}');
	is_ok(parse(&root, buf.ptr, buf.len), "100,000 keys out of order");
	gitperf_buf_truncate(&buf, buf.len - 1);
	gitperf_buf_adds(&buf, ",\"7919\":1}");
	is_err(parse(&root, buf.ptr, buf.len), GITPERF_EFORMAT, "... and one of them again");
	gitperf_buffer_dispose(&buf);
}

static void test_ranges(void)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	struct json *root;

	is_ok(parse(&root, "[1,1e999]", 9), "a number too large is JSON");
	is_err(gitperf_json_print(&out, root, NULL), GITPERF_EFORMAT, "... but has no canonical form");
	gitperf_buffer_dispose(&out);
}

static void test_without(void)
{
	static const char text[] = "{\"a\":{\"x\":1},\"x\":2,\"xx\":3}";
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	struct json *root;

	is_ok(parse(&root, text, strlen(text)), "an object");
	gitperf_json_print(&out, root, "x");
	is_str(out.ptr, "{\"a\":{\"x\":1},\"xx\":3}", "without a member at the top");
	gitperf_buf_truncate(&out, 0);
	gitperf_json_print(&out, root, "a");
	is_str(out.ptr, "{\"x\":2,\"xx\":3}", "... the first");
	gitperf_buf_truncate(&out, 0);
	gitperf_json_print(&out, root, "no");
	is_str(out.ptr, text, "... that is not there");
	gitperf_buffer_dispose(&out);
}

static void test_strings(void)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT, all = GITPERF_BUFFER_INIT;
	const struct json *value;
	struct json *root;
	int c;

	for (c = 1; c < 0x80; c++)
		gitperf_buf_addc(&all, (char)c);
	gitperf_json_add_string(&out, all.ptr, all.len);
	is_ok(parse(&root, out.ptr, out.len), "every ASCII character");
	value = root;
	ok(value && value->len == all.len && !memcmp(value->text, all.ptr, all.len),
	   "... there and back");
	ok(!strchr(out.ptr, '\n') && !strchr(out.ptr, 0x1f), "... none raw that may not be");
	ok(strchr(out.ptr, 0x7f) && !strstr(out.ptr, "\\/"), "... and escaped only where it must be");
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&all);
}

static void test_writer(void)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	struct json_writer w = { &out, 0 };

	gitperf_json_open(&w, '{');
	gitperf_json_key(&w, "a");
	gitperf_json_open(&w, '[');
	gitperf_json_int(&w, -1);
	gitperf_json_number(&w, gitperf_number_int(INT64_MAX));
	gitperf_json_string(&w, "x\"y");
	gitperf_json_literal(&w, "null");
	gitperf_json_open(&w, '[');
	gitperf_json_close(&w, ']');
	gitperf_json_close(&w, ']');
	gitperf_json_key(&w, "b\n");
	gitperf_json_open(&w, '{');
	gitperf_json_close(&w, '}');
	gitperf_json_key(&w, "c");
	gitperf_json_literal(&w, "true");
	gitperf_json_close(&w, '}');
	is_str(out.ptr, "{\"a\":[-1,9223372036854775807,\"x\\\"y\",null,[]],\"b\\n\":{},\"c\":true}",
	       "commas come by themselves");
	gitperf_buffer_dispose(&out);
}

int main(void)
{
	test_values();
	test_objects();
	test_members();
	test_escapes();
	test_refusals();
	test_nul_bytes();
	test_places();
	test_depth();
	test_size();
	test_ranges();
	test_without();
	test_strings();
	test_writer();
	reprint(NULL, 0);
	gitperf_arena_free(&arena);
	return done_testing();
}
