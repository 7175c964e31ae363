/*
 * gitperf/port.h - what other tools wrote, as records
 *
 * Identity comes from the content alone. An import is a function of the
 * bytes: the same file gives the same record everywhere, marked with the
 * format's name and the file's SHA-256 (`origin`), so that importing twice
 * is importing once.
 *
 * The output of a benchmark that measures itself is not an import but a part
 * of a run: gitperf_output_read() makes metrics of it.
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

/** What one thing gave that a tool has measured; lent by its readings. */
typedef struct gitperf_reading {
	const char *name;            /**< "": the program itself */
	const gitperf_pair *params;  /**< sorted by key */
	size_t nparams;
	const gitperf_metric *metrics;
	size_t nmetrics;
	const char *error;           /**< the tool says that it failed, and there
	                                  are no metrics; or NULL, and there are.
	                                  As long as the tool has it */
} gitperf_reading;

typedef struct gitperf_readings gitperf_readings;

/**
 * Read what a benchmark tool printed. Formats, and how their quantities are
 * called, are documented in gitperf-suite(5): values, json, google-benchmark,
 * hyperfine, criterion, bencher, go, pytest-benchmark, jmh. Times become ns,
 * sizes bytes; a quantity without a unit has "1". GITPERF_EFORMAT when the
 * output is not of this format or holds no measurement at all.
 */
GITPERF_EXPORT int gitperf_output_read(gitperf_readings **out,
				       const char *format,
				       const char *bytes, size_t len);
GITPERF_EXPORT void gitperf_readings_free(gitperf_readings *readings);

/** In the order of the output; no two have the same name and params. */
GITPERF_EXPORT size_t gitperf_readings_count(const gitperf_readings *readings);
GITPERF_EXPORT const gitperf_reading *
gitperf_readings_get(const gitperf_readings *readings, size_t i);

/** GITPERF_EINVALID, listing those there are, unless `format` is one of them. */
GITPERF_EXPORT int gitperf_output_format_check(const char *format);

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
