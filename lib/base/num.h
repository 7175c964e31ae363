/*
 * num.h - numbers as text, the same in every locale
 */
#ifndef GITPERF_BASE_NUM_H
#define GITPERF_BASE_NUM_H

#include <gitperf/common.h>

/** Longest text gitperf_num_format() makes, with its NUL. */
#define NUM_TEXT_MAX 32

/**
 * Read a JSON number. Plain digits are integers, exact over all of int64_t.
 * With a point or an exponent it is a double, rounded as doubles are, and an
 * integer where it is one by value and below 2^53 (1e3, 2.0). GITPERF_EFORMAT
 * when the value does not fit: nothing becomes infinity, and only zero is zero.
 */
int gitperf_num_parse(gitperf_number *out, const char *text, size_t len);

/**
 * The one canonical text: integers plainly, doubles as the shortest decimal
 * that reads back, from 2^53 on with an exponent.
 */
void gitperf_num_format(char out[NUM_TEXT_MAX], gitperf_number number);

/** A double as the number that parsing its text would give. */
gitperf_number gitperf_num_from_double(double value);

#endif
