/*
 * opt.h - options as a table: parsing, -h and completion come from it
 *
 *	const struct opt options[] = {
 *		OPT_GROUP("Selection"),
 *		OPT_STRING('p', "platform", &platform, "name", "only this platform"),
 *		OPT_FLAG('z', NULL, &nul, "end lines with NUL"),
 *		OPT_END()
 *	};
 *	argc = opt_parse(argc, argv, options, usage, NULL);
 *
 * Long options take "--name=value" or "--name value", short ones "-nvalue" or
 * "-n value". Options and arguments may mix; parsing stops at "--", which is
 * no argument itself. A mistake prints what is wrong and exits with 129, as -h
 * does after printing the usage.
 */
#ifndef OPT_H
#define OPT_H

#include <gitperf.h>
#include <stddef.h>

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_GROUP,
	OPT_TYPE_FLAG,
	OPT_TYPE_STRING,
	OPT_TYPE_OPTIONAL,
	OPT_TYPE_COUNT,
	OPT_TYPE_PAIRS
};

struct opt {
	enum opt_type type;
	char letter;
	const char *name;
	void *value;
	const char *arg;
	const char *help;
};

/** Values of a repeated key=value option; room for OPT_PAIRS_MAX. */
#define OPT_PAIRS_MAX 32

struct opt_pairs {
	gitperf_pair pairs[OPT_PAIRS_MAX];
	char keys[OPT_PAIRS_MAX][257];
	size_t n;
};

#define OPT_GROUP(help) { OPT_TYPE_GROUP, 0, NULL, NULL, NULL, help }
#define OPT_FLAG(letter, name, int_value, help) \
	{ OPT_TYPE_FLAG, letter, name, int_value, NULL, help }
/** `arg` names the value; one that begins with "=" is printed as it is. */
#define OPT_STRING(letter, name, string_value, arg, help) \
	{ OPT_TYPE_STRING, letter, name, string_value, arg, help }
/** With "=value" or without, which is "". */
#define OPT_OPTIONAL(name, string_value, arg, help) \
	{ OPT_TYPE_OPTIONAL, 0, name, string_value, arg, help }
/** A whole number of 0 or more, into a size_t. */
#define OPT_COUNT(letter, name, size_value, arg, help) \
	{ OPT_TYPE_COUNT, letter, name, size_value, arg, help }
#define OPT_PAIRS(letter, name, pairs_value, arg, help) \
	{ OPT_TYPE_PAIRS, letter, name, pairs_value, arg, help }
/* What several commands have in common */
#define OPT_COLOR(string_value) \
	OPT_STRING(0, "color", string_value, "when", "always, never or auto")
#define OPT_SELECTION(platform, metric, config) \
	OPT_STRING('p', "platform", platform, "name", "only this platform (default: all)"), \
	OPT_STRING('m', "metric", metric, "name", "this metric (default: wall, or a benchmark's first)"), \
	OPT_PAIRS('k', NULL, config, "key=value", "only runs with this configuration")
#define OPT_SINCE(string_value) \
	OPT_STRING(0, "since", string_value, "time", "no older commits: 2026-04-20, 30d, '2 weeks ago'")
#define OPT_QUEUE(here_value, remote_value) \
	OPT_FLAG(0, "local", here_value, "the queue of this repository, not that of its remote"), \
	OPT_STRING(0, "remote", remote_value, "name", "the queue of this remote")
/** Into a struct opt_format, to be checked with opt_check_format(). */
#define OPT_FORMAT(format, help_porcelain) \
	OPT_FLAG(0, "json", &(format)->json, "JSON"), \
	OPT_STRING(0, "porcelain", &(format)->porcelain, "=v1", help_porcelain), \
	OPT_FLAG('z', NULL, &(format)->nul, "end porcelain lines with NUL"), \
	OPT_COLOR(&(format)->color)

struct opt_format {
	int json, nul;
	const char *porcelain, *color;
};

#define OPT_END() { OPT_TYPE_END, 0, NULL, NULL, NULL, NULL }

/**
 * Parse argv[1..); the arguments left are moved to argv[0..), terminated by
 * NULL, and counted. `usage` is a NULL-terminated list of synopsis lines.
 * `dashdash`, unless NULL, receives the index of the first argument that stood
 * behind "--", or -1.
 */
int opt_parse(int argc, const char **argv, const struct opt *options,
	      const char *const *usage, int *dashdash);

/** A version of the porcelain that there is none of exits with 129. */
void opt_check_format(const struct opt_format *format, const struct opt *options,
		      const char *const *usage);

/** Print "error: ..." and the usage; exits with 129. */
void opt_usage_error(const char *const *usage, const struct opt *options,
		     const char *fmt, ...) GITPERF_PRINTF(3, 4)
	__attribute__((noreturn));

#endif
