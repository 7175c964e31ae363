/*
 * digest.h - SHA-256, in hex (the only user of libmd)
 */
#ifndef GITPERF_BASE_DIGEST_H
#define GITPERF_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 64

/** SHA-256 of `len` bytes as lower-case hex digits and a NUL. */
void gitperf_digest(char out[DIGEST_HEX + 1], const void *bytes, size_t len);

#endif
