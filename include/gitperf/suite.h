/*
 * gitperf/suite.h - what a project measures: its .gitperf file, as a value
 *
 *	gitperf_suite *suite;
 *
 *	if ((err = gitperf_suite_parse(&suite, ".gitperf", bytes, len)) < 0)
 *		return err;
 *	for (i = 0; i < suite->nbenchmarks; i++)
 *		puts(suite->benchmarks[i].name);
 *	gitperf_suite_free(suite);
 *
 * The file has git-config syntax; gitperf-suite(5) documents every key. A
 * suite is one block of memory: all that it points to lives until it is freed.
 */
#ifndef GITPERF_SUITE_H
#define GITPERF_SUITE_H

#include <gitperf/common.h>
#include <gitperf/policy.h>
#include <gitperf/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The name of the file at the top of a work tree. */
#define GITPERF_SUITE_FILE ".gitperf"

/** No suite is larger. */
#define GITPERF_SUITE_MAX (1u << 20)

/** What a benchmark's verdict weighs. */
typedef enum gitperf_tier {
	GITPERF_TIER_PRIMARY,
	GITPERF_TIER_SECONDARY,
	GITPERF_TIER_EXPERIMENTAL
} gitperf_tier;

/** How often a command is run; zero where nothing is said. */
typedef struct gitperf_sampling {
	unsigned iterations;          /**< measured, 1 to 100000; with a precision, at least */
	int warmup;                   /**< before that, unmeasured; -1: not said */
	int64_t timeout_ms;           /**< of one iteration */
	double precision;             /**< stop when the interval's half width is
	                                   below this part of the median (0.01) */
	int64_t max_time_ms;          /**< stop then, precise enough or not */
} gitperf_sampling;

#define GITPERF_SAMPLING_INIT { .warmup = -1 }

/** One set of parameters; a benchmark without any has one empty set. */
typedef struct gitperf_params {
	const gitperf_pair *pairs;    /**< sorted by key */
	size_t n;
} gitperf_params;

typedef struct gitperf_suite_benchmark {
	const char *name;
	const char *command;          /**< as written; see gitperf_command_split() */
	const char *directory;        /**< relative to the top, or NULL */
	const gitperf_params *params;
	size_t nparams;
	const char *const *inputs;    /**< paths whose content is part of what is measured */
	size_t ninputs;
	const char *const *depends;   /**< paths whose content decides its result;
	                                   its own, else the suite's; none: not said */
	size_t ndepends;
	const char *const *tags;
	size_t ntags;
	const char *epoch;            /**< or NULL */
	const char *workload;         /**< a name instead of a computed identity, or NULL */
	const char *format;           /**< of what it prints, or NULL: the process is measured */
	const char *results;          /**< the file it writes that into; NULL: its output */
	int callgrind;                /**< count instructions under valgrind, too */
	gitperf_tier tier;
	gitperf_sampling sampling;    /**< its own, else the suite's, else the defaults */
	unsigned line;                /**< of its section */
	unsigned command_line, format_line, results_line; /**< of these keys; 0: none */
} gitperf_suite_benchmark;

/** What is known of a metric from the suite rather than from a tool. */
typedef struct gitperf_metric_rule {
	const char *benchmark;        /**< NULL: of every benchmark */
	const char *metric;
	const char *unit;             /**< or NULL */
	int has_better;
	gitperf_better better;
	int has_limit;
	double limit;                 /**< in the unit that is stored */
} gitperf_metric_rule;

/** A command that prepares or tidies up. */
typedef struct gitperf_suite_step {
	const char *command;          /**< NULL: there is none */
	int64_t timeout_ms;
} gitperf_suite_step;

typedef struct gitperf_suite {
	const char *path;             /**< as given, for messages */
	char id[41];                  /**< of the file, as git names a blob */
	gitperf_suite_step fetch, build, setup, teardown;
	const char *const *fetch_inputs; /**< files that say what is fetched */
	size_t nfetch_inputs;
	int aslr;                     /**< 0: off; -1: as the system has it */
	const char *cpus;             /**< "2", "0-3,6"; NULL: any */
	int priority;                 /**< niceness, -20 to 19 */
	int has_priority;
	const gitperf_suite_benchmark *benchmarks; /**< as in the file */
	size_t nbenchmarks;
	const gitperf_metric_rule *rules;
	size_t nrules;
	const gitperf_policy *policy; /**< never NULL: what is not said is as usual */
} gitperf_suite;

/**
 * Read a suite. GITPERF_EFORMAT names the file and line of the first mistake:
 * wrong syntax, an unknown section or key, a bad value, a name twice, a
 * benchmark without a command.
 */
GITPERF_EXPORT int gitperf_suite_parse(gitperf_suite **out, const char *path,
				       const char *bytes, size_t len);
GITPERF_EXPORT void gitperf_suite_free(gitperf_suite *suite);

/**
 * Whether a benchmark is meant by a word: its name, a pattern for names
 * ("parse/" followed by a star, as in fnmatch(3)), or "tag:<tag>".
 */
GITPERF_EXPORT int gitperf_suite_selects(const gitperf_suite_benchmark *benchmark,
					 const char *word);

/**
 * What a suite's rules say of a metric: unit "1" becomes the rule's, the
 * direction is the rule's. A rule for this benchmark, by its name in the suite,
 * comes before one for all. A unit of time or size becomes ns or bytes, and the
 * samples and summary, which must be the caller's own, are converted in place.
 * GITPERF_EINVALID when the tool has said another unit than the rule,
 * GITPERF_EFORMAT for a number that is too large then; the metric is as it was.
 */
GITPERF_EXPORT int gitperf_metric_rules_apply(gitperf_metric *metric,
					      const char *benchmark,
					      const gitperf_metric_rule *rules,
					      size_t n);

/** Words of a command; lent by this until gitperf_words_free(). */
typedef struct gitperf_words {
	const char *const *argv;      /**< NULL-terminated */
	size_t n;
	int shell;                    /**< they are "sh", "-c" and the text */
} gitperf_words;

/**
 * Split a command into words at blanks, with quotes and backslashes as in a
 * shell. A text that needs a shell (pipes, redirections, variables, patterns,
 * assignments, several commands) becomes "sh -c <text>", whatever the params
 * are. Every {key} of `params` is replaced by its value: in words, not in
 * between them; in a shell's text, quoted as its place there demands; not where
 * a "$" or a backslash stands before it. GITPERF_EINVALID for an open quote, no
 * word at all, more than 128 KiB, or a value that needs quotes within a
 * substitution or a here-document, where nobody can tell which.
 */
GITPERF_EXPORT int gitperf_command_split(gitperf_words **out,
					 const char *command,
					 const gitperf_pair *params, size_t n);
GITPERF_EXPORT void gitperf_words_free(gitperf_words *words);

/**
 * A length of time as a suite has it: "500ms", "90s", "30m", "2h", or seconds.
 * GITPERF_EINVALID unless it is from 1 ms to 1000 h.
 */
GITPERF_EXPORT int gitperf_duration_parse(int64_t *ms, const char *text);

/** "primary", "secondary" or "experimental". */
GITPERF_EXPORT const char *gitperf_tier_name(gitperf_tier tier);

#ifdef __cplusplus
}
#endif

#endif
