/*
 * digest.c - SHA-256 by libmd
 */
#include "base/compat.h"
#include "base/digest.h"

#include <sha2.h>
#include <sys/types.h>

void gitperf_digest(char out[DIGEST_HEX + 1], const void *bytes, size_t len)
{
	SHA256Data(bytes, len, out);
}
