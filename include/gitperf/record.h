/*
 * gitperf/record.h - one run of a suite on one commit, as a value
 *
 *	gitperf_record *rec;
 *	gitperf_buffer text = GITPERF_BUFFER_INIT;
 *
 *	if ((err = gitperf_record_parse(&rec, bytes, len, 0)) < 0)
 *		return err;
 *	printf("%s on %s\n", rec->commit, rec->platform);
 *	err = gitperf_record_format(&text, rec);
 *	gitperf_record_free(rec);
 *
 * The fields and their meaning are documented in gitperf-record(5). A parsed
 * record is one block of memory: everything it points to lives until
 * gitperf_record_free(). To make a record, fill a struct that starts from
 * GITPERF_RECORD_INIT with pointers of your own and format it.
 */
#ifndef GITPERF_RECORD_H
#define GITPERF_RECORD_H

#include <gitperf/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The newest record schema this library reads, and the one it writes. */
#define GITPERF_RECORD_SCHEMA 1

/** No record is larger than this many bytes in canonical form. */
#define GITPERF_RECORD_MAX (4u << 20)

/** Which way of moving is an improvement. */
typedef enum gitperf_better {
	GITPERF_BETTER_NONE,    /**< neither: the metric only informs */
	GITPERF_BETTER_LOWER,
	GITPERF_BETTER_HIGHER
} gitperf_better;

typedef enum gitperf_status {
	GITPERF_STATUS_OK,
	GITPERF_STATUS_FAILED,
	GITPERF_STATUS_TIMEOUT,
	GITPERF_STATUS_BUILD_FAILED,
	GITPERF_STATUS_SKIPPED
} gitperf_status;

typedef enum gitperf_outcome {
	GITPERF_OUTCOME_COMPLETE,  /**< every benchmark is ok or skipped */
	GITPERF_OUTCOME_PARTIAL,   /**< some are ok */
	GITPERF_OUTCOME_FAILED     /**< none is */
} gitperf_outcome;

/** A member of gitperf_summary, and its bit in `have`: 1 << field. */
typedef enum gitperf_summary_field {
	GITPERF_SUMMARY_N,
	GITPERF_SUMMARY_MEAN,
	GITPERF_SUMMARY_STDDEV,      /**< of the samples, divisor n - 1 */
	GITPERF_SUMMARY_MIN,
	GITPERF_SUMMARY_MAX,
	GITPERF_SUMMARY_MEDIAN,
	GITPERF_SUMMARY_LOW,         /**< of an interval for the centre */
	GITPERF_SUMMARY_HIGH,
	GITPERF_SUMMARY_CONFIDENCE,  /**< of that interval: 0 < c < 1 */
	GITPERF_SUMMARY_FIELDS
} gitperf_summary_field;

/** What is known of samples that the source did not give. */
typedef struct gitperf_summary {
	unsigned have;
	gitperf_number field[GITPERF_SUMMARY_FIELDS];
} gitperf_summary;

/** One measured quantity: raw samples, or a summary where there are none. */
typedef struct gitperf_metric {
	const char *name;
	const char *unit;
	gitperf_better better;
	const gitperf_number *samples;
	size_t nsamples;
	const gitperf_summary *summary;
} gitperf_metric;

typedef struct gitperf_benchmark {
	const char *name;
	const gitperf_pair *params;
	size_t nparams;
	const char *workload;              /**< id of what is measured, or NULL */
	const gitperf_pair *workload_parts; /**< digests the id is made from */
	size_t nworkload_parts;
	const gitperf_metric *metrics;
	size_t nmetrics;
	gitperf_status status;
	const char *error;                 /**< why it is not ok, or NULL */
	const char *log;                   /**< the tail of its output, or NULL */
	int64_t duration_ns;               /**< all its iterations; -1: unknown */
	const char *carried;               /**< skipped: the commit whose result still
	                                        holds, 40 hex; or NULL */
} gitperf_benchmark;

/** A step that is not a benchmark: fetch, build, setup, teardown. */
typedef struct gitperf_step {
	const char *name;
	gitperf_status status;
	const char *error;
	int64_t duration_ns;               /**< -1: unknown */
} gitperf_step;

typedef struct gitperf_record {
	int64_t schema;
	const char *commit;                /**< 40 lower-case hex digits */
	const char *platform;
	const gitperf_pair *config;        /**< part of every series' identity */
	size_t nconfig;
	const char *const *commit_range;   /**< commits the source says it covers */
	size_t ncommit_range;
	const gitperf_pair *environment;
	size_t nenvironment;
	const char *fingerprint;           /**< of the stable environment, or NULL */
	const char *suite;                 /**< object id of the suite, or NULL */
	const char *tool;
	const char *worker;
	const char *reason;
	const char *job;                   /**< with round and token, or NULL */
	int64_t round, token;
	const char *origin_format;         /**< an import's, or NULL */
	const char *origin_sha256;
	gitperf_time queued, started;      /**< 0: unknown */
	gitperf_time finished;
	int dirty;                         /**< 1 yes, 0 no, -1 unknown */
	gitperf_outcome outcome;
	const char *error;                 /**< of the run as a whole, or NULL */
	const char *log;
	const gitperf_step *steps;
	size_t nsteps;
	const gitperf_benchmark *benchmarks;
	size_t nbenchmarks;
	size_t nunknown;                   /**< fields a newer tool wrote, unread */
} gitperf_record;

#define GITPERF_RECORD_INIT { .schema = GITPERF_RECORD_SCHEMA, .dirty = -1 }
#define GITPERF_BENCHMARK_INIT { .duration_ns = -1 }

/** Flags for gitperf_record_parse(). */
enum {
	/**
	 * Written by hand: complete what is missing (schema, outcome, finish
	 * time: now), accept short commit ids, refuse unknown fields, which are
	 * more likely typing errors. Without it the record must be whole.
	 */
	GITPERF_PARSE_INPUT = 1 << 0,
	/** Require the canonical bytes and a checksum that agrees. */
	GITPERF_PARSE_EXACT = 1 << 1
};

/**
 * Read a record. GITPERF_EFORMAT says what is wrong and where; a record of a
 * newer schema is GITPERF_EFORMAT too, and says so by number.
 */
GITPERF_EXPORT int gitperf_record_parse(gitperf_record **out,
					const char *bytes, size_t len,
					unsigned flags);

/**
 * Append the canonical bytes of a record to `out`: UTF-8, sorted keys, no
 * insignificant space, one newline at the end, `checksum` filled in. Every
 * field is checked as in parsing; GITPERF_EFORMAT names the first bad one.
 */
GITPERF_EXPORT int gitperf_record_format(gitperf_buffer *out,
					 const gitperf_record *record);

GITPERF_EXPORT void gitperf_record_free(gitperf_record *record);

/** "lower", "higher" or "none". */
GITPERF_EXPORT const char *gitperf_better_name(gitperf_better better);
/** "ok", "failed", "timeout", "build-failed" or "skipped". */
GITPERF_EXPORT const char *gitperf_status_name(gitperf_status status);
/** The i-th word that `reason` may be, "push", "scheduled", ...; NULL behind the last. */
GITPERF_EXPORT const char *gitperf_record_reason(unsigned i);
/** "complete", "partial" or "failed". */
GITPERF_EXPORT const char *gitperf_outcome_name(gitperf_outcome outcome);
/** "n", "mean", "stddev", ...: the key of a summary's field. */
GITPERF_EXPORT const char *gitperf_summary_field_name(gitperf_summary_field f);

#ifdef __cplusplus
}
#endif

#endif
