/*
 * digest.h - digests in hex (the only user of nettle)
 */
#ifndef GITPERF_BASE_DIGEST_H
#define GITPERF_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_HEX 64
#define BLOB_HEX 40

/** SHA-256 of bytes that come piece by piece. */
struct digest {
	uint64_t state[32];      /* nettle's, which only digest.c knows */
};

void gitperf_digest_begin(struct digest *digest);
void gitperf_digest_add(struct digest *digest, const void *bytes, size_t len);
void gitperf_digest_end(char out[DIGEST_HEX + 1], struct digest *digest);

/** SHA-256 of `len` bytes as lower-case hex digits and a NUL. */
void gitperf_digest(char out[DIGEST_HEX + 1], const void *bytes, size_t len);

/** The id that git gives to a blob of these bytes. */
void gitperf_digest_blob(char out[BLOB_HEX + 1], const void *bytes, size_t len);

#endif
