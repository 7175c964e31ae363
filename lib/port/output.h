/*
 * output.h - between what a tool printed and the readings made of it
 *
 * A format's reader goes through its input once and says what it finds:
 *
 *	TRY(gitperf_output__begin(out, name, len, params, nparams));
 *	TRY(gitperf_output__number(out, &number, &quantity, text, len));
 *	TRY(gitperf_output__sample(out, &quantity, number));
 *
 * A reading that was begun before is continued, so repetitions become samples
 * wherever they stand. Names, limits and signs are checked here, once for all
 * formats; errors name the benchmark and the metric.
 */
#ifndef GITPERF_PORT_OUTPUT_H
#define GITPERF_PORT_OUTPUT_H

#include "base/json.h"
#include "base/map.h"
#include "data/decode.h"

#include <gitperf/port.h>

struct output {
	struct decoder d;              /* its arena is the readings' */
	gitperf_readings *readings;
	struct map index;              /* name and params to a reading */
	gitperf_reading *current;
};

/**
 * How a tool's number is called, and what it becomes:
 * number * 10^shift * times / per.
 */
struct quantity {
	const char *name;
	const char *unit;
	gitperf_better better;
	int shift;
	int64_t times, per;            /* 0: 1 */
};

/* readings.c: what grows */

/** Begin or continue a reading; `name` NULL: of the program itself. */
int gitperf_output__begin(struct output *out, const char *name, size_t len,
			  const gitperf_pair *params, size_t nparams);
int gitperf_output__sample(struct output *out, const struct quantity *q,
			   gitperf_number number);
/** One field of a metric that has a summary instead of samples. */
int gitperf_output__field(struct output *out, const struct quantity *q,
			  gitperf_summary_field field, gitperf_number number);
/** The tool says that the current benchmark failed; its first reason is kept. */
int gitperf_output__error(struct output *out, const char *text, size_t len);
/** Whether the current reading has a metric with samples already. */
int gitperf_output__has_samples(const struct output *out);

/* output_number.c: numbers and units */

/** Read a decimal number, exactly where only its point moves. */
int gitperf_output__number(struct output *out, gitperf_number *number,
			   const struct quantity *q, const char *text, size_t len);
/** Of a number that was read already, make what the quantity says. */
int gitperf_output__convert(struct output *out, gitperf_number *number,
			    const struct quantity *q);
/** The length of the number that `text` begins with, or 0. */
size_t gitperf_output__number_length(const char *text, size_t len);
/**
 * What a printed unit means, all but the name: times become ns, sizes bytes,
 * also those for one operation ("us/op"). Of others, less is better for one
 * operation, more is better in a second, and neither otherwise.
 */
int gitperf_output__unit(struct output *out, struct quantity *q,
			 const char *text, size_t len);

/* output_tree.c: out of a JSON tree */

struct output_field {
	const char *key;
	gitperf_summary_field field;
};

/** Begin the reading that two members name: a string, and (or NULL) params. */
int gitperf_output__begin_as(struct output *out, const struct json *object,
			     const char *name, const char *params);
/** A required array or object. */
int gitperf_output__member(struct output *out, const struct json **value,
			   const struct json *object, const char *key,
			   enum json_type type);
/** 1 with a number that is there, 0 when it is absent or null, or an error. */
int gitperf_output__take(struct output *out, gitperf_number *number,
			 const struct quantity *q, const struct json *object,
			 const char *key);
/** Every number of an array is a sample. */
int gitperf_output__samples(struct output *out, const struct quantity *q,
			    const struct json *array, const char *key);
/** Those members that are there are fields of a summary. */
int gitperf_output__summary(struct output *out, const struct quantity *q,
			    const struct json *object,
			    const struct output_field *fields, size_t n);
/** An object of strings, numbers and booleans, or null, as parameters. */
int gitperf_output__params(struct output *out, const gitperf_pair **params,
			   size_t *n, const struct json *object, const char *key);

/* output_lines.c: text, line by line */

struct span {
	const char *text;
	size_t len;
};

struct lines {
	const char *at, *end;
	size_t number;                 /* of the line that was taken last */
};

/** Take the next line, without its end; 0 when there is none. */
int gitperf_output__line(struct lines *lines, struct span *line);
/** Take a word off the front of a line; empty at its end. */
struct span gitperf_output__word(struct span *line);
/** Without blanks at both ends. */
struct span gitperf_output__trim(struct span text);
int gitperf_output__is(struct span text, const char *what);
int gitperf_output__begins(struct span text, const char *what);
int gitperf_output__ends(struct span text, const char *what);

/* The formats: all of a text, or the root of a tree */

int gitperf_output__values(struct output *out, const char *bytes, size_t len);
int gitperf_output__criterion(struct output *out, const char *bytes, size_t len);
int gitperf_output__bencher(struct output *out, const char *bytes, size_t len);
int gitperf_output__go(struct output *out, const char *bytes, size_t len);
int gitperf_output__json(struct output *out, const struct json *root);
int gitperf_output__gbench(struct output *out, const struct json *root);
int gitperf_output__hyperfine(struct output *out, const struct json *root);
int gitperf_output__pytest(struct output *out, const struct json *root);
int gitperf_output__jmh(struct output *out, const struct json *root);

#endif
