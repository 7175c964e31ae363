/*
 * utf8.h - strict UTF-8
 */
#ifndef GITPERF_BASE_UTF8_H
#define GITPERF_BASE_UTF8_H

#include <stddef.h>

/** Where the first byte lies that is not strict UTF-8; `len` if none does. */
size_t gitperf_utf8_check(const char *bytes, size_t len);

#endif
