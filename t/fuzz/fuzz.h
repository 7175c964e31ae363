/*
 * fuzz.h - what the fuzz targets share
 *
 * A target takes bytes and returns; whatever must hold about them is a MUST().
 */
#ifndef GITPERF_FUZZ_H
#define GITPERF_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
		abort(); \
	} \
} while (0)

#endif
