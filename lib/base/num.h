/*
 * num.h - numbers as text, the same in every locale
 */
#ifndef GITPERF_BASE_NUM_H
#define GITPERF_BASE_NUM_H

#include <gitperf/common.h>

/** Longest text gitperf_num_format() makes, with its NUL. */
#define NUM_TEXT_MAX 32

/**
 * Read a JSON number. What is an integer by value becomes one (1e3, 2.0) up
 * to 2^53; plain digits are exact over all of int64_t. GITPERF_EFORMAT when
 * the value does not fit: nothing is rounded to infinity, to zero or to
 * another integer.
 */
int gitperf_num_parse(gitperf_number *out, const char *text, size_t len);

/** The one canonical text: integers plainly, else the shortest that reads back. */
void gitperf_num_format(char out[NUM_TEXT_MAX], gitperf_number number);

/** A double as the number that parsing its text would give. */
gitperf_number gitperf_num_from_double(double value);

#endif
