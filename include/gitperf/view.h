/*
 * gitperf/view.h - values to text: for people, for programs, for JSON
 *
 *	gitperf_buffer out = GITPERF_BUFFER_INIT;
 *	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
 *
 *	view.format = GITPERF_FORMAT_JSON;
 *	if ((err = gitperf_view_log(&out, log, &view)) >= 0)
 *		fwrite(out.ptr, 1, out.len, stdout);
 *	gitperf_buffer_dispose(&out);
 *
 * Whatever came from outside (names, subjects, logs) is escaped: no control
 * character reaches a terminal, no invalid UTF-8 reaches JSON. Text for people
 * may change; JSON only grows; porcelain v1 never changes.
 */
#ifndef GITPERF_VIEW_H
#define GITPERF_VIEW_H

#include <gitperf/common.h>
#include <gitperf/compare.h>
#include <gitperf/coverage.h>
#include <gitperf/crew.h>
#include <gitperf/plan.h>
#include <gitperf/query.h>
#include <gitperf/record.h>
#include <gitperf/requests.h>
#include <gitperf/sets.h>
#include <gitperf/survey.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gitperf_format {
	GITPERF_FORMAT_TEXT,
	GITPERF_FORMAT_JSON,
	GITPERF_FORMAT_PORCELAIN
} gitperf_format;

typedef struct gitperf_view_options {
	int version;
	gitperf_format format;
	int color;                /**< ANSI colours in text */
	int nul;                  /**< porcelain lines end in NUL */
	unsigned width;           /**< of the terminal in columns; 0: no limit */
} gitperf_view_options;

#define GITPERF_VIEW_OPTIONS_INIT { .version = 1 }

/**
 * A log. `overview`: a row per commit and a column per platform, then the
 * largest movers; otherwise every series with its values. Ignored by the
 * other formats, which always have every point.
 */
GITPERF_EXPORT int gitperf_view_log(gitperf_buffer *out, const gitperf_log *log,
				    int overview,
				    const gitperf_view_options *options);

/**
 * One line about the i-th commit of a log on a platform, without a newline and
 * of about 200 bytes at most: how it changed on the whole, what failed, and as
 * many values as there is room for, the largest clear changes first. 1, or 0
 * and nothing when nothing was measured there.
 */
GITPERF_EXPORT int gitperf_view_note(gitperf_buffer *out, gitperf_log *log,
				     const char *platform, size_t i);

/**
 * A comparison: for each platform and configuration a row per benchmark, with
 * its change, interval and verdict, and the geometric mean below.
 */
GITPERF_EXPORT int gitperf_view_comparison(gitperf_buffer *out,
					   const gitperf_comparison *comparison,
					   const gitperf_view_options *options);

/** Everything about one record; `id` is its blob id. */
GITPERF_EXPORT int gitperf_view_record(gitperf_buffer *out,
				       const gitperf_record *record,
				       const char *id,
				       const gitperf_view_options *options);

/**
 * What a run has just measured: each metric's value and interval, and how far
 * the first one is from what was measured before (NULL: never).
 */
GITPERF_EXPORT int gitperf_view_benchmark(gitperf_buffer *out,
					  const gitperf_benchmark *benchmark,
					  const gitperf_previous *previous,
					  const gitperf_view_options *options);

/**
 * A whole run: its steps and benchmarks, each with how far it is from what
 * was measured before: previous[i] of the i-th benchmark, where an empty commit
 * means never. `id` is the record's blob id. As text or JSON.
 */
GITPERF_EXPORT int gitperf_view_run(gitperf_buffer *out,
				    const gitperf_record *record, const char *id,
				    const gitperf_previous *previous,
				    const gitperf_view_options *options);

/** A run, as for gitperf_view_run(); all lent. */
typedef struct gitperf_measured {
	const gitperf_record *record;
	const char *id;
	const gitperf_previous *previous;
} gitperf_measured;

/**
 * Two runs, base and head, and what they are to each other. As text the
 * comparison, and each run that is not complete; as JSON all three.
 */
GITPERF_EXPORT int gitperf_view_runs(gitperf_buffer *out,
				     const gitperf_measured runs[2],
				     const gitperf_comparison *comparison,
				     const gitperf_view_options *options);

/** A page about a clone: what is to be done first, then what there is. Text or JSON. */
GITPERF_EXPORT int gitperf_view_survey(gitperf_buffer *out,
				       const gitperf_survey *survey,
				       const gitperf_view_options *options);

/** A survey, and what is being done; all lent, and NULL but for the survey where there is no queue. */
typedef struct gitperf_page {
	const gitperf_survey *survey;
	const gitperf_requests *requests;
	const gitperf_crew *crew;
	int details;              /**< all that waits, all requests, and what workers tell of themselves */
} gitperf_page;

/** The same with the queue, the machines and the requests. Text or JSON, which has all of it. */
GITPERF_EXPORT int gitperf_view_page(gitperf_buffer *out, const gitperf_page *page,
				     const gitperf_view_options *options);

/**
 * A page as numbers, in the text format of OpenMetrics; and, unless `log` is NULL, the newest
 * value of each of its series.
 */
GITPERF_EXPORT int gitperf_view_openmetrics(gitperf_buffer *out, const gitperf_page *page,
					    const gitperf_log *log);

/**
 * What was planned: a line for each platform; `explain`: and one for each commit, with
 * what was decided about it and why. Text or JSON, which always has all of it.
 */
GITPERF_EXPORT int gitperf_view_plan(gitperf_buffer *out, const gitperf_plan *plan,
				     int explain, const gitperf_view_options *options);

/** The queue: a line for each job, in the order in which they are taken. Text or JSON. */
GITPERF_EXPORT int gitperf_view_agenda(gitperf_buffer *out, const gitperf_agenda *agenda,
				       const gitperf_view_options *options);

/** What has become of a request: an object of JSON, as perf.notifyCommand reads it. */
GITPERF_EXPORT int gitperf_view_request(gitperf_buffer *out, const gitperf_request_view *request);

/**
 * The machines that measure: a line for each, then what is wrong with them, and what to do
 * about it; `details`: with what makes them noisy, and what went wrong last. Text or JSON,
 * which always has all of it.
 */
GITPERF_EXPORT int gitperf_view_crew(gitperf_buffer *out, const gitperf_crew *crew,
				     int details, const gitperf_view_options *options);

/** Which benchmarks belong to which worker, and what moves. Text or JSON. */
GITPERF_EXPORT int gitperf_view_balance(gitperf_buffer *out, const gitperf_balance *balance,
					const gitperf_view_options *options);

/** What window is advised for each platform, and by what. Text or JSON. */
GITPERF_EXPORT int gitperf_view_advice(gitperf_buffer *out, const gitperf_advice *advice,
				       const gitperf_view_options *options);

/**
 * Coverage: a row for each platform; with `gaps` as text one for each gap, too. The
 * other formats always have them, and porcelain nothing else.
 */
GITPERF_EXPORT int gitperf_view_coverage(gitperf_buffer *out, const gitperf_coverage *coverage,
					 int gaps, const gitperf_view_options *options);

/**
 * What became of the i-th commit, as text: a line for each platform on which it was
 * not measured, though it was thought of, or stands for others, too.
 */
GITPERF_EXPORT int gitperf_view_fates(gitperf_buffer *out, const gitperf_coverage *coverage,
				      size_t i);

/** A quantity with a unit that suits its size: "400.7 ms", "1.50 MiB". */
GITPERF_EXPORT void gitperf_view_value(gitperf_buffer *out, double value,
				       const char *unit);

/** Text from outside, made safe for a terminal. */
GITPERF_EXPORT void gitperf_view_text(gitperf_buffer *out, const char *text);

/** A benchmark's name and, in braces, its parameters; safe for a terminal. */
GITPERF_EXPORT void gitperf_view_name(gitperf_buffer *out,
				      const char *benchmark,
				      const gitperf_pair *params,
				      size_t nparams);

/** Writing JSON piece by piece; commas and escapes come by themselves. */
typedef struct gitperf_printer {
	gitperf_buffer *out;
	int need_comma;
} gitperf_printer;

/** `bracket` is one of { } [ ]. */
GITPERF_EXPORT void gitperf_print_open(gitperf_printer *p, char bracket);
GITPERF_EXPORT void gitperf_print_close(gitperf_printer *p, char bracket);
GITPERF_EXPORT void gitperf_print_key(gitperf_printer *p, const char *key);
/**
 * A key and a value; without a key (NULL) an element of an array. A string that is
 * NULL, and a double that is not finite, are null.
 */
GITPERF_EXPORT void gitperf_print_string(gitperf_printer *p, const char *key,
					 const char *value);
GITPERF_EXPORT void gitperf_print_int(gitperf_printer *p, const char *key,
				      int64_t value);
GITPERF_EXPORT void gitperf_print_real(gitperf_printer *p, const char *key,
				       double value);
GITPERF_EXPORT void gitperf_print_bool(gitperf_printer *p, const char *key,
				       int value);

#ifdef __cplusplus
}
#endif

#endif
