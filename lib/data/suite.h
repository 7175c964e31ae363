/*
 * suite.h - what the files that read a suite share
 *
 * A section of the file has a table of keys; a key, a function that checks its
 * value and puts it where the table says. What needs the whole file (defaults,
 * which benchmark a metric belongs to) waits until it was read.
 */
#ifndef GITPERF_DATA_SUITE_H
#define GITPERF_DATA_SUITE_H

#include "base/arena.h"
#include "base/map.h"
#include <gitperf/suite.h>

#define SUITE_BENCHMARKS_MAX 10000
/** Sets of parameters, of all benchmarks together. */
#define SUITE_SETS_MAX 10000
#define SUITE_PARAMS_MAX 16
#define SUITE_TAGS_MAX 100
#define SUITE_COMMAND_MAX 8192
#define SUITE_PATH_MAX 4096

/** A [metric] as it stands there. */
struct rule_draft {
	const char *name;            /* "metric" or "benchmark.metric" */
	const char *limit;           /* as written, or NULL */
	unsigned limit_line;
	gitperf_metric_rule rule;
};

struct suite_reader {
	struct arena *arena;
	gitperf_suite suite;         /* its path is NULL for what is in no file */
	gitperf_sampling sampling;   /* where a benchmark says nothing */
	int callgrind;
	const char *const *depends;
	size_t ndepends;
	int64_t build_timeout_ms;
	gitperf_suite_benchmark *benchmarks;
	size_t nbenchmarks;
	struct rule_draft *rules;
	size_t nrules;
	size_t nsets;
	gitperf_policy *policy;
	unsigned limits_line;        /* of the last key whose number others limit */
	gitperf_policy_platform *platforms;
	size_t nplatforms;
	struct map names;            /* a benchmark's name -> its index */
	struct map metrics;          /* a metric section's -> its index */
	struct map sets;             /* whose, and the parameters -> line */
	/* where we are */
	unsigned line;
	int glued;                   /* as gitconfig_entry */
	const struct suite_key *keys; /* of this section */
	void *target;                /* what they belong to */
};

struct suite_key {
	const char *name;            /* as documented */
	int (*set)(struct suite_reader *r, const struct suite_key *key,
		   void *target, const char *value);
	size_t at;                   /* the member that it sets */
	size_t n;                    /* how many there are, that it is set, or its line */
	int least, most;             /* of a number */
	const char *const *words;    /* one of these */
};

/** Ended by a key without a name. */
extern const struct suite_key gitperf_suite__suite_keys[];
extern const struct suite_key gitperf_suite__benchmark_keys[];
extern const struct suite_key gitperf_suite__metric_keys[];

/** GITPERF_EFORMAT, with the file, if there is one, and line in front. */
int gitperf_suite__fail(const struct suite_reader *r, const char *fmt, ...)
	GITPERF_PRINTF(2, 3);

/** The last error as one of this line, its hint as it is. */
int gitperf_suite__recode(const struct suite_reader *r, const char *what);

/** What a key may do, in any table: one of its words, a number, a time, yes or no. */
int gitperf_suite__set_word(struct suite_reader *r, const struct suite_key *key,
			    void *target, const char *value);
int gitperf_suite__set_count(struct suite_reader *r, const struct suite_key *key,
			     void *target, const char *value);
int gitperf_suite__set_duration(struct suite_reader *r, const struct suite_key *key,
				void *target, const char *value);
int gitperf_suite__set_bool(struct suite_reader *r, const struct suite_key *key,
			    void *target, const char *value);

/** "key=value ...", checked and sorted. */
int gitperf_suite__read_set(struct suite_reader *r, const struct suite_key *key,
			    gitperf_params *set, const char *text);

/** No two sets of a benchmark or platform, the `kind`, are the same. */
int gitperf_suite__claim_set(struct suite_reader *r, const char *kind, const char *name,
			     const gitperf_params *set);

/** "params" of a benchmark: one more set. */
int gitperf_suite__add_params(struct suite_reader *r, const struct suite_key *key,
			      void *target, const char *value);

/** Whether a benchmark's command and its parameters fit together. */
int gitperf_suite__check_command(struct suite_reader *r,
				 const gitperf_suite_benchmark *benchmark);

/** When all is read: the rules of all metrics, in suite->rules. */
int gitperf_suite__finish_rules(struct suite_reader *r);

#endif
