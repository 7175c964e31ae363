/*
 * gitperf/platform.h - names of platforms and workers, identities of things
 *
 * A platform or worker name is [a-z0-9][a-z0-9_+-]*(\.[a-z0-9_+-]+)*, at most
 * 64 bytes, not ending in ".lock": it survives every path, ref and file name.
 */
#ifndef GITPERF_PLATFORM_H
#define GITPERF_PLATFORM_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GITPERF_NAME_MAX 64

/** GITPERF_EINVALID, saying what is wrong, unless `name` is well formed. */
GITPERF_EXPORT int gitperf_platform_check(const char *name);

/** As gitperf_platform_check(), in the words of a worker. */
GITPERF_EXPORT int gitperf_worker_check(const char *name);

/**
 * The platform of a machine and system as uname(2), Rust or Go spell them,
 * "<arch>-<os>": x86_64 and amd64 become x86-64, arm64 becomes aarch64,
 * darwin becomes macos. GITPERF_EINVALID when no valid name comes of it.
 */
GITPERF_EXPORT int gitperf_platform_name(gitperf_buffer *out,
					 const char *arch, const char *os);

/**
 * The fingerprint of an environment: 16 hex digits over its entries, sorted,
 * without those that say nothing of how fast it is ("load", "counters").
 */
GITPERF_EXPORT int gitperf_environment_fingerprint(gitperf_buffer *out,
						   const gitperf_pair *entries,
						   size_t n);

/**
 * The identity of what a benchmark measures: 16 hex digits over its parts
 * (command, inputs, epoch, ...), sorted. Parts are digests or short values.
 */
GITPERF_EXPORT int gitperf_workload_id(gitperf_buffer *out,
				       const gitperf_pair *parts, size_t n);

/**
 * A part of a workload's identity: 16 hex digits over a list of words (the
 * words of a command), each taken whole, so that ("a b") is not ("a", "b").
 */
GITPERF_EXPORT int gitperf_workload_digest(gitperf_buffer *out,
					   const char *const *words, size_t n);

#ifdef __cplusplus
}
#endif

#endif
