/*
 * policy.h - what the files that read a policy share, and who changes one
 *
 *	gitperf_policy own = *suite->policy;
 *
 *	for (key = gitperf_policy_keys; key->name && !err; key++)
 *		if (... git config has key->name ...)
 *			err = gitperf_policy_override(&own, &arena, key->name, value);
 *	if (!err)
 *		err = gitperf_policy_check(&own);
 */
#ifndef GITPERF_DATA_POLICY_H
#define GITPERF_DATA_POLICY_H

#include "data/suite.h"

#define POLICY_PLATFORMS_MAX 100
#define POLICY_CONFIGS_MAX 100

/** Where nothing is said. */
extern const gitperf_policy gitperf_policy_usual;

/** A key of git's configuration that overrides one of [policy]. */
struct policy_key {
	const char *name;            /* "perf.plan" */
	const char *example;         /* of a value, as a shell needs it */
};

/** Each of them; ended by one without a name. */
extern const struct policy_key gitperf_policy_keys[];

/**
 * Set one of them, by the name it has there, and remember that; texts go to the
 * arena. GITPERF_EINVALID names it.
 */
int gitperf_policy_override(gitperf_policy *policy, struct arena *arena,
			    const char *name, const char *value);

/** GITPERF_EINVALID when its limits contradict each other. */
int gitperf_policy_check(const gitperf_policy *policy);

/* --- While a suite is read --- */

/** Ended by a key without a name. */
extern const struct suite_key gitperf_suite__policy_keys[];
extern const struct suite_key gitperf_suite__platform_keys[];

/** Sections, as those in suite.c. */
int gitperf_suite__enter_policy(struct suite_reader *r, const char *name);
int gitperf_suite__enter_platform(struct suite_reader *r, const char *name);

/** When all is read: whether it fits together. */
int gitperf_suite__finish_policy(struct suite_reader *r);

#endif
