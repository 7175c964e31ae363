/*
 * encode.c - members of JSON objects that we write
 */
#include "base/compat.h"
#include "data/encode.h"

void gitperf_encode_string(struct json_writer *w, const char *key, const char *value)
{
	if (!value)
		return;
	gitperf_json_key(w, key);
	gitperf_json_string(w, value);
}

void gitperf_encode_time(struct json_writer *w, const char *key, gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	if (!t)
		return;
	gitperf_time_format(text, t);
	gitperf_encode_string(w, key, text);
}

void gitperf_encode_int(struct json_writer *w, const char *key, int64_t value)
{
	gitperf_json_key(w, key);
	gitperf_json_int(w, value);
}

void gitperf_encode_bool(struct json_writer *w, const char *key, int value)
{
	gitperf_json_key(w, key);
	gitperf_json_literal(w, value ? "true" : "false");
}
