/*
 * gitperf/port.h - what other tools wrote, as records
 *
 * Identity comes from the content alone. An import is a function of the
 * bytes: the same file gives the same record everywhere, marked with the
 * format's name and the file's SHA-256 (`origin`), so that importing twice
 * is importing once.
 */
#ifndef GITPERF_PORT_H
#define GITPERF_PORT_H

#include <gitperf/common.h>
#include <gitperf/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/** No file larger than this is read. */
#define GITPERF_IMPORT_MAX (16u << 20)

/**
 * Tell what a file is, and read it when it is foreign. `format` receives
 * "record" for one of ours (and *out is NULL: gitperf_batch_add() takes it as it
 * is), "result-1" or "result-2" for a result object of version 1 or 2; static.
 * The commit of a result may be a short id, which only a repository can
 * complete. GITPERF_EFORMAT when it is none of these.
 */
GITPERF_EXPORT int gitperf_import_read(gitperf_record **out,
				       const char **format, const char *bytes,
				       size_t len);

/**
 * The name an artifact has by default: benchmark-results-<commit>-<platform>.json.
 * With an id, its first 12 digits are part of the name.
 */
GITPERF_EXPORT int gitperf_artifact_name(gitperf_buffer *out,
					 const char *commit,
					 const char *platform,
					 const char *id);

/**
 * Whether a file name (no directory) may stand on a record: 0 if it does not
 * look like an artifact's name at all, or says the same commit and platform as
 * the content; GITPERF_EINVALID when it says another.
 */
GITPERF_EXPORT int gitperf_artifact_check_name(const char *name,
					       const char *commit,
					       const char *platform,
					       const char *id);

#ifdef __cplusplus
}
#endif

#endif
