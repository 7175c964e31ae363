/*
 * encode.h - members of JSON objects that we write
 */
#ifndef GITPERF_DATA_ENCODE_H
#define GITPERF_DATA_ENCODE_H

#include "base/json.h"

/** A key and a string; nothing for NULL. */
void gitperf_encode_string(struct json_writer *w, const char *key, const char *value);
/** A key and a time; nothing for 0. */
void gitperf_encode_time(struct json_writer *w, const char *key, gitperf_time t);
void gitperf_encode_int(struct json_writer *w, const char *key, int64_t value);
void gitperf_encode_bool(struct json_writer *w, const char *key, int value);

#endif
