/*
 * digest.c - SHA-256, and the SHA-1 that names git's objects, by nettle
 */
#include "base/compat.h"
#include "base/digest.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>

static void to_hex(char *out, const uint8_t *digest, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (; len; len--, digest++) {
		*out++ = digits[*digest >> 4];
		*out++ = digits[*digest & 15];
	}
	*out = '\0';
}

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct digest),
	       "struct digest must have room for nettle's state");

static struct sha256_ctx *state_of(struct digest *digest)
{
	return (struct sha256_ctx *)(void *)digest->state;
}

void gitperf_digest_begin(struct digest *digest)
{
	sha256_init(state_of(digest));
}

void gitperf_digest_add(struct digest *digest, const void *bytes, size_t len)
{
	sha256_update(state_of(digest), len, bytes);
}

void gitperf_digest_end(char out[DIGEST_HEX + 1], struct digest *digest)
{
	uint8_t bytes[SHA256_DIGEST_SIZE];

	sha256_digest(state_of(digest), sizeof(bytes), bytes);
	to_hex(out, bytes, sizeof(bytes));
}

void gitperf_digest(char out[DIGEST_HEX + 1], const void *bytes, size_t len)
{
	struct digest digest;

	gitperf_digest_begin(&digest);
	gitperf_digest_add(&digest, bytes, len);
	gitperf_digest_end(out, &digest);
}

void gitperf_digest_blob(char out[BLOB_HEX + 1], const void *bytes, size_t len)
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;
	char head[32];
	int n = snprintf(head, sizeof(head), "blob %zu", len);

	sha1_init(&ctx);
	sha1_update(&ctx, (size_t)n + 1, (const uint8_t *)head);
	sha1_update(&ctx, len, bytes);
	sha1_digest(&ctx, sizeof(digest), digest);
	to_hex(out, digest, sizeof(digest));
}
