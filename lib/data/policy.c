/*
 * policy.c - what a policy is when nothing or not all is said, and its words
 *
 * Knows the sections of a suite that make one, and how git config changes it;
 * what a key may say is in policy_keys.c.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/policy.h"

#include <gitperf/platform.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

const gitperf_policy gitperf_policy_usual = {
	.how = GITPERF_PLAN_WINDOW | GITPERF_PLAN_TAGGED, .window_ms = 15 * MINUTE_MS,
	.widen_over = 10, .widen_until = 5, .drop_over = 20, .drop_until = 10,
	.gap_commits = 20, .gap_ms = 24 * HOUR_MS, .wait_ms = 24 * HOUR_MS,
	.partial_ms = 2 * HOUR_MS
};

/* --- Sections ------------------------------------------------------------- */

int gitperf_suite__enter_policy(struct suite_reader *r, const char *name)
{
	(void)name;
	r->keys = gitperf_suite__policy_keys;
	r->target = r->policy;
	return 0;
}

static int new_platform(struct suite_reader *r, const char *name)
{
	gitperf_policy_platform *p;

	if (r->nplatforms == POLICY_PLATFORMS_MAX)
		return gitperf_suite__fail(r, "more than %d platforms", POLICY_PLATFORMS_MAX);
	if (gitperf_platform_check(name) < 0)
		return gitperf_suite__recode(r, "[platform]");
	p = gitperf_arena_grow(r->arena, r->platforms, r->nplatforms, sizeof(*p));
	if (!p)
		return gitperf_fail_oom();
	r->platforms = p;
	p += r->nplatforms++;
	memset(p, 0, sizeof(*p));
	p->name = name;
	p->required = 1;
	return 0;
}

int gitperf_suite__enter_platform(struct suite_reader *r, const char *name)
{
	size_t i = 0;
	int err;

	while (i < r->nplatforms && strcmp(r->platforms[i].name, name))
		i++;
	if (i == r->nplatforms && (err = new_platform(r, name)) < 0)
		return err;
	r->keys = gitperf_suite__platform_keys;
	r->target = &r->platforms[i];
	return 0;
}

int gitperf_suite__finish_policy(struct suite_reader *r)
{
	r->policy->platforms = r->platforms;
	r->policy->nplatforms = r->nplatforms;
	r->line = r->limits_line;
	return gitperf_policy_check(r->policy) < 0 ? gitperf_suite__recode(r, "[policy]") : 0;
}

/* --- All of it together --------------------------------------------------- */

/* Who reads "perf.widenOver" looks in git's configuration for it */
static const char *origin(const gitperf_policy *policy, const char *key)
{
	size_t i;

	for (i = 0; i < policy->noverridden; i++)
		if (!strcmp(policy->overridden[i], key))
			return "perf.";
	return "";
}

int gitperf_policy_check(const gitperf_policy *p)
{
	const struct {
		const char *key;
		unsigned value;
		const char *most;
		unsigned limit;
	} order[] = {
		{ "widenUntil", p->widen_until, "widenOver", p->widen_over },
		{ "widenOver", p->widen_over, "dropOver", p->drop_over },
		{ "dropUntil", p->drop_until, "dropOver", p->drop_over },
		{ "widenUntil", p->widen_until, "dropUntil", p->drop_until }
	};
	size_t i = 0;

	while (i < ARRAY_SIZE(order) && order[i].value <= order[i].limit)
		i++;
	if (i == ARRAY_SIZE(order))
		return 0;
	gitperf_fail(GITPERF_EINVALID, "'%s%s' is %u, which is more than '%s%s', %u",
		     origin(p, order[i].key), order[i].key, order[i].value,
		     origin(p, order[i].most), order[i].most, order[i].limit);
	return gitperf_hint(GITPERF_EINVALID, "choose widenUntil <= widenOver <= dropOver, "
			    "and widenUntil <= dropUntil <= dropOver");
}

/* --- Overriding ----------------------------------------------------------- */

const struct policy_key gitperf_policy_keys[] = {
	{ "perf.trunk", "main" },
	{ "perf.plan", "'window=15m tagged'" },
	{ "perf.idle", "skip" },
	{ "perf.degrade", "widen" },
	{ "perf.depthUnit", "requests" },
	{ "perf.widenOver", "10" },
	{ "perf.widenUntil", "5" },
	{ "perf.dropOver", "20" },
	{ "perf.dropUntil", "10" },
	{ "perf.gapCommits", "20" },
	{ "perf.gapTime", "24h" },
	{ "perf.waitTime", "24h" },
	{ "perf.partialAfter", "2h" },
	{ NULL, NULL }
};

static int remember(gitperf_policy *policy, struct arena *arena, const char *key)
{
	const char **grown = gitperf_arena_grow(arena, policy->overridden, policy->noverridden,
						sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	grown[policy->noverridden++] = key;
	policy->overridden = grown;
	return 0;
}

int gitperf_policy_override(gitperf_policy *policy, struct arena *arena,
			    const char *name, const char *value)
{
	struct suite_reader r = { .arena = arena };
	const struct policy_key *known = gitperf_policy_keys;
	const struct suite_key *key = gitperf_suite__policy_keys;
	const char *text = gitperf_arena_strdup(arena, value);
	struct suite_key named;
	int err;

	if (!text)
		return gitperf_fail_oom();
	while (strcmp(known->name, name))
		known++;
	while (strcmp(key->name, name + strlen("perf.")))
		key++;
	/* messages say which of the two it is */
	named = *key;
	named.name = known->name;
	err = named.set(&r, &named, policy, text);
	if (!err)
		return remember(policy, arena, key->name);
	if (err == GITPERF_ENOMEM)
		return err;
	gitperf_recode(GITPERF_EINVALID);
	return gitperf_hint(GITPERF_EINVALID, "git config %s %s; gitperf-suite(5) describes what it may be",
			    known->name, known->example);
}

/* --- Words ---------------------------------------------------------------- */

static void add_word(gitperf_buffer *out, size_t start, const char *word)
{
	gitperf_buf_addf(out, "%s%s", out->len > start ? " " : "", word);
}

/* In the largest unit of which it is a whole number */
static void add_time(gitperf_buffer *out, int64_t ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "h", HOUR_MS }, { "m", MINUTE_MS }, { "s", SECOND_MS }, { "ms", 1 } };
	size_t i = 0;

	while (ms % units[i].ms)
		i++;
	gitperf_buf_addf(out, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
}

int gitperf_policy_words(gitperf_buffer *out, const gitperf_policy *policy)
{
	size_t start = out->len;

	if (policy->how & GITPERF_PLAN_WINDOW) {
		add_word(out, start, "window=");
		add_time(out, policy->window_ms);
	}
	if (policy->how & GITPERF_PLAN_COMMITS) {
		add_word(out, start, "commits=");
		gitperf_buf_addf(out, "%u", policy->commits);
	}
	if (policy->how & GITPERF_PLAN_MERGES)
		add_word(out, start, "merges");
	if (policy->how & GITPERF_PLAN_EVERY)
		add_word(out, start, "every");
	if (policy->how & GITPERF_PLAN_TAGGED)
		add_word(out, start, "tagged");
	return gitperf_buf_check(out);
}
