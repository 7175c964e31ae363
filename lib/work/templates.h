/*
 * templates.h - the texts that git perf init writes
 *
 * "@NAME@" stands for what the caller knows. It has looked at the values: they
 * become part of configuration, shell scripts and YAML.
 */
#ifndef GITPERF_WORK_TEMPLATES_H
#define GITPERF_WORK_TEMPLATES_H

#include <gitperf/common.h>

/** A .gitperf, with @BUILD@, lines of [suite], and @BENCHMARKS@, sections. */
extern const char gitperf_template_suite[];
/** The sections, where nobody knows any. */
extern const char gitperf_template_example[];

/** Of CI systems, with @REF@ (the branch that holds the data, in full), @BRANCH@
 * (without refs/heads/) and @TOP@ (a word of a shell, for cron). */
extern const char gitperf_template_github[];
extern const char gitperf_template_gitlab[];
extern const char gitperf_template_cron[];

/** Append a template; every placeholder in it is one of the n pairs. */
void gitperf_template_fill(gitperf_buffer *out, const char *text,
			   const gitperf_pair *pairs, size_t n);

#endif
