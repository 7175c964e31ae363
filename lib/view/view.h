/*
 * view.h - between the files of this room
 */
#ifndef GITPERF_VIEW_VIEW_H
#define GITPERF_VIEW_VIEW_H

#include <gitperf/view.h>

enum view_color { VIEW_PLAIN, VIEW_DIM, VIEW_BOLD, VIEW_GOOD, VIEW_BAD, VIEW_WARN };

/** Text in a colour, when colours are on. */
void gitperf_view__colored(gitperf_buffer *out, const gitperf_view_options *o,
			   enum view_color color, const char *text);

/**
 * The same behind `indent` columns, as lines of whole words that the terminal
 * has room for; without a newline at the end.
 */
void gitperf_view__wrapped(gitperf_buffer *out, const gitperf_view_options *o,
			   enum view_color color, const char *text, size_t indent);

/** How many bytes of a text fit into `most` columns (0: all), and their width. */
size_t gitperf_view__fit(const char *text, size_t most, size_t *width);

/** Columns that a text takes on a terminal. */
size_t gitperf_view__width(const char *text);

/** "not comparable: build-failed in head": a row's verdict in words (verdict.c). */
void gitperf_view__verdict(gitperf_buffer *out, const gitperf_comparison_row *row);

/** Its colour; an advisory one is none. */
enum view_color gitperf_view__verdict_color(gitperf_verdict verdict, int advisory);

/** "+1.2%", "-13%", "x2.4"; signed, three significant digits at most. */
void gitperf_view__change(gitperf_buffer *out, double change);

/** Whether a change is for better or worse, as a colour. */
enum view_color gitperf_view__judge(gitperf_better better, double change);

/** Eight-level bars for values, oldest first; at most `most` of the newest. */
void gitperf_view__spark(gitperf_buffer *out, const gitperf_point *points,
			 size_t n, size_t most);

/** "1.20 ms .. 1.31 ms", with the confidence where it is below 95 %. */
void gitperf_view__interval(gitperf_buffer *out, const gitperf_interval *interval,
			    const char *unit);

/** Lines of foreign text behind a margin. */
void gitperf_view__indented(gitperf_buffer *out, const char *text);

/** A benchmark's status and metrics. */
int gitperf_view__benchmark(gitperf_buffer *out, const gitperf_benchmark *b,
			    const gitperf_view_options *o);

/** "key=value key="a value"", safe for a terminal. */
void gitperf_view__pairs(gitperf_buffer *out, const gitperf_pair *pairs, size_t n);

/** "measure 12/60": the step that a job is at; nothing if it does not say. */
void gitperf_view__progress(gitperf_buffer *out, const gitperf_lease *lease);

/** "2026-04-20". */
void gitperf_view__date(gitperf_buffer *out, gitperf_time t);

/* Tables: cells are added row by row, then printed with aligned columns. */

#define VIEW_COLUMNS_MAX 64

struct view_cell {
	char *text;
	enum view_color color;
	int right;
};

struct view_table {
	const gitperf_view_options *options;
	struct view_cell *cells;   /* rows of `columns` cells */
	size_t n, room, columns;
	int wrap;                  /* nothing is cut, see gitperf_table_print() */
	int failed;
};

void gitperf_table_init(struct view_table *t, const gitperf_view_options *o,
			size_t columns);
/** Add a cell; the text is copied. `right`: flush right. */
void gitperf_table_cell(struct view_table *t, enum view_color color, int right,
			const char *text);
/** The same, of a buffer, which is then empty for the next one. */
void gitperf_table_take(struct view_table *t, enum view_color color, int right,
			gitperf_buffer *text);
/** A row of its own that reaches over all columns, from the second on. */
void gitperf_table_note(struct view_table *t, const char *text);
/**
 * Print, and free the table. On a narrow terminal the last column is cut, or,
 * with `wrap`, goes on below, and a long text of the first column has a line
 * of its own.
 */
int gitperf_table_print(gitperf_buffer *out, struct view_table *t);

/* For programs: members of JSON objects, fields of porcelain lines. */

/** A key and an object of the pairs. */
void gitperf_view__print_pairs(gitperf_printer *p, const char *key,
			       const gitperf_pair *pairs, size_t n);
/** A key and a time; null for 0. */
void gitperf_view__print_time(gitperf_printer *p, const char *key, gitperf_time t);
/** "lease" and an object, or null. */
void gitperf_view__print_lease(gitperf_printer *p, const gitperf_lease *lease);
/** A key and an array of texts. */
void gitperf_view__print_texts(gitperf_printer *p, const char *key, const char *const *list, size_t n);
/** "reasons", an array of words. */
void gitperf_view__print_reasons(gitperf_printer *p, unsigned reasons);
/** "key=value key=value", with blanks, = and % escaped as in URLs. */
void gitperf_view__add_pairs(gitperf_buffer *out, const gitperf_pair *pairs, size_t n);
/** A tab and a number, or "-" if it is none. */
void gitperf_view__add_real(gitperf_buffer *out, double value);

int gitperf_view__log_json(gitperf_buffer *out, const gitperf_log *log);
int gitperf_view__log_porcelain(gitperf_buffer *out, const gitperf_log *log,
				const gitperf_view_options *options);

/** What is to be done, and what there is; then, behind what is being done, the rest. */
void gitperf_view__survey_head(gitperf_buffer *out, const gitperf_survey *survey,
			       const gitperf_view_options *options);
int gitperf_view__survey_tail(gitperf_buffer *out, const gitperf_survey *survey,
			      const gitperf_view_options *options);
/** All of it, as members of an object. */
void gitperf_view__print_survey(gitperf_printer *p, const gitperf_survey *survey);

/** "running on box-1: measure 3/12", "queued, round 1": how a job is. */
void gitperf_view__job_state(gitperf_buffer *out, const gitperf_job *job);
/** A job of the queue, as an object. */
void gitperf_view__print_item(gitperf_printer *p, const gitperf_item *item);

int gitperf_view__coverage_json(gitperf_buffer *out, const gitperf_coverage *c);
int gitperf_view__coverage_porcelain(gitperf_buffer *out, const gitperf_coverage *c,
				     const gitperf_view_options *options);

/** A line for each of the `most` newest requests. */
int gitperf_view__requests(gitperf_buffer *out, const gitperf_requests *requests, size_t most,
			   const gitperf_view_options *o);
enum view_color gitperf_view__request_color(gitperf_request_state state);
/** "imbalance", an object or null. */
void gitperf_view__print_imbalance(gitperf_printer *p, const gitperf_imbalance *b);
/** A request as an object. */
void gitperf_view__print_request(gitperf_printer *p, const gitperf_request_view *r);

/** A crew as an object. */
void gitperf_view__print_crew(gitperf_printer *p, const gitperf_crew *crew);
int gitperf_view__crew_json(gitperf_buffer *out, const gitperf_crew *crew);

/** A comparison as an object. */
void gitperf_view__print_comparison(gitperf_printer *p, const gitperf_comparison *c);
int gitperf_view__comparison_json(gitperf_buffer *out, const gitperf_comparison *c);
int gitperf_view__comparison_porcelain(gitperf_buffer *out, const gitperf_comparison *c,
				       const gitperf_view_options *options);

#endif
