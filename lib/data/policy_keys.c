/*
 * policy_keys.c - every key of [policy] and [platform]: what it may say
 *
 * As suite_keys.c, for the other half of the file; the reader may as well stand
 * for git's configuration, which has no lines.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/names.h"
#include "data/policy.h"
#include "data/unit.h"

#define MINUTE_MS INT64_C(60000)
#define WINDOW_MS (15 * MINUTE_MS)
#define A_DAY_MS (24 * 60 * MINUTE_MS)
#define COMMITS_MAX 100000

static void *member(void *target, size_t at)
{
	return (char *)target + at;
}

/* --- The trunk ------------------------------------------------------------ */

/* One part of a path, which is a file of git's */
static int is_part_ok(const char *part, size_t len)
{
	static const char lock[] = ".lock";
	size_t n = strlen(lock);

	return len && *part != '.' && (len < n || memcmp(part + len - n, lock, n));
}

/* As git check-ref-format --branch has it; "refs/" would be a branch of that name,
 * which nobody means */
static int is_branch(const char *name)
{
	size_t len = strlen(name), part;
	const char *p = name;

	if (!gitperf_name_ok(name, TEXT_NAME_MAX) || *name == '-' || name[len - 1] == '.' ||
	    !strncmp(name, "refs/", 5) || !strcmp(name, "HEAD") || !strcmp(name, "@") ||
	    strpbrk(name, "~^:?*[\\ ") || strstr(name, "..") || strstr(name, "@{"))
		return 0;
	for (;; p += part + 1) {
		part = strcspn(p, "/");
		if (!is_part_ok(p, part))
			return 0;
		if (!p[part])
			return 1;
	}
}

static int set_trunk(struct suite_reader *r, const struct suite_key *key,
		     void *target, const char *value)
{
	if (!value || !is_branch(value)) {
		gitperf_suite__fail(r, "'%s' must be the name of a branch, not '%.100s'",
				    key->name, value ? value : "");
		return gitperf_hint(GITPERF_EFORMAT, "name it like 'main' or 'release/2.0', without 'refs/heads/'");
	}
	*(const char **)member(target, key->at) = value;
	return 0;
}

/* --- The plan ------------------------------------------------------------- */

struct plan {
	unsigned how;
	int64_t window_ms;
	unsigned commits;
};

static int read_window(struct suite_reader *r, const struct suite_key *key,
		       struct plan *plan, const char *value)
{
	if (gitperf_duration_parse(&plan->window_ms, value) < 0 ||
	    plan->window_ms < MINUTE_MS || plan->window_ms > A_DAY_MS)
		return gitperf_suite__fail(r, "'%s': a window must be a time from 1m to 24h, like 15m, not '%.100s'",
					   key->name, value);
	return 0;
}

static int read_commits(struct suite_reader *r, const struct suite_key *key,
			struct plan *plan, const char *value)
{
	gitperf_number number;
	const char *rest;

	if (gitperf_unit_number(&number, &rest, value) < 0 || *rest || number.is_real ||
	    number.as.integer < 1 || number.as.integer > COMMITS_MAX)
		return gitperf_suite__fail(r, "'%s': commits must be a whole number from 1 to %d, not '%.100s'",
					   key->name, COMMITS_MAX, value);
	plan->commits = (unsigned)number.as.integer;
	return 0;
}

static const struct plan_word {
	const char *name;
	unsigned bit;
	int (*read)(struct suite_reader *r, const struct suite_key *key,
		    struct plan *plan, const char *value);
	int is_complete;             /* without a value */
} plan_words[] = {
	{ "window", GITPERF_PLAN_WINDOW, read_window, 1 },
	{ "commits", GITPERF_PLAN_COMMITS, read_commits, 0 },
	{ "merges", GITPERF_PLAN_MERGES, NULL, 1 },
	{ "every", GITPERF_PLAN_EVERY, NULL, 1 },
	{ "tagged", GITPERF_PLAN_TAGGED, NULL, 1 }
};

static int fail_plan(struct suite_reader *r, const struct suite_key *key, const char *what,
		     const char *word)
{
	gitperf_suite__fail(r, "'%s' %s '%.100s'", key->name, what, word);
	return gitperf_hint(GITPERF_EFORMAT, "its words are window[=<time>], commits=<n>, merges, every, which "
			    "goes with tagged only, and tagged: window=15m tagged");
}

static const struct plan_word *find_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plan_words); i++)
		if (strlen(plan_words[i].name) == len && !memcmp(plan_words[i].name, word, len))
			return &plan_words[i];
	return NULL;
}

static int read_word(struct suite_reader *r, const struct suite_key *key,
		     struct plan *plan, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *value = word[len] ? word + len + 1 : NULL;
	const struct plan_word *known = find_word(word, len);

	if (!known)
		return fail_plan(r, key, "does not know", word);
	if (value ? !known->read : !known->is_complete)
		return fail_plan(r, key, value ? "takes no value in" : "needs a number behind", word);
	if (plan->how & known->bit)
		return fail_plan(r, key, "repeats", known->name);
	plan->how |= known->bit;
	return value ? known->read(r, key, plan, value) : 0;
}

static int set_plan(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	const char *p = value ? value : "";
	gitperf_policy *policy = target;
	struct plan plan = { 0, WINDOW_MS, 0 };
	int err = 0;

	while (!err && *(p += strspn(p, " \t"))) {
		size_t len = strcspn(p, " \t");
		char *word = gitperf_arena_copy(r->arena, p, len);

		err = word ? read_word(r, key, &plan, word) : gitperf_fail_oom();
		p += len;
	}
	if (err < 0)
		return err;
	if (!plan.how)
		return fail_plan(r, key, "needs a word, not", p);
	if (plan.how & GITPERF_PLAN_EVERY && plan.how & ~(GITPERF_PLAN_EVERY | GITPERF_PLAN_TAGGED))
		return fail_plan(r, key, "contradicts itself:", value);
	policy->how = plan.how;
	policy->window_ms = plan.how & GITPERF_PLAN_WINDOW ? plan.window_ms : 0;
	policy->commits = plan.commits;
	return 0;
}

/* --- Numbers and times ---------------------------------------------------- */

/* They are compared when all of them are known */
static int set_limit(struct suite_reader *r, const struct suite_key *key,
		     void *target, const char *value)
{
	r->limits_line = r->line;
	return gitperf_suite__set_count(r, key, target, value);
}

static int set_patience(struct suite_reader *r, const struct suite_key *key,
			void *target, const char *value)
{
	int err;

	if (value && !strcmp(value, "0")) {
		*(int64_t *)member(target, key->at) = 0;
		return 0;
	}
	err = gitperf_suite__set_duration(r, key, target, value);
	return err < 0 ? gitperf_hint(err, "24h is usual, 2h for partialAfter; 0 means that no time is too long") : 0;
}

/* --- Platforms ------------------------------------------------------------ */

static int add_config(struct suite_reader *r, const struct suite_key *key,
		      void *target, const char *value)
{
	gitperf_policy_platform *p = target;
	gitperf_params *grown, set;
	int err = gitperf_suite__read_set(r, key, &set, value ? value : "");

	if (err < 0 || (err = gitperf_suite__claim_set(r, "platform", p->name, &set)) < 0)
		return err;
	if (p->nconfigs == POLICY_CONFIGS_MAX)
		return gitperf_suite__fail(r, "more than %d configurations of a platform", POLICY_CONFIGS_MAX);
	grown = gitperf_arena_grow(r->arena, p->configs, p->nconfigs, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	grown[p->nconfigs++] = set;
	p->configs = grown;
	return 0;
}

/* --- Tables --------------------------------------------------------------- */

static const char *const idles[] = { "skip", "remeasure", NULL };
static const char *const degrades[] = { "widen", "skip", NULL };
static const char *const depth_units[] = { "requests", "jobs", NULL };

#define POLICY(m) offsetof(gitperf_policy, m)
#define PLATFORM(m) offsetof(gitperf_policy_platform, m)

const struct suite_key gitperf_suite__policy_keys[] = {
	{ "trunk", set_trunk, POLICY(trunk), 0, 0, 0, NULL },
	{ "plan", set_plan, 0, 0, 0, 0, NULL },
	{ "idle", gitperf_suite__set_word, POLICY(remeasure), 0, 0, 0, idles },
	{ "degrade", gitperf_suite__set_word, POLICY(degrade), 0, 0, 0, degrades },
	{ "depthUnit", gitperf_suite__set_word, POLICY(unit), 0, 0, 0, depth_units },
	{ "widenOver", set_limit, POLICY(widen_over), 0, 0, 100000, NULL },
	{ "widenUntil", set_limit, POLICY(widen_until), 0, 0, 100000, NULL },
	{ "dropOver", set_limit, POLICY(drop_over), 0, 0, 100000, NULL },
	{ "dropUntil", set_limit, POLICY(drop_until), 0, 0, 100000, NULL },
	{ "gapCommits", gitperf_suite__set_count, POLICY(gap_commits), 0, 0, 1000000, NULL },
	{ "gapTime", set_patience, POLICY(gap_ms), 0, 0, 0, NULL },
	{ "waitTime", set_patience, POLICY(wait_ms), 0, 0, 0, NULL },
	{ "partialAfter", set_patience, POLICY(partial_ms), 0, 0, 0, NULL },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

const struct suite_key gitperf_suite__platform_keys[] = {
	{ "required", gitperf_suite__set_bool, PLATFORM(required), 0, 0, 0, NULL },
	{ "config", add_config, 0, 0, 0, 0, NULL },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

const char *gitperf_degrade_name(gitperf_degrade degrade)
{
	return degrades[degrade];
}

const char *gitperf_depth_unit_name(gitperf_depth_unit unit)
{
	return depth_units[unit];
}
