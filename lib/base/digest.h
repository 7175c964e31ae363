/*
 * digest.h - digests in hex (the only user of nettle)
 */
#ifndef GITPERF_BASE_DIGEST_H
#define GITPERF_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 64
#define BLOB_HEX 40

/** SHA-256 of `len` bytes as lower-case hex digits and a NUL. */
void gitperf_digest(char out[DIGEST_HEX + 1], const void *bytes, size_t len);

/** The id that git gives to a blob of these bytes. */
void gitperf_digest_blob(char out[BLOB_HEX + 1], const void *bytes, size_t len);

#endif
